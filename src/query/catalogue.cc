#include "query/catalogue.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "base/suggest.h"

namespace langyan::query {
namespace {

namespace dom = simdjson::dom;

// Where a message's fields stand in its event: of a request, of an answer, of one that stands alone.
constexpr std::string_view sides[] = {"request.", "response.", ""};

std::string_view text_of(const dom::element& row, std::string_view key) {
  std::string_view text;
  return row[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool is_path(std::string_view text) {
  std::size_t members = 1;
  char before = '.';
  for (char c : text) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!part && (c != '.' || before == '.')) return false;
    members += c == '.';
    before = c;
  }
  return before != '.' && members <= path_members && text.size() <= path_bytes;
}

std::optional<Type> type_of(std::string_view kind) {
  if (kind.ends_with(" list")) kind.remove_suffix(5);
  constexpr std::string_view numbers[] = {"u8", "u16", "u32", "u64", "i64", "f64"};
  if (std::ranges::find(numbers, kind) != std::end(numbers)) return Type::number;
  constexpr std::string_view texts[] = {"text", "bytes", "mac", "ip"};
  if (std::ranges::find(texts, kind) != std::end(texts)) return Type::text;
  if (kind == "bool") return Type::boolean;
  if (kind == "time") return Type::time;
  return {};
}

std::optional<Target> target_of(const dom::element& row) {
  Target target;
  target.name = text_of(row, "keyword");
  const auto type = type_of(text_of(row, "kind"));
  const auto dot = target.name.find('.');
  if (!type || dot == target.name.npos || !is_path(target.name)) return {};
  target.type = *type;
  target.protocol = target.name.substr(0, dot);
  const std::string field = target.name.substr(dot + 1);
  bool item = false;
  if (row["item"].get(item) != simdjson::SUCCESS) return {};
  dom::object names;
  if (row["names"].get(names) == simdjson::SUCCESS) {
    for (const auto each : names) {
      std::int64_t code = 0;
      std::string_view word;
      const auto [end, error] = std::from_chars(each.key.data(), each.key.data() + each.key.size(), code);
      if (error == std::errc() && each.value.get(word) == simdjson::SUCCESS)
        target.codes.emplace_back(code, word);
    }
  }
  for (const std::string_view side : sides) {
    const std::string base = "$." + target.protocol + "." + std::string(side);
    const auto place = [&](const std::string& name) {
      return item ? Place{base + "items", "$." + name} : Place{{}, base + name};
    };
    target.places.push_back(place(field));
    if (!target.codes.empty()) target.words.push_back(place(field + "_name"));
  }
  dom::element label;
  if (row["label"].get(label) == simdjson::SUCCESS)
    target.label = {std::string(text_of(label, "en")), std::string(text_of(label, "zh"))};
  target.doc = {std::string(text_of(row, "doc")), {}};
  target.doc.zh = target.label.zh;
  return target;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

Catalogue::Catalogue() {
  for (Target& target : fixed_targets()) add(std::move(target));
}

// The first to take a name keeps it: a delivered catalogue cannot change what a column is called.
void Catalogue::add(Target target) {
  if (names_.contains(lower_case(target.name))) return;
  const Target& kept = targets_.emplace_back(std::move(target));
  names_.emplace(lower_case(kept.name), &kept);
  for (const std::string& alias : kept.aliases) names_.emplace(lower_case(alias), &kept);
  if (!kept.in_json() && !kept.label.zh.empty()) names_.emplace(kept.label.zh, &kept);
}

Result<std::shared_ptr<const Catalogue>> Catalogue::of(std::string_view fields_json) {
  dom::parser parser;
  dom::element document;
  dom::array fields;
  if (parser.parse(simdjson::padded_string(fields_json)).get(document) != simdjson::SUCCESS ||
      document["fields"].get(fields) != simdjson::SUCCESS)
    return Error{ErrorKind::invalid, "the catalogue is not JSON with a list `fields`"};
  auto made = std::make_shared<Catalogue>();
  std::size_t rows = 0;
  for (const auto row : fields) {
    if (++rows > catalogue_fields) break;
    if (auto target = target_of(row)) made->add(std::move(*target));
  }
  return std::shared_ptr<const Catalogue>(std::move(made));
}

const Target* Catalogue::find(std::string_view name) const {
  const auto found = names_.find(lower_case(name));
  return found == names_.end() ? nullptr : found->second;
}

std::optional<Target> Catalogue::path_target(std::string_view name) {
  constexpr std::string_view prefix = "eve.";
  if (!name.starts_with(prefix) || !is_path(name.substr(prefix.size()))) return {};
  Target target;
  target.name = name;
  target.places.push_back({{}, "$." + std::string(name.substr(prefix.size()))});
  return target;
}

std::string_view Catalogue::nearest(std::string_view name) const {
  if (name.size() > 64) return {};
  std::vector<std::string_view> known;
  for (const auto& [each, target] : names_)
    if (each.size() <= name.size() + 3 && each.size() + 3 >= name.size()) known.push_back(each);
  std::ranges::sort(known);  // the same answer whatever the order of the map
  const auto found = langyan::nearest(lower_case(name), known);
  return found;
}

}  // namespace langyan::query
