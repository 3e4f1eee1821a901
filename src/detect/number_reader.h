// read_numbers: the numbers a rule accepts, as it writes them.
//
//   5 · =5 · !=5 · !5 · <5 · >=5 · 1-5 · 1<>5 (between, ends excluded) · 0x1f · a word of the field
//   a list of these, "1-5,9,write_single_coil"; a ! at its front negates all of it
//
// Compile time only.
#pragma once

#include "detect/rule_builder.h"

namespace langyan::detect {

KeyRange domain(Kind kind);  // of keys: the least and the most a field of this kind can hold

// Nothing (and refused): the text is wrong, or accepts no number at all. Accepting every number is
// allowed: it asks that the field be there.
// A range with a dash holds its ends, `Dash::between` leaves them out as Suricata's header keywords do.
enum class Dash : std::uint8_t { inclusive, between };
std::optional<NumberSet> read_numbers(RuleBuilder& rule, std::string_view text, Kind kind,
                                      std::span<const Name> names, Dash dash = Dash::inclusive);

// The list of words that stands in `names`, as a bit mask (values below 32); negation as above.
std::optional<std::uint32_t> read_words(RuleBuilder& rule, std::string_view text,
                                        std::span<const Name> names, std::string_view what);

}  // namespace langyan::detect
