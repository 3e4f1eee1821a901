#include "detect/events.h"

#include <set>

#include "decode/test_frames.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

namespace frames = decode::test;

std::string text_of_frame(const frames::Octets& octets) {
  return {octets.begin(), octets.end()};
}

std::string refusal(const std::string& options) {
  const Compiled compiled = compile_text(rule_of(options, "pkthdr any any -> any any"), false);
  return compiled.report.errors.empty() ? "" : compiled.report.errors[0].message;
}

TEST(EventNames, AllStandForSomethingAndNoneStandsTwice) {
  std::set<std::pair<EventFamily, std::string_view>> seen;
  for (const EventName& row : event_names()) {
    EXPECT_TRUE(seen.emplace(row.family, row.name).second) << row.name;
    const FoundEvents found = find_events(row.name, row.family, dissect::protocols());
    const auto words = 1 + std::ranges::count(row.own, ' ');
    EXPECT_TRUE(!found.field.empty() || std::ssize(found.events) == words) << row.name << ": " << row.own;
  }
}

TEST(EventNames, OwnNamesWorkAndUnknownOnesTeach) {
  EXPECT_EQ(find_events("tcp.gap", EventFamily::stream, {}).events.size(), 1u);
  EXPECT_EQ(find_events("decode.tcp_header", EventFamily::decode, {}).events.size(), 1u);
  EXPECT_EQ(find_events("modbus.length", EventFamily::application, dissect::protocols()).events.size(), 1u);
  EXPECT_EQ(find_events("stream.3whs_synack_with_wrong_ack", EventFamily::stream, {}).events.size(), 1u);
  EXPECT_NE(refusal("decode-event:ipv4.trunk_pkt;").find("ipv4.trunc_pkt"), std::string::npos);
  EXPECT_NE(refusal("app-layer-event:modbus.lenght;").find("modbus.length"), std::string::npos);
  EXPECT_NE(refusal("stream-event:pkt_broken_ack;").find("no event of streams"), std::string::npos);
  EXPECT_NE(refusal("app-layer-event:modbus.length; modbus.function:3;").find("flowbits"), std::string::npos);
  EXPECT_NE(refusal("decode-event:ipv4.trunc_pkt; stream-event:tcp.gap;").find("one event"), std::string::npos);
}

TEST(DecodeEvents, ComeUpOnEachPacket) {
  Rig rig(rule_of("decode-event:tcp.hlen_too_small;", "pkthdr any any -> any any") +
          "alert ip any any -> any any (msg:\"c\"; decode-event:ipv4.trunc_pkt; sid:2;)\n"
          "alert pkthdr any any -> any any (msg:\"u\"; decode-event:udp.hlen_invalid; sid:3;)\n");
  std::string bad = text_of_frame(frames::ethernet(0x0800, frames::ipv4(frames::tcp("abc"))));
  const std::string good = bad, cut = bad.substr(0, bad.size() - 2);
  bad[14 + 20 + 12] = 0x10;
  rig.raw(bad).raw(good).raw(bad).raw(cut);
  EXPECT_EQ(rig.fired(), "1@1 1@3 2@4");
}

TEST(StreamEvents, ComeUpOnceForEachFlow) {
  Rig rig(rule_of("stream-event:3whs_synack_with_wrong_ack;") +
          "alert tcp any any -> any any (msg:\"o\"; stream-event:tcp.flags; flow:to_server; sid:2;)\n");
  rig.handshake().client("abc");
  EXPECT_EQ(rig.fired(), "");
  rig.tcp(Direction::to_server, decode::tcp_flag::syn | decode::tcp_flag::fin);
  rig.tcp(Direction::to_server, decode::tcp_flag::syn | decode::tcp_flag::fin);
  EXPECT_EQ(rig.fired(), "2@5");
}

TEST(ApplicationEvents, ComeUpOnEachMessage) {
  using namespace std::string_literals;
  Rig rig("alert modbus any any -> any any (msg:\"t\"; app-layer-event:modbus.invalid_length; sid:1;)\n"
          "alert modbus any any -> any any (msg:\"u\"; app-layer-event:modbus.unsolicited_response; sid:2;)\n"
          "alert modbus any any -> any any (msg:\"d\"; app-layer-event:modbus.invalid_value; sid:3;)\n");
  const std::string read = "\0\1\0\0\0\6\1\3\0\0\0\1"s, answer = "\0\1\0\0\0\5\1\3\2\0\7"s;
  const std::string longer = "\0\2\0\0\0\7\1\3\0\0\0\1\0"s;
  rig.handshake().client(read).server(answer);  // 4, 5
  EXPECT_EQ(rig.fired(), "");
  rig.client(longer).client(longer);  // 6, 7
  EXPECT_EQ(rig.fired(), "1@6 1@7");
  rig.server("\0\x33\0\0\0\5\1\3\2\0\7"s);  // 8: nobody asked
  EXPECT_EQ(rig.fired(), "1@6 1@7 2@8");
}

}  // namespace
}  // namespace langyan::detect
