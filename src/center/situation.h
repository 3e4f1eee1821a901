// The situation (态势): what lies below a place of the organisation tree, folded to its children, and how grave it is.
//
// A unit is a child of the place: under "cn" the provinces, under "cn/js" its enterprises. Alerts are those of the last
// day in whole hours, from the store's roll-ups, by the thousand organisations that have most of each severity; what is
// beyond them is counted as not placed. Values; any thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "center/enterprise.h"
#include "center/lower_centers.h"
#include "store/event_store.h"

namespace langyan::center {

struct Unit {
  std::string name;  // of the enterprise that has exactly this place, where there is one
  std::array<std::uint64_t, 4> alerts = {};  // critical, high, medium, low
  std::uint64_t enterprises = 0, covered = 0, sensors = 0, silent = 0;
  Link link = Link::none;
  Time heard = 0;

  // 0 to 99: an alert weighs 10, 3, 1 or 0.1 by its severity, and 100 of weight are 63.
  unsigned risk() const;
};

// The province a child of a national center's place is: by its code ("32"), its letters as in ISO 3166-2:CN ("js"), or
// a name. Nothing: another kind of place.
const Words* province_named(std::string_view segment);
std::string_view letters_of(const Words& province);

class Situation {
 public:
  explicit Situation(std::string place) : place_(std::move(place)) {}

  // The child an organisation belongs to; nothing for the place itself and what is elsewhere.
  Unit* unit_of(std::string_view organisation);
  Result<void> add_alerts(store::EventStore& events, const store::Scope& scope, Time now);
  void add(const store::Sensor& sensor, Time now);
  void add(const LowerCenter& center, Time now);  // the link of a unit is that of the center that has its place
  // After the sensors: an enterprise is covered when one of them stands in its organisation.
  void add(const Enterprise& enterprise);

  const std::string& place() const { return place_; }
  std::map<std::string, Unit, std::less<>>& units() { return units_; }  // by organisation
  const Unit& whole() const { return whole_; }
  const std::map<Link, std::uint64_t>& links() const { return links_; }  // how many centers below
  std::uint64_t not_placed() const { return not_placed_; }
  bool complete() const { return complete_; }

 private:
  const std::string place_;  // empty: the root of the tree
  std::map<std::string, Unit, std::less<>> units_;
  Unit whole_;  // of all units and the place itself
  std::map<Link, std::uint64_t> links_;
  std::vector<std::string> watched_;  // organisations with a sensor
  bool sorted_ = false;
  std::uint64_t not_placed_ = 0;
  bool complete_ = true;
};

}  // namespace langyan::center
