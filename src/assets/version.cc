#include "assets/version.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "assets/words.h"

namespace langyan::assets {
namespace {

constexpr std::size_t most_runs = 16, most_digits = 18;  // 18 digits fit 64 bits

struct Run {
  bool digits = false;
  std::uint64_t number = 0;
  std::string_view letters;
};

struct Runs {
  std::array<Run, most_runs> run;
  std::size_t size = 0;
  bool usable = false;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && !is_digit(text.front()) && !is_letter(text.front())) text.remove_prefix(1);
  return text;
}

// What stands before the number in the field's writing and is no part of it. Short marks count only right before it.
std::string_view without_mark(std::string_view text) {
  constexpr std::string_view words[] = {"firmware", "version", "release", "revision", "series",
                                        "ver",      "rev",     "fw",      "sv"};
  text = without_blanks(text);
  for (const std::string_view word : words)
    if (text.starts_with(word)) text = without_blanks(text.substr(word.size()));
  if (!text.starts_with('v') && !text.starts_with('r')) return text;
  const std::string_view rest = without_blanks(text.substr(1));
  return !rest.empty() && is_digit(rest.front()) ? rest : text;
}

Runs runs_of(std::string_view text) {
  Runs runs;
  std::size_t at = 0;
  while (at < text.size()) {
    const bool digits = is_digit(text[at]);
    if (!digits && !is_letter(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (digits ? is_digit(text[end]) : is_letter(text[end]))) ++end;
    if (runs.size == most_runs || (digits && end - at > most_digits)) return {};
    Run& run = runs.run[runs.size++];
    run.digits = digits;
    run.letters = text.substr(at, end - at);
    if (digits) {
      for (const char c : run.letters) run.number = run.number * 10 + static_cast<std::uint64_t>(c - '0');
      runs.usable = true;
    }
    at = end;
  }
  return runs;
}

bool is_early(std::string_view letters) {
  constexpr std::string_view early[] = {"alpha", "beta", "rc", "pre", "preview", "dev"};
  return std::ranges::find(early, letters) != std::end(early);
}

// "V3.X.14" stands for V3.2.14 and V3.3.14.
bool is_any(const Run& run) {
  return run.letters == "x";
}

// Where the other version has ended.
std::strong_ordering against_nothing(const Run& run) {
  if (is_any(run)) return std::strong_ordering::equal;
  if (run.digits) return run.number <=> std::uint64_t{0};
  return is_early(run.letters) ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::strong_ordering compare(const Run& a, const Run& b) {
  if (is_any(a) || is_any(b)) return std::strong_ordering::equal;
  if (a.digits && b.digits) return a.number <=> b.number;
  // "1.2b" and "1.2.3": the letter belongs to the 2, so the number that follows is 0 against 3.
  if (a.digits != b.digits) {
    const Run& letters = a.digits ? b : a;
    const auto order = is_early(letters.letters)               ? std::strong_ordering::less
                       : (a.digits ? a.number : b.number) == 0 ? std::strong_ordering::greater
                                                               : std::strong_ordering::less;
    return a.digits ? 0 <=> order : order;
  }
  if (is_early(a.letters) != is_early(b.letters))
    return is_early(a.letters) ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.letters.compare(b.letters) <=> 0;
}

}  // namespace

std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b) {
  const std::string x = lower(a), y = lower(b);
  const Runs mine = runs_of(without_mark(x)), theirs = runs_of(without_mark(y));
  if (!mine.usable || !theirs.usable) return {};
  for (std::size_t i = 0; i < std::max(mine.size, theirs.size); ++i) {
    const auto order = i >= theirs.size ? against_nothing(mine.run[i])
                       : i >= mine.size ? 0 <=> against_nothing(theirs.run[i])
                                        : compare(mine.run[i], theirs.run[i]);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace langyan::assets
