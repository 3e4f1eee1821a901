#include "detect/address_set.h"

#include <bit>
#include <cstring>

namespace langyan::detect {
namespace {

std::uint64_t big_endian(const std::uint8_t* octets) {
  std::uint64_t value;
  std::memcpy(&value, octets, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

}  // namespace

AddressNumber AddressNumber::of(const IpAddress& ip) {
  return {big_endian(ip.octets.data()), big_endian(ip.octets.data() + 8)};
}

}  // namespace langyan::detect
