// langyan: the command line over the sensor's library and the center's REST.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "base/suggest.h"
#include "base/version.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

// clang-format off
constexpr Command commands[] = {
    {"read",      "FILE|DIR|- [--messages] [--rules FILE]",          "print a capture's events as lines of JSON",            read},
    {"assets",    "FILE|DIR|- [--evidence|--json|--csv] [--ledger FILE]", "say who is in a capture, and how that agrees with the plant's ledger", assets},
    {"assets ls|show|set", "[role=… text=…] [--json|--csv] | ADDRESS [name=…]", "look through the center's inventory, and set role, level, name or owner", assets},
    {"baseline",  "show|diff|approve|forget|export|import FILE …",   "look through and change what is learned of a plant",   baseline},
    {"vulnerabilities", "import|keygen|sign|check …",                "make, sign and check the feed that assets are matched with", vulnerabilities},
    {"rules",     "check [FILE|DIR …] | keywords",                   "say what is wrong with rules, file by file",           rules},
    {"fields",    "[--markdown|--typescript|--json]",                "list the fields of every protocol",                    fields},
    {"catalogue", "[--json|--markdown]",                             "list what the sensor detects on its own",              catalogue},
    {"query",     "'QUERY' [--since 1h] [--limit N] [--json|--csv]", "ask the center in its query language: 'src:10.0.0.0/8 verb:write | groupby dst'", query},
    {"alerts",    "ls|groups|show ID|related ID|tail|ACTION ID…|undo|mute|mutes|unmute", "look at and act on alerts: ack, unack, close, false-positive, comment, assign", alerts},
    {"sensors",   "[organisation=…] [--json]",                       "list sensors, their counters and when they were heard", sensors},
    {"summary",   "[--since 1d] [--json]",                           "what the center has seen, in one table",               summary},
    {"enterprises", "ls|show CODE|import FILE.csv [--trial]",         "list the registry, and take in a table of it",         enterprises},
    {"outputs",   "ls|show|test|rm NAME|add NAME KIND SETTING=VALUE …", "send events on: syslog, CEF, webhook, Kafka, files", outputs},
    {"notices",   "ls|show ID|draft NAME=VALUE…|issue ID|receive ID|…", "notices between authorities and enterprises: list, draft, act", notices},
    {"packs",     "keygen|make|indicators|check|ls|push|get …",                 "make signed rule packs, and issue them to all below a center", packs},
    {"policy",    "preview [--config F] [--since 1h] [--json]",      "show what leaves for the center above, and what stays", policy},
    {"audit",     "ls [actor=NAME …] | verify [--head N:HASH]",      "show who did what, and whether the log of it is untouched", audit},
    {"token",     "add|ls|revoke [--data DIR] …",                    "manage access tokens",                                 token},
    {"enrolment", "add --source NAME [--kind sensor|center]|ls|revoke ID|authority [new|certificate]", "one-time tokens for sensors and lower centers, who has a certificate, and who signs them", enrolment},
    {"user",      "ls|add|roles|password|disable|enable|rm …",       "manage accounts, and who has which role",              user},
    {"link",      "--data DIR --user NAME [--role R,R]",             "make a one-time sign-in link; with --role for a new account", link},
};
// clang-format on

bool is_of(const Command& command, std::string_view word) {
  return command.name.substr(0, command.name.find(' ')) == word;
}

// Of one command, by its first word; without it of all.
void usage(std::FILE* out, std::string_view word = {}) {
  if (word.empty()) fmt::print(out, "langyan {}: reads captures, checks rules, asks the center\n\n", version);
  for (const Command& command : commands) {
    if (!word.empty() && !is_of(command, word)) continue;
    fmt::print(out, "  langyan {:<10} {}\n                     {}\n", command.name, command.form,
               command.doc);
  }
  fmt::print(out,
             "\nThe center is found at --center URL, $LANGYAN_CENTER or http://127.0.0.1:8443; the "
             "token in\n"
             "--token-file FILE or $LANGYAN_TOKEN_FILE.\n"
             "Exit status: 0 ok, 1 failed, 2 usage, 66 input missing, 74 input/output, 77 "
             "permission, 78 rules.\n");
}

bool asks_for_help(std::string_view word) {
  return word == "--help" || word == "-h" || word == "help";
}

int run(const Words& words) {
  if (words.empty()) return usage(stderr), 2;
  if (words.size() > 1) {
    const std::string& word = words[asks_for_help(words[0]) ? 1 : 0];
    const bool asks = asks_for_help(words[0]) || words[1] == "--help" || words.back() == "--help";
    if (asks && std::ranges::any_of(commands, [&](const Command& each) { return is_of(each, word); }))
      return usage(stdout, word), 0;
  }
  if (asks_for_help(words[0])) return usage(stdout), 0;
  if (words[0] == "--version" || words[0] == "-V") return fmt::print("langyan {}\n", version), 0;
  const auto* command = std::ranges::find(commands, words[0], &Command::name);
  if (command != std::end(commands)) return command->run({words.begin() + 1, words.end()});
  std::vector<std::string_view> names;
  for (const Command& each : commands) names.push_back(each.name);
  const auto near = nearest(words[0], names);
  return refuse_usage(fmt::format("no command {}; {}", words[0],
                                  near.empty() ? std::string("langyan --help lists them")
                                               : fmt::format("did you mean {}?", near)));
}

}  // namespace

int refuse(const Error& error) {
  fmt::print(stderr, "langyan: {}\n", error.message);
  switch (error.kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::missing: return 66;
    case ErrorKind::io:
    case ErrorKind::full: return 74;
    case ErrorKind::permission: return 77;
    default: return 1;
  }
}

Error not_understood() {
  return {ErrorKind::failed, "the center's answer is not what this version understands; update langyan"};
}

int refuse_usage(std::string_view message) {
  return refuse({ErrorKind::usage, std::string(message)});
}

bool Options::has(std::string_view name) const {
  return std::ranges::any_of(given, [&](const auto& each) { return each.first == name; });
}

std::string Options::text(std::string_view name, std::string_view otherwise) const {
  for (const auto& [key, value] : given)
    if (key == name) return value;
  return std::string(otherwise);
}

Result<Options> split(const Words& words, std::span<const std::string_view> flags,
                      std::span<const std::string_view> valued) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--") || word == "--") {
      if (word != "--") options.rest.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
    const bool takes = std::ranges::find(valued, name) != valued.end();
    if (!takes && std::ranges::find(flags, name) == flags.end()) {
      std::vector<std::string_view> known(flags.begin(), flags.end());
      known.insert(known.end(), valued.begin(), valued.end());
      const auto near = nearest(name, known);
      return Error{ErrorKind::usage,
                   "no option --" + name +
                       (near.empty() ? "; langyan --help lists them"
                                     : "; did you mean --" + std::string(near) + "?")};
    }
    if (!takes) {
      options.given.emplace_back(name, "");
    } else if (equals != word.npos) {
      options.given.emplace_back(name, word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      options.given.emplace_back(name, words[++i]);
    } else {
      return Error{ErrorKind::usage, "--" + name + " needs a value"};
    }
  }
  return options;
}

}  // namespace langyan::tool

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_DFL);  // `langyan query | head` ends quietly
  try {
    return langyan::tool::run({words + 1, words + count});
  } catch (const std::exception& error) {
    return langyan::tool::refuse({langyan::ErrorKind::failed, error.what()});
  }
}
