// What carries a packet over IP. Each opener takes the header of its tunnel off and reads the link or
// network header inside; Next::invalid with no reason, or a cut one, says that it carries none.
#include <algorithm>
#include <array>

#include "decode/walk.h"

namespace langyan::decode {
namespace {

namespace carrier {  // IP protocols of a packet inside
constexpr std::uint8_t ipv4 = 4, ipv6 = 41, gre = 47, etherip = 97;
}
constexpr std::uint16_t transparent_ethernet = 0x6558;  // RFC 1701

Next only_ip(Next next) {
  return next == Next::ipv4 || next == Next::ipv6 ? next : Next::invalid;
}

// Behind an ethertype without a frame around it: IP, or labels before it.
Next read_network(Walk& walk, std::uint16_t type) {
  constexpr std::uint16_t first_ethertype = 1536;  // IEEE 802.3 3.2.6
  return type < first_ethertype ? Next::invalid : only_ip(read_ethertype(walk, type));
}

Next open_ip(Walk& walk, Tunnel& tunnel) {  // RFC 2003, RFC 2473, RFC 4213
  tunnel.kind = TunnelKind::ip;
  return read_raw(walk);
}

Next open_etherip(Walk& walk, Tunnel& tunnel) {  // RFC 3378 3: version 3 and twelve bits of zero
  tunnel.kind = TunnelKind::ip;
  if (!walk.holds(2) || u16(walk.at) != 0x3000) return Next::invalid;
  walk.skip(2);
  return read_ethernet(walk);
}

// draft-foschiano-erspan-03 4: type I has no header of its own and no sequence number in GRE, type II
// (88be) has 8 octets, type III (22eb) 12 and where bit O is set 8 more. Both begin with version and
// VLAN, then priority, encapsulation, whether the frame was cut, and the session. What type III holds
// its field FT says: 0 is Ethernet, 2 IP.
constexpr std::uint16_t erspan_1_2 = 0x88be, erspan_3 = 0x22eb;

Next open_erspan(Walk& walk, Tunnel& tunnel, std::uint16_t type, bool sequenced) {
  tunnel.kind = TunnelKind::erspan;
  tunnel.id = 0;
  if (type == erspan_1_2 && !sequenced) return read_ethernet(walk);
  std::size_t size = type == erspan_3 ? 12 : 8;
  const std::uint8_t* at = walk.at;
  if (!walk.holds(size) || at[0] >> 4 != (type == erspan_3 ? 2 : 1)) return Next::invalid;
  const unsigned flags = type == erspan_3 ? u16(at + 10) : 0, content = flags >> 10 & 0x1f;
  if (content != 0 && content != 2) return Next::invalid;
  if (flags & 1) size += 8;
  if (!walk.holds(size)) return Next::invalid;
  tunnel.id = u16(at + 2) & 0x3ff;
  walk.skip(size);
  const Next next = content == 2 ? read_raw(walk) : read_ethernet(walk);
  // The switch takes the tag off and writes it here.
  Headers& headers = walk.headers;
  if (const std::uint16_t vlan = u16(at) & 0xfff; vlan && headers.vlan_count == 0) {
    headers.vlans[0] = vlan;
    headers.vlan_count = 1;
  }
  return next;
}

// RFC 2784 2.1 and RFC 2890 2: which of checksum, key and sequence number follow. A source route
// (RFC 1701) is not read. RFC 2637 4.1: version 1, PPP, of which the key's second half is the call.
Next open_gre(Walk& walk, Tunnel& tunnel) {
  constexpr unsigned checksum = 0x8000, route = 0x4000, key = 0x2000, sequence = 0x1000, acknowledgement = 0x0080;
  constexpr std::uint16_t ppp = 0x880b;
  if (!walk.holds(4)) return Next::invalid;
  const std::uint8_t* at = walk.at;
  const unsigned flags = u16(at), version = flags & 7;
  const std::uint16_t type = u16(at + 2);
  if (flags & route || version > 1 || (version == 1) != (type == ppp)) return Next::invalid;
  std::size_t size = 4;
  if (flags & checksum) size += 4;
  const std::size_t key_at = size;
  for (const unsigned bit : {key, sequence, version == 1 ? acknowledgement : 0})
    if (flags & bit) size += 4;
  if (!walk.holds(size)) return Next::invalid;
  tunnel.kind = TunnelKind::gre;
  if (flags & key) tunnel.id = version == 1 ? u16(at + key_at + 2) : u32(at + key_at);
  walk.skip(size);
  if (type == erspan_1_2 || type == erspan_3) return open_erspan(walk, tunnel, type, flags & sequence);
  if (type == transparent_ethernet) return read_ethernet(walk);
  if (type == ppp && walk.holds(2) && walk.at[0] == 0xff && walk.at[1] == 3) walk.skip(2);  // RFC 1662 3.1
  return type == ppp ? only_ip(read_ppp(walk)) : read_network(walk, type);
}

// RFC 7348 5: flags, of which I says that there is a VNI, and octets of zero; with bit G there is a
// group in two of them (draft-smith-vxlan-group-policy).
Next open_vxlan(Walk& walk, Tunnel& tunnel) {
  constexpr std::uint8_t vni = 0x08, group = 0x80;
  if (!walk.holds(8)) return Next::invalid;
  const std::uint8_t* at = walk.at;
  const bool grouped = at[0] == (vni | group);
  if ((at[0] != vni && !grouped) || (!grouped && (at[1] || u16(at + 2))) || at[7]) return Next::invalid;
  tunnel.kind = TunnelKind::vxlan;
  tunnel.id = u32(at + 4) >> 8;
  walk.skip(8);
  return read_ethernet(walk);
}

// RFC 8926 3.4: version 0, length of the options in units of four octets, bit O for control messages.
Next open_geneve(Walk& walk, Tunnel& tunnel) {
  if (!walk.holds(8)) return Next::invalid;
  const std::uint8_t* at = walk.at;
  const std::size_t size = 8 + (at[0] & 0x3f) * 4u;
  if (at[0] >> 6 || at[1] & 0xbf || at[7] || !walk.holds(size)) return Next::invalid;
  tunnel.kind = TunnelKind::geneve;
  tunnel.id = u32(at + 4) >> 8;
  const std::uint16_t type = u16(at + 2);
  walk.skip(size);
  if (type == transparent_ethernet) return read_ethernet(walk);
  return read_network(walk, type);
}

// 3GPP TS 29.281 5.1: version 1, type 255 (G-PDU), length of what follows the first eight octets,
// tunnel endpoint. Any of E, S and PN brings four octets more, whose last names an extension header
// where E is set; each of these (5.2) begins with its length in units of four and ends with the next.
// Inside is IP, or the frame of an Ethernet PDU session (TS 23.501 5.6.10.2): nothing says which.
Next open_gtp(Walk& walk, Tunnel& tunnel) {
  constexpr std::uint8_t any_more = 7, extended = 4, data = 255;
  if (!walk.holds(8)) return Next::invalid;
  const std::uint8_t* at = walk.at;
  if (at[0] >> 4 != 3 || at[1] != data || u16(at + 2) + 8u != walk.size() + walk.missing) return Next::invalid;
  tunnel.kind = TunnelKind::gtp;
  tunnel.id = u32(at + 4);
  const bool more = at[0] & any_more;
  bool extension = at[0] & extended;
  walk.skip(8);
  if (more) {
    if (!walk.holds(4)) return Next::invalid;
    extension = extension && walk.at[3];
    walk.skip(4);
  }
  for (int seen = 0; extension; ++seen) {
    if (!walk.holds(1)) return Next::invalid;
    const std::size_t size = walk.at[0] * 4u;
    if (size == 0 || seen == max_extensions || !walk.holds(size)) return Next::invalid;
    extension = walk.at[size - 1];
    walk.skip(size);
  }
  if (!walk.holds(1)) return Next::invalid;
  const unsigned nibble = walk.at[0] >> 4;
  if (nibble == 4 || nibble == 6) return read_raw(walk);
  const Next next = read_ethernet(walk);
  return next == Next::other && walk.headers.ethertype == 0 ? Next::invalid : next;
}

// TaZmen Sniffer Protocol, as MikroTik sends it and Wireshark reads it: version 1, type 0 (received),
// what is inside (1: Ethernet), then tags: 0 is padding, 1 the end, all others have a length.
Next open_tzsp(Walk& walk, Tunnel& tunnel) {
  constexpr std::uint32_t received_ethernet = 0x01000001;
  if (!walk.holds(4) || u32(walk.at) != received_ethernet) return Next::invalid;
  tunnel.kind = TunnelKind::tzsp;
  walk.skip(4);
  while (walk.holds(1)) {
    const std::uint8_t tag = walk.at[0];
    if (tag <= 1) {
      walk.skip(1);
      if (tag == 1) return read_ethernet(walk);
      continue;
    }
    if (!walk.holds(2) || !walk.holds(2u + walk.at[1])) return Next::invalid;
    walk.skip(2u + walk.at[1]);
  }
  return Next::invalid;
}

using Open = Next (*)(Walk& walk, Tunnel& tunnel);
struct Row {
  std::uint8_t protocol;
  std::uint16_t port;  // UDP, of the destination
  Open open;
};
constexpr Row rows[] = {
    {carrier::ipv4, 0, open_ip},           {carrier::ipv6, 0, open_ip},
    {carrier::gre, 0, open_gre},           {carrier::etherip, 0, open_etherip},
    {ip_protocol::udp, 4789, open_vxlan},  {ip_protocol::udp, 8472, open_vxlan},  // Linux before RFC 7348
    {ip_protocol::udp, 6081, open_geneve}, {ip_protocol::udp, 2152, open_gtp},
    {ip_protocol::udp, 37008, open_tzsp},
};

Open find(std::uint8_t protocol, std::uint16_t port) {
  for (const Row& row : rows)
    if (row.protocol == protocol && row.port == port) return row.open;
  return nullptr;
}

constexpr std::string_view names[] = {"none", "ip", "gre", "erspan", "vxlan", "geneve", "gtp", "tzsp"};
static_assert(std::size(names) == static_cast<std::size_t>(TunnelKind::last), "a name for each kind");

// What is inside is not even the beginning of a packet.
bool is_no_packet(Invalid reason) {
  return reason == Invalid::none || reason == Invalid::link_header || reason == Invalid::ipv4_header ||
         reason == Invalid::ipv6_header;
}

}  // namespace

std::string_view name(TunnelKind kind) {
  return names[static_cast<std::size_t>(kind < TunnelKind::last ? kind : TunnelKind::none)];
}

bool is_tunnel_port(std::uint16_t port) {
  return find(ip_protocol::udp, port) != nullptr;
}

bool is_tunnel(std::uint8_t protocol) {
  return find(protocol, 0) != nullptr;
}

bool open_tunnel(Walk& walk, Outcome& inside) {
  Headers& headers = walk.headers;
  const bool udp = headers.protocol == ip_protocol::udp;
  const Open open = find(headers.protocol, udp ? headers.destination_port : 0);
  if (!open || walk.depth == max_tunnels) return false;
  const Headers outer = headers;
  Walk within(headers, walk.rest(), walk.missing, walk.checksums);
  within.base_offset = walk.offset();
  within.depth = walk.depth + 1;
  within.tunnel = walk.tunnel;
  std::construct_at(&headers);
  headers.odd = outer.odd;
  headers.reassembled = outer.reassembled;
  Tunnel tunnel{TunnelKind::none,       1, outer.protocol, outer.source_port,
                outer.destination_port, 0, outer.source,   outer.destination};
  const Next next = open(within, tunnel);
  if (next != Next::invalid || !is_no_packet(headers.invalid)) {
    if (walk.tunnel && walk.depth == 0) *walk.tunnel = tunnel;
    if (walk.tunnel) walk.tunnel->depth = static_cast<std::uint8_t>(within.depth);
    inside = read_next(within, next);
    if (inside != Outcome::invalid || !is_no_packet(headers.invalid)) return true;
  }
  headers = outer;
  if (walk.tunnel) walk.tunnel->depth = static_cast<std::uint8_t>(walk.depth);
  return false;
}

}  // namespace langyan::decode
