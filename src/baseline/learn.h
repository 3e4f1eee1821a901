// How one relation learns from one operation more, and when it says that an operation is not as usual. Functions on numbers,
// without tables: any thread.
//
// Period: the first interval, then a mean over some sixteen; an interval that is less than half or more than twice the period
// moves it not at all (a lost packet or a pause is no new period) until such intervals prevail. A relation is `regular` once
// `steady_intervals` in a row kept to the period: only then its absence or another pace is worth a word.
// Values: least and most ever seen, widened by a tenth of their distance and by a share that shrinks with the number seen;
// nothing is said before `values_to_judge`. Steps likewise, where the steps are smaller than the range itself.
// Hours: see hour_is_unusual.
#pragma once

#include "baseline/relation.h"

namespace langyan::baseline {

constexpr std::uint8_t steady_intervals = 64;
constexpr Duration longest_period = hour;  // of a regular relation
constexpr std::uint32_t values_to_judge = 20, steps_to_judge = 50;
constexpr std::uint8_t odd_intervals = 16;  // in a row make another period

void begin(Relation& relation, Detail& detail, Time now);
// One operation more, learned.
void observe(Relation& relation, Detail& detail, Time now);
void measure(Relation& relation, Detail& detail, double value);
// Enforced: counts and keeps the time, changes nothing that is usual. True when the period is another one, now for the first time.
bool recount(Relation& relation, Time now);
// Unasked, in a rhythm of the sender's own.
inline bool is_sent(Verb verb) { return verb == Verb::report || verb == Verb::heartbeat; }
inline bool comes_unasked(Verb verb) { return is_sent(verb) || verb == Verb::alarm; }
Time due_of(const Relation& relation, Time listening_since);  // after this a regular relation is missed
Duration patience(const Relation& relation);  // how long a regular relation may be silent

struct Limits {
  double least, most, step;
};
Limits limits(const Relation& relation, const Detail& detail);  // with their margin
bool value_is_outside(const Relation& relation, const Detail& detail, double value);
bool step_is_larger(const Relation& relation, const Detail& detail, double value);
double step_to(const Relation& relation, double value);

// Whether an operation at `now` comes at an hour at which none came while learning: neither the hour nor those beside it.
// `days` too: of rare weighty operations also the day of the week counts.
bool hour_is_unusual(std::uint32_t hours, Time now, bool days);

// `from` is joined into `into`: what both cover, the wider of everything. Periods are lost.
void join(Relation& into, Detail& detail, const Relation& from, const Detail& from_detail);

inline Time last_of(const Relation& relation) {
  return static_cast<Time>(relation.last) * millisecond;
}
void set_last(Relation& relation, Time last);
inline Time since_of(const Detail& detail) {  // to Detail::since_unit
  return static_cast<Time>(detail.since) * Detail::since_unit;
}
void set_since(Detail& detail, Time since);

}  // namespace langyan::baseline
