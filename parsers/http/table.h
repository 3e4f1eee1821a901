// The tables of HTTP: methods, fields, faults. Sources as in http.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::http {

constexpr std::size_t most_head = 16'384;     // octets of request or status line and headers; servers take 8 to 16 KiB
constexpr std::size_t most_body = 32'768;     // octets of a body that are looked at; the rest is skipped
constexpr std::size_t most_headers = 128;     // lines; servers take 100 or so
constexpr std::size_t most_chunk_line = 256;  // of a chunk's size and its extensions
constexpr std::size_t most_trailer = 4'096;   // behind the last chunk
constexpr std::size_t most_token = 32;        // of a method
constexpr std::size_t most_parts = 16;        // of a form that are listed
constexpr std::size_t most_boundary = 70;     // [MIME] 5.1.1

struct Method {
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Method methods[] = {  // [HTTP] 9.3; [DAV] 9; the IANA registry of methods
    {"GET", Verb::read},       {"HEAD", Verb::read},      {"OPTIONS", Verb::read},   {"TRACE", Verb::read},
    {"POST", Verb::other},     {"PUT", Verb::other},      {"DELETE", Verb::other},   {"PATCH", Verb::other},
    {"CONNECT", Verb::session},
    {"PROPFIND", Verb::read},  {"REPORT", Verb::read},    {"SEARCH", Verb::read},    {"PROPPATCH", Verb::other},
    {"MKCOL", Verb::other},    {"COPY", Verb::other},     {"MOVE", Verb::other},     {"LOCK", Verb::other},
    {"UNLOCK", Verb::other},   {"CHECKOUT", Verb::other}, {"CHECKIN", Verb::other},  {"MERGE", Verb::other},
    {"VERSION-CONTROL", Verb::other}, {"MKACTIVITY", Verb::other}, {"MKWORKSPACE", Verb::other},
    {"BASELINE-CONTROL", Verb::other}, {"UNCHECKOUT", Verb::other}, {"LABEL", Verb::other}, {"UPDATE", Verb::other},
    {"ACL", Verb::other},      {"BIND", Verb::other},     {"REBIND", Verb::other},   {"UNBIND", Verb::other},
    {"LINK", Verb::other},     {"UNLINK", Verb::other},   {"PURGE", Verb::other},    {"MKCALENDAR", Verb::other},
    {"NOTIFY", Verb::other},   {"SUBSCRIBE", Verb::other}, {"UNSUBSCRIBE", Verb::other}, {"M-SEARCH", Verb::read},
    {"RPC_IN_DATA", Verb::session}, {"RPC_OUT_DATA", Verb::session}, {"BITS_POST", Verb::other}, {"DEBUG", Verb::other},
    {"POLL", Verb::read},      {"BCOPY", Verb::other},    {"BMOVE", Verb::other},    {"BPROPFIND", Verb::read},
    {"BPROPPATCH", Verb::other}, {"BDELETE", Verb::other}, {"TRACK", Verb::read},    {"INDEX", Verb::read},
};
inline constexpr Name status_names[] = {  // [HTTP] 15
    {100, "continue"}, {101, "switching_protocols"}, {103, "early_hints"},
    {200, "ok"}, {201, "created"}, {202, "accepted"}, {203, "non_authoritative"}, {204, "no_content"},
    {205, "reset_content"}, {206, "partial_content"}, {207, "multi_status"},
    {300, "multiple_choices"}, {301, "moved_permanently"}, {302, "found"}, {303, "see_other"}, {304, "not_modified"},
    {307, "temporary_redirect"}, {308, "permanent_redirect"},
    {400, "bad_request"}, {401, "unauthorized"}, {403, "forbidden"}, {404, "not_found"}, {405, "method_not_allowed"},
    {406, "not_acceptable"}, {407, "proxy_authentication_required"}, {408, "request_timeout"}, {409, "conflict"},
    {410, "gone"}, {411, "length_required"}, {412, "precondition_failed"}, {413, "content_too_large"},
    {414, "uri_too_long"}, {415, "unsupported_media_type"}, {416, "range_not_satisfiable"}, {417, "expectation_failed"},
    {421, "misdirected_request"}, {422, "unprocessable_content"}, {426, "upgrade_required"}, {429, "too_many_requests"},
    {431, "header_fields_too_large"},
    {500, "internal_server_error"}, {501, "not_implemented"}, {502, "bad_gateway"}, {503, "service_unavailable"},
    {504, "gateway_timeout"}, {505, "version_not_supported"}};
enum class Auth : std::uint8_t { other, basic, digest, bearer, ntlm, negotiate };
inline constexpr Name auth_names[] = {{0, "other"}, {1, "basic"}, {2, "digest"}, {3, "bearer"}, {4, "ntlm"}, {5, "negotiate"}};

constexpr Field rows[] = {
    {"transaction", Kind::u32, log | pair, {"Transaction", "事务序号"},
     "Which request of its connection this is or answers.", "[H11] 9.3.2"},
    {"method", Kind::text, log | rule | buffer | column, {"Method", "方法"},
     "What the client wants done.", "[HTTP] 9"},
    {"host", Kind::text, log | rule | buffer | column, {"Host", "主机"},
     "Host that is asked, in lower case and without its port.", "[HTTP] 7.2"},
    {"uri", Kind::text, log | rule | buffer, {"URI", "URI"},
     "Path and query that are asked for, with escapes resolved, runs of slashes made one and dots in the path taken out.", "[URI] 6.2.2"},
    {"protocol", Kind::text, log | rule | buffer, {"Version", "版本"},
     "Version of HTTP as the message states it.", "[H11] 2.3"},
    {"status", Kind::u16, log | rule | column, {"Status", "状态"},
     "How the server answered.", "[HTTP] 15", status_names},
    {"stat_msg", Kind::text, log | rule | buffer, {"Reason", "原因短语"},
     "The server's own words for the status.", "[H11] 4"},
    {"stat_code", Kind::text, rule | buffer, {"Status as text", "状态文本"},
     "The status as its three digits.", "[H11] 4"},
    {"user_agent", Kind::text, log | rule | buffer, {"User agent", "用户代理"},
     "Program that asks, as it says itself.", "[HTTP] 10.1.5"},
    {"referer", Kind::text, log | rule | buffer, {"Referer", "来源页"},
     "Page that led to this request.", "[HTTP] 10.1.3"},
    {"content_type", Kind::text, log | rule | buffer, {"Content type", "内容类型"},
     "What kind of data the body is.", "[HTTP] 8.3"},
    {"server", Kind::text, log | rule | buffer, {"Server", "服务器"},
     "Program that answers, as it says itself.", "[HTTP] 10.2.4"},
    {"location", Kind::text, log | rule | buffer, {"Location", "重定向地址"},
     "Where the client is sent instead.", "[HTTP] 10.2.2"},
    {"auth_scheme", Kind::u8, log | rule, {"Sign-in", "认证方式"},
     "How the client proves who it is.", "[HTTP] 11", auth_names},
    {"user_name", Kind::text, log | rule | buffer, {"User", "用户名"},
     "Account that signs in; the password beside it crossed the wire in clear.", "[BASIC] 2"},
    {"basic_credentials", Kind::text, rule | buffer, {"Basic credentials", "Basic 凭据"},
     "Account and password joined by a colon; for rules only and never written.", "[BASIC] 2"},
    {"upgrade", Kind::text, log | rule | buffer, {"Upgrade", "协议升级"},
     "Protocol the connection is to change to, such as websocket.", "[HTTP] 7.8"},
    {"content_encoding", Kind::text, log | rule | buffer, {"Content coding", "内容编码"},
     "How the body is compressed.", "[HTTP] 8.4"},
    {"transfer_encoding", Kind::text, rule | buffer, {"Transfer coding", "传输编码"},
     "How the body is framed.", "[H11] 6.1"},
    {"file_name", Kind::text, log | rule | buffer, {"File name", "文件名"},
     "Name of the file that is sent up or handed out.", "[DISP] 4.3, [FORM] 4.2"},
    {"body_length", Kind::u64, log | rule, {"Body length", "正文长度"},
     "Octets of the body, as the message states them.", "[HTTP] 8.6"},
    {"body_seen", Kind::u32, log | rule, {"Body looked at", "已检查正文"},
     "Octets of the body that were looked at, as they were sent.", "[H11] 6"},
    {"tunnel", Kind::boolean, log | rule, {"Tunnel", "隧道"},
     "Whether what follows on the connection is no longer HTTP.", "[HTTP] 9.3.6"},
    {"uri_raw", Kind::text, rule | buffer, {"URI as sent", "原始 URI"},
     "Target of the request as it was sent.", "[H11] 3.2"},
    {"host_raw", Kind::text, rule | buffer, {"Host as sent", "原始主机"},
     "Host that is asked as it was sent, with its port.", "[HTTP] 7.2"},
    {"header", Kind::text, rule | buffer, {"Headers", "首部"},
     "Headers but cookies, a line each: blanks around values are left out, values of one name are joined.", "[HTTP] 5"},
    {"header_raw", Kind::text, rule | buffer, {"Headers as sent", "原始首部"},
     "Headers as they were sent, up to and with the empty line.", "[H11] 5"},
    {"header_names", Kind::text, rule | buffer, {"Header names", "首部名称"},
     "Names of the headers in their order, a line each, with a line end before and two behind.", "[HTTP] 5.1"},
    {"request_line", Kind::text, rule | buffer, {"Request line", "请求行"},
     "The request's first line, without its line end.", "[H11] 3"},
    {"response_line", Kind::text, rule | buffer, {"Status line", "状态行"},
     "The answer's first line, without its line end.", "[H11] 4"},
    {"start", Kind::text, rule | buffer, {"First line and headers", "起始行与首部"},
     "First line and headers with blanks around values left out, up to and with the empty line.", "[H11] 2.1"},
    {"cookie", Kind::text, rule | buffer, {"Cookie", "Cookie"},
     "Cookies that are sent or set.", "[COOKIE] 4"},
    {"accept", Kind::text, rule | buffer, {"Accept", "可接受类型"},
     "Kinds of data the client takes.", "[HTTP] 12.5.1"},
    {"accept_enc", Kind::text, rule | buffer, {"Accept-Encoding", "可接受编码"},
     "Compressions the client takes.", "[HTTP] 12.5.3"},
    {"accept_lang", Kind::text, rule | buffer, {"Accept-Language", "可接受语言"},
     "Languages the client takes.", "[HTTP] 12.5.4"},
    {"content_len", Kind::text, rule | buffer, {"Content-Length as sent", "内容长度文本"},
     "Stated length of the body as text.", "[HTTP] 8.6"},
    {"connection", Kind::text, rule | buffer, {"Connection", "连接选项"},
     "What becomes of the connection.", "[HTTP] 7.6.1"},
    {"request_body", Kind::bytes, rule | buffer, {"Request body", "请求正文"},
     "Start of the request's body, put together from its chunks.", "[H11] 6"},
    {"response_body", Kind::bytes, rule | buffer, {"Response body", "响应正文"},
     "Start of the answer's body, put together from its chunks and decompressed.", "[H11] 6"},
    {"file_data", Kind::bytes, rule | buffer, {"File", "文件内容"},
     "Start of what is sent up or handed out: the body decompressed, of a form its first file.", "[HTTP] 6.4"},
};
inline constexpr auto fields = table("http", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field part_rows[] = {
    {"part_name", Kind::text, log | rule | buffer, {"Part", "表单项"},
     "Name of a part of the form.", "[FORM] 4.2"},
    {"part_file_name", Kind::text, log | rule | buffer, {"Part's file name", "表单文件名"},
     "Name of the file that is sent up in a part of the form.", "[FORM] 4.2"},
    {"part_content_type", Kind::text, log | rule | buffer, {"Part's content type", "表单项类型"},
     "What kind of data a part is.", "[FORM] 4.4"},
    {"part_data", Kind::bytes, rule | buffer, {"Part's data", "表单项内容"},
     "Start of a part's data.", "[FORM] 4.1"},
};
inline constexpr auto part_fields = table("http.part", part_rows);
inline constexpr Schema part_schema = part_fields.schema();

constexpr Field line_rows[] = {
    {"request_header", Kind::text, rule | buffer, {"Request header", "请求首部行"},
     "One header of a request: name, colon, blank, value.", "[HTTP] 5"},
    {"response_header", Kind::text, rule | buffer, {"Response header", "响应首部行"},
     "One header of an answer: name, colon, blank, value.", "[HTTP] 5"},
};
inline constexpr auto line_fields = table("http.line", line_rows);
inline constexpr Schema line_schema = line_fields.schema();

enum class Wrong : std::uint8_t {
  head_too_long, start_line, header_line, too_many_headers, both_lengths, lengths_differ, length, coding,
  chunk, host, crlf_in_uri, above_root, compression, growth,
};
inline constexpr Detection faults[] = {
    {9105400, "http.head_too_long", Severity::medium, "T0866",
     {"HTTP header too long", "HTTP 首部过长"},
     {"The first line and headers are longer than any server takes.", "起始行与首部长度超过任何服务器可接受的范围。"},
     {"Look for an attempt to overflow a web server of a device.", "检查是否有人试图使设备的网页服务溢出。"}},
    {9105401, "http.start_line", Severity::low, "",
     {"Malformed first line of HTTP", "HTTP 起始行格式错误"},
     {"The request or status line is not of the form the standard has.", "请求行或状态行不符合标准格式。"},
     {"Look at the sender: a scanner, a fuzzing tool or a broken program.", "检查发送方：扫描器、模糊测试工具或有缺陷的程序。"}},
    {9105402, "http.header_line", Severity::low, "",
     {"Malformed HTTP header", "HTTP 首部格式错误"},
     {"A header line has no name, a blank before its colon or a forbidden octet; programs read it differently.",
      "首部行缺少名称、冒号前有空格或含禁用字节；不同程序对其解读不同。"},
     {"Look at the sender; request smuggling uses such lines.", "检查发送方；请求走私常用此类首部。"}},
    {9105403, "http.too_many_headers", Severity::low, "T0814",
     {"Too many HTTP headers", "HTTP 首部过多"},
     {"There are more header lines than are looked at.", "首部行数超过检查上限。"},
     {"Look at the sender; this exhausts small web servers.", "检查发送方；此类消息可耗尽小型网页服务。"}},
    {9105404, "http.both_lengths", Severity::medium, "T0866",
     {"Body framed twice", "正文长度重复定义"},
     {"Content-Length and Transfer-Encoding stand in one message, so two programs may see two different bodies.",
      "同一消息含 Content-Length 与 Transfer-Encoding，两个程序可能看到不同正文。"},
     {"Treat it as request smuggling unless a known proxy sends it.", "除非来自已知代理，否则按请求走私处理。"}},
    {9105405, "http.lengths_differ", Severity::medium, "T0866",
     {"Two different body lengths", "正文长度互相矛盾"},
     {"The message states its body's length twice, differently.", "消息两次给出不同的正文长度。"},
     {"Treat it as request smuggling.", "按请求走私处理。"}},
    {9105406, "http.length", Severity::medium, "T0866",
     {"Body length is no number", "正文长度不是数字"},
     {"Content-Length is negative, too large or no number.", "Content-Length 为负、过大或不是数字。"},
     {"Look for an attempt to overflow a web server of a device.", "检查是否有人试图使设备的网页服务溢出。"}},
    {9105407, "http.coding", Severity::medium, "T0866",
     {"Unknown transfer coding", "未知传输编码"},
     {"The body's framing is named in a way the standard does not have.", "正文的传输编码不符合标准。"},
     {"Treat it as request smuggling unless a known program sends it.", "除非来自已知程序，否则按请求走私处理。"}},
    {9105408, "http.chunk", Severity::medium, "T0866",
     {"Malformed chunk", "分块格式错误"},
     {"A chunk's size is no number or does not end where it says.", "分块长度不是数字，或未在其声明处结束。"},
     {"Treat it as request smuggling unless a known program sends it.", "除非来自已知程序，否则按请求走私处理。"}},
    {9105409, "http.host", Severity::low, "",
     {"HTTP host missing or ambiguous", "HTTP 主机缺失或有歧义"},
     {"A request of HTTP/1.1 has no Host header, or several.", "HTTP/1.1 请求没有或有多个 Host 首部。"},
     {"Look at the sender: a scanner or a program written by hand.", "检查发送方：扫描器或自编程序。"}},
    {9105410, "http.crlf_in_uri", Severity::medium, "T0866",
     {"Line end hidden in a URI", "URI 中隐藏换行"},
     {"The target holds an escaped line end, by which an answer can be split in two.", "请求目标含转义换行，可用于拆分响应。"},
     {"Find out who sent it and whether the server's answers carry it.", "查明发送方，并确认服务器响应是否带出该换行。"}},
    {9105411, "http.above_root", Severity::medium, "T0866",
     {"Path climbs above the root", "路径越过根目录"},
     {"The target climbs above the server's root by dots, which asks for files that are not to be served.",
      "请求目标用点号越过服务器根目录，意在读取未公开的文件。"},
     {"See whether the server answered with a file; old web servers of devices do.", "检查服务器是否返回文件；旧设备的网页服务常会返回。"}},
    {9105412, "http.compression", Severity::low, "",
     {"Body does not decompress", "正文无法解压"},
     {"The body is not compressed the way its header says.", "正文的压缩方式与首部声明不符。"},
     {"Look at the sender; what is inside was not looked at.", "检查发送方；其内容未被检查。"}},
    {9105413, "http.growth", Severity::low, "T0814",
     {"Body grows without measure", "正文解压后异常膨胀"},
     {"A short body decompresses to far more than it was; the rest was not looked at.", "短小正文解压后远超原长；其余未检查。"},
     {"Look at the sender; such bodies exhaust programs.", "检查发送方；此类正文可耗尽程序资源。"}},
};
// clang-format on

enum class Mode : std::uint8_t {  // where a direction stands
  head,     // a message starts
  body,     // collecting a message of known size
  close,    // collecting a body that the connection's end ends
  chunks,   // walking a body in chunks
  rest,     // the rest of a long body is skipped
  chunk_rest,  // the rest of a long body in chunks
  trailer,  // behind its last chunk
  to_end,   // everything up to the end belongs to a body
  broken,   // the framing is lost
  tunnel,   // no longer HTTP
};

struct Way {
  std::uint64_t left;     // octets of a body to skip; of a chunk
  std::uint32_t scanned;  // so far no head ends
  std::uint32_t head;     // octets of the head
  std::uint32_t at;       // chunks: where the next one starts; body: size of the message
  Mode mode;
};

struct Memory {
  Way ways[2];
  std::uint32_t asked, answered;  // transactions
  std::uint64_t head, connect;    // of the last 64 that were asked, a bit each
};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
Frame frame_in(Bytes bytes, const Context& context, State memory);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

const Method* find_method(std::string_view name);

}  // namespace langyan::http
