#include "store/alert_states.h"

#include <simdjson.h>

#include "base/json.h"
#include "base/log.h"

namespace langyan::store {
namespace {

constexpr std::string_view alert_kind = "alert", outbox_kind = "outbox", counter_kind = "counter";
constexpr std::string_view counter_id = "alert_states";
constexpr std::string_view center = "center";  // organisation of what belongs to nobody below
constexpr std::size_t drain_rows = 500;

namespace dom = simdjson::dom;

std::string text_in(const dom::element& body, std::string_view key) {
  std::string_view text;
  return body[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}
std::uint64_t number_in(const dom::element& body, std::string_view key) {
  std::uint64_t number = 0;
  return body[key].get(number) == simdjson::SUCCESS ? number : 0;
}

// Outbox numbers only grow; the position of one in the state lane is its number less `base`. A new
// epoch is a new base, so nothing that waits is ever rewritten.
struct Counter {
  std::uint64_t version = 0;
  std::uint64_t epoch = 0, base = 0, next = 1;

  DocumentChange change() const {
    DocumentChange made;
    made.kind = counter_kind, made.id = counter_id, made.organisation = center;
    made.expected = version, made.keep_history = false;
    JsonWriter(made.body).open().field("epoch", epoch_text(epoch)).field("base", base).field("next", next).close();
    return made;
  }
};

std::string outbox_id(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;  // ids are listed as text
}

AlertRecord record_of(const Document& document, dom::parser& parser) {
  AlertRecord record{document.id, document.organisation, document.version, AlertState::fresh, AlertState::fresh,
                     {}, document.by, document.changed};
  dom::element body;
  if (parser.parse(document.body).get(body) != simdjson::SUCCESS) return record;
  record.state = alert_state_of(text_in(body, "state")).value_or(AlertState::fresh);
  record.previous = alert_state_of(text_in(body, "previous")).value_or(AlertState::fresh);
  record.comment = text_in(body, "comment");
  return record;
}

std::string body_of(const AlertRecord& record) {
  std::string body;
  JsonWriter(body)
      .open()
      .field("alert", record.alert)
      .field("state", name_of(record.state))
      .field("previous", name_of(record.previous))
      .field("by", record.by)
      .field("comment", record.comment)
      .close();
  return body;
}

std::string event_line(const Document& waiting, std::string_view sensor, std::uint64_t epoch, std::uint64_t position) {
  std::string line;
  JsonWriter json(line);
  json.open().key("timestamp").time(waiting.created).field("event_type", "alert_state");
  json.key("alert_state").raw(waiting.body);
  json.key("origin").open().field("sensor", sensor).field("epoch", epoch_text(epoch));
  json.field("lane", name_of(Lane::state)).field("seq", position).close().close();
  return line;
}

Result<Counter> read_counter(DocumentStore& documents, Random& random) {
  Counter counter;
  const auto found = documents.get(Scope::all(), counter_kind, counter_id);
  if (!found && found.error().kind != ErrorKind::missing) return found.error();
  if (!found) {
    counter.epoch = random.number();
    return counter;
  }
  dom::parser parser;
  dom::element body;
  const auto epoch = parser.parse(found->body).get(body) == simdjson::SUCCESS
                         ? parse_epoch(text_in(body, "epoch")) : std::nullopt;
  if (!epoch) return Error{ErrorKind::invalid, "the counter of alert states is damaged: " + found->body};
  counter.version = found->version, counter.epoch = *epoch;
  counter.base = number_in(body, "base"), counter.next = number_in(body, "next");
  return counter;
}

}  // namespace

AlertStates::AlertStates(EventStore& events, DocumentStore& documents, Clock& clock, Random& random, std::string name)
    : events_(events), documents_(documents), clock_(clock), random_(random), name_(std::move(name)) {}

Result<void> AlertStates::resume() {
  const std::lock_guard lock(mutex_);
  return drain();
}

Result<void> AlertStates::drain() {
  const Scope all = Scope::all();
  for (;;) {
    const auto waiting = documents_.list(all, outbox_kind, "", drain_rows);
    if (!waiting) return waiting.error();
    if (waiting->documents.empty()) return {};
    auto counter = read_counter(documents_, random_);
    if (!counter) return counter.error();
    for (const Document& document : waiting->documents) {
      const std::uint64_t number = std::stoull(document.id);
      const std::string line = event_line(document, name_, counter->epoch, number - counter->base);
      const auto parsed = parse_event(line);
      if (!parsed) return parsed.error();
      Batch batch;
      batch.source = name_, batch.epoch = counter->epoch, batch.lane = Lane::state;
      batch.first = number - counter->base, batch.count = 1;
      batch.organisation = document.organisation, batch.received = clock_.now(), batch.rows = parsed->rows;
      const auto accepted = events_.append(all, batch);
      if (!accepted) return accepted.error();
      if (accepted->ahead) {
        // The event store has lost what it knew of this epoch: what waits starts a new one.
        counter->epoch = random_.number(), counter->base = number - 1;
        if (const auto done = documents_.put(all, counter->change()); !done) return done.error();
        break;
      }
      if (auto done = documents_.remove(all, outbox_kind, document.id); !done) return done;
    }
  }
}

Result<AlertRecord> AlertStates::change(const Scope& scope, const AlertChange& change) {
  if (change.comment.size() > comment_bytes)
    return Error{ErrorKind::invalid, "the comment has " + std::to_string(change.comment.size()) +
                                         " bytes, at most 4000 are kept; shorten it"};
  const std::lock_guard lock(mutex_);
  auto now = state(scope, change.alert);
  if (!now) return now;
  AlertRecord next = *now;
  next.previous = now->state, next.state = change.state.value_or(now->state);
  next.comment = change.comment, next.by = change.by;
  auto counter = read_counter(documents_, random_);
  if (!counter) return counter.error();

  DocumentChange changes[3];
  changes[0].kind = alert_kind, changes[0].id = change.alert, changes[0].organisation = now->organisation;
  changes[0].body = body_of(next), changes[0].by = change.by;
  changes[0].expected = change.expected.value_or(now->version);
  changes[1].kind = outbox_kind, changes[1].id = outbox_id(counter->next), changes[1].body = changes[0].body;
  changes[1].organisation = now->organisation, changes[1].keep_history = false;
  counter->next += 1;
  changes[2] = counter->change();
  const auto done = documents_.transact(Scope::all(), changes);
  if (!done) return done.error();
  if (const auto drained = drain(); !drained)
    logging::warn("alert state kept, its event will follow: " + drained.error().message);
  next.version = done->front().version, next.changed = done->front().changed;
  return next;
}

Result<AlertRecord> AlertStates::undo(const Scope& scope, std::string_view alert, std::uint64_t version,
                                      std::string_view by) {
  const auto now = state(scope, alert);
  if (!now) return now;
  AlertChange back;
  back.alert = alert, back.state = now->previous, back.by = by, back.expected = version;
  return change(scope, back);
}

Result<AlertRecord> AlertStates::state(const Scope& scope, std::string_view alert) {
  const auto document = documents_.get(scope, alert_kind, alert);
  if (document) {
    dom::parser parser;
    return record_of(*document, parser);
  }
  if (document.error().kind != ErrorKind::missing) return document.error();
  const auto event = events_.event(scope, alert);
  if (!event) return event.error();
  if (event->event_class != EventClass::alert)
    return Error{ErrorKind::missing, "event \"" + std::string(alert) + "\" is not an alert"};
  AlertRecord record;
  record.alert = alert, record.organisation = event->organisation;
  return record;
}

Result<std::vector<AlertRecord>> AlertStates::history(const Scope& scope, std::string_view alert) {
  std::vector<AlertRecord> records;
  const auto documents = documents_.history(scope, alert_kind, alert);
  if (!documents) {
    if (documents.error().kind != ErrorKind::missing) return documents.error();
    const auto untouched = state(scope, alert);  // missing, or an alert with no history yet
    if (!untouched) return untouched.error();
    return records;
  }
  dom::parser parser;
  for (const Document& document : *documents) records.push_back(record_of(document, parser));
  return records;
}

}  // namespace langyan::store
