#include "base/queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace langyan {
namespace {

TEST(Queue, FirstInFirstOutAndCounted) {
  Queue<int> queue(3);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_TRUE(queue.push(3));
  EXPECT_FALSE(queue.try_push(4));
  EXPECT_EQ(queue.refused(), 1u);
  EXPECT_EQ(queue.in(), 3u);
  EXPECT_EQ(queue.out(), 0u);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(queue.try_push(5));
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop_within(0), 3);
  EXPECT_EQ(queue.pop_within(hour), 5);
  EXPECT_EQ(queue.in(), 4u);
  EXPECT_EQ(queue.out(), 4u);
}

TEST(Queue, PopWithinGivesUp) {
  Queue<int> queue(1);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(queue.pop_within(20 * millisecond), std::nullopt);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(20));
  EXPECT_EQ(queue.pop_within(-hour), std::nullopt);
  EXPECT_EQ(queue.out(), 0u);
}

TEST(Queue, AnEndlessWaitWaits) {
  Queue<int> queue(1);
  std::optional<int> got;
  std::thread waiting([&] { got = queue.pop_within(INT64_MAX); });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_TRUE(queue.push(7));
  waiting.join();
  EXPECT_EQ(got, 7);
}

TEST(Queue, PushWaitsForRoom) {
  Queue<int> queue(1);
  EXPECT_TRUE(queue.push(1));
  std::atomic<bool> pushed = false;
  std::thread pushing([&] {
    EXPECT_TRUE(queue.push(2));
    pushed = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_FALSE(pushed);
  EXPECT_EQ(queue.pop(), 1);
  pushing.join();
  EXPECT_TRUE(pushed);
  EXPECT_EQ(queue.pop(), 2);
}

TEST(Queue, ClosedItGivesWhatItHoldsAndTakesNothing) {
  Queue<int> queue(3);
  queue.push(1), queue.push(2);
  queue.close();
  EXPECT_FALSE(queue.push(3));
  EXPECT_FALSE(queue.try_push(3));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop_within(hour), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.pop_within(hour), std::nullopt);
  EXPECT_EQ(queue.in(), 2u);
  EXPECT_EQ(queue.out(), 2u);
  queue.close();
}

TEST(Queue, ClosingWakesEverybodyWhoWaits) {
  Queue<int> full(1), empty(1);
  full.push(1);
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { EXPECT_FALSE(full.push(2)); });
    waiting.emplace_back([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
    waiting.emplace_back([&] { EXPECT_EQ(empty.pop_within(hour), std::nullopt); });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  full.close(), empty.close();
  for (std::thread& thread : waiting) thread.join();
}

TEST(Queue, ThreadsLoseNothingAndRepeatNothing) {
  constexpr int producers = 3, consumers = 3, each = 20'000;
  Queue<int> queue(64);
  std::vector<std::thread> pushing, popping;
  std::vector<std::vector<int>> got(consumers);
  for (int p = 0; p < producers; ++p) {
    pushing.emplace_back([&, p] {
      for (int i = 0; i < each; ++i) ASSERT_TRUE(queue.push(p * each + i));
    });
  }
  for (int c = 0; c < consumers; ++c) {
    popping.emplace_back([&, c] {
      while (const auto item = queue.pop()) got[static_cast<std::size_t>(c)].push_back(*item);
    });
  }
  for (std::thread& thread : pushing) thread.join();
  queue.close();
  for (std::thread& thread : popping) thread.join();
  std::vector<int> times(producers * each), last(producers, -1);
  for (const auto& items : got) {
    std::ranges::fill(last, -1);
    for (int item : items) {
      ++times[static_cast<std::size_t>(item)];
      int& before = last[static_cast<std::size_t>(item / each)];
      EXPECT_LT(before, item);  // each consumer sees a producer's items in their order
      before = item;
    }
  }
  EXPECT_TRUE(std::ranges::all_of(times, [](int n) { return n == 1; }));
  EXPECT_EQ(queue.in(), std::uint64_t{producers * each});
  EXPECT_EQ(queue.out(), queue.in());
}

TEST(Queue, ItemsAreMovedNotCopied) {
  Queue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.push(std::make_unique<int>(5)));
  EXPECT_FALSE(queue.try_push(std::make_unique<int>(6)));
  EXPECT_EQ(**queue.pop(), 5);
}

}  // namespace
}  // namespace langyan
