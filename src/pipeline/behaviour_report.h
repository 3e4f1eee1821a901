// A finding of baseline::BehaviourFinder as an open line of EVE JSON: an alert when it is found; a `baseline` event when
// it is over and there was more of it.
#pragma once

#include <string>

#include "baseline/behaviour.h"
#include "eve/writer.h"

namespace langyan::pipeline {

void write_behaviour(std::string& out, const eve::Writer& writer, const baseline::Finding& finding);

}  // namespace langyan::pipeline
