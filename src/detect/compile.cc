// compile: rule files into a RuleSet, and the report about them.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/disk.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "detect/build_tables.h"
#include "detect/classify.h"
#include "detect/contradictions.h"
#include "detect/parsed_rules.h"
#include "detect/reputation.h"
#include "detect/rule_parser.h"
#include "detect/threshold_file.h"
#include "detect/rule_set.h"
#include "dissect/registry.h"

namespace langyan::detect {
namespace {

constexpr std::size_t most_rules = 200'000;           // of a set
constexpr std::size_t largest_rule_file = 64u << 20;  // octets
// Address sets that a store may hold and be gone on with; those of rules no longer there stay in it.
constexpr std::size_t most_kept_sets = 50'000;
constexpr std::string_view rule_suffix = ".rules";
constexpr std::string_view classification_file = "classification.config", threshold_file = "threshold.config";

class Compiler {
 public:
  Compiler(const RuleSources& sources, RuleReport& report)
      : sources_(sources),
        report_(report),
        protocols_(sources.protocols.empty() ? dissect::protocols() : sources.protocols) {}

  std::unique_ptr<Tables> run(std::span<const RuleText> texts, const RuleSet* previous) {
    for (const RuleText& each : sources_.beside) files_.put(each.name, &each.text);
    std::vector<RuleText> files = read_files();
    files.insert(files.end(), texts.begin(), texts.end());
    read_classification(files);
    if (!sources_.countries.empty()) {
      if (auto opened = Countries::open(sources_.countries))
        countries_ = opened.take();
      else
        fail(sources_.countries, opened.error().message);
    }
    take_over(previous);
    for (const RuleText& file : files) read_rules(file);
    read_thresholds(files);
    warn_of_unset_bits();
    if (sources_.progress) sources_.progress(0);
    return finish();
  }

 private:
  struct Parsed {
    std::shared_ptr<const Rule> rule;     // as it was read
    std::shared_ptr<const Rule> limited;  // as threshold.config has it; null: that says nothing of it
    std::size_t file = 0;  // index into the report's files
    bool read_anew = false;
    std::vector<RuleNote> warnings = {};
  };

  // What rules are read against, so that a set read against something else is not taken over.
  std::string surroundings() const {
    std::string text;
    const auto add = [&](std::string_view part) { text += std::to_string(part.size()), text += ':', text += part; };
    for (const Variables* variables : {&sources_.addresses, &sources_.ports}) {
      add(std::to_string(variables->size()));
      for (const auto& [name, members] : *variables) {
        add(name), add(std::to_string(members.size()));
        for (const std::string& member : members) add(member);
      }
    }
    for (const Protocol* protocol : protocols_) add(protocol->name);
    add(classification_text_), add(sources_.countries);
    return text;
  }

  void take_over(const RuleSet* previous) {
    parsed_ = std::make_shared<ParsedRules>();
    parsed_->surroundings = surroundings();
    const ParsedRules* before = previous ? previous->tables().parsed.get() : nullptr;
    const bool fits = before && before->surroundings == parsed_->surroundings &&
                      before->store->addresses.size() <= most_kept_sets;
    if (fits) before_ = before, tables_before_ = &previous->tables();
    parsed_->store = fits ? before->store : std::make_shared<GroupStore>();
    if (fits) parsed_->bits = before->bits;
    groups_.emplace(sources_.addresses, sources_.ports, *parsed_->store);
    bits_ = &parsed_->bits;
  }

  void fail(std::string file, std::string message) {
    report_.errors.push_back({std::move(file), 0, 0, 0, std::move(message), {}});
  }

  std::optional<std::string> read(const std::string& path) {
    auto content = read_file(disk_, path, largest_rule_file);
    if (!content) {
      fail(path, content.error().kind == ErrorKind::full
                     ? "the file is larger than 64 MB, the most a rule file may have"
                     : content.error().message);
      return {};
    }
    return content.take();
  }

  std::vector<RuleText> read_files() {
    std::vector<RuleText> files;
    for (const std::string& path : sources_.paths) {
      std::error_code error;
      std::vector<std::string> names = {path};
      if (std::filesystem::is_directory(path, error)) {
        names.clear();
        auto listed = disk_.list(path);
        if (!listed) fail(path, listed.error().message);
        if (listed) {
          for (const std::string& name : *listed)
            if (name.ends_with(rule_suffix))
              names.push_back(path + (path.ends_with('/') ? "" : "/") + name);
          if (names.empty()) fail(path, "the folder has no file named *.rules");
        }
      }
      for (const std::string& name : names)
        if (auto content = read(name)) files.push_back({name, std::move(*content)});
    }
    return files;
  }

  // The file that was named, or one of this name beside the first rule file that has one.
  static std::string beside(const std::vector<RuleText>& files, const std::string& named, std::string_view usual) {
    if (!named.empty()) return named;
    for (const RuleText& file : files) {
      const auto path = std::filesystem::path(file.name).parent_path() / usual;
      std::error_code error;
      if (std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return {};
  }

  void read_classification(const std::vector<RuleText>& files) {
    const std::string path = beside(files, sources_.classification, classification_file);
    if (path.empty()) return;
    if (const auto content = read(path)) {
      classification_text_ = *content;
      classification_.read(path, *content, report_.errors);
    }
  }

  void read_thresholds(const std::vector<RuleText>& files) {
    const std::string path = beside(files, sources_.thresholds, threshold_file);
    if (path.empty()) return;
    const auto content = read(path);
    if (!content) return;
    const Environment environment{protocols_, classification_, *groups_, *bits_};
    thresholds_.read(path, *content, environment, report_.errors, report_.warnings);
    for (Parsed& parsed : rules_) {
      if (!thresholds_.concerns(*parsed.rule)) continue;
      auto changed = std::make_shared<Rule>(*parsed.rule);  // as it was read it goes to the next set
      thresholds_.apply(*changed);
      parsed.limited = std::move(changed);
    }
  }

  void read_rules(const RuleText& file) {
    report_.files.push_back({file.name, 0, 0, 0});
    RuleLines lines(file.text);
    LogicalRule text;
    while (lines.next(text)) {
      if (rules_.size() == most_rules) {
        fail(file.name, "a set has at most " + std::to_string(most_rules) +
                            " rules; the rest of this file is left out");
        return;
      }
      read_rule(file.name, text);
    }
  }

  void refuse(RuleNote note) {
    if (!note.keyword.empty()) ++report_.unsupported[note.keyword];
    report_.errors.push_back(std::move(note));
    ++report_.files.back().refused;
  }

  void read_rule(const std::string& file, const LogicalRule& text) {
    const Environment environment{protocols_, classification_, *groups_, *bits_, &files_, &reputations_, &datasets_,
                                  std::filesystem::path(file).parent_path().string(), countries_};
    RuleBuilder builder(environment, text);
    if (costs_too_much(builder)) return refuse(builder.note(file));
    Parsed parsed;
    parsed.file = report_.files.size() - 1;
    if (!take_known(file, text, parsed)) {
      if (!parse_rule(builder)) {
        if (builder.skipped().empty()) return refuse(builder.note(file));
        ++report_.files.back().skipped;
        return;
      }
      classify(builder.program);
      std::string never = why_never(builder);
      if (never.empty()) never = contradiction(builder);
      if (!never.empty()) builder.warn(text.text(), "the rule can never fire: " + never);
      Rule& rule = builder.rule;
      rule.file = file;
      rule.line = text.line();
      rule.text = text.text();
      rule.program = std::make_shared<const Program>(std::move(builder.program));
      parsed.read_anew = builder.read_anew;
      parsed.rule = std::make_shared<const Rule>(std::move(rule));
      parsed.warnings = builder.take_warnings(file);
    }
    const Rule& rule = *parsed.rule;
    if (!settle_duplicate(builder, rule, file, text)) return;
    report_.warnings.insert(report_.warnings.end(), parsed.warnings.begin(), parsed.warnings.end());
    for (RuleNote& note : builder.take_warnings(file)) report_.warnings.push_back(std::move(note));
    places_[{rule.gid, rule.sid}] = rules_.size();
    rules_.push_back(std::move(parsed));
    ++report_.files.back().loaded;
  }

  bool costs_too_much(RuleBuilder& builder) {
    if (!sources_.progress && sources_.costly.empty()) return false;
    const std::uint64_t text = hash(bytes_of(builder.text.text()));
    const auto costly = std::ranges::find(sources_.costly, text, &CostlyRule::text);
    if (costly == sources_.costly.end()) {
      if (sources_.progress) sources_.progress(text);
      return false;
    }
    builder.refuse(builder.text.text(), "the rule costs too much: " + costly->reason);
    return true;
  }

  // The rule as the set before read it. False: it is to be read.
  bool take_known(const std::string& file, const LogicalRule& text, Parsed& parsed) {
    if (!before_) return false;
    const auto at = before_->by_text.find(text.text());
    if (at == before_->by_text.end()) return false;
    ++report_.taken_over;
    parsed.rule = at->second.rule;
    parsed.warnings = at->second.warnings;
    if (parsed.rule->file == file && parsed.rule->line == text.line()) return true;
    for (RuleNote& note : parsed.warnings) {
      note.file = file;
      note.line += text.line() - parsed.rule->line;
    }
    auto moved = std::make_shared<Rule>(*parsed.rule);
    moved->file = file, moved->line = text.line();
    parsed.rule = std::move(moved);
    return true;
  }

  // False: the rule is not taken.
  bool settle_duplicate(RuleBuilder& builder, const Rule& rule, const std::string& file,
                        const LogicalRule& text) {
    const auto at = places_.find({rule.gid, rule.sid});
    if (at == places_.end()) return true;
    const Parsed& before = rules_[at->second];
    const std::string where = before.rule->file + ":" + std::to_string(before.rule->line);
    const std::string sid = "sid " + std::to_string(rule.sid);
    if (rule.rev == before.rule->rev) {
      builder.refuse(text.text(),
                     sid + " rev " + std::to_string(rule.rev) + " stands already at " + where);
      refuse(builder.note(file));
      return false;
    }
    const bool newer = rule.rev > before.rule->rev;
    builder.warn(text.text(), sid + " also stands at " + where + " with rev " +
                                  std::to_string(before.rule->rev) + "; " +
                                  (newer ? "this one" : "that one") + " is kept");
    if (newer) {
      --report_.files[before.file].loaded;
      replaced_.insert(at->second);
      return true;
    }
    for (RuleNote& note : builder.take_warnings(file)) report_.warnings.push_back(std::move(note));
    return false;
  }

  void warn_of_unset_bits() {
    std::set<std::uint32_t> changed;
    for (const Parsed& parsed : rules_)
      for (const BitChange& change : parsed.rule->program->bit_changes)
        if (change.kind != BitChange::Kind::unset) changed.insert(change.bit);
    for (const Parsed& parsed : rules_) {
      for (const BitTest& test : parsed.rule->program->bit_tests) {
        if (!test.set || std::ranges::any_of(
                             test.bits, [&](std::uint32_t bit) { return changed.contains(bit); })) {
          continue;
        }
        report_.warnings.push_back({parsed.rule->file,
                                    parsed.rule->line,
                                    1,
                                    parsed.rule->sid,
                                    "the rule can never fire: no rule sets the flowbit \"" +
                                        std::string(bits_->name(test.bits[0])) + "\"",
                                    {}});
      }
    }
  }

  std::unique_ptr<Tables> finish() {
    auto tables = std::make_unique<Tables>();
    tables->protocols.assign(protocols_.begin(), protocols_.end());
    std::vector<std::shared_ptr<const Rule>>& rules = tables->rules;
    rules.reserve(rules_.size());
    parsed_->by_text.reserve(rules_.size());
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      Parsed& parsed = rules_[i];
      if (!replaced_.contains(i)) rules.push_back(parsed.limited ? parsed.limited : parsed.rule);
      if (!parsed.read_anew) {
        parsed_->by_text.try_emplace(parsed.rule->text,
                                     ParsedRule{parsed.rule, std::move(parsed.warnings), steps_of(*parsed.rule)});
      }
    }
    order(rules);
    tables->parsed = parsed_;
    tables->own = rules.size();
    for (std::size_t i = 0; i < tables->own; ++i)
      if (rules[i]->sequence) add_steps(std::shared_ptr(rules[i]), rules);
    if (const auto built = build_tables(*tables, tables_before_); !built) {
      fail("", built.error().message);
      tables = std::make_unique<Tables>();
      tables->protocols.assign(protocols_.begin(), protocols_.end());
      tables->messages.resize(protocols_.size() * directions);
    }
    return tables;
  }

  // Of a sequence: a rule for each step before the last, which is the rule itself. Behind all others and the
  // later step first, so that one message does not make two steps.
  void add_steps(const std::shared_ptr<const Rule>& whole, std::vector<std::shared_ptr<const Rule>>& rules) const {
    const Rule& last = *whole;
    const auto known = parsed_->by_text.find(last.text);
    const auto programs = known == parsed_->by_text.end() ? steps_of(last) : known->second.steps;
    for (std::size_t step = last.step; step-- > 0;) {
      Rule rule;
      rule.gid = last.gid, rule.sid = last.sid, rule.rev = last.rev;
      rule.noalert = true;
      rule.protocol = last.protocol;
      rule.file = last.file, rule.line = last.line;
      rule.sequence = last.sequence;
      rule.step = static_cast<std::uint8_t>(step);
      rule.program = programs[step];
      rules.push_back(std::make_shared<const Rule>(std::move(rule)));
    }
  }

  // As the set before made them, so that the groups they are in may be kept.
  std::vector<std::shared_ptr<const Program>> steps_of(const Rule& last) const {
    if (!last.sequence) return {};
    if (before_)
      if (const auto known = before_->by_text.find(last.text); known != before_->by_text.end())
        return known->second.steps;
    std::vector<std::shared_ptr<const Program>> programs;
    for (std::size_t step = 0; step < last.step; ++step) {
      const SequenceStep& needed = last.sequence->steps[step];
      Program program;
      program.header = last.program->header;
      program.protocols = last.program->protocols;
      program.header_protocol = last.program->header_protocol;
      program.operation.used = true;
      program.operation.verbs = needed.verbs, program.operation.outcomes = needed.outcomes;
      program.operation.on_result = needed.on_result;
      program.as_asked = true;
      classify(program);
      programs.push_back(std::make_shared<const Program>(std::move(program)));
    }
    return programs;
  }

  const RuleSources& sources_;
  RuleReport& report_;
  SystemDisk disk_;
  Classification classification_;
  std::string classification_text_;
  std::optional<Groups> groups_;
  BitNames* bits_ = nullptr;
  std::shared_ptr<ParsedRules> parsed_;
  const ParsedRules* before_ = nullptr;  // of the set before, where it fits
  const Tables* tables_before_ = nullptr;
  ThresholdFile thresholds_;
  RuleFiles files_;
  std::shared_ptr<const Countries> countries_;
  Reputations reputations_{files_};
  Datasets datasets_;
  std::span<const Protocol* const> protocols_;
  std::vector<Parsed> rules_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> places_;  // gid and sid
  std::set<std::size_t> replaced_;
};

std::uint64_t next_generation() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

std::string render(const RuleNote& note) {
  std::string text = note.file;
  if (note.line) text += (text.empty() ? "" : ":") + std::to_string(note.line);
  if (note.line && note.column) text += ":" + std::to_string(note.column);
  text += text.empty() ? note.message : ": " + note.message;
  // A message quotes the file, whose octets may be anything.
  std::string shown;
  for (Bytes left = bytes_of(text); !left.empty();) {
    const std::size_t size = utf8_sequence(left);
    shown += size ? text_of(left.first(size)) : std::string_view("\xef\xbf\xbd");
    left = left.subspan(std::max<std::size_t>(size, 1));
  }
  return shown;
}

Compiled compile(const RuleSources& sources, std::span<const RuleText> texts,
                 const RuleSet* previous) {
  Compiled compiled;
  SystemClock clock;
  const Time start = clock.monotonic();
  RuleReport& report = compiled.report;
  compiled.rules = std::make_shared<const RuleSet>(Compiler(sources, report).run(texts, previous), sources.roles);
  for (const FileReport& file : report.files) {
    report.loaded += file.loaded;
    report.refused += file.refused;
    report.skipped += file.skipped;
  }
  report.databases = static_cast<std::uint32_t>(compiled.rules->tables().databases);
  report.database_bytes = compiled.rules->tables().database_bytes;
  report.compile_seconds = static_cast<double>(clock.monotonic() - start) / second;
  return compiled;
}

RuleSet::RuleSet(std::unique_ptr<Tables> tables, std::shared_ptr<const RoleTable> roles)
    : tables_(std::move(tables)), roles_(std::move(roles)), generation_(next_generation()) {}
RuleSet::~RuleSet() = default;

std::span<const std::shared_ptr<const Rule>> RuleSet::rules() const {
  return std::span(tables_->rules).first(tables_->own);
}

const Rule* RuleSet::find(std::uint32_t gid, std::uint32_t sid) const {
  for (const auto& rule : rules())
    if (rule->gid == gid && rule->sid == sid) return rule.get();
  return nullptr;
}

}  // namespace langyan::detect
