#include "parsers/dlms/dlms.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::dlms {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// [GREEN] 7.3.3.2: version 1, two ports, length.
std::vector<std::uint8_t> wrapped(std::string_view apdu) {
  const auto octets = from_hex(apdu);
  std::vector<std::uint8_t> made = {0, 1, 0, 1, 0, 1, 0, static_cast<std::uint8_t>(octets.size())};
  made.insert(made.end(), octets.begin(), octets.end());
  return made;
}
// [GREEN] 8.4: flag, format, addresses and control, check sequences, flag.
std::vector<std::uint8_t> hdlc(std::string_view head, std::string_view body = "") {
  std::vector<std::uint8_t> made = {0x7e, 0xa0, 0};
  const auto add = [&](std::string_view hex) {
    const auto octets = from_hex(hex);
    made.insert(made.end(), octets.begin(), octets.end());
  };
  const auto check = [&] {
    std::uint16_t value = 0xffff;
    for (std::size_t i = 1; i < made.size(); ++i) {
      value ^= made[i];
      for (int bit = 0; bit < 8; ++bit)
        value = static_cast<std::uint16_t>(value & 1 ? value >> 1 ^ 0x8408 : value >> 1);
    }
    made.push_back(static_cast<std::uint8_t>(~value)), made.push_back(static_cast<std::uint8_t>(~value >> 8));
  };
  made[2] = static_cast<std::uint8_t>(from_hex(head).size() + 4 + (body.empty() ? 0 : from_hex(body).size() + 2));
  add(head), check();
  if (!body.empty()) add(body), check();
  made.push_back(0x7e);
  return made;
}
Decoded decode(std::string_view apdu, Direction way) { return MessageDecoder(protocol)(wrapped(apdu), way); }

TEST(Dlms, ReadsAndSetsAttributes) {
  const Decoded get = decode("c0 01 c1 0003 0100010800ff 02 00", ask);
  EXPECT_EQ(get.fault, "");
  EXPECT_EQ(get["obis"], "1-0:1.8.0.255");
  EXPECT_EQ(get["class_id"], "register");
  EXPECT_THAT(get.operations, ElementsAre("read 1-0:1.8.0.255/2 pending"));
  const Decoded got = decode("c4 01 c1 00 06 000004d2", tell);
  EXPECT_EQ(got["exchange"], get["exchange"]);
  EXPECT_THAT(got.operations, ElementsAre("read=1234 ok"));
  EXPECT_THAT(decode("c4 01 c1 01 03", tell).operations, ElementsAre("read refused 3"));
  EXPECT_THAT(decode("c1 01 c1 0008 0000010000ff 02 00 06 00000001", ask).operations,
              ElementsAre("time 0-0:1.0.0.255/2=1 pending"));
  EXPECT_THAT(decode("c1 01 c1 0001 0000600100ff 02 00 0a 03 414243", ask).operations,
              ElementsAre("write 0-0:96.1.0.255/2='ABC' pending"));
  EXPECT_THAT(decode("c0 03 c1 02 0003 0100010800ff 02 00 0003 0100020800ff 02 00", ask).operations,
              ElementsAre("read 1-0:1.8.0.255/2 pending", "read 1-0:2.8.0.255/2 pending"));
}

TEST(Dlms, MethodsThatMatter) {
  const Decoded off = decode("c3 01 c1 0046 000060030aff 01 01 0f 00", ask);
  EXPECT_THAT(off.operations, ElementsAre("control 0-0:96.3.10.255 method 1=0 pending"));
  EXPECT_THAT(decode("c7 01 c1 00 00", tell).operations, ElementsAre("configure ok"));
  EXPECT_THAT(decode("c3 01 c1 0012 00002c0000ff 04 01 0f 00", ask).operations,
              ElementsAre("firmware 0-0:44.0.0.255 method 4=0 pending"));
  EXPECT_THAT(decode("c3 01 c1 000f 0000280000ff 01 01 09 02 aabb", ask).operations, testing::SizeIs(1));
}

TEST(Dlms, Associates) {
  const Decoded low = decode("60 1f a1 09 06 07 60857405080101 8b 07 60857405080201 ac 09 80 07 31323334353637", ask);
  EXPECT_EQ(low.fault, "dlms.clear_password");
  EXPECT_EQ(low["mechanism"], "low_level");
  EXPECT_EQ(low["password_present"], "1");
  EXPECT_THAT(low.operations, ElementsAre("auth pending"));
  EXPECT_THAT(decode("60 0b a1 09 06 07 60857405080101", ask).operations, ElementsAre("session pending"));
  const Decoded no = decode("61 10 a1 09 06 07 60857405080101 a2 03 02 01 01", tell);
  EXPECT_EQ(no["association_result"], "rejected_permanent");
  EXPECT_THAT(no.operations, ElementsAre("session refused 1"));
  EXPECT_EQ(decode("c8 05 3000000001", ask)["ciphered"], "1");
}

TEST(Dlms, StandsInHdlcFrames) {
  EXPECT_THAT(MessageDecoder(protocol)(hdlc("03 21 93"), ask).operations, ElementsAre("session pending"));
  const Decoded get = MessageDecoder(protocol)(hdlc("03 21 32", "e6e600 c0 01 c1 0003 0100010800ff 02 00"), ask);
  EXPECT_EQ(get.fault, "");
  EXPECT_THAT(get.operations, ElementsAre("read 1-0:1.8.0.255/2 pending"));
  auto damaged = hdlc("03 21 93");
  damaged[3] ^= 2;
  EXPECT_EQ(MessageDecoder(protocol)(damaged, ask).fault, "dlms.checksum");
}

TEST(Dlms, NamesWhatIsWrong) {
  const auto whole = from_hex("c1 01 c1 0008 0000010000ff 02 00 06 00000001");
  for (std::size_t size = 1; size < 12; ++size) {
    std::vector<std::uint8_t> made = {0, 1, 0, 1, 0, 1, 0, static_cast<std::uint8_t>(size)};
    made.insert(made.end(), whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Decoded got = MessageDecoder(protocol)(made, ask);
    EXPECT_EQ(got.fault, "dlms.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
  EXPECT_EQ(decode("99", ask).fault, "dlms.service");
}

TEST(Dlms, IsKnownByItsFrame) {
  const Context own{ask, Transport::tcp, 40000, 4059}, foreign{ask, Transport::tcp, 40000, 9};
  const auto get = wrapped("c0 01 c1 0003 0100010800ff 02 00"), link = hdlc("03 21 93");
  EXPECT_EQ(protocol.identify(get, own), Identity::yes);
  EXPECT_EQ(protocol.identify(get, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(link, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), own), Identity::no);
  EXPECT_EQ(protocol.frame(get, own).size, 21u);
  EXPECT_EQ(protocol.frame(link, own).size, 9u);
  EXPECT_EQ(protocol.sender(get, own), End::client);
  auto lost = from_hex("ffffff");
  lost.insert(lost.end(), get.begin(), get.end());
  EXPECT_EQ(protocol.resync(lost, own), 3u);
}

}  // namespace
}  // namespace langyan::dlms
