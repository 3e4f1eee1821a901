// Messages: which rules come up, by number of a field, verb, presence, or literal in a buffer.
#include <algorithm>

#include "detect/engine_state.h"

namespace langyan::detect {
namespace {

Bytes buffer_of(const BufferScan& scan, const Message& message, const View& view) {
  if (scan.level == Level::raw) return message.bytes;
  return view.has(scan.field) ? view.bytes(scan.field) : Bytes{};
}

const Schema* schema_of(const Protocol& protocol, Level level) {
  return protocol.items[static_cast<std::size_t>(level) - 1];
}

// Calls visit(view) for the message or each of its items, as the level says.
template <class Visit>
void each_view(const Message& message, Level level, Visit visit) {
  if (!is_item(level)) return visit(message.record);
  const Schema* schema = schema_of(*message.protocol, level);
  for (std::size_t i = 0; message.items && i < message.items->size(); ++i) {
    const View item = (*message.items)[i];
    if (item.schema == schema) visit(item);
  }
}

}  // namespace

void Engine::State::collect(const OperationIndex& index, const Operation& operation) {
  const auto visit = [&](std::uint32_t rule) { candidates.add(rule); };
  const Object& object = operation.object;
  switch (index.what) {
    case OperationIndex::What::unit: return index.rules.each_in(operation.unit, operation.unit, visit);
    case OperationIndex::What::function:
      return index.rules.each_in(operation.function, operation.function, visit);
    case OperationIndex::What::address:
      if (object.count) index.rules.each_in(object.address, object.address + object.count - 1, visit);
  }
}

void Engine::State::collect(const MessageGroup& group, const Message& message, Phase phase) {
  for (const std::uint32_t rule : group.always) candidates.add(rule);
  for (const FieldIndex& index : group.fields) {
    each_view(message, index.level, [&](const View& view) {
      if (!view.has(index.field)) return;
      for (const std::uint32_t rule :
           index.rules.find(key_of(index.kind, view.number(index.field))))
        candidates.add(rule);
    });
  }
  const VerbLists& lists = phase == Phase::asked ? group.asked : group.answered;
  std::uint32_t verbs = 0;
  if (lists.verbs) {
    for (const Operation& operation : message.operations)
      verbs |= 1u << static_cast<unsigned>(operation.verb);
  }
  each(verbs & lists.verbs, [&](std::size_t verb) {
    for (const std::uint32_t rule : lists.rules[verb]) candidates.add(rule);
  });
  for (const OperationIndex& index : lists.numbers) {
    if (!index.any_verb && !(verbs >> static_cast<unsigned>(index.verb) & 1)) continue;
    for (const Operation& operation : message.operations)
      if (index.any_verb || operation.verb == index.verb) collect(index, operation);
  }
  if (verbs & lists.object_verbs) {
    for (const Operation& operation : message.operations) {
      if (!(lists.object_verbs >> static_cast<unsigned>(operation.verb) & 1) || operation.object.none()) continue;
      candidates.scan(lists.objects, bytes_of(name_of(*message.protocol, operation.object)), 0, 0, nullptr);
    }
  }
  const std::size_t items = message.items ? message.items->size() : 0;
  for (const Required& required : group.required) {
    const bool there = (message.record.present & required.fields) == required.fields;
    if (there && (!required.items || items)) candidates.add(required.rule);
  }
  for (const BufferScan& buffer : group.buffers) {
    each_view(message, buffer.level, [&](const View& view) {
      Bytes octets = buffer_of(buffer, message, view);
      if (buffer.chain) {
        if (!view.has(buffer.field)) return;
        octets = transformed(*buffer.chain, octets).value_or(Bytes{});
      }
      candidates.scan(buffer.group, octets, 0, 0, nullptr);
    });
  }
}

void Engine::State::inspect_message(const flow::Flow& flow, const Message& message, Phase phase) {
  if (!tables->any_message || passed) return;
  const std::uint32_t number = tables->protocol_numbers.of(message.protocol);
  if (number == ProtocolNumbers::none) return;
  const Direction way = message.context.direction;
  const MessageGroup& group = tables->messages[number * directions + static_cast<std::size_t>(way)];
  if (group.empty) return;
  counters.add(Count::messages);
  candidates.start();
  transformer.start();
  collect(group, message, phase);
  if (candidates.empty()) return;
  counters.add(Count::message_candidates, candidates.size());
  Subject subject = subject_of_flow(flow, way, Input::message);
  subject.message = &message;
  Subject asker = subject;
  if (message.role == Role::answer) {
    asker = subject_of_flow(flow, opposite(way), Input::message);
    asker.message = &message;
  }
  for (const std::uint32_t index : candidates.sorted()) {
    const Rule& rule = *tables->rules[index];
    const Subject& seen = rule.program->as_asked ? asker : subject;
    if (frame_holds(rule, seen) != Verdict::yes || !message_holds(rule, message, phase))
      continue;
    if (!raw_holds(*rule.program, {message.bytes, 0})) continue;
    fire(rule, seen);
    if (passed) break;
  }
  passed = false;  // a pass rule on a message is about this message alone
}

}  // namespace langyan::detect
