// Saia Ether-S-I/O: Saia-Burgess controllers exchange inputs and outputs with remote stations in UDP.
//
// [SIO] Saia-Burgess, Ether-S-I/O (26/844), the header as public decoders agree on it
#include "parsers/ether_sio/ether_sio.h"

#include <cstring>

#include "base/json.h"

namespace langyan::ether_sio {
namespace {

constexpr std::uint8_t magic[] = {'E', 'S', 'I', 'O'};
constexpr std::size_t header_bytes = 20;  // magic, type, version, transaction, length, source
constexpr std::uint16_t port = 6060;
enum Type : std::uint16_t { reserved, data_transfer, status };

// clang-format off
constexpr Name type_names[] = {{0, "reserved"}, {1, "data_transfer"}, {2, "status"}};
constexpr Field rows[] = {
    {"telegram_type", Kind::u16, log | rule | learn | column, {"Telegram", "报文类型"},
     "Data of inputs and outputs, or status of a station.", "[SIO] header", type_names},
    {"version", Kind::u16, log | rule, {"Version", "版本"},
     "Version of the protocol.", "[SIO] header"},
    {"transaction_id", Kind::u32, log | rule, {"Transaction", "事务标识"},
     "Number of the telegram.", "[SIO] header"},
    {"length", Kind::u32, log | rule, {"Length", "长度"},
     "Octets of the telegram behind its fixed start.", "[SIO] header", {}, "octets"},
    {"source_id", Kind::u32, log | rule | learn, {"Source", "源站标识"},
     "Station that sends.", "[SIO] header"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Data telegrams of the stations, or their status.", "[SIO] header"},
};
constexpr auto fields = table("ether_sio", rows);
constexpr Schema schema = fields.schema();
constexpr PortHint ports[] = {{Transport::udp, port}};
constexpr Space spaces[] = {{"station", {"Station", "站"}}};

enum class Wrong : std::uint8_t { truncated };
constexpr Detection faults[] = {
    {9103700, "ether_sio.truncated", Severity::low, "T0814", {"Ether-S-I/O telegram ends too early", "Ether-S-I/O 报文过早结束"},
     {"The telegram is shorter than its header.", "报文短于其头部。"}, {"Find out which program sent it.", "查明发送程序。"}},
};
// clang-format on

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Fill<fields> out{output.record, in};
  in.skip(sizeof magic);
  const std::uint16_t type = in.be16();
  out.set<"telegram_type">(type);
  out.set<"version">(in.be16());
  out.set<"transaction_id">(in.be32());
  out.set<"length">(in.be32());
  const std::uint32_t source = in.be32();
  out.set<"source_id">(source);
  output.role = Role::event;
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() > 0) out.set<"data">(in.rest());
  Operation& operation = output.operate(type == Type::data_transfer ? Verb::report : Verb::heartbeat);
  operation.outcome = Outcome::one_way;
  operation.unit = source;
  operation.function = type;
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  const bool starts = bytes.size() >= header_bytes && std::memcmp(bytes.data(), magic, sizeof magic) == 0 &&
                      bytes[4] == 0 && bytes[5] <= 2;
  return context.transport == Transport::udp && starts ? Identity::yes : Identity::no;
}
Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "ether_sio",
    .label = {"Saia Ether-S-I/O", "Saia Ether-S-I/O"},
    .doc = "Inputs and outputs between Saia-Burgess controllers and remote stations.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "telegram_type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = nullptr,
};

}  // namespace langyan::ether_sio
