#include "pipeline/explanations.h"

#include <gmock/gmock.h>

#include "base/temp_folder.h"
#include "pipeline/catalogue.h"

namespace langyan::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExplanationsTest : public testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view text) {
    return folder_.write(name, text);
  }
  Explanations read(std::vector<std::string> paths) { return read_explanations(disk_, paths); }
  TempFolder folder_;
  SystemDisk disk_;
};

TEST_F(ExplanationsTest, StandBesideTheirRules) {
  write("b.rules", "");
  write("b.yaml",
        "7:\n  technique: T0858\n  title: {en: Stopped, zh: 停机}\n  meaning: {en: M, zh: 义}\n  "
        "advice: {en: A, zh: 策}\n");
  write("other.yaml", "8:\n  title: {en: No rules beside it}\n");
  const auto found = read({folder_.path()});
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_EQ(found.rows[0].sid, 7u);
  EXPECT_EQ(found.rows[0].technique, "T0858");
  EXPECT_EQ(found.rows[0].title.zh, "停机");
  EXPECT_EQ(found.rows[0].advice.en, "A");
  EXPECT_TRUE(found.faults.empty());
}

TEST_F(ExplanationsTest, AreReadForAFileNamedAlone) {
  const auto rules = write("one.rules", "");
  write("one.yaml", "1: {title: {en: One}}\n");
  EXPECT_EQ(read({rules}).rows.size(), 1u);
  EXPECT_TRUE(read({folder_.path() + "/absent.rules"}).rows.empty());
}

TEST_F(ExplanationsTest, WhatIsWrongIsNamedAndTheRestRead) {
  const auto rules = write("a.rules", "");
  write("a.yaml", "x: {title: {en: X}}\n2: text\n3: {title: {en: Three}, meaning: 5}\n");
  const auto found = read({rules});
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_EQ(found.rows[0].title.en, "Three");
  EXPECT_EQ(found.rows[0].meaning.en, "");
  EXPECT_THAT(found.faults,
              ElementsAre(HasSubstr("a.yaml:1:1: `x`"), HasSubstr("a.yaml:2:1: `2`")));
  write("a.yaml", "- 1\n");
  EXPECT_THAT(read({rules}).faults, ElementsAre(HasSubstr("expected sids")));
  write("a.yaml", "1: {");
  EXPECT_FALSE(read({rules}).faults.empty());
}

TEST_F(ExplanationsTest, TheFirstOfASidStays) {
  const auto one = write("1.rules", ""), two = write("2.rules", "");
  write("1.yaml", "5: {title: {en: First}}\n");
  write("2.yaml", "5: {title: {en: Second}}\n4: {title: {en: Four}}\n");
  const auto found = read({one, two});
  ASSERT_EQ(found.rows.size(), 2u);
  EXPECT_EQ(found.rows[1].title.en, "First");
}

TEST_F(ExplanationsTest, OfTheProjectsRulesAreInTheCatalogue) {
  const auto found = read({LANGYAN_SOURCE_DIR "/rules"});
  EXPECT_TRUE(found.faults.empty());
  const std::string json = detections_json(found.rows);
  EXPECT_THAT(
      json,
      HasSubstr(
          R"({"gid":1,"sid":9120001,"technique":"T0858","title":{"en":"Controller stopped")"));
  EXPECT_THAT(json, HasSubstr(R"("sid":9100000)"));
}

}  // namespace
}  // namespace langyan::pipeline
