// LiteralDatabase: many octet strings looked for at once, by Hyperscan in block mode.
//
// Only literals, written as \xNN escapes, so Vectorscan serves as well: regular expressions in it
// would cost several times as much. A database knows nothing of rules: it is found again by its
// content, so a reload compiles only what changed. Immutable; any thread may scan with its own
// scratch space.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
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

// Tells of short data that no literal is in it, in less time than a scan takes to begin: of each
// literal it looks for the octets that ordinary traffic has least. Of few or short literals in sixteen
// places at once, and what passes that is looked up in a table; of many long ones in every fourth place,
// in a table that has each of them at four.
class LiteralSieve {
 public:
  static constexpr std::size_t longest_data = 128;  // octets; longer data a scan is faster with
  static constexpr std::size_t longest_window = 4;

  void build(std::span<const Literal> literals);
  // False: none of them is in `data`. True: perhaps.
  bool may_hold(Bytes data) const;
  // Octets before the end of a literal that suffice to see it.
  std::size_t reach() const { return reach_; }

 private:
  // By half an octet: bit b where a window of bucket b has it at this place.
  using Halves = std::array<std::uint8_t, 16>;
  struct Place {
    alignas(16) Halves low{}, high{};
  };
  template <std::size_t window>
  bool look(const std::uint8_t* data, std::size_t size) const;

  class Table {  // bit per hash of a window
   public:
    void make_room(std::size_t windows);
    void add(std::uint32_t window);
    bool has(std::uint32_t window) const {
      const std::size_t place = place_of(window);
      return bits_[place / 64] >> place % 64 & 1;
    }
    bool empty() const { return bits_.empty(); }

   private:
    std::size_t place_of(std::uint32_t window) const { return window * 0x9e37'79b1u >> shift_; }
    std::vector<std::uint64_t> bits_;
    unsigned shift_ = 0;
  };

  bool may_hold_long(Bytes data) const;
  void build_short(std::span<const Literal* const> literals);
  bool add_long(const Literal& literal);

  std::array<Place, longest_window> places_;
  Table short_, long_;
  bool blind_ = true;       // it knows nothing
  std::size_t window_ = 0;  // octets of a short literal that are looked at; 0: there are none
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
