// Intake: takes the batches that sensors and lower centers deliver.
//
// POST /api/v1/ingest, NDJSON, optionally zstd, with the headers Langyan-Source, -Epoch, -Lane,
// -First and -Count. Answers:
//   200 {"acked": position}  the batch is committed, or was there before
//   400 bad-line             lines are malformed; "refused" lists index and reason of each, nothing
//                            was stored; send them as a gap and the rest again
//   409 positions-missing    the batch starts beyond what is stored; "expected" is where to go on
//   403                      the source is not the token's
// A lower center's token (relay) delivers events of other sensors: each says in `via`, last, that it
// came through that center, and in `organisation` whose it is, which counts below the token's own.
//   413, 400 bad-encoding    too large, also when decompressed; not zstd
//   507                      the disk is full; the sender keeps what it has
// Any thread; the store decides the order.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "center/call.h"
#include "store/event_store.h"

namespace langyan::center {

struct IntakeLimits {
  std::size_t body_bytes = 16u << 20;
  std::size_t inflated_bytes = 32u << 20;
};

enum class IntakeCount : std::uint8_t {
  batches,
  stored,
  skipped,
  refused_lines,
  refused_batches,
  ahead,
  body_bytes,
  inflated_bytes,
  last
};
inline constexpr CounterRow intake_count_rows[] = {
    {"center.ingest.batches", "Batches acknowledged."},
    {"center.ingest.events", "Events stored."},
    {"center.ingest.skipped", "Events that were stored before and came again."},
    {"center.ingest.refused_lines", "Lines refused as malformed, whose batch was answered 400."},
    {"center.ingest.refused_batches", "Batches refused for another cause."},
    {"center.ingest.ahead", "Batches that left positions out and were answered 409."},
    {"center.ingest.body_bytes", "Bytes of the bodies as sent."},
    {"center.ingest.inflated_bytes", "Bytes of the bodies after decompression."},
};

class Intake {
 public:
  Intake(store::EventStore& events, Clock& clock, IntakeLimits limits)
      : events_(events), clock_(clock), limits_(limits) {}

  Response accept(Call& call);
  // What an answer says of packs: `revision` of what a scope reaches, empty for none. Before the first request.
  void tell_packs(std::function<std::string(const store::Scope& scope)> revision) { packs_ = std::move(revision); }
  const IntakeLimits& limits() const { return limits_; }
  std::uint64_t notices() const { return notices_; }  // grows after a batch with entries of notices was stored
  // Calls visit(row, value) for each counter.
  template <class Visit>
  void each_count(Visit visit) const {
    const std::lock_guard lock(mutex_);
    counters_.each(visit);
  }

 private:
  struct Position;
  std::variant<Position, Problem> position_of(const Call& call) const;
  std::variant<std::string, Problem> text_of(Request& request) const;
  Response take(const Call& call, const Position& position, std::string text);
  std::unique_ptr<store::EventParser> parser();
  void count(IntakeCount which, std::uint64_t amount = 1);

  store::EventStore& events_;
  Clock& clock_;
  const IntakeLimits limits_;
  std::function<std::string(const store::Scope& scope)> packs_;
  std::atomic<std::uint64_t> notices_ = 0;
  mutable std::mutex mutex_;
  Counters<IntakeCount, intake_count_rows> counters_;         // under mutex_: several workers add
  std::vector<std::unique_ptr<store::EventParser>> parsers_;  // idle ones, at most one a worker
};

}  // namespace langyan::center
