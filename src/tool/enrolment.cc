// langyan enrolment: one-time tokens for sensors and lower centers, and who has a certificate (docs/enrolment.md). Through the
// center's admin socket with --data; else as whoever the token is, like any client of its REST.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.h"
#include "base/json_members.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view path = "/api/v1/enrolments";
constexpr std::string_view valued[] = {"data", "source", "kind", "organisation", "expires", "center", "token-file", "ca-file"};
constexpr std::string_view flags[] = {"json"};

constexpr std::string_view how =
    "enrolment needs a verb: add --source NAME [--kind sensor|center] [--organisation O] [--expires TIME], ls, or revoke ID; "
    "with --json for programs, and --data DIR or --center URL";

int add(Client& client, const Options& options) {
  if (!options.has("source")) return refuse_usage("add needs --source: the sensor's sensor.name, or the lower center's center.name");
  std::string body;
  JsonWriter json(body);
  json.open();
  for (const std::string_view member : {"source", "kind", "organisation", "expires"})
    if (options.has(member)) json.field(member, options.text(member));
  json.close();
  const auto answer = client.send("POST", std::string(path), body);
  if (!answer) return refuse(answer.error());
  if (options.has("json")) return fmt::print("{}\n", *answer), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element made;
  if (parser.parse(*answer).get(made) != simdjson::SUCCESS) return refuse(not_understood());
  fmt::print("enrolment {} of the {} `{}` of {}; the token is good once, until {}. Run there:\n\n  {}\n", text_at(made, "enrolment.id"),
             text_at(made, "enrolment.kind"), text_at(made, "enrolment.source"), text_at(made, "enrolment.organisation"),
             text_at(made, "enrolment.token_until"), text_at(made, "command"));
  if (!json::text_of(made, "url").starts_with("https://"))
    fmt::print(stderr, "langyan: this center does not speak TLS now, and certificates need it: set listen.tls: on, and make both files with `langyan-center init`\n");
  return 0;
}

int list(Client& client, const Options& options) {
  const auto answer = client.get(std::string(path));
  if (!answer) return refuse(answer.error());
  if (options.has("json")) return fmt::print("{}\n", *answer), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element all;
  if (parser.parse(*answer).get(all) != simdjson::SUCCESS) return refuse(not_understood());
  fmt::print("{:<12}  {:<6}  {:<8}  {:<31}  source, organisation\n", "id", "kind", "state", "good until");
  json::each_of(all, "enrolments", [&](simdjson::dom::element each) {
    const bool waiting = json::text_of(each, "state") == "waiting";
    fmt::print("{:<12}  {:<6}  {:<8}  {:<31}  {}, {}\n", text_at(each, "id"), text_at(each, "kind"), text_at(each, "state"),
               text_at(each, waiting ? "token_until" : "until"), text_at(each, "source"), text_at(each, "organisation"));
  });
  return 0;
}

}  // namespace

int enrolment(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  const std::size_t operands = verb == "revoke" ? 2 : 1;
  if ((verb != "add" && verb != "ls" && verb != "revoke") || options->rest.size() != operands) return refuse_usage(how);
  auto client = options->has("data") ? Client::admin(*options) : Client::of(*options);
  if (!client) return refuse(client.error());
  if (verb == "add") return add(*client, *options);
  if (verb == "ls") return list(*client, *options);
  const auto done = client->send("DELETE", std::string(path) + "/" + percent_encoded(options->rest[1]), {});
  return done ? 0 : refuse(done.error());
}

}  // namespace langyan::tool
