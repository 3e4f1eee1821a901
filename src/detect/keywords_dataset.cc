// dataset and datarep: whether a buffer's content is one of many values.
#include <algorithm>

#include "base/hash.h"
#include "detect/number_reader.h"
#include "detect/rule_files.h"

namespace langyan::detect {
namespace {

constexpr std::size_t longest_name = 63;

struct TypeRow {
  std::string_view name;
  Dataset::Type type;
};
constexpr TypeRow types[] = {{"string", Dataset::Type::string}, {"md5", Dataset::Type::md5},
                             {"sha256", Dataset::Type::sha256}, {"ipv4", Dataset::Type::ipv4},
                             {"ip", Dataset::Type::ip}};
struct KindRow {
  std::string_view name;
  InDataset::Kind kind;
};
constexpr KindRow kinds[] = {{"isset", InDataset::Kind::is_set}, {"isnotset", InDataset::Kind::not_set},
                             {"set", InDataset::Kind::set}, {"unset", InDataset::Kind::unset}};

struct Options {
  const TypeRow* type = nullptr;
  std::string_view load, state;
};

bool read_options(RuleBuilder& rule, std::span<const std::string_view> parts, Options& options) {
  for (const std::string_view part : parts) {
    const std::size_t blank = std::min(part.find_first_of(" \t"), part.size());
    const std::string_view name = part.substr(0, blank), argument = trim(part.substr(blank));
    if (name == "type") {
      options.type = std::ranges::find(types, argument, &TypeRow::name);
      if (options.type == std::end(types)) {
        return rule.refuse(argument, "\"" + std::string(argument) + "\" is none of string, md5, sha256, ipv4, ip");
      }
    } else if (name == "load") {
      options.load = argument;
    } else if (name == "state") {
      options.state = argument;
    } else if (name == "save") {
      rule.warn(part, "nothing is saved: the sensor does not write to the folder of its rules");
    } else if (name != "memcap" && name != "hashsize") {  // caps.detect.dataset_values bounds them all
      return rule.refuse(name, "\"" + std::string(name) + "\" is none of type, load, state, save, memcap, hashsize");
    }
  }
  return true;
}

bool load(RuleBuilder& rule, Dataset& set, std::string_view file, bool scored, bool must_be_there) {
  std::string reason;
  const std::string* text = rule.environment.files->read(rule.environment.folder, file, reason);
  if (!text) return !must_be_there || rule.refuse(file, std::move(reason));
  if (!set.load(*text, scored, reason)) return rule.refuse(file, std::string(file) + ": " + reason);
  return true;
}

std::shared_ptr<Dataset> dataset_of(RuleBuilder& rule, std::string_view name, const Options& options, bool scored) {
  Datasets& all = *rule.environment.datasets;
  if (auto known = all.find(name)) {
    if (options.type && options.type->type != known->type()) {
      rule.refuse(options.type->name, "the dataset \"" + std::string(name) + "\" has another type in a rule before");
      return nullptr;
    }
    return known;
  }
  if (!options.type) {
    rule.refuse(name, "no rule before says of what type the dataset \"" + std::string(name) +
                          "\" is; write type string, md5, sha256, ipv4 or ip");
    return nullptr;
  }
  auto set = std::make_shared<Dataset>(static_cast<std::uint32_t>(hash(bytes_of(name))), options.type->type);
  if (!options.load.empty() && !load(rule, *set, options.load, scored, true)) return nullptr;
  if (!options.state.empty() && !load(rule, *set, options.state, scored, false)) return nullptr;
  all.add(name, set);
  return set;
}

bool check_place(RuleBuilder& rule, std::string_view value) {
  rule.read_anew = true;
  if (!rule.names_buffer())
    return rule.refuse(value, "a dataset is asked for the content of a buffer, and none is named before it");
  return rule.environment.datasets != nullptr || rule.refuse(value, "no datasets here");
}

// isset,name,type string,load file.lst
bool parse_dataset(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (!check_place(rule, value)) return false;
  const auto kind = std::ranges::find(kinds, parts[0], &KindRow::name);
  if (kind == std::end(kinds))
    return rule.refuse(parts[0], "\"" + std::string(parts[0]) + "\" is none of isset, isnotset, set, unset");
  if (parts.size() < 2 || parts[1].empty() || parts[1].size() > longest_name)
    return rule.refuse(value, "dataset is \"isset,name,type string,load file\", a name of at most 63 characters");
  Options options;
  if (!read_options(rule, std::span(parts).subspan(2), options)) return false;
  const auto set = dataset_of(rule, parts[1], options, false);
  if (!set) return false;
  const bool changes = kind->kind == InDataset::Kind::set || kind->kind == InDataset::Kind::unset;
  if (changes && rule.rule.action == Action::pass)
    return rule.refuse(parts[0], "a pass rule cannot change a dataset");
  set->changes |= changes;
  if (!set->loaded && !set->changes && kind->kind == InDataset::Kind::is_set)
    rule.warn(value, "nothing loads the dataset \"" + std::string(parts[1]) + "\" before this rule");
  rule.conditions().emplace_back(InDataset{kind->kind, set});
  return true;
}

// name,>,200,load file.rep,type string
bool parse_datarep(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (!check_place(rule, value)) return false;
  if (parts.size() < 3) return rule.refuse(value, "datarep is \"name,<|>|==,score,load file,type string\"");
  constexpr std::string_view signs[] = {"<", ">", "==", "="};
  if (std::ranges::find(signs, parts[1]) == std::end(signs))
    return rule.refuse(parts[1], "\"" + std::string(parts[1]) + "\" is none of <, >, ==");
  const auto score = read_integer(rule, parts[2], 0, 0xffff);
  if (!score) return false;
  const auto number = static_cast<std::uint16_t>(*score);
  if ((parts[1] == "<" && number == 0) || (parts[1] == ">" && number == 0xffff))
    return rule.refuse(parts[2], "no score is so");
  Options options;
  if (!read_options(rule, std::span(parts).subspan(3), options)) return false;
  const auto set = dataset_of(rule, parts[0], options, true);
  if (!set) return false;
  InDataset condition{InDataset::Kind::is_set, set};
  condition.least = parts[1] == "<" ? 0 : static_cast<std::uint16_t>(number + (parts[1] == ">"));
  condition.most = parts[1] == ">" ? 0xffff : static_cast<std::uint16_t>(number - (parts[1] == "<"));
  rule.conditions().emplace_back(condition);
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"dataset", Value::needed, parse_dataset, false, "payload", "isset|isnotset|set|unset,name,type string|md5|sha256|ipv4|ip[,load file][,state file]",
     {"Whether the buffer's content is one of a list: of a file beside the rule file, or of what rules have set.", "缓冲区内容是否在列表中：列表取自规则文件旁的文件，或由规则写入。"}},
    {"datarep", Value::needed, parse_datarep, false, "payload", "name,<|>|==,score,load file,type string|md5|sha256|ipv4|ip",
     {"The score that a list beside the rule file gives the buffer's content.", "规则文件旁的列表为缓冲区内容给出的分数。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> dataset_keywords() {
  return rows;
}

}  // namespace langyan::detect
