// Which alerts a request means: the filters of its query or body, a group of them, and whether muted
// alerts are among them. Any thread.
#pragma once

#include "center/call.h"
#include "center/mutes.h"
#include "store/event_store.h"

namespace langyan::center {

class Center;

std::span<const Parameter> alert_parameters();  // filter_parameters(), `group` and `muted`
std::variant<store::Filter, Problem> alert_filter(Center& center, const Call& call, const Parameters& parameters);
// The mute that hides an alert, if one does.
Result<std::optional<Mute>> hiding(Center& center, const Call& call, const store::Event& alert);
std::string id_of(const store::AlertGroup& group);  // what the parameter `group` takes

}  // namespace langyan::center
