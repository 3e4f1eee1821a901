#include "store/sqlite/connection.h"

#include <sqlite3.h>

#include <cerrno>
#include <new>
#include <utility>

#include "store/question.h"

namespace langyan::store {
namespace {

constexpr int progress_steps = 4'000;  // virtual machine steps between looks at the clock, ~50 us
constexpr int busy_wait_ms = 10'000;   // two writers of one file meet only at state marks

struct KindRow {
  int code;
  ErrorKind kind;
};
constexpr KindRow kinds[] = {
    {SQLITE_FULL, ErrorKind::full},      {SQLITE_IOERR, ErrorKind::io},
    {SQLITE_CANTOPEN, ErrorKind::io},    {SQLITE_CORRUPT, ErrorKind::invalid},
    {SQLITE_NOTADB, ErrorKind::invalid}, {SQLITE_PERM, ErrorKind::io},
    {SQLITE_READONLY, ErrorKind::io},    {SQLITE_BUSY, ErrorKind::conflict},
    {SQLITE_TOOBIG, ErrorKind::invalid},
};

// Without descriptors nothing is known of the file: that is no fault of its own.
ErrorKind kind_of(int code, int system_error) {
  const bool no_descriptor = system_error == EMFILE || system_error == ENFILE;
  if ((code & 0xff) == SQLITE_CANTOPEN && no_descriptor) return ErrorKind::full;
  for (const KindRow& row : kinds)
    if (row.code == (code & 0xff)) return row.kind;
  return ErrorKind::failed;
}

}  // namespace

Statement::~Statement() {
  sqlite3_finalize(handle_);
}
Statement::Statement(Statement&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      handle_(std::exchange(other.handle_, nullptr)) {}
Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(connection_, other.connection_);
  std::swap(handle_, other.handle_);
  return *this;
}

void Statement::bind(int at, std::int64_t value) {
  sqlite3_bind_int64(handle_, at, value);
}
void Statement::bind(int at, double value) {
  sqlite3_bind_double(handle_, at, value);
}
void Statement::bind(int at, std::string_view text) {
  // A null pointer would bind NULL; an empty text is a text.
  sqlite3_bind_text64(handle_, at, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}
void Statement::bind(int at, Bytes blob) {
  sqlite3_bind_blob64(handle_, at,
                      blob.data() ? blob.data() : reinterpret_cast<const std::uint8_t*>(""),
                      blob.size(), SQLITE_STATIC);
}
void Statement::bind_null(int at) {
  sqlite3_bind_null(handle_, at);
}
void Statement::bind(int at, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: return bind_null(at);
    case Value::Kind::integer: return bind(at, value.number);
    case Value::Kind::real: return bind(at, value.real);
    case Value::Kind::text: return bind(at, std::string_view(value.octets));
    case Value::Kind::blob: return bind(at, bytes_of(value.octets));
  }
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  const auto result =
      code == SQLITE_DONE ? Result<bool>(false) : Result<bool>(connection_->failure(code));
  sqlite3_reset(handle_);
  return result;
}

Result<void> Statement::run() {
  for (;;) {
    const auto row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}
std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (!text) {
    // SQLite copies a text to end it with a zero; without memory for that the answer is no empty
    // one.
    if (sqlite3_errcode(sqlite3_db_handle(handle_)) == SQLITE_NOMEM) throw std::bad_alloc();
    return {};
  }
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}
Bytes Statement::blob(int column) const {
  const auto* blob = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  if (!blob) return {};
  return {blob, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}
Value Statement::value(int column) const {
  switch (sqlite3_column_type(handle_, column)) {
    case SQLITE_INTEGER: return integer(column);
    case SQLITE_FLOAT: return real(column);
    case SQLITE_TEXT: return string(column);
    case SQLITE_BLOB: return Value::blob(text_of(blob(column)));
    default: return {};
  }
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  std::unique_ptr<Connection> made(new Connection(path));
  // A reader opens for writing too, because a WAL file needs its shared memory; query_only holds
  // it.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  if (const int code = sqlite3_open_v2(path.c_str(), &made->handle_, flags, nullptr))
    return made->failure(code);
  sqlite3_busy_timeout(made->handle_, busy_wait_ms);
  // Files come from this folder only, but a damaged schema must not be able to run anything.
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(made->handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  const char* settings =
      mode == Mode::read ? "PRAGMA query_only=1; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY"
                         : "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY";
  if (auto done = made->execute(settings); !done) {
    if (!made->damaged_) return done.error();
  }
  return made;
}

Connection::~Connection() {
  sqlite3_close_v2(handle_);
}

// A lack of memory is no answer about the file or the question, so it is none.
Error Connection::failure(int code) {
  if (code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM) throw std::bad_alloc();
  damaged_ = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
  if (code == SQLITE_INTERRUPT)
    return took_too_long(allowed_);
  const std::string detail = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  return {kind_of(code, handle_ ? sqlite3_system_errno(handle_) : 0),
          path_ + ": " + detail + " (SQLite " + std::to_string(code) + ")"};
}

Result<void> Connection::execute(const char* sql) {
  if (const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)) return failure(code);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), 0, &handle, nullptr);
  if (code) return failure(code);
  return Statement(this, handle);
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

Result<void> Connection::copy_to(const std::string& path) {
  auto to = open(path, Mode::create);
  if (!to) return to.error();
  sqlite3_backup* copying = sqlite3_backup_init((*to)->handle_, "main", handle_, "main");
  if (!copying) return (*to)->failure(sqlite3_extended_errcode((*to)->handle_));
  // All pages in one step are one snapshot: in several, each commit of a writer would begin it anew.
  const int code = sqlite3_backup_step(copying, -1);
  const int ended = sqlite3_backup_finish(copying);
  if (code != SQLITE_DONE) return ended == SQLITE_OK ? failure(code) : (*to)->failure(ended);
  return {};
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(handle_);
}
bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

bool Connection::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  return !in_transaction();
}

void Connection::end_at(Clock& clock, Time until, Duration allowed) {
  clock_ = &clock, until_ = until, allowed_ = allowed;
  sqlite3_progress_handler(handle_, progress_steps, &Connection::progress, this);
}
void Connection::end_never() {
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
}

int Connection::progress(void* self) {
  const auto& connection = *static_cast<Connection*>(self);
  return connection.clock_->monotonic() >= connection.until_;
}

Result<Transaction> Transaction::begin(Connection& connection) {
  (void)connection.roll_back();  // one whose own end lacked memory
  if (auto done = connection.execute("BEGIN IMMEDIATE"); !done) return done.error();
  return Transaction(&connection);
}
Transaction::~Transaction() {
  if (connection_) (void)connection_->roll_back();
}
Result<void> Transaction::commit() {
  auto done = connection_->execute("COMMIT");
  if (done) connection_ = nullptr;
  return done;
}

}  // namespace langyan::store
