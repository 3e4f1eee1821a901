// Pieces of SQL that conditions (where.cc) and values (held.cc) share. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/plan.h"
#include "store/event_row.h"

namespace langyan::store::clickhouse {

// A category without a rule's title belongs to nothing.
constexpr std::string_view category_column = "if(signature != '', category, '')";

// Paths of MemberReader, "['…', …]": where numbers and texts of the places stand, elements of
// lists too; and those of the places themselves.
std::string scalar_paths(const std::vector<query::Place>& places);
std::string own_paths(const std::vector<query::Place>& places);
// The one path whose value a place has in an answer.
std::string value_path(const query::Place& place);

// `sql` in events of a protocol; 0 in others.
std::string of_protocol(const std::string& protocol, const std::string& sql);
std::string is_v4(const std::string& column);  // of 16 octets
template <class List, class ToText>
std::string in_list(std::string_view column, const List& list, ToText to_text) {
  std::string sql(column);
  sql += " IN (";
  for (std::size_t i = 0; i < list.size(); ++i) sql.append(i ? ", " : "") += to_text(list[i]);
  return sql += ")";
}

// Whether an alert has one of the states: its newest mark, or fresh where there is none.
std::string in_states(const std::vector<AlertState>& states, std::string_view table);

}  // namespace langyan::store::clickhouse
