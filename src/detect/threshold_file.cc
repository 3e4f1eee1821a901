#include "detect/threshold_file.h"

#include <algorithm>

namespace langyan::detect {
namespace {

struct Part {
  std::string_view name, value;
};
Part part_of(std::string_view text) {
  const std::size_t blank = std::min(text.find_first_of(" \t"), text.size());
  return {text.substr(0, blank), trim(text.substr(blank))};
}

// Takes "gen_id 1, sig_id 2" off the front.
bool read_numbers_of_rule(RuleBuilder& line, std::string_view& text, std::uint32_t& gid, std::uint32_t& sid) {
  for (const std::string_view wanted : {"gen_id", "sig_id"}) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const Part part = part_of(trim(text.substr(0, comma)));
    if (part.name != wanted)
      return line.refuse(text, "\"gen_id 1, sig_id 2019\" is expected here: which rule it is about");
    const auto number = read_integer(line, part.value, 0, 0xffffffff);
    if (!number) return false;
    (wanted == "gen_id" ? gid : sid) = static_cast<std::uint32_t>(*number);
    text = comma == text.size() ? text.substr(comma) : trim(text.substr(comma + 1));
  }
  return true;
}

bool read_suppression(RuleBuilder& line, std::string_view text, Suppression& out) {
  if (text.empty()) return true;  // all of it
  const std::size_t comma = std::min(text.find(','), text.size());
  const Part track = part_of(trim(text.substr(0, comma)));
  if (track.name != "track") return line.refuse(text, "\"track by_src, ip 10.0.0.5\" is expected here");
  if (track.value == "by_src") {
    out.end = Suppression::End::source;
  } else if (track.value == "by_dst") {
    out.end = Suppression::End::destination;
  } else if (track.value == "by_either") {
    out.end = Suppression::End::either;
  } else {
    return line.refuse(track.value, "\"" + std::string(track.value) + "\" is none of by_src, by_dst, by_either");
  }
  const Part ip = comma == text.size() ? Part{text.substr(comma), {}} : part_of(trim(text.substr(comma + 1)));
  if (ip.name != "ip" || ip.value.empty()) return line.refuse(ip.name, "\"ip 10.0.0.5\" is missing behind track");
  GroupError error;
  const AddressSet* set = line.environment.groups.addresses(ip.value, error);
  if (!set) return line.refuse({error.at, 0}, std::move(error.reason));
  out.addresses = std::make_shared<const AddressSet>(*set);
  return true;
}

}  // namespace

bool ThresholdFile::read(RuleBuilder& line, Line& out) {
  const std::string_view whole = trim(line.text.text());
  const Part command = part_of(whole);
  std::string_view rest = command.value;
  if (command.name == "suppress")
    return read_numbers_of_rule(line, rest, out.gid, out.sid) && read_suppression(line, rest, out.suppression);
  if (command.name == "threshold" || command.name == "event_filter")
    return read_numbers_of_rule(line, rest, out.gid, out.sid) && read_threshold(line, rest, true, out.threshold);
  if (command.name == "rate_filter") {
    line.warn(whole, "a rate_filter changes what is done with packets; the sensor only listens, so it has no effect");
    return out.nothing = true;
  }
  return line.refuse(whole, "\"" + std::string(command.name) +
                                "\" is none of suppress, threshold, event_filter, rate_filter");
}

void ThresholdFile::read(const std::string& name, const std::string& text, const Environment& environment,
                         std::vector<RuleNote>& errors, std::vector<RuleNote>& warnings) {
  RuleLines lines(text);
  LogicalRule content;
  while (lines.next(content)) {
    RuleBuilder builder(environment, content);
    Line line;
    if (!read(builder, line)) {
      errors.push_back(builder.note(name));
      continue;
    }
    for (RuleNote& note : builder.take_warnings(name)) warnings.push_back(std::move(note));
    if (!line.nothing) lines_.push_back(std::move(line));
  }
}

bool ThresholdFile::concerns(const Rule& rule) const {
  return std::ranges::any_of(lines_, [&](const Line& line) {
    return (!line.gid || line.gid == rule.gid) && (!line.sid || line.sid == rule.sid);
  });
}

void ThresholdFile::apply(Rule& rule) const {
  for (const Line& line : lines_) {
    if ((line.gid && line.gid != rule.gid) || (line.sid && line.sid != rule.sid)) continue;
    if (line.threshold.kind == Threshold::Kind::none) {
      rule.suppressions.push_back(line.suppression);
    } else if (line.sid || rule.threshold.kind == Threshold::Kind::none) {
      rule.threshold = line.threshold;
    }
  }
}

}  // namespace langyan::detect
