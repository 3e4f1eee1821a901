#include <fmt/format.h>

#include <algorithm>

#include "base/caps.h"
#include "base/config.h"
#include "base/json.h"
#include "base/units.h"
#include "base/yaml.h"

namespace langyan {
namespace {

constexpr std::size_t widest_line = 100;

// Writes keys under their groups: open(name) writes the mappings that lead to the name.
class Outline {
 public:
  explicit Outline(std::string& out) : out_(out) {}

  void open(std::string_view name, const std::string& heading = {}) {
    while (!group_.empty() && !in_group(name, group_)) {
      const std::size_t dot = group_.rfind('.');
      group_.resize(dot == group_.npos ? 0 : dot);
    }
    if (group_.empty()) {
      out_ += '\n';
      comment(heading);
    }
    for (std::size_t from = group_.empty() ? 0 : group_.size() + 1;;) {
      const std::size_t dot = name.find('.', from);
      if (dot == name.npos) break;
      out_ += fmt::format("{}{}:\n", indent(), name.substr(from, dot - from));
      group_ = name.substr(0, dot);
      from = dot + 1;
    }
  }
  std::string indent() const {
    return group_.empty()
               ? ""
               : std::string(2 + 2 * static_cast<std::size_t>(std::ranges::count(group_, '.')),
                             ' ');
  }
  // The comment, broken at spaces so that a line keeps to the width.
  void comment(std::string_view text) {
    const std::string start = indent() + "# ";
    while (!text.empty()) {
      std::size_t end = text.size();
      if (start.size() + end > widest_line) {
        end = text.rfind(' ', widest_line - start.size());
        if (end == text.npos) end = std::min(text.find(' '), text.size());
      }
      out_ += fmt::format("{}{}\n", start, text.substr(0, end));
      text.remove_prefix(std::min(text.size(), end + 1));
    }
  }

 private:
  std::string& out_;
  std::string group_;
};

std::string flow_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + yaml_scalar(item);
  return out + "]";
}

std::string number_text(const Key& key, std::int64_t value) {
  switch (key.kind) {
    case KeyKind::flag: return value != 0 ? "true" : "false";
    case KeyKind::size: return format_size(value);
    case KeyKind::duration: return format_duration(value);
    default: return fmt::format("{}", value);
  }
}

std::string last_part(std::string_view name) {
  return std::string(name.substr(name.rfind('.') + 1));
}

// A list on the key's line, or an item a line where that would be too wide.
void write_list(std::string& out, const std::string& start, const std::vector<std::string>& items,
                const std::string& note) {
  const std::string flow = fmt::format("{} {}", start, flow_list(items));
  if (flow.size() <= widest_line || items.empty()) {
    out += flow + note + '\n';
    return;
  }
  out += start + note + '\n';
  const std::string indent(start.find_first_not_of(' ') + 2, ' ');
  for (const std::string& item : items) out += fmt::format("{}- {}\n", indent, yaml_scalar(item));
}

std::string limits(const Key& key) {
  if (key.kind == KeyKind::word) {
    std::string words(key.words);
    for (std::size_t bar = words.find('|'); bar != words.npos; bar = words.find('|', bar)) {
      words.replace(bar, 1, ", ");
    }
    return " One of " + words + ".";
  }
  if (!is_number(key.kind)) return {};
  const std::string least = number_text(key, key.range.least);
  if (key.range.most == INT64_MAX) return fmt::format(" At least {}.", least);
  return fmt::format(" From {} to {}.", least, number_text(key, key.range.most));
}

std::string origin_note(const Origin& origin) {
  std::string text;
  append_escaped(text, origin.text());
  return "  # " + text;
}

std::string price(const Cap& cap, std::uint64_t value) {
  if (cap.bytes_each() == 0) return {};
  return fmt::format("{} {} each, {}", cap.bytes_each(), cap.bytes_each() == 1 ? "byte" : "bytes",
                     approximate_size(value * cap.bytes_each()));
}

struct Group {
  std::string_view name;
  std::span<const Key> rows;
};

std::string_view next_part(std::string_view name, std::string_view group) {
  const std::string_view rest = name.substr(group.empty() ? 0 : group.size() + 1);
  return rest.substr(0, rest.find('.'));
}

constexpr std::string_view any_scalar = R"(["string","number","boolean"])";
constexpr std::string_view any_scalars = R"({"type":["string","number","boolean"]})";

void write_words(JsonWriter& json, std::string_view words) {
  json.key("enum").open_list();
  for (std::size_t bar = 0; bar != words.npos;
       words.remove_prefix(bar == words.npos ? 0 : bar + 1)) {
    bar = words.find('|');
    json.text(words.substr(0, bar));
  }
  json.close_list();
}

void write_schema(JsonWriter& json, const Key& key) {
  json.open().field("description", std::string(key.doc) + limits(key));
  switch (key.kind) {
    case KeyKind::flag: json.field("type", "boolean").field("default", key.number != 0); break;
    case KeyKind::integer:
      json.field("type", "integer").field("minimum", key.range.least);
      if (key.range.most != INT64_MAX) json.field("maximum", key.range.most);
      json.field("default", key.number);
      break;
    case KeyKind::size:
      json.key("type").raw(R"(["string","integer"])");
      json.field("pattern", "^[0-9]+ ?([kKmMgGtT]?[bB]?|[kKmMgGtT][iI][bB])$");
      json.field("default", number_text(key, key.number));
      break;
    case KeyKind::duration:
      json.field("type", "string").field("pattern", "^[0-9]+ ?(us|ms|s|m|h|d)$");
      json.field("default", number_text(key, key.number));
      break;
    case KeyKind::word:
      write_words(json, key.words);
      json.field("default", key.value);
      break;
    case KeyKind::list: json.field("type", "array").key("items").raw(any_scalars); break;
    case KeyKind::map:
      json.field("type", "object").key("propertyNames").raw(R"({"pattern":"^[A-Za-z0-9_]+$"})");
      json.key("additionalProperties")
          .open()
          .key("type")
          .raw(R"(["array","string","number","boolean"])");
      json.key("items").raw(any_scalars).close();
      break;
    case KeyKind::text:
    case KeyKind::path:
    case KeyKind::secret_file: json.key("type").raw(any_scalar).field("default", key.value); break;
  }
  json.close();
}

// A group also takes dotted keys, which an editor cannot check.
void write_schema(JsonWriter& json, const Group& group, bool outermost) {
  json.key("properties").open();
  for (std::size_t i = 0; i < group.rows.size();) {
    const std::string_view part = next_part(group.rows[i].name, group.name);
    const std::string_view name =
        group.rows[i].name.substr(0, group.name.size() + !group.name.empty() + part.size());
    json.key(part);
    if (name == group.rows[i].name) {
      write_schema(json, group.rows[i++]);
      continue;
    }
    std::size_t end = i;
    while (end < group.rows.size() && in_group(group.rows[end].name, name)) ++end;
    json.open().key("type").raw(R"(["object","null"])");
    write_schema(json, {name, group.rows.subspan(i, end - i)}, false);
    json.close();
    i = end;
  }
  if (outermost && !Cap::all().empty()) {
    json.key("caps").open().key("type").raw(R"(["object","null"])").key("properties").open();
    for (const Cap* cap : Cap::all()) {
      json.key(cap->name());
      write_schema(json, key_of(*cap));
    }
    json.close().field("additionalProperties", false).close();
  }
  json.close().key("patternProperties").raw(R"({"\\.":{}})").field("additionalProperties", false);
}

// One member a line, so that a change is a line in a difference.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text && c == '\\') {
      out.append(json.substr(i++, 2));
      continue;
    }
    if (c == '"') in_text = !in_text;
    const bool empty =
        i + 1 < json.size() && (json.substr(i, 2) == "{}" || json.substr(i, 2) == "[]");
    if (in_text || c == '"') {
      out += c;
    } else if (empty) {
      out.append(json.substr(i++, 2));
    } else if (c == '{' || c == '[') {
      out += c;
      out.append("\n").append(2 * ++depth, ' ');
    } else if (c == '}' || c == ']') {
      out.append("\n").append(2 * --depth, ' ');
      out += c;
    } else if (c == ',') {
      out.append(",\n").append(2 * depth, ' ');
    } else {
      out += c == ':' ? ": " : std::string(1, c);
    }
  }
  return out + '\n';
}

}  // namespace

std::string Config::render_effective() const {
  std::string out = "# What is in force, each value with where it came from.\n";
  Outline outline(out);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Key& key = rows_[i];
    const Value& value = values_[i];
    outline.open(key.name);
    const std::string start = fmt::format("{}{}:", outline.indent(), last_part(key.name));
    const std::string note = origin_note(value.origin);
    if (const auto* number = std::get_if<std::int64_t>(&value.held)) {
      out += fmt::format("{} {}{}\n", start, number_text(key, *number), note);
    } else if (const auto* items = std::get_if<std::vector<std::string>>(&value.held)) {
      write_list(out, start, *items, note);
    } else if (const auto* map = std::get_if<ConfigMap>(&value.held)) {
      out += start + (map->empty() ? " {}" : "") + (map->empty() ? note : "") + '\n';
      for (const auto& [name, list] : *map) {
        write_list(out, fmt::format("{}  {}:", outline.indent(), name), list,
                   origin_note(value.entries.find(name)->second));
      }
    } else if (const auto& text = std::get<std::string>(value.held);
               key.kind == KeyKind::secret_file && !text.empty()) {
      out += fmt::format("{}# {}: set, not shown{}\n", outline.indent(), last_part(key.name), note);
    } else {
      out += fmt::format("{} {}{}\n", start, yaml_scalar(text), note);
    }
  }
  for (const CapValue& value : caps_) {
    const Cap& cap = *Cap::find(value.name);
    outline.open("caps.x");
    const std::string cost = price(cap, value.value);
    const auto number = static_cast<std::int64_t>(value.value);
    out += fmt::format("  {}: {}{}{}\n", value.name, number_text(key_of(cap), number),
                       origin_note(value.origin), cost.empty() ? "" : "; " + cost);
  }
  if (caps_.empty()) return out;
  return out + fmt::format("# The caps sum to {} ({} bytes).\n", approximate_size(cap_bytes()),
                           cap_bytes());
}

std::string render_default(std::span<const Key> rows, std::string_view title,
                           std::string_view schema) {
  const auto config = Config::load(rows, {});
  std::string out = fmt::format("# yaml-language-server: $schema={}\n", schema);
  Outline outline(out);
  outline.comment(title);
  outline.comment(
      "Every key with its default. A key may be left out; files in conf.d/*.yaml beside this one "
      "override it in the order of their names, and --set key=value overrides both.");
  for (const Key& key : rows) {
    outline.open(key.name);
    outline.comment(std::string(key.doc) + limits(key));
    const std::string start = fmt::format("{}{}:", outline.indent(), last_part(key.name));
    if (is_number(key.kind) || key.kind == KeyKind::flag) {
      out += fmt::format("{} {}\n", start, number_text(key, key.number));
    } else if (key.kind == KeyKind::list) {
      write_list(out, start, config->list(key.name), "");
    } else if (key.kind == KeyKind::map) {
      const ConfigMap& map = config->map(key.name);
      out += start + (map.empty() ? " {}" : "") + '\n';
      for (const auto& [name, list] : map) {
        write_list(out, fmt::format("{}  {}:", outline.indent(), name), list, "");
      }
    } else {
      out += fmt::format("{} {}\n", start, yaml_scalar(key.value));
    }
  }
  if (Cap::all().empty()) return out;
  outline.open("caps.x",
               fmt::format("The most that is kept of what traffic can grow: {} at these defaults.",
                           approximate_size(config->cap_bytes())));
  for (const Cap* cap : Cap::all()) {
    const Key key = key_of(*cap);
    const std::string cost = price(*cap, cap->preset());
    outline.comment(
        fmt::format("{}{}{}", cap->doc(), limits(key), cost.empty() ? "" : " " + cost + "."));
    out += fmt::format("  {}: {}\n", cap->name(), number_text(key, key.number));
  }
  return out;
}

std::string render_schema(std::span<const Key> rows, std::string_view title) {
  std::string out;
  JsonWriter json(out);
  json.open().field("$schema", "http://json-schema.org/draft-07/schema#").field("title", title);
  json.field("type", "object");
  write_schema(json, Group{"", rows}, true);
  json.close();
  return indented(out);
}

}  // namespace langyan
