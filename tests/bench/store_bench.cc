// What the store costs: appending against a bare prepared-statement loop on the same schema, and
// the questions of the first screen at growing numbers of alerts.
//
//   store_bench [FOLDER [ALERTS...]]     default: a folder in /tmp, 100000 alerts; 10000000 take 15
//   GB
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>

#include "store/event_row.h"
#include "store/sqlite/sqlite_event_store.h"
#include "tests/bench/plant_lines.h"

namespace langyan::store {
namespace {

constexpr std::size_t ingest_rows = 100'000;

double wall_seconds() {
  return static_cast<double>(SystemClock().monotonic()) / second;
}

Result<Accepted> append(EventStore& store, const ParsedLines& parsed, std::uint64_t first) {
  const Batch batch{"bench",      0xaa,        Lane::bulk,  first, parsed.covers,
                    "cn/a/works", plant_start, parsed.rows, {}};
  return store.append(Scope::all(), batch);
}

void measure_ingest(const std::string& folder, bool alerts_only) {
  const auto texts = plant_bodies(ingest_rows, hour, alerts_only);
  std::filesystem::create_directories(folder + "/bare");
  const double bare = bare_loop(folder + "/bare", texts);

  SystemDisk disk;
  SystemClock clock;
  SqliteOptions options;
  options.folder = folder + "/ingest";
  auto store = open_sqlite(disk, clock, options).take();
  EventParser parser;
  double parsing = 0, appending = 0;
  std::uint64_t first = 1;
  for (const std::string& text : texts) {
    std::string copy = text;
    const double begin = cpu_seconds();
    const auto parsed = parser.parse_lines(std::move(copy), 0xaa);
    const double middle = cpu_seconds();
    if (const auto done = append(*store, parsed, first); !done)
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
    parsing += middle - begin, appending += cpu_seconds() - middle;
    first += parsed.covers;
  }
  const double rows = ingest_rows;
  std::printf(
      "%s, rows per CPU second: bare loop %.0f, append %.0f (%.2f of it), parse + append %.0f "
      "(%.2f of it); parse %.2f us a line\n",
      alerts_only ? "alerts only" : "one alert in ten", rows / bare, rows / appending,
      bare / appending, rows / (parsing + appending), bare / (parsing + appending),
      parsing / rows * 1e6);
  store.reset();
  std::filesystem::remove_all(folder);
}

template <class Question>
double p50_ms(Question question) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) {
    const double before = wall_seconds();
    question();
    times.push_back((wall_seconds() - before) * 1e3);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

void measure_questions(const std::string& folder, std::size_t alerts) {
  SystemDisk disk;
  SystemClock clock;
  SqliteOptions options;
  options.folder = folder;
  auto store = open_sqlite(disk, clock, options).take();
  std::mt19937 chance(2);
  EventParser parser;
  const double before = cpu_seconds();
  for (std::uint64_t first = 1; first <= alerts; first += batch_rows) {
    std::string body;
    for (std::uint64_t seq = first; seq < first + batch_rows; ++seq)
      body += plant_line(chance, seq,
                         plant_start + static_cast<Time>(static_cast<double>(seq) /
                                                         static_cast<double>(alerts) * day),
                         true) +
              "\n";
    const auto parsed = parser.parse_lines(std::move(body), 0xaa);
    if (const auto done = append(*store, parsed, first); !done)
      std::fprintf(stderr, "%s\n", done.error().message.c_str());
  }
  const double filled = cpu_seconds() - before;
  const Scope all = Scope::all(), plant = Scope::of("cn/a/works").take();
  Filter severe, by_rule, by_host, unseen, mixed;
  severe.severities = {1}, by_rule.sids = {9'100'007}, by_host.ips = {*parse_network("10.0.1.7")};
  unseen.states = {AlertState::fresh};
  mixed.severities = {1, 2}, mixed.sensors = {"plant-2"}, mixed.verbs = {"write"};
  const Time from = plant_start + minute, to = plant_start + day + minute;
  const auto list = [&](const Filter& filter, const Scope& scope) {
    return p50_ms([&] {
      if (store->alerts(scope, filter, "", 50)->events.size() != 50) std::abort();
    });
  };
  const auto counted = [&](const Filter& filter, std::optional<Dimension> by) {
    return p50_ms([&] {
      if (store->counts(all, {filter, from, to, hour, by})->series.empty()) std::abort();
    });
  };
  const auto tops = [&](const Filter& filter, Dimension dimension) {
    return p50_ms([&] {
      if (store->top(all, {filter, dimension, 10, from, to, false})->rows.empty()) std::abort();
    });
  };
  std::printf("%zu alerts (filled in %.1f CPU s), %.0f bytes an alert, p50 in ms\n", alerts, filled,
              static_cast<double>(store->status().bytes) / static_cast<double>(alerts));
  std::printf(
      "  newest 50: all %.2f, one plant %.2f, severity 1 %.2f, one rule %.2f, one host %.2f, new "
      "%.2f, three filters %.2f\n",
      list({}, all), list({}, plant), list(severe, all), list(by_rule, all), list(by_host, all),
      list(unseen, all), list(mixed, all));
  std::printf(
      "  24 h counts: severity 1 %.2f, one rule %.2f, new %.2f, three filters %.2f, one host %.2f, "
      "by severity %.2f\n",
      counted(severe, {}), counted(by_rule, {}), counted(unseen, {}), counted(mixed, {}),
      counted(by_host, {}), counted({}, Dimension::severity));
  std::printf(
      "  top 10 of 24 h: rules %.2f, sources %.2f, destinations %.2f, sources of severity 1 %.2f\n",
      tops({}, Dimension::sid), tops({}, Dimension::src), tops({}, Dimension::dst),
      tops(severe, Dimension::src));
  store.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace langyan::store

int main(int count, char** arguments) {
  using namespace langyan::store;
  const std::string folder = count > 1 ? arguments[1] : "/tmp/langyan_store_bench";
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // the large ones take minutes
  std::filesystem::remove_all(folder + "/store_bench");
  measure_ingest(folder + "/store_bench", false);
  measure_ingest(folder + "/store_bench", true);
  if (count <= 2) measure_questions(folder + "/store_bench", 100'000);
  for (int i = 2; i < count; ++i)
    measure_questions(folder + "/store_bench", std::stoull(arguments[i]));
}
