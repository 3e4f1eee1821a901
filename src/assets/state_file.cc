#include "assets/state_file.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "assets/attack_kind.h"
#include "base/json.h"
#include "base/json_members.h"
#include "dissect/registry.h"
#include "spool/crc32c.h"

namespace langyan::assets {
namespace {

namespace dom = simdjson::dom;

std::string_view name_of(const Protocol* protocol) {
  return protocol ? protocol->name : std::string_view{};
}

template <class List>
void write_list(JsonWriter& json, std::string_view key, const List& list) {
  json.key(key).open_list();
  for (const auto& each : list) json.address(each);
  json.close_list();
}

void write_asset(std::string& out, const Asset& asset, const Asset* parent) {
  JsonWriter json(out);
  json.open().field("id", asset.id);
  if (parent) json.field("parent", parent->id).field("unit", asset.unit);
  write_list(json, "ip", asset.addresses);
  write_list(json, "mac", asset.macs);
  json.field("certain", asset.tie_certain).field("role", row(asset.role).name).field("role_set", asset.role_set);
  if (asset.by_hand.level >= 0) json.field("level", asset.by_hand.level);
  if (asset.by_hand.attack) json.field("attack", asset.by_hand.attack->id);
  if (asset.listed == Listed::unknown) json.field("unknown", true);
  json.field("first", asset.first).field("last", asset.last).field("packet", asset.first_packet);
  json.field("silent", asset.silent).key("protocols").open_list();
  for (const Spoken& spoken : asset.protocols) {
    json.open().field("name", name_of(spoken.protocol)).field("acts", spoken.acts);
    if (spoken.has_unit) json.field("unit", spoken.unit);
    json.close();
  }
  json.close_list().key("facts").open_list();
  for (const Known& fact : asset.facts) {
    json.open().field("trait", trait_name(fact.trait)).field("text", fact.text);
    json.field("protocol", name_of(fact.protocol)).field("confidence", fact.confidence);
    json.field("first", fact.first).field("last", fact.last).field("packet", fact.packet_number);
    json.field("replaced", fact.replaced).close();
  }
  json.close_list();
  if (!asset.told.empty()) {
    json.key("told").open_list();
    for (const std::string& number : asset.told) json.text(number);
    json.close_list();
  }
  json.close();
  out += '\n';
}

using json::each_of, json::number_of, json::text_of;
bool flag_of(dom::element from, std::string_view key) {
  bool flag = false;
  return from[key].get(flag) == simdjson::SUCCESS && flag;
}

void read_protocols(dom::element from, Asset& asset) {
  each_of(from, "protocols", [&](dom::element each) {
    // One that this build does not know any more says nothing.
    const Protocol* protocol = dissect::find_protocol(text_of(each, "name"));
    std::uint64_t unit = 0;
    const bool has_unit = each["unit"].get(unit) == simdjson::SUCCESS;
    if (protocol && asset.protocols.size() < most_protocols_each)
      asset.protocols.push_back(
          {protocol, number_of<std::uint8_t>(each, "acts"), has_unit, static_cast<std::uint32_t>(unit)});
  });
}

void read_facts(dom::element from, Asset& asset) {
  each_of(from, "facts", [&](dom::element each) {
    const std::string_view source = text_of(each, "protocol"), trait = text_of(each, "trait");
    const Protocol* protocol = dissect::find_protocol(source);
    if ((!source.empty() && !protocol) || asset.facts.size() >= most_facts_each) return;
    for (const Name& name : trait_names()) {
      if (name.word != trait) continue;
      asset.facts.push_back({static_cast<Trait>(name.value), number_of<std::uint8_t>(each, "confidence"),
                             std::string(text_of(each, "text")), protocol, number_of<Time>(each, "first"),
                             number_of<Time>(each, "last"), number_of<std::uint64_t>(each, "packet"),
                             flag_of(each, "replaced")});
    }
  });
}

Asset read_asset(dom::element from) {
  Asset asset;
  asset.id = text_of(from, "id");
  asset.unit = number_of<std::uint32_t>(from, "unit");
  each_of(from, "ip", [&](dom::element each) {
    std::string_view text;
    if (each.get(text) != simdjson::SUCCESS) return;
    if (const auto ip = parse_ip(text); ip && asset.addresses.size() < most_addresses_each)
      asset.addresses.push_back(*ip);
  });
  each_of(from, "mac", [&](dom::element each) {
    std::string_view text;
    if (each.get(text) != simdjson::SUCCESS) return;
    if (const auto mac = parse_mac(text); mac && asset.macs.size() < most_addresses_each) asset.macs.push_back(*mac);
  });
  asset.tie_certain = flag_of(from, "certain");
  asset.role_set = flag_of(from, "role_set");
  asset.silent = flag_of(from, "silent");
  if (std::int64_t level = 0; from["level"].get(level) == simdjson::SUCCESS)
    asset.by_hand.level = static_cast<int>(level);
  asset.by_hand.attack = attack_kind(text_of(from, "attack"));
  if (flag_of(from, "unknown")) asset.listed = Listed::unknown;  // told already
  asset.first = number_of<Time>(from, "first");
  asset.last = number_of<Time>(from, "last");
  asset.first_packet = number_of<std::uint64_t>(from, "packet");
  for (std::size_t i = 0; i < host_roles().size(); ++i)
    if (host_roles()[i].name == text_of(from, "role")) asset.role = static_cast<HostRole>(i);
  each_of(from, "told", [&](dom::element each) {
    std::string_view number;
    if (each.get(number) == simdjson::SUCCESS && asset.told.size() < most_told_each) asset.told.emplace_back(number);
  });
  read_protocols(from, asset);
  read_facts(from, asset);
  return asset;
}

Error wrong(std::string_view what) {
  return {ErrorKind::failed, fmt::format("{}; move the file away to begin with an empty inventory", what)};
}

// The header is right and its checksum is that of `rest`.
Result<void> check(dom::parser& parser, std::string_view header, std::string_view rest) {
  dom::element head;
  if (parser.parse(simdjson::padded_string(header)).get(head) != simdjson::SUCCESS ||
      text_of(head, "file") != "langyan assets")
    return wrong("this is no inventory of langyan");
  const auto version = number_of<unsigned>(head, "version");
  if (version > state_version)
    return wrong(fmt::format("the inventory has version {}, this program reads up to {}", version, state_version));
  if (text_of(head, "crc32c") != fmt::format("{:08x}", spool::crc32c(bytes_of(rest))))
    return wrong("the inventory is cut or changed: its checksum is not that of its header");
  return {};
}

}  // namespace

std::string render(const Inventory& inventory) {
  std::string body;
  std::size_t count = 0;
  for (const bool children : {false, true})  // a parent comes before its children
    for (const Asset& asset : inventory.assets()) {
      if (asset.merged || (asset.parent != 0) != children) continue;
      write_asset(body, asset, inventory.parent(asset));
      ++count;
    }
  return fmt::format("{{\"file\":\"langyan assets\",\"version\":{},\"assets\":{},\"crc32c\":\"{:08x}\"}}\n",
                     state_version, count, spool::crc32c(bytes_of(body))) +
         body;
}

Result<void> restore(Inventory& inventory, std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return wrong("this is no inventory of langyan");
  dom::parser parser;
  std::string_view rest = text.substr(end + 1);
  if (const auto done = check(parser, text.substr(0, end), rest); !done) return done;
  while (!rest.empty()) {
    const std::size_t stop = std::min(rest.find('\n'), rest.size());
    dom::element line;
    if (parser.parse(simdjson::padded_string(rest.substr(0, stop))).get(line) != simdjson::SUCCESS)
      return wrong("a line of the inventory is no JSON");
    inventory.restore(read_asset(line), text_of(line, "parent"));
    rest.remove_prefix(std::min(stop + 1, rest.size()));
  }
  return {};
}

Result<void> save(Disk& disk, const std::string& path, const Inventory& inventory) {
  return replace_file(disk, path, bytes_of(render(inventory)));
}

Result<void> load(Disk& disk, const std::string& path, Inventory& inventory) {
  const auto text = read_file(disk, path, largest_state_file);
  if (!text) return text.error().kind == ErrorKind::missing ? Result<void>{} : Result<void>{text.error()};
  auto done = restore(inventory, *text);
  if (!done) return Error{done.error().kind, path + ": " + done.error().message};
  return done;
}

}  // namespace langyan::assets
