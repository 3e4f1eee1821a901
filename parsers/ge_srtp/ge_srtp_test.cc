#include "parsers/ge_srtp/ge_srtp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ge_srtp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// [DEN] 3.2: a request in the header, sequence number 7.
std::vector<std::uint8_t> request(std::string_view service) {
  std::vector<std::uint8_t> made(56);
  made[0] = 2, made[2] = 7, made[9] = 1, made[17] = 1, made[30] = 7, made[31] = 0xc0, made[36] = 0x10, made[37] = 0x0e,
  made[40] = 1, made[41] = 1;
  const auto octets = from_hex(service);
  for (std::size_t i = 0; i < octets.size(); ++i) made[42 + i] = octets[i];
  return made;
}
std::vector<std::uint8_t> response(std::uint8_t mailbox, std::uint8_t status, std::string_view text) {
  std::vector<std::uint8_t> made(56);
  const auto octets = from_hex(text);
  made[0] = 3, made[2] = 7, made[4] = static_cast<std::uint8_t>(octets.size()), made[17] = 1, made[31] = mailbox,
  made[40] = 1, made[41] = 1;
  made[42] = status, made[51] = 2, made[54] = 0x1c;
  for (std::uint8_t octet : octets) made.push_back(octet);
  return made;
}
std::vector<std::string> operations(std::string_view service) {
  return MessageDecoder(protocol)(request(service), ask).operations;
}

TEST(GeSrtp, ReducesServicesToOperations) {
  EXPECT_THAT(operations("04 08 cf07 f801"), ElementsAre("read %R2000..%R2503 pending"));
  EXPECT_THAT(operations("04 12 0300 0100"), ElementsAre("read %Q25..%Q32 pending"));
  EXPECT_THAT(operations("07 4c 5e03 0100"), ElementsAre("write %M863 pending"));
  EXPECT_THAT(operations("23"), ElementsAre("mode pending"));
  EXPECT_THAT(operations("40"), ElementsAre("download pending"));
  EXPECT_THAT(operations("21"), ElementsAre("auth pending"));
  EXPECT_THAT(operations("43"), ElementsAre("identify pending"));
  EXPECT_EQ(MessageDecoder(protocol)(request("ee"), ask).fault, "ge_srtp.service");
}

TEST(GeSrtp, AnswersCarryStatusAndOctets) {
  const Decoded got = MessageDecoder(protocol)(response(0x94, 0, "00010203"), tell);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["data"], "00010203");
  EXPECT_EQ(got["privilege_level"], "2");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_THAT(MessageDecoder(protocol)(response(0xd1, 2, ""), tell).operations, ElementsAre("other refused 512"));
  EXPECT_THAT(MessageDecoder(protocol)(std::vector<std::uint8_t>(56), ask).operations, ElementsAre("session pending"));
}

TEST(GeSrtp, FramesByTheHeader) {
  const Context own{ask, Transport::tcp, 40000, 18245}, foreign{ask, Transport::tcp, 40000, 9999};
  const auto read = request("04 08 0000 0100"), answer = response(0x94, 0, "0001");
  EXPECT_EQ(protocol.identify(read, own), Identity::yes);
  EXPECT_EQ(protocol.identify(read, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(std::vector<std::uint8_t>(56), foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("0303"), own), Identity::no);
  EXPECT_EQ(protocol.frame(answer, own).size, 58u);
  EXPECT_EQ(protocol.frame({answer.data(), 57}, own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.sender(read, own), End::client);
  EXPECT_EQ(protocol.sender(answer, own), End::server);
  auto lost = from_hex("ff00");
  for (std::uint8_t octet : read) lost.push_back(octet);
  EXPECT_EQ(protocol.resync(lost, own), 2u);
}

TEST(GeSrtp, ACutMessageIsNone) {
  const auto whole = response(0x94, 0, "00010203");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, tell);
    EXPECT_EQ(got.fault, "ge_srtp.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

}  // namespace
}  // namespace langyan::ge_srtp
