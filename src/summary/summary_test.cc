#include "summary/summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/caps.h"
#include "dissect/registry.h"

namespace langyan::summary {
namespace {

constexpr Time start = 1'772'438'400 * second;

struct Recorder : Sink {
  struct Told {
    Time now;
    std::uint64_t operations, held_back, repeats_total;
    std::vector<std::string> repeats;  // "verb address count first..last least..most"
    double period = 0, jitter = 0;
  };
  void event(flow::Flow&, const Message& message, Why why) override {
    events.push_back(std::string(verb_name(message.operations.front().verb)) + " " +
                     std::to_string(static_cast<int>(why)));
  }
  void report(const Report& report, Time now) override {
    Told told{now, report.operations, report.held_back, report.repeats_total, {}};
    for (const Repeat& repeat : report.repeats) {
      std::string line = std::string(verb_name(repeat.verb)) + " " +
                         std::to_string(repeat.object.address) + " x" +
                         std::to_string(repeat.count);
      for (const Range& range : repeat.ranges) {
        line += " " + std::to_string(static_cast<int>(range.first)) + ".." +
                std::to_string(static_cast<int>(range.last)) + " in " +
                std::to_string(static_cast<int>(range.least)) + ".." +
                std::to_string(static_cast<int>(range.most));
      }
      told.repeats.push_back(line);
      told.period = repeat.period, told.jitter = repeat.jitter;
    }
    reports.push_back(told);
  }
  void flood(flow::Flow&, const Message&, const Detection& what) override {
    floods.emplace_back(what.name);
  }
  std::vector<std::string> events, floods;
  std::vector<Told> reports;
};

class SummaryTest : public testing::Test {
 protected:
  SummaryTest() { summary.opened(flow); }

  void operate(Verb verb, std::uint64_t address, std::uint64_t value,
               Outcome outcome = Outcome::ok) {
    Operation operation;
    operation.verb = verb;
    operation.unit = 1;
    operation.object = {.space = 3, .address = address, .count = 1};
    operation.value = Value::of(value);
    operation.outcome = outcome;
    Message message;
    message.protocol = protocol;
    message.role = Role::answer;
    message.operations = {&operation, 1};
    message.operations_total = 1;
    summary.message(flow, message, now);
  }
  void wait(Duration duration) {
    for (const Time end = now + duration; now < end;) {
      now = std::min<Time>(end, (now / second + 1) * second);
      summary.tick(now);
    }
  }

  Recorder recorder;
  const Protocol* protocol = dissect::protocols().front();
  flow::Flow flow;
  Time now = start;
  Summary summary{4, 1, recorder};
};

TEST_F(SummaryTest, WritesTheFirstAndFoldsTheRest) {
  for (int i = 0; i < 120; ++i) operate(Verb::read, 5, 100), wait(second / 2);
  EXPECT_EQ(recorder.events, std::vector<std::string>{"read 0"});
  wait(second);
  ASSERT_EQ(recorder.reports.size(), 1u);
  EXPECT_EQ(recorder.reports[0].operations, 119u);
  EXPECT_EQ(recorder.reports[0].repeats,
            std::vector<std::string>{"read 5 x120 100..100 in 100..100"});
  EXPECT_NEAR(recorder.reports[0].period, 0.5, 1e-9);
  EXPECT_NEAR(recorder.reports[0].jitter, 0, 1e-6);
}

TEST_F(SummaryTest, TellsTheRangeOfWhatIsReadWithoutAnEventForEachChange) {
  for (std::uint64_t value : {50u, 70u, 20u, 60u}) operate(Verb::read, 5, value), wait(second);
  EXPECT_EQ(recorder.events.size(), 1u);
  wait(minute);
  ASSERT_EQ(recorder.reports.size(), 1u);
  EXPECT_EQ(recorder.reports[0].repeats, std::vector<std::string>{"read 5 x4 50..60 in 20..70"});
}

TEST_F(SummaryTest, WritesTenChangedValuesAMinuteAndCountsTheOthers) {
  for (std::uint64_t i = 0; i < 30; ++i) operate(Verb::write, 5, i), wait(second);
  EXPECT_EQ(recorder.events.size(), 11u) << "the first and ten changes";
  wait(minute);
  ASSERT_GE(recorder.reports.size(), 1u);
  EXPECT_EQ(recorder.reports[0].held_back, 19u);
  operate(Verb::write, 5, 1000);
  EXPECT_EQ(recorder.events.size(), 12u) << "a new minute has a new budget";
}

TEST_F(SummaryTest, SaysAnotherOutcomeAndAnotherObjectAtOnce) {
  operate(Verb::read, 5, 1), wait(second);
  operate(Verb::read, 5, 1, Outcome::refused), wait(second);
  operate(Verb::read, 5, 1, Outcome::refused), wait(second);
  operate(Verb::read, 6, 1), wait(second);
  EXPECT_EQ(recorder.events, (std::vector<std::string>{"read 0", "read 1", "read 0"}));
}

TEST_F(SummaryTest, NeverFoldsAStopBelowSixtyAMinute) {
  for (int i = 0; i < 60; ++i) operate(Verb::stop, 0, 0);
  EXPECT_EQ(recorder.events.size(), 60u);
  EXPECT_TRUE(recorder.floods.empty());
  for (int i = 0; i < 1'000; ++i) operate(Verb::stop, 0, 0);
  EXPECT_EQ(recorder.events.size(), 60u);
  EXPECT_EQ(recorder.floods, std::vector<std::string>{"summary.flood"}) << "said once";
  wait(minute + second);
  EXPECT_EQ(recorder.reports.at(0).held_back, 1'000u);
}

TEST_F(SummaryTest, ASweepIsOneFloodAndCounts) {
  for (std::uint64_t address = 0; address < 20'000; ++address) operate(Verb::read, address, 0);
  EXPECT_EQ(recorder.events.size(), 60u);
  EXPECT_EQ(recorder.floods.size(), 1u);
  wait(minute + second);
  ASSERT_EQ(recorder.reports.size(), 1u);
  EXPECT_EQ(recorder.reports[0].repeats_total, 20'000u);
  EXPECT_EQ(recorder.reports[0].repeats.size(), most_listed);
}

TEST_F(SummaryTest, AnInterrogationIsNoFlood) {
  for (std::uint64_t address = 0; address < 500; ++address) operate(Verb::report, address, 0);
  EXPECT_EQ(recorder.events.size(), 60u);
  EXPECT_TRUE(recorder.floods.empty());
}

TEST_F(SummaryTest, ManyNamesAreNoFlood) {
  protocol = dissect::find_protocol("dns");
  for (std::uint64_t address = 0; address < 500; ++address) operate(Verb::read, address, 0);
  EXPECT_EQ(recorder.events.size(), 60u);
  EXPECT_TRUE(recorder.floods.empty());
}

TEST_F(SummaryTest, ForgetsWhoFellSilentAndGivesTheRoomBack) {
  operate(Verb::read, 5, 1);
  wait(20 * minute);
  const auto& counters = summary.counters();
  EXPECT_EQ(counters.value(Count::conversations_opened),
            counters.value(Count::conversations_closed));
  EXPECT_EQ(counters.value(Count::folds_opened), counters.value(Count::folds_closed));
  operate(Verb::read, 5, 1);
  EXPECT_EQ(recorder.events.size(), 2u) << "after the silence it is new again";
}

TEST_F(SummaryTest, ReportsOpenWindowsAtTheEnd) {
  operate(Verb::read, 5, 1), operate(Verb::read, 5, 1);
  summary.finish(now);
  ASSERT_EQ(recorder.reports.size(), 1u);
  EXPECT_EQ(recorder.reports[0].operations, 1u);
}

TEST(SummaryCaps, WhatDoesNotFitIsCountedAndStillSaid) {
  Cap& cap = *Cap::find("summary.operations");
  const auto before = cap.value();
  ASSERT_TRUE(cap.set(64).ok());
  Recorder recorder;
  {
    Summary small(4, 1, recorder);
    flow::Flow flow;
    small.opened(flow);
    Operation operation;
    operation.verb = Verb::read;
    Message message;
    message.protocol = dissect::protocols().front();
    message.role = Role::event;
    message.operations = {&operation, 1};
    for (std::uint64_t address = 0; address < 200; ++address) {
      operation.object = {.address = address, .count = 1};
      small.message(flow, message, start);
    }
    EXPECT_EQ(small.counters().value(Count::folds_refused), 136u);
    EXPECT_EQ(small.counters().value(Count::operations),
              small.counters().value(Count::written) + small.counters().value(Count::folded));
  }
  ASSERT_TRUE(cap.set(before).ok());
}

}  // namespace
}  // namespace langyan::summary
