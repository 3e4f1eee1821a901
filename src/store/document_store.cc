#include "store/document_store.h"

#include <simdjson.h>

#include <algorithm>
#include <mutex>
#include <new>

#include "store/sqlite/migrations.h"
#include "store/state_writer.h"

namespace langyan::store {
namespace {

constexpr std::size_t kind_bytes = 64, id_bytes = 1'024, by_bytes = 256;
constexpr std::size_t changes_at_once = 25'000;  // two for each alert of a bulk action, and some

const char* const steps[] = {
    R"sql(
CREATE TABLE documents(
  kind TEXT NOT NULL, id TEXT NOT NULL, organisation TEXT NOT NULL,
  version INTEGER NOT NULL, change INTEGER NOT NULL,
  created INTEGER NOT NULL, changed INTEGER NOT NULL, expires INTEGER,
  by TEXT NOT NULL, removed INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(kind, id));
CREATE UNIQUE INDEX documents_change ON documents(kind, change);
CREATE INDEX documents_expires ON documents(expires) WHERE expires IS NOT NULL;
CREATE TABLE history(
  kind TEXT NOT NULL, id TEXT NOT NULL, organisation TEXT NOT NULL,
  version INTEGER NOT NULL, change INTEGER NOT NULL,
  created INTEGER NOT NULL, changed INTEGER NOT NULL, expires INTEGER,
  by TEXT NOT NULL, removed INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(kind, id, version));
CREATE TABLE last(one INTEGER PRIMARY KEY CHECK(one = 1), change INTEGER NOT NULL);
INSERT INTO last VALUES(1, 0);
)sql",
    // Of audit_log.h. The triggers stop a mistake; who means it drops them, and the chain tells.
    R"sql(
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL,
  actor TEXT NOT NULL, via TEXT NOT NULL, role TEXT NOT NULL, organisation TEXT NOT NULL,
  action TEXT NOT NULL, object TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL,
  address TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TABLE audit_begun(
  number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,
  actor TEXT NOT NULL, via TEXT NOT NULL, role TEXT NOT NULL, organisation TEXT NOT NULL,
  action TEXT NOT NULL, object TEXT NOT NULL, address TEXT NOT NULL, detail TEXT NOT NULL);
)sql"};
constexpr FileKind state_file{state_application, "state file", steps};

// In the order of the tables, and of read_document().
const std::string columns =
    "kind, id, organisation, version, change, created, changed, expires, by, removed, body";
const std::string select = "SELECT " + columns + " FROM ";
// ?1 is the kind and ?2 the scope's root in every statement that lists.
const std::string documents_in_scope =
    select +
    "documents WHERE kind = ?1"
    " AND (?2 = '' OR organisation = ?2 OR substr(organisation, 1, length(?2) + 1) = ?2 || '/')";

Document read_document(const Statement& row) {
  Document document;
  document.kind = row.string(0), document.id = row.string(1), document.organisation = row.string(2);
  document.version = row.whole(3), document.change = row.whole(4);
  document.created = row.integer(5), document.changed = row.integer(6);
  if (!row.is_null(7)) document.expires = row.integer(7);
  document.by = row.string(8), document.removed = row.integer(9) != 0,
  document.body = row.string(10);
  return document;
}

Error missing(std::string_view kind, std::string_view id) {
  return {ErrorKind::missing, "there is no " + std::string(kind) + " \"" + std::string(id) + "\""};
}
Error invalid(const DocumentChange& change, std::string_view reason) {
  return {ErrorKind::invalid,
          change.kind + " \"" + change.id.substr(0, id_bytes) + "\": " + std::string(reason)};
}

}  // namespace

struct DocumentStore::Inside {
  Clock& clock;
  const std::shared_ptr<StateWriter> state;
  Connection* const writer;                  // of `state`
  const std::unique_ptr<Connection> reader;  // does not wait for a commit's fsync
  std::mutex reading;                        // the parser is the writer's
  simdjson::dom::parser parser{document_bytes};

  Result<void> check(const Scope& scope, const DocumentChange& change) {
    if (change.kind.empty() || change.kind.size() > kind_bytes || change.id.empty() ||
        change.id.size() > id_bytes)
      return invalid(change, "kind must have 1 to 64 bytes and id 1 to 1024");
    if (change.by.size() > by_bytes)
      return invalid(change, "the name of who changes it has more than 256 bytes");
    if (change.remove) return {};
    if (auto checked = check_organisation(change.organisation); !checked) return checked;
    if (!scope.covers(change.organisation))
      return Error{ErrorKind::permission,
                   "organisation \"" + change.organisation + "\" is outside the scope"};
    if (change.body.size() > document_bytes)
      return invalid(change, "the body is larger than 16 MiB");
    const auto code = parser.parse(change.body).error();
    if (code == simdjson::MEMALLOC) {
      parser = simdjson::dom::parser{document_bytes};  // this one would crash (simdjson 3.0)
      throw std::bad_alloc();
    }
    if (code) return invalid(change, "the body is not JSON");
    return {};
  }

  // The row whatever its scope; removed documents leave no row in `documents` to be found.
  Result<std::optional<Document>> find(Connection& connection, std::string_view kind,
                                       std::string_view id) {
    auto statement = connection.prepare(select +
                                        "documents WHERE kind = ? AND id = ? AND removed = 0"
                                        " AND (expires IS NULL OR expires > ?)");
    if (!statement) return statement.error();
    const auto row = statement->with(kind, id, clock.now()).step();
    if (!row) return row.error();
    return *row ? std::optional(read_document(*statement)) : std::nullopt;
  }

  Result<std::uint64_t> next_change() {
    auto update = writer->prepare("UPDATE last SET change = change + 1 RETURNING change");
    if (!update) return update.error();
    const auto row = update->step();
    if (!row) return row.error();
    return update->whole(0);
  }

  // A document that is made again after its removal goes on counting, so that a version is never
  // the name of two bodies.
  Result<std::uint64_t> last_version(std::string_view kind, std::string_view id) {
    auto newest = writer->prepare("SELECT version FROM documents WHERE kind = ? AND id = ?");
    if (!newest) return newest.error();
    const auto row = newest->with(kind, id).step();
    if (!row) return row.error();
    return *row ? newest->whole(0) : 0;
  }

  template <class... Values>
  Result<void> run(const std::string& sql, const Values&... values) {
    auto statement = writer->prepare(sql);
    if (!statement) return statement.error();
    return statement->with(values...).run();
  }

  Result<void> keep_history(const Document& document) {
    const auto done = run("INSERT INTO history " + select + "documents WHERE kind = ? AND id = ?",
                          document.kind, document.id);
    if (!done || document.version <= document_history) return done;
    return run("DELETE FROM history WHERE kind = ? AND id = ? AND version <= ?", document.kind,
               document.id, document.version - document_history);
  }
  Result<void> forget(const Document& document) {
    if (auto done =
            run("DELETE FROM history WHERE kind = ? AND id = ?", document.kind, document.id);
        !done)
      return done;
    if (!document.removed) return {};
    return run("DELETE FROM documents WHERE kind = ? AND id = ?", document.kind, document.id);
  }

  Result<void> write(const Document& document, bool keep) {
    auto insert = writer->prepare("INSERT OR REPLACE INTO documents(" + columns +
                                  ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) return insert.error();
    insert->with(document.kind, document.id, document.organisation, document.version,
                 document.change, document.created, document.changed,
                 document.expires ? Value(*document.expires) : Value(), document.by,
                 int{document.removed}, document.body);
    if (auto done = insert->run(); !done) return done;
    return keep ? keep_history(document) : forget(document);
  }

  Result<Document> apply(const Scope& scope, const DocumentChange& change) {
    const auto found = find(*writer, change.kind, change.id);
    if (!found) return found.error();
    // What lies outside the scope is not there; a new document of the same id would overwrite it.
    const bool hidden = *found && !scope.covers((*found)->organisation);
    if (hidden && (change.remove || change.expected.value_or(0) != 0))
      return missing(change.kind, change.id);
    if (hidden) return Error{ErrorKind::conflict, change.kind + " \"" + change.id + "\" is taken"};
    const std::uint64_t version = *found ? (*found)->version : 0;
    if (!*found && (change.remove || change.expected.value_or(0) != 0))
      return missing(change.kind, change.id);
    if (change.expected && *change.expected != version)
      return Error{ErrorKind::conflict, change.kind + " \"" + change.id + "\" is at version " +
                                            std::to_string(version) + ", not " +
                                            std::to_string(*change.expected) + "; read it again"};
    const auto last =
        *found ? Result<std::uint64_t>(version) : last_version(change.kind, change.id);
    if (!last) return last.error();
    const auto number = next_change();
    if (!number) return number.error();
    Document document{change.kind, change.id,     change.organisation, *last + 1,
                      *number,     clock.now(),   clock.now(),         change.expires,
                      change.by,   change.remove, change.body};
    if (*found) document.created = (*found)->created;
    if (change.remove)
      document.organisation = (*found)->organisation, document.body = "null", document.expires = {};
    if (auto done = write(document, change.keep_history); !done) return done.error();
    return document;
  }

  template <class... Values>
  Result<std::vector<Document>> rows(const std::string& sql, const Values&... values) {
    const std::lock_guard lock(reading);
    auto statement = reader->prepare(sql);
    if (!statement) return statement.error();
    statement->with(values...);
    std::vector<Document> documents;
    for (;;) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) return documents;
      documents.push_back(read_document(*statement));
    }
  }
};

DocumentStore::DocumentStore(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
DocumentStore::~DocumentStore() = default;

std::shared_ptr<StateWriter> DocumentStore::writer() {
  return inside_->state;
}

Result<std::unique_ptr<DocumentStore>> DocumentStore::open(Disk& disk, Clock& clock,
                                                           const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash != path.npos && slash > 0)
    if (auto done = disk.make_folder(path.substr(0, slash)); !done) return done.error();
  auto writer = Connection::open(path, Connection::Mode::create);
  if (!writer) return writer.error();
  // secure_delete: a removed secret is overwritten, not only unlinked from its page.
  if (auto done = (*writer)->execute("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON"); !done)
    return done.error();
  if (auto done = migrate(**writer, state_file); !done) return done.error();
  auto reader = Connection::open(path, Connection::Mode::read);
  if (!reader) return reader.error();
  const auto state = std::make_shared<StateWriter>();
  state->connection = writer.take();
  std::unique_ptr<Inside> inside(new Inside{clock, state, state->connection.get(), reader.take(), {}});
  return std::unique_ptr<DocumentStore>(new DocumentStore(std::move(inside)));
}

Result<std::vector<Document>> DocumentStore::transact(const Scope& scope,
                                                      std::span<const DocumentChange> changes) {
  const std::lock_guard lock(inside_->state->mutex);
  if (changes.size() > changes_at_once)
    return Error{ErrorKind::invalid,
                 "more than " + std::to_string(changes_at_once) + " changes in one transaction; split them"};
  for (const DocumentChange& change : changes)
    if (auto checked = inside_->check(scope, change); !checked) return checked.error();
  auto transaction = Transaction::begin(*inside_->writer);
  if (!transaction) return transaction.error();
  std::vector<Document> documents;
  for (const DocumentChange& change : changes) {
    auto applied = inside_->apply(scope, change);
    if (!applied) return applied.error();
    documents.push_back(applied.take());
  }
  if (auto done = transaction->commit(); !done) return done.error();
  return documents;
}

Result<Document> DocumentStore::put(const Scope& scope, DocumentChange change) {
  auto done = transact(scope, {&change, 1});
  if (!done) return done.error();
  return std::move(done->front());
}

Result<void> DocumentStore::remove(const Scope& scope, std::string_view kind, std::string_view id,
                                   std::optional<std::uint64_t> expected, std::string_view by) {
  DocumentChange change;
  change.kind = kind, change.id = id, change.by = by;
  change.expected = expected, change.remove = true, change.keep_history = !by.empty();
  const auto done = put(scope, std::move(change));
  if (!done) return done.error();
  return {};
}

Result<Document> DocumentStore::take(const Scope& scope, std::string_view kind,
                                     std::string_view id) {
  auto document = get(scope, kind, id);
  if (!document) return document;
  // Another caller between the two has changed the version: the document is then not there for us.
  if (auto done = remove(scope, kind, id, document->version); !done) return missing(kind, id);
  return document;
}

Result<Document> DocumentStore::get(const Scope& scope, std::string_view kind,
                                    std::string_view id) {
  const std::lock_guard lock(inside_->reading);
  auto found = inside_->find(*inside_->reader, kind, id);
  if (!found) return found.error();
  if (!*found || !scope.covers((*found)->organisation)) return missing(kind, id);
  return std::move(**found);
}

namespace {

// Takes the row too many off, which only says that there is another page.
DocumentPage paged(std::vector<Document> documents, std::size_t limit, auto cursor_of) {
  DocumentPage page{std::move(documents), {}};
  if (page.documents.size() <= limit) return page;
  page.documents.resize(limit);
  if (limit > 0) page.next = cursor_of(page.documents.back());
  return page;
}

}  // namespace

Result<DocumentPage> DocumentStore::list(const Scope& scope, std::string_view kind,
                                         std::string_view cursor, std::size_t limit,
                                         std::string_view prefix) {
  limit = std::min(limit, document_page);
  auto rows = inside_->rows(
      documents_in_scope +
          " AND id > ?3 AND id >= ?4 AND substr(id, 1, length(?4)) = ?4 AND removed = 0"
          " AND (expires IS NULL OR expires > ?5) ORDER BY id LIMIT ?6",
      kind, scope.root(), cursor, prefix, inside_->clock.now(), limit + 1);
  if (!rows) return rows.error();
  return paged(rows.take(), limit, [](const Document& last) { return last.id; });
}

Result<DocumentPage> DocumentStore::latest(const Scope& scope, std::string_view kind,
                                           std::string_view cursor, std::size_t limit) {
  limit = std::min(limit, document_page);
  std::uint64_t before = std::uint64_t{1} << 62;
  if (!cursor.empty()) {
    before = 0;
    for (char c : cursor) {
      if (c < '0' || c > '9' || before >> 58)
        return Error{ErrorKind::usage, "the cursor is not one of this list"};
      before = before * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  auto rows =
      inside_->rows(documents_in_scope +
                        " AND change < ?3 AND removed = 0 AND (expires IS NULL OR expires > ?4)"
                        " ORDER BY change DESC LIMIT ?5",
                    kind, scope.root(), before, inside_->clock.now(), limit + 1);
  if (!rows) return rows.error();
  return paged(rows.take(), limit,
               [](const Document& last) { return std::to_string(last.change); });
}

Result<std::vector<Document>> DocumentStore::history(const Scope& scope, std::string_view kind,
                                                     std::string_view id) {
  auto newest = inside_->rows(documents_in_scope + " AND id = ?3", kind, scope.root(), id);
  if (!newest) return newest;
  if (newest->empty()) return missing(kind, id);
  auto earlier =
      inside_->rows(select + "history WHERE kind = ? AND id = ? ORDER BY version", kind, id);
  if (!earlier) return earlier;
  return earlier->empty() ? newest : earlier;
}

Result<std::vector<Document>> DocumentStore::changes(const Scope& scope, std::string_view kind,
                                                     std::uint64_t change, std::size_t limit) {
  return inside_->rows(documents_in_scope + " AND change > ?3 ORDER BY change LIMIT ?4", kind,
                       scope.root(), change, std::min(limit, document_page));
}

Result<std::uint64_t> DocumentStore::last_change() {
  const std::lock_guard lock(inside_->reading);
  const auto number = inside_->reader->number("SELECT change FROM last");
  if (!number) return number.error();
  return static_cast<std::uint64_t>(*number);
}

Result<std::uint64_t> DocumentStore::expire(Time now) {
  const std::lock_guard lock(inside_->state->mutex);
  auto transaction = Transaction::begin(*inside_->writer);
  if (!transaction) return transaction.error();
  for (const char* sql : {"DELETE FROM history WHERE (kind, id) IN (SELECT kind, id FROM documents "
                          "WHERE expires <= ?)",
                          "DELETE FROM documents WHERE expires <= ?"}) {
    if (auto done = inside_->run(sql, now); !done) return done.error();
  }
  const auto removed = static_cast<std::uint64_t>(inside_->writer->changes());
  if (auto done = transaction->commit(); !done) return done.error();
  return removed;
}

}  // namespace langyan::store
