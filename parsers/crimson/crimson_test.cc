#include "parsers/crimson/crimson.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::crimson {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;
constexpr Direction ask = Direction::to_server, reply = Direction::to_client;

Identity identity(const Octets& octets, std::uint16_t port) {
  Context context;
  context.server_port = port;
  return protocol.identify(octets, context);
}

TEST(Crimson, TellsWhoTheDeviceIs) {
  MessageDecoder decode(protocol);
  const Decoded asked = decode("0004 012b 1b00", ask);
  EXPECT_EQ(asked["register"], "manufacturer");
  EXPECT_THAT(asked.operations, ElementsAre("identify pending"));
  EXPECT_THAT(decode("0016 012b 0300 526564204c696f6e20436f6e74726f6c7300", reply).facts,
              ElementsAre("vendor=Red Lion Controls"));
  const Decoded model = decode("000a 012a 0300 473330366100", reply);
  EXPECT_EQ(model["text"], "G306a");
  EXPECT_THAT(model.facts, ElementsAre("model=G306a"));
  // What a client claims is no fact.
  EXPECT_THAT(decode("000a 012a 0300 473330366100", ask).facts, IsEmpty());
}

TEST(Crimson, LoadsWeigh) {
  MessageDecoder decode(protocol);
  const std::string piece(2 * 200, 'a');
  const Decoded load = decode("00cc 0213 0400" + piece, ask);
  EXPECT_THAT(load.operations, ElementsAre("download pending"));
  EXPECT_EQ(load["data_octets"], "200");
  EXPECT_THAT(decode("0005 0213 0400 aa", ask).operations, ElementsAre("other pending"));
  EXPECT_THAT(decode("00cc 0213 0300" + piece, reply).operations, ElementsAre("other ok"));
  EXPECT_EQ(decode("0004 01", ask).fault, "crimson.length");
}

TEST(Crimson, ClaimsOnlyItsPort) {
  EXPECT_EQ(identity(from_hex("0004 012b 1b00"), 789), Identity::yes);
  EXPECT_EQ(identity(from_hex("0004 012b 1b00"), 790), Identity::no);
  EXPECT_EQ(identity(from_hex("00"), 789), Identity::unsure);
  EXPECT_EQ(identity(from_hex("474554202f20"), 789), Identity::no);
  EXPECT_EQ(protocol.resync(from_hex("0004012b1b00 0004012a1a00"), Context{}), 0u);
  EXPECT_EQ(protocol.resync(from_hex("ff0004012b1b00"), Context{}), 7u);
  EXPECT_EQ(protocol.frame(from_hex("0004012b1b00ff"), Context{}).size, 6u);
}

}  // namespace
}  // namespace langyan::crimson
