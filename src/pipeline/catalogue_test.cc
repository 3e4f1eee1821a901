#include "pipeline/catalogue.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dissect/registry.h"

namespace langyan::pipeline {
namespace {

TEST(Catalogue, EveryDetectionHasItsOwnSidAndNameAndBothLanguages) {
  std::set<std::uint32_t> sids;
  std::set<std::string_view> names;
  for (const Detection* row : detections()) {
    EXPECT_TRUE(sids.insert(row->sid).second) << row->sid << " " << row->name;
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_GE(row->sid, 9'100'000u) << row->name;
    EXPECT_LE(row->sid, 9'199'999u) << row->name;
    for (const Text& text : {row->title, row->meaning, row->advice}) {
      EXPECT_FALSE(text.en.empty()) << row->name;
      EXPECT_FALSE(text.zh.empty()) << row->name;
    }
  }
}

TEST(Catalogue, FieldNamesAreUniqueOverMessageAndItems) {
  for (const Protocol* protocol : dissect::protocols()) {
    std::set<std::string_view> names;
    for (const Field& field : protocol->message->fields) EXPECT_TRUE(names.insert(field.name).second) << field.name;
    for (const Schema* items : protocol->items) {
      if (!items) continue;
      for (const Field& field : items->fields) {
        EXPECT_TRUE(names.insert(field.name).second) << protocol->name << "." << field.name;
      }
    }
    if (!protocol->function_field.empty()) {  // one that only publishes has no functions
      EXPECT_LT(protocol->message->find(protocol->function_field), protocol->message->fields.size()) << protocol->name;
    }
    EXPECT_LE(protocol->faults.size(), 48u) << "a flow remembers so many kinds";
  }
}

// An event's "<protocol>" holds these beside the fields, and "<field>_name" beside a coded number.
TEST(Catalogue, NoFieldIsCalledAsTheEventItself) {
  const std::set<std::string_view> kept = {"request", "response", "items", "items_total", "fault"};
  for (const Protocol* protocol : dissect::protocols()) {
    std::set<std::string> names;
    const auto add = [&](const Schema& schema) {
      for (const Field& field : schema.fields) {
        EXPECT_FALSE((field.uses & log) && kept.contains(field.name)) << protocol->name << "." << field.name;
        EXPECT_TRUE(names.emplace(field.name).second) << protocol->name << "." << field.name;
        if (!field.names.empty()) {
          EXPECT_TRUE(names.insert(std::string(field.name) + "_name").second) << protocol->name << "." << field.name;
        }
      }
    };
    add(*protocol->message);
    for (const Schema* items : protocol->items)
      if (items) add(*items);
  }
}

TEST(Catalogue, PrintsEveryFieldInEveryForm) {
  const std::string json = fields_json(), markdown = fields_markdown(), script = fields_typescript();
  for (const Name& verb : verb_names())
    EXPECT_NE(script.find("\n  \"" + std::string(verb.word) + "\": { en: "), script.npos) << verb.word;
  for (const Protocol* protocol : dissect::protocols())
    EXPECT_NE(script.find("\n  \"" + std::string(protocol->name) + "\": { en: "), script.npos) << protocol->name;
  for (const Protocol* protocol : dissect::protocols())
    for (const Field& field : protocol->message->fields) {
      const std::string keyword = std::string(protocol->name) + "." + std::string(field.name);
      EXPECT_NE(json.find("\"" + keyword + "\""), json.npos) << keyword;
      EXPECT_NE(markdown.find("`" + keyword + "`"), markdown.npos) << keyword;
      EXPECT_NE(script.find("\"" + keyword + "\""), script.npos) << keyword;
    }
}

}  // namespace
}  // namespace langyan::pipeline
