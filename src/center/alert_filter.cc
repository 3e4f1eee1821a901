#include "center/alert_filter.h"

#include <algorithm>
#include <charconv>

#include "center/center.h"

namespace langyan::center {
namespace {

constexpr char separator = '~';  // of a group's id; in no address and no organisation

// Mutes that can hide anything of the filter's time.
Result<std::vector<Mute>> mutes_within(Center& center, const Call& call, const store::Filter& filter) {
  auto mutes = center.mutes().list(call.scope());
  if (!mutes) return mutes;
  std::erase_if(*mutes, [&](const Mute& mute) {
    return (filter.from && mute.until <= *filter.from) || (filter.to && mute.from >= *filter.to);
  });
  return mutes;
}

// Adds what no list of the filter says: it must hold, too.
void must_hold(store::Filter& filter, std::shared_ptr<const query::Condition> condition) {
  filter.parts = condition->conjuncts();
  filter.where = std::move(condition);
}

store::Filter nothing() {
  store::Filter filter;
  filter.from = filter.to = 0;
  return filter;
}

// A group's own rule and ends instead of wider lists. False: the group lies outside the filter.
bool narrow(std::vector<IpNetwork>& networks, const IpAddress& ip) {
  if (!networks.empty() && !std::ranges::any_of(networks, [&](const auto& each) { return each.contains(ip); }))
    return false;
  networks = {{ip, 128}};
  return true;
}

// An alert of the group has no value there at all.
void without(store::Filter& filter, query::Column column, query::Type type) {
  auto condition =
      filter.where ? std::make_shared<query::Condition>(*filter.where) : std::make_shared<query::Condition>();
  query::Test test;
  test.target.column = column, test.target.type = type, test.exists = true, test.term = "group";
  condition->tests.push_back(std::move(test));
  const auto add = [&](query::Part part) {
    condition->parts.push_back(std::move(part));
    return static_cast<std::uint32_t>(condition->parts.size() - 1);
  };
  const auto exists = add({query::PartKind::test, {}, static_cast<std::uint32_t>(condition->tests.size() - 1)});
  filter.parts.push_back(add({query::PartKind::none_of, {exists}, 0}));
  filter.where = std::move(condition);
}

struct End {
  const std::string& text;
  std::vector<IpNetwork>& networks;
  query::Column column;
};

std::optional<Problem> add_group(store::Filter& filter, const std::string& id) {
  const Problem wrong(Code::bad_parameter, "`group` is `" + id.substr(0, 200) +
                                               "`; take the id of a group, as GET /api/v1/alert-groups gives it.");
  std::vector<std::string> parts;  // the organisation last
  for (std::size_t at = 0; at <= id.size();) {
    const std::size_t end = std::min(id.find(separator, at), id.size());
    parts.push_back(id.substr(at, end - at)), at = end + 1;
  }
  if (parts.size() != 4 || !store::Scope::of(parts[3]) || parts[3].empty()) return wrong;
  const auto within = store::Scope::of(filter.organisation);
  bool inside = filter.organisation.empty() || (within && within->covers(parts[3]));
  filter.organisation = parts[3];
  if (parts[0].empty()) {
    without(filter, query::Column::sid, query::Type::number);
  } else {
    std::uint64_t sid = 0;
    const char* const last = parts[0].data() + parts[0].size();
    if (const auto [at, error] = std::from_chars(parts[0].data(), last, sid); error != std::errc() || at != last)
      return wrong;
    inside = inside && (filter.sids.empty() || std::ranges::count(filter.sids, sid));
    filter.sids = {sid};
  }
  for (const End& end :
       {End{parts[1], filter.src_ips, query::Column::src_ip}, End{parts[2], filter.dst_ips, query::Column::dst_ip}}) {
    if (end.text.empty()) {
      without(filter, end.column, query::Type::address);
      continue;
    }
    const auto ip = parse_ip(end.text);
    if (!ip) return wrong;
    inside = narrow(end.networks, *ip) && inside;
  }
  if (!inside) filter = nothing();
  return {};
}

}  // namespace

std::string id_of(const store::AlertGroup& group) {
  std::string id = group.sid ? std::to_string(*group.sid) : std::string();
  for (const std::string* part : {&group.src, &group.dst, &group.organisation}) (id += separator) += *part;
  return id;
}

std::span<const Parameter> alert_parameters() {
  static const std::vector<Parameter> rows = [] {
    std::vector<Parameter> all(filter_parameters().begin(), filter_parameters().end());
    all.push_back({"group", ParameterKind::text, "Group they belong to, by its id."});
    all.push_back({"muted", ParameterKind::word, "Alerts that a mute hides: among the others, left out, or alone.",
                   false, 0, UINT64_MAX, "show|hide|only", "show"});
    return all;
  }();
  return rows;
}

std::variant<store::Filter, Problem> alert_filter(Center& center, const Call& call, const Parameters& parameters) {
  store::Filter filter = filter_of(parameters);
  const std::string muted = parameters.text("muted");
  if (muted != "show") {
    const auto mutes = mutes_within(center, call, filter);
    if (!mutes) return problem_of(mutes.error());
    const bool only = muted == "only";
    if (mutes->empty() && only) return nothing();
    if (!mutes->empty()) must_hold(filter, hidden_by(*mutes, !only));
  }
  if (parameters.has("group"))
    if (const auto problem = add_group(filter, parameters.text("group"))) return *problem;
  return filter;
}

Result<std::optional<Mute>> hiding(Center& center, const Call& call, const store::Event& alert) {
  const auto mutes = center.mutes().list(call.scope());
  if (!mutes) return mutes.error();
  const auto parsed = store::parse_event(alert.json);
  if (!parsed || parsed->rows.empty()) return std::optional<Mute>();
  const auto found =
      std::ranges::find_if(*mutes, [&](const Mute& mute) { return mute.covers(parsed->rows[0], alert.organisation); });
  return found == mutes->end() ? std::nullopt : std::optional(*found);
}

}  // namespace langyan::center
