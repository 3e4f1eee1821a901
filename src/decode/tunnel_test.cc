// Tunnels: what is inside is decoded, what only looks like one stays what it is, and nothing is read
// beyond the frame.
#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "decode/decode.h"
#include "decode/test_frames.h"

namespace langyan::decode {
namespace {

using namespace test;

const Octets inner_mac_a = {0x02, 0, 0x0b, 0, 0, 1}, inner_mac_b = {0x02, 0, 0x0b, 0, 0, 2};
const Octets inner_a = {192, 168, 7, 1}, inner_b = {192, 168, 7, 2};

Octets inner_ip(std::string_view payload = "inside") {
  const Octets segment = summed(tcp(payload), inner_a, inner_b);
  Octets packet = ipv4_around(6, segment);
  std::copy(inner_a.begin(), inner_a.end(), packet.begin() + 12);
  std::copy(inner_b.begin(), inner_b.end(), packet.begin() + 16);
  patch16(packet, 10, 0);
  patch16(packet, 10, checksum({packet.begin(), packet.begin() + 20}));
  return packet;
}
Octets inner_frame(const Octets& tags = {}) {
  return inner_mac_b + inner_mac_a + tags + be16(0x0800) + inner_ip();
}
Octets to_port(unsigned port, const Octets& payload) {
  Message message = udp(std::string_view(reinterpret_cast<const char*>(payload.data()), payload.size()));
  patch16(message.octets, 2, port);
  return ethernet(0x0800, ipv4(message));
}
Octets over(std::uint8_t protocol, const Octets& payload) {
  return ethernet(0x0800, ipv4_around(protocol, payload));
}

const Octets vxlan_head = {8, 0, 0, 0, 0, 0x12, 0x34, 0}, geneve_head = {0x01, 0, 0x65, 0x58, 0, 0, 9, 0, 1, 2, 3, 4};
const Octets gre_plain = be16(0) + be16(0x0800), gre_all = be16(0xb000) + be16(0x6558) + be32(0) + be32(77) + be32(5);
const Octets erspan_1 = be16(0) + be16(0x88be);
const Octets erspan_2 = be16(0x1000) + be16(0x88be) + be32(9) + be16(0x1000 | 31) + be16(0x1000 | 513) + be32(7);
const Octets erspan_3_head =
    be16(0x1000) + be16(0x22eb) + be32(9) + be16(0x2000 | 32) + be16(0x0800 | 514) + be32(1) + be16(0);
const Octets erspan_3 = erspan_3_head + be16(0), erspan_3_more = erspan_3_head + be16(1) + Octets(8);
const Octets erspan_3_ip = erspan_3_head + be16(2 << 10);
const Octets tzsp_head = {1, 0, 0, 1, 0, 0x0a, 2, 9, 9, 1};

Octets gtp_around(const Octets& inside, const Octets& more = {}, unsigned flags = 0) {
  const auto size = static_cast<unsigned>(more.size() + inside.size());
  return Octets{static_cast<std::uint8_t>(0x30 | flags), 255} + be16(size) + be32(0xabcd0001) + more + inside;
}
// Sequence number, and a PDU session container (3GPP TS 38.415) as the extension header.
const Octets gtp_5g = be16(1) + Octets{0, 0x85, 1, 0x10, 9, 0};

struct Case {
  const char* name;
  Octets frame;
  TunnelKind kind;
  std::uint32_t id;
  bool ethernet;  // inside
};

std::vector<Case> cases() {
  using enum TunnelKind;
  return {
      {"ip in ip", over(4, inner_ip()), ip, 0, false},
      {"ip in ip, authenticated", over(51, Octets{4, 4, 0, 0} + be32(1) + be32(1) + Octets(12) + inner_ip()), ip, 0, false},
      {"etherip", over(97, be16(0x3000) + inner_frame()), ip, 0, true},
      {"gre", over(47, gre_plain + inner_ip()), gre, 0, false},
      {"gre with all", over(47, gre_all + inner_frame()), gre, 77, true},
      {"gre of pptp",
       over(47, be16(0x3081) + be16(0x880b) + be32(0x00200055) + be32(1) + be32(2) + be16(0xff03) + be16(0x0021) +
                    inner_ip()),
       gre, 0x55, false},
      {"gre, ipv6 around", ethernet(0x86dd, ipv6_around(47, gre_plain + inner_ip())), gre, 0, false},
      {"gre, mpls inside", over(47, be16(0) + be16(0x8847) + be32(0x00010040) + be32(0x00020140) + inner_ip()), gre, 0,
       false},
      {"erspan 1", over(47, erspan_1 + inner_frame()), erspan, 0, true},
      {"erspan 2", over(47, erspan_2 + inner_frame()), erspan, 513, true},
      {"erspan 3", over(47, erspan_3 + inner_frame()), erspan, 514, true},
      {"erspan 3, more", over(47, erspan_3_more + inner_frame()), erspan, 514, true},
      {"erspan 3, ip", over(47, erspan_3_ip + inner_ip()), erspan, 514, false},
      {"vxlan", to_port(4789, vxlan_head + inner_frame()), vxlan, 0x1234, true},
      {"vxlan, group", to_port(8472, Octets{0x88, 0, 0, 5, 0, 0, 1, 0} + inner_frame()), vxlan, 1, true},
      {"geneve", to_port(6081, geneve_head + inner_frame()), geneve, 9, true},
      {"geneve of ip", to_port(6081, Octets{0, 0, 8, 0, 0, 0, 9, 0} + inner_ip()), geneve, 9, false},
      {"gtp", to_port(2152, gtp_around(inner_ip())), gtp, 0xabcd0001, false},
      {"gtp, 5g", to_port(2152, gtp_around(inner_ip(), gtp_5g, 6)), gtp, 0xabcd0001, false},
      {"gtp, ethernet", to_port(2152, gtp_around(inner_frame(), gtp_5g, 6)), gtp, 0xabcd0001, true},
      {"tzsp", to_port(37008, tzsp_head + inner_frame()), tzsp, 0, true},
  };
}

Outcome read(const Octets& frame, Headers& headers, Tunnel& tunnel, Checksums checksums = Checksums::ignore) {
  static std::deque<Octets> frames;  // the headers' views outlive the argument
  frames.push_back(frame);
  return decode(frames.back(), 0, 1, checksums, headers, &tunnel);
}

TEST(Tunnel, WhatIsInsideIsDecoded) {
  for (const Case& each : cases()) {
    SCOPED_TRACE(each.name);
    Headers headers;
    Tunnel tunnel;
    ASSERT_EQ(read(each.frame, headers, tunnel), Outcome::transport) << name(headers.invalid);
    EXPECT_EQ(to_string(headers.source), "192.168.7.1");
    EXPECT_EQ(headers.destination_port, 502);
    EXPECT_EQ(text_of(headers.payload), "inside");
    EXPECT_EQ(headers.has_source_mac, each.ethernet);
    if (each.ethernet) {
      EXPECT_EQ(to_string(headers.source_mac), "02:00:0b:00:00:01");
    }
    EXPECT_EQ(name(tunnel.kind), name(each.kind));
    EXPECT_EQ(tunnel.id, each.id);
    EXPECT_EQ(tunnel.depth, 1);
    EXPECT_EQ(to_string(tunnel.source), each.frame[12] == 0x86 ? "2001:db8::5" : "10.20.0.5");
    EXPECT_EQ(tunnel.source_port, tunnel.protocol == 17 ? 40002 : 0);
    EXPECT_EQ(each.frame[headers.network_offset], 0x45);
    EXPECT_EQ(headers.transport_offset + 20 + headers.payload.size(), each.frame.size());
  }
}

TEST(Tunnel, ErspanTellsTheVlanTheSwitchTookOff) {
  Headers headers;
  Tunnel tunnel;
  read(over(47, erspan_2 + inner_frame()), headers, tunnel);
  EXPECT_EQ(headers.vlan_count, 1);
  EXPECT_EQ(headers.vlans[0], 31);
  read(over(47, erspan_2 + inner_frame(be16(0x8100) + be16(44))), headers, tunnel);
  EXPECT_EQ(headers.vlan_count, 1);
  EXPECT_EQ(headers.vlans[0], 44);
}

TEST(Tunnel, LayerTwoInside) {
  Headers headers;
  Tunnel tunnel;
  const Octets goose = inner_mac_b + inner_mac_a + be16(0x88b8) + text("goose");
  EXPECT_EQ(read(over(47, erspan_2 + goose), headers, tunnel), Outcome::link_only);
  EXPECT_EQ(headers.ethertype, 0x88b8);
  EXPECT_EQ(headers.ip_version, 0);
  EXPECT_EQ(text_of(headers.payload), "goose");
  EXPECT_EQ(read(over(47, erspan_2 + inner_mac_b + inner_mac_a + be16(0x0806) + arp(1)), headers, tunnel),
            Outcome::link_only);
  EXPECT_EQ(headers.arp.operation, 1);
}

TEST(Tunnel, MplsLabelsAreTags) {
  Headers headers;
  Tunnel tunnel;
  const Octets labels = be32(0x00010040) + be32(0x00020140);
  EXPECT_EQ(read(ethernet(0x8847, labels + inner_ip()), headers, tunnel), Outcome::transport);
  EXPECT_EQ(text_of(headers.payload), "inside");
  EXPECT_EQ(tunnel.depth, 0);
  EXPECT_EQ(read(ethernet(0x8847, labels + be32(0) + inner_frame()), headers, tunnel), Outcome::transport);
  EXPECT_EQ(to_string(headers.source_mac), "02:00:0b:00:00:01");
  EXPECT_EQ(read(ethernet(0x8847, labels + text("\x10 what it is nobody says")), headers, tunnel), Outcome::link_only);
  Octets endless;
  for (int i = 0; i <= max_tags; ++i) endless = endless + be32(0x00010040);
  EXPECT_EQ(read(ethernet(0x8847, endless), headers, tunnel), Outcome::invalid);
  EXPECT_EQ(headers.invalid, Invalid::too_many_tags);
}

TEST(Tunnel, OneInTheOther) {
  Headers headers;
  Tunnel tunnel;
  Octets packet = inner_ip();
  for (int depth = 1; depth <= max_tunnels + 1; ++depth) {
    packet = ipv4_around(4, packet);
    const Outcome outcome = read(ethernet(0x0800, packet), headers, tunnel);
    EXPECT_EQ(outcome, depth <= max_tunnels ? Outcome::transport : Outcome::network) << depth;
    EXPECT_EQ(tunnel.depth, std::min(depth, max_tunnels));
  }
  const Octets vxlan_frame = to_port(4789, vxlan_head + inner_frame());
  EXPECT_EQ(read(over(47, erspan_2 + vxlan_frame), headers, tunnel), Outcome::transport);
  EXPECT_EQ(tunnel.depth, 2);
  EXPECT_EQ(tunnel.kind, TunnelKind::erspan);  // the outermost, which the mirror made
  EXPECT_EQ(tunnel.id, 513u);
}

TEST(Tunnel, WhatOnlyLooksLikeOneStaysWhatItIs) {
  const auto stays = [](const Octets& frame, Outcome expected) {
    Headers headers;
    Tunnel tunnel;
    EXPECT_EQ(read(frame, headers, tunnel), expected);
    EXPECT_EQ(tunnel.depth, 0);
    EXPECT_EQ(to_string(headers.source), "10.20.0.5");
    EXPECT_FALSE(headers.payload.empty());
  };
  stays(to_port(4789, text("a name server asked from this port")), Outcome::transport);
  stays(to_port(4789, Octets{0, 0, 0, 0, 0, 0, 1, 0} + inner_frame()), Outcome::transport);  // no VNI
  stays(to_port(4789, vxlan_head + Octets(13)), Outcome::transport);                         // not even Ethernet
  stays(to_port(4789, vxlan_head + inner_mac_b + inner_mac_a + be16(0x0800) + Octets{0x45}), Outcome::transport);
  stays(to_port(2152, gtp_around(inner_ip()) + Octets{0}), Outcome::transport);             // another length
  stays(to_port(2152, Octets{0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0}), Outcome::transport);  // echo request
  stays(to_port(6081, Octets{0x3f, 0, 0x65, 0x58, 0, 0, 9, 0} + inner_frame()), Outcome::transport);
  stays(to_port(37008, Octets{1, 4, 0, 0} + Octets(4)), Outcome::transport);  // keep-alive
  stays(over(47, be16(0) + be16(0x0000) + Octets{1}), Outcome::network);      // keep-alive
  stays(over(47, be16(0x4000) + be16(0x0800) + inner_ip()), Outcome::network);
  stays(over(47, erspan_2), Outcome::network);
  stays(over(4, text("no packet")), Outcome::network);
  stays(over(97, be16(0x3000)), Outcome::network);
}

TEST(Tunnel, ItsContentsAreVerified) {
  Headers headers;
  Tunnel tunnel;
  Octets wrong = to_port(4789, vxlan_head + inner_frame());
  patch16(wrong, 14 + 20 + 6, 0);  // the outer checksum: none
  ASSERT_EQ(read(wrong, headers, tunnel, Checksums::verify), Outcome::transport);
  wrong.back() ^= 1;
  EXPECT_EQ(read(wrong, headers, tunnel, Checksums::verify), Outcome::invalid);
  EXPECT_EQ(headers.invalid, Invalid::tcp_checksum);
  EXPECT_EQ(to_string(headers.source), "192.168.7.1");
}

// Mirrors over IP make packets that are too long for a link: the packet inside shows when they are whole.
TEST(Tunnel, InFragments) {
  const Octets whole = erspan_2 + inner_frame();
  Headers headers;
  Tunnel tunnel;
  ASSERT_EQ(
      read(ethernet(0x0800, ipv4_around(47, Octets(whole.begin(), whole.begin() + 64), {}, 0x2000)), headers, tunnel),
      Outcome::fragment);
  EXPECT_EQ(tunnel.depth, 0);
  ASSERT_EQ(decode_reassembled(whole, Checksums::verify, headers, &tunnel), Outcome::transport);
  EXPECT_EQ(to_string(headers.source), "192.168.7.1");
  EXPECT_EQ(tunnel.kind, TunnelKind::erspan);
  EXPECT_TRUE(headers.reassembled);
}

TEST(Tunnel, AFragmentInside) {
  Headers headers;
  Tunnel tunnel;
  Octets piece = ipv4_around(17, text("12345678"), {}, 0x2001);
  EXPECT_EQ(read(over(47, gre_plain + piece), headers, tunnel), Outcome::fragment);
  EXPECT_EQ(headers.fragment_offset, 8);
  EXPECT_EQ(tunnel.depth, 1);
}

// Who shares frames out finds the packet inside by the first fragment, and names the datagram of each.
TEST(Tunnel, PlaceOfFragments) {
  const Octets whole = erspan_2 + inner_frame();
  const auto piece = [&](std::size_t from, std::size_t to, unsigned flags) {
    const auto at = [&](std::size_t i) { return whole.begin() + static_cast<std::ptrdiff_t>(i); };
    return ethernet(0x0800, ipv4_around(47, Octets(at(from), at(to)), {}, flags));
  };
  const Place all = place_of(ethernet(0x0800, ipv4_around(47, whole)), 1);
  const Place first = place_of(piece(0, 64, 0x2000), 1), second = place_of(piece(64, whole.size(), 8), 1);
  EXPECT_EQ(all.pair, pair_hash(ethernet(0x0800, inner_ip()), 1));
  EXPECT_EQ(all.datagram, 0u);
  EXPECT_EQ(first.inside, all.pair);
  EXPECT_EQ(second.inside, 0u);
  EXPECT_NE(first.datagram, 0u);
  EXPECT_EQ(first.datagram, second.datagram);
  EXPECT_EQ(first.pair, second.pair);
  const Place plain = place_of(ethernet(0x0800, ipv4_around(17, text("12345678"), {}, 0x2000)), 1);
  EXPECT_EQ(plain.inside, plain.pair);
}

void expect_sound(Bytes frame, std::uint32_t wire_length) {
  Headers headers;
  Tunnel tunnel;
  const Outcome outcome = decode(frame, wire_length, 1, Checksums::ignore, headers, &tunnel);
  const auto within = [&](Bytes part) {
    return part.empty() || (part.data() >= frame.data() && part.data() + part.size() <= frame.data() + frame.size());
  };
  EXPECT_TRUE(within(headers.payload) && within(headers.tcp.options) && within(headers.network_header));
  EXPECT_EQ(outcome == Outcome::invalid, headers.invalid != Invalid::none);
  EXPECT_LE(tunnel.depth, max_tunnels);
  if (outcome != Outcome::invalid) {
    EXPECT_EQ(pair_hash(frame, 1), pair_hash(headers));
  }
}

TEST(Tunnel, CutAndChanged) {
  for (const Case& each : cases()) {
    for (std::size_t size = 0; size <= each.frame.size(); ++size) {
      const auto copy = std::make_unique<std::uint8_t[]>(size);
      std::copy_n(each.frame.begin(), size, copy.get());
      expect_sound({copy.get(), size}, 0);
      expect_sound({copy.get(), size}, static_cast<std::uint32_t>(each.frame.size()));
      if (HasFailure()) FAIL() << each.name << " cut at " << size;
    }
    const auto copy = std::make_unique<std::uint8_t[]>(each.frame.size());
    for (std::size_t at = 0; at < each.frame.size(); ++at) {
      std::copy(each.frame.begin(), each.frame.end(), copy.get());
      for (int value = 0; value < 256; ++value) {
        copy[at] = static_cast<std::uint8_t>(value);
        expect_sound({copy.get(), each.frame.size()}, 0);
        if (HasFailure()) FAIL() << each.name << ": octet " << at << " is " << value;
      }
    }
  }
}

TEST(Tunnel, IsCounted) {
  Decoder decoder;
  Headers headers;
  for (const Case& each : cases()) decoder.decode(each.frame, 0, 1, headers);
  EXPECT_EQ(decoder.counters().value(Count::tunnelled), cases().size());
  EXPECT_EQ(decoder.counters().value(Count::tcp), cases().size());
  EXPECT_EQ(decoder.counters().value(Count::udp), 0u);
}

}  // namespace
}  // namespace langyan::decode
