// The tables of S7comm: words, fields, faults.
//
// [TPKT]  RFC 1006, ISO Transport Service on top of the TCP
// [COTP]  ITU-T X.224 (11/95), the same text as ISO/IEC 8073
// [SSL]   Siemens A5E00739858-01, System Software for S7-300/400, System and Standard Functions,
//         volume 2, chapter 33: System Status Lists
// Siemens never published the rest. It is taken from public descriptions that agree with each other
// and with captures of real controllers:
// [PLC4X] Apache PLC4X, protocol definition s7.mspec
// [SNAP7] Snap7 1.4, "Siemens S7 protocol", and its s7_types
// [WS]    Wireshark display filter reference, "S7 Communication": the filter's name is the section
// [DAVE]  libnodave 0.8.5, doc/pdu.html
#pragma once

#include "parsers/s7comm/functions.h"
#include "parsers/s7comm/variable.h"

namespace langyan::s7comm {

constexpr std::uint8_t protocol_id = 0x32, plus_protocol_id = 0x72;
constexpr std::size_t request_header_bytes = 10, answer_header_bytes = 12;

// clang-format off
enum Rosctr : std::uint8_t {
  rosctr_job = 1, rosctr_ack = 2, rosctr_ack_data = 3, rosctr_userdata = 7
};
constexpr bool is_rosctr(std::uint8_t code) { return code == 7 || (code >= 1 && code <= 3); }
constexpr std::size_t header_bytes(std::uint8_t rosctr) {
  return rosctr == rosctr_ack || rosctr == rosctr_ack_data ? answer_header_bytes
                                                           : request_header_bytes;
}
enum RequestType : std::uint8_t {
  type_push = 0, type_nc_push = 3, type_request = 4, type_nc_request = 7, type_response = 8,
  type_nc_response = 11
};
constexpr std::uint8_t result_ok = 0xff;

struct BlockType {
  std::uint8_t code;
  std::string_view name, letters;
};
inline constexpr BlockType block_types[] = {
    {0x08, "ob", "OB"}, {0x0a, "db", "DB"}, {0x0b, "sdb", "SDB"}, {0x0c, "fc", "FC"},
    {0x0d, "sfc", "SFC"}, {0x0e, "fb", "FB"}, {0x0f, "sfb", "SFB"}};
inline constexpr auto block_type_names = names_of(block_types);

inline constexpr Name tpdu_names[] = {
    {1, "expedited_data"}, {2, "expedited_acknowledgement"}, {5, "reject"}, {6, "acknowledgement"},
    {7, "error"}, {8, "disconnect_request"}, {12, "disconnect_confirm"}, {13, "connection_confirm"},
    {14, "connection_request"}, {15, "data"}};
inline constexpr Name reason_names[] = {  // [COTP] 13.5.3 e
    {0, "not_specified"}, {1, "congestion"}, {2, "session_not_attached"}, {3, "address_unknown"},
    {128, "normal"}, {129, "remote_congestion"}, {130, "negotiation_failed"},
    {131, "duplicate_reference"}, {132, "mismatched_reference"}, {133, "protocol_error"},
    {135, "reference_overflow"}, {136, "refused_on_this_network"}, {138, "header_invalid"}};
inline constexpr Name connection_names[] = {{1, "pg"}, {2, "op"}, {3, "basic"}};
inline constexpr Name rosctr_names[] = {{1, "job"}, {2, "ack"}, {3, "ack_data"}, {7, "userdata"}};
inline constexpr Name error_class_names[] = {
    {0x00, "none"}, {0x81, "application"}, {0x82, "object_definition"}, {0x83, "no_resources"},
    {0x84, "service"}, {0x85, "supplies"}, {0x87, "access"}};
inline constexpr Name error_names[] = {
    {0, "none"}, {0x0110, "invalid_block_number"}, {0x0111, "invalid_request_length"},
    {0x0112, "invalid_parameter"}, {0x0113, "invalid_block_type"}, {0x0114, "block_not_found"},
    {0x0115, "block_exists"}, {0x0116, "block_write_protected"}, {0x0117, "block_too_large"},
    {0x0119, "wrong_password"}, {0x011a, "pg_resources"}, {0x011b, "plc_resources"},
    {0x011c, "protocol_error"}, {0x011f, "buffer_too_small"}, {0x0120, "end_of_block_list"},
    {0x0140, "no_memory"}, {0x8001, "block_state_forbids"}, {0x8003, "transfer_error"},
    {0x8100, "unknown_service"}, {0x8104, "service_not_implemented"}, {0x8204, "type_inconsistent"},
    {0x8301, "no_memory_on_module"}, {0x8302, "no_resources"}, {0x8304, "no_further_upload"},
    {0x8305, "function_not_available"}, {0x8401, "invalid_sequence"},
    {0x8402, "object_state_forbids"}, {0x8404, "function_failed"}, {0x8500, "wrong_frame"},
    {0x8503, "service_cancelled"}, {0x8701, "address_invalid"}, {0x8702, "service_unsupported"},
    {0x8703, "access_refused"}, {0x8704, "object_damaged"}, {0xd001, "illegal_job_number"},
    {0xd002, "illegal_job_variant"}, {0xd003, "debugging_unsupported"},
    {0xd004, "illegal_job_status"}, {0xd021, "no_memory_for_job"}, {0xd022, "job_list_full"},
    {0xd0a1, "protection_level_forbids"}, {0xd0a4, "force_already_set"}, {0xd0a5, "job_not_found"},
    {0xd0a6, "job_not_switchable"}, {0xd0ae, "job_of_other_connection"},
    {0xd0c1, "tag_access_error"}, {0xd081, "mode_forbids"}, {0xd201, "block_name_syntax"},
    {0xd202, "parameter_syntax"}, {0xd205, "block_exists_in_ram"},
    {0xd206, "block_exists_in_eprom"}, {0xd209, "block_not_on_module"},
    {0xd20c, "priority_class_missing"}, {0xd20d, "system_block_invalid"},
    {0xd20e, "no_further_block"}, {0xd20f, "block_size_exceeded"}, {0xd210, "block_number_invalid"},
    {0xd216, "program_invalid"}, {0xd219, "block_length_wrong"}, {0xd21b, "compress_failed"},
    {0xd226, "block_structure_wrong"}, {0xd231, "block_number_illegal"},
    {0xd235, "block_checksum_wrong"}, {0xd240, "coordination_rules"},
    {0xd241, "protection_level_too_low"}, {0xd242, "protection_of_fail_safe_blocks"},
    {0xd250, "update_does_not_fit"}, {0xd2a1, "block_function_active"}, {0xd2a3, "block_busy"},
    {0xd401, "szl_id_unknown"}, {0xd402, "szl_index_unknown"},
    {0xd403, "diagnosis_already_registered"}, {0xd404, "diagnosis_no_place"},
    {0xd405, "diagnosis_syntax"}, {0xd406, "information_not_available"},
    {0xd601, "password_syntax"}, {0xd602, "password_wrong"}, {0xd603, "already_legitimised"},
    {0xd604, "already_enabled"}, {0xd605, "no_password_set"}, {0xd801, "tag_address_invalid"},
    {0xd802, "job_does_not_exist"}, {0xd803, "job_status_illegal"}, {0xd804, "cycle_time_illegal"},
    {0xd805, "no_further_cyclic_job"}, {0xd807, "overload"}, {0xdc01, "clock_invalid"}};
inline constexpr Name result_names[] = {
    {0x00, "reserved"}, {0x01, "hardware_fault"}, {0x03, "access_refused"},
    {0x05, "address_invalid"}, {0x06, "type_unsupported"}, {0x07, "type_inconsistent"},
    {0x0a, "object_missing"}, {0xff, "ok"}};
inline constexpr Name group_names[] = {
    {group_mode, "mode"}, {group_programmer, "programmer"}, {group_cyclic, "cyclic"},
    {group_blocks, "blocks"}, {group_cpu, "cpu"}, {group_security, "security"},
    {group_partner, "partner"}, {group_time, "time"}, {group_nc, "nc"}};
inline constexpr Name request_type_names[] = {
    {type_push, "push"}, {type_nc_push, "nc_push"}, {type_request, "request"},
    {type_nc_request, "nc_request"}, {type_response, "response"},
    {type_nc_response, "nc_response"}};
inline constexpr Name file_system_names[] = {{'A', "active"}, {'B', "both"}, {'P', "passive"}};
inline constexpr Name szl_names[] = {  // [SSL] 33.3: the last two digits name the list
    {0x0000, "all_lists"}, {0x0011, "module_identification"},
    {0x0111, "module_identification_of_index"}, {0x0012, "cpu_characteristics"},
    {0x0013, "memory_areas"}, {0x0014, "system_areas"}, {0x0015, "block_types"}, {0x0019, "leds"},
    {0x001c, "component_identification"}, {0x011c, "component_identification_of_index"},
    {0x0131, "communication_capability"}, {0x0132, "communication_status"},
    {0x0232, "protection_status"}, {0x0074, "led_status"}, {0x0091, "module_status"},
    {0x0092, "rack_status"}, {0x00a0, "diagnostic_buffer"}, {0x0124, "last_mode_transition"},
    {0x0424, "current_mode"}};
inline constexpr Name language_names[] = {
    {0, "undefined"}, {1, "stl"}, {2, "lad"}, {3, "fbd"}, {4, "scl"}, {5, "db"}, {6, "graph"},
    {7, "sdb"}, {8, "cpu_db"}, {0x11, "sdb_after_reset"}, {0x12, "sdb_routing"},
    {0x29, "encrypted"}};
inline constexpr Name protection_names[] = {{0, "none"}, {3, "know_how"}};
inline constexpr Name mode_selector_names[] = {
    {0, "unknown"}, {1, "run"}, {2, "run_p"}, {3, "stop"}, {4, "mres"}};

constexpr Field rows[] = {
    {"tpdu", Kind::u8, log | rule, {"Transport unit", "传输单元"},
     "Which transport unit it is where it carries no data.", "[COTP] 13.2.2.1", tpdu_names},
    {"calling_tsap", Kind::bytes, log | rule | buffer, {"Calling TSAP", "主叫 TSAP"},
     "Transport selector of the side that connects.", "[COTP] 13.3.4 a"},
    {"called_tsap", Kind::bytes, log | rule | buffer, {"Called TSAP", "被叫 TSAP"},
     "Transport selector of the side that is connected to.", "[COTP] 13.3.4 a"},
    {"connection_type", Kind::u8, log | rule | learn, {"Connection type", "连接类型"},
     "As what the client connects: programming device, operator panel or other; larger numbers name a "
     "configured connection.",
     "[PLC4X] DeviceGroup", connection_names},
    {"rack", Kind::u8, log | rule | learn, {"Rack", "机架"},
     "Rack of the module that is connected to.",
     "[SNAP7] TSAP: upper three bits of the second octet"},
    {"slot", Kind::u8, log | rule | learn, {"Slot", "插槽"},
     "Slot of the module that is connected to.",
     "[SNAP7] TSAP: lower five bits of the second octet"},
    {"tpdu_size", Kind::u16, log | rule, {"Transport unit size", "传输单元长度"},
     "Longest transport unit that a side proposes or accepts.", "[COTP] 13.3.4 b", {}, "octets"},
    {"connection_reference", Kind::u16, log | pair, {"Connection reference", "连接引用"},
     "Number the connecting side picks for the connection.", "[COTP] 13.3.3"},
    {"disconnect_reason", Kind::u8, log | rule, {"Reason", "断开原因"},
     "Why the transport connection was refused or ended.", "[COTP] 13.5.3", reason_names},

    {"rosctr", Kind::u8, log | rule, {"Message type", "报文类型"},
     "Whether it asks, acknowledges, answers with data, or is a service beside these.",
     "[PLC4X] S7Message; [WS] s7comm.header.rosctr", rosctr_names},
    {"pdu_reference", Kind::u16, log | pair, {"PDU reference", "PDU 引用"},
     "Number the asking side picks and the answer repeats.",
     "[PLC4X] S7Message; [WS] s7comm.header.pduref"},
    {"asked_by_server", Kind::boolean, log | rule | pair, {"Asked by the controller", "由控制器发起"},
     "Whether the controller asks, as it does for the pieces of a block that is downloaded.",
     "[SNAP7] group download"},
    {"error_class", Kind::u8, log | rule | learn, {"Error class", "错误类别"},
     "Kind of reason why a job was refused.",
     "[PLC4X] S7MessageResponse; [WS] s7comm.header.errcls", error_class_names},
    {"error", Kind::u16, log | rule | learn, {"Error", "错误码"},
     "Why a job or service was refused; 0 when it was not.",
     "[WS] s7comm.param.errcod; of an acknowledgement its class and code", error_names},
    {"function", Kind::u16, log | rule | learn | column, {"Function", "功能码"},
     "What is asked for; of userdata 0x1000 with group and subfunction.",
     "[PLC4X] S7Parameter; [WS] s7comm.param.func", function_names},
    {"function_group", Kind::u8, log | rule, {"Function group", "功能组"},
     "Group of a userdata function.", "[WS] s7comm.param.userdata.funcgroup", group_names},
    {"subfunction", Kind::u8, log | rule, {"Subfunction", "子功能"},
     "Function within its group; of a mode transition the mode.",
     "[WS] s7comm.param.userdata.subfunc"},
    {"request_type", Kind::u8, log | rule, {"Request type", "请求类型"},
     "Whether userdata asks, answers, or is sent unasked.", "[WS] s7comm.param.userdata.type",
     request_type_names},
    {"sequence_number", Kind::u8, log | rule, {"Sequence number", "顺序号"},
     "Number that joins the parts of a service, or the pushes of a job to it.",
     "[WS] s7comm.param.userdata.seq_num"},
    {"data_unit_reference", Kind::u8, log | rule, {"Data unit", "数据单元引用"},
     "Number that joins the parts of an answer; 0 when it is whole.",
     "[WS] s7comm.param.userdata.dataunitref"},
    {"more_follows", Kind::boolean, log | rule, {"More follows", "后续标志"},
     "Whether further parts of an answer or a block follow.",
     "[WS] s7comm.param.userdata.lastdataunit; s7comm.param.blockcontrol.functionstatus"},
    {"return_code", Kind::u8, log | rule, {"Return code", "返回码"},
     "How the data of a userdata message are to be taken.", "[WS] s7comm.data.returncode",
     result_names},

    {"max_jobs_calling", Kind::u16, log | rule, {"Parallel jobs, calling", "主叫并行任务数"},
     "How many jobs the client may have open at once.", "[PLC4X] S7ParameterSetupCommunication"},
    {"max_jobs_called", Kind::u16, log | rule, {"Parallel jobs, called", "被叫并行任务数"},
     "How many jobs the controller may have open at once.",
     "[PLC4X] S7ParameterSetupCommunication"},
    {"pdu_length", Kind::u16, log | rule, {"PDU length", "PDU 长度"},
     "Longest message that a side proposes or accepts.", "[PLC4X] S7ParameterSetupCommunication",
     {}, "octets"},
    {"item_count", Kind::u16, log | rule, {"Items", "项数"},
     "How many variables or alarms the message names or answers for.",
     "[DAVE] read; [WS] s7comm.param.itemcount"},

    {"file_name", Kind::text, log | rule | buffer, {"File name", "文件名"},
     "Name of the block as it is sent: type, number and file system.",
     "[SNAP7] TReqStartDownloadParams; [WS] s7comm.param.blockcontrol.filename"},
    {"block_type", Kind::u8, log | rule | learn, {"Block type", "块类型"},
     "Kind of program or data block.",
     "[SNAP7] block types; [WS] s7comm.data.blockcontrol.block_type", block_type_names},
    {"block_number", Kind::u32, log | rule | learn, {"Block number", "块编号"},
     "Number of the block within its type.",
     "[SNAP7] AsciiBlk; [WS] s7comm.data.blockcontrol.block_number"},
    {"file_system", Kind::u8, log | rule, {"File system", "文件系统"},
     "Whether the block is the running one or a copy not yet linked.",
     "[WS] s7comm.data.blockcontrol.dest_filesys", file_system_names},
    {"load_size", Kind::u32, log | rule, {"Load memory", "装载存储长度"},
     "Octets of load memory that the block needs.", "[SNAP7] TReqStartDownloadParams", {},
     "octets"},
    {"code_size", Kind::u32, log | rule, {"Code", "代码长度"},
     "Octets of code in the block.", "[SNAP7] TReqStartDownloadParams", {}, "octets"},
    {"transfer_id", Kind::u32, log | rule, {"Transfer", "传输标识"},
     "Number the controller gives an upload.",
     "[SNAP7] TReqFunUploadParams; [WS] s7comm.data.blockcontrol.uploadid"},
    {"block_size", Kind::u32, log | rule, {"Block length", "块长度"},
     "Octets of the block that is uploaded or described.", "[SNAP7] TResFunStartUploadParams", {},
     "octets"},
    {"block_data", Kind::bytes, rule | buffer, {"Block data", "块数据"},
     "Octets of the block.", "[SNAP7] TResDownloadDataHeader"},
    {"pi_service", Kind::text, log | rule | learn | buffer, {"Service", "PI 服务"},
     "Program invocation service that is called: start, insert, delete, compress, copy.",
     "[SNAP7] TReqFunPlcHotStart; [WS] s7comm.param.pistart.servicename"},
    {"pi_argument", Kind::bytes, log | rule | buffer, {"Argument", "参数"},
     "Parameter block of the service.",
     "[SNAP7] TReqFunPlcColdStart; [WS] s7comm.param.pistart.parameterblock"},

    {"szl_id", Kind::u16, log | rule | learn, {"SZL", "系统状态列表"},
     "System status list that is read; its last two digits name the list.", "[SSL] 33.3",
     szl_names},
    {"szl_index", Kind::u16, log | rule, {"SZL index", "列表索引"},
     "Which part of the list is read.", "[SSL] 33.2"},
    {"record_size", Kind::u16, log, {"Record length", "记录长度"},
     "Octets of one record of the list.", "[SSL] 33.2", {}, "octets"},
    {"record_count", Kind::u16, log, {"Records", "记录数"},
     "How many records the list has.", "[SSL] 33.2"},
    {"protection_level", Kind::u16, log | rule, {"Protection level", "保护级别"},
     "Protection the CPU holds: 1 none, 2 against writing, 3 against reading and writing.",
     "[SSL] 33.19"},
    {"mode_selector", Kind::u16, log | rule, {"Mode selector", "模式选择开关"},
     "Position of the switch on the CPU.", "[SSL] 33.19", mode_selector_names},

    {"block_language", Kind::u8, log | rule, {"Language", "编程语言"},
     "Language the block was written in.", "[SNAP7] TResDataBlockInfo", language_names},
    {"block_protection", Kind::u32, log | rule, {"Block protection", "块保护"},
     "Whether the block's content is hidden.", "[SNAP7] TResDataBlockInfo", protection_names},
    {"block_changed", Kind::time_us, log | rule, {"Changed", "修改时间"},
     "When the block's code was last changed, by the engineer's clock.",
     "[SNAP7] TResDataBlockInfo: days since 1984"},
    {"block_author", Kind::text, log | rule | buffer, {"Author", "作者"},
     "Author named in the block's header.", "[SNAP7] TResDataBlockInfo"},
    {"block_family", Kind::text, log | rule | buffer, {"Family", "系列"},
     "Family named in the block's header.", "[SNAP7] TResDataBlockInfo"},
    {"block_title", Kind::text, log | rule | buffer, {"Title", "名称"},
     "Name in the block's header.", "[SNAP7] TResDataBlockInfo"},
    {"block_version", Kind::u8, log, {"Version", "版本"},
     "Version in the block's header, a digit in each half octet.", "[SNAP7] TResDataBlockInfo"},
    {"block_checksum", Kind::u16, log | rule, {"Checksum", "校验和"},
     "Checksum of the block.", "[SNAP7] TResDataBlockInfo"},

    {"controller_time", Kind::time_us, log | rule, {"Controller time", "控制器时间"},
     "Clock of the controller in the message, taken as if it were UTC.", "[PLC4X] DateAndTime"},
    {"subscribed_events", Kind::u8, log | rule, {"Subscribed events", "订阅事件"},
     "Kinds of message asked for: 1 mode transitions, 2 system, 4 user, 128 alarms.",
     "[PLC4X] EventType"},
    {"user_name", Kind::text, log | rule | buffer, {"User", "用户"},
     "Name under which messages are subscribed to.", "[WS] s7comm.cpu.msg.username"},
    {"event_id", Kind::u32, log | rule | learn, {"Event", "事件标识"},
     "Number of the first alarm or diagnostic event in the message.",
     "[PLC4X] AlarmMessageObjectPushType; S7PayloadDiagnosticMessage"},
    {"event_state", Kind::u8, log | rule, {"Event state", "事件状态"},
     "Signals of the alarm that are set, one bit each.", "[PLC4X] AlarmMessageObjectPushType"},
    {"interval", Kind::u32, log | rule, {"Interval", "周期"},
     "How often subscribed values are sent.",
     "[PLC4X] TimeBase; [WS] s7comm.cyclic.interval_timebase", {}, "ms"},
    {"job_id", Kind::u8, log | rule, {"Job", "作业标识"},
     "Number of the subscription that is ended.",
     "[PLC4X] S7PayloadUserDataItemCyclicServicesUnsubscribeRequest"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of a service whose layout nobody has published.", "[WS] s7comm.resp.data"},
};
inline constexpr auto fields = table("s7comm", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field variable_rows[] = {
    {"syntax", Kind::u8, log | rule, {"Addressing", "寻址方式"},
     "How the variable is named.", "[PLC4X] SyntaxIdType; [WS] s7comm.param.item.syntaxid",
     syntax_names},
    {"element_type", Kind::u8, log | rule, {"Element type", "元素类型"},
     "Type of one element that is asked for.", "[WS] s7comm.param.item.transp_size",
     element_type_names},
    {"element_count", Kind::u16, log | rule, {"Elements", "元素数"},
     "How many elements are touched.", "[PLC4X] S7AddressAny"},
    {"area", Kind::u8, log | rule | learn, {"Area", "区域"},
     "Memory area of the controller.", "[PLC4X] MemoryArea; [WS] s7comm.param.item.area",
     area_names},
    {"db_number", Kind::u16, log | rule | learn, {"DB", "数据块号"},
     "Data block, where the area is one.", "[PLC4X] S7AddressAny"},
    {"byte_address", Kind::u32, log | rule | learn, {"Byte", "字节地址"},
     "First octet touched; of counters and timers their number.",
     "[PLC4X] S7AddressAny; [DAVE] read"},
    {"bit_address", Kind::u8, log | rule, {"Bit", "位地址"},
     "First bit touched within the octet.", "[PLC4X] S7AddressAny"},
    {"raw_address", Kind::bytes, log | rule | buffer, {"Address", "地址"},
     "Octets of an address that is neither plain memory nor areas of data blocks.",
     "[WS] s7comm.tiap.item.*; s7comm.param.item.nck.*"},
    {"item_result", Kind::u8, log | rule | learn, {"Result", "结果"},
     "Whether this variable could be touched.",
     "[PLC4X] DataTransportErrorCode; [WS] s7comm.data.returncode", result_names},
    {"data_type", Kind::u8, log | rule, {"Data type", "数据类型"},
     "Type of the value as it is sent.",
     "[PLC4X] DataTransportSize; [WS] s7comm.data.transportsize", data_type_names},
    {"item_data", Kind::bytes, log | rule | buffer, {"Value", "值"},
     "Octets of the value.", "[PLC4X] S7VarPayloadDataItem; [WS] s7comm.resp.data"},
};
inline constexpr auto variable_fields = table("s7comm.variable", variable_rows);
inline constexpr Schema variable_schema = variable_fields.schema();

inline constexpr Name identification_names[] = {  // [SSL] 33.5
    {1, "module"}, {6, "hardware"}, {7, "firmware"}, {0x81, "boot_loader"}};
inline constexpr Name component_names[] = {  // [SSL] 33.11
    {1, "plc_name"}, {2, "module_name"}, {3, "plant_identification"}, {4, "copyright"},
    {5, "serial_number"}, {7, "module_type"}, {8, "memory_card_serial_number"}, {9, "manufacturer"},
    {10, "oem"}, {11, "location"}};
constexpr Field record_rows[] = {
    {"identification", Kind::u16, log | rule, {"Identification", "标识项"},
     "What of the module is identified.", "[SSL] 33.5", identification_names},
    {"order_number", Kind::text, log | rule | buffer, {"Order number", "订货号"},
     "Order number of the module.", "[SSL] 33.5"},
    {"version", Kind::text, log | rule | buffer, {"Version", "版本"},
     "Version of module, hardware or firmware.", "[SSL] 33.5"},
    {"component", Kind::u16, log | rule, {"Component", "组件"},
     "Which part of the identity this is.", "[SSL] 33.11", component_names},
    {"component_text", Kind::text, log | rule | buffer, {"Identity", "组件内容"},
     "What the module says of itself: name, type, serial number.", "[SSL] 33.11"},
};
inline constexpr auto record_fields = table("s7comm.record", record_rows);
inline constexpr Schema record_schema = record_fields.schema();

constexpr Field block_rows[] = {
    {"listed_type", Kind::u8, log | rule | learn, {"Block type", "块类型"},
     "Kind of block.", "[SNAP7] TResFunGetBlockItem", block_type_names},
    {"listed_number", Kind::u32, log | rule | learn, {"Block number", "块编号"},
     "Number of the block.", "[SNAP7] TDataFunGetBotItem; TReqControlBlockParams"},
    {"listed_count", Kind::u16, log | rule, {"Blocks", "块数"},
     "How many blocks of this type there are.", "[SNAP7] TResFunGetBlockItem"},
    {"listed_flags", Kind::u8, log | rule, {"Flags", "标志"},
     "How the block is stored; its first bit says that it is linked.",
     "[SNAP7] TDataFunGetBotItem; [WS] s7comm.param.userdata.blockinfo.flags"},
    {"listed_language", Kind::u8, log | rule, {"Language", "编程语言"},
     "Language the block was written in.", "[SNAP7] TDataFunGetBotItem", language_names},
    {"listed_file_system", Kind::u8, log | rule, {"File system", "文件系统"},
     "Whether the running block is meant or a copy not yet linked.",
     "[WS] s7comm.data.blockcontrol.dest_filesys", file_system_names},
};
inline constexpr auto block_fields = table("s7comm.block", block_rows);
inline constexpr Schema block_schema = block_fields.schema();
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, 102}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

}  // namespace langyan::s7comm
