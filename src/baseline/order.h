// Order: what a person wants changed in the habits of a sensor that runs: approve, forget, import.
//
// Who changes FILE while no sensor has it holds the lock FILE.lock, and so does a sensor as long as it runs: nobody writes over
// anybody. Where a sensor has it, the change is laid into the folder FILE.orders:
//
//   ID.order     the order. A file like that of the habits itself (state_file.h), checksum and all: one line `order` (who, what,
//                why), then for approve and forget one `approval`, the scope; for import all lines of what FILE is to hold
//   ID.outcome   what came of it, written by the sensor: {"outcome":"taken","changed":3,…} or {"outcome":"refused","why":"…"}
//
// Each is written beside (.new), synced and renamed. IDs sort by the time they were given, and so they are carried out. The
// sensor saves the note of an order in FILE together with its effect, then writes the outcome, then removes the order: whenever
// it dies, the next start finds the effect with the note or neither, so each order is carried out exactly once.
//
// Which thread: any, one at a time for each file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/disk.h"
#include "base/random.h"
#include "baseline/relation.h"

namespace langyan::baseline {

constexpr std::size_t most_orders_waiting = 64;      // those behind them are refused
constexpr std::size_t most_orders_at_once = 16;      // between two savings of the habits
constexpr std::size_t most_orders_remembered = 256;  // in the file of the habits, newest last
constexpr std::size_t most_outcomes_kept = 256;      // that nobody fetched, and what was not finished
constexpr std::size_t largest_order = 256u << 20;    // octets: an import of a million habits
constexpr std::size_t most_approvals = 4'096;        // each deviation is held against all of them
constexpr std::size_t longest_reason = 1'000;        // octets, and so of who gave it

struct Order {
  OrderNote note;
  Approval scope;  // of approve and forget
  Learned book;    // of import
};

struct Outcome {
  OrderNote note;
  std::string refused;  // why; empty: it was carried out
};

std::string orders_folder(const std::string& file);
std::string lock_file(const std::string& file);
std::string order_path(const std::string& folder, std::string_view id);
std::string outcome_path(const std::string& folder, std::string_view id);
std::optional<std::string_view> order_id(
    std::string_view name);  // of the name of an order's file; none: it is something else
std::string make_order_id(Clock& clock, Random& random);

Result<void> write_order(Disk& disk, const std::string& folder, const Order& order);
// All or nothing: an error says what is wrong with it.
Result<Order> read_order(Disk& disk, const std::string& folder, std::string_view id);
Result<void> write_outcome(Disk& disk, const std::string& folder, const Outcome& outcome);
Result<std::optional<Outcome>> read_outcome(Disk& disk, const std::string& folder,
                                            std::string_view id);  // none: not yet

std::string scope_text(const Approval& scope);  // "client 10.3.2.12, verb write"; everything: empty

// The same on what a file holds; notes in the order what it changed.
void carry_out(Order& order, Learned& learned);

}  // namespace langyan::baseline
