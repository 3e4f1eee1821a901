// ShipperTest: what the shipper's tests share: a spool, a center that answers as told, and a shipper between them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "base/log.h"
#include "spool/test_rig.h"
#include "uplink/center_double.h"
#include "uplink/shipper.h"

namespace langyan::uplink {

using spool::Lane;
using spool::Rig;

struct ShipperTest : testing::Test {
  Rig rig;
  CenterDouble center;
  SeededRandom random{5};
  ShipperOptions options{
      "http://center.example:8443", "plant-1", "secret", 50, 16 << 10, 30 * second};
  std::unique_ptr<Shipper> shipper;

  void SetUp() override {
    logging::set_level(logging::Level::off);
    rig.options.buffer_bytes = 1 << 20;
    ASSERT_TRUE(rig.open());
    start();
  }
  void TearDown() override { logging::set_level(logging::Level::info); }

  // As a new process.
  void start() {
    shipper.reset();
    rig.reader.reset();
    rig.disk->unlock_all();
    ASSERT_TRUE(rig.open_reader());
    shipper = std::make_unique<Shipper>(*rig.reader, center, rig.clock, random, options);
  }
  std::uint64_t count(ShipperCount which) const { return shipper->counters().value(which); }
  CenterDouble::Stream stream(Lane lane) const { return stream(lane, rig.spool->epoch()); }
  static CenterDouble::Stream stream(Lane lane, std::uint64_t epoch) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(epoch));
    return {"plant-1", text, std::string(spool::name(lane))};
  }
  // Steps until there is nothing to ship; the time it took.
  Duration drain(int most_steps = 2000) {
    const Time start = rig.clock.monotonic();
    for (int i = 0; i < most_steps; ++i) {
      const Duration wait = shipper->step();
      if (shipper->drained()) return rig.clock.monotonic() - start;
      rig.clock.advance(wait);
    }
    ADD_FAILURE() << "not drained";
    return 0;
  }
  // Every line ever written is in the center exactly once, in order; gaps only where expected.
  void expect_all(const std::map<std::pair<std::string, std::uint64_t>, std::string>& gaps = {}) {
    for (const auto& [key, lines] : rig.written) {
      const auto& in_center = center.stored[stream(key.second, key.first)];
      std::uint64_t next = 1;
      for (const auto& stored : in_center) {
        ASSERT_EQ(stored.from, next) << "a hole or a repetition";
        next = stored.to + 1;
        const auto gap = gaps.find({std::string(spool::name(key.second)), stored.from});
        EXPECT_EQ(stored.gap, gap != gaps.end()) << stored.line;
        if (stored.gap && gap != gaps.end()) {
          EXPECT_EQ(stored.reason, gap->second);
        }
        if (!stored.gap) {
          EXPECT_EQ(stored.line, lines.at(stored.from));
        }
      }
      EXPECT_EQ(next - 1, lines.rbegin()->first);
    }
  }
};

}  // namespace langyan::uplink
