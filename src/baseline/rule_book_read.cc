// Reading of the rule book: a tree of YAML into habits, with every fault at its line.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/suggest.h"
#include "base/yaml.h"
#include "baseline/object_notation.h"
#include "baseline/rule_book.h"
#include "baseline/state_file.h"
#include "baseline/volume.h"
#include "dissect/registry.h"

namespace langyan::baseline {
namespace {

constexpr std::size_t most_faults_said = 20;

class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  void fault(YamlPlace place, std::string_view what) {
    if (++faults_ <= most_faults_said)
      said_ += fmt::format("{}{}:{}: {}", said_.empty() ? "" : "\n", name_, place.line, what);
  }
  Result<Learned> result() {
    if (!faults_) return std::move(learned_);
    if (faults_ > most_faults_said) said_ += fmt::format("\n{}: {} more", name_, faults_ - most_faults_said);
    return Error{ErrorKind::invalid, said_ + "\nnothing was taken over"};
  }

  void document(const YamlNode& root) {
    if (!keys(root, {"langyan-baseline", "zones", "hosts", "habits", "volumes", "approvals"}, "the rule book")) return;
    const YamlNode* version = find(root, "langyan-baseline");
    if (!version) return fault(root.place, "this is no rule book of Langyan: it begins with \"langyan-baseline: 1\"");
    if (version->text != "1")
      return fault(version->place, fmt::format("the rule book has version {}, this program reads 1", version->text));
    each(root, "zones", [&](const YamlNode& node) { zone(node); });
    each(root, "hosts", [&](const YamlNode& node) { host(node); });
    each(root, "habits", [&](const YamlNode& node) { conversation(node); });
    each(root, "volumes", [&](const YamlNode& node) { volume(node); });
    each(root, "approvals", [&](const YamlNode& node) { approval(node); });
  }

 private:
  static const YamlNode* find(const YamlNode& map, std::string_view key) {
    const auto at = std::ranges::find(map.keys, key, &YamlKey::text);
    return at == map.keys.end() ? nullptr : &map.items[static_cast<std::size_t>(at - map.keys.begin())];
  }

  // A mapping with no keys but these.
  bool keys(const YamlNode& node, std::initializer_list<std::string_view> known, std::string_view what) {
    if (node.kind != YamlNode::Kind::map)
      return fault(node.place, fmt::format("{} is a mapping of words to values", what)), false;
    bool fine = true;
    for (const YamlKey& key : node.keys) {
      if (std::ranges::find(known, key.text) != known.end()) continue;
      const auto near = nearest(key.text, {known.begin(), known.size()});
      fault(key.place, fmt::format("{} has no word {}; {}", what, key.text,
                                   near.empty() ? fmt::format("it knows {}", fmt::join(known, ", "))
                                                : fmt::format("did you mean {}?", near)));
      fine = false;
    }
    return fine;
  }

  template <class Visit>
  void each(const YamlNode& map, std::string_view key, Visit visit) {
    const YamlNode* list = find(map, key);
    if (!list || list->kind == YamlNode::Kind::null) return;
    if (list->kind != YamlNode::Kind::list)
      return fault(list->place, fmt::format("{} is a list, each line with a dash", key));
    for (const YamlNode& item : list->items) visit(item);
  }

  // The text of a value, when it is there; a list or mapping in its place is a fault.
  const YamlNode* scalar(const YamlNode& map, std::string_view key) {
    const YamlNode* node = find(map, key);
    if (!node || node->kind == YamlNode::Kind::scalar) return node;
    fault(node->place, fmt::format("{} has one value", key));
    return nullptr;
  }

  template <class T>
  void whole(const YamlNode& map, std::string_view key, T& value, std::uint64_t most = std::numeric_limits<T>::max()) {
    const YamlNode* node = scalar(map, key);
    if (!node) return;
    std::uint64_t read = 0;
    const char* end = node->text.data() + node->text.size();
    const auto [stop, error] = std::from_chars(node->text.data(), end, read);
    if (error != std::errc{} || stop != end || read > most)
      return fault(node->place, fmt::format("{} is a whole number up to {}, not {}", key, most, node->text));
    value = static_cast<T>(read);
  }

  static bool real(std::string_view text, double& value) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size()) return false;
    // As the tables keep it, so that what is written again is the same.
    value = static_cast<double>(static_cast<float>(value));
    return value - value == 0;
  }

  void station(const YamlNode& map, std::string_view key, Station& station, bool needed = true) {
    const YamlNode* node = scalar(map, key);
    if (!node)
      return needed ? fault(map.place, fmt::format("{} is missing: an IP address, or a MAC on layer 2", key)) : void();
    if (!parse_station(node->text, station))
      fault(node->place, fmt::format("{} is an IP address or a MAC, not {}", key, node->text));
  }

  void moment(const YamlNode& map, std::string_view key, Time& time) {
    const YamlNode* node = scalar(map, key);
    if (!node) return;
    if (const auto read = parse_timestamp(node->text)) time = *read;
    else fault(node->place, fmt::format("{} is a time such as 2026-03-02T08:00:00Z, not {}", key, node->text));
  }

  // "10s", "1.998s", also "2m", "1h"
  bool duration(const YamlNode& map, std::string_view key, Duration& value) {
    const YamlNode* node = scalar(map, key);
    if (!node) return false;
    std::string_view text = node->text;
    Duration unit = second;
    if (text.ends_with("ms")) unit = millisecond, text.remove_suffix(2);
    else if (text.ends_with('s')) text.remove_suffix(1);
    else if (text.ends_with('m')) unit = minute, text.remove_suffix(1);
    else if (text.ends_with('h')) unit = hour, text.remove_suffix(1);
    else if (text.ends_with('d')) unit = day, text.remove_suffix(1);
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr double longest = 100.0 * 366 * static_cast<double>(day);
    const double span = number * static_cast<double>(unit);
    if (error != std::errc{} || stop != text.data() + text.size() || !(span >= 0 && span < longest))
      return fault(node->place, fmt::format("{} is a duration such as 10s, 500ms or 2h, not {}", key, node->text)),
             false;
    value = static_cast<Duration>(span + 0.5);
    return value > 0;
  }

  bool flag(const YamlNode& map, std::string_view key) {
    const YamlNode* node = scalar(map, key);
    if (!node) return false;
    if (node->text != "true" && node->text != "false") fault(node->place, fmt::format("{} is true or false", key));
    return node->text == "true";
  }

  void zone(const YamlNode& node) {
    if (!keys(node, {"name", "mode", "since", "watched"}, "a zone")) return;
    ZoneState zone;
    if (const YamlNode* name = scalar(node, "name")) zone.name = name->text;
    if (const YamlNode* mode = scalar(node, "mode"); mode && !parse_mode(mode->text, zone.mode))
      fault(mode->place, fmt::format("mode is off, learn, review or enforce, not {}", mode->text));
    moment(node, "since", zone.since);
    duration(node, "watched", zone.watched);
    learned_.zone(zone);
  }

  void host(const YamlNode& node) {
    if (!keys(node, {"address", "does", "since", "last"}, "a host")) return;
    HostHabit host;
    station(node, "address", host.station);
    each(node, "does", [&](const YamlNode& word) {
      for (unsigned part = 0; part < static_cast<unsigned>(Part::last); ++part)
        if (part_name(static_cast<Part>(part)) == word.text) return void(host.parts |= bit(static_cast<Part>(part)));
      fault(word.place, fmt::format("a host asks, answers, writes, programs or publishes, not {}", word.text));
    });
    moment(node, "since", host.since), moment(node, "last", host.last);
    learned_.host(host);
  }

  void conversation(const YamlNode& node) {
    if (!keys(node, {"client", "server", "protocol", "transport", "port", "unit", "may"}, "habits of two hosts"))
      return;
    Habit habit;
    station(node, "client", habit.client), station(node, "server", habit.server);
    if (const YamlNode* name = scalar(node, "protocol")) {
      habit.protocol = dissect::find_protocol(name->text);
      if (!habit.protocol)
        fault(name->place, fmt::format("no decoder is called {}; `langyan fields` lists them", name->text));
    }
    if (const YamlNode* name = scalar(node, "transport")) {
      bool found = false;
      for (const Transport each : {Transport::tcp, Transport::udp, Transport::layer2})
        if (transport_name(each) == name->text) habit.transport = each, found = true;
      if (!found)
        fault(name->place, fmt::format("transport is {}, {} or {}, not {}", transport_name(Transport::tcp),
                                       transport_name(Transport::udp), transport_name(Transport::layer2), name->text));
    }
    whole(node, "port", habit.port), whole(node, "unit", habit.unit);
    if (!find(node, "may")) return fault(node.place, "may is missing: the list of what the client may do");
    each(node, "may", [&](const YamlNode& line) { may(line, habit); });
  }

  void may(const YamlNode& node, Habit habit) {
    if (!keys(node,
              {"verb", "function", "object", "as", "name", "name_hex", "any_name", "folded", "value", "seen", "step",
               "every", "about", "hours", "days", "new", "learned"},
              "a habit"))
      return;
    const YamlNode* verb = scalar(node, "verb");
    if (!verb) return fault(node.place, "verb is missing: read, write, control, download …");
    const auto row = std::ranges::find(verb_names(), verb->text, &Name::word);
    if (row == verb_names().end()) {
      std::vector<std::string_view> words;
      for (const Name& name : verb_names()) words.push_back(name.word);
      return fault(verb->place, fmt::format("no verb {}; there are {}", verb->text, fmt::join(words, ", ")));
    }
    habit.verb = static_cast<Verb>(row->value);
    whole(node, "function", habit.function);
    object(node, habit), limits(node, habit), bookkeeping(node, habit);
    if (!habit.protocol && habit.port == 0) fault(node.place, "without a protocol the port of the service is needed");
    learned_.habit(habit);
  }

  void exactly(const YamlNode& node, Habit& habit) {
    if (!keys(node, {"space", "area", "width", "first", "elements"}, "as")) return;
    if (const YamlNode* space = scalar(node, "space")) {
      const auto spaces = habit.protocol ? habit.protocol->spaces : std::span<const Space>{};
      const auto at = std::ranges::find(spaces, space->text, &Space::name);
      if (at != spaces.end()) habit.space = static_cast<std::uint8_t>(at - spaces.begin());
      else whole(node, "space", habit.space);
    }
    whole(node, "area", habit.area), whole(node, "width", habit.width);
    whole(node, "first", habit.first), whole(node, "elements", habit.elements);
  }

  void object(const YamlNode& node, Habit& habit) {
    const YamlNode *exact = find(node, "as"), *notation = scalar(node, "object");
    if (exact) exactly(*exact, habit);
    if (const YamlNode* name = scalar(node, "name")) habit.name = name->text, habit.flags |= Relation::named;
    if (const YamlNode* hex = scalar(node, "name_hex")) {
      habit.flags |= Relation::named;
      for (std::size_t at = 0; at + 1 < hex->text.size(); at += 2) {
        unsigned octet = 0;
        const char* digits = hex->text.data() + at;
        if (std::from_chars(digits, digits + 2, octet, 16).ptr != digits + 2)
          return fault(hex->place, "name_hex is pairs of hexadecimal digits");
        habit.name += static_cast<char>(octet);
      }
    }
    if (habit.name.size() > most_name) fault(node.place, fmt::format("a name has at most {} octets", most_name));
    if (flag(node, "any_name")) habit.flags |= Relation::named | Relation::folded;
    if (!notation) return;
    if (!habit.protocol) return fault(notation->place, "an object needs a protocol whose notation it is in");
    std::string again;
    if (exact) {
      if (habit.protocol->notation) habit.protocol->notation(habit.object(), again);
      if (again != notation->text)
        fault(notation->place,
              fmt::format("object says {}, as says {}; change both or leave one away", notation->text, again));
      return;
    }
    const auto found = object_of(*habit.protocol, notation->text);
    if (!found)
      return fault(notation->place, fmt::format("{} is no address as {} writes it; see what an export shows",
                                                notation->text, habit.protocol->name));
    habit.space = found->space, habit.width = found->width, habit.area = found->area;
    habit.first = found->address, habit.elements = found->count;
  }

  void limits(const YamlNode& node, Habit& habit) {
    if (flag(node, "folded")) habit.flags |= Relation::folded;
    if (flag(node, "new")) habit.flags |= Relation::pending;
    const YamlNode *judged = scalar(node, "value"), *seen = scalar(node, "seen");
    if (judged && seen) fault(seen->place, "value is a limit, seen is none; a line has one of them");
    if (const YamlNode* values = judged ? judged : seen) {
      habit.flags |= Relation::valued | (judged ? Relation::judged : 0);
      const std::string_view text = values->text;
      const std::size_t dots = text.find("..");
      if (!real(text.substr(0, dots), habit.least) ||
          !real(dots == text.npos ? text : text.substr(dots + 2), habit.most))
        fault(values->place, fmt::format("a range of values is written 0..1200, not {}", text));
      else if (habit.least > habit.most) fault(values->place, fmt::format("the range {} ends before it begins", text));
    }
    if (const YamlNode* step = scalar(node, "step")) {
      if (!real(step->text, habit.step) || habit.step < 0)
        fault(step->place, fmt::format("step is the largest change at once, not {}", step->text));
      else if (!habit.is(Relation::valued)) fault(step->place, "step goes with value");
    }
    if (duration(node, "every", habit.period)) habit.flags |= Relation::regular;
    duration(node, "about", habit.period);
    hours(node, habit);
  }

  void hours(const YamlNode& node, Habit& habit) {
    const YamlNode *hours = scalar(node, "hours"), *days = scalar(node, "days");
    if (hours && !parse_hours(hours->text, habit.hours))
      fault(hours->place, fmt::format("hours are written \"6-14 22\", not {}", hours->text));
    if (days && !parse_days(days->text, habit.hours))
      fault(days->place, fmt::format("days are written \"mon-fri sun\", not {}", days->text));
    if (!hours) habit.hours |= 0xffffff;
    if (!days) habit.hours |= 0x7fu << 24;
  }

  void bookkeeping(const YamlNode& node, Habit& habit) {
    const YamlNode* learned = find(node, "learned");
    if (!learned) {
      habit.flags |= Relation::given;
      if (habit.hours != all_hours) habit.flags |= Relation::hours_set;
      return;
    }
    if (!keys(*learned, {"count", "since", "last", "jitter", "steady", "marks"}, "learned")) return;
    whole(*learned, "count", habit.count), whole(*learned, "steady", habit.steady);
    moment(*learned, "since", habit.since), moment(*learned, "last", habit.last);
    if (const YamlNode* jitter = scalar(*learned, "jitter")) {
      std::string_view text = jitter->text;
      if (!text.ends_with('%') || !real(text.substr(0, text.size() - 1), habit.jitter))
        fault(jitter->place, "jitter is a share such as 0.3%");
      habit.jitter = std::round(habit.jitter * 10) / 1000;  // kept in thousandths
    }
    each(*learned, "marks", [&](const YamlNode& word) {
      const auto row = std::ranges::find(flag_words(), word.text, &FlagWord::word);
      if (row == flag_words().end()) return fault(word.place, fmt::format("no mark {}", word.text));
      habit.flags |= row->flag;
    });
  }

  void octets(const YamlNode& map, std::string_view key, double& value) {
    const YamlNode* node = scalar(map, key);
    if (node && (!real(node->text, value) || value < 0))
      fault(node->place, fmt::format("{} is a number of octets, not {}", key, node->text));
  }

  void volume(const YamlNode& node) {
    if (!keys(node, {"client", "server", "octets_an_hour", "learned"}, "a volume")) return;
    VolumeHabit volume;
    station(node, "client", volume.client), station(node, "server", volume.server);
    if (!find(node, "octets_an_hour"))
      return fault(node.place, "octets_an_hour is missing: what the two may exchange within an hour");
    octets(node, "octets_an_hour", volume.most);
    const YamlNode* learned = find(node, "learned");
    if (!learned) volume.flags = Volume::given;
    else if (!keys(*learned, {"hours", "peak", "given"}, "learned")) return;
    else {
      whole(*learned, "hours", volume.hours, 0xffff), octets(*learned, "peak", volume.peak);
      if (find(*learned, "peak")) volume.flags |= Volume::said;
      if (flag(*learned, "given")) volume.flags |= Volume::given;
    }
    learned_.volume(volume);
  }

  void approval(const YamlNode& node) {
    if (!keys(node, {"sid", "client", "server", "protocol", "unit", "verb", "object", "reason", "by", "at", "until"},
              "an approval"))
      return;
    Approval approval;
    whole(node, "sid", approval.sid), whole(node, "unit", approval.unit);
    station(node, "client", approval.client, false), station(node, "server", approval.server, false);
    for (const auto& [key, text] : {std::pair{"protocol", &approval.protocol},
                                    {"verb", &approval.verb},
                                    {"object", &approval.object},
                                    {"reason", &approval.reason},
                                    {"by", &approval.by}})
      if (const YamlNode* value = scalar(node, key)) *text = value->text;
    moment(node, "at", approval.at), moment(node, "until", approval.until);
    learned_.approval(approval);
  }

  std::string name_, said_;
  std::size_t faults_ = 0;
  Learned learned_;
};

}  // namespace

Result<Learned> read_rule_book(std::string_view text, std::string_view name) {
  Reader reader(name);
  if (text.size() > largest_rule_book)
    return Error{ErrorKind::invalid, fmt::format("{}: {} octets are more than a rule book may have ({})", name,
                                                 text.size(), largest_rule_book)};
  const YamlDocument document = read_yaml(text, {.nodes = most_rule_book_nodes});
  for (const YamlFault& each : document.faults) reader.fault(each.place, each.message);
  if (document.faults.empty()) reader.document(document.root);
  return reader.result();
}

}  // namespace langyan::baseline
