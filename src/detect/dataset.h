// Dataset: values that rules ask a buffer or an address for, from a file beside the rule file, and
// values that rules add while they run.
//
//   string   base64 a line      md5, sha256   hexadecimal      ipv4, ip   an address
//   datarep files add ",score" to each line
//
// Values of the file never change and are read by any worker. What `set` adds is kept by
// detect::Limiter, which hears of hits in their one order, so it does not depend on the number of
// workers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "detect/rule_files.h"

namespace langyan::detect {

class Dataset {
 public:
  enum class Type : std::uint8_t { string, md5, sha256, ipv4, ip };
  static constexpr std::size_t most_values = 4'000'000, longest_value = 65'535;

  Dataset(std::uint32_t number, Type type) : number_(number), type_(type) {}

  std::uint32_t number() const { return number_; }  // of its name: the same in every rule set
  Type type() const { return type_; }
  // False: `reason` says which line is wrong.
  bool load(std::string_view text, bool scored, std::string& reason);
  // The score of a value, 0 where the file gives none; nothing: not there.
  std::optional<std::uint16_t> find(Bytes value) const;
  bool fits(Bytes value) const;  // a value of this type can be such octets
  // What the value is known by where `set` keeps it: two words.
  std::array<std::uint64_t, 2> key(Bytes value) const;

  bool changes = false;  // a rule of the set adds or removes values
  bool loaded = false;

 private:
  struct Value {
    std::uint32_t offset, size;
    std::uint16_t score;
  };
  std::string_view text_of(const Value& value) const {
    return std::string_view(octets_).substr(value.offset, value.size);
  }
  std::string_view normal(Bytes value, std::array<char, 16>& room) const;

  std::uint32_t number_;
  Type type_;
  std::string octets_;
  std::vector<Value> values_;  // by their octets
};

// The datasets of a rule set, by name.
class Datasets {
 public:
  std::shared_ptr<Dataset> find(std::string_view name) const {
    const auto at = sets_.find(name);
    return at == sets_.end() ? nullptr : at->second;
  }
  void add(std::string_view name, std::shared_ptr<Dataset> set) { sets_.emplace(name, std::move(set)); }

 private:
  std::map<std::string, std::shared_ptr<Dataset>, std::less<>> sets_;
};

// A condition of a rule on a buffer's whole content.
struct InDataset {
  enum class Kind : std::uint8_t { is_set, not_set, set, unset };
  Kind kind = Kind::is_set;
  std::shared_ptr<const Dataset> set;  // shared by the rules that name it
  std::uint16_t least = 0, most = 0xffff;  // datarep: scores
};

// What a worker cannot tell: asked and changed by the Limiter.
struct DatasetValue {
  std::uint32_t number = 0;
  InDataset::Kind kind = InDataset::Kind::is_set;
  std::array<std::uint64_t, 2> key{};
};

constexpr std::size_t most_dataset_values = 2;  // of one rule: conditions on sets that rules change

}  // namespace langyan::detect
