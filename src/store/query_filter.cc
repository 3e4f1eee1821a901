// filter_of(): the parts of a condition that a list of the filter says exactly go there, where
// engines have indices and roll-ups for them; all other parts stay as they are.
#include <algorithm>
#include <limits>

#include "store/planned.h"

namespace langyan::store {
namespace {

using query::Column;
using query::NumberRange;
using query::Test;

constexpr std::size_t list_values = 64;  // more is no walk along an index any more

// The numbers of a test that names single whole ones from 0 to `most`.
std::optional<std::vector<std::uint64_t>> points_of(const Test& test, std::uint64_t most) {
  std::vector<std::uint64_t> points;
  if (test.exists || test.numbers.empty() || test.numbers.size() > list_values) return {};
  for (const NumberRange& range : test.numbers) {
    if (!range.is_point() || !range.least->whole || range.least->integer < 0 ||
        static_cast<std::uint64_t>(range.least->integer) > most)
      return {};
    points.push_back(static_cast<std::uint64_t>(range.least->integer));
  }
  return points;
}

template <class T>
bool take_points(std::vector<T>& into, const Test& test, std::uint64_t most) {
  const auto points = into.empty() ? points_of(test, most) : std::nullopt;
  if (!points) return false;
  for (const auto point : *points) into.push_back(static_cast<T>(point));
  return true;
}

bool take_texts(std::vector<std::string>& into, const Test& test) {
  if (!into.empty() || test.exists || test.texts.empty() || test.texts.size() > list_values) return false;
  if (!std::ranges::all_of(test.texts, [](const auto& each) { return each.stars.empty(); })) return false;
  for (const auto& each : test.texts) into.push_back(each.text);
  return true;
}

bool take_networks(std::vector<IpNetwork>& into, const Test& test) {
  if (!into.empty() || test.exists || test.networks.empty() || !test.addresses.empty() ||
      test.networks.size() > list_values)
    return false;
  into = test.networks;
  return true;
}

bool take_severities(std::vector<std::uint8_t>& into, const Test& test) {
  if (!into.empty() || test.exists) return false;
  for (int level = 1; level <= 255; ++level)
    if (std::ranges::any_of(test.numbers, [&](const auto& range) { return holds(range, level); }))
      into.push_back(static_cast<std::uint8_t>(level));
  return !into.empty();
}

// One range of times narrows what stands there already.
bool take_time(Filter& filter, const Test& test) {
  if (test.exists || test.numbers.size() != 1) return false;
  const NumberRange& range = test.numbers[0];
  constexpr Time last = std::numeric_limits<Time>::max() - 1;
  if ((range.least && !range.least->whole) || (range.most && (!range.most->whole || range.most->integer > last)))
    return false;
  if (range.least && range.least->integer > last) return false;
  if (range.least) {
    const Time from = range.least->integer + range.least_open;
    filter.from = std::max(filter.from.value_or(from), from);
  }
  if (range.most) {
    const Time to = range.most->integer + !range.most_open;
    filter.to = std::min(filter.to.value_or(to), to);
  }
  return true;
}

bool take_organisation(Filter& filter, const Test& test) {
  if (!filter.organisation.empty() || test.exists || test.texts.size() != 1 ||
      !Scope::of(test.texts[0].text))
    return false;
  filter.organisation = test.texts[0].text;
  return true;
}

bool take_flow(Filter& filter, const Test& test) {
  if (filter.flow_id || test.exists || test.numbers.size() != 1 || !test.numbers[0].is_point()) return false;
  filter.flow_id = static_cast<std::uint64_t>(test.numbers[0].least->integer);
  return true;
}

template <class Enum>
bool take_enum(std::vector<Enum>& into, const Test& test, std::uint64_t last) {
  return take_points(into, test, last);
}

bool take(Filter& filter, const Test& test) {
  switch (test.target.column) {
    case Column::time: return take_time(filter, test);
    case Column::event_class: return take_enum(filter.classes, test, 4);
    case Column::event_type: return take_texts(filter.types, test);
    case Column::app_proto: return take_texts(filter.app_protos, test);
    case Column::verb: return take_texts(filter.verbs, test);
    case Column::organisation: return take_organisation(filter, test);
    case Column::src_ip: return take_networks(filter.src_ips, test);
    case Column::dst_ip: return take_networks(filter.dst_ips, test);
    case Column::any_ip: return take_networks(filter.ips, test);
    case Column::src_port: return take_points(filter.src_ports, test, 65'535);
    case Column::dst_port: return take_points(filter.dst_ports, test, 65'535);
    case Column::any_port: return take_points(filter.ports, test, 65'535);
    case Column::severity: return take_severities(filter.severities, test);
    case Column::sid: return take_points(filter.sids, test, 4'294'967'295);
    case Column::state: return take_enum(filter.states, test, alert_states - 1);
    case Column::flow_id: return take_flow(filter, test);
    default: return false;
  }
}

}  // namespace

bool holds(const NumberRange& range, std::int64_t value) {
  const auto below = [](const query::Number& number, std::int64_t than) {
    return number.whole ? number.integer < than : number.real < static_cast<double>(than);
  };
  const auto above = [](const query::Number& number, std::int64_t than) {
    return number.whole ? number.integer > than : number.real > static_cast<double>(than);
  };
  if (range.least && (above(*range.least, value) || (range.least_open && !below(*range.least, value)))) return false;
  return !range.most || !(below(*range.most, value) || (range.most_open && !above(*range.most, value)));
}

Filter filter_of(const query::Plan& plan, bool time) {
  Filter filter;
  filter.where = plan.condition;
  for (const std::uint32_t part : plan.condition->conjuncts()) {
    const query::Part& each = plan.condition->parts[part];
    if (each.kind == query::PartKind::test && take(filter, plan.condition->tests[each.test]) &&
        (time || plan.condition->tests[each.test].target.column != Column::time))
      continue;
    filter.parts.push_back(part);
  }
  return filter;
}

}  // namespace langyan::store
