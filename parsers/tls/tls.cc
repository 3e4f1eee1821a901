// TLS: who is asked for, who answers, and with what; sources in table.h.
//
// A side's handshake messages are gathered over records until they are whole: a ServerHello waits for its
// Certificate, so that both are told as one answer to the ClientHello. Once a side says that it encrypts,
// nothing of it is read any more.
#include "parsers/tls/tls.h"

#include <algorithm>

#include "parsers/tls/certificate.h"
#include "parsers/tls/hello.h"
#include "parsers/wire/notation.h"

namespace langyan::tls {
namespace {

struct Call {
  const Context& context;
  Memory& memory;
  Output& output;
  Pen& out;
  std::size_t side() const { return static_cast<std::size_t>(context.direction); }
  bool from_client() const { return context.direction == Direction::to_server; }
};

void drop(Call& call) {
  if (call.output.assembly) call.output.assembly->clear();
}

// The handshake messages of a side that are not told yet.
struct Flight {
  bool sound = true;  // no more messages than a flight has
  bool whole = true;  // ends where its last message does
  std::size_t messages = 0;
  Shake first = {};
  Bytes hello, certificate;  // their contents, where whole
  bool has_hello = false, has_certificate = false;
};

Flight walk(Bytes octets) {
  Flight flight;
  Reader in{octets};
  while (in.left() > 0) {
    if (in.left() < message_head_bytes) return flight.whole = false, flight;
    const auto type = static_cast<Shake>(in.u8());
    const std::uint32_t length = in.be24();
    if (length + message_head_bytes > longest_flight || ++flight.messages > most_messages)
      return flight.sound = false, flight;
    if (flight.messages == 1) flight.first = type;
    if (in.left() < length) return flight.whole = false, flight;
    const Bytes content = in.take(length);
    const bool is_hello = type == Shake::client_hello || type == Shake::server_hello;
    if (is_hello && !flight.has_hello) flight.hello = content, flight.has_hello = true;
    if (type == Shake::certificate && !flight.has_certificate)
      flight.certificate = content, flight.has_certificate = true;
  }
  return flight;
}

void begin_session(Call& call, Outcome outcome, std::uint16_t code = 0) {
  Operation& operation = call.output.operate(Verb::session);
  operation.outcome = outcome;
  operation.code = code;
}

Fault judge_choice(const Hello& hello) {
  if (hello.version <= ssl2) return fault(Wrong::ssl_2);
  if (hello.version == ssl3) return fault(Wrong::ssl_3);
  if (hello.version < tls12) return fault(Wrong::old_version);
  return is_weak(hello.cipher()) ? fault(Wrong::weak_cipher) : Fault::none;
}

void client_asks(Call& call, const Hello& hello) {
  Memory& memory = call.memory;
  memory.asked = true;
  call.output.role = Role::request;
  const std::size_t size = hello.server_name.size() <= most_kept_name ? hello.server_name.size() : 0;
  memory.name_size = static_cast<std::uint8_t>(size);
  std::copy_n(hello.server_name.begin(), size, memory.name.begin());
  begin_session(call, Outcome::pending);
  const View told = call.output.record.view();
  if (told.has(fields["sni"])) call.output.operations()[0].object.text = told.bytes(fields["sni"]);
}

void server_answers(Call& call) {
  if (call.memory.answered) return;
  call.memory.answered = true;
  call.output.role = Role::answer;
  begin_session(call, Outcome::ok);
}

Fault tell_flight_hello(Call& call, Bytes content, bool client) {
  Hello hello;
  const bool sound = read_hello(content, client, hello);
  if (sound && !client) call.memory.retry = hello.retry;
  if (sound && hello.retry) return call.out.set<"retry">(true), Fault::none;
  if (client && call.memory.asked) {  // again, for the retry: a handshake is told once
    call.output.role = Role::part;
    return Fault::none;
  }
  if (hello.random.size() == 32) tell_hello(hello, sound, call.out, call.output);
  if (!sound) return fault(Wrong::length);
  if (client) return client_asks(call, hello), Fault::none;
  server_answers(call);
  return judge_choice(hello);
}

// `octets` stand in the message or in scratch.
Fault tell(Call& call, Bytes octets) {
  const Flight flight = walk(octets);
  call.out.set<"handshake">(static_cast<std::uint8_t>(flight.first));
  Fault found = Fault::none;
  if (flight.has_hello) found = worse(found, tell_flight_hello(call, flight.hello, call.from_client()));
  if (flight.has_certificate) {
    const Bytes asked = call.from_client() ? Bytes{} : Bytes{call.memory.name}.first(call.memory.name_size);
    found = worse(found, tell_certificates(flight.certificate, call.context, asked, call.out, call.output));
  }
  return found;
}

// A ServerHello that a Certificate may follow in clear.
bool waits_for_certificate(const Flight& flight) {
  if (flight.messages != 1 || flight.first != Shake::server_hello) return false;
  Hello hello;
  return read_hello(flight.hello, false, hello) && hello.version < tls13 && !hello.retry;
}

Fault tell_held(Call& call) {
  Assembly* held = call.output.assembly;
  if (!held || held->bytes().empty()) return Fault::none;
  const Bytes octets = call.output.scratch.copy(held->bytes());
  held->clear();
  if (octets.empty() || !walk(octets).whole) return Fault::none;
  call.output.role = Role::event;
  return tell(call, octets);
}

Fault handshake(Call& call, Bytes body) {
  Memory& memory = call.memory;
  call.output.role = Role::part;
  if (memory.encrypted[call.side()] || memory.lost[call.side()]) return Fault::none;
  Assembly* held = call.output.assembly;
  const bool alone = !held || held->bytes().empty();
  if (!alone && !held->append(body)) {
    drop(call);
    memory.lost[call.side()] = true;
    return fault(Wrong::flight);
  }
  const Bytes octets = alone ? body : held->bytes();
  const Flight flight = walk(octets);
  if (!flight.sound) {
    drop(call);
    memory.lost[call.side()] = true;
    return fault(Wrong::flight);
  }
  if (!flight.whole || waits_for_certificate(flight)) {
    if (!alone) return Fault::none;
    if (held && held->append(body)) return Fault::none;
    memory.lost[call.side()] = true;
    if (!flight.whole) return Fault::none;  // no buffer is to be had: the cap's counter says so
  } else if (!alone) {
    return tell_held(call);
  }
  call.output.role = Role::event;
  return tell(call, octets);
}

Fault change_cipher(Call& call, Bytes body) {
  if (body.size() != 1) return fault(Wrong::record);
  call.output.role = Role::part;
  if (call.memory.retry) return Fault::none;  // of TLS 1.3, for old boxes between: hellos in clear follow
  const Fault found = call.memory.lost[call.side()] ? Fault::none : tell_held(call);
  call.memory.encrypted[call.side()] = true;
  return found;
}

Fault alert(Call& call, Bytes body) {
  constexpr std::uint8_t fatal = 2;
  call.output.role = Role::part;
  if (call.memory.encrypted[call.side()] || body.size() != 2) return Fault::none;
  call.output.role = Role::event;
  const Fault found = tell_held(call);
  call.out.set<"alert_level">(body[0]);
  call.out.set<"alert">(body[1]);
  if (body[0] != fatal || call.output.operations_total > 0) return found;
  if (!call.from_client() && call.memory.asked && !call.memory.answered) {
    call.memory.answered = true;
    call.output.role = Role::answer;
  }
  begin_session(call, Outcome::refused, body[1]);
  return found;
}

Fault heartbeat(Call& call, Bytes body) {
  constexpr std::size_t head = 3, least_padding = 16;  // [HB] 4
  constexpr std::uint8_t request = 1;
  if (call.memory.encrypted[call.side()]) return call.output.role = Role::part, Fault::none;
  Reader in{body};
  const std::uint8_t type = in.u8();
  const std::uint16_t length = in.be16();
  if (!in.ok()) return fault(Wrong::record);
  call.out.set<"heartbeat_length">(length);
  return type == request && head + length + least_padding > body.size() ? fault(Wrong::heartbleed) : Fault::none;
}

Fault decode_ssl2(Call& call, Bytes message) {
  constexpr std::uint8_t client_hello = 1;
  Reader in{message};
  in.skip(2);
  const bool asks = in.u8() == client_hello;
  if (!asks) in.skip(2);  // whether the session is known, and the kind of certificate
  const std::uint16_t said = in.be16(), version = said == ssl2_on_wire ? ssl2 : said;
  const std::uint16_t first = in.be16(), second = in.be16(), third = in.be16();
  if (!in.ok() || std::size_t{first} + second + third != in.left()) return fault(Wrong::length);
  call.out.set<"handshake">(static_cast<std::uint8_t>(asks ? Shake::client_hello : Shake::server_hello));
  call.out.set<"version">(version);
  if (asks) {
    client_asks(call, {});
    return Fault::none;  // what counts is the server's choice
  }
  server_answers(call);
  return version == ssl2 ? fault(Wrong::ssl_2) : Fault::none;
}

Fault decode_record(Call& call, Reader& in) {
  const std::uint8_t type = in.u8();
  in.skip(2);  // the record's version is frozen
  const std::uint16_t length = in.be16();
  call.out.set<"content_type">(type);
  const Bytes body = in.take(length);
  if (!in.ok() || body.empty() || in.left() > 0) return fault(Wrong::record);
  if (call.context.after_gap) {  // what is lost may have been the start of the flight, or the change of the cipher
    drop(call);
    const bool plain =
        body.size() >= message_head_bytes && (body[0] == 1 || body[0] == 2 || body[0] == 11) && body[1] == 0;
    if (!plain) call.memory.lost[call.side()] = true;
  }
  if (body.size() > longest_clear_record && !call.memory.encrypted[call.side()] && !call.memory.lost[call.side()])
    return fault(Wrong::record);
  switch (static_cast<Content>(type)) {
    case Content::handshake: return handshake(call, body);
    case Content::alert:
      return call.memory.lost[call.side()] ? (call.output.role = Role::part, Fault::none) : alert(call, body);
    case Content::change_cipher_spec: return change_cipher(call, body);
    case Content::heartbeat: return heartbeat(call, body);
    case Content::application_data: break;  // passed over by its frame
  }
  call.output.role = Role::part;
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  Call call{context, state<Memory>(memory), output, out};
  if (!message.empty() && message[0] & 0x80) return decode_ssl2(call, message);
  return decode_record(call, in);
}

inline constexpr Space spaces[] = {{"host", {"Host", "主机"}}};

}  // namespace

const Protocol protocol = {
    .name = "tls",
    .label = {"TLS", "TLS"},
    .doc = "Encrypts what programs say to each other; its start tells who they are.",
    .message = &schema,
    .items = {&certificate_schema, &name_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::tls
