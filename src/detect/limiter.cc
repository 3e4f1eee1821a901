#include "detect/limiter.h"

#include <algorithm>
#include <vector>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::detect {
namespace {

const Cap tracker_cap{
    "detect.trackers", 32'768, 64,
    16'777'216,        88,     "Rules with their addresses whose rate is counted at a time."};

constexpr std::uint32_t none = 0xffffffff;

struct Key {
  std::uint32_t gid = 0, sid = 0;
  Threshold::Kind kind = Threshold::Kind::none;
  Track track = Track::by_rule;
  IpAddress one, other;  // zero where not tracked
  bool operator==(const Key&) const = default;
};

IpAddress address_of(const IpAddress& ip, const Mac& mac) {
  if (ip != IpAddress{}) return ip;
  IpAddress result;  // layer 2: the MAC address stands for it
  std::ranges::copy(mac.octets, result.octets.begin());
  return result;
}

Key key_of(const Hit& hit, const Threshold& threshold) {
  Key key{hit.rule->gid, hit.rule->sid, threshold.kind, threshold.track, {}, {}};
  const IpAddress source = address_of(hit.source, hit.source_mac);
  const IpAddress destination = address_of(hit.destination, hit.destination_mac);
  switch (threshold.track) {
    case Track::by_rule: break;
    case Track::by_source: key.one = source; break;
    case Track::by_destination: key.one = destination; break;
    case Track::by_both:  // a pair, whichever of them sent
      key.one = std::min(source, destination);
      key.other = std::max(source, destination);
      break;
  }
  return key;
}

std::uint64_t hash_of(const Key& key) {
  std::uint64_t state =
      combine(std::uint64_t{key.gid} << 32 | key.sid,
              static_cast<std::uint64_t>(key.kind) << 8 | static_cast<std::uint64_t>(key.track));
  state = hash(key.one.octets, state);
  return hash(key.other.octets, state);
}

}  // namespace

// A hash table over a preallocated pool, in the order of last use.
class Limiter::Trackers {
 public:
  struct Tracker {
    Key key;
    Time start = 0;             // of the interval
    std::uint32_t count = 0;    // matches in it
    std::uint32_t next = none;  // in its bucket
    std::uint32_t older = none, newer = none;
  };

  explicit Trackers(std::size_t capacity) : buckets_(capacity, none) { pool_.reserve(capacity); }

  // A new one has count 0. `evicted`: another was forgotten for it.
  Tracker& find(const Key& key, bool& evicted) {
    std::uint32_t& bucket = buckets_[hash_of(key) % buckets_.size()];
    for (std::uint32_t i = bucket; i != none; i = pool_[i].next) {
      if (pool_[i].key != key) continue;
      unlink(i);
      link(i);
      return pool_[i];
    }
    evicted = pool_.size() == buckets_.size();
    const std::uint32_t index = evicted ? oldest_ : static_cast<std::uint32_t>(pool_.size());
    if (evicted) {
      unlink(index);
      leave_bucket(index);
    } else {
      pool_.emplace_back();
    }
    pool_[index] = {key};
    pool_[index].next = bucket;
    bucket = index;
    link(index);
    return pool_[index];
  }

 private:
  void link(std::uint32_t index) {
    pool_[index].older = newest_, pool_[index].newer = none;
    (newest_ == none ? oldest_ : pool_[newest_].newer) = index;
    newest_ = index;
  }
  void unlink(std::uint32_t index) {
    const Tracker& it = pool_[index];
    (it.older == none ? oldest_ : pool_[it.older].newer) = it.newer;
    (it.newer == none ? newest_ : pool_[it.newer].older) = it.older;
  }
  void leave_bucket(std::uint32_t index) {
    std::uint32_t* at = &buckets_[hash_of(pool_[index].key) % buckets_.size()];
    while (*at != index) at = &pool_[*at].next;
    *at = pool_[index].next;
  }

  std::vector<Tracker> pool_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t oldest_ = none, newest_ = none;
};

Limiter::Limiter() : trackers_(std::make_unique<Trackers>(tracker_cap.value())) {}
Limiter::~Limiter() = default;

bool Limiter::admit(const Hit& hit, const Threshold& threshold) {
  if (threshold.kind == Threshold::Kind::none) return true;
  bool evicted = false;
  auto& tracker = trackers_->find(key_of(hit, threshold), evicted);
  if (evicted) counters_.add(LimitCount::evicted);
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

bool Limiter::admit(const Hit& hit) {
  counters_.add(LimitCount::asked);
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
