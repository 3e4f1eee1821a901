// CRC-16 as field protocols send it, by Boost.CRC's tables. A protocol names its form:
//
//   using Checksum = wire::Crc16<0x8005, 0xffff, wire::Bits::reflected>;
//   wire::crc16<Checksum>(octets)
#pragma once

#include <boost/crc.hpp>

#include "base/bytes.h"

namespace langyan::wire {

enum class Bits : bool { as_sent, reflected };

// `polynomial` as it is written with its highest term left out: 0x8005 (its reflection is A001), 0x1021 (8408).
template <std::uint16_t polynomial, std::uint16_t first, Bits bits>
using Crc16 = boost::crc_optimal<16, polynomial, first, 0, bits == Bits::reflected, bits == Bits::reflected>;

template <class Checksum>
std::uint16_t crc16(Bytes octets) {
  Checksum sum;
  sum.process_bytes(octets.data(), octets.size());
  return static_cast<std::uint16_t>(sum.checksum());
}

}  // namespace langyan::wire
