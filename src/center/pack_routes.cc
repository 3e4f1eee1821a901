#include "center/pack_routes.h"

#include "center/handlers.h"
#include "packs/pack.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr Parameter name_row[] = {{"name", K::text, "Name of the pack."}};
constexpr Parameter put_rows[] = {{"organisation", K::organisation, "Who it is for, with all below it; all that you see when left out."}};

// clang-format off
const Route rows[] = {
    {Method::get,    "/api/v1/packs",                   Who::member,        Lane::query,     list_packs,        "Rule packs that reach what the asker sees, by name",        "Packs"},
    {Method::get,    "/api/v1/packs/{name}",            Who::member,        Lane::query,     pack,              "A rule pack as it was signed",                              packs::pack_type, name_row},
    {Method::post,   "/api/v1/packs",                   Who::security,      Lane::query,     put_pack,          "Issue a signed rule pack, or a new version of one",         "Pack", put_rows, packs::pack_type, packs::largest_pack, 201},
};

constexpr Schema shapes[] = {
    {"Pack", R"({"type":"object","required":["name","version","organisation","issued","issuer","note","files","bytes","sha256","key","from_above","by","taken"],"properties":{"name":{"type":"string"},"version":{"type":"integer"},"organisation":{"type":"string","description":"Who it is for, with all below it; empty: everybody"},"issued":{"type":"string"},"issuer":{"type":"string"},"note":{"type":"object","required":["en","zh"],"properties":{"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false},"files":{"type":"array","description":"None: the pack was taken back","items":{"type":"string"}},"bytes":{"type":"integer"},"sha256":{"type":"string"},"key":{"type":"string","description":"Name of the key that signed it"},"from_above":{"type":"boolean","description":"Whether the center above issued it"},"by":{"type":"string"},"taken":{"$ref":"Time"}},"additionalProperties":false})"},
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
