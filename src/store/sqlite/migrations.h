// Migrations: a file's schema is the list of steps applied to it; PRAGMA user_version says how
// many.
//
// All missing steps and the new number are one transaction, so a crash leaves the old or the new
// schema. Steps are append-only: a released one never changes. A file with more steps than this
// program knows is refused (invalid). PRAGMA application_id says what kind of file it is; a file of
// another kind is refused, so no step is ever run on somebody else's database.
#pragma once

#include <cstdint>
#include <span>

#include "store/sqlite/connection.h"

namespace langyan::store {

struct FileKind {
  std::int32_t application_id;
  const char* name;                    // "day file", for errors
  std::span<const char* const> steps;  // SQL; step i makes version i + 1
};

// "LYev" and "LYst".
constexpr std::int32_t events_application = 0x4c596576, state_application = 0x4c597374;

Result<void> migrate(Connection& connection, const FileKind& kind);

}  // namespace langyan::store
