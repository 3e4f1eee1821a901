#include "center/mutes.h"

#include <algorithm>

#include "center/json_object.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "mute", owner = "center";
constexpr Duration kept_after = 365 * day;
constexpr Words scopes[] = {
    {"rule", "This rule", "该规则"},
    {"source", "This rule from this source", "该规则，仅此源"},
    {"pair", "This rule from this source to this destination", "该规则，仅此源与此目的"},
    {"asset", "Every rule, to or from this asset", "此资产的全部规则"},
};

std::string body_of(const Mute& mute) {
  std::string body;
  JsonWriter json(body);
  json.open().field("organisation", mute.organisation).field("scope", mute.scope);
  if (mute.sid) json.field("sid", *mute.sid);
  if (mute.src) json.field("src", to_string(*mute.src));
  if (mute.dst) json.field("dst", to_string(*mute.dst));
  if (mute.address) json.field("address", to_string(*mute.address));
  json.field("reason", mute.reason).field("by", mute.by);
  json.field("from", static_cast<std::uint64_t>(mute.from)).field("until", static_cast<std::uint64_t>(mute.until));
  json.close();
  return body;
}

std::optional<IpAddress> address_in(const JsonObject& body, std::string_view name) {
  const auto text = body.text(name);
  return text ? parse_ip(*text) : std::nullopt;
}

Mute mute_of(const store::Document& document) {
  Mute mute;
  mute.id = document.id, mute.created = document.created, mute.version = document.version;
  const auto body = JsonObject::parse(document.body);
  if (!body) return mute;  // hides nothing: it has no time
  mute.organisation = body->text("organisation").value_or(""), mute.scope = body->text("scope").value_or("");
  mute.sid = body->number("sid");
  mute.src = address_in(*body, "src"), mute.dst = address_in(*body, "dst"), mute.address = address_in(*body, "address");
  mute.reason = body->text("reason").value_or(""), mute.by = body->text("by").value_or("");
  mute.from = static_cast<Time>(body->number("from").value_or(0)),
  mute.until = static_cast<Time>(body->number("until").value_or(0));
  return mute;
}

bool touches(const Mute& mute, const store::Scope& scope) {
  if (scope.covers(mute.organisation) || mute.organisation.empty()) return true;
  const auto of_mute = store::Scope::of(mute.organisation);
  return of_mute && of_mute->covers(scope.root());
}

bool same_alerts(const Mute& a, const Mute& b) {
  return a.organisation == b.organisation && a.sid == b.sid && a.src == b.src && a.dst == b.dst &&
         a.address == b.address;
}

// Tests of one mute, each a part of the condition; all of them must hold.
class ConditionMaker {
 public:
  std::uint32_t hidden(const Mute& mute) {
    query::Part all{query::PartKind::all_of, {}, 0};
    const auto address = [&](query::Column column, const std::optional<IpAddress>& ip) {
      if (!ip) return;
      query::Test test = test_of(column, query::Type::address);
      test.networks = {{*ip, 128}};
      all.parts.push_back(add(std::move(test)));
    };
    if (!mute.organisation.empty()) {
      query::Test test = test_of(query::Column::organisation, query::Type::path);
      test.texts = {{mute.organisation, {}}};
      all.parts.push_back(add(std::move(test)));
    }
    if (mute.sid)
      all.parts.push_back(
          add(numbers(query::Column::sid, static_cast<std::int64_t>(*mute.sid), static_cast<std::int64_t>(*mute.sid))));
    address(query::Column::src_ip, mute.src), address(query::Column::dst_ip, mute.dst),
        address(query::Column::any_ip, mute.address);
    all.parts.push_back(add(numbers(query::Column::time, mute.from, mute.until - 1)));
    return add(std::move(all));
  }
  std::uint32_t add(query::Part part) {
    made.parts.push_back(std::move(part));
    return static_cast<std::uint32_t>(made.parts.size() - 1);
  }
  query::Condition made;

 private:
  static query::Test test_of(query::Column column, query::Type type) {
    query::Test test;
    test.target.column = column, test.target.type = type;
    test.term = "mute";
    return test;
  }
  static query::Test numbers(query::Column column, std::int64_t least, std::int64_t most) {
    query::Test test = test_of(column, query::Type::number);
    query::NumberRange range;
    range.least = query::Number{true, least, 0}, range.most = query::Number{true, most, 0};
    test.numbers = {range};
    return test;
  }
  std::uint32_t add(query::Test test) {
    made.tests.push_back(std::move(test));
    return add(query::Part{query::PartKind::test, {}, static_cast<std::uint32_t>(made.tests.size() - 1)});
  }
};

}  // namespace

std::span<const Words> mute_scopes() {
  return scopes;
}

bool Mute::covers(const store::EventRow& row, std::string_view whose) const {
  const auto of_mute = store::Scope::of(organisation);
  if (!organisation.empty() && !(of_mute && of_mute->covers(whose))) return false;
  const bool at_end = !address || row.src_ip == address || row.dst_ip == address;
  return at_end && (!sid || row.sid == sid) && (!src || row.src_ip == src) && (!dst || row.dst_ip == dst) &&
         from <= row.time && row.time < until;
}

store::Filter filter_of(const Mute& mute) {
  store::Filter filter;
  filter.classes = {store::EventClass::alert};
  filter.organisation = mute.organisation;
  if (mute.sid) filter.sids = {*mute.sid};
  if (mute.src) filter.src_ips = {{*mute.src, 128}};
  if (mute.dst) filter.dst_ips = {{*mute.dst, 128}};
  if (mute.address) filter.ips = {{*mute.address, 128}};
  return filter;
}

std::shared_ptr<const query::Condition> hidden_by(std::span<const Mute> mutes, bool others) {
  ConditionMaker maker;
  query::Part any{others ? query::PartKind::all_of : query::PartKind::any_of, {}, 0};
  for (const Mute& mute : mutes) {
    const std::uint32_t hidden = maker.hidden(mute);
    any.parts.push_back(others ? maker.add(query::Part{query::PartKind::none_of, {hidden}, 0}) : hidden);
  }
  maker.add(std::move(any));
  return std::make_shared<const query::Condition>(std::move(maker.made));
}

Result<std::vector<Mute>> Mutes::list(const store::Scope& scope) {
  std::vector<Mute> mutes;
  const auto page = documents_.latest(store::Scope::all(), kind, "", most_mutes);
  if (!page) return page.error();
  for (const store::Document& document : page->documents) {
    Mute mute = mute_of(document);
    if (mute.until > 0 && touches(mute, scope)) mutes.push_back(std::move(mute));
  }
  std::ranges::stable_sort(mutes, std::ranges::greater{}, &Mute::created);
  return mutes;
}

Result<Mute> Mutes::find(const store::Scope& scope, std::string_view id) {
  const auto document = documents_.get(store::Scope::all(), kind, id);
  if (!document) return document.error();
  Mute mute = mute_of(*document);
  if (touches(mute, scope)) return mute;
  return Error{ErrorKind::missing, "there is no mute \"" + std::string(id.substr(0, 64)) + "\""};
}

Result<Mute> Mutes::make(const Mute& mute, Time now) {
  const auto all = list(store::Scope::all());
  if (!all) return all.error();
  if (all->size() >= most_mutes)
    return Error{ErrorKind::conflict,
                 "there are " + std::to_string(most_mutes) + " mutes with those that have ended; remove some first"};
  for (const Mute& other : *all)
    if (other.until > now && same_alerts(other, mute))
      return Error{ErrorKind::conflict, "these alerts are muted until " + timestamp(other.until) + " by " + other.by +
                                            " (" + other.id + "); change that mute"};
  return write(mute, 0);
}

Result<Mute> Mutes::change(const Mute& mute) {
  return write(mute, mute.version);
}

Result<void> Mutes::remove(const Mute& mute, std::string_view by) {
  return documents_.remove(store::Scope::all(), kind, mute.id, {}, by);
}

Result<Mute> Mutes::write(const Mute& mute, std::optional<std::uint64_t> expected) {
  store::DocumentChange change;
  change.kind = kind, change.id = mute.id, change.organisation = owner;
  change.body = body_of(mute), change.by = mute.by;
  change.expected = expected;
  change.expires = mute.until + kept_after;
  const auto written = documents_.put(store::Scope::all(), std::move(change));
  if (!written) return written.error();
  return mute_of(*written);
}

}  // namespace langyan::center
