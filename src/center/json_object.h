// JsonObject: the members of a JSON object that came as a body or from the document store, read
// once. Refuses what is not one object, is nested deeper than json_depth, names a member twice or
// is not UTF-8. A value; owned by who parsed it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace langyan::center {

constexpr std::size_t json_depth = 16;

class JsonObject {
 public:
  static Result<JsonObject> parse(std::string_view text);

  // An Error names the member that is not among `known`, with the nearest one that is.
  Result<void> only(std::span<const std::string_view> known) const;

  bool has(std::string_view name) const { return members_.contains(std::string(name)); }
  // Nothing where there is no such member or it is of another kind.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::uint64_t> number(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  // A list of texts and numbers; a single one counts as a list of one.
  std::optional<std::vector<std::string>> texts(std::string_view name) const;
  std::optional<std::string> raw(std::string_view name) const;  // the value's JSON
  std::vector<std::string> names() const;

 private:
  enum class Kind : std::uint8_t { text, number, flag, null, list, mixed_list, object, other };
  struct Member {
    Kind kind = Kind::other;
    std::string text;                // of text, the digits of a number, "true"
    std::vector<std::string> items;  // of a list of texts and numbers
    std::string raw;
  };
  const Member* member(std::string_view name, Kind kind) const;
  std::map<std::string, Member> members_;
  friend struct JsonObjectReader;
};

}  // namespace langyan::center
