// Watch: learns what the pairs of hosts of one worker do, and tells what is not as it was learned.
//
//   watch.opened(flow);
//   watch.message(flow, message, now, number);   // each completed exchange; requests are seen again with their answer
//   watch.unanswered(flow, request, now, number);
//   watch.unidentified(flow, now, number);       // no decoder knows what it speaks
//   watch.tick(now);                             // each second of packet time
//
// An operation that came before costs one cache line of what its flow did last and one of its relation. What is new is entered at once:
// while a zone learns as usual, when it enforces as pending, so that the table itself remembers what was said. What spans pairs
// (who else asks a device) is the merge thread's matter (ledger.h). One worker owns a Watch; nothing allocates after construction.
#pragma once

#include <array>
#include <vector>

#include "base/pages.h"
#include "baseline/book.h"
#include "baseline/deviation.h"
#include "baseline/zones.h"
#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::baseline {

class Watch {
 public:
  Watch(const Settings& settings, std::size_t flows, std::size_t workers, NoticeSink& sink);

  void opened(const flow::Flow& flow);
  void prefetch(std::uint32_t slot) const;           // of a packet that comes soon; any number is fine
  void prefetch_relation(std::uint32_t slot) const;  // some packets later
  void message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number);
  void unanswered(const flow::Flow& flow, const Message& request, Time now, std::uint64_t number);
  void unidentified(const flow::Flow& flow, Time now, std::uint64_t number);
  // `octets`: of the flow, both ways, since it was opened; now and then, and when it is closed.
  void volume(const flow::Flow& flow, std::uint64_t octets, bool closed, Time now);
  void tick(Time now);

  // Before traffic, or while the worker rests. restore() takes every habit it is given: the caller gives each pair to its worker.
  void restore(const ZoneState& state) { zones_.restore(state); }
  void restore(const Habit& habit);
  void restore(const VolumeHabit& volume) { book_.restore(volume); }
  void restored();  // after the last
  // What a person orders (order.h): how many relations changed. After clear() restore() takes all there is to know anew.
  std::size_t approve(const Approval& scope) { return scope.until ? 0 : book_.approve(scope); }
  std::size_t forget(const Approval& scope) { return book_.forget(scope); }
  void clear(Time now) { book_.clear(), started_ = now; }
  void visit_zones(Visitor& visitor) const;
  void visit_habits(Visitor& visitor) const;
  // For a file that is written while the worker works: some `habits` from the place `at` on; true when that was the last.
  bool visit_some(std::size_t& at, std::size_t habits, Visitor& visitor) const;

  const Zones& zones() const { return zones_; }
  const Book& book() const { return book_; }
  Book& book() { return book_; }

 private:
  static constexpr std::size_t recent = 5;  // operations a flow remembers
  struct Print {         // hashes of an operation
    std::uint32_t deed;  // what is done
    std::uint32_t all;   // and to which objects
  };
  struct alignas(64) Slot {                 // of a flow: one cache line
    std::array<std::uint32_t, recent> print;  // Print::all of each
    std::array<Index, recent> relation;
    Index next;                // the range of the same deed that was entered after the last one: a poll goes on there
    std::uint32_t deed;        // Print::deed of the last one
    Index conversation;        // used last
    std::uint32_t generation;  // of the book, when the relations were noted
    std::uint8_t used, at, zone;
    std::uint8_t side : 6;      // 0: nothing is known yet; else 1 + the client's side when it was
    std::uint8_t goes_on : 1;   // the last one was `next`
    std::uint8_t detailed : 1;  // the last one touched the Detail of its relation too
    std::uint32_t counted;     // of the flow's octets, in KiB: those its pair has
  };
  static_assert(sizeof(Slot) == 64, "the price that watch.cc states");

  struct Now {  // the message being looked at
    const flow::Flow* flow;
    const Message* message;
    Slot* slot;
    Time time;
    std::uint64_t number;
    Mode mode;
  };

  void take(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number);
  void operation(const Now& now, const Operation& operation);
  Index known(const Now& now, const Operation& operation, std::uint64_t first, std::uint32_t span, Print print);
  Index remembered(Slot& slot, std::uint64_t first, std::uint32_t span, Print print) const;
  void note(Slot& slot, Print print, Index relation) const;
  static void forget(Slot& slot);
  void follow(Slot& slot, Print print, Index relation) const;
  Ends ends_of(const Now& now, const Operation& operation) const;
  Index conversation_of(const Now& now, const Operation& operation);
  Index enter(const Now& now, const Operation& operation);  // what is not in the book yet
  void again(const Now& now, Index index, const Operation& operation);
  void judge(const Now& now, Index index, const Operation& operation);
  void learn_hours(Deed& deed, Time now);
  void heard(const Now& now, Deed& deed);
  bool wrong_hour(Index index, const Deed& deed, const Conversation& conversation, std::uint8_t zone, Time now);
  Kind kind_of(const Ends& ends, Index conversation, const Operation& operation, bool& peer_is_new) const;
  bool function_known(const Conversation& conversation, std::uint32_t function) const;
  std::uint32_t verbs_of_unit(const Ends& ends, bool said) const;
  Notice notice(const Now& now, Kind kind, const Ends& ends, const Operation& operation) const;
  void describe(Notice& notice, Index relation) const;
  void meet(const Now& now, Index conversation, const Operation& operation);
  void tell_volume(const Now& now, const Ends& ends, const Volume& volume);
  void sweep(Time now);
  Time sweep_places(Index begin, Index end, Time now);
  bool speaks_of(const Conversation& conversation) const;
  void sweep_senders(Time now);
  void tell_stopped(std::span<const Index> stopped, Time now);

  NoticeSink& sink_;
  Zones zones_;
  Book book_;
  HugePages<Slot> slots_;
  static constexpr std::size_t most_overdue = 4'096;  // said in one sweep; the next goes on
  std::vector<Index> overdue_;
  // Of each so many places the earliest moment at which one of them can be missed; until then the sweep passes them by. What
  // comes in time only puts it off, so that costs nothing here; what may bring it nearer sets 0.
  static constexpr std::size_t places_a_due = 64;
  std::vector<Time> due_;
  Time started_ = 0, next_sweep_ = 0;
};

}  // namespace langyan::baseline
