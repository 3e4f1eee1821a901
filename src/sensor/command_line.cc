#include "sensor/command_line.h"

#include <boost/program_options.hpp>

#include <fstream>
#include <sstream>

#include "fields/detection.h"

namespace langyan::sensor {
namespace {

namespace po = boost::program_options;

po::options_description shown() {
  po::options_description all("Options", 100);
  const auto words = [] { return po::value<std::vector<std::string>>()->composing(); };
  const auto word = [] { return po::value<std::string>(); };
  all.add_options()("read,r", words()->value_name("FILE|DIR|-"),
                    "read captures: pcap, pcapng; a directory's by name; - for standard input")(
      "interface,i", words()->value_name("IFACE"), "listen on an interface; may be given several times")(
      "config,c", word()->value_name("FILE"), "configuration (YAML); every key has a default")(
      "test,T", "check configuration and rules, print what is in effect, and exit")(
      "rules-only,S", word()->value_name("FILE"), "load these rules and no others")(
      "rules,s", word()->value_name("FILE"), "load these rules too")("log-dir,l", word()->value_name("DIR"),
                                                                     "write events to DIR/eve.json")(
      "checksums,k", word()->value_name("none|all"), "verify checksums or not")("set", words()->value_name("KEY=VALUE"),
                                                                                "override a configuration key")(
      "bpf-file", word()->value_name("FILE"), "BPF filter from a file, instead of the words after the options")(
      "as-now", "shift a capture so that its last packet is now")(
      "continuous", "flows go on from one file of a directory into the next")(
      "messages", "write every message; nothing is folded into summaries")("json",
                                                                           "print the overview at the end as JSON")(
      "trial",
      "for programs: try the rules of -S or -s on a capture, confined, and say in lines of JSON what they did")(
      "fail-on", word()->value_name("SEVERITY"),
      "exit with 3 when an alert is critical, high, medium or low, or worse")(
      "default-config", "print the configuration file with every default, and exit")(
      "config-schema", "print the JSON Schema of the configuration, and exit")(
      "list-keywords", "print the keywords of the rule language, and exit")(
      "quiet,q", "no progress, no overview, only errors in the log")("verbose,v", "log more")(
      "version,V", "print the version, and exit")("help,h", "print this, and exit");
  return all;
}

Result<std::string> filter_of(const po::variables_map& given) {
  std::string filter;
  if (given.count("filter")) {
    for (const auto& part : given["filter"].as<std::vector<std::string>>())
      filter += (filter.empty() ? "" : " ") + part;
  }
  if (!given.count("bpf-file")) return filter;
  if (!filter.empty())
    return Error{ErrorKind::usage, "--bpf-file and the filter \"" + filter + "\" after the options: give one of them"};
  const std::string path = given["bpf-file"].as<std::string>();
  std::ifstream in(path);
  if (!in) return Error{ErrorKind::missing, path + ": cannot read the BPF filter; check --bpf-file"};
  for (std::string line; std::getline(in, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    filter += (filter.empty() ? "" : " ") + line;
  }
  return filter;
}

Result<int> severity(const std::string& word) {
  for (int i = 1; i <= 4; ++i)
    if (severity_name(static_cast<Severity>(i)) == word) return i;
  return Error{ErrorKind::usage, "--fail-on " + word + ": give critical, high, medium or low"};
}

Result<CommandLine> understood(const po::variables_map& given) {
  CommandLine line;
  const auto text = [&](const char* name) { return given.count(name) ? given[name].as<std::string>() : std::string(); };
  const auto list = [&](const char* name) {
    return given.count(name) ? given[name].as<std::vector<std::string>>() : std::vector<std::string>();
  };
  line.captures = list("read");
  line.interfaces = list("interface");
  line.config = text("config");
  line.sets = list("set");
  if (const auto dir = text("log-dir"); !dir.empty()) line.sets.push_back("eve.file=" + dir + "/eve.json");
  if (const auto rules = text("rules-only"); !rules.empty()) line.sets.push_back("rules.files=[\"" + rules + "\"]");
  if (const auto mode = text("checksums"); !mode.empty()) line.sets.push_back("capture.checksums=" + mode);
  if (given.count("rules")) line.more_rules = text("rules");
  auto filter = filter_of(given);
  if (!filter) return filter.error();
  line.filter = filter.take();
  if (given.count("fail-on")) {
    const auto level = severity(text("fail-on"));
    if (!level) return level.error();
    line.fail_on = *level;
  }
  line.test = given.count("test"), line.version = given.count("version"), line.help = given.count("help");
  line.list_keywords = given.count("list-keywords");
  line.as_now = given.count("as-now"), line.continuous = given.count("continuous");
  line.messages = given.count("messages"), line.json = given.count("json");
  line.trial = given.count("trial");
  line.print_default_config = given.count("default-config");
  line.print_config_schema = given.count("config-schema");
  line.verbosity = static_cast<int>(given.count("verbose")) - static_cast<int>(given.count("quiet"));
  if (!line.captures.empty() && !line.interfaces.empty()) {
    return Error{ErrorKind::usage, "-r and -i: a run reads captures or listens, not both; start two"};
  }
  if (line.trial && (line.captures.size() != 1 || (!given.count("rules-only") && line.more_rules.empty())))
    return Error{ErrorKind::usage,
                 "--trial tries rules on a capture: give one capture with -r, and the rules with -S or -s"};
  if (line.as_now && line.captures.empty())
    return Error{ErrorKind::usage, "--as-now shifts a capture: give one with -r"};
  return line;
}

}  // namespace

Result<CommandLine> parse(int count, const char* const* words) {
  po::options_description all = shown();
  po::options_description hidden;
  hidden.add_options()("filter", po::value<std::vector<std::string>>());
  po::options_description every;
  every.add(all).add(hidden);
  po::positional_options_description rest;
  rest.add("filter", -1);
  try {
    po::variables_map given;
    po::store(po::command_line_parser(count, words).options(every).positional(rest).run(), given);
    po::notify(given);
    return understood(given);
  } catch (const po::error& error) {
    return Error{ErrorKind::usage, std::string(error.what()) + "; langyan-sensor --help lists the options"};
  }
}

std::string usage() {
  std::ostringstream out;
  out << "langyan-sensor: listens on a plant's mirror port, passively, and says who did what\n\n"
         "  langyan-sensor -r FILE|DIR|- [options] [BPF filter]\n"
         "  langyan-sensor -i IFACE [options] [BPF filter]\n"
         "  langyan-sensor enroll --center URL --token TOKEN …   get a certificate of the center; enroll --help says "
         "how\n\n"
      << shown()
      << "\nEvents go to standard output unless -l, eve.file or a center is given; the overview goes to standard "
         "error.\n"
         "Exit status: 0 ok, 1 failed, 2 usage, 3 --fail-on, 66 input missing, 74 input/output, 77 permission,\n"
         "78 configuration or rules.\n";
  return out.str();
}

}  // namespace langyan::sensor
