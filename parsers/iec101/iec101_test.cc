#include "parsers/iec101/iec101.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::iec101 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> variable(std::string_view control_and_user) {
  const auto inner = from_hex(control_and_user);
  std::vector<std::uint8_t> octets = {0x68, static_cast<std::uint8_t>(inner.size()),
                                      static_cast<std::uint8_t>(inner.size()), 0x68};
  unsigned sum = 0;
  for (std::uint8_t octet : inner) octets.push_back(octet), sum += octet;
  octets.push_back(static_cast<std::uint8_t>(sum)), octets.push_back(0x16);
  return octets;
}
// Link address 1 octet, cause 1, common address 1, IOA 2; five points can be of no other layout.
const auto five_points = [] { return variable("08 01 01 05 03 01 0100 01 0200 00 0300 01 0400 00 0500 01"); };

TEST(Iec101, InfersTheLayoutWhereOnlyOneAddsUp) {
  MessageDecoder decode(protocol);
  decode(from_hex("10 49 01 4a 16"), ask);
  const Decoded got = decode(five_points(), tell);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["layouts"], "1");
  EXPECT_EQ(got["ioa_octets"], "2");
  EXPECT_EQ(got["cause_octets"], "1");
  EXPECT_EQ(got["link_address"], "1");
  EXPECT_EQ(got["common_address"], "1");
  EXPECT_THAT(got.operations,
              ElementsAre("report IOA 1=1 unit 1 ok", "report IOA 2=0 unit 1 ok", "report IOA 3=1 unit 1 ok",
                          "report IOA 4=0 unit 1 ok", "report IOA 5=1 unit 1 ok"));
  EXPECT_THAT(decode(variable("53 01 2d 01 06 01 0a00 81"), ask).operations,
              ElementsAre("select IOA 10=1 unit 1 pending"));
  EXPECT_THAT(decode(variable("53 01 2d 01 06 01 0a00 01"), ask).operations,
              ElementsAre("control IOA 10=1 unit 1 pending"));
  EXPECT_THAT(decode(variable("08 01 2d 01 47 01 0a00 01"), tell).operations,
              ElementsAre("control IOA 10 unit 1 refused 7"));
  EXPECT_EQ(decode(variable("53 01 2d 01 06 01 0a00 01"), tell).fault, "iec101.direction");
}

TEST(Iec101, SaysNoAddressWhileSeveralLayoutsFit) {
  MessageDecoder decode(protocol);
  decode(from_hex("10 49 01 4a 16"), ask);
  // Cause 1, common address 2, IOA 2, or common address 1, IOA 3, or more.
  const Decoded got = decode(variable("53 01 2d 01 06 01 0102 03 81"), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["type_id"], "c_sc_na_1");
  EXPECT_EQ(got["cause"], "activation");
  EXPECT_EQ(got["common_address"], "absent");
  EXPECT_EQ(got["ioa_octets"], "absent");
  EXPECT_NE(got["layouts"], "1");
  EXPECT_THAT(got.operations, ElementsAre("select=1 pending"));
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].count("ioa"), 0u);
}

TEST(Iec101, ReadsTheLink) {
  MessageDecoder decode(protocol);
  const Decoded poll = decode(from_hex("10 7b 01 7c 16"), ask);
  EXPECT_EQ(poll["link_function"], "request_class_2");
  EXPECT_EQ(poll["frame_count_bit"], "1");
  EXPECT_EQ(poll["link_address"], "1");
  EXPECT_THAT(poll.operations, ElementsAre("heartbeat unit 1 one_way"));
  EXPECT_THAT(decode(from_hex("10 41 01 42 16"), ask).operations, ElementsAre("reset unit 1 one_way"));
  const Decoded none = decode(from_hex("10 29 01 2a 16"), tell);
  EXPECT_EQ(none["link_function"], "no_data");
  EXPECT_EQ(none["access_demand"], "1");
  EXPECT_THAT(none.operations, IsEmpty());
  EXPECT_EQ(decode(from_hex("e5"), tell)["frame_format"], "single");
  EXPECT_EQ(decode(from_hex("10 46 01 47 16"), ask).fault, "iec101.function");
}

TEST(Iec101, NamesWhatIsWrongAndInventsNothing) {
  auto damaged = five_points();
  damaged[10] ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(damaged, tell).fault, "iec101.checksum");
  MessageDecoder decode(protocol);
  decode(from_hex("10 49 01 4a 16"), ask);
  decode(five_points(), tell);
  EXPECT_EQ(decode(variable("08 01 01 06 03 01 0100 01"), tell).fault, "iec101.length");
  EXPECT_EQ(decode(variable("08 01 63 01 03 01 0100 01"), tell).fault, "iec101.type_id");
  const auto whole = five_points();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, tell);
    EXPECT_NE(cut.fault, "") << size;
    EXPECT_THAT(cut.operations, IsEmpty());
  }
}

TEST(Iec101, IsKnownByFramesThatAddUp) {
  const Context context{ask, Transport::tcp, 40000, 10001};
  const auto identify = [&](std::string_view hex) { return protocol.identify(from_hex(hex), context); };
  auto two = from_hex("10 29 01 2a 16");
  for (std::uint8_t octet : five_points()) two.push_back(octet);
  EXPECT_EQ(protocol.identify(five_points(), context), Identity::unsure);
  EXPECT_EQ(protocol.identify(two, context), Identity::yes);
  EXPECT_EQ(identify("10 49 01 4a 16"), Identity::unsure);
  EXPECT_EQ(identify("10 49 01 4b 16 10"), Identity::no);
  EXPECT_EQ(identify("68 04 07 00 00 00"), Identity::no) << "IEC 104";
  EXPECT_EQ(identify("e5 41"), Identity::no);
  // M-Bus: a meter's answer on the same link frames.
  EXPECT_EQ(protocol.identify(variable("08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00"), context),
            Identity::no);
  // IEC 103: a time-tagged message of a protection relay.
  EXPECT_EQ(protocol.identify(variable("08 01 01 81 01 01 80 44 02 10 27 1e 0c 00"), context), Identity::no);
  EXPECT_EQ(protocol.sender(variable("53 01 2d 01 06 01 0a00 01"), context), End::client);
  EXPECT_EQ(protocol.sender(five_points(), context), End::server);
  EXPECT_EQ(protocol.sender(from_hex("10 7b 01 7c 16"), context), End::client);
  auto stream = from_hex("68 e5 16");
  for (std::uint8_t octet : five_points()) stream.push_back(octet);
  EXPECT_EQ(protocol.resync(stream, context), 3u);
}

}  // namespace
}  // namespace langyan::iec101
