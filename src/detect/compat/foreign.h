// Foreign: one row of the table that translates other engines' protocol keywords into this project's
// fields: Suricata's (7 and 8, dotted and underscored) and Snort's (2 and 3).
//
// A row whose field this build does not have is refused as an unsupported keyword and is not listed.
// Compile time only, one thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "detect/keyword.h"

namespace langyan::detect {

struct Foreign {
  enum class Style : std::uint8_t {
    number,   // a condition: numbers, words, ranges
    buffer,   // a sticky buffer for what follows
    content,  // belongs behind the content that is looked for there
    word,     // no value: such a message
    special,  // read by a function
  };
  std::string_view engine;  // "Suricata", "Snort"
  std::string_view name;
  Style style;
  // The fields it stands for; of several, apart by blanks, any one. "=n" behind one: it has this
  // number. "+": what stands left and right of it holds of the same message or item.
  std::string_view into;
  std::span<const Name> words = {};  // the engine's, where they are not the field's own
  std::optional<Direction> way = {};
  bool (*parse)(RuleBuilder& rule, const Foreign& row, std::string_view value) = nullptr;
  std::string_view form = {};
  Text doc = {};  // empty: said by the fields
};

std::span<const Foreign> industrial_keywords();  // industrial.cc
std::span<const Foreign> office_keywords();      // office.cc

const Foreign* find_foreign(std::string_view name);
std::vector<const Foreign*> all_foreign();  // by name
// Whether this build has the fields the row names.
bool is_there(const Foreign& row, std::span<const Protocol* const> protocols);
bool parse_foreign(RuleBuilder& rule, const Foreign& row, std::string_view name,
                   std::string_view value);

// For rows of style special.
bool parse_modbus(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_modbus_function(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_indications(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_dnp3_object(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_cip_service(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_enip_revision(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_mqtt_qos(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_flag_words(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_opcua_service(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_uricontent(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_dce_opnum(RuleBuilder& rule, const Foreign& row, std::string_view value);
bool parse_dce_interface(RuleBuilder& rule, const Foreign& row, std::string_view value);

// Building blocks of them. A field that is not there is refused.
bool holds_any(RuleBuilder& rule, std::string_view where,
               std::vector<std::vector<FieldCondition>> alternatives);
std::optional<FieldCondition> numbered(RuleBuilder& rule, std::string_view where,
                                       std::string_view field, NumberSet numbers);
std::optional<FieldCondition> missing(RuleBuilder& rule, std::string_view where,
                                      std::string_view field);
bool only_way(RuleBuilder& rule, std::string_view where, Direction way);
bool over_smb(const RuleBuilder& rule);  // calls in named pipes are meant
NumberSet just(std::uint64_t number);

}  // namespace langyan::detect
