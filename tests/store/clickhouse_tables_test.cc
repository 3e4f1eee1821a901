// A database of the version before is taken over whole, wherever the way there was cut short; days go, positions stay.
#include <algorithm>

#include "query/plan.h"
#include "store/clickhouse/client.h"
#include "store/clickhouse/rows.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {

ClickHouseOptions clickhouse_options(const EngineSetup& setup);

namespace {

// From the given request on nothing gets through.
class Cut final : public Net {
 public:
  explicit Cut(std::atomic<int>& left) : left_(left), net_(curl_net({.largest_answer = std::size_t{1} << 26})) {}
  Result<HttpAnswer> send(const HttpRequest& request) override {
    if (left_-- <= 0) return Error{ErrorKind::io, "the line was cut"};
    return net_->send(request);
  }

 private:
  std::atomic<int>& left_;
  std::unique_ptr<Net> net_;
};

class ClickHouseTables : public EventStoreSuite {
 protected:
  // As version 1 made them.
  void go_back() {
    const ClickHouseOptions options = clickhouse_options(setup);
    Client client(clock, options);
    const std::string database = options.database + ".";
    for (std::size_t node = 0; node < client.nodes(); ++node) {
      std::vector<std::string> statements = {"DROP TABLE IF EXISTS " + database + "events",
                                             "ALTER TABLE " + database + "sensors_local DROP COLUMN via",
                                             "DROP TABLE " + database + "schema",
                                             "CREATE TABLE " + database + "schema (version UInt32) ENGINE = TinyLog",
                                             "INSERT INTO " + database + "schema VALUES (1)"};
      for (const std::string& column : member_columns())
        statements.push_back("ALTER TABLE " + database + "events_local DROP COLUMN " +
                             column.substr(0, column.find(' ')));
      for (const std::string& statement : statements) {
        const auto done = client.command(node, statement);
        ASSERT_TRUE(done.ok()) << statement << ": " << done.error().message;
      }
    }
  }

  std::size_t found(std::string_view text) {
    static const query::Catalogue catalogue;
    query::Surroundings around;
    around.catalogue = &catalogue, around.now = noon;
    const auto page = store().search(Scope::all(), query::understand(text, around).plan, {}, "", 1'000);
    EXPECT_TRUE(page.ok()) << page.error().message;
    return page.ok() ? page->events.size() : 0;
  }
};

TEST_P(ClickHouseTables, VersionOneIsTakenOverWhereverItIsCutShort) {
  if (clickhouse_options(setup).replicas > 1) GTEST_SKIP() << "version 1 had no replicated tables";
  for (int sender = 0; sender < 3; ++sender) {
    source = "plant-" + std::to_string(sender);
    std::vector<std::string> lines;
    for (std::uint64_t seq = 1; seq <= 20; ++seq)
      lines.push_back(line_of(alert(seq, noon + static_cast<Time>(seq) * second)));
    append({lines.begin(), lines.begin() + 10}, 1, noon), append({lines.begin() + 10, lines.end()}, 11, noon + day);
  }
  std::vector<std::string> ids;
  for (const Event& event : all({}, 100)) ids.push_back(event.id + event.json);
  ASSERT_EQ(found("eve.alert.signature_id:9100001"), 60u);
  go_back();
  int cut = 0;
  for (bool opened = false; !opened; cut += 1 + cut / 8) {
    std::atomic<int> left = cut;
    ClickHouseOptions options = clickhouse_options(setup);
    options.net = [&] { return std::make_unique<Cut>(left); };
    opened = open_clickhouse(clock, options).ok();
  }
  EXPECT_GT(cut, 20);
  open();
  std::vector<std::string> again;
  for (const Event& event : all({}, 100)) again.push_back(event.id + event.json);
  EXPECT_EQ(again, ids);
  EXPECT_EQ(found("eve.alert.signature_id:9100001"), 60u);
  append({line_of(alert(21, noon))}, 21);
  EXPECT_EQ(found("eve.alert.signature_id:9100001"), 61u);
}

TEST_P(ClickHouseTables, AnOldDayGoesAndItsPositionsStayKnown) {
  std::vector<std::string> lines;
  for (std::uint64_t seq = 1; seq <= 5; ++seq) lines.push_back(line_of(alert(seq, noon)));
  append(lines, 1, noon);
  source = "plant-2";
  const Time later = noon + 200 * day;  // alerts are kept for 180
  append({line_of(alert(1, later))}, 1, later);
  const auto removed = store().retain(later);
  ASSERT_TRUE(removed.ok()) << removed.error().message;
  EXPECT_EQ(removed->parts, 1u);
  EXPECT_EQ(removed->rows, 5u);
  for (const bool again : {false, true}) {
    if (again) open();
    EXPECT_EQ(all({}).size(), 1u);
    EXPECT_EQ(*store().watermark(Scope::all(), "plant-1", epoch, Lane::bulk), 5u);
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ClickHouseTables);
INSTANTIATE_TEST_SUITE_P(clickhouse, ClickHouseTables, testing::ValuesIn(clickhouse_engines()));

}  // namespace
}  // namespace langyan::store
