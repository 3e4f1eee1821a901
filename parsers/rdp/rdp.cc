// RDP: who connects, and how it is secured; sources in table.h.
#include "parsers/rdp/rdp.h"

#include <algorithm>

#include "parsers/rdp/table.h"
#include "parsers/wire/cotp.h"
#include "parsers/wire/line.h"
#include "parsers/wire/tpkt.h"
#include "parsers/wire/notation.h"

namespace langyan::rdp {
namespace {

using Pen = Fill<fields>;
constexpr std::string_view user_mark = "Cookie: mstshash=", token_mark = "Cookie: msts=", line_end = "\r\n";
enum class Negotiation : std::uint8_t { request = 1, response = 2, failure = 3 };

struct Connect {  // the content of a connection unit behind its fixed part
  bool sound = false;
  bool request = false;
  Bytes user, token;
  bool has_negotiation = false;
  Negotiation kind = {};
  std::uint32_t value = 0;
};

Connect read_connect(Bytes message) {  // a whole TPKT
  Connect connect;
  if (message.size() < connect_bytes || message.size() > longest_connect) return connect;
  const auto code = static_cast<wire::TpduCode>(message[5] >> 4);
  connect.request = code == wire::TpduCode::connection_request;
  if (!connect.request && code != wire::TpduCode::connection_confirm) return connect;
  if (message[4] + 5u != message.size() || message[10] != 0) return connect;  // class 0
  Bytes rest = message.subspan(connect_bytes);
  if (connect.request && text_of(rest).starts_with("Cookie: ")) {
    const std::size_t end = text_of(rest).find(line_end);
    if (end == std::string_view::npos) return connect;
    const Bytes line = rest.first(end);
    if (text_of(line).starts_with(user_mark)) connect.user = line.subspan(user_mark.size());
    else if (text_of(line).starts_with(token_mark)) connect.token = line.subspan(token_mark.size());
    else return connect;
    rest = rest.subspan(end + line_end.size());
  }
  if (rest.empty()) return connect.sound = true, connect;
  Reader in{rest};
  connect.kind = static_cast<Negotiation>(in.u8());
  in.skip(1);  // flags
  const std::uint16_t length = in.le16();
  connect.value = in.le32();
  const bool right = connect.request ? connect.kind == Negotiation::request
                                     : connect.kind == Negotiation::response || connect.kind == Negotiation::failure;
  if (!in.ok() || !right || length != negotiation_bytes || connect.value > 0xff) return connect;
  constexpr std::size_t correlation_bytes = 36;  // 2.2.1.1.2, of a request
  if (in.left() > 0 && (!connect.request || in.left() != correlation_bytes)) return connect;
  connect.sound = connect.has_negotiation = true;
  return connect;
}

Fault connection(const Connect& connect, Pen& out, Output& output) {
  output.role = connect.request ? Role::request : Role::answer;
  if (!connect.user.empty()) out.set<"cookie">(connect.user);
  if (!connect.token.empty()) out.set<"routing_token">(connect.token);
  Operation& operation = output.operate(Verb::session);
  if (connect.request) {
    operation.object.text = connect.user;
    if (connect.has_negotiation) out.set<"requested_security">(connect.value);
    return Fault::none;
  }
  operation.outcome = Outcome::ok;
  if (connect.has_negotiation && connect.kind == Negotiation::failure) {
    out.set<"failure">(connect.value);
    operation.outcome = Outcome::refused;
    operation.code = static_cast<std::uint16_t>(connect.value);
    return Fault::none;
  }
  out.set<"selected_security">(connect.value);  // servers before RDP 5.2 choose nothing: 0
  return connect.value == 0 ? fault(Wrong::old_security) : Fault::none;
}

Bytes narrow(Bytes wide, Scratch& scratch) {  // UTF-16LE; what is no ASCII becomes '?'
  wire::Line<2 * longest_client_name + 2> line;
  for (std::size_t i = 0; i + 1 < wide.size() && (wide[i] || wide[i + 1]); i += 2)
    line.put(wide[i + 1] == 0 && wide[i] >= 0x20 && wide[i] < 0x7f ? static_cast<char>(wide[i]) : '?');
  return line.keep(scratch);
}

Fault core_data(Reader in, Pen& out, Output& output) {  // 2.2.1.3.2
  in.skip(4);
  const std::uint16_t width = in.le16(), height = in.le16();
  in.skip(4);
  const std::uint32_t keyboard = in.le32(), build = in.le32();
  const Bytes name = in.take(2 * (longest_client_name + 1));
  if (!in.ok()) return fault(Wrong::length);
  out.set<"width">(width);
  out.set<"height">(height);
  out.set<"keyboard_layout">(keyboard);
  out.set<"client_build">(build);
  const Bytes text = narrow(name, output.scratch);
  if (text.empty()) return Fault::none;
  out.set<"client_name">(text);
  output.tell(Trait::name, text);
  return Fault::none;
}

Fault channels(Reader in, Output& output) {  // 2.2.1.3.4
  constexpr std::string_view internal = "MS_T120";
  const std::uint32_t count = in.le32();
  bool exploit = false;
  for (std::uint32_t i = 0; i < std::min<std::size_t>(count, most_channels); ++i) {
    Bytes name = in.take(8);
    in.skip(4);
    if (!in.ok()) return fault(Wrong::length);
    name = name.first(static_cast<std::size_t>(std::ranges::find(name, std::uint8_t{0}) - name.begin()));
    Fill<channel_fields> pen{output.items.start(channel_schema), in};
    pen.set<"channel">(name);
    output.items.emit();
    exploit = exploit || std::ranges::equal(text_of(name), internal, {}, [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
              });
  }
  return exploit ? fault(Wrong::internal_channel) : Fault::none;
}

// The client's data stand behind the mark of [T124], in a wrapping whose lengths need not be read to find them.
Fault client_data(Bytes user, Pen& out, Output& output) {
  constexpr std::string_view mark = "Duca";
  enum : std::uint16_t { core = 0xc001, network = 0xc003 };
  const std::size_t at = text_of(user).find(mark);
  if (at == std::string_view::npos) return output.role = Role::part, Fault::none;
  Reader in{user.subspan(at + mark.size())};
  const std::uint8_t first = in.u8();
  if (first & 0x80) in.skip(1);  // a length of two octets
  Fault worst = Fault::none;
  while (in.left() > 0) {
    const std::uint16_t type = in.le16(), length = in.le16();
    if (!in.ok() || length < 4) return fault(Wrong::length);
    Reader body = in.part(length - 4u);
    if (!in.ok()) return fault(Wrong::length);
    const Fault found = type == core      ? core_data(body, out, output)
                        : type == network ? channels(body, output)
                                          : Fault::none;
    if (worst == Fault::none || (found != Fault::none && found < worst)) worst = found;
  }
  return worst;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  constexpr std::uint8_t data = 0xf0, connect_initial_0 = 0x7f, connect_initial_1 = 0x65;
  Reader in{message};
  Pen out{output.record, in};
  if (message.size() < 7 || wire::tpkt_size(message) != message.size()) return fault(Wrong::length);
  const Connect connect = read_connect(message);
  if (connect.sound) return connection(connect, out, output);
  const auto code = static_cast<wire::TpduCode>(message[5] >> 4);
  if (code == wire::TpduCode::connection_request || code == wire::TpduCode::connection_confirm)
    return fault(Wrong::length);
  output.role = Role::part;
  if (message.size() < 9 || message[5] != data || message[7] != connect_initial_0 || message[8] != connect_initial_1)
    return Fault::none;
  output.role = Role::event;
  return client_data(message.subspan(7), out, output);
}

bool is_tls(Bytes bytes) { return bytes[0] >= 20 && bytes[0] <= 24 && (bytes.size() < 2 || bytes[1] == 3); }

Frame frame(Bytes bytes, const Context&) {
  if (is_tls(bytes)) {
    if (bytes.size() < 5) return Frame::need(5);
    return Frame::skip(5u + (std::size_t{bytes[3]} << 8 | bytes[4]));
  }
  if (bytes[0] == wire::tpkt_version) {
    if (bytes.size() < wire::tpkt_bytes) return Frame::need(wire::tpkt_bytes);
    if (bytes[1] == 0 && wire::tpkt_size(bytes) > 0) return wire::tpkt_frame(bytes);
  }
  return Frame::skip(bytes.size());  // 2.2.9.1.2, the screen itself
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (bytes[0] != wire::tpkt_version || (bytes.size() > 1 && bytes[1] != 0) ||
      (bytes.size() > 2 && bytes[2] > longest_connect >> 8))
    return Identity::no;
  if (bytes.size() < 6) return Identity::unsure;
  const auto code = static_cast<wire::TpduCode>(bytes[5] >> 4);
  if (code != wire::TpduCode::connection_request && code != wire::TpduCode::connection_confirm) return Identity::no;
  const std::size_t size = wire::tpkt_size(bytes);
  if (size < connect_bytes || size > longest_connect) return Identity::no;
  if (bytes.size() < size) return Identity::unsure;
  const Connect connect = read_connect(bytes.first(size));
  if (!connect.sound) return Identity::no;
  const bool own = context.client_port == own_port || context.server_port == own_port;
  return own || connect.has_negotiation || !connect.user.empty() || !connect.token.empty() ? Identity::yes
                                                                                           : Identity::no;
}

std::size_t resync(Bytes bytes, const Context&) {
  return is_tls(bytes) || bytes[0] == wire::tpkt_version ? 0 : bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < 6 || bytes[0] != wire::tpkt_version) return End::unknown;
  switch (static_cast<wire::TpduCode>(bytes[5] >> 4)) {
    case wire::TpduCode::connection_request: return End::client;
    case wire::TpduCode::connection_confirm: return End::server;
    default: return End::unknown;
  }
}

inline constexpr Space spaces[] = {{"user", {"User", "用户"}}};

}  // namespace

const Protocol protocol = {
    .name = "rdp",
    .label = {"RDP", "RDP 远程桌面"},
    .doc = "Remote desktop of Windows: screen, keyboard and mouse of a station elsewhere.",
    .message = &schema,
    .items = {&channel_schema},
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

}  // namespace langyan::rdp
