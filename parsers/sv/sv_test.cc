#include "parsers/sv/sv.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"

namespace langyan::sv {
namespace {

using testing::ElementsAre;

// [92] 8.5.2 and annex A: one ASDU, stream "MU01", eight octets of samples.
std::vector<std::uint8_t> message(std::uint16_t count, std::uint8_t synch = 2, std::uint8_t conf = 1) {
  auto made = from_hex(
      "4000 002d 0000 0000 60 23 80 01 01 a2 1e 30 1c 80 04 4d553031 82 02 0000 83 04 00000000 85 01 00 87 08 "
      "0000006400000000");
  made[25] = static_cast<std::uint8_t>(count >> 8), made[26] = static_cast<std::uint8_t>(count);
  made[32] = conf, made[35] = synch;
  made[3] = static_cast<std::uint8_t>(made.size());
  made[9] = static_cast<std::uint8_t>(made.size() - 10);
  made[14] = static_cast<std::uint8_t>(made.size() - 15);
  made[16] = static_cast<std::uint8_t>(made.size() - 17);
  return made;
}

class SampledValues : public testing::Test {
 protected:
  SampledValues() {
    decode.context.transport = Transport::layer2;
    decode.context.ethertype = 0x88ba;
    decode.context.shared = &table;
  }
  Decoded said(std::uint16_t count, std::uint8_t synch = 2, std::uint8_t conf = 1) {
    return decode(message(count, synch, conf), Direction::to_server);
  }
  SharedTable table;
  MessageDecoder decode{protocol};
};

TEST_F(SampledValues, NamesStreamCountAndClock) {
  const Decoded got = said(2162);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["appid"], "16384");
  EXPECT_EQ(got["no_asdu"], "1");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("sv_id"), "MU01");
  EXPECT_EQ(got.items[0].at("smp_cnt"), "2162");
  EXPECT_EQ(got.items[0].at("smp_synch"), "global");
  EXPECT_EQ(got.items[0].at("sample"), "0000006400000000");
  EXPECT_THAT(got.operations, ElementsAre("report MU01 one_way"));
}

TEST_F(SampledValues, CountsFromTheSecond) {
  for (std::uint16_t count : {3998, 3999, 0, 1, 2}) EXPECT_EQ(said(count).fault, "") << count;
}

TEST_F(SampledValues, SignsOfTroubleAreEachToldOnce) {
  said(10);
  EXPECT_EQ(said(12).fault, "sv.sample_gap");
  EXPECT_EQ(said(15).fault, "");
  EXPECT_EQ(said(14).fault, "sv.sample_back");
  EXPECT_EQ(said(15, 0).fault, "sv.synchronisation");
  EXPECT_EQ(said(16, 0, 2).fault, "sv.configuration");
}

TEST_F(SampledValues, ACutMessageKeepsWhatStoodBeforeTheCut) {
  auto cut = message(7);
  cut.resize(cut.size() - 4);
  cut[3] = static_cast<std::uint8_t>(cut.size());
  const Decoded got = decode(cut, Direction::to_server);
  EXPECT_EQ(got.fault, "sv.encoding");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("sv_id"), "MU01");
  EXPECT_EQ(got.items[0].count("sample"), 0u);
  const auto whole = message(7);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, Direction::to_server).fault,
              "sv.header")
        << size;
}

TEST_F(SampledValues, IsKnownByItsEthertype) {
  EXPECT_EQ(protocol.identify(message(1), decode.context), Identity::yes);
  decode.context.ethertype = 0x88b8;
  EXPECT_EQ(protocol.identify(message(1), decode.context), Identity::no);
}

}  // namespace
}  // namespace langyan::sv
