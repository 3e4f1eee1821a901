// Words: a code word and what it is called in both languages. Values; any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace langyan::center {

struct Words {
  std::string_view word, en, zh;
};
// The row of a word; the first where there is none.
const Words& words_of(std::span<const Words> rows, std::string_view word);

// Each word and how many there are of it: [{"word","en","zh","count"}].
void write_counted(JsonWriter& json, std::string_view key, std::span<const Words> rows,
                   const std::map<std::string_view, std::uint64_t>& counts);
void write_words(JsonWriter& json, const Words& words);  // {"word","en","zh"}
void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts);

}  // namespace langyan::center
