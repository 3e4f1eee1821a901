// Questions to a center over HTTPS that has many events, idle and while batches come in as fast as it takes them: the median of each
// question, and the most memory the center ever had. The center is a process of its own.
//
//   reads_bench [FOLDER [EVENTS]]     default: a folder in the temporary directory, 1,000,000; some 1.1 GB a million
#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/net.h"
#include "tests/bench/bench_center.h"
#include "tests/bench/plant_lines.h"

namespace langyan::center {
namespace {

constexpr std::size_t made = 200'000;  // different events; they come again and again, at new positions
constexpr int times = 41;
constexpr std::size_t senders = 4;  // each an epoch of the source; one alone waits for each commit
constexpr std::pair<const char*, const char*> questions[] = {
    {"newest 50 alerts", "/api/v1/alerts?limit=50"},
    {"newest 50 of a host", "/api/v1/alerts?ip=10.0.0.7&limit=50"},
    {"inbox, first page", "/api/v1/alert-groups?limit=50&from=2026-03-02T12:00:00Z&to=2026-03-02T14:00:00Z"},
    {"24 h by severity",
     "/api/v1/counts?from=2026-03-02T12:00:00Z&to=2026-03-03T12:00:00Z&class=alert&bucket=1h&by=severity"},
    {"top 10 rules", "/api/v1/top?from=2026-03-02T12:00:00Z&to=2026-03-03T12:00:00Z&dimension=sid&n=10"},
};

class Client {
 public:
  explicit Client(const BenchCenter& center, std::size_t number = 0) : center_(center), number_(number) {
    NetOptions trust;
    trust.ca_file = center.ca_file();
    net_ = curl_net(trust);
  }
  void deliver(const std::string& batch) {
    HttpRequest request{"POST", center_.url() + "/api/v1/ingest"};
    request.headers = {{"Authorization", "Bearer " + center_.secrets().front()},
                       {"Content-Encoding", "zstd"},
                       {"Langyan-Source", "bench"},
                       {"Langyan-Epoch", "00000000000000a" + std::to_string(number_)},
                       {"Langyan-Lane", "bulk"},
                       {"Langyan-First", std::to_string(next_)},
                       {"Langyan-Count", std::to_string(store::batch_rows)}};
    request.body = batch;
    send(request);
    next_ += store::batch_rows;
  }
  // Median of so many, milliseconds.
  double ask(const char* path) {
    HttpRequest request{"GET", center_.url() + path};
    request.headers = {{"Authorization", "Bearer " + center_.reader()}};
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      send(request);
      took.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    }
    std::ranges::nth_element(took, took.begin() + times / 2);
    return took[times / 2];
  }

 private:
  void send(const HttpRequest& request) {
    const auto answer = net_->send(request);
    if (!answer) fail(answer.error().message);
    if (answer->status != 200) fail("answered " + std::to_string(answer->status) + ": " + answer->body.substr(0, 500));
  }
  const BenchCenter& center_;
  const std::size_t number_;
  std::unique_ptr<Net> net_;
  std::uint64_t next_ = 1;
};

void compare(const std::string& folder, std::size_t events) {
  std::vector<std::string> batches;
  for (const std::string& body : store::plant_bodies(made, 24 * hour, false)) batches.push_back(pressed(body));
  BenchCenter center(folder, {"bench"}, true);
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < senders; ++i) clients.push_back(std::make_unique<Client>(center, i));
  std::atomic<std::size_t> delivered = 0;
  // Batches of all senders, until so many are delivered.
  const auto flood = [&](const std::atomic<std::size_t>& most) {
    std::vector<std::thread> threads;
    for (auto& client : clients)
      threads.emplace_back([&, sender = client.get()] {
        for (std::size_t i; (i = delivered++) < most;) sender->deliver(batches[i % batches.size()]);
      });
    for (std::thread& thread : threads) thread.join();
  };
  std::atomic<std::size_t> most = events / store::batch_rows;
  flood(most);
  Client reader(center);
  std::printf("%zu events; the center has had at most %.0f MB\n", events, center.most_resident_kb() / 1024);
  std::vector<double> idle;
  for (const auto& [name, path] : questions) idle.push_back(reader.ask(path));
  const std::size_t before = delivered = most.load();
  const auto begun = std::chrono::steady_clock::now();
  most = SIZE_MAX;
  std::thread more([&] { flood(most); });
  std::printf("%-22s %8s %8s %7s   p50, ms\n", "", "idle", "ingest", "ratio");
  double worst = 0;
  for (std::size_t i = 0; i < std::size(questions); ++i) {
    const double under = reader.ask(questions[i].second), ratio = under / idle[i];
    std::printf("%-22s %8.2f %8.2f %7.2f\n", questions[i].first, idle[i], under, ratio);
    worst = std::max(worst, ratio);
  }
  const std::size_t came = delivered - before;
  most = 0;
  more.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("worst %.2f; %.0f events a second came in meanwhile; at most %.0f MB\n", worst,
              static_cast<double>(came * store::batch_rows) / seconds, center.most_resident_kb() / 1024);
  center.stop();
}

}  // namespace
}  // namespace langyan::center

int main(int count, char** arguments) {
  if (sodium_init() < 0) return 1;
  const std::string folder =
      (count > 1 ? arguments[1] : std::filesystem::temp_directory_path().string()) + "/reads_bench";
  const std::size_t events = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  langyan::center::compare(folder, events);
  std::filesystem::remove_all(folder);
}
