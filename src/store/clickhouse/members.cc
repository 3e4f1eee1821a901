#include "store/clickhouse/members.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdlib>

namespace langyan::store::clickhouse {
namespace {

namespace ondemand = simdjson::ondemand;

bool is_named(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

struct MemberReader::Inside {
  ondemand::parser parser;
  ondemand::document document;
  std::string line;  // with the octets behind it that simdjson may read
  std::size_t size = 0;
  std::string path;
  Members members;

  bool has_room() const {
    return path.size() <= member_path_bytes &&
           members.numbers.size() + members.texts.size() + members.part_paths.size() < most_members;
  }

  // Where the reader stands, as an offset of the line.
  std::size_t offset() {
    const char* at = nullptr;
    return document.current_location().get(at) == simdjson::SUCCESS ? static_cast<std::size_t>(at - line.data()) : size;
  }

  // Visits a list or object and notes where it stood.
  template <class Visit>
  void part(Visit visit) {
    const std::size_t start = offset(), slot = members.part_paths.size();
    const bool noted = has_room();
    if (noted) {
      members.part_paths.push_back(path);
      members.part_starts.push_back(static_cast<std::uint32_t>(start + 1)), members.part_sizes.push_back(0);
    }
    visit();
    if (!noted) return;
    std::size_t end = std::min(offset(), size);  // the next sign behind it
    while (end > start + 1 && line[end - 1] != '}' && line[end - 1] != ']') --end;
    members.part_sizes[slot] = static_cast<std::uint32_t>(end - start);
  }

  void members_of(ondemand::object object, bool in_list) {
    const std::size_t length = path.size();
    for (auto field : object) {
      std::string_view key;
      ondemand::value value;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return;
      if (!is_named(key)) continue;
      path.append(path.empty() ? "" : ".").append(key);
      if (field.value().get(value) == simdjson::SUCCESS) read(value, in_list);
      path.resize(length);
    }
  }

  // Objects in lists that are within lists have no path.
  void elements_of(ondemand::array array, bool in_list) {
    const std::size_t length = path.size();
    bool first = true;
    for (auto element : array) {
      ondemand::value value;
      if (element.get(value) != simdjson::SUCCESS) return;
      ondemand::object object;
      const auto type = value.type();
      const bool is_object = type.error() == simdjson::SUCCESS && type.value_unsafe() == ondemand::json_type::object;
      const bool is_array = type.error() == simdjson::SUCCESS && type.value_unsafe() == ondemand::json_type::array;
      path += is_object && first ? "[0]" : "[]";
      if (is_object && !in_list && value.get(object) == simdjson::SUCCESS)
        members_of(object, true);
      else if (!is_object && !is_array)
        read(value, true);
      path.resize(length);
      first = false;
    }
  }

  void read(ondemand::value value, bool in_list) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return;
    ondemand::object object;
    ondemand::array array;
    std::string_view text;
    bool truth = false;
    double number = 0;
    switch (type) {
      case ondemand::json_type::object:
        part([&] { if (value.get(object) == simdjson::SUCCESS) members_of(object, in_list); });
        break;
      case ondemand::json_type::array:
        part([&] { if (value.get(array) == simdjson::SUCCESS) elements_of(array, in_list); });
        break;
      case ondemand::json_type::number:
        if (value.get(number) == simdjson::SUCCESS && has_room())
          members.number_paths.push_back(path), members.numbers.push_back(number);
        break;
      case ondemand::json_type::boolean:
        if (value.get(truth) == simdjson::SUCCESS && has_room())
          members.number_paths.push_back(path), members.numbers.push_back(truth);
        break;
      case ondemand::json_type::string:
        if (value.get(text) == simdjson::SUCCESS && has_room())
          members.text_paths.push_back(path), members.texts.emplace_back(text);
        break;
      case ondemand::json_type::null: break;
    }
  }
};

MemberReader::MemberReader() : inside_(std::make_unique<Inside>()) {}
MemberReader::~MemberReader() = default;
MemberReader::MemberReader(MemberReader&&) noexcept = default;
MemberReader& MemberReader::operator=(MemberReader&&) noexcept = default;

const Members& MemberReader::read(std::string_view json) {
  Inside& in = *inside_;
  in.members = {};
  in.path.clear();
  in.size = json.size();
  in.line.assign(json);
  in.line.resize(json.size() + simdjson::SIMDJSON_PADDING);
  ondemand::object object;
  if (in.parser.iterate(in.line.data(), in.size, in.line.size()).get(in.document) == simdjson::SUCCESS &&
      in.document.get_object().get(object) == simdjson::SUCCESS)
    in.members_of(object, false);
  return in.members;
}

}  // namespace langyan::store::clickhouse
