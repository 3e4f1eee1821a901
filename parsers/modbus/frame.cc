// Where a Modbus/TCP message starts and ends, whether a flow speaks it, and who sends it.
#include "base/json.h"
#include "parsers/modbus/serial.h"
#include "parsers/modbus/table.h"

namespace langyan::modbus {
namespace {

constexpr std::uint16_t be16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

bool sound_header(Bytes bytes) {
  return be16(bytes, 2) == 0 && be16(bytes, 4) >= 2 && be16(bytes, 4) <= longest_opaque_length;
}

// Lengths a function may have, unit id and function code included: enough to tell Modbus from other
// protocols whose third and fourth octets are zero.
bool sound_length(std::uint8_t code, std::uint16_t length) {
  if (code & exception_bit) return length == 3 && function_row(code & 0x7f).code != 0;
  switch (function_row(code).body) {
    case Body::read_coils: case Body::read_discrete_inputs:
    case Body::read_holding_registers: case Body::read_input_registers:
      return length == 6 || (length >= 4 && length <= longest_length);
    case Body::write_coil: case Body::write_register: return length == 6;
    case Body::write_coils: case Body::write_registers:
      return length == 6 || (length >= 8 && length <= longest_length);
    case Body::mask_write: return length == 8;
    case Body::fifo: return length == 4 || length >= 6;
    case Body::umas: return true;
    case Body::opaque: return false;
    default: return length <= longest_length;
  }
}

bool sound_start(Bytes bytes) {  // at least 8 octets
  return sound_header(bytes) && sound_length(bytes[7], be16(bytes, 4));
}

bool on_hinted_port(const Context& context) {
  return context.client_port == 502 || context.server_port == 502;
}

void append_padded(std::string& out, std::uint64_t value, std::size_t width) {
  std::string digits;
  append_number(digits, value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (is_tls(bytes, context)) return Identity::yes;
  if (const std::size_t size = rtu_size(bytes, context); size > 0 && size == bytes.size()) {
    return on_hinted_port(context) || rtu_quantity_sound(bytes) ? Identity::yes : Identity::no;
  }
  const bool is_stream = context.transport == Transport::tcp;
  if ((bytes.size() >= 3 && bytes[2] != 0) || (bytes.size() >= 4 && bytes[3] != 0)) {
    return is_stream && rtu_may_follow(bytes) ? Identity::unsure : Identity::no;
  }
  if (bytes.size() < 8) return Identity::unsure;
  if (!sound_header(bytes)) return Identity::no;
  if (on_hinted_port(context)) return Identity::yes;
  if (!sound_start(bytes)) return Identity::no;
  // On a foreign port a datagram must hold exactly what it says, and a stream's next message, where
  // it is there, must start soundly too.
  const std::size_t size = header_bytes + be16(bytes, 4);
  if (bytes.size() < size) return context.transport == Transport::udp ? Identity::no : Identity::yes;
  if (bytes.size() == size) return Identity::yes;
  const Bytes next = bytes.subspan(size);
  return next.size() < 8 || sound_start(next) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (is_tls(bytes, context)) return tls_frame(bytes);
  const bool header = bytes.size() < 4 || be16(bytes, 2) == 0;
  if (const std::size_t size = header ? 0 : rtu_wanted(bytes, context)) return Frame::need(size);
  if (const std::size_t size = rtu_size(bytes, context)) return Frame::message(size);
  if (bytes.size() >= 4 && be16(bytes, 2) != 0) return Frame::lost();
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (!sound_header(bytes)) return Frame::lost();
  const std::size_t size = header_bytes + be16(bytes, 4);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Registers may spell headers, so one that stands within a segment counts only when its message is
// whole and ends where the segment does or where the next one starts. At the front of a segment, where
// a sender's write most likely began, a sound header is enough.
std::size_t resync(Bytes bytes, const Context& context) {
  if (is_tls(bytes, context) || rtu_size(bytes, context)) return 0;
  for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_start(here)) continue;
    if (at == 0) return at;
    const std::size_t size = header_bytes + be16(here, 4);
    if (here.size() < size) continue;
    const Bytes next = here.subspan(size);
    if (next.empty() || (next.size() >= 8 && sound_start(next))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (const std::size_t size = rtu_size(bytes, context)) return rtu_sender(bytes.first(size));
  if (bytes.size() < 8) return End::unknown;
  const std::uint16_t length = be16(bytes, 4);
  if (bytes[7] & exception_bit) return End::server;
  switch (function_row(bytes[7]).body) {
    case Body::read_coils: case Body::read_discrete_inputs:
    case Body::read_holding_registers: case Body::read_input_registers:
      // An answer's ninth octet counts what follows; a request is always six long. Three register
      // octets cannot be, so six with a count of three is a request.
      if (length != 6) return End::server;
      return bytes.size() > 8 && bytes[8] == 3 && function_row(bytes[7]).body <= Body::read_discrete_inputs
                 ? End::unknown
                 : End::client;
    case Body::write_coils: case Body::write_registers:
      return length == 6 ? End::server : End::client;
    default: return End::unknown;
  }
}

// Five digits as engineers write them, six once the number needs them: coil 00001, register 40001.
void notation(const Object& object, std::string& out) {
  const auto place = static_cast<Place>(object.space);
  if (place == Place::umas_memory || place == Place::umas_program) {
    out += place == Place::umas_memory ? "block " : "program block ", append_number(out, std::uint64_t{object.area});
    if (place == Place::umas_memory) out += " offset ", append_number(out, object.address);
    return;
  }
  if (place == Place::file_record) {
    out += "file ", append_number(out, std::uint64_t{object.area});
    out += " record ", append_number(out, object.address);
    return;
  }
  constexpr std::uint64_t digit[] = {0, 1, 3, 4, 4, 4};
  const auto number = [&](std::uint64_t address) {
    const bool five = object.address + object.count <= 9'999;
    append_padded(out, digit[object.space] * (five ? 10'000 : 100'000) + address + 1, five ? 5 : 6);
  };
  if (place == Place::fifo_queue) out += "fifo ";
  number(object.address);
  if (object.count > 1) out += "..", number(object.address + object.count - 1);
}

}  // namespace langyan::modbus
