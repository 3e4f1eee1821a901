// OPC UA, binary over TCP: servers in controllers, gateways and SCADA whose nodes are browsed, read,
// written, called and watched, with or without signature and encryption; and PubSub (UADP), by which
// they publish to anyone. Sources: table.h.
#include "parsers/opcua/opcua.h"

#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

constexpr std::uint32_t last_sequence = 4'294'966'271, first_after_wrap = 1'024;  // [P6] 6.7.2.4
// Of a channel whose opening was not seen: a sequence number so high is rather one that is encrypted.
constexpr std::uint32_t likely_sequence = 1u << 24;
constexpr std::size_t sequence_header = 8;

struct Chunk {
  Transfer type;
  char mark;  // F, C or A
  Reader in;  // what follows the header
};

Operation& session(Output& output, Outcome outcome, std::uint32_t status = 0) {
  Operation& operation = output.operate(Verb::session);
  operation.outcome = outcome;
  if (outcome == Outcome::refused) operation.code = static_cast<std::uint16_t>(status >> 16);
  return operation;
}

void knows_client(Memory& memory, const Context& context, bool is_client) {
  memory.client_known = true;
  memory.client_is_server = (context.direction == Direction::to_client) == is_client;
}

bool from_client(const Memory& memory, const Context& context) {
  const bool reversed = memory.client_known && memory.client_is_server;
  return (context.direction == Direction::to_server) != reversed;
}

// Hello and Acknowledge ([P6] 7.1.2.3, 7.1.2.4).
Fault greeting(Chunk& chunk, const Context& context, Memory& memory, Output& output) {
  const bool asks = chunk.type == Transfer::hello;
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  pen.set<"protocol_version">(in.le32());
  const std::uint32_t receive = in.le32(), send = in.le32();
  pen.set<"receive_buffer_size">(receive);
  pen.set<"send_buffer_size">(send);
  pen.set<"max_message_size">(in.le32());
  pen.set<"max_chunk_count">(in.le32());
  const Bytes url = asks ? read_string(in) : Bytes{};
  put_text<"endpoint_url">(pen, url);
  output.role = asks ? Role::request : Role::answer;
  if (!in.ok()) return fault(Wrong::truncated);
  memory.hello_waits = asks;
  knows_client(memory, context, asks);
  session(output, asks ? Outcome::pending : Outcome::ok);
  if (in.left() > 0) return fault(Wrong::trailing);
  if (url.size() > longest_url) return fault(Wrong::url);
  return receive < least_buffer || send < least_buffer ? fault(Wrong::buffer) : Fault::none;
}

// The server calls its client ([P6] 7.1.2.6); a Hello comes back on this connection.
Fault reverse_hello(Chunk& chunk, const Context& context, Memory& memory, Output& output) {
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  const Bytes server = read_string(in), url = read_string(in);
  put_text<"server_uri">(pen, server);
  put_text<"endpoint_url">(pen, url);
  if (!in.ok()) return fault(Wrong::truncated);
  knows_client(memory, context, false);
  session(output, Outcome::ok);
  output.tell(Trait::name, server);
  if (in.left() > 0) return fault(Wrong::trailing);
  return url.size() > longest_url ? fault(Wrong::url) : Fault::none;
}

// An Error answers a Hello that waits, else it ends the connection ([P6] 7.1.2.5).
Fault error(Chunk& chunk, Memory& memory, Output& output) {
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  const std::uint32_t status = in.le32();
  pen.set<"error">(status);
  put_text<"reason">(pen, read_string(in));
  if (!in.ok()) return fault(Wrong::truncated);
  output.role = memory.hello_waits ? Role::answer : Role::event;
  memory.hello_waits = false;
  session(output, Outcome::refused, status);
  return in.left() > 0 ? fault(Wrong::trailing) : Fault::none;
}

// Encrypted content: known is only that the channel is used.
Fault hidden(Chunk& chunk, const Context& context, const Memory& memory, Output& output) {
  const Reader whole{Bytes{}};
  Pen{output.record, whole}.set<"encrypted">(true);
  chunk.in.rest();
  Operation& operation = session(output, Outcome::ok);
  operation.object = channel_object(memory);
  if (chunk.type == Transfer::open) {  // the type of an OPN is always this one, [P6] 6.7.4
    Pen{output.record, whole}.set<"service">(static_cast<std::uint16_t>(service_open_channel));
    operation.function = service_open_channel;
    output.role = from_client(memory, context) ? Role::request : Role::answer;
    operation.outcome = output.role == Role::request ? Outcome::pending : Outcome::ok;
  }
  return Fault::none;
}

// A jump without octets missing: chunks were injected, replayed or taken away.
bool in_sequence(Memory& memory, const Context& context, std::uint32_t number) {
  const auto side = static_cast<std::size_t>(context.direction);
  const std::uint32_t next = memory.next_sequence[side];
  const bool wraps = next > last_sequence && number < first_after_wrap;
  const bool good = !memory.sequence_known[side] || context.after_gap || number == next || wraps;
  memory.sequence_known[side] = true;
  memory.next_sequence[side] = number + 1;
  return good;
}

struct Collected {
  enum class State : std::uint8_t { whole, part, lost } state = State::whole;
  Bytes body = {};
  bool incomplete = false;
};

// Chunks up to the final one make a message ([P6] 6.7.2.1); most come in one.
Collected collect(Chunk& chunk, Bytes body, std::uint32_t request, const Context& context, Memory& memory,
                  Output& output) {
  using State = Collected::State;
  const auto side = static_cast<std::size_t>(context.direction);
  Pieces& held = memory.pieces[side];
  Assembly* pieces = output.assembly;
  const bool last = chunk.mark == 'F';
  const bool other = held != Pieces::none && memory.pieces_request[side] != request;
  const bool gone = held == Pieces::message && (!pieces || pieces->bytes().empty());  // with a gap
  const bool goes_on = held != Pieces::none && !other && !gone;
  if (!goes_on) {
    const bool broken = other && !gone && !context.after_gap;
    held = Pieces::none;
    if (pieces) pieces->clear();
    memory.chunks[side] = 0;
    memory.pieces_request[side] = request;
    const bool may_miss_start = gone || context.after_gap || !memory.policy_known;
    if (may_miss_start && !readable_type(body)) {
      held = last ? Pieces::none : Pieces::skipped;
      return {State::part, {}, false};
    }
    if (last) return {broken ? State::lost : State::whole, body, false};
    held = Pieces::message;
    memory.chunks[side] = 1;
    if (pieces && body.size() <= most_assembled && pieces->append(body))
      return {broken ? State::lost : State::part, {}, false};
    held = Pieces::skipped;
    return {State::lost, {}, false};
  }
  if (memory.chunks[side] < 0xffff) ++memory.chunks[side];
  if (held == Pieces::skipped) {
    if (last) held = Pieces::none;
    return {State::part, {}, false};
  }
  const bool fits = pieces->bytes().size() + body.size() <= most_assembled;
  if (fits && !pieces->append(body)) {
    pieces->clear();
    held = last ? Pieces::none : Pieces::skipped;
    return {State::lost, {}, false};
  }
  if (fits && !last) return {State::part, {}, false};
  const Bytes whole = output.scratch.copy(pieces->bytes());  // of one too long its start
  pieces->clear();
  held = last ? Pieces::none : Pieces::skipped;
  return {State::whole, whole, !fits};
}

// An abort takes the message back and says why ([P6] 6.7.3).
Fault aborted(Bytes body, const Context& context, Memory& memory, Output& output) {
  const auto side = static_cast<std::size_t>(context.direction);
  memory.pieces[side] = Pieces::none;
  if (output.assembly) output.assembly->clear();
  Reader in{body};
  Pen pen{output.record, in};
  const std::uint32_t status = in.le32();
  pen.set<"error">(status);
  put_text<"reason">(pen, read_string(in));
  if (!in.ok()) return fault(Wrong::truncated);
  output.role = from_client(memory, context) ? Role::event : Role::answer;
  session(output, Outcome::refused, status);
  return Fault::none;
}

Fault decode_body(Chunk& chunk, const Context& context, Memory& memory, Output& output) {
  const auto side = static_cast<std::size_t>(context.direction);
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  const std::uint32_t sequence = in.le32(), request = in.le32();
  if (!in.ok()) return fault(Wrong::truncated);
  pen.set<"sequence_number">(sequence);
  pen.set<"request_id">(request);
  Bytes body = in.rest();
  const std::uint8_t policy = memory.policy;
  if (policy != policy_none && policy != 0 && policy < std::size(policies)) {  // signed, or it could not be read
    body = body.first(body.size() - std::min<std::size_t>(body.size(), policies[policy].signature));
  }
  const bool follows = in_sequence(memory, context, sequence);
  const Fault numbering = follows ? Fault::none : fault(Wrong::sequence);
  if (chunk.mark == 'A') {
    const Fault found = aborted(body, context, memory, output);
    return found == Fault::none ? numbering : found;
  }
  const Collected collected = collect(chunk, body, request, context, memory, output);
  if (collected.state == Collected::State::part || collected.body.empty()) {
    if (collected.state != Collected::State::whole) output.role = Role::part;
    if (collected.state == Collected::State::lost) return fault(Wrong::pieces);
    return collected.state == Collected::State::whole ? fault(Wrong::truncated) : numbering;
  }
  if (memory.chunks[side] > 1) pen.set<"chunks">(memory.chunks[side]);
  memory.chunks[side] = 0;
  if (collected.incomplete) pen.set<"incomplete">(true);
  Call call{output, memory, context, Reader{collected.body}};
  call.request_id = request;
  call.incomplete = collected.incomplete;
  decode_service(call);
  const bool cut = collected.incomplete && call.found == fault(Wrong::truncated);
  const bool signature = policy == 0 && memory.policy_known && call.found == fault(Wrong::trailing);
  if (cut || signature || call.found == Fault::none) call.found = numbering;
  if (collected.state == Collected::State::lost) call.blame(Wrong::pieces);
  return call.found;
}

// Asymmetric security header ([P6] 6.7.2.3), of OPN.
Fault open(Chunk& chunk, const Context& context, Memory& memory, Output& output) {
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  const std::uint32_t channel = in.le32();
  pen.set<"secure_channel_id">(channel);
  const Bytes uri = read_string(in), certificate = read_string(in), thumbprint = read_string(in);
  if (!in.ok()) return fault(Wrong::truncated);
  if (channel == 0) std::ranges::fill(memory.sequence_known, false);  // a new one counts anew
  put_text<"security_policy_uri">(pen, uri);
  const std::uint8_t policy = policy_of_uri(uri);
  pen.set<"security_policy">(policy);
  pen.set<"certificate_size">(static_cast<std::uint32_t>(certificate.size()));
  put_text<"certificate_name">(pen, certificate_name(certificate));
  put_text<"receiver_thumbprint">(pen, thumbprint);
  memory.policy = policy;
  memory.policy_known = true;
  if (policy == policy_none) return decode_body(chunk, context, memory, output);
  Reader ahead = in;
  ahead.skip(sequence_header);
  if (readable_type(ahead.rest()) != 0) {
    memory.policy = 0;  // whether a signature follows is not known
    const Fault found = decode_body(chunk, context, memory, output);
    memory.policy = policy;
    return found == Fault::none ? fault(Wrong::clear) : found;
  }
  memory.channel_known = false;  // its number stands in what is encrypted
  return hidden(chunk, context, memory, output);
}

// Symmetric security header, of MSG and CLO.
Fault message(Chunk& chunk, const Context& context, Memory& memory, Output& output) {
  const auto side = static_cast<std::size_t>(context.direction);
  Reader& in = chunk.in;
  Pen pen{output.record, in};
  const std::uint32_t channel = in.le32();
  pen.set<"secure_channel_id">(channel);
  pen.set<"token_id">(in.le32());
  if (!in.ok()) return fault(Wrong::truncated);
  const bool moved = memory.channel_known && memory.channel != channel && !memory.channel_said;
  memory.channel_said = memory.channel_said || moved;
  if (!memory.channel_known) memory.channel = channel, memory.channel_known = true;
  Reader ahead = in;
  const std::uint32_t sequence = ahead.le32();
  ahead.skip(4);
  const bool readable = readable_type(ahead.rest()) != 0 || memory.pieces[side] != Pieces::none;
  const bool secret = memory.policy_known ? memory.policy != policy_none
                                          : !memory.sequence_known[side] && sequence >= likely_sequence;
  const Fault found =
      secret && !readable ? hidden(chunk, context, memory, output) : decode_body(chunk, context, memory, output);
  return moved && found == Fault::none ? fault(Wrong::channel) : found;
}

Fault decode(Bytes octets, const Context& context, State bytes, Output& output) {
  if (context.transport != Transport::tcp) return decode_network_message(octets, context, output);
  Memory& memory = state<Memory>(bytes);
  Chunk chunk{octets.size() < header_bytes ? Transfer{} : transfer_of(octets), 0, Reader{octets}};
  Pen pen{output.record, chunk.in};
  chunk.in.skip(3);
  chunk.mark = static_cast<char>(chunk.in.u8());
  chunk.in.skip(4);
  if (!chunk.in.ok() || chunk.type == Transfer{}) return fault(Wrong::header);
  pen.set<"message_type">(static_cast<std::uint8_t>(chunk.type));
  const bool divides = chunk.type == Transfer::message;
  if (divides) pen.set<"chunk_type">(static_cast<std::uint8_t>(chunk.mark));
  if (!divides && chunk.mark != 'F') return fault(Wrong::header);
  switch (chunk.type) {
    case Transfer::hello: case Transfer::acknowledge: return greeting(chunk, context, memory, output);
    case Transfer::reverse_hello: return reverse_hello(chunk, context, memory, output);
    case Transfer::error: return error(chunk, memory, output);
    case Transfer::open: return open(chunk, context, memory, output);
    default: return message(chunk, context, memory, output);
  }
}

}  // namespace

void nothing(Call& call) {
  if (call.in.ok()) call.operate(call.service->verb);
}

void opaque(Call& call) {
  call.in.rest();
  call.operate(call.service->verb);
}

void results(Call& call) {
  each_result(call, 4, call.service->verb, [](Reader&, NodePen&) {});
}

const Protocol protocol = {
    .name = "opcua",
    .label = {"OPC UA", "OPC UA"},
    .doc = "Browses, reads, writes, calls and watches the nodes of servers in controllers and SCADA.",
    .message = &schema,
    .items = {&node_schema, &endpoint_schema, &dataset_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::opcua
