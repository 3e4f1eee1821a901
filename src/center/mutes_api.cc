// Mutes: make one, look first at what it would hide, end it, take it back.
#include <algorithm>

#include "base/units.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/mutes_json.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr Duration week = 7 * day;
constexpr std::size_t id_octets = 9;

// How many alerts the mute's scope holds between two times.
Result<std::uint64_t> count_of(Center& center, const Call& call, const Mute& mute, Time from, Time to,
                               std::vector<store::AlertState> states = {}) {
  if (from >= to) return std::uint64_t{0};
  store::TopQuery query;
  query.filter = filter_of(mute);
  query.filter.states = std::move(states);
  query.dimension = store::Dimension::event_type, query.rows = 1;
  query.from = from, query.to = to, query.exact = true;
  const auto top = center.events().top(call.scope(), query);
  if (!top) return top.error();
  return top->total;
}

std::optional<Problem> read_ends(const JsonObject& body, Mute& mute) {
  struct End {
    std::string_view name, scopes;
    std::optional<IpAddress>& address;
  };
  const End ends[] = {{"src", "source pair", mute.src}, {"dst", "pair", mute.dst}, {"address", "asset", mute.address}};
  for (const End& end : ends) {
    const bool wanted = end.scopes.find(mute.scope) != end.scopes.npos;
    const auto text = body.text(end.name);
    if (wanted != text.has_value())
      return Problem(Code::bad_body, "A mute of the scope `" + mute.scope + "` " + (wanted ? "needs" : "has no") +
                                         " `" + std::string(end.name) + "`.");
    if (!wanted) continue;
    end.address = parse_ip(*text);
    if (!end.address) return Problem(Code::bad_body, "`" + std::string(end.name) + "` is no address.");
  }
  const bool by_rule = mute.scope != "asset";
  mute.sid = body.number("sid");
  if (by_rule != mute.sid.has_value())
    return Problem(Code::bad_body, "A mute of the scope `" + mute.scope + "` " + (by_rule ? "needs" : "has no") +
                                       " `sid`, the number of a rule.");
  return {};
}

// The alerts a body means: scope, ends and organisation.
std::optional<Problem> read_scope(const Call& call, const JsonObject& body, Mute& mute) {
  mute.scope = body.text("scope").value_or("");
  if (std::ranges::none_of(mute_scopes(), [&](const Words& words) { return words.word == mute.scope; }))
    return Problem(Code::bad_body, "`scope` must be rule, source, pair or asset.");
  mute.organisation = body.text("organisation").value_or(call.scope().root());
  if (!mute.organisation.empty() && !store::Scope::of(mute.organisation))
    return Problem(Code::bad_body, "`organisation` must be a path such as cn/jiangsu.");
  if (!call.scope().covers(mute.organisation))
    return Problem(Code::bad_body, "`organisation` lies outside of what you see.");
  return read_ends(body, mute);
}

std::optional<Problem> read_end(const Call& call, const JsonObject& body, Mute& mute, bool may_end) {
  const std::string text = body.text("until").value_or("");
  auto until = parse_moment(text, call.now);
  if (const auto length = parse_duration(text)) until = call.now + *length;
  if (!until || *until > call.now + longest_mute || *until < call.now || (*until == call.now && !may_end))
    return Problem(Code::bad_body,
                   "`until` must be a time to come, at most a year ahead, or a length such as 8h or 7d.");
  mute.until = *until;
  return {};
}

std::optional<Problem> read_reason(const JsonObject& body, Mute& mute) {
  mute.reason = body.text("reason").value_or("");
  if ((body.has("reason") && !body.text("reason")) || mute.reason.size() > mute_reason_bytes)
    return Problem(Code::bad_body, "`reason` must be a text of at most 1000 bytes.");
  return {};
}

// A mute of an organisation above is seen, and not changed.
std::variant<Mute, Problem> own(Center& center, const Call& call) {
  auto mute = center.mutes().find(call.scope(), call.parameters.text("id"));
  if (!mute) return problem_of(mute.error());
  if (!call.scope().covers(mute->organisation))
    return Problem(Code::forbidden, "This mute belongs to an organisation above yours.");
  return mute.take();
}

Response answer(const Result<Mute>& mute, Time now, int status = 200) {
  if (!mute) return problem_of(mute.error());
  std::string body;
  JsonWriter json(body);
  json.open();
  write_mute(json, *mute, now);
  json.close();
  return json_answer(std::move(body), status);
}

}  // namespace

void write_mute(JsonWriter& json, const Mute& mute, Time now) {
  const auto address = [&](std::string_view name, const std::optional<IpAddress>& ip) {
    json.key(name);
    ip ? json.text(to_string(*ip)) : json.null();
  };
  json.field("id", mute.id).field("organisation", mute.organisation).key("scope");
  write_words(json, words_of(mute_scopes(), mute.scope));
  json.key("sid");
  mute.sid ? json.number(*mute.sid) : json.null();
  address("src", mute.src), address("dst", mute.dst), address("address", mute.address);
  json.field("reason", mute.reason).field("by", mute.by).key("created").time(mute.created).key("from");
  mute.from > 0 ? json.time(mute.from) : json.null();
  json.key("until").time(mute.until).field("active", now < mute.until);
}

Response list_mutes(Center& center, Call& call) {
  const auto mutes = center.mutes().list(call.scope());
  if (!mutes) return problem_of(mutes.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("mutes").open_list();
  for (const Mute& mute : *mutes) {
    const auto hidden =
        count_of(center, call, mute, std::max(mute.from, call.now - week), std::min(mute.until, call.now));
    if (!hidden) return question_problem(hidden.error());
    json.open();
    write_mute(json, mute, call.now);
    json.field("hidden", *hidden).close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

Response preview_mute(Center& center, Call& call) {
  const auto body = call.body({"scope", "organisation", "sid", "src", "dst", "address"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  Mute mute;
  if (const auto problem = read_scope(call, std::get<JsonObject>(body), mute)) return *problem;
  const Time from = call.now - week;
  const auto hidden = count_of(center, call, mute, from, call.now);
  if (!hidden) return question_problem(hidden.error());
  const auto waiting = count_of(center, call, mute, from, call.now, {store::AlertState::fresh});
  if (!waiting) return question_problem(waiting.error());
  std::string answer;
  JsonWriter json(answer);
  json.open()
      .key("from")
      .time(from)
      .key("to")
      .time(call.now)
      .field("hidden", *hidden)
      .field("waiting", *waiting)
      .close();
  return json_answer(std::move(answer));
}

Response make_mute(Center& center, Call& call) {
  const auto body = call.body({"scope", "organisation", "sid", "src", "dst", "address", "until", "reason", "existing"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  Mute mute;
  mute.id = random_text(center.random(), id_octets), mute.by = call.principal->name;
  for (const auto& problem : {read_scope(call, wish, mute), read_end(call, wish, mute, false), read_reason(wish, mute)})
    if (problem) return *problem;
  if (wish.has("existing") && !wish.flag("existing"))
    return Problem(Code::bad_body, "`existing` must be true or false.");
  mute.from = wish.flag("existing").value_or(false) ? 0 : call.now;
  call.note.object = mute.id;
  call.note.detail = told(wish, {"scope", "organisation", "sid", "src", "dst", "address", "until", "reason"});
  return answer(center.mutes().make(mute, call.now), call.now, 201);
}

Response change_mute(Center& center, Call& call) {
  const auto body = call.body({"until", "reason"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  auto found = own(center, call);
  if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
  Mute& mute = std::get<Mute>(found);
  const JsonObject& wish = std::get<JsonObject>(body);
  call.note.detail = told(wish, {"until", "reason"});
  if (wish.has("until"))
    if (const auto problem = read_end(call, wish, mute, true)) return *problem;
  if (wish.has("reason"))
    if (const auto problem = read_reason(wish, mute)) return *problem;
  return answer(center.mutes().change(mute), call.now);
}

Response remove_mute(Center& center, Call& call) {
  const auto found = own(center, call);
  if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
  if (const auto done = center.mutes().remove(std::get<Mute>(found), call.principal->name); !done)
    return problem_of(done.error());
  Response response;
  response.status = 204;
  return response;
}

}  // namespace langyan::center
