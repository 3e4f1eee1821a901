#include "center/relay.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "center/notices.h"
#include "spool/crc32c.h"
#include "spool/frame.h"

namespace langyan::center {
namespace {

constexpr std::size_t chunk_events = 1'000;       // looked at in one step
constexpr std::size_t chunk_bytes = 512u << 10;   // of lines in one intent, or one line
constexpr std::size_t longest_line = 1u << 20;    // the spool's default for a record
constexpr std::size_t longest_intent = 8u << 20;  // octets of the file
constexpr Duration note_every = 10 * second;      // of a cursor that nothing was released behind
constexpr std::string_view title = "langyan-uplink 1 ";

std::uint64_t number_of(simdjson::dom::element from, std::string_view key) {
  std::uint64_t number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

}  // namespace

RelayLane::RelayLane(RelayDoors doors, RelayOptions options, spool::Lane lane)
    : doors_(doors), options_(std::move(options)), lane_(lane) {
  for (const std::string& type : doors_.policy.rows().types)
    if (type != notice_event && (type == "alert") == (lane == spool::Lane::alert)) filter_.types.push_back(type);
}

std::string RelayLane::path() const {
  return options_.folder + "/" + std::string(spool::name(lane_)) + ".intent";
}

// "langyan-uplink 1 <crc32c of the rest>\n{…}\n" and then the lines.
Result<void> RelayLane::note(Intent intent) {
  std::string body;
  JsonWriter(body)
      .open()
      .field("cursor", intent.cursor)
      .field("epoch", intent.epoch)
      .field("first", intent.first)
      .field("mark", intent.mark)
      .field("received", static_cast<std::uint64_t>(std::max<Time>(intent.received, 0)))
      .field("lines", std::uint64_t{intent.lines.size()})
      .close();
  body += '\n';
  for (const std::string& line : intent.lines) body.append(line).append("\n");
  std::string text(title);
  text.append(std::to_string(spool::crc32c(bytes_of(body)))).append("\n").append(body);
  if (auto done = replace_file(doors_.disk, path(), bytes_of(text)); !done) return done;
  doors_.counters.add(RelayCount::intents);
  intent_ = std::move(intent);
  pushed_ = 0;
  pending_ = !intent_.lines.empty();
  moved_ = false;
  return {};
}

Result<RelayLane::Intent> RelayLane::read_intent() const {
  const auto text = read_file(doors_.disk, path(), longest_intent);
  if (!text) return text.error().kind == ErrorKind::missing ? Result<Intent>(Intent()) : text.error();
  const Error damaged{ErrorKind::invalid,
                      path() + " is damaged; what is still to leave is not known. Remove the folder to "
                               "begin anew: the center above then gets what the store holds once more"};
  std::string_view rest = *text;
  const std::size_t end = rest.find('\n');
  if (!rest.starts_with(title) || end == rest.npos) return damaged;
  const std::string_view sum = rest.substr(title.size(), end - title.size());
  rest.remove_prefix(end + 1);
  if (std::to_string(spool::crc32c(bytes_of(rest))) != sum) return damaged;
  const std::size_t header = rest.find('\n');
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view cursor;
  if (header == rest.npos || parser.parse(rest.data(), header).get(body) != simdjson::SUCCESS ||
      body["cursor"].get(cursor) != simdjson::SUCCESS)
    return damaged;
  Intent intent{std::string(cursor),        number_of(body, "epoch"),
                number_of(body, "first"),   number_of(body, "mark"),
                static_cast<Time>(number_of(body, "received")), {}};
  rest.remove_prefix(header + 1);
  while (!rest.empty()) {
    const std::size_t next = std::min(rest.find('\n'), rest.size() - 1);
    intent.lines.emplace_back(rest.substr(0, next));
    rest.remove_prefix(next + 1);
  }
  if (intent.lines.size() != number_of(body, "lines")) return damaged;
  return intent;
}

// The last position this lane used in that epoch.
std::uint64_t RelayLane::came_to(std::uint64_t epoch) const {
  const spool::Spool& spool = doors_.spool;
  if (epoch == spool.epoch()) return spool.committed(lane_);
  const auto& change = spool.epoch_change();
  if (change && change->previous == epoch) return change->last_seq[spool::index(lane_)];
  const spool::EpochEnd before = spool.before(lane_);
  return before.epoch == epoch ? before.last : 0;
}

Result<void> RelayLane::recover() {
  auto found = read_intent();
  if (!found) return found.error();
  intent_ = found.take();
  if (intent_.lines.empty()) return {};
  const std::uint64_t came = came_to(intent_.epoch);
  const std::uint64_t done =
      came < intent_.first ? 0 : std::min<std::uint64_t>(came - intent_.first + 1, intent_.lines.size());
  Intent rest = intent_;
  rest.lines.erase(rest.lines.begin(), rest.lines.begin() + static_cast<std::ptrdiff_t>(done));
  intent_.lines.clear();
  if (rest.lines.empty()) return {};
  rest.epoch = doors_.spool.epoch();
  rest.first = doors_.spool.committed(lane_) + 1;
  doors_.counters.add(RelayCount::recovered, rest.lines.size());
  return note(std::move(rest));
}

RelayLane::Step RelayLane::fail(const Error& error) {
  doors_.counters.add(RelayCount::failures);
  if (!complained_)
    logging::error("uplink: " + error.message + "; events wait in the store, this is tried again");
  complained_ = true;
  return Step::failing;
}

// What of the intent has no position yet gets one. A spool without room is asked again.
RelayLane::Step RelayLane::push() {
  spool::Spool& spool = doors_.spool;
  constexpr auto worth = spool::Class::alert;  // the store has decided what waits, not the spool
  while (pushed_ < intent_.lines.size()) {
    const std::string& line = intent_.lines[pushed_];
    const auto position = spool.reserve(lane_, worth, line.size());
    if (!position) break;
    spool.append(lane_, *position, line);
    ++pushed_;
  }
  if (auto done = spool.commit(); !done) return fail(done.error());
  if (pushed_ < intent_.lines.size())
    return spool.pending_bytes() == 0 && pushed_ > 0 ? Step::busy : Step::full;
  if (spool.committed(lane_) < intent_.first + intent_.lines.size() - 1) return Step::failing;
  pending_ = false;
  complained_ = false;
  return Step::busy;
}

std::vector<std::string> RelayLane::released(std::span<const store::Event> events,
                                             std::size_t& taken) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t bytes = 0;
  for (taken = 0; taken < events.size() && bytes < chunk_bytes; ++taken) {
    const store::Event& event = events[taken];
    if (!doors_.policy.release(event.json, {options_.center, event.organisation}, line)) continue;
    if (line.size() > longest_line) {
      doors_.counters.add(RelayCount::too_large);
      continue;
    }
    bytes += line.size() + 1;
    lines.push_back(line);
  }
  return lines;
}

RelayLane::Step RelayLane::step() {
  if (pending_) return push();
  if (filter_.types.empty()) return caught_up_ = true, Step::idle;
  if (doors_.spool.bytes(lane_) > options_.most_bytes) return Step::full;
  const std::uint64_t commits = doors_.events.commits();
  const bool due = moved_ && doors_.clock.monotonic() >= note_at_;
  if (caught_up_ && commits == seen_commits_ && !due) return Step::idle;
  auto feed = doors_.events.since(store::Scope::all(), filter_, intent_.cursor, chunk_events);
  if (!feed) return fail(feed.error());
  complained_ = false;
  std::size_t taken = 0;
  Intent next{feed->cursor, doors_.spool.epoch(), doors_.spool.committed(lane_) + 1, intent_.mark,
              intent_.received, released(feed->events, taken)};
  doors_.counters.add(RelayCount::read, taken);
  const bool all = taken == feed->events.size();
  if (!all) next.cursor = feed->events[taken - 1].cursor;
  if (taken > 0) next.received = feed->events[taken - 1].received;
  caught_up_ = all && !feed->more;
  if (caught_up_) seen_commits_ = commits;
  if (next.lines.empty() && !due) {
    if (!moved_) note_at_ = doors_.clock.monotonic() + note_every;
    moved_ = moved_ || next.cursor != intent_.cursor;
    intent_.cursor = next.cursor;
    intent_.received = next.received;
    return caught_up_ ? Step::idle : Step::busy;
  }
  const std::size_t count = next.lines.size();
  if (auto done = note(std::move(next)); !done) {
    caught_up_ = false;
    return fail(done.error());
  }
  doors_.counters.add(RelayCount::released, count);
  return pending_ ? push() : Step::busy;
}

bool RelayLane::make(std::string_view event_type, std::string_view body, std::uint64_t mark,
                     std::string_view organisation) {
  if (pending_ || !doors_.policy.releases(event_type)) return false;
  if (doors_.spool.bytes(lane_) > options_.most_bytes) return false;
  Intent next = intent_;
  next.lines.clear();
  next.epoch = doors_.spool.epoch();
  next.first = doors_.spool.committed(lane_) + 1;
  next.mark = mark;
  std::string line, leaves;
  JsonWriter json(line);
  json.open().key("timestamp").time(std::max<Time>(doors_.clock.now(), 0));
  json.field("event_type", event_type);
  json.key("origin").open().field("sensor", options_.center);
  json.field("epoch", store::epoch_text(next.epoch)).field("lane", spool::name(lane_));
  json.field("seq", next.first).close();
  line.append(",").append(body).append("}");
  if (!doors_.policy.release(line, {options_.center, organisation}, leaves)) return false;
  next.lines.push_back(leaves);
  if (auto done = note(std::move(next)); !done) return fail(done.error()), false;
  push();
  return true;
}

}  // namespace langyan::center
