#include "pipeline/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/memory_disk.h"
#include "baseline/state_file.h"
#include "dissect/registry.h"

namespace langyan::pipeline {
namespace {

using baseline::Order;
using baseline::OrderKind;
using baseline::Outcome;
using testing::HasSubstr;

constexpr Duration patience = 2 * minute;

class OrdersTest : public testing::Test {
 protected:
  OrdersTest() { EXPECT_TRUE(disk.make_folder(folder)); }

  static Order order(std::size_t number, OrderKind kind = OrderKind::forget) {
    Order each;
    each.note.id = fmt::format("{:04}", number), each.note.kind = kind, each.note.by = "wang", each.note.at = second;
    each.scope.client = baseline::Station::of(*parse_ip("10.0.0.2"));
    return each;
  }
  void give(const Order& each) { ASSERT_TRUE(baseline::write_order(disk, folder, each)); }
  std::unique_ptr<Orders> start(std::string closed = {}) {
    auto orders =
        std::make_unique<Orders>(disk, "f", [](const baseline::Learned& book) -> Result<std::vector<std::uint16_t>> {
          if (book.habits.size() > 5) return Error{ErrorKind::full, "no room"};
          return std::vector<std::uint16_t>(book.habits.size());
        });
    for (const auto& note : in_file) orders->remember(note);
    orders->start(std::move(closed));
    return orders;
  }
  template <class Found>
  auto until(Found found) {
    for (const Time end = clock.monotonic() + patience; clock.monotonic() < end; clock.sleep(5 * millisecond))
      if (auto result = found()) return result;
    return decltype(found()){};
  }
  // The part of feeder, workers and merge thread: what it carried out is in the file when `saves`.
  std::size_t carry_out(Orders& orders, bool saves) {
    const auto round = until([&] { return orders.next(); });
    if (!round) return 0;
    std::vector<baseline::OrderNote> notes;
    for (const Order& each : round->orders) notes.push_back(each.note), notes.back().changed = 7;
    orders.carried_out(notes, 0);
    if (!saves) return notes.size();
    baseline::Learned kept;
    orders.visit(kept);
    in_file = kept.orders;
    orders.saved();
    return notes.size();
  }
  std::vector<Outcome> tell(Orders& orders) {
    std::vector<Outcome> all;
    until([&] { return !(all = orders.to_tell()).empty(); });
    orders.told(all);
    return all;
  }
  std::optional<Outcome> outcome(std::size_t number) {
    return until([&] { return baseline::read_outcome(disk, folder, fmt::format("{:04}", number)).take(); });
  }
  std::size_t waiting() {
    const auto names = disk.list(folder).take();
    return static_cast<std::size_t>(
        std::ranges::count_if(names, [](const auto& name) { return baseline::order_id(name).has_value(); }));
  }

  const std::string folder = "f.orders";
  MemoryDisk disk;
  SystemClock clock;
  std::vector<baseline::OrderNote> in_file;  // what a restart would find
};

TEST_F(OrdersTest, AnOrderGoesThroughAllStationsBeforeItsOutcomeStandsThere) {
  give(order(1));
  const auto orders = start();
  ASSERT_EQ(carry_out(*orders, false), 1u);
  EXPECT_TRUE(orders->unsaved());
  EXPECT_TRUE(orders->to_tell().empty()) << "nothing is told before it is in the file";
  EXPECT_EQ(waiting(), 1u);
  orders->saved();
  const auto told = tell(*orders);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].note.by, "wang");
  const auto done = outcome(1);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->note.changed, 7u);
  EXPECT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_EQ(orders->counters().value(OrderCount::taken), 1u);
}

TEST_F(OrdersTest, WhereverItDiesAnOrderIsCarriedOutOnce) {
  give(order(1));
  ASSERT_EQ(carry_out(*start(), false), 1u);  // dies before the file is written: the effect is lost with the note
  auto orders = start();
  ASSERT_EQ(carry_out(*orders, true), 1u);  // dies before it is told
  orders = start();
  const auto told = tell(*orders);  // by the next one, of the file
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].note.changed, 7u);
  EXPECT_FALSE(orders->next());
  EXPECT_TRUE(outcome(1));
  EXPECT_TRUE(until([&] { return waiting() == 0; }));
  give(order(1));  // the same file, put back
  EXPECT_EQ(tell(*orders).size(), 1u);
  EXPECT_FALSE(orders->next());
}

TEST_F(OrdersTest, TheyAreCarriedOutInTheOrderTheyWereGivenAndAnImportByItself) {
  for (std::size_t i : {5, 2, 4, 1}) give(order(i));
  give(order(3, OrderKind::import));
  const auto orders = start();
  const auto ids = [&] {
    std::string all;
    const auto round = until([&] { return orders->next(); });
    if (!round) return all;
    std::vector<baseline::OrderNote> notes;
    for (const Order& each : round->orders) all += each.note.id.back(), notes.push_back(each.note);
    orders->carried_out(notes, 0), orders->saved();
    tell(*orders);
    return all;
  };
  EXPECT_EQ(ids(), "12");
  EXPECT_EQ(ids(), "3");
  EXPECT_EQ(ids(), "45");
}

TEST_F(OrdersTest, WhatIsBrokenTooManyOrWithoutRoomIsRefusedWithTheReason) {
  ASSERT_TRUE(replace_file(disk, folder + "/0000.order", bytes_of("no order")));
  Order large = order(1, OrderKind::import);
  baseline::Habit habit;
  habit.client = habit.server = large.scope.client;
  for (habit.first = 0; habit.first < 6; ++habit.first) large.book.habit(habit);
  give(large);
  const auto orders = start();
  std::string why;
  while (waiting() > 0) {
    const auto told = tell(*orders);
    ASSERT_FALSE(told.empty());
    for (const Outcome& each : told) why += each.refused + "|";
    for (const Outcome& each : told)
      ASSERT_TRUE(until([&] { return !disk.open(baseline::order_path(folder, each.note.id), OpenMode::read); }));
  }
  EXPECT_THAT(why, HasSubstr("cut or was changed"));
  EXPECT_THAT(why, HasSubstr("no room"));
  EXPECT_THAT(outcome(0)->refused, HasSubstr("give it again"));
  EXPECT_EQ(orders->counters().value(OrderCount::refused), 2u);
}

TEST_F(OrdersTest, OfMoreOrdersThanMayWaitTheLastAreRefused) {
  const std::size_t all = baseline::most_orders_waiting + 3;
  for (std::size_t i = 0; i < all; ++i) give(order(i));
  const auto orders = start();
  std::size_t taken = 0, refused = 0;
  while (taken + refused < all) {
    if (taken < baseline::most_orders_waiting) taken += carry_out(*orders, true);
    const auto told = tell(*orders);
    ASSERT_FALSE(told.empty());
    for (const Outcome& each : told) refused += !each.refused.empty();
  }
  EXPECT_EQ(refused, 3u);
  EXPECT_THAT(outcome(all - 1)->refused, HasSubstr("wait before it"));
}

TEST_F(OrdersTest, ASensorWithoutItsFileRefusesAll) {
  give(order(1));
  const auto orders = start("its file is broken");
  tell(*orders);
  EXPECT_EQ(outcome(1)->refused, "its file is broken");
}

TEST_F(OrdersTest, WhatTheDiskDoesNotTakeIsTriedAgainAndToldOnce) {
  give(order(1));
  const auto orders = start();
  ASSERT_EQ(carry_out(*orders, true), 1u);
  disk.fail(MemoryDisk::Op::rename, ErrorKind::full);
  EXPECT_EQ(tell(*orders).size(), 1u);
  EXPECT_TRUE(outcome(1));
  EXPECT_TRUE(until([&] { return waiting() == 0; }));
  EXPECT_TRUE(orders->to_tell().empty());
}

TEST_F(OrdersTest, OutcomesThatNobodyFetchesAreKeptUpToACap) {
  for (std::size_t i = 0; i < baseline::most_outcomes_kept + 9; ++i)
    ASSERT_TRUE(replace_file(disk, fmt::format("{}/{:04}.outcome", folder, i), bytes_of("{}")));
  const auto orders = start();
  EXPECT_TRUE(until([&] { return disk.list(folder)->size() == baseline::most_outcomes_kept; }));
  EXPECT_EQ(disk.list(folder)->front(), "0009.outcome") << "the newest stay";
}

}  // namespace
}  // namespace langyan::pipeline
