#include "parsers/fins/fins.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/fins/table.h"

namespace langyan::fins {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, reply = Direction::to_client;
constexpr const char* command = "80 00 02 00 0b 00 00 05 00 21 ";   // to node 11 from node 5, SID 0x21
constexpr const char* response = "c0 00 02 00 05 00 00 0b 00 21 ";

std::string blanks(int count) {
  std::string hex;
  while (count-- > 0) hex += "20";
  return hex;
}

class Fins : public testing::Test {
 protected:
  Fins() { decode.context.transport = Transport::udp; }
  Decoded asked(std::string body) { return decode(command + body, ask); }
  Decoded answered(std::string body) { return decode(response + body, reply); }
  MessageDecoder decode{protocol};
};

TEST_F(Fins, ReducesCommandsToOperations) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"0101 82 0064 00 0002", {"read D100..D101 unit 11 pending"}},
      {"0101 30 0001 0c 0001", {"read CIO1.12 unit 11 pending"}},
      {"0102 82 0064 00 0002 0001 00ff", {"write D100..D101=1,255 unit 11 pending"}},
      {"0102 31 0007 03 0001 01", {"write W7.03=1 unit 11 pending"}},
      {"0103 b2 0000 00 0010 0000", {"write H0..H15=0 unit 11 pending"}},
      {"0104 82 0001 00 b0 0002 00", {"read D1 unit 11 pending", "read CIO2 unit 11 pending"}},
      {"0105 82 0001 00 b1 0002 00 0003", {"write W2..W4 unit 11 pending"}},
      {"0202 8010 0000 8002 00000000", {"configure parameter area 32784 unit 11 pending"}},
      {"0306 0000 00000000 0400", {"upload program 0 unit 11 pending"}},
      {"0307 0000 00000000 8002 abcd", {"download program 0 unit 11 pending"}},
      {"0308 ffff 00", {"download program 65535 unit 11 pending"}},
      {"0401", {"start unit 11 pending"}},
      {"0401 ffff 04", {"start=4 unit 11 pending"}},
      {"0402", {"stop unit 11 pending"}},
      {"0403", {"reset unit 11 pending"}},
      {"0501", {"identify unit 11 pending"}},
      {"0c02 ffff 00 80000000 80000000 00", {"auth unit 11 pending"}},
      {"2202 8000 4d41494e2020202e4f424a20 00000000 0100", {"file MAIN   .OBJ unit 11 pending"}},
      {"220c 0001 0000", {"download unit 11 pending"}},
      {"220c 0000 0000", {"upload unit 11 pending"}},
      {"2301 0001 0001 30 0000 05", {"force CIO0.05=1 unit 11 pending"}},
      {"2302", {"force unit 11 pending"}},
  };
  for (const auto& [body, operations] : cases) {
    const Decoded got = asked(body);
    EXPECT_EQ(got.operations, operations) << body;
    EXPECT_EQ(got.fault, "") << body;
    EXPECT_EQ(got.role, Role::request) << body;
  }
}

TEST_F(Fins, AnAnswerReadsWhatItsRequestAskedFor) {
  asked("0101 82 0064 00 0002");
  EXPECT_THAT(answered("0101 0000 0001 0203").operations,
              ElementsAre("read=1 unit 11 ok"));  // its count stands in the request
  asked("0101 31 0000 00 0001");
  EXPECT_THAT(answered("0101 0000 01").operations, ElementsAre("read=1 unit 11 ok"));
  EXPECT_EQ(answered("0101 0000 01").role, Role::answer);
  asked("0101 82 0064 00 0002");
  EXPECT_EQ(answered("0101 0000 000102").fault, "fins.length");
  EXPECT_THAT(answered("0104 0000 82 0007 b0 0008").operations, ElementsAre("read=7 unit 11 ok", "read=8 unit 11 ok"));
}

TEST_F(Fins, RefusalsCarryTheCodeWithoutFlags) {
  const Decoded got = answered("0102 2142");
  EXPECT_THAT(got.operations, ElementsAre("write unit 11 refused 8450"));
  EXPECT_EQ(got["response_code"], "write_protected");
  EXPECT_EQ(answered("0102 8205")["relay_error"], "1");
}

TEST_F(Fins, TellsWhatTheControllerIs) {
  const std::string model = "434a324d2d4350553333" + blanks(10), version = "30322e3030" + blanks(15);
  const Decoded got = answered("0501 0000 " + model + version);
  EXPECT_THAT(got.facts, ElementsAre("vendor=Omron unit 11", "model=CJ2M-CPU33 unit 11", "firmware=02.00 unit 11"));
  EXPECT_EQ(got.fault, "");
  const Decoded units = answered("0502 0000 01 10 434a31572d45544e3231" + blanks(10));
  EXPECT_THAT(units.facts, ElementsAre("model=CJ1W-ETN21 unit 16"));
}

TEST_F(Fins, ReadsTheClock) {
  EXPECT_EQ(asked("0702 26 03 02 08 00 15 01")["clock"], "2026-03-02T08:00:15.000000+0000");
  EXPECT_EQ(asked("0702 26 13 02 08 00 15 01").fault, "fins.data");
  EXPECT_EQ(asked("0702 26 1a 02 08 00 15 01")["clock"], "absent");
}

TEST_F(Fins, NamesWhatIsWrong) {
  EXPECT_EQ(asked("0102 82 0064 00 0002 0001").fault, "fins.length");
  EXPECT_EQ(asked("0102 82 0064").fault, "fins.truncated");
  EXPECT_EQ(asked("9999 00").fault, "fins.command");
  EXPECT_THAT(asked("0102 82 0064").operations, IsEmpty());
}

TEST_F(Fins, ACutMessageNeverReadsAsAWholeOne) {
  const auto whole = from_hex(command + std::string("2301 0002 0001 30 0000 05 0000 30 0001 06"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_LT(got.operations.size(), 2u) << size;
  }
}

TEST(FinsFrame, IsKnownByItsPayload) {
  const Context udp{ask, Transport::udp, 40000, 9600}, foreign{ask, Transport::udp, 40000, 40001};
  const auto known = from_hex(command + std::string("0501")), unknown = from_hex(command + std::string("7777"));
  EXPECT_EQ(protocol.identify(known, udp), Identity::yes);
  EXPECT_EQ(protocol.identify(known, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(unknown, udp), Identity::yes);
  EXPECT_EQ(protocol.identify(unknown, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f312e31"), udp), Identity::no);
}

TEST(FinsFrame, StandsBehindATcpHeader) {
  const Context tcp{ask, Transport::tcp, 40000, 9600};
  const auto hello = from_hex("46494e53 0000000c 00000000 00000000 00000000");
  EXPECT_EQ(protocol.identify(hello, {ask, Transport::tcp, 40000, 1234}), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("4649"), tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("46494e53 7fffffff"), tcp), Identity::no);
  EXPECT_EQ(protocol.frame(hello, tcp).size, 20u);
  EXPECT_EQ(protocol.sender(hello, tcp), End::client);
  auto garbage = from_hex("464649");
  garbage.insert(garbage.end(), hello.begin(), hello.end());
  EXPECT_EQ(protocol.resync(garbage, tcp), 3u);
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode(hello, ask).operations, ElementsAre("session pending"));
  const Decoded frame = decode("46494e53 0000001a 00000002 00000000 8000020 00b0000050021 0402", ask);
  EXPECT_THAT(frame.operations, ElementsAre("stop unit 11 pending"));
  const Decoded refused = decode("46494e53 00000010 00000001 00000020 00000000 00000000", reply);
  EXPECT_EQ(refused.fault, "fins.refused");
  EXPECT_EQ(refused["tcp_error"], "all_connections_in_use");
}

}  // namespace
}  // namespace langyan::fins
