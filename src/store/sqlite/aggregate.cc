// Questions by plan: groups with functions, and charts over time. What a roll-up can answer is asked
// of it (top, counts); the rest is added up row by row here, since SQLite would sort for a GROUP BY.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "store/planned.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/where.h"

namespace langyan::store {
namespace {

using query::Function;
using query::Target;

std::uint64_t hash_of(const Value& value, std::uint64_t state) {
  // A number is the same group whether it was written 5 or 5.0.
  if (value.kind == Value::Kind::real && value.real == static_cast<double>(static_cast<std::int64_t>(value.real)) &&
      value.real > -9e15 && value.real < 9e15)
    return hash_of(Value(static_cast<std::int64_t>(value.real)), state);
  state = combine(state, static_cast<std::uint64_t>(value.kind));
  if (value.kind == Value::Kind::real) return combine(state, std::bit_cast<std::uint64_t>(value.real));
  if (value.is_integer()) return combine(state, static_cast<std::uint64_t>(value.number));
  return value.octets.empty() ? state : hash(bytes_of(value.octets), state);
}

using Key = std::vector<Value>;
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::uint64_t state = key.size();
    for (const Value& value : key) state = hash_of(value, state);
    return state;
  }
};
struct KeySame {
  bool operator()(const Key& a, const Key& b) const {
    return std::ranges::equal(a, b, [](const Value& x, const Value& y) { return compare_values(x, y) == 0; });
  }
};

// One function over the rows of one group.
class Sum {
 public:
  Result<void> add(Function function, const Value& value, std::size_t& distinct) {
    switch (function) {
      case Function::count: ++count_; return {};
      case Function::sum:
      case Function::avg:
        if (value.is_integer()) ++count_, sum_ += static_cast<long double>(value.number);
        if (value.kind == Value::Kind::real) ++count_, sum_ += static_cast<long double>(value.real);
        return {};
      case Function::min:
      case Function::max: {
        if (value.kind == Value::Kind::null || value.kind == Value::Kind::blob) return {};
        const int order = compare_values(value, best_);
        if (best_.kind == Value::Kind::null || (function == Function::min ? order < 0 : order > 0)) best_ = value;
        return {};
      }
      case Function::distinct:
        if (value.kind == Value::Kind::null || !seen_.insert(Key{value}).second) return {};
        if (++distinct <= distinct_values) return {};
        return Error{ErrorKind::full, "distinct() meets more than a million different values"};
    }
    return {};
  }
  // As a value to sort by; none where no row had one.
  Value value(Function function) const {
    switch (function) {
      case Function::count: return static_cast<std::int64_t>(count_);
      case Function::distinct: return static_cast<std::int64_t>(seen_.size());
      case Function::sum: return count_ == 0 ? Value() : Value(static_cast<double>(sum_));
      case Function::avg:
        return count_ == 0 ? Value() : Value(static_cast<double>(sum_ / static_cast<long double>(count_)));
      case Function::min:
      case Function::max: return best_;
    }
    return {};
  }

 private:
  std::uint64_t count_ = 0;
  long double sum_ = 0;
  Value best_;
  std::unordered_set<Key, KeyHash, KeySame> seen_;
};

bool counts_only(const query::Plan& plan) {
  return plan.measures.size() == 1 && plan.measures[0].function == Function::count;
}

struct Gathered {  // of one group
  std::uint64_t events = 0;
  std::vector<Sum> sums;
};

}  // namespace

Result<Groups> SqliteEventStore::aggregate(const Scope& scope, const query::Plan& plan, const Range& range) {
  if (plan.shape != query::Shape::groups)
    return not_groups();
  Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  Groups answer = begin_groups(plan);
  const bool most_first = plan.order.size() == 1 && plan.order[0].column == 1 && !plan.order[0].ascending;
  const auto dimension = plan.groups.size() == 1 ? dimension_of_target(plan.groups[0]) : std::nullopt;
  if (dimension && counts_only(plan) && most_first && plan.rows <= top_rows && filter.from && filter.to &&
      *filter.from < *filter.to && *filter.from >= 0)
    return by_top(scope, plan, filter, *dimension, std::move(answer));
  if (auto affordable = afford(scope, plan, range); !affordable) return affordable.error();

  std::vector<Sql> values;
  for (const Target& target : plan.groups) values.push_back(value_sql(target));
  for (const query::Measure& measure : plan.measures)
    values.push_back(measure.target ? value_sql(*measure.target) : Sql{}.add("NULL"));
  std::unordered_map<Key, Gathered, KeyHash, KeySame> groups;
  if (plan.groups.empty()) groups[{}].sums.resize(plan.measures.size());
  std::size_t distinct = 0;
  const std::size_t width = plan.groups.size();
  Key key(width);
  const auto done = each_row(scope, filter, values, deadline(), answer.complete,
                             [&](const Statement& row, std::uint32_t) -> Result<void> {
                               for (std::size_t i = 0; i < width; ++i) {
                                 key[i] = row.value(static_cast<int>(i) + 2);
                                 if (key[i].kind == Value::Kind::null) return {};
                               }
                               auto found = groups.find(key);
                               if (found == groups.end()) {
                                 if (groups.size() >= most_groups) return too_many_groups();
                                 found = groups.emplace(key, Gathered{0, std::vector<Sum>(plan.measures.size())}).first;
                               }
                               ++found->second.events, ++answer.events;
                               for (std::size_t i = 0; i < plan.measures.size(); ++i) {
                                 auto added = found->second.sums[i].add(
                                     plan.measures[i].function, row.value(static_cast<int>(width + i) + 2), distinct);
                                 if (!added) return added;
                               }
                               return {};
                             });
  if (!done) return done.error().kind == ErrorKind::full ? dear(plan, done.error()) : done.error();

  std::vector<Key> rows;
  rows.reserve(groups.size());
  for (auto& [group, each] : groups) {
    Key row = group;
    for (std::size_t i = 0; i < plan.measures.size(); ++i) row.push_back(each.sums[i].value(plan.measures[i].function));
    rows.push_back(std::move(row));
  }
  add_rows(plan, std::move(rows), answer);
  return answer;
}

Result<Groups> SqliteEventStore::by_top(const Scope& scope, const query::Plan& plan, const Filter& filter,
                                        Dimension dimension, Groups answer) {
  TopQuery query;
  query.filter = filter;
  query.dimension = dimension, query.rows = top_rows;
  query.from = *filter.from, query.to = *filter.to, query.exact = true;
  auto most = top(scope, query);
  if (!most) return most.error().kind == ErrorKind::full ? dear(plan, most.error()) : most.error();
  answer.complete = most->complete, answer.events = most->total, answer.groups = most->rows.size();
  const bool number = dimension == Dimension::sid || dimension == Dimension::severity;
  // Equal counts stand in the order of values, numbers by size.
  std::ranges::stable_sort(most->rows, [&](const TopRow& a, const TopRow& b) {
    if (a.count != b.count || !number) return a.count > b.count;
    return std::stoll(a.value) < std::stoll(b.value);
  });
  if (most->rows.size() > plan.rows) most->rows.resize(plan.rows);
  for (const TopRow& row : most->rows)
    answer.rows.push_back(
        {number ? Cell(std::int64_t{std::stoll(row.value)}) : Cell(row.value), static_cast<std::int64_t>(row.count)});
  return answer;
}

Result<Counts> SqliteEventStore::histogram(const Scope& scope, const query::Plan& plan, Time from, Time to,
                                           Duration bucket) {
  const auto query = chart_of(plan, from, to, bucket);
  if (!query) return query.error();
  // Without roll-ups to help, every row of the range is read.
  if (!query->filter.parts.empty())
    if (auto affordable = afford(scope, plan, {query->from, query->to}); !affordable) return affordable.error();
  auto counts = this->counts(scope, *query);
  if (!counts && counts.error().kind == ErrorKind::full) return dear(plan, counts.error());
  return counts;
}

}  // namespace langyan::store
