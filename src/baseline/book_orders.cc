// What a person orders of a book while the sensor runs. Afterwards it is as if it had been read from a file that was changed
// likewise: sum_up() makes of the relations that are left what restore() would have made.
#include <algorithm>
#include <utility>

#include "baseline/book.h"
#include "baseline/learn.h"
#include "baseline/ledger.h"
#include "baseline/settle.h"

namespace langyan::baseline {
namespace {

constexpr std::uint32_t bit_of(Verb verb) {
  return 1u << static_cast<unsigned>(verb);
}

// Linear probing without gaps: what follows and may stand nearer to its home moves up. home(index) is the key of an entry.
template <class Home>
void erase_from(HugePages<Index>& table, Index index, Home home) {
  const std::size_t mask = table.size() - 1;
  std::size_t hole = home(index) & mask;
  while (table[hole] != 0 && table[hole] != index + 1) hole = (hole + 1) & mask;
  if (table[hole] == 0) return;
  for (std::size_t at = (hole + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
    const std::size_t wanted = home(table[at] - 1) & mask;
    if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
    table[hole] = table[at], hole = at;
  }
  table[hole] = 0;
}

}  // namespace

std::vector<Index> Book::within(const Approval& scope) const {
  std::vector<Index> found;
  each_used(0, static_cast<Index>(capacity()), [&](Index at) {
    const Deed& deed = deed_of(at);
    const Ends ends = conversations_[deed.conversation].ends();
    const bool inside =
        scope.object.empty() ? covers(scope, ends, deed.verb, {}) : covers(scope, ends, deed.verb, habit(at).object());
    if (inside) found.push_back(at);
  });
  return found;
}

std::size_t Book::approve(const Approval& scope) {
  std::size_t changed = 0;
  std::vector<Index> touched;
  for (const Index at : within(scope)) {
    Relation& relation = relations_[at];
    if (!(relation.flags & unsettled)) continue;
    Deed& deed = deed_of(at);
    if (relation.flags & Relation::pending) --deed.pending_ranges, ++deed.ranges;
    settle(relation, details_[at].hours);
    touched.push_back(deed.conversation);
    ++changed;
  }
  std::ranges::sort(touched);
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());  // clang 14 cannot compile ranges::unique
  for (const Index each : touched) sum_up(each);
  for (Index at = 0; at < conversations_used_; ++at)
    changed += volumes_[at].is(Volume::said) && approve_volume(scope, at);
  return changed;
}

bool Book::approve_volume(const Approval& scope, Index first_of_pair) {
  const Conversation& conversation = conversations_[first_of_pair];
  if (scope.sid && scope.sid != detection(Kind::volume).sid) return false;
  if (!covers(scope, {conversation.client, conversation.server}, Verb::other, {})) return false;
  Volume& volume = volumes_[first_of_pair];
  volume.most = std::max(volume.most, volume.peak), volume.peak = 0;
  volume.flags &= static_cast<std::uint8_t>(~Volume::said);
  return true;
}

std::size_t Book::forget(const Approval& scope) {
  const std::vector<Index> gone = within(scope);
  if (gone.empty()) return 0;
  std::vector<Index> touched;
  for (const Index at : gone) {
    touched.push_back(deed_of(at).conversation);
    remove(at);
  }
  std::ranges::sort(touched);
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const Index each : touched) {
    drop_empty(each);
    if (conversations_[each].deeds != none) sum_up(each);
  }
  ++generation_;
  return gone.size();
}

// Only what was touched: an untouched page costs nothing, and shall not by being zeroed.
void Book::clear() {
  each_used(0, static_cast<Index>(capacity()),
            [&](Index at) { relations_[at] = Relation{}, details_[at] = Detail{}, tags_[at] = 0; });
  for (std::size_t i = 0; i < conversations_used_; ++i) conversations_[i] = Conversation{}, volumes_[i] = Volume{};
  for (std::size_t i = 0; i < deeds_used_; ++i) deeds_[i] = Deed{};
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (names_[i].size) names_[i] = Name{};
  for (auto* table : {&by_conversation_, &by_pair_, &by_deed_})
    if (conversations_used_) std::fill_n(table->data(), table->size(), Index{0});
  conversations_used_ = deeds_used_ = names_used_ = pending_conversations_ = 0;
  free_conversation_ = free_deed_ = none;
  ++generation_;
}

// Takes out the deeds of a conversation that have no range any more, and the conversation with the last of them.
void Book::drop_empty(Index at) {
  Conversation& conversation = conversations_[at];
  for (Index* link = &conversation.deeds; *link != none;) {
    const Index deed = *link;
    if (deeds_[deed].relations != none) {
      link = &deeds_[deed].next;
      continue;
    }
    *link = deeds_[deed].next;
    erase_from(by_deed_, deed, [&](Index each) { return deeds_[each].key; });
    deeds_[deed] = Deed{};
    deeds_[deed].next = std::exchange(free_deed_, deed);
  }
  if (conversation.deeds != none) return;
  erase_from(by_conversation_, at, [&](Index each) { return conversations_[each].key; });
  const Index first = first_of_pair(conversation.client, conversation.server);
  if (first == at) {
    const auto key = [&](Index each) { return pair_key(conversations_[each].client, conversations_[each].server); };
    erase_from(by_pair_, at, key);
    if (const Index next = conversation.next_of_pair; next != none) {
      volumes_[next] = volumes_[at];  // is that of the pair
      const std::size_t mask = by_pair_.size() - 1;
      std::size_t place = key(next) & mask;
      while (by_pair_[place] != 0) place = (place + 1) & mask;
      by_pair_[place] = next + 1;
    }
  } else {
    Index before = first;
    while (conversations_[before].next_of_pair != at) before = conversations_[before].next_of_pair;
    conversations_[before].next_of_pair = conversation.next_of_pair;
  }
  if (conversation.is(Conversation::pending)) --pending_conversations_;
  conversation = Conversation{}, volumes_[at] = Volume{};
  conversation.next_of_pair = std::exchange(free_conversation_, at);
}

// What a conversation and its deeds say of their relations, counted anew.
void Book::sum_up(Index at) {
  constexpr std::uint8_t of_conversation =
      Conversation::pending | Conversation::stopped_said | Conversation::period_said;
  constexpr std::uint16_t of_deed =
      Deed::pending | Deed::has_folded | Deed::folded_pending | Deed::hour_said | Deed::silent_said;
  Conversation& conversation = conversations_[at];
  pending_conversations_ -= conversation.is(Conversation::pending);
  conversation.flags &= static_cast<std::uint8_t>(~of_conversation);
  conversation.verbs = conversation.verbs_said = conversation.changes = conversation.change_hours = 0;
  conversation.since = ~std::uint32_t{0};
  for (Index i = conversation.deeds; i != none; i = deeds_[i].next) {
    Deed& deed = deeds_[i];
    deed.flags &= static_cast<std::uint16_t>(~of_deed);
    deed.count = deed.hours = 0;
    each_of(deed, [&](Index j) {
      const Relation& relation = relations_[j];
      const Detail& detail = details_[j];
      const bool pending = relation.flags & Relation::pending;
      (pending ? conversation.verbs_said : conversation.verbs) |= bit_of(deed.verb);
      conversation.since = std::min(conversation.since, static_cast<std::uint32_t>(since_of(detail) / second));
      if (relation.flags & Relation::folded) deed.flags |= pending ? Deed::folded_pending : Deed::has_folded;
      if (relation.flags & Relation::said_hour) deed.flags |= Deed::hour_said;
      if (relation.flags & Relation::said_stopped) conversation.flags |= Conversation::stopped_said;
      if (relation.flags & Relation::said_period) conversation.flags |= Conversation::period_said;
      if (!pending) deed.count += relation.count, deed.hours |= detail.hours;
      return false;
    });
    if (deed.ranges == 0) deed.flags |= Deed::pending;
    if (!changes_process(deed.verb)) continue;
    conversation.changes += deed.count, conversation.change_hours |= deed.hours;
  }
  if (conversation.verbs == 0) conversation.flags |= Conversation::pending, ++pending_conversations_;
}

std::size_t Book::used() const {
  std::size_t count = 0;
  each_used(0, static_cast<Index>(capacity()), [&](Index) { ++count; });
  return count;
}

std::vector<Known> Book::known() const {
  std::vector<Known> all;
  for (Index at = 0; at < conversations_used_; ++at) {
    const Conversation& conversation = conversations_[at];
    if (conversation.deeds == none || conversation.is(Conversation::pending)) continue;
    Known known{conversation.ends(), 0, 0, static_cast<Time>(conversation.since) * second, 0};
    for (Index i = conversation.deeds; i != none; i = deeds_[i].next) {
      const Deed& deed = deeds_[i];
      if (deed.ranges == 0) continue;
      (comes_unasked(deed.verb) ? known.sent : known.asked) |= bit_of(deed.verb);
      each_of(deed, [&](Index j) { return known.last = std::max(known.last, last_of(relations_[j])), false; });
    }
    all.push_back(known);
  }
  return all;
}

}  // namespace langyan::baseline
