// Keywords on what a flow, a host or a pair of hosts has become: its age and size, variables, marks.
#include <algorithm>

#include "base/hash.h"
#include "base/suggest.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::int64_t most_expire = 365 * 86'400;

// "a, b, c" of a table's names.
template <class Rows>
std::string names_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "" : ", ") + std::string(row.name);
  return text;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// What stands for a name: the same in every rule set, so that values survive a reload. `space` keeps
// equal names of other kinds apart. 0: refused.
std::uint32_t number_of(RuleBuilder& rule, std::string_view name, std::string_view space) {
  if (name.empty()) return rule.refuse(name, "a name is missing here"), 0;
  if (name.size() > longest_name)
    return rule.refuse(name, "a name has at most 128 characters"), 0;
  if (name.find_first_of(" \t|") != name.npos)
    return rule.refuse(name, "a name has no blank and no |"), 0;
  const std::string whole = std::string(space) + ":" + std::string(name);
  const auto hashed = static_cast<std::uint32_t>(hash(bytes_of(whole)));
  const std::uint32_t number = hashed ? hashed : 1;
  if (!rule.environment.bits.claim(number, whole)) {
    return rule.refuse(name, quoted(name) + " cannot be told from another name; choose another"), 0;
  }
  return number;
}

std::uint64_t age(const FlowView& view) {
  return static_cast<std::uint64_t>(view.flow.last_time() / second - view.flow.first_time() / second);
}
template <Direction way>
std::uint64_t packets(const FlowView& view) {
  return view.flow.packets(way);
}
template <Direction way>
std::uint64_t octets(const FlowView& view) {
  return view.flow.bytes(way);
}
template <Direction way>
std::uint64_t extent(const FlowView& view) {
  return view.extent[static_cast<std::size_t>(way)];
}
constexpr Direction forth = Direction::to_server, back = Direction::to_client;

template <FlowCondition::Read read, Kind kind>
bool parse_flow_number(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, kind, {}, Dash::between);
  if (!numbers) return false;
  FlowCondition condition;
  condition.read = read;
  condition.numbers = std::move(*numbers);
  rule.program.flow_numbers.push_back(std::move(condition));
  return true;
}

// stream_size writes the comparison and the number apart: ">,100".
std::optional<NumberSet> read_apart(RuleBuilder& rule, std::string_view text) {
  constexpr std::uint64_t most = 0xffffffff;
  const std::size_t comma = text.find(',');
  const std::string_view sign = trim(text.substr(0, comma));
  constexpr std::string_view signs[] = {"<", ">", "=", "==", "!=", "<=", ">="};
  if (std::ranges::find(signs, sign) == std::end(signs)) {
    rule.refuse(sign, quoted(sign) + " is none of <, >, =, !=, <=, >=");
    return {};
  }
  const auto read = read_integer(rule, trim(text.substr(comma + 1)), 0, most);
  if (!read) return {};
  const auto number = static_cast<std::uint64_t>(*read);
  NumberSet numbers;
  if (sign.front() == '<' || sign.front() == '!') {
    if (number) numbers.add(0, number - 1);
  }
  if (sign.front() == '>' || sign.front() == '!') numbers.add(number + 1, most);
  if (sign.front() != '!' && (sign.size() == 2 || sign == "=")) numbers.add(number, number);
  numbers.normalise();
  if (!numbers.empty()) return numbers;
  rule.refuse(text, "this leaves no number at all");
  return {};
}

// "either,>5": one side, both, or one of them.
template <FlowCondition::Read client, FlowCondition::Read server, bool of_extent>
bool parse_sided(RuleBuilder& rule, std::string_view value) {
  const std::size_t comma = value.find(',');
  const std::string_view side = trim(value.substr(0, comma));
  const bool of_client = side == "client" || side == "toserver" || side == "to_server";
  const bool of_server = side == "server" || side == "toclient" || side == "to_client";
  if (!of_client && !of_server && side != "both" && side != "either") {
    return rule.refuse(side, quoted(side) + (of_extent ? " is none of client, server, both, either"
                                                       : " is none of toserver, toclient, both, either"));
  }
  if (comma == value.npos)
    return rule.refuse(side, "a number is missing behind the comma: " + std::string(side) + ",>100");
  const std::string_view number = trim(value.substr(comma + 1));
  auto numbers = of_extent && number.find(',') != number.npos
                     ? read_apart(rule, number)
                     : read_numbers(rule, number, of_extent ? Kind::u32 : Kind::u64, {}, Dash::between);
  if (!numbers) return false;
  FlowCondition condition;
  condition.read = of_server ? server : client;
  if (!of_client && !of_server) condition.other = server;
  condition.either = side == "either";
  condition.extent = of_extent;
  condition.numbers = std::move(*numbers);
  rule.program.flow_numbers.push_back(std::move(condition));
  return true;
}

struct StepRow {
  std::string_view name;
  IntegerStep::Kind kind;
};
constexpr StepRow steps[] = {
    {"isset", IntegerStep::Kind::is_set},  {"notset", IntegerStep::Kind::not_set},
    {"isnotset", IntegerStep::Kind::not_set}, {"==", IntegerStep::Kind::equal},
    {"!=", IntegerStep::Kind::differs},    {"<", IntegerStep::Kind::less},
    {"<=", IntegerStep::Kind::at_most},    {">", IntegerStep::Kind::greater},
    {">=", IntegerStep::Kind::at_least},   {"=", IntegerStep::Kind::assign},
    {"+", IntegerStep::Kind::add},         {"-", IntegerStep::Kind::subtract},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool parse_flowint(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (parts.size() < 2)
    return rule.refuse(value, "flowint is \"name,modifier,value\", such as sign_ins,+,1");
  if (parts[0].empty() || !is_letter(parts[0].front()))
    return rule.refuse(parts[0], "the name of a flowint begins with a letter");
  const auto row = std::ranges::find(steps, parts[1], &StepRow::name);
  if (row == std::end(steps))
    return rule.refuse(parts[1], quoted(parts[1]) + " is none of " + names_of(steps));
  IntegerStep step;
  step.kind = row->kind;
  step.variable = number_of(rule, parts[0], "int");
  if (!step.variable) return false;
  const bool alone = step.kind == IntegerStep::Kind::is_set || step.kind == IntegerStep::Kind::not_set;
  if (parts.size() != (alone ? 2u : 3u)) {
    return rule.refuse(parts[1], alone ? quoted(parts[1]) + " takes no value"
                                       : quoted(parts[1]) + " needs one value: a number or the name of "
                                                            "another flowint");
  }
  if (!alone && !parts[2].empty() && is_letter(parts[2].front())) {
    step.of_variable = true;
    step.value = number_of(rule, parts[2], "int");
    if (!step.value) return false;
  } else if (!alone) {
    const auto number = read_integer(rule, parts[2], 0, 0xffffffff);
    if (!number) return false;
    step.value = static_cast<std::uint32_t>(*number);
  }
  auto& all = rule.program.integers;
  const auto behind = step.changes() ? all.end() : std::ranges::find_if(all, &IntegerStep::changes);
  all.insert(behind, step);
  return true;
}

struct SharedRow {
  std::string_view name;
  SharedBit::Kind kind;
};
constexpr SharedRow shared_kinds[] = {
    {"set", SharedBit::Kind::set},       {"unset", SharedBit::Kind::unset},
    {"toggle", SharedBit::Kind::toggle}, {"isset", SharedBit::Kind::is_set},
    {"isnotset", SharedBit::Kind::not_set},
};
struct OnRow {
  std::string_view name;
  SharedBit::On on;
};
constexpr OnRow xbit_ends[] = {{"ip_src", SharedBit::On::source},
                               {"ip_dst", SharedBit::On::destination},
                               {"ip_pair", SharedBit::On::pair}};
constexpr OnRow hostbit_ends[] = {{"src", SharedBit::On::source}, {"dst", SharedBit::On::destination}};

template <class Rows>
auto row_of(RuleBuilder& rule, const Rows& rows, std::string_view name) {
  const auto row = std::ranges::find(rows, name, &std::decay_t<decltype(rows[0])>::name);
  if (row == std::end(rows)) rule.refuse(name, quoted(name) + " is none of " + names_of(rows));
  return row;
}

// Tests come before changes, as they are evaluated.
bool add_shared(RuleBuilder& rule, std::string_view value, const SharedBit& bit) {
  if (bit.tests() && rule.rule.action == Action::pass) {
    return rule.refuse(value,
                       "a pass rule cannot ask for a mark of hosts: those are known only after the "
                       "other rules were evaluated");
  }
  auto& all = rule.rule.shared_bits;
  const auto behind =
      bit.tests() ? std::ranges::find_if(all, [](const SharedBit& it) { return !it.tests(); }) : all.end();
  all.insert(behind, bit);
  return true;
}

bool parse_xbits(RuleBuilder& rule, std::string_view value) {
  if (value == "noalert") return rule.rule.noalert = true;
  constexpr Duration usual = 30 * second;
  const auto parts = split(value);
  SharedBit bit;
  const auto kind = row_of(rule, shared_kinds, parts[0]);
  if (rule.refused()) return false;
  bit.kind = kind->kind;
  if (parts.size() < 3) {
    return rule.refuse(value, "xbits is \"set,name,track ip_src|ip_dst|ip_pair,expire seconds\"");
  }
  bit.name = number_of(rule, parts[1], "xbit");
  if (!bit.name) return false;
  bit.expire = usual;
  bool tracked = false;
  for (const std::string_view part : std::span(parts).subspan(2)) {
    const std::size_t blank = std::min(part.find_first_of(" \t"), part.size());
    const std::string_view word = part.substr(0, blank), argument = trim(part.substr(blank));
    if (word == "track") {
      const auto end = row_of(rule, xbit_ends, argument);
      if (rule.refused()) return false;
      bit.on = end->on, tracked = true;
    } else if (word == "expire") {
      const auto seconds = read_integer(rule, argument, 1, most_expire);
      if (!seconds) return false;
      bit.expire = *seconds * second;
    } else {
      return rule.refuse(part, quoted(word) + " is none of track, expire");
    }
  }
  if (!tracked) return rule.refuse(value, "xbits needs track ip_src, track ip_dst or track ip_pair");
  return add_shared(rule, value, bit);
}

bool parse_hostbits(RuleBuilder& rule, std::string_view value) {
  if (value == "noalert") return rule.rule.noalert = true;
  constexpr Duration usual = 300 * second;
  const auto parts = split(value);
  SharedBit bit;
  const auto kind = row_of(rule, shared_kinds, parts[0]);
  if (rule.refused()) return false;
  bit.kind = kind->kind;
  if (parts.size() < 2 || parts.size() > 3)
    return rule.refuse(value, "hostbits is \"set,name,src|dst\"");
  bit.name = number_of(rule, parts[1], "hostbit");
  if (!bit.name) return false;
  bit.expire = usual;
  if (parts.size() == 3) {
    const auto end = row_of(rule, hostbit_ends, parts[2]);
    if (rule.refused()) return false;
    bit.on = end->on;
  }
  return add_shared(rule, value, bit);
}

// clang-format off
constexpr std::string_view number_form = "[!|<|>|<=|>=|=]number|low<>high|low-high";
constexpr std::string_view sided_form = "toserver|toclient|both|either,[!|<|>|<=|>=|=]number";
constexpr Keyword rows[] = {
    {"flow.age", Value::needed, parse_flow_number<age, Kind::u32>, false, "flow", number_form,
     {"How many seconds the flow has lasted.", "流已持续的秒数。"}},
    {"flow.pkts", Value::needed, parse_sided<packets<forth>, packets<back>, false>, false, "flow", sided_form,
     {"How many packets one side, both, or either have sent.", "某一方、双方或任一方已发送的报文数。"}},
    {"flow.bytes", Value::needed, parse_sided<octets<forth>, octets<back>, false>, false, "flow", sided_form,
     {"How many octets on the wire one side, both, or either have sent.", "某一方、双方或任一方已发送的字节数。"}},
    {"flow.pkts_toserver", Value::needed, parse_flow_number<packets<forth>, Kind::u32>, false, "flow", number_form,
     {"How many packets the client has sent.", "客户端已发送的报文数。"}},
    {"flow.pkts_toclient", Value::needed, parse_flow_number<packets<back>, Kind::u32>, false, "flow", number_form,
     {"How many packets the server has sent.", "服务端已发送的报文数。"}},
    {"flow.bytes_toserver", Value::needed, parse_flow_number<octets<forth>, Kind::u64>, false, "flow", number_form,
     {"How many octets on the wire the client has sent.", "客户端已发送的字节数。"}},
    {"flow.bytes_toclient", Value::needed, parse_flow_number<octets<back>, Kind::u64>, false, "flow", number_form,
     {"How many octets on the wire the server has sent.", "服务端已发送的字节数。"}},
    {"stream_size", Value::needed, parse_sided<extent<forth>, extent<back>, true>, false, "flow", "client|server|both|either,<|>|=|!=|<=|>=,number",
     {"How many sequence numbers a side of a TCP connection has used: one for the SYN, one an octet.", "TCP 连接某一方已使用的序列号数：SYN 计一，每字节计一。"}},
    {"flowint", Value::needed, parse_flowint, false, "flow", "name,=|+|-|==|!=|<|<=|>|>=,number|name or name,isset|notset",
     {"A number the flow remembers under a name: set, counted, or compared.", "流以名称记住的数值：赋值、累计或比较。"}},
    {"xbits", Value::needed, parse_xbits, false, "flow", "set|unset|toggle|isset|isnotset,name,track ip_src|ip_dst|ip_pair[,expire seconds] or noalert",
     {"Marks a host or a pair of hosts for a time, 30 seconds where none is given, or asks for a mark.", "在一段时间内（缺省 30 秒）标记主机或主机对，或检查标记。"}},
    {"hostbits", Value::needed, parse_hostbits, false, "flow", "set|unset|toggle|isset|isnotset,name[,src|dst] or noalert",
     {"Marks a host for 300 seconds, or asks for a mark.", "标记主机 300 秒，或检查标记。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> state_keywords() {
  return rows;
}

}  // namespace langyan::detect
