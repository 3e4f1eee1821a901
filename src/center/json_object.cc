#include "center/json_object.h"

#include <simdjson.h>

#include <charconv>
#include <new>

#include "base/json.h"
#include "base/suggest.h"

namespace langyan::center {

namespace dom = simdjson::dom;

struct JsonObjectReader {
  using Kind = JsonObject::Kind;
  using Member = JsonObject::Member;

  static std::optional<std::string> scalar(dom::element value) {
    switch (value.type()) {
      case dom::element_type::STRING: return std::string(std::string_view(value));
      case dom::element_type::INT64:
      case dom::element_type::UINT64:
      case dom::element_type::DOUBLE: return simdjson::minify(value);
      default: return {};
    }
  }

  static Member member(dom::element value) {
    Member member;
    member.raw = simdjson::minify(value);
    switch (value.type()) {
      case dom::element_type::STRING: member.kind = Kind::text; break;
      case dom::element_type::INT64:
      case dom::element_type::UINT64:
      case dom::element_type::DOUBLE: member.kind = Kind::number; break;
      case dom::element_type::BOOL: member.kind = Kind::flag; break;
      case dom::element_type::NULL_VALUE: member.kind = Kind::null; break;
      case dom::element_type::OBJECT: member.kind = Kind::object; break;
      case dom::element_type::ARRAY:
        member.kind = Kind::list;
        for (dom::element item : dom::array(value)) {
          auto text = scalar(item);
          if (!text) return member.kind = Kind::mixed_list, member;
          member.items.push_back(std::move(*text));
        }
        return member;
    }
    member.text = scalar(value).value_or(member.raw);
    return member;
  }

  static Result<JsonObject> read(std::string_view text) {
    dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(text.size(), 64), json_depth) != simdjson::SUCCESS)
      throw std::bad_alloc();
    dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::MEMALLOC) throw std::bad_alloc();
    if (error) {
      return Error{ErrorKind::invalid,
                   std::string("The body is not JSON: ") + simdjson::error_message(error)};
    }
    dom::object object;
    if (root.get(object)) return Error{ErrorKind::invalid, "The body must be one JSON object."};
    JsonObject result;
    for (const auto [name, value] : object) {
      if (!result.members_.emplace(name, member(value)).second) {
        std::string shown;
        append_escaped(shown, name.substr(0, 64));
        return Error{ErrorKind::invalid, "The member `" + shown + "` is given twice."};
      }
    }
    return result;
  }
};

Result<JsonObject> JsonObject::parse(std::string_view text) {
  try {
    return JsonObjectReader::read(text);
  } catch (const simdjson::simdjson_error& error) {
    return Error{ErrorKind::invalid, std::string("The body is not JSON: ") + error.what()};
  }
}

Result<void> JsonObject::only(std::span<const std::string_view> known) const {
  for (const auto& [name, member] : members_) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string shown;
    append_escaped(shown, std::string_view(name).substr(0, 64));
    std::string message = "The member `" + shown + "` is not known here";
    if (const auto near = nearest(name, known); !near.empty()) {
      message.append("; did you mean `").append(near).append("`?");
      return Error{ErrorKind::invalid, std::move(message)};
    }
    return Error{ErrorKind::invalid, message + "."};
  }
  return {};
}

const JsonObject::Member* JsonObject::member(std::string_view name, Kind kind) const {
  const auto found = members_.find(std::string(name));
  return found != members_.end() && found->second.kind == kind ? &found->second : nullptr;
}

std::optional<std::string> JsonObject::text(std::string_view name) const {
  const Member* found = member(name, Kind::text);
  return found ? std::optional(found->text) : std::nullopt;
}

std::optional<std::uint64_t> JsonObject::number(std::string_view name) const {
  const Member* found = member(name, Kind::number);
  if (!found) return {};
  std::uint64_t value = 0;
  const char* end = found->text.data() + found->text.size();
  const auto [last, error] = std::from_chars(found->text.data(), end, value);
  return error == std::errc() && last == end ? std::optional(value) : std::nullopt;
}

std::optional<bool> JsonObject::flag(std::string_view name) const {
  const Member* found = member(name, Kind::flag);
  return found ? std::optional(found->text == "true") : std::nullopt;
}

std::optional<std::vector<std::string>> JsonObject::texts(std::string_view name) const {
  if (const Member* found = member(name, Kind::list)) return found->items;
  for (Kind kind : {Kind::text, Kind::number}) {
    if (const Member* found = member(name, kind)) return std::vector{found->text};
  }
  return {};
}

std::optional<std::string> JsonObject::raw(std::string_view name) const {
  const auto found = members_.find(std::string(name));
  return found != members_.end() ? std::optional(found->second.raw) : std::nullopt;
}

std::vector<std::string> JsonObject::names() const {
  std::vector<std::string> result;
  for (const auto& [name, member] : members_) result.push_back(name);
  return result;
}

}  // namespace langyan::center
