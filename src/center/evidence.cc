#include "center/evidence.h"

#include <algorithm>

#include "base/json_members.h"
#include "center/notices.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

std::optional<EventOrigin> origin_at(simdjson::dom::element from, std::string_view time) {
  const auto epoch = store::parse_epoch(json::text_of(from, "epoch"));
  const auto lane = store::lane_of(json::text_of(from, "lane"));
  const auto at = parse_timestamp(time);
  EventOrigin origin;
  origin.sensor = json::text_of(from, "sensor");
  if (!epoch || !lane || !at || origin.sensor.empty() || origin.sensor.size() > store::name_bytes) return {};
  origin.epoch = *epoch, origin.lane = *lane, origin.time = *at;
  origin.seq = json::number_of<std::uint64_t>(from, "seq");
  return origin;
}

// Of the first thousand of a sensor's events in the same microsecond.
Result<std::optional<store::Event>> copy_of(store::EventStore& events, const store::Scope& scope,
                                            const EventOrigin& origin) {
  store::Filter filter;
  filter.from = origin.time, filter.to = origin.time + 1, filter.sensors = {origin.sensor};
  auto page = events.events(scope, filter, "", store::page_rows);
  if (!page) return page.error();
  simdjson::dom::parser parser;
  for (store::Event& event : page->events) {
    simdjson::dom::element line;
    if (parser.parse(event.json).get(line) == simdjson::SUCCESS && EventOrigin::of_event(line) == origin)
      return std::optional(std::move(event));
  }
  return std::optional<store::Event>();
}

std::string sum_of(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all.append(line).append("\n");
  return sha256_hex(all);
}

}  // namespace

std::optional<EventOrigin> EventOrigin::of_event(simdjson::dom::element line) {
  simdjson::dom::element origin;
  if (line["origin"].get(origin) != simdjson::SUCCESS) return {};
  return origin_at(origin, json::text_of(line, "timestamp"));
}

std::optional<EventOrigin> EventOrigin::read(simdjson::dom::element from) {
  return origin_at(from, json::text_of(from, "time"));
}

void EventOrigin::write(JsonWriter& json) const {
  json.open()
      .field("sensor", sensor)
      .field("epoch", store::epoch_text(epoch))
      .field("lane", store::name_of(lane))
      .field("seq", seq);
  json.key("time").time(time).close();
}

Result<Copies> copies_of(store::EventStore& events, const store::Scope& scope, std::span<const EventOrigin> origins) {
  Copies copies;
  for (const EventOrigin& origin : origins) {
    auto copy = copy_of(events, scope, origin);
    if (!copy) return copy.error();
    if (*copy) copies.events.push_back(std::move(**copy));
    else ++copies.missing;
  }
  return copies;
}

// Lines are written anew, so that they, and their sum, are the same after each center on the way has read and written them.
Provided Provided::of(const Copies& copies) {
  Provided provided;
  provided.missing = copies.missing;
  std::size_t octets = 0;
  simdjson::dom::parser parser;
  for (const store::Event& event : copies.events) {
    simdjson::dom::element line;
    std::string text = parser.parse(event.json).get(line) == simdjson::SUCCESS ? simdjson::minify(line) : "";
    if (text.empty() || octets + text.size() > most_provided_bytes) {
      ++provided.too_large;
      continue;
    }
    octets += text.size();
    provided.lines.push_back(std::move(text));
  }
  provided.count = provided.lines.size(), provided.sum = sum_of(provided.lines);
  return provided;
}

void Provided::write(JsonWriter& json) const {
  json.open().field("count", count).field("missing", missing).field("too_large", too_large).field("sum", sum);
  if (!lines.empty()) {
    json.key("lines").open_list();
    for (const std::string& line : lines) json.raw(line);
    json.close_list();
  }
  json.close();
}

std::optional<Provided> Provided::read(simdjson::dom::element from, bool whole) {
  Provided provided;
  provided.sum = json::text_of(from, "sum");
  provided.count = json::number_of<std::uint64_t>(from, "count");
  provided.missing = json::number_of<std::uint64_t>(from, "missing");
  provided.too_large = json::number_of<std::uint64_t>(from, "too_large");
  if (provided.sum.size() != 64 || provided.count == 0 ||
      std::max({provided.count, provided.missing, provided.too_large}) > most_evidence)
    return {};
  if (!whole) return provided;
  std::size_t octets = 0;
  json::each_of(from, "lines", [&](simdjson::dom::element each) {
    if (!each.is_object() || octets > most_provided_bytes) return;
    octets += provided.lines.emplace_back(simdjson::minify(each)).size();
  });
  const bool alike =
      provided.lines.empty() || (octets <= most_provided_bytes && provided.lines.size() == provided.count &&
                                 sum_of(provided.lines) == provided.sum);
  return alike ? std::optional(std::move(provided)) : std::nullopt;
}

}  // namespace langyan::center
