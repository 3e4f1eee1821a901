// OPC UA: the fields of its messages and items, limits and faults; all constant.
//
// [P4]  OPC 10000-4 Services, 1.05
// [P5]  OPC 10000-5 Information Model, 1.05
// [P6]  OPC 10000-6 Mappings, 1.05
// [P7]  OPC 10000-7 Profiles, for the security policies
// [P14] OPC 10000-14 PubSub, 1.05
// [IDS] NodeIds.csv and StatusCode.csv that the OPC Foundation publishes beside them
#pragma once

#include "fields/protocol.h"
#include "parsers/opcua/services.h"
#include "parsers/opcua/status.h"

namespace langyan::opcua {

constexpr std::size_t header_bytes = 8;              // [P6] 7.1.2.2: type, chunk mark, size
constexpr std::size_t longest_message = 64u << 20;   // a chunk that says to be longer is none
constexpr std::size_t longest_url = 4'096;           // [P6] 7.1.2.3
constexpr std::uint32_t least_buffer = 8'192;        // [P6] 7.1.2.3
constexpr std::size_t most_assembled = 48 * 1'024;   // of a message in chunks; the rest of Scratch is for text
constexpr int deepest_value = 8;                     // variants in variants; [P6] 5.1.5 lets a receiver refuse 100
constexpr int deepest_diagnostics = 100;             // inner diagnostics; [P6] 5.2.2.12
constexpr std::size_t most_text = 256;               // octets of a text that is made here
constexpr std::uint32_t most_shown = 32;             // elements of an array that are shown
constexpr std::uint32_t most_remembered = 256;       // monitored items of a request whose nodes are remembered
constexpr std::uint8_t many_refused_sign_ins = 5;

enum class Place : std::uint8_t { node, method, subscription, monitored_item, user, dataset, channel };
inline constexpr Space spaces[] = {
    {"node", {"Node", "节点"}},
    {"method", {"Method", "方法"}},
    {"subscription", {"Subscription", "订阅"}},
    {"monitored_item", {"Monitored item", "监视项"}},
    {"user", {"User", "用户"}},
    {"dataset", {"Dataset", "数据集"}},
    {"channel", {"Secure channel", "安全通道"}},
};

enum class Transfer : std::uint8_t {
  hello = 1,
  acknowledge,
  error,
  reverse_hello,
  open,
  close,
  message,
  network_message
};

// clang-format off
inline constexpr Name message_type_names[] = {
    {1, "HEL"}, {2, "ACK"}, {3, "ERR"}, {4, "RHE"}, {5, "OPN"}, {6, "CLO"}, {7, "MSG"}, {8, "UADP"}};
inline constexpr Name chunk_names[] = {{'F', "final"}, {'C', "intermediate"}, {'A', "abort"}};
inline constexpr Name mode_names[] = {{0, "invalid"}, {1, "none"}, {2, "sign"}, {3, "sign_and_encrypt"}};
inline constexpr Name request_type_names[] = {{0, "issue"}, {1, "renew"}};
inline constexpr Name application_names[] = {{0, "server"}, {1, "client"}, {2, "client_and_server"}, {3, "discovery_server"}};
inline constexpr Name token_names[] = {{0, "anonymous"}, {1, "user_name"}, {2, "certificate"}, {3, "issued_token"}};
inline constexpr Name timestamps_names[] = {{0, "source"}, {1, "server"}, {2, "both"}, {3, "neither"}};
inline constexpr Name monitoring_names[] = {{0, "disabled"}, {1, "sampling"}, {2, "reporting"}};
inline constexpr Name direction_names[] = {{0, "forward"}, {1, "inverse"}, {2, "both"}};
inline constexpr Name class_names[] = {
    {0, "unspecified"}, {1, "object"}, {2, "variable"}, {4, "method"}, {8, "object_type"},
    {16, "variable_type"}, {32, "reference_type"}, {64, "data_type"}, {128, "view"}};
inline constexpr Name attribute_names[] = {  // [P6] Annex A.1
    {1, "NodeId"}, {2, "NodeClass"}, {3, "BrowseName"}, {4, "DisplayName"}, {5, "Description"}, {6, "WriteMask"},
    {7, "UserWriteMask"}, {8, "IsAbstract"}, {9, "Symmetric"}, {10, "InverseName"}, {11, "ContainsNoLoops"},
    {12, "EventNotifier"}, {13, "Value"}, {14, "DataType"}, {15, "ValueRank"}, {16, "ArrayDimensions"},
    {17, "AccessLevel"}, {18, "UserAccessLevel"}, {19, "MinimumSamplingInterval"}, {20, "Historizing"},
    {21, "Executable"}, {22, "UserExecutable"}, {23, "DataTypeDefinition"}, {24, "RolePermissions"},
    {25, "UserRolePermissions"}, {26, "AccessRestrictions"}, {27, "AccessLevelEx"}};
inline constexpr Name type_names[] = {  // [P6] Table 1
    {0, "Null"}, {1, "Boolean"}, {2, "SByte"}, {3, "Byte"}, {4, "Int16"}, {5, "UInt16"}, {6, "Int32"}, {7, "UInt32"},
    {8, "Int64"}, {9, "UInt64"}, {10, "Float"}, {11, "Double"}, {12, "String"}, {13, "DateTime"}, {14, "Guid"},
    {15, "ByteString"}, {16, "XmlElement"}, {17, "NodeId"}, {18, "ExpandedNodeId"}, {19, "StatusCode"},
    {20, "QualifiedName"}, {21, "LocalizedText"}, {22, "ExtensionObject"}, {23, "DataValue"}, {24, "Variant"},
    {25, "DiagnosticInfo"}};
inline constexpr Name uadp_names[] = {{0, "dataset_message"}, {1, "discovery_probe"}, {2, "discovery_announcement"}};
inline constexpr Name dataset_kind_names[] = {{0, "key_frame"}, {1, "delta_frame"}, {2, "event"}, {3, "keep_alive"}};
inline constexpr Name dataset_encoding_names[] = {{0, "variant"}, {1, "raw_data"}, {2, "data_value"}};

struct Policy {
  std::uint32_t code;
  std::string_view name;       // after the # of its URI
  std::uint8_t signature;      // octets a signed chunk ends with; [P7] 6.6
};
inline constexpr std::string_view policy_prefix = "http://opcfoundation.org/UA/SecurityPolicy#";
inline constexpr Policy policies[] = {
    {0, "other", 0}, {1, "None", 0}, {2, "Basic128Rsa15", 20}, {3, "Basic256", 20}, {4, "Basic256Sha256", 32},
    {5, "Aes128_Sha256_RsaOaep", 32}, {6, "Aes256_Sha256_RsaPss", 32}, {7, "ECC_nistP256", 32}, {8, "ECC_nistP384", 48},
    {9, "ECC_brainpoolP256r1", 32}, {10, "ECC_brainpoolP384r1", 48}, {11, "ECC_curve25519", 16}, {12, "ECC_curve448", 16},
    {13, "Https", 0}};
inline constexpr auto policy_names = names_of(policies);
constexpr std::uint8_t policy_none = 1, policy_unknown = 0xff;

constexpr Field rows[] = {
    {"message_type", Kind::u8, log | rule | learn, {"Message type", "报文类型"},
     "Which message of the transport or secure channel this is, or UADP for one of PubSub.", "[P6] 7.1.2.2", message_type_names},
    {"chunk_type", Kind::u8, log | rule, {"Chunk type", "分块类型"},
     "Whether the chunk ends its message, is followed by others or takes it back.", "[P6] 6.7.2.2", chunk_names},
    {"service", Kind::u16, log | rule | learn | column, {"Service", "服务"},
     "What the client asks the server to do.", "[P4] 5.1", service_names},
    {"type_id", Kind::u32, log | rule, {"Type id", "类型标识"},
     "Number of the encoding that the message has, apart for request and response.", "[P6] 6.7.2.5"},
    {"secure_channel_id", Kind::u32, log | rule, {"Secure channel", "安全通道标识"},
     "Number the server gave the secure channel.", "[P6] 6.7.2.2"},
    {"token_id", Kind::u32, log | rule, {"Token", "令牌标识"},
     "Which of the channel's keys protect the message.", "[P6] 6.7.2.3"},
    {"sequence_number", Kind::u32, log | rule, {"Sequence number", "序列号"},
     "Counts the chunks of one direction.", "[P6] 6.7.2.4"},
    {"request_id", Kind::u32, log | rule | pair, {"Request id", "请求标识"},
     "Number the client picks and the server repeats.", "[P6] 6.7.2.4"},
    {"request_handle", Kind::u32, log | rule, {"Request handle", "请求句柄"},
     "The client application's own number of the request.", "[P4] 7.32"},
    {"chunks", Kind::u16, log | rule, {"Chunks", "分块数"},
     "How many chunks the message came in, where it were several.", "[P6] 6.7.2.1"},
    {"incomplete", Kind::boolean, log | rule, {"Incomplete", "不完整"},
     "The message is longer than the sensor keeps, so only its start was read.", "[P6] 6.7.2.1"},
    {"encrypted", Kind::boolean, log | rule | learn, {"Encrypted", "已加密"},
     "The content is encrypted and was not read.", "[P6] 6.7.4"},
    {"timestamp", Kind::time_us, log | rule, {"Timestamp", "时间戳"},
     "When the sender made the message, by its own clock.", "[P4] 7.32"},
    {"service_result", Kind::u32, log | rule | learn, {"Service result", "服务结果"},
     "What came of the request as a whole.", "[P4] 7.33", status_names},
    {"error", Kind::u32, log | rule | learn, {"Error", "错误码"},
     "Why a side ends the connection or takes a message back.", "[P6] 7.1.2.5", status_names},
    {"reason", Kind::text, log | rule | buffer, {"Reason", "原因"},
     "What an error or abort says in words.", "[P6] 7.1.2.5"},
    {"protocol_version", Kind::u32, log | rule, {"Protocol version", "协议版本"},
     "Version of the transport protocol; 0 is the only one there is.", "[P6] 7.1.2.3"},
    {"receive_buffer_size", Kind::u32, log | rule, {"Receive buffer", "接收缓冲区"},
     "Longest chunk the sender takes.", "[P6] 7.1.2.3", {}, "octets"},
    {"send_buffer_size", Kind::u32, log | rule, {"Send buffer", "发送缓冲区"},
     "Longest chunk the sender makes.", "[P6] 7.1.2.3", {}, "octets"},
    {"max_message_size", Kind::u32, log | rule, {"Longest message", "最大报文长度"},
     "Longest message the sender takes; 0 sets no limit.", "[P6] 7.1.2.3", {}, "octets"},
    {"max_chunk_count", Kind::u32, log | rule, {"Most chunks", "最大分块数"},
     "Most chunks of a message the sender takes; 0 sets no limit.", "[P6] 7.1.2.3"},
    {"endpoint_url", Kind::text, log | rule | buffer, {"Endpoint URL", "端点地址"},
     "Address the client says it wants to reach.", "[P6] 7.1.2.3"},
    {"server_uri", Kind::text, log | rule | buffer, {"Server URI", "服务器标识"},
     "Name of the server that is meant, or that calls its client.", "[P6] 7.1.2.6"},
    {"security_policy_uri", Kind::text, log | rule | buffer, {"Security policy URI", "安全策略标识"},
     "Algorithms that protect the channel.", "[P6] 6.7.2.3"},
    {"security_policy", Kind::u8, log | rule | learn, {"Security policy", "安全策略"},
     "Which of the standard's policies that is; None protects nothing.", "[P7] 6.6", policy_names},
    {"security_mode", Kind::u32, log | rule | learn, {"Security mode", "安全模式"},
     "Whether messages of the channel are signed and encrypted.", "[P4] 7.20", mode_names},
    {"certificate_size", Kind::u32, log | rule, {"Certificate", "证书长度"},
     "Length of the certificate the sender shows; 0 where it shows none.", "[P6] 6.7.2.3", {}, "octets"},
    {"certificate_name", Kind::text, log | rule | buffer, {"Certificate's name", "证书名称"},
     "Common name in the certificate the sender shows.", "[P6] 6.2.2"},
    {"receiver_thumbprint", Kind::bytes, log | rule | buffer, {"Receiver's thumbprint", "接收方证书指纹"},
     "SHA-1 of the certificate the message is encrypted for.", "[P6] 6.7.2.3"},
    {"request_type", Kind::u32, log | rule, {"Request type", "请求类型"},
     "Whether a channel is opened or its keys are renewed.", "[P4] 5.6.2", request_type_names},
    {"lifetime", Kind::u32, log | rule, {"Lifetime", "有效期"},
     "How long the channel's keys hold.", "[P4] 5.6.2", {}, "ms"},
    {"session_name", Kind::text, log | rule | buffer, {"Session name", "会话名称"},
     "What the client calls its session.", "[P4] 5.7.2"},
    {"session_id", Kind::text, log | rule | buffer, {"Session id", "会话标识"},
     "Node that stands for the session on the server.", "[P4] 5.7.2"},
    {"session_timeout", Kind::f64, log | rule, {"Session timeout", "会话超时"},
     "How long the session lives without a request.", "[P4] 5.7.2", {}, "ms"},
    {"application_uri", Kind::text, log | rule | learn | buffer, {"Application URI", "应用标识"},
     "Name of the sending application, the same on all its channels.", "[P4] 7.2"},
    {"product_uri", Kind::text, log | rule | buffer, {"Product URI", "产品标识"},
     "Name of the product the sending application is.", "[P4] 7.2"},
    {"application_name", Kind::text, log | rule | buffer, {"Application name", "应用名称"},
     "The sending application's name for people.", "[P4] 7.2"},
    {"application_type", Kind::u32, log | rule, {"Application type", "应用类型"},
     "Whether it is a server, a client, both or a directory of servers.", "[P4] 7.4", application_names},
    {"identity_token", Kind::u8, log | rule | learn, {"Identity token", "身份令牌"},
     "How the user signs in.", "[P4] 7.40", token_names},
    {"policy_id", Kind::text, log | rule | buffer, {"Token policy", "令牌策略"},
     "Which of the endpoint's ways to sign in is used.", "[P4] 7.41"},
    {"user_name", Kind::text, log | rule | learn | buffer, {"User name", "用户名"},
     "Who signs in.", "[P4] 7.40.4"},
    {"password_in_clear", Kind::boolean, log | rule, {"Password in clear", "口令明文"},
     "The password can be read on the wire.", "[P4] 7.40.4"},
    {"delete_subscriptions", Kind::boolean, log | rule, {"Delete subscriptions", "删除订阅"},
     "Whether the session's subscriptions end with it.", "[P4] 5.7.4"},
    {"max_age", Kind::f64, log | rule, {"Greatest age", "最大时效"},
     "How old a value may be that is read.", "[P4] 5.11.2", {}, "ms"},
    {"timestamps_to_return", Kind::u32, log | rule, {"Timestamps wanted", "返回时间戳"},
     "Which times shall come with the values.", "[P4] 7.39", timestamps_names},
    {"subscription_id", Kind::u32, log | rule, {"Subscription", "订阅标识"},
     "Number the server gave the subscription.", "[P4] 5.14.2"},
    {"publishing_interval", Kind::f64, log | rule, {"Publishing interval", "发布间隔"},
     "How often the subscription reports changes.", "[P4] 5.14.2", {}, "ms"},
    {"publishing_enabled", Kind::boolean, log | rule, {"Publishing", "发布使能"},
     "Whether the subscription reports at all.", "[P4] 5.14.2"},
    {"notification_sequence", Kind::u32, log | rule, {"Notification", "通知序号"},
     "Counts the reports of the subscription.", "[P4] 7.26"},
    {"more_notifications", Kind::boolean, log | rule, {"More notifications", "还有通知"},
     "Whether further reports wait for a request.", "[P4] 5.14.5"},
    {"acknowledgements", Kind::u32, log | rule, {"Acknowledgements", "确认数"},
     "How many reports the client says it has got.", "[P4] 5.14.5"},
    {"bad_results", Kind::u32, log | rule, {"Bad results", "失败结果数"},
     "How many of the things asked were refused.", "[P4] 7.38"},
    {"uadp_type", Kind::u8, log | rule | learn, {"UADP type", "UADP 类型"},
     "What a PubSub message carries.", "[P14] 7.2.4.4.2", uadp_names},
    {"publisher_id", Kind::text, log | rule | learn | buffer, {"Publisher", "发布者标识"},
     "Who publishes.", "[P14] 7.2.4.4.2"},
    {"writer_group_id", Kind::u16, log | rule | learn, {"Writer group", "写组标识"},
     "Which of the publisher's groups the message is of.", "[P14] 7.2.4.4.2"},
    {"group_version", Kind::u32, log | rule, {"Group version", "组版本"},
     "Version of the group's layout, in seconds since 2000.", "[P14] 7.2.4.4.2"},
    {"network_message_number", Kind::u16, log | rule, {"Network message", "网络报文编号"},
     "Which of the group's messages of one cycle it is.", "[P14] 7.2.4.4.2"},
    {"group_sequence", Kind::u16, log | rule, {"Group sequence", "组序号"},
     "Counts the group's messages.", "[P14] 7.2.4.4.2"},
    {"signed", Kind::boolean, log | rule, {"Signed", "已签名"},
     "Whether the PubSub message carries a signature.", "[P14] 7.2.4.4.3"},
};
inline constexpr auto fields = table("opcua", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field node_rows[] = {
    {"node_id", Kind::text, log | rule | learn | buffer, {"Node id", "节点标识"},
     "Node that is read, written, browsed, watched or made, such as ns=2;s=Pump1.", "[P6] 5.3.1.10"},
    {"attribute", Kind::u32, log | rule, {"Attribute", "属性"},
     "Which attribute of the node is meant.", "[P6] A.1", attribute_names},
    {"index_range", Kind::text, log | rule | buffer, {"Index range", "索引范围"},
     "Which elements of an array are meant.", "[P4] 7.27"},
    {"method_id", Kind::text, log | rule | learn | buffer, {"Method id", "方法标识"},
     "Method that is called on the node.", "[P4] 5.12.2"},
    {"method", Kind::u32, log | rule | learn, {"Method", "方法"},
     "Which of the standard's own methods that is.", "[IDS]", method_names},
    {"arguments", Kind::text, log | rule | buffer, {"Arguments", "参数"},
     "What a method is given, or gives back.", "[P4] 5.12.2"},
    {"reference_type", Kind::text, log | rule | buffer, {"Reference type", "引用类型"},
     "How one node refers to the other.", "[P4] 7.30"},
    {"browse_direction", Kind::u32, log | rule, {"Direction", "浏览方向"},
     "Which way references are followed.", "[P4] 7.6", direction_names},
    {"browse_name", Kind::text, log | rule | buffer, {"Browse name", "浏览名"},
     "The node's name within its server.", "[P4] 7.30"},
    {"display_name", Kind::text, log | rule | buffer, {"Display name", "显示名"},
     "The node's name for people.", "[P4] 7.30"},
    {"browse_path", Kind::text, log | rule | buffer, {"Browse path", "浏览路径"},
     "Names that lead from the node to the one wanted.", "[P4] 7.31"},
    {"node_class", Kind::u32, log | rule, {"Node class", "节点类别"},
     "What kind of node it is.", "[P4] 7.25", class_names},
    {"type_definition", Kind::text, log | rule | buffer, {"Type definition", "类型定义"},
     "Node that says what the node is an instance of.", "[P4] 7.30"},
    {"target_node_id", Kind::text, log | rule | buffer, {"Target", "目标节点"},
     "Node at the other end of a reference, or that was found.", "[P4] 7.5"},
    {"value", Kind::text, log | rule | buffer, {"Value", "值"},
     "The value in words, of a long list its start.", "[P6] 5.2.2.16"},
    {"value_type", Kind::u8, log | rule, {"Value type", "值类型"},
     "Built-in type of the value.", "[P6] 5.1.2", type_names},
    {"array_length", Kind::u32, log | rule, {"Array length", "数组长度"},
     "How many elements the value has, where it is a list.", "[P6] 5.2.2.16"},
    {"status", Kind::u32, log | rule, {"Status", "状态码"},
     "What came of this one, or how good its value is.", "[P4] 7.38", status_names},
    {"source_time", Kind::time_us, log | rule, {"Source time", "源时间"},
     "When the value's source took it.", "[P4] 7.11"},
    {"monitored_item_id", Kind::u32, log | rule, {"Monitored item", "监视项标识"},
     "Number the server gave the watch on a node.", "[P4] 5.13.2"},
    {"client_handle", Kind::u32, log | rule, {"Client handle", "客户端句柄"},
     "Number the client gave the watch, by which it is reported.", "[P4] 7.21"},
    {"monitoring_mode", Kind::u32, log | rule, {"Monitoring mode", "监视模式"},
     "Whether the node is sampled and reported.", "[P4] 7.23", monitoring_names},
    {"sampling_interval", Kind::f64, log | rule, {"Sampling interval", "采样间隔"},
     "How often the node is looked at.", "[P4] 7.21", {}, "ms"},
};
inline constexpr auto node_fields = table("opcua.node", node_rows);
inline constexpr Schema node_schema = node_fields.schema();

constexpr Field endpoint_rows[] = {
    {"url", Kind::text, log | rule | buffer, {"URL", "地址"},
     "Where the server can be reached.", "[P4] 7.14"},
    {"mode", Kind::u32, log | rule, {"Mode", "模式"},
     "Whether messages are signed and encrypted there.", "[P4] 7.20", mode_names},
    {"policy", Kind::u8, log | rule, {"Policy", "策略"},
     "Algorithms used there.", "[P7] 6.6", policy_names},
    {"policy_uri", Kind::text, log | rule | buffer, {"Policy URI", "策略标识"},
     "The same as the server writes it.", "[P4] 7.14"},
    {"user_tokens", Kind::text, log | rule | buffer, {"User tokens", "用户令牌"},
     "Ways to sign in there.", "[P4] 7.41"},
    {"security_level", Kind::u8, log | rule, {"Security level", "安全级别"},
     "How the server ranks its endpoints; more is safer.", "[P4] 7.14"},
    {"uri", Kind::text, log | rule | buffer, {"Server", "服务器"},
     "Application behind it.", "[P4] 7.2"},
    {"product", Kind::text, log | rule | buffer, {"Product", "产品"},
     "Product that application is.", "[P4] 7.2"},
    {"server_name", Kind::text, log | rule | buffer, {"Server name", "服务器名称"},
     "Its name for people.", "[P4] 7.2"},
    {"server_type", Kind::u32, log | rule, {"Server type", "服务器类型"},
     "Whether it is a server, a client, both or a directory of servers.", "[P4] 7.4", application_names},
    {"server_certificate_size", Kind::u32, log | rule, {"Server's certificate", "服务器证书长度"},
     "Length of the certificate it shows.", "[P4] 7.14", {}, "octets"},
};
inline constexpr auto endpoint_fields = table("opcua.endpoint", endpoint_rows);
inline constexpr Schema endpoint_schema = endpoint_fields.schema();

constexpr Field dataset_rows[] = {
    {"dataset_writer_id", Kind::u16, log | rule | learn, {"Dataset writer", "数据集写入者"},
     "Which of the publisher's datasets it is.", "[P14] 7.2.4.5.2"},
    {"dataset_type", Kind::u8, log | rule, {"Dataset type", "数据集类型"},
     "Whether all values come, those that changed, an event or none.", "[P14] 7.2.4.5.4", dataset_kind_names},
    {"dataset_encoding", Kind::u8, log | rule, {"Encoding", "编码"},
     "How its values are written.", "[P14] 7.2.4.5.4", dataset_encoding_names},
    {"dataset_valid", Kind::boolean, log | rule, {"Valid", "有效"},
     "Whether the rest of it means anything.", "[P14] 7.2.4.5.4"},
    {"dataset_sequence", Kind::u16, log | rule, {"Dataset sequence", "数据集序号"},
     "Counts the writer's messages.", "[P14] 7.2.4.5.4"},
    {"dataset_time", Kind::time_us, log | rule, {"Dataset time", "数据集时间"},
     "When its values were taken.", "[P14] 7.2.4.5.4"},
    {"dataset_status", Kind::u16, log | rule, {"Dataset status", "数据集状态"},
     "Upper half of the status code that tells how good its values are.", "[P14] 7.2.4.5.4"},
    {"dataset_field", Kind::u16, log | rule, {"Field", "字段"},
     "Place of the value in the dataset, counted from zero.", "[P14] 7.2.4.5.5"},
    {"dataset_value", Kind::text, log | rule | buffer, {"Field value", "字段值"},
     "That value in words.", "[P14] 7.2.4.5.5"},
};
inline constexpr auto dataset_fields = table("opcua.dataset", dataset_rows);
inline constexpr Schema dataset_schema = dataset_fields.schema();
// clang-format on

}  // namespace langyan::opcua
