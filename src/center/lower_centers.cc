#include "center/lower_centers.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json_members.h"
#include "center/center.h"

namespace langyan::center {
namespace {

constexpr Duration silent_after = 5 * minute;  // a heartbeat comes each minute
constexpr Duration lagging_from = 5 * minute;

// What a heartbeat says, put into `center`; false: the event is none.
bool take_heartbeat(simdjson::dom::parser& parser, std::string_view stats, LowerCenter& center) {
  simdjson::dom::element event, beat, behind;
  std::string_view time;
  if (stats.empty() || parser.parse(stats.data(), stats.size()).get(event) != simdjson::SUCCESS ||
      event["stats"]["center"].get(beat) != simdjson::SUCCESS || !beat.is_object() ||
      event["timestamp"].get(time) != simdjson::SUCCESS)
    return false;
  center.heartbeat = simdjson::minify(beat), center.heartbeat_time = time;
  if (beat["behind"].get(behind) == simdjson::SUCCESS && behind.is_object())
    for (const char* lane : {"alert", "bulk"})
      center.behind =
          std::max(center.behind, static_cast<Duration>(json::number_of<std::uint64_t>(behind, lane)) * second);
  return true;
}

}  // namespace

bool is_sensor(const store::Sensor& source) {
  const auto of_states = [](const store::Stream& stream) { return stream.lane == store::Lane::state; };
  if (!source.streams.empty() && std::ranges::all_of(source.streams, of_states)) return false;
  if (source.via.empty()) return true;  // it delivers itself, so a heartbeat of it would be forged
  if (source.via == source.name) return false;
  simdjson::dom::parser parser;
  LowerCenter beat;
  return source.stats.find("\"center\"") == source.stats.npos || !take_heartbeat(parser, source.stats, beat);
}

std::optional<Problem> refuse_own_name(Center& center, std::string_view source) {
  if (source != center.options().name) return {};
  return Problem(Code::bad_body, "`source` is the name of this center itself (center.name); choose another.");
}

std::string_view name_of(Link link) {
  constexpr std::string_view names[] = {"none", "ok", "never", "lagging", "silent"};
  return names[static_cast<std::size_t>(link)];
}

Link LowerCenter::link(Time now) const {
  if (last_heard == 0) return Link::never;
  if (now - last_heard > silent_after) return Link::silent;
  return behind >= lagging_from ? Link::lagging : Link::ok;
}

Result<std::vector<LowerCenter>> lower_centers(Center& center, const store::Scope& scope) {
  const auto sensors = center.events().sensors(scope);
  if (!sensors) return sensors.error();
  const auto streams = center.events().streams(scope);
  if (!streams) return streams.error();
  std::vector<LowerCenter> all;
  const auto add = [&](const std::string& source, const std::string& organisation) {
    const auto same = [&](const LowerCenter& each) { return each.name == source && each.organisation == organisation; };
    if (!scope.covers(organisation) || std::ranges::any_of(all, same)) return;
    LowerCenter& one = all.emplace_back();
    one.name = source, one.organisation = organisation, one.direct = true;
    for (const store::Stream& stream : *streams) {
      if (stream.source != one.name || stream.organisation != one.organisation) continue;
      one.last_heard = std::max(one.last_heard, stream.last_seen);
      one.received[store::name_of(stream.lane)] += stream.watermark;
    }
  };
  for (const Token& token : center.access().tokens().list())
    if (token.relay) add(token.source, token.organisation);
  for (const Enrolment& enrolment : center.access().enrolments().list())
    if (enrolment.kind == EnrolmentKind::center) add(enrolment.source, enrolment.organisation);
  simdjson::dom::parser parser;
  for (const store::Sensor& sensor : *sensors) {
    LowerCenter beat;
    if (is_sensor(sensor) || !take_heartbeat(parser, sensor.stats, beat)) continue;
    const auto same = [&](const LowerCenter& each) {
      const auto own = store::Scope::of(each.organisation);
      return each.name == sensor.name && own && own->covers(sensor.organisation);
    };
    auto found = std::ranges::find_if(all, same);
    if (found == all.end()) {
      found = all.insert(all.end(), LowerCenter{});
      found->name = sensor.name, found->organisation = sensor.organisation, found->via = sensor.via,
      found->last_heard = sensor.last_seen;
    }
    found->heartbeat = beat.heartbeat, found->heartbeat_time = beat.heartbeat_time, found->behind = beat.behind;
  }
  std::ranges::sort(all, {}, [](const LowerCenter& each) { return std::pair(each.organisation, each.name); });
  return all;
}

}  // namespace langyan::center
