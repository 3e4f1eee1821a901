// Every allocation failing in turn: a step fails, the next one succeeds, nothing is lost or
// doubled.
#include <gtest/gtest.h>

#include "base/failing_memory.h"
#include "base/log.h"
#include "spool/test_rig.h"
#include "uplink/center_double.h"
#include "uplink/shipper.h"

namespace langyan::uplink {
namespace {

using spool::Lane;

// The double's own allocations do not fail.
class SparedCenter final : public Net {
 public:
  Result<HttpAnswer> send(const HttpRequest& request) override {
    const long left = std::exchange(until_failure, -1);
    auto answer = center.send(request);
    until_failure = left;
    return answer;
  }
  CenterDouble center;
};

class OutOfMemory : public testing::TestWithParam<bool> {
 public:
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
};
INSTANTIATE_TEST_SUITE_P(, OutOfMemory, testing::Bool(),
                         [](const auto& given) { return given.param ? "ForAWhile" : "Once"; });

TEST_P(OutOfMemory, ShippingGoesOn) {
  bool reached = true;
  long n = 0;
  for (; reached; ++n) {
    SCOPED_TRACE(n);
    spool::Rig rig;
    ASSERT_TRUE(rig.open());
    rig.put_many(Lane::bulk, 40, 150);
    rig.put_many(Lane::alert, 3, 150);
    rig.commit();
    ASSERT_TRUE(rig.open_reader());
    SparedCenter net;
    // A gap, a refused line, a lost answer and a center that forgot, so that every path is taken.
    net.center.malformed = [](const std::string& line) { return line.starts_with("{\"seq\":7,"); };
    net.center.faults = {{}, {.lose_answer = true}, {}, {.status = 413}};
    SeededRandom random(1);
    Shipper shipper(*rig.reader, net, rig.clock, random,
                    {"http://c", "plant-1", "secret", 10, 0, second});
    reached = with_failing_memory(n, GetParam(), [&] {
      for (int i = 0; i < 12; ++i) rig.clock.advance(shipper.step());
    });
    ASSERT_TRUE(shipper.drain(hour));
    for (const auto& [stream, stored] : net.center.stored) {
      std::uint64_t next = 1;
      for (const auto& line : stored) {
        ASSERT_EQ(std::exchange(next, line.to + 1), line.from);
        EXPECT_EQ(line.gap, stream.lane == "bulk" && line.from == 7);
      }
      EXPECT_EQ(next - 1, stream.lane == "bulk" ? 40u : 3u);
    }
    EXPECT_EQ(net.center.stored.size(), 2u);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(n, 20);
}

}  // namespace
}  // namespace langyan::uplink
