// Real children: what they are given, what is heard of them, and that none outlives the call.
#include "center/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

namespace langyan::center {
namespace {

struct Heard {
  ChildEnd end;
  std::vector<std::string> lines;
};

// What a shell does. `input` is what it reads, `other` its descriptor 3.
Heard shell(const std::string& script, const std::function<void(ChildTask&)>& change = {}, std::string_view input = {},
            std::string_view other = {}) {
  Heard heard;
  ChildTask task;
  task.words = {"/bin/sh", "-c", script};
  task.inputs = {input, other};
  task.line = [&](std::string_view line) { heard.lines.emplace_back(line); };
  if (change) change(task);
  auto end = run_child(task);
  EXPECT_TRUE(end.ok()) << (end ? "" : end.error().message);
  if (end) heard.end = end.take();
  return heard;
}

TEST(ChildProcess, ReadsItsInputsAndIsHeardLineByLine) {
  const std::string large(3u << 20, 'x');
  const Heard heard =
      shell("wc -c; cat /proc/self/fd/3; printf 'no end'; echo trouble >&2; exit 7", {}, large, "a\nb\n");
  EXPECT_EQ(heard.lines, (std::vector<std::string>{"3145728", "a", "b", "no end"}));
  EXPECT_EQ(heard.end.said, "trouble\n");
  EXPECT_EQ(heard.end.why, ChildEnd::Why::ended);
  EXPECT_EQ(WEXITSTATUS(heard.end.status), 7);
  EXPECT_EQ(input_path(1), "/proc/self/fd/3");
}

TEST(ChildProcess, IsToldNothingOfThisProcess) {
  ASSERT_EQ(::setenv("SECRET_OF_THE_CENTER", "x", 1), 0);
  const int kept = ::fcntl(STDERR_FILENO, F_DUPFD, 50);  // as anything that somebody forgot to close at exec
  const Heard heard = shell("cat /proc/$$/environ; [ -e /proc/$$/fd/3 ] && echo 3; [ -e /proc/$$/fd/" +
                            std::to_string(kept) + " ] && echo kept");
  ::close(kept);
  EXPECT_EQ(heard.lines, (std::vector<std::string>{"3"}));
}

TEST(ChildProcess, IsEndedWhenItTakesTooLongWithAllItMade) {
  SystemClock clock;
  const Time start = clock.monotonic();
  Heard heard;
  for (Duration longest = 300 * millisecond; heard.lines.empty() && longest < minute; longest *= 4) {  // it has begun
    heard = shell("sleep 600 & echo $!; wait", [&](ChildTask& task) { task.longest = longest; });
    EXPECT_EQ(heard.end.why, ChildEnd::Why::time);
  }
  EXPECT_LT(clock.monotonic() - start, 5 * minute);
  ASSERT_EQ(heard.lines.size(), 1u);
  // Of the group all were sent the signal; whoever inherits the other reaps it.
  const pid_t other = std::stoi(heard.lines[0]);
  for (int i = 0; i < 24'000 && ::kill(other, 0) == 0; ++i) {
    std::string state = "?";
    if (FILE* stat = std::fopen(("/proc/" + heard.lines[0] + "/stat").c_str(), "r")) {
      char letter = '?';
      if (std::fscanf(stat, "%*d %*s %c", &letter) == 1) state = letter;
      std::fclose(stat);
    }
    if (state == "Z") return;
    clock.sleep(5 * millisecond);
  }
  EXPECT_NE(::kill(other, 0), 0);
}

TEST(ChildProcess, IsEndedWhenItClosesItsOutputsAndStays) {
  const Heard heard = shell("exec >&- 2>&-; sleep 600", [](ChildTask& task) { task.longest = 300 * millisecond; });
  EXPECT_EQ(heard.end.why, ChildEnd::Why::time);
}

TEST(ChildProcess, IsEndedWhenItPrintsTooMuch) {
  const Heard much = shell("while :; do echo 0123456789; done", [](ChildTask& task) { task.most_output = 1u << 20; });
  EXPECT_EQ(much.end.why, ChildEnd::Why::output);
  const Heard long_line = shell("exec cat /dev/zero", [](ChildTask& task) { task.longest_line = 1u << 20; });
  EXPECT_EQ(long_line.end.why, ChildEnd::Why::output);
  const Heard loud = shell("head -c 3000000 /dev/zero >&2; echo the end >&2");
  EXPECT_LE(loud.end.said.size(), 4096u);
  EXPECT_TRUE(loud.end.said.ends_with("the end\n"));
}

TEST(ChildProcess, IsEndedWhenNobodyWantsItsAnswer) {
  int asked = 0;
  const Heard heard = shell("sleep 600", [&](ChildTask& task) { task.give_up = [&] { return ++asked > 2; }; });
  EXPECT_EQ(heard.end.why, ChildEnd::Why::given_up);
}

TEST(ChildProcess, TellsHowItWasEndedByOthers) {
  const Heard heard = shell("kill -SEGV $$");
  EXPECT_EQ(heard.end.why, ChildEnd::Why::ended);
  EXPECT_TRUE(WIFSIGNALED(heard.end.status));
  EXPECT_EQ(WTERMSIG(heard.end.status), SIGSEGV);
}

TEST(ChildProcess, AProgramThatIsNotThereIsAnError) {
  ChildTask task;
  task.words = {"/no/such/program"};
  task.inputs = {""};
  const auto end = run_child(task);
  ASSERT_FALSE(end.ok());
  EXPECT_NE(end.error().message.find("/no/such/program: No such file"), std::string::npos);
}

}  // namespace
}  // namespace langyan::center
