#include "store/audit_log.h"

#include <algorithm>
#include <charconv>
#include <mutex>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "store/document_store.h"
#include "store/state_writer.h"

namespace langyan::store {
namespace {

constexpr std::size_t head_bytes = 256;  // of the file
const std::string no_hash(2 * sha256_size, '0');  // before the first entry
const std::string columns =
    "number, time, actor, via, role, organisation, action, object, outcome, status, address, detail, hash";

AuditEntry read_entry(const Statement& row) {
  AuditEntry entry;
  entry.number = row.whole(0), entry.time = row.integer(1);
  entry.actor = row.string(2), entry.via = row.string(3), entry.role = row.string(4);
  entry.organisation = row.string(5), entry.action = row.string(6), entry.object = row.string(7);
  entry.outcome = row.string(8), entry.status = row.whole(9);
  entry.address = row.string(10), entry.detail = row.string(11), entry.hash = row.string(12);
  return entry;
}

// Each member with its length before it, so that no two entries have the same octets.
std::string hash_of(const std::string& before, const AuditEntry& entry) {
  Digest digest(DigestKind::sha256);
  const auto add = [&](std::string_view text) {
    digest.add(bytes_of(std::to_string(text.size()) + ":"));
    digest.add(bytes_of(text));
  };
  add(before);
  add(std::to_string(entry.number)), add(std::to_string(entry.time));
  for (const std::string* text : {&entry.actor, &entry.via, &entry.role, &entry.organisation,
                                  &entry.action, &entry.object, &entry.outcome})
    add(*text);
  add(std::to_string(entry.status)), add(entry.address), add(entry.detail);
  std::uint8_t octets[sha256_size];
  std::string text;
  append_hex(text, digest.finish(octets));
  return text;
}

// SQLite ends a text at a zero octet when it is changed to another type; none is kept.
void shorten(AuditEntry& entry) {
  for (std::string* text : {&entry.actor, &entry.via, &entry.role, &entry.organisation, &entry.action,
                            &entry.object, &entry.outcome, &entry.address, &entry.detail}) {
    std::ranges::replace(*text, '\0', ' ');
    if (text->size() <= audit_text) continue;
    std::size_t end = audit_text;
    while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xc0) == 0x80) --end;  // UTF-8
    text->resize(end);
  }
}

std::string missing_entries(std::uint64_t first, std::uint64_t last) {
  return first == last ? "entry " + std::to_string(first) + " is missing"
                       : "entries " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

}  // namespace

std::string text_of(const AuditHead& head) {
  return std::to_string(head.number) + ":" + head.hash;
}

std::optional<AuditHead> parse_audit_head(std::string_view text) {
  AuditHead head;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, head.number);
  if (error != std::errc() || at == end || *at != ':') return {};
  head.hash.assign(at + 1, end);
  if (head.hash.size() != no_hash.size() || head.hash.find_first_not_of("0123456789abcdef") != head.hash.npos)
    return {};
  return head;
}

struct AuditLog::Inside {
  Disk& disk;
  Clock& clock;
  const std::string head_path;
  const std::shared_ptr<StateWriter> state;
  Connection& writer;
  const std::unique_ptr<Connection> reader;
  std::mutex reading, queueing;   // taken in this order, the state writer's between them
  AuditHead last = {0, no_hash};  // as committed; under the state writer's
  std::list<Waiting> waiting;     // this and the next two under `queueing`
  std::size_t noted = 0;          // of them by note()
  std::uint64_t not_noted = 0;

  void wait(std::list<Waiting>& entry) noexcept {
    const std::lock_guard queue(queueing);
    waiting.splice(waiting.end(), entry);
  }

  Result<std::vector<AuditEntry>> rows(Connection& connection, const std::string& sql) {
    auto statement = connection.prepare(sql);
    if (!statement) return statement.error();
    std::vector<AuditEntry> found;
    for (;;) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) return found;
      found.push_back(read_entry(*statement));
    }
  }

  Result<void> insert(const AuditEntry& entry) {
    auto statement = writer.prepare("INSERT INTO audit(" + columns + ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!statement) return statement.error();
    return statement
        ->with(entry.number, entry.time, entry.actor, entry.via, entry.role, entry.organisation, entry.action,
               entry.object, entry.outcome, entry.status, entry.address, entry.detail, entry.hash)
        .run();
  }

  Result<std::uint64_t> insert_begun(const AuditEntry& entry) {
    auto statement = writer.prepare(
        "INSERT INTO audit_begun(time, actor, via, role, organisation, action, object, address, detail)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number");
    if (!statement) return statement.error();
    statement->with(entry.time, entry.actor, entry.via, entry.role, entry.organisation, entry.action, entry.object,
                    entry.address, entry.detail);
    const auto row = statement->step();
    if (!row) return row.error();
    const std::uint64_t number = statement->whole(0);
    if (auto done = statement->run(); !done) return done.error();
    return number;
  }

  Result<void> forget_begun(std::uint64_t begun) {
    auto statement = writer.prepare("DELETE FROM audit_begun WHERE number = ?");
    if (!statement) return statement.error();
    return statement->with(begun).run();
  }

  // Somebody who wrote into the table made numbers; ours come after them, or it would stop here.
  Result<std::uint64_t> next_number() {
    const auto largest = writer.number("SELECT max(number) FROM audit");
    if (!largest) return largest.error();
    return std::max(last.number, static_cast<std::uint64_t>(*largest)) + 1;
  }

  // All or none of them, in one transaction; the state writer is held.
  Result<void> commit(std::list<Waiting>& entries) {
    auto transaction = Transaction::begin(writer);
    if (!transaction) return transaction.error();
    AuditHead head = last;
    auto number = next_number();
    if (!number) return number.error();
    for (Waiting& each : entries) {
      shorten(each.entry);
      each.entry.number = (*number)++;
      each.entry.hash = hash_of(head.hash, each.entry);
      head = {each.entry.number, each.entry.hash};
      if (auto done = insert(each.entry); !done) return done;
      if (each.begun == 0) continue;
      if (auto done = forget_begun(each.begun); !done) return done;
    }
    if (auto done = transaction->commit(); !done) return done;
    std::swap(last, head);  // nothing here may fail any more
    return {};
  }

  // The chain may be ahead of the head's file, never behind it; so a failure here costs nothing.
  void write_head() noexcept {
    try {
      if (auto done = replace_file(disk, head_path, bytes_of(text_of(last) + "\n")); !done)
        logging::warn("The head of the audit log could not be written: " + done.error().message + ".");
    } catch (const std::bad_alloc&) {  // the next entry writes it
    }
  }

  // What was refused and found no room, as one entry; `queueing` is held.
  void tell_not_noted() {
    std::list<Waiting> lost(1);
    AuditEntry& entry = lost.front().entry;
    entry.time = clock.now(), entry.actor = "center", entry.action = "audit.dropped", entry.outcome = "refused";
    entry.detail = std::to_string(not_noted) + " refused requests more, not told singly";
    waiting.splice(waiting.end(), lost);
    not_noted = 0;
  }

  Result<void> flush() {
    const std::lock_guard lock(state->mutex);
    std::list<Waiting> entries;
    std::size_t of_notes = 0;
    {
      const std::lock_guard queue(queueing);
      if (not_noted > 0) tell_not_noted();
      entries.swap(waiting);
      of_notes = std::exchange(noted, 0);
    }
    if (entries.empty()) return {};
    const auto keep = [&]() noexcept {
      const std::lock_guard queue(queueing);
      waiting.splice(waiting.begin(), entries);
      noted += of_notes;
    };
    try {
      if (auto done = commit(entries); !done) return keep(), done;
    } catch (...) {
      keep();
      throw;
    }
    write_head();
    return {};
  }

  // What the head's file says against what the table has. Something to tell is told in the log itself, because
  // the next entry will make a head that fits.
  Result<void> resume() {
    auto newest = rows(writer, "SELECT " + columns + " FROM audit ORDER BY number DESC LIMIT 1");
    if (!newest) return newest.error();
    const bool empty = newest->empty();
    if (!empty) last = {newest->front().number, newest->front().hash};
    const auto text = read_file(disk, head_path, head_bytes);
    if (!text && text.error().kind != ErrorKind::missing) return text.error();
    const auto known = text ? parse_audit_head(std::string_view(*text).substr(0, text->find('\n'))) : std::nullopt;
    std::string fault;
    if (!known && (text || !empty)) fault = "the head's file is missing or damaged";
    if (known) {
      auto at = rows(writer, "SELECT " + columns + " FROM audit WHERE number = " + std::to_string(known->number));
      if (!at) return at.error();
      if (at->empty() || at->front().hash != known->hash)
        fault = "the head's file says " + text_of(*known) + ", the table ends with " + text_of(last);
      last.number = std::max(last.number, known->number);  // the hole in the numbers stays
    }
    auto begun = rows(writer, "SELECT number, time, actor, via, role, organisation, action, object, '', 0, address, "
                               "detail, '' FROM audit_begun ORDER BY number");
    if (!begun) return begun.error();
    for (AuditEntry& entry : *begun) {
      const std::uint64_t number = entry.number;
      entry.outcome = "unknown";
      waiting.push_back({number, std::move(entry)});
    }
    if (!fault.empty()) {
      logging::error("The audit log was changed from outside: " + fault + "; `langyan audit verify` says more.");
      AuditEntry& broken = waiting.emplace_back().entry;
      broken.time = clock.now(), broken.actor = "center", broken.action = std::string(audit_broken);
      broken.outcome = "failed", broken.detail = fault;
    }
    return flush();
  }
};

AuditLog::AuditLog(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
AuditLog::~AuditLog() = default;

AuditLog::Begun::~Begun() {
  if (entry_.empty()) return;
  entry_.front().entry.outcome = "unknown";  // short enough to need no memory
  inside_->wait(entry_);
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(Disk& disk, Clock& clock, DocumentStore& documents,
                                                 const std::string& head) {
  const std::shared_ptr<StateWriter> state = documents.writer();
  auto reader = Connection::open(state->connection->path(), Connection::Mode::read);
  if (!reader) return reader.error();
  std::shared_ptr<Inside> inside(
      new Inside{disk, clock, head, state, *state->connection, reader.take(), {}, {}, {0, no_hash}, {}, 0, 0});
  if (auto done = inside->resume(); !done) return within("the audit log", done.error());
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(inside)));
}

Result<AuditLog::Begun> AuditLog::begin(const AuditEntry& entry) {
  std::list<Waiting> made(1);
  made.front().entry = entry;
  shorten(made.front().entry);
  const std::lock_guard lock(inside_->state->mutex);
  auto transaction = Transaction::begin(inside_->writer);
  if (!transaction) return transaction.error();
  const auto number = inside_->insert_begun(made.front().entry);
  if (!number) return number.error();
  if (auto done = transaction->commit(); !done) return done.error();
  made.front().begun = *number;
  Begun begun;
  begun.inside_ = inside_;
  begun.entry_.swap(made);
  return begun;
}

Result<void> AuditLog::finish(Begun begun, AuditEntry entry) {
  begun.entry_.front().entry = std::move(entry);
  inside_->wait(begun.entry_);
  return inside_->flush();
}

Result<void> AuditLog::add(AuditEntry entry) {
  std::list<Waiting> made(1);
  made.front().entry = std::move(entry);
  inside_->wait(made);
  return inside_->flush();
}

void AuditLog::note(AuditEntry entry) {
  const std::lock_guard queue(inside_->queueing);
  if (inside_->noted == audit_noted) {
    ++inside_->not_noted;
    return;
  }
  inside_->waiting.emplace_back().entry = std::move(entry);
  ++inside_->noted;
}

Result<void> AuditLog::flush() {
  return inside_->flush();
}

Result<AuditPage> AuditLog::list(const Scope& scope, const AuditQuestion& question) {
  constexpr std::string_view below =
      "(?_ = '' OR organisation = ?_ OR substr(organisation, 1, length(?_) + 1) = ?_ || '/')";
  std::string sql = "SELECT " + columns + " FROM audit WHERE number < ?3";
  for (const char number : {'1', '2'}) {
    std::string condition(below);
    std::ranges::replace(condition, '_', number);
    sql += " AND " + condition;
  }
  constexpr const char* conditions[] = {"time >= ?4",     "time < ?5",       "(?6 = '' OR actor = ?6)",
                                        "(?7 = '' OR action = ?7)",  "(?8 = '' OR object = ?8)",
                                        "(?9 = '' OR outcome = ?9)", "(?10 = '' OR address = ?10)"};
  for (const char* condition : conditions) sql.append(" AND ").append(condition);
  sql += " ORDER BY number DESC LIMIT ?11";
  const std::size_t limit = std::min(question.limit, audit_page);
  const std::lock_guard lock(inside_->reading);
  auto statement = inside_->reader->prepare(sql);
  if (!statement) return statement.error();
  statement->with(scope.root(), question.organisation,
                  question.before == 0 ? std::uint64_t{INT64_MAX} : std::min<std::uint64_t>(question.before, INT64_MAX),
                  question.from.value_or(INT64_MIN), question.to.value_or(INT64_MAX), question.actor, question.action,
                  question.object, question.outcome, question.address, limit + 1);
  AuditPage page;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return page;
    page.more = page.entries.size() == limit;
    if (!page.more) page.entries.push_back(read_entry(*statement));
  }
}

Result<AuditCheck> AuditLog::verify(const std::optional<AuditHead>& known) {
  (void)inside_->flush();  // what cannot be written is not looked for either
  const std::lock_guard reading(inside_->reading);
  auto statement = inside_->reader->prepare("SELECT " + columns + " FROM audit ORDER BY number");
  if (!statement) return statement.error();
  AuditCheck check;
  const auto fault = [&](std::uint64_t number, std::string what) {
    ++check.fault_count;
    if (check.faults.size() < audit_faults) check.faults.push_back({number, std::move(what)});
  };
  bool known_found = !known || (known->number == 0 && known->hash == no_hash);
  std::string before = no_hash;
  std::uint64_t number = 0;
  // Held until the snapshot is begun, so the table must end exactly where this program left it.
  std::unique_lock writing(inside_->state->mutex);
  check.head = inside_->last;
  for (;;) {
    const auto row = statement->step();
    if (writing.owns_lock()) writing.unlock();
    if (!row) return row.error();
    if (!*row) break;
    const AuditEntry entry = read_entry(*statement);
    if (entry.number != number + 1) fault(number + 1, missing_entries(number + 1, entry.number - 1));
    else if (entry.hash != hash_of(before, entry)) fault(entry.number, "this entry, or its place, was changed");
    if (entry.action == audit_broken) fault(entry.number, "a start of the center found: " + entry.detail);
    if (known && entry.number == known->number && entry.hash == known->hash) known_found = true;
    number = entry.number, before = entry.hash;
    ++check.entries;
  }
  if (number < check.head.number) fault(number + 1, "cut off: " + missing_entries(number + 1, check.head.number));
  else if (number > check.head.number || before != check.head.hash)
    fault(number, "the log does not end with what was written last, " + text_of(check.head));
  if (!known_found) fault(known->number, "the given head " + text_of(*known) + " is not part of the log");
  return check;
}

}  // namespace langyan::store
