// What the readers of both file formats have in common. Room-internal.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace langyan::capture {

constexpr std::size_t largest_packet = 262'144;  // octets captured of one; as libpcap and tcpdump

struct Record {
  Time time = 0;
  Bytes data;
  std::uint32_t wire_length = 0;
  int link_type = 0;
};

enum class Step : std::uint8_t {
  packet,
  end,
  cut,      // the input ends within a record
  damaged,  // complaint() says how; what follows cannot be found
};

// Numbers of a file in its writer's byte order.
struct Numbers {
  bool swapped = false;
  std::uint16_t u16(const std::uint8_t* at) const {
    std::uint16_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap16(value) : value;
  }
  std::uint32_t u32(const std::uint8_t* at) const {
    std::uint32_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
  }
  std::uint64_t u64(const std::uint8_t* at) const {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? __builtin_bswap64(value) : value;
  }
};

// LINKTYPE_* of a file to libpcap's DLT_* where they differ on Linux.
constexpr int link_type_of(std::uint32_t linktype) {
  constexpr int raw = 101, dlt_raw = 12;
  return linktype == raw ? dlt_raw : static_cast<int>(linktype);
}

constexpr std::string_view no_room = " octets, more than a packet may have (262144)";

}  // namespace langyan::capture
