#include "center/inventory_routes.h"

#include <vector>

#include "center/handlers.h"
#include "center/inventory.h"
#include "store/event_store.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr Parameter text{"text", K::text, "Part of an address, name, owner, vendor, model or serial number."};
constexpr Parameter role{"role", K::text, "Role; /api/v1/assets/roles lists them.", true};
constexpr Parameter level{"level", K::word, "Level of the Purdue model.", true, 0, UINT64_MAX, "0|1|2|3|4|5|none"};
constexpr Parameter is{"is", K::word, "What must be so of it.", true, 0, UINT64_MAX, asset_flags};
constexpr Parameter vendor{"vendor", K::text, "Vendor."};
constexpr Parameter sensor{"sensor", K::text, "Sensor that heard it."};
constexpr Parameter since{"since", K::time, "First seen at or after this time."};
constexpr Parameter organisation{"organisation", K::organisation, "What belongs to this path or lies below it."};
constexpr Parameter sort{"sort",      K::word,  "Order; first and last: latest first.", false, 0, UINT64_MAX,
                         asset_sorts, "address"};
constexpr Parameter limit{"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "50"};
constexpr Parameter cursor{"cursor", K::text, "Where the page begins: `next` of the page before."};
constexpr Parameter id{"id", K::text, "Id of the asset."};

std::vector<Route> make_routes() {
  static constexpr Parameter filters[] = {text, role, level, is, vendor, sensor, since, organisation};
  static constexpr Parameter sorted[] = {text, role, level, is, vendor, sensor, since, organisation, sort};
  static constexpr Parameter listed[] = {text,  role,         level, is,    vendor, sensor,
                                         since, organisation, sort,  limit, cursor};
  static constexpr Parameter one[] = {id};
  static constexpr Parameter peers[] = {
      id,
      {"from", K::time, "Events at or after this time; a week before `to` when left out."},
      {"to", K::time, "Events before this time; now when left out."}};
  static constexpr Parameter paged[] = {id, limit, cursor};

  // clang-format off
  return {
    {Method::get,    "/api/v1/assets",                  Who::viewer,        Lane::query,     list_assets,       "Hosts and devices, by address unless asked otherwise",      "Assets", listed},
    {Method::get,    "/api/v1/assets/counts",           Who::viewer,        Lane::query,     count_assets,      "How many there are, by role, level, vendor and state",      "AssetCounts", filters},
    {Method::get,    "/api/v1/assets/roles",            Who::viewer,        Lane::query,     asset_roles,       "The roles an asset can have, and the level each usually stands on", "AssetRoles"},
    audited({Method::get,    "/api/v1/assets/export",           Who::viewer,        Lane::expensive, export_assets,     "The list as a table for a spreadsheet; a sensor takes it as a ledger", "text/csv", sorted}),
    {Method::get,    "/api/v1/assets/{id}",             Who::viewer,        Lane::query,     asset_in_full,     "An asset with the evidence of each fact",                   "AssetInFull", one},
    {Method::patch,  "/api/v1/assets/{id}",             Who::analyst,       Lane::query,     change_asset,      "Set role, level, name, owner or note, or take it back with null", "AssetInFull", one, "AssetChange"},
    {Method::get,    "/api/v1/assets/{id}/history",     Who::viewer,        Lane::query,     asset_history,     "What was set by hand, oldest first",                        "AssetHistory", one},
    {Method::get,    "/api/v1/assets/{id}/peers",       Who::viewer,        Lane::expensive, asset_peers,       "Whom it talks to, most events first",                       "AssetPeers", peers},
    {Method::get,    "/api/v1/assets/{id}/alerts",      Who::viewer,        Lane::query,     asset_alerts,      "Alerts from or to it, newest first",                        "Alerts", paged},
  };
  // clang-format on
}

// clang-format off
constexpr Schema shapes[] = {
    {"Level", R"({"type":["integer","null"],"description":"Of the Purdue model, 0 to 5; null: nobody knows"})"},
    {"Asset", R"({"type":"object","required":["id","organisation","identity","parent","name","owner","role","level","attack","vendor","model","firmware","ips","macs","sensors","first_seen","last_seen","silent","edited","children","conflicts","vulnerabilities","exploited"],"properties":{"id":{"type":"string"},"organisation":{"type":"string"},"identity":{"type":"string","description":"What it was first known by: an address, a MAC, or host/protocol/unit of what stands behind a host"},"parent":{"type":["string","null"],"description":"Id of the host it stands behind"},"name":{"type":"string"},"owner":{"type":"string"},"role":{"$ref":"Words"},"level":{"$ref":"Level"},"attack":{"type":"string","description":"Asset kind of ATT&CK for ICS"},"vendor":{"type":"string"},"model":{"type":"string"},"firmware":{"type":"string"},"ips":{"type":"array","items":{"type":"string"}},"macs":{"type":"array","items":{"type":"string"}},"sensors":{"type":"array","items":{"type":"string"}},"first_seen":{"$ref":"Time"},"last_seen":{"$ref":"Time","description":"To the hour while nothing changes"},"silent":{"type":"boolean"},"edited":{"type":"boolean","description":"Something of it is set by hand"},"children":{"type":"integer"},"conflicts":{"type":"integer"},"vulnerabilities":{"type":"integer"},"exploited":{"type":"boolean"}},"additionalProperties":false})"},
    {"Assets", R"({"type":"object","required":["assets","total","next"],"properties":{"assets":{"type":"array","items":{"$ref":"Asset"}},"total":{"type":"integer","description":"Of all pages"},"next":{"type":["string","null"]}},"additionalProperties":false})"},
    {"AssetCounts", R"({"type":"object","required":["total","roles","levels","vendors","flags","reading","full"],"properties":{"total":{"type":"integer"},"roles":{"type":"array","items":{"type":"object","required":["role","count"],"properties":{"role":{"$ref":"Words"},"count":{"type":"integer"}},"additionalProperties":false}},"levels":{"type":"array","items":{"type":"object","required":["level","count"],"properties":{"level":{"$ref":"Level"},"count":{"type":"integer"}},"additionalProperties":false}},"vendors":{"type":"array","items":{"type":"object","required":["vendor","count"],"properties":{"vendor":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false}},"flags":{"type":"array","description":"As the filter `is` names them","items":{"type":"object","required":["flag","count"],"properties":{"flag":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false}},"reading":{"type":"boolean","description":"Events that have arrived are still being read"},"full":{"type":"boolean","description":"There is no room for further assets: caps.center.assets"}},"additionalProperties":false})"},
    {"AssetRoles", R"({"type":"object","required":["roles"],"properties":{"roles":{"type":"array","items":{"type":"object","required":["role","level"],"properties":{"role":{"$ref":"Words"},"level":{"$ref":"Level"}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"AssetFact", R"({"type":"object","required":["trait","value","source","confidence","first","last","packet","sensor","best","replaced"],"properties":{"trait":{"$ref":"Words"},"value":{"type":"string"},"source":{"type":"string","description":"Protocol that said it; mac: the registered maker"},"confidence":{"type":"integer","description":"Of 100"},"first":{"$ref":"Time"},"last":{"$ref":"Time"},"packet":{"type":"integer","description":"That said it first, by the sensor's count; 0: not told"},"sensor":{"type":"string"},"best":{"type":"boolean","description":"What is shown of this trait"},"replaced":{"type":"boolean","description":"The same source says otherwise since"}},"additionalProperties":false})"},
    {"AssetConflict", R"({"type":"object","required":["trait","one","one_source","other","other_source"],"properties":{"trait":{"$ref":"Words"},"one":{"type":"string"},"one_source":{"type":"string"},"other":{"type":"string"},"other_source":{"type":"string"}},"additionalProperties":false})"},
    {"AssetNews", R"({"type":"object","required":["time","change","sensor","packet","trait","value","was","other"],"properties":{"time":{"$ref":"Time"},"change":{"type":"string"},"sensor":{"type":"string"},"packet":{"type":"integer"},"trait":{"oneOf":[{"$ref":"Words"},{"type":"null"}]},"value":{"type":"string"},"was":{"type":"string"},"other":{"type":"string","description":"Identity of the other asset, or the number of a vulnerability"}},"additionalProperties":false})"},
    {"AssetHand", R"({"type":"object","required":["version","by","changed","role","level","name","owner","note"],"properties":{"version":{"type":"integer","description":"0: never touched"},"by":{"type":"string"},"changed":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"role":{"type":["string","null"]},"level":{"$ref":"Level"},"name":{"type":["string","null"]},"owner":{"type":["string","null"]},"note":{"type":["string","null"]}},"additionalProperties":false})"},
    {"AssetInFull", R"({"type":"object","required":["asset","parent","facts","summed_up","conflicts","changes","vulnerabilities","told_by","children","hand"],"properties":{"asset":{"$ref":"Asset"},"parent":{"oneOf":[{"$ref":"Asset"},{"type":"null"}]},"facts":{"type":"array","items":{"$ref":"AssetFact"}},"summed_up":{"type":"array","description":"What a lower tier says without its evidence","items":{"type":"object","required":["trait","value"],"properties":{"trait":{"$ref":"Words"},"value":{"type":"string"}},"additionalProperties":false}},"conflicts":{"type":"array","items":{"$ref":"AssetConflict"}},"changes":{"type":"array","description":"Newest first","items":{"$ref":"AssetNews"}},"vulnerabilities":{"type":"array","items":{"type":"object","required":["first","entry"],"properties":{"first":{"$ref":"Time"},"entry":{"type":"object","description":"As the event carries it: id, cve, confidence, advice"}},"additionalProperties":false}},"told_by":{"type":"array","items":{"type":"object","required":["sensor","first","last","silent"],"properties":{"sensor":{"type":"string"},"first":{"$ref":"Time"},"last":{"$ref":"Time"},"silent":{"type":"boolean"}},"additionalProperties":false}},"children":{"type":"array","items":{"$ref":"Asset"}},"hand":{"$ref":"AssetHand"}},"additionalProperties":false})"},
    {"AssetChange", R"({"type":"object","properties":{"role":{"type":["string","null"]},"level":{"$ref":"Level"},"name":{"type":["string","null"],"maxLength":200},"owner":{"type":["string","null"],"maxLength":200},"note":{"type":["string","null"],"maxLength":2000},"version":{"type":"integer","description":"Only from this version of what is set by hand"}},"additionalProperties":false})"},
    {"AssetHistory", R"({"type":"object","required":["history"],"properties":{"history":{"type":"array","items":{"$ref":"AssetHand"}}},"additionalProperties":false})"},
    {"AssetPeers", R"({"type":"object","required":["from","to","peers","complete"],"properties":{"from":{"$ref":"Time"},"to":{"$ref":"Time"},"peers":{"type":"array","items":{"type":"object","required":["address","asset","protocols","sent","received"],"properties":{"address":{"type":"string"},"asset":{"oneOf":[{"$ref":"Asset"},{"type":"null"}]},"protocols":{"type":"array","items":{"type":"string"}},"sent":{"type":"integer","description":"Events in which the asset is the source"},"received":{"type":"integer"}},"additionalProperties":false}},"complete":{"type":"boolean"}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> inventory_routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

std::span<const Schema> inventory_schemas() {
  return shapes;
}

}  // namespace langyan::center
