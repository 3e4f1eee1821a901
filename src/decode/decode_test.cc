#include "decode/decode.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "decode/test_frames.h"

namespace langyan::decode {
namespace {

using namespace test;

Bytes bytes(const Octets& octets) {
  return {octets.data(), octets.size()};
}

struct Decoded {
  Outcome outcome;
  Headers headers;
};

Decoded decoded(const Octets& frame, int link_type = 1) {
  static std::deque<Octets> frames;  // the headers' views outlive the argument
  frames.push_back(frame);
  Decoded result;
  result.outcome = decode(bytes(frames.back()), link_type, result.headers);
  return result;
}

std::string payload(const Headers& headers) {
  return std::string(text_of(headers.payload));
}

void expect_invalid(Invalid reason, const Octets& frame, int link_type = 1) {
  const auto [outcome, headers] = decoded(frame, link_type);
  EXPECT_EQ(outcome, Outcome::invalid);
  EXPECT_EQ(name(headers.invalid), name(reason));
}

TEST(Decode, EthernetIpv4Tcp) {
  const Octets options = {2, 4, 0x05, 0xb4, 1, 3, 3, 7};
  Octets frame = ethernet(0x0800, ipv4(tcp("hello", options, tcp_flag::syn | tcp_flag::ece)));
  frame.insert(frame.end(), 9, 0xee);  // padding
  const auto [outcome, headers] = decoded(frame);
  EXPECT_EQ(outcome, Outcome::transport);
  EXPECT_EQ(headers.invalid, Invalid::none);
  EXPECT_EQ(to_string(headers.source_mac), "02:00:0a:14:00:05");
  EXPECT_EQ(to_string(headers.destination_mac), "02:00:0a:14:00:09");
  EXPECT_TRUE(headers.has_source_mac && headers.has_destination_mac);
  EXPECT_EQ(headers.vlan_count, 0);
  EXPECT_EQ(headers.ethertype, ethertype::ipv4);
  EXPECT_EQ(headers.ip_version, 4);
  EXPECT_EQ(to_string(headers.source), "10.20.0.5");
  EXPECT_EQ(to_string(headers.destination), "10.20.0.9");
  EXPECT_EQ(headers.source, *parse_ip("10.20.0.5"));
  EXPECT_EQ(headers.protocol, ip_protocol::tcp);
  EXPECT_EQ(headers.ttl, 63);
  EXPECT_EQ(headers.traffic_class, 0x28);
  EXPECT_EQ(headers.ip_id, 0xbeefu);
  EXPECT_TRUE(headers.dont_fragment);
  EXPECT_FALSE(headers.more_fragments);
  EXPECT_EQ(headers.fragment_offset, 0);
  EXPECT_EQ(headers.source_port, 40001);
  EXPECT_EQ(headers.destination_port, 502);
  EXPECT_EQ(headers.tcp.sequence, 0x01020304u);
  EXPECT_EQ(headers.tcp.acknowledgement, 0x0a0b0c0du);
  EXPECT_EQ(headers.tcp.flags, tcp_flag::syn | tcp_flag::ece);
  EXPECT_EQ(headers.tcp.window, 8192);
  EXPECT_EQ(headers.tcp.urgent, 7);
  EXPECT_EQ(headers.tcp.mss, 1460);
  EXPECT_EQ(headers.tcp.window_scale, 7);
  EXPECT_EQ(Octets(headers.tcp.options.begin(), headers.tcp.options.end()), options);
  EXPECT_EQ(headers.network_offset, 14u);
  EXPECT_EQ(headers.transport_offset, 34u);
  EXPECT_EQ(payload(headers), "hello");
  EXPECT_EQ(headers.missing, 0u);
}

TEST(Decode, HeadersAreFreshEachTime) {
  Headers headers;
  ASSERT_EQ(decode(bytes(ethernet(0x86dd, ipv6(icmpv6(135)))), 1, headers), Outcome::transport);
  ASSERT_EQ(decode(bytes(ethernet(0x88b8, text("goose"))), 1, headers), Outcome::link_only);
  EXPECT_EQ(headers.ip_version, 0);
  EXPECT_EQ(headers.source, IpAddress{});
  EXPECT_EQ(headers.icmp_type, 0);
  EXPECT_EQ(headers.tcp.window_scale, no_window_scale);
}

TEST(Decode, Tags) {
  const Octets ip = ipv4(udp("v"));
  const auto tag = [](unsigned type, unsigned id) { return be16(type) + be16(0xf000 | id); };
  auto one = decoded(mac_b + mac_a + tag(0x8100, 100) + be16(0x0800) + ip);
  EXPECT_EQ(one.outcome, Outcome::transport);
  EXPECT_EQ(one.headers.vlan_count, 1);
  EXPECT_EQ(one.headers.vlans[0], 100);
  EXPECT_EQ(one.headers.ethertype, ethertype::ipv4);
  EXPECT_EQ(one.headers.network_offset, 18u);
  const auto three = decoded(mac_b + mac_a + tag(0x88a8, 4095) + tag(0x9100, 2) + tag(0x8100, 3) +
                             be16(0x0800) + ip);
  EXPECT_EQ(three.outcome, Outcome::transport);
  EXPECT_EQ(three.headers.vlan_count, 3);
  EXPECT_EQ(three.headers.vlans[0], 4095);
  EXPECT_EQ(three.headers.vlans[1], 2);
  EXPECT_EQ(payload(three.headers), "v");
  Octets stack = mac_b + mac_a;
  for (int i = 0; i < max_tags; ++i) stack = stack + tag(0x8100, 1);
  EXPECT_EQ(decoded(stack + be16(0x0800) + ip).outcome, Outcome::transport);
  expect_invalid(Invalid::too_many_tags, stack + tag(0x8100, 1) + be16(0x0800) + ip);
  expect_invalid(Invalid::link_header, mac_b + mac_a + be16(0x8100) + be16(1));
}

TEST(Decode, RedundancyTagsAreNotVlans) {
  const auto hsr = decoded(ethernet(0x892f, Octets{0, 60, 0, 1} + be16(0x88b8) + text("goose")));
  EXPECT_EQ(hsr.outcome, Outcome::link_only);
  EXPECT_EQ(hsr.headers.vlan_count, 0);
  EXPECT_EQ(hsr.headers.ethertype, 0x88b8);
  EXPECT_EQ(payload(hsr.headers), "goose");
}

TEST(Decode, Length8023) {
  Octets stp = with_length(Octets{0x42, 0x42, 3} + text("bpdu"));
  stp.insert(stp.end(), 30, 0);
  const auto [outcome, headers] = decoded(stp);
  EXPECT_EQ(outcome, Outcome::link_only);
  EXPECT_EQ(headers.ethertype, 0);
  EXPECT_EQ(headers.llc, 0x4242);
  EXPECT_EQ(payload(headers), "bpdu");
  const auto iso = decoded(with_length(Octets{0xfe, 0xfe, 3} + text("iso")));
  EXPECT_EQ(iso.headers.llc, 0xfefe);
  EXPECT_EQ(payload(iso.headers), "iso");
  const auto numbered = decoded(with_length(Octets{0xf0, 0xf1, 0, 9} + text("i")));
  EXPECT_EQ(payload(numbered.headers), "i");
  const auto snap = decoded(with_length(llc_snap_ipv4 + ipv4(tcp("in snap"))));
  EXPECT_EQ(snap.outcome, Outcome::transport);
  EXPECT_EQ(payload(snap.headers), "in snap");
  const auto bridged = decoded(with_length(Octets{0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 6} + arp(1)));
  EXPECT_TRUE(bridged.headers.is_arp());
  const auto cdp = decoded(with_length(Octets{0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0} + text("cdp")));
  EXPECT_EQ(cdp.outcome, Outcome::link_only);
  EXPECT_EQ(payload(cdp.headers), "cdp");
  const auto undefined = decoded(ethernet(1501, text("between")));
  EXPECT_EQ(undefined.outcome, Outcome::link_only);
  EXPECT_EQ(undefined.headers.ethertype, 1501);
  expect_invalid(Invalid::llc_length, ethernet(100, text("short")));
  expect_invalid(Invalid::llc_length, ethernet(2, text("longer than said")));
}

TEST(Decode, NestedSnapIsBounded) {
  Octets content = be16(0x88b8) + text("goose");
  for (int layers = 1; layers < 50; ++layers) {
    content =
        be16(static_cast<unsigned>(content.size() + 6)) + Octets{0xaa, 0xaa, 3, 0, 0, 0} + content;
    content = be16(0x8100) + be16(1) + content;
    const auto [outcome, headers] = decoded(mac_b + mac_a + content);
    EXPECT_EQ(headers.invalid, layers * 2 > max_tags ? Invalid::too_many_tags : Invalid::none);
  }
}

TEST(Decode, Pppoe) {
  const Octets ip = ipv4(tcp("dsl"));
  const auto session = [&](unsigned length, const Octets& content) {
    return ethernet(0x8864, Octets{0x11, 0, 0, 1} + be16(length) + content);
  };
  const auto size = static_cast<unsigned>(ip.size());
  const auto four = decoded(session(size + 2, be16(0x0021) + ip) + Octets(5));
  EXPECT_EQ(four.outcome, Outcome::transport);
  EXPECT_EQ(four.headers.ethertype, ethertype::ipv4);
  EXPECT_EQ(payload(four.headers), "dsl");
  EXPECT_EQ(decoded(session(6, be16(0xc021) + text("lcp!"))).outcome, Outcome::link_only);
  expect_invalid(Invalid::pppoe, session(size + 3, be16(0x0021) + ip));
  expect_invalid(Invalid::pppoe, session(0, {}));
  expect_invalid(Invalid::pppoe, session(1, {0x00}));
  expect_invalid(Invalid::pppoe, ethernet(0x8864, Octets{0x21, 0, 0, 1, 0, 4, 0, 0x21, 1, 1}));
}

TEST(Decode, CookedLinks) {
  const auto header = [](unsigned protocol) {
    return Octets{0, 4, 0, 1, 0, 6} + mac_a + Octets{0, 0} + be16(protocol);
  };
  const auto one = decoded(header(0x8100) + be16(7) + be16(0x0800) + ipv4(tcp("any")), 113);
  EXPECT_EQ(one.outcome, Outcome::transport);
  EXPECT_EQ(to_string(one.headers.source_mac), "02:00:0a:14:00:05");
  EXPECT_TRUE(one.headers.has_source_mac);
  EXPECT_FALSE(one.headers.has_destination_mac);
  EXPECT_EQ(one.headers.vlans[0], 7);
  EXPECT_EQ(decoded(header(1) + text("novell"), 113).outcome, Outcome::link_only);
  EXPECT_EQ(decoded(header(4) + Octets{0x42, 0x42, 3}, 113).headers.llc, 0x4242);
  const Octets two = be16(0x0806) + Octets{0, 0, 0, 0, 0, 2, 0, 1, 0, 6} + mac_a + Octets{0, 0};
  const auto cooked2 = decoded(two + arp(1), 276);
  EXPECT_EQ(cooked2.outcome, Outcome::link_only);
  EXPECT_TRUE(cooked2.headers.is_arp());
  EXPECT_EQ(to_string(cooked2.headers.source_mac), "02:00:0a:14:00:05");
}

TEST(Decode, BareLinks) {
  const Octets four = ipv4(tcp("x")), six = ipv6(udp("y"));
  for (int link_type : {12, 14, 101}) {
    EXPECT_EQ(decoded(four, link_type).headers.ip_version, 4);
    EXPECT_EQ(decoded(six, link_type).headers.ip_version, 6);
    expect_invalid(Invalid::link_header, {0x50, 0, 0, 0}, link_type);
    expect_invalid(Invalid::link_header, {}, link_type);
  }
  EXPECT_EQ(decoded(four, 228).outcome, Outcome::transport);
  EXPECT_EQ(decoded(six, 229).outcome, Outcome::transport);
  expect_invalid(Invalid::ipv4_header, six, 228);
  expect_invalid(Invalid::ipv6_header, four, 229);
  for (const Octets& family : {Octets{2, 0, 0, 0}, Octets{0, 0, 0, 2}}) {
    EXPECT_EQ(decoded(family + four, 0).headers.ip_version, 4);
  }
  for (std::uint8_t family : {10, 23, 24, 28, 30}) {
    EXPECT_EQ(decoded(Octets{family, 0, 0, 0} + six, 0).headers.ip_version, 6) << +family;
  }
  EXPECT_EQ(decoded(Octets{0, 0, 0, 2} + four, 108).headers.ip_version, 4);
  EXPECT_EQ(decoded(Octets{0, 0, 0, 7} + four, 108).outcome, Outcome::link_only);
  EXPECT_EQ(decoded(Octets{0x21} + four, 9).headers.ip_version, 4);
  EXPECT_EQ(decoded(Octets{0xff, 3, 0, 0x57} + six, 50).headers.ip_version, 6);
  EXPECT_EQ(decoded(Octets{0x8f, 0, 0x20, 0} + text("cdp"), 104).outcome, Outcome::link_only);
}

TEST(Decode, UnknownLinkTypeIsSaid) {
  expect_invalid(Invalid::link_type, ethernet(0x0800, ipv4(tcp("x"))), 105);
  EXPECT_FALSE(supports(105));
  EXPECT_TRUE(supports(1) && supports(113) && supports(276) && supports(12) && supports(0));
}

TEST(Decode, Arp) {
  const auto [outcome, headers] = decoded(ethernet(0x0806, arp(2)) + Octets(18));
  EXPECT_EQ(outcome, Outcome::link_only);
  EXPECT_TRUE(headers.is_arp());
  EXPECT_EQ(headers.arp.operation, 2);
  EXPECT_EQ(to_string(headers.arp.sender_mac), "02:00:0a:14:00:05");
  EXPECT_EQ(to_string(headers.arp.target_mac), "02:00:0a:14:00:09");
  EXPECT_EQ(to_string(IpAddress::v4(headers.arp.sender_ip)), "10.20.0.5");
  EXPECT_EQ(to_string(IpAddress::v4(headers.arp.target_ip)), "10.20.0.9");
  EXPECT_TRUE(headers.payload.empty());
  Octets long_addresses = ethernet(0x0806, arp(1));
  long_addresses[14 + 4] = 8;
  expect_invalid(Invalid::arp, long_addresses);
  Octets not_ip = ethernet(0x0806, arp(1));
  not_ip[14 + 2] = 0x86;
  expect_invalid(Invalid::arp, not_ip);
}

TEST(Decode, Ipv4Lengths) {
  Octets frame = ethernet(0x0800, ipv4(tcp("hello")));
  const auto with = [&](std::size_t at, std::uint8_t value) {
    Octets copy = frame;
    copy[at] = value;
    return copy;
  };
  expect_invalid(Invalid::ipv4_header, with(14, 0x44));
  expect_invalid(Invalid::ipv4_header, with(14, 0x65));
  expect_invalid(Invalid::ipv4_header, with(14, 0x4f));
  expect_invalid(Invalid::ipv4_length, with(17, 19));
  expect_invalid(Invalid::ipv4_length, with(17, 0));
  expect_invalid(Invalid::tcp_header, with(17, 39));
  EXPECT_EQ(payload(decoded(with(17, 44)).headers), "hell");
  const auto kept = decoded(with(17, 19));
  EXPECT_EQ(to_string(kept.headers.source), "10.20.0.5");  // an anomaly names its hosts
  const auto cut = decoded(with(17, 48));
  EXPECT_EQ(cut.outcome, Outcome::transport);
  EXPECT_TRUE(cut.headers.has(Odd::cut));
  EXPECT_EQ(payload(cut.headers), "hello");
  EXPECT_EQ(cut.headers.missing, 3u);
}

TEST(Decode, OffloadedSegmentHasNoLength) {
  Octets frame = ethernet(0x0800, ipv4(tcp("")));
  frame[16] = frame[17] = 0;
  expect_invalid(Invalid::ipv4_length, frame);
  frame.insert(frame.end(), 1460, 'x');
  expect_invalid(Invalid::ipv4_length, frame);
  for (const std::size_t size : {1461, 70'000}) {
    frame.resize(14 + 40 + size);
    const auto [outcome, headers] = decoded(frame);
    EXPECT_EQ(outcome, Outcome::transport);
    EXPECT_EQ(headers.payload.size(), size);
  }
}

TEST(Decode, Ipv4Options) {
  const auto with = [](const Octets& options) {
    return decoded(ethernet(0x0800, ipv4(tcp("x"), options)));
  };
  EXPECT_FALSE(with({148, 4, 0, 0}).headers.has(Odd::ipv4_options));  // router alert
  EXPECT_FALSE(with({1, 1, 1, 0}).headers.has(Odd::ipv4_options));
  EXPECT_FALSE(with({0, 148, 0, 0}).headers.has(Odd::ipv4_options));  // after the end
  for (const Octets& broken :
       {Octets{148, 0, 0, 0}, Octets{148, 1, 0, 0}, Octets{148, 5, 0, 0}, Octets{1, 1, 1, 148}}) {
    const auto [outcome, headers] = with(broken);
    EXPECT_EQ(outcome, Outcome::transport);
    EXPECT_TRUE(headers.has(Odd::ipv4_options));
    EXPECT_EQ(payload(headers), "x");
  }
  EXPECT_FALSE(with({148, 4, 0, 0}).headers.source_routed);
  EXPECT_TRUE(with({137, 7, 4, 10, 0, 0, 1, 0}).headers.source_routed);
  EXPECT_TRUE(with({1, 131, 7, 4, 10, 0, 0, 1}).headers.source_routed);
}

TEST(Decode, Ipv4Fragments) {
  const auto piece = [](unsigned fragment, const Octets& content) {
    return ethernet(0x0800, ipv4_around(6, content, {}, fragment));
  };
  const auto first = decoded(piece(0x2000, tcp("1234").octets) + Octets(4));
  EXPECT_EQ(first.outcome, Outcome::fragment);
  EXPECT_EQ(first.headers.fragment_offset, 0);
  EXPECT_TRUE(first.headers.more_fragments);
  EXPECT_EQ(first.headers.ip_id, 0xbeefu);
  EXPECT_EQ(first.headers.payload.size(), 24u);
  EXPECT_EQ(first.headers.transport_offset, 34u);
  EXPECT_EQ(first.headers.source_port, 0);
  const auto last = decoded(piece(0x0003, text("12345")));
  EXPECT_EQ(last.outcome, Outcome::fragment);
  EXPECT_EQ(last.headers.fragment_offset, 24);
  EXPECT_FALSE(last.headers.more_fragments);
  EXPECT_EQ(payload(last.headers), "12345");
  EXPECT_EQ(decoded(piece(0x1fff, text("x"))).outcome, Outcome::invalid);
  expect_invalid(Invalid::fragment_extent, piece(0x1fff, text("12345678")));
  EXPECT_EQ(decoded(piece(0x1ffc, text("12345678"))).outcome, Outcome::fragment);
}

TEST(Decode, Ipv6) {
  const auto [outcome, headers] = decoded(ethernet(0x86dd, ipv6(udp("hello"))) + Octets(3));
  EXPECT_EQ(outcome, Outcome::transport);
  EXPECT_EQ(headers.ip_version, 6);
  EXPECT_EQ(to_string(headers.source), "2001:db8::5");
  EXPECT_EQ(to_string(headers.destination), "2001:db8::9");
  EXPECT_EQ(headers.traffic_class, 0xab);
  EXPECT_EQ(headers.ttl, 61);
  EXPECT_EQ(headers.protocol, ip_protocol::udp);
  EXPECT_EQ(headers.source_port, 40002);
  EXPECT_EQ(headers.destination_port, 47808);
  EXPECT_EQ(headers.udp_length, 13);
  EXPECT_EQ(headers.transport_offset, 54u);
  EXPECT_EQ(payload(headers), "hello");
  Octets longer = ethernet(0x86dd, ipv6(tcp("hello")));
  ++longer[14 + 5];
  const auto cut = decoded(longer);
  EXPECT_EQ(cut.outcome, Outcome::transport);
  EXPECT_TRUE(cut.headers.has(Odd::cut));
  EXPECT_EQ(cut.headers.missing, 1u);
  expect_invalid(Invalid::ipv6_header, ethernet(0x86dd, ipv4(tcp("not six, but long enough"))));
}

TEST(Decode, Ipv6Extensions) {
  const Octets segment = tcp("deep").octets;
  const auto six = [](std::uint8_t next, const Octets& content) {
    return ethernet(0x86dd, ipv6_around(next, content));
  };
  for (std::uint8_t next : {0, 43, 60, 135, 139, 140}) {
    const auto [outcome, headers] = decoded(six(next, extension(6) + segment));
    EXPECT_EQ(outcome, Outcome::transport) << +next;
    EXPECT_EQ(headers.protocol, ip_protocol::tcp);
    EXPECT_EQ(headers.extensions, 1);
    EXPECT_EQ(headers.transport_offset, 62u);
    EXPECT_EQ(payload(headers), "deep");
  }
  Octets long_one = extension(6) + Octets(16);
  long_one[1] = 2;
  EXPECT_EQ(payload(decoded(six(60, long_one + segment)).headers), "deep");
  long_one[1] = 200;
  expect_invalid(Invalid::ipv6_extension, six(60, long_one + segment));
  expect_invalid(Invalid::ipv6_extension, six(60, {6, 0, 0}));
  EXPECT_EQ(payload(decoded(six(51, Octets{6, 4} + Octets(22) + segment)).headers), "deep");
  expect_invalid(Invalid::ah, six(51, Octets{6, 0} + Octets(6) + segment));
  expect_invalid(Invalid::ah, six(51, Octets{6, 99} + Octets(22) + segment));
  const auto nothing = decoded(six(59, text("ignored")));
  EXPECT_EQ(nothing.outcome, Outcome::network);
  EXPECT_EQ(nothing.headers.protocol, ip_protocol::none);
  EXPECT_TRUE(decoded(six(43, Octets{6, 0, 0, 1, 0, 0, 0, 0} + segment)).headers.source_routed);
  EXPECT_FALSE(decoded(six(43, Octets{6, 0, 0, 0, 0, 0, 0, 0} + segment)).headers.source_routed);
}

TEST(Decode, Ipv6ExtensionsAreCounted) {
  const auto chain = [](int links) {
    Octets content;
    for (int i = 1; i < links; ++i) content = content + extension(60);
    return ethernet(0x86dd, ipv6_around(60, content + extension(6) + tcp("x").octets));
  };
  EXPECT_EQ(decoded(chain(max_extensions)).outcome, Outcome::transport);
  expect_invalid(Invalid::too_many_extensions, chain(max_extensions + 1));
}

TEST(Decode, Ipv6Fragments) {
  const auto six = [](const Octets& content) { return ethernet(0x86dd, ipv6_around(44, content)); };
  const auto middle = decoded(six(fragment_header(17, 1448, true) + text("12345678")));
  EXPECT_EQ(middle.outcome, Outcome::fragment);
  EXPECT_EQ(middle.headers.fragment_offset, 1448);
  EXPECT_TRUE(middle.headers.more_fragments);
  EXPECT_EQ(middle.headers.ip_id, 0xcafe0001u);
  EXPECT_EQ(middle.headers.protocol, ip_protocol::udp);
  EXPECT_EQ(payload(middle.headers), "12345678");
  EXPECT_EQ(middle.headers.transport_offset, 62u);
  const auto atomic = decoded(six(fragment_header(17, 0, false) + udp("whole").octets));
  EXPECT_EQ(atomic.outcome, Outcome::transport);
  EXPECT_EQ(payload(atomic.headers), "whole");
  EXPECT_EQ(decoded(six(fragment_header(17, 0, true) + text("12345678"))).outcome,
            Outcome::fragment);
  expect_invalid(Invalid::fragment_extent,
                 six(fragment_header(17, 65528, true) + text("12345678")));
  EXPECT_EQ(decoded(six(fragment_header(17, 65528, false) + text("1234567"))).outcome,
            Outcome::fragment);
}

TEST(Decode, Jumbograms) {
  const Octets jumbo = Octets{6, 0, 0xc2, 4} + be32(100) + tcp("x").octets;
  Octets frame = ethernet(0x86dd, ipv6_around(0, jumbo));
  patch16(frame, 14 + 4, 0);
  expect_invalid(Invalid::ipv6_jumbogram, frame);
}

TEST(Decode, TcpLengths) {
  Octets frame = ethernet(0x0800, ipv4(tcp("ab")));
  const auto offset = [&](std::uint8_t words) {
    Octets copy = frame;
    copy[34 + 12] = static_cast<std::uint8_t>(words << 4);
    return copy;
  };
  expect_invalid(Invalid::tcp_header, offset(4));
  expect_invalid(Invalid::tcp_header, offset(0));
  expect_invalid(Invalid::tcp_header, offset(6));
  EXPECT_FALSE(decoded(offset(5)).headers.has(Odd::tcp_options));
  EXPECT_EQ(decoded(offset(5)).outcome, Outcome::transport);
}

TEST(Decode, TcpOptions) {
  const auto with = [](const Octets& options) {
    return decoded(ethernet(0x0800, ipv4(tcp("x", options)))).headers;
  };
  const Octets stamps = Octets{1, 1, 8, 10} + be32(1) + be32(2);
  EXPECT_FALSE(with(stamps).has(Odd::tcp_options));
  EXPECT_EQ(with(stamps).tcp.window_scale, no_window_scale);
  EXPECT_EQ(with({1, 3, 3, 14, 2, 4, 0x23, 0x28}).tcp.mss, 9000);
  EXPECT_EQ(with({1, 3, 3, 14, 2, 4, 0x23, 0x28}).tcp.window_scale, 14);
  EXPECT_EQ(with({0, 2, 4, 0x23, 0x28, 0, 0, 0}).tcp.mss, 0);  // after the end
  EXPECT_EQ(with({2, 3, 0x23, 1, 3, 2, 1, 0}).tcp.mss, 0);     // lengths these cannot have
  for (const Octets& broken :
       {Octets{5, 0, 0, 0}, Octets{5, 1, 0, 0}, Octets{5, 5, 0, 0}, Octets{1, 1, 1, 5}}) {
    EXPECT_TRUE(with(broken).has(Odd::tcp_options));
    EXPECT_EQ(payload(decoded(ethernet(0x0800, ipv4(tcp("x", broken)))).headers), "x");
  }
}

TEST(Decode, UdpLengths) {
  Octets frame = ethernet(0x0800, ipv4(udp("hello")));
  const auto length = [&](unsigned value) {
    Octets copy = frame;
    patch16(copy, 34 + 4, value);
    return copy;
  };
  expect_invalid(Invalid::udp_length, length(0));
  expect_invalid(Invalid::udp_length, length(7));
  expect_invalid(Invalid::udp_length, length(14));
  const auto exact = decoded(length(13)), shorter = decoded(length(10)), empty = decoded(length(8));
  EXPECT_FALSE(exact.headers.has(Odd::udp_slack));
  EXPECT_EQ(payload(shorter.headers), "he");
  EXPECT_TRUE(shorter.headers.has(Odd::udp_slack));
  EXPECT_EQ(empty.outcome, Outcome::transport);
  EXPECT_EQ(payload(empty.headers), "");
}

TEST(Decode, OtherTransports) {
  const auto ping = decoded(ethernet(0x0800, ipv4(icmp(8, "ping"))));
  EXPECT_EQ(ping.outcome, Outcome::transport);
  EXPECT_EQ(ping.headers.icmp_type, 8);
  EXPECT_EQ(ping.headers.icmp_code, 3);
  EXPECT_EQ(ping.headers.icmp_rest, 0x00110022u);
  EXPECT_EQ(payload(ping.headers), "ping");
  const auto six = decoded(ethernet(0x86dd, ipv6(icmpv6(135, "who"))));
  EXPECT_EQ(six.headers.icmp_type, 135);
  EXPECT_EQ(six.headers.icmp_code, 4);
  EXPECT_EQ(six.headers.icmp_rest, 0x00330044u);
  EXPECT_EQ(payload(six.headers), "who");
  expect_invalid(Invalid::icmpv6_header, ethernet(0x86dd, ipv6_around(58, Octets(7))));
  expect_invalid(Invalid::icmp_header, ethernet(0x0800, ipv4_around(1, Octets(7))));
  const auto crossed = decoded(ethernet(0x0800, ipv4_around(58, Octets(8))));
  EXPECT_EQ(crossed.outcome, Outcome::network);
  EXPECT_EQ(decoded(ethernet(0x86dd, ipv6_around(1, Octets(8)))).outcome, Outcome::network);
  const auto ss7 = decoded(ethernet(0x0800, ipv4(sctp("m3ua"))));
  EXPECT_EQ(ss7.headers.source_port, 2905);
  EXPECT_EQ(ss7.headers.destination_port, 2906);
  EXPECT_EQ(payload(ss7.headers), "m3ua");
  expect_invalid(Invalid::sctp_header, ethernet(0x0800, ipv4_around(132, Octets(11))));
  const auto gre = decoded(ethernet(0x0800, ipv4_around(47, text("gre"))));
  EXPECT_EQ(gre.outcome, Outcome::network);
  EXPECT_EQ(gre.headers.protocol, 47);
  EXPECT_EQ(payload(gre.headers), "gre");
}

TEST(Decode, SnappedFramesSayWhatIsMissing) {
  const Octets whole = ethernet(0x0800, ipv4(tcp("0123456789")));
  const Octets cut(whole.begin(), whole.end() - 4);
  const auto wire = static_cast<std::uint32_t>(whole.size() + 6);  // with padding
  Headers headers;
  ASSERT_EQ(decode(bytes(cut), wire, 1, Checksums::verify, headers), Outcome::transport);
  EXPECT_EQ(payload(headers), "012345");
  EXPECT_EQ(headers.missing, 4u);
  EXPECT_FALSE(headers.has(Odd::cut));
  ASSERT_EQ(decode(bytes(whole), wire, 1, Checksums::verify, headers), Outcome::transport);
  EXPECT_EQ(headers.missing, 0u);  // only padding was not captured
  ASSERT_EQ(decode(bytes(cut), wire - 7, 1, Checksums::verify, headers), Outcome::transport);
  EXPECT_EQ(headers.missing, 4u);
  EXPECT_TRUE(headers.has(Odd::cut));
}

TEST(Decode, Reassembled) {
  const Octets datagram = summed(udp("a datagram that came in two"), ip_a, ip_b);
  const Octets first = ethernet(
      0x0800, ipv4_around(17, Octets(datagram.begin(), datagram.begin() + 16), {}, 0x2000));
  auto [outcome, headers] = decoded(first);
  ASSERT_EQ(outcome, Outcome::fragment);
  ASSERT_EQ(decode_reassembled(bytes(datagram), Checksums::verify, headers), Outcome::transport);
  EXPECT_EQ(payload(headers), "a datagram that came in two");
  EXPECT_EQ(headers.source_port, 40002);
  EXPECT_EQ(headers.transport_offset, 34u);
  EXPECT_FALSE(headers.more_fragments);
  auto broken = datagram;
  broken.back() ^= 1;
  EXPECT_EQ(decode_reassembled(bytes(broken), Checksums::verify, headers), Outcome::invalid);
  EXPECT_EQ(headers.invalid, Invalid::udp_checksum);
}

TEST(Decode, ReassembledIpv6ReadsOnThroughExtensions) {
  const Octets datagram = extension(6) + tcp("payload").octets;
  auto [outcome, headers] = decoded(
      ethernet(0x86dd, ipv6_around(44, fragment_header(60, 0, true) +
                                           Octets(datagram.begin(), datagram.begin() + 8))));
  ASSERT_EQ(outcome, Outcome::fragment);
  ASSERT_EQ(decode_reassembled(bytes(datagram), Checksums::ignore, headers), Outcome::transport);
  EXPECT_EQ(headers.protocol, ip_protocol::tcp);
  EXPECT_EQ(payload(headers), "payload");
  headers.protocol = ip_protocol::fragment;
  const Octets nested = fragment_header(6, 8, true) + tcp("payload").octets;
  EXPECT_EQ(decode_reassembled(bytes(nested), Checksums::ignore, headers), Outcome::invalid);
  EXPECT_EQ(headers.invalid, Invalid::nested_fragment);
}

TEST(Decode, NamesAreTheCounters) {
  EXPECT_EQ(name(Invalid::link_type), "link_type");
  EXPECT_EQ(name(Invalid::ipv6_jumbogram), "ipv6_jumbogram");
  EXPECT_EQ(name(Invalid::udp_length), "udp_length");
  EXPECT_EQ(name(Invalid::sctp_header), "sctp_header");
  EXPECT_EQ(name(Invalid::none), "none");
  EXPECT_EQ(name(Odd::cut), "cut");
  EXPECT_EQ(name(Odd::ipv4_options), "ipv4_options");
  EXPECT_EQ(name(Odd::udp_slack), "udp_slack");
  std::set<std::string_view> names;
  for (const CounterRow& row : counter_rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.name.starts_with("decode.")) << row.name;
  }
}

}  // namespace
}  // namespace langyan::decode
