#include "detect/limiter.h"

#include <algorithm>
#include <span>

#include "base/caps.h"
#include "base/hash.h"
#include "detect/recent_table.h"
#include "detect/sequence_table.h"

namespace langyan::detect {
namespace {

const Cap tracker_cap{
    "detect.trackers", 32'768, 64,
    16'777'216,        112,    "Rules with their addresses whose rate is counted at a time."};
const Cap bit_cap{"detect.shared_bits",
                  32'768,
                  64,
                  16'777'216,
                  72,
                  "xbits and hostbits remembered at a time."};

const Cap value_cap{"detect.dataset_values",
                    32'768,
                    64,
                    16'777'216,
                    48,
                    "Values that rules have added to datasets, remembered at a time."};

struct Key {
  std::uint32_t gid = 0, sid = 0;
  Threshold::Kind kind = Threshold::Kind::none;
  Track track = Track::by_rule;
  IpAddress one, other;       // zero where not tracked
  std::uint64_t flow_id = 0;  // likewise
  bool operator==(const Key&) const = default;
};

struct Tracker {
  Time start = 0;           // of the interval
  std::uint32_t count = 0;  // matches in it
  std::uint64_t next = 0;   // of backoff: the count that alerts next
};

struct BitKey {
  std::uint32_t name = 0;
  IpAddress one, other;  // other: of a pair
  bool operator==(const BitKey&) const = default;
};

struct Mark {
  std::int64_t until = 0;  // second of packet time, which still counts; 0: not set
};

struct ValueKey {
  std::uint32_t number = 0;
  std::array<std::uint64_t, 2> key{};
  bool operator==(const ValueKey&) const = default;
};
std::uint64_t hash_of(const ValueKey& key) {
  return combine(key.key[0], key.number);
}

Key key_of(const Hit& hit, const Threshold& threshold) {
  Key key{hit.rule->gid, hit.rule->sid, threshold.kind, threshold.track, {}, {}, 0};
  const IpAddress source = hit.source_host(), destination = hit.destination_host();
  switch (threshold.track) {
    case Track::by_rule: break;
    case Track::by_source: key.one = source; break;
    case Track::by_destination: key.one = destination; break;
    case Track::by_both:  // a pair, whichever of them sent
      key.one = std::min(source, destination);
      key.other = std::max(source, destination);
      break;
    case Track::by_flow: key.flow_id = hit.flow_id; break;
  }
  return key;
}

std::uint64_t hash_of(const Key& key) {
  std::uint64_t state =
      combine(std::uint64_t{key.gid} << 32 | key.sid,
              static_cast<std::uint64_t>(key.kind) << 8 | static_cast<std::uint64_t>(key.track));
  state = hash(key.one.octets, combine(state, key.flow_id));
  return hash(key.other.octets, state);
}

BitKey key_of(const Hit& hit, const SharedBit& bit) {
  const IpAddress source = hit.source_host(), destination = hit.destination_host();
  switch (bit.on) {
    case SharedBit::On::source: return {bit.name, source, {}};
    case SharedBit::On::destination: return {bit.name, destination, {}};
    case SharedBit::On::pair: break;
  }
  return {bit.name, std::min(source, destination), std::max(source, destination)};
}

std::uint64_t hash_of(const BitKey& key) {
  return hash(key.other.octets, hash(key.one.octets, key.name));
}

std::int64_t second_of(const Hit& hit) {
  return hit.time / second;
}

}  // namespace

struct Limiter::Tables {
  RecentTable<Key, Tracker> trackers{tracker_cap.value()};
  RecentTable<BitKey, Mark> marks{bit_cap.value()};
  RecentTable<ValueKey, bool> values{value_cap.value()};  // false: removed
  SequenceTable sequences;

  bool stands(const BitKey& key, std::int64_t now) {
    const Mark* mark = marks.find(key);
    return mark && mark->until && mark->until >= now;
  }
};

Limiter::Limiter() : tables_(std::make_unique<Tables>()) {}
Limiter::~Limiter() = default;

bool Limiter::bits_hold(const Hit& hit) {
  return std::ranges::all_of(hit.rule->shared_bits, [&](const SharedBit& bit) {
    return !bit.tests() || tables_->stands(key_of(hit, bit), second_of(hit)) ==
                               (bit.kind == SharedBit::Kind::is_set);
  });
}

void Limiter::change_bits(const Hit& hit) {
  const std::int64_t now = second_of(hit);
  for (const SharedBit& bit : hit.rule->shared_bits) {
    if (bit.tests()) continue;
    const BitKey key = key_of(hit, bit);
    const bool unset = bit.kind == SharedBit::Kind::unset ||
                       (bit.kind == SharedBit::Kind::toggle && tables_->stands(key, now));
    if (unset) {
      if (Mark* mark = tables_->marks.find(key)) mark->until = 0;
      continue;
    }
    bool evicted = false;
    tables_->marks.take(key, evicted).until = now + bit.expire / second;
    if (evicted) counters_.add(LimitCount::bits_evicted);
  }
}

// `set` holds of a value that is new, `unset` of one that is there.
bool Limiter::values_hold(const Hit& hit) {
  return std::ranges::all_of(std::span(hit.values).first(hit.value_count), [&](const DatasetValue& it) {
    const bool* there = tables_->values.find({it.number, it.key});
    const bool wanted = it.kind == InDataset::Kind::is_set || it.kind == InDataset::Kind::unset;
    return (there && *there) == wanted;
  });
}

void Limiter::change_values(const Hit& hit) {
  for (const DatasetValue& it : std::span(hit.values).first(hit.value_count)) {
    if (it.kind != InDataset::Kind::set && it.kind != InDataset::Kind::unset) continue;
    bool evicted = false;
    tables_->values.take({it.number, it.key}, evicted) = it.kind == InDataset::Kind::set;
    if (evicted) counters_.add(LimitCount::values_evicted);
  }
}

bool Limiter::admit(const Hit& hit, const Threshold& threshold) {
  if (threshold.kind == Threshold::Kind::none) return true;
  bool evicted = false;
  Tracker& tracker = tables_->trackers.take(key_of(hit, threshold), evicted);
  if (evicted) counters_.add(LimitCount::evicted);
  if (threshold.kind == Threshold::Kind::backoff) {
    if (tracker.next == 0) tracker.next = threshold.count;
    if (tracker.count < ~0u) ++tracker.count;
    if (tracker.count < tracker.next) return false;
    tracker.next *= threshold.multiplier;  // at most 2^32 * 10^7
    return true;
  }
  // Time of a capture may step back a little; such a hit belongs to the interval that runs.
  if (tracker.count == 0 || hit.time - tracker.start >= threshold.interval) {
    tracker.start = hit.time;
    tracker.count = 0;
  }
  ++tracker.count;
  switch (threshold.kind) {
    case Threshold::Kind::limit: return tracker.count <= threshold.count;
    case Threshold::Kind::threshold: return tracker.count % threshold.count == 0;
    case Threshold::Kind::both: return tracker.count == threshold.count;
    default: return tracker.count > threshold.count;
  }
}

bool Limiter::sequence_holds(const Hit& hit) {
  bool evicted = false;
  const bool holds = tables_->sequences.advance(hit, evicted);
  if (evicted) counters_.add(LimitCount::sequences_evicted);
  if (!holds) counters_.add(LimitCount::incomplete);
  if (holds) earlier_ = tables_->sequences.earlier();
  return holds;
}

namespace {

bool is_suppressed(const Hit& hit) {
  return std::ranges::any_of(hit.rule->suppressions, [&](const Suppression& it) {
    using End = Suppression::End;
    if (it.end == End::any) return true;
    return (it.end != End::destination && it.addresses->contains(hit.source)) ||
           (it.end != End::source && it.addresses->contains(hit.destination));
  });
}

}  // namespace

bool Limiter::admit(const Hit& hit) {
  counters_.add(LimitCount::asked);
  earlier_ = {};
  if (hit.value_count && !values_hold(hit)) {
    counters_.add(LimitCount::unlisted);
    return false;
  }
  if (!hit.rule->shared_bits.empty()) {
    if (!bits_hold(hit)) {
      counters_.add(LimitCount::unmarked);
      return false;
    }
  }
  if (hit.rule->sequence && !sequence_holds(hit)) return false;
  if (!hit.rule->shared_bits.empty()) change_bits(hit);
  if (hit.value_count) change_values(hit);
  if (hit.rule->noalert) {
    counters_.add(LimitCount::silent);
    return false;
  }
  if (!hit.rule->suppressions.empty() && is_suppressed(hit)) {
    counters_.add(LimitCount::suppressed);
    return false;
  }
  if (!admit(hit, hit.rule->filter)) {
    counters_.add(LimitCount::filtered);
    return false;
  }
  if (!admit(hit, hit.rule->threshold)) {
    counters_.add(LimitCount::suppressed);
    return false;
  }
  counters_.add(LimitCount::passed);
  return true;
}

}  // namespace langyan::detect
