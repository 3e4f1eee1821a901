// How an enrolment is written in answers.
#pragma once

#include "base/json.h"
#include "center/enrolments.h"

namespace langyan::center {

void write_enrolment(JsonWriter& json, const Enrolment& enrolment, Time now);

}  // namespace langyan::center
