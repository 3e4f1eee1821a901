#include "baseline/windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/suggest.h"
#include "base/yaml.h"
#include "baseline/rule_book.h"

namespace langyan::baseline {
namespace {

constexpr std::int64_t thursday = 3;  // 1970-01-01, Monday first

// "02:30", "+08:00"; minutes, or -1
int clock_minutes(std::string_view text, int most_hours) {
  unsigned hours = 0, minutes = 0;
  const auto number = [](std::string_view digits, unsigned& value) {
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && stop == digits.data() + digits.size();
  };
  if (text.size() != 5 || text[2] != ':' || !number(text.substr(0, 2), hours) || !number(text.substr(3), minutes))
    return -1;
  if (minutes > 59 || hours > static_cast<unsigned>(most_hours) || (hours == 24 && minutes)) return -1;
  return static_cast<int>(hours * 60 + minutes);
}

bool within(std::span<const IpNetwork> networks, const Station& station) {
  if (networks.empty()) return true;
  return !station.is_mac &&
         std::ranges::any_of(networks, [&](const IpNetwork& each) { return each.contains(station.ip); });
}

std::int64_t floor_day(Time time) { return time >= 0 ? time / day : -((-time + day - 1) / day); }

}  // namespace

class WindowsReader {
 public:
  WindowsReader(std::string_view name, std::span<const NamedNetworks> zones) : name_(name), zones_(zones) {}

  void fault(YamlPlace place, std::string_view what) {
    said_ += fmt::format("{}{}:{}: {}", said_.empty() ? "" : "\n", name_, place.line, what);
  }

  Result<Windows> document(const YamlNode& root) {
    if (root.kind == YamlNode::Kind::null && said_.empty()) return Windows{};
    if (root.kind != YamlNode::Kind::null && known(root, {"windows"}, "the file of maintenance windows") &&
        root.items[0].kind != YamlNode::Kind::null) {
      if (root.items[0].kind != YamlNode::Kind::list)
        fault(root.items[0].place, "windows is a list, each window with a dash");
      if (root.items[0].items.size() > most_windows)
        fault(root.items[0].place, fmt::format("more than {} windows; take out those that are over", most_windows));
      for (const YamlNode& each : root.items[0].items) window(each);
    }
    if (!said_.empty()) return Error{ErrorKind::invalid, said_ + "\nno window was changed"};
    return std::move(result_);
  }

 private:
  static const YamlNode* find(const YamlNode& map, std::string_view key) {
    const auto at = std::ranges::find(map.keys, key, &YamlKey::text);
    return at == map.keys.end() ? nullptr : &map.items[static_cast<std::size_t>(at - map.keys.begin())];
  }

  bool known(const YamlNode& node, std::initializer_list<std::string_view> words, std::string_view what) {
    if (node.kind != YamlNode::Kind::map || node.keys.empty())
      return fault(node.place, fmt::format("{} has words and values: {}", what, fmt::join(words, ", "))), false;
    bool fine = true;
    for (const YamlKey& key : node.keys) {
      if (std::ranges::find(words, key.text) != words.end()) continue;
      const auto near = nearest(key.text, {words.begin(), words.size()});
      fault(key.place, fmt::format("{} has no word {}; {}", what, key.text,
                                   near.empty() ? fmt::format("it knows {}", fmt::join(words, ", "))
                                                : fmt::format("did you mean {}?", near)));
      fine = false;
    }
    return fine;
  }

  // The words of a list, or the one word in its place.
  template <class Visit>
  void words(const YamlNode* node, Visit visit) {
    if (!node) return;
    if (node->kind == YamlNode::Kind::scalar) return visit(*node);
    if (node->kind != YamlNode::Kind::list || node->items.empty())
      return fault(node->place, "a list such as [a, b]; leave it away to mean any");
    for (const YamlNode& each : node->items) visit(each);
  }

  void networks(const YamlNode* node, std::vector<IpNetwork>& into) {
    words(node, [&](const YamlNode& each) {
      if (const auto network = parse_network(each.text)) into.push_back(*network);
      else fault(each.place, fmt::format("{} is no address and no network such as 10.3.0.0/16", each.text));
    });
    if (node && into.size() > most_window_networks)
      fault(node->place, fmt::format("more than {} addresses; name networks", most_window_networks));
  }

  void window(const YamlNode& node) {
    if (!known(node, {"name", "zone", "to_hosts", "who", "verbs", "from", "to", "weekly"}, "a window")) return;
    Windows::Window window;
    if (const YamlNode* name = find(node, "name"); name && !name->text.empty()) window.name = name->text;
    else return fault(node.place, "a window has a name: the work order, so that the log says why nothing alarmed");
    networks(find(node, "who"), window.who), networks(find(node, "to_hosts"), window.touched);
    zone(node, window), verbs(node, window);
    const YamlNode* weekly_node = find(node, "weekly");
    if (weekly_node && (find(node, "from") || find(node, "to")))
      fault(weekly_node->place, "a window is once (from, to) or weekly, not both");
    else if (weekly_node) weekly(*weekly_node, window);
    else once(node, window);
    result_.windows_.push_back(std::move(window));
  }

  void zone(const YamlNode& node, Windows::Window& window) {
    const YamlNode* name = find(node, "zone");
    if (!name) return;
    if (!window.touched.empty()) return fault(name->place, "a window has a zone or to_hosts, not both");
    const auto at = std::ranges::find(zones_, name->text, &NamedNetworks::name);
    if (at != zones_.end()) return void(window.touched = at->networks);
    std::string all;
    for (const NamedNetworks& each : zones_) all += (all.empty() ? "" : ", ") + each.name;
    fault(name->place,
          fmt::format("there is no zone {}; baseline.zones has {}", name->text, all.empty() ? "none" : all));
  }

  void verbs(const YamlNode& node, Windows::Window& window) {
    const YamlNode* list = find(node, "verbs");
    if (list) window.verbs = 0;
    words(list, [&](const YamlNode& each) {
      if (each.text == "scan") return void(window.scans = true);
      const auto row = std::ranges::find(verb_names(), each.text, &Name::word);
      if (row != verb_names().end()) return void(window.verbs |= 1u << row->value);
      std::vector<std::string_view> names;
      for (const Name& name : verb_names()) names.push_back(name.word);
      names.push_back("scan");
      fault(each.place, fmt::format("no verb {}; there are {}", each.text, fmt::join(names, ", ")));
    });
    if (window.scans && window.who.empty()) fault(list->place, "who scans must be named: who: [10.3.3.20]");
  }

  void once(const YamlNode& node, Windows::Window& window) {
    const YamlNode *from = find(node, "from"), *to = find(node, "to");
    if (!from || !to) return fault(node.place, "a window has from and to, or weekly");
    const auto begin = parse_timestamp(from->text), end = parse_timestamp(to->text);
    if (!begin)
      return fault(from->place, fmt::format("from is a time such as 2026-03-17T10:00:00+08:00, not {}", from->text));
    if (!end) return fault(to->place, fmt::format("to is a time such as 2026-03-17T12:00:00+08:00, not {}", to->text));
    if (*end <= *begin) return fault(to->place, "the window ends before it begins");
    if (*end - *begin > longest_window)
      return fault(to->place, "a window lasts at most a year; what is always so belongs into the rule book");
    window.from = *begin, window.until = *end;
  }

  void weekly(const YamlNode& node, Windows::Window& window) {
    if (!known(node, {"days", "from", "until", "offset"}, "weekly")) return;
    window.weekly = true;
    std::uint32_t bits = 0;
    const YamlNode *days = find(node, "days"), *from = find(node, "from"), *until = find(node, "until"),
                   *offset = find(node, "offset");
    if (days && (days->kind != YamlNode::Kind::scalar || !parse_days(days->text, bits) || !bits))
      fault(days->place, "days are written \"mon-fri sun\"");
    if (days) window.days = static_cast<std::uint8_t>(bits >> 24);
    const int begin = from ? clock_minutes(from->text, 23) : -1, end = until ? clock_minutes(until->text, 24) : -1;
    if (begin < 0) return fault(from ? from->place : node.place, "from is a time of day such as \"02:00\"");
    if (end < 0) return fault(until ? until->place : node.place, "until is a time of day such as \"03:30\"");
    window.begin = begin * minute;
    window.length = ((end - begin + 24 * 60 - 1) % (24 * 60) + 1) * minute;  // the same time: a whole day
    if (!offset) return;
    const std::string_view text = offset->text;
    const int away = text.size() == 6 && (text[0] == '+' || text[0] == '-') ? clock_minutes(text.substr(1), 14) : -1;
    if (away < 0) return fault(offset->place, "offset is that of the plant's clock from UTC, such as \"+08:00\"");
    window.offset = (text[0] == '-' ? -away : away) * minute;
  }

  std::string name_, said_;
  std::span<const NamedNetworks> zones_;
  Windows result_;
};

bool Windows::Window::holds(Time time) const {
  if (!weekly) return from <= time && time < until;
  const Time local = time + offset;
  // It may have begun yesterday and go over midnight.
  for (std::int64_t started = floor_day(local); started >= floor_day(local) - 1; --started) {
    if (!(days >> ((started + thursday) % 7 + 7) % 7 & 1)) continue;
    const Time at = started * day + begin;
    if (at <= local && local < at + length) return true;
  }
  return false;
}

std::string_view Windows::covers(Time time, const Station& client, const Station& server, Verb verb) const {
  for (const Window& each : windows_)
    if (each.verbs >> static_cast<unsigned>(verb) & 1 && within(each.who, client) && within(each.touched, server) &&
        each.holds(time))
      return each.name;
  return {};
}

std::string_view Windows::covers_search(Time time, const Station& source, std::span<const IpAddress> targets) const {
  for (const Window& each : windows_)
    if (each.scans && within(each.who, source) && each.holds(time) &&
        std::ranges::all_of(targets,
                            [&](const IpAddress& target) { return within(each.touched, Station::of(target)); }))
      return each.name;
  return {};
}

Result<Windows> Windows::read(std::string_view text, std::string_view name, std::span<const NamedNetworks> zones) {
  WindowsReader reader(name, zones);
  const YamlDocument document = read_yaml(text);
  if (document.faults.empty()) return reader.document(document.root);
  for (const YamlFault& each : document.faults) reader.fault(each.place, each.message);
  return reader.document({});
}

Result<Windows> Windows::load(Disk& disk, const std::string& path, std::span<const NamedNetworks> zones) {
  const auto text = read_file(disk, path, largest_windows_file);
  if (!text) return text.error();
  return read(*text, path, zones);
}

}  // namespace langyan::baseline
