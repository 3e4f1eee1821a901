#include "outputs/item.h"

#include <simdjson.h>

#include <algorithm>

#include "base/json.h"

namespace langyan::outputs {
namespace {

constexpr std::string_view sample_sensor = "langyan-test";
constexpr std::uint64_t sample_sid = 1;
constexpr std::string_view bulky[] = {"packet",  "packet_info",       "packets_before",
                                      "payload", "payload_printable", "stream"};
constexpr std::size_t short_text = 256;  // octets of one text of the short form

std::string_view clipped(std::string_view text) {
  return text.substr(0, short_text);  // a character cut in two is repaired by the writer
}

std::string without_bulk(std::string_view line) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string out;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) return out;
  JsonWriter json(out);
  json.open();
  for (const auto [name, value] : object) {
    if (std::ranges::find(bulky, name) != std::end(bulky)) continue;
    std::string key;
    append_escaped(key, name);
    json.key(key).raw(simdjson::minify(value));
  }
  json.close();
  return out;
}

std::string shortest(const Item& item) {
  const store::EventRow& row = item.row;
  std::string out;
  JsonWriter json(out);
  json.open().key("timestamp").time(row.time).field("event_type", clipped(row.event_type)).field("cut", true);
  if (row.src_ip) json.field("src_ip", *row.src_ip);
  if (row.dst_ip) json.field("dest_ip", *row.dst_ip);
  if (!row.app_proto.empty()) json.field("app_proto", clipped(row.app_proto));
  if (row.sid) {
    json.key("alert").open().field("signature_id", *row.sid).field("severity", std::uint64_t{row.severity});
    json.field("signature", clipped(row.signature)).close();
  }
  json.key("origin").open().field("sensor", row.sensor).field("epoch", store::epoch_text(row.epoch));
  json.field("lane", store::name_of(row.lane)).field("seq", row.seq).close().close();
  return out;
}

}  // namespace

std::string identity_of(const store::EventRow& row) {
  std::string text(row.sensor);
  text.append("/").append(store::epoch_text(row.epoch)).append("/").append(store::name_of(row.lane));
  return text.append("/").append(std::to_string(row.seq));
}

Result<Item> ItemReader::read(const store::Event& event) {
  // The epoch is that of no spool, so that a gap counts as one event.
  store::ParsedLines parsed = parser_.parse_lines(event.json, ~std::uint64_t{0});
  if (parsed.rows.size() != 1)
    return Error{ErrorKind::invalid, "event " + event.id + " of the store cannot be read"};
  const store::EventRow row = parsed.rows[0];
  return Item{event, row, identity_of(row), std::move(parsed)};
}

store::Event sample(std::string_view center, std::string_view output, std::string_view organisation, Time now) {
  store::Event event;
  event.id = "test", event.time = now, event.received = now;
  event.event_class = store::EventClass::alert, event.event_type = "alert";
  event.organisation = organisation, event.sensor = sample_sensor;
  JsonWriter json(event.json);
  json.open().key("timestamp").time(now).field("event_type", "alert").field("test", true);
  json.field("src_ip", "192.0.2.1").field("src_port", 50'000u).field("dest_ip", "192.0.2.2").field("dest_port", 502u);
  json.field("proto", "TCP").field("app_proto", "modbus");
  json.key("alert").open().field("signature_id", sample_sid).field("gid", 1u).field("severity", 3u);
  json.field("signature", "Langyan test of output " + std::string(output) + " by center " + std::string(center))
      .close();
  json.key("ot").open().field("verb", "write").field("object", "40001").field("result", "ok").close();
  json.key("origin").open().field("sensor", sample_sensor).field("epoch", store::epoch_text(0));
  json.field("lane", "alert").field("seq", static_cast<std::uint64_t>(std::max<Time>(now, 1))).close().close();
  return event;
}

bool is_sample(const Item& item) {
  return item.event.id == "test";
}

std::string one_line(std::string_view json) {
  constexpr char del = 0x7f;  // within texts only
  std::string line;
  line.reserve(json.size());
  for (const char c : json) {
    if (c == del) line += "\\u007f";
    else line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return line;
}

std::string line_within(const Item& item, std::size_t most) {
  std::string line = one_line(item.event.json);
  if (line.size() <= most) return line;
  line = without_bulk(item.event.json);
  return !line.empty() && line.size() <= most ? line : shortest(item);
}

}  // namespace langyan::outputs
