#include "detect/classify.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "detect/literal_choice.h"

namespace langyan::detect {
namespace {

// Whether a condition means a place counted from the start of something, as people mean of a
// packet.
bool is_positional(const PayloadCondition& condition) {
  if (const auto* content = std::get_if<Content>(&condition)) return content->absolute();
  if (const auto* regex = std::get_if<Regex>(&condition))
    return regex->anchored && !regex->relative;
  if (const auto* jump = std::get_if<ByteJump>(&condition)) {
    return !is_relative(condition) || jump->from != ByteJump::From::here;
  }
  if (const auto* base64 = std::get_if<Base64Decode>(&condition)) return !base64->relative;
  return !is_relative(condition);
}

// Whether the condition finds octets, so that one can say in which packets they came.
bool is_found(const PayloadCondition& condition) {
  const bool search =
      std::holds_alternative<Content>(condition) || std::holds_alternative<Regex>(condition);
  return search && !is_negated(condition);
}

Program::Kind raw_kind(const Program& program, const BufferMatch& raw) {
  if (program.flow.only_stream) return Program::Kind::stream;
  const bool headers = std::ranges::any_of(
      program.buffers, [](const BufferMatch& buffer) { return buffer.level == Level::header; });
  if (program.flow.no_stream || !program.packet.empty() || headers) return Program::Kind::packet;
  if (!std::ranges::any_of(raw.conditions, is_positional)) return Program::Kind::stream;
  return std::ranges::any_of(raw.conditions, is_found) ? Program::Kind::both
                                                       : Program::Kind::packet;
}

Program::Kind kind_of(const Program& program) {
  if (!program.events.empty()) return Program::Kind::event;
  const auto stands = [&](auto of_what) {
    return std::ranges::any_of(program.buffers, of_what, &BufferMatch::level);
  };
  const bool headers = stands([](Level level) { return level == Level::header; });
  const bool buffers = stands([](Level level) { return level < Level::raw; });
  if (program.operation.used || !program.fields.empty() || !program.any_of.empty() || buffers)
    return Program::Kind::message;
  if (const BufferMatch* raw = program.raw()) return raw_kind(program, *raw);
  if (headers || !program.packet.empty() || !program.countries.empty() || !program.bit_tests.empty() ||
      program.flow.keyword || !program.flow_numbers.empty() || !program.integers.empty() || program.flow.no_stream ||
      program.header_protocol) {
    return Program::Kind::packet;
  }
  return program.protocols.empty() ? Program::Kind::flow : Program::Kind::protocol;
}

std::string why_content_never(const Content& content) {
  if (content.negated) return {};
  const std::string size = std::to_string(content.size());
  if (content.depth && *content.depth < content.size()) {
    return "a content of " + size + " octets cannot end within a depth of " +
           std::to_string(*content.depth);
  }
  if (content.within && *content.within < static_cast<std::int64_t>(content.size())) {
    return "a content of " + size + " octets cannot end within " + std::to_string(*content.within);
  }
  return {};
}

std::string why_size_never(const Program& program) {
  const BufferMatch* raw = program.raw();
  if (!raw) return {};
  std::uint64_t least = 0;
  for (const PayloadCondition& condition : raw->conditions) {
    const Content* content = std::get_if<Content>(&condition);
    if (content && !content->negated) {
      least = std::max<std::uint64_t>(least, content->offset.value_or(0) + content->size());
    }
  }
  for (const PacketCondition& condition : program.packet) {
    if (condition.of_payload && condition.numbers.ranges().back().high < least) {
      return "dsize allows at most " + std::to_string(condition.numbers.ranges().back().high) +
             " octets and the contents need " + std::to_string(least);
    }
  }
  return {};
}

std::string why_bits_never(const Program& program) {
  for (const BitTest& wanted : program.bit_tests) {
    for (const BitTest& unwanted : program.bit_tests) {
      if (wanted.set && !unwanted.set && wanted.bits.size() == 1 && wanted.bits == unwanted.bits) {
        return "a flowbit cannot be set and not set";
      }
    }
  }
  return {};
}

std::string why_header_never(const Program& program) {
  const Protocol* named = program.protocol;
  for (const ProtocolNeed& need : program.protocols) {
    if (!need.protocol || !need.others.empty()) continue;
    if (!need.negated && named && named != need.protocol) {
      return "a flow of " + std::string(need.protocol->name) + " has no fields of " +
             std::string(named->name);
    }
    if (need.negated && named == need.protocol) {
      return "a flow that is not " + std::string(need.protocol->name) + " has no fields of it";
    }
    if (!need.negated) named = need.protocol;
  }
  for (const PacketCondition& condition : program.packet) {
    if (!(condition.carriers & program.header.carriers)) {
      return "the protocol of the header has no such field as a condition on the packet asks for";
    }
  }
  if (program.flow.only_stream && !(program.header.carriers & bit(Carrier::tcp))) {
    return "only TCP has a stream";
  }
  if (program.flow.only_stream && !program.packet.empty()) {
    return "a stream has no packet to look at, and a condition on the packet stands";
  }
  if (named && program.header.carriers == bit(Carrier::icmp)) {
    return "ICMP carries no message of " + std::string(named->name);
  }
  return {};
}

std::string why_fields_never(const Program& program) {
  for (const FieldCondition& one : program.fields) {
    for (const FieldCondition& other : program.fields) {
      const auto* a = std::get_if<NumberSet>(&one.accepts);
      const auto* b = std::get_if<NumberSet>(&other.accepts);
      if (&one >= &other || !a || !b || one.level != other.level || one.field != other.field)
        continue;
      const bool meet = std::ranges::any_of(
          a->ranges(), [&](const KeyRange& range) { return b->intersects(range.low, range.high); });
      if (!meet && one.kind != Kind::words) return "two conditions on one field exclude each other";
    }
  }
  return {};
}

constexpr unsigned longest_chain = 256;  // of rules that each test what the one before changes

// A rule's rank: 0 where it tests no flowbit that a rule changes, else behind all these. In a
// cycle, and beyond the longest chain, some order must do.
class Ranks {
 public:
  explicit Ranks(const std::vector<std::shared_ptr<const Rule>>& rules) : rules_(rules) {
    for (const auto& rule : rules_)
      for (const BitChange& change : rule->program->bit_changes)
        bits_[change.bit].changers.push_back(rule.get());
    for (const auto& rule : rules_) {
      for (const IntegerStep& step : rule->program->integers)
        if (step.changes()) bits_[step.variable].changers.push_back(rule.get());
      for (const SharedBit& bit : rule->shared_bits)
        if (!bit.tests()) bits_[bit.name].changers.push_back(rule.get());
    }
  }

  std::uint32_t rank(const Rule& rule, unsigned depth = 0) {
    std::uint32_t rank = 0;
    for (const BitTest& test : rule.program->bit_tests)
      for (const std::uint32_t bit : test.bits) rank = std::max(rank, rank_of(bit, depth));
    for (const IntegerStep& step : rule.program->integers) {
      if (!step.changes()) rank = std::max(rank, rank_of(step.variable, depth));
      if (step.of_variable) rank = std::max(rank, rank_of(step.value, depth));
    }
    for (const SharedBit& bit : rule.shared_bits)
      if (bit.tests()) rank = std::max(rank, rank_of(bit.name, depth));
    return rank;
  }

  // Of rules that wait for each other's changes: those that change nothing come last.
  static bool only_tests(const Rule& rule) {
    const Program& program = *rule.program;
    return program.bit_changes.empty() &&
           std::ranges::none_of(program.integers, &IntegerStep::changes) &&
           std::ranges::all_of(rule.shared_bits, &SharedBit::tests);
  }

 private:
  struct Bit {
    std::vector<const Rule*> changers;
    std::uint32_t rank = 0;  // of a rule that tests it
    bool known = false;
  };

  std::uint32_t rank_of(std::uint32_t number, unsigned depth) {
    const auto at = bits_.find(number);
    if (at == bits_.end() || depth == longest_chain) return 0;
    Bit& bit = at->second;
    if (bit.known) return bit.rank;
    bit.known = true;
    std::uint32_t highest = 0;
    for (const Rule* changer : bit.changers)
      highest = std::max(highest, rank(*changer, depth + 1));
    return bit.rank = highest + 1;
  }

  const std::vector<std::shared_ptr<const Rule>>& rules_;
  std::map<std::uint32_t, Bit> bits_;
};

}  // namespace

void classify(Program& program) {
  program.kind = kind_of(program);
  Header& header = program.header;
  const auto indexed = [](const PortSet* ports, const PortSet* other) {
    return ports && !other && ports->size() <= PortIndex::widest;
  };
  const bool by_port = program.kind == Program::Kind::packet ||
                       program.kind == Program::Kind::stream || program.kind == Program::Kind::both;
  header.ports_found = by_port && !header.both_ways &&
                       (indexed(header.destination_port, header.source_port) ||
                        indexed(header.source_port, header.destination_port));
  program.items_used = 0;
  const auto use = [&](Level level) {
    if (is_item(level))
      program.items_used |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(level));
  };
  for (const FieldCondition& condition : program.fields) use(condition.level);
  for (const BufferMatch& buffer : program.buffers) use(buffer.level);
  const BufferMatch* raw = program.raw();
  const auto literal = choose_literal(program, true);
  program.look_back = raw ? look_back(*raw) : 0;
  program.pends = literal && (program.look_back == stream_tail || !literal->ends_content);
  program.settled = raw ? settled_at(*raw) : 0;
}

bool looks_at_packets(const Program& program, Carrier carrier) {
  if (!(program.header.carriers & bit(carrier))) return false;
  switch (program.kind) {
    case Program::Kind::packet:
    case Program::Kind::both: return true;
    case Program::Kind::stream: return carrier != Carrier::tcp && !program.flow.only_stream;
    default: return false;
  }
}

bool looks_at_streams(const Program& program) {
  return (program.header.carriers & bit(Carrier::tcp)) &&
         (program.kind == Program::Kind::stream || program.kind == Program::Kind::both);
}

std::string why_never(const RuleBuilder& rule) {
  const Program& program = rule.program;
  for (const BufferMatch& buffer : program.buffers) {
    for (const PayloadCondition& condition : buffer.conditions) {
      if (const auto* content = std::get_if<Content>(&condition)) {
        std::string reason = why_content_never(*content);
        if (!reason.empty()) return reason;
      }
    }
  }
  for (const auto check : {why_size_never, why_bits_never, why_header_never, why_fields_never}) {
    std::string reason = check(program);
    if (!reason.empty()) return reason;
  }
  return {};
}

void order(std::vector<std::shared_ptr<const Rule>>& rules) {
  Ranks ranks(rules);
  using Sort = std::tuple<bool, std::uint32_t, bool, std::uint8_t, std::uint32_t, std::uint32_t>;
  std::vector<std::pair<Sort, std::shared_ptr<const Rule>>> sorted;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = *rules[i];
    const std::uint32_t rank = ranks.rank(rule);
    sorted.push_back({{rule.action != Action::pass, rank, rank && Ranks::only_tests(rule),
                       rule.priority, rule.gid, rule.sid},
                      rules[i]});
  }
  std::ranges::sort(sorted, {}, &std::pair<Sort, std::shared_ptr<const Rule>>::first);
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i] = sorted[i].second;
}

}  // namespace langyan::detect
