// The tables of CC-Link IE Field Network Basic: fields, faults, ports. Sources as in cclink_ie.cc.
#pragma once

#include <array>

#include "fields/protocol.h"

namespace langyan::cclink_ie {

constexpr std::size_t request_bytes = 67, answer_bytes = 59;              // without the stations' data
constexpr std::size_t request_station = 4 + 64 + 8, answer_station = 64 + 8;  // id, registers, bits
constexpr std::size_t length_ends = 9;                                     // the length counts what follows
constexpr std::uint16_t cyclic_command = 0x0e70, request_offset = 36, answer_offset = 40;
constexpr std::uint8_t most_groups = 64, most_stations = 16;
constexpr std::uint32_t same_station = 0xffffffff;  // a further part of the station before

enum class Place : std::uint8_t { group };
inline constexpr Space spaces[] = {{"group", {"Group of stations", "站组"}}};

// [TSN] The setup of CC-Link IE TSN in SLMP's long frames: command, subcommand.
struct Setup {
  std::uint32_t code;  // command * 0x10000 + subcommand
  std::string_view name;
  Verb verb;
};
inline constexpr Setup setups[] = {{0x0e310000, "ip_address_set", Verb::configure},
                                   {0x0e900000, "network_config_main", Verb::session},
                                   {0x0e900001, "network_config_time_slots", Verb::session},
                                   {0x0e910000, "master_config", Verb::session},
                                   {0x0e920000, "slave_config", Verb::session},
                                   {0x0e930000, "cyclic_config_main", Verb::session},
                                   {0x0e930001, "cyclic_config_send", Verb::session},
                                   {0x0e930002, "cyclic_config_receive", Verb::session},
                                   {0x0e930003, "cyclic_config_sources", Verb::session},
                                   {0x0e940000, "notification", Verb::heartbeat},
                                   {0x0eb00000, "get_communication_set", Verb::identify},
                                   {0x161a0000, "clear_event_history", Verb::configure},
                                   {0x30600000, "get_event_number", Verb::diagnose},
                                   {0x30610000, "get_event_history", Verb::diagnose},
                                   {0x30620000, "clock_offset_data_send", Verb::time},
                                   {0x30630000, "network_clock_data_send", Verb::time},
                                   {0x30720000, "communication_speed", Verb::session},
                                   {0x32060000, "stop_own_station_cyclic", Verb::stop},
                                   {0x32070000, "start_own_station_cyclic", Verb::start},
                                   {0x32080000, "stop_other_stations_cyclic", Verb::stop},
                                   {0x32090000, "start_other_stations_cyclic", Verb::start},
                                   {0x320a0000, "link_device_parameter_write", Verb::configure},
                                   {0x320d0000, "release_reserved_stations", Verb::configure},
                                   {0x32100000, "set_watchdog_counter", Verb::configure},
                                   {0x32110000, "watchdog_counter_offset", Verb::configure},
                                   {0x32300000, "node_information_accept", Verb::session}};
constexpr const Setup* setup_row(std::uint32_t code) {
  for (const Setup& row : setups)
    if (row.code == code) return &row;
  return nullptr;
}
inline constexpr auto setup_names = names_of(setups);
constexpr std::size_t setup_header = 22, setup_length_ends = 16;  // to the subcommand; the length counts what follows

inline constexpr auto kind_names = [] {  // and, of an Operation, the setups
  constexpr Name kinds[] = {{0, "request"}, {1, "response"}, {2, "setup_request"}, {3, "setup_response"}};
  std::array<Name, std::size(kinds) + std::size(setups)> result{};
  std::size_t at = 0;
  for (const Name& row : kinds) result[at++] = row;
  for (const Setup& row : setups) result[at++] = {row.code, row.name};
  return result;
}();
inline constexpr Name master_names[] = {{0, "stopped"}, {1, "running"}, {2, "stopped_by_user"}};
inline constexpr Name slave_names[] = {{0, "stopped"}, {1, "operating"}};
inline constexpr Name end_names[] = {{0, "success"}, {0xcfe0, "second_master"}, {0xcfe1, "wrong_number_of_stations"},
                                     {0xcff0, "slave_error"}, {0xcfff, "slave_asks_to_disconnect"}};

// clang-format off
constexpr Field rows[] = {
    {"kind", Kind::u8, log | rule | learn, {"Message", "报文类型"},
     "Whether the master or a slave sends, cyclic data or the setup of a TSN.", "[CLPA] 5.2", kind_names},
    {"protocol_version", Kind::u16, log | rule, {"Protocol version", "协议版本"},
     "Version of the cyclic frame.", "[CLPA] 5.2"},
    {"group", Kind::u8, log | rule | learn, {"Group", "组号"},
     "Group of stations the frame belongs to.", "[CLPA] 5.2"},
    {"sequence", Kind::u16, log | rule, {"Frame sequence number", "帧序号"},
     "Counts the master's frames; the answers repeat it.", "[CLPA] 5.2"},
    {"master", Kind::u32, log | rule, {"Master id", "主站标识"},
     "The master's IPv4 address as a number.", "[CLPA] 5.2"},
    {"master_state", Kind::u16, log | rule | learn, {"Master state", "主站状态"},
     "Whether the master's program runs.", "[CLPA] 5.2", master_names},
    {"clock", Kind::time_us, log | rule, {"Clock", "时钟"},
     "Time of the master.", "[CLPA] 5.2"},
    {"timeout", Kind::u16, log | rule, {"Timeout", "超时时间"},
     "How long the master waits for answers.", "[CLPA] 5.2", {}, "ms"},
    {"timeout_count", Kind::u16, log | rule, {"Timeout count", "超时次数"},
     "Timeouts after which a slave counts as gone.", "[CLPA] 5.2"},
    {"parameter", Kind::u16, log | rule | learn, {"Parameter number", "参数号"},
     "Changes with the master's setup.", "[CLPA] 5.2"},
    {"stations", Kind::u16, log | rule | learn, {"Occupied stations", "占用站数"},
     "Stations whose data the frame carries.", "[CLPA] 5.2"},
    {"transmission_state", Kind::u16, log | rule | learn, {"Cyclic transmission state", "循环传送状态"},
     "A bit a station that takes part.", "[CLPA] 5.2"},
    {"end_code", Kind::u16, log | rule | learn, {"End code", "结束代码"},
     "How the slave took the request.", "[CLPA] 5.2", end_names},
    {"vendor_code", Kind::u16, log | rule | learn, {"Vendor code", "厂商代码"},
     "Maker of the slave, as the CC-Link Partner Association counts them.", "[CLPA] 5.2"},
    {"model_code", Kind::u32, log | rule | learn, {"Model code", "型号代码"},
     "Model of the slave, as its maker counts them.", "[CLPA] 5.2"},
    {"equipment_version", Kind::u16, log | rule, {"Equipment version", "设备版本"},
     "Version of the slave.", "[CLPA] 5.2"},
    {"slave_state", Kind::u16, log | rule | learn, {"Slave state", "从站状态"},
     "Whether the slave's application runs.", "[CLPA] 5.2", slave_names},
    {"slave_error", Kind::u16, log | rule | learn, {"Slave error", "从站错误代码"},
     "Error the slave reports, 0 none.", "[CLPA] 5.2"},
    {"management", Kind::u32, log | rule, {"Management information", "管理信息"},
     "Detail of the slave's state, as its maker defines it.", "[CLPA] 5.2"},
    {"slave", Kind::u32, log | rule, {"Slave id", "从站标识"},
     "The slave's IPv4 address as a number.", "[CLPA] 5.2"},
    {"serial", Kind::u16, log | rule, {"Serial number", "序列号"},
     "Number of a setup frame.", "[TSN] long frame"},
    {"setup", Kind::u32, log | rule | learn, {"Setup", "设置命令"},
     "What a TSN station is told or tells: command times 65536 plus subcommand.", "[TSN] commands", setup_names},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of a setup frame behind its subcommand.", "[TSN] commands"},
    {"registers", Kind::bytes, log | rule | buffer, {"Registers", "字数据"},
     "RWw of the master or RWr of the slave: 32 words a station.", "[CLPA] 5.2"},
    {"bits", Kind::bytes, log | rule | buffer, {"Bits", "位数据"},
     "RY of the master or RX of the slave: 64 bits a station.", "[CLPA] 5.2"},
};
inline constexpr auto fields = table("cclink_ie", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field station_rows[] = {
    {"station", Kind::u8, log | rule, {"Station", "站号"},
     "Place of the station in the group, from 1.", "[CLPA] 5.2"},
    {"station_id", Kind::u32, log | rule | learn, {"Station id", "站标识"},
     "The slave's IPv4 address as a number, 4294967295 where it has one more station.", "[CLPA] 5.2"},
};
inline constexpr auto station_fields = table("cclink_ie.station", station_rows);
inline constexpr Schema station_schema = station_fields.schema();

enum class Wrong : std::uint8_t { truncated, length, second_master };
inline constexpr Detection faults[] = {
    {9104600, "cclink_ie.truncated", Severity::low, "T0814", {"CC-Link IE message ends too early", "CC-Link IE 报文过早结束"},
     {"The frame needs more octets than the message has.", "帧所需字节多于报文实际携带的字节。"},
     {"Find out which program sent it; scanners and broken drivers look like this.", "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"}},
    {9104601, "cclink_ie.length", Severity::low, "T0814", {"CC-Link IE lengths do not agree", "CC-Link IE 长度不一致"},
     {"The number of stations does not fit the frame's size.", "站数与帧长度不符。"},
     {"Find out which program sent it; scanners and broken drivers look like this.", "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"}},
    {9104602, "cclink_ie.second_master", Severity::medium, "T0848", {"Second CC-Link IE master", "出现第二个 CC-Link IE 主站"},
     {"A slave refuses a master because another one already controls it.", "从站已受另一主站控制，因而拒绝该主站。"},
     {"Find out which master is the right one and remove the other.", "查明哪个主站合法，并移除另一个。"}},
};
// clang-format on
inline constexpr PortHint ports[] = {{Transport::udp, 61'450}, {Transport::udp, 45'238}, {Transport::udp, 45'239}};

}  // namespace langyan::cclink_ie
