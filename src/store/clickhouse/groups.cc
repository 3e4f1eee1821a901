// Groups of alerts: the nodes add them up, window by window.
#include "store/alert_groups.h"
#include "store/clickhouse/engine.h"
#include "store/clickhouse/pieces.h"

namespace langyan::store {
namespace {

std::string address_text(std::string_view octets, bool known) {
  return known && octets.size() == sizeof(IpAddress::octets) ? to_string(IpAddress::v6(bytes_of(octets)))
                                                             : std::string();
}

std::string count_of(std::size_t state, std::string_view states) {
  return "countIf(" + clickhouse::in_states({static_cast<AlertState>(state)}, states) + ")";
}

}  // namespace

Result<void> ClickHouseEventStore::gather_groups(const std::string& condition, Time until, bool& complete,
                                                 GatheredGroups& into) {
  // The worst severity is the least number; an alert always has one.
  std::string columns =
      "organisation, ifNull(toInt64(sid), toInt64(-1)) AS rule, src, src_known, dst, dst_known, count(), min(time),"
      " max(time), argMax(n, tuple(time, n)), min(severity)";
  for (std::size_t i = 0; i < alert_states; ++i) columns += ", " + count_of(i, table("states_local"));
  const auto answer =
      ask("SELECT " + columns + " FROM " + event_rows() + " AND " + condition +
              " GROUP BY organisation, rule, src, src_known, dst, dst_known LIMIT " + std::to_string(most_groups + 1),
          until, complete);
  if (!answer) return answer.error();
  RowReader in(*answer);
  while (in.more()) {
    GroupKey key;
    key.organisation = in.text();
    if (const auto sid = in.number<std::int64_t>(); sid >= 0) key.sid = static_cast<std::uint64_t>(sid);
    const auto src = in.octets(sizeof(IpAddress::octets));
    key.src = address_text(src, in.number<std::uint8_t>());
    const auto dst = in.octets(sizeof(IpAddress::octets));
    key.dst = address_text(dst, in.number<std::uint8_t>());
    Gathered gathered;
    gathered.count = in.number<std::uint64_t>();
    gathered.first = in.number<std::int64_t>(), gathered.newest.time = in.number<std::int64_t>();
    gathered.newest.at.n = in.number<std::uint64_t>();
    gathered.severity = in.number<std::uint8_t>();
    for (std::uint64_t& count : gathered.states) count = in.number<std::uint64_t>();
    into[std::move(key)].add(gathered);
  }
  if (!in.sound()) return Error{ErrorKind::failed, "ClickHouse answered less than whole rows"};
  return {};
}

Result<AlertGroups> ClickHouseEventStore::alert_groups(const Scope& scope, const Filter& wanted,
                                                       std::string_view cursor, std::size_t limit) {
  Filter filter = wanted;
  filter.classes = {EventClass::alert};
  if (auto checked = check(filter); !checked) return checked.error();
  GroupCursor place;
  GroupSource source;
  {
    const std::lock_guard lock(mutex_);
    place.as_of.n = visible();
    source.from = std::max(filter.from.value_or(0), known_.first_event);
    source.to = std::min(filter.to.value_or(INT64_MAX), known_.last_event + 1);
  }
  if (!cursor.empty()) {
    const auto parsed = parse_group_cursor(cursor);
    if (!parsed)
      return Error{ErrorKind::usage, "cursor \"" + std::string(cursor.substr(0, 64)) +
                                         "\" is not one of this store; start without one"};
    place = *parsed;
  }
  bool complete = true;
  source.gather = [&](Time from, Time to, Time until, GatheredGroups& into) -> Result<void> {
    Filter window = filter;
    window.from = from, window.to = to;
    const auto condition = conditions(scope, window);
    if (!condition) return condition.error();
    return gather_groups(*condition + " AND n <= " + std::to_string(place.as_of.n), until, complete, into);
  };
  source.event = [&](const GroupPlace& at) { return event(scope, place_text({at.time, at.at.n})); };
  auto page = page_of_groups(clock_, options_.query_time, source, place, std::min(limit, page_rows));
  if (page) page->complete = page->complete && complete;
  return page;
}

}  // namespace langyan::store
