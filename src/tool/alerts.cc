// langyan alerts: the inbox on the command line.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/json.h"
#include "tool/client.h"
#include "tool/mutes.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

Result<std::string> filters_of(const Options& options) {
  SystemClock clock;
  Options filters = options;
  filters.rest.erase(filters.rest.begin());
  return query_string(filters, clock.now());
}

int list(Client& client, const Options& options) {
  auto parameters = filters_of(options);
  if (!parameters) return refuse(parameters.error());
  auto body = client.get("/api/v1/alerts?" + *parameters);
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array alerts;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS ||
      page["alerts"].get(alerts) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto alert : alerts) fmt::print("{}\n", event_line(alert));
  return 0;
}

int show(Client& client, const Options& options) {
  if (options.rest.size() != 2)
    return refuse_usage("alerts show needs one id, as `langyan alerts ls` prints it");
  for (const char* part : {"", "/history"}) {
    auto body = client.get("/api/v1/alerts/" + percent_encoded(options.rest[1]) + part);
    if (!body) return refuse(body.error());
    fmt::print("{}\n", *body);
  }
  return 0;
}

// New alerts as they come, until interrupted; what is there already is not repeated.
int tail(Client& client, const Options& options) {
  auto parameters = filters_of(options);
  if (!parameters) return refuse(parameters.error());
  simdjson::dom::parser parser;
  return refuse(client.follow("/api/v1/stream?" + *parameters, [&](std::string_view event, std::string_view data) {
    if (event == "skipped") fmt::print(stderr, "more alerts came than could be sent; some are not shown here\n");
    simdjson::dom::element page;
    simdjson::dom::array alerts;
    if (event != "alert" || parser.parse(data.data(), data.size()).get(page) != simdjson::SUCCESS ||
        page["alerts"].get(alerts) != simdjson::SUCCESS)
      return;
    for (const auto alert : alerts)
      fmt::print("{}\n", options.has("json") ? simdjson::minify(alert) : event_line(alert));
    std::fflush(stdout);
  }));
}

int groups(Client& client, const Options& options) {
  const auto parameters = filters_of(options);
  if (!parameters) return refuse(parameters.error());
  const auto body = client.get("/api/v1/alert-groups?" + *parameters);
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array found;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page["groups"].get(found) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto group : found)
    fmt::print("{:>7}  {} new  {}\n", text_at(group, "count"), text_at(group, "states.new"),
               event_line(group["newest"]));
  fmt::print(stderr, "{} groups of {} alerts\n", text_at(page, "found"), text_at(page, "alerts"));
  return 0;
}

int related(Client& client, const Options& options) {
  if (options.rest.size() != 2) return refuse_usage("alerts related needs one id, as `langyan alerts ls` prints it");
  const auto body = client.get("/api/v1/alerts/" + percent_encoded(options.rest[1]) + "/related");
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}\n", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array found;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS || page["alerts"].get(found) != simdjson::SUCCESS)
    return refuse(not_understood());
  for (const auto alert : found) fmt::print("{}\n", event_line(alert));
  return 0;
}

// Words with = are a filter, all others are ids.
int act(Client& client, const std::string& action, const Options& options) {
  std::string body;
  JsonWriter json(body);
  json.open().field("action", action);
  const bool by_filter = options.rest.size() > 1 && options.rest[1].find('=') != std::string::npos;
  json.key(by_filter ? "filter" : "ids");
  by_filter ? json.open() : json.open_list();
  for (std::size_t i = 1; i < options.rest.size(); ++i) {
    const std::string& word = options.rest[i];
    const std::size_t equals = word.find('=');
    if (by_filter != (equals != word.npos))
      return refuse_usage("alerts " + action + " takes ids or a filter, not both");
    by_filter ? json.field(word.substr(0, equals), word.substr(equals + 1)) : json.text(word);
  }
  by_filter ? json.close() : json.close_list();
  if (options.has("comment")) json.field("comment", options.text("comment"));
  if (options.has("to")) json.field("assignee", options.text("to"));
  json.close();
  if (options.rest.size() < 2)
    return refuse_usage("alerts " + action +
                        " needs ids, as `langyan alerts ls` prints them, or a filter such as sid=9100001");
  auto answer = client.send("POST", "/api/v1/alerts/actions", body);
  if (!answer) return refuse(answer.error());
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  simdjson::dom::array results;
  if (parser.parse(*answer).get(page) != simdjson::SUCCESS ||
      page["results"].get(results) != simdjson::SUCCESS)
    return refuse(not_understood());
  int failed = 0;
  for (const auto result : results) {
    const bool ok = text_at(result, "ok") == "true";
    failed += !ok;
    fmt::print("{} {}\n", text_at(result, "id"),
               ok ? text_at(result, "record.state") : text_at(result, "detail"));
  }
  if (text_at(page, "more") == "true")
    fmt::print(stderr, "more were found than one action takes; the rest is as it was: do it again\n");
  if (const auto undo = text_at(page, "undo"); !undo.empty())
    fmt::print(stderr, "undo: langyan alerts undo {}\n", undo);
  return failed ? 1 : 0;
}

}  // namespace

int alerts(const Words& words) {
  constexpr std::string_view flags[] = {"json", "preview", "existing"};
  constexpr std::string_view valued[] = {"since",   "from",   "to",         "limit",
                                         "comment", "reason", "until",      "center",
                                         "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "ls") return list(*client, *options);
  if (verb == "show") return show(*client, *options);
  if (verb == "tail") return tail(*client, *options);
  if (verb == "groups") return groups(*client, *options);
  if (verb == "related") return related(*client, *options);
  if (verb == "mute") return mute_alerts(*client, *options);
  if (verb == "mutes") return list_mutes(*client, *options);
  if (verb == "unmute") return end_mute(*client, *options);
  constexpr std::string_view actions[] = {"ack", "unack", "close", "false-positive", "comment", "assign"};
  if (std::ranges::count(actions, verb))
    return act(*client, verb, *options);
  if (verb == "undo" && options->rest.size() == 2) {
    auto answer =
        client->send("DELETE", "/api/v1/alerts/actions/" + percent_encoded(options->rest[1]), {});
    return answer ? 0 : refuse(answer.error());
  }
  return refuse_usage(
      "alerts needs a verb: ls, groups, show ID, related ID, tail, ack, unack, close, false-positive, comment, assign, "
      "undo, mute, mutes or unmute");
}

}  // namespace langyan::tool
