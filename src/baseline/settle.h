// settle: what an approval for good does to one thing that is not settled, a relation of a table or a habit of a file.
#pragma once

#include "baseline/relation.h"

namespace langyan::baseline {

constexpr std::uint16_t unsettled = Relation::pending | Relation::said_value | Relation::said_step |
                                    Relation::said_hour | Relation::said_period | Relation::said_stopped;

// `hours`: its own.
template <class Each>
void settle(Each& each, std::uint32_t& hours) {
  if (each.flags & Relation::pending) each.flags |= Relation::given;
  // An approved hour is any hour; an approved stop or pace is learned anew.
  if (each.flags & Relation::said_hour) hours = all_hours;
  if (each.flags & (Relation::said_period | Relation::said_stopped))
    each.flags &= static_cast<std::uint16_t>(~Relation::regular), each.period = 0, each.steady = 0;
  // What was outside is inside from now on: the approval keeps it from an alert, the values are learned on.
  each.flags &= static_cast<std::uint16_t>(~unsettled);
}

}  // namespace langyan::baseline
