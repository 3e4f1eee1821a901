#include "pipeline/asset_report.h"

#include <tuple>

#include "assets/attack_kind.h"
#include "assets/vulnerability.h"
#include "base/json.h"

namespace langyan::pipeline {
namespace {

void write_facts(JsonWriter& json, const assets::Event& event) {
  if (event.facts.empty()) return;
  json.key("facts").open_list();
  for (const assets::Known& fact : event.facts) {
    json.open().field("trait", trait_name(fact.trait)).field("value", fact.text);
    if (!event.was.empty()) json.field("was", event.was);
    json.field("source", fact.protocol ? fact.protocol->name : std::string_view("mac"));
    json.field("confidence", fact.confidence).close();
  }
  json.close_list();
}

template <class List>
void write_list(JsonWriter& json, std::string_view key, const List& list) {
  if (list.empty()) return;
  json.key(key).open_list();
  for (const auto& each : list) json.address(each);
  json.close_list();
}

}  // namespace

void write_vulnerability(JsonWriter& json, const assets::Match& match) {
  const assets::Vulnerability& entry = *match.vulnerability;
  const auto list = [&](std::string_view key, const std::vector<std::string>& numbers) {
    if (numbers.empty()) return;
    json.key(key).open_list();
    for (const std::string& number : numbers) json.text(number);
    json.close_list();
  };
  json.open().field("id", entry.id);
  list("cve", entry.cve), list("cnvd", entry.cnvd), list("cnnvd", entry.cnnvd);
  json.field("confidence", match.confidence).field("firmware", assets::firmware_word(match.firmware));
  json.field("known_exploited", entry.known_exploited);
  if (entry.cvss > 0) json.field("cvss", entry.cvss);
  for (const auto& [key, en, zh] :
       {std::tuple{"title", &entry.title_en, &entry.title_zh}, {"advice", &entry.advice_en, &entry.advice_zh}}) {
    if (en->empty() && zh->empty()) continue;
    json.key(key).open();
    if (!en->empty()) json.field("en", *en);
    if (!zh->empty()) json.field("zh", *zh);
    json.close();
  }
  list("sources", entry.sources);
  json.close();
}

void write_asset(std::string& out, const eve::Writer& writer, const assets::Event& event) {
  const assets::Asset& asset = *event.asset;
  const assets::Asset& host = event.parent ? *event.parent : asset;
  writer.plain(out, "asset", event.time);
  JsonWriter json(out, true);
  if (!host.addresses.empty()) json.field("src_ip", host.addresses[0]);
  if (event.packet_number) json.field("pcap_cnt", event.packet_number);
  json.key("asset").open();
  json.field("id", asset.id).field("change", assets::change_name(event.change));
  if (event.parent) json.field("parent", event.parent->id).field("unit", asset.unit);
  write_list(json, "ip", asset.addresses);
  write_list(json, "mac", asset.macs);
  if (asset.role != HostRole::unknown) json.field("role", row(asset.role).name);
  if (event.level >= 0) json.field("level", event.level);
  if (const assets::AttackKind* kind = assets::attack_kind(asset)) json.field("attack_asset", kind->id);
  for (const Name& name : trait_names()) {
    const auto trait = static_cast<Trait>(name.value);
    if (trait == Trait::role) continue;
    if (const assets::Known* known = asset.best(trait)) json.field(name.word, known->text);
  }
  write_facts(json, event);
  if (event.match) write_vulnerability(json.key("vulnerability"), *event.match);
  if (event.other) json.field("other", event.other->id);
  if (event.change == assets::Change::seen || event.change == assets::Change::silent) json.key("last").time(asset.last);
  json.close();
  const Detection* what = assets::detection(event.change);
  if (!what) return;
  json.key("detection")
      .open()
      .field("sid", what->sid)
      .field("name", what->name)
      .field("severity", severity_name(what->severity));
  if (!what->technique.empty()) json.field("technique", what->technique);
  json.close();
}

}  // namespace langyan::pipeline
