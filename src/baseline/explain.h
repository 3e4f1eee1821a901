// The sentence of a deviation, from its facts: what was usual, what came, since when it was learned. Merge thread.
#pragma once

#include <string>

#include "baseline/ledger.h"

namespace langyan::baseline {

enum class Language : std::uint8_t { english, chinese };

std::string explain(const Notice& notice, const Verdict& verdict, Language language);

// "40010" or "40010..40020" in the engineer's notation; empty where the operation touches none.
std::string object_text(const Notice& notice);
std::string usual_objects(const Notice& notice);  // what the usual ranges of the deed span
std::string usual_hours(std::uint32_t hours);     // "8-16 UTC, mon-fri"
std::string function_text(const Notice& notice);

}  // namespace langyan::baseline
