#include "baseline/rule_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "baseline/object_notation.h"
#include "baseline/state_file.h"
#include "baseline/volume.h"

namespace langyan::baseline {
namespace {

constexpr std::string_view days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint32_t every_hour = 0xffffff, every_day = 0x7f;

constexpr std::string_view head =
    "# What Langyan learned of this plant: who may do what to whom, with which values, how often.\n"
    "# Change it and take it back with `langyan baseline import`; docs/baseline.md explains each word.\n"
    "# Times are UTC. A line without `learned` is a person's word.\n"
    "langyan-baseline: 1\n";

// A word that YAML reads back as it is. More than yaml_scalar leaves bare: numbers, ranges and notations such as "IOA 701".
std::string word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '/' || c == ';' || c == '=';
  };
  const bool letter = !text.empty() && text.front() >= '0' && text.front() <= 'z' && plain(text.front()) &&
                      text.front() != '=' && text.front() != ';';
  bool bare = letter && text.back() != ' ' && text.find("  ") == text.npos;
  for (const char c : text) bare = bare && (plain(c) || c == ' ' || c == '-' || c == '+');
  constexpr std::string_view reserved[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (bare && std::ranges::find(reserved, small) == std::end(reserved)) return std::string(text);
  return yaml_scalar(text);
}

bool is_text(std::string_view text) {
  for (Bytes rest = bytes_of(text); !rest.empty();) {
    const std::size_t size = utf8_sequence(rest);
    if (size == 0 || rest[0] < 0x20 || rest[0] == 0x7f) return false;
    // C1 controls, byte order marks and what is no character: YAML has no place for them.
    if ((rest[0] == 0xc2 && rest[1] < 0xa0) || (rest[0] == 0xef && (rest[1] == 0xbb || rest[1] == 0xbf))) return false;
    rest = rest.subspan(size);
  }
  return true;
}

// Statistics are kept as floats; their shortest form reads back the same.
std::string number(double value) {
  const auto narrow = static_cast<float>(value);
  return static_cast<double>(narrow) == value ? fmt::format("{}", narrow) : fmt::format("{}", value);
}

std::string range(double least, double most) {
  return least == most ? number(least) : number(least) + ".." + number(most);
}

// "10s", "1.998s", "0.020015s"
std::string seconds(Duration duration) {
  const bool fine = duration < second;
  std::string text = fine ? fmt::format("{:.6f}", static_cast<double>(duration) / second)
                          : fmt::format("{:.3f}", static_cast<double>((duration + 500) / 1000) / 1000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "s";
}

std::string moment(Time time) {
  const std::string stamp = timestamp(time);  // 2026-03-02T08:00:00.123456+0000
  std::string text = stamp.substr(0, 26);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text.size() < 19 ? stamp.substr(0, 19) + "Z" : text + "Z";
}

// Runs of set bits: "6-14 22".
template <class Name>
std::string runs(std::uint32_t bits, unsigned count, Name name) {
  std::string text;
  for (unsigned at = 0; at < count; ++at) {
    if (!(bits >> at & 1)) continue;
    unsigned end = at;
    while (end + 1 < count && bits >> (end + 1) & 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : " ", name(at));
    if (end > at) text += fmt::format("-{}", name(end));
    at = end;
  }
  return text;
}

// One mapping in braces.
class Line {
 public:
  explicit Line(std::string& out) : out_(out) { out_ += '{'; }
  Line& put(std::string_view key, std::string_view text) {
    if (!first_) out_ += ", ";
    first_ = false;
    out_ += key, out_ += ": ", out_ += text;
    return *this;
  }
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

bool same(const Object& a, const Object& b) {
  return a.space == b.space && a.width == b.width && a.area == b.area && a.address == b.address && a.count == b.count;
}

void put_exact(Line& line, const Habit& habit) {
  std::string text;
  Line exact(text);
  if (habit.space) {
    const bool known = habit.protocol && habit.space < habit.protocol->spaces.size();
    exact.put("space", known ? std::string(habit.protocol->spaces[habit.space].name) : std::to_string(habit.space));
  }
  if (habit.area) exact.put("area", std::to_string(habit.area));
  if (habit.width) exact.put("width", std::to_string(habit.width));
  const bool whole_name =
      habit.is(Relation::named) && !habit.any_name() && !habit.name.empty() && habit.name.size() < most_name;
  if (habit.first && !whole_name) exact.put("first", std::to_string(habit.first));  // of a name: its hash
  if (habit.elements) exact.put("elements", std::to_string(habit.elements));
  exact.close();
  if (text != "{}") line.put("as", text);
}

void put_object(Line& line, const Habit& habit) {
  const Object object = habit.object();
  std::string notation;
  if (habit.is(Relation::named)) {
    if (habit.any_name()) line.put("any_name", "true");
    if (is_text(habit.name)) line.put("name", word(habit.name));
    else {
      std::string hex;
      append_hex(hex, bytes_of(habit.name));
      line.put("name_hex", yaml_scalar(hex));
    }
    return put_exact(line, habit);
  }
  if (!object.none() && habit.protocol && habit.protocol->notation) habit.protocol->notation(object, notation);
  if (!notation.empty() && is_text(notation)) {
    line.put("object", word(notation));
    if (const auto found = object_of(*habit.protocol, notation); found && same(*found, object)) return;
  }
  put_exact(line, habit);
}

void put_limits(Line& line, const Habit& habit) {
  if (habit.is(Relation::folded) && !habit.is(Relation::named)) line.put("folded", "true");
  if (habit.is(Relation::valued)) {
    line.put(habit.is(Relation::judged) ? "value" : "seen", range(habit.least, habit.most));
    if (habit.step != 0) line.put("step", number(habit.step));
  }
  if (habit.period) line.put(habit.is(Relation::regular) ? "every" : "about", seconds(habit.period));
  if (const auto text = hour_list(habit.hours); !text.empty()) line.put("hours", word(text));
  if (const auto text = day_list(habit.hours); !text.empty()) line.put("days", word(text));
  if (habit.is(Relation::pending)) line.put("new", "true");
}

// What other words of the line say.
std::uint16_t implied_flags(const Habit& habit) {
  unsigned flags = Relation::named | Relation::folded | Relation::valued | Relation::pending;
  if (habit.is(Relation::valued)) flags |= Relation::judged;
  if (habit.period) flags |= Relation::regular;
  return static_cast<std::uint16_t>(flags);
}

void put_learned(Line& line, const Habit& habit) {
  std::string text, marks;
  Line learned(text);
  learned.put("count", std::to_string(habit.count));
  if (habit.since) learned.put("since", moment(habit.since));
  if (habit.last) learned.put("last", moment(habit.last));
  if (habit.jitter != 0) learned.put("jitter", fmt::format("{:.1f}%", habit.jitter * 100));
  if (habit.steady) learned.put("steady", std::to_string(habit.steady));
  const std::uint16_t implied = implied_flags(habit);
  for (const FlagWord& each : flag_words())
    if (habit.is(each.flag) && !(implied & each.flag))
      marks += fmt::format("{}{}", marks.empty() ? "" : ", ", each.word);
  if (!marks.empty()) learned.put("marks", "[" + marks + "]");
  learned.close();
  line.put("learned", text);
}

void write_zones(std::string& out, const Learned& learned) {
  if (learned.zones.empty()) return;
  out += "\nzones:\n";
  for (const ZoneState& zone : learned.zones) {
    out += "  - ";
    Line line(out);
    line.put("name", word(zone.name)).put("mode", mode_name(zone.mode));
    if (zone.since) line.put("since", moment(zone.since));
    if (zone.watched) line.put("watched", seconds(zone.watched));
    line.close();
    out += '\n';
  }
}

void write_hosts(std::string& out, const Learned& learned) {
  if (learned.hosts.empty()) return;
  out += "\nhosts:\n";
  for (const HostHabit& host : learned.hosts) {
    std::string does;
    for (unsigned part = 0; part < static_cast<unsigned>(Part::last); ++part)
      if (host.parts >> part & 1)
        does += fmt::format("{}{}", does.empty() ? "" : ", ", part_name(static_cast<Part>(part)));
    out += "  - ";
    Line line(out);
    line.put("address", word(station_text(host.station))).put("does", "[" + does + "]");
    if (host.since) line.put("since", moment(host.since));
    if (host.last) line.put("last", moment(host.last));
    line.close();
    out += '\n';
  }
}

auto conversation(const Habit& habit) {
  return std::tuple(habit.server, habit.client, habit.protocol, habit.transport, habit.port, habit.unit);
}

void write_ends(std::string& out, const Habit& habit) {
  out += fmt::format("  - client: {}\n    server: {}\n", word(station_text(habit.client)),
                     word(station_text(habit.server)));
  if (habit.protocol) out += fmt::format("    protocol: {}\n", habit.protocol->name);
  if (habit.transport != Transport::tcp)
    out += fmt::format("    transport: {}\n", word(transport_name(habit.transport)));
  if (habit.port) out += fmt::format("    port: {}\n", habit.port);
  if (habit.unit) out += fmt::format("    unit: {}\n", habit.unit);
  out += "    may:\n";
}

void write_habits(std::string& out, const Learned& learned) {
  if (!learned.habits.empty()) out += "\nhabits:\n";
  const Habit* before = nullptr;
  for (const Habit& habit : learned.habits) {
    if (!before || conversation(*before) != conversation(habit)) write_ends(out, habit);
    before = &habit;
    out += "      - ";
    Line line(out);
    line.put("verb", verb_name(habit.verb));
    if (habit.function != no_function) line.put("function", std::to_string(habit.function));
    put_object(line, habit);
    put_limits(line, habit);
    put_learned(line, habit);
    line.close();
    out += '\n';
  }
}

void write_volumes(std::string& out, const Learned& learned) {
  if (!learned.volumes.empty()) out += "\nvolumes:\n";
  for (const VolumeHabit& each : learned.volumes) {
    out += "  - ";
    Line line(out);
    line.put("client", word(station_text(each.client))).put("server", word(station_text(each.server)));
    line.put("octets_an_hour", number(each.most));
    if (!(each.flags & Volume::given) || (each.flags & Volume::said)) {
      std::string text;
      Line learned_line(text);
      learned_line.put("hours", std::to_string(each.hours));
      if (each.flags & Volume::said) learned_line.put("peak", number(each.peak));
      if (each.flags & Volume::given) learned_line.put("given", "true");
      learned_line.close();
      line.put("learned", text);
    }
    line.close();
    out += '\n';
  }
}

void write_approvals(std::string& out, const Learned& learned) {
  if (!learned.approvals.empty()) out += "\napprovals:\n";
  for (const Approval& each : learned.approvals) {
    out += "  - ";
    Line line(out);
    if (each.sid) line.put("sid", std::to_string(each.sid));
    if (each.client != Station{}) line.put("client", word(station_text(each.client)));
    if (each.server != Station{}) line.put("server", word(station_text(each.server)));
    if (!each.protocol.empty()) line.put("protocol", word(each.protocol));
    if (each.unit != Approval::any_unit) line.put("unit", std::to_string(each.unit));
    if (!each.verb.empty()) line.put("verb", word(each.verb));
    if (!each.object.empty()) line.put("object", word(each.object));
    if (!each.reason.empty()) line.put("reason", word(each.reason));
    if (!each.by.empty()) line.put("by", word(each.by));
    if (each.at) line.put("at", moment(each.at));
    if (each.until) line.put("until", moment(each.until));
    line.close();
    out += '\n';
  }
}

bool parse_unit(std::string_view text, unsigned count, const auto& value, std::uint32_t& bits) {
  while (!text.empty()) {
    const std::size_t stop = std::min(text.find(' '), text.size());
    const std::string_view run = text.substr(0, stop);
    text.remove_prefix(std::min(stop + 1, text.size()));
    if (run.empty()) continue;
    const std::size_t dash = run.find('-');
    const int from = value(run.substr(0, dash)), to = dash == run.npos ? from : value(run.substr(dash + 1));
    if (from < 0 || to < 0) return false;
    for (auto at = static_cast<unsigned>(from);; at = (at + 1) % count) {  // "22-5" goes over midnight
      bits |= 1u << at;
      if (at == static_cast<unsigned>(to)) break;
    }
  }
  return true;
}

}  // namespace

std::string hour_list(std::uint32_t hours) {
  const std::uint32_t bits = hours & every_hour;
  return bits == every_hour ? "" : runs(bits, 24, [](unsigned at) { return at; });
}

std::string day_list(std::uint32_t hours) {
  const std::uint32_t bits = hours >> 24 & every_day;
  return bits == every_day ? "" : runs(bits, 7, [](unsigned at) { return days[at]; });
}

bool parse_hours(std::string_view text, std::uint32_t& hours) {
  return parse_unit(text, 24, [](std::string_view run) {
    if (run.empty() || run.size() > 2 || run.find_first_not_of("0123456789") != run.npos) return -1;
    const int hour = run.size() == 1 ? run[0] - '0' : (run[0] - '0') * 10 + run[1] - '0';
    return hour < 24 ? hour : -1;
  }, hours);
}

bool parse_days(std::string_view text, std::uint32_t& hours) {
  std::uint32_t bits = 0;
  const bool fine = parse_unit(text, 7, [](std::string_view run) {
    const auto at = std::ranges::find(days, run);
    return at == std::end(days) ? -1 : static_cast<int>(at - std::begin(days));
  }, bits);
  hours |= bits << 24;
  return fine;
}

std::string write_rule_book(Learned learned) {
  learned.sort();
  std::string out(head);
  write_zones(out, learned);
  write_hosts(out, learned);
  write_habits(out, learned);
  write_volumes(out, learned);
  write_approvals(out, learned);
  return out;
}

}  // namespace langyan::baseline
