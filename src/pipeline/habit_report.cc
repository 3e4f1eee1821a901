#include "pipeline/habit_report.h"

#include <algorithm>

#include "base/json.h"
#include "baseline/explain.h"

namespace langyan::pipeline {
namespace {

using baseline::Kind;
using baseline::Notice;
using baseline::Verdict;

constexpr std::string_view category = "Deviation from learned habits";

void write_alert(JsonWriter& json, const Detection& what, Severity severity) {
  json.key("alert").open().field("action", "allowed").field("gid", 1u).field("signature_id", what.sid).field("rev", 1u);
  json.field("signature", what.title.en)
      .field("category", category)
      .field("severity", std::uint32_t{eve_severity(severity)});
  if (!what.technique.empty())
    json.key("metadata").open().key("technique").open_list().text(what.technique).close_list().close();
  json.close();
}

void write_stations(JsonWriter& json, std::string_view key, const std::vector<baseline::Station>& stations) {
  if (stations.empty()) return;
  json.key(key).open_list();
  for (const auto& each : stations) json.text(to_string(each));
  json.close_list();
}

double seconds(Duration span) {
  return static_cast<double>(span) / static_cast<double>(second);
}

bool is_of_values(Kind kind) {
  return kind == Kind::value_range || kind == Kind::value_step;
}
bool is_of_time(Kind kind) {
  return kind == Kind::period_changed || kind == Kind::poll_stopped || kind == Kind::sender_silent;
}

void write_came(JsonWriter& json, const Notice& notice, const Verdict& verdict) {
  json.key("came").open();
  if (is_of_values(verdict.kind)) json.field("value", notice.value);
  if (is_of_time(verdict.kind)) json.field("pause_s", seconds(notice.pause));
  if (verdict.kind == Kind::volume) json.field("octets", notice.value);
  else if (notice.of_tick) json.field("stopped", std::uint64_t{notice.others} + 1);
  json.close();
}

void write_usual(JsonWriter& json, const Notice& notice, const Verdict& verdict) {
  json.key("usual").open();
  if (verdict.unit) {
    write_stations(json, "askers", verdict.unit->askers);
    write_stations(json, "writers", verdict.unit->writers);
    write_stations(json, "programmers", verdict.unit->programmers);
  }
  if (verdict.kind == Kind::new_verb) {
    json.key("verbs").open_list();
    for (const Name& name : verb_names())
      if (notice.verbs >> name.value & 1) json.text(name.word);
    json.close_list();
  }
  if (const std::string objects = baseline::usual_objects(notice); verdict.kind == Kind::new_object && !objects.empty())
    json.field("objects", objects).field("ranges", notice.ranges);
  if (is_of_values(verdict.kind))
    json.field("least", notice.least).field("most", notice.most).field("step", notice.step);
  if (is_of_time(verdict.kind)) json.field("period_s", seconds(notice.period));
  if (verdict.kind == Kind::volume) json.field("octets_an_hour", notice.most);
  if (verdict.kind == Kind::unusual_hour) json.field("hours", baseline::usual_hours(notice.hours));
  json.close();
}

void write_body(JsonWriter& json, const Notice& notice, const Verdict& verdict, const baseline::Settings& settings) {
  json.key("baseline").open().field("kind", baseline::kind_name(verdict.kind));
  json.field("severity", severity_name(verdict.severity)).field("mode", baseline::mode_name(notice.mode));
  json.field("zone", settings.zones[notice.zone].name);
  json.field("client", to_string(notice.ends.client)).field("server", to_string(notice.ends.server));
  if (notice.ends.protocol) json.field("protocol", notice.ends.protocol->name);
  else if (notice.kind != Kind::volume) json.field("port", notice.ends.port);
  if (notice.ends.unit) json.field("unit", notice.ends.unit);
  if (notice.kind != Kind::volume) json.field("verb", verb_name(notice.verb));
  if (notice.function != no_function) json.field("function", notice.function);
  if (const std::string object = baseline::object_text(notice); !object.empty()) json.field("object", object);
  if (notice.peer_is_new) json.field("peer_is_new", true);
  write_came(json, notice, verdict);
  write_usual(json, notice, verdict);
  json.key("learned").open();
  if (notice.since) json.key("since").time(notice.since);
  json.field("count", notice.count);
  if (notice.last) json.key("last").time(notice.last);
  json.close();
  if (!verdict.approved.empty()) json.field("approved", verdict.approved);
  json.field("explanation", explain(notice, verdict, baseline::Language::english));
  json.field("explanation_zh", explain(notice, verdict, baseline::Language::chinese)).close();
  if (!verdict.maintenance.empty()) json.field("maintenance", verdict.maintenance);
}

}  // namespace

std::uint8_t eve_severity(Severity severity) {
  return std::min<std::uint8_t>(static_cast<std::uint8_t>(severity), 4);
}

void write_deviation(std::string& line, const eve::Writer& writer, const Notice& notice, const Verdict& verdict,
                     const baseline::Settings& settings) {
  if (line.empty()) {  // of what did not come there is no packet
    writer.plain(line, verdict.alert ? "alert" : "baseline", notice.time);
    JsonWriter json(line, true);
    if (notice.ends.client.is_mac) {
      json.key("ether")
          .open()
          .field("src_mac", notice.ends.client.mac())
          .field("dest_mac", notice.ends.server.mac())
          .close();
    } else {
      json.field("src_ip", notice.ends.client.ip).field("dest_ip", notice.ends.server.ip);
      if (notice.kind != Kind::volume)
        json.field("dest_port", notice.ends.port)
            .field("proto", notice.ends.transport == Transport::udp ? "UDP" : "TCP");
    }
    if (notice.ends.protocol) json.field("app_proto", notice.ends.protocol->name);
  } else if (!verdict.alert) {
    eve::retype(line, "baseline");
  }
  JsonWriter json(line, true);
  const Detection& what = baseline::detection(verdict.kind);
  if (verdict.alert) write_alert(json, what, verdict.severity);
  else eve::write_detection(json, what);
  if (!writer.strict()) write_body(json, notice, verdict, settings);
}

void write_many(std::string& line, const eve::Writer& writer, Time time) {
  writer.plain(line, "alert", time);
  JsonWriter json(line, true);
  const Detection& what = baseline::detection(Kind::many);
  write_alert(json, what, what.severity);
}

}  // namespace langyan::pipeline
