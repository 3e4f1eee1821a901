// The tables of Modbus/TCP: functions, fields, faults. Sources as in modbus.cc.
#pragma once

#include <array>

#include "fields/protocol.h"

namespace langyan::modbus {

constexpr std::size_t header_bytes = 6;        // transaction, protocol, length ([MBAP] 3.1.3)
constexpr std::uint16_t longest_length = 254;  // unit id and a PDU of 253 ([MB] 4.1)
// UMAS of Schneider controllers, in function 90, negotiates PDUs up to 1024; so frame() allows them.
constexpr std::uint16_t longest_opaque_length = 1'030;
constexpr std::uint8_t exception_bit = 0x80;   // [MB] 7
constexpr std::uint16_t coil_on = 0xff00;      // [MB] 6.5
constexpr std::uint8_t mei_device_identification = 14;

enum class Place : std::uint8_t {
  coil, discrete_input, input_register, holding_register, file_record, fifo_queue, umas_memory, umas_program
};
inline constexpr Space spaces[] = {
    {"coil", {"Coil", "线圈"}},
    {"discrete_input", {"Discrete input", "离散输入"}},
    {"input_register", {"Input register", "输入寄存器"}},
    {"holding_register", {"Holding register", "保持寄存器"}},
    {"file_record", {"File record", "文件记录"}},
    {"fifo_queue", {"FIFO queue", "FIFO 队列"}},
    {"umas_memory", {"Memory block", "内存块"}},
    {"umas_program", {"Program block", "程序块"}},
};

enum class Body : std::uint8_t {  // how the octets after the function code are laid out
  read_coils, read_discrete_inputs, read_holding_registers, read_input_registers,
  write_coil, write_register, write_coils, write_registers, mask_write, read_write,
  diagnostics, exception_status, event_counter, event_log, server_id, file_records, fifo,
  encapsulated, umas, opaque,
};

struct Function {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  Body body;
};

// clang-format off
inline constexpr Function functions[] = {
    {1,  "read_coils",                    Verb::read,     Body::read_coils},
    {2,  "read_discrete_inputs",          Verb::read,     Body::read_discrete_inputs},
    {3,  "read_holding_registers",        Verb::read,     Body::read_holding_registers},
    {4,  "read_input_registers",          Verb::read,     Body::read_input_registers},
    {5,  "write_single_coil",             Verb::write,    Body::write_coil},
    {6,  "write_single_register",         Verb::write,    Body::write_register},
    {7,  "read_exception_status",         Verb::diagnose, Body::exception_status},
    {8,  "diagnostics",                   Verb::diagnose, Body::diagnostics},
    {9,  "program_484",                   Verb::download, Body::opaque},
    {10, "poll_484",                      Verb::diagnose, Body::opaque},
    {11, "get_comm_event_counter",        Verb::diagnose, Body::event_counter},
    {12, "get_comm_event_log",            Verb::diagnose, Body::event_log},
    {13, "program_584_984",               Verb::download, Body::opaque},
    {14, "poll_584_984",                  Verb::diagnose, Body::opaque},
    {15, "write_multiple_coils",          Verb::write,    Body::write_coils},
    {16, "write_multiple_registers",      Verb::write,    Body::write_registers},
    {17, "report_server_id",              Verb::identify, Body::server_id},
    {18, "program_884",                   Verb::download, Body::opaque},
    {19, "reset_comm_link",               Verb::reset,    Body::opaque},
    {20, "read_file_record",              Verb::read,     Body::file_records},
    {21, "write_file_record",             Verb::write,    Body::file_records},
    {22, "mask_write_register",           Verb::write,    Body::mask_write},
    {23, "read_write_multiple_registers", Verb::write,    Body::read_write},
    {24, "read_fifo_queue",               Verb::read,     Body::fifo},
    {43, "encapsulated_interface",        Verb::other,    Body::encapsulated},
    {90, "umas",                          Verb::other,    Body::umas},
};
inline constexpr auto function_names = names_of(functions);
inline constexpr Function unknown_function = {0, "unknown", Verb::other, Body::opaque};

// By code: where its row stands, or behind the last.
inline constexpr auto function_places = [] {
  std::array<std::uint8_t, 256> places{};
  places.fill(std::size(functions));
  for (std::size_t i = 0; i < std::size(functions); ++i) places[functions[i].code] = static_cast<std::uint8_t>(i);
  return places;
}();

constexpr const Function& function_row(std::uint8_t code) {
  const std::size_t place = function_places[code];
  return place < std::size(functions) ? functions[place] : unknown_function;
}

constexpr bool is_opaque(std::uint8_t code) {
  const Body body = function_row(code).body;
  return body == Body::opaque || body == Body::umas;
}

struct Subfunction {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Subfunction subfunctions[] = {  // [MB] 6.8.1
    {0,  "return_query_data",                       Verb::diagnose},
    {1,  "restart_communications",                  Verb::reset},
    {2,  "return_diagnostic_register",              Verb::diagnose},
    {3,  "change_ascii_input_delimiter",            Verb::configure},
    {4,  "force_listen_only_mode",                  Verb::mode},
    {10, "clear_counters_and_diagnostic_register",  Verb::configure},
    {11, "return_bus_message_count",                Verb::diagnose},
    {12, "return_bus_communication_error_count",    Verb::diagnose},
    {13, "return_bus_exception_error_count",        Verb::diagnose},
    {14, "return_server_message_count",             Verb::diagnose},
    {15, "return_server_no_response_count",         Verb::diagnose},
    {16, "return_server_nak_count",                 Verb::diagnose},
    {17, "return_server_busy_count",                Verb::diagnose},
    {18, "return_bus_character_overrun_count",      Verb::diagnose},
    {20, "clear_overrun_counter_and_flag",          Verb::configure},
};
inline constexpr auto subfunction_names = names_of(subfunctions);

// UMAS ([UMAS] parts I to V, [KL]): what an engineering tool does to a Schneider controller. "Upload" there
// is from the computer to the controller, which everybody else calls a download.
struct UmasFunction {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr UmasFunction umas_functions[] = {
    {0x01, "init_comm",               Verb::session},
    {0x02, "read_id",                 Verb::identify},
    {0x03, "read_project_info",       Verb::identify},
    {0x04, "read_plc_info",           Verb::diagnose},
    {0x06, "read_card_info",          Verb::diagnose},
    {0x0a, "repeat",                  Verb::heartbeat},
    {0x10, "take_plc_reservation",    Verb::auth},
    {0x11, "release_plc_reservation", Verb::session},
    {0x12, "keep_alive",              Verb::heartbeat},
    {0x20, "read_memory_block",       Verb::read},
    {0x21, "write_memory_block",      Verb::write},
    {0x22, "read_variables",          Verb::read},
    {0x23, "write_variables",         Verb::write},
    {0x24, "read_coils_registers",    Verb::read},
    {0x25, "write_coils_registers",   Verb::write},
    {0x30, "initialize_upload",       Verb::download},
    {0x31, "upload_block",            Verb::download},
    {0x32, "end_strategy_upload",     Verb::download},
    {0x33, "initialize_download",     Verb::upload},
    {0x34, "download_block",          Verb::upload},
    {0x35, "end_strategy_download",   Verb::upload},
    {0x39, "read_eth_master_data",    Verb::diagnose},
    {0x40, "start_plc",               Verb::start},
    {0x41, "stop_plc",                Verb::stop},
    {0x50, "monitor_plc",             Verb::read},
    {0x58, "check_plc",               Verb::diagnose},
    {0x70, "read_io_object",          Verb::read},
    {0x71, "write_io_object",         Verb::write},
    {0x73, "get_status_module",       Verb::diagnose},
};
inline constexpr auto umas_function_names = names_of(umas_functions);
constexpr std::uint8_t umas_ok = 0xfe, umas_error = 0xfd;  // in the place of the function, of an answer
inline constexpr Name umas_status_names[] = {{umas_error, "error"}, {umas_ok, "ok"}};

enum class Framing : std::uint8_t { tcp, rtu, tls };
inline constexpr Name framing_names[] = {{0, "tcp"}, {1, "rtu"}, {2, "tls"}};
inline constexpr Name tls_content_names[] = {  // RFC 8446 B.1
    {20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"}, {23, "application_data"}};

inline constexpr Name exception_names[] = {  // [MB] 7
    {1, "illegal_function"}, {2, "illegal_data_address"}, {3, "illegal_data_value"},
    {4, "server_device_failure"}, {5, "acknowledge"}, {6, "server_device_busy"},
    {8, "memory_parity_error"}, {10, "gateway_path_unavailable"},
    {11, "gateway_target_device_failed_to_respond"}};
inline constexpr Name coil_names[] = {{0, "off"}, {coil_on, "on"}};
inline constexpr Name mei_names[] = {{13, "canopen_general_reference"}, {14, "read_device_identification"}};
inline constexpr Name device_id_names[] = {{1, "basic"}, {2, "regular"}, {3, "extended"}, {4, "specific"}};
inline constexpr Name device_object_names[] = {
    {0, "vendor_name"}, {1, "product_code"}, {2, "major_minor_revision"}, {3, "vendor_url"},
    {4, "product_name"}, {5, "model_name"}, {6, "user_application_name"}};

constexpr Field rows[] = {
    {"transaction_id", Kind::u16, log | pair, {"Transaction", "事务标识"},
     "Number the client picks and the server repeats.", "[MBAP] 3.1.3"},
    {"unit_id", Kind::u8, log | rule | learn | pair | column, {"Unit id", "单元标识"},
     "Device behind the address, for gateways to serial lines.", "[MBAP] 3.1.3"},
    {"function", Kind::u8, log | rule | learn | column, {"Function", "功能码"},
     "What the client asks the device to do.", "[MB] 5.1", function_names},
    {"exception", Kind::u8, log | rule | learn, {"Exception", "异常码"},
     "Why the device refused.", "[MB] 7", exception_names},
    {"subfunction", Kind::u16, log | rule | learn, {"Subfunction", "子功能码"},
     "Which diagnostic is run.", "[MB] 6.8.1", subfunction_names},
    {"address", Kind::u16, log | rule | learn, {"Address", "地址"},
     "First coil or register touched, counted from zero.", "[MB] 4.4"},
    {"quantity", Kind::u16, log | rule, {"Quantity", "数量"},
     "How many coils or registers are touched.", "[MB] 6", {}, "items"},
    {"read_address", Kind::u16, log | rule | learn, {"Read address", "读地址"},
     "First register read where one message reads and writes.", "[MB] 6.17"},
    {"read_quantity", Kind::u16, log | rule, {"Read quantity", "读数量"},
     "How many registers are read where one message reads and writes.", "[MB] 6.17", {}, "items"},
    {"coil_value", Kind::u16, log | rule, {"Coil value", "线圈值"},
     "State a single coil is set to.", "[MB] 6.5", coil_names},
    {"coils", Kind::bytes, log | rule | buffer, {"Coils", "线圈状态"},
     "Coil or input states, lowest address in the lowest bit.", "[MB] 6.1"},
    {"registers", Kind::words, log | rule | buffer, {"Registers", "寄存器值"},
     "Register values in order.", "[MB] 6.3"},
    {"and_mask", Kind::u16, log | rule, {"AND mask", "与掩码"},
     "Bits a masked write keeps.", "[MB] 6.16"},
    {"or_mask", Kind::u16, log | rule, {"OR mask", "或掩码"},
     "Bits a masked write sets.", "[MB] 6.16"},
    {"exception_status", Kind::u8, log | rule, {"Exception status", "异常状态"},
     "Eight status bits the device defines.", "[MB] 6.7"},
    {"status", Kind::u16, log | rule, {"Status", "状态字"},
     "All ones while a program command is still running.", "[MB] 6.9"},
    {"event_count", Kind::u16, log | rule, {"Event count", "事件计数"},
     "Messages completed since the last restart.", "[MB] 6.9"},
    {"message_count", Kind::u16, log | rule, {"Message count", "报文计数"},
     "Messages seen on the line since the last restart.", "[MB] 6.10"},
    {"server_id", Kind::bytes, log | rule | buffer, {"Server id", "服务器标识"},
     "Device type, run indicator and further data of the device's own choice.", "[MB] 6.13"},
    {"mei_type", Kind::u8, log | rule | learn, {"MEI type", "MEI 类型"},
     "Which interface is wrapped in function 43.", "[MB] 6.19", mei_names},
    {"read_device_id_code", Kind::u8, log | rule, {"Device id access", "设备标识访问"},
     "How much of the device's identity is asked for.", "[MB] 6.21", device_id_names},
    {"object_id", Kind::u8, log | rule, {"Object id", "对象标识"},
     "Identity object at which the answer shall start.", "[MB] 6.21", device_object_names},
    {"conformity_level", Kind::u8, log | rule, {"Conformity level", "符合级别"},
     "How much of its identity the device can tell.", "[MB] 6.21"},
    {"more_follows", Kind::u8, log | rule, {"More follows", "后续标志"},
     "Whether a further request is needed to get all objects.", "[MB] 6.21"},
    {"next_object_id", Kind::u8, log | rule, {"Next object id", "下一对象标识"},
     "Object at which the next request shall start.", "[MB] 6.21"},
    {"body", Kind::bytes, rule | buffer, {"Body", "报文体"},
     "Octets behind the function code, whatever they mean.", "[MB] 4.1"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of a function whose layout the standard leaves open.", "[MB] 6.8"},
    {"framing", Kind::u8, log | rule | learn, {"Framing", "封装方式"},
     "How the message is wrapped, where it is not the usual TCP header.", "[SL] 2.5.1", framing_names},
    {"tls_content_type", Kind::u8, log | rule, {"TLS content", "TLS 内容类型"},
     "What a record of Modbus/TCP Security holds.", "[MBTLS] 8", tls_content_names},
    {"umas_session", Kind::u8, log | rule, {"UMAS session", "UMAS 会话"},
     "Key that the controller gave with the reservation; 0 without one.", "[UMAS] I"},
    {"umas_function", Kind::u8, log | rule | learn | column, {"UMAS function", "UMAS 功能码"},
     "What an engineering tool asks of a Schneider controller.", "[UMAS] I", umas_function_names},
    {"umas_status", Kind::u8, log | rule | learn, {"UMAS status", "UMAS 状态"},
     "Whether the controller did it.", "[UMAS] I", umas_status_names},
    {"umas_error", Kind::u16, log | rule, {"UMAS error", "UMAS 错误码"},
     "Why the controller refused.", "[UMAS] I"},
    {"umas_client", Kind::text, log | rule | buffer, {"Reserved by", "预约者"},
     "Name of the computer that reserves the controller.", "[UMAS] I"},
    {"umas_reservation", Kind::u8, log | rule, {"Reservation key", "预约密钥"},
     "Key of the reservation that was granted.", "[UMAS] I"},
    {"umas_block", Kind::u16, log | rule | learn, {"Block", "块号"},
     "Memory block, or number of the piece of a program.", "[UMAS] II"},
    {"umas_offset", Kind::u16, log | rule, {"Offset", "偏移"},
     "First octet of the block that is touched.", "[UMAS] II", {}, "octets"},
    {"umas_length", Kind::u16, log | rule, {"Length", "长度"},
     "Octets touched or carried.", "[UMAS] II", {}, "octets"},
    {"umas_data", Kind::bytes, log | rule | buffer, {"UMAS data", "UMAS 数据"},
     "Octets carried: memory, a piece of the program, or what the function's layout leaves open.", "[UMAS] II"},
    {"umas_firmware", Kind::u16, log | rule, {"Firmware", "固件版本"},
     "Version of the controller's communication, in packed decimals.", "[UMAS] I"},
    {"umas_model", Kind::text, log | rule | buffer, {"Controller", "控制器型号"},
     "What the controller calls itself.", "[UMAS] I"},
};
inline constexpr auto fields = table("modbus", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field record_rows[] = {
    {"file_number", Kind::u16, log | rule | learn, {"File", "文件号"},
     "File a record belongs to.", "[MB] 6.14"},
    {"record_number", Kind::u16, log | rule, {"Record", "记录号"},
     "First record of the file that is touched.", "[MB] 6.14"},
    {"record_length", Kind::u16, log | rule, {"Record length", "记录长度"},
     "Registers touched.", "[MB] 6.14", {}, "registers"},
    {"record_data", Kind::words, log | rule | buffer, {"Record data", "记录数据"},
     "Registers of the record.", "[MB] 6.15"},
};
inline constexpr auto record_fields = table("modbus.record", record_rows);
inline constexpr Schema record_schema = record_fields.schema();

constexpr Field object_rows[] = {
    {"device_object_id", Kind::u8, log | rule, {"Identity object", "标识对象"},
     "Which part of the device's identity this is.", "[MB] 6.21", device_object_names},
    {"device_object", Kind::text, log | rule | buffer, {"Identity", "标识内容"},
     "What the device says of itself.", "[MB] 6.21"},
};
inline constexpr auto object_fields = table("modbus.object", object_rows);
inline constexpr Schema object_schema = object_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t {
  truncated, trailing, length, byte_count, quantity, range, value, function, reservation
};
constexpr Text check_device = {
    "Compare with the device's manual; if it is not a known quirk, find out which program sent it.",
    "对照设备手册；若不是已知的设备特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9100100,
     "modbus.truncated",
     Severity::low,
     "T0814",
     {"Modbus message ends too early", "Modbus 报文过早结束"},
     {"The function promises more octets than the message has.", "功能码所要求的字节多于报文实际携带的字节。"},
     check_device},
    {9100101,
     "modbus.trailing",
     Severity::low,
     "",
     {"Octets after a Modbus message", "Modbus 报文后有多余字节"},
     {"The message is longer than its function needs.", "报文长于其功能码所需。"},
     check_device},
    {9100102,
     "modbus.length",
     Severity::medium,
     "T0814",
     {"Modbus message too long", "Modbus 报文超长"},
     {"The length is beyond the 254 octets that the standard allows.", "长度超过标准允许的 254 字节。"},
     check_device},
    {9100103,
     "modbus.byte_count",
     Severity::medium,
     "T0814",
     {"Modbus byte count lies", "Modbus 字节计数不符"},
     {"The byte count does not fit the quantity, as in attempts to overrun a device.",
      "字节计数与数量不一致，常见于试图使设备溢出的报文。"},
     check_device},
    {9100104,
     "modbus.quantity",
     Severity::low,
     "T0814",
     {"Modbus quantity out of range", "Modbus 数量越界"},
     {"More or fewer coils or registers are asked for than the standard allows.",
      "请求的线圈或寄存器数量超出标准允许范围。"},
     check_device},
    {9100105,
     "modbus.range",
     Severity::low,
     "T0846",
     {"Modbus range past the last address", "Modbus 地址范围越界"},
     {"Address and quantity reach past 65535.", "地址加数量超过 65535。"},
     check_device},
    {9100106,
     "modbus.value",
     Severity::low,
     "",
     {"Modbus value not allowed", "Modbus 值不合规"},
     {"A coil is set to neither on nor off, or a reference type is not 6.", "线圈值既非开也非关，或引用类型不为 6。"},
     check_device},
    {9100107,
     "modbus.function",
     Severity::medium,
     "T0846",
     {"Modbus request with the exception bit", "Modbus 请求带异常位"},
     {"Only a server may set the exception bit.", "只有服务器可以置异常位。"},
     check_device},
    {9100108,
     "modbus.umas_reservation",
     Severity::high,
     "T0858",
     {"UMAS command without the reservation's key", "未持有预约密钥的 UMAS 命令"},
     {"The controller is reserved, and a command that changes it came with another key than the one it gave, as when a "
      "session is taken over.",
      "控制器已被预约，而一条更改命令携带的密钥与其颁发的不同，类似会话被劫持。"},
     check_device},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 502}, {Transport::udp, 502}, {Transport::tcp, 802}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::modbus
