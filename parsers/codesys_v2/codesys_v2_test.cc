#include "parsers/codesys_v2/codesys_v2.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/codesys_v2/table.h"

namespace langyan::codesys_v2 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction asks = Direction::to_server, replies = Direction::to_client;

std::string le16(std::size_t number) {
  char hex[5];
  std::snprintf(hex, sizeof hex, "%02x%02x", static_cast<unsigned>(number & 0xff),
                static_cast<unsigned>(number >> 8 & 0xff));
  return hex;
}
std::string zeros(std::size_t octets) { return std::string(2 * octets, '0'); }
std::string short_frame(std::string body) { return "bbbb" + le16(from_hex(body).size()) + "0000" + body; }
std::string long_frame(std::string body) {
  const std::string size = le16(from_hex(body).size());
  return "cccc0100" + size + zeros(10) + "01000000 23" + size + "00" + body;
}
std::string padded(std::string_view text) {
  std::string hex;
  for (char c : text) hex += le16(static_cast<unsigned char>(c)).substr(0, 2);
  return hex + zeros(text_bytes - text.size());
}
std::string identity() {
  return short_frame("01" + zeros(os_name_at - short_header - 1) + padded("Linux") + padded("2.6") + padded("LW 750"));
}

TEST(CodesysV2, ServicesBecomeOperations) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode("bbbb 0100 0000 01", asks).operations, ElementsAre("identify pending"));
  EXPECT_THAT(decode("bbbb 0001 0000 01", asks).operations, ElementsAre("identify pending"));  // big endian
  EXPECT_THAT(decode("bbbb 0200 0000 5110", asks).operations, ElementsAre("session pending"));
  EXPECT_THAT(decode(short_frame("2f 01 00 0004 00 41422e 505247 00 cd 0102"), asks).operations,
              ElementsAre("file AB.PRG pending"));
  EXPECT_THAT(decode(long_frame("31 00 0400 612e6200"), asks).operations, ElementsAre("file a.b pending"));
  EXPECT_THAT(decode(long_frame("92 00000000 73746f7070726700"), asks).operations, ElementsAre("stop stopprg pending"));
  EXPECT_THAT(decode(long_frame("92 00000000 3f00"), asks).operations, ElementsAre("diagnose ? pending"));
  EXPECT_THAT(decode("6666 01" + zeros(13) + "01000000 06000000", asks).operations, ElementsAre("heartbeat one_way"));
}

TEST(CodesysV2, TheAnswerToALoginTellsWhatTheControllerIs) {
  MessageDecoder decode(protocol);
  const Decoded got = decode(identity(), replies);
  EXPECT_THAT(got.facts, ElementsAre("model=LW 750", "description=Linux"));
  EXPECT_THAT(got.operations, ElementsAre("identify ok"));
  EXPECT_EQ(got.role, Role::answer);
}

TEST(CodesysV2, NamesWhatIsWrong) {
  MessageDecoder decode(protocol);
  auto lying = from_hex(long_frame("92 00000000 3f00"));
  lying[21] = 99;
  EXPECT_EQ(decode(lying, asks).fault, "codesys_v2.length");
  const auto whole = from_hex(long_frame("92 00000000 73746f7070726700"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, asks);
    EXPECT_NE(cut.fault, "") << size;
    EXPECT_THAT(cut.operations, IsEmpty()) << size;
  }
}

TEST(CodesysV2, IsKnownByItsPayload) {
  const Context own{asks, Transport::tcp, 40000, 2455}, foreign{asks, Transport::tcp, 40000, 4000};
  const auto login = from_hex("bbbb 0100 0000 01"), shell = from_hex(long_frame("92 00000000 3f00"));
  EXPECT_EQ(protocol.identify(login, own), Identity::yes);
  EXPECT_EQ(protocol.identify(login, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(shell, own), Identity::yes);
  EXPECT_EQ(protocol.identify(shell, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("bbbb"), foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f312e31"), own), Identity::no);
  EXPECT_EQ(protocol.frame(shell, own).size, shell.size());
  EXPECT_EQ(protocol.frame(Bytes{shell}.first(10), own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.sender(login, own), End::client);
  EXPECT_EQ(protocol.sender(from_hex(identity()), own), End::server);
  auto garbage = from_hex("bb01");
  garbage.insert(garbage.end(), shell.begin(), shell.end());
  EXPECT_EQ(protocol.resync(garbage, own), 2u);
}

}  // namespace
}  // namespace langyan::codesys_v2
