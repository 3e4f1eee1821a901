// The confinement the sensor's processes enter, entered in a child, and then everything tried that
// it forbids and everything it must allow. Each child answers with the list of what went wrong.
#include "sensor/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <thread>

namespace langyan::sensor {
namespace {

namespace fs = std::filesystem;

class Confined : public ::testing::Test {
 protected:
  Confined() {
    root_ = fs::temp_directory_path() / ("langyan-confined-" + std::to_string(::getpid()));
    for (const char* folder : {"rules", "spool", "else"}) fs::create_directories(root_ / folder);
    std::ofstream(root_ / "rules/own.rules") << "rule\n";
    std::ofstream(root_ / "else/secret") << "secret\n";
  }
  ~Confined() override { fs::remove_all(root_); }

  std::string at(const std::string& path) const { return (root_ / path).string(); }

  // What `tries` says in a child that is confined; "" when all is as it should be.
  std::string in_child(Part part, const std::function<std::string()>& tries) {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
      Confinement limits;
      limits.part = part;
      limits.reads = {at("rules"), at("not-there")};
      limits.writes = {at("spool")};
      limits.reads_anywhere = part == Part::ship;
      const auto done = confine(limits);
      const std::string said = done ? tries() : done.error().message;
      (void)!::write(ends[1], said.data(), said.size());
      ::_exit(0);
    }
    ::close(ends[1]);
    std::string said;
    char bytes[4096];
    for (ssize_t got; (got = ::read(ends[0], bytes, sizeof bytes)) > 0;)
      said.append(bytes, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) said += " ended with wait status " + std::to_string(status);
    return said;
  }

  static int opened(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags, 0600);
    if (descriptor < 0) return errno;
    ::close(descriptor);
    return 0;
  }
  static int made_socket(int family, int type) {
    const int descriptor = ::socket(family, type, 0);
    if (descriptor < 0) return errno;
    ::close(descriptor);
    return 0;
  }

  fs::path root_;
};

// "name: errno" for each outcome that is not the expected one.
class Outcomes {
 public:
  void expect(const char* what, int wanted, int got) {
    if (got != wanted)
      said_ += std::string(what) + ": " + (got ? std::strerror(got) : "succeeded") + "\n";
  }
  std::string said() const { return said_; }

 private:
  std::string said_;
};

int outcome(long result) {
  return result < 0 ? errno : 0;
}

int executed() {
  char name[] = "/bin/true";
  char* const words[] = {name, nullptr};
  return outcome(::execv(name, words));
}

int forked() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return outcome(child);
}

TEST_F(Confined, TheWatcherHasNoSocketNoProcessAndNoOtherProcess) {
  const pid_t parent = ::getpid();
  EXPECT_EQ(in_child(Part::watch,
                     [&] {
                       Outcomes all;
                       all.expect("TCP socket", EPERM, made_socket(AF_INET, SOCK_STREAM));
                       all.expect("UDP socket", EPERM, made_socket(AF_INET6, SOCK_DGRAM));
                       all.expect("Unix socket", EPERM, made_socket(AF_UNIX, SOCK_STREAM));
                       all.expect("packet socket", EPERM, made_socket(AF_PACKET, SOCK_RAW));
                       int pair[2];
                       all.expect("socketpair", EPERM,
                                  outcome(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair)));
                       all.expect("exec", EPERM, executed());
                       all.expect("fork", EPERM, forked());
                       all.expect("kill", EPERM, outcome(::kill(parent, SIGTERM)));
                       all.expect("ptrace", EPERM,
                                  outcome(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)));
                       all.expect("setuid", EPERM, outcome(::setuid(1)));
                       all.expect("mount", EPERM,
                                  outcome(::syscall(SYS_mount, "x", "/", "tmpfs", 0, nullptr)));
                       all.expect("bpf", EPERM, outcome(::syscall(SYS_bpf, 0, nullptr, 0)));
                       return all.said();
                     }),
            "");
}

TEST_F(Confined, TheWatcherHasItsFoldersOnly) {
  if (!landlock_available()) GTEST_SKIP() << "this kernel has no Landlock: folders were not tested";
  EXPECT_EQ(
      in_child(Part::watch,
               [&] {
                 Outcomes all;
                 all.expect("reading rules", 0, opened(at("rules/own.rules"), O_RDONLY));
                 all.expect("a spool file", 0, opened(at("spool/a"), O_RDWR | O_CREAT));
                 all.expect("renaming in the spool", 0,
                            outcome(::rename(at("spool/a").c_str(), at("spool/b").c_str())));
                 all.expect("removing in the spool", 0, outcome(::unlink(at("spool/b").c_str())));
                 all.expect("a folder in the spool", 0,
                            outcome(::mkdir(at("spool/quarantine").c_str(), 0700)));
                 all.expect("writing rules", EACCES, opened(at("rules/own.rules"), O_WRONLY));
                 all.expect("new rules", EACCES, opened(at("rules/new.rules"), O_WRONLY | O_CREAT));
                 all.expect("another folder", EACCES, opened(at("else/secret"), O_RDONLY));
                 all.expect("/etc/passwd", EACCES, opened("/etc/passwd", O_RDONLY));
                 all.expect("/proc", EACCES, opened("/proc/self/mem", O_RDWR));
                 all.expect("the way up", EACCES, opened(at("spool/../else/secret"), O_RDONLY));
                 all.expect("truncating", EACCES, opened(at("else/secret"), O_WRONLY | O_TRUNC));
                 return all.said();
               }),
      "");
}

TEST_F(Confined, ThreadsWorkAndInheritIt) {
  for (const Part part : {Part::watch, Part::ship}) {
    EXPECT_EQ(in_child(part,
                       [&] {
                         Outcomes all;
                         std::thread([&] {
                           all.expect("packet socket", EPERM, made_socket(AF_PACKET, SOCK_RAW));
                           all.expect("exec", EPERM, executed());
                         }).join();
                         return all.said();
                       }),
              "");
  }
}

TEST_F(Confined, TheShipperConnectsAndWritesItsSpoolOnly) {
  EXPECT_EQ(in_child(Part::ship,
                     [&] {
                       Outcomes all;
                       all.expect("TCP socket", 0, made_socket(AF_INET, SOCK_STREAM));
                       all.expect("packet socket", EPERM, made_socket(AF_PACKET, SOCK_RAW));
                       all.expect("exec", EPERM, executed());
                       all.expect("fork", EPERM, forked());
                       all.expect("reading", 0, opened("/etc/passwd", O_RDONLY));
                       all.expect("a spool file", 0, opened(at("spool/a"), O_RDWR | O_CREAT));
                       if (landlock_available())
                         all.expect("another file", EACCES,
                                    opened(at("else/new"), O_WRONLY | O_CREAT));
                       return all.said();
                     }),
            "");
}

// As the system tells it: no capability in any set, no way back, a filter.
TEST_F(Confined, TheSystemSaysSo) {
  int told[2], go[2];
  ASSERT_EQ(::pipe(told), 0);
  ASSERT_EQ(::pipe(go), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(go[1]);
    Confinement limits;
    limits.writes = {at("spool")};
    char byte = confine(limits) ? 'y' : 'n';
    (void)!::write(told[1], &byte, 1);
    (void)!::read(go[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(told[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  std::map<std::string, std::string> status;
  std::ifstream in("/proc/" + std::to_string(child) + "/status");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':'), value = line.find_first_not_of("\t ", colon + 1);
    if (value != line.npos) status[line.substr(0, colon)] = line.substr(value);
  }
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
    EXPECT_EQ(status[set], "0000000000000000") << set;
  EXPECT_EQ(status["NoNewPrivs"], "1");
  EXPECT_EQ(status["Seccomp"], "2");
  (void)!::write(go[1], &byte, 1);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace langyan::sensor
