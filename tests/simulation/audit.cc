#include "tests/simulation/audit.h"

#include <nlohmann/json.hpp>

namespace langyan::simulation {
namespace {

// What may become of a position that no commit confirmed, beside its line.
const std::set<std::string> unpromised_reasons = {"abandoned", "cut", "damaged", "lost", "evicted"};

struct Lane {
  const Site& site;
  const Place& place;
  const Page& page;
  const std::set<std::string>& reasons;
};

std::string fault_at(const Lane& lane, const Stored& item) {
  if (item.reason.empty()) {
    const auto line = lane.page.lines.find(item.from);
    if (line == lane.page.lines.end()) return "was never written";
    return line->second == item.json ? "" : "is not as it was written: " + item.json;
  }
  for (std::uint64_t at = item.from; at <= item.to; ++at) {
    const auto line = lane.page.lines.find(at);
    const bool abandoned = line != lane.page.lines.end() && line->second.empty();
    if (item.reason == "abandoned" && abandoned) continue;
    const auto& allowed = at <= lane.page.promised ? lane.reasons : unpromised_reasons;
    if (!allowed.contains(item.reason)) return "is a gap of reason " + item.reason;
  }
  return "";
}

void check(const Lane& lane, const std::vector<const Stored*>& items, Audit& audit) {
  const auto fault = [&](std::uint64_t at, const std::string& what) {
    audit.faults.push_back(fmt::format("{} epoch {:x} lane {} position {} {}", lane.site.name(),
                                       lane.place.epoch, spool::name(lane.place.lane), at, what));
  };
  std::uint64_t next = 1;
  for (const Stored* item : items) {
    // A range evicted after a part of it was delivered; the center keeps the part above.
    const bool overlaps = !item->reason.empty() && item->from < next && item->to >= next;
    if (item->from != next && !overlaps)
      fault(item->from, fmt::format("comes where {} is due", next));
    if (const auto what = fault_at(lane, *item); !what.empty()) fault(item->from, what);
    (item->reason.empty() ? audit.lines : audit.gaps) += item->to + 1 - next;
    next = item->to + 1;
  }
  if (next <= lane.page.promised)
    fault(next, fmt::format("is missing; {} were promised", lane.page.promised));
  audit.promised += lane.page.promised;
}

}  // namespace

std::vector<Stored> stored_in(CenterHost& host) {
  std::vector<Stored> all;
  std::string cursor;
  for (bool more = true; more;) {
    const auto feed =
        host.center().events().since(store::Scope::all(), {}, cursor, store::page_rows);
    if (!feed) return all;
    for (const store::Event& event : feed->events) {
      const auto json = nlohmann::json::parse(event.json);
      const auto& origin = json["origin"];
      Stored item{event.sensor,
                  {std::stoull(origin["epoch"].get<std::string>(), nullptr, 16),
                   origin["lane"] == "alert" ? spool::Lane::alert : spool::Lane::bulk},
                  origin["seq"],
                  origin["seq"],
                  "",
                  event.json};
      if (event.event_type == "gap") {
        item.from = json["gap"]["from"], item.to = json["gap"]["to"];
        item.reason = json["gap"]["reason"];
      }
      all.push_back(std::move(item));
    }
    cursor = feed->cursor;
    more = feed->more;
  }
  return all;
}

Audit audit(CenterHost& host, const std::vector<const Site*>& sites,
            const std::set<std::string>& reasons) {
  Audit audit;
  std::map<std::pair<std::string, Place>, std::vector<const Stored*>> lanes;
  const auto all = stored_in(host);
  for (const Stored& item : all) lanes[{item.source, item.place}].push_back(&item);
  for (const Site* site : sites) {
    for (const auto& [place, page] : site->book()) {
      const std::pair key{site->name(), place};
      check({*site, place, page, reasons}, lanes[key], audit);
      lanes.erase(key);
    }
  }
  for (const auto& [key, items] : lanes) {
    audit.faults.push_back(
        fmt::format("{} epoch {:x} was never written", key.first, key.second.epoch));
  }
  return audit;
}

}  // namespace langyan::simulation
