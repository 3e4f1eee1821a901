// RuleLines: a rule file cut into rules, each remembering where it stands.
//
// A backslash at the end of a line joins the next one to it. Blank lines and lines that start with
// # are passed over. What is handed out points into a LogicalRule, so a parser says where something
// is wrong by pointing at it. No thread of its own; compile time only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langyan::detect {

struct Place {
  std::uint32_t line = 0, column = 0;  // from 1; column counts characters, not octets
};

class LogicalRule {
 public:
  const std::string& text() const { return text_; }
  std::uint32_t line() const { return pieces_.empty() ? 0 : pieces_.front().line; }
  // Of a pointer into text(), its end included; anything else is the start.
  Place place(const char* at) const;

 private:
  friend class RuleLines;
  struct Piece {
    std::size_t offset;  // in text_
    std::uint32_t line;
    std::uint32_t column;  // of its first character
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

class RuleLines {
 public:
  explicit RuleLines(std::string_view content);
  bool next(LogicalRule& rule);  // false: the end

 private:
  std::string_view line();  // the next physical line, without its end

  std::string_view rest_;
  std::uint32_t number_ = 0;
};

// Characters of valid UTF-8; other octets count one each.
std::size_t characters(std::string_view text);
std::string_view trim(std::string_view text);

}  // namespace langyan::detect
