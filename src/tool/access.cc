// langyan token, user, link: who may ask the center; through its admin socket, so whoever may read
// the center's folder.
#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view valued[] = {"data",   "name",    "role", "organisation",
                                       "source", "expires", "user"};

std::string body_of(const Options& options, std::initializer_list<const char*> members) {
  std::string body;
  JsonWriter json(body);
  json.open();
  for (const char* member : members)
    if (options.has(member)) json.field(member, options.text(member));
  if (options.has("relay")) json.field("relay", true);
  json.close();
  return body;
}

// Prints one member of the answer alone, so that a script can keep it.
int print_member(const Result<std::string>& answer, std::string_view member) {
  if (!answer) return refuse(answer.error());
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(*answer).get(document) != simdjson::SUCCESS)
    return refuse({ErrorKind::failed, "the center's answer is not JSON"});
  return fmt::print("{}\n", text_at(document, member)), 0;
}

int print_answer(const Result<std::string>& answer) {
  return answer ? (fmt::print("{}\n", *answer), 0) : refuse(answer.error());
}

Result<Client> admin_of(const Words& words, Result<Options>& options) {
  static constexpr std::string_view flags[] = {"relay"};
  options = split(words, flags, valued);
  if (!options) return options.error();
  return Client::admin(*options);
}

}  // namespace

int token(const Words& words) {
  Result<Options> options = Options{};
  auto client = admin_of(words, options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return print_answer(client->get("/api/v1/tokens"));
  if (verb == "add") {
    return print_member(
        client->send("POST", "/api/v1/tokens",
                     body_of(*options, {"name", "role", "organisation", "source", "expires"})),
        "secret");
  }
  if (verb == "revoke" && options->rest.size() == 2) {
    return print_answer(
        client->send("DELETE", "/api/v1/tokens/" + percent_encoded(options->rest[1]), {}));
  }
  return refuse_usage(
      "token needs a verb: add --role R [--source SENSOR] [--organisation O] [--name N] [--relay, for a "
      "lower center], ls, or revoke ID; and --data DIR");
}

int user(const Words& words) {
  Result<Options> options = Options{};
  auto client = admin_of(words, options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return print_answer(client->get("/api/v1/users"));
  if (verb == "add")
    return print_answer(
        client->send("POST", "/api/v1/users", body_of(*options, {"name", "role", "organisation"})));
  return refuse_usage(
      "user needs a verb: add --name N --role R, or ls; and --data DIR; `langyan link --user N` "
      "then signs in");
}

int link(const Words& words) {
  Result<Options> options = Options{};
  auto client = admin_of(words, options);
  if (!client) return refuse(client.error());
  return print_member(client->send("POST", "/api/v1/links", body_of(*options, {"user", "role"})),
                      "url");
}

}  // namespace langyan::tool
