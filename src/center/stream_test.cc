// The live stream, over real sockets.
#include <gtest/gtest.h>

#include <set>

#include "center/secret.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

struct Message {
  std::string event, id;
  nlohmann::json data;
};

// A client of the stream: takes the chunks apart and the messages out of them.
class Listener {
 public:
  Listener(TestCenter& center, const std::string& token, std::string_view headers = {},
           std::string_view query = {})
      : peer_(center.address) {
    peer_.send("GET /api/v1/stream" + std::string(query) +
               " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + token + "\r\n" +
               std::string(headers) + "\r\n");
    std::string head;
    peer_.wait_for("\r\n\r\n", &head);
    status = head.size() > 12 ? std::stoi(head.substr(9, 3)) : 0;
    is_event_stream = head.find("Content-Type: text/event-stream") != head.npos;
  }

  std::optional<Message> next(int milliseconds = patience) {
    std::string block;
    while (!take_block(block)) {
      std::string size;
      if (!peer_.wait_for("\r\n", &size, milliseconds)) return {};
      const std::size_t bytes = std::stoul(size, nullptr, 16);
      while (peer_.input().size() < bytes + 2 && peer_.receive(milliseconds)) {
      }
      text_ += peer_.input().substr(0, bytes);
      peer_.input().erase(0, bytes + 2);
    }
    Message message;
    for (std::size_t at = 0; at < block.size();) {
      const auto end = block.find('\n', at);
      const std::string line = block.substr(at, end - at);
      if (line.starts_with("event: ")) message.event = line.substr(7);
      if (line.starts_with("id: ")) message.id = line.substr(4);
      if (line.starts_with("data: ")) message.data = nlohmann::json::parse(line.substr(6));
      if (line.starts_with(":")) message.event = "comment";
      at = end + 1;
    }
    if (!message.id.empty()) last_id = message.id;
    return message;
  }
  // Collects alerts until there are so many or nothing comes any more.
  std::vector<std::uint64_t> alerts(std::size_t count) {
    std::vector<std::uint64_t> seqs;
    while (seqs.size() < count) {
      const auto message = next();
      if (!message) break;
      if (message->event != "alert") continue;
      for (const auto& alert : message->data["alerts"])
        seqs.push_back(alert["event"]["origin"]["seq"]);
    }
    return seqs;
  }
  bool ended() {
    while (peer_.receive()) {
    }
    return peer_.ended();
  }

  int status = 0;
  bool is_event_stream = false;
  std::string last_id;

 private:
  bool take_block(std::string& block) {
    const auto end = text_.find("\n\n");
    if (end == text_.npos) return false;
    block = text_.substr(0, end + 1);
    text_.erase(0, end + 2);
    return true;
  }
  TestPeer peer_;
  std::string text_;
};

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> all;
  for (; first <= last; ++first) all.push_back(first);
  return all;
}

class StreamTest : public testing::Test {
 protected:
  void begin(CenterOptions options = {}) {
    center_ = std::make_unique<TestCenter>(std::move(options));
    ingest_ = center_->token(Role::ingest);
    viewer_ = center_->token(Role::viewer);
  }
  void store(std::uint64_t first, std::uint64_t count, Line line = {}) {
    ASSERT_EQ(
        center_->ingest(ingest_, first, count, TestCenter::alerts(first, count, line), line.lane)
            .status,
        200);
  }
  std::unique_ptr<TestCenter> center_;
  std::string ingest_, viewer_;
};

TEST_F(StreamTest, TellsOfNoticesWithinTheScopeAndGoesOn) {
  begin();
  const std::string issuer = center_->token(Role::analyst, "cn"), js = center_->token(Role::viewer, "cn/js"),
                    zj = center_->token(Role::viewer, "cn/zj");
  const auto make = [&] {
    const Answer made =
        center_->ask(issuer, "POST", "/api/v1/notices", R"({"kind":"incident","title":"T","organisation":"cn/js"})");
    return "/api/v1/notices/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
  };
  const std::string first = make(), second = make();
  const auto states = [](Listener& listener, std::size_t count) {
    std::vector<std::string> found;
    while (found.size() < count) {
      const auto message = listener.next();
      if (!message) break;
      if (message->event != "notice") continue;
      for (const auto& notice : message->data["notices"]) found.push_back(notice["state"]["word"]);
    }
    return found;
  };
  Listener listener(*center_, js), other(*center_, zj);
  ASSERT_TRUE(listener.next() && other.next());
  ASSERT_EQ(center_->ask(issuer, "POST", first + "/transitions", R"({"action":"issue"})").status, 200);
  EXPECT_EQ(states(listener, 1), std::vector<std::string>{"issued"});
  const std::string id = listener.last_id;
  ASSERT_EQ(center_->ask(issuer, "POST", second + "/transitions", R"({"action":"issue"})").status, 200);
  ASSERT_EQ(center_->ask(issuer, "POST", first + "/transitions", R"({"action":"withdraw","reason":"wrong"})").status,
            200);
  Listener again(*center_, js, "Last-Event-ID: " + id + "\r\n");
  EXPECT_EQ(states(again, 2), (std::vector<std::string>{"issued", "withdrawn"}));
  store(1, 1);
  const auto nothing = other.next(300);
  EXPECT_TRUE(!nothing || nothing->event != "notice");
}

TEST_F(StreamTest, TellsOfNewAlertsAndOnlyOfThose) {
  begin();
  store(1, 3);
  Listener listener(*center_, viewer_);
  EXPECT_EQ(listener.status, 200);
  EXPECT_TRUE(listener.is_event_stream);
  const auto hello = listener.next();
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->event, "ready");
  EXPECT_FALSE(hello->id.empty());
  store(1, 2, {.type = "modbus", .lane = "bulk"});
  store(4, 2);
  EXPECT_EQ(listener.alerts(2), range(4, 5));
  EXPECT_FALSE(listener.next(200));
}

TEST_F(StreamTest, ComesBackWhereItWas) {
  begin();
  std::string id;
  {
    Listener listener(*center_, viewer_);
    ASSERT_TRUE(listener.next());
    store(1, 5);
    EXPECT_EQ(listener.alerts(5), range(1, 5));
    id = listener.last_id;
  }
  store(6, 250);
  Listener again(*center_, viewer_, "Last-Event-ID: " + id + "\r\n");
  EXPECT_EQ(again.alerts(250), range(6, 255));
  const std::string then = again.last_id;
  Listener by_query(*center_, viewer_, "", "?cursor=" + then);
  ASSERT_TRUE(by_query.next());
  store(256, 1);
  EXPECT_EQ(by_query.alerts(1), range(256, 256));
}

TEST_F(StreamTest, ComesBackAfterARestartOfTheCenter) {
  begin();
  std::string id;
  {
    Listener listener(*center_, viewer_);
    ASSERT_TRUE(listener.next());
    store(1, 2);
    EXPECT_EQ(listener.alerts(2), range(1, 2));
    id = listener.last_id;
  }
  store(3, 2);
  center_->restart();
  store(5, 2);
  Listener again(*center_, viewer_, "Last-Event-ID: " + id + "\r\n");
  EXPECT_EQ(again.alerts(4), range(3, 6));
}

TEST_F(StreamTest, NothingIsMissedOrDoubledWhileEventsArrive) {
  begin();
  std::string id;
  {
    Listener listener(*center_, viewer_);
    ASSERT_TRUE(listener.next());
    id = listener.last_id;
  }
  std::thread sender([&] {
    for (std::uint64_t first = 1; first <= 600; first += 20) store(first, 20);
  });
  std::vector<std::uint64_t> seen;
  // Breaks off after each few messages and comes back.
  while (seen.size() < 600) {
    Listener listener(*center_, viewer_, "Last-Event-ID: " + id + "\r\n");
    if (!listener.next()) break;
    id = listener.last_id;
    for (int i = 0; i < 3; ++i) {
      const auto message = listener.next(1'000);
      if (!message) break;
      if (message->event == "alert") {
        for (const auto& alert : message->data["alerts"])
          seen.push_back(alert["event"]["origin"]["seq"]);
      }
      id = listener.last_id;
    }
  }
  sender.join();
  EXPECT_EQ(seen, range(1, 600));
}

TEST_F(StreamTest, TellsOfChangedStates) {
  begin();
  store(1, 1);
  Listener listener(*center_, viewer_);
  ASSERT_TRUE(listener.next());
  const std::string id = center_->json(viewer_, "/api/v1/alerts")["alerts"][0]["id"];
  ASSERT_EQ(center_
                ->ask(center_->token(Role::analyst), "POST", "/api/v1/alerts/actions",
                      R"({"action":"close","comment":"done","ids":[")" + id + R"("]})")
                .status,
            200);
  const auto update = listener.next();
  ASSERT_TRUE(update);
  EXPECT_EQ(update->event, "alert-update");
  ASSERT_EQ(update->data["updates"].size(), 1u);
  EXPECT_EQ(update->data["updates"][0]["change"]["alert"], id);
  EXPECT_EQ(update->data["updates"][0]["change"]["state"], "closed");
}

TEST_F(StreamTest, FiltersLikeTheListDoes) {
  begin();
  Listener listener(*center_, viewer_, "", "?severity=critical");
  ASSERT_TRUE(listener.next());
  store(1, 1, {.severity = 3});
  store(2, 1, {.severity = 1});
  EXPECT_EQ(listener.alerts(1), range(2, 2));
}

TEST_F(StreamTest, AnotherOrganisationHearsNothing) {
  begin();
  Listener foreign(*center_, center_->token(Role::viewer, "cn/zj"));
  ASSERT_TRUE(foreign.next());
  store(1, 3);
  EXPECT_FALSE(foreign.next(300));
}

TEST_F(StreamTest, EndsWithTheCredential) {
  begin();
  Listener listener(*center_, viewer_);
  ASSERT_TRUE(listener.next());
  const std::string id = center_->center->access().tokens().find(viewer_)->id;
  ASSERT_TRUE(center_->center->access().tokens().revoke(id, "test").ok());
  EXPECT_TRUE(listener.ended());
  store(1, 1);
}

TEST_F(StreamTest, AnUnknownPlaceIsSaidAndItGoesOn) {
  begin();
  store(1, 2);
  for (const char* id : {"nonsense~nonsense", "~", "a~b~c"}) {
    Listener listener(*center_, viewer_, std::string("Last-Event-ID: ") + id + "\r\n");
    ASSERT_TRUE(listener.next()) << id;  // ready
    const auto message = listener.next();
    ASSERT_TRUE(message) << id;
    // An empty cursor is the beginning; any other that is not understood is said to be.
    EXPECT_EQ(message->event, std::string(id) == "~" ? "alert" : "skipped") << id;
  }
}

TEST_F(StreamTest, CommentsKeepTheLineOpen) {
  CenterOptions options;
  options.http.feed_comment = 100 * millisecond;
  begin(options);
  Listener listener(*center_, viewer_);
  ASSERT_TRUE(listener.next());
  const auto comment = listener.next();
  ASSERT_TRUE(comment);
  EXPECT_EQ(comment->event, "comment");
}

TEST_F(StreamTest, ManyEventsComeInFewMessages) {
  CenterOptions options;
  begin(options);
  Listener listener(*center_, viewer_);
  ASSERT_TRUE(listener.next());
  store(1, 95);
  std::size_t messages = 0, alerts = 0;
  while (alerts < 95) {
    const auto message = listener.next();
    ASSERT_TRUE(message);
    ++messages;
    alerts += message->data["alerts"].size();
  }
  EXPECT_EQ(messages, 1u);
}

TEST_F(StreamTest, ThereIsALimitOfListeners) {
  CenterOptions options;
  options.feeds = 2;
  begin(options);
  {
    Listener a(*center_, viewer_), b(*center_, viewer_);
    ASSERT_TRUE(a.next());
    ASSERT_TRUE(b.next());
    const Answer refused = center_->ask(viewer_, "GET", "/api/v1/stream");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "10");
  }
  for (int i = 0; i < patience / 5 && center_->center->feeds() > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Listener later(*center_, viewer_);
  EXPECT_EQ(later.status, 200);
}

TEST_F(StreamTest, StopEndsStreamsAtOnce) {
  CenterOptions options;
  options.grace = hour;  // which it does not wait for
  begin(options);
  Listener listener(*center_, viewer_);
  ASSERT_TRUE(listener.next());
  const auto begun = std::chrono::steady_clock::now();
  center_->center->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(patience));
  EXPECT_TRUE(listener.ended());
}

}  // namespace
}  // namespace langyan::center
