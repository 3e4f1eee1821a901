#include "center/notice_json.h"

#include <algorithm>

namespace langyan::center {

void write_time(JsonWriter& json, std::string_view name, std::optional<Time> time) {
  json.key(name);
  time ? json.time(*time) : json.null();
}

namespace {

// What the account may do, by its role and its side.
void write_rights(JsonWriter& json, const Notice& notice, const NoticeReader& reader) {
  const auto side = [&](Side which) { return reader.acts && Notices::may(reader.organisation, notice, which); };
  const bool draft = notice.state == "draft", issues = side(Side::issuer);
  json.field("may_edit", draft && issues).field("may_comment", !draft && (issues || side(Side::addressee)));
  json.key("actions").open_list();
  for (const Transition& row : transitions()) {
    if (!row.leads_from(notice) || !side(row.side) || (row.request_to == "asked" && notice.origins.empty())) continue;
    json.open()
        .field("word", row.action)
        .field("en", row.en)
        .field("zh", row.zh)
        .field("needs_reason", row.needs_reason)
        .close();
  }
  json.close_list();
}

}  // namespace

void write_notice(JsonWriter& json, const Notice& notice, const NoticeReader& reader, Time now, bool open_end) {
  json.open().field("id", notice.id).field("number", notice.number).key("kind");
  write_words(json, words_of(notice_kinds(), notice.kind));
  json.key("state");
  write_words(json, words_of(notice_states(), notice.state));
  json.key("request");
  write_words(json, words_of(evidence_requests(), notice.request));
  json.field("overdue", notice.overdue(now)).field("title", notice.title).field("text", notice.text);
  json.field("severity", notice.severity)
      .field("organisation", notice.organisation)
      .field("enterprise", notice.enterprise);
  json.field("issuer", notice.issuer);
  write_texts(json, "joint", notice.joint);
  write_time(json, "deadline", notice.deadline);
  write_time(json, "submitted", notice.submitted);
  write_texts(json, "evidence", notice.evidence);
  json.key("sids").open_list();
  for (const std::uint64_t sid : notice.sids) json.number(sid);
  json.close_list();
  write_texts(json, "hosts", notice.hosts);
  json.field("version", notice.version).key("created").time(notice.created).key("changed").time(notice.changed);
  json.field("by", notice.by);
  write_rights(json, notice, reader);
  if (!open_end) json.close();
}

void write_entry_told(JsonWriter& json, const NoticeEntry& entry) {
  json.open()
      .key("time")
      .time(entry.time)
      .field("action", entry.action)
      .field("from", entry.from)
      .field("to", entry.to);
  json.field("by", entry.by)
      .field("organisation", entry.organisation)
      .field("center", entry.center)
      .field("reason", entry.reason);
  json.field("number", entry.number).key("arrived").time(entry.arrived).key("provided");
  if (!entry.provided) json.null();
  else
    json.open()
        .field("count", entry.provided->count)
        .field("missing", entry.provided->missing)
        .field("too_large", entry.provided->too_large)
        .close();
  for (const auto& [name, why] : {std::pair{"refused", &entry.refused}, {"refused_zh", &entry.refused_zh}}) {
    json.key(name);
    why->empty() ? json.null() : json.text(*why);
  }
  json.close();
}

}  // namespace langyan::center
