// The inventory: whatever the order of events and however often they come, the same assets; what is set by hand stays.
#include "center/inventory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <regex>
#include <set>

#include "base/caps.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

// A line `asset` of position `seq`, `minutes` after eleven.
std::string line(std::uint64_t seq, int minutes, const std::string& id, const std::string& change,
                 const std::string& more = {}, const std::string& sensor = "s1") {
  Line made;
  made.type = "asset", made.sensor = sensor, made.lane = "bulk", made.seq = seq;
  made.time = timestamp(*parse_timestamp("2026-03-02T11:00:00Z") + minutes * minute);
  made.more = R"(,"pcap_cnt":)" + std::to_string(seq) + R"(,"asset":{"id":")" + id + R"(","change":")" + change + "\"" +
              more + "}";
  return text_of(made);
}
std::string fact(const std::string& trait, const std::string& value, const std::string& source,
                 const std::string& was = {}) {
  return R"(,"facts":[{"trait":")" + trait + R"(","value":")" + value + R"(","source":")" + source +
         R"(","confidence":90)" + (was.empty() ? "" : R"(,"was":")" + was + "\"") + "}]";
}
const std::string plc = R"(,"ip":["10.3.1.4"],"mac":["00:1b:1b:01:02:03"])";

// The life of a controller that was known by its MAC first, lost its address for a while, and of what stands behind it.
std::vector<std::string> story() {
  return {
      line(1, 1, "00:1b:1b:01:02:03", "appeared", R"(,"mac":["00:1b:1b:01:02:03"])"),
      line(2, 2, "00:1b:1b:01:02:03", "fact",
           R"(,"mac":["00:1b:1b:01:02:03"],"name":"plc-7")" + fact("name", "plc-7", "profinet")),
      line(3, 3, "10.3.1.4", "appeared", R"(,"ip":["10.3.1.4"])"),
      line(4, 3, "10.3.1.4", "merged", plc + R"(,"other":"00:1b:1b:01:02:03")"),
      line(5, 4, "10.3.1.4", "fact", plc + fact("vendor", "Siemens", "s7comm")),
      line(6, 5, "10.3.1.4", "conflict", plc + fact("vendor", "Wago", "modbus", "Siemens")),
      line(7, 6, "10.3.1.4", "fact", plc + fact("firmware", "V3.2", "s7comm")),
      line(8, 7, "10.3.1.4", "firmware_changed", plc + fact("firmware", "V3.3", "s7comm", "V3.2")),
      line(9, 8, "10.3.1.4", "firmware_changed", plc + fact("firmware", "V3.2", "s7comm", "V3.3")),
      line(10, 9, "10.3.1.4", "role", plc + R"(,"role":"gateway","level":1)"),
      line(11, 9, "10.3.1.4/modbus/3", "appeared", R"(,"parent":"10.3.1.4","unit":3,"role":"controller","level":1)"),
      line(12, 10, "10.3.1.9", "address_taken", R"(,"ip":["10.3.1.4","10.3.1.9"],"other":"10.3.1.4")"),
      line(
          13, 11, "10.3.1.4", "vulnerable",
          R"(,"mac":["00:1b:1b:01:02:03"],"role":"gateway","vulnerability":{"id":"V-1","cve":["CVE-2026-0001"],"known_exploited":true,"confidence":80})"),
      line(14, 12, "10.3.1.4", "silent",
           R"(,"mac":["00:1b:1b:01:02:03"],"role":"gateway","last":"2026-03-02T11:11:00.000000+0000")"),
  };
}

struct Case {
  TestCenter center;
  std::string ingest = center.token(Role::ingest, "cn/works"), viewer = center.token(Role::viewer, "cn/works"),
              analyst = center.token(Role::analyst, "cn/works"), other = center.token(Role::analyst, "cn/other");
  std::uint64_t position = 1;

  Inventory& inventory() { return center.center->inventory(); }
  void bring(const std::vector<std::string>& lines) {
    std::string body;
    for (const std::string& each : lines) body += each;
    ASSERT_EQ(center.ingest(ingest, position, lines.size(), body, "bulk").status, 200);
    position += lines.size();
    inventory().catch_up();
  }
  std::string path(const std::string& identity) { return "/api/v1/assets/" + asset_id("cn/works", identity); }
  nlohmann::json seen(const std::string& identity) { return center.json(viewer, path(identity)); }
  std::string all() {
    std::string text = center.json(viewer, "/api/v1/assets").dump(1);
    for (const char* each : {"10.3.1.4", "10.3.1.4/modbus/3", "10.3.1.9"}) text += seen(each).dump(1);
    return text;
  }
};

TEST(AssetRecord, AnyOrderAndAnyNumberOfTimesIsTheSame) {
  std::vector<AssetNews> news;
  for (const std::string& text : story()) {
    const auto parsed = store::parse_event(text.substr(0, text.size() - 1));
    ASSERT_TRUE(parsed.ok() && parsed->rows.size() == 1) << text;
    store::Event event;
    event.time = event.received = parsed->rows[0].time, event.sensor = "s1", event.json = text;
    auto read = AssetNews::of(event);
    ASSERT_TRUE(read) << text;
    news.push_back(std::move(*read));
  }
  std::mt19937 random(7);
  std::string first;
  for (int round = 0; round < 300; ++round) {
    AssetRecord record;
    std::uint64_t refused = 0;
    std::vector<AssetNews> shuffled = news;
    if (round > 0) shuffled.insert(shuffled.end(), news.begin(), news.end()), std::ranges::shuffle(shuffled, random);
    for (const AssetNews& each : shuffled) record.take(each, refused);
    if (round == 0) first = record.json();
    ASSERT_EQ(record.json(), first) << "round " << round;
    ASSERT_EQ(AssetRecord::of(record.json())->json(), first);
  }
}

TEST(AssetRecord, WhatFindsNoRoomIsTheLatestAndCounted) {
  std::vector<int> order;
  for (int i = 0; i < 100; ++i) order.push_back(i);
  std::mt19937 random(7);
  std::string first;
  for (int round = 0; round < 20; ++round) {
    AssetRecord record;
    std::uint64_t refused = 0;
    for (const int i : order) {
      AssetNews news;
      news.identity = "x", news.sensor = "s1", news.state.told = {i + 1, 1, static_cast<std::uint64_t>(i)};
      news.facts.push_back({"name", std::to_string(i), "modbus", 90, i + 1, i + 1, 1, "s1", false});
      record.take(news, refused);
    }
    EXPECT_EQ(record.facts.size(), most_asset_facts);
    EXPECT_EQ(refused, 100 - most_asset_facts);
    EXPECT_EQ(record.facts.back().value, std::to_string(most_asset_facts - 1));
    if (round == 0) first = record.json();
    EXPECT_EQ(record.json(), first);
    std::ranges::shuffle(order, random);
  }
}

TEST(Inventory, OneAssetWithTheEvidenceOfEachFact) {
  Case in;
  in.bring(story());
  const auto list = in.center.json(in.viewer, "/api/v1/assets");
  ASSERT_EQ(list["total"], 3) << list.dump(1);
  EXPECT_EQ(list["assets"][0]["identity"], "10.3.1.4");
  EXPECT_EQ(list["assets"][0]["children"], 1);
  EXPECT_EQ(list["assets"][1]["identity"], "10.3.1.4/modbus/3");
  const auto full = in.seen("10.3.1.4");
  EXPECT_EQ(full["asset"]["name"], "plc-7") << "what was known by the MAC alone";
  EXPECT_EQ(full["asset"]["first_seen"], "2026-03-02T11:01:00.000000+0000");
  EXPECT_EQ(full["asset"]["last_seen"], "2026-03-02T11:11:00.000000+0000") << "silence is not heard";
  EXPECT_EQ(full["asset"]["silent"], true);
  EXPECT_EQ(full["asset"]["role"]["word"], "gateway");
  EXPECT_EQ(full["asset"]["exploited"], true);
  EXPECT_EQ(full["asset"]["ips"], nlohmann::json::array()) << "the address is another's";
  EXPECT_EQ(in.seen("10.3.1.9")["asset"]["ips"].size(), 2u);
  EXPECT_EQ(full["asset"]["firmware"], "V3.2") << "back to the first";
  ASSERT_EQ(full["conflicts"].size(), 1u);
  EXPECT_EQ(full["conflicts"][0]["one"], "Siemens");
  EXPECT_EQ(full["conflicts"][0]["other_source"], "modbus");
  for (const auto& each : full["facts"]) {
    EXPECT_GT(each["packet"], 0);
    EXPECT_EQ(each["sensor"], "s1");
    EXPECT_EQ(each["replaced"], each["value"] == "V3.3");
    EXPECT_EQ(each["packet"] == 5, each["value"] == "Siemens");
  }
  EXPECT_EQ(full["facts"].size(), 5u);
  EXPECT_EQ(full["children"][0]["identity"], "10.3.1.4/modbus/3");
  EXPECT_EQ(in.seen("10.3.1.4/modbus/3")["parent"]["identity"], "10.3.1.4");
  EXPECT_EQ(full["changes"][0]["change"], "silent");
  EXPECT_EQ(full["vulnerabilities"][0]["entry"]["cve"][0], "CVE-2026-0001");
  EXPECT_EQ(in.seen("00:1b:1b:01:02:03")["asset"]["identity"], "10.3.1.4") << "an old address leads there";
}

TEST(Inventory, OrderOfArrivalChangesNothing) {
  Case straight;
  straight.bring(story());
  const std::string wanted = straight.all();
  std::mt19937 random(11);
  for (int round = 0; round < 8; ++round) {
    Case in;
    std::vector<std::string> lines = story();
    std::ranges::shuffle(lines, random);
    const auto half = lines.begin() + 7;
    in.bring({lines.begin(), half});
    in.bring({half, lines.end()});
    ASSERT_EQ(in.all(), wanted) << "round " << round;
  }
}

// What is known of an asset at first may be no more than what it became, or that another has its address: nothing that it told.
TEST(Inventory, WhatAnotherToldOfItIsKept) {
  Case straight;
  straight.bring(story());
  const std::vector<std::string> all = story();
  for (const std::size_t first : {3u, 11u}) {  // merged, address_taken
    Case in;
    in.bring({all[first]});
    in.inventory().forget(*parse_timestamp("2026-03-02T10:00:00Z"));
    std::vector<std::string> others = all;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(first));
    in.bring(others);
    EXPECT_EQ(in.all(), straight.all()) << "with event " << first + 1 << " before the others";
    in.inventory().forget(*parse_timestamp("2026-03-02T11:30:00Z"));
    EXPECT_EQ(in.inventory().size(), 0u);
  }
}

// All orders of a device that turned out to be a second one, and later a third, and told something before and after each;
// each order with devices of its own.
TEST(Inventory, AnyOrderOfTurningOutToBeAnotherIsTheSame) {
  const auto events = [](const std::string& device, std::uint64_t seq, std::size_t event) {
    const auto other = [&](const char* name) { return R"(,"other":")" + (name + device) + "\""; };
    switch (event) {
      case 0: return line(seq, 1, "m" + device, "fact", fact("firmware", "V1", "s7comm"));
      case 1: return line(seq, 5, "x" + device, "merged", other("m"));
      case 2: return line(seq, 7, "m" + device, "fact", fact("firmware", "V2", "s7comm"));
      case 3: return line(seq, 9, "y" + device, "merged", other("m"));
      case 4: return line(seq, 11, "m" + device, "fact", fact("firmware", "V1", "s7comm"));
      default: return line(seq, 6, "z" + device, "merged", other("x"));
    }
  };
  Case in;
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
  std::vector<std::string> lines;
  std::size_t orders = 0;
  do {
    const std::string device = "-" + std::to_string(orders++) + ".";
    for (const std::size_t event : order) lines.push_back(events(device, lines.size() + 1, event));
  } while (std::ranges::next_permutation(order).found);
  in.bring(lines);
  const std::regex own(R"re(-\d+\.|"(seq|packet)":\d+)re");
  for (const char* name : {"m", "x", "y", "z"}) {
    std::string first;
    for (std::size_t i = 0; i < orders; ++i) {
      const std::string id = asset_id("cn/works", name + ("-" + std::to_string(i)) + ".");
      const auto document = in.center.center->documents().get(store::Scope::all(), "asset", id);
      ASSERT_TRUE(document) << name << i;
      const std::string text = std::regex_replace(document->body, own, "");
      if (i == 0) first = text;
      ASSERT_EQ(text, first) << name << ", order " << i;
    }
  }
  const auto facts = [&](const char* name) {
    const auto full = in.seen(name + std::string("-0."));
    std::string all;
    for (const auto& each : full["facts"]) all += each["value"].get<std::string>() + " ";
    return all;
  };
  EXPECT_EQ(facts("m"), "V1 V2 ") << "heard again since";
  EXPECT_EQ(facts("y"), "V1 V2 ");
  EXPECT_EQ(facts("z"), "V1 ") << "by way of x; the second version was told when it was no longer that";
}

TEST(Inventory, ReadAgainFromTheBeginningWritesNothing) {
  Case in;
  in.bring(story());
  const std::string before = in.all();
  ASSERT_TRUE(in.center.center->documents().remove(store::Scope::all(), "asset_cursor", "center").ok());
  const auto change = *in.center.center->documents().last_change();
  in.center.restart();
  in.inventory().catch_up();
  EXPECT_EQ(in.inventory().counters().value(InventoryCount::events), story().size());
  EXPECT_EQ(in.all(), before);
  const auto changed = in.center.center->documents().changes(store::Scope::all(), "asset", change, 100);
  EXPECT_EQ(changed->size(), 0u);
  in.center.restart();
  in.inventory().catch_up();
  EXPECT_EQ(in.inventory().counters().value(InventoryCount::events), 0u) << "goes on where it was";
}

TEST(Inventory, WhatIsSetByHandStays) {
  Case in;
  in.bring(story());
  const auto set = [&](const std::string& by, const std::string& body) {
    return in.center.ask(by, "PATCH", in.path("10.3.1.4"), body);
  };
  EXPECT_EQ(set(in.viewer, R"({"role":"safety"})").status, 403);
  EXPECT_EQ(set(in.other, R"({"role":"safety"})").status, 404);
  for (const char* bad : {R"({"role":"boss"})", R"({"level":6})", R"({"level":"x"})", R"({"name":""})", R"({"name":7})",
                          R"({"colour":"red"})"})
    EXPECT_EQ(set(in.analyst, bad).status, 400) << bad;
  const Answer done = set(in.analyst, R"({"role":"safety","name":"PLC-7","owner":"Mei"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(set(in.analyst, R"({"level":0,"version":0})").status, 409);
  EXPECT_EQ(set(in.analyst, R"({"level":0,"version":1})").status, 200);
  in.bring({line(20, 30, "10.3.1.4", "role", plc + R"(,"role":"controller","level":1)")});
  in.center.restart();
  const auto now = in.seen("10.3.1.4");
  EXPECT_EQ(now["asset"]["role"]["word"], "safety");
  EXPECT_EQ(now["asset"]["level"], 0);
  EXPECT_EQ(now["asset"]["name"], "PLC-7");
  EXPECT_EQ(now["asset"]["edited"], true);
  EXPECT_EQ(now["asset"]["silent"], false);
  EXPECT_EQ(set(in.analyst, R"({"role":null,"level":null})").status, 200);
  EXPECT_EQ(in.seen("10.3.1.4")["asset"]["role"]["word"], "controller");
  const auto history = in.center.json(in.viewer, in.path("10.3.1.4") + "/history")["history"];
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0]["role"], "safety");
  EXPECT_EQ(history[1]["level"], 0);
  EXPECT_EQ(history[2]["role"], nullptr);
  EXPECT_EQ(history[2]["name"], "PLC-7");
}

TEST(Inventory, BelongsToItsOrganisation) {
  Case in;
  in.bring(story());
  EXPECT_EQ(in.center.json(in.other, "/api/v1/assets")["total"], 0);
  for (const char* part : {"", "/history", "/peers", "/alerts"})
    EXPECT_EQ(in.center.ask(in.other, "GET", in.path("10.3.1.4") + part).status, 404);
  const std::string above = in.center.token(Role::viewer, "cn");
  EXPECT_EQ(in.center.json(above, "/api/v1/assets")["total"], 3);
  EXPECT_EQ(in.center.json(above, "/api/v1/assets?organisation=cn/other")["total"], 0);
  EXPECT_EQ(in.center.json(above, "/api/v1/assets?organisation=cn/works")["total"], 3);
  EXPECT_EQ(in.center.json(in.viewer, "/api/v1/assets?organisation=cn")["total"], 3);
}

TEST(Inventory, ListsArePagedAndFiltered) {
  Case in;
  std::vector<std::string> lines;
  for (int i = 1; i <= 30; ++i) {
    const std::string ip = "10.3.2." + std::to_string(i);
    lines.push_back(line(static_cast<std::uint64_t>(i), i, ip, "appeared",
                         R"(,"ip":[")" + ip + R"("],"role":")" + (i % 3 ? "controller" : "hmi") + R"(","level":)" +
                             (i % 3 ? "1" : "2") + R"(,"vendor":"Siemens")"));
  }
  in.bring(lines);
  for (const char* sort : {"address", "first", "last", "level"}) {
    std::set<std::string> seen;
    std::string cursor;
    for (int pages = 0;; ++pages) {
      ASSERT_LT(pages, 6);
      const auto page = in.center.json(
          in.viewer, std::string("/api/v1/assets?limit=7&sort=") + sort + (cursor.empty() ? "" : "&cursor=" + cursor));
      EXPECT_EQ(page["total"], pages == 0 && std::string_view(sort) == "address" ? 30 : 31);
      for (const auto& each : page["assets"]) EXPECT_TRUE(seen.insert(each["identity"]).second) << each;
      if (pages == 0 && std::string_view(sort) == "address")
        in.bring({line(100, 40, "10.3.1.1", "appeared", R"(,"ip":["10.3.1.1"])")});
      if (page["next"].is_null()) break;
      cursor.clear();
      for (const char c : page["next"].get<std::string>())
        cursor += c == ' ' ? "%20" : c == '~' ? "%7E" : std::string(1, c);
    }
    EXPECT_EQ(seen.size(), std::string_view(sort) == "address" ? 30u : 31u)
        << sort << ": one that came before the cursor is not on later pages";
  }
  const auto count = [&](const std::string& query) {
    return in.center.json(in.viewer, "/api/v1/assets?" + query)["total"].get<int>();
  };
  EXPECT_EQ(count("role=hmi"), 10);
  EXPECT_EQ(count("level=1,none"), 21);
  EXPECT_EQ(count("text=SIEMENS"), 30);
  EXPECT_EQ(count("text=10.3.2.17"), 1);
  EXPECT_EQ(count("vendor=Wago"), 0);
  EXPECT_EQ(count("sensor=s1"), 31);
  EXPECT_EQ(count("since=2026-03-02T11:30:00Z"), 2);
  EXPECT_EQ(count("is=silent"), 0);
  const auto counts = in.center.json(in.viewer, "/api/v1/assets/counts?role=controller");
  EXPECT_EQ(counts["total"], 20);
  EXPECT_EQ(counts["levels"][0]["level"], 1);
  for (const auto& each : counts["flags"]) EXPECT_EQ(each["count"], each["flag"] == "host" ? 20 : 0) << each;
  EXPECT_EQ(counts["full"], false);
}

TEST(Inventory, PeersAndAlertsAreOfItsAddresses) {
  Case in;
  ASSERT_EQ(in.center.ingest(in.ingest, 1, 3, TestCenter::alerts(1, 3)).status, 200);
  in.bring({line(1, 1, "10.3.1.4", "appeared", plc),
            line(2, 1, "10.3.9.77", "appeared", R"(,"ip":["10.3.9.77"],"role":"engineering")")});
  const auto peers = in.center.json(in.viewer, in.path("10.3.1.4") + "/peers");
  ASSERT_EQ(peers["peers"].size(), 1u) << peers.dump(1);
  EXPECT_EQ(peers["peers"][0]["address"], "10.3.9.77");
  EXPECT_EQ(peers["peers"][0]["asset"]["role"]["word"], "engineering");
  EXPECT_EQ(peers["peers"][0]["received"], 3);
  EXPECT_EQ(peers["peers"][0]["sent"], 0);
  EXPECT_EQ(peers["peers"][0]["protocols"][0], "modbus");
  EXPECT_EQ(in.center.json(in.viewer, in.path("10.3.1.4") + "/alerts")["alerts"].size(), 3u);
  in.bring({line(3, 2, "10.3.1.5", "appeared", R"(,"ip":["10.3.1.5"])")});
  EXPECT_EQ(in.center.json(in.viewer, in.path("10.3.1.5") + "/alerts")["alerts"].size(), 0u);
}

TEST(Inventory, ATableForSpreadsheetsRunsNoFormula) {
  Case in;
  in.bring({line(1, 1, "10.3.1.4", "fact",
                 plc + R"(,"role":"controller","level":1)" + fact("name", "=cmd|x!A1", "modbus"))});
  const Answer table = in.center.ask(in.viewer, "GET", "/api/v1/assets/export");
  EXPECT_EQ(table.status, 200);
  EXPECT_TRUE(table.body.starts_with("\xef\xbb\xbf" "address,MAC,role,level,"));
  EXPECT_NE(table.body.find(R"("10.3.1.4","00:1b:1b:01:02:03","controller",1,)"), table.body.npos) << table.body;
  EXPECT_NE(table.body.find("'=cmd"), table.body.npos) << table.body;
}

TEST(Inventory, IsCappedAndSaysSo) {
  Cap* cap = Cap::find("center.assets");
  ASSERT_TRUE(cap);
  ASSERT_TRUE(cap->set(16).ok());
  {
    Case in;
    std::vector<std::string> lines;
    for (int i = 1; i <= 20; ++i)
      lines.push_back(line(static_cast<std::uint64_t>(i), i, "10.3.2." + std::to_string(i), "appeared"));
    in.bring(lines);
    EXPECT_EQ(in.inventory().size(), 16u);
    EXPECT_EQ(in.inventory().counters().value(InventoryCount::refused_assets), 4u);
    EXPECT_EQ(in.center.json(in.viewer, "/api/v1/assets/counts")["full"], true);
    EXPECT_EQ(in.center.ask(in.analyst, "PATCH", in.path("10.3.2.2"), R"({"note":"stays"})").status, 200);
    in.inventory().forget(*parse_timestamp("2026-03-02T11:10:30Z"));
    EXPECT_EQ(in.inventory().size(), 7u) << "10.3.2.11 to 16, and the one edited by hand";
    EXPECT_EQ(in.center.ask(in.viewer, "GET", in.path("10.3.2.3")).status, 404);
    in.center.restart();
    EXPECT_EQ(in.inventory().size(), 7u);
  }
  ASSERT_TRUE(cap->set(cap->preset()).ok());
}

TEST(Inventory, HostileTextsAreOnlyText) {
  Case in;
  const std::string id = R"(10.3.1.4<script>' OR 1=1 --\"x)";
  in.bring({line(1, 1, "x", "fact", R"(,"ip":"no list","mac":[1,{}],"level":"high","facts":"none")"),
            line(2, 1, id, "fact", fact("<b>", std::string(5'000, 'z'), "'; DROP TABLE documents")),
            line(3, 1, "", "appeared"), line(4, 1, std::string(2'000, 'i'), "appeared")});
  const auto list = in.center.json(in.viewer, "/api/v1/assets");
  EXPECT_EQ(list["total"], 2) << list.dump(1);
  EXPECT_EQ(in.inventory().counters().value(InventoryCount::unreadable), 2u);
  for (const auto& each : list["assets"]) {
    const auto full = in.center.json(in.viewer, "/api/v1/assets/" + each["id"].get<std::string>());
    for (const auto& known : full["facts"]) EXPECT_EQ(known["value"].get<std::string>().size(), 256u);
  }
}

}  // namespace
}  // namespace langyan::center
