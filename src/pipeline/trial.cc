#include "pipeline/trial.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <new>

#include "base/clock.h"
#include "base/process_limits.h"
#include "base/units.h"

namespace langyan::pipeline {
namespace {

constexpr Duration look_every = 5 * millisecond;
constexpr int out_of_memory = 3, out_of_order = 4;

// Where the child is, in memory that both see.
struct Place {
  std::atomic<std::uint64_t> rule{0};  // hash of its text; 0: it reads files or builds the tables
  std::atomic<std::uint32_t> steps{0};
};

class SharedPlace {
 public:
  SharedPlace() {
    void* memory = ::mmap(nullptr, sizeof(Place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) place_ = ::new (memory) Place;
  }
  ~SharedPlace() {
    if (place_) ::munmap(place_, sizeof(Place));
  }
  SharedPlace(const SharedPlace&) = delete;
  SharedPlace& operator=(const SharedPlace&) = delete;
  Place* get() { return place_; }

 private:
  Place* place_ = nullptr;
};

[[noreturn]] void compile_and_end(const SensorConfig& config, const Trial& trial,
                                  const TrialLimits& limits, Place& place,
                                  const std::function<void(unsigned)>& before_rule) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit_process({limits.memory, limits.set});
  int status = 0;
  try {
    unsigned rules = 0;
    compile_rules(config, trial.costly, [&](std::uint64_t rule) {
      place.rule = rule, ++place.steps;
      if (rule != 0 && before_rule) before_rule(++rules);
    });
  } catch (const std::bad_alloc&) {
    status = out_of_memory;
  } catch (...) {
    status = out_of_order;
  }
  ::_exit(status);
}

enum class End : std::uint8_t { done, slow_rule, slow_set, memory, died };

End watch(pid_t child, const TrialLimits& limits, Place& place) {
  SystemClock clock;
  const Time start = clock.monotonic();
  Time since = start;
  std::uint32_t steps = 0;
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child && WIFEXITED(status)) {
      return WEXITSTATUS(status) == 0               ? End::done
             : WEXITSTATUS(status) == out_of_memory ? End::memory
                                                    : End::died;
    }
    if (ended == child) return WTERMSIG(status) == SIGXCPU ? End::slow_set : End::died;
    if (ended < 0) return End::died;
    const Time now = clock.monotonic();
    if (const std::uint32_t at = place.steps; at != steps) steps = at, since = now;
    const bool slow_rule = place.rule != 0 && now - since > limits.rule;
    if (slow_rule || now - start > limits.set) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return slow_rule ? End::slow_rule : End::slow_set;
    }
    clock.sleep(look_every);
  }
}

std::string said(End end, const TrialLimits& limits) {
  switch (end) {
    case End::slow_rule: return "it takes longer to compile than " + format_duration(limits.rule);
    case End::slow_set: return "they take longer to compile than " + format_duration(limits.set);
    case End::memory: return "more memory is needed than " + format_size(static_cast<std::int64_t>(limits.memory));
    default: return "the process that compiled it ended by itself";
  }
}

}  // namespace

Trial try_rules(const SensorConfig& config, const TrialLimits& limits,
                const std::function<void(unsigned number)>& before_rule) {
  Trial trial;
  SharedPlace shared;
  if (!shared.get()) return trial.reason = "out of memory", trial;
  while (true) {
    Place& place = *::new (shared.get()) Place;
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return trial.reason = "no process could be made to compile the rules", trial;
    if (child == 0) compile_and_end(config, trial, limits, place, before_rule);
    const End end = watch(child, limits, place);
    if (end == End::done) return trial.usable = true, trial;
    const bool named = place.rule != 0 && end != End::slow_set;
    if (!named || trial.costly.size() == limits.costly) {
      trial.reason = said(end, limits);
      return trial;
    }
    trial.costly.push_back({place.rule, said(end, limits)});
  }
}

}  // namespace langyan::pipeline
