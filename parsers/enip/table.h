// The tables of EtherNet/IP: fields of messages and items, kinds of object. Functions and classes
// stand in functions.h, coded numbers in codes.h, faults in faults.h.
//
// [EIP]      The CIP Networks Library, Volume 2: EtherNet/IP Adaptation of CIP
// [CIP]      The CIP Networks Library, Volume 1: Common Industrial Protocol
// [ODVA]     ODVA, directory of vendor ids
// [LOGIX]    Rockwell Automation 1756-PM020, Logix 5000 Controllers Data Access
// [DF1]      Rockwell Automation 1770-6.5.16, DF1 Protocol and Command Set
// [AB-ENET]  Allen-Bradley 1785 and 1747 Ethernet processors, client/server protocol on TCP 2222, as
//            public clients of it agree on
// [OBSERVED] What controllers and engineering tools are seen to send; not in a public document
#pragma once

#include "fields/protocol.h"
#include "parsers/enip/functions.h"

namespace langyan::enip {

constexpr std::size_t header_bytes = 24;           // [EIP] 2-3.1
constexpr std::size_t longest_data = 65'511;       // after the header ([EIP] 2-3.2)
constexpr std::size_t csp_header_bytes = 28;       // [AB-ENET]
constexpr std::size_t most_packet_items = 16;      // of a common packet; the standard knows at most four
constexpr std::size_t most_segments = 64;          // of a path
constexpr std::size_t most_services = 256;         // of a multiple service packet, as many as operations
constexpr std::size_t most_attributes = 64;        // of an attribute list, and of those that are kept as items

enum class Place : std::uint8_t { tag, object, data_file, io_connection, data_table };
inline constexpr Space spaces[] = {
    {"tag", {"Tag", "标签"}},
    {"object", {"CIP object", "CIP 对象"}},
    {"data_file", {"Data file", "数据文件"}},
    {"io_connection", {"I/O connection", "I/O 连接"}},
    {"data_table", {"Data table", "数据表"}},
};

// clang-format off
constexpr Field rows[] = {
    {"command", Kind::u16, log | rule | learn, {"Command", "命令"},
     "What the encapsulation is to do.", "[EIP] 2-3.2", command_names},
    {"session", Kind::u32, log | rule, {"Session", "会话句柄"},
     "Number the target gives a session.", "[EIP] 2-3.4"},
    {"encapsulation_status", Kind::u32, log | rule | learn, {"Encapsulation status", "封装状态"},
     "Whether the encapsulation took the command.", "[EIP] 2-3.5", encapsulation_status_names},
    {"sender_context", Kind::bytes, rule | buffer, {"Sender context", "发送方上下文"},
     "Octets the asking side picks and the answer repeats.", "[EIP] 2-3.6"},
    {"exchange", Kind::u64, pair, {"Exchange", "交换标识"},
     "What joins an answer to its request: the command and the context, or the count of a connection.",
     "[EIP] 2-3.6; [CIP] 3-4.6"},
    {"protocol_version", Kind::u16, log | rule, {"Protocol version", "协议版本"},
     "Version of the encapsulation.", "[EIP] 2-4.4"},
    {"service_name", Kind::text, log | rule | buffer, {"Service name", "服务名称"},
     "Name of the communication service that is offered.", "[EIP] 2-4.6"},
    {"capabilities", Kind::u16, log | rule, {"Capabilities", "能力标志"},
     "Bit 5: CIP over TCP; bit 8: class 0 and 1 over UDP.", "[EIP] 2-4.6"},

    {"vendor_id", Kind::u16, log | rule | learn, {"Vendor", "厂商"},
     "Who made the device.", "[CIP] 5-2.2.1.1", vendor_names},
    {"device_type", Kind::u16, log | rule | learn, {"Device type", "设备类型"},
     "What kind of device it is.", "[CIP] 5-2.2.1.2", device_type_names},
    {"product_code", Kind::u16, log | rule, {"Product code", "产品代码"},
     "Number of the product within its maker's range.", "[CIP] 5-2.2.1.3"},
    {"revision", Kind::text, log | rule | buffer, {"Revision", "固件版本"},
     "Major and minor revision of the firmware.", "[CIP] 5-2.2.1.4"},
    {"device_status", Kind::u16, log | rule, {"Device status", "设备状态字"},
     "Bits for owned, configured, and minor and major faults.", "[CIP] 5-2.2.1.5"},
    {"serial_number", Kind::u32, log | rule, {"Serial number", "序列号"},
     "Serial number of the device.", "[CIP] 5-2.2.1.6"},
    {"product_name", Kind::text, log | rule | buffer, {"Product name", "产品名称"},
     "Name of the product.", "[CIP] 5-2.2.1.7"},
    {"device_state", Kind::u8, log | rule, {"Device state", "设备运行状态"},
     "State the device is in.", "[CIP] 5-2.2.1.8", state_names},
    {"device_address", Kind::ip, log | rule, {"Device address", "设备地址"},
     "Address the device says it has.", "[EIP] 2-4.3"},

    {"connection_id", Kind::u32, log | rule, {"Connection id", "连接标识"},
     "Number of the connection the message belongs to.", "[CIP] 3-3.7"},
    {"sequence_count", Kind::u16, log | rule, {"Sequence count", "序列计数"},
     "Counts the messages of a connection; the answer repeats it.", "[CIP] 3-4.6"},
    {"connection", Kind::u16, log | rule, {"Connection", "连接"},
     "Serial number of the connection, where its opening was seen.", "[CIP] 3-5.4.1.4"},
    {"connection_class", Kind::u16, log | rule | learn, {"Connection to", "连接目标类"},
     "Class of the object the connection leads to, where its opening was seen.", "[CIP] 3-5.4.1.10", class_names},
    {"connection_point", Kind::u32, log | rule | learn, {"Connection point", "连接点"},
     "Assembly or other instance whose data the connection carries.", "[CIP] 3-5.4.1.10"},
    {"io_sequence", Kind::u32, log | rule, {"I/O sequence", "I/O 序列号"},
     "Counts the packets of an I/O connection.", "[EIP] 2-6.3.2"},
    {"run_idle", Kind::u8, log | rule, {"Run or idle", "运行或空闲"},
     "Whether the scanner runs its program; the outputs hold while it is idle.", "[CIP] 3-6.1.4", run_idle_names},

    {"function", Kind::u32, log | rule | learn | column, {"Function", "功能"},
     "What is asked for; a service of one class has the class above it.", "[CIP] A-3; [LOGIX]; [DF1] 7", function_names},
    {"carrier", Kind::u8, log | rule, {"Carrier", "承载服务"},
     "Service that carries the request to another port of the device: 82 is Unconnected_Send.", "[CIP] 3-5.5.4"},
    {"service", Kind::u8, log | rule, {"Service", "服务码"},
     "Code of the service without the bit of an answer.", "[CIP] 2-4"},
    {"class", Kind::u32, log | rule | learn, {"Class", "类"},
     "Class of the object; where the path names several, the last.", "[CIP] C-1.4.2", class_names},
    {"outer_class", Kind::u32, log | rule, {"Outer class", "外层类"},
     "Class of the object that holds the one addressed, where the path names several.", "[CIP] C-1.4.2", class_names},
    {"instance", Kind::u32, log | rule | learn, {"Instance", "实例"},
     "Which object of its class.", "[CIP] C-1.4.2"},
    {"attribute", Kind::u32, log | rule | learn, {"Attribute", "属性"},
     "Which attribute of the object.", "[CIP] C-1.4.2"},
    {"tag", Kind::text, log | rule | learn | buffer, {"Tag", "标签"},
     "Name of the variable.", "[CIP] C-1.4.4; [LOGIX]"},
    {"route", Kind::text, log | rule | learn, {"Route", "路由"},
     "Ports and link addresses on the way, as port/address; unit is 1000 times the port plus the address.",
     "[CIP] C-1.4.1"},
    {"general_status", Kind::u8, log | rule | learn, {"Status", "通用状态"},
     "Whether the object did what was asked.", "[CIP] Appendix B", general_status_names},
    {"extended_status", Kind::u16, log | rule | learn, {"Extended status", "扩展状态"},
     "Why not, in the words of the object.", "[CIP] 3-5.6; [LOGIX]", extended_status_names},
    {"data_type", Kind::u16, log | rule, {"Data type", "数据类型"},
     "Type of the variable.", "[CIP] C-6.1; [LOGIX]", data_type_names},
    {"element_count", Kind::u16, log | rule, {"Elements", "元素数"},
     "How many elements are touched.", "[LOGIX]"},
    {"data_offset", Kind::u32, log | rule, {"Offset", "偏移"},
     "Octets into the variable or list at which a fragment starts.", "[LOGIX]", {}, "octets"},
    {"service_count", Kind::u16, log | rule, {"Services", "服务数"},
     "How many services one message carries.", "[CIP] A-4.10"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the service or connection.", "[CIP] 2-4"},

    {"o_t_connection_id", Kind::u32, log | rule, {"Connection id to target", "到目标连接标识"},
     "Number of the direction from originator to target.", "[CIP] 3-5.4.1.3"},
    {"t_o_connection_id", Kind::u32, log | rule, {"Connection id to originator", "到发起方连接标识"},
     "Number of the direction from target to originator.", "[CIP] 3-5.4.1.3"},
    {"connection_serial", Kind::u16, log | rule, {"Connection serial", "连接序列号"},
     "Number the originator gives the connection.", "[CIP] 3-5.4.1.4"},
    {"originator_vendor", Kind::u16, log | rule | learn, {"Originator's vendor", "发起方厂商"},
     "Who made the originator of the connection.", "[CIP] 3-5.4.1.5", vendor_names},
    {"originator_serial", Kind::u32, log | rule, {"Originator's serial number", "发起方序列号"},
     "Serial number of the originator.", "[CIP] 3-5.4.1.6"},
    {"o_t_interval", Kind::u32, log | rule, {"Interval to target", "到目标周期"},
     "How often the originator sends.", "[CIP] 3-5.4.1.2", {}, "us"},
    {"t_o_interval", Kind::u32, log | rule, {"Interval to originator", "到发起方周期"},
     "How often the target sends.", "[CIP] 3-5.4.1.2", {}, "us"},
    {"o_t_size", Kind::u16, log | rule, {"Size to target", "到目标长度"},
     "Most octets a packet to the target may have.", "[CIP] 3-5.4.1.1", {}, "octets"},
    {"t_o_size", Kind::u16, log | rule, {"Size to originator", "到发起方长度"},
     "Most octets a packet to the originator may have.", "[CIP] 3-5.4.1.1", {}, "octets"},
    {"o_t_type", Kind::u8, log | rule, {"Type to target", "到目标类型"},
     "Whether the direction is point to point or multicast.", "[CIP] 3-5.4.1.1", connection_type_names},
    {"t_o_type", Kind::u8, log | rule, {"Type to originator", "到发起方类型"},
     "Whether the direction is point to point or multicast.", "[CIP] 3-5.4.1.1", connection_type_names},
    {"transport_class", Kind::u8, log | rule | learn, {"Transport class", "传输类"},
     "Class 0 and 1 carry I/O, class 3 messages.", "[CIP] 3-4.4.3", transport_names},
    {"trigger", Kind::u8, log | rule, {"Trigger", "触发方式"},
     "What makes the producer send.", "[CIP] 3-4.4.3", trigger_names},
    {"key_vendor", Kind::u16, log | rule, {"Expected vendor", "期望厂商"},
     "Vendor the target must have, 0 for any.", "[CIP] C-1.4.2.5", vendor_names},
    {"key_device_type", Kind::u16, log | rule, {"Expected device type", "期望设备类型"},
     "Device type the target must have, 0 for any.", "[CIP] C-1.4.2.5", device_type_names},
    {"key_product_code", Kind::u16, log | rule, {"Expected product code", "期望产品代码"},
     "Product code the target must have, 0 for any.", "[CIP] C-1.4.2.5"},

    {"pccc_transaction", Kind::u16, log | rule, {"PCCC transaction", "PCCC 事务号"},
     "Number the asking side picks and the answer repeats.", "[DF1] 6, TNS"},
    {"pccc_status", Kind::u8, log | rule | learn, {"PCCC status", "PCCC 状态"},
     "Whether the processor did what was asked.", "[DF1] 8, STS", pccc_status_names},
    {"pccc_extended_status", Kind::u8, log | rule | learn, {"PCCC extended status", "PCCC 扩展状态"},
     "Why not.", "[DF1] 8, EXT STS", pccc_extended_names},
    {"pccc_file", Kind::u16, log | rule | learn, {"File", "文件号"},
     "Number of the data or program file.", "[DF1] 7"},
    {"pccc_file_type", Kind::u8, log | rule, {"File type", "文件类型"},
     "Code of the file's type: 0x89 integer, 0x8a float, 0x22 ladder logic.", "[DF1] 7"},
    {"pccc_mode", Kind::u8, log | rule, {"Mode", "处理器模式"},
     "Mode the processor is put into.", "[DF1] 7, change mode", pccc_mode_names},
};
inline constexpr auto fields = table("enip", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field service_rows[] = {
    {"item_function", Kind::u32, log | rule | learn, {"Function", "功能"},
     "What this service asks for.", "[CIP] A-3; [LOGIX]", function_names},
    {"item_service", Kind::u8, log | rule, {"Service", "服务码"},
     "Code of this service without the bit of an answer.", "[CIP] 2-4"},
    {"item_class", Kind::u32, log | rule | learn, {"Class", "类"},
     "Class of the object.", "[CIP] C-1.4.2", class_names},
    {"item_instance", Kind::u32, log | rule | learn, {"Instance", "实例"},
     "Which object of its class.", "[CIP] C-1.4.2"},
    {"item_attribute", Kind::u32, log | rule, {"Attribute", "属性"},
     "Which attribute of the object.", "[CIP] C-1.4.2"},
    {"item_tag", Kind::text, log | rule | learn | buffer, {"Tag", "标签"},
     "Name of the variable.", "[CIP] C-1.4.4; [LOGIX]"},
    {"item_status", Kind::u8, log | rule, {"Status", "通用状态"},
     "Whether the object did what was asked.", "[CIP] Appendix B", general_status_names},
    {"item_extended_status", Kind::u16, log | rule, {"Extended status", "扩展状态"},
     "Why not, in the words of the object.", "[CIP] 3-5.6; [LOGIX]", extended_status_names},
    {"item_data_type", Kind::u16, log | rule, {"Data type", "数据类型"},
     "Type of the variable.", "[CIP] C-6.1; [LOGIX]", data_type_names},
    {"item_element_count", Kind::u16, log | rule, {"Elements", "元素数"},
     "How many elements are touched.", "[LOGIX]"},
    {"item_data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the service.", "[CIP] 2-4"},
};
inline constexpr auto service_fields = table("enip.service", service_rows);
inline constexpr Schema service_schema = service_fields.schema();

constexpr Field attribute_rows[] = {
    {"listed_attribute", Kind::u16, log | rule, {"Attribute", "属性"},
     "An attribute that is asked for, set or answered.", "[CIP] A-4.3"},
    {"listed_status", Kind::u16, log | rule, {"Attribute status", "属性状态"},
     "Whether this attribute could be had.", "[CIP] A-4.3", general_status_names},
    {"listed_value", Kind::bytes, log | rule | buffer, {"Attribute value", "属性值"},
     "Octets of the attribute, where their number is known.", "[CIP] A-4.3"},
};
inline constexpr auto attribute_fields = table("enip.attribute", attribute_rows);
inline constexpr Schema attribute_schema = attribute_fields.schema();

constexpr Field symbol_rows[] = {
    {"symbol_instance", Kind::u32, log | rule, {"Symbol instance", "符号实例"},
     "Instance by which the controller knows the variable.", "[LOGIX] Get_Instance_Attribute_List"},
    {"symbol_name", Kind::text, log | rule | buffer, {"Symbol name", "符号名称"},
     "Name of the variable.", "[LOGIX] attribute 1"},
    {"symbol_type", Kind::u16, log | rule, {"Symbol type", "符号类型"},
     "Type of the variable; bit 15 marks a structure.", "[LOGIX] attribute 2", data_type_names},
};
inline constexpr auto symbol_fields = table("enip.symbol", symbol_rows);
inline constexpr Schema symbol_schema = symbol_fields.schema();
// clang-format on

constexpr std::uint16_t explicit_port = 44'818, io_port = 2'222;
inline constexpr PortHint ports[] = {{Transport::tcp, explicit_port}, {Transport::udp, explicit_port},
                                     {Transport::udp, io_port}, {Transport::tcp, io_port}};

constexpr std::uint16_t le16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
constexpr std::uint32_t le32(Bytes bytes, std::size_t at) {
  return le16(bytes, at) | std::uint32_t{le16(bytes, at + 2)} << 16;
}

// What a datagram or a stream's first octets are.
bool is_io(Bytes bytes, const Context& context);   // a common packet by itself ([EIP] 2-6.3)
bool is_csp(Bytes bytes, const Context& context);  // the client/server protocol's header

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::enip
