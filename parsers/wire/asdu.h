// Asdu: the application layer of IEC 60870-5-101, which -104 carries unchanged: type identifications,
// causes of transmission, information elements. Addresses differ in width, so each parser reads those.
//
// [101] IEC 60870-5-101:2003    [104] IEC 60870-5-104:2006
#pragma once

#include "fields/protocol.h"

namespace langyan::asdu {

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

inline constexpr Field object_rows[] = {
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
// clang-format on

bool answers(std::uint8_t cause);                    // confirms or refuses what was asked
bool asks(std::uint8_t cause, std::uint8_t type);    // expects such an answer
bool is_command(const Type& type);                   // of the control direction, files and initialisation left out
bool is_cause(std::uint8_t cause);                   // of the standard's list

// One information element, read part by part as its type's row says.
struct Element {
  double value = 0;
  bool has_value = false, selects = false, has_select = false, has_quality = false;
  std::uint8_t quality = 0;
  Bytes segment;
};

// Octets an element of this type takes; a segment's length is known only when it is read.
std::size_t element_bytes(const Type& type);

// The reader of elements for one protocol's table of information objects, made of object_rows.
template <const auto& object_fields>
class Elements {
 public:
  using Pen = Fill<object_fields>;

  // Reads one element and writes its fields; false: the reader ran dry or a part contradicts itself.
  static bool read(const Type& type, Reader& in, Pen& out, Element& element) {
    for (Part part : type.parts) read_part(part, in, out, element);
    return in.ok();
  }

 private:
  // CP56Time2a ([101] 7.2.6.18): the face of the station's clock, taken as if it were UTC; the year
  // counts from 2000 as the standard's users agree. A face that no clock shows is not written.
  static void clock(Reader& in, Pen& out) {
    const std::uint16_t milliseconds = in.le16();
    const std::uint8_t minutes = in.u8(), hours = in.u8(), days = in.u8(), months = in.u8(), years = in.u8();
    out.template set<"time_invalid">((minutes & 0x80) != 0);
    const unsigned month = months & 15, day_of_month = days & 31;
    if (milliseconds > 59'999 || (minutes & 63) > 59 || (hours & 31) > 23 || month < 1 || month > 12 ||
        day_of_month < 1) {
      return;
    }
    out.template set<"time">(days_from_civil(2000 + (years & 127), month, day_of_month) * day +
                    (hours & 31) * hour + (minutes & 63) * minute + milliseconds * millisecond);
  }

  static void set_value(Pen& out, Element& element, double value) {
    element.value = value;
    element.has_value = true;
    out.template set<"value">(value);
  }

  static void set_quality(Pen& out, Element& element, std::uint8_t quality) {
    element.quality = quality;
    element.has_quality = true;
    out.template set<"quality">(quality);
  }

  // SCO, DCO, RCO and QOS share their layout ([101] 7.2.6.15 to 7.2.6.17, 7.2.6.39): state, qualifier,
  // and the bit that tells select from execute.
  static void command(Pen& out, Element& element, std::uint8_t octet, std::uint8_t state_mask) {
    if (state_mask) set_value(out, element, octet & state_mask);
    out.template set<"qualifier">(static_cast<std::uint8_t>(state_mask ? octet >> 2 & 31 : octet & 127));
    element.selects = octet & 0x80;
    element.has_select = true;
    out.template set<"select">(element.selects);
  }

  static void read_part(Part part, Reader& in, Pen& out, Element& element) {
    switch (part) {
      case Part::end: return;
      case Part::siq: case Part::diq: {
        const std::uint8_t octet = in.u8();
        set_value(out, element, octet & (part == Part::siq ? 1 : 3));
        return set_quality(out, element, octet & 0xf0);
      }
      case Part::vti: {  // seven bits, signed, and a transient bit
        const std::uint8_t octet = in.u8();
        return set_value(out, element, static_cast<std::int8_t>(octet << 1) / 2);
      }
      case Part::bsi: case Part::scd: return set_value(out, element, in.le32());
      case Part::nva: return set_value(out, element, static_cast<std::int16_t>(in.le16()) / 32'768.0);
      case Part::sva: return set_value(out, element, static_cast<std::int16_t>(in.le16()));
      case Part::r32: return set_value(out, element, in.le_f32());
      case Part::bcr: {
        set_value(out, element, static_cast<std::int32_t>(in.le32()));
        const std::uint8_t octet = in.u8();
        out.template set<"counter_sequence">(octet);
        return set_quality(out, element, octet & 0xe0);
      }
      case Part::sep: {
        const std::uint8_t octet = in.u8();
        set_value(out, element, octet & 3);
        return set_quality(out, element, octet & 0xf8);
      }
      case Part::spe: case Part::oci: return set_value(out, element, in.u8());
      case Part::qds: case Part::qdp: return set_quality(out, element, in.u8());
      case Part::cp16: return out.template set<"milliseconds">(in.le16());
      case Part::cp24: {  // minute and milliseconds only: no instant can be told
        out.template set<"milliseconds">(in.le16());
        return out.template set<"time_invalid">((in.u8() & 0x80) != 0);
      }
      case Part::cp56: return clock(in, out);
      case Part::sco: return command(out, element, in.u8(), 1);
      case Part::dco: case Part::rco: return command(out, element, in.u8(), 3);
      case Part::qos: return command(out, element, in.u8(), 0);
      case Part::fbp: case Part::tsc: return set_value(out, element, in.le16());
      case Part::coi: case Part::qoi: case Part::qcc: case Part::qrp: case Part::qpm: case Part::qpa:
        return out.template set<"qualifier">(in.u8());
      case Part::nof: return out.template set<"file_name">(in.le16());
      case Part::nos: return out.template set<"section">(in.u8());
      case Part::lof: return out.template set<"length">(in.le24());
      case Part::frq: case Part::srq: case Part::scq: case Part::lsq: case Part::afq: case Part::sof:
        return out.template set<"file_qualifier">(in.u8());
      case Part::chs: return in.skip(1);
      case Part::segment: {
        element.segment = in.take(in.u8());
        return out.template set<"segment">(element.segment);
      }
    }
  }
};

}  // namespace langyan::asdu
