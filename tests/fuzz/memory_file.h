// MemoryFile: octets as a file that has a path, without a disk. One thread.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "base/bytes.h"
#include "tests/fuzz/check.h"

namespace langyan::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(Bytes content) : file_(memfd_create("input", MFD_CLOEXEC)) {
    require(file_ >= 0, "a file in memory can be made");
    while (!content.empty()) {
      const ssize_t written = ::write(file_, content.data(), content.size());
      require(written > 0, "a file in memory can be written");
      content = content.subspan(static_cast<std::size_t>(written));
    }
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

}  // namespace langyan::fuzz
