// How counts over time are written in answers, and how long their buckets are. Any thread.
#pragma once

#include "base/json.h"
#include "store/event_store.h"

namespace langyan::center {

// About 100 buckets of a length people count in.
Duration bucket_for(Duration range);
// "from","bucket_seconds","series","complete": members of an object that is open.
void write_counts(JsonWriter& json, const store::Counts& counts);

}  // namespace langyan::center
