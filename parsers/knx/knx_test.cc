#include "parsers/knx/knx.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::knx {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// [NET] 3.8.1, 4.2: size, version, service, length of the whole.
std::vector<std::uint8_t> message(std::uint16_t service, std::string_view body) {
  const auto octets = from_hex(body);
  std::vector<std::uint8_t> made = {6,
                                    0x10,
                                    static_cast<std::uint8_t>(service >> 8),
                                    static_cast<std::uint8_t>(service),
                                    0,
                                    static_cast<std::uint8_t>(octets.size() + 6)};
  made.insert(made.end(), octets.begin(), octets.end());
  return made;
}
Decoded decode(std::vector<std::uint8_t> octets, Direction way, Transport transport = Transport::udp) {
  MessageDecoder decoder(protocol);
  decoder.context.transport = transport;
  return decoder(std::move(octets), way);
}
Decoded decode(std::uint16_t service, std::string_view body, Direction way) {
  return decode(message(service, body), way);
}

constexpr const char* endpoint = "0801 0a14000c c350 ";

TEST(Knx, OpensATunnel) {
  const Decoded connect = decode(0x0205, std::string(endpoint) + endpoint + "04 04 02 00", ask);
  EXPECT_EQ(connect.fault, "");
  EXPECT_EQ(connect.role, Role::request);
  EXPECT_EQ(connect["connection_type"], "tunnel");
  EXPECT_EQ(connect["layer"], "link_layer");
  EXPECT_EQ(connect["endpoint_port"], "50000");
  EXPECT_THAT(connect.operations, ElementsAre("session pending"));
  EXPECT_EQ(decode(0x0205, std::string(endpoint) + endpoint + "04 04 80 00", ask).fault, "knx.busmonitor");
  const Decoded opened = decode(0x0206, std::string("07 00 ") + endpoint + "04 04 11 fa", tell);
  EXPECT_EQ(opened.role, Role::answer);
  EXPECT_EQ(opened["assigned_address"], "4602");
  EXPECT_EQ(opened["exchange"], connect["exchange"]);
  const Decoded refused = decode(0x0206, "00 24", tell);
  EXPECT_EQ(refused.fault, "knx.refused");
  EXPECT_THAT(refused.operations, ElementsAre("session refused 36"));
  EXPECT_THAT(decode(0x0207, std::string("07 00 ") + endpoint, ask).operations, ElementsAre("heartbeat pending"));
  EXPECT_THAT(decode(0x0208, "07 00", tell).operations, ElementsAre("heartbeat ok"));
}

// [EMI] 4.1.5: L_Data, no additional information, control, source, destination, length, service.
TEST(Knx, GroupsAreWrittenAndRead) {
  const Decoded write = decode(0x0420, "04 07 01 00  11 00 bc e0 0000 0a03 01 00 81", ask);
  EXPECT_EQ(write.fault, "");
  EXPECT_EQ(write["application_service"], "GroupValueWrite");
  EXPECT_THAT(write.operations, ElementsAre("write 1/2/3=1 pending"));
  EXPECT_THAT(decode(0x0421, "04 07 01 00", tell).operations, ElementsAre("heartbeat ok"));
  EXPECT_THAT(decode(0x0420, "04 07 02 00  11 00 bc e0 0000 0a03 01 00 00", ask).operations,
              ElementsAre("read 1/2/3 pending"));
  EXPECT_THAT(decode(0x0420, "04 07 00 00  29 00 bc e0 1105 0a03 03 00 40 0c1a", tell).operations,
              ElementsAre("report 1/2/3=3098 one_way"));
  EXPECT_THAT(decode(0x0530, "29 00 bc d0 1105 0a03 01 00 80", ask).operations, ElementsAre("write 1/2/3=0 one_way"));
}

TEST(Knx, DevicesAreProgrammed) {
  const auto one = [&](std::string_view telegram) {
    return decode(0x0420, "04 07 01 00 " + std::string(telegram), ask).operations.at(0);
  };
  EXPECT_EQ(one("11 00 b0 60 0000 1105 01 03 80"), "reset 1.1.5 unit 4357 pending");
  EXPECT_EQ(one("11 00 b0 60 0000 1105 05 02 82 4000 aabb"), "download memory 0x4000 unit 4357 pending");
  EXPECT_EQ(one("11 00 b0 60 0000 1105 06 03 d7 00 36 1001 01"), "configure object 0 property 54=1 unit 4357 pending");
  EXPECT_EQ(one("11 00 b0 60 0000 1105 06 03 d1 00 ffffffff"), "auth 1.1.5 unit 4357 pending");
  EXPECT_EQ(one("11 00 b0 60 0000 1105 00 80"), "heartbeat unit 4357 pending");
  EXPECT_THAT(decode(0x0310, "04 07 01 00 f6 0000 01 36 1001 01", ask).operations,
              ElementsAre("configure object 0 property 54=1 pending"));
  EXPECT_THAT(decode(0x0310, "04 07 01 00 f1", ask).operations, ElementsAre("reset pending"));
  EXPECT_THAT(decode(0x0310, "04 07 01 00 f5 0000 01 36 0001 02", tell).operations,
              ElementsAre("report object 0 property 54 refused 2"));
}

TEST(Knx, TellsWhoTheDeviceIs) {
  const std::string block =
      "36 01 02 01 1100 0000 00c501020304 e000170c 024c59000031 " + std::string("526f75746572") + std::string(48, '0');
  const Decoded got = decode(0x0202, endpoint + block + " 08 02 02 01 03 01 04 01", tell);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["friendly_name"], "Router");
  EXPECT_EQ(got["programming_mode"], "1");
  EXPECT_THAT(got.facts, ElementsAre("name=Router", "serial=00c501020304", "role=KNXnet/IP device"));
  EXPECT_THAT(got.operations, ElementsAre("identify ok"));
  EXPECT_THAT(decode(0x0204, block, tell).facts, testing::SizeIs(3));
}

TEST(Knx, NamesWhatIsWrong) {
  const auto whole = message(0x0420, "04 07 01 00  11 00 bc e0 0000 0a03 02 00 80 55");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(got.fault, "knx.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
  auto longer = whole;
  longer.push_back(0);
  EXPECT_EQ(decode(longer, ask).fault, "knx.length");
  EXPECT_EQ(decode(0x0777, "", ask).fault, "knx.service");
}

TEST(Knx, IsKnownByItsHeader) {
  const Context own{ask, Transport::udp, 40000, 3671}, foreign{ask, Transport::udp, 40000, 9},
      tcp{ask, Transport::tcp, 40000, 9};
  const auto search = message(0x0201, endpoint), state = message(0x0208, "0700");
  EXPECT_EQ(protocol.identify(search, own), Identity::yes);
  EXPECT_EQ(protocol.identify(search, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(state, own), Identity::yes);
  EXPECT_EQ(protocol.identify(state, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0610"), tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("0611"), tcp), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f"), own), Identity::no);
  EXPECT_EQ(protocol.frame(search, tcp).size, 14u);
  EXPECT_EQ(protocol.sender(search, own), End::client);
  EXPECT_EQ(protocol.sender(message(0x0423, "04010200060010 87"), own), End::server);
  auto garbage = from_hex("060610");
  garbage.insert(garbage.end(), search.begin(), search.end());
  EXPECT_EQ(protocol.resync(garbage, tcp), 3u);
}

}  // namespace
}  // namespace langyan::knx
