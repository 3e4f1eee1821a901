#include "baseline/object_notation.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace langyan::baseline {
namespace {

constexpr unsigned widths_tried = 32;               // codes of an element's size that protocols use
// Small addresses first: what reads as coil 409991 is a holding register of a controller that has at most 65536 coils.
constexpr std::uint64_t addresses[] = {std::uint64_t{1} << 16, std::uint64_t{1} << 40};
constexpr std::size_t longest_number = 18;          // digits that fit 64 bits

// A notation as its letters and its numbers: "DB10.DBW4" is "DB#.DBW#" with 10 and 4.
struct Split {
  std::string letters;
  std::vector<std::uint64_t> numbers;
};

Split split(std::string_view text) {
  Split result;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t number = 0;
    const std::size_t start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < longest_number; ++at)
      number = number * 10 + static_cast<unsigned>(text[at] - '0');
    if (at > start) result.letters += '#', result.numbers.push_back(number);
    else result.letters += text[at++];
  }
  return result;
}

struct Search {
  const Protocol& protocol;
  std::string_view wanted;
  Split parts;
  std::string text;

  std::string_view render(const Object& object) {
    text.clear();
    protocol.notation(object, text);
    return text;
  }

  // The object's address, when there is one that reads as wanted.
  bool bisect(Object& object, std::uint64_t end) {
    object.address = 0;
    if (split(render(object)).letters != parts.letters) return false;
    std::uint64_t low = 0, high = end;
    while (low < high) {
      object.address = low + (high - low) / 2;
      if (split(render(object)).numbers < parts.numbers) low = object.address + 1;
      else high = object.address;
    }
    object.address = low;
    return render(object) == wanted;
  }
};

// How many elements the two last numbers may span: registers count by one, words and double words by octets.
std::vector<std::uint32_t> counts(const Split& parts) {
  std::vector<std::uint32_t> result{1};
  const std::size_t size = parts.numbers.size();
  if (parts.letters.find("..") == parts.letters.npos || size < 2) return result;
  // Between equal numbers of digits groups the same place: DB1.DBX0.0..DBX0.7 compares 0.0 with 0.7.
  for (const std::size_t apart : {std::size_t{1}, size / 2}) {
    const std::uint64_t from = parts.numbers[size - 1 - apart], to = parts.numbers[size - 1];
    if (to <= from || to - from > 0xffffff) continue;
    for (const unsigned step : {1u, 2u, 4u, 8u}) result.push_back(static_cast<std::uint32_t>((to - from) / step + 1));
  }
  return result;
}

std::optional<Object> find(Search& search, std::span<const std::uint32_t> areas, std::span<const std::uint32_t> spans,
                           std::uint64_t end) {
  for (unsigned space = 0; space < search.protocol.spaces.size(); ++space)
    for (const std::uint32_t span : spans) {
      std::vector<std::string> seen;  // most protocols look at neither width nor area: each notation is tried once
      for (unsigned width = 0; width < widths_tried; ++width)
        for (const std::uint32_t area : areas) {
          Object object{static_cast<std::uint8_t>(space), static_cast<std::uint8_t>(width), area, 0, span, {}};
          const std::string_view first = search.render(object);
          if (std::ranges::find(seen, first) != seen.end()) continue;
          seen.emplace_back(first);
          if (search.bisect(object, end)) return object;
        }
    }
  return {};
}

}  // namespace

std::optional<Object> object_of(const Protocol& protocol, std::string_view notation) {
  if (!protocol.notation || notation.empty()) return {};
  Search search{protocol, notation, split(notation), {}};
  std::vector<std::uint32_t> areas{0};
  for (const std::uint64_t number : search.parts.numbers)
    if (number <= 0xffffffff && areas.size() < 3) areas.push_back(static_cast<std::uint32_t>(number));
  const std::vector<std::uint32_t> spans = counts(search.parts);
  for (const std::uint64_t end : addresses)
    if (const auto found = find(search, areas, spans, end)) return found;
  return {};
}

std::string notation_of(const Habit& habit) {
  std::string text;
  if (habit.any_name()) return text;
  const Object object = habit.object();
  if (habit.protocol && habit.protocol->notation && !object.none()) habit.protocol->notation(object, text);
  return text.empty() ? habit.name : text;
}

}  // namespace langyan::baseline
