#include "store/sqlite/plan.h"

#include <algorithm>
#include <array>

#include "store/sqlite/network.h"
#include "store/sqlite/where.h"

namespace langyan::store {
namespace {

constexpr std::size_t most_keys = 64;       // walks along one index; more keys are a condition only
constexpr std::size_t most_branches = 256;  // event types of a file; beyond, rows are sorted
constexpr unsigned alert_bit = 1, operation_bit = 2, all_classes = 31, flow_and_stats = 4 | 8;

bool is_host(const IpNetwork& network) {
  return network.prefix == 128;
}

Sql any_network(std::string_view column, const std::vector<IpNetwork>& networks) {
  Sql sql;
  sql.add("(");
  for (std::size_t i = 0; i < networks.size(); ++i) {
    if (i > 0) sql.add(" OR ");
    sql.add(in_network(column, networks[i]));
  }
  return sql.add(")");
}

// A value that a list names twice is one walk, or its rows would come twice.
void add_once(std::vector<Value>& values, const Value& value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(value);
}

class Planner {
 public:
  Planner(Connection& connection, const DayFile& file, const Scope& scope, const Filter& filter)
      : connection_(connection), file_(file), scope_(scope), filter_(filter) {}

  Result<FilePlan> make() {
    plan_.from = filter_.from, plan_.to = filter_.to;
    choose_classes();
    for (const auto step : {&Planner::name_terms, &Planner::organisation_term,
                            &Planner::number_terms, &Planner::text_term, &Planner::address_terms,
                            &Planner::query_terms, &Planner::roll_ups, &Planner::choose_branches, &Planner::narrow}) {
      if (plan_.nothing) break;
      if (auto done = (this->*step)(); !done) return done.error();
    }
    if (plan_.classes == 0) plan_.nothing = true;
    return std::move(plan_);
  }

 private:
  void choose_classes() {
    if (!filter_.classes.empty()) {
      plan_.classes = 0;
      for (EventClass each : filter_.classes) plan_.classes |= 1u << static_cast<unsigned>(each);
    }
    const bool alerts_only = !filter_.severities.empty() || !filter_.sids.empty() ||
                             !filter_.states.empty() || !filter_.text.empty() ||
                             filter_.types == std::vector<std::string>{"alert"};
    if (alerts_only) plan_.classes &= alert_bit;
    if (!filter_.types.empty() && std::ranges::find(filter_.types, "alert") == filter_.types.end())
      plan_.classes &= ~alert_bit;
    if (!filter_.verbs.empty()) plan_.classes &= alert_bit | operation_bit;
    if (plan_.classes == 0) plan_.nothing = true;
  }

  Result<std::vector<Value>> ids_of(const std::vector<std::string>& names) {
    auto find = connection_.prepare("SELECT id FROM names WHERE name = ?");
    if (!find) return find.error();
    std::vector<Value> ids;
    for (const std::string& name : names) {
      const auto row = find->with(name).step();
      if (!row) return row.error();
      if (!*row) continue;
      add_once(ids, find->integer(0));
      find->reset();
    }
    return ids;
  }
  void add_term(std::string_view column, const std::vector<Value>& values, bool facts, bool hosts) {
    Term term{column, {}, facts, hosts};
    term.sql.any_of(column, values);
    plan_.terms.push_back(std::move(term));
  }

  Result<void> name_terms() {
    struct Row {
      const std::vector<std::string>* names;
      std::string_view column;
      bool facts, hosts;
      std::vector<Value>* keys;
    };
    // clang-format off
    const Row rows[] = {
        {&filter_.types,      "type",      true,  true,  &types_},
        {&filter_.sensors,    "sensor",    true,  false, nullptr},
        {&filter_.protos,     "proto",     true,  false, nullptr},
        {&filter_.app_protos, "app_proto", true,  false, nullptr},
        {&filter_.verbs,      "verb",      true,  true,  &verbs_},
        {&filter_.results,    "result",    false, false, nullptr},
        {&filter_.functions,  "function",  false, false, nullptr},
        {&filter_.vias,       "via",       false, false, nullptr},
    };
    // clang-format on
    for (const Row& row : rows) {
      if (row.names->empty()) continue;
      const auto ids = ids_of(*row.names);
      if (!ids) return ids.error();
      if (ids->empty()) plan_.nothing = true;  // none of these names stands in this file
      add_term(row.column, *ids, row.facts, row.hosts);
      if (row.keys) *row.keys = *ids;
    }
    return {};
  }

  Result<void> organisation_term() {
    std::string root = scope_.root();
    if (!filter_.organisation.empty()) {
      const auto wanted = Scope::of(filter_.organisation);
      if (!wanted) return wanted.error();
      if (scope_.covers(filter_.organisation))
        root = filter_.organisation;
      else if (!wanted->covers(root))
        plan_.nothing = true;
    }
    if (root.empty() || plan_.nothing) return {};
    // '0' follows '/': the names below the root are one range.
    constexpr std::string_view below =
        "SELECT id FROM names WHERE name = ? OR (name >= ? AND name < ?)";
    auto find = connection_.prepare(std::string(below) + " LIMIT " + std::to_string(most_keys + 1));
    if (!find) return find.error();
    const std::string first = root + "/", end = root + "0";
    find->with(root, first, end);
    for (;;) {
      const auto row = find->step();
      if (!row) return row.error();
      if (!*row) break;
      organisations_.push_back(find->integer(0));
    }
    if (organisations_.empty()) plan_.nothing = true;
    if (organisations_.size() <= most_keys)
      return add_term("organisation", organisations_, true, true), Result<void>();
    organisations_.clear();
    Term term{"organisation", {}, true, true};
    term.sql.add("organisation IN (").add(below).add(")");
    term.sql.values = {root, first, end};
    plan_.terms.push_back(std::move(term));
    return {};
  }

  Result<void> number_terms() {
    const auto values_of = [](const auto& list) {
      std::vector<Value> values;
      for (const auto& each : list) add_once(values, static_cast<std::int64_t>(each));
      return values;
    };
    severities_ = values_of(filter_.severities), sids_ = values_of(filter_.sids),
    states_ = values_of(filter_.states);
    if (!severities_.empty()) add_term("severity", severities_, true, true);
    if (!sids_.empty()) add_term("sid", sids_, true, false);
    if (!states_.empty()) add_term("state", states_, true, false);
    if (!filter_.src_ports.empty())
      add_term("src_port", values_of(filter_.src_ports), false, false);
    if (!filter_.dst_ports.empty())
      add_term("dst_port", values_of(filter_.dst_ports), false, false);
    if (!filter_.ports.empty()) {
      Sql sql;
      sql.add("(").any_of("src_port", values_of(filter_.ports)).add(" OR ");
      plan_.terms.push_back({"port", sql.any_of("dst_port", values_of(filter_.ports)).add(")")});
    }
    if (filter_.flow_id)
      plan_.terms.push_back(
          {"flow_id", Sql{}.add("flow_id = ?", static_cast<std::int64_t>(*filter_.flow_id))});
    if (filter_.value_least)
      plan_.terms.push_back({"value", Sql{}.add("value >= ?", *filter_.value_least)});
    if (filter_.value_most)
      plan_.terms.push_back({"value", Sql{}.add("value <= ?", *filter_.value_most)});
    return {};
  }

  Result<void> text_term() {
    if (!filter_.community_id.empty())
      plan_.terms.push_back({"community", Sql{}.add("community = ?", filter_.community_id)});
    if (!filter_.objects.empty())
      add_term("object", std::vector<Value>(filter_.objects.begin(), filter_.objects.end()), false,
               false);
    if (filter_.text.empty()) return {};
    constexpr std::string_view matching =
        " FROM signatures WHERE instr(lower(signature), lower(?)) > 0";
    auto find = connection_.prepare("SELECT DISTINCT sid" + std::string(matching) + " LIMIT " +
                                    std::to_string(most_keys + 1));
    if (!find) return find.error();
    find->with(filter_.text);
    std::vector<Value> sids;
    for (;;) {
      const auto row = find->step();
      if (!row) return row.error();
      if (!*row) break;
      sids.push_back(find->integer(0));
    }
    if (sids.empty()) plan_.nothing = true;
    const bool all_have_sids = std::ranges::find(sids, Value(no_sid)) == sids.end();
    if (sids_.empty() && sids.size() <= most_keys && all_have_sids) sids_ = sids;
    plan_.terms.push_back(
        {"signature", Sql{}.add("signature IN (SELECT id").add(matching, filter_.text).add(")")});
    return {};
  }

  Result<void> address_terms() {
    if (!filter_.src_ips.empty())
      plan_.terms.push_back({"src", any_network("src", filter_.src_ips)});
    if (!filter_.dst_ips.empty())
      plan_.terms.push_back({"dst", any_network("dst", filter_.dst_ips)});
    if (!filter_.ips.empty()) {
      Sql sql;
      sql.add("(")
          .add(any_network("src", filter_.ips))
          .add(" OR ")
          .add(any_network("dst", filter_.ips))
          .add(")");
      plan_.terms.push_back({"address", std::move(sql)});
    }
    return {};
  }

  // What a query asks beyond the lists. The protocol of a field stands in the facts, too: hours
  // without it are not read.
  Result<void> query_terms() {
    for (const std::uint32_t part : filter_.parts) {
      if (Sql needed = facts_needed(*filter_.where, part); !needed.text.empty())
        plan_.terms.push_back({"", std::move(needed), true, false});
      plan_.terms.push_back({"", where_sql(*filter_.where, part), facts_have(*filter_.where, part), false});
    }
    return {};
  }

  // A row of hosts counts an event once for each side, so "either side" of several addresses would
  // count one between two of them twice: only one address, or one side, can be asked of it.
  Result<void> roll_ups() {
    plan_.facts_answer = plan_.hosts_answer = file_.rollups;
    int lists = 0;
    for (const Term& term : plan_.terms) {
      const bool address = term.column == "src" || term.column == "dst" || term.column == "address";
      lists += address;
      plan_.facts_answer = plan_.facts_answer && term.facts;
      plan_.hosts_answer = plan_.hosts_answer && (term.hosts || address);
    }
    if (!filter_.ips.empty() && (filter_.ips.size() > 1 || !is_host(filter_.ips[0])))
      plan_.hosts_answer = false;
    if (lists > 1) plan_.hosts_answer = false;
    if (!plan_.hosts_answer || lists == 0) return {};
    const auto& list = !filter_.src_ips.empty()   ? filter_.src_ips
                       : !filter_.dst_ips.empty() ? filter_.dst_ips
                                                  : filter_.ips;
    plan_.hosts_where = any_network("address", list);
    if (!filter_.src_ips.empty()) plan_.hosts_where.add(" AND side IN (0, 2)");
    if (!filter_.dst_ips.empty()) plan_.hosts_where.add(" AND side IN (1, 2)");
    return {};
  }

  void walk(std::string_view index, std::string_view column, std::string_view fixed,
            const std::vector<Value>& keys, const Sql& besides = {}) {
    for (const Value& key : keys) {
      Branch branch{index, column, {}};
      branch.where.add(std::string(column) + " = ?", key).add(fixed).add(besides);
      const bool address = column == "src" || column == "dst";  // either may come from `ips`
      for (const Term& term : plan_.terms)
        if (address || term.column != column) branch.where.add(" AND ").add(term.sql);
      plan_.branches.push_back(std::move(branch));
    }
  }

  Sql class_sql(unsigned mask) const {
    std::vector<Value> list;
    for (int i = 0; i < 5; ++i)
      if (mask >> i & 1) list.push_back(std::int64_t{i});
    return Sql{}.add(" AND ").any_of("class", list);
  }

  static std::optional<std::vector<Value>> hosts_of(const std::vector<IpNetwork>& networks) {
    if (networks.empty() || networks.size() > most_keys || !std::ranges::all_of(networks, is_host))
      return {};
    std::vector<Value> values;
    for (const IpNetwork& network : networks) add_once(values, address_value(network.address));
    return values;
  }

  Result<void> choose_branches() {
    const Sql classes = plan_.classes == all_classes ? Sql{} : class_sql(plan_.classes);
    if (const auto hosts = hosts_of(filter_.src_ips))
      return walk("events_src", "src", "", *hosts, classes), Result<void>();
    if (const auto hosts = hosts_of(filter_.dst_ips))
      return walk("events_dst", "dst", "", *hosts, classes), Result<void>();
    if (const auto hosts = hosts_of(filter_.ips)) {
      walk("events_src", "src", "", *hosts, classes);
      Sql once = classes;  // what the walks along src have is not had again
      once.add(" AND (src IS NULL OR NOT ").any_of("src", *hosts).add(")");
      walk("events_dst", "dst", "", *hosts, once);
      return {};
    }
    if (plan_.classes & alert_bit) walk_alerts();
    return plan_.classes & ~alert_bit ? walk_others() : Result<void>();
  }

  void walk_alerts() {
    constexpr std::string_view fixed = " AND class = 0";
    const bool touched =
        !states_.empty() && std::ranges::find(states_, Value(std::int64_t{0})) == states_.end();
    std::vector<Value> any_state;
    for (std::size_t i = 0; i < alert_states; ++i) any_state.push_back(static_cast<std::int64_t>(i));
    if (!sids_.empty() && sids_.size() <= most_keys) return walk("alerts_sid", "sid", fixed, sids_);
    if (touched) return walk("alerts_state", "state", fixed, states_);
    if (!organisations_.empty())
      return walk("alerts_organisation", "organisation", fixed, organisations_);
    if (!severities_.empty() && severities_.size() <= most_keys)
      return walk("alerts_severity", "severity", fixed, severities_);
    walk("alerts_state", "state", fixed, states_.empty() ? any_state : states_);
  }

  Result<void> walk_others() {
    const unsigned others = plan_.classes & ~alert_bit;
    if (others == operation_bit) {
      auto verbs = verbs_.empty() ? keys_in("operations_verb", "verb", "class = 1") : verbs_;
      if (!verbs) return verbs.error();
      return walk("operations_verb", "verb", " AND class = 1", *verbs), Result<void>();
    }
    Result<std::vector<Value>> types = types_;
    if (types_.empty()) {
      types = (others & ~flow_and_stats) == 0 ? ids_of({"flow", "stats"})
                                              : keys_in("events_type", "type", "class > 0");
      if (!types) return types.error();
    }
    const Sql classes = others == (all_classes & ~alert_bit) ? Sql{} : class_sql(others);
    if (types->size() <= most_branches)
      return walk("events_type", "type", " AND class > 0", *types, classes), Result<void>();
    Branch branch{"", "", {}};
    branch.where.add("class > 0").add(classes);
    for (const Term& term : plan_.terms) branch.where.add(" AND ").add(term.sql);
    plan_.branches.push_back(std::move(branch));
    return {};
  }

  // The different keys of an index: one seek each.
  Result<std::vector<Value>> keys_in(std::string_view index, std::string_view column,
                                     std::string_view fixed) {
    const std::string name(column);
    auto next = connection_.prepare("SELECT " + name + " FROM events INDEXED BY " +
                                    std::string(index) + " WHERE " + std::string(fixed) + " AND " +
                                    name + " > ? ORDER BY " + name + " LIMIT 1");
    if (!next) return next.error();
    std::vector<Value> keys;
    for (std::int64_t key = 0; keys.size() <= most_branches;) {
      const auto row = next->with(key).step();
      if (!row) return row.error();
      if (!*row) break;
      key = next->integer(0);
      keys.push_back(key);
      next->reset();
    }
    return keys;
  }

  // Where a condition is not what the walk goes along, a rare match could mean a long walk: the
  // roll-ups tell which hours have one at all.
  Result<void> narrow() {
    const bool walked = std::ranges::all_of(plan_.terms, [&](const Term& term) {
      return !term.facts || std::ranges::all_of(plan_.branches, [&](const Branch& branch) {
        return branch.column == term.column;
      });
    });
    if (walked || !file_.rollups) return {};
    Sql sql;
    sql.add("SELECT min(hour), max(hour) FROM facts WHERE count > 0")
        .add(terms_for(plan_, &Term::facts));
    if (plan_.from) sql.add(" AND hour >= ?", *plan_.from / hour);
    if (plan_.to) sql.add(" AND hour <= ?", *plan_.to / hour);
    auto bounds = sql.prepare(connection_);
    if (!bounds) return bounds.error();
    const auto row = bounds->step();
    if (!row) return row.error();
    if (!*row || bounds->is_null(0)) return plan_.nothing = true, Result<void>();
    plan_.from = std::max(plan_.from.value_or(0), bounds->integer(0) * hour);
    const Time end = (bounds->integer(1) + 1) * hour;
    plan_.to = std::min(plan_.to.value_or(end), end);
    return {};
  }

  Connection& connection_;
  const DayFile& file_;
  const Scope& scope_;
  const Filter& filter_;
  FilePlan plan_;
  std::vector<Value> types_, verbs_, organisations_, severities_, sids_, states_;
};

constexpr std::array<std::string_view, 10> dimension_columns = {
    "sid",  "src",    "dst",          "severity", "type",
    "verb", "sensor", "organisation", "proto",    "app_proto"};

}  // namespace

Sql& Sql::add(const Sql& part) {
  text += part.text;
  values.insert(values.end(), part.values.begin(), part.values.end());
  return *this;
}

Sql& Sql::any_of(std::string_view column, const std::vector<Value>& list) {
  add(column).add(" IN (");
  for (std::size_t i = 0; i < list.size(); ++i) add(i > 0 ? ", ?" : "?", list[i]);
  return add(")");
}

Result<Statement> Sql::prepare(Connection& connection) const {
  auto statement = connection.prepare(text);
  if (!statement) return statement;
  for (std::size_t i = 0; i < values.size(); ++i)
    statement->bind(static_cast<int>(i) + 1, values[i]);
  return statement;
}

Sql FilePlan::time_and(const Branch& branch) const {
  Sql sql = branch.where;
  if (from) sql.add(" AND time >= ?", *from);
  if (to) sql.add(" AND time < ?", *to);
  return sql;
}

Sql terms_for(const FilePlan& plan, bool Term::*table) {
  Sql sql;
  std::vector<Value> classes;
  for (int i = 0; i < 5; ++i)
    if (plan.classes >> i & 1) classes.push_back(std::int64_t{i});
  if (plan.classes != all_classes) sql.add(" AND ").any_of("class", classes);
  for (const Term& term : plan.terms)
    if (term.*table) sql.add(" AND ").add(term.sql);
  return sql;
}

std::string_view column_of(Dimension dimension) {
  return dimension_columns[static_cast<std::size_t>(dimension)];
}

Result<FilePlan> plan(Connection& connection, const DayFile& file, const Scope& scope,
                      const Filter& filter) {
  return Planner(connection, file, scope, filter).make();
}

}  // namespace langyan::store
