// MemoryDisk: a simulated disk for tests: what a crash would leave, a full disk, failing calls.
//
// It keeps two views: what a running system sees, and what would survive a power loss. A write goes
// to the first; sync() copies a file's sectors of 512 bytes and its size to the second; a folder's
// entries (created, renamed, removed) follow at sync_folder(). A crash keeps of what was not synced
// any choice of sectors, each whole, the old or the new size, and a beginning of the folder's
// changes in their order, as a journalling file system would. After a failed sync the sectors it
// covered count as clean and are lost, as on Linux.
//
// Any thread may call. Files opened keep working after remove() and rename(), as on Unix. Locks are
// held until unlock_all() or the disk is gone, and are not part of a crash image.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/random.h"

namespace langyan {

class MemoryDisk final : public Disk {
 public:
  enum class Op : std::uint8_t {
    open,
    read,
    append,
    write,
    truncate,
    sync,
    list,
    make_folder,
    rename,
    remove,
    sync_folder
  };
  static constexpr std::uint64_t for_good = std::numeric_limits<std::uint64_t>::max();

  MemoryDisk();
  ~MemoryDisk() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folder(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_folder(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;
  Result<void> lock(const std::string& path) override;

  // Faults. The next `times` calls of the kind fail, after `skip` more have gone well.
  void fail(Op op, ErrorKind kind, std::uint64_t times = 1, std::uint64_t skip = 0);
  void mend();  // no fault remains, the capacity neither
  // Bytes of all files together; an append that does not fit writes what does and fails as full.
  void limit_to(std::uint64_t bytes);
  // The process dies in its n-th changing call from here (0: the first): an append or write gets
  // half its bytes through, anything else nothing, and every later call fails.
  void die_after(std::uint64_t changes);
  bool dead() const;
  std::uint64_t changes() const;  // changing calls so far
  std::uint64_t syncs() const;
  void unlock_all();  // as when the process that held them ends

  // What a new process finds: after a kill, everything written; after a power loss, a choice among
  // what was not synced. choices() counts the independent yes-or-no ones; keep[i] says yes.
  std::unique_ptr<MemoryDisk> after_kill() const;
  std::size_t choices() const;
  std::unique_ptr<MemoryDisk> after_power_loss(const std::vector<bool>& keep) const;
  std::unique_ptr<MemoryDisk> after_power_loss(Random& random) const;

  // For tampering. put() makes the content durable at once.
  std::optional<std::string> content(const std::string& path) const;
  void put(const std::string& path, std::string content);

 private:
  struct Node;
  struct Change;
  class Handle;
  using Entries = std::map<std::string, std::shared_ptr<Node>>;

  std::optional<Error> refuse(Op op, const std::string& path, bool changes);
  Result<void> store(Node& node, const std::string& path, Op op, std::uint64_t offset, Bytes data);
  std::uint64_t used() const;
  void note(Change change);

  mutable std::mutex mutex_;
  Entries entries_, durable_entries_;
  std::vector<Change> folder_changes_;  // in order, not yet synced
  std::set<std::string> folders_, locks_;
  struct Fault {
    Op op;
    ErrorKind kind;
    std::uint64_t skip, times;
  };
  std::vector<Fault> faults_;
  std::uint64_t capacity_ = for_good, changes_ = 0, syncs_ = 0, dies_at_ = for_good;
  bool dead_ = false;
};

}  // namespace langyan
