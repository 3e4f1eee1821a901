// PacketFile: the packets that events carry as a pcapng file (draft-ietf-opsawg-pcapng), for Wireshark: what raised an alert is the
// comment of its packet. Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace langyan::center {

class PacketFile {
 public:
  PacketFile();
  // The packet of an event (its line), commented with its id and signature. False: it carries none.
  bool add(std::string_view line, std::string_view sensor, Time time, std::string_view id);
  std::string take() { return std::move(file_); }

 private:
  std::string file_;
  std::map<std::pair<std::string, std::uint16_t>, std::uint32_t> interfaces_;  // sensor, link type: its number
};

}  // namespace langyan::center
