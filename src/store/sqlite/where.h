// What a query's condition is in a day file: bound SQL over `events`, its dictionaries and the JSON
// in `lines`. Every piece is 1 or 0, never NULL, so that a negation is the other rows.
//
// SQLite's parser goes a hundred levels deep and its expressions a thousand: parts that nest come
// first and long lists are chains of chains, so that what query.h bounds stays below both.
#pragma once

#include "query/plan.h"
#include "store/sqlite/plan.h"

namespace langyan::store {

Sql where_sql(const query::Condition& condition, std::uint32_t part);
// Whether the roll-up `facts` has all columns the part asks for, with the same meaning.
bool facts_have(const query::Condition& condition, std::uint32_t part);
// What the facts can say of a part that needs the JSON: the protocol it is of. Empty: nothing.
Sql facts_needed(const query::Condition& condition, std::uint32_t part);

// A field's one value in a row of `events`, for groups, order and functions; names as texts. NULL:
// none. Of a list in the JSON the first element that is an object, or the list as JSON.
Sql value_sql(const query::Target& target);

}  // namespace langyan::store
