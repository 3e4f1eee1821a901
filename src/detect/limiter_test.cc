#include "detect/limiter.h"

#include <map>
#include <random>
#include <tuple>

#include "base/caps.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

Rule rule_with(Threshold threshold, Threshold filter = {}, std::uint32_t sid = 1) {
  Rule rule;
  rule.sid = sid;
  rule.threshold = threshold;
  rule.filter = filter;
  return rule;
}

Hit hit_of(const Rule& rule, Time time, std::uint32_t source = 0x0a000001,
           std::uint32_t destination = 0x0a000002) {
  Hit hit;
  hit.rule = &rule;
  hit.time = time;
  hit.source = IpAddress::v4(source);
  hit.destination = IpAddress::v4(destination);
  return hit;
}

// Lets through which of hits at these seconds?
std::string passed(const Threshold& threshold, const Threshold& filter,
                   std::initializer_list<int> seconds) {
  const Rule rule = rule_with(threshold, filter);
  Limiter limiter;
  std::string out;
  for (const int at : seconds) out += limiter.admit(hit_of(rule, at * second)) ? '1' : '0';
  return out;
}

constexpr Threshold none{};
constexpr Threshold of(Threshold::Kind kind, std::uint32_t count, Duration interval,
                       Track track = Track::by_source) {
  return {kind, track, count, interval};
}

TEST(Limiter, WithoutThresholdEverythingPasses) {
  EXPECT_EQ(passed(none, none, {0, 0, 0, 1}), "1111");
}

TEST(Limiter, LimitLetsTheFirstOfEachIntervalPass) {
  EXPECT_EQ(passed(of(Threshold::Kind::limit, 2, 10 * second), none, {0, 1, 2, 9, 10, 11, 12, 20}),
            "11001101");
}

TEST(Limiter, ThresholdIsEachNth) {
  EXPECT_EQ(passed(of(Threshold::Kind::threshold, 3, 10 * second), none, {0, 1, 2, 3, 4, 5, 6, 7}),
            "00100100");
  EXPECT_EQ(passed(of(Threshold::Kind::threshold, 3, 10 * second), none, {0, 1, 10, 11, 12}),
            "00001")
      << "the interval ended";
  EXPECT_EQ(passed(of(Threshold::Kind::threshold, 1, 10 * second), none, {0, 1, 20}), "111");
}

TEST(Limiter, BothIsOnceAnInterval) {
  EXPECT_EQ(passed(of(Threshold::Kind::both, 2, 10 * second), none, {0, 1, 2, 3, 10, 11, 12}),
            "0100010");
}

TEST(Limiter, FilterLetsWhatIsBeyondTheRatePass) {
  EXPECT_EQ(passed(none, of(Threshold::Kind::filter, 2, 10 * second), {0, 1, 2, 3, 10, 11, 12}),
            "0011001");
}

TEST(Limiter, FilterComesBeforeThreshold) {
  EXPECT_EQ(passed(of(Threshold::Kind::limit, 1, 100 * second),
                   of(Threshold::Kind::filter, 2, 100 * second), {0, 1, 2, 3, 4}),
            "00100");
}

TEST(Limiter, TracksByAddressPairOrRule) {
  struct Step {
    std::uint32_t source, destination;
  };
  const Step steps[] = {{1, 2}, {1, 3}, {2, 1}, {4, 2}, {1, 2}};
  const std::map<Track, std::string> wanted = {{Track::by_rule, "10000"},
                                               {Track::by_source, "10110"},
                                               {Track::by_destination, "11100"},
                                               {Track::by_both, "11010"}};
  for (const auto& [track, expected] : wanted) {
    const Rule rule = rule_with(of(Threshold::Kind::limit, 1, hour, track)),
               other = rule_with(of(Threshold::Kind::limit, 1, hour, track), {}, 2);
    Limiter limiter;
    std::string out;
    for (const Step& step : steps)
      out += limiter.admit(hit_of(rule, 0, step.source, step.destination)) ? '1' : '0';
    EXPECT_EQ(out, expected) << static_cast<int>(track);
    EXPECT_TRUE(limiter.admit(hit_of(other, 0, 1, 2))) << "each rule has its own";
  }
}

TEST(Limiter, Layer2IsTrackedByMac) {
  const Rule rule = rule_with(of(Threshold::Kind::limit, 1, hour));
  Limiter limiter;
  Hit hit;
  hit.rule = &rule;
  hit.source_mac = Mac{{2, 0, 0, 0, 0, 1}};
  EXPECT_TRUE(limiter.admit(hit));
  EXPECT_FALSE(limiter.admit(hit));
  hit.source_mac = Mac{{2, 0, 0, 0, 0, 2}};
  EXPECT_TRUE(limiter.admit(hit));
}

TEST(Limiter, TimeThatStepsBackStaysInItsInterval) {
  EXPECT_EQ(passed(of(Threshold::Kind::limit, 1, 10 * second), none, {100, 95, 99, 105, 110}),
            "10001");
}

TEST(Limiter, ANewRuleSetGoesOnCounting) {
  const Rule before = rule_with(of(Threshold::Kind::limit, 1, hour)),
             after = rule_with(of(Threshold::Kind::limit, 1, hour));
  Limiter limiter;
  EXPECT_TRUE(limiter.admit(hit_of(before, 0)));
  EXPECT_FALSE(limiter.admit(hit_of(after, 1)));
}

// The same, said plainly and without a bound.
class Plain {
 public:
  bool admit(const Hit& hit) {
    return admit(hit, hit.rule->filter) && admit(hit, hit.rule->threshold);
  }

 private:
  bool admit(const Hit& hit, const Threshold& threshold) {
    if (threshold.kind == Threshold::Kind::none) return true;
    IpAddress a, b;
    if (threshold.track == Track::by_source) a = hit.source;
    if (threshold.track == Track::by_destination) a = hit.destination;
    if (threshold.track == Track::by_both)
      a = std::min(hit.source, hit.destination), b = std::max(hit.source, hit.destination);
    auto& times = times_[{hit.rule->sid, threshold.kind, a, b}];
    if (!times.empty() && hit.time - times[0] >= threshold.interval) times.clear();
    times.push_back(hit.time);
    const std::size_t n = times.size();
    switch (threshold.kind) {
      case Threshold::Kind::limit: return n <= threshold.count;
      case Threshold::Kind::threshold: return n % threshold.count == 0;
      case Threshold::Kind::both: return n == threshold.count;
      default: return n > threshold.count;
    }
  }
  std::map<std::tuple<std::uint32_t, Threshold::Kind, IpAddress, IpAddress>, std::vector<Time>>
      times_;
};

TEST(Limiter, AgreesWithThePlainMeaning) {
  std::mt19937 random(3);
  std::vector<Rule> rules;
  for (std::uint32_t sid = 1; sid <= 40; ++sid) {
    const Threshold threshold = of(static_cast<Threshold::Kind>(random() % 4), 1 + random() % 4,
                                   (1 + random() % 20) * second, static_cast<Track>(random() % 4));
    const Threshold filter =
        random() % 3 ? none
                     : of(Threshold::Kind::filter, random() % 4 + 1, (1 + random() % 20) * second,
                          static_cast<Track>(random() % 4));
    rules.push_back(rule_with(threshold, filter, sid));
  }
  Limiter limiter;
  Plain plain;
  Time now = 0;
  std::size_t let_through = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += static_cast<Duration>(random() % 400) * millisecond;
    const Hit hit = hit_of(rules[random() % rules.size()], now, random() % 5, random() % 5);
    const bool passes = limiter.admit(hit);
    ASSERT_EQ(passes, plain.admit(hit)) << i;
    let_through += passes;
  }
  EXPECT_GT(let_through, 1'000u);
  EXPECT_EQ(limiter.counters().value(LimitCount::asked), 20'000u);
  EXPECT_EQ(limiter.counters().value(LimitCount::passed), let_through);
  EXPECT_EQ(limiter.counters().value(LimitCount::passed) +
                limiter.counters().value(LimitCount::suppressed) +
                limiter.counters().value(LimitCount::filtered),
            20'000u);
  EXPECT_EQ(limiter.counters().value(LimitCount::evicted), 0u);
}

TEST(Limiter, AFullTableForgetsWhatWaitedLongest) {
  Cap& cap = *Cap::find("detect.trackers");
  const std::uint64_t before = cap.value();
  ASSERT_TRUE(cap.set(64).ok());
  const Rule rule = rule_with(of(Threshold::Kind::limit, 1, hour));
  Limiter limiter;
  for (std::uint32_t source = 0; source < 64; ++source)
    EXPECT_TRUE(limiter.admit(hit_of(rule, 0, source)));
  EXPECT_FALSE(limiter.admit(hit_of(rule, 1, 0)));   // used again: 1 waits longest now
  EXPECT_TRUE(limiter.admit(hit_of(rule, 2, 100)));  // takes its place
  EXPECT_EQ(limiter.counters().value(LimitCount::evicted), 1u);
  EXPECT_FALSE(limiter.admit(hit_of(rule, 3, 0)));
  EXPECT_TRUE(limiter.admit(hit_of(rule, 4, 1))) << "it was forgotten";
  for (std::uint32_t source = 1'000; source < 21'000; ++source)
    limiter.admit(hit_of(rule, 5, source));
  EXPECT_EQ(limiter.counters().value(LimitCount::evicted), 20'002u);
  EXPECT_TRUE(cap.set(before).ok());
}

}  // namespace
}  // namespace langyan::detect
