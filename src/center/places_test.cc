// What places are called, and to whom.
#include <gmock/gmock.h>

#include "center/handlers.h"
#include "center/test_routes.h"

namespace langyan::center {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct PlacesTest : testing::Test {
  Furnished center;

  void registered(const std::string& organisation, const std::string& name, const std::string& number) {
    std::string code = "91320500MA" + number;
    code += *uscc_check(code);
    const std::string body = R"({"name":")" + name +
                             R"(","type":"connected","level":3,"industry":"C30","region":"320500","organisation":")" +
                             organisation + R"("})";
    const Answer answer = center.ask(by_socket, "PUT", "/api/v1/enterprises/" + code, body);
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  // "cn/js: Jiangsu 江苏"; with what is below the named place.
  std::vector<std::string> names(const std::string& places, const std::string& of = "") {
    std::vector<std::string> told;
    const auto answer = center.json(center.token(Role::viewer, of), "/api/v1/places?organisation=" + places);
    for (const auto& place : answer["places"]) {
      const auto text = [&](const nlohmann::json& from, const char* member) { return from[member].get<std::string>(); };
      told.push_back(text(place, "organisation") + ": " + text(place["name"], "en") + " " + text(place["name"], "zh") +
                     (text(place, "rest").empty() ? "" : " | " + text(place, "rest")));
    }
    return told;
  }
};

TEST_F(PlacesTest, AProvinceIsCalledByItsNameAndAnEnterpriseAsItIsRegistered) {
  registered("cn/js/works-7", "南浦制药", "0000001");
  EXPECT_THAT(names("cn/js"), ElementsAre("cn/js: Jiangsu 江苏"));
  EXPECT_THAT(names("cn/32,cn/jiangsu"), ElementsAre("cn/32: Jiangsu 江苏", "cn/jiangsu: Jiangsu 江苏"));
  EXPECT_THAT(names("cn/js/works-7"), ElementsAre("cn/js/works-7: 南浦制药 南浦制药"));
  EXPECT_THAT(names("cn/js/works-7/line-3/a"), ElementsAre("cn/js/works-7/line-3/a: 南浦制药 南浦制药 | line-3/a"));
  EXPECT_THAT(names("cn/js/works-9"), ElementsAre("cn/js/works-9: Jiangsu 江苏 | works-9"));
  EXPECT_THAT(names("cn/js/works-7,cn/js,cn/js"),
              ElementsAre("cn/js: Jiangsu 江苏", "cn/js/works-7: 南浦制药 南浦制药"))
      << "each once";
}

TEST_F(PlacesTest, WhatHasNoNameIsLeftOut) {
  EXPECT_THAT(names("cn"), IsEmpty());
  EXPECT_THAT(names("plant/js"), IsEmpty()) << "a place of another tree is no province";
  EXPECT_THAT(names("cn/nowhere"), IsEmpty());
  EXPECT_THAT(names("js"), IsEmpty());
}

TEST_F(PlacesTest, AnEnterpriseIsNamedToThoseWhoSeeItOnly) {
  registered("cn/js/works-7", "南浦制药", "0000001");
  registered("cn/js/works-70", "北辰纸业", "0000002");
  EXPECT_THAT(names("cn/js/works-7", "cn/js"), ElementsAre("cn/js/works-7: 南浦制药 南浦制药"));
  EXPECT_THAT(names("cn/js/works-7", "cn/js/works-7"), ElementsAre("cn/js/works-7: 南浦制药 南浦制药"));
  EXPECT_THAT(names("cn/js/works-7", "cn/js/works-70"), ElementsAre("cn/js/works-7: Jiangsu 江苏 | works-7"));
  EXPECT_THAT(names("cn/js/works-7", "cn/zj"), ElementsAre("cn/js/works-7: Jiangsu 江苏 | works-7"));
}

TEST_F(PlacesTest, TooManyAndNoneAreRefused) {
  const Credential viewer{Credential::Kind::token, center.viewer_token};
  std::string many = "cn/a0";
  for (std::size_t i = 1; i <= most_named_places; ++i) many += ",cn/a" + std::to_string(i);
  EXPECT_EQ(center.ask(viewer, "GET", "/api/v1/places?organisation=" + many).status, 400);
  EXPECT_EQ(center.ask(viewer, "GET", "/api/v1/places").status, 400);
  EXPECT_EQ(center.ask(viewer, "GET", "/api/v1/places?organisation=/x").status, 400);
  EXPECT_EQ(center.ask(viewer, "GET", "/api/v1/places?organisation=" + many.substr(0, many.rfind(','))).status, 200);
}

}  // namespace
}  // namespace langyan::center
