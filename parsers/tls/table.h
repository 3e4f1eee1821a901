// TLS: what the sides say before they speak in secret: who is asked for, who answers, with which version,
// cipher and certificate. Records of encrypted data are passed over.
//
// [TLS13] RFC 8446, [TLS12] RFC 5246, [SSL3] RFC 6101, [SSL2] RFC 6101 appendix E (compatible ClientHello)
// [EXT]   RFC 6066 (extensions), [ALPN] RFC 7301, [HB] RFC 6520 (heartbeat), [X509] RFC 5280, [GREASE] RFC 8701
// [JA3]   github.com/salesforce/ja3, README; [JA4] github.com/FoxIO-LLC/ja4, technical_details/JA4.md
#pragma once

#include "fields/protocol.h"
#include "parsers/tls/suites.h"

namespace langyan::tls {

constexpr std::size_t header_bytes = 5;
constexpr std::size_t longest_record = 16'384 + 2'048;  // [TLS12] 6.2.3, with the expansion of encryption
constexpr std::size_t longest_clear_record = 16'384;    // 6.2.1
constexpr std::size_t message_head_bytes = 4;           // of a handshake message: type, length of 24 bits
constexpr std::size_t most_messages = 64;               // of one flight, or of a record
constexpr std::size_t longest_flight = most_message_bytes;
constexpr std::size_t most_kept_name = 64;              // octets of the name asked for, to compare with the certificate

enum class Content : std::uint8_t { change_cipher_spec = 20, alert, handshake, application_data, heartbeat };
enum class Shake : std::uint8_t {
  client_hello = 1, server_hello = 2, certificate = 11, server_key_exchange = 12, certificate_request = 13,
  server_hello_done = 14, client_key_exchange = 16,
};
// SSL 2.0 is 0x0002 on the wire; so that versions compare as they followed each other it has another number here.
constexpr std::uint16_t ssl2_on_wire = 0x0002, ssl2 = 0x0200;
constexpr std::uint16_t ssl3 = 0x0300, tls10 = 0x0301, tls11 = 0x0302, tls12 = 0x0303, tls13 = 0x0304;

// clang-format off
inline constexpr Name content_names[] = {  // [TLS13] B.1
    {20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"}, {23, "application_data"}, {24, "heartbeat"}};
inline constexpr Name version_names[] = {  // as rules of Suricata spell them, after "TLS"
    {ssl2, "ssl2"}, {ssl3, "ssl3"}, {tls10, "1.0"}, {tls11, "1.1"}, {tls12, "1.2"}, {tls13, "1.3"}};
inline constexpr Name handshake_names[] = {  // [TLS13] B.3, [TLS12] A.4
    {0, "hello_request"}, {1, "client_hello"}, {2, "server_hello"}, {3, "hello_verify_request"}, {4, "new_session_ticket"},
    {5, "end_of_early_data"}, {8, "encrypted_extensions"}, {11, "certificate"}, {12, "server_key_exchange"},
    {13, "certificate_request"}, {14, "server_hello_done"}, {15, "certificate_verify"}, {16, "client_key_exchange"},
    {20, "finished"}, {21, "certificate_url"}, {22, "certificate_status"}, {23, "supplemental_data"}, {24, "key_update"},
    {25, "compressed_certificate"}};
inline constexpr Name alert_level_names[] = {{1, "warning"}, {2, "fatal"}};
inline constexpr Name alert_names[] = {  // [TLS13] B.2, [TLS12] A.3, IANA "TLS Alerts"
    {0, "close_notify"}, {10, "unexpected_message"}, {20, "bad_record_mac"}, {21, "decryption_failed"}, {22, "record_overflow"},
    {30, "decompression_failure"}, {40, "handshake_failure"}, {41, "no_certificate"}, {42, "bad_certificate"},
    {43, "unsupported_certificate"}, {44, "certificate_revoked"}, {45, "certificate_expired"}, {46, "certificate_unknown"},
    {47, "illegal_parameter"}, {48, "unknown_ca"}, {49, "access_denied"}, {50, "decode_error"}, {51, "decrypt_error"},
    {60, "export_restriction"}, {70, "protocol_version"}, {71, "insufficient_security"}, {80, "internal_error"},
    {86, "inappropriate_fallback"}, {90, "user_canceled"}, {100, "no_renegotiation"}, {109, "missing_extension"},
    {110, "unsupported_extension"}, {111, "certificate_unobtainable"}, {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"}, {114, "bad_certificate_hash_value"}, {115, "unknown_psk_identity"},
    {116, "certificate_required"}, {120, "no_application_protocol"}, {121, "ech_required"}};

constexpr Field rows[] = {
    {"content_type", Kind::u8, rule, {"Content type", "内容类型"}, "What the record holds.", "[TLS13] 5.1", content_names},
    {"handshake", Kind::u8, log | rule, {"Handshake", "握手消息"},
     "First handshake message of the flight.", "[TLS13] 4", handshake_names},
    {"version", Kind::u16, log | rule | learn, {"Version", "版本"},
     "Version the server chose; of a client the highest it names first.", "[TLS13] 4.2.1", version_names},
    {"legacy_version", Kind::u16, log | rule, {"Legacy version", "旧版本字段"},
     "Version as the hello itself says, which TLS 1.3 keeps at 1.2.", "[TLS13] 4.1.2", version_names},
    {"sni", Kind::text, log | rule | buffer, {"Server name", "服务器名"},
     "Host the client asks for.", "[EXT] 3"},
    {"alpn", Kind::text, log | rule | buffer, {"Application protocols", "应用协议"},
     "Protocols the client offers to speak inside, or the one the server chose.", "[ALPN] 3.1"},
    {"cipher", Kind::u16, log | rule | learn, {"Cipher suite", "密码套件"},
     "Cipher suite the server chose.", "[TLS13] B.4", suite_names},
    {"cipher_suites", Kind::words, rule | buffer, {"Offered suites", "候选套件"},
     "Cipher suites the client offers.", "[TLS13] 4.1.2"},
    {"random", Kind::bytes, rule | buffer, {"Random", "随机数"}, "The 32 random octets of a hello.", "[TLS13] 4.1.2"},
    {"random_time", Kind::bytes, rule | buffer, {"Random time", "随机数时间"},
     "First four octets of the random, which once were a clock.", "[TLS12] 7.4.1.2"},
    {"random_bytes", Kind::bytes, rule | buffer, {"Random octets", "随机数其余字节"},
     "The random without its first four octets.", "[TLS12] 7.4.1.2"},
    {"session_id", Kind::bytes, rule | buffer, {"Session id", "会话标识"},
     "Session the client wants to go on with, or the server's answer to that.", "[TLS12] 7.4.1.2"},
    {"retry", Kind::boolean, log | rule, {"Retry", "重试请求"},
     "The server asks for another hello with a key it can use.", "[TLS13] 4.1.4"},
    {"ja3", Kind::text, log | rule | buffer, {"JA3", "JA3 指纹"}, "MD5 of the client's JA3 string.", "[JA3]"},
    {"ja3_string", Kind::text, rule | buffer, {"JA3 string", "JA3 字符串"},
     "Version, suites, extensions, groups and point formats of the client.", "[JA3]"},
    {"ja3s", Kind::text, log | rule | buffer, {"JA3S", "JA3S 指纹"}, "MD5 of the server's JA3S string.", "[JA3]"},
    {"ja3s_string", Kind::text, rule | buffer, {"JA3S string", "JA3S 字符串"},
     "Version, suite and extensions of the server.", "[JA3]"},
    {"ja4", Kind::text, log | rule | buffer, {"JA4", "JA4 指纹"},
     "Fingerprint of the client that the order of its offers does not change.", "[JA4]"},
    {"chain_length", Kind::u16, log | rule, {"Chain length", "证书链长度"},
     "Certificates the side sent.", "[TLS12] 7.4.2", {}, "certificates"},
    {"cert_subject", Kind::text, log | rule | buffer, {"Subject", "证书主体"},
     "Whom the first certificate names.", "[X509] 4.1.2.6"},
    {"cert_issuer", Kind::text, log | rule | buffer, {"Issuer", "证书颁发者"},
     "Who signed the first certificate.", "[X509] 4.1.2.4"},
    {"cert_serial", Kind::text, log | rule | buffer, {"Serial number", "证书序列号"},
     "Serial number of the first certificate, in hex with colons.", "[X509] 4.1.2.2"},
    {"cert_fingerprint", Kind::text, log | rule | buffer, {"Fingerprint", "证书指纹"},
     "SHA-1 of the first certificate, in hex with colons.", "[X509] 4.1"},
    {"cert_not_before", Kind::time_us, log | rule, {"Valid from", "生效时间"},
     "When the first certificate starts to be valid.", "[X509] 4.1.2.5"},
    {"cert_not_after", Kind::time_us, log | rule, {"Valid until", "失效时间"},
     "When the first certificate ends to be valid.", "[X509] 4.1.2.5"},
    {"cert_expired", Kind::boolean, log | rule, {"Expired", "证书已过期"},
     "The first certificate was no longer valid when it was sent.", "[X509] 4.1.2.5"},
    {"cert_self_signed", Kind::boolean, log | rule, {"Self-signed", "自签名"},
     "The first certificate names its subject as its issuer.", "[X509] 3.2"},
    {"alert_level", Kind::u8, log | rule, {"Alert level", "告警级别"},
     "Whether the alert ends the connection.", "[TLS12] 7.2", alert_level_names},
    {"alert", Kind::u8, log | rule, {"Alert", "告警"}, "What a side tells the other is wrong.", "[TLS13] 6", alert_names},
    {"heartbeat_length", Kind::u16, rule, {"Heartbeat length", "心跳长度"},
     "Octets of payload a heartbeat in clear says it has.", "[HB] 4"},
};
inline constexpr auto fields = table("tls", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field certificate_rows[] = {
    {"certs", Kind::bytes, rule | buffer, {"Certificate", "证书"},
     "Certificate of the chain in DER, the side's own first.", "[TLS12] 7.4.2"},
    {"chain_fingerprint", Kind::text, log | rule | buffer, {"Fingerprint in the chain", "链中证书指纹"},
     "SHA-1 of each certificate of the chain, in hex with colons.", "[X509] 4.1"},
};
inline constexpr auto certificate_fields = table("tls.certificate", certificate_rows);
inline constexpr Schema certificate_schema = certificate_fields.schema();

constexpr Field name_rows[] = {
    {"subject_alt_names", Kind::text, log | rule | buffer, {"Alternative name", "备用名称"},
     "Name or address the first certificate is also for.", "[X509] 4.2.1.6"},
};
inline constexpr auto name_fields = table("tls.name", name_rows);
inline constexpr Schema name_schema = name_fields.schema();
// clang-format on

// The one that weighs most comes first: a message has one fault.
enum class Wrong : std::uint8_t {
  heartbleed, record, length, flight, ssl_2, ssl_3, old_version, weak_cipher, certificate, expired, not_yet, other_name
};
constexpr Text look_at_peer = {"Find out which program sent it; scanners and exploits look like this.",
                               "查明是哪个程序发出的；扫描器和漏洞利用常呈此状。"};
constexpr Text update_peer = {
    "Update or reconfigure the older of the two sides; until then keep the connection within its zone.",
    "升级或重新配置较旧的一端；在此之前将该连接限制在其区域内。"};
constexpr Text renew = {"Have the certificate renewed, so that a forged one stands out.", "更换证书，使伪造证书能被识别。"};
inline constexpr Detection faults[] = {
    {9105500, "tls.heartbleed", Severity::high, "T0866", {"Heartbeat asks for more than it sent", "心跳请求长度大于实际载荷"},
     {"A heartbeat says that it has more payload than its record holds, which makes old servers send their memory.",
      "心跳声称的载荷长度超过记录实际内容，会使旧版服务器泄露内存。"},
     {"Check the server's OpenSSL version (CVE-2014-0160) and treat its keys as known to others.",
      "检查服务器的 OpenSSL 版本（CVE-2014-0160），并视其密钥已泄露。"}},
    {9105501, "tls.record", Severity::low, "T0814", {"TLS record that cannot be", "TLS 记录不合规"},
     {"A record is empty or longer than the standard allows.", "记录为空或超过标准允许的长度。"}, look_at_peer},
    {9105502, "tls.length", Severity::medium, "T0814", {"TLS handshake lies about a length", "TLS 握手长度不符"},
     {"A length within a handshake message reaches past its end.", "握手消息内的长度超出消息末尾。"}, look_at_peer},
    {9105503, "tls.flight", Severity::low, "T0814", {"TLS handshake too long", "TLS 握手过长"},
     {"A handshake message is longer than 64 KiB, or a flight has more than 64 of them; it is not read.",
      "握手消息超过 64 KiB，或一轮握手超过 64 条消息；不予解析。"}, look_at_peer},
    {9105504, "tls.ssl2", Severity::medium, "T0885", {"SSL 2.0 spoken", "使用 SSL 2.0"},
     {"The server chose SSL 2.0, which protects nothing.", "服务器选择了 SSL 2.0，该版本不提供任何保护。"}, update_peer},
    {9105505, "tls.ssl3", Severity::medium, "T0885", {"SSL 3.0 spoken", "使用 SSL 3.0"},
     {"The server chose SSL 3.0, which who stands between can read.", "服务器选择了 SSL 3.0，中间人可读取内容。"}, update_peer},
    {9105506, "tls.old_version", Severity::low, "", {"TLS 1.0 or 1.1 spoken", "使用 TLS 1.0 或 1.1"},
     {"The server chose a version that RFC 8996 withdrew.", "服务器选择了已被 RFC 8996 废止的版本。"}, update_peer},
    {9105507, "tls.weak_cipher", Severity::medium, "", {"Weak cipher suite chosen", "选择了弱密码套件"},
     {"The server chose a suite without secrecy, without proof of who it is, or with a broken cipher.",
      "服务器选择的套件不加密、不验证身份或使用已被攻破的算法。"}, update_peer},
    {9105508, "tls.certificate", Severity::low, "", {"Certificate that cannot be read", "证书无法解析"},
     {"The octets of a certificate are no X.509 certificate.", "证书内容不是 X.509 证书。"}, look_at_peer},
    {9105509, "tls.expired", Severity::low, "", {"Expired certificate", "证书已过期"},
     {"A side showed a certificate that is no longer valid.", "一方出示了已失效的证书。"}, renew},
    {9105510, "tls.not_yet_valid", Severity::low, "", {"Certificate not valid yet", "证书尚未生效"},
     {"A side showed a certificate that is only valid later; a clock may be wrong.",
      "一方出示了尚未生效的证书；时钟可能有误。"}, renew},
    {9105511, "tls.other_name", Severity::low, "T0830", {"Certificate for another name", "证书名称不符"},
     {"The server's certificate is not for the name the client asked for, as when someone stands between.",
      "服务器证书与客户端请求的名称不符，可能存在中间人。"},
     {"Compare the certificate's fingerprint with the one on the server itself.", "与服务器本机的证书指纹核对。"}},
};
// Hints only. 802, Modbus/TCP Security, is read by modbus.
inline constexpr std::uint16_t modbus_security_port = 802;
inline constexpr PortHint ports[] = {{Transport::tcp, 443}, {Transport::tcp, 8443}, {Transport::tcp, 465},
                                     {Transport::tcp, 636}, {Transport::tcp, 990},  {Transport::tcp, 993},
                                     {Transport::tcp, 995}, {Transport::tcp, 5671}, {Transport::tcp, 5986},
                                     {Transport::tcp, 8883}};

struct Memory {
  std::array<bool, 2> encrypted;  // by direction: what follows is secret
  std::array<bool, 2> lost;       // the flight at hand cannot be read
  bool retry, asked, answered;
  std::uint8_t name_size;         // 0: none, or too long
  std::array<std::uint8_t, most_kept_name> name;
};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

using Pen = Fill<fields>;
constexpr Fault worse(Fault a, Fault b) {
  return a == Fault::none || (b != Fault::none && b < a) ? b : a;
}

}  // namespace langyan::tls
