// AssetRecord: one asset as its sensors' events tell it, folded so that their order does not matter.
//
//   AssetRecord record;
//   record.take(news);            // as often as one likes, in any order: the result is the same
//   record.shown(trait);          // the best fact
//
// Each part keeps what a later or repeated event cannot undo: facts by (trait, value, source) with the earliest packet
// that told them, changes by position, and of each sensor the newest state it told. What is cut off by a limit is cut by
// time, not by arrival. Times never lie after the receipt, so a clock that runs ahead does not stay the newest for ever.
// A value; one thread.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/event_store.h"

namespace langyan::center {

constexpr std::size_t most_asset_facts = 64, most_asset_changes = 64, most_asset_sensors = 8,
                      most_asset_vulnerabilities = 64, most_asset_merges = 8;

// Where in a sensor's stream an event stands; the order of what one sensor told.
struct Told {
  Time time = 0;
  std::uint64_t epoch = 0, seq = 0;
  auto operator<=>(const Told&) const = default;
};

struct AssetFact {
  std::string trait, value;
  std::string source;          // protocol, or "mac": the registered maker
  unsigned confidence = 0;     // of 100
  Time first = 0, last = 0;    // told
  std::uint64_t packet = 0;    // of the first
  std::string sensor;          // of the first
  bool replaced = false;       // firmware: the same source tells another version since
};

struct AssetChange {  // what is more than a first fact
  Told told;
  std::string sensor, change;
  std::uint64_t packet = 0;
  std::string trait, value, was;  // conflict, firmware_changed
  std::string other;              // address_taken, name_twice, merged: an identity; vulnerable: its number
};

struct AssetVulnerability {
  std::string id;
  Told told;         // of `json`, the newest
  Time first = 0;
  bool known_exploited = false;
  std::string json;  // as the event carries it
};

struct AssetState {  // what one sensor told last
  Told told;
  Time first = 0, heard = 0;
  std::string change;
  std::string parent;  // identity
  std::uint64_t unit = 0;
  std::vector<std::string> ips, macs;
  std::string role, attack;
  int level = -1;
  std::map<std::string, std::string, std::less<>> traits;  // its best facts; all a tier above gets of them
};

// What an asset event says, as read from its line.
struct AssetNews {
  std::string identity, sensor;
  AssetState state;
  std::uint64_t packet = 0;
  std::vector<AssetFact> facts;
  std::optional<AssetChange> change;
  std::optional<AssetVulnerability> vulnerability;

  static std::optional<AssetNews> of(const store::Event& event);  // none: no asset event, or it names none
};

class AssetRecord {
 public:
  std::string organisation, identity;
  std::map<std::string, AssetState, std::less<>> states;  // by sensor
  std::vector<AssetFact> facts;                           // by time, then by trait, value and source
  std::vector<AssetChange> changes;                       // oldest first
  std::vector<AssetVulnerability> vulnerabilities;        // by first, then id
  std::map<std::string, Told, std::less<>> became;        // what it turned out to be, and when that was told last
  std::map<std::string, Told, std::less<>> lost;          // addresses
  Time since = 0;                                         // of those that became this one; 0: none did

  // `refused` grows by what found no room.
  void take(const AssetNews& news, std::uint64_t& refused);
  // Of one that turned out to be the same, what it had begun to tell by then; whether anything is new by it.
  bool take_facts(const AssetRecord& other, const Told& when, std::uint64_t& refused);
  void become(const std::string& other, const Told& when);
  void lose(const std::vector<std::string>& addresses, const Told& when);  // to another that answers for them now

  const std::string* into() const;  // what it became last; null: it is itself
  bool is_merged() const;           // and nothing was heard of it since
  bool silent() const;              // all its sensors say so
  Time first() const, last() const;
  Time told() const;                                   // the newest that was told of it, by what another told too
  const AssetState* newest() const;                    // that tells most lately; null: none yet
  std::vector<std::string> ips() const, macs() const;  // of all sensors, as they are now
  const AssetFact* best(std::string_view trait) const;
  std::string shown(std::string_view trait) const;  // of the best fact, else what a sensor summed up; "": nobody says
  struct Conflict {
    std::string_view trait;
    const AssetFact *one, *other;
  };
  std::vector<Conflict> conflicts() const;  // sources that contradict each other

  std::string json() const;
  static std::optional<AssetRecord> of(std::string_view json);

 private:
  using Merge = std::map<std::string, Told, std::less<>>::value_type;
  const Merge* last_merge() const;
  bool take_fact(const AssetFact& fact, std::uint64_t& refused);
  bool take_vulnerability(const AssetVulnerability& vulnerability, std::uint64_t& refused);
  void mark_replaced();
};

}  // namespace langyan::center
