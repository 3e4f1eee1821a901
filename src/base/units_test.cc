#include "base/units.h"

#include <gtest/gtest.h>

namespace langyan {
namespace {

TEST(Units, SizesAreWholeNumbersOfPowersOf1024) {
  const std::pair<const char*, std::int64_t> cases[] = {
      {"0", 0},
      {"1", 1},
      {"65536", 65536},
      {"7B", 7},
      {"7b", 7},
      {"1kB", 1024},
      {"1KB", 1024},
      {"1k", 1024},
      {"1KiB", 1024},
      {"64MB", 64 << 20},
      {"64 MB", 64 << 20},
      {"64mb", 64 << 20},
      {"64MiB", 64 << 20},
      {"3G", 3ll << 30},
      {"2TB", 2ll << 40},
      {"8388607TB", 8388607ll << 40},
      {"9223372036854775807", INT64_MAX},
  };
  for (const auto& [text, bytes] : cases) {
    const auto size = parse_size(text);
    ASSERT_TRUE(size) << text << ": " << size.error().message;
    EXPECT_EQ(*size, bytes) << text;
  }
}

TEST(Units, SizesRefusedSayWhatIsAllowedAndWhatWasMeant) {
  const std::string form = "; allowed is a whole number with B, kB, MB, GB or TB, such as 64MB";
  EXPECT_EQ(parse_size("64megabytes").error().message,
            "64megabytes is not a size" + form + "; did you mean \"64MB\"");
  EXPECT_EQ(parse_size("10bytes").error().message,
            "10bytes is not a size" + form + "; did you mean \"10B\"");
  EXPECT_EQ(parse_size("8388608TB").error().message,
            "8388608TB is not a size that fits 63 bits" + form);
  for (const char* text :
       {"", " ", "MB", "-1MB", "+1MB", "1.5GB", "1,5GB", "64XB", "64  MB", "64MB ", " 64MB", "0x10",
        "9223372036854775808", "1e6", "64MBx", "1PB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
  EXPECT_EQ(parse_size("1.5GB").error().kind, ErrorKind::invalid);
}

TEST(Units, DurationsAlwaysNameTheirUnit) {
  const std::pair<const char*, Duration> cases[] = {
      {"0s", 0},
      {"250us", 250},
      {"100ms", 100'000},
      {"30s", 30'000'000},
      {"30 s", 30'000'000},
      {"5m", 300'000'000},
      {"2h", 7'200'000'000},
      {"7d", 604'800'000'000},
      {"106751991d", 106751991ll * day},
  };
  for (const auto& [text, micros] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text << ": " << duration.error().message;
    EXPECT_EQ(*duration, micros) << text;
  }
}

TEST(Units, DurationsRefusedSayWhatIsAllowedAndWhatWasMeant) {
  const std::string form = "; allowed is a whole number with us, ms, s, m, h or d, such as 30s";
  const std::pair<const char*, const char*> meant[] = {
      {"30", "30s"},    {"5min", "5m"},     {"5M", "5m"}, {"5 minutes", "5m"}, {"1hour", "1h"},
      {"2 Days", "2d"}, {"10msec", "10ms"}, {"3S", "3s"}, {"9usec", "9us"},    {"4hrs", "4h"},
  };
  for (const auto& [text, unit] : meant) {
    EXPECT_EQ(parse_duration(text).error().message,
              std::string(text) + " is not a duration" + form + "; did you mean \"" + unit + "\"");
  }
  for (const char* text : {"", "s", "-5s", "1.5s", "1 month", "5q", "1h30m", "s5", "5  s"}) {
    ASSERT_FALSE(parse_duration(text)) << text;
    EXPECT_EQ(parse_duration(text).error().message,
              std::string(text) + " is not a duration" + form);
  }
  EXPECT_EQ(parse_duration("106751992d").error().message,
            "106751992d is not a duration that fits 63 bits of microseconds" + form);
}

TEST(Units, ALongWrongTextIsCutInTheMessage) {
  const std::string message = parse_size(std::string(5000, 'x')).error().message;
  EXPECT_LT(message.size(), 200u);
}

TEST(Units, FormattedValuesReadBackTheSame) {
  for (std::int64_t value :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{1000}, std::int64_t{1024},
        std::int64_t{1025}, 64 * megabyte, 3 * gigabyte, 7 * terabyte, INT64_MAX}) {
    EXPECT_EQ(*parse_size(format_size(value)), value) << format_size(value);
    EXPECT_EQ(*parse_duration(format_duration(value)), value) << format_duration(value);
  }
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(64 * megabyte), "64MB");
  EXPECT_EQ(format_size(1536 * megabyte), "1536MB");
  EXPECT_EQ(format_size(1000), "1000B");
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_duration(90 * second), "90s");
  EXPECT_EQ(format_duration(2 * hour), "2h");
  EXPECT_EQ(format_duration(36 * hour), "36h");
  EXPECT_EQ(format_duration(14 * day), "14d");
  EXPECT_EQ(format_duration(1), "1us");
}

TEST(Units, ApproximateSizesAreForPeople) {
  EXPECT_EQ(approximate_size(0), "0B");
  EXPECT_EQ(approximate_size(1023), "1023B");
  EXPECT_EQ(approximate_size(1536), "1.5kB");
  EXPECT_EQ(approximate_size(64u << 20), "64.0MB");
  EXPECT_EQ(approximate_size(UINT64_MAX), "16777216.0TB");
}

}  // namespace
}  // namespace langyan
