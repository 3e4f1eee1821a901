#include <unistd.h>

#include "base/json.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {

std::string line_of(const Made& made) {
  std::string line;
  JsonWriter json(line);
  json.open().key("timestamp").time(made.time).field("event_type", made.type);
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.field(key, value);
  };
  text("src_ip", made.src), text("dest_ip", made.dst);
  if (made.src_port >= 0) json.field("src_port", made.src_port);
  if (made.dst_port >= 0) json.field("dest_port", made.dst_port);
  text("proto", made.proto), text("app_proto", made.app_proto),
      text("community_id", made.community);
  if (made.flow_id) json.field("flow_id", *made.flow_id);
  if (made.type == "alert") {
    json.key("alert").open();
    if (made.sid >= 0) json.field("signature_id", made.sid);
    if (made.severity > 0) json.field("severity", made.severity);
    text("signature", made.signature);
    json.close();
  }
  if (!made.verb.empty()) {
    json.key("ot").open().field("verb", made.verb);
    text("object", made.object), text("result", made.result);
    if (made.value) json.field("value", *made.value);
    json.close();
  }
  if (!made.function.empty())
    json.key(made.type)
        .open()
        .key("request")
        .open()
        .field("function_name", made.function)
        .close()
        .close();
  json.key("origin").open().field("sensor", made.sensor).field("epoch", epoch_text(made.epoch));
  json.field("lane", name_of(made.lane)).field("seq", made.seq).close().close();
  return line;
}

Made alert(std::uint64_t seq, Time time, std::int64_t sid, int severity) {
  Made made;
  made.seq = seq, made.time = time, made.type = "alert", made.lane = Lane::alert;
  made.sid = sid, made.severity = severity, made.signature = "Rule " + std::to_string(sid);
  made.src = "10.0.0.1", made.dst = "10.0.0.2", made.app_proto = "modbus";
  return made;
}

StoreFixture::StoreFixture(Engine its_engine) : engine(std::move(its_engine)) {
  static std::atomic<int> number{0};
  setup.folder = testing::TempDir() + "event_store_" + std::to_string(getpid()) + "_" +
                 std::to_string(++number);
  setup.clock = &clock;
  open();
}

StoreFixture::~StoreFixture() {
  store_.reset();
  std::filesystem::remove_all(setup.folder);
}

void StoreFixture::open() {
  store_.reset();
  auto opened = engine.open(setup);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  store_ = opened.take();
}

Result<Accepted> StoreFixture::try_append(const std::vector<std::string>& lines,
                                          std::uint64_t first, Time received,
                                          const std::string& organisation, Lane lane) {
  std::string body;
  for (const std::string& line : lines) body += line + "\n";
  EventParser parser;
  const ParsedLines parsed = parser.parse_lines(std::move(body), epoch);
  Batch batch;
  batch.source = source, batch.epoch = epoch, batch.lane = lane, batch.first = first,
  batch.count = parsed.covers;
  batch.organisation = organisation, batch.received = received;
  batch.rows = parsed.rows, batch.refused = parsed.refused;
  return store_->append(Scope::all(), batch);
}

Accepted StoreFixture::append(const std::vector<std::string>& lines, std::uint64_t first,
                              Time received, const std::string& organisation, Lane lane) {
  const auto accepted = try_append(lines, first, received, organisation, lane);
  EXPECT_TRUE(accepted.ok()) << accepted.error().message;
  return accepted.ok() ? *accepted : Accepted{};
}

std::vector<Event> StoreFixture::all(const Filter& filter, std::size_t limit, const Scope& scope) {
  std::vector<Event> events;
  std::string cursor;
  do {
    auto page = store_->events(scope, filter, cursor, limit);
    EXPECT_TRUE(page.ok()) << page.error().message;
    if (!page) return events;
    EXPECT_TRUE(page->complete);
    EXPECT_LE(page->events.size(), limit);
    EXPECT_TRUE(page->next.empty() || page->events.size() == limit)
        << "only the last page is short";
    events.insert(events.end(), page->events.begin(), page->events.end());
    cursor = page->next;
  } while (!cursor.empty());
  return events;
}

std::uint64_t seq_of(const Event& event) {
  const auto at = event.json.rfind("\"seq\":");
  EXPECT_NE(at, std::string::npos) << event.json;
  return at == std::string::npos ? 0 : std::stoull(event.json.substr(at + 6));
}

std::vector<std::uint64_t> seqs_of(const std::vector<Event>& events) {
  std::vector<std::uint64_t> seqs;
  for (const Event& event : events) seqs.push_back(seq_of(event));
  return seqs;
}

}  // namespace langyan::store
