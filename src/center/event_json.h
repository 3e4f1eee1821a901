// How events, counts and states are written in answers. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "store/alert_states.h"
#include "store/event_store.h"

namespace langyan::center {

// {"id","cursor","time","received","class","type","organisation","sensor","state"?,"event":{…}}
void write_event(JsonWriter& json, const store::Event& event);
// {"alert","version","state","previous","comment","by","assignee","previous_assignee","undo","changed"?}
void write_record(JsonWriter& json, const store::AlertRecord& record);
// {"<list>":[…],"next":"…"|null,"complete":…}
std::string page_json(std::string_view list, const store::Page& page);
// The verbs whose operations change the process: what a writer is a writer of.
std::vector<std::string> writing_verbs();
void write_series_value(JsonWriter& json, const std::string& value, const std::string& label);

}  // namespace langyan::center
