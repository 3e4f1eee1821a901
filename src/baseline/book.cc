#include "baseline/book.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/caps.h"
#include "base/hash.h"
#include "baseline/learn.h"

namespace langyan::baseline {
namespace {

constexpr std::size_t tags_a_group = 16, groups_probed = 16;
constexpr std::size_t names_probed = 32;
constexpr std::size_t hops_covered = 8;        // ranges side by side that may cover one operation
constexpr std::size_t pending_share = 4;       // new conversations may take this part of all
constexpr std::size_t most_deeds = 1u << Detail::deed_bits, most_relations = 1u << 24,
                      most_places = 1u << Relation::next_bits;
constexpr std::size_t index_entries = 2;       // of each index a table entry has, on average three of four bytes empty
constexpr std::size_t conversation_price = 88 + sizeof(Volume) + 2 * index_entries * sizeof(Index);
constexpr std::size_t deed_price = 56 + index_entries * sizeof(Index);
constexpr std::size_t relation_price = 59;     // 32, 24, a tag, and one place in 32 more than the cap
constexpr std::size_t name_price = 56;
static_assert(sizeof(Conversation) == 88 && sizeof(Deed) == 56, "the prices of the caps");
static_assert((sizeof(Relation) + sizeof(Detail) + 1) * 33 <= relation_price * 32);

const Cap conversations_cap{"baseline.conversations", 16'384, 64, 1 << 22, conversation_price,
                            "Client, server, protocol and unit whose habits are learned."};
const Cap deeds_cap{"baseline.deeds", 32'768,     64,
                    most_deeds,       deed_price, "Verbs and functions learned of these conversations."};
const Cap relations_cap{"baseline.relations", 131'072, 256, most_relations, relation_price,
                        "Object ranges learned of these verbs, with their values, periods and hours."};
const Cap names_cap{"baseline.names", 16'384, 64, 1 << 22, name_price,
                    "Names of objects kept for protocols that address by name."};

std::size_t places(std::size_t relations) {
  const std::size_t wanted = relations + relations / 32 + groups_probed * tags_a_group;
  return wanted / tags_a_group * tags_a_group;
}
static_assert(most_relations / 32 * 33 + groups_probed * tags_a_group < most_places);

// Linear probing in an index of (index + 1).
template <class Matches>
Index find_in(const HugePages<Index>& table, std::uint64_t key, Matches matches) {
  const std::size_t mask = table.size() - 1;
  for (std::size_t at = key & mask; table[at] != 0; at = (at + 1) & mask)
    if (matches(table[at] - 1)) return table[at] - 1;
  return none;
}
void add_to(HugePages<Index>& table, std::uint64_t key, Index index) {
  const std::size_t mask = table.size() - 1;
  std::size_t at = key & mask;
  while (table[at] != 0) at = (at + 1) & mask;
  table[at] = index + 1;
}

std::uint8_t tag_of(std::uint64_t key) {
  return static_cast<std::uint8_t>(0x80 | (key & 0x7f));
}
// A bit in each octet of the result whose octet of `word` is zero; above such an octet one that is 1 may be taken for it.
std::uint64_t zero_octets(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  return (word - ones) & ~word & tops;
}

// Calls visit(place) for each place in reach of `key` whose tag may be `tag`, until it says true. A key has its own distance
// from group to group, or full groups beside each other would turn away what finds room elsewhere.
template <class Visit>
void each_place(const HugePages<std::uint8_t>& tags, std::uint64_t key, std::uint8_t tag, Visit visit) {
  const std::size_t groups = tags.size() / tags_a_group;
  std::size_t group = ((key >> 32) * groups) >> 32;
  const std::size_t stride = 1 + ((key >> 7 & 0xffffff) * (groups / groups_probed) >> 24);
  const std::uint64_t pattern = std::uint64_t{0x0101010101010101} * tag;
  for (std::size_t probe = 0; probe < groups_probed; ++probe) {
    for (std::size_t half = 0; half < tags_a_group; half += 8) {
      std::uint64_t word;
      std::memcpy(&word, &tags[group * tags_a_group + half], 8);
      if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
      for (std::uint64_t hits = zero_octets(word ^ pattern); hits; hits &= hits - 1) {
        const std::size_t place = group * tags_a_group + half + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
        if (tags[place] == tag && visit(static_cast<Index>(place))) return;
      }
    }
    group += stride;
    if (group >= groups) group -= groups;
  }
}

bool covers(const Relation& relation, std::uint64_t first, std::uint32_t span, bool is_name) {
  const bool named = relation.flags & Relation::named;
  if (named != is_name) return false;
  if (is_name) return (relation.flags & Relation::folded) || relation.first == first;
  const std::uint32_t usual = relation.span();
  if (span == 0) return usual == 0;
  return usual != 0 && first >= relation.first && first - relation.first <= usual &&
         span <= usual - (first - relation.first);
}

std::uint16_t most_ranges(Verb verb, bool pending) {
  return pending ? most_ranges_pending : changes_process(verb) ? most_ranges_changed : most_ranges_read;
}

}  // namespace

std::uint64_t pair_key(const Station& client, const Station& server) {
  return hash(server.ip.octets, hash(client.ip.octets, client.is_mac));
}

std::uint64_t name_key(std::string_view name) {
  return hash(bytes_of(name), 0x6e616d65);
}

Book::Book(std::size_t workers)
    : conversations_(conversations_cap.share(workers)),
      volumes_(conversations_.size()),
      deeds_(deeds_cap.share(workers)),
      relations_(places(relations_cap.share(workers))),
      details_(relations_.size()),
      tags_(relations_.size()),
      names_(names_cap.share(workers) * 56 / sizeof(Name)),
      by_conversation_(std::bit_ceil(conversations_.size() * index_entries)),
      by_pair_(by_conversation_.size()),
      by_deed_(std::bit_ceil(deeds_.size() * index_entries)) {
  static_assert(sizeof(Name) == name_price);
  sorted_.reserve(std::size_t{most_ranges_changed} + 1);
}

std::uint64_t Book::key_of(const Ends& ends) {
  std::uint64_t key = pair_key(ends.client, ends.server);
  if (ends.protocol) key = hash(bytes_of(ends.protocol->name), key);
  else key = combine(key, static_cast<std::uint64_t>(ends.transport) << 16 | ends.port);
  return combine(key, ends.unit);
}

std::uint64_t Book::key_of(const Conversation& conversation, Verb verb, std::uint32_t function, const Object& object) {
  const std::uint64_t key = combine(conversation.key, std::uint64_t{function} << 16 | std::uint64_t{object.space} << 8 |
                                                          static_cast<std::uint64_t>(verb));
  return combine(key, object.area);
}

std::uint64_t Book::key_of(Index deed, std::uint64_t first, std::uint32_t span) const {
  return combine(combine(deeds_[deed].key, first), span);
}

Index Book::find_conversation(const Ends& ends) const {
  return find_in(by_conversation_, key_of(ends), [&](Index index) {
    const Conversation& each = conversations_[index];
    return each.client == ends.client && each.server == ends.server && each.protocol == ends.protocol &&
           each.unit == ends.unit && (each.protocol || (each.transport == ends.transport && each.port == ends.port));
  });
}

Index Book::first_of_pair(const Station& client, const Station& server) const {
  return find_in(by_pair_, pair_key(client, server), [&](Index index) {
    return conversations_[index].client == client && conversations_[index].server == server;
  });
}

Index Book::add_conversation(const Ends& ends, bool pending) {
  if ((conversations_used_ == conversations_.size() && free_conversation_ == none) ||
      (pending && pending_conversations_ >= conversations_.size() / pending_share)) {
    counters_.add(BookCount::refused_conversations);
    return none;
  }
  const Index index = free_conversation_ != none ? free_conversation_ : static_cast<Index>(conversations_used_++);
  if (index == free_conversation_) free_conversation_ = conversations_[index].next_of_pair;
  Conversation& fresh = conversations_[index];
  fresh = Conversation{};
  fresh.key = key_of(ends);
  fresh.protocol = ends.protocol, fresh.client = ends.client, fresh.server = ends.server;
  fresh.transport = ends.transport, fresh.port = ends.port, fresh.unit = ends.unit;
  if (pending) fresh.flags = Conversation::pending, ++pending_conversations_;
  add_to(by_conversation_, fresh.key, index);
  if (const Index first = first_of_pair(ends.client, ends.server); first != none) {
    fresh.next_of_pair = conversations_[first].next_of_pair;
    conversations_[first].next_of_pair = index;
  } else {
    add_to(by_pair_, pair_key(ends.client, ends.server), index);
    volumes_[index] = Volume{};
  }
  counters_.add(BookCount::conversations);
  return index;
}

Index Book::find_deed(Index conversation, Verb verb, std::uint32_t function, const Object& object) const {
  return find_in(by_deed_, key_of(conversations_[conversation], verb, function, object), [&](Index index) {
    const Deed& each = deeds_[index];
    return each.conversation == conversation && each.verb == verb && each.function == function &&
           each.space == object.space && each.area == object.area;
  });
}

Index Book::add_deed(Index conversation, Verb verb, std::uint32_t function, const Object& object, bool pending) {
  if (deeds_used_ == deeds_.size() && free_deed_ == none) {
    counters_.add(BookCount::refused_deeds);
    return none;
  }
  const Index index = free_deed_ != none ? free_deed_ : static_cast<Index>(deeds_used_++);
  if (index == free_deed_) free_deed_ = deeds_[index].next;
  Deed& fresh = deeds_[index];
  fresh = Deed{};
  fresh.key = key_of(conversations_[conversation], verb, function, object);
  fresh.conversation = conversation, fresh.verb = verb, fresh.function = function;
  fresh.space = object.space, fresh.area = object.area;
  if (pending) fresh.flags = Deed::pending;
  fresh.next = conversations_[conversation].deeds;
  conversations_[conversation].deeds = index;
  add_to(by_deed_, fresh.key, index);
  counters_.add(BookCount::deeds);
  return index;
}

Index Book::find_relation(Index deed, std::uint64_t first, std::uint32_t span) const {
  const std::uint64_t key = key_of(deed, first, span);
  Index found = none;
  each_place(tags_, key, tag_of(key), [&](Index place) {
    const Relation& each = relations_[place];
    if (each.first != first || each.span() != span || details_[place].deed != deed) return false;
    found = place;
    return true;
  });
  return found;
}

Index Book::find_covering(Index deed, std::uint64_t first, std::uint32_t span, bool is_name) const {
  const auto first_that = [&](auto holds) {
    Index found = none;
    each_of(deeds_[deed], [&](Index i) { return holds(relations_[i]) && (found = i, true); });
    return found;
  };
  const Index whole = first_that([&](const Relation& each) { return covers(each, first, span, is_name); });
  if (whole != none || is_name || span == 0) return whole;
  // Several side by side: from one that holds where the range begins to the next that holds where that ends.
  Index start = none;
  std::uint64_t at = first;
  for (std::size_t hop = 0; hop < hops_covered; ++hop) {
    const Index next = first_that(
        [&](const Relation& each) { return !(each.flags & Relation::pending) && covers(each, at, 1, false); });
    if (next == none) return none;
    if (start == none) start = next;
    at = relations_[next].first + relations_[next].span();
    if (at - first >= span) return start;
  }
  return none;
}

Index Book::place_for(std::uint64_t key) {
  Index found = none;
  each_place(tags_, key, 0, [&](Index place) { return found = place, true; });
  return found;
}

Index Book::add_relation(Index deed, const Object& object, bool pending) {
  const bool named = !object.text.empty();
  const std::uint64_t first = named ? name_key(text_of(object.text)) : object.count ? object.address : 0;
  const auto flags = static_cast<std::uint16_t>((named ? Relation::named : 0) | (pending ? Relation::pending : 0));
  const Index index = insert(deed, first, named ? 0 : object.count, flags);
  if (index == none) return none;
  details_[index].width = object.width;
  if (named) keep_name(first, text_of(object.text));
  return index;
}

Index Book::insert(Index deed_index, std::uint64_t first, std::uint32_t span, std::uint16_t flags) {
  const bool pending = flags & Relation::pending;
  Deed& deed = deeds_[deed_index];
  if ((pending ? deed.pending_ranges : deed.ranges) >= most_ranges(deed.verb, pending)) fold(deed_index, pending);
  const std::uint64_t key = key_of(deed_index, first, span);
  const Index place = place_for(key);
  if (place == none) {
    counters_.add(BookCount::refused_relations);
    return none;
  }
  tags_[place] = tag_of(key);
  Relation& fresh = relations_[place];
  fresh = Relation{};
  fresh.first = first, fresh.flags = flags;
  fresh.set_span(span);
  fresh.next = place & (most_places - 1);
  details_[place] = Detail{};
  details_[place].deed = deed_index & (most_deeds - 1);
  if (deed.relations != none) {
    Relation& before = relations_[deed.relations];
    fresh.next = before.next, before.next = place & (most_places - 1);
  }
  deed.relations = place;
  ++(pending ? deed.pending_ranges : deed.ranges);
  counters_.add(BookCount::relations);
  return place;
}

void Book::remove(Index index) {
  Deed& deed = deed_of(index);
  Index before = deed.relations;
  while (relations_[before].next != index) before = relations_[before].next;
  relations_[before].next = relations_[index].next;
  if (deed.relations == index) deed.relations = before == index ? none : before;
  --((relations_[index].flags & Relation::pending) ? deed.pending_ranges : deed.ranges);
  tags_[index] = 0;
}

// Joins the closest ranges of a deed until half of what it may have is left; those that come regularly stay alone as long as
// they leave room. A joined one stays where it is, and is found through its deed.
void Book::fold(Index deed_index, bool pending) {
  Deed& deed = deeds_[deed_index];
  const std::size_t target = most_ranges(deed.verb, pending) / 2;
  sorted_.clear();
  std::size_t all = 0;
  for (const bool regulars : {false, true}) {
    if (regulars && all - sorted_.size() <= target / 2) break;  // those left out leave room
    sorted_.clear(), all = 0;
    each_of(deed, [&](Index i) {
      if (((relations_[i].flags & Relation::pending) != 0) != pending) return false;
      ++all;
      if (regulars || !(relations_[i].flags & Relation::regular)) sorted_.push_back(i);
      return sorted_.size() == sorted_.capacity();
    });
  }
  if (sorted_.size() < 2) return;
  deed.flags |= pending ? Deed::folded_pending : Deed::has_folded;
  ++generation_;
  // Names have no neighbours: all become one, any name. What touches no object stays as it is.
  std::ranges::sort(sorted_, [&](Index a, Index b) {
    const bool name_a = relations_[a].flags & Relation::named, name_b = relations_[b].flags & Relation::named;
    return std::tuple(name_a, relations_[a].first, relations_[a].span(), a) <
           std::tuple(name_b, relations_[b].first, relations_[b].span(), b);
  });
  const auto gap = [&](Index a, Index b) -> std::uint64_t {
    const Relation &one = relations_[a], &other = relations_[b];
    if ((one.flags ^ other.flags) & Relation::named) return ~std::uint64_t{0};
    if (one.flags & Relation::named) return 0;
    if (one.span() == 0 || other.span() == 0) return ~std::uint64_t{0};
    const std::uint64_t end = one.first + one.span();
    return other.first > end ? other.first - end : 0;
  };
  // The widest gap that still has to be closed.
  std::size_t left = sorted_.size();
  for (std::uint64_t widest = 0; left > target; widest = widest * 4 + 1) {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < left; ++i) {
      const Index into = sorted_[kept], from = sorted_[i];
      if (gap(into, from) > widest || gap(into, from) == ~std::uint64_t{0}) {
        sorted_[++kept] = from;
        continue;
      }
      join(relations_[into], details_[into], relations_[from], details_[from]);
      if (relations_[into].flags & Relation::named) relations_[into].first = 0, relations_[into].set_span(0);
      remove(from);
      counters_.add(BookCount::folded);
    }
    left = kept + 1;
    if (widest >= ~std::uint64_t{0} / 8) break;
  }
}

void Book::keep_name(std::uint64_t key, std::string_view text) {
  for (std::size_t probe = 0; probe < names_probed; ++probe) {
    Name& name = names_[(key + probe) % names_.size()];
    if (name.size && name.key == key) return;
    if (name.size) continue;
    name.key = key;
    name.size = static_cast<std::uint8_t>(std::min(text.size(), most_name));
    std::memcpy(name.text, text.data(), name.size);
    return;
  }
  counters_.add(BookCount::refused_names);
}

std::string_view Book::name(std::uint64_t key) const {
  for (std::size_t probe = 0; probe < names_probed; ++probe) {
    const Name& name = names_[(key + probe) % names_.size()];
    if (!name.size) break;
    if (name.key == key) return {name.text, name.size};
  }
  return {};
}

Habit Book::habit(Index index) const {
  const Relation& relation = relations_[index];
  const Detail& detail = details_[index];
  const Deed& deed = deeds_[detail.deed];
  const Conversation& conversation = conversations_[deed.conversation];
  Habit habit;
  habit.client = conversation.client, habit.server = conversation.server;
  habit.protocol = conversation.protocol, habit.transport = conversation.transport;
  habit.port = conversation.port, habit.unit = conversation.unit;
  habit.verb = deed.verb, habit.function = deed.function, habit.space = deed.space, habit.area = deed.area;
  habit.width = detail.width, habit.first = relation.first, habit.elements = relation.span();
  if (relation.flags & Relation::named) habit.name = name(relation.first);
  habit.flags = relation.flags, habit.steady = relation.steady;
  habit.count = relation.count;
  habit.since = since_of(detail), habit.last = last_of(relation);
  habit.least = detail.least, habit.most = detail.most, habit.step = detail.step;
  habit.period = static_cast<Duration>(relation.period * static_cast<float>(second));
  habit.jitter = detail.jitter / 1000.0;
  habit.hours = detail.hours;
  habit.longest_pause = deed.longest_pause * second;
  return habit;
}

std::optional<VolumeHabit> Book::volume_habit(Index index) const {
  const Conversation& conversation = conversations_[index];
  const Volume& volume = volumes_[index];
  if (!volume.known() || first_of_pair(conversation.client, conversation.server) != index) return {};
  return VolumeHabit{conversation.client, conversation.server, volume.most, volume.peak, volume.hours,
                     static_cast<std::uint8_t>(volume.flags & ~Volume::begun)};
}

bool Book::restore(const VolumeHabit& habit) {
  const Index at = first_of_pair(habit.client, habit.server);
  if (at == none) return false;
  Volume& volume = volumes_[at];
  volume.most = static_cast<float>(habit.most), volume.peak = static_cast<float>(habit.peak);
  volume.hours = static_cast<std::uint16_t>(std::min<std::uint32_t>(habit.hours, 0xffff));
  volume.flags = habit.flags & (Volume::said | Volume::given);
  return true;
}

bool Book::restore(const Habit& habit) {
  const bool pending = habit.is(Relation::pending);
  const Ends ends{habit.client, habit.server, habit.protocol, habit.transport, habit.port, habit.unit};
  Index at = find_conversation(ends);
  if (at == none) at = add_conversation(ends, pending);
  if (at == none) return false;
  Conversation& conversation = conversations_[at];
  if (!pending && conversation.is(Conversation::pending))
    conversation.flags &= static_cast<std::uint8_t>(~Conversation::pending), --pending_conversations_;
  const auto since = static_cast<std::uint32_t>(habit.since / second);
  if (conversation.since == 0 || since < conversation.since) conversation.since = since;
  const std::uint32_t verb_bit = 1u << static_cast<unsigned>(habit.verb);
  (pending ? conversation.verbs_said : conversation.verbs) |= verb_bit;

  const Object object = habit.object();
  Index deed_at = find_deed(at, habit.verb, habit.function, object);
  if (deed_at == none) deed_at = add_deed(at, habit.verb, habit.function, object, pending);
  if (deed_at == none) return false;
  Deed& deed = deeds_[deed_at];
  if (!pending) deed.flags &= static_cast<std::uint16_t>(~Deed::pending);
  // A name that was not cut is the better key: it is the same in every release.
  const bool named = habit.is(Relation::named), whole = !habit.name.empty() && habit.name.size() < most_name;
  const std::uint64_t first = named && whole && !habit.any_name() ? name_key(habit.name) : habit.first;
  const std::uint32_t span = named ? 0 : habit.elements;
  if (find_relation(deed_at, first, span) != none) return true;
  const Index index = insert(deed_at, first, span, habit.flags);
  if (index == none) return false;
  Relation& relation = relations_[index];
  Detail& detail = details_[index];
  if (named && !habit.name.empty()) keep_name(first, habit.name);
  detail.width = habit.width, relation.steady = habit.steady;
  if (habit.is(Relation::folded)) deed.flags |= pending ? Deed::folded_pending : Deed::has_folded;
  relation.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(habit.count, 0xffffffff));
  set_since(detail, habit.since), set_last(relation, habit.last);
  detail.least = static_cast<float>(habit.least), detail.most = static_cast<float>(habit.most);
  detail.step = static_cast<float>(habit.step);
  relation.set_latest(detail.least);
  relation.period = static_cast<float>(habit.period) / static_cast<float>(second);
  detail.jitter =
      static_cast<unsigned>(std::clamp(habit.jitter * 1000, 0.0, 1.0 * Detail::most_jitter)) & Detail::most_jitter;
  detail.hours = habit.hours;
  if (pending) return true;
  deed.count += relation.count, deed.hours |= detail.hours;
  deed.last = std::max(deed.last, static_cast<std::uint32_t>(habit.last / second));
  deed.longest_pause = std::max(deed.longest_pause, static_cast<std::uint32_t>(habit.longest_pause / second));
  if (changes_process(habit.verb)) conversation.changes += relation.count, conversation.change_hours |= detail.hours;
  return true;
}

}  // namespace langyan::baseline
