// What every engine does alike with a question: checks it, and gives counts and top lists their
// shape. Pure; any thread.
#pragma once

#include <unordered_map>
#include <utility>

#include "store/event_store.h"

namespace langyan::store {

Result<void> check(const Filter& filter);  // its size

// First and last address of a network, in the 128-bit form.
std::pair<IpAddress, IpAddress> ends_of(const IpNetwork& network);

// What a question that took longer than it may is answered with.
Error took_too_long(Duration allowed);

// The answer without its rows, or what is wrong with the question. A Top's range is widened here.
Result<Top> begin(const TopQuery& query);
// With one empty series; from here on the range is whole buckets, up to end_of(query).
Result<Counts> begin(const CountQuery& query);
Time end_of(const CountQuery& query);

using Totals = std::unordered_map<std::string, std::uint64_t>;  // by value as text
std::vector<TopRow> most_of(const Totals& totals, std::size_t rows);

// By dimension: the values that get a series of their own are those the widest top list names.
TopQuery widest(const CountQuery& query, const Counts& counts);
using Places = std::unordered_map<std::string, std::size_t>;
Places add_series(const Top& most, Counts& counts);
// `bucket`: time / counts.bucket. A value that came between the two questions waits for the next.
void add(Counts& counts, const Places& places, const std::string& value, std::int64_t bucket,
         std::uint64_t count);

}  // namespace langyan::store
