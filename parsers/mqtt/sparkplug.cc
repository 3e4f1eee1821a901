// Sparkplug B: what edge nodes of a plant publish over MQTT, a protobuf payload on a topic of fixed form.
//
// [SP] Eclipse Sparkplug Specification 3.0.0, and its schema sparkplug_b.proto in 6.4
// [PB] Protocol Buffers, Encoding
#include <algorithm>

#include "parsers/mqtt/call.h"
#include "parsers/wire/spelled.h"

namespace langyan::mqtt {
namespace {

constexpr std::size_t most_metric_name = 1'024;
constexpr std::uint64_t most_millis = 253'402'300'799'999;  // year 9999

struct Entry {  // of a protobuf message
  std::uint32_t number = 0;
  std::uint64_t value = 0;  // a number, whatever its coding
  Bytes run = {};           // where a length is given
  bool is_run = false;
};

bool read_varint(Reader& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t octet = in.u8();
    if (!in.ok()) return false;
    value |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
    if (!(octet & 0x80)) return true;
  }
  return false;
}

// False: the octets are no protobuf message.
bool next_entry(Reader& in, Entry& entry) {
  std::uint64_t key = 0;
  entry = {};
  if (!read_varint(in, key) || key >> 3 == 0 || key >> 3 > 0x1fffffff) return false;
  entry.number = static_cast<std::uint32_t>(key >> 3);
  switch (key & 7) {
    case 0: return read_varint(in, entry.value);
    case 1: entry.value = in.le64(); return in.ok();
    case 5: entry.value = in.le32(); return in.ok();
    case 2: {
      std::uint64_t size = 0;
      entry.is_run = true;
      if (!read_varint(in, size) || size > in.left()) return false;
      entry.run = in.take(size);
      return true;
    }
    default: return false;
  }
}

// Years away from any clock are not written.
template <Word name, class Out>
void put_time(Out& out, std::uint64_t millis) {
  if (millis <= most_millis) out.template set<name>(static_cast<std::int64_t>(millis * 1'000));
}

struct Metric {
  Bytes name, run;
  std::uint64_t alias = 0, value = 0, time = 0;
  std::uint32_t type = 0, carrier = 0;  // which of the value fields came
  bool has_alias = false, has_time = false, null = false;
};

bool read_metric(Bytes octets, Metric& metric) {
  Reader in{octets};
  Entry entry;
  while (in.left() > 0) {
    if (!next_entry(in, entry)) return false;
    const bool wants_run =
        entry.number == 1 || entry.number == 8 || entry.number == 9 || (entry.number >= 15 && entry.number <= 18);
    if (entry.number <= 18 && entry.is_run != wants_run) return false;
    switch (entry.number) {
      case 1: metric.name = entry.run; break;
      case 2: metric.alias = entry.value, metric.has_alias = true; break;
      case 3: metric.time = entry.value, metric.has_time = true; break;
      case 4: metric.type = static_cast<std::uint32_t>(entry.value); break;
      case 7: metric.null = entry.value != 0; break;
      case 10: case 11: case 12: case 13: case 14: metric.value = entry.value, metric.carrier = entry.number; break;
      case 15: case 16: case 17: case 18: metric.run = entry.run, metric.carrier = entry.number; break;
      default: break;
    }
  }
  return true;
}

// Signed types travel as two's complement in an unsigned field ([SP] 6.4.16).
std::int64_t integer_of(const Metric& metric) {
  switch (metric.type) {
    case 1: return static_cast<std::int8_t>(metric.value);
    case 2: return static_cast<std::int16_t>(metric.value);
    case 3: return static_cast<std::int32_t>(metric.value);
    default: return static_cast<std::int64_t>(metric.value);
  }
}

Value put_value(const Metric& metric, Fill<metric_fields>& pen) {
  switch (metric.carrier) {
    case 10: case 11: pen.set<"metric_integer">(integer_of(metric)); return Value::of_integer(integer_of(metric));
    case 12: {
      const double real = std::bit_cast<float>(static_cast<std::uint32_t>(metric.value));
      pen.set<"metric_real">(real);
      return Value::of_real(real);
    }
    case 13:
      pen.set<"metric_real">(std::bit_cast<double>(metric.value));
      return Value::of_real(std::bit_cast<double>(metric.value));
    case 14: pen.set<"metric_integer">(std::int64_t{metric.value != 0}); return Value::of_boolean(metric.value != 0);
    case 15: pen.set<"metric_text">(metric.run); return Value::of_run(Value::Kind::text, metric.run);
    case 16:
    case 17:
    case 18: pen.set<"metric_bytes">(metric.run); return Value::of_run(Value::Kind::bytes, metric.run);
    default: return {};
  }
}

// Group, node, device and metric with slashes between, in scratch; empty where that is full.
Bytes place_of(Output& output, const SparkplugTopic& topic, Bytes metric) {
  const Bytes parts[] = {topic.group, topic.node, topic.device, metric};
  std::size_t size = 0;
  for (Bytes part : parts) size += part.empty() ? 0 : part.size() + (size > 0);
  const auto run = output.scratch.take(size);
  if (run.size() != size) return {};
  std::size_t at = 0;
  for (Bytes part : parts) {
    if (part.empty()) continue;
    if (at > 0) run[at++] = '/';
    std::ranges::copy(part, run.begin() + static_cast<std::ptrdiff_t>(at));
    at += part.size();
  }
  return run;
}

// [SP] 6.4.21: the node's own switches.
Verb metric_verb(const SparkplugTopic& topic, Bytes name) {
  const bool is_order = topic.type == Sparkplug::ncmd || topic.type == Sparkplug::dcmd;
  if (!is_order) return topic.verb;
  const std::string_view word = text_of(name);
  if (word.ends_with("Control/Reboot")) return Verb::reset;
  if (word.ends_with("Control/Rebirth")) return Verb::browse;
  if (word.ends_with("Control/Scan Rate")) return Verb::configure;
  return Verb::control;
}

// What nodes usually call parts of their identity; the specification's example names the first three.
constexpr std::pair<std::string_view, Trait> told[] = {
    {"Hardware Make", Trait::vendor},  {"Hardware Model", Trait::model},     {"FW", Trait::firmware},
    {"Firmware Version", Trait::firmware}, {"Serial Number", Trait::serial}, {"Manufacturer", Trait::vendor}};

void tell_identity(Call& call, const SparkplugTopic& topic, const Metric& metric) {
  if (topic.type != Sparkplug::nbirth || metric.carrier != 15 || !call.from_client) return;
  const std::string_view name = text_of(metric.name);
  for (const auto& [word, trait] : told)
    if (name.ends_with(word) && (name.size() == word.size() || name[name.size() - word.size() - 1] == '/')) {
      call.output.tell(trait, metric.run);
    }
}

void put_metric(Call& call, const SparkplugTopic& topic, const Metric& metric, Outcome outcome) {
  Fill<metric_fields> pen{call.output.items.start(metric_schema), call.in};
  if (!metric.name.empty()) pen.set<"metric">(metric.name);
  if (metric.has_alias) pen.set<"metric_alias">(metric.alias);
  if (metric.type != 0) pen.set<"metric_type">(metric.type);
  if (metric.has_time) put_time<"metric_time">(pen, metric.time);
  if (metric.null) pen.set<"metric_null">(true);
  const Value value = metric.null ? Value{} : put_value(metric, pen);
  call.output.items.emit();

  const bool by_name = !metric.name.empty();
  const Bytes place = call.output.operations_total < most_operations && metric.name.size() <= most_metric_name
                          ? place_of(call.output, topic, metric.name)
                          : Bytes{};
  Operation& operation = call.operate(metric_verb(topic, metric.name));
  operation.outcome = outcome;
  operation.value = value;
  if (!place.empty()) {
    const Place space = by_name ? Place::metric : Place::metric_alias;
    operation.object = {
        .space = static_cast<std::uint8_t>(space), .address = by_name ? 0 : metric.alias, .count = 1, .text = place};
  }
  tell_identity(call, topic, metric);
}

}  // namespace

bool is_readable(Bytes payload) { return payload.empty() || wire::is_readable(payload); }

SparkplugTopic sparkplug_topic(Bytes topic) {
  constexpr std::string_view space = "spBv1.0/";
  SparkplugTopic result;
  std::string_view rest = text_of(topic);
  if (!rest.starts_with(space)) return result;
  rest.remove_prefix(space.size());
  const auto part = [&] {
    const std::string_view head = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), head.size() + 1));
    return head;
  };
  const std::string_view group = part(), word = part(), node = part();
  const auto* row = std::ranges::find(sparkplug_types, group == "STATE" ? group : word, &SparkplugType::word);
  if (row == std::end(sparkplug_types)) return result;
  result.type = row->type, result.verb = row->verb;
  if (group == "STATE") {  // spBv1.0/STATE/host: a host application comes and goes ([SP] 5.6)
    result.node = bytes_of(word);
    return result;
  }
  result.group = bytes_of(group), result.node = bytes_of(node), result.device = bytes_of(rest);
  return result;
}

void sparkplug_payload(Call& call, const SparkplugTopic& topic, Bytes payload, Outcome outcome) {
  Reader in{payload};
  Entry entry;
  while (in.left() > 0) {
    if (!next_entry(in, entry)) return call.blame(Wrong::sparkplug);
    switch (entry.number) {
      case 1: if (!entry.is_run) put_time<"sparkplug_time">(call.out, entry.value); break;
      case 3: if (!entry.is_run) call.out.set<"sparkplug_seq">(entry.value); break;
      case 2: {
        Metric metric;
        if (!entry.is_run || !read_metric(entry.run, metric)) return call.blame(Wrong::sparkplug);
        put_metric(call, topic, metric, outcome);
        break;
      }
      default: break;  // a UUID, and the body of a payload that is compressed
    }
  }
}

}  // namespace langyan::mqtt
