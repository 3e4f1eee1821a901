#include "pipeline/explanations.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/yaml.h"
#include "pipeline/pack_rules.h"

namespace langyan::pipeline {
namespace {

constexpr std::size_t largest_file = 8u << 20;  // octets
constexpr std::size_t longest_text = 2'000;     // octets of one text in one language
constexpr YamlLimits limits{4, 1'000'000, 20};
constexpr std::string_view rules_suffix = ".rules", texts_suffix = ".yaml";

const YamlNode* member(const YamlNode& node, std::string_view name) {
  if (node.kind != YamlNode::Kind::map) return nullptr;
  const auto key = std::ranges::find(node.keys, name, &YamlKey::text);
  return key == node.keys.end() ? nullptr
                                : &node.items[static_cast<std::size_t>(key - node.keys.begin())];
}

std::string text_of(const YamlNode& node, std::string_view name) {
  const YamlNode* found = member(node, name);
  return found && found->text.size() <= longest_text ? found->text : std::string();
}

Explanation::Words words_of(const YamlNode& node, std::string_view name) {
  const YamlNode* found = member(node, name);
  return found ? Explanation::Words{text_of(*found, "en"), text_of(*found, "zh")}
               : Explanation::Words{};
}

std::optional<std::uint32_t> sid_of(std::string_view text) {
  std::uint32_t sid = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), sid);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return sid;
}

void read_texts(const std::string& name, std::string_view text, Explanations& into) {
  const auto fault = [&](const YamlPlace& place, const std::string& message) {
    into.faults.push_back(name + ":" + std::to_string(place.line) + ":" +
                          std::to_string(place.column) + ": " + message);
  };
  const YamlDocument document = read_yaml(text, limits);
  for (const YamlFault& wrong : document.faults) fault(wrong.place, wrong.message);
  const YamlNode& root = document.root;
  if (root.kind == YamlNode::Kind::null) return;
  if (root.kind != YamlNode::Kind::map)
    return fault(root.place, "expected sids, each with its texts");
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    const auto sid = sid_of(root.keys[i].text);
    if (!sid || root.items[i].kind != YamlNode::Kind::map) {
      fault(root.keys[i].place,
            "`" + root.keys[i].text + "`: expected a sid with title, meaning and advice");
      continue;
    }
    const YamlNode& row = root.items[i];
    into.rows.push_back({*sid, text_of(row, "technique"), words_of(row, "title"),
                         words_of(row, "meaning"), words_of(row, "advice")});
  }
}

std::vector<std::string> rule_files(Disk& disk, const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  if (const auto names = disk.list(path)) {
    for (const std::string& name : *names)
      if (name.ends_with(rules_suffix))
        files.push_back((std::filesystem::path(path) / name).string());
  }
  return files;
}

}  // namespace

Explanations read_explanations(Disk& disk, std::span<const std::string> paths, std::span<const packs::Pack> packs) {
  Explanations all;
  for (const packs::Pack& pack : packs)
    for (const packs::PackFile& file : pack.files)
      if (file.name.ends_with(texts_suffix)) read_texts(place_in(pack, file), file.text, all);
  for (const std::string& path : paths) {
    for (const std::string& rules : rule_files(disk, path)) {
      const std::string name =
          std::filesystem::path(rules).replace_extension(texts_suffix).string();
      std::error_code error;
      if (!std::filesystem::is_regular_file(name, error)) continue;
      const auto text = read_file(disk, name);
      if (!text) {
        all.faults.push_back(text.error().message);
      } else if (text->size() > largest_file) {
        all.faults.push_back(name + ": larger than 8 MB, the most a file of explanations may have");
      } else {
        read_texts(name, *text, all);
      }
    }
  }
  std::ranges::stable_sort(all.rows, {}, &Explanation::sid);
  const auto same = [](const Explanation& a, const Explanation& b) { return a.sid == b.sid; };
  const auto repeated = std::unique(all.rows.begin(), all.rows.end(), same);  // the first stays
  all.rows.erase(repeated, all.rows.end());
  return all;
}

}  // namespace langyan::pipeline
