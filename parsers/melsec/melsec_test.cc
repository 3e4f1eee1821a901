#include "parsers/melsec/melsec.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/melsec/table.h"

namespace langyan::melsec {
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
std::string request(std::string body) { return "5000 00ff ff03 00 " + le16(from_hex(body).size() + 2) + "1000" + body; }
std::string response(std::string body) { return "d000 00ff ff03 00 " + le16(from_hex(body).size()) + body; }
std::vector<std::uint8_t> text(std::string characters) { return {characters.begin(), characters.end()}; }

struct Melsec : testing::Test {
  Decoded ask(std::string hex) { return decode(hex, asks); }
  Decoded answer(std::string hex) { return decode(hex, replies); }
  MessageDecoder decode{protocol};
};

TEST_F(Melsec, RequestsBecomeOperations) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"0104 0000 640000 a8 0200", {"read D100..D101 pending"}},
      {"0104 0100 1f0000 9c 0100", {"read X1F pending"}},
      {"0104 0000 000000 90 0200", {"read M0..M31 pending"}},
      {"0104 0200 64000000 a800 0100", {"read D100 pending"}},
      {"0114 0000 640000 a8 0200 0100 ff00", {"write D100..D101=1,255 pending"}},
      {"0114 0100 640000 90 0300 1010", {"write M100..M102=1,0,1 pending"}},
      {"0304 0000 01 01 000000 a8 dc0500 a8", {"read D0 pending", "read D1500..D1501 pending"}},
      {"0214 0000 01 00 780000 a8 5005", {"write D120=1360 pending"}},
      {"0214 0100 02 320000 90 00 2f0000 9d 01", {"write M50=0 pending", "write Y2F=1 pending"}},
      {"0604 0000 01 00 000000 a8 0400", {"read D0..D3 pending"}},
      {"0614 0000 01 00 000000 a8 0200 0800 0900", {"write D0..D1=8,9 pending"}},
      {"0110 0000 0100 00 00", {"start=1 pending"}},
      {"0210 0000 0100", {"stop=1 pending"}},
      {"0310 0000 0300", {"stop=3 pending"}},
      {"0510 0000 0100", {"reset=1 pending"}},
      {"0610 0000 0100", {"reset=1 pending"}},
      {"0101 0000", {"identify pending"}},
      {"1906 0000 0200 4142", {"diagnose pending"}},
      {"1716 0000", {"configure pending"}},
      {"2718 0000 00000000", {"file pending"}},
  };
  for (const auto& [body, operations] : cases) {
    const Decoded got = ask(request(body));
    EXPECT_EQ(got.operations, operations) << body;
    EXPECT_EQ(got.fault, "") << body;
    EXPECT_EQ(got.role, Role::request) << body;
  }
}

TEST_F(Melsec, AnAnswerReadsWhatItsRequestAskedFor) {
  ask(request("0104 0000 640000 a8 0200"));
  const Decoded words = answer(response("0000 0100 0002"));
  EXPECT_EQ(words.fault, "");
  EXPECT_THAT(words.operations, ElementsAre("read=1 ok"));
  EXPECT_EQ(words["command"], "batch_read");
  ask(request("0104 0100 000000 90 0300"));
  EXPECT_THAT(answer(response("0000 1010")).operations, ElementsAre("read=1 ok"));
  ask(request("0104 0000 640000 a8 0200"));
  EXPECT_EQ(answer(response("0000 0100")).fault, "melsec.length");
  ask(request("0210 0000 0100"));
  const Decoded refused = answer(response("59c0 00ff ff03 00 0210 0000"));
  EXPECT_THAT(refused.operations, ElementsAre("stop refused 49241"));
  EXPECT_EQ(refused["end_code"], "wrong_command");
}

TEST_F(Melsec, AnUnansweredRequestDoesNotShiftTheAnswersAfterIt) {
  ask(request("0104 0000 640000 a8 0800"));
  ask(request("0104 0000 640000 a8 0100"));
  const Decoded got = answer(response("0000 0700"));
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("read=7 ok"));
}

TEST_F(Melsec, A4EFrameIsPairedByItsNumber) {
  ask("5400 3412 0000 00ff ff03 00 0c00 1000 0104 0000 640000 a8 0100");
  ask("5400 3512 0000 00ff ff03 00 0600 1000 0101 0000");
  const Decoded model = answer("d400 3512 0000 00ff ff03 00 1400 0000 51303355444543505520202020202020 6802");
  EXPECT_EQ(model["serial"], "4661");
  EXPECT_THAT(model.facts, ElementsAre("vendor=Mitsubishi Electric", "model=Q03UDECPU"));
  EXPECT_THAT(answer("d400 3412 0000 00ff ff03 00 0400 0000 0500").operations, ElementsAre("read=5 ok"));
}

TEST_F(Melsec, ReadsFramesInDigits) {
  EXPECT_THAT(decode(text("500000FF03FF000018001004010000D*0001000002"), asks).operations,
              ElementsAre("read D100..D101 pending"));
  const Decoded got = decode(text("D00000FF03FF00000C000000010100"), replies);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["ascii"], "1");
  EXPECT_THAT(got.operations, ElementsAre("read=1 ok"));
  EXPECT_THAT(decode(text("500000FF03FF00001A001014010001M*0001000002"
                          "01"),
                     asks)
                  .operations,
              ElementsAre("write M100..M101=0,1 pending"));
  EXPECT_THAT(decode(text("500000FF03FF000018001004010001X*00001F0001"), asks).operations,
              ElementsAre("read X1F pending"));
  EXPECT_EQ(decode(text("500000FF03FF000018001004010000D*00Z1000002"), asks).fault, "melsec.text");
  EXPECT_EQ(decode(text("500000FF03FF000018001004010000QQ0001000002"), asks).fault, "melsec.device");
}

TEST_F(Melsec, APasswordInClearIsSeenNotKept) {
  const Decoded got = ask(request("3116 0000 0400 31323334"));
  EXPECT_EQ(got.fault, "melsec.password_in_clear");
  EXPECT_EQ(got["password_length"], "4");
  EXPECT_EQ(got["data"], "absent");
  EXPECT_THAT(got.operations, ElementsAre("auth pending"));
}

std::string melsoft(bool response, std::string body) {
  const std::string head =
      response ? "d700 000000 1111 7f000000 a80300ff ff0300" : "5700 000000 1111 07000 0ffff0300 00fe0300 00";
  const std::string blank = response ? "9c0a1814" + std::string(44, '0') : "1c0a1614" + std::string(40, '0');
  auto start = from_hex(head);
  start.resize(19);
  std::string hex;
  for (std::uint8_t octet : start) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    hex += pair;
  }
  return hex + le16(from_hex(blank + body).size()) + blank + body;
}

TEST_F(Melsec, MelsoftNamesTheControllerAndItsFiles) {
  EXPECT_THAT(ask(melsoft(false, "0121 0100 00000001")).operations, ElementsAre("identify pending"));
  const Decoded model = answer(melsoft(true, "0121 0100 0000 465835552d33324d542f455300000000 294a0008"));
  EXPECT_THAT(model.facts, ElementsAre("vendor=Mitsubishi Electric", "model=FX5U-32MT/ES"));
  EXPECT_EQ(model["serial"], "1");
  const Decoded open = ask(melsoft(false, "1867 0b00 00000000 1600 24004d0045004c0050005200 4a0024005c0041000000"));
  EXPECT_THAT(open.operations, ElementsAre("file $MELPRJ$\\A pending"));
  EXPECT_THAT(ask(melsoft(false, "1002 0b00 0000 0100")).operations, ElementsAre("stop pending"));
  EXPECT_THAT(ask(melsoft(false, "1869 0b00 0000")).operations, ElementsAre("download pending"));
}

TEST_F(Melsec, NamesWhatIsWrong) {
  EXPECT_EQ(ask(request("0114 0000 640000 a8 0200 0100")).fault, "melsec.length");
  EXPECT_EQ(ask(request("0104 0000 6400")).fault, "melsec.truncated");
  EXPECT_EQ(ask(request("7777 0000")).fault, "melsec.command");
  EXPECT_EQ(ask(request("0104 0000 640000 11 0200")).fault, "melsec.device");
}

TEST_F(Melsec, ACutMessageNeverReadsAsAWholeOne) {
  const auto whole = from_hex(request("0114 0000 640000 a8 0200 0100 ff00"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, asks);
    EXPECT_NE(got.fault, "") << size;
    for (const std::string& operation : got.operations) EXPECT_EQ(operation.find('='), std::string::npos) << size;
  }
}

TEST(MelsecFrame, IsKnownByItsPayload) {
  const Context own{asks, Transport::tcp, 40000, 5007}, foreign{asks, Transport::tcp, 40000, 40001},
      udp{asks, Transport::udp, 40000, 40001};
  const auto message = from_hex(request("0104 0000 640000 a8 0200"));
  EXPECT_EQ(protocol.identify(message, own), Identity::yes);
  EXPECT_EQ(protocol.identify(message, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(message, udp), Identity::yes);
  EXPECT_EQ(protocol.identify(Bytes{message}.first(6), foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex(request("7777 0000")), foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex(request("700e 0000 0100")), own), Identity::no);  // CC-Link IE Field Basic
  EXPECT_EQ(protocol.identify(text("500000FF03FF000018001004010000D*0001000002"), foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(text("DELETE / HTTP/1.1"), own), Identity::no);
  EXPECT_EQ(protocol.identify(text("POST / HTTP/1.1"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("5a0000ff"), {asks, Transport::udp, 40000, 5560}), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("5a0000ff"), udp), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("01ff 0a00 64000000 2044 0200"), own), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("01ff 0a00 64000000 2044 0200"), foreign), Identity::no);
  EXPECT_EQ(protocol.frame(message, own).size, message.size());
  EXPECT_EQ(protocol.sender(message, own), End::client);
  EXPECT_EQ(protocol.sender(from_hex(response("0000")), own), End::server);
  auto garbage = from_hex("50d0ff");
  garbage.insert(garbage.end(), message.begin(), message.end());
  EXPECT_EQ(protocol.resync(garbage, own), 3u);
}

}  // namespace
}  // namespace langyan::melsec
