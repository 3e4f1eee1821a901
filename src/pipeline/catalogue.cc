#include "pipeline/catalogue.h"

#include <algorithm>

#include "assets/inventory.h"
#include "base/json.h"
#include "base/version.h"
#include "baseline/behaviour.h"
#include "baseline/deviation.h"
#include "dissect/dissector.h"
#include "dissect/registry.h"
#include "flow/anomaly.h"
#include "pipeline/mirror.h"
#include "summary/summary.h"

namespace langyan::pipeline {
namespace {

constexpr std::pair<Use, std::string_view> use_names[] = {{log, "log"},   {rule, "rule"},     {learn, "learn"},
                                                          {pair, "pair"}, {column, "column"}, {buffer, "buffer"}};

std::vector<const Schema*> schemas_of(const Protocol& protocol) {
  std::vector<const Schema*> all = {protocol.message};
  for (const Schema* items : protocol.items)
    if (items) all.push_back(items);
  return all;
}

void write_text(JsonWriter& json, std::string_view key, const Text& text) {
  json.key(key).open().field("en", text.en).field("zh", text.zh).close();
}

void write_words(JsonWriter& json, std::string_view key, const Explanation::Words& words) {
  write_text(json, key, {words.en, words.zh});
}

void write_field(JsonWriter& json, const Protocol& protocol, const Schema& schema, const Field& field) {
  json.open().field("name", field.name).field("keyword", std::string(protocol.name) + "." + std::string(field.name));
  json.field("item", &schema != protocol.message).field("kind", kind_name(field.kind));
  json.key("uses").open_list();
  for (const auto& [use, name] : use_names)
    if (field.uses & use) json.text(name);
  json.close_list();
  write_text(json, "label", field.label);
  json.field("doc", field.doc).field("spec", field.spec);
  if (!field.unit.empty()) json.field("unit", field.unit);
  if (!field.names.empty()) {
    json.key("names").open();
    for (const Name& name : field.names) {
      std::string value;
      append_number(value, std::uint64_t{name.value});
      json.field(value, name.word);
    }
    json.close();
  }
  json.close();
}

// A cell of a Markdown table: a bar would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  return out + '"';
}

}  // namespace

std::string fields_json() {
  std::string out;
  JsonWriter json(out);
  json.open().field("version", version).key("verbs").open_list();
  for (const Name& name : verb_names()) {
    json.open().field("name", name.word);
    write_text(json, "label", verb_label(static_cast<Verb>(name.value)));
    json.close();
  }
  json.close_list().key("protocols").open_list();
  for (const Protocol* protocol : dissect::protocols()) {
    json.open().field("name", protocol->name);
    write_text(json, "label", protocol->label);
    json.field("doc", protocol->doc).key("spaces").open_list();
    for (const Space& space : protocol->spaces) {
      json.open().field("name", space.name);
      write_text(json, "label", space.label);
      json.close();
    }
    json.close_list().close();
  }
  json.close_list().key("fields").open_list();
  for (const Protocol* protocol : dissect::protocols())
    for (const Schema* schema : schemas_of(*protocol))
      for (const Field& field : schema->fields) write_field(json, *protocol, *schema, field);
  json.close_list().close();
  return out;
}

std::string fields_markdown() {
  std::string page =
      "# Fields\n\nPrinted by `langyan fields --markdown`. Each is a key of the event, and where it says "
      "so a keyword of the rule language.\n";
  for (const Protocol* protocol : dissect::protocols()) {
    page += "\n## " + std::string(protocol->label.en) + "\n\n" + std::string(protocol->doc) + "\n";
    for (const Schema* schema : schemas_of(*protocol)) {
      if (schema != protocol->message) page += "\nOf each item:\n";
      page += "\n| field | kind | 名称 | meaning | for | source |\n|---|---|---|---|---|---|\n";
      for (const Field& field : schema->fields) {
        std::string uses;
        for (const auto& [use, name] : use_names)
          if (field.uses & use) uses += (uses.empty() ? "" : " ") + std::string(name);
        page += "| `" + std::string(protocol->name) + "." + std::string(field.name) + "` | " +
                std::string(kind_name(field.kind)) + " | " + cell(field.label.zh) + " | " + cell(field.doc) + " | " +
                uses + " | " + cell(field.spec) + " |\n";
      }
    }
  }
  return page;
}

std::string fields_typescript() {
  std::string file = "// Printed by `langyan fields --typescript`.\n";
  const auto begin = [&](std::string_view name) { file.append("export const ").append(name).append(" = {\n"); };
  const auto row = [&](std::string_view name, const Text& label, std::string_view more = {}) {
    file += "  " + quoted(name) + ": { en: " + quoted(label.en) + ", zh: " + quoted(label.zh);
    file.append(more).append(" },\n");
  };
  begin("verbs");
  for (const Name& name : verb_names()) row(name.word, verb_label(static_cast<Verb>(name.value)));
  file += "} as const;\n";
  begin("protocols");
  for (const Protocol* protocol : dissect::protocols()) row(protocol->name, protocol->label);
  file += "} as const;\n";
  begin("fields");
  for (const Protocol* protocol : dissect::protocols())
    for (const Schema* schema : schemas_of(*protocol))
      for (const Field& field : schema->fields) {
        row(std::string(protocol->name) + "." + std::string(field.name), field.label,
            ", help: " + quoted(field.doc) + ", unit: " + quoted(field.unit));
      }
  return file + "} as const;\n";
}

std::vector<const Detection*> detections() {
  std::vector<const Detection*> all;
  const auto add = [&](std::span<const Detection> rows) {
    for (const Detection& row : rows) all.push_back(&row);
  };
  add(dissect::detections());
  add(summary::detections());
  add(assets::detections());
  add(baseline::behaviour_detections());
  add(baseline::detections());
  add(flow::anomalies());
  add(mirror_detections());
  for (const Protocol* protocol : dissect::protocols()) add(protocol->faults);
  std::ranges::sort(all, {}, &Detection::sid);
  return all;
}

std::string detections_json(std::span<const Explanation> rules) {
  std::string out;
  JsonWriter json(out);
  json.open().field("version", version).key("detections").open_list();
  for (const Detection* row : detections()) {
    json.open().field("gid", 1u).field("sid", row->sid).field("name", row->name)
        .field("severity", severity_name(row->severity));
    if (!row->technique.empty()) json.field("technique", row->technique);
    write_text(json, "title", row->title);
    write_text(json, "meaning", row->meaning);
    write_text(json, "advice", row->advice);
    json.close();
  }
  for (const Explanation& row : rules) {
    json.open().field("gid", 1u).field("sid", row.sid);
    if (!row.technique.empty()) json.field("technique", row.technique);
    write_words(json, "title", row.title);
    write_words(json, "meaning", row.meaning);
    write_words(json, "advice", row.advice);
    json.close();
  }
  json.close_list().close();
  return out;
}

std::string detections_markdown() {
  std::string page =
      "# Detections\n\nPrinted by `langyan catalogue --markdown`: what the sensor says on its own; rules "
      "stand in `rules/`.\n\n| sid | event | severity | ATT&CK | title | 名称 | what to do |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Detection* row : detections()) {
    page += "| " + std::to_string(row->sid) + " | `" + std::string(row->name) + "` | " +
            std::string(severity_name(row->severity)) + " | " + std::string(row->technique) + " | " +
            cell(row->title.en) + " | " + cell(row->title.zh) + " | " + cell(row->advice.en) + " |\n";
  }
  return page;
}

}  // namespace langyan::pipeline
