// What is missed: polls that stopped, senders that fell silent. Once a minute, over all that is known.
#include <algorithm>
#include <limits>
#include <tuple>

#include "baseline/learn.h"
#include "baseline/watch.h"

namespace langyan::baseline {
namespace {

constexpr std::uint8_t sweeps_back = 10;       // minutes a poll must be back before its next stop is said
constexpr std::uint32_t sent_to_judge = 100;     // of what is sent unasked, before its silence is judged
constexpr std::uint32_t silent_pauses = 4, least_silence = 300, longest_judged = 3'600;  // longest pauses; seconds

}  // namespace

bool Watch::speaks_of(const Conversation& conversation) const {
  const Mode mode = zones_.mode(zones_.of(conversation.client, conversation.server));
  return mode == Mode::enforce || mode == Mode::review;
}

// Puts what is missed of these places into overdue_; returns when one of them can be missed next.
Time Watch::sweep_places(Index begin, Index end, Time now) {
  constexpr std::uint16_t concerned = Relation::regular | Relation::pending;
  Time next = std::numeric_limits<Time>::max();
  book_.each_used(begin, end, [&](Index index) {
    Relation& relation = book_.relation(index);
    if ((relation.flags & concerned) != Relation::regular) return;
    const Time due = due_of(relation, started_);
    const bool overdue = now > due, said = relation.flags & Relation::said_stopped;
    next = std::min(next, said ? now : due);  // who was said is looked at each time until it is back
    if (!overdue && !said) return;
    Conversation& conversation = book_.conversation(book_.deed_of(index).conversation);
    if (!speaks_of(conversation)) return;
    if (said) {
      relation.steady = static_cast<std::uint8_t>(overdue ? 0 : relation.steady + 1);
      if (relation.steady < sweeps_back) return;
      relation.flags &= static_cast<std::uint16_t>(~Relation::said_stopped), relation.steady = 0;
      conversation.flags &= static_cast<std::uint8_t>(~Conversation::stopped_said);
      return;
    }
    if (overdue_.size() < most_overdue) overdue_.push_back(index);
  });
  return next;
}

// What is missed. All places in turn, once a minute: the time at which it is said does not depend on where it lies.
void Watch::sweep(Time now) {
  overdue_.clear();
  bool enforces = false;
  for (const ZoneState& zone : zones_.states()) enforces |= zone.mode == Mode::enforce || zone.mode == Mode::review;
  if (!enforces) return;
  for (std::size_t group = 0; group < due_.size(); ++group) {
    if (due_[group] > now) continue;
    const std::size_t begin = group * places_a_due, end = std::min(begin + places_a_due, book_.capacity());
    due_[group] = sweep_places(static_cast<Index>(begin), static_cast<Index>(end), now);
  }
  const auto order = [&](Index index) {
    const Relation& relation = book_.relation(index);
    const Deed& deed = book_.deed_of(index);
    return std::tuple(book_.conversation(deed.conversation).key, relation.period, deed.key, relation.first,
                      relation.span());
  };
  std::ranges::sort(overdue_, {}, order);
  for (std::size_t begin = 0; begin < overdue_.size();) {
    const auto whose = [&](std::size_t at) { return book_.deed_of(overdue_[at]).conversation; };
    std::size_t end = begin + 1;
    while (end < overdue_.size() && whose(end) == whose(begin)) ++end;
    tell_stopped(std::span(overdue_).subspan(begin, end - begin), now);
    begin = end;
  }
  sweep_senders(now);
}

void Watch::sweep_senders(Time now) {
  const auto at = static_cast<std::uint32_t>(std::max<Time>(now, 0) / second);
  const auto since = static_cast<std::uint32_t>(std::max<Time>(started_, 0) / second);
  for (std::size_t i = 0; i < book_.deeds(); ++i) {
    Deed& deed = book_.deed(static_cast<Index>(i));
    if (!is_sent(deed.verb) || deed.count < sent_to_judge || (deed.flags & (Deed::pending | Deed::silent_said)))
      continue;
    const std::uint32_t last = std::max(deed.last, since);
    if (deed.longest_pause > longest_judged || at <= last ||
        at - last <= std::max(least_silence, deed.longest_pause * silent_pauses))
      continue;
    Conversation& conversation = book_.conversation(deed.conversation);
    Slot slot{};
    slot.zone = zones_.of(conversation.client, conversation.server);
    const Now here{nullptr, nullptr, &slot, now, 0, zones_.mode(slot.zone)};
    if (!speaks_of(conversation)) continue;
    deed.flags |= Deed::silent_said;
    if (conversation.is(Conversation::stopped_said)) continue;
    conversation.flags |= Conversation::stopped_said;
    Operation operation;
    operation.verb = deed.verb, operation.function = deed.function, operation.unit = conversation.unit;
    Notice said = notice(here, Kind::sender_silent, conversation.ends(), operation);
    said.since = static_cast<Time>(conversation.since) * second, said.count = deed.count;
    said.last = static_cast<Time>(deed.last) * second, said.pause = now - said.last;
    said.period = deed.longest_pause * second;
    said.of_tick = true, said.tie = conversation.key;
    sink_.accept(said);
  }
}

// One word a conversation, on its fastest poll.
void Watch::tell_stopped(std::span<const Index> stopped, Time now) {
  for (const Index index : stopped) {
    Relation& relation = book_.relation(index);
    relation.flags |= Relation::said_stopped, relation.steady = 0;
  }
  const Relation& relation = book_.relation(stopped.front());
  const Detail& detail = book_.detail(stopped.front());
  const Deed& deed = book_.deed(detail.deed);
  Conversation& conversation = book_.conversation(deed.conversation);
  if (conversation.is(Conversation::stopped_said)) return;
  conversation.flags |= Conversation::stopped_said;
  Slot slot{};
  slot.zone = zones_.of(conversation.client, conversation.server);
  const Now here{nullptr, nullptr, &slot, now, 0, zones_.mode(slot.zone)};
  Operation operation;
  operation.verb = deed.verb, operation.function = deed.function, operation.unit = conversation.unit;
  operation.object = {deed.space, detail.width, deed.area, relation.first, relation.span()};
  if (relation.flags & Relation::named) {
    operation.object.address = 0;
    operation.object.text = bytes_of(book_.name(relation.first));
  }
  const bool sends = deed.verb == Verb::report || deed.verb == Verb::heartbeat || deed.verb == Verb::alarm;
  Notice said = notice(here, sends ? Kind::sender_silent : Kind::poll_stopped, conversation.ends(), operation);
  describe(said, stopped.front());
  said.of_tick = true, said.tie = conversation.key;
  said.others = static_cast<std::uint32_t>(stopped.size() - 1);
  sink_.accept(said);
}

}  // namespace langyan::baseline
