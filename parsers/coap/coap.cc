// CoAP: small devices (lighting, meters, sensors, LwM2M) whose resources are read and written over UDP in
// the manner of HTTP.
//
// [7252]  RFC 7252, The Constrained Application Protocol
// [7641]  RFC 7641, Observing Resources
// [7959]  RFC 7959, Block-Wise Transfers
// [8132]  RFC 8132, PATCH and FETCH Methods
// [8613]  RFC 8613, OSCORE
// [8768]  RFC 8768, Hop-Limit Option
// [LWM2M] OMA Lightweight M2M, Technical Specification: Core, version 1.1
#include "parsers/coap/coap.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "parsers/coap/table.h"
#include "parsers/wire/notation.h"
#include "parsers/wire/spelled.h"

namespace langyan::coap {
namespace {

using Pen = Fill<fields>;

// Messages seen lately: a confirmation or a reset names only the number of the message it is for.
struct Memory {
  struct Sent {
    std::uint32_t exchange;
    std::uint16_t message_id;
    std::uint8_t sender;  // 1 + direction; 0: none
    bool is_request;
  };
  std::array<Sent, 8> sent;
  std::array<std::uint32_t, 4> observed;  // exchanges whose first answer came; 0: none
  std::uint8_t next_sent, next_observed;
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Memory& memory;
  std::uint8_t way;  // 1 + direction
  Fault found = Fault::none;
  // What the options told.
  Bytes path = {}, query = {};
  bool observes = false, in_blocks = false, protected_ = false;
  std::uint32_t observe = 0;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

bool is_readable(Bytes payload) { return payload.empty() || wire::is_readable(payload); }

std::uint32_t number_of(Bytes octets) {  // [7252] 3.2: leading zeros are left out
  std::uint32_t value = 0;
  for (std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

// Options of one number make one text: parts of a path, arguments of a query. Pieces are gathered at the
// end of scratch, so a text grows in place as long as no other one does.
void append(Call& call, Bytes& text, char between, bool always, Bytes piece) {
  const bool separated = always || !text.empty();
  const auto run = call.output.scratch.take(piece.size() + separated);
  if (run.size() != piece.size() + separated) return;
  if (separated) run[0] = static_cast<std::uint8_t>(between);
  std::ranges::copy(piece, run.begin() + separated);
  text = text.empty() ? Bytes{run} : Bytes{text.data(), text.size() + run.size()};
}

void put_block(Call& call, Bytes value) {  // [7959] 2.2: number, more, size exponent
  const std::uint32_t word = number_of(value);
  constexpr std::uint32_t reserved_exponent = 7;
  if ((word & 7) == reserved_exponent) return call.blame(Wrong::option);
  call.out.set<"block_number">(word >> 4);
  call.out.set<"block_more">((word & 8) != 0);
  call.out.set<"block_size">(static_cast<std::uint16_t>(16u << (word & 7)));
  call.in_blocks = (word >> 4) > 0 || (word & 8);
}

void put_option(Call& call, std::uint32_t number, Bytes value) {
  const auto* row = std::ranges::find(options, number, &Option::number);
  if (row == std::end(options)) return;
  if (value.size() < row->least || value.size() > row->most) return call.blame(Wrong::option);
  switch (number) {
    case option::uri_host: return call.out.set<"uri_host">(value);
    case option::uri_port: return call.out.set<"uri_port">(static_cast<std::uint16_t>(number_of(value)));
    case option::uri_path: return append(call, call.path, '/', true, value);
    case option::location_path: return append(call, call.path, '/', true, value);
    case option::uri_query: case option::location_query: return append(call, call.query, '&', false, value);
    case option::content_format: return call.out.set<"content_format">(static_cast<std::uint16_t>(number_of(value)));
    case option::accept: return call.out.set<"accept">(static_cast<std::uint16_t>(number_of(value)));
    case option::max_age: return call.out.set<"max_age">(number_of(value));
    case option::etag: return call.out.set<"etag">(value);
    case option::observe:
      call.observes = true, call.observe = number_of(value);
      return call.out.set<"observe">(call.observe);
    case option::block1: case option::block2: return put_block(call, value);
    case option::size1: case option::size2: return call.out.set<"body_size">(number_of(value));
    case option::oscore: call.protected_ = true; return call.out.set<"oscore">(true);
    case option::proxy_uri: call.blame(Wrong::proxy); return call.out.set<"proxy_uri">(value);
    case option::proxy_scheme: call.blame(Wrong::proxy); return call.out.set<"proxy_scheme">(value);
    default: return;
  }
}

// Number and length of an option, of which large ones follow in further octets ([7252] 3.1).
bool extend(Reader& in, std::uint32_t& value) {
  if (value == 13) value = 13u + in.u8();
  else if (value == 14) value = 269u + in.be16();
  else if (value == 15) return false;
  return in.ok();
}

void read_options(Call& call) {
  std::uint32_t number = 0;
  constexpr std::uint32_t largest_number = 65'535;
  while (call.in.left() > 0 && call.in.peek() != payload_marker) {
    const std::uint8_t head = call.in.u8();
    std::uint32_t step = head >> 4, size = head & 15;
    if (!extend(call.in, step) || !extend(call.in, size)) {
      if (call.in.ok()) call.blame(Wrong::option), call.in.rest();
      return;
    }
    number += step;
    const Bytes value = call.in.take(size);
    if (!call.in.ok()) return;
    if (number > largest_number) return call.blame(Wrong::option);
    put_option(call, number, value);
  }
}

// A payload as a value: a number where it spells one, else text or octets.
Value value_of(Bytes payload, bool readable) {
  if (payload.empty() || payload.size() > longest_value_text) return {};
  if (!readable) return Value::of_run(Value::Kind::bytes, payload);
  const std::string_view text = text_of(payload);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && number - number == 0) return Value::of_real(number);
  return Value::of_run(Value::Kind::text, payload);
}

// LwM2M: a device registers under the name of its endpoint ([LWM2M] 6.2.1).
void tell_endpoint(Call& call) {
  constexpr std::string_view key = "ep=";
  std::string_view rest = text_of(call.query);
  while (!rest.empty()) {
    const std::string_view argument = rest.substr(0, rest.find('&'));
    if (argument.starts_with(key)) call.output.tell(Trait::name, argument.substr(key.size()));
    rest.remove_prefix(std::min(rest.size(), argument.size() + 1));
  }
}

Verb verb_of(const Call& call, const Method& method) {
  const std::string_view path = text_of(call.path);
  if (method.verb == Verb::read) {
    if (call.observes) return call.observe == 0 ? Verb::subscribe : Verb::session;
    return path == "/.well-known/core" ? Verb::browse : Verb::read;
  }
  if (method.name == "post" && path == "/rd") return Verb::session;
  const auto* row = std::ranges::find(lwm2m, path, &Resource::path);
  return row == std::end(lwm2m) ? method.verb : row->verb;
}

void request(Call& call, std::uint8_t code, Value value) {
  const auto* method = std::ranges::find(methods, code, &Method::code);
  const bool known = method != std::end(methods);
  if (!known) call.blame(Wrong::code);
  call.output.role = Role::request;
  call.out.set<"method">(code);
  if (!call.path.empty()) call.out.set<"uri_path">(call.path);
  if (!call.query.empty()) call.out.set<"uri_query">(call.query);
  if (text_of(call.path) == "/rd" && known && method->verb == Verb::write) tell_endpoint(call);
  Operation& operation = call.output.operate(known ? verb_of(call, *method) : Verb::other);
  operation.function = code;
  if (!call.protected_) {  // else the path is inside, and the method stands for another one
    // What a request names has to stand in the message or in scratch, to be kept until the answer.
    const Bytes path = call.path.empty() ? call.output.scratch.copy(bytes_of("/")) : call.path;
    operation.object = {.count = 1, .text = path};
    operation.value = value;
  } else if (known) {
    operation.verb = Verb::other;
  }
}

void response(Call& call, std::uint8_t code, Value value, std::uint32_t exchange) {
  call.output.role = Role::answer;
  if (!call.path.empty()) call.out.set<"location">(call.path);
  if (std::ranges::find(code_names, code, &Name::value) == std::end(code_names)) call.blame(Wrong::code);
  const bool refused = code >= 128;
  Verb verb = Verb::other;  // counts only where the request was not seen
  if (code == 69 || code == 67) verb = Verb::read;
  if (code == 65 || code == 68 || code == 95) verb = Verb::write;
  if (code == 66) verb = Verb::configure;
  if (call.observes && !refused) {
    auto& observed = call.memory.observed;
    if (std::ranges::find(observed, exchange) != observed.end()) {
      call.output.role = Role::event;
      verb = Verb::report;
    } else {
      observed[call.memory.next_observed++ % observed.size()] = exchange;
    }
  }
  Operation& operation = call.output.operate(verb);
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? code : 0;
  operation.value = value;
}

// A message without a code confirms or resets the one whose number it has ([7252] 4.2, 4.3).
void empty(Call& call, Type type, std::uint16_t id) {
  if (call.in.left() > 0) call.blame(Wrong::empty), call.in.rest();
  if (type == Type::confirmable) {  // a ping
    call.output.operate(Verb::heartbeat).outcome = Outcome::one_way;
    return;
  }
  if (type != Type::reset) return;
  for (Memory::Sent& sent : call.memory.sent) {
    if (sent.sender == 0 || sent.sender == call.way || sent.message_id != id || !sent.is_request) continue;
    call.out.set<"exchange">(sent.exchange);
    call.output.role = Role::answer;
    Operation& operation = call.output.operate(Verb::other);
    operation.outcome = Outcome::refused;
    sent.sender = 0;
    return;
  }
}

// Whether this very message came before; else it is remembered.
bool is_repeated(Call& call, std::uint16_t id, std::uint32_t exchange, bool is_request) {
  for (const Memory::Sent& sent : call.memory.sent)
    if (sent.sender == call.way && sent.message_id == id && sent.exchange == exchange) return true;
  call.memory.sent[call.memory.next_sent++ % call.memory.sent.size()] = {exchange, id, call.way, is_request};
  return false;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  const std::uint8_t head = in.u8(), code = in.u8();
  const std::uint16_t id = in.be16();
  const auto type = static_cast<Type>(head >> 4 & 3);
  Call call{in, out, output, state<Memory>(memory), static_cast<std::uint8_t>(1 + static_cast<int>(context.direction))};
  out.set<"message_type">(static_cast<std::uint8_t>(type));
  out.set<"code">(code);
  out.set<"message_id">(id);
  if (!in.ok()) return fault(Wrong::truncated);
  const std::uint8_t token_size = head & 15;
  if (token_size > longest_token) return fault(Wrong::token);
  if (code == 0) {
    empty(call, type, id);
    return call.found;
  }
  const Bytes token = in.take(token_size);
  if (!in.ok()) return fault(Wrong::truncated);
  const auto exchange = static_cast<std::uint32_t>(hash(token)) | 1;
  if (!token.empty()) out.set<"token">(token);
  out.set<"exchange">(exchange);
  read_options(call);
  if (!in.ok()) return fault(Wrong::truncated);
  Bytes payload;
  if (in.left() > 0) {
    in.u8();
    payload = in.rest();
    if (payload.empty()) call.blame(Wrong::payload);
  }
  const bool readable = is_readable(payload);
  if (!payload.empty() && readable) out.set<"message">(payload);
  else if (!payload.empty()) out.set<"payload">(payload);

  const std::uint8_t code_class = code >> 5;
  if (is_repeated(call, id, exchange, code_class == 0)) {  // told already
    out.set<"repeated">(true);
    return call.found;
  }
  const bool whole = !call.in_blocks && !call.protected_;
  const Value value = whole ? value_of(payload, readable) : Value{};
  if (code_class == 0) request(call, code, value);
  else if (code_class == 2 || code_class == 4 || code_class == 5) response(call, code, value, exchange);
  else call.blame(Wrong::code);
  return call.found;
}

bool sound_header(Bytes bytes) {
  if (bytes.size() < header_bytes || bytes[0] >> 6 != 1 || (bytes[0] & 15) > longest_token) return false;
  const std::uint8_t code_class = bytes[1] >> 5, type = bytes[0] >> 4 & 3;
  if (code_class == 1 || code_class == 3 || code_class >= 6) return false;
  if (bytes[1] == 0) return bytes.size() == header_bytes;
  // A request is never a confirmation, and only an empty message resets ([7252] 4.2, 4.3).
  return type != 3 && !(type == 2 && code_class == 0);
}

// Four loose octets are no evidence elsewhere, so only its own port is taken.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp) return Identity::no;
  if (context.client_port != ports[0].port && context.server_port != ports[0].port) return Identity::no;
  return sound_header(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  return bytes.size() >= header_bytes && bytes[0] >> 6 == 1 ? Frame::message(bytes.size()) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }  // a datagram has one message

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes || bytes[1] == 0) return End::unknown;
  return bytes[1] >> 5 == 0 ? End::client : End::server;
}

}  // namespace

const Protocol protocol = {
    .name = "coap",
    .label = {"CoAP", "CoAP"},
    .doc = "Reads and writes resources of small devices over UDP, LwM2M among them.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "method",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
};

}  // namespace langyan::coap
