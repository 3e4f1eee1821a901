// What finds a rule on messages: of its conditions the one that the fewest messages meet, by guess, as
// literal_choice does for octets. Functions of their arguments; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "detect/literal_choice.h"
#include "detect/tables.h"

namespace langyan::detect {

// The protocol whose messages a rule waits for; null: of any.
const Protocol* protocol_of(const Program& program);

struct MessageIndex {
  enum class Kind : std::uint8_t { none, verb, field, any_of, literal } kind = Kind::none;
  double cost = 1;  // share of messages that would bring the rule up for evaluation, by guess
  const FieldCondition* field = nullptr;
  std::optional<LiteralChoice> literal;
  const AnyOf* any_of = nullptr;
};
MessageIndex choose_message_index(const Program& program);

// Of conditions that must all hold, the one met least.
const FieldCondition& cheapest(const std::vector<FieldCondition>& all, const Protocol& protocol);

// What finds a rule among those of its verb; nothing: each operation of the verb brings it up.
struct OperationPick {
  double cost = 1;  // share of such operations, by guess
  OperationIndex::What what = OperationIndex::What::address;
  const NumberSet* numbers = nullptr;
  bool object = false;  // a literal of each pattern of the object's name
};
OperationPick pick_operation(const OperationNeeds& needs);

// The longest run of a pattern without * and ?, and where it ends when no * stands before it. Nothing: two
// plain octets in a row are nowhere.
std::optional<LiteralChoice> literal_of_glob(std::string_view glob);

}  // namespace langyan::detect
