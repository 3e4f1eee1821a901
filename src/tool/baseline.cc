// langyan baseline: the learned habits of a plant, for a person who looks through them, changes them and takes them back.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/clock.h"
#include "base/disk.h"
#include "base/suggest.h"
#include "base/units.h"
#include "baseline/ledger.h"
#include "baseline/object_notation.h"
#include "baseline/rule_book.h"
#include "baseline/state_file.h"
#include "baseline/volume.h"
#include "tool/command.h"
#include "tool/habit_change.h"

namespace langyan::tool {
namespace {

using baseline::Approval;
using baseline::Habit;
using baseline::Learned;
using baseline::OrderKind;
using baseline::Relation;
using baseline::Station;

constexpr std::string_view usage =
    "usage: langyan baseline show    FILE [SCOPE] [--new]            say what is learned, a sentence a line\n"
    "       langyan baseline diff    FILE [OTHER]                    what is new and not settled; or what OTHER has "
    "else\n"
    "       langyan baseline approve FILE SCOPE --reason TEXT [--by NAME] [--until TIME]\n"
    "                                                                call normal what is new in this scope\n"
    "       langyan baseline forget  FILE SCOPE [--reason TEXT] [--by NAME]\n"
    "                                                                take out what is learned in this scope\n"
    "       langyan baseline export  FILE                            print it as a rule book in YAML\n"
    "       langyan baseline import  BOOK --into FILE [--reason TEXT] [--by NAME]\n"
    "                                                                replace FILE by what the rule book says\n"
    "SCOPE: --client ADDRESS --server ADDRESS --protocol NAME --unit N --verb VERB --object NOTATION, each narrows "
    "it.\n"
    "FILE is the sensor's (baseline.json in spool.folder) or a rule book. Where a sensor runs it is asked to\n"
    "carry out the change, and this waits for it (--wait 10s).\n";

std::string object_of(const Habit& habit) {
  return habit.any_name() ? "anything" : baseline::notation_of(habit);
}

Result<Approval> scope_of(const Options& options) {
  Approval scope;
  for (const auto& [name, station] : {std::pair{"client", &scope.client}, {"server", &scope.server}})
    if (const std::string text = options.text(name); !text.empty() && !baseline::parse_station(text, *station))
      return Error{ErrorKind::usage, fmt::format("--{} is an IP address or a MAC, not {}", name, text)};
  scope.protocol = options.text("protocol"), scope.verb = options.text("verb"), scope.object = options.text("object");
  if (!scope.verb.empty() && std::ranges::find(verb_names(), scope.verb, &Name::word) == verb_names().end()) {
    std::vector<std::string_view> words;
    for (const Name& name : verb_names()) words.push_back(name.word);
    return Error{ErrorKind::usage, fmt::format("no verb {}; there are {}", scope.verb, fmt::join(words, ", "))};
  }
  for (const auto& [name, value] : {std::pair{"unit", &scope.unit}, {"sid", &scope.sid}}) {
    const std::string text = options.text(name);
    const char* end = text.data() + text.size();
    if (!text.empty() && std::from_chars(text.data(), end, *value).ptr != end)
      return Error{ErrorKind::usage, fmt::format("--{} is a whole number, not {}", name, text)};
  }
  return scope;
}

std::string number(double value) {
  return fmt::format("{}", static_cast<float>(value));
}

std::string span_of(Duration duration) {
  if (duration < second) return fmt::format("{:.0f} ms", static_cast<double>(duration) / millisecond);
  if (duration < 10 * minute) return fmt::format("{:.3g} s", static_cast<double>(duration) / second);
  return fmt::format("{:.3g} min", static_cast<double>(duration) / minute);
}

// "10.3.2.12 may write 40001 of 10.3.1.14 unit 1 (modbus 6) with 200..1200, steps up to 10, about every 58 min; 84 times since 2026-03-02"
std::string sentence(const Habit& habit) {
  std::string text = fmt::format("{} may {}", to_string(habit.client), verb_name(habit.verb));
  if (const std::string object = object_of(habit); !object.empty()) text += " " + object;
  text += " of " + to_string(habit.server);
  if (habit.unit) text += fmt::format(" unit {}", habit.unit);
  text += habit.protocol ? fmt::format(" ({}", habit.protocol->name)
                         : fmt::format(" ({} {}", transport_name(habit.transport), habit.port);
  if (habit.function != no_function) text += fmt::format(" {}", habit.function);
  text += ')';
  if (habit.is(Relation::valued)) {
    const bool one = habit.least == habit.most;
    text += (habit.is(Relation::judged) ? " with " : ", seen ") + number(habit.least) +
            (one ? "" : ".." + number(habit.most));
    if (habit.step != 0) text += ", steps up to " + number(habit.step);
  }
  if (habit.period) text += (habit.is(Relation::regular) ? ", every " : ", about every ") + span_of(habit.period);
  if (const auto hours = baseline::hour_list(habit.hours); !hours.empty()) text += ", hours " + hours;
  if (const auto days = baseline::day_list(habit.hours); !days.empty()) text += ", " + days;
  if (habit.count) text += fmt::format("; {} times since {}", habit.count, timestamp(habit.since).substr(0, 10));
  if (habit.is(Relation::given)) text += "; by a person's word";
  if (habit.is(Relation::pending)) text += "; NEW, not settled";
  return text;
}

// What makes two lines the same habit, whatever was counted.
std::string identity(const Habit& habit) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}", to_string(habit.server), to_string(habit.client),
                     habit.protocol ? habit.protocol->name : "", habit.protocol ? 0 : habit.port, habit.unit,
                     static_cast<unsigned>(habit.verb), habit.function, object_of(habit), habit.any_name());
}

// "10.3.3.11 and 10.3.2.20 exchange at most 0.25 MB an hour; seen in 168 hours"
std::string sentence(const baseline::VolumeHabit& volume) {
  std::string text = fmt::format("{} and {} exchange at most {:.3g} MB an hour", to_string(volume.client),
                                 to_string(volume.server), volume.most / 1e6);
  text += volume.flags & baseline::Volume::given ? std::string("; by a person's word")
                                                 : fmt::format("; seen in {} hours", volume.hours);
  if (volume.flags & baseline::Volume::said) text += fmt::format("; NEW, not settled: {:.3g} MB", volume.peak / 1e6);
  return text;
}

int show(const Learned& learned, const Approval& scope, bool only_new) {
  std::size_t shown = 0;
  for (const Habit& habit : learned.habits) {
    if (!baseline::covers(scope, habit) || (only_new && !habit.is(Relation::pending))) continue;
    fmt::print("{}\n", sentence(habit));
    ++shown;
  }
  for (const baseline::VolumeHabit& volume : learned.volumes) {
    if (!covers(scope, {volume.client, volume.server}, Verb::other, {}) ||
        (only_new && !(volume.flags & baseline::Volume::said)))
      continue;
    fmt::print("{}\n", sentence(volume));
  }
  for (const auto& zone : learned.zones)
    fmt::print(stderr, "zone {}: {}, {} of traffic seen\n", zone.name, mode_name(zone.mode), span_of(zone.watched));
  fmt::print(stderr, "{} of {} habits, {} hosts, {} approvals\n", shown, learned.habits.size(), learned.hosts.size(),
             learned.approvals.size());
  return 0;
}

bool differs(const Habit& a, const Habit& b) {
  constexpr unsigned said = Relation::valued | Relation::judged | Relation::regular | Relation::pending;
  return (a.flags & said) != (b.flags & said) || a.least != b.least || a.most != b.most || a.step != b.step ||
         a.hours != b.hours;
}

int diff(Learned& before, Learned& after) {
  before.sort(), after.sort();
  std::map<std::string, const Habit*> old;
  for (const Habit& habit : before.habits) old[identity(habit)] = &habit;
  std::size_t changes = 0;
  for (const Habit& habit : after.habits) {
    const auto found = old.find(identity(habit));
    if (found == old.end()) ++changes, fmt::print("+ {}\n", sentence(habit));
    else if (differs(*found->second, habit))
      ++changes, fmt::print("~ {}\n  was: {}\n", sentence(habit), sentence(*found->second));
    if (found != old.end()) found->second = nullptr;
  }
  for (const Habit& habit : before.habits)
    if (old[identity(habit)] == &habit) ++changes, fmt::print("- {}\n", sentence(habit));
  fmt::print(stderr, "{} differ\n", changes);
  return 0;
}

std::string who() {
  for (const char* name : {"SUDO_USER", "USER"})
    if (const char* value = std::getenv(name); value && *value) return value;
  return {};
}

int approve(const std::string& path, Approval scope, const Options& options, Duration wait) {
  if (lies_within(Approval{}, scope))
    return refuse_usage("approve needs a scope, such as --server 10.3.1.14 --verb write; all at once is no review");
  if (scope.reason.empty())
    return refuse_usage("approve needs --reason TEXT: whoever reads this in a year wants to know why");
  if (const std::string until = options.text("until"); !until.empty()) {
    const auto time = parse_timestamp(until);
    if (!time) return refuse_usage(fmt::format("--until is a time such as 2026-04-01T00:00:00+08:00, not {}", until));
    scope.until = *time;
  }
  return change_habits(path, OrderKind::approve, scope, {}, wait);
}

int forget(const std::string& path, const Approval& scope, Duration wait) {
  if (scope.sid) return refuse_usage("forget takes out habits, not deviations: --sid is for approve");
  if (lies_within(Approval{}, scope))
    return refuse_usage("forget needs a scope, such as --client 10.3.2.12; to forget everything move the file away");
  return change_habits(path, OrderKind::forget, scope, {}, wait);
}

int import_book(Disk& disk, const std::string& book, const std::string& into, const Approval& scope, Duration wait) {
  if (into.empty())
    return refuse_usage("import needs --into FILE: the sensor's file of habits (baseline.json in spool.folder)");
  const auto text = read_file(disk, book, baseline::largest_rule_book);
  if (!text) return refuse(text.error());
  auto learned = baseline::read_rule_book(*text, book);
  if (!learned) return refuse(learned.error());
  return change_habits(into, OrderKind::import, scope, learned.take(), wait);
}

}  // namespace

int baseline(const Words& words) {
  constexpr std::string_view flags[] = {"new"};
  constexpr std::string_view valued[] = {"client", "server", "protocol", "unit",  "verb", "object",
                                         "sid",    "reason", "by",       "until", "into", "wait"};
  constexpr std::string_view actions[] = {"show", "diff", "approve", "forget", "export", "import"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  const Words& rest = options->rest;
  if (rest.empty()) return fmt::print(stderr, "{}", usage), 2;
  const std::string& action = rest[0];
  if (std::ranges::find(actions, action) == std::end(actions)) {
    const auto near = nearest(action, actions);
    return refuse_usage(fmt::format(
        "baseline does not {}; {}", action,
        near.empty() ? fmt::format("it can {}", fmt::join(actions, ", ")) : fmt::format("did you mean {}?", near)));
  }
  if (rest.size() < 2 || rest.size() > (action == "diff" ? 3u : 2u)) return fmt::print(stderr, "{}", usage), 2;
  auto scope = scope_of(*options);
  if (!scope) return refuse(scope.error());
  scope->reason = options->text("reason"), scope->by = options->text("by", who());
  const auto wait = parse_duration(options->text("wait", "10s"));
  if (!wait) return refuse_usage(fmt::format("--wait is a duration such as 30s, not {}", options->text("wait")));
  SystemDisk disk;
  if (action == "import") return import_book(disk, rest[1], options->text("into"), *scope, *wait);
  if (action == "approve") return approve(rest[1], *scope, *options, *wait);
  if (action == "forget") return forget(rest[1], *scope, *wait);
  auto learned = read_habits(disk, rest[1]);
  if (!learned) return refuse(learned.error());
  if (action == "show") return learned->sort(), show(*learned, *scope, options->has("new"));
  if (action == "export") return fmt::print("{}", baseline::write_rule_book(learned.take())), 0;
  if (rest.size() == 2) return learned->sort(), show(*learned, *scope, true);
  auto other = read_habits(disk, rest[2]);
  if (!other) return refuse(other.error());
  return diff(*learned, *other);
}

}  // namespace langyan::tool
