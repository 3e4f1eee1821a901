#include "parsers/tristation/tristation.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::tristation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> message(std::uint8_t type, std::vector<std::uint8_t> body) {
  std::vector<std::uint8_t> made = {type, 0, static_cast<std::uint8_t>(body.size()), 0};
  for (std::uint8_t octet : body) made.push_back(octet);
  unsigned value = 0;
  for (std::uint8_t octet : made) {
    value ^= octet;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1;
  }
  made.push_back(static_cast<std::uint8_t>(value)), made.push_back(static_cast<std::uint8_t>(value >> 8));
  return made;
}
std::vector<std::uint8_t> command(std::uint8_t way, std::uint8_t code, std::uint8_t sequence,
                                  std::vector<std::uint8_t> data = {}) {
  std::vector<std::uint8_t> body = {way, way, code, sequence, 0, 0, 0, 0, static_cast<std::uint8_t>(10 + data.size()),
                                    0};
  for (std::uint8_t octet : data) body.push_back(octet);
  return message(5, body);
}

TEST(TriStation, ReducesCommandsToOperations) {
  const auto one = [](std::uint8_t code) { return MessageDecoder(protocol)(command(0, code, 1), ask).operations; };
  EXPECT_THAT(one(0x13), ElementsAre("diagnose pending"));
  EXPECT_THAT(one(0x01), ElementsAre("download pending"));
  EXPECT_THAT(one(0x37), ElementsAre("download pending"));
  EXPECT_THAT(one(0x41), ElementsAre("upload pending"));
  EXPECT_THAT(one(0x14), ElementsAre("start pending"));
  EXPECT_THAT(one(0x15), ElementsAre("stop pending"));
  EXPECT_THAT(one(0x1b), ElementsAre("force pending"));
}

TEST(TriStation, AnAnswerIsNamedByItsSequenceNumber) {
  MessageDecoder decode(protocol);
  decode(command(0, 0x15, 7), ask);
  const Decoded got = decode(command(1, 0x64, 7, {1, 2}), tell);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["command"], "halt_program");
  EXPECT_EQ(got["answer_code"], "100");
  EXPECT_EQ(got["data"], "0102");
  EXPECT_THAT(got.operations, ElementsAre("stop ok"));
  EXPECT_EQ(decode(command(1, 0x64, 9), tell)["command"], "absent");
}

TEST(TriStation, ConnectsAndIsRefused) {
  EXPECT_THAT(MessageDecoder(protocol)(from_hex("01000000 01fc"), ask).operations, ElementsAre("session one_way"));
  EXPECT_THAT(MessageDecoder(protocol)(from_hex("02000000 01b8"), tell).operations, ElementsAre("session ok"));
  const Decoded denied = MessageDecoder(protocol)(message(10, {}), tell);
  EXPECT_EQ(denied.fault, "tristation.refused");
  EXPECT_THAT(denied.operations, ElementsAre("session refused 10"));
}

TEST(TriStation, NamesWhatIsWrong) {
  auto damaged = command(0, 0x13, 1);
  damaged[6] = 0x15;
  const Decoded got = MessageDecoder(protocol)(damaged, ask);
  EXPECT_EQ(got.fault, "tristation.checksum");
  EXPECT_THAT(got.operations, IsEmpty());
  EXPECT_EQ(MessageDecoder(protocol)(command(0, 0xf0, 1), ask).fault, "tristation.command");
  EXPECT_EQ(MessageDecoder(protocol)(message(5, {0, 0, 0x13}), ask).fault, "tristation.truncated");
  const auto whole = command(0, 0x14, 1, {1, 2, 3});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_NE(cut.fault, "") << size;
    EXPECT_THAT(cut.operations, IsEmpty()) << size;
  }
}

TEST(TriStation, IsKnownByItsChecksum) {
  const Context own{ask, Transport::udp, 40000, 1502}, foreign{ask, Transport::udp, 40000, 5000};
  const auto whole = command(0, 0x13, 1);
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::yes);
  auto damaged = whole;
  damaged.back() ^= 1;
  EXPECT_EQ(protocol.identify(damaged, own), Identity::yes);
  EXPECT_EQ(protocol.identify(damaged, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("05001000"), own), Identity::no);
  EXPECT_EQ(protocol.sender(whole, own), End::client);
  EXPECT_EQ(protocol.sender(command(1, 0x6c, 1), own), End::server);
}

}  // namespace
}  // namespace langyan::tristation
