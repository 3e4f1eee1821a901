// Keyword: one row of the rule language. Parsing, --list-keywords and docs/reference/rules.md read
// it.
//
// Fields of protocols are keywords too, but have no row here: theirs is in the protocol's table.
#pragma once

#include <span>
#include <string_view>

#include "detect/program.h"

namespace langyan::detect {

class RuleBuilder;

enum class Value : std::uint8_t { none, needed, optional };

struct Keyword {
  std::string_view name;
  Value value;
  bool (*parse)(RuleBuilder& rule, std::string_view value);  // false: refused
  bool once;                                                 // standing twice is an error
  std::string_view where;  // what it looks at: rule, packet, flow, payload, content, operation
  std::string_view form;   // how the value is written
  Text doc;                // one sentence
};

std::span<const Keyword> meta_keywords();
std::span<const Keyword> payload_keywords();
std::span<const Keyword> regex_keywords();
std::span<const Keyword> byte_keywords();
std::span<const Keyword> transform_keywords();
std::span<const Keyword> packet_keywords();
std::span<const Keyword> flow_keywords();
std::span<const Keyword> state_keywords();
std::span<const Keyword> event_keywords();
std::span<const Keyword> address_keywords();
std::span<const Keyword> dataset_keywords();
std::span<const Keyword> operation_keywords();
std::span<const Keyword> sequence_keywords();

const Keyword* find_keyword(std::string_view name);
std::span<const Keyword* const> all_keywords();  // by name

// Where a field stands; no field: there is none of that name.
struct FieldPlace {
  const Protocol* protocol = nullptr;
  Level level = Level::message;
  std::uint8_t index = 0;
  const Field* field = nullptr;
};
FieldPlace find_field(std::span<const Protocol* const> protocols, std::string_view keyword);
// A rule looks at the fields of one protocol. False: refused.
bool claim_protocol(RuleBuilder& rule, std::string_view where, const Protocol& protocol);

// A field's keyword, <protocol>.<field>: `value` is empty where the rule gives none.
bool parse_field(RuleBuilder& rule, std::string_view keyword, std::string_view value, bool& known);
// Makes the field of this name the sticky buffer. False and nothing refused: there is none such.
bool look_into_field(RuleBuilder& rule, std::string_view where, std::string_view name);

}  // namespace langyan::detect
