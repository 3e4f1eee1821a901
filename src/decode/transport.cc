#include <algorithm>
#include <array>

#include "decode/walk.h"

namespace langyan::decode {
namespace {

constexpr std::size_t tcp_size = 20, udp_size = 8, icmp_size = 8, sctp_size = 12;
constexpr std::size_t largest_payload = 65535;

// Another packet, or what nobody here reads.
Outcome read_other(Walk& walk) {
  Outcome inside;
  return open_tunnel(walk, inside) ? inside : walk.finish(Outcome::network);
}

bool refused(const Walk& walk) {
  return walk.checksums == Checksums::verify && !checksum_holds(walk, walk.headers.protocol);
}

// RFC 9293 3.2: kind 0 ends, kind 1 is one octet, all others carry their length.
void read_tcp_options(Walk& walk, Bytes options) {
  constexpr std::uint32_t padded_timestamps = 0x0101080a;  // what nearly every segment has
  if (options.size() == 12 && u32(options.data()) == padded_timestamps) return;
  Tcp& tcp = walk.headers.tcp;
  while (!options.empty() && options[0] != 0) {
    if (options[0] == 1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) {
      return walk.mark(Odd::tcp_options);
    }
    if (options[0] == 2 && options[1] == 4) tcp.mss = u16(options.data() + 2);
    if (options[0] == 3 && options[1] == 3) tcp.window_scale = options[2];
    options = options.subspan(options[1]);
  }
}

Outcome read_tcp(Walk& walk) {
  if (!walk.holds(tcp_size)) return walk.invalid(Invalid::tcp_header);
  const std::uint8_t* at = walk.at;
  Headers& headers = walk.headers;
  headers.source_port = u16(at);
  headers.destination_port = u16(at + 2);
  headers.tcp.sequence = u32(at + 4);
  headers.tcp.acknowledgement = u32(at + 8);
  headers.tcp.flags = at[13];
  headers.tcp.window = u16(at + 14);
  headers.tcp.urgent = u16(at + 18);
  const std::size_t size = (at[12] >> 4) * 4u, there = std::min(size, walk.size());
  if (size < tcp_size || size > walk.size() + walk.missing) {
    return walk.invalid(Invalid::tcp_header);
  }
  if (refused(walk)) return walk.invalid(Invalid::tcp_checksum);
  headers.tcp.options = Bytes(at + tcp_size, there - tcp_size);
  headers.transport_header = Bytes(at, there);
  if (size > tcp_size && there == size) read_tcp_options(walk, headers.tcp.options);
  walk.skip(there);
  walk.missing -= static_cast<std::uint32_t>(size - there);  // cut within its options
  return walk.finish(Outcome::transport);
}

// RFC 768: a checksum of 0 is none; over IPv6 it is wrong (RFC 8200 8.1).
Outcome read_udp(Walk& walk) {
  if (!walk.holds(udp_size)) return walk.invalid(Invalid::udp_header);
  const std::uint8_t* at = walk.at;
  Headers& headers = walk.headers;
  headers.source_port = u16(at);
  headers.destination_port = u16(at + 2);
  headers.udp_length = u16(at + 4);
  const std::size_t there = walk.size() + walk.missing;
  if (headers.udp_length < udp_size || !walk.trim(headers.udp_length)) {
    return walk.invalid(Invalid::udp_length);
  }
  const bool unsummed = u16(at + 6) == 0;
  if (unsummed && headers.ip_version == 6 && walk.checksums == Checksums::verify) {
    return walk.invalid(Invalid::udp_checksum);
  }
  if (!unsummed && refused(walk)) return walk.invalid(Invalid::udp_checksum);
  if (headers.udp_length < there) walk.mark(Odd::udp_slack);
  headers.transport_header = Bytes(at, udp_size);
  walk.skip(udp_size);
  Outcome inside;
  if (is_tunnel_port(headers.destination_port) && open_tunnel(walk, inside)) [[unlikely]]
    return inside;
  return walk.finish(Outcome::transport);
}

// Type, code, checksum and four octets more, which every message of RFC 792 and of the ICMPv6
// registry has.
Outcome read_control(Walk& walk, Invalid cut, Invalid wrong) {
  if (!walk.holds(icmp_size)) return walk.invalid(cut);
  const std::uint8_t* at = walk.at;
  walk.headers.icmp_type = at[0];
  walk.headers.icmp_code = at[1];
  walk.headers.icmp_rest = u32(at + 4);
  if (refused(walk)) return walk.invalid(wrong);
  walk.headers.transport_header = Bytes(at, icmp_size);
  walk.skip(icmp_size);
  return walk.finish(Outcome::transport);
}

Outcome read_icmp(Walk& walk) {  // RFC 792; not defined over IPv6
  if (walk.headers.ip_version != 4) return read_other(walk);
  return read_control(walk, Invalid::icmp_header, Invalid::icmp_checksum);
}

Outcome read_icmpv6(Walk& walk) {  // RFC 4443 2.1; not defined over IPv4
  if (walk.headers.ip_version != 6) return read_other(walk);
  return read_control(walk, Invalid::icmpv6_header, Invalid::icmpv6_checksum);
}

Outcome read_sctp(Walk& walk) {  // RFC 9260 3.1; its CRC32c is left to the endpoints
  if (!walk.holds(sctp_size)) return walk.invalid(Invalid::sctp_header);
  walk.headers.source_port = u16(walk.at);
  walk.headers.destination_port = u16(walk.at + 2);
  walk.skip(sctp_size);
  return walk.finish(Outcome::transport);
}

// What one extension header says: go on with headers.protocol, or this is the outcome.
enum class Extension : std::uint8_t { passed, fragment, invalid };

Extension fault(Walk& walk, Invalid reason) {
  walk.headers.invalid = reason;
  return Extension::invalid;
}

// RFC 8200 4.3, 4.4, 4.6: next header, length in units of 8 octets beyond the first.
Extension read_sized(Walk& walk) {
  if (!walk.holds(8)) return fault(walk, Invalid::ipv6_extension);
  const std::uint8_t* at = walk.at;
  const std::size_t size = at[1] * 8u + 8;
  if (!walk.holds(size)) return fault(walk, Invalid::ipv6_extension);
  const bool routing = walk.headers.protocol == ip_protocol::routing;
  if (routing && at[3] != 0) walk.headers.source_routed = true;  // segments left
  walk.headers.protocol = at[0];
  walk.skip(size);
  return Extension::passed;
}

// RFC 8200 4.5. Offset 0 without more is an atomic fragment: a whole packet (RFC 6946).
Extension read_fragment(Walk& walk) {
  if (!walk.holds(8)) return fault(walk, Invalid::ipv6_extension);
  const std::uint8_t* at = walk.at;
  Headers& headers = walk.headers;
  const auto offset = static_cast<std::uint16_t>(u16(at + 2) & 0xfff8);
  const bool more = at[3] & 1;
  if (walk.reassembled && (offset || more)) return fault(walk, Invalid::nested_fragment);
  headers.protocol = at[0];
  headers.ip_id = u32(at + 4);
  headers.fragment_offset = offset;
  headers.more_fragments = more;
  walk.skip(8);
  if (!offset && !more) return Extension::passed;
  if (offset + walk.size() + walk.missing > largest_payload) {
    return fault(walk, Invalid::fragment_extent);
  }
  return Extension::fragment;
}

Extension read_ah(Walk& walk) {  // RFC 4302 2.2: length in units of 4 octets, less 2
  if (!walk.holds(12)) return fault(walk, Invalid::ah);
  const std::uint8_t* at = walk.at;
  const std::size_t size = at[1] * 4u + 8;
  if (size < 12 || !walk.holds(size)) return fault(walk, Invalid::ah);
  walk.headers.protocol = at[0];
  walk.skip(size);
  return Extension::passed;
}

// What each IP protocol number leads to; all others are asked whether they are tunnels, whose outcome is
// that of the packet inside.
using ReadTransport = Outcome (*)(Walk&);
using ReadExtension = Extension (*)(Walk&);
struct Row {
  std::uint8_t protocol;
  bool ipv4, ipv6;          // an extension header over
  ReadExtension extension;  // either this
  ReadTransport transport;  // or this
};
// clang-format off
constexpr Row rows[] = {
    {ip_protocol::hop_by_hop,  false, true,  read_sized,    nullptr},
    {ip_protocol::routing,     false, true,  read_sized,    nullptr},
    {ip_protocol::destination, false, true,  read_sized,    nullptr},
    {ip_protocol::mobility,    false, true,  read_sized,    nullptr},  // RFC 6275 6.1
    {ip_protocol::hip,         false, true,  read_sized,    nullptr},  // RFC 7401 5.1
    {ip_protocol::shim6,       false, true,  read_sized,    nullptr},  // RFC 5533 5.1
    {ip_protocol::fragment,    false, true,  read_fragment, nullptr},
    {ip_protocol::ah,          true,  true,  read_ah,       nullptr},
    {ip_protocol::tcp,         false, false, nullptr,       read_tcp},
    {ip_protocol::udp,         false, false, nullptr,       read_udp},
    {ip_protocol::icmp,        false, false, nullptr,       read_icmp},
    {ip_protocol::icmpv6,      false, false, nullptr,       read_icmpv6},
    {ip_protocol::sctp,        false, false, nullptr,       read_sctp},
};
// clang-format on

constexpr auto transports = [] {
  std::array<ReadTransport, 256> all{};
  all.fill(read_other);
  for (const Row& row : rows) {
    if (row.transport) all[row.protocol] = row.transport;
  }
  return all;
}();

constexpr std::array<ReadExtension, 256> extensions_over(bool Row::*version) {
  std::array<ReadExtension, 256> all{};
  for (const Row& row : rows) {
    if (row.*version) all[row.protocol] = row.extension;
  }
  return all;
}
constexpr auto extensions4 = extensions_over(&Row::ipv4), extensions6 = extensions_over(&Row::ipv6);

}  // namespace

Outcome read_protocol(Walk& walk) {
  Headers& headers = walk.headers;
  const auto& extensions = headers.ip_version == 6 ? extensions6 : extensions4;
  while (const ReadExtension read = extensions[headers.protocol]) {
    if (headers.extensions == max_extensions) return walk.invalid(Invalid::too_many_extensions);
    ++headers.extensions;
    const Extension extension = read(walk);
    if (headers.ip_version == 6 && !walk.reassembled && extension != Extension::invalid) {
      const std::uint8_t* const begin = headers.network_header.data();
      headers.network_header = Bytes(begin, static_cast<std::size_t>(walk.at - begin));
    }
    if (extension == Extension::invalid) return Outcome::invalid;
    if (extension == Extension::passed) continue;
    headers.transport_offset = walk.offset();
    return walk.finish(Outcome::fragment);
  }
  headers.transport_offset = walk.offset();
  return transports[headers.protocol](walk);
}

}  // namespace langyan::decode
