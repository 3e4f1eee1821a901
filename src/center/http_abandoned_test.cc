// A handler hears that its peer has left, over each kind of connection, and ends what it does for it.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "base/temp_folder.h"
#include "center/child_process.h"
#include "center/http_server.h"
#include "center/test_center.h"
#include "center/test_peer.h"

namespace langyan::center {
namespace {

using namespace std::chrono_literals;

// Waits for a child that lasts ten minutes, or until `enough`.
class Patient final : public HttpHandler {
 public:
  Admission admit(const Request& head) override {
    Admission admission;
    admission.lane = head.path == "/quick" ? Lane::query : Lane::expensive;
    return admission;
  }
  Response handle(Request& request) override {
    Response response;
    if (request.path == "/quick") return response;
    ChildTask task;
    task.words = {"/bin/sh", "-c", "echo begun; exec sleep 600"};
    task.inputs = {""};
    task.longest = 600 * second;
    task.line = [this](std::string_view) { ++begun; };
    task.give_up = [&] { return enough || request.abandoned(); };
    const auto end = run_child(task);
    if (!end) ADD_FAILURE() << end.error().message;
    abandoned += request.abandoned();
    ++ended;
    response.body = "{}";
    return response;
  }
  std::atomic<bool> enough = false;
  std::atomic<int> begun = 0, ended = 0, abandoned = 0;
};

bool comes_true(const std::function<bool()>& is_so) {
  for (int i = 0; i < 30'000 && !is_so(); ++i) std::this_thread::sleep_for(1ms);
  return is_so();
}

constexpr std::string_view waits = "GET /waits HTTP/1.1\r\nHost: t\r\n\r\n",
                           quick = "GET /quick HTTP/1.1\r\nHost: t\r\n\r\n";

class HttpAbandonedTest : public testing::Test {
 protected:
  void SetUp() override {
    SystemDisk disk;
    SystemClock clock;
    ASSERT_TRUE(init_certificate(disk, clock, folder_.path(), {"127.0.0.1"}).ok());
    plain_ = *server_.listen("127.0.0.1:0", Door::api, {});
    secret_ =
        *server_.listen("127.0.0.1:0", Door::api, {folder_.path() + "/center.crt", folder_.path() + "/center.key"});
    local_ = folder_.path() + "/socket";
    ASSERT_TRUE(server_.listen_local(local_).ok());
    server_.start();
  }
  void TearDown() override {
    handler_.enough = true;
    server_.stop(10 * second);
  }
  std::unique_ptr<TestPeer> peer(const std::string& address) {
    return std::make_unique<TestPeer>(address, address == secret_, TLS1_2_VERSION);
  }

  TempFolder folder_;
  Patient handler_;
  HttpServer server_{{}, handler_};
  std::string plain_, secret_, local_;
};

TEST_F(HttpAbandonedTest, AHandlerHearsThatItsPeerLeftAndEndsItsChild) {
  int so_far = 0;
  for (const std::string& address : {plain_, secret_, local_}) {
    // What a peer sent and nobody has read yet must not hide that it left.
    for (const std::string_view behind : {std::string_view(), quick}) {
      auto leaver = peer(address);
      ASSERT_TRUE(leaver->open()) << address;
      leaver->send(waits);
      leaver->send(behind);
      ASSERT_TRUE(comes_true([&] { return handler_.begun == so_far + 1; })) << address;
      std::this_thread::sleep_for(600ms);  // longer than between two looks
      EXPECT_EQ(handler_.ended, so_far) << "who waits is taken for gone: " << address;
      leaver.reset();
      ++so_far;
      EXPECT_TRUE(comes_true([&] { return handler_.ended == so_far; })) << address << behind;
      EXPECT_EQ(handler_.abandoned, so_far) << address;
    }
  }
  EXPECT_TRUE(comes_true([&] { return server_.counters().value(HttpCount::closed) == 6; }));
}

TEST_F(HttpAbandonedTest, OneThatWaitsForItsTurnIsOverAsSoonAsItComes) {
  std::vector<std::unique_ptr<TestPeer>> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(peer(plain_));
    all.back()->send(waits);
  }
  ASSERT_TRUE(comes_true([&] { return handler_.begun == 4; }));
  auto fifth = peer(plain_);
  fifth->send(waits);
  std::this_thread::sleep_for(300ms);
  fifth.reset();
  all[0].reset();
  EXPECT_TRUE(comes_true([&] { return handler_.ended == 2; }));
  EXPECT_EQ(handler_.abandoned, 2);
}

TEST_F(HttpAbandonedTest, WhoWaitsIsAnsweredAndAsksAgainOnTheSameConnection) {
  for (const std::string& address : {plain_, secret_, local_}) {
    handler_.enough = false;
    const int begun = handler_.begun;
    auto patient = peer(address);
    patient->send(waits);
    ASSERT_TRUE(comes_true([&] { return handler_.begun == begun + 1; }));
    std::this_thread::sleep_for(600ms);
    handler_.enough = true;
    EXPECT_EQ(patient->answer().body, "{}") << address;
    EXPECT_EQ(patient->ask("GET", "/quick").status, 200) << address;
  }
  EXPECT_EQ(handler_.abandoned, 0);
}

// A peer that only says that it will send no more may still read (RFC 9112 9.6): nothing tells it from one that left.
TEST_F(HttpAbandonedTest, WhoOnlyEndsItsSendingIsAnsweredWhatThereIs) {
  auto half = peer(plain_);
  half->send(waits);
  ASSERT_TRUE(comes_true([&] { return handler_.begun == 1; }));
  half->end_sending();
  EXPECT_EQ(half->answer().body, "{}");
  EXPECT_EQ(handler_.abandoned, 1);
}

}  // namespace
}  // namespace langyan::center
