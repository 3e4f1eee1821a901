#include "detect/reputation.h"

#include <algorithm>

#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::string_view folder_name = "iprep", categories_file = "iprep/categories.txt", list_suffix = ".list";

// Calls line(number, text) for each that holds something; false ends it.
template <class Line>
bool each_line(std::string_view text, Line line) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content.front() == '#') continue;
    if (!line(number, content)) return false;
  }
  return true;
}

std::string place(std::string_view file, std::size_t line) {
  return std::string(file) + ":" + std::to_string(line) + ": ";
}

}  // namespace

bool Reputation::load(RuleFiles& files, const std::string& folder, std::string& reason) {
  const std::string* text = files.read(folder, categories_file, reason);
  if (!text) return false;
  const bool read = each_line(*text, [&](std::size_t line, std::string_view content) {
    const auto parts = split(content);
    const auto number = read_unsigned(parts[0]);
    if (parts.size() < 2 || parts[1].empty() || !number || *number == 0 || *number > most_categories) {
      reason = place(categories_file, line) + "a category is \"number from 1 to 60,name,description\"";
      return false;
    }
    categories_.emplace(parts[1], static_cast<unsigned>(*number));
    return true;
  });
  if (!read) return false;
  for (const std::string& name : files.list(folder, folder_name, list_suffix)) {
    const std::string* list = files.read(folder, name, reason);
    if (!list || !read_list(name, *list, reason)) return false;
  }
  return true;
}

bool Reputation::read_list(const std::string& name, std::string_view text, std::string& reason) {
  return each_line(text, [&](std::size_t line, std::string_view content) {
    const auto parts = split(content);
    const auto network = parse_network(parts[0]);
    constexpr std::uint64_t none = ~std::uint64_t{0};
    const std::uint64_t category = parts.size() == 3 ? read_unsigned(parts[1]).value_or(none) : none;
    const std::uint64_t score = parts.size() == 3 ? read_unsigned(parts[2]).value_or(none) : none;
    if (!network || category > most_categories || score > highest_score) {
      reason = place(name, line) + "an entry is \"address or network,category,score from 0 to 127\"";
      return false;
    }
    if (++count_ > most_entries) {
      reason = place(name, line) + "the lists have more than 2000000 entries";
      return false;
    }
    entries_[static_cast<unsigned>(category)].push_back({range_of(*network), static_cast<unsigned>(score)});
    return true;
  });
}

std::vector<std::string_view> Reputation::categories() const {
  std::vector<std::string_view> names;
  for (const auto& [name, number] : categories_) names.push_back(name);
  return names;
}

AddressSet Reputation::matching(std::string_view category, const NumberSet& scores) const {
  std::vector<AddressSet::Range> ranges;
  const auto number = categories_.find(category);
  const auto at = number == categories_.end() ? entries_.end() : entries_.find(number->second);
  if (at != entries_.end()) {
    for (const Entry& entry : at->second)
      if (entry.score && scores.contains(entry.score)) ranges.push_back(entry.range);
  }
  return joined(std::move(ranges));
}

}  // namespace langyan::detect
