// langyan enterprises: the center's registry on the command line.
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

int list(Client& client, const Options& options) {
  return print_page(
      client, options, "/api/v1/enterprises", "enterprises", "enterprises ls", [](simdjson::dom::element row) {
        fmt::print("{}  level {}  {:<10}  {}  {}  {}\n", text_at(row, "uscc"), text_at(row, "level"),
                   text_at(row, "type"), text_at(row, "region"), text_at(row, "organisation"), text_at(row, "name"));
      });
}

int show(Client& client, const Options& options) {
  if (options.rest.size() != 2)
    return refuse_usage("enterprises show needs one code, as `langyan enterprises ls` prints it");
  const auto body = client.get("/api/v1/enterprises/" + percent_encoded(options.rest[1]));
  if (!body) return refuse(body.error());
  fmt::print("{}", *body);
  return 0;
}

// What is wrong goes to stderr, a line each, as compilers say it.
int import(Client& client, const Options& options) {
  if (options.rest.size() != 2)
    return refuse_usage("enterprises import needs one file, a table saved as \"CSV UTF-8\"");
  const std::string& name = options.rest[1];
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return refuse({ErrorKind::missing, name + " cannot be read, or is empty"});
  const auto body =
      client.send("POST", options.has("trial") ? "/api/v1/enterprises/import?trial=true" : "/api/v1/enterprises/import",
                  text.str(), "text/csv");
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element report;
  simdjson::dom::array faults;
  if (parser.parse(*body).get(report) != simdjson::SUCCESS || report["faults"].get(faults) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto fault : faults)
    fmt::print(stderr, "{}:{}: {} \"{}\" {}; {}\n", name, text_at(fault, "line"), text_at(fault, "field"),
               text_at(fault, "value"), text_at(fault, "message"), text_at(fault, "advice"));
  fmt::print("{}{} lines: {} new, {} changed, {} as they were, {} refused\n",
             options.has("trial") ? "trial, nothing changed; " : "", text_at(report, "lines"), text_at(report, "added"),
             text_at(report, "changed"), text_at(report, "unchanged"), text_at(report, "refused"));
  return text_at(report, "refused") == "0" ? 0 : 1;
}

}  // namespace

int enterprises(const Words& words) {
  constexpr std::string_view flags[] = {"json", "trial"};
  constexpr std::string_view valued[] = {"limit", "center", "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return list(*client, *options);
  if (verb == "show") return show(*client, *options);
  if (verb == "import") return import(*client, *options);
  return refuse_usage("enterprises takes ls, show or import");
}

}  // namespace langyan::tool
