// Key: one row declares one configuration key; everything else about it is derived.
//
//   constexpr Key sensor_keys[] = {
//       Key::list("capture.interfaces", "[]", "Interfaces to listen on."),
//       Key::integer("capture.snaplen", 65535, {64, 262144}, "Octets kept of each packet."),
//       Key::word("log.level", "info", "debug|info|warn|error", "What is written to the log."),
//       Key::secret_file("uplink.token_file", "File that holds the center's token."),
//   };
//   static_assert(key_fault(sensor_keys).empty());
//
// The order of the rows is the order of the written file; the keys of a group stand together. Rows
// are constants with static storage: a Config keeps views of them. A cap (base/caps.h) needs no row
// here: caps.<name> is a key because the cap exists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace langyan {

enum class KeyKind : std::uint8_t {
  flag,         // true | false
  integer,      // 42
  size,         // 64MB
  duration,     // 30s
  text,         // any text
  path,         // a file or folder; relative ones count from the working directory
  word,         // one of a few words
  list,         // a list of texts
  map,          // names to lists of texts: HOME_NET: [10.0.0.0/8]
  secret_file,  // the path of a file that holds a secret; neither is ever printed
};

// Says what is allowed where it refuses ("an address or network, such as 10.0.0.0/8"); empty:
// taken.
using KeyCheck = std::string_view (*)(std::string_view value);

struct KeyRange {
  std::int64_t least = 0, most = INT64_MAX;
};

struct Key {
  std::string_view name;  // dotted, lower case: "capture.snaplen"
  KeyKind kind = KeyKind::text;
  std::string_view doc;      // one sentence
  std::int64_t number = 0;   // default of flag, integer, size, duration
  std::string_view value;    // default of the others; of list and map as YAML: "[a, b]", "{A: [b]}"
  KeyRange range;            // of integer, size, duration
  std::string_view words;    // of word: "a|b|c"
  KeyCheck check = nullptr;  // of text, path, and each item of list and map; never of an empty text

  static constexpr Key flag(std::string_view name, bool value, std::string_view doc) {
    return {name, KeyKind::flag, doc, value, {}, {0, 1}, {}, nullptr};
  }
  static constexpr Key integer(std::string_view name, std::int64_t value, KeyRange range,
                               std::string_view doc) {
    return {name, KeyKind::integer, doc, value, {}, range, {}, nullptr};
  }
  static constexpr Key size(std::string_view name, std::int64_t bytes, KeyRange range,
                            std::string_view doc) {
    return {name, KeyKind::size, doc, bytes, {}, range, {}, nullptr};
  }
  static constexpr Key duration(std::string_view name, std::int64_t micros, KeyRange range,
                                std::string_view doc) {
    return {name, KeyKind::duration, doc, micros, {}, range, {}, nullptr};
  }
  static constexpr Key text(std::string_view name, std::string_view value, std::string_view doc,
                            KeyCheck check = nullptr) {
    return {name, KeyKind::text, doc, 0, value, {}, {}, check};
  }
  static constexpr Key path(std::string_view name, std::string_view value, std::string_view doc) {
    return {name, KeyKind::path, doc, 0, value, {}, {}, nullptr};
  }
  static constexpr Key word(std::string_view name, std::string_view value, std::string_view words,
                            std::string_view doc) {
    return {name, KeyKind::word, doc, 0, value, {}, words, nullptr};
  }
  static constexpr Key list(std::string_view name, std::string_view value, std::string_view doc,
                            KeyCheck check = nullptr) {
    return {name, KeyKind::list, doc, 0, value, {}, {}, check};
  }
  static constexpr Key map(std::string_view name, std::string_view value, std::string_view doc,
                           KeyCheck check = nullptr) {
    return {name, KeyKind::map, doc, 0, value, {}, {}, check};
  }
  static constexpr Key secret_file(std::string_view name, std::string_view doc) {
    return {name, KeyKind::secret_file, doc, 0, {}, {}, {}, nullptr};
  }
};

constexpr bool is_number(KeyKind kind) {
  return kind == KeyKind::integer || kind == KeyKind::size || kind == KeyKind::duration;
}

// Whether `name` is in the group: "capture.snaplen" is in "capture"; everything is in "".
constexpr bool in_group(std::string_view name, std::string_view group) {
  return group.empty() || (name.size() > group.size() && name[group.size()] == '.' &&
                           name.substr(0, group.size()) == group);
}

constexpr bool has_word(std::string_view words, std::string_view word) {
  while (!word.empty() && !words.empty()) {
    const std::size_t bar = words.find('|');
    if (words.substr(0, bar) == word) return true;
    words = bar == words.npos ? std::string_view{} : words.substr(bar + 1);
  }
  return false;
}

// The row's place in the table, or rows.size().
constexpr std::size_t key_index(std::span<const Key> rows, std::string_view name) {
  std::size_t i = 0;
  while (i < rows.size() && rows[i].name != name) ++i;
  return i;
}

namespace key_rules {

constexpr bool well_formed(std::string_view name) {
  char before = '.';
  for (char c : name) {
    const bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    if (before == '.' ? !letter : !(letter || digit || c == '_' || c == '.')) return false;
    before = c;
  }
  return before != '.';
}

// A group that was left must not come back: it would be written as two mappings of one name.
constexpr bool reopens_group(std::span<const Key> rows, std::size_t at) {
  const std::string_view name = rows[at].name;
  for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
    const std::string_view group = name.substr(0, dot);
    if (in_group(rows[at - 1].name, group)) continue;
    for (std::size_t i = 0; i + 1 < at; ++i) {
      if (in_group(rows[i].name, group)) return true;
    }
  }
  return false;
}

}  // namespace key_rules

// What is wrong with a table of rows, or empty: for static_assert beside the table.
constexpr std::string_view key_fault(std::span<const Key> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Key& key = rows[i];
    if (!key_rules::well_formed(key.name)) return "a name is not lower-case words joined by dots";
    if (key.name == "caps" || in_group(key.name, "caps"))
      return "caps.* comes from the table of caps";
    if (key.doc.empty() || key.doc.back() != '.')
      return "a doc is not one sentence with its full stop";
    if (is_number(key.kind) && (key.number < key.range.least || key.number > key.range.most)) {
      return "a default is out of its range";
    }
    if (key.kind == KeyKind::word && !has_word(key.words, key.value))
      return "a default is none of its words";
    if (i > 0 && key_rules::reopens_group(rows, i))
      return "the keys of a group do not stand together";
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (k != i && rows[k].name == key.name) return "a name stands twice";
      if (in_group(rows[k].name, key.name)) return "a name is both a key and a group";
    }
  }
  return {};
}

}  // namespace langyan
