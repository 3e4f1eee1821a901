// Header keywords on frames as captured; what flows, hosts and pairs of hosts remember.
#include "decode/test_frames.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

namespace frames = decode::test;
using frames::Octets;

std::string ethernet4(const Octets& packet) {
  const Octets whole = frames::ethernet(0x0800, packet);
  return {whole.begin(), whole.end()};
}
std::string ethernet6(const Octets& packet) {
  const Octets whole = frames::ethernet(0x86dd, packet);
  return {whole.begin(), whole.end()};
}

bool fires(const std::string& options, const std::string& frame,
           std::string_view header = "ip any any -> any any") {
  Rig rig(rule_of(options, header));
  rig.raw(frame);
  return rig.count(1) == 1;
}

std::string refusal(const std::string& options, std::string_view header = "ip any any -> any any") {
  const Compiled compiled = compile_text(rule_of(options, header), false);
  return compiled.report.errors.empty() ? "" : compiled.report.errors[0].message;
}

const std::string plain = ethernet4(frames::ipv4(frames::tcp("abc")));
const std::string routed = ethernet4(frames::ipv4(frames::tcp("abc"), {131, 7, 4, 0, 0, 0, 0, 0}));
const std::string recorded = ethernet4(frames::ipv4(frames::tcp("abc"), {1, 7, 7, 4, 0, 0, 0, 0}));
const std::string piece = ethernet4(frames::ipv4_around(6, frames::text("12345678"), {}, 0x2001));
const std::string six = ethernet6(frames::ipv6(frames::udp("abc")));

TEST(HeaderKeywords, Options) {
  EXPECT_TRUE(fires("ipopts:lsrr;", routed));
  EXPECT_FALSE(fires("ipopts:lsrr;", recorded));
  EXPECT_TRUE(fires("ipopts:rr;", recorded));
  EXPECT_TRUE(fires("ipopts:nop;", recorded));
  EXPECT_TRUE(fires("ipopts:any;", routed));
  EXPECT_FALSE(fires("ipopts:any;", plain));
  EXPECT_FALSE(fires("ipopts:any;", six));
  EXPECT_NE(refusal("ipopts:lsr;").find("lsrr"), std::string::npos);
}

TEST(HeaderKeywords, FragmentBitsAndOffset) {
  EXPECT_TRUE(fires("fragbits:D;", plain));
  EXPECT_FALSE(fires("fragbits:M;", plain));
  EXPECT_TRUE(fires("fragbits:M;", piece));
  EXPECT_TRUE(fires("fragbits:*MR;", piece));
  EXPECT_FALSE(fires("fragbits:+M;", piece)) << "+ asks for one more";
  EXPECT_TRUE(fires("fragbits:!D;", piece));
  EXPECT_FALSE(fires("fragbits:!D;", plain));
  EXPECT_TRUE(fires("fragoffset:1;", piece));
  EXPECT_TRUE(fires("fragoffset:>0;", piece));
  EXPECT_FALSE(fires("fragoffset:>0;", plain));
  EXPECT_TRUE(fires("fragoffset:0;", plain));
  EXPECT_NE(refusal("fragbits:X;").find("known are M"), std::string::npos);
  EXPECT_NE(refusal("fragoffset:x;").find("no number"), std::string::npos);
}

TEST(HeaderKeywords, APieceHasNoTransportHeader) {
  EXPECT_TRUE(fires("ip_proto:tcp;", piece));
  EXPECT_FALSE(fires("flags:0;", piece));
  EXPECT_FALSE(fires("seq:0;", piece));
}

TEST(HeaderKeywords, TypeOfServiceVersionAndAddresses) {
  EXPECT_TRUE(fires("tos:40;", plain));
  EXPECT_FALSE(fires("tos:41;", plain));
  EXPECT_FALSE(fires("tos:!40;", plain));
  EXPECT_TRUE(fires("l3_proto:ip4;", plain));
  EXPECT_FALSE(fires("l3_proto:ip6;", plain));
  EXPECT_TRUE(fires("l3_proto:ip6;", six));
  EXPECT_FALSE(fires("sameip;", plain));
  std::string same = plain;
  same.replace(26, 4, same.substr(30, 4));
  EXPECT_TRUE(fires("sameip;", same));
  EXPECT_NE(refusal("tos:256;").find("can hold"), std::string::npos);
  EXPECT_NE(refusal("l3_proto:ip5;").find("ip4, ip6"), std::string::npos);
}

TEST(HeaderKeywords, PathMtu) {
  const std::string big = ethernet6(frames::ipv6(frames::icmpv6(2)));  // its rest is 0x00330044
  EXPECT_TRUE(fires("icmpv6.mtu:>1280;", big));
  EXPECT_FALSE(fires("icmpv6.mtu:<1280;", big));
  EXPECT_FALSE(fires("icmpv6.mtu:>0;", ethernet6(frames::ipv6(frames::icmpv6(128)))));
}

TEST(HeaderKeywords, HeadersAsBuffers) {
  EXPECT_TRUE(fires("ipv4.hdr; content:\"|be ef|\"; offset:4; depth:2;", plain));
  EXPECT_FALSE(fires("ipv4.hdr; content:\"abc\";", plain));
  EXPECT_FALSE(fires("ipv4.hdr; content:\"|00|\";", six));
  EXPECT_TRUE(fires("ipv6.hdr; content:\"|20 01 0d b8|\"; offset:8; depth:4;", six));
  EXPECT_TRUE(fires("tcp.hdr; content:\"|01 f6|\"; offset:2; depth:2;", plain, "tcp any any -> any any"));
  EXPECT_FALSE(fires("tcp.hdr; content:\"|01 f7|\"; offset:2; depth:2;", plain, "tcp any any -> any any"));
  EXPECT_TRUE(fires("udp.hdr; content:\"|ba c0|\"; offset:2; depth:2;", six, "udp any any -> any any"));
  EXPECT_FALSE(fires("udp.hdr; content:\"abc\";", six, "udp any any -> any any"));
  const std::string ping = ethernet4(frames::ipv4(frames::icmp(8, "ping")));
  EXPECT_TRUE(fires("icmpv4.hdr; content:\"|08 03|\"; depth:2;", ping, "icmp any any -> any any"));
  EXPECT_FALSE(fires("icmpv6.hdr; content:\"|08 03|\"; depth:2;", ping, "icmp any any -> any any"));
  EXPECT_TRUE(fires("icmpv6.hdr; content:\"|80 04|\"; depth:2;",
                    ethernet6(frames::ipv6(frames::icmpv6(128))), "icmp any any -> any any"));
  EXPECT_TRUE(fires("ip.src; content:\"|0a 14 00 05|\";", plain));
  EXPECT_FALSE(fires("ip.dst; content:\"|0a 14 00 05|\";", plain));
}

TEST(HeaderKeywords, ABufferAndTheStreamInOneRule) {
  Rig rig(rule_of("tcp.hdr; content:\"|01 f6|\"; offset:2; depth:2; pkt_data; content:\"abc\";"));
  rig.raw(plain);
  EXPECT_EQ(rig.fired(), "1@1");
}

TEST(HeaderKeywords, RangesLeaveTheirEndsOut) {
  EXPECT_TRUE(fires("ttl:62-64;", plain));  // 63
  EXPECT_FALSE(fires("ttl:63-66;", plain));
  EXPECT_FALSE(fires("ttl:60<>63;", plain));
}

TEST(FlowWords, FragmentsAndCase) {
  const Octets message = frames::summed(frames::tcp("abcdefgh"), frames::ip_a, frames::ip_b);
  const Octets first(message.begin(), message.begin() + 16), last(message.begin() + 16, message.end());
  for (const bool only : {true, false}) {
    Rig rig(rule_of(only ? "flow:only_frag;" : "flow:no_frag;"));
    rig.raw(ethernet4(frames::ipv4_around(6, first, {}, 0x2000)));
    rig.raw(ethernet4(frames::ipv4_around(6, last, {}, 0x0002)));
    rig.raw(plain);
    EXPECT_EQ(rig.fired(), only ? "1@2" : "1@3");
  }
  EXPECT_EQ(refusal("flow:Established,To_Server;", "tcp any any -> any any"), "");
  EXPECT_NE(refusal("flow:only_frag,no_frag;").find("exclude"), std::string::npos);
}

TEST(FlowNumbers, AgePacketsAndOctets) {
  Rig rig(rule_of("flow.age:>4;") + "alert tcp any any -> any any (msg:\"p\"; flow.pkts_toserver:3; sid:2;)\n" +
          "alert tcp any any -> any any (msg:\"b\"; flow.bytes_toclient:>100; sid:3;)\n" +
          "alert tcp any any -> any any (msg:\"e\"; flow.pkts:both,>1; sid:4;)\n" +
          "alert tcp any any -> any any (msg:\"e\"; flow.bytes:either,>1000; sid:5;)\n");
  rig.handshake();                 // 1, 2, 3: two packets and one
  rig.client("a").server("b");     // 4, 5
  rig.now += 5 * second;
  rig.client("c");                 // 6
  EXPECT_EQ(rig.fired(), "2@4 2@5 3@5 4@5 1@6 3@6 4@6");
}

TEST(StreamSize, CountsSequenceNumbers) {
  Rig rig(rule_of("stream_size:client,>,4;") +
          "alert tcp any any -> any any (msg:\"s\"; stream_size:server,=,1; sid:2;)\n" +
          "alert tcp any any -> any any (msg:\"b\"; stream_size:both,>,2; sid:3;)\n" +
          "alert tcp any any -> any any (msg:\"e\"; stream_size:either,>,4; sid:4;)\n");
  rig.handshake();
  rig.client("abc");  // 4: 1 + 3
  rig.client("d");    // 5: 5
  rig.server("xy");   // 6: 3
  EXPECT_EQ(rig.fired(), "2@2 2@3 2@4 1@5 2@5 4@5 1@6 3@6 4@6");
  EXPECT_NE(refusal("stream_size:client,~,4;", "tcp any any -> any any").find("none of <"), std::string::npos);
  EXPECT_NE(refusal("stream_size:clint,>,4;", "tcp any any -> any any").find("client, server"), std::string::npos);
  EXPECT_NE(refusal("stream_size:client,>,x;", "tcp any any -> any any").find("whole number"), std::string::npos);
}

TEST(StreamSize, ARetransmissionAddsNothing) {
  Rig rig(rule_of("stream_size:client,>,4; dsize:>0;"));
  rig.handshake();
  rig.client("abc");
  rig.lose(static_cast<std::uint32_t>(-3));
  rig.client("abc");
  EXPECT_EQ(rig.fired(), "");
}

TEST(Flowint, CountsAndCompares) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"c\"; content:\"bad\"; flowint:fails,+,1; noalert; sid:10;)\n"
      "alert tcp any any -> any any (msg:\"d\"; content:\"good\"; flowint:fails,=,0; noalert; sid:11;)\n"
      "alert tcp any any -> any any (msg:\"m\"; content:\"less\"; flowint:fails,-,1; noalert; sid:12;)\n" +
      rule_of("content:\"?\"; flowint:fails,>=,2;") +
      "alert tcp any any -> any any (msg:\"n\"; content:\"?\"; flowint:fails,notset; sid:2;)\n"
      "alert tcp any any -> any any (msg:\"v\"; content:\"?\"; flowint:fails,==,other; sid:3;)\n");
  rig.handshake();
  for (const char* step : {"?", "bad", "?", "bad", "?", "less", "?", "good", "?"}) rig.client(step);
  EXPECT_EQ(rig.fired(), "2@4 1@8 3@12");
  EXPECT_EQ(rig.counted(Count::integers_refused), 0u);
}

TEST(Flowint, ARuleThatCountsRunsBeforeOneThatCompares) {
  Rig rig(
      rule_of("content:\"a\"; flowint:seen,>,1;") +
      "alert tcp any any -> any any (msg:\"i\"; content:\"a\"; flowint:seen,isset; flowint:seen,+,1; noalert; sid:8;)\n"
      "alert tcp any any -> any any (msg:\"f\"; content:\"a\"; flowint:seen,notset; flowint:seen,=,1; noalert; "
      "sid:9;)\n");
  rig.handshake().client("a").client("a").client("a");
  EXPECT_EQ(rig.fired(), "1@5 1@6") << "the first packet sets it or counts it, in the order of sids";
}

TEST(Flowint, IsForgottenWithItsFlowAndRefusesWhatIsWrong) {
  Rig rig(rule_of("content:\"a\"; flowint:seen,isset;") +
          "alert tcp any any -> any any (msg:\"i\"; content:\"b\"; flowint:seen,=,1; noalert; sid:8;)\n");
  rig.handshake().client("b").client("a").finish();
  rig.ends.client_port = 40'001;
  rig.handshake().client("a");
  EXPECT_EQ(rig.count(1), 1u);
  EXPECT_NE(refusal("flowint:1x,+,1;").find("begins with a letter"), std::string::npos);
  EXPECT_NE(refusal("flowint:seen,~,1;").find("none of isset"), std::string::npos);
  EXPECT_NE(refusal("flowint:seen,+;").find("needs one value"), std::string::npos);
  EXPECT_NE(refusal("flowint:seen,isset,1;").find("takes no value"), std::string::npos);
  EXPECT_NE(refusal("flowint:seen;").find("name,modifier,value"), std::string::npos);
}

TEST(Flowint, AFullPoolIsCounted) {
  std::string rules;
  for (int i = 0; i < 400; ++i) {
    rules += "alert tcp any any -> any any (msg:\"s\"; content:\"S\"; flowint:n" + std::to_string(i) +
             "x,=,1; noalert; sid:" + std::to_string(100 + i) + ";)\n";
  }
  Rig rig(rules);  // 64 blocks of four
  rig.handshake().client("S");
  EXPECT_EQ(rig.counted(Count::integers_refused), 400u - 256u);
}

TEST(Xbits, MarkTheSenderForATime) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"s\"; content:\"mark\"; xbits:set,seen,track ip_src,expire 10; noalert; "
      "sid:9;)\n" +
      rule_of("content:\"ask\"; xbits:isset,seen,track ip_src;") +
      "alert tcp any any -> any any (msg:\"n\"; content:\"ask\"; xbits:isnotset,seen,track ip_src; sid:2;)\n"
      "alert tcp any any -> any any (msg:\"d\"; content:\"ask\"; xbits:isset,seen,track ip_dst; sid:3;)\n");
  rig.limited = true;
  rig.handshake().client("ask");  // 4
  rig.client("mark");             // 5
  rig.ends.client_port = 40'001;  // another flow of the same host
  rig.handshake().client("ask");  // 9
  rig.ends.client = 0x0a000007;   // another host
  rig.handshake().client("ask");  // 13
  rig.ends.client = 0x0a000001, rig.now += 11 * second;
  rig.ends.client_port = 40'002;
  rig.handshake().client("ask");  // 17: forgotten
  EXPECT_EQ(rig.fired(), "2@4 1@9 2@13 2@17");
}

TEST(Xbits, MarkAPairWhicheverOfThemSends) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"s\"; content:\"mark\"; xbits:set,pair,track ip_pair; xbits:noalert; "
      "sid:9;)\n"
      "alert tcp any any -> any any (msg:\"u\"; content:\"drop\"; xbits:unset,pair,track ip_pair; xbits:noalert; "
      "sid:8;)\n" +
      rule_of("content:\"ask\"; xbits:isset,pair,track ip_pair;"));
  rig.limited = true;
  rig.handshake().client("mark").server("ask").client("drop").server("ask");
  EXPECT_EQ(rig.fired(), "1@5");
}

TEST(Xbits, StandBeforeTheRuleThatAsksInTheSamePacket) {
  Rig rig(rule_of("content:\"ask\"; xbits:isset,seen,track ip_src;") +
          "alert tcp any any -> any any (msg:\"s\"; content:\"ask\"; xbits:set,seen,track ip_src; noalert; sid:9;)\n");
  rig.limited = true;
  rig.handshake().client("ask");
  EXPECT_EQ(rig.fired(), "1@4");
}

TEST(Xbits, RefuseWhatIsWrong) {
  EXPECT_NE(refusal("xbits:sett,a,track ip_src;").find("none of set, unset"), std::string::npos);
  EXPECT_NE(refusal("xbits:set,a;").find("track"), std::string::npos);
  EXPECT_NE(refusal("xbits:set,a,track ip_from;").find("ip_src, ip_dst, ip_pair"), std::string::npos);
  EXPECT_NE(refusal("xbits:set,a,track ip_src,expire 0;").find("whole number"), std::string::npos);
  EXPECT_NE(refusal("hostbits:set,a,both;").find("src, dst"), std::string::npos);
  const Compiled pass = compile_text(
      "pass ip any any -> any any (msg:\"p\"; xbits:isset,a,track ip_src; sid:1;)\n", false);
  ASSERT_EQ(pass.report.errors.size(), 1u);
  EXPECT_NE(pass.report.errors[0].message.find("pass rule"), std::string::npos);
}

TEST(Hostbits, MarkTheReceiver) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"s\"; content:\"mark\"; hostbits:set,hit,dst; noalert; sid:9;)\n"
      "alert tcp any any -> any any (msg:\"t\"; content:\"flip\"; hostbits:toggle,hit,dst; noalert; sid:8;)\n" +
      rule_of("content:\"ask\"; hostbits:isset,hit;"));
  rig.limited = true;
  rig.handshake().client("mark").server("ask").client("ask").client("flip").server("ask");
  EXPECT_EQ(rig.fired(), "1@5") << "the server was marked, and sends";
}

TEST(Threshold, BackoffAndByFlow) {
  Rig rig(rule_of("content:\"a\"; threshold:type backoff, track by_flow, count 1, multiplier 3;"));
  rig.limited = true;
  rig.handshake();
  for (int i = 0; i < 10; ++i) rig.client("a");  // 4 … 13: the 1st, 3rd and 9th
  rig.ends.client_port = 40'001;
  rig.handshake().client("a");
  EXPECT_EQ(rig.fired(), "1@4 1@6 1@12 1@17");
  EXPECT_NE(refusal("threshold:type backoff, track by_src, count 1, seconds 3;").find("multiplier"), std::string::npos);
  EXPECT_NE(refusal("threshold:type limit, track by_src, count 1, seconds 3, multiplier 2;").find("backoff"),
            std::string::npos);
}

}  // namespace
}  // namespace langyan::detect
