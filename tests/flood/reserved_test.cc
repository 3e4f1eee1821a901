// What a worker reserves before the first packet is all that a flood can fill: each row of caps is
// raised alone, and what is reserved then must grow by the price that -T prints.
#include <gtest/gtest.h>
#include <malloc.h>

#include <bit>
#include <fstream>
#include <string>

#include "base/caps.h"
#include "detect/rule_set.h"
#include "pipeline/worker.h"

namespace langyan::pipeline {
namespace {

// Private writable memory of this program, touched or not (proc(5): VmData).
std::int64_t reserved() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmData:")) return std::stoll(line.substr(7)) * 1'024;
  }
  return 0;
}

// The rows that a worker's rooms own; what spans pairs of hosts belongs to the merger.
bool is_of_worker(const Cap& cap) {
  if (cap.bytes_each() == 0) return false;
  for (const std::string_view merged :
       {"detect.trackers", "detect.shared_bits", "detect.dataset_values", "detect.sequences"})
    if (cap.name() == merged) return false;
  for (const std::string_view room : {"flow.", "dissect.", "detect.", "summary."})
    if (cap.name().starts_with(room)) return true;
  return false;
}

std::int64_t reserved_by_a_worker() {
  static const detect::RuleText none{"none.rules", ""};
  static const auto rules = detect::compile({}, {&none, 1}).rules;
  const std::int64_t before = reserved();
  WorkerOptions options;
  options.baseline.zones.resize(1);  // or habits cost nothing
  options.packets_before = 8;        // likewise
  options.copies_within = 1;
  const Worker worker(options, rules);
  return reserved() - before;
}

constexpr std::int64_t enough = 128 << 20;  // beside which the rounding to pages is nothing

// What one more of each costs is what -T says it costs.
TEST(Reserved, EachCapStatesItsPrice) {
  ::mallopt(M_MMAP_THRESHOLD, 64 << 10);  // what was given back is not kept for the next worker
  for (Cap* cap : Cap::all()) {
    if (!is_of_worker(*cap)) continue;
    const std::uint64_t preset = cap->value();
    std::uint64_t raised = std::bit_ceil(preset), low = raised;
    while (static_cast<std::int64_t>(raised * cap->bytes_each()) < enough * 2) raised *= 2;
    if (raised > cap->most()) continue;
    ASSERT_TRUE(cap->set(low).ok());
    const std::int64_t small = reserved_by_a_worker();
    ASSERT_TRUE(cap->set(raised).ok());
    const std::int64_t large = reserved_by_a_worker();
    ASSERT_TRUE(cap->set(preset).ok());
    const double price = static_cast<double>(large - small) / static_cast<double>(raised - low);
    const auto stated = static_cast<double>(cap->bytes_each());
    EXPECT_NEAR(price, stated, stated * 0.02) << cap->name();
    std::printf("%-30s states %6.0f, reserves %8.1f\n", std::string(cap->name()).c_str(), stated,
                price);
  }
}

}  // namespace
}  // namespace langyan::pipeline
