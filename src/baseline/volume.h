// Volume: how much two hosts say to each other within an hour of the clock (UTC), all protocols together: octets on the wire,
// both ways. What is usual is the busiest hour that was learned: a weekly backup is then usual at any time, but ten times of it,
// or a program read out over and over, is not.
//
// An hour may have `most` widened by the share of limit(), which shrinks with the hours learned, and always `least_excess` more:
// of little, twice is nothing. Functions on numbers, without tables: any thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace langyan::baseline {

constexpr double least_excess = 1 << 20;  // octets an hour; what is less is no copy of a plant's data, and no flood

struct Volume {
  enum Flag : std::uint8_t {
    said = 1,   // more came; not yet settled
    given = 2,  // a person's word: taken as it is written
    begun = 4,  // the hour at hand is not among `hours` yet; of this table only
  };
  std::uint64_t now = 0;    // octets of the hour at hand
  float most = 0;           // of the busiest hour that was learned
  float peak = 0;           // of the busiest hour that was too much
  std::uint32_t hour = 0;   // at hand, since 1970
  std::uint16_t hours = 0;  // learned, in which the two spoke; stays at the largest number
  std::uint8_t flags = 0;

  bool is(Flag flag) const { return flags & flag; }
  bool known() const { return hours || is(said) || is(given); }
};
static_assert(sizeof(Volume) == 24, "part of the price of caps.baseline.conversations");

double limit(const Volume& volume);  // octets an hour; infinite where none was learned
void count(Volume& volume, std::uint64_t octets, Time now);
bool is_too_much(const Volume& volume);  // the hour at hand has more than its limit
void learn(Volume& volume);  // the hour at hand is usual

}  // namespace langyan::baseline
