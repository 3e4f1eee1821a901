// Signing in and out, cookies, forged requests, links, tokens, accounts: over real sockets.
#include "center/access.h"

#include <gtest/gtest.h>

#include "center/secret.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

constexpr const char* good = "a good password";

std::string login_body(const std::string& name, const std::string& password) {
  return nlohmann::json{{"name", name}, {"password", password}}.dump();
}

class AccessTest : public testing::Test {
 protected:
  void begin(CenterOptions options = {}) {
    center_ = std::make_unique<TestCenter>(std::move(options));
    center_->user("mei", Role::analyst, good);
  }
  Answer login(const std::string& name, const std::string& password,
               std::string_view headers = {}) {
    return center_->ask(nobody, "POST", "/api/v1/auth/login", login_body(name, password),
                        "Content-Type: application/json\r\n" + std::string(headers));
  }
  int session_status(const std::string& cookie) {
    return center_->ask(Credential{Credential::Kind::cookie, cookie}, "GET", "/api/v1/auth/session")
        .status;
  }
  std::unique_ptr<TestCenter> center_;
};

TEST_F(AccessTest, SigningInGivesACookieThatScriptsAndOtherSitesCannotUse) {
  begin();
  const Answer answer = login("mei", good);
  ASSERT_EQ(answer.status, 204) << answer.body;
  const std::string set = answer.headers.at("set-cookie");
  EXPECT_TRUE(set.starts_with("langyan="));
  for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Path=/"})
    EXPECT_NE(set.find(part), set.npos) << part;
  EXPECT_EQ(set.find("Secure"), set.npos);  // plain HTTP on loopback
  EXPECT_EQ(cookie_in(answer).size(), 43u);
  const Answer who = center_->ask(Credential{Credential::Kind::cookie, cookie_in(answer)}, "GET",
                                  "/api/v1/auth/session");
  EXPECT_EQ(
      nlohmann::json::parse(who.body),
      nlohmann::json::parse(
          R"({"name":"mei","roles":["analyst"],"organisation":"","via":"session","second_factor":false,"tier":"enterprise"})"));
}

TEST_F(AccessTest, AWallLooksWithAViewersTokenUntilThatEnds) {
  begin();
  const auto token_of = [&](Role role, std::optional<Time> expires) {
    Token token;
    token.name = "wall", token.by = "test", token.role = role, token.organisation = "local", token.expires = expires;
    return *center_->center->access().tokens().create(token);
  };
  const auto open = [&](const std::string& secret, std::string_view headers = {}) {
    return center_->ask(nobody, "POST", "/api/v1/auth/wall", nlohmann::json{{"token", secret}}.dump(),
                        "Content-Type: application/json\r\n" + std::string(headers));
  };
  const Time end = center_->clock.now() + day;
  for (const auto& bad : {token_of(Role::analyst, end), token_of(Role::viewer, {})}) {
    EXPECT_EQ(open(bad.secret).status, 401);
    EXPECT_EQ(session_status(bad.secret), 401);  // nor as a cookie by itself
  }
  const auto wall = token_of(Role::viewer, end);
  EXPECT_EQ(open(wall.secret, "Origin: https://elsewhere.example\r\n").status, 403);
  EXPECT_EQ(open("lyt_none").status, 401);
  const Answer opened = open(wall.secret);
  ASSERT_EQ(opened.status, 204) << opened.body;
  const std::string set = opened.headers.at("set-cookie");
  for (const char* part : {"; HttpOnly", "; SameSite=Strict", "; Max-Age=86400"})
    EXPECT_NE(set.find(part), set.npos) << set;
  const Credential screen{Credential::Kind::cookie, cookie_in(opened)};
  const auto who = nlohmann::json::parse(center_->ask(screen, "GET", "/api/v1/auth/session").body);
  EXPECT_EQ(who["roles"], nlohmann::json{"viewer"});
  EXPECT_EQ(who["organisation"], "local");
  EXPECT_EQ(center_->ask(screen, "GET", "/api/v1/situation/kpi").status, 200);
  EXPECT_EQ(center_
                ->ask(screen, "POST", "/api/v1/notices", R"({"kind":"warning","title":"T","organisation":"local"})",
                      "Langyan-Request: 1\r\n")
                .status,
            403);
  EXPECT_EQ(center_->ask(screen, "GET", "/api/v1/users").status, 403);
  ASSERT_TRUE(center_->center->access().tokens().revoke(wall.token.id, "test").ok());
  EXPECT_EQ(session_status(screen.secret), 401);
  const auto other = token_of(Role::viewer, end);
  EXPECT_EQ(session_status(other.secret), 200);
  center_->clock.advance(day);
  EXPECT_EQ(session_status(other.secret), 401);
}

TEST_F(AccessTest, AWrongNameAndAWrongPasswordLookTheSame) {
  begin();
  const Answer wrong = login("mei", "not her password"), nobody_there = login("nobody", good);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, nobody_there.body);
  EXPECT_EQ(wrong.headers.contains("set-cookie"), false);
  center_->user("linked", Role::viewer, good);
  auto user = *center_->center->access().users().find("linked");
  user.password.clear();
  ASSERT_TRUE(center_->center->access().change_user(user, "test").ok());
  EXPECT_EQ(login("linked", "").status, 401);  // an account without a password has no empty one
}

TEST_F(AccessTest, EachSignInMakesANewSessionAndEndsTheOneBefore) {
  begin();
  const std::string first = cookie_in(login("mei", good));
  const std::string second_one = cookie_in(login("mei", good, "Cookie: langyan=" + first + "\r\n"));
  EXPECT_NE(first, second_one);
  EXPECT_EQ(session_status(first), 401);
  EXPECT_EQ(session_status(second_one), 200);
  // A value somebody planted before does not become a session.
  const std::string planted(43, 'a');
  EXPECT_NE(cookie_in(login("mei", good, "Cookie: langyan=" + planted + "\r\n")), planted);
  EXPECT_EQ(session_status(planted), 401);
}

TEST_F(AccessTest, TwoCentersOfAHostKeepTheirSessionsApart) {
  begin();
  const auto set_at = [&](const std::string& host) {
    TestPeer peer(center_->address);
    const std::string body = R"({"name":"mei","password":")" + std::string(good) + "\"}";
    peer.send("POST /api/v1/auth/login HTTP/1.1\r\nHost: " + host +
              "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
    const std::string set = peer.answer().headers.at("set-cookie");
    return set.substr(0, set.find('='));
  };
  EXPECT_EQ(set_at("127.0.0.1:8443"), "langyan-8443");
  EXPECT_EQ(set_at("[::1]:18444"), "langyan-18444");
  EXPECT_EQ(set_at("langyan.example"), "langyan");
  EXPECT_EQ(set_at("[::1]"), "langyan");
}

TEST_F(AccessTest, SigningOutEndsTheSession) {
  begin();
  const std::string cookie = cookie_in(login("mei", good));
  const Answer out =
      center_->ask(Credential{Credential::Kind::cookie, cookie}, "POST", "/api/v1/auth/logout");
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.headers.at("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(session_status(cookie), 401);
}

TEST_F(AccessTest, SessionsEndWhenIdleAndAfterTheirLongestTime) {
  CenterOptions options;
  options.access.sessions.idle = 30 * minute;
  options.access.sessions.longest = 2 * hour;
  begin(options);
  const std::string idle = cookie_in(login("mei", good));
  const std::string used = cookie_in(login("mei", good));
  for (int i = 0; i < 5; ++i) {
    center_->clock.advance(20 * minute);
    EXPECT_EQ(session_status(used), 200) << i;
  }
  EXPECT_EQ(session_status(idle), 401);
  center_->clock.advance(20 * minute - second);
  EXPECT_EQ(session_status(used), 200);
  center_->clock.advance(second);
  EXPECT_EQ(session_status(used), 401);
}

TEST_F(AccessTest, SessionsAndTokensOutliveARestart) {
  begin();
  const std::string cookie = cookie_in(login("mei", good)), token = center_->token(Role::viewer);
  const std::string ended = cookie_in(login("mei", good));
  ASSERT_TRUE(center_->center->access().sessions().end(fingerprint(ended)).ok());
  center_->restart();
  EXPECT_EQ(session_status(cookie), 200);
  EXPECT_EQ(session_status(ended), 401);
  EXPECT_EQ(center_->ask(token, "GET", "/api/v1/alerts").status, 200);
  EXPECT_EQ(login("mei", good).status, 204);
}

// Secrets are kept as hashes: nothing a person or program presents stands in the store's file.
TEST_F(AccessTest, TheStoreHoldsNoSecret) {
  begin();
  const std::string cookie = cookie_in(login("mei", good)), token = center_->token(Role::viewer);
  const std::string link = *center_->center->access().make_link("mei", "test");
  center_->center->stop();
  center_->center.reset();
  const std::string file =
      center_->folder.read("data/state.db") + center_->folder.read("data/state.db-wal");
  ASSERT_NE(file.find(fingerprint(token)), file.npos);  // looked in the right place
  for (const std::string& secret : {cookie, token, link, std::string(good)})
    EXPECT_EQ(file.find(secret), file.npos);
}

TEST_F(AccessTest, ARequestAnotherSiteCausedIsRefused) {
  begin();
  const std::string cookie = cookie_in(login("mei", good));
  const auto act = [&](std::string headers) {
    return center_->ask(
        nobody, "POST", "/api/v1/alerts/actions", R"({"action":"ack","ids":["x"]})",
        "Content-Type: application/json\r\nCookie: langyan=" + cookie + "\r\n" + headers);
  };
  const std::string own = "Langyan-Request: 1\r\n";
  EXPECT_EQ(act(own).status, 200);
  EXPECT_EQ(act(own + "Origin: http://test\r\nSec-Fetch-Site: same-origin\r\n").status, 200);
  for (const std::string& headers :
       {std::string(), own + "Origin: http://evil.example\r\n", own + "Origin: null\r\n",
        own + "Origin: https://test\r\n", own + "Sec-Fetch-Site: cross-site\r\n",
        own + "Sec-Fetch-Site: same-site\r\n", std::string("Origin: http://test\r\n")}) {
    const Answer answer = act(headers);
    EXPECT_EQ(answer.status, 403) << headers;
    EXPECT_NE(answer.body.find("forged-request"), answer.body.npos) << headers;
  }
  // Looking needs none of it, and a token never does: no browser adds it by itself.
  EXPECT_EQ(center_->ask(nobody, "GET", "/api/v1/alerts", {}, "Cookie: langyan=" + cookie + "\r\n")
                .status,
            200);
  EXPECT_EQ(center_
                ->ask(center_->token(Role::analyst), "POST", "/api/v1/alerts/actions",
                      R"({"action":"ack","ids":["x"]})")
                .status,
            200);
  // Signing somebody in from another site is refused, too.
  EXPECT_EQ(login("mei", good, "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(center_
                ->ask(nobody, "POST", "/api/v1/auth/login", login_body("mei", good),
                      "Content-Type: text/plain\r\n")
                .status,
            415);
}

TEST_F(AccessTest, GuessingSlowsDownAndTheWaitIsSaid) {
  begin();
  Answer answer;
  int tries = 0;
  for (; tries < 20 && answer.status != 429; ++tries)
    answer = login("mei", "guess number " + std::to_string(tries));
  EXPECT_EQ(tries, 5);
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  EXPECT_EQ(login("mei", good).status, 429);  // also with the right one: the guesser learns nothing
  center_->clock.advance(second);
  EXPECT_EQ(login("mei", good).status, 204);
  EXPECT_EQ(login("mei", "wrong again").status, 401);  // and all is forgiven
}

TEST_F(AccessTest, ALinkWorksOnce) {
  begin();
  const std::string link = "/link/" + *center_->center->access().make_link("mei", "test");
  const Answer first = center_->ask(nobody, "GET", link);
  EXPECT_EQ(first.status, 303);
  EXPECT_EQ(first.headers.at("location"), "/");
  EXPECT_EQ(session_status(cookie_in(first)), 200);
  const Answer again = center_->ask(nobody, "GET", link);
  EXPECT_EQ(again.status, 410);
  EXPECT_FALSE(again.headers.contains("set-cookie"));
  EXPECT_EQ(center_->ask(nobody, "GET", "/link/" + std::string(43, 'x')).status, 410);
  EXPECT_EQ(center_->ask(nobody, "POST", link).status, 405);
}

TEST_F(AccessTest, OfManyWhoUseALinkAtOnceOneGetsIn) {
  begin();
  const std::string link = "/link/" + *center_->center->access().make_link("mei", "test");
  std::atomic<int> in = 0, out = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { (center_->ask(nobody, "GET", link).status == 303 ? in : out) += 1; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(in, 1);
  EXPECT_EQ(out, 7);
}

TEST_F(AccessTest, ALinkIsGoodForTenMinutes) {
  begin();
  const std::string early = "/link/" + *center_->center->access().make_link("mei", "test");
  const std::string late = "/link/" + *center_->center->access().make_link("mei", "test");
  center_->clock.advance(10 * minute - second);
  EXPECT_EQ(center_->ask(nobody, "GET", early).status, 303);
  center_->clock.advance(second);
  EXPECT_EQ(center_->ask(nobody, "GET", late).status, 410);
}

TEST_F(AccessTest, TheSocketMakesLinksAndFirstAccounts) {
  begin();
  const Answer made = center_->ask(by_socket, "POST", "/api/v1/links",
                                   R"({"user":"first","roles":["engineer","system"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto link = nlohmann::json::parse(made.body);
  EXPECT_EQ(link["url"], "http://" + center_->address + link["path"].get<std::string>());
  const Answer in = center_->ask(nobody, "GET", link["path"].get<std::string>());
  EXPECT_EQ(in.status, 303);
  const Answer users =
      center_->ask(Credential{Credential::Kind::cookie, cookie_in(in)}, "GET", "/api/v1/users");
  EXPECT_EQ(nlohmann::json::parse(users.body)["users"].size(), 2u);
  EXPECT_EQ(center_->ask(by_socket, "POST", "/api/v1/links", R"({"user":"unknown"})").status, 404);
  EXPECT_EQ(
      center_
          ->ask(center_->token(Role::system), "POST", "/api/v1/links", R"({"user":"mei"})")
          .status,
      403);
  struct stat status {};
  ASSERT_EQ(::stat(center_->local_socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(AccessTest, ARevokedTokenIsRefusedByTheNextRequest) {
  begin();
  const std::string admin = center_->token(Role::security);
  const Answer made =
      center_->ask(admin, "POST", "/api/v1/tokens", R"({"role":"viewer","name":"dashboard"})");
  const auto token = nlohmann::json::parse(made.body);
  const std::string secret = token["secret"];
  EXPECT_TRUE(secret.starts_with("lyt_"));
  TestPeer peer(center_->address);  // one connection, so that nothing about it could be remembered
  const std::string header = "Authorization: Bearer " + secret + "\r\n";
  EXPECT_EQ(peer.ask("GET", "/api/v1/alerts", {}, header).status, 200);
  EXPECT_EQ(center_->ask(admin, "GET", "/api/v1/tokens").body.find(secret), std::string::npos);
  EXPECT_EQ(
      center_->ask(admin, "DELETE", "/api/v1/tokens/" + token["id"].get<std::string>()).status,
      204);
  EXPECT_EQ(peer.ask("GET", "/api/v1/alerts", {}, header).status, 401);
  EXPECT_EQ(
      center_->ask(admin, "DELETE", "/api/v1/tokens/" + token["id"].get<std::string>()).status,
      404);
}

TEST_F(AccessTest, ATokenExpires) {
  begin();
  const std::string admin = center_->token(Role::security);
  const Answer made = center_->ask(admin, "POST", "/api/v1/tokens",
                                   R"({"role":"viewer","expires":"2026-03-02T13:00:00Z"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string secret = nlohmann::json::parse(made.body)["secret"];
  EXPECT_EQ(center_->ask(secret, "GET", "/api/v1/alerts").status, 200);
  center_->clock.advance(hour);
  EXPECT_EQ(center_->ask(secret, "GET", "/api/v1/alerts").status, 401);
  EXPECT_EQ(center_
                ->ask(admin, "POST", "/api/v1/tokens",
                      R"({"role":"viewer","expires":"2026-03-02T13:00:00Z"})")
                .status,
            400);
}

// The upload of a large body takes its time; a token revoked meanwhile no longer counts at its end.
TEST_F(AccessTest, ATokenRevokedDuringTheUploadDeliversNothing) {
  begin();
  const std::string token = center_->token(Role::ingest);
  TestPeer peer(center_->address);
  const std::string body = TestCenter::alerts(1, 1);
  peer.send("POST /api/v1/ingest HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " + token + "\r\n" +
            TestCenter::ingest_headers(1, 1) + "Content-Length: " + std::to_string(body.size()) +
            "\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(peer.answer().status, 100);  // the head is admitted
  peer.send(body.substr(0, 10));
  const std::string id = center_->center->access().tokens().find(token)->id;
  ASSERT_TRUE(center_->center->access().tokens().revoke(id, "test").ok());
  peer.send(body.substr(10));
  EXPECT_EQ(peer.answer().status, 401);
}

TEST_F(AccessTest, MoreThanOneCredentialIsNotAWayIn) {
  begin();
  const std::string cookie = cookie_in(login("mei", good));
  // A token that is wrong is wrong, whatever else comes along.
  EXPECT_EQ(center_
                ->ask(nobody, "GET", "/api/v1/alerts", {},
                      "Authorization: Bearer lyt_x\r\nCookie: langyan=" + cookie + "\r\n")
                .status,
            401);
  for (const char* header : {"Authorization: Basic bWVpOmE=\r\n", "Authorization: Bearer\r\n",
                             "Authorization: \r\n", "Authorization: Bearer  \r\n"}) {
    EXPECT_EQ(center_->ask(nobody, "GET", "/api/v1/alerts", {}, header).status, 401) << header;
  }
  EXPECT_EQ(
      center_
          ->ask(nobody, "GET", "/api/v1/alerts", {}, "Cookie: a=b; langyan=" + cookie + "; c=d\r\n")
          .status,
      200);
}

TEST_F(AccessTest, ANewPasswordEndsAllOtherSessions) {
  begin();
  const std::string here = cookie_in(login("mei", good)), elsewhere = cookie_in(login("mei", good));
  const auto change = [&](const std::string& current, const std::string& wanted) {
    return center_->ask(Credential{Credential::Kind::cookie, here}, "POST", "/api/v1/auth/password",
                        nlohmann::json{{"current", current}, {"new", wanted}}.dump());
  };
  EXPECT_EQ(change("wrong", "another password").status, 401);
  EXPECT_EQ(change(good, "short").status, 400);
  const Answer done = change(good, "another password");
  ASSERT_EQ(done.status, 204) << done.body;
  EXPECT_EQ(session_status(elsewhere), 401);
  EXPECT_EQ(session_status(here), 401);
  EXPECT_EQ(session_status(cookie_in(done)), 200);
  EXPECT_EQ(login("mei", good).status, 401);
  EXPECT_EQ(login("mei", "another password").status, 204);
}

TEST_F(AccessTest, AccountsAreMadeChangedAndRemoved) {
  begin();
  const std::string system = center_->token(Role::system), security = center_->token(Role::security);
  const auto post = [&](std::string_view body) {
    return center_->ask(system, "POST", "/api/v1/users", body).status;
  };
  const auto give = [&](std::string_view body) {
    return center_->ask(security, "PUT", "/api/v1/users/li/roles", body).status;
  };
  EXPECT_EQ(post(R"({"name":"li","password":"a good password"})"), 201);
  EXPECT_EQ(post(R"({"name":"li"})"), 409);
  EXPECT_EQ(post(R"({"name":"Li"})"), 400);
  EXPECT_EQ(post(R"({"name":"../x"})"), 400);
  EXPECT_EQ(post(R"({"name":"x","roles":["viewer"]})"), 400);  // not theirs to give
  EXPECT_EQ(post(R"({"name":"x","organisation":"cn"})"), 400);
  EXPECT_EQ(post(R"({"name":"x","password":"short"})"), 400);
  EXPECT_EQ(post(R"({"name":"x","nmae":"y"})"), 400);
  EXPECT_EQ(post(R"({"name":"x","name":"y"})"), 400);
  EXPECT_EQ(post("[1]"), 400);
  EXPECT_EQ(post("{"), 400);
  const std::string cookie = cookie_in(login("li", good));
  EXPECT_EQ(session_status(cookie), 200);
  const Credential li{Credential::Kind::cookie, cookie};
  EXPECT_EQ(center_->ask(li, "GET", "/api/v1/alerts").status, 403);  // without a role
  EXPECT_EQ(give(R"({"roles":["king"]})"), 400);
  EXPECT_EQ(give(R"({"roles":["ingest"]})"), 400);
  EXPECT_EQ(give(R"({"roles":[7]})"), 400);
  EXPECT_EQ(give(R"({"organisation":"cn"})"), 400);
  EXPECT_EQ(give(R"({"roles":["viewer"],"organisation":"a//b"})"), 400);
  EXPECT_EQ(give(R"({"roles":["analyst","viewer"]})"), 200);
  const Answer who = center_->ask(li, "GET", "/api/v1/auth/session");
  EXPECT_EQ(nlohmann::json::parse(who.body)["roles"],
            nlohmann::json({"viewer", "analyst"}));  // from the next request on
  EXPECT_EQ(center_->ask(li, "GET", "/api/v1/alerts").status, 200);
  EXPECT_EQ(give(R"({"roles":[]})"), 200);
  EXPECT_EQ(center_->ask(li, "GET", "/api/v1/alerts").status, 403);
  EXPECT_EQ(center_->ask(system, "PATCH", "/api/v1/users/li", R"({"disabled":true})").status, 200);
  EXPECT_EQ(session_status(cookie), 401);
  EXPECT_EQ(login("li", good).status, 401);
  EXPECT_EQ(center_->ask(system, "PATCH", "/api/v1/users/li", R"({"disabled":false})").status, 200);
  EXPECT_EQ(session_status(cookie), 401);  // enabled again is not signed in again
  EXPECT_EQ(center_->ask(system, "DELETE", "/api/v1/users/li").status, 204);
  EXPECT_EQ(center_->ask(system, "DELETE", "/api/v1/users/li").status, 404);
}

// Nobody gets at a right alone: who sets a password gives no roles, who gives roles sets no password, and nobody
// changes their own account.
TEST_F(AccessTest, NoAdministratorGivesThemselvesARight) {
  begin();
  const Credential system = center_->person("sys", Role::system), security = center_->person("sec", Role::security);
  const Credential audit = center_->person("aud", Role::audit);
  const auto change = [&](const Credential& by, const std::string& user, std::string_view body) {
    return center_->ask(by, "PATCH", "/api/v1/users/" + user, body);
  };
  const auto give = [&](const Credential& by, const std::string& user, std::string_view body) {
    return center_->ask(by, "PUT", "/api/v1/users/" + user + "/roles", body).status;
  };
  EXPECT_EQ(give(system, "sys", R"({"roles":["audit"]})"), 403);
  EXPECT_EQ(give(security, "sec", R"({"roles":["audit"]})"), 403);
  EXPECT_EQ(change(security, "mei", R"({"password":"another password"})").status, 403);
  EXPECT_EQ(change(system, "sys", R"({"password":"another password"})").status, 403);
  EXPECT_EQ(center_->ask(system, "DELETE", "/api/v1/users/sys").status, 403);
  for (const Credential& by : {system, security}) EXPECT_EQ(center_->ask(by, "GET", "/api/v1/audit").status, 403);
  for (const char* target : {"/api/v1/users", "/api/v1/tokens", "/api/v1/alerts"})
    EXPECT_EQ(center_->ask(audit, "GET", target).status, 403) << target;
  // With a new password goes what the account could do.
  const Answer set = change(system, "mei", R"({"password":"another password"})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(nlohmann::json::parse(set.body)["roles"].size(), 0u);
  EXPECT_EQ(give(security, "mei", R"({"roles":["analyst"]})"), 200);
  // One person with both roles of a small plant needs no second step.
  const Credential both = center_->person("both", {Role::system, Role::security});
  EXPECT_EQ(nlohmann::json::parse(change(both, "mei", R"({"password":"a third password"})").body)["roles"],
            nlohmann::json({"analyst"}));
  // Nor by way of a token.
  for (const char* role : {"system", "security", "audit"})
    EXPECT_EQ(center_->ask(security, "POST", "/api/v1/tokens", nlohmann::json{{"role", role}}.dump()).status, 403)
        << role;
  EXPECT_EQ(center_->ask(by_socket, "POST", "/api/v1/tokens", R"({"role":"audit"})").status, 201);
}

TEST_F(AccessTest, SeveralAdministratorsInOneHandAreNotedOrRefused) {
  begin();
  const auto give = [&] {
    return center_->ask(by_socket, "PUT", "/api/v1/users/mei/roles", R"({"roles":["system","audit"]})").status;
  };
  const auto newest = [&](std::string_view action) {
    store::AuditQuestion question;
    question.action = action;
    return center_->center->audit().list(store::Scope::all(), question)->entries.at(0).detail;
  };
  EXPECT_EQ(give(), 200);
  EXPECT_EQ(newest("put_users_name_roles"),
            "roles=system+audit organisation=; one hand holds several administrators' roles");
  center_->restart();
  EXPECT_NE(newest("center.start").find("; `mei` is system+audit"), std::string::npos);
  CenterOptions options;
  options.access.separate_administrators = true;
  begin(options);
  EXPECT_EQ(give(), 409);
  EXPECT_EQ(center_->ask(by_socket, "POST", "/api/v1/links", R"({"user":"one","roles":["system","security"]})").status,
            409);
  EXPECT_EQ(
      center_->ask(by_socket, "POST", "/api/v1/links", R"({"user":"one","roles":["engineer","security"]})").status,
      201);
}

// As versions before the separated administrators wrote it.
TEST_F(AccessTest, AnAdministratorOfAnEarlierVersionKeepsWhatTheyCould) {
  begin();
  for (const auto& [kind, id, body] : std::vector<std::array<std::string, 3>>{
           {"user", "old", R"({"role":"administrator","organisation":"cn","password":"","disabled":false})"},
           {"user", "looker", R"({"role":"viewer","organisation":"","password":"","disabled":false})"},
           {"token", "t1",
            R"({"hash":")" + std::string(64, 'a') +
                R"(","name":"old","role":"administrator","organisation":"","source":"","relay":false})"}}) {
    store::DocumentChange change;
    change.kind = kind, change.id = id, change.organisation = "center", change.body = body, change.by = "test";
    ASSERT_TRUE(center_->center->documents().put(store::Scope::all(), change).ok());
  }
  center_->restart();
  const Users& users = center_->center->access().users();
  EXPECT_EQ(text_of(users.find("old")->roles), "engineer+system+security+audit");
  EXPECT_EQ(users.find("looker")->roles, Roles(Role::viewer));
  const auto tokens = center_->center->access().tokens().list();
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0].role, Role::engineer);
}

TEST_F(AccessTest, AnAdministratorOfAPartRulesThatPart) {
  begin();
  const Credential part = center_->person("ruler", {Role::system, Role::security}, "cn/js");
  const auto give = [&](const std::string& organisation) {
    return center_
        ->ask(part, "PUT", "/api/v1/users/a/roles",
              nlohmann::json{{"roles", {"viewer"}}, {"organisation", organisation}}.dump())
        .status;
  };
  EXPECT_EQ(center_->ask(part, "POST", "/api/v1/users", R"({"name":"a"})").status, 201);
  EXPECT_EQ(give("cn/js/works"), 200);
  EXPECT_EQ(give("cn/js"), 200);
  for (const char* outside : {"cn", "cn/zj", "", "cn/js-north"}) EXPECT_EQ(give(outside), 403) << outside;
  EXPECT_EQ(nlohmann::json::parse(center_->ask(part, "GET", "/api/v1/users").body)["users"].size(), 2u);
  EXPECT_EQ(center_->ask(part, "PUT", "/api/v1/users/mei/roles", R"({"roles":[]})").status, 404);
  EXPECT_EQ(center_->ask(part, "PATCH", "/api/v1/users/mei", R"({"disabled":true})").status, 404);
  EXPECT_EQ(center_->ask(part, "DELETE", "/api/v1/users/mei").status, 404);
  EXPECT_EQ(center_->ask(part, "POST", "/api/v1/tokens", R"({"role":"viewer","organisation":"cn"})").status, 403);
  EXPECT_EQ(center_->ask(part, "POST", "/api/v1/tokens", R"({"role":"viewer"})").status, 201);
  const auto tokens = nlohmann::json::parse(center_->ask(part, "GET", "/api/v1/tokens").body);
  EXPECT_EQ(tokens["tokens"].size(), 1u);
  for (const auto& token : tokens["tokens"]) {
    EXPECT_TRUE(token["organisation"].get<std::string>().starts_with("cn/js")) << token;
  }
}

TEST_F(AccessTest, TokensAreCheckedWhenTheyAreMade) {
  begin();
  const std::string admin = center_->token(Role::security);
  const std::pair<const char*, int> cases[] = {
      {R"({"role":"ingest","source":"s1"})", 201},
      {R"({"role":"ingest"})", 400},
      {R"({"role":"viewer","source":"s1"})", 400},
      {R"({"role":"viewer","relay":true})", 400},
      {R"({"role":"viewer","expires":"tomorrow"})", 400},
      {R"({"role":"viewer","expires":"2020-01-01T00:00:00Z"})", 400},
      {R"({"role":7})", 400},
      {R"({"role":"viewer","organisation":"../x"})", 400},
      {R"({})", 201},
  };
  for (const auto& [body, status] : cases)
    EXPECT_EQ(center_->ask(admin, "POST", "/api/v1/tokens", body).status, status) << body;
  const auto made =
      nlohmann::json::parse(center_->ask(admin, "POST", "/api/v1/tokens", cases[0].first).body);
  EXPECT_EQ(made["organisation"], "local");  // the center's own, unless it says
}

}  // namespace
}  // namespace langyan::center
