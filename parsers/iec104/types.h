// The tables of IEC 60870-5-104: fields and faults; types and causes are in parsers/wire/asdu.h.
//
// [104] IEC 60870-5-104:2006    [101] IEC 60870-5-101:2003, whose ASDUs it carries
#pragma once

#include "parsers/wire/asdu.h"

namespace langyan::iec104 {

constexpr std::uint8_t start_octet = 0x68;                       // [104] 5.1
constexpr std::size_t header_bytes = 2, control_bytes = 4;
constexpr std::uint8_t shortest_length = 4, longest_length = 253;  // [104] 5.1
constexpr std::size_t asdu_header_bytes = 6;  // type, VSQ, cause (2), common address (2): [104] 9.1

enum class Format : std::uint8_t { i = 0, s = 1, u = 3 };

using namespace asdu;  // the tables -101 shares

// clang-format off
inline constexpr Name format_names[] = {{0, "i"}, {1, "s"}, {3, "u"}};
inline constexpr Name u_names[] = {{1, "startdt"}, {2, "stopdt"}, {3, "testfr"}};  // [104] 5.3

constexpr Field rows[] = {
    {"format", Kind::u8, log | rule, {"Format", "帧格式"},
     "Whether the frame carries information, acknowledges, or controls the connection.", "[104] 5.1", format_names},
    {"send_sequence", Kind::u16, log | rule, {"N(S)", "发送序号"},
     "Number of this information frame, counted by its sender.", "[104] 5.1"},
    {"receive_sequence", Kind::u16, log | rule, {"N(R)", "接收序号"},
     "Number of the next information frame the sender expects.", "[104] 5.1"},
    {"u_function", Kind::u8, log | rule | pair | learn, {"Connection control", "连接控制"},
     "Whether data transfer is started or stopped, or the connection tested.", "[104] 5.3", u_names},
    {"u_confirmation", Kind::boolean, log | rule, {"Confirmation", "确认"},
     "Whether a connection control is confirmed rather than asked for.", "[104] 5.3"},
    {"type_id", Kind::u8, log | rule | learn | pair | column, {"Type", "类型标识"},
     "What kind of information the ASDU carries.", "[101] 7.2.1", type_names},
    {"sequence_of_elements", Kind::boolean, log | rule, {"Sequence", "顺序"},
     "Whether the elements belong to consecutive addresses of which only the first is sent.", "[101] 7.2.2"},
    {"number_of_objects", Kind::u8, log | rule, {"Objects", "对象数"},
     "How many information objects or elements follow.", "[101] 7.2.2"},
    {"cause", Kind::u8, log | rule | learn | column, {"Cause", "传送原因"},
     "Why it was sent.", "[101] 7.2.3", cause_names},
    {"negative", Kind::boolean, log | rule, {"Negative", "否定"},
     "Whether a confirmation is negative.", "[101] 7.2.3"},
    {"test", Kind::boolean, log | rule, {"Test", "试验"},
     "Whether it was sent for a test and must not act on the process.", "[101] 7.2.3"},
    {"originator_address", Kind::u8, log | rule | learn, {"Originator", "源发地址"},
     "Which of several controlling stations asked.", "[101] 7.2.3"},
    {"common_address", Kind::u16, log | rule | learn | pair | column, {"Common address", "公共地址"},
     "Station, or part of one, that the objects belong to.", "[101] 7.2.4"},
};
inline constexpr auto fields = table("iec104", rows);
inline constexpr Schema schema = fields.schema();

inline constexpr auto object_fields = table("iec104.object", object_rows);
inline constexpr Schema object_schema = object_fields.schema();
using ObjectElements = Elements<object_fields>;

inline constexpr Space spaces[] = {{"ioa", {"Information object", "信息对象"}}, {"file", {"File", "文件"}}};
inline constexpr PortHint ports[] = {{Transport::tcp, 2404}};

enum class Wrong : std::uint8_t {
  truncated, trailing, control, type_id, cause, sequence, direction, window, stopped
};
constexpr Text check_station = {"Compare with the station's interoperability list; if it is not a known quirk, find the sender.",
                                "对照站端互操作性清单；若不是已知特性，查明发送方。"};
inline constexpr Detection faults[] = {
    {9100200, "iec104.truncated", Severity::low, "T0814", {"IEC 104 ASDU ends too early", "IEC 104 ASDU 过早结束"},
     {"Type and number of objects promise more octets than the APDU has.", "类型与对象数所要求的字节多于 APDU 实际携带的字节。"},
     check_station},
    {9100201, "iec104.trailing", Severity::low, "", {"Octets after the last object", "末个信息对象后有多余字节"},
     {"The APDU is longer than type and number of objects say.", "APDU 长于类型与对象数所示。"}, check_station},
    {9100202, "iec104.control", Severity::low, "T0814", {"IEC 104 control field malformed", "IEC 104 控制域畸形"},
     {"The control octets are of no format, or a U frame asks for no one thing.", "控制域不属于任何格式，或 U 帧未指明单一功能。"},
     check_station},
    {9100203, "iec104.type_id", Severity::medium, "T0846", {"Unknown IEC 104 type", "未知的 IEC 104 类型标识"},
     {"The type identification is none of the standard's.", "类型标识不在标准之列。"}, check_station},
    {9100204, "iec104.cause", Severity::low, "", {"Unknown cause of transmission", "未知的传送原因"},
     {"The cause is none of the standard's.", "传送原因不在标准之列。"}, check_station},
    {9100205, "iec104.sequence", Severity::medium, "T0856", {"IEC 104 send sequence jumps", "IEC 104 发送序号跳变"},
     {"An information frame does not have the number that follows the one before; with no gap in the stream this is an injected or replayed frame.",
      "信息帧序号与前帧不连续；在流无缺口时，说明有帧被注入或重放。"},
     {"Look for a second sender on this connection.", "检查该连接上是否存在第二个发送方。"}},
    {9100206, "iec104.direction", Severity::medium, "T0848", {"IEC 104 command from the station", "站端发出 IEC 104 命令"},
     {"A command came from the side that answers, as when a second master speaks on a taken-over link.",
      "命令来自应答一侧，如被接管的链路上出现第二主站。"},
     {"Verify which host is the controlling station.", "核实哪台主机是控制站。"}},
    {9100207, "iec104.window", Severity::low, "T0814", {"IEC 104 window overrun", "IEC 104 超出发送窗口"},
     {"More information frames than the standard's k = 12 stood unacknowledged until this frame acknowledged some: the sender does not wait, or the receiver is late.",
      "在本帧确认之前，未被确认的信息帧数已超过标准规定的 k = 12：发送方未等待，或接收方确认过迟。"}, check_station},
    {9100208, "iec104.stopped", Severity::medium, "T0856", {"IEC 104 data while transfer is stopped", "IEC 104 停止传输状态下的数据"},
     {"An information frame came after STOPDT was confirmed and before transfer was started again; no station sends one then.",
      "信息帧出现在 STOPDT 确认之后、重新启动传输之前；正常站点此时不会发送。"},
     {"Look for a second sender on this connection.", "检查该连接上是否存在第二个发送方。"}},
};
// clang-format on

// [104] 5.1 and 9.6: default of k, the information frames that may stand unacknowledged.
constexpr std::uint16_t default_window = 12;
constexpr std::uint16_t number_bits = 0x7fff;

// The parser's memory of a connection: of each side the next N(S) and what the other side acknowledged
// of it, and whether transfer was stopped.
struct Numbers {
  std::uint16_t next[2];
  bool known[2];
  std::uint16_t acknowledged[2];
  bool is_acknowledged[2];  // `acknowledged` was seen, and no octets were lost since
  bool stopped;
};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::iec104
