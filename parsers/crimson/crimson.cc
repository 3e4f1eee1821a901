// Crimson 3: how Red Lion's Crimson programs panels, controllers and gateways, over TCP port 789.
//
// Nothing is published by the vendor. The frame is taken from descriptions that agree with each
// other and with captures: a length of what follows, a register, a type, octets. [NSE] T. Manning,
// cr3-fingerprint: registers 0x012a (model) and 0x012b (manufacturer) [WS]  T. Manning, Crimson v3
// plugin for Wireshark: length, register, payload type, string [PTP] Pen Test Partners, Analysing
// the Attack Surface of an Industrial Data Acquisition Device, 2019:
//       database and firmware are loaded over this port, without a sign-in
#include "parsers/crimson/crimson.h"

#include <algorithm>

namespace langyan::crimson {
namespace {

constexpr std::uint16_t own_port = 789;
constexpr std::size_t length_bytes = 2, shortest = 4, longest = 8'192;  // of what the length counts
// A question has no data to speak of; what is longer brings a piece of a database or of firmware
// [PTP].
constexpr std::size_t transfer_bytes = 64;
enum Register : std::uint16_t { register_model = 0x012a, register_manufacturer = 0x012b };
constexpr std::uint16_t type_text = 0x0300;

// clang-format off
inline constexpr Name registers[] = {{register_model, "model"}, {register_manufacturer, "manufacturer"}};
inline constexpr Name types[] = {{type_text, "answer"}, {0x1a00, "read_model"}, {0x1b00, "read_manufacturer"}};

constexpr Field rows[] = {
    {"register", Kind::u16, log | rule | learn | pair | column, {"Register", "寄存器"},
     "What is asked for; the answer repeats it.", "[NSE]; [WS] cr3.reg", registers},
    {"type", Kind::u16, log | rule | learn, {"Type", "类型"},
     "Kind of the message: a question or what it brings.", "[WS] cr3.payload.type", types},
    {"text", Kind::text, log | rule | buffer, {"Text", "文本"},
     "Text of an answer.", "[WS] cr3.payload.string"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the message.", "[WS] cr3.payload.rest"},
    {"data_octets", Kind::u32, log | rule, {"Octets", "字节数"},
     "How many octets of data the message carries.", "[WS] cr3.len", {}, "octets"},
};
inline constexpr auto fields = table("crimson", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

enum class Wrong : std::uint8_t { length };
inline constexpr Detection faults[] = {
    {9103400, "crimson.length", Severity::medium, "T0814",
     {"Crimson message too short", "Crimson 报文过短"},
     {"The message ends before its type.", "报文在类型字段之前即结束。"},
     {"Look at who sends this and whether it is a device of the plant.", "核实发送方身份，确认其是否为厂内设备。"}},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, own_port}};

std::size_t said(Bytes bytes) {
  return std::size_t{bytes[0]} << 8 | bytes[1];
}
bool plausible(Bytes bytes) {
  return said(bytes) >= shortest && said(bytes) <= longest;
}

bool from_device(const Context& context) {
  return context.direction == Direction::to_client;
}

// Two lengths are a weak sign, so only its own port is claimed; what asks has a type of its own
// there.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (context.client_port != own_port && context.server_port != own_port) return Identity::no;
  if (bytes.size() < length_bytes) return Identity::unsure;
  if (!plausible(bytes)) return Identity::no;
  constexpr std::size_t head = length_bytes + shortest;
  if (bytes.size() < head) return Identity::unsure;
  return bytes[head - 1] == 0 || said(bytes) > shortest ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.size() < length_bytes) return Frame::need(length_bytes);
  if (!plausible(bytes)) return Frame::lost();
  const std::size_t size = length_bytes + said(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Only a segment that is one message, or several, is taken for a start.
std::size_t resync(Bytes bytes, const Context&) {
  std::size_t at = 0;
  while (at + length_bytes <= bytes.size() && plausible(bytes.subspan(at)))
    at += length_bytes + said(bytes.subspan(at));
  return at == bytes.size() && at > 0 ? 0 : bytes.size();
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  Pen pen{output.record, in};
  in.skip(length_bytes);
  const std::uint16_t number = in.be16(), type = in.be16();
  if (!in.ok()) return fault(Wrong::length);
  pen.set<"register">(number);
  pen.set<"type">(type);
  const bool answers = from_device(context);
  output.role = answers ? Role::answer : Role::request;
  Bytes data = in.rest();
  const bool known = number == register_model || number == register_manufacturer;
  pen.set<"data_octets">(static_cast<std::uint32_t>(data.size()));
  Operation& operation = output.operate(known                                       ? Verb::identify
                                        : !answers && data.size() >= transfer_bytes ? Verb::download
                                                                                    : Verb::other);
  operation.function = type;
  if (answers) operation.outcome = Outcome::ok;
  if (!answers || !known || type != type_text) {
    if (!data.empty()) pen.set<"data">(data);
    return Fault::none;
  }
  data = data.first(static_cast<std::size_t>(std::ranges::find(data, 0) - data.begin()));
  pen.set<"text">(data);
  output.tell(number == register_model ? Trait::model : Trait::vendor, data);
  return Fault::none;
}

void notation(const Object& object, std::string& out) {
  out += text_of(object.text);
}

}  // namespace

const Protocol protocol = {
    .name = "crimson",
    .label = {"Crimson 3", "Crimson 3"},
    .doc = "Programs panels, controllers and gateways of Red Lion and asks them who they are.",
    .message = &schema,
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::crimson
