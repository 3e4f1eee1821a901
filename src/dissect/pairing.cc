// The Dissector's requests: which answer fits which, and which will get none.
#include <algorithm>

#include "dissect/call.h"

namespace langyan::dissect {
namespace {

constexpr std::uint16_t most_requests_per_flow = 64;   // one flow may not starve the others
constexpr Duration answer_timeout = 30 * second;
constexpr std::uint64_t one_way_after = 8;  // packets one way and none the other

// Of a request going `asked`, or of the answer to one: hosts that are both client and server may use
// the same number at a time.
std::uint64_t pair_key(const View& record, const Items* items, Direction asked) {
  std::uint64_t key = 1 + static_cast<std::uint64_t>(asked);
  // Which field a number is in counts too: a message and its transport may count alike. Items of an
  // answer may be of another schema than those asked with, so there the number alone counts.
  each(record.present & record.schema->mask(langyan::pair),
       [&](std::size_t field) { key = combine(combine(key, field), record.number(field)); });
  if (items && items->size() > 0) {
    const View first = (*items)[0];
    each(first.present & first.schema->mask(langyan::pair),
         [&](std::size_t field) { key = combine(key, first.number(field)); });
  }
  return key;
}

// What the answer says of each thing asked: values that came back, or why not.
void complete(std::span<Operation> asked, std::span<const Operation> answered) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (answered.empty()) {
      asked[i].outcome = Outcome::ok;
      continue;
    }
    const Operation& answer = answered[std::min(i, answered.size() - 1)];
    asked[i].outcome = answer.outcome == Outcome::pending ? Outcome::ok : answer.outcome;
    asked[i].code = answer.code;
    if (i >= answered.size() || answer.value.none()) continue;
    const bool brought = asked[i].value.none();
    asked[i].value = answer.value;
    asked[i].value.answered = brought;
  }
}

}  // namespace

void Dissector::pair(Call& call, Message& message) {
  if (message.role == Role::event) return listener_.message(call.flow, message);
  if (message.role == Role::request) return ask(call, message);
  counters_.add(Count::answers);
  const std::uint32_t index =
      find_request(call.link, pair_key(message.record, message.items, opposite(message.context.direction)));
  if (index == no_pending) {
    counters_.add(Count::unpaired_answers);
    return listener_.message(call.flow, message);
  }
  counters_.add(Count::paired);
  Pending& asked = pending_[index];
  complete(asked.operations(), message.operations);
  message.operations = asked.request.operations;
  message.operations_total = asked.request.operations_total;
  message.request = &asked.request;
  listener_.message(call.flow, message);
  drop_request(call.link, index);
}

void Dissector::ask(Call& call, const Message& message) {
  Link& link = call.link;
  counters_.add(Count::requests);
  listener_.message(call.flow, message);
  const std::uint64_t key = pair_key(message.record, message.items, message.context.direction);
  // A key used again before its answer: the earlier request will get none.
  if (const std::uint32_t same = find_request(link, key); same != no_pending) {
    unanswered(call.flow, same);
  } else if (link.pending_count >= most_requests_per_flow) {
    std::uint32_t oldest = link.pending;
    while (pending_[oldest].next != no_pending) oldest = pending_[oldest].next;
    unanswered(call.flow, oldest);
  }
  const std::uint32_t index = pending_.keep(message, call.packet_number);
  if (index == no_pending) return counters_.add(Count::pending_refused);
  Pending& entry = pending_[index];
  entry.key = key;
  entry.flow = call.flow.slot();
  entry.next = link.pending;
  link.pending = index;
  ++link.pending_count;
  const bool one_way = !link.answered && call.flow.packets(opposite(call.context.direction)) == 0 &&
                       call.flow.packets(call.context.direction) >= one_way_after;
  if (one_way) unanswered(call.flow, index);
}

std::uint32_t Dissector::find_request(Link& link, std::uint64_t key) const {
  auto& pool = const_cast<PendingPool&>(pending_);
  for (std::uint32_t index = link.pending; index != no_pending; index = pool[index].next)
    if (pool[index].key == key) return index;
  return no_pending;
}

void Dissector::drop_request(Link& link, std::uint32_t index) {
  std::uint32_t* at = &link.pending;
  while (*at != index) at = &pending_[*at].next;
  *at = pending_[index].next;
  --link.pending_count;
  pending_.release(index);
}

void Dissector::unanswered(flow::Flow& flow, std::uint32_t index) {
  Link& link = links_[flow.slot()];
  Pending& entry = pending_[index];
  counters_.add(Count::unanswered);
  const bool one_way = flow.packets(opposite(entry.context.direction)) == 0;
  for (Operation& operation : entry.operations()) {
    operation.outcome = one_way ? Outcome::one_way : Outcome::no_answer;
  }
  Message message;
  message.protocol = entry.protocol;
  message.context = entry.context;
  message.role = Role::request;
  message.record = entry.request.record;
  message.operations = entry.request.operations;
  message.operations_total = entry.request.operations_total;
  message.request = &entry.request;
  listener_.unanswered(flow, message);
  drop_request(link, index);
}

void Dissector::tick(Time now) {
  while (pending_.oldest() != no_pending) {
    const Pending& entry = pending_[pending_.oldest()];
    if (entry.request.time + answer_timeout > now) return;
    unanswered(*flows_[entry.flow], pending_.oldest());
  }
}

}  // namespace langyan::dissect
