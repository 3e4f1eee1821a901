// What Suricata and Snort call things of office protocols: dotted names are sticky buffers, underscored
// ones as each engine had them first.
//
// [SUR]  Suricata user guide 7 and 8, chapters HTTP, SSL/TLS, JA3/JA4, DNS, SSH, SMB, SMTP, FTP, SNMP,
//        Kerberos keywords and File keywords
#include "detect/compat/foreign.h"

namespace langyan::detect {
namespace {

using Style = Foreign::Style;
constexpr auto answers = Direction::to_client;
constexpr std::string_view suricata = "Suricata";

// clang-format off
constexpr Name tls_versions[] = {  // [SUR] tls.version, ssl_version
    {0x0200, "sslv2"}, {0x0300, "sslv3"}, {0x0301, "1.0"}, {0x0301, "tls1.0"}, {0x0302, "1.1"}, {0x0302, "tls1.1"},
    {0x0303, "1.2"}, {0x0303, "tls1.2"}, {0x0304, "1.3"}, {0x0304, "tls1.3"}};

constexpr Foreign rows[] = {
    // HTTP: behind a content
    {suricata, "http_uri",           Style::content, "http.uri"},
    {suricata, "uricontent",         Style::special, "http.uri", {}, {}, parse_uricontent, "[!]\"text|hex|\"",
     {"These octets are in the URI, or with ! are not.", "URI 中含有这些字节；加 ! 表示不含。"}},
    {suricata, "http_raw_uri",       Style::content, "http.uri_raw"},
    {suricata, "http_method",        Style::content, "http.method"},
    {suricata, "http_header",        Style::content, "http.header"},
    {suricata, "http_raw_header",    Style::content, "http.header_raw"},
    {suricata, "http_cookie",        Style::content, "http.cookie"},
    {suricata, "http_user_agent",    Style::content, "http.user_agent"},
    {suricata, "http_host",          Style::content, "http.host"},
    {suricata, "http_raw_host",      Style::content, "http.host_raw"},
    {suricata, "http_client_body",   Style::content, "http.request_body"},
    {suricata, "http_server_body",   Style::content, "http.response_body"},
    {suricata, "http_stat_code",     Style::content, "http.stat_code"},
    {suricata, "http_stat_msg",      Style::content, "http.stat_msg"},
    // HTTP: sticky, where the field's own name is another
    {suricata, "http.uri.raw",       Style::buffer, "http.uri_raw"},
    {suricata, "http.header.raw",    Style::buffer, "http.header_raw"},
    {suricata, "http.host.raw",      Style::buffer, "http.host_raw"},
    {suricata, "http_protocol",      Style::buffer, "http.protocol"},
    {suricata, "http_start",         Style::buffer, "http.start"},
    {suricata, "http_request_line",  Style::buffer, "http.request_line"},
    {suricata, "http_response_line", Style::buffer, "http.response_line"},
    {suricata, "http_header_names",  Style::buffer, "http.header_names"},
    {suricata, "http_accept",        Style::buffer, "http.accept"},
    {suricata, "http_accept_enc",    Style::buffer, "http.accept_enc"},
    {suricata, "http_accept_lang",   Style::buffer, "http.accept_lang"},
    {suricata, "http_connection",    Style::buffer, "http.connection"},
    {suricata, "http_content_len",   Style::buffer, "http.content_len"},
    {suricata, "http_content_type",  Style::buffer, "http.content_type"},
    {suricata, "http_referer",       Style::buffer, "http.referer"},
    {suricata, "file.data",          Style::buffer, "http.file_data"},
    {suricata, "file_data",          Style::buffer, "http.file_data"},

    // TLS
    {suricata, "tls_sni",            Style::buffer, "tls.sni"},
    {suricata, "tls_cert_subject",   Style::buffer, "tls.cert_subject"},
    {suricata, "tls_cert_issuer",    Style::buffer, "tls.cert_issuer"},
    {suricata, "tls_cert_serial",    Style::buffer, "tls.cert_serial"},
    {suricata, "tls_cert_fingerprint", Style::buffer, "tls.cert_fingerprint"},
    {suricata, "tls.subjectaltname", Style::buffer, "tls.subject_alt_names"},
    {suricata, "tls.cert_chain_len", Style::number, "tls.chain_length"},
    {suricata, "tls.version",        Style::number, "tls.version", tls_versions},
    {suricata, "ssl_version",        Style::number, "tls.version", tls_versions},
    {suricata, "ja3.hash",           Style::buffer, "tls.ja3"},
    {suricata, "ja3_hash",           Style::buffer, "tls.ja3"},
    {suricata, "ja3.string",         Style::buffer, "tls.ja3_string"},
    {suricata, "ja3_string",         Style::buffer, "tls.ja3_string"},
    {suricata, "ja3s.hash",          Style::buffer, "tls.ja3s"},
    {suricata, "ja3s.string",        Style::buffer, "tls.ja3s_string"},
    {suricata, "ja4.hash",           Style::buffer, "tls.ja4"},

    // DNS
    {suricata, "dns_query",          Style::buffer, "dns.query"},
    {suricata, "dns.query.name",     Style::buffer, "dns.query_name"},
    {suricata, "dns.queries.rrname", Style::buffer, "dns.query_name"},
    {suricata, "dns.answer.name",    Style::buffer, "dns.answer_name"},
    {suricata, "dns.answers.rrname", Style::buffer, "dns.answer_name"},

    // SSH
    {suricata, "ssh_proto",          Style::buffer, "ssh.proto"},
    {suricata, "ssh_software",       Style::buffer, "ssh.software"},
    {suricata, "ssh.protoversion",   Style::buffer, "ssh.proto"},
    {suricata, "ssh.softwareversion", Style::buffer, "ssh.software"},
    {suricata, "ssh.hassh.server",   Style::buffer, "ssh.hassh_server"},
    {suricata, "ssh.hassh.string",   Style::buffer, "ssh.hassh_string"},
    {suricata, "ssh.hassh.server.string", Style::buffer, "ssh.hassh_server_string"},

    // SMB
    {suricata, "smb_named_pipe",     Style::buffer, "smb.named_pipe"},
    {suricata, "smb_share",          Style::buffer, "smb.share"},

    // SMTP
    {suricata, "smtp.helo_name",     Style::buffer, "smtp.helo"},
    {suricata, "email.subject",      Style::buffer, "smtp.subject"},

    // FTP
    {suricata, "ftpbounce",          Style::word, "ftp.bounce"},
    {suricata, "ftp.reply_received", Style::number, "ftp.reply_received"},
    {suricata, "ftpdata_command",    Style::number, "ftp.data_command"},

    // SNMP
    {suricata, "snmp.usm_user",      Style::buffer, "snmp.usm"},

    // Kerberos
    {suricata, "krb5_cname",         Style::buffer, "krb5.cname"},
    {suricata, "krb5_sname",         Style::buffer, "krb5.sname"},
    {suricata, "krb5_msg_type",      Style::number, "krb5.msg_type"},
    {suricata, "krb5_err_code",      Style::number, "krb5.err_code", {}, answers},
    {suricata, "krb5.ticket_encryption", Style::number, "krb5.etype"},
};
// clang-format on

}  // namespace

std::span<const Foreign> office_keywords() {
  return rows;
}

}  // namespace langyan::detect
