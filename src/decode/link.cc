#include <algorithm>
#include <array>

#include "decode/walk.h"

namespace langyan::decode {
namespace {

constexpr std::uint16_t first_ethertype = 1536;  // IEEE 802.3 3.2.6: below it is a length
constexpr std::uint16_t most_length = 1500;
constexpr std::uint16_t mpls = 0x8847, mpls_upstream = 0x8848;

// What may stand between the MAC addresses and the payload: `size` octets, then an ethertype.
struct Tag {
  std::uint16_t ethertype;
  std::uint8_t size;
  bool vlan;
};
constexpr Tag tags[] = {
    {ethertype::vlan, 2, true},          // IEEE 802.1Q 9.6
    {ethertype::service_vlan, 2, true},  // IEEE 802.1Q 9.5
    {0x9100, 2, true},                   // service tags from before 802.1ad
    {0x9200, 2, true},
    {0x892f, 4, false},  // HSR, IEC 62439-3 5.1: path, size, sequence
    {0xf1c1, 4, false},  // R-TAG, IEEE 802.1CB 7.8: reserved, sequence
};

Next fault(Walk& walk, Invalid reason) {
  walk.headers.invalid = reason;
  return Next::invalid;
}

// RFC 2516 4: version and type 1, code 0 for session data, session, length.
Next read_pppoe(Walk& walk) {
  if (!walk.holds(6) || walk.at[0] != 0x11 || walk.at[1] != 0) {
    return fault(walk, Invalid::pppoe);
  }
  const std::size_t length = u16(walk.at + 4);
  walk.skip(6);
  if (!walk.trim(length)) return fault(walk, Invalid::pppoe);
  return read_ppp(walk);
}

const Tag* find_tag(std::uint16_t type) {
  const auto* at = std::ranges::find(tags, type, &Tag::ethertype);
  return at == std::end(tags) ? nullptr : at;
}

Next read_llc(Walk& walk);
Next read_labels(Walk& walk);

}  // namespace

// PPP protocol numbers (RFC 1661 2, IANA): one octet when the first is odd.
Next read_ppp(Walk& walk) {
  if (!walk.holds(1)) return fault(walk, Invalid::pppoe);
  const bool compressed = walk.at[0] & 1;
  if (!compressed && !walk.holds(2)) return fault(walk, Invalid::pppoe);
  const std::uint16_t protocol = compressed ? walk.at[0] : u16(walk.at);
  if (protocol != 0x0021 && protocol != 0x0057) return Next::other;
  walk.skip(compressed ? 1 : 2);
  walk.headers.ethertype = protocol == 0x0021 ? ethertype::ipv4 : ethertype::ipv6;
  return protocol == 0x0021 ? Next::ipv4 : Next::ipv6;
}

// From behind an ethertype field that holds `type`.
Next read_ethertype(Walk& walk, std::uint16_t type) {
  Headers& headers = walk.headers;
  for (;; ++walk.tags) {
    headers.ethertype = type;
    if (type == ethertype::ipv4) return Next::ipv4;
    if (type == ethertype::ipv6) return Next::ipv6;
    if (type == ethertype::arp) return Next::arp;
    if (type == ethertype::pppoe_session) return read_pppoe(walk);
    if (type == mpls || type == mpls_upstream) return read_labels(walk);
    const Tag* tag = find_tag(type);
    if (!tag) break;
    if (walk.tags == max_tags) return fault(walk, Invalid::too_many_tags);
    if (!walk.holds(tag->size + 2u)) return fault(walk, Invalid::link_header);
    if (tag->vlan) {
      if (headers.vlan_count < headers.vlans.size()) {
        headers.vlans[headers.vlan_count] = u16(walk.at) & 0x0fff;
      }
      ++headers.vlan_count;
    }
    type = u16(walk.at + tag->size);
    walk.skip(tag->size + 2u);
  }
  if (type >= first_ethertype) return Next::other;
  if (type > most_length) return Next::other;  // undefined by IEEE 802.3; shown as it is
  headers.ethertype = 0;
  if (!walk.trim(type)) return fault(walk, Invalid::llc_length);
  return read_llc(walk);
}

Next read_ethernet(Walk& walk) {
  if (!walk.holds(14)) return fault(walk, Invalid::link_header);
  const std::uint8_t* at = walk.at;
  Headers& headers = walk.headers;
  std::memcpy(headers.destination_mac.octets.data(), at, 6);
  std::memcpy(headers.source_mac.octets.data(), at + 6, 6);
  headers.has_destination_mac = headers.has_source_mac = true;
  walk.skip(14);
  return read_ethertype(walk, u16(at + 12));
}

Next read_raw(Walk& walk) {
  if (!walk.holds(1)) return fault(walk, Invalid::link_header);
  const unsigned version = walk.at[0] >> 4;
  if (version != 4 && version != 6) return fault(walk, Invalid::link_header);
  walk.headers.ethertype = version == 4 ? ethertype::ipv4 : ethertype::ipv6;
  return version == 4 ? Next::ipv4 : Next::ipv6;
}

namespace {

// RFC 3032 2.1: labels of four octets, the last has bit 8 of its third set. What follows says itself
// what it is: IP by its version; an Ethernet frame by the control word of RFC 4385 3, whose first
// four bits are zero. Ethernet without that word cannot be told from other contents.
Next read_labels(Walk& walk) {
  for (bool last = false; !last; walk.skip(4)) {
    if (!walk.holds(4)) return fault(walk, Invalid::link_header);
    if (++walk.tags > max_tags) return fault(walk, Invalid::too_many_tags);
    last = walk.at[2] & 1;
  }
  if (!walk.holds(1)) return Next::other;
  const unsigned nibble = walk.at[0] >> 4;
  if (nibble == 4 || nibble == 6) return read_raw(walk);
  if (nibble != 0 || !walk.holds(4 + 14)) return Next::other;
  walk.skip(4);
  return read_ethernet(walk);
}

// IEEE 802.2 3: DSAP, SSAP, control (one octet when its low bits are 11, else two). SNAP: IEEE 802
// 10: organisation and its protocol, which is an ethertype for organisation 0 (RFC 1042) and for
// bridged Ethernet (0000f8, IEEE 802.1H).
Next read_llc(Walk& walk) {
  if (!walk.holds(3)) return fault(walk, Invalid::llc_length);
  const std::uint8_t* at = walk.at;
  walk.headers.llc = u16(at);
  const std::size_t control = (at[2] & 3) == 3 ? 1 : 2;
  if (!walk.holds(2 + control)) return fault(walk, Invalid::llc_length);
  if (walk.headers.llc != 0xaaaa || at[2] != 3) return walk.skip(2 + control), Next::other;
  if (!walk.holds(8)) return fault(walk, Invalid::llc_length);
  if (++walk.tags > max_tags) return fault(walk, Invalid::too_many_tags);
  const std::uint32_t organisation = u32(at + 2) & 0xffffff;
  const std::uint16_t type = u16(at + 6);
  walk.skip(8);
  if ((organisation != 0 && organisation != 0x0000f8) || type < first_ethertype) return Next::other;
  return read_ethertype(walk, type);
}

// LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address (8), protocol;
// LINKTYPE_LINUX_SLL2: protocol, reserved, interface (4), ARPHRD, packet type, address length,
// address (8). A protocol of 1 or 4 is no ethertype: 802.3 without LLC, and 802.2.
Next read_cooked(Walk& walk, std::size_t size, std::size_t protocol_at, std::size_t length_at,
                 std::size_t address_at) {
  if (!walk.holds(size)) return fault(walk, Invalid::link_header);
  const std::uint8_t* at = walk.at;
  if (at[length_at] == 6) {
    std::memcpy(walk.headers.source_mac.octets.data(), at + address_at, 6);
    walk.headers.has_source_mac = true;
  }
  const std::uint16_t type = u16(at + protocol_at);
  walk.skip(size);
  if (type == 4) return read_llc(walk);
  if (type < first_ethertype) return Next::other;
  return read_ethertype(walk, type);
}
Next read_sll(Walk& walk) {
  return read_cooked(walk, 16, 14, 5, 6);
}
Next read_sll2(Walk& walk) {
  return read_cooked(walk, 20, 0, 11, 12);
}

Next read_raw4(Walk& walk) {
  walk.headers.ethertype = ethertype::ipv4;
  return Next::ipv4;
}
Next read_raw6(Walk& walk) {
  walk.headers.ethertype = ethertype::ipv6;
  return Next::ipv6;
}

// LINKTYPE_NULL and LINKTYPE_LOOP: an address family of the capturing host, in its byte order
// (NULL) or the network's (LOOP); families are small numbers, so the order shows.
Next read_loopback(Walk& walk) {
  if (!walk.holds(4)) return fault(walk, Invalid::link_header);
  std::uint32_t family = u32(walk.at);
  if (family > 0xffff) family = __builtin_bswap32(family);
  walk.skip(4);
  constexpr std::uint32_t inet6[] = {10, 23, 24, 28, 30};  // Linux, Windows, NetBSD, FreeBSD, macOS
  if (family == 2) return read_raw4(walk);
  if (std::ranges::find(inet6, family) != std::end(inet6)) return read_raw6(walk);
  return Next::other;
}

// LINKTYPE_PPP, LINKTYPE_PPP_HDLC: address and control ff 03 (RFC 1662 3.1) unless compressed away;
// LINKTYPE_C_HDLC: address 0f or 8f, control 0, ethertype.
Next read_hdlc(Walk& walk) {
  if (walk.holds(4) && (walk.at[0] == 0x0f || walk.at[0] == 0x8f) && walk.at[1] == 0) {
    const std::uint16_t type = u16(walk.at + 2);
    walk.skip(4);
    return type < first_ethertype ? Next::other : read_ethertype(walk, type);
  }
  if (walk.holds(2) && walk.at[0] == 0xff && walk.at[1] == 3) walk.skip(2);
  return read_ppp(walk);
}

// Link types by libpcap's DLT_* and by LINKTYPE_* where these differ (raw IP).
struct Link {
  int type;
  Next (*read)(Walk&);
};
// clang-format off
constexpr Link links[] = {
    {1,   read_ethernet},  // EN10MB
    {113, read_sll},       // LINUX_SLL
    {276, read_sll2},      // LINUX_SLL2
    {12,  read_raw},       // RAW on most systems,
    {14,  read_raw},       // on OpenBSD,
    {101, read_raw},       // and in files
    {228, read_raw4},      // IPV4
    {229, read_raw6},      // IPV6
    {0,   read_loopback},  // NULL
    {108, read_loopback},  // LOOP
    {9,   read_hdlc},      // PPP
    {50,  read_hdlc},      // PPP_SERIAL
    {104, read_hdlc},      // C_HDLC
};
// clang-format on

const Link* find_link(int type) {
  const auto* at = std::ranges::find(links, type, &Link::type);
  return at == std::end(links) ? nullptr : at;
}

}  // namespace

Next read_link(Walk& walk, int link_type) {
  if (link_type == links[0].type) return read_ethernet(walk);
  const Link* link = find_link(link_type);
  return link ? link->read(walk) : fault(walk, Invalid::link_type);
}

bool supports(int link_type) {
  return find_link(link_type) != nullptr;
}

}  // namespace langyan::decode
