#include "parsers/rtps/rtps.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"

namespace langyan::rtps {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;

constexpr Direction up = Direction::to_server;
const std::string head = "52545053 0201 0110 0102030405060708090a0b0c ";
// DATA of a built-in writer with a parameter list in little endian; `size` of the whole submessage.
std::string announced(const std::string& writer, const std::string& size, const std::string& list) {
  return "15 05 " + size + " 0000 1000 00000000 " + writer + " 00000000 01000000 0003 0000 " + list + " 01000000";
}
const std::string topic = "0500 0c00 05000000 54616e6b 00000000 ", type = "0700 0800 02000000 54000000 ";
const std::string endpoint = "5a00 1000 0102030405060708090a0b0c 00000103 ";

Context on(std::uint16_t port) { return {.transport = Transport::udp, .client_port = 7410, .server_port = port}; }

TEST(Rtps, ParticipantsTellWhoTheyAre) {
  MessageDecoder decode(protocol);
  decode.context = on(7400);
  // INFO_TS, and participant data with a property list of one: __Hostname = plc1, and a name.
  const Decoded got = decode(head + "09 01 0800 00e1f505 00000080 " +
                                 announced("000100c2", "5800",
                                           "0f00 0400 02000000 5900 2400 01000000 0b000000 5f5f486f73746e616d6500 00 "
                                           "05000000 706c633100 000000 00000000 " +
                                               std::string("6200 0800 02000000 45000000")),
                             up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["vendor"], "Eclipse Cyclone DDS");
  EXPECT_EQ(got["guid_prefix"], "0102030405060708090a0b0c");
  EXPECT_EQ(got["host_name"], "plc1");
  EXPECT_EQ(got["entity_name"], "E");
  EXPECT_EQ(got["domain_id"], "2");
  EXPECT_NE(got["source_time"].find("1973-03-03T09:46:40.5"), std::string::npos);
  EXPECT_THAT(got.operations, ElementsAre("heartbeat one_way"));
  EXPECT_THAT(got.facts, ElementsAre("vendor=Eclipse Cyclone DDS", "name=plc1"));
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[1].at("writer"), "participants");
}

TEST(Rtps, SamplesAreCalledAsTheirWriterWasAnnounced) {
  SharedTable shared;
  MessageDecoder decode(protocol);
  decode.context = on(7410);
  decode.context.shared = &shared;
  const std::string sample = head + "15 05 1c00 0000 1000 00000000 00000103 00000000 07000000 0001 0000 2a000000";
  EXPECT_THAT(decode(sample, up).operations, ElementsAre("report writer 00000103 one_way"));
  const Decoded told = decode(head + announced("000003c2", "4c00", topic + type + endpoint), up);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["topic"], "Tank");
  EXPECT_EQ(told["type_name"], "T");
  EXPECT_THAT(told.operations, ElementsAre("session Tank one_way"));
  const Decoded got = decode(sample, up);
  EXPECT_EQ(got["topic"], "Tank");
  EXPECT_EQ(got.items.at(0).at("sequence"), "7");
  EXPECT_EQ(got.items.at(0).at("data"), "000100002a000000");
  EXPECT_THAT(got.operations, ElementsAre("report Tank one_way"));
  EXPECT_THAT(decode(head + announced("000004c2", "2800", topic), up).operations,
              ElementsAre("subscribe Tank one_way"));
}

TEST(Rtps, WithdrawalsHeartbeatsAndPings) {
  MessageDecoder decode(protocol);
  decode.context = on(7410);
  const Decoded gone = decode(
      head + "15 0b 2400 0000 1000 00000000 000100c2 00000000 02000000 7100 0400 00000003 01000000 0003 0000", up);
  EXPECT_EQ(gone.fault, "");
  EXPECT_EQ(gone["leaves"], "1");
  EXPECT_THAT(gone.operations, ElementsAre("session one_way"));
  const Decoded beat = decode(head + "07 01 1c00 00000104 00000103 00000000 01000000 00000000 09000000 01000000", up);
  EXPECT_THAT(beat.operations, ElementsAre("heartbeat one_way"));
  EXPECT_EQ(beat.items.at(0).at("submessage"), "heartbeat");
  EXPECT_EQ(decode("52545053 0201 0101 4e44445350494e47", up)["ping"], "1");
  EXPECT_EQ(decode(head + "0e 01 0c00 0c0b0a090807060504030201", up)["destination_prefix"], "0c0b0a090807060504030201");
}

TEST(Rtps, FaultsAndTruncation) {
  const auto fault = [](const std::string& hex) { return MessageDecoder(protocol)(hex, up).fault; };
  EXPECT_EQ(fault(head + "15 05 f000 0000"), "rtps.truncated");
  EXPECT_EQ(fault(head + "55 01 0000"), "rtps.submessage");
  EXPECT_EQ(fault(head + "80 01 0000"), "");
  EXPECT_EQ(fault(head + "07 01 0400 00000104"), "rtps.truncated");
  EXPECT_EQ(fault(head + announced("000003c2", "2800", "0500 0c00 ff000000 54616e6b 00000000")), "rtps.parameter");
  const Octets whole = from_hex(head + announced("000003c2", "4c00", topic + type + endpoint));
  for (std::size_t size = 8; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
    EXPECT_THAT(got.operations, IsEmpty()) << size;
    EXPECT_EQ(got["topic"], "absent") << size;
  }
}

TEST(Rtps, IdentifiesByTheMagic) {
  EXPECT_EQ(protocol.identify(from_hex(head), on(30000)), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("52545053 0901 0101 0102030405060708090a0b0c"), on(7400)), Identity::no);
  EXPECT_EQ(protocol.identify(bytes_of("RTSP/1.0 200 OK\r\n\r\n.."), on(7400)), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("52545053 0201"), on(7400)), Identity::no);
  Context tcp = on(7400);
  tcp.transport = Transport::tcp;
  EXPECT_EQ(protocol.identify(from_hex(head), tcp), Identity::no);
  EXPECT_EQ(protocol.frame(from_hex(head), on(7400)).size, 20u);
  EXPECT_EQ(protocol.resync(from_hex(head), on(7400)), 20u);
}

}  // namespace
}  // namespace langyan::rtps
