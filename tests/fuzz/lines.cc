#include "tests/fuzz/lines.h"

#include <simdjson.h>

#include <map>
#include <set>

#include "dissect/registry.h"
#include "eve/writer.h"
#include "pipeline/catalogue.h"
#include "store/event_row.h"
#include "tests/fuzz/check.h"

namespace langyan::fuzz {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// What Suricata writes in the events of ours that it knows (its schema.json), and in each object.
const std::set<std::string_view> strict_members = {
    "timestamp", "flow_id",   "in_iface",    "event_type",   "vlan",     "src_ip",    "src_port",
    "dest_ip",   "dest_port", "proto",       "community_id", "pcap_cnt", "app_proto", "alert",
    "direction",     "flow",      "packet",    "packet_info", "tcp",          "anomaly",  "ether",     "origin",
    "tunnel"};
const std::set<std::string_view> members = {"ot", "identity", "match",  "detection", "wire",
                                            "summary", "health", "stats"};

}  // namespace

struct LineCheck::Inside {
  simdjson::dom::parser parser;
  store::EventParser events;
  // From the catalogue that people and centers read, not from the tables it is printed from.
  std::map<std::string, std::set<std::string>, std::less<>> fields;
  std::uint64_t seq = 0;

  void check_fields(std::string_view protocol, const element& value, const std::string& line) {
    const auto& listed = fields.find(protocol)->second;
    for (const auto& [key, inner] : value.get_object()) {
      if (key == "request" || key == "response") {
        check_fields(protocol, inner, line);
      } else if (key == "items") {
        for (const element& item : inner.get_array()) check_fields(protocol, item, line);
      } else if (key != "items_total" && key != "fault") {
        require(listed.contains(std::string(key)), "every field written is in the catalogue", line);
      }
    }
  }
};

LineCheck::LineCheck() : inside_(std::make_unique<Inside>()) {
  const element catalogue = inside_->parser.parse(pipeline::fields_json());
  for (const Protocol* protocol : dissect::protocols())
    inside_->fields[std::string(protocol->name)] = {};
  for (const element& field : catalogue["fields"].get_array()) {
    const std::string keyword(field.at_key("keyword").get_string().value());
    const std::size_t dot = keyword.find('.');
    auto& listed = inside_->fields[keyword.substr(0, dot)];
    listed.insert(keyword.substr(dot + 1));
    element names;
    if (!field.at_key("names").get(names)) listed.insert(keyword.substr(dot + 1) + "_name");
  }
}

LineCheck::~LineCheck() = default;

void LineCheck::check(std::string line, bool strict) {
  ++lines_;
  eve::close_line(line, "sensor", 1, "bulk", ++inside_->seq);
  require(simdjson::validate_utf8(line), "a line is UTF-8", line);
  element root;
  require(!inside_->parser.parse(line).get(root), "a line is JSON", line);
  for (const auto& [key, value] : root.get_object()) {
    if (inside_->fields.contains(key)) {
      require(!strict, "a strict line has only what Suricata's schema knows", line);
      inside_->check_fields(key, value, line);
      continue;
    }
    require(strict_members.contains(key) || (!strict && members.contains(key)),
            "every member of an event is known", line);
  }
  const auto parsed = inside_->events.parse_lines(line + '\n', 1);
  require(parsed.rows.size() == 1 && parsed.refused.empty(), "the center takes every line",
          parsed.refused.empty() ? line : parsed.refused[0].reason + ": " + line);
}

}  // namespace langyan::fuzz
