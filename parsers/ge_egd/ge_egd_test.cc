#include "parsers/ge_egd/ge_egd.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ge_egd {
namespace {

using testing::ElementsAre;

constexpr Direction forth = Direction::to_server;
const std::string header = "0d01 4c45 0a14000b 01000000 8043a569 00000000 00000000 a9000000 00000000";

TEST(Egd, IsAProducersReport) {
  const Decoded got = MessageDecoder(protocol)(header + "00010203", forth);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["exchange_id"], "1");
  EXPECT_EQ(got["time"], "2026-03-02T08:00:00.000000+0000");
  EXPECT_EQ(got["signature"], "169");
  EXPECT_EQ(got["data"], "00010203");
  EXPECT_THAT(got.operations, ElementsAre("report exchange 10.20.0.11 1 one_way"));
}

TEST(Egd, IsKnownOnItsPortOnly) {
  const auto message = from_hex(header);
  EXPECT_EQ(protocol.identify(message, {forth, Transport::udp, 18246, 18246}), Identity::yes);
  EXPECT_EQ(protocol.identify(message, {forth, Transport::udp, 5000, 5001}), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0d02"), {forth, Transport::udp, 18246, 18246}), Identity::no);
}

TEST(Egd, ACutHeaderIsNoReport) {
  const auto whole = from_hex(header);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, forth);
    EXPECT_EQ(got.fault, "ge_egd.length") << size;
    EXPECT_TRUE(got.operations.empty());
  }
}

}  // namespace
}  // namespace langyan::ge_egd
