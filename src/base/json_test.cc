#include "base/json.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/random.h"
#include "base/utf8.h"

namespace langyan {
namespace {

using namespace std::string_view_literals;

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

#define BAD "\xef\xbf\xbd"  // U+FFFD

TEST(Json, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(escaped(""), "");
  EXPECT_EQ(escaped("plain text / with 'quotes'"), "plain text / with 'quotes'");
  EXPECT_EQ(escaped("\"\\"), "\\\"\\\\");
  EXPECT_EQ(escaped("\n\r\t"), "\\n\\r\\t");
  EXPECT_EQ(escaped("a\0b"sv), "a\\u0000b");
  EXPECT_EQ(escaped("\x7f"), "\\u007f");
  for (int c = 0; c < 0x20; ++c) {
    const std::string one = escaped(std::string(1, static_cast<char>(c)));
    if (c == '\n' || c == '\r' || c == '\t') continue;
    char expected[8];
    std::snprintf(expected, sizeof expected, "\\u%04x", c);
    EXPECT_EQ(one, expected);
  }
}

TEST(Json, WellFormedUtf8PassesAsItIs) {
  // The first and last of each row of Unicode table 3-7.
  for (std::string_view text :
       {"\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xe0\xbf\xbf"sv, "\xe1\x80\x80"sv,
        "\xec\xbf\xbf"sv, "\xed\x80\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv, "\xef\xbf\xbf"sv,
        "\xf0\x90\x80\x80"sv, "\xf0\xbf\xbf\xbf"sv, "\xf1\x80\x80\x80"sv, "\xf3\xbf\xbf\xbf"sv,
        "\xf4\x80\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv, "狼烟 \xf0\x9f\x94\xa5"sv}) {
    EXPECT_EQ(escaped(text), text);
  }
}

TEST(Json, IllFormedUtf8BecomesOneReplacementARun) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x80", BAD},  // a continuation alone
      {"\xbf", BAD},
      {"a\x80z", "a" BAD "z"},
      {"\xc0\x80", BAD},      // overlong NUL
      {"\xc1\xbf", BAD},      // overlong, two octets
      {"\xe0\x80\x80", BAD},  // overlong, three
      {"\xe0\x9f\xbf", BAD},
      {"\xf0\x80\x80\x80", BAD},  // overlong, four
      {"\xf0\x8f\xbf\xbf", BAD},
      {"\xed\xa0\x80", BAD},              // high surrogate
      {"\xed\xbf\xbf", BAD},              // low surrogate
      {"\xed\xa0\xbd\xed\xb4\xa5", BAD},  // a surrogate pair (CESU-8)
      {"\xf4\x90\x80\x80", BAD},          // above U+10FFFF
      {"\xf5\x80\x80\x80", BAD},
      {"\xf8\x88\x80\x80\x80", BAD},      // five octets
      {"\xfc\x84\x80\x80\x80\x80", BAD},  // six
      {"\xfe", BAD},
      {"\xff\xff\xff", BAD},
      {"\xc2", BAD},  // cut at the end
      {"\xe4\xb8", BAD},
      {"\xf0\x9f\x94", BAD},
      {"\xc2z", BAD "z"},  // cut by another character
      {"\xe4\xb8z", BAD "z"},
      {"\xf0\x9f\x94\"", BAD "\\\""},
      {"\xe4\xb8\xe4\xb8\xad", BAD "中"},
      {"\xff中\xff", BAD "中" BAD},
      {"\xff\n\xff", BAD "\\n" BAD},
      {"\xff\xff x \xff", BAD " x " BAD},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(escaped(text), expected);
}

TEST(Json, WhateverGoesInValidUtf8WithoutControlsComesOut) {
  SeededRandom random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::uint8_t octets[24];
    random.fill(octets);
    for (std::uint8_t& octet : octets) {
      if (octet % 3 == 0)
        octet = static_cast<std::uint8_t>("\xe0\xed\xf0\xf4\x80\xbf\xc2\"\\a"[octet % 10]);
    }
    const std::string out = escaped(text_of(octets));
    for (Bytes left = bytes_of(out); !left.empty();) {
      const std::size_t size = utf8_sequence(left);
      ASSERT_GT(size, 0u);
      ASSERT_GE(left[0], 0x20);
      left = left.subspan(size);
    }
  }
}

TEST(Utf8, SequencesEndWhereTheTextEnds) {
  EXPECT_EQ(utf8_sequence({}), 0u);
  EXPECT_EQ(utf8_sequence(bytes_of("a")), 1u);
  EXPECT_EQ(utf8_sequence(bytes_of("中x")), 3u);
  EXPECT_EQ(utf8_sequence(bytes_of("中").first(2)), 0u);
}

std::string number(auto value) {
  std::string out;
  append_number(out, value);
  return out;
}

TEST(Json, NumbersReadBackTheSame) {
  EXPECT_EQ(number(std::uint64_t{0}), "0");
  EXPECT_EQ(number(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(number(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(number(INT64_MAX), "9223372036854775807");
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(-2.5), "-2.5");
  EXPECT_EQ(number(5.0), "5");
  for (double value : {1e300, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, -1e-7, 123456789.125,
                       3.4028234663852886e38}) {
    EXPECT_EQ(std::strtod(number(value).c_str(), nullptr), value) << number(value);
  }
}

TEST(Json, WholeNumbersHaveTheirShortestFormToo) {
  for (const double value : {-0.0, 0.0, 1.0, -1.0, 0.5, 99'999.0, -99'999.0, 99'999.5, 1e5, -1e5, 123'456.0, 1e6}) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    EXPECT_EQ(number(value), std::string_view(text, end));
  }
}

TEST(Json, WhatIsNoNumberIsNull) {
  EXPECT_EQ(number(std::nan("")), "null");
  // Digits alone would be an integer too large to read: simdjson refuses the whole line.
  EXPECT_EQ(number(-13864774263536234496.0), "-13864774263536234496.0");
  EXPECT_EQ(number(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, Base64OfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      // section 10
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xfb\xff\xbf", "+/+/"},
      {"\0\0\0"sv, "AAAA"},
      {"\xff\xff\xff\xff", "/////w=="},
  };
  for (const auto& [text, expected] : vectors) {
    std::string out = "x";
    append_base64(out, bytes_of(text));
    EXPECT_EQ(out, "x" + std::string(expected));
  }
}

TEST(Json, Hex) {
  std::string out;
  append_hex(out, bytes_of("\x00\x0a\xff\x7b"sv));
  EXPECT_EQ(out, "000aff7b");
}

TEST(Json, TheWriterPlacesCommas) {
  std::string out;
  JsonWriter json(out);
  json.open();
  json.key("a").number(std::uint64_t{1}).key("b").text("x\"y").key("c").open().close();
  json.key("d")
      .open_list()
      .number(std::int64_t{-1})
      .open()
      .key("e")
      .null()
      .close()
      .open_list()
      .close_list();
  json.boolean(true).boolean(false).raw("[0]").close_list();
  json.key("f").number(0.5).key("g").hex(bytes_of("\x01\x02")).key("h").base64(bytes_of("foo"));
  json.key("i")
      .address(IpAddress::v4(0x0a000001))
      .key("j")
      .address(Mac::from_number(0x020000000001));
  json.key("k").time(0).key("l").text("").key("m").open().field("n", 1).close();
  json.close();
  EXPECT_EQ(
      out,
      R"({"a":1,"b":"x\"y","c":{},"d":[-1,{"e":null},[],true,false,[0]],"f":0.5,"g":"0102","h":"Zm9v",)"
      R"("i":"10.0.0.1","j":"02:00:00:00:00:01","k":"1970-01-01T00:00:00.000000+0000","l":"","m":{"n":1}})");
}

TEST(Json, FieldChoosesByType) {
  std::string out;
  JsonWriter json(out);
  json.open()
      .field("flag", true)
      .field("text", "literal")
      .field("string", std::string("s"))
      .field("view", "v"sv);
  json.field("u8", std::uint8_t{255})
      .field("i8", std::int8_t{-1})
      .field("u64", UINT64_MAX)
      .field("float", 0.25f);
  json.field("ip", IpAddress::v4(1)).field("mac", Mac{}).close();
  EXPECT_EQ(out,
            R"({"flag":true,"text":"literal","string":"s","view":"v","u8":255,"i8":-1,)"
            R"("u64":18446744073709551615,"float":0.25,"ip":"0.0.0.1","mac":"00:00:00:00:00:00"})");
}

}  // namespace
}  // namespace langyan
