#include "pipeline/pipeline.h"

#include <algorithm>

namespace langyan::pipeline {
namespace {

constexpr Duration tolerated_step_back = second;
constexpr Duration merge_wait = 100 * millisecond;

template <class Item>
std::unique_ptr<Item> spare(Queue<std::unique_ptr<Item>>& from) {
  auto item = from.pop_within(0);
  return item ? std::move(*item) : std::make_unique<Item>();
}

WorkerOptions shared(WorkerOptions options, unsigned workers) {
  options.flow.workers = workers;
  return options;
}

}  // namespace

Pipeline::Pipeline(Options options, std::shared_ptr<const detect::RuleSet> rules, Outputs outputs,
                   Clock& clock)
    : options_(std::move(options)), writer_(options_.worker.eve) {
  options_.worker.habits_wanted = &habits_wanted_;
  for (unsigned i = 0; i < options_.workers; ++i) {
    lanes_.push_back(std::make_unique<Lane>(shared(options_.worker, options_.workers), rules));
  }
  MergeOptions merging;
  merging.sensor = outputs.sensor;
  merging.epoch = outputs.epoch;
  merging.file = outputs.file;
  merging.spool = outputs.spool;
  merging.processes = outputs.processes;
  merging.commit = outputs.commit;
  merging.makers = outputs.makers;
  merging.lists = std::move(outputs.lists);
  merging.silent_after = outputs.silent_after;
  merging.asset_events = outputs.asset_events;
  merging.anomaly_events = options_.worker.anomaly_events;
  merging.asset_file = outputs.asset_file;
  merging.disk = outputs.disk;
  merging.connections_each = outputs.connections_each;
  merging.live = options_.live;
  if (options_.worker.baseline.on()) {
    std::vector<baseline::Watch*> watches;
    for (auto& lane : lanes_) watches.push_back(lane->worker.habits());
    habits_ = std::make_unique<Habits>(options_.worker.baseline, outputs.disk, std::move(watches), habits_wanted_);
    habits_->load();
    merging.habits = habits_.get();
  }
  for (const CounterRow& row : capture::counter_rows) merging.rows.push_back(row);
  for (const CounterRow& row : feed_counter_rows) merging.rows.push_back(row);
  lanes_.front()->worker.each_counter(
      [&](const CounterRow& row, std::uint64_t) { merging.rows.push_back(row); });
  merger_ = std::make_unique<Merger>(std::move(merging), writer_, clock);
  merger_->rules(rules ? rules->rules().size() : 0);
  for (auto& line : outputs.announcements)
    merger_->announce(line, spool::Class::stats, spool::Lane::bulk);
  if (lanes_.size() == 1) lanes_.front()->worker.ask(merger_->limiter());
  merge_thread_ = std::thread([this] { merge(); });
  if (lanes_.size() == 1) return;
  for (auto& lane : lanes_) lane->thread = std::thread([this, &lane = *lane] { work(lane); });
}

Pipeline::~Pipeline() {
  stop();
}

void Pipeline::packet(const capture::Packet& packet) {
  counters_.add(FeedCount::packets);
  advance(packet.time);
  ++order_;
  const std::size_t worker =
      lanes_.size() == 1 ? 0 : steering_.pair(packet.data, packet.link_type) % lanes_.size();
  Batch& batch = *lanes_[worker]->filling;
  batch.add(packet, now_, order_);
  if (batch.full()) end_round();
}

std::uint64_t Pipeline::captured(std::size_t row) const {
  std::uint64_t sum = captured_before_[row];
  for (const capture::Source* source : sources_) sum += source->counters().value(row);
  return sum;
}

void Pipeline::remove_source(const capture::Source& source) {
  for (std::size_t i = 0; i < captured_before_.size(); ++i)
    captured_before_[i] += source.counters().value(i);
  std::erase(sources_, &source);
}

// Packet time goes forward only; each second it passes is a tick for every worker, at the same
// place among the packets.
void Pipeline::advance(Time time) {
  if (time + tolerated_step_back < now_) counters_.add(FeedCount::steps_back);
  if (time <= now_) return;
  now_ = time;
  if (now_ < next_tick_) return;
  if (next_tick_ == 0)
    next_stats_ = options_.stats_interval ? now_ + options_.stats_interval : INT64_MAX;
  ++order_;
  step(Step::Kind::tick, now_);
  if (now_ >= next_stats_) {
    step(Step::Kind::stats, now_);
    next_stats_ = now_ + options_.stats_interval;
  }
  next_tick_ = (now_ / second + 1) * second;
}

void Pipeline::step(Step::Kind kind, Time now) {
  Step one;
  one.kind = kind;
  one.time = one.now = now;
  one.order = order_;
  for (auto& lane : lanes_) lane->filling->add(one);
  if (kind != Step::Kind::stats) return;
  auto& feed = lanes_.front()->filling->feed();
  for (std::size_t i = 0; i < std::size(capture::counter_rows); ++i) {
    feed.push_back(captured(i));
  }
  counters_.each([&](const CounterRow&, std::uint64_t value) { feed.push_back(value); });
}

void Pipeline::idle(Time now) {
  advance(now);
  flush();
}

void Pipeline::flush() {
  if (std::ranges::any_of(lanes_, [](const auto& lane) { return !lane->filling->empty(); }))
    end_round();
}

void Pipeline::end_of_capture(bool continuous) {
  ++order_;
  if (!continuous) step(Step::Kind::end, now_);
  if (options_.stats_interval) step(Step::Kind::stats, now_);
  if (!continuous) now_ = next_tick_ = 0;
  end_round();
}

void Pipeline::use(std::shared_ptr<const detect::RuleSet> rules) {
  for (auto& lane : lanes_) lane->filling->use(rules);
  merger_->rules(rules ? rules->rules().size() : 0);
  step(Step::Kind::rules, now_);
  end_round();
}

void Pipeline::carry_out_orders() {
  if (!habits_ || !habits_->orders()) return;
  const auto round = habits_->orders()->next();
  if (!round) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i]->filling->give(round, i);
  step(Step::Kind::orders, now_);
  end_round();
}

void Pipeline::end_round() {
  for (auto& lane : lanes_) {
    auto batch = std::exchange(lane->filling, spare(lane->spare_batches));
    if (lanes_.size() == 1)
      process(*lane, std::move(batch));
    else
      lane->batches.push(std::move(batch));
  }
}

void Pipeline::work(Lane& lane) {
  while (auto batch = lane.batches.pop()) process(lane, std::move(*batch));
  lane.blocks.close();
}

void Pipeline::process(Lane& lane, std::unique_ptr<Batch> batch) {
  auto block = spare(lane.spare_blocks);
  lane.worker.process(*batch, *block);
  batch->clear();
  lane.spare_batches.try_push(std::move(batch));
  lane.blocks.push(std::move(block));
}

void Pipeline::merge() {
  std::vector<std::unique_ptr<Block>> round;
  while (true) {
    if (reopen_.exchange(false, std::memory_order_relaxed)) merger_->reopen_file();
    auto first = lanes_.front()->blocks.pop_within(merge_wait);
    if (!first) {
      if (lanes_.front()->blocks.closed()) break;
      merger_->idle();
      continue;
    }
    round.push_back(std::move(*first));
    for (std::size_t i = 1; i < lanes_.size(); ++i) {
      if (auto block = lanes_[i]->blocks.pop()) round.push_back(std::move(*block));
    }
    if (round.size() == lanes_.size()) merger_->accept(round);
    for (std::size_t i = 0; i < round.size(); ++i) {
      round[i]->clear();
      lanes_[i]->spare_blocks.try_push(std::move(round[i]));
    }
    round.clear();
  }
  merger_->finish();
}

void Pipeline::stop() {
  if (std::exchange(stopped_, true)) return;
  flush();
  for (auto& lane : lanes_) {
    lane->batches.close();
    if (lane->thread.joinable())
      lane->thread.join();
    else
      lane->blocks.close();
  }
  merge_thread_.join();
  if (habits_ && habits_->orders()) habits_->orders()->close();
}

Tally Pipeline::tally() const {
  Tally sum;
  for (const auto& lane : lanes_) sum.add(lane->worker.tally());
  sum.add(merger_->tally());
  return sum;
}

std::vector<std::pair<CounterRow, std::uint64_t>> Pipeline::totals() const {
  std::vector<std::pair<CounterRow, std::uint64_t>> rows;
  for (std::size_t i = 0; i < captured_before_.size(); ++i)
    rows.emplace_back(capture::counter_rows[i], captured(i));
  counters_.each(
      [&](const CounterRow& row, std::uint64_t value) { rows.emplace_back(row, value); });
  const std::size_t first = rows.size();
  for (const auto& lane : lanes_) {
    std::size_t at = first;
    lane->worker.each_counter([&](const CounterRow& row, std::uint64_t value) {
      if (at == rows.size()) rows.emplace_back(row, 0);
      rows[at++].second += value;
    });
  }
  merger_->counters().each(
      [&](const CounterRow& row, std::uint64_t value) { rows.emplace_back(row, value); });
  merger_->behaviours().counters().each(
      [&](const CounterRow& row, std::uint64_t value) { rows.emplace_back(row, value); });
  merger_->limiter().counters().each(
      [&](const CounterRow& row, std::uint64_t value) { rows.emplace_back(row, value); });
  return rows;
}

std::uint64_t Pipeline::uncommitted() const {
  return merger_->counters().value(MergeCount::uncommitted);
}

}  // namespace langyan::pipeline
