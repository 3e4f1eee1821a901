// Tests generated from the route table: every row is called with what it takes, its answer held
// against its schema, and every kind of credential tried on it.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "center/audit.h"
#include "center/test_form.h"
#include "center/test_routes.h"
#include "center/test_schema.h"

namespace langyan::center {
namespace {

static_assert(!std::is_default_constructible_v<Allowed>, "a row without access must not compile");

}  // namespace

// One way to use each route well. A route without a row here fails the tests.
const std::map<std::string, MakeSample>& samples() {
  const auto at = [](std::string target, std::string body = {}) {
    return [=](Furnished&) { return Sample{target, body, {}}; };
  };
  const auto alert = [](std::string tail) {
    return [=](Furnished& in) { return Sample{"/api/v1/alerts/" + in.ids.at(0) + tail}; };
  };
  static const std::map<std::string, MakeSample> table = {
      {"GET /healthz", at("/healthz")},
      {"GET /readyz", at("/readyz")},
      {"GET /version", at("/version")},
      {"GET /openapi.json", at("/openapi.json")},
      {"GET /metrics", at("/metrics")},
      {"POST /api/v1/auth/login", at("/api/v1/auth/login", R"({"name":"keeper","password":"a good password"})")},
      {"POST /api/v1/auth/wall",
       [](Furnished& in) {
         Token token;
         token.name = "wall", token.by = "test", token.expires = in.clock.now() + day;
         return Sample{"/api/v1/auth/wall",
                       R"({"token":")" + in.center->access().tokens().create(token)->secret + R"("})"};
       }},
      {"POST /api/v1/auth/logout", at("/api/v1/auth/logout")},
      {"GET /api/v1/auth/session", at("/api/v1/auth/session")},
      {"POST /api/v1/auth/password",
       at("/api/v1/auth/password", R"({"current":"a good password","new":"another password"})")},
      {"POST /api/v1/auth/second-factor", at("/api/v1/auth/second-factor", R"({"password":"a good password"})")},
      {"PUT /api/v1/auth/second-factor",
       [](Furnished& in) {
         return Sample{"/api/v1/auth/second-factor", R"({"on":true,"code":")" + in.code_of("keeper") + R"("})"};
       }},
      {"GET /api/v1/me/views", at("/api/v1/me/views")},
      {"POST /api/v1/me/views", at("/api/v1/me/views", R"({"name":"Stops","path":"/hunt?q=verb:stop"})")},
      {"DELETE /api/v1/me/views/{view}", at("/api/v1/me/views/spare")},
      {"GET /link/{secret}", [](Furnished& in) { return Sample{"/link/" + in.link}; }},
      {"POST /api/v1/links", at("/api/v1/links", R"({"user":"keeper"})")},
      {"GET /api/v1/users", at("/api/v1/users")},
      {"POST /api/v1/users", at("/api/v1/users", R"({"name":"new-one","password":"a good password"})")},
      {"PATCH /api/v1/users/{name}", at("/api/v1/users/spare", R"({"disabled":true})")},
      {"PUT /api/v1/users/{name}/roles",
       at("/api/v1/users/spare/roles", R"({"roles":["analyst"],"organisation":"local"})")},
      {"GET /api/v1/roles", at("/api/v1/roles")},
      {"DELETE /api/v1/users/{name}", at("/api/v1/users/spare")},
      {"GET /api/v1/tokens", at("/api/v1/tokens")},
      {"POST /api/v1/tokens", at("/api/v1/tokens", R"({"role":"ingest","source":"s9","organisation":"local"})")},
      {"DELETE /api/v1/tokens/{id}", [](Furnished& in) { return Sample{"/api/v1/tokens/" + in.spare_token}; }},
      {"GET /api/v1/enrolments", [](Furnished& in) { return in.enrolled("s6"), Sample{"/api/v1/enrolments"}; }},
      {"POST /api/v1/enrolments",
       at("/api/v1/enrolments", R"({"kind":"center","source":"works-7","organisation":"local"})")},
      {"DELETE /api/v1/enrolments/{id}", [](Furnished& in) { return Sample{"/api/v1/enrolments/" + in.enrolment()}; }},
      {"POST /api/v1/certificates",
       [](Furnished& in) {
         return Sample{"/api/v1/certificates", in.certificate_wish()};
       }},
      {"POST /api/v1/certificates/renew",
       [](Furnished&) {
         std::string body;
         JsonWriter(body).open().field("request", Furnished::signing_request()).close();
         return Sample{"/api/v1/certificates/renew", body};
       }},
      {"GET /api/v1/authority", at("/api/v1/authority")},
      {"POST /api/v1/authority", at("/api/v1/authority")},
      {"POST /api/v1/authority/certificate", at("/api/v1/authority/certificate", R"({"leave_behind":true})")},
      {"POST /api/v1/ingest",
       [](Furnished&) {
         return Sample{"/api/v1/ingest", TestCenter::alerts(6, 1),
                       TestCenter::ingest_headers(6, 1)};
       }},
      {"GET /api/v1/catalogues", at("/api/v1/catalogues")},
      {"GET /api/v1/catalogues/{sha256}", at("/api/v1/catalogues/" + sha256_hex(catalogue_text))},
      {"PUT /api/v1/catalogues/{sha256}",
       at("/api/v1/catalogues/" + sha256_hex(R"({"fields":[]})"), R"({"fields":[]})")},
      {"GET /api/v1/baseline", [](Furnished& in) { return in.book(), Sample{"/api/v1/baseline"}; }},
      {"PUT /api/v1/baseline", at("/api/v1/baseline", std::string(book_text))},
      {"GET /api/v1/baseline/{id}", [](Furnished& in) { return Sample{in.book() + "?state=waiting&limit=3"}; }},
      {"GET /api/v1/assets",
       [](Furnished& in) {
         in.asset();
         return Sample{"/api/v1/assets?level=1&is=host"};
       }},
      {"GET /api/v1/assets/counts",
       [](Furnished& in) {
         in.asset();
         return Sample{"/api/v1/assets/counts"};
       }},
      {"GET /api/v1/assets/roles", at("/api/v1/assets/roles")},
      {"GET /api/v1/assets/export",
       [](Furnished& in) {
         in.asset();
         return Sample{"/api/v1/assets/export"};
       }},
      {"GET /api/v1/assets/{id}", [](Furnished& in) { return Sample{in.asset()}; }},
      {"PATCH /api/v1/assets/{id}",
       [](Furnished& in) {
         return Sample{in.asset(), R"({"role":"safety","name":"PLC-7","level":null})"};
       }},
      {"GET /api/v1/assets/{id}/history", [](Furnished& in) { return Sample{in.asset() + "/history"}; }},
      {"GET /api/v1/assets/{id}/peers", [](Furnished& in) { return Sample{in.asset() + "/peers"}; }},
      {"GET /api/v1/assets/{id}/alerts", [](Furnished& in) { return Sample{in.asset() + "/alerts?limit=2"}; }},
      {"GET /api/v1/fields", at("/api/v1/fields")},
      {"GET /api/v1/detections", at("/api/v1/detections")},
      {"GET /api/v1/alerts", at("/api/v1/alerts?severity=critical&net=10.0.0.0/8&limit=3")},
      {"GET /api/v1/alerts/{id}", alert("")},
      {"GET /api/v1/alerts/{id}/history",
       [](Furnished& in) { return Sample{"/api/v1/alerts/" + in.ids.at(4) + "/history"}; }},
      {"GET /api/v1/alerts/{id}/pcap", alert("/pcap")},
      {"GET /api/v1/alerts/{id}/related", alert("/related")},
      {"GET /api/v1/alert-groups", at("/api/v1/alert-groups?from=-30d&muted=hide&limit=3")},
      {"GET /api/v1/assignees", at("/api/v1/assignees")},
      {"GET /api/v1/mutes", [](Furnished& in) { return in.mute(), Sample{"/api/v1/mutes"}; }},
      {"POST /api/v1/mutes",
       [](Furnished& in) {  // what is muted already is not muted again
         return Sample{
             "/api/v1/mutes",
             R"({"scope":"pair","src":"10.3.9.77","dst":"10.3.1.4","until":"8h","reason":"planned work","existing":true,"sid":)" +
                 std::to_string(in.next_sid++) + "}"};
       }},
      {"POST /api/v1/mutes/preview", at("/api/v1/mutes/preview", R"({"scope":"asset","address":"10.3.9.77"})")},
      {"PATCH /api/v1/mutes/{id}",
       [](Furnished& in) {
         return Sample{in.mute(), R"({"until":"now"})"};
       }},
      {"DELETE /api/v1/mutes/{id}", [](Furnished& in) { return Sample{in.mute()}; }},
      {"POST /api/v1/alerts/actions",
       [](Furnished& in) {
         return Sample{"/api/v1/alerts/actions",
                       R"({"action":"ack","ids":[")" + in.ids.at(0) + R"(","no-such"]})"};
       }},
      {"DELETE /api/v1/alerts/actions/{undo}",
       [](Furnished& in) { return Sample{"/api/v1/alerts/actions/" + in.undo}; }},
      {"GET /api/v1/events", at("/api/v1/events?class=stats,operation")},
      {"GET /api/v1/events/{id}", [](Furnished& in) { return Sample{"/api/v1/events/" + in.ids.at(1)}; }},
      {"GET /api/v1/operations", at("/api/v1/operations?verb=write")},
      {"GET /api/v1/operations/writers", at("/api/v1/operations/writers?from=-24h")},
      {"GET /api/v1/counts", at("/api/v1/counts?from=-24h&bucket=1h&by=severity")},
      {"GET /api/v1/top", at("/api/v1/top?dimension=sid&n=5&from=-24h")},
      {"GET /api/v1/summary", at("/api/v1/summary")},
      {"GET /api/v1/search", at("/api/v1/search?query=severity%3Acritical+%7C+table+src,obj&limit=2")},
      {"POST /api/v1/search", at("/api/v1/search", R"({"query":"src:10.3.9.77 not eve.ot.verb:read","limit":3})")},
      {"GET /api/v1/search/histogram", at("/api/v1/search/histogram?query=type:alert+%7C+timechart+1h+by+sid")},
      {"POST /api/v1/search/histogram", at("/api/v1/search/histogram", R"({"query":"type:alert","bucket":"1h"})")},
      {"GET /api/v1/search/aggregate", at("/api/v1/search/aggregate?query=%7C+groupby+-matrix+src+dst")},
      {"POST /api/v1/search/aggregate",
       at("/api/v1/search/aggregate", R"({"query":"| stats count avg(dport) by sid"})")},
      {"GET /api/v1/search/export", at("/api/v1/search/export?query=type:alert")},
      {"POST /api/v1/search/export", at("/api/v1/search/export", R"({"query":"| groupby src"})")},
      {"POST /api/v1/query/check", at("/api/v1/query/check", R"({"query":"scr:10.0.0.1 and dport:502"})")},
      {"POST /api/v1/query/complete", at("/api/v1/query/complete", R"({"query":"severity:","position":9})")},
      {"GET /api/v1/audit", at("/api/v1/audit?actor=li&outcome=done&address=10.0.0.1&from=-24h")},
      {"GET /api/v1/audit/verify", at("/api/v1/audit/verify")},
      {"GET /api/v1/sensors", at("/api/v1/sensors")},
      {"GET /api/v1/platforms", at("/api/v1/platforms")},
      {"GET /api/v1/storage", at("/api/v1/storage")},
      {"POST /api/v1/policy/preview",
       at("/api/v1/policy/preview", R"({"types":["alert"],"fields":["src_ip"],"since":"-2d","limit":5})")},
      {"GET /api/v1/stream", at("/api/v1/stream")},
      {"GET /api/v1/enterprises", at("/api/v1/enterprises?type=connected&level=3&region=32")},
      {"GET /api/v1/enterprises/overview", at("/api/v1/enterprises/overview")},
      {"GET /api/v1/enterprises/{uscc}", [](Furnished& in) { return Sample{in.enterprise()}; }},
      {"PUT /api/v1/enterprises/{uscc}",
       [](Furnished& in) {
         return Sample{in.enterprise(),
                       R"({"name":"Other","type":"platform","region":"110000","organisation":"local/b"})"};
       }},
      {"PATCH /api/v1/enterprises/{uscc}",
       [](Furnished& in) {
         return Sample{in.enterprise(), R"({"level":2})"};
       }},
      {"DELETE /api/v1/enterprises/{uscc}", [](Furnished& in) { return Sample{in.enterprise()}; }},
      {"GET /api/v1/places",
       [](Furnished& in) { return in.enterprise(), Sample{"/api/v1/places?organisation=local&organisation=cn/js"}; }},
      {"GET /api/v1/situation/kpi", at("/api/v1/situation/kpi")},
      {"GET /api/v1/situation/units", at("/api/v1/situation/units?limit=5")},
      {"GET /api/v1/situation/disposal", at("/api/v1/situation/disposal?organisation=local")},
      {"GET /api/v1/notices", at("/api/v1/notices?state=draft&overdue=false")},
      {"GET /api/v1/notices/overview", at("/api/v1/notices/overview")},
      {"POST /api/v1/notices",
       [](Furnished& in) {
         return Sample{
             "/api/v1/notices",
             R"({"kind":"warning","title":"T","organisation":"local","deadline":"2027-01-01T00:00:00Z","evidence":[")" +
                 in.ids.at(0) + R"("]})"};
       }},
      {"GET /api/v1/notices/entries", at("/api/v1/notices/entries")},
      {"GET /api/v1/notices/{id}", [](Furnished& in) { return Sample{in.notice()}; }},
      {"PATCH /api/v1/notices/{id}",
       [](Furnished& in) {
         return Sample{in.notice(), R"({"title":"U"})"};
       }},
      {"DELETE /api/v1/notices/{id}", [](Furnished& in) { return Sample{in.notice()}; }},
      {"POST /api/v1/notices/{id}/transitions",
       [](Furnished& in) {
         return Sample{in.notice() + "/transitions", R"({"action":"issue"})"};
       }},
      {"GET /api/v1/notices/{id}/evidence", [](Furnished& in) { return Sample{in.notice() + "/evidence"}; }},
      {"GET /api/v1/notices/{id}/pcap", [](Furnished& in) { return Sample{in.notice() + "/pcap"}; }},
      {"POST /api/v1/notices/{id}/comments",
       [](Furnished& in) {
         const std::string made = in.notice();
         in.ask(by_socket, "POST", made + "/transitions", R"({"action":"issue"})");
         return Sample{made + "/comments", R"({"text":"seen"})"};
       }},
      {"GET /api/v1/alerts/{id}/stix", alert("/stix")},
      {"GET /api/v1/notices/{id}/stix", [](Furnished& in) { return Sample{in.notice() + "/stix"}; }},
      {"GET /api/v1/packs", [](Furnished& in) { return in.pack(), Sample{"/api/v1/packs"}; }},
      {"GET /api/v1/pack-usage",
       [](Furnished& in) { return in.pack(), Sample{"/api/v1/pack-usage?name=cn-ot&state=behind,untold"}; }},
      {"GET /api/v1/packs/{name}", [](Furnished& in) { return Sample{in.pack()}; }},
      {"POST /api/v1/packs",
       [](Furnished& in) {
         return Sample{"/api/v1/packs?organisation=local", in.pack_text(), std::string(Furnished::pack_header)};
       }},
      {"GET /api/v1/rules/{sid}", at("/api/v1/rules/9120040")},
      {"POST /api/v1/rules/trial",
       [](Furnished&) {
         SystemDisk disk;
         const std::string capture = read_file(disk, LANGYAN_SOURCE_DIR "/pcaps/modbus/poll.pcap").take();
         const std::string rules =
             "alert tcp any any -> any 502 (msg:\"x\"; sid:1;)\nalert tcp any any -> any 502 (contant:\"x\"; sid:2;)\n";
         return Sample{"/api/v1/rules/trial", form_of({{"rules", rules}, {"capture", capture}}),
                       std::string(form_header)};
       }},
      {"GET /api/v1/outputs", at("/api/v1/outputs")},
      {"GET /api/v1/output-kinds", at("/api/v1/output-kinds")},
      {"POST /api/v1/outputs",
       at("/api/v1/outputs",
          R"({"name":"lines","kind":"file","organisation":"local","query":"severity<=high","start":"oldest","settings":{"keep":3}})")},
      {"GET /api/v1/outputs/{id}", [](Furnished& in) { return Sample{in.output()}; }},
      {"PATCH /api/v1/outputs/{id}",
       [](Furnished& in) {
         return Sample{in.output(), R"({"enabled":false,"start":"now"})"};
       }},
      {"DELETE /api/v1/outputs/{id}", [](Furnished& in) { return Sample{in.output()}; }},
      {"POST /api/v1/outputs/{id}/test", [](Furnished& in) { return Sample{in.output() + "/test"}; }},
      {"POST /api/v1/enterprises/import",
       [](Furnished&) {
         return Sample{"/api/v1/enterprises/import?trial=true", "uscc,name\n1,x\n", "Content-Type: text/csv\r\n"};
       }},
  };
  return table;
}

namespace {

std::string_view content_type(const Route& route) {
  return route.answer.find('/') != route.answer.npos ? route.answer : "application/json";
}

TEST(Routes, EachHasASampleAndEachSampleARoute) {
  std::set<std::string> seen;
  for (const Route& route : routes()) {
    EXPECT_TRUE(samples().contains(key_of(route))) << key_of(route);
    EXPECT_TRUE(seen.insert(key_of(route)).second) << key_of(route) << " stands twice";
  }
  for (const auto& [key, sample] : samples()) EXPECT_TRUE(seen.contains(key)) << key;
}

TEST(Routes, EachAnswersAsItIsDescribed) {
  Furnished center;
  std::size_t called = 0;
  for (const Route& route : routes()) {
    if (route.door != Door::api) continue;
    using K = Credential::Kind;
    Credential by{K::local, {}};
    if (route.who == Who::ingest) by = {K::token, center.ingest_token};
    if (route.who == Who::center) by = {K::token, center.center_token};
    if (route.who == Who::enrolled) by = center.enrolled();
    if (route.who == Who::person)
      by = {K::cookie, *center.center->access().sessions().begin("keeper")};
    if (route.path == "/api/v1/auth/login" || route.path == "/api/v1/auth/wall" ||
        route.path == "/api/v1/certificates" || route.path == "/link/{secret}")
      by = {};
    const Answer answer = use(center, route, by, samples().at(key_of(route))(center));
    EXPECT_EQ(answer.status, route.status) << key_of(route) << ": " << answer.body;
    ++called;
    if (answer.status >= 400 || route.answer.empty()) continue;
    EXPECT_TRUE(answer.headers.at("content-type").starts_with(content_type(route)))
        << key_of(route);
    if (content_type(route) != "application/json") continue;
    EXPECT_EQ(named_schema_fault(nlohmann::json::parse(answer.body), route.answer, key_of(route)),
              "");
  }
  EXPECT_EQ(called + 1, routes().size());  // all but /metrics, which has its own door
  std::printf("routes called: %zu\n", called);
}

// The credential that every row takes.
Credential good_for(Furnished& center, const Route& route) {
  using K = Credential::Kind;
  if (route.who == Who::ingest) return {K::token, center.ingest_token};
  if (route.who == Who::center) return {K::token, center.center_token};
  if (route.who == Who::enrolled) return center.enrolled("keeper");
  if (route.who == Who::person) return {K::cookie, *center.center->access().sessions().begin("keeper")};
  if (route.who == Who::open) return {};
  return {K::local, {}};
}

// A row whose method changes something, and has no entry, is one that says so itself; and then nothing changes.
TEST(Routes, WhatChangesSomethingIsInTheAuditLog) {
  Furnished center;
  store::AuditLog& log = center.center->audit();
  std::size_t audited = 0, quiet = 0;
  for (const Route& route : routes()) {
    if (route.door != Door::api) continue;
    const Credential by = good_for(center, route);
    const Sample sample = samples().at(key_of(route))(center);
    const auto before = log.verify()->head.number;
    const auto change = *center.center->documents().last_change();
    const Answer answer = use(center, route, by, sample);
    ASSERT_EQ(answer.status, route.status) << key_of(route) << answer.body;
    const auto after = log.verify();
    EXPECT_EQ(after->fault_count, 0u);
    if (!is_audited(route)) {
      EXPECT_EQ(after->head.number, before) << key_of(route);
      if (route.who != Who::ingest) {
        EXPECT_EQ(*center.center->documents().last_change(), change) << key_of(route);
      }
      ++quiet;
      continue;
    }
    ++audited;
    ASSERT_EQ(after->head.number, before + 1) << key_of(route);
    const auto entry = log.list(store::Scope::all(), {})->entries.at(0);
    EXPECT_EQ(entry.action, operation_id(route));
    EXPECT_EQ(audit_summary(entry.action), route.summary);
    EXPECT_EQ(entry.outcome, "done") << key_of(route);
    EXPECT_EQ(entry.status, static_cast<std::uint64_t>(route.status));
    const bool by_name = route.who == Who::open || route.who == Who::person || route.who == Who::enrolled;
    EXPECT_EQ(entry.actor, route.path == "/api/v1/certificates" ? "s8"
                           : route.path == "/api/v1/auth/wall"  ? "wall"
                           : by_name                            ? "keeper"
                                                                : "local")
        << key_of(route);
    EXPECT_NE(entry.object, "") << key_of(route);
    EXPECT_EQ(entry.address, by.kind == Credential::Kind::local ? "" : "127.0.0.1") << key_of(route);
    for (const std::string& secret :
         {center.link, center.undo, std::string("good password"), std::string("another password")})
      EXPECT_EQ((entry.object + entry.detail).find(secret), std::string::npos) << key_of(route);
  }
  std::printf("audited routes: %zu, others: %zu\n", audited, quiet);
}

TEST(Routes, HeadIsGetWithoutItsBody) {
  Furnished center;
  for (const Route& route : routes()) {
    if (route.method != Method::get || route.door != Door::api) continue;
    Credential by{Credential::Kind::local, {}};
    if (route.who == Who::person)
      by = {Credential::Kind::cookie, *center.center->access().sessions().begin("keeper")};
    const Sample sample = samples().at(key_of(route))(center);
    const Answer head = center.ask(by, "HEAD", sample.target);
    EXPECT_EQ(head.status, route.once ? 405 : route.status) << key_of(route);
    EXPECT_EQ(head.body, "") << key_of(route);
  }
  // Asking with HEAD must not have used the link up.
  EXPECT_EQ(center.ask(nobody, "GET", "/link/" + center.link).status, 303);
}

TEST(Routes, MetricsHaveADoorOfTheirOwn) {
  CenterOptions options;
  options.metrics = "127.0.0.1:0";
  TestCenter center(options);
  EXPECT_EQ(center.ask(nobody, "GET", "/metrics").status, 404);
  EXPECT_EQ(center.ask(center.token(Role::system), "GET", "/metrics").status, 404);
  const Answer answer = center.ask(by_socket, "GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  for (const char* line :
       {"langyan_build_info{program=\"langyan-center\"", "\nlangyan_center_http_requests_total 3\n",
        "# TYPE langyan_store_bytes gauge\n", "\nlangyan_center_ingest_events_total 0\n"}) {
    EXPECT_NE(answer.body.find(line), answer.body.npos) << line << answer.body;
  }
}

TEST(Routes, MetricsAreOnLoopbackOnly) {
  TestCenter center;
  CenterOptions options;
  options.data = center.folder.path() + "/other";
  options.listen = "127.0.0.1:0";
  options.metrics = "0.0.0.0:0";
  SystemDisk disk;
  auto other = Center::open(options, disk, center.clock, center.random);
  ASSERT_TRUE(other.ok());
  const auto started = (*other)->start();
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message.find("only on loopback"), std::string::npos);
}

TEST(OpenApi, SaysWhatTheTableSays) {
  const auto document = nlohmann::json::parse(openapi("1.2.3"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  std::set<std::string> operations;
  std::size_t count = 0;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      ++count;
      EXPECT_TRUE(operations.insert(operation["operationId"].get<std::string>()).second)
          << operation["operationId"];
      std::set<std::string> declared;
      for (const auto& parameter : operation.value("parameters", nlohmann::json::array())) {
        if (parameter["in"] == "path") declared.insert(parameter["name"].get<std::string>());
        EXPECT_TRUE(parameter["description"].get<std::string>().ends_with("."))
            << parameter["name"];
      }
      std::set<std::string> captured;
      for (auto at = path.find('{'); at != path.npos; at = path.find('{', at + 1)) {
        captured.insert(path.substr(at + 1, path.find('}', at) - at - 1));
      }
      EXPECT_EQ(declared, captured) << path;
    }
  }
  EXPECT_EQ(count + 1, routes().size());
  std::size_t references = 0;
  const std::function<void(const nlohmann::json&)> follow = [&](const nlohmann::json& value) {
    if (value.is_object() && value.contains("$ref") && value["$ref"].is_string()) {
      ++references;
      const nlohmann::json::json_pointer pointer(value["$ref"].get<std::string>().substr(1));
      EXPECT_TRUE(document.contains(pointer)) << value["$ref"];
    }
    if (value.is_structured()) {
      for (const auto& member : value) follow(member);
    }
  };
  follow(document);
  EXPECT_GT(references, 60u);
}

}  // namespace
}  // namespace langyan::center
