#include "pipeline/line_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace langyan::pipeline {
namespace {

Result<int> open_for_append(const std::string& path) {
  if (path == "-") return STDOUT_FILENO;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (descriptor >= 0) return descriptor;
  const ErrorKind kind = errno == EACCES || errno == EPERM ? ErrorKind::permission
                         : errno == ENOENT                 ? ErrorKind::missing
                                                           : ErrorKind::io;
  return Error{
      kind, path + ": cannot open for events: " + std::strerror(errno) + "; check eve.file or -l"};
}

}  // namespace

Result<std::unique_ptr<LineFile>> LineFile::open(std::string path) {
  const auto descriptor = open_for_append(path);
  if (!descriptor) return descriptor.error();
  return std::unique_ptr<LineFile>(new LineFile(std::move(path), *descriptor));
}

LineFile::~LineFile() {
  (void)flush();
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

void LineFile::write(std::string_view line) {
  buffer_ += line;
  buffer_ += '\n';
  ++lines_, ++buffered_lines_;
  if (buffer_.size() >= buffer_bytes) (void)flush();
}

Result<void> LineFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const Error error{ErrorKind::io, path_ + ": cannot write events: " + std::strerror(errno)};
      lost_ += buffered_lines_;
      buffer_.clear(), buffered_lines_ = 0;
      return error;
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear(), buffered_lines_ = 0;
  return {};
}

Result<void> LineFile::reopen() {
  if (auto done = flush(); !done) return done;
  if (path_ == "-") return {};
  const auto descriptor = open_for_append(path_);
  if (!descriptor) return descriptor.error();
  ::close(descriptor_);
  descriptor_ = *descriptor;
  return {};
}

}  // namespace langyan::pipeline
