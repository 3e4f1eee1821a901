// DayFiles: the folder of day files, newest first: opened, followed by new ones, put aside when
// damaged, removed when old.
//
// snapshot() may be called by any thread and is a copy: a file in it may be removed meanwhile, its
// open connections stay readable. open(), roll() and put_aside() of the newest file are called
// under the engine's write lock; retain() touches only files that are no longer written, one call
// at a time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/gone.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::store {

// shared_ptr: a question may still read a file that retention has taken out of the set.
using FileList = std::vector<std::shared_ptr<DayFile>>;

class DayFiles {
 public:
  DayFiles(Disk& disk, Clock& clock, const SqliteOptions& options)
      : disk_(disk), clock_(clock), options_(options), pool_(clock) {}

  Result<void> open();
  FileList snapshot() const;
  std::shared_ptr<DayFile> newest() const;  // null: no file yet
  std::shared_ptr<DayFile> find(std::uint32_t serial) const;
  ReaderPool& pool() { return pool_; }

  // Whether a batch received then must go to another file than `current`.
  bool must_roll(const DayFile& current, Time received, std::uint64_t current_bytes) const;
  // Makes the file for that time; the newest one is closed for writing by the caller before.
  Result<std::shared_ptr<DayFile>> roll(Time received);

  void report_damage(const std::shared_ptr<DayFile>& file,
                     const std::string& reason);  // any thread
  Result<void> put_aside(const std::shared_ptr<DayFile>& file);
  Result<Removed> retain(Time now);

  Result<std::uint64_t> free_bytes() { return disk_.free_bytes(options_.folder); }
  StoreStatus status();
  const Gone& gone() const { return gone_; }

 private:
  Result<void> tidy();
  Result<void> load_one(const std::string& name);
  Result<bool> copy_from(const std::string& path, Connection& to, bool uncertain);
  Result<void> fill(Connection& connection, DayFile& made, Time now);
  Result<std::uint64_t> remove(const std::shared_ptr<DayFile>& file, std::string_view reason);
  Result<std::uint64_t> purge(const std::shared_ptr<DayFile>& file, EventClass event_class);
  Result<void> purge_old(const std::shared_ptr<DayFile>& file, Duration age, Removed& removed);

  Disk& disk_;
  Clock& clock_;
  const SqliteOptions& options_;  // the engine's
  ReaderPool pool_;
  Gone gone_;
  mutable std::mutex mutex_;       // of files_
  FileList files_;                 // greatest serial first
  std::uint32_t last_serial_ = 0;  // of all names ever seen, quarantined ones too
  bool restored_ = false;  // from a backup, and no file was begun since
  std::string salvage_;  // a file put aside that was the newest: its watermarks are wanted
};

}  // namespace langyan::store
