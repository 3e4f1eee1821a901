// langyan notices: the center's notices on the command line, thin over REST.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>

#include "base/disk.h"
#include "base/json.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view path = "/api/v1/notices";

std::string path_of(const std::string& id) {
  return std::string(path) + "/" + percent_encoded(id);
}

void print_line(simdjson::dom::element notice) {
  fmt::print("{}  {:<18} {:<10}{} {:<8} {}  {}\n", text_at(notice, "id"), text_at(notice, "number"),
             text_at(notice, "state.word"), text_at(notice, "overdue") == "true" ? "!" : " ",
             text_at(notice, "severity"), text_at(notice, "organisation"), text_at(notice, "title"));
}

int list(Client& client, const Options& options) {
  return print_page(client, options, path, "notices", "notices ls", print_line);
}

int show(Client& client, const Options& options) {
  if (options.rest.size() != 2) return refuse_usage("notices show needs one id, as `langyan notices ls` prints it");
  const auto body = client.get(path_of(options.rest[1]));
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element notice;
  simdjson::dom::array entries, actions;
  if (parser.parse(*body).get(notice) != simdjson::SUCCESS || notice["entries"].get(entries) != simdjson::SUCCESS ||
      notice["actions"].get(actions) != simdjson::SUCCESS)
    return refuse(not_understood());
  print_line(notice);
  for (const auto& [name, member] : {std::pair{"from", "issuer"}, {"deadline", "deadline"}, {"text", "text"}})
    if (const std::string text = text_at(notice, member); !text.empty() && text != "null")
      fmt::print("  {:<10} {}\n", name, text);
  for (const auto entry : entries) {
    const std::string refused = text_at(entry, "refused");
    fmt::print("  {:>3} {} {:<9} {} ({} at {}){}{}{}\n", text_at(entry, "number"), text_at(entry, "time").substr(0, 19),
               text_at(entry, "action"), text_at(entry, "organisation"), text_at(entry, "by"), text_at(entry, "center"),
               text_at(entry, "reason").empty() ? "" : ": ", text_at(entry, "reason"),
               refused.empty() || refused == "null" ? "" : "  [refused: " + refused + "]");
  }
  if (const std::string alerts = text_at(notice, "recurrence.alerts"); !alerts.empty())
    fmt::print("  since it was said to be mended: {} alerts of the same signatures and hosts\n", alerts);
  for (const auto action : actions) fmt::print("  may {}\n", text_at(action, "word"));
  return 0;
}

// The notice as it now is, in one line.
int answered(const Result<std::string>& body, const Options& options) {
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element notice;
  if (parser.parse(*body).get(notice) != simdjson::SUCCESS) return refuse(not_understood());
  return print_line(notice), 0;
}

// NAME=VALUE words from `first` on as the body; evidence and joint are lists, separated by commas.
Result<std::string> members(const Options& options, std::size_t first) {
  std::string body;
  JsonWriter json(body);
  json.open();
  for (std::size_t i = first; i < options.rest.size(); ++i) {
    const std::string& word = options.rest[i];
    const std::size_t equals = word.find('=');
    if (equals == word.npos)
      return Error{ErrorKind::usage, word + ": a member is NAME=VALUE, such as title=\"PLC stopped\""};
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    std::string key;
    append_escaped(key, name);
    if (name != "evidence" && name != "joint") {
      json.field(key, value);
      continue;
    }
    json.key(key).open_list();
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      json.text(value.substr(at, end - at));
      at = end + 1;
    }
    json.close_list();
  }
  json.close();
  return body;
}

int draft(Client& client, const Options& options) {
  const auto body = members(options, 1);
  return body ? answered(client.send("POST", std::string(path), *body), options) : refuse(body.error());
}

int edit(Client& client, const Options& options) {
  if (options.rest.size() < 3) return refuse_usage("notices edit needs an id and NAME=VALUE");
  const auto body = members(options, 2);
  return body ? answered(client.send("PATCH", path_of(options.rest[1]), *body), options) : refuse(body.error());
}

int remove(Client& client, const Options& options) {
  if (options.rest.size() != 2) return refuse_usage("notices rm needs one id, of a draft");
  const auto done = client.send("DELETE", path_of(options.rest[1]), {});
  return done ? 0 : refuse(done.error());
}

int comment(Client& client, const Options& options) {
  if (options.rest.size() != 3) return refuse_usage("notices comment needs an id and a text");
  std::string body;
  JsonWriter(body).open().field("text", options.rest[2]).close();
  return answered(client.send("POST", path_of(options.rest[1]) + "/comments", body), options);
}

// What the center has of a notice's evidence, and with --pcap its packets as a file.
int evidence(Client& client, const Options& options) {
  if (options.rest.size() != 2) return refuse_usage("notices evidence needs one id, and may have --pcap FILE");
  const auto body = client.get(path_of(options.rest[1]) + "/evidence");
  if (!body) return refuse(body.error());
  if (options.has("pcap")) {
    const auto packets = client.get(path_of(options.rest[1]) + "/pcap");
    if (!packets) return refuse(packets.error());
    SystemDisk disk;
    if (auto done = replace_file(disk, options.text("pcap"), bytes_of(*packets)); !done) return refuse(done.error());
  }
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element answer;
  simdjson::dom::array events;
  if (parser.parse(*body).get(answer) != simdjson::SUCCESS || answer["events"].get(events) != simdjson::SUCCESS)
    return refuse(not_understood());
  fmt::print("{}\n", text_at(answer, "provided") == "true" ? "as provided from below:" : "this center's own copies:");
  for (const auto event : events)
    fmt::print("  {} {} {} -> {} {} octets{}  {}\n", text_at(event, "time").substr(0, 19), text_at(event, "sensor"),
               text_at(event, "event.src_ip"), text_at(event, "event.dest_ip"), text_at(event, "bytes"),
               text_at(event, "event.packet").empty() ? "" : ", with packet", text_at(event, "event.alert.signature"));
  for (const auto& [member, says] :
       {std::pair{"missing", "not there, or not kept any more"}, {"too_large", "beyond 512 KiB together"}})
    if (const std::string count = text_at(answer, member); count != "0") fmt::print("  {} {}\n", count, says);
  return 0;
}

// Any other verb is an action; which there are, and whose, the center says.
int act(Client& client, const Options& options) {
  if (options.rest.size() != 2)
    return refuse_usage(
        "notices takes ls, show ID, evidence ID, draft, edit ID, rm ID, comment ID TEXT, or an action and an ID: "
        "issue, "
        "receive, fix, submit, review, reject, close, reopen, withdraw, request, provide, decline");
  std::string body;
  JsonWriter json(body);
  json.open().field("action", options.rest[0]);
  if (options.has("reason")) json.field("reason", options.text("reason"));
  json.close();
  return answered(client.send("POST", path_of(options.rest[1]) + "/transitions", body), options);
}

}  // namespace

int notices(const Words& words) {
  constexpr std::string_view flags[] = {"json"};
  constexpr std::string_view valued[] = {"limit", "reason", "pcap", "center", "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  constexpr std::pair<std::string_view, int (*)(Client&, const Options&)> verbs[] = {
      {"show", show}, {"evidence", evidence}, {"draft", draft}, {"edit", edit}, {"rm", remove}, {"comment", comment}};
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return list(*client, *options);
  const auto* row =
      std::ranges::find(verbs, verb, &std::pair<std::string_view, int (*)(Client&, const Options&)>::first);
  return row == std::end(verbs) ? act(*client, *options) : row->second(*client, *options);
}

}  // namespace langyan::tool
