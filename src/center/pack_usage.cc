#include "center/pack_usage.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/json_members.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/lower_centers.h"

namespace langyan::center {
namespace {

constexpr Words states[] = {{"refused", "refused", "拒收"},
                            {"behind", "behind", "落后"},
                            {"untold", "not told", "未说明"},
                            {"current", "current", "最新"}};
constexpr Words users[] = {{"sensor", "sensor", "探针"}, {"center", "lower center", "下级平台"}};

struct Said {  // by one sensor or center
  struct Used {
    std::uint64_t version = 0;
    std::string since;
  };
  struct Refused {
    std::uint64_t version = 0;
    std::string reason;
  };
  bool takes = false;  // it says which packs it has
  std::map<std::string, Used, std::less<>> used;
  std::map<std::string, Refused, std::less<>> refused;
  std::string reload_refused;  // a sensor goes on with the rules of before
  std::string time;
};

Said read_said(simdjson::dom::element said, std::string_view time) {
  Said told;
  told.time = time;
  simdjson::dom::array list;
  told.takes = said["packs"].get(list) == simdjson::SUCCESS;
  json::each_of(said, "packs", [&](simdjson::dom::element each) {
    told.used[std::string(json::text_of(each, "name"))] = {json::number_of<std::uint64_t>(each, "version"),
                                                           std::string(json::text_of(each, "since"))};
  });
  json::each_of(said, "packs_refused", [&](simdjson::dom::element each) {
    told.refused[std::string(json::text_of(each, "name"))] = {json::number_of<std::uint64_t>(each, "version"),
                                                              std::string(json::text_of(each, "reason"))};
  });
  simdjson::dom::element reload;
  if (said["reload_refused"].get(reload) == simdjson::SUCCESS) told.reload_refused = json::text_of(reload, "reason");
  return told;
}

PackUser user_of(const PackLabel& pack, const Said& told, PackUser user) {
  user.pack = pack.name, user.wanted = pack.version, user.told = told.time;
  if (!told.takes) return user;
  if (const auto used = told.used.find(pack.name); used != told.used.end())
    user.version = used->second.version, user.since = used->second.since;
  user.state = user.version >= pack.version ? PackState::current : PackState::behind;
  if (user.state == PackState::current) return user;
  const auto refused = told.refused.find(pack.name);
  const bool itself = refused != told.refused.end() && refused->second.version >= pack.version;
  user.reason = itself ? refused->second.reason : told.reload_refused;
  if (user.reason.empty()) return user;
  user.state = PackState::refused;
  user.why = itself ? &packs::why_refused(user.reason) : &packs::why_not_loaded();
  return user;
}

}  // namespace

std::span<const Words> pack_states() {
  return states;
}

std::span<const Words> pack_users() {
  return users;
}

Result<void> each_pack_user(Center& center, const store::Scope& scope, const std::function<void(PackUser)>& visit) {
  const auto sensors = center.events().sensors(scope);
  if (!sensors) return sensors.error();
  const auto below = lower_centers(center, scope);
  if (!below) return below.error();
  const std::vector<PackLabel> packs = center.packs().list(scope);
  simdjson::dom::parser parser;
  const auto add = [&](const Said& told, const PackUser& user) {
    const auto own = store::Scope::of(user.organisation);
    if (!own) return;
    for (const PackLabel& pack : packs)
      if (reaches(pack, *own)) visit(user_of(pack, told, user));
  };
  for (const store::Sensor& sensor : *sensors) {
    if (!is_sensor(sensor)) continue;
    simdjson::dom::element event, program;
    const bool said = !sensor.stats.empty() && parser.parse(sensor.stats).get(event) == simdjson::SUCCESS;
    Said told;
    if (said && event["program"].get(program) == simdjson::SUCCESS)
      told = read_said(program, json::text_of(event, "timestamp"));
    add(told, {false, sensor.name, sensor.organisation, sensor.via, {}, PackState::untold, 0, 0, {}, {}, {}, nullptr});
  }
  for (const LowerCenter& each : *below) {
    simdjson::dom::element beat;
    Said told;
    if (!each.heartbeat.empty() && parser.parse(each.heartbeat).get(beat) == simdjson::SUCCESS)
      told = read_said(beat, each.heartbeat_time);
    add(told, {true, each.name, each.organisation, each.via, {}, PackState::untold, 0, 0, {}, {}, {}, nullptr});
  }
  return {};
}

}  // namespace langyan::center
