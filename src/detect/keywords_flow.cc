// Keywords on the flow a packet or message belongs to.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/suggest.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::size_t most_bits_in_a_test = 32, longest_bit_name = 128;

enum class FlowWord : std::uint8_t {
  to_server,
  to_client,
  established,
  not_established,
  stateless,
  only_stream,
  no_stream,
  no_frag,
  only_frag
};
struct FlowRow {
  std::string_view name;
  FlowWord word;
};
constexpr FlowRow flow_words[] = {
    {"to_server", FlowWord::to_server},     {"from_client", FlowWord::to_server},
    {"toserver", FlowWord::to_server},      {"fromclient", FlowWord::to_server},
    {"to_client", FlowWord::to_client},     {"from_server", FlowWord::to_client},
    {"toclient", FlowWord::to_client},      {"fromserver", FlowWord::to_client},
    {"established", FlowWord::established}, {"not_established", FlowWord::not_established},
    {"stateless", FlowWord::stateless},     {"only_stream", FlowWord::only_stream},
    {"no_stream", FlowWord::no_stream},
    {"no_frag", FlowWord::no_frag},         {"only_frag", FlowWord::only_frag},
};

bool apply(RuleBuilder& rule, std::string_view part, FlowWord word) {
  FlowNeeds& flow = rule.program.flow;
  switch (word) {
    case FlowWord::to_server:
    case FlowWord::to_client: {
      const Direction way =
          word == FlowWord::to_server ? Direction::to_server : Direction::to_client;
      if (flow.direction && *flow.direction != way) {
        return rule.refuse(part,
                           "a packet goes one way: to_server and to_client exclude each other");
      }
      flow.direction = way;
      return true;
    }
    case FlowWord::established:
    case FlowWord::not_established: {
      const FlowState state =
          word == FlowWord::established ? FlowState::established : FlowState::not_established;
      if (flow.state != FlowState::any && flow.state != state) {
        return rule.refuse(part, "established and not_established exclude each other");
      }
      flow.state = state;
      return true;
    }
    case FlowWord::stateless:
      if (flow.state != FlowState::any) {
        return rule.refuse(part, "stateless excludes established and not_established");
      }
      return true;
    case FlowWord::only_stream: flow.only_stream = true; break;
    case FlowWord::no_stream: flow.no_stream = true; break;
    case FlowWord::no_frag:
    case FlowWord::only_frag: {
      const Fragments wanted = word == FlowWord::no_frag ? Fragments::none : Fragments::only;
      if (flow.fragments != Fragments::any && flow.fragments != wanted)
        return rule.refuse(part, "no_frag and only_frag exclude each other");
      flow.fragments = wanted;
      return true;
    }
  }
  if (flow.only_stream && flow.no_stream) {
    return rule.refuse(
        part, "only_stream and no_stream exclude each other, also as tcp-stream and tcp-pkt");
  }
  return true;
}

// Of words that rules write in any case.
bool same_word(std::string_view word, std::string_view written) {
  return std::ranges::equal(word, written, [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
}

bool parse_flow(RuleBuilder& rule, std::string_view value) {
  rule.program.flow.keyword = true;
  for (const std::string_view part : split(value)) {
    const auto row = std::ranges::find_if(
        flow_words, [&](const FlowRow& each) { return same_word(each.name, part); });
    if (row == std::end(flow_words)) {
      std::vector<std::string_view> known;
      for (const FlowRow& each : flow_words) known.push_back(each.name);
      const std::string_view near = nearest(part, known);
      return rule.refuse(
          part,
          "flow has no option \"" + std::string(part) + "\"" +
              (near.empty() ? std::string{} : "; did you mean \"" + std::string(near) + "\"?"));
    }
    if (!apply(rule, part, row->word)) return false;
  }
  return true;
}

// What stands for a name in a flow's memory: the same in every rule set, so bits survive a reload.
std::uint32_t bit_number(std::string_view name) {
  const auto number = static_cast<std::uint32_t>(hash(bytes_of(name)));
  return number ? number : 1;
}

bool read_bits(RuleBuilder& rule, std::string_view text, std::vector<std::uint32_t>& bits) {
  for (const std::string_view name : split(text, '|')) {
    if (name.empty()) return rule.refuse(name, "the name of a flowbit is missing here");
    if (name.size() > longest_bit_name)
      return rule.refuse(name, "a flowbit's name has at most 128 characters");
    if (name.find_first_of(" \t,") != name.npos) {
      return rule.refuse(name, "a flowbit's name has no blank and no comma");
    }
    const std::uint32_t number = bit_number(name);
    if (!rule.environment.bits.claim(number, name)) {
      return rule.refuse(name, "the flowbit \"" + std::string(name) +
                                   "\" cannot be told from another one; give it another name");
    }
    bits.push_back(number);
  }
  if (bits.size() > most_bits_in_a_test)
    return rule.refuse(text, "at most 32 flowbits are joined by |");
  return true;
}

struct BitRow {
  std::string_view name;
  bool tests;
  bool set;                // of a test
  BitChange::Kind change;  // else
};
constexpr BitRow bit_rows[] = {
    {"isset", true, true, {}},
    {"isnotset", true, false, {}},
    {"set", false, false, BitChange::Kind::set},
    {"unset", false, false, BitChange::Kind::unset},
    {"toggle", false, false, BitChange::Kind::toggle},
};

bool parse_flowbits(RuleBuilder& rule, std::string_view value) {
  if (value == "noalert") return rule.rule.noalert = true;
  const std::size_t comma = value.find(',');
  const std::string_view what = trim(value.substr(0, comma));
  const auto row = std::ranges::find(bit_rows, what, &BitRow::name);
  if (row == std::end(bit_rows)) {
    return rule.refuse(what, "\"" + std::string(what) +
                                 "\" is none of set, unset, toggle, isset, isnotset, noalert");
  }
  if (comma == value.npos)
    return rule.refuse(what, "flowbits:" + std::string(what) + " needs a name");
  const std::string_view names = trim(value.substr(comma + 1));
  std::vector<std::uint32_t> bits;
  if (names.empty()) return rule.refuse(what, "flowbits:" + std::string(what) + " needs a name");
  if (!read_bits(rule, names, bits)) return false;
  if (row->tests) {
    rule.program.bit_tests.push_back({std::move(bits), row->set});
    return true;
  }
  if (bits.size() > 1) return rule.refuse(names, "only isset and isnotset take names joined by |");
  rule.program.bit_changes.push_back({row->change, bits[0]});
  return true;
}

// [!]a|b[,mode]: any of these. A flow has one protocol here, so every mode asks for the same.
bool parse_app_layer_protocol(RuleBuilder& rule, std::string_view value) {
  constexpr std::string_view modes[] = {"final",    "original",  "either",   "toserver",
                                        "toclient", "to_server", "to_client"};
  const std::size_t comma = std::min(value.find(','), value.size());
  if (comma < value.size()) {
    const std::string_view mode = trim(value.substr(comma + 1));
    if (std::ranges::find(modes, mode) == std::end(modes)) {
      return rule.refuse(mode, "\"" + std::string(mode) +
                                   "\" is none of final, original, either, toserver, toclient");
    }
  }
  std::string_view list = trim(value.substr(0, comma));
  ProtocolNeed need;
  if (list.starts_with('!')) need.negated = true, list = trim(list.substr(1));
  bool first = true;
  for (const std::string_view name : split(list, '|')) {
    const bool none = name == "failed" || name == "unknown";
    const Protocol* protocol = none ? nullptr : rule.find_protocol(name);
    if (!none && !protocol) {
      std::vector<std::string_view> known = {"failed"};
      for (const Protocol* each : rule.environment.protocols) known.push_back(each->name);
      const std::string_view near = nearest(name, known);
      return rule.refuse_unknown(
          name,
          "unknown protocol \"" + std::string(name) + "\"" +
              (near.empty() ? std::string{} : "; did you mean \"" + std::string(near) + "\"?"),
          name);
    }
    if (std::exchange(first, false)) {
      need.protocol = protocol;
    } else {
      need.others.push_back(protocol);
    }
  }
  if (first) return rule.refuse(value, "the name of a protocol is missing here");
  rule.program.protocols.push_back(std::move(need));
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"flow", Value::needed, parse_flow, false, "flow", "to_server|to_client|from_server|from_client|established|not_established|stateless|only_stream|no_stream|no_frag|only_frag, …",
     {"Which way within a flow, and in which state it is.", "流的方向与状态。"}},
    {"flowbits", Value::needed, parse_flowbits, false, "flow", "set|unset|toggle|isset|isnotset,name or noalert",
     {"Marks a flow, or asks for a mark; a|b asks for either.", "标记流或检查标记；a|b 表示任一。"}},
    {"app-layer-protocol", Value::needed, parse_app_layer_protocol, false, "flow", "[!]protocol|failed[|…][,final|original|either|toserver|toclient]",
     {"The protocol the flow was found to speak.", "流被识别出的应用协议。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> flow_keywords() {
  return rows;
}

}  // namespace langyan::detect
