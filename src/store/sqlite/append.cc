// The writing side of SqliteEventStore.
#include <exception>

#include "store/incoming.h"
#include "store/sqlite/engine.h"

namespace langyan::store {
namespace {

constexpr std::size_t group_rows = 20'000;  // written in one transaction, some 300 ms
// What a batch may take of the disk, beside its text: rows, indices, and all of it in the WAL
// first.
constexpr std::uint64_t bytes_per_row = 1'024, text_copies = 3;
}  // namespace

Result<Accepted> SqliteEventStore::append(const Scope& scope, const Batch& batch) {
  if (auto checked = check(scope, batch); !checked) return checked.error();
  return queue_.append(batch, group_rows, [this](Group group) { write(group); });
}

// Below the floor nothing is written: SQLite itself, logs and state.db still have room to go on.
Result<void> SqliteEventStore::check_room(Group group) {
  std::uint64_t need = 0;
  for (const Request* request : group)
    for (const EventRow& row : request->batch->rows)
      need += row.json.size() * text_copies + bytes_per_row;
  const auto free = files_.free_bytes();
  if (!free) return free.error();
  if (*free >= options_.free_floor + need) return {};
  refused_full_ += group.size();
  return Error{ErrorKind::full,
               options_.folder + ": " + std::to_string(*free >> 20) + " MiB free, " +
                   std::to_string(options_.free_floor >> 20) +
                   " MiB are kept free; make room or keep events for a shorter time"};
}

// Nothing leaves here but through the answers.
void SqliteEventStore::write(Group group) {
  const std::lock_guard lock(write_mutex_);
  try {
    write_group(group);  // leaves in `group` what has no answer yet
  } catch (const std::exception&) {
    if (writer_) writer_->rollback();
    writer_.reset();
    AppendQueue::give_up(group, {ErrorKind::failed, "out of memory"});  // short enough to need none
  }
}

void SqliteEventStore::write_group(Group& group) {
  if (auto room = check_room(group); !room) return AppendQueue::give_up(group, room.error());
  while (!group.empty()) {
    const auto writer = writer_for(group.front()->batch->received);
    if (!writer) return AppendQueue::give_up(group, writer.error());
    Error failure;
    const std::size_t written = write_some(**writer, group, failure);
    if (written == 0) {
      writer_->rollback();
      if (writer_->damaged()) files_.report_damage(files_.newest(), failure.message);
      writer_.reset();
      return AppendQueue::give_up(group, failure);
    }
    group = group.subspan(written);
  }
}

Result<DayWriter*> SqliteEventStore::writer_for(Time received) {
  auto current = files_.newest();
  bool roll = !current || files_.must_roll(*current, received, 0);
  if (!roll && writer_) {
    const auto bytes = writer_->bytes();
    if (!bytes) return bytes.error();
    roll = files_.must_roll(*current, received, *bytes);
  }
  if (roll) {
    writer_.reset();
    const auto rolled = files_.roll(received);
    if (!rolled) return rolled.error();
    current = *rolled;
  }
  if (!writer_) {
    auto opened = DayWriter::open(current, options_.dedup_off);
    if (!opened) return opened.error();
    writer_ = opened.take();
  }
  return writer_.get();
}

// Writes the requests that go to this writer's file, in one transaction; 0: none could be, all of
// it is undone and `failure` says why.
std::size_t SqliteEventStore::write_some(DayWriter& writer, Group group, Error& failure) {
  const auto failed = [&](const Error& error) { return failure = error, std::size_t{0}; };
  if (auto begun = writer.begin(); !begun) return failed(begun.error());
  std::size_t written = 0;
  std::uint64_t stored = 0, skipped = 0;
  for (; written < group.size(); ++written) {
    Request& request = *group[written];
    if (files_.must_roll(writer.file(), request.batch->received, 0)) break;
    request.answer = writer.put(*request.batch);
    if (!request.answer) {
      if (request.answer.error().kind == ErrorKind::permission)
        continue;  // it alone; nothing was written of it
      return failed(request.answer.error());
    }
    stored += request.answer->stored, skipped += request.answer->skipped;
    if (request.batch->lane != Lane::state) continue;
    if (auto done = mark_states(writer, *request.batch, *request.answer); !done)
      return failed(done.error());
  }
  if (auto done = writer.commit(); !done) return failed(done.error());
  rows_stored_ += stored, rows_skipped_ += skipped, batches_ += written;
  commits_ += 1;
  return written;
}

// The rows that were new are the last ones of the batch. A mark in an older file is committed
// before this transaction is: after a crash between the two it is made again, which changes
// nothing.
Result<void> SqliteEventStore::mark_states(DayWriter& writer, const Batch& batch,
                                           const Accepted& accepted) {
  std::map<std::uint32_t, std::vector<Mark>> older;
  for (const EventRow& row : batch.rows.last(accepted.stored)) {
    const auto at = parse_position(row.alert_id);
    if (!at || !row.state) continue;
    if (at->serial != writer.file().name.serial) {
      older[at->serial].push_back({at->n, *row.state});
    } else if (const auto done = writer.mark(at->n, *row.state); !done) {
      return done.error();
    }
  }
  for (const auto& [serial, marks] : older) {
    const auto file = files_.find(serial);
    if (!file || file->suspect) continue;  // retention was faster
    if (auto done = mark_older(file, marks); !done) return done;
  }
  return {};
}

Result<void> SqliteEventStore::mark_older(const std::shared_ptr<DayFile>& file,
                                          std::span<const Mark> marks) {
  auto connection = Connection::open(file->path, Connection::Mode::write);
  if (!connection) return connection.error();
  auto done = [&]() -> Result<void> {
    auto transaction = Transaction::begin(**connection);
    if (!transaction) return transaction.error();
    for (const Mark& mark : marks)
      if (const auto marked = mark_state(**connection, mark.n, mark.state); !marked)
        return marked.error();
    return transaction->commit();
  }();
  if (done || !(*connection)->damaged()) return done;
  files_.report_damage(file, done.error().message);
  return {};
}

Result<Removed> SqliteEventStore::retain(Time now) {
  const std::lock_guard lock(retain_mutex_);
  return files_.retain(now);
}

StoreStatus SqliteEventStore::status() {
  StoreStatus status = files_.status();
  status.rows_stored = rows_stored_, status.rows_skipped = rows_skipped_;
  status.batches = batches_, status.refused_full = refused_full_;
  return status;
}

Result<std::unique_ptr<EventStore>> open_sqlite(Disk& disk, Clock& clock, SqliteOptions options) {
  auto store = std::make_unique<SqliteEventStore>(disk, clock, std::move(options));
  if (auto done = store->open(); !done) return done.error();
  return std::unique_ptr<EventStore>(std::move(store));
}

}  // namespace langyan::store
