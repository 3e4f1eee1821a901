#include "center/command_line.h"

#include <boost/program_options.hpp>
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
constexpr std::pair<const char*, const char*> keys[] = {
    {"data", "center.data"}, {"listen", "listen.address"}, {"metrics", "listen.metrics"}, {"console", "console.folder"}};

Result<CommandLine> understood(const po::variables_map& given) {
  CommandLine line;
  const auto list = [&](const char* name) {
    return given.count(name) ? given[name].as<std::vector<std::string>>() : std::vector<std::string>();
  };
  const auto verbs = list("verb");
  if (verbs.size() > 1 || (!verbs.empty() && verbs[0] != "serve" && verbs[0] != "init")) {
    return Error{ErrorKind::usage, "`" + verbs.back() + "` is not understood; give serve or init, once"};
  }
  if (!verbs.empty() && verbs[0] == "init") line.verb = CommandLine::Verb::init;
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
         "  langyan-center init [--name NAME]… [options]  make a self-signed key and certificate\n\n"
      << shown()
      << "\nAccounts, tokens and sign-in links are made through <data>/admin.sock: langyan user, token, link.\n"
         "Exit status: 0 ok, 1 failed, 2 usage, 66 input missing, 74 input/output, 77 permission, 78 configuration.\n";
  return out.str();
}

}  // namespace langyan::center
