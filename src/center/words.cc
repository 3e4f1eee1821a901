#include "center/words.h"

#include <algorithm>

namespace langyan::center {

const Words& words_of(std::span<const Words> rows, std::string_view word) {
  const auto found = std::ranges::find(rows, word, &Words::word);
  return found == rows.end() ? rows.front() : *found;
}

void write_words(JsonWriter& json, const Words& words) {
  json.open().field("word", words.word).field("en", words.en).field("zh", words.zh).close();
}

void write_counted(JsonWriter& json, std::string_view key, std::span<const Words> rows,
                   const std::map<std::string_view, std::uint64_t>& counts) {
  json.key(key).open_list();
  for (const Words& row : rows) {
    const auto count = counts.find(row.word);
    json.open().field("word", row.word).field("en", row.en).field("zh", row.zh);
    json.field("count", count == counts.end() ? 0 : count->second).close();
  }
  json.close_list();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).open_list();
  for (const std::string& text : texts) json.text(text);
  json.close_list();
}

}  // namespace langyan::center
