#include "base/caps.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace langyan {
namespace {

const Cap beta{"caps_test.beta", 100, 8, 1'000, 64, "Second by name."};
const CapShare share_of_gamma{"caps_test.gamma", 3};
const Cap gamma{"caps_test.gamma", 2, 1, 2, 64, "Third by name, with what an upper room adds."};
const Cap alpha{"caps_test.alpha", 1, 1, UINT32_MAX, 1, "First by name, declared second."};

TEST(Caps, BeingDeclaredRegistersSortedByName) {
  EXPECT_TRUE(std::ranges::is_sorted(Cap::all(), {}, &Cap::name));
  EXPECT_EQ(Cap::find("caps_test.alpha"), &alpha);
  EXPECT_EQ(Cap::find("caps_test.beta"), &beta);
  for (const char* name : {"", "caps_test", "caps_test.alph", "caps_test.alphaa", "zzz"}) {
    EXPECT_EQ(Cap::find(name), nullptr) << name;
  }
}

TEST(Caps, WhatUpperRoomsKeepIsPartOfThePrice) {
  EXPECT_EQ(Cap::find("caps_test.gamma")->bytes_each(), 67u);
  EXPECT_EQ(Cap::find("caps_test.gamma")->bytes(), 134u);
  EXPECT_EQ(Cap::find("caps_test.alpha")->bytes_each(), 1u);
}

TEST(Caps, AValueOutsideItsLimitsChangesNothing) {
  Cap& cap = *Cap::find("caps_test.beta");
  for (std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{1'001}, UINT64_MAX}) {
    const auto refused = cap.set(value);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().message,
              "caps.caps_test.beta is " + std::to_string(value) + "; allowed are 8 to 1000");
    EXPECT_EQ(beta.value(), 100u);
  }
  EXPECT_TRUE(cap.set(8));
  EXPECT_EQ(beta.value(), 8u);
  EXPECT_TRUE(cap.set(1'000));
  EXPECT_EQ(beta.value(), 1'000u);
  EXPECT_EQ(beta.preset(), 100u);
  EXPECT_TRUE(cap.set(beta.preset()));
}

TEST(Caps, BytesAndTheirSumFollowTheValue) {
  const std::uint64_t before = Cap::total_bytes();
  EXPECT_EQ(beta.bytes(), 6'400u);
  EXPECT_TRUE(Cap::find("caps_test.beta")->set(101));
  EXPECT_EQ(beta.bytes(), 6'464u);
  EXPECT_EQ(Cap::total_bytes(), before + 64);
  EXPECT_TRUE(Cap::find("caps_test.beta")->set(100));
  std::uint64_t sum = 0;
  for (const Cap* cap : Cap::all()) sum += cap->bytes();
  EXPECT_EQ(Cap::total_bytes(), sum);
}

TEST(Caps, AShareIsRoundedUpAndNeverBelowTheLeast) {
  EXPECT_EQ(beta.share(1), 100u);
  EXPECT_EQ(beta.share(3), 34u);
  EXPECT_EQ(beta.share(12), 9u);
  EXPECT_EQ(beta.share(13), 8u);
  EXPECT_EQ(beta.share(1'000), 8u);
}

TEST(CapsDeathTest, ARowThatContradictsItselfOrAnotherEndsTheProgram) {
  EXPECT_DEATH(Cap("caps_test.beta", 1, 1, 1, 1, "Again."), "cap caps_test.beta is declared twice");
  EXPECT_DEATH(Cap("caps_test.low", 1, 2, 3, 1, "Too low."),
               "cap caps_test.low is declared twice or with a default out");
  EXPECT_DEATH(Cap("caps_test.high", 4, 2, 3, 1, "Too high."), "cap caps_test.high");
}

}  // namespace
}  // namespace langyan
