#include "store/clickhouse/client.h"

#include <algorithm>
#include <charconv>

#include "store/question.h"

namespace langyan::store {
namespace {

constexpr std::size_t largest_answer = std::size_t{1} << 30;  // a page of the longest lines
constexpr std::size_t none_leads = ~std::size_t{0};
constexpr Duration grace = second;  // the server ends a question itself; this is for the network

// "Code: 241, e.displayText() = DB::Exception: Memory limit …": the only sign of what went wrong,
// as every failure is HTTP 500.
struct CodeRow {
  int code;
  ErrorKind kind;
  std::string_view means = {};  // put before what the server says
};
constexpr std::string_view no_keeper = "there is no connection to the keeper, and without it nothing new is kept: ";
constexpr CodeRow codes[] = {
    {159, ErrorKind::full},           // TIMEOUT_EXCEEDED
    {160, ErrorKind::full},           // TOO_SLOW
    {158, ErrorKind::full},           // TOO_MANY_ROWS
    {241, ErrorKind::full},           // MEMORY_LIMIT_EXCEEDED
    {243, ErrorKind::full},           // NOT_ENOUGH_SPACE
    {252, ErrorKind::full},           // TOO_MANY_PARTS
    {192, ErrorKind::permission},     // UNKNOWN_USER
    {193, ErrorKind::permission},     // WRONG_PASSWORD
    {516, ErrorKind::permission},     // AUTHENTICATION_FAILED
    {209, ErrorKind::io},             // SOCKET_TIMEOUT
    {210, ErrorKind::io},             // NETWORK_ERROR
    {279, ErrorKind::io},             // ALL_CONNECTION_TRIES_FAILED
    {32, ErrorKind::io},              // ATTEMPT_TO_READ_AFTER_EOF: a node was lost while it answered another
    {225, ErrorKind::io, no_keeper},  // NO_ZOOKEEPER
    {242, ErrorKind::io, no_keeper},  // TABLE_IS_READ_ONLY
    {999, ErrorKind::io, no_keeper},  // KEEPER_EXCEPTION
    {285, ErrorKind::io,
     "a replica of the shard is away, and new events are kept on every one or not at all: "},  // TOO_FEW_LIVE_REPLICAS
    {286, ErrorKind::io,
     "an earlier batch is not on every replica of the shard yet: "},  // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
    {319, ErrorKind::io,
     "it is not known yet whether the batch will be on every replica of the shard: "},  // UNKNOWN_STATUS_OF_INSERT
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
         // Of replicas the first that is there: one alone has a batch that is on its way, and answers would come and go with it.
         "&max_expanded_ast_elements=1000000&load_balancing=in_order&max_execution_time=" + std::to_string(seconds);
}

// A quorum of all: whatever was acknowledged is read on every replica, without asking the keeper.
// Deduplication stays on, since a quorum that failed is taken back by the block's id; it never drops
// a batch, as no two that are kept have a number of an event in common.
std::string quorum(const ClickHouseOptions& options) {
  const Duration timeout = options.insert_time / 2 / millisecond;  // it answers before nobody waits any more
  return "&insert_deduplicate=1&insert_quorum=" + std::to_string(options.replicas) +
         "&insert_quorum_timeout=" + std::to_string(timeout);
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
    : clock_(clock), options_(std::move(options)), first_of_shard_(shards()), leader_(shards()) {
  for (auto& each : leader_) each = none_leads;
}

void Client::lead(std::size_t shard, std::optional<std::size_t> replica) {
  leader_[shard] = replica.value_or(none_leads);
}

std::optional<std::size_t> Client::leader(std::size_t shard) const {
  const std::size_t replica = leader_[shard];
  return replica == none_leads ? std::nullopt : std::optional(replica);
}

std::size_t Client::reduced() const {
  return static_cast<std::size_t>(std::ranges::count_if(leader_, [](const auto& each) { return each != none_leads; }));
}

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
  const bool known = row != std::end(codes), no_room = answer->body.find(no_space) != std::string::npos;
  return Error{no_room ? ErrorKind::full : known ? row->kind : ErrorKind::failed,
               "ClickHouse at " + options_.nodes[node] + ": " + std::string(known ? row->means : "") +
                   answer->body.substr(0, 400)};
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

template <class Ask>
auto Client::first_of(std::size_t shard, Ask ask) {
  const auto leads = leader(shard);
  const std::size_t first = leads.value_or(first_of_shard_[shard]);
  for (std::size_t i = 0;; ++i) {
    const std::size_t replica = (first + i) % replicas();
    auto answer = ask(node(shard, replica));
    if (answer && !leads) first_of_shard_[shard] = replica;
    if (answer || answer.error().kind != ErrorKind::io || i + 1 == replicas()) return answer;
  }
}

Result<std::string> Client::ask_shard(std::size_t shard, std::string_view sql, Duration allowed) {
  return first_of(shard, [&](std::size_t node) { return ask(node, sql, allowed); });
}

Result<std::string> Client::ask_each(std::string_view sql, Duration allowed, bool& complete) {
  std::string all;
  for (std::size_t shard = 0; shard < shards(); ++shard) {
    const auto answer = ask_shard(shard, sql, allowed);
    if (answer)
      all += *answer;
    else if (answer.error().kind == ErrorKind::io)
      complete = false;
    else
      return answer;
  }
  return all;
}

Result<void> Client::command_shard(std::size_t shard, const std::string& sql) {
  return first_of(shard, [&](std::size_t node) { return command(node, sql); });
}

Result<std::string> Client::ask_any(std::string_view sql, Duration allowed, bool& complete) {
  Error error;
  std::vector<std::size_t> order(nodes());
  for (std::size_t i = 0; i < nodes(); ++i) order[i] = (first_ + i) % nodes();
  // A replica that was away comes last, and the others pass it over as long as it lacks what they have.
  std::stable_partition(order.begin(), order.end(), [&](std::size_t node) {
    return leader(node / replicas()).value_or(node % replicas()) == node % replicas();
  });
  const std::string set = settings(allowed) + (reduced() ? "&max_replica_delay_for_distributed_queries=1" : "");
  for (const std::size_t node : order) {
    bool unreachable = false;
    const std::string body = std::string(sql) + " FORMAT RowBinary";
    auto answer = post(node, set, body, allowed, unreachable);
    if (!answer && code_of(answer.error().message) == shard_away) {
      answer = post(node, set + "&skip_unavailable_shards=1", body, allowed, unreachable);
      if (answer) complete = false;
    }
    if (answer) return first_ = node, std::move(answer);
    error = answer.error();
    if (error.kind != ErrorKind::io) break;
  }
  return error;
}

Result<void> Client::insert(std::size_t shard, std::string_view table, std::string_view query_id,
                            std::string rows, bool& unknown) {
  const std::string sql = "INSERT INTO " + std::string(table) + " FORMAT RowBinary";
  const auto leads = leader(shard);
  const auto done = post(node(shard, leads.value_or(0)),
                         "&query_id=" + percent_encoded(query_id) + "&query=" + percent_encoded(sql) +
                             settings(options_.insert_time) + (replicas() > 1 && !leads ? quorum(options_) : ""),
                         std::move(rows), options_.insert_time, unknown);
  if (done) return {};
  // A part may be in the keeper, or on one replica only, whatever the server could still say.
  unknown = unknown || replicas() > 1;
  return done.error();
}

}  // namespace langyan::store
