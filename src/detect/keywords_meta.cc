// Keywords that say what a rule is, not what it looks for.
#include <algorithm>

#include "base/suggest.h"
#include "detect/threshold_file.h"

namespace langyan::detect {
namespace {

constexpr std::int64_t most_sid = 0xffffffff;
constexpr std::int64_t most_count = 10'000'000, most_seconds = 30 * 86'400;

bool parse_msg(RuleBuilder& rule, std::string_view value) {
  auto message = read_quoted(rule, value);
  if (!message) return false;
  if (trim(*message).empty()) return rule.refuse(value, "the msg is empty");
  rule.rule.message = std::move(*message);
  return rule.has_message = true;
}

bool parse_sid(RuleBuilder& rule, std::string_view value) {
  const auto sid = read_integer(rule, value, 1, most_sid);
  if (sid) rule.rule.sid = static_cast<std::uint32_t>(*sid), rule.has_sid = true;
  return sid.has_value();
}

bool parse_rev(RuleBuilder& rule, std::string_view value) {
  const auto rev = read_integer(rule, value, 0, most_sid);
  if (rev) rule.rule.rev = static_cast<std::uint32_t>(*rev);
  return rev.has_value();
}

bool parse_gid(RuleBuilder& rule, std::string_view value) {
  const auto gid = read_integer(rule, value, 1, most_sid);
  if (gid) rule.rule.gid = static_cast<std::uint32_t>(*gid);
  return gid.has_value();
}

bool parse_classtype(RuleBuilder& rule, std::string_view value) {
  const Classtype* row = rule.environment.classification.find(value);
  if (!row) {
    const std::string_view near = rule.environment.classification.nearest(value);
    return rule.refuse(
        value,
        "classification.config has no classtype \"" + std::string(value) + "\"" +
            (near.empty() ? std::string{} : "; did you mean \"" + std::string(near) + "\"?"));
  }
  rule.rule.classtype = value;
  rule.rule.category = row->description;
  rule.rule.priority = rule.priority.value_or(row->priority);
  return true;
}

bool parse_priority(RuleBuilder& rule, std::string_view value) {
  const auto priority = read_integer(rule, value, 1, 255);
  if (!priority) return false;
  rule.priority = rule.rule.priority = static_cast<std::uint8_t>(*priority);
  return true;
}

bool parse_metadata(RuleBuilder& rule, std::string_view value) {
  for (const std::string_view part : split(value)) {
    const std::size_t blank = part.find_first_of(" \t");
    const std::string_view key = part.substr(0, blank);
    if (key.empty())
      return rule.refuse(part, "metadata is \"key value, key value\"; a key is missing");
    const std::string_view word =
        blank == part.npos ? std::string_view{} : trim(part.substr(blank));
    rule.rule.metadata.emplace_back(key, word);
  }
  return true;
}

bool parse_reference(RuleBuilder& rule, std::string_view value) {
  const std::size_t comma = value.find(',');
  const std::string_view system = trim(value.substr(0, comma));
  const std::string_view id =
      comma == value.npos ? std::string_view{} : trim(value.substr(comma + 1));
  if (system.empty() || id.empty())
    return rule.refuse(value, "a reference is \"system,id\", such as cve,2019-10953");
  rule.rule.references.push_back({std::string(system), std::string(id)});
  return true;
}

bool parse_target(RuleBuilder& rule, std::string_view value) {
  if (value != "src_ip" && value != "dest_ip") {
    return rule.refuse(value,
                       "\"" + std::string(value) + "\" is no target; write src_ip or dest_ip");
  }
  rule.rule.target = value == "src_ip" ? Target::source : Target::destination;
  return true;
}

bool parse_noalert(RuleBuilder& rule, std::string_view) {
  return rule.rule.noalert = true;
}

struct Word {
  std::string_view text;
  std::uint8_t value;
};
constexpr Word kinds[] = {{"limit", static_cast<std::uint8_t>(Threshold::Kind::limit)},
                          {"threshold", static_cast<std::uint8_t>(Threshold::Kind::threshold)},
                          {"both", static_cast<std::uint8_t>(Threshold::Kind::both)},
                          {"backoff", static_cast<std::uint8_t>(Threshold::Kind::backoff)}};
constexpr Word tracks[] = {{"by_src", static_cast<std::uint8_t>(Track::by_source)},
                           {"by_dst", static_cast<std::uint8_t>(Track::by_destination)},
                           {"by_rule", static_cast<std::uint8_t>(Track::by_rule)},
                           {"by_both", static_cast<std::uint8_t>(Track::by_both)},
                           {"by_flow", static_cast<std::uint8_t>(Track::by_flow)}};

std::optional<std::uint8_t> read_word(RuleBuilder& rule, std::string_view text,
                                      std::span<const Word> words) {
  std::string known;
  for (const Word& word : words) {
    if (word.text == text) return word.value;
    known += (known.empty() ? "" : ", ") + std::string(word.text);
  }
  rule.refuse(text, "\"" + std::string(text) + "\" is none of " + known);
  return {};
}

bool parse_threshold(RuleBuilder& rule, std::string_view value) {
  return read_threshold(rule, value, true, rule.rule.threshold);
}

bool parse_detection_filter(RuleBuilder& rule, std::string_view value) {
  rule.rule.filter.kind = Threshold::Kind::filter;
  return read_threshold(rule, value, false, rule.rule.filter);
}

bool parse_requires(RuleBuilder&, std::string_view) {
  return true;  // check_requirement() saw to it before the others
}

// tag:session|host[,count,packets|seconds|bytes[,src|dst]]
bool parse_tag(RuleBuilder& rule, std::string_view value) {
  constexpr std::string_view units[] = {"packets", "seconds", "bytes"};
  const auto parts = split(value);
  const bool host = parts[0] == "host";
  if (!host && parts[0] != "session")
    return rule.refuse(parts[0], "\"" + std::string(parts[0]) + "\" is none of session, host");
  if (parts.size() == 2 || parts.size() > (host ? 4u : 3u)) {
    return rule.refuse(value, host ? "tag is \"host,count,packets|seconds|bytes,src|dst\""
                                   : "tag is \"session,count,packets|seconds|bytes\"");
  }
  if (parts.size() > 1 && !read_integer(rule, parts[1], 0, most_sid)) return false;
  if (parts.size() > 2 && std::ranges::find(units, parts[2]) == std::end(units))
    return rule.refuse(parts[2], "\"" + std::string(parts[2]) + "\" is none of packets, seconds, bytes");
  if (parts.size() > 3 && parts[3] != "src" && parts[3] != "dst")
    return rule.refuse(parts[3], "\"" + std::string(parts[3]) + "\" is none of src, dst");
  return true;
}

// config:logging disable, type tx, scope tx
bool parse_config(RuleBuilder& rule, std::string_view value) {
  for (const std::string_view part : split(value)) {
    constexpr std::string_view known[] = {"logging disable", "type tx",   "type flow",
                                          "scope tx",        "scope flow"};
    if (std::ranges::find(known, part) == std::end(known)) {
      return rule.refuse(part, "\"" + std::string(part) +
                                   "\" is none of logging disable, type tx|flow, scope tx|flow");
    }
  }
  rule.warn(value, "the sensor goes on reporting what the rule would have kept out of the log");
  return rule.rule.noalert = true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"msg", Value::needed, parse_msg, true, "rule", "\"text\"",
     {"What the alert says.", "告警的文字。"}},
    {"sid", Value::needed, parse_sid, true, "rule", "number",
     {"The rule's own number; 1000000 to 1999999 are for local rules.", "规则编号；本地规则使用 1000000 至 1999999。"}},
    {"rev", Value::needed, parse_rev, true, "rule", "number",
     {"Which revision of the rule this is.", "规则修订号。"}},
    {"gid", Value::needed, parse_gid, true, "rule", "number",
     {"The group its sid belongs to, 1 where none is given.", "sid 所属的组，缺省为 1。"}},
    {"classtype", Value::needed, parse_classtype, true, "rule", "name",
     {"The kind of alert, a name of classification.config, which also gives the priority.", "告警类别，取自 classification.config，同时决定优先级。"}},
    {"priority", Value::needed, parse_priority, true, "rule", "1-255",
     {"How urgent the alert is, 1 most; it overrides that of the classtype.", "紧急程度，1 最高；优先于 classtype 的优先级。"}},
    {"metadata", Value::needed, parse_metadata, false, "rule", "key value, key value",
     {"Words written into alert.metadata.", "写入 alert.metadata 的键值。"}},
    {"reference", Value::needed, parse_reference, false, "rule", "system,id",
     {"Where more stands about it, such as cve,2019-10953.", "参考资料，如 cve,2019-10953。"}},
    {"target", Value::needed, parse_target, true, "rule", "src_ip|dest_ip",
     {"Which end of the packet is the victim.", "报文的哪一端是受害者。"}},
    {"noalert", Value::none, parse_noalert, false, "rule", "",
     {"The rule only remembers (flowbits, flowint, xbits, hostbits) and says nothing.", "规则只做记录（flowbits、flowint、xbits、hostbits），不告警。"}},
    {"threshold", Value::needed, parse_threshold, true, "rule", "type limit|threshold|both, track by_src|by_dst|by_rule|by_both|by_flow, count n, seconds n or type backoff, track …, count n, multiplier n",
     {"How many alerts an interval may have, or how many matches make one.", "每个时间段允许的告警数，或多少次匹配产生一次告警。"}},
    {"detection_filter", Value::needed, parse_detection_filter, true, "rule", "track by_src|by_dst|by_rule|by_both|by_flow, count n, seconds n",
     {"Alerts only for matches beyond the first n within the interval.", "仅对时间段内前 n 次之后的匹配告警。"}},
    {"requires", Value::needed, parse_requires, false, "rule", "feature name, version >= 7.0.4 < 8, keyword name",
     {"What the rule asks of the program; where that is not there the rule is skipped and counted.", "规则对程序的要求；不满足时跳过该规则并计数。"}},
    {"tag", Value::needed, parse_tag, false, "rule", "session[,count,packets|seconds|bytes] or host,count,packets|seconds|bytes,src|dst",
     {"Accepted and without effect: an alert carries its own packet, and the events of its flow carry its flow_id.", "接受但不产生效果：告警携带自身报文，同一流的事件带有相同的 flow_id。"}},
    {"config", Value::needed, parse_config, true, "rule", "logging disable, type tx|flow, scope tx|flow",
     {"Accepted: the rule alerts never, and the sensor goes on reporting.", "接受：规则不告警，探针照常上报事件。"}},
};
// clang-format on

}  // namespace

bool read_threshold(RuleBuilder& rule, std::string_view value, bool typed, Threshold& threshold) {
  bool type = !typed, track = false, count = false, seconds = false, multiplier = false;
  for (const std::string_view part : split(value)) {
    const std::size_t blank = std::min(part.find_first_of(" \t"), part.size());
    const std::string_view name = part.substr(0, blank), argument = trim(part.substr(blank));
    if (name == "type" && typed) {
      const auto kind = read_word(rule, argument, kinds);
      if (!kind) return false;
      threshold.kind = static_cast<Threshold::Kind>(*kind), type = true;
    } else if (name == "track") {
      const auto by = read_word(rule, argument, tracks);
      if (!by) return false;
      threshold.track = static_cast<Track>(*by), track = true;
    } else if (name == "count") {
      const auto number = read_integer(rule, argument, 1, most_count);
      if (!number) return false;
      threshold.count = static_cast<std::uint32_t>(*number), count = true;
    } else if (name == "seconds") {
      const auto number = read_integer(rule, argument, 1, most_seconds);
      if (!number) return false;
      threshold.interval = *number * second, seconds = true;
    } else if (name == "multiplier" && typed) {
      const auto number = read_integer(rule, argument, 2, most_count);
      if (!number) return false;
      threshold.multiplier = static_cast<std::uint32_t>(*number), multiplier = true;
    } else {
      return rule.refuse(part, "\"" + std::string(name) + "\" is none of " +
                                   (typed ? "type, " : "") + "track, count, seconds");
    }
  }
  if (threshold.kind == Threshold::Kind::backoff) {
    if (track && count && multiplier && !seconds) return true;
    return rule.refuse(value, "type backoff needs track, count and multiplier, and has no seconds");
  }
  if (multiplier) return rule.refuse(value, "multiplier belongs to type backoff");
  if (type && track && count && seconds) return true;
  return rule.refuse(
      value, std::string("it needs ") + (typed ? "type, " : "") + "track, count and seconds");
}

std::span<const Keyword> meta_keywords() {
  return rows;
}

}  // namespace langyan::detect
