#include "pipeline/behaviour_report.h"

#include "base/json.h"

namespace langyan::pipeline {
namespace {

using baseline::Behaviour;

constexpr Duration slow_from = 10 * minute;

// What is counted beside the targets, by behaviour; empty: nothing.
std::string_view things_of(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::tcp_scan:
    case Behaviour::udp_scan: return "ports";
    case Behaviour::unit_sweep: return "units";
    case Behaviour::object_sweep: return "objects";
    case Behaviour::function_sweep: return "functions";
    case Behaviour::exhaustion_many:
    case Behaviour::brute_force_many: return "sources";
    default: return {};
  }
}

bool is_between(Behaviour behaviour, Behaviour first, Behaviour last) {
  return behaviour >= first && behaviour <= last;
}

void write_counts(JsonWriter& json, const baseline::Finding& finding) {
  const Behaviour kind = finding.behaviour;
  if (is_between(kind, Behaviour::syn_flood, Behaviour::goose_flood)) {
    json.field("packets", finding.tried).field("most_in_10_s", finding.rate);
    return;
  }
  if (is_between(kind, Behaviour::exhaustion, Behaviour::exhaustion_many)) {
    json.field("connections", finding.tried).field("most_at_a_time", finding.rate);
    if (kind == Behaviour::exhaustion_many) json.field("sources", finding.things);
    return;
  }
  if (is_between(kind, Behaviour::twin_publisher, Behaviour::rogue_dhcp)) return;
  json.field("tried", finding.tried).field("answered", finding.answered).field("refused", finding.refused);
  if (!is_between(kind, Behaviour::brute_force, Behaviour::brute_force_many)) json.field("silent", finding.silent);
  if (finding.targets) json.field("targets", finding.targets);
  if (const std::string_view things = things_of(kind); !things.empty()) json.field(things, finding.things);
}

void write_examples(JsonWriter& json, const baseline::Finding& finding) {
  if (finding.example_count) {
    json.key("first_hosts").open_list();
    for (std::size_t i = 0; i < finding.example_count; ++i) json.address(finding.examples[i]);
    json.close_list();
  }
  if (finding.number_count) {
    json.key("first_numbers").open_list();
    for (std::size_t i = 0; i < finding.number_count; ++i) json.number(finding.numbers[i]);
    json.close_list();
  }
}

}  // namespace

void write_behaviour(std::string& out, const eve::Writer& writer, const baseline::Finding& finding) {
  const Detection& what = baseline::detection(finding.behaviour);
  const bool found = finding.stage == baseline::Finding::Stage::found;
  writer.plain(out, found ? "alert" : "baseline", finding.now);
  JsonWriter json(out, true);
  if (finding.has_source) json.field("src_ip", finding.source);
  if (finding.has_target) json.field("dest_ip", finding.target);
  if (finding.has_target && finding.port) json.field("dest_port", finding.port);
  if (finding.packet_number) json.field("pcap_cnt", finding.packet_number);
  if (found) {
    json.key("alert")
        .open()
        .field("action", "allowed")
        .field("gid", 1u)
        .field("signature_id", what.sid)
        .field("rev", 1u);
    json.field("signature", what.title.en)
        .field("category", "Baseline")
        .field("severity", static_cast<std::uint32_t>(what.severity));
    json.key("metadata").open().key("technique").open_list().text(what.technique).close_list().close().close();
  }
  if (finding.protocol) json.field("app_proto", finding.protocol->name);
  if (writer.strict()) return;
  json.key("behaviour").open().field("kind", baseline::behaviour_name(finding.behaviour));
  json.field("stage", found ? "found" : "ended");
  if (finding.has_mac) json.key("mac").open_list().address(finding.mac);
  if (finding.has_mac && finding.other_mac != Mac{}) json.address(finding.other_mac);
  if (finding.has_mac) json.close_list();
  if (!finding.text.empty()) json.field("name", finding.text);
  write_counts(json, finding);
  json.key("first").time(finding.first).key("last").time(finding.last);
  json.field("seconds", static_cast<std::uint64_t>((finding.last - finding.first) / second));
  json.field("pace", finding.last - finding.first >= slow_from ? "slow" : "fast");
  write_examples(json, finding);
  json.close();
}

}  // namespace langyan::pipeline
