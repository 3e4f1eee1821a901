#include "parsers/genisys/genisys.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::genisys {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// Header, station and data in; CRC, escapes and terminator added.
std::vector<std::uint8_t> message(std::string_view hex) {
  auto plain = from_hex(hex);
  unsigned value = 0xffff;
  for (std::uint8_t octet : plain) {
    value ^= octet;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1;
  }
  plain.push_back(static_cast<std::uint8_t>(value)), plain.push_back(static_cast<std::uint8_t>(value >> 8));
  std::vector<std::uint8_t> made = {plain[0]};
  for (std::size_t at = 1; at < plain.size(); ++at) {
    if (plain[at] >= 0xf0) made.push_back(0xf0), made.push_back(plain[at] & 15);
    else made.push_back(plain[at]);
  }
  made.push_back(0xf6);
  return made;
}

TEST(Genisys, ReducesMessagesToOperations) {
  const auto one = [](std::string_view hex, Direction way) {
    return MessageDecoder(protocol)(message(hex), way).operations;
  };
  EXPECT_THAT(one("fb01", ask), ElementsAre("heartbeat unit 1 one_way"));
  EXPECT_THAT(one("fd01", ask), ElementsAre("read unit 1 pending"));
  EXPECT_THAT(one("fe01", ask), ElementsAre("control unit 1 pending"));
  EXPECT_THAT(one("fc01 0203 0480", ask),
              ElementsAre("control octet 2=3 unit 1 pending", "control octet 4=128 unit 1 pending"));
  EXPECT_THAT(one("f902 0001", ask), ElementsAre("control octet 0=1 unit 2 pending"));
  EXPECT_THAT(one("f201 0005", tell), ElementsAre("report octet 0=5 unit 1 one_way"));
  EXPECT_THAT(one("f301 0203", tell), ElementsAre("report octet 2=3 unit 1 one_way"));
  EXPECT_THAT(MessageDecoder(protocol)("f101f6", tell).operations, ElementsAre("heartbeat unit 1 one_way"));
}

TEST(Genisys, ControlsAreAnsweredAndPollsStandAlone) {
  MessageDecoder decode(protocol);
  EXPECT_EQ(decode(message("fc01 0203"), ask).role, Role::request);
  const Decoded back = decode(message("f301 0203"), tell);
  EXPECT_EQ(back.role, Role::answer);
  EXPECT_THAT(back.operations, ElementsAre("report octet 2=3 unit 1 ok"));
  EXPECT_EQ(decode(message("fb01"), ask).role, Role::event);
  EXPECT_EQ(decode(message("f201 0005"), tell).role, Role::event);
}

TEST(Genisys, UndoesEscapes) {
  const auto whole = message("fc01 02f6 e0f0");
  const Decoded got = MessageDecoder(protocol)(whole, ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["data"], "02f6e0f0");
  EXPECT_EQ(got["pairs"], "2");
  EXPECT_EQ(got["mode"], "240");
  EXPECT_EQ(protocol.frame(whole, {}).size, whole.size());
}

TEST(Genisys, ACrcMayStandUnescaped) {
  // Searches data whose CRC holds the terminator, and sends it as it is.
  for (unsigned octet = 0; octet < 0xe0; ++octet) {
    std::vector<std::uint8_t> plain = {0xf2, 1, 2, static_cast<std::uint8_t>(octet), 3, 0x55};
    unsigned value = 0xffff;
    for (std::uint8_t each : plain) {
      value ^= each;
      for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xa001 : value >> 1;
    }
    plain.push_back(static_cast<std::uint8_t>(value)), plain.push_back(static_cast<std::uint8_t>(value >> 8));
    plain.push_back(0xf6);
    if (plain[6] == 0xf0) continue;
    EXPECT_EQ(protocol.frame(plain, {}).size, plain.size()) << octet;
    EXPECT_EQ(MessageDecoder(protocol)(plain, tell).fault, "") << octet;
  }
}

TEST(Genisys, NamesWhatIsWrong) {
  const auto whole = message("fc01 0203");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(cut.fault, "genisys.framing") << size;
    EXPECT_THAT(cut.operations, IsEmpty()) << size;
  }
  auto damaged = whole;
  damaged[3] ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(damaged, ask).fault, "genisys.checksum");
  EXPECT_EQ(MessageDecoder(protocol)(message("fc01 020304"), ask).fault, "genisys.pairs");
  EXPECT_EQ(MessageDecoder(protocol)("fc01f6", ask).fault, "genisys.framing");  // controls need their CRC
  MessageDecoder decode(protocol);
  decode("f101f6", tell);
  EXPECT_EQ(decode(message("fc01 0203"), tell).fault, "genisys.direction");
  EXPECT_EQ(decode(message("fc01 0203"), ask).fault, "");
}

TEST(Genisys, IsKnownByItsChecksum) {
  const Context own{ask, Transport::tcp, 40000, 10001}, foreign{ask, Transport::tcp, 40000, 10002};
  const auto poll = message("fb01");
  EXPECT_EQ(protocol.identify(poll, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify({poll.data(), 3}, foreign), Identity::unsure);
  auto damaged = poll;
  damaged[2] ^= 1;
  EXPECT_EQ(protocol.identify(damaged, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("f101f6"), own), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("f101f6"), foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("0149323031"), own), Identity::no);  // a tank gauge
  EXPECT_EQ(protocol.sender(poll, own), End::client);
  EXPECT_EQ(protocol.sender(from_hex("f101f6"), own), End::server);
}

TEST(Genisys, Resynchronises) {
  auto stream = from_hex("0102f6");
  for (std::uint8_t octet : message("fb01")) stream.push_back(octet);
  EXPECT_EQ(protocol.resync(stream, {}), 3u);
}

}  // namespace
}  // namespace langyan::genisys
