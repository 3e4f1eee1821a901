// Inventory: who is on the wire, from the evidence of all protocols.
//
//   Inventory inventory(makers, sink);
//   inventory.accept(evidence);   // in the order of the traffic
//   inventory.settle();           // after the last of a packet: facts said together are one event
//   inventory.tick(now);          // once a minute
//
// An asset is known by its MAC where that is seen on its own segment, else by its address. A frame's
// MAC may be a router's: an address is tied to it for certain by ARP alone; without ARP the first
// address of a MAC is taken for its own until a second one shows up, and then neither is. Devices
// behind a host (unit id, common address, …) are its children. The result is the same for any number
// of workers. One thread: the merge thread. It allocates, up to its caps.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "assets/asset.h"
#include "assets/makers.h"
#include "base/counters.h"
#include "fields/detection.h"

namespace langyan::assets {

class Ledger;
class VulnerabilityFeed;
struct LedgerEntry;

enum class Change : std::uint8_t {
  appeared,
  fact,              // said for the first time
  conflict,          // another protocol, or the same one in other words, says otherwise; both are kept
  firmware_changed,  // the same source names another version than before
  role,
  address_added,     // a MAC has one more address
  address_taken,     // an address answers with another MAC
  name_twice,        // two hosts say the same name
  silent,
  back,
  unknown,           // the ledger does not have it
  vulnerable,        // the feed has a vulnerability of it
  exploited,         // and that one is known to be exploited
  merged,            // with another that turned out to be the same host
  seen,              // nothing new but that it is there: at most once an hour
  last
};
std::string_view change_name(Change change);
// What a change means to an analyst; null for what is only news.
const Detection* detection(Change change);
std::span<const Detection> detections();

struct Event {
  Change change = Change::appeared;
  const Asset* asset = nullptr;
  const Asset* parent = nullptr;  // of a child
  const Asset* other = nullptr;   // address_taken: who had it; name_twice: who has it too; merged: its id until now
  std::span<const Known> facts;   // fact: all a packet said for the first time; else the one it is about
  std::string_view was;           // conflict, firmware_changed: the other value
  Time time = 0;
  std::uint64_t packet_number = 0;  // 0: a tick
  int level = -1;                   // of the Purdue model; -1: nobody knows
  const Match* match = nullptr;     // vulnerable, exploited
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void asset(const Event& event) = 0;
};

enum class Count : std::uint8_t {
  assets,
  refused_assets,
  refused_facts,
  events,
  unknown,
  vulnerable,
  refused_matches,
  last
};
inline constexpr CounterRow counter_rows[] = {
    {"assets.known", "Hosts and devices met."},
    {"assets.refused", "Hosts and devices for which caps.assets.known left no room."},
    {"assets.refused_facts", "Facts, addresses or protocols of an asset beyond what one may have."},
    {"assets.events", "Changes told."},
    {"assets.unknown", "Hosts and devices that the ledger does not have, told once each."},
    {"assets.vulnerable", "Vulnerabilities of hosts and devices told, once each."},
    {"assets.refused_matches", "Vulnerabilities of an asset beyond what one may have."},
};

class Inventory {
 public:
  Inventory(const Makers& makers, EventSink& sink);

  void accept(const Evidence& evidence);
  void settle();
  void tick(Time now);
  // An asset of an earlier run; its parent, named by id, comes first. Tells nothing.
  void restore(Asset asset, std::string_view parent);
  void silent_after(Duration span) { silent_after_ = span; }
  // What should stand in the plant; every asset is judged by it, now and as it appears. Null: none.
  void use(std::shared_ptr<const Ledger> ledger);
  // Known vulnerabilities; every asset is matched, now and when it says something new of itself. Null: none.
  void use(std::shared_ptr<const VulnerabilityFeed> feed);

  std::span<const Asset> assets() const { return assets_; }  // passes over those that are `merged`
  const Asset* parent(const Asset& asset) const { return asset.parent ? &assets_[asset.parent - 1] : nullptr; }
  const Asset* find(const IpAddress& ip) const;
  // Of the Purdue model: set by hand, else from its role and whom it talks to; -1: nobody knows.
  int level(const Asset& asset) const;
  const Ledger* ledger() const { return ledger_.get(); }
  const VulnerabilityFeed* vulnerabilities() const { return feed_.get(); }
  const Counters<Count, counter_rows>& counters() const { return counters_; }

 private:
  using Index = std::uint32_t;
  static constexpr Index none = ~Index{0};

  Index host_of(const Evidence& evidence);
  Index child_of(Index host, const Evidence& evidence);
  Index add(const Evidence& evidence, std::string id);
  void attach(Index index, const Mac& mac, const Evidence& evidence);
  void tie(const Evidence& evidence);
  void tie_weakly(const Evidence& evidence);
  void tie_for_certain(const Evidence& evidence);
  void add_address(Index index, const Evidence& evidence);
  void take_address(Index from, const Evidence& evidence);
  void merge(Index from, Index into, const Evidence& evidence);
  void learn(Index index, const Evidence& evidence);
  void learn(Index index, Known fact, const Evidence& evidence);
  void note_name(Index index, const Known& fact, const Evidence& evidence);
  Spoken* speak(Index index, const Protocol* protocol);  // null: it speaks too many
  void note_acts(Index index, const Evidence& evidence);
  void note_peer(Index index, const Evidence& evidence);
  void decide_role(Index index, const Evidence& evidence);
  void tell_facts();
  void consider_later(Index index, const Evidence& evidence);
  void match(Index index, const Evidence& evidence);
  void judge(Index index, const Evidence& evidence);
  void set_by_hand(Index index, const LedgerEntry* entry, const Evidence& evidence);
  void heard(Index index, const Evidence& evidence);
  void tell(Change change, Index index, const Evidence& evidence, const Known* fact = nullptr,
            std::string_view was = {}, Index other = none, const Match* match = nullptr);

  const Makers& makers_;
  EventSink& sink_;
  Duration silent_after_ = 0;  // 0: silence is no event
  std::vector<Asset> assets_;
  std::unordered_map<std::uint64_t, Index> by_mac_;
  std::map<IpAddress, Index> by_address_;
  std::map<IpAddress, Time> taken_;  // when it was told last that an address has another MAC
  std::unordered_map<std::string, Index> by_id_;
  std::unordered_map<std::string, Index> by_name_;  // in lower case
  std::unordered_set<std::uint64_t> routers_;  // MACs that were an asset's and bring others' addresses
  std::shared_ptr<const Ledger> ledger_;  // shared: with who read it
  std::shared_ptr<const VulnerabilityFeed> feed_;
  struct Waiting {
    Index index;
    Evidence by;
  };
  std::vector<Waiting> to_consider_;  // of the packet at hand: what it says of a device is known at its end
  std::vector<Known> told_;  // facts not told yet, of `told_of_` and the packet of `told_by_`
  Index told_of_ = none;
  Evidence told_by_;
  Counters<Count, counter_rows> counters_;
};

// What a host is, from what it says of itself and does; unknown where neither tells.
HostRole role_of(const Asset& asset);
// A public address that is not on this segment.
bool is_outside(const Asset& asset);
Listed listing(const Asset& asset, const Asset* parent, const Ledger& ledger);

}  // namespace langyan::assets
