#include "parsers/synchrophasor/synchrophasor.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::synchrophasor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// Annex B, bit by bit.
std::uint16_t checksum(const std::vector<std::uint8_t>& octets) {
  unsigned value = 0xffff;
  for (std::uint8_t octet : octets) {
    value ^= octet << 8u;
    for (int bit = 0; bit < 8; ++bit) value = (value & 0x8000 ? value << 1 ^ 0x1021 : value << 1) & 0xffff;
  }
  return static_cast<std::uint16_t>(value);
}

// SYNC of version 2, size, ID code 60, second of 2026-03-02 08:00, fraction, body, CHK.
std::vector<std::uint8_t> frame(std::uint8_t type, std::string_view body, std::string_view fraction = "00000000") {
  auto made = from_hex("aa02 0000 003c 69a54380" + std::string(fraction) + std::string(body));
  made[1] = static_cast<std::uint8_t>(type << 4 | 2);
  made[3] = static_cast<std::uint8_t>(made.size() + 2);
  const std::uint16_t sum = checksum(made);
  made.push_back(static_cast<std::uint8_t>(sum >> 8)), made.push_back(static_cast<std::uint8_t>(sum));
  return made;
}

// One PMU "STATION A", ID 7, real frequency, one phasor of integers, no analog, no digital, 50 Hz; 25 frames a second.
const std::string configuration =
    "000f4240 0001 53544154494f4e204120202020202020 0007 0008 0001 0000 0000 56412020202020202020202020202020 00000000 "
    "0001 0003 0019";

TEST(Synchrophasor, CommandsTurnTheStreamOnAndOff) {
  MessageDecoder decode(protocol);
  const Decoded off = decode(frame(4, "0001"), ask);
  EXPECT_EQ(off.fault, "");
  EXPECT_EQ(off["command"], "turn_off_transmission");
  EXPECT_EQ(off["id_code"], "60");
  EXPECT_EQ(off["time"], "2026-03-02T08:00:00.000000+0000");
  EXPECT_THAT(off.operations, ElementsAre("subscribe=0 unit 60 one_way"));
  EXPECT_THAT(decode(frame(4, "0002"), ask).operations, ElementsAre("subscribe=1 unit 60 one_way"));
  EXPECT_THAT(decode(frame(4, "0005"), ask).operations, ElementsAre("identify unit 60 one_way"));
  EXPECT_EQ(decode(frame(4, "0077"), ask).fault, "synchrophasor.command");
}

TEST(Synchrophasor, DataAreReadAsTheConfigurationSays) {
  MessageDecoder decode(protocol);
  const std::string measured = "0000 0064ffff 42480000 00000000";
  EXPECT_EQ(decode(frame(0, measured), tell)["data"], "00000064ffff4248000000000000");
  const Decoded got = decode(frame(3, configuration), tell);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["data_rate"], "25");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("pmu_id_code"), "7");
  EXPECT_EQ(got.items[0].at("nominal_frequency"), "50");
  EXPECT_THAT(got.facts, ElementsAre("name=STATION A unit 7", "role=PMU unit 7"));
  const Decoded data = decode(frame(0, measured, "0f07a120"), tell);
  EXPECT_EQ(data.fault, "");
  EXPECT_EQ(data["time"], "2026-03-02T08:00:00.500000+0000");
  EXPECT_EQ(data["time_quality"], "clock_failure");
  ASSERT_EQ(data.items.size(), 1u);
  EXPECT_EQ(data.items[0].at("frequency"), "50");
  EXPECT_THAT(data.operations, ElementsAre("report unit 60 one_way"));
  EXPECT_EQ(decode(frame(0, measured + "00"), tell).fault, "synchrophasor.length");
  EXPECT_EQ(decode(frame(0, "0000 0064"), tell).fault, "synchrophasor.length");
}

TEST(Synchrophasor, ReadsTheThirdConfigurationsName) {
  const Decoded got = MessageDecoder(protocol)(frame(5, "0000 000f4240 0001 04 42757331 0009"), tell);
  EXPECT_THAT(got.facts, ElementsAre("name=Bus1 unit 9"));
}

TEST(Synchrophasor, NamesWhatIsWrong) {
  auto damaged = frame(4, "0001");
  damaged[14] ^= 1;
  const Decoded got = MessageDecoder(protocol)(damaged, ask);
  EXPECT_EQ(got.fault, "synchrophasor.checksum");
  EXPECT_THAT(got.operations, IsEmpty());
  EXPECT_EQ(MessageDecoder(protocol)(frame(3, configuration.substr(0, 60)), tell).fault, "synchrophasor.truncated");
  EXPECT_THAT(MessageDecoder(protocol)(frame(3, configuration.substr(0, 60)), tell).facts, IsEmpty());
}

TEST(Synchrophasor, IsKnownByItsChecksumOnAnyPort) {
  Context foreign{ask, Transport::tcp, 40000, 9999}, own{ask, Transport::tcp, 40000, 4712};
  const auto whole = frame(4, "0001");
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify({whole.data(), 6}, foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify({whole.data(), 6}, own), Identity::yes);
  auto damaged = whole;
  damaged[14] ^= 1;
  EXPECT_EQ(protocol.identify(damaged, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), own), Identity::no);
  EXPECT_EQ(protocol.sender(whole, own), End::client);
  EXPECT_EQ(protocol.sender(frame(0, "00"), own), End::server);
  std::vector<std::uint8_t> lost = {1, 0xaa, 0x42, 0};
  lost.insert(lost.end(), whole.begin(), whole.end());
  EXPECT_EQ(protocol.resync(lost, own), 4u);
}

}  // namespace
}  // namespace langyan::synchrophasor
