#include "pipeline/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace langyan::pipeline {
namespace {

using baseline::Order;
using baseline::OrderKind;
using baseline::OrderNote;
using baseline::Outcome;

constexpr auto looked_every = std::chrono::milliseconds(250);
constexpr std::uint64_t looks_a_retry = 20;  // at what the disk did not take

Outcome refused(std::string_view id, std::string why) {
  Outcome outcome;
  outcome.note.id = id;
  outcome.refused = std::move(why);
  return outcome;
}

}  // namespace

Orders::Orders(Disk& disk, const std::string& file, Place place)
    : disk_(disk), folder_(baseline::orders_folder(file)), place_(std::move(place)) {}

Orders::~Orders() {
  close();
}

void Orders::remember(const OrderNote& note) {
  notes_.push_back(note);
  if (notes_.size() > baseline::most_orders_remembered) notes_.pop_front();
}

void Orders::start(std::string closed) {
  closed_ = std::move(closed);
  thread_ = std::thread([this] { run(); });
}

void Orders::close() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Orders::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_for(lock, looked_every, [this] { return stopping_ || !told_.empty(); });
    const auto told = std::exchange(told_, {});
    const bool looks = !stopping_ && open_ == told.size();
    lock.unlock();
    for (const Outcome& each : told) finish(each);
    Group group;
    if (looks) group = look();
    lock.lock();
    open_ -= told.size();
    if (stopping_ && told_.empty()) return;
    if (!looks) continue;
    open_ += group.outcomes.size() + group.round->orders.size();
    if (!group.outcomes.empty()) telling_ = std::move(group.outcomes), has_telling_.store(true);
    if (!group.round->orders.empty()) ready_ = std::move(group.round), has_ready_.store(true);
  }
}

Orders::Group Orders::look() {
  Group group;
  if (++looks_ % looks_a_retry == 0)
    for (const Outcome& each : std::exchange(stuck_, {})) finish(each);
  const auto names = disk_.list(folder_);
  if (!names) return group;  // there is none until somebody orders something
  tidy(*names);
  std::size_t waiting = 0;
  for (const std::string& name : *names) {
    const auto id = baseline::order_id(name);
    if (!id || std::ranges::any_of(stuck_, [&](const Outcome& each) { return each.note.id == *id; })) continue;
    if (++waiting > 2 * baseline::most_orders_waiting) break;  // the next look has the rest
    if (waiting > baseline::most_orders_waiting) {
      group.outcomes.push_back(refused(*id, fmt::format("{} orders wait before it; give it again when they are through",
                                                        baseline::most_orders_waiting)));
    } else if (!group.full) {
      try {
        look_at(*id, group);
      } catch (const std::exception& error) {  // no memory for what it holds
        group.outcomes.push_back(refused(*id, std::string("it cannot be read: ") + error.what()));
      }
    }
  }
  return group;
}

void Orders::look_at(std::string_view id, Group& group) {
  auto& orders = group.round->orders;
  if (const auto note = remembered(id)) return group.outcomes.push_back({*note, {}});  // it died before it could say so
  if (!closed_.empty()) return group.outcomes.push_back(refused(id, closed_));
  auto order = baseline::read_order(disk_, folder_, id);
  if (!order) {
    if (order.error().kind == ErrorKind::missing) return;  // taken back
    return group.outcomes.push_back(refused(id, order.error().message));
  }
  if (order->note.kind == OrderKind::import) {
    group.full = true;
    if (!orders.empty()) return;  // by itself, after those before it
    auto places = place_(order->book);
    if (!places) return group.outcomes.push_back({order->note, places.error().message});
    group.round->worker_of = places.take();
  } else if (order->note.kind == OrderKind::approve) {
    if (approvals_.load() + orders.size() >= baseline::most_approvals)
      return group.outcomes.push_back(
          {order->note, fmt::format("{} approvals are kept already; `langyan baseline forget` some first",
                                    baseline::most_approvals)});
  }
  orders.push_back(order.take());
  group.full |= orders.size() == baseline::most_orders_at_once;
}

// Outcomes that nobody fetched and orders that were never finished: the newest are kept.
void Orders::tidy(const std::vector<std::string>& names) {
  std::size_t others = static_cast<std::size_t>(
      std::ranges::count_if(names, [](const auto& name) { return !baseline::order_id(name); }));
  for (const std::string& name : names) {
    if (others <= baseline::most_outcomes_kept) return;
    if (baseline::order_id(name)) continue;
    (void)disk_.remove(folder_ + '/' + name);
    --others;
  }
}

void Orders::finish(const Outcome& outcome) {
  auto done = baseline::write_outcome(disk_, folder_, outcome);
  if (done) done = disk_.remove(baseline::order_path(folder_, outcome.note.id));
  if (!done && done.error().kind == ErrorKind::missing) done = {};
  if (!done) stuck_.push_back(outcome);
  if (!done && !disk_fails_) logging::error(done.error().message + "; the outcome of an order is written again later");
  disk_fails_ = !done;
}

std::optional<OrderNote> Orders::remembered(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find(notes_, id, &OrderNote::id);
  return at == notes_.end() ? std::nullopt : std::optional(*at);
}

std::shared_ptr<const OrderRound> Orders::next() {
  if (!has_ready_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock(mutex_);
  has_ready_.store(false);
  return std::exchange(ready_, nullptr);
}

void Orders::carried_out(const std::vector<OrderNote>& notes, std::size_t approvals) {
  approvals_.store(approvals);
  const std::lock_guard lock(mutex_);
  for (const OrderNote& note : notes) {
    remember(note);
    unsaved_.push_back({note, {}});
  }
}

void Orders::visit(baseline::Visitor& visitor) const {
  const std::lock_guard lock(mutex_);
  for (const OrderNote& note : notes_) visitor.order(note);
}

void Orders::saved() {
  if (unsaved_.empty()) return;
  const std::lock_guard lock(mutex_);
  telling_.insert(telling_.end(), unsaved_.begin(), unsaved_.end());
  unsaved_.clear();
  has_telling_.store(true);
}

std::vector<Outcome> Orders::to_tell() {
  if (!has_telling_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock(mutex_);
  has_telling_.store(false);
  for (const Outcome& each : telling_) counters_.add(each.refused.empty() ? OrderCount::taken : OrderCount::refused);
  return std::exchange(telling_, {});
}

void Orders::told(std::vector<Outcome> outcomes) {
  {
    const std::lock_guard lock(mutex_);
    told_.insert(told_.end(), std::make_move_iterator(outcomes.begin()), std::make_move_iterator(outcomes.end()));
  }
  wake_.notify_one();
}

}  // namespace langyan::pipeline
