// Foreign keywords whose value is more than numbers: how each is read.
#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "detect/compat/foreign.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

// "function 8" of a value: the word, and what stands behind it.
struct Setting {
  std::string_view word, value;
};
Setting setting(std::string_view text) {
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  return {text.substr(0, blank), trim(text.substr(blank))};
}

NumberSet shifted(const NumberSet& numbers, std::uint64_t down) {
  NumberSet result;
  for (const KeyRange& range : numbers.ranges()) {
    if (range.high >= down) result.add(range.low >= down ? range.low - down : 0, range.high - down);
  }
  result.normalise();
  return result;
}

bool add_numbers(RuleBuilder& rule, std::string_view where, std::string_view field,
                 NumberSet numbers) {
  auto condition = numbered(rule, where, field, std::move(numbers));
  if (condition) rule.program.fields.push_back(std::move(*condition));
  return condition.has_value();
}

// ---- modbus: ----------------------------------------------------------------------------------

// Modbus Application Protocol 1.1b3, 5 and annex A: what a function code is for.
enum Category : unsigned { assigned = 1, unassigned = 2, user = 4, reserved = 8 };
struct CategoryRow {
  std::uint8_t first, last;
  Category category;
};
constexpr CategoryRow categories[] = {
    {1, 8, assigned},      {9, 10, reserved},   {11, 12, assigned}, {13, 14, reserved},
    {15, 17, assigned},    {18, 19, unassigned}, {20, 24, assigned}, {25, 40, unassigned},
    {41, 42, reserved},    {43, 43, assigned},  {44, 64, unassigned}, {65, 72, user},
    {73, 89, unassigned},  {90, 91, reserved},  {92, 99, unassigned}, {100, 110, user},
    {111, 124, unassigned}, {125, 127, reserved},
};
constexpr Name category_words[] = {{assigned, "assigned"},   {unassigned, "unassigned"},
                                   {assigned | unassigned, "public"},
                                   {user, "user"},           {reserved, "reserved"},
                                   {15, "all"}};

bool modbus_function(RuleBuilder& rule, std::string_view value) {
  if (const auto number = read_unsigned(value)) {
    if (*number == 0 || *number > 255)
      return rule.refuse(value, "a Modbus function is 1 to 255");
    return add_numbers(rule, value, "modbus.function", just(*number));
  }
  const bool negated = value.starts_with('!');
  const std::string_view word = trim(value.substr(negated));
  const auto row = std::ranges::find(category_words, word, &Name::word);
  if (row == std::end(category_words)) {
    return rule.refuse(value, quoted(value) + " is neither a number nor one of assigned, "
                                              "unassigned, public, user, reserved, all");
  }
  const unsigned wanted = negated ? 15 & ~row->value : row->value;
  NumberSet numbers;
  for (const CategoryRow& each : categories)
    if (each.category & wanted) numbers.add(each.first, each.last);
  if (numbers.empty()) return rule.refuse(value, "this leaves no function at all");
  numbers.normalise();
  return add_numbers(rule, value, "modbus.function", std::move(numbers));
}

struct AccessRow {
  std::string_view access, place;
  std::array<std::uint8_t, 5> functions;  // 0: no more
  std::string_view space;
};
constexpr AccessRow accesses[] = {
    {"read", "discretes", {2}, "discrete_input"},
    {"read", "coils", {1}, "coil"},
    {"read", "input", {4}, "input_register"},
    {"read", "holding", {3, 23}, "holding_register"},
    {"read", "", {1, 2, 3, 4, 23}, ""},
    {"write", "coils", {5, 15}, "coil"},
    {"write", "holding", {6, 16, 22, 23}, "holding_register"},
    {"write", "", {5, 6, 15, 16, 22}, ""},
};

bool modbus_address(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, Kind::u32, {});
  if (!numbers) return false;
  // There the first address is 1.
  NumberSet addresses = shifted(*numbers, 1);
  if (addresses.empty()) return rule.refuse(value, "this counts addresses from 1");
  rule.program.operation.used = true;
  rule.program.operation.address = std::move(addresses);
  return true;
}

bool modbus_value(RuleBuilder& rule, std::string_view value) {
  OperationNeeds& needs = rule.program.operation;
  const auto numbers = read_numbers(rule, value, Kind::u16, {});
  if (!numbers) return false;
  if (!needs.address || needs.address->count() != 1)
    return rule.refuse(value, "a value is compared at one address: \"address 10, value 5\"");
  constexpr std::uint64_t coil_on = 0xff00;
  NumberSet keys;
  for (const KeyRange& range : numbers->ranges()) {
    keys.add(key_of_real(static_cast<double>(range.low)),
             key_of_real(static_cast<double>(range.high)));
  }
  if (numbers->contains(coil_on)) keys.add(key_of_real(1), key_of_real(1));
  keys.normalise();
  needs.value = std::move(keys);
  return needs.value_there = true;
}

bool modbus_access(RuleBuilder& rule, std::string_view value) {
  const Setting kind = setting(value);
  const auto row = std::ranges::find_if(accesses, [&](const AccessRow& each) {
    return each.access == kind.word && each.place == kind.value;
  });
  if (row == std::end(accesses)) {
    return rule.refuse(value, quoted(value) + " is no access; known are read and write, read of "
                                              "discretes, coils, input and holding, write of coils "
                                              "and holding");
  }
  NumberSet functions;
  for (const std::uint8_t code : row->functions)
    if (code) functions.add(code, code);
  if (row->access == "write" && row->place.empty()) functions.add(23, 23);
  functions.normalise();
  OperationNeeds& needs = rule.program.operation;
  needs.used = true;
  needs.verbs = 1u << static_cast<unsigned>(row->access == "read" ? Verb::read : Verb::write);
  if (!row->space.empty()) needs.space = GlobSet{{std::string(row->space)}, false};
  return add_numbers(rule, value, "modbus.function", std::move(functions));
}

// One of "function 8", "subfunction 4", "access read coils", "address 1<>10", "value 3", "unit 7".
bool modbus_part(RuleBuilder& rule, std::string_view part, bool has_access) {
  const Setting each = setting(part);
  if (each.word == "function") return modbus_function(rule, each.value);
  if (each.word == "access") return modbus_access(rule, each.value);
  if (each.word == "subfunction" || each.word == "unit") {
    const bool unit = each.word == "unit";
    auto numbers = read_numbers(rule, each.value, unit ? Kind::u8 : Kind::u16, {});
    return numbers && add_numbers(rule, part, unit ? "modbus.unit_id" : "modbus.subfunction",
                                  std::move(*numbers));
  }
  if (each.word == "address" || each.word == "value") {
    if (!has_access)
      return rule.refuse(part, "address and value stand behind \"access read\" or \"access write\"");
    return each.word == "address" ? modbus_address(rule, each.value)
                                  : modbus_value(rule, each.value);
  }
  return rule.refuse(part, quoted(each.word) + " is none of function, subfunction, access, "
                                               "address, value, unit");
}

// ---- DCE/RPC ----------------------------------------------------------------------------------

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

// Over a pipe the interface stands in the binding and the method in the call, in messages apart.
bool one_of_a_call(RuleBuilder& rule, std::string_view where, std::string_view what) {
  const std::string_view other = what == "opnum" ? "dce over smb interface" : "dce over smb opnum";
  if (rule.seen.contains(other)) {
    return rule.refuse_unknown(
        where, "which interface a call in a named pipe is of is not followed; ask for one of both",
        "dce_iface with dce_opnum over SMB");
  }
  rule.seen.insert("dce over smb " + std::string(what));
  return true;
}

bool interface_over_smb(RuleBuilder& rule, std::string_view text) {
  const FieldPlace place = find_field(rule.environment.protocols, "smb.rpc_interface");
  if (!place.field)
    return rule.refuse_unknown(text, "this version has no smb.rpc_interface", "dce_iface");
  if (!claim_protocol(rule, text, *place.protocol)) return false;
  if (!one_of_a_call(rule, text, "interface")) return false;
  std::string uuid(text);
  for (char& c : uuid)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
  rule.program.fields.push_back(
      {place.level, place.index, place.field->kind, TextSet{{std::move(uuid)}, false}});
  return true;
}

}  // namespace

bool parse_modbus(RuleBuilder& rule, const Foreign&, std::string_view value) {
  const auto parts = split(value);
  const bool has_access = std::ranges::any_of(
      parts, [](std::string_view part) { return setting(part).word == "access"; });
  if (has_access && rule.program.operation.used)
    return rule.refuse(value, "a rule says once which access it looks for");
  for (const std::string_view part : parts)
    if (!modbus_part(rule, part, has_access)) return false;
  return true;
}

// A rule on the ports of SMB, or that names it, means calls that travel in named pipes.
bool over_smb(const RuleBuilder& rule) {
  constexpr std::uint16_t smb = 445, netbios = 139;
  const Protocol* protocol = rule.find_protocol("smb");
  if (!protocol) return false;
  for (const ProtocolNeed& need : rule.program.protocols)
    if (need.protocol == protocol && !need.negated) return true;
  const PortSet* ports = rule.program.header.destination_port;
  return rule.program.protocol == protocol ||
         (ports && (ports->contains(smb) || ports->contains(netbios)));
}

// Snort compares the code as it stands in the message, so refusals have another one.
bool parse_modbus_function(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  constexpr std::uint64_t refusal_bit = 0x80;
  const FieldPlace place = find_field(rule.environment.protocols, "modbus.function");
  if (!place.field) return rule.refuse_unknown(value, "this version has no Modbus", row.name);
  std::vector<Name> words(row.words.begin(), row.words.end());
  words.insert(words.end(), place.field->names.begin(), place.field->names.end());
  const auto numbers = read_numbers(rule, value, Kind::u8, words);
  if (!numbers) return false;
  NumberSet plain, refused;
  for (const KeyRange& range : numbers->ranges()) {
    plain.add(range.low, std::min(range.high, refusal_bit - 1));
    refused.add(std::max(range.low, refusal_bit), range.high);
  }
  plain.normalise(), refused.normalise();
  std::vector<std::vector<FieldCondition>> alternatives;
  if (!plain.empty()) {
    auto function = numbered(rule, value, "modbus.function", std::move(plain));
    auto none = missing(rule, value, "modbus.exception");
    if (!function || !none) return false;
    alternatives.push_back({*function, *none});
  }
  if (refused = shifted(refused, refusal_bit); !refused.empty()) {
    auto function = numbered(rule, value, "modbus.function", std::move(refused));
    NumberSet any;
    any.add(0, 255);
    auto exception = numbered(rule, value, "modbus.exception", std::move(any));
    if (!function || !exception) return false;
    alternatives.push_back({*function, *exception});
  }
  return holds_any(rule, value, std::move(alternatives));
}

// dnp3_ind:need_time,device_trouble: any of them; a number is a mask of both octets.
bool parse_indications(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  // IEEE 1815 4.5.1: bit 0 to 7 of IIN1, then of IIN2.
  struct Indication {
    std::string_view word, field;
    unsigned mask;
  };
  constexpr Indication indications[] = {
      {"all_stations", "dnp3.iin_broadcast", 0x0100},
      {"class_1_events", "dnp3.iin_class_1", 0x0200},
      {"class_2_events", "dnp3.iin_class_2", 0x0400},
      {"class_3_events", "dnp3.iin_class_3", 0x0800},
      {"need_time", "dnp3.iin_need_time", 0x1000},
      {"local_control", "dnp3.iin_local_control", 0x2000},
      {"device_trouble", "dnp3.iin_device_trouble", 0x4000},
      {"defice_trouble", "dnp3.iin_device_trouble", 0x4000},  // as Snort's manual has it
      {"device_restart", "dnp3.iin_device_restart", 0x8000},
      {"no_func_code_support", "dnp3.iin_no_function", 0x0001},
      {"object_unknown", "dnp3.iin_object_unknown", 0x0002},
      {"parameter_error", "dnp3.iin_parameter_error", 0x0004},
      {"event_buffer_overflow", "dnp3.iin_event_overflow", 0x0008},
      {"already_executing", "dnp3.iin_already_executing", 0x0010},
      {"config_corrupt", "dnp3.iin_config_corrupt", 0x0020},
      {"reserved_2", "dnp3.iin_reserved", 0x0080},
      {"reserved_1", "dnp3.iin_reserved", 0x0040},
  };
  unsigned mask = 0;
  std::vector<std::string_view> known;
  for (const Indication& each : indications) known.push_back(each.word);
  for (const std::string_view part : split(value)) {
    const auto number = read_unsigned(part);
    const auto at = std::ranges::find(indications, part, &Indication::word);
    if (!number && at == std::end(indications)) {
      const std::string_view near = nearest(part, known);
      return rule.refuse(part, quoted(part) + " is no internal indication" +
                                   (near.empty() ? "" : "; did you mean " + quoted(near) + "?"));
    }
    mask |= number ? static_cast<unsigned>(*number & 0xffff) : at->mask;
  }
  std::vector<std::vector<FieldCondition>> alternatives;
  for (const Indication& each : indications) {
    if (!(mask & each.mask) || each.word == "defice_trouble") continue;
    NumberSet set;  // of the reserved bits the field has 1 and 2
    if (each.mask == 0x0040) set.add(1, 1), set.add(3, 3);
    else if (each.mask == 0x0080) set.add(2, 3);
    else set.add(1, 1);
    set.normalise();
    auto condition = numbered(rule, value, each.field, std::move(set));
    if (!condition) return false;
    alternatives.push_back({std::move(*condition)});
  }
  (void)row;
  return holds_any(rule, value, std::move(alternatives));
}

// dnp3_obj:12,1 and Snort 3's "group 12, var 1".
bool parse_dnp3_object(RuleBuilder& rule, const Foreign&, std::string_view value) {
  const auto parts = split(value);
  if (parts.size() != 2)
    return rule.refuse(value, "write the group and the variation of the object: 12,1");
  constexpr std::array<std::string_view, 2> words = {"group", "var"};
  constexpr std::array<std::string_view, 2> fields = {"dnp3.group", "dnp3.variation"};
  std::vector<FieldCondition> both;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string_view text = parts[i];
    if (const Setting each = setting(text); each.word == words[i]) text = each.value;
    const auto number = read_integer(rule, text, 0, 255);
    if (!number) return false;
    auto condition = numbered(rule, text, fields[i], just(static_cast<std::uint64_t>(*number)));
    if (!condition) return false;
    both.push_back(std::move(*condition));
  }
  return holds_any(rule, value, {std::move(both)});
}

// cip_service:service[,class[,attribute]]; what a multiple service packet carries counts as well.
bool parse_cip_service(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  const auto parts = split(value);
  if (parts.empty() || parts.size() > 3)
    return rule.refuse(value, "cip_service is service[,class[,attribute]]");
  const bool ranges = parts.size() == 1;  // Snort's intervals
  const auto service = read_numbers(rule, parts[0], Kind::u8, row.words);
  if (!service) return false;
  std::vector<std::vector<FieldCondition>> alternatives;
  for (const std::string_view prefix : {"enip.", "enip.item_"}) {
    const auto name = [&](std::string_view field) { return std::string(prefix) + std::string(field); };
    std::vector<FieldCondition> all;
    const auto add = [&](std::string_view where, std::string_view field, NumberSet numbers) {
      auto condition = numbered(rule, where, name(field), std::move(numbers));
      if (condition) all.push_back(std::move(*condition));
      return condition.has_value();
    };
    if (!add(parts[0], "service", *service)) return false;
    if (!ranges) {
      const auto number = read_integer(rule, parts[1], 0, 0xffffffff);
      if (!number || !add(parts[1], "class", just(static_cast<std::uint64_t>(*number)))) return false;
    }
    if (parts.size() == 3) {
      const auto number = read_integer(rule, parts[2], 0, 0xffffffff);
      if (!number || !add(parts[2], "attribute", just(static_cast<std::uint64_t>(*number))))
        return false;
    }
    alternatives.push_back(std::move(all));
  }
  if (!ranges && !only_way(rule, value, Direction::to_server)) return false;
  return holds_any(rule, value, std::move(alternatives));
}

// enip.revision: ours is "20.11", Suricata's the two octets as one little-endian number.
bool parse_enip_revision(RuleBuilder& rule, const Foreign&, std::string_view value) {
  const FieldPlace place = find_field(rule.environment.protocols, "enip.revision");
  if (!place.field) return rule.refuse_unknown(value, "this version has no enip.revision", "enip.revision");
  if (!claim_protocol(rule, value, *place.protocol)) return false;
  TextSet set;
  for (const std::string_view part : split(value)) {
    if (part.starts_with('"')) {
      auto text = read_octets(rule, part);
      if (!text) return false;
      set.texts.push_back(std::move(*text));
      continue;
    }
    const auto number = read_integer(rule, part, 0, 0xffff);
    if (!number) return false;
    set.texts.push_back(std::to_string(*number & 0xff) + "." + std::to_string(*number >> 8));
  }
  rule.program.fields.push_back({place.level, place.index, place.field->kind, std::move(set)});
  constexpr std::uint64_t list_identity = 0x63;
  return add_numbers(rule, value, "enip.command", just(list_identity));
}

// Suricata takes the two bits of every packet's first octet, whatever they mean there.
bool parse_mqtt_qos(RuleBuilder& rule, const Foreign&, std::string_view value) {
  const auto numbers = read_numbers(rule, value, Kind::u8, {});
  if (!numbers) return false;
  std::vector<std::vector<FieldCondition>> alternatives;
  auto plain = numbered(rule, value, "mqtt.qos", *numbers);
  if (!plain) return false;
  alternatives.push_back({std::move(*plain)});
  constexpr std::array<std::uint64_t, 3> with_one = {6, 8, 10};  // pubrel, subscribe, unsubscribe
  for (const std::uint64_t bits : {0, 1}) {
    if (!numbers->contains(bits)) continue;
    NumberSet types;
    for (std::uint64_t type = 1; type < 16; ++type)
      if ((std::ranges::find(with_one, type) != with_one.end()) == (bits == 1)) types.add(type, type);
    types.normalise();
    auto type = numbered(rule, value, "mqtt.type", std::move(types));
    auto none = missing(rule, value, "mqtt.qos");
    if (!type || !none) return false;
    alternatives.push_back({std::move(*type), std::move(*none)});
  }
  return holds_any(rule, value, std::move(alternatives));
}

// "dup,!retain": each flag set, or with ! not set; where the message has no such flag it is not set.
bool parse_flag_words(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  struct Flag {
    std::string_view keyword, word, field;
  };
  constexpr Flag flags[] = {
      {"mqtt.flags", "dup", "mqtt.dup"},
      {"mqtt.flags", "retain", "mqtt.retain"},
      {"mqtt.connect.flags", "username", "mqtt.user_name"},
      {"mqtt.connect.flags", "password", "mqtt.has_password"},
      {"mqtt.connect.flags", "will", "mqtt.will_qos"},
      {"mqtt.connect.flags", "will_retain", "mqtt.will_retain"},
      {"mqtt.connect.flags", "clean_session", "mqtt.clean_start"},
  };
  for (const std::string_view part : split(value)) {
    const bool negated = part.starts_with('!');
    const std::string_view word = trim(part.substr(negated));
    const auto flag = std::ranges::find_if(
        flags, [&](const Flag& each) { return each.keyword == row.name && each.word == word; });
    if (flag == std::end(flags)) {
      std::string known;
      for (const Flag& each : flags)
        if (each.keyword == row.name) known += (known.empty() ? "" : ", ") + std::string(each.word);
      return rule.refuse(part, quoted(word) + " is none of " + known);
    }
    const bool by_presence = flag->word == "username" || flag->word == "will";
    const FieldPlace place = find_field(rule.environment.protocols, flag->field);
    auto set = numbered(rule, part, flag->field, just(1));
    auto unset = numbered(rule, part, flag->field, just(0));
    auto none = missing(rule, part, flag->field);
    if (!set || !unset || !none) return false;
    if (by_presence) {
      if (is_run(place.field->kind)) set->accepts = TextSet{{}, true};
      else set->accepts = [] { NumberSet every; every.add(0, 255); return every; }();
    }
    std::vector<std::vector<FieldCondition>> alternatives;
    if (!negated) alternatives.push_back({std::move(*set)});
    if (negated && !by_presence) alternatives.push_back({std::move(*unset)});
    if (negated) alternatives.push_back({std::move(*none)});
    if (!holds_any(rule, part, std::move(alternatives))) return false;
  }
  return row.name != "mqtt.connect.flags" || add_numbers(rule, value, "mqtt.type", just(1));
}

// opcua_msg_service:browse_request: the service, and which way it goes.
bool parse_opcua_service(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  const FieldPlace place = find_field(rule.environment.protocols, "opcua.service");
  if (!place.field) return rule.refuse_unknown(value, "this version has no OPC UA", row.name);
  std::string_view word = value;
  for (const auto& [suffix, way] : {std::pair{std::string_view("_request"), Direction::to_server},
                                    std::pair{std::string_view("_response"), Direction::to_client}}) {
    if (!word.ends_with(suffix)) continue;
    word.remove_suffix(suffix.size());
    if (!only_way(rule, value, way)) return false;
    break;
  }
  auto numbers = read_numbers(rule, word, place.field->kind, place.field->names);
  return numbers && add_numbers(rule, value, "opcua.service", std::move(*numbers));
}

// content and http_uri in one.
bool parse_uricontent(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  const FieldPlace place = find_field(rule.environment.protocols, "http.uri");
  if (!place.field) return rule.refuse_unknown(value, "this version has no http.uri", row.name);
  return claim_protocol(rule, value, *place.protocol) && find_keyword("content")->parse(rule, value) &&
         rule.move_content(value, place.level, place.index);
}

bool parse_dce_opnum(RuleBuilder& rule, const Foreign&, std::string_view value) {
  auto numbers = read_numbers(rule, value, Kind::u16, {});
  if (over_smb(rule) && !one_of_a_call(rule, value, "opnum")) return false;
  return numbers && add_numbers(rule, value, over_smb(rule) ? "smb.rpc_opnum" : "dcerpc.opnum",
                                std::move(*numbers));
}

// dce_iface:uuid[,version][,any_frag]: calls of that interface, and their answers.
bool parse_dce_interface(RuleBuilder& rule, const Foreign& row, std::string_view value) {
  const auto parts = split(value);
  if (parts.empty() || !is_uuid(parts[0])) {
    return rule.refuse(value,
                       "an interface is written 367abb81-9844-35f1-ad32-98f038001003[,version]");
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == "any_frag") continue;
    return rule.refuse_unknown(parts[i], "the version of an interface is not kept; leave it out",
                               "dce_iface version");
  }
  if (over_smb(rule)) return interface_over_smb(rule, parts[0]);
  const FieldPlace place = find_field(rule.environment.protocols, "dcerpc.interface_uuid");
  if (!place.field)
    return rule.refuse_unknown(value, "this version has no dcerpc.interface_uuid", row.name);
  std::string uuid(parts[0]);
  for (char& c : uuid)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
  const auto known = std::ranges::find(place.field->names, uuid, &Name::word);
  if (known == place.field->names.end()) {
    return rule.refuse_unknown(
        parts[0], "this version does not follow the interface " + std::string(parts[0]),
        "dce_iface:" + uuid);
  }
  if (!add_numbers(rule, parts[0], "dcerpc.interface_uuid", just(known->value))) return false;
  NumberSet calls;  // request, response
  calls.add(0, 0), calls.add(2, 2);
  calls.normalise();
  return add_numbers(rule, value, "dcerpc.rpc_type", std::move(calls));
}

}  // namespace langyan::detect
