// Yaml: a small, bounded tree of a YAML text, every node with its place.
//
// What goes wrong is a fault with line and column (from 1, in characters), several at once where
// the text allows it; the tree then holds what could be read before. Stricter than YAML: one
// document, keys are texts and unique, no tags, no tabs in indentation, printable UTF-8 only.
// Aliases are copied, so a tree has no cycle, and copies count against the limit of nodes. yaml-cpp
// stays behind this border, and so do its exceptions. Any thread may call it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace langyan {

struct YamlLimits {
  std::size_t depth = 16;       // lists and mappings inside each other
  std::size_t nodes = 100'000;  // aliases counted as what they stand for
  std::size_t faults = 200;     // more are left out
};

struct YamlPlace {
  int line = 0, column = 0;
};

struct YamlKey {
  std::string text;
  YamlPlace place;
};

struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  bool quoted = false;  // of a scalar: in quotes or a block, so never a number or a flag
  YamlPlace place;
  std::string text;             // of a scalar
  std::vector<YamlNode> items;  // of a list; of a map its values
  std::vector<YamlKey> keys;    // of a map, one for each item
};

struct YamlFault {
  YamlPlace place;
  std::string message;
};

struct YamlDocument {
  YamlNode root;                  // null when the text is empty
  std::vector<YamlFault> faults;  // in the order of their places
};

YamlDocument read_yaml(std::string_view text, const YamlLimits& limits = {});

// The text as one YAML scalar that reads back the same: bare where that is safe, else in quotes.
std::string yaml_scalar(std::string_view text);

}  // namespace langyan
