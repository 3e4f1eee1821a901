// Saved views and the packet of an alert: over real sockets.
#include <gtest/gtest.h>

#include "capture/source.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

class ViewsTest : public testing::Test {
 protected:
  Credential person(const std::string& name) {
    center_.user(name, Role::viewer, "a good password");
    const nlohmann::json wish = {{"name", name}, {"password", "a good password"}};
    const Answer answer = center_.ask(nobody, "POST", "/api/v1/auth/login", wish.dump());
    const std::string set = answer.headers.at("set-cookie");
    const auto start = set.find('=') + 1;
    return {Credential::Kind::cookie, set.substr(start, set.find(';') - start)};
  }
  int keep(const Credential& by, const std::string& name, const std::string& path) {
    return center_.ask(by, "POST", "/api/v1/me/views", nlohmann::json({{"name", name}, {"path", path}}).dump()).status;
  }
  nlohmann::json views(const Credential& by) {
    return nlohmann::json::parse(center_.ask(by, "GET", "/api/v1/me/views").body)["views"];
  }
  TestCenter center_;
};

TEST_F(ViewsTest, AreKeptByNameForEachAccountAndOutliveARestart) {
  const auto mei = person("mei"), wang = person("wang");
  EXPECT_EQ(keep(mei, "写操作", "/hunt?q=verb:write"), 201);
  EXPECT_EQ(keep(mei, "写操作", "/hunt?q=verb:write&since=7d"), 201);
  EXPECT_EQ(keep(mei, "Stops", "/alerts?verb=stop"), 201);
  EXPECT_EQ(keep(wang, "Mine", "/alerts"), 201);
  center_.restart();
  const auto kept = views(mei);
  ASSERT_EQ(kept.size(), 2u);
  std::set<std::string> paths;
  for (const auto& view : kept) paths.insert(view["path"]);
  EXPECT_EQ(paths, (std::set<std::string>{"/hunt?q=verb:write&since=7d", "/alerts?verb=stop"}));
  EXPECT_EQ(views(wang).size(), 1u);
}

TEST_F(ViewsTest, AreRemovedByTheirOwnerAndWithTheAccount) {
  const auto mei = person("mei"), wang = person("wang");
  EXPECT_EQ(keep(mei, "Stops", "/alerts?verb=stop"), 201);
  const std::string target = "/api/v1/me/views/" + views(mei)[0]["id"].get<std::string>();
  EXPECT_EQ(center_.ask(wang, "DELETE", target).status, 404);
  EXPECT_EQ(center_.ask(mei, "DELETE", target).status, 204);
  EXPECT_EQ(center_.ask(mei, "DELETE", target).status, 404);
  EXPECT_EQ(keep(mei, "Stops", "/alerts?verb=stop"), 201);
  EXPECT_EQ(center_.ask(center_.token(Role::system), "DELETE", "/api/v1/users/mei").status, 204);
  EXPECT_TRUE(views(person("mei")).empty());
}

TEST_F(ViewsTest, LeadNowhereElseAndBelongToPeople) {
  const auto mei = person("mei");
  for (const char* path : {"//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "", "alerts"})
    EXPECT_EQ(keep(mei, "x", path), 400) << path;
  EXPECT_EQ(keep(mei, "", "/alerts"), 400);
  EXPECT_EQ(keep(mei, std::string(201, 'x'), "/alerts"), 400);
  EXPECT_EQ(keep({Credential::Kind::token, center_.token(Role::system)}, "x", "/alerts"), 403);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(keep(mei, std::to_string(i), "/alerts"), 201);
  EXPECT_EQ(keep(mei, "one more", "/alerts"), 400);
  EXPECT_EQ(keep(mei, "7", "/hunt"), 201);
}

TEST(AlertPacketTest, IsReadBackByOurOwnReaderWithItsComment) {
  TestCenter center;
  const std::string ingest = center.token(Role::ingest), viewer = center.token(Role::viewer);
  Line with, without;
  with.more = R"(,"packet":"AAECAwQFBgcICQoLCAA=","packet_info":{"linktype":1})";
  without.seq = 2;
  Line broken;
  broken.seq = 3, broken.more = R"(,"packet":"no base64!")";
  ASSERT_EQ(center.ingest(ingest, 1, 3, text_of(with) + text_of(without) + text_of(broken)).status, 200);
  const auto alerts = center.json(viewer, "/api/v1/alerts")["alerts"];
  int files = 0;
  for (const auto& alert : alerts) {
    const std::string id = alert["id"];
    const Answer answer = center.ask(viewer, "GET", "/api/v1/alerts/" + id + "/pcap");
    if (alert["event"].value("packet", "").size() != 20) {
      EXPECT_EQ(answer.status, 404);
      continue;
    }
    ++files;
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/x-pcapng");
    EXPECT_NE(answer.body.find(id + " Write by a stranger"), answer.body.npos);
    center.folder.write("alert.pcapng", answer.body);
    auto source = capture::open_file(center.folder.path() + "/alert.pcapng", {});
    ASSERT_TRUE(source.ok()) << source.error().message;
    std::vector<std::uint8_t> octets;
    Time time = 0;
    const auto read = (*source)->read(10, [&](const capture::Packet& packet) {
      octets.assign(packet.data.begin(), packet.data.end());
      time = packet.time;
    });
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(octets, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 8, 0}));
    EXPECT_EQ(time, *parse_timestamp("2026-03-02T11:00:00Z"));
  }
  EXPECT_EQ(files, 1);
}

}  // namespace
}  // namespace langyan::center
