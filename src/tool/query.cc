// langyan query: the query language of the center (docs/query.md), thin over its REST: checked there,
// asked there, printed here. What is wrong with a query is shown under its place.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>

#include "base/clock.h"
#include "base/json.h"
#include "base/units.h"
#include "base/utf8.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view flags[] = {"json", "csv"};
constexpr std::string_view valued[] = {"since", "from",   "to",         "limit",
                                       "class", "center", "token-file", "ca-file"};

bool speaks_chinese() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value && *value) return std::string_view(value).starts_with("zh");
  return false;
}

// Columns of a terminal: characters of East Asia take two.
int width_of(std::string_view character) {
  if (character.size() < 3) return 1;
  if (character.size() == 4) return static_cast<unsigned char>(character[1]) >= 0xa0 ? 2 : 1;
  const unsigned code = (static_cast<unsigned>(character[0]) & 0xf) << 12 |
                        (static_cast<unsigned>(character[1]) & 0x3f) << 6 |
                        (static_cast<unsigned>(character[2]) & 0x3f);
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                 (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                 (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60)
             ? 2
             : 1;
}

// The query, and ^ under the fault's characters, which are counted in UTF-16 units.
void print_place(std::string_view query, std::uint64_t start, std::uint64_t end) {
  std::string under;
  std::uint64_t units = 0;
  for (std::string_view rest = query; !rest.empty();) {
    const std::size_t size = std::max<std::size_t>(utf8_sequence(bytes_of(rest)), 1);
    const auto width = static_cast<std::size_t>(width_of(rest.substr(0, size)));
    if (units < start) under.append(width, ' ');
    else if (units < end) under.append(width, '^');
    units += size == 4 ? 2 : 1;
    rest.remove_prefix(size);
  }
  if (under.find('^') == under.npos) under += '^';
  fmt::print(stderr, "  {}\n  {}\n", query, under);
}

int refuse_faults(dom::array faults, std::string_view query) {
  const bool chinese = speaks_chinese();
  for (const auto fault : faults) {
    std::uint64_t start = 0, end = 0;
    if (fault["start"].get(start) == simdjson::SUCCESS && fault["end"].get(end) == simdjson::SUCCESS)
      print_place(query, start, end);
    fmt::print(stderr, "langyan: {} {}\n", text_at(fault, chinese ? "message_zh" : "message"),
               text_at(fault, chinese ? "advice_zh" : "advice"));
  }
  return refuse({ErrorKind::usage, "the query was not asked"});
}

void print_cells(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{:<{}}  ", row[i], std::min<std::size_t>(widths[i], 60));
    while (line.ends_with(' ')) line.pop_back();
    fmt::print("{}\n", line);
  }
}

std::vector<std::string> texts_of(dom::element list) {
  std::vector<std::string> texts;
  dom::array array;
  if (list.get(array) == simdjson::SUCCESS)
    for (const auto each : array) {
      std::string_view text;
      texts.push_back(each.get(text) == simdjson::SUCCESS ? std::string(text)
                      : each.is_null()                    ? "-"
                                                          : simdjson::minify(each));
    }
  return texts;
}

int print_rows(dom::element answer, std::string_view head, std::string_view body) {
  std::vector<std::vector<std::string>> rows;
  dom::element columns;
  dom::array list;
  if (answer[head].get(columns) != simdjson::SUCCESS || answer[body].get(list) != simdjson::SUCCESS)
    return refuse(not_understood());
  rows.push_back(texts_of(columns));
  for (const auto row : list) rows.push_back(texts_of(row));
  return print_cells(rows), 0;
}

int print_chart(dom::element answer) {
  dom::array series;
  if (answer["series"].get(series) != simdjson::SUCCESS) return refuse(not_understood());
  std::int64_t bucket = 0;
  if (answer["bucket_seconds"].get(bucket) != simdjson::SUCCESS) return refuse(not_understood());
  const auto from = parse_timestamp(text_at(answer, "from"));
  std::vector<std::vector<std::string>> rows = {{"time"}};
  std::vector<std::vector<std::string>> counts;
  for (const auto each : series) {
    const std::string value = text_at(each, "value");
    rows[0].push_back(value.empty() ? "count" : value);
    dom::element list;
    if (each["counts"].get(list) == simdjson::SUCCESS) counts.push_back(texts_of(list));
  }
  for (std::size_t i = 0; !counts.empty() && i < counts[0].size(); ++i) {
    std::vector<std::string> row = {timestamp(from.value_or(0) + static_cast<Time>(i) * bucket * second).substr(0, 19)};
    for (const auto& each : counts) row.push_back(i < each.size() ? each[i] : "");
    rows.push_back(std::move(row));
  }
  return print_cells(rows), 0;
}

int print_events(dom::element answer) {
  dom::array events;
  if (answer["events"].get(events) != simdjson::SUCCESS) return refuse(not_understood());
  if (dom::element columns; answer["columns"].get(columns) == simdjson::SUCCESS)
    return print_rows(answer, "columns", "table");
  for (const auto event : events) fmt::print("{}\n", event_line(event));
  if (events.size() == 0) fmt::print(stderr, "nothing found; widen --since or drop a condition\n");
  if (const auto to = text_at(answer, "searched_to"); !to.empty())
    fmt::print(stderr,
               "the time of the question ended at {:.19}; events before it were not looked at: add --to {:.19}Z\n", to,
               to);
  else if (!text_at(answer, "next").empty())
    fmt::print(stderr, "there are more: raise --limit, or narrow the query\n");
  return 0;
}

// {"query":…,"from":…,"to":…} and what `more` adds.
Result<std::string> request_of(const Options& options, const std::string& text, Time now) {
  std::string body;
  JsonWriter json(body);
  json.open().field("query", text);
  if (options.has("since")) {
    const auto back = parse_duration(options.text("since"));
    if (!back) return within("--since", back.error());
    json.field("from", timestamp(now - *back));
  }
  for (const char* name : {"from", "to"})
    if (options.has(name)) json.field(name, options.text(name));
  return body;
}

}  // namespace

int query(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  std::string text;
  for (const std::string& word : options->rest) text += (text.empty() ? "" : " ") + word;
  if (options->has("class"))
    text = "class:" + options->text("class") + (text.empty() || text[0] == '|' ? " " : " and (") + text +
           (text.empty() || text[0] == '|' ? "" : ")");
  SystemClock clock;
  const auto asked = request_of(*options, text, clock.now());
  if (!asked) return refuse(asked.error());

  const auto checked = client->send("POST", "/api/v1/query/check", *asked + "}");
  if (!checked) return refuse(checked.error());
  dom::parser parser;
  dom::element check;
  dom::array faults;
  if (parser.parse(*checked).get(check) != simdjson::SUCCESS || check["faults"].get(faults) != simdjson::SUCCESS)
    return refuse(not_understood());
  if (faults.size() > 0) return refuse_faults(faults, text);
  const std::string shape = text_at(check, "shape");

  std::string limit;
  if (options->has("limit")) append_escaped(limit += ",\"limit\":\"", options->text("limit")), limit += '"';
  if (options->has("csv")) {
    const auto table = client->send("POST", "/api/v1/search/export", *asked + limit + ",\"format\":\"csv\"}");
    if (!table) return refuse(table.error());
    return fmt::print("{}", *table), 0;
  }
  const std::string path = shape == "groups" ? "/aggregate" : shape == "chart" ? "/histogram" : "";
  const auto answer = client->send("POST", "/api/v1/search" + path, *asked + (path.empty() ? limit : "") + "}");
  if (!answer) return refuse(answer.error());
  if (options->has("json")) return fmt::print("{}", *answer), 0;
  dom::element found;
  if (parser.parse(*answer).get(found) != simdjson::SUCCESS) return refuse(not_understood());
  if (shape == "groups") return print_rows(found, "columns", "rows");
  return shape == "chart" ? print_chart(found) : print_events(found);
}

}  // namespace langyan::tool
