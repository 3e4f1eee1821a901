// The tables of IEEE C37.118: frames, commands, fields, faults. Source as in synchrophasor.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::synchrophasor {

constexpr std::uint8_t sync = 0xaa;              // 6.2, Table 2
constexpr std::size_t shortest_frame = 16;       // SYNC to FRACSEC and CHK
constexpr std::size_t checksum_bytes = 2;
constexpr std::size_t name_bytes = 16;           // of a station or channel in CFG-1 and CFG-2
constexpr std::size_t most_pmus = 64;            // of one frame that are looked at

enum class Type : std::uint8_t { data, header, configuration_1, configuration_2, command, configuration_3 };
// clang-format off
inline constexpr Name type_names[] = {
    {0, "data"}, {1, "header"}, {2, "configuration_1"}, {3, "configuration_2"}, {4, "command"}, {5, "configuration_3"}};
inline constexpr Name command_names[] = {  // Table 15
    {1, "turn_off_transmission"}, {2, "turn_on_transmission"}, {3, "send_header"}, {4, "send_configuration_1"},
    {5, "send_configuration_2"}, {6, "send_configuration_3"}, {8, "extended_frame"}};
inline constexpr Name quality_names[] = {  // Table 3: the clock's error
    {0, "locked"}, {1, "1e-9_s"}, {2, "1e-8_s"}, {3, "1e-7_s"}, {4, "1e-6_s"}, {5, "1e-5_s"}, {6, "1e-4_s"},
    {7, "1e-3_s"}, {8, "1e-2_s"}, {9, "1e-1_s"}, {10, "1_s"}, {11, "10_s"}, {15, "clock_failure"}};

constexpr Field rows[] = {
    {"frame_type", Kind::u8, log | rule | learn | column, {"Frame", "帧类型"},
     "What the frame carries.", "C37.118.2 6.2", type_names},
    {"version", Kind::u8, log | rule | learn, {"Version", "版本"},
     "1 is the standard of 2005, 2 that of 2011.", "C37.118.2 6.2"},
    {"id_code", Kind::u16, log | rule | learn | column, {"ID code", "ID 码"},
     "Identifies the stream's source or destination.", "C37.118.2 6.2"},
    {"time", Kind::time_us, log | rule, {"Time", "时间"},
     "Second of century; in configurations and data with its fraction.", "C37.118.2 6.2.1"},
    {"time_quality", Kind::u8, log | rule, {"Time quality", "时间品质"},
     "How far the clock may be off.", "C37.118.2 6.2.2", quality_names},
    {"leap_second_pending", Kind::boolean, log | rule, {"Leap second pending", "闰秒待处理"},
     "A leap second is about to come.", "C37.118.2 6.2.2"},
    {"command", Kind::u16, log | rule | learn, {"Command", "命令"},
     "What the data concentrator asks of the measurement unit.", "C37.118.2 6.6", command_names},
    {"time_base", Kind::u32, log | rule, {"Time base", "时间基准"},
     "What the fraction of a second counts.", "C37.118.2 6.4"},
    {"num_pmu", Kind::u16, log | rule, {"PMUs", "PMU 数量"},
     "Measurement units whose data the frames carry.", "C37.118.2 6.4"},
    {"data_rate", Kind::i64, log | rule | learn, {"Data rate", "数据速率"},
     "Frames a second; negative: seconds a frame.", "C37.118.2 6.4"},
    {"continuation", Kind::u16, log | rule, {"Continuation", "续帧索引"},
     "Which part of a long configuration this is; 0 the only one, 65535 the last.", "C37.118.2 6.5"},
    {"header_text", Kind::text, log | rule | buffer, {"Header", "头帧文本"},
     "What the unit says of itself in words.", "C37.118.2 6.3"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of measurements or of an extended command.", "C37.118.2 6.3"},
};
inline constexpr auto fields = table("synchrophasor", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field pmu_rows[] = {
    {"station_name", Kind::text, log | rule | buffer, {"Station", "站名"},
     "Name of the station or unit.", "C37.118.2 6.4"},
    {"pmu_id_code", Kind::u16, log | rule | learn, {"PMU id", "PMU ID 码"},
     "Identifies the measurement unit within the stream.", "C37.118.2 6.4"},
    {"format", Kind::u16, log | rule, {"Format", "数据格式"},
     "Bits: floating point frequency, analogs, phasors; polar phasors.", "C37.118.2 6.4"},
    {"phasors", Kind::u16, log | rule, {"Phasors", "相量数"},
     "How many phasors a data frame has.", "C37.118.2 6.4"},
    {"analogs", Kind::u16, log | rule, {"Analogs", "模拟量数"},
     "How many analog values a data frame has.", "C37.118.2 6.4"},
    {"digitals", Kind::u16, log | rule, {"Digital words", "数字量字数"},
     "How many status words a data frame has.", "C37.118.2 6.4"},
    {"nominal_frequency", Kind::u8, log | rule, {"Nominal frequency", "额定频率"},
     "Frequency of the grid.", "C37.118.2 6.4", {}, "Hz"},
    {"configuration_count", Kind::u16, log | rule, {"Configuration count", "配置变更计数"},
     "Goes up with each change of the unit's configuration.", "C37.118.2 6.4"},
    {"stat", Kind::u16, log | rule, {"Status", "状态字"},
     "Data error, sync, sorting, trigger, configuration change.", "C37.118.2 6.3.1"},
    {"frequency", Kind::f64, log | rule, {"Frequency", "频率"},
     "Frequency, as deviation in mHz where the format has whole numbers.", "C37.118.2 6.3"},
};
inline constexpr auto pmu_fields = table("synchrophasor.pmu", pmu_rows);
inline constexpr Schema pmu_schema = pmu_fields.schema();

enum class Wrong : std::uint8_t { checksum, truncated, length, command };
constexpr Text check_sender = {"Find out which program sent it; a broken unit, a damaged link or a forged stream look like this.",
                               "查明发送程序；装置故障、链路损坏或伪造数据流常呈此状。"};
inline constexpr Detection faults[] = {
    {9102400, "synchrophasor.checksum", Severity::medium, "T0856", {"Synchrophasor checksum wrong", "同步相量校验错误"},
     {"The frame's CRC does not fit its content.", "帧的 CRC 与内容不符。"}, check_sender},
    {9102401, "synchrophasor.truncated", Severity::low, "T0814", {"Synchrophasor frame ends too early", "同步相量帧过早结束"},
     {"The counts in the frame ask for more octets than it has.", "帧内计数所需字节多于实际长度。"}, check_sender},
    {9102402, "synchrophasor.length", Severity::low, "", {"Synchrophasor data do not fit the configuration", "同步相量数据与配置不符"},
     {"A data frame is longer or shorter than the configuration frame said.", "数据帧的长度与配置帧声明不同。"}, check_sender},
    {9102403, "synchrophasor.command", Severity::low, "T0846", {"Unknown synchrophasor command", "未知的同步相量命令"},
     {"The standard has no such command.", "标准中没有该命令。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 4712}, {Transport::udp, 4713}, {Transport::tcp, 4713}, {Transport::udp, 4712}};
// clang-format on

}  // namespace langyan::synchrophasor
