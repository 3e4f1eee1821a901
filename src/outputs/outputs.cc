#include "outputs/outputs.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json_members.h"
#include "base/log.h"

namespace langyan::outputs {
namespace {

constexpr std::string_view kind = "output", secret_kind = "output_secret";
constexpr std::string_view owner = "center";

store::DocumentChange document(std::string_view of, std::string_view name, std::string body, std::string_view by) {
  store::DocumentChange change;
  change.kind = of, change.id = name, change.organisation = owner, change.body = std::move(body), change.by = by;
  change.keep_history = false;
  return change;
}

store::DocumentChange removal(std::string_view of, std::string_view name, std::string_view by) {
  store::DocumentChange change = document(of, name, {}, by);
  change.remove = true;
  return change;
}

std::string body_of(const Settings& settings) {
  std::string body;
  JsonWriter json(body);
  json.open().field("kind", settings.kind).field("enabled", settings.enabled).field("query", settings.query);
  json.field("organisation", settings.organisation).key("settings").raw(stored(settings.values)).close();
  return body;
}

Result<Output> output_of(const store::Document& document) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document.body).get(from) != simdjson::SUCCESS)
    return Error{ErrorKind::io, "output \"" + document.id + "\" is damaged; remove it and make it anew"};
  Output output;
  output.settings.name = document.id, output.settings.kind = json::text_of(from, "kind");
  output.settings.query = json::text_of(from, "query"),
  output.settings.organisation = json::text_of(from, "organisation");
  bool enabled = false;
  if (from["enabled"].get(enabled) == simdjson::SUCCESS) output.settings.enabled = enabled;
  simdjson::dom::element values;
  if (from["settings"].get(values) == simdjson::SUCCESS) output.settings.values = read_values(simdjson::minify(values));
  output.version = document.version, output.created = document.created, output.changed = document.changed;
  output.by = document.by;
  return output;
}

// Whose it is, as scopes judge it: an output of everything is the whole tree's.
bool sees(const store::Scope& scope, const Settings& settings) {
  return scope.is_all() || (!settings.organisation.empty() && scope.covers(settings.organisation));
}

Error missing(std::string_view name) {
  return {ErrorKind::missing, "there is no output \"" + std::string(name.substr(0, 64)) + "\""};
}

}  // namespace

std::optional<Start> start_of(std::string_view word) {
  if (word == "now") return Start::now;
  if (word == "oldest") return Start::oldest;
  return {};
}

Outputs::Outputs(OutputDoors doors, std::string folder, std::string center)
    : doors_(std::move(doors)), folder_(std::move(folder)), center_(std::move(center)) {}

Outputs::~Outputs() {
  stop();
}

SenderDoors Outputs::sender_doors(std::string_view name) {
  return {doors_.disk, doors_.clock, folder_ + "/" + std::string(name), center_};
}

Result<void> Outputs::start() {
  const std::lock_guard changing(changing_);
  const auto all = doors_.documents.list(store::Scope::all(), kind, "", most_outputs);
  if (!all) return all.error();
  for (const store::Document& each : all->documents) {
    const auto output = found(store::Scope::all(), each.id);
    const auto done = output ? run(output->settings) : Result<void>(output.error());
    if (done) continue;
    logging::error("output " + each.id + ": " + done.error().message + "; it does not run");
    const std::lock_guard lock(mutex_);
    faults_[each.id] = done.error().message;
  }
  return {};
}

void Outputs::stop() {
  const std::lock_guard changing(changing_);
  std::map<std::string, std::shared_ptr<Runner>, std::less<>> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(runners_);
  }
  for (auto& [name, runner] : all) runner->stop();
}

Result<Position> Outputs::position_of(std::string_view name) {
  const auto at = doors_.documents.get(store::Scope::all(), position_kind, name);
  if (!at) return at.error();
  return read_position(at->body);
}

Result<Position> Outputs::position_at(Start start) {
  Position position;
  if (start == Start::oldest) return position;
  auto tail = doors_.events.tail();
  if (!tail) return tail.error();
  position.cursor = tail.take();
  return position;
}

Result<void> Outputs::run(const Settings& settings) {
  {
    const std::lock_guard lock(mutex_);
    faults_.erase(settings.name);
  }
  if (!settings.enabled) return {};
  auto filter = doors_.filter(settings.query);
  if (!filter) return within("query", filter.error());
  auto position = position_of(settings.name);
  if (!position) return position.error();
  const auto scope = settings.organisation.empty() ? Result<store::Scope>(store::Scope::all())
                                                   : store::Scope::of(settings.organisation);
  if (!scope) return scope.error();
  auto runner = std::make_shared<Runner>(RunnerDoors{doors_.events, doors_.documents, doors_.clock, doors_.random},
                                         settings.name, *scope, filter.take(),
                                         make_sender(settings, sender_doors(settings.name)), position.take());
  runner->start();
  const std::lock_guard lock(mutex_);
  runners_[settings.name] = std::move(runner);
  return {};
}

void Outputs::halt(std::string_view name) {
  std::shared_ptr<Runner> runner;
  {
    const std::lock_guard lock(mutex_);
    const auto at = runners_.find(name);
    if (at == runners_.end()) return;
    runner = std::move(at->second);
    runners_.erase(at);
  }
  runner->stop();
}

// With its secrets, which only this room sees.
Result<Output> Outputs::found(const store::Scope& scope, std::string_view name) {
  const auto at = doors_.documents.get(store::Scope::all(), kind, name);
  if (!at) return at.error().kind == ErrorKind::missing ? missing(name) : at.error();
  auto output = output_of(*at);
  if (!output) return output;
  if (!sees(scope, output->settings)) return missing(name);
  const auto secrets = doors_.documents.get(store::Scope::all(), secret_kind, name);
  if (!secrets && secrets.error().kind != ErrorKind::missing) return secrets.error();
  if (secrets) output->settings.secrets = read_values(secrets->body);
  return output;
}

void Outputs::add_status(Output& output) {
  std::shared_ptr<Runner> runner;
  std::string fault;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = runners_.find(output.settings.name); at != runners_.end()) runner = at->second;
    if (const auto at = faults_.find(output.settings.name); at != faults_.end()) fault = at->second;
  }
  if (runner) {
    output.status = runner->status();
  } else if (auto position = position_of(output.settings.name)) {
    output.status.position = position.take();
  }
  if (!fault.empty()) output.status.activity = Activity::failing, output.status.error = fault;
}

Result<std::vector<Output>> Outputs::list(const store::Scope& scope) {
  const auto all = doors_.documents.list(store::Scope::all(), kind, "", most_outputs);
  if (!all) return all.error();
  std::vector<Output> list;
  for (const store::Document& each : all->documents)
    if (auto output = get(scope, each.id)) list.push_back(output.take());
    else if (output.error().kind != ErrorKind::missing) return output.error();
  return list;
}

Result<Output> Outputs::get(const store::Scope& scope, std::string_view name) {
  auto output = found(scope, name);
  if (!output) return output;
  add_status(*output);
  return output;
}

Result<void> Outputs::check_all(const Settings& settings) {
  if (auto right = check(settings); !right) return right;
  if (!settings.organisation.empty())
    if (auto right = store::check_organisation(settings.organisation); !right)
      return within("organisation", right.error());
  const auto filter = doors_.filter(settings.query);
  return filter ? Result<void>() : Result<void>(within("query", filter.error()));
}

// Settings, secrets and position, all or none.
Result<Output> Outputs::write(const Settings& settings, std::uint64_t expected, std::optional<Position> position,
                              std::string_view by) {
  std::vector<store::DocumentChange> changes{document(kind, settings.name, body_of(settings), by),
                                             document(secret_kind, settings.name, stored(settings.secrets), by)};
  changes[0].expected = expected;
  if (position) changes.push_back(document(position_kind, settings.name, stored(*position), by));
  const auto done = doors_.documents.transact(store::Scope::all(), changes);
  if (!done) return done.error();
  return output_of(done->front());
}

Result<Output> Outputs::create(const store::Scope& scope, Settings settings, Start start, std::string_view by) {
  if (settings.organisation.empty()) settings.organisation = scope.root();
  if (auto right = check_all(settings); !right) return right.error();
  if (!sees(scope, settings))
    return Error{ErrorKind::permission,
                 "organisation \"" + settings.organisation + "\" is outside what this account sees"};
  const std::lock_guard changing(changing_);
  const auto all = doors_.documents.list(store::Scope::all(), kind, "", most_outputs);
  if (!all) return all.error();
  if (all->documents.size() >= most_outputs)
    return Error{ErrorKind::conflict,
                 "there are " + std::to_string(most_outputs) + " outputs already; remove one first"};
  if (std::ranges::find(all->documents, settings.name, &store::Document::id) != all->documents.end())
    return Error{ErrorKind::conflict, "there is an output \"" + settings.name + "\" already"};
  auto position = position_at(start);
  if (!position) return position.error();
  const auto made = write(settings, 0, position.take(), by);
  if (!made) return made;
  if (auto running = run(settings); !running) return running.error();
  return get(scope, settings.name);
}

Result<Output> Outputs::change(const store::Scope& scope, std::string_view name, const Change& change,
                               std::string_view by) {
  const std::lock_guard changing(changing_);
  auto output = found(scope, name);
  if (!output) return output;
  if (change.expected && *change.expected != output->version)
    return Error{ErrorKind::conflict,
                 "the output is at version " + std::to_string(output->version) + "; look at it again"};
  Settings settings = output->settings;
  settings.enabled = change.enabled.value_or(settings.enabled);
  settings.query = change.query.value_or(settings.query);
  const auto merge = [](Values& into, const Values& wish) {
    for (const auto& [key, value] : wish)
      if (value.empty()) into.erase(key);
      else into[key] = value;
  };
  merge(settings.values, change.values);
  merge(settings.secrets, change.secrets);
  if (auto right = check_all(settings); !right) return right.error();
  std::optional<Position> position;
  halt(name);
  if (change.start) {  // counters go on
    auto kept = position_of(name);
    auto anew = position_at(*change.start);
    if (kept && anew) position = kept.take(), position->cursor = anew->cursor, position->received = 0;
    if (!anew) return static_cast<void>(run(output->settings)), anew.error();
  }
  const auto written = write(settings, output->version, position, by);
  if (auto running = run(written ? settings : output->settings); !running) return running.error();
  return written ? get(scope, name) : written;
}

Result<void> Outputs::remove(const store::Scope& scope, std::string_view name, std::string_view by) {
  const std::lock_guard changing(changing_);
  const auto output = found(scope, name);
  if (!output) return output.error();
  halt(name);
  const store::DocumentChange changes[] = {removal(kind, name, by), removal(secret_kind, name, by),
                                           removal(position_kind, name, by)};
  const auto done = doors_.documents.transact(store::Scope::all(), changes);
  if (!done) return static_cast<void>(run(output->settings)), done.error();
  const std::lock_guard lock(mutex_);
  if (const auto at = faults_.find(name); at != faults_.end()) faults_.erase(at);
  return {};
}

Result<Tried> Outputs::test(const store::Scope& scope, std::string_view name) {
  const auto output = found(scope, name);
  if (!output) return output.error();
  const store::Event event = sample(center_, name, output->settings.organisation, doors_.clock.now());
  ItemReader reader;
  const auto item = reader.read(event);
  if (!item) return item.error();
  const auto sender = make_sender(output->settings, sender_doors(name));
  const Message message{item->id, sender->render(*item)};
  const Time before = doors_.clock.monotonic();
  const Sent sent = sender->send({&message, 1}, {});
  Tried tried{sent.done == 1 && sent.refused == 0, sent.error ? sent.error->message : sent.answer, message.text,
              doors_.clock.monotonic() - before};
  return tried;
}

}  // namespace langyan::outputs
