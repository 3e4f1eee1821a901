// The asking side of ClickHouseEventStore. Without a LIMIT that follows an index every question is
// bounded in time: pages look through windows that grow, feeds through so many numbers at a time.
#include <algorithm>
#include <unordered_map>

#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

constexpr Duration first_window = hour;
constexpr int window_growth = 16;
constexpr Duration shortest_window = second;
constexpr int tries = 4;                          // one window of a long search takes at most this part of its time
constexpr std::uint64_t feed_window = 1'000'000;  // numbers looked at in one question
constexpr std::size_t different_values = 1'000'000;

Error bad_cursor(std::string_view cursor) {
  return {ErrorKind::usage,
          "cursor \"" + std::string(cursor.substr(0, 64)) + "\" is not one of this store; start without one"};
}

std::string between(Time from, Time to) {
  return " AND time >= " + std::to_string(from) + " AND time < " + std::to_string(to);
}

std::string numbers(const std::vector<Place>& places) {
  std::string list;
  for (const Place& place : places) list.append(list.empty() ? "" : ", ") += std::to_string(place.n);
  return list;
}

}  // namespace

Result<std::string> ClickHouseEventStore::ask(std::string_view sql, Time until, bool& complete) {
  const Duration left = until - clock_.monotonic();
  if (left <= 0) return took_too_long(options_.query_time);
  return client_.ask_any(sql, left, complete);
}

// The lines of places found before, in their order; one that retention removed meanwhile is left out.
Result<void> ClickHouseEventStore::fetch(const std::vector<Place>& places, Time until, bool& complete,
                                         std::vector<Event>& into) {
  if (places.empty()) return {};
  const auto times = std::ranges::minmax(places, {}, &Place::time);
  const auto answer = ask_rows(
      [&](std::string_view of) {
        return "SELECT " + std::string(event_columns_of_clickhouse) + " FROM " + table(of) + " PREWHERE n IN (" +
               numbers(places) + ")" + between(times.min.time, times.max.time + 1);
      },
      until, complete);
  if (!answer) return answer.error();
  std::unordered_map<std::uint64_t, Event> found;
  RowReader in(*answer);
  while (in.more()) {
    std::uint64_t n = 0;
    Event event = read_event(in, n);
    found.emplace(n, std::move(event));
  }
  if (!in.sound()) return Error{ErrorKind::failed, "ClickHouse answered less than a whole page"};
  std::vector<Event> events;
  for (const Place& place : places)
    if (const auto event = found.find(place.n); event != found.end()) events.push_back(std::move(event->second));
  if (auto done = add_states(events, until, complete); !done) return done;
  std::ranges::move(events, std::back_inserter(into));
  return {};
}

Result<void> ClickHouseEventStore::add_states(std::vector<Event>& events, Time until, bool& complete) {
  std::vector<Place> alerts;
  for (const Event& event : events)
    if (event.event_class == EventClass::alert) alerts.push_back(*parse_place(event.id));
  if (alerts.empty()) return {};
  const auto answer = ask("SELECT n, argMax(state, version) FROM " + table("states_local") + " WHERE n IN (" +
                              numbers(alerts) + ") GROUP BY n",
                          until, complete);
  if (!answer) return answer.error();
  std::unordered_map<std::uint64_t, AlertState> states;
  RowReader in(*answer);
  while (in.more()) {
    const auto n = in.number<std::uint64_t>();
    states[n] = static_cast<AlertState>(in.number<std::uint8_t>());
  }
  for (Event& event : events) {
    const auto state = states.find(parse_place(event.id)->n);
    if (event.event_class == EventClass::alert && state != states.end()) event.state = state->second;
  }
  return {};
}

Result<Page> ClickHouseEventStore::events(const Scope& scope, const Filter& filter, std::string_view cursor,
                                          std::size_t limit) {
  if (auto checked = check(filter); !checked) return checked.error();
  return page_of(scope, filter, cursor, std::min(limit, page_rows), false);
}

Result<Page> ClickHouseEventStore::page_of(const Scope& scope, const Filter& filter, std::string_view cursor,
                                           std::size_t limit, bool in_parts) {
  const bool goes_on = !cursor.empty();
  const Place after = parse_place(cursor).value_or(Place{-1});
  if (goes_on && after.time < 0) return bad_cursor(cursor);
  const auto condition = clickhouse::where(scope, filter, table("states_local"));
  if (!condition) return condition.error();
  Page page;
  Time from = 0, to = 0;
  {
    const std::lock_guard lock(mutex_);
    from = std::max(filter.from.value_or(0), known_.first_event);
    to = std::min(filter.to.value_or(INT64_MAX), known_.last_event + 1);
  }
  std::string place = " AND " + *condition;
  if (goes_on) {
    to = std::min(to, after.time + 1);
    place += " AND (time < " + std::to_string(after.time) + " OR n < " + std::to_string(after.n) + ")";
  }
  if (limit == 0 || from >= to || *condition == "0") return page;
  const Time until = deadline();
  std::vector<Place> places;
  for (Duration window = first_window; from < to && places.size() <= limit;) {
    const Time begin = to - from > window ? to - window : from, start = clock_.monotonic();
    const Time end = in_parts ? std::min(until, start + options_.query_time / tries) : until;
    const auto answer = ask("SELECT time, n FROM " + event_rows() + between(begin, to) + place +
                                " ORDER BY time DESC, n DESC LIMIT " + std::to_string(limit + 1 - places.size()),
                            end, page.complete);
    if (!answer) {
      const bool late = clock_.monotonic() >= until;
      if (!in_parts || answer.error().kind != ErrorKind::full) return answer.error();
      if (!late && window > shortest_window) {
        window = std::max(shortest_window, window / window_growth);
        continue;
      }
      if (!page.searched_to) return answer.error();
      break;  // something is done, the rest comes next
    }
    RowReader in(*answer);
    while (in.more()) {
      const Time time = in.number<std::int64_t>();
      places.push_back({time, in.number<std::uint64_t>()});
    }
    to = begin;
    if (in_parts) page.searched_to = to;
    if (!in_parts || clock_.monotonic() - start < options_.query_time / window_growth)
      window = window > INT64_MAX / window_growth ? window : window * window_growth;
  }
  const bool more = places.size() > limit;
  if (more) places.resize(limit);
  if (more || from >= to) page.searched_to.reset();
  if (auto done = fetch(places, deadline(), page.complete, page.events); !done) return done.error();
  if (more)
    page.next = place_text(places.back());
  else if (page.searched_to)
    page.next = place_text({*page.searched_to, 0});  // nothing of that very microsecond comes before it
  return page;
}

Result<Event> ClickHouseEventStore::event(const Scope& scope, std::string_view id) {
  const Error missing{ErrorKind::missing, "there is no event \"" + std::string(id.substr(0, 64)) + "\""};
  const auto place = parse_place(id);
  if (!place) return missing;
  bool complete = true;
  std::vector<Event> found;
  if (auto done = fetch({*place}, deadline(), complete, found); !done) return done.error();
  if (found.empty() || !scope.covers(found[0].organisation)) return missing;
  return std::move(found[0]);
}

Result<Feed> ClickHouseEventStore::since(const Scope& scope, const Filter& filter, std::string_view cursor,
                                         std::size_t limit) {
  if (auto checked = check(filter); !checked) return checked.error();
  if (auto done = certain(); !done) return done.error();
  limit = std::clamp<std::size_t>(limit, 1, page_rows);
  const auto start = cursor.empty() ? Place{} : parse_place(cursor);
  if (!start) return bad_cursor(cursor);
  auto condition = clickhouse::where(scope, filter, table("states_local"));
  if (!condition) return condition.error();
  if (filter.from) *condition += " AND time >= " + std::to_string(*filter.from);
  if (filter.to) *condition += " AND time < " + std::to_string(*filter.to);
  std::uint64_t end = 0;
  std::map<std::uint32_t, Days> days;
  {
    const std::lock_guard lock(mutex_);
    end = visible(), days = known_.days;
  }
  if (start->n > end) return bad_cursor(cursor);
  Feed feed;
  std::uint64_t at = start->n;
  const Time until = deadline();
  bool complete = true;
  while (at < end && feed.events.size() < limit) {
    const std::uint64_t last = std::min(end, at + feed_window);
    std::string of_days;
    for (const auto& [day, numbers] : days)
      if (numbers.last_n > at && numbers.first_n <= last)
        of_days.append(of_days.empty() ? "" : ", ") += std::to_string(day);
    std::vector<Place> places;
    if (!of_days.empty()) {
      const std::size_t room = limit - feed.events.size();
      const auto answer = ask_rows(
          [&](std::string_view of) {
            return "SELECT time, n FROM " + event_rows(of) + " AND day IN (" + of_days + ") AND n > " +
                   std::to_string(at) + " AND n <= " + std::to_string(last) + " AND " + *condition +
                   " ORDER BY n LIMIT " + std::to_string(room);
          },
          until, complete);
      // What is found is an answer; the cursor goes on from there.
      if (!answer && feed.events.empty()) return answer.error();
      if (!answer) break;
      RowReader in(*answer);
      while (in.more()) {
        const Time time = in.number<std::int64_t>();
        places.push_back({time, in.number<std::uint64_t>()});
      }
      std::ranges::sort(places, {}, &Place::n);  // of several shards, where each was asked
      if (places.size() > room) places.resize(room);
      if (!complete)
        return Error{ErrorKind::io, "a shard of ClickHouse is away; events in order of receipt wait for it"};
      if (auto done = fetch(places, until, complete, feed.events); !done) return done.error();
    }
    at = feed.events.size() >= limit ? places.back().n : last;
  }
  feed.more = at < end;
  feed.cursor = place_text({0, at});
  return feed;
}

Result<Totals> ClickHouseEventStore::totals(const Scope& scope, const Filter& filter, Dimension dimension, Time until,
                                            bool& complete) {
  const auto condition = clickhouse::where(scope, filter, table("states_local"));
  if (!condition) return condition.error();
  const DimensionColumn column = column_of_clickhouse(dimension);
  const auto answer = ask("SELECT " + std::string(column.value) + " AS of, count() FROM " + event_rows() + " AND " +
                              std::string(column.has) + between(*filter.from, *filter.to) + " AND " + *condition +
                              " GROUP BY of LIMIT " + std::to_string(different_values + 1),
                          until, complete);
  if (!answer) return answer.error();
  Totals totals;
  RowReader in(*answer);
  while (in.more()) {
    const auto octets = column.address ? in.octets(sizeof(IpAddress::octets)) : in.text();
    std::string value = column.address && in.sound() ? to_string(IpAddress::v6(bytes_of(octets))) : std::string(octets);
    totals[std::move(value)] += in.number<std::uint64_t>();
  }
  if (!in.sound()) return Error{ErrorKind::failed, "ClickHouse answered less than whole rows"};
  if (totals.size() > different_values)
    return Error{ErrorKind::full, "more than a million different values; ask for a shorter time range or filter more"};
  return totals;
}

Result<Top> ClickHouseEventStore::top(const Scope& scope, const TopQuery& query) {
  auto begun = begin(query);
  if (!begun) return begun.error();
  Top top = begun.take();
  Filter filter = query.filter;
  filter.from = top.from, filter.to = top.to;
  const Time until = deadline();
  const auto all = totals(scope, filter, query.dimension, until, top.complete);
  if (!all) return all.error();
  for (const auto& [value, count] : *all) top.total += count;
  top.rows = most_of(*all, std::min(query.rows, top_rows));
  if (query.dimension != Dimension::sid || top.rows.empty()) return top;
  // From an alert in the scope: another organisation may use the number for a rule of its own.
  Filter labels;
  labels.organisation = query.filter.organisation;
  for (const TopRow& row : top.rows) labels.sids.push_back(std::stoull(row.value));
  const auto condition = clickhouse::where(scope, labels, table("states_local"));
  if (!condition) return condition.error();
  const auto answer = ask("SELECT toString(assumeNotNull(sid)) AS of, argMax(signature, time) FROM " + event_rows() +
                              between(top.from, top.to) + " AND " + *condition + " GROUP BY of",
                          until, top.complete);
  if (!answer) return answer.error();
  std::unordered_map<std::string, std::string> names;
  RowReader in(*answer);
  while (in.more()) {
    const std::string sid(in.text());
    names[sid] = in.text();
  }
  for (TopRow& row : top.rows) row.label = names[row.value];
  return top;
}

Result<Counts> ClickHouseEventStore::counts(const Scope& scope, const CountQuery& query) {
  auto begun = begin(query);
  if (!begun) return begun.error();
  Counts counts = begun.take();
  Places places;
  if (query.by) {
    const auto most = top(scope, widest(query, counts));
    if (!most) return most.error();
    places = add_series(*most, counts);
  }
  const auto condition = clickhouse::where(scope, query.filter, table("states_local"));
  if (!condition) return condition.error();
  const DimensionColumn column = query.by ? column_of_clickhouse(*query.by) : DimensionColumn{"''", "1"};
  const auto answer =
      ask("SELECT intDiv(time, " + std::to_string(query.bucket) + ") AS bucket, " + std::string(column.value) +
              " AS of, count() FROM " + event_rows() + " AND " + std::string(column.has) +
              between(counts.from, end_of(query)) + " AND " + *condition + " GROUP BY bucket, of",
          deadline(), counts.complete);
  if (!answer) return answer.error();
  RowReader in(*answer);
  while (in.more()) {
    const auto bucket = in.number<std::int64_t>();
    const auto octets = column.address ? in.octets(sizeof(IpAddress::octets)) : in.text();
    const std::string value =
        column.address && in.sound() ? to_string(IpAddress::v6(bytes_of(octets))) : std::string(octets);
    add(counts, places, value, bucket, in.number<std::uint64_t>());
  }
  if (!in.sound()) return Error{ErrorKind::failed, "ClickHouse answered less than whole rows"};
  return counts;
}

}  // namespace langyan::store
