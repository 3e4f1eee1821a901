// ProConOS: the runtime of KW-Software (Phoenix Contact Software) in controllers of many makers,
// and how engineering tools reach it: older ones with frames of their own over TCP port 20547,
// newer ones (eCLR) with remote calls over TCP port 41100. Both start and stop the controller
// without a sign-in.
//
// Nothing is published. Both frames are taken from descriptions that agree with each other and with
// captures of real controllers:
// [NSE] Digital Bond Redpoint, proconos-info: the question for identity, places in its answer
// [CVE] what is public of CVE-2014-9195: stop, cold start, state in both kinds of frame; services
// by name
// The checksum of the older frames is a CRC-16 over all before it, which all published frames bear
// out; that of the newer ones the complement of the sum of their head's words.
#include "parsers/proconos/proconos.h"

#include <algorithm>

#include "parsers/wire/crc16.h"

namespace langyan::proconos {
namespace {

constexpr std::uint16_t frame_port = 20547, remoting_port = 41100;
constexpr std::size_t frame_head = 8, crc_bytes = 2, call_head = 16, most_body = 8'192;
constexpr std::uint8_t frame_mark = 0xcc;
enum FrameCommand : std::uint8_t {
  frame_stop = 0x01,
  frame_cold_start = 0x04,
  frame_identify = 0x0b,
  frame_state = 0x0f
};
enum Call : std::uint8_t { call_bind, call_bound, call_request, call_answer };
constexpr std::uint16_t method_start = 6, method_stop = 7;  // of the control service
constexpr std::string_view service_prefix = "Ade.Remoting.Services.I";
constexpr std::size_t most_handles = 32;
constexpr std::size_t most_sums = 8;  // checksums tried in one search for the next frame

// clang-format off
enum class Service : std::uint8_t { unknown, control, data, device, file, force, debug, security };
inline constexpr Name service_names[] = {
    {0, "unknown"}, {1, "control"}, {2, "data_access"}, {3, "device_info"}, {4, "file_access"}, {5, "force"},
    {6, "debug"}, {7, "security"}};
struct ServiceName {
  std::string_view start;  // behind the prefix
  Service service;
};
inline constexpr ServiceName services[] = {
    {"ProConOSControlService", Service::control}, {"DataAccessService", Service::data},
    {"DeviceInfoService", Service::device}, {"SimpleFileAccessService", Service::file},
    {"ForceService", Service::force}, {"BreakpointService", Service::debug}, {"CallstackService", Service::debug},
    {"DebugService", Service::debug}, {"SecurityService", Service::security}};

inline constexpr Name commands[] = {
    {frame_stop, "stop"}, {frame_cold_start, "cold_start"}, {frame_identify, "identify"}, {0x0d, "open"},
    {frame_state, "read_state"}};
inline constexpr Name states[] = {{2, "run"}, {4, "stop"}};
inline constexpr Name calls[] = {
    {call_bind, "bind"}, {call_bound, "bound"}, {call_request, "call"}, {call_answer, "answer"}};
inline constexpr Name start_names[] = {{1, "cold"}};

constexpr Field rows[] = {
    {"command", Kind::u8, log | rule | learn | column, {"Command", "命令"},
     "Command of an older frame.", "[NSE], [CVE]", commands},
    {"sequence_number", Kind::u8, log | pair, {"Sequence number", "序号"},
     "Number the client counts up with each older frame.", "[CVE]"},
    {"state", Kind::u8, log | rule, {"State", "运行状态"},
     "State the controller says it is in.", "[CVE]", states},
    {"runtime", Kind::text, log | rule | buffer, {"Runtime", "运行时系统"},
     "Name, version and date of the runtime.", "[NSE]: ladder logic runtime"},
    {"plc_type", Kind::text, log | rule | buffer, {"Type", "型号"},
     "Type of the controller.", "[NSE]"},
    {"project", Kind::text, log | rule | buffer, {"Project", "工程名"},
     "Name of the project that runs.", "[NSE]"},
    {"call", Kind::u8, log | rule | learn, {"Call", "调用"},
     "Kind of remote call: a service is asked for, or a method of it called.", "[CVE]", calls},
    {"bound_service", Kind::text, log | rule | learn | buffer, {"Service name", "服务名"},
     "Service that is asked for.", "[CVE]"},
    {"service", Kind::u8, log | rule | learn, {"Service", "服务"},
     "Service whose method is called, as far as its binding was seen.", "[CVE]", service_names},
    {"bound_handle", Kind::u16, log | rule, {"Bound handle", "绑定句柄"},
     "Number the controller gives the service; 0 when it has none of that name.", "[CVE]"},
    {"handle", Kind::u16, log | pair, {"Handle", "句柄"},
     "Number of the service that is called.", "[CVE]"},
    {"method", Kind::u16, log | rule | learn | pair, {"Method", "方法"},
     "Method of the service that is called.", "[CVE]"},
    {"start_mode", Kind::u16, log | rule, {"Start mode", "启动方式"},
     "How the controller is told to start.", "[CVE]", start_names},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets behind the head.", "[CVE]"},
};
inline constexpr auto fields = table("proconos", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

enum class Wrong : std::uint8_t { length, checksum };
constexpr Text check_peer = {"Look at who sends this and whether it is a device of the plant.",
                             "核实发送方身份，确认其是否为厂内设备。"};
inline constexpr Detection faults[] = {
    {9103300, "proconos.length", Severity::medium, "T0814",
     {"ProConOS message too short", "ProConOS 报文过短"},
     {"The message ends before what its kind needs.", "报文在其类型所需内容之前即结束。"}, check_peer},
    {9103301, "proconos.checksum", Severity::medium, "T0814",
     {"ProConOS checksum wrong", "ProConOS 校验错误"},
     {"The checksum does not fit the message.", "校验值与报文不符。"}, check_peer},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, frame_port}, {Transport::tcp, remoting_port}};

using Checksum = wire::Crc16<0x1021, 0, wire::Bits::reflected>;  // of the older frames

std::uint16_t le16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

// Size of the older frame at the front, 0 when none can stand there; eight octets must be there.
std::size_t frame_size(Bytes bytes) {
  const std::size_t body = le16(bytes, 6);
  return bytes[0] == frame_mark && bytes[1] == 1 && bytes[2] == 0 && body <= most_body
             ? frame_head + body + crc_bytes
             : 0;
}

// Of a remote call: version 1, kind, length of the body in the low half, all words with the low
// octet first.
std::size_t call_size(Bytes bytes) {
  const std::size_t body = le16(bytes, 6);
  return le16(bytes, 0) == 1 && bytes[2] <= call_answer && bytes[3] == 0 && le16(bytes, 4) == 0 &&
                 body <= most_body
             ? call_head + body
             : 0;
}

std::size_t size_of(Bytes bytes) {
  return bytes[0] == frame_mark ? frame_size(bytes) : call_size(bytes);
}

bool could_start(Bytes bytes) {
  return bytes[0] == frame_mark || bytes[0] == 1;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !could_start(bytes)) return Identity::no;
  if (bytes.size() < frame_head)
    return bytes.size() > 1 && bytes[0] == 1 && bytes[1] != 0 ? Identity::no : Identity::unsure;
  const std::size_t size = size_of(bytes);
  if (size == 0) return Identity::no;
  const bool framed = bytes[0] == frame_mark;
  const auto at = [&](std::uint16_t port) {
    return context.client_port == port || context.server_port == port;
  };
  if (at(framed ? frame_port : remoting_port)) return Identity::yes;
  if (framed) {
    if (bytes.size() < size) return size > call_head * 8 ? Identity::no : Identity::unsure;
    return wire::crc16<Checksum>(bytes.first(size - crc_bytes)) == le16(bytes, size - crc_bytes) ? Identity::yes
                                                                               : Identity::no;
  }
  if (bytes[2] != call_bind) return Identity::no;
  const std::size_t enough = call_head + service_prefix.size();
  const std::size_t there = std::min(bytes.size(), enough);
  for (std::size_t i = call_head; i < there; ++i)
    if (bytes[i] != static_cast<std::uint8_t>(service_prefix[i - call_head])) return Identity::no;
  return there < enough ? Identity::unsure : Identity::yes;
}

Frame frame(Bytes bytes, const Context&) {
  if (!could_start(bytes)) return Frame::lost();
  if (bytes.size() < frame_head) return Frame::need(frame_head);
  const std::size_t size = size_of(bytes);
  if (size == 0) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  std::size_t sums = 0;
  for (std::size_t at = 0; at + frame_head <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!could_start(here)) continue;
    const std::size_t size = size_of(here);
    if (size == 0 || here.size() < size) continue;
    const bool framed = here[0] == frame_mark;
    if (framed && ++sums > most_sums) break;
    if (framed && wire::crc16<Checksum>(here.first(size - crc_bytes)) != le16(here, size - crc_bytes)) continue;
    if (framed || here.size() == size) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < 4 || bytes[0] != 1) return End::unknown;
  return bytes[2] == call_bind || bytes[2] == call_request ? End::client : End::server;
}

struct Memory {
  Service asked;  // by the binding that waits
  Service handles[most_handles];

  Service of(std::uint16_t handle) const {
    return handle < most_handles ? handles[handle] : Service::unknown;
  }
};

Bytes ended(Bytes octets, std::size_t at,
            std::size_t most) {  // text up to a zero; empty where it is not there
  if (at >= octets.size()) return {};
  const Bytes field = octets.subspan(at, std::min(most, octets.size() - at));
  return field.first(static_cast<std::size_t>(std::ranges::find(field, 0) - field.begin()));
}

Operation& operate(Output& output, Verb verb, std::uint32_t function) {
  Operation& operation = output.operate(verb);
  operation.function = function;
  if (output.role == Role::answer) operation.outcome = Outcome::ok;
  return operation;
}

Verb frame_verb(std::uint8_t command) {
  switch (command) {
    case frame_stop: return Verb::stop;
    case frame_cold_start: return Verb::start;
    case frame_identify: return Verb::identify;
    case frame_state: return Verb::diagnose;
    case 0x0d: return Verb::session;
    default: return Verb::other;
  }
}

// [NSE] counts from the start of the frame.
void identity(Bytes message, Pen pen, Output& output) {
  constexpr std::size_t runtime_at = 12, type_at = 44, project_at = 77, most = 32;
  const Bytes runtime = ended(message, runtime_at, most), type = ended(message, type_at, most),
              project = ended(message, project_at, most);
  if (runtime.empty() || type.empty()) return;
  pen.set<"runtime">(runtime);
  pen.set<"plc_type">(type);
  if (!project.empty()) pen.set<"project">(project);
  output.tell(Trait::firmware, runtime);
  output.tell(Trait::model, type);
  output.tell(Trait::name, project);
}

Fault older_frame(Bytes message, const Context& context, Output& output) {
  if (message.size() < frame_head + crc_bytes) return fault(Wrong::length);
  Reader in{message};
  Pen pen{output.record, in};
  in.skip(3);
  const std::uint8_t command = in.u8();
  in.skip(1);
  const std::uint8_t sequence = in.u8();
  in.skip(2);
  const bool answers = context.direction == Direction::to_client;
  output.role = answers ? Role::answer : Role::request;
  pen.set<"sequence_number">(sequence);
  if (!answers) pen.set<"command">(command);
  const Bytes body = in.take(message.size() - frame_head - crc_bytes);
  if (wire::crc16<Checksum>(message.first(message.size() - crc_bytes)) != le16(message, message.size() - crc_bytes)) {
    if (!body.empty()) pen.set<"data">(body);
    return fault(Wrong::checksum);
  }
  operate(output, answers ? Verb::other : frame_verb(command), answers ? 0 : command);
  if (!body.empty()) pen.set<"data">(body);
  if (!answers) return Fault::none;
  identity(message, pen, output);
  if (body.size() >= 1 && body.size() <= 8 && (body[0] == 2 || body[0] == 4))
    pen.set<"state">(body[0]);
  return Fault::none;
}

Service service_of(std::string_view name) {
  if (!name.starts_with(service_prefix)) return Service::unknown;
  name.remove_prefix(service_prefix.size());
  for (const ServiceName& row : services)
    if (name.starts_with(row.start)) return row.service;
  return Service::unknown;
}

Verb call_verb(Service service, std::uint16_t method) {
  switch (service) {
    case Service::control:
      return method == method_start  ? Verb::start
             : method == method_stop ? Verb::stop
                                     : Verb::control;
    case Service::device: return Verb::diagnose;
    case Service::file: return Verb::file;
    case Service::security: return Verb::auth;
    default: return Verb::other;
  }
}

Fault remote_call(Bytes message, Memory& memory, Output& output) {
  Reader in{message};
  Pen pen{output.record, in};
  in.skip(2);
  const auto call = static_cast<std::uint8_t>(in.le16());
  in.skip(4);
  const std::uint16_t handle = in.le16(), method = in.le16();
  in.skip(4);
  if (!in.ok()) return fault(Wrong::length);
  output.role = call == call_bind || call == call_request ? Role::request : Role::answer;
  pen.set<"call">(call);
  const Bytes body = in.rest();
  if (call == call_bind) {
    const Bytes name = ended(body, 0, body.size());
    pen.set<"bound_service">(name);
    memory.asked = service_of(text_of(name));
    Operation& operation = operate(output, Verb::session, 0);
    operation.object.text = name;
    return Fault::none;
  }
  if (call == call_bound) {
    pen.set<"bound_handle">(handle);
    Operation& operation = operate(output, Verb::session, 0);
    if (handle == 0) operation.outcome = Outcome::refused;
    if (handle > 0 && handle < most_handles) memory.handles[handle] = memory.asked;
    memory.asked = Service::unknown;
    return Fault::none;
  }
  const Service service = memory.of(handle);
  pen.set<"handle">(handle);
  pen.set<"method">(method);
  pen.set<"service">(static_cast<std::uint8_t>(service));
  if (!body.empty()) pen.set<"data">(body);
  const bool asks = call == call_request;
  operate(output, asks ? call_verb(service, method) : Verb::other, 0);
  if (asks && service == Service::control && method == method_start && body.size() >= 2)
    pen.set<"start_mode">(le16(body, 0));
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  if (message.empty()) return fault(Wrong::length);
  return message[0] == frame_mark ? older_frame(message, context, output)
                                  : remote_call(message, state<Memory>(bytes), output);
}

void notation(const Object& object, std::string& out) {
  out += text_of(object.text);
}

inline constexpr Space spaces[] = {{"service", {"Service", "服务"}}};

}  // namespace

const Protocol protocol = {
    .name = "proconos",
    .label = {"ProConOS", "ProConOS"},
    .doc = "Starts, stops and watches controllers that run ProConOS or its successor eCLR.",
    .message = &schema,
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

}  // namespace langyan::proconos
