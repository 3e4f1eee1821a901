#include "tests/bench/plant_lines.h"

#include <time.h>

#include <cstdio>

#include "base/json.h"
#include "store/event_row.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"

namespace langyan::store {

double cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

std::string plant_line(std::mt19937& chance, std::uint64_t seq, Time time, bool alerts_only) {
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
  json.field("lane", "bulk").field("seq", seq).close();
  json.key("via").open_list().text("bench").close_list().close();  // several sensors behind one sender
  return text;
}

std::vector<std::string> plant_bodies(std::size_t rows, Duration span, bool alerts_only) {
  std::mt19937 chance(1);
  std::vector<std::string> made;
  for (std::uint64_t seq = 1; seq <= rows; ++seq) {
    if (seq % batch_rows == 1) made.emplace_back();
    made.back() += plant_line(chance, seq,
                              plant_start + static_cast<Time>(static_cast<double>(seq) /
                                                              static_cast<double>(rows) *
                                                              static_cast<double>(span)),
                              alerts_only) +
                   "\n";
  }
  return made;
}

double bare_loop(const std::string& folder, const std::vector<std::string>& bodies) {
  DayFile file(folder, {20'514, 1});
  auto connection = make(file).take();
  (void)connection->execute("PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000");
  std::vector<ParsedLines> parsed;
  EventParser parser;
  for (const std::string& text : bodies) parsed.push_back(parser.parse_lines(text, 0xaa));
  auto event =
      connection
          ->prepare(
              "INSERT INTO events VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
          .take();
  auto body = connection->prepare("INSERT INTO lines VALUES(?,?)").take();
  const double before = cpu_seconds();
  std::int64_t n = 0;
  for (const ParsedLines& lines : parsed) {
    (void)connection->execute("BEGIN IMMEDIATE");
    for (const EventRow& row : lines.rows) {
      const bool alert = row.event_class == EventClass::alert;
      event.with(++n, row.time, plant_start, static_cast<int>(row.event_class), alert ? 1 : 2, 3, 4,
                 5, row.seq, std::int64_t{row.src_ip->v4_number()},
                 std::int64_t{row.dst_ip->v4_number()}, std::int64_t{*row.src_port},
                 std::int64_t{*row.dst_port}, 6, 7, *row.flow_id, row.community_id);
      const Value none;
      event.bind(18, alert ? Value(std::int64_t{row.severity}) : none);
      event.bind(19, alert ? Value(static_cast<std::int64_t>(*row.sid)) : none);
      event.bind(20, alert ? Value(std::int64_t{1}) : none),
          event.bind(21, alert ? Value(std::int64_t{0}) : none);
      event.bind(22, row.ot_verb == "read" ? 8 : 9), event.bind(23, row.ot_object),
          event.bind(24, *row.ot_value);
      event.bind(25, 10), event.bind(26, 11), event.bind(27, 13);
      if (!event.run() || !body.with(n, row.json).run())
        std::fprintf(stderr, "bare loop: insert failed\n");
    }
    (void)connection->execute("COMMIT");
  }
  const double spent = cpu_seconds() - before;
  event = {}, body = {};
  return spent;
}

}  // namespace langyan::store
