#include "parsers/ether_sio/ether_sio.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ether_sio {
namespace {

using testing::ElementsAre;

constexpr Direction forth = Direction::to_server;
const std::string data = "4553494f 0001 0000 00317616 00000018 0000000d 01000000 00ff";

TEST(EtherSio, ReportsOfAStation) {
  const Decoded got = MessageDecoder(protocol)(data, forth);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["telegram_type"], "data_transfer");
  EXPECT_EQ(got["source_id"], "13");
  EXPECT_EQ(got["data"], "0100000000ff");
  EXPECT_THAT(got.operations, ElementsAre("report unit 13 one_way"));
}

TEST(EtherSio, IsKnownByItsMagic) {
  EXPECT_EQ(protocol.identify(from_hex(data), {forth, Transport::udp, 1024, 7000}), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("4553494f"), {forth, Transport::udp, 1024, 6060}), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex(data), {forth, Transport::tcp, 1024, 6060}), Identity::no);
}

TEST(EtherSio, ACutHeaderIsNoReport) {
  const auto whole = from_hex(data);
  for (std::size_t size = 0; size < 20; ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, forth);
    EXPECT_EQ(got.fault, "ether_sio.truncated") << size;
    EXPECT_TRUE(got.operations.empty());
  }
}

}  // namespace
}  // namespace langyan::ether_sio
