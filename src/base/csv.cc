#include "base/csv.h"

#include <algorithm>

#include "base/utf8.h"

namespace langyan {

// The separator is the one that the first line has most of; a spreadsheet's depends on the language of the desktop.
CsvReader::CsvReader(std::string_view text) : rest_(text) {
  const std::string_view head = text.substr(0, text.find('\n'));
  for (const char candidate : {';', '\t'})
    if (std::ranges::count(head, candidate) > std::ranges::count(head, separator_)) separator_ = candidate;
}

bool CsvReader::next() {
  cells_.clear(), unquoted_.clear();
  too_wide_ = false;
  line_ = next_line_;
  if (rest_.empty() || broken_) return false;
  while (true) {
    const std::string_view found = cell();
    if (cells_.size() < most_cells) cells_.push_back(found);
    else too_wide_ = true;
    if (!rest_.empty() && rest_.front() == separator_) {
      rest_.remove_prefix(1);
      continue;
    }
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (!rest_.empty()) rest_.remove_prefix(1), ++next_line_;
    return true;
  }
}

// Leaves rest_ at the separator or the line end behind the cell.
std::string_view CsvReader::cell() {
  if (rest_.empty() || rest_.front() != '"') {
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != separator_ && rest_[end] != '\n') ++end;
    std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!rest_.empty() && rest_.front() == '\n' && found.ends_with('\r')) found.remove_suffix(1);
    if (rest_.empty() && found.ends_with('\r')) found.remove_suffix(1);
    return found;
  }
  std::string& text = unquoted_.emplace_back();
  rest_.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest_.find('"');
    next_line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, quote), '\n'));
    text += rest_.substr(0, quote);
    if (quote == rest_.npos) {
      broken_ = true;
      rest_ = {};
      return text;
    }
    rest_.remove_prefix(quote + 1);
    if (rest_.empty() || rest_.front() != '"') break;
    text += '"';
    rest_.remove_prefix(1);
  }
  // What stands between the closing quote and the separator belongs to nothing.
  while (!rest_.empty() && rest_.front() != separator_ && rest_.front() != '\n') rest_.remove_prefix(1);
  return text;
}

std::optional<CsvEncodingFault> begin_csv(std::string_view& text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return CsvEncodingFault{1, "is UTF-16; save it as \"CSV UTF-8\""};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(bytes_of(text.substr(at, 4)));
    if (size == 0) {
      const auto line = static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
      return CsvEncodingFault{
          line, "is no UTF-8, so probably GBK; save it as \"CSV UTF-8\" or convert it with iconv -f GB18030 -t UTF-8"};
    }
    at += size;
  }
  return {};
}

}  // namespace langyan
