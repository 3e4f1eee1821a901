#include "center/http_connection.h"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <ctime>
#include <thread>

#include "base/log.h"
#include "center/http_head.h"

namespace langyan::center {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t small_window = 4 * 1024;         // a header, and what 10,000 idle peers cost
constexpr std::size_t large_window = 256 * 1024;       // a large body in fewer, longer reads
constexpr std::size_t longest_chunk_line = 16 * 1024;  // chunk extensions and trailers are not used
constexpr std::size_t lingering_bytes = 4u << 20;  // read and dropped, so that the answer arrives
constexpr Duration lingering_time = 2 * second, lingering_at_stop = 200 * millisecond;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::head: return Method::head;
    case http::verb::post: return Method::post;
    case http::verb::put: return Method::put;
    case http::verb::patch: return Method::patch;
    case http::verb::delete_: return Method::remove;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

std::string_view reason(int status) {
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

// IMF-fixdate (RFC 9110 5.6.7); strftime would follow the locale.
std::string http_date(std::time_t now) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday],
                utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text;
}

bool has(const Response& response, std::string_view name) {
  for (const auto& row : response.headers) {
    if (same_word(row.first, name)) return true;
  }
  return false;
}

// Nothing where even for this there is no memory.
std::optional<Response> failed_answer(const Request& request, const std::exception& failure) try {
  logging::error("A request for " + request.path + " failed: " + failure.what() + ".");
  return Problem(Code::failed, "The request failed; the center's log says why.").response();
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace

struct HttpConnection::Parser : http::request_parser<http::string_body> {};

HttpConnection::HttpConnection(HttpShared& shared, std::unique_ptr<Transport> transport, Peer peer,
                               bool overloaded)
    : shared_(shared),
      transport_(std::move(transport)),
      peer_(peer),
      overloaded_(overloaded),
      timer_(shared.io) {}

HttpConnection::~HttpConnection() = default;

// A step that fails (memory is all that can) costs this connection and no other.
template <class Step>
void HttpConnection::run(Step step) {
  if (phase_ == Phase::closed) return;
  try {
    step();
  } catch (const std::exception&) {
    close();
  }
}

void HttpConnection::start() {
  shared_.open.insert(shared_from_this());
  shared_.counters.add(HttpCount::accepted);
  run([this] {
    wait_in_line(true);
    arm(shared_.limits.header_time);
    transport_->handshake([self = shared_from_this()](error_code error, std::size_t) {
      if (error && self->phase_ != Phase::closed) {
        self->shared_.counters.add(HttpCount::handshakes_failed);
        return self->close();
      }
      self->run([&] {
        self->peer_.certificate = self->transport_->certificate();
        self->begin_request();
      });
    });
  });
}

void HttpConnection::close() {
  if (phase_ == Phase::closed) return;
  const auto self = shared_from_this();
  phase_ = Phase::closed;
  wait_in_line(false);
  release();
  if (feeding_) shared_.counters.add(HttpCount::feeds_closed);
  timer_.cancel();
  transport_->close();
  shared_.open.erase(self);
  shared_.counters.add(HttpCount::closed);
}

void HttpConnection::stop() {
  if (phase_ == Phase::handshake || phase_ == Phase::idle) close();
}

void HttpConnection::arm(Duration time) {
  const std::uint64_t number = ++armed_;
  timer_.expires_after(std::chrono::microseconds(time));
  timer_.async_wait([self = shared_from_this(), number](error_code error) {
    if (!error && number == self->armed_) self->run([&] { self->on_deadline(); });
  });
  held_when_armed_ = held_;
}

void HttpConnection::on_deadline() {
  switch (phase_) {
    case Phase::head:
    case Phase::body:
      shared_.counters.add(HttpCount::timeouts);
      late_ = phase_ == Phase::head ? Code::header_timeout : Code::body_timeout;
      return transport_->cancel();
    case Phase::feeding: return tick();
    case Phase::working: return look_for_peer();
    case Phase::writing: shared_.counters.add(HttpCount::timeouts); return close();
    default: return close();
  }
}

void HttpConnection::wait_in_line(bool yes) {
  if (yes == in_line_) return;
  auto& line = shared_.waiting_for_header;
  if (yes) {
    place_ = line.insert(line.end(), this);
  } else {
    line.erase(place_);
  }
  in_line_ = yes;
}

// Reads once and calls next(bytes); they are gone when it returns.
template <class Next>
void HttpConnection::read_more(std::size_t window, Next next) {
  if (window_size_ != window) {
    window_ = std::make_unique_for_overwrite<char[]>(window);
    window_size_ = window;
  }
  auto self = shared_from_this();
  transport_->read_some({window_.get(), window_size_},
                        [self, next](error_code error, std::size_t size) {
                          self->run([&] {
                            if (self->late_)
                              return self->refuse(Problem(*self->late_, "Send it faster."));
                            if (error) return self->close();
                            self->shared_.counters.add(HttpCount::bytes_in, size);
                            next(std::string_view(self->window_.get(), size));
                          });
                        });
}

void HttpConnection::begin_request() {
  request_ = {};
  request_.peer = peer_;
  request_.left = &peer_left_;
  parser_.reset();
  scanned_ = 0;
  if (input_.empty()) {
    input_.shrink_to_fit();
    phase_ = Phase::idle;
    wait_in_line(true);
    arm(overloaded_ ? shared_.limits.header_time : shared_.limits.idle_time);
  }
  read_head();
}

void HttpConnection::read_head() {
  const auto end = input_.find("\r\n\r\n", scanned_ > 3 ? scanned_ - 3 : 0);
  if (std::min(end, input_.size()) > shared_.limits.header_bytes) {
    return refuse(
        Problem(Code::header_too_large,
                "The header may have " + std::to_string(shared_.limits.header_bytes) + " bytes."));
  }
  if (end != input_.npos) return take_head(end + 4);
  scanned_ = input_.size();
  if (!input_.empty() && phase_ != Phase::head) {
    phase_ = Phase::head;
    wait_in_line(true);
    arm(shared_.limits.header_time);
  }
  read_more(small_window, [this](std::string_view data) {
    input_.append(data);
    read_head();
  });
}

void HttpConnection::take_head(std::size_t size) {
  phase_ = Phase::body;
  wait_in_line(false);
  const std::string_view head = std::string_view(input_).substr(0, size);
  if (auto fault = fault_of_head(head, shared_.limits)) {
    shared_.counters.add(HttpCount::malformed);
    return refuse(Problem(fault->code, fault->detail));
  }
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(static_cast<std::uint32_t>(size));
  parser_->body_limit(boost::none);
  error_code error;
  const std::size_t used = parser_->put(asio::buffer(head.data(), head.size()), error);
  if (error || used != size || !parser_->is_header_done()) {
    shared_.counters.add(HttpCount::malformed);
    return refuse(Problem(Code::malformed_request, "The header is not understood."));
  }
  const auto& message = parser_->get();
  request_.method = method_of(message.method());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = target.find('?');
  request_.path = target.substr(0, question);
  if (question != target.npos) request_.query = target.substr(question + 1);
  for (const auto& field : message) {
    request_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  modern_ = message.version() >= 11;
  keep_alive_ = parser_->keep_alive() && !overloaded_;
  chunked_ = parser_->chunked();
  body_left_ = parser_->content_length().value_or(0);
  input_.erase(0, size);
  admit();
}

void HttpConnection::admit() {
  shared_.counters.add(HttpCount::requests);
  if (overloaded_) {
    shared_.counters.add(HttpCount::shed_connections);
    return refuse(Problem(Code::overloaded, "All connections are in use.").retry_after(2));
  }
  admission_ = shared_.handler.admit(request_);
  if (admission_.refusal) {
    keep_alive_ = keep_alive_ && !chunked_ && body_left_ == 0;
    return respond(std::move(*admission_.refusal));
  }
  if (body_left_ > admission_.largest_body || (chunked_ && admission_.largest_body == 0)) {
    return refuse(
        Problem(Code::too_large,
                "The body may have " + std::to_string(admission_.largest_body) + " bytes here."));
  }
  if (!chunked_ && body_left_ == 0) return dispatch();
  arm(shared_.limits.body_time);
  if (!modern_ || !input_.empty() || !same_word(request_.header("Expect"), "100-continue")) {
    return read_body();
  }
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  transport_->write_some(go_on, [self = shared_from_this()](error_code error, std::size_t size) {
    if (error || size != go_on.size()) return self->close();
    self->run([&] { self->read_body(); });
  });
}

void HttpConnection::read_body() {
  if (chunked_) {
    parser_->body_limit(admission_.largest_body);
    parser_->eager(true);
    return take_chunks();
  }
  request_.body.reserve(std::min<std::size_t>(body_left_, large_window));
  const std::string early = std::move(input_);
  input_.clear();
  take_sized_body(early);
}

void HttpConnection::take_sized_body(std::string_view data) {
  const std::size_t size = std::min<std::uint64_t>(body_left_, data.size());
  if (!hold(size)) return;
  request_.body.append(data.substr(0, size));
  body_left_ -= size;
  input_.append(data.substr(size));
  if (body_left_ == 0) return dispatch();
  read_more(body_left_ > small_window ? large_window : small_window,
            [this](std::string_view more) { take_sized_body(more); });
}

void HttpConnection::take_chunks() {
  error_code error;
  const std::size_t before = parser_->get().body().size();
  if (!input_.empty()) {
    const std::size_t used = parser_->put(asio::buffer(input_.data(), input_.size()), error);
    input_.erase(0, used);
  }
  if (!hold(parser_->get().body().size() - before)) return;
  if (error == http::error::need_more && input_.size() <= longest_chunk_line) error = {};
  if (error == http::error::body_limit) {
    return refuse(
        Problem(Code::too_large,
                "The body may have " + std::to_string(admission_.largest_body) + " bytes here."));
  }
  if (error) {
    shared_.counters.add(HttpCount::malformed);
    return refuse(Problem(Code::malformed_request, "A chunk of the body is not well-formed."));
  }
  if (parser_->is_done()) {
    request_.body = std::move(parser_->get().body());
    return dispatch();
  }
  read_more(before > small_window ? large_window : small_window, [this](std::string_view data) {
    input_.append(data);
    take_chunks();
  });
}

// Counts bytes of a body against the memory all bodies share; answers and says false when it is
// full.
bool HttpConnection::hold(std::size_t bytes) {
  shared_.bodies += bytes;
  held_ += bytes;
  // The time for a body is for each 256 KB of it, so that a slow line can carry a large one.
  if (held_ - held_when_armed_ >= large_window) arm(shared_.limits.body_time);
  if (shared_.bodies <= shared_.limits.bodies_bytes) return true;
  shared_.counters.add(HttpCount::shed_bodies);
  refuse(Problem(Code::overloaded, "The bodies being received fill their memory.").retry_after(2));
  return false;
}

void HttpConnection::release() {
  shared_.bodies -= held_;
  held_ = 0;
  if (!counted_expensive_) return;
  counted_expensive_ = false;
  --shared_.expensive;
  while (!shared_.costly.empty() && shared_.expensive < shared_.limits.expensive) {
    const auto next = shared_.costly.front().lock();
    shared_.costly.pop_front();
    if (next && next->phase_ == Phase::working && next->take_turn()) next->work();
  }
}

// Whether a costly question may be worked on now. One that may not waits for its turn, or is answered.
bool HttpConnection::take_turn() {
  if (shared_.expensive < shared_.limits.expensive) {
    ++shared_.expensive;
    return counted_expensive_ = true;
  }
  if (shared_.costly.size() < shared_.limits.waiting) {
    shared_.costly.push_back(weak_from_this());
    return false;
  }
  shared_.counters.add(HttpCount::shed_requests);
  respond(Problem(Code::too_many_requests, "Too many costly questions are waiting.").retry_after(1));
  return false;
}

void HttpConnection::dispatch() {
  phase_ = Phase::working;
  timer_.cancel();
  ++armed_;
  window_.reset();
  window_size_ = 0;
  if (admission_.lane == Lane::immediate) return respond(shared_.handler.handle(request_));
  arm(shared_.limits.leave_tick);
  if (admission_.lane != Lane::expensive || take_turn()) work();
}

// While it is worked on nothing is read: what the peer sends next is another request, and waits.
void HttpConnection::look_for_peer() {
  if (transport_->peer_left()) return peer_left_.store(true, std::memory_order_relaxed);
  arm(shared_.limits.leave_tick);
}

void HttpConnection::work() {
  WorkerPool& pool = admission_.lane == Lane::ingest ? shared_.ingest : shared_.query;
  auto answer = std::make_shared<std::optional<Response>>();
  const bool taken = pool.try_post([self = shared_from_this(), answer] {
    try {
      *answer = self->shared_.handler.handle(self->request_);
    } catch (const std::bad_alloc&) {
    } catch (const std::exception& failure) {
      *answer = failed_answer(self->request_, failure);
    }
    self->post([self, answer] {
      // What is said about a lack of memory needs some, which by now there may be.
      if (*answer) return self->respond(std::move(**answer));
      self->respond(Problem(Code::overloaded, "Memory is short.").retry_after(1));
    });
  });
  if (taken) return;
  shared_.counters.add(HttpCount::shed_requests);
  respond(Problem(Code::overloaded, "Too many requests are waiting.").retry_after(1));
}

// From a worker to the network thread. Nobody else would end this connection's wait, so a lack of
// memory is waited out.
template <class Step>
void HttpConnection::post(Step step) {
  for (;;) {
    try {
      return asio::post(shared_.io, [self = shared_from_this(), step] { self->run(step); });
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

void HttpConnection::refuse(const Problem& problem) {
  keep_alive_ = false;
  late_.reset();
  respond(problem);
}

void HttpConnection::respond(Response response) {
  wait_in_line(false);
  release();
  constexpr HttpCount classes[] = {HttpCount::answers_2xx, HttpCount::answers_3xx,
                                   HttpCount::answers_4xx, HttpCount::answers_5xx};
  shared_.counters.add(classes[std::clamp(response.status / 100, 2, 5) - 2]);
  if (shared_.stopping) keep_alive_ = false;
  feed_ = request_.method == Method::head ? nullptr : std::move(response.feed);
  output_ = "HTTP/1.1 " + std::to_string(response.status) + " ";
  output_.append(reason(response.status))
      .append("\r\nDate: ")
      .append(http_date(std::time(nullptr)));
  const auto add = [&](std::string_view name, std::string_view value) {
    output_.append("\r\n").append(name).append(": ").append(value);
  };
  if (response.status != 204 && response.status != 304) add("Content-Type", response.content_type);
  if (feed_ && modern_) {
    add("Transfer-Encoding", "chunked");
  } else if (!feed_ && response.status != 204 && response.status != 304) {
    add("Content-Length", std::to_string(response.body.size()));
  }
  if (!keep_alive_ || (feed_ && !modern_)) add("Connection", "close");
  if (keep_alive_ && !modern_) add("Connection", "keep-alive");
  add("X-Content-Type-Options", "nosniff");
  if (!has(response, "Cache-Control")) add("Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) add(name, value);
  output_.append("\r\n\r\n");
  if (request_.method != Method::head && !feed_) output_.append(response.body);
  written_ = 0;
  phase_ = Phase::writing;
  write_rest();
}

void HttpConnection::write_rest() {
  arm(shared_.limits.write_time);
  const auto rest = std::string_view(output_).substr(written_);
  transport_->write_some(rest, [self = shared_from_this()](error_code error, std::size_t size) {
    self->run([&] {
      if (error) return self->close();
      self->shared_.counters.add(HttpCount::bytes_out, size);
      self->written_ += size;
      if (self->written_ < self->output_.size()) return self->write_rest();
      self->output_ = {};
      self->after_answer();
    });
  });
}

void HttpConnection::after_answer() {
  if (feed_ && !feeding_) {
    feeding_ = true;
    shared_.counters.add(HttpCount::feeds_opened);
    watch_feed();
  }
  if (feed_) {
    phase_ = Phase::feeding;
    return arm(shared_.limits.feed_tick);
  }
  if (feeding_) {  // the feed has ended; watch_feed() reads on until the peer leaves or time is up
    phase_ = Phase::lingering;
    transport_->end_output();
    return arm(lingering_time);
  }
  if (keep_alive_ && !shared_.stopping) return begin_request();
  linger();
}

// Closing with unread input would reset the connection and could take the answer with it
// (RFC 9112 9.6), so the rest is read for a moment.
void HttpConnection::linger() {
  if (phase_ != Phase::lingering) {
    phase_ = Phase::lingering;
    body_left_ = lingering_bytes;
    transport_->end_output();
    arm(shared_.stopping ? lingering_at_stop : lingering_time);
  }
  read_more(small_window, [this](std::string_view data) {
    body_left_ -= std::min<std::uint64_t>(body_left_, data.size());
    body_left_ == 0 ? close() : linger();
  });
}

// A peer of a feed has nothing to say: this read is there to see it leave.
void HttpConnection::watch_feed() {
  read_more(small_window, [this](std::string_view) { watch_feed(); });
}

void HttpConnection::tick() {
  if (shared_.stopping) return close();
  quiet_ += shared_.limits.feed_tick;
  if (!feed_->ready()) {
    if (quiet_ < shared_.limits.feed_comment) return arm(shared_.limits.feed_tick);
    return send_chunk(":\n\n");
  }
  phase_ = Phase::working;
  auto data = std::make_shared<std::optional<std::string>>();
  const bool taken = shared_.query.try_post([self = shared_from_this(), data] {
    try {
      *data = self->feed_->next();
    } catch (const std::exception& failure) {
      try {
        logging::error(std::string("A live feed failed: ") + failure.what() + ".");
      } catch (const std::bad_alloc&) {
      }
    }
    self->post([self, data] { self->take_feed(*data); });
  });
  if (!taken) take_feed(std::string());
}

void HttpConnection::take_feed(const std::optional<std::string>& data) {
  phase_ = Phase::feeding;
  if (!data) return end_feed();
  data->empty() ? arm(shared_.limits.feed_tick) : send_chunk(*data);
}

// Ended as HTTP says, so that a browser takes it for the end and not for an error.
void HttpConnection::end_feed() {
  feed_ = nullptr;
  output_ = modern_ ? "0\r\n\r\n" : "";
  written_ = 0;
  phase_ = Phase::writing;
  output_.empty() ? after_answer() : write_rest();
}

void HttpConnection::send_chunk(std::string_view data) {
  quiet_ = 0;
  if (modern_) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    output_ = size;
    output_.append(data).append("\r\n");
  } else {
    output_ = data;
  }
  written_ = 0;
  phase_ = Phase::writing;
  write_rest();
}

}  // namespace langyan::center
