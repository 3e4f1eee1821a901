#include "detect/address_set.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace langyan::detect {
namespace {

std::uint64_t big_endian(const std::uint8_t* octets) {
  std::uint64_t value;
  std::memcpy(&value, octets, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

// The octets of an address that are the host's, as two words.
AddressNumber host_mask(unsigned bits) {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  const auto low_bits = [](unsigned count) { return count >= 64 ? all : (std::uint64_t{1} << count) - 1; };
  return {bits > 64 ? low_bits(bits - 64) : 0, low_bits(bits)};
}

}  // namespace

AddressSet joined(std::vector<AddressSet::Range> ranges) {
  std::ranges::sort(ranges);
  AddressSet set;
  set.unite(AddressSet(std::move(ranges)));
  return set;
}

AddressSet::Range range_of(const IpNetwork& network) {
  const AddressNumber address = AddressNumber::of(network.address), mask = host_mask(128u - network.prefix);
  return {{address.high & ~mask.high, address.low & ~mask.low}, {address.high | mask.high, address.low | mask.low}};
}

AddressNumber AddressNumber::of(const IpAddress& ip) {
  return {big_endian(ip.octets.data()), big_endian(ip.octets.data() + 8)};
}

}  // namespace langyan::detect
