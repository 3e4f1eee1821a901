// What decode counts: packets = transport + network + fragment + link_only + invalid, and invalid =
// the sum of its reasons.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/counters.h"
#include "decode/headers.h"

namespace langyan::decode {

enum class Count : std::uint8_t {
  packets,
  bytes,
  transport,  // as Outcome
  network,
  fragment,
  link_only,
  invalid,
  reassembled,
  reassembled_invalid,
  to_groups,
  tagged,
  tunnelled,
  arp,
  ipv4,
  ipv6,
  tcp,
  udp,
  icmp,
  icmpv6,
  sctp,
  first_odd,
  first_reason = first_odd + static_cast<unsigned>(Odd::last),
  last = first_reason + static_cast<unsigned>(Invalid::last) - 1,  // Invalid::none has no row
};

inline constexpr CounterRow counter_rows[] = {
    {"decode.packets", "Packets handed to the decoder."},
    {"decode.bytes", "Their octets on the wire."},
    {"decode.transport", "Decoded up to TCP, UDP, SCTP, ICMP or ICMPv6."},
    {"decode.network", "Decoded up to IP; another protocol follows."},
    {"decode.fragment", "Pieces of IP packets."},
    {"decode.link_only", "Frames without IP, ARP included."},
    {"decode.invalid", "Packets that could not be decoded, for one of the reasons below."},
    {"decode.reassembled", "IP packets read again once their fragments were together."},
    {"decode.reassembled_invalid", "Such packets that could not be decoded."},
    {"decode.to_groups", "Frames to a broadcast or multicast MAC address."},
    {"decode.tagged", "Frames with 802.1Q, 802.1ad, HSR or 802.1CB tags."},
    {"decode.tunnelled",
     "Packets within GRE, ERSPAN, VXLAN, Geneve, GTP-U, TZSP or IP, decoded in place of what carried them."},
    {"decode.arp", "ARP packets."},
    {"decode.ipv4", "Decoded IPv4 packets."},
    {"decode.ipv6", "Decoded IPv6 packets."},
    {"decode.tcp", "Decoded TCP segments."},
    {"decode.udp", "Decoded UDP datagrams."},
    {"decode.icmp", "Decoded ICMP messages."},
    {"decode.icmpv6", "Decoded ICMPv6 messages."},
    {"decode.sctp", "Decoded SCTP packets."},
    {"decode.odd.cut",
     "IP packets that go on after the end of their frame; decoded as far as there."},
    {"decode.odd.ipv4_options", "IPv4 packets with an option of wrong length; decoded."},
    {"decode.odd.tcp_options", "TCP segments with an option of wrong length; decoded."},
    {"decode.odd.udp_slack", "UDP datagrams that end before their IP packet; decoded."},
    {"decode.invalid.link_type", "The capture's link type is none this sensor reads."},
    {"decode.invalid.link_header", "The frame ends within its link header or names no protocol."},
    {"decode.invalid.too_many_tags", "More stacked tags than eight."},
    {"decode.invalid.llc_length", "The 802.3 length is beyond the frame or has no room for LLC."},
    {"decode.invalid.pppoe", "A PPPoE or PPP header is cut or contradicts the frame."},
    {"decode.invalid.arp", "ARP is cut or not for Ethernet and IPv4."},
    {"decode.invalid.ipv4_header", "The IPv4 header is cut, not version 4 or too short."},
    {"decode.invalid.ipv4_length", "The IPv4 total length is below that of the header."},
    {"decode.invalid.ipv4_checksum", "The IPv4 header checksum is wrong."},
    {"decode.invalid.ipv6_header", "The IPv6 header is cut or not version 6."},
    {"decode.invalid.ipv6_jumbogram", "An IPv6 jumbogram, which no link below 64 KiB carries."},
    {"decode.invalid.ipv6_extension", "An IPv6 extension header is cut."},
    {"decode.invalid.too_many_extensions", "More IPv6 extension headers than eight."},
    {"decode.invalid.fragment_extent", "A fragment ends beyond the largest IP packet."},
    {"decode.invalid.nested_fragment", "A fragment within reassembled fragments."},
    {"decode.invalid.ah", "The IP authentication header is cut."},
    {"decode.invalid.tcp_header", "The TCP header is cut or its data offset is wrong."},
    {"decode.invalid.tcp_checksum", "The TCP checksum is wrong."},
    {"decode.invalid.udp_header", "The UDP header is cut."},
    {"decode.invalid.udp_length", "The UDP length is below 8 or beyond the packet."},
    {"decode.invalid.udp_checksum", "The UDP checksum is wrong."},
    {"decode.invalid.icmp_header", "The ICMP header is cut."},
    {"decode.invalid.icmp_checksum", "The ICMP checksum is wrong."},
    {"decode.invalid.icmpv6_header", "The ICMPv6 header is cut."},
    {"decode.invalid.icmpv6_checksum", "The ICMPv6 checksum is wrong."},
    {"decode.invalid.sctp_header", "The SCTP header is cut."},
};

constexpr Count count_of(Outcome outcome) {
  return static_cast<Count>(static_cast<unsigned>(Count::transport) +
                            static_cast<unsigned>(outcome));
}
constexpr Count count_of(Invalid reason) {  // not for Invalid::none
  return static_cast<Count>(static_cast<unsigned>(Count::first_reason) +
                            static_cast<unsigned>(reason) - 1);
}
constexpr Count count_of(Odd kind) {
  return static_cast<Count>(static_cast<unsigned>(Count::first_odd) + static_cast<unsigned>(kind));
}

using DecodeCounters = Counters<Count, counter_rows>;

}  // namespace langyan::decode
