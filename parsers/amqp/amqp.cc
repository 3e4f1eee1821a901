// AMQP: programs exchange messages over a broker's queues (0-9-1), or peers by addressed links (1.0).
// Platforms, historians and gateways of plants use it upwards.
//
// [091] AMQP 0-9-1, specification and reference
// [RMQ] RabbitMQ, AMQP 0-9-1 reference with extensions
// [10]  OASIS AMQP 1.0 (ISO/IEC 19464)
#include "parsers/amqp/amqp.h"

#include <algorithm>

#include "parsers/amqp/call.h"
#include "parsers/wire/spelled.h"

namespace langyan::amqp {
namespace {

constexpr std::size_t most_properties = 64;  // of a table that are looked at

bool is_readable(Bytes payload) { return payload.empty() || wire::is_readable(payload); }

Bytes short_text(Reader& in) { return in.take(in.u8()); }
Bytes long_text(Reader& in) { return in.take(in.be32()); }

// A table ([091] 4.2.5.5): name, type, value. Nested ones are passed over by their length.
template <class Visit>
void read_table(Call& call, Reader in, Visit visit) {
  for (std::size_t i = 0; i < most_properties && in.ok() && in.left() > 0; ++i) {
    const Bytes name = short_text(in);
    switch (in.u8()) {
      case 'S': visit(text_of(name), long_text(in)); break;
      case 'F': case 'A': case 'x': long_text(in); break;
      case 't': case 'b': case 'B': in.skip(1); break;
      case 's': case 'u': case 'U': in.skip(2); break;
      case 'I': case 'i': case 'f': in.skip(4); break;
      case 'D': in.skip(5); break;
      case 'L': case 'l': case 'd': case 'T': in.skip(8); break;
      case 'V': break;
      default: return call.blame(Wrong::encoding);
    }
  }
  if (!in.ok()) call.blame(Wrong::encoding);
}

void put_peer(Call& call) {
  Reader properties = call.in.part(call.in.be32());
  if (call.in.ok())
    read_table(call, properties, [&](std::string_view name, Bytes value) { put_identity(call, name, value); });
}

void start(Call& call) {
  call.in.skip(2);  // the version, as in the header
  put_peer(call);
  call.out.set<"mechanisms">(long_text(call.in));
  long_text(call.in);  // locales
  if (call.in.ok()) call.operate(Verb::session, method::start).outcome = Outcome::one_way;
}

void start_ok(Call& call) {
  put_peer(call);
  const Bytes mechanism = short_text(call.in), response = long_text(call.in);
  short_text(call.in);  // locale
  if (!call.in.ok()) return;
  call.output.role = Role::request;
  call.out.set<"mechanism">(mechanism);
  call.out.set<"asked_method">(method::start_ok);
  call.operate(Verb::auth, method::start_ok);
  call.memory.awaits_entry = true;
  put_credentials(call, mechanism, response);
}

void tune(Call& call) {
  call.out.set<"channel_max">(call.in.be16());
  call.out.set<"frame_max">(call.in.be32());
  call.out.set<"heartbeat">(std::uint32_t{call.in.be16()});
}

struct Arguments {
  Bytes exchange, key, queue, host;
  std::uint16_t reply = 0;
  bool has_exchange = false, silent = false;
};

Arguments read_arguments(Call& call, std::string_view layout) {
  Arguments got;
  Reader& in = call.in;
  for (std::size_t i = 0; i < layout.size() && in.ok(); ++i) {
    switch (layout[i]) {
      case '_': case 'h': in.skip(2); break;
      case 'l': in.skip(4); break;
      case 'o': in.skip(1); break;
      case 'n': got.silent = in.u8() >> (layout[++i] - '0') & 1; break;
      case 'T': case 'L': long_text(in); break;
      case 'S': short_text(in); break;
      case 'x': got.exchange = short_text(in), got.has_exchange = true; call.out.set<"exchange">(got.exchange); break;
      case 'y': call.out.set<"source_exchange">(short_text(in)); break;
      case 'k': got.key = short_text(in); call.out.set<"routing_key">(got.key); break;
      case 'q': got.queue = short_text(in); call.out.set<"queue">(got.queue); break;
      case 'v': got.host = short_text(in); call.out.set<"virtual_host">(got.host); break;
      case 'c': call.out.set<"consumer_tag">(short_text(in)); break;
      case 't': call.out.set<"exchange_type">(short_text(in)); break;
      case 'd': call.out.set<"delivery_tag">(in.be64()); break;
      case 'r': got.reply = in.be16(); call.out.set<"reply_code">(got.reply); break;
      case 's': call.out.set<"reply_text">(short_text(in)); break;
      default: break;
    }
  }
  return got;
}

// Exchange and routing key with a slash between; of the nameless exchange the key, which is a queue.
Bytes route_of(Output& output, const Arguments& got) {
  if (got.exchange.empty()) return got.key;
  if (got.key.empty()) return got.exchange;
  const auto run = output.scratch.take(got.exchange.size() + 1 + got.key.size());
  if (run.empty()) return {};
  const auto middle = std::ranges::copy(got.exchange, run.begin()).out;
  *middle = '/';
  std::ranges::copy(got.key, middle + 1);
  return run;
}

void place(Call& call, Operation& operation, const Method& row, const Arguments& got) {
  const auto put = [&](Place space, Bytes text) {
    if (!text.empty()) operation.object = {.space = static_cast<std::uint8_t>(space), .count = 1, .text = text};
  };
  if (row.code >> 16 == 60 && got.has_exchange) return put(Place::route, route_of(call.output, got));
  if (!got.queue.empty()) return put(Place::queue, got.queue);
  if (!got.exchange.empty()) return put(Place::exchange, got.exchange);
  put(Place::virtual_host, got.host);
}

bool is_receipt(std::uint32_t code) {  // ack, reject and nack touch nothing
  return code == method_code(60, 80) || code == method_code(60, 90) || code == method_code(60, 120);
}

// A broker that refuses a sign-in closes instead of going on.
bool refuses_entry(const Call& call, const Method& row, const Arguments& got) {
  return row.code == method::close && !call.from_client && call.memory.awaits_entry && got.reply >= access_refused;
}

void plain_method(Call& call, const Method& row) {
  const Arguments got = read_arguments(call, row.arguments);
  if (!call.in.ok() || is_receipt(row.code)) return;
  Operation& operation = call.operate(row.verb, row.code);
  place(call, operation, row, got);
  if (refuses_entry(call, row, got)) {
    call.output.role = Role::answer;
    call.memory.awaits_entry = false;
    call.out.set<"asked_method">(method::start_ok);
    operation.outcome = Outcome::refused, operation.code = got.reply;
  } else if (row.answers) {
    call.output.role = Role::answer;
    call.out.set<"asked_method">(row.answers);
    operation.outcome = Outcome::ok;
  } else if (!got.silent &&
             std::ranges::any_of(methods, [&](const Method& other) { return other.answers == row.code; })) {
    call.output.role = Role::request;
    call.out.set<"asked_method">(row.code);
  } else {
    operation.outcome = Outcome::one_way;
  }
}

void method_frame(Call& call) {
  const std::uint32_t code = call.in.be32();
  call.out.set<"method">(code);
  if (!call.in.ok()) return;
  const Method* row = method_row(code);
  if (!row) return call.blame(Wrong::method), void(call.in.rest());
  switch (code) {
    case method::start: return start(call);
    case method::start_ok: return start_ok(call);
    case method_code(10, 31): tune(call); return;
    case method::tune:
      tune(call);
      if (!call.in.ok()) return;
      call.output.role = Role::answer;
      call.memory.awaits_entry = false;
      call.out.set<"asked_method">(method::start_ok);
      call.operate(Verb::auth, code).outcome = Outcome::ok;
      return;
    default: return plain_method(call, *row);
  }
}

// [091] 4.2.6.1: class, weight, size, flags, and of the properties the first two, if there.
void header_frame(Call& call) {
  call.in.skip(4);
  call.out.set<"body_size">(call.in.be64());
  const std::uint16_t flags = call.in.be16();
  constexpr std::uint16_t has_content_type = 0x8000;
  if (flags & has_content_type) call.out.set<"content_type">(short_text(call.in));
  call.in.rest();
}

void classic_frame(Call& call) {
  const auto type = static_cast<FrameType>(call.in.u8());
  call.out.set<"frame_type">(static_cast<std::uint8_t>(type));
  call.out.set<"channel">(call.in.be16());
  call.in.skip(4);
  switch (type) {
    case FrameType::method: return method_frame(call);
    case FrameType::header: return header_frame(call);
    case FrameType::heartbeat: call.operate(Verb::heartbeat, 0).outcome = Outcome::one_way; return;
    default: return put_payload(call, call.in.rest());
  }
}

void opening(Call& call) {
  call.out.set<"frame_type">(static_cast<std::uint8_t>(FrameType::opening));
  call.in.skip(4);
  const Bytes octets = call.in.take(4);
  for (const Version& row : versions)
    if (std::ranges::equal(row.octets, octets))
      call.out.set<"protocol_version">(call.output.scratch.copy(bytes_of(row.name)));
  if (call.in.ok()) call.operate(Verb::session, 0).outcome = Outcome::one_way;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  const bool is_opening = message.size() == opening_bytes && message[0] == 'A';
  const bool is_transport = !is_opening && message[0] == 0;
  const bool is_ended = !is_opening && !is_transport && message.back() == frame_end;
  Reader in{is_ended ? message.first(message.size() - 1) : message};
  Pen out{output.record, in};
  Call call{in, out, output, state<Memory>(memory), context.direction == Direction::to_server};
  if (is_opening) opening(call);
  else if (is_transport) transport_frame(call);
  else classic_frame(call);
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() > 0) call.blame(Wrong::trailing);
  return call.found;
}

}  // namespace

void put_payload(Call& call, Bytes payload) {
  if (payload.empty()) return;
  if (is_readable(payload)) call.out.set<"message">(payload);
  else call.out.set<"payload">(payload);
}

// A broker is a product by itself; of a client the words name its library.
void put_identity(Call& call, std::string_view name, Bytes value) {
  if (!is_readable(value)) return;
  if (name == "product") {
    call.out.set<"product">(value);
    call.output.tell(call.from_client ? Trait::description : Trait::model, value);
  } else if (name == "version") {
    call.out.set<"product_version">(value);
    if (!call.from_client) call.output.tell(Trait::firmware, value);
  } else if (name == "platform") {
    call.out.set<"platform">(value);
  } else if (name == "connection_name" || name == "cluster_name") {
    call.output.tell(Trait::name, value);
  }
}

void put_credentials(Call& call, Bytes mechanism, Bytes response) {
  const std::string_view way = text_of(mechanism);
  Bytes user, secret;
  if (way == "ANONYMOUS") return call.blame(Wrong::anonymous);
  if (way == "PLAIN") {  // RFC 4616: identity, NUL, user, NUL, password
    const auto first = std::ranges::find(response, 0);
    const auto second = first == response.end() ? first : std::find(first + 1, response.end(), 0);
    if (second == response.end()) return;
    user = {first + 1, second}, secret = {second + 1, response.end()};
  } else if (way == "AMQPLAIN") {  // a table without its length
    read_table(call, Reader{response}, [&](std::string_view name, Bytes value) {
      if (name == "LOGIN") user = value;
      if (name == "PASSWORD") secret = value;
    });
  } else {
    return;
  }
  call.out.set<"user_name">(user);
  call.out.set<"has_password">(!secret.empty());
  call.out.set<"password_length">(static_cast<std::uint16_t>(std::min<std::size_t>(secret.size(), UINT16_MAX)));
  if (text_of(user) == "guest" && text_of(secret) == "guest") call.blame(Wrong::default_user);
  if (!secret.empty()) call.blame(Wrong::password);
}

const Protocol protocol = {
    .name = "amqp",
    .label = {"AMQP", "AMQP"},
    .doc = "Programs exchange messages over queues of a broker, or over addressed links.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "method",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::amqp
