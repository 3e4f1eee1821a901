// LiteralDatabase: many octet strings looked for at once, by Hyperscan in block mode.
//
// Only literals, written as \xNN escapes, so Vectorscan serves as well: regular expressions in it
// would cost several times as much. A database knows nothing of rules: it is found again by its
// content, so a reload compiles only what changed. Immutable; any thread may scan with its own
// scratch space.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

struct hs_database;
struct hs_scratch;

namespace langyan::detect {

constexpr std::size_t longest_literal =
    48;  // octets scanned for; a longer content is confirmed later

struct Literal {
  std::string bytes;  // 1 … longest_literal octets
  bool nocase = false;
  auto operator<=>(const Literal&) const = default;
};

// Tells of short data that no literal is in it, in less time than a scan takes to begin. A window is a few octets of a
// literal, those that ordinary traffic has least; a table has two bits of each. Where literals are long enough it has
// four windows of each, side by side, and every fourth place of the data is looked up; else one, and every place is.
class LiteralSieve {
 public:
  static constexpr std::size_t longest_data = 128;  // octets; longer data a scan is faster with

  void build(std::span<const Literal> literals);
  // False: none of them is in `data`. True: perhaps.
  bool may_hold(Bytes data) const { return is_wide ? may_hold_wide(data) : may_hold_plain(data); }
  // The same place by place, and eight places at once, for which the processor must have AVX2.
  bool may_hold_plain(Bytes data) const;
  bool may_hold_wide(Bytes data) const;
  static const bool is_wide;  // the processor has it
  // Octets before the end of a literal that suffice to see it.
  std::size_t reach() const { return reach_; }

 private:
  void make_room(std::size_t windows);
  void add(std::string_view octets);
  bool has(std::uint32_t window) const;

  std::vector<std::uint32_t> table_;
  unsigned shift_ = 0;        // of a window's hash, to its place in the table
  std::size_t window_ = 0;    // octets; 0: it knows nothing
  std::size_t stride_ = 1;    // from one place that is looked up to the next
  std::uint32_t octets_ = 0;  // mask of a window's octets
  std::size_t reach_ = 0;
};

class LiteralDatabase {
 public:
  using Shared = std::shared_ptr<const LiteralDatabase>;  // shared: by groups and sets
  struct Near {
    Shared whole;  // has all of the literals, or all but those of `rest`, and perhaps others
    Shared rest;   // null: none is missing
  };
  static constexpr std::size_t least_near = 256;  // literals: fewer are compiled in no time

  // As compile(); but where a database stands that differs in a few literals, as one does after a
  // rule was edited and between the groups of two ports, only what it lacks is compiled.
  static Result<Near> compile_near(std::span<const Literal> literals);
  // `literals` sorted and each once; their index is what a scan reports.
  static Result<std::shared_ptr<const LiteralDatabase>> compile(std::span<const Literal> literals);
  ~LiteralDatabase();
  LiteralDatabase(const LiteralDatabase&) = delete;
  LiteralDatabase& operator=(const LiteralDatabase&) = delete;

  std::span<const Literal> literals() const { return literals_; }
  const hs_database* handle() const { return handle_; }
  std::size_t longest() const { return longest_; }
  std::size_t bytes() const { return bytes_; }

  // Calls found for each occurrence, `end` ascending; it returns 0. The form is Hyperscan's own, so
  // that nothing stands between. Those that end in the first `old` octets may be left out.
  using Found = int (*)(unsigned literal, unsigned long long, unsigned long long end, unsigned,
                        void* context);
  void scan(Bytes data, std::size_t old, hs_scratch* scratch, Found found, void* context) const;

 private:
  LiteralDatabase() = default;
  std::vector<Literal> literals_;
  LiteralSieve sieve_;
  hs_database* handle_ = nullptr;
  std::size_t longest_ = 0, bytes_ = 0;
};

struct ScratchFree {
  void operator()(hs_scratch* scratch) const;
};
using ScanScratch = std::unique_ptr<hs_scratch, ScratchFree>;
// Room for every one of `databases`; null when there are none.
Result<ScanScratch> make_scratch(std::span<const LiteralDatabase* const> databases);
Result<ScanScratch> clone(const ScanScratch& scratch);

}  // namespace langyan::detect
