#include "store/alert_groups.h"

#include <algorithm>
#include <charconv>

namespace langyan::store {
namespace {

constexpr Duration first_window = day, shortest_window = second;
constexpr int window_growth = 4, window_shrink = 16;
constexpr int tries = 4;  // one window takes at most this part of the question's time

Error too_many_groups_of_alerts() {
  return {ErrorKind::full, "more than " + std::to_string(most_groups) +
                               " groups of alerts; ask for a shorter time range or filter more"};
}

// Everything there is of the range, or what could be counted in the time.
Result<void> gather_all(Clock& clock, Duration query_time, const GroupSource& source,
                        GatheredGroups& groups, std::optional<Time>& searched_to) {
  const Time until = clock.monotonic() + query_time;
  Time to = source.to;
  for (Duration width = first_window; to > source.from;) {
    const Time from = to - source.from > width ? to - width : source.from;
    const Time start = clock.monotonic();
    GatheredGroups part;
    auto done = source.gather(from, to, std::min(until, start + query_time / tries), part);
    if (done && groups.size() + part.size() > most_groups) done = too_many_groups_of_alerts();
    const bool late = clock.monotonic() >= until;
    if (!done) {
      if (done.error().kind != ErrorKind::full) return done;
      if (!late && width > shortest_window) {
        width = std::max(shortest_window, width / window_shrink);
        continue;
      }
      if (to == source.to) return done;
      searched_to = to;
      return {};
    }
    for (const auto& [key, gathered] : part) groups[key].add(gathered);
    to = from;
    if (late && to > source.from) {
      searched_to = to;
      return {};
    }
    if (clock.monotonic() - start < query_time / (tries * window_growth))
      width = std::min<Duration>(width * window_growth, 365 * day);
  }
  return {};
}

}  // namespace

void Gathered::add(const Gathered& other) {
  count += other.count;
  first = std::min(first, other.first);
  severity = std::min(severity, other.severity);
  for (std::size_t i = 0; i < alert_states; ++i) states[i] += other.states[i];
  newest = std::max(newest, other.newest);
}

std::string cursor_of(const GroupCursor& cursor) {
  const GroupPlace place = cursor.after.value_or(GroupPlace{});
  std::string text;
  for (const std::uint64_t number : {cursor.as_of.part, cursor.as_of.n, static_cast<std::uint64_t>(place.time),
                                     place.at.part, place.at.n})
    text.append(text.empty() ? "" : "-") += std::to_string(number);
  return text;
}

std::optional<GroupCursor> parse_group_cursor(std::string_view text) {
  std::array<std::uint64_t, 5> numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '-')) return {};
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc()) return {};
    at = next;
  }
  if (at != end || numbers[2] > INT64_MAX) return {};
  return GroupCursor{{numbers[0], numbers[1]},
                     GroupPlace{static_cast<Time>(numbers[2]), {numbers[3], numbers[4]}}};
}

Result<AlertGroups> page_of_groups(Clock& clock, Duration query_time, const GroupSource& source,
                                   const GroupCursor& cursor, std::size_t limit) {
  AlertGroups page;
  GatheredGroups groups;
  if (auto done = gather_all(clock, query_time, source, groups, page.searched_to); !done)
    return done.error();
  using Entry = GatheredGroups::const_pointer;
  std::vector<Entry> order;
  for (const auto& entry : groups) {
    page.alerts += entry.second.count;
    if (!cursor.after || entry.second.newest < *cursor.after) order.push_back(&entry);
  }
  page.found = groups.size();
  limit = std::min(limit, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(limit), std::ranges::greater{},
                            [](Entry entry) { return entry->second.newest; });
  for (std::size_t i = 0; i < limit; ++i) {
    const auto& [key, gathered] = *order[i];
    auto newest = source.event(gathered.newest);
    if (!newest && newest.error().kind == ErrorKind::missing) continue;  // retention was faster
    if (!newest) return newest.error();
    page.groups.push_back({key.organisation, key.sid, key.src, key.dst, gathered.count, gathered.first,
                           gathered.newest.time, gathered.severity, gathered.states, newest.take()});
  }
  if (limit > 0 && order.size() > limit)
    page.next = cursor_of({cursor.as_of, order[limit - 1]->second.newest});
  return page;
}

}  // namespace langyan::store
