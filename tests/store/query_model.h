// The second meaning of a plan: an event held against a condition in memory, from its line; and what
// a field's value is in an answer. Nothing here is shared with an engine. Test code only.
#pragma once

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "pipeline/catalogue.h"
#include "query/plan.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

using nlohmann::json;
using query::Column;
using query::Condition;
using query::NumberRange;
using query::Part;
using query::PartKind;
using query::Place;
using query::Target;
using query::TextMatch;
using query::Type;

struct Kept {
  ParsedLines owner;
  json event;
  std::string organisation, id;
  Time received = 0;
  AlertState state = AlertState::fresh;
  const EventRow& row() const { return owner.rows[0]; }
};

// The second meaning.

char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool same_text(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return folded(x) == folded(y); });
}

bool match(std::string_view text, const TextMatch& pattern, bool exact) {
  if (pattern.stars.empty()) return exact ? text == pattern.text : same_text(text, pattern.text);
  // The pieces between stars, in order; the first and last may have to stand at the ends.
  std::vector<std::string_view> pieces;
  std::size_t from = 0;
  for (const auto star : pattern.stars)
    pieces.push_back(std::string_view(pattern.text).substr(from, star - from)), from = star;
  pieces.push_back(std::string_view(pattern.text).substr(from));
  const auto at = [&](std::size_t i, std::string_view piece) {
    return i + piece.size() <= text.size() && same_text(text.substr(i, piece.size()), piece);
  };
  if (!at(0, pieces.front())) return false;
  std::size_t place = pieces.front().size();
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    while (place <= text.size() && !at(place, pieces[i])) ++place;
    if (place > text.size()) return false;
    place += pieces[i].size();
  }
  const std::size_t last = pieces.back().size();
  return text.size() >= place + last && at(text.size() - last, pieces.back());
}

long double wide(const query::Number& number) {
  return number.whole ? static_cast<long double>(number.integer) : static_cast<long double>(number.real);
}
bool in_ranges(long double value, const std::vector<NumberRange>& ranges) {
  return std::ranges::any_of(ranges, [&](const NumberRange& range) {
    if (range.least && (range.least_open ? value <= wide(*range.least) : value < wide(*range.least))) return false;
    return !range.most || !(range.most_open ? value >= wide(*range.most) : value > wide(*range.most));
  });
}
long double number_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)
    return static_cast<long double>(value.get<double>());
  if (value.is_number_integer()) return static_cast<long double>(value.get<std::int64_t>());
  return static_cast<long double>(value.get<double>());
}

const json* at(const json& from, std::string_view path) {
  const json* here = &from;
  for (path.remove_prefix(1); !path.empty();) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('.'), path.size());
    if (!here->is_object()) return nullptr;
    const auto found = here->find(std::string(path.substr(0, end)));
    if (found == here->end()) return nullptr;
    here = &*found;
    path.remove_prefix(end);
  }
  return here;
}

// Every value that stands at a place, lists as they are.
std::vector<const json*> standing(const json& event, const std::vector<Place>& places) {
  std::vector<const json*> found;
  for (const Place& place : places) {
    if (place.list.empty()) {
      if (const json* value = at(event, place.path)) found.push_back(value);
      continue;
    }
    const json* list = at(event, place.list);
    if (!list || !list->is_array()) continue;
    for (const json& item : *list)
      if (item.is_object())
        if (const json* value = at(item, place.path)) found.push_back(value);
  }
  return found;
}

bool scalar_matches(const json& value, const query::Test& test, bool words) {
  if (!words && test.target.type == Type::time) {
    if (!value.is_string()) return false;
    const auto text = value.get<std::string>();
    return std::ranges::any_of(test.numbers, [&](const NumberRange& range) {
      const auto least = range.least ? timestamp(range.least->integer) : "",
                 most = range.most ? timestamp(range.most->integer) : "";
      if (range.least && (range.least_open ? text <= least : text < least)) return false;
      return !range.most || !(range.most_open ? text >= most : text > most);
    });
  }
  if (!words && (value.is_number() || value.is_boolean())) return in_ranges(number_of(value), test.numbers);
  if (!value.is_string() || (!words && !test.target.words.empty())) return false;
  const auto text = value.get<std::string>();
  return std::ranges::any_of(test.texts, [&](const TextMatch& each) { return match(text, each, false); });
}

bool json_matches(const Kept& kept, const query::Test& test) {
  const std::string& protocol = test.target.protocol;
  if (!protocol.empty() && kept.row().event_type != protocol && kept.row().app_proto != protocol) return false;
  if (test.exists)
    if (std::ranges::any_of(standing(kept.event, test.target.places),
                            [](const json* value) { return !value->is_null(); }))
      return true;
  const auto any_of = [&](const json* value, bool words) {
    if (!value->is_array()) return scalar_matches(*value, test, words);
    return std::ranges::any_of(
        *value, [&](const json& each) { return !each.is_structured() && scalar_matches(each, test, words); });
  };
  for (const json* value : standing(kept.event, test.target.places)) if (any_of(value, false)) return true;
  for (const json* value : standing(kept.event, test.target.words)) if (any_of(value, true)) return true;
  return false;
}

bool address_matches(const std::optional<IpAddress>& ip, const query::Test& test) {
  if (!ip) return false;
  if (test.exists ||
      std::ranges::any_of(test.networks, [&](const IpNetwork& network) { return network.contains(*ip); }))
    return true;
  return std::ranges::any_of(test.addresses, [&](const query::AddressRange& range) {
    return ip->is_v4() == range.least.is_v4() && *ip >= range.least && *ip <= range.most;
  });
}
bool text_matches(std::string_view text, const query::Test& test) {
  if (text.empty()) return false;
  return test.exists || std::ranges::any_of(test.texts, [&](const TextMatch& each) {
           return match(text, each, test.target.type == Type::lower);
         });
}
template <class T>
bool number_matches(const std::optional<T>& value, const query::Test& test) {
  return value && (test.exists || in_ranges(static_cast<long double>(*value), test.numbers));
}

bool test_holds(const Kept& kept, const query::Test& test) {
  const EventRow& row = kept.row();
  const bool alert = row.event_class == EventClass::alert;
  const auto below = [&](const TextMatch& each) {
    return kept.organisation == each.text || kept.organisation.starts_with(each.text + "/");
  };
  const std::string_view category = row.signature.empty() ? std::string_view() : row.category;
  switch (test.target.column) {
    case Column::none: return json_matches(kept, test);
    case Column::time: return number_matches(std::optional(row.time), test);
    case Column::received: return number_matches(std::optional(kept.received), test);
    case Column::event_class: return number_matches(std::optional(static_cast<int>(row.event_class)), test);
    case Column::event_type: return text_matches(row.event_type, test);
    case Column::organisation: return test.exists || std::ranges::any_of(test.texts, below);
    case Column::sensor: return text_matches(row.sensor, test);
    case Column::src_ip: return address_matches(row.src_ip, test);
    case Column::dst_ip: return address_matches(row.dst_ip, test);
    case Column::any_ip: return address_matches(row.src_ip, test) || address_matches(row.dst_ip, test);
    case Column::src_port: return number_matches(row.src_port, test);
    case Column::dst_port: return number_matches(row.dst_port, test);
    case Column::any_port: return number_matches(row.src_port, test) || number_matches(row.dst_port, test);
    case Column::proto: return text_matches(row.proto, test);
    case Column::app_proto: return text_matches(row.app_proto, test);
    case Column::any_proto: return text_matches(row.proto, test) || text_matches(row.app_proto, test);
    case Column::flow_id:
      return number_matches(row.flow_id ? std::optional(static_cast<std::int64_t>(*row.flow_id)) : std::nullopt, test);
    case Column::community_id: return text_matches(row.community_id, test);
    case Column::severity: return number_matches(row.severity ? std::optional(row.severity) : std::nullopt, test);
    case Column::sid: return number_matches(row.sid, test);
    case Column::signature: return text_matches(row.signature, test);
    case Column::category: return text_matches(category, test);
    case Column::state: return number_matches(alert ? std::optional(static_cast<int>(kept.state)) : std::nullopt, test);
    case Column::verb: return text_matches(row.ot_verb, test);
    case Column::object: return text_matches(row.ot_object, test);
    case Column::value: return number_matches(row.ot_value, test);
    case Column::result: return text_matches(row.ot_result, test);
    case Column::function: return text_matches(row.function, test);
    case Column::any_text:
      for (const std::string_view text : {row.signature, category, row.ot_object, row.event_type, row.app_proto,
                                          row.ot_verb, row.function, row.sensor, row.proto, row.ot_result})
        if (text_matches(text, test)) return true;
      return test.exists;
  }
  return false;
}

bool holds(const Kept& kept, const Condition& condition, std::size_t part) {
  const Part& each = condition.parts[part];
  const auto below = [&](std::uint32_t index) { return holds(kept, condition, index); };
  switch (each.kind) {
    case PartKind::test: return test_holds(kept, condition.tests[each.test]);
    case PartKind::none_of: return !below(each.parts[0]);
    case PartKind::all_of: return std::ranges::all_of(each.parts, below);
    case PartKind::any_of: return std::ranges::any_of(each.parts, below);
  }
  return false;
}
bool holds(const Kept& kept, const Condition& condition) {
  return condition.parts.empty() || holds(kept, condition, condition.parts.size() - 1);
}

// One value as an answer shows it; empty: none.
std::string shown(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}
std::string shown(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return shown(static_cast<double>(*number));
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&cell)) return shown(*number);
  return "";
}
std::string value_of(const Kept& kept, const Target& target) {
  const EventRow& row = kept.row();
  const auto number = [](const auto& value) { return value ? shown(static_cast<double>(*value)) : std::string(); };
  switch (target.column) {
    case Column::src_ip: return row.src_ip ? to_string(*row.src_ip) : "";
    case Column::dst_ip: return row.dst_ip ? to_string(*row.dst_ip) : "";
    case Column::src_port: return number(row.src_port);
    case Column::dst_port: return number(row.dst_port);
    case Column::event_type: return std::string(row.event_type);
    case Column::app_proto: return std::string(row.app_proto);
    case Column::verb: return std::string(row.ot_verb);
    case Column::object: return std::string(row.ot_object);
    case Column::signature: return std::string(row.signature);
    case Column::severity: return row.severity ? shown(static_cast<double>(row.severity)) : "";
    case Column::sid: return number(row.sid);
    case Column::value: return row.ot_value ? shown(*row.ot_value) : "";
    case Column::event_class: return std::string(name_of(row.event_class));
    case Column::organisation: return kept.organisation;
    case Column::none: break;
    default: ADD_FAILURE() << target.name; return "";
  }
  if (!target.protocol.empty() && row.event_type != target.protocol && row.app_proto != target.protocol) return "";
  for (const Place& place : target.places) {
    const json* value = nullptr;
    if (place.list.empty()) {
      value = at(kept.event, place.path);
    } else if (const json* list = at(kept.event, place.list);
               list && list->is_array() && !list->empty() && (*list)[0].is_object()) {
      value = at((*list)[0], place.path);
    }
    if (!value || value->is_null()) continue;
    if (value->is_string()) return value->get<std::string>();
    if (value->is_boolean() && target.type == Type::boolean) return value->get<bool>() ? "true" : "false";
    if (value->is_structured()) return value->dump();
    return shown(static_cast<double>(number_of(*value)));
  }
  return "";
}

}  // namespace
}  // namespace langyan::store
