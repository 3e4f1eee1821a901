// Questions by plan against a second meaning of the same plan: every event is held against the
// condition here, in memory, from its line. The events are those the sensor makes of the
// repository's captures (tests/golden); the queries are random texts about what stands in them, so
// that parser, resolver, compiler and engine are all on the way.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "pipeline/catalogue.h"
#include "query/plan.h"
#include "store/sqlite/sqlite_event_store.h"
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
  for (const auto star : pattern.stars) pieces.push_back(std::string_view(pattern.text).substr(from, star - from)), from = star;
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
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return static_cast<long double>(value.get<double>());
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
      const auto least = range.least ? timestamp(range.least->integer) : "", most = range.most ? timestamp(range.most->integer) : "";
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
    if (std::ranges::any_of(standing(kept.event, test.target.places), [](const json* value) { return !value->is_null(); })) return true;
  const auto any_of = [&](const json* value, bool words) {
    if (!value->is_array()) return scalar_matches(*value, test, words);
    return std::ranges::any_of(*value, [&](const json& each) { return !each.is_structured() && scalar_matches(each, test, words); });
  };
  for (const json* value : standing(kept.event, test.target.places)) if (any_of(value, false)) return true;
  for (const json* value : standing(kept.event, test.target.words)) if (any_of(value, true)) return true;
  return false;
}

bool address_matches(const std::optional<IpAddress>& ip, const query::Test& test) {
  if (!ip) return false;
  if (test.exists || std::ranges::any_of(test.networks, [&](const IpNetwork& network) { return network.contains(*ip); })) return true;
  return std::ranges::any_of(test.addresses, [&](const query::AddressRange& range) {
    return ip->is_v4() == range.least.is_v4() && *ip >= range.least && *ip <= range.most;
  });
}
bool text_matches(std::string_view text, const query::Test& test) {
  if (text.empty()) return false;
  return test.exists || std::ranges::any_of(test.texts, [&](const TextMatch& each) { return match(text, each, test.target.type == Type::lower); });
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
      for (const std::string_view text : {row.signature, category, row.ot_object, row.event_type, row.app_proto, row.ot_verb,
                                          row.function, row.sensor, row.proto, row.ot_result})
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
    } else if (const json* list = at(kept.event, place.list); list && list->is_array() && !list->empty() && (*list)[0].is_object()) {
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

// Random texts about what stands in the events.

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t most) { return engine_() % most; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& list) { return list[below(list.size())]; }

 private:
  std::mt19937_64 engine_;
};

const query::Catalogue& catalogue() {
  static const auto made = query::Catalogue::of(pipeline::fields_json()).take();
  return *made;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string text_value(Chance& chance, std::string text) {
  if (has_control(text) || text.size() > 200) text = "x";
  if (is_plain(text) && text.size() > 3) {
    const std::size_t cut = 1 + chance.below(text.size() - 2);
    switch (chance.below(6)) {
      case 0: return text.substr(0, cut) + "*";
      case 1: return "*" + text.substr(cut);
      case 2: return "*" + text.substr(1, cut) + "*";
      case 3: return text.substr(0, 1) + "*" + text.substr(cut);
      case 4: for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c))); break;
      default: break;
    }
  }
  return in_quotes(text);
}

std::string number_term(Chance& chance, const std::string& field, double value) {
  const auto low = static_cast<std::int64_t>(std::floor(std::clamp(value, -1e15, 1e15)));
  const bool whole = value == static_cast<double>(low);
  switch (chance.below(7)) {
    case 0: return field + ">=" + std::to_string(low);
    case 1: return field + "<" + std::to_string(low + 1);
    case 2: return field + ":" + std::to_string(low - 3) + ".." + std::to_string(low + 2);
    case 3: return field + ">" + std::to_string(low) + ".5";
    case 4: return field + ":(1 or 7 or " + std::to_string(low) + ")";
    case 5: return field + "!=" + std::to_string(low);
    default: return whole ? field + ":" + std::to_string(low) : field + ":*";
  }
}

std::string address_term(Chance& chance, const std::string& field, const IpAddress& ip) {
  const std::string text = to_string(ip);
  if (!ip.is_v4()) return field + ":" + text + (chance.one_in(2) ? "/64" : "");
  switch (chance.below(6)) {
    case 0: return field + ":" + text + "/24";
    case 1: return field + ":" + text.substr(0, text.rfind('.')) + ".*";
    case 2: return field + ":" + text + ".." + to_string(IpAddress::v4(ip.v4_number() + 3));
    case 3: return field + ":(" + text + " or 10.20.0.8)";
    case 4: return field + "!=" + text;
    default: return field + ":" + text;
  }
}

// A term that `kept` may well match.
std::string random_term(Chance& chance, const Kept& kept) {
  const EventRow& row = kept.row();
  const auto json_term = [&](const std::string& field, const json& found, bool coded) {
    const json* value = &found;
    while (value->is_array() && !value->empty()) value = &(*value)[chance.below(value->size())];
    if (value->is_string()) return field + ":" + (coded ? std::string("*") : text_value(chance, value->get<std::string>()));
    if (value->is_boolean()) return field + ":" + (value->get<bool>() ? "true" : "false");
    if (value->is_number()) return number_term(chance, field, static_cast<double>(number_of(*value)));
    return field + ":*";
  };
  switch (chance.below(26)) {
    case 0: return "type:" + std::string(row.event_type);
    case 1: return row.src_ip ? address_term(chance, chance.of<std::string>({"src", "source.ip", "源地址"}), *row.src_ip) : "src:*";
    case 2: return row.dst_ip ? address_term(chance, chance.of<std::string>({"dst", "dest_ip"}), *row.dst_ip) : "dst:*";
    case 3: return row.src_ip ? address_term(chance, "ip", *row.src_ip) : "ip:*";
    case 4: return row.dst_port ? number_term(chance, chance.of<std::string>({"dport", "port"}), *row.dst_port) : "not port:*";
    case 5: return row.severity ? chance.of<std::string>({"severity>=high", "severity<=medium", "severity:4", "severity:low..medium", "severity!=high", "sev:*"}) : "severity:*";
    case 6: return row.sid ? number_term(chance, "sid", *row.sid) : "not sid:*";
    case 7: return "verb:" + (row.ot_verb.empty() ? "(read or write)" : std::string(row.ot_verb));
    case 8: return "obj:" + text_value(chance, row.ot_object.empty() ? "40001" : std::string(row.ot_object));
    case 9: return row.ot_value ? number_term(chance, "value", *row.ot_value) : "value:*";
    case 10: return "function:" + text_value(chance, row.function.empty() ? "none" : std::string(row.function));
    case 11: return chance.of<std::string>({"is:new", "is:ack", "state:closed", "is:alert", "class:operation", "class:(flow or stats)", "state:*"});
    case 12: return "proto:" + std::string(chance.one_in(2) && !row.proto.empty() ? row.proto : row.app_proto.empty() ? "x" : row.app_proto);
    case 13: return chance.of<std::string>({"org:cn", "org:cn/a", "org:(us or cn/b)", "org:*", "org:nowhere"});
    case 14: return chance.of<std::string>({"sensor:PLANT-1", "sensor:plant*", "sensor:x", "sensor:*"});
    case 15: return "time" + chance.of<std::string>({">=", "<", "<="}) + timestamp(row.time);
    case 16: return row.flow_id ? "flow_id:" + std::to_string(*row.flow_id) : "flow_id:*";
    case 17: return text_value(chance, std::string(row.signature.empty() ? row.event_type : row.signature).substr(0, 12));
    case 18: return "rule:" + text_value(chance, std::string(row.signature.empty() ? "x" : row.signature));
    case 19: return "fc:" + (row.function.empty() ? "*" : text_value(chance, std::string(row.function)));
    case 20: return chance.of<std::string>({"tech:T0888", "tech:t08*", "tech:*", "unit:1", "ot.count>1", "space:holding*", "ot.function>5", "mac:*"});
    case 21: return chance.of<std::string>({"result:ok", "result:re*", "network.community_id:*", "category:*", "transport:udp", "received>=-10d"});
    case 22: {  // any member of the event
      std::string path = "eve";
      const json* here = &kept.event;
      while (here->is_object() && !here->empty() && path.size() < 90) {
        auto member = here->begin();
        std::advance(member, static_cast<std::ptrdiff_t>(chance.below(here->size())));
        if (!is_plain(member.key())) break;
        path += "." + member.key(), here = &*member;
      }
      return path == "eve" ? "type:*" : json_term(path, *here, false);
    }
    default: {  // a field of the event's protocol
      std::vector<const Target*> fields;
      for (const Target& target : catalogue().all())
        if (!target.protocol.empty() && (target.protocol == row.event_type || target.protocol == row.app_proto)) fields.push_back(&target);
      if (fields.empty()) return "app:*";
      const Target* target = chance.of(fields);
      for (int tried = 0; tried < 30 && standing(kept.event, target->places).empty(); ++tried) target = chance.of(fields);
      const auto found = standing(kept.event, target->places);
      if (found.empty()) return target->name + ":*";
      if (!target->codes.empty() && chance.one_in(2)) {
        const std::string& word = chance.of(target->codes).second;
        return target->name + ":" + (chance.one_in(2) ? in_quotes(word) : word.substr(0, 1) + "*");
      }
      if (target->type == Type::time)
        return target->name + chance.of<std::string>({">=", "<", "<="}) + found[0]->get<std::string>();
      return json_term(target->name, *found[0], target->type == Type::number);
    }
  }
}

std::string random_filter(Chance& chance, const std::vector<Kept>& kept, int depth = 0) {
  const auto term = [&] { return random_term(chance, kept[chance.below(kept.size())]); };
  switch (depth < 3 ? chance.below(8) : 7) {
    case 0: return "(" + random_filter(chance, kept, depth + 1) + " or " + random_filter(chance, kept, depth + 1) + ")";
    case 1: return random_filter(chance, kept, depth + 1) + " and " + random_filter(chance, kept, depth + 1);
    case 2: return "not (" + random_filter(chance, kept, depth + 1) + ")";
    case 3: {  // several about one event, so that something is found
      const Kept& one = kept[chance.below(kept.size())];
      return random_term(chance, one) + " " + random_term(chance, one) + (chance.one_in(2) ? " " + random_term(chance, one) : "");
    }
    case 4: return "-" + term();
    default: return term();
  }
}

// As deep and as wide as a query may be.
std::string random_deep(Chance& chance, std::size_t depth, std::size_t& terms) {
  const std::string leaf = terms == 0 ? "a" : chance.of<std::string>({"modbus.unit_id:1", "not fc:(3 or 4 or x*)", "pump", "src:10.20.0.5", "iec104.address>1", "severity>=high"});
  if (depth == 0 || terms == 0) return leaf;
  std::string text;
  const std::string word = chance.one_in(2) ? " and " : " or ";
  for (std::size_t i = 0, n = 2 + chance.below(2); i < n && terms > 0; ++i) {
    const bool deep = i == n / 2 || chance.one_in(16);
    if (!deep || depth == 1) --terms;
    text += (i ? word : "") + (deep ? (chance.one_in(2) ? "not (" : "(") + random_deep(chance, depth - 1, terms) + ")" : leaf);
  }
  return text;
}

class Query : public EventStoreSuite {
 protected:
  // The lines of the golden files, `most` of them spread over all.
  void fill(std::size_t most = SIZE_MAX) {
    std::vector<std::string> lines;
    const auto root = std::filesystem::path(LANGYAN_SOURCE_DIR) / "tests/golden";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
      if (entry.path().string().ends_with(".eve.jsonl")) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& path : files) {
      std::ifstream in(path);
      for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
    ASSERT_GT(lines.size(), 1'000u) << "tests/golden must be there";
    for (std::size_t i = 0; most < lines.size() && i < most; ++i) lines[i] = lines[i * lines.size() / most];
    lines.resize(std::min(lines.size(), most));
    const std::vector<std::string> organisations = {"cn/a/x", "cn/a/y", "cn/b", "us"};
    std::map<std::string, std::uint64_t> next;
    std::vector<std::vector<std::string>> batches(4);
    std::vector<std::vector<std::size_t>> of(4);
    std::size_t seq = 0;
    EventParser parser;
    for (const std::string& line : lines) {
      const std::size_t which = seq / 40 % 4, sensor = seq / 100 % 3;
      ++seq;
      std::string whole = line.substr(0, line.size() - 1) + R"(,"origin":{"sensor":"plant-)" + std::to_string(sensor) +
                          R"(","epoch":"00000000000000aa","lane":"bulk","seq":)" + std::to_string(seq) + "}}";
      Kept each;
      each.owner = parser.parse_lines(whole, 0xaa);
      ASSERT_EQ(each.owner.rows.size(), 1u) << whole;
      each.event = json::parse(whole), each.organisation = organisations[which];
      of[which].push_back(kept.size()), batches[which].push_back(std::move(whole));
      kept.push_back(std::move(each));
    }
    for (std::size_t which = 0; which < 4; ++which) {
      source = "center of " + organisations[which];
      const std::size_t half = batches[which].size() / 2;
      for (const bool second : {false, true}) {
        const std::vector<std::string> part(batches[which].begin() + static_cast<std::ptrdiff_t>(second ? half : 0),
                                            second ? batches[which].end() : batches[which].begin() + static_cast<std::ptrdiff_t>(half));
        const Time received = noon + (second ? day : 0);
        for (std::size_t i = 0; i < part.size(); ++i) kept[of[which][(second ? half : 0) + i]].received = received;
        append(part, second ? half + 1 : 1, received, organisations[which]);
      }
    }
    std::map<std::uint64_t, std::size_t> by_seq;
    for (std::size_t i = 0; i < kept.size(); ++i) by_seq[kept[i].row().seq] = i;
    std::string cursor;
    for (std::size_t found = 0; found < kept.size();) {
      const auto feed = store().since(Scope::all(), {}, cursor, 500);
      ASSERT_TRUE(feed.ok());
      for (const Event& event : feed->events) kept[by_seq.at(json::parse(event.json)["origin"]["seq"])].id = event.id, ++found;
      cursor = feed->cursor;
    }
  }

  query::Plan plan_of(const std::string& text) {
    query::Surroundings around;
    around.catalogue = &catalogue(), around.now = noon + 10 * day;
    auto resolved = query::understand(text, around);
    EXPECT_TRUE(resolved.faults.empty()) << text << ": " << (resolved.faults.empty() ? "" : resolved.faults[0].message.en);
    if (resolved.plan.text.size() < query::query_bytes) {
      EXPECT_TRUE(!resolved.faults.empty() || query::understand(resolved.plan.text, around).faults.empty()) << resolved.plan.text;
    }
    return std::move(resolved.plan);
  }

  std::set<std::string> expected(const Condition& condition, const Scope& scope, const Range& range) const {
    std::set<std::string> ids;
    for (const Kept& each : kept)
      if (scope.covers(each.organisation) && (!range.from || each.row().time >= *range.from) && (!range.to || each.row().time < *range.to) &&
          holds(each, condition))
        ids.insert(each.id);
    return ids;
  }

  std::vector<Kept> kept;
};

const std::vector<Scope> scopes = {Scope::all(), Scope::all(), Scope::of("cn").take(), Scope::of("cn/a").take(), Scope::of("us").take()};

Range random_range(Chance& chance, const std::vector<Kept>& kept) {
  Range range;
  if (chance.one_in(3)) range.from = kept[chance.below(kept.size())].row().time;
  if (chance.one_in(3)) range.to = kept[chance.below(kept.size())].row().time;
  return range;
}

TEST_P(Query, SearchFindsExactlyWhatTheConditionHoldsFor) {
  fill();
  Chance chance(std::getenv("LANGYAN_SEED") ? std::strtoull(std::getenv("LANGYAN_SEED"), nullptr, 10) : 26);
  const int questions = std::getenv("LANGYAN_QUESTIONS") ? std::atoi(std::getenv("LANGYAN_QUESTIONS")) : 700;
  std::size_t found = 0, some = 0;
  for (int question = 0; question < questions; ++question) {
    const std::string text = random_filter(chance, kept);
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    const Range range = random_range(chance, kept);
    const auto wanted = expected(*plan.condition, scope, range);
    std::set<std::string> got;
    std::string cursor;
    Time last = std::numeric_limits<Time>::max();
    const std::size_t limit = 1 + chance.below(900);
    do {
      const auto page = store().search(scope, plan, range, cursor, limit);
      ASSERT_TRUE(page.ok()) << page.error().message;
      ASSERT_FALSE(page->searched_to) << "nothing here takes that long";
      for (const Event& event : page->events) {
        ASSERT_TRUE(got.insert(event.id).second) << "twice";
        ASSERT_LE(event.time, last);
        last = event.time;
      }
      cursor = page->next;
    } while (!cursor.empty());
    if (got != wanted) {
      for (const Kept& each : kept)
        ASSERT_EQ(got.contains(each.id), wanted.contains(each.id)) << each.organisation << " " << each.owner.rows[0].json.substr(0, 1'500);
    }
    found += wanted.size(), some += !wanted.empty() && wanted.size() < kept.size();
  }
  EXPECT_GT(some, static_cast<std::size_t>(questions) / 2) << "the questions must tell events apart";
  std::printf("%d random queries over %zu events, %zu found\n", questions, kept.size(), found);
}

TEST_P(Query, GroupsAndFunctionsAreThoseOfTheEvents) {
  fill();
  Chance chance(27);
  const std::vector<std::string> fields = {"src", "dst", "dport", "type", "app", "verb", "obj", "rule", "severity", "sid", "class", "org",
                                           "modbus.unit_id", "eve.alert.category", "direction", "eve.flow.state"};
  const std::vector<std::string> measured = {"value", "dport", "pcap_cnt", "sid"};
  std::uint64_t events = 0;
  for (int question = 0; question < 250; ++question) {
    std::string text = chance.one_in(3) ? "" : random_filter(chance, kept);
    std::vector<std::string> groups;
    for (std::size_t i = 0, n = chance.below(3); i < n; ++i)
      if (const auto& field = chance.of(fields); std::ranges::find(groups, field) == groups.end()) groups.push_back(field);
    if (!groups.empty()) {
      text += " | groupby";
      for (const auto& each : groups) text += " " + each;
    }
    const std::string of = chance.of(measured);
    const bool functions = groups.empty() || chance.one_in(2);
    if (functions) text += " | stats count sum(" + of + ") avg(" + of + ") min(" + of + ") max(" + of + ") distinct(dst)";
    text += " | head 10000";
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    Range range = random_range(chance, kept);
    if (chance.one_in(2)) range = {noon - 40 * day, noon + 40 * day};  // with both ends a roll-up may answer
    const auto answer = store().aggregate(scope, plan, range);
    ASSERT_TRUE(answer.ok()) << answer.error().message;

    struct Wanted {
      std::uint64_t count = 0, numbers = 0;
      double sum = 0, least = 0, most = 0;
      std::set<std::string> distinct;
    };
    std::map<std::vector<std::string>, Wanted> wanted;
    if (groups.empty()) wanted[{}];
    const auto ids = expected(*plan.condition, scope, range);
    for (const Kept& each : kept) {
      if (!ids.contains(each.id)) continue;
      std::vector<std::string> key;
      for (const Target& target : plan.groups) key.push_back(value_of(each, target));
      if (std::ranges::find(key, "") != key.end()) continue;
      Wanted& group = wanted[key];
      ++group.count;
      if (!functions) continue;
      if (const std::string value = value_of(each, *plan.measures[1].target); !value.empty()) {
        const double number = std::stod(value);
        group.sum += number;
        group.least = group.numbers ? std::min(group.least, number) : number;
        group.most = group.numbers ? std::max(group.most, number) : number;
        ++group.numbers;
      }
      if (each.row().dst_ip) group.distinct.insert(to_string(*each.row().dst_ip));
    }
    ASSERT_EQ(answer->rows.size(), wanted.size());
    ASSERT_EQ(answer->groups, wanted.size());
    std::uint64_t before = UINT64_MAX;
    for (const auto& row : answer->rows) {
      std::vector<std::string> key;
      for (std::size_t i = 0; i < plan.groups.size(); ++i) key.push_back(shown(row[i]));
      ASSERT_TRUE(wanted.contains(key)) << testing::PrintToString(key);
      const Wanted& group = wanted[key];
      const std::size_t at = plan.groups.size();
      const auto count = static_cast<std::uint64_t>(std::get<std::int64_t>(row[at]));
      ASSERT_EQ(count, group.count) << testing::PrintToString(key);
      ASSERT_LE(count, before);
      before = count, events += count;
      if (!functions) continue;
      const auto none = [&](double value) { return group.numbers ? shown(value) : std::string(); };
      const double sum = group.numbers ? std::get<double>(row[at + 1]) : 0;
      ASSERT_NEAR(sum, group.sum, std::abs(group.sum) * 1e-6);
      ASSERT_EQ(shown(row[at + 3]), none(group.least));
      ASSERT_EQ(shown(row[at + 4]), none(group.most));
      ASSERT_EQ(shown(row[at + 5]), shown(static_cast<double>(group.distinct.size())));
    }
  }
  EXPECT_GT(events, 20'000u);
}

TEST_P(Query, HistogramsCountTheSameEvents) {
  fill();
  Chance chance(28);
  std::uint64_t events = 0;
  for (int question = 0; question < 150; ++question) {
    const std::string by = chance.of<std::string>({"", "", "severity", "type", "src", "verb"});
    std::string text = random_filter(chance, kept);
    if (chance.one_in(2) || !by.empty()) text += " | timechart " + chance.of<std::string>({"1h", "10s", "1d"}) + (by.empty() ? "" : " by " + by);
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    const Time from = kept[chance.below(kept.size())].row().time - static_cast<Time>(chance.below(3'600)) * second;
    const Duration bucket = plan.bucket ? plan.bucket : minute;
    const Time to = from + bucket * static_cast<Time>(1 + chance.below(100));
    const auto counts = store().histogram(scope, plan, from, to, plan.bucket ? 0 : bucket);
    ASSERT_TRUE(counts.ok()) << counts.error().message;
    ASSERT_EQ(counts->bucket, bucket);
    std::uint64_t total = 0;
    for (const Series& series : counts->series) total += series.total;
    if (!by.empty()) continue;
    // Widened to whole buckets, but never beyond what the query itself says of time.
    const Time end = counts->from + bucket * static_cast<Time>(counts->series.at(0).counts.size());
    const auto ids = expected(*plan.condition, scope, {counts->from, end});
    ASSERT_EQ(total, ids.size());
    events += total;
  }
  EXPECT_GT(events, 1'000u);
}

TEST_P(Query, SortedPagesAreInTheirOrder) {
  fill();
  for (const std::string_view order : {"value", "value^", "src^ time^", "obj", "rule^", "time^"}) {
    const query::Plan plan = plan_of("class:(operation or alert) | sortby " + std::string(order));
    const auto page = store().search(Scope::all(), plan, {}, "", 200);
    ASSERT_TRUE(page.ok()) << page.error().message;
    ASSERT_EQ(page->events.size(), 200u);
    EXPECT_EQ(page->next, "");
    std::map<std::string, const Kept*> by_id;
    for (const Kept& each : kept) by_id[each.id] = &each;
    if (order.starts_with("value")) {
      std::vector<double> values;
      for (const Event& event : page->events) values.push_back(by_id.at(event.id)->row().ot_value.value());
      if (order == "value^") std::ranges::reverse(values);
      EXPECT_TRUE(std::ranges::is_sorted(values, std::greater()));
    }
    if (order == "time^") {
      EXPECT_TRUE(std::ranges::is_sorted(page->events, {}, &Event::time));
    }
  }
}

TEST_P(Query, PagesStayInPlaceWhileRowsArrive) {
  append({line_of(alert(1, noon)), line_of(alert(2, noon + second)), line_of(alert(3, noon + 2 * second))}, 1);
  const query::Plan plan = plan_of("rule:*rule* eve.app_proto:modbus");
  auto page = store().search(Scope::all(), plan, {}, "", 2);
  ASSERT_EQ(seqs_of(page->events), (std::vector<std::uint64_t>{3, 2}));
  append({line_of(alert(4, noon + 3 * second)), line_of(alert(5, noon - second))}, 4);
  page = store().search(Scope::all(), plan, {}, page->next, 2);
  EXPECT_EQ(seqs_of(page->events), (std::vector<std::uint64_t>{1, 5}));
}

TEST_P(Query, TimeIsBoundedAndTheDearTermIsNamed) {
  fill();
  clock.step = setup.query_time;  // every look at the clock finds the time used up
  const query::Plan plan = plan_of("not modbus.unit_id:77 | stats distinct(obj)");
  const auto groups = store().aggregate(Scope::all(), plan, {});
  ASSERT_FALSE(groups.ok());
  EXPECT_EQ(groups.error().kind, ErrorKind::full);
  EXPECT_NE(groups.error().message.find("modbus.unit_id:77"), std::string::npos) << groups.error().message;
  clock.step = 0;
  EXPECT_TRUE(store().aggregate(Scope::all(), plan, {}).ok());
  const auto cost = store().cost(Scope::all(), plan, {});
  ASSERT_TRUE(cost.ok());
  EXPECT_TRUE(cost->reads_json);
  EXPECT_EQ(cost->term, "modbus.unit_id:77");
  EXPECT_GE(cost->events, kept.size());
}

TEST_P(Query, WhatTheLimitsAllowIsTaken) {
  fill(60);  // every condition is worked out for every event
  std::string deep, wide = "src:10.20.0.5", list = "obj:(a";
  for (std::size_t i = 0; i + 1 < query::query_depth; ++i) deep += i % 2 ? "not (modbus.unit_id:1 and " : "(obj:x or ";
  deep += "fc:3" + std::string(query::query_depth - 1, ')');
  for (std::size_t i = 1; i < query::query_terms; ++i) wide += (i % 2 ? " or modbus.unit_id:" : " and not dst:10.20.0.") + std::to_string(i % 250);
  for (std::size_t i = 1; i < query::query_values; ++i) list += i % 3 ? " or b" : " or *c";
  std::vector<std::string> texts = {deep, wide, list + ")", "x " + deep};
  Chance chance(29);
  for (int i = 0; i < 40; ++i) {
    std::size_t terms = 20;
    texts.push_back(random_deep(chance, query::query_depth - 1, terms));
  }
  std::size_t tried = 0;
  for (const std::string& text : texts) {
    query::Surroundings around;
    around.catalogue = &catalogue(), around.now = noon;
    if (!query::understand(text, around).faults.empty()) continue;  // came out too wide
    ++tried;
    const query::Plan plan = plan_of(text);
    const auto page = store().search(Scope::all(), plan, {}, "", 100);
    ASSERT_TRUE(page.ok()) << page.error().message << "\n" << text;
    const auto wanted = expected(*plan.condition, Scope::all(), {});
    EXPECT_EQ(page->events.size(), std::min<std::size_t>(wanted.size(), 100));
  }
  EXPECT_GT(tried, 10u);
  std::printf("%zu queries at the limits\n", tried);
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Query);

Result<std::unique_ptr<EventStore>> open_sqlite_for_queries(const EngineSetup& setup) {
  static SystemDisk disk;
  SqliteOptions options;
  options.folder = setup.folder, options.query_time = setup.query_time;
  return open_sqlite(disk, *setup.clock, options);
}
INSTANTIATE_TEST_SUITE_P(sqlite, Query, testing::Values(Engine{"sqlite", open_sqlite_for_queries}));

}  // namespace langyan::store
