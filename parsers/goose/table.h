// The tables of GOOSE: fields, faults, ports. Sources as in goose.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::goose {

constexpr std::uint16_t ethertype = 0x88b8;  // [81] C.1
constexpr std::uint8_t session = 0xa1;       // [905] 8.2
constexpr std::size_t most_entries = 512;    // data of one message that are looked at
constexpr std::size_t deepest = 8;           // of structures in structures

enum class Place : std::uint8_t { control_block };
inline constexpr Space spaces[] = {{"control_block", {"GOOSE control block", "GOOSE 控制块"}}};

inline constexpr Name type_names[] = {  // [MMS] 15, Data
    {1, "array"}, {2, "structure"}, {3, "boolean"}, {4, "bit_string"}, {5, "integer"}, {6, "unsigned"},
    {7, "floating_point"}, {9, "octet_string"}, {10, "visible_string"}, {12, "binary_time"},
    {13, "bcd"}, {14, "boolean_array"}, {16, "mms_string"}, {17, "utc_time"}};

// clang-format off
constexpr Field rows[] = {
    {"appid", Kind::u16, log | rule | learn, {"APPID", "APPID"},
     "Application that the publisher's messages belong to.", "[81] C.2"},
    {"simulated", Kind::boolean, log | rule | learn, {"Simulated", "仿真标志"},
     "The frame says it comes from a test set, not from the device.", "[81] C.2"},
    {"gocb_ref", Kind::text, log | rule | learn | column | buffer, {"Control block", "控制块引用"},
     "Control block whose data set is published.", "[81] 18.1.2.5"},
    {"time_allowed_to_live", Kind::u32, log | rule, {"Time allowed to live", "报文允许生存时间"},
     "How long a subscriber waits for the next message.", "[81] 18.1.2.5", {}, "ms"},
    {"dat_set", Kind::text, log | rule | buffer, {"Data set", "数据集"},
     "Data set that is published.", "[81] 18.1.2.5"},
    {"go_id", Kind::text, log | rule | buffer, {"GOOSE id", "GOOSE 标识"},
     "Name that the publisher's configuration gives the messages.", "[81] 18.1.2.5"},
    {"t", Kind::time_us, log | rule, {"Time of change", "变位时间"},
     "When the state number last went up.", "[81] 18.1.2.5"},
    {"t_quality", Kind::u8, log | rule, {"Time quality", "时间品质"},
     "Leap second known, clock failure, not synchronised, accuracy.", "[81] 8.1.3.7"},
    {"st_num", Kind::u32, log | rule, {"State number", "状态号"},
     "Goes up by one with each change of the data.", "[81] 18.1.2.5"},
    {"sq_num", Kind::u32, log | rule, {"Sequence number", "顺序号"},
     "Goes up by one with each repetition, and is 0 after a change.", "[81] 18.1.2.5"},
    {"test", Kind::boolean, log | rule | learn, {"Test", "测试标志"},
     "The data are for a test, not for use (simulation in edition 2).", "[81] 18.1.2.5"},
    {"conf_rev", Kind::u32, log | rule | learn, {"Configuration revision", "配置版本"},
     "Counts changes of the data set's configuration.", "[81] 18.1.2.5"},
    {"nds_com", Kind::boolean, log | rule | learn, {"Needs commissioning", "需要调试"},
     "The control block is not fully configured.", "[81] 18.1.2.5"},
    {"num_dat_set_entries", Kind::u32, log | rule, {"Entries", "数据集成员数"},
     "How many data the message says it carries.", "[81] 18.1.2.5"},
    {"spdu_number", Kind::u32, log | rule, {"SPDU number", "SPDU 序号"},
     "Number of the routed session's message.", "[905] 8.2"},
    {"security_algorithm", Kind::u16, log | rule, {"Security", "安全算法"},
     "Encryption and signature of a routed message, an octet each; 0 none.", "[905] 8.2"},
};
inline constexpr auto fields = table("goose", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field datum_rows[] = {
    {"data_index", Kind::u16, log | rule, {"Entry", "成员序号"},
     "Which entry of the data set this is, from 0; members of a structure share it.", "[81] 18.1.2.5"},
    {"data_type", Kind::u8, log | rule, {"Type", "类型"},
     "What kind of value it is.", "[MMS] 15", type_names},
    {"data_boolean", Kind::boolean, log | rule, {"Boolean", "布尔值"},
     "A value that is true or false.", "[MMS] 15"},
    {"data_integer", Kind::i64, log | rule, {"Integer", "整数值"},
     "A value that is a whole number.", "[MMS] 15"},
    {"data_real", Kind::f64, log | rule, {"Real", "浮点值"},
     "A value that is a real number.", "[MMS] 15"},
    {"data_bits", Kind::bytes, log | rule | buffer, {"Bits", "位串"},
     "A value that is a string of bits, such as a quality or a double point.", "[MMS] 15"},
    {"data_octets", Kind::bytes, log | rule | buffer, {"Octets", "八位位组串"},
     "A value that is a run of octets.", "[MMS] 15"},
    {"data_text", Kind::text, log | rule | buffer, {"Text", "文本值"},
     "A value that is text.", "[MMS] 15"},
    {"data_time", Kind::time_us, log | rule, {"Time", "时间值"},
     "A value that is a time.", "[MMS] 15"},
};
inline constexpr auto datum_fields = table("goose.datum", datum_rows);
inline constexpr Schema datum_schema = datum_fields.schema();

enum class Wrong : std::uint8_t {
  header, encoding, missing, entries, state_back, state_jump, sequence_back, data_changed, configuration, expired
};
constexpr Text look_for_publisher = {
    "Compare MAC address and switch port with the publisher's; a second source of the same control block is an attack until shown otherwise.",
    "将源 MAC 与交换机端口同真实发布者核对；同一控制块出现第二个来源，在查明前按攻击处理。"};
constexpr Text check_device = {"Compare with the device's configuration; look for a broken publisher or a test set.",
                               "与装置配置核对；检查发布装置故障或测试仪。"};
inline constexpr Detection faults[] = {
    {9100800, "goose.header", Severity::low, "T0814", {"GOOSE header lies", "GOOSE 报文头不符"},
     {"The length in the header does not fit the frame.", "报文头中的长度与帧不符。"}, check_device},
    {9100801, "goose.encoding", Severity::medium, "T0814", {"GOOSE message is not well formed", "GOOSE 报文编码错误"},
     {"A value's tag or length is wrong, which has crashed relays.", "某值的标签或长度错误；此类报文曾使保护装置崩溃。"}, check_device},
    {9100802, "goose.missing", Severity::low, "", {"GOOSE message lacks a member", "GOOSE 报文缺少成员"},
     {"A member that the standard demands is not there.", "缺少标准要求的成员。"}, check_device},
    {9100803, "goose.entries", Severity::low, "", {"GOOSE count of entries lies", "GOOSE 成员数不符"},
     {"The message carries more or fewer data than it says.", "报文携带的数据数量与其声明不同。"}, check_device},
    {9100804, "goose.state_back", Severity::high, "T0856", {"GOOSE state number went back", "GOOSE 状态号回退"},
     {"An older state came after a newer one, as when a recorded message is sent again.", "较旧的状态出现在较新的之后，类似重放录制的报文。"}, look_for_publisher},
    {9100805, "goose.state_jump", Severity::medium, "T0856", {"GOOSE state number jumped", "GOOSE 状态号跳变"},
     {"States were left out: frames were lost, or somebody sends ahead of the publisher so that its own messages are ignored.",
      "跳过了若干状态：丢帧，或有人抢先发送更大的状态号使真实报文被忽略。"}, look_for_publisher},
    {9100806, "goose.sequence_back", Severity::medium, "T0856", {"GOOSE sequence number went back", "GOOSE 顺序号回退"},
     {"Within one state an earlier repetition came again.", "同一状态内较早的重复报文再次出现。"}, look_for_publisher},
    {9100807, "goose.data_changed", Severity::low, "T0856", {"GOOSE data changed without a new state", "GOOSE 数据变化而状态号未变"},
     {"The data differ although the state number is the same: a forged message, or a device that repeats just while a change happens.",
      "状态号相同而数据不同：伪造的报文，或装置恰在变位瞬间重发。"}, look_for_publisher},
    {9100808, "goose.configuration", Severity::medium, "T0836", {"GOOSE configuration revision changed", "GOOSE 配置版本变化"},
     {"The publisher was configured anew, or another one took its place.", "发布者被重新配置，或被他者取代。"}, check_device},
    {9100809, "goose.expired", Severity::low, "T0804", {"GOOSE messages stayed away", "GOOSE 报文中断"},
     {"The time allowed to live passed before the next message came; subscribers have fallen back.", "下一报文到达前已超过允许生存时间；订阅者已判断链。"}, check_device},
};
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype}};

}  // namespace langyan::goose
