// FilePlan: what a Filter means in one day file: bound SQL over its tables, and which indices lead
// to the rows newest first.
//
// A branch is a walk along one index (its key fixed, time falling), so that a page is read without
// sorting; the caller merges branches. A row is in at most one branch. Terms are the conditions
// besides class and time; a term on columns the roll-ups have too can be asked of them.
// Used by the thread that reads the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/question.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"

namespace langyan::store {

struct Sql {  // text with ? and their values
  std::string text;
  std::vector<Value> values;

  Sql& add(std::string_view part) { return text += part, *this; }
  Sql& add(std::string_view part, const Value& value) { return values.push_back(value), add(part); }
  Sql& add(const Sql& part);
  Sql& any_of(std::string_view column, const std::vector<Value>& list);  // column IN (?, …)
  Result<Statement> prepare(Connection& connection) const;  // bound; values must outlive it
};

struct Term {
  std::string_view column;  // what a branch that walks along it makes unnecessary to ask twice
  Sql sql;
  bool facts = false, hosts = false;  // those tables have the columns too
};

struct Branch {
  std::string_view index;  // empty: none leads there, the rows are sorted
  std::string_view column;
  Sql where;  // with all terms, without time
};

struct FilePlan {
  bool nothing = false;  // no row of this file can match
  std::vector<Term> terms;
  unsigned classes = 31;  // bit i: EventClass i
  std::vector<Branch> branches;
  std::optional<Time> from, to;  // narrower than the filter's where the roll-ups show it
  bool facts_answer = false;     // all terms can be asked of the facts
  bool hosts_answer = false;  // … of the hosts (with hosts_where, where addresses are asked for)
  Sql hosts_where;

  Sql time_and(const Branch& branch) const;  // the branch with from and to
};

Result<FilePlan> plan(Connection& connection, const DayFile& file, const Scope& scope,
                      const Filter& filter);

// The column of events, facts and hosts that a dimension is.
std::string_view column_of(Dimension dimension);
// One AND-list of the terms a roll-up has, the class included.
Sql terms_for(const FilePlan& plan, bool Term::*table);

}  // namespace langyan::store
