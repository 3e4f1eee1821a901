// The tables of MQTT and Sparkplug B: packets, properties, fields, faults. Sources as in mqtt.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::mqtt {

constexpr std::size_t most_length_octets = 4;   // of the remaining length ([5] 1.5.5)
constexpr std::size_t longest_value_text = 4'096;  // of a payload taken for a value
constexpr std::uint8_t level_31 = 3, level_311 = 4, level_5 = 5;
constexpr std::uint8_t bridge_bit = 0x80;       // of the level: brokers that link to each other set it
constexpr std::uint8_t refused_from = 0x80;     // reason codes from here on are failures ([5] 2.4)

enum class Type : std::uint8_t {
  none, connect, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback,
  pingreq, pingresp, disconnect, auth,
};

// clang-format off
struct Packet {
  Type type;
  std::string_view name;
  Verb verb;
  std::uint8_t flags;  // that the standard prescribes; of PUBLISH they say something ([5] 2.1.3)
};
inline constexpr Packet packets[] = {  // [5] 2.1.2, [311] 2.2.1
    {Type::none,        "reserved",    Verb::other,     0},
    {Type::connect,     "connect",     Verb::session,   0},
    {Type::connack,     "connack",     Verb::session,   0},
    {Type::publish,     "publish",     Verb::report,    0},
    {Type::puback,      "puback",      Verb::report,    0},
    {Type::pubrec,      "pubrec",      Verb::report,    0},
    {Type::pubrel,      "pubrel",      Verb::report,    2},
    {Type::pubcomp,     "pubcomp",     Verb::report,    0},
    {Type::subscribe,   "subscribe",   Verb::subscribe, 2},
    {Type::suback,      "suback",      Verb::subscribe, 0},
    {Type::unsubscribe, "unsubscribe", Verb::session,   2},
    {Type::unsuback,    "unsuback",    Verb::session,   0},
    {Type::pingreq,     "pingreq",     Verb::heartbeat, 0},
    {Type::pingresp,    "pingresp",    Verb::heartbeat, 0},
    {Type::disconnect,  "disconnect",  Verb::session,   0},
    {Type::auth,        "auth",        Verb::auth,      0},
};
inline constexpr Name type_names[] = {
    {1, "connect"}, {2, "connack"}, {3, "publish"}, {4, "puback"}, {5, "pubrec"}, {6, "pubrel"}, {7, "pubcomp"},
    {8, "subscribe"}, {9, "suback"}, {10, "unsubscribe"}, {11, "unsuback"}, {12, "pingreq"}, {13, "pingresp"},
    {14, "disconnect"}, {15, "auth"}};

inline constexpr Name version_names[] = {{level_31, "3.1"}, {level_311, "3.1.1"}, {level_5, "5"}};
inline constexpr Name return_names[] = {  // [311] 3.2.2.3
    {0, "accepted"}, {1, "unacceptable_protocol_version"}, {2, "identifier_rejected"}, {3, "server_unavailable"},
    {4, "bad_user_name_or_password"}, {5, "not_authorized"}};
inline constexpr Name reason_names[] = {  // [5] 2.4
    {0x00, "success"}, {0x01, "granted_qos_1"}, {0x02, "granted_qos_2"}, {0x04, "disconnect_with_will_message"},
    {0x10, "no_matching_subscribers"}, {0x11, "no_subscription_existed"}, {0x18, "continue_authentication"},
    {0x19, "re_authenticate"}, {0x80, "unspecified_error"}, {0x81, "malformed_packet"}, {0x82, "protocol_error"},
    {0x83, "implementation_specific_error"}, {0x84, "unsupported_protocol_version"},
    {0x85, "client_identifier_not_valid"}, {0x86, "bad_user_name_or_password"}, {0x87, "not_authorized"},
    {0x88, "server_unavailable"}, {0x89, "server_busy"}, {0x8a, "banned"}, {0x8b, "server_shutting_down"},
    {0x8c, "bad_authentication_method"}, {0x8d, "keep_alive_timeout"}, {0x8e, "session_taken_over"},
    {0x8f, "topic_filter_invalid"}, {0x90, "topic_name_invalid"}, {0x91, "packet_identifier_in_use"},
    {0x92, "packet_identifier_not_found"}, {0x93, "receive_maximum_exceeded"}, {0x94, "topic_alias_invalid"},
    {0x95, "packet_too_large"}, {0x96, "message_rate_too_high"}, {0x97, "quota_exceeded"},
    {0x98, "administrative_action"}, {0x99, "payload_format_invalid"}, {0x9a, "retain_not_supported"},
    {0x9b, "qos_not_supported"}, {0x9c, "use_another_server"}, {0x9d, "server_moved"},
    {0x9e, "shared_subscriptions_not_supported"}, {0x9f, "connection_rate_exceeded"}, {0xa0, "maximum_connect_time"},
    {0xa1, "subscription_identifiers_not_supported"}, {0xa2, "wildcard_subscriptions_not_supported"}};

enum class Shape : std::uint8_t { octet, two, four, number, text, binary, pair };
struct Property {
  std::uint8_t code;
  Shape shape;
};
inline constexpr Property properties[] = {  // [5] 2.2.2.2
    {1, Shape::octet}, {2, Shape::four}, {3, Shape::text}, {8, Shape::text}, {9, Shape::binary}, {11, Shape::number},
    {17, Shape::four}, {18, Shape::text}, {19, Shape::two}, {21, Shape::text}, {22, Shape::binary}, {23, Shape::octet},
    {24, Shape::four}, {25, Shape::octet}, {26, Shape::text}, {28, Shape::text}, {31, Shape::text}, {33, Shape::two},
    {34, Shape::two}, {35, Shape::two}, {36, Shape::octet}, {37, Shape::octet}, {38, Shape::pair}, {39, Shape::four},
    {40, Shape::octet}, {41, Shape::octet}, {42, Shape::octet}};

// Sparkplug B: what the topic's third part says ([SP] 4.1.3).
enum class Sparkplug : std::uint8_t { none, nbirth, ndeath, dbirth, ddeath, ndata, ddata, ncmd, dcmd, state };
struct SparkplugType {
  std::string_view word;
  Sparkplug type;
  Verb verb;
};
inline constexpr SparkplugType sparkplug_types[] = {
    {"NBIRTH", Sparkplug::nbirth, Verb::report},  {"NDEATH", Sparkplug::ndeath, Verb::alarm},
    {"DBIRTH", Sparkplug::dbirth, Verb::report},  {"DDEATH", Sparkplug::ddeath, Verb::alarm},
    {"NDATA",  Sparkplug::ndata,  Verb::report},  {"DDATA",  Sparkplug::ddata,  Verb::report},
    {"NCMD",   Sparkplug::ncmd,   Verb::control}, {"DCMD",   Sparkplug::dcmd,   Verb::control},
    {"STATE",  Sparkplug::state,  Verb::report}};
inline constexpr Name sparkplug_names[] = {
    {1, "nbirth"}, {2, "ndeath"}, {3, "dbirth"}, {4, "ddeath"}, {5, "ndata"}, {6, "ddata"}, {7, "ncmd"}, {8, "dcmd"},
    {9, "state"}};
inline constexpr Name metric_type_names[] = {  // [SP] 6.4.16
    {1, "int8"}, {2, "int16"}, {3, "int32"}, {4, "int64"}, {5, "uint8"}, {6, "uint16"}, {7, "uint32"}, {8, "uint64"},
    {9, "float"}, {10, "double"}, {11, "boolean"}, {12, "string"}, {13, "datetime"}, {14, "text"}, {15, "uuid"},
    {16, "dataset"}, {17, "bytes"}, {18, "file"}, {19, "template"}, {20, "property_set"}, {21, "property_set_list"},
    {22, "int8_array"}, {23, "int16_array"}, {24, "int32_array"}, {25, "int64_array"}, {26, "uint8_array"},
    {27, "uint16_array"}, {28, "uint32_array"}, {29, "uint64_array"}, {30, "float_array"}, {31, "double_array"},
    {32, "boolean_array"}, {33, "string_array"}, {34, "datetime_array"}};

// Last part of topics by which plants give orders; no standard fixes them, these are the usual ones.
inline constexpr std::string_view command_words[] = {
    "cmd", "cmds", "cmnd", "command", "commands", "control", "set", "setpoint", "write", "cmd_vel", "rpc", "order", "orders"};

enum class Place : std::uint8_t { topic, filter, metric, metric_alias, topic_alias, client };
inline constexpr Space spaces[] = {
    {"topic", {"Topic", "主题"}},
    {"topic_filter", {"Topic filter", "主题过滤器"}},
    {"metric", {"Sparkplug metric", "Sparkplug 度量"}},
    {"metric_alias", {"Sparkplug metric alias", "Sparkplug 度量别名"}},
    {"topic_alias", {"Topic alias", "主题别名"}},
    {"client", {"Client", "客户端"}},
};

constexpr Field rows[] = {
    {"type", Kind::u8, log | rule | learn | column, {"Packet", "报文类型"},
     "What kind of control packet this is.", "[5] 2.1.2", type_names},
    {"dup", Kind::boolean, log | rule, {"Duplicate", "重发标志"},
     "Whether the sender may have sent this message before.", "[5] 3.3.1.1"},
    {"qos", Kind::u8, log | rule | learn, {"QoS", "服务质量"},
     "How surely the message is delivered: at most once, at least once, exactly once.", "[5] 3.3.1.2"},
    {"retain", Kind::boolean, log | rule | learn, {"Retain", "保留标志"},
     "Whether the broker keeps the message for whoever subscribes later.", "[5] 3.3.1.3"},
    {"packet_id", Kind::u16, log | pair, {"Packet id", "报文标识"},
     "Number that joins an acknowledgement to its packet.", "[5] 2.2.1"},
    {"protocol_name", Kind::text, log | rule | buffer, {"Protocol name", "协议名"},
     "MQTT, or MQIsdp of version 3.1.", "[5] 3.1.2.1"},
    {"protocol_version", Kind::u8, log | rule | learn, {"Version", "协议版本"},
     "Version of MQTT that the client speaks.", "[5] 3.1.2.2", version_names},
    {"bridge", Kind::boolean, log | rule, {"Bridge", "桥接"},
     "Whether the client is another broker that links to this one.", "[MB] try_private"},
    {"clean_start", Kind::boolean, log | rule, {"Clean start", "全新会话"},
     "Whether the client wants to forget an earlier session.", "[5] 3.1.2.4"},
    {"keep_alive", Kind::u16, log | rule, {"Keep alive", "保活时间"},
     "Longest silence of the client before the broker drops it.", "[5] 3.1.2.10", {}, "s"},
    {"client_id", Kind::text, log | rule | learn | buffer, {"Client id", "客户端标识"},
     "Name of the client at the broker.", "[5] 3.1.3.1"},
    {"user_name", Kind::text, log | rule | learn | buffer, {"User name", "用户名"},
     "User the client signs in as.", "[5] 3.1.3.5"},
    {"has_password", Kind::boolean, log | rule, {"Password sent", "携带口令"},
     "Whether a password crossed the wire.", "[5] 3.1.3.6"},
    {"password_length", Kind::u16, log | rule, {"Password length", "口令长度"},
     "Octets of the password, which itself is not recorded.", "[5] 3.1.3.6", {}, "octets"},
    {"password", Kind::bytes, rule | buffer, {"Password", "口令"},
     "The password, which rules may look into and no event shows.", "[5] 3.1.3.6"},
    {"will_topic", Kind::text, log | rule | buffer, {"Will topic", "遗嘱主题"},
     "Topic to which the broker publishes when the client is lost.", "[5] 3.1.3.3"},
    {"will_message", Kind::text, log | rule | buffer, {"Will message", "遗嘱消息"},
     "What the broker publishes when the client is lost.", "[5] 3.1.3.4"},
    {"will_payload", Kind::bytes, log | rule | buffer, {"Will payload", "遗嘱载荷"},
     "The will message where it is no text.", "[5] 3.1.3.4"},
    {"will", Kind::bytes, rule | buffer, {"Will octets", "遗嘱字节"},
     "The will message, text or not.", "[5] 3.1.3.4"},
    {"will_qos", Kind::u8, log | rule, {"Will QoS", "遗嘱服务质量"},
     "How surely the will message is delivered.", "[5] 3.1.2.6"},
    {"will_retain", Kind::boolean, log | rule, {"Will retain", "遗嘱保留"},
     "Whether the broker keeps the will message for whoever subscribes later.", "[5] 3.1.2.7"},
    {"session_present", Kind::boolean, log | rule, {"Session present", "会话存在"},
     "Whether the broker still knew the client.", "[5] 3.2.2.1.1"},
    {"return_code", Kind::u8, log | rule | learn, {"Return code", "返回码"},
     "Whether a broker before version 5 lets the client in.", "[311] 3.2.2.3", return_names},
    {"reason_code", Kind::u8, log | rule | learn, {"Reason code", "原因码"},
     "How a request ended, in version 5.", "[5] 2.4", reason_names},
    {"topic", Kind::text, log | rule | learn | buffer, {"Topic", "主题"},
     "Under which name the message is published.", "[5] 3.3.2.1"},
    {"message", Kind::text, log | rule | buffer, {"Message", "消息"},
     "What is published, where it is text.", "[5] 3.3.3"},
    {"payload", Kind::bytes, log | rule | buffer, {"Payload", "载荷"},
     "What is published, where it is no text.", "[5] 3.3.3"},
    {"content", Kind::bytes, rule | buffer, {"Published octets", "发布内容"},
     "What is published, text or not.", "[5] 3.3.3"},
    {"topic_alias", Kind::u16, log | rule, {"Topic alias", "主题别名"},
     "Number that stands for a topic of this connection.", "[5] 3.3.2.3.4"},
    {"content_type", Kind::text, log | rule | buffer, {"Content type", "内容类型"},
     "What the sender says the payload is.", "[5] 3.3.2.3.9"},
    {"response_topic", Kind::text, log | rule | buffer, {"Response topic", "响应主题"},
     "Topic on which the sender waits for an answer.", "[5] 3.3.2.3.5"},
    {"session_expiry", Kind::u32, log | rule, {"Session expiry", "会话过期"},
     "How long the broker keeps the session after the connection ends.", "[5] 3.1.2.11.2", {}, "s"},
    {"message_expiry", Kind::u32, log | rule, {"Message expiry", "消息过期"},
     "How long the message is worth delivering.", "[5] 3.3.2.3.3", {}, "s"},
    {"assigned_client_id", Kind::text, log | rule | buffer, {"Assigned client id", "分配的客户端标识"},
     "Name the broker gave a client that brought none.", "[5] 3.2.2.3.7"},
    {"authentication_method", Kind::text, log | rule | learn | buffer, {"Authentication method", "认证方法"},
     "How client and broker authenticate beyond a password.", "[5] 3.1.2.11.9"},
    {"reason_text", Kind::text, log | rule | buffer, {"Reason", "原因"},
     "The reason in words.", "[5] 2.2.2.2"},
    {"server_reference", Kind::text, log | rule | buffer, {"Other server", "其他服务器"},
     "Broker to which the client is sent.", "[5] 3.2.2.3.16"},
    {"sparkplug_type", Kind::u8, log | rule | learn, {"Sparkplug message", "Sparkplug 消息类型"},
     "Birth, death, data or command of an edge node or device.", "[SP] 4.1.3", sparkplug_names},
    {"sparkplug_group", Kind::text, log | rule | learn | buffer, {"Sparkplug group", "Sparkplug 组"},
     "Group of edge nodes.", "[SP] 4.1.2"},
    {"sparkplug_node", Kind::text, log | rule | learn | buffer, {"Edge node", "边缘节点"},
     "Gateway that speaks for its devices.", "[SP] 4.1.4"},
    {"sparkplug_device", Kind::text, log | rule | learn | buffer, {"Device", "设备"},
     "Device behind the edge node.", "[SP] 4.1.5"},
    {"sparkplug_seq", Kind::u64, log | rule, {"Sequence", "序号"},
     "Counts the messages of an edge node, modulo 256.", "[SP] 6.4.5"},
    {"sparkplug_time", Kind::time_us, log, {"Sparkplug time", "Sparkplug 时间"},
     "When the edge node sent the message.", "[SP] 6.4.5"},
};
inline constexpr auto fields = table("mqtt", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field filter_rows[] = {
    {"topic_filter", Kind::text, log | rule | learn | buffer, {"Topic filter", "主题过滤器"},
     "Topics asked for; + stands for one part, # for all that follow.", "[5] 3.8.3"},
    {"requested_qos", Kind::u8, log | rule, {"Requested QoS", "请求的服务质量"},
     "Highest QoS the subscriber wants.", "[5] 3.8.3.1"},
    {"granted", Kind::u8, log | rule, {"Granted", "应答码"},
     "QoS the broker granted, or why it refused.", "[5] 3.9.3", reason_names},
};
inline constexpr auto filter_fields = table("mqtt.filter", filter_rows);
inline constexpr Schema filter_schema = filter_fields.schema();

constexpr Field property_rows[] = {
    {"property_name", Kind::text, log | rule | buffer, {"Property", "用户属性"},
     "Name of a property the application adds.", "[5] 3.3.2.3.7"},
    {"property_value", Kind::text, log | rule | buffer, {"Property value", "属性值"},
     "Value of that property.", "[5] 3.3.2.3.7"},
};
inline constexpr auto property_fields = table("mqtt.property", property_rows);
inline constexpr Schema property_schema = property_fields.schema();

constexpr Field metric_rows[] = {
    {"metric", Kind::text, log | rule | buffer, {"Metric", "度量"},
     "Name of a value of the device.", "[SP] 6.4.6"},
    {"metric_alias", Kind::u64, log | rule, {"Alias", "别名"},
     "Number that stands for the name after the birth message.", "[SP] 6.4.6"},
    {"metric_type", Kind::u32, log | rule, {"Type", "数据类型"},
     "How the value is to be read.", "[SP] 6.4.16", metric_type_names},
    {"metric_time", Kind::time_us, log, {"Time", "时间"},
     "When the value was taken.", "[SP] 6.4.6"},
    {"metric_null", Kind::boolean, log | rule, {"Null", "空值"},
     "Whether there is no value.", "[SP] 6.4.6"},
    {"metric_integer", Kind::i64, log | rule, {"Value", "整数值"},
     "Value of an integer or a truth.", "[SP] 6.4.6"},
    {"metric_real", Kind::f64, log | rule, {"Value", "实数值"},
     "Value of a real number.", "[SP] 6.4.6"},
    {"metric_text", Kind::text, log | rule | buffer, {"Value", "文本值"},
     "Value of a text.", "[SP] 6.4.6"},
    {"metric_bytes", Kind::bytes, log | rule | buffer, {"Value", "字节值"},
     "Value that is octets, a data set or a template.", "[SP] 6.4.6"},
};
inline constexpr auto metric_fields = table("mqtt.metric", metric_rows);
inline constexpr Schema metric_schema = metric_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t {
  truncated,
  trailing,
  flags,
  qos,
  topic,
  property,
  protocol_name,
  password,
  anonymous,
  everything,
  broker_topics,
  sparkplug,
  direction
};
constexpr Text check_client = {"Find the program that sent it and compare with its manual.", "查明发送报文的程序，并对照其手册。"};
constexpr Text encrypt = {"Let clients connect over TLS on port 8883 and change the passwords that were seen.",
                          "让客户端改用 8883 端口的 TLS 连接，并更换已泄露的口令。"};
inline constexpr Detection faults[] = {
    {9102600,
     "mqtt.truncated",
     Severity::low,
     "T0814",
     {"MQTT packet ends too early", "MQTT 报文过早结束"},
     {"A length within the packet reaches past its end.", "报文内的长度超出报文末尾。"},
     check_client},
    {9102601,
     "mqtt.trailing",
     Severity::low,
     "",
     {"Octets after an MQTT packet's contents", "MQTT 报文后有多余字节"},
     {"The packet is longer than its contents.", "报文长于其内容。"},
     check_client},
    {9102602,
     "mqtt.flags",
     Severity::low,
     "T0814",
     {"MQTT flags not allowed", "MQTT 标志位不合规"},
     {"The fixed header or the connect flags have bits that the standard reserves.",
      "固定报头或连接标志中置了保留位。"},
     check_client},
    {9102603,
     "mqtt.qos",
     Severity::low,
     "T0814",
     {"MQTT QoS 3", "MQTT 服务质量为 3"},
     {"Both QoS bits are set, which the standard forbids.", "两个服务质量位同时置位，标准不允许。"},
     check_client},
    {9102604,
     "mqtt.topic",
     Severity::low,
     "T0814",
     {"MQTT topic not allowed", "MQTT 主题不合规"},
     {"A message is published to a topic with a wildcard or a NUL, or to none.",
      "发布的主题含通配符或空字符，或为空。"},
     check_client},
    {9102605,
     "mqtt.property",
     Severity::low,
     "T0814",
     {"MQTT property unknown or too long", "MQTT 属性未知或超长"},
     {"The properties of a version 5 packet do not follow the standard.", "版本 5 报文的属性不符合标准。"},
     check_client},
    {9102606,
     "mqtt.protocol_name",
     Severity::low,
     "",
     {"MQTT version unknown", "MQTT 版本未知"},
     {"The client names a version of the protocol that is not standard.", "客户端声明了非标准的协议版本。"},
     check_client},
    {9102607,
     "mqtt.password_in_clear",
     Severity::medium,
     "T0859",
     {"MQTT password in clear", "MQTT 口令明文传输"},
     {"A client sent its user name and password without encryption; whoever listens can sign in with them.",
      "客户端未加密发送用户名和口令，任何监听者都可用其登录。"},
     encrypt},
    {9102608,
     "mqtt.anonymous",
     Severity::low,
     "T0859",
     {"MQTT broker lets clients in without a user", "MQTT 服务器允许匿名接入"},
     {"The broker accepted a client that named no user, so anyone who reaches it can publish.",
      "服务器接受了未提供用户名的客户端，任何能访问它的人都可发布消息。"},
     {"Require credentials or certificates at the broker.", "在服务器上要求凭据或证书。"}},
    {9102609,
     "mqtt.everything",
     Severity::medium,
     "T0861",
     {"MQTT subscription to every topic", "MQTT 订阅全部主题"},
     {"A client asks for all messages of the broker, as somebody who explores a plant does.",
      "客户端请求服务器的所有消息，类似探查行为。"},
     {"Check that this client is a recorder you know, and restrict topics per user.",
      "确认该客户端是已知的记录程序，并按用户限制主题。"}},
    {9102610,
     "mqtt.broker_topics",
     Severity::low,
     "T0888",
     {"MQTT subscription to the broker's own state", "MQTT 订阅服务器状态主题"},
     {"A client asks for $SYS topics, which tell the broker's version, clients and load.",
      "客户端请求 $SYS 主题，其中含服务器版本、客户端与负载信息。"},
     {"Check that this client is a monitor you know.", "确认该客户端是已知的监控程序。"}},
    {9102611,
     "mqtt.sparkplug",
     Severity::low,
     "T0814",
     {"Sparkplug payload not readable", "Sparkplug 载荷无法解析"},
     {"A message on a Sparkplug B topic does not carry a Sparkplug B payload.",
      "Sparkplug B 主题上的消息不是 Sparkplug B 载荷。"},
     check_client},
    {9102612,
     "mqtt.direction",
     Severity::medium,
     "",
     {"MQTT packet from the wrong end", "MQTT 报文方向错误"},
     {"A broker sent what only a client may, or the other way round.", "服务器发送了仅客户端可发的报文，或相反。"},
     check_client},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 1883}};

constexpr const Packet& packet_row(std::uint8_t first) { return packets[first >> 4]; }

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::mqtt
