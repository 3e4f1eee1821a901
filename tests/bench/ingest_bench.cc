// Rows a CPU second of a whole center that takes batches over HTTPS into SQLite, against a bare
// loop over prepared statements. The center is a process of its own, so that the sender's CPU does
// not count.
//
//   ingest_bench [FOLDER [REPEATS]]     default: a folder in the temporary directory, 3
#include <sodium.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/net.h"
#include "tests/bench/bench_center.h"
#include "tests/bench/plant_lines.h"

namespace langyan::center {
namespace {

constexpr std::size_t rows = 200'000;

// CPU seconds of the center, from its start to its end.
double center_seconds(const std::string& folder, const std::vector<std::string>& batches) {
  BenchCenter center(folder, {"bench"}, true);
  NetOptions trust;
  trust.ca_file = center.ca_file();
  const auto net = curl_net(trust);
  std::uint64_t first = 1;
  for (const std::string& batch : batches) {
    HttpRequest request{"POST", center.url() + "/api/v1/ingest"};
    const std::size_t count = std::min(store::batch_rows, rows + 1 - first);
    request.headers = {{"Authorization", "Bearer " + center.secrets().front()},
                       {"Content-Encoding", "zstd"},
                       {"Langyan-Source", "bench"},
                       {"Langyan-Epoch", "00000000000000aa"},
                       {"Langyan-Lane", "bulk"},
                       {"Langyan-First", std::to_string(first)},
                       {"Langyan-Count", std::to_string(count)}};
    request.body = batch;
    const auto answer = net->send(request);
    if (!answer) fail(answer.error().message);
    if (answer->status != 200)
      fail("answered " + std::to_string(answer->status) + ": " + answer->body);
    first += count;
  }
  return center.stop();
}

}  // namespace
}  // namespace langyan::center

int main(int count, char** arguments) {
  using namespace langyan;
  if (sodium_init() < 0) return 1;
  const std::string folder =
      (count > 1 ? arguments[1] : std::filesystem::temp_directory_path().string()) +
      "/ingest_bench";
  const int repeats = count > 2 ? std::max(1, std::atoi(arguments[2])) : 3;
  const auto bodies = store::plant_bodies(center::rows, hour, false);
  std::vector<std::string> batches;
  for (const auto& body : bodies) batches.push_back(center::pressed(body));
  const double rows = static_cast<double>(center::rows);
  double best = 0;
  std::printf("%zu events of a plant, one alert in ten, %zu a batch; rows a CPU second\n",
              center::rows, store::batch_rows);
  for (int i = 0; i < repeats; ++i) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder + "/bare");
    const double bare = store::bare_loop(folder + "/bare", bodies);
    const double ours = center::center_seconds(folder, batches);
    std::printf("bare loop %.0f, center over HTTPS %.0f: %.2f of it\n", rows / bare, rows / ours,
                bare / ours);
    best = std::max(best, bare / ours);
  }
  std::filesystem::remove_all(folder);
  std::printf("best %.2f\n", best);
}
