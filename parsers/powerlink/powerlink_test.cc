#include "parsers/powerlink/powerlink.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::powerlink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Decoded decode(std::vector<std::uint8_t> octets) {
  MessageDecoder decoder(protocol);
  decoder.context.transport = Transport::layer2;
  decoder.context.ethertype = 0x88ab;
  return decoder(std::move(octets), Direction::to_server);
}
Decoded decode(std::string_view hex) { return decode(from_hex(hex)); }

TEST(Powerlink, TheCycle) {
  EXPECT_THAT(decode("01 ff f0 00 00 00 0000000000000000 0000000000000000").operations,
              ElementsAre("heartbeat one_way"));
  const Decoded ask = decode("03 11 f0 00 01 00 00 00 0400 01020304");
  EXPECT_EQ(ask["pdo_size"], "4");
  EXPECT_THAT(ask.operations, ElementsAre("report unit 17 one_way"));
  const Decoded tell = decode("04 ff 11 fd 11 00 10 00 0200 0102");
  EXPECT_EQ(tell["nmt_state"], "OPERATIONAL");
  EXPECT_EQ(tell["exception_new"], "1");
  EXPECT_EQ(tell["ready"], "1");
  EXPECT_THAT(tell.operations, ElementsAre("report unit 17 one_way"));
  const Decoded invite = decode("05 ff f0 5d 00 00 01 11 20");
  EXPECT_EQ(invite["requested_service"], "ident_request");
  EXPECT_THAT(invite.operations, ElementsAre("identify unit 17 one_way"));
  EXPECT_THAT(decode("05 ff f0 fd 00 00 00 00 20").operations, ElementsAre("heartbeat one_way"));
}

TEST(Powerlink, CommandsOfNetworkManagement) {
  EXPECT_THAT(decode("06 11 f0 04 21 00").operations, ElementsAre("start NMTStartNode unit 17 one_way"));
  EXPECT_THAT(decode("06 11 f0 04 22 00").operations, ElementsAre("stop NMTStopNode unit 17 one_way"));
  EXPECT_THAT(decode("06 ff f0 04 28 00").operations, ElementsAre("reset NMTResetNode unit 255 one_way"));
  EXPECT_THAT(decode("06 f0 11 03 29 12").operations, ElementsAre("reset NMTResetCommunication unit 18 one_way"));
  EXPECT_EQ(decode("06 11 f0 04 77 00").fault, "powerlink.command");
  EXPECT_EQ(decode("06 11 05 04 22 00").fault, "powerlink.manager");
}

// [DS] 6.3.2.4: sequence layer, then transaction 5, flags, command, size.
TEST(Powerlink, Objects) {
  const Decoded write = decode("06 11 f0 05 06 0a 0000 00 05 00 01 0800 0000 0020 01 00 2a000000");
  EXPECT_EQ(write.fault, "");
  EXPECT_EQ(write["sdo_command"], "write_by_index");
  EXPECT_THAT(write.operations, ElementsAre("write 0x2000:1=42 unit 17 one_way"));
  EXPECT_THAT(decode("06 f0 11 05 06 0a 0000 00 05 80 02 0200 0000 2a00").operations,
              ElementsAre("read=42 unit 17 ok"));
  const Decoded abort = decode("06 f0 11 05 06 0a 0000 00 05 c0 01 0400 0000 02000106");
  EXPECT_EQ(abort["abort_code"], "read_only");
  EXPECT_THAT(abort.operations, ElementsAre("write unit 17 refused 1537"));
  EXPECT_THAT(decode("06 11 f0 05 01 01 0000 00 00 00 00 0000 0000").operations,
              ElementsAre("session unit 17 one_way"));
}

TEST(Powerlink, TellsWhoTheNodeIs) {
  std::vector<std::uint8_t> frame(4 + 158);
  const auto put = [&](std::size_t at, std::string_view hex) {
    const auto octets = from_hex(hex);
    std::copy(octets.begin(), octets.end(), frame.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(0, "06 ff 11 01 08 00 1d 00 20 00"), put(26, "91010701 6c000001 371e0000 02000000 07000000"), put(82, "4d31");
  const Decoded got = decode(frame);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["nmt_state"], "PRE_OPERATIONAL_1");
  EXPECT_EQ(got["host_name"], "M1");
  EXPECT_THAT(got.facts, ElementsAre("vendor=B&R unit 17", "model=7735 unit 17", "hardware=2 unit 17",
                                     "serial=7 unit 17", "role=controlled node unit 17", "name=M1 unit 17"));
}

TEST(Powerlink, NamesWhatIsWrong) {
  EXPECT_EQ(decode("09 ff f0 00").fault, "powerlink.type");
  EXPECT_EQ(decode("06 ff 11 44 00").fault, "powerlink.service");
  const auto whole = from_hex("06 11 f0 05 06 0a 0000 00 05 00 01 0800 0000 0020 01 00 2a000000");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(got.fault, "powerlink.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
  EXPECT_THAT(decode("04 ff 11 fd 01 00 10 00 ff00 0102").operations, IsEmpty());
}

TEST(Powerlink, IsKnownByEthertypeOrPort) {
  const auto sdo = from_hex("06 00 00 05 06 0a 0000 00 05 00 02 0400 0000 0020 01 00");
  const Context wire{Direction::to_server, Transport::layer2, 0, 0, 0x88ab},
      other{Direction::to_server, Transport::layer2, 0, 0, 0x88a4};
  const Context own{Direction::to_server, Transport::udp, 40000, 3819},
      foreign{Direction::to_server, Transport::udp, 40000, 3820};
  EXPECT_EQ(protocol.identify(sdo, wire), Identity::yes);
  EXPECT_EQ(protocol.identify(sdo, other), Identity::no);
  EXPECT_EQ(protocol.identify(sdo, own), Identity::yes);
  EXPECT_EQ(protocol.identify(sdo, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), own), Identity::no);
}

}  // namespace
}  // namespace langyan::powerlink
