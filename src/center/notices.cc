#include "center/notices.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json_members.h"
#include "center/page_bound.h"
#include "spool/crc32c.h"
#include "store/event_store.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "notice", entry_kind = "notice_entry", counter_kind = "notice_counter";
constexpr std::string_view owner = "center";
constexpr int tries = 8;  // of a letter while others act on the same notice

constexpr std::string_view under_way = "issued|received|fixing|submitted|review|rejected";
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
    {"withdraw", "withdraw",        "撤回", under_way,                                       "withdrawn", Side::issuer, true},
    {"request",  "ask for the evidence", "调取证据", under_way, "", Side::issuer,    true,  "none|provided|declined", "asked"},
    {"provide",  "provide the evidence", "提供证据", under_way, "", Side::addressee, false, "asked", "provided"},
    {"decline",  "decline the evidence", "不予提供", under_way, "", Side::addressee, true,  "asked", "declined"},
};
constexpr Words requests[] = {
    {"none", "not asked for", "未调取"}, {"asked", "asked for", "待提供"}, {"provided", "provided", "已提供"}, {"declined", "declined", "未予提供"},
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

// What is fixed from `issue` on.
void write_content(JsonWriter& json, const Notice& notice) {
  json.field("number", notice.number).field("kind", notice.kind).field("title", notice.title);
  json.field("text", notice.text).field("severity", notice.severity);
  json.field("organisation", notice.organisation).field("enterprise", notice.enterprise).field("issuer", notice.issuer);
  json.field("deadline", notice.deadline.value_or(-1));
  write_texts(json, "joint", notice.joint);
  write_texts(json, "evidence", notice.evidence);
  json.key("origins").open_list();
  for (const EventOrigin& origin : notice.origins) origin.write(json);
  json.close_list();
  write_texts(json, "hosts", notice.hosts);
  json.key("sids").open_list();
  for (const std::uint64_t sid : notice.sids) json.number(sid);
  json.close_list();
}

std::string body_of(const Notice& notice) {
  std::string body;
  JsonWriter json(body);
  json.open();
  write_content(json, notice);
  json.field("state", notice.state)
      .field("request", notice.request)
      .field("submitted", notice.submitted.value_or(-1))
      .field("entries", notice.entries)
      .close();
  return body;
}

std::optional<Time> time_of(simdjson::dom::element from, std::string_view key) {
  const auto time = json::number_of<Time>(from, key);
  return time < 0 ? std::nullopt : std::optional(time);
}

Notice content_of(simdjson::dom::element from) {
  Notice notice;
  notice.number = json::text_of(from, "number"), notice.kind = json::text_of(from, "kind");
  notice.title = json::text_of(from, "title"), notice.text = json::text_of(from, "text");
  notice.severity = json::text_of(from, "severity");
  notice.organisation = json::text_of(from, "organisation"), notice.enterprise = json::text_of(from, "enterprise");
  notice.issuer = json::text_of(from, "issuer"), notice.deadline = time_of(from, "deadline");
  notice.joint = json::texts_of(from, "joint"), notice.evidence = json::texts_of(from, "evidence"),
  notice.hosts = json::texts_of(from, "hosts");
  json::each_of(from, "origins", [&](simdjson::dom::element each) {
    if (auto origin = EventOrigin::read(each)) notice.origins.push_back(std::move(*origin));
  });
  json::each_of(from, "sids", [&](simdjson::dom::element each) {
    std::uint64_t sid = 0;
    if (each.get(sid) == simdjson::SUCCESS) notice.sids.push_back(sid);
  });
  return notice;
}

Result<Notice> notice_of(const store::Document& document) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document.body).get(from) != simdjson::SUCCESS)
    return Error{ErrorKind::io, "notice \"" + document.id + "\" is damaged"};
  Notice notice = content_of(from);
  notice.id = document.id, notice.state = json::text_of(from, "state"), notice.submitted = time_of(from, "submitted");
  if (const auto request = json::text_of(from, "request"); !request.empty()) notice.request = request;
  notice.entries = json::number_of<std::uint64_t>(from, "entries");
  notice.version = document.version, notice.change = document.change, notice.created = document.created,
  notice.changed = document.changed;
  notice.by = document.by;
  return notice;
}

// Members of an entry's document that a letter has, too; `whole`: with the lines it provides. What provides nothing that holds
// together counts as providing nothing, and says so where its notice is folded.
NoticeEntry entry_of(simdjson::dom::element from, bool whole = false) {
  const auto text = [&](std::string_view key) { return std::string(json::text_of(from, key)); };
  NoticeEntry entry;
  entry.action = text("action"), entry.from = text("from"), entry.to = text("to");
  entry.organisation = text("organisation"), entry.center = text("center"), entry.reason = text("reason");
  entry.time = parse_timestamp(json::text_of(from, "time")).value_or(0);
  if (simdjson::dom::element provided; from["provided"].get(provided) == simdjson::SUCCESS)
    entry.provided = Provided::read(provided, whole);
  return entry;
}
void write_entry(JsonWriter& json, const NoticeEntry& entry) {
  json.field("action", entry.action)
      .field("from", entry.from)
      .field("to", entry.to)
      .field("organisation", entry.organisation);
  json.field("center", entry.center).field("reason", entry.reason).key("time").time(entry.time);
  if (entry.provided) entry.provided->write(json.key("provided"));
}

Result<NoticeEntry> entry_of(const store::Document& document) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document.body).get(from) != simdjson::SUCCESS)
    return Error{ErrorKind::io, "entry \"" + document.id + "\" of a notice is damaged"};
  NoticeEntry entry = entry_of(from);
  entry.by = document.by, entry.arrived = document.created;
  if (entry.time == 0) entry.time = document.created;
  entry.from_above = from["from_above"].is_bool();
  entry.number = std::strtoull(document.id.c_str() + document.id.find('/') + 1, nullptr, 10);
  return entry;
}

store::DocumentChange change_of(const NoticeEntry& entry, const std::string& notice, const std::string& addressed) {
  store::DocumentChange change;
  change.kind = entry_kind, change.id = notice + "/" + entry.key(), change.organisation = addressed;
  change.by = entry.by, change.expected = 0;
  JsonWriter json(change.body);
  json.open();
  write_entry(json, entry);
  if (entry.from_above) json.field("from_above", true);
  json.close();
  return change;
}

store::DocumentChange change_of(const Notice& notice, const std::string& by) {
  store::DocumentChange change;
  change.kind = kind, change.id = notice.id, change.by = by, change.expected = notice.version;
  change.organisation = notice.state == "draft" ? notice.issuer : notice.organisation;
  change.body = body_of(notice);
  return change;
}

NoticeEntry entry_between(std::string_view action, std::string_view from, std::string_view to,
                          std::string_view reason) {
  NoticeEntry entry;
  entry.action = action, entry.from = from, entry.to = to, entry.reason = reason;
  return entry;
}

bool covers(std::string_view root, std::string_view path) {
  const auto scope = store::Scope::of(root);
  return scope && scope->covers(path);
}

}  // namespace

std::string NoticeEntry::key() const {
  std::string said;
  for (const std::string* part : {&action, &from, &to, &by, &organisation, &reason}) said.append(*part) += '\0';
  said += timestamp(time);
  if (provided) said.append(provided->sum);
  return fmt::format("{:06}-{}-{:08x}", number, center, spool::crc32c(bytes_of(said)));
}

std::span<const Transition> transitions() { return table; }
std::span<const Words> notice_states() { return states; }
std::span<const Words> notice_kinds() { return kinds; }
std::span<const Words> evidence_requests() { return requests; }

bool Transition::leads_from(const Notice& notice) const {
  return among(from, notice.state) && (request_from.empty() || among(request_from, notice.request));
}

bool Notice::overdue(Time now) const {
  return deadline && now > *deadline && among("issued|received|fixing|rejected", state);
}

bool Notices::may(std::string_view organisation, const Notice& notice, Side side) {
  if (side == Side::addressee) return covers(notice.organisation, organisation);
  return covers(organisation, notice.issuer) ||
         std::ranges::any_of(notice.joint, [&](const std::string& each) { return covers(organisation, each); });
}

Result<Notices::Page> Notices::list(const store::Scope& scope, const Filter& filter, std::string_view cursor,
                                    std::size_t limit) {
  Page result;
  std::string at(cursor);
  const Time now = clock_.now();
  for (std::size_t read = 0;; read += store::document_page) {
    if (read >= page_reads) return result.next = at, result;
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

Result<std::vector<Notice>> Notices::changed(const store::Scope& scope, std::uint64_t change, std::size_t limit) {
  std::vector<Notice> all;
  while (all.size() < limit) {
    const auto documents = documents_.changes(scope, kind, change, limit - all.size());
    if (!documents) return documents.error();
    if (documents->empty()) break;
    for (const store::Document& document : *documents) {
      change = document.change;
      if (document.removed) continue;
      auto notice = notice_of(document);
      if (!notice) return notice.error();
      all.push_back(notice.take());
    }
  }
  return all;
}

Result<Notice> Notices::get(const store::Scope& scope, std::string_view id) {
  const auto document = documents_.get(scope, kind, id);
  if (!document) return document.error();
  return notice_of(*document);
}

Result<std::vector<NoticeEntry>> Notices::read_entries(const store::Scope& scope, std::string_view id) {
  std::vector<NoticeEntry> all;
  const std::string prefix = std::string(id) + "/";
  for (std::string cursor;;) {
    const auto page = documents_.list(scope, entry_kind, cursor, store::document_page, prefix);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      auto entry = entry_of(document);
      if (!entry) return entry.error();
      all.push_back(entry.take());
    }
    if (page->next.empty()) return all;
    cursor = page->next;
  }
}

Result<std::vector<NoticeEntry>> Notices::entries(const store::Scope& scope, const Notice& notice) {
  auto all = read_entries(scope, notice.id);
  Notice folded = notice;
  if (all) fold(folded, *all);
  return all;
}

// The notice, its entry and what else changes with them, all or nothing.
Result<Notice> Notices::write(const Actor& actor, Notice notice, NoticeEntry* entry,
                              std::vector<store::DocumentChange> more) {
  if (entry) {
    entry->number = ++notice.entries, entry->time = clock_.now();
    entry->by = actor.name, entry->organisation = actor.organisation, entry->center = center_;
    if (entry->action == "submit") notice.submitted = entry->time;
    more.push_back(change_of(*entry, notice.id, notice.organisation));
  }
  more.insert(more.begin(), change_of(notice, actor.name));
  const auto done = documents_.transact(store::Scope::all(), more);
  if (!done) return done.error();
  ++written_;
  return notice_of(done->front());
}

Result<Notice> Notices::draft(const Actor& actor, Notice notice) {
  if (notice.state != "draft")
    return Error{ErrorKind::conflict, "the notice is issued and is not edited any more; comment on it, or withdraw it"};
  if (!actor.scope.covers(notice.organisation))
    return Error{ErrorKind::permission,
                 "organisation \"" + notice.organisation + "\" is outside what this account sees"};
  if (notice.id.empty()) {
    notice.id = store::epoch_text(random_.number()), notice.issuer = actor.organisation;
  } else if (!may(actor.organisation, notice, Side::issuer)) {
    return Error{ErrorKind::permission, "only who issues the notice may change its draft"};
  }
  return write(actor, notice, nullptr, {});
}

Result<void> Notices::remove(const Actor& actor, std::string_view id) {
  const auto notice = get(actor.scope, id);
  if (!notice) return notice.error();
  if (notice->state != "draft") return Error{ErrorKind::conflict, "the notice is issued; withdraw it"};
  if (!may(actor.organisation, *notice, Side::issuer))
    return Error{ErrorKind::permission, "only who issues the notice may remove its draft"};
  auto done = documents_.remove(actor.scope, kind, id, notice->version, actor.name);
  if (done) ++written_;
  return done;
}

Result<Notice> Notices::act(const Actor& actor, std::string_view id, std::string_view action, std::string_view reason,
                            std::optional<std::uint64_t> expected, std::optional<Provided> provided) {
  const auto* row = std::ranges::find(table, action, &Transition::action);
  if (row == std::end(table))
    return Error{ErrorKind::usage, "there is no action \"" + std::string(action.substr(0, 32)) + "\""};
  auto notice = get(actor.scope, id);
  if (!notice) return notice;
  if (!may(actor.organisation, *notice, row->side))
    return Error{ErrorKind::permission,
                 std::string(row->side == Side::issuer ? "only who issues the notice" : "only who is addressed") +
                     " may " + std::string(row->action)};
  if ((expected && *expected != notice->version) || !row->leads_from(*notice)) {
    std::string is = "the notice is " + notice->state + ", version " + std::to_string(notice->version);
    if (!row->request_from.empty())
      is += ", and its evidence is " + std::string(words_of(requests, notice->request).en);
    return Error{ErrorKind::conflict, is + "; \"" + std::string(action) + "\" leads on from " +
                                          std::string(row->request_from.empty() ? row->from : row->request_from)};
  }
  if (row->request_to == "asked" && notice->origins.empty())
    return Error{ErrorKind::conflict, "the notice names no evidence that could be asked for"};
  const bool provides = row->request_to == "provided";
  if (provides && (!provided || provided->lines.empty()))
    return Error{ErrorKind::invalid, "none of the events that are asked for is kept here; decline, and say so"};
  if (row->needs_reason && reason.empty())
    return Error{ErrorKind::invalid, "`reason` is missing: say what was found or done"};
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
  const std::string to(row->to.empty() ? notice->state : row->to);
  NoticeEntry entry = entry_between(action, notice->state, to, reason);
  if (provides) entry.provided = std::move(provided);
  notice->state = to;
  if (!row->request_to.empty()) notice->request = row->request_to;
  return write(actor, *notice, &entry, std::move(more));
}

Result<Notice> Notices::comment(const Actor& actor, std::string_view id, std::string_view text) {
  const auto notice = get(actor.scope, id);
  if (!notice) return notice;
  if (notice->state == "draft") return Error{ErrorKind::conflict, "the notice is a draft; change its text"};
  if (!may(actor.organisation, *notice, Side::issuer) && !may(actor.organisation, *notice, Side::addressee))
    return Error{ErrorKind::permission, "only who issues the notice or is addressed may comment on it"};
  NoticeEntry entry = entry_between("comment", notice->state, notice->state, text);
  return write(actor, *notice, &entry, {});
}

// Between centers.

void fold(Notice& notice, std::vector<NoticeEntry>& entries) {
  notice.state = "draft", notice.request = "none", notice.submitted.reset();
  for (NoticeEntry& entry : entries) {
    entry.refused.clear(), entry.refused_zh.clear();
    const auto* row = std::ranges::find(table, entry.action, &Transition::action);
    const bool comment = entry.action == "comment";
    const auto side = [&](Side which) { return Notices::may(entry.organisation, notice, which); };
    const Words& state = words_of(states, notice.state);
    if (!comment && row == std::end(table)) {
      entry.refused = "this version knows no such action", entry.refused_zh = "本版本没有此操作";
    } else if (comment ? !side(Side::issuer) && !side(Side::addressee) : !side(row->side)) {
      entry.refused = "it is not for " + entry.organisation + " to do",
      entry.refused_zh = "不应由 " + entry.organisation + " 操作";
    } else if (!comment && row->request_to == "provided" && !entry.provided) {
      entry.refused = "it provides nothing that holds together", entry.refused_zh = "所提供的证据不完整";
    } else if (!comment && !row->request_from.empty() && !among(row->request_from, notice.request)) {
      const Words& request = words_of(requests, notice.request);
      entry.refused = fmt::format("the evidence was {} by then", request.en),
      entry.refused_zh = fmt::format("其时证据{}", request.zh);
    } else if (comment ? notice.state == "draft" : !row->leads_from(notice)) {
      entry.refused = fmt::format("the notice was {} by then", state.en),
      entry.refused_zh = fmt::format("其时通报{}", state.zh);
    } else if (!comment) {
      if (!row->to.empty()) notice.state = row->to;
      if (!row->request_to.empty()) notice.request = row->request_to;
      if (row->action == "submit") notice.submitted = entry.time;
    }
  }
}

Result<std::vector<Notices::Sent>> Notices::sent(const store::Scope& scope, std::uint64_t change, std::size_t limit) {
  const auto documents = documents_.changes(scope, entry_kind, change, limit);
  if (!documents) return documents.error();
  std::vector<Sent> all;
  for (const store::Document& document : *documents) {
    auto entry = entry_of(document);
    if (!entry) return entry.error();
    Sent& sent = all.emplace_back();
    sent.change = document.change, sent.key = document.id, sent.from_above = entry->from_above,
    sent.arrived = entry->arrived;
    sent.letter = {document.id.substr(0, document.id.find('/')), document.organisation, entry.take(), {}};
    if (sent.letter.entry.action != "issue") continue;
    auto notice = get(store::Scope::all(), sent.letter.notice);
    if (!notice) return notice.error();
    sent.letter.content = notice.take();
  }
  return all;
}

Result<void> Notices::attach(NoticeLetter& letter) {
  if (!letter.entry.provided) return {};
  const auto document = documents_.get(store::Scope::all(), entry_kind, letter.notice + "/" + letter.entry.key());
  if (!document) return document.error();
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(document->body).get(from) == simdjson::SUCCESS)
    letter.entry.provided = entry_of(from, true).provided;
  if (!letter.entry.provided) return Error{ErrorKind::io, "entry \"" + document->id + "\" of a notice is damaged"};
  return {};
}

Result<std::optional<Provided>> Notices::evidence(const store::Scope& scope, const Notice& notice) {
  auto all = entries(scope, notice);
  if (!all) return all.error();
  const auto last = std::find_if(all->rbegin(), all->rend(),
                                 [](const NoticeEntry& each) { return each.provided && each.refused.empty(); });
  if (last == all->rend()) return std::optional<Provided>();
  NoticeLetter letter{notice.id, notice.organisation, *last, {}};
  if (auto done = attach(letter); !done) return done.error();
  if (letter.entry.provided->lines.empty()) return std::optional<Provided>();
  std::erase_if(letter.entry.provided->lines, [&](const std::string& line) {
    simdjson::dom::parser parser;
    simdjson::dom::element event;
    const auto origin =
        parser.parse(line).get(event) == simdjson::SUCCESS ? EventOrigin::of_event(event) : std::nullopt;
    return !origin || std::ranges::find(notice.origins, *origin) == notice.origins.end();
  });
  return std::move(letter.entry.provided);
}

Result<Notices::Taken> Notices::take(const NoticeLetter& letter, const store::Scope& part,
                                     const store::DocumentChange& position) {
  for (const std::string* path : {&letter.addressed, &letter.entry.organisation})
    if (!part.covers(*path))
      return Error{ErrorKind::permission,
                   "organisation \"" + *path + "\" is not below \"" + std::string(part.root()) + "\""};
  const std::lock_guard lock(taking_);
  for (int left = tries;; --left) {
    auto taken = place(letter, position);
    if (taken || taken.error().kind != ErrorKind::conflict || left == 0) return taken;
  }
}

Result<Notices::Taken> Notices::place(const NoticeLetter& letter, const store::DocumentChange& position) {
  const store::Scope all = store::Scope::all();
  const auto known = documents_.get(all, entry_kind, letter.notice + "/" + letter.entry.key());
  if (known) return Taken::known;
  if (known.error().kind != ErrorKind::missing) return known.error();
  auto found = get(all, letter.notice);
  if (!found && found.error().kind != ErrorKind::missing) return found.error();
  if (found && (found->state == "draft" || found->organisation != letter.addressed))
    return Error{ErrorKind::invalid, "notice \"" + letter.notice + "\" is another one here"};
  std::vector<store::DocumentChange> changes = {position};
  Taken taken = Taken::waiting;
  if (found || letter.content) {
    Notice notice = found ? *found : *letter.content;
    notice.id = letter.notice;
    auto entries = read_entries(all, letter.notice);
    if (!entries) return entries.error();
    const std::string key = letter.entry.key();
    const auto at = entries->insert(std::ranges::upper_bound(*entries, key, {}, &NoticeEntry::key), letter.entry);
    const auto place = at - entries->begin();
    fold(notice, *entries);
    if (notice.state == "draft") return Error{ErrorKind::permission, "who issued it is not its issuer"};
    taken = (*entries)[static_cast<std::size_t>(place)].refused.empty() ? Taken::applied : Taken::refused;
    for (const NoticeEntry& each : *entries) notice.entries = std::max(notice.entries, each.number);
    changes.push_back(change_of(notice, letter.entry.by));
  }
  NoticeEntry entry = letter.entry;
  // Lines nobody asked for are not kept: documents have no retention.
  if (entry.provided && taken != Taken::applied) entry.provided->lines.clear();
  changes.push_back(change_of(entry, letter.notice, letter.addressed));
  if (const auto done = documents_.transact(all, changes); !done) return done.error();
  ++written_;
  return taken;
}

// {"id":…,"addressed":…,"entry":7,"action":…,…,"content":{…}}
std::string NoticeLetter::json() const {
  std::string text;
  JsonWriter json(text);
  json.open().field("id", notice).field("addressed", addressed).field("entry", entry.number).field("by", entry.by);
  write_entry(json, entry);
  if (content) {
    json.key("content").open();
    write_content(json, *content);
    json.close();
  }
  json.close();
  return text;
}

Result<NoticeLetter> NoticeLetter::parse(std::string_view text) {
  constexpr std::uint64_t most_entries = 100'000;
  const auto fault = [](std::string_view what) {
    return Error{ErrorKind::invalid, "a letter with " + std::string(what)};
  };
  simdjson::dom::parser parser;
  simdjson::dom::element from, content;
  if (parser.parse(text.data(), text.size()).get(from) != simdjson::SUCCESS) return fault("no JSON");
  NoticeLetter letter{
      std::string(json::text_of(from, "id")), std::string(json::text_of(from, "addressed")), entry_of(from, true), {}};
  NoticeEntry& entry = letter.entry;
  entry.number = json::number_of<std::uint64_t>(from, "entry"), entry.by = json::text_of(from, "by");
  if (!store::parse_epoch(letter.notice)) return fault("a bad `id`");
  if (entry.number == 0 || entry.number > most_entries) return fault("a bad `entry`");
  if (!store::check_organisation(letter.addressed) || !store::check_organisation(entry.organisation))
    return fault("a bad organisation");
  for (const std::string* word : {&entry.action, &entry.from, &entry.to})
    if (word->empty() || word->size() > 32) return fault("a bad `action`, `from` or `to`");
  if (entry.center.empty() || entry.center.size() > store::name_bytes || entry.by.size() > store::name_bytes)
    return fault("a bad name");
  if (entry.time <= 0 || entry.reason.size() > longest_reason) return fault("a bad `time` or `reason`");
  if (from["content"].get(content) != simdjson::SUCCESS) return letter;
  Notice notice = content_of(content);
  if (notice.organisation != letter.addressed || !store::check_organisation(notice.issuer))
    return fault("a notice that is another's");
  if (notice.number.empty() || notice.title.empty() || notice.title.size() > longest_title ||
      notice.text.size() > longest_text || notice.evidence.size() > most_evidence ||
      notice.origins.size() > most_evidence || notice.hosts.size() > 2 * most_evidence ||
      notice.sids.size() > most_evidence || notice.joint.size() > most_joint)
    return fault("a notice that is too large or lacks something");
  letter.content = std::move(notice);
  return letter;
}

}  // namespace langyan::center
