#include "store/sqlite/migrations.h"

namespace langyan::store {
namespace {

Error refusal(const Connection& connection, const std::string& reason) {
  return {ErrorKind::invalid, connection.path() + ": " + reason};
}

}  // namespace

Result<void> migrate(Connection& connection, const FileKind& kind) {
  auto begun = Transaction::begin(connection);
  if (!begun) return begun.error();
  const auto version = connection.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto application = connection.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool fresh = *version == 0 && *application == 0 && *tables == 0;
  if (!fresh && *application != kind.application_id)
    return refusal(connection,
                   std::string("not a ") + kind.name + " of this program; move it away");
  const auto known = static_cast<std::int64_t>(kind.steps.size());
  if (*version > known)
    return refusal(connection, std::string("this ") + kind.name + " has schema " +
                                   std::to_string(*version) + ", this program knows up to " +
                                   std::to_string(known) + "; start the newer program");
  if (*version == known) return {};
  for (std::int64_t step = *version; step < known; ++step)
    if (auto done = connection.execute(kind.steps[static_cast<std::size_t>(step)]); !done)
      return done;
  const std::string stamp = "PRAGMA application_id=" + std::to_string(kind.application_id) +
                            "; PRAGMA user_version=" + std::to_string(known);
  if (auto done = connection.execute(stamp.c_str()); !done) return done;
  return begun->commit();
}

}  // namespace langyan::store
