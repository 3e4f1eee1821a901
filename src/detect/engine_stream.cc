// Streams: raw contents in the octets of TCP connections.
//
// New octets are scanned once, together with as many old ones as a literal may begin in. A rule
// whose literal was found is evaluated on a window: what its tail kept (at most 4 KiB) and what is
// new. If more octets may make it hold it is remembered as pending and evaluated again with each of
// the next pieces until its literal has left the window. What a rule found once is consumed for it,
// so octets that are still in the window are not found twice. No Hyperscan stream state is kept, so
// a rule set may be swapped between any two packets: what a tail holds is then scanned anew, and
// only matches that reach into new octets count.
#include <algorithm>
#include <cstring>

#include "detect/engine_state.h"
#include "detect/literal_choice.h"

namespace langyan::detect {

namespace {

constexpr std::size_t most_old_matches = 64;  // passed over when a tail is scanned anew

void advance(SideMemory& side, std::uint64_t octets) {
  side.position =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(side.position + octets, unknown_position));
}

}  // namespace

void Engine::State::drop_tail(SlotMemory& memory, unsigned side) {
  std::uint32_t& tail = memory.sides[side].tail;
  if (tail == nothing) return;
  pool(memory, side).release(tail);
  tail = nothing;
}

Tail* Engine::State::tail_of(const Subject& subject, SideMemory& side) {
  if (side.tail == nothing) return nullptr;
  return &pool(*subject.memory, subject.flow->side(subject.way))[side.tail];
}

// The side's tail with room for `keep` octets; a short one is exchanged for a long one.
Tail& Engine::State::tail_for(const Subject& subject, SideMemory& side, std::size_t keep) {
  const unsigned number = subject.flow->side(subject.way);
  SlotMemory& memory = *subject.memory;
  const bool wants_long = keep > short_tail;
  if (side.tail != nothing && (memory.long_tail[number] || !wants_long)) {
    pool(memory, number).touch(side.tail);
    return pool(memory, number)[side.tail];
  }
  drop_tail(memory, number);
  memory.long_tail[number] = wants_long;
  TailPool& tails = pool(memory, number);
  bool evicted = false;
  side.tail = tails.take(evicted);
  Tail& tail = tails[side.tail];
  if (evicted) {
    counters.add(Count::tails_evicted);
    slots[tail.slot].sides[tail.side].tail = nothing;
  }
  tail.slot = subject.flow->slot();
  tail.side = static_cast<std::uint8_t>(number);
  tail.size = tail.head = 0;
  tail.rescan = false;
  tail.forget_rules();
  return tail;
}

void Engine::State::inspect_stream(const flow::Flow& flow, Direction way,
                                   const flow::Chunk& chunk) {
  Subject& subject = stream_subject = subject_of_flow(flow, way, Input::stream);
  const unsigned number = flow.side(way);
  SlotMemory& memory = *subject.memory;
  SideMemory& side = memory.sides[number];
  if (!memory.positioned[number]) {  // rules came, or were changed, while the stream ran
    memory.positioned[number] = true;
    const bool begins = flow.payload_bytes(way) <= chunk.data.size();
    side.position = begins && !chunk.gap ? 0 : unknown_position;
  }
  if (chunk.gap) {
    drop_tail(memory, number);
    advance(side, chunk.missing ? chunk.missing : unknown_position);
  }
  deferred_streams = 0;
  stream_held = chunk.held;
  for (Bytes data = chunk.data; !data.empty();) {
    const Bytes piece = data.first(std::min(data.size(), most_stream_piece));
    if (!passed) scan_piece(subject, side, piece);
    advance(side, piece.size());
    data = data.subspan(piece.size());
  }
}

void Engine::State::scan_piece(Subject& subject, SideMemory& side, Bytes data) {
  const PortIndex& index = tables->streams[static_cast<std::size_t>(subject.way)];
  const std::array<std::uint16_t, 3> groups = {side.stream.everywhere, side.stream.by_destination,
                                               side.stream.by_source};
  std::size_t overlap = 0, keep = 0;
  for (const std::uint16_t number : groups) {
    overlap = std::max<std::size_t>(overlap, index.group(number).overlap);
    keep = std::max<std::size_t>(keep, index.group(number).keep);
  }
  keep = std::max(keep, overlap);
  if (std::ranges::all_of(groups, [](std::uint16_t number) { return number == 0; })) return;
  counters.add(Count::stream_octets, data.size());
  Tail* tail = tail_of(subject, side);
  const unsigned number = subject.flow->side(subject.way);
  const std::size_t held = tail ? tail->size : 0;
  const bool rescan = tail && tail->rescan;
  const std::size_t old = rescan ? held : std::min(overlap, held);

  std::uint8_t* const fresh =
      window.get() + stream_tail;  // new octets go here, old ones before them
  Bytes scanned = data;
  if (old) {
    pool(*subject.memory, number).copy_last(side.tail, old, fresh - old);
    std::memcpy(fresh, data.data(), data.size());
    scanned = {fresh - old, old + data.size()};
  }
  start_candidates();
  for (const std::uint16_t group : groups) {
    if (group) scan(index.group(group), scanned, side.position - old, rescan ? 0 : old);
  }
  std::array<Pending, Tail::most_pending> waiting;
  std::size_t waiting_count = 0;
  if (tail) {
    tail->rescan = false;
    for (const Pending& pending : tail->pendings()) {
      add(pending.rule);
      waiting[waiting_count++] = pending;
    }
    tail->pending_count = 0;
  }
  counters.add(Count::stream_candidates, candidates.size());
  if (keep && !tail) tail = &tail_for(subject, side, keep);
  stream_base = tail ? tail->total - held : 0;
  if (!candidates.empty()) {
    sort_candidates();
    if (held > old) pool(*subject.memory, number).copy_last(side.tail, held, fresh - held);
    if (held && !old) std::memcpy(fresh, data.data(), data.size());
    stream_run = held ? Run{{fresh - held, held + data.size()}, side.position - held}
                      : Run{data, side.position};
    stream_new = held;
    for (const std::uint32_t rule : candidates) {
      if (passed) break;
      const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(waiting_count);
      const auto since =
          std::find_if(waiting.begin(), end, [&](const Pending& it) { return it.rule == rule; });
      evaluate_stream(subject, rule, tail, rescan,
                      since == end ? stream_base + held + data.size() : since->begun);
    }
  }
  if (tail) pool(*subject.memory, number).append(side.tail, data);
}

// `begun`: up to where, in octets of the tail, the rule's literal has been seen.
bool Engine::State::evaluate_stream(Subject& subject, std::uint32_t index, Tail* tail,
                                    bool only_new, std::uint64_t begun) {
  const Rule& rule = tables->rules[index];
  const Program& program = *rule.program;
  const Verdict verdict = frame_holds(rule, subject);
  if (verdict == Verdict::no) return false;
  const std::uint64_t consumed = tail ? tail->consumed_by(index) : 0;
  std::size_t cut = consumed > stream_base
                        ? std::min<std::size_t>(consumed - stream_base, stream_run.data.size())
                        : 0;
  std::size_t fresh = stream_new - std::min(cut, stream_new);
  Run run{stream_run.data.subspan(cut), stream_run.start + cut};
  bool holds = raw_holds(program, run);
  // Looking again at old octets: what lies in them alone was found by the set before, and consumed.
  for (std::size_t again = 0; only_new && holds && match.last > 0 && match.last <= fresh; ++again) {
    if (again == most_old_matches) return false;
    cut += match.last;
    fresh -= match.last;
    run = {stream_run.data.subspan(cut), stream_run.start + cut};
    holds = raw_holds(program, run);
  }
  if (holds && verdict == Verdict::yes) {
    if (tail) {
      tail->consume(index, stream_base + cut + (match.last ? match.last : run.data.size()));
      tail->forget(index);
    }
    if (program.kind == Program::Kind::both) {  // looked at in its packet too
      if (fired_in[index] == packet_serial || (stream_held && match.first >= fresh)) return false;
    }
    match.first = std::max(match.first, fresh) - fresh;
    match.last = std::max(match.last, fresh) - fresh;
    hit_operation = hit_item = no_index;
    fire(rule, subject);
    return true;
  }
  if (holds && deferred_streams < most_deferred) deferred_stream[deferred_streams++] = index;
  const bool leaves = begun + stream_tail < stream_base + stream_run.data.size();
  if (!tail || !program.pends || match.forbidden || match.gave_up || leaves) return false;
  if (!tail->remember({index, begun})) {
    tail->rescan = true;
    counters.add(Count::pending_dropped);
  }
  return false;
}

}  // namespace langyan::detect
