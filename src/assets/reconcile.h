// Reconciliation: the ledger beside what was heard. Known: listed and heard, and they agree; differing: listed and
// heard, but something is another; unknown: heard and not listed; missing: listed and not heard. Hosts beyond the plant (public
// addresses behind a router) are nobody's to list. One thread.
#pragma once

#include "assets/inventory.h"
#include "assets/ledger.h"

namespace langyan::assets {

enum class Standing : std::uint8_t { known, differing, unknown, missing, last };
std::string_view standing_name(Standing standing);

struct Difference {
  std::string_view what;  // a trait's name, "MAC" or "address"
  std::string listed, heard;
};

struct Reconciled {
  Standing standing = Standing::known;
  const LedgerEntry* entry = nullptr;  // null: unknown
  const Asset* asset = nullptr;        // null: missing
  std::vector<Difference> differences;
};

// Unknown and differing first, then missing, then known; each in the order of the inventory or the ledger.
std::vector<Reconciled> reconcile(const Inventory& inventory, const Ledger& ledger);
std::vector<Difference> differences(const Asset& asset, const LedgerEntry& entry);

}  // namespace langyan::assets
