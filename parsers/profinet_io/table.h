// The fields, objects and faults of PROFINET IO context management. Sources as in names.h.
#pragma once

#include "parsers/profinet_io/names.h"
#include "parsers/wire/profinet_vendors.h"

namespace langyan::profinet_io {

inline constexpr Space spaces[] = {{"record", {"Record", "数据记录"}}};

// clang-format off
constexpr Field rows[] = {
    {"rpc_type", Kind::u8, log | rule | learn, {"RPC type", "RPC 类型"},
     "Whether the message asks, answers or keeps the call going.", "[C706] 12.5.2.2", type_names},
    {"interface", Kind::u8, log | rule | learn, {"Interface", "接口"},
     "Whose services are called: those of a station, a controller, a supervisor or the endpoint mapper.",
     "[10] 4.10.3.2.4", interface_names},
    {"service", Kind::u8, log | rule | learn | column, {"Service", "服务"},
     "What is asked.", "[10] 4.10.3.2.7", service_names},
    {"opnum", Kind::u16, log | rule, {"Operation number", "操作号"},
     "Number of the service within its interface.", "[C706] 12.5.3"},
    {"activity", Kind::u64, log | pair, {"Activity", "活动标识"},
     "First half of the number that joins the calls of one client.", "[C706] 12.5.3"},
    {"sequence", Kind::u32, log | pair, {"Sequence", "序号"},
     "Number of the call within its activity.", "[C706] 12.5.3"},
    {"retransmission", Kind::boolean, log, {"Retransmission", "重传"},
     "Whether the very same call or answer was seen just before.", "[C706] 12.5.3"},
    {"fragments", Kind::u16, log, {"Fragments", "分片数"},
     "In how many pieces the message came.", "[C706] 12.5.3"},
    {"object_instance", Kind::u16, log, {"Object instance", "对象实例"},
     "Instance of the station that is called.", "[10] 4.10.3.2.3"},
    {"object_device", Kind::u16, log | rule, {"Device id", "设备标识"},
     "Kind of station that is called, by its maker's number.", "[10] 4.10.3.2.3"},
    {"object_vendor", Kind::u16, log | rule, {"Vendor id", "厂商标识"},
     "Maker of the station that is called.", "[10] 4.10.3.2.3", wire::profinet_vendors},
    {"rpc_status", Kind::u32, log | rule, {"RPC status", "RPC 状态"},
     "Why a call was not carried out at all.", "[C706] appendix E", rpc_status_names},
    {"error_code", Kind::u8, log | rule, {"Error code", "错误代码"},
     "Which service failed.", "[10] PNIOStatus", error_code_names},
    {"error_decode", Kind::u8, log | rule, {"Error decode", "错误解码方式"},
     "How the two codes that follow are read.", "[10] PNIOStatus", error_decode_names},
    {"error_code1", Kind::u8, log | rule, {"Error code 1", "错误代码 1"},
     "Class of the error.", "[10] PNIOStatus"},
    {"error_code2", Kind::u8, log | rule, {"Error code 2", "错误代码 2"},
     "The error within its class.", "[10] PNIOStatus"},
    {"ar_type", Kind::u16, log | rule | learn, {"Relation type", "应用关系类型"},
     "Who wants to be connected: a controller or a supervisor.", "[10] ARType", ar_type_names},
    {"ar_uuid", Kind::text, log | rule, {"Relation", "应用关系标识"},
     "UUID of the relation between controller and station.", "[10] ARUUID"},
    {"session_key", Kind::u16, log, {"Session key", "会话键"},
     "How often the relation was set up.", "[10] SessionKey"},
    {"initiator_mac", Kind::mac, log | rule, {"Initiator MAC", "发起方 MAC"},
     "Address of the controller that connects.", "[10] CMInitiatorMacAdd"},
    {"initiator_object", Kind::text, log, {"Initiator object", "发起方对象"},
     "UUID of the controller, with its maker and kind.", "[10] CMInitiatorObjectUUID"},
    {"initiator_name", Kind::text, log | rule | buffer, {"Initiator name", "发起方站名"},
     "Name of the controller that connects.", "[10] CMInitiatorStationName"},
    {"ar_properties", Kind::u32, log | rule, {"Relation properties", "应用关系属性"},
     "State, startup and rights of the relation, as bits.", "[10] ARProperties"},
    {"takeover_allowed", Kind::boolean, log | rule, {"Takeover allowed", "允许接管"},
     "Whether a supervisor may take submodules over from the controller.", "[10] ARProperties"},
    {"device_access", Kind::boolean, log | rule, {"Device access", "设备访问"},
     "Whether records may be reached without exchanging cyclic values.", "[10] ARProperties"},
    {"activity_timeout", Kind::u16, log, {"Activity timeout", "活动超时"},
     "How long the station waits for the next call.", "[10] CMInitiatorActivityTimeoutFactor", {}, "100 ms"},
    {"responder_mac", Kind::mac, log | rule, {"Responder MAC", "响应方 MAC"},
     "Address of the station that was connected.", "[10] CMResponderMacAdd"},
    {"control_command", Kind::u16, log | rule | learn, {"Control command", "控制命令"},
     "Which step of the start-up is done.", "[10] ControlCommand", command_names},
    {"api", Kind::u32, log | rule, {"API", "应用过程标识"},
     "Profile of the application that the record belongs to.", "[10] API"},
    {"slot", Kind::u16, log | rule | learn, {"Slot", "槽"},
     "Slot of the submodule.", "[10] SlotNumber"},
    {"subslot", Kind::u16, log | rule | learn, {"Subslot", "子槽"},
     "Subslot of the submodule.", "[10] SubslotNumber"},
    {"index", Kind::u16, log | rule | learn, {"Index", "索引"},
     "Which record of the submodule is read or written.", "[10] Index", index_names},
    {"record_length", Kind::u32, log | rule, {"Record length", "记录长度"},
     "Octets read or written, or of a read asked for at most.", "[10] RecordDataLength"},
    {"record_sequence", Kind::u16, log, {"Record sequence", "记录序号"},
     "Number of the access within its relation.", "[10] SeqNumber"},
    {"record_data", Kind::bytes, log | rule | buffer, {"Record data", "记录数据"},
     "Content of the record.", "[10] RecordData"},
    {"vendor_id", Kind::u16, log | rule, {"Vendor id", "厂商标识"},
     "Maker of the module.", "[IM] VENDOR_ID", wire::profinet_vendors},
    {"order_id", Kind::text, log | rule | buffer, {"Order number", "订货号"},
     "Number under which the module is bought.", "[IM] ORDER_ID"},
    {"serial_number", Kind::text, log | rule | buffer, {"Serial number", "序列号"},
     "Serial number of the module.", "[IM] SERIAL_NUMBER"},
    {"hardware_revision", Kind::u16, log | rule, {"Hardware revision", "硬件版本"},
     "Revision of the module's hardware.", "[IM] HARDWARE_REVISION"},
    {"software_revision", Kind::text, log | rule | buffer, {"Software revision", "软件版本"},
     "Revision of the module's firmware.", "[IM] SOFTWARE_REVISION"},
    {"profile_id", Kind::u16, log | rule, {"Profile", "行规标识"},
     "Profile the module follows.", "[IM] PROFILE_ID"},
    {"tag_function", Kind::text, log | rule | buffer, {"Function", "功能标签"},
     "What the module is for in the plant.", "[IM] TAG_FUNCTION"},
    {"tag_location", Kind::text, log | rule | buffer, {"Location", "位置标签"},
     "Where the module is in the plant.", "[IM] TAG_LOCATION"},
    {"installation_date", Kind::text, log | rule, {"Installation date", "安装日期"},
     "When the module was installed.", "[IM] INSTALLATION_DATE"},
    {"descriptor", Kind::text, log | rule | buffer, {"Descriptor", "描述"},
     "Further words about the module.", "[IM] DESCRIPTOR"},
    {"annotation", Kind::text, log | rule | buffer, {"Annotation", "端点注释"},
     "What the station tells of itself to whoever looks for its interfaces.", "[10] 4.10.3.3"},
};
inline constexpr auto fields = table("profinet_io", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field block_rows[] = {
    {"block_type", Kind::u16, log | rule | learn, {"Block", "块"},
     "Which part of the service this is.", "[10] BlockType", block_names},
    {"block_length", Kind::u16, log, {"Block length", "块长度"},
     "Octets of the block after its length.", "[10] BlockLength"},
    {"iocr_type", Kind::u16, log | rule, {"Data relation type", "数据关系类型"},
     "Which way cyclic values go.", "[10] IOCRType", iocr_type_names},
    {"iocr_frame_id", Kind::u16, log | rule, {"Frame id", "帧标识"},
     "Frame id of the cyclic values.", "[10] FrameID"},
    {"iocr_data_length", Kind::u16, log, {"Data length", "数据长度"},
     "Octets of values in each cyclic frame.", "[10] DataLength"},
    {"send_clock", Kind::u16, log, {"Send clock factor", "发送时钟系数"},
     "Step of the cyclic frames, in 31.25 microseconds.", "[10] SendClockFactor"},
    {"reduction_ratio", Kind::u16, log, {"Reduction ratio", "缩减比"},
     "In every how many steps a frame is sent.", "[10] ReductionRatio"},
    {"watchdog_factor", Kind::u16, log, {"Watchdog factor", "看门狗系数"},
     "After how many missing frames the relation breaks.", "[10] WatchdogFactor"},
};
inline constexpr auto block_fields = table("profinet_io.block", block_rows);
inline constexpr Schema block_schema = block_fields.schema();

constexpr Field write_rows[] = {
    {"write_slot", Kind::u16, log | rule | learn, {"Slot", "槽"},
     "Slot of one of several records.", "[10] SlotNumber"},
    {"write_subslot", Kind::u16, log | rule | learn, {"Subslot", "子槽"},
     "Subslot of one of several records.", "[10] SubslotNumber"},
    {"write_index", Kind::u16, log | rule | learn, {"Index", "索引"},
     "Which record is written.", "[10] Index", index_names},
    {"write_length", Kind::u32, log, {"Record length", "记录长度"},
     "Octets written.", "[10] RecordDataLength"},
    {"write_data", Kind::bytes, log | rule | buffer, {"Record data", "记录数据"},
     "Content of the record.", "[10] RecordData"},
    {"write_error", Kind::u16, log | rule, {"Error", "错误"},
     "Class and number of the error with which one of several records was refused.", "[10] PNIOStatus"},
};
inline constexpr auto write_fields = table("profinet_io.write", write_rows);
inline constexpr Schema write_schema = write_fields.schema();

constexpr Field submodule_rows[] = {
    {"module_slot", Kind::u16, log | rule, {"Slot", "槽"}, "Slot of a submodule.", "[10] SlotNumber"},
    {"module_subslot", Kind::u16, log | rule, {"Subslot", "子槽"}, "Subslot of a submodule.", "[10] SubslotNumber"},
    {"module_ident", Kind::u32, log | rule, {"Module ident", "模块标识号"},
     "Number the maker gave the module.", "[10] ModuleIdentNumber"},
    {"submodule_ident", Kind::u32, log | rule, {"Submodule ident", "子模块标识号"},
     "Number the maker gave the submodule.", "[10] SubmoduleIdentNumber"},
    {"module_state", Kind::u16, log | rule, {"Module state", "模块状态"},
     "Whether the module plugged is the one expected.", "[10] ModuleState", module_state_names},
};
inline constexpr auto submodule_fields = table("profinet_io.submodule", submodule_rows);
inline constexpr Schema submodule_schema = submodule_fields.schema();

enum class Wrong : std::uint8_t {
  header, length, fragments, service, arguments, block_length, record_length, supervisor,
};
constexpr Text check_device = {
    "Compare with what other stations of this type send; if it is not a known quirk, find out which program sent it.",
    "与同型号站的报文对比；若不是已知特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9101300, "profinet_io.header", Severity::medium, "T0814", {"PROFINET IO call without a sound header", "PROFINET IO 调用报文头异常"},
     {"The datagram does not start with the header of a remote call.", "数据报不以远程调用报文头开头。"}, check_device},
    {9101301, "profinet_io.length", Severity::medium, "T0814", {"PROFINET IO call ends too early", "PROFINET IO 调用过早结束"},
     {"The body is said to be longer than the datagram.", "所述内容长于数据报。"}, check_device},
    {9101302, "profinet_io.fragments", Severity::low, "", {"Pieces of a PROFINET IO call do not fit", "PROFINET IO 调用分片不连续"},
     {"A piece is missing or the whole is longer than the sensor keeps.", "缺少分片，或整体超出探针可保存的长度。"}, check_device},
    {9101303, "profinet_io.service", Severity::medium, "T0846", {"Unknown PROFINET IO service", "未知的 PROFINET IO 服务"},
     {"The interface has no service of this number.", "该接口没有此编号的服务。"}, check_device},
    {9101304, "profinet_io.arguments", Severity::medium, "T0814", {"Argument length lies", "参数长度不符"},
     {"The lengths before the arguments contradict each other or reach past the end, as in attempts to overrun a station.",
      "参数前的长度互相矛盾或超出报文，常见于试图使站溢出的报文。"}, check_device},
    {9101305, "profinet_io.block_length", Severity::medium, "T0814", {"Block length lies", "块长度不符"},
     {"A block reaches past the end of the message or is too short for its type.", "某块超出报文或短于其类型所需。"}, check_device},
    {9101306, "profinet_io.record_length", Severity::medium, "T0814", {"Record length lies", "记录长度不符"},
     {"A record is said to be longer than what follows.", "所述记录长于后续数据。"}, check_device},
    {9101307, "profinet_io.supervisor", Severity::low, "T0848", {"Supervisor connects to a PROFINET station", "监视器连接 PROFINET 站"},
     {"A supervisor, not the controller, set up a relation: it can read and write records and take submodules over.",
      "监视器（而非控制器）建立了应用关系：可读写记录并接管子模块。"},
     {"Make sure that it is the engineering station at work; anything else is a second master.",
      "确认是工程师站在工作；否则即为第二主站。"}},
};
// clang-format on
inline constexpr PortHint ports[] = {{Transport::udp, port}, {Transport::udp, 0}};  // stations answer from other ports

struct Track {  // the last call, or the last answer, one way
  std::uint64_t activity;
  std::uint32_t sequence;
  std::uint16_t next;     // fragment that is expected
  std::uint8_t done;      // the message was whole
  std::uint8_t pieces;    // are being collected
};
struct Memory {
  Track calls[2], answers[2];  // by direction
  std::uint8_t said;           // shows of concern are said once, so that they never end a decoder
};

using Pen = Fill<fields>;

// One call or answer being decoded.
struct Call {
  Reader in;        // the arguments
  Output& output;
  const ServiceRow& service;
  bool answer;
  Memory& memory;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  void mention(Wrong what) {
    const auto bit =
        static_cast<std::uint8_t>(1 << (static_cast<unsigned>(what) - static_cast<unsigned>(Wrong::supervisor)));
    if (memory.said & bit) return;
    memory.said |= bit;
    blame(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.function = service.code;
    operation.outcome = answer ? Outcome::ok : Outcome::pending;
    return operation;
  }
  Value text(std::string_view words) {  // of constant words
    return Value::of_run(Value::Kind::text, output.scratch.copy(bytes_of(words)));
  }
  Bytes text(const wire::Uuid& uuid) {
    const auto run = output.scratch.take(wire::uuid_text_bytes);
    if (run.size() == wire::uuid_text_bytes) wire::write_uuid(uuid, run.first<wire::uuid_text_bytes>());
    return run;
  }
};

void blocks(Call& call, Reader& in);                        // blocks.cc
void connect_request(Call& call, Reader& in);               // relation.cc
void iocr(Reader& in, Fill<block_fields>& pen, bool answer);
void expected(Call& call, Reader& in);
void difference(Call& call, Reader& in);
struct Access {
  std::uint16_t slot = 0, subslot = 0, index = 0;
  std::uint32_t api = 0;
};
void identification(Call& call, const Access& access, Bytes record);  // identification.cc
void lookup(Call& call, bool little);

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
std::uint8_t interface_of(const wire::Uuid& uuid);  // 0: none of PROFINET's
void notation(const Object& object, std::string& out);

}  // namespace langyan::profinet_io
