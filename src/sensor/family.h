// Family: the parent of the sensor's processes. It starts them, hands signals on, and starts one
// again that died alone, ever later while it keeps dying. What each does stands in watcher.h and
// shipping.h; docs/design/0010-processes.md says who may do what.
//
//   Family family(clock, shared_counters);
//   family.add({Part::ship, …}); family.add({Part::watch, …});
//   return family.run();                   // the exit status of the whole
//
// One thread, before any other was made: children are forked from it. The signals it acts on are
// blocked before (Signals).
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "base/clock.h"
#include "pipeline/process_counters.h"
#include "sensor/confinement.h"

namespace langyan::sensor {

// Called by a child once it has everything it needs: from then on its death is no refusal to start.
using Ready = std::function<void()>;

struct Child {
  std::function<int(const Ready&)> run;  // in the new process; its exit status
};

class Family {
 public:
  struct Options {
    Child watch;
    Child ship;                  // none without a center
    bool live = false;           // an end of the watcher is no end of the work
    std::function<bool()> tend;  // called twice a second by the parent; true: the watcher is to reload its rules
    std::function<void()> before_reload;  // before the watcher is told to reload
  };
  Family(Options options, Clock& clock, pipeline::ProcessCounters& counters);
  int run();

 private:
  struct Member {
    Part part = Part::watch;
    const char* name = "";  // as ps and /proc/PID/comm show it
    const Child* child = nullptr;
    pid_t pid = 0;
    int ready_pipe = -1;
    bool ready = false, was_ready = false, finished = false;
    Time started = 0, due = 0;
    Duration wait = 0;
    int status = 0;  // of its last end
  };
  enum class Phase : std::uint8_t { working, stopping, delivering };

  bool start(Member& member);
  [[noreturn]] void become(const Member& member, int ready_pipe);
  void look_ready(Member& member);
  bool wait_until_ready(Member& member);
  void hear(int number);
  void reap();
  void ended(Member& member, int wait_status);
  void start_again_later(Member& member, const std::string& why);
  void watch_finished(int status);
  void tell(const Member& member, int number);
  int wait_for_signal();

  Options options_;
  Clock& clock_;
  pipeline::ProcessCounters& counters_;
  Member watch_, ship_;
  Phase phase_ = Phase::working;
  pid_t self_;
  int status_ = 0, caught_ = 0;
  Time next_tend_ = 0;
};

}  // namespace langyan::sensor
