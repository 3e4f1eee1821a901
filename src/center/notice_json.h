// Notices as the API and the live stream tell them, with what the asker's side may do now. Pure; any thread.
#pragma once

#include "base/json.h"
#include "center/notices.h"

namespace langyan::center {

struct NoticeReader {
  std::string organisation;
  bool acts = false;  // by its role
};

// `open_end`: the object stays open for more members.
void write_notice(JsonWriter& json, const Notice& notice, const NoticeReader& reader, Time now, bool open_end = false);
void write_time(JsonWriter& json, std::string_view name, std::optional<Time> time);  // null where there is none
void write_entry_told(JsonWriter& json, const NoticeEntry& entry);

}  // namespace langyan::center
