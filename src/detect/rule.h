// Rule: one line of a rule file after it was understood: what an alert says of it.
//
// A Rule lives as long as a RuleSet that has it, and sets share the rules that did not change from
// one to the next; nothing changes after it was read, so any thread may read it. What it looks for stands in its Program, which only the
// engine reads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/address_set.h"
#include "detect/sequence.h"
#include "fields/detection.h"

namespace langyan::detect {

struct Program;  // src/detect/program.h: what the engine evaluates

enum class Action : std::uint8_t {
  alert,
  drop,    // the sensor is passive: alerts, and the report says so
  reject,  // likewise
  pass,    // silences the other rules on what it matches
};
std::string_view action_name(Action action);

enum class Target : std::uint8_t { none, source, destination };  // target:src_ip, dest_ip

struct Reference {
  std::string system, id;  // "cve", "2019-10953"
};

enum class Track : std::uint8_t { by_rule, by_source, by_destination, by_both, by_flow };

// threshold and detection_filter, counted by detect::Limiter.
struct Threshold {
  enum class Kind : std::uint8_t {
    none,
    limit,      // the first `count` of each interval
    threshold,  // each `count`th within an interval
    both,       // once an interval, at the `count`th
    filter,     // detection_filter: all after the first `count` of an interval
    backoff,    // at the `count`th, then each time `multiplier` times as many came
  };
  Kind kind = Kind::none;
  Track track = Track::by_rule;
  std::uint32_t count = 0;
  Duration interval = 0;         // backoff: none
  std::uint32_t multiplier = 0;  // of backoff
};

// xbits and hostbits: marks on hosts and pairs of hosts, kept by detect::Limiter because they span
// what several workers see.
struct SharedBit {
  enum class Kind : std::uint8_t { is_set, not_set, set, unset, toggle };
  enum class On : std::uint8_t { source, destination, pair };
  Kind kind = Kind::is_set;
  On on = On::source;
  std::uint32_t name = 0;
  Duration expire = 0;  // of set and toggle

  bool tests() const { return kind <= Kind::not_set; }
};

// suppress of threshold.config: no alert where this end is one of these addresses.
struct Suppression {
  enum class End : std::uint8_t { any, source, destination, either };
  End end = End::any;  // any: whoever it is
  std::shared_ptr<const AddressSet> addresses;
};

struct Rule {
  Rule();
  Rule(const Rule&);
  Rule(Rule&&) noexcept;
  Rule& operator=(Rule&&) noexcept;
  ~Rule();

  std::uint32_t gid = 1, sid = 0, rev = 0;
  Action action = Action::alert;
  std::uint8_t priority = 3;  // 1 highest; of the keyword, else of the classtype, else 3
  bool noalert = false;       // works by what it remembers only
  Target target = Target::none;
  std::string message;
  std::string classtype;  // as written, or empty
  std::string category;   // the classtype's description: alert.category
  std::string protocol;   // as written in the header: "tcp", "modbus"
  std::vector<std::pair<std::string, std::string>> metadata;  // in order; a key may repeat
  std::vector<Reference> references;
  Threshold threshold, filter;  // kind none: without
  std::vector<SharedBit> shared_bits;
  std::vector<Suppression> suppressions;
  std::shared_ptr<const Sequence> sequence;  // null: none; shared by the rules of its steps
  std::uint8_t step = 0;                     // of the sequence: which one a hit of this rule is
  std::string file;             // where it stands
  std::uint32_t line = 0;
  std::string text;  // the whole rule, continuation lines joined

  std::shared_ptr<const Program> program;  // shared: with the same rule at another line of a later set

  Severity severity() const;  // priority 1..4 as it is, above that info
};

}  // namespace langyan::detect
