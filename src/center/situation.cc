#include "center/situation.h"

#include <algorithm>
#include <cmath>

namespace langyan::center {
namespace {

constexpr double weights[] = {10, 3, 1, 0.1};

// ISO 3166-2:CN, by the codes of GB/T 2260 (without TW, HK and MO they are its second part).
struct Letters {
  std::string_view code, letters;
};
constexpr Letters province_letters[] = {
    {"11", "bj"}, {"12", "tj"}, {"13", "he"}, {"14", "sx"}, {"15", "nm"}, {"21", "ln"}, {"22", "jl"},
    {"23", "hl"}, {"31", "sh"}, {"32", "js"}, {"33", "zj"}, {"34", "ah"}, {"35", "fj"}, {"36", "jx"},
    {"37", "sd"}, {"41", "ha"}, {"42", "hb"}, {"43", "hn"}, {"44", "gd"}, {"45", "gx"}, {"46", "hi"},
    {"50", "cq"}, {"51", "sc"}, {"52", "gz"}, {"53", "yn"}, {"54", "xz"}, {"61", "sn"}, {"62", "gs"},
    {"63", "qh"}, {"64", "nx"}, {"65", "xj"}, {"71", "tw"}, {"81", "hk"}, {"82", "mo"},
};

std::string plain(std::string_view text) {  // "Inner Mongolia" → "innermongolia"
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '-') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool within(std::string_view place, std::string_view organisation) {
  return place.empty() || (organisation.starts_with(place) &&
                           (organisation.size() == place.size() || organisation[place.size()] == '/'));
}

}  // namespace

unsigned Unit::risk() const {
  double weight = 0;
  for (std::size_t i = 0; i < alerts.size(); ++i) weight += weights[i] * static_cast<double>(alerts[i]);
  return static_cast<unsigned>(std::min(99.0, std::round(100 * (1 - std::exp(-weight / 100)))));
}

std::string_view letters_of(const Words& province) {
  return std::ranges::find(province_letters, province.word, &Letters::code)->letters;
}

const Words* province_named(std::string_view segment) {
  const std::string name = plain(segment);
  for (const Words& row : provinces())
    if (name == row.word || name == letters_of(row) || name == plain(row.en) || segment == row.zh) return &row;
  return nullptr;
}

Unit* Situation::unit_of(std::string_view organisation) {
  if (!within(place_, organisation) || organisation == place_) return nullptr;
  const std::size_t begin = place_.empty() ? 0 : place_.size() + 1;
  const std::string_view child = organisation.substr(0, std::min(organisation.find('/', begin), organisation.size()));
  const auto found = units_.find(child);
  return found == units_.end() ? &units_[std::string(child)] : &found->second;
}

Result<void> Situation::add_alerts(store::EventStore& events, const store::Scope& scope, Time now) {
  for (std::uint8_t severity = 1; severity <= 4; ++severity) {
    store::TopQuery query;
    query.filter.classes = {store::EventClass::alert}, query.filter.severities = {severity};
    query.filter.organisation = place_;
    query.dimension = store::Dimension::organisation, query.rows = store::top_rows;
    query.from = now - day, query.to = now + 1;
    const auto top = events.top(scope, query);
    if (!top) return top.error();
    std::uint64_t placed = 0;
    for (const store::TopRow& row : top->rows) {
      if (Unit* unit = unit_of(row.value)) unit->alerts[severity - 1u] += row.count;
      placed += row.count;
    }
    whole_.alerts[severity - 1u] += top->total;
    not_placed_ += top->total - placed;
    complete_ = complete_ && top->complete;
  }
  return {};
}

void Situation::add(const store::Sensor& sensor, Time now) {
  if (!is_sensor(sensor) || !within(place_, sensor.organisation)) return;
  watched_.push_back(sensor.organisation);
  Unit* unit = unit_of(sensor.organisation);
  for (Unit* each : {&whole_, unit}) {
    if (!each) continue;
    ++each->sensors;
    each->silent += now - sensor.last_seen > sensor_silent_after;
  }
}

void Situation::add(const LowerCenter& center, Time now) {
  if (!within(place_, center.organisation) || center.organisation == place_) return;
  const Link link = center.link(now);
  ++links_[link];
  Unit* unit = unit_of(center.organisation);
  if (!unit || !units_.contains(center.organisation)) return;
  unit->link = std::max(unit->link, link), unit->heard = std::max(unit->heard, center.last_heard);
}

void Situation::add(const Enterprise& enterprise) {
  if (!within(place_, enterprise.organisation)) return;
  if (!sorted_) std::ranges::sort(watched_), sorted_ = true;
  // Its own path or, in the order of octets, the first of those below: "a/b" < "a/b-c" < "a/b/c".
  const std::string below = enterprise.organisation + "/";
  const auto first = std::ranges::lower_bound(watched_, below);
  const bool covered = std::ranges::binary_search(watched_, enterprise.organisation) ||
                       (first != watched_.end() && first->starts_with(below));
  Unit* unit = unit_of(enterprise.organisation);
  for (Unit* each : {&whole_, unit}) {
    if (!each) continue;
    ++each->enterprises;
    each->covered += covered;
  }
  if (unit && units_.contains(enterprise.organisation)) unit->name = enterprise.name;
}

}  // namespace langyan::center
