// Enrolment and mutual TLS, with real handshakes over loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <functional>
#include <thread>

#include "base/memory_disk.h"
#include "center/certificate.h"
#include "center/certificate_parts.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

using ::testing::HasSubstr;

struct Identity {
  std::string pem, serial;  // key and certificate
};

class EnrolmentTest : public testing::Test {
 protected:
  TempFolder files_;
  TestCenter center_{with_tls(files_.path() + "/tls")};
  x509::Key key_ = x509::make_key();

  static std::string request_of(EVP_PKEY* key) { return x509::pem_of(x509::make_request(key).get()); }
  static std::string json_of(std::initializer_list<std::pair<const char*, std::string>> members) {
    std::string body;
    JsonWriter json(body);
    json.open();
    for (const auto& [name, value] : members) json.field(name, value);
    json.close();
    return body;
  }
  static Answer post(TestPeer& peer, std::string_view path, const std::string& body) {
    return peer.ask("POST", path, body, "Content-Type: application/json\r\n");
  }
  TestPeer shown(const std::string& identity) { return TestPeer(center_.address, true, 0, identity); }
  Answer use(const std::string& token, const std::string& request, const std::string& source = "s1",
             const std::string& kind = "sensor") {
    TestPeer peer(center_.address, true);
    return post(peer, "/api/v1/certificates",
                json_of({{"token", token}, {"kind", kind}, {"source", source}, {"request", request}}));
  }
  static Identity identity_in(const Answer& answer, EVP_PKEY* key) {
    EXPECT_EQ(answer.status, 201) << answer.body;
    const std::string pem =
        answer.status == 201 ? nlohmann::json::parse(answer.body)["certificate"].get<std::string>() : "";
    const auto certificate = x509::read_certificate(pem);
    return {x509::pem_of(key) + pem, certificate ? x509::serial(certificate.get()) : ""};
  }
  Identity enroll(const std::string& source = "s1", const std::string& organisation = "local",
                  EnrolmentKind kind = EnrolmentKind::sensor) {
    const x509::Key key = x509::make_key();
    return identity_in(use(center_.enrolment_token(source, organisation, kind), request_of(key.get()), source,
                           std::string(name(kind))),
                       key.get());
  }
  Answer renew(TestPeer& peer, EVP_PKEY* key) {
    return post(peer, "/api/v1/certificates/renew", json_of({{"request", request_of(key)}}));
  }
  // A body that is refused unread ends its connection; who asks on one that stands asks without.
  static Answer who(TestPeer& peer) { return peer.ask("GET", "/api/v1/auth/session"); }
  Answer deliver(const std::string& identity, std::uint64_t first, std::string_view more = {}) {
    TestPeer peer = shown(identity);
    return deliver(peer, first, 1, {}, more);
  }
  Answer renew(const std::string& identity, EVP_PKEY* key) {
    TestPeer peer = shown(identity);
    return renew(peer, key);
  }
  static Answer deliver(TestPeer& peer, std::uint64_t first, std::uint64_t count, Line line = {},
                        std::string_view more = {}) {
    return peer.ask("POST", "/api/v1/ingest", TestCenter::alerts(first, count, line),
                    TestCenter::ingest_headers(first, count, "alert", line.sensor) + std::string(more));
  }
  std::size_t stored(const std::string& organisation) {
    TestPeer peer(center_.address, true);
    const Answer answer = peer.ask("GET", "/api/v1/alerts?limit=1000&from=-60d", {},
                                   "Authorization: Bearer " + center_.token(Role::viewer, organisation) + "\r\n");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 ? nlohmann::json::parse(answer.body)["alerts"].size() : 0;
  }
  static std::string code(const Answer& answer) { return nlohmann::json::parse(answer.body).value("code", ""); }
  std::vector<store::AuditEntry> audit() { return center_.center->audit().list(store::Scope::all(), {})->entries; }
};

TEST_F(EnrolmentTest, AOneTimeTokenGivesACertificateThatDelivers) {
  const Answer made =
      center_.ask(by_socket, "POST", "/api/v1/enrolments", R"({"source":"s1","organisation":"cn/js/works-7"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto told = nlohmann::json::parse(made.body);
  const std::string token = told["token"], command = told["command"];
  EXPECT_EQ(told["enrolment"]["state"], "waiting");
  const std::string pem = *read_file(center_.disk, files_.path() + "/tls/center.crt");
  EXPECT_EQ(told["fingerprint"], x509::fingerprint(x509::read_certificate(pem).get()));
  EXPECT_EQ(command, "langyan-sensor enroll --center https://" + center_.address + " --fingerprint " +
                         told["fingerprint"].get<std::string>() + " --token " + token);
  EXPECT_EQ(read_file(center_.disk, center_.folder.path() + "/data/state.db")->find(token), std::string::npos)
      << "the token is stored in clear";

  const Identity identity = identity_in(use(token, request_of(key_.get())), key_.get());
  TestPeer peer = shown(identity.pem);
  EXPECT_EQ(deliver(peer, 1, 3).status, 200);
  EXPECT_EQ(stored("cn/js/works-7"), 3u);
  EXPECT_EQ(stored("cn/js/works-8"), 0u);
  const Answer who = peer.ask("GET", "/api/v1/auth/session");
  EXPECT_THAT(who.body,
              HasSubstr(R"("name":"s1","roles":["ingest"],"organisation":"cn/js/works-7","via":"certificate")"));
  const auto listed = nlohmann::json::parse(center_.ask(by_socket, "GET", "/api/v1/enrolments").body)["enrolments"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["state"], "active");
  EXPECT_EQ(listed[0]["serial"], identity.serial);
  EXPECT_EQ(audit().at(0).actor, "s1");
  EXPECT_EQ(audit().at(0).action, "post_certificates");
  EXPECT_THAT(audit().at(0).detail, HasSubstr(identity.serial));
}

// Whatever headers and lines say, it is the enrolment's.
TEST_F(EnrolmentTest, TheIdentityIsTheEnrolments) {
  const std::string pem = enroll("s1", "cn/js/works-7").pem;
  TestPeer peer = shown(pem);
  Line other;
  other.sensor = "s2";
  EXPECT_EQ(deliver(peer, 1, 1, other).status, 403);
  EXPECT_EQ(
      peer.ask("POST", "/api/v1/ingest", TestCenter::alerts(1, 1, other), TestCenter::ingest_headers(1, 1)).status,
      400);
  Line claims;
  claims.more = R"(,"organisation":"cn/js/works-8","via":["s1"])";
  EXPECT_EQ(deliver(peer, 1, 1, claims).status, 400) << "a sensor is no lower center";
  EXPECT_EQ(peer.ask("GET", "/api/v1/alerts").status, 403);
  EXPECT_EQ(peer.ask("GET", "/api/v1/notices/entries").status, 403);
  // A token of somebody else beside it changes nothing.
  const std::string token = "Authorization: Bearer " + center_.token(Role::ingest, "cn/js/works-8", "s2") + "\r\n";
  EXPECT_EQ(deliver(peer, 1, 1, other, token).status, 403);
  EXPECT_EQ(deliver(peer, 1, 1, {}, token).status, 200);
  EXPECT_EQ(stored("cn/js/works-7"), 1u);
  EXPECT_EQ(stored("cn/js/works-8"), 0u);
}

TEST_F(EnrolmentTest, ALowerCentersEventsKeepTheirOwnSensor) {
  TestPeer peer = shown(enroll("lower", "cn/js", EnrolmentKind::center).pem);
  Line passed;
  passed.more = R"(,"organisation":"cn/js/works-8","via":["lower"])";
  EXPECT_EQ(peer.ask("POST", "/api/v1/ingest", TestCenter::alerts(1, 1, passed),
                     TestCenter::ingest_headers(1, 1, "alert", "lower"))
                .status,
            200);
  EXPECT_EQ(stored("cn/js/works-8"), 1u);
  const auto platforms = nlohmann::json::parse(center_.ask(by_socket, "GET", "/api/v1/platforms").body)["platforms"];
  ASSERT_EQ(platforms.size(), 1u);
  EXPECT_EQ(platforms[0]["name"], "lower");
}

std::string self_signed() {
  SystemClock clock;
  const auto made = make_certificate({"s1"}, clock);
  return made->key + made->certificate;
}

TEST_F(EnrolmentTest, CertificatesOfOthersAreStrangers) {
  const Identity own = enroll();
  TempFolder elsewhere;
  TestCenter other(with_tls(elsewhere.path() + "/tls"));
  const x509::Key key = x509::make_key();
  const auto given = other.center->access().enrolments().use(
      {other.enrolment_token(), "sensor", "s1", request_of(key.get())}, other.center->authority(), day);
  ASSERT_TRUE(given.ok());
  // The same names and even the same key as one that is enrolled: signed by somebody else.
  Authority forger(center_.disk, center_.clock, elsewhere.path() + "/forged");
  const x509::Key own_key = x509::read_key(own.pem);
  const auto forged = forger.sign(*x509::make_request(own_key.get()), "s1", day);
  ASSERT_TRUE(forged.ok());
  for (const std::string& pem :
       {self_signed(), x509::pem_of(key.get()) + given->certificate, x509::pem_of(own_key.get()) + forged->pem}) {
    TestPeer peer = shown(pem);
    ASSERT_TRUE(peer.open());
    EXPECT_EQ(peer.ask("GET", "/healthz").status, 200);
    EXPECT_EQ(who(peer).status, 401);
    const Answer answer = deliver(peer, 1, 1);
    EXPECT_EQ(answer.status, 401) << answer.body;
    EXPECT_EQ(code(answer), "certificate-refused");
    EXPECT_EQ(renew(pem, x509::make_key().get()).status, 401);
    // Such a certificate is somebody else's business; a token counts as ever.
    EXPECT_EQ(deliver(pem, 1, "Authorization: Bearer " + center_.token(Role::ingest) + "\r\n").status, 200);
  }
  TestPeer none(center_.address, true);
  EXPECT_EQ(code(deliver(none, 1, 1)), "sign-in-required");
}

TEST_F(EnrolmentTest, RevokedMeansFromTheNextRequestOnAlsoOnALiveConnection) {
  const Identity identity = enroll();
  TestPeer peer = shown(identity.pem);
  EXPECT_EQ(deliver(peer, 1, 1).status, 200);
  const auto id = nlohmann::json::parse(center_.ask(by_socket, "GET", "/api/v1/enrolments").body)["enrolments"][0]["id"]
                      .get<std::string>();
  EXPECT_EQ(center_.ask(by_socket, "DELETE", "/api/v1/enrolments/" + id).status, 204);
  const Answer refused = who(peer);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(code(refused), "certificate-refused");
  EXPECT_EQ(renew(identity.pem, key_.get()).status, 401);
  EXPECT_EQ(deliver(identity.pem, 2).status, 401);
  // What it may do on that connection is enroll again.
  EXPECT_EQ(post(peer, "/api/v1/certificates",
                 json_of({{"token", center_.enrolment_token()},
                          {"kind", "sensor"},
                          {"source", "s1"},
                          {"request", request_of(key_.get())}}))
                .status,
            201);
  EXPECT_EQ(stored(""), 1u);
}

TEST_F(EnrolmentTest, AFeedEndsWithTheCertificateItBeganWith) {
  TestPeer peer = shown(enroll("lower", "local", EnrolmentKind::center).pem);
  peer.send("GET /api/v1/notices/entries HTTP/1.1\r\nHost: t\r\n\r\n");
  ASSERT_TRUE(peer.wait_for("\r\n\r\n"));
  const auto all = center_.center->access().enrolments().list();
  ASSERT_TRUE(center_.center->access().enrolments().revoke(all.at(0).id, "test").ok());
  EXPECT_TRUE(peer.wait_for("0\r\n\r\n")) << "the feed goes on";
}

// A session that was resumed brings its certificate along, and is judged like the first.
TEST_F(EnrolmentTest, AResumedSessionIsAskedLikeAnyOther) {
  const Identity identity = enroll();
  SSL_SESSION* session = nullptr;
  {
    TestPeer first(center_.address, true, TLS1_2_VERSION, identity.pem);
    EXPECT_EQ(deliver(first, 1, 1).status, 200);
    session = SSL_SESSION_dup(SSL_get0_session(first.ssl()));  // the original counts as broken off
  }
  {
    TestPeer again(center_.address, true, TLS1_2_VERSION, {}, session);
    ASSERT_TRUE(again.open());
    EXPECT_EQ(SSL_session_reused(again.ssl()), 1);
    EXPECT_EQ(deliver(again, 2, 1).status, 200);
  }
  ASSERT_TRUE(
      center_.center->access().enrolments().revoke(center_.center->access().enrolments().list().at(0).id, "test").ok());
  TestPeer revoked(center_.address, true, TLS1_2_VERSION, {}, session);
  EXPECT_EQ(deliver(revoked, 3, 1).status, 401);
  SSL_SESSION_free(session);
}

TEST_F(EnrolmentTest, AnExpiredCertificateRenewsAndNothingElse) {
  const Identity identity = enroll();
  TestPeer live = shown(identity.pem);
  EXPECT_EQ(deliver(live, 1, 1).status, 200);
  center_.clock.advance(CenterOptions().certificate_life);
  TestPeer anew = shown(identity.pem);
  for (TestPeer* peer : {&live, &anew}) {
    const Answer answer = who(*peer);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(code(answer), "certificate-expired");
    EXPECT_THAT(answer.body, HasSubstr("/api/v1/certificates/renew"));
    EXPECT_EQ(peer->ask("GET", "/healthz").status, 200);
  }
  EXPECT_EQ(code(deliver(anew, 2, 1)), "certificate-expired");
  const Identity fresh = identity_in(renew(live, key_.get()), key_.get());
  TestPeer peer = shown(fresh.pem);
  EXPECT_EQ(deliver(peer, 2, 1).status, 200);
  EXPECT_EQ(deliver(peer, 1, 3).status, 200);
  EXPECT_EQ(stored(""), 3u) << "lost or twice";
}

TEST_F(EnrolmentTest, AfterTheGraceAnewTokenIsNeeded) {
  TestPeer peer = shown(enroll().pem);
  EXPECT_EQ(deliver(peer, 1, 1).status, 200);
  center_.clock.advance(CenterOptions().certificate_life + renewal_grace - second);
  EXPECT_EQ(renew(peer, x509::make_key().get()).status, 201);
  center_.clock.advance(second);
  const Answer late = renew(peer, x509::make_key().get());
  EXPECT_EQ(late.status, 401);
  EXPECT_EQ(code(late), "certificate-expired");
  EXPECT_THAT(late.body, HasSubstr("langyan enrolment add"));
  TestPeer fresh = shown(enroll().pem);
  EXPECT_EQ(deliver(fresh, 2, 1).status, 200);
  EXPECT_EQ(center_.center->access().enrolments().list().size(), 1u) << "the ended one was replaced";
}

TEST_F(EnrolmentTest, ARenewedCertificateEndsTheOldOneWhenItIsSeen) {
  const Identity first = enroll();
  TestPeer old = shown(first.pem);
  // An answer that was lost: asked again, by the certificate that still counts.
  const x509::Key lost = x509::make_key();
  const Identity never = identity_in(renew(old, lost.get()), lost.get());
  const Identity second = identity_in(renew(old, key_.get()), key_.get());
  EXPECT_EQ(deliver(old, 1, 1).status, 200);
  TestPeer fresh = shown(second.pem);
  EXPECT_EQ(deliver(never.pem, 2).status, 401);
  EXPECT_EQ(deliver(old, 2, 1).status, 200);
  EXPECT_EQ(deliver(fresh, 3, 1).status, 200);
  EXPECT_EQ(who(old).status, 401);
  EXPECT_EQ(renew(first.pem, x509::make_key().get()).status, 401);
  center_.center->tidy();
  center_.restart();
  TestPeer after = shown(second.pem), before = shown(first.pem);
  EXPECT_EQ(deliver(after, 4, 1).status, 200);
  EXPECT_EQ(deliver(before, 5, 1).status, 401);
  EXPECT_EQ(renew(after, key_.get()).status, 400) << "a key that was used already";
}

// Killed between issuing and the first look: both count, and the first look decides as ever.
TEST_F(EnrolmentTest, ARenewalOutlivesTheCenter) {
  const Identity first = enroll();
  Identity second;
  {
    TestPeer old = shown(first.pem);
    second = identity_in(renew(old, key_.get()), key_.get());
  }
  center_.restart();
  TestPeer old = shown(first.pem), fresh = shown(second.pem);
  EXPECT_EQ(deliver(old, 1, 1).status, 200);
  EXPECT_EQ(deliver(fresh, 2, 1).status, 200);
  EXPECT_EQ(deliver(old, 3, 1).status, 401);
}

TEST_F(EnrolmentTest, ATokenUsedByManyAtOnceGivesOneCertificate) {
  const std::string token = center_.enrolment_token();
  std::vector<std::thread> threads;
  std::vector<x509::Key> keys;
  std::vector<int> statuses(8);
  for (std::size_t i = 0; i < statuses.size(); ++i) keys.push_back(x509::make_key());
  for (std::size_t i = 0; i < statuses.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = use(token, request_of(keys[i].get())).status; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(statuses, 201), 1);
  EXPECT_EQ(std::ranges::count(statuses, 410), 7);
  const auto winner = static_cast<std::size_t>(std::ranges::find(statuses, 201) - statuses.begin());
  // The winner's answer may have been lost: the same key gets the same certificate, while the token lasts.
  const Answer again = use(token, request_of(keys[winner].get())),
               once_more = use(token, request_of(keys[winner].get()));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, once_more.body);
  center_.clock.advance(enrolment_token_life);
  EXPECT_EQ(use(token, request_of(keys[winner].get())).status, 410);
  EXPECT_EQ(center_.center->access().enrolments().list().size(), 1u);
}

TEST_F(EnrolmentTest, ATokenIsForOneKindAndName) {
  const std::string sensor = center_.enrolment_token(),
                    lower = center_.enrolment_token("s1", "local", EnrolmentKind::center);
  const std::string request = request_of(key_.get());
  for (const Answer& answer :
       {use(sensor, request, "s1", "center"), use(lower, request, "s1", "sensor"), use(sensor, request, "s2")}) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(answer.body, HasSubstr("this one stays good"));
  }
  EXPECT_EQ(use("lye_nonsense", request).status, 410);
  EXPECT_EQ(use("", request).status, 410);
  EXPECT_EQ(use(center_.token(Role::ingest), request).status, 410);
  EXPECT_EQ(use(sensor, request).status, 201);
  EXPECT_EQ(use(lower, request, "s1", "center").status, 409) << "one key, one certificate";
  const std::string late = center_.enrolment_token();
  center_.clock.advance(enrolment_token_life);
  EXPECT_EQ(use(late, request_of(x509::make_key().get())).status, 410);
}

TEST_F(EnrolmentTest, EnrollingAnewEndsTheOneBefore) {
  TestPeer first = shown(enroll().pem);
  TestPeer neighbour = shown(enroll("s1", "other").pem);
  EXPECT_EQ(deliver(first, 1, 1).status, 200);
  TestPeer second = shown(enroll().pem);
  EXPECT_EQ(deliver(first, 2, 1).status, 401);
  EXPECT_EQ(deliver(second, 2, 1).status, 200);
  EXPECT_EQ(neighbour.ask("GET", "/api/v1/auth/session").status, 200) << "of another organisation";
}

std::string rsa_request() {
  const x509::Key key(EVP_RSA_gen(2048));
  return x509::pem_of(x509::make_request(key.get()).get());
}

std::string request_on(const char* curve) {
  const x509::Key key(EVP_EC_gen(curve));
  return x509::pem_of(x509::make_request(key.get()).get());
}

// Its parameters are written out instead of named.
std::string request_with_explicit_curve() {
  const x509::Key key = x509::make_key();
  EXPECT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
  return x509::pem_of(x509::make_request(key.get()).get());
}

// Signed by another key than the one it asks for.
std::string request_without_the_key() {
  const x509::Key wanted = x509::make_key(), held = x509::make_key();
  const auto request = x509::make_request(held.get());
  X509_REQ_set_pubkey(request.get(), wanted.get());
  return x509::pem_of(request.get());
}

TEST_F(EnrolmentTest, WhatIsNoSigningRequestIsRefusedAndTheTokenStaysGood) {
  const std::string token = center_.enrolment_token(), good = request_of(key_.get());
  std::string flipped = good;
  flipped[good.size() / 2] = flipped[good.size() / 2] == 'A' ? 'B' : 'A';
  std::string encrypted = good;
  encrypted.insert(good.find('\n') + 1,
                   "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");
  const std::pair<const char*, std::string> bad[] = {
      {"nothing", ""},
      {"text", "please"},
      {"a certificate", *center_.center->authority().certificate()},
      {"octets", std::string("-----BEGIN CERTIFICATE REQUEST-----\n\x01\xc3\xa4\n-----END CERTIFICATE REQUEST-----\n")},
      {"half", good.substr(0, good.size() / 2)},
      {"a flipped letter", flipped},
      {"encrypted", encrypted},
      {"RSA", rsa_request()},
      {"P-521", request_on("P-521")},
      {"secp256k1", request_on("secp256k1")},
      {"explicit parameters", request_with_explicit_curve()},
      {"another's key", request_without_the_key()},
      {"oversized", std::string(5'000, 'A') + good},
  };
  for (const auto& [what, request] : bad) {
    const Answer answer = use(token, request);
    EXPECT_EQ(answer.status, 400) << what << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("langyan-sensor enroll")) << what;
  }
  EXPECT_EQ(use(token, std::string(20'000, 'A')).status, 413);
  EXPECT_EQ(use(token, request_on("P-384")).status, 201);
  EXPECT_EQ(center_.center->access().enrolments().list().size(), 1u);
}

// Name and extensions are the authority's, whatever is asked for.
TEST_F(EnrolmentTest, OfARequestOnlyTheKeyIsTaken) {
  const x509::SigningRequest request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), key_.get());
  X509_NAME* name = X509_NAME_new();
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("admin"), -1, -1, 0);
  X509_REQ_set_subject_name(request.get(), name);
  X509_NAME_free(name);
  STACK_OF(X509_EXTENSION)* wishes = sk_X509_EXTENSION_new_null();
  for (const auto& [kind, value] : {std::pair{NID_basic_constraints, "critical,CA:TRUE"},
                                    {NID_subject_alt_name, "DNS:center.example"},
                                    {NID_ext_key_usage, "serverAuth"}})
    sk_X509_EXTENSION_push(wishes, X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
  X509_REQ_add_extensions(request.get(), wishes);
  sk_X509_EXTENSION_pop_free(wishes, X509_EXTENSION_free);
  ASSERT_GT(X509_REQ_sign(request.get(), key_.get(), EVP_sha256()), 0);
  const Identity identity = identity_in(use(center_.enrolment_token(), x509::pem_of(request.get())), key_.get());
  const auto certificate = x509::read_certificate(identity.pem);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1), -1);
  EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), static_cast<std::uint32_t>(XKU_SSL_CLIENT));
  char subject[64] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, subject, sizeof subject);
  EXPECT_STREQ(subject, "s1");
}

TEST_F(EnrolmentTest, AnAdministratorRulesWhatLiesInTheirPart) {
  const Credential system = {Credential::Kind::token, center_.token(Role::system, "cn/js")};
  TestPeer peer(center_.address, true);
  const std::string headers = "Content-Type: application/json\r\nAuthorization: Bearer " + system.secret + "\r\n";
  const auto make = [&](const std::string& organisation) {
    return peer.ask("POST", "/api/v1/enrolments", R"({"source":"s1","organisation":")" + organisation + "\"}", headers)
        .status;
  };
  EXPECT_EQ(make("cn/js/works-7"), 201);
  EXPECT_EQ(make("cn/zj"), 403);
  (void)center_.enrolment_token("s2", "cn/zj");
  const auto listed = nlohmann::json::parse(peer.ask("GET", "/api/v1/enrolments", {}, headers).body)["enrolments"];
  EXPECT_EQ(listed.size(), 1u);
  for (const Enrolment& each : center_.center->access().enrolments().list())
    EXPECT_EQ(peer.ask("DELETE", "/api/v1/enrolments/" + each.id, {}, headers).status,
              each.organisation == "cn/zj" ? 404 : 204);
  for (const char* body :
       {R"({"source":""})", R"({})", R"({"source":"s","kind":"robot"})",
        R"({"source":"s","expires":"2020-01-01T00:00:00Z"})", R"({"source":"s","expires":"2036-01-01T00:00:00Z"})",
        R"({"source":"s","organisation":"/"})", R"({"source":"s","role":"system"})"})
    EXPECT_GE(peer.ask("POST", "/api/v1/enrolments", body, headers).status, 400) << body;
}

TEST(Authority, IsMadeOnceAndKeptToItself) {
  TempFolder folder;
  SystemDisk disk;
  SystemClock clock;
  const std::string tls = folder.path() + "/tls";
  const std::string first = *Authority(disk, clock, tls).certificate();
  struct stat found {};
  ASSERT_EQ(::stat((tls + "/ca.key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(*Authority(disk, clock, tls).certificate(), first);
  // A kill between the two files: the key is there first, and gets its certificate.
  ASSERT_TRUE(disk.remove(tls + "/ca.crt").ok());
  const std::string again = *Authority(disk, clock, tls).certificate();
  EXPECT_TRUE(x509::belong_together(x509::read_certificate(again).get(),
                                    x509::read_key(*read_file(disk, tls + "/ca.key")).get()));
  ASSERT_TRUE(disk.remove(tls + "/ca.key").ok());
  const auto lost = Authority(disk, clock, tls).certificate();
  ASSERT_FALSE(lost.ok());
  EXPECT_THAT(lost.error().message, HasSubstr("restore both from a backup"));
  ASSERT_TRUE(replace_file(disk, tls + "/ca.key", bytes_of("nonsense")).ok());
  EXPECT_EQ(Authority(disk, clock, tls).certificate().error().kind, ErrorKind::invalid);
  ASSERT_TRUE(replace_file(disk, tls + "/ca.key", bytes_of(x509::pem_of(x509::make_key().get()))).ok());
  EXPECT_EQ(Authority(disk, clock, tls).certificate().error().kind, ErrorKind::invalid);
}

// What is left by a change that died after `steps`, as the next start finds it.
std::unique_ptr<MemoryDisk> after_death(const MemoryDisk& disk, std::uint64_t steps, bool power, bool& died,
                                        const std::function<void(Disk&)>& change) {
  SystemRandom random;
  const auto trial = disk.after_kill();
  trial->die_after(steps);
  change(*trial);
  died = trial->dead();
  return power ? trial->after_power_loss(random) : trial->after_kill();
}

TEST(Authority, AChangeThatIsKilledAtAnyStepIsDoneOrNot) {
  MemoryDisk disk;
  SystemClock clock;
  const std::string first = *Authority(disk, clock, "tls").certificate();
  const x509::Key key = x509::make_key();
  const auto request = x509::make_request(key.get());
  std::uint64_t steps = 0, before = 0;
  for (bool died = true; died; ++steps) {
    for (const bool power : {false, true}) {
      const auto left =
          after_death(disk, steps, power, died, [&](Disk& trial) { (void)Authority(trial, clock, "tls").change(); });
      Authority authority(*left, clock, "tls");
      const auto members = authority.members();
      ASSERT_TRUE(members.ok()) << members.error().message;
      EXPECT_EQ(members->back().pem, first) << "killed in step " << steps;
      before += members->size() == 1;
      EXPECT_TRUE(died || members->size() == 2);
      EXPECT_EQ(x509::read_certificates(*left->content("tls/ca.crt")).size(), members->size())
          << "clients of both are let in";
      const auto issued = authority.sign(*request, "s1", day);
      ASSERT_TRUE(issued.ok());
      EXPECT_EQ(issued->signer, members->front().id);
      EXPECT_EQ(*authority.signer_of(*x509::read_certificate(issued->pem)), members->front().id);
    }
  }
  EXPECT_GT(steps, 6u);
  EXPECT_GT(before, 2u);
}

TEST(Authority, AnOwnCertificateThatIsKilledAtAnyStepHasItsKey) {
  MemoryDisk disk;
  SystemClock clock;
  ASSERT_TRUE(init_certificate(disk, clock, "tls", {"127.0.0.1"}).ok());
  ASSERT_TRUE(Authority(disk, clock, "tls").certificate().ok());
  const std::string before = *disk.content("tls/center.crt");
  std::uint64_t steps = 0, replaced = 0;
  for (bool died = true; died; ++steps) {
    for (const bool power : {false, true}) {
      const auto left = after_death(disk, steps, power, died,
                                    [&](Disk& trial) { (void)Authority(trial, clock, "tls").certify({"127.0.0.1"}); });
      ASSERT_TRUE(Authority(*left, clock, "tls").settle_own().ok());
      const std::string shown = *left->content("tls/center.crt");
      EXPECT_TRUE(x509::belong_together(x509::read_certificate(shown).get(),
                                        x509::read_key(*left->content("tls/center.key")).get()))
          << "killed in step " << steps;
      EXPECT_TRUE(died || shown != before);
      replaced += shown != before;
    }
  }
  EXPECT_GT(steps, 6u);
  EXPECT_GT(replaced, 2u);
  // What somebody put there is theirs, whatever the key file says.
  const auto theirs = make_certificate({"10.0.0.1"}, clock);
  disk.put("tls/center.key", theirs->key);
  ASSERT_TRUE(Authority(disk, clock, "tls").settle_own().ok());
  EXPECT_EQ(*disk.content("tls/center.crt"), before);
}

// A backup that read one file before a change and the other after it.
TEST(Authority, FilesOfTwoTimesAreBroughtTogether) {
  MemoryDisk disk;
  SystemClock clock;
  const std::string first = *Authority(disk, clock, "tls").certificate(), listed = *disk.content("tls/ca.crt"),
                    key = *disk.content("tls/ca.key");
  const std::string second = Authority(disk, clock, "tls").change()->pem;
  const std::string both = *disk.content("tls/ca.crt");
  disk.put("tls/ca.crt", listed);
  EXPECT_EQ(*Authority(disk, clock, "tls").certificate(), second);
  EXPECT_EQ(*disk.content("tls/ca.crt"), both);
  disk.put("tls/ca.key", key);
  EXPECT_EQ(*Authority(disk, clock, "tls").certificate(), first);
}

}  // namespace
}  // namespace langyan::center
