#include "baseline/behaviour_finder.h"

#include <algorithm>
#include <bit>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::baseline {
namespace {

const Cap suspects_cap{
    "baseline.suspects",
    8'192,
    64,
    1'048'576,
    912,
    "Sources of possible scans, sweeps, floods and failed sign-ins kept; who tried least is forgotten first."};
const Cap tries_cap{"baseline.tries", 262'144, 1'024, 16'777'216, 16,
                    "Things that sources tried, each remembered for a day; the oldest are forgotten first."};
const Cap publishers_cap{"baseline.publishers", 4'096, 64, 1'048'576, 48,
                         "GOOSE and SV control blocks whose publisher is known."};
const Cap asked_cap{"baseline.asked", 8'192, 64, 1'048'576, 152,
                    "ARP questions whose answer is waited for."};

constexpr std::size_t suspect_ways = 8, try_ways = 8, publisher_ways = 4;
constexpr std::size_t most_active = 1'024;       // suspects that are about to be told; beyond it they are told at once
constexpr Duration arp_patience = 3 * second;
constexpr Duration pause = 10 * second;          // so long without anything new, and the whole of it can be told
constexpr Duration longest_delay = minute;       // of telling
constexpr Duration flood_delay = 5 * second;
constexpr Duration told_again_after = hour;
constexpr Duration over_after = 10 * minute;     // then what was told is over
constexpr Duration publisher_kept = 10 * minute; // who was silent for longer was replaced
constexpr std::uint32_t day_minutes = 24 * 60;

// How much it takes. docs/design/0024-behaviours.md gives the reasons.
struct Threshold {
  std::uint32_t failing;  // different things that failed within a day; floods: packets within ten seconds
  std::uint32_t share;    // of what was tried at least one in so many failed; 0: whatever succeeded
};
constexpr Threshold thresholds[] = {
    {20, 3},     // arp_scan
    {15, 3},     // icmp_scan
    {15, 3},     // tcp_scan
    {15, 3},     // udp_scan
    {10, 3},     // host_sweep
    {10, 3},     // unit_sweep
    {24, 2},     // object_sweep
    {8, 0},      // function_sweep
    {0, 0},      // exhaustion: connections_each
    {32, 0},     // exhaustion_many
    {1'000, 0},  // syn_flood
    {3'000, 0},  // udp_flood
    {1'000, 0},  // icmp_flood
    {300, 0},    // arp_flood
    {5'000, 0},  // broadcast_storm
    {5'000, 0},  // goose_flood
    {10, 1},     // brute_force: at least as many failed as succeeded
    {20, 1},     // brute_force_many
    {0, 0},      // twin_publisher
    {0, 0},      // rogue_dhcp
};
static_assert(std::size(thresholds) == static_cast<std::size_t>(Behaviour::last));
constexpr std::uint32_t least_hosts = 64;        // asked who they are, also if all answer
constexpr std::uint32_t least_units = 100;       // of each target, also if all answer
constexpr std::uint32_t least_broadcasts = 64;  // different questions to all: a controller asks for each of its devices
constexpr std::uint32_t least_sources = 5;       // of brute_force_many
constexpr std::uint32_t least_short = 20;        // short sessions, which only suggest that the sign-in failed
constexpr std::uint32_t lenient = 8;             // times more, where plain programs fail often

bool is_flood(Behaviour behaviour) {
  return behaviour >= Behaviour::syn_flood && behaviour <= Behaviour::goose_flood;
}
bool is_exhaustion(Behaviour behaviour) {
  return behaviour == Behaviour::exhaustion || behaviour == Behaviour::exhaustion_many;
}
bool is_guessed(const Protocol* protocol) {
  return protocol && (protocol->name == "ssh" || protocol->name == "rdp");
}

std::uint64_t key_of(const IpAddress& ip) {
  return hash({ip.octets.data(), ip.octets.size()});
}

bool is_private(const IpAddress& ip) {
  if (!ip.is_v4()) return (ip.octets[0] & 0xfe) == 0xfc || (ip.octets[0] == 0xfe && (ip.octets[1] & 0xc0) == 0x80);
  const std::uint32_t number = ip.v4_number();
  return number >> 24 == 10 || number >> 20 == 0xac1 || number >> 16 == 0xc0a8 || number >> 16 == 0xa9fe;
}

// Programs of offices try addresses all over the world, and a plant's firewall eats most of it.
bool is_foreign(const IpAddress& source, const IpAddress& target) {
  if (is_private(target)) return false;
  return !target.is_v4() || !source.is_v4() || source.v4_number() >> 16 != target.v4_number() >> 16;
}

// Which suspect: who does what in which protocol.
std::uint64_t suspect_key(Behaviour behaviour, const Protocol* protocol, std::uint64_t who) {
  const std::uint64_t name = protocol ? hash(bytes_of(protocol->name)) : 0;
  return combine(combine(name, static_cast<std::uint64_t>(behaviour)), who) | 1;
}

constexpr std::uint64_t of_target = 0x7461, of_thing = 0x7468, of_life = 0x6c69, of_source = 0x736f;

}  // namespace

BehaviourFinder::BehaviourFinder(FindingSink& sink)
    : sink_(sink), suspects_(std::bit_ceil(suspects_cap.value())), tries_(std::bit_ceil(tries_cap.value())),
      publishers_(std::bit_ceil(publishers_cap.value())), asked_(asked_cap.value()) {
  static_assert(sizeof(Suspect) <= 912 && sizeof(Try) == 16 && sizeof(Publisher) <= 48 && sizeof(Trace) <= 152,
                "the prices stated above");
  active_.reserve(most_active);
}

void BehaviourFinder::accept(const Trace& trace) {
  using enum Trace::What;
  switch (trace.what) {
    case tick: return this->tick(trace.time);
    case end: return this->end();
    case alive: first_try(combine(of_life, key_of(trace.source))); return;
    case attempt: return trace.behaviour == Behaviour::arp_scan ? asked(trace) : this->attempt(trace);
    case sign_in: return this->sign_in(trace);
    case rate: return this->rate(trace);
    case opened:
    case closed:
      connection(trace, &trace.source);
      return connection(trace, nullptr);
    case publishes: return this->publishes(trace);
    case offers: return this->offers(trace);
  }
}

// --- tables ---

BehaviourFinder::Try* BehaviourFinder::find_try(std::uint64_t key) {
  key |= 1;
  const auto minute_now = static_cast<std::uint32_t>(now_ / minute);
  Try* const set = &tries_[(key >> 8 & (tries_.size() / try_ways - 1)) * try_ways];
  Try* victim = set;
  for (std::size_t i = 0; i < try_ways; ++i) {
    if (set[i].key == key) {
      const bool expired = minute_now - set[i].minute > day_minutes;
      set[i].minute = minute_now;
      if (!expired) return &set[i];
      set[i].state = 0;
      return nullptr;
    }
    if (set[i].key == 0) {
      set[i] = {key, minute_now, 0};
      return nullptr;
    }
    if (set[i].minute < victim->minute) victim = &set[i];
  }
  if (minute_now - victim->minute <= day_minutes) counters_.add(FinderCount::tries_evicted);
  *victim = {key, minute_now, 0};
  return nullptr;
}

bool BehaviourFinder::first_try(std::uint64_t key) {
  return find_try(key) == nullptr;
}

// Who was told of is not told again within the hour, so is forgotten last.
std::uint64_t BehaviourFinder::worth(const Suspect& who) const {
  const bool told = who.told_at && now_ - who.told_at < told_again_after;
  return std::uint64_t{who.active} << 40 | std::uint64_t{told} << 39 | (std::uint64_t{who.fresh} + who.open);
}

BehaviourFinder::Suspect& BehaviourFinder::suspect(const Trace& trace, std::uint64_t key) {
  Suspect* const set = &suspects_[(key >> 8 & (suspects_.size() / suspect_ways - 1)) * suspect_ways];
  Suspect* victim = nullptr;
  for (std::size_t i = 0; i < suspect_ways; ++i) {
    Suspect& each = set[i];
    if (each.key == key) return each.seen = now_, each;
    if (each.key == 0) {
      victim = &each;
      break;
    }
    const std::uint64_t mine = worth(each), least = victim ? worth(*victim) : 0;
    if (!victim || mine < least || (mine == least && each.seen < victim->seen)) victim = &each;
  }
  if (victim->active) {  // as are all others of the set
    if (victim->told_at == 0) tell(*victim, Finding::Stage::found);
    std::erase(active_, static_cast<std::uint32_t>(victim - suspects_.data()));
  }
  if (victim->key) counters_.add(FinderCount::suspects_evicted);
  counters_.add(FinderCount::suspects_opened);
  *victim = {};
  victim->key = key;
  victim->protocol = trace.protocol;
  victim->source = trace.source, victim->mac = trace.mac, victim->layer2 = trace.layer2;
  victim->has_source = true;
  victim->behaviour = trace.behaviour;
  victim->to_all = trace.to_all;
  victim->first = victim->last = trace.time;
  victim->seen = now_;
  victim->hour = static_cast<std::uint32_t>(now_ / hour);
  return *victim;
}

BehaviourFinder::Hour& BehaviourFinder::hour_of(Suspect& who) {
  const auto hour_now = static_cast<std::uint32_t>(now_ / hour);
  for (std::size_t i = 0; who.hour < hour_now && i < hours_kept; ++i) who.hours[++who.hour % hours_kept] = {};
  who.hour = hour_now;
  return who.hours[hour_now % hours_kept];
}

BehaviourFinder::Hour BehaviourFinder::sum(const Suspect& who) const {
  Hour all{};
  for (const Hour& each : who.hours) {
    all.silent += each.silent, all.refused += each.refused, all.answered += each.answered;
    all.targets += each.targets, all.things += each.things;
  }
  return all;
}

void BehaviourFinder::note(Suspect& who, const Trace& trace) {
  if (trace.time < who.first) who.first = trace.time;
  if (now_ - who.first > day) who.first = now_ - day;
  who.last = std::max(who.last, trace.time);
  if (trace.packet_number) who.packet_number = trace.packet_number;
}

void BehaviourFinder::exemplify(Suspect& who, const IpAddress* target, const std::uint64_t* number) {
  if (target && who.example_count < most_examples) who.examples[who.example_count++] = *target;
  if (number && who.number_count < most_examples) who.numbers[who.number_count++] = *number;
}

// --- scans and sweeps ---

// An ARP answer goes to who asked, past many a mirror port: it counts as well that the address is heard at all.
void BehaviourFinder::asked(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  if (asked_size_ == asked_.size()) settle_asked(INT64_MAX, true);
  asked_[(asked_first_ + asked_size_++) % asked_.size()] = trace;
}

void BehaviourFinder::settle_asked(Time until, bool hurried) {
  while (asked_size_ > 0 && (hurried || asked_[asked_first_].time + arp_patience <= until)) {
    Trace trace = asked_[asked_first_];
    asked_first_ = (asked_first_ + 1) % asked_.size();
    --asked_size_;
    const std::uint64_t life = combine(of_life, key_of(trace.target)) | 1;
    const Try* const set = &tries_[(life >> 8 & (tries_.size() / try_ways - 1)) * try_ways];
    for (std::size_t i = 0; i < try_ways; ++i)
      if (set[i].key == life) trace.result = Reply::answered;
    trace.thing = 0, trace.port = 0;
    attempt(trace);
    if (hurried) return counters_.add(FinderCount::asked_hurried);
  }
}

void BehaviourFinder::attempt(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  if (trace.result == Reply::answered && trace.behaviour <= Behaviour::udp_scan)
    first_try(combine(of_life, key_of(trace.target)));
  count_attempt(trace);
}

void BehaviourFinder::count_attempt(const Trace& trace) {
  const bool foreign = trace.behaviour <= Behaviour::udp_scan && is_foreign(trace.source, trace.target);
  std::uint64_t of = trace.behaviour == Behaviour::arp_scan ? trace.mac.number() : key_of(trace.source);
  of = combine(of, static_cast<std::uint64_t>(foreign) << 1 | static_cast<std::uint64_t>(trace.to_all));
  Suspect& who = suspect(trace, suspect_key(trace.behaviour, trace.protocol, of));
  who.foreign = foreign;
  const std::uint64_t target = trace.to_all ? 0 : key_of(trace.target);
  const auto state = static_cast<std::uint8_t>(static_cast<unsigned>(trace.result) + 1);
  Hour& counts = hour_of(who);
  const std::uint64_t key = combine(combine(who.key, target), trace.thing);
  if (Try* known = find_try(key)) {
    if (known->state >= state) return;
    // Silence first, then a refusal or an answer after all.
    std::uint32_t& before = known->state == 1 ? counts.silent : counts.refused;
    if (before > 0) --before, ++(trace.result == Reply::refused ? counts.refused : counts.answered);
    if (trace.result == Reply::answered && who.fresh > 0) --who.fresh;
    known->state = state;
    return;
  }
  find_try(key)->state = state;
  note(who, trace);
  if (!trace.to_all && first_try(combine(combine(who.key, of_target), target))) {
    ++counts.targets;
    exemplify(who, &trace.target, nullptr);
  }
  if (first_try(combine(combine(who.key, of_thing), trace.thing))) {
    ++counts.things;
    if (trace.numbered) exemplify(who, nullptr, &trace.thing);
  }
  switch (trace.result) {
    case Reply::silent: ++counts.silent, ++who.fresh; break;
    case Reply::refused: ++counts.refused, ++who.fresh; break;
    case Reply::answered: ++counts.answered; break;
  }
  judge(who);
}

std::uint32_t BehaviourFinder::needed(const Suspect& who) const {
  if (who.behaviour == Behaviour::exhaustion) return connections_each_;
  std::uint32_t failing = thresholds[static_cast<std::size_t>(who.behaviour)].failing;
  if (who.to_all) failing = least_broadcasts;
  if (who.behaviour == Behaviour::brute_force && is_guessed(who.protocol)) failing = least_short;
  // A DHCP server looks whether an address is free before it gives it away, RFC 2131 3.1.
  const bool checks = who.behaviour <= Behaviour::icmp_scan && is_dhcp_server(who.source);
  return who.foreign || checks ? failing * lenient : failing;
}

void BehaviourFinder::judge(Suspect& who) {
  if (who.active && who.told_at == 0) return;
  if (who.told_at && now_ - who.told_at < told_again_after) return;
  const Hour all = sum(who);
  const std::uint32_t failing = all.silent + all.refused, tried = failing + all.answered;
  const bool any = (who.behaviour == Behaviour::host_sweep && !who.to_all && all.targets >= least_hosts) ||
                   (who.behaviour == Behaviour::unit_sweep && all.targets && tried / all.targets >= least_units);
  const std::uint32_t share = thresholds[static_cast<std::size_t>(who.behaviour)].share;
  if (any && tried - who.tried_told >= least_hosts) return ripen(who);
  if (who.fresh < needed(who)) return;
  if (share == 1 ? failing < all.answered : share && failing * share < tried) return;
  if (who.behaviour == Behaviour::brute_force_many && all.things < least_sources) return;
  // One unit or function that many devices refuse is no sweep over them.
  const bool over_things = who.behaviour >= Behaviour::unit_sweep && who.behaviour <= Behaviour::function_sweep;
  if (over_things && all.things < needed(who)) return;
  ripen(who);
}

void BehaviourFinder::ripen(Suspect& who) {
  who.ripe_at = now_;
  who.told_at = 0;
  if (who.active) return;
  who.active = true;
  if (active_.size() == most_active) {
    tell(who, Finding::Stage::found);
    who.active = false;
    return;
  }
  active_.push_back(static_cast<std::uint32_t>(&who - suspects_.data()));
}

// --- sign-ins ---

void BehaviourFinder::sign_in(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  std::uint64_t of = key_of(trace.source);
  if (is_guessed(trace.protocol)) of = combine(of, key_of(trace.target));
  Suspect& who = suspect(trace, suspect_key(Behaviour::brute_force, trace.protocol, of));
  const bool told = who.active;
  Hour& counts = hour_of(who);
  // Of secrets that are only guessed at by silence each counts once.
  if (trace.thing && !first_try(combine(who.key, trace.thing))) return;
  note(who, trace);
  if (first_try(combine(combine(who.key, of_target), key_of(trace.target)))) {
    ++counts.targets;
    exemplify(who, &trace.target, nullptr);
  }
  who.port = trace.port;
  if (trace.result == Reply::answered) return void(++counts.answered);
  ++counts.refused, ++who.fresh;
  judge(who);
  if (!trace.thing) sign_in_of_many(trace, told);
}

void BehaviourFinder::sign_in_of_many(const Trace& trace, bool told_of_source) {
  if (told_of_source) return;
  Trace of = trace;
  of.behaviour = Behaviour::brute_force_many;
  Suspect& who = suspect(of, suspect_key(of.behaviour, of.protocol, key_of(of.target)));
  who.has_source = false, who.has_target = true;
  who.target = of.target, who.port = of.port;
  Hour& counts = hour_of(who);
  note(who, of);
  ++counts.refused, ++who.fresh;
  if (first_try(combine(combine(who.key, of_source), key_of(of.source)))) {
    ++counts.things;
    exemplify(who, &of.source, nullptr);
  }
  judge(who);
}

// --- floods and sockets ---

void BehaviourFinder::rate(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  const bool by_source = trace.target == IpAddress{};
  const std::uint64_t of = by_source ? trace.mac.number() : combine(key_of(trace.target), trace.port);
  Suspect& who = suspect(trace, suspect_key(trace.behaviour, nullptr, of));
  if (!by_source) who.target = trace.target, who.has_target = true, who.port = trace.port;
  who.several |= trace.several || who.source != trace.source;
  who.has_source = !who.several;
  const auto second_now = static_cast<std::uint32_t>(trace.time / second);
  for (std::size_t i = 0; who.rate_second < second_now && i < rate_seconds; ++i)
    who.rates[++who.rate_second % rate_seconds] = 0;
  who.rate_second = second_now;
  who.rates[second_now % rate_seconds] += trace.count;
  std::uint32_t all = 0;
  for (const std::uint32_t each : who.rates) all += each;
  Hour& counts = hour_of(who);
  const bool known = who.active;
  if (all < needed(who) && !known) {
    // Between floods nothing of what is usual is counted as one.
    if (all == trace.count) counts = {}, who.first = trace.time, who.several = trace.several, who.source = trace.source;
    counts.silent += trace.count;
    return note(who, trace);
  }
  note(who, trace);
  counts.silent += trace.count;
  who.fresh = all;
  who.peak = std::max(who.peak, all);
  if (!known && (who.told_at == 0 || now_ - who.told_at >= told_again_after)) ripen(who);
}

void BehaviourFinder::connection(const Trace& trace, const IpAddress* source) {
  now_ = std::max(now_, trace.time);
  Trace of = trace;
  of.behaviour = source ? Behaviour::exhaustion : Behaviour::exhaustion_many;
  std::uint64_t key = combine(key_of(trace.target), trace.port);
  if (source) key = combine(key, key_of(*source));
  Suspect& who = suspect(of, suspect_key(of.behaviour, nullptr, key));
  who.target = trace.target, who.port = trace.port, who.has_target = true;
  who.has_source = source != nullptr;
  if (trace.what == Trace::What::closed) {
    if (who.open > 0) --who.open;
    return;
  }
  ++who.open;
  Hour& counts = hour_of(who);
  if (who.open == 1) who.first = trace.time;
  note(who, trace);
  ++counts.answered;
  who.peak = std::max(who.peak, who.open);
  if (!source && first_try(combine(combine(who.key, of_source), key_of(trace.source)))) {
    ++counts.things;
    exemplify(who, &trace.source, nullptr);
  }
  if (who.open < needed(who) || (who.active && who.told_at == 0)) return;
  if (who.told_at && now_ - who.told_at < told_again_after) return;
  if (source) {  // then many hosts are not needed to say it
    Suspect& many =
        suspect(of, suspect_key(Behaviour::exhaustion_many, nullptr, combine(key_of(trace.target), trace.port)));
    if (many.told_at == 0 && !many.active) many.told_at = now_;
  }
  ripen(who);
}

// --- posing as another ---

void BehaviourFinder::publishes(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  const std::uint64_t key = trace.thing | 1;
  Publisher* const set = &publishers_[(key >> 8 & (publishers_.size() / publisher_ways - 1)) * publisher_ways];
  Publisher* place = set;
  for (std::size_t i = 0; i < publisher_ways; ++i) {
    if (set[i].thing == key || set[i].thing == 0) {
      place = &set[i];
      break;
    }
    if (set[i].last < place->last) place = &set[i];
  }
  Publisher& known = *place;
  if (known.thing != key) known = {key, trace.mac, Mac{}, trace.time, trace.time, 0};
  if (known.mac == trace.mac) return void(known.last = trace.time);
  // One that takes over for good was put in its place; one after which the first goes on was not.
  const bool returns = known.other == trace.mac && trace.time - known.since < publisher_kept;
  const Mac before = known.mac;
  known.other = before, known.mac = trace.mac;
  const Time since = known.since;
  known.since = known.last = trace.time;
  if (!returns || (known.told_at && now_ - known.told_at < told_again_after)) return;
  known.told_at = now_;
  Finding finding;
  finding.behaviour = Behaviour::twin_publisher;
  finding.protocol = trace.protocol;
  finding.has_mac = true;
  finding.mac = before, finding.other_mac = trace.mac;  // who came in between, who was there first
  finding.first = since, finding.last = finding.now = trace.time;
  finding.packet_number = trace.packet_number;
  finding.text = trace.said();
  counters_.add(FinderCount::findings);
  sink_.found(finding);
}

bool BehaviourFinder::is_dhcp_server(const IpAddress& ip) const {
  return std::any_of(servers_.begin(), servers_.begin() + static_cast<std::ptrdiff_t>(server_count_),
                     [&](const Server& each) { return each.ip == ip; });
}

void BehaviourFinder::offers(const Trace& trace) {
  now_ = std::max(now_, trace.time);
  std::size_t live = 0;
  for (std::size_t i = 0; i < server_count_; ++i)
    if (now_ - servers_[i].last < day || servers_[i].ip == trace.source) servers_[live++] = servers_[i];
  server_count_ = live;
  for (std::size_t i = 0; i < server_count_; ++i)
    if (servers_[i].ip == trace.source) return void(servers_[i].last = now_);
  if (server_count_ > 0) {
    Finding finding;
    finding.behaviour = Behaviour::rogue_dhcp;
    finding.protocol = trace.protocol;
    finding.has_source = true, finding.source = trace.source;
    finding.examples[0] = servers_[0].ip, finding.example_count = 1;
    if (trace.target != IpAddress{}) finding.has_target = true, finding.target = trace.target;
    finding.first = finding.last = finding.now = trace.time;
    finding.packet_number = trace.packet_number;
    counters_.add(FinderCount::findings);
    sink_.found(finding);
  }
  if (server_count_ == servers_.size()) std::shift_left(servers_.begin(), servers_.end(), 1), --server_count_;
  servers_[server_count_++] = {trace.source, now_};
}

// --- telling ---

void BehaviourFinder::tick(Time now) {
  now_ = std::max(now_, now);
  settle_asked(now_, false);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    const std::uint32_t index = active_[i];
    Suspect& who = suspects_[index];
    bool stays = true;
    const bool flood = is_flood(who.behaviour) || is_exhaustion(who.behaviour);
    if (who.told_at == 0) {
      const Duration since = now_ - who.ripe_at;
      if (since >= (flood ? flood_delay : longest_delay) || now_ - who.seen >= pause) tell(who, Finding::Stage::found);
    } else if (now_ - who.told_at >= told_again_after || now_ - who.seen >= over_after) {
      hour_of(who);
      const Hour all = sum(who);
      const std::uint64_t tried = std::uint64_t{all.silent} + all.refused + all.answered;
      const bool goes_on = now_ - who.seen < over_after && who.fresh >= needed(who) && !flood;
      stays = false;
      if (goes_on) judge(who), stays = who.told_at == 0;
      if (!stays && tried > who.tried_told) tell(who, Finding::Stage::ended);
    }
    if (stays) active_[kept++] = index;
    else who.active = false, who.peak = 0;
  }
  active_.resize(kept);
}

void BehaviourFinder::end() {
  settle_asked(INT64_MAX - arp_patience, false);
  for (const std::uint32_t index : active_) {
    Suspect& who = suspects_[index];
    hour_of(who);
    const Hour all = sum(who);
    if (who.told_at == 0) tell(who, Finding::Stage::found);
    else if (std::uint64_t{all.silent} + all.refused + all.answered > who.tried_told) tell(who, Finding::Stage::ended);
  }
  active_.clear();
  for (std::size_t i = 0; i < suspects_.size(); ++i)
    if (suspects_[i].key) suspects_[i] = {};
  for (std::size_t i = 0; i < tries_.size(); ++i)
    if (tries_[i].key) tries_[i] = {};
  for (std::size_t i = 0; i < publishers_.size(); ++i)
    if (publishers_[i].thing) publishers_[i] = {};
  server_count_ = 0;
  now_ = 0;
}

void BehaviourFinder::finish() {
  if (now_) end();
}

void BehaviourFinder::tell(Suspect& who, Finding::Stage stage) {
  if (stage == Finding::Stage::ended) hour_of(who);
  const Hour all = sum(who);
  Finding finding;
  finding.stage = stage, finding.behaviour = who.behaviour, finding.protocol = who.protocol;
  finding.has_source = who.has_source && !who.layer2 && who.source != IpAddress{};
  finding.source = who.source;
  finding.has_mac = who.mac != Mac{}, finding.mac = who.mac;
  finding.has_target = who.has_target || all.targets == 1;
  finding.target = who.has_target ? who.target : who.examples[0];
  finding.port = who.port;
  finding.first = who.first, finding.last = who.last, finding.now = now_;
  finding.packet_number = who.packet_number;
  finding.silent = all.silent, finding.refused = all.refused, finding.answered = all.answered;
  finding.tried = finding.silent + finding.refused + finding.answered;
  finding.targets = all.targets, finding.things = all.things;
  finding.rate = who.peak;
  finding.examples = who.examples, finding.example_count = who.example_count;
  finding.numbers = who.numbers, finding.number_count = who.number_count;
  if (stage == Finding::Stage::found) {
    counters_.add(FinderCount::findings);
    who.told_at = now_;
    who.fresh = 0;
  }
  who.tried_told = finding.tried;
  sink_.found(finding);
}

}  // namespace langyan::baseline
