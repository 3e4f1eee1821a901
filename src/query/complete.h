// What may be written at a place of a query: fields, the values a field is known to have, and the
// words of the language. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/catalogue.h"

namespace langyan::query {

constexpr std::size_t most_completions = 50;

struct Completion {
  std::string text;
  std::string_view kind;  // of a constant: "field", "value", "word"
  Said label;
  std::string doc;
};

struct Completions {
  Span span;  // what the chosen one takes the place of
  std::vector<Completion> items;
};

// `at` counts octets of the text; beyond its end is its end.
Completions complete(std::string_view text, std::size_t at, const Catalogue& catalogue);

}  // namespace langyan::query
