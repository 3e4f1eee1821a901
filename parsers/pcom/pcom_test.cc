#include "parsers/pcom/pcom.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::pcom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;
constexpr Direction ask = Direction::to_server, reply = Direction::to_client;

Octets wrap(std::uint8_t mode, const Octets& text, std::uint8_t transaction) {
  Octets octets = {transaction,
                   0,
                   mode,
                   0,
                   static_cast<std::uint8_t>(text.size()),
                   static_cast<std::uint8_t>(text.size() >> 8)};
  octets.insert(octets.end(), text.begin(), text.end());
  return octets;
}
Octets ascii(std::string_view body, bool answer = false, std::uint8_t transaction = 1) {
  unsigned sum = 0;
  for (char c : body) sum += static_cast<std::uint8_t>(c);
  char check[4];
  std::snprintf(check, sizeof check, "%02X\r", sum & 0xff);
  const std::string text = (answer ? "/A" : "/") + std::string(body) + check;
  return wrap(101, {text.begin(), text.end()}, transaction);
}
Octets binary(std::uint8_t command, std::string_view data_hex, std::uint8_t unit = 1) {
  const Octets data = from_hex(data_hex);
  Octets text = {'/',  '_', 'O', 'P', 'L', 'C',     unit,
                 0xfe, 1,   1,   0,   0,   command, 0,
                 0,    0,   0,   0,   0,   0,       static_cast<std::uint8_t>(data.size()),
                 0};
  if (command & 0x80) text[6] = 0xfe, text[7] = unit;
  const auto add = [&](const Octets& octets) {
    unsigned sum = 0;
    for (std::uint8_t octet : octets) sum += octet;
    const unsigned check = octets.empty() ? 0 : 0x10000 - (sum & 0xffff);
    text.push_back(static_cast<std::uint8_t>(check)),
        text.push_back(static_cast<std::uint8_t>(check >> 8));
  };
  add(text);
  text.insert(text.end(), data.begin(), data.end());
  add(data);
  text.push_back('\\');
  return wrap(102, text, 1);
}

TEST(Pcom, CommandsWeigh) {
  MessageDecoder decode(protocol);
  const struct {
    const char* body;
    const char* operation;
  } cases[] = {
      {"01CCS", "stop unit 1 pending"},
      {"01CCR", "start unit 1 pending"},
      {"01CCE", "reset unit 1 pending"},
      {"01CCI", "reset unit 1 pending"},
      {"00ID", "identify pending"},
      {"01US02", "configure unit 1 pending"},
      {"01SC0030120228112623", "time unit 1 pending"},
      {"01RW000A02", "read MI 10..11 unit 1 pending"},
      {"01SW000A0100FF", "write MI 10=255 unit 1 pending"},
      {"01SB0005011", "write MB 5=1 unit 1 pending"},
      {"01SNL000101FFFFFFFE", "write ML 1=-2 unit 1 pending"},
      {"01RNJ000901", "read SDW 9 unit 1 pending"},
      {"01SA000302"
       "10",
       "write O 3..4 unit 1 pending"},
  };
  for (const auto& each : cases) {
    const Decoded decoded = decode(ascii(each.body), ask);
    EXPECT_EQ(decoded.fault, "") << each.body;
    EXPECT_THAT(decoded.operations, ElementsAre(each.operation)) << each.body;
  }
}

TEST(Pcom, AnswersBringValues) {
  MessageDecoder decode(protocol);
  decode(ascii("01RW000A01", false, 9), ask);
  const Decoded told = decode(ascii("01RW00FF", true, 9), reply);
  EXPECT_EQ(told.role, Role::answer);
  EXPECT_EQ(told["function"], "read_memory_integers");
  EXPECT_THAT(told.operations, ElementsAre("read=255 unit 1 ok"));
  EXPECT_THAT(decode(ascii("01CC", true), reply).operations, ElementsAre("other unit 1 ok"));
}

TEST(Pcom, TellsWhoTheControllerIs) {
  MessageDecoder decode(protocol);
  decode(ascii("00ID"), ask);
  const Decoded told = decode(ascii("00ID13T38 A00300941B", true), reply);
  EXPECT_EQ(told.fault, "");
  EXPECT_THAT(told.facts,
              ElementsAre("vendor=Unitronics", "model=13T38", "hardware=A", "firmware=3.9.41"));
  EXPECT_THAT(decode(binary(0x0c, ""), ask).operations, ElementsAre("identify unit 1 pending"));
  EXPECT_THAT(decode(binary(0x8c, "70756d70"), reply).facts, ElementsAre("name=pump unit 1"));
}

TEST(Pcom, BinaryOperandsAreWritten) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(
      decode(binary(0x50, "0100 0200 03 02 0a00 01 01 0500 0100 03 01 0700 feff"), ask).operations,
      ElementsAre("read MI 10..11 unit 1 pending", "write MB 5=1 unit 1 pending",
                  "write MI 7=-2 unit 1 pending"));
  EXPECT_EQ(decode(binary(0x50, "0000 0100 03 01 0700 fe"), ask).fault, "pcom.truncated");
  EXPECT_THAT(decode(binary(0x4d, "0100"), ask).operations, ElementsAre("read unit 1 pending"));
  EXPECT_THAT(decode(binary(0xd0, "00000000"), reply).operations, ElementsAre("write unit 1 ok"));
}

TEST(Pcom, NamesFaults) {
  MessageDecoder decode(protocol);
  Octets bad = ascii("01CCS");
  bad[bad.size() - 2] ^= 1;
  EXPECT_EQ(decode(bad, ask).fault, "pcom.checksum");
  EXPECT_THAT(decode(bad, ask).operations, IsEmpty());
  EXPECT_EQ(decode(ascii("01ZZ"), ask).fault, "pcom.command");
  EXPECT_EQ(decode(ascii("01RW00"), ask).fault, "pcom.truncated");
  Octets damaged = binary(0x50, "0000 0100 03 01 0700 feff");
  damaged[20] ^= 1;
  EXPECT_EQ(decode(damaged, ask).fault, "pcom.checksum");
  for (const Octets& whole :
       {ascii("01CCS"), ascii("01SW000A0100FF"), binary(0x50, "0000 0100 03 01 0700 feff")})
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_THAT(
          decode(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), ask)
              .operations,
          IsEmpty())
          << size;
}

TEST(Pcom, ClaimsItsOwn) {
  const auto identity = [](const Octets& octets, std::uint16_t port) {
    Context context;
    context.server_port = port;
    return protocol.identify(octets, context);
  };
  EXPECT_EQ(identity(ascii("01CCS"), 20256), Identity::yes);
  EXPECT_EQ(identity(ascii("01CCS"), 4000), Identity::yes);
  EXPECT_EQ(identity(binary(0x0c, ""), 4000), Identity::yes);
  EXPECT_EQ(identity(from_hex("0100"), 4000), Identity::unsure);
  EXPECT_EQ(identity(from_hex("474554202f20485454"), 20256), Identity::no);
  EXPECT_EQ(identity(from_hex("0001 65 00 0900 41"), 20256), Identity::no);
  EXPECT_EQ(protocol.sender(ascii("01CCS"), Context{}), End::client);
  EXPECT_EQ(protocol.sender(ascii("01CC", true), Context{}), End::server);
  EXPECT_EQ(protocol.sender(binary(0x8c, ""), Context{}), End::server);
  Octets behind = {1, 2, 3};
  const Octets next = ascii("01CCS");
  behind.insert(behind.end(), next.begin(), next.end());
  EXPECT_EQ(protocol.resync(behind, Context{}), 3u);
}

}  // namespace
}  // namespace langyan::pcom
