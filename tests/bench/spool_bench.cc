// What the spool costs over the disk: events appended and committed in groups, against the same
// octets by write and fdatasync in the same groups, taken in turns.
//
//   spool_bench [FOLDER [REPEATS]]      default: a folder in the temporary directory, 7
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "base/random.h"
#include "spool/spool.h"

namespace langyan::spool {
namespace {

constexpr std::size_t records = 200'000, group = 4'096;  // a group is spool.commit_records
constexpr std::size_t line_octets = 640;                 // of an operation's event, about

struct Cost {
  double wall = 0, cpu = 0;
};

double seconds_of(clockid_t clock) {
  timespec at{};
  clock_gettime(clock, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

template <class Work>
Cost cost_of(Work work) {
  const double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID), wall = seconds_of(CLOCK_MONOTONIC);
  work();
  return {seconds_of(CLOCK_MONOTONIC) - wall, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu};
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "spool_bench: %s\n", what.c_str());
  std::exit(1);
}

// Returns the octets written to segments, frames included.
std::uint64_t through_spool(const std::string& folder, const std::string& line, Cost& cost) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  SpoolOptions options;
  options.folder = folder;
  auto spool = Spool::open(disk, clock, random, options).take();
  cost = cost_of([&] {
    for (std::size_t i = 1; i <= records; ++i) {
      const auto position = spool->reserve(Lane::bulk, Class::operation, line.size());
      if (!position) fail("the spool refused an event");
      spool->append(Lane::bulk, *position, line);
      if (i % group != 0 && i != records) continue;
      if (const auto done = spool->commit(); !done) fail(done.error().message);
    }
  });
  if (spool->committed(Lane::bulk) != records) fail("not everything was committed");
  return spool->counters().value(SpoolCount::bytes_written);
}

void bare(const std::string& path, std::uint64_t octets, Cost& cost) {
  const std::string text(octets / records * group, 'x');
  cost = cost_of([&] {
    const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) fail(path + ": cannot be created");
    for (std::uint64_t left = octets; left > 0;) {
      const std::size_t size = std::min<std::uint64_t>(left, text.size());
      if (::write(file, text.data(), size) != static_cast<ssize_t>(size)) fail(path + ": write");
      if (::fdatasync(file) != 0) fail(path + ": fdatasync");
      left -= size;
    }
    ::close(file);
  });
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace
}  // namespace langyan::spool

int main(int count, char** arguments) {
  using namespace langyan::spool;
  const std::string folder =
      (count > 1 ? arguments[1] : std::filesystem::temp_directory_path().string()) + "/spool_bench";
  const int repeats = count > 2 ? std::max(1, std::atoi(arguments[2])) : 7;
  std::string line = R"({"timestamp":"2026-03-02T08:00:00.000005+0000","event_type":"modbus",)";
  line.append(line_octets - line.size() - 1, 'e').push_back('}');
  std::vector<double> wall, wall_bare, ratio, cpu, cpu_bare;
  for (int i = 0; i < repeats; ++i) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    Cost ours, floor;
    const std::uint64_t octets = through_spool(folder + "/spool", line, ours);
    bare(folder + "/bare", octets, floor);
    wall.push_back(ours.wall), wall_bare.push_back(floor.wall);
    cpu.push_back(ours.cpu), cpu_bare.push_back(floor.cpu);
    ratio.push_back(floor.wall / ours.wall);
  }
  std::filesystem::remove_all(folder);
  const double ns = 1e9 / static_cast<double>(records);
  std::printf("%zu events of %zu octets, a commit each %zu; medians of %d turns, ns an event\n",
              records, line_octets, group, repeats);
  std::printf("%-26s %8.0f wall %8.0f CPU\n", "spool", median(wall) * ns, median(cpu) * ns);
  std::printf("%-26s %8.0f wall %8.0f CPU\n", "write and fdatasync", median(wall_bare) * ns,
              median(cpu_bare) * ns);
  std::printf("%-26s %8.2f of the speed (wall, median of the turns)\n", "spool", median(ratio));
}
