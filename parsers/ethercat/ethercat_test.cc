#include "parsers/ethercat/ethercat.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::ethercat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// [DLL] 5.4: command, index 1, address, length, no interrupt, data, working counter.
std::vector<std::uint8_t> datagram(std::uint8_t command, std::uint16_t slave, std::uint16_t offset,
                                   std::string_view data, std::uint8_t counter = 0, bool more = false) {
  const auto octets = from_hex(data);
  const auto low = [](std::uint16_t value) { return static_cast<std::uint8_t>(value); };
  const auto high = [](std::uint16_t value) { return static_cast<std::uint8_t>(value >> 8); };
  std::vector<std::uint8_t> made = {command,
                                    1,
                                    low(slave),
                                    high(slave),
                                    low(offset),
                                    high(offset),
                                    static_cast<std::uint8_t>(octets.size()),
                                    static_cast<std::uint8_t>(more ? 0x80 : 0),
                                    0,
                                    0};
  made.insert(made.end(), octets.begin(), octets.end());
  made.push_back(counter), made.push_back(0);
  return made;
}
std::vector<std::uint8_t> framed(std::vector<std::vector<std::uint8_t>> datagrams) {
  std::vector<std::uint8_t> made = {0, 0x10};
  for (const auto& each : datagrams) made.insert(made.end(), each.begin(), each.end());
  made[0] = static_cast<std::uint8_t>(made.size() - 2);
  made[1] = static_cast<std::uint8_t>(0x10 | (made.size() - 2) >> 8);
  return made;
}
Decoded decode(std::vector<std::uint8_t> octets) {
  MessageDecoder decoder(protocol);
  decoder.context.transport = Transport::layer2;
  decoder.context.ethertype = 0x88a4;
  return decoder(std::move(octets), Direction::to_server);
}
Decoded one(std::uint8_t command, std::uint16_t slave, std::uint16_t offset, std::string_view data,
            std::uint8_t counter = 0) {
  return decode(framed({datagram(command, slave, offset, data, counter)}));
}

TEST(EtherCat, ReadsDatagrams) {
  const Decoded got = decode(framed({datagram(12, 0, 0x0100, "01020304", 3, true),
                                     datagram(10, 0, 0x0101, "0000", 0, true), datagram(7, 0, 0x0130, "0800", 2)}));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["datagrams"], "3");
  EXPECT_EQ(got["working_counter"], "5");
  EXPECT_EQ(got["al_status"], "OP");
  ASSERT_EQ(got.items.size(), 3u);
  EXPECT_EQ(got.items[0].at("command"), "LRW");
  EXPECT_EQ(got.items[0].at("logical_address"), "16777216");
  EXPECT_EQ(got.items[2].at("offset"), "304");
  EXPECT_EQ(got.items[2].at("counter"), "2");
  EXPECT_THAT(got.operations, ElementsAre("report ok", "read AL status 0x0130 ok"));
}

TEST(EtherCat, RegistersThatChangeASlave) {
  EXPECT_THAT(one(5, 1001, 0x0120, "0800").operations, ElementsAre("mode AL control 0x0120='OP' unit 1001 one_way"));
  EXPECT_THAT(one(5, 1001, 0x0120, "1100", 1).operations, ElementsAre("mode AL control 0x0120='INIT' unit 1001 ok"));
  EXPECT_THAT(one(8, 0, 0x0120, "0300").operations, ElementsAre("firmware AL control 0x0120='BOOT' one_way"));
  EXPECT_THAT(one(5, 1001, 0x0040, "52").operations, ElementsAre("reset ESC reset 0x0040=82 unit 1001 one_way"));
  EXPECT_THAT(one(2, 0, 0x0010, "e903").operations, ElementsAre("configure Station address 0x0010=1001 one_way"));
  EXPECT_THAT(one(5, 1001, 0x0502, "0102").operations, ElementsAre("configure EEPROM 0x0502=513 unit 1001 one_way"));
  EXPECT_THAT(one(5, 1001, 0x0502, "0001").operations, ElementsAre("read EEPROM 0x0502=256 unit 1001 one_way"));
}

// [DLL] 5.6: length, address, priority, type; then what the type says.
TEST(EtherCat, MailboxesWithObjects) {
  const Decoded down = one(5, 1001, 0x1000, "0a00 0000 00 13 0020 2b 4060 00 0f00 0000");
  EXPECT_EQ(down["mailbox_type"], "CoE");
  EXPECT_EQ(down["sdo_command"], "download_request");
  EXPECT_THAT(down.operations, ElementsAre("write 0x6040:0=15 unit 1001 one_way"));
  EXPECT_THAT(one(4, 1001, 0x1080, "0a00 0000 00 13 0030 4f 4160 00 37 000000", 1).operations,
              ElementsAre("read 0x6041:0=55 unit 1001 ok"));
  const Decoded abort = one(4, 1001, 0x1080, "0a00 0000 00 23 0020 80 0010 00 00000206", 1);
  EXPECT_EQ(abort["abort_code"], "no_such_object");
  EXPECT_THAT(abort.operations, ElementsAre("other 0x1000:0 unit 1001 refused 1538"));
  EXPECT_THAT(one(5, 1001, 0x1000, "0600 0000 00 15 03 80 2f00 0500").operations,
              ElementsAre("write S-0-47=5 unit 1001 one_way"));
  EXPECT_EQ(one(5, 1001, 0x1000, "0a00 0000 00 13 0020 2b 40").fault, "");  // longer than the datagram: process data
}

TEST(EtherCat, MailboxesWithFirmware) {
  const Decoded got = one(5, 1001, 0x1000, "0c00 0000 00 14 02 00 78563412 66772e656677");
  EXPECT_EQ(got["foe_command"], "write_request");
  EXPECT_EQ(got["file_name"], "fw.efw");
  EXPECT_EQ(got["password"], "305419896");
  EXPECT_THAT(got.operations, ElementsAre("firmware fw.efw unit 1001 one_way"));
  EXPECT_THAT(one(5, 1001, 0x1000, "0c00 0000 00 14 01 00 00000000 66772e656677").operations,
              ElementsAre("file fw.efw unit 1001 one_way"));
  EXPECT_THAT(one(4, 1001, 0x1080, "0600 0000 00 14 05 00 02800000", 1).operations,
              ElementsAre("file unit 1001 refused 32770"));
  EXPECT_EQ(one(4, 1001, 0x1080, "0400 0000 00 10 0100 0300", 1).fault, "ethercat.mailbox");
}

TEST(EtherCat, NamesWhatIsWrong) {
  EXPECT_EQ(one(77, 0, 0, "00").fault, "ethercat.command");
  auto frame = framed({datagram(7, 0, 0x0130, "0000")});
  frame[1] = 0x30;
  EXPECT_EQ(decode(frame).fault, "ethercat.type");
  frame = framed({datagram(7, 0, 0x0130, "0000")});
  frame[2 + 7] |= 0x40;
  EXPECT_EQ(decode(frame).fault, "ethercat.circulating");
  const auto whole = framed({datagram(5, 1001, 0x0120, "0100")});
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(got.fault, "ethercat.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
  auto padded = whole;
  padded.resize(46);
  EXPECT_EQ(decode(padded).fault, "");
}

TEST(EtherCat, IsKnownByEthertypeOrPort) {
  const auto whole = framed({datagram(5, 1001, 0x0120, "0100")});
  const Context wire{Direction::to_server, Transport::layer2, 0, 0, 0x88a4},
      other{Direction::to_server, Transport::layer2, 0, 0, 0x88b8};
  const Context own{Direction::to_server, Transport::udp, 34980, 34980},
      foreign{Direction::to_server, Transport::udp, 40000, 9};
  EXPECT_EQ(protocol.identify(whole, wire), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, other), Identity::no);
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0011"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("ffffffffffffffffffffffffffffffffff"), own), Identity::no);
}

}  // namespace
}  // namespace langyan::ethercat
