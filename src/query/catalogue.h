// Catalogue: what a query may ask for, and under which names.
//
// Two sources: the fixed columns of the store with the parts of an event that every protocol has
// (columns.cc), and the fields of the protocols, read from the catalogue that sensors deliver
// (`langyan fields --json`); no field of a protocol is named in the center. ECS names are canonical;
// the names of EVE, short names and the Chinese labels mean the same field. `eve.<path>` reaches any
// member of an event's JSON without being known.
// Constant after it was made; any thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "query/fault.h"

namespace langyan::query {

constexpr std::size_t catalogue_fields = 20'000;  // of one delivered catalogue; there are some 1,600
constexpr std::size_t path_bytes = 128;           // eve.<path>
constexpr std::size_t path_members = 8;

// What the store keeps beside the JSON of an event.
enum class Column : std::uint8_t {
  none,  // only in the JSON
  time, received, event_class, event_type, organisation, sensor,
  src_ip, dst_ip, any_ip,        // any_…: of either side
  src_port, dst_port, any_port,
  proto, app_proto, any_proto,   // any_proto: transport or application
  flow_id, community_id,
  severity, sid, signature, category, state,
  verb, object, value, result, function,
  any_text,                      // what a text without a field is looked for in
};

enum class Type : std::uint8_t {
  number,
  identifier,   // a number that is compared as a whole (flow_id: all 64 bits)
  text,         // letters of ASCII in either case are equal
  lower,        // a text that is always lower case in events, as is what it is compared with
  address,
  time,
  boolean,
  any,          // JSON of any kind: a number, a text, true or false
  severity,     // 1 is worst; critical … info
  state,        // of an alert: new, acknowledged, closed, false-positive
  event_class,  // alert, operation, flow, stats, other
  path,         // an organisation and what is below it
};

// Where a field stands in the JSON: at `path`, or at `path` in each element of the list at `list`.
// Paths are SQLite's: "$.modbus.request.unit_id", with members of a-z 0-9 _ only.
struct Place {
  std::string list, path;
};

struct Target {
  std::string name;  // as messages and columns of answers call it
  Type type = Type::any;
  Column column = Column::none;
  std::vector<Place> places;  // any of them; a list there is any of its elements
  std::vector<Place> words;   // of a coded number: where its word stands
  std::string protocol;       // only in events of it; empty: of all
  std::vector<std::pair<std::int64_t, std::string>> codes;  // numbers and their words
  Said label, doc;
  std::vector<std::string> aliases;

  bool in_json() const { return column == Column::none; }
  bool is_number() const { return type == Type::number || type == Type::identifier; }
};

class Catalogue {
 public:
  Catalogue();  // the fixed columns only
  // With the fields of a delivered catalogue; what it lists and is not understood is left out.
  static Result<std::shared_ptr<const Catalogue>> of(std::string_view fields_json);

  const Target* find(std::string_view name) const;  // by any of its names, in either case
  // eve.<path>; nothing when that is no path.
  static std::optional<Target> path_target(std::string_view name);
  std::string_view nearest(std::string_view name) const;
  const std::deque<Target>& all() const { return targets_; }

 private:
  void add(Target target);
  std::deque<Target> targets_;
  std::unordered_map<std::string, const Target*> names_;  // lower case
};

std::string lower_case(std::string_view text);  // ASCII

// The rows of columns.cc.
std::vector<Target> fixed_targets();

}  // namespace langyan::query
