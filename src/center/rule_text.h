// RuleText: how a rule is written and where it stands, as far as this center knows: in the packs it holds and in the rules that
// come with the program. A sensor's own files are not told to it. Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "center/words.h"
#include "store/scope.h"

namespace langyan::center {

class Center;

constexpr std::size_t longest_rule_text = 64u << 10;  // octets that are shown; the rest is cut off

struct RuleNumber {
  std::uint64_t gid = 1, sid = 0;
};

struct WrittenRule {
  std::uint64_t line = 0, rev = 0;  // line: where it begins, from 1
  std::string_view text;            // as it stands there, with the ends of its lines; within the file's text
};
// The first rule of that number in a rule file's text. One behind # is none.
std::optional<WrittenRule> find_rule(std::string_view file, RuleNumber number);

struct RuleText {
  std::string pack;     // its name; empty: it comes with the program
  std::string version;  // of the pack, or of the program
  std::string file;
  std::uint64_t line = 0, rev = 0;
  std::string text;
  bool whole = true;
};

struct RuleTexts {
  enum class State : std::uint8_t { known, built_in, elsewhere } state = State::elsewhere;
  std::vector<RuleText> texts;  // the highest revision first, as sensors take it; of one revision the packs'
};
Result<RuleTexts> texts_of_rule(Center& center, const store::Scope& scope, RuleNumber number);
void write_rule_texts(JsonWriter& json, RuleNumber number, const RuleTexts& found);

}  // namespace langyan::center
