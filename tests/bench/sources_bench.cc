// What a national center costs when 112,000 enterprises deliver to it instead of 100: CPU a batch, memory a source, and
// what happens when all come back after an outage. Every enterprise is a source with a token and streams of its own;
// their batches come over 2,000 connections, as from the concentrators of 31 provinces.
//
//   sources_bench [--short] [FOLDER]     default: a folder in the temporary directory; --short: does it run at all
#include <sodium.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/net.h"
#include "store/event_row.h"
#include "tests/bench/bench_center.h"
#include "tests/bench/plant_lines.h"

namespace langyan::center {
namespace {

constexpr std::size_t provinces = 31;
constexpr Duration between_events = 10 * millisecond;

struct Size {
  std::size_t few = 100, many = 112'000, connections = 2'000, batches = 20'000, events = 20;
};

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> made;
  for (std::size_t i = 0; i < count; ++i)
    made.push_back("p" + std::to_string(i % provinces + 1) + "-e" + std::to_string(i / provinces + 1));
  return made;
}

// The senders: each thread has its share of connections, and of sources with the position they are at.
class Senders {
 public:
  static constexpr std::size_t threads = 4;  // divides the sources, so that each belongs to one thread

  Senders(const BenchCenter& center, std::vector<std::string> sources, const Size& size)
      : url_(center.url()),
        ca_file_(center.ca_file()),
        secrets_(center.secrets()),
        sources_(std::move(sources)),
        next_(sources_.size(), 1),
        size_(size) {
    connect();
  }

  // New connections to where the center is now; those before are dropped.
  void connect() {
    nets_.clear();
    NetOptions trust;
    trust.ca_file = ca_file_;
    for (std::size_t i = 0; i < size_.connections; ++i) nets_.push_back(curl_net(trust));
  }

  // `batches` of `events` each, source after source by a step that visits all before any comes again. Returns seconds.
  double send(std::size_t batches, std::size_t events) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> running;
    for (std::size_t thread = 0; thread < threads; ++thread)
      running.emplace_back([=, this] {
        for (std::size_t i = thread; i < batches; i += threads)
          deliver(i % sources_.size(), i % size_.connections, sent_ + i * events, events);
      });
    for (auto& each : running) each.join();
    sent_ += batches * events;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  const std::map<int, std::size_t>& answers() const { return answers_; }
  std::size_t failures() const { return failures_; }

 private:
  // Whoever sends them, events happen one after another and arrive as they happen: the n-th of all is as late with few sources as
  // with many, and the indexes by time grow in the same places.
  std::string body(std::size_t source, std::uint64_t first, std::size_t before, std::size_t events) const {
    std::mt19937 chance(static_cast<std::uint32_t>(source * 31 + first));
    std::string text;
    for (std::size_t i = 0; i < events; ++i) {
      std::string line = store::plant_line(chance, first + i,
                                           store::plant_start + static_cast<Time>(before + i) * between_events, false);
      const auto at = line.find("\"origin\":{\"sensor\":\"") + 20;
      line.replace(at, line.find('"', at) - at, sources_[source]);
      const auto via = line.rfind(",\"via\":[");
      text += line.substr(0, via) + "}\n";
    }
    return pressed(text);
  }

  // Until it is acknowledged: what is refused for now comes again as a sensor's would, here at once.
  void deliver(std::size_t source, std::size_t connection, std::size_t before, std::size_t events) {
    const std::uint64_t first = next_[source];
    HttpRequest request{"POST", url_ + "/api/v1/ingest"};
    request.headers = {{"Authorization", "Bearer " + secrets_[source]},
                       {"Content-Encoding", "zstd"},
                       {"Langyan-Source", sources_[source]},
                       {"Langyan-Epoch", "00000000000000aa"},
                       {"Langyan-Lane", "bulk"},
                       {"Langyan-First", std::to_string(first)},
                       {"Langyan-Count", std::to_string(events)}};
    request.body = body(source, first, before, events);
    for (;;) {
      const auto answer = nets_[connection]->send(request);
      const std::lock_guard lock(mutex_);
      if (!answer) {
        if (++failures_ > 1'000'000) fail(answer.error().message);
        continue;
      }
      ++answers_[answer->status];
      if (answer->status == 200) break;
      if (answer->status != 429 && answer->status != 503)
        fail("answered " + std::to_string(answer->status) + ": " + answer->body);
    }
    next_[source] = first + events;
  }

  std::string url_, ca_file_;
  std::vector<std::string> secrets_, sources_;
  std::vector<std::uint64_t> next_;
  Size size_;
  std::vector<std::unique_ptr<Net>> nets_;
  std::mutex mutex_;
  std::map<int, std::size_t> answers_;
  std::size_t failures_ = 0, sent_ = 0;
};

struct Cost {
  double a_batch = 0;      // CPU milliseconds
  double resident_kb = 0;  // all sources known
};

// A center that knows so many sources. Made before any sender, for it is a fork of this process and has what that holds.
struct Nation {
  Nation(const std::string& in, std::size_t count) : folder(in), sources(names(count)) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    center = std::make_unique<BenchCenter>(folder, sources, false);
  }
  std::string folder;
  std::vector<std::string> sources;
  std::unique_ptr<BenchCenter> center;
};

Cost measure(Nation nation, const Size& size, bool outage) {
  const std::size_t count = nation.sources.size();
  auto& center = nation.center;
  Senders senders(*center, std::move(nation.sources), size);
  senders.send(std::max(count, size.connections), 1);  // every source and connection is known
  const double before = center->cpu_seconds();
  senders.send(size.batches, size.events);
  Cost cost{(center->cpu_seconds() - before) * 1e3 / static_cast<double>(size.batches), center->resident_kb()};
  std::printf("%zu sources: %.3f ms of CPU a batch of %zu events, %.0f MB resident\n", count, cost.a_batch, size.events,
              cost.resident_kb / 1024);
  if (!outage) return cost;
  const std::string url = center->url();
  center.reset();
  center =
      std::make_unique<BenchCenter>(nation.folder, std::vector<std::string>{}, false, url.substr(url.find("//") + 2));
  senders.connect();  // all at once, without the wait of a sensor's back-off
  const auto answered = senders.answers();
  const double took = senders.send(count, 1);
  std::printf("after an outage: %zu connections and a batch of each of %zu sources taken in %.1f s;", size.connections,
              count, took);
  for (const auto& [status, times] : senders.answers()) {
    const auto had = answered.find(status);
    std::printf(" %zu answered %d", times - (had == answered.end() ? 0 : had->second), status);
  }
  std::printf(", %zu connections failed\n", senders.failures());
  return cost;
}

}  // namespace
}  // namespace langyan::center

int main(int count, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  using namespace langyan::center;
  if (sodium_init() < 0) return 1;
  const bool is_short = count > 1 && std::string_view(arguments[1]) == "--short";
  const int at = is_short ? 2 : 1;
  const std::string folder =
      (count > at ? arguments[at] : std::filesystem::temp_directory_path().string()) + "/sources_bench";
  Size size;
  if (is_short) size = {12, 200, 40, 200, 5};
  Nation city(folder + "/few", size.few), country(folder + "/many", size.many);
  const Cost few = measure(std::move(city), size, false);
  const Cost many = measure(std::move(country), size, true);
  std::filesystem::remove_all(folder);
  std::printf("CPU a batch: %.2f of that at %zu sources (target at most 1.3)\n", many.a_batch / few.a_batch, size.few);
  std::printf("memory a source: %.0f octets (target at most 1024)\n",
              (many.resident_kb - few.resident_kb) * 1024 / static_cast<double>(size.many - size.few));
}
