// The built-in types of OPC UA in their binary encoding ([P6] 5.2.2), read once and forward.
#include "base/time.h"
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

constexpr std::int64_t ticks_to_1970 = 116'444'736'000'000'000;  // of 100 ns since 1601; [P6] 5.2.2.5
constexpr std::uint8_t has_namespace_uri = 0x80, has_server_index = 0x40;  // of an ExpandedNodeId
constexpr std::uint8_t is_array = 0x80, has_dimensions = 0x40;             // of a Variant

enum Type : std::uint8_t {
  null, boolean, sbyte, byte, int16, uint16, int32, uint32, int64, uint64, float32, float64, string, date_time, guid,
  byte_string, xml_element, node_id, expanded_node_id, status_code, qualified_name, localized_text, extension_object,
  data_value, variant, diagnostic_info, last = 31,
};

// Least octets of each type, so that a list cannot say to hold more than follows.
constexpr std::uint8_t least[] = {1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 8, 16, 4, 4, 2, 2, 4, 6, 1, 3, 1, 1, 1};

bool is_fixed(std::uint8_t type) {  // all values take as many octets
  return (type >= boolean && type <= float64) || type == date_time || type == guid || type == status_code;
}

void add_time(Line& line, std::int64_t ticks) {
  if (ticks <= 0) return line.add("none");
  const std::int64_t time = (ticks - ticks_to_1970) / 10;
  const std::int64_t days = time >= 0 ? time / day : -((-time + day - 1) / day);
  const std::int64_t rest = time - days * day;
  const CivilDate date = civil_from_days(days);
  line.padded(static_cast<std::uint64_t>(date.year), 4), line.add("-");
  line.padded(date.month, 2), line.add("-"), line.padded(date.day, 2), line.add("T");
  line.padded(static_cast<std::uint64_t>(rest / hour), 2), line.add(":");
  line.padded(static_cast<std::uint64_t>(rest / minute % 60), 2), line.add(":");
  line.padded(static_cast<std::uint64_t>(rest / second % 60), 2), line.add(".");
  line.padded(static_cast<std::uint64_t>(rest / millisecond % 1'000), 3), line.add("Z");
}

void add_node_id(Line& line, const NodeId& id) {
  if (id.space) line.add("ns="), line.number(id.space), line.add(";");
  switch (id.form) {
    case NodeId::Form::numeric: line.add("i="), line.number(id.number); return;
    case NodeId::Form::string: line.add("s="), line.add(id.name); return;
    case NodeId::Form::guid: line.add("g="), add_guid(line, id.name); return;
    case NodeId::Form::opaque: line.add("b="), line.hex(id.name); return;
  }
}

// A variant or data value being read: what it says goes to the line and, of a scalar, to `value`.
struct Told {
  Line& line;
  Value* value;  // null within lists
};

struct Head {  // of a variant
  std::uint8_t type = 0;
  bool array = false;
  std::uint32_t length = 0;
};
Head add_variant(Call& call, Reader& in, Told told, int depth);
struct Quality {
  bool has_status = false, has_time = false;
  std::uint32_t status = 0;
  std::int64_t time = 0;
};
Quality add_data_value(Call& call, Reader& in, Told told, int depth, Head& head);

void tell_text(Told told, Bytes run) {
  told.line.add(run);
  if (told.value) *told.value = Value::of_run(Value::Kind::text, run);
}
template <class Number>
void tell_number(Told told, Number number, Value value) {
  told.line.number(number);
  if (told.value) *told.value = value;
}

void add_number(Reader& in, std::uint8_t type, Told told) {
  const auto whole = [&](std::uint64_t number) { tell_number(told, number, Value::of(number)); };
  const auto integer = [&](std::int64_t number) { tell_number(told, number, Value::of_integer(number)); };
  switch (type) {
    case sbyte: return integer(static_cast<std::int8_t>(in.u8()));
    case byte: return whole(in.u8());
    case int16: return integer(static_cast<std::int16_t>(in.le16()));
    case uint16: return whole(in.le16());
    case int32: return integer(static_cast<std::int32_t>(in.le32()));
    case uint32: return whole(in.le32());
    case int64: return integer(static_cast<std::int64_t>(in.le64()));
    case uint64: return whole(in.le64());
    case float32: {
      const auto number = std::bit_cast<float>(in.le32());
      return tell_number(told, number, Value::of_real(number));
    }
    default: {
      const double number = in.le_f64();
      return tell_number(told, number, Value::of_real(number));
    }
  }
}

void add_extension(Call& call, Reader& in, Told told) {
  const Extension extension = read_extension(call, in);
  if (!in.ok()) return;
  const bool is_status = extension.type.is(864), is_build = extension.type.is(340);
  if (is_status || is_build) {
    tell_build_info(call, extension.body, is_status, told.line);
  } else {
    told.line.add("("), add_node_id(told.line, extension.type), told.line.add(") ");
    told.line.hex(extension.whole, 32);
  }
  if (told.value) *told.value = Value::of_run(Value::Kind::bytes, extension.whole);
}

void add_scalar(Call& call, Reader& in, std::uint8_t type, Told told, int depth) {
  switch (type) {
    case boolean: {
      const bool on = in.u8() != 0;
      told.line.add(on ? "true" : "false");
      if (told.value) *told.value = Value::of_boolean(on);
      return;
    }
    case sbyte: case byte: case int16: case uint16: case int32: case uint32: case int64: case uint64:
    case float32: case float64: return add_number(in, type, told);
    case string: case xml_element: return tell_text(told, read_string(in));
    case date_time: return add_time(told.line, static_cast<std::int64_t>(in.le64()));
    case guid: return add_guid(told.line, in.take(16));
    case node_id: case expanded_node_id: return add_node_id(told.line, read_node_id(call, in));
    case status_code: {
      const std::uint32_t status = in.le32();
      told.line.add("0x"), told.line.hex32(status);
      if (told.value) *told.value = Value::of(status);
      return;
    }
    case qualified_name: return tell_text(told, read_qualified_name(in));
    case localized_text: return tell_text(told, read_localized_text(in));
    case extension_object: return add_extension(call, in, told);
    case data_value: {
      Head head;
      add_data_value(call, in, {told.line, nullptr}, depth + 1, head);
      return;
    }
    case variant: add_variant(call, in, {told.line, nullptr}, depth + 1); return;
    case diagnostic_info: told.line.add("diagnostics"); return skip_diagnostics(call, in);
    default: {  // byte_string, and the reserved ones that a receiver takes for it
      const Bytes run = read_string(in);
      told.line.hex(run, 64);
      if (told.value) *told.value = Value::of_run(Value::Kind::bytes, run);
    }
  }
}

// Types whose text is not a value of its own yet: their words are.
bool is_worded(std::uint8_t type) {
  return type == date_time || type == guid || type == node_id || type == expanded_node_id || type == data_value ||
         type == variant || type == diagnostic_info;
}

Head add_variant(Call& call, Reader& in, Told told, int depth) {
  if (depth > deepest_value) return call.stop(in, Wrong::depth), Head{};
  const std::uint8_t mask = in.u8();
  Head head{static_cast<std::uint8_t>(mask & 0x3f), (mask & is_array) != 0, 0};
  if (!in.ok()) return {};
  if (head.type > last) return call.stop(in, Wrong::encoding), Head{};
  if (head.type == null) {
    if (mask & (is_array | has_dimensions)) call.stop(in, Wrong::encoding);
    return head;
  }
  if (!head.array) {
    add_scalar(call, in, head.type, told, depth);
    return head;
  }
  head.length = call.count(in, head.type < std::size(least) ? least[head.type] : 4);
  told.line.add("[");
  for (std::uint32_t i = 0; i < head.length && in.ok(); ++i) {
    if (i > 0 && i <= most_shown) told.line.add(", ");
    if (i == most_shown) told.line.add("...");
    if (i >= most_shown && is_fixed(head.type)) {
      in.skip(std::size_t{head.length - i} * least[head.type]);
      break;
    }
    Line unseen;
    add_scalar(call, in, head.type, {i < most_shown ? told.line : unseen, nullptr}, depth);
  }
  told.line.add("]");
  if (mask & has_dimensions) in.skip(call.count(in, 4) * std::size_t{4});
  return head;
}

Quality add_data_value(Call& call, Reader& in, Told told, int depth, Head& head) {
  Quality quality;
  if (depth > deepest_value) return call.stop(in, Wrong::depth), quality;
  const std::uint8_t mask = in.u8();  // [P6] 5.2.2.17
  if (in.ok() && (mask & 0xc0)) return call.stop(in, Wrong::encoding), quality;
  if (mask & 1) head = add_variant(call, in, told, depth + 1);
  quality.has_status = mask & 2;
  if (quality.has_status) quality.status = in.le32();
  if (mask & 4) quality.has_time = read_time(in, quality.time);
  if (mask & 0x10) in.skip(2);
  if (mask & 8) in.skip(8);
  if (mask & 0x20) in.skip(2);
  return quality;
}

// The line as kept text; of a scalar that is text already the message's own octets.
Shown shown_of(Call& call, const Head& head, const Quality& quality, const Value& value, const Line& line) {
  Shown shown;
  shown.type = head.type, shown.is_array = head.array, shown.length = head.length;
  shown.has_status = quality.has_status, shown.status = quality.status;
  shown.has_time = quality.has_time, shown.time = quality.time;
  shown.value = value;
  const bool is_text = value.kind == Value::Kind::text;
  shown.text = is_text ? value.run : line.keep(call.output.scratch);
  if ((head.array || is_worded(head.type)) && !shown.text.empty()) {
    shown.value = Value::of_run(Value::Kind::text, shown.text);
  }
  return shown;
}

}  // namespace

void add_guid(Line& line, Bytes octets) {
  if (octets.size() != 16) return;
  constexpr std::uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};  // [P6] 5.2.2.6
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) line.add("-");
    line.hex(octets.subspan(order[i], 1));
  }
}

std::uint32_t Call::count(Reader& from, std::size_t least_octets) {
  const auto said = static_cast<std::int32_t>(from.le32());
  if (!from.ok() || said <= 0) return 0;  // -1 stands for none
  if (static_cast<std::uint32_t>(said) <= from.left() / least_octets) return static_cast<std::uint32_t>(said);
  if (incomplete)
    return static_cast<std::uint32_t>(std::min<std::size_t>(static_cast<std::uint32_t>(said), from.left() + 1));
  stop(from, Wrong::count);
  return 0;
}

Bytes Call::text(const NodeId& id) {
  Line line;
  add_node_id(line, id);
  return line.keep(output.scratch);
}

Bytes read_string(Reader& in) {
  const auto size = static_cast<std::int32_t>(in.le32());
  return size > 0 ? in.take(static_cast<std::size_t>(size)) : Bytes{};
}

NodeId read_node_id(Call& call, Reader& in) {
  const std::uint8_t octet = in.u8();
  NodeId id;
  switch (octet & 0x3f) {  // [P6] Table 16
    case 0: id.number = in.u8(); break;
    case 1: id.space = in.u8(), id.number = in.le16(); break;
    case 2: id.space = in.le16(), id.number = in.le32(); break;
    case 3: id.form = NodeId::Form::string, id.space = in.le16(), id.name = read_string(in); break;
    case 4: id.form = NodeId::Form::guid, id.space = in.le16(), id.name = in.take(16); break;
    case 5: id.form = NodeId::Form::opaque, id.space = in.le16(), id.name = read_string(in); break;
    default: call.stop(in, Wrong::encoding);
  }
  if (octet & has_namespace_uri) read_string(in);
  if (octet & has_server_index) in.skip(4);
  return id;
}

Bytes read_qualified_name(Reader& in) {
  in.skip(2);
  return read_string(in);
}

Bytes read_localized_text(Reader& in) {
  const std::uint8_t mask = in.u8();
  if (mask & 1) read_string(in);
  return mask & 2 ? read_string(in) : Bytes{};
}

Extension read_extension(Call& call, Reader& in) {
  Extension extension;
  extension.type = read_node_id(call, in);
  switch (in.u8()) {  // [P6] 5.2.2.15
    case 0: return extension;
    case 1: return extension.body = extension.whole = read_string(in), extension;
    case 2: return extension.whole = read_string(in), extension;
    default: return call.stop(in, Wrong::encoding), extension;
  }
}

// Inner diagnostics stand last, so nesting is a loop ([P6] 5.2.2.12).
void skip_diagnostics(Call& call, Reader& in) {
  for (int depth = 0; in.ok(); ++depth) {
    if (depth > deepest_diagnostics) return call.stop(in, Wrong::depth);
    const std::uint8_t mask = in.u8();
    if (mask & 0x80) return call.stop(in, Wrong::encoding);
    in.skip(4u * ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1) + (mask >> 3 & 1)));
    if (mask & 0x10) read_string(in);
    if (mask & 0x20) in.skip(4);
    if (!(mask & 0x40)) return;
  }
}

void skip_diagnostics_list(Call& call, Reader& in) {
  for (std::uint32_t left = call.count(in, 1); left > 0 && in.ok(); --left) skip_diagnostics(call, in);
}

void skip_strings(Call& call, Reader& in) {
  for (std::uint32_t left = call.count(in, 4); left > 0 && in.ok(); --left) read_string(in);
}

Shown read_data_value(Call& call, Reader& in) {
  Line line;
  Value value;
  Head head;
  const Quality quality = add_data_value(call, in, {line, &value}, 0, head);
  return in.ok() ? shown_of(call, head, quality, value, line) : Shown{};
}

Shown read_variant(Call& call, Reader& in) {
  Line line;
  Value value;
  const Head head = add_variant(call, in, {line, &value}, 0);
  return in.ok() ? shown_of(call, head, {}, value, line) : Shown{};
}

Value list_variants(Call& call, Reader& in, Line& line) {
  const std::uint32_t count = call.count(in, 1);
  Value value;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    if (i > 0) line.add(", ");
    add_variant(call, in, {line, count == 1 ? &value : nullptr}, 0);
  }
  return in.ok() ? value : Value{};
}

bool read_time(Reader& in, std::int64_t& time) {
  const auto ticks = static_cast<std::int64_t>(in.le64());
  if (!in.ok() || ticks <= 0) return false;
  time = (ticks - ticks_to_1970) / 10;
  return true;
}

// The form stands above the namespace, so that one place tells both.
Object node_object(const NodeId& id, std::uint32_t attribute) {
  return {.space = static_cast<std::uint8_t>(Place::node),
          .width = static_cast<std::uint8_t>(attribute == 13 || attribute > 0xff ? 0 : attribute),
          .area = static_cast<std::uint32_t>(id.form) << 16 | id.space,
          .address = id.number,
          .count = 1,
          .text = id.name};
}

Object subscription_object(std::uint32_t id) {
  return {.space = static_cast<std::uint8_t>(Place::subscription), .address = id, .count = 1};
}

// ServerStatusDataType and, within it, BuildInfo ([P5] 12.10 and 12.4).
void tell_build_info(Call& call, Bytes body, bool with_status, Line& line) {
  constexpr std::string_view states[] = {"running", "failed", "no_configuration", "suspended",
                                         "shutdown", "test", "communication_fault", "unknown"};
  Reader in{body};
  if (with_status) {
    in.skip(16);
    const std::uint32_t state = in.le32();
    if (in.ok() && state < std::size(states)) line.add(states[state]), line.add(" ");
  }
  const Bytes product_uri = read_string(in), vendor = read_string(in), product = read_string(in);
  const Bytes version = read_string(in), build = read_string(in);
  if (!in.ok()) return;
  line.add(vendor), line.add(" "), line.add(product), line.add(" "), line.add(version);
  if (call.asks) return;
  call.output.tell(Trait::series, product_uri);
  call.output.tell(Trait::vendor, vendor);
  call.output.tell(Trait::model, product);
  call.output.tell(Trait::firmware, version);
  call.output.tell(Trait::description, build);
}

void put_value(NodePen pen, const Shown& shown) {
  if (shown.type != null) pen.set<"value_type">(shown.type);
  if (shown.is_array) pen.set<"array_length">(shown.length);
  put_text<"value">(pen, shown.text);
  if (shown.has_status) pen.set<"status">(shown.status);
  if (shown.has_time) pen.set<"source_time">(shown.time);
}

}  // namespace langyan::opcua
