// Orders: takes what a person laid beside the habits' file while the sensor runs, and says what came of it (baseline/order.h).
//
// A thread of its own looks into the folder, reads and checks, so that nothing of it holds up a packet. What it took goes
// between two packets to every worker at once (next, by who feeds the pipeline), with the round to the merge thread
// (carried_out), into the habits' file with its effect (visit, saved), into the events (to_tell, told); only then the outcome
// stands beside the order and the order is removed. One group at a time: the next is looked for when all of it is through.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/counters.h"
#include "base/disk.h"
#include "baseline/order.h"

namespace langyan::pipeline {

enum class OrderCount : std::uint8_t { taken, refused, last };
inline constexpr CounterRow order_counter_rows[] = {
    {"orders.taken", "Orders on habits (langyan baseline) carried out while the sensor runs."},
    {"orders.refused",
     "Orders on habits that changed nothing: broken, too large, too many, or without room for what they bring."},
};

struct OrderRound {  // carried out between the same two packets by every worker
  std::vector<baseline::Order> orders;  // several, or one import
  std::vector<std::uint16_t> worker_of;  // of each habit of an import, then of each volume
};

class Orders {
 public:
  // `place` gives each habit and each volume of an import its worker, or says why it is not to be.
  using Place = std::function<Result<std::vector<std::uint16_t>>(const baseline::Learned&)>;
  Orders(Disk& disk, const std::string& file, Place place);
  ~Orders();

  void remember(const baseline::OrderNote& note);  // of the file that was read; before start
  void start(std::string closed);                  // closed: why every order is refused; empty: they are taken

  std::shared_ptr<const OrderRound> next();  // who feeds the pipeline; null: none
  // The merge thread.
  void carried_out(const std::vector<baseline::OrderNote>& notes, std::size_t approvals);
  void visit(baseline::Visitor& visitor) const;  // what the file is to say of orders
  bool unsaved() const { return !unsaved_.empty(); }
  void saved();                                  // all that was carried out so far is in the file
  std::vector<baseline::Outcome> to_tell();
  void told(std::vector<baseline::Outcome> outcomes);

  void close();  // the merge thread is gone
  const Counters<OrderCount, order_counter_rows>& counters() const { return counters_; }

 private:
  struct Group {
    std::shared_ptr<OrderRound> round = std::make_shared<OrderRound>();
    std::vector<baseline::Outcome> outcomes;
    bool full = false;
  };
  void run();
  Group look();
  void look_at(std::string_view id, Group& group);
  void tidy(const std::vector<std::string>& names);
  void finish(const baseline::Outcome& outcome);
  std::optional<baseline::OrderNote> remembered(std::string_view id) const;

  Disk& disk_;
  const std::string folder_;
  const Place place_;
  std::string closed_;
  std::vector<baseline::Outcome> stuck_;  // the thread's own: the disk did not take them
  std::uint64_t looks_ = 0;
  bool disk_fails_ = false;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const OrderRound> ready_;
  std::deque<baseline::OrderNote> notes_;           // in the file or about to be, newest last
  std::vector<baseline::Outcome> telling_, told_;
  std::size_t open_ = 0;  // orders of the group that have no outcome on disk yet
  bool stopping_ = false;
  std::atomic<bool> has_ready_{false}, has_telling_{false};
  std::atomic<std::size_t> approvals_{0};
  std::vector<baseline::Outcome> unsaved_;  // the merge thread's own
  Counters<OrderCount, order_counter_rows> counters_;
  std::thread thread_;
};

}  // namespace langyan::pipeline
