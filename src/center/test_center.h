// TestCenter: a whole center in a folder of its own, with the real stores, on loopback, and a clock
// that a test moves. Test code only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/temp_folder.h"
#include "center/center.h"
#include "center/certificate.h"
#include "center/test_peer.h"

namespace langyan::center {

class TestClock final : public Clock {
 public:
  Time now() override { return now_; }
  Time monotonic() override { return monotonic_; }
  void sleep(Duration duration) override { advance(duration); }
  void advance(Duration duration) { now_ += duration, monotonic_ += duration; }

 private:
  std::atomic<Time> now_ = *parse_timestamp("2026-03-02T12:00:00Z"), monotonic_ = hour;
};

// What an event line of a test says; everything else is the same in all of them.
struct Line {
  std::string type = "alert";
  std::string sensor = "s1";
  std::uint64_t seq = 1;
  std::string time = "2026-03-02T11:00:00.000000+0000";
  int sid = 9'100'000;
  int severity = 1;
  std::string src = "10.3.9.77", dst = "10.3.1.4";
  std::string verb = "write";
  std::string more = {};  // further members, each with a leading comma
  std::string epoch = "00000000000000e1", lane = "alert";
};

inline std::string text_of(const Line& line) {
  std::string text;
  JsonWriter json(text);
  json.open().field("timestamp", line.time).field("event_type", line.type);
  json.field("src_ip", line.src)
      .field("src_port", 50'000u)
      .field("dest_ip", line.dst)
      .field("dest_port", 502u);
  json.field("proto", "TCP");
  if (line.type != "stats") json.field("app_proto", "modbus");
  if (line.type == "alert") {
    json.key("alert")
        .open()
        .field("signature_id", static_cast<unsigned>(line.sid))
        .field("gid", 1u);
    json.field("signature", "Write by a stranger")
        .field("severity", static_cast<unsigned>(line.severity))
        .close();
  }
  if (line.type == "alert" || line.type == "modbus") {
    json.key("ot")
        .open()
        .field("verb", line.verb)
        .field("object", "40001")
        .field("result", "ok")
        .close();
  }
  json.key("origin").open().field("sensor", line.sensor).field("epoch", line.epoch);
  json.field("lane", line.lane).field("seq", line.seq).close();
  return text + line.more + "}\n";
}

struct Credential {
  // certificate: as a handshake with it would leave it, `secret` being the digest of its key. The handshakes
  // themselves are enrolment_test.cc's.
  enum class Kind { none, token, cookie, local, certificate } kind = Kind::none;
  std::string secret;
};

// The secret of the session that an answer begins; empty: of none.
inline std::string cookie_in(const Answer& answer) {
  const auto found = answer.headers.find("set-cookie");
  if (found == answer.headers.end()) return "";
  const auto equals = found->second.find('='), end = found->second.find(';');
  return found->second.substr(equals + 1, end - equals - 1);
}

inline const Credential nobody;
inline const Credential by_socket{Credential::Kind::local, {}};

// A center that speaks TLS, with a certificate of its own in `folder`.
inline CenterOptions with_tls(const std::string& folder) {
  SystemDisk disk;
  SystemClock clock;
  CenterOptions options;
  EXPECT_TRUE(init_certificate(disk, clock, folder, {"127.0.0.1"}).ok());
  options.tls = TlsMode::on;
  options.certificate = folder + "/center.crt", options.key = folder + "/center.key";
  return options;
}

// The same with it where the center looks by itself: below `folder`, which is its data.
inline CenterOptions with_own_tls(const std::string& folder) {
  CenterOptions options = with_tls(folder + "/tls");
  options.data = folder, options.certificate.clear(), options.key.clear();
  return options;
}

class TestCenter {
 public:
  explicit TestCenter(CenterOptions options = {}) { begin(std::move(options)); }
  ~TestCenter() {
    if (center) center->stop();
  }

  void begin(CenterOptions options) {
    if (options.data == CenterOptions().data) options.data = folder.path() + "/data";
    options.pack_keys = folder.path() + "/packs.keys";
    if (options.listen == CenterOptions().listen) options.listen = "127.0.0.1:0";
    options.access.password = {1, 8u << 20};  // quick; the strength is argon2id's business
    options.http.feed_tick = 10 * millisecond;
    options_ = options;
    auto opened = Center::open(options, disk, clock, random);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    center = opened.take();
    const auto started = center->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
    address = center->address();
  }
  void restart() {
    center->stop();
    center.reset();
    disk_ = std::make_unique<SystemDisk>();  // the lock goes with the Disk that holds it
    begin_again();
  }

  std::string token(Role role, std::string organisation = "", std::string source = "",
                    bool relay = false, std::optional<Time> expires = {}) {
    Token token;
    token.name = "test";
    token.role = role;
    token.organisation =
        organisation.empty() && role == Role::ingest ? "local" : std::move(organisation);
    token.source = role == Role::ingest && source.empty() ? "s1" : std::move(source);
    token.relay = relay;
    token.expires = expires;
    auto made = center->access().tokens().create(token);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.error().message);
    return made ? made->secret : "";
  }
  void user(const std::string& name, Roles roles, const std::string& password,
            const std::string& organisation = "") {
    User user;
    user.name = name;
    user.roles = roles;
    user.organisation = organisation;
    user.password = *hash_password(password, {1, 8u << 20});
    ASSERT_TRUE(center->access().users().create(user, "test").ok());
  }

  // An account that has signed in.
  Credential person(const std::string& name, Roles roles, const std::string& organisation = "") {
    user(name, roles, "a good password", organisation);
    return {Credential::Kind::cookie, *center->access().sessions().begin(name)};
  }

  std::string local_socket() const { return options_.data + "/admin.sock"; }

  Answer ask(const Credential& by, std::string_view method, std::string_view target,
             std::string_view body = {}, std::string_view headers = {}) {
    if (by.kind == Credential::Kind::certificate) return ask_directly(by.secret, method, target, body, headers);
    TestPeer peer(by.kind == Credential::Kind::local ? local_socket() : address);
    std::string all(headers);
    if (by.kind == Credential::Kind::token) all += "Authorization: Bearer " + by.secret + "\r\n";
    if (by.kind == Credential::Kind::cookie)
      all += "Cookie: langyan=" + by.secret + "\r\nLangyan-Request: 1\r\n";
    if (!body.empty() && headers.find("Content-Type") == headers.npos)
      all += "Content-Type: application/json\r\n";
    return peer.ask(method, target, body, all);
  }
  Answer ask(const std::string& token, std::string_view method, std::string_view target,
             std::string_view body = {}, std::string_view headers = {}) {
    return ask(Credential{Credential::Kind::token, token}, method, target, body, headers);
  }
  nlohmann::json json(const std::string& token, std::string_view target) {
    const Answer answer = ask(token, "GET", target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return answer.status == 200 ? nlohmann::json::parse(answer.body) : nlohmann::json();
  }

  static std::string ingest_headers(std::uint64_t first, std::uint64_t count,
                                    std::string_view lane = "alert", std::string_view source = "s1",
                                    std::string_view epoch = "00000000000000e1") {
    return "Langyan-Source: " + std::string(source) + "\r\nLangyan-Epoch: " + std::string(epoch) +
           "\r\nLangyan-Lane: " + std::string(lane) +
           "\r\nLangyan-First: " + std::to_string(first) +
           "\r\nLangyan-Count: " + std::to_string(count) +
           "\r\nContent-Type: application/x-ndjson\r\n";
  }
  Answer ingest(const std::string& token, std::uint64_t first, std::uint64_t count,
                std::string_view body, std::string_view lane = "alert",
                std::string_view source = "s1", std::string_view epoch = "00000000000000e1",
                std::string_view more_headers = {}) {
    return ask(token, "POST", "/api/v1/ingest", body,
               ingest_headers(first, count, lane, source, epoch) + std::string(more_headers));
  }
  // `count` alerts from position `first` on.
  static std::string alerts(std::uint64_t first, std::uint64_t count, Line line = {}) {
    std::string body;
    for (std::uint64_t i = 0; i < count; ++i) {
      line.seq = first + i;
      body += text_of(line);
    }
    return body;
  }

  TempFolder folder;
  TestClock clock;
  SystemRandom random;
  std::unique_ptr<SystemDisk> disk_ = std::make_unique<SystemDisk>();
  SystemDisk& disk = *disk_;
  std::unique_ptr<Center> center;
  std::string address;

  // An enrolment that was used; the digest of its certificate's key is the credential.
  Credential enrolled(const std::string& source = "s1", const std::string& organisation = "local",
                      EnrolmentKind kind = EnrolmentKind::sensor) {
    const auto made = enrolment_token(source, organisation, kind);
    const x509::Key key = x509::make_key();
    const auto given = center->access().enrolments().use(
        {made, std::string(name(kind)), source, x509::pem_of(x509::make_request(key.get()).get())}, center->authority(),
        center->options().certificate_life);
    EXPECT_TRUE(given.ok()) << (given ? "" : given.error().message);
    return {Credential::Kind::certificate, given ? given->enrolment.current.key : ""};
  }
  std::string enrolment_token(const std::string& source = "s1", const std::string& organisation = "local",
                              EnrolmentKind kind = EnrolmentKind::sensor) {
    Enrolment wish;
    wish.source = source, wish.organisation = organisation, wish.kind = kind, wish.by = "test";
    const auto made = center->access().enrolments().create(wish, enrolment_token_life);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.error().message);
    return made ? made->token : "";
  }

 private:
  Answer ask_directly(const std::string& key, std::string_view method, std::string_view target, std::string_view body,
                      std::string_view headers) {
    Request request;
    for (int i = 0; i < 8; ++i)
      if (name(static_cast<Method>(i)) == method) request.method = static_cast<Method>(i);
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != target.npos) request.query = target.substr(question + 1);
    while (!headers.empty()) {
      const auto colon = headers.find(": "), end = headers.find("\r\n");
      request.headers.emplace_back(headers.substr(0, colon), headers.substr(colon + 2, end - colon - 2));
      headers.remove_prefix(end + 2);
    }
    if (!body.empty() && !request.has_header("Content-Type"))
      request.headers.emplace_back("Content-Type", "application/json");
    request.peer.address = IpAddress::v4(127u << 24 | 1u), request.peer.tls = true;
    request.peer.certificate = {PeerCertificate::Kind::own, key};
    const Admission admission = center->admit(request);
    request.body = body;
    const Response response = admission.refusal ? *admission.refusal : center->handle(request);
    Answer answer{response.status, {{"content-type", response.content_type}}, response.body};
    for (const auto& [header, value] : response.headers) {
      std::string lower(header);
      for (char& c : lower) c = static_cast<char>(std::tolower(c));
      answer.headers[lower] = value;
    }
    if (response.feed) answer.body = response.feed->ready() ? response.feed->next().value_or("") : "";
    return answer;
  }
  void begin_again() {
    auto opened = Center::open(options_, *disk_, clock, random);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    center = opened.take();
    ASSERT_TRUE(center->start().ok());
    address = center->address();
  }
  CenterOptions options_;
};

}  // namespace langyan::center
