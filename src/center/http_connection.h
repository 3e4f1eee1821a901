// HttpConnection: one peer's requests, one after the other. Inside the HTTP layer only.
//
// Read top to bottom: wait for a header, have it admitted, read the body, have it worked on, write
// the answer, begin again. At any moment it is in one Phase, and the Phase says what the deadline
// means. Every way ends in close(), which takes it out of the set that owns it. Network thread
// only, but for the job it posts to a worker and its destruction.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_set>

#include "center/http_server.h"
#include "center/http_transport.h"
#include "center/problem.h"
#include "center/worker_pool.h"

namespace langyan::center {

class HttpConnection;

// What all connections of a server share. Network thread only.
struct HttpShared {
  HttpShared(HttpLimits chosen, HttpHandler& over)
      : limits(chosen),
        handler(over),
        query(chosen.workers, chosen.waiting),
        ingest(chosen.ingest_workers, chosen.waiting) {}

  const HttpLimits limits;
  HttpHandler& handler;
  HttpCounters counters;
  // shared_ptr: a connection is also held by the operations under way on it.
  std::unordered_set<std::shared_ptr<HttpConnection>> open;
  std::list<HttpConnection*> waiting_for_header;  // longest first: the ones to close under pressure
  std::size_t bodies = 0;                         // bytes of bodies held
  std::size_t expensive = 0;                      // requests being worked on
  std::deque<std::weak_ptr<HttpConnection>> costly;  // whose expensive request waits for its turn
  bool stopping = false;
  boost::asio::io_context io{1};  // after what its handlers use, before those who post to it
  WorkerPool query, ingest;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(HttpShared& shared, std::unique_ptr<Transport> transport, Peer peer,
                 bool overloaded);
  ~HttpConnection();

  void start();
  void close();
  void stop();  // close now when nothing is being worked on, else after the answer

 private:
  enum class Phase : std::uint8_t {
    handshake,
    idle,
    head,
    body,
    working,
    writing,
    feeding,
    lingering,
    closed
  };

  template <class Step>
  void run(Step step);
  void arm(Duration time);
  void on_deadline();
  void wait_in_line(bool yes);
  template <class Next>
  void read_more(std::size_t window, Next next);

  void begin_request();
  void read_head();
  void take_head(std::size_t size);
  void admit();
  void read_body();
  void take_sized_body(std::string_view data);
  void take_chunks();
  bool hold(std::size_t bytes);
  void release();

  void dispatch();
  void look_for_peer();
  bool take_turn();
  void work();
  void refuse(const Problem& problem);  // answers and closes: the rest of the request is unread
  void respond(Response response);
  void write_rest();
  void after_answer();
  void linger();

  template <class Step>
  void post(Step step);

  void watch_feed();
  void tick();
  void take_feed(const std::optional<std::string>& data);
  void end_feed();
  void send_chunk(std::string_view data);

  struct Parser;

  HttpShared& shared_;
  std::unique_ptr<Transport> transport_;
  Peer peer_;  // its certificate is known after the handshake
  const bool overloaded_;
  boost::asio::steady_timer timer_;
  Phase phase_ = Phase::handshake;
  std::uint64_t armed_ = 0;  // a deadline that fires late is known by its number
  std::list<HttpConnection*>::iterator place_;
  bool in_line_ = false;

  std::string input_;  // read and not yet used
  std::size_t scanned_ = 0;
  std::unique_ptr<char[]> window_;
  std::size_t window_size_ = 0;
  std::unique_ptr<Parser> parser_;
  Request request_;
  Admission admission_;
  std::uint64_t body_left_ = 0;
  std::size_t held_ = 0, held_when_armed_ = 0;
  bool keep_alive_ = false, chunked_ = false, modern_ = true, counted_expensive_ = false;
  bool feeding_ = false;
  std::atomic<bool> peer_left_ = false;  // read by the worker
  std::optional<Code> late_;  // the deadline has passed; the read under way is being cancelled

  std::string output_;
  std::size_t written_ = 0;
  std::shared_ptr<EventFeed> feed_;  // shared with the worker that fills it
  Duration quiet_ = 0;
};

}  // namespace langyan::center
