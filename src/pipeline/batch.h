// Batch: the packets of one round for one worker, copied out of the source, with the ticks and
// orders that stand between them.
//
// A round is what the steering thread read at a time: every worker gets a batch of each round, an
// empty one too, so the merge knows when it has heard from all. Batches are used again; they grow
// to the size a round needs and stay there.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "base/counters.h"
#include "capture/source.h"
#include "detect/rule_set.h"

namespace langyan::pipeline {

struct OrderRound;

enum class FeedCount : std::uint8_t { packets, steps_back, reloads, reloads_refused, last };
inline constexpr CounterRow feed_counter_rows[] = {
    {"pipeline.packets", "Packets taken in."},
    {"pipeline.steps_back", "Packets whose time is over a second before that of an earlier one."},
    {"pipeline.reloads", "Rule sets taken while running."},
    {"pipeline.reloads_refused", "Reloads that were worse than what ran, which went on."},
};

// How many counters of what feeds the pipeline a stats step carries: the source's, then the feed's.
constexpr std::size_t feed_rows = std::size(capture::counter_rows) + std::size(feed_counter_rows);

struct Step {
  enum class Kind : std::uint8_t {
    packet,
    tick,   // a second of packet time passed
    stats,  // report what was counted so far
    rules,  // use `rules` from here on
    orders, // carry out `orders`; the last of its batch
    end,    // a capture ended: report and forget every flow
  };
  Kind kind = Kind::packet;
  std::uint32_t offset = 0, captured = 0, wire = 0;
  std::int32_t link_type = 0;
  Time time = 0;             // packet: its own; else packet time
  Time now = 0;              // packet time, which only goes forward
  std::uint64_t number = 0;  // in its capture (pcap_cnt)
  std::uint64_t order = 0;   // over all captures
};

class Batch {
 public:
  static constexpr std::size_t most_bytes = 1u << 20;  // a round ends when a worker's share is full
  static constexpr std::size_t most_packets = 4'096;

  Batch() { bytes_.reserve(most_bytes / 4); }

  void add(const capture::Packet& packet, Time now, std::uint64_t order) {
    Step step;
    step.offset = static_cast<std::uint32_t>(bytes_.size());
    step.captured = packet.captured_length(), step.wire = packet.wire_length;
    step.link_type = packet.link_type;
    step.time = packet.time, step.now = now;
    step.number = packet.number, step.order = order;
    bytes_.insert(bytes_.end(), packet.data.begin(), packet.data.end());
    steps_.push_back(step);
  }
  void add(const Step& step) { steps_.push_back(step); }
  // Counters of what feeds the pipeline, for the stats step; one entry a row and step.
  std::vector<std::uint64_t>& feed() { return feed_; }
  const std::vector<std::uint64_t>& feed() const { return feed_; }
  void use(std::shared_ptr<const detect::RuleSet> rules) { rules_ = std::move(rules); }

  void give(std::shared_ptr<const OrderRound> orders, std::size_t worker) {
    orders_ = std::move(orders), worker_ = worker;
  }
  const std::shared_ptr<const OrderRound>& orders() const { return orders_; }
  std::size_t worker() const { return worker_; }  // whose batch this is, when it has orders

  const std::vector<Step>& steps() const { return steps_; }
  Bytes data(const Step& step) const { return Bytes{bytes_}.subspan(step.offset, step.captured); }
  const std::shared_ptr<const detect::RuleSet>& rules() const { return rules_; }
  bool full() const { return bytes_.size() >= most_bytes || steps_.size() >= most_packets; }
  bool empty() const { return steps_.empty(); }
  void clear() { bytes_.clear(), steps_.clear(), feed_.clear(), rules_.reset(), orders_.reset(); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<Step> steps_;
  std::vector<std::uint64_t> feed_;
  std::shared_ptr<const detect::RuleSet> rules_;  // shared: workers and hits on their way hold it
  std::shared_ptr<const OrderRound> orders_;      // shared: by all workers and the merge thread
  std::size_t worker_ = 0;
};

}  // namespace langyan::pipeline
