// A second factor over the API: offered, confirmed, asked for, taken away.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "center/second_factor.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

constexpr const char* good = "a good password";

class SecondFactorApi : public testing::Test {
 protected:
  SecondFactorApi() {
    center_.user("mei", Role::analyst, good);
    cookie_ = cookie_in(login(""));
  }
  Answer login(const std::string& code, const std::string& password = good) {
    nlohmann::json body = {{"name", "mei"}, {"password", password}};
    if (!code.empty()) body["code"] = code;
    return center_.ask(nobody, "POST", "/api/v1/auth/login", body.dump(), "Content-Type: application/json\r\n");
  }
  Answer mine(std::string_view method, const nlohmann::json& body) {
    return center_.ask(Credential{Credential::Kind::cookie, cookie_}, method, "/api/v1/auth/second-factor", body.dump(),
                       "Content-Type: application/json\r\nLangyan-Request: 1\r\n");
  }
  std::string offered() {
    const Answer answer = mine("POST", {{"password", good}});
    EXPECT_EQ(answer.status, 201) << answer.body;
    return nlohmann::json::parse(answer.body)["secret"];
  }
  std::string code(const std::string& secret) { return code_at(secret, center_.clock.now()); }
  std::string turned_on() {
    const std::string secret = offered();
    EXPECT_EQ(mine("PUT", {{"on", true}, {"code", code(secret)}}).status, 204);
    center_.clock.advance(code_period);  // that code is used
    return secret;
  }
  bool has_factor() { return !center_.center->access().users().find("mei")->second_factor.empty(); }
  static std::string problem(const Answer& answer) { return nlohmann::json::parse(answer.body)["code"]; }

  TestCenter center_;
  std::string cookie_;
};

TEST_F(SecondFactorApi, IsAskedForOnceTheAppHasShownItsCode) {
  const std::string secret = offered();
  EXPECT_EQ(login("").status, 204) << "an offer alone keeps nobody out";
  EXPECT_FALSE(has_factor());
  EXPECT_EQ(mine("PUT", {{"on", true}, {"code", "000000"}}).status, 401);
  EXPECT_FALSE(has_factor());
  EXPECT_EQ(mine("PUT", {{"on", true}, {"code", code(secret)}}).status, 204);
  EXPECT_TRUE(has_factor());

  const Answer without = login("");
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(problem(without), "code-required");
  EXPECT_FALSE(without.headers.contains("set-cookie"));
  center_.clock.advance(code_period);
  EXPECT_EQ(login(code(secret)).status, 204);
  EXPECT_EQ(problem(login(code(secret), "not her password")), "wrong-credentials");
}

TEST_F(SecondFactorApi, ACodeIsGoodOnceAndItsNeighboursFromTheirOwnTimeOn) {
  const std::string secret = turned_on();
  const std::string first = code(secret);
  EXPECT_EQ(login(first).status, 204);
  EXPECT_EQ(login(first).status, 401);
  center_.clock.advance(code_period);
  EXPECT_EQ(login(first).status, 401) << "used, though still within its window";
  EXPECT_EQ(login(code(secret)).status, 204);
  center_.restart();
  EXPECT_EQ(login(code(secret)).status, 401) << "what was used is known after a restart";
}

TEST_F(SecondFactorApi, GuessingCodesHasToWait) {
  const std::string secret = turned_on();
  int refused = 0, waiting = 0;
  for (int i = 0; i < 8; ++i) {
    const Answer answer = login("00000" + std::to_string(i));
    refused += answer.status == 401, waiting += answer.status == 429;
  }
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(waiting, 4);
  EXPECT_EQ(login(code(secret)).status, 429) << "nor does the right one help meanwhile";
}

TEST_F(SecondFactorApi, TheOwnerTurnsItOffByACodeAndAnAdministratorWithout) {
  std::string secret = turned_on();
  EXPECT_EQ(mine("POST", {{"password", good}}).status, 409) << "not a second one beside it";
  EXPECT_EQ(mine("PUT", {{"on", false}, {"code", "000000"}}).status, 401);
  EXPECT_TRUE(has_factor());
  EXPECT_EQ(mine("PUT", {{"on", false}, {"code", code(secret)}}).status, 204);
  EXPECT_EQ(login("").status, 204);

  center_.clock.advance(code_period);
  cookie_ = cookie_in(login(""));
  secret = turned_on();
  const auto change = [&](const char* body) { return center_.ask(by_socket, "PATCH", "/api/v1/users/mei", body); };
  EXPECT_EQ(change(R"({"second_factor":true})").status, 400);
  const Answer taken = change(R"({"second_factor":false})");
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(nlohmann::json::parse(taken.body)["second_factor"], false);
  EXPECT_EQ(taken.body.find(secret), std::string::npos);
  EXPECT_EQ(login("").status, 204);
}

TEST_F(SecondFactorApi, AnOfferNeedsThePasswordAndAConfirmationAnOffer) {
  EXPECT_EQ(mine("POST", {{"password", "not hers"}}).status, 401);
  EXPECT_EQ(mine("POST", nlohmann::json::object()).status, 401);
  EXPECT_EQ(mine("PUT", {{"on", true}, {"code", "123456"}}).status, 409);
  EXPECT_EQ(mine("PUT", {{"on", false}, {"code", "123456"}}).status, 409);
  EXPECT_EQ(mine("PUT", {{"on", true}}).status, 400);
}

}  // namespace
}  // namespace langyan::center
