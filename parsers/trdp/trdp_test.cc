#include "parsers/trdp/trdp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::trdp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// [TCN] A.6.5: a header of `size` octets with its check sequence, then four octets of data.
std::vector<std::uint8_t> telegram(std::string_view type, std::size_t size, std::uint8_t status = 0) {
  std::vector<std::uint8_t> made(size);
  made[3] = 7, made[4] = 1, made[6] = static_cast<std::uint8_t>(type[0]), made[7] = static_cast<std::uint8_t>(type[1]);
  made[10] = 3, made[11] = 0xe9, made[23] = 3;
  if (size > 40) made[24] = made[25] = made[26] = status ? 0xff : 0, made[27] = status, made[28] = 9, made[48] = 'a';
  std::uint32_t value = 0xffffffff;
  for (std::size_t i = 0; i < size - 4; ++i) {
    value ^= made[i];
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
  }
  for (std::size_t i = 0; i < 4; ++i) made[size - 4 + i] = static_cast<std::uint8_t>(~value >> 8 * i);
  for (std::uint8_t octet : {1, 2, 3, 0}) made.push_back(octet);
  return made;
}
Decoded decode(std::vector<std::uint8_t> octets) {
  return MessageDecoder(protocol)(std::move(octets), Direction::to_server);
}

TEST(Trdp, ProcessAndMessageData) {
  const Decoded process = decode(telegram("Pd", 40));
  EXPECT_EQ(process.fault, "");
  EXPECT_EQ(process["data"], "010203");
  EXPECT_EQ(process["com_id"], "1001");
  EXPECT_THAT(process.operations, ElementsAre("report comId 1001 one_way"));
  const Decoded ask = decode(telegram("Mr", 116)), answer = decode(telegram("Mp", 116));
  EXPECT_EQ(ask.role, Role::request);
  EXPECT_EQ(ask["source_uri"], "a");
  EXPECT_THAT(ask.operations, ElementsAre("control comId 1001 pending"));
  EXPECT_EQ(answer.role, Role::answer);
  EXPECT_EQ(answer["session_number"], ask["session_number"]);
  EXPECT_THAT(answer.operations, ElementsAre("control comId 1001 ok"));
  EXPECT_THAT(decode(telegram("Me", 116, 0xfe)).operations, ElementsAre("control comId 1001 refused 2"));
}

TEST(Trdp, NamesWhatIsWrong) {
  auto damaged = telegram("Pd", 40);
  damaged[11] ^= 1;
  EXPECT_EQ(decode(damaged).fault, "trdp.checksum");
  EXPECT_THAT(decode(damaged).operations, IsEmpty());
  EXPECT_EQ(decode(telegram("Xx", 40)).fault, "trdp.type");
  const auto whole = telegram("Mr", 116);
  for (std::size_t size = 1; size + 1 < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(got.fault, "trdp.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

TEST(Trdp, IsKnownByItsHeader) {
  const Context own{Direction::to_server, Transport::udp, 40000, 17224},
      foreign{Direction::to_server, Transport::udp, 40000, 9}, tcp{Direction::to_server, Transport::tcp, 40000, 17225};
  auto process = telegram("Pd", 40);
  EXPECT_EQ(protocol.identify(process, own), Identity::yes);
  EXPECT_EQ(protocol.identify(process, foreign), Identity::yes);
  process[39] ^= 1;
  EXPECT_EQ(protocol.identify(process, foreign), Identity::no);
  const auto message = telegram("Mr", 116);
  EXPECT_EQ(protocol.identify(Bytes{message}.first(4), tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), tcp), Identity::no);
  EXPECT_EQ(protocol.frame(message, tcp).size, 120u);
  EXPECT_EQ(protocol.sender(message, tcp), End::client);
  auto lost = from_hex("ffff");
  lost.insert(lost.end(), message.begin(), message.end());
  EXPECT_EQ(protocol.resync(lost, tcp), 2u);
}

}  // namespace
}  // namespace langyan::trdp
