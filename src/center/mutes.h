// Mutes: alerts of a rule, of a rule with its source or both ends, or of an address, that analysts do
// not want to see for a while. A mute hides; what it hides is stored, counted and found when asked for.
//
// A mute covers event times, from <= time < until, so it ends by itself and what it hid stays hidden,
// also when it arrives late; removing it is as though it had never been. Documents of kind "mute";
// kept for a year after they end. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/time.h"
#include "center/words.h"
#include "query/plan.h"
#include "store/document_store.h"
#include "store/event_store.h"

namespace langyan::center {

constexpr std::size_t most_mutes = 500;  // with those that have ended
constexpr Duration longest_mute = 366 * day;
constexpr std::size_t mute_reason_bytes = 1'000;

struct Mute {
  std::string id, organisation;  // empty: of all
  std::string scope;             // a word of mute_scopes()
  std::optional<std::uint64_t> sid;
  std::optional<IpAddress> src, dst, address;
  std::string reason, by;
  Time created = 0, from = 0, until = 0;
  std::uint64_t version = 0;

  bool covers(const store::EventRow& row, std::string_view organisation) const;
};
std::span<const Words> mute_scopes();  // rule, source, pair, asset

store::Filter filter_of(const Mute& mute);  // its alerts at any time
// The alerts that any of the mutes hides; `others`: all but these.
std::shared_ptr<const query::Condition> hidden_by(std::span<const Mute> mutes, bool others);

class Mutes {
 public:
  explicit Mutes(store::DocumentStore& documents) : documents_(documents) {}

  // Those that touch the scope: of an organisation it covers, or of one above it. Last made first.
  Result<std::vector<Mute>> list(const store::Scope& scope);
  Result<Mute> find(const store::Scope& scope, std::string_view id);  // missing
  // Errors: conflict (one with the same alerts is in effect), full (most_mutes), and the store's.
  Result<Mute> make(const Mute& mute, Time now);
  Result<Mute> change(const Mute& mute);  // from mute.version
  Result<void> remove(const Mute& mute, std::string_view by);

 private:
  Result<Mute> write(const Mute& mute, std::optional<std::uint64_t> expected);

  store::DocumentStore& documents_;
};

}  // namespace langyan::center
