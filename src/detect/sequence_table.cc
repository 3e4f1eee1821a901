#include "detect/sequence_table.h"

#include <algorithm>

#include "base/caps.h"
#include "base/hash.h"
#include "detect/recent_table.h"

namespace langyan::detect {
namespace {

struct Key {
  std::uint32_t gid = 0, sid = 0;
  IpAddress one, other;    // zero where not shared
  std::uint64_t rest = 0;  // of flow, unit and object, and of the sequence's text
  bool operator==(const Key&) const = default;
};
std::uint64_t hash_of(const Key& key) {
  const std::uint64_t state = combine(std::uint64_t{key.gid} << 32 | key.sid, key.rest);
  return hash(key.other.octets, hash(key.one.octets, state));
}

using Trail = std::array<StepTaken, most_steps - 1>;

struct Stage {
  bool reached = false;
  Time begin = 0;  // of the newest sequence that reached it
  Trail trail{};   // how, up to this step
  // What is being counted for the next time it is reached.
  std::uint32_t count = 0;
  Time count_begin = 0;
  Trail count_trail{};
};

struct Progress {
  std::array<Stage, most_steps> stages;
  bool ended = false;  // and with what: a packet that ends one begins none
  StepTaken end;
};

const Cap cap{"detect.sequences",
              8'192,
              16,
              4'194'304,
              sizeof(Key) + sizeof(Progress) + 16,
              "Sequences of operations that are on their way at a time."};

Key key_of(const Hit& hit) {
  const Sequence& sequence = *hit.rule->sequence;
  const IpAddress source = hit.source_host(), destination = hit.destination_host();
  Key key{hit.rule->gid, hit.rule->sid, {}, {}, sequence.number};
  if (sequence.keys & Sequence::pair) {
    key.one = std::min(source, destination), key.other = std::max(source, destination);
  }
  if (sequence.keys & Sequence::source) key.one = source;
  if (sequence.keys & Sequence::destination) key.other = destination;
  if (sequence.keys & Sequence::flow) key.rest = combine(key.rest, hit.flow_id);
  if (sequence.keys & Sequence::unit) key.rest = combine(key.rest, hit.unit);
  if (sequence.keys & Sequence::object) key.rest = combine(key.rest, hit.object);
  return key;
}

bool is_end(const Progress& progress, const Hit& hit) {
  return progress.ended && progress.end.packet_number == hit.packet_number && progress.end.time == hit.time;
}

// Whether step `step` is reached by this hit.
bool reaches(Progress& progress, const Sequence& sequence, std::size_t step, const Hit& hit) {
  Stage& stage = progress.stages[step];
  const Duration within = sequence.steps[step].within;
  const Stage* before = step ? &progress.stages[step - 1] : nullptr;
  if (stage.count && hit.time - stage.count_begin > within) stage.count = 0;
  if (stage.count == 0) {
    if (before && (!before->reached || hit.time - before->begin > within)) return false;
    stage.count_begin = before ? before->begin : hit.time;
    if (before) stage.count_trail = before->trail;
  }
  if (++stage.count < sequence.steps[step].count) return false;
  stage.reached = true;
  stage.begin = stage.count_begin, stage.trail = stage.count_trail;
  stage.count = 0;
  if (step < stage.trail.size()) stage.trail[step] = {hit.time, hit.packet_number};
  return true;
}

}  // namespace

struct SequenceTable::Entries {
  RecentTable<Key, Progress> table{cap.value()};
};

SequenceTable::SequenceTable() : entries_(std::make_unique<Entries>()) {}
SequenceTable::~SequenceTable() = default;

bool SequenceTable::advance(const Hit& hit, bool& evicted) {
  const Sequence& sequence = *hit.rule->sequence;
  const std::size_t step = hit.rule->step, last = sequence.steps.size() - 1;
  earlier_size_ = 0;
  evicted = false;
  const Key key = key_of(hit);
  Progress* progress = step == 0 ? &entries_->table.take(key, evicted) : entries_->table.find(key);
  if (sequence.without && step == last) {
    if (!progress) return true;
    const Stage& missed = progress->stages[0];
    return !missed.reached || hit.time - missed.begin > sequence.steps[last].within;
  }
  if (!progress || is_end(*progress, hit)) return false;
  if (!reaches(*progress, sequence, step, hit) || step != last) return false;
  const Trail trail = progress->stages[last].trail;
  earlier_size_ = last;
  std::copy_n(trail.begin(), last, earlier_.begin());
  *progress = {};
  progress->ended = true, progress->end = {hit.time, hit.packet_number};
  return true;
}

}  // namespace langyan::detect
