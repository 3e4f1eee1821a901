#include "tool/mutes.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

std::string line_of(simdjson::dom::element mute) {
  std::string line =
      text_at(mute, "id") + "  " + (text_at(mute, "active") == "true" ? "until " : "ended ") + text_at(mute, "until");
  for (const char* name : {"sid", "src", "dst", "address", "organisation"})
    if (const std::string value = text_at(mute, name); !value.empty() && value != "null")
      line.append("  ").append(name).append("=").append(value);
  if (const std::string hidden = text_at(mute, "hidden"); !hidden.empty())
    line += "  hid " + hidden + " in the last week";
  if (const std::string reason = text_at(mute, "reason"); !reason.empty()) line += "  " + reason;
  return line;
}


// rule sid=9100001, pair sid=9100001 src=10.0.0.1 dst=10.0.0.2, asset address=10.0.0.1
Result<std::string> body_of(const Options& options) {
  std::string body;
  JsonWriter json(body);
  json.open().field("scope", options.rest[1]);
  for (std::size_t i = 2; i < options.rest.size(); ++i) {
    const std::string& word = options.rest[i];
    const std::size_t equals = word.find('=');
    if (equals == word.npos)
      return Error{ErrorKind::usage, word + ": what is muted is NAME=VALUE, such as sid=9100001 or src=10.0.0.1"};
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    const bool number = name == "sid" && !value.empty() && value.find_first_not_of("0123456789") == value.npos;
    number ? json.key(name).raw(value) : json.field(name, value);
  }
  if (!options.has("preview")) {
    json.field("until", options.text("until")).field("reason", options.text("reason"));
    json.field("existing", options.has("existing"));
  }
  json.close();
  return body;
}

}  // namespace

int mute_alerts(Client& client, const Options& options) {
  const bool preview = options.has("preview");
  if (options.rest.size() < 3 || preview == options.has("until"))
    return refuse_usage("alerts mute needs a scope and its ends, and --until or --preview:"
                        " langyan alerts mute pair sid=9100001 src=10.0.0.1 dst=10.0.0.2 --until 8h");
  const auto body = body_of(options);
  if (!body) return refuse(body.error());
  const auto answer = client.send("POST", preview ? "/api/v1/mutes/preview" : "/api/v1/mutes", *body);
  if (!answer) return refuse(answer.error());
  if (options.has("json")) return fmt::print("{}\n", *answer), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element mute;
  if (parser.parse(*answer).get(mute) != simdjson::SUCCESS) return refuse(not_understood());
  if (preview)
    fmt::print("would have hidden {} alerts in the last week, {} of them new\n", text_at(mute, "hidden"),
               text_at(mute, "waiting"));
  else
    fmt::print("{}\n", line_of(mute));
  return 0;
}

int list_mutes(Client& client, const Options& options) {
  const auto body = client.get("/api/v1/mutes");
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array mutes;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page["mutes"].get(mutes) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto mute : mutes) fmt::print("{}\n", line_of(mute));
  return 0;
}

// It ends; what it hid stays hidden.
int end_mute(Client& client, const Options& options) {
  if (options.rest.size() != 2) return refuse_usage("alerts unmute needs one id, as `langyan alerts mutes` prints it");
  const auto answer = client.send("PATCH", "/api/v1/mutes/" + percent_encoded(options.rest[1]), R"({"until":"now"})");
  return answer ? 0 : refuse(answer.error());
}

}  // namespace langyan::tool
