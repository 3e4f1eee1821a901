// The evidence of a notice, as events in full: each is named by where it was made, so that any center finds its own copy of it, and
// whoever is addressed can provide copies of what the issuing authority has only in part (docs/design/0044). Any thread.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "store/event_store.h"

namespace langyan::center {

constexpr std::size_t most_provided_bytes = std::size_t{512} << 10;  // of events together: they travel in one line

// `origin` of an event, and its time, by which it is looked for.
struct EventOrigin {
  std::string sensor;
  std::uint64_t epoch = 0;
  store::Lane lane = store::Lane::alert;
  std::uint64_t seq = 0;
  Time time = 0;

  bool operator==(const EventOrigin&) const = default;
  static std::optional<EventOrigin> of_event(simdjson::dom::element line);
  static std::optional<EventOrigin> read(simdjson::dom::element from);  // as write() wrote it
  void write(JsonWriter& json) const;
};

// The copies a center has of events, in the order of their origins.
struct Copies {
  std::vector<store::Event> events;
  std::uint64_t missing = 0;  // never received, or not kept any more
};
Result<Copies> copies_of(store::EventStore& events, const store::Scope& scope, std::span<const EventOrigin> origins);

// What was provided. The sum stands for the lines where they need not travel.
struct Provided {
  std::vector<std::string> lines;
  std::string sum;  // SHA-256 of the lines
  std::uint64_t count = 0, missing = 0, too_large = 0;  // provided; not there; beyond most_provided_bytes

  static Provided of(const Copies& copies);
  static std::optional<Provided> read(simdjson::dom::element from, bool whole);  // none: it contradicts itself
  void write(JsonWriter& json) const;
};

}  // namespace langyan::center
