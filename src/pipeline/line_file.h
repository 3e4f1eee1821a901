// LineFile: events as lines into a file or standard output, in large writes. One thread writes;
// reopen() may be asked for by a signal handler's flag between two lines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace langyan::pipeline {

class LineFile {
 public:
  static Result<std::unique_ptr<LineFile>> open(std::string path);  // "-": standard output
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  void write(std::string_view line);  // adds the newline
  Result<void> flush();               // an error is also kept: failed()
  Result<void> reopen();              // after log rotation; the old file stays in use on failure
  std::uint64_t lines() const { return lines_; }
  std::uint64_t lost() const { return lost_; }  // lines that could not be written

 private:
  LineFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  static constexpr std::size_t buffer_bytes = 256 * 1024;

  std::string path_, buffer_;
  int descriptor_;
  std::uint64_t lines_ = 0, lost_ = 0, buffered_lines_ = 0;
};

}  // namespace langyan::pipeline
