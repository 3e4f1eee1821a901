#include "tool/table.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace langyan::tool {

std::string text_at(simdjson::dom::element element, std::string_view path) {
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    simdjson::dom::element inner;
    if (element[path.substr(0, dot)].get(inner) != simdjson::SUCCESS) return {};
    element = inner;
    path = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
  }
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) return std::string(text);
  return element.is_null() ? std::string() : simdjson::minify(element);
}

std::string event_line(simdjson::dom::element event) {
  const auto at = [&](std::string_view path) { return text_at(event, path); };
  std::string ends = at("event.src_ip");
  if (const auto destination = at("event.dest_ip"); !destination.empty())
    ends += " -> " + destination;
  std::string what = at("event.alert.signature");
  if (!what.empty()) what = fmt::format("[{}] {} ", at("event.alert.severity"), what);
  if (what.empty())
    what = at("event.anomaly.event") + (at("event.anomaly.event").empty() ? "" : " ");
  if (const auto verb = at("event.ot.verb"); !verb.empty()) {
    what += verb;
    if (const auto object = at("event.ot.object"); !object.empty()) what += " " + object;
    if (const auto value = at("event.ot.value"); !value.empty())
      what += " = " + (value.size() > 60 ? value.substr(0, 60) + "…" : value);
    what += " (" + at("event.ot.result") + ")";
  } else if (const auto operations = at("event.summary.operations"); !operations.empty()) {
    what += operations + " operations folded";
  }
  std::string line =
      fmt::format("{:.23} {:<9} {:<33} {}", at("time"),
                  at("event.app_proto").empty() ? at("type") : at("event.app_proto"), ends, what);
  if (const auto state = at("state"); !state.empty())
    line += fmt::format("  {} {}", state, at("id"));
  return line;
}

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    out += '\'';
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string event_csv(simdjson::dom::element event) {
  std::string line;
  for (std::string_view path :
       {"id", "time", "type", "event.alert.severity", "event.alert.signature", "event.src_ip",
        "event.src_port", "event.dest_ip", "event.dest_port", "event.app_proto", "event.ot.verb",
        "event.ot.object", "event.ot.value", "event.ot.result", "state", "sensor"}) {
    if (!line.empty()) line += ',';
    line += csv_cell(text_at(event, path));
  }
  return line;
}

int print_page(Client& client, Options options, std::string_view path, std::string_view member,
               std::string_view command, const std::function<void(simdjson::dom::element)>& line) {
  SystemClock clock;
  options.rest.erase(options.rest.begin());
  const auto parameters = query_string(options, clock.now());
  if (!parameters) return refuse(parameters.error());
  const auto body = client.get(fmt::format("{}?{}", path, *parameters));
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array rows;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page[member].get(rows) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto row : rows) line(row);
  const std::string next = text_at(page, "next"), total = text_at(page, "total");
  if (!next.empty())
    fmt::print(stderr, "{} of {}; there are more: langyan {} 'cursor={}'\n", rows.size(),
               total.empty() ? "many" : total, command, next);
  return 0;
}

}  // namespace langyan::tool
