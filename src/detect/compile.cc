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
#include "detect/reputation.h"
#include "detect/rule_parser.h"
#include "detect/threshold_file.h"
#include "detect/rule_set.h"
#include "dissect/registry.h"

namespace langyan::detect {
namespace {

constexpr std::size_t most_rules = 200'000;           // of a set
constexpr std::size_t largest_rule_file = 64u << 20;  // octets
constexpr std::string_view rule_suffix = ".rules";
constexpr std::string_view classification_file = "classification.config", threshold_file = "threshold.config";

class Compiler {
 public:
  Compiler(const RuleSources& sources, RuleReport& report)
      : sources_(sources),
        report_(report),
        groups_(sources.addresses, sources.ports),
        protocols_(sources.protocols.empty() ? dissect::protocols() : sources.protocols) {}

  std::unique_ptr<Tables> run(std::span<const RuleText> texts) {
    std::vector<RuleText> files = read_files();
    files.insert(files.end(), texts.begin(), texts.end());
    read_classification(files);
    if (!sources_.countries.empty()) {
      if (auto opened = Countries::open(sources_.countries))
        countries_ = opened.take();
      else
        fail(sources_.countries, opened.error().message);
    }
    for (const RuleText& file : files) read_rules(file);
    read_thresholds(files);
    warn_of_unset_bits();
    if (sources_.progress) sources_.progress(0);
    return finish();
  }

 private:
  struct Parsed {
    Rule rule;
    Program program;
    std::size_t file = 0;  // index into the report's files
  };

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
    if (const auto content = read(path)) classification_.read(path, *content, report_.errors);
  }

  void read_thresholds(const std::vector<RuleText>& files) {
    const std::string path = beside(files, sources_.thresholds, threshold_file);
    if (path.empty()) return;
    const auto content = read(path);
    if (!content) return;
    const Environment environment{protocols_, classification_, groups_, bits_};
    thresholds_.read(path, *content, environment, report_.errors, report_.warnings);
    for (Parsed& parsed : rules_) thresholds_.apply(parsed.rule);
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
    const Environment environment{protocols_, classification_, groups_, bits_, &files_, &reputations_, &datasets_,
                                  std::filesystem::path(file).parent_path().string(), countries_};
    RuleBuilder builder(environment, text);
    if (costs_too_much(builder)) return refuse(builder.note(file));
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
    if (!settle_duplicate(builder, file, text)) return;
    for (RuleNote& note : builder.take_warnings(file)) report_.warnings.push_back(std::move(note));
    places_[{rule.gid, rule.sid}] = rules_.size();
    rules_.push_back({std::move(rule), std::move(builder.program), report_.files.size() - 1});
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

  // False: the rule is not taken.
  bool settle_duplicate(RuleBuilder& builder, const std::string& file, const LogicalRule& text) {
    const auto at = places_.find({builder.rule.gid, builder.rule.sid});
    if (at == places_.end()) return true;
    Parsed& before = rules_[at->second];
    const std::string where = before.rule.file + ":" + std::to_string(before.rule.line);
    const std::string sid = "sid " + std::to_string(builder.rule.sid);
    if (builder.rule.rev == before.rule.rev) {
      builder.refuse(text.text(), sid + " rev " + std::to_string(builder.rule.rev) +
                                      " stands already at " + where);
      refuse(builder.note(file));
      return false;
    }
    const bool newer = builder.rule.rev > before.rule.rev;
    builder.warn(text.text(), sid + " also stands at " + where + " with rev " +
                                  std::to_string(before.rule.rev) + "; " +
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
      for (const BitChange& change : parsed.program.bit_changes)
        if (change.kind != BitChange::Kind::unset) changed.insert(change.bit);
    for (const Parsed& parsed : rules_) {
      for (const BitTest& test : parsed.program.bit_tests) {
        if (!test.set || std::ranges::any_of(
                             test.bits, [&](std::uint32_t bit) { return changed.contains(bit); })) {
          continue;
        }
        report_.warnings.push_back({parsed.rule.file,
                                    parsed.rule.line,
                                    1,
                                    parsed.rule.sid,
                                    "the rule can never fire: no rule sets the flowbit \"" +
                                        std::string(bits_.name(test.bits[0])) + "\"",
                                    {}});
      }
    }
  }

  std::unique_ptr<Tables> finish() {
    auto tables = std::make_unique<Tables>();
    tables->protocols.assign(protocols_.begin(), protocols_.end());
    std::vector<Ordered> ordered;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (!replaced_.contains(i)) ordered.push_back({&rules_[i].rule, &rules_[i].program});
    }
    order(ordered);
    for (const Ordered& each : ordered) {
      each.rule->index = static_cast<std::uint32_t>(tables->rules.size());
      each.rule->program = std::make_unique<const Program>(std::move(*each.program));
      tables->rules.push_back(std::move(*each.rule));
    }
    tables->store = groups_.take();
    if (const auto built = build_tables(*tables); !built) {
      fail("", built.error().message);
      tables = std::make_unique<Tables>();
      tables->protocols.assign(protocols_.begin(), protocols_.end());
      tables->messages.resize(protocols_.size() * directions);
    }
    return tables;
  }

  const RuleSources& sources_;
  RuleReport& report_;
  SystemDisk disk_;
  Classification classification_;
  Groups groups_;
  BitNames bits_;
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

Compiled compile(const RuleSources& sources, std::span<const RuleText> texts) {
  Compiled compiled;
  SystemClock clock;
  const Time start = clock.monotonic();
  RuleReport& report = compiled.report;
  compiled.rules = std::make_shared<const RuleSet>(Compiler(sources, report).run(texts));
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

RuleSet::RuleSet(std::unique_ptr<Tables> tables)
    : tables_(std::move(tables)), generation_(next_generation()) {}
RuleSet::~RuleSet() = default;

std::span<const Rule> RuleSet::rules() const {
  return tables_->rules;
}

const Rule* RuleSet::find(std::uint32_t gid, std::uint32_t sid) const {
  for (const Rule& rule : tables_->rules)
    if (rule.gid == gid && rule.sid == sid) return &rule;
  return nullptr;
}

}  // namespace langyan::detect
