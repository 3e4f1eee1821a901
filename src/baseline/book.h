// Book: the tables of what one worker has learned: conversations, their deeds, the object ranges of each deed.
//
//   conversation   client, server, protocol, unit (where no decoder knows the protocol: transport and port)
//   deed           verb, function, object space and area of a conversation
//   relation       a range of objects of a deed, with its statistics (relation.h)
//
// Relations lie in one array that is its own hash table, their details at the same places of another: a place is found by 16
// tags at a time, so a million of them need 59 MB and stay quick when it is nearly full; a place never moves, so others may keep
// its index. Everything has the size the
// caps give it from the start and nothing allocates after construction. One worker owns it; while that one rests, another may walk.
#pragma once

#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include "base/counters.h"
#include "base/pages.h"
#include "baseline/relation.h"
#include "baseline/volume.h"

namespace langyan::baseline {

using Index = std::uint32_t;
constexpr Index none = Relation::none;

struct Ends {  // whose conversation
  Station client, server;
  const Protocol* protocol = nullptr;
  Transport transport = Transport::tcp;
  std::uint16_t port = 0;
  std::uint32_t unit = 0;
};

struct Conversation {
  enum Flag : std::uint8_t { pending = 1, met = 2, stopped_said = 4, period_said = 8 };
  std::uint64_t key = 0;
  const Protocol* protocol = nullptr;
  Station client, server;
  Transport transport = Transport::tcp;
  std::uint8_t flags = 0;
  std::uint16_t port = 0;
  std::uint32_t unit = 0;
  Index deeds = none, next_of_pair = none;
  std::uint32_t verbs = 0, verbs_said = 0;  // bit of each verb that is usual, or new and said
  std::uint32_t since = 0;                  // seconds since 1970
  std::uint32_t changes = 0, change_hours = 0;  // usual operations that change the process: how many, when

  bool is(Flag flag) const { return flags & flag; }
  Ends ends() const { return {client, server, protocol, transport, port, unit}; }
};

struct Deed {
  enum Flag : std::uint16_t { pending = 1, has_folded = 2, folded_pending = 4, hour_said = 8, silent_said = 16 };
  std::uint64_t key = 0;
  Index conversation = none, next = none;
  Index relations = none;      // the newest, and after it the oldest: see Book::each_of
  std::uint32_t function = no_function, area = 0;
  Verb verb = Verb::other;
  std::uint8_t space = 0;
  std::uint16_t flags = 0;
  std::uint16_t ranges = 0, pending_ranges = 0;  // how many relations are usual, and not yet settled
  std::uint32_t count = 0, hours = 0;            // of the usual ones
  std::uint32_t last = 0, longest_pause = 0;     // seconds; of what is sent unasked
  bool is(Flag flag) const { return flags & flag; }
};

// What who keeps what spans pairs (ledger.h) knows of a conversation that is usual.
struct Known {
  Ends ends;
  std::uint32_t asked = 0, sent = 0;  // a bit of each usual verb: asked for, sent unasked
  Time since = 0, last = 0;
};

enum class BookCount : std::uint8_t {
  conversations, refused_conversations, deeds, refused_deeds, relations, refused_relations, folded, refused_names, last
};
inline constexpr CounterRow book_counter_rows[] = {
    {"baseline.conversations", "Conversations (client, server, protocol, unit) whose habits are known."},
    {"baseline.refused.conversations", "Messages of conversations for which caps.baseline.conversations left no room."},
    {"baseline.deeds", "Verbs and functions known of these conversations."},
    {"baseline.refused.deeds", "Operations for whose verb and function caps.baseline.deeds left no room."},
    {"baseline.relations", "Object ranges ever entered; with those that were folded since."},
    {"baseline.refused.relations", "Operations for whose objects caps.baseline.relations left no room."},
    {"baseline.folded", "Object ranges that were joined with another because their deed had too many."},
    {"baseline.refused.names", "Names of objects that were not kept; the objects are known all the same."},
};

std::uint64_t pair_key(const Station& client, const Station& server);
std::uint64_t name_key(std::string_view name);  // of an object that has a name: Relation::first

// How many ranges of a deed are kept before the closest are joined.
constexpr std::uint16_t most_ranges_read = 64, most_ranges_changed = 256, most_ranges_pending = 16;

class Book {
 public:
  explicit Book(std::size_t workers);

  // Index or `none`. add_: what is not there yet; none when there is no room, which is counted.
  Index find_conversation(const Ends& ends) const;
  Index add_conversation(const Ends& ends, bool pending);
  Index first_of_pair(const Station& client, const Station& server) const;  // then next_of_pair
  Index find_deed(Index conversation, Verb verb, std::uint32_t function, const Object& object) const;
  Index add_deed(Index conversation, Verb verb, std::uint32_t function, const Object& object, bool pending);
  Index find_relation(Index deed, std::uint64_t first, std::uint32_t span) const;
  // The one that covers the range: itself, one that was folded, or several next to each other (then the first of them).
  Index find_covering(Index deed, std::uint64_t first, std::uint32_t span, bool is_name) const;
  // May join others, which then are gone: generation() is another.
  Index add_relation(Index deed, const Object& object, bool pending);
  void keep_name(std::uint64_t key, std::string_view name);
  std::string_view name(std::uint64_t key) const;

  // What a person orders of what lies within a scope (book_orders.cc); each gives how many relations it changed. Until the
  // worker that owns it goes on, nobody may keep an index.
  std::size_t approve(const Approval& scope);
  std::size_t forget(const Approval& scope);
  void clear();
  std::vector<Known> known() const;  // of every conversation, what ledgers know of it

  // A habit of a file; takes back what it says of its conversation and deed.
  bool restore(const Habit& habit);
  bool restore(const VolumeHabit& volume);  // after the habits of the two
  Habit habit(Index relation) const;  // spelled out
  std::optional<VolumeHabit> volume_habit(
      Index conversation) const;  // none: not the first of a pair, or nothing is known
  bool used(Index relation) const { return tags_[relation] != 0; }
  // visit(relation) for each of a deed, oldest first, until it says true.
  template <class Visit>
  void each_of(const Deed& deed, Visit visit) const {
    if (deed.relations == none) return;
    for (Index at = relations_[deed.relations].next; !visit(at) && at != deed.relations;) at = relations_[at].next;
  }
  // visit(place) for each used place from `begin` to `end`, which are multiples of 8.
  template <class Visit>
  void each_used(Index begin, Index end, Visit visit) const {
    constexpr std::uint64_t tops = 0x8080808080808080;  // of each tag that is not 0
    for (Index at = begin; at < end; at += 8) {
      std::uint64_t word;
      std::memcpy(&word, &tags_[at], 8);
      if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
      for (word &= tops; word; word &= word - 1) visit(at + static_cast<Index>(std::countr_zero(word)) / 8);
    }
  }
  std::size_t capacity() const { return relations_.size(); }
  std::size_t used() const;  // relations

  Conversation& conversation(Index index) { return conversations_[index]; }
  Deed& deed(Index index) { return deeds_[index]; }
  Deed& deed_of(Index relation) { return deeds_[details_[relation].deed]; }
  Relation& relation(Index index) { return relations_[index]; }
  Detail& detail(Index relation) { return details_[relation]; }
  Volume& volume(Index first_of_pair) { return volumes_[first_of_pair]; }
  const Conversation& conversation(Index index) const { return conversations_[index]; }
  const Deed& deed(Index index) const { return deeds_[index]; }
  const Deed& deed_of(Index relation) const { return deeds_[details_[relation].deed]; }
  const Relation& relation(Index index) const { return relations_[index]; }
  const Detail& detail(Index relation) const { return details_[relation]; }
  std::size_t conversations() const { return conversations_used_; }
  std::size_t deeds() const { return deeds_used_; }
  void prefetch(Index relation) const { __builtin_prefetch(&relations_[relation]); }
  void prefetch_detail(Index relation) const {
    const char* begin = reinterpret_cast<const char*>(&details_[relation]);
    __builtin_prefetch(begin);
    __builtin_prefetch(begin + sizeof(Detail) - 1);  // it may lie in two cache lines
  }

  std::uint32_t generation() const { return generation_; }  // grows whenever a relation went away
  Counters<BookCount, book_counter_rows>& counters() { return counters_; }
  const Counters<BookCount, book_counter_rows>& counters() const { return counters_; }

 private:
  static std::uint64_t key_of(const Ends& ends);
  static std::uint64_t key_of(const Conversation& conversation, Verb verb, std::uint32_t function,
                              const Object& object);
  std::uint64_t key_of(Index deed, std::uint64_t first, std::uint32_t span) const;
  Index insert(Index deed, std::uint64_t first, std::uint32_t span, std::uint16_t flags);
  Index place_for(std::uint64_t key);
  void fold(Index deed, bool pending);
  void remove(Index relation);
  std::vector<Index> within(const Approval& scope) const;
  void sum_up(Index conversation);
  void drop_empty(Index conversation);
  bool approve_volume(const Approval& scope, Index first_of_pair);

  struct Name {
    std::uint64_t key;
    std::uint8_t size;
    char text[most_name];
  };

  Pages<Conversation> conversations_;
  Pages<Volume> volumes_;  // of the pair whose first conversation has this index
  Pages<Deed> deeds_;
  HugePages<Relation> relations_;
  HugePages<Detail> details_;     // of each relation
  HugePages<std::uint8_t> tags_;  // of each relation: 0 free, else 7 bits of its hash
  Pages<Name> names_;
  HugePages<Index> by_conversation_, by_pair_, by_deed_;  // open addressing, one more than the index; 0 empty
  std::size_t conversations_used_ = 0, deeds_used_ = 0, names_used_ = 0;
  std::size_t pending_conversations_ = 0;
  Index free_conversation_ = none, free_deed_ = none;  // forgotten ones: first of a chain by next_of_pair, by next
  std::uint32_t generation_ = 0;
  std::vector<Index> sorted_;  // fold's own
  Counters<BookCount, book_counter_rows> counters_;
};

}  // namespace langyan::baseline
