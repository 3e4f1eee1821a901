// The tables of CoAP: methods, response codes, options, fields, faults. Sources as in coap.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::coap {

constexpr std::size_t header_bytes = 4;           // [7252] 3
constexpr std::uint8_t longest_token = 8;         // [7252] 3
constexpr std::uint8_t payload_marker = 0xff;     // [7252] 3
constexpr std::size_t longest_value_text = 4'096;  // of a payload taken for a value

// clang-format off
struct Method {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Method methods[] = {  // [7252] 5.8, [8132] 2 and 3
    {1, "get",    Verb::read},
    {2, "post",   Verb::write},
    {3, "put",    Verb::write},
    {4, "delete", Verb::configure},
    {5, "fetch",  Verb::read},
    {6, "patch",  Verb::write},
    {7, "ipatch", Verb::write},
};
inline constexpr auto method_names = names_of(methods);
inline constexpr Name code_names[] = {  // [7252] 12.1, class * 32 + detail
    {0, "empty"}, {1, "get"}, {2, "post"}, {3, "put"}, {4, "delete"}, {5, "fetch"}, {6, "patch"}, {7, "ipatch"},
    {65, "created"}, {66, "deleted"}, {67, "valid"}, {68, "changed"}, {69, "content"}, {95, "continue"},
    {128, "bad_request"}, {129, "unauthorized"}, {130, "bad_option"}, {131, "forbidden"}, {132, "not_found"},
    {133, "method_not_allowed"}, {134, "not_acceptable"}, {136, "request_entity_incomplete"}, {137, "conflict"},
    {140, "precondition_failed"}, {141, "request_entity_too_large"}, {143, "unsupported_content_format"},
    {150, "unprocessable_entity"}, {157, "too_many_requests"}, {160, "internal_server_error"}, {161, "not_implemented"},
    {162, "bad_gateway"}, {163, "service_unavailable"}, {164, "gateway_timeout"}, {165, "proxying_not_supported"},
    {168, "hop_limit_reached"}};

enum class Type : std::uint8_t { confirmable, non_confirmable, acknowledgement, reset };
inline constexpr Name type_names[] = {{0, "con"}, {1, "non"}, {2, "ack"}, {3, "rst"}};  // [7252] 3

namespace option {
enum : std::uint32_t {
  if_match = 1, uri_host = 3, etag = 4, if_none_match = 5, observe = 6, uri_port = 7, location_path = 8, oscore = 9,
  uri_path = 11, content_format = 12, max_age = 14, uri_query = 15, hop_limit = 16, accept = 17, location_query = 20,
  block2 = 23, block1 = 27, size2 = 28, proxy_uri = 35, proxy_scheme = 39, size1 = 60,
};
}
struct Option {
  std::uint32_t number;
  std::uint16_t least, most;  // octets
};
inline constexpr Option options[] = {  // [7252] 5.10, [7641] 2, [7959] 2.1 and 4, [8613] 2, [8768] 3
    {option::if_match, 0, 8},      {option::uri_host, 1, 255},       {option::etag, 1, 8},
    {option::if_none_match, 0, 0}, {option::observe, 0, 3},          {option::uri_port, 0, 2},
    {option::location_path, 0, 255}, {option::oscore, 0, 255},       {option::uri_path, 0, 255},
    {option::content_format, 0, 2}, {option::max_age, 0, 4},         {option::uri_query, 0, 255},
    {option::hop_limit, 1, 1},     {option::accept, 0, 2},           {option::location_query, 0, 255},
    {option::block2, 0, 3},        {option::block1, 0, 3},           {option::size2, 0, 4},
    {option::proxy_uri, 1, 1034},  {option::proxy_scheme, 1, 255},   {option::size1, 0, 4}};
inline constexpr Name format_names[] = {  // [7252] 12.3 and the registry of content formats
    {0, "text_plain"}, {40, "link_format"}, {41, "xml"}, {42, "octet_stream"}, {47, "exi"}, {50, "json"}, {60, "cbor"},
    {61, "cwt"}, {110, "senml_json"}, {112, "senml_cbor"}, {1542, "lwm2m_tlv_old"}, {11542, "lwm2m_tlv"}, {11543, "lwm2m_json"}, {11544, "lwm2m_cbor"}};

// Resources of OMA LwM2M whose numbers are fixed and that do more than hold a value ([LWM2M] E.4, E.6).
struct Resource {
  std::string_view path;
  Verb verb;
};
inline constexpr Resource lwm2m[] = {
    {"/3/0/4", Verb::reset},     // reboot
    {"/3/0/5", Verb::reset},     // factory reset
    {"/3/0/13", Verb::time},     // current time
    {"/5/0/0", Verb::firmware},  // package
    {"/5/0/1", Verb::firmware},  // package URI
    {"/5/0/2", Verb::firmware},  // update
};

inline constexpr Space spaces[] = {{"resource", {"Resource", "资源"}}};

constexpr Field rows[] = {
    {"message_type", Kind::u8, log | rule | learn, {"Type", "消息类型"},
     "Whether the receiver has to confirm, confirms, or does not understand.", "[7252] 3", type_names},
    {"code", Kind::u8, log | rule | learn | column, {"Code", "代码"},
     "Method of a request, or how it ended.", "[7252] 12.1", code_names},
    {"method", Kind::u8, log | rule | learn, {"Method", "方法"},
     "What a request wants.", "[7252] 5.8", method_names},
    {"message_id", Kind::u16, log, {"Message id", "消息标识"},
     "Joins a confirmation to its message, and tells repetitions.", "[7252] 3"},
    {"token", Kind::bytes, log | rule | buffer, {"Token", "令牌"},
     "Octets the client chose that join answers to its request.", "[7252] 5.3.1"},
    {"exchange", Kind::u32, pair, {"Exchange", "交换"},
     "The token, shortened to a number.", "[7252] 5.3.1"},
    {"repeated", Kind::boolean, log | rule, {"Repeated", "重传"},
     "Whether the same message was sent before.", "[7252] 4.2"},
    {"uri_host", Kind::text, log | rule | learn | buffer, {"Host", "主机"},
     "Host whose resource is meant.", "[7252] 5.10.1"},
    {"uri_port", Kind::u16, log | rule, {"Port", "端口"},
     "Port of the resource.", "[7252] 5.10.1"},
    {"uri_path", Kind::text, log | rule | learn | buffer, {"Path", "路径"},
     "Which resource is meant.", "[7252] 5.10.1"},
    {"uri_query", Kind::text, log | rule | buffer, {"Query", "查询"},
     "Arguments of the request.", "[7252] 5.10.1"},
    {"proxy_uri", Kind::text, log | rule | buffer, {"Proxy URI", "代理 URI"},
     "Resource that a proxy shall ask for.", "[7252] 5.10.2"},
    {"proxy_scheme", Kind::text, log | rule, {"Proxy scheme", "代理协议"},
     "Protocol by which a proxy shall ask.", "[7252] 5.10.2"},
    {"location", Kind::text, log | rule | buffer, {"Location", "新位置"},
     "Where a resource was made.", "[7252] 5.10.7"},
    {"content_format", Kind::u16, log | rule, {"Content format", "内容格式"},
     "What the payload is.", "[7252] 5.10.3", format_names},
    {"accept", Kind::u16, log | rule, {"Accept", "接受格式"},
     "What the client wants to get.", "[7252] 5.10.4", format_names},
    {"max_age", Kind::u32, log | rule, {"Max age", "有效期"},
     "How long the answer may be kept.", "[7252] 5.10.5", {}, "s"},
    {"etag", Kind::bytes, log | rule, {"ETag", "实体标签"},
     "Version of the resource.", "[7252] 5.10.6"},
    {"observe", Kind::u32, log | rule, {"Observe", "观察"},
     "Of a request 0 to be told of changes and 1 to end it; of an answer a counter.", "[7641] 2"},
    {"block_number", Kind::u32, log | rule, {"Block", "块号"},
     "Which piece of a longer body this is.", "[7959] 2.2"},
    {"block_more", Kind::boolean, log | rule, {"More blocks", "后续块"},
     "Whether pieces follow.", "[7959] 2.2"},
    {"block_size", Kind::u16, log | rule, {"Block size", "块大小"},
     "Octets of a piece.", "[7959] 2.2", {}, "octets"},
    {"body_size", Kind::u32, log | rule, {"Body size", "内容大小"},
     "Octets of the whole body.", "[7959] 4", {}, "octets"},
    {"oscore", Kind::boolean, log | rule | learn, {"OSCORE", "OSCORE 保护"},
     "Whether the message is protected, so that what it wants is hidden.", "[8613] 2"},
    {"message", Kind::text, log | rule | buffer, {"Message", "消息"},
     "The body, where it is text.", "[7252] 5.5"},
    {"payload", Kind::bytes, log | rule | buffer, {"Payload", "载荷"},
     "The body, where it is no text.", "[7252] 5.5"},
};
inline constexpr auto fields = table("coap", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, token, code, option, empty, payload, proxy };
constexpr Text check_device = {"Find the program that sent it and compare with its manual.", "查明发送报文的程序，并对照其手册。"};
inline constexpr Detection faults[] = {
    {9102900, "coap.truncated", Severity::low, "T0814", {"CoAP message ends too early", "CoAP 报文过早结束"},
     {"A token or an option reaches past the end of the message.", "令牌或选项超出报文末尾。"}, check_device},
    {9102901, "coap.token", Severity::low, "T0814", {"CoAP token length reserved", "CoAP 令牌长度为保留值"},
     {"The token is said to be longer than eight octets.", "令牌声明的长度超过 8 字节。"}, check_device},
    {9102902, "coap.code", Severity::low, "T0814", {"CoAP code unknown", "CoAP 代码未知"},
     {"The code is neither a method nor a response the standard defines.", "代码既不是标准定义的方法，也不是响应。"}, check_device},
    {9102903, "coap.option", Severity::low, "T0814", {"CoAP option malformed", "CoAP 选项格式错误"},
     {"An option has a length or a number that the standard forbids.", "选项的长度或编号不被标准允许。"}, check_device},
    {9102904, "coap.empty", Severity::low, "", {"CoAP empty message with contents", "CoAP 空报文携带内容"},
     {"A message without a code has a token, options or a payload.", "无代码的报文带有令牌、选项或载荷。"}, check_device},
    {9102905, "coap.payload", Severity::low, "", {"CoAP payload marker without a payload", "CoAP 载荷标记后无载荷"},
     {"The message ends with the octet that announces a payload.", "报文以载荷标记结尾而无载荷。"}, check_device},
    {9102906, "coap.proxy", Severity::medium, "T0884", {"CoAP request through a proxy", "CoAP 经代理的请求"},
     {"A device is asked to fetch something from elsewhere, which lets a client reach hosts it cannot reach itself.",
      "请求设备代为访问其他主机，可使客户端触及其无法直接访问的主机。"},
     {"Check that this device is meant to be a proxy.", "确认该设备应当充当代理。"}},
};
inline constexpr PortHint ports[] = {{Transport::udp, 5683}};

}  // namespace langyan::coap
