// The fields and faults of IEC 60870-5-101 on a serial gateway; types and causes: parsers/wire/asdu.h.
//
// [101] IEC 60870-5-101:2003    [LINK] IEC 60870-5-1:1990 FT1.2 and IEC 60870-5-2:1992
#pragma once

#include "parsers/wire/asdu.h"
#include "parsers/wire/serial_asdu.h"

namespace langyan::iec101 {

constexpr std::uint8_t most_misfits = 3;  // ASDUs in a row that contradict the widths inferred before

// clang-format off
inline constexpr Name frame_names[] = {{0, "variable"}, {1, "fixed"}, {2, "single"}};
inline constexpr Name link_names[] = {
    {0, "reset_link"}, {1, "reset_user_process"}, {2, "test_link"}, {3, "user_data"}, {4, "user_data_no_reply"},
    {7, "reset_frame_count"}, {8, "access_demand"}, {9, "request_link_status"}, {10, "request_class_1"},
    {11, "request_class_2"}, {16, "ack"}, {17, "nack"}, {24, "response_user_data"}, {25, "no_data"},
    {27, "link_status"}, {30, "link_not_functioning"}, {31, "link_not_implemented"}};

constexpr Field rows[] = {
    {"frame_format", Kind::u8, log | rule, {"Frame", "帧格式"},
     "Whether the frame is of variable length, of fixed length, or a single octet.", "[LINK] -5-1 6.2.4.2", frame_names},
    {"direction_bit", Kind::boolean, log | rule, {"DIR", "传输方向位"},
     "In balanced transmission, whether the controlling station sent it.", "[LINK] -5-2 6.1.2"},
    {"primary", Kind::boolean, log | rule, {"PRM", "启动标志位"},
     "Whether the station that started the transfer sent it.", "[LINK] -5-2 5.1.2"},
    {"frame_count_bit", Kind::boolean, log | rule, {"FCB", "帧计数位"},
     "Alternates with each new frame of the primary station.", "[LINK] -5-2 5.1.2"},
    {"frame_count_valid", Kind::boolean, log | rule, {"FCV", "帧计数有效位"},
     "Whether the alternating bit counts.", "[LINK] -5-2 5.1.2"},
    {"access_demand", Kind::boolean, log | rule, {"ACD", "要求访问位"},
     "Whether the secondary station has data of class 1.", "[LINK] -5-2 5.1.2"},
    {"data_flow_control", Kind::boolean, log | rule, {"DFC", "数据流控制位"},
     "Whether the secondary station can take no more data.", "[LINK] -5-2 5.1.2"},
    {"link_function", Kind::u8, log | rule | learn, {"Link function", "链路功能码"},
     "What the frame does on the link; of a secondary station 16 is added.", "[LINK] -5-2 Tables 1 to 4", link_names},
    {"link_address", Kind::u16, log | rule | learn, {"Link address", "链路地址"},
     "Station on the line.", "[101] 6.2"},
    {"layouts", Kind::u8, log | rule, {"Layouts", "候选布局数"},
     "How many widths of the addresses fit all ASDUs so far; at 1 the widths are inferred, else what depends on them is left out.", "[101] 8.5"},
    {"link_address_octets", Kind::u8, log | rule, {"Link address octets", "链路地址字节数"},
     "Width of the link address, inferred from lengths that add up in no other way.", "[101] 8.4"},
    {"cause_octets", Kind::u8, log | rule, {"Cause octets", "传送原因字节数"},
     "Width of the cause of transmission, inferred from lengths that add up in no other way.", "[101] 8.5"},
    {"common_address_octets", Kind::u8, log | rule, {"Common address octets", "公共地址字节数"},
     "Width of the common address, inferred from lengths that add up in no other way.", "[101] 8.5"},
    {"ioa_octets", Kind::u8, log | rule, {"IOA octets", "信息对象地址字节数"},
     "Width of the information object address, inferred from lengths that add up in no other way.", "[101] 8.5"},
    {"type_id", Kind::u8, log | rule | learn | pair | column, {"Type", "类型标识"},
     "What kind of information the ASDU carries.", "[101] 7.2.1", asdu::type_names},
    {"sequence_of_elements", Kind::boolean, log | rule, {"Sequence", "顺序"},
     "Whether the elements belong to consecutive addresses of which only the first is sent.", "[101] 7.2.2"},
    {"number_of_objects", Kind::u8, log | rule, {"Objects", "对象数"},
     "How many information objects or elements follow.", "[101] 7.2.2"},
    {"cause", Kind::u8, log | rule | learn | column, {"Cause", "传送原因"},
     "Why it was sent.", "[101] 7.2.3", asdu::cause_names},
    {"negative", Kind::boolean, log | rule, {"Negative", "否定"},
     "Whether a confirmation is negative.", "[101] 7.2.3"},
    {"test", Kind::boolean, log | rule, {"Test", "试验"},
     "Whether it was sent for a test and must not act on the process.", "[101] 7.2.3"},
    {"originator_address", Kind::u8, log | rule | learn, {"Originator", "源发地址"},
     "Which of several controlling stations asked.", "[101] 7.2.3"},
    {"common_address", Kind::u16, log | rule | learn | pair | column, {"Common address", "公共地址"},
     "Station, or part of one, that the objects belong to.", "[101] 7.2.4"},
};
inline constexpr auto fields = table("iec101", rows);
inline constexpr Schema schema = fields.schema();
inline constexpr auto object_fields = table("iec101.object", asdu::object_rows);
inline constexpr Schema object_schema = object_fields.schema();
using ObjectElements = asdu::Elements<object_fields>;

inline constexpr Space spaces[] = {{"ioa", {"Information object", "信息对象"}}, {"file", {"File", "文件"}}};

enum class Wrong : std::uint8_t { truncated, checksum, length, type_id, function, direction };
constexpr Text check_line = {"Check the serial line and the gateway; if they are sound, find the sender.",
                             "检查串行线路与网关；若均正常，查明发送方。"};
inline constexpr Detection faults[] = {
    {9105100, "iec101.truncated", Severity::low, "T0814", {"IEC 101 frame ends too early", "IEC 101 帧过早结束"},
     {"The frame is not as long as it says, or its delimiters are wrong.", "帧长度与其声明不符，或定界符错误。"}, check_line},
    {9105101, "iec101.checksum", Severity::low, "T0814", {"IEC 101 checksum wrong", "IEC 101 校验和错误"},
     {"The checksum does not fit the frame's octets.", "校验和与帧内容不符。"}, check_line},
    {9105102, "iec101.length", Severity::low, "T0814", {"IEC 101 ASDU of no possible length", "IEC 101 ASDU 长度不可能成立"},
     {"Type, number of objects and length contradict each other in every layout the frames before allow.",
      "在此前各帧允许的任何布局下，类型、对象数与长度都相互矛盾。"}, check_line},
    {9105103, "iec101.type_id", Severity::medium, "T0846", {"Unknown IEC 101 type", "未知的 IEC 101 类型标识"},
     {"The type identification is none of the standard's.", "类型标识不在标准之列。"}, check_line},
    {9105104, "iec101.function", Severity::low, "", {"Unknown IEC 101 link function", "未知的 IEC 101 链路功能码"},
     {"The function is reserved, or not one for this kind of frame.", "功能码为保留值，或不适用于此类帧。"}, check_line},
    {9105105, "iec101.direction", Severity::medium, "T0848", {"IEC 101 commands from both sides", "双方均发出 IEC 101 命令"},
     {"A command came from the side that had answered commands, as when a second master speaks on the line.",
      "命令来自此前应答命令的一侧，如线路上出现第二主站。"},
     {"Verify which host is the controlling station.", "核实哪台主机是控制站。"}},
};
// clang-format on

}  // namespace langyan::iec101
