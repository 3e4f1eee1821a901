// HttpServer: HTTP/1.1 over TCP, TLS and a Unix socket, for one HttpHandler.
//
// One network thread reads and writes; requests are worked on by a few workers, arriving events by
// workers of their own, so that neither keeps the other waiting. Everything a peer can make grow
// has a limit below, and each limit has its own answer:
//   header bytes 431, header time 408, target 414, body bytes 413, body time 408, connections 503,
//   waiting requests 503, bytes of bodies in memory 503, waiting expensive requests 429.
// Ambiguous framing (RFC 9112 section 6.3 and 11.2: two lengths, length and chunks, folded lines,
// bare CR or LF) is answered 400 and the connection is closed.
//
// listen(), start() and stop() belong to one thread; counts may be read by any.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/counters.h"
#include "base/result.h"
#include "base/time.h"
#include "center/http.h"

namespace langyan::center {

struct HttpLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t header_fields = 100;
  std::size_t bodies_bytes = 256u << 20;  // all bodies being received or worked on
  std::size_t connections = 2'048;
  std::size_t waiting = 128;  // requests queued for a worker, each kind
  std::size_t workers = 4;
  std::size_t ingest_workers = 2;
  std::size_t expensive = 4;           // of the workers, working on expensive requests
  Duration header_time = 10 * second;  // from the first byte; also the TLS handshake
  Duration body_time = 60 * second;
  Duration write_time = 30 * second;       // without any progress
  Duration idle_time = 75 * second;        // between requests
  Duration leave_tick = 250 * millisecond;  // how often it is asked whether the peer of a request in work has left
  Duration feed_tick = 250 * millisecond;  // so a live feed gets at most four messages a second
  Duration feed_comment = 15 * second;
};

struct TlsFiles {
  std::string certificate, key;  // PEM; empty: plain
  // PEM of who signs the certificates of clients, which are asked for and not required; empty: they
  // are not asked for.
  std::string client_authority = {};
};

enum class HttpCount : std::uint8_t {
  accepted,
  closed,
  shed_connections,
  requests,
  answers_2xx,
  answers_3xx,
  answers_4xx,
  answers_5xx,
  shed_requests,
  shed_bodies,
  timeouts,
  malformed,
  handshakes_failed,
  bytes_in,
  bytes_out,
  feeds_opened,
  feeds_closed,
  accept_errors,
  last
};
inline constexpr CounterRow http_count_rows[] = {
    {"center.http.accepted", "Connections taken."},
    {"center.http.closed", "Connections closed."},
    {"center.http.shed.connections", "Connections refused or closed early for want of room."},
    {"center.http.requests", "Requests with a well-formed header."},
    {"center.http.answers.2xx", "Answers that say yes."},
    {"center.http.answers.3xx", "Answers that point elsewhere."},
    {"center.http.answers.4xx", "Answers that say the request is wrong."},
    {"center.http.answers.5xx", "Answers that say the center could not."},
    {"center.http.shed.requests", "Requests answered 429 or 503 because too many were waiting."},
    {"center.http.shed.bodies", "Requests answered 503 because bodies filled their memory."},
    {"center.http.timeouts",
     "Connections that were too slow with a header, a body or taking an answer."},
    {"center.http.malformed", "Requests refused for their form."},
    {"center.http.handshakes_failed", "TLS handshakes that did not end well."},
    {"center.http.bytes_in", "Bytes read, without TLS."},
    {"center.http.bytes_out", "Bytes written, without TLS."},
    {"center.http.feeds_opened", "Live feeds begun."},
    {"center.http.feeds_closed", "Live feeds ended."},
    {"center.http.accept_errors",
     "Connections that could not be taken, most often for want of descriptors."},
};
using HttpCounters = Counters<HttpCount, http_count_rows>;  // added to by the network thread only

class HttpServer {
 public:
  HttpServer(HttpLimits limits, HttpHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // address: "127.0.0.1:8443", "[::1]:8443", port 0 for any free one. Returns the bound one.
  // `next_free` tries the next 100 ports while the port is taken.
  Result<std::string> listen(const std::string& address, Door door, const TlsFiles& tls,
                             bool next_free = false);
  Result<void> listen_local(const std::string& path);  // Unix socket, mode 0600

  // Reads certificate, key and authority anew; connections that stand keep the old ones. Any thread,
  // between start() and stop().
  Result<void> reload_tls();

  void start();
  // Takes no more connections, lets requests that are being worked on end within `grace`, closes.
  void stop(Duration grace);

  const HttpCounters& counters() const;

 private:
  class Parts;  // everything Asio
  std::unique_ptr<Parts> parts_;
};

// "127.0.0.1:8443" → address and port. Host names are not taken: what is listened on must be plain.
struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;
  bool loopback() const;
};
Result<ListenAddress> parse_listen(const std::string& text);

}  // namespace langyan::center
