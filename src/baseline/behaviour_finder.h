// BehaviourFinder: makes findings of the workers' traces: who scans, sweeps, floods, guesses, takes every socket, or
// poses as another.
//
//   BehaviourFinder finder(sink);
//   finder.accept(trace);   // in the order of the traffic; What::tick and What::end are its clock
//   finder.finish();        // after the last
//
// Each source is a suspect for each behaviour and protocol. What counts is what is new: of each thing tried it is
// remembered for a day that it was, so who polls the same hosts for ever tries nothing. A finding is told when the source
// pauses or a minute after it was sure, then at most once an hour, and only if as much again was tried since.
// The result is the same for any number of workers. One thread: the merge thread. Nothing allocates after construction.
#pragma once

#include <vector>

#include "base/counters.h"
#include "base/pages.h"
#include "baseline/behaviour.h"

namespace langyan::baseline {

enum class FinderCount : std::uint8_t {
  findings,
  suspects_opened,
  suspects_evicted,
  tries_evicted,
  asked_hurried,
  last
};
inline constexpr CounterRow finder_counter_rows[] = {
    {"findings.told", "Scans, sweeps, floods and the like told."},
    {"findings.suspects_opened", "Sources met that tried something."},
    {"findings.suspects_evicted", "Sources forgotten for want of room."},
    {"findings.tries_evicted", "Things tried that were forgotten within their day for want of room."},
    {"findings.asked_hurried", "ARP questions judged before their three seconds for want of room."},
};

class BehaviourFinder {
 public:
  explicit BehaviourFinder(FindingSink& sink);

  void accept(const Trace& trace);
  void finish();
  void connections_each(std::uint32_t most) { connections_each_ = most; }

  const Counters<FinderCount, finder_counter_rows>& counters() const { return counters_; }

 private:
  static constexpr std::size_t hours_kept = 24, rate_seconds = 10;
  struct Hour {
    std::uint32_t silent, refused, answered, targets, things;
  };
  struct Suspect {
    std::uint64_t key;  // 0: free
    const Protocol* protocol;
    IpAddress source, target;
    Mac mac;
    Behaviour behaviour;
    bool layer2, has_source, has_target, foreign, to_all, several, active;
    std::uint16_t port;
    Time first, last, seen, ripe_at, told_at;
    std::uint64_t packet_number, tried_told;
    std::uint32_t hour;                   // of the newest in `hours`
    std::uint32_t fresh;                  // failed since it was told
    std::uint32_t open, peak;             // connections; floods: most in ten seconds
    std::uint32_t rate_second;
    std::array<std::uint32_t, rate_seconds> rates;
    std::array<Hour, hours_kept> hours;
    std::array<IpAddress, most_examples> examples;
    std::array<std::uint64_t, most_examples> numbers;
    std::uint8_t example_count, number_count;
  };
  struct Try {
    std::uint64_t key;  // 0: free
    std::uint32_t minute;
    std::uint8_t state;  // Reply + 1
  };
  struct Publisher {
    std::uint64_t thing;  // 0: free
    Mac mac, other;       // who publishes now, who did before
    Time since, last, told_at;
  };
  struct Server {
    IpAddress ip;
    Time last;
  };

  void attempt(const Trace& trace);
  void count_attempt(const Trace& trace);
  void sign_in(const Trace& trace);
  void sign_in_of_many(const Trace& trace, bool told_of_source);
  void rate(const Trace& trace);
  void connection(const Trace& trace, const IpAddress* source);
  void publishes(const Trace& trace);
  void offers(const Trace& trace);
  void asked(const Trace& trace);
  void settle_asked(Time until, bool hurried);
  void tick(Time now);
  void end();

  Suspect& suspect(const Trace& trace, std::uint64_t key);
  std::uint64_t worth(const Suspect& who) const;
  Hour& hour_of(Suspect& who);
  Hour sum(const Suspect& who) const;
  void note(Suspect& who, const Trace& trace);
  void exemplify(Suspect& who, const IpAddress* target, const std::uint64_t* number);
  void judge(Suspect& who);
  void ripen(Suspect& who);
  void tell(Suspect& who, Finding::Stage stage);
  std::uint32_t needed(const Suspect& who) const;
  bool is_dhcp_server(const IpAddress& ip) const;
  // What is known of a try; null: nothing within a day, and now it is. Refreshes it.
  Try* find_try(std::uint64_t key);
  bool first_try(std::uint64_t key);

  FindingSink& sink_;
  Time now_ = 0;
  std::uint32_t connections_each_ = 12;
  Pages<Suspect> suspects_;
  Pages<Try> tries_;
  Pages<Publisher> publishers_;
  Pages<Trace> asked_;
  std::size_t asked_first_ = 0, asked_size_ = 0;
  std::vector<std::uint32_t> active_;  // suspects to be told, or told of late
  std::array<Server, 16> servers_{};
  std::size_t server_count_ = 0;
  Counters<FinderCount, finder_counter_rows> counters_;
};

}  // namespace langyan::baseline
