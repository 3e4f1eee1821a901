// The center as a whole: doors, TLS, starting, stopping, restarting.
#include "center/center.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "center/certificate.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

CenterOptions with_tls(const TempFolder& folder, Clock& clock) {
  SystemDisk disk;
  CenterOptions options;
  EXPECT_TRUE(
      init_certificate(disk, clock, folder.path() + "/tls", {"test.example", "127.0.0.1"}).ok());
  options.tls = TlsMode::on;
  options.certificate = folder.path() + "/tls/center.crt";
  options.key = folder.path() + "/tls/center.key";
  return options;
}

TEST(Center, SpeaksTlsFromOnePointTwoOn) {
  TempFolder folder;
  SystemClock clock;
  TestCenter center(with_tls(folder, clock));
  TestPeer peer(center.address, true);
  ASSERT_TRUE(peer.open());
  EXPECT_EQ(peer.ask("GET", "/healthz").status, 200);
  EXPECT_EQ(peer.ask("GET", "/version").status, 200);
  for (const auto& [version, spoken] : {std::pair{TLS1_VERSION, false},
                                        {TLS1_1_VERSION, false},
                                        {TLS1_2_VERSION, true},
                                        {TLS1_3_VERSION, true}}) {
    TestPeer old(center.address, true, version);
    EXPECT_EQ(old.open(), spoken) << version;
  }
  TestPeer plain(center.address);  // plain HTTP on a TLS port
  plain.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(plain.answer().status, 0);
  EXPECT_EQ(TestPeer(center.address, true).ask("GET", "/healthz").status, 200);
}

TEST(Center, CookiesAreSecureOverTls) {
  TempFolder folder;
  SystemClock clock;
  TestCenter center(with_tls(folder, clock));
  center.user("mei", Role::viewer, "a good password");
  TestPeer peer(center.address, true);
  const Answer answer =
      peer.ask("POST", "/api/v1/auth/login", R"({"name":"mei","password":"a good password"})",
               "Content-Type: application/json\r\nOrigin: https://test\r\n");
  ASSERT_EQ(answer.status, 204) << answer.body;
  const std::string cookie = answer.headers.at("set-cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-langyan="));
  EXPECT_NE(cookie.find("; Secure"), cookie.npos);
  const std::string pair = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(peer.ask("GET", "/api/v1/alerts", {}, "Cookie: " + pair + "\r\n").status, 200);
  // The name without the prefix, which a neighbour on plain HTTP could have set, is not read.
  EXPECT_EQ(peer.ask("GET", "/api/v1/alerts", {}, "Cookie: " + pair.substr(7) + "\r\n").status,
            401);
}

TEST(Center, LargeBodiesAndFeedsWorkOverTls) {
  TempFolder folder;
  SystemClock clock;
  TestCenter center(with_tls(folder, clock));
  const std::string ingest = center.token(Role::ingest), viewer = center.token(Role::viewer);
  TestPeer peer(center.address, true);
  const Answer answer =
      peer.ask("POST", "/api/v1/ingest", TestCenter::alerts(1, 5'000),
               TestCenter::ingest_headers(1, 5'000) + "Authorization: Bearer " + ingest + "\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  TestPeer feed(center.address, true);
  feed.send("GET /api/v1/stream HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " + viewer +
            "\r\n\r\n");
  EXPECT_TRUE(feed.wait_for("event: ready"));
  const Answer page =
      peer.ask("GET", "/api/v1/alerts?limit=1000", {}, "Authorization: Bearer " + viewer + "\r\n");
  EXPECT_EQ(nlohmann::json::parse(page.body)["alerts"].size(), 1'000u);
}

TEST(Center, ReloadTakesANewCertificate) {
  TempFolder folder;
  SystemClock clock;
  const CenterOptions options = with_tls(folder, clock);
  TestCenter center(options);
  const auto serial = [&] {
    TestPeer peer(center.address, true);
    X509* certificate = SSL_get1_peer_certificate(peer.ssl());
    char* text = i2s_ASN1_INTEGER(nullptr, X509_get_serialNumber(certificate));
    std::string result(text);
    OPENSSL_free(text);
    X509_free(certificate);
    return result;
  };
  const std::string before = serial();
  SystemDisk disk;
  for (const char* name : {"/tls/center.crt", "/tls/center.key"})
    ASSERT_TRUE(disk.remove(folder.path() + name).ok());
  EXPECT_FALSE(center.center->reload(options).ok());  // files are missing: the old ones stay
  EXPECT_EQ(serial(), before);
  ASSERT_TRUE(init_certificate(disk, clock, folder.path() + "/tls", {"other.example"}).ok());
  ASSERT_TRUE(center.center->reload(options).ok());
  for (int i = 0; i < patience / 5 && serial() == before; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_NE(serial(), before);
}

Result<void> started(CenterOptions options, const TempFolder& folder) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  options.data = folder.path() + "/data";
  auto center = Center::open(options, disk, clock, random);
  if (!center) return center.error();
  return (*center)->start();
}

TEST(Center, OffLoopbackThereIsNoPlainHttp) {
  TempFolder folder;
  CenterOptions options;
  options.listen = "0.0.0.0:0";
  const auto without = started(options, folder);
  ASSERT_FALSE(without.ok());
  EXPECT_EQ(without.error().kind, ErrorKind::missing);
  EXPECT_NE(without.error().message.find("langyan-center init"), std::string::npos);
  options.tls = TlsMode::off;
  const auto off = started(options, folder);
  ASSERT_FALSE(off.ok());
  EXPECT_EQ(off.error().kind, ErrorKind::invalid);
  SystemDisk disk;
  SystemClock clock;
  ASSERT_TRUE(init_certificate(disk, clock, folder.path() + "/data/tls", {"localhost"}).ok());
  options.tls = TlsMode::automatic;
  EXPECT_TRUE(started(options, folder).ok());
}

TEST(Center, SaysWhereItIsOnceItsDoorsAreOpen) {
  TestCenter center;
  EXPECT_EQ(center.folder.read("data/address"), "http://" + center.address + "\n");
  center.center->stop();
  EXPECT_EQ(center.folder.read("data/address"), "");
  EXPECT_EQ(::access(center.local_socket().c_str(), F_OK), -1);
}

TEST(Center, OneCenterHoldsADataFolder) {
  TestCenter center;
  CenterOptions options;
  options.listen = "127.0.0.1:0";
  const auto second_one = started(options, center.folder);
  ASSERT_FALSE(second_one.ok());
  EXPECT_EQ(second_one.error().kind, ErrorKind::conflict);
  EXPECT_EQ(center.ask(nobody, "GET", "/healthz").status, 200);
}

TEST(Center, ATakenPortIsAnErrorUnlessAnyWillDo) {
  TestCenter center;
  TempFolder other;
  CenterOptions options;
  options.listen = center.address;
  const auto taken = started(options, other);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  EXPECT_NE(taken.error().message.find(center.address), std::string::npos);
  options.next_free_port = true;
  EXPECT_TRUE(started(options, other).ok());
}

TEST(Center, AConsoleIsServedWithAStrictPolicy) {
  TempFolder console;
  console.write("index.html", "<!doctype html><title>x</title>");
  console.write("assets/app-1.js", "let a;");
  console.write("notes.secret", "not for anybody");
  CenterOptions options;
  options.console = console.path();
  TestCenter center(options);
  for (const char* path : {"/", "/alerts", "/alerts/abc"}) {
    const Answer page = center.ask(nobody, "GET", path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
    const std::string policy = page.headers.at("content-security-policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none'"));
    EXPECT_EQ(policy.find("unsafe"), policy.npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), policy.npos);
  }
  const Answer script = center.ask(nobody, "GET", "/assets/app-1.js");
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_NE(script.headers.at("cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(center
                .ask(nobody, "GET", "/assets/app-1.js", {},
                     "If-None-Match: " + script.headers.at("etag") + "\r\n")
                .status,
            304);
  for (const char* path :
       {"/notes.secret", "/assets/none.js", "/../data/state.db", "/%2e%2e/data/state.db",
        "/assets/..%2f..%2fdata%2fstate.db", "/api/v1/none", "/api/none"}) {
    EXPECT_EQ(center.ask(nobody, "GET", path).status, 404) << path;
  }
  EXPECT_EQ(center.ask(nobody, "POST", "/").status, 404);
  EXPECT_EQ(center.ask(nobody, "GET", "/api/v1/alerts").status,
            401);  // pages never stand before the API
}

TEST(Center, UnknownPathsAndMethods) {
  TestCenter center;
  for (const char* path :
       {"/", "/nothing", "/api/v1/alerts/", "/api/v1/alerts/a/b/c", "//healthz", "/healthz/",
        "/api/v1/../../healthz", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"}) {
    const Answer answer = center.ask(nobody, "GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_NE(answer.body.find("\"code\":\"not-found\""), std::string::npos) << path;
  }
  EXPECT_EQ(center.ask(nobody, "GET", "/api/v1/%ff").status, 400);
  EXPECT_EQ(center.ask(nobody, "GET", "/api/v1/%0a").status, 400);
  EXPECT_EQ(center.ask(nobody, "GET", "/%68ealthz").status, 200);  // the same path, encoded
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"DELETE", "/healthz", "GET, HEAD"},        {"GET", "/api/v1/ingest", "POST"},
      {"POST", "/api/v1/stream", "GET"},          {"PUT", "/api/v1/tokens", "GET, HEAD, POST"},
      {"OPTIONS", "/api/v1/alerts", "GET, HEAD"}, {"TRACE", "/healthz", "GET, HEAD"},
      {"GET", "/api/v1/alerts/actions", "POST"},
  };
  for (const auto& [method, path, allow] : cases) {
    const Answer answer = center.ask(nobody, method, path);
    EXPECT_EQ(answer.status, 405) << method << path;
    EXPECT_EQ(answer.headers.at("allow"), allow) << method << path;
  }
}

TEST(Center, WhatIsUnderWayIsCommittedBeforeItStops) {
  CenterOptions options;
  options.grace = hour;
  TestCenter center(options);
  const std::string ingest = center.token(Role::ingest);
  TestPeer slow(center.address);
  const std::string body = TestCenter::alerts(1, 1);
  slow.send("POST /api/v1/ingest HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " + ingest + "\r\n" +
            TestCenter::ingest_headers(1, 1) + "Content-Length: " + std::to_string(body.size()) +
            "\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(slow.answer().status, 100);  // it is under way
  std::thread stopper([&] { center.center->stop(); });
  while (TestPeer(center.address).open()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  slow.send(body.substr(0, 20));
  slow.send(body.substr(20));
  const Answer answer = slow.answer();
  EXPECT_EQ(answer.status, 200) << answer.body;  // what was under way is committed and acknowledged
  EXPECT_EQ(answer.headers.at("connection"), "close");
  stopper.join();
}

TEST(Certificate, IsForTheNamesGivenAndItsKeyIsPrivate) {
  TempFolder folder;
  SystemDisk disk;
  SystemClock clock;
  const auto made = init_certificate(disk, clock, folder.path() + "/tls",
                                     {"plant.example", "10.0.0.5", "fe80::1"});
  ASSERT_TRUE(made.ok()) << made.error().message;
  BIO* bio = BIO_new_mem_buf(made->certificate.data(), static_cast<int>(made->certificate.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate, "plant.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate, "other.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate, "10.0.0.5", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "10.0.0.6", 0), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate, "fe80::1", 0), 1);
  EXPECT_EQ(X509_verify(certificate, X509_get0_pubkey(certificate)), 1);
  EXPECT_EQ(X509_cmp_current_time(X509_get0_notBefore(certificate)), -1);
  X509_free(certificate);
  BIO_free(bio);
  struct stat status {};
  ASSERT_EQ(::stat((folder.path() + "/tls/center.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto again = init_certificate(disk, clock, folder.path() + "/tls", {"x"});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_EQ(folder.read("tls/center.crt"), made->certificate);
}

TEST(Certificate, RefusesWhatIsNoName) {
  SystemClock clock;
  for (const char* name : {"", "a b", "x,DNS:evil", "a\nb", "10.0.0.0/8"}) {
    EXPECT_FALSE(make_certificate({name}, clock).ok()) << name;
  }
  EXPECT_FALSE(make_certificate({}, clock).ok());
}

}  // namespace
}  // namespace langyan::center
