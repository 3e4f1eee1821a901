// The tables of DNS: record types, codes, fields, faults. Sources as in dns.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::dns {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t longest_name = 255;      // [1035] 2.3.4, with the lengths of its labels
constexpr std::size_t most_records = 512;      // of a message; more are not read
constexpr std::size_t shortest_question = 5, shortest_record = 11;
constexpr std::uint16_t port_dns = 53, port_mdns = 5353, port_llmnr = 5355;

namespace type {
constexpr std::uint16_t a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, hinfo = 13, mx = 15, txt = 16, aaaa = 28, srv = 33,
                        opt = 41, axfr = 252, any = 255;
}

// clang-format off
inline constexpr Name type_names[] = {  // the registry of [1035] 3.2.2 at IANA
    {1, "a"}, {2, "ns"}, {5, "cname"}, {6, "soa"}, {10, "null"}, {12, "ptr"}, {13, "hinfo"}, {15, "mx"}, {16, "txt"},
    {17, "rp"}, {24, "sig"}, {25, "key"}, {28, "aaaa"}, {29, "loc"}, {33, "srv"}, {35, "naptr"}, {37, "cert"},
    {39, "dname"}, {41, "opt"}, {43, "ds"}, {44, "sshfp"}, {46, "rrsig"}, {47, "nsec"}, {48, "dnskey"},
    {50, "nsec3"}, {52, "tlsa"}, {64, "svcb"}, {65, "https"}, {99, "spf"}, {249, "tkey"}, {250, "tsig"},
    {251, "ixfr"}, {252, "axfr"}, {255, "any"}, {256, "uri"}, {257, "caa"}};
inline constexpr Name opcode_names[] = {  // [1035] 4.1.1, [1996], [2136]
    {0, "query"}, {1, "iquery"}, {2, "status"}, {4, "notify"}, {5, "update"}, {6, "dso"}};
inline constexpr Name rcode_names[] = {  // [1035] 4.1.1, [2136] 2.2
    {0, "noerror"}, {1, "formerr"}, {2, "servfail"}, {3, "nxdomain"}, {4, "notimp"}, {5, "refused"}, {6, "yxdomain"},
    {7, "yxrrset"}, {8, "nxrrset"}, {9, "notauth"}, {10, "notzone"}};
inline constexpr Name class_names[] = {{1, "in"}, {3, "ch"}, {4, "hs"}, {254, "none"}, {255, "any"}};

enum class Flavour : std::uint8_t { dns, mdns, llmnr };
inline constexpr Name flavour_names[] = {{0, "dns"}, {1, "mdns"}, {2, "llmnr"}};
enum class Section : std::uint8_t { answer, authority, additional };
inline constexpr Name section_names[] = {{0, "answer"}, {1, "authority"}, {2, "additional"}};

// What an operation asks for: a space for each kind of question that people tell apart.
inline constexpr Space spaces[] = {
    {"name", {"Name", "域名"}}, {"a", {"IPv4 address of", "IPv4 地址"}}, {"aaaa", {"IPv6 address of", "IPv6 地址"}},
    {"ptr", {"Name behind", "反向域名"}}, {"txt", {"Text of", "文本记录"}}, {"srv", {"Service", "服务"}},
    {"mx", {"Mail server of", "邮件服务器"}}, {"ns", {"Name server of", "域名服务器"}}, {"soa", {"Zone", "区"}},
    {"cname", {"Alias", "别名"}}, {"any", {"All of", "全部记录"}}, {"axfr", {"Copy of the zone", "区传送"}}};
struct TypeSpace {
  std::uint16_t type;
  std::uint8_t space;
};
inline constexpr TypeSpace type_spaces[] = {
    {type::a, 1}, {type::aaaa, 2}, {type::ptr, 3}, {type::txt, 4}, {type::srv, 5}, {type::mx, 6}, {type::ns, 7},
    {type::soa, 8}, {type::cname, 9}, {type::any, 10}, {type::axfr, 11}};

constexpr Field rows[] = {
    {"transaction_id", Kind::u16, log | rule | pair, {"Transaction", "事务标识"},
     "Number the client picks and the server repeats.", "[1035] 4.1.1"},
    {"flavour", Kind::u8, log | rule | learn, {"Kind", "类别"},
     "Ordinary DNS, or names asked of the whole segment by mDNS or LLMNR.", "[6762] 3", flavour_names},
    {"is_answer", Kind::boolean, log | rule, {"Answer", "是否应答"},
     "Whether this is an answer.", "[1035] 4.1.1"},
    {"flags", Kind::u16, rule, {"Flags", "标志"},
     "The second word of the header, codes included.", "[1035] 4.1.1"},
    {"opcode", Kind::u8, log | rule | learn, {"Opcode", "操作码"},
     "What kind of query this is.", "[1035] 4.1.1", opcode_names},
    {"rcode", Kind::u8, log | rule | learn, {"Response code", "响应码"},
     "How the server answers.", "[1035] 4.1.1", rcode_names},
    {"authoritative", Kind::boolean, log | rule, {"Authoritative", "权威应答"},
     "Whether the server owns the zone.", "[1035] 4.1.1"},
    {"truncated", Kind::boolean, log | rule, {"Truncated", "截断"},
     "Whether the answer is cut, so that the client has to ask again over TCP.", "[1035] 4.1.1"},
    {"recursion_desired", Kind::boolean, log | rule, {"Recursion desired", "期望递归"},
     "Whether the server shall ask others.", "[1035] 4.1.1"},
    {"recursion_available", Kind::boolean, log | rule, {"Recursion available", "可递归"},
     "Whether the server asks others.", "[1035] 4.1.1"},
    {"questions", Kind::u16, rule, {"Questions", "问题数"},
     "How many questions the header announces.", "[1035] 4.1.1"},
    {"answers", Kind::u16, log | rule, {"Answers", "应答数"},
     "How many answers the header announces.", "[1035] 4.1.1"},
    {"authorities", Kind::u16, rule, {"Authority records", "权威记录数"},
     "How many records of name servers the header announces.", "[1035] 4.1.1"},
    {"additionals", Kind::u16, rule, {"Additional records", "附加记录数"},
     "How many further records the header announces.", "[1035] 4.1.1"},
    {"udp_size", Kind::u16, rule, {"UDP size", "UDP 大小"},
     "Largest answer the sender takes over UDP.", "[6891] 6.1.2", {}, "octets"},
};
inline constexpr auto fields = table("dns", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field question_rows[] = {
    {"query", Kind::text, log | rule | buffer, {"Query", "查询域名"},
     "Name that is asked for, of a request; as it is spelled, with dots between the labels.", "[1035] 4.1.2"},
    {"query_name", Kind::text, rule | buffer, {"Question", "问题域名"},
     "Name of a question, of requests and of answers that repeat it.", "[1035] 4.1.2"},
    {"rrtype", Kind::u16, log | rule | learn, {"Type", "查询类型"},
     "What of the name is asked for.", "[1035] 3.2.2", type_names},
    {"query_class", Kind::u16, rule, {"Class", "类"},
     "Class of the name, nearly always the Internet's.", "[1035] 3.2.4", class_names},
    {"unicast_answer", Kind::boolean, rule, {"Unicast answer wanted", "期望单播应答"},
     "Whether the answer shall not go to the whole segment.", "[6762] 5.4"},
};
inline constexpr auto question_fields = table("dns.question", question_rows);
inline constexpr Schema question_schema = question_fields.schema();

constexpr Field record_rows[] = {
    {"section", Kind::u8, log | rule, {"Section", "段"},
     "Whether the record answers, names the servers of the zone, or comes along.", "[1035] 4.1", section_names},
    {"answer_name", Kind::text, log | rule | buffer, {"Name", "记录域名"},
     "Name the record is of.", "[1035] 4.1.3"},
    {"answer_type", Kind::u16, log | rule, {"Type", "记录类型"},
     "What the record says of the name.", "[1035] 3.2.2", type_names},
    {"ttl", Kind::u32, log | rule, {"Time to live", "生存时间"},
     "How long the record may be kept.", "[1035] 4.1.3", {}, "s"},
    {"address", Kind::ip, log | rule, {"Address", "地址"},
     "Address of an A or AAAA record.", "[1035] 3.4.1"},
    {"answer_data", Kind::text, log | rule | buffer, {"Data", "记录内容"},
     "Name the record points to, or its first text.", "[1035] 3.3"},
    {"preference", Kind::u16, log | rule, {"Priority", "优先级"},
     "Order in which servers are to be tried.", "[1035] 3.3.9"},
    {"service_port", Kind::u16, log | rule, {"Port", "端口"},
     "Port of the service.", "[2782]"},
    {"octets", Kind::bytes, rule | buffer, {"Octets", "原始内容"},
     "The record's data as sent.", "[1035] 4.1.3"},
};
inline constexpr auto record_fields = table("dns.record", record_rows);
inline constexpr Schema record_schema = record_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, compression, label, name_length, counts, data };
constexpr Text check_sender = {
    "Find the program that sent it; crafted names are used to crash resolvers and to slip past filters.",
    "查明发送报文的程序；畸形域名常用于使解析器崩溃或绕过过滤。"};
inline constexpr Detection faults[] = {
    {9105600, "dns.truncated", Severity::low, "T0814", {"DNS message ends too early", "DNS 报文过早结束"},
     {"The header announces more records than the message has.", "报文头声明的记录多于实际携带的。"}, check_sender},
    {9105601, "dns.compression", Severity::medium, "T0814", {"DNS name points in a circle", "DNS 域名压缩指针成环"},
     {"A compressed name points to itself or to what comes behind it, which makes careless resolvers run for ever.",
      "压缩域名指向自身或其后内容，可使不严谨的解析器陷入死循环。"},
     check_sender},
    {9105602, "dns.label", Severity::low, "T0814", {"DNS label of a reserved kind", "DNS 标签类型为保留值"},
     {"The two bits before a label's length have a value no standard uses.", "标签长度前两位为标准未使用的值。"}, check_sender},
    {9105603, "dns.name_length", Severity::medium, "T0814", {"DNS name too long", "DNS 域名超长"},
     {"A name is longer than the 255 octets that the standard allows.", "域名超过标准允许的 255 字节。"}, check_sender},
    {9105604, "dns.counts", Severity::low, "T0814", {"DNS counts do not fit the message", "DNS 记录数与报文不符"},
     {"The message is too short for the number of records it announces.", "报文长度不足以容纳其声明的记录数。"}, check_sender},
    {9105605, "dns.data", Severity::low, "T0814", {"DNS record's data does not fit its type", "DNS 记录内容与类型不符"},
     {"An address or a name is longer or shorter than the record that holds it.", "地址或域名的长度与所在记录不一致。"},
     check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port_dns},
                                     {Transport::tcp, port_dns},
                                     {Transport::udp, port_mdns},
                                     {Transport::udp, port_llmnr},
                                     {Transport::tcp, port_llmnr}};

}  // namespace langyan::dns
