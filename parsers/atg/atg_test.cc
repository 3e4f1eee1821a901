#include "parsers/atg/atg.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::atg {
namespace {

using testing::ElementsAre;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;
std::vector<std::uint8_t> octets(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Atg, ReportsAndSettings) {
  const Decoded asked = MessageDecoder(protocol)(octets("\x01I20100\r\n"), ask);
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["function"], "I20100");
  EXPECT_THAT(asked.operations, ElementsAre("read I20100 pending"));
  EXPECT_THAT(MessageDecoder(protocol)(octets("\x01S60201SUPER\n"), ask).operations,
              ElementsAre("configure S60201='SUPER' pending"));
  EXPECT_THAT(MessageDecoder(protocol)(octets("\x01I90200\n"), ask).operations, ElementsAre("identify I90200 pending"));
  EXPECT_THAT(MessageDecoder(protocol)(octets("\x01S05100"
                                              "2603020800\n"),
                                       ask)
                  .operations,
              ElementsAre("time S05100='2603020800' pending"));
  const Decoded told = MessageDecoder(protocol)(octets("\x01\r\nI20100\r\nIN-TANK INVENTORY\r\n\x03"), tell);
  EXPECT_EQ(told["function"], "I20100");
  EXPECT_THAT(told.operations, ElementsAre("read ok"));
  EXPECT_EQ(MessageDecoder(protocol)(octets("\x01" "9999FF1B\x03"), tell).fault, "atg.refused");
}

TEST(Atg, IsKnownByACommand) {
  const Context own{ask, Transport::tcp, 40000, 10001}, foreign{ask, Transport::tcp, 40000, 4001};
  EXPECT_EQ(protocol.identify(octets("\x01I20100\n"), foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(octets("\x01I2"), own), Identity::unsure);
  EXPECT_EQ(protocol.identify(octets("\x01X20100\n"), own), Identity::no);
  EXPECT_EQ(protocol.identify(octets("GET / "), own), Identity::no);
  EXPECT_EQ(protocol.frame(octets("\x01I20100\nI2"), own).size, 8u);
  EXPECT_EQ(protocol.frame(octets("\x01I20100"), own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(octets("\x01i20100"), own).size, 7u);
  Context back = own;
  back.direction = tell;
  EXPECT_EQ(protocol.frame(octets("\x01\nI20100"), back).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(octets("\x01\nI20100\x03"), back).size, 9u);
  EXPECT_EQ(protocol.resync(octets("xx\x01I20100"), own), 2u);
}

TEST(Atg, ACutCommandIsNone) {
  const auto whole = octets("\x01I20100");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask)
                    .operations.empty())
        << size;
}

}  // namespace
}  // namespace langyan::atg
