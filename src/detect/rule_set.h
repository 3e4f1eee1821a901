// RuleSet: rules compiled for the engine: literals in Hyperscan databases, conditions indexed.
//
//   RuleSources sources{.paths = {"rules"}, .addresses = {{"HOME_NET", {"10.0.0.0/8"}}}};
//   Compiled compiled = compile(sources);          // never fails as a whole: see report
//   engine.use(compiled.rules);                    // between two packets, each worker
//                                                  // when it likes
//
// Immutable once compiled; all workers share one set. A rule that is wrong is refused with file,
// line, column and reason while the others load; the caller decides whether a report with refusals
// may replace the running set.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/role_table.h"
#include "detect/rule.h"
#include "fields/protocol.h"

namespace langyan::detect {

using Variables = std::map<std::string, std::vector<std::string>, std::less<>>;  // as base/config.h

// A rule that may not be compiled again: known by its text, so that it may move within its file.
struct CostlyRule {
  std::uint64_t text = 0;  // hash of the rule, continuation lines joined
  std::string reason;
};
// Told before each rule, with the hash of its text, and with 0 before the tables are built.
using CompileProgress = std::function<void(std::uint64_t text)>;

struct RuleText {  // a rule file's content without a file, for tests and for packs of a center
  std::string name, text;
};

struct RuleSources {
  std::vector<std::string> paths = {};  // files, or folders: their *.rules by name
  Variables addresses = {};             // HOME_NET: [10.0.0.0/8, "!10.0.9.0/24"]
  Variables ports = {};                 // MODBUS_PORTS: [502]
  std::string classification = {};  // file; empty: classification.config beside the first rule file
  std::string thresholds = {};  // file; empty: threshold.config beside the first rule file
  std::string countries = {};       // .mmdb file of countries; empty: rules with geoip are refused
  std::shared_ptr<const RoleTable> roles = {};  // shared: with the set; null: every host is unknown
  std::span<const Protocol* const> protocols = {};  // empty: every one this build knows
  std::span<const CostlyRule> costly = {};          // refused without a look
  std::span<const RuleText> beside = {};  // files that rules of texts may name, by path
  CompileProgress progress = {};
};

struct RuleNote {  // why a rule was refused, or what is odd about one that loaded
  std::string file;
  std::uint32_t line = 0, column = 0;  // from 1; column counts characters
  std::uint32_t sid = 0;               // 0: not known
  std::string message;
  std::string keyword;  // the unsupported keyword, where that is the reason
};
std::string render(const RuleNote& note);  // "local.rules:4:17: message"

struct FileReport {
  std::string path;
  std::uint32_t loaded = 0, refused = 0;
  std::uint32_t skipped = 0;  // for what they require
};

struct RuleReport {
  std::vector<FileReport> files;
  std::vector<RuleNote> errors;    // refused rules, and files that cannot be read
  std::vector<RuleNote> warnings;  // loaded: can never fire, drop taken as alert, …
  std::map<std::string, std::uint32_t> unsupported;  // keyword: rules refused for it
  std::uint32_t loaded = 0, refused = 0, skipped = 0;
  std::uint32_t taken_over = 0;  // rules that stood in the set before and were not read again
  double compile_seconds = 0;
  std::uint64_t database_bytes = 0;
  std::uint32_t databases = 0;

  bool clean() const { return refused == 0 && errors.empty(); }
};

class RuleSet;
struct Tables;  // src/detect/tables.h: what the engine reads

struct Compiled {
  std::shared_ptr<const RuleSet> rules;  // shared by workers and by hits on their way
  RuleReport report;
};
// `previous`: the set this one is to replace; what did not change is taken over from it.
Compiled compile(const RuleSources& sources, std::span<const RuleText> texts = {},
                 const RuleSet* previous = nullptr);

class RuleSet {
 public:
  explicit RuleSet(std::unique_ptr<Tables> tables, std::shared_ptr<const RoleTable> roles = {});
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  // In the order of evaluation. Shared: with sets before and after that have the same rule.
  std::span<const std::shared_ptr<const Rule>> rules() const;
  const Rule* find(std::uint32_t gid, std::uint32_t sid) const;
  bool empty() const { return rules().empty(); }
  std::uint64_t generation() const { return generation_; }  // of this process, from 1, never again
  const Tables& tables() const { return *tables_; }
  HostRole role(const IpAddress* ip) const { return roles_ ? roles_->of(ip) : HostRole::unknown; }

 private:
  std::unique_ptr<Tables> tables_;
  std::shared_ptr<const RoleTable> roles_;  // shared: with who made it
  std::uint64_t generation_;
};

// One row a keyword of the rule language, fields and operations included; `--list-keywords` and
// docs/reference/rules.md print these.
struct KeywordRow {
  std::string name;   // "content", "modbus.function"
  std::string where;  // "rule", "packet", "payload", "modbus message", "operation", …
  std::string form;   // how its value is written
  std::string doc_en, doc_zh;
};
std::vector<KeywordRow> keyword_rows(std::span<const Protocol* const> protocols = {});
std::string keywords_markdown(std::span<const Protocol* const> protocols = {});

}  // namespace langyan::detect
