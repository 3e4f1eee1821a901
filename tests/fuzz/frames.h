// Frames: packets of one conversation as they are on the wire, for a Batch. One thread.
#pragma once

#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "fields/direction.h"
#include "pipeline/batch.h"

namespace langyan::fuzz {

inline bool is_utf8(std::string_view text) {
  for (Bytes left = bytes_of(text); !left.empty();) {
    const std::size_t size = utf8_sequence(left);
    if (size == 0) return false;
    left = left.subspan(size);
  }
  return true;
}

class Frames {
 public:
  static constexpr std::size_t most_payload = 1'460;

  void handshake() {
    tcp(Direction::to_server, 2, {});
    tcp(Direction::to_client, 0x12, {});
    tcp(Direction::to_server, 0x10, {});
  }
  void say(Direction way, Bytes octets) {
    for (; !octets.empty(); octets = octets.subspan(std::min(most_payload, octets.size())))
      tcp(way, 0x18, octets.first(std::min(most_payload, octets.size())));
  }
  void datagram(Bytes octets) {
    std::vector<std::uint8_t> made;
    octets = octets.first(std::min(most_payload, octets.size()));
    put(made, 40'000, 2), put(made, 502, 2), put(made, 8 + octets.size(), 2), put(made, 0, 2);
    made.insert(made.end(), octets.begin(), octets.end());
    ip(Direction::to_server, 17, made);
  }
  void layer2(Bytes octets) {
    ether(Direction::to_server, 0x88b8, octets.first(std::min(most_payload, octets.size())));
  }
  // With the end of the capture behind them.
  void into(pipeline::Batch& batch) const {
    Time now = 1'700'000'000 * second;
    std::uint64_t number = 0;
    for (const auto& frame : frames_) {
      capture::Packet packet;
      packet.time = now += millisecond;
      packet.number = ++number;
      packet.data = frame;
      packet.wire_length = static_cast<std::uint32_t>(frame.size());
      packet.link_type = 1;
      batch.add(packet, now, number);
    }
    pipeline::Step end;
    end.kind = pipeline::Step::Kind::end;
    end.time = end.now = now, end.order = number + 1;
    batch.add(end);
  }

 private:
  static void put(std::vector<std::uint8_t>& into, std::uint64_t value, std::size_t octets) {
    while (octets-- > 0) into.push_back(static_cast<std::uint8_t>(value >> 8 * octets));
  }
  void tcp(Direction way, std::uint8_t flags, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, forth ? 40'001 : 502, 2), put(made, forth ? 502 : 40'001, 2);
    put(made, next_[!forth], 4), put(made, flags & 0x10 ? next_[forth] : 0, 4);
    put(made, 0x50, 1), put(made, flags, 1), put(made, 8'192, 2), put(made, 0, 4);
    made.insert(made.end(), octets.begin(), octets.end());
    next_[!forth] += static_cast<std::uint32_t>(octets.size() + (flags & 2 ? 1 : 0));
    ip(way, 6, made);
  }
  void ip(Direction way, std::uint8_t protocol, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, 0x4500, 2), put(made, 20 + octets.size(), 2), put(made, 0, 4);
    put(made, 64, 1), put(made, protocol, 1), put(made, 0, 2);
    put(made, forth ? 0x0a000001 : 0x0a000002, 4), put(made, forth ? 0x0a000002 : 0x0a000001, 4);
    made.insert(made.end(), octets.begin(), octets.end());
    ether(way, 0x0800, made);
  }
  void ether(Direction way, std::uint16_t type, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, 0x020000000000 + (forth ? 2 : 1), 6), put(made, 0x020000000000 + (forth ? 1 : 2), 6);
    put(made, type, 2);
    made.insert(made.end(), octets.begin(), octets.end());
    frames_.push_back(std::move(made));
  }

  std::vector<std::vector<std::uint8_t>> frames_;
  std::uint32_t next_[2] = {1'000, 900'000};
};

}  // namespace langyan::fuzz
