// What analysts do with alerts: acknowledge, take back, close, call a false positive, comment, assign,
// and undo all of it. One action is one transaction, with its undo and its Idempotency-Key.
#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "center/alert_filter.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::size_t most_ids = 1'000;  // named by one request
constexpr std::size_t most_alerts = 2'000;  // found by one; somewhat less than a second
static_assert(most_alerts <= store::changes_together);
constexpr std::size_t key_bytes = 200;
constexpr Duration undo_lifetime = day;
constexpr std::string_view undo_kind = "undo", once_kind = "once", owner = "center";

struct Action {
  std::string_view name;
  std::optional<store::AlertState> state;  // none: it stays
  bool comment = false, assignee = false;  // what it cannot be without
};
constexpr Action actions[] = {
    {"ack", store::AlertState::acknowledged},
    {"unack", store::AlertState::fresh},
    {"close", store::AlertState::closed},
    {"false-positive", store::AlertState::false_positive, true},
    {"comment", std::nullopt, true},
    {"assign", std::nullopt, false, true},
};

struct Wish {  // an action as it was asked for
  const Action* action = nullptr;
  std::string comment;
  std::optional<std::string> assignee;
};

struct Chosen {
  std::vector<store::AlertChange> alerts;  // without what is to be done
  bool more = false;
};

// Whom an alert may be assigned to: who may judge it and belongs to what the asker sees, or is the asker.
std::vector<std::string> assignees(Center& center, const Call& call) {
  std::vector<std::string> names;
  for (const User& user : center.access().users().list()) {
    const bool judges = user.roles.has(Role::analyst) || user.roles.has(Role::engineer);
    const bool near = call.scope().is_all() || call.scope().covers(user.organisation);
    if (!user.disabled && judges && (near || user.name == call.principal->name)) names.push_back(user.name);
  }
  return names;
}

std::variant<Wish, Problem> wish_of(Center& center, const Call& call, const JsonObject& body) {
  Wish wish;
  const auto action = std::ranges::find(actions, body.text("action").value_or(""), &Action::name);
  if (action == std::end(actions))
    return Problem(Code::bad_body, "`action` must be ack, unack, close, false-positive, comment or assign.");
  wish.action = &*action;
  if (body.has("comment") && !body.text("comment")) return Problem(Code::bad_body, "`comment` must be a text.");
  wish.comment = body.text("comment").value_or("");
  if (wish.comment.size() > store::comment_bytes) return Problem(Code::bad_body, "`comment` may have 4000 bytes.");
  if (action->comment && wish.comment.empty()) return Problem(Code::bad_body, "`comment` is missing or empty.");
  wish.assignee = body.text("assignee");
  if (action->assignee != wish.assignee.has_value())
    return Problem(Code::bad_body, action->assignee ? "`assignee` must be the name of an account, or empty for nobody."
                                                    : "`assignee` belongs to the action assign.");
  if (wish.assignee && !wish.assignee->empty() && !std::ranges::count(assignees(center, call), *wish.assignee))
    return Problem(Code::bad_body,
                   "No account `" + *wish.assignee + "` may judge these alerts; see GET /api/v1/assignees.");
  return wish;
}

// The alerts that `ids` names or `filter` finds.
std::variant<Chosen, Problem> chosen(Center& center, const Call& call, const JsonObject& body) {
  if (body.has("ids") == body.has("filter")) {
    return Problem(Code::bad_body, "Name the alerts by `ids` or by `filter`, one of both.");
  }
  Chosen result;
  if (body.has("ids")) {
    auto ids = body.texts("ids");
    if (!ids || ids->empty() || ids->size() > most_ids) {
      return Problem(Code::bad_body, "`ids` must be a list of 1 to 1000 ids.");
    }
    for (std::string& id : *ids) result.alerts.emplace_back().alert = std::move(id);
    return result;
  }
  const auto object = JsonObject::parse(body.raw("filter").value_or(""));
  if (!object)
    return Problem(Code::bad_body,
                   "`filter` must be an object of filters, as GET /api/v1/alerts takes.");
  const auto parameters = Parameters::parse(alert_parameters(), *object, call.now);
  if (const auto* problem = std::get_if<Problem>(&parameters)) return *problem;
  const auto filter = alert_filter(center, call, std::get<Parameters>(parameters));
  if (const auto* problem = std::get_if<Problem>(&filter)) return *problem;
  for (std::string cursor; result.alerts.size() < most_alerts; ) {
    const auto page = center.events().alerts(call.scope(), std::get<store::Filter>(filter), cursor,
                                             std::min(store::page_rows, most_alerts - result.alerts.size()));
    if (!page) return question_problem(page.error());
    for (const store::Event& event : page->events) {
      store::AlertChange& change = result.alerts.emplace_back();
      change.alert = event.id, change.organisation = event.organisation;
    }
    cursor = page->next;
    result.more = !cursor.empty();
    if (!result.more) break;
  }
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

store::DocumentChange kept_for_a_day(const Call& call, std::string_view kind, std::string id) {
  store::DocumentChange change;
  change.kind = kind, change.id = std::move(id), change.organisation = owner;
  change.by = call.principal->name;
  change.expected = 0;
  change.expires = call.now + undo_lifetime;
  change.keep_history = false;
  return change;
}

// What an undo needs to know, kept until it is used or a day is over: of each alert the version
// that was made, and the state and the assignee before it.
store::DocumentChange undo_of(const Call& call, std::string_view secret, store::AlertResults results) {
  std::string ids, versions, states, assignees;
  bool more = false;
  for (const auto& record : results) {
    if (!record) continue;
    JsonWriter(ids, more).text(record->alert);
    JsonWriter(versions, more).number(record->version);
    JsonWriter(states, more).text(store::name_of(record->previous));
    JsonWriter(assignees, more).text(record->previous_assignee);
    more = true;
  }
  store::DocumentChange change = kept_for_a_day(call, undo_kind, fingerprint(secret));
  JsonWriter json(change.body);
  json.open().field("by", call.principal->name);
  json.key("ids").raw("[" + ids + "]").key("versions").raw("[" + versions + "]");
  json.key("states").raw("[" + states + "]").key("assignees").raw("[" + assignees + "]").close();
  return change;
}

// The changes that undo what `kept` tells, each only if nothing happened since.
std::vector<store::AlertChange> undoing(const std::string& kept, const std::string& by) {
  std::vector<store::AlertChange> changes;
  const auto body = JsonObject::parse(kept);
  if (!body) return changes;
  const auto ids = body->texts("ids"), versions = body->texts("versions"),
             states = body->texts("states"), assignees = body->texts("assignees");
  if (!ids || !versions || !states || ids->size() != versions->size() ||
      ids->size() != states->size())
    return changes;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    store::AlertChange change;
    change.alert = (*ids)[i];
    change.state = store::alert_state_of((*states)[i]);
    change.expected = std::strtoull((*versions)[i].c_str(), nullptr, 10);
    change.by = by, change.undo = true;
    if (assignees && i < assignees->size()) change.assignee = (*assignees)[i];
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

Response action_answer(const std::vector<std::string>& ids, store::AlertResults results, bool more,
                       const std::string& undo) {
  std::string answer;
  JsonWriter json(answer);
  json.open().key("results").open_list();
  for (std::size_t i = 0; i < ids.size(); ++i) write_result(json, ids[i], results[i]);
  json.close_list().field("more", more).key("undo");
  undo.empty() ? json.null() : json.text(undo);
  json.close();
  return json_answer(std::move(answer));
}

// An action under an Idempotency-Key, as it was done; asked again, it is told again and not done again.
class Once {
 public:
  Once(Center& center, const Call& call) : center_(center), call_(call), key_(call.request.header("Idempotency-Key")) {
    if (!key_.empty()) id_ = sha256_hex(call.principal->name + "\n" + call.principal->id + "\n" + key_);
  }
  bool wanted() const { return !id_.empty(); }
  bool too_long() const { return key_.size() > key_bytes; }

  store::DocumentChange done(const std::vector<std::string>& ids, bool more, std::string_view undo) const {
    store::DocumentChange change = kept_for_a_day(call_, once_kind, id_);
    JsonWriter json(change.body);
    json.open()
        .field("request", sha256_hex(call_.request.body))
        .field("undo", undo)
        .field("more", more)
        .key("ids")
        .open_list();
    for (const std::string& id : ids) json.text(id);
    json.close_list().close();
    return change;
  }
  // Nothing where it has not been done yet. Alerts are told as they now are.
  std::optional<Response> told() const {
    if (!wanted()) return {};
    const auto kept = center_.documents().get(store::Scope::all(), once_kind, id_);
    if (!kept && kept.error().kind == ErrorKind::missing) return {};
    if (!kept) return problem_of(kept.error());
    const auto body = JsonObject::parse(kept->body);
    if (!body) return problem_of(body.error());
    if (body->text("request") != sha256_hex(call_.request.body))
      return Problem(Code::conflict, "This Idempotency-Key was used for another action; take a new one for each.");
    const auto ids = body->texts("ids").value_or(std::vector<std::string>());
    std::vector<Result<store::AlertRecord>> records;
    for (const std::string& id : ids) records.push_back(center_.states().state(call_.scope(), id));
    return action_answer(ids, records, body->flag("more").value_or(false), body->text("undo").value_or(""));
  }

 private:
  Center& center_;
  const Call& call_;
  std::string key_, id_;
};

}  // namespace

Response act_on_alerts(Center& center, Call& call) {
  const auto body = call.body({"ids", "filter", "action", "comment", "assignee"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const auto wished = wish_of(center, call, std::get<JsonObject>(body));
  if (const auto* problem = std::get_if<Problem>(&wished)) return *problem;
  const Wish& wish = std::get<Wish>(wished);
  const Once once(center, call);
  if (once.too_long()) return Problem(Code::bad_parameter, "`Idempotency-Key` may have 200 bytes.");
  if (auto told = once.told()) return std::move(*told);
  auto choice = chosen(center, call, std::get<JsonObject>(body));
  if (const auto* problem = std::get_if<Problem>(&choice)) return *problem;
  std::vector<store::AlertChange>& changes = std::get<Chosen>(choice).alerts;
  const bool more = std::get<Chosen>(choice).more;
  std::vector<std::string> ids;
  for (store::AlertChange& change : changes) {
    change.state = wish.action->state, change.comment = wish.comment, change.assignee = wish.assignee;
    change.by = call.principal->name;
    ids.push_back(change.alert);
  }
  call.note.detail = told(std::get<JsonObject>(body), {"action", "comment", "assignee"});
  note_alerts(call, ids);
  const std::string secret = random_text(center.random());
  const auto results = center.states().change_all(call.scope(), changes, [&](store::AlertResults records) {
    std::vector<store::DocumentChange> kept = {undo_of(call, secret, records)};
    if (once.wanted()) kept.push_back(once.done(ids, more, secret));
    return kept;
  });
  // Two at the same moment: one of them did it.
  if (!results.empty() && !std::ranges::any_of(results, &Result<store::AlertRecord>::ok))
    if (auto told = once.told()) return std::move(*told);
  const bool any = std::ranges::any_of(results, &Result<store::AlertRecord>::ok);
  return action_answer(ids, results, more, any ? secret : std::string());
}

Response undo_action(Center& center, Call& call) {
  const Problem missing(Code::not_found,
                        "There is no such action to undo, or it was undone or is older than a day.");
  const std::string id = fingerprint(call.parameters.text("undo"));
  const auto kept = center.documents().get(store::Scope::all(), undo_kind, id);
  if (!kept) return kept.error().kind == ErrorKind::missing ? missing : problem_of(kept.error());
  const auto changes = undoing(kept->body, call.principal->name);
  std::vector<std::string> ids;
  for (const store::AlertChange& change : changes) ids.push_back(change.alert);
  note_alerts(call, ids);
  const auto used = [&](store::AlertResults) {
    store::DocumentChange change;
    change.kind = undo_kind, change.id = id, change.remove = true, change.keep_history = false;
    change.expected = kept->version;
    return std::vector{change};
  };
  const auto changed = center.states().change_all(call.scope(), changes, used);
  const bool any = std::ranges::any_of(changed, &Result<store::AlertRecord>::ok);
  for (const auto& each : changed)
    if (!each && each.error().kind != ErrorKind::conflict && each.error().kind != ErrorKind::missing)
      return problem_of(each.error());
  // Somebody else was faster. Where nothing was changed for another reason, it may be tried again.
  if (!any && !center.documents().get(store::Scope::all(), undo_kind, id)) return missing;
  std::string answer;
  JsonWriter json(answer);
  json.open().key("results").open_list();
  for (std::size_t i = 0; i < changed.size(); ++i) write_result(json, changes[i].alert, changed[i]);
  json.close_list().close();
  return json_answer(std::move(answer));
}

Response list_assignees(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("names").open_list();
  for (const std::string& name : assignees(center, call)) json.text(name);
  json.close_list().close();
  return json_answer(std::move(body));
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
