#include "store/sqlite/reader_pool.h"

#include <algorithm>
#include <new>

namespace langyan::store {
namespace {

constexpr std::size_t idle_connections = 32;  // three descriptors and up to 2 MB each

}  // namespace

Reader::~Reader() {
  if (connection_) pool_->give_back(std::move(file_), std::move(connection_));
}

Result<Reader> ReaderPool::borrow(const std::shared_ptr<DayFile>& file, Time until,
                                  Duration allowed) {
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(idle_, file, &Idle::file);
    if (found != idle_.end()) {
      connection = std::move(found->connection);
      idle_.erase(found);
    }
  }
  if (!connection) {
    auto opened = Connection::open(file->path, Connection::Mode::read);
    if (!opened) return opened.error();
    connection = opened.take();
  }
  connection->end_at(clock_, until, allowed);
  // The SELECT takes the snapshot; BEGIN alone would leave it to the first question.
  if (auto begun = connection->execute("BEGIN; SELECT one FROM file"); !begun) {
    if (connection->damaged()) file->suspect = true;
    return begun.error();
  }
  return Reader(*this, file, std::move(connection));
}

void ReaderPool::give_back(std::shared_ptr<DayFile> file, std::unique_ptr<Connection> connection) {
  connection->end_never();
  if (!connection->roll_back() || file->gone || file->suspect) return;
  std::list<Idle> spare;  // closed after the lock is free
  try {
    spare.push_front({std::move(file), std::move(connection)});
  } catch (const std::bad_alloc&) {
    return;  // closed now; the next question opens another
  }
  const std::lock_guard lock(mutex_);
  idle_.splice(idle_.begin(), spare);
  if (idle_.size() > idle_connections) spare.splice(spare.begin(), idle_, std::prev(idle_.end()));
}

void ReaderPool::forget(const DayFile& file) {
  std::list<Idle> spare;
  const std::lock_guard lock(mutex_);
  for (auto at = idle_.begin(); at != idle_.end();) {
    const auto next = std::next(at);
    if (at->file.get() == &file) spare.splice(spare.begin(), idle_, at);
    at = next;
  }
}

}  // namespace langyan::store
