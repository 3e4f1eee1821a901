#include "detect/contradictions.h"

#include <algorithm>

namespace langyan::detect {
namespace {

bool meet(const NumberSet& a, const NumberSet& b) {
  return std::ranges::any_of(
      a.ranges(), [&](const KeyRange& range) { return b.intersects(range.low, range.high); });
}

// dsize:<5; dsize:>10, and so for each number of a packet.
std::string of_packet(const RuleBuilder& rule) {
  const auto& conditions = rule.program.packet;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    for (std::size_t j = i + 1; j < conditions.size(); ++j) {
      if (conditions[i].read == conditions[j].read &&
          !meet(conditions[i].numbers, conditions[j].numbers)) {
        return "two conditions on one number of the packet exclude each other";
      }
    }
  }
  return {};
}

// The largest payload that the conditions on its size allow.
std::uint64_t largest_payload(const Program& program) {
  std::uint64_t largest = 65'535;
  for (const PacketCondition& condition : program.packet)
    if (condition.of_payload) largest = std::min(largest, condition.numbers.ranges().back().high);
  return largest;
}

std::string of_size(const RuleBuilder& rule) {
  const BufferMatch* raw = rule.program.raw();
  if (!raw) return {};
  const std::uint64_t largest = largest_payload(rule.program);
  for (const PayloadCondition& condition : raw->conditions) {
    if (const auto* data = std::get_if<DataAt>(&condition)) {
      if (!data->relative && !data->negated && data->offset > largest) {
        return "isdataat asks for octet " + std::to_string(data->offset) +
               " and dsize allows at most " + std::to_string(largest);
      }
    } else if (const auto* test = std::get_if<ByteTest>(&condition)) {
      const NumberAt& number = test->number;
      const auto end = static_cast<std::int64_t>(number.offset) + number.size;
      if (!number.relative && number.base == 0 && end > static_cast<std::int64_t>(largest)) {
        return "byte_test reads up to octet " + std::to_string(end) + " and dsize allows at most " +
               std::to_string(largest);
      }
    }
  }
  return {};
}

// A content that can stand at one place only: its offset, where depth leaves no room.
std::optional<std::uint32_t> fixed_place(const Content& content) {
  if (content.negated || content.relative() || content.nocase || !content.latest_end()) return {};
  const std::uint32_t offset = content.starts ? 0 : content.offset.value_or(0);
  return *content.depth == content.size() ? std::optional(offset) : std::nullopt;
}

bool disagree(const Content& a, std::uint32_t at, const Content& b, std::uint32_t other) {
  const std::uint32_t first = std::max(at, other);
  const std::uint32_t last = std::min(at + a.size(), other + b.size());
  for (std::uint32_t i = first; i < last; ++i)
    if (a.bytes[i - at] != b.bytes[i - other]) return true;
  return false;
}

bool is_plain(const Content& content) {
  return !content.relative() && !content.absolute() && !content.starts && !content.ends;
}

std::string of_contents(const std::vector<PayloadCondition>& conditions) {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto* a = std::get_if<Content>(&conditions[i]);
    for (std::size_t j = i + 1; a && j < conditions.size(); ++j) {
      const auto* b = std::get_if<Content>(&conditions[j]);
      if (!b) continue;
      const auto at = fixed_place(*a), other = fixed_place(*b);
      if (at && other && disagree(*a, *at, *b, *other))
        return "two contents ask for different octets at one place";
      if (a->negated != b->negated && a->bytes == b->bytes && a->nocase == b->nocase &&
          is_plain(a->negated ? *a : *b)) {
        return "a content is to be there and not to be there";
      }
    }
  }
  return {};
}

std::string of_payload(const RuleBuilder& rule) {
  for (const BufferMatch& buffer : rule.program.buffers) {
    std::string reason = of_contents(buffer.conditions);
    if (!reason.empty()) return reason;
  }
  return {};
}

std::string of_texts(const RuleBuilder& rule) {
  const auto& fields = rule.program.fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (std::size_t j = i + 1; j < fields.size(); ++j) {
      const auto* a = std::get_if<TextSet>(&fields[i].accepts);
      const auto* b = std::get_if<TextSet>(&fields[j].accepts);
      if (!a || !b || a->negated || b->negated) continue;
      if (fields[i].level != fields[j].level || fields[i].field != fields[j].field) continue;
      if (!std::ranges::any_of(a->texts, [&](const std::string& text) {
            return std::ranges::find(b->texts, text) != b->texts.end();
          })) {
        return "two conditions on one field exclude each other";
      }
    }
  }
  return {};
}

// IPv4 addresses are kept as v4-mapped ones.
bool has_addresses_of(const AddressSet& set, bool v4) {
  constexpr std::uint64_t mapped = 0xffff'0000'0000;
  return std::ranges::any_of(set.ranges(), [&](const AddressSet::Range& range) {
    const bool low_is_v4 = range.low.high == 0 && range.low.low >> 32 == mapped >> 32;
    const bool high_is_v4 = range.high.high == 0 && range.high.low >> 32 == mapped >> 32;
    return v4 ? low_is_v4 || high_is_v4 ||
                    (range.low.high == 0 && range.low.low <= mapped &&
                     (range.high.high > 0 || range.high.low >= mapped))
              : !low_is_v4 || !high_is_v4;
  });
}

std::string of_addresses(const RuleBuilder& rule) {
  const Header& header = rule.program.header;
  const bool v4 = header.ip_version == 4 || header.ip_protocol == decode::ip_protocol::icmp;
  const bool v6 = header.ip_version == 6 || header.ip_protocol == decode::ip_protocol::icmpv6;
  for (const AddressSet* set : {header.source, header.destination}) {
    if (!set) continue;
    if (v4 && !has_addresses_of(*set, true)) return "IPv4 has none of the header's addresses";
    if (v6 && !has_addresses_of(*set, false)) return "IPv6 has none of the header's addresses";
  }
  return {};
}

// What only one side of a protocol sends, by its standard.
struct OneWay {
  std::string_view field;
  Direction way;
};
constexpr OneWay one_way[] = {
    {"http.method", Direction::to_server},
    {"http.uri", Direction::to_server},
    {"http.uri_raw", Direction::to_server},
    {"http.host", Direction::to_server},
    {"http.user_agent", Direction::to_server},
    {"http.request_body", Direction::to_server},
    {"http.stat_code", Direction::to_client},
    {"http.stat_msg", Direction::to_client},
    {"http.response_body", Direction::to_client},
    {"http.server", Direction::to_client},
    {"tls.sni", Direction::to_server},
    {"tls.ja3", Direction::to_server},
    {"tls.ja4", Direction::to_server},
    {"tls.ja3s", Direction::to_client},
    {"mqtt.client_id", Direction::to_server},
    {"mqtt.return_code", Direction::to_client},
    {"mqtt.session_present", Direction::to_client},
};

std::string of_way(const RuleBuilder& rule) {
  const auto& direction = rule.program.flow.direction;
  if (!direction || !rule.program.protocol) return {};
  const auto check = [&](Level level, std::uint8_t field) -> std::string {
    if (level != Level::message) return {};
    const std::string name = std::string(rule.program.protocol->name) + "." +
                             std::string(rule.program.protocol->message->fields[field].name);
    const auto row = std::ranges::find(one_way, name, &OneWay::field);
    if (row == std::end(one_way) || row->way == *direction) return {};
    return row->way == Direction::to_server
               ? "only what goes to the server has " + name + ", and flow says to_client"
               : "only what goes to the client has " + name + ", and flow says to_server";
  };
  for (const FieldCondition& condition : rule.program.fields) {
    std::string reason = check(condition.level, condition.field);
    if (!reason.empty()) return reason;
  }
  for (const BufferMatch& buffer : rule.program.buffers) {
    std::string reason = check(buffer.level, buffer.field);
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace

std::string contradiction(const RuleBuilder& rule) {
  for (const auto check : {of_packet, of_size, of_payload, of_texts, of_addresses, of_way}) {
    std::string reason = check(rule);
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace langyan::detect
