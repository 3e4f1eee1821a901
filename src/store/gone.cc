#include "store/gone.h"

#include <algorithm>

namespace langyan::store {
namespace {

constexpr std::size_t most_parts = 1'000;  // three years of days

// Whether an event of that class can pass the filter at all.
bool wants(const Filter& filter, EventClass kind) {
  if (!filter.classes.empty() && std::ranges::find(filter.classes, kind) == filter.classes.end()) return false;
  const bool of_alerts = !filter.severities.empty() || !filter.sids.empty() || !filter.states.empty();
  if (of_alerts && kind != EventClass::alert) return false;
  if (filter.types.empty() || kind == EventClass::operation || kind == EventClass::other) return true;
  return std::ranges::find(filter.types, name_of(kind)) != filter.types.end();
}

bool wants_only_alerts(const Filter& filter) {
  for (const EventClass kind : {EventClass::operation, EventClass::flow, EventClass::stats, EventClass::other})
    if (wants(filter, kind) && !(filter.types.size() == 1 && filter.types[0] == "alert")) return false;
  return true;
}

}  // namespace

void Gone::add(Part part) {
  if (part.rows == 0) return;
  const std::lock_guard lock(mutex_);
  parts_.push_back(part);
  if (parts_.size() > most_parts) parts_.pop_front();
}

std::uint64_t Gone::behind(Place place, const Filter& filter) const {
  const bool only_alerts = wants_only_alerts(filter);
  std::uint64_t sum = 0;
  const std::lock_guard lock(mutex_);
  for (const Part& part : parts_) {
    if (place >= part.last || (part.only && !wants(filter, *part.only))) continue;
    std::uint64_t rows = only_alerts ? part.alerts.value_or(part.rows) : part.rows;
    if (place.first == part.last.first) rows = std::min(rows, part.last.second - place.second);
    sum += rows;
  }
  return sum;
}

}  // namespace langyan::store
