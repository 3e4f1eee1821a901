// What an operation costs in the whole sensor with habits off and enforced, by a thousand and by a million relations.
//
//   habits_sensor_bench [REPEATS]
//
// The same 20,000 connections and polls in the same order each time: for a thousand relations the connections are of 20 pairs of
// hosts, for a million of 20,000; each beside habits off, since other tables of the sensor grow with the pairs too. What is
// learned first is enforced afterwards. CPU time of all threads an operation
// (a request and its answer, decoded, judged and written as an event to /dev/null); passes alternate, the best of REPEATS counts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>

#include "polls.h"

namespace langyan::bench {
namespace {

constexpr std::uint32_t connections = 20'000, ranges = 50, few_pairs = 20;
constexpr Duration step = 40 * microsecond;  // a round takes 80 s, longer than what is learned from
constexpr std::size_t ahead = 16;

class Plant {
 public:
  Plant(const char* mode, std::uint32_t pairs)
      : sensor_({"baseline.mode=" + std::string(mode), "baseline.learn_for=1m", "caps.baseline.relations=1000000",
                 "caps.baseline.conversations=" + std::to_string(connections),
                 "caps.baseline.deeds=" + std::to_string(connections)}),
        polls_(sensor_.pipeline(), connections, pairs, step),
        order_(connections) {
    std::iota(order_.begin(), order_.end(), 0u);
    std::shuffle(order_.begin(), order_.end(), std::mt19937(3));
    for (const std::uint32_t each : order_) polls_.open(each);
    round(), round();
  }

  void pass() {
    const double begin = cpu_seconds();
    round();
    best_ = std::min(best_, (cpu_seconds() - begin) * 1e9 / connections / ranges);
  }
  double best() const { return best_; }
  void stop() { sensor_.stop(polls_.polled()); }

 private:
  void round() {
    for (std::uint16_t range = 0; range < ranges; ++range) {
      for (std::size_t i = 0; i < order_.size(); ++i) {
        polls_.prefetch(order_[(i + ahead) % order_.size()]);
        polls_.poll(order_[i], static_cast<std::uint16_t>(range * 10));
      }
    }
  }

  Sensor sensor_;
  Polls polls_;
  std::vector<std::uint32_t> order_;
  double best_ = 1e9;
};

void compare(int repeats) {
  struct Row {
    const char* relations;
    Plant off, on;
  } rows[] = {{"1e3", {"off", few_pairs}, {"learn", few_pairs}}, {"1e6", {"off", connections}, {"learn", connections}}};
  for (int i = 0; i < repeats; ++i)
    for (Row& row : rows) row.off.pass(), row.on.pass();
  std::printf("%-10s %12s %12s %8s\n", "relations", "off, ns", "on, ns", "ratio");
  for (Row& row : rows) {
    row.off.stop(), row.on.stop();
    std::printf("%-10s %12.0f %12.0f %8.2f\n", row.relations, row.off.best(), row.on.best(),
                row.on.best() / row.off.best());
  }
}

}  // namespace
}  // namespace langyan::bench

int main(int count, char** words) {
  langyan::bench::compare(count > 1 ? std::max(std::atoi(words[1]), 1) : 5);
}
