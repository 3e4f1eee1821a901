#include "capture/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace langyan::capture {
namespace {

Error open_error(const std::string& path, int code) {
  const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ErrorKind::missing
                         : code == EACCES || code == EPERM ? ErrorKind::permission
                                                           : ErrorKind::io;
  return {kind, path + ": cannot be opened: " + std::strerror(code)};
}

}  // namespace

Result<Input> Input::open(const std::string& path) {
  const int file = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                               : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return open_error(path, errno);
  Input input(file);
  struct stat status {};
  if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{ErrorKind::usage, path + ": is a directory, not a capture"};
  }
  posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  return input;
}

Input::Input(int file)
    : file_(file),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity)),
      at_(buffer_.get()),
      end_(at_) {}

Input::Input(Input&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      error_(other.error_),
      buffer_(std::move(other.buffer_)),
      at_(other.at_),
      end_(other.end_) {}

Input::~Input() {
  if (file_ >= 0) close(file_);
}

const std::uint8_t* Input::refill(std::size_t size) {
  std::size_t held = left();
  std::memmove(buffer_.get(), at_, held);
  while (held < size && error_ == 0) {
    const ssize_t got = read(file_, buffer_.get() + held, capacity - held);
    if (got == 0) break;
    if (got > 0) held += static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) error_ = errno;
  }
  at_ = buffer_.get();
  end_ = at_ + held;
  return held >= size ? at_ : nullptr;
}

bool Input::skip(std::uint64_t size) {
  while (size > left()) {
    size -= left();
    at_ = end_;
    if (!refill(1)) return false;
  }
  take(static_cast<std::size_t>(size));
  return true;
}

}  // namespace langyan::capture
