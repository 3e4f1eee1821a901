// Worker: the path of a packet through decode, flow, dissect, detect, summary and eve, for the
// pairs of hosts that fall to it. Workers share nothing but constant tables.
//
//   worker.process(batch, block);   // any thread, one at a time
//
// What it found stands in the block as open lines; the Merger orders and closes them.
#pragma once

#include <memory>
#include <unordered_set>

#include "assets/watch.h"
#include "baseline/behaviour_watch.h"
#include "baseline/watch.h"
#include "decode/decode.h"
#include "detect/engine.h"
#include "detect/limiter.h"
#include "dissect/dissector.h"
#include "eve/writer.h"
#include "flow/copies.h"
#include "flow/recent_fragments.h"
#include "flow/recent_packets.h"
#include "flow/tracker.h"
#include "pipeline/batch.h"
#include "pipeline/block.h"
#include "pipeline/tally.h"
#include "summary/summary.h"

namespace langyan::pipeline {

enum class WorkerCount : std::uint8_t { copies, anomalies_held_back, last };
inline constexpr CounterRow worker_counter_rows[] = {
    {"mirror.copies", "Packets a mirror showed again within capture.copies_within, decoded and not looked at further."},
    {"events.anomalies_held_back",
     "Anomalies counted but not written: more of their kind in a second than caps.pipeline.anomalies."},
};

struct WorkerOptions {
  flow::Options flow;
  eve::Options eve;
  decode::Checksums checksums = decode::Checksums::ignore;
  Duration copies_within = 0;        // how late a copy may come; 0: every packet counts
  std::uint32_t packets_before = 0;  // of its flow that an alert carries; 0: none are kept
  bool every_message = false;  // --messages
  bool flow_events = true;
  bool operation_events = true;
  bool anomaly_events = true;
  baseline::Settings baseline;
  const std::atomic<std::uint64_t>* habits_wanted =
      nullptr;  // which writing of the habits is asked for; null: none is ever
};

class Worker final : private flow::Listener,
                     private dissect::Listener,
                     private detect::HitSink,
                     private assets::EvidenceSink,
                     private baseline::TraceSink,
                     private baseline::NoticeSink,
                     private summary::Sink {
 public:
  Worker(const WorkerOptions& options, std::shared_ptr<const detect::RuleSet> rules);
  ~Worker() override;

  void process(const Batch& batch, Block& block);

  const Tally& tally() const { return tally_; }
  // Every counter of its rooms, in a fixed order: visit(row, value).
  template <class Visit>
  void each_counter(Visit visit) const {
    decoder_.counters().each(visit);
    tracker_.counters().each(visit);
    dissector_.counters().each(visit);
    engine_.counters().each(visit);
    summary_.counters().each(visit);
    behaviour_.counters().each(visit);
    each_habit_counter(visit);
    counters_.each(visit);
  }
  // Null: habits are off. For who restores and saves, while the worker rests.
  baseline::Watch* habits() { return habits_.get(); }
  const baseline::Watch* habits() const { return habits_.get(); }
  // Without other workers its hits are all there are, so it asks before it writes an alert.
  void ask(detect::Limiter& limiter) { limiter_ = &limiter; }

 private:
  class Aside;
  template <class Visit>
  void each_habit_counter(Visit visit) const {  // the rows are there whether habits are on or not
    static const Counters<baseline::BookCount, baseline::book_counter_rows> nothing;
    (habits_ ? habits_->book().counters() : nothing).each(visit);
  }
  void packet(const Batch& batch, const Step& step);
  void tick(const Step& step);
  void end(const Step& step);
  void stats(const Batch& batch, const Step& step);
  void decode_ahead(const Batch& batch, std::size_t at);
  void unreadable(const decode::Headers& headers);
  void ask_of_tick(std::size_t first);
  void hand_on_habits();
  void count_volume(const flow::Flow& flow, bool closed);
  void carry_out(const Batch& batch, Time now);
  bool first_time(std::uint64_t what);
  std::uint32_t verbs_of(const detect::Hit& hit) const;
  bool may_say(const Detection& what, const flow::Flow* flow);
  void carry_packets_before();

  // flow::Listener
  void opened(flow::Flow& flow) override;
  void packet(flow::Flow& flow, Direction way, const capture::Packet& packet,
              const decode::Headers& headers) override;
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override;
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override;
  void record(flow::Flow& flow) override;
  void closed(flow::Flow& flow, flow::Reason reason) override;
  void anomaly(const flow::Oddity& oddity) override;
  // dissect::Listener
  void identified(flow::Flow& flow, const Protocol& protocol) override;
  void unidentified(flow::Flow& flow) override;
  void message(flow::Flow& flow, const Message& message) override;
  void unanswered(flow::Flow& flow, const Message& request) override;
  void fault(flow::Flow& flow, const Detection& what, Direction direction) override;
  void anomaly(flow::Flow& flow, const Protocol* protocol, const Detection& what,
               Direction direction, Bytes evidence) override;
  // detect::HitSink
  void accept(const detect::Hit& hit) override;
  // assets::EvidenceSink
  void accept(const assets::Evidence& evidence) override;
  // baseline::TraceSink
  void accept(const baseline::Trace& trace) override;
  // baseline::NoticeSink
  void accept(const baseline::Notice& notice) override;
  // summary::Sink
  void event(flow::Flow& flow, const Message& message, summary::Why why) override;
  void report(const summary::Report& report, Time now) override;
  void flood(flow::Flow& flow, const Message& message, const Detection& what) override;

  // Registers the line that was just appended to the block's text.
  void done(std::size_t begin, spool::Class kind, spool::Lane lane, std::uint64_t tie);

  WorkerOptions options_;
  eve::Writer writer_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  detect::Engine engine_;
  dissect::Dissector dissector_;
  summary::Summary summary_;
  assets::Watch watch_;
  baseline::BehaviourWatch behaviour_;
  std::unique_ptr<flow::Copies> copies_;  // null: every packet counts
  std::unique_ptr<flow::RecentPackets> recent_;  // null: alerts carry their own packet only
  std::unique_ptr<flow::RecentFragments> fragments_;  // likewise
  std::unique_ptr<baseline::Watch> habits_;
  std::uint64_t habits_pass_ = 0;  // the writing that is going on, or the last one
  std::size_t habits_at_ = 0;
  bool habits_handed_ = true;
  bool hurried_ = false;  // an order waits for the file: its parts go with every round, not with every second
  detect::Limiter* limiter_ = nullptr;  // null: the merge thread asks
  Tally tally_;

  // The packet and message being worked on; views that live for one call of packet().
  Block* block_ = nullptr;
  eve::Moment moment_;
  const flow::Flow* packet_flow_ = nullptr;  // whose packet it is, once that is known
  std::uint64_t datagram_ = 0;               // of a fragment
  Time now_ = 0;
  OrderKey key_;
  const flow::Flow* current_flow_ = nullptr;
  const Message* current_message_ = nullptr;
  unsigned side_ = 0;  // of packet_flow_ that sent the packet
  struct Before {      // where in the block the packets before it stand, once for all alerts of the packet
    const flow::Flow* flow = nullptr;
    std::uint32_t offset = 0, size = 0;
  } before_;
  std::vector<std::uint8_t> alerted_;  // by flow slot
  std::vector<std::uint64_t> said_;    // what is said once, of packets without a flow

  struct Said {  // of one kind of anomaly in one second; kinds that share a place share its budget
    Time second = 0;
    std::uint64_t times = 0;
  };
  std::array<Said, 256> said_of_kind_{};
  Counters<WorkerCount, worker_counter_rows> counters_;

  struct Ahead {
    decode::Headers headers;
    decode::Tunnel tunnel;
    decode::Outcome outcome;
    flow::Ticket ticket;
    bool copy;
  };
  static constexpr std::size_t ahead_size = 8;  // a power of two
  std::array<Ahead, ahead_size> ahead_;
  std::size_t decoded_ = 0;  // steps of the batch decoded so far
};

}  // namespace langyan::pipeline
