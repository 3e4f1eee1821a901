#include "decode/decode.h"

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "decode/walk.h"

namespace langyan::decode {
namespace {

constexpr std::string_view reason_prefix = "decode.invalid.", odd_prefix = "decode.odd.";

// RFC 826, with the lengths of Ethernet (1) and IPv4.
Outcome read_arp(Walk& walk) {
  constexpr std::size_t arp_size = 28;
  walk.headers.network_offset = walk.offset();
  if (!walk.holds(arp_size)) return walk.invalid(Invalid::arp);
  const std::uint8_t* at = walk.at;
  if (u16(at + 2) != ethertype::ipv4 || at[4] != 6 || at[5] != 4) {
    return walk.invalid(Invalid::arp);
  }
  Arp& arp = walk.headers.arp;
  arp.operation = u16(at + 6);
  std::memcpy(arp.sender_mac.octets.data(), at + 8, 6);
  arp.sender_ip = u32(at + 14);
  std::memcpy(arp.target_mac.octets.data(), at + 18, 6);
  arp.target_ip = u32(at + 24);
  walk.headers.payload = Bytes(at + arp_size, 0);
  return Outcome::link_only;
}

Outcome read_ip(Walk& walk, bool whole) {
  if (!whole) return Outcome::invalid;
  Headers& headers = walk.headers;
  if (!headers.more_fragments && headers.fragment_offset == 0) return read_protocol(walk);
  headers.transport_offset = walk.offset();
  return walk.finish(Outcome::fragment);
}

std::uint64_t pair(std::uint64_t one, std::uint64_t other) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
  return mix(std::min(one, other) * odd + std::max(one, other));
}

std::uint64_t folded_address(const std::uint8_t* sixteen) {
  constexpr std::uint64_t odd = 0xc2b2ae3d27d4eb4f;  // a v4 address, high 0, is its lower half
  std::uint64_t high, low;
  std::memcpy(&high, sixteen, 8);
  std::memcpy(&low, sixteen + 8, 8);
  return high * odd ^ low;
}

constexpr auto protocol_counts = [] {
  std::array<Count, 256> all{};
  all.fill(Count::last);
  all[ip_protocol::tcp] = Count::tcp;
  all[ip_protocol::udp] = Count::udp;
  all[ip_protocol::icmp] = Count::icmp;
  all[ip_protocol::icmpv6] = Count::icmpv6;
  all[ip_protocol::sctp] = Count::sctp;
  return all;
}();

}  // namespace

std::string_view name(Invalid reason) {
  if (reason == Invalid::none || reason >= Invalid::last) return "none";
  return counter_rows[static_cast<unsigned>(count_of(reason))].name.substr(reason_prefix.size());
}

std::string_view name(Odd kind) {
  if (kind >= Odd::last) return "none";
  return counter_rows[static_cast<unsigned>(count_of(kind))].name.substr(odd_prefix.size());
}

Outcome read_next(Walk& walk, Next next) {
  switch (next) {
    case Next::ipv4: return read_ip(walk, read_ipv4(walk));
    case Next::ipv6: return read_ip(walk, read_ipv6(walk));
    case Next::arp: return read_arp(walk);
    case Next::other: return walk.finish(Outcome::link_only);
    case Next::invalid: break;
  }
  return Outcome::invalid;
}

Outcome decode(Bytes frame, std::uint32_t wire_length, int link_type, Checksums checksums,
               Headers& headers, Tunnel* tunnel) {
  std::construct_at(&headers);  // in place; assigning a fresh one copies it through the stack
  const std::uint32_t missing =
      wire_length > frame.size() ? wire_length - static_cast<std::uint32_t>(frame.size()) : 0;
  Walk walk(headers, frame, missing, checksums);
  walk.report_to(tunnel);
  return read_next(walk, read_link(walk, link_type));
}

Outcome decode_reassembled(Bytes datagram, Checksums checksums, Headers& headers, Tunnel* tunnel) {
  headers.fragment_offset = 0;
  headers.more_fragments = false;
  headers.reassembled = true;
  headers.invalid = Invalid::none;
  headers.payload = headers.transport_header = {};
  Walk walk(headers, datagram, 0, checksums);
  walk.report_to(tunnel);
  walk.base_offset = headers.transport_offset;
  walk.reassembled = true;
  return read_protocol(walk);
}

std::uint64_t pair_hash(const Headers& headers) {
  if (headers.ip_version) {
    return pair(folded_address(headers.source.octets.data()),
                folded_address(headers.destination.octets.data()));
  }
  if (headers.has_source_mac && headers.has_destination_mac) {
    return pair(headers.source_mac.number(), headers.destination_mac.number());
  }
  return mix(headers.ethertype);
}

namespace {

// Whether what follows an IPv4 header may be, or have behind it, another IP header.
bool may_carry(std::uint8_t protocol) {
  return is_tunnel(protocol) || protocol == ip_protocol::ah;
}

// Whether IPv4 addresses on Ethernet are at their usual place, and are what the frame is about: no tag, no
// fragment, no tunnel.
bool is_plain(Bytes frame, int link_type) {
  constexpr int ethernet = 1;
  if (link_type != ethernet || frame.size() < 38) return false;
  const std::uint8_t* at = frame.data();
  if (u16(at + 12) != ethertype::ipv4 || u16(at + 20) & 0x3fff) return false;
  const bool no_options = (at[14] & 15) == 5;
  return at[23] == ip_protocol::udp ? no_options && !is_tunnel_port(u16(at + 36)) : !may_carry(at[23]);
}

// Whether reading on from an IP header may lead to another one.
bool leads_on(const Walk& walk) {
  const Headers& headers = walk.headers;
  if (headers.protocol == ip_protocol::udp) return walk.holds(4) && is_tunnel_port(u16(walk.at + 2));
  return headers.protocol != ip_protocol::tcp && (headers.ip_version == 6 || may_carry(headers.protocol));
}

}  // namespace

Place place_of(Bytes frame, int link_type) {
  if (is_plain(frame, link_type)) [[likely]] {
    return {pair(mapped_half(frame.data() + 26), mapped_half(frame.data() + 30))};
  }
  // Snapped or not, the frame is taken to go on: only headers matter here.
  constexpr std::uint32_t endless = 1u << 30;
  Headers headers;
  Tunnel tunnel;
  Walk walk(headers, frame, endless, Checksums::ignore);
  walk.report_to(&tunnel);
  const Next next = read_link(walk, link_type);
  const bool whole = next == Next::ipv4 ? read_ipv4(walk) : next == Next::ipv6 && read_ipv6(walk);
  if (whole && !headers.is_fragment() && leads_on(walk)) read_protocol(walk);
  Place place{pair_hash(headers)};
  if (!headers.is_fragment()) return place;
  if (tunnel.depth) return place;  // of what is inside a fragment in a tunnel nobody knows
  place.datagram = combine(combine(folded_address(headers.source.octets.data()), headers.ip_id),
                           folded_address(headers.destination.octets.data())) | 1;
  if (headers.fragment_offset) return place;
  walk.reassembled = true;  // as if the rest were there
  read_protocol(walk);
  place.inside = pair_hash(headers);
  return place;
}

std::uint64_t pair_hash(Bytes frame, int link_type) {
  return place_of(frame, link_type).pair;
}

Outcome Decoder::decode(Bytes frame, std::uint32_t wire_length, int link_type, Headers& headers) {
  const Outcome outcome = decode::decode(frame, wire_length, link_type, checksums_, headers, &tunnel_);
  counters_.add(Count::packets);
  counters_.add(Count::bytes, std::max<std::uint64_t>(wire_length, frame.size()));
  counters_.add(count_of(outcome));
  count(outcome, headers);
  return outcome;
}

Outcome Decoder::decode_reassembled(Bytes datagram, Headers& headers) {
  headers.odd = 0;
  const Outcome outcome = decode::decode_reassembled(datagram, checksums_, headers, &tunnel_);
  counters_.add(Count::reassembled);
  if (outcome == Outcome::invalid) counters_.add(Count::reassembled_invalid);
  if (tunnel_.depth) counters_.add(Count::tunnelled);
  if (outcome == Outcome::transport) counters_.add(protocol_counts[headers.protocol]);
  return outcome;
}

void Decoder::count(Outcome outcome, const Headers& headers) {
  if (outcome == Outcome::invalid) [[unlikely]]
    return counters_.add(count_of(headers.invalid));
  if (headers.ip_version) counters_.add(headers.ip_version == 4 ? Count::ipv4 : Count::ipv6);
  if (outcome == Outcome::transport) counters_.add(protocol_counts[headers.protocol]);
  if (outcome == Outcome::link_only && headers.is_arp()) counters_.add(Count::arp);
  if (headers.destination_mac.octets[0] & 1) counters_.add(Count::to_groups);
  if (headers.vlan_count) counters_.add(Count::tagged);
  if (tunnel_.depth) [[unlikely]] counters_.add(Count::tunnelled);
  for (unsigned kind = 0; headers.odd >> kind; ++kind) {
    if (headers.odd >> kind & 1) counters_.add(count_of(static_cast<Odd>(kind)));
  }
}

}  // namespace langyan::decode
