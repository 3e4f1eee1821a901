#include "base/time.h"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

namespace langyan {
namespace {

TEST(Time, TimestampsOfTurningPoints) {
  const std::pair<Time, const char*> cases[] = {
      {0, "1970-01-01T00:00:00.000000+0000"},
      {-1, "1969-12-31T23:59:59.999999+0000"},
      {-day, "1969-12-31T00:00:00.000000+0000"},
      {-day - 1, "1969-12-30T23:59:59.999999+0000"},
      {(1ll << 31) * second - 1, "2038-01-19T03:14:07.999999+0000"},
      {(1ll << 31) * second, "2038-01-19T03:14:08.000000+0000"},
      {((1ll << 32) - 1) * second + 999'999, "2106-02-07T06:28:15.999999+0000"},
      {(1ll << 32) * second, "2106-02-07T06:28:16.000000+0000"},
      {951'782'400 * second, "2000-02-29T00:00:00.000000+0000"},
      {1'772'438'400'123'456, "2026-03-02T08:00:00.123456+0000"},
      {-2'208'988'800 * second, "1900-01-01T00:00:00.000000+0000"},
      {-719528 * day, "0000-01-01T00:00:00.000000+0000"},
      {-719528 * day - 1, "0000-01-01T00:00:00.000000+0000"},
      {INT64_MIN, "0000-01-01T00:00:00.000000+0000"},
      {2932897 * day - 1, "9999-12-31T23:59:59.999999+0000"},
      {2932897 * day, "9999-12-31T23:59:59.999999+0000"},
      {INT64_MAX, "9999-12-31T23:59:59.999999+0000"},
  };
  for (const auto& [time, text] : cases) {
    EXPECT_EQ(timestamp(time), text);
    EXPECT_EQ(timestamp(time).size(), timestamp_size);
  }
}

TEST(Time, TimestampsAgreeWithTheCLibraryAndReadBack) {
  for (std::int64_t seconds = -4'000'000'000; seconds < 8'000'000'000; seconds += 1'234'567) {
    const std::time_t at = seconds;
    std::tm parts{};
    gmtime_r(&at, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000042+0000", &parts);
    const Time time = seconds * second + 42;
    ASSERT_EQ(timestamp(time), text);
    ASSERT_EQ(parse_timestamp(text), time) << text;
  }
}

TEST(Time, AppendAddsAndThreadsDoNotShareTheDate) {
  std::string out = "x";
  append_timestamp(out, 0);
  append_timestamp(out, day);
  EXPECT_EQ(out, "x1970-01-01T00:00:00.000000+00001970-01-02T00:00:00.000000+0000");
  std::string other;
  std::thread([&] { other = timestamp(5 * day); }).join();
  EXPECT_EQ(other, "1970-01-06T00:00:00.000000+0000");
  EXPECT_EQ(timestamp(day).substr(0, 10), "1970-01-02");
}

TEST(Time, DatesAndDaysAreInverse) {
  for (std::int64_t days = -800'000; days < 800'000; days += 1) {
    const CivilDate date = civil_from_days(days);
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), days);
  }
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2000, 3, 1) - days_from_civil(2000, 2, 28), 2);  // divisible by 400
  EXPECT_EQ(days_from_civil(1900, 3, 1) - days_from_civil(1900, 2, 28), 1);  // by 100 only
  EXPECT_EQ(days_from_civil(2024, 3, 1) - days_from_civil(2024, 2, 28), 2);
  EXPECT_EQ(days_from_civil(2026, 3, 1) - days_from_civil(2026, 2, 28), 1);
}

TEST(Time, FormsThatAreRead) {
  const Time noon = 1'772'452'800 * second;  // 2026-03-02T12:00:00Z
  const std::pair<const char*, Time> cases[] = {
      {"2026-03-02T12:00:00Z", noon},
      {"2026-03-02T12:00:00z", noon},
      {"2026-03-02T12:00:00", noon},
      {"2026-03-02 12:00:00", noon},
      {"2026-03-02T12:00", noon},
      {"2026-03-02T12:00Z", noon},
      {"2026-03-02T12:00:00+0000", noon},
      {"2026-03-02T20:00:00+08:00", noon},
      {"2026-03-02T20:00:00+0800", noon},
      {"2026-03-02T20:00:00+08", noon},
      {"2026-03-02T06:30:00-05:30", noon},
      {"2026-03-03T11:59:00+23:59", noon},
      {"2026-03-02", noon - 12 * hour},
      {"2026-03-02T12:00:00.5Z", noon + 500'000},
      {"2026-03-02T12:00:00,5Z", noon + 500'000},
      {"2026-03-02T12:00:00.000001+0000", noon + 1},
      {"2026-03-02T12:00:00.123456789Z", noon + 123'456},
      {"2026-03-02T12:00:00.000000999Z", noon},
      {"2026-03-02T11:59:60Z", noon},  // a leap second is the next one
      {"2024-02-29", 1'709'164'800 * second},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"1900-02-28", -2'203'977'600 * second},
      {"0000-02-29", days_from_civil(0, 2, 29) * day},
  };
  for (const auto& [text, time] : cases) EXPECT_EQ(parse_timestamp(text), time) << text;
}

TEST(Time, FormsThatAreRefused) {
  for (const char* text : {"",
                           "2026",
                           "2026-03",
                           "2026-3-2",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-01-00",
                           "2026-01-32",
                           "2026-02-29",
                           "2026-02-30",
                           "2026-04-31",
                           "1900-02-29",
                           "1969-02-30",
                           "1968-02-30",
                           "-2026-03-02",
                           "2026/03/02",
                           "2026-03-02T",
                           "2026-03-02T12",
                           "2026-03-02T12:",
                           "2026-03-02T24:00:00",
                           "2026-03-02T12:60:00",
                           "2026-03-02T12:00:61",
                           "2026-03-02T12:00:00.",
                           "2026-03-02T12:00:00.Z",
                           "2026-03-02T12:00:00.1234567890Z",
                           "2026-03-02T12:00:00+8",
                           "2026-03-02T12:00:00+08:",
                           "2026-03-02T12:00:00+08:0",
                           "2026-03-02T12:00:00+24:00",
                           "2026-03-02T12:00:00+08:60",
                           "2026-03-02T12:00:00+08:00x",
                           "2026-03-02T12:00:00Zx",
                           "2026-03-02T12:00:00 Z",
                           "2026-03-02T12:00:00UTC",
                           " 2026-03-02",
                           "2026-03-02 ",
                           "2026-03-02Z",
                           "2026-03-0x",
                           "20260302T120000Z"}) {
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace langyan
