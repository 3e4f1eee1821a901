// FOUNDATION Fieldbus HSE: hosts and linking devices read, write and configure field devices.
//
// [FDA] FF-588, HSE Field Device Access Agent: message header and services
//
// The header has twelve octets; a trailer whose parts the options name follows the data.
#include "parsers/ff_hse/ff_hse.h"

#include "fields/protocol.h"

namespace langyan::ff_hse {
namespace {

constexpr std::size_t header_bytes = 12, longest_message = 65'536;

// clang-format off
struct Row {
  std::uint16_t code;  // protocol << 8 | confirmed flag and service
  std::string_view name;
  Verb verb;
};
constexpr Row services[] = {  // [FDA] 6
    {0x181, "fda_open_session", Verb::session},           {0x183, "fda_idle", Verb::heartbeat},
    {0x201, "sm_find_tag_query", Verb::browse},           {0x202, "sm_find_tag_reply", Verb::browse},
    {0x210, "sm_device_annunciation", Verb::report},      {0x283, "sm_identify", Verb::identify},
    {0x28c, "sm_clear_address", Verb::configure},         {0x28e, "sm_set_assignment_info", Verb::configure},
    {0x28f, "sm_clear_assignment_info", Verb::configure},
    {0x300, "fms_information_report", Verb::report},      {0x301, "fms_unsolicited_status", Verb::report},
    {0x302, "fms_event_notification", Verb::alarm},       {0x310, "fms_information_report_subindex", Verb::report},
    {0x311, "fms_report_on_change", Verb::report},        {0x312, "fms_report_on_change_subindex", Verb::report},
    {0x370, "fms_abort", Verb::session},                  {0x380, "fms_status", Verb::diagnose},
    {0x381, "fms_identify", Verb::identify},              {0x382, "fms_read", Verb::read},
    {0x383, "fms_write", Verb::write},                    {0x384, "fms_get_od", Verb::browse},
    {0x387, "fms_define_variable_list", Verb::configure}, {0x388, "fms_delete_variable_list", Verb::configure},
    {0x389, "fms_initiate_download", Verb::download},     {0x38a, "fms_download_segment", Verb::download},
    {0x38b, "fms_terminate_download", Verb::download},    {0x38c, "fms_initiate_upload", Verb::upload},
    {0x38d, "fms_upload_segment", Verb::upload},          {0x38e, "fms_terminate_upload", Verb::upload},
    {0x38f, "fms_request_domain_download", Verb::download}, {0x390, "fms_request_domain_upload", Verb::upload},
    {0x391, "fms_create_program_invocation", Verb::configure}, {0x392, "fms_delete_program_invocation", Verb::configure},
    {0x393, "fms_start", Verb::start},                    {0x394, "fms_stop", Verb::stop},
    {0x395, "fms_resume", Verb::start},                   {0x396, "fms_reset", Verb::reset},
    {0x397, "fms_kill", Verb::stop},                      {0x398, "fms_alter_event_monitoring", Verb::configure},
    {0x399, "fms_acknowledge_event", Verb::alarm},        {0x39c, "fms_initiate_put_od", Verb::configure},
    {0x39d, "fms_put_od", Verb::configure},               {0x39e, "fms_terminate_put_od", Verb::configure},
    {0x39f, "fms_generic_initiate_download", Verb::download}, {0x3a0, "fms_generic_download_segment", Verb::download},
    {0x3a1, "fms_generic_terminate_download", Verb::download}, {0x3d2, "fms_read_subindex", Verb::read},
    {0x3d3, "fms_write_subindex", Verb::write},           {0x3e0, "fms_initiate", Verb::session},
    {0x401, "lan_diagnostic", Verb::diagnose},            {0x481, "lan_get_information", Verb::read},
    {0x482, "lan_put_information", Verb::configure},      {0x483, "lan_get_statistics", Verb::read},
};
constexpr auto service_names = names_of(services);
constexpr Name protocol_names[] = {{1, "session"}, {2, "system_management"}, {3, "fms"}, {4, "lan_redundancy"}};
constexpr Name type_names[] = {{0, "request"}, {1, "response"}, {2, "error"}};

constexpr Field rows[] = {
    {"service", Kind::u16, log | rule | learn | pair | column, {"Service", "服务"},
     "Protocol and service, with the flag of confirmed ones.", "[FDA] 6", service_names},
    {"protocol_id", Kind::u8, log | rule, {"Protocol", "协议"}, "Which agent the message is for.", "[FDA] 6", protocol_names},
    {"message_type", Kind::u8, log | rule, {"Message type", "报文类型"}, "Request, response or error.", "[FDA] 6", type_names},
    {"fda_address", Kind::u32, log | rule | learn, {"FDA address", "FDA 地址"}, "Session or device address.", "[FDA] 6"},
    {"invoke_id", Kind::u32, log | pair, {"Invoke id", "调用号"}, "Number of the request, which its answer repeats.", "[FDA] 6"},
    {"index", Kind::u32, log | rule | learn, {"Index", "索引"}, "Object read or written.", "[FDA] FMS read, write"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"}, "Octets of the service and trailer.", "[FDA] 6"},
};
constexpr auto fields = table("ff_hse", rows);
constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { length, service, refused };
constexpr Text check = {"Find out who sends; only hosts and linking devices speak HSE.", "查明发送者；只有主站与链接设备使用 HSE。"};
constexpr Detection faults[] = {
    {9104300, "ff_hse.length", Severity::low, "", {"HSE length does not fit", "HSE 长度不符"},
     {"The message is shorter or longer than it says.", "报文短于或长于其长度。"}, check},
    {9104301, "ff_hse.service", Severity::medium, "T0814", {"Unknown HSE service", "未知的 HSE 服务"},
     {"No documented service has this number.", "文档中没有该服务号。"}, check},
    {9104302, "ff_hse.refused", Severity::low, "", {"HSE request refused", "HSE 请求被拒绝"},
     {"The device answers with an error.", "设备返回错误。"}, check},
};
constexpr PortHint ports[] = {
    {Transport::udp, 1089}, {Transport::udp, 1090}, {Transport::udp, 1091}, {Transport::udp, 3622},
    {Transport::tcp, 1089}, {Transport::tcp, 1090}, {Transport::tcp, 1091}, {Transport::tcp, 3622}};
constexpr Space spaces[] = {{"object", {"Object", "对象"}}};
// clang-format on

std::uint16_t service_of(Bytes bytes) { return static_cast<std::uint16_t>((bytes[2] >> 2) << 8 | bytes[3]); }
const Row* service_row(std::uint16_t code) {
  for (const Row& row : services)
    if (row.code == code) return &row;
  return nullptr;
}
std::size_t length_of(Bytes bytes) {
  std::size_t size = 0;
  for (std::size_t at = 8; at < header_bytes; ++at) size = size << 8 | bytes[at];
  return size;
}
bool sound(Bytes bytes) {  // twelve octets
  return bytes[0] == 0 && (bytes[2] >> 2) >= 1 && (bytes[2] >> 2) <= 4 && (bytes[2] & 3) <= 2 &&
         service_row(service_of(bytes)) && length_of(bytes) >= header_bytes && length_of(bytes) < longest_message;
}
bool on_port(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.port == context.client_port || hint.port == context.server_port) return true;
  return false;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  if (message.size() < header_bytes || length_of(message) != message.size()) return fault(Wrong::length);
  Reader in{message};
  Fill<fields> out{output.record, in};
  in.skip(1);
  const std::uint8_t options = in.u8(), kind = in.u8();
  in.skip(1);
  const std::uint16_t service = service_of(message);
  const std::uint8_t type = kind & 3;
  out.set<"service">(service);
  out.set<"protocol_id">(static_cast<std::uint8_t>(kind >> 2));
  out.set<"message_type">(type);
  const std::uint32_t address = in.be32();
  out.set<"fda_address">(address);
  in.skip(4);
  const Row* row = service_row(service);
  const bool confirmed = (service & 0x80) != 0;
  output.role = !confirmed ? Role::event : type == 0 ? Role::request : Role::answer;
  // Trailer: number 4, invoke id 4, time stamp 8, extended control 4, each where its option is set.
  const std::size_t trailer =
      (options & 0x80 ? 4u : 0u) + (options & 0x40 ? 4u : 0u) + (options & 0x20 ? 8u : 0u) + (options & 8 ? 4u : 0u);
  if (in.left() < trailer) return fault(Wrong::length);
  const Bytes data = in.take(in.left() - trailer);
  if (!data.empty()) out.set<"data">(data);
  if (options & 0x80) in.skip(4);
  if (options & 0x40) out.set<"invoke_id">(in.be32());
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = service;
  operation.outcome = !confirmed  ? Outcome::one_way
                      : type == 0 ? Outcome::pending
                      : type == 1 ? Outcome::ok
                                  : Outcome::refused;
  const bool has_index = service == 0x382 || service == 0x383 || service == 0x3d2 || service == 0x3d3;
  if (has_index && type == 0 && data.size() >= 4) {
    const std::uint32_t index = Reader{data}.be32();
    out.set<"index">(index);
    operation.object = {.address = index, .count = 1};
  }
  if (!row) return fault(Wrong::service);
  return type == 2 ? fault(Wrong::refused) : Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2 || !on_port(context) || bytes[0] != 0) return Identity::no;
  const bool is_stream = context.transport == Transport::tcp;
  if (bytes.size() < header_bytes) return is_stream ? Identity::unsure : Identity::no;
  return sound(bytes) && (is_stream || length_of(bytes) == bytes.size()) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (!sound(bytes)) return Frame::lost();
  return bytes.size() < length_of(bytes) ? Frame::need(length_of(bytes)) : Frame::message(length_of(bytes));
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at)
    if (sound(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes || !(bytes[3] & 0x80)) return End::unknown;
  return (bytes[2] & 3) == 0 ? End::client : End::server;
}

void notation(const Object& object, std::string& out) { out += "index " + std::to_string(object.address); }

}  // namespace

const Protocol protocol = {
    .name = "ff_hse",
    .label = {"FOUNDATION Fieldbus HSE", "基金会现场总线 HSE"},
    .doc = "Reads, writes and configures FOUNDATION Fieldbus devices over Ethernet.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::ff_hse
