// Questions by plan: pages. A condition that no index leads to is looked for in windows of time,
// newest first, each as long as the ones before suggest: what is found until the time is up is an
// answer, and the cursor says from where to go on.
#include <algorithm>
#include <queue>

#include "store/planned.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/place.h"
#include "store/sqlite/where.h"

namespace langyan::store {
namespace {

constexpr Duration first_window = hour, shortest_window = second;
constexpr Duration quick = 100 * millisecond;  // a window that took less may be followed by a longer
constexpr int window_growth = 4;
constexpr Duration longest_estimate = 40;  // times query_time: such a question is not begun
constexpr int tries = 4;  // one window takes at most this part of the question's time

// Rows in the order a plan asks for, the best `most` of them.
struct Sorted {
  std::vector<Value> keys;
  DayPlace place;
};

// Numbers before texts before octets, as SQLite has them; none is last either way.
int compare(const Value& a, const Value& b, bool ascending) {
  using Kind = Value::Kind;
  if (a.kind == Kind::null || b.kind == Kind::null)
    return static_cast<int>(a.kind == Kind::null) - static_cast<int>(b.kind == Kind::null);
  const int order = compare_values(a, b);
  return ascending ? order : -order;
}

}  // namespace

Result<Page> SqliteEventStore::search(const Scope& scope, const query::Plan& plan, const Range& range,
                                      std::string_view cursor, std::size_t limit) {
  if (plan.shape != query::Shape::events)
    return not_events();
  const Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  limit = std::min(limit, page_rows);
  if (!plan.sorts.empty()) return sorted(scope, plan, filter, limit);
  if (filter.parts.empty()) return page_until(scope, filter, cursor, limit, deadline());
  auto page = in_windows(scope, filter, cursor, limit);
  if (!page && page.error().kind == ErrorKind::full) return dear(plan, page.error());
  return page;
}

Result<Page> SqliteEventStore::in_windows(const Scope& scope, const Filter& filter, std::string_view cursor,
                                          std::size_t limit) {
  const Time begun = clock_.monotonic(), until = begun + options_.query_time;
  std::optional<DayPlace> after;
  if (!cursor.empty() && !(after = parse_day_place(cursor))) return bad_cursor(cursor);
  Time from = filter.from.value_or(0), to = 0;
  std::optional<Time> oldest;
  for (const auto& file : files_.snapshot()) {
    if (!file->may_hold(filter.from, filter.to)) continue;
    to = std::max(to, file->last_event + 1);
    oldest = std::min(oldest.value_or(file->first_event), file->first_event.load());
  }
  from = std::max(from, oldest.value_or(0));
  if (filter.to) to = std::min(to, *filter.to);
  if (after) to = std::min(to, after->time + 1);

  Page page;
  Duration width = first_window;
  while (to > from && page.events.size() < limit) {
    Filter window = filter;
    window.from = std::max(from, to - width), window.to = to;
    const Time start = clock_.monotonic();
    const Time end = std::min(until, start + options_.query_time / tries);
    auto part =
        page_until(scope, window, page.events.empty() ? cursor : std::string_view(), limit - page.events.size(), end);
    const bool late = clock_.monotonic() >= until;
    if (!part) {
      if (part.error().kind != ErrorKind::full) return part.error();
      if (!late && width > shortest_window) {
        width = std::max(shortest_window, width / 16);
        continue;
      }
      if (page.searched_to || !page.events.empty()) break;  // something is done, the rest comes next
      return part.error();
    }
    page.complete = page.complete && part->complete;
    std::ranges::move(part->events, std::back_inserter(page.events));
    if (!part->next.empty()) {  // the window holds more than was wanted
      page.next = std::move(part->next), page.searched_to.reset();
      return page;
    }
    to = *window.from;
    page.searched_to = to;
    page.next = cursor_of({to, {}});  // nothing of that very microsecond comes before it
    if (late) break;
    if (clock_.monotonic() - start < quick) width = std::min<Duration>(width * window_growth, 365 * day);
  }
  if (to <= from) page.next.clear(), page.searched_to.reset();
  if (page.events.size() >= limit) page.searched_to.reset();
  return page;
}

Result<Page> SqliteEventStore::sorted(const Scope& scope, const query::Plan& plan, const Filter& filter,
                                      std::size_t limit) {
  const auto before = [&](const Sorted& a, const Sorted& b) {
    for (const query::Order& order : plan.order)
      if (const int found = compare(a.keys[order.column], b.keys[order.column], order.ascending); found != 0)
        return found < 0;
    return a.place > b.place;
  };
  std::vector<Sorted> best;  // a heap, the last of them in front
  Page page;
  std::vector<Sql> keys;
  for (const query::Target& target : plan.sorts) keys.push_back(value_sql(target));
  const Time until = deadline();
  const auto done = each_row(scope, filter, keys, until, page.complete,
                             [&](const Statement& row, std::uint32_t serial) -> Result<void> {
                               Sorted each;
                               for (std::size_t i = 0; i < keys.size(); ++i)
                                 each.keys.push_back(row.value(static_cast<int>(i) + 2));
                               each.place = {row.integer(0), {serial, row.integer(1)}};
                               if (best.size() == limit && (limit == 0 || !before(each, best.front()))) return {};
                               best.push_back(std::move(each)), std::ranges::push_heap(best, before);
                               if (best.size() > limit) std::ranges::pop_heap(best, before), best.pop_back();
                               return {};
                             });
  if (!done) return done.error().kind == ErrorKind::full ? dear(plan, done.error()) : done.error();
  std::ranges::sort(best, before);
  for (const Sorted& each : best) {
    auto found = event(scope, position_text(each.place.at));
    if (found) page.events.push_back(found.take());
    else if (found.error().kind != ErrorKind::missing) return found.error();
  }
  return page;
}

// Visits (time, n, values…) of every row of every branch of every file.
Result<void> SqliteEventStore::each_row(
    const Scope& scope, const Filter& filter, const std::vector<Sql>& values, Time until, bool& complete,
    const std::function<Result<void>(const Statement&, std::uint32_t)>& visit) {
  for (const auto& file : files_.snapshot()) {
    if (!file->may_hold(filter.from, filter.to)) continue;
    const auto done = ask(file, until, complete, [&](Reader& reader) -> Result<void> {
      const auto made = plan(reader.connection(), *file, scope, filter);
      if (!made) return made.error();
      if (made->nothing) return {};
      for (const Branch& branch : made->branches) {
        Sql sql;
        sql.add("SELECT events.time, events.n");
        for (const Sql& value : values) sql.add(", ").add(value);
        sql.add(" FROM events ");
        if (!branch.index.empty()) sql.add("INDEXED BY ").add(branch.index);
        sql.add(" WHERE ").add(made->time_and(branch));
        auto statement = sql.prepare(reader.connection());
        if (!statement) return statement.error();
        for (;;) {
          const auto row = statement->step();
          if (!row) return row.error();
          if (!*row) break;
          if (auto seen = visit(*statement, file->name.serial); !seen) return seen;
        }
      }
      return {};
    });
    if (!done) return done;
  }
  return {};
}

Result<Cost> SqliteEventStore::cost(const Scope& scope, const query::Plan& plan, const Range& range) {
  const Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  CostOfOne one = cost_of_one(plan, filter);
  Cost& cost = one.cost;
  const bool by_address = !filter.src_ips.empty() || !filter.dst_ips.empty() || !filter.ips.empty();
  bool complete = true;
  const auto done =
      ask_range(scope, filter, deadline(), complete, [&](Connection& connection, const FilePlan& made) -> Result<void> {
        Sql sql;
        sql.add("SELECT sum(count) FROM facts WHERE count > 0").add(terms_for(made, &Term::facts));
        if (made.from) sql.add(" AND hour >= ?", *made.from / hour);
        if (made.to) sql.add(" AND hour <= ?", *made.to / hour);
        auto sum = sql.prepare(connection);
        if (!sum) return sum.error();
        const auto row = sum->step();
        if (!row) return row.error();
        if (*row) cost.events += sum->whole(0);
        return {};
      });
  if (!done) return done.error();
  cost.time = static_cast<Duration>(cost.events) * one.each / (by_address ? 10 : 1);
  return std::move(cost);
}

Result<void> SqliteEventStore::afford(const Scope& scope, const query::Plan& plan, const Range& range) {
  const auto asked = cost(scope, plan, range);
  if (!asked) return asked.error();
  if (asked->time <= longest_estimate * options_.query_time) return {};
  return dear(plan, {ErrorKind::full, "some " + std::to_string(asked->events) + " events would have to be looked at"});
}

}  // namespace langyan::store
