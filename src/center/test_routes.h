// Furnished, samples(): what tests of every route share: a center in which there is something behind
// every address, and one way to use each route well. Test code only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "center/books.h"
#include "center/enterprise.h"
#include "center/inventory.h"
#include "center/second_factor.h"
#include "center/secret.h"
#include "center/test_center.h"
#include "packs/pack.h"

namespace langyan::center {

inline constexpr std::string_view catalogue_text = R"({"fields":[{"name":"modbus.function"}]})";
inline constexpr std::string_view book_text =
    R"({"book":{"version":1,"file":"/spool/baseline.json","left_out":0,"zones":[{"name":"everything","mode":"learn","watched":60,"left":3600}],)"
    R"("rows":[{"client":"10.3.9.77","server":"10.3.1.4","zone":"everything","protocol":"modbus","unit":1,"verb":"write","function":6,"object":"40001",)"
    R"("least":0,"most":1200,"step":0.5,"period":2,"valued":true,"limit":true,"count":9,"since":"2026-03-01T00:00:00.000000+0000","new":true}]}})";
inline constexpr std::string_view detections_text = R"({"detections":[{"sid":9100000}]})";

// A center in which there is something to find behind every address.
class Furnished : public TestCenter {
 public:
  static constexpr const char* organisation = "local";  // whose it all is
  Furnished() {
    ingest_token = token(Role::ingest);
    center_token = token(Role::ingest, organisation, "s1", true);
    viewer_token = token(Role::viewer);
    analyst_token = token(Role::analyst, organisation);
    Line with_packet;
    with_packet.more = R"(,"packet":"AAECAwQFBgcICQoLCAA=")";
    EXPECT_EQ(ingest(ingest_token, 1, 5, alerts(1, 5, with_packet)).status, 200);
    Line operation;
    operation.type = "modbus";
    operation.lane = "bulk";
    Line stats = operation;
    stats.type = "stats";
    stats.seq = 2;
    stats.more =
        R"(,"stats":{"capture":{"packets":1234,"kernel_drop":5},"summary":{"operations":77}})";
    EXPECT_EQ(ingest(ingest_token, 1, 2, text_of(operation) + text_of(stats), "bulk").status, 200);
    const auto listed = json(viewer_token, "/api/v1/alerts");
    for (const auto& alert : listed["alerts"]) ids.push_back(alert["id"]);
    for (std::string_view text : {catalogue_text, detections_text}) {
      EXPECT_EQ(ask(ingest_token, "PUT", "/api/v1/catalogues/" + sha256_hex(text), text).status,
                201);
    }
    user("keeper", Role::viewer, "a good password");
    link = *center->access().make_link("keeper", "test");
    renew();
  }
  // What routes use up, again.
  void renew() {
    if (!center->access().users().find("spare")) user("spare", Role::viewer, "a good password", organisation);
    if (!center->access().tokens().valid(spare_token)) {
      Token spare;
      spare.name = "spare", spare.organisation = organisation, spare.by = "test";
      spare_token = center->access().tokens().create(spare)->token.id;
    }
    (void)center->access().remove_user("new-one", "test");
    (void)ask(by_socket, "DELETE", "/api/v1/outputs/lines");
    store::DocumentChange view;
    view.kind = "view", view.id = "keeper/spare", view.organisation = "center";
    view.body = R"({"name":"Spare","path":"/alerts"})";
    EXPECT_TRUE(center->documents().put(store::Scope::all(), view).ok());
    const Answer acted = ask(by_socket, "POST", "/api/v1/alerts/actions",
                             R"({"action":"ack","ids":[")" + ids.at(4) + R"("]})");
    undo = nlohmann::json::parse(acted.body)["undo"];
  }
  // By its code; a valid one.
  std::string enterprise(const std::string& uscc = "91320500MA00000011") {
    std::string code = uscc.substr(0, 17);
    code += *uscc_check(code);
    const std::string body =
        R"({"name":"Works","type":"connected","level":3,"industry":"C30","region":"320500","organisation":"local"})";
    EXPECT_EQ(ask(by_socket, "PUT", "/api/v1/enterprises/" + code, body).status, 200);
    return "/api/v1/enterprises/" + code;
  }
  std::string notice() {  // a draft
    const Answer made =
        ask(by_socket, "POST", "/api/v1/notices",
            R"({"kind":"incident","title":"T","organisation":"local","evidence":[")" + ids.at(0) + R"("]})");
    EXPECT_EQ(made.status, 201) << made.body;
    return "/api/v1/notices/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
  }
  // Of the app to which a second factor was offered.
  std::string code_of(const std::string& name) {
    User user = *center->access().users().find(name);
    if (user.offered_factor.empty()) {
      user.offered_factor = *new_secret(center->access().random());
      EXPECT_TRUE(center->access().change_user(user, "test").ok());
    }
    return code_at(user.offered_factor, clock.now());
  }
  std::string output() {  // one at a time
    (void)ask(by_socket, "DELETE", "/api/v1/outputs/o" + std::to_string(outputs));
    const std::string name = "o" + std::to_string(++outputs);
    EXPECT_EQ(
        ask(by_socket, "POST", "/api/v1/outputs", R"({"kind":"file","organisation":"local","name":")" + name + R"("})")
            .status,
        201);
    return "/api/v1/outputs/" + name;
  }
  std::string book() {
    EXPECT_EQ(ask(ingest_token, "PUT", "/api/v1/baseline", book_text).status, 204);
    return "/api/v1/baseline/" + book_id(organisation, "s1");
  }
  int outputs = 0;
  std::string asset() {
    Line line;
    line.type = "asset", line.lane = "bulk", line.seq = 3;
    line.more =
        R"(,"pcap_cnt":7,"asset":{"id":"10.3.1.4","change":"fact","ip":["10.3.1.4"],"mac":["00:1b:1b:01:02:03"],"role":"controller","level":1,)"
        R"("model":"CPU 315","facts":[{"trait":"model","value":"CPU 315","source":"s7comm","confidence":90}]})";
    EXPECT_EQ(ingest(ingest_token, 3, 1, text_of(line), "bulk").status, 200);
    center->inventory().catch_up();
    return "/api/v1/assets/" + asset_id("local", "10.3.1.4");
  }
  std::string pack_text() {  // a new version each time
    packs::Pack pack;
    pack.name = "cn-ot", pack.version = ++pack_version, pack.issued = "2026-11-29";
    pack.files = {{"cn-ot.rules", "alert tcp any any -> any any (msg:\"x\"; sid:1;)\n"}};
    static const SigningKeyPair key = make_signing_key("cert");
    SystemDisk files;
    EXPECT_TRUE(replace_file(files, folder.path() + "/packs.keys", bytes_of(key.trusted)).ok());
    return packs::sign_pack(pack, key.secret).take();
  }
  std::string pack() {
    EXPECT_EQ(ask(by_socket, "POST", "/api/v1/packs?organisation=local", pack_text(), pack_header).status, 201);
    return "/api/v1/packs/cn-ot";
  }
  static constexpr std::string_view pack_header = "Content-Type: application/x-langyan-pack\r\n";
  std::uint64_t pack_version = 0;
  std::string mute() {
    const std::string sid = std::to_string(next_sid++);
    const Answer made = ask({Credential::Kind::token, analyst_token}, "POST", "/api/v1/mutes",
                            R"({"scope":"rule","until":"1d","existing":true,"sid":)" + sid + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return "/api/v1/mutes/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
  }
  // What POST /api/v1/certificates takes: a fresh token, and a request for a fresh key.
  std::string certificate_wish() {
    std::string body;
    JsonWriter(body)
        .open()
        .field("token", enrolment_token("s8"))
        .field("kind", "sensor")
        .field("source", "s8")
        .field("request", signing_request())
        .close();
    return body;
  }
  static std::string signing_request() {
    const x509::Key key = x509::make_key();
    return x509::pem_of(x509::make_request(key.get()).get());
  }
  std::string enrolment() {  // its id
    const std::string secret = enrolment_token("s7");
    return center->access().enrolments().waiting(secret)->id;
  }
  std::string ingest_token, center_token, viewer_token, analyst_token, spare_token, link, undo;
  std::vector<std::string> ids;
  int next_sid = 9'500'000;
};

struct Sample {
  std::string target;
  std::string body = {};
  std::string headers = {};
};
using MakeSample = std::function<Sample(Furnished&)>;
const std::map<std::string, MakeSample>& samples();  // by key_of(); routes_test.cc

inline std::string key_of(const Route& route) {
  return std::string(name(route.method)) + " " + std::string(route.path);
}

// Asks and, of a stream, reads its beginning.
inline Answer use(TestCenter& center, const Route& route, const Credential& by, const Sample& sample) {
  if (route.answer != "text/event-stream") {
    return center.ask(by, name(route.method), sample.target, sample.body, sample.headers);
  }
  if (by.kind == Credential::Kind::certificate) return center.ask(by, "GET", sample.target);
  TestPeer peer(by.kind == Credential::Kind::local ? center.local_socket() : center.address);
  std::string headers;
  if (by.kind == Credential::Kind::token) headers = "Authorization: Bearer " + by.secret + "\r\n";
  if (by.kind == Credential::Kind::cookie) headers = "Cookie: langyan=" + by.secret + "\r\n";
  Answer answer = peer.ask("GET", sample.target, {}, headers);
  if (answer.status == 200) {
    EXPECT_TRUE(peer.wait_for(route.path == "/api/v1/stream" ? "event: ready\n" : ":\n\n"));
  }
  return answer;
}

// Signing in anew, out, or with another password ends the session that asked.
inline bool ends_session(const Route& route) {
  return route.path.starts_with("/api/v1/auth/") || route.path == "/link/{secret}";
}

}  // namespace langyan::center
