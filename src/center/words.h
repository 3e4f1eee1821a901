// Words: a code word and what it is called in both languages. Values; any thread.
#pragma once

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

void write_words(JsonWriter& json, const Words& words);  // {"word","en","zh"}
void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts);

}  // namespace langyan::center
