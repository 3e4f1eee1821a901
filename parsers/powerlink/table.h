// The tables of Ethernet POWERLINK: messages, services, commands, fields, faults. Sources as in
// powerlink.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::powerlink {

constexpr std::uint16_t ethertype = 0x88ab, sdo_port = 3'819;  // [DS] 4.5, 6.3.2.2
constexpr std::uint8_t first_manager = 240, last_manager = 250;  // [DS] 4.5: node ids of managing nodes
constexpr std::size_t most_value_octets = 8;  // of an SDO value shown as a number

enum class Message : std::uint8_t { soc = 1, preq = 3, pres = 4, soa = 5, asnd = 6, amni = 7, ainv = 13 };
enum class Service : std::uint8_t { ident_response = 1, status_response, nmt_request, nmt_command, sdo, sync_response };

struct Command {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Command commands[] = {  // [DS] 7.3.1.2, table 112 and after
    {0x21, "NMTStartNode",               Verb::start},
    {0x22, "NMTStopNode",                Verb::stop},
    {0x23, "NMTEnterPreOperational2",    Verb::mode},
    {0x24, "NMTEnableReadyToOperate",    Verb::mode},
    {0x28, "NMTResetNode",               Verb::reset},
    {0x29, "NMTResetCommunication",      Verb::reset},
    {0x2a, "NMTResetConfiguration",      Verb::reset},
    {0x2b, "NMTSwReset",                 Verb::reset},
    {0x2d, "NMTDNA",                     Verb::configure},
    {0x41, "NMTStartNodeEx",             Verb::start},
    {0x42, "NMTStopNodeEx",              Verb::stop},
    {0x43, "NMTEnterPreOperational2Ex",  Verb::mode},
    {0x44, "NMTEnableReadyToOperateEx",  Verb::mode},
    {0x48, "NMTResetNodeEx",             Verb::reset},
    {0x49, "NMTResetCommunicationEx",    Verb::reset},
    {0x4a, "NMTResetConfigurationEx",    Verb::reset},
    {0x4b, "NMTSwResetEx",               Verb::reset},
    {0x62, "NMTNetHostNameSet",          Verb::configure},
    {0x63, "NMTFlushArpEntry",           Verb::configure},
    {0x80, "NMTPublishConfiguredNodes",  Verb::report},
    {0x90, "NMTPublishActiveNodes",      Verb::report},
    {0x91, "NMTPublishPreOperational1",  Verb::report},
    {0x92, "NMTPublishPreOperational2",  Verb::report},
    {0x93, "NMTPublishReadyToOperate",   Verb::report},
    {0x94, "NMTPublishOperational",      Verb::report},
    {0x95, "NMTPublishStopped",          Verb::report},
    {0x96, "NMTPublishNodeStates",       Verb::report},
    {0xa0, "NMTPublishEmergencyNew",     Verb::alarm},
    {0xb0, "NMTPublishTime",             Verb::report},
    {0xff, "NMTInvalidService",          Verb::other},
};
inline constexpr auto command_names = names_of(commands);

struct Sdo {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Sdo sdo_commands[] = {  // [DS] 6.3.2.4.2.2
    {0x00, "nil",                           Verb::other},
    {0x01, "write_by_index",                Verb::write},
    {0x02, "read_by_index",                 Verb::read},
    {0x03, "write_all_by_index",            Verb::write},
    {0x04, "read_all_by_index",             Verb::read},
    {0x05, "write_by_name",                 Verb::write},
    {0x06, "read_by_name",                  Verb::read},
    {0x20, "file_write",                    Verb::firmware},
    {0x21, "file_read",                     Verb::file},
    {0x31, "write_multiple_by_index",       Verb::write},
    {0x32, "read_multiple_by_index",        Verb::read},
    {0x70, "maximum_segment_size",          Verb::session},
    {0x71, "link_name_to_index",            Verb::read},
};
inline constexpr auto sdo_names = names_of(sdo_commands);

inline constexpr Name message_names[] = {{1, "SoC"}, {3, "PReq"}, {4, "PRes"}, {5, "SoA"}, {6, "ASnd"}, {7, "AMNI"}, {13, "AInv"}};
inline constexpr Name service_names[] = {{1, "ident_response"}, {2, "status_response"}, {3, "nmt_request"}, {4, "nmt_command"},
                                         {5, "sdo"}, {6, "sync_response"}};
inline constexpr Name requested_names[] = {{0, "no_service"}, {1, "ident_request"}, {2, "status_request"}, {3, "nmt_request_invite"},
                                           {6, "sync_request"}, {255, "unspecified_invite"}};
inline constexpr Name state_names[] = {  // [DS] annex 3.6; of managing and controlled nodes alike
    {0x00, "OFF"}, {0x19, "INITIALISING"}, {0x29, "RESET_APPLICATION"}, {0x39, "RESET_COMMUNICATION"}, {0x79, "RESET_CONFIGURATION"},
    {0x1c, "NOT_ACTIVE"}, {0x1d, "PRE_OPERATIONAL_1"}, {0x5d, "PRE_OPERATIONAL_2"}, {0x6d, "READY_TO_OPERATE"}, {0xfd, "OPERATIONAL"},
    {0x4d, "STOPPED"}, {0x1e, "BASIC_ETHERNET"}};
inline constexpr Name abort_names[] = {  // [DS] annex 3.10
    {0x05040000, "timeout"}, {0x05040001, "command_unknown"}, {0x05040005, "out_of_memory"}, {0x06010000, "unsupported_access"},
    {0x06010001, "write_only"}, {0x06010002, "read_only"}, {0x06020000, "no_such_object"}, {0x06070010, "length_mismatch"},
    {0x06090011, "no_such_subindex"}, {0x06090030, "value_range_exceeded"}, {0x08000000, "general_error"},
    {0x08000020, "not_transferable"}, {0x08000022, "wrong_state"}};

enum class Place : std::uint8_t { command, object };
inline constexpr Space spaces[] = {{"command", {"NMT command", "NMT 命令"}}, {"object", {"Object", "对象"}}};

constexpr Field rows[] = {
    {"message_type", Kind::u8, log | rule | learn | column, {"Message type", "报文类型"},
     "Kind of frame in the cycle.", "[DS] 4.6.1.1", message_names},
    {"destination", Kind::u8, log | rule | learn, {"Destination node", "目标节点"},
     "Node the frame is for, 255 all.", "[DS] 4.6.1.1"},
    {"source", Kind::u8, log | rule | learn, {"Source node", "源节点"},
     "Node that sends, 240 the managing node.", "[DS] 4.6.1.1"},
    {"nmt_state", Kind::u8, log | rule, {"NMT state", "NMT 状态"},
     "State of the sender.", "[DS] annex 3.6", state_names},
    {"ready", Kind::boolean, log | rule, {"Ready", "数据有效"},
     "Whether the process data are valid.", "[DS] 4.6.1.1.3"},
    {"exception_new", Kind::boolean, log | rule, {"Exception new", "新异常"},
     "Whether the node has an error not yet read.", "[DS] 4.6.1.1.4"},
    {"pdo_version", Kind::u8, log | rule, {"PDO version", "PDO 版本"},
     "Version of the mapping of the process data.", "[DS] 4.6.1.1.3"},
    {"pdo_size", Kind::u16, log | rule, {"PDO size", "PDO 长度"},
     "Octets of process data.", "[DS] 4.6.1.1.3", {}, "bytes"},
    {"requested_service", Kind::u8, log | rule | learn, {"Service requested", "请求的服务"},
     "What the managing node invites to.", "[DS] 4.6.1.1.5", requested_names},
    {"requested_target", Kind::u8, log | rule, {"Node invited", "被请求节点"},
     "Node that may send now.", "[DS] 4.6.1.1.5"},
    {"service", Kind::u8, log | rule | learn, {"Service", "服务"},
     "What an asynchronous frame carries.", "[DS] 4.6.1.1.6", service_names},
    {"nmt_command", Kind::u8, log | rule | learn | column, {"NMT command", "NMT 命令"},
     "Command of network management, given or asked for.", "[DS] 7.3.1.2", command_names},
    {"nmt_target", Kind::u8, log | rule, {"Command target", "命令目标"},
     "Node that a command is asked for.", "[DS] 7.3.6"},
    {"static_errors", Kind::u64, log | rule, {"Static errors", "静态错误位"},
     "Error bits of the node.", "[DS] 7.3.3.3.1"},
    {"device_type", Kind::u32, log | rule, {"Device type", "设备类型"},
     "Profile of the device.", "[DS] 7.3.3.2.1"},
    {"vendor_id", Kind::u32, log | rule, {"Vendor", "厂商编号"},
     "Vendor of the device.", "[DS] 7.3.3.2.1"},
    {"product_code", Kind::u32, log | rule, {"Product", "产品代码"},
     "Product of the vendor.", "[DS] 7.3.3.2.1"},
    {"revision", Kind::u32, log | rule, {"Revision", "版本号"},
     "Revision of the product.", "[DS] 7.3.3.2.1"},
    {"serial_number", Kind::u32, log | rule, {"Serial number", "序列号"},
     "Serial number of the device.", "[DS] 7.3.3.2.1"},
    {"host_name", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Name of the node in the network.", "[DS] 7.3.3.2.1"},
    {"sdo_transaction", Kind::u8, log | rule, {"SDO transaction", "SDO 事务号"},
     "Number the client picks and the server repeats.", "[DS] 6.3.2.4.1"},
    {"sdo_command", Kind::u8, log | rule | learn, {"SDO command", "SDO 命令"},
     "What is done to the object dictionary.", "[DS] 6.3.2.4.2.2", sdo_names},
    {"sdo_response", Kind::boolean, log | rule, {"SDO response", "SDO 响应"},
     "Whether the server answers.", "[DS] 6.3.2.4.1"},
    {"object_index", Kind::u16, log | rule | learn, {"Index", "对象索引"},
     "Index of the object.", "[DS] 6.3.2.4.2.2"},
    {"object_subindex", Kind::u8, log | rule, {"Subindex", "子索引"},
     "Subindex of the object.", "[DS] 6.3.2.4.2.2"},
    {"abort_code", Kind::u32, log | rule, {"Abort code", "中止码"},
     "Why the transfer was given up.", "[DS] annex 3.10", abort_names},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the object or command.", "[DS] 6.3.2.4"},
};
inline constexpr auto fields = table("powerlink", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, type, service, command, manager };
constexpr Text check_sender = {"Find out which device sent it; only nodes of the cycle may send on the segment.",
                               "查明发送设备；该网段上只有周期内的节点可以发送。"};
inline constexpr Detection faults[] = {
    {9104700, "powerlink.truncated", Severity::low, "T0814", {"POWERLINK frame ends too early", "POWERLINK 帧过早结束"},
     {"The frame is shorter than its type or size asks for.", "帧长度小于其类型或大小的要求。"}, check_sender},
    {9104701, "powerlink.type", Severity::low, "", {"Unknown POWERLINK message", "未知的 POWERLINK 报文"},
     {"The standard defines no such message type.", "标准未定义该报文类型。"}, check_sender},
    {9104702, "powerlink.service", Severity::low, "", {"Unknown POWERLINK service", "未知的 POWERLINK 服务"},
     {"The standard defines no such service.", "标准未定义该服务。"}, check_sender},
    {9104703, "powerlink.command", Severity::low, "T0846", {"Unknown POWERLINK command", "未知的 POWERLINK 命令"},
     {"The standard defines no such NMT or SDO command.", "标准未定义该 NMT 或 SDO 命令。"}, check_sender},
    {9104704, "powerlink.manager", Severity::medium, "T0848", {"A controlled node acts as managing node", "受控节点冒充管理节点"},
     {"A frame that only the managing node may send names another node as its source.", "只有管理节点可发送的帧，其源却是其他节点。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype}, {Transport::udp, sdo_port}};
// clang-format on

}  // namespace langyan::powerlink
