#include "center/notices.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json_members.h"
#include "store/event_store.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "notice", entry_kind = "notice_entry", counter_kind = "notice_counter";
constexpr std::string_view owner = "center";

// clang-format off
constexpr Transition table[] = {
    {"issue",    "issue",           "通报", "draft",                                         "issued",    Side::issuer,    false},
    {"receive",  "acknowledge receipt", "签收", "issued",                                    "received",  Side::addressee, false},
    {"fix",      "begin to mend",   "整改", "received|rejected",                             "fixing",    Side::addressee, false},
    {"submit",   "report it mended", "反馈", "fixing",                                       "submitted", Side::addressee, true},
    {"review",   "review",          "复核", "submitted",                                     "review",    Side::issuer,    false},
    {"reject",   "send back",       "驳回", "submitted|review",                              "rejected",  Side::issuer,    true},
    {"close",    "close",           "闭环", "review",                                        "closed",    Side::issuer,    false},
    {"reopen",   "open again",      "重开", "closed",                                        "rejected",  Side::issuer,    true},
    {"withdraw", "withdraw",        "撤回", "issued|received|fixing|submitted|review|rejected", "withdrawn", Side::issuer, true},
};
constexpr Words states[] = {
    {"draft", "draft", "草稿"}, {"issued", "issued", "已通报"}, {"received", "received", "已签收"}, {"fixing", "being mended", "整改中"},
    {"submitted", "reported mended", "已反馈"}, {"review", "under review", "复核中"}, {"rejected", "sent back", "已驳回"},
    {"closed", "closed", "已闭环"}, {"withdrawn", "withdrawn", "已撤回"},
};
constexpr Words kinds[] = {
    {"warning", "risk warning", "风险预警"}, {"vulnerability", "vulnerability", "漏洞隐患"}, {"incident", "security incident", "安全事件"},
};
// clang-format on

bool among(std::string_view words, std::string_view word) {
  return ("|" + std::string(words) + "|").find("|" + std::string(word) + "|") != std::string::npos;
}

std::string body_of(const Notice& notice) {
  std::string body;
  JsonWriter json(body);
  json.open().field("number", notice.number).field("kind", notice.kind).field("title", notice.title);
  json.field("text", notice.text).field("severity", notice.severity).field("state", notice.state);
  json.field("organisation", notice.organisation).field("enterprise", notice.enterprise).field("issuer", notice.issuer);
  json.field("deadline", notice.deadline.value_or(-1)).field("submitted", notice.submitted.value_or(-1));
  json.field("entries", notice.entries);
  write_texts(json, "joint", notice.joint);
  write_texts(json, "evidence", notice.evidence);
  write_texts(json, "hosts", notice.hosts);
  json.key("sids").open_list();
  for (const std::uint64_t sid : notice.sids) json.number(sid);
  json.close_list().close();
  return body;
}

std::optional<Time> time_of(simdjson::dom::element from, std::string_view key) {
  const auto time = json::number_of<Time>(from, key);
  return time < 0 ? std::nullopt : std::optional(time);
}

Result<Notice> notice_of(const store::Document& document) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document.body).get(from) != simdjson::SUCCESS)
    return Error{ErrorKind::io, "notice \"" + document.id + "\" is damaged"};
  Notice notice;
  notice.id = document.id, notice.number = json::text_of(from, "number"), notice.kind = json::text_of(from, "kind");
  notice.title = json::text_of(from, "title"), notice.text = json::text_of(from, "text");
  notice.severity = json::text_of(from, "severity"), notice.state = json::text_of(from, "state");
  notice.organisation = json::text_of(from, "organisation"), notice.enterprise = json::text_of(from, "enterprise");
  notice.issuer = json::text_of(from, "issuer"), notice.entries = json::number_of<std::uint64_t>(from, "entries");
  notice.deadline = time_of(from, "deadline"), notice.submitted = time_of(from, "submitted");
  notice.joint = json::texts_of(from, "joint"), notice.evidence = json::texts_of(from, "evidence"), notice.hosts = json::texts_of(from, "hosts");
  json::each_of(from, "sids", [&](simdjson::dom::element each) {
    std::uint64_t sid = 0;
    if (each.get(sid) == simdjson::SUCCESS) notice.sids.push_back(sid);
  });
  notice.version = document.version, notice.created = document.created, notice.changed = document.changed;
  notice.by = document.by;
  return notice;
}

bool covers(std::string_view root, std::string_view path) {
  const auto scope = store::Scope::of(root);
  return scope && scope->covers(path);
}

}  // namespace

std::span<const Transition> transitions() { return table; }
std::span<const Words> notice_states() { return states; }
std::span<const Words> notice_kinds() { return kinds; }

bool Transition::leads_from(std::string_view state) const {
  return among(from, state);
}

bool Notice::overdue(Time now) const {
  return deadline && now > *deadline && among("issued|received|fixing|rejected", state);
}

bool Notices::may(const Actor& actor, const Notice& notice, Side side) {
  if (side == Side::addressee) return covers(notice.organisation, actor.organisation);
  return covers(actor.organisation, notice.issuer) ||
         std::ranges::any_of(notice.joint, [&](const std::string& each) { return covers(actor.organisation, each); });
}

Result<Notices::Page> Notices::list(const store::Scope& scope, const Filter& filter, std::string_view cursor, std::size_t limit) {
  Page result;
  std::string at(cursor);
  const Time now = clock_.now();
  while (true) {
    const auto page = documents_.latest(scope, kind, at, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      auto notice = notice_of(document);
      if (!notice) return notice.error();
      if (!filter.state.empty() && notice->state != filter.state) continue;
      if (!filter.kind.empty() && notice->kind != filter.kind) continue;
      if (!filter.organisation.empty() && !covers(filter.organisation, notice->organisation)) continue;
      if (filter.overdue && notice->overdue(now) != *filter.overdue) continue;
      if (result.notices.size() == limit) return result;
      result.notices.push_back(notice.take());
      result.next = std::to_string(document.change);
    }
    if (page->next.empty()) return result.next.clear(), result;
    at = page->next;
  }
}

Result<void> Notices::each(const store::Scope& scope, const std::function<void(const Notice&)>& visit) {
  for (std::string cursor;;) {
    const auto page = documents_.latest(scope, kind, cursor, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      const auto notice = notice_of(document);
      if (!notice) return notice.error();
      visit(*notice);
    }
    if (page->next.empty()) return {};
    cursor = page->next;
  }
}

Result<Notice> Notices::get(const store::Scope& scope, std::string_view id) {
  const auto document = documents_.get(scope, kind, id);
  if (!document) return document.error();
  return notice_of(*document);
}

Result<std::vector<NoticeEntry>> Notices::entries(const store::Scope& scope, std::string_view id) {
  std::vector<NoticeEntry> all;
  const std::string prefix = std::string(id) + "/";
  for (std::string cursor;;) {
    const auto page = documents_.list(scope, entry_kind, cursor, store::document_page, prefix);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      simdjson::dom::parser parser;
      simdjson::dom::element from;
      if (parser.parse(document.body).get(from) != simdjson::SUCCESS) continue;
      const auto text = [&](std::string_view key) { return std::string(json::text_of(from, key)); };
      all.push_back({text("action"), text("from"), text("to"), document.by, text("organisation"), text("center"),
                     text("reason"), document.created});
    }
    if (page->next.empty()) return all;
    cursor = page->next;
  }
}

// The notice, its entry and what else changes with them, all or nothing.
Result<Notice> Notices::write(const Actor& actor, const Notice& notice, const NoticeEntry* entry,
                              std::vector<store::DocumentChange> more) {
  store::DocumentChange change;
  change.kind = kind, change.id = notice.id, change.by = actor.name, change.expected = notice.version;
  change.organisation = notice.state == "draft" ? notice.issuer : notice.organisation;
  Notice next = notice;
  if (entry) {
    store::DocumentChange& noted = more.emplace_back();
    noted.kind = entry_kind, noted.id = fmt::format("{}/{:06}-{}", notice.id, ++next.entries, center_);
    noted.organisation = notice.organisation, noted.by = actor.name, noted.expected = 0;
    JsonWriter(noted.body).open().field("action", entry->action).field("from", entry->from).field("to", entry->to)
        .field("organisation", actor.organisation).field("center", center_).field("reason", entry->reason).close();
  }
  change.body = body_of(next);
  more.insert(more.begin(), std::move(change));
  const auto done = documents_.transact(store::Scope::all(), more);
  if (!done) return done.error();
  return notice_of(done->front());
}

Result<Notice> Notices::draft(const Actor& actor, Notice notice) {
  if (notice.state != "draft") return Error{ErrorKind::conflict, "the notice is issued and is not edited any more; comment on it, or withdraw it"};
  if (!actor.scope.covers(notice.organisation))
    return Error{ErrorKind::permission, "organisation \"" + notice.organisation + "\" is outside what this account sees"};
  if (notice.id.empty()) {
    notice.id = store::epoch_text(random_.number()), notice.issuer = actor.organisation;
  } else if (!may(actor, notice, Side::issuer)) {
    return Error{ErrorKind::permission, "only who issues the notice may change its draft"};
  }
  return write(actor, notice, nullptr, {});
}

Result<void> Notices::remove(const Actor& actor, std::string_view id) {
  const auto notice = get(actor.scope, id);
  if (!notice) return notice.error();
  if (notice->state != "draft") return Error{ErrorKind::conflict, "the notice is issued; withdraw it"};
  if (!may(actor, *notice, Side::issuer)) return Error{ErrorKind::permission, "only who issues the notice may remove its draft"};
  return documents_.remove(actor.scope, kind, id, notice->version, actor.name);
}

Result<Notice> Notices::act(const Actor& actor, std::string_view id, std::string_view action, std::string_view reason,
                            std::optional<std::uint64_t> expected) {
  const auto* row = std::ranges::find(table, action, &Transition::action);
  if (row == std::end(table)) return Error{ErrorKind::usage, "there is no action \"" + std::string(action.substr(0, 32)) + "\""};
  auto notice = get(actor.scope, id);
  if (!notice) return notice;
  if (!may(actor, *notice, row->side))
    return Error{ErrorKind::permission, std::string(row->side == Side::issuer ? "only who issues the notice" : "only who is addressed") +
                                            " may " + std::string(row->action)};
  if ((expected && *expected != notice->version) || !row->leads_from(notice->state))
    return Error{ErrorKind::conflict, "the notice is " + notice->state + ", version " + std::to_string(notice->version) +
                                          "; \"" + std::string(action) + "\" leads on from " + std::string(row->from)};
  if (row->needs_reason && reason.empty()) return Error{ErrorKind::invalid, "`reason` is missing: say what was found or done"};
  std::vector<store::DocumentChange> more;
  if (row->to == "issued") {  // numbers of a center and year have no holes
    const std::string year = timestamp(clock_.now()).substr(0, 4);
    const auto counter = documents_.get(store::Scope::all(), counter_kind, year);
    if (!counter && counter.error().kind != ErrorKind::missing) return counter.error();
    const std::uint64_t version = counter ? counter->version : 0;
    store::DocumentChange& next = more.emplace_back();
    next.kind = counter_kind, next.id = year, next.organisation = owner, next.body = "{}", next.expected = version;
    next.keep_history = false;
    notice->number = fmt::format("{}-{}-{:04}", center_, year, version + 1);
  }
  if (row->to == "submitted") notice->submitted = clock_.now();
  const NoticeEntry entry{std::string(action), notice->state, std::string(row->to), {}, {}, {}, std::string(reason), 0};
  notice->state = row->to;
  return write(actor, *notice, &entry, std::move(more));
}

Result<Notice> Notices::comment(const Actor& actor, std::string_view id, std::string_view text) {
  const auto notice = get(actor.scope, id);
  if (!notice) return notice;
  if (notice->state == "draft") return Error{ErrorKind::conflict, "the notice is a draft; change its text"};
  if (!may(actor, *notice, Side::issuer) && !may(actor, *notice, Side::addressee))
    return Error{ErrorKind::permission, "only who issues the notice or is addressed may comment on it"};
  const NoticeEntry entry{"comment", notice->state, notice->state, {}, {}, {}, std::string(text), 0};
  return write(actor, *notice, &entry, {});
}

}  // namespace langyan::center
