#include "decode/walk.h"

namespace langyan::decode {
namespace {

constexpr std::size_t ipv4_size = 20, ipv6_size = 40;  // RFC 791 3.1, RFC 8200 3
constexpr std::size_t largest_packet = 65535;

bool fault(Walk& walk, Invalid reason) {
  walk.headers.invalid = reason;
  return false;
}

void write_v4(IpAddress& ip, const std::uint8_t* at) {
  const std::uint64_t half = mapped_half(at);
  std::memcpy(ip.octets.data() + 8, &half, 8);
}

// RFC 791 3.1: type 0 ends, type 1 is one octet, all others carry their length. Loose (131) and
// strict (137) source routes put the final destination at the end of the route.
void read_ipv4_options(Walk& walk, Bytes options) {
  while (!options.empty() && options[0] != 0) {
    if (options[0] == 1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) {
      return walk.mark(Odd::ipv4_options);
    }
    if (options[0] == 131 || options[0] == 137) walk.headers.source_routed = true;
    options = options.subspan(options[1]);
  }
}

// The length a header claims. A host that captures what it sends itself may see segments that its
// interface has yet to cut, with a length of 0; none of them fits a frame of Ethernet.
std::size_t ipv4_total(const Walk& walk) {
  constexpr std::size_t largest_in_frame = 1500;
  const std::size_t total = u16(walk.at + 2), there = walk.size() + walk.missing;
  return total == 0 && there > largest_in_frame ? there : total;
}

}  // namespace

bool read_ipv4(Walk& walk) {
  if (!walk.holds(ipv4_size)) return fault(walk, Invalid::ipv4_header);
  const std::uint8_t* at = walk.at;
  if (at[0] >> 4 != 4) return fault(walk, Invalid::ipv4_header);
  Headers& headers = walk.headers;
  headers.network_offset = walk.offset();
  headers.ip_version = 4;
  headers.traffic_class = at[1];
  headers.ip_id = u16(at + 4);
  headers.ttl = at[8];
  headers.protocol = at[9];
  write_v4(headers.source, at + 12);
  write_v4(headers.destination, at + 16);
  const std::uint16_t fragment = u16(at + 6);
  headers.dont_fragment = fragment & 0x4000;
  headers.more_fragments = fragment & 0x2000;
  headers.reserved_bit = fragment & 0x8000;
  headers.fragment_offset = static_cast<std::uint16_t>((fragment & 0x1fff) * 8);

  const std::size_t size = (at[0] & 0x0f) * 4u, total = ipv4_total(walk);
  if (size < ipv4_size || !walk.holds(size)) return fault(walk, Invalid::ipv4_header);
  if (total < size) return fault(walk, Invalid::ipv4_length);
  walk.trim_packet(total);
  if (walk.checksums == Checksums::verify && folded(ones_sum(walk.rest().first(size), 0)) != 0) {
    return fault(walk, Invalid::ipv4_checksum);
  }
  if (fragment & 0x3fff && headers.fragment_offset + total > largest_packet) {
    return fault(walk, Invalid::fragment_extent);
  }
  if (size > ipv4_size) read_ipv4_options(walk, Bytes(at + ipv4_size, size - ipv4_size));
  headers.network_header = Bytes(at, size);
  walk.skip(size);
  return true;
}

bool read_ipv6(Walk& walk) {
  if (!walk.holds(ipv6_size)) return fault(walk, Invalid::ipv6_header);
  const std::uint8_t* at = walk.at;
  if (at[0] >> 4 != 6) return fault(walk, Invalid::ipv6_header);
  Headers& headers = walk.headers;
  headers.network_offset = walk.offset();
  headers.ip_version = 6;
  headers.traffic_class = static_cast<std::uint8_t>(u16(at) >> 4);
  headers.protocol = at[6];
  headers.ttl = at[7];
  std::memcpy(headers.source.octets.data(), at + 8, 16);
  std::memcpy(headers.destination.octets.data(), at + 24, 16);

  const std::size_t length = u16(at + 4);
  if (length == 0 && at[6] == ip_protocol::hop_by_hop) return fault(walk, Invalid::ipv6_jumbogram);
  headers.network_header = Bytes(at, ipv6_size);
  walk.skip(ipv6_size);
  walk.trim_packet(length);
  return true;
}

}  // namespace langyan::decode
