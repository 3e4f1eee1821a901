// What a habit costs: CPU time an operation and a sweep that finds nothing due, with a thousand and
// a million relations; memory.
//
//   habits_bench [REPEATS]
//
// A table of both sizes is learned of conversations with so many object ranges each, then the same
// operations come again in order of conversations shuffled, as a worker hands them on: the flow's
// place is asked for ahead of each, then its relation. The figures are the best of REPEATS passes,
// which alternate. Memory is what the process holds more than before, with what each flow costs here.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "base/caps.h"
#include "baseline/watch.h"
#include "flow/table.h"

namespace {

using namespace langyan;

constexpr std::uint32_t few = 1'000, many = 1'000'000;
constexpr std::size_t operations_a_pass = 2'000'000, ahead = 16;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}
// Of this process, in octets (proc_pid_statm(5)).
std::size_t resident() {
  std::size_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*u %zu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

struct Nobody final : baseline::NoticeSink {
  void accept(const baseline::Notice& notice) override {
    deviations += notice.what == baseline::Notice::What::deviation;
  }
  std::uint64_t deviations = 0;
};

const Protocol modbus = [] {
  Protocol protocol{};
  protocol.name = "modbus";
  return protocol;
}();

baseline::Settings settings() {
  baseline::Settings made;
  made.zones.push_back({"everything", {}, baseline::Mode::learn});
  made.learn_for = hour;
  return made;
}

// In an order that has nothing to do with where they lie.
std::vector<flow::Flow*> flows(flow::Table& table, std::uint32_t count) {
  std::vector<flow::Flow*> opened;
  for (std::uint32_t i = 0; i < count; ++i) {
    flow::Key key;
    key.address = {IpAddress::v4(0x0a000000 + i), IpAddress::v4(0x0b000001 + i / 8)};
    key.port = {40'000, 502}, key.protocol = 6, key.kind = flow::Kind::tcp;
    opened.push_back(&table.open(key, table.hash(key)));
  }
  std::mt19937 random(3);
  std::shuffle(opened.begin(), opened.end(), random);
  return opened;
}

class Plant {
 public:
  Plant(std::uint32_t relations, std::uint32_t ranges)
      : ranges_(ranges),
        table_(relations / ranges, 1),
        order_(flows(table_, relations / ranges)),
        before_(resident()),
        settings_(settings()),
        watch_(settings_, relations / ranges, 1, nobody) {
    for (const flow::Flow* each : order_) watch_.opened(*each);
    watch_.tick(now_);
    for (int round = 0; round < 3; ++round) {
      now_ += second;
      for (std::size_t i = 0; i < relations; ++i) operation(i);
    }
    memory_ = resident() - before_;
    for (int i = 0; i < 2 * 3'600; ++i)
      watch_.tick(now_ += second);  // the hour of learning is over
  }

  // All relations in turn, again and again; the conversations' polls lie one round apart, as in a
  // plant.
  double pass() {
    const double begin = cpu_seconds();
    const std::size_t round = order_.size() * ranges_;
    for (std::size_t i = 0; i < operations_a_pass; ++i) {
      __builtin_prefetch(order_[(i + 3 * ahead) % order_.size()]);  // which the flow table does
      watch_.prefetch(order_[(i + 2 * ahead) % order_.size()]->slot());
      watch_.prefetch_relation(order_[(i + ahead) % order_.size()]->slot());
      operation(i % round);
      if (i % 100'000 == 0) now_ += second;
    }
    return (cpu_seconds() - begin) * 1e9 / static_cast<double>(operations_a_pass);
  }
  double sweep() {
    const double begin = cpu_seconds();
    watch_.tick(now_ += minute);
    return (cpu_seconds() - begin) * 1e6;
  }
  std::uint64_t relations() const {
    return watch_.book().counters().value(baseline::BookCount::relations);
  }
  std::uint64_t refused() const {
    return watch_.book().counters().value(baseline::BookCount::refused_relations);
  }
  std::size_t memory() const { return memory_; }

  Nobody nobody;
  double best = 1e9, best_sweep = 1e9;

 private:
  void operation(std::size_t number) {
    Operation made;
    made.verb = Verb::read, made.function = 3;
    made.object.address = number / order_.size() * 16, made.object.count = 8;
    Message message;
    message.protocol = &modbus, message.role = Role::answer;
    message.operations = std::span(&made, 1);
    watch_.message(*order_[number % order_.size()], message, now_, number);
  }

  std::uint32_t ranges_;
  flow::Table table_;
  std::vector<flow::Flow*> order_;
  std::size_t before_, memory_ = 0;
  baseline::Settings settings_;
  baseline::Watch watch_;
  Time now_ = 1'700'000'000 * second;
};

void raise_cap(const char* name, std::uint64_t value) {
  if (const auto done = Cap::find(name)->set(value); !done) {
    std::fprintf(stderr, "habits_bench: %s\n", done.error().message.c_str());
    std::exit(1);
  }
}

}  // namespace

int main(int count, char** words) {
  const int repeats = count > 1 ? std::max(std::atoi(words[1]), 1) : 5;
  raise_cap("baseline.relations", many);
  std::printf("%-36s %12s %12s %7s\n", "", "1e3", "1e6", "ratio");
  for (const std::uint32_t ranges : {5u, 50u}) {
    raise_cap("baseline.conversations", many / ranges);
    raise_cap("baseline.deeds", many / ranges);
    const auto small = std::make_unique<Plant>(few, ranges),
               large = std::make_unique<Plant>(many, ranges);
    for (int i = 0; i < repeats; ++i) {
      for (Plant* plant : {small.get(), large.get()}) {
        plant->best = std::min(plant->best, plant->pass());
        plant->best_sweep = std::min(plant->best_sweep, plant->sweep());
      }
    }
    std::printf("%2u ranges a conversation: ns each    %12.1f %12.1f %7.2f\n", ranges, small->best,
                large->best, large->best / small->best);
    std::printf("   sweep with nothing due, us        %12.1f %12.1f\n", small->best_sweep,
                large->best_sweep);
    std::printf("   relations                         %12" PRIu64 " %12" PRIu64 "\n",
                small->relations(), large->relations());
    std::printf("   refused, deviations               %8" PRIu64 ", %" PRIu64 " %8" PRIu64
                ", %" PRIu64 "\n",
                small->refused(), small->nobody.deviations, large->refused(),
                large->nobody.deviations);
    std::printf("   MB (million octets)               %12.1f %12.1f\n",
                static_cast<double>(small->memory()) / 1e6,
                static_cast<double>(large->memory()) / 1e6);
  }
  return 0;
}
