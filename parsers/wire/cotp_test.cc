#include "parsers/wire/cotp.h"

#include <gtest/gtest.h>

#include "fields/test_decode.h"
#include "parsers/wire/tpkt.h"

namespace langyan::wire {
namespace {

std::string hex(Bytes bytes) {
  std::string out;
  for (std::uint8_t octet : bytes) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    out += pair;
  }
  return out;
}

TEST(Tpkt, FramesByVersionAndLength) {
  const auto frame = [](std::string_view text) {
    const auto octets = from_hex(text);
    return tpkt_frame(octets);
  };
  EXPECT_EQ(frame("03").kind, Frame::Kind::need);
  EXPECT_EQ(frame("0300 0007").kind, Frame::Kind::need);
  EXPECT_EQ(frame("0300 0007").size, 7u);
  EXPECT_EQ(frame("0300 0007 02f080").kind, Frame::Kind::message);
  EXPECT_EQ(frame("0300 0007 02f080 0300").size, 7u);
  EXPECT_EQ(frame("0300 0006 02f080").kind, Frame::Kind::lost);
  EXPECT_EQ(frame("0200 0007 02f080").kind, Frame::Kind::lost);
  EXPECT_EQ(frame("03ff ffff").size, 65'535u) << "nothing is said of the reserved octet";
}

TEST(Cotp, ReadsAConnectionRequest) {
  const auto octets = from_hex("11 e0 0000 0001 00 c0010a c1020100 c2020102");
  const Tpdu tpdu = read_tpdu(octets);
  ASSERT_TRUE(tpdu.sound);
  EXPECT_EQ(tpdu.code, TpduCode::connection_request);
  EXPECT_EQ(tpdu.source, 1);
  EXPECT_EQ(tpdu.largest, 1'024u);
  EXPECT_EQ(hex(tpdu.calling), "0100");
  EXPECT_EQ(hex(tpdu.called), "0102");
  EXPECT_TRUE(tpdu.user.empty());
}

TEST(Cotp, ReadsDataWithAndWithoutItsEndMark) {
  const auto whole = from_hex("02 f0 80 3201");
  EXPECT_TRUE(read_tpdu(whole).last);
  EXPECT_EQ(hex(read_tpdu(whole).user), "3201");
  const auto piece = from_hex("02 f0 00 32");
  EXPECT_FALSE(read_tpdu(piece).last);
  const auto class_2 = from_hex("04 f0 0102 85 32");
  EXPECT_EQ(read_tpdu(class_2).destination, 0x0102);
  EXPECT_EQ(hex(read_tpdu(class_2).user), "32");
}

TEST(Cotp, ReadsReasons) {
  const auto request = from_hex("06 80 0001 0002 88");
  EXPECT_EQ(read_tpdu(request).code, TpduCode::disconnect_request);
  EXPECT_EQ(read_tpdu(request).destination, 1);
  EXPECT_EQ(read_tpdu(request).source, 2);
  EXPECT_EQ(read_tpdu(request).reason, 0x88);
  const auto error = from_hex("04 70 0001 02");
  EXPECT_EQ(read_tpdu(error).code, TpduCode::error);
  EXPECT_EQ(read_tpdu(error).reason, 2);
}

TEST(Cotp, ContradictionsAreNotSound) {
  for (const char* text :
       {"", "00", "c8 f0 80 32", "02 10", "02 30 80", "ff f0 80", "07 e0 0000 0001 00 c0",
        "08 e0 0000 0001 00 c002", "05 e0 0000 0001", "01 f0 32"}) {
    const auto octets = from_hex(text);
    const Tpdu tpdu = read_tpdu(octets);
    EXPECT_FALSE(tpdu.sound) << text;
    EXPECT_TRUE(tpdu.user.empty()) << text;
  }
}

TEST(Cotp, WhatFollowsTheHeaderIsUserData) {
  const auto octets = from_hex("06 e0 0000 0001 00 c0");
  EXPECT_TRUE(read_tpdu(octets).sound);
  EXPECT_EQ(hex(read_tpdu(octets).user), "c0");
}

TEST(Cotp, ACutHeaderIsNotSound) {
  const auto whole = from_hex("11 e0 0000 0001 00 c0010a c1020100 c2020102");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> cut(whole.begin(),
                                        whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read_tpdu(cut).sound) << size;
  }
}

}  // namespace
}  // namespace langyan::wire
