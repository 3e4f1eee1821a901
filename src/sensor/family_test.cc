// The parent of the processes, in a child of the test's own, with processes that do as they are
// told.
#include "sensor/family.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <new>

namespace langyan::sensor {
namespace {

// What the processes saw, in memory they all share.
struct Seen {
  pipeline::ProcessCounters counters;
  std::atomic<int> watchers{0}, shippers{0}, told_to_finish{0}, stopped{0}, tended{0};
};

class Families : public ::testing::Test {
 protected:
  Families() {
    void* memory =
        ::mmap(nullptr, sizeof(Seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    seen_ = ::new (memory) Seen;
  }
  ~Families() override { ::munmap(seen_, sizeof(Seen)); }

  // Waits for one of the signals a process of the family hears.
  static int heard() {
    sigset_t set;
    sigemptyset(&set);
    for (int number : {SIGTERM, SIGUSR1}) sigaddset(&set, number);
    int number = 0;
    sigwait(&set, &number);
    return number;
  }
  int ship(const Ready& ready) {
    ++seen_->shippers;
    ready();
    ++(heard() == SIGUSR1 ? seen_->told_to_finish : seen_->stopped);
    return 0;
  }

  pid_t start(Family::Options options) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    SystemClock clock;
    Family family(std::move(options), clock, seen_->counters);
    ::_exit(family.run());
  }
  static int status_of(pid_t family) {
    int status = 0;
    ::waitpid(family, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  static bool until(const std::function<bool()>& condition) {
    SystemClock clock;
    for (int i = 0; i < 12'000; ++i, clock.sleep(10 * millisecond))
      if (condition()) return true;
    return false;
  }

  Seen* seen_;
};

TEST_F(Families, AWatcherThatReadItsCapturesLetsTheShipperFinish) {
  Family::Options options;
  options.watch.run = [](const Ready& ready) { return ready(), 3; };
  options.ship.run = [this](const Ready& ready) { return ship(ready); };
  EXPECT_EQ(status_of(start(std::move(options))), 3);
  EXPECT_EQ(seen_->told_to_finish, 1);
  EXPECT_EQ(seen_->counters.value(pipeline::ProcessCount::watch_restarts), 0u);
}

TEST_F(Families, AWatcherThatRefusesToStartEndsAll) {
  Family::Options options;
  options.live = true;
  options.watch.run = [](const Ready&) { return 78; };
  options.ship.run = [this](const Ready& ready) { return ship(ready); };
  EXPECT_EQ(status_of(start(std::move(options))), 78);
  EXPECT_EQ(seen_->stopped, 1);
}

TEST_F(Families, AShipperThatRefusesToStartIsAskedFirst) {
  Family::Options options;
  options.watch.run = [this](const Ready&) { return ++seen_->watchers, 0; };
  options.ship.run = [](const Ready&) { return 66; };
  EXPECT_EQ(status_of(start(std::move(options))), 66);
  EXPECT_EQ(seen_->watchers, 0);
}

TEST_F(Families, LiveEitherIsStartedAgainEverLaterAndCounted) {
  Family::Options options;
  options.live = true;
  options.tend = [this] { return ++seen_->tended, false; };
  options.watch.run = [this](const Ready& ready) {
    ready();
    if (++seen_->watchers <= 3) ::raise(SIGKILL);
    return heard(), 0;
  };
  options.ship.run = [this](const Ready& ready) {
    if (seen_->shippers < 2) {
      ++seen_->shippers;
      ready();
      return 5;
    }
    return ship(ready);
  };
  SystemClock clock;
  const Time begin = clock.monotonic();
  const pid_t family = start(std::move(options));
  EXPECT_TRUE(until([&] { return seen_->watchers == 4 && seen_->shippers == 3; }));
  EXPECT_GE(clock.monotonic() - begin, 700 * millisecond);  // 0.1, 0.2 and 0.4 s
  ::kill(family, SIGTERM);
  EXPECT_EQ(status_of(family), 0);
  EXPECT_EQ(seen_->counters.value(pipeline::ProcessCount::watch_restarts), 3u);
  EXPECT_EQ(seen_->counters.value(pipeline::ProcessCount::ship_restarts), 2u);
  EXPECT_EQ(seen_->stopped, 1);
  EXPECT_GE(seen_->tended, 1);
}

TEST_F(Families, ACaptureIsNotReadTwice) {
  Family::Options options;
  options.watch.run = [this](const Ready& ready) {
    ++seen_->watchers;
    ready();
    ::raise(SIGKILL);
    return 0;
  };
  options.ship.run = [this](const Ready& ready) { return ship(ready); };
  EXPECT_EQ(status_of(start(std::move(options))), 1);
  EXPECT_EQ(seen_->watchers, 1);
  EXPECT_EQ(seen_->told_to_finish, 1);  // what was committed is delivered all the same
}

TEST_F(Families, TheChildrenDieWithTheirParent) {
  Family::Options options;
  options.live = true;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  options.watch.run = [this, &ends](const Ready& ready) {
    ::close(ends[0]);
    ready();
    ++seen_->watchers;
    return heard(), 0;
  };
  const pid_t family = start(std::move(options));
  ::close(ends[1]);
  EXPECT_TRUE(until([&] { return seen_->watchers == 1; }));
  ::kill(family, SIGKILL);
  EXPECT_EQ(status_of(family), -SIGKILL);
  char byte;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);  // the last holder of the other end is gone
  ::close(ends[0]);
}

}  // namespace
}  // namespace langyan::sensor
