// Ledger: what should stand in the plant, as its keepers write it: a CSV file, a row a device.
//
//   auto ledger = Ledger::read(disk, "ledger.csv");   // every fault at once, "ledger.csv:7: …"; a faulty file is refused
//   const LedgerEntry* entry = ledger->find(asset, parent);
//
// The first line names the columns, in English or Chinese, in any order; others are passed over and said. A row needs
// an address or a MAC. The address is an IP address, or "10.20.0.5/modbus/3" of a device behind a host, as the
// inventory names it; several, of one device, stand beside each other with spaces. The text is UTF-8, with or
// without a byte order mark. Role, level and ATT&CK asset are what a person set: the inventory takes them over and keeps
// them. `langyan assets --csv` prints a file of this form. Constant once read; any thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assets/attack_kind.h"
#include "base/disk.h"
#include "base/result.h"

namespace langyan::assets {

constexpr std::size_t trait_count = static_cast<std::size_t>(Trait::description) + 1;

struct LedgerEntry {
  std::size_t line = 0;
  std::vector<std::string> ids;  // addresses as the inventory writes them, "10.20.0.5" or "10.20.0.5/modbus/3"
  std::vector<Mac> macs;
  std::array<std::string, trait_count> traits;  // by Trait; empty: the ledger does not say
  std::optional<HostRole> role;
  int level = -1;  // -1: not said
  const AttackKind* attack = nullptr;

  const std::string& operator[](Trait trait) const { return traits[static_cast<std::size_t>(trait)]; }
  std::string shown() const;  // its first address, MAC or name
};

class Ledger {
 public:
  static Result<Ledger> parse(std::string_view text, std::string_view file);
  static Result<Ledger> read(Disk& disk, const std::string& path);

  // By any of its MACs, then by any of its addresses; null: not listed.
  const LedgerEntry* find(const Asset& asset, const Asset* parent) const;
  bool lists_devices_behind(const LedgerEntry& host) const;
  std::span<const LedgerEntry> entries() const { return entries_; }
  const std::vector<std::string>& notes() const { return notes_; }  // "ledger.csv:1: the column … is not used"

 private:
  friend class LedgerReader;
  std::vector<LedgerEntry> entries_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_mac_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::unordered_map<std::string, std::uint32_t> hosts_with_devices_;  // addresses before the '/'
  std::vector<std::string> notes_;
};

// The header and the columns of what `langyan assets --csv` prints, in order.
struct LedgerColumn {
  enum class Is : std::uint8_t { address, mac, role, level, attack, trait, note } is;
  std::string_view name;           // as printed
  Trait trait = Trait::vendor;     // of Is::trait
};
std::span<const LedgerColumn> ledger_columns();

}  // namespace langyan::assets
