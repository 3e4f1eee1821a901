#include "center/inventory.h"

#include <simdjson.h>

#include <algorithm>
#include <set>

#include "assets/words.h"
#include "base/caps.h"
#include "base/json.h"
#include "base/json_members.h"
#include "base/log.h"
#include "center/secret.h"
#include "fields/host_role.h"

namespace langyan::center {
namespace {

const Cap assets_cap{
    "center.assets", 200'000, 16,
    4'000'000,       1'024,   "Assets of all organisations that the center keeps; later ones are counted."};

constexpr std::string_view kind = "asset", hand_kind = "asset_hand", cursor_kind = "asset_cursor";
constexpr std::string_view owner = "center";
constexpr std::size_t events_together = 500;  // each touches three documents at most
constexpr std::uint64_t fold_version = 2;     // another one: the store is read from its beginning again
constexpr std::size_t longest_chain = 4;      // of assets that became another
constexpr std::size_t most_handed_on = 32;    // assets to which one passes what it learned
constexpr Duration note_every = minute;       // of a cursor behind which there was no asset
constexpr std::chrono::milliseconds look_every{500}, retry_every{2'000};

const HostRoleRow* role_row(std::string_view word) {
  const auto found = std::ranges::find(host_roles(), word, &HostRoleRow::name);
  return found == host_roles().end() ? nullptr : &*found;
}

std::string body_of(const AssetHand& hand) {
  std::string body;
  JsonWriter json(body);
  json.open();
  const std::pair<std::string_view, const std::optional<std::string>*> texts[] = {
      {"role", &hand.role}, {"name", &hand.name}, {"owner", &hand.owner}, {"note", &hand.note}};
  for (const auto& [key, value] : texts)
    if (*value) json.field(key, **value);
  if (hand.level) json.field("level", std::int64_t{*hand.level});
  json.close();
  return body;
}

AssetHand hand_of(const store::Document& document) {
  AssetHand hand;
  hand.version = document.version, hand.changed = document.changed, hand.by = document.by;
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document.body).get(from) != simdjson::SUCCESS) return hand;
  const std::pair<std::string_view, std::optional<std::string>*> texts[] = {
      {"role", &hand.role}, {"name", &hand.name}, {"owner", &hand.owner}, {"note", &hand.note}};
  std::string_view text;
  for (const auto& [key, value] : texts)
    if (from[key].get(text) == simdjson::SUCCESS) *value = std::string(text);
  std::int64_t level = 0;
  if (from["level"].get(level) == simdjson::SUCCESS) hand.level = static_cast<int>(level);
  return hand;
}

// Addresses by number, and what stands behind one after it by unit.
std::string order_of(const AssetRecord& record, const AssetState* state) {
  const std::string_view host = std::string_view(record.identity).substr(0, record.identity.find('/'));
  std::string order;
  if (const auto ip = parse_ip(host)) append_hex(order, Bytes(ip->octets.data(), ip->octets.size()));
  else order.append("~").append(host);
  const std::string unit = std::to_string(state ? state->unit : 0);
  return order.append("/").append(20 - std::min<std::size_t>(20, unit.size()), '0').append(unit);
}

AssetRow row_of(const AssetRecord& record, const AssetHand* hand) {
  AssetRow row;
  row.id = asset_id(record.organisation, record.identity), row.organisation = record.organisation,
  row.identity = record.identity;
  const AssetState* state = record.newest();
  row.listed = state && !record.is_merged();
  if (record.is_merged()) row.into = asset_id(record.organisation, *record.into());
  if (state && !state->parent.empty()) row.parent = asset_id(record.organisation, state->parent);
  row.name = record.shown("name"), row.vendor = record.shown("vendor");
  row.model = record.shown("model"), row.firmware = record.shown("firmware");
  if (row.model.empty()) row.model = record.shown("order_number");
  Told role_told, level_told;
  for (const auto& [sensor, each] : record.states) {
    row.sensors.push_back(sensor);
    if (!each.role.empty() && each.told >= role_told)
      row.role = each.role, row.attack = each.attack, role_told = each.told;
    if (each.level >= 0 && each.told >= level_told) row.level = each.level, level_told = each.told;
  }
  if (hand) {
    if (hand->role) row.role = *hand->role;
    if (const HostRoleRow* role = hand->role ? role_row(*hand->role) : nullptr)
      row.level = role->level, row.attack = role->attack;
    if (hand->level) row.level = *hand->level;
    if (hand->name) row.name = *hand->name;
    row.owner = hand->owner.value_or(""), row.by_hand = !hand->empty();
  }
  if (row.role.empty()) row.role = "unknown";
  row.ips = record.ips(), row.macs = record.macs();
  row.first = record.first(), row.last = record.last(), row.told = record.told();
  row.silent = record.silent();
  row.conflicts = static_cast<std::uint32_t>(record.conflicts().size());
  row.vulnerabilities = static_cast<std::uint32_t>(record.vulnerabilities.size());
  row.exploited = std::ranges::any_of(record.vulnerabilities, &AssetVulnerability::known_exploited);
  row.order = order_of(record, state);
  for (const std::string* part : {&row.identity, &row.name, &row.owner, &row.vendor, &row.model})
    row.search.append(*part).append("\n");
  for (const auto* list : {&row.ips, &row.macs})
    for (const std::string& part : *list) row.search.append(part).append("\n");
  row.search.append(record.shown("serial")).append("\n").append(record.shown("order_number"));
  row.search = assets::lower(row.search);
  return row;
}

bool has_flag(const AssetRow& row, std::string_view flag) {
  if (flag == "host") return row.parent.empty();
  if (flag == "device") return !row.parent.empty();
  if (flag == "silent") return row.silent;
  if (flag == "conflicting") return row.conflicts > 0;
  if (flag == "vulnerable") return row.vulnerabilities > 0;
  if (flag == "exploited") return row.exploited;
  return flag == "edited" && row.by_hand;
}

bool fits(const AssetRow& row, const AssetFilter& filter, const std::string& text) {
  const auto one_of = [](const auto& list, const auto& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
  };
  if (!row.listed || !one_of(filter.roles, row.role) || !one_of(filter.levels, row.level)) return false;
  if (!filter.vendor.empty() && row.vendor != filter.vendor) return false;
  if (!filter.sensor.empty() && std::ranges::find(row.sensors, filter.sensor) == row.sensors.end()) return false;
  if (filter.since && row.first < *filter.since) return false;
  if (!std::ranges::all_of(filter.is, [&](const std::string& flag) { return has_flag(row, flag); })) return false;
  return text.empty() || row.search.find(text) != row.search.npos;
}

// In the order wanted as text; the id makes it one of a kind.
std::string place_of(const AssetRow& row, std::string_view sort) {
  const auto latest_first = [](Time time) {
    std::string digits = std::to_string(INT64_MAX - std::max<Time>(time, 0));
    return std::string(19 - std::min<std::size_t>(19, digits.size()), '0') + digits;
  };
  std::string place;
  if (sort == "first") place = latest_first(row.first);
  else if (sort == "last") place = latest_first(row.last);
  else if (sort == "level") place = row.level < 0 ? "9" : std::to_string(row.level);
  return place + " " + row.order + " " + row.id;
}

// The scope narrowed to the filter's organisation; none: nothing lies in both.
std::optional<store::Scope> narrowed(const store::Scope& scope, const std::string& organisation) {
  if (organisation.empty() || (!scope.is_all() && store::Scope::of(organisation)->covers(scope.root()))) return scope;
  if (!scope.covers(organisation)) return {};
  return store::Scope::of(organisation).take();
}

}  // namespace

std::string asset_id(std::string_view organisation, std::string_view identity) {
  return sha256_hex(std::string(organisation) + "\n" + std::string(identity)).substr(0, 32);
}

std::uint64_t Inventory::most() {
  return assets_cap.value();
}

// --- reading on ---

struct Inventory::Batch {
  struct Entry {
    AssetRecord record;
    std::string before;  // empty: new
  };
  std::map<std::string, Entry> touched;  // by id
  std::size_t fresh = 0;
  std::uint64_t refused_facts = 0;
};

Result<std::unique_ptr<Inventory>> Inventory::open(store::EventStore& events, store::DocumentStore& documents,
                                                   Clock& clock) {
  std::unique_ptr<Inventory> inventory(new Inventory(events, documents, clock));
  if (auto loaded = inventory->load(); !loaded) return within("inventory", loaded.error());
  return inventory;
}

Inventory::~Inventory() {
  stop();
}

Result<void> Inventory::load() {
  const auto all = store::Scope::all();
  const auto each = [&](std::string_view of, auto take) -> Result<void> {
    for (std::string at;;) {
      const auto page = documents_.list(all, of, at, store::document_page);
      if (!page) return page.error();
      for (const store::Document& document : page->documents) take(document);
      if (page->next.empty()) return {};
      at = page->next;
    }
  };
  if (auto done = each(hand_kind, [&](const store::Document& document) { hands_[document.id] = hand_of(document); });
      !done)
    return done;
  const auto take_asset = [&](const store::Document& document) {
    if (const auto record = AssetRecord::of(document.body)) put_row(*record);
  };
  if (auto done = each(kind, take_asset); !done) return done;
  const auto known = documents_.get(all, cursor_kind, owner);
  if (!known) return known.error().kind == ErrorKind::missing ? Result<void>() : known.error();
  cursor_version_ = known->version;
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(known->body).get(from) == simdjson::SUCCESS &&
      json::number_of<std::uint64_t>(from, "fold") == fold_version)
    cursor_ = kept_cursor_ = json::text_of(from, "cursor");
  return {};
}

void Inventory::start() {
  thread_ = std::thread([this] { run(); });
}

void Inventory::stop() {
  {
    const std::lock_guard lock(waking_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Inventory::run() {
  std::unique_lock lock(waking_);
  while (!stopping_) {
    lock.unlock();
    auto wait = look_every;
    try {
      if (step()) wait = std::chrono::milliseconds(0);
      if (complained_) wait = retry_every;
    } catch (const std::bad_alloc&) {
      wait = retry_every;
    }
    lock.lock();
    if (!stopping_ && wait.count() > 0) wake_.wait_for(lock, wait);
  }
}

bool Inventory::fail(const Error& error) {
  counters_.add(InventoryCount::failures);
  if (!complained_) logging::error("inventory: " + error.message + "; this is tried again");
  complained_ = true;
  return false;
}

bool Inventory::step() {
  const std::lock_guard lock(writing_);
  const std::uint64_t commits = events_.commits();
  const bool due = cursor_ != kept_cursor_ && clock_.monotonic() >= note_at_;
  if (caught_up_ && commits == seen_commits_ && !due) return false;
  store::Filter filter;
  filter.types = {"asset"};
  const auto feed = events_.since(store::Scope::all(), filter, cursor_, events_together);
  if (!feed && feed.error().kind == ErrorKind::usage && !cursor_.empty()) {
    logging::warn(
        "inventory: the store does not know the place up to which it was read; it is read from its beginning");
    cursor_.clear();
    return true;
  }
  if (!feed) return fail(feed.error());
  Batch batch;
  if (auto done = fold(feed->events, batch); !done) return fail(done.error());
  if (!feed->events.empty() || due) {
    if (auto done = keep(batch, feed->cursor); !done) return fail(done.error());
  } else if (cursor_ == kept_cursor_) {
    note_at_ = clock_.monotonic() + note_every;
  }
  complained_ = false;
  cursor_ = feed->cursor;
  counters_.add(InventoryCount::events, feed->events.size());
  caught_up_ = !feed->more;
  if (caught_up_) seen_commits_ = commits;
  return feed->more;
}

// Each asset that is concerned is read once, changed in memory, and written once.
Result<void> Inventory::fold(const std::vector<store::Event>& events, Batch& batch) {
  std::optional<Error> failed;
  const auto touch = [&](const std::string& organisation, const std::string& identity) -> AssetRecord* {
    const std::string id = asset_id(organisation, identity);
    if (const auto at = batch.touched.find(id); at != batch.touched.end()) return &at->second.record;
    if (!find(id)) {
      if (rows_.size() + batch.fresh >= assets_cap.value())
        return counters_.add(InventoryCount::refused_assets), nullptr;
      ++batch.fresh;
      AssetRecord& made = batch.touched[id].record;
      made.organisation = organisation, made.identity = identity;
      return &made;
    }
    auto document = documents_.get(store::Scope::all(), kind, id);
    if (!document) return failed = document.error(), nullptr;
    auto record = AssetRecord::of(document->body);
    if (!record) return failed = Error{ErrorKind::io, "asset \"" + id + "\" is damaged"}, nullptr;
    return &(batch.touched[id] = {std::move(*record), std::move(document->body)}).record;
  };
  // What became another hands on what it learns, as that one does, until nobody learns anything new by it.
  const auto hand_on = [&](const AssetRecord& from) {
    std::vector<const AssetRecord*> learned = {&from};
    for (std::size_t i = 0; i < learned.size() && i < most_handed_on; ++i)
      for (const auto& [into, when] : learned[i]->became) {
        AssetRecord* next = touch(learned[i]->organisation, into);
        if (next && next->take_facts(*learned[i], when, batch.refused_facts)) learned.push_back(next);
      }
  };
  for (const store::Event& event : events) {
    const auto news = AssetNews::of(event);
    if (!news) {
      counters_.add(InventoryCount::unreadable);
      continue;
    }
    AssetRecord* record = touch(event.organisation, news->identity);
    if (failed) return *failed;
    if (!record) continue;
    record->take(*news, batch.refused_facts);
    hand_on(*record);
    if (news->change && !news->change->other.empty() && news->change->other != news->identity) {
      const bool same = news->change->change == "merged", taken = news->change->change == "address_taken";
      AssetRecord* other = same || taken ? touch(event.organisation, news->change->other) : nullptr;
      if (other && taken) other->lose(news->state.ips, news->state.told);
      if (other && same) {
        other->become(news->identity, news->state.told);
        hand_on(*other);
      }
    }
    if (failed) return *failed;
  }
  return {};
}

Result<void> Inventory::keep(Batch& batch, const std::string& cursor) {
  std::vector<store::DocumentChange> changes;
  std::vector<const AssetRecord*> changed;
  for (auto& [id, entry] : batch.touched) {
    std::string body = entry.record.json();
    if (body == entry.before) continue;
    store::DocumentChange& change = changes.emplace_back();
    change.kind = kind, change.id = id, change.organisation = entry.record.organisation;
    change.body = std::move(body), change.by = owner, change.keep_history = false;
    changed.push_back(&entry.record);
  }
  store::DocumentChange& place = changes.emplace_back();
  place.kind = cursor_kind, place.id = owner, place.organisation = owner, place.by = owner;
  place.expected = cursor_version_, place.keep_history = false;
  JsonWriter(place.body).open().field("cursor", cursor).field("fold", fold_version).close();
  const auto done = documents_.transact(store::Scope::all(), changes);
  if (!done) return done.error();
  cursor_version_ = done->back().version, kept_cursor_ = cursor;
  counters_.add(InventoryCount::added, batch.fresh);
  counters_.add(InventoryCount::refused_facts, batch.refused_facts);
  const std::unique_lock lock(rows_mutex_);
  for (const AssetRecord* record : changed) put_row(*record);
  return {};
}

void Inventory::put_row(const AssetRecord& record) {
  const std::string id = asset_id(record.organisation, record.identity);
  const auto hand = hands_.find(id);
  rows_[id] = row_of(record, hand == hands_.end() ? nullptr : &hand->second);
}

void Inventory::forget(Time before) {
  const std::lock_guard lock(writing_);
  std::vector<std::string> old;
  {
    const std::shared_lock reading(rows_mutex_);
    for (const auto& [id, row] : rows_)
      if (std::max(row.told, row.first) < before && !row.by_hand && old.size() < store::document_page)
        old.push_back(id);
  }
  if (old.empty()) return;
  std::vector<store::DocumentChange> changes;
  for (const std::string& id : old) {
    store::DocumentChange& change = changes.emplace_back();
    change.kind = kind, change.id = id, change.remove = true, change.keep_history = false;
  }
  if (const auto done = documents_.transact(store::Scope::all(), changes); !done) return void(fail(done.error()));
  counters_.add(InventoryCount::forgotten, old.size());
  const std::unique_lock writing(rows_mutex_);
  for (const std::string& id : old) rows_.erase(id);
}

// --- asking ---

const AssetRow* Inventory::find(std::string_view id) const {
  const auto at = rows_.find(std::string(id));
  return at == rows_.end() ? nullptr : &at->second;
}

const AssetRow* Inventory::living(std::string_view id) const {
  const AssetRow* row = find(id);
  for (std::size_t i = 0; row && !row->into.empty() && i < longest_chain; ++i) row = find(row->into);
  return row;
}

std::string Inventory::parent_of(const AssetRow& row) const {
  const AssetRow* parent = row.parent.empty() ? nullptr : living(row.parent);
  return parent && parent->listed ? parent->id : row.parent;
}

AssetRow Inventory::shown(const AssetRow& row) const {
  AssetRow copy = row;
  copy.parent = parent_of(row);
  return copy;
}

std::size_t Inventory::size() const {
  const std::shared_lock lock(rows_mutex_);
  return rows_.size();
}

Result<AssetPage> Inventory::list(const store::Scope& scope, const AssetFilter& filter, std::string_view cursor,
                                  std::size_t limit) const {
  AssetPage page;
  const auto within = narrowed(scope, filter.organisation);
  if (!within) return page;
  const std::string text = assets::lower(filter.text);
  const std::shared_lock lock(rows_mutex_);
  std::vector<std::pair<std::string, const AssetRow*>> found;
  for (const auto& [id, row] : rows_) {
    if (!within->covers(row.organisation) || !fits(row, filter, text)) continue;
    ++page.total;
    std::string place = place_of(row, filter.sort);
    if (place > cursor) found.emplace_back(std::move(place), &row);
  }
  const std::size_t count = std::min(limit, found.size());
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count));
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < count; ++i) page.rows.push_back(shown(*found[i].second));
  for (std::size_t i = 0; i < count; ++i) places[page.rows[i].id] = i;
  page.children.resize(count);
  for (const auto& [id, row] : rows_)
    if (const auto at = places.find(parent_of(row)); row.listed && at != places.end()) ++page.children[at->second];
  if (count < found.size() && count > 0) page.next = found[count - 1].first;
  return page;
}

AssetCounts Inventory::counts(const store::Scope& scope, const AssetFilter& filter) const {
  AssetCounts counts;
  const auto within = narrowed(scope, filter.organisation);
  if (!within) return counts;
  const std::string text = assets::lower(filter.text);
  const std::shared_lock lock(rows_mutex_);
  for (const auto& [id, row] : rows_) {
    if (!within->covers(row.organisation) || !fits(row, filter, text)) continue;
    ++counts.total, ++counts.roles[row.role], ++counts.levels[row.level];
    if (!row.vendor.empty()) ++counts.vendors[row.vendor];
    for (std::string_view flags = asset_flags; !flags.empty();) {
      const std::string_view flag = flags.substr(0, flags.find('|'));
      flags.remove_prefix(std::min(flags.size(), flag.size() + 1));
      counts.flags[std::string(flag)] += has_flag(row, flag);
    }
  }
  return counts;
}

Result<AssetInFull> Inventory::get(const store::Scope& scope, std::string_view id) const {
  const Error missing{ErrorKind::missing, "there is no asset \"" + std::string(id.substr(0, 64)) + "\""};
  AssetInFull full;
  {
    const std::shared_lock lock(rows_mutex_);
    const AssetRow* row = living(id);
    if (!row || !row->listed || !scope.covers(row->organisation)) return missing;
    full.row = shown(*row);
    const AssetRow* parent = find(full.row.parent);
    if (parent && parent->listed) full.parent = *parent;
    for (const auto& [other, each] : rows_)
      if (each.listed && parent_of(each) == row->id) full.children.push_back(shown(each));
    if (const auto hand = hands_.find(row->id); hand != hands_.end()) full.hand = hand->second;
  }
  std::ranges::sort(full.children, {}, &AssetRow::order);
  const auto document = documents_.get(scope, kind, full.row.id);
  if (!document) return document.error();
  auto record = AssetRecord::of(document->body);
  if (!record) return Error{ErrorKind::io, "asset \"" + std::string(id) + "\" is damaged"};
  full.record = std::move(*record);
  return full;
}

std::map<std::string, AssetRow> Inventory::at(std::string_view organisation,
                                              const std::vector<std::string>& addresses) const {
  const std::set<std::string_view> wanted(addresses.begin(), addresses.end());
  std::map<std::string, AssetRow> found;
  const std::shared_lock lock(rows_mutex_);
  for (const auto& [id, row] : rows_) {
    if (!row.listed || row.organisation != organisation || !row.parent.empty()) continue;
    for (const std::string& ip : row.ips)
      if (wanted.contains(ip)) found.emplace(ip, row);
  }
  return found;
}

// --- by hand ---

Result<AssetHand> Inventory::set(const store::Scope& scope, std::string_view id, const Change& change,
                                 std::string_view by) {
  const std::lock_guard lock(writing_);
  auto full = get(scope, id);
  if (!full) return full.error();
  AssetHand hand = full->hand;
  const auto take = [](auto& into, const auto& wish) {
    if (wish) into = *wish;
  };
  take(hand.role, change.role), take(hand.name, change.name), take(hand.owner, change.owner),
      take(hand.note, change.note);
  take(hand.level, change.level);
  store::DocumentChange put;
  put.kind = hand_kind, put.id = full->row.id, put.organisation = full->row.organisation, put.by = by;
  put.body = body_of(hand), put.expected = change.version ? change.version : std::optional(hand.version);
  const auto done = documents_.put(scope, std::move(put));
  if (!done) return done.error();
  const std::unique_lock rows(rows_mutex_);
  const AssetHand made = hands_[full->row.id] = hand_of(*done);
  put_row(full->record);
  return made;
}

Result<std::vector<AssetHand>> Inventory::history(const store::Scope& scope, std::string_view id) const {
  const auto full = get(scope, id);
  if (!full) return full.error();
  const auto documents = documents_.history(scope, hand_kind, full->row.id);
  std::vector<AssetHand> all;
  if (!documents)
    return documents.error().kind == ErrorKind::missing ? Result<std::vector<AssetHand>>(std::move(all))
                                                        : documents.error();
  for (const store::Document& document : *documents) all.push_back(hand_of(document));
  return all;
}

}  // namespace langyan::center
