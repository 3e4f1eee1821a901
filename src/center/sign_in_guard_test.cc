#include "center/sign_in_guard.h"

#include <gtest/gtest.h>

namespace langyan::center {
namespace {

const IpAddress office = *parse_ip("10.0.0.1"), stranger = *parse_ip("203.0.113.9");
IpAddress many(std::uint32_t i) {
  return IpAddress::v4(0xc6336400 + i);
}

TEST(SignInGuard, WaitsDoubleAndHaveAnEnd) {
  SignInGuard guard;
  Time now = 0;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(guard.wait("mei", stranger, now), 0) << i;
    guard.failed("mei", stranger, now);
  }
  Duration expected = second;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guard.wait("mei", stranger, now), std::min<Duration>(expected, 15 * minute)) << i;
    now += guard.wait("mei", stranger, now);
    guard.failed("mei", stranger, now);
    expected *= 2;
  }
  EXPECT_EQ(guard.wait("mei", stranger, now + 15 * minute), 0);
}

TEST(SignInGuard, AnHourForgives) {
  SignInGuard guard;
  for (int i = 0; i < 10; ++i) guard.failed("mei", stranger, 0);
  EXPECT_GT(guard.wait("mei", stranger, 0), 0);
  EXPECT_EQ(guard.wait("mei", stranger, hour), 0);
  guard.failed("mei", stranger, hour);
  EXPECT_EQ(guard.wait("mei", stranger, hour), 0);
}

TEST(SignInGuard, OneAddressCannotTryManyAccounts) {
  SignInGuard guard;
  for (int i = 0; i < 15; ++i) {
    EXPECT_EQ(guard.wait("user" + std::to_string(i), stranger, 0), 0);
    guard.failed("user" + std::to_string(i), stranger, 0);
  }
  EXPECT_GT(guard.wait("yet another", stranger, 0), 0);
  EXPECT_EQ(guard.wait("yet another", office, 0), 0);
}

TEST(SignInGuard, GuessesFromEverywhereNeverLockTheOwnerOut) {
  SignInGuard guard;
  guard.succeeded("mei", office, 0);
  for (std::uint32_t i = 0; i < 200; ++i) guard.failed("mei", many(i), minute);
  EXPECT_GT(guard.wait("mei", many(1'000), minute), 0);  // an address nobody knows waits
  EXPECT_EQ(guard.wait("mei", office, minute), 0);       // the owner does not
  EXPECT_EQ(guard.wait("li", many(1'000), minute), 0);   // nor does any other account
}

TEST(SignInGuard, AnIpv6NeighbourhoodIsOneAddress) {
  SignInGuard guard;
  for (int i = 0; i < 5; ++i)
    guard.failed("mei", *parse_ip("2001:db8:1:2::" + std::to_string(i + 1)), 0);
  EXPECT_GT(guard.wait("mei", *parse_ip("2001:db8:1:2:ffff::1"), 0), 0);
  EXPECT_EQ(guard.wait("mei", *parse_ip("2001:db8:1:3::1"), 0), 0);
}

TEST(SignInGuard, ItsMemoryHasAnEnd) {
  GuardLimits limits;
  limits.entries = 300;
  SignInGuard guard(limits);
  for (std::uint32_t i = 0; i < 5'000; ++i) guard.failed("user" + std::to_string(i), many(i), i);
  for (int i = 0; i < 10; ++i) guard.failed("mei", stranger, 6'000);
  EXPECT_GT(guard.wait("mei", stranger, 6'000), 0);  // the newest is remembered
  EXPECT_EQ(guard.wait("user1", many(1), 6'000), 0);
}

TEST(SignInGuard, AClockThatStepsBackLengthensNoWait) {
  SignInGuard guard;
  for (int i = 0; i < 5; ++i) guard.failed("mei", stranger, day);
  EXPECT_LE(guard.wait("mei", stranger, 0), 2 * second);
}

}  // namespace
}  // namespace langyan::center
