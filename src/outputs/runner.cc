#include "outputs/runner.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json_members.h"
#include "base/log.h"

namespace langyan::outputs {
namespace {

constexpr std::size_t first_limit = 64, most_limit = 512;  // events read at once
constexpr std::size_t chunk_bytes = 4u << 20;              // aimed at; one event may be a megabyte
constexpr Duration note_every = 10 * second;
constexpr auto look_every = std::chrono::milliseconds(200);
constexpr std::string_view owner = "center";

}  // namespace

std::string_view name_of(Activity activity) {
  constexpr std::string_view names[] = {"disabled", "caught_up", "delivering", "failing"};
  return names[static_cast<std::size_t>(activity)];
}

std::string stored(const Position& position) {
  std::string text;
  JsonWriter(text).open().field("cursor", position.cursor).field("received", position.received)
      .field("delivered", position.delivered).field("refused", position.refused)
      .field("overtaken", position.overtaken).field("unreadable", position.unreadable).close();
  return text;
}

Position read_position(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  Position position;
  if (parser.parse(text.data(), text.size()).get(from) != simdjson::SUCCESS) return position;
  position.cursor = json::text_of(from, "cursor");
  position.received = json::number_of<Time>(from, "received");
  position.delivered = json::number_of<std::uint64_t>(from, "delivered");
  position.refused = json::number_of<std::uint64_t>(from, "refused");
  position.overtaken = json::number_of<std::uint64_t>(from, "overtaken");
  position.unreadable = json::number_of<std::uint64_t>(from, "unreadable");
  return position;
}

Runner::Runner(RunnerDoors doors, std::string name, store::Scope scope, store::Filter filter,
               std::unique_ptr<Sender> sender, Position position)
    : doors_(doors),
      name_(std::move(name)),
      scope_(std::move(scope)),
      filter_(std::move(filter)),
      sender_(std::move(sender)),
      limit_(first_limit),
      behind_held_(position.cursor),
      behind_received_(position.received),
      position_(std::move(position)) {
  // From the beginning is from what there is: what went before is no loss.
  if (position_.cursor.empty()) known_gone_ = doors_.events.overtaken(filter_, "");
}

Runner::~Runner() {
  stop();
}

void Runner::start() {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void Runner::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Runner::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Step done = Step::failing;
    try {
      done = step(stop);
    } catch (const std::bad_alloc&) {
      const std::lock_guard lock(mutex_);
      held_.clear();  // read again, less at once
      behind_held_ = position_.cursor, behind_received_ = position_.received;
      limit_ = 1, more_ = true;
    }
    if (done == Step::busy) continue;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, look_every, [] { return false; });
  }
  if (!noted_) static_cast<void>(note());
}

Result<Runner::Held> Runner::held(const store::Event& event) {
  const auto item = reader_.read(event);
  if (!item) return item.error();
  return Held{{item->id, sender_->render(*item)}, event.cursor, event.received};
}

// The next chunk, and a position that moved over what the filter does not want.
Result<bool> Runner::read() {
  const std::uint64_t commits = doors_.events.commits();
  if (!more_ && commits == seen_commits_) return false;
  const std::uint64_t gone = doors_.events.overtaken(filter_, behind_held_);
  const std::uint64_t lost = gone - std::min(gone, behind_held_.empty() ? known_gone_ : 0);
  auto feed = doors_.events.since(scope_, filter_, behind_held_, limit_);
  if (!feed && feed.error().kind == ErrorKind::usage && !behind_held_.empty()) {
    logging::warn(
        "output " + name_ +
        ": its position is of another store, as after a restore; what the store holds is delivered once more");
    feed = doors_.events.since(scope_, filter_, "", limit_);
  }
  if (!feed) return feed.error();
  if (lost > 0)
    logging::error("output " + name_ + ": retention removed " + std::to_string(lost) +
                   " events before it could look at them");
  std::size_t bytes = 0;
  std::vector<Held> chunk;
  std::uint64_t unreadable = 0;
  for (const store::Event& event : feed->events) {
    bytes += event.json.size();
    if (auto one = held(event)) {
      chunk.push_back(one.take());
    } else {
      ++unreadable;
      logging::error("output " + name_ + ": " + one.error().message + "; it is left out");
    }
  }
  if (bytes > chunk_bytes) limit_ = std::max<std::size_t>(limit_ / 2, 1);
  else if (bytes < chunk_bytes / 4) limit_ = std::min(limit_ * 2, most_limit);
  const std::lock_guard lock(mutex_);
  more_ = feed->more;
  seen_commits_ = commits;
  if (!feed->events.empty()) behind_received_ = feed->events.back().received;
  const bool moved = feed->cursor != behind_held_;
  behind_held_ = feed->cursor;
  held_ = std::move(chunk);
  position_.overtaken += lost, position_.unreadable += unreadable;
  if (!held_.empty()) return true;
  position_.cursor = behind_held_, position_.received = behind_received_;
  if (noted_ && (moved || lost > 0)) noted_ = false, note_at_ = doors_.clock.monotonic() + (lost > 0 ? 0 : note_every);
  return false;
}

Result<void> Runner::note() {
  store::DocumentChange change;
  change.kind = position_kind, change.id = name_, change.organisation = owner, change.by = owner;
  change.keep_history = false;
  change.body = stored(position_);
  if (auto done = doors_.documents.put(store::Scope::all(), std::move(change)); !done) return done.error();
  noted_ = true;
  return {};
}

Runner::Step Runner::fail(const Error& error, Duration wait) {
  const Duration back_off = std::min(longest_back_off, second << std::min(tries_, 10u));
  // Up to a quarter less, so that outputs of one receiver do not come at once.
  const Duration early = static_cast<Duration>(doors_.random.number() % static_cast<std::uint64_t>(back_off / 4 + 1));
  wait = std::clamp<Duration>(std::max(wait, back_off - early), 0, hour);
  ++tries_;
  next_try_ = doors_.clock.monotonic() + wait;
  const std::lock_guard lock(mutex_);
  if (status_.error.empty())
    logging::warn("output " + name_ + ": " + error.message +
                  "; what is not delivered waits in the store, this is tried again");
  status_.error = error.message;
  status_.next_try = doors_.clock.now() + wait;
  ++status_.failures;
  return Step::failing;
}

void Runner::went_well() {
  tries_ = 0;
  const std::lock_guard lock(mutex_);
  if (!status_.error.empty()) logging::info("output " + name_ + ": delivers again");
  status_.error.clear();
  status_.next_try = 0;
}

Runner::Step Runner::send(std::stop_token stop) {
  std::vector<Message> messages;
  for (const Held& each : held_) messages.push_back(each.message);
  const Sent sent = sender_->send(messages, stop);
  if (sent.done > 0) {
    const std::lock_guard lock(mutex_);
    const bool all = sent.done == held_.size();
    position_.cursor = all ? behind_held_ : held_[sent.done - 1].cursor;
    position_.received = all ? behind_received_ : held_[sent.done - 1].received;
    position_.delivered += sent.done - sent.refused;
    position_.refused += sent.refused;
    status_.last_delivery = doors_.clock.now();
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(sent.done));
    noted_ = false, note_at_ = 0;
  }
  if (sent.refused > 0)
    logging::error("output " + name_ + ": the receiver refused " + std::to_string(sent.refused) +
                   " events for good: " + sent.answer);
  if (sent.error) return stop.stop_requested() ? Step::failing : fail(*sent.error, sent.wait);
  return Step::busy;
}

Runner::Step Runner::step(std::stop_token stop) {
  if (doors_.clock.monotonic() < next_try_) return Step::failing;
  // Before anything new is sent: what the receiver has must not be sent again for want of a note.
  if (!noted_ && doors_.clock.monotonic() >= note_at_)
    if (auto done = note(); !done) return fail(done.error(), 0);
  if (held_.empty()) {
    const auto found = read();
    if (!found) return fail(found.error(), 0);
    if (!*found) {
      if (status_.error.empty()) return more_ ? Step::busy : Step::idle;
      went_well();
      return Step::idle;
    }
  }
  const bool whole = held_.size() >= first_limit;
  const Step done = send(stop);
  if (!noted_)
    if (auto noted = note(); !noted) return fail(noted.error(), 0);
  if (done != Step::busy) return done;
  went_well();
  // A little later, so that a batch holds what comes in the meantime.
  return more_ || whole ? Step::busy : Step::idle;
}

Status Runner::status() {
  const std::lock_guard lock(mutex_);
  Status status = status_;
  status.position = position_;
  const std::uint64_t gone = doors_.events.overtaken(filter_, behind_held_);
  status.position.overtaken += gone - std::min(gone, behind_held_.empty() ? known_gone_ : 0);
  const bool waits = !held_.empty() || more_;
  status.activity = !status.error.empty() ? Activity::failing : waits ? Activity::delivering : Activity::caught_up;
  const Time oldest = !held_.empty() ? held_.front().received : position_.received;
  if (waits && oldest > 0) status.behind = std::max<Duration>(doors_.clock.now() - oldest, 0);
  return status;
}

}  // namespace langyan::outputs
