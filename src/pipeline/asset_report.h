// The event line of a change of the inventory. In pipeline because assets and eve do not know each
// other.
#pragma once

#include <string>

#include "assets/inventory.h"
#include "base/json.h"
#include "eve/writer.h"

namespace langyan::pipeline {

void write_vulnerability(JsonWriter& json, const assets::Match& match);  // an object
void write_asset(std::string& out, const eve::Writer& writer, const assets::Event& event);

}  // namespace langyan::pipeline
