// NoticeTravel: notices between this center and those above and below it, each entry once (docs/design/0034).
//
//   up     the relay asks next_up() and sends each as an event `notice` in the alert lane (uplink.h); the center above finds them
//          in its store and takes them
//   down   this center listens to the one above (GET /api/v1/notices/entries, server-sent events) on a connection it dials
//
// What is taken and the place where the reading goes on are one transaction (notices.h). start() and stop() belong to one
// thread, next_up() to the relay's; the rest may be called by any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/counters.h"
#include "base/net.h"
#include "center/notices.h"
#include "store/document_store.h"
#include "store/event_store.h"
#include "uplink/identity.h"

namespace langyan::center {

class Intake;
constexpr std::string_view notice_entries_path = "/api/v1/notices/entries";

enum class TravelCount : std::uint8_t { applied, refused, waiting, known, faulty, sent, dials, last };
inline constexpr CounterRow travel_count_rows[] = {
    {"center.notices.applied", "Entries of other centers that changed a notice, or commented on it."},
    {"center.notices.refused",
     "Entries of other centers that came when the notice had moved on; kept, and change nothing."},
    {"center.notices.waiting", "Entries of other centers that came before their notice."},
    {"center.notices.known", "Entries that came again and changed nothing."},
    {"center.notices.faulty",
     "Entries that are none, or of a part of the tree that is not their center's; the log says which."},
    {"center.notices.sent", "Entries handed to the center above."},
    {"center.notices.dials", "Connections made to hear what comes from above."},
};
using TravelCounters = Counters<TravelCount, travel_count_rows>;

// A place in the entries of a document store: the last one read, by its change and a sum of its name. One that is not of this
// store, as after a restore, or of another center, is the beginning.
std::string place_of(const Notices::Sent& sent);
Result<std::uint64_t> change_at(Notices& notices, const store::Scope& scope, std::string_view place);

class NoticeTravel {
 public:
  struct Doors {  // all outlive it
    Notices& notices;
    store::DocumentStore& documents;
    store::EventStore& events;
    Intake& intake;
    Clock& clock;
    std::function<void(const NoticeLetter& letter, bool refused)> noted;  // after one is taken that was not known
  };
  struct Above {
    std::string url;  // empty: none
    std::string token;
    NetOptions net;
    uplink::Identity* identity = nullptr;  // as in UplinkOptions
  };
  NoticeTravel(Doors doors, Above above) : doors_(doors), above_(std::move(above)) {}
  ~NoticeTravel() { stop(); }

  void start();
  void stop();

  // The entry that goes up after the one that was `mark`; those that came from above stay.
  struct Upward {
    std::uint64_t mark = 0;
    std::string body;  // as RelayLane::make takes it: "notice":{…}
  };
  std::optional<Upward> next_up(std::uint64_t mark);
  void sent_up() { count(TravelCount::sent); }

  // Calls visit(row, value) for each counter.
  template <class Visit>
  void each_count(Visit visit) const {
    const std::lock_guard lock(mutex_);
    counters_.each(visit);
  }

 private:
  void read_below();
  void hear_above();
  Result<bool> take_from_below();
  Result<void> take_from_above(std::string_view message);
  Result<void> take(const Result<NoticeLetter>& letter, const store::Scope& part,
                    const store::DocumentChange& position);
  Result<std::string> position(std::string_view which);
  bool wait(Duration duration);  // false: stopping
  void count(TravelCount which);

  Doors doors_;
  const Above above_;
  std::string below_cursor_;  // of the thread that reads below
  std::uint64_t looked_ = 0, looked_written_ = ~std::uint64_t{0};  // of the relay's
  bool complained_ = false;                                        // alike
  mutable std::mutex mutex_;
  TravelCounters counters_;  // under mutex_
  std::stop_source stop_;
  std::condition_variable wake_;
  std::thread below_thread_, above_thread_;
};

}  // namespace langyan::center
