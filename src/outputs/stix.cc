#include "outputs/stix.h"

#include <simdjson.h>

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"

namespace langyan::outputs {
namespace {

constexpr std::string_view observables = "00abedb4-aa42-466c-9c01-fed23315a9b7";  // the standard's, 2.9
constexpr std::string_view own = "6f2d8f0e-3c1b-5c7e-9a55-1d0f8f0b7a21";           // the project's, drawn once
constexpr std::string_view no_time = "2026-01-01T00:00:00.000Z";  // of what is not made at any time
constexpr std::size_t longest_name = 512;

std::string moment(Time time) {  // milliseconds, as STIX has them
  std::string text = timestamp(std::max<Time>(time, 0));
  text.resize(23);
  return text + "Z";
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

std::string own_id(std::string_view type, std::string_view about) {
  return std::string(type) + "--" + uuid5(own, std::string(type) + ":" + std::string(about));
}

JsonWriter& begin(JsonWriter& json, std::string_view type, std::string_view id) {
  return json.open().field("type", type).field("spec_version", "2.1").field("id", id);
}

void texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& list) {
  json.key(key).open_list();
  for (const std::string& each : list) json.text(each);
  json.close_list();
}

std::vector<std::string> protocols_of(const store::EventRow& row) {
  std::vector<std::string> list;
  if (row.src_ip) list.push_back(row.src_ip->is_v4() ? "ipv4" : "ipv6");
  if (!row.proto.empty()) list.push_back(lower(row.proto));
  if (!row.app_proto.empty()) list.push_back(lower(row.app_proto));
  if (list.empty()) list.push_back("unknown");
  return list;
}

std::vector<std::string> techniques_of(std::string_view line) {
  std::vector<std::string> found;
  simdjson::dom::parser parser;
  simdjson::dom::element root, value;
  if (parser.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS) return found;
  for (const char* pointer : {"/alert/metadata/technique", "/detection/technique"}) {
    if (root.at_pointer(pointer).get(value) != simdjson::SUCCESS) continue;
    std::string_view text;
    simdjson::dom::array list;
    if (value.get(text) == simdjson::SUCCESS) found.emplace_back(text);
    else if (value.get(list) == simdjson::SUCCESS)
      for (const simdjson::dom::element each : list)
        if (each.get(text) == simdjson::SUCCESS) found.emplace_back(text);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string sentence_of(const Item& item) {
  const store::EventRow& row = item.row;
  std::string text = "Event " + item.id + ", severity " + std::to_string(row.severity);
  const auto add = [&](std::string_view what, std::string_view value) {
    if (!value.empty()) text.append(", ").append(what).append(" ").append(value);
  };
  add("rule", row.sid ? std::to_string(*row.sid) : "");
  add("operation", row.ot_verb);
  add("object", row.ot_object);
  add("function", row.function);
  add("result", row.ot_result);
  add("organisation", item.event.organisation);
  return text;
}

}  // namespace

std::string uuid5(std::string_view space, std::string_view name) {
  std::string octets;
  int high = -1;
  for (const char c : space) {
    if (c == '-') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) high = digit;
    else octets += static_cast<char>(high << 4 | digit), high = -1;
  }
  octets += name;
  auto hash = sha1(bytes_of(octets));
  hash[6] = static_cast<std::uint8_t>((hash[6] & 0x0f) | 0x50);
  hash[8] = static_cast<std::uint8_t>((hash[8] & 0x3f) | 0x80);
  std::string hex;
  append_hex(hex, {hash.data(), 16});
  for (const std::size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, "-");
  return hex;
}

StixBundle::StixBundle(std::string_view center) {
  center_ = identity(center, "system");
}

void StixBundle::keep(const std::string& id, std::string json) {
  if (objects_.emplace(id, std::move(json)).second) order_.push_back(id);
}

std::string StixBundle::identity(std::string_view name, std::string_view kind) {
  const std::string id = own_id("identity", std::string(kind) + ":" + std::string(name));
  std::string text;
  JsonWriter json(text);
  begin(json, "identity", id).field("created", no_time).field("modified", no_time);
  json.field("name", name).field("identity_class", kind).close();
  keep(id, std::move(text));
  return id;
}

std::string StixBundle::address(const IpAddress& ip) {
  const std::string_view type = ip.is_v4() ? "ipv4-addr" : "ipv6-addr";
  const std::string value = to_string(ip);
  const std::string id = std::string(type) + "--" + uuid5(observables, "{\"value\":\"" + value + "\"}");
  std::string text;
  JsonWriter json(text);
  begin(json, type, id).field("value", value).close();
  keep(id, std::move(text));
  return id;
}

// The observables of an event, and the id of its network-traffic; empty where it has no address.
std::string StixBundle::traffic(const store::EventRow& row, std::vector<std::string>& refs) {
  if (!row.src_ip && !row.dst_ip) return {};
  // What the id is of, in canonical JSON (RFC 8785): members by name; and the object has the same.
  std::string about;
  JsonWriter json(about);
  json.open();
  if (row.dst_port) json.field("dst_port", std::uint64_t{*row.dst_port});
  if (row.dst_ip) json.field("dst_ref", refs.emplace_back(address(*row.dst_ip)));
  texts(json, "protocols", protocols_of(row));
  if (row.src_port) json.field("src_port", std::uint64_t{*row.src_port});
  if (row.src_ip) json.field("src_ref", refs.emplace_back(address(*row.src_ip)));
  json.field("start", moment(row.time)).close();
  const std::string id = "network-traffic--" + uuid5(observables, about);
  keep(id, "{\"type\":\"network-traffic\",\"spec_version\":\"2.1\",\"id\":\"" + id + "\"," + about.substr(1));
  refs.push_back(id);
  return id;
}

std::string StixBundle::indicator(const Item& item, const std::string& created_by) {
  const store::EventRow& row = item.row;
  const std::string id = own_id("indicator", item.id);
  std::string pattern;
  const auto condition = [&](std::string_view path, const std::string& value) {
    pattern.append(pattern.empty() ? "[" : " AND ").append("network-traffic:").append(path).append(" = ").append(value);
  };
  if (row.src_ip) condition("src_ref.value", "'" + to_string(*row.src_ip) + "'");
  if (row.dst_ip) condition("dst_ref.value", "'" + to_string(*row.dst_ip) + "'");
  if (row.dst_port) condition("dst_port", std::to_string(*row.dst_port));
  pattern += ']';
  std::string text;
  JsonWriter json(text);
  begin(json, "indicator", id)
      .field("created_by_ref", created_by)
      .field("created", moment(row.time))
      .field("modified", moment(row.time));
  json.field("name", row.signature.substr(0, longest_name));
  json.key("indicator_types").open_list().text("anomalous-activity").close_list();
  json.field("pattern", pattern).field("pattern_type", "stix").field("valid_from", moment(row.time));
  if (row.sid) {
    json.key("external_references")
        .open_list()
        .open()
        .field("source_name", "langyan")
        .field("external_id", std::to_string(*row.sid));
    json.close().close_list();
  }
  json.close();
  keep(id, std::move(text));
  return id;
}

void StixBundle::techniques(const Item& item, const std::string& created_by, const std::string& indicator) {
  for (const std::string& technique : techniques_of(item.event.json)) {
    const std::string pattern = own_id("attack-pattern", technique),
                      id = own_id("relationship", item.id + ":" + technique);
    std::string text;
    JsonWriter json(text);
    begin(json, "attack-pattern", pattern)
        .field("created", no_time)
        .field("modified", no_time)
        .field("name", technique);
    json.key("external_references")
        .open_list()
        .open()
        .field("source_name", "mitre-attack")
        .field("external_id", technique)
        .close()
        .close_list()
        .close();
    keep(pattern, std::move(text));
    std::string relation;
    JsonWriter between(relation);
    begin(between, "relationship", id)
        .field("created_by_ref", created_by)
        .field("created", moment(item.row.time))
        .field("modified", moment(item.row.time));
    between.field("relationship_type", "indicates").field("source_ref", indicator).field("target_ref", pattern).close();
    keep(id, std::move(relation));
  }
}

void StixBundle::add(const Item& item) {
  const store::EventRow& row = item.row;
  const std::string time = moment(row.time);
  const std::string sensor = identity(row.sensor, "system");
  seed_.append(item.id).append("\n");
  std::vector<std::string> refs;
  std::string about = sensor, sighting;
  if (!traffic(row, refs).empty()) {
    const std::string seen = own_id("observed-data", item.id), hint = indicator(item, center_);
    std::string text;
    JsonWriter json(text);
    begin(json, "observed-data", seen).field("created_by_ref", center_).field("created", time).field("modified", time);
    json.field("first_observed", time).field("last_observed", time).field("number_observed", 1u);
    texts(json, "object_refs", refs);
    json.close();
    keep(seen, std::move(text));
    techniques(item, center_, hint);
    about = own_id("sighting", item.id);
    JsonWriter more(sighting);
    begin(more, "sighting", about).field("created_by_ref", center_).field("created", time).field("modified", time);
    more.field("first_seen", time).field("last_seen", time).field("count", 1u).field("sighting_of_ref", hint);
    texts(more, "observed_data_refs", {seen});
    texts(more, "where_sighted_refs", {sensor});
    more.close();
    keep(about, std::move(sighting));
  }
  const std::string note = own_id("note", item.id);
  std::string text;
  JsonWriter json(text);
  begin(json, "note", note).field("created_by_ref", center_).field("created", time).field("modified", time);
  json.field("abstract", row.signature.substr(0, longest_name)).field("content", sentence_of(item));
  texts(json, "object_refs", {about});
  json.close();
  keep(note, std::move(text));
}

void StixBundle::add(const StixReport& report) {
  seed_.append("report ").append(report.id).append(" ").append(moment(report.changed)).append("\n");
  const std::string issuer = identity(report.issuer, "organization");
  static_cast<void>(identity(report.addressee, "organization"));
  const std::string id = own_id("report", report.id);
  std::string text;
  JsonWriter json(text);
  begin(json, "report", id)
      .field("created_by_ref", issuer)
      .field("created", moment(report.created))
      .field("modified", moment(report.changed));
  json.field("name", report.title);
  if (!report.text.empty()) json.field("description", report.text);
  json.key("report_types")
      .open_list()
      .text(report.kind == "vulnerability" ? "vulnerability"
            : report.kind == "incident"    ? "observed-data"
                                           : "threat-report");
  json.close_list().field("published", moment(report.created));
  texts(json, "object_refs", order_);
  json.close();
  keep(id, std::move(text));
}

std::string StixBundle::text() const {
  std::string out;
  JsonWriter json(out);
  json.open().field("type", "bundle").field("id", own_id("bundle", center_ + "\n" + seed_)).key("objects").open_list();
  for (const std::string& id : order_) json.raw(objects_.at(id));
  json.close_list().close();
  return out;
}

}  // namespace langyan::outputs
