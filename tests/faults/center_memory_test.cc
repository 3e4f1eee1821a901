// Memory runs out at the n-th allocation that the center makes for a request, on whatever of its
// threads, once or from there on for a moment: the request ends in an answer or a closed
// connection, the same one then succeeds, and nothing is lost, stored twice or locked for good. A
// program of its own, because it replaces malloc.
//
// LANGYAN_EVERY tries each n; else a part of them.
#include <gtest/gtest.h>

#include "base/failing_memory.h"
#include "base/log.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

constexpr long most = 40'000;
constexpr int moment_ms = 50;  // how long memory is short

class CenterMemory : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    spared = true;
    logging::set_level(logging::Level::off);
    center_ = std::make_unique<TestCenter>();
    ingest_ = center_->token(Role::ingest);
    analyst_ = center_->token(Role::analyst);
    center_->user("mei", Role::analyst, password);
    ASSERT_EQ(center_->ingest(ingest_, 1, 20, TestCenter::alerts(1, 20)).status, 200);
  }
  void TearDown() override {
    center_.reset();
    logging::set_level(logging::Level::info);
  }

  struct Ask {
    std::string method, target, body, headers;
  };
  Ask by(const std::string& token, std::string method, std::string target, std::string body = "",
         std::string headers = "") const {
    if (headers.empty() && !body.empty()) headers = "Content-Type: application/json\r\n";
    if (!token.empty()) headers += "Authorization: Bearer " + token + "\r\n";
    return {std::move(method), std::move(target), std::move(body), std::move(headers)};
  }
  Ask batch(std::uint64_t position) const {
    return by(ingest_, "POST", "/api/v1/ingest", TestCenter::alerts(position, 2),
              TestCenter::ingest_headers(position, 2));
  }
  Answer ask(const Ask& one) const {
    return TestPeer(center_->address).ask(one.method, one.target, one.body, one.headers);
  }

  // True when the center made fewer allocations than `n`.
  bool fail(const Ask& one, long n) const {
    TestPeer peer(center_->address);
    all_after_fail_for_others = GetParam();
    others_until_failure = n;
    std::string text = one.method + " " + one.target + " HTTP/1.1\r\nHost: test\r\n" + one.headers;
    if (!one.body.empty()) text += "Content-Length: " + std::to_string(one.body.size()) + "\r\n";
    peer.send(text + "\r\n" + one.body);
    // The answer of a request that lacks nothing comes long before.
    if (GetParam()) (void)peer.receive(moment_ms);
    const long left = GetParam() ? others_until_failure.exchange(-1) : 0;
    const Answer answer = peer.answer();
    const bool failed = GetParam() ? left == 0 : others_until_failure.exchange(-1) < 0;
    EXPECT_TRUE(answer.status != 0 || peer.ended()) << "neither answered nor closed";
    EXPECT_TRUE(answer.status < 400 || answer.status >= 500 || answer.status == 429)
        << "a lack of memory was called a fault of the request: " << answer.status << answer.body;
    return !failed;
  }

  // Tries every allocation of a request that may be made again and again.
  template <class Make>
  void everywhere(Make make, int expected) {
    const long stride = std::getenv("LANGYAN_EVERY") ? 1 : GetParam() ? 23 : 7;
    long n = stride / 2;
    for (bool done = false; !done && n < most; n += stride) {
      const Ask one = make();
      done = fail(one, n);
      const Answer again = ask(one);
      ASSERT_EQ(again.status, expected)
          << one.method << " " << one.target << ", allocation " << n << ": " << again.body;
      ASSERT_FALSE(HasFailure()) << one.method << " " << one.target << ", allocation " << n;
    }
    EXPECT_GT(n, stride);
    EXPECT_LT(n, most);
  }

  // Entries of the audit log about acting: done, and those of another outcome. The log is as it was written.
  std::pair<std::uint64_t, std::uint64_t> noted() const {
    EXPECT_TRUE(center_->center->audit().flush().ok());
    EXPECT_EQ(center_->center->audit().verify()->fault_count, 0u);
    store::AuditQuestion question;
    question.action = "post_alerts_actions", question.limit = store::audit_page;
    std::uint64_t done = 0, others = 0;
    for (bool more = true; more;) {
      const auto page = center_->center->audit().list(store::Scope::all(), question);
      for (const store::AuditEntry& entry : page->entries) ++(entry.outcome == "done" ? done : others);
      more = page->more, question.before = page->entries.empty() ? 0 : page->entries.back().number;
    }
    return {done, others};
  }

  static constexpr const char* password = "correct horse battery";
  std::unique_ptr<TestCenter> center_;
  std::string ingest_, analyst_;
};
INSTANTIATE_TEST_SUITE_P(, CenterMemory, testing::Bool(),
                         [](const auto& given) { return given.param ? "ForAWhile" : "Once"; });

TEST_P(CenterMemory, Ingest) {
  std::uint64_t position = 21;
  everywhere([&] { return batch(std::exchange(position, position + 2)); }, 200);
  // Each is there once: the answer to the next batch knows them all, and so does the count.
  const Answer last = ask(batch(position));
  EXPECT_EQ(last.status, 200);
  std::uint64_t total = 0;
  const auto summed = center_->json(analyst_,
                                    "/api/v1/counts?from=2026-03-02T00:00:00Z&to="
                                    "2026-03-03T00:00:00Z");
  for (const auto& series : summed["series"]) total += series["total"].get<std::uint64_t>();
  EXPECT_EQ(total, position + 1);
}

TEST_P(CenterMemory, Questions) {
  const std::string range = "?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z";
  for (const std::string& target : {std::string("/api/v1/alerts?limit=5"), "/api/v1/counts" + range,
                                    "/api/v1/top" + range + "&dimension=src",
                                    "/api/v1/summary" + range, std::string("/api/v1/sensors")}) {
    everywhere([&] { return by(analyst_, "GET", target); }, 200);
    ASSERT_FALSE(HasFailure()) << target;
  }
}

TEST_P(CenterMemory, SignIn) {
  const std::string body = std::string(R"({"name":"mei","password":")") + password + R"("})";
  everywhere([&] { return by("", "POST", "/api/v1/auth/login", body); }, 204);
}

TEST_P(CenterMemory, Acting) {
  const auto page = center_->json(analyst_, "/api/v1/alerts?limit=1");
  const std::string id = page["alerts"][0]["id"];
  everywhere(
      [&] {
        return by(analyst_, "POST", "/api/v1/alerts/actions",
                  R"({"action":"comment","comment":"seen","ids":[")" + id + "\"]}");
      },
      200);
  // Done and noted, or neither; and nothing is left for a restart to find.
  const auto comments = center_->center->documents().get(store::Scope::all(), "alert", id)->version;
  const auto [done, others] = noted();
  EXPECT_LE(done, comments);
  EXPECT_GE(done + others, comments);
  EXPECT_GT(others, 0u);
  center_->restart();
  EXPECT_EQ(noted(), std::make_pair(done, others));
}

}  // namespace
}  // namespace langyan::center
