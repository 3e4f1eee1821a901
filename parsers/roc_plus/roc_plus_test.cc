#include "parsers/roc_plus/roc_plus.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::roc_plus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> sealed(std::vector<std::uint8_t> made) {
  unsigned value = 0xffff;
  for (std::uint8_t octet : made) {
    value ^= octet;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1;
  }
  made.push_back(static_cast<std::uint8_t>(value)), made.push_back(static_cast<std::uint8_t>(value >> 8));
  return made;
}
std::vector<std::uint8_t> message(std::uint8_t opcode, std::string_view hex = "", bool request = true) {
  const auto data = from_hex(hex);
  std::vector<std::uint8_t> made = {1, 2, 3, 1, opcode, static_cast<std::uint8_t>(data.size())};
  if (!request) made = {3, 1, 1, 2, opcode, static_cast<std::uint8_t>(data.size())};
  made.insert(made.end(), data.begin(), data.end());
  return sealed(made);
}

TEST(Roc, ReducesOpcodesToOperations) {
  const auto one = [](std::uint8_t opcode, std::string_view hex) {
    return MessageDecoder(protocol)(message(opcode, hex), ask).operations;
  };
  EXPECT_THAT(one(6, ""), ElementsAre("identify unit 1 pending"));
  EXPECT_THAT(one(7, ""), ElementsAre("read unit 1 pending"));
  EXPECT_THAT(one(8, "1e2d0c0f0307e8"), ElementsAre("time unit 1 pending"));
  EXPECT_THAT(one(10, "010003"), ElementsAre("read table 1.0 x3 unit 1 pending"));
  EXPECT_THAT(one(180, "02 670000 670101"),
              ElementsAre("read TLP 103,0,0 unit 1 pending", "read TLP 103,1,1 unit 1 pending"));
  EXPECT_THAT(one(167, "5b 00 02 03"), ElementsAre("read TLP 91,0,3 x2 unit 1 pending"));
  EXPECT_THAT(one(24, "0102"), ElementsAre("other unit 1 pending"));
  EXPECT_THAT(one(203, "0202"), ElementsAre("file unit 1 pending"));
  EXPECT_THAT(one(203, "05 2f6100"), ElementsAre("file /a unit 1 pending"));
}

TEST(Roc, AWriteCarriesItsValue) {
  const Decoded got = MessageDecoder(protocol)(message(181, "01 670003 0000803f"), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["opcode"], "write_parameters");
  EXPECT_EQ(got["point_type"], "103");
  EXPECT_EQ(got["parameter"], "3");
  ASSERT_EQ(got.operations.size(), 1u);
  EXPECT_TRUE(got.operations[0].starts_with("write TLP 103,0,3")) << got.operations[0];
  const Decoded answer = MessageDecoder(protocol)(message(181, "", false), tell);
  EXPECT_EQ(answer.role, Role::answer);
  EXPECT_THAT(answer.operations, ElementsAre("write unit 1 ok"));
}

TEST(Roc, ALoginNamesItsOperatorAndNotItsPassword) {
  const Decoded got = MessageDecoder(protocol)(message(17, "4c4f49 d204 05"), ask);
  EXPECT_EQ(got["operator_id"], "LOI");
  EXPECT_EQ(got["logs_out"], "0");
  EXPECT_EQ(got["data"], "absent");
  EXPECT_THAT(got.operations, ElementsAre("auth LOI unit 1 pending"));
  EXPECT_EQ(MessageDecoder(protocol)(message(17, "4c4f49 d204 4c4f474f5554"), ask)["logs_out"], "1");
}

TEST(Roc, AnErrorBelongsToWhatWasAsked) {
  MessageDecoder decode(protocol);
  decode(message(17, "4c4f49d204"), ask);
  const Decoded got = decode(message(255, "0601", false), tell);
  EXPECT_EQ(got.fault, "roc_plus.refused");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["opcode"], "login");
  EXPECT_EQ(got["error_code"], "6");
  EXPECT_THAT(got.operations, ElementsAre("auth unit 1 refused 6"));
  EXPECT_EQ(MessageDecoder(protocol)(message(255, "06", false), tell)["opcode"], "error");
}

TEST(Roc, TellsWhatTheDeviceIs) {
  const Decoded got = MessageDecoder(protocol)(message(6, "010002000201000000000000000000000000 06 0102", false), tell);
  EXPECT_EQ(got["device_kind"], "ROC800");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Emerson unit 1", "series=ROC800 unit 1"));
}

TEST(Roc, NamesWhatIsWrong) {
  EXPECT_EQ(MessageDecoder(protocol)(message(99), ask).fault, "roc_plus.opcode");
  EXPECT_EQ(MessageDecoder(protocol)(message(180, "05 670000"), ask).fault, "roc_plus.count");
  EXPECT_EQ(MessageDecoder(protocol)(message(166, "6700"), ask).fault, "roc_plus.count");
  auto damaged = message(8, "1e2d0c0f0307e8");
  damaged[7] ^= 1;
  const Decoded got = MessageDecoder(protocol)(damaged, ask);
  EXPECT_EQ(got.fault, "roc_plus.checksum");
  EXPECT_THAT(got.operations, IsEmpty());
  const auto whole = message(181, "01 670003 0000803f");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(cut.fault, "roc_plus.length") << size;
    EXPECT_THAT(cut.operations, IsEmpty()) << size;
  }
}

TEST(Roc, IsKnownByItsChecksum) {
  const Context own{ask, Transport::tcp, 40000, 4000}, foreign{ask, Transport::tcp, 40000, 10002};
  EXPECT_EQ(protocol.identify(message(6), own), Identity::yes);
  EXPECT_EQ(protocol.identify(message(6), foreign), Identity::no);  // a Modbus read as well
  EXPECT_EQ(protocol.identify(message(180, "01670000"), foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(message(99, "01670000"), foreign), Identity::no);
  auto damaged = message(180, "01670000");
  EXPECT_EQ(protocol.identify({damaged.data(), 9}, own), Identity::unsure);
  damaged.back() ^= 1;
  EXPECT_EQ(protocol.identify(damaged, own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f312e310d0a"), own), Identity::no);
}

TEST(Roc, FramesResynchronisesAndKnowsTheAsker) {
  const Context own{ask, Transport::tcp, 40000, 4000};
  auto stream = message(180, "01670000");
  const std::size_t size = stream.size();
  EXPECT_EQ(protocol.frame(stream, own).size, size);
  EXPECT_EQ(protocol.frame({stream.data(), 5}, own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.resync(stream, own), 0u);
  stream.insert(stream.begin(), {9, 9, 9});
  EXPECT_EQ(protocol.resync(stream, own), 3u);
  EXPECT_EQ(protocol.sender(message(7), own), End::client);
  EXPECT_EQ(protocol.sender(message(255, "06"), own), End::server);
  EXPECT_EQ(protocol.sender(message(180, "01670000"), own), End::unknown);
}

}  // namespace
}  // namespace langyan::roc_plus
