// Ethernet Global Data: GE controllers produce and consume exchanges of data in UDP, cyclically and
// without acknowledgement.
//
// [EGD] GE Fanuc GFK-2224, TCP/IP Ethernet Communications for PACSystems: chapter 4 and appendix of the
//       Ethernet Global Data message; the layout of its header as public decoders agree on it
#include "parsers/ge_egd/ge_egd.h"

#include "base/json.h"

namespace langyan::ge_egd {
namespace {

constexpr std::size_t header_bytes = 32;
constexpr std::size_t longest_data = 1'400;  // [EGD] an exchange
constexpr std::uint8_t data_production = 13, version = 1;
constexpr std::uint16_t port = 18246;

// clang-format off
constexpr Name type_names[] = {{data_production, "data_production"}};
constexpr Field rows[] = {
    {"type", Kind::u8, log | rule | learn | column, {"Type", "类型"},
     "What the message is.", "[EGD] header", type_names},
    {"version", Kind::u8, log | rule, {"Version", "版本"},
     "Version of the protocol.", "[EGD] header"},
    {"request_id", Kind::u16, log | rule, {"Request id", "请求标识"},
     "Goes up with each production.", "[EGD] header"},
    {"producer_id", Kind::u32, log | rule | learn, {"Producer", "生产者标识"},
     "Who produces, mostly its IPv4 address.", "[EGD] header"},
    {"exchange_id", Kind::u32, log | rule | learn, {"Exchange", "交换标识"},
     "Which exchange of the producer this is.", "[EGD] header"},
    {"time", Kind::time_us, log | rule, {"Time", "时间"},
     "When the data were produced.", "[EGD] header"},
    {"status", Kind::u32, log | rule, {"Status", "状态"},
     "Health of the producer and of its clock.", "[EGD] header"},
    {"signature", Kind::u32, log | rule | learn, {"Signature", "配置签名"},
     "Version of the exchange's layout.", "[EGD] header"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the exchange.", "[EGD] header"},
};
constexpr auto fields = table("ge_egd", rows);
constexpr Schema schema = fields.schema();
constexpr Space spaces[] = {{"exchange", {"Exchange", "交换"}}};
constexpr PortHint ports[] = {{Transport::udp, port}};

enum class Wrong : std::uint8_t { length };
constexpr Detection faults[] = {
    {9102100, "ge_egd.length", Severity::low, "T0814", {"Exchange longer than allowed", "交换数据超长"},
     {"An exchange has at most 1400 octets.", "一次交换最多 1400 字节。"},
     {"Find out which program sent it.", "查明发送程序。"}},
};
// clang-format on

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Fill<fields> out{output.record, in};
  out.set<"type">(in.u8());
  out.set<"version">(in.u8());
  out.set<"request_id">(in.le16());
  const std::uint32_t producer = in.be32(), exchange = in.le32();
  out.set<"producer_id">(producer);
  out.set<"exchange_id">(exchange);
  const std::uint32_t seconds = in.le32(), nanoseconds = in.le32();
  out.set<"time">(std::int64_t{seconds} * second + nanoseconds / 1'000);
  out.set<"status">(in.le32());
  out.set<"signature">(in.le32());
  in.skip(4);
  output.role = Role::event;
  if (!in.ok()) return fault(Wrong::length);
  const std::size_t size = in.left();
  out.set<"data">(in.rest());
  Operation& operation = output.operate(Verb::report);
  operation.outcome = Outcome::one_way;
  operation.function = data_production;
  operation.object = {.area = producer, .address = exchange, .count = 1};
  return size > longest_data ? fault(Wrong::length) : Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || (context.client_port != port && context.server_port != port))
    return Identity::no;
  return bytes.size() >= header_bytes && bytes[0] == data_production && bytes[1] == version ? Identity::yes
                                                                                            : Identity::no;
}
Frame frame(Bytes bytes, const Context&) {
  return bytes.size() >= header_bytes && bytes[0] == data_production ? Frame::message(bytes.size()) : Frame::lost();
}
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

void notation(const Object& object, std::string& out) {
  out += "exchange ";
  append(out, IpAddress::v4(object.area));
  out += ' ';
  append_number(out, object.address);
}

}  // namespace

const Protocol protocol = {
    .name = "ge_egd",
    .label = {"Ethernet Global Data", "以太网全局数据 EGD"},
    .doc = "Cyclic data that GE controllers produce for each other.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::ge_egd
