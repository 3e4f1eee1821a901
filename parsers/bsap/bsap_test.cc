#include "parsers/bsap/bsap.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::bsap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// A datagram of one message.
std::vector<std::uint8_t> datagram(std::uint8_t kind, std::string_view hex) {
  const auto body = from_hex(hex);
  std::vector<std::uint8_t> made = {
      14, 0, 1, 0,  kind, 0, 1, 0, 0, 0, 2, 0, 0, 0, static_cast<std::uint8_t>(9 + body.size()),
      0,  0, 0, 12, 7,    0, 0, 0};
  for (std::uint8_t octet : body) made.push_back(octet);
  return made;
}
std::vector<std::uint8_t> line(std::string_view hex) {
  std::vector<std::uint8_t> made = {0x10, 2};
  unsigned value = 0xffff;
  const auto add = [&](std::uint8_t octet) {
    value ^= octet;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0x8408 : value >> 1;
  };
  for (std::uint8_t octet : from_hex(hex)) {
    if (octet == 0x10) made.push_back(octet);
    made.push_back(octet);
    add(octet);
  }
  add(3);
  made.insert(made.end(), {0x10, 3, static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8)});
  return made;
}

TEST(Bsap, ReadsAndWritesOverIp) {
  const auto one = [](std::string_view hex) { return MessageDecoder(protocol)(datagram(6, hex), ask).operations; };
  EXPECT_THAT(one("a000 04 03d001 0f 02 40412e4200 40432e4400"), ElementsAre("read @A.B pending", "read @C.D pending"));
  EXPECT_THAT(one("a000 00 0140 2477 0f 01 1100"), ElementsAre("read address 17 pending"));
  EXPECT_THAT(one("a000 80 2477 0f 01 1100 09"), ElementsAre("write address 17 pending"));
  EXPECT_THAT(one("a000 84 0f 01 40412e4200 09"), ElementsAre("write @A.B pending"));
  EXPECT_THAT(one("a100 0101"), ElementsAre("reset pending"));
  EXPECT_THAT(one("a100 8102"), ElementsAre("time pending"));
  EXPECT_THAT(one("68 00"), ElementsAre("firmware pending"));
  EXPECT_THAT(one("78 00"), ElementsAre("download pending"));
  const Decoded got = MessageDecoder(protocol)(datagram(6, "a000 04 03d001 0f 01 40412e4200"), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["security_level"], "15");
  EXPECT_EQ(got["first_name"], "@A.B");
  EXPECT_EQ(got["sequence"], "7");
}

TEST(Bsap, AnswersAndAcknowledges) {
  const Decoded got = MessageDecoder(protocol)(datagram(5, "00 01 0000a042"), tell);
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["sequence"], "7");
  EXPECT_EQ(got["error_code"], "0");
  EXPECT_THAT(got.operations, ElementsAre("other ok"));
  EXPECT_EQ(MessageDecoder(protocol)(datagram(5, "84 01"), tell).fault, "bsap.refused");
  EXPECT_THAT(MessageDecoder(protocol)("0e00 0000 0000 00000000 754b0000", tell).operations,
              ElementsAre("heartbeat one_way"));
}

TEST(Bsap, ReadsTheLine) {
  const Decoded got = MessageDecoder(protocol)(line("01 10 a0 e308 03 00 04 0140 0f 01 40412e4200"), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["address"], "1");
  EXPECT_EQ(got["sequence"], "2275");
  EXPECT_THAT(got.operations, ElementsAre("read @A.B unit 1 pending"));
  const Decoded answer = MessageDecoder(protocol)(line("00 10 03 e308 a0 00 00 01 00008c42"), tell);
  EXPECT_EQ(answer.role, Role::answer);
  EXPECT_EQ(answer["sequence"], "2275");
  EXPECT_EQ(answer["exchange"], "rdb");
  EXPECT_THAT(MessageDecoder(protocol)(line("01 10 85 00"), ask).operations, ElementsAre("heartbeat unit 1 one_way"));
}

TEST(Bsap, NamesWhatIsWrong) {
  EXPECT_EQ(MessageDecoder(protocol)(datagram(6, "a000 55"), ask).fault, "bsap.function");
  EXPECT_EQ(MessageDecoder(protocol)(datagram(6, "a000 04 0140 0f 02 40412e4200"), ask).fault, "bsap.length");
  for (const auto& whole :
       {datagram(6, "a000 80 2477 0f 01 1100 09"), line("01 10 a0 e308 03 00 80 2477 0f 01 1100 09")}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Decoded cut =
          MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
      EXPECT_EQ(cut.fault, "bsap.length") << size;
      EXPECT_THAT(cut.operations, IsEmpty()) << size;
    }
  }
  auto damaged = line("01 10 a0 e308 03 00 80 2477 0f 01 1100 09");
  damaged[7] ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(damaged, ask).fault, "bsap.checksum");
}

TEST(Bsap, IsKnownByLengthsAndChecksum) {
  const Context own{ask, Transport::udp, 1234, 1234}, foreign{ask, Transport::udp, 40000, 5000},
      stream{ask, Transport::tcp, 40000, 4001};
  const auto whole = datagram(6, "a000 80 2477 0f 01 1100 09"), frame = line("01 10 85 00");
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify({whole.data(), whole.size() - 1}, own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0e000000000000000000754b0000"), own), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("0e000000000000000000754b0000"), foreign), Identity::no);
  EXPECT_EQ(protocol.identify(frame, stream), Identity::yes);
  EXPECT_EQ(protocol.identify({frame.data(), 6}, stream), Identity::unsure);
  auto damaged = frame;
  damaged.back() ^= 1;
  EXPECT_EQ(protocol.identify(damaged, stream), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("100100000000"), stream), Identity::no);
  EXPECT_EQ(protocol.frame(frame, stream).size, frame.size());
  EXPECT_EQ(protocol.sender(frame, stream), End::client);
  EXPECT_EQ(protocol.sender(datagram(5, "0001"), own), End::server);
  damaged.insert(damaged.begin(), {7, 7});
  EXPECT_EQ(protocol.resync(damaged, stream), 2u);
}

}  // namespace
}  // namespace langyan::bsap
