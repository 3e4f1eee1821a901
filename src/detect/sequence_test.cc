#include "base/caps.h"
#include "detect/tables.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

// One rule with a sequence, and hits of its steps given to a limiter.
class Course {
 public:
  explicit Course(const std::string& sequence)
      : compiled_(compile_text(rule_of("sequence:\"" + sequence + "\";", "ot any any -> any any"))) {}

  struct Act {
    std::uint32_t source = 1, destination = 2, unit = 1;
    std::uint64_t object = 1, flow = 1;
  };
  // "0@5 1@9": step and second of each; 1 where the rule fires.
  std::string run(std::string_view acts, const Act& act) {
    std::string out;
    while (!acts.empty()) {
      const std::size_t at = acts.find('@'), end = std::min(acts.find(' '), acts.size());
      const auto step = static_cast<std::uint8_t>(acts[at - 1] - '0');
      out += give(step, std::stoll(std::string(acts.substr(at + 1, end - at - 1))) * second, act) ? '1' : '0';
      acts.remove_prefix(std::min(end + 1, acts.size()));
    }
    return out;
  }
  std::string run(std::string_view acts) { return run(acts, {}); }

  bool give(std::uint8_t step, Time time, const Act& act) {
    for (const auto& rule : compiled_.rules->tables().rules) {
      if (rule->step != step) continue;
      Hit hit;
      hit.rule = rule.get();
      hit.time = time;
      hit.packet_number = same_packet ? number : ++number;
      hit.source = IpAddress::v4(act.source), hit.destination = IpAddress::v4(act.destination);
      hit.unit = act.unit, hit.object = act.object, hit.flow_id = act.flow;
      return limiter.admit(hit);
    }
    ADD_FAILURE() << "no such step";
    return false;
  }

  Limiter limiter;
  std::uint64_t number = 0;
  bool same_packet = false;

 private:
  Compiled compiled_;
};

std::string run(const std::string& sequence, std::string_view acts) {
  return Course(sequence).run(acts);
}

TEST(Sequence, TheLastStepFiresOnceAndUsesUpTheOthers) {
  EXPECT_EQ(run("download then start within 10m by dst", "1@0 0@1 1@2 1@3 0@4 1@5"), "001001");
  EXPECT_EQ(run("identify then download then start by dst", "0@0 2@1 1@2 2@3 1@4 2@5"), "000100");
}

TEST(Sequence, SpansCountFromTheFirstOperation) {
  EXPECT_EQ(run("download then start within 10m by dst", "0@0 1@600"), "01");
  EXPECT_EQ(run("download then start within 10m by dst", "0@0 1@601"), "00");
  EXPECT_EQ(run("download then start within 10m by dst", "0@0 0@500 1@700"), "001") << "the newest one counts";
  EXPECT_EQ(run("identify then download within 1m then start within 1h by dst", "0@0 1@61 2@62"), "000");
  EXPECT_EQ(run("identify then download within 1m then start within 1h by dst", "0@0 1@60 2@3600"), "001");
  EXPECT_EQ(run("download then start by dst", "0@0 1@86400"), "01") << "a day where none is given";
  EXPECT_EQ(run("download then start by dst", "0@0 1@86401"), "00");
}

TEST(Sequence, ANewerBeginningDoesNotLoseTheOlder) {
  EXPECT_EQ(run("identify then download then start within 10s by dst", "0@0 1@1 0@2 2@3"), "0001");
  EXPECT_EQ(run("identify then download then start within 10s by dst", "0@0 1@1 0@8 1@9 2@12"), "00001");
  EXPECT_EQ(run("identify then download then start within 10s by dst", "0@0 1@1 0@8 2@12"), "0000");
}

TEST(Sequence, ACountWithinItsSpanMakesAStep) {
  EXPECT_EQ(run("auth refused x3 then write within 1m by src", "0@0 0@1 1@2 0@3 1@4 1@5"), "000010");
  EXPECT_EQ(run("auth refused x3 within 10s then write within 1m by src", "0@0 0@1 0@11 1@12"), "0000");
  EXPECT_EQ(run("auth refused x3 within 10s then write within 1m by src", "0@0 0@1 0@11 0@12 0@13 1@14"), "000001");
  EXPECT_EQ(run("auth then write x3 within 1m by src", "1@0 0@1 1@2 1@3 1@4"), "00001");
  EXPECT_EQ(run("auth x3 within 1m by src", "0@0 0@1 0@2 0@3 0@4 0@5"), "001001") << "one step alone";
}

TEST(Sequence, WithoutFiresWhereTheOtherDidNotComeBefore) {
  EXPECT_EQ(run("control without select within 30s by dst,object", "1@0 0@1 1@31 1@32"), "1001");
  EXPECT_EQ(run("control without select within 30s by dst,object", "0@0 0@20 1@45"), "000");
}

TEST(Sequence, WhatTheOperationsShare) {
  using Act = Course::Act;
  struct Case {
    std::string_view by;
    Act first, second;
    bool fires;
  };
  const Case cases[] = {
      {"src", {.source = 1, .destination = 2}, {.source = 1, .destination = 3}, true},
      {"src", {.source = 1, .destination = 2}, {.source = 3, .destination = 2}, false},
      {"dst", {.source = 1, .destination = 2}, {.source = 3, .destination = 2}, true},
      {"dst", {.source = 1, .destination = 2}, {.source = 1, .destination = 3}, false},
      {"src,dst", {.source = 1, .destination = 2}, {.source = 1, .destination = 2}, true},
      {"src,dst", {.source = 1, .destination = 2}, {.source = 2, .destination = 1}, false},
      {"pair", {.source = 1, .destination = 2}, {.source = 2, .destination = 1}, true},
      {"pair", {.source = 1, .destination = 2}, {.source = 2, .destination = 3}, false},
      {"dst,unit", {.unit = 1}, {.unit = 2}, false},
      {"dst,unit", {.unit = 2, .object = 1}, {.unit = 2, .object = 2}, true},
      {"dst, object", {.object = 1}, {.object = 2}, false},
      {"dst,object", {.unit = 1, .object = 2}, {.unit = 2, .object = 2}, true},
      {"flow", {.flow = 1}, {.flow = 2}, false},
      {"flow", {.flow = 2}, {.flow = 2}, true},
  };
  for (const Case& each : cases) {
    Course course("download then start within 1m by " + std::string(each.by));
    course.run("0@0", each.first);
    EXPECT_EQ(course.run("1@1", each.second), each.fires ? "1" : "0") << each.by;
  }
}

TEST(Sequence, APacketThatEndsOneBeginsNone) {
  Course course("write then write within 1m by dst");
  const auto packet = [&](Time time) {  // the engine's order: later steps first
    course.same_packet = false;
    const bool fires = course.give(1, time, {});
    course.same_packet = true;
    course.give(0, time, {});
    return fires ? '1' : '0';
  };
  std::string out;
  for (int i = 0; i < 6; ++i) out += packet(i * second);
  EXPECT_EQ(out, "010101");
}

TEST(Sequence, SaysWhichPacketsTheStepsWere) {
  Course course("auth refused x2 then download then start by dst");
  course.run("0@0 0@1 1@2 0@3");
  EXPECT_TRUE(course.limiter.earlier().empty());
  EXPECT_EQ(course.run("2@4"), "1");
  const auto earlier = course.limiter.earlier();
  ASSERT_EQ(earlier.size(), 2u);
  EXPECT_EQ(earlier[0].packet_number, 2u);
  EXPECT_EQ(earlier[0].time, 1 * second);
  EXPECT_EQ(earlier[1].packet_number, 3u);
  EXPECT_EQ(course.limiter.counters().value(LimitCount::incomplete), 4u);
}

TEST(Sequence, AFullTableForgetsWhatWaitedLongest) {
  Cap& cap = *Cap::find("detect.sequences");
  const std::uint64_t before = cap.value();
  ASSERT_TRUE(cap.set(16).ok());
  Course course("download then start by dst");
  for (std::uint32_t host = 0; host < 17; ++host) course.run("0@0", {.destination = host});
  EXPECT_EQ(course.limiter.counters().value(LimitCount::sequences_evicted), 1u);
  EXPECT_EQ(course.run("1@1", {.destination = 0}), "0");
  EXPECT_EQ(course.run("1@1", {.destination = 1}), "1");
  EXPECT_TRUE(cap.set(before).ok());
}

TEST(Sequence, StepsAreNoRulesOfTheSet) {
  const Compiled compiled =
      compile_text(rule_of("sequence:\"identify then download then start by dst\";", "ot any any -> any any"));
  EXPECT_EQ(compiled.rules->rules().size(), 1u);
  EXPECT_EQ(compiled.rules->tables().rules.size(), 3u);
  EXPECT_EQ(compiled.rules->find(1, 1)->step, 2u);
  EXPECT_EQ(compiled.rules->tables().rules[1]->step, 1u) << "the later step is looked at first";
}

TEST(Sequence, ErrorsTeach) {
  struct Case {
    std::string_view sequence, message;
    std::uint32_t column;  // in the sequence, from 1
  };
  const Case cases[] = {
      {"donwload then start by dst", "\"donwload\" is no verb; did you mean \"download\"?", 1},
      {"download|strat then start by dst", "did you mean \"start\"?", 10},
      {"download than start by dst", "did you mean \"then\"?", 10},
      {"download then start by destination", "none of src, dst, pair, unit, object, flow", 24},
      {"download then start by dst within 5m", "\"by\" stands last", 24},
      {"download then start", "what the operations share is missing", 20},
      {"download then start by", "what the operations share is missing", 23},
      {"download then", "a verb is missing here", 14},
      {"download then start within 25h by dst", "no span; write 30s, 10m or 2h, at most 24h", 28},
      {"download then start within 0s by dst", "no span", 28},
      {"download then start within by dst", "no span", 28},
      {"download x1001 then start by dst", "not a whole number from 1 to 1000", 11},
      {"download refused ok then start by dst", "one outcome", 18},
      {"read then read then read then read then read by dst", "at most 4 steps", 36},
      {"start by dst", "one operation is no sequence", 1},
      {"control without select x2 by dst", "takes no count", 1},
      {"control without select then write by dst", "joins two steps", 24},
      {"download within 1h then start within 1m by dst", "cannot have a shorter one", 1},
      {"download then start by dst,dst", "stands twice", 28},
      {"download then start by pair,src", "say nothing more", 24},
  };
  const std::string head = "alert ot any any -> any any (msg:\"test\"; sequence:\"";
  for (const Case& each : cases) {
    const Compiled compiled = compile_text(head + std::string(each.sequence) + "\"; sid:1;)\n", false);
    ASSERT_EQ(compiled.report.errors.size(), 1u) << each.sequence;
    const RuleNote& note = compiled.report.errors[0];
    EXPECT_NE(note.message.find(each.message), std::string::npos) << each.sequence << ": " << note.message;
    EXPECT_EQ(note.column, head.size() + each.column) << each.sequence << ": " << note.message;
  }
}

TEST(Sequence, WhatDoesNotGoWithIt) {
  const auto message = [](std::string_view options, std::string_view action = "alert") {
    const Compiled compiled = compile_text(
        std::string(action) + " ot any any -> any any (msg:\"test\"; " + std::string(options) + " sid:1;)\n", false);
    const auto& report = compiled.report;
    return report.errors.empty() ? report.warnings.empty() ? std::string("fine") : report.warnings[0].message
                                 : report.errors[0].message;
  };
  const std::string plain = "sequence:\"download then start by dst\"; ";
  EXPECT_EQ(message(plain + "ot.unit:1;"), "fine");
  EXPECT_NE(message(plain + "ot.verb:start;").find("ot.verb and sequence"), std::string::npos);
  EXPECT_NE(message("ot.result:ok; " + plain).find("ot.result and sequence"), std::string::npos);
  EXPECT_NE(message(plain, "pass").find("a pass rule cannot have a sequence"), std::string::npos);
  EXPECT_NE(message("sequence:\"read then start by dst\";").find("every read"), std::string::npos);
  EXPECT_NE(message("sequence:\"download then start by unit\";").find("add dst"), std::string::npos);
  EXPECT_NE(message(plain + "flowbits:set,x;").find("rule of its own"), std::string::npos);
}

// Over whole captures: a request is asked by the client, and its answer counts as asked by the client too.
TEST(Sequence, AnAnswerCountsAsAskedByWhoAsked) {
  const auto fired = [](std::string_view header, std::string_view sequence) {
    Rig rig(rule_of("sequence:\"" + std::string(sequence) + "\";", header));
    rig.limited = true;
    rig.now = 0;  // the clock begins with the capture: it need not tick through the years before it
    rig.run("modbus/exceptions.pcap");
    return rig.count(1);
  };
  EXPECT_EQ(fired("modbus any any -> any 502", "read|write refused then read|write by src,dst"),
            fired("modbus any any -> any any", "read|write refused then read|write by src,dst"));
  EXPECT_GT(fired("modbus any any -> any 502", "read|write refused then read|write by src,dst"), 0u);
  EXPECT_EQ(fired("modbus any 502 -> any any", "read|write refused then read|write by src,dst"), 0u);
  EXPECT_GT(fired("modbus any any -> any 502", "read|write then read|write refused by src,dst"), 0u);
}

}  // namespace
}  // namespace langyan::detect
