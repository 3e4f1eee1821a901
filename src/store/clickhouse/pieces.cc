#include "store/clickhouse/pieces.h"

#include <algorithm>

#include "store/clickhouse/client.h"

namespace langyan::store::clickhouse {
namespace {

// A place of the condition and the members of a list, whether its first element or another.
void add_paths(std::vector<std::string>& paths, const query::Place& place, std::string_view end) {
  const std::string path = place.path.substr(2) + std::string(end);
  const auto add = [&](std::string each) {
    if (std::ranges::find(paths, each) == paths.end()) paths.push_back(std::move(each));
  };
  if (place.list.empty()) return add(path);
  for (const std::string_view element : {"[0].", "[]."}) add(place.list.substr(2) + std::string(element) + path);
}

std::string array_of(const std::vector<std::string>& paths) {
  std::string sql = "[";
  for (const std::string& path : paths) sql.append(sql.size() > 1 ? ", " : "") += quoted(path);
  return sql += ']';
}

}  // namespace

std::string own_paths(const std::vector<query::Place>& places) {
  std::vector<std::string> paths;
  for (const query::Place& place : places) add_paths(paths, place, "");
  return array_of(paths);
}

std::string scalar_paths(const std::vector<query::Place>& places) {
  std::vector<std::string> paths;
  for (const query::Place& place : places) add_paths(paths, place, ""), add_paths(paths, place, "[]");
  return array_of(paths);
}

std::string value_path(const query::Place& place) {
  const std::string path = place.path.substr(2);
  return quoted(place.list.empty() ? path : place.list.substr(2) + "[0]." + path);
}

std::string of_protocol(const std::string& protocol, const std::string& sql) {
  if (protocol.empty()) return sql;
  const std::string name = quoted(protocol);
  return "((event_type = " + name + " OR app_proto = " + name + ") AND " + sql + ")";
}

std::string is_v4(const std::string& column) {
  return "(" + column + " >= " + quote(IpAddress::v4(0)).sql() + " AND " + column + " <= " +
         quote(IpAddress::v4(0xffffffff)).sql() + ")";
}

std::string in_states(const std::vector<AlertState>& states, std::string_view table) {
  const bool fresh = std::ranges::find(states, AlertState::fresh) != states.end();
  const auto number = [](AlertState state) { return std::to_string(static_cast<int>(state)); };
  return std::string(fresh ? "n NOT IN" : "n IN") + " (SELECT n FROM " + std::string(table) +
         " GROUP BY n HAVING " + (fresh ? "NOT " : "") +
         in_list("argMax(state, version)", states, number) + ")";
}

}  // namespace langyan::store::clickhouse
