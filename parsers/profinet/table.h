// The fields, objects and faults of PROFINET on layer 2. Sources as in names.h.
#pragma once

#include "parsers/profinet/names.h"
#include "parsers/wire/profinet_vendors.h"

namespace langyan::profinet {

enum class Place : std::uint8_t { frame, parameter, submodule, ring };
inline constexpr Space spaces[] = {
    {"frame", {"Cyclic frame", "循环帧"}},
    {"parameter", {"Station parameter", "站参数"}},
    {"submodule", {"Submodule", "子模块"}},
    {"ring", {"Redundancy ring", "冗余环"}},
};

// clang-format off
constexpr Field rows[] = {
    {"frame_id", Kind::u16, log | rule | learn | column, {"Frame id", "帧标识"},
     "Which kind of frame this is and, of cyclic data, which relation it belongs to.", "[10] 4.2.2.3", frame_id_names},
    {"kind", Kind::u8, log | rule | learn | column, {"Kind", "类型"},
     "What the frame is for.", "[10] 4.2.2.3", pdu_names},
    {"cycle_counter", Kind::u16, log, {"Cycle counter", "周期计数"},
     "When a provider sent cyclic data, in steps of 31.25 microseconds.", "[10] 4.4.2"},
    {"data_status", Kind::u8, log | rule, {"Data status", "数据状态"},
     "State of the provider of cyclic data, as bits.", "[10] 4.4.2"},
    {"data_valid", Kind::boolean, log | rule, {"Data valid", "数据有效"},
     "Whether the provider says that its data may be used.", "[10] 4.4.2"},
    {"provider_run", Kind::boolean, log | rule, {"Provider runs", "提供者运行"},
     "Whether the program behind the data runs.", "[10] 4.4.2"},
    {"station_ok", Kind::boolean, log | rule, {"Station without problem", "站无故障"},
     "Whether the station reports no diagnosis.", "[10] 4.4.2"},
    {"primary", Kind::boolean, log | rule, {"Primary", "主用"},
     "Whether this provider is the primary one of a redundant pair.", "[10] 4.4.2"},
    {"redundancy", Kind::boolean, log | rule, {"Redundancy bit", "冗余位"},
     "Whether no primary of the redundant set is present.", "[10] 4.4.2"},
    {"transfer_status", Kind::u8, log | rule, {"Transfer status", "传输状态"},
     "Nothing but zero unless a switch found the frame at fault.", "[10] 4.4.2"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Cyclic values with their states, or the octets of a frame that is not read further.", "[10] 4.4.1"},
    {"service_id", Kind::u8, log | rule | learn, {"DCP service", "DCP 服务"},
     "What is asked of stations by discovery and configuration.", "[10] 4.3.1.3", service_names},
    {"service_type", Kind::u8, log | rule | learn, {"DCP service type", "DCP 服务类型"},
     "Whether a discovery frame asks or answers.", "[10] 4.3.1.3", service_type_names},
    {"xid", Kind::u32, log | pair, {"Transaction", "事务标识"},
     "Number the asking side picks and the answering one repeats.", "[10] 4.3.1.3"},
    {"response_delay", Kind::u16, log, {"Response delay factor", "应答延迟系数"},
     "Over how many steps of 10 milliseconds stations spread their answers.", "[10] 4.3.1.3"},
    {"alarm_destination", Kind::u16, log, {"Alarm destination", "报警目标端点"},
     "Number of the alarm relation at the receiver.", "[10] 4.7.2"},
    {"alarm_source", Kind::u16, log, {"Alarm source", "报警源端点"},
     "Number of the alarm relation at the sender.", "[10] 4.7.2"},
    {"rta_type", Kind::u8, log | rule | learn, {"Alarm frame type", "报警帧类型"},
     "Whether an alarm frame carries data, confirms or breaks the relation off.", "[10] 4.7.2", rta_names},
    {"send_sequence", Kind::u16, log, {"Send sequence", "发送序号"},
     "Number of an alarm frame.", "[10] 4.7.2"},
    {"ack_sequence", Kind::u16, log, {"Acknowledged sequence", "确认序号"},
     "Last alarm frame that came in.", "[10] 4.7.2"},
    {"alarm_type", Kind::u16, log | rule | learn, {"Alarm type", "报警类型"},
     "What the alarm is about.", "[10] AlarmType", alarm_names},
    {"alarm_ack", Kind::boolean, log | rule, {"Alarm acknowledgement", "报警确认"},
     "Whether the frame acknowledges an alarm.", "[10] BlockType"},
    {"api", Kind::u32, log | rule, {"API", "应用过程标识"},
     "Profile of the application that the submodule belongs to.", "[10] API"},
    {"slot", Kind::u16, log | rule | learn, {"Slot", "槽"},
     "Slot of the submodule.", "[10] SlotNumber"},
    {"subslot", Kind::u16, log | rule | learn, {"Subslot", "子槽"},
     "Subslot of the submodule.", "[10] SubslotNumber"},
    {"module_ident", Kind::u32, log, {"Module ident", "模块标识号"},
     "Number the maker gave the module.", "[10] ModuleIdentNumber"},
    {"submodule_ident", Kind::u32, log, {"Submodule ident", "子模块标识号"},
     "Number the maker gave the submodule.", "[10] SubmoduleIdentNumber"},
    {"alarm_specifier", Kind::u16, log, {"Alarm specifier", "报警说明"},
     "Sequence number of the alarm and which diagnoses are present.", "[10] AlarmSpecifier"},
    {"structure_id", Kind::u16, log | rule, {"Alarm structure", "报警数据结构"},
     "Layout of what follows in the alarm.", "[10] UserStructureIdentifier", structure_names},
    {"channel", Kind::u16, log | rule, {"Channel", "通道"},
     "Channel with the diagnosis; 0x8000 is the submodule itself.", "[10] ChannelNumber"},
    {"channel_error", Kind::u16, log | rule | learn, {"Channel error", "通道故障"},
     "What is wrong with the channel.", "[10] ChannelErrorType", channel_error_names},
    {"error_code", Kind::u8, log | rule, {"Error code", "错误代码"},
     "Which service failed.", "[10] PNIOStatus", error_code_names},
    {"error_decode", Kind::u8, log | rule, {"Error decode", "错误解码方式"},
     "How the two codes that follow are read.", "[10] PNIOStatus"},
    {"error_code1", Kind::u8, log | rule, {"Error code 1", "错误代码 1"},
     "Class of the error.", "[10] PNIOStatus"},
    {"error_code2", Kind::u8, log | rule, {"Error code 2", "错误代码 2"},
     "The error within its class; of a broken alarm relation the reason.", "[10] PNIOStatus"},
    {"sequence_id", Kind::u16, log, {"Sequence", "序号"},
     "Number that joins the frames of one time measurement.", "[10] PTCP_SequenceID"},
    {"delay_ns", Kind::u32, log, {"Delay", "延迟"},
     "Delay gathered on the way.", "[10] PTCP_Delay1ns", {}, "ns"},
    {"port_mac", Kind::mac, log, {"Port MAC", "端口 MAC"},
     "Address of the port whose line delay is measured.", "[10] PTCP_PortMACAddress"},
    {"master_mac", Kind::mac, log | rule, {"Master MAC", "主站 MAC"},
     "Address of the clock master or of the manager of a ring.", "[10] PTCP_MasterSourceAddress, [MRP] MRP_SA"},
    {"domain", Kind::bytes, log | rule, {"Domain", "域标识"},
     "UUID of the domain of time or of media redundancy.", "[10] PTCP_SubdomainUUID, [MRP] MRP_DomainUUID"},
    {"mrp_version", Kind::u16, log, {"MRP version", "MRP 版本"},
     "Version of the media redundancy protocol.", "[MRP] 8.1.5"},
    {"mrp_sequence", Kind::u16, log, {"MRP sequence", "MRP 序号"},
     "Number of a frame of media redundancy.", "[MRP] 8.1.6"},
    {"priority", Kind::u16, log | rule, {"Manager priority", "管理器优先级"},
     "Priority of the manager of the ring, zero being the highest.", "[MRP] 8.1.6"},
    {"port_role", Kind::u16, log | rule, {"Port role", "端口角色"},
     "Which port of the ring the frame was sent at.", "[MRP] 8.1.6", port_role_names},
    {"ring_state", Kind::u16, log | rule, {"Ring state", "环状态"},
     "Whether the ring is closed, that is whole.", "[MRP] 8.1.6", ring_state_names},
    {"transitions", Kind::u16, log, {"Transitions", "状态转换次数"},
     "How often the ring went from closed to open.", "[MRP] 8.1.6"},
    {"interval", Kind::u16, log, {"Interval", "间隔"},
     "When the change of topology takes effect.", "[MRP] 8.1.6", {}, "ms"},
    {"interconnection_id", Kind::u16, log | rule, {"Interconnection", "互连标识"},
     "Number of a connection between rings.", "[MRP] 8.1.6"},
};
inline constexpr auto fields = table("profinet", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field block_rows[] = {
    {"block", Kind::u16, log | rule | learn, {"Block", "块"},
     "Which part of a station's identity or configuration this is.", "[10] 4.3.1.4", block_names},
    {"qualifier", Kind::u16, log | rule, {"Qualifier", "限定符"},
     "Of a block being set whether for good; of one told its state.", "[10] BlockQualifier, BlockInfo"},
    {"permanent", Kind::boolean, log | rule, {"Permanent", "永久保存"},
     "Whether the value set shall outlive a restart.", "[10] BlockQualifier"},
    {"reset_mode", Kind::u16, log | rule, {"Reset mode", "复位范围"},
     "What a reset to factory settings wipes.", "[10] BlockQualifier", reset_mode_names},
    {"block_error", Kind::u8, log | rule, {"Block error", "块错误"},
     "Why the station did not take or give the block.", "[10] 4.3.1.4.12", block_error_names},
    {"station_name", Kind::text, log | rule | buffer, {"Name of station", "站名"},
     "Name under which the controller finds the station.", "[10] NameOfStation"},
    {"ip_address", Kind::ip, log | rule, {"IP address", "IP 地址"},
     "Address of the station.", "[10] IPAddress"},
    {"subnet_mask", Kind::ip, log | rule, {"Subnet mask", "子网掩码"},
     "Mask of the station's network.", "[10] Subnetmask"},
    {"gateway", Kind::ip, log | rule, {"Gateway", "网关"},
     "Router of the station.", "[10] StandardGateway"},
    {"vendor_id", Kind::u16, log | rule, {"Vendor id", "厂商标识"},
     "Maker of the station.", "[10] VendorID", wire::profinet_vendors},
    {"device_id", Kind::u16, log | rule, {"Device id", "设备标识"},
     "Number the maker gave the kind of station.", "[10] DeviceID"},
    {"device_role", Kind::u8, log | rule, {"Role", "角色"},
     "What the station is in the network.", "[10] DeviceRoleDetails", role_names},
    {"type_of_station", Kind::text, log | rule | buffer, {"Type of station", "站类型"},
     "What the maker calls the station.", "[10] DeviceVendorValue"},
    {"alias_name", Kind::text, log | rule | buffer, {"Alias name", "别名"},
     "Port and name of the neighbour, which find a station that has no name yet.", "[10] AliasNameValue"},
    {"block_data", Kind::bytes, log | rule | buffer, {"Block data", "块数据"},
     "Octets of a block that is not read further.", "[10] 4.3.1.4"},
};
inline constexpr auto block_fields = table("profinet.block", block_rows);
inline constexpr Schema block_schema = block_fields.schema();

enum class Wrong : std::uint8_t {
  truncated, frame_id, dcp_length, block_length, service, alarm_length, alarm_type, mrp_length,
  cycle_counter, scan, name, address, factory_reset, ring_open,
};
constexpr Text check_device = {
    "Compare with what other stations of this type send; if it is not a known quirk, find out which program sent it.",
    "与同型号站的报文对比；若不是已知特性，查明是哪个程序发出的。"};
constexpr Text check_work = {
    "Ask whether someone commissions stations now; if not, find the host that sent it and take it off the network.",
    "核实当前是否有人在调试站点；若没有，找到发送主机并将其断网。"};
inline constexpr Detection faults[] = {
    {9101200, "profinet.truncated", Severity::low, "T0814", {"PROFINET frame ends too early", "PROFINET 帧过早结束"},
     {"The frame has fewer octets than its kind needs.", "帧的字节少于其类型所需。"}, check_device},
    {9101201, "profinet.frame_id", Severity::low, "", {"Unknown PROFINET frame id", "未知的 PROFINET 帧标识"},
     {"The frame id is none that the standard gives a meaning.", "帧标识不在标准定义之内。"}, check_device},
    {9101202, "profinet.dcp_length", Severity::medium, "T0814", {"DCP length lies", "DCP 长度不符"},
     {"The blocks are said to reach past the end of the frame, as in attempts to overrun a station.",
      "所述块长度超出帧尾，常见于试图使站溢出的报文。"}, check_device},
    {9101203, "profinet.block_length", Severity::medium, "T0814", {"DCP block length lies", "DCP 块长度不符"},
     {"A block reaches past the end of the message or is too short for its kind.", "某块超出报文或短于其类型所需。"},
     check_device},
    {9101204, "profinet.service", Severity::medium, "T0846", {"Unknown DCP service", "未知的 DCP 服务"},
     {"The service is none that the standard names, or does not belong to the frame id.",
      "服务不在标准之列，或与帧标识不符。"}, check_device},
    {9101205, "profinet.alarm_length", Severity::medium, "T0814", {"Alarm length lies", "报警长度不符"},
     {"The alarm's data are said to reach past the end of the frame.", "所述报警数据超出帧尾。"}, check_device},
    {9101206, "profinet.alarm_type", Severity::low, "T0814", {"Unknown alarm frame type", "未知的报警帧类型"},
     {"The alarm frame is of a type that the standard does not have.", "报警帧类型不在标准定义之内。"}, check_device},
    {9101207, "profinet.mrp_length", Severity::medium, "T0814", {"MRP frame malformed", "MRP 帧畸形"},
     {"A part of the frame of media redundancy is cut or shorter than its type needs.",
      "介质冗余帧的某部分被截断或短于其类型所需。"}, check_device},
    {9101208, "profinet.cycle_counter", Severity::medium, "T0856",
     {"Cyclic frames from two sources", "循环帧疑有两个来源"},
     {"The cycle counter of one relation jumps back again and again, as when a second sender takes part.",
      "同一关系的周期计数反复回跳，如同另有发送者参与。"},
     {"Look for a device with a copied address on the segment; a mirror port that reorders frames looks alike.",
      "检查网段内是否有冒用地址的设备；镜像口乱序也会如此。"}},
    {9101209, "profinet.scan", Severity::low, "T0846", {"All PROFINET stations asked to identify", "请求所有 PROFINET 站标识自身"},
     {"Someone asked every station for its identity, as engineering tools and scanners do.",
      "有主机要求所有站报告身份，工程工具和扫描器均会如此。"}, check_work},
    {9101210, "profinet.name", Severity::medium, "T0836", {"Name of a PROFINET station set", "PROFINET 站名被设置"},
     {"A station got another name; its controller no longer finds it under the old one.",
      "站被改名；控制器将无法按旧名找到它。"}, check_work},
    {9101211, "profinet.address", Severity::low, "T0836", {"Address of a PROFINET station set", "PROFINET 站地址被设置"},
     {"A station got an IP address by DCP; controllers do so at start-up, other hosts should not.",
      "站的 IP 地址通过 DCP 被设置；控制器启动时会如此，其他主机不应如此。"}, check_work},
    {9101212, "profinet.factory_reset", Severity::high, "T0816", {"PROFINET station reset to factory settings", "PROFINET 站恢复出厂设置"},
     {"A station was told to forget its name and address; it leaves the plant's control until it is set up again.",
      "站被要求清除名称和地址；重新配置前将脱离控制。"}, check_work},
    {9101213, "profinet.ring_open", Severity::medium, "", {"Redundancy ring open", "冗余环断开"},
     {"The ring's manager says that the ring is open: one more failure cuts stations off.",
      "环管理器报告环已断开：再有一处故障将使站点断网。"},
     {"Find the broken line or switched-off station of the ring.", "查找环中断开的线路或关机的站。"}},
};
// clang-format on
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype_profinet}, {Transport::layer2, ethertype_mrp}};

// What is remembered of a flow. Zeroed at its start.
struct Provider {  // of one relation of cyclic data
  std::uint16_t frame_id;
  std::uint16_t counter;
  std::uint8_t status;
  std::uint8_t frames;     // since backwards was last cleared
  std::uint8_t backwards;  // steps back of the counter among them
  std::uint8_t way;        // 0: free, 1: to the server, 2: to the client
};
constexpr std::size_t most_providers = 8;
struct Memory {
  Provider providers[most_providers];
  std::uint8_t ring;   // 0: not heard of, else whether the manager calls it open or closed
  std::uint32_t said;  // by Wrong: shows of concern are said once, so that they never end a decoder
};

using Pen = Fill<fields>;

// One frame being decoded.
struct Call {
  Reader in;
  Pen out;
  Output& output;
  const Context& context;
  Memory& memory;
  Pdu pdu = Pdu::unknown;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  // A sound message that someone should look at.
  void mention(Wrong what) {
    const std::uint32_t bit = std::uint32_t{1} << static_cast<unsigned>(what);
    if (memory.said & bit) return;
    memory.said |= bit;
    blame(what);
  }
  Operation& operate(Verb verb, Place place, std::uint64_t address, Outcome outcome) {
    Operation& operation = output.operate(verb);
    operation.function = static_cast<std::uint8_t>(pdu);
    operation.object = {.space = static_cast<std::uint8_t>(place), .address = address, .count = 1};
    operation.outcome = outcome;
    return operation;
  }
  Operation& operate(Place place, std::uint64_t address) {
    return operate(pdus[static_cast<std::size_t>(pdu)].verb, place, address, Outcome::ok);
  }
  Value text(std::string_view words) {  // of constant words
    return Value::of_run(Value::Kind::text, output.scratch.copy(bytes_of(words)));
  }
};

void dcp(Call& call, std::uint16_t frame_id);           // dcp.cc
void cyclic(Call& call, std::uint16_t frame_id);        // cyclic.cc
void alarm(Call& call);                                 // alarm.cc
void time_frame(Call& call);                            // ring.cc
void ring(Call& call);

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::profinet
