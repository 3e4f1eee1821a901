#include "detect/rule_lines.h"

#include <algorithm>

namespace langyan::detect {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view blanks = " \t\r\n\v\f";

}  // namespace

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Place LogicalRule::place(const char* at) const {
  if (pieces_.empty()) return {};
  std::size_t offset = 0;
  if (at >= text_.data() && at <= text_.data() + text_.size()) {
    offset = static_cast<std::size_t>(at - text_.data());
  }
  const auto after = std::ranges::upper_bound(pieces_, offset, {}, &Piece::offset);
  const Piece& piece = *std::prev(after);
  const std::string_view before =
      std::string_view(text_).substr(piece.offset, offset - piece.offset);
  return {piece.line, static_cast<std::uint32_t>(piece.column + characters(before))};
}

RuleLines::RuleLines(std::string_view content) : rest_(content) {
  if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

std::string_view RuleLines::line() {
  const std::size_t end = rest_.find('\n');
  std::string_view result = rest_.substr(0, end);
  rest_ = end == rest_.npos ? std::string_view{} : rest_.substr(end + 1);
  if (result.ends_with('\r')) result.remove_suffix(1);
  ++number_;
  return result;
}

bool RuleLines::next(LogicalRule& rule) {
  rule.text_.clear();
  rule.pieces_.clear();
  while (!rest_.empty()) {
    std::string_view text = line();
    const std::string_view trimmed = trim(text);
    if (rule.pieces_.empty() && (trimmed.empty() || trimmed.front() == '#')) continue;
    const bool goes_on = trimmed.ends_with('\\');
    const auto indent = static_cast<std::size_t>(trimmed.data() - text.data());
    text = goes_on ? trimmed.substr(0, trimmed.size() - 1) : trimmed;
    if (!rule.pieces_.empty() && indent) rule.text_ += ' ';  // what was indented stays apart
    rule.pieces_.push_back({rule.text_.size(), number_, static_cast<std::uint32_t>(indent + 1)});
    rule.text_ += text;
    if (!goes_on) return true;
  }
  return !rule.pieces_.empty();
}

}  // namespace langyan::detect
