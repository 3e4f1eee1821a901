// Letters between centers: whatever their order, and however often they come, centers that have the same agree.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "center/notice_travel.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

const store::Scope everything = store::Scope::all();

// A center's notices, and whom its people act for.
struct Place {
  Place(std::string name, std::string organisation) : name_(std::move(name)), organisation_(std::move(organisation)) {
    open();
  }

  void open() {
    notices.reset(), documents.reset();
    auto opened = store::DocumentStore::open(disk, clock, folder.path() + "/state.db");
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    documents = opened.take();
    notices = std::make_unique<Notices>(*documents, clock, random, name_);
  }
  Actor actor() const { return {everything, organisation_, "li"}; }
  std::string issue() {
    Notice notice;
    notice.kind = "incident", notice.title = "PLC stopped", notice.severity = "high",
    notice.organisation = "cn/js/works";
    notice.sids = {9'100'000}, notice.hosts = {"10.3.9.77"};
    notice.origins = {{"s1", 7, store::Lane::alert, 3, 1'000'000}};
    const auto made = notices->draft(actor(), notice);
    EXPECT_TRUE(made.ok()) << made.error().message;
    EXPECT_TRUE(notices->act(actor(), made->id, "issue", "", {}).ok());
    return made->id;
  }
  std::vector<Notices::Sent> sent() {
    auto all = notices->sent(everything, 0, 1'000);
    EXPECT_TRUE(all.ok());
    return all ? all.take() : std::vector<Notices::Sent>();
  }
  Result<Notices::Taken> take(std::string_view letter, const store::Scope& part = everything) {
    const auto parsed = NoticeLetter::parse(letter);
    if (!parsed) return parsed.error();
    store::DocumentChange position;
    position.kind = "place", position.id = "test", position.organisation = "center", position.body = "{}";
    return notices->take(*parsed, part, position);
  }
  std::string told(const std::string& id) {
    const auto notice = notices->get(everything, id);
    if (!notice) return notice.error().message;
    const auto entries = notices->entries(everything, *notice);
    std::string text = notice->number + " " + notice->title + " " + notice->state + " " + notice->request + " " +
                       std::to_string(notice->submitted.value_or(-1)) + "\n";
    for (const NoticeEntry& entry : *entries) text += entry.key() + " " + entry.action + " " + entry.refused + "\n";
    return text;
  }

  std::string name_, organisation_;
  TempFolder folder;
  SystemDisk disk;
  TestClock clock;
  SystemRandom random;
  std::unique_ptr<store::DocumentStore> documents;
  std::unique_ptr<Notices> notices;
};

Provided some_copies() {
  Copies copies;
  copies.events.emplace_back().json =
      R"({"timestamp":"1970-01-01T00:00:01.000000+0000","origin":{"sensor":"s1","epoch":"0000000000000007","lane":"alert","seq":3},"packet":"AAEC"})";
  return Provided::of(copies);
}

TEST(NoticeTravel, OrderAndReplayChangeNothing) {
  std::mt19937 chance(5);
  std::size_t letters = 0, refused = 0;
  for (int round = 0; round < 25; ++round) {
    Place nation("cn", "cn"), works("works-7", "cn/js/works"), third("js", "cn/js");
    const std::string id = nation.issue();
    ASSERT_EQ(*works.take(nation.sent().front().letter.json()), Notices::Taken::applied);
    // Both act as they see it, and hear of each other only now and then.
    std::map<std::string, std::size_t> heard;
    for (int step = 0; step < 30; ++step) {
      const bool up = chance() % 2;
      Place &one = up ? works : nation, &other = up ? nation : works;
      one.clock.advance(second);
      const Transition& row = transitions()[chance() % transitions().size()];
      (void)one.notices->act(one.actor(), id, row.action, "why", {},
                             row.request_to == "provided" ? std::optional(some_copies()) : std::nullopt);
      if (chance() % 4) continue;
      const auto all = one.sent();
      for (std::size_t& at = heard[one.name_]; at < all.size(); ++at)
        ASSERT_TRUE(other.take(all[at].letter.json()).ok());
    }
    std::vector<std::string> every;
    for (Place* from : {&nation, &works})
      for (auto& sent : from->sent()) {
        ASSERT_TRUE(from->notices->attach(sent.letter).ok());
        every.push_back(sent.letter.json());
      }
    letters += every.size();
    for (Place* to : {&nation, &works, &third}) {
      auto mixed = every;
      mixed.insert(mixed.end(), every.begin(), every.end());  // each comes twice at least
      std::ranges::shuffle(mixed, chance);
      for (const std::string& letter : mixed) {
        ASSERT_TRUE(to->take(letter).ok()) << letter;
        if (chance() % 16 == 0) to->open();
      }
    }
    EXPECT_EQ(nation.told(id), works.told(id));
    EXPECT_EQ(nation.told(id), third.told(id));
    std::set<std::string> keys;
    for (const auto& sent : third.sent()) EXPECT_TRUE(keys.insert(sent.letter.entry.key()).second);
    const auto entries = third.notices->entries(everything, *third.notices->get(everything, id));
    refused += static_cast<std::size_t>(
        std::ranges::count_if(*entries, [](const NoticeEntry& each) { return !each.refused.empty(); }));
  }
  EXPECT_GE(refused, 10u);
  std::printf("notices: %zu letters, each twice and mixed at three centers; %zu of them refused everywhere alike\n",
              letters, refused);
}

TEST(NoticeTravel, AStepOfTheWrongSideOrPartIsNotTaken) {
  Place nation("cn", "cn"), works("works-7", "cn/js/works");
  const std::string id = nation.issue();
  auto issued = nation.sent().front().letter;
  const auto other_part = *store::Scope::of("cn/zj"), its_part = *store::Scope::of("cn/js");
  EXPECT_EQ(works.take(issued.json(), other_part).error().kind, ErrorKind::permission);
  EXPECT_EQ(works.take(issued.json(), its_part).error().kind, ErrorKind::permission);  // who issued is above it
  ASSERT_TRUE(works.take(issued.json()).ok());
  NoticeLetter closing{id, "cn/js/works", {}, {}};
  closing.entry.action = "withdraw", closing.entry.from = "issued", closing.entry.to = "withdrawn",
  closing.entry.reason = "mine";
  closing.entry.number = 2, closing.entry.center = "works-7", closing.entry.organisation = "cn/js/works",
  closing.entry.time = 1;
  EXPECT_EQ(*nation.take(closing.json(), its_part), Notices::Taken::refused);  // kept, and says why
  EXPECT_NE(nation.told(id).find("withdraw it is not for cn/js/works to do"), std::string::npos) << nation.told(id);
  EXPECT_NE(nation.told(id).find(" issued "), std::string::npos);
  closing.addressed = "cn/js/other", closing.entry.number = 3;
  EXPECT_EQ(nation.take(closing.json(), its_part).error().kind, ErrorKind::invalid);  // another notice of that id
  // An issuer who is not: the notice comes from below and says it is the nation's.
  NoticeLetter forged = issued;
  forged.notice = "00000000000000aa", forged.entry.organisation = "cn/js/works";
  EXPECT_EQ(nation.take(forged.json(), its_part).error().kind, ErrorKind::permission);
  EXPECT_FALSE(nation.notices->get(everything, "00000000000000aa").ok());
}

TEST(NoticeTravel, WhatNobodyAskedForIsNotKept) {
  Place nation("cn", "cn"), works("works-7", "cn/js/works");
  const std::string id = nation.issue();
  ASSERT_TRUE(works.take(nation.sent().front().letter.json()).ok());
  NoticeLetter providing{id, "cn/js/works", {}, {}};
  providing.entry.action = "provide", providing.entry.from = providing.entry.to = "issued";
  providing.entry.number = 2, providing.entry.center = "works-7", providing.entry.organisation = "cn/js/works",
  providing.entry.time = 1;
  providing.entry.provided = some_copies();
  EXPECT_EQ(*nation.take(providing.json()), Notices::Taken::refused);
  EXPECT_EQ(*nation.take(providing.json()), Notices::Taken::known);
  NoticeLetter kept = providing;
  ASSERT_TRUE(nation.notices->attach(kept).ok());
  EXPECT_TRUE(kept.entry.provided->lines.empty());

  ASSERT_TRUE(nation.notices->act(nation.actor(), id, "request", "why", {}).ok());
  for (const auto& sent : nation.sent()) ASSERT_TRUE(works.take(sent.letter.json()).ok());
  ASSERT_TRUE(works.notices->act(works.actor(), id, "provide", "", {}, some_copies()).ok());
  auto answer = works.sent().back().letter;
  EXPECT_TRUE(answer.entry.provided->lines.empty());  // as handed down again
  ASSERT_TRUE(works.notices->attach(answer).ok());
  EXPECT_EQ(*nation.take(answer.json()), Notices::Taken::applied);
  const auto evidence = nation.notices->evidence(everything, *nation.notices->get(everything, id));
  ASSERT_TRUE(evidence.ok() && *evidence);
  EXPECT_EQ((*evidence)->lines, some_copies().lines);
}

TEST(NoticeTravel, ALetterIsReadWholeOrNotAtAll) {
  Place nation("cn", "cn");
  nation.issue();
  const std::string good = nation.sent().front().letter.json();
  const auto parsed = NoticeLetter::parse(good);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->json(), good);
  std::size_t tried = 0;
  for (std::size_t end = 0; end < good.size(); ++end, ++tried)
    EXPECT_FALSE(NoticeLetter::parse(good.substr(0, end)).ok());
  const auto whole = nlohmann::json::parse(good);
  for (const auto& [name, value] : whole.items()) {
    if (name == "reason" || name == "content") continue;  // may be empty, may be left out
    for (const nlohmann::json& bad :
         {nlohmann::json(), nlohmann::json(std::string(5'000, 'x')), nlohmann::json::array({1}), nlohmann::json(-1)}) {
      if (name == "by" && !bad.is_string()) continue;
      auto changed = whole;
      changed[name] = bad;
      EXPECT_FALSE(NoticeLetter::parse(changed.dump()).ok()) << name << " " << bad;
      ++tried;
    }
  }
  std::printf("notices: %zu damaged letters refused\n", tried);
}

TEST(NoticeTravel, APlaceOfAnotherStoreIsTheBeginning) {
  Place nation("cn", "cn"), restored("cn", "cn");
  for (int i = 0; i < 3; ++i) nation.issue(), restored.issue();
  const auto sent = nation.sent();
  EXPECT_EQ(*change_at(*nation.notices, everything, place_of(sent[1])), sent[1].change);
  EXPECT_EQ(*change_at(*restored.notices, everything, place_of(sent[1])), 0u);
  EXPECT_EQ(*change_at(*nation.notices, *store::Scope::of("cn/zj"), place_of(sent[1])), 0u);
  for (const char* place : {"", "x", "999999999.00000000", "18446744073709551616.0", "-1.0"})
    EXPECT_EQ(*change_at(*nation.notices, everything, place), 0u) << place;
}

// Over a real connection: what is listened to, and what only a center may deliver.
TEST(NoticeTravel, GoesDownToItsPartOnlyAndUpFromACenterOnly) {
  TestCenter center;
  const std::string issuer = center.token(Role::analyst, "cn"), js = center.token(Role::ingest, "cn/js", "js", true),
                    zj = center.token(Role::ingest, "cn/zj", "zj", true),
                    sensor = center.token(Role::ingest, "cn/js", "s1");
  const Answer made =
      center.ask(issuer, "POST", "/api/v1/notices", R"({"kind":"incident","title":"T","organisation":"cn/js/works"})");
  const std::string id = nlohmann::json::parse(made.body)["id"], path = "/api/v1/notices/" + id;
  const auto listen = [&](const std::string& by, std::string_view place = {}) {
    auto peer = std::make_unique<TestPeer>(center.address);
    peer->send("GET /api/v1/notices/entries" + (place.empty() ? "" : "?place=" + std::string(place)) +
               " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + by + "\r\n\r\n");
    EXPECT_TRUE(peer->wait_for(":\n\n"));
    return peer;
  };
  auto below = listen(js), elsewhere = listen(zj);
  ASSERT_EQ(center.ask(issuer, "POST", path + "/transitions", R"({"action":"issue"})").status, 200);
  std::string message;
  ASSERT_TRUE(below->wait_for("data: ") && below->wait_for("\n\n", &message));
  const auto entry = nlohmann::json::parse(message)["entries"][0];
  EXPECT_EQ(entry["notice"]["content"]["title"], "T");
  ASSERT_EQ(center.ask(issuer, "POST", path + "/comments", R"({"text":"well?"})").status, 200);
  auto again = listen(js, entry["place"].get<std::string>());  // goes on behind what it has
  ASSERT_TRUE(again->wait_for("data: ") && again->wait_for("\n\n", &message));
  EXPECT_EQ(nlohmann::json::parse(message)["entries"].size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(message)["entries"][0]["notice"]["action"], "comment");
  EXPECT_EQ(center.ask(sensor, "GET", "/api/v1/notices/entries").status, 403);

  const auto event = [&](const std::string& source, const std::string& organisation, int number) {
    NoticeLetter letter{id, "cn/js/works", {}, {}};
    letter.entry.action = "receive", letter.entry.from = "issued", letter.entry.to = "received",
    letter.entry.center = source;
    letter.entry.organisation = organisation, letter.entry.number = static_cast<std::uint64_t>(number),
    letter.entry.time = 1;
    Line line;
    line.type = "notice", line.sensor = source, line.more = ",\"notice\":" + letter.json();
    return text_of(line);
  };
  EXPECT_EQ(center.ingest(sensor, 1, 1, event("s1", "cn/js/works", 3)).status, 400);
  EXPECT_EQ(center.ingest(zj, 1, 1, event("zj", "cn/js/works", 3), "alert", "zj").status,
            200);  // taken in, and not taken
  EXPECT_EQ(center.ingest(js, 1, 1, event("js", "cn/js/works", 4), "alert", "js").status, 200);
  for (int i = 0; i < patience / 20 && center.json(issuer, path)["entries"].size() < 3; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto notice = center.json(issuer, path);
  EXPECT_EQ(notice["state"]["word"], "received");
  ASSERT_EQ(notice["entries"].size(), 3u);
  EXPECT_EQ(notice["entries"][2]["center"], "js");
  const std::string auditor = center.token(Role::audit);
  nlohmann::json log;  // written after the notice
  for (int i = 0; i < patience / 20 && (log.is_null() || log["entries"].empty());
       ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20)))
    log = center.json(auditor, "/api/v1/audit?action=notice.taken");
  ASSERT_EQ(log["entries"].size(), 1u) << log;
  EXPECT_EQ(log["entries"][0]["object"], id);
  EXPECT_FALSE(elsewhere->wait_for("data: ", nullptr, 300));
}

}  // namespace
}  // namespace langyan::center
