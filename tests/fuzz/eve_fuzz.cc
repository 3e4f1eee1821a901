// EVE round trip: a message of any protocol with any values, written as an event line, read back by
// simdjson, compared value by value.
//
// Input: protocol, role, whether strict; which fields are there; their values; operations.
// Promises: what a field held stands in the line, octets that are not UTF-8 as U+FFFD; operations
// keep verb, number and outcome; every line is right (lines.h), strict ones for Suricata too.
#include <simdjson.h>

#include <cmath>
#include <optional>
#include <vector>

#include "base/utf8.h"
#include "decode/decode.h"
#include "detect/rule_set.h"
#include "dissect/registry.h"
#include "eve/writer.h"
#include "flow/tracker.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/lines.h"

namespace langyan::fuzz {
namespace {

using simdjson::dom::element;

struct Silent final : flow::Listener {
  void opened(flow::Flow&) override {}
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow&, Direction, const flow::Chunk&) override {}
  void datagram(flow::Flow&, Direction, Bytes) override {}
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override {}
};

// A flow of one datagram.
const flow::Flow& some_flow() {
  struct Kept {
    Silent silent;
    decode::Decoder decoder;
    flow::Tracker tracker{flow::Options{}, decoder, silent};
    flow::Flow* flow = nullptr;
    Kept() {
      decode::Headers headers;
      headers.ip_version = 4, headers.protocol = decode::ip_protocol::udp;
      headers.ethertype = decode::ethertype::ipv4;
      headers.source = IpAddress::v4(0x0a000001), headers.destination = IpAddress::v4(0x0a000002);
      headers.source_port = 40'000, headers.destination_port = 502;
      capture::Packet packet;
      packet.time = 1'700'000'000 * second, packet.number = 1;
      flow = tracker.accept(packet, headers, decode::Outcome::transport);
    }
  };
  static const Kept kept;
  return *kept.flow;
}

std::uint64_t value_of(Kind kind, std::uint64_t number) {
  switch (kind) {
    case Kind::u8: return number & 0xff;
    case Kind::u16: return number & 0xffff;
    case Kind::u32: return number & 0xffffffff;
    case Kind::boolean: return number & 1;
    case Kind::mac: return number & 0xffffffffffff;
    default: return number;
  }
}

std::string shown_text(Bytes octets) {
  std::string out;
  bool bad = false;
  while (!octets.empty()) {
    const std::size_t size = utf8_sequence(octets);
    if (size)
      out += text_of(octets.first(size));
    else if (!bad)
      out += "\xef\xbf\xbd";
    bad = size == 0;
    octets = octets.subspan(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string shown_hex(Bytes octets) {
  std::string out;
  append_hex(out, octets);
  return out;
}

bool same_run(const Field& field, Bytes run, const element& read) {
  const Bytes shown = run.first(std::min(run.size(), eve::most_written_octets));
  if (field.kind == Kind::text) return read.get_string().value() == shown_text(shown);
  if (field.kind == Kind::bytes) return read.get_string().value() == shown_hex(shown);
  if (field.kind == Kind::words) {
    std::size_t at = 0;
    for (const element& word : read.get_array()) {
      if (at + 1 >= shown.size()) return false;
      if (word.get_uint64().value() != (std::uint64_t{shown[at]} << 8 | shown[at + 1]))
        return false;
      at += 2;
    }
    return at + 1 >= shown.size();
  }
  return read.is_string();  // an address, or octets that are none
}

bool same(const Field& field, const View& view, std::size_t index, const element& read) {
  if (is_run(field.kind)) return same_run(field, view.bytes(index), read);
  switch (field.kind) {
    case Kind::i64: return read.get_int64().value() == view.integer(index);
    case Kind::f64: {
      const double real = view.real(index);
      return std::isfinite(real) ? read.get_double().value() == real : read.is_null();
    }
    case Kind::boolean: return read.get_bool().value() == (view.number(index) != 0);
    case Kind::time_us:
    case Kind::mac: return read.is_string();
    default: return read.get_uint64().value() == view.number(index);
  }
}

void compare(const View& view, const element& object, const std::string& line) {
  each(view.present & view.schema->mask(log), [&](std::size_t index) {
    const Field& field = view.schema->fields[index];
    element read;
    require(!object[field.name].get(read), "a field that is there is written", line);
    require(same(field, view, index, read), "a field reads back as it was", line);
  });
}

// Fills what `present` says from the input; runs lie in `message`.
void fill(Input& input, const Schema& schema, Bytes message, Record& record) {
  const std::uint64_t present = input.number(8);
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    if (!(present >> i % 64 & 1)) continue;
    const Field& field = schema.fields[i];
    if (is_run(field.kind)) {
      const std::size_t begin = std::min<std::size_t>(input.number(2), message.size());
      record.put(i, message.subspan(
                        begin, std::min<std::size_t>(input.number(2), message.size() - begin)));
    } else {
      record.put(i, value_of(field.kind, input.number(8)));
    }
  }
}

Value value_from(Input& input, Bytes message) {
  Value value;
  value.kind = static_cast<Value::Kind>(input.octet() % 9);
  value.number = input.number(8);
  if (value.kind == Value::Kind::boolean) value.number &= 1;
  value.has_quality = input.octet() & 1, value.quality = input.octet();
  value.run = message.first(std::min<std::size_t>(input.number(2), message.size()));
  return value;
}

Operation operation_from(Input& input, const Protocol& protocol, Bytes message) {
  Operation operation;
  operation.verb = static_cast<Verb>(input.octet() % verb_names().size());
  operation.outcome = static_cast<Outcome>(input.octet() % outcome_names().size());
  operation.code = static_cast<std::uint16_t>(input.number(2));
  operation.unit = static_cast<std::uint32_t>(input.number(4));
  operation.function = static_cast<std::uint32_t>(input.number(1));
  operation.object.space =
      static_cast<std::uint8_t>(input.octet() % std::max<std::size_t>(protocol.spaces.size(), 1));
  operation.object.width = input.octet();
  operation.object.area = static_cast<std::uint32_t>(input.number(4));
  operation.object.address = input.number(8);
  operation.object.count = static_cast<std::uint32_t>(input.number(2));
  operation.value = value_from(input, message);
  return operation;
}

void compare(const Operation& operation, const element& read, const std::string& line) {
  require(read["verb"].get_string().value() == verb_name(operation.verb), "the verb is kept", line);
  require(read["result"].get_string().value() == outcome_name(operation.outcome),
          "the outcome is kept", line);
  require(read["unit"].get_uint64().value() == operation.unit, "the unit is kept", line);
  const Value& value = operation.value;
  if (value.kind == Value::Kind::number)
    require(read["value"].get_uint64().value() == value.number, "a number is kept", line);
  if (value.kind == Value::Kind::integer)
    require(read["value"].get_int64().value() == static_cast<std::int64_t>(value.number),
            "an integer is kept", line);
  const double real = std::bit_cast<double>(value.number);
  if (value.kind == Value::Kind::real && std::isfinite(real))
    require(read["value"].get_double().value() == real, "a real number is kept", line);
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  static LineCheck lines;
  static simdjson::dom::parser parser;
  static const auto scratch = std::make_unique<Scratch>();
  static const auto output = std::make_unique<Output>(*scratch, nullptr);
  fuzz::Input input(data, size);
  const Protocol& protocol = *dissect::protocols()[input.octet() % dissect::protocols().size()];
  const std::uint8_t shape = input.octet();
  const std::size_t message_size = input.number(2) % 4'096;
  const Bytes octets = input.run(message_size);

  output->reset(*protocol.message, octets);
  fill(input, *protocol.message, octets, output->record);
  for (const Schema* schema : protocol.items) {
    if (!schema) break;
    for (std::uint8_t left = input.octet() % 4; left > 0; --left) {
      fill(input, *schema, octets, output->items.start(*schema));
      output->items.emit();
    }
  }
  std::vector<Operation> operations;
  for (std::uint8_t left = input.octet() % 4; left > 0; --left)
    operations.push_back(operation_from(input, protocol, octets));
  Message message;
  message.protocol = &protocol;
  message.role = static_cast<Role>(shape % 3);
  message.record = output->record.view();
  message.items = &output->items;
  message.operations = operations;
  message.operations_total = static_cast<std::uint32_t>(operations.size());
  message.bytes = octets;
  if (shape & 0x10 && !protocol.faults.empty())
    message.fault = static_cast<Fault>(1 + input.octet() % protocol.faults.size());
  const eve::Moment moment{static_cast<Time>(input.number(6)), input.number(6), octets, 1, nullptr};

  const eve::Writer writer{eve::Options{}};
  std::string line;
  writer.operation(line, some_flow(), message, moment);
  lines.check(line);
  line += '}';
  const element root = parser.parse(line);
  element object = root[protocol.name];
  if (message.role == Role::request) object = object["request"];
  if (message.role == Role::answer) object = object["response"];
  compare(message.record, object, line);
  std::size_t index = 0, kept = output->items.size();
  while (kept > 0 && output->items[kept - 1].schema->mask(langyan::log) == 0) --kept;  // only there for rules
  if (kept > 0) {
    for (const element& item : object["items"].get_array())
      compare(output->items[index++], item, line);
  }
  require(index == std::min(kept, eve::most_written_items), "items are kept", line);
  if (!operations.empty()) compare(operations.front(), root["ot"], line);

  detect::Rule rule;
  rule.sid = static_cast<std::uint32_t>(input.number(4));
  rule.message = input.text(64), rule.category = input.text(16);
  for (std::uint8_t left = input.octet() % 4; left > 0; --left)
    rule.metadata.emplace_back(input.text(4), input.text(8));
  detect::Hit hit;
  hit.rule = &rule;
  for (const bool strict : {false, true}) {
    const eve::Writer alerting{eve::Options{.strict = strict, .packets = true, .interface = {}}};
    line.clear();
    alerting.alert(line, hit, shape & 0x20 ? nullptr : &some_flow(),
                   shape & 0x40 ? nullptr : &message, moment);
    lines.check(line, strict);
    line += '}';
    const element alert = parser.parse(line);
    require(alert["alert"]["signature"].get_string().value() == shown_text(bytes_of(rule.message)),
            "the rule's text is kept", line);
  }
  return 0;
}
