#include "parsers/iec103/iec103.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::iec103 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> variable(std::string_view control_and_user) {
  const auto inner = from_hex(control_and_user);
  std::vector<std::uint8_t> octets = {0x68, static_cast<std::uint8_t>(inner.size()),
                                      static_cast<std::uint8_t>(inner.size()), 0x68};
  unsigned sum = 0;
  for (std::uint8_t octet : inner) octets.push_back(octet), sum += octet;
  octets.push_back(static_cast<std::uint8_t>(sum)), octets.push_back(0x16);
  return octets;
}
Decoded up(std::string_view user) { return MessageDecoder(protocol)(variable("08 " + std::string(user)), tell); }
Decoded down(std::string_view user) { return MessageDecoder(protocol)(variable("73 " + std::string(user)), ask); }

constexpr std::string_view tripped = "01 02 81 01 01 80 44 02 1000 0500 1027 1e 0c 00";

TEST(Iec103, ReadsMessagesOfTheRelay) {
  const Decoded got = up(tripped);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["function_type"], "distance_protection");
  EXPECT_EQ(got["information_number"], "68");
  EXPECT_EQ(got["point"], "on");
  EXPECT_EQ(got["relative_time"], "16");
  EXPECT_EQ(got["fault_number"], "5");
  EXPECT_EQ(got["milliseconds_of_day"], "45010000");
  EXPECT_THAT(got.operations, ElementsAre("alarm FUN 128 INF 68=2 unit 1 ok"));
  EXPECT_THAT(up("01 01 81 09 01 80 24 01 1027 1e 0c 01").operations, ElementsAre("report FUN 128 INF 36=1 unit 1 ok"));
}

TEST(Iec103, ReadsMeasurands) {
  const Decoded got = up("01 09 02 02 01 80 94 0040 f9ff");
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[0].at("value"), "0.5");
  EXPECT_EQ(got.items[0].at("overflow"), "0");
  EXPECT_EQ(got.items[1].at("value"), "-0.000244140625");
  EXPECT_EQ(got.items[1].at("overflow"), "1");
  EXPECT_THAT(got.operations, ElementsAre("report FUN 128 INF 148 unit 1 ok"));
}

TEST(Iec103, TellsTheIdentity) {
  const Decoded got = up("01 05 81 04 01 80 04 02 5349505245434f20 01020304");
  EXPECT_EQ(got["identification"], "SIPRECO ");
  EXPECT_EQ(got["compatibility_level"], "2");
  EXPECT_THAT(got.facts, ElementsAre("description=SIPRECO unit 1"));
}

TEST(Iec103, CommandsAndTheirAcknowledgementsShareTheirPair) {
  const Decoded asked = down("01 14 81 14 01 80 10 02 07"), done = up("01 01 81 14 01 80 10 02 1027 1e 0c 07"),
                refused = up("01 01 81 15 01 80 10 02 1027 1e 0c 07");
  EXPECT_THAT(asked.operations, ElementsAre("control FUN 128 INF 16=2 unit 1 pending"));
  EXPECT_THAT(done.operations, ElementsAre("control FUN 128 INF 16 unit 1 ok"));
  EXPECT_THAT(refused.operations, ElementsAre("control FUN 128 INF 16 unit 1 refused 21"));
  EXPECT_EQ(asked.role, Role::request);
  EXPECT_EQ(done.role, Role::answer);
  for (const char* field : {"common_address", "function_type", "information_number", "return_identifier"}) {
    EXPECT_EQ(asked[field], done[field]) << field;
    EXPECT_NE(asked[field], "absent") << field;
  }
}

TEST(Iec103, EveryTypeHasItsVerb) {
  EXPECT_THAT(down("01 07 81 09 01 ff 00 03").operations, ElementsAre("read FUN 255 INF 0 unit 1 pending"));
  EXPECT_THAT(up("01 08 81 0a 01 ff 00 03").operations, ElementsAre("read FUN 255 INF 0 unit 1 ok"));
  EXPECT_THAT(down("ff 06 81 08 ff ff 00 e803 1e 0c 02 03 1a").operations,
              ElementsAre("time FUN 255 INF 0 unit 255 ok"));
  EXPECT_THAT(down("01 0a 81 28 01 fe f9 01 01 1004 01 03 01 01 05").operations,
              ElementsAre("configure FUN 254 INF 249 unit 1 pending"));
  EXPECT_THAT(down("01 15 81 2a 01 fe f4 01 01 1004 01").operations,
              ElementsAre("read FUN 254 INF 244 unit 1 pending"));
  EXPECT_THAT(down("01 18 81 1f 01 80 00 01 01 0500 00").operations,
              ElementsAre("file recording FUN 128 INF 0 unit 1 ok"));
  EXPECT_EQ(up("01 1e 81 1f 01 80 00 00 01 0500 02 02 0000 0100 0200")["channel"], "2");
  EXPECT_EQ(up("01 1e 81 1f 01 80 00 00 01 0500 02 03 0000 0100 0200").fault, "iec103.length");
}

TEST(Iec103, ReadsTheLink) {
  const Decoded reset = MessageDecoder(protocol)(from_hex("10 40 01 41 16"), ask);
  EXPECT_EQ(reset["link_function"], "reset_communication_unit");
  EXPECT_THAT(reset.operations, ElementsAre("session unit 1 one_way"));
  EXPECT_EQ(MessageDecoder(protocol)(from_hex("10 46 01 47 16"), ask).fault, "iec103.function");
}

TEST(Iec103, NamesWhatIsWrongAndInventsNothing) {
  auto whole = variable("08 " + std::string(tripped));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, tell);
    EXPECT_NE(cut.fault, "") << size;
    EXPECT_THAT(cut.operations, IsEmpty());
  }
  whole[11] ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(whole, tell).fault, "iec103.checksum");
  EXPECT_EQ(up("01 01 81 09 01 80 24 01 1027 1e 0c").fault, "iec103.length");
  EXPECT_EQ(up("01 21 81 09 01 80 24 01").fault, "iec103.type_id");
  EXPECT_EQ(up("01 0a 81 2a 01 fe f4 01 02 1004 01 03 01 01 05").fault, "iec103.length");
  EXPECT_EQ(up("01 01").fault, "iec103.length");
}

TEST(Iec103, IsKnownByFramesThatAddUp) {
  const Context tcp{tell, Transport::tcp, 40000, 10001}, udp{tell, Transport::udp, 40000, 10001};
  const auto one = variable("08 " + std::string(tripped));
  auto two = from_hex("10 29 01 2a 16");
  two.insert(two.end(), one.begin(), one.end());
  EXPECT_EQ(protocol.identify(one, tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(two, tcp), Identity::yes);
  EXPECT_EQ(protocol.identify(one, udp), Identity::yes);
  auto damaged = two;
  damaged[14] ^= 1;
  EXPECT_EQ(protocol.identify(damaged, tcp), Identity::no);
  // IEC 101: five points with addresses of two octets.
  auto other = from_hex("10 29 01 2a 16");
  for (std::uint8_t octet : variable("08 01 01 05 03 01 0100 01 0200 00 0300 01 0400 00 0500 01"))
    other.push_back(octet);
  EXPECT_EQ(protocol.identify(other, tcp), Identity::no);
  EXPECT_EQ(protocol.sender(one, tcp), End::server);
  EXPECT_EQ(protocol.sender(from_hex("10 7b 01 7c 16"), tcp), End::client);
}

}  // namespace
}  // namespace langyan::iec103
