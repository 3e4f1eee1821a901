#include "center/pack_routes.h"

#include "center/handlers.h"
#include "packs/pack.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr Parameter name_row[] = {{"name", K::text, "Name of the pack."}};
constexpr std::string_view state_words = "refused|behind|untold|current", user_words = "sensor|center";
constexpr Parameter usage_rows[] = {
    {"name", K::text, "Name of a pack; all when left out.", true},
    {"state", K::word, "How it is there.", true, 0, UINT64_MAX, state_words},
    {"user", K::word, "Sensors or lower centers.", true, 0, UINT64_MAX, user_words},
    {"organisation", K::organisation, "Of the sensor or center: this path or what lies below it."},
    {"limit", K::number, "Most rows.", false, 1, 1000, {}, "200"},
};
constexpr Parameter put_rows[] = {
    {"organisation", K::organisation, "Who it is for, with all below it; all that you see when left out."}};

// clang-format off
const Route rows[] = {
    {Method::get,    "/api/v1/packs",                   Who::member,        Lane::query,     list_packs,        "Rule packs that reach what the asker sees, by name",        "Packs"},
    {Method::get,    "/api/v1/pack-usage",              Who::watcher,       Lane::expensive, packs_in_use,      "Which sensor and which lower center uses which version of a pack, trouble first", "PackUsage", usage_rows},
    {Method::get,    "/api/v1/packs/{name}",            Who::member,        Lane::query,     pack,              "A rule pack as it was signed",                              packs::pack_type, name_row},
    {Method::post,   "/api/v1/packs",                   Who::security,      Lane::query,     put_pack,          "Issue a signed rule pack, or a new version of one",         "Pack", put_rows, packs::pack_type, packs::largest_pack, 201},
};

constexpr Schema shapes[] = {
    {"Pack", R"({"type":"object","required":["name","version","organisation","issued","issuer","note","files","bytes","sha256","key","from_above","by","taken"],"properties":{"name":{"type":"string"},"version":{"type":"integer"},"organisation":{"type":"string","description":"Who it is for, with all below it; empty: everybody"},"issued":{"type":"string"},"issuer":{"type":"string"},"note":{"type":"object","required":["en","zh"],"properties":{"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false},"files":{"type":"array","description":"None: the pack was taken back","items":{"type":"string"}},"bytes":{"type":"integer"},"sha256":{"type":"string"},"key":{"type":"string","description":"Name of the key that signed it"},"from_above":{"type":"boolean","description":"Whether the center above issued it"},"by":{"type":"string"},"taken":{"$ref":"Time"}},"additionalProperties":false})"},
    {"PackUsage", R"({"type":"object","required":["as_of","packs","rows","more"],"properties":{"as_of":{"$ref":"Time"},"packs":{"type":"array","items":{"type":"object","required":["name","version","withdrawn","states"],"properties":{"name":{"type":"string"},"version":{"type":"integer","description":"The newest here"},"withdrawn":{"type":"boolean"},"states":{"type":"array","description":"How many are in each, filters aside","items":{"$ref":"CountedWords"}}},"additionalProperties":false}},"rows":{"type":"array","description":"Trouble first","items":{"type":"object","required":["user","name","organisation","pack","state","version","wanted","since","told","reason","why"],"properties":{"user":{"$ref":"Words"},"name":{"type":"string"},"organisation":{"type":"string"},"via":{"type":"string","description":"The lower center it was last heard through"},"pack":{"type":"string"},"state":{"$ref":"Words"},"version":{"type":["integer","null"],"description":"In use, or held by a center; null: none, or not told"},"wanted":{"type":"integer"},"since":{"oneOf":[{"$ref":"Time"},{"type":"null"}],"description":"Of a sensor: since it has run with that version without an end"},"told":{"oneOf":[{"$ref":"Time"},{"type":"null"}],"description":"When it last said so"},"reason":{"type":"string","description":"Why it was refused, as it was told there: with file, line and number"},"why":{"oneOf":[{"$ref":"Words"},{"type":"null"}],"description":"The same as a word in both languages"}},"additionalProperties":false}},"more":{"type":"boolean","description":"More rows than `limit`"}},"additionalProperties":false})"},
    {"Packs", R"({"type":"object","required":["packs"],"properties":{"packs":{"type":"array","items":{"$ref":"Pack"}}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> pack_routes() {
  return rows;
}

std::span<const Schema> pack_schemas() {
  return shapes;
}

}  // namespace langyan::center
