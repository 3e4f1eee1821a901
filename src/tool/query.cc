// langyan query, sensors, summary: questions to the center, thin over REST.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/clock.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view flags[] = {"json", "csv"};
constexpr std::string_view valued[] = {"since", "from",   "to",         "limit",
                                       "class", "center", "token-file", "ca-file"};

int print_page(Client& client, const std::string& path, std::string_view list, Form form) {
  auto body = client.get(path);
  if (!body) return refuse(body.error());
  if (form == Form::json) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array events;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS ||
      page[list].get(events) != simdjson::SUCCESS) {
    return refuse({ErrorKind::failed,
                   "the center's answer is not what this version understands; update langyan"});
  }
  if (form == Form::csv)
    fmt::print("\xef\xbb\xbf{}\n", csv_header);  // with a byte order mark, for Excel
  for (const auto event : events)
    fmt::print("{}\n", form == Form::csv ? event_csv(event) : event_line(event));
  if (events.size() == 0 && form == Form::table)
    fmt::print(stderr, "nothing found; widen --since or drop a filter\n");
  const std::string next = text_at(page, "next");
  if (!next.empty() && form == Form::table) fmt::print(stderr, "more: add cursor={}\n", next);
  return 0;
}

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

int query(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  SystemClock clock;
  auto parameters = query_string(*options, clock.now());
  if (!parameters) return refuse(parameters.error());
  if (options->has("class"))
    *parameters +=
        (parameters->empty() ? "class=" : "&class=") + percent_encoded(options->text("class"));
  const Form form = options->has("json")  ? Form::json
                    : options->has("csv") ? Form::csv
                                          : Form::table;
  return print_page(*client, "/api/v1/events?" + *parameters, "events", form);
}

int sensors(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  auto body = client->get("/api/v1/sensors");
  if (!body) return refuse(body.error());
  if (options->has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  simdjson::dom::array list;
  if (parser.parse(*body).get(answer) != simdjson::SUCCESS ||
      answer["sensors"].get(list) != simdjson::SUCCESS) {
    return refuse({ErrorKind::failed,
                   "the center's answer is not what this version understands; update langyan"});
  }
  fmt::print("{:<20} {:<24} {:>10} {:>8} {:>12} {:>8}\n", "sensor", "last seen", "events", "alerts",
             "packets", "dropped");
  for (const auto sensor : list) {
    fmt::print("{:<20} {:<24.23} {:>10} {:>8} {:>12} {:>8}\n", text_at(sensor, "name"),
               text_at(sensor, "last_seen"), text_at(sensor, "events"), text_at(sensor, "alerts"),
               text_at(sensor, "stats.stats.capture.packets"),
               text_at(sensor, "stats.stats.capture.kernel_drop"));
  }
  return 0;
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
