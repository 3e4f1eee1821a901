#include "center/counts_json.h"

#include <algorithm>

#include "center/event_json.h"

namespace langyan::center {

Duration bucket_for(Duration range) {
  constexpr Duration lengths[] = {second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute,
                                  hour,   3 * hour,   12 * hour,   day,    7 * day,    30 * day};
  const auto fits =
      std::ranges::find_if(lengths, [&](Duration length) { return range / length <= 120; });
  return fits == std::end(lengths) ? 30 * day : *fits;
}

void write_counts(JsonWriter& json, const store::Counts& counts) {
  json.key("from").time(counts.from);
  json.field("bucket_seconds", static_cast<std::uint64_t>(counts.bucket / second))
      .key("series")
      .open_list();
  for (const store::Series& series : counts.series) {
    json.open();
    write_series_value(json, series.value, series.label);
    json.field("total", series.total).key("counts").open_list();
    for (std::uint64_t count : series.counts) json.number(count);
    json.close_list().close();
  }
  json.close_list().field("complete", counts.complete);
}

}  // namespace langyan::center
