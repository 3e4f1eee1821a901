// How a mute is written in answers: the members of an object that the caller opens and closes.
#pragma once

#include "base/json.h"
#include "center/mutes.h"

namespace langyan::center {

void write_mute(JsonWriter& json, const Mute& mute, Time now);

}  // namespace langyan::center
