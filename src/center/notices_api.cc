// Notices: list, draft, transitions, comments; and whether what was mended is still seen.
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/json.h"
#include "base/json_members.h"
#include "center/audit.h"
#include "center/body_members.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/notice_json.h"

namespace langyan::center {
namespace {

constexpr std::string_view severities[] = {"critical", "high", "medium", "low"};

Actor actor_of(Center& center, const Call& call) {
  return {call.scope(), call.scope().is_all() ? center.options().organisation : call.scope().root(),
          call.principal->name};
}

NoticeReader reader_of(Center& center, const Call& call) {
  return {call.scope().is_all() ? center.options().organisation : std::string(call.scope().root()),
          may(Who::analyst, call.principal)};
}

Response answer(Center& center, const Call& call, const Result<Notice>& notice, int status = 200) {
  if (!notice) return problem_of(notice.error());
  std::string body;
  JsonWriter json(body);
  write_notice(json, *notice, reader_of(center, call), call.now);
  return json_answer(std::move(body), status);
}

// Signatures and hosts of the evidence: what is looked for after it is said to be mended.
std::optional<Problem> look_at_evidence(Center& center, const Call& call, Notice& notice) {
  notice.sids.clear(), notice.hosts.clear(), notice.origins.clear();
  for (const std::string& id : notice.evidence) {
    const auto event = center.events().event(call.scope(), id);
    if (!event && event.error().kind == ErrorKind::missing)
      return Problem(Code::bad_body, "`evidence` names \"" + id.substr(0, 100) + "\", and there is no such event.");
    if (!event) return question_problem(event.error());
    simdjson::dom::parser parser;
    simdjson::dom::element line, alert;
    if (parser.parse(event->json).get(line) != simdjson::SUCCESS) continue;
    if (auto origin = EventOrigin::of_event(line)) notice.origins.push_back(std::move(*origin));
    if (line["alert"].get(alert) != simdjson::SUCCESS) continue;
    notice.sids.push_back(json::number_of<std::uint64_t>(alert, "signature_id"));
    for (const char* end : {"src_ip", "dest_ip"})
      if (const auto ip = json::text_of(line, end); !ip.empty()) notice.hosts.emplace_back(ip);
  }
  const auto once = [](auto& list) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  once(notice.sids), once(notice.hosts);
  return {};
}

// The members the body gives, over what is there.
std::optional<Problem> take(Center& center, const Call& call, const JsonObject& wish, Notice& notice) {
  const auto bad = [](std::string_view what) { return Problem(Code::bad_body, what); };
  const std::tuple<std::string_view, std::string*, std::size_t> texts[] = {{"kind", &notice.kind, 32},
                                                                           {"title", &notice.title, longest_title},
                                                                           {"text", &notice.text, longest_text},
                                                                           {"severity", &notice.severity, 32},
                                                                           {"organisation", &notice.organisation, 255},
                                                                           {"enterprise", &notice.enterprise, 18}};
  for (const auto& [name, value, most] : texts) {
    if (!wish.has(name)) continue;
    const auto text = wish.text(name);
    if (!text || text->size() > most)
      return bad("`" + std::string(name) + "` must be a text of at most " + std::to_string(most) + " octets.");
    *value = *text;
  }
  if (!notice.enterprise.empty()) {
    const auto registered = center.enterprises().get(call.scope(), notice.enterprise);
    if (!registered) return bad("`enterprise` is no code of the registry; register it first, or give `organisation`.");
    if (!wish.has("organisation")) notice.organisation = registered->organisation;
  }
  const auto known = [](std::span<const Words> rows, std::string_view word) {
    return std::ranges::find(rows, word, &Words::word) != rows.end();
  };
  if (!known(notice_kinds(), notice.kind)) return bad("`kind` must be warning, vulnerability or incident.");
  if (notice.title.empty()) return bad("`title` is missing or empty.");
  if (std::ranges::find(severities, notice.severity) == std::end(severities))
    return bad("`severity` must be critical, high, medium or low.");
  if (!store::check_organisation(notice.organisation))
    return bad("`organisation` or `enterprise` must say whom it is for.");
  if (wish.has("joint")) {
    const auto joint = wish.texts("joint");
    if (!joint || joint->size() > most_joint ||
        !std::ranges::all_of(*joint, [](const std::string& each) { return store::check_organisation(each).ok(); }))
      return bad("`joint` must be a list of at most 16 organisations.");
    notice.joint = *joint;
  }
  if (wish.has("deadline")) {
    const auto deadline = parse_moment(wish.text("deadline").value_or(""), call.now);
    if (!deadline) return bad("`deadline` must be a time such as 2026-03-02T08:00:00Z.");
    notice.deadline = deadline;
  }
  if (!wish.has("evidence")) return {};
  const auto evidence = wish.texts("evidence");
  if (!evidence || evidence->size() > most_evidence)
    return bad("`evidence` must be a list of at most 100 ids of events.");
  notice.evidence = *evidence;
  return look_at_evidence(center, call, notice);
}

std::variant<JsonObject, Problem> members_of(const Call& call) {
  return call.body(
      {"kind", "title", "text", "severity", "organisation", "enterprise", "joint", "deadline", "evidence"});
}

Response save(Center& center, const Call& call, Notice notice, int status) {
  const auto body = members_of(call);
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  if (const auto problem = take(center, call, std::get<JsonObject>(body), notice)) return *problem;
  return answer(center, call, center.notices().draft(actor_of(center, call), std::move(notice)), status);
}

// Alerts of the evidence's signatures between its hosts, since the addressee said it was mended.
std::optional<Problem> write_recurrence(Center& center, const Call& call, const Notice& notice, JsonWriter& json) {
  json.key("recurrence");
  if (!notice.submitted || notice.sids.empty()) return json.null(), std::nullopt;
  store::TopQuery query;
  query.filter.classes = {store::EventClass::alert};
  query.filter.sids = notice.sids, query.filter.organisation = notice.organisation;
  for (const std::string& host : notice.hosts)
    if (const auto network = parse_network(host)) query.filter.ips.push_back(*network);
  query.from = *notice.submitted, query.to = std::max(call.now, query.from + 1), query.exact = true;
  const auto top = center.events().top(call.scope(), query);
  if (!top) return question_problem(top.error());
  json.open()
      .key("since")
      .time(query.from)
      .key("as_of")
      .time(call.now)
      .field("alerts", top->total)
      .field("complete", top->complete)
      .close();
  return {};
}

}  // namespace

Response list_notices(Center& center, Call& call) {
  const Parameters& given = call.parameters;
  Notices::Filter filter{given.text("state"), given.text("kind"), given.text("organisation"), {}};
  if (given.has("overdue")) filter.overdue = given.text("overdue") == "true";
  const auto page = center.notices().list(call.scope(), filter, given.text("cursor"), given.number("limit"));
  if (!page) return problem_of(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("notices").open_list();
  const NoticeReader reader = reader_of(center, call);
  for (const Notice& notice : page->notices) write_notice(json, notice, reader, call.now);
  json.close_list().key("next");
  page->next.empty() ? json.null() : json.text(page->next);
  json.close();
  return json_answer(std::move(body));
}

// The words of notices, and how many there are of each state and kind.
Response notice_overview(Center& center, Call& call) {
  std::map<std::string_view, std::uint64_t> states, kinds;
  std::uint64_t overdue = 0;
  const auto seen = center.notices().each(call.scope(), [&](const Notice& notice) {
    ++states[words_of(notice_states(), notice.state).word], ++kinds[words_of(notice_kinds(), notice.kind).word];
    overdue += notice.overdue(call.now);
  });
  if (!seen) return problem_of(seen.error());
  std::string body;
  JsonWriter json(body);
  json.open()
      .key("as_of")
      .time(call.now)
      .field("overdue", overdue)
      .field("may_draft", may(Who::analyst, call.principal));
  write_counted(json, "states", notice_states(), states);
  write_counted(json, "kinds", notice_kinds(), kinds);
  json.key("actions").open_list();
  for (const Transition& row : transitions()) write_words(json, {row.action, row.en, row.zh});
  json.close_list().close();
  return json_answer(std::move(body));
}

Response make_notice(Center& center, Call& call) {
  Notice notice;
  notice.severity = "medium";
  return save(center, call, std::move(notice), 201);
}

Response change_notice(Center& center, Call& call) {
  auto notice = center.notices().get(call.scope(), call.parameters.text("id"));
  if (!notice) return problem_of(notice.error());
  return save(center, call, notice.take(), 200);
}

Response remove_notice(Center& center, Call& call) {
  const auto done = center.notices().remove(actor_of(center, call), call.parameters.text("id"));
  if (!done) return problem_of(done.error());
  Response response;
  response.status = 204;
  return response;
}

Response notice(Center& center, Call& call) {
  const std::string id = call.parameters.text("id");
  const auto found = center.notices().get(call.scope(), id);
  if (!found) return problem_of(found.error());
  const auto entries = center.notices().entries(call.scope(), *found);
  if (!entries) return problem_of(entries.error());
  std::string body;
  JsonWriter json(body);
  write_notice(json, *found, reader_of(center, call), call.now, true);
  json.key("entries").open_list();
  for (const NoticeEntry& entry : *entries) write_entry_told(json, entry);
  json.close_list();
  if (const auto problem = write_recurrence(center, call, *found, json)) return *problem;
  json.close();
  return json_answer(std::move(body));
}

// Copies of the evidence as this center's store has it, for who is addressed to provide.
Result<Provided> provide(Center& center, Call& call) {
  const auto notice = center.notices().get(call.scope(), call.parameters.text("id"));
  if (!notice) return notice.error();
  const auto copies = copies_of(center.events(), call.scope(), notice->origins);
  if (!copies) return copies.error();
  Provided provided = Provided::of(*copies);
  call.note.detail.append(" events=" + std::to_string(provided.count)).append(" sum=" + provided.sum);
  return provided;
}

Response act_on_notice(Center& center, Call& call) {
  const auto body = call.body({"action", "reason", "version"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  std::string action, reason;
  std::optional<std::uint64_t> version;
  if (auto wrong = read_text(wish, "action", action)) return *wrong;
  if (auto wrong = read_text(wish, "reason", reason)) return *wrong;
  if (auto wrong = read_number(wish, "version", version)) return *wrong;
  call.note.detail = told(wish, {"action", "reason"});
  if (reason.size() > longest_reason) return Problem(Code::bad_body, "`reason` may have 4000 octets.");
  std::optional<Provided> provided;
  if (action == "provide") {
    auto copies = provide(center, call);
    if (!copies) return question_problem(copies.error());
    provided = copies.take();
  }
  return answer(center, call,
                center.notices().act(actor_of(center, call), call.parameters.text("id"), action, reason, version,
                                     std::move(provided)));
}

Response comment_on_notice(Center& center, Call& call) {
  const auto body = call.body({"text"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const std::string text = std::get<JsonObject>(body).text("text").value_or("");
  if (text.empty() || text.size() > longest_reason)
    return Problem(Code::bad_body, "`text` must have 1 to 4000 octets.");
  return answer(center, call, center.notices().comment(actor_of(center, call), call.parameters.text("id"), text));
}

}  // namespace langyan::center
