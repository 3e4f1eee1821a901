// A trial names the rule that costs too much, and gives a set up that costs too much as a whole.
#include "pipeline/trial.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>

namespace langyan::pipeline {
namespace {

constexpr std::string_view three =
    "alert tcp any any -> any any (msg:\"a\"; content:\"a\"; sid:1;)\n"
    "alert tcp any any -> any any (msg:\"b\"; content:\"b\"; sid:2;)\n"
    "alert tcp any any -> any any (msg:\"c\"; content:\"c\"; sid:3;)\n";

SensorConfig config_of(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "w");
  std::fwrite(three.data(), 1, three.size(), file);
  std::fclose(file);
  ConfigSource source;
  source.sets = {"rules.files=[\"" + path + "\"]"};
  return SensorConfig::load(source).take();
}

TEST(Trial, PassesWhatCompiles) {
  const auto config = config_of(testing::TempDir() + "/trial_pass.rules");
  const Trial trial = try_rules(config);
  EXPECT_TRUE(trial.usable) << trial.reason;
  EXPECT_TRUE(trial.costly.empty());
}

TEST(Trial, NamesTheRuleAtWhichTimeEnds) {
  const auto config = config_of(testing::TempDir() + "/trial_slow.rules");
  TrialLimits limits;
  limits.rule = 200 * millisecond;
  const Trial trial = try_rules(config, limits, [seen = 0](unsigned) mutable {
    if (++seen == 2) ::sleep(60);
  });
  // The second rule that is looked at: first rule 2; without it rule 3, and without that none.
  ASSERT_TRUE(trial.usable) << trial.reason;
  ASSERT_EQ(trial.costly.size(), 2u);
  const auto compiled = compile_rules(config, trial.costly);
  EXPECT_EQ(compiled.report.loaded, 1u);
  ASSERT_EQ(compiled.report.errors.size(), 2u);
  EXPECT_EQ(compiled.report.errors[0].sid, 2u);
  EXPECT_NE(compiled.report.errors[0].message.find("costs too much"), std::string::npos);
}

TEST(Trial, NamesTheRuleThatEndsTheProcess) {
  const auto config = config_of(testing::TempDir() + "/trial_dead.rules");
  const Trial trial = try_rules(config, {}, [seen = 0](unsigned) mutable {
    if (++seen == 3) ::_exit(9);
  });
  ASSERT_TRUE(trial.usable) << trial.reason;
  EXPECT_EQ(trial.costly.size(), 1u);
}

TEST(Trial, GivesUpASetThatTakesTooLong) {
  const auto config = config_of(testing::TempDir() + "/trial_set.rules");
  TrialLimits limits;
  limits.rule = minute, limits.set = 200 * millisecond;
  const Trial trial = try_rules(config, limits, [](unsigned) { ::sleep(60); });
  EXPECT_FALSE(trial.usable);
  EXPECT_NE(trial.reason.find("longer"), std::string::npos);
}

}  // namespace
}  // namespace langyan::pipeline
