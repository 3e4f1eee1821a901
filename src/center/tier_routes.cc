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
  static constexpr Parameter place[] = {{"organisation", K::organisation, "The place; the asker's own when left out."}};
  static constexpr Parameter place_rows[] = {
      {"organisation", K::organisation, "A place; at most 100.", true, 0, UINT64_MAX, {}, {}, true}};
  static constexpr Parameter unit_rows[] = {
      place[0], {"limit", K::number, "Most units of the answer.", false, 1, 1'000, {}, "100"}};
  static constexpr Parameter notice_rows[] = {
      {"state", K::word, "State.", false, 0, UINT64_MAX,
       "draft|issued|received|fixing|submitted|review|rejected|closed|withdrawn"},
      {"kind", K::word, "Kind.", false, 0, UINT64_MAX, "warning|vulnerability|incident"},
      {"overdue", K::flag, "Whether the deadline has passed without an answer."},
      organisation,
      limit,
      cursor};
  static constexpr Parameter entry_rows[] = {
      {"place", K::text, "Where the lower center is in the entries: the last `place` it took."}};
  static constexpr Parameter notice_id[] = {{"id", K::text, "Id of the notice."}};

  // clang-format off
  return {
    {Method::get,    "/api/v1/enterprises",             Who::viewer,        Lane::query,     list_enterprises,  "Registered enterprises, by code",                           "Enterprises", enterprise_rows},
    {Method::get,    "/api/v1/enterprises/overview",    Who::viewer,        Lane::expensive, enterprise_overview, "The words of the registry, and how many enterprises there are of each", "EnterpriseOverview"},
    {Method::get,    "/api/v1/enterprises/{uscc}",      Who::viewer,        Lane::query,     enterprise,        "A registered enterprise",                                   "Enterprise", uscc},
    {Method::put,    "/api/v1/enterprises/{uscc}",      Who::engineer,      Lane::query,     put_enterprise,    "Register an enterprise, or replace its entry",              "Enterprise", uscc, "EnterpriseEntry"},
    {Method::patch,  "/api/v1/enterprises/{uscc}",      Who::engineer,      Lane::query,     patch_enterprise,  "Change members of an entry",                                "Enterprise", uscc, "EnterpriseEntry"},
    {Method::remove, "/api/v1/enterprises/{uscc}",      Who::engineer,      Lane::query,     remove_enterprise, "Remove an entry",                                           "", uscc, {}, 0, 204},
    {Method::post,   "/api/v1/enterprises/import",      Who::engineer,      Lane::expensive, import_enterprises, "Take in a table; the answer says what is wrong, line by line", "EnterpriseImport", import_rows, "text/csv", table_bytes},
    {Method::get,    "/api/v1/places",                  Who::viewer,        Lane::query,     place_names,       "What places of the organisation tree are called",           "Places", place_rows},
    {Method::get,    "/api/v1/situation/kpi",           Who::viewer,        Lane::expensive, situation_kpi,     "The figures of a place of the organisation tree, of the last day", "SituationKpi", place},
    {Method::get,    "/api/v1/situation/units",         Who::viewer,        Lane::expensive, situation_units,   "What lies right below a place, gravest first",              "SituationUnits", unit_rows},
    {Method::get,    "/api/v1/situation/disposal",      Who::viewer,        Lane::expensive, situation_disposal, "How far the notices of a place have come",                 "SituationDisposal", place},
    {Method::get,    "/api/v1/notices",                 Who::viewer,        Lane::query,     list_notices,      "Notices, last changed first",                               "Notices", notice_rows},
    {Method::get,    "/api/v1/notices/overview",        Who::viewer,        Lane::expensive, notice_overview,   "The words of notices, and how many there are of each state and kind", "NoticeOverview"},
    {Method::post,   "/api/v1/notices",                 Who::analyst,       Lane::query,     make_notice,       "Draft a notice",                                            "Notice", {}, "NoticeDraft", 0, 201},
    not_audited({Method::get,    "/api/v1/notices/entries",         Who::center,        Lane::query,     notice_entries,    "What a lower center is to know of notices, as it comes",    "text/event-stream", entry_rows, {}, 0, 200, true}),
    {Method::get,    "/api/v1/notices/{id}",            Who::viewer,        Lane::expensive, notice,            "A notice, what was done about it, and whether the fault is still seen", "NoticeInFull", notice_id},
    {Method::patch,  "/api/v1/notices/{id}",            Who::analyst,       Lane::query,     change_notice,     "Change a draft",                                            "Notice", notice_id, "NoticeDraft"},
    {Method::remove, "/api/v1/notices/{id}",            Who::analyst,       Lane::query,     remove_notice,     "Remove a draft",                                            "", notice_id, {}, 0, 204},
    {Method::post,   "/api/v1/notices/{id}/transitions", Who::analyst,      Lane::query,     act_on_notice,     "Issue, receive, fix, submit, review, reject, close, reopen or withdraw; request, provide or decline the evidence", "Notice", notice_id, "NoticeAction"},
    {Method::get,    "/api/v1/notices/{id}/evidence",   Who::viewer,        Lane::expensive, notice_evidence,   "The evidence as events in full: as provided from below, or this center's own copies", "NoticeEvidence", notice_id},
    {Method::get,    "/api/v1/notices/{id}/pcap",       Who::viewer,        Lane::expensive, notice_packets,    "The packets of the evidence",                               "application/x-pcapng", notice_id},
    {Method::post,   "/api/v1/notices/{id}/comments",   Who::analyst,       Lane::query,     comment_on_notice, "Comment on a notice",                                       "Notice", notice_id, "NoticeComment"},
  };
  // clang-format on
}

// clang-format off
constexpr Schema shapes[] = {
    {"Words", R"({"type":"object","description":"A word of the API and what it is called","required":["word","en","zh"],"properties":{"word":{"type":"string"},"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false})"},
    {"CountedWords", R"({"type":"object","required":["word","en","zh","count"],"properties":{"word":{"type":"string"},"en":{"type":"string"},"zh":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false})"},
    {"EnterpriseOverview", R"({"type":"object","required":["as_of","total","may_edit","levels","types","supervisors","provinces","sections"],"properties":{"as_of":{"$ref":"Time"},"total":{"type":"integer"},"may_edit":{"type":"boolean","description":"Whether the asker may change the registry"},"levels":{"type":"array","description":"Not graded, then level 1 to 3","items":{"type":"integer"},"minItems":4,"maxItems":4},"types":{"type":"array","items":{"$ref":"CountedWords"}},"supervisors":{"type":"array","items":{"$ref":"CountedWords"}},"provinces":{"type":"array","items":{"$ref":"CountedWords"}},"sections":{"type":"array","description":"Of GB/T 4754","items":{"$ref":"CountedWords"}}},"additionalProperties":false})"},
    {"AlertCounts", R"({"type":"object","required":["critical","high","medium","low"],"properties":{"critical":{"type":"integer"},"high":{"type":"integer"},"medium":{"type":"integer"},"low":{"type":"integer"}},"additionalProperties":false})"},
    {"SituationKpi", R"({"type":"object","required":["as_of","organisation","enterprises","enterprises_covered","sensors","sensors_silent","events","events_before","alerts","alerts_before","by_severity","risk","platforms","complete"],"properties":{"as_of":{"$ref":"Time"},"organisation":{"type":"string"},"enterprises":{"type":"integer","description":"Registered"},"enterprises_covered":{"type":"integer","description":"Of which sensors were heard"},"sensors":{"type":"integer"},"sensors_silent":{"type":"integer"},"events":{"type":"integer","description":"Of the last day, in whole hours"},"events_before":{"type":"integer","description":"Of the day before"},"alerts":{"type":"integer"},"alerts_before":{"type":"integer"},"by_severity":{"$ref":"AlertCounts"},"risk":{"type":"integer","description":"0 to 99"},"platforms":{"type":"object","description":"Lower centers by the state of their link","required":["ok","never","lagging","silent"],"properties":{"ok":{"type":"integer"},"never":{"type":"integer"},"lagging":{"type":"integer"},"silent":{"type":"integer"}},"additionalProperties":false},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"SituationUnit", R"({"type":"object","required":["organisation","name","province","risk","alerts","enterprises","enterprises_covered","sensors","sensors_silent","link","heard"],"properties":{"organisation":{"type":"string"},"name":{"type":"string","description":"Of the enterprise that has this place; else empty"},"province":{"oneOf":[{"$ref":"Words"},{"type":"null"}],"description":"Where the last part of the path names one, by GB/T 2260, ISO 3166-2 or name"},"risk":{"type":"integer","description":"0 to 99, by the alerts of the last day"},"alerts":{"$ref":"AlertCounts"},"enterprises":{"type":"integer"},"enterprises_covered":{"type":"integer"},"sensors":{"type":"integer"},"sensors_silent":{"type":"integer"},"link":{"enum":["none","ok","never","lagging","silent"],"description":"Of the center that has this place; none: there is no such center"},"heard":{"oneOf":[{"$ref":"Time"},{"type":"null"}]}},"additionalProperties":false})"},
    {"SituationUnits", R"({"type":"object","required":["as_of","organisation","total","alerts_not_placed","units","complete"],"properties":{"as_of":{"$ref":"Time"},"organisation":{"type":"string"},"total":{"type":"integer","description":"Units there are"},"alerts_not_placed":{"type":"integer","description":"Of organisations beyond the thousand with most"},"units":{"type":"array","items":{"$ref":"SituationUnit"}},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"SituationDisposal", R"({"type":"object","required":["as_of","notices","overdue","withdrawn","stages"],"properties":{"as_of":{"$ref":"Time"},"notices":{"type":"integer","description":"Issued ever"},"overdue":{"type":"integer"},"withdrawn":{"type":"integer"},"stages":{"type":"array","description":"Those that came at least so far","items":{"$ref":"CountedWords"}}},"additionalProperties":false})"},
    {"Contact", R"({"type":"object","required":["name"],"properties":{"name":{"type":"string"},"role":{"type":"string"},"phone":{"type":"string"},"email":{"type":"string"}},"additionalProperties":false})"},
    {"EnterpriseEntry", R"({"type":"object","properties":{"uscc":{"type":"string","description":"统一社会信用代码, as in the address"},"name":{"type":"string"},"type":{"enum":["connected","platform","identifier"]},"level":{"type":"integer","minimum":0,"maximum":3},"industry":{"type":"string","description":"GB/T 4754"},"region":{"type":"string","description":"GB/T 2260"},"organisation":{"type":"string"},"contacts":{"type":"array","items":{"$ref":"Contact"}},"networks":{"type":"array","items":{"type":"string"}},"expected_sensors":{"type":"integer"},"note":{"type":"string"},"version":{"type":"integer","description":"The version it was made from; 0: there must be none"}},"additionalProperties":false})"},
    {"Enterprise", R"({"type":"object","required":["uscc","name","type","level","industry","region","organisation","contacts","networks","expected_sensors","note","supervisor","type_label","province","industry_label","version","created","changed","by"],"properties":{"uscc":{"type":"string"},"name":{"type":"string"},"type":{"enum":["connected","platform","identifier"]},"level":{"type":"integer","description":"3 is the highest, 0 not graded"},"industry":{"type":"string"},"region":{"type":"string"},"organisation":{"type":"string"},"contacts":{"type":"array","items":{"$ref":"Contact"}},"networks":{"type":"array","items":{"type":"string"}},"expected_sensors":{"type":"integer"},"note":{"type":"string"},"supervisor":{"$ref":"Words","description":"Follows from the type"},"type_label":{"$ref":"Words"},"province":{"$ref":"Words"},"industry_label":{"oneOf":[{"$ref":"Words"},{"type":"null"}]},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"}},"additionalProperties":false})"},
    {"Enterprises", R"({"type":"object","required":["enterprises","next"],"properties":{"enterprises":{"type":"array","items":{"$ref":"Enterprise"}},"next":{"type":["string","null"]}},"additionalProperties":false})"},
    {"EnterpriseFault", R"({"type":"object","required":["field","value","message","message_zh","advice","advice_zh"],"properties":{"line":{"type":"integer"},"field":{"type":"string"},"value":{"type":"string"},"message":{"type":"string"},"message_zh":{"type":"string"},"advice":{"type":"string"},"advice_zh":{"type":"string"}},"additionalProperties":false})"},
    {"Places", R"({"type":"object","required":["places"],"properties":{"places":{"type":"array","description":"Those that have a name, each once","items":{"type":"object","required":["organisation","name","rest"],"properties":{"organisation":{"type":"string"},"name":{"type":"object","description":"Of a province (cn/js), or of the enterprise that is registered there","required":["en","zh"],"properties":{"en":{"type":"string"},"zh":{"type":"string"}},"additionalProperties":false},"rest":{"type":"string","description":"Of the path, below the place that has this name; empty: it is this one"}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"EnterpriseImport", R"({"type":"object","required":["trial","lines","added","changed","unchanged","refused","faults","more_faults"],"properties":{"trial":{"type":"boolean","description":"Nothing was changed"},"lines":{"type":"integer"},"added":{"type":"integer"},"changed":{"type":"integer"},"unchanged":{"type":"integer"},"refused":{"type":"integer"},"faults":{"type":"array","items":{"$ref":"EnterpriseFault"}},"more_faults":{"type":"boolean"}},"additionalProperties":false})"},
    {"NoticeDraft", R"({"type":"object","properties":{"kind":{"enum":["warning","vulnerability","incident"]},"title":{"type":"string","maxLength":300},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string"},"enterprise":{"type":"string","description":"Code of the registry; its organisation is addressed"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"type":"string"},"evidence":{"type":"array","items":{"type":"string"}}},"additionalProperties":false})"},
    {"NoticeAction", R"({"type":"object","required":["action"],"properties":{"action":{"enum":["issue","receive","fix","submit","review","reject","close","reopen","withdraw","request","provide","decline"]},"reason":{"type":"string"},"version":{"type":"integer","description":"Only from this version"}},"additionalProperties":false})"},
    {"NoticeComment", R"({"type":"object","required":["text"],"properties":{"text":{"type":"string","minLength":1}},"additionalProperties":false})"},
    {"NoticeChoice", R"({"type":"object","required":["word","en","zh","needs_reason"],"properties":{"word":{"type":"string"},"en":{"type":"string"},"zh":{"type":"string"},"needs_reason":{"type":"boolean"}},"additionalProperties":false})"},
    {"NoticeStep", R"({"type":"object","required":["time","arrived","number","action","from","to","by","organisation","center","reason","provided","refused","refused_zh"],"properties":{"time":{"$ref":"Time","description":"When it was done"},"arrived":{"$ref":"Time","description":"Here"},"number":{"type":"integer"},"refused":{"type":["string","null"],"description":"Why it changed nothing: it came from another center when the notice had moved on"},"refused_zh":{"type":["string","null"]},"action":{"type":"string"},"from":{"type":"string"},"to":{"type":"string"},"by":{"type":"string"},"organisation":{"type":"string"},"center":{"type":"string"},"reason":{"type":"string"},"provided":{"oneOf":[{"$ref":"ProvidedCount"},{"type":"null"}]}},"additionalProperties":false})"},
    {"ProvidedCount", R"({"type":"object","description":"Events provided, and those asked for that were not","required":["count","missing","too_large"],"properties":{"count":{"type":"integer"},"missing":{"type":"integer","description":"Not kept there any more"},"too_large":{"type":"integer","description":"Beyond 512 KiB together"}},"additionalProperties":false})"},
    {"NoticeEvidence", R"({"type":"object","required":["provided","missing","too_large","events"],"properties":{"provided":{"type":"boolean","description":"Copies from below; else this center's own"},"missing":{"type":"integer","description":"Not there, or not any more"},"too_large":{"type":"integer"},"events":{"type":"array","items":{"type":"object","required":["id","time","sensor","bytes","event"],"properties":{"id":{"type":["string","null"],"description":"In this center's store"},"time":{"$ref":"Time"},"sensor":{"type":"string"},"bytes":{"type":"integer"},"event":{"type":"object","description":"The EVE line"}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"Recurrence", R"({"type":"object","required":["since","as_of","alerts","complete"],"properties":{"since":{"$ref":"Time","description":"When it was said to be mended"},"as_of":{"$ref":"Time"},"alerts":{"type":"integer"},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Notice", R"({"type":"object","required":["id","number","kind","state","request","overdue","title","text","severity","organisation","enterprise","issuer","joint","deadline","submitted","evidence","sids","hosts","version","created","changed","by","may_edit","may_comment","actions"],"properties":{"id":{"type":"string"},"number":{"type":"string","description":"Empty in a draft"},"kind":{"$ref":"Words"},"state":{"$ref":"Words"},"request":{"$ref":"Words","description":"How far the request for its evidence is"},"overdue":{"type":"boolean"},"title":{"type":"string"},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string","description":"Addressed"},"enterprise":{"type":"string"},"issuer":{"type":"string"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"submitted":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"evidence":{"type":"array","items":{"type":"string"}},"sids":{"type":"array","description":"Signatures of the evidence; what a center without these alerts goes by","items":{"type":"integer"}},"hosts":{"type":"array","description":"Addresses of the evidence","items":{"type":"string"}},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"},"may_edit":{"type":"boolean"},"may_comment":{"type":"boolean"},"actions":{"type":"array","description":"What the asker may do now","items":{"$ref":"NoticeChoice"}}},"additionalProperties":false})"},
    {"NoticeInFull", R"({"type":"object","required":["id","number","kind","state","request","overdue","title","text","severity","organisation","enterprise","issuer","joint","deadline","submitted","evidence","sids","hosts","version","created","changed","by","may_edit","may_comment","actions","entries","recurrence"],"properties":{"id":{"type":"string"},"number":{"type":"string","description":"Empty in a draft"},"kind":{"$ref":"Words"},"state":{"$ref":"Words"},"request":{"$ref":"Words","description":"How far the request for its evidence is"},"overdue":{"type":"boolean"},"title":{"type":"string"},"text":{"type":"string"},"severity":{"enum":["critical","high","medium","low"]},"organisation":{"type":"string","description":"Addressed"},"enterprise":{"type":"string"},"issuer":{"type":"string"},"joint":{"type":"array","items":{"type":"string"}},"deadline":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"submitted":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"evidence":{"type":"array","items":{"type":"string"}},"sids":{"type":"array","description":"Signatures of the evidence; what a center without these alerts goes by","items":{"type":"integer"}},"hosts":{"type":"array","description":"Addresses of the evidence","items":{"type":"string"}},"version":{"type":"integer"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"},"by":{"type":"string"},"may_edit":{"type":"boolean"},"may_comment":{"type":"boolean"},"actions":{"type":"array","description":"What the asker may do now","items":{"$ref":"NoticeChoice"}},"entries":{"type":"array","items":{"$ref":"NoticeStep"}},"recurrence":{"oneOf":[{"$ref":"Recurrence"},{"type":"null"}]}},"additionalProperties":false})"},
    {"NoticeOverview", R"({"type":"object","required":["as_of","overdue","may_draft","states","kinds","actions"],"properties":{"as_of":{"$ref":"Time"},"overdue":{"type":"integer"},"may_draft":{"type":"boolean","description":"Whether the asker may draft one"},"states":{"type":"array","description":"In the order of a notice's life","items":{"$ref":"CountedWords"}},"kinds":{"type":"array","items":{"$ref":"CountedWords"}},"actions":{"type":"array","items":{"$ref":"Words"}}},"additionalProperties":false})"},
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
