// langyan audit: who did what at the center, and whether its log is as it was written.
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>

#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

int list(Client& client, const Options& options) {
  return print_page(client, options, "/api/v1/audit", "entries", "audit ls", [](simdjson::dom::element entry) {
    fmt::print("{:>6}  {}  {:<12}  {:<8}  {}  {}  {}  {}\n", text_at(entry, "number"), text_at(entry, "time"),
               text_at(entry, "actor"), text_at(entry, "outcome"), text_at(entry, "action"), text_at(entry, "object"),
               text_at(entry, "address"), text_at(entry, "detail"));
  });
}

// 1 when something was changed. The head is for keeping elsewhere, and for --head next time.
int verify(Client& client, const Options& options) {
  std::string path = "/api/v1/audit/verify";
  if (options.has("head")) path += "?head=" + percent_encoded(options.text("head"));
  const auto body = client.get(path);
  if (!body) return refuse(body.error());
  simdjson::dom::parser parser;
  simdjson::dom::element check;
  simdjson::dom::array faults;
  bool intact = false;
  if (parser.parse(*body).get(check) != simdjson::SUCCESS || check["faults"].get(faults) != simdjson::SUCCESS ||
      check["intact"].get(intact) != simdjson::SUCCESS)
    return refuse(not_understood());
  if (options.has("json")) return fmt::print("{}", *body), intact ? 0 : 1;
  for (const auto fault : faults)
    fmt::print(stderr, "entry {}: {}\n", text_at(fault, "number"), text_at(fault, "what"));
  fmt::print("{}: {} entries, head {}\n", intact ? "intact" : "changed, " + text_at(check, "fault_count") + " faults",
             text_at(check, "entries"), text_at(check, "head"));
  return intact ? 0 : 1;
}

}  // namespace

int audit(const Words& words) {
  constexpr std::string_view flags[] = {"json"};
  constexpr std::string_view valued[] = {"limit",  "since",      "from",    "to",  "head",
                                         "center", "token-file", "ca-file", "data"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = options->has("data") ? Client::admin(*options) : Client::of(*options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return list(*client, *options);
  if (verb == "verify") return verify(*client, *options);
  return refuse_usage("audit takes ls or verify");
}

}  // namespace langyan::tool
