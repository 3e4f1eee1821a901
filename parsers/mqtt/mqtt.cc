// MQTT: sensors, gateways and programs exchange messages by topic over a broker. Whoever may publish to
// a topic on which a device takes orders commands that device.
//
// [5]   OASIS MQTT Version 5.0
// [311] OASIS MQTT Version 3.1.1
// [31]  IBM, Eurotech: MQTT V3.1 Protocol Specification
// [SP]  Eclipse Sparkplug Specification 3.0.0
// [MB]  Eclipse Mosquitto, mosquitto.conf: bridges set the high bit of the level
#include "parsers/mqtt/mqtt.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "parsers/mqtt/call.h"

namespace langyan::mqtt {
namespace {

constexpr std::uint8_t dup_bit = 8, retain_bit = 1;
enum ConnectFlag : std::uint8_t {
  reserved = 1,
  clean = 2,
  will = 4,
  will_qos = 0x18,
  will_retain = 0x20,
  password = 0x40,
  user = 0x80
};

std::uint32_t variable_number(Reader& in) {  // [5] 1.5.5
  std::uint32_t value = 0;
  for (unsigned i = 0; i < most_length_octets; ++i) {
    const std::uint8_t octet = in.u8();
    value |= static_cast<std::uint32_t>(octet & 0x7f) << 7 * i;
    if (!(octet & 0x80)) return value;
  }
  in.take(in.left() + 1);  // a fifth octet: nothing that follows can be placed
  return 0;
}

void put_property(Call& call, Reader& in, const Property& row) {
  std::uint32_t number = 0;
  Bytes text;
  switch (row.shape) {
    case Shape::octet: number = in.u8(); break;
    case Shape::two: number = in.be16(); break;
    case Shape::four: number = in.be32(); break;
    case Shape::number: number = variable_number(in); break;
    case Shape::text: case Shape::binary: text = in.take(in.be16()); break;
    case Shape::pair: {
      Fill<property_fields> pen{call.output.items.start(property_schema), in};
      text = in.take(in.be16());
      pen.set<"property_name">(text);
      text = in.take(in.be16());
      pen.set<"property_value">(text);
      if (in.ok()) call.output.items.emit();
      return;
    }
  }
  if (!in.ok()) return;
  switch (row.code) {
    case 2: return call.out.set<"message_expiry">(number);
    case 3: return call.out.set<"content_type">(text);
    case 8: return call.out.set<"response_topic">(text);
    case 17: return call.out.set<"session_expiry">(number);
    case 18: return call.out.set<"assigned_client_id">(text);
    case 19: return call.out.set<"keep_alive">(static_cast<std::uint16_t>(number));
    case 21: return call.out.set<"authentication_method">(text);
    case 28: return call.out.set<"server_reference">(text);
    case 31: return call.out.set<"reason_text">(text);
    case 35: return call.out.set<"topic_alias">(static_cast<std::uint16_t>(number));
    default: return;
  }
}

// What a version 5 packet says besides ([5] 2.2.2). `silently`: those of the will.
void read_properties(Call& call, bool silently = false) {
  Reader in = call.in.part(variable_number(call.in));
  while (in.ok() && in.left() > 0) {
    const std::uint8_t code = in.u8();
    const auto* row = std::ranges::find(properties, code, &Property::code);
    if (row == std::end(properties)) return call.blame(Wrong::property);
    if (silently && row->shape != Shape::pair) {
      constexpr std::size_t sizes[] = {1, 2, 4};
      if (row->shape <= Shape::four) in.skip(sizes[static_cast<std::size_t>(row->shape)]);
      else if (row->shape == Shape::number) variable_number(in);
      else in.take(in.be16());
    } else {
      put_property(call, in, *row);
    }
  }
  if (call.in.ok() && !in.ok()) call.blame(Wrong::property);
}

void put_will(Call& call, std::uint8_t flags) {
  if (call.is_v5()) read_properties(call, true);
  const Bytes topic = call.text(), message = call.text();
  if (!call.in.ok()) return;
  call.out.set<"will_topic">(topic);
  if (is_readable(message)) call.out.set<"will_message">(message);
  else call.out.set<"will_payload">(message);
  if (!message.empty()) call.out.set<"will">(message);
  call.out.set<"will_qos">(static_cast<std::uint8_t>((flags & will_qos) >> 3));
  call.out.set<"will_retain">((flags & will_retain) != 0);
  if ((flags & will_qos) == will_qos) call.blame(Wrong::qos);
}

void connect(Call& call) {
  call.out.set<"protocol_name">(call.text());
  const std::uint8_t level = call.in.u8(), flags = call.in.u8();
  const auto version = static_cast<std::uint8_t>(level & ~bridge_bit);
  call.out.set<"protocol_version">(version);
  if (level & bridge_bit) call.out.set<"bridge">(true);
  call.out.set<"clean_start">((flags & clean) != 0);
  call.out.set<"keep_alive">(call.in.be16());
  if (!call.in.ok()) return;
  call.memory = {version, (flags & user) == 0};
  if (version < level_31 || version > level_5) {  // what follows is laid out in a way not known
    call.blame(Wrong::protocol_name);
    call.in.rest();
    call.operate(Verb::session);
    return;
  }
  if ((flags & reserved) || (!(flags & will) && (flags & (will_qos | will_retain)))) call.blame(Wrong::flags);
  if (call.is_v5()) read_properties(call);
  const Bytes client = call.text();
  call.out.set<"client_id">(client);
  if (flags & will) put_will(call, flags);
  // [31] 3.1: a client of old may set the flag and leave the name out, where the packet ends.
  const bool may_miss = version == level_31;
  if ((flags & user) && !(may_miss && call.in.left() == 0)) call.out.set<"user_name">(call.text());
  Bytes secret;
  if ((flags & password) && !(may_miss && call.in.left() == 0)) secret = call.text();
  if (!call.in.ok()) return;
  call.out.set<"has_password">((flags & password) != 0);
  if (!secret.empty()) call.out.set<"password">(secret);
  if (flags & password) call.out.set<"password_length">(static_cast<std::uint16_t>(secret.size()));
  Operation& operation = call.operate(flags & (user | password) ? Verb::auth : Verb::session);
  operation.object = {
      .space = static_cast<std::uint8_t>(Place::client), .count = client.empty() ? 0u : 1u, .text = client};
  if (is_readable(client)) call.output.tell(Trait::name, client);
  if (!secret.empty()) call.blame(Wrong::password);
}

// A code of an answer, below 128 a success.
void settle(Operation& operation, std::uint8_t code, bool refused) {
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? code : 0;
}

void connack(Call& call) {
  const std::uint8_t flags = call.in.u8(), code = call.in.u8();
  if (!call.in.ok()) return;
  if (call.memory.version == 0) call.memory.version = call.in.left() > 0 ? level_5 : level_311;
  call.out.set<"session_present">((flags & 1) != 0);
  if (flags & ~1) call.blame(Wrong::flags);
  if (call.is_v5()) call.out.set<"reason_code">(code);
  else call.out.set<"return_code">(code);
  if (call.is_v5() && call.in.left() > 0) read_properties(call);
  if (!call.in.ok()) return;
  settle(call.operate(Verb::session), code, code != 0);
  if (code == 0 && std::exchange(call.memory.without_user, false)) call.blame(Wrong::anonymous);
}

// A payload as a value: a number where it spells one, else text or octets.
Value value_of(Bytes payload, bool readable) {
  if (payload.empty() || payload.size() > longest_value_text) return {};
  if (!readable) return Value::of_run(Value::Kind::bytes, payload);
  const std::string_view text = text_of(payload);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && number - number == 0) return Value::of_real(number);
  if (text == "true" || text == "false") return Value::of_boolean(text == "true");
  return Value::of_run(Value::Kind::text, payload);
}

bool is_command_topic(Bytes topic) {
  const std::string_view text = text_of(topic);
  const std::string_view last = text.substr(text.rfind('/') + 1);  // npos + 1 is 0: the whole
  constexpr std::size_t longest_word = 12;
  if (last.size() > longest_word) return false;
  return std::ranges::any_of(command_words, [&](std::string_view word) {
    return std::ranges::equal(last, word,
                              [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; });
  });
}

void put_sparkplug_topic(Call& call, const SparkplugTopic& topic) {
  call.out.set<"sparkplug_type">(static_cast<std::uint8_t>(topic.type));
  if (!topic.group.empty()) call.out.set<"sparkplug_group">(topic.group);
  if (!topic.node.empty()) call.out.set<"sparkplug_node">(topic.node);
  if (!topic.device.empty()) call.out.set<"sparkplug_device">(topic.device);
}

void publish(Call& call, std::uint8_t flags) {
  const auto qos = static_cast<std::uint8_t>(flags >> 1 & 3);
  call.out.set<"dup">((flags & dup_bit) != 0);
  call.out.set<"qos">(qos);
  call.out.set<"retain">((flags & retain_bit) != 0);
  const Bytes topic = call.text();
  call.out.set<"topic">(topic);
  if (qos > 0) call.out.set<"packet_id">(call.in.be16());
  call.output.role = qos > 0 ? Role::request : Role::event;
  if (!call.in.ok()) return;
  if (qos == 3) call.blame(Wrong::qos);
  if (call.is_v5()) read_properties(call);
  if (topic.empty() ? !call.is_v5()
                    : std::ranges::any_of(topic, [](std::uint8_t c) { return c == '+' || c == '#' || c == 0; })) {
    call.blame(Wrong::topic);
  }
  if (!call.in.ok()) return;
  const Bytes payload = call.in.rest();
  const Outcome outcome = qos > 0 ? Outcome::pending : Outcome::one_way;
  const SparkplugTopic sparkplug = sparkplug_topic(topic);
  const bool is_binary_sparkplug = sparkplug.type != Sparkplug::none && sparkplug.type != Sparkplug::state;
  if (sparkplug.type != Sparkplug::none) put_sparkplug_topic(call, sparkplug);
  if (is_binary_sparkplug) sparkplug_payload(call, sparkplug, payload, outcome);
  const bool readable = is_readable(payload);
  if (!payload.empty()) call.out.set<"content">(payload);
  if (!payload.empty() && readable && !is_binary_sparkplug) call.out.set<"message">(payload);
  else if (!payload.empty()) call.out.set<"payload">(payload);
  if (text_of(topic) == "$SYS/broker/version" && readable && !call.from_client)
    call.output.tell(Trait::description, payload);
  if (call.output.operations_total > 0) return;  // each metric has one

  const Verb verb = sparkplug.type != Sparkplug::none ? sparkplug.verb
                    : is_command_topic(topic)         ? Verb::control
                                                      : Verb::report;
  Operation& operation = call.operate(verb);
  operation.outcome = outcome;
  if (!is_binary_sparkplug) operation.value = value_of(payload, readable);
  const View view = call.output.record.view();
  constexpr std::size_t alias = fields["topic_alias"];
  if (!topic.empty()) {
    operation.object = {.space = static_cast<std::uint8_t>(Place::topic), .count = 1, .text = topic};
  } else if (view.has(alias)) {
    operation.object = {
        .space = static_cast<std::uint8_t>(Place::topic_alias), .address = view.number(alias), .count = 1};
  }
}

// PUBACK, PUBREC, PUBREL, PUBCOMP ([5] 3.4 to 3.7): two exchanges of a request and its answer.
void acknowledge(Call& call) {
  call.output.role = call.type == Type::pubrel ? Role::request : Role::answer;
  call.out.set<"packet_id">(call.in.be16());
  if (!call.in.ok() || call.in.left() == 0) return;
  const std::uint8_t code = call.in.u8();  // only in version 5
  call.memory.version = level_5;
  call.out.set<"reason_code">(code);
  if (call.in.left() > 0) read_properties(call);
  if (call.in.ok() && code >= refused_from) settle(call.operate(Verb::report), code, true);
}

// Whether the octets are filters as versions before 5 lay them out.
bool fits_without_properties(Bytes octets, bool with_options) {
  Reader in{octets};
  while (in.ok() && in.left() > 0) {
    if (in.take(in.be16()).empty()) return false;
    if (with_options && in.u8() > 2) return false;
  }
  return in.ok();
}

void suspect(Call& call, Bytes filter) {
  const std::string_view text = text_of(filter);
  if (text == "#" || text == "/#" || text == "+/#") call.blame(Wrong::everything);
  if (text.starts_with("$SYS/") || text == "$SYS") call.blame(Wrong::broker_topics);
}

void subscribe(Call& call) {
  const bool wanted = call.type == Type::subscribe;
  call.out.set<"packet_id">(call.in.be16());
  if (!call.in.ok()) return;
  if (call.memory.version == 0) {
    Reader ahead = call.in;
    call.memory.version = fits_without_properties(ahead.rest(), wanted) ? level_311 : level_5;
  }
  if (call.is_v5()) read_properties(call);
  while (call.in.ok() && call.in.left() > 0) {
    Fill<filter_fields> pen{call.output.items.start(filter_schema), call.in};
    const Bytes filter = call.text();
    pen.set<"topic_filter">(filter);
    if (wanted) pen.set<"requested_qos">(static_cast<std::uint8_t>(call.in.u8() & 3));
    if (!call.in.ok()) return;
    call.output.items.emit();
    call.touch(wanted ? Verb::subscribe : Verb::session, Place::filter, filter);
    if (wanted) suspect(call, filter);
  }
}

void subscribed(Call& call) {
  call.out.set<"packet_id">(call.in.be16());
  if (call.type == Type::unsuback && call.memory.version == 0 && call.in.ok())
    call.memory.version = call.in.left() > 0 ? level_5 : level_311;
  if (call.is_v5()) read_properties(call);
  const Verb verb = call.type == Type::suback ? Verb::subscribe : Verb::session;
  while (call.in.ok() && call.in.left() > 0) {
    Fill<filter_fields> pen{call.output.items.start(filter_schema), call.in};
    const std::uint8_t code = call.in.u8();
    pen.set<"granted">(code);
    call.output.items.emit();
    settle(call.operate(verb), code, code >= refused_from);
  }
}

void leave(Call& call) {  // DISCONNECT and AUTH
  if (call.in.left() > 0) {
    call.memory.version = level_5;
    call.out.set<"reason_code">(call.in.u8());
    if (call.in.left() > 0) read_properties(call);
  }
  if (call.in.ok()) call.operate(packets[static_cast<std::size_t>(call.type)].verb).outcome = Outcome::one_way;
}

void body(Call& call, std::uint8_t flags) {
  switch (call.type) {
    case Type::connect: return connect(call);
    case Type::connack: return connack(call);
    case Type::publish: return publish(call, flags);
    case Type::puback: case Type::pubrec: case Type::pubrel: case Type::pubcomp: return acknowledge(call);
    case Type::subscribe: case Type::unsubscribe: return subscribe(call);
    case Type::suback: case Type::unsuback: return subscribed(call);
    case Type::pingreq: call.operate(Verb::heartbeat); return;
    case Type::pingresp: call.operate(Verb::heartbeat).outcome = Outcome::ok; return;
    case Type::disconnect: case Type::auth: case Type::none: return leave(call);
  }
}

Role role_of(Type type) {
  switch (type) {
    case Type::connect: case Type::subscribe: case Type::unsubscribe: case Type::pingreq: return Role::request;
    case Type::connack: case Type::suback: case Type::unsuback: case Type::pingresp: return Role::answer;
    default: return Role::event;
  }
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  const std::uint8_t first = in.u8();
  const std::uint32_t length = variable_number(in);
  const Packet& packet = packet_row(first);
  out.set<"type">(static_cast<std::uint8_t>(packet.type));
  output.role = role_of(packet.type);
  const bool from_client = context.direction == Direction::to_server;
  Call call{in, out, output, state<Memory>(memory), packet.type, from_client};
  if (in.ok() && length != in.left()) call.blame(Wrong::truncated);
  const End end = sender(message, context);
  if (end != End::unknown && (end == End::client) != from_client) call.blame(Wrong::direction);
  const auto flags = static_cast<std::uint8_t>(first & 15);
  const bool repeats = packet.flags != 0 && call.memory.version == level_31;  // [31] 2.1
  if (repeats) out.set<"qos">(static_cast<std::uint8_t>(flags >> 1 & 3));
  if (packet.type != Type::publish && (repeats ? flags & ~dup_bit : flags) != packet.flags) call.blame(Wrong::flags);
  body(call, flags);
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() > 0) call.blame(Wrong::trailing);
  return call.found;
}

}  // namespace

const Protocol protocol = {
    .name = "mqtt",
    .label = {"MQTT", "MQTT"},
    .doc = "Devices and programs publish and subscribe to topics at a broker, with Sparkplug B in plants.",
    .message = &schema,
    .items = {&filter_schema, &property_schema, &metric_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::mqtt
