// What the store costs: appending against a bare prepared-statement loop on the same schema, and
// the questions of the first screen at growing numbers of alerts.
//
//   store_bench [FOLDER [ALERTS...]]     default: a folder in /tmp, 100000 alerts; 10000000 take 15
//   GB
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>

#include "base/json.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::store {
namespace {

constexpr std::size_t batch_rows = 2'000, ingest_rows = 100'000;
constexpr Time start = 1'772'452'800 * second;

double cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}
double wall_seconds() {
  return static_cast<double>(SystemClock().monotonic()) / second;
}

// The shape of a plant: 200 hosts, 40 rules, one alert in ten events unless only alerts are asked
// for.
std::string line(std::mt19937& chance, std::uint64_t seq, Time time, bool alerts_only) {
  const auto pick = [&](std::uint32_t bound) { return chance() % bound; };
  const bool is_alert = alerts_only || pick(10) == 0;
  std::string text;
  JsonWriter json(text);
  json.open().key("timestamp").time(time).field("flow_id", std::uint64_t{chance()} << 20);
  json.field("event_type", is_alert ? "alert" : "modbus");
  json.field("src_ip", "10.0." + std::to_string(pick(4)) + "." + std::to_string(1 + pick(50)));
  json.field("src_port", 40'000 + pick(20'000));
  json.field("dest_ip", "10.1." + std::to_string(pick(4)) + "." + std::to_string(1 + pick(50)))
      .field("dest_port", 502);
  json.field("proto", "TCP")
      .field("app_proto", "modbus")
      .field("community_id", "1:wCb3OG7yAFWelaUydu0D+125CLM=");
  if (is_alert) {
    const std::uint32_t rule = std::min(pick(40), pick(40));
    json.key("alert")
        .open()
        .field("action", "allowed")
        .field("gid", 1)
        .field("signature_id", 9'100'000 + rule);
    json.field("rev", 1).field(
        "signature",
        "LANGYAN Modbus write by a station that never wrote before " + std::to_string(rule));
    json.field("category", "Attempted control")
        .field("severity", rule == 39 ? 1 : 2 + static_cast<int>(rule % 3))
        .close();
  }
  json.key("ot")
      .open()
      .field("verb", pick(3) ? "read" : "write")
      .field("object", std::to_string(40'001 + pick(500)));
  json.field("value", pick(65'536)).field("result", "ok").close();
  json.key("modbus").open().key("request").open().field("unit_id", 1).field("function", 6);
  json.field("function_name", "write_single_register")
      .field("address", pick(500))
      .field("value", pick(65'536))
      .close();
  json.key("response").open().field("unit_id", 1).field("function", 6).close().close();
  json.key("origin")
      .open()
      .field("sensor", "plant-" + std::to_string(pick(4)))
      .field("epoch", "00000000000000aa");
  json.field("lane", "bulk").field("seq", seq).close().close();
  return text;
}

std::vector<std::string> bodies(std::size_t rows, Duration span, bool alerts_only) {
  std::mt19937 chance(1);
  std::vector<std::string> made;
  for (std::uint64_t seq = 1; seq <= rows; ++seq) {
    if (seq % batch_rows == 1) made.emplace_back();
    made.back() +=
        line(chance, seq,
             start + static_cast<Time>(static_cast<double>(seq) / static_cast<double>(rows) *
                                       static_cast<double>(span)),
             alerts_only) +
        "\n";
  }
  return made;
}

Result<Accepted> append(EventStore& store, const ParsedLines& parsed, std::uint64_t first) {
  const Batch batch{"bench",      0xaa,  Lane::bulk,  first, parsed.covers,
                    "cn/a/works", start, parsed.rows, {}};
  return store.append(Scope::all(), batch);
}

// The floor: the same tables and indices, every value at hand, one transaction a batch.
double bare_loop(const std::string& folder, const std::vector<std::string>& texts) {
  DayFile file(folder, {20'514, 1});
  auto connection = make(file).take();
  (void)connection->execute("PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000");
  std::vector<ParsedLines> parsed;
  EventParser parser;
  for (const std::string& text : texts) parsed.push_back(parser.parse_lines(text, 0xaa));
  auto event =
      connection
          ->prepare(
              "INSERT INTO events VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
          .take();
  auto body = connection->prepare("INSERT INTO lines VALUES(?,?)").take();
  const double before = cpu_seconds();
  std::int64_t n = 0;
  for (const ParsedLines& lines : parsed) {
    (void)connection->execute("BEGIN IMMEDIATE");
    for (const EventRow& row : lines.rows) {
      const bool alert = row.event_class == EventClass::alert;
      event.with(++n, row.time, start, static_cast<int>(row.event_class), alert ? 1 : 2, 3, 4, 5,
                 row.seq, std::int64_t{row.src_ip->v4_number()},
                 std::int64_t{row.dst_ip->v4_number()}, std::int64_t{*row.src_port},
                 std::int64_t{*row.dst_port}, 6, 7, *row.flow_id, row.community_id);
      const Value none;
      event.bind(18, alert ? Value(std::int64_t{row.severity}) : none);
      event.bind(19, alert ? Value(static_cast<std::int64_t>(*row.sid)) : none);
      event.bind(20, alert ? Value(std::int64_t{1}) : none),
          event.bind(21, alert ? Value(std::int64_t{0}) : none);
      event.bind(22, row.ot_verb == "read" ? 8 : 9), event.bind(23, row.ot_object),
          event.bind(24, *row.ot_value);
      event.bind(25, 10), event.bind(26, 11);
      if (!event.run() || !body.with(n, row.json).run())
        std::fprintf(stderr, "bare loop: insert failed\n");
    }
    (void)connection->execute("COMMIT");
  }
  const double spent = cpu_seconds() - before;
  event = {}, body = {};
  return spent;
}

void measure_ingest(const std::string& folder, bool alerts_only) {
  const auto texts = bodies(ingest_rows, hour, alerts_only);
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
      body += line(chance, seq,
                   start + static_cast<Time>(static_cast<double>(seq) /
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
  const Time from = start + minute, to = start + day + minute;
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
  std::filesystem::remove_all(folder + "/store_bench");
  measure_ingest(folder + "/store_bench", false);
  measure_ingest(folder + "/store_bench", true);
  if (count <= 2) measure_questions(folder + "/store_bench", 100'000);
  for (int i = 2; i < count; ++i)
    measure_questions(folder + "/store_bench", std::stoull(arguments[i]));
}
