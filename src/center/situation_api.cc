// The situation: the figures of a place, what lies below it, and how far notices have come.
#include <algorithm>

#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/situation.h"

namespace langyan::center {
namespace {

constexpr std::string_view severities[] = {"critical", "high", "medium", "low"};

// The place that is asked about, or the answer to who may not.
std::variant<std::string, Problem> place_of(Center& center, const Call& call) {
  if (!call.parameters.has("organisation"))
    return call.scope().is_all() ? center.options().organisation : call.scope().root();
  std::string place = call.parameters.text("organisation");
  if (!call.scope().covers(place)) return Problem(Code::not_found, "There is no such organisation.");
  return place;
}

Result<Situation> look(Center& center, const Call& call, std::string place) {
  Situation situation(std::move(place));
  if (auto added = situation.add_alerts(center.events(), call.scope(), call.now); !added) return added.error();
  const auto centers = lower_centers(center, call.scope());
  if (!centers) return centers.error();
  for (const LowerCenter& each : *centers) situation.add(each, call.now);
  const auto sensors = center.events().sensors(call.scope());
  if (!sensors) return sensors.error();
  for (const store::Sensor& sensor : *sensors) situation.add(sensor, call.now);
  const auto seen = center.enterprises().each(call.scope(), [&](const Enterprise& one) { situation.add(one); });
  if (!seen) return seen.error();
  return situation;
}

void write_alerts(JsonWriter& json, std::string_view name, const Unit& unit) {
  json.key(name).open();
  for (std::size_t i = 0; i < std::size(severities); ++i) json.field(severities[i], unit.alerts[i]);
  json.close();
}

// Events, or alerts, received of a day.
Result<std::uint64_t> count_of(Center& center, const Call& call, const std::string& place, bool alerts, Time to) {
  store::TopQuery query;
  if (alerts) query.filter.classes = {store::EventClass::alert};
  query.filter.organisation = place;
  query.dimension = store::Dimension::event_type, query.rows = 1;
  query.from = to - day, query.to = to;
  const auto top = center.events().top(call.scope(), query);
  if (!top) return top.error();
  return top->total;
}

}  // namespace

Response situation_kpi(Center& center, Call& call) {
  auto place = place_of(center, call);
  if (const auto* problem = std::get_if<Problem>(&place)) return *problem;
  auto situation = look(center, call, std::get<std::string>(std::move(place)));
  if (!situation) return question_problem(situation.error());
  std::uint64_t counted[2][2] = {};  // events, alerts; of this day and the one before
  for (const bool alerts : {false, true}) {
    for (const Time before : {Time{0}, day}) {
      const auto count = count_of(center, call, situation->place(), alerts, call.now + 1 - before);
      if (!count) return question_problem(count.error());
      counted[alerts][before > 0] = *count;
    }
  }
  const Unit& whole = situation->whole();
  std::string body;
  JsonWriter json(body);
  json.open().key("as_of").time(call.now).field("organisation", situation->place());
  json.field("enterprises", whole.enterprises).field("enterprises_covered", whole.covered);
  json.field("sensors", whole.sensors).field("sensors_silent", whole.silent);
  json.field("events", counted[0][0]).field("events_before", counted[0][1]);
  json.field("alerts", counted[1][0]).field("alerts_before", counted[1][1]);
  write_alerts(json, "by_severity", whole);
  json.field("risk", std::uint64_t{whole.risk()}).key("platforms").open();
  for (const Link link : {Link::ok, Link::never, Link::lagging, Link::silent}) {
    const auto found = situation->links().find(link);
    json.field(name_of(link), found == situation->links().end() ? 0 : found->second);
  }
  json.close().field("complete", situation->complete()).close();
  return json_answer(std::move(body));
}

Response situation_units(Center& center, Call& call) {
  auto place = place_of(center, call);
  if (const auto* problem = std::get_if<Problem>(&place)) return *problem;
  auto situation = look(center, call, std::get<std::string>(std::move(place)));
  if (!situation) return question_problem(situation.error());
  using Row = std::pair<const std::string, Unit>;
  std::vector<const Row*> rows;
  for (const Row& row : situation->units()) rows.push_back(&row);
  std::ranges::stable_sort(rows, std::greater(), [](const Row* row) { return row->second.risk(); });
  std::string body;
  JsonWriter json(body);
  json.open().key("as_of").time(call.now).field("organisation", situation->place());
  json.field("total", std::uint64_t{rows.size()})
      .field("alerts_not_placed", situation->not_placed())
      .key("units")
      .open_list();
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), call.parameters.number("limit")); ++i) {
    const auto& [organisation, unit] = *rows[i];
    json.open().field("organisation", organisation).field("name", unit.name).key("province");
    const Words* province = province_named(organisation.substr(organisation.rfind('/') + 1));
    if (province) write_words(json, *province);
    else json.null();
    json.field("risk", std::uint64_t{unit.risk()});
    write_alerts(json, "alerts", unit);
    json.field("enterprises", unit.enterprises).field("enterprises_covered", unit.covered);
    json.field("sensors", unit.sensors).field("sensors_silent", unit.silent);
    json.field("link", name_of(unit.link)).key("heard");
    unit.heard > 0 ? json.time(unit.heard) : json.null();
    json.close();
  }
  json.close_list().field("complete", situation->complete()).close();
  return json_answer(std::move(body));
}

// How many notices came at least so far; those withdrawn are counted beside them.
Response situation_disposal(Center& center, Call& call) {
  const auto place = place_of(center, call);
  if (const auto* problem = std::get_if<Problem>(&place)) return *problem;
  constexpr std::string_view stages[] = {"issued", "received", "fixing", "submitted", "review", "closed"};
  std::uint64_t reached[std::size(stages)] = {}, withdrawn = 0, overdue = 0, total = 0;
  const auto scope = store::Scope::of(std::get<std::string>(place));
  const auto seen = center.notices().each(call.scope(), [&](const Notice& notice) {
    if (!scope || !scope->covers(notice.organisation) || notice.state == "draft") return;
    ++total;
    overdue += notice.overdue(call.now);
    if (notice.state == "withdrawn") return void(++withdrawn);
    const std::string_view state = notice.state == "rejected" ? "review" : std::string_view(notice.state);
    for (std::size_t i = 0; i < std::size(stages); ++i) {
      ++reached[i];
      if (stages[i] == state) break;
    }
  });
  if (!seen) return problem_of(seen.error());
  std::string body;
  JsonWriter json(body);
  json.open()
      .key("as_of")
      .time(call.now)
      .field("notices", total)
      .field("overdue", overdue)
      .field("withdrawn", withdrawn);
  json.key("stages").open_list();
  for (std::size_t i = 0; i < std::size(stages); ++i) {
    const Words& words = words_of(notice_states(), stages[i]);
    json.open()
        .field("word", words.word)
        .field("en", words.en)
        .field("zh", words.zh)
        .field("count", reached[i])
        .close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
