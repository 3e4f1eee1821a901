#include "pipeline/report.h"

#include "base/json.h"

namespace langyan::pipeline {
namespace {

void write_ranges(JsonWriter& json, const Protocol& protocol, const summary::Repeat& repeat) {
  json.key("values").open_list();
  for (const summary::Range& range : repeat.ranges) {
    Object element = repeat.object;
    element.address = range.address, element.count = 1;
    std::string notation;
    eve::write_object(notation, protocol, element);
    json.open()
        .field("object", notation)
        .field("first", range.first)
        .field("last", range.last)
        .field("min", range.least)
        .field("max", range.most)
        .close();
  }
  json.close_list();
}

void write_repeat(JsonWriter& json, const Protocol& protocol, const summary::Repeat& repeat) {
  json.open().field("verb", verb_name(repeat.verb));
  if (!repeat.object.none()) {
    std::string notation;
    eve::write_object(notation, protocol, repeat.object);
    json.field("object", notation);
  }
  json.field("unit", repeat.unit);
  eve::write_function(json, protocol, repeat.function);
  json.field("operations", repeat.count).field("result", outcome_name(repeat.outcome));
  if (repeat.outcome == Outcome::refused) json.field("code", repeat.code);
  if (repeat.count > 1) json.field("period_s", repeat.period).field("jitter_s", repeat.jitter);
  if (!repeat.ranges.empty()) write_ranges(json, protocol, repeat);
  json.close();
}

}  // namespace

void write_report(std::string& out, const eve::Writer& writer, const summary::Report& report,
                  Time now) {
  writer.plain(out, "summary", now);
  JsonWriter json(out, true);
  if (report.kind == flow::Kind::layer2) {
    json.key("ether")
        .open()
        .field("src_mac", report.client_mac)
        .field("dest_mac", report.server_mac)
        .close();
  } else {
    json.field("src_ip", report.client_ip)
        .field("dest_ip", report.server_ip)
        .field("dest_port", report.server_port)
        .field("proto", report.kind == flow::Kind::tcp ? "TCP" : "UDP");
  }
  json.field("app_proto", report.protocol->name);
  json.key("summary").open();
  json.key("from").time(report.from).key("to").time(report.to);
  json.field("operations", report.operations)
      .field("held_back", report.held_back)
      .field("repeats_total", report.repeats_total);
  json.key("repeats").open_list();
  for (const summary::Repeat& repeat : report.repeats) write_repeat(json, *report.protocol, repeat);
  json.close_list().close();
}

}  // namespace langyan::pipeline
