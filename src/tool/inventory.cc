// langyan assets ls|show|set: the center's inventory on the command line.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/json.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

namespace dom = simdjson::dom;

std::string or_dash(const std::string& text) {
  return text.empty() || text == "null" ? "-" : text;
}

std::string list_at(dom::element from, std::string_view key) {
  std::string all;
  dom::array list;
  if (from[key].get(list) != simdjson::SUCCESS) return all;
  for (const auto each : list) {
    std::string_view text;
    if (each.get(text) == simdjson::SUCCESS) all.append(all.empty() ? "" : " ").append(text);
  }
  return all;
}

void print_row(dom::element row) {
  const std::string model = text_at(row, "vendor") +
                            (text_at(row, "vendor").empty() || text_at(row, "model").empty() ? "" : " ") +
                            text_at(row, "model");
  std::string marks;
  for (const auto& [key, mark] : {std::pair{"silent", "silent"}, {"exploited", "exploited"}})
    if (text_at(row, key) == "true") marks.append(" ").append(mark);
  if (text_at(row, "conflicts") != "0") marks += " conflicting";
  if (text_at(row, "vulnerabilities") != "0") marks += " vulnerable";
  fmt::print("{:<28} L{:<2} {:<13} {:<36} {:<16} {}{}\n", text_at(row, "identity"), or_dash(text_at(row, "level")),
             text_at(row, "role.word"), or_dash(model), or_dash(text_at(row, "name")),
             text_at(row, "last_seen").substr(0, 16), marks);
}

int list(Client& client, Options options) {
  if (!options.has("csv")) return print_page(client, options, "/api/v1/assets", "assets", "assets ls", print_row);
  SystemClock clock;
  options.rest.erase(options.rest.begin());
  const auto parameters = query_string(options, clock.now());
  if (!parameters) return refuse(parameters.error());
  const auto body = client.get("/api/v1/assets/export?" + *parameters);
  if (!body) return refuse(body.error());
  return fmt::print("{}", *body), 0;
}

// The path of an asset by its id, or by what people call it: its identity or an address.
Result<std::string> path_of(Client& client, const std::string& word) {
  const bool id = word.size() == 32 && word.find_first_not_of("0123456789abcdef") == word.npos;
  if (id) return "/api/v1/assets/" + word;
  const auto body = client.get("/api/v1/assets?limit=1000&text=" + percent_encoded(word));
  if (!body) return body.error();
  dom::parser parser;
  dom::element page;
  dom::array rows;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page["assets"].get(rows) != simdjson::SUCCESS)
    return not_understood();
  std::vector<std::string> found;
  for (const auto row : rows) {
    const auto names = [&](const std::string& all) { return (" " + all + " ").find(" " + word + " ") != all.npos; };
    if (text_at(row, "identity") == word || text_at(row, "name") == word || names(list_at(row, "ips")) ||
        names(list_at(row, "macs")))
      found.push_back(text_at(row, "id"));
  }
  if (found.size() == 1) return "/api/v1/assets/" + found[0];
  if (found.empty()) return Error{ErrorKind::missing, "no asset is called " + word + "; langyan assets ls lists them"};
  return Error{ErrorKind::usage, word + " is " + std::to_string(found.size()) + " assets; give one of the ids " +
                                     fmt::format("{}", fmt::join(found, ", "))};
}

// All numbers of a vulnerability, in the order of a feed's.
std::string numbers_of(dom::element told) {
  dom::element entry;
  std::string all;
  if (told["entry"].get(entry) == simdjson::SUCCESS)
    for (const char* key : {"cve", "cnvd", "cnnvd"})
      if (const std::string some = list_at(entry, key); !some.empty()) all += (all.empty() ? "" : " ") + some;
  return all.empty() ? text_at(told, "entry.id") : all;
}

void print_facts(dom::element full) {
  dom::array facts;
  if (full["facts"].get(facts) != simdjson::SUCCESS) return;
  for (const auto fact : facts)
    fmt::print("  {}{:<13} {:<40} {:>3}  {:<12} packet {} of {}, {}{}\n", text_at(fact, "best") == "true" ? '*' : ' ',
               text_at(fact, "trait.word"), text_at(fact, "value"), text_at(fact, "confidence"),
               text_at(fact, "source"), text_at(fact, "packet"), text_at(fact, "sensor"),
               text_at(fact, "first").substr(0, 19), text_at(fact, "replaced") == "true" ? ", replaced since" : "");
  dom::array summed;
  if (full["summed_up"].get(summed) != simdjson::SUCCESS) return;
  for (const auto fact : summed)
    fmt::print("   {:<13} {:<40} as a lower center says, without evidence\n", text_at(fact, "trait.word"),
               text_at(fact, "value"));
}

int print_full(const std::string& body) {
  dom::parser parser;
  dom::element full, asset;
  if (parser.parse(body).get(full) != simdjson::SUCCESS || full["asset"].get(asset) != simdjson::SUCCESS)
    return refuse(not_understood());
  fmt::print("{}  {}\n", text_at(asset, "identity"), text_at(asset, "id"));
  const std::pair<std::string_view, std::string> rows[] = {{"organisation", text_at(asset, "organisation")},
                                                           {"name", text_at(asset, "name")},
                                                           {"owner", text_at(asset, "owner")},
                                                           {"role", text_at(asset, "role.word")},
                                                           {"level", text_at(asset, "level")},
                                                           {"addresses", list_at(asset, "ips")},
                                                           {"MAC", list_at(asset, "macs")},
                                                           {"behind", text_at(full, "parent.identity")},
                                                           {"first seen", text_at(asset, "first_seen").substr(0, 19)},
                                                           {"last seen", text_at(asset, "last_seen").substr(0, 19)},
                                                           {"sensors", list_at(asset, "sensors")},
                                                           {"note", text_at(full, "hand.note")}};
  for (const auto& [name, value] : rows)
    if (!value.empty() && value != "null") fmt::print("  {:<14} {}\n", name, value);
  print_facts(full);
  for (const auto& [key, format] : {std::pair{"conflicts", "  conflict       {}: {} ({}) against {} ({})\n"}}) {
    dom::array all;
    if (full[key].get(all) != simdjson::SUCCESS) continue;
    for (const auto each : all)
      fmt::print(fmt::runtime(format), text_at(each, "trait.word"), text_at(each, "one"), text_at(each, "one_source"),
                 text_at(each, "other"), text_at(each, "other_source"));
  }
  dom::array all;
  if (full["vulnerabilities"].get(all) == simdjson::SUCCESS)
    for (const auto each : all)
      fmt::print("  vulnerability  {} {}\n", numbers_of(each), text_at(each, "entry.title.en"));
  if (full["changes"].get(all) == simdjson::SUCCESS)
    for (const auto each : all)
      fmt::print("  {}  {} {}{}\n", text_at(each, "time").substr(0, 19), text_at(each, "change"),
                 text_at(each, "value"), text_at(each, "other"));
  if (full["children"].get(all) == simdjson::SUCCESS)
    for (const auto each : all) print_row(each);
  return 0;
}

int show(Client& client, const Options& options) {
  if (options.rest.size() != 2)
    return refuse_usage("assets show needs one address, name or id, as `langyan assets ls` prints it");
  const auto path = path_of(client, options.rest[1]);
  if (!path) return refuse(path.error());
  const auto body = client.get(*path);
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  return print_full(*body);
}

int set(Client& client, const Options& options) {
  const auto usage = [] {
    return refuse_usage(
        "assets set needs an address, name or id, and what to set: role=safety level=1 name=PLC-7 owner=Mei note=…; "
        "role= takes it back");
  };
  if (options.rest.size() < 3) return usage();
  std::string body;
  JsonWriter json(body);
  json.open();
  for (std::size_t i = 2; i < options.rest.size(); ++i) {
    const std::string& word = options.rest[i];
    const std::size_t equals = word.find('=');
    constexpr std::string_view known[] = {"role", "level", "name", "owner", "note"};
    if (equals == word.npos || std::ranges::find(known, word.substr(0, equals)) == std::end(known)) return usage();
    const std::string value = word.substr(equals + 1);
    json.key(word.substr(0, equals));
    const bool digit = value.size() == 1 && value[0] >= '0' && value[0] <= '9';
    if (value.empty()) json.null();
    else if (word.starts_with("level=") && digit) json.number(std::uint64_t(value[0] - '0'));
    else json.text(value);
  }
  json.close();
  const auto path = path_of(client, options.rest[1]);
  if (!path) return refuse(path.error());
  const auto answer = client.send("PATCH", *path, body);
  if (!answer) return refuse(answer.error());
  return options.has("json") ? (fmt::print("{}", *answer), 0) : print_full(*answer);
}

}  // namespace

bool is_inventory_verb(std::string_view word) {
  return word == "ls" || word == "show" || word == "set";
}

int inventory(const Words& words) {
  constexpr std::string_view flags[] = {"json", "csv"};
  constexpr std::string_view valued[] = {"limit", "center", "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  if (words[0] == "ls") return list(*client, *options);
  return words[0] == "show" ? show(*client, *options) : set(*client, *options);
}

}  // namespace langyan::tool
