// Between the tiers: what would leave for the center above, and which centers report to this one.
#include <simdjson.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"

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
    pass(own_line(center, call.now, "stats", heartbeat_of(center.events(), call.now, {})), options.organisation);
    const auto rollup = rollup_of(center.events(), (call.now / hour - 1) * hour);
    if (!rollup) return rollup.error();
    pass(own_line(center, call.now, "rollup", *rollup), options.organisation);
  }
  store::Filter filter;
  filter.from = from;
  filter.types = policy.rows().types;
  if (filter.types.empty()) return preview;
  const auto page = center.events().events(call.scope(), filter, "", limit);
  if (!page) return page.error();
  for (const store::Event& event : page->events) pass(event.json, event.organisation);
  preview.looked = page->events.size();
  preview.more = !page->next.empty();
  return preview;
}

struct Platform {
  std::string name, organisation, via;
  Time last_heard = 0;
  std::map<std::string_view, std::uint64_t> received;  // positions by lane; of centers that dial this one
  bool direct = false;
  std::string beat;  // its newest heartbeat, the whole event
};

// stats.center and the time of a heartbeat; nothing of another event.
struct HeartBeat {
  std::string center, time;
};
std::optional<HeartBeat> heartbeat_in(simdjson::dom::parser& parser, std::string_view stats) {
  simdjson::dom::element event, center;
  std::string_view time;
  if (stats.empty() || parser.parse(stats.data(), stats.size()).get(event) != simdjson::SUCCESS ||
      event["stats"]["center"].get(center) != simdjson::SUCCESS || !center.is_object() ||
      event["timestamp"].get(time) != simdjson::SUCCESS)
    return {};
  return HeartBeat{simdjson::minify(center), std::string(time)};
}

void write_platform(JsonWriter& json, simdjson::dom::parser& parser, const Platform& platform) {
  json.open().field("name", platform.name).field("organisation", platform.organisation);
  json.field("direct", platform.direct);
  if (!platform.via.empty() && platform.via != platform.name) json.field("via", platform.via);
  json.key("last_heard");
  platform.last_heard > 0 ? json.time(platform.last_heard) : json.null();
  json.key("received").open();
  for (const auto& [lane, positions] : platform.received) json.field(lane, positions);
  json.close();
  const auto beat = heartbeat_in(parser, platform.beat);
  json.key("heartbeat");
  beat ? json.raw(beat->center) : json.null();
  json.key("heartbeat_time");
  beat ? json.text(beat->time) : json.null();
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
  const auto from = parse_moment(wish.text("since").value_or("-1h"), call.now);
  if (!from) return Problem(Code::bad_body, "`since` must be a time such as -1h or 2026-03-02T08:00:00Z.");
  const std::size_t limit = wish.number("limit").value_or(preview_events);
  if (limit == 0 || limit > preview_events) return Problem(Code::bad_body, "`limit` must be 1 to 1000.");
  const auto preview = look(center, call, *policy, *from, limit);
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

// Those that have a token for it, heard or not, and those whose heartbeats came through them.
Response platforms(Center& center, Call& call) {
  const auto sensors = center.events().sensors(call.scope());
  if (!sensors) return question_problem(sensors.error());
  const auto streams = center.events().streams(call.scope());
  if (!streams) return question_problem(streams.error());
  std::vector<Platform> all;
  for (const Token& token : center.access().tokens().list()) {
    const auto same = [&](const Platform& each) {
      return each.name == token.source && each.organisation == token.organisation;
    };
    if (!token.relay || !call.scope().covers(token.organisation) || std::ranges::any_of(all, same)) continue;
    Platform& platform = all.emplace_back();
    platform.name = token.source, platform.organisation = token.organisation, platform.direct = true;
    for (const store::Stream& stream : *streams) {
      if (stream.source != platform.name || stream.organisation != platform.organisation) continue;
      platform.last_heard = std::max(platform.last_heard, stream.last_seen);
      platform.received[store::name_of(stream.lane)] += stream.watermark;
    }
  }
  simdjson::dom::parser parser;
  for (const store::Sensor& sensor : *sensors) {
    if (!heartbeat_in(parser, sensor.stats)) continue;
    const auto same = [&](const Platform& each) {
      const auto own = store::Scope::of(each.organisation);
      return each.name == sensor.name && own && own->covers(sensor.organisation);
    };
    auto found = std::ranges::find_if(all, same);
    if (found == all.end()) {
      found = all.insert(all.end(), Platform{sensor.name, sensor.organisation, sensor.via, sensor.last_seen, {}, false, {}});
    }
    found->beat = sensor.stats;
  }
  std::ranges::sort(all, {}, [](const Platform& each) { return std::pair(each.organisation, each.name); });
  std::string answer;
  JsonWriter json(answer);
  json.open().key("platforms").open_list();
  for (const Platform& platform : all) write_platform(json, parser, platform);
  json.close_list().close();
  return json_answer(std::move(answer));
}

}  // namespace langyan::center
