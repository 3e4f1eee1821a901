#include "parsers/ntp/ntp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ntp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

struct Ntp : testing::Test {
  Ntp() { decode.context.transport = Transport::udp, decode.context.server_port = 123; }
  MessageDecoder decode{protocol};
};

TEST_F(Ntp, AskedAndTold) {
  const Decoded asked = decode("23 00 06 00" + std::string(72, '0') + "e8000000 80000000", up);
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["mode"], "client");
  EXPECT_EQ(asked["version"], "4");
  EXPECT_EQ(asked["leap"], "none");
  EXPECT_THAT(asked.operations, ElementsAre("read pending"));
  const Decoded told = decode(
      "24 01 06 e9 00000000 00000000 47505300 e8000000 00000000 e8000000 80000000 e8000001 00000000 e8000001 00000000",
      down);
  EXPECT_EQ(told["exchange"], asked["exchange"]) << "so they pair";
  EXPECT_EQ(told["stratum"], "1");
  EXPECT_EQ(told["reference"], "GPS");
  EXPECT_EQ(told["transmit_time"], "2023-05-05T22:21:53.000000+0000");
  EXPECT_EQ(told.role, Role::answer);
  const Decoded second =
      decode("24 02 06 e9 00000000 00000000 0a140001" + std::string(48, '0') + "e8000001 00000000", down);
  EXPECT_EQ(second["reference_ip"], "00000000000000000000ffff0a140001");
  EXPECT_THAT(decode("24 00 06 e9 00000000 00000000 44454e59" + std::string(64, '0'), down).operations,
              ElementsAre("read refused 0"));
  EXPECT_EQ(decode("25 01 06 e9 00000000 00000000 47505300" + std::string(64, '0'), down).role, Role::event);
}

TEST_F(Ntp, TheListOfAskersIsAskedFor) {
  const Decoded got = decode("17 00 03 2a 00000000", up);
  EXPECT_EQ(got.fault, "ntp.list_request");
  EXPECT_EQ(got["request_code"], "mon_getlist_1");
  EXPECT_THAT(got.operations, ElementsAre("diagnose one_way"));
  EXPECT_EQ(decode("d7 00 03 2a 00010048", down).fault, "") << "the answer";
  EXPECT_EQ(decode("16 02 0001 0000 0000 0000 0000", up)["control"], "read_variables");
  EXPECT_THAT(decode("16 08 0001 0000 0000 0000 0000", up).operations, ElementsAre("configure one_way"));
}

TEST_F(Ntp, ShortMessagesInventNothing) {
  for (std::size_t size = 1; size < 48; ++size) {
    std::vector<std::uint8_t> octets(size, 0x23);
    const Decoded got = decode(octets, up);
    EXPECT_EQ(got.fault, "ntp.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
  EXPECT_EQ(decode("17 00 03", up).fault, "ntp.truncated");
  EXPECT_EQ(decode("16 02 00", up).fault, "ntp.truncated");
}

TEST_F(Ntp, OnlyItsOwnPort) {
  Context context = decode.context;
  const auto asked = from_hex("23 00 06 00" + std::string(88, '0'));
  EXPECT_EQ(protocol.identify(asked, context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("00 00 00 00 00 00 00 00"), context), Identity::no);
  EXPECT_EQ(protocol.sender(asked, context), End::client);
  context.server_port = 1'234;
  EXPECT_EQ(protocol.identify(asked, context), Identity::no);
}

}  // namespace
}  // namespace langyan::ntp
