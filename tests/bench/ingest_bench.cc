// Rows a CPU second of a whole center that takes batches over HTTPS into SQLite, against a bare
// loop over prepared statements. The center is a process of its own, so that the sender's CPU does
// not count.
//
//   ingest_bench [FOLDER [REPEATS]]     default: a folder in the temporary directory, 3
#include <sodium.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/net.h"
#include "center/center.h"
#include "center/certificate.h"
#include "tests/bench/plant_lines.h"

namespace langyan::center {
namespace {

constexpr std::size_t rows = 200'000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "ingest_bench: %s\n", what.c_str());
  std::_Exit(1);
}

// Says its URL and a token's secret through `out`, and serves until `in` is closed.
[[noreturn]] void serve(const std::string& folder, int in, int out) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  CenterOptions options;
  options.data = folder + "/data", options.listen = "127.0.0.1:0", options.tls = TlsMode::on;
  if (auto made = init_certificate(disk, clock, folder + "/data/tls", own_names()); !made)
    fail(made.error().message);
  auto center = Center::open(options, disk, clock, random);
  if (!center) fail(center.error().message);
  Token token;
  token.name = "bench", token.role = Role::ingest, token.organisation = "local",
  token.source = "bench";
  token.relay = true;
  auto created = (*center)->access().tokens().create(token);
  if (!created) fail(created.error().message);
  if (auto started = (*center)->start(); !started) fail(started.error().message);
  const std::string words = (*center)->url() + " " + created->secret;
  if (::write(out, words.data(), words.size()) != static_cast<ssize_t>(words.size())) fail("pipe");
  ::close(out);
  char end;
  while (::read(in, &end, 1) > 0) {
  }
  (*center)->stop();
  std::_Exit(0);
}

std::string pressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// CPU seconds of the center, from its start to its end.
double center_seconds(const std::string& folder, const std::vector<std::string>& batches) {
  int to[2], from[2];
  if (::pipe(to) != 0 || ::pipe(from) != 0) fail("pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(to[1]), ::close(from[0]);
    serve(folder, to[0], from[1]);
  }
  ::close(to[0]), ::close(from[1]);
  std::string words(4'096, '\0');
  const ssize_t size = ::read(from[0], words.data(), words.size());
  if (size <= 0) fail("the center did not start");
  words.resize(static_cast<std::size_t>(size));
  const auto space = words.find(' ');
  NetOptions trust;
  trust.ca_file = folder + "/data/tls/center.crt";
  const auto net = curl_net(trust);
  std::uint64_t first = 1;
  for (const std::string& batch : batches) {
    HttpRequest request{"POST", words.substr(0, space) + "/api/v1/ingest"};
    const std::size_t count = std::min(store::batch_rows, rows + 1 - first);
    request.headers = {{"Authorization", "Bearer " + words.substr(space + 1)},
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
  ::close(to[1]), ::close(from[0]);
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child || status != 0) fail("the center failed");
  const auto whole = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return whole(used.ru_utime) + whole(used.ru_stime);
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
