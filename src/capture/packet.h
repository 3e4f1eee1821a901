// Packet: one captured frame, as a source hands it over. A view: `data` belongs to the source and
// is valid only until the sink that received it returns.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace langyan::capture {

struct Packet {
  Time time = 0;                  // microseconds, rounded down; within years 1970..9999
  std::uint64_t number = 0;       // 1-based within its source, counting filtered ones (pcap_cnt)
  Bytes data;                     // what was captured, from the link header on
  std::uint32_t wire_length = 0;  // what was on the wire; at least data.size()
  std::int32_t link_type = 0;     // DLT_* of libpcap

  std::uint32_t captured_length() const { return static_cast<std::uint32_t>(data.size()); }
};

}  // namespace langyan::capture
