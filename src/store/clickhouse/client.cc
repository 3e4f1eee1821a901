#include "store/clickhouse/client.h"

#include <algorithm>
#include <charconv>

#include "store/question.h"

namespace langyan::store {
namespace {

constexpr std::size_t largest_answer = std::size_t{1} << 30;  // a page of the longest lines
constexpr Duration grace = second;  // the server ends a question itself; this is for the network

// "Code: 241, e.displayText() = DB::Exception: Memory limit …": the only sign of what went wrong,
// as every failure is HTTP 500.
struct CodeRow {
  int code;
  ErrorKind kind;
};
constexpr CodeRow codes[] = {
    {159, ErrorKind::full},        // TIMEOUT_EXCEEDED
    {160, ErrorKind::full},        // TOO_SLOW
    {158, ErrorKind::full},        // TOO_MANY_ROWS
    {241, ErrorKind::full},        // MEMORY_LIMIT_EXCEEDED
    {243, ErrorKind::full},        // NOT_ENOUGH_SPACE
    {252, ErrorKind::full},        // TOO_MANY_PARTS
    {192, ErrorKind::permission},  // UNKNOWN_USER
    {193, ErrorKind::permission},  // WRONG_PASSWORD
    {516, ErrorKind::permission},  // AUTHENTICATION_FAILED
    {209, ErrorKind::io},          // SOCKET_TIMEOUT
    {210, ErrorKind::io},          // NETWORK_ERROR
    {279, ErrorKind::io},          // ALL_CONNECTION_TRIES_FAILED
};
constexpr int too_slow[] = {159, 160}, shard_away = 279;
constexpr std::string_view no_space = "No space left on device";  // with whatever code failed for it

int code_of(std::string_view body) {
  constexpr std::string_view sign = "Code: ";
  const std::size_t at = body.find(sign);
  int code = 0;
  if (at != body.npos)
    std::from_chars(body.data() + at + sign.size(), body.data() + body.size(), code);
  return code;
}

std::string settings(Duration allowed) {
  const auto seconds = std::max<Duration>((allowed + second - 1) / second, 1);
  // An answer waits for its end in the server's memory; without buffer_size it waits in a file, which a full disk has no room for.
  // What a query may be at most: a long list of it is one node of syntax each.
  return "&wait_end_of_query=1&buffer_size=33554432&max_query_size=4194304&max_ast_depth=2000&max_ast_elements=500000"
         "&max_expanded_ast_elements=1000000&max_execution_time=" + std::to_string(seconds);
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) out += '%', out += digits[c >> 4], out += digits[c & 15];
  return out;
}

}  // namespace

void RowWriter::size(std::size_t size) {
  for (; size >= 0x80; size >>= 7) out_ += static_cast<char>(size | 0x80);
  out_ += static_cast<char>(size);
}
void RowWriter::text(std::string_view text) {
  size(text.size());
  out_.append(text);
}

std::string_view RowReader::take(std::size_t size) {
  if (size > left_.size()) return sound_ = false, left_ = {}, std::string_view();
  const std::string_view taken = left_.substr(0, size);
  left_.remove_prefix(size);
  return taken;
}

std::string_view RowReader::text() {
  std::size_t size = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const auto octet = number<std::uint8_t>();
    size |= static_cast<std::size_t>(octet & 0x7f) << shift;
    if (!(octet & 0x80)) break;
  }
  return take(size);
}

class Client::Borrowed {
 public:
  explicit Borrowed(Client& client) : client_(client) {
    const std::lock_guard lock(client_.mutex_);
    if (client_.idle_.empty()) return;
    net_ = std::move(client_.idle_.back());
    client_.idle_.pop_back();
  }
  ~Borrowed() {
    if (!net_) return;
    const std::lock_guard lock(client_.mutex_);
    client_.idle_.push_back(std::move(net_));
  }
  Net& net() {
    if (!net_) net_ = client_.options_.net ? client_.options_.net() : curl_net({.largest_answer = largest_answer});
    return *net_;
  }

 private:
  Client& client_;
  std::unique_ptr<Net> net_;
};

Client::Client(Clock& clock, ClickHouseOptions options)
    : clock_(clock), options_(std::move(options)) {}

Result<std::string> Client::post(std::size_t node, const std::string& parameters, std::string body,
                                 Duration allowed, bool& unreachable) {
  Borrowed borrowed(*this);
  HttpRequest request;
  request.method = "POST";
  request.url = options_.nodes[node] + "/?database=" + percent_encoded(options_.database) + parameters;
  if (!options_.user.empty()) request.headers.emplace_back("X-ClickHouse-User", options_.user);
  if (!options_.password.empty()) request.headers.emplace_back("X-ClickHouse-Key", options_.password);
  request.body = std::move(body);
  request.timeout = allowed + grace;
  auto answer = borrowed.net().send(request);
  unreachable = !answer;
  if (!answer) return Error{ErrorKind::io, "ClickHouse at " + answer.error().message};
  if (answer->status == 200) return std::move(answer->body);
  const int code = code_of(answer->body);
  if (std::ranges::find(too_slow, code) != std::end(too_slow)) return took_too_long(options_.query_time);
  const auto* row = std::ranges::find(codes, code, &CodeRow::code);
  const bool no_room = answer->body.find(no_space) != std::string::npos;
  return Error{no_room ? ErrorKind::full : row == std::end(codes) ? ErrorKind::failed : row->kind,
               "ClickHouse at " + options_.nodes[node] + ": " + answer->body.substr(0, 400)};
}

Result<std::string> Client::ask(std::size_t node, std::string_view sql, Duration allowed) {
  bool unreachable = false;
  return post(node, settings(allowed), std::string(sql) + " FORMAT RowBinary", allowed, unreachable);
}

Result<void> Client::command(std::size_t node, const std::string& sql) {
  bool unreachable = false;
  const auto done = post(node, settings(options_.insert_time), sql, options_.insert_time, unreachable);
  return done ? Result<void>() : Result<void>(done.error());
}

Result<std::string> Client::ask_any(std::string_view sql, Duration allowed, bool& complete) {
  Error error;
  for (std::size_t node = 0; node < nodes(); ++node) {
    bool unreachable = false;
    const std::string body = std::string(sql) + " FORMAT RowBinary";
    auto answer = post(node, settings(allowed), body, allowed, unreachable);
    if (answer) return answer;
    error = answer.error();
    if (!unreachable && code_of(error.message) == shard_away) {
      answer = post(node, settings(allowed) + "&skip_unavailable_shards=1", body, allowed, unreachable);
      if (answer) return complete = false, std::move(answer);
    }
    if (!unreachable) return error;
    complete = false;
  }
  return error;
}

Result<void> Client::insert(std::size_t node, std::string_view table, std::string_view query_id,
                            std::string rows, bool& unknown) {
  const std::string sql = "INSERT INTO " + std::string(table) + " FORMAT RowBinary";
  const auto done = post(node,
                         "&query_id=" + percent_encoded(query_id) + "&query=" + percent_encoded(sql) +
                             settings(options_.insert_time),
                         std::move(rows), options_.insert_time, unknown);
  return done ? Result<void>() : Result<void>(done.error());
}

}  // namespace langyan::store
