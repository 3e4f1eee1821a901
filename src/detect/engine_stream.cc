// Streams: raw contents in the octets of TCP connections.
//
// New octets are scanned once, together with as many old ones as a literal may begin in. A rule
// whose literal was found is evaluated on a window: what its tail kept (at most 4 KiB) and what is
// new. If more octets may make it hold it is remembered as pending and evaluated again with each of
// the next pieces until its literal has left the window. What a rule found once is consumed for it,
// so octets that are still in the window are not found twice. No Hyperscan stream state is kept, so
// a rule set may be swapped between any two packets: what a tail holds is then scanned anew, and
// only matches that reach into new octets count.
//
// A piece that is longer than what a tail takes at once is first scanned where it is: most hold no
// literal, and then only its end is kept.
#include <algorithm>
#include <utility>

#include "detect/engine_state.h"
#include "detect/literal_choice.h"

namespace langyan::detect {

namespace {

constexpr std::size_t most_old_matches = 256;  // passed over when a tail is scanned anew

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

Tail* Engine::State::tail_of(const flow::Flow& flow, Direction way) {
  SlotMemory& memory = slots[flow.slot()];
  const std::uint32_t tail = memory.sides[flow.side(way)].tail;
  return tail == nothing ? nullptr : &pool(memory, flow.side(way))[tail];
}

// Gives the side a tail, a long one or not, and what another one held for it.
void Engine::State::change_tail(const flow::Flow& flow, unsigned number, bool wants_long) {
  SlotMemory& memory = slots[flow.slot()];
  std::uint32_t& index = memory.sides[number].tail;
  const std::uint32_t before = index;
  TailPool& tails_before = pool(memory, number);
  memory.long_tail[number] = wants_long;
  TailPool& tails = pool(memory, number);
  bool evicted = false;
  index = tails.take(evicted);
  Tail& tail = tails[index];
  if (evicted) {
    counters.add(Count::tails_evicted);
    slots[tail.slot].sides[tail.side].tail = nothing;
  }
  tail.slot = flow.slot();
  tail.side = static_cast<std::uint8_t>(number);
  tail.size = 0;
  tail.rescan = false;
  tail.forget_rules();
  if (before == nothing) return;
  const Bytes held = tails_before.held(before);
  tails.append(index, held.last(std::min(held.size(), tails.keep())));
  tail.rescan = wants_long;  // rules ask for more than they did: of another set, or half matched
  tails_before.release(before);
}

void Engine::State::inspect_stream(const flow::Flow& flow, Direction way,
                                   const flow::Chunk& chunk) {
  const unsigned number = flow.side(way);
  SlotMemory& memory = memory_of(flow);
  SideMemory& side = memory.sides[number];
  deferred_streams = 0;
  if (!memory.positioned[number]) {  // rules came, or were changed, while the stream ran
    memory.positioned[number] = true;
    const bool begins = flow.payload_bytes(way) <= chunk.data.size();
    side.position = begins && !chunk.gap ? 0 : unknown_position;
  }
  if (chunk.gap) advance(side, chunk.missing ? chunk.missing : unknown_position);
  if (chunk.gap || passed) drop_tail(memory, number);  // what follows is not next to it
  if (passed) return advance(side, chunk.data.size());
  stream_held = chunk.held;
  stream_flow = &flow;
  stream_way = way;
  for (Bytes data = chunk.data; !data.empty();) {
    const std::size_t taken = scan_piece(flow, way, side, data);
    advance(side, taken);
    data = data.subspan(taken);
  }
}

// The groups that look at a side's next octets; near its start, and when its octets are looked at
// anew, those of rules that are watched for there alone too.
Engine::State::StreamGroups Engine::State::groups_of(const SlotMemory& memory, const SideMemory& side, Direction way,
                                                     const Tail* tail) const {
  StreamGroups groups;
  const auto add = [&](const PortIndex& index, std::uint16_t number, bool all) {
    if (!number) return;
    const ScanGroup& group = index.group(number);
    if (!all && side.position >= group.until) return;
    groups.list[groups.count++] = &group;
    groups.overlap = std::max(groups.overlap, group.overlap);
    groups.keep = std::max(groups.keep, group.keep);
    groups.fixed_end = std::max(groups.fixed_end, group.fixed_end);
  };
  const auto add_route = [&](const PortIndex& index, const PortIndex::Route& route, bool all) {
    add(index, route.everywhere, all), add(index, route.by_destination, all), add(index, route.by_source, all);
  };
  const auto to = static_cast<std::size_t>(way);
  const std::uint8_t zone = zone_of(memory, way);
  const bool anew = tail && tail->rescan;
  add_route(tables->streams[to][zone], side.stream, true);
  if (anew || side.position < tables->start_until) {
    add_route(tables->stream_starts[to][zone], side.start, anew);
  }
  groups.keep = std::max(groups.keep, groups.overlap);
  if (tail && tail->pending_count) groups.keep = std::max(groups.keep, stream_tail);
  return groups;
}

// Whether nothing in `data`, or where it meets what is held, asks for an evaluation.
bool Engine::State::is_quiet(const StreamGroups& groups, const SideMemory& side, const Tail& tail,
                             Bytes data) {
  if (tail.rescan || tail.pending_count || side.position < groups.fixed_end) return false;
  const Bytes held = pool(slots[tail.slot], tail.side).held(side.tail);
  const std::size_t old = std::min<std::size_t>(groups.overlap, held.size());
  std::array<std::uint8_t, 2 * longest_literal> seam;  // of what is held, and of what is new
  std::ranges::copy(held.last(old), seam.begin());
  std::ranges::copy(data.first(groups.overlap), seam.begin() + static_cast<std::ptrdiff_t>(old));
  candidates.start();
  for (std::size_t i = 0; i < groups.count && candidates.empty(); ++i) {
    if (old)
      candidates.scan(*groups.list[i], Bytes(seam).first(old + groups.overlap), side.position - old, old, nullptr);
    candidates.scan(*groups.list[i], data, side.position, 0, nullptr);
  }
  return candidates.empty();
}

// Looks at the first octets of `data`, as many as a tail takes at once; returns how many.
std::size_t Engine::State::scan_piece(const flow::Flow& flow, Direction way, SideMemory& side,
                                      Bytes data) {
  const unsigned number = flow.side(way);
  SlotMemory& memory = slots[flow.slot()];
  Tail* tail = tail_of(flow, way);
  const StreamGroups groups = groups_of(memory, side, way, tail);
  if (groups.keep == 0) drop_tail(memory, number), tail = nullptr;
  if (groups.count == 0 && !tail) return data.size();
  Bytes octets = data;  // what is held, then what is new
  if (groups.keep) {
    const bool wants_long = groups.keep > short_tail;
    if (!tail || memory.long_tail[number] != wants_long) change_tail(flow, number, wants_long);
    TailPool& tails = pool(memory, number);
    tails.touch(side.tail);
    if (data.size() > tails.keep() && is_quiet(groups, side, tails[side.tail], data)) {
      counters.add(Count::stream_octets, data.size());
      tails.skip(side.tail, data);
      return data.size();
    }
    data = data.first(std::min(data.size(), tails.keep()));
    octets = tails.append(side.tail, data);
    tail = &tails[side.tail];
  }
  counters.add(Count::stream_octets, data.size());
  const std::size_t held = octets.size() - data.size();
  const bool rescan = tail && std::exchange(tail->rescan, false);
  const bool from_start = side.position < groups.fixed_end;
  const std::size_t old = rescan || from_start ? held : std::min<std::size_t>(groups.overlap, held);
  candidates.start();
  for (std::size_t i = 0; i < groups.count; ++i) {
    candidates.scan(*groups.list[i], octets.subspan(held - old), side.position - old, rescan ? 0 : old, nullptr);
  }
  if (candidates.empty() && !(tail && tail->pending_count)) return data.size();
  stream_run = {octets, side.position - held, true};
  stream_new = held;
  stream_base = tail ? tail->total - octets.size() : 0;
  evaluate_streams(tail, rescan);
  return data.size();
}

// The candidates, and those that wait for more.
void Engine::State::evaluate_streams(Tail* tail, bool only_new) {
  std::array<Pending, Tail::most_pending> waiting;
  std::size_t waiting_count = 0;
  if (tail) {
    for (const Pending& pending : tail->pendings()) {
      candidates.add(pending.rule);
      waiting[waiting_count++] = pending;
    }
    tail->pending_count = 0;
  }
  counters.add(Count::stream_candidates, candidates.size());
  const Subject subject = subject_of_flow(*stream_flow, stream_way, Input::stream);
  const std::uint64_t now = stream_base + stream_run.data.size();
  for (const std::uint32_t rule : candidates.sorted()) {
    if (passed) return;
    const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(waiting_count);
    const auto since =
        std::find_if(waiting.begin(), end, [&](const Pending& it) { return it.rule == rule; });
    evaluate_stream(subject, rule, tail, only_new, since == end ? now : since->begun);
  }
}

// `begun`: up to where, in octets of the tail, the rule's literal has been seen.
bool Engine::State::evaluate_stream(const Subject& subject, std::uint32_t index, Tail* tail,
                                    bool only_new, std::uint64_t begun) {
  const Rule& rule = *tables->rules[index];
  const Program& program = *rule.program;
  const Verdict verdict = frame_holds(rule, subject);
  if (verdict == Verdict::no) return false;
  const std::uint64_t consumed = tail ? tail->consumed_by(index) : 0;
  std::size_t cut = consumed > stream_base
                        ? std::min<std::size_t>(consumed - stream_base, stream_run.data.size())
                        : 0;
  if (stream_new > program.look_back) cut = std::max(cut, stream_new - program.look_back);
  std::size_t fresh = stream_new - std::min(cut, stream_new);
  Run run{stream_run.data.subspan(cut), stream_run.start + cut, true};
  bool holds = raw_holds(program, run);
  // Looking again at old octets: what lies in them alone was found by the set before, and consumed.
  for (std::size_t again = 0; only_new && holds && match.last > 0 && match.last <= fresh; ++again) {
    if (again == most_old_matches) return false;
    cut += match.last;
    fresh -= match.last;
    run = {stream_run.data.subspan(cut), stream_run.start + cut, true};
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
  const bool settled = !holds && stream_run.start + stream_run.data.size() >= program.settled;
  if (!tail || !program.pends || match.settled || match.gave_up || leaves || settled) return false;
  if (!tail->remember({index, begun})) {
    tail->rescan = true;
    counters.add(Count::pending_dropped);
  }
  return false;
}

}  // namespace langyan::detect
