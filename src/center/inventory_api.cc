// The inventory: list, counts, export, one asset in full, whom it talks to, its alerts, and what is set by hand.
#include <algorithm>
#include <set>
#include <tuple>

#include "base/json.h"
#include "center/audit.h"
#include "center/body_members.h"
#include "center/center.h"
#include "center/event_cells.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/words.h"
#include "fields/fact.h"
#include "fields/host_role.h"
#include "query/plan.h"

namespace langyan::center {
namespace {

constexpr std::size_t export_rows = 50'000, most_peers = 200, most_pairs = 1'000, longest_name = 200,
                      longest_note = 2'000;

Words role_words(std::string_view role) {
  const auto known = std::ranges::find(host_roles(), role, &HostRoleRow::name);
  if (known == host_roles().end()) return {role, role, role};
  return {known->name, known->label.en, known->label.zh};
}

Words trait_words(std::string_view trait) {
  for (const Name& name : trait_names())
    if (name.word == trait)
      return {trait, trait_label(static_cast<Trait>(name.value)).en, trait_label(static_cast<Trait>(name.value)).zh};
  return {trait, trait, trait};
}

JsonWriter& write_level(JsonWriter& json, int level) {
  json.key("level");
  return level < 0 ? json.null() : json.number(std::int64_t{level});
}

void write_row(JsonWriter& json, const AssetRow& row, std::size_t children) {
  json.open().field("id", row.id).field("organisation", row.organisation).field("identity", row.identity);
  json.key("parent");
  row.parent.empty() ? json.null() : json.text(row.parent);
  json.field("name", row.name).field("owner", row.owner).key("role");
  write_words(json, role_words(row.role));
  write_level(json, row.level).field("attack", row.attack).field("vendor", row.vendor).field("model", row.model);
  json.field("firmware", row.firmware);
  write_texts(json, "ips", row.ips), write_texts(json, "macs", row.macs), write_texts(json, "sensors", row.sensors);
  json.key("first_seen").time(row.first).key("last_seen").time(std::max(row.last, row.first));
  json.field("silent", row.silent).field("edited", row.by_hand).field("children", std::uint64_t{children});
  json.field("conflicts", row.conflicts)
      .field("vulnerabilities", row.vulnerabilities)
      .field("exploited", row.exploited)
      .close();
}

template <class Value>
void write_or_null(JsonWriter& json, std::string_view key, const std::optional<Value>& value) {
  json.key(key);
  if (!value) return void(json.null());
  if constexpr (std::is_same_v<Value, int>) json.number(std::int64_t{*value});
  else json.text(*value);
}

void write_hand(JsonWriter& json, const AssetHand& hand) {
  json.open().field("version", hand.version).field("by", hand.by).key("changed");
  hand.version ? json.time(hand.changed) : json.null();
  write_or_null(json, "role", hand.role), write_or_null(json, "level", hand.level),
      write_or_null(json, "name", hand.name);
  write_or_null(json, "owner", hand.owner), write_or_null(json, "note", hand.note);
  json.close();
}

void write_facts(JsonWriter& json, const AssetRecord& record) {
  json.key("facts").open_list();
  for (const AssetFact& fact : record.facts) {
    json.open().key("trait");
    write_words(json, trait_words(fact.trait));
    json.field("value", fact.value).field("source", fact.source).field("confidence", fact.confidence);
    json.key("first")
        .time(fact.first)
        .key("last")
        .time(fact.last)
        .field("packet", fact.packet)
        .field("sensor", fact.sensor);
    json.field("best", record.best(fact.trait) == &fact).field("replaced", fact.replaced).close();
  }
  json.close_list().key("summed_up").open_list();  // what a sensor told without its evidence
  for (const Name& name : trait_names()) {
    if (record.best(name.word)) continue;
    const std::string value = record.shown(name.word);
    if (value.empty()) continue;
    write_words(json.open().key("trait"), trait_words(name.word));
    json.field("value", value).close();
  }
  json.close_list().key("conflicts").open_list();
  for (const AssetRecord::Conflict& each : record.conflicts()) {
    write_words(json.open().key("trait"), trait_words(each.trait));
    json.field("one", each.one->value).field("one_source", each.one->source);
    json.field("other", each.other->value).field("other_source", each.other->source).close();
  }
  json.close_list();
}

void write_changes(JsonWriter& json, const AssetInFull& full) {
  json.key("changes").open_list();
  for (auto each = full.record.changes.rbegin(); each != full.record.changes.rend(); ++each) {
    json.open()
        .key("time")
        .time(each->told.time)
        .field("change", each->change)
        .field("sensor", each->sensor)
        .field("packet", each->packet);
    json.key("trait");
    each->trait.empty() ? void(json.null()) : write_words(json, trait_words(each->trait));
    json.field("value", each->value).field("was", each->was).field("other", each->other).close();
  }
  json.close_list().key("vulnerabilities").open_list();
  for (const AssetVulnerability& each : full.record.vulnerabilities)
    json.open().key("first").time(each.first).key("entry").raw(each.json).close();
  json.close_list().key("told_by").open_list();
  for (const auto& [sensor, state] : full.record.states) {
    json.open()
        .field("sensor", sensor)
        .key("first")
        .time(state.first)
        .key("last")
        .time(std::max(state.heard, state.first));
    json.field("silent", state.change == "silent").close();
  }
  json.close_list();
}

Response answer_of(const AssetInFull& full) {
  std::string body;
  JsonWriter json(body);
  json.open().key("asset");
  write_row(json, full.row, full.children.size());
  json.key("parent");
  full.parent ? write_row(json, *full.parent, 0) : void(json.null());
  write_facts(json, full.record);
  write_changes(json, full);
  json.key("children").open_list();
  for (const AssetRow& each : full.children) write_row(json, each, 0);
  json.close_list().key("hand");
  write_hand(json, full.hand);
  json.close();
  return json_answer(std::move(body));
}

AssetFilter filter_of_assets(const Parameters& given) {
  AssetFilter filter;
  filter.text = given.text("text"), filter.vendor = given.text("vendor"),
  filter.organisation = given.text("organisation");
  filter.sensor = given.text("sensor"), filter.roles = given.list("role"), filter.is = given.list("is");
  for (const std::string& level : given.list("level")) filter.levels.push_back(level == "none" ? -1 : level[0] - '0');
  filter.since = given.time("since");
  if (given.has("sort")) filter.sort = given.text("sort");
  return filter;
}

// Addresses under which events speak of it: its host's, for what stands behind one, with the protocol that reaches it.
struct Traffic {
  store::Scope scope;
  std::vector<std::string> addresses;
  std::string protocol;
};
Traffic traffic_of(const AssetInFull& full) {
  Traffic traffic{store::Scope::of(full.row.organisation).take(), full.row.ips, {}};
  if (!full.parent) return traffic;
  traffic.addresses = full.parent->ips;
  const std::string_view identity = full.row.identity;
  const std::size_t unit = identity.rfind('/'), protocol = unit == identity.npos ? unit : identity.rfind('/', unit - 1);
  if (protocol != identity.npos) traffic.protocol = identity.substr(protocol + 1, unit - protocol - 1);
  return traffic;
}

struct Partner {
  std::uint64_t sent = 0, received = 0;  // events, as the asset sent or received them
  std::set<std::string> protocols;
};

// Events between the asset and others, by pair and, in a second question, by protocol too: not every event has one.
Result<bool> add_peers(Center& center, const Call& call, const Traffic& traffic, const store::Range& range,
                       std::string_view groups, std::map<std::string, Partner>& peers) {
  std::string text = "ip:(";
  for (const std::string& each : traffic.addresses)
    text.append(text.size() > 4 ? " or " : "").append("\"" + each + "\"");
  text += ") and not type:asset";
  if (!traffic.protocol.empty()) text += " and app_proto:\"" + traffic.protocol + "\"";
  text.append(" | groupby ").append(groups).append(" | head " + std::to_string(most_pairs));
  const auto fields = center.query_fields();
  query::Surroundings around;
  around.catalogue = fields.get(), around.now = call.now;
  const query::Resolved understood = query::understand(text, around);
  if (!understood.faults.empty()) return Error{ErrorKind::failed, understood.faults[0].message.en};
  const auto found = center.events().aggregate(traffic.scope, understood.plan, range);
  if (!found) return found.error();
  const auto text_in = [](const store::Cell& cell) {
    const auto* in = std::get_if<std::string>(&cell);
    return in ? *in : std::string();
  };
  const std::set<std::string> own(traffic.addresses.begin(), traffic.addresses.end());
  for (const auto& row : found->rows) {
    const std::string src = text_in(row[0]), dst = text_in(row[1]);
    const bool sends = own.contains(src);
    const std::string& other = sends ? dst : src;
    if (own.contains(other) || other.empty()) continue;
    Partner& peer = peers[other];
    if (row.size() > 3) {
      peer.protocols.insert(text_in(row[2]));
      continue;
    }
    const auto* count = std::get_if<std::uint64_t>(&row.back());
    const auto* small = std::get_if<std::int64_t>(&row.back());
    (sends ? peer.sent : peer.received) += count ? *count : small ? static_cast<std::uint64_t>(*small) : 0;
  }
  return found->complete && found->rows.size() == found->groups;
}

std::optional<Problem> take_text(const JsonObject& wish, std::string_view name, std::size_t most,
                                 std::optional<std::optional<std::string>>& into) {
  if (!wish.has(name)) return {};
  into.emplace();
  if (wish.raw(name) == "null") return {};
  const auto text = wish.text(name);
  if (!text || text->empty() || text->size() > most)
    return Problem(Code::bad_body, "`" + std::string(name) + "` must be a text of 1 to " + std::to_string(most) +
                                       " octets, or null to take it back.");
  *into = *text;
  return {};
}

std::variant<Inventory::Change, Problem> change_of(const JsonObject& wish) {
  Inventory::Change change;
  const std::tuple<std::string_view, std::size_t, std::optional<std::optional<std::string>>*> texts[] = {
      {"role", longest_name, &change.role},
      {"name", longest_name, &change.name},
      {"owner", longest_name, &change.owner},
      {"note", longest_note, &change.note}};
  for (const auto& [name, most, into] : texts)
    if (const auto problem = take_text(wish, name, most, *into)) return *problem;
  if (change.role && *change.role &&
      std::ranges::find(host_roles(), **change.role, &HostRoleRow::name) == host_roles().end())
    return Problem(Code::bad_body, "`role` is none of the roles; /api/v1/assets/roles lists them.");
  if (wish.has("level")) {
    change.level.emplace();
    const auto level = wish.number("level");
    if (wish.raw("level") != "null" && (!level || *level > 5))
      return Problem(Code::bad_body, "`level` must be 0 to 5, of the Purdue model, or null to take it back.");
    if (level) *change.level = static_cast<int>(*level);
  }
  if (auto wrong = read_number(wish, "version", change.version)) return *wrong;
  return change;
}

}  // namespace

Response list_assets(Center& center, Call& call) {
  const auto page = center.inventory().list(call.scope(), filter_of_assets(call.parameters),
                                            call.parameters.text("cursor"), call.parameters.number("limit"));
  if (!page) return problem_of(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("assets").open_list();
  for (std::size_t i = 0; i < page->rows.size(); ++i) write_row(json, page->rows[i], page->children[i]);
  json.close_list().field("total", std::uint64_t{page->total}).key("next");
  page->next.empty() ? json.null() : json.text(page->next);
  json.close();
  return json_answer(std::move(body));
}

Response count_assets(Center& center, Call& call) {
  const AssetCounts counts = center.inventory().counts(call.scope(), filter_of_assets(call.parameters));
  std::string body;
  JsonWriter json(body);
  json.open().field("total", std::uint64_t{counts.total}).key("roles").open_list();
  for (const auto& [role, count] : counts.roles) {
    write_words(json.open().key("role"), role_words(role));
    json.field("count", std::uint64_t{count}).close();
  }
  json.close_list().key("levels").open_list();
  for (const auto& [level, count] : counts.levels)
    write_level(json.open(), level).field("count", std::uint64_t{count}).close();
  json.close_list().key("vendors").open_list();
  std::vector<std::pair<std::string, std::size_t>> vendors(counts.vendors.begin(), counts.vendors.end());
  std::ranges::stable_sort(vendors, std::greater(), &std::pair<std::string, std::size_t>::second);
  if (vendors.size() > 50) vendors.resize(50);
  for (const auto& [vendor, count] : vendors)
    json.open().field("vendor", vendor).field("count", std::uint64_t{count}).close();
  json.close_list().key("flags").open_list();
  for (const auto& [flag, count] : counts.flags)
    json.open().field("flag", flag).field("count", std::uint64_t{count}).close();
  json.close_list()
      .field("reading", !center.inventory().caught_up())
      .field("full", center.inventory().size() >= Inventory::most())
      .close();
  return json_answer(std::move(body));
}

Response asset_roles(Center&, Call&) {
  std::string body;
  JsonWriter json(body);
  json.open().key("roles").open_list();
  for (const HostRoleRow& row : host_roles()) {
    write_words(json.open().key("role"), role_words(row.name));
    write_level(json, row.level).close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

// A ledger that assets.ledger of a sensor takes, with what the center knows besides in further columns.
Response export_assets(Center& center, Call& call) {
  const auto page = center.inventory().list(call.scope(), filter_of_assets(call.parameters), {}, export_rows);
  if (!page) return problem_of(page.error());
  call.note.object = std::to_string(page->rows.size()) + " assets";
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"langyan-assets.csv\"");
  response.body =
      "\xef\xbb\xbf"
      "address,MAC,role,level,ATT&CK asset,vendor,model,firmware,name,owner,organisation,sensors,first seen,last "
      "seen,silent\r\n";
  const auto joined = [](const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& each : all) text.append(text.empty() ? "" : " ").append(each);
    return text;
  };
  for (const AssetRow& row : page->rows) {
    const std::string role = row.role == "unknown" ? "" : row.role;
    const std::string address = row.parent.empty() ? joined(row.ips) : row.identity;
    const store::Cell level = row.level < 0 ? store::Cell() : store::Cell(std::int64_t{row.level});
    const store::Cell cells[] = {address,
                                 joined(row.macs),
                                 role,
                                 level,
                                 row.attack,
                                 row.vendor,
                                 row.model,
                                 row.firmware,
                                 row.name,
                                 row.owner,
                                 row.organisation,
                                 joined(row.sensors),
                                 timestamp(row.first),
                                 timestamp(std::max(row.last, row.first)),
                                 std::string(row.silent ? "yes" : "no")};
    for (std::size_t i = 0; i < std::size(cells); ++i) {
      if (i > 0) response.body += ',';
      append_csv(response.body, cells[i]);
    }
    response.body += "\r\n";
  }
  return response;
}

Response asset_in_full(Center& center, Call& call) {
  const auto full = center.inventory().get(call.scope(), call.parameters.text("id"));
  return full ? answer_of(*full) : problem_of(full.error());
}

Response change_asset(Center& center, Call& call) {
  const auto body = call.body({"role", "level", "name", "owner", "note", "version"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  call.note.detail = told(std::get<JsonObject>(body), {"role", "level", "name", "owner", "note"});
  const auto change = change_of(std::get<JsonObject>(body));
  if (const auto* problem = std::get_if<Problem>(&change)) return *problem;
  const std::string id = call.parameters.text("id");
  const auto done = center.inventory().set(call.scope(), id, std::get<Inventory::Change>(change), call.principal->name);
  if (!done) return problem_of(done.error());
  const auto full = center.inventory().get(call.scope(), id);
  if (!full) return problem_of(full.error());
  call.note.object = full->row.identity;
  return answer_of(*full);
}

Response asset_history(Center& center, Call& call) {
  const auto history = center.inventory().history(call.scope(), call.parameters.text("id"));
  if (!history) return problem_of(history.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("history").open_list();
  for (const AssetHand& each : *history) write_hand(json, each);
  json.close_list().close();
  return json_answer(std::move(body));
}

Response asset_peers(Center& center, Call& call) {
  const auto full = center.inventory().get(call.scope(), call.parameters.text("id"));
  if (!full) return problem_of(full.error());
  const Time to = call.parameters.time("to").value_or(call.now),
             from = call.parameters.time("from").value_or(to - 7 * day);
  if (from >= to) return Problem(Code::bad_parameter, "`from` must be before `to`.");
  const Traffic traffic = traffic_of(*full);
  std::map<std::string, Partner> peers;
  bool complete = true;
  for (const std::string_view groups : {"src dst", "src dst app_proto"}) {
    if (traffic.addresses.empty()) break;
    const auto added = add_peers(center, call, traffic, {from, to}, groups, peers);
    if (!added) return question_problem(added.error());
    complete = complete && *added;
  }
  std::vector<std::pair<std::string, Partner>> sorted(peers.begin(), peers.end());
  std::ranges::stable_sort(sorted, std::greater(),
                           [](const auto& each) { return each.second.sent + each.second.received; });
  if (sorted.size() > most_peers) sorted.resize(most_peers), complete = false;
  std::vector<std::string> addresses;
  for (const auto& [address, peer] : sorted) addresses.push_back(address);
  const auto known = center.inventory().at(full->row.organisation, addresses);
  std::string body;
  JsonWriter json(body);
  json.open().key("from").time(from).key("to").time(to).key("peers").open_list();
  for (const auto& [address, peer] : sorted) {
    json.open().field("address", address).key("asset");
    const auto at = known.find(address);
    at == known.end() ? void(json.null()) : write_row(json, at->second, 0);
    write_texts(json, "protocols", {peer.protocols.begin(), peer.protocols.end()});
    json.field("sent", peer.sent).field("received", peer.received).close();
  }
  json.close_list().field("complete", complete).close();
  return json_answer(std::move(body));
}

Response asset_alerts(Center& center, Call& call) {
  const auto full = center.inventory().get(call.scope(), call.parameters.text("id"));
  if (!full) return problem_of(full.error());
  const Traffic traffic = traffic_of(*full);
  store::Filter filter;
  for (const std::string& each : traffic.addresses)
    if (const auto network = parse_network(each)) filter.ips.push_back(*network);
  if (!traffic.protocol.empty()) filter.app_protos = {traffic.protocol};
  if (filter.ips.empty()) return json_answer(page_json("alerts", {}));
  const auto page =
      center.events().alerts(traffic.scope, filter, call.parameters.text("cursor"), call.parameters.number("limit"));
  if (!page) return question_problem(page.error());
  return json_answer(page_json("alerts", *page));
}

}  // namespace langyan::center
