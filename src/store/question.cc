#include "store/question.h"

#include <algorithm>

namespace langyan::store {
namespace {

constexpr std::string_view other = "other";

constexpr std::string_view dimension_names[] = {"sid",        "src",      "dst",    "severity",
                                                "event_type", "ot_verb",  "sensor", "organisation",
                                                "proto",      "app_proto"};

Time floor_to(Time time, Duration unit) {
  return time / unit * unit;
}
Time ceil_to(Time time, Duration unit) {
  return (time + unit - 1) / unit * unit;
}

Error bad_query(std::string reason) {
  return {ErrorKind::usage, std::move(reason)};
}

Result<void> check(const Filter& filter, Time from, Time to) {
  if (auto checked = check(filter); !checked) return checked;
  if (from < 0 || to <= from) return bad_query("the range is empty; `to` must be after `from`");
  return {};
}

}  // namespace

std::string_view name_of(Dimension dimension) {
  return dimension_names[static_cast<std::size_t>(dimension)];
}
std::optional<Dimension> dimension_of(std::string_view name) {
  const auto* found = std::ranges::find(dimension_names, name);
  if (found == std::end(dimension_names)) return {};
  return static_cast<Dimension>(found - dimension_names);
}

Result<void> check(const Filter& filter) {
  std::size_t values = 0;
  for (const std::size_t size :
       {filter.classes.size(), filter.types.size(), filter.sensors.size(), filter.protos.size(),
        filter.app_protos.size(), filter.severities.size(), filter.sids.size(),
        filter.states.size(), filter.ips.size(), filter.src_ips.size(), filter.dst_ips.size(),
        filter.ports.size(), filter.src_ports.size(), filter.dst_ports.size(), filter.verbs.size(),
        filter.objects.size(), filter.results.size(), filter.functions.size(), filter.vias.size()})
    values += size;
  if (values > filter_values)
    return Error{ErrorKind::usage, "the filter lists " + std::to_string(values) +
                                       " values, at most " + std::to_string(filter_values) +
                                       " are taken"};
  return {};
}

std::pair<IpAddress, IpAddress> ends_of(const IpNetwork& network) {
  std::pair ends{network.address, network.address};
  for (int bit = network.prefix; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit & 7));
    const auto at = static_cast<std::size_t>(bit >> 3);
    ends.first.octets[at] &= static_cast<std::uint8_t>(~mask);
    ends.second.octets[at] |= mask;
  }
  return ends;
}

Error took_too_long(Duration allowed) {
  return {ErrorKind::full, "the question took longer than " + std::to_string(allowed / millisecond) +
                               " ms; ask for a shorter time range or filter more"};
}

Result<Top> begin(const TopQuery& query) {
  if (auto checked = check(query.filter, query.from, query.to); !checked) return checked.error();
  Top top;
  top.from = query.from, top.to = query.to;
  if (!query.exact && query.to - query.from >= day)
    top.from = floor_to(query.from, hour), top.to = ceil_to(query.to, hour);
  return top;
}

Time end_of(const CountQuery& query) {
  return ceil_to(query.to, query.bucket);
}

Result<Counts> begin(const CountQuery& query) {
  if (auto checked = check(query.filter, query.from, query.to); !checked) return checked.error();
  if (query.bucket < second || query.bucket % second != 0)
    return bad_query("a bucket of " + std::to_string(query.bucket) +
                     " us is not a number of seconds");
  Counts counts;
  counts.bucket = query.bucket, counts.from = floor_to(query.from, query.bucket);
  const auto buckets = static_cast<std::size_t>((end_of(query) - counts.from) / query.bucket);
  if (buckets > count_buckets)
    return bad_query(std::to_string(buckets) + " buckets are asked for, at most " +
                     std::to_string(count_buckets) + " are given; take longer buckets");
  counts.series.push_back({"", "", std::vector<std::uint64_t>(buckets), 0});
  return counts;
}

std::vector<TopRow> most_of(const Totals& totals, std::size_t rows) {
  std::vector<TopRow> sorted;
  sorted.reserve(totals.size());
  for (const auto& [value, count] : totals) sorted.push_back({value, {}, count});
  const auto before = [](const TopRow& a, const TopRow& b) {
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  };
  const auto kept = static_cast<std::ptrdiff_t>(std::min(rows, sorted.size()));
  std::ranges::partial_sort(sorted, sorted.begin() + kept, before);
  sorted.resize(static_cast<std::size_t>(kept));
  return sorted;
}

Time floor_to(Time time, Duration unit) {
  return time / unit * unit;
}
Time ceil_to(Time time, Duration unit) {
  return (time + unit - 1) / unit * unit;
}

Error bad_query(std::string reason) {
  return {ErrorKind::usage, std::move(reason)};
}

TopQuery widest(const CountQuery& query, const Counts& counts) {
  TopQuery widest;
  widest.filter = query.filter, widest.dimension = *query.by, widest.rows = count_series;
  widest.from = counts.from, widest.to = end_of(query), widest.exact = true;
  return widest;
}

Places add_series(const Top& most, Counts& counts) {
  Places places;
  const std::vector<std::uint64_t> none(counts.series[0].counts.size());
  counts.series.clear();
  counts.complete = most.complete;
  std::uint64_t listed = 0;
  for (const TopRow& row : most.rows) {
    places.emplace(row.value, counts.series.size());
    counts.series.push_back({row.value, row.label, none, 0});
    listed += row.count;
  }
  if (most.total > listed) counts.series.push_back({std::string(other), {}, none, 0});
  return places;
}

void add(Counts& counts, const Places& places, const std::string& value, std::int64_t bucket,
         std::uint64_t count) {
  const auto found = places.find(value);
  const std::size_t place = found == places.end() ? places.size() : found->second;
  if (place >= counts.series.size()) return;
  Series& series = counts.series[place];
  const auto at = static_cast<std::size_t>(bucket - counts.from / counts.bucket);
  if (at < series.counts.size()) series.counts[at] += count, series.total += count;
}

}  // namespace langyan::store
