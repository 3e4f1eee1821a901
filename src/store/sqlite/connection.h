// Connection and Statement: SQLite with Results in place of codes.
//
// A connection is used by one thread at a time (it is opened without SQLite's own mutex). A
// statement belongs to its connection and must go before it. Bound texts and blobs are not copied:
// they must live until the next reset().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "store/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace langyan::store {

class Connection;

class Statement {
 public:
  Statement() = default;
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  // Parameters count from 1.
  void bind(int at, std::int64_t value);
  void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, int value) { bind(at, std::int64_t{value}); }
  void bind(int at, double value);
  void bind(int at, std::string_view text);
  void bind(int at, const char* text) { bind(at, std::string_view(text)); }
  void bind(int at, const std::string& text) { bind(at, std::string_view(text)); }
  void bind(int at, Bytes blob);
  void bind(int at, const Value& value);
  void bind_null(int at);
  template <class... Values>
  Statement& with(const Values&... values) {
    int at = 0;
    (bind(++at, values), ...);
    return *this;
  }

  Result<bool> step();  // true: a row; false: done, and reset
  Result<void> run();   // step() to the end, and reset
  void reset();         // ends a read; parameters stay

  // Columns count from 0; texts and blobs live until the next step() or reset().
  std::int64_t integer(int column) const;
  std::uint64_t whole(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  double real(int column) const;
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  Bytes blob(int column) const;
  bool is_null(int column) const;
  Value value(int column) const;

 private:
  friend class Connection;
  Statement(Connection* connection, sqlite3_stmt* handle)
      : connection_(connection), handle_(handle) {}
  Connection* connection_ = nullptr;  // owner
  sqlite3_stmt* handle_ = nullptr;
};

class Connection {
 public:
  enum class Mode : std::uint8_t { read, write, create };

  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> execute(const char* sql);  // any number of statements, rows are not wanted
  Result<Statement> prepare(std::string_view sql);
  Result<std::int64_t> number(
      std::string_view sql);  // first column of the first row; 0: NULL, none
  // What the file holds now, as a file of its own at `path` that must not exist; durable. Writers
  // of this file go on meanwhile; what they commit later is not in the copy.
  Result<void> copy_to(const std::string& path);
  std::int64_t changes() const;
  bool in_transaction() const;
  // Ends a transaction, if there is one. Needs no memory of its own; false when SQLite lacks some,
  // and the transaction stays until the next try or the connection's end.
  bool roll_back() noexcept;

  // A statement that still runs when clock.monotonic() reaches `until` ends with an Error (full).
  void end_at(Clock& clock, Time until, Duration allowed);
  void end_never();

  // The last failure was damage of the file (SQLITE_CORRUPT, SQLITE_NOTADB), not of the machine.
  bool damaged() const { return damaged_; }
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  explicit Connection(std::string path) : path_(std::move(path)) {}
  Error failure(int code);
  static int progress(void* self);

  std::string path_;
  sqlite3* handle_ = nullptr;
  Clock* clock_ = nullptr;
  Time until_ = 0;
  Duration allowed_ = 0;
  bool damaged_ = false;
};

// BEGIN IMMEDIATE now, ROLLBACK when it goes unless commit() was reached.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  ~Transaction();
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Result<void> commit();

 private:
  explicit Transaction(Connection* connection) : connection_(connection) {}
  Connection* connection_;  // null: over
};

}  // namespace langyan::store
