#include "store/alert_states.h"

#include <simdjson.h>

#include <new>
#include <set>

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
    JsonWriter(made.body)
        .open()
        .field("epoch", epoch_text(epoch))
        .field("base", base)
        .field("next", next)
        .close();
    return made;
  }
};

std::string outbox_id(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(20 - digits.size(), '0') + digits;  // ids are listed as text
}

// A parser is for one text: one that ran out of memory crashes in its next parse (simdjson 3.0).
bool read_json(dom::parser& parser, const std::string& text, dom::element& into) {
  const auto code = parser.parse(text).get(into);
  if (code == simdjson::MEMALLOC) throw std::bad_alloc();
  return code == simdjson::SUCCESS;
}

AlertRecord record_of(const Document& document) {
  AlertRecord record{document.id,       document.organisation, document.version,
                     AlertState::fresh, AlertState::fresh,     {},
                     document.by,       document.changed,  {},
                     {},                false};
  dom::parser parser;
  dom::element body;
  if (!read_json(parser, document.body, body)) return record;
  record.state = alert_state_of(text_in(body, "state")).value_or(AlertState::fresh);
  record.previous = alert_state_of(text_in(body, "previous")).value_or(AlertState::fresh);
  record.comment = text_in(body, "comment");
  record.assignee = text_in(body, "assignee");
  record.previous_assignee = text_in(body, "previous_assignee");
  bool undo = false;
  record.undo = body["undo"].get(undo) == simdjson::SUCCESS && undo;
  return record;
}

std::string body_of(const AlertRecord& record) {
  std::string body;
  JsonWriter json(body);
  json.open()
      .field("alert", record.alert)
      .field("state", name_of(record.state))
      .field("previous", name_of(record.previous))
      .field("by", record.by)
      .field("comment", record.comment);
  if (!record.assignee.empty()) json.field("assignee", record.assignee);
  if (!record.previous_assignee.empty()) json.field("previous_assignee", record.previous_assignee);
  if (record.undo) json.field("undo", true);
  json.close();
  return body;
}

std::string event_line(const Document& waiting, std::string_view sensor, std::uint64_t epoch,
                       std::uint64_t position) {
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
  const auto epoch =
      read_json(parser, found->body, body) ? parse_epoch(text_in(body, "epoch")) : std::nullopt;
  if (!epoch)
    return Error{ErrorKind::invalid, "the counter of alert states is damaged: " + found->body};
  counter.version = found->version, counter.epoch = *epoch;
  counter.base = number_in(body, "base"), counter.next = number_in(body, "next");
  return counter;
}

}  // namespace

AlertStates::AlertStates(EventStore& events, DocumentStore& documents, Clock& clock, Random& random,
                         std::string name)
    : events_(events),
      documents_(documents),
      clock_(clock),
      random_(random),
      name_(std::move(name)) {}

Result<void> AlertStates::resume() {
  const std::lock_guard lock(mutex_);
  return drain();
}

// Appends what waits, which all has one organisation. false: the event store has lost what it knew
// of this epoch.
Result<bool> AlertStates::send(std::span<const Document> waiting, std::uint64_t epoch,
                               std::uint64_t base) {
  std::string body;
  const std::uint64_t first = std::stoull(waiting.front().id) - base;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    body.append(event_line(waiting[i], name_, epoch, first + i)).append("\n");
  const ParsedLines parsed = EventParser().parse_lines(std::move(body), epoch);
  Batch batch;
  batch.source = name_, batch.epoch = epoch, batch.lane = Lane::state, batch.first = first;
  batch.count = waiting.size(), batch.organisation = waiting.front().organisation,
  batch.received = clock_.now();
  batch.rows = parsed.rows, batch.refused = parsed.refused;
  const auto accepted = events_.append(Scope::all(), batch);
  if (!accepted) return accepted.error();
  return !accepted->ahead;
}

Result<void> AlertStates::drain() {
  const Scope all = Scope::all();
  for (;;) {
    const auto page = documents_.list(all, outbox_kind, "", drain_rows);
    if (!page) return page.error();
    if (page->documents.empty()) return {};
    auto counter = read_counter(documents_, random_);
    if (!counter) return counter.error();
    std::size_t count = 1;  // the run of one organisation, numbers without a hole
    const auto goes_on = [&](const Document& last, const Document& next) {
      return next.organisation == last.organisation &&
             std::stoull(next.id) == std::stoull(last.id) + 1;
    };
    while (count < page->documents.size() &&
           goes_on(page->documents[count - 1], page->documents[count]))
      ++count;
    const std::span waiting(page->documents.data(), count);
    const auto sent = send(waiting, counter->epoch, counter->base);
    if (!sent) return sent.error();
    std::vector<DocumentChange> changes;
    if (*sent) {
      for (const Document& document : waiting) {
        changes.emplace_back();
        changes.back().kind = outbox_kind, changes.back().id = document.id;
        changes.back().remove = true, changes.back().keep_history = false;
      }
    } else {  // what waits starts a new epoch
      counter->epoch = random_.number(), counter->base = std::stoull(waiting.front().id) - 1;
      changes.push_back(counter->change());
    }
    if (const auto done = documents_.transact(all, changes); !done) return done.error();
  }
}

Result<AlertRecord> AlertStates::next_of(const Scope& scope, const AlertChange& change) {
  if (change.comment.size() > comment_bytes)
    return Error{ErrorKind::invalid, "the comment has " + std::to_string(change.comment.size()) +
                                         " bytes, at most 4000 are kept; shorten it"};
  auto now = state(scope, change.alert, change.organisation);
  if (!now) return now;
  if (change.expected && *change.expected != now->version)
    return Error{ErrorKind::conflict, "alert \"" + change.alert + "\" is at version " +
                                          std::to_string(now->version) + ", not " +
                                          std::to_string(*change.expected) + "; look at it again"};
  now->previous = now->state, now->state = change.state.value_or(now->state);
  now->previous_assignee = now->assignee, now->assignee = change.assignee.value_or(now->assignee);
  now->comment = change.comment, now->by = change.by, now->undo = change.undo;
  return now;
}

Result<AlertRecord> AlertStates::change(const Scope& scope, const AlertChange& change) {
  return std::move(change_all(scope, {&change, 1}).front());
}

std::vector<Result<AlertRecord>> AlertStates::change_all(const Scope& scope,
                                                         std::span<const AlertChange> changes,
                                                         const Besides& besides) {
  std::vector<Result<AlertRecord>> answers;
  const auto all_fail = [&](const Error& error) {
    return std::vector<Result<AlertRecord>>(changes.size(), error);
  };
  if (changes.size() > changes_together)
    return all_fail({ErrorKind::usage, "more than 10000 alerts in one change; split it"});
  const std::lock_guard lock(mutex_);
  auto counter = read_counter(documents_, random_);
  if (!counter) return all_fail(counter.error());
  std::vector<DocumentChange> documents;
  std::vector<std::size_t> places;  // of the answers that the transaction makes true
  std::set<std::string_view> named;
  for (const AlertChange& change : changes) {
    answers.push_back(next_of(scope, change));
    if (!named.insert(change.alert).second)
      answers.back() =
          Error{ErrorKind::conflict, "alert \"" + change.alert + "\" is named twice in one change"};
    if (!answers.back()) continue;
    AlertRecord& next = *answers.back();
    places.push_back(answers.size() - 1);
    DocumentChange document;
    document.kind = alert_kind, document.id = next.alert, document.organisation = next.organisation;
    document.body = body_of(next), document.by = change.by, document.expected = next.version++;
    documents.push_back(document);
    document.kind = outbox_kind, document.id = outbox_id(counter->next++), document.by.clear();
    document.expected.reset(), document.keep_history = false;
    documents.push_back(std::move(document));
  }
  if (documents.empty()) return answers;
  documents.push_back(counter->change());
  if (besides)
    for (DocumentChange& change : besides(answers)) documents.push_back(std::move(change));
  const auto done = documents_.transact(Scope::all(), documents);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!done)
      answers[places[i]] = done.error();
    else
      answers[places[i]]->changed = (*done)[2 * i].changed;
  }
  if (!done) return answers;
  if (const auto drained = drain(); !drained)
    logging::warn("alert state kept, its event will follow: " + drained.error().message);
  return answers;
}

Result<AlertRecord> AlertStates::undo(const Scope& scope, std::string_view alert,
                                      std::uint64_t version, std::string_view by) {
  const auto now = state(scope, alert);
  if (!now) return now;
  AlertChange back;
  back.alert = alert, back.state = now->previous, back.by = by, back.expected = version;
  back.assignee = now->previous_assignee, back.undo = true;
  return change(scope, back);
}

Result<AlertRecord> AlertStates::state(const Scope& scope, std::string_view alert) {
  return state(scope, alert, {});
}

Result<AlertRecord> AlertStates::state(const Scope& scope, std::string_view alert, const std::string& organisation) {
  const auto document = documents_.get(scope, alert_kind, alert);
  if (document) return record_of(*document);
  if (document.error().kind != ErrorKind::missing) return document.error();
  AlertRecord record;
  record.alert = alert;
  if (!organisation.empty()) {
    record.organisation = organisation;
    return record;
  }
  const auto event = events_.event(scope, alert);
  if (!event) return event.error();
  if (event->event_class != EventClass::alert)
    return Error{ErrorKind::missing, "event \"" + std::string(alert) + "\" is not an alert"};
  record.organisation = event->organisation;
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
  for (const Document& document : *documents) records.push_back(record_of(document));
  return records;
}

}  // namespace langyan::store
