// What became of rules, told: as JSON, which `langyan rules check --json` and a trial of the sensor print, and the notes
// of a report by the file they are about. Views into the report; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "detect/rule_set.h"

namespace langyan::detect {

std::vector<const RuleNote*> notes_of(std::string_view path, const std::vector<RuleNote>& notes);
// Errors that stand in no file that was read: paths that cannot be, trouble with the set as a whole.
std::vector<const RuleNote*> errors_elsewhere(const RuleReport& report);
void write_report(JsonWriter& json, const RuleReport& report);  // an object

}  // namespace langyan::detect
