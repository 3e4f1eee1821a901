// Saia Ether-S-Bus: media, programs and CPUs of Saia-Burgess PCD controllers over UDP.
//
// [SBUS] Saia-Burgess, Utilization of S-Bus (26/739), and Ether-S-Bus as public decoders agree on it
#include "parsers/sbus/sbus.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "parsers/sbus/commands.h"
#include "parsers/wire/crc16.h"

namespace langyan::sbus {
namespace {

constexpr std::size_t header_bytes = 9, checksum_bytes = 2;  // length to attribute
constexpr std::size_t longest = 1'500;
constexpr std::uint16_t port = 5050;
constexpr std::string_view vendor = "Saia-Burgess";
enum Attribute : std::uint8_t { request = 0, response = 1, acknowledge = 2 };

// clang-format off
constexpr Name attribute_names[] = {{0, "request"}, {1, "response"}, {2, "ack_nak"}};
constexpr Name acknowledge_names[] = {
    {0, "ack"}, {1, "nak"}, {2, "nak_password"}, {3, "nak_reduced_protocol"}, {4, "nak_port_in_use"}};
constexpr Field rows[] = {
    {"sequence", Kind::u16, log | pair, {"Sequence", "序号"},
     "Number the client picks and the controller repeats.", "[SBUS] Ether-S-Bus"},
    {"attribute", Kind::u8, log | rule | learn, {"Attribute", "报文属性"},
     "Request, response or acknowledgement.", "[SBUS] Ether-S-Bus", attribute_names},
    {"destination", Kind::u8, log | rule | learn, {"Station", "站号"},
     "S-Bus station the request goes to.", "[SBUS] 3"},
    {"command", Kind::u8, log | rule | learn | column, {"Command", "命令"},
     "What is asked of the controller.", "[SBUS] 4", command_names},
    {"address", Kind::u16, log | rule, {"Address", "地址"},
     "First element that is read or written.", "[SBUS] 4"},
    {"count", Kind::u16, log | rule, {"Count", "数量"},
     "Elements that are read or written.", "[SBUS] 4", {}, "elements"},
    {"acknowledge", Kind::u16, log | rule | learn, {"Acknowledge", "应答码"},
     "Whether the controller took the command.", "[SBUS] 4", acknowledge_names},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the request or response.", "[SBUS] 4"},
};
constexpr auto fields = table("sbus", rows);
constexpr Schema schema = fields.schema();
constexpr PortHint ports[] = {{Transport::udp, port}};
constexpr Space spaces[] = {
    {"element", {"Element", "元件"}}, {"counter", {"Counter", "计数器"}}, {"flag", {"Flag", "标志"}}, {"input", {"Input", "输入"}},
    {"output", {"Output", "输出"}}, {"register", {"Register", "寄存器"}}, {"timer", {"Timer", "定时器"}}};
constexpr std::string_view prefixes[] = {"", "C ", "F ", "I ", "O ", "R ", "T "};

enum class Wrong : std::uint8_t { truncated, checksum, command };
constexpr Text check_sender = {"Find out which program sent it; scanners and home-made clients look like this.", "查明发送程序；扫描工具和自制客户端常呈此状。"};
constexpr Detection faults[] = {
    {9103600, "sbus.truncated", Severity::low, "T0814", {"S-Bus telegram ends too early", "S-Bus 报文过早结束"},
     {"The length in the telegram is not that of the datagram.", "报文长度字段与数据报不符。"}, check_sender},
    {9103601, "sbus.checksum", Severity::medium, "T0814", {"S-Bus checksum wrong", "S-Bus 校验错误"},
     {"The CRC does not fit the content.", "CRC 与内容不符。"}, check_sender},
    {9103602, "sbus.command", Severity::low, "T0846", {"Unknown S-Bus command", "未知的 S-Bus 命令"},
     {"No manual lists this command code.", "手册中没有该命令码。"}, check_sender},
};
// clang-format on

// Which commands each request's number belonged to, as a response does not say.
struct Memory {
  struct Asked {
    std::uint16_t sequence;
    std::uint8_t command, station;
  };
  static constexpr std::size_t most_asked = 16;
  std::array<Asked, most_asked> asked;
  std::uint8_t next, count;

  void remember(Asked one) {
    asked[next] = one;
    next = static_cast<std::uint8_t>((next + 1) % most_asked);
    count = static_cast<std::uint8_t>(std::min<std::size_t>(count + 1u, most_asked));
  }
  const Asked* find(std::uint16_t sequence) const {
    for (std::size_t back = 1; back <= count; ++back) {
      const Asked& one = asked[(next + most_asked - back) % most_asked];
      if (one.sequence == sequence) return &one;
    }
    return nullptr;
  }
};

std::uint32_t be32(Bytes bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

using Checksum = wire::Crc16<0x1021, 0, wire::Bits::as_sent>;

bool checksum_holds(Bytes telegram) {
  const std::uint16_t value = wire::crc16<Checksum>(telegram.first(telegram.size() - checksum_bytes));
  return telegram[telegram.size() - 2] == value >> 8 && telegram[telegram.size() - 1] == (value & 0xff);
}

bool sound(Bytes bytes) {
  return bytes.size() > header_bytes + checksum_bytes && bytes.size() <= longest && be32(bytes) == bytes.size() &&
         bytes[4] <= 1 && bytes[8] <= 2;
}

// [SBUS] 4: media are addressed by a count (less one) and a first element; writes have octets before.
void media(Reader in, Fill<fields>& out, Operation& operation, std::uint8_t command) {
  constexpr std::uint8_t space[] = {1, 0, 2, 3, 0, 4, 5, 6, 0, 0, 1, 2, 0, 4, 5, 6};
  if (command >= std::size(space) || space[command] == 0) return;
  const bool write = command >= 10;
  const std::uint8_t octets = in.u8();
  std::uint32_t count = octets + 1u;
  const std::uint16_t address = in.be16();
  if (write) {  // the count is of the octets behind it, two of them the address
    const bool bits = space[command] == 2 || space[command] == 4;
    count = bits ? in.u8() + 1u : (octets + 1u - 2) / 4;
  }
  if (!in.ok() || count == 0) return;
  out.set<"address">(address);
  out.set<"count">(static_cast<std::uint16_t>(count));
  operation.object = {.space = space[command], .address = address, .count = count};
}

Fault ask(Reader& in, Fill<fields>& out, Memory& memory, std::uint16_t sequence, Output& output) {
  const std::uint8_t station = in.u8(), code = in.u8();
  out.set<"destination">(station);
  out.set<"command">(code);
  if (!in.ok()) return fault(Wrong::truncated);
  output.role = Role::request;
  memory.remember({sequence, code, station});
  const Command* row = command_row(code);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.unit = station;
  operation.function = code;
  media(in, out, operation, code);
  if (in.left() > 0) out.set<"data">(in.rest());
  return row ? Fault::none : fault(Wrong::command);
}

void answer(Reader& in, Fill<fields>& out, const Memory& memory, std::uint16_t sequence, bool acknowledges,
            Output& output) {
  output.role = Role::answer;
  const Memory::Asked* asked = memory.find(sequence);
  const Command* row = asked ? command_row(asked->command) : nullptr;
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  if (asked) operation.unit = asked->station, operation.function = asked->command;
  operation.outcome = Outcome::ok;
  if (acknowledges) {
    const std::uint16_t code = in.be16();
    if (!in.ok()) return;
    out.set<"acknowledge">(code);
    if (code) operation.outcome = Outcome::refused, operation.code = code;
    return;
  }
  const Bytes data = in.rest();
  if (data.empty()) return;
  out.set<"data">(data);
  operation.value = Value::of_run(Value::Kind::bytes, data);
  constexpr std::uint8_t read_firmware = 32;
  constexpr std::size_t type_bytes = 5;  // "D2M48" and then the version's octets, as text
  if (!asked || asked->command != read_firmware || data.size() <= type_bytes) return;
  output.tell(Trait::vendor, vendor, asked->station);
  output.tell(Trait::model, data.first(type_bytes), asked->station);
  output.tell(Trait::firmware, data.subspan(type_bytes), asked->station);
}

Fault decode(Bytes message, const Context&, State state_bytes_, Output& output) {
  Reader in{message.first(message.size() >= checksum_bytes ? message.size() - checksum_bytes : 0)};
  Fill<fields> out{output.record, in};
  in.skip(6);
  const std::uint16_t sequence = in.be16();
  const std::uint8_t attribute = in.u8();
  out.set<"sequence">(sequence);
  out.set<"attribute">(attribute);
  output.role = Role::event;
  if (!in.ok() || !sound(message)) return fault(Wrong::truncated);
  if (!checksum_holds(message)) return fault(Wrong::checksum);
  Memory& memory = state<Memory>(state_bytes_);
  if (attribute == Attribute::request) return ask(in, out, memory, sequence, output);
  answer(in, out, memory, sequence, attribute == Attribute::acknowledge, output);
  return in.ok() ? Fault::none : fault(Wrong::truncated);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || !sound(bytes)) return Identity::no;
  return context.client_port == port || context.server_port == port || checksum_holds(bytes) ? Identity::yes
                                                                                             : Identity::no;
}
Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }
End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes) return End::unknown;
  return bytes[8] == Attribute::request ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  out += prefixes[object.space < std::size(prefixes) ? object.space : 0];
  append_number(out, object.address);
  if (object.count > 1) out += "..", append_number(out, object.address + object.count - 1);
}

}  // namespace

const Protocol protocol = {
    .name = "sbus",
    .label = {"Saia Ether-S-Bus", "Saia Ether-S-Bus"},
    .doc = "Reads and writes media, programs and CPUs of Saia-Burgess controllers.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::sbus
