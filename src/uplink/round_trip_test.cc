// The real thing once: a spool on disk, curl, a socket, HTTP.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <thread>

#include "base/log.h"
#include "base/temp_folder.h"
#include "spool/test_rig.h"
#include "uplink/center_double.h"
#include "uplink/shipper.h"

namespace langyan::uplink {
namespace {

using spool::Class;
using spool::Lane;

// HTTP/1.1 on a loopback port, one connection at a time, answers from a CenterDouble.
class HttpServer {
 public:
  explicit HttpServer(CenterDouble& center) : center_(center) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~HttpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::atomic<int> cut_answers = 0;  // so many answers end in the middle
  std::atomic<int> connections = 0;

 private:
  void serve() {
    for (;;) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      connection_ = connection;
      ++connections;
      while (answer_one(connection)) {
      }
      connection_ = -1;
      ::close(connection);
    }
  }

  static bool receive(int connection, std::string& data) {
    char buffer[65536];
    const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    data.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  bool answer_one(int connection) {
    std::string data;
    while (data.find("\r\n\r\n") == data.npos) {
      if (!receive(connection, data)) return false;
    }
    HttpRequest request;
    const std::size_t head_end = data.find("\r\n\r\n");
    std::size_t at = data.find("\r\n"), body_size = 0;
    const std::string start = data.substr(0, at);
    request.method = start.substr(0, start.find(' '));
    request.url =
        "http://center" + start.substr(start.find(' ') + 1, start.rfind(' ') - start.find(' ') - 1);
    while (at < head_end) {
      const std::size_t next = data.find("\r\n", at + 2), colon = data.find(": ", at + 2);
      request.headers.emplace_back(data.substr(at + 2, colon - at - 2),
                                   data.substr(colon + 2, next - colon - 2));
      const auto& [name, value] = request.headers.back();
      if (name == "Content-Length")
        std::from_chars(value.data(), value.data() + value.size(), body_size);
      at = next;
    }
    request.body = data.substr(head_end + 4);
    while (request.body.size() < body_size) {
      if (!receive(connection, request.body)) return false;
    }
    const auto answer = center_.send(request);
    if (!answer) return false;  // the connection is cut, as the double asked
    std::string text = "HTTP/1.1 " + std::to_string(answer->status) +
                       " x\r\nContent-Length: " + std::to_string(answer->body.size()) + "\r\n";
    if (answer->retry_after)
      text += "Retry-After: " + std::to_string(answer->retry_after / second) + "\r\n";
    text += "\r\n" + answer->body;
    const bool cut = cut_answers > 0 && cut_answers-- > 0;
    if (cut) text.resize(text.size() - 3);
    return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) >= 0 && !cut;
  }

  CenterDouble& center_;
  int listener_ = -1;
  std::atomic<int> connection_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

// Waiting is moving the clock.
struct QuickClock final : Clock {
  SystemClock real;
  Time ahead = 0;
  Time now() override { return real.now() + ahead; }
  Time monotonic() override { return real.monotonic() + ahead; }
  void sleep(Duration duration) override { ahead += duration; }
};

TEST(RoundTrip, SpoolToCenterOverHttp) {
  logging::set_level(logging::Level::off);
  const TempFolder folder;
  SystemDisk writer_disk, reader_disk;
  QuickClock clock;
  SystemRandom random;
  spool::SpoolOptions spool_options;
  spool_options.folder = folder.path() + "/spool";
  spool_options.segment_bytes = 64 << 10;
  auto opened = spool::Spool::open(writer_disk, clock, random, spool_options);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto spool = opened.take();
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    const Lane lane = i % 20 == 0 ? Lane::alert : Lane::bulk;
    const auto position = spool->reserve(lane, Class::alert, 300);
    ASSERT_TRUE(position);
    spool->append(lane, *position, spool::line_for(spool->epoch(), lane, *position, 300));
  }
  ASSERT_TRUE(spool->commit());

  CenterDouble center;
  center.faults = {{.lose_request = true},
                   {.lose_answer = true},
                   {},
                   {},  // the answers to these two are cut
                   {.status = 503, .retry_after = 40 * second},
                   {.status = 413}};
  {
    HttpServer server(center);
    server.cut_answers = 2;
    auto reading = spool::Reader::open(reader_disk, spool_options.folder);
    ASSERT_TRUE(reading);
    const auto reader = reading.take();
    const auto net = curl_net({});
    Shipper shipper(*reader, *net, clock, random,
                    {server.url() + "/", "plant-1", "secret", 500, 0, 5 * second});
    shipper.offer_catalogue("fields", "{\"fields\":[\"" + std::string(100'000, 'x') + "\"]}");
    const Time start = clock.monotonic();
    ASSERT_TRUE(shipper.drain(hour));
    EXPECT_GT(clock.monotonic() - start, 40 * second);  // Retry-After came through
    EXPECT_EQ(shipper.counters().value(ShipperCount::busy), 1u);
    EXPECT_GE(shipper.counters().value(ShipperCount::no_answer), 3u);
    EXPECT_EQ(shipper.counters().value(ShipperCount::catalogues), 1u);
    EXPECT_LT(server.connections, 8);  // kept open between requests
  }
  EXPECT_EQ(center.catalogues.size(), 1u);
  std::uint64_t lines = 0;
  for (const auto& [stream, stored] : center.stored) {
    std::uint64_t next = 1;
    const Lane lane = stream.lane == "alert" ? Lane::alert : Lane::bulk;
    for (const auto& line : stored) {
      ASSERT_EQ(line.from, next++);
      ASSERT_EQ(line.line, spool::line_for(spool->epoch(), lane, line.from, 300));
      ++lines;
    }
  }
  EXPECT_EQ(lines, 3000u);
  EXPECT_EQ(center.lanes_in_order.front(), "alert");
  logging::set_level(logging::Level::info);
}

TEST(RoundTrip, NobodyListens) {
  SystemClock clock;
  const auto net = curl_net({});
  HttpRequest request;
  request.url = "http://127.0.0.1:1/api/v1/ingest";
  const auto answer = net->send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace langyan::uplink
