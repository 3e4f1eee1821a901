#include "parsers/pcworx/pcworx.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::pcworx {
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

const std::string open = "0101001a 0000 00007880 0003 000c 494245544830314e305f4d00";
const std::string send = "01050016 0001 00007880 004c 0000 0006 0004 0295 0000";
const std::string fetch = "0106000e 0002 00000000 004c 0400";

// The answer with the texts where tools look for them.
std::string device(std::string_view type) {
  Octets octets =
      from_hex("810600b0 0002 0001 0000 0000 0002 0000 004c 0000 0006 0098 8295 004a 0000");
  octets.resize(176);
  const auto put = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), octets.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(30, type), put(66, "4.42"), put(79, "11/26/15"), put(91, "18:46:55"), put(152, "2700973");
  std::string hex;
  for (std::uint8_t octet : octets) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    hex += pair;
  }
  return hex;
}

TEST(Pcworx, TellsWhoTheControllerIs) {
  MessageDecoder decode(protocol);
  const Decoded opened = decode(open, ask);
  EXPECT_EQ(opened["node"], "IBETH01N0_M");
  EXPECT_THAT(opened.operations, ElementsAre("session pending"));
  EXPECT_EQ(decode("81010014 0000 0001 0000 0000 0002 0000 004c 0000", reply)["session_id"], "76");
  const Decoded sent = decode(send, ask);
  EXPECT_EQ(sent["service"], "read_device_information");
  EXPECT_EQ(sent["session_id"], "76");
  EXPECT_THAT(sent.operations, ElementsAre("identify pending"));
  EXPECT_THAT(decode(fetch, ask).operations, ElementsAre("read pending"));
  const Decoded told = decode(device("ILC 131 ETH"), reply);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["firmware_date"], "11/26/15");
  EXPECT_EQ(told["parameter_count"], "74");
  EXPECT_EQ(told["result"], "0");
  EXPECT_THAT(told.facts, ElementsAre("vendor=Phoenix Contact", "model=ILC 131 ETH",
                                      "firmware=4.42", "order_number=2700973"));
}

TEST(Pcworx, ServicesOfTheBusWeigh) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode("01050016 0001 00007880 004c 0000 0006 0004 1303 0000", ask).operations,
              ElementsAre("stop pending"));
  EXPECT_THAT(decode("01050018 0001 00007880 004c 0000 0006 0006 0956 0001 0000", ask).operations,
              ElementsAre("reset pending"));
  EXPECT_THAT(decode("01050018 0001 00007880 004c 0000 0006 0006 0701 0001 0001", ask).operations,
              ElementsAre("start pending"));
  EXPECT_THAT(decode("01050016 0001 00007880 004c 0000 0006 0004 0fff 0000", ask).operations,
              ElementsAre("other pending"));
}

TEST(Pcworx, NamesFaults) {
  MessageDecoder decode(protocol);
  EXPECT_EQ(decode("0105000c 0001 00007880 004c", ask).fault, "pcworx.message");
  EXPECT_EQ(decode("01050016 0001 00007880 004c 0000 0006 0040 0295 0000", ask).fault,
            "pcworx.message");
  EXPECT_EQ(decode("0104000c 0001 00007880 004c", ask).fault, "pcworx.command");
  EXPECT_EQ(decode("010100", ask).fault, "pcworx.length");
  for (const std::string& whole : {open, send, fetch, device("X")}) {
    const Octets octets = from_hex(whole);
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const Octets cut(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_THAT(decode(cut, octets[0] == 1 ? ask : reply).facts, IsEmpty()) << size;
    }
  }
}

TEST(Pcworx, ClaimsItsOwn) {
  EXPECT_EQ(identity(from_hex(open), 1962), Identity::yes);
  EXPECT_EQ(identity(from_hex(open), 4000), Identity::yes);
  EXPECT_EQ(identity(from_hex(send), 1962), Identity::yes);
  EXPECT_EQ(identity(from_hex(send), 4000), Identity::no);
  EXPECT_EQ(identity(from_hex("0101"), 4000), Identity::unsure);
  EXPECT_EQ(identity(from_hex("01010001"), 1962), Identity::no);
  EXPECT_EQ(identity(from_hex("474554202f"), 1962), Identity::no);
  EXPECT_EQ(protocol.sender(from_hex(send), Context{}), End::client);
  EXPECT_EQ(protocol.sender(from_hex("8105"), Context{}), End::server);
  const Octets after = from_hex("aabbcc" + send + fetch);
  EXPECT_EQ(protocol.resync(after, Context{}), 3u);
}

}  // namespace
}  // namespace langyan::pcworx
