// Where a record starts and ends, whether a flow speaks TLS, and who sends it.
#include <algorithm>

#include "parsers/tls/table.h"

namespace langyan::tls {
namespace {

constexpr std::size_t hello_start = header_bytes + message_head_bytes + 2;  // up to the version of a hello
constexpr std::size_t ssl2_start = 11;  // up to the lengths of a ClientHello of SSL 2.0

std::uint16_t be16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]); }
std::size_t record_size(Bytes bytes) { return header_bytes + be16(bytes, 3); }

bool may_start(Bytes bytes) {  // as far as it is there, a record's header
  if (bytes[0] < 20 || bytes[0] > 24) return false;
  if (bytes.size() > 1 && bytes[1] != 3) return false;
  if (bytes.size() > 2 && bytes[2] > 4) return false;
  return bytes.size() < header_bytes || (be16(bytes, 3) > 0 && be16(bytes, 3) <= longest_record);
}

bool is_ssl2(Bytes bytes) { return bytes[0] & 0x80; }  // a record of 15 bits of length, without padding

// [SSL2] E.2: type, version, three lengths which add up to the record's.
Identity identify_ssl2(Bytes bytes) {
  constexpr std::uint8_t client_hello = 1;
  if (bytes.size() > 2 && bytes[2] != client_hello) return Identity::no;
  if (bytes.size() > 3 && bytes[3] != 0 && bytes[3] != 3) return Identity::no;
  if (bytes.size() > 4 && (bytes[3] == 0 ? bytes[4] != 2 : bytes[4] > 3)) return Identity::no;
  if (bytes.size() < ssl2_start) return Identity::unsure;
  const std::size_t suites = be16(bytes, 5), session = be16(bytes, 7), challenge = be16(bytes, 9);
  const std::size_t length = be16(bytes, 0) & 0x7fff;
  return suites > 0 && suites % 3 == 0 && (session == 0 || session == 16) && challenge >= 16 && challenge <= 32 &&
                 9 + suites + session + challenge == length
             ? Identity::yes : Identity::no;
}

bool on_own_port(const Context& context) {
  return std::ranges::any_of(ports, [&](const PortHint& hint) {
    return hint.port == context.server_port || hint.port == context.client_port;
  });
}

// A flow that is joined in its middle: records that follow each other, or one that fills what is there.
bool goes_on(Bytes bytes) {
  const std::size_t size = record_size(bytes);
  if (bytes.size() <= size) return bytes.size() == size;
  const Bytes next = bytes.subspan(size);
  return may_start(next) && next.size() >= header_bytes && next[2] == bytes[2];
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (context.client_port == modbus_security_port || context.server_port == modbus_security_port) return Identity::no;
  if (is_ssl2(bytes)) return identify_ssl2(bytes);
  if (!may_start(bytes)) return Identity::no;
  if (bytes.size() < header_bytes) return Identity::unsure;
  const auto content = static_cast<Content>(bytes[0]);
  const std::size_t length = be16(bytes, 3);
  if (content == Content::application_data) {
    if (bytes[2] == 0) return Identity::no;
    return on_own_port(context) || goes_on(bytes) ? Identity::yes : Identity::no;
  }
  if (content == Content::alert) {
    if (length != 2) return on_own_port(context) ? Identity::yes : Identity::no;  // encrypted
    if (bytes.size() < header_bytes + 2) return Identity::unsure;
    const std::uint8_t level = bytes[5], what = bytes[6];
    const bool known = std::ranges::find(alert_names, what, &Name::value) != std::end(alert_names);
    return (level == 1 || level == 2) && known ? Identity::yes : Identity::no;
  }
  if (content != Content::handshake) return on_own_port(context) && goes_on(bytes) ? Identity::yes : Identity::no;
  const auto type = static_cast<Shake>(bytes.size() > 5 ? bytes[5] : 1);
  const bool is_hello = type == Shake::client_hello || type == Shake::server_hello;
  if (!is_hello && type != Shake::certificate)
    return on_own_port(context) && goes_on(bytes) ? Identity::yes : Identity::no;
  if (length < message_head_bytes) return Identity::no;
  if (bytes.size() < hello_start) return Identity::unsure;
  const std::size_t message = static_cast<std::size_t>(bytes[6]) << 16 | be16(bytes, 7);
  if (is_hello) return message >= 38 && bytes[6] == 0 && bytes[9] == 3 && bytes[10] <= 4 ? Identity::yes : Identity::no;
  const std::size_t list = static_cast<std::size_t>(bytes[9]) << 8 | bytes[10];  // the upper half of its 24 bits
  return message >= 3 && list == (message - 3) >> 8 ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (is_ssl2(bytes)) {
    if (bytes.size() < 3) return Frame::need(3);
    const std::size_t size = 2u + (be16(bytes, 0) & 0x7fff);
    const bool is_hello = bytes[2] == 1 || bytes[2] == 4;
    if (!is_hello || size < 3) return Frame::skip(size);
    return bytes.size() < size ? Frame::need(size) : Frame::message(size);
  }
  if (bytes[0] < 20 || bytes[0] > 24 || (bytes.size() > 1 && bytes[1] != 3) || (bytes.size() > 2 && bytes[2] > 4))
    return Frame::lost();
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  const std::size_t size = record_size(bytes);
  if (size > header_bytes + longest_record) return Frame::lost();
  if (static_cast<Content>(bytes[0]) == Content::application_data) return Frame::skip(size);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Encrypted octets may spell a header, so one counts only where another follows it or its record ends with
// what is there; at the front of a segment, where writes begin, a header is enough.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!may_start(here)) continue;
    if (at == 0 || goes_on(here)) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (is_ssl2(bytes))
    return bytes.size() < 3 || bytes[2] > 4 ? End::unknown : bytes[2] == 4 ? End::server : End::client;
  if (bytes.size() <= header_bytes || static_cast<Content>(bytes[0]) != Content::handshake) return End::unknown;
  switch (static_cast<Shake>(bytes[header_bytes])) {
    case Shake::client_hello: case Shake::client_key_exchange: return End::client;
    case Shake::server_hello: case Shake::server_key_exchange: case Shake::certificate_request:
    case Shake::server_hello_done: return End::server;
    case Shake::certificate: return End::unknown;  // a client may show one too
  }
  return End::unknown;
}

}  // namespace langyan::tls
