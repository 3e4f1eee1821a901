// What a large rule set costs: CPU time a packet of the full sensor against the same without rules, compilation from
// nothing, after one edit and out of the cache, and memory.
//
//   rules_bench cost CAPTURE REPEATS RULES…          "-" is no rules; the first is what the others are compared with
//   rules_bench compile RULES CHANGED                CHANGED: the same with one rule edited
//   rules_bench once CAPTURE RULES                   one reading: what a profiler or valgrind counts
//
// A packet's cost is the slope between reading the capture once and five times in one process, so what happens once
// (tables, first touch of memory) is not in it. Repeats alternate over the rule sets, best and median are shown.
#include <malloc.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "detect/database_cache.h"
#include "detect/tables.h"
#include "pipeline/session.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

namespace {

using namespace langyan;

constexpr unsigned few_times = 1, many_times = 5;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "rules_bench: %s\n", message.c_str());
  std::exit(1);
}

double cpu_seconds() {  // of all threads: the machine is shared
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

// Resident MB, now or at most since reset_peak().
double resident(const char* row) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(row)) return std::strtod(line.c_str() + std::strlen(row) + 1, nullptr) / 1024;
  return 0;
}
void reset_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

detect::RuleSources sources() {
  detect::RuleSources sources;
  sources.addresses = {{"HOME_NET", {"10.0.0.0/8"}}, {"EXTERNAL_NET", {"!$HOME_NET"}}};
  sources.ports = {{"HTTP_PORTS", {"80", "81", "3128", "8000", "8008", "8080", "8888"}}};
  return sources;
}

std::string read_text(const std::string& path) {
  if (path == "-") return {};
  std::ifstream file(path);
  if (!file) fail(path + ": cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

detect::Compiled compile(const std::string& path) {
  const detect::RuleText text{path, read_text(path)};
  detect::Compiled compiled = detect::compile(sources(), {&text, 1});
  for (std::size_t i = 0; i < compiled.report.errors.size() && i < 3; ++i)
    std::fprintf(stderr, "%s\n", detect::render(compiled.report.errors[i]).c_str());
  return compiled;
}

struct Pass {
  std::uint64_t packets = 0, alerts = 0;
  double cpu = 0;
};

// The sensor as langyan-sensor -r runs it, with rules compiled before, over the capture so many times.
Pass run(const std::string& capture, const std::shared_ptr<const detect::RuleSet>& rules, unsigned times) {
  ConfigSource source;
  source.sets = {"rules.files=[]", "eve.file=/dev/null", "sensor.name=bench", "pipeline.workers=1"};
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) fail(config.error().message);
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  pipeline::Request request;
  request.paths.assign(times, capture);
  auto opened = pipeline::Session::open(*config, request, disk, clock, random);
  if (!opened) fail(opened.error().message);
  pipeline::Session& session = **opened;
  session.use(rules);
  const double before = cpu_seconds();
  const auto done = session.run({});
  session.close();
  Pass pass;
  pass.cpu = cpu_seconds() - before;
  if (!done) fail(done.error().message);
  pass.packets = session.pipeline().packets();
  for (const auto& [row, value] : session.pipeline().totals()) {
    if (row.name == "events.alerts") pass.alerts = value;
    if (std::getenv("COUNTERS") && row.name.starts_with("detect.") && value)
      std::printf("  %-34s %.4f a packet\n", std::string(row.name).c_str(),
                  static_cast<double>(value) / static_cast<double>(pass.packets));
  }
  return pass;
}

struct Row {
  std::string path;
  detect::Compiled compiled;
  std::vector<double> costs = {}, ratios = {};  // ns a packet; against the first row in the same repeat
  std::uint64_t alerts = 0;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int cost(const std::string& capture, int repeats, std::span<char*> paths) {
  std::vector<Row> rows;
  for (const char* path : paths) rows.push_back({path, compile(path)});
  for (int i = 0; i < repeats; ++i) {
    for (Row& row : rows) {
      const Pass few = run(capture, row.compiled.rules, few_times);
      const Pass many = run(capture, row.compiled.rules, many_times);
      row.costs.push_back((many.cpu - few.cpu) * 1e9 / static_cast<double>(many.packets - few.packets));
      row.ratios.push_back(row.costs.back() / rows.front().costs.back());
      row.alerts = few.alerts;
    }
  }
  std::printf("%-34s %7s %10s %8s %7s %8s %8s\n", capture.c_str(), "rules", "ns, best", "median", "ratio", "alerts",
              "db MB");
  for (const Row& row : rows) {
    std::printf("%-34s %7u %10.1f %8.1f %6.2fx %8" PRIu64 " %8.1f\n", row.path.c_str(), row.compiled.report.loaded,
                *std::ranges::min_element(row.costs), median(row.costs), median(row.ratios), row.alerts,
                static_cast<double>(row.compiled.report.database_bytes) / 1e6);
  }
  return 0;
}

// valgrind --tool=callgrind --instr-atstart=no rules_bench once CAPTURE RULES: the instructions of the reading, without
// those of compiling. They are the same in each run, on a busy machine too.
int once(const std::string& capture, const std::string& path) {
  const detect::Compiled compiled = compile(path);
  CALLGRIND_START_INSTRUMENTATION;
  const Pass pass = run(capture, compiled.rules, 1);
  CALLGRIND_STOP_INSTRUMENTATION;
  std::printf("%" PRIu64 " packets, %" PRIu64 " alerts\n", pass.packets, pass.alerts);
  return 0;
}

int compile_twice(const std::string& path, const std::string& changed_path) {
  const detect::RuleText text{path, read_text(path)}, changed{path, read_text(changed_path)};
  malloc_trim(0);
  const double before = resident("VmRSS:");
  reset_peak();
  double start = cpu_seconds();
  detect::Compiled first = detect::compile(sources(), {&text, 1});
  const double whole = cpu_seconds() - start;
  const double peak = resident("VmHWM:") - before;
  malloc_trim(0);
  const double steady = resident("VmRSS:") - before;
  std::printf(
      "compile     %u rules, %u refused: %.2f s CPU, %u databases of %.1f MB; resident %.1f MB more, %.1f while "
      "compiling\n",
      first.report.loaded, first.report.refused, whole, first.report.databases,
      static_cast<double>(first.report.database_bytes) / 1e6, steady, peak);
  reset_peak();
  start = cpu_seconds();
  {
    const detect::Compiled second = detect::compile(sources(), {&changed, 1}, first.rules.get());
    const double again = cpu_seconds() - start;
    const double reload_peak = resident("VmHWM:") - before;
    std::printf(
        "one edited  %.3f s CPU, %.1f %% of that, %u rules taken over; peak of the reload %.1f MB, %.2f of one set\n",
        again, 100 * again / whole, second.report.taken_over, reload_peak, reload_peak / steady);
  }
  first = {};
  char folder[] = "/tmp/rules_bench.XXXXXX";
  if (!mkdtemp(folder)) fail("cannot make a folder in /tmp");
  for (const char* what : {"to the cache", "out of it"}) {
    detect::DatabaseCache::instance().open(folder);
    start = cpu_seconds();
    first = detect::compile(sources(), {&text, 1});
    std::printf("%-11s %.3f s CPU, %" PRIu64 " databases read\n", what, cpu_seconds() - start,
                detect::DatabaseCache::instance().found());
    first = {};
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "cost" && argc > 4)
    return cost(argv[2], std::max(1, std::atoi(argv[3])), std::span(argv + 4, static_cast<std::size_t>(argc - 4)));
  if (what == "compile" && argc == 4) return compile_twice(argv[2], argv[3]);
  if (what == "once" && argc == 4) return once(argv[2], argv[3]);
  std::fputs("usage: rules_bench cost CAPTURE REPEATS RULES… | compile RULES CHANGED | once CAPTURE RULES\n", stderr);
  return 2;
}
