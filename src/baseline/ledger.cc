#include "baseline/ledger.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/caps.h"
#include "baseline/learn.h"
#include "baseline/settle.h"

namespace langyan::baseline {
namespace {

const Cap hosts_cap{"baseline.hosts", 16'384, 64, 1 << 22, 128, "Hosts whose part in the plant is learned."};
const Cap units_cap{"baseline.units", 16'384, 64,
                    1 << 22,          320,    "Devices of which is learned who asks, writes and programs them."};

constexpr std::uint32_t bit_of(Verb verb) {
  return 1u << static_cast<unsigned>(verb);
}
template <class Holds>
bool any_of(std::uint32_t verbs, Holds holds) {
  for (const Name& name : verb_names())
    if ((verbs & bit_of(static_cast<Verb>(name.value))) && holds(static_cast<Verb>(name.value))) return true;
  return false;
}

void add(std::vector<Station>& list, const Station& station) {
  if (list.size() < most_askers && std::ranges::find(list, station) == list.end()) list.push_back(station);
}

bool is_group(const Station& station) {
  return station.is_mac ? station.mac().is_group() : station.ip.is_multicast();
}

bool is_new_to_each_other(Kind kind) {
  return kind == Kind::new_peer || kind == Kind::new_protocol || kind == Kind::new_unit;
}

}  // namespace

Ledger::Ledger(const Settings& settings) : settings_(settings) {}

HostHabit* Ledger::host(const Station& station, Time now) {
  const auto at = hosts_.find(station);
  if (at != hosts_.end()) return &at->second;
  if (hosts_.size() >= hosts_cap.value()) {
    counters_.add(LedgerCount::refused_hosts);
    return nullptr;
  }
  HostHabit fresh;
  fresh.station = station, fresh.since = now;
  return &hosts_.emplace(station, fresh).first->second;
}

Unit* Ledger::unit(const Ends& ends) {
  const UnitKey key{ends.server, ends.protocol, ends.unit};
  const auto at = units_.find(key);
  if (at != units_.end()) return &at->second;
  if (units_.size() >= units_cap.value()) {
    counters_.add(LedgerCount::refused_units);
    return nullptr;
  }
  return &units_[key];
}

void Ledger::learn(const Ends& ends, std::uint32_t verbs, bool asks, Time since, Time last) {
  const bool changes = any_of(verbs, changes_process), loads = any_of(verbs, programs);
  const bool industrial = ends.protocol && ends.protocol->industrial;
  if (HostHabit* client = host(ends.client, since)) {
    // Controllers ask offices' servers for names and times: that makes none a client of the plant.
    if (!asks) client->parts |= bit(Part::publishes);
    else if (industrial) client->parts |= bit(Part::asks);
    if (industrial && changes) client->parts |= bit(Part::writes);
    if (industrial && loads) client->parts |= bit(Part::programs);
    client->last = std::max(client->last, last);
  }
  if (is_group(ends.server)) return;
  if (HostHabit* server = host(ends.server, since)) {
    if (asks && industrial) server->parts |= bit(Part::answers);
    server->last = std::max(server->last, last);
  }
  if (!industrial || !asks) return;
  if (Unit* device = unit(ends)) {
    add(device->askers, ends.client);
    if (changes) add(device->writers, ends.client);
    if (loads) add(device->programmers, ends.client);
  }
}

void Ledger::restore(const Habit& habit) {
  if (habit.is(Relation::pending)) return;
  learn({habit.client, habit.server, habit.protocol, habit.transport, habit.port, habit.unit}, bit_of(habit.verb),
        !comes_unasked(habit.verb), habit.since, habit.last);
}

void Ledger::learn(const Known& known) {
  if (known.asked) learn(known.ends, known.asked, true, known.since, known.last);
  if (known.sent) learn(known.ends, known.sent, false, known.since, known.last);
}

void Ledger::forget(std::vector<Known> left) {
  const auto before = std::exchange(hosts_, {});
  units_.clear();
  // Who came first is named first, whatever worker it belongs to.
  std::ranges::sort(left, {}, [](const Known& each) {
    return std::tuple(each.since, each.ends.client, each.ends.server, each.ends.unit);
  });
  for (const Known& each : left) learn(each);
  for (auto& [station, host] : hosts_)
    if (const auto old = before.find(station); old != before.end())
      host.since = std::min(host.since, old->second.since), host.last = std::max(host.last, old->second.last);
}

std::size_t Ledger::withdraw(const Approval& scope) {
  return std::erase_if(approvals_, [&](const Approval& each) { return lies_within(each, scope); });
}

void Ledger::clear() {
  hosts_.clear(), units_.clear(), approvals_.clear();
}

void Ledger::restore(const HostHabit& each) {
  HostHabit* known = host(each.station, each.since);
  if (!known) return;
  known->parts |= each.parts;
  known->since = known->since ? std::min(known->since, each.since) : each.since;
  known->last = std::max(known->last, each.last);
}

// What no pair can know: whether the client has never asked anyone, and whether the device had another master.
Kind Ledger::refined(const Notice& notice) const {
  if (!is_new_to_each_other(notice.kind) || !notice.asks) return notice.kind;
  if (!notice.ends.protocol || !notice.ends.protocol->industrial) return notice.kind;
  const auto client = hosts_.find(notice.ends.client);
  if (notice.kind != Kind::new_unit && client != hosts_.end() && (client->second.parts & bit(Part::answers)) &&
      !(client->second.parts & bit(Part::asks)))
    return Kind::server_asks;
  const auto device = units_.find({notice.ends.server, notice.ends.protocol, notice.ends.unit});
  if (device == units_.end()) return notice.kind;
  const auto& askers = device->second.askers;
  return askers.size() == 1 && askers[0] != notice.ends.client ? Kind::second_master : notice.kind;
}

bool Ledger::within_budget(Kind kind, Severity severity, Time now, bool& many) {
  if (severity <= Severity::high) return true;
  if (kind == Kind::poll_stopped || kind == Kind::sender_silent) {
    if (tick_ != now) tick_ = now, stopped_this_tick_ = 0;
    if (++stopped_this_tick_ > most_stopped_a_tick) return false;
  }
  if (hour_ != now / hour) hour_ = now / hour, alerts_this_hour_ = 0, many_said_ = false;
  if (alerts_this_hour_ < most_alerts_an_hour) return ++alerts_this_hour_, true;
  many = !many_said_;
  many_said_ = true;
  return false;
}

std::optional<Verdict> Ledger::accept(const Notice& notice) {
  if (notice.what == Notice::What::met) {
    learn(notice.ends, notice.verbs, notice.asks, notice.time, notice.time);
    return {};
  }
  counters_.add(LedgerCount::deviations);
  Verdict verdict;
  verdict.kind = refined(notice);
  verdict.severity = verdict.kind == notice.kind ? notice.severity
                                                 : severity_of(verdict.kind, notice.verb, true);
  if (const auto device = units_.find({notice.ends.server, notice.ends.protocol, notice.ends.unit});
      device != units_.end())
    verdict.unit = &device->second;
  if (windows_)
    verdict.maintenance = windows_->covers(notice.time, notice.ends.client, notice.ends.server, notice.verb);
  if (const Approval* approval = approval_of(notice, verdict.kind))
    verdict.approved = approval->reason.empty() ? "approved" : std::string_view(approval->reason);
  if (!verdict.maintenance.empty()) counters_.add(LedgerCount::in_maintenance);
  else if (!verdict.approved.empty()) counters_.add(LedgerCount::approved);
  else if (notice.mode == Mode::enforce) {
    verdict.alert = within_budget(verdict.kind, verdict.severity, notice.time, verdict.many);
    counters_.add(verdict.alert ? LedgerCount::alerts : LedgerCount::held_back);
  }
  return verdict;
}

const Approval* Ledger::approval_of(const Notice& notice, Kind kind) const {
  for (const Approval& each : approvals_) {
    if (each.sid && each.sid != detection(kind).sid) continue;
    if (each.until && each.until < notice.time) continue;
    if (covers(each, notice.ends, notice.verb, notice.object())) return &each;
  }
  return nullptr;
}

void Ledger::approve(const Approval& approval) {
  approvals_.push_back(approval);
}

void Ledger::visit(Visitor& visitor) const {
  for (const auto& [station, each] : hosts_) visitor.host(each);
  for (const Approval& each : approvals_) visitor.approval(each);
}

bool covers(const Approval& approval, const Ends& ends, Verb verb, const Object& object) {
  if (approval.client != Station{} && approval.client != ends.client) return false;
  if (approval.server != Station{} && approval.server != ends.server) return false;
  if (!approval.protocol.empty() && (!ends.protocol || ends.protocol->name != approval.protocol)) return false;
  if (approval.unit != Approval::any_unit && approval.unit != ends.unit) return false;
  if (!approval.verb.empty() && approval.verb != verb_name(verb)) return false;
  if (approval.object.empty()) return true;
  std::string text;
  if (ends.protocol && ends.protocol->notation && !object.none()) ends.protocol->notation(object, text);
  return text == approval.object;
}

std::size_t approve(Learned& learned, const Approval& approval) {
  std::size_t changed = 0;
  learned.approvals.push_back(approval);
  if (approval.until) return 0;  // for a time: it is asked each time, and the habit stays as it is
  for (Habit& habit : learned.habits) {
    if (!(habit.flags & unsettled) || !covers(approval, habit)) continue;
    settle(habit, habit.hours);
    ++changed;
  }
  for (VolumeHabit& volume : learned.volumes) {
    if (!(volume.flags & Volume::said) || (approval.sid && approval.sid != detection(Kind::volume).sid)) continue;
    if (!covers(approval, {volume.client, volume.server}, Verb::other, {})) continue;
    volume.most = std::max(volume.most, volume.peak), volume.peak = 0;
    volume.flags &= static_cast<std::uint8_t>(~Volume::said);
    ++changed;
  }
  return changed;
}

bool covers(const Approval& approval, const Habit& habit) {
  const Ends ends{habit.client, habit.server, habit.protocol, habit.transport, habit.port, habit.unit};
  return covers(approval, ends, habit.verb, habit.object());
}

bool lies_within(const Approval& narrow, const Approval& wide) {
  const auto same_or_any = [](const auto& one, const auto& of, const auto& any) { return of == any || one == of; };
  return same_or_any(narrow.client, wide.client, Station{}) && same_or_any(narrow.server, wide.server, Station{}) &&
         same_or_any(narrow.protocol, wide.protocol, std::string{}) &&
         same_or_any(narrow.unit, wide.unit, Approval::any_unit) &&
         same_or_any(narrow.verb, wide.verb, std::string{}) && same_or_any(narrow.object, wide.object, std::string{});
}

Forgotten forget(Learned& learned, const Approval& scope) {
  Forgotten done;
  done.approvals = std::erase_if(learned.approvals, [&](const Approval& each) { return lies_within(each, scope); });
  done.habits = std::erase_if(learned.habits, [&](const Habit& habit) { return covers(scope, habit); });
  if (done.habits == 0) return done;
  std::set<Station> left;
  std::set<std::pair<Station, Station>> pairs;
  for (const Habit& habit : learned.habits) {
    pairs.emplace(habit.client, habit.server);
    if (!habit.is(Relation::pending)) left.insert(habit.client), left.insert(habit.server);
  }
  std::erase_if(learned.volumes, [&](const VolumeHabit& volume) {
    return !pairs.contains({volume.client, volume.server});
  });
  std::erase_if(learned.hosts, [&](const HostHabit& host) { return !left.contains(host.station); });
  return done;
}

}  // namespace langyan::baseline
