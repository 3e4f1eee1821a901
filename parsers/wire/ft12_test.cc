#include "parsers/wire/ft12.h"

#include <gtest/gtest.h>

#include "fields/test_decode.h"

namespace langyan::wire {
namespace {

TEST(Ft12, TellsHowLongAFixedFrameIs) {
  const auto size = [](std::string_view hex) {
    const Frame next = ft12_frame(from_hex(hex));
    return next.kind == Frame::Kind::message ? static_cast<int>(next.size) : next.kind == Frame::Kind::need ? -1 : -2;
  };
  EXPECT_EQ(size("10 49 01 4a 16"), 5);
  EXPECT_EQ(size("10 49 01 02 4c 16"), 6);
  EXPECT_EQ(size("10 49 49 16"), 4);
  EXPECT_EQ(size("10 49 49 16 10 49"), 4);
  EXPECT_EQ(size("10 49 01 4a"), -1);
  EXPECT_EQ(size("10 49 01 4b 16 10"), -2);
  EXPECT_EQ(size("e5 10"), 1);
  EXPECT_EQ(size("68 03 03 68 08 01 02 0b 16"), 9);
  EXPECT_EQ(size("68 03 03 68 08"), -1);
  EXPECT_EQ(size("68 03 04 68 08"), -2);
  EXPECT_EQ(size("68 04 07 00 00 00"), -2) << "IEC 104 starts alike";
}

TEST(Ft12, ReadsControlAndUserData) {
  const auto octets = from_hex("68 03 03 68 28 01 02 2b 16");
  const Ft12 frame = read_ft12(octets);
  EXPECT_TRUE(frame.sound);
  EXPECT_FALSE(frame.primary());
  EXPECT_TRUE(frame.bit5());
  EXPECT_EQ(frame.function(), link_user_data);
  EXPECT_EQ(frame.user.size(), 2u);
  EXPECT_EQ(ft12_sender(frame), End::server);
  EXPECT_FALSE(read_ft12(from_hex("68 03 03 68 28 01 02 2c 16")).sound);
  for (std::size_t cut = 0; cut < octets.size(); ++cut) EXPECT_FALSE(read_ft12(Bytes{octets}.first(cut)).sound) << cut;
}

TEST(Ft12, FindsTheNextFrameByItsChecksum) {
  EXPECT_EQ(ft12_resync(from_hex("68 e5 10 16 10 5b 01 5c 16")), 4u);
  EXPECT_EQ(ft12_resync(from_hex("68 03 03 68 28 01 02 2c 16")), 9u);
}

}  // namespace
}  // namespace langyan::wire
