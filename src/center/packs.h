// Packs: the rule packs a center has and hands to those below it: its sensors and lower centers (docs/packs.md).
//
// A pack is put here by a person who may, or taken from the center above; either way it opens with a key this center trusts and is
// never a step back. Each goes to a part of the organisation tree. Of each name the newest is kept: its label and its text are two
// documents of one transaction, so kill -9 at any moment leaves the old or the new. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "base/disk.h"
#include "packs/pack.h"
#include "store/document_store.h"

namespace langyan::center {

struct PackLabel {
  std::string name, organisation;  // organisation: who it is for, with all below it; empty: everybody
  std::uint64_t version = 0, bytes = 0;
  std::string sha256, key, issued, issuer, note_en, note_zh;
  std::vector<std::string> files;
  bool from_above = false;
  std::string by;
  Time taken = 0;
};

// Whether a pack is for what the scope covers: for it, for an organisation above it, or for one within it, to be handed on.
bool reaches(const PackLabel& label, const store::Scope& scope);

enum class PackCount : std::uint8_t { taken, refused, handed, last };
inline constexpr CounterRow pack_count_rows[] = {
    {"center.packs.taken", "Rule packs taken: of people, and of the center above."},
    {"center.packs.refused", "Rule packs refused: for their signature, their version, or for want of room."},
    {"center.packs.handed", "Rule packs handed to sensors, lower centers and people."},
};

class Packs {
 public:
  static Result<std::unique_ptr<Packs>> open(store::DocumentStore& documents, Disk& disk, std::string keys_file);

  // Those that reach the scope, by name.
  std::vector<PackLabel> list(const store::Scope& scope) const;
  Result<PackLabel> find(const store::Scope& scope, std::string_view name) const;  // missing
  Result<std::string> text(const store::Scope& scope, std::string_view name);      // as it was signed
  // Opens, one after another, those that reach the scope and hold these octets: digits, as the text is kept as JSON. One whose
  // key is trusted no more is passed over.
  Result<void> each_holding(const store::Scope& scope, std::string_view digits,
                            const std::function<void(const packs::Pack&)>& visit) const;

  // Errors: invalid (signature, form, no keys configured), conflict (version, or it is the center above's), full, and the store's.
  Result<PackLabel> put(std::string_view text, std::string_view organisation, std::string_view by, bool from_above);
  packs::Versions versions() const;

  // What the center above has and this one did not take; until it takes that version or a newer one, or ends.
  void note_refused(packs::Refusal refusal);
  std::vector<packs::Refusal> refused() const;

  // Changes with any pack that reaches the scope; empty: none does.
  std::string revision(const store::Scope& scope) const;

  template <class Visit>
  void each_count(Visit visit) const {
    const std::lock_guard lock(mutex_);
    counters_.each(visit);
  }

 private:
  Packs(store::DocumentStore& documents, Disk& disk, std::string keys_file)
      : documents_(documents), disk_(disk), keys_file_(std::move(keys_file)) {}
  Result<std::vector<TrustedKey>> keys() const;
  Result<PackLabel> checked(std::string_view text, std::string_view organisation, bool from_above);
  const PackLabel* label(std::string_view name) const;  // under mutex_
  void count(PackCount which);

  store::DocumentStore& documents_;
  Disk& disk_;
  const std::string keys_file_;
  std::mutex putting_;          // one at a time, so that no version overtakes another
  mutable std::mutex mutex_;
  std::vector<PackLabel> labels_;  // by name; under mutex_, as the rest
  std::map<std::string, packs::Refusal, std::less<>> refused_;
  Counters<PackCount, pack_count_rows> counters_;
};

}  // namespace langyan::center
