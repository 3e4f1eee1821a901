// Groups of alerts: added up row by row along the indices of alerts, each file by the numbers its
// names have there.
#include <unordered_map>

#include "base/hash.h"
#include "store/alert_groups.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/place.h"

namespace langyan::store {
namespace {

struct FileKey {
  std::int64_t organisation = 0, sid = no_sid;
  Value src, dst;
  bool operator==(const FileKey&) const = default;

  static constexpr std::int64_t no_sid = -1;
};
struct FileKeyHash {
  static std::uint64_t of(const Value& value) {
    return value.octets.empty() ? static_cast<std::uint64_t>(value.number) : hash(bytes_of(value.octets), 0);
  }
  std::size_t operator()(const FileKey& key) const {
    std::uint64_t state = combine(static_cast<std::uint64_t>(key.organisation), static_cast<std::uint64_t>(key.sid));
    return combine(combine(state, of(key.src)), of(key.dst));
  }
};
using FileGroups = std::unordered_map<FileKey, Gathered, FileKeyHash>;

std::string address_text(const Value& value) {
  return value.kind == Value::Kind::null ? std::string() : to_string(address_of(value));
}

Result<void> add_branch(Reader& reader, const FilePlan& made, const Branch& branch,
                        std::optional<std::int64_t> last, FileGroups& into) {
  Sql sql;
  sql.add("SELECT time, n, organisation, sid, src, dst, severity, state FROM events ");
  if (!branch.index.empty()) sql.add("INDEXED BY ").add(branch.index);
  sql.add(" WHERE ").add(made.time_and(branch));
  if (last) sql.add(" AND n <= ?", *last);
  auto row = sql.prepare(reader.connection());
  if (!row) return row.error();
  const std::uint64_t serial = reader.file().name.serial;
  for (;;) {
    const auto more = row->step();
    if (!more) return more.error();
    if (!*more) return {};
    Gathered one;
    one.count = 1, one.first = row->integer(0);
    one.newest = {one.first, {serial, row->whole(1)}};
    one.severity = static_cast<std::uint8_t>(row->integer(6));
    one.states[row->whole(7) % alert_states] = 1;
    into[{row->integer(2), row->is_null(3) ? FileKey::no_sid : row->integer(3), row->value(4), row->value(5)}].add(one);
    if (into.size() > most_groups)
      return Error{ErrorKind::full, "more than " + std::to_string(most_groups) + " groups of alerts"};
  }
}

Result<void> add_named(Reader& reader, const FileGroups& groups, GatheredGroups& into) {
  std::unordered_map<std::int64_t, std::string> names;
  auto find = reader.connection().prepare("SELECT name FROM names WHERE id = ?");
  if (!find) return find.error();
  for (const auto& [key, gathered] : groups) {
    const auto [name, is_new] = names.try_emplace(key.organisation);
    if (is_new) {
      const auto row = find->with(key.organisation).step();
      if (!row) return row.error();
      if (*row) name->second = find->string(0);
      find->reset();
    }
    const auto sid = key.sid == FileKey::no_sid ? std::nullopt : std::optional(static_cast<std::uint64_t>(key.sid));
    into[{name->second, sid, address_text(key.src), address_text(key.dst)}].add(gathered);
  }
  return {};
}

}  // namespace

Result<AlertGroups> SqliteEventStore::alert_groups(const Scope& scope, const Filter& wanted,
                                                   std::string_view cursor, std::size_t limit) {
  Filter filter = wanted;
  filter.classes = {EventClass::alert};
  if (auto checked = check(filter); !checked) return checked.error();
  GroupCursor place;
  if (!cursor.empty()) {
    const auto parsed = parse_group_cursor(cursor);
    if (!parsed) return bad_cursor(cursor);
    place = *parsed;
  } else if (const auto file = files_.newest()) {
    place.as_of = {file->name.serial, static_cast<std::uint64_t>(file->last_n.load())};
  }
  FileList files = files_.snapshot();
  std::erase_if(files, [&](const auto& file) {
    return !file->may_hold(filter.from, filter.to) || file->name.serial > place.as_of.part;
  });
  GroupSource source;
  Time oldest = INT64_MAX;
  for (const auto& file : files) {
    oldest = std::min(oldest, file->first_event.load());
    source.to = std::max(source.to, file->last_event + 1);
  }
  source.from = std::max(filter.from.value_or(0), files.empty() ? 0 : oldest);
  if (filter.to) source.to = std::min(source.to, *filter.to);
  bool complete = true;
  source.gather = [&](Time from, Time to, Time until, GatheredGroups& into) -> Result<void> {
    Filter window = filter;
    window.from = from, window.to = to;
    for (const auto& file : files) {
      if (!file->may_hold(window.from, window.to)) continue;
      const auto done = ask(file, until, complete, [&](Reader& reader) -> Result<void> {
        const auto made = plan(reader.connection(), *file, scope, window);
        if (!made) return made.error();
        std::optional<std::int64_t> last;  // to be counted of the file
        if (file->name.serial == place.as_of.part) last = static_cast<std::int64_t>(place.as_of.n);
        FileGroups groups;
        if (!made->nothing)
          for (const Branch& branch : made->branches)
            if (auto added = add_branch(reader, *made, branch, last, groups); !added) return added;
        return add_named(reader, groups, into);
      });
      if (!done) return done;
    }
    return {};
  };
  source.event = [&](const GroupPlace& at) {
    return event(scope, position_text({static_cast<std::uint32_t>(at.at.part), static_cast<std::int64_t>(at.at.n)}));
  };
  auto page = page_of_groups(clock_, options_.query_time, source, place, std::min(limit, page_rows));
  if (page) page->complete = complete;
  return page;
}

}  // namespace langyan::store
