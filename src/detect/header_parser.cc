// The header of a rule: action, protocol, both ends and the arrow.
#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "detect/rule_parser.h"

namespace langyan::detect {
namespace {

struct ActionRow {
  std::string_view name;
  Action action;
};
constexpr ActionRow actions[] = {
    {"alert", Action::alert},       {"drop", Action::drop},        {"pass", Action::pass},
    {"reject", Action::reject},     {"rejectsrc", Action::reject}, {"rejectdst", Action::reject},
    {"rejectboth", Action::reject}, {"config", Action::alert},
};

constexpr unsigned any_ip =
    bit(Carrier::tcp) | bit(Carrier::udp) | bit(Carrier::icmp) | bit(Carrier::other_ip);
constexpr std::uint8_t no_protocol = 255;  // IANA: reserved

struct ProtocolRow {
  std::string_view name;
  unsigned carriers;
  std::uint8_t ip_version = 0;
  std::uint8_t ip_protocol = no_protocol;
  bool only_packets = false, only_stream = false;
};
// clang-format off
constexpr ProtocolRow protocols[] = {
    {"ot",         any_ip | bit(Carrier::link)},  // ours: whatever carries an operation
    {"ip",         any_ip},
    {"ipv4",       any_ip, 4},
    {"ip4",        any_ip, 4},
    {"ipv6",       any_ip, 6},
    {"ip6",        any_ip, 6},
    {"tcp",        bit(Carrier::tcp)},
    {"tcp-pkt",    bit(Carrier::tcp), 0, no_protocol, true},
    {"tcp-stream", bit(Carrier::tcp), 0, no_protocol, false, true},
    {"udp",        bit(Carrier::udp)},
    {"icmp",       bit(Carrier::icmp)},
    {"icmpv4",     bit(Carrier::icmp), 0, decode::ip_protocol::icmp},
    {"icmpv6",     bit(Carrier::icmp), 0, decode::ip_protocol::icmpv6},
    {"sctp",       bit(Carrier::other_ip), 0, decode::ip_protocol::sctp},
    {"ether",      bit(Carrier::link)},
    {"pkthdr",     any_ip | bit(Carrier::link)},  // of decode-event: a packet that may be no packet
};
// clang-format on

template <class Rows>
std::vector<std::string_view> names(const Rows& rows) {
  std::vector<std::string_view> result;
  for (const auto& row : rows) result.push_back(row.name);
  return result;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(word, known);
  return near.empty() ? std::string{} : "; did you mean \"" + std::string(near) + "\"?";
}

bool parse_action(RuleBuilder& rule, std::string_view word) {
  const auto row = std::ranges::find(actions, word, &ActionRow::name);
  if (row == std::end(actions)) {
    return rule.refuse(
        word, "unknown action \"" + std::string(word) + "\"" + did_you_mean(word, names(actions)));
  }
  rule.rule.action = row->action;
  if (row->action == Action::drop || row->action == Action::reject) {
    rule.warn(word,
              "the sensor only listens: \"" + std::string(word) + "\" alerts and stops nothing");
  }
  return true;
}

// Which carriers a protocol's port hints name; all where it gives none.
unsigned carriers_of(const Protocol& protocol) {
  unsigned carriers = 0;
  for (const PortHint& hint : protocol.ports) {
    constexpr std::array<Carrier, 3> by_transport = {Carrier::tcp, Carrier::udp, Carrier::link};
    carriers |= bit(by_transport[static_cast<std::size_t>(hint.transport)]);
  }
  return carriers ? carriers : any_ip | bit(Carrier::link);
}

bool parse_protocol(RuleBuilder& rule, std::string_view word) {
  rule.rule.protocol = word;
  Header& header = rule.program.header;
  const auto row = std::ranges::find(protocols, word, &ProtocolRow::name);
  if (row != std::end(protocols)) {
    header.carriers = row->carriers;
    header.ip_version = row->ip_version;
    if (row->ip_protocol != no_protocol) header.ip_protocol = row->ip_protocol;
    rule.program.flow.no_stream = row->only_packets;
    rule.program.flow.only_stream = row->only_stream;
    return true;
  }
  if (const Protocol* protocol = rule.find_protocol(word)) {
    header.carriers = carriers_of(*protocol) | any_ip;  // a port is only a hint
    rule.program.protocols.push_back({protocol, false});
    return rule.program.header_protocol = true;
  }
  std::vector<std::string_view> known = names(protocols);
  for (const Protocol* protocol : rule.environment.protocols) known.push_back(protocol->name);
  return rule.refuse_unknown(
      word, "unknown protocol \"" + std::string(word) + "\"" + did_you_mean(word, known), word);
}

// Words at blanks outside brackets: "[10.0.0.1, 10.0.0.2] any" are two.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t open = 0, first = text.npos;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool blank = i == text.size() || text[i] == ' ' || text[i] == '\t';
    if (!blank && first == text.npos) first = i;
    if (i < text.size() && text[i] == '[') ++open;
    if (i < text.size() && text[i] == ']' && open) --open;
    if (blank && first != text.npos && (open == 0 || i == text.size())) {
      words.push_back(text.substr(first, i - first));
      first = text.npos;
    }
  }
  return words;
}

bool parse_end(RuleBuilder& rule, std::string_view addresses, std::string_view ports,
               const AddressSet*& address_set, const PortSet*& port_set) {
  GroupError error;
  const AddressSet* where = rule.environment.groups.addresses(addresses, error);
  const PortSet* port = where ? rule.environment.groups.ports(ports, error) : nullptr;
  if (!where || !port) return rule.refuse({error.at, 0}, std::move(error.reason));
  address_set = where->everything() ? nullptr : where;
  port_set = port->everything() ? nullptr : port;
  return true;
}

}  // namespace

bool parse_header(RuleBuilder& rule, std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) return rule.refuse(text, "an action such as alert is missing");
  if (!parse_action(rule, words[0])) return false;
  if (words.size() != 7) {
    return rule.refuse(words[0],
                       "a header has 7 parts, \"alert tcp any any -> any 502\", here are " +
                           std::to_string(words.size()));
  }
  if (!parse_protocol(rule, words[1])) return false;
  const std::string_view arrow = words[4];
  if (arrow != "->" && arrow != "<>") {
    return rule.refuse(arrow, "\"" + std::string(arrow) + "\" is no direction; write -> or <>");
  }
  Header& header = rule.program.header;
  header.both_ways = arrow == "<>";
  if (!parse_end(rule, words[2], words[3], header.source, header.source_port) ||
      !parse_end(rule, words[5], words[6], header.destination, header.destination_port)) {
    return false;
  }
  const bool has_ports = header.source_port || header.destination_port;
  if (has_ports &&
      !(header.carriers & (bit(Carrier::tcp) | bit(Carrier::udp) | bit(Carrier::other_ip)))) {
    return rule.refuse(header.source_port ? words[3] : words[6],
                       "\"" + std::string(words[1]) + "\" has no ports; write any");
  }
  const bool has_addresses = header.source || header.destination;
  if (has_addresses && header.carriers == bit(Carrier::link)) {
    return rule.refuse(header.source ? words[2] : words[5],
                       "\"" + std::string(words[1]) + "\" has no IP addresses; write any");
  }
  return true;
}

}  // namespace langyan::detect
