// Headers: what stands before a packet's payload, read once and used by every room above.
//
// Plain data, filled by decode(). Views (`payload`, `tcp.options`) point into the frame that was
// decoded and live as long as it does. A field a packet does not have is zero. After
// Outcome::invalid the fields read before the fault stay, so that an anomaly can name its hosts.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/bytes.h"

namespace langyan::decode {

enum class Outcome : std::uint8_t {
  transport,  // TCP, UDP, SCTP, ICMP or ICMPv6: header and payload
  network,    // IP with another protocol: addresses, protocol, payload
  fragment,   // a piece of an IP packet: payload is the piece; see decode_reassembled()
  link_only,  // no IP: payload follows the link header; ARP is here too
  invalid,    // Headers::invalid says why
};

enum class Invalid : std::uint8_t {
  none,
  link_type,      // a link this sensor does not read
  link_header,    // the frame ends within its link header or a tag, or that names no protocol
  too_many_tags,  // more stacked tags than max_tags
  llc_length,     // 802.3 length beyond the frame, or no room for LLC
  pppoe,          // PPPoE or PPP header cut or contradictory
  arp,            // ARP cut, or of lengths other than Ethernet and IPv4
  ipv4_header,    // cut, version not 4, or header length below 5
  ipv4_length,    // total length below the header's
  ipv4_checksum,
  ipv6_header,          // cut or version not 6
  ipv6_jumbogram,       // RFC 2675: not for links below 64 KiB
  ipv6_extension,       // an extension header is cut
  too_many_extensions,  // more extension headers than max_extensions
  fragment_extent,      // a fragment that ends beyond 65535 octets
  nested_fragment,      // a fragment within reassembled fragments
  ah,                   // IP authentication header cut
  tcp_header,           // cut, or data offset below 5 or beyond the packet
  tcp_checksum,
  udp_header,  // cut
  udp_length,  // below 8 (0: jumbogram) or beyond the packet
  udp_checksum,
  icmp_header,
  icmp_checksum,
  icmpv6_header,
  icmpv6_checksum,
  sctp_header,
  last
};
std::string_view name(Invalid reason);  // "tcp_header", as in decode.invalid.tcp_header

// What a receiver may well accept but a sender of good faith does not send.
enum class Odd : std::uint8_t {
  cut,           // the frame ends before the IP packet: sliced on its way here, or forged
  ipv4_options,  // an option's length is wrong
  tcp_options,   // an option's length is wrong (hosts ignore the rest and take the segment)
  udp_slack,     // octets between the end of the UDP datagram and that of the IP packet
  last
};
std::string_view name(Odd kind);  // "tcp_options", as in decode.odd.tcp_options

namespace tcp_flag {
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08;
constexpr std::uint8_t ack = 0x10, urg = 0x20, ece = 0x40, cwr = 0x80;
}  // namespace tcp_flag

namespace ip_protocol {
constexpr std::uint8_t hop_by_hop = 0, icmp = 1, tcp = 6, udp = 17, routing = 43, fragment = 44;
constexpr std::uint8_t ah = 51, icmpv6 = 58, none = 59, destination = 60, sctp = 132;
constexpr std::uint8_t mobility = 135, hip = 139, shim6 = 140;
}  // namespace ip_protocol

namespace ethertype {
constexpr std::uint16_t ipv4 = 0x0800, arp = 0x0806, ipv6 = 0x86dd, vlan = 0x8100;
constexpr std::uint16_t service_vlan = 0x88a8, pppoe_session = 0x8864;
}  // namespace ethertype

constexpr std::uint8_t no_window_scale = 0xff;
struct Tcp {
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint16_t window = 0, urgent = 0;
  std::uint16_t mss = 0;                        // option 2; 0 where absent
  std::uint8_t flags = 0;                       // tcp_flag
  std::uint8_t window_scale = no_window_scale;  // option 3
  Bytes options;                                // as far as captured
};

struct Arp {
  std::uint16_t operation = 0;  // 1 request, 2 reply (RFC 826)
  Mac sender_mac, target_mac;
  std::uint32_t sender_ip = 0, target_ip = 0;  // host order, as IpAddress::v4 takes them
};

struct Headers {
  // Link. vlans: identifiers of the outermost tags (0: priority tag); vlan_count: all of them.
  Mac source_mac, destination_mac;
  bool has_source_mac = false, has_destination_mac = false;
  std::uint8_t vlan_count = 0;
  std::array<std::uint16_t, 2> vlans{};
  std::uint16_t ethertype = 0;  // the innermost; 0 where the frame is LLC
  std::uint16_t llc = 0;        // DSAP and SSAP of an 802.2 frame (0xfefe: ISO, 0x4242: STP)

  // Network. ip_version is 0 without IP. protocol: of the payload, after IPv6 extensions.
  std::uint8_t ip_version = 0;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 0;            // or hop limit
  std::uint8_t traffic_class = 0;  // or type of service
  IpAddress source, destination;
  std::uint32_t ip_id = 0;            // IPv4 identification, or that of the IPv6 fragment header
  std::uint16_t fragment_offset = 0;  // octets
  bool more_fragments = false;
  bool dont_fragment = false;   // IPv4 only
  bool reserved_bit = false;    // IPv4 only: the third flag, which nobody may set
  bool reassembled = false;     // the whole of what came in fragments
  bool source_routed = false;   // a route is listed; the last hop may not be `destination`
  std::uint8_t extensions = 0;  // IPv6 extension and AH headers passed

  // Transport.
  Invalid invalid = Invalid::none;
  std::uint8_t odd = 0;  // bit set of Odd
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint16_t udp_length = 0;
  std::uint8_t icmp_type = 0, icmp_code = 0;
  std::uint32_t icmp_rest = 0;  // octets 4..7: identifier and sequence of an echo
  Tcp tcp;
  Arp arp;

  // Where things stand, in octets from the start of the frame; 0 where absent.
  std::uint32_t network_offset = 0, transport_offset = 0;
  // The headers themselves: IPv4 with its options, IPv6 with its extensions; TCP with its options,
  // UDP, or the first eight octets of ICMP. Empty where absent or cut. Of a reassembled packet: the
  // last fragment's network header.
  Bytes network_header, transport_header;
  // Trimmed to what IP and UDP say: Ethernet padding is not in it. `missing` octets of it were on
  // the wire but not captured (snap length), or are not in the frame (Odd::cut).
  Bytes payload;
  std::uint32_t missing = 0;

  bool has(Odd kind) const { return odd >> static_cast<unsigned>(kind) & 1; }
  bool is_fragment() const { return fragment_offset || more_fragments; }
  bool is_arp() const { return ethertype == ethertype::arp; }
};

}  // namespace langyan::decode
