// What the HTTP layer hands up and takes back: requests, responses, live feeds, and the handler
// that stands between. Values only; nothing here knows sockets.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "base/time.h"

namespace langyan::center {

enum class Method : std::uint8_t { get, head, post, put, patch, remove, options, other };
std::string_view name(Method method);  // "GET" …; "" for other

// Which door a request came through. Each has its own listener.
enum class Door : std::uint8_t { api, metrics, local };  // local: the Unix socket of this host

// What a peer showed of itself in the TLS handshake; it has the private key. Whether the certificate
// still counts is asked at each request (access.h), since a connection may outlast it.
struct PeerCertificate {
  enum class Kind : std::uint8_t { none, foreign, own };  // own: this center's authority signed it
  Kind kind = Kind::none;
  std::string key;  // SHA-256 of its public key, hexadecimal
};

struct Peer {
  Door door = Door::api;
  IpAddress address;  // of the connection, whatever headers say; all zero for Door::local
  bool tls = false;
  PeerCertificate certificate = {};
};

struct Request {
  Method method = Method::other;
  std::string path;   // as sent, up to '?'; starts with '/'
  std::string query;  // as sent, after '?'
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // empty while the handler decides whether to admit the request
  Peer peer;
  const std::atomic<bool>* left = nullptr;  // of the connection, which outlasts the handler

  // Whether the peer has closed its side since: a handler that waits for something costly asks now and then, and gives up.
  // What it answers is still sent. A peer whose network went without a word is not noticed.
  bool abandoned() const { return left && left->load(std::memory_order_relaxed); }
  // The value of the first header of that name (names compare without case), or empty.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
};

// A response without an end: text/event-stream. The connection asks ready() about four times a
// second on the network thread and, when it says yes, next() on a worker. One call at a time.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  virtual bool ready() = 0;                       // cheap; must not block
  virtual std::optional<std::string> next() = 0;  // bytes to send; nothing ends the stream
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<EventFeed> feed;  // shared with the worker that fills it; instead of body
};

// Where a request is worked on.
enum class Lane : std::uint8_t {
  immediate,  // on the network thread: never waits for a disk
  query,      // on a worker
  expensive,  // on a worker, few at a time; others wait for their turn
  ingest,     // on the workers kept for arriving events
};

// What the handler says after the header, before any of the body is read.
struct Admission {
  std::optional<Response> refusal;
  std::size_t largest_body = 0;
  Lane lane = Lane::query;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual Admission admit(const Request& head) = 0;  // network thread; must not block
  virtual Response handle(Request& request) = 0;     // on the thread the lane says
};

bool same_word(std::string_view a, std::string_view b);  // ASCII, without case

}  // namespace langyan::center
