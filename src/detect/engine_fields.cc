// One rule on a message: its fields, one item of it, one operation of it.
#include <algorithm>

#include "detect/engine_state.h"

namespace langyan::detect {
namespace {

// * any run, ? any octet; linear in the text for each *.
bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = glob.npos, resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t]) && glob[g] != '*') {
      ++g, ++t;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++, resume = t;
    } else if (star != glob.npos) {
      g = star + 1, t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool accepts(const GlobSet& set, std::string_view text) {
  const bool found = std::ranges::any_of(
      set.globs, [&](const std::string& glob) { return glob_matches(glob, text); });
  return found != set.negated;
}

bool any_word(const NumberSet& numbers, Bytes words) {
  for (std::size_t i = 0; i + 1 < words.size(); i += 2)
    if (numbers.contains(static_cast<std::uint64_t>(words[i] << 8 | words[i + 1]))) return true;
  return false;
}

bool accepts(const FieldCondition& condition, const View& view) {
  if (std::holds_alternative<Missing>(condition.accepts)) return !view.has(condition.field);
  if (!view.has(condition.field)) return false;
  if (const auto* numbers = std::get_if<NumberSet>(&condition.accepts)) {
    return condition.kind == Kind::words
               ? any_word(*numbers, view.bytes(condition.field))
               : numbers->contains(key_of(condition.kind, view.number(condition.field)));
  }
  const Bytes run = view.bytes(condition.field);
  if (const auto* addresses = std::get_if<AddressList>(&condition.accepts)) {
    return run.size() == 16 && addresses->addresses.contains(IpAddress::v6(run));
  }
  const TextSet& set = std::get<TextSet>(condition.accepts);
  return (std::ranges::find(set.texts, text_of(run)) != set.texts.end()) != set.negated;
}

bool any_holds(const AnyOf& any, const Message& message) {
  const auto holds = [](const std::vector<FieldCondition>& all, const View& view) {
    return std::ranges::all_of(
        all, [&](const FieldCondition& condition) { return accepts(condition, view); });
  };
  for (const std::vector<FieldCondition>& alternative : any.alternatives) {
    const Level level = alternative.front().level;
    if (!is_item(level) && holds(alternative, message.record)) return true;
    if (!is_item(level) || !message.items) continue;
    const Schema* schema = message.protocol->items[static_cast<std::size_t>(level) - 1];
    for (std::size_t i = 0; i < message.items->size(); ++i) {
      const View item = (*message.items)[i];
      if (item.schema == schema && holds(alternative, item)) return true;
    }
  }
  return false;
}

bool value_holds(const OperationNeeds& needs, const Operation& operation) {
  const std::size_t elements = operation.value.elements(std::max(operation.object.count, 1u));
  for (std::size_t i = 0; i < elements; ++i) {
    if (needs.value_there && !needs.address->contains(operation.object.address + i)) continue;
    if (needs.value->contains(key_of_real(operation.value.element(i)))) return true;
  }
  return false;
}

bool holds(const std::optional<NumberSet>& wanted, std::uint64_t number) {
  return !wanted || wanted->contains(number);
}

// The order of octets that a DCE/RPC message tells; of another nobody asks. [C706] 14.1: the high
// half of the fifth octet.
bool is_little(Bytes message) {
  return message.size() > 4 && (message[4] & 0xf0) == 0x10;
}

}  // namespace

std::optional<Bytes> Engine::State::transformed(const TransformChain& chain, Bytes octets) {
  const auto other = transformer.apply(chain, octets);
  if (!other) counters.add(Count::transform_limit);
  return other;
}

std::string_view Engine::State::name_of(const Protocol& protocol, const Object& object) {
  if (!protocol.notation) return text_of(object.text);
  notation.clear();
  protocol.notation(object, notation);
  return notation;
}

bool Engine::State::operation_holds(const OperationNeeds& needs, const Message& message,
                                    const Operation& operation) {
  const Object& object = operation.object;
  const Protocol& protocol = *message.protocol;
  if (!(needs.verbs >> static_cast<unsigned>(operation.verb) & 1)) return false;
  if (!(needs.outcomes >> static_cast<unsigned>(operation.outcome) & 1)) return false;
  if (!holds(needs.unit, operation.unit) || !holds(needs.function, operation.function))
    return false;
  if (!holds(needs.count, object.count)) return false;
  if (needs.code &&
      !(operation.outcome == Outcome::refused && needs.code->contains(operation.code)))
    return false;
  if (needs.address &&
      (object.count == 0 ||
       !needs.address->intersects(object.address, object.address + object.count - 1))) {
    return false;
  }
  if (needs.value && !value_holds(needs, operation)) return false;
  if (needs.text && (operation.value.kind != Value::Kind::text ||
                     !accepts(*needs.text, text_of(operation.value.run)))) {
    return false;
  }
  if (needs.space && (object.none() || object.space >= protocol.spaces.size() ||
                      !accepts(*needs.space, protocol.spaces[object.space].name))) {
    return false;
  }
  if (!needs.object) return true;
  return !object.none() && accepts(*needs.object, name_of(protocol, object));
}

bool Engine::State::operations_hold(const Program& program, const Message& message, Phase phase) {
  const OperationNeeds& needs = program.operation;
  if (phase == Phase::unanswered && !needs.on_result) return false;
  const bool once_more = phase == Phase::answered && !needs.on_result;
  if (once_more && !needs.on_value()) return false;  // was looked at when it was asked
  for (std::size_t i = 0; i < message.operations.size(); ++i) {
    if (once_more && !message.operations[i].value.answered)
      continue;  // was looked at with the request
    if (!operation_holds(needs, message, message.operations[i])) continue;
    hit_operation = static_cast<std::uint32_t>(i);
    return true;
  }
  return false;
}

// A field that `view` lacks may stand in `other`; null: there is none.
bool Engine::State::fields_hold(const Program& program, Level level, const View& view,
                                const View* other, Bytes message) {
  const auto holder = [&](std::uint8_t field) -> const View& {
    return !view.has(field) && other && other->has(field) ? *other : view;
  };
  for (const FieldCondition& condition : program.fields)
    if (condition.level == level && !accepts(condition, holder(condition.field))) return false;
  for (const BufferMatch& buffer : program.buffers) {
    if (buffer.level != level) continue;
    const View& from = holder(buffer.field);
    if (!from.has(buffer.field)) {
      if (buffer.absent != Absent::no) continue;
      return false;
    }
    if (buffer.absent == Absent::only) return false;
    Bytes octets = from.bytes(buffer.field);
    if (buffer.chain) {
      const auto made = transformed(*buffer.chain, octets);
      if (!made) return false;
      octets = *made;
    }
    const Match found = matcher.match(buffer.conditions, {octets, 0, false, is_little(message)});
    if (found.gave_up) counters.add(Count::match_limit);
    if (!found.holds) return false;
    const std::ptrdiff_t place = octets.data() - message.data();
    if (place >= 0 &&
        place + octets.size() <= message.size()) {  // what was assembled has no place in it
      match.first = static_cast<std::size_t>(place) + found.first;
      match.last = static_cast<std::size_t>(place) + found.last;
    }
  }
  return true;
}

bool Engine::State::items_hold(const Program& program, Level level, const Message& message,
                               Phase phase) {
  const Schema* schema = message.protocol->items[static_cast<std::size_t>(level) - 1];
  for (std::size_t i = 0; message.items && i < message.items->size(); ++i) {
    const View item = (*message.items)[i];
    if (item.schema != schema || !fields_hold(program, level, item, nullptr, message.bytes))
      continue;
    hit_item = static_cast<std::uint32_t>(i);
    return true;
  }
  if (phase != Phase::answered || !program.operation.on_result) return false;
  return std::ranges::any_of(message.request->items, [&](const View& item) {
    return item.schema == schema && fields_hold(program, level, item, nullptr, {});
  });
}

bool Engine::State::message_holds(const Rule& rule, const Message& message, Phase phase) {
  const Program& program = *rule.program;
  hit_operation = hit_item = no_index;
  match = {};
  if (program.protocol && program.protocol != message.protocol) return false;
  if (program.operation.used ? !operations_hold(program, message, phase)
                             : phase == Phase::unanswered)
    return false;
  // A rule on the result may also name fields that only the request had.
  const bool or_request = phase == Phase::answered && program.operation.on_result;
  const View* request = or_request ? &message.request->record : nullptr;
  if (!fields_hold(program, Level::message, message.record, request, message.bytes)) return false;
  for (const AnyOf& any : program.any_of)
    if (!any_holds(any, message)) return false;
  for (const Level level : {Level::item1, Level::item2, Level::item3}) {
    if ((program.items_used >> static_cast<unsigned>(level) & 1) &&
        !items_hold(program, level, message, phase)) {
      return false;
    }
  }
  return true;
}

}  // namespace langyan::detect
