#include "uplink/shipper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "uplink/test_rig.h"

namespace langyan::uplink {
namespace {

TEST_F(ShipperTest, DeliversBothLanesAndAcknowledges) {
  rig.put_many(Lane::bulk, 333, 200);
  rig.put_many(Lane::alert, 7, 200);
  rig.commit();
  EXPECT_FALSE(shipper->drained());
  drain();
  expect_all();
  EXPECT_EQ(count(ShipperCount::acked), 340u);
  EXPECT_EQ(count(ShipperCount::sent), 340u);
  EXPECT_EQ(count(ShipperCount::retried), 0u);
  EXPECT_LT(count(ShipperCount::sent_bytes), count(ShipperCount::text_bytes) / 2);
  const HttpRequest& first = center.requests.front();
  EXPECT_EQ(first.url, "http://center.example:8443/api/v1/ingest");
  EXPECT_THAT(first.headers,
              testing::IsSupersetOf({std::pair<std::string, std::string>{"Langyan-Lane", "alert"},
                                     {"Langyan-First", "1"},
                                     {"Langyan-Count", "7"},
                                     {"Authorization", "Bearer secret"}}));
  // A new process sends nothing again.
  const std::size_t requests = center.requests.size();
  start();
  drain();
  EXPECT_EQ(center.requests.size(), requests);
}

// The center knows times from 1970 to 9999; a gap it refuses could not be replaced by another.
TEST_F(ShipperTest, AGapSaysATimeThatACenterTakes) {
  rig.put_many(Lane::bulk, 1);
  ASSERT_TRUE(rig.spool->reserve(Lane::bulk, spool::Class::operation, 100));  // abandoned
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  rig.clock.jump(-100 * 365 * day);
  drain();
  std::size_t gaps = 0;
  for (const auto& [stream, stored] : center.stored) {
    for (const auto& item : stored) {
      if (!item.gap) continue;
      ++gaps;
      EXPECT_THAT(item.line, testing::HasSubstr("\"timestamp\":\"1970-01-01T00:00:"));
    }
  }
  EXPECT_EQ(gaps, 1u);
}

TEST_F(ShipperTest, AlertsOvertakeABacklog) {
  rig.put_many(Lane::bulk, 500, 100);
  rig.commit();
  shipper->step();
  rig.put_many(Lane::alert, 120, 100);
  rig.commit();
  for (int i = 0; i < 3; ++i) shipper->step();
  EXPECT_THAT(center.lanes_in_order, testing::ElementsAre("bulk", "alert", "alert", "alert"));
  center.faults = {{.lose_request = true}};
  shipper->step();  // a bulk batch is under way and fails
  rig.put_many(Lane::alert, 1, 100);
  rig.commit();
  rig.clock.advance(2 * second);
  shipper->step();
  EXPECT_EQ(center.lanes_in_order.back(), "alert");
  drain();
  expect_all();
}

// Each way a request can go wrong, at each of the first requests: everything arrives exactly once.
TEST_F(ShipperTest, EveryFaultAtEveryRequest) {
  const CenterDouble::Fault faults[] = {
      {.lose_request = true},
      {.lose_answer = true},
      {.status = 400},
      {.status = 401},
      {.status = 403},
      {.status = 404},
      {.status = 413},
      {.status = 409, .body = "{\"expected\":1}"},
      {.status = 409},
      {.status = 429, .retry_after = 7 * second},
      {.status = 500},
      {.status = 503},
      {.status = 507},
      {.status = 200, .body = "{}"},
      {.status = 200, .body = "not json"},
      {.status = 200, .body = "{\"acked\":0}"},
      {.status = 302},
      {.status = 200, .body = std::string(100'000, '[')},
  };
  int number = 0;
  for (const auto& fault : faults) {
    for (std::size_t at = 0; at < 6; ++at) {
      for (const std::size_t times : {1u, 3u}) {
        SCOPED_TRACE(testing::Message()
                     << "fault " << number << " at " << at << " times " << times);
        shipper.reset();
        rig.close();
        rig.disk = std::make_unique<MemoryDisk>();
        rig.written.clear();
        center = CenterDouble();
        ASSERT_TRUE(rig.open());
        start();
        rig.put_many(Lane::bulk, 170, 100);
        rig.put_many(Lane::alert, 60, 100);
        rig.commit();
        center.faults.assign(at, {});
        center.faults.insert(center.faults.end(), times, fault);
        drain();
        expect_all();
        ASSERT_FALSE(HasFailure());
      }
    }
    ++number;
  }
}

TEST_F(ShipperTest, ALostAnswerIsNotStoredTwice) {
  rig.put_many(Lane::bulk, 20);
  rig.commit();
  center.faults = {{.lose_answer = true}};
  drain();
  EXPECT_EQ(count(ShipperCount::retried), 1u);
  EXPECT_EQ(count(ShipperCount::no_answer), 1u);
  EXPECT_EQ(count(ShipperCount::sent), 40u);
  expect_all();
}

TEST_F(ShipperTest, BacksOffExponentiallyWithJitter) {
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  center.always = CenterDouble::Fault{.lose_request = true};
  std::vector<Duration> waits;
  for (int i = 0; i < 12; ++i) {
    waits.push_back(shipper->step());
    EXPECT_EQ(shipper->step(), waits.back());  // too early: nothing is sent
    rig.clock.advance(waits.back());
  }
  EXPECT_EQ(center.requests.size(), 12u);
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const Duration most = std::min(minute, second << i);
    EXPECT_LE(waits[i], most);
    EXPECT_GT(waits[i], most / 2 - 1);
  }
  EXPECT_NE(waits[10], waits[11]);
  center.always.reset();
  drain();
  // After a success the next failure starts over.
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  rig.clock.advance(second);
  center.faults = {{.lose_request = true}};
  EXPECT_LE(shipper->step(), second);
}

TEST_F(ShipperTest, RetryAfterIsObeyedWithinReason) {
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  center.faults = {{.status = 503, .retry_after = 17 * second},
                   {.status = 429, .retry_after = 10 * hour}};
  EXPECT_EQ(shipper->step(), 17 * second);
  rig.clock.advance(17 * second);
  EXPECT_EQ(shipper->step(), 10 * minute);
  EXPECT_EQ(count(ShipperCount::busy), 2u);
}

TEST_F(ShipperTest, AWrongTokenIsTriedSlowly) {
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  center.token = "another";
  for (int i = 0; i < 5; ++i) {
    const Duration wait = shipper->step();
    EXPECT_GT(wait, 40 * second);
    EXPECT_LE(wait, minute);
    rig.clock.advance(wait);
  }
  EXPECT_EQ(count(ShipperCount::denied), 5u);
  center.token = "secret";
  drain();
  expect_all();
}

TEST_F(ShipperTest, ARefusedLineBecomesAGap) {
  rig.put_many(Lane::bulk, 120, 100);
  rig.commit();
  const std::set<std::uint64_t> bad = {1, 2, 57, 120};
  center.malformed = [&](const std::string& line) {
    for (const std::uint64_t position : bad) {
      if (line.starts_with("{\"seq\":" + std::to_string(position) + ",")) return true;
    }
    return false;
  };
  drain();
  expect_all({{{"bulk", 1}, "refused"},
              {{"bulk", 2}, "refused"},
              {{"bulk", 57}, "refused"},
              {{"bulk", 120}, "refused"}});
  EXPECT_EQ(count(ShipperCount::refused_lines), 4u);
}

// A 400 that names no line says nothing about lines: nothing is given up.
TEST_F(ShipperTest, ABlanketRefusalLosesNothing) {
  rig.put_many(Lane::bulk, 10, 100);
  rig.commit();
  center.always = CenterDouble::Fault{.status = 400, .body = "{\"refused\":[{\"position\":999}]}"};
  for (int i = 0; i < 20; ++i) rig.clock.advance(shipper->step());
  EXPECT_EQ(count(ShipperCount::refused_lines), 0u);
  center.always.reset();
  drain();
  expect_all();
}

// A body changed on its way is sent again; it is never taken for malformed or, worse, good lines.
TEST_F(ShipperTest, ASpoiltBodyCostsNothing) {
  // Text that does not compress, so that most bytes of the body are bytes of the text.
  const std::uint64_t epoch = rig.spool->epoch();
  for (std::uint64_t i = 1; i <= 10; ++i) {
    std::string line = "{\"seq\":\"";
    while (line.size() < 60) line += static_cast<char>('0' + random.number() % 64);
    line += "\"}";
    std::ranges::replace(line, '\\', '/');
    ASSERT_EQ(rig.spool->reserve(Lane::bulk, spool::Class::flow, line.size()), i);
    rig.spool->append(Lane::bulk, i, line);
    rig.written[{epoch, Lane::bulk}][i] = line;
  }
  rig.commit();
  for (std::size_t at = 1; at < 700; ++at) center.faults.push_back({.spoil_at = at});
  drain();
  expect_all();
  EXPECT_EQ(count(ShipperCount::refused_lines), 0u);
  EXPECT_GT(count(ShipperCount::answers_refused), 10u);
}

// A center that always asks for what it was just sent is not asked in a loop.
TEST_F(ShipperTest, AskedForTheSameAgainAndAgain) {
  rig.put_many(Lane::bulk, 20, 100);
  rig.commit();
  drain();
  rig.put_many(Lane::bulk, 5, 100);
  rig.commit();
  center.always = CenterDouble::Fault{.status = 409, .body = "{\"expected\":5}"};
  const Time start = rig.clock.monotonic();
  for (int i = 0; i < 30; ++i) rig.clock.advance(shipper->step());
  EXPECT_GT(rig.clock.monotonic() - start, 10 * minute);
  center.always.reset();
  const Time middle = rig.clock.monotonic();
  for (int i = 0; i < 15; ++i) {
    center.faults = {{.status = 409, .body = "{\"expected\":3}"},
                     {.status = 409, .body = "{\"expected\":6}"}};
    for (int k = 0; k < 2; ++k) rig.clock.advance(shipper->step());
  }
  EXPECT_GT(rig.clock.monotonic() - middle, 10 * minute);
  center.faults.clear();
  drain();
  expect_all();
}

TEST_F(ShipperTest, ASpoolThatCannotBeReadIsNotDrained) {
  rig.put_many(Lane::bulk, 5, 100);
  rig.commit();
  rig.disk->fail(MemoryDisk::Op::open, ErrorKind::io, MemoryDisk::for_good);
  EXPECT_FALSE(shipper->drain(10 * second));
  EXPECT_GT(count(ShipperCount::read_failures), 5u);
  rig.disk->mend();
  EXPECT_TRUE(shipper->drain(10 * second));
  expect_all();
}

TEST_F(ShipperTest, TooLargeHalvesTheBatchAndGrowsAgain) {
  rig.put_many(Lane::bulk, 400, 100);
  rig.commit();
  center.most_lines = 3;
  drain();
  expect_all();
  center.most_lines = 1000;
  rig.put_many(Lane::bulk, 400, 100);
  rig.commit();
  const std::size_t before = center.requests.size();
  drain();
  expect_all();
  EXPECT_LE(center.requests.size() - before, 16u);  // eight of 50 lines, a few while it grows
}

TEST_F(ShipperTest, ASingleLargeLineIsGivenUpASmallOneIsNot) {
  rig.options.record_bytes = 200'000;
  rig.options.buffer_bytes = 1 << 20;
  rig.close();
  ASSERT_TRUE(rig.open());
  start();
  rig.put_many(Lane::bulk, 2, 100);
  rig.put_many(Lane::bulk, 1, 150'000);
  rig.put_many(Lane::bulk, 2, 100);
  rig.commit();
  center.most_bytes = 100'000;
  drain();
  expect_all({{{"bulk", 3}, "too_large"}});
  EXPECT_EQ(count(ShipperCount::too_large_lines), 1u);
  rig.put_many(Lane::bulk, 1, 100);
  rig.commit();
  center.faults.assign(20, {.status = 413});
  drain();
  expect_all({{{"bulk", 3}, "too_large"}});
}

// The center was set back to an older state: what is still here is sent again, the rest is a gap.
TEST_F(ShipperTest, ACenterThatForgot) {
  rig.put_many(Lane::bulk, 20, 100);
  rig.commit();
  drain();
  rig.put_many(Lane::bulk, 5, 100);
  rig.commit();
  auto& kept = center.stored[stream(Lane::bulk)];
  kept.erase(kept.begin() + 12, kept.end());
  center.watermarks[stream(Lane::bulk)] = 12;
  drain();
  expect_all();
  EXPECT_EQ(count(ShipperCount::rewinds), 1u);

  // Everything forgotten, after the segments were removed.
  for (int i = 0; i < 6; ++i) rig.put_many(Lane::bulk, 60, 100), rig.commit(), drain();
  center.stored.clear();
  center.watermarks.clear();
  rig.put_many(Lane::bulk, 5, 100);
  rig.commit();
  drain();
  const auto& all = center.stored[stream(Lane::bulk)];
  ASSERT_TRUE(all.front().gap);
  EXPECT_EQ(all.front().from, 1u);
  EXPECT_EQ(all.front().reason, "acknowledged");
  EXPECT_EQ(all.back().to, 390u);
}

TEST_F(ShipperTest, ACenterThatIsAhead) {
  rig.put_many(Lane::bulk, 30, 100);
  rig.commit();
  drain();
  ASSERT_TRUE(rig.disk->remove("spool/ledger"));  // this side forgot
  start();
  drain();
  expect_all();
  EXPECT_EQ(count(ShipperCount::requests), 1u);  // one batch of 30, answered with what is there
}

TEST_F(ShipperTest, AnOldCopyOfTheSpoolIsNoticed) {
  rig.put_many(Lane::bulk, 3, 100);
  rig.commit();
  center.watermarks[stream(Lane::bulk)] = 100;
  drain();
  EXPECT_EQ(count(ShipperCount::ahead), 1u);
  rig.close();
  shipper.reset();
  ASSERT_TRUE(rig.open());
  EXPECT_TRUE(rig.spool->epoch_change());
}

TEST_F(ShipperTest, OldEpochsAreShippedUnderTheirOwnName) {
  rig.put_many(Lane::bulk, 70, 100);
  rig.put_many(Lane::alert, 3, 100);
  rig.commit();
  const std::uint64_t old_epoch = rig.spool->epoch();
  rig.close();
  ASSERT_TRUE(rig.disk->remove("spool/committed"));
  ASSERT_TRUE(rig.open());
  ASSERT_NE(rig.spool->epoch(), old_epoch);
  rig.put_many(Lane::bulk, 70, 100);
  rig.commit();
  start();
  drain();
  expect_all();
  EXPECT_EQ(center.watermarks[stream(Lane::bulk, old_epoch)], 70u);
  EXPECT_EQ(center.watermarks[stream(Lane::bulk)], 70u);
}

TEST_F(ShipperTest, DamageIsShippedAsAGap) {
  rig.put_many(Lane::bulk, 9, 100);
  rig.commit();
  const std::string path = rig.newest_segment(Lane::bulk);
  std::string bytes = *rig.disk->content(path);
  const std::size_t hit = bytes.find("{\"seq\":5,");
  bytes[hit + 30] ^= 1;
  rig.disk->put(path, bytes);
  start();
  drain();
  expect_all({{{"bulk", 5}, "damaged"}});
  const auto& gap = center.stored[stream(Lane::bulk)][4];
  EXPECT_TRUE(gap.line.starts_with("{\"timestamp\":\"2026-01-01T"));
  EXPECT_THAT(gap.line,
              testing::HasSubstr(
                  "\"event_type\":\"gap\",\"gap\":{\"from\":5,\"to\":5,\"reason\":\"damaged\"},"
                  "\"origin\":{\"sensor\":\"plant-1\",\"epoch\":\"" +
                  stream(Lane::bulk).epoch + "\",\"lane\":\"bulk\",\"seq\":5}"));
}

// The center is down for a week of simulated time: the spool evicts, alerts are all there, the
// drain sends them first, and everything is a line or within a gap.
TEST_F(ShipperTest, AWeekWithoutTheCenter) {
  rig.options.bulk_bytes = 64 << 10;
  rig.options.alert_bytes = 256 << 10;
  rig.close();
  ASSERT_TRUE(rig.open());
  start();
  center.always = CenterDouble::Fault{.lose_request = true};
  for (Time passed = 0; passed < 7 * day;) {
    rig.put_many(Lane::bulk, 4, 150);
    if (passed % (6 * hour) < 5 * minute) rig.put_many(Lane::alert, 1, 150);
    rig.commit();
    for (Duration inside = 0; inside < 10 * minute;) {
      const Duration wait = std::max(shipper->step(), millisecond);
      rig.clock.advance(wait);
      inside += wait;
      passed += wait;
    }
  }
  EXPECT_GT(rig.spool->counters().value(spool::SpoolCount::evicted), 1000u);
  EXPECT_LT(center.requests.size(), 7u * 24 * 60 * 3);  // about one a minute
  center.always.reset();
  center.lanes_in_order.clear();
  const Duration took = drain();
  EXPECT_LE(took, 2 * minute);
  EXPECT_EQ(center.lanes_in_order.front(), "alert");
  EXPECT_TRUE(std::ranges::is_sorted(center.lanes_in_order));  // alert before bulk
  const auto& alerts = center.stored[stream(Lane::alert)];
  EXPECT_EQ(alerts.size(), rig.spool->committed(Lane::alert));
  std::uint64_t next = 1;
  for (const auto& line : center.stored[stream(Lane::bulk)])
    EXPECT_EQ(std::exchange(next, line.to + 1), line.from);
  EXPECT_EQ(next - 1, rig.spool->committed(Lane::bulk));
}

// Random faults on every request, restarts of either side in between: exactly once, in order.
TEST_F(ShipperTest, RandomFaultsAndRestarts) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom chance(seed);
    shipper.reset();
    rig.close();
    rig.disk = std::make_unique<MemoryDisk>();
    rig.written.clear();
    center = CenterDouble();
    ASSERT_TRUE(rig.open());
    start();
    for (int round = 0; round < 120; ++round) {
      rig.put_many(Lane::bulk, chance.number() % 20, 100);
      rig.put_many(Lane::alert, chance.number() % 3, 100);
      if (chance.number() % 3) rig.commit();
      center.faults.clear();
      switch (chance.number() % 8) {
        case 0: center.faults = {{.lose_request = true}}; break;
        case 1: center.faults = {{.lose_answer = true}}; break;
        case 2: center.faults = {{.status = 500 + static_cast<int>(chance.number() % 8)}}; break;
        case 3: center.faults = {{.status = 413}, {.lose_answer = true}, {.status = 413}}; break;
        default: break;
      }
      if (chance.number() % 10 == 0) start();
      if (chance.number() % 20 == 0) {
        rig.commit();
        rig.close();
        ASSERT_TRUE(rig.open());
        start();
      }
      for (std::uint64_t steps = chance.number() % 5; steps > 0; --steps)
        rig.clock.advance(shipper->step());
    }
    rig.commit();
    center.faults.clear();
    drain();
    expect_all();
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(ShipperTest, RunStopsSoon) {
  center.always = CenterDouble::Fault{.lose_request = true};
  rig.put_many(Lane::bulk, 1);
  rig.commit();
  SystemClock clock;
  Shipper running(*rig.reader, center, clock, random, options);
  std::jthread thread([&](std::stop_token stop) { running.run(stop); });
  while (running.counters().value(ShipperCount::no_answer) == 0) std::this_thread::yield();
  const Time asked = clock.monotonic();
  thread.request_stop();
  thread.join();
  EXPECT_LT(clock.monotonic() - asked, 20 * second);
}

}  // namespace
}  // namespace langyan::uplink
