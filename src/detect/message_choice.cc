#include "detect/message_choice.h"

#include <algorithm>

namespace langyan::detect {
namespace {

constexpr std::uint64_t most_indexed = 65'536;  // numbers of one condition in an index

double verb_cost(std::uint32_t verbs) {
  double sum = 0;
  for (std::size_t i = 0; i < verb_count; ++i) {
    const auto verb = static_cast<Verb>(i);
    const bool usual = verb == Verb::read || verb == Verb::report || verb == Verb::heartbeat ||
                       verb == Verb::session || verb == Verb::subscribe;
    if (verbs >> i & 1)
      sum += usual ? 0.5 : verb == Verb::write || verb == Verb::other ? 0.1 : 0.02;
  }
  return sum;
}

double field_cost(const FieldCondition& condition, const Protocol& protocol) {
  const auto* numbers = std::get_if<NumberSet>(&condition.accepts);
  if (!numbers || condition.kind == Kind::words || numbers->count() > most_indexed) return 1;
  const Schema& schema = condition.level == Level::message
                             ? *protocol.message
                             : *protocol.items[static_cast<std::size_t>(condition.level) - 1];
  const auto count = static_cast<double>(numbers->count());
  const double share =
      schema.fields[condition.field].names.empty() ? 0.02 + count / 1'000 : count * 0.08;
  return std::min(0.9, share * (is_item(condition.level) ? 2 : 1));
}

}  // namespace

const Protocol* protocol_of(const Program& program) {
  if (program.protocol) return program.protocol;
  for (const ProtocolNeed& need : program.protocols)
    if (need.protocol && !need.negated && need.others.empty()) return need.protocol;
  return nullptr;
}

const FieldCondition& cheapest(const std::vector<FieldCondition>& all, const Protocol& protocol) {
  return *std::ranges::min_element(
      all, {}, [&](const FieldCondition& condition) { return field_cost(condition, protocol); });
}

MessageIndex choose_message_index(const Program& program) {
  MessageIndex best;
  if (program.operation.used) {
    const double cost =
        std::min(1.0, verb_cost(program.operation.verbs)) * pick_operation(program.operation).cost;
    if (cost < best.cost) best = {MessageIndex::Kind::verb, cost, nullptr, {}};
  }
  // A rule on the result may find its fields in the request, so only the operation tells when.
  if (program.operation.on_result) return {MessageIndex::Kind::verb, 0, nullptr, {}};
  for (const FieldCondition& condition : program.fields) {
    const double cost = field_cost(condition, *program.protocol);
    if (cost < best.cost) best = {MessageIndex::Kind::field, cost, &condition, {}};
  }
  for (const AnyOf& any : program.any_of) {
    double cost = 0;
    for (const auto& all : any.alternatives)
      cost += field_cost(cheapest(all, *program.protocol), *program.protocol);
    if (cost < best.cost) best = {MessageIndex::Kind::any_of, cost, nullptr, {}, &any};
  }
  for (const bool raw : {false, true}) {
    auto literal = choose_literal(program, raw);
    const std::size_t size = literal ? literal->literal.bytes.size() : 0;
    const double cost = size == 0 ? 1 : size == 1 ? 0.6 : size == 2 ? 0.2 : 0.03;
    if (cost < best.cost) best = {MessageIndex::Kind::literal, cost, nullptr, std::move(literal)};
  }
  return best;
}

OperationPick pick_operation(const OperationNeeds& needs) {
  using What = OperationIndex::What;
  OperationPick best;
  const auto consider = [&](What what, const std::optional<NumberSet>& numbers, double one) {
    if (!numbers || numbers->count() > most_indexed) return;
    const double cost = std::min(0.9, one * static_cast<double>(numbers->count()));
    if (cost < best.cost) best = {cost, what, &*numbers};
  };
  consider(What::address, needs.address, 0.01);
  consider(What::unit, needs.unit, 0.05);
  consider(What::function, needs.function, 0.08);
  constexpr double named = 0.03;
  if (best.cost > named && needs.object && !needs.object->negated &&
      std::ranges::all_of(needs.object->globs, [](const std::string& glob) {
        return literal_of_glob(glob).has_value();
      }))
    best = {named, What::address, nullptr, true};
  return best;
}

std::optional<LiteralChoice> literal_of_glob(std::string_view glob) {
  constexpr std::size_t least = 2;  // octets
  LiteralChoice best;
  std::size_t at = 0;
  for (bool moves = false; at < glob.size();) {
    const std::size_t end = std::min(glob.find_first_of("*?", at), glob.size());
    const std::size_t size = std::min(end - at, longest_literal);
    if (size > best.literal.bytes.size()) {
      best.literal.bytes = glob.substr(at, size);
      best.least_end = at + size, best.most_end = moves ? ~std::uint64_t{0} : at + size;
      if (moves) best.least_end = 0;
    }
    moves |= end < glob.size() && glob[end] == '*';
    at = end + 1;
  }
  if (best.literal.bytes.size() < least) return {};
  return best;
}

}  // namespace langyan::detect
