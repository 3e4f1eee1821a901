#include <gmock/gmock.h>

#include "parsers/dnp3/objects.h"
#include "parsers/dnp3/test_frame.h"

namespace langyan::dnp3 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string hex(Bytes octets) {
  std::string out;
  for (std::uint8_t octet : octets) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    out += pair;
  }
  return out;
}
// One object with its size before it: qualifier 0x5B.
std::string free_object(std::string_view head, std::string_view object) {
  const Octets body = from_hex(object);
  Octets size;
  add16(size, static_cast<unsigned>(body.size()));
  return std::string(head) + "5b01" + hex(size) + hex(body);
}
std::string command(int mode, std::string_view name) {  // g70v3
  Octets size, mode_octets;
  add16(size, static_cast<unsigned>(name.size())), add16(mode_octets, static_cast<unsigned>(mode));
  return free_object("4603", "1a00" + hex(size) + "00e40b540101 ff01 00000000 13000000" + hex(mode_octets) +
                                 "0004 0500" + hex(bytes_of(name)));
}

TEST(Dnp3Records, FollowsAFileFromOpenToClose) {
  MessageDecoder decoder(protocol);
  const Decoded open = decoder(fragment(ask, "c1 19" + command(2, "new.cfg")), ask);
  EXPECT_EQ(open.fault, "");
  EXPECT_THAT(open.operations, ElementsAre("file new.cfg='write' unit 10 pending"));
  ASSERT_EQ(open.items.size(), 2u);
  EXPECT_EQ(open.items[1].at("file_name"), "new.cfg");
  EXPECT_EQ(open.items[1].at("file_mode"), "write");
  EXPECT_EQ(open.items[1].at("file_size"), "19");
  EXPECT_EQ(open.items[1].at("file_request"), "5");
  const Decoded opened =
      decoder(fragment(answer, "c1 81 0000" + free_object("4604", "07000000 13000000 0004 0500 00")), answer);
  EXPECT_THAT(opened.operations, ElementsAre("file unit 10 ok"));
  EXPECT_EQ(opened.items[1].at("file_handle"), "7");
  const Decoded block = decoder(fragment(ask, "c2 02" + free_object("4605", "07000000 00000080 68656c6c6f")), ask);
  EXPECT_EQ(block.fault, "");
  EXPECT_THAT(block.operations, IsEmpty()) << "open and close tell of it";
  EXPECT_EQ(block.items[1].at("file_data"), "68656c6c6f");
  EXPECT_EQ(block.items[1].at("last_block"), "1");
  decoder(fragment(answer, "c2 81 0000" + free_object("4606", "07000000 00000080 00")), answer);
  EXPECT_THAT(decoder(fragment(ask, "c3 1a" + free_object("4604", "07000000 00000000 0000 0600 00")), ask).operations,
              ElementsAre("file new.cfg unit 10 pending"));
}

TEST(Dnp3Records, TellsOfFilesWhoseOpeningWasNotSeen) {
  MessageDecoder decoder(protocol);
  EXPECT_THAT(decoder(fragment(ask, "c2 02" + free_object("4605", "07000000 00000000 6865")), ask).operations,
              ElementsAre("file file handle 7 unit 10 pending"));
  EXPECT_THAT(decoder(fragment(ask, "c3 1a" + free_object("4604", "07000000 00000000 0000 0600 00")), ask).operations,
              ElementsAre("file file handle 7 unit 10 pending"));
  decoder(fragment(ask, "c4 1b" + command(0, "a.txt")), ask);
  EXPECT_THAT(decoder(fragment(answer, "c4 81 0000" + free_object("4604", "00000000 00000000 0000 0500 03")), answer)
                  .operations,
              ElementsAre("file unit 10 refused 3"));
}

TEST(Dnp3Records, SaysThatAPasswordWasSentInClear) {
  const std::string names = hex(bytes_of("admin")) + hex(bytes_of("secret"));
  const Decoded got = MessageDecoder(protocol)(
      fragment(ask, "c1 1d" + free_object("4602", "0c00 0500 1100 0600 00000000" + names)), ask);
  EXPECT_EQ(got.fault, "dnp3.password");
  EXPECT_THAT(got.operations, ElementsAre("auth user admin unit 10 pending"));
  EXPECT_EQ(got.items[1].at("user_name"), "admin");
  for (const auto& item : got.items)
    for (const auto& [name, value] : item) EXPECT_EQ(value.find("secret"), std::string::npos) << name;
}

TEST(Dnp3Records, TellsWhatADeviceSaysOfItself) {
  const auto attribute = [](int variation, std::string_view text) {
    char head[16];
    std::snprintf(head, sizeof head, "00%02x000000 01%02x", variation, static_cast<unsigned>(text.size()));
    return std::string(head) + hex(bytes_of(text));
  };
  MessageDecoder decoder(protocol);
  decoder(fragment(ask, "c1 01 00fe00 0000"), ask);
  const std::string told = attribute(252, "Example") + attribute(250, "RTU 7") + attribute(248, "0815") +
                           attribute(242, "1.2") + attribute(243, "B") + attribute(247, "Pump house") +
                           attribute(245, "North") + "00f100 0000 02 02 0008" + "00cd00 0000 04 04 00002041";
  const Decoded got = decoder(fragment(answer, "c1 81 0000" + told), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Example unit 10", "model=RTU 7 unit 10", "serial=0815 unit 10",
                                     "firmware=1.2 unit 10", "hardware=B unit 10", "name=Pump house unit 10",
                                     "location=North unit 10"));
  ASSERT_EQ(got.items.size(), 18u);
  EXPECT_EQ(got.items[1].at("attribute"), "manufacturer");
  EXPECT_EQ(got.items[1].at("attribute_text"), "Example");
  EXPECT_EQ(got.items[15].at("attribute_value"), "2048");
  EXPECT_EQ(got.items[17].at("attribute_value"), "10");
  const Decoded written = MessageDecoder(protocol)(fragment(ask, "c1 02" + attribute(247, "Pump house")), ask);
  EXPECT_THAT(written.facts, IsEmpty()) << "a request tells of no device";
  EXPECT_THAT(written.operations, ElementsAre("configure attribute 247 unit 10 pending"));
}

constexpr const char* crob = "0c0128 0100 0500 41 01 64000000 00000000 00";

TEST(Dnp3Records, AChallengeLeavesTheRequestWaiting) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(fragment(ask, std::string("c6 05") + crob), ask).role, Role::request);
  const Decoded challenge =
      decoder(fragment(answer, "c6 83 0000" + free_object("7801", "03000000 0000 04 01 73746576")), answer);
  EXPECT_EQ(challenge.role, Role::event);
  EXPECT_THAT(challenge.operations, ElementsAre("auth unit 10 ok"));
  EXPECT_EQ(challenge.items[1].at("mac_algorithm"), "hmac_sha256_16");
  EXPECT_EQ(challenge.items[1].at("auth_sequence"), "3");
  const Decoded reply = decoder(fragment(ask, "c6 20" + free_object("7802", "03000000 0100 06fae191")), ask);
  EXPECT_EQ(reply.role, Role::event);
  EXPECT_EQ(reply.items[1].at("user_number"), "1");
  const Decoded done = decoder(fragment(answer, std::string("c6 81 0000") + crob), answer);
  EXPECT_EQ(done.role, Role::answer);
  EXPECT_THAT(done.operations, ElementsAre("control CROB 5 unit 10 ok"));
}

TEST(Dnp3Records, AFailedAuthenticationRefusesTheRequest) {
  MessageDecoder decoder(protocol);
  decoder(fragment(ask, std::string("c6 05") + crob), ask);
  const Decoded error = decoder(
      fragment(answer, "c6 83 0000" + free_object("7807", "03000000 0100 0a00 01 00e40b540101 6e6f")), answer);
  EXPECT_EQ(error.role, Role::answer);
  EXPECT_THAT(error.operations, ElementsAre("auth unit 10 refused 1"));
  EXPECT_EQ(error.items[1].at("auth_error"), "authentication_failed");
  EXPECT_EQ(error.items[1].at("auth_error_text"), "no");
}

TEST(Dnp3Records, AggressiveModeIsNoPartOfTheSelect) {
  MessageDecoder decoder(protocol);
  const std::string start = "780307 01 090000000100", end = "7809 5b01 0400 a1a2a3a4";
  EXPECT_EQ(decoder(fragment(ask, "c1 03" + start + crob + end), ask).fault, "");
  const Decoded operate = decoder(
      fragment(ask, "c2 04 780307 01 0a0000000100" + std::string(crob) + "7809 5b01 0400 b1b2b3b4"), ask);
  EXPECT_EQ(operate.fault, "");
  EXPECT_THAT(operate.operations, ElementsAre("control CROB 5='close' unit 10 pending"));
}

TEST(Dnp3Records, ReadsDataSetsAsOctets) {
  const Decoded got =
      MessageDecoder(protocol)(fragment(answer, "f0 82 0000" + free_object("5801", "0102030405")), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.items[1].at("octets"), "0102030405");
  const Decoded cut = MessageDecoder(protocol)(fragment(answer, "f0 82 0000 58015b01 0a00 0102030405"), answer);
  EXPECT_EQ(cut.fault, "dnp3.truncated");
  EXPECT_EQ(cut.items.size(), 1u);
}

TEST(Dnp3Records, InventsNoNameFromAnOffsetThatLies) {
  const Decoded got = MessageDecoder(protocol)(
      fragment(ask, "c1 1b" +
                        free_object("4603", "ff00 0500 00e40b540101 ff01 00000000 00000000 0000 0004 0500 612e747874")),
      ask);
  EXPECT_EQ(got.fault, "dnp3.truncated");
  EXPECT_THAT(got.operations, IsEmpty());
}

// Bodies of every function, group and qualifier with octets of chance behind them: nothing may be read
// or written outside, and what is told stays within what the message can hold.
TEST(Dnp3Records, StaysWithinAnyMessage) {
  std::uint32_t chance = 1815;
  const auto draw = [&] {
    return chance = chance * 1'664'525 + 1'013'904'223, static_cast<std::uint8_t>(chance >> 24);
  };
  constexpr std::uint8_t qualifiers[] = {0x00, 0x01, 0x02, 0x03, 0x06, 0x07, 0x08, 0x09,
                                         0x17, 0x28, 0x39, 0x47, 0x58, 0x5b, 0x69};
  constexpr std::uint8_t kinds[] = {0,  1,  2,  3,  10, 12,  21,  32,  41,  50, 51,
                                    60, 70, 80, 85, 90, 110, 112, 120, 121, 122};
  MessageDecoder decoder(protocol);
  HeapAssembly assembly;
  for (int i = 0; i < 10'000; ++i) {
    const bool answers = draw() & 1;
    const std::uint8_t code =
        answers ? static_cast<std::uint8_t>(129 + draw() % 3) : static_cast<std::uint8_t>(draw() % 35);
    Octets user = {static_cast<std::uint8_t>(0xc0 | draw()), draw(), code};
    if (answers) user.push_back(draw()), user.push_back(draw());
    for (int headers = draw() % 3; headers >= 0; --headers) {
      user.push_back(kinds[draw() % std::size(kinds)]), user.push_back(draw() % 12);
      user.push_back(qualifiers[draw() % std::size(qualifiers)]);
      for (int octets = draw() % 60; octets > 0; --octets) {
        const bool small = draw() % 4;
        user.push_back(small ? static_cast<std::uint8_t>(draw() % 8) : draw());
      }
    }
    const Direction way = answers ? answer : ask;
    const auto frame = answers ? link_frame(outstation_data, 1, 10, user) : link_frame(master_data, 10, 1, user);
    const Decoded got = decoder(frame, way, &assembly);
    ASSERT_LE(got.items.size(), user.size() * 8 + 8) << i;
    ASSERT_LE(got.operations.size(), user.size() * 8 + 8) << i;
  }
}

TEST(Dnp3Records, WritesObjectsAsEngineersDo) {
  const auto notation = [](Place place, std::uint64_t address, std::uint32_t count) {
    std::string out;
    protocol.notation({.space = static_cast<std::uint8_t>(place), .area = 0x6601, .address = address, .count = count},
                      out);
    return out;
  };
  EXPECT_EQ(notation(Place::relay_output, 5, 1), "CROB 5");
  EXPECT_EQ(notation(Place::analog_output, 3, 1), "AO 3");
  EXPECT_EQ(notation(Place::binary_input, 0, 8), "BI 0..7");
  EXPECT_EQ(notation(Place::event_class, 0, 1), "class 0");
  EXPECT_EQ(notation(Place::counter, ~std::uint64_t{0}, 1), "CTR all");
  EXPECT_EQ(notation(Place::other, 5, 1), "g102v1 5");
  EXPECT_EQ(notation(Place::clock, 0, 1), "clock");
}

}  // namespace
}  // namespace langyan::dnp3
