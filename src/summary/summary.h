// Summary: writes what changed, not every poll.
//
// Each completed operation is looked up by (conversation, unit, verb, object range). The first one,
// a new writer, a new object, another outcome and a changed value go to the Sink at once; what only
// repeats is folded, and once a minute a conversation says in one summary how often, how regularly,
// and between which values. A conversation is client, server and protocol.
//
// Budgets of a conversation and minute, so that no traffic can flood the store:
//   changed values written      10
//   changed values only read     0   (a process value moves with every poll: the summary has its range)
//   first of their kind         60   (a sweep over 65,536 addresses is one flood anomaly
//                                     and counts;
//                                     reports have 60 of their own: an interrogation is no flood;
//                                     so have protocols of offices: names and pages have no end)
//   weighty verbs               60   (start … auth are never folded below it)
// What a budget holds back is counted in the summary, never dropped.
//
// One worker owns a Summary. Nothing allocates after construction; caps are summary.*.
#pragma once

#include <memory>
#include <vector>

#include "base/counters.h"
#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::summary {

constexpr Duration window = minute;
constexpr std::size_t most_listed = 32;  // operations, and objects with values, of one summary

enum class Why : std::uint8_t { first, outcome_changed, value_changed, weighty, flagged };

enum class Count : std::uint8_t {
  operations,
  written,
  folded,
  summaries,
  floods,
  conversations_opened,
  conversations_closed,
  conversations_refused,
  folds_opened,
  folds_closed,
  folds_refused,
  last
};
inline constexpr CounterRow counter_rows[] = {
    {"summary.operations", "Operations seen, each either written or folded."},
    {"summary.written", "Operations written at once."},
    {"summary.folded", "Operations folded into a summary."},
    {"summary.summaries", "Summaries written."},
    {"summary.floods", "Conversations and minutes in which a budget was used up."},
    {"summary.conversations.opened", "Conversations met."},
    {"summary.conversations.closed", "Conversations forgotten after they fell silent."},
    {"summary.conversations.refused", "Messages of conversations for which there was no room."},
    {"summary.folds.opened", "Repeated operations met."},
    {"summary.folds.closed", "Repeated operations forgotten with their conversation."},
    {"summary.folds.refused", "Operations counted without detail for want of room."},
};

std::span<const Detection> detections();

struct Range {  // of one element over a window
  std::uint64_t address = 0;
  double first = 0, last = 0, least = 0, most = 0;
};

struct Repeat {  // one folded operation, as a summary lists it
  Verb verb;
  std::uint32_t unit, function;
  Object object;  // without a text longer than the fold keeps
  Outcome outcome;
  std::uint16_t code;
  std::uint64_t count;
  double period, jitter;  // seconds; 0 when it came once. jitter: standard deviation of the period
  std::span<const Range> ranges;
};

struct Report {
  const Protocol* protocol;
  IpAddress client_ip, server_ip;
  Mac client_mac, server_mac;  // layer 2
  flow::Kind kind;
  std::uint16_t server_port;
  std::uint64_t key;         // the same for any worker count: orders reports of one tick
  Time from, to;             // first and last operation of the window
  std::uint64_t operations;  // folded in the window
  std::uint64_t held_back;   // of these, what a budget kept from being written at once
  std::span<const Repeat> repeats;
  std::uint64_t repeats_total;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void event(flow::Flow& flow, const Message& message, Why why) = 0;
  virtual void report(const Report& report, Time now) = 0;
  virtual void flood(flow::Flow& flow, const Message& message, const Detection& what) = 0;
};

class Summary {
 public:
  Summary(std::size_t flows, std::size_t workers, Sink& sink);
  ~Summary();

  void everything(bool on) { everything_ = on; }  // --messages: nothing is folded

  void opened(const flow::Flow& flow);
  // A completed operation: an event, an answer with its request, or an answer on its own; requests
  // are seen again with their answer, so they are passed over.
  // Asks the memory for what is known of the flow in a slot; any number is fine. Changes nothing.
  void prefetch(std::uint32_t slot) const;
  void prefetch_conversation(std::uint32_t slot) const;  // some packets later
  void message(flow::Flow& flow, const Message& message, Time now);
  void unanswered(flow::Flow& flow, const Message& request, Time now);
  void tick(Time now);
  void finish(Time now);  // reports every open window

  const Counters<Count, counter_rows>& counters() const { return counters_; }

 private:
  struct Conversation;
  struct Fold;
  void add(flow::Flow& flow, const Message& message, Time now);
  bool notable(Conversation& conversation, const Operation& operation, Time now, Why& why);
  bool spend(Conversation& conversation, std::uint8_t& spent, std::uint8_t budget);
  std::uint32_t conversation_of(const flow::Flow& flow, const Protocol& protocol, Time now);
  Fold* fold_of(Conversation& conversation, const Operation& operation, bool& fresh);
  void measure(Conversation& conversation, Fold& fold, const Operation& operation);
  void report(Conversation& conversation, Time now);
  void forget(std::uint32_t index);
  void enqueue(std::uint32_t index);
  void dequeue(std::uint32_t index);

  Sink& sink_;
  bool everything_ = false;
  struct Memory;
  std::unique_ptr<Memory> memory_;
  Counters<Count, counter_rows> counters_;
};

}  // namespace langyan::summary
