// langyan token, user, link: who may ask the center, and what they may. Through its admin socket with --data, which
// may all; else as whoever the token is, like any client of its REST.
#include <fmt/format.h>
#include <simdjson.h>

#include <iostream>

#include "base/json.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view valued[] = {"data", "name", "role", "organisation", "source", "expires", "user",
                                       "center", "token-file", "ca-file"};

// --role a,b as the list `roles`.
void write_roles(JsonWriter& json, std::string_view text) {
  json.key("roles").open_list();
  while (!text.empty()) {
    const auto comma = text.find(',');
    json.text(text.substr(0, comma));
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  json.close_list();
}

std::string body_of(const Options& options, std::initializer_list<const char*> members) {
  std::string body;
  JsonWriter json(body);
  json.open();
  for (const std::string_view member : members) {
    if (member == "roles" && options.has("role")) write_roles(json, options.text("role"));
    else if (options.has(member)) json.field(member, options.text(member));
  }
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
  if (!answer) return refuse(answer.error());
  if (!answer->empty()) fmt::print("{}\n", *answer);
  return 0;
}

Result<Client> client_of(const Words& words, Result<Options>& options) {
  static constexpr std::string_view flags[] = {"relay"};
  options = split(words, flags, valued);
  if (!options) return options.error();
  return options->has("data") ? Client::admin(*options) : Client::of(*options);
}

std::string path_of(const std::string& name, std::string_view below = {}) {
  return "/api/v1/users/" + percent_encoded(name) + std::string(below);
}

// From standard input, so that it stands in no list of processes.
int set_password(Client& client, const std::string& name) {
  std::string password, body;
  std::getline(std::cin, password);
  JsonWriter(body).open().field("password", password).close();
  return print_answer(client.send("PATCH", path_of(name), body));
}

// Two requests, as the two acts are two administrators'.
int add_user(Client& client, const Options& options) {
  const auto made = client.send("POST", "/api/v1/users", body_of(options, {"name"}));
  if (!made || !options.has("role")) return print_answer(made);
  return print_answer(
      client.send("PUT", path_of(options.text("name"), "/roles"), body_of(options, {"roles", "organisation"})));
}

}  // namespace

int token(const Words& words) {
  Result<Options> options = Options{};
  auto client = client_of(words, options);
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
      "token needs a verb: add --role R [--source SENSOR] [--organisation O] [--name N] [--expires TIME] "
      "[--relay, for a lower center], ls, or revoke ID; and --data DIR");
}

int user(const Words& words) {
  Result<Options> options = Options{};
  auto client = client_of(words, options);
  if (!client) return refuse(client.error());
  const Words& rest = options->rest;
  const std::string verb = rest.empty() ? "" : rest[0];
  if (verb == "ls") return print_answer(client->get("/api/v1/users"));
  if (verb == "add" && options->has("name")) return add_user(*client, *options);
  if (verb == "roles" && rest.size() == 1) return print_answer(client->get("/api/v1/roles"));
  if (rest.size() == 2) {
    if (verb == "roles" && options->has("role"))
      return print_answer(
          client->send("PUT", path_of(rest[1], "/roles"), body_of(*options, {"roles", "organisation"})));
    if (verb == "password") return set_password(*client, rest[1]);
    if (verb == "disable") return print_answer(client->send("PATCH", path_of(rest[1]), R"({"disabled":true})"));
    if (verb == "enable") return print_answer(client->send("PATCH", path_of(rest[1]), R"({"disabled":false})"));
    if (verb == "no-code") return print_answer(client->send("PATCH", path_of(rest[1]), R"({"second_factor":false})"));
    if (verb == "rm") return print_answer(client->send("DELETE", path_of(rest[1]), {}));
  }
  return refuse_usage(
      "user needs a verb: ls, add --name N [--role R,R] [--organisation O], roles [N --role R,R [--organisation O]], "
      "password N (read from standard input), disable N, enable N, no-code N (the phone with its second factor is "
      "lost), or rm N; and --data DIR; `langyan link --user N` then signs in");
}

int link(const Words& words) {
  Result<Options> options = Options{};
  auto client = client_of(words, options);
  if (!client) return refuse(client.error());
  if (!options->has("user"))
    return refuse_usage("link needs --user NAME, where the account is new --role R,R, and --data DIR");
  return print_member(client->send("POST", "/api/v1/links", body_of(*options, {"user", "roles"})), "url");
}

}  // namespace langyan::tool
