// Disk: the door to files that must survive a crash (spool, ledger, learned habits). A test replaces
// it to lose unsynced writes, tear sectors, fill up or fail; nothing durable calls open(2) itself.
//
// A File is used by one thread at a time. Paths are as the operating system takes them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace langyan {

class File {
 public:
  virtual ~File() = default;
  virtual Result<void> append(Bytes data) = 0;                    // all of it, or an error
  virtual Result<void> write(std::uint64_t offset, Bytes data) = 0;  // in place; OpenMode::update only
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) = 0;
  virtual Result<std::uint64_t> size() = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
  virtual Result<void> sync() = 0;                                // fdatasync
};

// create: append to a file that must not exist yet; update: write in place, created when missing.
enum class OpenMode : std::uint8_t { read, append, create, update };

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;  // names, sorted
  virtual Result<void> make_folder(const std::string& path) = 0;  // with parents; existing is fine
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync_folder(const std::string& path) = 0;  // makes create/rename durable
  virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
  virtual Result<void> lock(const std::string& path) = 0;         // held until this Disk is gone
};

class SystemDisk final : public Disk {
 public:
  ~SystemDisk() override;
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folder(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;
  Result<void> lock(const std::string& path) override;

 private:
  std::vector<int> locks_;
};

// ErrorKind::full when the file holds more than `limit` octets.
Result<std::string> read_file(Disk& disk, const std::string& path, std::size_t limit = SIZE_MAX);
// Replaces the file so that a crash leaves the old or the new content, never a mixture:
// write beside it, sync, rename, sync the folder.
Result<void> replace_file(Disk& disk, const std::string& path, Bytes content);
// The same of a secret: never readable by others, not for a moment. It changes the process's umask
// meanwhile, so what another thread creates at that time is private too.
Result<void> replace_private_file(Disk& disk, const std::string& path, Bytes content);

}  // namespace langyan
