// [APP]   MODBUS Application Protocol Specification V1.1b3
// [SL]    MODBUS over Serial Line Specification and Implementation Guide V1.02
// [MBTLS] MODBUS/TCP Security Protocol Specification V36
#include "parsers/modbus/serial.h"

#include "parsers/wire/crc16.h"

namespace langyan::modbus {
namespace {

constexpr std::size_t shortest_rtu = 4;  // address, function, CRC
constexpr std::uint16_t security_port = 802;
constexpr std::size_t tls_header_bytes = 5, longest_tls_record = 16'384 + 2'048;  // RFC 5246 6.2.3

using Checksum = wire::Crc16<0x8005, 0xffff, wire::Bits::reflected>;  // [SL] 6.2.2

bool checksum_holds(Bytes frame) {
  const std::uint16_t value = wire::crc16<Checksum>(frame.first(frame.size() - checksum_bytes));
  return frame[frame.size() - 2] == (value & 0xff) && frame[frame.size() - 1] == value >> 8;
}

// Octets of the frame, CRC included, that a request or answer of its function has; 0: not to be
// said. A count that is not there yet asks for one octet more.
std::size_t counted(Bytes bytes, std::size_t at, std::size_t around) {
  return at < bytes.size() ? around + bytes[at] : at + 1;
}
std::size_t request_size(Bytes bytes) {
  switch (function_row(bytes[1]).body) {
    case Body::read_coils: case Body::read_discrete_inputs: case Body::read_holding_registers:
    case Body::read_input_registers: case Body::write_coil: case Body::write_register:
    case Body::diagnostics: return 8;
    case Body::write_coils: case Body::write_registers: return counted(bytes, 6, 9);
    case Body::mask_write: return 10;
    case Body::read_write: return counted(bytes, 10, 13);
    case Body::exception_status: case Body::event_counter: case Body::event_log: case Body::server_id: return 4;
    case Body::file_records: return counted(bytes, 2, 5);
    case Body::fifo: return 6;
    case Body::encapsulated: return 7;  // read device identification
    case Body::umas: case Body::opaque: return 0;
  }
  return 0;
}
std::size_t answer_size(Bytes bytes) {
  if (bytes[1] & exception_bit) return function_row(bytes[1] & 0x7f).code ? 5 : 0;
  switch (function_row(bytes[1]).body) {
    case Body::read_coils: case Body::read_discrete_inputs: case Body::read_holding_registers:
    case Body::read_input_registers: case Body::read_write: case Body::event_log: case Body::server_id:
    case Body::file_records: return counted(bytes, 2, 5);
    case Body::write_coil: case Body::write_register: case Body::write_coils: case Body::write_registers:
    case Body::diagnostics: case Body::event_counter: return 8;
    case Body::mask_write: return 10;
    case Body::exception_status: return 5;
    case Body::fifo: return bytes.size() < 4 ? 4 : 6u + (static_cast<std::size_t>(bytes[2]) << 8 | bytes[3]);
    case Body::encapsulated: case Body::umas: case Body::opaque: return 0;
  }
  return 0;
}

bool addressed(Bytes bytes) {
  return bytes[0] <= last_address && function_row(bytes[1] & 0x7f).code != 0;
}

bool stands(Bytes bytes, std::size_t size) {
  return size >= shortest_rtu && size <= longest_rtu && size <= bytes.size() && checksum_holds(bytes.first(size));
}

// Octets may be a sound TCP header too: address 0 and a quantity spell protocol id and length. On the
// ports of Modbus/TCP it is one; elsewhere the checksum decides, unless a whole message of another size
// stands there, or one transaction in 65,536 would be taken for a serial frame.
bool may_be_header(Bytes bytes) {
  return bytes.size() >= header_bytes && bytes[2] == 0 && bytes[3] == 0;
}
bool on_own_port(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.port == context.client_port || hint.port == context.server_port) return true;
  return false;
}
bool holds_other_message(Bytes bytes, std::size_t size) {
  const std::size_t message = header_bytes + (static_cast<std::size_t>(bytes[4]) << 8 | bytes[5]);
  return message != size && message <= bytes.size();
}

}  // namespace

std::size_t rtu_size(Bytes bytes, const Context& context) {
  const bool header = may_be_header(bytes);
  if ((header && on_own_port(context)) || bytes.size() < shortest_rtu || !addressed(bytes)) return 0;
  const bool asks = context.direction == Direction::to_server;
  for (const std::size_t size :
       {asks ? request_size(bytes) : answer_size(bytes), asks ? answer_size(bytes) : request_size(bytes)})
    if (size > 0 && !(header && holds_other_message(bytes, size)) && stands(bytes, size)) return size;
  return 0;
}

bool rtu_quantity_sound(Bytes frame) {
  constexpr unsigned most_bits = 2'000, most_registers = 125;  // [APP] 6.1 to 6.4
  if (frame.size() != request_size(frame)) return true;
  const unsigned quantity = static_cast<unsigned>(frame[4] << 8 | frame[5]);
  switch (function_row(frame[1]).body) {
    case Body::read_coils: case Body::read_discrete_inputs: return quantity >= 1 && quantity <= most_bits;
    case Body::read_holding_registers:
    case Body::read_input_registers: return quantity >= 1 && quantity <= most_registers;
    default: return true;
  }
}

bool rtu_may_follow(Bytes bytes) {
  if (bytes.size() < 2) return bytes[0] <= last_address;
  return addressed(bytes) && (request_size(bytes) > bytes.size() || answer_size(bytes) > bytes.size());
}

std::size_t rtu_wanted(Bytes bytes, const Context& context) {
  if (bytes.size() < 2 || !addressed(bytes)) return 0;
  const std::size_t size = context.direction == Direction::to_server ? request_size(bytes) : answer_size(bytes);
  return size > bytes.size() ? size : 0;
}

End rtu_sender(Bytes frame) {
  const bool request = request_size(frame) == frame.size(), answer = answer_size(frame) == frame.size();
  if (request == answer) return End::unknown;
  return request ? End::client : End::server;
}

bool is_tls(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || bytes.size() < 3) return false;
  if (context.client_port != security_port && context.server_port != security_port) return false;
  return bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3 && bytes[2] <= 4;
}

Frame tls_frame(Bytes bytes) {
  if (bytes.size() < tls_header_bytes) return Frame::need(tls_header_bytes);
  const std::size_t length = static_cast<std::size_t>(bytes[3]) << 8 | bytes[4];
  if (length > longest_tls_record) return Frame::lost();
  const std::size_t size = tls_header_bytes + length;
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

Framing framing_of(Bytes message, const Context& context) {
  if (is_tls(message, context)) return Framing::tls;
  return rtu_size(message, context) == message.size() ? Framing::rtu : Framing::tcp;
}

}  // namespace langyan::modbus
