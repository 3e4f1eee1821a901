// Enrolling and renewing from the other side (uplink/enroll.h, uplink/identity.h): against a real center over TLS, with a disk that dies
// at each of its steps.
#include "uplink/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/memory_disk.h"
#include "center/authority_change.h"
#include "center/certificate.h"
#include "center/test_center.h"
#include "uplink/enroll.h"

namespace langyan::center {
namespace {

using ::testing::HasSubstr;
using uplink::Identity;
using uplink::IdentityCount;

const std::string folder = "spool/enrolment";

class IdentityTest : public testing::Test {
 protected:
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }

  std::string url() const { return "https://" + center_.address; }
  uplink::EnrollRequest request(const std::string& token) {
    uplink::EnrollRequest request;
    request.url = url(), request.token = token, request.kind = "sensor", request.source = "s1", request.folder = folder;
    request.fingerprint = center_.center->own_fingerprint();
    return request;
  }
  Result<uplink::Enrolled> enroll(Disk& disk, const std::string& token) {
    return uplink::enroll(request(token), disk, clock_, random_);
  }
  std::unique_ptr<Identity> open(Disk& disk, Identity::Dial dial = curl_net) {
    uplink::IdentityOptions options;
    options.folder = folder, options.url = url();
    auto opened = Identity::open(options, disk, clock_, random_, std::move(dial));
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return opened.take();
  }
  // Of the next positions; the status.
  int deliver(Net& net, std::uint64_t count = 1) {
    HttpRequest message;
    message.method = "POST", message.url = url() + "/api/v1/ingest";
    message.headers = {{"Content-Type", "application/x-ndjson"}, {"Langyan-Source", "s1"},
                       {"Langyan-Epoch", "00000000000000e1"},    {"Langyan-Lane", "alert"},
                       {"Langyan-First", std::to_string(next_)}, {"Langyan-Count", std::to_string(count)}};
    message.body = TestCenter::alerts(next_, count);
    const auto answer = net.send(message);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    if (answer && answer->status == 200) next_ += count;
    return answer ? answer->status : 0;
  }
  int deliver(Disk& disk) { return deliver(*open(disk)->net()); }
  Answer change(std::string_view what = "", std::string_view body = "") {
    return center_.ask(by_socket, "POST", "/api/v1/authority" + std::string(what), body);
  }
  nlohmann::json state() { return nlohmann::json::parse(center_.ask(by_socket, "GET", "/api/v1/authority").body); }
  // In center.pem; all, or that one.
  static std::size_t believed(MemoryDisk& disk, const std::string& fingerprint = {}) {
    const auto all = x509::read_certificates(*disk.content(uplink::trust_path(folder)));
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const auto& each) { return fingerprint.empty() || x509::fingerprint(each.get()) == fingerprint; }));
  }
  // libcurl judges the center's certificate by the host's clock: the days that a test lets pass end before it.
  void begin_before_now() { pass(SystemClock().now() - 100 * day - clock_.now()); }
  void pass(Duration time) { clock_.advance(time), center_.clock.advance(time); }
  std::vector<Enrolment> enrolments() { return center_.center->access().enrolments().list(); }
  std::string in_use() { return enrolments().at(0).current.serial; }

  TempFolder files_;
  TestCenter center_{with_own_tls(files_.path() + "/center")};
  MemoryDisk disk_;
  TestClock clock_;  // of the sensor
  SystemRandom random_;
  std::uint64_t next_ = 1;
};

TEST_F(IdentityTest, EnrollsByFingerprintAndDelivers) {
  const auto done = enroll(disk_, center_.enrolment_token("s1", "cn/js/works-7"));
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->source, "s1");
  EXPECT_EQ(done->organisation, "cn/js/works-7");
  EXPECT_EQ(done->doubt, "");
  EXPECT_EQ(done->until, clock_.now() / second * second + CenterOptions().certificate_life);
  EXPECT_EQ(deliver(disk_), 200);
  EXPECT_FALSE(disk_.content(folder + "/enroll.key")) << "the key stands in one place";
}

TEST_F(IdentityTest, WhoIsNotBelievedGetsNoToken) {
  const std::string token = center_.enrolment_token();
  auto wish = request(token);
  wish.fingerprint = std::string(64, 'a');
  auto done = uplink::enroll(wish, disk_, clock_, random_);
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("the token was not sent"));
  wish.fingerprint.clear();  // the system's authorities did not sign this one
  done = uplink::enroll(wish, disk_, clock_, random_);
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("give --fingerprint or --ca-file"));
  EXPECT_EQ(enrolments().at(0).state(clock_.now()), "waiting");
  SystemDisk disk;
  wish.ca_file = files_.path() + "/center/tls/center.crt", wish.folder = files_.path() + "/mine/enrolment";
  done = uplink::enroll(wish, disk, clock_, random_);
  EXPECT_TRUE(done.ok()) << done.error().message;
}

TEST_F(IdentityTest, WhatIsMissingIsSaidBeforeAnythingIsDone) {
  const auto refused = [&](auto change) {
    auto wish = request("lye_x");
    change(wish);
    const auto done = uplink::enroll(wish, disk_, clock_, random_);
    EXPECT_FALSE(done.ok());
    return done ? "" : done.error().message;
  };
  EXPECT_THAT(refused([](auto& wish) { wish.url = "http://127.0.0.1:1"; }), HasSubstr("listen.tls: on"));
  EXPECT_THAT(refused([](auto& wish) { wish.token.clear(); }), HasSubstr("langyan enrolment add"));
  EXPECT_THAT(refused([](auto& wish) { wish.fingerprint = "AB:CD"; }), HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(refused([](auto& wish) { wish.folder.clear(); }), HasSubstr("spool.folder"));
  EXPECT_THAT(refused([](auto&) {}), HasSubstr("410"));
}

// The same token again after every kind of end: one enrolment, and it works.
TEST_F(IdentityTest, EnrollingIsRunAgainAfterAKillAtEachStep) {
  const std::string token = center_.enrolment_token();
  std::unique_ptr<MemoryDisk> disk = std::make_unique<MemoryDisk>();
  std::uint64_t steps = 0;
  for (;; ++steps) {
    ASSERT_LT(steps, 100u);
    disk->die_after(steps);
    const bool done = enroll(*disk, token).ok();
    const bool died = disk->dead();
    disk = steps % 2 == 0 ? disk->after_kill() : disk->after_power_loss(random_);
    if (done && !died) break;
  }
  EXPECT_GT(steps, 8u);
  EXPECT_EQ(deliver(*disk), 200);
  EXPECT_EQ(enrolments().size(), 1u);
}

TEST_F(IdentityTest, RenewsAtTwoThirdsWithAFreshKey) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  const auto other = identity->net();  // as a center's two connections
  EXPECT_EQ(deliver(*net), 200);
  const std::string first = in_use(), before = *disk_.content(uplink::identity_path(folder));
  pass(20 * day - second);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(*disk_.content(uplink::identity_path(folder)), before);
  pass(second);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_NE(in_use(), first);
  EXPECT_EQ(deliver(*other), 200);
  const auto pair = uplink::parse_pair(*disk_.content(uplink::identity_path(folder)));
  EXPECT_NE(pair->key_digest, uplink::parse_pair(before)->key_digest);
  pass(20 * day);
  identity->tend();  // a quiet plant: nobody delivers
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 2u);
  EXPECT_EQ(identity->counters().value(IdentityCount::failed), 0u);
  EXPECT_EQ(enrolments().size(), 1u);
}

TEST_F(IdentityTest, ARenewalThatIsKilledAtAnyStepLeavesAPairThatCounts) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  std::uint64_t steps = 0, renewed = 0;
  for (bool finished = false; !finished; ++steps) {
    ASSERT_LT(steps, 50u);
    for (const bool power : {false, true}) {
      auto disk = disk_.after_kill();
      pass(21 * day);
      disk->die_after(steps);
      const auto identity = open(*disk);
      identity->tend();
      finished = !disk->dead();
      const auto left = power ? disk->after_power_loss(random_) : disk->after_kill();
      const auto again = open(*left);
      const auto net = again->net();
      EXPECT_EQ(deliver(*net), 200) << "killed in step " << steps;
      renewed += again->counters().value(IdentityCount::renewed);
      for (const std::string& path : {uplink::identity_path(folder), uplink::trust_path(folder)})
        disk_.put(path, *left->content(path));
    }
  }
  EXPECT_GT(steps, 4u);
  EXPECT_GT(renewed, 4u);
  EXPECT_EQ(enrolments().size(), 1u);
}

// The center's clock decides; the sensor's is behind, as where nobody set it.
TEST_F(IdentityTest, AnExpiredCertificateIsRenewedOnTheWay) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  EXPECT_EQ(deliver(*net, 3), 200);
  center_.clock.advance(31 * day);
  EXPECT_EQ(deliver(*net, 3), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 1u);
  TestPeer peer(center_.address, true);
  const Answer all = peer.ask("GET", "/api/v1/alerts?limit=100&from=-60d", {},
                              "Authorization: Bearer " + center_.token(Role::viewer) + "\r\n");
  EXPECT_EQ(nlohmann::json::parse(all.body)["alerts"].size(), 6u) << "lost or twice";
}

TEST_F(IdentityTest, WhoEnrollsAnewNeedsNoRestart) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  EXPECT_EQ(deliver(*net), 200);
  pass(CenterOptions().certificate_life + renewal_grace);
  EXPECT_EQ(deliver(*net), 401);
  EXPECT_EQ(deliver(*net), 401);
  EXPECT_GE(identity->counters().value(IdentityCount::failed), 1u);
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::taken), 1u);
  // Nor does a sensor that ran before it had one.
  MemoryDisk empty;
  const auto late = open(empty);
  const auto waits = late->net();
  EXPECT_FALSE(late->enrolled());
  ASSERT_TRUE(enroll(empty, center_.enrolment_token()).ok());
  EXPECT_EQ(deliver(*waits), 200);
}

// As of a sensor whose uplink waits after a refusal for longer than what it was then given is good for.
TEST_F(IdentityTest, WhatWasEnrolledAnewAndHasExpiredIsRenewedInTheSameRequest) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  pass(CenterOptions().certificate_life + renewal_grace);
  EXPECT_EQ(deliver(*net), 401);
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  pass(CenterOptions().certificate_life + day);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::taken), 1u);
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 1u);
}

struct Dead final : Net {
  explicit Dead(int& asked) : asked_(asked) {}
  Result<HttpAnswer> send(const HttpRequest& request) override {
    asked_ += request.url.ends_with("/renew");
    return Error{ErrorKind::io, "nobody is there"};
  }
  int& asked_;
};

TEST_F(IdentityTest, TriesAgainEverLaterAndNotAllTheTime) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  int asked = 0;
  bool down = true;
  const auto identity = open(disk_, [&](NetOptions options) -> std::unique_ptr<Net> {
    if (down) return std::make_unique<Dead>(asked);
    return curl_net(std::move(options));
  });
  pass(21 * day);
  for (int i = 0; i < 24 * 60 * 60; i += 5) {
    identity->tend();
    pass(5 * second);
  }
  EXPECT_GE(asked, 24);
  EXPECT_LE(asked, 70);
  EXPECT_EQ(identity->counters().value(IdentityCount::failed), static_cast<std::uint64_t>(asked));
  down = false;
  pass(hour);
  identity->tend();
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 1u);
}

TEST_F(IdentityTest, ADiskThatIsFullKeepsTheOldPairInUse) {
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  EXPECT_EQ(deliver(*net), 200);
  pass(21 * day);
  disk_.fail(MemoryDisk::Op::append, ErrorKind::full);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::failed), 1u);
  pass(hour);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 1u);
}

// From a certificate the center signed itself to one by its authority, and to one by the next, with the same sensor running.
TEST_F(IdentityTest, AuthorityAndCertificateChangeUnderARunningSensor) {
  begin_before_now();
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  const auto identity = open(disk_);
  const auto net = identity->net();
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(believed(disk_), 2u) << "the certificate itself, and the authority";
  EXPECT_EQ(state()["certificate"]["signed_by"], "itself");
  const Answer first = change("/certificate", "{}");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(state()["certificate"]["signed_by"], "authority");
  EXPECT_EQ(state()["certificate"]["names"], nlohmann::json({"127.0.0.1"}));
  EXPECT_EQ(deliver(*net), 200) << "on the connection that stands";
  EXPECT_EQ(deliver(*identity->net()), 200);

  const std::string before = state()["authorities"][0]["fingerprint"];
  const Answer made = change();
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string after = nlohmann::json::parse(made.body)["fingerprint"];
  EXPECT_EQ(change().status, 409) << "one change at a time";
  const Answer early = change("/certificate", "{}");
  EXPECT_EQ(early.status, 409);
  EXPECT_THAT(early.body, HasSubstr("`s1`"));
  EXPECT_EQ(state()["behind"][0]["source"], "s1");
  EXPECT_EQ(state()["former_needed_by"], 1);
  EXPECT_EQ(deliver(*identity->net()), 200) << "what the one before signed stays good";

  pass(20 * day);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(believed(disk_, before) + believed(disk_, after), 2u);
  EXPECT_EQ(believed(disk_), 2u) << "not what the center shows no longer";
  EXPECT_EQ(state()["behind_count"], 0);
  EXPECT_EQ(state()["former_needed_by"], 0);
  center_.center->tidy();
  EXPECT_EQ(state()["authorities"].size(), 2u) << "the center's certificate is still of the one before";
  ASSERT_EQ(change("/certificate", "{}").status, 201);
  EXPECT_EQ(state()["certificate"]["signer"], state()["authorities"][0]["id"]);
  EXPECT_EQ(deliver(*identity->net()), 200);
  center_.center->tidy();
  ASSERT_EQ(state()["authorities"].size(), 1u);
  EXPECT_EQ(state()["authorities"][0]["fingerprint"], after);
  EXPECT_EQ(center_.center->audit().list(store::Scope::all(), {})->entries.at(0).action, "authority.forgotten");

  pass(20 * day);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(believed(disk_, after), 1u);
  EXPECT_EQ(believed(disk_), 1u) << "the one before is believed no longer";
  center_.restart();
  EXPECT_EQ(deliver(*identity->net()), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::failed), 0u);
  EXPECT_EQ(enrolments().size(), 1u);
  // Nor is the first contact another one.
  MemoryDisk other;
  const auto done = enroll(other, center_.enrolment_token());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->doubt, "");
}

// Whom it believes is configured, so no answer changes it.
TEST_F(IdentityTest, WhoDoesNotFollowHoldsAChangeUp) {
  auto wish = request(center_.enrolment_token());
  wish.follows = false;
  ASSERT_TRUE(uplink::enroll(wish, disk_, clock_, random_).ok());
  ASSERT_EQ(deliver(disk_), 200);
  EXPECT_EQ(change("/certificate", "{}").status, 409);
  EXPECT_EQ(change("/certificate", R"({"leave_behind":1})").status, 400);
  ASSERT_EQ(change().status, 201);
  TempFolder elsewhere;
  SystemDisk files;
  ASSERT_TRUE(
      replace_file(files, elsewhere.path() + "/ca.crt", bytes_of(*disk_.content(uplink::trust_path(folder)))).ok());
  uplink::IdentityOptions options;
  options.folder = folder, options.url = url(), options.net.ca_file = elsewhere.path() + "/ca.crt";
  const auto identity = Identity::open(options, disk_, clock_, random_).take();
  const std::string trust = *disk_.content(uplink::trust_path(folder));
  const auto net = identity->net();
  pass(20 * day);
  EXPECT_EQ(deliver(*net), 200);
  EXPECT_EQ(identity->counters().value(IdentityCount::renewed), 1u);
  EXPECT_EQ(*disk_.content(uplink::trust_path(folder)), trust);
  EXPECT_EQ(state()["behind_count"], 1);
  EXPECT_EQ(change("/certificate", "{}").status, 409);
  EXPECT_EQ(change("/certificate", R"({"leave_behind":true})").status, 201);
}

// Off while all was changed: its certificate counts until it has ended, and it enrolls anew.
TEST_F(IdentityTest, WhoIsLeftBehindEnrollsAnew) {
  begin_before_now();
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  ASSERT_EQ(deliver(disk_), 200);
  ASSERT_EQ(change().status, 201);
  ASSERT_EQ(change("/certificate", R"({"leave_behind":true})").status, 201);
  HttpRequest message;
  message.url = url() + "/healthz";
  EXPECT_FALSE(open(disk_)->net()->send(message).ok()) << "it does not believe what the center shows";
  disk_.put(uplink::trust_path(folder), *center_.center->authority().certificate());
  EXPECT_EQ(deliver(disk_), 200) << "told by hand whom to believe";
  pass(CenterOptions().certificate_life + renewal_grace - second);
  center_.center->tidy();
  EXPECT_EQ(state()["authorities"].size(), 2u);
  pass(second);
  center_.center->tidy();
  EXPECT_EQ(state()["authorities"].size(), 1u);
  ASSERT_TRUE(enroll(disk_, center_.enrolment_token()).ok());
  EXPECT_EQ(deliver(disk_), 200);
}

// The center counts on nobody who has not the new authority on its disk.
TEST_F(IdentityTest, ARenewalKilledAtAnyStepIsNotTakenForTrust) {
  std::uint64_t steps = 0;
  for (bool finished = false; !finished; ++steps) {
    ASSERT_LT(steps, 50u);
    for (const bool power : {false, true}) {
      MemoryDisk before;
      ASSERT_TRUE(enroll(before, center_.enrolment_token()).ok());
      const Answer made = change();
      ASSERT_EQ(made.status, 201) << made.body;
      const std::string after = nlohmann::json::parse(made.body)["fingerprint"];
      pass(21 * day);
      const auto disk = before.after_kill();
      disk->die_after(steps);
      open(*disk)->tend();
      finished = !disk->dead();
      const auto left = power ? disk->after_power_loss(random_) : disk->after_kill();
      EXPECT_TRUE(believed(*left, after) == 1 || state()["behind_count"] == 1) << "killed in step " << steps;
      EXPECT_EQ(deliver(*left), 200) << "killed in step " << steps;
      EXPECT_EQ(believed(*left, after), 1u);
      EXPECT_EQ(state()["behind_count"], 0);
      center_.center->tidy();
    }
  }
  EXPECT_GT(steps, 8u);
}

TEST_F(IdentityTest, ACertificateOfSomebodyElseIsLeftToThem) {
  SystemDisk files;
  Authority other(files, clock_, files_.path() + "/other");
  ASSERT_TRUE(other.certify({"127.0.0.1"}).ok());
  for (const char* name : {"/center.crt", "/center.key"})
    ASSERT_TRUE(replace_file(files, center_.center->options().data + "/tls" + name,
                             bytes_of(*read_file(files, files_.path() + "/other" + name)))
                    .ok());
  EXPECT_EQ(state()["certificate"]["signed_by"], "other");
  EXPECT_EQ(whom_to_believe(*center_.center), "");
  EXPECT_EQ(center_.center->own_fingerprint(), "");
  const Answer refused = change("/certificate", R"({"leave_behind":true})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("of another authority"));
  TempFolder elsewhere;
  TestCenter configured(with_tls(elsewhere.path() + "/tls"));
  const Answer named = configured.ask(by_socket, "POST", "/api/v1/authority/certificate", R"({"leave_behind":true})");
  EXPECT_EQ(named.status, 409);
  EXPECT_THAT(named.body, HasSubstr("listen.certificate"));
}

TEST_F(IdentityTest, AFileThatIsNoneIsToldAtTheStart) {
  uplink::IdentityOptions options;
  options.folder = folder, options.url = url();
  const std::string other = x509::pem_of(x509::make_key().get());
  for (const std::string& text : {std::string("nonsense"), other, other + *center_.center->authority().certificate()}) {
    disk_.put(uplink::identity_path(folder), text);
    const auto opened = Identity::open(options, disk_, clock_, random_);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().message, HasSubstr("enroll anew"));
  }
}

}  // namespace
}  // namespace langyan::center
