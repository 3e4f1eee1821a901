// RelayLane: passes one lane of a center's events on to the spool of its uplink, each exactly once
// whenever the program is killed. Alerts have a lane and a cursor of their own, so they overtake
// whatever waits of the rest.
//
// The order of writing is what holds the promise:
//   1. the intent: a file that has the lines to come, the epoch and position the first of them will
//      get, and the cursor behind the last event they were made of. Replaced as a whole, synced.
//   2. the lines go into the spool and are committed.
//   3. the next intent.
// A start finds an intent and, in the spool, how far the lane came in that epoch: what of the lines
// has no position yet is given one (after a new intent, should the epoch be another), and reading
// goes on at the cursor. Nothing depends on the same events being read, or released, alike again:
// policy, program and retention may have changed in between. A cursor that moved over events of
// which none is released is written seldom: they are only looked at again.
//
// The store is the buffer: when the spool holds as much as it should, nothing is read, so nothing in
// it is ever evicted. One thread; alert and bulk lanes share a Spool and so that thread.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "base/disk.h"
#include "center/release_policy.h"
#include "spool/spool.h"
#include "store/event_store.h"

namespace langyan::center {

enum class RelayCount : std::uint8_t { read, released, too_large, intents, recovered, failures, last };
inline constexpr CounterRow relay_count_rows[] = {
    {"center.uplink.read", "Events looked at for the center above."},
    {"center.uplink.released", "Events that left for the center above."},
    {"center.uplink.too_large", "Events released but longer than a spool's record; they stay below."},
    {"center.uplink.intents", "Times that what is to leave was noted before it left."},
    {"center.uplink.recovered", "Lines spooled at a start because the program ended before."},
    {"center.uplink.failures", "Times that reading, noting or spooling failed; it is tried again."},
};
using RelayCounters = Counters<RelayCount, relay_count_rows>;

struct RelayDoors {  // all outlive the lanes
  store::EventStore& events;
  spool::Spool& spool;
  ReleasePolicy& policy;
  Disk& disk;
  Clock& clock;
  RelayCounters& counters;
};

struct RelayOptions {
  std::string folder;            // of the intents
  std::string center;            // its name
  std::uint64_t most_bytes = 0;  // in the spool's lane before it waits for the center above
};

class RelayLane {
 public:
  RelayLane(RelayDoors doors, RelayOptions options, spool::Lane lane);

  // Before anything else: what an earlier run left half done is noted; step() ends it.
  Result<void> recover();
  enum class Step : std::uint8_t { idle, busy, full, failing };
  Step step();  // busy: there is more to do at once

  // An event of the center's own, with what tells it apart from `event_type` on, as
  // `"rollup":{…}`. Noted with `mark`, so that it is made once; false: not now.
  // Of no organisation: the token's it is delivered with.
  bool make(std::string_view event_type, std::string_view body, std::uint64_t mark, std::string_view organisation);
  std::uint64_t mark() const { return intent_.mark; }

  bool caught_up() const { return caught_up_; }
  Time last_received() const { return intent_.received; }  // of the last event looked at

 private:
  struct Intent {
    std::string cursor;
    std::uint64_t epoch = 0, first = 0;  // of the first line
    std::uint64_t mark = 0;
    Time received = 0;
    std::vector<std::string> lines;
  };

  std::string path() const;
  Result<void> note(Intent intent);
  Result<Intent> read_intent() const;
  std::uint64_t came_to(std::uint64_t epoch) const;
  Step push();
  Step fail(const Error& error);
  std::vector<std::string> released(std::span<const store::Event> events, std::size_t& taken);

  RelayDoors doors_;
  const RelayOptions options_;
  const spool::Lane lane_;
  store::Filter filter_;
  Intent intent_;            // the cursor in it is where reading goes on
  std::size_t pushed_ = 0;   // of its lines
  bool pending_ = false;     // not all of them are committed
  bool caught_up_ = false;
  bool moved_ = false;       // the cursor, since it was noted
  Time note_at_ = 0;         // monotonic
  std::uint64_t seen_commits_ = ~std::uint64_t{0};
  bool complained_ = false;
};

}  // namespace langyan::center
