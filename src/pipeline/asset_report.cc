#include "pipeline/asset_report.h"

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
  const HostRoleRow& role = row(asset.role);
  if (asset.role != HostRole::unknown) {
    json.field("role", role.name);
    if (role.level >= 0) json.field("level", static_cast<std::uint32_t>(role.level));
    if (!role.attack.empty()) json.field("attack_asset", role.attack);
  }
  for (const Name& name : trait_names()) {
    const auto trait = static_cast<Trait>(name.value);
    if (trait == Trait::role) continue;
    if (const assets::Known* known = asset.best(trait)) json.field(name.word, known->text);
  }
  write_facts(json, event);
  if (event.other) json.field("other", event.other->id);
  json.close();
  const Detection* what = assets::detection(event.change);
  if (!what) return;
  json.key("detection").open().field("sid", what->sid).field("name", what->name).field("severity", severity_name(what->severity));
  if (!what->technique.empty()) json.field("technique", what->technique);
  json.close();
}

}  // namespace langyan::pipeline
