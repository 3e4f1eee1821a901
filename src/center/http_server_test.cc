#include "center/http_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "center/problem.h"
#include "center/test_peer.h"

namespace langyan::center {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// Answers with what it was asked, so that a test sees how a request was read.
class Echo final : public HttpHandler {
 public:
  Admission admit(const Request& head) override {
    Admission admission;
    admission.largest_body = 1'000'000;
    admission.lane = head.path == "/slow"        ? Lane::expensive
                     : head.path == "/immediate" ? Lane::immediate
                     : head.path == "/ingest"    ? Lane::ingest
                                                 : Lane::query;
    if (head.path == "/refused") admission.refusal = Problem(Code::forbidden, "No.");
    return admission;
  }
  Response handle(Request& request) override {
    if (request.path == "/slow") {
      ++working;
      while (hold) std::this_thread::sleep_for(1ms);
      --working;
    }
    if (request.path == "/throws") throw std::runtime_error("on purpose");
    Response response;
    response.content_type = "text/plain";
    response.body = std::string(name(request.method)) + " " + request.path + "?" + request.query +
                    " " + std::to_string(request.body.size()) + " " + request.body.substr(0, 40);
    if (request.path == "/large") response.body.assign(8'000'000, 'x');
    if (request.path == "/feed") response.feed = feed;
    return response;
  }
  std::atomic<bool> hold = false;
  std::atomic<int> working = 0;
  std::shared_ptr<EventFeed> feed;
};

class HttpServerTest : public testing::Test {
 protected:
  void begin(HttpLimits limits = {}) {
    server_ = std::make_unique<HttpServer>(limits, echo_);
    auto bound = server_->listen("127.0.0.1:0", Door::api, {});
    ASSERT_TRUE(bound.ok()) << bound.error().message;
    address_ = *bound;
    server_->start();
  }
  void TearDown() override {
    echo_.hold = false;
    if (server_) server_->stop(5 * second);
  }
  // What is answered to these bytes, and whether the connection ends after it.
  Answer answer_to(std::string_view bytes, bool* ends = nullptr) {
    TestPeer peer(address_);
    peer.send(bytes);
    Answer answer = peer.answer();
    if (ends) {
      while (peer.receive()) {
      }
      *ends = peer.ended() && peer.input().empty();
    }
    return answer;
  }

  Echo echo_;
  std::unique_ptr<HttpServer> server_;
  std::string address_;
};

TEST_F(HttpServerTest, ReadsRequestsOneAfterTheOther) {
  begin();
  TestPeer peer(address_);
  EXPECT_EQ(peer.ask("GET", "/a?b=c").body, "GET /a?b=c 0 ");
  EXPECT_EQ(peer.ask("POST", "/p", "hello").body, "POST /p? 5 hello");
  EXPECT_EQ(peer.ask("DELETE", "/ingest").body, "DELETE /ingest? 0 ");
  EXPECT_EQ(peer.ask("PUT", "/immediate", "x").body, "PUT /immediate? 1 x");
  const Answer head = peer.ask("HEAD", "/h");
  EXPECT_EQ(head.headers.at("content-length"), "11");
  EXPECT_EQ(peer.ask("GET", "/still").body, "GET /still? 0 ");
  EXPECT_EQ(server_->counters().value(HttpCount::accepted), 1u);
  EXPECT_EQ(server_->counters().value(HttpCount::requests), 6u);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  begin();
  TestPeer peer(address_);
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc";
  }
  peer.send(all);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(peer.answer().body, "POST /" + std::to_string(i) + "? 3 abc");
}

TEST_F(HttpServerTest, ReadsAByteAtATime) {
  begin();
  TestPeer peer(address_);
  for (char c : std::string("POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
    peer.send({&c, 1});
    std::this_thread::sleep_for(200us);
  }
  EXPECT_EQ(peer.answer().body, "POST /x? 5 abcde");
  EXPECT_EQ(peer.ask("GET", "/next").body, "GET /next? 0 ");
}

TEST_F(HttpServerTest, TakesALargeBodyEitherWay) {
  begin();
  TestPeer peer(address_);
  const std::string body(999'999, 'b');
  EXPECT_TRUE(peer.ask("POST", "/x", body).body.starts_with("POST /x? 999999 bbb"));
  std::string chunked = "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 99; ++i) chunked += "2710\r\n" + std::string(10'000, 'c') + "\r\n";
  peer.send(chunked + "0\r\n\r\n");
  EXPECT_TRUE(peer.answer().body.starts_with("POST /x? 990000 ccc"));
  EXPECT_EQ(peer.ask("GET", "/large").body.size(), 8'000'000u);
}

TEST_F(HttpServerTest, ATrailerIsNoHeader) {
  begin();
  TestPeer peer(address_);
  peer.send(
      "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(peer.answer().status, 400);
}

// Each of these was, in some server, a way to hide a second request inside a first.
TEST_F(HttpServerTest, RefusesAmbiguousFraming) {
  begin();
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: t\r\n\r\n";
  const std::pair<const char*, std::string> cases[] = {
      {"both lengths",
       "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {"both, other order",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: "
       "3\r\n\r\n0\r\n\r\n"},
      {"two equal lengths",
       "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"},
      {"two lengths",
       "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nContent-Length: 33\r\n\r\n"},
      {"a list of lengths", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0, 0\r\n\r\n"},
      {"a signed length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +0\r\n\r\n"},
      {"a negative length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n"},
      {"a hexadecimal length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x0\r\n\r\n"},
      {"an overflowing length",
       "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 18446744073709551616\r\n\r\n"},
      {"an empty length", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: \r\n\r\n"},
      {"another coding", "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n"},
      {"two codings",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {"chunked twice",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {"a tab before chunked",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"},
      {"chunks in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"space before the colon", "POST / HTTP/1.1\r\nHost: t\r\nContent-Length : 5\r\n\r\n"},
      {"a folded line", "POST / HTTP/1.1\r\nHost: t\r\nX: a\r\n Content-Length: 5\r\n\r\n"},
      {"a folded first line", "POST / HTTP/1.1\r\n Host: t\r\n\r\n"},
      {"a bare line feed", "POST / HTTP/1.1\nHost: t\r\n\r\n"},
      {"a bare line feed in a value",
       "POST / HTTP/1.1\r\nHost: t\r\nX: a\nContent-Length: 5\r\n\r\n"},
      {"a bare carriage return", "POST / HTTP/1.1\r\nHost: t\r\nX: a\rContent-Length: 5\r\n\r\n"},
      {"a NUL", "POST / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"s},
      {"no colon", "POST / HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n"},
      {"no host", "GET / HTTP/1.1\r\n\r\n"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"two authorizations",
       "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"},
      {"no path", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a space in the path", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"another site's path", "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a path of bytes", "GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a method of bytes", "G\x01T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no version", "GET /\r\nHost: a\r\n\r\n"},
      {"nonsense", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"},
      {"a chunk size with a sign",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n"},
      {"a chunk size with a prefix",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"},
      {"no chunk size",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n\r\na\r\n0\r\n\r\n"},
      {"a chunk longer than it says",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"},
      {"an overflowing chunk",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
       "chunked\r\n\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n"},
      {"a bare line feed after a size",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"},
      {"a bare carriage return in an extension",
       "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;a\rb\r\na\r\n0\r\n\r\n"},
  };
  for (const auto& [what, bytes] : cases) {
    TestPeer peer(address_);
    peer.send(bytes + hidden);
    const Answer answer = peer.answer();
    EXPECT_EQ(answer.status, 400) << what << ": " << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << what;
    EXPECT_NE(answer.body.find("\"code\":\"malformed-request\""), answer.body.npos) << what;
    EXPECT_EQ(answer.headers.at("connection"), "close") << what;
    while (peer.receive()) {
    }
    EXPECT_EQ(peer.input(), "") << what << ": the hidden request was answered";
  }
  EXPECT_EQ(server_->counters().value(HttpCount::malformed), std::size(cases));
}

TEST_F(HttpServerTest, BoundsTheHeader) {
  HttpLimits limits;
  limits.header_bytes = 4'096;
  limits.target_bytes = 1'000;
  limits.header_fields = 20;
  begin(limits);
  bool ends = false;
  const std::string start = "GET / HTTP/1.1\r\nHost: t\r\n";
  EXPECT_EQ(answer_to(start + "X: " + std::string(5'000, 'a') + "\r\n\r\n", &ends).status, 431);
  EXPECT_TRUE(ends);
  EXPECT_EQ(answer_to(start + "X: " + std::string(1'000'000, 'a'), &ends).status, 431);
  std::string many = start;
  for (int i = 0; i < 30; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(answer_to(many + "\r\n").status, 431);
  EXPECT_EQ(answer_to("GET /" + std::string(1'000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status,
            414);
  EXPECT_EQ(answer_to("GET /" + std::string(999, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status,
            200);
  EXPECT_EQ(answer_to("GET / HTTP/2.0\r\nHost: t\r\n\r\n").status, 505);
  EXPECT_EQ(answer_to("GET / HTTP/1.0\r\n\r\n", &ends).status, 200);
  EXPECT_TRUE(ends);
}

TEST_F(HttpServerTest, SlowPeersAreAnswered408) {
  HttpLimits limits;
  limits.header_time = limits.body_time = 100 * millisecond;
  begin(limits);
  bool ends = false;
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost:", &ends).status, 408);
  EXPECT_TRUE(ends);
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 900000\r\n\r\nabc").status,
            408);
  EXPECT_EQ(
      answer_to("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na").status,
      408);
  EXPECT_EQ(server_->counters().value(HttpCount::timeouts), 3u);

  TestPeer trickle(address_);  // a byte now and then does not help
  std::string header = "GET / HTTP/1.1\r\nHost: t\r\nX: ";
  for (int i = 0; i < 40 && trickle.send({&header[static_cast<std::size_t>(i % 28)], 1}); ++i) {
    if (trickle.receive(20)) break;
  }
  EXPECT_EQ(trickle.answer().status, 408);

  limits.idle_time = 100 * millisecond;
  server_->stop(5 * second);
  begin(limits);
  TestPeer idle(address_);  // has asked nothing, so there is nothing to answer
  EXPECT_FALSE(idle.receive());
  EXPECT_TRUE(idle.ended());
  EXPECT_EQ(idle.input(), "");
}

TEST_F(HttpServerTest, BoundsTheBody) {
  begin();
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000001\r\n\r\n").status, 413);
  EXPECT_EQ(
      answer_to("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 999999999999999999\r\n\r\n").status,
      413);
  EXPECT_EQ(
      answer_to("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nF4241\r\n").status,
      413);
  std::string endless = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 2'000; ++i) endless += "400\r\n" + std::string(1024, 'x') + "\r\n";
  EXPECT_EQ(answer_to(endless).status, 413);
  const std::string extended =
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
      std::string(300'000, 'e');
  EXPECT_EQ(answer_to(extended).status, 400);
}

TEST_F(HttpServerTest, AnswersEarlyThoughTheBodyIsStillComing) {
  begin();
  TestPeer peer(address_);
  peer.send("POST /refused HTTP/1.1\r\nHost: t\r\nContent-Length: 900000\r\n\r\n");
  EXPECT_EQ(peer.answer().status, 403);
  peer.send(std::string(900'000, 'x'));  // goes on although it was answered, as many do
  while (peer.receive()) {
  }
  EXPECT_TRUE(peer.ended());

  TestPeer whole(address_);  // all at once: the answer must not be lost to a reset
  whole.send("POST /refused HTTP/1.1\r\nHost: t\r\nContent-Length: 900000\r\n\r\n" +
             std::string(900'000, 'x'));
  EXPECT_EQ(whole.answer().status, 403);
  EXPECT_EQ(answer_to("GET /refused HTTP/1.1\r\nHost: t\r\n\r\n").status, 403);
}

TEST_F(HttpServerTest, SaysContinueOnlyToWhatItWillRead) {
  begin();
  TestPeer peer(address_);
  peer.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.answer().status, 100);
  peer.send("abc");
  EXPECT_EQ(peer.answer().body, "POST /x? 3 abc");
  peer.send(
      "POST /refused HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(peer.answer().status, 403);
}

TEST_F(HttpServerTest, BoundsTheMemoryOfBodies) {
  HttpLimits limits;
  limits.bodies_bytes = 1'500'000;
  begin(limits);
  TestPeer first(address_), second(address_);
  const std::string head = "POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n";
  first.send(head + std::string(900'000, 'a'));
  second.send(head + std::string(900'000, 'b'));
  bool first_refused = false, second_refused = false;
  for (int i = 0; i < patience / 20 && !first_refused && !second_refused; ++i)
    first_refused = first.receive(10), second_refused = !first_refused && second.receive(10);
  const Answer refused = first_refused ? first.answer() : second.answer();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "2");
  TestPeer& other = first_refused ? second : first;
  other.send(std::string(100'000, 'c'));
  EXPECT_EQ(other.answer().status, 200);
  EXPECT_TRUE(TestPeer(address_).ask("POST", "/x", std::string(999'999, 'd')).status == 200);
}

TEST_F(HttpServerTest, ExpensiveRequestsAreFewAndOthersWaitForTheirTurn) {
  HttpLimits limits;
  limits.expensive = limits.waiting = 2;
  limits.workers = 3;
  begin(limits);
  echo_.hold = true;
  std::vector<std::unique_ptr<TestPeer>> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(std::make_unique<TestPeer>(address_));
  const std::string slow = "GET /slow HTTP/1.1\r\nHost: t\r\n\r\n";
  peers[0]->send(slow), peers[1]->send(slow);
  while (echo_.working < 2) std::this_thread::sleep_for(1ms);
  peers[2]->send(slow), peers[3]->send(slow);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(peers[4]->ask("GET", "/quick").status, 200);  // by then the two have arrived
  const Answer refused = peers[4]->ask("GET", "/slow");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(echo_.working, 2);
  EXPECT_EQ(peers[4]->ask("GET", "/quick").status, 200);  // others go on, on the same connection
  peers[3].reset();  // one that goes away meanwhile holds up nobody
  echo_.hold = false;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(peers[i]->answer().status, 200) << i;
  EXPECT_EQ(peers[4]->ask("GET", "/slow").status, 200);
}

TEST_F(HttpServerTest, AFullQueueIsAnswered503AndImmediateOnesGoOn) {
  HttpLimits limits;
  limits.workers = limits.waiting = 1;
  limits.expensive = 10;
  begin(limits);
  echo_.hold = true;
  const std::string slow = "GET /slow HTTP/1.1\r\nHost: t\r\n\r\n";
  TestPeer working(address_), waiting(address_), other(address_);
  working.send(slow);
  while (echo_.working < 1) std::this_thread::sleep_for(1ms);
  waiting.send(slow);
  Answer refused;
  for (int i = 0; i < 1'000 && refused.status != 503; ++i) {
    TestPeer probe(address_);
    probe.send("GET /x HTTP/1.1\r\nHost: t\r\n\r\n");
    if (probe.receive(50)) refused = probe.answer();
  }
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(other.ask("GET", "/immediate").status, 200);
  EXPECT_EQ(other.ask("POST", "/ingest", "e").status, 200);
  echo_.hold = false;
  EXPECT_EQ(waiting.answer().status, 200);
}

TEST_F(HttpServerTest, UnderPressureTheLongestIdleGoesFirst) {
  HttpLimits limits;
  limits.connections = 8;
  begin(limits);
  std::vector<std::unique_ptr<TestPeer>> idle;
  for (int i = 0; i < 100; ++i) {
    idle.push_back(std::make_unique<TestPeer>(address_));
    ASSERT_EQ(idle.back()->ask("GET", "/" + std::to_string(i)).status, 200) << i;
  }
  EXPECT_EQ(server_->counters().value(HttpCount::shed_connections), 92u);
  EXPECT_EQ(idle[99]->ask("GET", "/again").status, 200);
  EXPECT_EQ(idle[0]->ask("GET", "/gone").status, 0);
}

TEST_F(HttpServerTest, WhenAllConnectionsWorkTheNextHearsWhy) {
  HttpLimits limits;
  limits.connections = limits.workers = limits.expensive = 2;
  begin(limits);
  echo_.hold = true;
  const std::string slow = "GET /slow HTTP/1.1\r\nHost: t\r\n\r\n";
  TestPeer a(address_), b(address_);
  a.send(slow), b.send(slow);
  while (echo_.working < 2) std::this_thread::sleep_for(1ms);
  bool ends = false;
  const Answer refused = answer_to("GET /x HTTP/1.1\r\nHost: t\r\n\r\n", &ends);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "2");
  EXPECT_TRUE(ends);
}

TEST_F(HttpServerTest, AHandlerThatThrowsIsAnswered500) {
  begin();
  TestPeer peer(address_);
  const Answer answer = peer.ask("GET", "/throws");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("on purpose"), answer.body.npos);  // for the log, not for the asker
  EXPECT_EQ(peer.ask("GET", "/next").status, 200);
}

TEST_F(HttpServerTest, StopLetsWhatIsWorkedOnEnd) {
  begin();
  echo_.hold = true;
  TestPeer busy(address_), idle(address_);
  ASSERT_EQ(idle.ask("GET", "/x").status, 200);
  busy.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
  while (echo_.working < 1) std::this_thread::sleep_for(1ms);
  std::thread stopper([&] { server_->stop(hour); });
  EXPECT_FALSE(idle.receive());
  EXPECT_TRUE(idle.ended());
  EXPECT_FALSE(TestPeer(address_).open());
  echo_.hold = false;
  const Answer answer = busy.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  stopper.join();
  const auto& counters = server_->counters();
  EXPECT_EQ(counters.value(HttpCount::accepted), counters.value(HttpCount::closed));
}

TEST_F(HttpServerTest, StopWithoutGraceClosesPeersInEveryState) {
  begin();
  std::vector<std::unique_ptr<TestPeer>> peers;
  const std::string states[] = {
      "", "GET / HT", "POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc",
      "GET /large HTTP/1.1\r\nHost: t\r\n\r\n", "GET /x HTTP/1.1\r\nHost: t\r\n\r\n"};
  for (int i = 0; i < 100; ++i) {
    peers.push_back(std::make_unique<TestPeer>(address_));
    peers.back()->send(states[i % 5]);
  }
  while (server_->counters().value(HttpCount::accepted) < 100) std::this_thread::sleep_for(1ms);
  server_->stop(0);
  EXPECT_EQ(server_->counters().value(HttpCount::closed), 100u);
  server_.reset();
  for (const auto& peer : peers) {
    while (peer->receive()) {
    }
    EXPECT_TRUE(peer->ended());
  }
}

class Numbers final : public EventFeed {
 public:
  bool ready() override { return given < available; }
  std::optional<std::string> next() override {
    if (end) return {};
    given = available.load();
    return "data: " + std::to_string(given) + "\n\n" + padding;
  }
  std::atomic<int> given = 0, available = 0;
  std::atomic<bool> end = false;
  std::string padding;
};

TEST_F(HttpServerTest, AFeedComesInTicksWithCommentsBetween) {
  HttpLimits limits;
  limits.feed_tick = 20 * millisecond;
  limits.feed_comment = 100 * millisecond;
  begin(limits);
  auto numbers = std::make_shared<Numbers>();
  echo_.feed = numbers;
  TestPeer peer(address_);
  peer.send("GET /feed HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_TRUE(peer.wait_for("Transfer-Encoding: chunked"));
  EXPECT_TRUE(peer.wait_for("3\r\n:\n\n\r\n"));
  numbers->available = 7;
  EXPECT_TRUE(peer.wait_for("9\r\ndata: 7\n\n\r\n"));
  numbers->end = true;
  numbers->available = 8;
  while (peer.receive()) {
  }
  EXPECT_TRUE(peer.ended());
  EXPECT_EQ(peer.input().find("data: 8"), std::string::npos);
  EXPECT_TRUE(peer.input().ends_with("0\r\n\r\n")) << "it looks broken off: " << peer.input();
}

TEST_F(HttpServerTest, AFeedNobodyReadsIsDroppedAndOthersGoOn) {
  HttpLimits limits;
  limits.feed_tick = millisecond;
  limits.write_time = 200 * millisecond;
  begin(limits);
  auto numbers = std::make_shared<Numbers>();
  numbers->padding.assign(1'000'000, ' ');
  numbers->available = 1;
  echo_.feed = numbers;
  TestPeer deaf(address_);
  deaf.send("GET /feed HTTP/1.1\r\nHost: t\r\n\r\n");
  for (int i = 2; i < patience && server_->counters().value(HttpCount::feeds_closed) == 0; ++i) {
    numbers->available = i;
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(server_->counters().value(HttpCount::feeds_closed), 1u);
  EXPECT_EQ(server_->counters().value(HttpCount::timeouts), 1u);
  EXPECT_EQ(TestPeer(address_).ask("GET", "/x").status, 200);

  TestPeer gone(address_);
  gone.send("GET /feed HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(gone.wait_for("\r\n\r\n"));
  while (server_->counters().value(HttpCount::feeds_opened) < 2) std::this_thread::sleep_for(1ms);
}

TEST_F(HttpServerTest, ListensBesideATakenPortOnlyWhenAsked) {
  begin();
  HttpServer second({}, echo_);
  const auto taken = second.listen(address_, Door::api, {});
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  const auto next = second.listen(address_, Door::api, {}, true);
  ASSERT_TRUE(next.ok());
  EXPECT_NE(*next, address_);
}

TEST(ParseListen, TakesAddressesAndNothingElse) {
  for (const char* text : {"127.0.0.1:8443", "0.0.0.0:0", "[::1]:1", "[::]:65535"}) {
    EXPECT_TRUE(parse_listen(text).ok()) << text;
  }
  for (const char* text : {"", "127.0.0.1", "127.0.0.1:", ":8443", "localhost:1", "::1:80",
                           "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x", "[::1]"}) {
    EXPECT_FALSE(parse_listen(text).ok()) << text;
  }
  EXPECT_TRUE(parse_listen("127.9.9.9:1")->loopback());
  EXPECT_TRUE(parse_listen("[::1]:1")->loopback());
  EXPECT_FALSE(parse_listen("0.0.0.0:1")->loopback());
  EXPECT_FALSE(parse_listen("[::]:1")->loopback());
}

}  // namespace
}  // namespace langyan::center
