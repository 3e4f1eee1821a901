// langyan sensors, summary: questions to the center, thin over REST.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/clock.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view flags[] = {"json", "csv"};
constexpr std::string_view valued[] = {"since", "from", "to", "center", "token-file", "ca-file"};

void print_section(simdjson::dom::element summary, std::string_view section,
                   std::string_view title) {
  simdjson::dom::array rows;
  if (summary[section].get(rows) != simdjson::SUCCESS || rows.size() == 0) return;
  fmt::print("\n{}\n", title);
  for (const auto row : rows) {
    std::string name;
    for (std::string_view member : {"name", "protocol", "verb", "address", "sid", "severity"}) {
      if (name.empty()) name = text_at(row, member);
    }
    if (const auto signature = text_at(row, "signature"); !signature.empty())
      name += " " + signature;
    fmt::print("  {:<52} {:>10}\n", name, text_at(row, "count"));
  }
}

}  // namespace

int sensors(const Words& words) {
  auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  options->rest.insert(options->rest.begin(), "ls");  // the verb, which this command does without
  if (!options->has("json"))
    fmt::print("{:<20} {:<24} {:>10} {:>8} {:>12} {:>8}\n", "sensor", "last seen", "events", "alerts", "packets",
               "dropped");
  return print_page(*client, *options, "/api/v1/sensors", "sensors", "sensors", [](simdjson::dom::element sensor) {
    fmt::print("{:<20} {:<24.23} {:>10} {:>8} {:>12} {:>8}\n", text_at(sensor, "name"), text_at(sensor, "last_seen"),
               text_at(sensor, "events"), text_at(sensor, "alerts"), text_at(sensor, "stats.stats.capture.packets"),
               text_at(sensor, "stats.stats.capture.kernel_drop"));
  });
}

int summary(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  SystemClock clock;
  auto parameters = query_string(*options, clock.now());
  if (!parameters) return refuse(parameters.error());
  auto body = client->get("/api/v1/summary?" + *parameters);
  if (!body) return refuse(body.error());
  if (options->has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  if (parser.parse(*body).get(answer) != simdjson::SUCCESS) {
    return refuse(
        {ErrorKind::failed, "the center's answer is not JSON; is this a Langyan center?"});
  }
  fmt::print("sensors {}  packets {}  dropped {}  operations seen {}  alerts {}\n",
             text_at(answer, "sensors"), text_at(answer, "packets"),
             text_at(answer, "packets_dropped"), text_at(answer, "operations_seen"),
             text_at(answer, "alerts_total"));
  print_section(answer, "protocols", "Protocols (flows)");
  print_section(answer, "operations", "Operations written");
  print_section(answer, "writers", "Writers");
  print_section(answer, "alerts", "Alerts by severity");
  print_section(answer, "signatures", "Alerts by rule");
  return 0;
}

}  // namespace langyan::tool
