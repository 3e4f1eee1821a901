#include "center/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace langyan::center {
namespace {

constexpr Duration look_every = 100 * millisecond, wait_every = 2 * millisecond;
constexpr std::size_t most_said = 4 * 1024;  // of standard error
constexpr int first_own = 3;                 // descriptor behind the standard ones

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) close(), number_ = std::exchange(other.number_, -1);
    return *this;
  }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  bool is_open() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

Error failed(const char* what, int number) {
  return {ErrorKind::failed,
          std::string("A process could not be started: ") + what + ": " + std::strerror(number) + "."};
}

// A file that only its descriptors lead to; its memory is free when the last is closed.
Result<Descriptor> file_of(std::string_view octets) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (!file.is_open()) return failed("memfd_create", errno);
  while (!octets.empty()) {
    const ssize_t written = ::write(file.get(), octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("its input", errno);
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// The end that is read here, and that which the child writes.
Result<std::pair<Descriptor, Descriptor>> pipe_of_child() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe2", errno);
  return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

// `files` in the order of the child's descriptors, from 0 on.
Result<pid_t> start(const std::vector<std::string>& words, const std::vector<int>& files) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  for (int number = 0; number < static_cast<int>(files.size()); ++number)
    ::posix_spawn_file_actions_adddup2(&actions, files[static_cast<std::size_t>(number)], number);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, static_cast<int>(files.size()));
  sigset_t none, closed_pipe;
  sigemptyset(&none), sigemptyset(&closed_pipe), sigaddset(&closed_pipe, SIGPIPE);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &closed_pipe);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  char* nothing[] = {nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, words[0].c_str(), &actions, &attributes, arguments.data(), nothing);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return failed(words[0].c_str(), error);
  return child;
}

// A child that runs. However it is left, the child and what it made are gone.
class Running {
 public:
  Running(const ChildTask& task, pid_t child, Descriptor out, Descriptor err)
      : task_(task),
        child_(child),
        out_(std::move(out)),
        err_(std::move(err)),
        deadline_(clock_.monotonic() + task.longest) {}
  ~Running() { kill(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  ChildEnd to_its_end() {
    while (end_.why == ChildEnd::Why::ended && (out_.is_open() || err_.is_open())) read_some();
    while (end_.why == ChildEnd::Why::ended && !gone()) {
      clock_.sleep(wait_every);
      look();
    }
    kill();
    if (!rest_.empty() && end_.why == ChildEnd::Why::ended) task_.line(rest_);
    return std::move(end_);
  }

 private:
  void look() {
    if (task_.give_up()) end_.why = ChildEnd::Why::given_up;
    if (clock_.monotonic() >= deadline_) end_.why = ChildEnd::Why::time;
  }
  bool gone() {
    if (child_ > 0 && ::waitpid(child_, &end_.status, WNOHANG) == child_) child_ = 0;
    return child_ == 0;
  }
  void kill() {
    if (child_ == 0) return;
    ::kill(-child_, SIGKILL);
    ::waitpid(std::exchange(child_, 0), &end_.status, 0);
  }

  void read_some() {
    pollfd ends[] = {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}};  // poll() passes over what is closed: -1
    const int ready = ::poll(ends, std::size(ends), static_cast<int>(look_every / millisecond));
    if (ready > 0 && ends[0].revents != 0) take_output();
    if (ready > 0 && ends[1].revents != 0) take_errors();
    if (end_.why == ChildEnd::Why::ended) look();
  }
  std::string_view read_from(Descriptor& from) {
    const ssize_t got = ::read(from.get(), window_, sizeof window_);
    if (got == 0 || (got < 0 && errno != EINTR)) from.close();
    return {window_, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  void take_output() {
    std::string_view more = read_from(out_);
    printed_ += more.size();
    for (auto end = more.find('\n'); end != more.npos; end = more.find('\n')) {
      rest_.append(more.substr(0, end));
      task_.line(rest_);
      rest_.clear();
      more.remove_prefix(end + 1);
    }
    rest_.append(more);
    if (printed_ > task_.most_output || rest_.size() > task_.longest_line) end_.why = ChildEnd::Why::output;
  }
  void take_errors() {
    end_.said.append(read_from(err_));
    if (end_.said.size() > most_said) end_.said.erase(0, end_.said.size() - most_said);
  }

  const ChildTask& task_;
  SystemClock clock_;
  pid_t child_;  // 0: gone
  Descriptor out_, err_;
  const Time deadline_;
  std::size_t printed_ = 0;
  std::string rest_;  // of a line that has not ended
  char window_[64 * 1024];
  ChildEnd end_;
};

}  // namespace

std::string input_path(std::size_t number) {
  return "/proc/self/fd/" + std::to_string(first_own - 1 + static_cast<int>(number));
}

Result<ChildEnd> run_child(const ChildTask& task) {
  std::vector<Descriptor> inputs;
  for (const std::string_view octets : task.inputs) {
    auto file = file_of(octets);
    if (!file) return file.error();
    inputs.push_back(file.take());
  }
  auto out = pipe_of_child(), err = pipe_of_child();
  if (!out || !err) return (out ? err : out).error();
  std::vector<int> files = {inputs.at(0).get(), out->second.get(), err->second.get()};
  for (std::size_t i = 1; i < inputs.size(); ++i) files.push_back(inputs[i].get());
  const auto child = start(task.words, files);
  if (!child) return child.error();
  Running running(task, *child, std::move(out->first), std::move(err->first));
  out->second.close(), err->second.close(), inputs.clear();
  return running.to_its_end();
}

}  // namespace langyan::center
