#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/net.h"
#include "base/temp_folder.h"

namespace langyan {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A server of one thread on a real socket. Each request is answered with what `answer` makes of it;
// an empty answer is silence.
class TinyServer {
 public:
  using Answer = std::string (*)(const std::string& request);

  explicit TinyServer(Answer answer, const std::string& unix_path = {}) : answer_(answer) {
    if (unix_path.empty()) {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
      socklen_t size = sizeof address;
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
      port_ = ntohs(address.sin_port);
    } else {
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
      listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    listen(listener_, 8);
    thread_ = std::thread([this] { serve(); });
  }
  ~TinyServer() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int connections() const { return connections_; }
  std::string last_request() const {
    const std::scoped_lock lock(mutex_);
    return last_request_;
  }

 private:
  bool readable(int descriptor) const {
    while (!stop_) {
      pollfd waiting{descriptor, POLLIN, 0};
      if (poll(&waiting, 1, 10) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (readable(listener_)) {
      const int peer = accept(listener_, nullptr, nullptr);
      ++connections_;
      while (answer_one(peer)) {
      }
      close(peer);
    }
  }

  // False when the connection is over.
  bool answer_one(int peer) {
    std::string request;
    while (!complete(request)) {
      char part[4096];
      if (!readable(peer)) return false;
      const ssize_t got = read(peer, part, sizeof part);
      if (got <= 0) return false;
      request.append(part, static_cast<std::size_t>(got));
    }
    {
      const std::scoped_lock lock(mutex_);
      last_request_ = request;
    }
    const std::string answer = answer_(request);
    for (std::size_t sent = 0; sent < answer.size();) {
      const ssize_t n = send(peer, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    return answer.find("Connection: close") == answer.npos;
  }

  static bool complete(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == request.npos) return false;
    const std::size_t at = request.find("Content-Length: ");
    const std::size_t length = at < head ? std::strtoul(request.c_str() + at + 16, nullptr, 10) : 0;
    return request.size() >= head + 4 + length;
  }

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::string last_request_;
  std::thread thread_;
};

std::string ok(const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"; }
std::string silence(const std::string&) { return ""; }
std::string echo(const std::string& request) {
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpRequest get(const TinyServer& server) { return {.url = server.url(), .timeout = 10 * second}; }

TEST(CurlNet, AnAnswerOfAnyStatusIsAValue) {
  TinyServer server([](const std::string& request) -> std::string {
    if (request.starts_with("GET /busy ")) {
      return "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    }
    if (request.starts_with("GET /moved ")) {
      return "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n";
    }
    return ok(request);
  });
  const auto net = curl_net({});
  auto answer = net->send({.url = server.url("/ok")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->retry_after, 0);
  answer = net->send({.url = server.url("/busy")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->retry_after, 7 * second);
  answer = net->send({.url = server.url("/moved")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 302);      // nobody is followed to another host
  EXPECT_EQ(server.connections(), 1);  // one connection served all three
}

TEST(CurlNet, ARetryAfterBeyondReasonIsADay) {
  TinyServer server([](const std::string&) -> std::string {
    return "HTTP/1.1 503 Busy\r\nRetry-After: 9223372036854775807\r\nContent-Length: 0\r\n\r\n";
  });
  const auto answer = curl_net({})->send(get(server));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->retry_after, day);
}

TEST(CurlNet, MethodHeadersAndBodyArriveAsGiven) {
  TinyServer server(echo);
  const auto net = curl_net({});
  std::string body = "line\n";
  body += '\0';
  body += std::string(300'000, 'x');
  const auto answer = net->send(
      {.method = "POST",
       .url = server.url("/api/v1/ingest"),
       .headers = {{"Authorization", "Bearer abc"}, {"Langyan-First", "1"}, {"Empty", ""}},
       .body = body});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, body);
  const std::string request = server.last_request();
  EXPECT_TRUE(request.starts_with("POST /api/v1/ingest HTTP/1.1\r\n")) << request.substr(0, 60);
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer abc\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nLangyan-First: 1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nEmpty:\r\n"));
  EXPECT_THAT(request.substr(0, 500), Not(HasSubstr("Expect:")));

  ASSERT_TRUE(net->send({.method = "PUT", .url = server.url("/a")}));
  EXPECT_TRUE(server.last_request().starts_with("PUT /a "));
  EXPECT_THAT(server.last_request(), HasSubstr("Content-Length: 0\r\n"));
  ASSERT_TRUE(net->send({.method = "DELETE", .url = server.url("/b")}));
  EXPECT_TRUE(server.last_request().starts_with("DELETE /b "));
  ASSERT_TRUE(net->send({.url = server.url("/c")}));  // nothing of the request before stays
  EXPECT_TRUE(server.last_request().starts_with("GET /c "));
  EXPECT_THAT(server.last_request(), Not(HasSubstr("Content-Length")));
}

TEST(CurlNet, AHeadHasNoBodyToWaitFor) {
  TinyServer server([](const std::string&) -> std::string {
    return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  });
  const auto answer =
      curl_net({})->send({.method = "HEAD", .url = server.url(), .timeout = 5 * second});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(server.last_request().starts_with("HEAD / "));
}

TEST(CurlNet, AHeaderCannotSmuggleAnother) {
  TinyServer server(ok);
  const auto answer =
      curl_net({})->send({.url = server.url(), .headers = {{"Authorization", "Bearer a\r\nX: y"}}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::usage);
  EXPECT_EQ(answer.error().message,
            server.url() + ": the header Authorization holds a control character; remove it");
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlNet, RefusedSaysWhere) {
  std::string url;
  {
    TinyServer server(ok);
    url = server.url();
  }
  const auto answer = curl_net({})->send({.url = url});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
  EXPECT_TRUE(answer.error().message.starts_with(url + ": ")) << answer.error().message;
  EXPECT_THAT(answer.error().message, HasSubstr("connect"));
}

TEST(CurlNet, SilenceEndsAtTheTimeout) {
  TinyServer server(silence);
  const auto net = curl_net({});
  for (const Duration timeout : {200 * millisecond, Duration{1}, Duration{0}, Duration{-5}}) {
    const auto began = std::chrono::steady_clock::now();
    const auto answer = net->send({.url = server.url(), .timeout = timeout});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::io);
    EXPECT_GE(took.count() + 0.02, static_cast<double>(timeout) / second);
    EXPECT_LT(took.count(), 60.0);
  }
}

TEST(CurlNet, AnAnswerOverTheLimitIsCutOff) {
  TinyServer server([](const std::string& request) -> std::string {
    const std::string body(request.starts_with("GET /fits ") ? 1000 : 1001, 'x');
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  });
  const auto net = curl_net({.largest_answer = 1000});
  const auto fits = net->send({.url = server.url("/fits")});
  ASSERT_TRUE(fits) << fits.error().message;
  EXPECT_EQ(fits->body.size(), 1000u);
  const auto large = net->send({.url = server.url("/large")});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::io);
  EXPECT_EQ(large.error().message,
            server.url("/large") + ": the answer is larger than the 1000 octets allowed");
  EXPECT_TRUE(net->send({.url = server.url("/fits")}));  // and goes on
}

TEST(CurlNet, AnAnswerCutShortIsNoAnswer) {
  TinyServer server([](const std::string& request) -> std::string {
    if (request.starts_with("GET /body ")) {
      return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 500\r\n\r\nhalf";
    }
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-";
  });
  const auto net = curl_net({});
  EXPECT_FALSE(net->send({.url = server.url("/body"), .timeout = 5 * second}));
  EXPECT_FALSE(net->send({.url = server.url("/head"), .timeout = 5 * second}));
}

TEST(CurlNet, ChunksTrailersAndInterimAnswersAreTaken) {
  TinyServer server([](const std::string&) -> std::string {
    return "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"
           "3\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n";
  });
  const auto answer = curl_net({})->send(get(server));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
}

TEST(CurlNet, AClosedConnectionIsDialledAnew) {
  TinyServer server([](const std::string& request) -> std::string {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n" +
           request.substr(5, 2);
  });
  const auto net = curl_net({});
  EXPECT_EQ(net->send({.url = server.url("/aa")})->body, "aa");
  EXPECT_EQ(net->send({.url = server.url("/bb")})->body, "bb");
  EXPECT_EQ(server.connections(), 2);
}

TEST(CurlNet, AUnixSocketStandsInForTheHost) {
  TempFolder folder;
  TinyServer server(ok, folder.path() + "/admin.sock");
  const auto answer =
      curl_net({.unix_socket = folder.path() + "/admin.sock"})->send({.url = "http://localhost/x"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
  EXPECT_TRUE(server.last_request().starts_with("GET /x "));
  EXPECT_FALSE(
      curl_net({.unix_socket = folder.path() + "/no.sock"})->send({.url = "http://localhost/x"}));
}

TEST(CurlNet, OnlyTheConfiguredProxyIsUsed) {
  TinyServer server(ok), proxy(ok);
  setenv("http_proxy", proxy.url().c_str(), 1);
  const auto direct = curl_net({})->send(get(server));
  unsetenv("http_proxy");
  ASSERT_TRUE(direct) << direct.error().message;
  EXPECT_EQ(proxy.connections(), 0);
  EXPECT_EQ(server.connections(), 1);
  const auto through = curl_net({.proxy = proxy.url()})->send(get(server));
  ASSERT_TRUE(through) << through.error().message;
  EXPECT_EQ(proxy.connections(), 1);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlNet, AnAnswerIsReceivedAsItComes) {
  TinyServer server([](const std::string&) {
    return std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none,\r\n4\r\ntwo,\r\n");  // goes on
  });
  std::string body;
  const auto enough = curl_net({})->send({.url = server.url(), .receive = [&](std::string_view more) {
                                            body += more;
                                            return body.size() < 8;
                                          }});
  ASSERT_TRUE(enough) << enough.error().message;
  EXPECT_EQ(enough->status, 200);
  EXPECT_EQ(body, "one,two,");
  const auto silent = curl_net({})->send(
      {.url = server.url(), .timeout = second, .receive = [](std::string_view) { return true; }});
  ASSERT_FALSE(silent);
}

TEST(CurlNet, ARefusalIsNotReceivedAsTheAnswer) {
  TinyServer server([](const std::string&) {
    return std::string("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
  });
  const auto answer = curl_net({})->send({.url = server.url(), .receive = [](std::string_view) { return false; }});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 403);
  EXPECT_EQ(answer->body, "no");
}

TEST(CurlNet, OtherSchemesAreRefused) {
  TempFolder folder;
  const std::string url = "file://" + folder.write("secret", "x");
  const auto answer = curl_net({})->send({.url = url});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("not supported"));
  EXPECT_FALSE(curl_net({})->send({.url = ""}));
  EXPECT_FALSE(curl_net({})->send({.url = "http://"}));
}

}  // namespace
}  // namespace langyan
