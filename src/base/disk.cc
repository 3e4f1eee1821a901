#include "base/disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace langyan {
namespace {

Error failed(std::string_view what, const std::string& path, int number = errno) {
  const ErrorKind kind = number == ENOENT                      ? ErrorKind::missing
                         : number == EACCES || number == EPERM ? ErrorKind::permission
                         : number == ENOSPC || number == EDQUOT ? ErrorKind::full
                                                                : ErrorKind::io;
  return {kind, path + ": cannot " + std::string(what) + ": " + std::strerror(number)};
}

class SystemFile final : public File {
 public:
  SystemFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~SystemFile() override { ::close(descriptor_); }

  Result<void> append(Bytes data) override {
    while (!data.empty()) {
      const ssize_t written = ::write(descriptor_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return failed("write", path_);
      data = data.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> write(std::uint64_t offset, Bytes data) override {
    while (!data.empty()) {
      const ssize_t written =
          ::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return failed("write", path_);
      data = data.subspan(static_cast<std::size_t>(written));
      offset += static_cast<std::uint64_t>(written);
    }
    return {};
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("read", path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<std::uint64_t> size() override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return failed("ask the size of", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return failed("truncate", path_);
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return failed("sync", path_);
    return {};
  }

 private:
  int descriptor_;
  std::string path_;
};

// A pipe is waited for until somebody writes, a device may go on for ever; a reload must not.
bool waits_or_never_ends(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode);
}

}  // namespace

SystemDisk::~SystemDisk() {
  for (int descriptor : locks_) ::close(descriptor);
}

Result<std::unique_ptr<File>> SystemDisk::open(const std::string& path, OpenMode mode) {
  // Linux appends whatever pwrite's offset says when O_APPEND is set (pwrite(2), BUGS): update has none.
  constexpr int flags[] = {O_RDONLY, O_RDWR | O_APPEND | O_CREAT,
                           O_RDWR | O_APPEND | O_CREAT | O_EXCL, O_RDWR | O_CREAT};
  if (mode == OpenMode::read && waits_or_never_ends(path))
    return Error{ErrorKind::invalid, path + ": is neither a file nor a folder; name a file"};
  const int descriptor = ::open(path.c_str(), flags[static_cast<int>(mode)] | O_CLOEXEC, 0640);
  if (descriptor < 0) return failed(mode == OpenMode::create ? "create" : "open", path);
  return std::unique_ptr<File>(std::make_unique<SystemFile>(descriptor, path));
}

Result<std::vector<std::string>> SystemDisk::list(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error) return failed("list", folder, error.value());
  std::ranges::sort(names);
  return names;
}

Result<void> SystemDisk::make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failed("make the folder", path, error.value());
  return {};
}

Result<void> SystemDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename to " + to, from);
  return {};
}

Result<void> SystemDisk::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failed("remove", path);
  return {};
}

Result<void> SystemDisk::sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", path);
  const int result = ::fsync(descriptor), number = errno;
  ::close(descriptor);
  if (result != 0) return failed("sync", path, number);
  return {};
}

Result<std::uint64_t> SystemDisk::free_bytes(const std::string& path) {
  struct statvfs status{};
  if (::statvfs(path.c_str(), &status) != 0) return failed("ask the free space of", path);
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

Result<void> SystemDisk::lock(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return failed("open", path);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    ::close(descriptor);
    if (number != EWOULDBLOCK) return failed("lock", path, number);
    return Error{ErrorKind::conflict, path + ": held by another process; stop it or choose another folder"};
  }
  locks_.push_back(descriptor);
  return {};
}

Result<std::string> read_file(Disk& disk, const std::string& path, std::size_t limit) {
  auto file = disk.open(path, OpenMode::read);
  if (!file) return file.error();
  const auto size = (*file)->size();
  if (!size) return size.error();
  // Read to the end all the same: a file may grow meanwhile, and one in /proc says it is empty.
  std::string content;
  for (std::size_t chunk = static_cast<std::size_t>(*size) + 1;; chunk = 64u << 10) {
    if (*size > limit || content.size() > limit) {
      return Error{ErrorKind::full,
                   path + ": cannot read: it holds more than the " + std::to_string(limit) + " octets allowed"};
    }
    const std::size_t done = content.size();
    content.resize(done + chunk);
    const auto got = (*file)->read(done, {reinterpret_cast<std::uint8_t*>(content.data()) + done, chunk});
    if (!got) return got.error();
    content.resize(done + *got);
    if (*got < chunk) break;
  }
  if (content.size() <= limit) return content;
  return Error{ErrorKind::full, path + ": cannot read: it grew beyond the octets allowed"};
}

Result<void> replace_file(Disk& disk, const std::string& path, Bytes content) {
  const std::string beside = path + ".new";
  if (auto left_over = disk.remove(beside); !left_over && left_over.error().kind != ErrorKind::missing) {
    return left_over;
  }
  auto file = disk.open(beside, OpenMode::create);
  if (!file) return file.error();
  Result<void> done = (*file)->append(content);
  if (done) done = (*file)->sync();
  if (done) done = disk.rename(beside, path);
  if (!done) {
    (void)disk.remove(beside);  // on a full disk it is the space that the next try needs
    return done;
  }
  const auto slash = path.rfind('/');
  return disk.sync_folder(slash == path.npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1)));
}

Result<void> replace_private_file(Disk& disk, const std::string& path, Bytes content) {
  const mode_t before = ::umask(0077);
  auto replaced = replace_file(disk, path, content);
  ::umask(before);
  return replaced;
}

}  // namespace langyan
