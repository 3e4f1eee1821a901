// Between the tiers: what would leave for the center above, and which centers report to this one.
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "center/body_members.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/lower_centers.h"
#include "center/named_page.h"
#include "center/notice_travel.h"

namespace langyan::center {
namespace {

constexpr std::size_t preview_events = 1'000;  // shown at most
constexpr std::size_t held_shown = 200;        // types and fields each

template <class Map>
void write_counts(JsonWriter& json, std::string_view name, const Map& counts) {
  std::vector<std::pair<std::uint64_t, std::string_view>> rows;
  for (const auto& [value, count] : counts) rows.emplace_back(count, value);
  std::ranges::sort(rows, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  json.key(name).open_list();
  for (std::size_t i = 0; i < std::min(rows.size(), held_shown); ++i)
    json.open().field("value", rows[i].second).field("count", rows[i].first).close();
  json.close_list();
}

struct Preview {
  std::vector<std::string> lines;
  ReleasePolicy::Held held_types, held_fields;
  std::size_t looked = 0;
  bool more = false;
};

// An event of the center's own as it would be now: the spool gives it its place later.
std::string own_line(Center& center, Time now, std::string_view type, std::string_view body) {
  std::string line;
  JsonWriter json(line);
  json.open().key("timestamp").time(now).field("event_type", type).key("origin").open();
  json.field("sensor", center.options().name).field("epoch", store::epoch_text(0));
  json.field("lane", "bulk").field("seq", std::uint64_t{0}).close();
  return line.append(",").append(body).append("}");
}

// Entries of notices that went, or would go, since then.
Result<void> look_at_notices(Center& center, Time from, std::size_t limit, const auto& pass) {
  for (std::uint64_t change = 0;;) {
    auto sent = center.notices().sent(store::Scope::all(), change, store::document_page);
    if (!sent) return sent.error();
    for (Notices::Sent& each : *sent) {
      change = each.change;
      if (each.from_above || each.arrived < from) continue;
      if (limit-- == 0) return {};
      if (auto done = center.notices().attach(each.letter); !done) return done;
      pass(own_line(center, each.arrived, notice_event, "\"notice\":" + each.letter.json()), "");
    }
    if (sent->size() < store::document_page) return {};
  }
}

Result<Preview> look(Center& center, const Call& call, ReleasePolicy& policy, Time from, std::size_t limit) {
  Preview preview;
  const CenterOptions& options = center.options();
  const auto pass = [&](std::string_view line, std::string_view organisation) {
    std::string out;
    if (policy.release(line, {options.name, organisation}, out, &preview.held_fields))
      preview.lines.push_back(std::move(out));
  };
  store::TopQuery types;
  types.dimension = store::Dimension::event_type;
  types.rows = store::top_rows;
  types.from = from, types.to = std::max(call.now, from + 1), types.exact = true;
  const auto top = center.events().top(call.scope(), types);
  if (!top) return top.error();
  for (const store::TopRow& row : top->rows)
    if (!policy.releases(row.value)) preview.held_types[row.value] = row.count;
  if (call.scope().is_all()) {
    pass(own_line(center, call.now, "stats",
                  heartbeat_of(center.events(), call.now, Beat{center.packs(), 0, {}}, policy.rows())),
         options.organisation);
    const auto rollup = rollup_of(center.events(), (call.now / hour - 1) * hour);
    if (!rollup) return rollup.error();
    pass(own_line(center, call.now, "rollup", *rollup), options.organisation);
    if (policy.releases(notice_event))
      if (auto done = look_at_notices(center, from, limit, pass); !done) return done.error();
  }
  store::Filter filter;
  filter.from = from;
  filter.types = policy.rows().types;
  std::erase(filter.types, notice_event);
  if (filter.types.empty()) return preview;
  const auto page = center.events().events(call.scope(), filter, "", limit);
  if (!page) return page.error();
  for (const store::Event& event : page->events) pass(event.json, event.organisation);
  preview.looked = page->events.size();
  preview.more = !page->next.empty();
  return preview;
}

void write_platform(JsonWriter& json, const LowerCenter& center, Time now) {
  json.open().field("name", center.name).field("organisation", center.organisation);
  json.field("direct", center.direct);
  if (!center.via.empty() && center.via != center.name) json.field("via", center.via);
  json.field("link", name_of(center.link(now))).key("last_heard");
  center.last_heard > 0 ? json.time(center.last_heard) : json.null();
  json.key("received").open();
  for (const auto& [lane, positions] : center.received) json.field(lane, positions);
  json.close().key("heartbeat");
  center.heartbeat.empty() ? json.null() : json.raw(center.heartbeat);
  json.key("heartbeat_time");
  center.heartbeat.empty() ? json.null() : json.text(center.heartbeat_time);
  json.close();
}

}  // namespace

// The policy of the configuration, or what the body gives instead, over events of the store.
Response preview_release(Center& center, Call& call) {
  const auto body = call.body({"types", "fields", "since", "limit"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  Release release = center.options().uplink.release;
  for (auto [name, list] : {std::pair{"types", &release.types}, std::pair{"fields", &release.fields}}) {
    if (!wish.has(name)) continue;
    auto given = wish.texts(name);
    if (!given) return Problem(Code::bad_body, std::string("`") + name + "` must be a list of texts.");
    *list = std::move(*given);
  }
  auto policy = ReleasePolicy::of(release);
  if (!policy) return Problem(Code::bad_body, policy.error().message + ".");
  std::string since = "-1h";
  std::optional<std::uint64_t> limit = preview_events;
  if (auto wrong = read_text(wish, "since", since)) return *wrong;
  if (auto wrong = read_number(wish, "limit", limit)) return *wrong;
  const auto from = parse_moment(since, call.now);
  if (!from) return Problem(Code::bad_body, "`since` must be a time such as -1h or 2026-03-02T08:00:00Z.");
  if (*limit == 0 || *limit > preview_events) return Problem(Code::bad_body, "`limit` must be 1 to 1000.");
  const auto preview = look(center, call, *policy, *from, *limit);
  if (!preview) return question_problem(preview.error());
  std::string answer;
  JsonWriter json(answer);
  json.open().key("from").time(*from).field("looked", std::uint64_t{preview->looked});
  json.field("more", preview->more).key("lines").open_list();
  for (const std::string& line : preview->lines) json.raw(line);
  json.close_list();
  write_counts(json, "held_types", preview->held_types);
  write_counts(json, "held_fields", preview->held_fields);
  json.close();
  return json_answer(std::move(answer));
}

Response platforms(Center& center, Call& call) {
  auto page = NamedPage::of(call.parameters);
  if (!page) return Problem(Code::bad_parameter, "`cursor` must be `next` of a page before.");
  const auto all = lower_centers(center, call.scope());
  if (!all) return question_problem(all.error());
  std::string answer;
  JsonWriter json(answer);
  json.open().key("platforms").open_list();
  for (const LowerCenter& each : *all)
    if (page->takes(each.organisation, each.name)) write_platform(json, each, call.now);
  json.close_list().key("next");
  page->next().empty() ? json.null() : json.text(page->next());
  json.close();
  return json_answer(std::move(answer));
}

}  // namespace langyan::center
