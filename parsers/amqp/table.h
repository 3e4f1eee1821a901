// The tables of AMQP: methods of 0-9-1, performatives of 1.0, fields, faults. Sources as in amqp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::amqp {

constexpr std::size_t opening_bytes = 8;      // "AMQP", protocol id, version ([091] 4.2.2, [10] 2.2)
constexpr std::size_t frame_header_bytes = 7;  // type, channel, size ([091] 4.2.3)
constexpr std::uint8_t frame_end = 0xce;      // [091] 4.2.3
constexpr std::size_t transport_header_bytes = 8;  // [10] 2.3.1
constexpr std::size_t longest_value_text = 4'096;  // of a payload taken for a value
constexpr std::uint16_t access_refused = 403;  // [091] 1.2

enum class Side : std::uint8_t { either, client, server };  // who sends it

// The arguments of a method in order: _ reserved short, x exchange, y second exchange, k routing key, q queue,
// c consumer tag, t exchange type, v virtual host, d delivery tag, o octet of bits, n octet of bits with the
// number of the one that says no answer is wanted, T table, r reply code, s reply text, l long, h short,
// S short text, L long text.
struct Method {
  std::uint32_t code;  // class and method
  std::string_view name;
  Verb verb;
  Side side;
  std::uint32_t answers;  // the method to which this is the answer; 0: none
  std::string_view arguments;
};
constexpr std::uint32_t method_code(std::uint32_t class_id, std::uint32_t method) { return class_id << 16 | method; }

namespace method {
constexpr std::uint32_t start = method_code(10, 10), start_ok = method_code(10, 11), tune = method_code(10, 30),
                        close = method_code(10, 50), publish = method_code(60, 40), deliver = method_code(60, 60);
}

// clang-format off
inline constexpr Method methods[] = {  // [091] reference, and RabbitMQ's additions [RMQ]
    {method::start,        "connection.start",            Verb::session,   Side::server, 0, ""},
    {method::start_ok,     "connection.start-ok",         Verb::auth,      Side::client, 0, ""},
    {method_code(10, 20),  "connection.secure",           Verb::auth,      Side::server, 0, "L"},
    {method_code(10, 21),  "connection.secure-ok",        Verb::auth,      Side::client, 0, "L"},
    {method::tune,         "connection.tune",             Verb::session,   Side::server, method::start_ok, ""},
    {method_code(10, 31),  "connection.tune-ok",          Verb::session,   Side::client, 0, ""},
    {method_code(10, 40),  "connection.open",             Verb::session,   Side::client, 0, "vSo"},
    {method_code(10, 41),  "connection.open-ok",          Verb::session,   Side::server, method_code(10, 40), "S"},
    {method::close,        "connection.close",            Verb::session,   Side::either, 0, "rshh"},
    {method_code(10, 51),  "connection.close-ok",         Verb::session,   Side::either, method::close, ""},
    {method_code(10, 60),  "connection.blocked",          Verb::alarm,     Side::server, 0, "s"},
    {method_code(10, 61),  "connection.unblocked",        Verb::report,    Side::server, 0, ""},
    {method_code(10, 70),  "connection.update-secret",    Verb::auth,      Side::client, 0, "Ls"},
    {method_code(10, 71),  "connection.update-secret-ok", Verb::auth,      Side::server, method_code(10, 70), ""},
    {method_code(20, 10),  "channel.open",                Verb::session,   Side::client, 0, "S"},
    {method_code(20, 11),  "channel.open-ok",             Verb::session,   Side::server, method_code(20, 10), "L"},
    {method_code(20, 20),  "channel.flow",                Verb::session,   Side::either, 0, "o"},
    {method_code(20, 21),  "channel.flow-ok",             Verb::session,   Side::either, method_code(20, 20), "o"},
    {method_code(20, 40),  "channel.close",               Verb::session,   Side::either, 0, "rshh"},
    {method_code(20, 41),  "channel.close-ok",            Verb::session,   Side::either, method_code(20, 40), ""},
    {method_code(40, 10),  "exchange.declare",            Verb::configure, Side::client, 0, "_xtn4T"},
    {method_code(40, 11),  "exchange.declare-ok",         Verb::configure, Side::server, method_code(40, 10), ""},
    {method_code(40, 20),  "exchange.delete",             Verb::configure, Side::client, 0, "_xn1"},
    {method_code(40, 21),  "exchange.delete-ok",          Verb::configure, Side::server, method_code(40, 20), ""},
    {method_code(40, 30),  "exchange.bind",               Verb::configure, Side::client, 0, "_xykn0T"},
    {method_code(40, 31),  "exchange.bind-ok",            Verb::configure, Side::server, method_code(40, 30), ""},
    {method_code(40, 40),  "exchange.unbind",             Verb::configure, Side::client, 0, "_xykn0T"},
    {method_code(40, 51),  "exchange.unbind-ok",          Verb::configure, Side::server, method_code(40, 40), ""},
    {method_code(50, 10),  "queue.declare",               Verb::configure, Side::client, 0, "_qn4T"},
    {method_code(50, 11),  "queue.declare-ok",            Verb::configure, Side::server, method_code(50, 10), "qll"},
    {method_code(50, 20),  "queue.bind",                  Verb::configure, Side::client, 0, "_qxkn0T"},
    {method_code(50, 21),  "queue.bind-ok",               Verb::configure, Side::server, method_code(50, 20), ""},
    {method_code(50, 30),  "queue.purge",                 Verb::configure, Side::client, 0, "_qn0"},
    {method_code(50, 31),  "queue.purge-ok",              Verb::configure, Side::server, method_code(50, 30), "l"},
    {method_code(50, 40),  "queue.delete",                Verb::configure, Side::client, 0, "_qn2"},
    {method_code(50, 41),  "queue.delete-ok",             Verb::configure, Side::server, method_code(50, 40), "l"},
    {method_code(50, 50),  "queue.unbind",                Verb::configure, Side::client, 0, "_qxkT"},
    {method_code(50, 51),  "queue.unbind-ok",             Verb::configure, Side::server, method_code(50, 50), ""},
    {method_code(60, 10),  "basic.qos",                   Verb::session,   Side::client, 0, "lho"},
    {method_code(60, 11),  "basic.qos-ok",                Verb::session,   Side::server, method_code(60, 10), ""},
    {method_code(60, 20),  "basic.consume",               Verb::subscribe, Side::client, 0, "_qcn3T"},
    {method_code(60, 21),  "basic.consume-ok",            Verb::subscribe, Side::server, method_code(60, 20), "c"},
    {method_code(60, 30),  "basic.cancel",                Verb::session,   Side::either, 0, "cn0"},
    {method_code(60, 31),  "basic.cancel-ok",             Verb::session,   Side::either, method_code(60, 30), "c"},
    {method::publish,      "basic.publish",               Verb::report,    Side::client, 0, "_xko"},
    {method_code(60, 50),  "basic.return",                Verb::report,    Side::server, 0, "rsxk"},
    {method::deliver,      "basic.deliver",               Verb::report,    Side::server, 0, "cdoxk"},
    {method_code(60, 70),  "basic.get",                   Verb::read,      Side::client, 0, "_qo"},
    {method_code(60, 71),  "basic.get-ok",                Verb::read,      Side::server, method_code(60, 70), "doxkl"},
    {method_code(60, 72),  "basic.get-empty",             Verb::read,      Side::server, method_code(60, 70), "S"},
    {method_code(60, 80),  "basic.ack",                   Verb::report,    Side::either, 0, "do"},
    {method_code(60, 90),  "basic.reject",                Verb::report,    Side::client, 0, "do"},
    {method_code(60, 100), "basic.recover-async",         Verb::session,   Side::client, 0, "o"},
    {method_code(60, 110), "basic.recover",               Verb::session,   Side::client, 0, "o"},
    {method_code(60, 111), "basic.recover-ok",            Verb::session,   Side::server, method_code(60, 110), ""},
    {method_code(60, 120), "basic.nack",                  Verb::report,    Side::either, 0, "do"},
    {method_code(85, 10),  "confirm.select",              Verb::session,   Side::client, 0, "n0"},
    {method_code(85, 11),  "confirm.select-ok",           Verb::session,   Side::server, method_code(85, 10), ""},
    {method_code(90, 10),  "tx.select",                   Verb::session,   Side::client, 0, ""},
    {method_code(90, 11),  "tx.select-ok",                Verb::session,   Side::server, method_code(90, 10), ""},
    {method_code(90, 20),  "tx.commit",                   Verb::session,   Side::client, 0, ""},
    {method_code(90, 21),  "tx.commit-ok",                Verb::session,   Side::server, method_code(90, 20), ""},
    {method_code(90, 30),  "tx.rollback",                 Verb::session,   Side::client, 0, ""},
    {method_code(90, 31),  "tx.rollback-ok",              Verb::session,   Side::server, method_code(90, 30), ""},
};

namespace performative {  // [10] 2.7, 5.3.3: the code of the descriptor
enum : std::uint32_t {
  open = 0x10, begin, attach, flow, transfer, disposition, detach, end, close,
  sasl_mechanisms = 0x40, sasl_init, sasl_challenge, sasl_response, sasl_outcome,
};
}
struct Performative {
  std::uint32_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Performative performatives[] = {
    {performative::open,            "open",            Verb::session},
    {performative::begin,           "begin",           Verb::session},
    {performative::attach,          "attach",          Verb::subscribe},
    {performative::flow,            "flow",            Verb::session},
    {performative::transfer,        "transfer",        Verb::report},
    {performative::disposition,     "disposition",     Verb::report},
    {performative::detach,          "detach",          Verb::session},
    {performative::end,             "end",             Verb::session},
    {performative::close,           "close",           Verb::session},
    {performative::sasl_mechanisms, "sasl-mechanisms", Verb::auth},
    {performative::sasl_init,       "sasl-init",       Verb::auth},
    {performative::sasl_challenge,  "sasl-challenge",  Verb::auth},
    {performative::sasl_response,   "sasl-response",   Verb::auth},
    {performative::sasl_outcome,    "sasl-outcome",    Verb::auth},
};

consteval auto function_names_of() {
  std::array<Name, std::size(methods) + std::size(performatives)> all{};
  std::size_t i = 0;
  for (const Method& each : methods) all[i++] = {each.code, each.name};
  for (const Performative& each : performatives) all[i++] = {each.code, each.name};
  return all;
}
inline constexpr auto function_names = function_names_of();

enum class FrameType : std::uint8_t { method = 1, header = 2, body = 3, heartbeat = 8, opening = 16, transport = 17, sasl = 18 };
inline constexpr Name frame_names[] = {
    {1, "method"}, {2, "header"}, {3, "body"}, {8, "heartbeat"}, {16, "protocol_header"}, {17, "amqp"}, {18, "sasl"}};

struct Version {  // what follows "AMQP" in a protocol header
  std::array<std::uint8_t, 4> octets;
  std::string_view name;
};
inline constexpr Version versions[] = {
    {{0, 0, 9, 1}, "0-9-1"}, {{1, 1, 8, 0}, "0-8"}, {{1, 1, 0, 9}, "0-9"}, {{1, 1, 9, 1}, "0-9-1 (old form)"}, {{1, 1, 0, 10}, "0-10"},
    {{0, 1, 0, 0}, "1.0"}, {{2, 1, 0, 0}, "1.0 TLS"}, {{3, 1, 0, 0}, "1.0 SASL"}};
inline constexpr Name sasl_names[] = {{0, "ok"}, {1, "auth"}, {2, "sys"}, {3, "sys_perm"}, {4, "sys_temp"}};  // [10] 5.3.3.6

enum class Place : std::uint8_t { route, queue, exchange, virtual_host, address, link };
inline constexpr Space spaces[] = {
    {"route", {"Exchange and key", "交换机与路由键"}}, {"queue", {"Queue", "队列"}},
    {"exchange", {"Exchange", "交换机"}},              {"virtual_host", {"Virtual host", "虚拟主机"}},
    {"address", {"Address", "地址"}},                  {"link", {"Link", "链路"}},
};

constexpr Field rows[] = {
    {"frame_type", Kind::u8, log | rule | learn, {"Frame", "帧类型"},
     "Whether the frame asks something, describes a message, carries it or only keeps the connection.", "[091] 4.2.3", frame_names},
    {"protocol_version", Kind::text, log | rule, {"Version", "协议版本"},
     "Version of AMQP that a protocol header names.", "[091] 4.2.2"},
    {"channel", Kind::u16, log | pair, {"Channel", "通道"},
     "Conversation within the connection.", "[091] 4.2.3"},
    {"method", Kind::u32, log | rule | learn | column, {"Method", "方法"},
     "What is asked or answered: class and method of 0-9-1, performative of 1.0.", "[091] reference, [10] 2.7", function_names},
    {"asked_method", Kind::u32, pair, {"Request", "请求"},
     "The method that is asked or answered, which joins both.", "[091] 2.2.2"},
    {"product", Kind::text, log | rule | buffer, {"Product", "产品"},
     "Program that speaks.", "[091] connection.start"},
    {"product_version", Kind::text, log | rule | buffer, {"Product version", "产品版本"},
     "Version of that program.", "[091] connection.start"},
    {"platform", Kind::text, log | rule | buffer, {"Platform", "平台"},
     "What that program runs on.", "[091] connection.start"},
    {"mechanisms", Kind::text, log | rule | buffer, {"Mechanisms", "可用认证机制"},
     "Ways to sign in that the broker offers.", "[091] connection.start"},
    {"mechanism", Kind::text, log | rule | learn | buffer, {"Mechanism", "认证机制"},
     "How the client signs in.", "[091] connection.start-ok"},
    {"user_name", Kind::text, log | rule | learn | buffer, {"User name", "用户名"},
     "User the client signs in as.", "RFC 4616 2"},
    {"has_password", Kind::boolean, log | rule, {"Password sent", "携带口令"},
     "Whether a password crossed the wire in clear.", "RFC 4616 2"},
    {"password_length", Kind::u16, log | rule, {"Password length", "口令长度"},
     "Octets of the password, which itself is not recorded.", "RFC 4616 2", {}, "octets"},
    {"sasl_outcome", Kind::u8, log | rule, {"Sign-in result", "登录结果"},
     "Whether the client is let in, in 1.0.", "[10] 5.3.3.6", sasl_names},
    {"virtual_host", Kind::text, log | rule | learn | buffer, {"Virtual host", "虚拟主机"},
     "Part of the broker the client works in.", "[091] connection.open"},
    {"exchange", Kind::text, log | rule | learn | buffer, {"Exchange", "交换机"},
     "Where messages are published to.", "[091] basic.publish"},
    {"source_exchange", Kind::text, log | rule | buffer, {"Source exchange", "源交换机"},
     "Exchange from which another one is fed.", "[RMQ] exchange.bind"},
    {"exchange_type", Kind::text, log | rule | buffer, {"Exchange type", "交换机类型"},
     "How an exchange chooses queues.", "[091] exchange.declare"},
    {"routing_key", Kind::text, log | rule | learn | buffer, {"Routing key", "路由键"},
     "By what the exchange chooses queues.", "[091] basic.publish"},
    {"queue", Kind::text, log | rule | learn | buffer, {"Queue", "队列"},
     "Where messages wait for a consumer.", "[091] queue.declare"},
    {"consumer_tag", Kind::text, log | rule | buffer, {"Consumer tag", "消费者标识"},
     "Name of a consumer on its channel.", "[091] basic.consume"},
    {"delivery_tag", Kind::u64, log | rule, {"Delivery tag", "投递标识"},
     "Number of a delivery on its channel.", "[091] basic.deliver"},
    {"reply_code", Kind::u16, log | rule | learn, {"Reply code", "应答码"},
     "Why a channel or connection is closed or a message returned.", "[091] 1.2"},
    {"reply_text", Kind::text, log | rule | buffer, {"Reply text", "应答文本"},
     "The reason in words.", "[091] connection.close"},
    {"channel_max", Kind::u16, log | rule, {"Most channels", "最大通道数"},
     "How many channels the connection may have.", "[091] connection.tune"},
    {"frame_max", Kind::u32, log | rule, {"Largest frame", "最大帧"},
     "Longest frame of the connection.", "[091] connection.tune", {}, "octets"},
    {"heartbeat", Kind::u32, log | rule, {"Heartbeat", "心跳间隔"},
     "Longest silence before the connection counts as lost.", "[091] connection.tune, [10] 2.4.5"},
    {"body_size", Kind::u64, log | rule, {"Body size", "消息大小"},
     "Octets of a message.", "[091] 4.2.6.1", {}, "octets"},
    {"content_type", Kind::text, log | rule | buffer, {"Content type", "内容类型"},
     "What the sender says the message is.", "[091] 1.8 basic"},
    {"message", Kind::text, log | rule | buffer, {"Message", "消息"},
     "The message, where it is text.", "[091] 4.2.6.2"},
    {"payload", Kind::bytes, log | rule | buffer, {"Payload", "载荷"},
     "The message, where it is no text.", "[091] 4.2.6.2"},
    {"container_id", Kind::text, log | rule | learn | buffer, {"Container id", "容器标识"},
     "Name of a peer of 1.0.", "[10] 2.7.1"},
    {"hostname", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Host the client means to reach.", "[10] 2.7.1"},
    {"link_name", Kind::text, log | rule | buffer, {"Link name", "链路名"},
     "Name of a link between two addresses.", "[10] 2.7.3"},
    {"link_handle", Kind::u32, log | rule, {"Link handle", "链路句柄"},
     "Number of a link in its session.", "[10] 2.7.3"},
    {"is_receiver", Kind::boolean, log | rule, {"Receiver", "接收方"},
     "Whether the sender of this frame receives the link's messages.", "[10] 2.8.1"},
    {"source_address", Kind::text, log | rule | learn | buffer, {"Source", "源地址"},
     "Where the messages of a link come from.", "[10] 3.5.3"},
    {"target_address", Kind::text, log | rule | learn | buffer, {"Target", "目标地址"},
     "Where the messages of a link, or this message, go.", "[10] 3.5.4"},
    {"subject", Kind::text, log | rule | buffer, {"Subject", "主题"},
     "What a message is about.", "[10] 3.2.4"},
    {"error_condition", Kind::text, log | rule | buffer, {"Error", "错误"},
     "Why something ended, in 1.0.", "[10] 2.8.14"},
};
inline constexpr auto fields = table("amqp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, trailing, method, encoding, password, anonymous, default_user };
constexpr Text check_client = {"Find the program that sent it and compare with its manual.", "查明发送报文的程序，并对照其手册。"};
inline constexpr Detection faults[] = {
    {9103000, "amqp.truncated", Severity::low, "T0814", {"AMQP frame ends too early", "AMQP 帧过早结束"},
     {"A length within the frame reaches past its end.", "帧内的长度超出帧末尾。"}, check_client},
    {9103001, "amqp.trailing", Severity::low, "", {"Octets after an AMQP method's arguments", "AMQP 方法参数后有多余字节"},
     {"The frame is longer than the method needs.", "帧长于该方法所需。"}, check_client},
    {9103002, "amqp.method", Severity::low, "", {"AMQP method unknown", "AMQP 方法未知"},
     {"Class and method, or the performative, are none of the standard's.", "类与方法或操作不在标准之内。"}, check_client},
    {9103003, "amqp.encoding", Severity::low, "T0814", {"AMQP value malformed", "AMQP 值编码错误"},
     {"A table or a typed value cannot be read.", "字段表或类型化的值无法解析。"}, check_client},
    {9103004, "amqp.password_in_clear", Severity::medium, "T0859", {"AMQP password in clear", "AMQP 口令明文传输"},
     {"A client sent its user name and password without encryption; whoever listens can sign in with them.",
      "客户端未加密发送用户名和口令，任何监听者都可用其登录。"},
     {"Let clients connect over TLS on port 5671 and change the passwords that were seen.",
      "让客户端改用 5671 端口的 TLS 连接，并更换已泄露的口令。"}},
    {9103005, "amqp.anonymous", Severity::low, "T0859", {"AMQP client without a user", "AMQP 匿名客户端"},
     {"A client signs in as nobody.", "客户端以匿名方式登录。"},
     {"Require credentials or certificates at the broker.", "在服务器上要求凭据或证书。"}},
    {9103006, "amqp.default_user", Severity::high, "T0812", {"AMQP default user and password", "AMQP 默认用户与口令"},
     {"A client signed in as guest with the password every installation has.", "客户端以 guest 及出厂默认口令登录。"},
     {"Remove the user guest from the broker.", "从服务器中删除 guest 用户。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 5672}};

inline const Method* method_row(std::uint32_t code) {
  for (const Method& row : methods)
    if (row.code == code) return &row;
  return nullptr;
}

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::amqp
