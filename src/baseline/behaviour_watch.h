// BehaviourWatch: a worker's part in finding scans, sweeps, floods and guessed passwords. It turns packets, flows and
// messages into traces, each distinct one once a minute, whatever the number of workers.
//
//   watch.opened(flow);                                // as flow::Listener
//   watch.packet(flow, way, headers, now, number);
//   watch.arp(headers, now, number);                   // which has no flow
//   watch.message(flow, message, now, number);         // as dissect::Listener; unanswered() too
//   watch.closed(flow, protocol, reason, now);
//   watch.tick(now);                                   // each second of packet time; end() with a capture's last
//
// An attempt is judged when its outcome is known: an answer, a refusal, or three seconds of silence. One worker owns a
// BehaviourWatch; nothing allocates after construction.
#pragma once

#include <vector>

#include "base/counters.h"
#include "base/recent_keys.h"
#include "base/pages.h"
#include "baseline/behaviour.h"
#include "decode/headers.h"
#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::baseline {

enum class WatchCount : std::uint8_t { traces, hurried, held_back, rates_refused, last };
inline constexpr CounterRow watch_counter_rows[] = {
    {"behaviour.traces", "Steps of possible scans, sweeps, floods and sign-ins handed to the merge thread."},
    {"behaviour.waiting_hurried", "Attempts judged before their three seconds for want of room."},
    {"behaviour.attempts_held_back", "Attempts not looked at: more in a second than caps.baseline.attempts."},
    {"behaviour.rates_refused", "Packets of floods not counted for want of room."},
};

class BehaviourWatch {
 public:
  BehaviourWatch(std::size_t flows, std::size_t workers, TraceSink& sink);

  void opened(const flow::Flow& flow);
  void packet(const flow::Flow& flow, Direction way, const decode::Headers& headers, Time now, std::uint64_t number);
  void arp(const decode::Headers& headers, Time now, std::uint64_t number);
  void message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number);
  void unanswered(const flow::Flow& flow, const Message& request, Time now, std::uint64_t number);
  void record(const flow::Flow& flow, Time now);  // it lasts
  void closed(const flow::Flow& flow, const Protocol* protocol, flow::Reason reason, Time now);
  void tick(Time now);
  void end(Time now);

  const Counters<WatchCount, watch_counter_rows>& counters() const { return counters_; }

 private:
  enum class State : std::uint8_t { fresh, waiting, midstream, settled };
  struct Slot {  // of a flow
    std::uint32_t serial = 0;  // of the flow in this slot
    State state = State::fresh;
    std::uint8_t source = 0;   // side that began
    bool counted : 1 = false;  // as a connection to an industrial port
    bool refused : 1 = false;  // an object was: those that exist are of interest from now on
    std::uint8_t unit_minute = 0;
    std::uint32_t unit = 0;    // told last, in this minute
    std::uint32_t secret = 0;  // SNMP: hash of the community asked with
  };
  static_assert(sizeof(Slot) == 16, "the price that behaviour_watch.cc states");
  struct Waiting {
    Time until;
    std::uint32_t slot, serial;
  };
  struct Rate {  // of one second
    std::uint64_t key;
    IpAddress source, target;
    Mac mac;
    std::uint16_t port;
    Behaviour behaviour;
    bool several;
    std::uint32_t count, second;
  };

  void first(const flow::Flow& flow, Slot& slot, Direction way, const decode::Headers& headers);
  void later(const flow::Flow& flow, Slot& slot, Direction way, const decode::Headers& headers);
  void floods(const flow::Flow& flow, Direction way, const decode::Headers& headers);
  void unreachable(const decode::Headers& headers);
  void wait(const flow::Flow& flow, Slot& slot);
  void settle(const flow::Flow* flow, Slot& slot, Reply result);
  void settle_next(bool hurried);
  void attempt(Trace& trace, std::uint64_t key);
  void count_open(const flow::Flow& flow, Slot& slot, bool opened);
  void rate(Behaviour behaviour, const IpAddress& source, const Mac& mac, const IpAddress& target, std::uint16_t port);
  void sign_ins(const flow::Flow& flow, const Message& message, unsigned client);
  void keep_secret(const flow::Flow& flow, const Message& message);
  void sign_in(const flow::Flow& flow, const Protocol* protocol, unsigned client, Reply result,
               std::uint64_t secret = 0);
  void sweeps(const flow::Flow& flow, Slot& slot, const Message& message, unsigned client);
  void questions(const flow::Flow& flow, const Message& message);
  void publishes(const flow::Flow& flow, const Message& message);
  void offers(const flow::Flow& flow, const Message& message);
  Trace start(Trace::What what, Behaviour behaviour) const;
  void hand_on(const Trace& trace);

  TraceSink& sink_;
  std::uint32_t most_attempts_, attempts_ = 0;  // in this second
  Time now_ = 0;
  std::uint64_t number_ = 0;
  std::uint32_t serial_ = 0;
  std::vector<Slot> slots_;
  std::vector<const flow::Flow*> flows_;  // of the slots that wait; stable until closed
  Pages<Waiting> waiting_;
  std::size_t waiting_first_ = 0, waiting_size_ = 0;
  RecentKeys known_;
  Pages<Rate> rates_;
  std::vector<std::uint32_t> rates_used_;
  std::uint32_t rate_second_ = 1;
  Counters<WatchCount, watch_counter_rows> counters_;
};

}  // namespace langyan::baseline
