// What every engine does alike with groups of alerts: it asks the engine to gather them window by
// window, newest first, until all of the range is counted or the time is up, and makes pages.
// Values and pure functions; any thread.
#pragma once

#include <functional>
#include <map>

#include "base/clock.h"
#include "store/event_store.h"

namespace langyan::store {

struct Receipt {  // a place in the order of receipt
  std::uint64_t part = 0, n = 0;  // part: of the store, where places are counted in parts
  auto operator<=>(const Receipt&) const = default;
};
struct GroupPlace {  // of a group in pages: its newest alert's
  Time time = 0;
  Receipt at;
  auto operator<=>(const GroupPlace&) const = default;
};
struct GroupCursor {
  Receipt as_of;  // nothing received later is counted
  std::optional<GroupPlace> after;
};
std::string cursor_of(const GroupCursor& cursor);
std::optional<GroupCursor> parse_group_cursor(std::string_view text);

struct GroupKey {
  std::string organisation;
  std::optional<std::uint64_t> sid;
  std::string src, dst;
  auto operator<=>(const GroupKey&) const = default;
};
struct Gathered {
  std::uint64_t count = 0;
  Time first = INT64_MAX;
  std::uint8_t severity = UINT8_MAX;
  std::array<std::uint64_t, alert_states> states{};
  GroupPlace newest;
  void add(const Gathered& other);
};
using GatheredGroups = std::map<GroupKey, Gathered>;

struct GroupSource {
  Time from = 0, to = 0;  // all alerts of the question lie in between
  // Adds the alerts of from <= time < to. An Error `full`: they are too many for the time until then.
  std::function<Result<void>(Time from, Time to, Time until, GatheredGroups& into)> gather;
  std::function<Result<Event>(const GroupPlace& place)> event;
};
Result<AlertGroups> page_of_groups(Clock& clock, Duration query_time, const GroupSource& source,
                                   const GroupCursor& cursor, std::size_t limit);

}  // namespace langyan::store
