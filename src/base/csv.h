// CsvReader: rows of a CSV file (RFC 4180) as spreadsheets write them: comma, semicolon or tab, quoted cells that
// may hold line ends, CR LF or LF. Views point into the text or, where quotes were doubled, into the reader; they
// live until the next row. Bounded: a row has at most most_cells. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace langyan {

class CsvReader {
 public:
  static constexpr std::size_t most_cells = 256;

  explicit CsvReader(std::string_view text);

  bool next();  // false: the end
  const std::vector<std::string_view>& cells() const { return cells_; }
  std::size_t line() const { return line_; }   // on which the row begins, from 1
  bool broken() const { return broken_; }      // a quote is not closed
  bool too_wide() const { return too_wide_; }  // cells beyond most_cells were left out

 private:
  std::string_view cell();

  std::string_view rest_;
  char separator_ = ',';
  std::size_t line_ = 0, next_line_ = 1;
  bool broken_ = false, too_wide_ = false;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // of this row
};

// Takes a byte order mark off the front. A text that is no UTF-8: what is wrong, on which line, and what to do.
struct CsvEncodingFault {
  std::size_t line;
  std::string_view reason;
};
std::optional<CsvEncodingFault> begin_csv(std::string_view& text);

}  // namespace langyan
