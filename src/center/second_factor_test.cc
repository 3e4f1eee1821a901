#include "center/second_factor.h"

#include <gtest/gtest.h>

namespace langyan::center {
namespace {

// "12345678901234567890", the secret of RFC 6238, appendix B; its codes there have eight digits, of which these are the last six.
constexpr std::string_view of_the_standard = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

TEST(SecondFactor, CodesAreThoseOfTheStandard) {
  EXPECT_EQ(code_at(of_the_standard, 59 * second), "287082");
  EXPECT_EQ(code_at(of_the_standard, 1'111'111'109 * second), "081804");
  EXPECT_EQ(code_at(of_the_standard, 1'234'567'890 * second), "005924");
  EXPECT_EQ(code_at(of_the_standard, 2'000'000'000 * second), "279037");
}

TEST(SecondFactor, ACodeIsTakenInItsPeriodAndInThoseBesideIt) {
  const Time now = 1'234'567'890 * second;
  const auto period = static_cast<std::uint64_t>(now / code_period);
  for (int off = -3; off <= 3; ++off) {
    const auto found = period_of_code(of_the_standard, "005924", now + off * code_period);
    EXPECT_EQ(found.has_value(), off >= -1 && off <= 1) << off;
    EXPECT_EQ(found.value_or(period), period) << off;
  }
}

TEST(SecondFactor, WhatIsNoCodeIsNone) {
  const Time now = 1'234'567'890 * second;
  for (const char* text : {"", "00592", "0059240", "00592x", " 05924", "５９２４"})
    EXPECT_FALSE(period_of_code(of_the_standard, text, now)) << text;
  EXPECT_FALSE(period_of_code("not base32!", "005924", now));
  EXPECT_FALSE(period_of_code("", "005924", now));
}

TEST(SecondFactor, SecretsDifferAndAppsReadThem) {
  SystemRandom random;
  const std::string one = *new_secret(random), other = *new_secret(random);
  EXPECT_EQ(one.size(), 32u);
  EXPECT_NE(one, other);
  EXPECT_EQ(secret_uri(of_the_standard, "mei", "center.works-7:8443"),
            "otpauth://totp/Langyan:mei%20center.works-7:8443?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Langyan");
}

}  // namespace
}  // namespace langyan::center
