// The program as an operator meets it: exit statuses, signals, and kill -9.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "center/test_center.h"

namespace langyan::center {
namespace {

using namespace std::chrono_literals;

// A run of langyan-center; what it says goes to a file.
class Program {
 public:
  Program(const TempFolder& folder, std::vector<std::string> words)
      : said_(folder.path() + "/said") {
    words.insert(words.begin(), LANGYAN_CENTER);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return;
    if (!std::freopen(said_.c_str(), "w", stdout) || !std::freopen(said_.c_str(), "a", stderr))
      ::_exit(127);
    ::execv(LANGYAN_CENTER, arguments.data());
    ::_exit(127);
  }
  ~Program() {
    if (process_ > 0) send(SIGKILL), wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int number) { ::kill(process_, number); }
  int wait() {  // the exit status, or minus the signal
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string said() const {
    std::ifstream in(said_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  bool says(std::string_view text) const {
    for (int i = 0; i < patience / 5 && said().find(text) == std::string::npos; ++i)
      std::this_thread::sleep_for(5ms);
    return said().find(text) != std::string::npos;
  }

 private:
  std::string said_;
  pid_t process_ = 0;
};

int status_of(std::vector<std::string> words, std::string_view says = {}) {
  TempFolder folder;
  Program program(folder, std::move(words));
  const int status = program.wait();
  EXPECT_NE(program.said().find(says), std::string::npos) << program.said();
  return status;
}

std::string address_of(const TempFolder& folder) {
  for (int i = 0; i < patience / 5; ++i) {
    const std::string text = folder.read("data/address");
    if (text.ends_with('\n'))
      return text.substr(text.find("//") + 2, text.size() - text.find("//") - 3);
    std::this_thread::sleep_for(5ms);
  }
  return "";
}

nlohmann::json ask_socket(const TempFolder& folder, std::string_view method,
                          std::string_view target, std::string_view body = {}) {
  TestPeer peer(folder.path() + "/data/admin.sock");
  const Answer answer = peer.ask(method, target, body, "Content-Type: application/json\r\n");
  EXPECT_LT(answer.status, 300) << answer.body;
  return nlohmann::json::parse(answer.body, nullptr, false);
}

TEST(Program, ExitStatusSaysWhatWasWrong) {
  TempFolder folder;
  const std::string data = folder.path() + "/data";
  EXPECT_EQ(status_of({"--help"}, "init"), 0);
  EXPECT_EQ(status_of({"--version"}, "langyan-center "), 0);
  EXPECT_EQ(status_of({"-T"}, "127.0.0.1:8443"), 0);
  EXPECT_EQ(status_of({"--openapi"}, "\"openapi\":\"3.1.0\""), 0);
  EXPECT_EQ(status_of({"--nonsense"}, "--help"), 2);
  EXPECT_EQ(status_of({"-c", "/does/not/exist.yaml"}, "/does/not/exist.yaml"), 66);
  EXPECT_EQ(status_of({"--set", "http.workres=3"}, "http.workers"), 78);
  EXPECT_EQ(status_of({"--set", "listen.address=nowhere"}, "127.0.0.1:8443"), 78);
  EXPECT_EQ(status_of({"--data", data, "--listen", "0.0.0.0:0"}, "langyan-center init"), 66);
  EXPECT_EQ(status_of({"init", "--data", data, "--name", "plant.example"}, "SHA-256"), 0);
  EXPECT_EQ(status_of({"init", "--data", data}, "is there already"), 1);
  const std::string bad = folder.write("bad.yaml", "http:\n  workers: many\n");
  EXPECT_EQ(status_of({"-c", bad}, "bad.yaml:2:12"), 78);
}

TEST(Program, TermEndsItWellAndHangupReloads) {
  TempFolder folder;
  const std::string config = folder.write("center.yaml", "log: {level: info}\n");
  Program program(folder,
                  {"-c", config, "--data", folder.path() + "/data", "--listen", "127.0.0.1:0"});
  const std::string address = address_of(folder);
  ASSERT_NE(address, "") << program.said();
  EXPECT_EQ(TestPeer(address).ask("GET", "/healthz").status, 200);
  folder.write("center.yaml",
               "log: {level: info}\nhttp: {workers: 7}\naccess: {session_idle: 5m}\n");
  program.send(SIGHUP);
  EXPECT_TRUE(program.says("configuration reloaded; these wait for a restart: http.workers"))
      << program.said();
  folder.write("center.yaml", "log: {levle: info}\n");
  program.send(SIGHUP);
  EXPECT_TRUE(program.says("reload refused; the old configuration stays")) << program.said();
  EXPECT_EQ(TestPeer(address).ask("GET", "/healthz").status, 200);
  program.send(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.said();
  EXPECT_EQ(folder.read("data/address"), "");
}

// Whatever moment it is killed at: what was acknowledged is there, once, and the rest goes on.
TEST(Program, KilledAtAnyMomentItKeepsWhatItAcknowledged) {
  TempFolder folder;
  std::uint64_t acked = 0, sent = 0;
  std::string token;
  SeededRandom random(11);
  for (int round = 0; round < 5; ++round) {
    Program program(folder, {"--data", folder.path() + "/data", "--listen", "127.0.0.1:0", "-q"});
    const std::string address = address_of(folder);
    ASSERT_NE(address, "") << program.said();
    if (token.empty()) {
      token = ask_socket(folder, "POST", "/api/v1/tokens",
                         R"({"role":"ingest","source":"s1"})")["secret"];
    }
    std::atomic<bool> answered =
        round > 0;  // the first time not before something is acknowledged, however slow that is
    std::thread killer([&, wait = random.number() % 60'000] {
      answered.wait(false);
      std::this_thread::sleep_for(std::chrono::microseconds(20'000 + wait));
      program.send(SIGKILL);
    });
    for (bool alive = true; alive;) {
      // Sent again from what was acknowledged, as a sensor does that got no answer.
      const std::uint64_t first = acked + 1;
      TestPeer peer(address);
      const Answer answer = peer.ask(
          "POST", "/api/v1/ingest", TestCenter::alerts(first, 25),
          TestCenter::ingest_headers(first, 25) + "Authorization: Bearer " + token + "\r\n");
      sent = std::max(sent, first + 24);
      alive = answer.status == 200;
      if (alive) acked = nlohmann::json::parse(answer.body)["acked"];
      answered = true, answered.notify_one();
    }
    killer.join();
    EXPECT_EQ(program.wait(), -SIGKILL);
    std::filesystem::remove(folder.path() + "/data/address");
  }
  Program program(folder, {"--data", folder.path() + "/data", "--listen", "127.0.0.1:0", "-q"});
  ASSERT_NE(address_of(folder), "") << program.said();
  std::vector<std::uint64_t> seqs;
  for (std::string cursor;;) {
    const auto page = ask_socket(
        folder, "GET", "/api/v1/alerts?limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& alert : page["alerts"]) seqs.push_back(alert["event"]["origin"]["seq"]);
    if (page["next"].is_null()) break;
    cursor = page["next"];
  }
  std::ranges::sort(seqs);
  EXPECT_GT(acked, 0u);
  ASSERT_GE(seqs.size(), acked);
  EXPECT_LE(seqs.size(), sent);
  for (std::uint64_t i = 0; i < seqs.size(); ++i) ASSERT_EQ(seqs[i], i + 1);
  program.send(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

}  // namespace
}  // namespace langyan::center
