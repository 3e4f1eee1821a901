// Keywords on a packet's header and size. One more of them is one more row here.
#include "decode/headers.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

using decode::Headers;
using Reading = std::optional<std::uint64_t>;

bool is(const Headers& headers, std::uint8_t protocol) {  // its header was read
  return headers.protocol == protocol && headers.transport_offset && !headers.is_fragment();
}
bool is_tcp(const Headers& headers) {
  return is(headers, decode::ip_protocol::tcp);
}
bool is_icmp(const Headers& headers) {
  return is(headers, decode::ip_protocol::icmp) || is(headers, decode::ip_protocol::icmpv6);
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
Reading ip_version(const Headers& h) {
  return when(h.ip_version != 0, h.ip_version);
}
Reading type_of_service(const Headers& h) {
  return when(h.ip_version == 4, h.traffic_class);
}
Reading same_address(const Headers& h) {
  return when(h.ip_version != 0, h.source == h.destination);
}
Reading path_mtu(const Headers& h) {  // RFC 4443 3.2: packet too big
  constexpr std::uint8_t too_big = 2;
  return when(is(h, decode::ip_protocol::icmpv6) && h.icmp_type == too_big, h.icmp_rest);
}
// In the unit in which the header holds it, as Suricata compares: of IPv4 eight octets, of IPv6 one.
Reading fragment_offset(const Headers& h) {
  if (h.ip_version == 6) return when(h.is_fragment(), h.fragment_offset);
  return when(h.ip_version == 4 && !h.reassembled, h.fragment_offset / 8);
}

constexpr unsigned more_bit = 1, dont_bit = 2, reserved_bit = 4;
Reading fragment_bits(const Headers& h) {
  return when(h.ip_version == 4 && !h.reassembled, (h.more_fragments ? more_bit : 0) |
                                                       (h.dont_fragment ? dont_bit : 0) |
                                                       (h.reserved_bit ? reserved_bit : 0));
}

// Whether an IPv4 option stands in the header. RFC 791 3.1: 0 ends, 1 is one octet, all others carry
// their length.
bool has_option(const Headers& h, int wanted) {  // -1: any
  constexpr std::size_t fixed = 20;
  if (h.ip_version != 4 || h.network_header.size() <= fixed) return false;
  for (Bytes left = h.network_header.subspan(fixed); !left.empty();) {
    if (wanted < 0 || left[0] == wanted) return true;
    if (left[0] == 0) return false;
    const std::size_t size = left[0] == 1 ? 1 : left.size() > 1 ? left[1] : 0;
    if (size == 0 || size > left.size() || (left[0] != 1 && size < 2)) return false;
    left = left.subspan(size);
  }
  return false;
}
template <int option>
Reading ip_option(const Headers& h) {
  return when(h.ip_version == 4, has_option(h, option));
}

constexpr Name ip_protocol_names[] = {{1, "icmp"},  {2, "igmp"},   {6, "tcp"},   {17, "udp"},
                                      {47, "gre"},  {50, "esp"},   {51, "ah"},   {58, "icmpv6"},
                                      {89, "ospf"}, {112, "vrrp"}, {132, "sctp"}};

constexpr unsigned tcp = bit(Carrier::tcp), icmp = bit(Carrier::icmp);
constexpr unsigned udp = bit(Carrier::udp), ip = tcp | icmp | udp | bit(Carrier::other_ip);
constexpr unsigned all = ip | bit(Carrier::link);

NumberSet only(std::uint64_t number) {
  NumberSet numbers;
  numbers.add(number, number);
  return numbers;
}

template <PacketCondition::Read read, Kind kind, unsigned carriers>
bool parse_number(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, kind, {}, Dash::between);
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

struct OptionRow {
  std::string_view name;
  PacketCondition::Read read;
};
constexpr OptionRow option_rows[] = {
    {"rr", ip_option<7>},     {"ts", ip_option<68>},    {"sec", ip_option<130>},
    {"esec", ip_option<133>}, {"lsrr", ip_option<131>}, {"lsrre", ip_option<131>},
    {"ssrr", ip_option<137>}, {"satid", ip_option<136>}, {"nop", ip_option<1>},
    {"eol", ip_option<0>},    {"any", ip_option<-1>},
};

bool parse_ipopts(RuleBuilder& rule, std::string_view value) {
  const auto row = std::ranges::find(option_rows, value, &OptionRow::name);
  if (row == std::end(option_rows)) {
    return rule.refuse(value, "\"" + std::string(value) +
                                  "\" is no IP option; known are rr, ts, sec, esec, lsrr, ssrr, "
                                  "satid, nop, eol and any");
  }
  rule.program.packet.push_back({row->read, only(1), ip, false});
  return true;
}

bool parse_sameip(RuleBuilder& rule, std::string_view) {
  rule.program.packet.push_back({same_address, only(1), ip, false});
  return true;
}

bool parse_l3_proto(RuleBuilder& rule, std::string_view value) {
  const bool four = value == "ip4" || value == "ipv4";
  if (!four && value != "ip6" && value != "ipv6")
    return rule.refuse(value, "\"" + std::string(value) + "\" is none of ip4, ip6");
  rule.program.packet.push_back({ip_version, only(four ? 4 : 6), ip, false});
  return true;
}

// fragbits:[+*!]letters of M, D and R: exactly these, with + these and one more, with * any, with !
// not all, as Suricata has it.
bool parse_fragbits(RuleBuilder& rule, std::string_view value) {
  const char mode = value.find_first_of("+*!") == 0 ? value.front() : '=';
  const std::string_view letters = mode == '=' ? value : trim(value.substr(1));
  unsigned wanted = 0;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char letter = letters[i];
    const unsigned bits = letter == 'M'   ? more_bit
                          : letter == 'D' ? dont_bit
                          : letter == 'R' ? reserved_bit
                                          : 0;
    if (!bits) {
      return rule.refuse(letters.substr(i), std::string("\"") + letter +
                                                "\" is no bit of a fragment; known are M (more), D "
                                                "(do not fragment) and R (reserved)");
    }
    wanted |= bits;
  }
  if (!wanted) return rule.refuse(value, "fragbits names at least one of M, D and R");
  NumberSet accepted;
  for (unsigned bits = 0; bits <= (more_bit | dont_bit | reserved_bit); ++bits) {
    const bool holds_all = (bits & wanted) == wanted;
    const bool fits = mode == '='   ? bits == wanted
                      : mode == '+' ? holds_all && bits != wanted
                      : mode == '*' ? (bits & wanted) != 0
                                    : !holds_all;
    if (fits) accepted.add(bits, bits);
  }
  accepted.normalise();
  rule.program.packet.push_back({fragment_bits, std::move(accepted), ip, false});
  return true;
}

template <HeaderBuffer buffer, unsigned carriers>
bool parse_buffer(RuleBuilder& rule, std::string_view) {
  rule.look_into(Level::header, static_cast<std::uint8_t>(buffer));
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
constexpr std::string_view number_form = "[!|<|>|<=|>=|=]number|low<>high|low-high";
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
    {"tcp.flags", Value::needed, parse_flags, false, "packet", "[+|*|!]FSRPAUEC0[,ignored]",
     {"As flags.", "同 flags。"}},
    {"tos", Value::needed, parse_number<type_of_service, Kind::u8, ip>, false, "packet", number_form,
     {"Type of service of an IPv4 packet, the whole octet.", "IPv4 服务类型（整个字节）。"}},
    {"sameip", Value::none, parse_sameip, false, "packet", "",
     {"The packet goes to the address it comes from.", "源地址与目的地址相同。"}},
    {"l3_proto", Value::needed, parse_l3_proto, false, "packet", "ip4|ip6",
     {"The version of IP.", "IP 版本。"}},
    {"ipopts", Value::needed, parse_ipopts, false, "packet", "rr|ts|sec|esec|lsrr|ssrr|satid|nop|eol|any",
     {"An option that the IPv4 header holds.", "IPv4 首部中含有的选项。"}},
    {"fragbits", Value::needed, parse_fragbits, false, "packet", "[+|*|!]MDR",
     {"The three flags of an IPv4 header: exactly these, with + these and another, with * any, with ! not all.", "IPv4 首部的三个标志：恰为这些；+ 还有其他，* 任一，! 不全。"}},
    {"fragoffset", Value::needed, parse_number<fragment_offset, Kind::u16, ip>, false, "packet", number_form,
     {"Where the fragment lies: of IPv4 in units of eight octets, of IPv6 in octets.", "分片偏移：IPv4 以 8 字节为单位，IPv6 以字节为单位。"}},
    {"icmpv6.mtu", Value::needed, parse_number<path_mtu, Kind::u32, icmp>, false, "packet", number_form,
     {"The MTU that an ICMPv6 message says is not exceeded.", "ICMPv6 报文给出的 MTU。"}},
    {"ipv4.hdr", Value::none, parse_buffer<HeaderBuffer::ipv4, ip>, false, "packet", "",
     {"Contents that follow are looked for in the IPv4 header with its options.", "其后的内容在 IPv4 首部（含选项）中查找。"}},
    {"ipv6.hdr", Value::none, parse_buffer<HeaderBuffer::ipv6, ip>, false, "packet", "",
     {"Contents that follow are looked for in the IPv6 header with its extensions.", "其后的内容在 IPv6 首部（含扩展首部）中查找。"}},
    {"tcp.hdr", Value::none, parse_buffer<HeaderBuffer::tcp, tcp>, false, "packet", "",
     {"Contents that follow are looked for in the TCP header with its options.", "其后的内容在 TCP 首部（含选项）中查找。"}},
    {"udp.hdr", Value::none, parse_buffer<HeaderBuffer::udp, udp>, false, "packet", "",
     {"Contents that follow are looked for in the UDP header.", "其后的内容在 UDP 首部中查找。"}},
    {"icmpv4.hdr", Value::none, parse_buffer<HeaderBuffer::icmpv4, icmp>, false, "packet", "",
     {"Contents that follow are looked for in the first eight octets of ICMP.", "其后的内容在 ICMP 前 8 字节中查找。"}},
    {"icmpv6.hdr", Value::none, parse_buffer<HeaderBuffer::icmpv6, icmp>, false, "packet", "",
     {"Contents that follow are looked for in the first eight octets of ICMPv6.", "其后的内容在 ICMPv6 前 8 字节中查找。"}},
    {"ip.src", Value::none, parse_buffer<HeaderBuffer::ip_source, ip>, false, "packet", "",
     {"Contents and datasets that follow are about the sender's address, 4 or 16 octets.", "其后的内容与数据集针对发送方地址（4 或 16 字节）。"}},
    {"ip.dst", Value::none, parse_buffer<HeaderBuffer::ip_destination, ip>, false, "packet", "",
     {"Contents and datasets that follow are about the receiver's address, 4 or 16 octets.", "其后的内容与数据集针对接收方地址（4 或 16 字节）。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> packet_keywords() {
  return rows;
}

}  // namespace langyan::detect
