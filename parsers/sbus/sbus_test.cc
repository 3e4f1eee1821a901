#include "parsers/sbus/sbus.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::sbus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> telegram(std::uint8_t attribute, std::string_view body) {
  auto made = from_hex("00000000 01 00 0007 00" + std::string(body));
  made[3] = static_cast<std::uint8_t>(made.size() + 2), made[8] = attribute;
  unsigned value = 0;
  for (std::uint8_t octet : made) {
    value ^= octet << 8u;
    for (int bit = 0; bit < 8; ++bit) value = (value & 0x8000 ? value << 1 ^ 0x1021 : value << 1) & 0xffff;
  }
  made.push_back(static_cast<std::uint8_t>(value >> 8)), made.push_back(static_cast<std::uint8_t>(value));
  return made;
}
std::vector<std::string> operations(std::string_view body) {
  return MessageDecoder(protocol)(telegram(0, body), ask).operations;
}

TEST(Sbus, ReducesCommandsToOperations) {
  EXPECT_THAT(operations("0a 06 03 0064"), ElementsAre("read R 100..103 unit 10 pending"));
  EXPECT_THAT(operations("0a 0e 05 0064 0000002a"), ElementsAre("write R 100 unit 10 pending"));
  EXPECT_THAT(operations("0a 0d 03 0005 00 01"), ElementsAre("write O 5 unit 10 pending"));
  EXPECT_THAT(operations("0a 44"), ElementsAre("stop unit 10 pending"));
  EXPECT_THAT(operations("0a 30"), ElementsAre("start unit 10 pending"));
  EXPECT_THAT(operations("0a 39"), ElementsAre("reset unit 10 pending"));
  EXPECT_THAT(operations("0a 24 0000"), ElementsAre("download unit 10 pending"));
  EXPECT_THAT(operations("0a ae"), ElementsAre("firmware unit 10 pending"));
  EXPECT_EQ(MessageDecoder(protocol)(telegram(0, "0a ff"), ask).fault, "sbus.command");
}

TEST(Sbus, AnswersAreReadByTheirRequest) {
  MessageDecoder decode(protocol);
  decode(telegram(0, "0a 20"), ask);
  const Decoded got = decode(telegram(1, "44324d3438 30323000"), tell);
  EXPECT_THAT(got.facts, ElementsAre("vendor=Saia-Burgess unit 10", "model=D2M48 unit 10", "firmware=020 unit 10"));
  EXPECT_EQ(got.operations.size(), 1u);
  EXPECT_THAT(MessageDecoder(protocol)(telegram(2, "0002"), tell).operations, ElementsAre("other refused 2"));
  EXPECT_THAT(MessageDecoder(protocol)(telegram(1, "44324d3438 30323000"), tell).facts, IsEmpty());
}

TEST(Sbus, NamesWhatIsWrong) {
  auto damaged = telegram(0, "0a 44");
  damaged[10] = 0x30;
  const Decoded got = MessageDecoder(protocol)(damaged, ask);
  EXPECT_EQ(got.fault, "sbus.checksum");
  EXPECT_THAT(got.operations, IsEmpty());
  const auto whole = telegram(0, "0a 06 03 0064");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(cut.fault, "sbus.truncated") << size;
    EXPECT_THAT(cut.operations, IsEmpty());
  }
}

TEST(Sbus, IsKnownByLengthAndChecksum) {
  const Context own{ask, Transport::udp, 40000, 5050}, foreign{ask, Transport::udp, 40000, 6000};
  const auto whole = telegram(0, "0a 20");
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::yes);
  auto damaged = whole;
  damaged.back() ^= 1;
  EXPECT_EQ(protocol.identify(damaged, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0000000d"), own), Identity::no);
  EXPECT_EQ(protocol.sender(whole, own), End::client);
}

}  // namespace
}  // namespace langyan::sbus
