// langyan policy: what a center lets leave for the center above it, thin over REST.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/disk.h"
#include "base/json.h"
#include "base/yaml.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view flags[] = {"json"};
constexpr std::string_view valued[] = {"config", "since", "limit", "center", "token-file", "ca-file", "data"};
constexpr std::size_t largest_config = 1u << 20;

const YamlNode* member(const YamlNode* of, std::string_view name) {
  for (std::size_t i = 0; of && i < of->keys.size(); ++i)
    if (of->keys[i].text == name) return &of->items[i];
  return nullptr;
}

// The lists of uplink.release in that file; one it does not give is as the center runs.
Result<void> read_release(const std::string& path, JsonWriter& json) {
  SystemDisk disk;
  const auto text = read_file(disk, path, largest_config);
  if (!text) return text.error();
  const YamlDocument document = read_yaml(*text);
  if (!document.faults.empty())
    return Error{ErrorKind::invalid,
                 path + ":" + std::to_string(document.faults[0].place.line) + ": " + document.faults[0].message};
  const YamlNode* release = member(member(&document.root, "uplink"), "release");
  for (const char* name : {"types", "fields"}) {
    const YamlNode* list = member(release, name);
    if (!list) continue;
    json.key(name).open_list();
    for (const YamlNode& item : list->items) json.text(item.text);
    json.close_list();
  }
  return {};
}

void print_held(simdjson::dom::element answer, std::string_view list, std::string_view title) {
  simdjson::dom::array rows;
  if (answer[list].get(rows) != simdjson::SUCCESS || rows.size() == 0) return;
  fmt::print(stderr, "{}:", title);
  for (const auto row : rows) fmt::print(stderr, " {} {}", text_at(row, "value"), text_at(row, "count"));
  fmt::print(stderr, "\n");
}

}  // namespace

int policy(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  if (options->rest != Words{"preview"})
    return refuse_usage("policy needs a verb: preview [--config center.yaml] [--since 1h] [--limit 1000] [--json], and "
                        "--data DIR or a token of the role security");
  auto client = options->has("data") ? Client::admin(*options) : Client::of(*options);
  if (!client) return refuse(client.error());
  std::string body;
  JsonWriter json(body);
  json.open();
  const std::string since = options->text("since", "1h");
  json.field("since", since.find_first_not_of("0123456789smhd") == since.npos ? "-" + since : since);
  if (options->has("limit")) json.key("limit").raw(std::to_string(std::atoi(options->text("limit").c_str())));
  if (options->has("config"))
    if (auto read = read_release(options->text("config"), json); !read) return refuse(read.error());
  json.close();
  const auto answer = client->send("POST", "/api/v1/policy/preview", body);
  if (!answer) return refuse(answer.error());
  if (options->has("json")) return fmt::print("{}\n", *answer), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element preview;
  simdjson::dom::array lines;
  if (parser.parse(*answer).get(preview) != simdjson::SUCCESS || preview["lines"].get(lines) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto line : lines) fmt::print("{}\n", simdjson::minify(line));
  std::fflush(stdout);
  fmt::print(stderr, "{} lines leave of {} events looked at{}\n", lines.size(), text_at(preview, "looked"),
             text_at(preview, "more") == "true" ? "; there are more, see --limit" : "");
  print_held(preview, "held_types", "types that stay");
  print_held(preview, "held_fields", "fields that stay");
  return 0;
}

}  // namespace langyan::tool
