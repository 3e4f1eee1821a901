// Rule packs: what there is, one as it was signed, a new version.
#include <algorithm>
#include <map>

#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/pack_usage.h"

namespace langyan::center {
namespace {

void write_label(JsonWriter& json, const PackLabel& label) {
  json.open().field("name", label.name).field("version", label.version).field("organisation", label.organisation);
  json.field("issued", label.issued)
      .field("issuer", label.issuer)
      .key("note")
      .open()
      .field("en", label.note_en)
      .field("zh", label.note_zh)
      .close();
  json.key("files").open_list();
  for (const std::string& file : label.files) json.text(file);
  json.close_list().field("bytes", label.bytes).field("sha256", label.sha256).field("key", label.key);
  json.field("from_above", label.from_above).field("by", label.by).key("taken").time(label.taken).close();
}

void write_why(JsonWriter& json, const packs::Why& why) {
  write_words(json, {why.word, why.en, why.zh});
}

// The problem, with what the pack was refused for in both languages.
Problem refusal(const Error& error) {
  std::string why;
  JsonWriter json(why);
  write_why(json, packs::why_refused(error.message));
  return problem_of(error).member("why", why);
}

// A time as it was told.
void write_told(JsonWriter& json, std::string_view name, const std::string& time) {
  json.key(name);
  time.empty() ? json.null() : json.text(time);
}

void write_user(JsonWriter& json, const PackUser& user) {
  json.open().key("user");
  write_words(json, pack_users()[user.center ? 1 : 0]);
  json.field("name", user.name).field("organisation", user.organisation);
  if (!user.via.empty()) json.field("via", user.via);
  json.field("pack", user.pack).key("state");
  write_words(json, pack_states()[static_cast<std::size_t>(user.state)]);
  json.key("version");
  user.version > 0 ? json.number(user.version) : json.null();
  json.field("wanted", user.wanted);
  write_told(json, "since", user.since);
  write_told(json, "told", user.told);
  json.field("reason", user.reason).key("why");
  if (user.why) write_why(json, *user.why);
  else json.null();
  json.close();
}

// What the answer keeps: of each state as many rows as may be answered.
class Usage {
 public:
  Usage(const Parameters& asked)
      : names_(asked.list("name")),
        states_(asked.list("state")),
        users_(asked.list("user")),
        limit_(asked.number("limit")) {
    if (asked.has("organisation")) within_ = *store::Scope::of(asked.text("organisation"));
  }
  void add(PackUser user) {
    const auto state = static_cast<std::size_t>(user.state);
    ++counts_[user.pack][pack_states()[state].word];
    const auto wanted = [](const std::vector<std::string>& of, std::string_view word) {
      return of.empty() || std::ranges::find(of, word) != of.end();
    };
    if (!wanted(names_, user.pack) || !wanted(states_, pack_states()[state].word) ||
        !wanted(users_, pack_users()[user.center ? 1 : 0].word) || !within_.covers(user.organisation))
      return;
    auto& rows = rows_[state];
    if (rows.size() <= limit_) rows.push_back(std::move(user));
  }
  const std::map<std::string_view, std::uint64_t>& counts(const std::string& pack) { return counts_[pack]; }
  bool write_rows(JsonWriter& json) {  // whether there are more
    std::size_t left = limit_;
    json.key("rows").open_list();
    bool more = false;
    for (auto& rows : rows_) {
      std::ranges::sort(rows, {},
                        [](const PackUser& each) { return std::tie(each.pack, each.organisation, each.name); });
      more |= rows.size() > left;
      const std::size_t taken = std::min(left, rows.size());
      for (std::size_t i = 0; i < taken; ++i) write_user(json, rows[i]);
      left -= taken;
    }
    json.close_list();
    return more;
  }

 private:
  const std::vector<std::string> names_, states_, users_;
  const std::size_t limit_;
  store::Scope within_ = store::Scope::all();
  std::map<std::string, std::map<std::string_view, std::uint64_t>> counts_;
  std::array<std::vector<PackUser>, 4> rows_;
};

}  // namespace

Response packs_in_use(Center& center, Call& call) {
  Usage usage(call.parameters);
  if (const auto done = each_pack_user(center, call.scope(), [&](PackUser user) { usage.add(std::move(user)); }); !done)
    return question_problem(done.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("as_of").time(call.now).key("packs").open_list();
  for (const PackLabel& label : center.packs().list(call.scope())) {
    json.open().field("name", label.name).field("version", label.version).field("withdrawn", label.files.empty());
    write_counted(json, "states", pack_states(), usage.counts(label.name));
    json.close();
  }
  json.close_list();
  const bool more = usage.write_rows(json);
  json.field("more", more).close();
  return json_answer(std::move(body));
}

Response list_packs(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("packs").open_list();
  for (const PackLabel& label : center.packs().list(call.scope())) write_label(json, label);
  json.close_list().close();
  return json_answer(std::move(body));
}

// The octets are those that were signed.
Response pack(Center& center, Call& call) {
  auto text = center.packs().text(call.scope(), call.parameters.text("name"));
  if (!text) return problem_of(text.error());
  Response response;
  response.content_type = packs::pack_type;
  response.body = text.take();
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response put_pack(Center& center, Call& call) {
  const std::string organisation =
      call.parameters.has("organisation") ? call.parameters.text("organisation") : call.scope().root();
  if (!call.scope().covers(organisation))
    return Problem(Code::bad_parameter, "`organisation` lies outside of what you see.");
  const auto label = center.packs().put(call.request.body, organisation, call.principal->name, false);
  if (!label) return refusal(label.error());
  call.note.object = label->name;
  call.note.detail =
      "version=" + std::to_string(label->version) + " organisation=" + organisation + " key=" + label->key;
  std::string body;
  JsonWriter json(body);
  write_label(json, *label);
  return json_answer(std::move(body), 201);
}

}  // namespace langyan::center
