// langyan outputs: where a center sends its events, on the command line.
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view path = "/api/v1/outputs";

std::string path_of(const std::string& name) {
  return std::string(path) + "/" + percent_encoded(name);
}

int list(Client& client, const Options& options) {
  const auto body = client.get(std::string(path));
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array rows;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page["outputs"].get(rows) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto row : rows) {
    fmt::print("{:<16} {:<8} {:<10} {} delivered, {} s behind", text_at(row, "name"), text_at(row, "kind"),
               text_at(row, "state.activity"), text_at(row, "state.delivered"), text_at(row, "state.behind"));
    for (const char* loss : {"refused", "overtaken", "unreadable"})
      if (const std::string count = text_at(row, std::string("state.") + loss); count != "0")
        fmt::print(", {} {}", count, loss);
    if (const std::string error = text_at(row, "state.error"); !error.empty() && error != "null")
      fmt::print(": {}", error);
    fmt::print("\n");
  }
  return 0;
}

// NAME=VALUE, or NAME=@FILE for what stands in a file.
Result<void> write_values(JsonWriter& json, std::string_view member, std::span<const std::string> words) {
  json.key(member).open();
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0)
      return Error{ErrorKind::usage, word + ": a setting is NAME=VALUE or NAME=@FILE"};
    std::string value = word.substr(equals + 1), name;
    if (member == "secrets" || value.starts_with('@')) {
      const std::string file = value.substr(value.starts_with('@') ? 1 : 0);
      std::ifstream in(file, std::ios::binary);
      std::ostringstream text;
      if (!in || !(text << in.rdbuf())) return Error{ErrorKind::missing, file + " cannot be read, or is empty"};
      value = text.str();
      // A line's end belongs to the file, but to a certificate as well.
      if (value.find('\n') == value.size() - 1) value.pop_back();
    }
    append_escaped(name, std::string_view(word).substr(0, equals));
    json.field(name, value);
  }
  json.close();
  return {};
}

int add(Client& client, const Options& options) {
  const Words& words = options.rest;
  if (words.size() < 3)
    return refuse_usage("outputs add needs a name and a kind: outputs add soc syslog address=siem:6514 ca=@ca.pem");
  std::string body;
  JsonWriter json(body);
  json.open().field("name", words[1]).field("kind", words[2]);
  for (const char* text : {"query", "organisation", "start"})
    if (options.has(text)) json.field(text, options.text(text));
  if (auto done = write_values(json, "settings", std::span(words).subspan(3)); !done) return refuse(done.error());
  Words secrets;
  for (const auto& [name, value] : options.given)
    if (name == "secret") secrets.push_back(value);
  if (auto done = write_values(json, "secrets", secrets); !done) return refuse(done.error());
  json.close();
  const auto answer = client.send("POST", std::string(path), std::move(body));
  if (!answer) return refuse(answer.error());
  fmt::print("{}", *answer);
  return 0;
}

int test(Client& client, const std::string& name) {
  const auto body = client.send("POST", path_of(name) + "/test", {});
  if (!body) return refuse(body.error());
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  if (parser.parse(*body).get(answer) != simdjson::SUCCESS)
    return refuse(not_understood());
  const bool taken = text_at(answer, "taken") == "true";
  fmt::print("{}\n{} after {} ms: {}\n", text_at(answer, "sent"), taken ? "taken" : "not taken",
             text_at(answer, "milliseconds"), text_at(answer, "answer"));
  return taken ? 0 : 1;
}

}  // namespace

int outputs(const Words& words) {
  constexpr std::string_view flags[] = {"json"};
  constexpr std::string_view valued[] = {"query", "organisation", "start", "secret", "center", "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return list(*client, *options);
  if (verb == "add") return add(*client, *options);
  if (verb != "show" && verb != "rm" && verb != "test") return refuse_usage("outputs takes ls, show, add, rm or test");
  if (options->rest.size() != 2)
    return refuse_usage("outputs " + verb + " needs one name, as `langyan outputs ls` prints it");
  const std::string& name = options->rest[1];
  if (verb == "test") return test(*client, name);
  const auto body = verb == "rm" ? client->send("DELETE", path_of(name), {}) : client->get(path_of(name));
  if (!body) return refuse(body.error());
  fmt::print("{}", *body);
  return 0;
}

}  // namespace langyan::tool
