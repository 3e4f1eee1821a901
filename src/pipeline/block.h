// Block: what one worker made of one round: events as open lines of JSON with the keys that order
// them, and what it counted.
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assets/evidence.h"
#include "baseline/behaviour.h"
#include "baseline/deviation.h"
#include "detect/hit.h"
#include "spool/lane.h"

namespace langyan::pipeline {

// The place of an event among all events, the same for any number of workers: a packet belongs to
// one worker, and what a tick brings forth in several is told apart by flow or conversation.
struct OrderKey {
  std::uint64_t order = 0;  // of the packet, or of the packet before which the tick stands
  std::uint8_t phase = 1;   // 0 tick, 1 packet
  std::uint8_t stage = 0;   // of a tick: which room
  std::uint64_t tie = 0;    // of a tick: flow or conversation
  std::uint32_t sub = 0;    // of the packet, or of the tie
  auto operator<=>(const OrderKey&) const = default;
};

struct Candidate {
  OrderKey key;
  spool::Class kind = spool::Class::operation;
  spool::Lane lane = spool::Lane::bulk;
  std::uint32_t offset = 0, size = 0;    // its line, open, in Block::text
  std::uint32_t hit = detect::no_index;  // into Block::hits: an alert
  std::uint32_t evidence = detect::no_index;  // into Block::evidence: for the inventory, no line
  std::uint32_t trace = detect::no_index;     // into Block::traces: for the behaviour finder, no line
  std::uint32_t notice =
      detect::no_index;  // into Block::notices: of habits; its line is the event without what was usual
  std::uint32_t before = 0,
                before_size = 0;  // of an alert: the packets before its own, likewise in Block::text; 0: none
  std::uint32_t verbs = 0;  // of a hit: what was done with what it is about, a bit a verb; 0: nothing one knows of
  enum class Limit : std::uint8_t { to_ask, admitted, refused } limit = Limit::to_ask;
};

struct StatsPoint {  // counters at a stats step, in the order of the worker's rows
  OrderKey key;
  Time time = 0;
  std::vector<std::uint64_t> values;
};

struct OrderRound;

struct Obeyed {  // what one order changed in one worker
  std::uint64_t changed = 0, stay = 0;
};

struct Block {
  std::string text;
  std::vector<Candidate> candidates;
  std::vector<detect::Hit> hits;
  std::vector<assets::Evidence> evidence;
  std::vector<baseline::Trace> traces;
  std::vector<baseline::Notice> notices;
  // A part of what this worker has learned, for the file; `habits_pass`: of which writing of it (0: of none).
  std::string habits;
  std::uint64_t habits_pass = 0, habit_lines = 0;
  bool habits_end = false;
  std::shared_ptr<const OrderRound> orders;  // that were carried out at the end of this round; null: none
  std::vector<Obeyed> obeyed;                // of each of them
  std::vector<baseline::Known> known;        // what is usual afterwards
  std::vector<StatsPoint> stats;

  std::string_view line(const Candidate& candidate) const {
    return std::string_view(text).substr(candidate.offset, candidate.size);
  }
  std::string_view packets_before(const Candidate& candidate) const {
    return std::string_view(text).substr(candidate.before, candidate.before_size);
  }
  void clear() {
    text.clear(), candidates.clear(), hits.clear(), evidence.clear(), traces.clear(), stats.clear();
    notices.clear(), habits.clear(), habits_pass = habit_lines = 0, habits_end = false;
    orders.reset(), obeyed.clear(), known.clear();
  }
};

}  // namespace langyan::pipeline
