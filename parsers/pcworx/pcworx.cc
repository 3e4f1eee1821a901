// PCWorx: how PC Worx and its tools ask controllers of Phoenix Contact, over TCP port 1962. A node
// is opened, then messages are sent to it and fetched from it; a message is a service of the
// firmware with a count of parameters. Services of INTERBUS among them start, stop and reset the
// bus.
//
// [IBS] Phoenix Contact, IBS SYS FW G4 UM E, Firmware Services and Error Messages: code, parameter
// count Nothing else is published. The frame is taken from descriptions that agree with each other
// and with captures of real controllers: [NSE] Digital Bond Redpoint, pcworx-info [CVE] what is
// public of CVE-2014-9195: requests by which a controller tells type and firmware
#include "parsers/pcworx/pcworx.h"

#include <algorithm>

namespace langyan::pcworx {
namespace {

constexpr std::uint16_t own_port = 1962;
constexpr std::size_t head_bytes = 10, shortest = 12, longest = 4'096;
constexpr std::uint8_t asks = 0x01, answers = 0x81;
enum Command : std::uint8_t {
  command_open = 1,
  command_close = 2,
  command_send = 5,
  command_fetch = 6
};
constexpr std::uint16_t confirmation = 0x8000;  // [IBS]: of the service in an answer
constexpr std::string_view node_start = "IBETH";

// clang-format off
inline constexpr Name commands[] = {
    {command_open, "open"}, {command_close, "close"}, {command_send, "send"}, {command_fetch, "fetch"}};

struct Service {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Service services[] = {  // [IBS]; the first from [NSE], [CVE]
    {0x0295, "read_device_information",    Verb::identify},
    {0x0306, "initiate_load_configuration", Verb::download},
    {0x0307, "load_configuration",         Verb::download},
    {0x0308, "terminate_load_configuration", Verb::download},
    {0x030c, "delete_configuration",       Verb::configure},
    {0x030e, "control_parameterization",   Verb::configure},
    {0x0316, "get_error_info",             Verb::diagnose},
    {0x032a, "get_version_info",           Verb::identify},
    {0x0351, "read_value",                 Verb::read},
    {0x0701, "start_data_transfer",        Verb::start},
    {0x0710, "create_configuration",       Verb::configure},
    {0x0711, "activate_configuration",     Verb::configure},
    {0x0712, "deactivate_configuration",   Verb::stop},
    {0x0713, "control_active_configuration", Verb::configure},
    {0x0714, "control_device_function",    Verb::control},
    {0x0750, "set_value",                  Verb::configure},
    {0x0760, "confirm_diagnostics",        Verb::alarm},
    {0x0956, "reset_controller_board",     Verb::reset},
    {0x1303, "alarm_stop",                 Verb::stop},
};
inline constexpr auto service_names = names_of(services);

constexpr Field rows[] = {
    {"command", Kind::u8, log | rule | learn | column, {"Command", "命令"},
     "Whether a node is opened or closed, or a message sent to it or fetched.", "[NSE], [CVE]", commands},
    {"sequence_number", Kind::u16, log | pair, {"Sequence number", "序号"},
     "Number the client picks and the answer repeats.", "[NSE]"},
    {"session_id", Kind::u16, log | rule, {"Session", "会话标识"},
     "Number of the opened node.", "[NSE]: sid"},
    {"node", Kind::text, log | rule | buffer, {"Node", "节点"},
     "Name of the node that is opened.", "[NSE]"},
    {"service", Kind::u16, log | rule | learn, {"Service", "服务"},
     "Service of the firmware that the message asks for.", "[IBS] code", service_names},
    {"parameter_count", Kind::u16, log | rule, {"Parameters", "参数个数"},
     "How many words of parameters follow.", "[IBS] Parameter_Count"},
    {"result", Kind::u16, log | rule | learn, {"Result", "结果"},
     "What came of the service; 0 when it succeeded.", "[IBS] Result"},
    {"plc_type", Kind::text, log | rule | buffer, {"Type", "型号"},
     "Type of the controller.", "[NSE]"},
    {"order_number", Kind::text, log | rule | buffer, {"Order number", "订货号"},
     "Order number of the controller.", "[NSE]: model number"},
    {"firmware", Kind::text, log | rule | buffer, {"Firmware", "固件版本"},
     "Version of the firmware.", "[NSE]"},
    {"firmware_date", Kind::text, log | rule, {"Firmware date", "固件日期"},
     "When the firmware was built.", "[NSE]"},
    {"parameters", Kind::bytes, log | rule | buffer, {"Parameter octets", "参数"},
     "Octets of the parameters.", "[IBS]"},
};
inline constexpr auto fields = table("pcworx", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

enum class Wrong : std::uint8_t { length, message, command };
constexpr Text check_peer = {"Look at who sends this and whether it is a device of the plant.",
                             "核实发送方身份，确认其是否为厂内设备。"};
inline constexpr Detection faults[] = {
    {9103200, "pcworx.length", Severity::medium, "T0814",
     {"PCWorx message too short", "PCWorx 报文过短"},
     {"The message ends within what its command needs.", "报文在其命令所需内容之前即结束。"}, check_peer},
    {9103201, "pcworx.message", Severity::medium, "T0814",
     {"PCWorx service length lies", "PCWorx 服务长度不符"},
     {"The message for the node is said to be longer than what follows.", "发往节点的消息所述长度超出随后内容。"}, check_peer},
    {9103202, "pcworx.command", Severity::medium, "T0846",
     {"Unknown PCWorx command", "未知的 PCWorx 命令"},
     {"The command is none that engineering tools are known to send.", "该命令不在工程软件已知的命令之列。"}, check_peer},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, own_port}};

const Service* service_row(std::uint16_t code) {
  const auto* row = std::ranges::find(services, code, &Service::code);
  return row == std::end(services) ? nullptr : row;
}

struct Memory {
  std::uint16_t service;  // last sent, whose result is fetched
};

bool is_command(std::uint8_t code) {
  return code >= 1 && code <= 6;
}
std::size_t said(Bytes bytes) {
  return std::size_t{bytes[2]} << 8 | bytes[3];
}

bool plausible(Bytes bytes) {  // four octets at least
  return (bytes[0] == asks || bytes[0] == answers) && is_command(bytes[1]) &&
         said(bytes) >= shortest && said(bytes) <= longest;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (bytes[0] != asks && bytes[0] != answers) return Identity::no;
  if (bytes.size() > 1 && !is_command(bytes[1])) return Identity::no;
  if (bytes.size() < 4) return Identity::unsure;
  if (!plausible(bytes)) return Identity::no;
  if (context.client_port == own_port || context.server_port == own_port) return Identity::yes;
  constexpr std::size_t name_at = 14;
  if (bytes[0] != asks || bytes[1] != command_open) return Identity::no;
  const std::size_t there = std::min(bytes.size(), name_at + node_start.size());
  for (std::size_t i = name_at; i < there; ++i)
    if (bytes[i] != static_cast<std::uint8_t>(node_start[i - name_at])) return Identity::no;
  return there < name_at + node_start.size() ? Identity::unsure : Identity::yes;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.size() < 4) return Frame::need(4);
  if (!plausible(bytes)) return Frame::lost();
  return bytes.size() < said(bytes) ? Frame::need(said(bytes)) : Frame::message(said(bytes));
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + head_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (plausible(here) && (here.size() == said(here) ||
                            (here.size() >= said(here) + 4 && plausible(here.subspan(said(here))))))
      return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  return bytes[0] == asks ? End::client : bytes[0] == answers ? End::server : End::unknown;
}

Bytes ended(Bytes field) {  // up to the first zero
  const auto end = std::ranges::find(field, 0);
  return field.first(static_cast<std::size_t>(end - field.begin()));
}

// [NSE]: places in the answer, counted from its start; text ends with a zero.
void device_information(Bytes message, Pen pen, Output& output) {
  struct Place {
    std::size_t at, size;
  };
  constexpr Place type = {30, 36}, version = {66, 13}, date = {79, 12}, order = {152, 12};
  if (message.size() < order.at + order.size) return;
  const auto text = [&](Place place) { return ended(message.subspan(place.at, place.size)); };
  pen.set<"plc_type">(text(type));
  pen.set<"firmware">(text(version));
  pen.set<"firmware_date">(text(date));
  pen.set<"order_number">(text(order));
  output.tell(Trait::vendor, "Phoenix Contact");
  output.tell(Trait::model, text(type));
  output.tell(Trait::firmware, text(version));
  output.tell(Trait::order_number, text(order));
}

// A service with its parameters ([IBS]), behind a reference and its length. False: the length lies.
bool service(Reader& in, Pen pen, std::uint16_t& code) {
  const std::uint16_t length = in.be16();
  if (!in.ok() || length > in.left()) return false;
  Reader message = in.part(length);
  code = message.be16();
  const std::uint16_t count = message.be16();
  if (!message.ok()) return false;
  pen.set<"service">(static_cast<std::uint16_t>(code & ~confirmation));
  pen.set<"parameter_count">(count);
  if (message.left() == 0) return true;
  if (code & confirmation && message.left() >= 2) pen.set<"result">(message.be16());
  pen.set<"parameters">(message.rest());
  return true;
}

void operate(Output& output, Verb verb, std::uint16_t function) {
  Operation& operation = output.operate(verb);
  operation.function = function;
  if (output.role == Role::answer) operation.outcome = Outcome::ok;
}

Fault request(Reader& in, std::uint8_t command, Pen pen, Memory& memory, Output& output) {
  output.role = Role::request;
  if (command == command_open) {
    in.skip(2);
    pen.set<"node">(ended(in.take(in.be16())));
  } else {
    pen.set<"session_id">(in.be16());
  }
  if (!in.ok()) return operate(output, Verb::session, 0), fault(Wrong::length);
  switch (command) {
    case command_open:
    case command_close: operate(output, Verb::session, 0); return Fault::none;
    case command_fetch: operate(output, Verb::read, 0); return Fault::none;
    case command_send: {
      in.skip(4);
      std::uint16_t code = 0;
      if (!service(in, pen, code)) return operate(output, Verb::other, 0), fault(Wrong::message);
      memory.service = code;
      const Service* row = service_row(code);
      operate(output, row ? row->verb : Verb::other, code);
      return Fault::none;
    }
    default: operate(output, Verb::other, 0); return fault(Wrong::command);
  }
}

Fault answer(Bytes message, Reader& in, std::uint8_t command, Pen pen, Output& output) {
  output.role = Role::answer;
  in.skip(6);
  pen.set<"session_id">(in.be16());
  operate(output,
          command == command_fetch  ? Verb::read
          : command == command_send ? Verb::other
                                    : Verb::session,
          0);
  if (command != command_fetch || in.left() == 0) return Fault::none;
  in.skip(4);
  std::uint16_t code = 0;
  if (!service(in, pen, code)) return fault(Wrong::message);
  if (code == (0x0295 | confirmation)) device_information(message, pen, output);
  return Fault::none;
}

Fault decode(Bytes message, const Context&, State bytes, Output& output) {
  Memory& memory = state<Memory>(bytes);
  Reader in{message};
  Pen pen{output.record, in};
  const std::uint8_t kind = in.u8(), command = in.u8();
  in.skip(2);
  const std::uint16_t sequence = in.be16();
  in.skip(4);
  if (!in.ok()) return fault(Wrong::length);
  pen.set<"command">(command);
  pen.set<"sequence_number">(sequence);
  return kind == asks ? request(in, command, pen, memory, output)
                      : answer(message, in, command, pen, output);
}

void notation(const Object& object, std::string& out) {
  out += text_of(object.text);
}

}  // namespace

const Protocol protocol = {
    .name = "pcworx",
    .label = {"PCWorx", "PCWorx"},
    .doc =
        "Asks controllers of Phoenix Contact who they are, and reaches the services of their "
        "firmware.",
    .message = &schema,
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::pcworx
