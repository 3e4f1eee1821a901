// The tables of IEC 60870-5-104: type identifications, causes, fields, faults.
//
// [104] IEC 60870-5-104:2006    [101] IEC 60870-5-101:2003, whose ASDUs it carries
#pragma once

#include "fields/protocol.h"

namespace langyan::iec104 {

constexpr std::uint8_t start_octet = 0x68;                       // [104] 5.1
constexpr std::size_t header_bytes = 2, control_bytes = 4;
constexpr std::uint8_t shortest_length = 4, longest_length = 253;  // [104] 5.1
constexpr std::size_t asdu_header_bytes = 6;  // type, VSQ, cause (2), common address (2): [104] 9.1

enum class Format : std::uint8_t { i = 0, s = 1, u = 3 };

// One part of an information element, as [101] 7.2.6 names it.
enum class Part : std::uint8_t {
  end, siq, diq, vti, bsi, nva, sva, r32, bcr, sep, spe, oci, scd, qds, qdp, cp16, cp24, cp56,
  sco, dco, rco, qos, coi, qoi, qcc, fbp, qrp, qpm, qpa, tsc,
  nof, nos, lof, frq, srq, scq, lsq, chs, afq, sof, segment,
};
constexpr std::size_t most_parts = 5;

struct Type {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  Part parts[most_parts];
};

// clang-format off
inline constexpr Type types[] = {  // [101] 7.2.1.1, [104] 6
    {1,   "m_sp_na_1", Verb::report,    {Part::siq}},
    {2,   "m_sp_ta_1", Verb::report,    {Part::siq, Part::cp24}},
    {3,   "m_dp_na_1", Verb::report,    {Part::diq}},
    {4,   "m_dp_ta_1", Verb::report,    {Part::diq, Part::cp24}},
    {5,   "m_st_na_1", Verb::report,    {Part::vti, Part::qds}},
    {6,   "m_st_ta_1", Verb::report,    {Part::vti, Part::qds, Part::cp24}},
    {7,   "m_bo_na_1", Verb::report,    {Part::bsi, Part::qds}},
    {8,   "m_bo_ta_1", Verb::report,    {Part::bsi, Part::qds, Part::cp24}},
    {9,   "m_me_na_1", Verb::report,    {Part::nva, Part::qds}},
    {10,  "m_me_ta_1", Verb::report,    {Part::nva, Part::qds, Part::cp24}},
    {11,  "m_me_nb_1", Verb::report,    {Part::sva, Part::qds}},
    {12,  "m_me_tb_1", Verb::report,    {Part::sva, Part::qds, Part::cp24}},
    {13,  "m_me_nc_1", Verb::report,    {Part::r32, Part::qds}},
    {14,  "m_me_tc_1", Verb::report,    {Part::r32, Part::qds, Part::cp24}},
    {15,  "m_it_na_1", Verb::report,    {Part::bcr}},
    {16,  "m_it_ta_1", Verb::report,    {Part::bcr, Part::cp24}},
    {17,  "m_ep_ta_1", Verb::alarm,     {Part::sep, Part::cp16, Part::cp24}},
    {18,  "m_ep_tb_1", Verb::alarm,     {Part::spe, Part::qdp, Part::cp16, Part::cp24}},
    {19,  "m_ep_tc_1", Verb::alarm,     {Part::oci, Part::qdp, Part::cp16, Part::cp24}},
    {20,  "m_ps_na_1", Verb::report,    {Part::scd, Part::qds}},
    {21,  "m_me_nd_1", Verb::report,    {Part::nva}},
    {30,  "m_sp_tb_1", Verb::report,    {Part::siq, Part::cp56}},
    {31,  "m_dp_tb_1", Verb::report,    {Part::diq, Part::cp56}},
    {32,  "m_st_tb_1", Verb::report,    {Part::vti, Part::qds, Part::cp56}},
    {33,  "m_bo_tb_1", Verb::report,    {Part::bsi, Part::qds, Part::cp56}},
    {34,  "m_me_td_1", Verb::report,    {Part::nva, Part::qds, Part::cp56}},
    {35,  "m_me_te_1", Verb::report,    {Part::sva, Part::qds, Part::cp56}},
    {36,  "m_me_tf_1", Verb::report,    {Part::r32, Part::qds, Part::cp56}},
    {37,  "m_it_tb_1", Verb::report,    {Part::bcr, Part::cp56}},
    {38,  "m_ep_td_1", Verb::alarm,     {Part::sep, Part::cp16, Part::cp56}},
    {39,  "m_ep_te_1", Verb::alarm,     {Part::spe, Part::qdp, Part::cp16, Part::cp56}},
    {40,  "m_ep_tf_1", Verb::alarm,     {Part::oci, Part::qdp, Part::cp16, Part::cp56}},
    {45,  "c_sc_na_1", Verb::control,   {Part::sco}},
    {46,  "c_dc_na_1", Verb::control,   {Part::dco}},
    {47,  "c_rc_na_1", Verb::control,   {Part::rco}},
    {48,  "c_se_na_1", Verb::control,   {Part::nva, Part::qos}},
    {49,  "c_se_nb_1", Verb::control,   {Part::sva, Part::qos}},
    {50,  "c_se_nc_1", Verb::control,   {Part::r32, Part::qos}},
    {51,  "c_bo_na_1", Verb::control,   {Part::bsi}},
    {58,  "c_sc_ta_1", Verb::control,   {Part::sco, Part::cp56}},
    {59,  "c_dc_ta_1", Verb::control,   {Part::dco, Part::cp56}},
    {60,  "c_rc_ta_1", Verb::control,   {Part::rco, Part::cp56}},
    {61,  "c_se_ta_1", Verb::control,   {Part::nva, Part::qos, Part::cp56}},
    {62,  "c_se_tb_1", Verb::control,   {Part::sva, Part::qos, Part::cp56}},
    {63,  "c_se_tc_1", Verb::control,   {Part::r32, Part::qos, Part::cp56}},
    {64,  "c_bo_ta_1", Verb::control,   {Part::bsi, Part::cp56}},
    {70,  "m_ei_na_1", Verb::session,   {Part::coi}},
    {100, "c_ic_na_1", Verb::read,      {Part::qoi}},
    {101, "c_ci_na_1", Verb::read,      {Part::qcc}},
    {102, "c_rd_na_1", Verb::read,      {}},
    {103, "c_cs_na_1", Verb::time,      {Part::cp56}},
    {104, "c_ts_na_1", Verb::diagnose,  {Part::fbp}},
    {105, "c_rp_na_1", Verb::reset,     {Part::qrp}},
    {106, "c_cd_na_1", Verb::time,      {Part::cp16}},
    {107, "c_ts_ta_1", Verb::diagnose,  {Part::tsc, Part::cp56}},
    {110, "p_me_na_1", Verb::configure, {Part::nva, Part::qpm}},
    {111, "p_me_nb_1", Verb::configure, {Part::sva, Part::qpm}},
    {112, "p_me_nc_1", Verb::configure, {Part::r32, Part::qpm}},
    {113, "p_ac_na_1", Verb::configure, {Part::qpa}},
    {120, "f_fr_na_1", Verb::file,      {Part::nof, Part::lof, Part::frq}},
    {121, "f_sr_na_1", Verb::file,      {Part::nof, Part::nos, Part::lof, Part::srq}},
    {122, "f_sc_na_1", Verb::file,      {Part::nof, Part::nos, Part::scq}},
    {123, "f_ls_na_1", Verb::file,      {Part::nof, Part::nos, Part::lsq, Part::chs}},
    {124, "f_af_na_1", Verb::file,      {Part::nof, Part::nos, Part::afq}},
    {125, "f_sg_na_1", Verb::file,      {Part::nof, Part::nos, Part::segment}},
    {126, "f_dr_ta_1", Verb::file,      {Part::nof, Part::lof, Part::sof, Part::cp56}},
    {127, "f_sc_nb_1", Verb::file,      {Part::nof, Part::cp56, Part::cp56}},
};
inline constexpr auto type_names = names_of(types);

constexpr const Type* type_row(std::uint8_t code) {  // null: the standard has none
  for (const Type& row : types)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name format_names[] = {{0, "i"}, {1, "s"}, {3, "u"}};
inline constexpr Name u_names[] = {{1, "startdt"}, {2, "stopdt"}, {3, "testfr"}};  // [104] 5.3

enum Cause : std::uint8_t {
  cause_request = 5, cause_activation = 6, cause_activation_confirm = 7, cause_deactivation = 8,
  cause_deactivation_confirm = 9, cause_activation_termination = 10, cause_unknown_type = 44,
  cause_unknown_address = 47,
};
inline constexpr Name cause_names[] = {  // [101] 7.2.3
    {1, "periodic"}, {2, "background"}, {3, "spontaneous"}, {4, "initialised"}, {5, "request"},
    {6, "activation"}, {7, "activation_confirmation"}, {8, "deactivation"},
    {9, "deactivation_confirmation"}, {10, "activation_termination"}, {11, "return_remote"},
    {12, "return_local"}, {13, "file_transfer"}, {14, "authentication"},
    {15, "session_key_maintenance"}, {16, "user_role_key_maintenance"}, {20, "interrogated_by_station"},
    {21, "interrogated_by_group_1"}, {22, "interrogated_by_group_2"}, {23, "interrogated_by_group_3"},
    {24, "interrogated_by_group_4"}, {25, "interrogated_by_group_5"}, {26, "interrogated_by_group_6"},
    {27, "interrogated_by_group_7"}, {28, "interrogated_by_group_8"}, {29, "interrogated_by_group_9"},
    {30, "interrogated_by_group_10"}, {31, "interrogated_by_group_11"}, {32, "interrogated_by_group_12"},
    {33, "interrogated_by_group_13"}, {34, "interrogated_by_group_14"}, {35, "interrogated_by_group_15"},
    {36, "interrogated_by_group_16"}, {37, "requested_by_general_counter"},
    {38, "requested_by_group_1_counter"}, {39, "requested_by_group_2_counter"},
    {40, "requested_by_group_3_counter"}, {41, "requested_by_group_4_counter"},
    {44, "unknown_type"}, {45, "unknown_cause"}, {46, "unknown_common_address"},
    {47, "unknown_object_address"}};

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

constexpr Field object_rows[] = {
    {"ioa", Kind::u32, log | rule | learn | pair, {"IOA", "信息对象地址"},
     "Information object address: the point in the station.", "[101] 7.2.5"},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "State, measured value, count or command.", "[101] 7.2.6"},
    {"quality", Kind::u8, log | rule, {"Quality", "品质"},
     "Blocked, substituted, not topical, invalid or overflow; 0 is good.", "[101] 7.2.6.3"},
    {"select", Kind::boolean, log | rule | pair, {"Select", "选择"},
     "Whether a command only selects the object, to be executed by a second one.", "[101] 7.2.6.26"},
    {"qualifier", Kind::u8, log | rule, {"Qualifier", "限定词"},
     "How a command or request shall act: pulse, group, kind of reset.", "[101] 7.2.6.22"},
    {"time", Kind::time_us, log | rule, {"Time", "时标"},
     "When it happened, by the station's own clock and zone.", "[101] 7.2.6.18"},
    {"time_invalid", Kind::boolean, log | rule, {"Time invalid", "时标无效"},
     "Whether the station does not trust its clock.", "[101] 7.2.6.18"},
    {"milliseconds", Kind::u16, log | rule, {"Milliseconds", "毫秒"},
     "Elapsed, relay or delay time, or a time tag of milliseconds only.", "[101] 7.2.6.20", {}, "ms"},
    {"counter_sequence", Kind::u8, log | rule, {"Counter sequence", "计数器序号"},
     "Number of the counter reading with its carry, adjusted and invalid bits.", "[101] 7.2.6.9"},
    {"file_name", Kind::u16, log | rule | learn, {"File", "文件名"},
     "Number of the file.", "[101] 7.2.6.33"},
    {"section", Kind::u8, log | rule, {"Section", "节"},
     "Number of the file's section.", "[101] 7.2.6.34"},
    {"length", Kind::u32, log | rule, {"Length", "长度"},
     "Octets of the file or section.", "[101] 7.2.6.35", {}, "octets"},
    {"file_qualifier", Kind::u8, log | rule, {"File qualifier", "文件限定词"},
     "What is asked for or acknowledged of the file.", "[101] 7.2.6.28"},
    {"segment", Kind::bytes, log | rule | buffer, {"Segment", "段"},
     "Octets of the file.", "[101] 7.2.6.36"},
};
inline constexpr auto object_fields = table("iec104.object", object_rows);
inline constexpr Schema object_schema = object_fields.schema();

inline constexpr Space spaces[] = {{"ioa", {"Information object", "信息对象"}}, {"file", {"File", "文件"}}};
inline constexpr PortHint ports[] = {{Transport::tcp, 2404}};

enum class Wrong : std::uint8_t {
  truncated, trailing, control, type_id, cause, sequence, direction
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
};
// clang-format on

// The parser's memory of a connection: the next N(S) of each side.
struct Numbers {
  std::uint16_t next[2];
  bool known[2];
};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::iec104
