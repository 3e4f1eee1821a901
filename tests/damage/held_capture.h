// HeldCapture: a capture file's packets in memory, to be run through the rooms more than once and
// in other orders. For test programs; one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "capture/source.h"
#include "dissect/registry.h"

namespace langyan {

struct HeldPacket {
  Time time = 0;
  std::uint32_t wire_length = 0;
  std::int32_t link_type = 0;
  std::vector<std::uint8_t> data;

  capture::Packet view(Time at, std::uint64_t number) const {
    capture::Packet packet;
    packet.time = at, packet.number = number, packet.data = data;
    packet.wire_length = wire_length, packet.link_type = link_type;
    return packet;
  }
};

// Empty where the file cannot be read.
inline std::vector<HeldPacket> hold_capture(const std::string& path) {
  std::vector<HeldPacket> held;
  auto source = capture::open_file(path);
  if (!source) return held;
  while (true) {
    const auto more = (*source)->read(256, [&](const capture::Packet& packet) {
      held.push_back({packet.time,
                      packet.wire_length,
                      packet.link_type,
                      {packet.data.begin(), packet.data.end()}});
    });
    if (!more || *more == capture::Progress::end) break;
  }
  return held;
}

// The captures in `folder`/<protocol>/, sorted; of every protocol of the registry or of one.
inline std::vector<std::string> captures_of_protocols(const std::string& folder,
                                                      std::string_view only = {}) {
  std::vector<std::string> paths;
  for (const Protocol* protocol : dissect::protocols()) {
    const std::filesystem::path own = std::filesystem::path(folder) / protocol->name;
    if ((!only.empty() && protocol->name != only) || !std::filesystem::is_directory(own)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(own))
      if (entry.path().extension().string().starts_with(".pcap"))
        paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace langyan
