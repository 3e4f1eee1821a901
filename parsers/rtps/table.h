// The tables of RTPS: submessages, vendors, fields, faults. Sources as in rtps.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::rtps {

constexpr std::size_t header_bytes = 20;       // [RTPS] 9.4.4
constexpr std::size_t ping_bytes = 16;         // [RTI] a header that ends in NDDSPING
constexpr std::size_t most_submessages = 512;  // of a datagram that are read
constexpr std::size_t most_parameters = 256;   // of a list that are read
constexpr std::size_t longest_known_topic = shared_bytes;  // longer names are not kept for later data

// clang-format off
enum Submessage : std::uint8_t {
  pad = 0x01, acknack = 0x06, heartbeat = 0x07, gap = 0x08, info_ts = 0x09, info_src = 0x0c, info_reply_ip4 = 0x0d,
  info_dst = 0x0e, info_reply = 0x0f, nack_frag = 0x12, heartbeat_frag = 0x13, data = 0x15, data_frag = 0x16,
  sec_body = 0x30, sec_prefix = 0x31, sec_postfix = 0x32, srtps_prefix = 0x33, srtps_postfix = 0x34,
};
inline constexpr Name submessage_names[] = {  // [RTPS] 9.4.5.1.1, [SEC] 7.3.6
    {pad, "pad"}, {acknack, "acknack"}, {heartbeat, "heartbeat"}, {gap, "gap"}, {info_ts, "info_ts"}, {info_src, "info_src"},
    {info_reply_ip4, "info_reply_ip4"}, {info_dst, "info_dst"}, {info_reply, "info_reply"}, {nack_frag, "nack_frag"},
    {heartbeat_frag, "heartbeat_frag"}, {data, "data"}, {data_frag, "data_frag"}, {sec_body, "sec_body"},
    {sec_prefix, "sec_prefix"}, {sec_postfix, "sec_postfix"}, {srtps_prefix, "srtps_prefix"}, {srtps_postfix, "srtps_postfix"}};

inline constexpr Name vendor_names[] = {  // [VEN]
    {0x0101, "RTI Connext DDS"}, {0x0102, "ADLINK OpenSplice DDS"}, {0x0103, "OCI OpenDDS"}, {0x0104, "MilSoft Mil-DDS"},
    {0x0105, "Kongsberg InterCOM DDS"}, {0x0106, "TwinOaks CoreDX DDS"}, {0x0107, "Lakota Technical Solutions"},
    {0x0108, "ICOUP Consulting"}, {0x0109, "ETRI Diamond DDS"}, {0x010a, "RTI Connext DDS Micro"},
    {0x010b, "ADLINK Vortex Cafe"}, {0x010c, "PrismTech Vortex Gateway"}, {0x010d, "ADLINK Vortex Lite"},
    {0x010e, "Technicolor Qeo"}, {0x010f, "eProsima Fast DDS"}, {0x0110, "Eclipse Cyclone DDS"},
    {0x0111, "GurumNetworks GurumDDS"}, {0x0112, "Atostek RustDDS"}, {0x0113, "ZRDDS"}, {0x0114, "S2E Dust DDS"}};

enum Writer : std::uint32_t {  // [RTPS] 9.3.1.5
  participant_writer = 0x000100c2, topic_writer = 0x000002c2, publication_writer = 0x000003c2, subscription_writer = 0x000004c2,
  message_writer = 0x000200c2,
};
inline constexpr Name writer_names[] = {
    {participant_writer, "participants"}, {topic_writer, "topics"}, {publication_writer, "publications"},
    {subscription_writer, "subscriptions"}, {message_writer, "participant_messages"},
    {0xff0003c2, "publications_secure"}, {0xff0004c2, "subscriptions_secure"}, {0xff0101c2, "participants_secure"},
    {0x000201c3, "participant_stateless"}, {0xff0202c3, "participant_volatile_secure"}};

enum class Place : std::uint8_t { topic, writer };
inline constexpr Space spaces[] = {
    {"topic", {"Topic", "主题"}},
    {"writer", {"Writer", "写者"}},
};

constexpr Field rows[] = {
    {"version", Kind::u16, log | rule, {"Version", "协议版本"},
     "Version of RTPS, major and minor in an octet each.", "[RTPS] 9.4.4"},
    {"vendor", Kind::u16, log | rule | learn, {"Vendor", "厂商"},
     "Whose implementation of DDS sent the message.", "[RTPS] 9.4.4", vendor_names},
    {"guid_prefix", Kind::bytes, log | rule | buffer, {"GUID prefix", "GUID 前缀"},
     "Participant that sent the message.", "[RTPS] 9.4.4"},
    {"destination_prefix", Kind::bytes, log | rule, {"Destination", "目的前缀"},
     "Participant the submessages that follow are meant for.", "[RTPS] 9.4.5.7"},
    {"source_time", Kind::time_us, log, {"Source time", "源时间"},
     "When the sender says the data was written.", "[RTPS] 9.4.5.9"},
    {"domain_id", Kind::u32, log | rule | learn, {"Domain", "域标识"},
     "Domain in which participants see each other.", "[RTPS] 9.6.3.2"},
    {"topic", Kind::text, log | rule | learn | buffer, {"Topic", "主题"},
     "Name of the data that is announced or carried.", "[RTPS] 9.6.3.2"},
    {"type_name", Kind::text, log | rule | buffer, {"Type", "类型名"},
     "Name of the type of that data.", "[RTPS] 9.6.3.2"},
    {"entity_name", Kind::text, log | rule | learn | buffer, {"Name", "实体名"},
     "Name that a participant or endpoint gives itself.", "[RTPS] 9.6.3.2"},
    {"host_name", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Host the participant says it runs on.", "[RTI], [CYC] participant properties"},
    {"process", Kind::text, log | rule | learn | buffer, {"Program", "程序"},
     "Program the participant says it is.", "[RTI], [CYC] participant properties"},
    {"user", Kind::text, log | rule | buffer, {"User", "用户"},
     "User under whom the participant says it runs.", "[RTI] participant properties"},
    {"product_version", Kind::u32, log | rule, {"Product version", "产品版本"},
     "Version of the implementation, an octet each part.", "[RTI] PID_PRODUCT_VERSION"},
    {"leaves", Kind::boolean, log | rule, {"Leaves", "离开"},
     "Whether what is named is withdrawn.", "[RTPS] 9.6.3.9"},
    {"ping", Kind::boolean, log | rule, {"Ping", "探测"},
     "Whether this is a probe without submessages.", "[RTI] locator ping"},
};
inline constexpr auto fields = table("rtps", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field submessage_rows[] = {
    {"submessage", Kind::u8, log | rule | learn, {"Submessage", "子消息"},
     "What a part of the message does.", "[RTPS] 9.4.5.1", submessage_names},
    {"writer", Kind::u32, log | rule, {"Writer", "写者"},
     "Endpoint that writes the data.", "[RTPS] 9.3.1.2", writer_names},
    {"reader", Kind::u32, log | rule, {"Reader", "读者"},
     "Endpoint the data is for, 0 for all.", "[RTPS] 9.3.1.2"},
    {"sequence", Kind::u64, log | rule, {"Sequence", "序号"},
     "Number of the sample, or the first of those that are spoken of.", "[RTPS] 9.4.2.4"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "The sample as it is encoded.", "[RTPS] 9.4.5.3"},
};
inline constexpr auto submessage_fields = table("rtps.submessage", submessage_rows);
inline constexpr Schema submessage_schema = submessage_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, submessage, parameter };
constexpr Text check_participant = {"Find the program that sent it and compare with its manual.", "查明发送报文的程序，并对照其手册。"};
inline constexpr Detection faults[] = {
    {9103100,
     "rtps.truncated",
     Severity::low,
     "T0814",
     {"RTPS submessage ends too early", "RTPS 子消息过早结束"},
     {"A submessage is shorter than its kind needs, or reaches past the datagram.",
      "子消息短于其类型所需，或超出数据报。"},
     check_participant},
    {9103101,
     "rtps.submessage",
     Severity::low,
     "",
     {"RTPS submessage unknown", "RTPS 子消息未知"},
     {"A submessage is none of the standard's and not in the vendors' range.",
      "子消息不属于标准，也不在厂商保留范围内。"},
     check_participant},
    {9103102,
     "rtps.parameter",
     Severity::low,
     "T0814",
     {"RTPS parameter list malformed", "RTPS 参数列表格式错误"},
     {"A parameter's length is odd or reaches past its list, or a text past its parameter.",
      "参数长度不合规或超出列表，或文本超出参数。"},
     check_participant},
};
// Every domain has ports of its own, and participants announce further ones ([RTPS] 9.6.1).
inline constexpr PortHint ports[] = {{Transport::udp, 7400},
                                     {Transport::udp, 7401},
                                     {Transport::udp, 7410},
                                     {Transport::udp, 7411},
                                     {Transport::udp, 0}};

}  // namespace langyan::rtps
