#include "center/settled_time.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/manual_clock.h"

namespace langyan::center {
namespace {

class SettledTimeTest : public testing::Test {
 protected:
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
  // Looked at every minute, as housekeeping does.
  void run(Duration time) {
    for (; time > 0; time -= minute) clock_.advance(minute), last_ = settled_.now();
  }
  ManualClock clock_;
  SettledTime settled_{clock_, 0};
  std::optional<Time> last_;
};

TEST_F(SettledTimeTest, AnEvenClockIsBelieved) {
  EXPECT_EQ(settled_.now(), clock_.now());
  run(3 * day);
  EXPECT_EQ(last_, clock_.now());
  clock_.jump(30 * minute);  // as NTP may
  EXPECT_EQ(settled_.now(), clock_.now());
}

TEST_F(SettledTimeTest, ALeapAheadIsBelievedAfterADay) {
  for (const Duration leap : {2 * hour, 365 * day, 80 * 365 * day}) {
    clock_.jump(leap);
    EXPECT_FALSE(settled_.now());
    run(day - minute);
    EXPECT_FALSE(last_);
    run(2 * minute);
    EXPECT_EQ(last_, clock_.now());
  }
}

TEST_F(SettledTimeTest, ALeapAheadAndBackChangesNothing) {
  clock_.jump(80 * 365 * day);
  run(20 * hour);
  EXPECT_FALSE(last_);
  clock_.jump(-80 * 365 * day);
  EXPECT_EQ(settled_.now(), clock_.now());
  clock_.jump(365 * day);  // the time the first leap took does not count for this one
  run(20 * hour);
  EXPECT_FALSE(last_);
  clock_.jump(365 * day);
  run(20 * hour);
  EXPECT_FALSE(last_) << "the second leap starts the day anew";
}

TEST_F(SettledTimeTest, AStepBackIsBelievedAndSoIsTheReturn) {
  clock_.jump(-56 * 365 * day);
  EXPECT_EQ(settled_.now(), clock_.now());
  run(2 * day);
  clock_.jump(56 * 365 * day);
  EXPECT_EQ(settled_.now(), clock_.now());
}

TEST_F(SettledTimeTest, AStartGoesByWhatWasKnownBefore) {
  EXPECT_TRUE(SettledTime(clock_, clock_.now() - 20 * hour).now());
  EXPECT_FALSE(SettledTime(clock_, clock_.now() - 30 * day).now()) << "off for a month, or leapt";
  EXPECT_TRUE(SettledTime(clock_, clock_.now() + 30 * day).now()) << "set back while it was off";
}

}  // namespace
}  // namespace langyan::center
