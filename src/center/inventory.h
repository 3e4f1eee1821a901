// Inventory: who is on the wire of all organisations, from the events `asset` that arrive: one asset for each
// (organisation, identity), with the evidence of each fact.
//
//   auto inventory = Inventory::open(events, documents, clock);
//   inventory->start();               // a thread that reads what arrives
//   inventory->list(scope, filter, cursor, limit);
//
// It is a fold over the store (asset_record.h): the place up to which it has read is a document, changed in one
// transaction with the assets, so nothing is read twice with effect, nor left out, whenever the program is killed. What is
// set by hand is a document of its own with history, and stays whatever the traffic says. A short row of each asset is in
// memory for lists; the rest is read from state.db. Any thread may call any function.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "center/asset_record.h"
#include "store/document_store.h"
#include "store/event_store.h"

namespace langyan::center {

enum class InventoryCount : std::uint8_t {
  events,
  unreadable,
  added,
  refused_assets,
  refused_facts,
  forgotten,
  failures,
  last
};
inline constexpr CounterRow inventory_count_rows[] = {
    {"center.assets.events", "Events of assets read, repeats included."},
    {"center.assets.unreadable", "Events of assets that name none."},
    {"center.assets.added", "Assets met for the first time."},
    {"center.assets.refused", "Assets for which caps.center.assets left no room."},
    {"center.assets.refused_facts", "Facts, sensors or vulnerabilities of an asset beyond what one may have."},
    {"center.assets.forgotten", "Assets not heard for store.keep_assets."},
    {"center.assets.failures", "Times that reading or keeping failed; it is tried again."},
};

struct AssetHand {  // what a person set; what is not set is what the traffic says
  std::optional<std::string> role, name, owner, note;
  std::optional<int> level;
  std::uint64_t version = 0;  // 0: never touched
  Time changed = 0;
  std::string by;

  bool empty() const { return !role && !name && !owner && !note && !level; }
};

struct AssetRow {
  std::string id, organisation, identity;
  std::string parent, into;  // ids; into: it turned out to be that one and is not listed
  std::string role, name, owner, vendor, model, firmware, attack;
  int level = -1;
  std::vector<std::string> ips, macs, sensors;
  Time first = 0, last = 0;
  Time told = 0;  // the newest that was told of it, by what another told too
  std::uint32_t conflicts = 0, vulnerabilities = 0;
  bool exploited = false, silent = false, by_hand = false, listed = false;
  std::string order;   // addresses in their order, then MACs
  std::string search;  // in lower case
};

struct AssetFilter {
  std::string text, vendor, organisation, sensor;
  std::vector<std::string> roles, is;  // is: of asset_flags
  std::vector<int> levels;             // -1: none
  std::optional<Time> since;           // first seen at or after
  std::string sort = "address";        // of asset_sorts
};
inline constexpr std::string_view asset_flags = "host|device|silent|conflicting|vulnerable|exploited|edited";
inline constexpr std::string_view asset_sorts = "address|first|last|level";

struct AssetPage {
  std::vector<AssetRow> rows;
  std::vector<std::size_t> children;  // of each
  std::string next;                   // empty: the last page
  std::size_t total = 0;
};

struct AssetCounts {  // of what a filter lets through
  std::size_t total = 0;
  std::map<std::string, std::size_t> roles, vendors, flags;
  std::map<int, std::size_t> levels;
};

struct AssetInFull {
  AssetRow row;
  AssetRecord record;
  AssetHand hand;
  std::vector<AssetRow> children;
  std::optional<AssetRow> parent;
};

class Inventory {
 public:
  static Result<std::unique_ptr<Inventory>> open(store::EventStore& events, store::DocumentStore& documents,
                                                 Clock& clock);
  ~Inventory();

  void start();
  void stop();
  // Reads on; whether there is more. What start() does; for tests also without it.
  bool step();
  void catch_up() {
    while (step()) continue;
  }

  Result<AssetPage> list(const store::Scope& scope, const AssetFilter& filter, std::string_view cursor,
                         std::size_t limit) const;
  AssetCounts counts(const store::Scope& scope, const AssetFilter& filter) const;
  Result<AssetInFull> get(const store::Scope& scope, std::string_view id) const;
  // Of any of these addresses in the organisation, by address.
  std::map<std::string, AssetRow> at(std::string_view organisation, const std::vector<std::string>& addresses) const;

  struct Change {  // a member that is there is changed; null takes back what was set
    std::optional<std::optional<std::string>> role, name, owner, note;
    std::optional<std::optional<int>> level;
    std::optional<std::uint64_t> version;  // only from this one
  };
  // Errors: missing, conflict, and the store's.
  Result<AssetHand> set(const store::Scope& scope, std::string_view id, const Change& change, std::string_view by);
  Result<std::vector<AssetHand>> history(const store::Scope& scope, std::string_view id) const;  // oldest first

  void forget(Time before);  // what was not heard since, and nothing of it is set by hand
  std::size_t size() const;
  static std::uint64_t most();
  bool caught_up() const { return caught_up_; }
  const Counters<InventoryCount, inventory_count_rows>& counters() const { return counters_; }

 private:
  struct Batch;
  using Rows = std::unordered_map<std::string, AssetRow>;

  Inventory(store::EventStore& events, store::DocumentStore& documents, Clock& clock)
      : events_(events), documents_(documents), clock_(clock) {}
  Result<void> load();
  void run();
  bool fail(const Error& error);
  Result<void> fold(const std::vector<store::Event>& events, Batch& batch);
  Result<void> keep(Batch& batch, const std::string& cursor);
  void put_row(const AssetRecord& record);  // with the rows locked
  // With the rows locked, as the next two; or by the thread that alone changes them.
  const AssetRow* find(std::string_view id) const;
  const AssetRow* living(std::string_view id) const;  // what it became, where it became another
  std::string parent_of(const AssetRow& row) const;
  AssetRow shown(const AssetRow& row) const;

  store::EventStore& events_;
  store::DocumentStore& documents_;
  Clock& clock_;
  std::mutex writing_;  // the cursor, and whoever changes an asset
  std::string cursor_, kept_cursor_;
  std::uint64_t cursor_version_ = 0, seen_commits_ = ~std::uint64_t{0};
  Time note_at_ = 0;  // monotonic
  bool complained_ = false;
  std::atomic<bool> caught_up_ = false;
  mutable std::shared_mutex rows_mutex_;
  Rows rows_;                                        // under rows_mutex_
  std::unordered_map<std::string, AssetHand> hands_;  // likewise, by id
  Counters<InventoryCount, inventory_count_rows> counters_;  // under writing_
  std::mutex waking_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under waking_
  std::thread thread_;
};

// The id of an asset in addresses of the API.
std::string asset_id(std::string_view organisation, std::string_view identity);

}  // namespace langyan::center
