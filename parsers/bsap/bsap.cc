// BSAP: Bristol Babcock's (now Emerson's) controllers and flow computers, read and written by OpenBSI, over
// UDP, and as frames of the line (DLE STX) through serial servers.
//
// [BSAP] D301401X012, Network 3000 Communications Application Programmer's Reference; the IP header is not
//        published, what is here was found by others and holds in captures.
#include "parsers/bsap/bsap.h"

#include "base/json.h"
#include "parsers/bsap/table.h"
#include "parsers/wire/crc16.h"

namespace langyan::bsap {
namespace {

using Pen = Fill<fields>;

constexpr std::uint8_t dle = 0x10, stx = 0x02, etx = 0x03, rdb = 0xa0, rdb_extension = 0xa1;
constexpr std::size_t trailer_bytes = 4, shortest_serial = 2 + 3 + trailer_bytes;  // DLE ETX CRC

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }
std::uint32_t le32(Bytes bytes, std::size_t at) {
  return le16(bytes, at) | static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16;
}

bool is_request(std::uint16_t kind) { return kind == 6 || kind == 0x84 || kind == 0x86; }

bool sound_ip(Bytes bytes) {  // header, then messages whose lengths add up
  if (bytes.size() < header_bytes || le16(bytes, 0) != header_bytes) return false;
  const std::uint16_t count = le16(bytes, 2), kind = le16(bytes, 4);
  if (count > most_messages || (kind > 1 && kind != 5 && !is_request(kind)) || (kind == 0) != (count == 0))
    return false;
  std::size_t at = header_bytes;
  for (std::uint16_t i = 0; i < count; ++i) {
    if (bytes.size() - at < envelope_bytes) return false;
    const std::uint32_t size = le32(bytes, at);
    if (size < envelope_bytes || size > bytes.size() - at) return false;
    at += size;
  }
  return at == bytes.size();
}

bool is_serial(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == dle && bytes[1] == stx; }

// Size of a frame of the line: up to DLE ETX and its CRC; 0: no end is there yet.
std::size_t serial_size(Bytes bytes) {
  for (std::size_t at = 2; at + 1 < bytes.size() && at < longest_serial; ++at) {
    if (bytes[at] != dle) continue;
    if (bytes[at + 1] == etx) return at + trailer_bytes;
    ++at;  // DLE DLE stands for one
  }
  return 0;
}

using Checksum = wire::Crc16<0x1021, 0xffff, wire::Bits::reflected>;

// [BSAP] 2: undoes doubled DLE; false where the CRC over what was sent and ETX does not hold.
bool unwrap(Bytes frame, std::span<std::uint8_t> area, std::size_t& size) {
  size = 0;
  for (std::size_t at = 2; at + trailer_bytes < frame.size(); ++at) {
    if (frame[at] == dle) ++at;
    area[size++] = frame[at];
  }
  Checksum sum;
  sum.process_bytes(area.data(), size);
  sum.process_byte(etx);
  return le16(frame, frame.size() - 2) == sum.checksum();
}

struct Call {
  Pen& out;
  Output& output;
  bool request;
  std::uint32_t unit = 0;
  Fault found = Fault::none;

  Operation& operate(Verb verb, std::uint32_t function) {
    Operation& operation = output.operate(verb);
    operation.unit = unit;
    operation.function = function;
    operation.outcome = request ? Outcome::pending : Outcome::ok;
    return operation;
  }
};

void names(Call& call, Reader& in, const Row& row, std::uint8_t count) {
  for (std::size_t i = 0; i < count && i < most_names; ++i) {
    const Bytes rest = Reader{in}.rest();
    std::size_t size = 0;
    while (size < rest.size() && rest[size] != 0) ++size;
    if (size == 0 || size == rest.size()) return void(call.found = fault(Wrong::length));
    const Bytes name = in.take(size);
    in.skip(1);
    if (i == 0) call.out.set<"first_name">(name);
    call.operate(row.verb, row.code).object = {.space = 0, .text = name};
    if (row.verb == Verb::write) return;  // a field descriptor and a value follow, of a size of their own
  }
}

// [BSAP] 5: function, for reads the selected fields, version where addresses are used, security level, count.
void database(Call& call, Reader in) {
  const std::uint8_t function = in.u8();
  if (!in.ok()) return void(call.found = fault(Wrong::length));
  call.out.set<"function">(function);
  const Row* row = row_of(functions, function);
  if (!row) {
    call.operate(Verb::other, function);
    return void(call.found = fault(Wrong::function));
  }
  const bool by_name = (function & 0x7f) == 4 || function == 6, by_address = (function & 0x7f) == 0 || function == 2;
  if (!by_name && !by_address) return void(call.operate(row->verb, function));
  if (row->verb == Verb::read)
    for (std::uint8_t selects = in.u8() & 15; selects; selects = static_cast<std::uint8_t>(selects & (selects - 1)))
      in.skip(1);
  if (by_address) in.skip(2);
  const std::uint8_t level = in.u8(), count = in.u8();
  if (!in.ok()) {
    call.operate(row->verb, function);
    return void(call.found = fault(Wrong::length));
  }
  call.out.set<"security_level">(level);
  call.out.set<"count">(count);
  if (by_name) return names(call, in, *row, count);
  for (std::size_t i = 0; i < count && i < most_names; ++i) {
    const std::uint16_t address = in.le16();
    if (!in.ok()) return void(call.found = fault(Wrong::length));
    call.operate(row->verb, function).object = {.space = 1, .address = address, .count = 1};
    if (row->verb == Verb::write) return;
  }
}

void ask(Call& call, std::uint8_t exchange, Reader in) {
  call.out.set<"exchange">(exchange);
  const Row* row = row_of(exchanges, exchange);
  if (exchange == rdb || exchange == rdb_extension) in.skip(1);  // node status
  if (!in.ok()) return void(call.found = fault(Wrong::length));
  if (exchange == rdb) return database(call, in);
  if (exchange != rdb_extension) return void(call.operate(row ? row->verb : Verb::other, no_function));
  const std::uint16_t function = in.le16();
  if (!in.ok()) return void(call.found = fault(Wrong::length));
  call.out.set<"extended_function">(function);
  const Row* special = row_of(extended, function);
  call.operate(special ? special->verb : Verb::other, no_function);
  if (!special) call.found = fault(Wrong::function);
}

void answer(Call& call, Reader in) {
  constexpr std::uint8_t is_error = 0x80;
  Operation& operation = call.operate(Verb::other, no_function);
  const std::uint8_t error = in.u8(), count = in.u8();
  if (!in.ok()) return;
  call.out.set<"error_code">(error);
  call.out.set<"count">(count);
  if (in.left() > 0) call.out.set<"data">(in.rest());
  if (!(error & is_error)) return;
  operation.outcome = Outcome::refused;
  operation.code = error;
  call.found = fault(Wrong::refused);
}

Fault decode_ip(Bytes message, Output& output) {
  if (!sound_ip(message)) return fault(Wrong::length);
  Reader in{message};
  Pen out{output.record, in};
  in.skip(2);
  const std::uint16_t count = in.le16(), kind = in.le16();
  out.set<"kind">(kind);
  out.set<"messages">(count);
  in.skip(8);  // sequence numbers of this datagram and of the last one received
  Call call{out, output, is_request(kind)};
  if (count == 0) {
    output.role = Role::event;
    call.operate(Verb::heartbeat, no_function).outcome = Outcome::one_way;
    return Fault::none;
  }
  output.role = call.request ? Role::request : Role::answer;
  for (std::uint16_t i = 0; i < count; ++i) {
    const std::uint32_t size = in.le32();
    in.skip(1);
    const std::uint32_t sequence = in.le32();
    Reader body = in.part(size - envelope_bytes);
    if (i == 0) out.set<"sequence">(sequence);
    if (call.request) ask(call, body.u8(), body);
    else if (i == 0) answer(call, body);
  }
  return call.found;
}

Fault decode_serial(Bytes frame, Output& output) {
  if (frame.size() < shortest_serial || serial_size(frame) != frame.size()) return fault(Wrong::length);
  const auto area = output.scratch.take(frame.size());
  std::size_t size = 0;
  if (!unwrap(frame, area, size)) return fault(Wrong::checksum);
  Reader in{Bytes{area.data(), size}};
  Pen out{output.record, in};
  constexpr std::uint8_t global_bit = 0x80;
  const std::uint8_t address = in.u8();
  in.skip(1);  // serial number of the link
  const bool global = (address & global_bit) != 0;
  if (global) in.skip(5);  // destination, source, control
  const std::uint8_t exchange = in.u8();
  if (!in.ok()) return fault(Wrong::length);
  out.set<"address">(static_cast<std::uint8_t>(address & 0x7f));
  out.set<"is_global">(global);
  const bool to_master = (address & 0x7f) == 0;
  Call call{out, output, !to_master, static_cast<std::uint32_t>(address & 0x7f)};
  output.role = to_master ? Role::answer : Role::request;
  const Row* row = row_of(exchanges, exchange);
  if (row && row->verb == Verb::heartbeat) {
    out.set<"exchange">(exchange);
    output.role = Role::event;
    call.operate(Verb::heartbeat, no_function).outcome = Outcome::one_way;
    return Fault::none;
  }
  const std::uint16_t sequence = in.le16();
  const std::uint8_t source = in.u8();
  if (!in.ok()) return fault(Wrong::length);
  out.set<"sequence">(std::uint32_t{sequence});
  if (!to_master) {
    ask(call, exchange, in);
  } else {
    out.set<"exchange">(source);  // who answers
    in.skip(1);
    answer(call, in);
  }
  return call.found;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  return is_serial(message) ? decode_serial(message, output) : decode_ip(message, output);
}

bool on_port(const Context& context) {
  const auto ours = [](std::uint16_t port) { return port == ports[0].port || port == ports[1].port; };
  return ours(context.client_port) || ours(context.server_port);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (is_serial(bytes)) {
    const std::size_t size = serial_size(bytes);
    if (size == 0 || size > bytes.size())
      return context.transport == Transport::tcp && bytes.size() < longest_serial ? Identity::unsure : Identity::no;
    std::array<std::uint8_t, longest_serial + trailer_bytes> area;
    std::size_t inside = 0;
    return size >= shortest_serial && unwrap(bytes.first(size), area, inside) ? Identity::yes : Identity::no;
  }
  if (context.transport == Transport::tcp)
    return bytes.size() == 1 && bytes[0] == dle ? Identity::unsure : Identity::no;
  if (!sound_ip(bytes)) return Identity::no;
  return on_port(context) || bytes.size() > header_bytes ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (bytes.size() < 2) return Frame::need(2);
  if (!is_serial(bytes)) return Frame::lost();
  const std::size_t size = serial_size(bytes);
  if (size == 0) return bytes.size() < longest_serial ? Frame::need() : Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at)
    if (is_serial(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (is_serial(bytes)) return bytes.size() < 3 ? End::unknown : (bytes[2] & 0x7f) == 0 ? End::server : End::client;
  if (bytes.size() < header_bytes || le16(bytes, 2) == 0) return End::unknown;
  return is_request(le16(bytes, 4)) ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  if (object.space == 0) return void(out += text_of(object.text));
  out += "address ";
  append_number(out, object.address);
}

}  // namespace

const Protocol protocol = {
    .name = "bsap",
    .label = {"BSAP", "BSAP"},
    .doc = "Reads and writes signals of Bristol and Emerson controllers.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "function",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::bsap
