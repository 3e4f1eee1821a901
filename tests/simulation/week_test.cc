// A center that is away for a week: the spool fills under its cap, the least important is refused
// first, what is evicted is told, and when the center is back alerts go first, each lane in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "tests/simulation/audit.h"

namespace langyan::simulation {
namespace {

using spool::Class;
using spool::Lane;
using spool::SpoolCount;

constexpr std::uint64_t bulk_cap = 4u << 20, segment = 64u << 10;

// What a small plant brings in a minute, 12 MB a week.
struct Share {
  Class cls;
  int every;  // minutes
  std::size_t bytes;
};
constexpr Share shares[] = {{Class::stats, 1, 300},
                            {Class::flow, 1, 100},
                            {Class::summary, 2, 100},
                            {Class::operation, 2, 100},
                            {Class::alert, 60, 100}};

class Week : public testing::Test {
 protected:
  Week() {
    logging::set_level(logging::Level::off);
    SiteOptions options{CenterSeed::source(0), from_.token(0)};
    options.spool.folder = "spool";
    options.spool.segment_bytes = segment;
    options.spool.bulk_bytes = bulk_cap;
    options.spool.alert_bytes = 1u << 20;
    options.spool.record_bytes = 16u << 10;
    options.spool.buffer_bytes = 256u << 10;
    options.batch_lines = 500;
    site_ = std::make_unique<Site>(std::move(options), center_, trace_);
  }
  ~Week() override { logging::set_level(logging::Level::info); }

  void pass(Duration time) { site_->clock.advance(time), center_.clock.advance(time); }
  std::uint64_t count(SpoolCount which) const { return site_->spool().counters().value(which); }
  void live(int minutes) {
    for (int i = 0; i < minutes; ++i, ++minute_) {
      for (const Share& share : shares) {
        if (minute_ % share.every != 0) continue;
        const Lane lane = share.cls == Class::alert ? Lane::alert : Lane::bulk;
        ++offered_[static_cast<std::size_t>(share.cls)];
        site_->produce(lane, share.cls, share.bytes);
      }
      site_->commit();
      site_->ship();
      pass(minute);
    }
  }
  void deliver() {
    for (int i = 0; i < 20'000 && !site_->drained(); ++i) site_->ship(), pass(100 * millisecond);
    ASSERT_TRUE(site_->drained());
  }

  CenterSeed from_{1};
  Trace trace_{false};
  CenterHost center_{from_, 1, trace_};
  std::unique_ptr<Site> site_;
  int minute_ = 0;
  std::array<std::uint64_t, spool::class_count> offered_{};
};

TEST_F(Week, FillsUnderItsCapAndDrainsAlertsFirst) {
  live(60);
  deliver();
  const std::size_t delivered = stored_in(center_).size();
  site_->link.down = true;
  constexpr std::array dropped = {SpoolCount::dropped_stats, SpoolCount::dropped_flow,
                                  SpoolCount::dropped_summary, SpoolCount::dropped_operation,
                                  SpoolCount::dropped_alert};
  std::array<int, spool::class_count> first_dropped{};
  int first_evicted = 0;
  for (int hours = 1; hours <= 7 * 24; ++hours) {
    live(60);
    ASSERT_LE(site_->spool().bytes(Lane::bulk), bulk_cap + segment);
    for (std::size_t i = 0; i < dropped.size(); ++i)
      if (first_dropped[i] == 0 && count(dropped[i]) > 0) first_dropped[i] = hours;
    if (first_evicted == 0 && count(SpoolCount::evicted) > 0) first_evicted = hours;
  }
  fmt::print(
      "hour of the first loss: stats {}, flows {}, summaries {}, eviction {}; dropped {}, {}, {}, "
      "{}, {}; evicted {}\n",
      first_dropped[0], first_dropped[1], first_dropped[2], first_evicted, count(dropped[0]),
      count(dropped[1]), count(dropped[2]), count(dropped[3]), count(dropped[4]),
      count(SpoolCount::evicted));
  EXPECT_GT(first_dropped[0], 24);
  EXPECT_GT(first_dropped[1], first_dropped[0]);
  EXPECT_GT(first_dropped[2], first_dropped[1]);
  EXPECT_EQ(first_dropped[3], 0) << "operations are never refused for the disk's sake";
  EXPECT_EQ(first_dropped[4], 0);
  EXPECT_TRUE(first_evicted == 0 || first_evicted >= first_dropped[2]);

  site_->link.down = false;
  pass(10 * minute);
  deliver();
  const auto all = stored_in(center_);
  bool bulk_seen = false;
  std::map<Lane, std::uint64_t> last;
  for (std::size_t i = delivered; i < all.size(); ++i) {
    bulk_seen |= all[i].place.lane == Lane::bulk;
    EXPECT_FALSE(bulk_seen && all[i].place.lane == Lane::alert) << "an alert waited for bulk";
    EXPECT_GT(all[i].to, last[all[i].place.lane]) << "out of order";
    last[all[i].place.lane] = all[i].to;
  }
  EXPECT_TRUE(bulk_seen);
  const Audit result = audit(center_, {site_.get()}, {"evicted"});
  EXPECT_THAT(result.faults, testing::IsEmpty());
  // The batch that the shipper held all the week was evicted behind its back, and delivered.
  EXPECT_GT(result.gaps, 0u);
  EXPECT_LE(result.gaps, count(SpoolCount::evicted));
  EXPECT_EQ(site_->shipper().counters().value(uplink::ShipperCount::acked),
            result.lines + result.gaps);

  // Everything is taken again as soon as the center has it.
  const auto before = count(SpoolCount::dropped_stats);
  pass(2 * second);
  live(60);
  EXPECT_LE(count(SpoolCount::dropped_stats), before + 1);
}

// Statistics alone, as of an idle plant, start no new segment: what is acknowledged must go all the
// same.
TEST_F(Week, AnIdlePlantGetsItsStatisticsBack) {
  site_->link.down = true;
  while (count(SpoolCount::dropped_stats) == 0) live(60);
  site_->link.down = false;
  pass(10 * minute);
  deliver();
  for (int i = 0; i < 10; ++i) {
    pass(minute);
    EXPECT_TRUE(site_->produce(Lane::bulk, Class::stats, 300));
    site_->commit();
  }
}

}  // namespace
}  // namespace langyan::simulation
