#include "center/intake.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <filesystem>
#include <thread>

#include "center/secret.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

std::string zstd(std::string_view text, int level = 3) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level));
  return out;
}

class IntakeTest : public testing::Test {
 protected:
  void begin(CenterOptions options = {}) {
    center_ = std::make_unique<TestCenter>(std::move(options));
    token_ = center_->token(Role::ingest);
    viewer_ = center_->token(Role::viewer);
  }
  std::size_t stored() {
    std::size_t count = 0;
    for (std::string cursor;;) {
      const auto page = center_->json(
          viewer_, "/api/v1/events?limit=1000" + (cursor.empty() ? "" : "&cursor=" + cursor));
      count += page["events"].size();
      if (page["next"].is_null()) return count;
      cursor = page["next"];
    }
  }
  static nlohmann::json problem(const Answer& answer, int status, std::string_view code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
    EXPECT_EQ(problem.value("code", ""), code) << answer.body;
    EXPECT_EQ(problem.value("status", 0), status);
    return problem;
  }

  std::unique_ptr<TestCenter> center_;
  std::string token_, viewer_;
};

TEST_F(IntakeTest, AcknowledgesWhatItHasCommitted) {
  begin();
  const auto answer =
      nlohmann::json::parse(center_->ingest(token_, 1, 3, TestCenter::alerts(1, 3)).body);
  EXPECT_EQ(answer, nlohmann::json::parse(R"({"acked":3,"stored":3,"skipped":0})"));
  EXPECT_EQ(stored(), 3u);
}

TEST_F(IntakeTest, AReplayChangesNothing) {
  begin();
  ASSERT_EQ(center_->ingest(token_, 1, 3, TestCenter::alerts(1, 3)).status, 200);
  for (int i = 0; i < 3; ++i) {
    const auto again =
        nlohmann::json::parse(center_->ingest(token_, 1, 3, TestCenter::alerts(1, 3)).body);
    EXPECT_EQ(again, nlohmann::json::parse(R"({"acked":3,"stored":0,"skipped":3})"));
  }
  const auto longer =
      nlohmann::json::parse(center_->ingest(token_, 2, 4, TestCenter::alerts(2, 4)).body);
  EXPECT_EQ(longer, nlohmann::json::parse(R"({"acked":5,"stored":2,"skipped":2})"));
  EXPECT_EQ(stored(), 5u);
}

TEST_F(IntakeTest, ABatchThatLeavesPositionsOutIsTold) {
  begin();
  EXPECT_EQ(problem(center_->ingest(token_, 4, 1, TestCenter::alerts(4, 1)), 409,
                    "positions-missing")["expected"],
            1);
  ASSERT_EQ(center_->ingest(token_, 1, 2, TestCenter::alerts(1, 2)).status, 200);
  EXPECT_EQ(problem(center_->ingest(token_, 4, 1, TestCenter::alerts(4, 1)), 409,
                    "positions-missing")["expected"],
            3);
  EXPECT_EQ(stored(), 2u);
  // Lanes and epochs count for themselves.
  Line bulk;
  bulk.lane = "bulk";
  EXPECT_EQ(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1, bulk), "bulk").status, 200);
  Line next;
  next.epoch = "00000000000000e2";
  EXPECT_EQ(problem(center_->ingest(token_, 3, 1, TestCenter::alerts(3, 1, next), "alert", "s1",
                                    next.epoch),
                    409, "positions-missing")["expected"],
            1);
  EXPECT_EQ(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1, next), "alert", "s1", next.epoch)
                .status,
            200);
  EXPECT_EQ(stored(), 4u);
}

TEST_F(IntakeTest, AGapCoversWhatItNames) {
  begin();
  const std::string gap =
      R"({"timestamp":"2026-03-02T11:00:00.000000+0000","event_type":"gap","gap":{"from":2,"to":9,"reason":"evicted"},)"
      R"("origin":{"sensor":"s1","epoch":"00000000000000e1","lane":"alert","seq":2}})"
      "\n";
  const std::string body = TestCenter::alerts(1, 1) + gap + TestCenter::alerts(10, 1);
  EXPECT_EQ(nlohmann::json::parse(center_->ingest(token_, 1, 10, body).body)["acked"], 10);
  EXPECT_EQ(stored(), 3u);
  EXPECT_EQ(center_->ingest(token_, 11, 1, TestCenter::alerts(11, 1)).status, 200);
}

// The acknowledgement comes after the commit: a copy of the files taken right after it, without
// anything the running program still holds, has every acknowledged event.
TEST_F(IntakeTest, WhatIsAcknowledgedIsOnTheDisk) {
  begin();
  std::uint64_t acked = 0;
  for (std::uint64_t first = 1; first <= 60; first += 7) {
    const Answer answer = center_->ingest(token_, first, 7, TestCenter::alerts(first, 7));
    ASSERT_EQ(answer.status, 200);
    acked = nlohmann::json::parse(answer.body)["acked"];
  }
  TempFolder image;
  namespace fs = std::filesystem;
  const fs::path from = center_->folder.path() + "/data", to = image.path() + "/data";
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path copy = to / fs::relative(entry.path(), from);
    if (entry.is_directory()) fs::create_directories(copy);
    // What lies in shared memory would be gone after a crash.
    if (entry.is_regular_file() && copy.extension() != ".db-shm") {
      fs::create_directories(copy.parent_path());
      fs::copy_file(entry.path(), copy);
    }
  }
  SystemDisk disk;
  CenterOptions options;
  options.data = image.path() + "/data";
  auto copy = Center::open(options, disk, center_->clock, center_->random);
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  const auto page = (*copy)->events().alerts(store::Scope::all(), {}, "", 1'000);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->events.size(), acked);
  EXPECT_EQ(*(*copy)->events().watermark(store::Scope::all(), "s1", 0xe1, store::Lane::alert),
            acked);
}

TEST_F(IntakeTest, MalformedLinesAreNamedAndNothingIsStored) {
  begin();
  const std::string body =
      text_of(Line{}) + "{\"a\":1}\n" + text_of(Line{.seq = 3}) + "not json\n" +
      "{\"timestamp\":\"2026-03-02T11:00:00.000000+0000\",\"event_type\":\"\xff\xfe\"}\n";
  const auto refused = problem(center_->ingest(token_, 1, 5, body), 400, "bad-line")["refused"];
  ASSERT_EQ(refused.size(), 3u);
  EXPECT_EQ(refused[0]["index"], 1);
  EXPECT_EQ(refused[0]["position"], 2);
  EXPECT_EQ(refused[1]["index"], 3);
  EXPECT_EQ(refused[2]["index"], 4);
  for (const auto& line : refused) EXPECT_FALSE(line["reason"].get<std::string>().empty());
  EXPECT_EQ(stored(), 0u);
  // The sender puts gaps in their place and is understood.
  const auto gap = [](int at) {
    return R"({"timestamp":"2026-03-02T11:00:00.000000+0000","event_type":"gap","gap":{"from":)" +
           std::to_string(at) + R"(,"to":)" + std::to_string(at) +
           R"(,"reason":"refused"},"origin":{"sensor":"s1","epoch":"00000000000000e1",)" +
           R"("lane":"alert","seq":)" + std::to_string(at) + "}}\n";
  };
  const std::string mended = text_of(Line{}) + gap(2) + text_of(Line{.seq = 3}) + gap(4) + gap(5);
  EXPECT_EQ(nlohmann::json::parse(center_->ingest(token_, 1, 5, mended).body)["acked"], 5);
}

TEST_F(IntakeTest, ATokenDeliversForItsSourceOnly) {
  begin();
  problem(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1, {.sensor = "s2"}), "alert", "s2"),
          403, "forbidden");
  // Nor may a line pretend to come from another sensor, or to be a change the center made.
  const auto forged = problem(
      center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1, {.sensor = "s2"})), 400, "bad-line");
  EXPECT_EQ(forged["refused"][0]["reason"], "origin.sensor is not the source");
  const std::string state =
      R"({"timestamp":"2026-03-02T11:00:00.000000+0000","event_type":"alert_state",)"
      R"("alert_state":{"alert":"x","state":"closed"},"origin":{"sensor":"s1",)"
      R"("epoch":"00000000000000e1","lane":"bulk","seq":1}})"
      "\n";
  problem(center_->ingest(token_, 1, 1, state, "bulk"), 400, "bad-line");
  problem(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1), "state"), 400, "bad-parameter");
  EXPECT_EQ(stored(), 0u);
}

// What a lower center says is believed as far as its own part of the tree goes.
TEST_F(IntakeTest, ALowerCenterPassesOnWhatIsBelowIt) {
  begin();
  const std::string relay = center_->token(Role::ingest, "cn/js", "lower", true);
  const auto send = [&](std::uint64_t position, const std::string& more, std::string sensor = "s7") {
    return center_->ingest(relay, position, 1,
                           TestCenter::alerts(position, 1, {.sensor = std::move(sensor), .more = more}), "alert",
                           "lower");
  };
  const auto refused = [&](const std::string& more, const char* reason) {
    const auto answer = problem(send(1, more), 400, "bad-line");
    EXPECT_EQ(answer["refused"][0]["reason"], reason) << more;
  };
  refused("", "via does not end with the source");
  refused(R"(,"via":["lower","other"])", "via does not end with the source");
  refused(R"(,"via":[])", "via is not a list of 1 to 8 centers");
  refused(R"(,"via":"lower")", "via is not a list of 1 to 8 centers");
  refused(R"(,"via":["a","a","a","a","a","a","a","a","lower"])", "via is not a list of 1 to 8 centers");
  refused(R"(,"via":[7])", "via names a center that is no text of 1 to 256 bytes");
  struct Claim {
    const char* more;
    const char* organisation;
  };
  const Claim claims[] = {
      {R"(,"via":["lower"])", "cn/js"},
      {R"(,"via":["lower"],"organisation":"cn/js/works-7")", "cn/js/works-7"},
      {R"(,"via":["below","lower"],"organisation":"cn/js/works-7/line-2")", "cn/js/works-7/line-2"},
      {R"(,"via":["lower"],"organisation":"cn/js-north")", "cn/js"},  // a sibling's
      {R"(,"via":["lower"],"organisation":"cn")", "cn/js"},           // the parent's
      {R"(,"via":["lower"],"organisation":"cn/js/../bj")", "cn/js"},
      {R"(,"via":["lower"],"organisation":"")", "cn/js"},
      {R"(,"via":["lower"],"organisation":7)", "cn/js"},
      {R"(,"via":["lower"],"organisation":"local")", "cn/js"},
  };
  std::uint64_t position = 0;
  for (const Claim& claim : claims) {
    EXPECT_EQ(send(++position, claim.more).status, 200) << claim.more;
    const auto page = center_->json(viewer_, "/api/v1/alerts?limit=1000");
    const auto newest = std::ranges::find_if(
        page["alerts"], [&](const auto& alert) { return alert["event"]["origin"]["seq"] == position; });
    ASSERT_NE(newest, page["alerts"].end());
    EXPECT_EQ((*newest)["organisation"], claim.organisation) << claim.more;
    EXPECT_EQ((*newest)["via"], "lower");
  }
  EXPECT_EQ(send(++position, "", "lower").status, 200) << "its own events need no via";
  EXPECT_EQ(center_->json(viewer_, "/api/v1/alerts?via=lower")["alerts"].size(), position);
  EXPECT_EQ(center_->json(viewer_, "/api/v1/alerts?via=other")["alerts"].size(), 0u);
  const std::string below = center_->token(Role::viewer, "cn/js/works-7");
  EXPECT_EQ(center_->json(below, "/api/v1/alerts")["alerts"].size(), 2u);
  // A sensor is none.
  problem(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 1, {.more = R"(,"via":["s1"])"})), 400, "bad-line");
}

TEST_F(IntakeTest, HeadersAreCheckedOneByOne) {
  begin();
  const std::pair<const char*, const char*> cases[] = {
      {"Langyan-Source: s1\r\n", ""},
      {"Langyan-Epoch: 00000000000000e1\r\n", "Langyan-Epoch: e1\r\n"},
      {"Langyan-Epoch: 00000000000000e1\r\n", "Langyan-Epoch: 00000000000000g1\r\n"},
      {"Langyan-Lane: alert\r\n", "Langyan-Lane: both\r\n"},
      {"Langyan-First: 1\r\n", "Langyan-First: 0\r\n"},
      {"Langyan-First: 1\r\n", "Langyan-First: -1\r\n"},
      {"Langyan-First: 1\r\n", "Langyan-First: 18446744073709551616\r\n"},
      {"Langyan-Count: 1\r\n", "Langyan-Count: 0\r\n"},
      {"Langyan-Count: 1\r\n", "Langyan-Count: 18446744073709551615\r\n"},
      {"Langyan-Count: 1\r\n", "Langyan-Count: 1x\r\n"},
  };
  for (const auto& [given, instead] : cases) {
    std::string headers = TestCenter::ingest_headers(1, 1);
    const auto at = headers.find(given);
    ASSERT_NE(at, headers.npos) << given;
    headers.replace(at, std::strlen(given), instead);
    problem(center_->ask(token_, "POST", "/api/v1/ingest", text_of(Line{}), headers), 400,
            "bad-parameter");
  }
  problem(center_->ingest(token_, 1, 2, text_of(Line{})), 400, "bad-body");  // says two, sends one
  problem(center_->ingest(token_, 1, 1, TestCenter::alerts(1, 2)), 400, "bad-body");
  problem(center_->ask(token_, "POST", "/api/v1/ingest", "", TestCenter::ingest_headers(1, 1)), 400,
          "bad-body");
  problem(center_->ask(token_, "POST", "/api/v1/ingest?x=1", text_of(Line{}),
                       TestCenter::ingest_headers(1, 1)),
          400, "bad-parameter");
  EXPECT_EQ(stored(), 0u);
}

TEST_F(IntakeTest, TakesZstd) {
  begin();
  const std::string headers = "Content-Encoding: zstd\r\n";
  const std::string body = TestCenter::alerts(1, 500);
  EXPECT_EQ(center_->ingest(token_, 1, 500, zstd(body), "alert", "s1", "00000000000000e1", headers)
                .status,
            200);
  EXPECT_EQ(stored(), 500u);
  const auto send = [&](std::string_view text,
                        std::string_view coding = "Content-Encoding: zstd\r\n") {
    return center_->ingest(token_, 501, 1, text, "alert", "s1", "00000000000000e1", coding);
  };
  const std::string small = zstd(TestCenter::alerts(501, 1));
  problem(send(small.substr(0, small.size() - 3)), 400, "bad-encoding");
  problem(send("not zstd at all"), 400, "bad-encoding");
  problem(send(small + "x"), 400, "bad-encoding");
  problem(send(small, "Content-Encoding: gzip\r\n"), 415, "unsupported-type");
  EXPECT_EQ(send(small).status, 200);
}

TEST_F(IntakeTest, ABombIsRefusedBeforeItGrows) {
  CenterOptions options;
  options.intake.body_bytes = 100'000;
  options.intake.inflated_bytes = 1'000'000;
  begin(options);
  const std::string bomb = zstd(std::string(500'000'000, '\n'), 1);
  ASSERT_LT(bomb.size(), 100'000u);
  const Answer answer = center_->ingest(token_, 1, 1, bomb, "alert", "s1", "00000000000000e1",
                                        "Content-Encoding: zstd\r\n");
  problem(answer, 413, "too-large");
  problem(center_->ingest(token_, 1, 1, std::string(100'001, ' ')), 413, "too-large");
  EXPECT_EQ(stored(), 0u);
  EXPECT_EQ(center_->ingest(token_, 1, 1, text_of(Line{})).status, 200);
}

TEST_F(IntakeTest, HostileLinesHarmNobody) {
  begin();
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  const std::string start =
      R"({"timestamp":"2026-03-02T11:00:00.000000+0000","event_type":"alert",)";
  const std::string origin =
      R"("origin":{"sensor":"s1","epoch":"00000000000000e1","lane":"alert","seq":1})";
  const std::string cases[] = {
      deep,
      std::string(100'000, '['),
      start + R"("x":)" + std::string(500'000, '[') + "}",
      start + "\"" + std::string(900'000, 'k') + "\":1",
      start + "\"a\":\"\xc3\x28\"," + origin + "}",
      start + "\"a\":1e999," + origin + "}",
      start + "\"src_port\":70000," + origin + "}",
      start + "\"src_ip\":\"'; DROP TABLE events; --\"," + origin + "}",
      start + "\"a\":tru," + origin + "}",
      start + origin + "} trailing",
      std::string("\0\0\0\0", 4),
      "null",
      "[]",
      "\"text\"",
      "123",
  };
  for (const std::string& line : cases) {
    const Answer answer = center_->ingest(token_, 1, 1, line + "\n");
    EXPECT_EQ(problem(answer, 400, "bad-line")["refused"].size(), 1u) << line.substr(0, 80);
  }
  // What is only strange is kept as it is, and is never read as anything but a text.
  const std::string strange =
      start +
      R"("alert":{"signature_id":1,"signature":"<script>alert(1)</script>'; DROP TABLE events; --","severity":2},)" +
      R"("\u0000":"\u0000",)" + origin + "}\n";
  EXPECT_EQ(center_->ingest(token_, 1, 1, strange).status, 200);
  const Answer found = center_->ask(viewer_, "GET", "/api/v1/alerts?q=%3Cscript%3E");
  EXPECT_EQ(found.headers.at("content-type"), "application/json");
  EXPECT_EQ(found.headers.at("x-content-type-options"), "nosniff");
  const auto alerts = nlohmann::json::parse(found.body)["alerts"];
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["event"]["alert"]["signature"],
            "<script>alert(1)</script>'; DROP TABLE events; --");
  EXPECT_EQ(stored(), 1u);
}

TEST_F(IntakeTest, AFullDiskIsSaidAndNothingIsHalfDone) {
  CenterOptions options;
  options.store.free_floor = std::uint64_t{1} << 60;  // no disk has so much free
  begin(options);
  const Answer answer = center_->ingest(token_, 1, 1, text_of(Line{}));
  problem(answer, 507, "storage");
  EXPECT_EQ(answer.headers.at("retry-after"), "60");
  EXPECT_EQ(center_->ask(nobody, "GET", "/readyz").status, 503);
  EXPECT_EQ(center_->ask(nobody, "GET", "/healthz").status, 200);
  EXPECT_EQ(stored(), 0u);
}

TEST_F(IntakeTest, ManySendersAtOnceLoseAndDoubleNothing) {
  begin();
  constexpr std::uint64_t senders = 6, batches = 15, size = 20;
  std::vector<std::string> tokens;
  for (std::uint64_t i = 0; i < senders; ++i)
    tokens.push_back(center_->token(Role::ingest, "", "s" + std::to_string(i)));
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < senders; ++i) {
    threads.emplace_back([&, i] {
      const std::string source = "s" + std::to_string(i);
      for (std::uint64_t batch = 0; batch < batches; ++batch) {
        const auto body = TestCenter::alerts(batch * size + 1, size, {.sensor = source});
        for (int times = 0; times < 2; ++times) {  // each twice, as after a lost answer
          EXPECT_EQ(
              center_->ingest(tokens[i], batch * size + 1, size, body, "alert", source).status,
              200);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored(), senders * batches * size);
  const auto sensors = center_->json(viewer_, "/api/v1/sensors")["sensors"];
  ASSERT_EQ(sensors.size(), senders);
  for (const auto& sensor : sensors) EXPECT_EQ(sensor["streams"][0]["watermark"], batches * size);
}

TEST_F(IntakeTest, CataloguesAreKeptByTheirHash) {
  begin();
  const std::string text =
      R"({ "fields" : [ {"name":"modbus.unit_id"} ] })";  // blanks are part of the hash
  const std::string path = "/api/v1/catalogues/" + sha256_hex(text);
  EXPECT_EQ(center_->ask(token_, "HEAD", path).status, 404);
  EXPECT_EQ(center_->ask(token_, "PUT", path, text).status, 201);
  EXPECT_EQ(center_->ask(token_, "PUT", path, text).status, 204);
  EXPECT_EQ(center_->ask(token_, "HEAD", path).status, 200);
  EXPECT_EQ(center_->ask(viewer_, "GET", path).body, text);
  EXPECT_EQ(center_->json(viewer_, "/api/v1/fields")["catalogue"]["fields"][0]["name"],
            "modbus.unit_id");
  EXPECT_EQ(center_->ask(viewer_, "GET", "/api/v1/detections").status, 404);
  problem(center_->ask(token_, "PUT", path, R"({"fields":[]})"), 400, "bad-body");
  problem(center_->ask(token_, "PUT", "/api/v1/catalogues/ABC", text), 400, "bad-parameter");
  const std::string other = R"({"neither":1})";
  problem(center_->ask(token_, "PUT", "/api/v1/catalogues/" + sha256_hex(other), other), 400,
          "bad-body");
  for (int i = 0; i < 25; ++i) {  // one source cannot fill the store
    center_->clock.advance(second);
    const std::string more = R"({"fields":[)" + std::to_string(i) + "]}";
    EXPECT_EQ(center_->ask(token_, "PUT", "/api/v1/catalogues/" + sha256_hex(more), more).status,
              201);
  }
  EXPECT_EQ(center_->json(viewer_, "/api/v1/catalogues")["catalogues"].size(), 20u);
  EXPECT_EQ(center_->json(viewer_, "/api/v1/fields")["catalogue"]["fields"][0], 24);
  EXPECT_EQ(center_->ask(viewer_, "GET", path).status, 404);
}

}  // namespace
}  // namespace langyan::center
