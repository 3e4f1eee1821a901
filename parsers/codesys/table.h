// The tables of CODESYS V3: services, fields, faults, ports. Sources as in codesys.cc.
#pragma once

#include <array>

#include "fields/protocol.h"

namespace langyan::codesys {

constexpr std::uint32_t block_magic = 0xe8170100;
constexpr std::size_t block_header = 8, longest_block = 65'000;  // ours; runtimes send at most 520 octets
constexpr std::uint8_t datagram_magic = 0xc5;
constexpr std::uint16_t plain_services = 0xcd55, secured_services = 0x7557;
constexpr std::uint8_t notify_ask = 1, notify_tell = 2, name_ask = 3, name_tell = 4, channel_manager = 0x40;
constexpr std::uint16_t answer_bit = 0x80;  // of a service group

enum class Place : std::uint8_t { application, file, shell };
inline constexpr Space spaces[] = {
    {"application", {"Application", "应用程序"}},
    {"file", {"File", "文件"}},
    {"shell", {"Shell command", "命令行指令"}},
};

struct Service {
  std::uint32_t code;  // group * 0x100 + service
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Service services[] = {
    {0x0101, "get_target_identity",          Verb::identify},   // [PDU]
    {0x0102, "login_to_device",              Verb::auth},
    {0x0103, "logout_from_device",           Verb::session},
    {0x0201, "login_to_application",         Verb::session},    // [SDK] CmpAppItf.h, online services
    {0x0202, "logout_from_application",      Verb::session},
    {0x0203, "create_application",           Verb::download},
    {0x0204, "delete_application",           Verb::download},
    {0x0205, "download",                     Verb::download},
    {0x0206, "online_change",                Verb::download},
    {0x0207, "device_download",              Verb::download},
    {0x0208, "create_device_application",    Verb::download},
    {0x0210, "start",                        Verb::start},
    {0x0211, "stop",                         Verb::stop},
    {0x0212, "reset",                        Verb::reset},
    {0x0213, "set_breakpoint",               Verb::mode},
    {0x0214, "read_status",                  Verb::diagnose},
    {0x0215, "delete_breakpoint",            Verb::mode},
    {0x0216, "read_call_stack",              Verb::diagnose},
    {0x0217, "get_area_offset",              Verb::read},
    {0x0218, "read_application_list",        Verb::browse},
    {0x0219, "set_next_statement",           Verb::mode},
    {0x0220, "release_force_list",           Verb::force},
    {0x0221, "upload_force_list",            Verb::read},
    {0x0222, "single_cycle",                 Verb::mode},
    {0x0223, "create_boot_project",          Verb::configure},
    {0x0224, "reinitialize_application",     Verb::reset},
    {0x0225, "read_application_states",      Verb::diagnose},
    {0x0226, "load_boot_application",        Verb::start},
    {0x0227, "register_boot_application",    Verb::configure},
    {0x0228, "check_file_consistency",       Verb::diagnose},
    {0x0229, "read_application_information", Verb::identify},
    {0x0230, "download_compact",             Verb::download},
    {0x0231, "read_project_information",     Verb::identify},
    {0x0232, "define_flow",                  Verb::subscribe},
    {0x0233, "read_flow_values",             Verb::read},
    {0x0234, "download_encrypted",           Verb::download},
    {0x0235, "read_application_content",     Verb::upload},
    {0x0236, "save_retains",                 Verb::configure},
    {0x0237, "restore_retains",              Verb::write},
    {0x0238, "get_area_address",             Verb::read},
    {0x0239, "leave_execution_points_active", Verb::mode},
    {0x0240, "claim_execution_points",       Verb::mode},
    {0x0602, "set_integer_setting",          Verb::configure},  // [PDU]
    {0x0801, "file_information",             Verb::file},       // [PDU] CmpFileTransfer
    {0x0802, "start_file_download",          Verb::file},
    {0x0803, "restart_file_download",        Verb::file},
    {0x0804, "file_download",                Verb::file},
    {0x0805, "start_file_upload",            Verb::file},
    {0x0806, "restart_file_upload",          Verb::file},
    {0x0807, "file_upload",                  Verb::file},
    {0x0808, "end_file_transfer",            Verb::file},
    {0x080c, "directory_information",        Verb::file},
    {0x080e, "delete_file",                  Verb::file},
    {0x0810, "create_directory",             Verb::file},
    {0x0811, "delete_directory",             Verb::file},
    {0x1101, "shell_command",                Verb::diagnose},   // [PDU] CmpPlcShell
    {0x1b01, "read_variables",               Verb::read},       // [PDU] CmpMonitor2
};
// Of an Operation whose message is no service: from 0x10000 on, ours.
enum Function : std::uint32_t { address_service = 0x10001, name_service = 0x10003, channel_info = 0x100c2, channel_open = 0x100c3,
                                channel_close = 0x100c4, channel_alive = 0x10103, secured = 0x17557 };
inline constexpr Name other_functions[] = {
    {address_service, "address_notification"}, {name_service, "node_information"}, {channel_info, "channel_information"},
    {channel_open, "open_channel"}, {channel_close, "close_channel"}, {channel_alive, "keep_alive"}, {secured, "secured_service"}};
inline constexpr auto service_names = [] {
  std::array<Name, std::size(services) + std::size(other_functions)> result{};
  std::size_t at = 0;
  for (const Service& row : services) result[at++] = {row.code, row.name};
  for (const Name& row : other_functions) result[at++] = row;
  return result;
}();
inline constexpr Name group_names[] = {{1, "device"}, {2, "application"}, {6, "settings"}, {8, "file_transfer"}, {0x11, "plc_shell"}, {0x1b, "monitor"}};
inline constexpr Name datagram_names[] = {{notify_ask, "address_notification_request"}, {notify_tell, "address_notification_response"},
                                          {name_ask, "name_service_request"}, {name_tell, "name_service_response"},
                                          {channel_manager, "channel_manager"}};
inline constexpr Name channel_names[] = {{0x01, "block"}, {0x02, "acknowledge"}, {0x03, "keep_alive"}, {0xc2, "get_info"}, {0x82, "get_info_response"},
                                         {0xc3, "open_channel"}, {0x83, "open_channel_response"}, {0xc4, "close_channel"}};
inline constexpr Name reset_names[] = {{0, "warm"}, {1, "cold"}, {2, "origin"}, {3, "origin_device"}};

constexpr const Service* service_row(std::uint32_t code) {
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

constexpr Field rows[] = {
    {"datagram_service", Kind::u8, log | rule | learn, {"Datagram service", "数据报服务"},
     "Who takes the datagram: name service, channel manager.", "[PDU] Datagram layer", datagram_names},
    {"hops", Kind::u8, log | rule, {"Hops left", "剩余跳数"},
     "Routers the datagram may still pass.", "[PDU] Datagram layer"},
    {"priority", Kind::u8, log | rule, {"Priority", "优先级"},
     "Priority of the datagram, 3 the highest.", "[PDU] Datagram layer"},
    {"receiver_address", Kind::bytes, log | rule, {"Receiver address", "接收方地址"},
     "Address of the receiver in the CODESYS network.", "[PDU] Datagram layer"},
    {"sender_address", Kind::bytes, log | rule, {"Sender address", "发送方地址"},
     "Address of the sender in the CODESYS network.", "[PDU] Datagram layer"},
    {"channel_service", Kind::u8, log | rule | learn, {"Channel service", "通道服务"},
     "What happens to the channel: data, acknowledgement, opening, closing.", "[PDU] Channel layer", channel_names},
    {"channel", Kind::u16, log | rule | pair, {"Channel", "通道号"},
     "Number of the channel between the two ends.", "[PDU] Channel layer"},
    {"block", Kind::u32, log, {"Block", "块号"},
     "Number of the block within the channel.", "[PDU] Channel layer"},
    {"acknowledged", Kind::u32, log, {"Acknowledged block", "已确认块号"},
     "Last block of the other end that arrived.", "[PDU] Channel layer"},
    {"message_id", Kind::u32, log | pair, {"Message id", "消息标识"},
     "Number the asker picks and the answer repeats: of the name service, of opening a channel.", "[PDU] Channel layer"},
    {"reason", Kind::u16, log | rule, {"Reason", "原因码"},
     "Why a channel was not opened, 0 it was.", "[PDU] Channel layer"},
    {"opened_channel", Kind::u16, log | rule, {"Opened channel", "已打开通道"},
     "Number of the channel that was opened.", "[PDU] Channel layer"},
    {"secured", Kind::boolean, log | rule, {"Secured", "已加密"},
     "The service is encrypted and stays octets.", "[PDU] Services layer"},
    {"service_group", Kind::u16, log | rule | learn, {"Service group", "服务组"},
     "Component of the runtime that is called.", "[PDU] Services layer", group_names},
    {"service", Kind::u32, log | rule | learn | pair | column, {"Service", "服务"},
     "What is asked of the component: group times 256 plus service.", "[SDK] online services", service_names},
    {"session", Kind::u32, log | rule, {"Session", "会话标识"},
     "Session the device gave out at login.", "[PDU] Services layer"},
    {"content_size", Kind::u32, log | rule, {"Content size", "内容长度"},
     "Octets of tags, in this block and further ones.", "[PDU] Services layer", {}, "octets"},
    {"reset_option", Kind::u16, log | rule, {"Reset option", "复位方式"},
     "What a reset clears.", "[SDK] reset options", reset_names},
    {"result", Kind::u16, log | rule | learn, {"Result", "结果"},
     "How a login went, 0 well.", "[PDU] login"},
    {"user_name", Kind::text, log | rule | buffer, {"User", "用户名"},
     "User who logs in.", "[PDU] login"},
    {"password_length", Kind::u32, log | rule, {"Password length", "口令长度"},
     "Length of the password or its cipher text; itself it is not kept.", "[PDU] login"},
    {"application", Kind::text, log | rule | buffer, {"Application", "应用程序"},
     "Application that is touched.", "[SDK] online tags"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File or folder that is touched.", "[PDU] CmpFileTransfer"},
    {"shell_command", Kind::text, log | rule | buffer, {"Shell command", "命令行指令"},
     "Command typed into the controller's shell.", "[PDU] CmpPlcShell"},
    {"node_name", Kind::text, log | rule | buffer, {"Node name", "节点名称"},
     "Name of the node that answers.", "[NS] node information"},
    {"device_name", Kind::text, log | rule | buffer, {"Device name", "设备名称"},
     "Model of the device that answers.", "[NS] node information"},
    {"vendor_name", Kind::text, log | rule | buffer, {"Vendor name", "厂商名称"},
     "Maker of the device that answers.", "[NS] node information"},
    {"serial_number", Kind::text, log | rule | buffer, {"Serial number", "序列号"},
     "Serial number of the device that answers.", "[NS] node information"},
    {"target_type", Kind::u32, log | rule, {"Target type", "目标类型"},
     "Type of the device, as CODESYS counts them.", "[NS] node information"},
    {"target_id", Kind::u32, log | rule, {"Target id", "目标标识"},
     "Model of the device, as CODESYS counts them.", "[NS] node information"},
    {"target_version", Kind::text, log | rule, {"Target version", "目标版本"},
     "Version of the device's runtime.", "[NS] node information"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets carried: tags of a service, or what the layer above is not known to mean.", "[PDU] Services layer"},
};
// clang-format on
inline constexpr auto fields = table("codesys", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, length };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken drivers look like this.",
                               "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"};
inline constexpr Detection faults[] = {
    {9101700,
     "codesys.truncated",
     Severity::low,
     "T0814",
     {"CODESYS message ends too early", "CODESYS 报文过早结束"},
     {"A layer needs more octets than the message has.", "某一层所需字节多于报文实际携带的字节。"},
     check_sender},
    {9101701,
     "codesys.length",
     Severity::low,
     "T0814",
     {"CODESYS lengths do not agree", "CODESYS 长度不一致"},
     {"A layer's own length does not fit what follows; exploits of the runtime look like this.",
      "某层自身的长度与后续内容不符；针对运行时的漏洞利用常呈此状。"},
     check_sender},
};
inline constexpr PortHint ports[] = {
    {Transport::tcp, 11740}, {Transport::tcp, 11741}, {Transport::tcp, 11742}, {Transport::tcp, 11743},
    {Transport::udp, 1740},  {Transport::udp, 1741},  {Transport::udp, 1742},  {Transport::udp, 1743}};

std::size_t payload_at(Bytes datagram);  // 0: no sound header
Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::codesys
