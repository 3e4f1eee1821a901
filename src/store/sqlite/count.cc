// The counting side of SqliteEventStore: histograms and top lists, from roll-ups where they can
// answer and from rows where they cannot.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/hash.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/rollups.h"

namespace langyan::store {
namespace {

constexpr std::size_t different_values = 1'000'000;  // of one question, some 100 MB

bool is_address(Dimension dimension) {
  return dimension == Dimension::src || dimension == Dimension::dst;
}
bool is_name(Dimension dimension) {
  return dimension >= Dimension::event_type;
}

enum class Source : std::uint8_t { facts, hosts, rows };

Source source_for(const FilePlan& plan, std::optional<Dimension> by) {
  const bool addresses_asked = !plan.hosts_where.text.empty();
  if (by && is_address(*by))
    return plan.hosts_answer && !addresses_asked ? Source::hosts : Source::rows;
  if (plan.facts_answer) return Source::facts;
  constexpr Dimension of_hosts[] = {Dimension::severity, Dimension::event_type, Dimension::ot_verb,
                                    Dimension::organisation};
  const bool has_column = !by || std::ranges::find(of_hosts, *by) != std::end(of_hosts);
  return plan.hosts_answer && addresses_asked && has_column ? Source::hosts : Source::rows;
}

// Adds up what one file answers, by bucket and value. SQLite would sort the rows for a GROUP BY,
// which takes several times as long.
class Sums {
 public:
  Result<void> add(std::int64_t bucket, const Value& value, std::uint64_t count) {
    sums_[{bucket, value}] += count;
    if (sums_.size() <= different_values) return {};
    return Error{
        ErrorKind::full,
        "more than a million different values; ask for a shorter time range or filter more"};
  }
  const auto& all() const { return sums_; }

 private:
  struct Key {
    std::int64_t bucket;
    Value value;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      const std::uint64_t state = combine(static_cast<std::uint64_t>(key.bucket),
                                          static_cast<std::uint64_t>(key.value.number));
      return key.value.octets.empty() ? state : hash(bytes_of(key.value.octets), state);
    }
  };
  std::unordered_map<Key, std::uint64_t, KeyHash> sums_;
};

// What is counted: buckets (0: all in one) of a range, by a dimension or not.
struct Tally {
  std::optional<Dimension> by;
  Duration bucket = 0;
  Time from = 0, to = 0;

  std::string column() const { return by ? std::string(column_of(*by)) : "0"; }

  // Rows of (time in units, value, count).
  Result<void> read(Connection& connection, const Sql& sql, Duration unit, Sums& sums) const {
    auto statement = sql.prepare(connection);
    if (!statement) return statement.error();
    for (;;) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) return {};
      const std::int64_t at = bucket > 0 ? statement->integer(0) * unit / bucket : 0;
      if (auto done = sums.add(at, statement->value(1), statement->whole(2)); !done) return done;
    }
  }

  Result<void> rows(Connection& connection, const FilePlan& plan, Time begin, Time end,
                    Sums& sums) const {
    FilePlan bounded = plan;
    bounded.from = std::max(begin, plan.from.value_or(begin)),
    bounded.to = std::min(end, plan.to.value_or(end));
    if (*bounded.from >= *bounded.to) return {};
    for (const Branch& branch : plan.branches) {
      Sql sql;
      sql.add("SELECT time, ").add(column()).add(", 1 FROM events ");
      if (!branch.index.empty()) sql.add("INDEXED BY ").add(branch.index);
      sql.add(" WHERE ").add(bounded.time_and(branch));
      if (auto done = read(connection, sql, 1, sums); !done) return done;
    }
    return {};
  }

  Result<void> roll_ups(Connection& connection, const FilePlan& plan, Source source,
                        std::int64_t first_hour, std::int64_t end_hour, Sums& sums) const {
    const bool hosts = source == Source::hosts, address = by && is_address(*by);
    const bool in_order =
        address && bucket == 0;  // hosts are kept by address: grouping needs no sort
    Sql sql;
    sql.add("SELECT hour, ")
        .add(address ? "address" : column())
        .add(in_order ? ", sum(count)" : ", count");
    sql.add(hosts ? " FROM hosts" : " FROM facts");
    sql.add(" WHERE hour >= ?", first_hour).add(" AND hour < ?", end_hour);
    sql.add(terms_for(plan, hosts ? &Term::hosts : &Term::facts));
    if (address)
      sql.add(*by == Dimension::src ? " AND side IN (0, 2)" : " AND side IN (1, 2)");
    else if (hosts)
      sql.add(" AND ").add(plan.hosts_where);
    if (in_order) sql.add(" GROUP BY address");
    return read(connection, sql, hour, sums);
  }

  // Whole hours from the roll-ups, what is left at the edges from rows.
  Result<Sums> count(Connection& connection, const FilePlan& plan) const {
    Sums sums;
    const Source source = bucket % hour == 0 ? source_for(plan, by) : Source::rows;
    const std::int64_t first = (from + hour - 1) / hour, end = to / hour;
    const bool whole_hours = source != Source::rows && first < end;
    if (auto done = rows(connection, plan, from, whole_hours ? first * hour : to, sums); !done)
      return done.error();
    if (!whole_hours) return sums;
    if (auto done = roll_ups(connection, plan, source, first, end, sums); !done)
      return done.error();
    if (auto done = rows(connection, plan, end * hour, to, sums); !done) return done.error();
    return sums;
  }
};

bool has_value(Dimension dimension, const Value& value) {
  if (dimension == Dimension::sid) return value.is_integer() && value.number != no_sid;
  if (is_address(dimension)) return value.kind != Value::Kind::null;
  return value.is_integer() && value.number != 0;
}

// A value of one file as text; names are looked up once a file.
class Texts {
 public:
  Texts(Connection& connection, Dimension dimension)
      : connection_(connection), dimension_(dimension) {}

  Result<std::string> text(const Value& value) {
    if (is_address(dimension_)) return to_string(address_of(value));
    const std::int64_t number = value.number;
    if (!is_name(dimension_)) return std::to_string(number);
    if (const auto known = names_.find(number); known != names_.end()) return known->second;
    auto find = connection_.prepare("SELECT name FROM names WHERE id = ?");
    if (!find) return find.error();
    const auto row = find->with(number).step();
    if (!row) return row.error();
    return names_.emplace(number, find->string(0)).first->second;
  }

 private:
  Connection& connection_;
  const Dimension dimension_;
  std::unordered_map<std::int64_t, std::string> names_;
};

}  // namespace

// Asks every file that may hold the range, with the plan for it.
Result<void> SqliteEventStore::ask_range(
    const Scope& scope, const Filter& filter, Time until, bool& complete,
    const std::function<Result<void>(Connection&, const FilePlan&)>& question) {
  for (const auto& file : files_.snapshot()) {
    if (!file->may_hold(filter.from, filter.to)) continue;
    const auto done = ask(file, until, complete, [&](Reader& reader) -> Result<void> {
      const auto made = plan(reader.connection(), *file, scope, filter);
      if (!made) return made.error();
      return made->nothing ? Result<void>() : question(reader.connection(), *made);
    });
    if (!done) return done;
  }
  return {};
}

Result<void> SqliteEventStore::label_sids(const Scope& scope, const Filter& filter, Time until,
                                          std::map<std::string, std::string>& labels) {
  bool complete = true;
  return ask_range(scope, filter, until, complete,
                   [&](Connection& connection, const FilePlan& plan) -> Result<void> {
                     for (auto& [sid, label] : labels) {
                       if (!label.empty()) continue;
                       // From an alert in the scope: another organisation may use the number for a
                       // rule of its own.
                       Sql sql;
                       sql.add(
                           "SELECT g.signature FROM events e INDEXED BY alerts_sid JOIN signatures "
                           "g ON g.id = e.signature"
                           " WHERE e.class = 0 AND e.sid = ?",
                           static_cast<std::int64_t>(std::stoll(sid)));
                       for (const Term& term : plan.terms)
                         if (term.column == "organisation") sql.add(" AND e.").add(term.sql);
                       sql.add(" ORDER BY e.time DESC LIMIT 1");
                       auto find = sql.prepare(connection);
                       if (!find) return find.error();
                       const auto row = find->step();
                       if (!row) return row.error();
                       if (*row) label = find->string(0);
                     }
                     return {};
                   });
}

Result<Top> SqliteEventStore::top(const Scope& scope, const TopQuery& query) {
  auto begun = begin(query);
  if (!begun) return begun.error();
  Top top = begun.take();
  Filter filter = query.filter;
  filter.from = top.from, filter.to = top.to;
  const Time until = deadline();
  Totals totals;
  const auto done = ask_range(
      scope, filter, until, top.complete, [&](Connection& connection, const FilePlan& plan) {
        const auto sums = Tally{query.dimension, 0, top.from, top.to}.count(connection, plan);
        if (!sums) return Result<void>(sums.error());
        Texts texts(connection, query.dimension);
        for (const auto& [key, count] : sums->all()) {
          if (!has_value(query.dimension, key.value)) continue;
          auto text = texts.text(key.value);
          if (!text) return Result<void>(text.error());
          totals[text.take()] += count, top.total += count;
        }
        return Result<void>();
      });
  if (!done) return done.error();
  std::erase_if(totals, [](const auto& each) { return each.second == 0; });
  top.rows = most_of(totals, std::min(query.rows, top_rows));
  if (query.dimension != Dimension::sid) return top;
  std::map<std::string, std::string> labels;
  for (const TopRow& row : top.rows) labels[row.value];
  if (auto labelled = label_sids(scope, filter, until, labels); !labelled) return labelled.error();
  for (TopRow& row : top.rows) row.label = labels[row.value];
  return top;
}

Result<Counts> SqliteEventStore::counts(const Scope& scope, const CountQuery& query) {
  auto begun = begin(query);
  if (!begun) return begun.error();
  Counts counts = begun.take();
  const Time to = end_of(query);
  Places places;
  if (query.by) {
    const auto most = top(scope, widest(query, counts));
    if (!most) return most.error();
    places = add_series(*most, counts);
  }
  Filter filter = query.filter;
  filter.from = counts.from, filter.to = to;
  const auto done = ask_range(
      scope, filter, deadline(), counts.complete,
      [&](Connection& connection, const FilePlan& plan) {
        const auto sums = Tally{query.by, query.bucket, counts.from, to}.count(connection, plan);
        if (!sums) return Result<void>(sums.error());
        std::optional<Texts> texts;
        if (query.by) texts.emplace(connection, *query.by);
        for (const auto& [key, count] : sums->all()) {
          std::string value;
          if (query.by) {
            if (!has_value(*query.by, key.value)) continue;
            auto text = texts->text(key.value);
            if (!text) return Result<void>(text.error());
            value = text.take();
          }
          add(counts, places, value, key.bucket, count);
        }
        return Result<void>();
      });
  if (!done) return done.error();
  return counts;
}

}  // namespace langyan::store
