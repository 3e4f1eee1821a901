// What analysts do with alerts: acknowledge, take back, close, comment, and undo all of it.
#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::size_t most_alerts = store::changes_together;  // changed by one request
constexpr Duration undo_lifetime = day;
constexpr std::string_view undo_kind = "undo", owner = "center";

struct Action {
  std::string_view name;
  std::optional<store::AlertState> state;  // none: a comment only
};
constexpr Action actions[] = {
    {"ack", store::AlertState::acknowledged},
    {"unack", store::AlertState::fresh},
    {"close", store::AlertState::closed},
    {"comment", std::nullopt},
};

struct Chosen {
  std::vector<std::string> ids;
  bool more = false;
};

// The alerts that `ids` names or `filter` finds.
std::variant<Chosen, Problem> chosen(Center& center, const Call& call, const JsonObject& body) {
  if (body.has("ids") == body.has("filter")) {
    return Problem(Code::bad_body, "Name the alerts by `ids` or by `filter`, one of both.");
  }
  if (body.has("ids")) {
    auto ids = body.texts("ids");
    if (!ids || ids->empty() || ids->size() > most_alerts) {
      return Problem(Code::bad_body, "`ids` must be a list of 1 to 1000 ids.");
    }
    return Chosen{std::move(*ids), false};
  }
  const auto object = JsonObject::parse(body.raw("filter").value_or(""));
  if (!object)
    return Problem(Code::bad_body,
                   "`filter` must be an object of filters, as GET /api/v1/alerts takes.");
  const auto parameters = Parameters::parse(filter_parameters(), *object, call.now);
  if (const auto* problem = std::get_if<Problem>(&parameters)) return *problem;
  const auto page = center.events().alerts(
      call.scope(), filter_of(std::get<Parameters>(parameters)), "", most_alerts);
  if (!page) return question_problem(page.error());
  Chosen result;
  for (const store::Event& event : page->events) result.ids.push_back(event.id);
  result.more = !page->next.empty();
  return result;
}

void write_result(JsonWriter& json, const std::string& id,
                  const Result<store::AlertRecord>& changed) {
  json.open().field("id", id).field("ok", changed.ok());
  if (changed) {
    json.key("record");
    write_record(json, *changed);
  } else {
    const Problem problem = problem_of(changed.error());
    json.field("code", row(problem.code()).code).field("detail", changed.error().message);
  }
  json.close();
}

// What an undo needs to know, kept until it is used or a day is over: of each alert the version
// that was made and the state before it.
struct Done {
  std::string ids, versions, states;
  std::size_t count = 0;
  void add(const store::AlertRecord& record) {
    JsonWriter(ids, count > 0).text(record.alert);
    JsonWriter(versions, count > 0).number(record.version);
    JsonWriter(states, count > 0).text(store::name_of(record.previous));
    ++count;
  }
};

// The changes that undo what `kept` tells, each only if nothing happened since.
std::vector<store::AlertChange> undoing(const std::string& kept, const std::string& by) {
  std::vector<store::AlertChange> changes;
  const auto body = JsonObject::parse(kept);
  if (!body) return changes;
  const auto ids = body->texts("ids"), versions = body->texts("versions"),
             states = body->texts("states");
  if (!ids || !versions || !states || ids->size() != versions->size() ||
      ids->size() != states->size())
    return changes;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    store::AlertChange change;
    change.alert = (*ids)[i];
    change.state = store::alert_state_of((*states)[i]);
    change.expected = std::strtoull((*versions)[i].c_str(), nullptr, 10);
    change.by = by;
    changes.push_back(std::move(change));
  }
  return changes;
}

// As many ids as an entry holds; how many there are is told before them.
void note_alerts(Call& call, const std::vector<std::string>& ids) {
  call.note.object = ids.size() == 1 ? ids[0] : std::to_string(ids.size()) + " alerts";
  if (ids.size() == 1) return;
  for (const std::string& id : ids) call.note.detail.append(call.note.detail.empty() ? "" : " ").append(id);
}

Result<std::string> keep_undo(Center& center, const Call& call, const Done& done) {
  std::string secret = random_text(center.random());
  store::DocumentChange change;
  change.kind = undo_kind;
  change.id = fingerprint(secret);
  change.organisation = owner;
  JsonWriter(change.body)
      .open()
      .field("by", call.principal->name)
      .key("ids")
      .raw("[" + done.ids + "]")
      .key("versions")
      .raw("[" + done.versions + "]")
      .key("states")
      .raw("[" + done.states + "]")
      .close();
  change.by = call.principal->name;
  change.expected = 0;
  change.expires = call.now + undo_lifetime;
  change.keep_history = false;
  auto written = center.documents().put(store::Scope::all(), std::move(change));
  if (!written) return written.error();
  return secret;
}

}  // namespace

Response act_on_alerts(Center& center, Call& call) {
  const auto body = call.body({"ids", "filter", "action", "comment"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  const auto action = std::ranges::find(actions, wish.text("action").value_or(""), &Action::name);
  if (action == std::end(actions))
    return Problem(Code::bad_body, "`action` must be ack, unack, close or comment.");
  const auto comment = wish.text("comment");
  if (wish.has("comment") && !comment) return Problem(Code::bad_body, "`comment` must be a text.");
  if (comment && comment->size() > store::comment_bytes) {
    return Problem(Code::bad_body, "`comment` may have 4000 bytes.");
  }
  if (!action->state && comment.value_or("").empty()) {
    return Problem(Code::bad_body, "`comment` is missing or empty.");
  }
  const auto choice = chosen(center, call, wish);
  if (const auto* problem = std::get_if<Problem>(&choice)) return *problem;
  call.note.detail = told(wish, {"action", "comment"});
  note_alerts(call, std::get<Chosen>(choice).ids);
  std::vector<store::AlertChange> changes;
  for (const std::string& id : std::get<Chosen>(choice).ids) {
    changes.push_back({id, action->state, comment.value_or(""), call.principal->name, {}});
  }
  std::string results;
  JsonWriter json(results);
  Done done;
  const auto changed = center.states().change_all(call.scope(), changes);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    if (changed[i]) done.add(*changed[i]);
    write_result(json, changes[i].alert, changed[i]);
  }
  std::string answer;
  JsonWriter out(answer);
  out.open()
      .key("results")
      .raw("[" + results + "]")
      .field("more", std::get<Chosen>(choice).more)
      .key("undo");
  if (done.count == 0) {
    out.null();
  } else {
    const auto undo = keep_undo(center, call, done);
    if (!undo) return problem_of(undo.error());
    out.text(*undo);
  }
  out.close();
  return json_answer(std::move(answer));
}

Response undo_action(Center& center, Call& call) {
  const std::string id = fingerprint(call.parameters.text("undo"));
  const auto taken = center.documents().take(store::Scope::all(), undo_kind, id);
  if (!taken && taken.error().kind == ErrorKind::missing) {
    return Problem(Code::not_found,
                   "There is no such action to undo, or it was undone or is older than a day.");
  }
  if (!taken) return problem_of(taken.error());
  const auto changes = undoing(taken->body, call.principal->name);
  std::vector<std::string> ids;
  for (const store::AlertChange& change : changes) ids.push_back(change.alert);
  note_alerts(call, ids);
  const auto changed = center.states().change_all(call.scope(), changes);
  std::string answer;
  JsonWriter json(answer);
  json.open().key("results").open_list();
  for (std::size_t i = 0; i < changed.size(); ++i) write_result(json, changes[i].alert, changed[i]);
  json.close_list().close();
  return json_answer(std::move(answer));
}

Response alert_history(Center& center, Call& call) {
  const std::string id = call.parameters.text("id");
  const auto event = center.events().event(call.scope(), id);
  if (!event) return problem_of(event.error());
  const auto history = center.states().history(call.scope(), id);
  if (!history && history.error().kind != ErrorKind::missing) return problem_of(history.error());
  std::string body;
  JsonWriter json(body);
  json.open().field("alert", id).key("history").open_list();
  if (history) {
    for (const store::AlertRecord& record : *history) write_record(json, record);
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
