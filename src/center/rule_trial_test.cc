// Rules tried on captures by the real sensor, as the center starts it.
#include "center/rule_trial.h"

#include <gtest/gtest.h>

#include "base/disk.h"

namespace langyan::center {
namespace {

// The child forbids itself what it does not need before it reads; a sanitizer's runtime needs more. What it does is tested
// under sanitizers where it is made (src/sensor, src/pipeline).
class RuleTrialTest : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a confined child has no room for a sanitizer";
#endif
  }
};

std::string capture(const std::string& name) {
  SystemDisk disk;
  return read_file(disk, LANGYAN_SOURCE_DIR "/pcaps/" + name).take();
}

RuleTrial tried(std::string_view rules, std::string_view octets, bool bundled = false) {
  auto trial = try_rules({rules, octets, bundled}, [] { return false; });
  EXPECT_TRUE(trial.ok()) << (trial ? "" : trial.error().message);
  return trial ? trial.take() : RuleTrial();
}

std::string_view end_of(const RuleTrial& trial) { return words_of(trial.end).word; }

constexpr std::string_view writes =
    "alert modbus any any -> any any (msg:\"a register is written\"; modbus.function:6; sid:1000001; rev:1;)\n";
constexpr std::string_view to_port = "alert tcp any any -> any 502 (msg:\"to a controller\"; sid:1000002;)\n";

TEST_F(RuleTrialTest, SaysWhichPacketsARuleFiresOn) {
  const RuleTrial trial = tried(to_port, capture("modbus/poll-short.pcap"));
  EXPECT_EQ(end_of(trial), "complete") << trial.reason;
  EXPECT_EQ(trial.loaded, 1u);
  EXPECT_GT(trial.packets, 0u);
  EXPECT_GT(trial.bytes, trial.packets);
  ASSERT_FALSE(trial.rows.empty());
  EXPECT_EQ(trial.rows.size(), trial.alerts);
  const TriedAlert& first = trial.rows.front();
  EXPECT_GT(first.packet, 0u);
  EXPECT_LE(first.packet, trial.packets);
  EXPECT_GT(first.time, 0);
  EXPECT_EQ(first.dport, 502u);
  EXPECT_EQ(first.proto, "TCP");
  EXPECT_NE(first.src, "");
  EXPECT_EQ(first.rule.sid, 1000002u);
  EXPECT_EQ(first.rule.message, "to a controller");
  ASSERT_EQ(trial.by_rule.size(), 1u);
  EXPECT_EQ(trial.by_rule.begin()->second.second, trial.alerts);
  ASSERT_EQ(trial.protocols.size(), 1u);
  EXPECT_EQ(trial.protocols[0].name, "modbus");
}

TEST_F(RuleTrialTest, ARuleThatDoesNotFireLeavesTheCountsAndTheProtocols) {
  const RuleTrial trial = tried("alert modbus any any -> any any (msg:\"never\"; modbus.function:99; sid:1;)\n",
                                capture("modbus/poll-short.pcap"));
  EXPECT_EQ(end_of(trial), "complete");
  EXPECT_EQ(trial.alerts, 0u);
  EXPECT_GT(trial.protocols.at(0).messages, 0u);
}

TEST_F(RuleTrialTest, NamesTheRefusedRuleByLineAndColumnAndTriesTheOthers) {
  const std::string rules = "# mine\n" + std::string(to_port) +
                            "alert tcp any any -> any any (msg:\"y\"; contant:\"y\"; sid:7;)\n" + std::string(to_port);
  const RuleTrial trial = tried(rules, capture("modbus/poll-short.pcap"));
  EXPECT_EQ(end_of(trial), "complete");
  EXPECT_GT(trial.alerts, 0u);
  EXPECT_EQ(trial.loaded, 1u);
  ASSERT_EQ(trial.refusals.size(), 2u);
  EXPECT_EQ(trial.refusals[0].file, "");
  EXPECT_EQ(trial.refusals[0].line, 3u);
  EXPECT_EQ(trial.refusals[0].column, 40u);
  EXPECT_EQ(trial.refusals[0].sid, 7u);
  EXPECT_NE(trial.refusals[0].message.find("content"), std::string::npos) << trial.refusals[0].message;
  EXPECT_NE(trial.refusals[1].message.find("stands already at line 2"), std::string::npos) << trial.refusals[1].message;
}

TEST_F(RuleTrialTest, WithNoRuleLeftTheCaptureIsNotRead) {
  const RuleTrial trial = tried("alert nonsense\n", capture("modbus/poll-short.pcap"));
  EXPECT_EQ(end_of(trial), "rules");
  EXPECT_EQ(trial.packets, 0u);
  EXPECT_EQ(trial.refused, 1u);
}

TEST_F(RuleTrialTest, TheRulesOfTheProgramAreTriedTooAndOnesOwnComesFirst) {
  const std::string octets = capture("modbus/umas-program.pcap");
  const RuleTrial both = tried(writes, octets, true);
  EXPECT_EQ(end_of(both), "complete");
  EXPECT_GT(both.loaded, 300u);
  EXPECT_EQ(both.refused, 0u);
  const std::pair<std::uint64_t, std::uint64_t> number{1, 9120120};
  EXPECT_TRUE(both.by_rule.contains(number));
  const RuleTrial own = tried("alert tcp any any -> any 9 (msg:\"mine\"; sid:9120120; rev:1;)\n", octets, true);
  EXPECT_FALSE(own.by_rule.contains(number));
  ASSERT_EQ(own.refusals.size(), 1u);
  EXPECT_TRUE(own.refusals[0].file.ends_with(".rules")) << own.refusals[0].file;
  EXPECT_NE(own.refusals[0].message.find("stands already at line 1"), std::string::npos) << own.refusals[0].message;
}

TEST_F(RuleTrialTest, ACaptureThatIsNoneOrIsCutIsSaidAsSuch) {
  for (const std::string& none : {std::string(), std::string("hello"), std::string(100'000, 'x')}) {
    const RuleTrial trial = tried(to_port, none);
    EXPECT_EQ(end_of(trial), "capture") << none.size();
    EXPECT_NE(trial.reason, "");
    EXPECT_EQ(trial.loaded, 1u);
  }
  const std::string whole = capture("modbus/poll-short.pcap");
  std::string broken = whole;
  broken.replace(broken.size() / 2, 64, 64, '\xff');
  const RuleTrial trial = tried(to_port, broken);
  EXPECT_NE(end_of(trial), "died") << trial.reason;
  EXPECT_GT(trial.alerts, 0u);
}

TEST_F(RuleTrialTest, HostileRulesCostARefusalAndNoMore) {
  const std::string octets = capture("modbus/poll-short.pcap");
  const std::string hostile =
      "alert tcp any any -> any any (msg:\"a\"; pcre:\"/(a+)+$/\"; sid:1;)\n"
      "alert tcp any any -> any any (msg:\"b\"; pcre:\"/((((.{1,999}){1,999}){1,999}){1,999})x/\"; sid:2;)\n"
      "alert dns any any -> any any (msg:\"c\"; dns.query; dataset:isset,d,type string,load /etc/passwd; sid:3;)\n"
      "alert dns any any -> any any (msg:\"d\"; dns.query; dataset:isset,d,type string,load ../../../etc/passwd; "
      "sid:4;)\n"
      "alert dns any any -> any any (msg:\"e\"; dns.query; dataset:isset,d,type string,load 0; sid:5;)\n" +
      std::string(to_port);
  const RuleTrial trial = tried(hostile, octets);
  EXPECT_EQ(end_of(trial), "complete") << trial.reason;
  EXPECT_GT(trial.by_rule.count(std::pair<std::uint64_t, std::uint64_t>(1, 1000002)), 0u);
  std::map<std::uint64_t, std::string> why;
  for (const TrialNote& note : trial.refusals) why[note.sid] = note.message;
  for (const std::uint64_t sid : {2, 3, 4, 5}) EXPECT_TRUE(why.contains(sid)) << sid;
  EXPECT_NE(why[3].find("no absolute path"), std::string::npos) << why[3];
  EXPECT_NE(why[4].find("no absolute path"), std::string::npos) << why[4];
}

TEST_F(RuleTrialTest, NotesAndRowsAreBounded) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "alert nonsense\n";
  for (int i = 1; i <= 40; ++i)
    many += "alert tcp any any -> any any (msg:\"each\"; dsize:>0; sid:" + std::to_string(i) + ";)\n";
  const RuleTrial trial = tried(many, capture("modbus/poll.pcap"));
  EXPECT_EQ(trial.refused, 500u);
  EXPECT_EQ(trial.refusals.size(), most_trial_notes);
  EXPECT_EQ(trial.rows.size(), most_tried_alerts);
  std::uint64_t counted = 0;
  for (const auto& [number, rule] : trial.by_rule) counted += rule.second;
  EXPECT_EQ(counted, trial.alerts);
  EXPECT_GT(trial.alerts, most_tried_alerts);
}

TEST_F(RuleTrialTest, IsGivenUpWhenTheCenterStops) {
  const auto trial = try_rules({to_port, capture("modbus/poll.pcap"), true}, [] { return true; });
  ASSERT_TRUE(trial.ok());
  EXPECT_EQ(end_of(*trial), "given-up");
}

}  // namespace
}  // namespace langyan::center
