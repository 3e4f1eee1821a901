#include "center/book_routes.h"

#include "store/event_store.h"
#include "uplink/book.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr Parameter limit{"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "50"};
constexpr Parameter cursor{"cursor", K::text, "Where the page begins: `next` of the page before."};
constexpr Parameter list_rows[] = {limit, cursor};
constexpr Parameter one_rows[] = {
    {"id", K::text, "Id of the book."},
    {"client", K::text, "Address of who asks, or how it begins."},
    {"server", K::text, "Address of who is asked, or how it begins."},
    {"protocol", K::text, "Protocol.", true},
    {"verb", K::text, "What is done.", true},
    {"zone", K::text, "Zone of the plant.", true},
    {"state", K::word, "Whether it waits for somebody's word.", false, 0, UINT64_MAX, "waiting|settled"},
    limit, cursor,
};

// clang-format off
const Route rows[] = {
    {Method::get,    "/api/v1/baseline",                Who::viewer,        Lane::query,     list_learned,      "Sensors that told what they learned, and the modes of their zones", "Books", list_rows},
    not_audited({Method::put,    "/api/v1/baseline",                Who::ingest,        Lane::ingest,    put_learned,       "Deliver what a sensor learned, in place of what it delivered before", "", {}, "Book", uplink::largest_book, 204}),
    {Method::get,    "/api/v1/baseline/{id}",           Who::viewer,        Lane::expensive, learned,           "What a sensor learned, by server",                          "Learned", one_rows},
};

constexpr std::string_view counted = R"({"type":"array","items":{"type":"object","required":["value","count"],"properties":{"value":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false}})";
constexpr Schema shapes[] = {
    {"Book", R"({"type":"object","description":"As src/uplink/book.h says","required":["book"],"properties":{"book":{"type":"object","required":["version","file","left_out","zones","rows"],"properties":{"version":{"const":1},"file":{"type":"string"},"left_out":{"type":"integer"},"zones":{"$ref":"BookZones"},"rows":{"type":"array","items":{"$ref":"BookRow"}}}}}})"},
    {"BookZones", R"({"type":"array","items":{"type":"object","required":["name","mode","watched","left"],"properties":{"name":{"type":"string"},"mode":{"enum":["off","learn","review","enforce"]},"watched":{"type":"integer","description":"Seconds of traffic it has learned from"},"left":{"type":"integer","description":"Seconds of traffic until it enforces; 0: it does not wait for that"}},"additionalProperties":false}})"},
    {"BookLabel", R"({"type":"object","required":["id","organisation","received","book"],"properties":{"id":{"type":"string"},"organisation":{"type":"string"},"received":{"$ref":"Time"},"book":{"type":"object","required":["sensor","file","habits","volumes","waiting","left_out","zones"],"properties":{"sensor":{"type":"string"},"file":{"type":"string","description":"On the sensor's host; `langyan baseline` takes it"},"habits":{"type":"integer"},"volumes":{"type":"integer","description":"Pairs of which it is known how much they exchange"},"waiting":{"type":"integer","description":"New, or said to differ, and not settled"},"left_out":{"type":"integer","description":"Habits for which the message had no room"},"zones":{"$ref":"BookZones"}},"additionalProperties":false}},"additionalProperties":false})"},
    {"BookRow", R"({"type":"object","description":"A habit, or without a verb what two hosts exchange. What is left out is empty, 0 or false","required":["client","server"],"properties":{"id":{"type":"string","description":"Within its book"},"client":{"type":"string"},"server":{"type":"string"},"zone":{"type":"string"},"protocol":{"type":"string"},"transport":{"type":"string"},"port":{"type":"integer"},"unit":{"type":"integer"},"verb":{"type":"string"},"function":{"type":"integer"},"object":{"type":"string"},"anything":{"type":"boolean","description":"So many names that none is new"},"valued":{"type":"boolean","description":"It has least and most"},"limit":{"type":"boolean","description":"A value outside of them is said"},"least":{"type":"number"},"most":{"type":"number"},"step":{"type":"number"},"period":{"type":"number","description":"Seconds"},"steady":{"type":"boolean","description":"Its absence is said"},"hours":{"type":"string","description":"6-14 22, UTC; left out: any"},"days":{"type":"string","description":"mon-fri"},"octets":{"type":"number","description":"Within an hour at most"},"peak":{"type":"number","description":"Of an hour that had too much"},"hours_seen":{"type":"integer"},"count":{"type":"integer"},"since":{"$ref":"Time"},"last":{"$ref":"Time"},"given":{"type":"boolean","description":"A person's word"},"new":{"type":"boolean","description":"Not settled"},"said":{"type":"string","description":"How it differed, not settled: value, step, hour, period, stopped, volume"}},"additionalProperties":false})"},
    {"BookCounts", counted},
    {"Books", R"({"type":"object","required":["books","next"],"properties":{"books":{"type":"array","items":{"$ref":"BookLabel"}},"next":{"type":["string","null"]}},"additionalProperties":false})"},
    {"Learned", R"({"type":"object","required":["book","matching","protocols","verbs","zones","rows","next"],"properties":{"book":{"$ref":"BookLabel"},"matching":{"type":"integer","description":"On all pages"},"protocols":{"$ref":"BookCounts"},"verbs":{"$ref":"BookCounts"},"zones":{"$ref":"BookCounts"},"rows":{"type":"array","items":{"$ref":"BookRow"}},"next":{"type":["string","null"]}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Route> book_routes() {
  return rows;
}

std::span<const Schema> book_schemas() {
  return shapes;
}

}  // namespace langyan::center
