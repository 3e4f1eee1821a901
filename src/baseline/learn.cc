#include "baseline/learn.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace langyan::baseline {
namespace {

constexpr float smoothing = 1.0f / 16;
constexpr float shortest_ratio = 0.5f, longest_ratio = 2.0f;
constexpr unsigned regular_jitter = 400;  // per mille at most, of a regular relation
constexpr double margin_of_width = 0.1;
constexpr double patient_periods = 10;
constexpr Duration least_patience = 30 * second;

std::uint64_t milliseconds(Time now) {
  return static_cast<std::uint64_t>(std::max<Time>(now, 0) / millisecond);
}

void put_last(Relation& relation, std::uint64_t at) {
  constexpr std::uint64_t most = (std::uint64_t{1} << Relation::last_bits) - 1;
  relation.last = std::min(at, most) & most;
}

// One operation more, at a time that only goes forward: seconds since the one before.
float count(Relation& relation, Time now) {
  const std::uint64_t at = milliseconds(now), before = relation.last;
  if (relation.count != std::numeric_limits<std::uint32_t>::max()) ++relation.count;
  put_last(relation, at);
  return at > before ? static_cast<float>(at - before) / 1000 : 0;
}

// What of a range that n observations spanned the next may exceed it by.
double margin(double width, std::uint32_t seen) {
  return width * (margin_of_width + 1 / std::sqrt(static_cast<double>(std::max(seen, 1u))));
}

}  // namespace

void set_last(Relation& relation, Time last) {
  put_last(relation, milliseconds(last));
}

void set_since(Detail& detail, Time since) {
  constexpr std::uint64_t most = (1u << Detail::since_bits) - 1;
  detail.since = std::min(static_cast<std::uint64_t>(std::max<Time>(since, 0) / Detail::since_unit), most) & most;
}

void begin(Relation& relation, Detail& detail, Time now) {
  set_since(detail, now);
  set_last(relation, now);
  detail.hours = hour_bits(now);
  relation.count = 1;
}

void observe(Relation& relation, Detail& detail, Time now) {
  const float gap = count(relation, now);
  detail.hours |= hour_bits(now);
  if (gap == 0) return;  // of the same packet, or of the same millisecond
  if (relation.period == 0) {
    relation.period = gap;
    return;
  }
  const float ratio = gap / relation.period;
  if (ratio < shortest_ratio || ratio > longest_ratio) {
    relation.steady = relation.steady >> 1;
    if (relation.steady == 0) relation.period = gap, detail.jitter = 0;
    if (relation.steady < odd_intervals) relation.flags &= ~unsigned{Relation::regular};
    return;
  }
  relation.period += (gap - relation.period) * smoothing;
  const float off = std::abs(ratio - 1) * 1000;  // 1,000 at most, by the longest ratio
  const float jitter = static_cast<float>(detail.jitter);
  detail.jitter = static_cast<unsigned>(jitter + (off - jitter) * smoothing + 0.5f) & Detail::most_jitter;
  if (relation.steady < 255) ++relation.steady;
  const bool keeps = relation.steady >= steady_intervals && detail.jitter <= regular_jitter &&
                     relation.period * static_cast<float>(second) <= static_cast<float>(longest_period);
  if (keeps) relation.flags |= Relation::regular;
}

void measure(Relation& relation, Detail& detail, double number) {
  if (!std::isfinite(number)) return;
  const auto value = static_cast<float>(number);
  if (!std::isfinite(value)) return;
  if (!(relation.flags & Relation::valued)) {
    relation.flags |= Relation::valued;
    detail.least = detail.most = value;
    detail.step = 0;
    relation.set_latest(value);
    return;
  }
  detail.least = std::min(detail.least, value), detail.most = std::max(detail.most, value);
  if (!relation.has_latest()) return;
  detail.step = std::max(detail.step, std::abs(value - relation.latest()));
  relation.set_latest(value);
}

bool recount(Relation& relation, Time now) {
  const float gap = count(relation, now);
  if (!(relation.flags & Relation::regular) || gap == 0) return false;
  if (relation.flags & Relation::said_stopped) return false;  // `steady` counts the minutes since it is back
  const float ratio = gap / relation.period;
  if (ratio >= shortest_ratio && ratio <= longest_ratio) {
    relation.steady = 0;
    return false;
  }
  if (relation.steady < 255) ++relation.steady;
  if (relation.steady < odd_intervals || (relation.flags & Relation::said_period)) return false;
  relation.flags |= Relation::said_period;
  return true;
}

Duration patience(const Relation& relation) {
  const double span = static_cast<double>(relation.period) * patient_periods * static_cast<double>(second);
  return std::max(least_patience, static_cast<Duration>(span));
}

Time due_of(const Relation& relation, Time listening_since) {
  return std::max(last_of(relation), listening_since) + patience(relation);
}

Limits limits(const Relation& relation, const Detail& detail) {
  const double least = detail.least, most = detail.most;
  const bool by_hand = relation.flags & Relation::given;
  const double slack = by_hand ? 0 : margin(most - least, relation.count);
  // A float holds 24 bits: a large whole number was rounded to the next.
  const double rounding = std::max(std::abs(least), std::abs(most)) * 1e-6;
  const double step = by_hand ? detail.step : detail.step + margin(detail.step, relation.count);
  return {least - slack - rounding, most + slack + rounding, step};
}

bool value_is_outside(const Relation& relation, const Detail& detail, double value) {
  if (!(relation.flags & Relation::valued)) return false;
  if (!(relation.flags & Relation::given) && relation.count < values_to_judge) return false;
  const Limits usual = limits(relation, detail);
  return value < usual.least || value > usual.most;
}

double step_to(const Relation& relation, double value) {
  return std::abs(value - static_cast<double>(relation.latest()));
}

bool step_is_larger(const Relation& relation, const Detail& detail, double value) {
  if (!(relation.flags & Relation::valued) || detail.step == 0 || !relation.has_latest()) return false;
  if (relation.count < steps_to_judge) return false;
  // Where single steps cross most of the range, the range says it all.
  if (detail.step * 2 > detail.most - detail.least) return false;
  return step_to(relation, value) > limits(relation, detail).step;
}

bool hour_is_unusual(std::uint32_t hours, Time now, bool days) {
  const std::uint32_t bits = hour_bits(now);
  constexpr std::uint32_t of_day = 0xffffff;
  const std::uint32_t at = bits & of_day;
  const std::uint32_t near = at | (at << 1 & of_day) | at >> 1 | (at & 1 ? 1u << 23 : 0) | (at >> 23 & 1);
  if (!(hours & near)) return true;
  return days && !(hours & bits & ~of_day);
}

void join(Relation& into, Detail& detail, const Relation& from, const Detail& from_detail) {
  const std::uint64_t end = std::max(into.first + into.span(), from.first + from.span());
  into.first = std::min(into.first, from.first);
  into.set_span(static_cast<std::uint32_t>(std::min<std::uint64_t>(end - into.first, 0xffffffff)));
  const std::uint64_t total = std::uint64_t{into.count} + from.count;
  into.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(total, 0xffffffff));
  set_since(detail, std::min(since_of(detail), since_of(from_detail)));
  set_last(into, std::max(last_of(into), last_of(from)));
  detail.hours |= from_detail.hours;
  if (from.flags & into.flags & Relation::valued) {
    detail.least = std::min(detail.least, from_detail.least), detail.most = std::max(detail.most, from_detail.most);
    detail.step = std::max(detail.step, from_detail.step);
  } else if (from.flags & Relation::valued) {
    detail.least = from_detail.least, detail.most = from_detail.most, detail.step = from_detail.step;
    if (from.has_latest()) into.set_latest(from.latest());
  }
  into.flags |= from.flags | Relation::folded;
  into.flags &= ~unsigned{Relation::regular | Relation::said_period | Relation::said_stopped};
  into.period = 0, detail.jitter = 0, into.steady = 0;
}

}  // namespace langyan::baseline
