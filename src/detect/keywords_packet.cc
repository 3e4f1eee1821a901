// Keywords on a packet's header and size. One more of them is one more row here.
#include "decode/headers.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

using decode::Headers;
using Reading = std::optional<std::uint64_t>;

bool is_tcp(const Headers& headers) {
  return headers.protocol == decode::ip_protocol::tcp && headers.transport_offset;
}
bool is_icmp(const Headers& headers) {
  return (headers.protocol == decode::ip_protocol::icmp ||
          headers.protocol == decode::ip_protocol::icmpv6) &&
         headers.transport_offset;
}
bool is_echo(const Headers& headers) {  // RFC 792 and RFC 4443 4: requests and replies of echo
  if (!is_icmp(headers)) return false;
  const std::uint8_t type = headers.icmp_type;
  return headers.ip_version == 4 ? type == 0 || type == 8 || (type >= 13 && type <= 18)
                                 : type == 128 || type == 129;
}
Reading when(bool applies, std::uint64_t value) {
  return applies ? Reading(value) : std::nullopt;
}

Reading payload_size(const Headers& h) {
  return h.payload.size();
}
Reading ttl(const Headers& h) {
  return when(h.ip_version != 0, h.ttl);
}
Reading ip_protocol(const Headers& h) {
  return when(h.ip_version != 0, h.protocol);
}
Reading ip_id(const Headers& h) {
  return when(h.ip_version == 4, h.ip_id);
}
Reading tcp_sequence(const Headers& h) {
  return when(is_tcp(h), h.tcp.sequence);
}
Reading tcp_acknowledgement(const Headers& h) {
  return when(is_tcp(h), h.tcp.acknowledgement);
}
Reading tcp_window(const Headers& h) {
  return when(is_tcp(h), h.tcp.window);
}
Reading tcp_mss(const Headers& h) {
  return when(is_tcp(h) && h.tcp.mss, h.tcp.mss);
}
Reading icmp_type(const Headers& h) {
  return when(is_icmp(h), h.icmp_type);
}
Reading icmp_code(const Headers& h) {
  return when(is_icmp(h), h.icmp_code);
}
Reading icmp_id(const Headers& h) {
  return when(is_echo(h), h.icmp_rest >> 16);
}
Reading icmp_sequence(const Headers& h) {
  return when(is_echo(h), h.icmp_rest & 0xffff);
}
Reading tcp_flags(const Headers& h) {
  return when(is_tcp(h), h.tcp.flags);
}

constexpr Name ip_protocol_names[] = {{1, "icmp"},  {2, "igmp"},   {6, "tcp"},   {17, "udp"},
                                      {47, "gre"},  {50, "esp"},   {51, "ah"},   {58, "icmpv6"},
                                      {89, "ospf"}, {112, "vrrp"}, {132, "sctp"}};

constexpr unsigned tcp = bit(Carrier::tcp), icmp = bit(Carrier::icmp);
constexpr unsigned ip = tcp | icmp | bit(Carrier::udp) | bit(Carrier::other_ip);
constexpr unsigned all = ip | bit(Carrier::link);

template <PacketCondition::Read read, Kind kind, unsigned carriers>
bool parse_number(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, kind, {});
  if (!numbers) return false;
  rule.program.packet.push_back({read, std::move(*numbers), carriers, read == payload_size});
  return true;
}

bool parse_ip_proto(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, Kind::u8, ip_protocol_names);
  if (!numbers) return false;
  rule.program.packet.push_back({ip_protocol, std::move(*numbers), ip, false});
  return true;
}

struct FlagRow {
  char letter;
  std::uint8_t bit;
};
constexpr FlagRow flag_rows[] = {
    {'F', decode::tcp_flag::fin},
    {'S', decode::tcp_flag::syn},
    {'R', decode::tcp_flag::rst},
    {'P', decode::tcp_flag::psh},
    {'A', decode::tcp_flag::ack},
    {'U', decode::tcp_flag::urg},
    {'E', decode::tcp_flag::ece},
    {'C', decode::tcp_flag::cwr},
    {'2', decode::tcp_flag::ece},
    {'1', decode::tcp_flag::cwr},
    {'0', 0},
};

bool read_flags(RuleBuilder& rule, std::string_view text, std::uint8_t& bits) {
  if (text.empty()) return rule.refuse(text, "flags are letters of FSRPAUEC, or 0 for none");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto row = std::ranges::find(flag_rows, text[i], &FlagRow::letter);
    if (row == std::end(flag_rows)) {
      return rule.refuse(text.substr(i), std::string("\"") + text[i] +
                                             "\" is no TCP flag; known are FSRPAUEC and 0");
    }
    bits |= row->bit;
  }
  return true;
}

// flags:[+*!]letters[,ignored]: exactly these, with + these and more, with * any of them, with !
// not all.
bool parse_flags(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  std::string_view wanted_text = parts[0];
  const char mode = wanted_text.find_first_of("+*!") == 0 ? wanted_text.front() : '=';
  if (mode != '=') wanted_text.remove_prefix(1);
  std::uint8_t wanted = 0, ignored = 0;
  if (!read_flags(rule, wanted_text, wanted)) return false;
  if (parts.size() > 2)
    return rule.refuse(parts[2], "flags takes one list of flags and one of flags to ignore");
  if (parts.size() == 2 && !read_flags(rule, parts[1], ignored)) return false;
  NumberSet accepted;
  for (unsigned flags = 0; flags < 256; ++flags) {
    const unsigned seen = flags & ~unsigned{ignored};
    const bool fits = mode == '='   ? seen == wanted
                      : mode == '+' ? (seen & wanted) == wanted
                      : mode == '*' ? (seen & wanted) != 0
                                    : (seen & wanted) != wanted;
    if (fits) accepted.add(flags, flags);
  }
  accepted.normalise();
  rule.program.packet.push_back({tcp_flags, std::move(accepted), tcp, false});
  return true;
}

// clang-format off
constexpr std::string_view number_form = "[!|<|>|<=|>=|=]number|low-high|low<>high";
constexpr Keyword rows[] = {
    {"dsize", Value::needed, parse_number<payload_size, Kind::u16, all>, false, "packet", number_form,
     {"How many octets of payload the packet has.", "报文载荷的字节数。"}},
    {"ttl", Value::needed, parse_number<ttl, Kind::u8, ip>, false, "packet", number_form,
     {"Time to live, or hop limit.", "生存时间或跳数限制。"}},
    {"ip_proto", Value::needed, parse_ip_proto, false, "packet", "[!]number|name",
     {"The protocol that IP carries.", "IP 承载的协议。"}},
    {"id", Value::needed, parse_number<ip_id, Kind::u16, ip>, false, "packet", number_form,
     {"Identification of an IPv4 packet.", "IPv4 标识。"}},
    {"seq", Value::needed, parse_number<tcp_sequence, Kind::u32, tcp>, false, "packet", number_form,
     {"TCP sequence number.", "TCP 序列号。"}},
    {"ack", Value::needed, parse_number<tcp_acknowledgement, Kind::u32, tcp>, false, "packet", number_form,
     {"TCP acknowledgement number.", "TCP 确认号。"}},
    {"window", Value::needed, parse_number<tcp_window, Kind::u16, tcp>, false, "packet", number_form,
     {"TCP window as it stands in the header.", "TCP 首部中的窗口值。"}},
    {"tcp.mss", Value::needed, parse_number<tcp_mss, Kind::u16, tcp>, false, "packet", number_form,
     {"The TCP option for the largest segment.", "TCP 最大报文段长度选项。"}},
    {"flags", Value::needed, parse_flags, false, "packet", "[+|*|!]FSRPAUEC0[,ignored]",
     {"TCP flags: exactly these, with + at least, with * any, with ! not all.", "TCP 标志：恰为这些；+ 至少，* 任一，! 不全。"}},
    {"itype", Value::needed, parse_number<icmp_type, Kind::u8, icmp>, false, "packet", number_form,
     {"ICMP type.", "ICMP 类型。"}},
    {"icode", Value::needed, parse_number<icmp_code, Kind::u8, icmp>, false, "packet", number_form,
     {"ICMP code.", "ICMP 代码。"}},
    {"icmp_id", Value::needed, parse_number<icmp_id, Kind::u16, icmp>, false, "packet", number_form,
     {"Identifier of an ICMP echo.", "ICMP 回显标识符。"}},
    {"icmp_seq", Value::needed, parse_number<icmp_sequence, Kind::u16, icmp>, false, "packet", number_form,
     {"Sequence number of an ICMP echo.", "ICMP 回显序号。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> packet_keywords() {
  return rows;
}

}  // namespace langyan::detect
