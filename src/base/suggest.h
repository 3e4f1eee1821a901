// The nearest known word to one that is not known: "Did you mean …?" in errors.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace langyan {

// Damerau-Levenshtein distance (adjacent swaps count one).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The closest of `known` within a third of the word's length (at least 1), or empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace langyan
