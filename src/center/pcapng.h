// PacketFile: the packets that events carry as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark: those from before in
// their flow, too, in the order of time, each once. What raised an alert is the comment of its packet. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace langyan::center {

class PacketFile {
 public:
  // The packets of an event (its line), its own commented with its id and signature. False: it carries none.
  bool add(std::string_view line, std::string_view sensor, Time time, std::string_view id);
  std::string take();

 private:
  struct Packet {
    Time time = 0;
    std::uint32_t interface = 0;
    std::uint64_t number = 0;  // the sensor's; 0: not told
    std::string octets;
    std::uint32_t length = 0;  // on the wire
    std::vector<std::string> comments;
  };
  std::uint32_t interface_of(std::string_view sensor, std::uint16_t link_type);
  void join_same();

  std::vector<Packet> packets_;
  std::vector<std::pair<std::string, std::uint16_t>> interfaces_;  // sensor and link type; numbered from 0
};

}  // namespace langyan::center
