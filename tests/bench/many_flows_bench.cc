// What a packet costs when there are many flows: Modbus polls over N TCP connections, each opened
// by its handshake, then read and answered in random order through the whole sensor (no rules,
// events to /dev/null).
//
//   many_flows_bench [FLOWS...]      default: 1000 100000 1000000 5000000
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "polls.h"

namespace langyan::bench {
namespace {

constexpr std::uint64_t measured = 2'000'000;  // polls, two packets each

struct Cost {
  double open = 0, poll = 0;  // CPU ns a packet
  double resident = 0;        // MB, highest so far
};

Cost measure(std::size_t flows) {
  Sensor sensor({"caps.flow.flows=" + std::to_string(std::max<std::size_t>(flows * 5 / 4, 65'536))});
  Polls polls(sensor.pipeline(), flows, static_cast<std::uint32_t>(50 * (flows / 50'000 + 1)));
  const double begin = cpu_seconds();
  for (std::uint32_t flow = 0; flow < flows; ++flow) polls.open(flow), polls.poll(flow);
  const double opened = cpu_seconds();
  const std::uint64_t before = polls.packets();
  std::array<std::uint32_t, 16> next{};
  std::uint64_t state = 88'172'645'463'325'252;  // xorshift64
  for (std::uint64_t i = 0; i < measured + next.size(); ++i) {
    std::uint32_t& place = next[i % next.size()];
    if (i >= next.size()) polls.poll(place);
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    place = static_cast<std::uint32_t>(state % flows);
    polls.prefetch(place);
  }
  const double done = cpu_seconds();
  sensor.stop(polls.polled());
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {(opened - begin) * 1e9 / static_cast<double>(before),
          (done - opened) * 1e9 / static_cast<double>(polls.packets() - before),
          static_cast<double>(used.ru_maxrss) / 1024};
}

}  // namespace
}  // namespace langyan::bench

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) sizes.push_back(std::stoull(arguments[i]));
  if (sizes.empty()) sizes = {1'000, 100'000, 1'000'000, 5'000'000};
  std::printf("%12s %18s %18s %10s %14s\n", "flows", "opening, ns", "polls, ns", "of first",
              "highest MB");
  double first = 0;
  for (const std::size_t flows : sizes) {
    const auto cost = langyan::bench::measure(flows);
    if (first == 0) first = cost.poll;
    std::printf("%12zu %18.0f %18.0f %10.2f %14.0f\n", flows, cost.open, cost.poll,
                cost.poll / first, cost.resident);
    std::fflush(stdout);
  }
}
