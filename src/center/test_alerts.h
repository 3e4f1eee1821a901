// AlertApiTest: a center with alerts, and who may look and act. Test code only.
#pragma once

#include "center/test_center.h"

namespace langyan::center {

class AlertApiTest : public testing::Test {
 protected:
  AlertApiTest() {
    ingest_ = center_.token(Role::ingest);
    viewer_ = center_.token(Role::viewer);
    analyst_ = center_.token(Role::analyst);
  }
  void store(std::uint64_t first, const std::vector<Line>& lines) {
    std::string body;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Line line = lines[i];
      line.seq = first + i;
      body += text_of(line);
    }
    ASSERT_EQ(center_.ingest(ingest_, first, lines.size(), body).status, 200);
  }
  std::vector<std::string> ids(const std::string& query = "") {
    std::vector<std::string> found;
    const auto page = center_.json(viewer_, "/api/v1/alerts?limit=1000" + query);
    for (const auto& alert : page["alerts"]) found.push_back(alert["id"]);
    return found;
  }
  nlohmann::json act(const nlohmann::json& body, int status = 200) {
    const Answer answer = center_.ask(analyst_, "POST", "/api/v1/alerts/actions", body.dump());
    EXPECT_EQ(answer.status, status) << answer.body;
    return nlohmann::json::parse(answer.body);
  }
  nlohmann::json undo(const std::string& token, int status = 200) {
    const Answer answer = center_.ask(analyst_, "DELETE", "/api/v1/alerts/actions/" + token);
    EXPECT_EQ(answer.status, status) << answer.body;
    return nlohmann::json::parse(answer.body);
  }
  nlohmann::json record(const std::string& id) {
    return center_.json(viewer_, "/api/v1/alerts/" + id)["record"];
  }

  TestCenter center_;
  std::string ingest_, viewer_, analyst_;
};

}  // namespace langyan::center
