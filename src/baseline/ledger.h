// Ledger: what spans pairs of hosts, and the last word on a deviation before it is written.
//
//   Ledger ledger(settings);
//   ledger.restore(habit);                      // of an earlier run
//   if (auto verdict = ledger.accept(notice))   // in the order of the traffic
//     write(notice, *verdict);
//
// It knows who asks, writes and programs each device, so a second master and a server that begins to ask are seen; asks the
// maintenance windows and what a person approved; and holds back what would be a flood: at most `most_alerts_an_hour` alerts
// below severity high, then one `many` and the rest without alert. One thread: the merge thread. It allocates, up to its caps.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/counters.h"
#include "baseline/deviation.h"
#include "baseline/zones.h"

namespace langyan::baseline {

constexpr std::uint32_t most_alerts_an_hour = 60, most_stopped_a_tick = 8;
constexpr std::size_t most_askers = 4;  // of one device that are kept by name

enum class LedgerCount : std::uint8_t {
  deviations,
  alerts,
  in_maintenance,
  approved,
  held_back,
  refused_hosts,
  refused_units,
  last
};
inline constexpr CounterRow ledger_counter_rows[] = {
    {"deviations.all", "Deviations from what was learned, with and without an alert."},
    {"deviations.alerts", "Of these written as alerts."},
    {"deviations.in_maintenance", "Deviations within a maintenance window, logged without an alert."},
    {"deviations.approved", "Deviations that a person called normal, logged without an alert."},
    {"deviations.held_back", "Deviations logged without an alert because an hour had too many."},
    {"deviations.refused.hosts", "Hosts for which caps.baseline.hosts left no room."},
    {"deviations.refused.units", "Devices for which caps.baseline.units left no room."},
};

struct Unit {  // a device behind an address, in one protocol: who does what to it
  std::vector<Station> askers, writers, programmers;  // at most most_askers each, first seen first
};

struct Verdict {
  Kind kind = Kind::new_peer;
  Severity severity = Severity::low;
  bool alert = false;           // else only a line in the log
  bool many = false;            // the first that is held back: say that once
  std::string_view maintenance; // the window that covers it
  std::string_view approved;    // why it is normal
  const Unit* unit = nullptr;   // who does what to the device usually; null: nobody
};

class Ledger {
 public:
  explicit Ledger(const Settings& settings);

  std::optional<Verdict> accept(const Notice& notice);  // none: it was no deviation
  void use(const Maintenance* windows) { windows_ = windows; }  // null: there are none
  void approve(const Approval& approval);  // from now on
  void restore(const Habit& habit);
  void restore(const HostHabit& host);
  void learn(const Known& known);
  void forget(std::vector<Known>
                  left);  // habits are gone and these conversations are left: who is in none of them is unknown again
  std::size_t withdraw(const Approval& scope);  // approvals that lie within it; how many
  void clear();  // but for windows and what was counted
  std::size_t approvals() const { return approvals_.size(); }
  void visit(Visitor& visitor) const;  // hosts and approvals

  const Counters<LedgerCount, ledger_counter_rows>& counters() const { return counters_; }

 private:
  struct UnitKey {
    Station server;
    const Protocol* protocol;
    std::uint32_t unit;
    auto operator<=>(const UnitKey&) const = default;
  };
  HostHabit* host(const Station& station, Time now);
  Unit* unit(const Ends& ends);
  void learn(const Ends& ends, std::uint32_t verbs, bool asks, Time since, Time last);
  Kind refined(const Notice& notice) const;
  bool within_budget(Kind kind, Severity severity, Time now, bool& many);
  const Approval* approval_of(const Notice& notice, Kind kind) const;

  const Settings& settings_;
  const Maintenance* windows_ = nullptr;
  std::map<Station, HostHabit> hosts_;
  std::map<UnitKey, Unit> units_;
  std::vector<Approval> approvals_;
  Time hour_ = 0, tick_ = 0;
  std::uint32_t alerts_this_hour_ = 0, stopped_this_tick_ = 0;
  bool many_said_ = false;
  Counters<LedgerCount, ledger_counter_rows> counters_;
};

// The same on what a file holds: appends the approval and makes normal what it covers, so that a sensor that starts with it
// knows. How many habits it changed. For `langyan baseline approve` and the console.
std::size_t approve(Learned& learned, const Approval& approval);
// Takes out what the scope covers; with it the approvals that lie within the scope, so that what is forgotten is said when it
// comes again, and hosts of which no habit is left.
struct Forgotten {
  std::size_t habits = 0, approvals = 0;
};
Forgotten forget(Learned& learned, const Approval& scope);
// Whether the approval's scope holds these; an object in the engineer's notation.
bool covers(const Approval& approval, const Ends& ends, Verb verb, const Object& object);
bool covers(const Approval& approval, const Habit& habit);
bool lies_within(const Approval& narrow, const Approval& wide);  // all that the one covers, the other does too

}  // namespace langyan::baseline
