#include "center/command_line.h"

#include <boost/program_options.hpp>
#include <algorithm>
#include <sstream>

namespace langyan::center {
namespace {

namespace po = boost::program_options;

po::options_description shown() {
  po::options_description all("Options", 100);
  const auto words = [] { return po::value<std::vector<std::string>>()->composing(); };
  const auto word = [] { return po::value<std::string>(); };
  // clang-format off
  all.add_options()
      ("config,c", word()->value_name("FILE"), "configuration (YAML); every key has a default")
      ("set", words()->value_name("KEY=VALUE"), "override a configuration key")
      ("data", word()->value_name("DIR"), "the data folder (center.data)")
      ("listen", word()->value_name("ADDRESS:PORT"), "where to listen (listen.address)")
      ("next-free-port", "take the next free port when that one is in use")
      ("metrics", word()->value_name("ADDRESS:PORT"), "where Prometheus reads /metrics (listen.metrics)")
      ("console", word()->value_name("DIR"), "the built web console (console.folder)")
      ("name", words()->value_name("NAME|ADDRESS"), "init: what the certificate is for; this host's own when left out")
      ("test,T", "check the configuration, print what is in effect, and exit")
      ("default-config", "print the configuration file with every default, and exit")
      ("config-schema", "print the JSON Schema of the configuration, and exit")
      ("openapi", "print the description of the API (OpenAPI 3.1), and exit")
      ("quiet,q", "only errors in the log")
      ("verbose,v", "log more")
      ("version,V", "print the version, and exit")
      ("help,h", "print this, and exit");
  // clang-format on
  return all;
}

// Options that are a configuration key under a shorter name.
constexpr std::pair<const char*, const char*> keys[] = {{"data", "center.data"},
                                                        {"listen", "listen.address"},
                                                        {"metrics", "listen.metrics"},
                                                        {"console", "console.folder"}};

constexpr std::pair<std::string_view, CommandLine::Verb> known_verbs[] = {
    {"serve", CommandLine::Verb::serve},
    {"init", CommandLine::Verb::init},
    {"backup", CommandLine::Verb::backup},
    {"restore", CommandLine::Verb::restore}};

Result<void> take_verb(CommandLine& line, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  const auto* found = std::ranges::find(known_verbs, words[0], &std::pair<std::string_view, CommandLine::Verb>::first);
  const bool with_folder = found != std::end(known_verbs) && found->second >= CommandLine::Verb::backup;
  if (found == std::end(known_verbs) || words.size() > (with_folder ? 2u : 1u))
    return Error{ErrorKind::usage,
                 "`" + words.back() + "` is not understood; give serve, init, backup DIR or restore DIR, once"};
  if (with_folder && words.size() != 2)
    return Error{ErrorKind::usage, "name the folder: langyan-center " + words[0] + " DIR"};
  line.verb = found->second;
  if (with_folder) line.folder = words[1];
  return {};
}

Result<CommandLine> understood(const po::variables_map& given) {
  CommandLine line;
  const auto list = [&](const char* name) {
    return given.count(name) ? given[name].as<std::vector<std::string>>() : std::vector<std::string>();
  };
  const auto verbs = list("verb");
  if (auto known = take_verb(line, verbs); !known) return known.error();
  if (given.count("config")) line.config = given["config"].as<std::string>();
  line.sets = list("set");
  for (const auto& [option, key] : keys) {
    if (given.count(option)) line.sets.push_back(std::string(key) + "=" + given[option].as<std::string>());
  }
  if (given.count("next-free-port")) line.sets.emplace_back("listen.next_free_port=true");
  line.names = list("name");
  if (!line.names.empty() && line.verb != CommandLine::Verb::init) {
    return Error{ErrorKind::usage, "--name belongs to `langyan-center init`"};
  }
  line.test = given.count("test") > 0;
  line.version = given.count("version") > 0;
  line.help = given.count("help") > 0;
  line.print_default_config = given.count("default-config") > 0;
  line.print_config_schema = given.count("config-schema") > 0;
  line.print_openapi = given.count("openapi") > 0;
  line.verbosity = static_cast<int>(given.count("verbose")) - static_cast<int>(given.count("quiet"));
  return line;
}

}  // namespace

Result<CommandLine> parse(int count, const char* const* words) {
  po::options_description hidden;
  hidden.add_options()("verb", po::value<std::vector<std::string>>());
  po::options_description every;
  every.add(shown()).add(hidden);
  po::positional_options_description rest;
  rest.add("verb", -1);
  try {
    po::variables_map given;
    po::store(po::command_line_parser(count, words).options(every).positional(rest).run(), given);
    po::notify(given);
    return understood(given);
  } catch (const po::error& error) {
    return Error{ErrorKind::usage, std::string(error.what()) + "; langyan-center --help lists the options"};
  }
}

std::string usage() {
  std::ostringstream out;
  out << "langyan-center: takes in what the sensors send, keeps it, and answers questions about it\n\n"
         "  langyan-center [serve] [-c FILE] [options]   run until SIGTERM; SIGHUP reloads\n"
         "  langyan-center init [--name NAME]… [options]  make a self-signed key and certificate\n"
         "  langyan-center enroll --center URL --token TOKEN …  get a certificate of the center above; enroll --help "
         "says how\n"
         "  langyan-center backup DIR [-c FILE] [options]  copy the data folder, while the center runs or not\n"
         "  langyan-center restore DIR [-c FILE] [options] make the data folder from a backup, where there is none\n\n"
      << shown()
      << "\nAccounts, tokens and sign-in links are made through <data>/admin.sock: langyan user, token, link.\n"
         "Exit status: 0 ok, 1 failed, 2 usage, 66 input missing, 74 input/output, 77 permission, 78 configuration.\n";
  return out.str();
}

}  // namespace langyan::center
