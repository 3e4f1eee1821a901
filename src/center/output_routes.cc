#include "center/output_routes.h"

#include <vector>

#include "center/handlers.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr std::size_t settings_bytes = 256u << 10;  // certificates are in them

std::vector<Route> make_routes() {
  static constexpr Parameter output_id[] = {{"id", K::text, "Name of the output."}};
  static constexpr Parameter alert_id[] = {{"id", K::text, "Id of the event."}};
  static constexpr Parameter notice_id[] = {{"id", K::text, "Id of the notice."}};
  // clang-format off
  return {
    {Method::get,    "/api/v1/alerts/{id}/stix",        Who::viewer,        Lane::query,     alert_stix,        "An alert as a STIX 2.1 bundle",                             "application/stix+json", alert_id},
    {Method::get,    "/api/v1/notices/{id}/stix",       Who::viewer,        Lane::query,     notice_stix,       "A notice and its evidence as a STIX 2.1 bundle",            "application/stix+json", notice_id},
    {Method::get,    "/api/v1/outputs",                 Who::system,        Lane::query,     list_outputs,      "Outputs and how each is doing, without their secrets",      "Outputs"},
    {Method::get,    "/api/v1/output-kinds",            Who::system,        Lane::immediate, output_kinds,      "Kinds of outputs, and what each may be told",               "OutputKinds"},
    {Method::post,   "/api/v1/outputs",                 Who::system,        Lane::expensive, make_output,       "Make an output; it begins at once",                         "Output", {}, "NewOutput", settings_bytes, 201},
    {Method::get,    "/api/v1/outputs/{id}",            Who::system,        Lane::query,     output,            "An output",                                                 "Output", output_id},
    {Method::patch,  "/api/v1/outputs/{id}",            Who::system,        Lane::expensive, change_output,     "Change what is given; what is wrong changes nothing",       "Output", output_id, "OutputChange", settings_bytes},
    {Method::remove, "/api/v1/outputs/{id}",            Who::system,        Lane::expensive, remove_output,     "Remove an output and its position",                         "", output_id, {}, 0, 204},
    {Method::post,   "/api/v1/outputs/{id}/test",       Who::system,        Lane::expensive, test_output,       "Send one marked sample, and tell what the receiver said",   "OutputTest", output_id},
  };
  // clang-format on
}

// clang-format off
constexpr Schema shapes[] = {
    {"OutputValues", R"({"type":"object","description":"By kind: docs/outputs.md"})"},
    {"NewOutput", R"({"type":"object","required":["name","kind"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9][a-z0-9-]{0,31}$"},"kind":{"type":"string"},"enabled":{"type":"boolean"},"query":{"type":"string","description":"Events that go out, in the query language; all when left out"},"organisation":{"type":"string","description":"Nothing from outside this path goes out"},"settings":{"$ref":"OutputValues"},"secrets":{"$ref":"OutputValues"},"start":{"enum":["now","oldest"],"description":"With what comes, or with what the store holds; now unless it says"}},"additionalProperties":false})"},
    {"OutputChange", R"({"type":"object","properties":{"enabled":{"type":"boolean"},"query":{"type":"string"},"settings":{"$ref":"OutputValues","description":"One by one; an empty text takes one away"},"secrets":{"$ref":"OutputValues"},"start":{"enum":["now","oldest"],"description":"Skip what waits, or deliver all once more"},"version":{"type":"integer","description":"Only from this version"}},"additionalProperties":false})"},
    {"OutputState", R"({"type":"object","required":["activity","error","delivered","refused","overtaken","unreadable","failures","behind","last_delivery","next_try"],"properties":{"activity":{"enum":["disabled","caught_up","delivering","failing"]},"error":{"type":["string","null"],"description":"Why the last try failed"},"delivered":{"type":"integer"},"refused":{"type":"integer","description":"The receiver will never take them"},"overtaken":{"type":"integer","description":"Removed by retention before they were read; at most so many were wanted"},"unreadable":{"type":"integer"},"failures":{"type":"integer","description":"Tries that failed since it was started"},"behind":{"type":"integer","description":"Seconds since the oldest event that is not delivered was received"},"last_delivery":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"next_try":{"oneOf":[{"$ref":"Time"},{"type":"null"}]}},"additionalProperties":false})"},
    {"Output", R"({"type":"object","required":["name","kind","enabled","query","organisation","settings","secrets","version","created","changed","by","state"],"properties":{"name":{"type":"string"},"kind":{"type":"string"},"enabled":{"type":"boolean"},"query":{"type":"string"},"organisation":{"type":"string","description":"Empty: all of the center's"},"settings":{"$ref":"OutputValues"},"secrets":{"type":"array","items":{"type":"string"},"description":"Names of those that are set; they are never read back"},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"},"state":{"$ref":"OutputState"}},"additionalProperties":false})"},
    {"Outputs", R"({"type":"object","required":["outputs"],"properties":{"outputs":{"type":"array","items":{"$ref":"Output"}}},"additionalProperties":false})"},
    {"OutputKinds", R"({"type":"object","required":["kinds"],"properties":{"kinds":{"type":"array","items":{"type":"object","required":["kind","settings"],"properties":{"kind":{"type":"string"},"settings":{"type":"array","items":{"$ref":"OutputSetting"}}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"OutputSetting", R"({"type":"object","required":["name","form","required","secret","doc","fallback","words","least","most"],"properties":{"name":{"type":"string"},"form":{"enum":["text","word","number","flag","address","addresses","url","certificate","key"]},"required":{"type":"boolean"},"secret":{"type":"boolean","description":"Never read back"},"doc":{"type":"object","required":["en","zh"],"properties":{"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false},"fallback":{"type":"string"},"words":{"type":"array","description":"Of a word","items":{"type":"string"}},"least":{"type":"integer","description":"Of a number"},"most":{"type":"integer","description":"Of a number; of a text octets"}},"additionalProperties":false})"},
    {"OutputTest", R"({"type":"object","required":["taken","answer","sent","milliseconds"],"properties":{"taken":{"type":"boolean"},"answer":{"type":"string","description":"What the receiver said, or why it could not"},"sent":{"type":"string","description":"As it went out"},"milliseconds":{"type":"integer"}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> output_routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

std::span<const Schema> output_schemas() {
  return shapes;
}

}  // namespace langyan::center
