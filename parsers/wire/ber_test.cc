#include "parsers/wire/ber.h"

#include <gtest/gtest.h>

#include <limits>

#include "fields/test_decode.h"

namespace langyan::wire::ber {
namespace {

std::optional<Tlv> first(const std::vector<std::uint8_t>& octets) {
  Reader in{octets};
  Tlv value;
  if (!next(in, value)) {
    EXPECT_FALSE(in.ok());
    return std::nullopt;
  }
  return value;
}

TEST(Ber, ReadsTagsOfAllClassesAndSizes) {
  const auto small = from_hex("a4 03 80 01 05");
  ASSERT_TRUE(first(small));
  EXPECT_TRUE(first(small)->is_context(4));
  EXPECT_TRUE(first(small)->constructed);
  EXPECT_EQ(first(small)->content.size(), 3u);
  EXPECT_EQ(first(small)->whole.size(), 5u);
  const auto application = from_hex("61 00");
  EXPECT_TRUE(first(application)->is(Class::application, 1));
  const auto large = from_hex("bf 48 01 aa");  // fileOpen of MMS, tag 72
  EXPECT_TRUE(first(large)->is_context(72));
  const auto larger = from_hex("df 8f ff ff ff 7f 00");
  EXPECT_TRUE(first(larger)->is(Class::private_use, 0xffffffff));
}

TEST(Ber, ReadsLengthsInEveryForm) {
  for (const char* text : {"04 02 0102", "04 81 02 0102", "04 82 0002 0102", "04 84 00000002 0102",
                           "04 87 00000000000002 0102"}) {
    const auto octets = from_hex(text);
    ASSERT_TRUE(first(octets)) << text;
    EXPECT_EQ(first(octets)->content.size(), 2u) << text;
  }
}

TEST(Ber, WhatIsNotWholeIsNone) {
  for (const char* text :
       {"", "04", "04 03 0102", "04 81", "04 82 00", "04 ff 01", "04 85 01 00000002 0102", "1f",
        "1f 80 01 00", "1f 90 80 80 80 00 00", "bf 81 81 81 81 81 01 00",
        "04 80 0000",      // indefinite and primitive
        "30 80 04 01 aa",  // never ended
        "30 80 04 05 0000"}) {
    const auto octets = from_hex(text);
    EXPECT_FALSE(first(octets)) << text;
  }
}

TEST(Ber, IndefiniteEndsAtItsOwnMark) {
  const auto octets = from_hex("30 80 30 80 04 02 0000 0000 02 01 07 0000 04 00");
  const auto outer = first(octets);
  ASSERT_TRUE(outer);
  EXPECT_TRUE(outer->indefinite);
  EXPECT_EQ(outer->content.size(), 11u);
  EXPECT_EQ(outer->whole.size(), 15u);
  const auto inner = find(outer->content, Class::universal, universal::integer);
  ASSERT_TRUE(inner);
  EXPECT_EQ(to_integer(inner->content), 7);
  std::string deep;
  for (std::size_t i = 0; i <= most_indefinite; ++i) deep += "3080";
  for (std::size_t i = 0; i <= most_indefinite; ++i) deep += "0000";
  EXPECT_FALSE(first(from_hex(deep)));
}

TEST(Ber, CutAtEveryOctetYieldsNoValue) {
  const auto whole = from_hex("bf 1f 81 05 02 03 010203");
  ASSERT_TRUE(first(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(first({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)})) << size;
}

TEST(Ber, WalksDepthFirst) {
  const auto octets = from_hex("a0 07 a1 03 82 01 05 84 00 83 00");
  std::string seen;
  Tlv each;
  Walk walk{octets};
  while (walk.next(each))
    seen += std::to_string(walk.depth()) + ":" + std::to_string(each.tag) + " ";
  EXPECT_EQ(seen, "0:0 1:1 2:2 1:4 0:3 ");
  EXPECT_TRUE(walk.ok());
  EXPECT_FALSE(walk.cut());
}

TEST(Ber, WalkPassesOverWhatLiesTooDeepOrIsNotWanted) {
  const auto octets = from_hex("a0 05 a1 03 82 01 05 83 00");
  std::string seen;
  Tlv each;
  Walk shallow{octets, 1};
  while (shallow.next(each)) seen += std::to_string(each.tag) + " ";
  EXPECT_EQ(seen, "0 1 3 ");
  EXPECT_TRUE(shallow.cut());
  seen.clear();
  Walk walk{octets};
  while (walk.next(each)) {
    seen += std::to_string(each.tag) + " ";
    if (each.tag == 0) walk.pass();
  }
  EXPECT_EQ(seen, "0 3 ");
}

TEST(Ber, WalkEndsAtABrokenValue) {
  const auto octets = from_hex("a0 03 81 05 aa 83 00");
  Tlv each;
  Walk walk{octets};
  EXPECT_TRUE(walk.next(each));
  EXPECT_FALSE(walk.next(each));
  EXPECT_FALSE(walk.ok());
  EXPECT_FALSE(walk.next(each));
}

TEST(Ber, WalkIsBoundedInDepth) {
  std::vector<std::uint8_t> octets;
  for (std::size_t left = 60; left > 0; --left)
    octets.push_back(0x30), octets.push_back(static_cast<std::uint8_t>(2 * (left - 1)));
  Tlv each;
  Walk walk{octets};
  std::size_t count = 0;
  while (walk.next(each)) ++count;
  EXPECT_EQ(count, most_depth + 1);
  EXPECT_TRUE(walk.cut());
}

TEST(Ber, Integers) {
  const auto integer = [](const char* text) { return to_integer(from_hex(text)); };
  EXPECT_EQ(integer("05"), 5);
  EXPECT_EQ(integer("ff"), -1);
  EXPECT_EQ(integer("00ff"), 255);
  EXPECT_EQ(integer("8000000000000000"), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(integer(""));
  EXPECT_FALSE(integer("008000000000000000"));
  const auto natural = [](const char* text) { return to_unsigned(from_hex(text)); };
  EXPECT_EQ(natural("ff"), 255u);
  EXPECT_EQ(natural("00ffffffffffffffff"), ~std::uint64_t{0});
  EXPECT_FALSE(natural("01ffffffffffffffff"));
  EXPECT_FALSE(natural(""));
  EXPECT_EQ(to_boolean(from_hex("01")), true);
  EXPECT_EQ(to_boolean(from_hex("00")), false);
  EXPECT_FALSE(to_boolean(from_hex("0000")));
}

TEST(Ber, Floats) {
  EXPECT_EQ(to_float(from_hex("08 3fc00000")), 1.5);
  EXPECT_EQ(to_float(from_hex("0b 3ff8000000000000")), 1.5);
  EXPECT_FALSE(to_float(from_hex("08 3fc000")));
  EXPECT_FALSE(to_float(from_hex("09 3fc00000")));
  EXPECT_FALSE(to_float({}));
}

TEST(Ber, BitStrings) {
  const auto octets = from_hex("06 80 40");
  const auto bits = to_bits(octets);
  ASSERT_TRUE(bits);
  EXPECT_EQ(bits->bits, 10u);
  EXPECT_TRUE((*bits)[0]);
  EXPECT_FALSE((*bits)[1]);
  EXPECT_TRUE((*bits)[9]);
  EXPECT_FALSE((*bits)[10]);
  EXPECT_TRUE(to_bits(from_hex("00")));
  EXPECT_FALSE(to_bits(from_hex("01")));
  EXPECT_FALSE(to_bits(from_hex("08 80")));
  EXPECT_FALSE(to_bits({}));
}

TEST(Ber, ObjectIdentifiers) {
  std::array<char, 64> area;
  EXPECT_EQ(oid_text(from_hex("28 ca 22 02 03"), area), "1.0.9506.2.3");
  EXPECT_EQ(oid_text(from_hex("2b 06 01 04 01 81 b0 1a"), area), "1.3.6.1.4.1.22554");
  EXPECT_EQ(oid_text(from_hex("88 37"), area), "2.999");
  EXPECT_EQ(oid_text(from_hex("28 ca"), area), "");
  EXPECT_EQ(oid_text(from_hex("28 80 01"), area), "");
  EXPECT_EQ(oid_text({}, area), "");
  std::array<char, 5> little;
  EXPECT_EQ(oid_text(from_hex("28 ca 22 02 03"), little), "");
}

TEST(Ber, Times) {
  const auto time = to_utc_time(from_hex("386d4380 800000 0a"));
  ASSERT_TRUE(time);
  EXPECT_EQ(timestamp(time->time), "2000-01-01T00:00:00.500000+0000");
  EXPECT_EQ(time->quality, 0x0a);
  EXPECT_FALSE(to_utc_time(from_hex("386d4380 800000")));
  EXPECT_EQ(timestamp(*to_binary_time(from_hex("000003e8 0001"))),
            "1984-01-02T00:00:01.000000+0000");
  EXPECT_EQ(*to_binary_time(from_hex("000003e8")), second);
  EXPECT_FALSE(to_binary_time(from_hex("ffffffff 0001")));
}

TEST(Ber, VisibleStrings) {
  EXPECT_TRUE(is_visible(bytes_of("LD0/LLN0$ST")));
  EXPECT_FALSE(is_visible(from_hex("41 00")));
  EXPECT_FALSE(is_visible({}));
}

}  // namespace
}  // namespace langyan::wire::ber
