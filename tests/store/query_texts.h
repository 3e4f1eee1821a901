// Random queries about what stands in given events. Test code only.
#pragma once

#include "tests/store/query_model.h"

namespace langyan::store {
namespace {

// Random texts about what stands in the events.

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t most) { return engine_() % most; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& list) { return list[below(list.size())]; }

 private:
  std::mt19937_64 engine_;
};

const query::Catalogue& catalogue() {
  static const auto made = query::Catalogue::of(pipeline::fields_json()).take();
  return *made;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}
bool is_plain(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}
bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string text_value(Chance& chance, std::string text) {
  if (has_control(text) || text.size() > 200) text = "x";
  if (is_plain(text) && text.size() > 3) {
    const std::size_t cut = 1 + chance.below(text.size() - 2);
    switch (chance.below(6)) {
      case 0: return text.substr(0, cut) + "*";
      case 1: return "*" + text.substr(cut);
      case 2: return "*" + text.substr(1, cut) + "*";
      case 3: return text.substr(0, 1) + "*" + text.substr(cut);
      case 4: for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c))); break;
      default: break;
    }
  }
  return in_quotes(text);
}

std::string number_term(Chance& chance, const std::string& field, double value) {
  const auto low = static_cast<std::int64_t>(std::floor(std::clamp(value, -1e15, 1e15)));
  const bool whole = value == static_cast<double>(low);
  switch (chance.below(7)) {
    case 0: return field + ">=" + std::to_string(low);
    case 1: return field + "<" + std::to_string(low + 1);
    case 2: return field + ":" + std::to_string(low - 3) + ".." + std::to_string(low + 2);
    case 3: return field + ">" + std::to_string(low) + ".5";
    case 4: return field + ":(1 or 7 or " + std::to_string(low) + ")";
    case 5: return field + "!=" + std::to_string(low);
    default: return whole ? field + ":" + std::to_string(low) : field + ":*";
  }
}

std::string address_term(Chance& chance, const std::string& field, const IpAddress& ip) {
  const std::string text = to_string(ip);
  if (!ip.is_v4()) return field + ":" + text + (chance.one_in(2) ? "/64" : "");
  switch (chance.below(6)) {
    case 0: return field + ":" + text + "/24";
    case 1: return field + ":" + text.substr(0, text.rfind('.')) + ".*";
    case 2: return field + ":" + text + ".." + to_string(IpAddress::v4(ip.v4_number() + 3));
    case 3: return field + ":(" + text + " or 10.20.0.8)";
    case 4: return field + "!=" + text;
    default: return field + ":" + text;
  }
}

// A term that `kept` may well match.
std::string random_term(Chance& chance, const Kept& kept) {
  const EventRow& row = kept.row();
  const auto json_term = [&](const std::string& field, const json& found, bool coded) {
    const json* value = &found;
    while (value->is_array() && !value->empty()) value = &(*value)[chance.below(value->size())];
    if (value->is_string())
      return field + ":" + (coded ? std::string("*") : text_value(chance, value->get<std::string>()));
    if (value->is_boolean()) return field + ":" + (value->get<bool>() ? "true" : "false");
    if (value->is_number()) return number_term(chance, field, static_cast<double>(number_of(*value)));
    return field + ":*";
  };
  switch (chance.below(26)) {
    case 0: return "type:" + std::string(row.event_type);
    case 1:
      return row.src_ip ? address_term(chance, chance.of<std::string>({"src", "source.ip", "源地址"}), *row.src_ip)
                        : "src:*";
    case 2: return row.dst_ip ? address_term(chance, chance.of<std::string>({"dst", "dest_ip"}), *row.dst_ip) : "dst:*";
    case 3: return row.src_ip ? address_term(chance, "ip", *row.src_ip) : "ip:*";
    case 4:
      return row.dst_port ? number_term(chance, chance.of<std::string>({"dport", "port"}), *row.dst_port)
                          : "not port:*";
    case 5:
      return row.severity ? chance.of<std::string>({"severity>=high", "severity<=medium", "severity:4",
                                                    "severity:low..medium", "severity!=high", "sev:*"})
                          : "severity:*";
    case 6: return row.sid ? number_term(chance, "sid", *row.sid) : "not sid:*";
    case 7: return "verb:" + (row.ot_verb.empty() ? "(read or write)" : std::string(row.ot_verb));
    case 8: return "obj:" + text_value(chance, row.ot_object.empty() ? "40001" : std::string(row.ot_object));
    case 9: return row.ot_value ? number_term(chance, "value", *row.ot_value) : "value:*";
    case 10: return "function:" + text_value(chance, row.function.empty() ? "none" : std::string(row.function));
    case 11:
      return chance.of<std::string>({"is:new", "is:ack", "state:closed", "is:false-positive", "is:alert",
                                     "class:operation", "class:(flow or stats)", "state:*"});
    case 12:
      return "proto:" + std::string(chance.one_in(2) && !row.proto.empty() ? row.proto
                                    : row.app_proto.empty()                ? "x"
                                                                           : row.app_proto);
    case 13: return chance.of<std::string>({"org:cn", "org:cn/a", "org:(us or cn/b)", "org:*", "org:nowhere"});
    case 14: return chance.of<std::string>({"sensor:PLANT-1", "sensor:plant*", "sensor:x", "sensor:*"});
    case 15: return "time" + chance.of<std::string>({">=", "<", "<="}) + timestamp(row.time);
    case 16: return row.flow_id ? "flow_id:" + std::to_string(*row.flow_id) : "flow_id:*";
    case 17:
      return text_value(chance, std::string(row.signature.empty() ? row.event_type : row.signature).substr(0, 12));
    case 18: return "rule:" + text_value(chance, std::string(row.signature.empty() ? "x" : row.signature));
    case 19: return "fc:" + (row.function.empty() ? "*" : text_value(chance, std::string(row.function)));
    case 20:
      return chance.of<std::string>(
          {"tech:T0888", "tech:t08*", "tech:*", "unit:1", "ot.count>1", "space:holding*", "ot.function>5", "mac:*"});
    case 21:
      return chance.of<std::string>(
          {"result:ok", "result:re*", "network.community_id:*", "category:*", "transport:udp", "received>=-10d"});
    case 22: {  // any member of the event
      std::string path = "eve";
      const json* here = &kept.event;
      while (here->is_object() && !here->empty() && path.size() < 90) {
        auto member = here->begin();
        std::advance(member, static_cast<std::ptrdiff_t>(chance.below(here->size())));
        if (!is_plain(member.key())) break;
        path += "." + member.key(), here = &*member;
      }
      return path == "eve" ? "type:*" : json_term(path, *here, false);
    }
    default: {  // a field of the event's protocol
      std::vector<const Target*> fields;
      for (const Target& target : catalogue().all())
        if (!target.protocol.empty() && (target.protocol == row.event_type || target.protocol == row.app_proto))
          fields.push_back(&target);
      if (fields.empty()) return "app:*";
      const Target* target = chance.of(fields);
      for (int tried = 0; tried < 30 && standing(kept.event, target->places).empty(); ++tried)
        target = chance.of(fields);
      const auto found = standing(kept.event, target->places);
      if (found.empty()) return target->name + ":*";
      if (!target->codes.empty() && chance.one_in(2)) {
        const std::string& word = chance.of(target->codes).second;
        return target->name + ":" + (chance.one_in(2) ? in_quotes(word) : word.substr(0, 1) + "*");
      }
      if (target->type == Type::time)
        return target->name + chance.of<std::string>({">=", "<", "<="}) + found[0]->get<std::string>();
      return json_term(target->name, *found[0], target->type == Type::number);
    }
  }
}

std::string random_filter(Chance& chance, const std::vector<Kept>& kept, int depth = 0) {
  const auto term = [&] { return random_term(chance, kept[chance.below(kept.size())]); };
  switch (depth < 3 ? chance.below(8) : 7) {
    case 0: return "(" + random_filter(chance, kept, depth + 1) + " or " + random_filter(chance, kept, depth + 1) + ")";
    case 1: return random_filter(chance, kept, depth + 1) + " and " + random_filter(chance, kept, depth + 1);
    case 2: return "not (" + random_filter(chance, kept, depth + 1) + ")";
    case 3: {  // several about one event, so that something is found
      const Kept& one = kept[chance.below(kept.size())];
      return random_term(chance, one) + " " + random_term(chance, one) +
             (chance.one_in(2) ? " " + random_term(chance, one) : "");
    }
    case 4: return "-" + term();
    default: return term();
  }
}

}  // namespace
}  // namespace langyan::store
