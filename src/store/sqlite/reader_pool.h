// ReaderPool: connections to read day files with, kept open between questions.
//
// A Reader is one connection inside one read transaction: it sees the file as it was at its start
// and neither waits for the writer nor holds it up. Any thread may borrow; a Reader is used by the
// thread that borrowed it.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"

namespace langyan::store {

class ReaderPool;

class Reader {
 public:
  Reader(ReaderPool& pool, std::shared_ptr<DayFile> file, std::unique_ptr<Connection> connection)
      : pool_(&pool), file_(std::move(file)), connection_(std::move(connection)) {}
  Reader(Reader&&) noexcept = default;
  Reader& operator=(Reader&&) = delete;
  ~Reader();  // statements must be gone by then

  Connection& connection() { return *connection_; }
  const DayFile& file() const { return *file_; }
  const std::shared_ptr<DayFile>& shared_file() const { return file_; }

 private:
  ReaderPool* pool_;  // owner outlives every Reader
  std::shared_ptr<DayFile> file_;
  std::unique_ptr<Connection> connection_;
};

class ReaderPool {
 public:
  explicit ReaderPool(Clock& clock) : clock_(clock) {}

  // Ends by itself at `until` (Clock::monotonic), with an Error that names `allowed`.
  Result<Reader> borrow(const std::shared_ptr<DayFile>& file, Time until, Duration allowed);
  void forget(const DayFile& file);  // closes what is idle

 private:
  friend class Reader;
  struct Idle {
    std::shared_ptr<DayFile> file;
    std::unique_ptr<Connection> connection;
  };
  void give_back(std::shared_ptr<DayFile> file, std::unique_ptr<Connection> connection);

  Clock& clock_;
  std::mutex mutex_;
  std::list<Idle> idle_;  // last used first
};

}  // namespace langyan::store
