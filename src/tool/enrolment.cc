// langyan enrolment: one-time tokens for sensors and lower centers, who has a certificate (docs/enrolment.md), and who signs
// those. Through the center's admin socket with --data; else as whoever the token is, like any client of its REST.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/json_members.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view path = "/api/v1/enrolments";
constexpr std::string_view valued[] = {"data",    "source", "kind",       "organisation",
                                       "expires", "center", "token-file", "ca-file"};
constexpr std::string_view authority_path = "/api/v1/authority", authority_verbs[] = {"", "new", "certificate"};
constexpr std::string_view flags[] = {"json", "leave-behind"};

constexpr std::string_view how =
    "enrolment needs a verb: add --source NAME [--kind sensor|center] [--organisation O] [--expires TIME], ls, revoke "
    "ID, "
    "or authority [new|certificate [--leave-behind]], which needs --data; "
    "with --json for programs, and --data DIR or --center URL";

int add(Client& client, const Options& options) {
  if (!options.has("source"))
    return refuse_usage("add needs --source: the sensor's sensor.name, or the lower center's center.name");
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
  fmt::print("enrolment {} of the {} `{}` of {}; the token is good once, until {}. Run there:\n\n  {}\n",
             text_at(made, "enrolment.id"), text_at(made, "enrolment.kind"), text_at(made, "enrolment.source"),
             text_at(made, "enrolment.organisation"), text_at(made, "enrolment.token_until"), text_at(made, "command"));
  if (!json::text_of(made, "url").starts_with("https://"))
    fmt::print(stderr,
               "langyan: this center does not speak TLS now, and certificates need it: set listen.tls: on, and make "
               "both files with `langyan-center init`\n");
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
    fmt::print("{:<12}  {:<6}  {:<8}  {:<31}  {}, {}\n", text_at(each, "id"), text_at(each, "kind"),
               text_at(each, "state"), text_at(each, waiting ? "token_until" : "until"), text_at(each, "source"),
               text_at(each, "organisation"));
  });
  return 0;
}

void print_certificate(simdjson::dom::element own) {
  const std::string signed_by = text_at(own, "signed_by");
  fmt::print("the center's certificate {}\n  good until {}, signed by {}\n", text_at(own, "fingerprint"),
             text_at(own, "until"),
             signed_by == "authority" ? text_at(own, "signer")
             : signed_by == "other"   ? "another authority"
                                      : signed_by);
}

void print_authority(simdjson::dom::element state) {
  std::string_view what = "signs";
  json::each_of(state, "authorities", [&](simdjson::dom::element each) {
    fmt::print("{}  {:<6}  until {}\n  {}\n", text_at(each, "id"), what, text_at(each, "until"),
               text_at(each, "fingerprint"));
    what = "former";
  });
  simdjson::dom::element own;
  if (state["certificate"].get(own) == simdjson::SUCCESS && own.is_object()) print_certificate(own);
  if (const auto needed = text_at(state, "former_needed_by"); needed != "0")
    fmt::print("{} enrolments have a certificate of the former one\n", needed);
  if (const auto behind = text_at(state, "behind_count"); behind != "0")
    fmt::print("{} enrolments are not known to believe a certificate of who signs; each is after its next renewal:\n",
               behind);
  json::each_of(state, "behind", [&](simdjson::dom::element each) {
    fmt::print("  {:<12}  {:<8}  {:<31}  {}, {}\n", text_at(each, "id"), text_at(each, "state"), text_at(each, "until"),
               text_at(each, "source"), text_at(each, "organisation"));
  });
}

int authority(Client& client, const Options& options, std::string_view verb) {
  Result<std::string> answer = Error{ErrorKind::usage, ""};
  if (verb.empty()) answer = client.get(std::string(authority_path));
  if (verb == "new") answer = client.send("POST", std::string(authority_path), {});
  if (verb == "certificate") {
    std::string body;
    JsonWriter(body).open().field("leave_behind", options.has("leave-behind")).close();
    answer = client.send("POST", std::string(authority_path) + "/certificate", body);
  }
  if (!answer) return refuse(answer.error());
  if (options.has("json")) return fmt::print("{}\n", *answer), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element told;
  if (parser.parse(*answer).get(told) != simdjson::SUCCESS) return refuse(not_understood());
  if (verb.empty()) return print_authority(told), 0;
  if (verb == "new")
    return fmt::print(
               "{} signs from now on. Those enrolled learn it as they renew; `langyan enrolment authority` says who "
               "has not yet. Then: langyan enrolment authority certificate\n",
               text_at(told, "id")),
           0;
  print_certificate(told);
  fmt::print(
      "New connections see it now. Browsers, and sensors with a token, believe what they were given: give them "
      "tls/ca.crt of the center's data.\n");
  return 0;
}

}  // namespace

int enrolment(const Words& words) {
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  const std::string what = verb == "authority" && options->rest.size() > 1 ? options->rest[1] : "";
  const bool of_authority = verb == "authority" &&
                            std::ranges::find(authority_verbs, what) != std::end(authority_verbs) &&
                            options->rest.size() == (what.empty() ? 1u : 2u);
  const std::size_t operands = verb == "revoke" ? 2 : 1;
  if ((options->has("leave-behind") && what != "certificate") || (of_authority && !options->has("data")))
    return refuse_usage(how);
  if (!of_authority && ((verb != "add" && verb != "ls" && verb != "revoke") || options->rest.size() != operands))
    return refuse_usage(how);
  auto client = options->has("data") ? Client::admin(*options) : Client::of(*options);
  if (!client) return refuse(client.error());
  if (of_authority) return authority(*client, *options, what);
  if (verb == "add") return add(*client, *options);
  if (verb == "ls") return list(*client, *options);
  const auto done = client->send("DELETE", std::string(path) + "/" + percent_encoded(options->rest[1]), {});
  return done ? 0 : refuse(done.error());
}

}  // namespace langyan::tool
