// Catalogue: what the sensor knows, printed from its tables: every field of every protocol, and every
// detection it can make on its own. The reference pages, the console's labels and the copies a sensor
// sends to its center are these texts; nobody types a field a second time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fields/detection.h"
#include "pipeline/explanations.h"

namespace langyan::pipeline {

std::string fields_json();        // {"version":…,"verbs":[…],"protocols":[…],"fields":[{keyword,kind,label,…}]}
std::string fields_markdown();    // docs/reference/fields.md
std::string fields_typescript();  // src/console/src/generated/fields.ts

std::vector<const Detection*> detections();  // by sid
// {"version":…,"detections":[{gid,sid,name,severity,title:{en,zh},…}]}; rules have no name and severity.
std::string detections_json(std::span<const Explanation> rules = {});
std::string detections_markdown();  // docs/reference/detections.md

}  // namespace langyan::pipeline
