#include "parsers/ff_hse/ff_hse.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ff_hse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;
constexpr std::string_view write = "00 40 0c 83 00000001 00000014 00000123 00000007";  // FMS write of 291

TEST(Hse, ReducesServicesToOperations) {
  const auto one = [](std::string_view hex) { return MessageDecoder(protocol)(hex, ask).operations; };
  EXPECT_THAT(one(write), ElementsAre("write index 291 pending"));
  EXPECT_THAT(one("00 00 0c 94 00000001 0000000c"), ElementsAre("stop pending"));
  EXPECT_THAT(one("00 00 0c 96 00000001 0000000c"), ElementsAre("reset pending"));
  EXPECT_THAT(one("00 00 08 8e 00000001 0000000c"), ElementsAre("configure pending"));
  EXPECT_THAT(one("00 00 08 01 00000001 0000000c"), ElementsAre("browse one_way"));
  EXPECT_EQ(MessageDecoder(protocol)(write, ask)["invoke_id"], "7");
  const Decoded error = MessageDecoder(protocol)("00 00 0e 83 00000001 0000000c", tell);
  EXPECT_EQ(error.fault, "ff_hse.refused");
  EXPECT_EQ(error.role, Role::answer);
}

TEST(Hse, NamesWhatIsWrong) {
  const auto whole = from_hex(write);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(cut.fault, "ff_hse.length") << size;
    EXPECT_THAT(cut.operations, IsEmpty()) << size;
  }
  EXPECT_EQ(MessageDecoder(protocol)("00 00 0c ff 00000001 0000000c", ask).fault, "ff_hse.service");
  EXPECT_EQ(MessageDecoder(protocol)("00 40 0c 83 00000001 0000000c", ask).fault, "ff_hse.length");
}

TEST(Hse, IsKnownOnItsPorts) {
  const Context own{ask, Transport::udp, 40000, 1090}, foreign{ask, Transport::udp, 40000, 5000},
      stream{ask, Transport::tcp, 40000, 1090};
  const auto whole = from_hex(write);
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::no);
  EXPECT_EQ(protocol.identify({whole.data(), 5}, stream), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("00 40 7c 83 00000001 0000000c"), own), Identity::no);
  EXPECT_EQ(protocol.frame(whole, stream).size, whole.size());
  EXPECT_EQ(protocol.sender(whole, own), End::client);
}

}  // namespace
}  // namespace langyan::ff_hse
