#include "sensor/family.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/log.h"

namespace langyan::sensor {
namespace {

constexpr Duration first_wait = 100 * millisecond, longest_wait = 30 * second;
constexpr Duration steady = minute;  // a process that lived so long starts at the first wait again
constexpr Duration tend_every = 500 * millisecond;
constexpr Duration longest_sleep = hour;

sigset_t heard() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR2, SIGCHLD}) sigaddset(&set, number);
  return set;
}

std::string end_of(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return fmt::format("was ended by signal {} ({})", WTERMSIG(wait_status),
                       strsignal(WTERMSIG(wait_status)));
  return fmt::format("ended with status {}", WEXITSTATUS(wait_status));
}

}  // namespace

Family::Family(Options options, Clock& clock, pipeline::ProcessCounters& counters)
    : options_(std::move(options)), clock_(clock), counters_(counters), self_(::getpid()) {
  watch_.part = Part::watch, watch_.name = "langyan-watch", watch_.child = &options_.watch;
  ship_.part = Part::ship, ship_.name = "langyan-ship", ship_.child = &options_.ship;
  ship_.finished = !options_.ship.run;
}

int Family::run() {
  sigset_t blocked = heard();
  sigaddset(&blocked, SIGUSR1);  // may reach a new shipper before it listens
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  if (!ship_.finished) {
    if (!start(ship_)) return 1;
    if (!wait_until_ready(ship_)) {  // refused its configuration and said why
      int wait_status = 0;
      ::waitpid(ship_.pid, &wait_status, 0);
      return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 1;
    }
  }
  if (!start(watch_)) watch_finished(1);
  while (!watch_.finished || !ship_.finished) {
    hear(wait_for_signal());
    reap();
    const Time now = clock_.monotonic();
    for (Member* member : {&watch_, &ship_}) {
      look_ready(*member);
      if (member->pid == 0 && !member->finished && member->due <= now) start(*member);
    }
    if (options_.tend && phase_ == Phase::working && now >= next_tend_) {
      if (options_.tend()) hear(SIGUSR2);
      next_tend_ = now + tend_every;
    }
  }
  return caught_ && !options_.live ? 128 + caught_ : status_;
}

bool Family::start(Member& member) {
  std::fflush(nullptr);  // or both would write what is buffered
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    start_again_later(member, fmt::format("cannot be started: {}", std::strerror(errno)));
    return false;
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    become(member, ends[1]);
  }
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    start_again_later(member, fmt::format("cannot be started: {}", std::strerror(errno)));
    return false;
  }
  if (member.ready_pipe >= 0) ::close(member.ready_pipe);
  member.pid = pid, member.ready_pipe = ends[0], member.ready = false;
  member.started = clock_.monotonic();
  if (member.part == Part::ship && phase_ == Phase::delivering) tell(member, SIGUSR1);
  return true;
}

void Family::become(const Member& member, int ready_pipe) {
  // Dies with its parent, so that whoever starts the sensor anew finds the spool free.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != self_) ::_exit(1);
  ::prctl(PR_SET_NAME, member.name);
  int status = 1;
  try {
    status = member.child->run([ready_pipe] {
      const char byte = 1;
      (void)!::write(ready_pipe, &byte, 1);
    });
  } catch (const std::exception& error) {
    logging::error(fmt::format("{}: {}", member.name, error.what()));
  }
  std::fflush(nullptr);
  ::_exit(status);
}

void Family::look_ready(Member& member) {
  char byte;
  if (member.ready_pipe < 0 || member.ready || ::read(member.ready_pipe, &byte, 1) != 1) return;
  member.ready = member.was_ready = true;
}

bool Family::wait_until_ready(Member& member) {
  pollfd readable{member.ready_pipe, POLLIN, 0};
  while (::poll(&readable, 1, -1) < 0 && errno == EINTR) {
  }
  look_ready(member);
  return member.ready;
}

int Family::wait_for_signal() {
  const Time now = clock_.monotonic();
  Duration sleep = longest_sleep;
  for (const Member* member : {&watch_, &ship_})
    if (member->pid == 0 && !member->finished) sleep = std::min(sleep, member->due - now);
  if (options_.tend && phase_ == Phase::working) sleep = std::min(sleep, next_tend_ - now);
  sleep = std::max<Duration>(sleep, 0);
  timespec time{};
  time.tv_sec = sleep / second, time.tv_nsec = sleep % second * 1000;
  const sigset_t set = heard();
  return ::sigtimedwait(&set, nullptr, &time);
}

void Family::hear(int number) {
  switch (number) {
    case SIGINT:
    case SIGTERM:
      caught_ = number;
      if (phase_ == Phase::delivering) return tell(ship_, SIGTERM);
      phase_ = Phase::stopping;
      if (watch_.pid != 0) return tell(watch_, number);
      return watch_finished(status_);
    case SIGHUP:
    case SIGUSR2:
      if (options_.before_reload) options_.before_reload();
      return tell(watch_, number);
    default: return;
  }
}

void Family::reap() {
  for (int wait_status = 0;;) {
    const pid_t pid = ::waitpid(-1, &wait_status, WNOHANG);
    if (pid <= 0) return;
    if (pid == watch_.pid) ended(watch_, wait_status);
    if (pid == ship_.pid) ended(ship_, wait_status);
  }
}

void Family::ended(Member& member, int wait_status) {
  look_ready(member);
  member.pid = 0;
  const bool by_itself = WIFEXITED(wait_status);
  member.status = by_itself ? WEXITSTATUS(wait_status) : 1;
  if (member.part == Part::ship) {
    const bool wanted = phase_ != Phase::working && watch_.finished &&
                        (member.status == 0 || phase_ == Phase::stopping || caught_ != 0);
    if (wanted) {
      member.finished = true;
      return;
    }
    return start_again_later(member, end_of(wait_status));
  }
  // A watcher that never came to work has refused: it said why. One that read its captures is done.
  if (by_itself && !member.was_ready) phase_ = Phase::stopping;
  if (phase_ == Phase::stopping || (by_itself && !options_.live))
    return watch_finished(member.status);
  if (options_.live) return start_again_later(member, end_of(wait_status));
  logging::error(
      fmt::format("{} {}; what it had not committed of the captures is lost, the rest goes "
                  "to the center; run it again",
                  member.name, end_of(wait_status)));
  watch_finished(1);
}

void Family::start_again_later(Member& member, const std::string& why) {
  const Time now = clock_.monotonic();
  const bool was_steady = member.started != 0 && now - member.started >= steady;
  member.wait =
      member.wait == 0 || was_steady ? first_wait : std::min(member.wait * 2, longest_wait);
  member.due = now + member.wait;
  const auto row = member.part == Part::watch ? pipeline::ProcessCount::watch_restarts
                                              : pipeline::ProcessCount::ship_restarts;
  counters_.add(row);
  logging::error(fmt::format("{} {}; it is started again in {:.1f} s (time {} since the start)",
                             member.name, why, static_cast<double>(member.wait) / second,
                             counters_.value(row)));
}

void Family::watch_finished(int status) {
  watch_.finished = true;
  status_ = status;
  if (ship_.finished) return;
  if (phase_ == Phase::working) phase_ = Phase::delivering;
  tell(ship_, phase_ == Phase::delivering ? SIGUSR1 : SIGTERM);
  if (ship_.pid == 0 && phase_ == Phase::stopping) ship_.finished = true;
}

void Family::tell(const Member& member, int number) {
  if (member.pid != 0) ::kill(member.pid, number);
}

}  // namespace langyan::sensor
