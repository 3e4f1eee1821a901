#include "parsers/hart_ip/hart_ip.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::hart_ip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// [NET] 10.3 around a body: version 1, sequence 7.
std::vector<std::uint8_t> message(std::uint8_t type, std::uint8_t id, std::vector<std::uint8_t> body,
                                  std::uint8_t status = 0) {
  std::vector<std::uint8_t> made = {1, type, id, status, 0, 7, 0, static_cast<std::uint8_t>(body.size() + 8)};
  for (std::uint8_t octet : body) made.push_back(octet);
  return made;
}
// [TPD] 5.2: a long frame, its check octet right.
std::vector<std::uint8_t> pass(std::uint8_t type, std::uint8_t delimiter, std::uint8_t command, std::string_view data) {
  auto body = from_hex("00 26060102 03");
  body[0] = delimiter;
  body.resize(6);
  const auto run = from_hex(data);
  body.push_back(command), body.push_back(static_cast<std::uint8_t>(run.size()));
  body.insert(body.end(), run.begin(), run.end());
  std::uint8_t sum = 0;
  for (std::uint8_t octet : body) sum ^= octet;
  body.push_back(sum);
  return message(type, 3, body);
}
Decoded asked(std::uint8_t command, std::string_view data = "") {
  return MessageDecoder(protocol)(pass(0, 0x82, command, data), ask);
}
Decoded answered(std::uint8_t command, std::string_view data) {
  return MessageDecoder(protocol)(pass(1, 0x86, command, data), tell);
}

constexpr const char* unit = " unit 100729347 ";  // the lower 32 bits of 26 06 01 02 03

TEST(HartIp, ReducesCommandsToOperations) {
  const auto one = [&](std::uint8_t command, std::string_view data = "") {
    return asked(command, data).operations.at(0);
  };
  EXPECT_EQ(one(0), std::string("identify") + unit + "pending");
  EXPECT_EQ(one(1), std::string("read") + unit + "pending");
  EXPECT_EQ(one(35, "20 42c80000 00000000"), std::string("configure=100") + unit + "pending");
  EXPECT_EQ(one(40, "40800000"), std::string("force=4") + unit + "pending");
  EXPECT_EQ(one(42), std::string("reset") + unit + "pending");
  EXPECT_EQ(one(31, "0200"), std::string("read") + unit + "pending");
  EXPECT_EQ(asked(31, "0200")["command"], "read_country_code");
}

TEST(HartIp, AnswersCarryCodeStatusAndValue) {
  const Decoded got = answered(1, "00 40 20 42480000");
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.operations.at(0), std::string("read=50") + unit + "ok");
  EXPECT_EQ(got["units"], "32");
  EXPECT_EQ(got["device_status"], "64");
  EXPECT_EQ(answered(35, "07 00").operations.at(0), std::string("configure") + unit + "refused 7");
  EXPECT_EQ(answered(35, "88 00")["communication_error"], "136");
  EXPECT_EQ(answered(1, "00").fault, "hart_ip.truncated");
}

TEST(HartIp, TellsWhoTheDeviceIs) {
  const Decoded got = answered(0, "00 00 fe 2606 05 07 03 0a 29 01 010203 05 04 0001 00 0026 0026 01");
  EXPECT_THAT(got.facts,
              ElementsAre("firmware=10 unit 100729347", "hardware=5 unit 100729347", "serial=66051 unit 100729347",
                          "model=9734 unit 100729347", "role=field device unit 100729347"));
  EXPECT_THAT(answered(20, "00 00 5449432d313031").facts, ElementsAre("name=TIC-101 unit 100729347"));
  EXPECT_THAT(answered(0, "00 00 fe 26").facts, IsEmpty());
}

TEST(HartIp, KnowsSessions) {
  const Decoded got = MessageDecoder(protocol)(message(0, 0, from_hex("01 0000ea60")), ask);
  EXPECT_EQ(got["inactivity_close_timer"], "60000");
  EXPECT_THAT(got.operations, ElementsAre("session pending"));
  EXPECT_THAT(MessageDecoder(protocol)(message(1, 2, {}), tell).operations, ElementsAre("heartbeat ok"));
  // [NET] 10.3.9: two octets of status, then commands side by side.
  EXPECT_THAT(MessageDecoder(protocol)(message(0, 4, from_hex("0000 0000 00 0001 00")), ask).operations,
              ElementsAre("identify pending", "read pending"));
  const Decoded refused = MessageDecoder(protocol)(message(15, 3, {}, 6), tell);
  EXPECT_EQ(refused.fault, "hart_ip.nak");
  EXPECT_THAT(refused.operations, ElementsAre("other refused 6"));
}

TEST(HartIp, NamesWhatIsWrong) {
  auto damaged = pass(0, 0x82, 42, "");
  damaged.back() ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(damaged, ask).fault, "hart_ip.checksum");
  const auto whole = pass(0, 0x82, 35, "20 42c80000 00000000");
  for (std::size_t size = 9; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(got.fault, "hart_ip.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

TEST(HartIp, IsKnownByItsFrame) {
  const Context own{ask, Transport::udp, 40000, 5094}, foreign{ask, Transport::udp, 40000, 6000};
  const auto frame = pass(0, 0x82, 0, "");
  EXPECT_EQ(protocol.identify(frame, own), Identity::yes);
  EXPECT_EQ(protocol.identify(frame, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(message(0, 2, {}), foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0100000100000000"), own), Identity::no);
  EXPECT_EQ(protocol.sender(frame, own), End::client);
  std::vector<std::uint8_t> lost = {9, 1};
  lost.insert(lost.end(), frame.begin(), frame.end());
  EXPECT_EQ(protocol.resync(lost, own), 2u);
}

}  // namespace
}  // namespace langyan::hart_ip
