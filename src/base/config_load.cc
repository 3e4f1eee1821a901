#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/caps.h"
#include "base/config.h"
#include "base/disk.h"
#include "base/json.h"
#include "base/suggest.h"
#include "base/units.h"
#include "base/yaml.h"

namespace langyan {
namespace {

constexpr std::size_t most_shown = 60;     // octets of a wrong value that a message repeats
constexpr std::size_t most_siblings = 12;  // keys that a message lists as allowed
constexpr std::string_view from_command_line = "--set";

std::string dotted(std::string_view group, std::string_view name) {
  return group.empty() ? std::string(name) : fmt::format("{}.{}", group, name);
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

std::string shown(std::string_view text) {
  std::size_t end = std::min(text.size(), most_shown);
  while (end > 0 && end < text.size() && (text[end] & 0xc0) == 0x80) --end;
  std::string out;
  append_escaped(out, text.substr(0, end));
  return end < text.size() ? out + "..." : out;
}

// What stands there, as the end of "capture.snaplen is …".
std::string read_as(const YamlNode& node) {
  const bool bare =
      !node.quoted && !node.text.empty() && node.text.find_first_of(" \"") == node.text.npos;
  switch (node.kind) {
    case YamlNode::Kind::null: return "has no value";
    case YamlNode::Kind::list: return "is a list";
    case YamlNode::Kind::map: return "is a mapping";
    case YamlNode::Kind::scalar: break;
  }
  return bare ? "is " + shown(node.text) : "is \"" + shown(node.text) + "\"";
}

std::string joined(const std::vector<std::string_view>& words, std::string_view last = " or ") {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? last : ", ";
    out += words[i];
  }
  return out;
}

std::vector<std::string_view> split_words(std::string_view words) {
  std::vector<std::string_view> out;
  for (std::size_t bar = 0; bar != words.npos;
       words.remove_prefix(bar == words.npos ? 0 : bar + 1)) {
    bar = words.find('|');
    out.push_back(words.substr(0, bar));
  }
  return out;
}

std::string between(std::string_view what, const KeyRange& range,
                    std::string (*format)(std::int64_t)) {
  if (range.most == INT64_MAX) return fmt::format("{} of at least {}", what, format(range.least));
  return fmt::format("{} from {} to {}", what, format(range.least), format(range.most));
}

std::string decimal(std::int64_t value) { return fmt::format("{}", value); }

std::string allowed(const Key& key) {
  switch (key.kind) {
    case KeyKind::flag: return "true or false";
    case KeyKind::integer: return between("a whole number", key.range, decimal);
    case KeyKind::size: return between("a size", key.range, format_size);
    case KeyKind::duration: return between("a duration", key.range, format_duration);
    case KeyKind::text: return "a text";
    case KeyKind::path: return "a path";
    case KeyKind::word: return joined(split_words(key.words));
    case KeyKind::list: return "a list of texts, such as [one, two]";
    case KeyKind::map: return "names with lists of texts, such as {NAME: [one, two]}";
    case KeyKind::secret_file: return "the path of a file that holds the secret";
  }
  return {};
}

bool good_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// A whole number as people write it: no leading zero (octal to some readers), no sign but minus.
std::optional<std::int64_t> whole_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.front() == '0') return {};
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end) return {};
  return value;
}

}  // namespace

class ConfigLoader {
 public:
  explicit ConfigLoader(std::span<const Key> rows) : rows_(rows) {
    config_.rows_ = rows;
    config_.values_.resize(rows.size());
    for (const Key& key : rows) names_.emplace_back(key.name);
    for (const Cap* cap : Cap::all()) {
      config_.caps_.push_back({cap->name(), cap->preset(), {}});
      names_.push_back(dotted("caps", cap->name()));
    }
    take_defaults();
  }

  // False when the file itself cannot be read.
  bool read(const std::string& path);
  void read_folder(const std::string& path);
  void set(const std::string& argument);

  ErrorKind kind() const { return kind_; }
  std::vector<ConfigError> take_errors();  // all of them; only at the end
  Config take_config() { return std::move(config_); }

 private:
  void take_defaults();
  void walk(const YamlNode& map, const std::string& group);
  std::optional<YamlNode> argument_value(std::string_view name, const std::string& value);
  void visit(const std::string& name, const YamlNode& node, const YamlPlace& key_place);
  void take(std::size_t index, const YamlNode& node);
  bool take_number(const Key& key, const YamlNode& node, std::int64_t& number);
  bool take_flag(const Key& key, const YamlNode& node, std::int64_t& number);
  void take_text(const Key& key, const YamlNode& node, Config::Value& value);
  void take_map(const Key& key, const YamlNode& node, Config::Value& value);
  void take_entry(const Key& key, std::string_view name, const YamlNode& node, Config::Value& value,
                  const YamlPlace& name_place);
  void take_cap(Config::CapValue& cap, const YamlNode& node);
  std::optional<std::vector<std::string>> texts(const Key& key, std::string_view name,
                                                const YamlNode& node);
  bool checked(const Key& key, std::string_view name, const YamlNode& node);
  bool first_time(const std::string& name, const YamlPlace& place);

  void unknown(const std::string& name, const YamlPlace& place);
  std::vector<std::string_view> siblings(std::string_view group) const;
  std::string nearest_key(std::string_view name) const;
  bool is_group(std::string_view name) const;

  void end_source();
  bool listing_full() const { return errors_.size() + source_errors_.size() >= most_config_errors; }
  void refuse(const YamlPlace& place, std::string message);
  void wrong(std::string_view name, const YamlNode& node, const std::string& allowed,
             std::string_view meant = {});
  Origin here(const YamlPlace& place) const { return {where_, place.line, place.column}; }

  std::span<const Key> rows_;
  Config config_;
  std::string where_;  // the file being read, "--set key", or empty for the defaults
  bool command_line_ = false;
  std::vector<std::string> names_;                      // of every key, the caps last
  std::map<std::string, YamlPlace, std::less<>> seen_;  // keys of this source
  std::vector<ConfigError> errors_, source_errors_;
  std::size_t unlisted_ = 0;
  ErrorKind kind_ = ErrorKind::invalid;
};

void ConfigLoader::take_defaults() {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Key& key = rows_[i];
    if (is_number(key.kind) || key.kind == KeyKind::flag) {
      config_.values_[i].held = key.number;
      continue;
    }
    const bool yaml = key.kind == KeyKind::list || key.kind == KeyKind::map;
    const YamlDocument document = yaml ? read_yaml(key.value) : YamlDocument{};
    YamlNode node = document.root;
    if (!yaml) node.kind = YamlNode::Kind::scalar, node.text = key.value;
    if (document.faults.empty()) take(i, node);
    if (document.faults.empty() && source_errors_.empty()) continue;
    fmt::print(stderr, "the default of configuration key {} is not one of its values: {}\n",
               key.name, key.value);
    std::abort();
  }
}

bool ConfigLoader::read(const std::string& path) {
  where_ = path;
  seen_.clear();
  SystemDisk disk;
  const auto content = read_file(disk, path, largest_config_file);
  if (!content) {
    kind_ = content.error().kind;
    std::string_view message = content.error().message;
    if (message.starts_with(path + ": ")) message.remove_prefix(path.size() + 2);
    refuse({}, std::string(message));
    end_source();
    return false;
  }
  config_.files_.push_back(path);
  const YamlDocument document = read_yaml(*content);
  for (const YamlFault& fault : document.faults) refuse(fault.place, fault.message);
  const YamlNode& root = document.root;
  if (root.kind == YamlNode::Kind::map) {
    walk(root, "");
  } else if (root.kind != YamlNode::Kind::null && document.faults.empty()) {
    const bool no_space =
        root.kind == YamlNode::Kind::scalar && root.text.find(':') != root.text.npos;
    refuse(root.place,
           fmt::format("the file {}; allowed is a mapping of keys to values{}", read_as(root),
                       no_space ? "; put a space after each \":\"" : ""));
  }
  end_source();
  return true;
}

void ConfigLoader::read_folder(const std::string& path) {
  SystemDisk disk;
  const auto names = disk.list(path);
  if (!names && names.error().kind == ErrorKind::missing) return;
  if (!names) {
    where_ = path;
    kind_ = names.error().kind;
    refuse({}, "cannot be listed; give this user the right to, or remove the folder");
    return end_source();
  }
  for (const std::string& name : *names) {
    if (name.ends_with(".yaml") && !name.starts_with('.')) read(path + "/" + name);
  }
}

void ConfigLoader::set(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  where_ = fmt::format("{} {}", from_command_line, shown(name));
  command_line_ = true;
  seen_.clear();
  if (equals == argument.npos) {
    refuse({}, "has no \"=\"; allowed is --set key=value, such as --set log.level=debug");
  } else if (const auto node = argument_value(name, argument.substr(equals + 1))) {
    visit(name, *node, {});
  }
  end_source();
}

// For one value the argument is taken as it stands; for many it is YAML when it begins with a
// bracket, else a list of the one text.
std::optional<YamlNode> ConfigLoader::argument_value(std::string_view name,
                                                     const std::string& value) {
  YamlNode node{YamlNode::Kind::scalar, false, {}, value, {}, {}};
  const bool many = std::ranges::any_of(rows_, [&](const Key& key) {
    return (key.kind == KeyKind::list && key.name == name) ||
           (key.kind == KeyKind::map && (key.name == name || in_group(name, key.name)));
  });
  if (!many) return node;
  if (!value.starts_with('[') && !value.starts_with('{')) {
    YamlNode list{YamlNode::Kind::list, false, {}, {}, {}, {}};
    if (!value.empty()) list.items.push_back(std::move(node));
    return list;
  }
  YamlDocument document = read_yaml(value);
  for (const YamlFault& fault : document.faults) refuse(fault.place, fault.message);
  if (!document.faults.empty()) return {};
  return std::move(document.root);
}

void ConfigLoader::walk(const YamlNode& map, const std::string& group) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    visit(dotted(group, map.keys[i].text), map.items[i], map.keys[i].place);
  }
}

void ConfigLoader::visit(const std::string& name, const YamlNode& node,
                         const YamlPlace& key_place) {
  const std::size_t index = key_index(rows_, name);
  const auto cap = std::ranges::find_if(config_.caps_, [&](const Config::CapValue& value) {
    return in_group(name, "caps") && value.name == std::string_view(name).substr(5);
  });
  const auto map = std::ranges::find_if(
      rows_, [&](const Key& key) { return key.kind == KeyKind::map && in_group(name, key.name); });
  YamlNode placed;
  const YamlNode* value = &node;
  if (node.kind == YamlNode::Kind::null) {  // yaml-cpp puts it where the next thing stands
    placed.place = key_place;
    value = &placed;
  }
  if (index < rows_.size()) {
    if (first_time(name, key_place)) take(index, *value);
  } else if (cap != config_.caps_.end()) {
    if (first_time(name, key_place)) take_cap(*cap, *value);
  } else if (map != rows_.end()) {
    take_entry(*map, std::string_view(name).substr(map->name.size() + 1), *value,
               config_.values_[static_cast<std::size_t>(map - rows_.begin())], key_place);
  } else if (!is_group(name)) {
    unknown(name, key_place);
  } else if (command_line_) {
    refuse({}, fmt::format("{} is a group; allowed in it are {}", name,
                           joined(siblings(name), " and ")));
  } else if (node.kind == YamlNode::Kind::map) {
    walk(node, name);
  } else if (node.kind != YamlNode::Kind::null) {
    wrong(name, node, "a mapping with " + joined(siblings(name), " and "));
  }
}

bool ConfigLoader::first_time(const std::string& name, const YamlPlace& place) {
  const auto [before, added] = seen_.try_emplace(name, place);
  if (added) return true;
  refuse(place, fmt::format("duplicate key \"{}\"; it stands already at {}:{}", name,
                            before->second.line, before->second.column));
  return false;
}

void ConfigLoader::take(std::size_t index, const YamlNode& node) {
  const Key& key = rows_[index];
  Config::Value& value = config_.values_[index];
  if (key.kind == KeyKind::map) return take_map(key, node, value);
  if (key.kind == KeyKind::list) {
    auto items = texts(key, key.name, node);
    if (items) value = {std::move(*items), here(node.place), {}};
    return;
  }
  if (is_number(key.kind) || key.kind == KeyKind::flag) {
    std::int64_t number = 0;
    if (take_number(key, node, number)) value = {number, here(node.place), {}};
    return;
  }
  take_text(key, node, value);
}

bool ConfigLoader::take_number(const Key& key, const YamlNode& node, std::int64_t& number) {
  if (node.kind != YamlNode::Kind::scalar) return wrong(key.name, node, allowed(key)), false;
  if (key.kind == KeyKind::flag) return take_flag(key, node, number);
  if (key.kind == KeyKind::integer) {
    const auto whole = whole_number(node.text);
    if (!whole) return wrong(key.name, node, allowed(key)), false;
    if (node.quoted) return wrong(key.name, node, allowed(key) + " without quotes"), false;
    number = *whole;
  } else {
    const auto parsed =
        key.kind == KeyKind::size ? parse_size(node.text) : parse_duration(node.text);
    if (!parsed)
      return refuse(node.place, fmt::format("{}: {}", key.name, parsed.error().message)), false;
    number = *parsed;
  }
  if (key.range.least <= number && number <= key.range.most) return true;
  return wrong(key.name, node, allowed(key)), false;
}

bool ConfigLoader::take_flag(const Key& key, const YamlNode& node, std::int64_t& number) {
  constexpr std::string_view on = "|true|yes|on|1|", off = "|false|no|off|0|";
  std::string word = "|";
  for (char c : node.text) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  word += '|';
  const bool is_on = on.find(word) != on.npos, is_off = off.find(word) != off.npos;
  number = is_on;
  if (!node.quoted && (node.text == "true" || node.text == "false")) return true;
  return wrong(key.name, node, allowed(key), is_on ? "true" : is_off ? "false" : ""), false;
}

void ConfigLoader::take_text(const Key& key, const YamlNode& node, Config::Value& value) {
  if (node.kind != YamlNode::Kind::scalar) return wrong(key.name, node, allowed(key));
  if (key.kind == KeyKind::word && !has_word(key.words, node.text)) {
    return wrong(key.name, node, allowed(key), nearest(node.text, split_words(key.words)));
  }
  if (key.kind == KeyKind::secret_file && node.text.find_first_of("\n\r") != node.text.npos) {
    return refuse(node.place,
                  fmt::format("{} is several lines; allowed is {}", key.name, allowed(key)));
  }
  if (checked(key, key.name, node)) value = {node.text, here(node.place), {}};
}

bool ConfigLoader::checked(const Key& key, std::string_view name, const YamlNode& node) {
  if (!key.check || node.text.empty()) return true;
  const std::string_view allowed_by_check = key.check(node.text);
  if (!allowed_by_check.empty()) wrong(name, node, std::string(allowed_by_check));
  return allowed_by_check.empty();
}

std::optional<std::vector<std::string>> ConfigLoader::texts(const Key& key, std::string_view name,
                                                            const YamlNode& node) {
  if (node.kind != YamlNode::Kind::list) {
    const bool one = node.kind == YamlNode::Kind::scalar;
    wrong(name, node, "a list of texts, such as [one, two]",
          one ? "[" + (node.quoted ? "\"" + shown(node.text) + "\"" : shown(node.text)) + "]" : "");
    return {};
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    const std::string item_name = fmt::format("{}[{}]", name, i + 1);
    if (item.kind != YamlNode::Kind::scalar) {
      wrong(item_name, item, "a text");
    } else if (checked(key, item_name, item)) {
      out.push_back(item.text);
    }
  }
  return out;
}

void ConfigLoader::take_map(const Key& key, const YamlNode& node, Config::Value& value) {
  if (node.kind != YamlNode::Kind::map) return wrong(key.name, node, allowed(key));
  if (value.held.index() != 3) value.held = ConfigMap{};
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    take_entry(key, node.keys[i].text, node.items[i], value, node.keys[i].place);
  }
  if (!where_.empty()) value.origin = here(node.place);
}

void ConfigLoader::take_entry(const Key& key, std::string_view name, const YamlNode& node,
                              Config::Value& value, const YamlPlace& name_place) {
  const std::string full = dotted(key.name, name);
  if (!good_name(name)) {
    return refuse(name_place,
                  fmt::format("{} has the name \"{}\"; allowed are letters, digits and _", key.name,
                              shown(name)));
  }
  if (!first_time(full, name_place)) return;
  const bool one = node.kind == YamlNode::Kind::scalar;
  YamlNode list{YamlNode::Kind::list, false, node.place, {}, {}, {}};
  if (one) list.items.push_back(node);
  auto items = texts(key, full, one ? list : node);
  if (!items) return;
  std::get<ConfigMap>(value.held)[std::string(name)] = std::move(*items);
  value.entries[std::string(name)] = value.origin = here(node.place);
}

void ConfigLoader::take_cap(Config::CapValue& cap, const YamlNode& node) {
  const std::string name = dotted("caps", cap.name);
  Key key = key_of(*Cap::find(cap.name));
  key.name = name;
  std::int64_t number = 0;
  if (!take_number(key, node, number)) return;
  cap.value = static_cast<std::uint64_t>(number);
  cap.origin = here(node.place);
}

bool ConfigLoader::is_group(std::string_view name) const {
  if (name.empty()) return false;
  return std::ranges::any_of(names_,
                             [&](const std::string& known) { return in_group(known, name); });
}

// The names one level below the group, as views into the rows and caps.
std::vector<std::string_view> ConfigLoader::siblings(std::string_view group) const {
  std::vector<std::string_view> out;
  const auto add = [&](std::string_view name) {
    if (std::ranges::find(out, name) == out.end()) out.push_back(name);
  };
  for (const Key& key : rows_) {
    if (!in_group(key.name, group)) continue;
    const std::string_view rest = key.name.substr(group.empty() ? 0 : group.size() + 1);
    add(rest.substr(0, rest.find('.')));
  }
  if (group.empty() && !config_.caps_.empty()) add("caps");
  for (const Config::CapValue& cap : config_.caps_) {
    if (group == "caps") add(cap.name);
    if (in_group(group, "caps") && in_group(cap.name, group.substr(5)))
      add(cap.name.substr(group.size() - 4));
  }
  if (out.size() > most_siblings) out.resize(most_siblings), out.push_back("...");
  return out;
}

// First among its siblings, then the same word in another group, then, where the group is the
// mistake, the nearest whole name.
std::string ConfigLoader::nearest_key(std::string_view name) const {
  const std::size_t dot = name.rfind('.');
  const std::string_view group = dot == name.npos ? "" : name.substr(0, dot);
  const std::string_view word = last_part(name);
  std::vector<std::string_view> beside, all(names_.begin(), names_.end());
  for (const std::string& known : names_) {
    if (!in_group(known, group)) continue;
    const std::string_view rest =
        std::string_view(known).substr(group.empty() ? 0 : group.size() + 1);
    beside.push_back(rest.substr(0, group == "caps" ? rest.npos : rest.find('.')));
  }
  if (const auto near = nearest(word, beside); !near.empty()) return dotted(group, near);
  for (const std::string& known : names_) {
    if (last_part(known) == word) return known;
  }
  return is_group(group) ? "" : std::string(nearest(name, all));
}

void ConfigLoader::unknown(const std::string& name, const YamlPlace& place) {
  if (listing_full()) return refuse(place, {});  // only counted: looking for a near one costs
  const std::string near = nearest_key(name);
  const std::size_t dot = name.rfind('.');
  std::string group = dot == name.npos ? "" : name.substr(0, dot);
  std::string message = fmt::format("unknown key \"{}\"", shown(name));
  auto beside = siblings(group);
  for (; beside.empty() && !group.empty(); beside = siblings(group)) {
    group.resize(group.find('.') == group.npos ? 0 : group.rfind('.'));
  }
  if (!near.empty()) {
    message += fmt::format("; did you mean \"{}\"", near);
  } else if (!beside.empty()) {
    message += fmt::format("; allowed {} {}", group.empty() ? "are" : "in " + shown(group) + " are",
                           joined(beside, " and "));
  }
  refuse(place, message);
}

void ConfigLoader::wrong(std::string_view name, const YamlNode& node, const std::string& allowed,
                         std::string_view meant) {
  refuse(node.place, fmt::format("{} {}; allowed is {}{}", name, read_as(node), allowed,
                                 meant.empty() ? "" : fmt::format("; did you mean \"{}\"", meant)));
}

void ConfigLoader::refuse(const YamlPlace& place, std::string message) {
  if (listing_full()) {
    ++unlisted_;
    return;
  }
  source_errors_.push_back({where_, place.line, place.column, std::move(message)});
}

// Errors stand in the order of their places, the sources in the order they were read.
void ConfigLoader::end_source() {
  std::ranges::stable_sort(source_errors_, [](const ConfigError& a, const ConfigError& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  std::ranges::move(source_errors_, std::back_inserter(errors_));
  source_errors_.clear();
}

std::vector<ConfigError> ConfigLoader::take_errors() {
  if (unlisted_ > 0) {
    errors_.push_back(
        {where_, 0, 0, fmt::format("{} more errors are not listed; mend these first", unlisted_)});
  }
  return std::move(errors_);
}

Result<Config> Config::load(std::span<const Key> rows, const ConfigSource& source,
                            std::vector<ConfigError>* errors) {
  ConfigLoader loader(rows);
  if (!source.file.empty() && loader.read(source.file)) {
    const std::size_t slash = source.file.rfind('/');
    loader.read_folder(source.file.substr(0, slash == std::string::npos ? 0 : slash + 1) +
                       source.folder);
  }
  for (const std::string& argument : source.sets) loader.set(argument);
  auto found = loader.take_errors();
  if (errors) *errors = found;
  if (!found.empty()) return Error{loader.kind(), render(found)};
  return loader.take_config();
}

}  // namespace langyan
