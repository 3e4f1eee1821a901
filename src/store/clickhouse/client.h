// Client: SQL over the HTTP interface of ClickHouse nodes, and the octets of RowBinary.
//
// Every answer is buffered by the server until the query has ended, so one that fails in its middle
// is an Error, never a short answer. Any thread may ask; each question borrows a connection.
#pragma once

#include <atomic>
#include <bit>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/clickhouse/clickhouse_event_store.h"
#include "store/clickhouse/quote.h"

namespace langyan::store {

inline std::string quoted(std::string_view text) { return clickhouse::quote(text).sql(); }

// Rows as RowBinary: fixed numbers little-endian, texts with their length as LEB128.
class RowWriter {
 public:
  template <class T>
  void number(T value) {
    const auto octets = std::bit_cast<std::array<char, sizeof(T)>>(value);
    out_.append(octets.data(), octets.size());
  }
  template <class T, class V>
  void nullable(const std::optional<V>& value) {
    number<std::uint8_t>(!value);
    if (value) number(static_cast<T>(*value));
  }
  void text(std::string_view text);
  void octets(std::string_view octets) { out_.append(octets); }  // FixedString
  template <class T>
  void numbers(const std::vector<T>& list) {  // Array
    size(list.size());
    for (const T value : list) number(value);
  }
  void texts(const std::vector<std::string>& list) {
    size(list.size());
    for (const std::string& each : list) text(each);
  }
  std::string take() { return std::move(out_); }
  bool empty() const { return out_.empty(); }

 private:
  void size(std::size_t size);  // LEB128
  std::string out_;
};

class RowReader {
 public:
  explicit RowReader(std::string_view octets) : left_(octets) {}
  bool more() const { return !left_.empty() && sound_; }
  bool sound() const { return sound_; }  // false: an answer was shorter than its rows
  template <class T>
  T number() {
    T value{};
    const std::string_view octets = take(sizeof(T));
    if (!octets.empty()) std::memcpy(&value, octets.data(), sizeof(T));
    return value;
  }
  std::string_view text();
  std::string_view octets(std::size_t size) { return take(size); }

 private:
  std::string_view take(std::size_t size);
  std::string_view left_;
  bool sound_ = true;
};

class Client {
 public:
  Client(Clock& clock, ClickHouseOptions options);

  std::size_t nodes() const { return options_.nodes.size(); }
  std::size_t replicas() const { return options_.replicas; }
  std::size_t shards() const { return nodes() / replicas(); }
  std::size_t node(std::size_t shard, std::size_t replica) const { return shard * replicas() + replica; }
  const std::string& name(std::size_t node) const { return options_.nodes[node]; }

  // The answer as RowBinary; empty for what has none. Ends within `allowed`.
  Result<std::string> ask(std::size_t node, std::string_view sql, Duration allowed);
  Result<void> command(std::size_t node, const std::string& sql);
  // The same of any replica that answers: each has all rows of its shard.
  Result<std::string> ask_shard(std::size_t shard, std::string_view sql, Duration allowed);
  Result<void> command_shard(std::size_t shard, const std::string& sql);
  // The same of every shard, one answer after the other. `complete` is cleared where no replica of one is there.
  Result<std::string> ask_each(std::string_view sql, Duration allowed, bool& complete);
  // As ask(), of any node that answers: each knows the whole cluster. `complete` is cleared where no
  // replica of a shard is there.
  Result<std::string> ask_any(std::string_view sql, Duration allowed, bool& complete);
  // Through the first replica, done when every replica has the rows; where one leads, when that one has
  // them. `unknown` is set where the Error does not tell whether they are kept.
  Result<void> insert(std::size_t shard, std::string_view table, std::string_view query_id,
                      std::string rows, bool& unknown);

  // While another replica is away: the one of the shard that alone takes rows in, and is asked first.
  void lead(std::size_t shard, std::optional<std::size_t> replica);
  std::optional<std::size_t> leader(std::size_t shard) const;
  std::size_t reduced() const;  // shards that have one that leads

 private:
  class Borrowed;
  template <class Ask>
  auto first_of(std::size_t shard, Ask ask);
  Result<std::string> post(std::size_t node, const std::string& parameters, std::string body,
                           Duration allowed, bool& unreachable);

  Clock& clock_;
  const ClickHouseOptions options_;
  // Where questions begin, so that one that is away is not waited for each time.
  std::atomic<std::size_t> first_ = 0;                    // node
  std::vector<std::atomic<std::size_t>> first_of_shard_;  // replica
  std::vector<std::atomic<std::size_t>> leader_;          // replica; none_leads
  std::mutex mutex_;
  std::vector<std::unique_ptr<Net>> idle_;
};

}  // namespace langyan::store
