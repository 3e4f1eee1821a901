// Members of parsed JSON, for files of this program's own: what is absent or of another kind is
// left at its default. Views live as long as the document. Pure; any thread.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace langyan::json {

inline std::string_view text_of(simdjson::dom::element from, std::string_view key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

template <class T>
T number_of(simdjson::dom::element from, std::string_view key) {
  std::int64_t number = 0;
  std::uint64_t large = 0;
  if (from[key].get(number) == simdjson::SUCCESS) return static_cast<T>(number);
  return from[key].get(large) == simdjson::SUCCESS ? static_cast<T>(large) : T{};
}

// Of a list: visit(element).
template <class Visit>
void each_of(simdjson::dom::element from, std::string_view key, Visit visit) {
  simdjson::dom::array list;
  if (from[key].get(list) != simdjson::SUCCESS) return;
  for (simdjson::dom::element each : list) visit(each);
}

// Of a list: its texts.
inline std::vector<std::string> texts_of(simdjson::dom::element from, std::string_view key) {
  std::vector<std::string> texts;
  each_of(from, key, [&](simdjson::dom::element each) {
    std::string_view text;
    if (each.get(text) == simdjson::SUCCESS) texts.emplace_back(text);
  });
  return texts;
}

}  // namespace langyan::json
