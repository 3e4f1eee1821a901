// The tables of Genisys: headers, fields, faults. Sources as in genisys.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::genisys {

constexpr std::uint8_t terminator = 0xf6, escape = 0xf0, mode_address = 0xe0;
constexpr std::size_t checksum_bytes = 2, shortest_message = 3;  // header, station, terminator
constexpr std::size_t longest_message = 2 + 2 * 512 + 4 + 1;     // every octet escaped

enum class Header : std::uint8_t {
  acknowledge = 0xf1,
  indication = 0xf2,
  checkback = 0xf3,
  common = 0xf9,
  acknowledge_and_poll = 0xfa,
  poll = 0xfb,
  control = 0xfc,
  recall = 0xfd,
  execute = 0xfe,
};
// clang-format off
struct Row {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  bool from_master;
};
inline constexpr Row headers[] = {  // [GEN] 3: message headers
    {0xf1, "acknowledge",               Verb::heartbeat, false},
    {0xf2, "indication_data",           Verb::report,    false},
    {0xf3, "control_data_checkback",    Verb::report,    false},
    {0xf9, "common_control_data",       Verb::control,   true},
    {0xfa, "acknowledge_and_poll",      Verb::heartbeat, true},
    {0xfb, "poll",                      Verb::heartbeat, true},
    {0xfc, "control_data",              Verb::control,   true},
    {0xfd, "recall",                    Verb::read,      true},
    {0xfe, "execute_controls",          Verb::control,   true},
};
inline constexpr auto header_names = names_of(headers);
constexpr const Row* header_row(std::uint8_t code) {
  for (const Row& row : headers)
    if (row.code == code) return &row;
  return nullptr;
}

constexpr Field rows[] = {
    {"header", Kind::u8, log | rule | learn | column, {"Message", "报文"},
     "What the message is: poll, data, controls or their execution.", "[GEN] 3", header_names},
    {"station", Kind::u8, log | rule | learn | pair, {"Station", "站"},
     "Address of the field location; 0 in controls for all.", "[GEN] 3"},
    {"pairs", Kind::u16, log | rule, {"Octets addressed", "寻址字节数"},
     "How many octets of the station's image the message carries.", "[GEN] 4"},
    {"mode", Kind::u8, log | rule, {"Mode", "模式"},
     "Mode octet of the station, sent at address 224.", "[GEN] 4"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Pairs of address and octet, escapes undone.", "[GEN] 4"},
};
inline constexpr auto fields = table("genisys", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { framing, checksum, pairs, direction };
constexpr Text check = {"Check the line and who sends; controls of an interlocking come from its control office alone.",
                        "检查线路与发送者；联锁的控制只应来自其控制中心。"};
inline constexpr Detection faults[] = {
    {9104000, "genisys.framing", Severity::low, "", {"Genisys message is malformed", "Genisys 报文畸形"},
     {"Header, terminator or an escape is not as the protocol has it.", "报头、结束符或转义不符合协议。"}, check},
    {9104001, "genisys.checksum", Severity::low, "", {"Genisys checksum wrong", "Genisys 校验错误"},
     {"The CRC does not fit the content: a bad line or a home-made master.", "CRC 与内容不符：线路不良或自制主站。"}, check},
    {9104002, "genisys.pairs", Severity::medium, "T0814", {"Genisys data is not in pairs", "Genisys 数据不成对"},
     {"An address stands without its octet.", "有地址而无对应字节。"}, check},
    {9104003, "genisys.direction", Severity::medium, "T0855", {"Genisys command from a field station", "来自现场站的 Genisys 命令"},
     {"The end that answers polls sends what only a master sends.", "应答轮询的一端发送了只有主站才发送的报文。"}, check},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 10001}};
inline constexpr Space spaces[] = {{"octet", {"Image octet", "映像字节"}}};
// clang-format on

}  // namespace langyan::genisys
