#include "center/parameters.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "base/suggest.h"
#include "base/units.h"
#include "base/utf8.h"
#include "fields/detection.h"
#include "fields/operation.h"

namespace langyan::center {
namespace {

constexpr std::size_t longest_value = 1'024;
constexpr std::size_t most_values = store::filter_values;  // of all parameters together

template <class Number>
std::optional<Number> whole(std::string_view text, Number least, Number most) {
  Number value = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || last != text.data() + text.size()) return {};
  return value >= least && value <= most ? std::optional(value) : std::nullopt;
}

bool well_formed(std::string_view text) {
  for (Bytes left = bytes_of(text); !left.empty();) {
    const std::size_t size = utf8_sequence(left);
    if (size == 0 || left[0] < 0x20 || left[0] == 0x7f) return false;
    left = left.subspan(size);
  }
  return true;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto bar = words.find('|');
    if (words.substr(0, bar) == word) return true;
    words = bar == words.npos ? std::string_view() : words.substr(bar + 1);
  }
  return false;
}

std::string alternatives(std::string_view words) {
  std::string text(words);
  for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2))
    text.replace(at, 1, ", ");
  return text;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A text that says it may be longer than others.
bool is_long(const Parameter& row) {
  return row.kind == ParameterKind::text && row.most != UINT64_MAX && row.most > longest_value;
}

// What is allowed, when `value` is not; else empty.
std::string fault_of(const Parameter& row, std::string_view value, Time now) {
  const auto unless = [](bool good, std::string allowed) { return good ? std::string() : allowed; };
  switch (row.kind) {
    case ParameterKind::text:  // a long one is a query, and may be empty
      return unless(!value.empty() || is_long(row), "a text");
    case ParameterKind::word:
      return unless(has_word(row.words, value), "one of " + alternatives(row.words));
    case ParameterKind::flag: return unless(value == "true" || value == "false", "true or false");
    case ParameterKind::number:
      return unless(
          whole<std::uint64_t>(value, row.least, row.most).has_value(),
          "a whole number" + (row.most == UINT64_MAX ? ""
                                                     : " from " + std::to_string(row.least) +
                                                           " to " + std::to_string(row.most)));
    case ParameterKind::time:
      return unless(parse_moment(value, now).has_value(),
                    "a time such as 2026-03-02T08:00:00Z, -24h or now");
    case ParameterKind::duration: {
      const auto duration = parse_duration(value);
      const bool good = duration && *duration >= static_cast<Duration>(row.least) &&
                        static_cast<std::uint64_t>(*duration) <= row.most &&
                        *duration % second == 0;
      return unless(good, "a duration in whole seconds, such as 5m, from " +
                              format_duration(static_cast<Duration>(row.least)) + " to " +
                              format_duration(static_cast<Duration>(row.most)));
    }
    case ParameterKind::ip:
      return unless(parse_ip(value).has_value(), "an address such as 10.0.0.5");
    case ParameterKind::network:
      return unless(parse_network(value).has_value(), "an address or network such as 10.0.0.0/8");
    case ParameterKind::port:
      return unless(whole<std::uint16_t>(value, 0, 65'535).has_value(), "0 to 65535");
    case ParameterKind::severity:
      return unless(parse_severity(value).has_value(),
                    "1 to 255, or critical, high, medium, low, info");
    case ParameterKind::organisation:
      return unless(store::check_organisation(value).ok(), "an organisation such as cn/jiangsu");
    case ParameterKind::sha256:
      return unless(is_sha256(value), "64 hexadecimal digits in lower case");
  }
  return {};
}

std::string shown(std::string_view text) {
  std::string out;
  append_escaped(out, text.substr(0, 64));
  return "`" + out + (text.size() > 64 ? "…`" : "`");
}

std::size_t longest_of(const Parameter& row) {
  return is_long(row) ? row.most : longest_value;
}

const Parameter* row_of(std::span<const Parameter> rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Parameter::name);
  return found == rows.end() ? nullptr : &*found;
}

std::string unknown(std::span<const Parameter> rows, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Parameter& row : rows) names.push_back(row.name);
  const auto near = nearest(name, names);
  return shown(name) + " is no parameter here" +
         (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
}

void add_split(std::vector<std::string>& into, const Parameter& row, std::string value) {
  // A text may hold a comma; what is counted or compared as a whole may not.
  if (!row.many || row.kind == ParameterKind::text) return into.push_back(std::move(value));
  for (std::string_view rest = value;;) {
    const auto comma = rest.find(',');
    into.emplace_back(rest.substr(0, comma));
    if (comma == rest.npos) return;
    rest.remove_prefix(comma + 1);
  }
}

std::string verb_words() {
  std::string words;
  for (const Name& verb : verb_names()) words.append(words.empty() ? "" : "|").append(verb.word);
  return words;
}

std::vector<IpNetwork> networks(const Parameters& parameters,
                                std::initializer_list<std::string_view> names) {
  std::vector<IpNetwork> all;
  for (std::string_view name : names) {
    for (const std::string& text : parameters.list(name)) all.push_back(*parse_network(text));
  }
  return all;
}

std::vector<std::uint16_t> ports(const Parameters& parameters, std::string_view name) {
  std::vector<std::uint16_t> all;
  for (const std::string& text : parameters.list(name))
    all.push_back(*whole<std::uint16_t>(text, 0, 65'535));
  return all;
}

}  // namespace

std::span<const Parameter> filter_parameters() {
  static const std::string all_verbs = verb_words();
  // clang-format off
  static const Parameter rows[] = {
      {"from", ParameterKind::time, "Events at or after this time."},
      {"to", ParameterKind::time, "Events before this time."},
      {"severity", ParameterKind::severity, "Severity, 1 worst.", true},
      {"sid", ParameterKind::number, "Signature number.", true, 0, 4'294'967'295},
      {"ip", ParameterKind::network, "Address or network of either end.", true},
      {"src_ip", ParameterKind::network, "Address or network of the source.", true},
      {"dst_ip", ParameterKind::network, "Address or network of the destination.", true},
      {"net", ParameterKind::network, "The same as ip.", true},
      {"port", ParameterKind::port, "Port of either end.", true},
      {"src_port", ParameterKind::port, "Port of the source.", true},
      {"dst_port", ParameterKind::port, "Port of the destination.", true},
      {"protocol", ParameterKind::text, "Protocol that was recognised, such as modbus.", true},
      {"transport", ParameterKind::text, "Protocol below it, such as TCP.", true},
      {"type", ParameterKind::text, "Event type, such as alert, modbus or flow.", true},
      {"verb", ParameterKind::word, "What was done.", true, 0, UINT64_MAX, all_verbs},
      {"object", ParameterKind::text, "Thing it was done to, in the engineer's notation.", true},
      {"result", ParameterKind::text, "How it ended, such as ok or refused.", true},
      {"function", ParameterKind::text, "Function of the protocol.", true},
      {"state", ParameterKind::word, "State of an alert.", true, 0, UINT64_MAX, "new|acknowledged|closed|false-positive"},
      {"sensor", ParameterKind::text, "Sensor that saw it.", true},
      {"via", ParameterKind::text, "Lower center that delivered it.", true},
      {"organisation", ParameterKind::organisation, "Part of the organisation tree, such as cn/jiangsu."},
      {"flow_id", ParameterKind::number, "Flow it belongs to."},
      {"community_id", ParameterKind::text, "Community ID of the flow."},
      {"q", ParameterKind::text, "Part of the signature's text."},
  };
  // clang-format on
  return rows;
}

std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      unsigned value = 0;
      const char* at = text.data() + i + 1;
      if (i + 2 >= text.size() || std::from_chars(at, at + 2, value, 16).ptr != at + 2) return {};
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return well_formed(out) ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<Time> parse_moment(std::string_view text, Time now) {
  if (text == "now") return now;
  if (!text.starts_with('-')) return parse_timestamp(text);
  const auto back = parse_duration(text.substr(1));
  return back ? std::optional(now - *back) : std::nullopt;
}

std::optional<std::uint8_t> parse_severity(std::string_view text) {
  for (std::uint8_t level = 1; level <= 5; ++level) {
    if (text == severity_name(static_cast<Severity>(level))) return level;
  }
  const auto number = whole<unsigned>(text, 1, 255);
  return number ? std::optional(static_cast<std::uint8_t>(*number)) : std::nullopt;
}

std::variant<Parameters, Problem> Parameters::parse(std::span<const Parameter> rows,
                                                    std::string_view query,
                                                    std::map<std::string, std::string> captured,
                                                    Time now) {
  Values values;
  std::vector<std::string> faults;
  for (auto& [name, value] : captured) values[name].push_back(std::move(value));
  while (!query.empty() && faults.size() < 20) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode_percent(pair.substr(0, equals), true);
    auto value =
        decode_percent(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value) {
      faults.push_back(shown(pair) + " is not percent-encoded UTF-8 without control characters");
    } else if (const Parameter* row = row_of(rows, *name)) {
      add_split(values[*name], *row, std::move(*value));
    } else {
      faults.push_back(unknown(rows, *name));
    }
  }
  return check(rows, std::move(values), std::move(faults), now);
}

std::variant<Parameters, Problem> Parameters::parse(std::span<const Parameter> rows,
                                                    const JsonObject& object, Time now) {
  Values values;
  std::vector<std::string> faults;
  for (const std::string& name : object.names()) {
    const Parameter* row = row_of(rows, name);
    auto texts = object.texts(name);
    if (!row) {
      faults.push_back(unknown(rows, name));
    } else if (!texts || !std::ranges::all_of(*texts, well_formed)) {
      faults.push_back(shown(name) + " must be a text, a number or a list of them");
    } else {
      values[name] = std::move(*texts);
    }
  }
  return check(rows, std::move(values), std::move(faults), now);
}

std::variant<Parameters, Problem> Parameters::check(std::span<const Parameter> rows, Values values,
                                                    std::vector<std::string> faults, Time now) {
  Parameters result;
  result.now_ = now;
  std::size_t count = 0;
  for (const Parameter& row : rows) {
    if (!row.fallback.empty()) result.fallbacks_.emplace(row.name, row.fallback);
    const auto found = values.find(row.name);
    if (found == values.end()) {
      if (row.required) faults.push_back(shown(row.name) + " is missing");
      continue;
    }
    count += found->second.size();
    if (!row.many && found->second.size() > 1)
      faults.push_back(shown(row.name) + " is given more than once");
    for (const std::string& value : found->second) {
      std::string allowed =
          value.size() > longest_of(row) ? "at most " + std::to_string(longest_of(row)) + " bytes long"
                                         : fault_of(row, value, now);
      if (!allowed.empty() && faults.size() < 20) {
        faults.push_back(shown(row.name) + " is " + shown(value) + " and must be " + allowed);
      }
    }
  }
  if (count > most_values)
    faults.push_back("more than " + std::to_string(most_values) + " values are given");
  if (faults.empty()) {
    result.values_ = std::move(values);
    return result;
  }
  std::string detail, list;
  JsonWriter json(list);
  json.open_list();
  for (const std::string& fault : faults) {
    detail.append(detail.empty() ? "" : "; ").append(fault);
    json.text(fault);
  }
  json.close_list();
  return Problem(Code::bad_parameter, detail + ".").member("errors", list);
}

const std::vector<std::string>& Parameters::list(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = values_.find(name);
  return found == values_.end() ? none : found->second;
}

std::string Parameters::text(std::string_view name) const {
  if (const auto& values = list(name); !values.empty()) return values.front();
  const auto fallback = fallbacks_.find(name);
  return fallback == fallbacks_.end() ? std::string() : fallback->second;
}

std::uint64_t Parameters::number(std::string_view name) const {
  return whole<std::uint64_t>(text(name), 0, UINT64_MAX).value_or(0);
}

std::optional<Time> Parameters::time(std::string_view name) const {
  const std::string value = text(name);
  return value.empty() ? std::nullopt : parse_moment(value, now_);
}

Duration Parameters::duration(std::string_view name) const {
  const auto value = parse_duration(text(name));
  return value ? *value : 0;
}

store::Filter filter_of(const Parameters& parameters) {
  store::Filter filter;
  filter.from = parameters.time("from");
  filter.to = parameters.time("to");
  filter.organisation = parameters.text("organisation");
  filter.types = parameters.list("type");
  filter.sensors = parameters.list("sensor");
  filter.vias = parameters.list("via");
  filter.protos = parameters.list("transport");
  filter.app_protos = parameters.list("protocol");
  for (const auto& text : parameters.list("severity"))
    filter.severities.push_back(*parse_severity(text));
  for (const auto& text : parameters.list("sid"))
    filter.sids.push_back(*whole<std::uint64_t>(text, 0, UINT64_MAX));
  for (const auto& text : parameters.list("state"))
    filter.states.push_back(*store::alert_state_of(text));
  filter.ips = networks(parameters, {"ip", "net"});
  filter.src_ips = networks(parameters, {"src_ip"});
  filter.dst_ips = networks(parameters, {"dst_ip"});
  filter.ports = ports(parameters, "port");
  filter.src_ports = ports(parameters, "src_port");
  filter.dst_ports = ports(parameters, "dst_port");
  filter.verbs = parameters.list("verb");
  filter.objects = parameters.list("object");
  filter.results = parameters.list("result");
  filter.functions = parameters.list("function");
  if (parameters.has("flow_id")) filter.flow_id = parameters.number("flow_id");
  filter.community_id = parameters.text("community_id");
  filter.text = parameters.text("q");
  return filter;
}

}  // namespace langyan::center
