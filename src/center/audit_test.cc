// What stands in the audit log after what people and programs do at a real center.
#include "center/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "center/test_center.h"
#include "store/sqlite/connection.h"

namespace langyan::center {
namespace {

using testing::HasSubstr;

class Audit : public testing::Test {
 protected:
  std::vector<store::AuditEntry> entries() {
    EXPECT_TRUE(center.center->audit().flush().ok());
    return center.center->audit().list(store::Scope::all(), {})->entries;
  }
  std::string newest() {
    const auto all = entries();
    const store::AuditEntry& entry = all.at(0);
    return entry.actor + "|" + entry.via + "|" + entry.organisation + "|" + entry.action + "|" + entry.object + "|" +
           entry.outcome + "|" + std::to_string(entry.status) + "|" + entry.address + "|" + entry.detail;
  }
  Answer sign_in(const std::string& name, const std::string& password) {
    std::string body;
    JsonWriter(body).open().field("name", name).field("password", password).close();
    return center.ask(nobody, "POST", "/api/v1/auth/login", body);
  }
  TestCenter center;
};

TEST_F(Audit, SigningInWellAndNot) {
  center.user("li", Role::analyst, "a good password", "cn/a");
  EXPECT_EQ(sign_in("li", "a good password").status, 204);
  EXPECT_EQ(newest(), "li|none|cn/a|post_auth_login|li|done|204|127.0.0.1|password");
  EXPECT_EQ(sign_in("li", "a bad password").status, 401);
  EXPECT_EQ(newest(), "li|none|cn/a|post_auth_login|li|refused|401|127.0.0.1|password");
  EXPECT_EQ(sign_in("<script>", "a bad password").status, 401);
  EXPECT_EQ(newest(), "<script>|none||post_auth_login|<script>|refused|401|127.0.0.1|password");
  const std::string link = *center.center->access().make_link("li", "test");
  EXPECT_EQ(center.ask(nobody, "GET", "/link/" + link).status, 303);
  EXPECT_EQ(newest(), "li|none|cn/a|get_link_secret|li|done|303|127.0.0.1|link");
  EXPECT_EQ(center.ask(nobody, "GET", "/link/" + link).status, 410);
  EXPECT_EQ(newest(), "unknown|none||get_link_secret|unknown|refused|410|127.0.0.1|link");
}

// Who has no credential cannot fill the log: not by malformed requests, and by guessing only as often as the guard lets them.
TEST_F(Audit, StrangersWriteNoMoreThanTheGuardLetsThem) {
  for (int i = 0; i < 50; ++i) {
    center.ask(nobody, "POST", "/api/v1/auth/login", R"({"name":3})");
    center.ask(nobody, "POST", "/api/v1/users", "{}");
    center.ask("lyt_nonsense", "DELETE", "/api/v1/users/li");
    center.ask(nobody, "POST", "/api/v1/auth/login", R"({"name":")" + std::string(65, 'a') + R"(","password":"x"})");
  }
  EXPECT_EQ(entries().size(), 1u);  // center.start
  std::size_t asked_again_later = 0;
  for (int i = 0; i < 50; ++i) asked_again_later += sign_in("li", "guess number " + std::to_string(i)).status == 429;
  EXPECT_GT(asked_again_later, 0u);
  EXPECT_EQ(entries().size(), 1 + 50 - asked_again_later);
}

TEST_F(Audit, WhatAnAccountMayNotIsTold) {
  center.user("looker", Role::viewer, "a good password", "cn/a");
  const Credential by{Credential::Kind::cookie, *center.center->access().sessions().begin("looker")};
  EXPECT_EQ(center.ask(by, "DELETE", "/api/v1/users/li").status, 403);
  EXPECT_EQ(newest(), "looker|session|cn/a|delete_users_name||refused|403|127.0.0.1|takes the role system");
  EXPECT_EQ(center.ask(by, "GET", "/api/v1/users").status, 403);  // looking is not told
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(Audit, WhatWasChangedAndByWhom) {
  const std::string system = center.token(Role::system), security = center.token(Role::security);
  center.ask(system, "POST", "/api/v1/users", R"({"name":"li","password":"a good password"})");
  EXPECT_EQ(newest(), "test|token||post_users|li|done|201|127.0.0.1|");
  center.ask(security, "PUT", "/api/v1/users/li/roles", R"({"roles":["analyst","viewer"],"organisation":"cn/a"})");
  EXPECT_EQ(newest(), "test|token||put_users_name_roles|li|done|200|127.0.0.1|roles=viewer+analyst organisation=cn/a");
  center.ask(system, "PATCH", "/api/v1/users/li", R"({"disabled":true,"password":"another password"})");
  EXPECT_EQ(newest(),
            "test|token||patch_users_name|li|done|200|127.0.0.1|disabled=true password; roles taken until security "
            "gives them anew: viewer+analyst");
  center.ask(system, "PATCH", "/api/v1/users/nobody", R"({"disabled":true})");
  EXPECT_EQ(newest(), "test|token||patch_users_name|nobody|refused|404|127.0.0.1|");
  center.ask(by_socket, "DELETE", "/api/v1/users/li");
  EXPECT_EQ(newest(), "local|local||delete_users_name|li|done|204||");
}

TEST_F(Audit, AnAdministratorSeesTheEntriesOfTheirPart) {
  center.user("li", Role::analyst, "a good password", "cn/a");
  center.user("wang", Role::analyst, "a good password", "cn/b");
  sign_in("li", "a good password"), sign_in("wang", "a good password");
  const auto listed = center.json(center.token(Role::audit, "cn/a"), "/api/v1/audit");
  ASSERT_EQ(listed["entries"].size(), 1u);
  EXPECT_EQ(listed["entries"][0]["actor"], "li");
  EXPECT_EQ(listed["entries"][0]["summary"], "Sign in; the answer sets the session cookie");
}

TEST_F(Audit, PagesByCursor) {
  center.user("li", Role::analyst, "a good password");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sign_in("li", "a good password").status, 204);
  const std::string token = center.token(Role::audit);
  std::vector<std::uint64_t> numbers;
  for (std::string cursor; cursor != "null";) {
    const auto page = center.json(token, "/api/v1/audit?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& entry : page["entries"]) numbers.push_back(entry["number"]);
    cursor = page["next"].is_null() ? "null" : page["next"].get<std::string>();
    ASSERT_LE(numbers.size(), 6u);
  }
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{6, 5, 4, 3, 2, 1}));
}

TEST_F(Audit, VerifyAnswersWhatWasChangedAndOverARestart) {
  const std::string token = center.token(Role::audit);
  center.user("li", Role::analyst, "a good password");
  for (int i = 0; i < 3; ++i) sign_in("li", "a good password");
  const auto good = center.json(token, "/api/v1/audit/verify");
  EXPECT_EQ(good["intact"], true);
  const std::string head = good["head"];
  center.restart();
  EXPECT_EQ(center.json(token, "/api/v1/audit/verify?head=" + head)["intact"], true);
  EXPECT_EQ(entries().at(0).action, "center.start");
  EXPECT_EQ(entries().at(1).action, "center.stop");
  EXPECT_EQ(center.ask(token, "GET", "/api/v1/audit/verify?head=12:zz").status, 400);
  {
    const auto raw = store::Connection::open(center.folder.path() + "/data/state.db", store::Connection::Mode::write);
    ASSERT_TRUE((*raw)->execute("DROP TRIGGER audit_is_not_removed; DELETE FROM audit WHERE number = 2").ok());
  }
  const auto bad = center.json(token, "/api/v1/audit/verify");
  EXPECT_EQ(bad["intact"], false);
  EXPECT_EQ(bad["faults"][0]["number"], 2);
  EXPECT_EQ(bad["faults"][0]["what"], "entry 2 is missing");
}

// Nothing is done that cannot be told.
TEST_F(Audit, WithoutTheLogNothingIsDone) {
  const std::string token = center.token(Role::system);
  {
    const auto raw = store::Connection::open(center.folder.path() + "/data/state.db", store::Connection::Mode::write);
    ASSERT_TRUE(
        (*raw)
            ->execute("CREATE TRIGGER no_room BEFORE INSERT ON audit_begun BEGIN SELECT RAISE(ABORT, 'no room'); END")
            .ok());
  }
  const Answer answer = center.ask(token, "POST", "/api/v1/users", R"({"name":"li"})");
  EXPECT_EQ(answer.status, row(Code::storage).status);
  EXPECT_THAT(answer.body, HasSubstr("Nothing was done"));
  EXPECT_FALSE(center.center->access().users().find("li"));
  EXPECT_EQ(center.ask(token, "GET", "/api/v1/users").status, 200);  // looking goes on
}

}  // namespace
}  // namespace langyan::center
