#include "center/tier_routes.h"

#include <vector>

#include "center/handlers.h"
#include "store/event_store.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr std::size_t table_bytes = 32u << 20;  // of an import

constexpr Parameter limit{"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "50"};
constexpr Parameter cursor{"cursor", K::text, "Where the page begins: `next` of the page before."};
constexpr Parameter organisation{"organisation", K::organisation, "What belongs to this path or lies below it."};

std::vector<Route> make_routes() {
  static constexpr Parameter enterprise_rows[] = {
      {"text", K::text, "Part of the name or of the code."},
      {"type", K::word, "Type of enterprise.", false, 0, UINT64_MAX, "connected|platform|identifier"},
      {"supervisor", K::word, "Who supervises it.", false, 0, UINT64_MAX, "industry|communications"},
      {"level", K::number, "Level; 3 is the highest, 0 not graded.", false, 0, 3},
      {"region", K::text, "Beginning of the region's code: 32 for a province, 3205 for a city."},
      {"industry", K::text, "Beginning of the industry's code: C, C30, C3011."},
      organisation, limit, cursor};
  static constexpr Parameter uscc[] = {{"uscc", K::text, "Unified social credit code."}};
  static constexpr Parameter import_rows[] = {
      {"trial", K::flag, "Only say what would be done.", false, 0, UINT64_MAX, {}, "false"}};
  static constexpr Parameter notice_rows[] = {
      {"state", K::word, "State.", false, 0, UINT64_MAX, "draft|issued|received|fixing|submitted|review|rejected|closed|withdrawn"},
      {"kind", K::word, "Kind.", false, 0, UINT64_MAX, "warning|vulnerability|incident"},
      {"overdue", K::flag, "Whether the deadline has passed without an answer."},
      organisation, limit, cursor};
  static constexpr Parameter notice_id[] = {{"id", K::text, "Id of the notice."}};

  // clang-format off
  return {
    {Method::get,    "/api/v1/enterprises",             Who::viewer,        Lane::query,     list_enterprises,  "Registered enterprises, by code",                           "Enterprises", enterprise_rows},
    {Method::get,    "/api/v1/enterprises/{uscc}",      Who::viewer,        Lane::query,     enterprise,        "A registered enterprise",                                   "Enterprise", uscc},
    {Method::put,    "/api/v1/enterprises/{uscc}",      Who::analyst,       Lane::query,     put_enterprise,    "Register an enterprise, or replace its entry",              "Enterprise", uscc, "EnterpriseEntry"},
    {Method::patch,  "/api/v1/enterprises/{uscc}",      Who::analyst,       Lane::query,     patch_enterprise,  "Change members of an entry",                                "Enterprise", uscc, "EnterpriseEntry"},
    {Method::remove, "/api/v1/enterprises/{uscc}",      Who::analyst,       Lane::query,     remove_enterprise, "Remove an entry",                                           "", uscc, {}, 0, 204},
    {Method::post,   "/api/v1/enterprises/import",      Who::analyst,       Lane::expensive, import_enterprises, "Take in a table; the answer says what is wrong, line by line", "EnterpriseImport", import_rows, "text/csv", table_bytes},
    {Method::get,    "/api/v1/notices",                 Who::viewer,        Lane::query,     list_notices,      "Notices, last changed first",                               "Notices", notice_rows},
    {Method::post,   "/api/v1/notices",                 Who::analyst,       Lane::query,     make_notice,       "Draft a notice",                                            "Notice", {}, "NoticeDraft", 0, 201},
    {Method::get,    "/api/v1/notices/{id}",            Who::viewer,        Lane::expensive, notice,            "A notice, what was done about it, and whether the fault is still seen", "NoticeInFull", notice_id},
    {Method::patch,  "/api/v1/notices/{id}",            Who::analyst,       Lane::query,     change_notice,     "Change a draft",                                            "Notice", notice_id, "NoticeDraft"},
    {Method::remove, "/api/v1/notices/{id}",            Who::analyst,       Lane::query,     remove_notice,     "Remove a draft",                                            "", notice_id, {}, 0, 204},
    {Method::post,   "/api/v1/notices/{id}/transitions", Who::analyst,      Lane::query,     act_on_notice,     "Issue, receive, fix, submit, review, reject, close, reopen or withdraw", "Notice", notice_id, "NoticeAction"},
    {Method::post,   "/api/v1/notices/{id}/comments",   Who::analyst,       Lane::query,     comment_on_notice, "Comment on a notice",                                       "Notice", notice_id, "NoticeComment"},
  };
  // clang-format on
}

// clang-format off
constexpr Schema shapes[] = {
    {"Words", R"({"type":"object","description":"A word of the API and what it is called","required":["word","en","zh"],"properties":{"word":{"type":"string"},"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false})"},
    {"Contact", R"({"type":"object","required":["name"],"properties":{"name":{"type":"string"},"role":{"type":"string"},"phone":{"type":"string"},"email":{"type":"string"}},"additionalProperties":false})"},
    {"EnterpriseEntry", R"({"type":"object","properties":{"uscc":{"type":"string","description":"统一社会信用代码, as in the address"},"name":{"type":"string"},"type":{"enum":["connected","platform","identifier"]},"level":{"type":"integer","minimum":0,"maximum":3},"industry":{"type":"string","description":"GB/T 4754"},"region":{"type":"string","description":"GB/T 2260"},"organisation":{"type":"string"},"contacts":{"type":"array","items":{"$ref":"Contact"}},"networks":{"type":"array","items":{"type":"string"}},"expected_sensors":{"type":"integer"},"note":{"type":"string"},"version":{"type":"integer","description":"The version it was made from; 0: there must be none"}},"additionalProperties":false})"},
    {"Enterprise", R"({"type":"object","required":["uscc","name","type","level","industry","region","organisation","contacts","networks","expected_sensors","note","supervisor","type_label","province","version","created","changed","by"],"properties":{"uscc":{"type":"string"},"name":{"type":"string"},"type":{"enum":["connected","platform","identifier"]},"level":{"type":"integer","description":"3 is the highest, 0 not graded"},"industry":{"type":"string"},"region":{"type":"string"},"organisation":{"type":"string"},"contacts":{"type":"array","items":{"$ref":"Contact"}},"networks":{"type":"array","items":{"type":"string"}},"expected_sensors":{"type":"integer"},"note":{"type":"string"},"supervisor":{"$ref":"Words","description":"Follows from the type"},"type_label":{"$ref":"Words"},"province":{"$ref":"Words"},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"}},"additionalProperties":false})"},
    {"Enterprises", R"({"type":"object","required":["enterprises","next"],"properties":{"enterprises":{"type":"array","items":{"$ref":"Enterprise"}},"next":{"type":["string","null"]}},"additionalProperties":false})"},
    {"EnterpriseFault", R"({"type":"object","required":["field","value","message","message_zh","advice","advice_zh"],"properties":{"line":{"type":"integer"},"field":{"type":"string"},"value":{"type":"string"},"message":{"type":"string"},"message_zh":{"type":"string"},"advice":{"type":"string"},"advice_zh":{"type":"string"}},"additionalProperties":false})"},
    {"EnterpriseImport", R"({"type":"object","required":["trial","lines","added","changed","unchanged","refused","faults","more_faults"],"properties":{"trial":{"type":"boolean","description":"Nothing was changed"},"lines":{"type":"integer"},"added":{"type":"integer"},"changed":{"type":"integer"},"unchanged":{"type":"integer"},"refused":{"type":"integer"},"faults":{"type":"array","items":{"$ref":"EnterpriseFault"}},"more_faults":{"type":"boolean"}},"additionalProperties":false})"},
    {"NoticeDraft", R"({"type":"object","properties":{"kind":{"enum":["warning","vulnerability","incident"]},"title":{"type":"string","maxLength":300},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string"},"enterprise":{"type":"string","description":"Code of the registry; its organisation is addressed"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"type":"string"},"evidence":{"type":"array","items":{"type":"string"}}},"additionalProperties":false})"},
    {"NoticeAction", R"({"type":"object","required":["action"],"properties":{"action":{"enum":["issue","receive","fix","submit","review","reject","close","reopen","withdraw"]},"reason":{"type":"string"},"version":{"type":"integer","description":"Only from this version"}},"additionalProperties":false})"},
    {"NoticeComment", R"({"type":"object","required":["text"],"properties":{"text":{"type":"string","minLength":1}},"additionalProperties":false})"},
    {"NoticeChoice", R"({"type":"object","required":["word","en","zh","needs_reason"],"properties":{"word":{"type":"string"},"en":{"type":"string"},"zh":{"type":"string"},"needs_reason":{"type":"boolean"}},"additionalProperties":false})"},
    {"NoticeStep", R"({"type":"object","required":["time","action","from","to","by","organisation","center","reason"],"properties":{"time":{"$ref":"Time"},"action":{"type":"string"},"from":{"type":"string"},"to":{"type":"string"},"by":{"type":"string"},"organisation":{"type":"string"},"center":{"type":"string"},"reason":{"type":"string"}},"additionalProperties":false})"},
    {"Recurrence", R"({"type":"object","required":["since","as_of","alerts","complete"],"properties":{"since":{"$ref":"Time","description":"When it was said to be mended"},"as_of":{"$ref":"Time"},"alerts":{"type":"integer"},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Notice", R"({"type":"object","required":["id","number","kind","state","overdue","title","text","severity","organisation","enterprise","issuer","joint","deadline","submitted","evidence","version","created","changed","by","actions"],"properties":{"id":{"type":"string"},"number":{"type":"string","description":"Empty in a draft"},"kind":{"$ref":"Words"},"state":{"$ref":"Words"},"overdue":{"type":"boolean"},"title":{"type":"string"},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string","description":"Addressed"},"enterprise":{"type":"string"},"issuer":{"type":"string"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"submitted":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"evidence":{"type":"array","items":{"type":"string"}},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"},"actions":{"type":"array","description":"What the asker may do now","items":{"$ref":"NoticeChoice"}}},"additionalProperties":false})"},
    {"NoticeInFull", R"({"type":"object","required":["id","number","kind","state","overdue","title","text","severity","organisation","enterprise","issuer","joint","deadline","submitted","evidence","version","created","changed","by","actions","entries","recurrence"],"properties":{"id":{"type":"string"},"number":{"type":"string","description":"Empty in a draft"},"kind":{"$ref":"Words"},"state":{"$ref":"Words"},"overdue":{"type":"boolean"},"title":{"type":"string"},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string","description":"Addressed"},"enterprise":{"type":"string"},"issuer":{"type":"string"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"submitted":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"evidence":{"type":"array","items":{"type":"string"}},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"},"actions":{"type":"array","description":"What the asker may do now","items":{"$ref":"NoticeChoice"}},"entries":{"type":"array","items":{"$ref":"NoticeStep"}},"recurrence":{"oneOf":[{"$ref":"Recurrence"},{"type":"null"}]}},"additionalProperties":false})"},
    {"Notices", R"({"type":"object","required":["notices","next"],"properties":{"notices":{"type":"array","items":{"$ref":"Notice"}},"next":{"type":["string","null"]}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> tier_routes() {
  static const std::vector<Route> table = make_routes();
  return table;
}

std::span<const Schema> tier_schemas() {
  return shapes;
}

}  // namespace langyan::center
