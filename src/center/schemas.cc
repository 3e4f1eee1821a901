// The shapes of bodies and answers, as JSON Schema. A test holds every answer against its own.
#include "center/route.h"

namespace langyan::center {
namespace {

// clang-format off
constexpr Schema table[] = {
    {"Problem", R"({"type":"object","description":"RFC 9457","required":["type","title","status","code","detail"],"properties":{
        "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string"},"detail":{"type":"string"},
        "errors":{"type":"array","items":{"type":"string"}},"retry_after":{"type":"integer"},"expected":{"type":"integer"},
        "refused":{"type":"array","items":{"type":"object","required":["index","position","reason"],"properties":{
            "index":{"type":"integer","description":"Of the line in the body, from 0"},"position":{"type":"integer"},"reason":{"type":"string"}}}}}})"},
    {"Health", R"({"type":"object","required":["status"],"properties":{"status":{"const":"ok"}},"additionalProperties":false})"},
    {"Ready", R"({"type":"object","required":["status","quarantined"],"properties":{"status":{"const":"ready"},"quarantined":{"type":"integer"}},"additionalProperties":false})"},
    {"Version", R"({"type":"object","required":["program","version","api","name"],"properties":{"program":{"type":"string"},"version":{"type":"string"},"api":{"const":"v1"},"name":{"type":"string"}},"additionalProperties":false})"},
    {"OpenApi", R"({"type":"object","required":["openapi","info","paths"]})"},

    {"Role", R"({"enum":["viewer","analyst","administrator","ingest"]})"},
    {"Time", R"({"type":"string","description":"2026-03-02T08:00:00.123456+0000","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}\\+0000$"})"},
    {"SignIn", R"({"type":"object","required":["name","password"],"properties":{"name":{"type":"string"},"password":{"type":"string"}},"additionalProperties":false})"},
    {"OwnPassword", R"({"type":"object","required":["new"],"properties":{"current":{"type":"string"},"new":{"type":"string","minLength":10}},"additionalProperties":false})"},
    {"Session", R"({"type":"object","required":["name","role","organisation","via"],"properties":{"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string"},"via":{"enum":["session","token","local"]}},"additionalProperties":false})"},
    {"NewLink", R"({"type":"object","required":["user"],"properties":{"user":{"type":"string"},"role":{"$ref":"Role","description":"Make the account with this role when there is none"}},"additionalProperties":false})"},
    {"Link", R"({"type":"object","required":["user","path","url","expires"],"properties":{"user":{"type":"string"},"path":{"type":"string"},"url":{"type":"string"},"expires":{"$ref":"Time"}},"additionalProperties":false})"},
    {"NewUser", R"({"type":"object","required":["name"],"properties":{"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string"},"password":{"type":"string","minLength":10}},"additionalProperties":false})"},
    {"UserChange", R"({"type":"object","properties":{"role":{"$ref":"Role"},"organisation":{"type":"string"},"password":{"type":"string","minLength":10},"disabled":{"type":"boolean"}},"additionalProperties":false})"},
    {"User", R"({"type":"object","required":["name","role","organisation","disabled","has_password","created","changed"],"properties":{"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string","description":"What the account sees; empty: everything"},"disabled":{"type":"boolean"},"has_password":{"type":"boolean"},"created":{"$ref":"Time"},"changed":{"$ref":"Time"}},"additionalProperties":false})"},
    {"Users", R"({"type":"object","required":["users"],"properties":{"users":{"type":"array","items":{"$ref":"User"}}},"additionalProperties":false})"},
    {"NewToken", R"({"type":"object","properties":{"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string"},"source":{"type":"string","description":"ingest: the one sensor or center it delivers for"},"relay":{"type":"boolean","description":"ingest: a lower center, whose events name other sensors"},"expires":{"type":"string"}},"additionalProperties":false})"},
    {"Token", R"({"type":"object","required":["id","name","role","organisation","source","relay","by","created","expires"],"properties":{"id":{"type":"string"},"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string"},"source":{"type":"string"},"relay":{"type":"boolean"},"by":{"type":"string"},"created":{"$ref":"Time"},"expires":{"oneOf":[{"$ref":"Time"},{"type":"null"}]}},"additionalProperties":false})"},
    {"NewTokenAnswer", R"({"type":"object","required":["id","name","role","organisation","source","relay","by","created","expires","secret"],"properties":{"id":{"type":"string"},"name":{"type":"string"},"role":{"$ref":"Role"},"organisation":{"type":"string"},"source":{"type":"string"},"relay":{"type":"boolean"},"by":{"type":"string"},"created":{"$ref":"Time"},"expires":{"oneOf":[{"$ref":"Time"},{"type":"null"}]},"secret":{"type":"string","description":"Shown here and never again"}},"additionalProperties":false})"},
    {"Tokens", R"({"type":"object","required":["tokens"],"properties":{"tokens":{"type":"array","items":{"$ref":"Token"}}},"additionalProperties":false})"},

    {"Acked", R"({"type":"object","required":["acked","stored","skipped"],"properties":{"acked":{"type":"integer","description":"Last position committed"},"stored":{"type":"integer"},"skipped":{"type":"integer"}},"additionalProperties":false})"},
    {"Catalogue", R"({"type":"object","description":"With a member `fields` or `detections`"})"},
    {"CatalogueLabel", R"({"type":"object","required":["sha256","kind","source","bytes","received"],"properties":{"sha256":{"type":"string"},"kind":{"enum":["fields","detections"]},"source":{"type":"string"},"bytes":{"type":"integer"},"received":{"$ref":"Time"}},"additionalProperties":false})"},
    {"Catalogues", R"({"type":"object","required":["catalogues"],"properties":{"catalogues":{"type":"array","items":{"$ref":"CatalogueLabel"}}},"additionalProperties":false})"},
    {"NamedCatalogue", R"({"type":"object","required":["label","catalogue"],"properties":{"label":{"$ref":"CatalogueLabel"},"catalogue":{"$ref":"Catalogue"}},"additionalProperties":false})"},

    {"AlertState", R"({"enum":["new","acknowledged","closed"]})"},
    {"Event", R"({"type":"object","required":["id","cursor","time","received","class","type","organisation","sensor","event"],"properties":{"id":{"type":"string"},"cursor":{"type":"string"},"time":{"$ref":"Time"},"received":{"$ref":"Time"},"class":{"enum":["alert","operation","flow","stats","other"]},"type":{"type":"string"},"organisation":{"type":"string"},"sensor":{"type":"string"},"state":{"$ref":"AlertState"},"event":{"type":"object","description":"The EVE line as received"}},"additionalProperties":false})"},
    {"Alerts", R"({"type":"object","required":["alerts","next","complete"],"properties":{"alerts":{"type":"array","items":{"$ref":"Event"}},"next":{"type":["string","null"]},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Events", R"({"type":"object","required":["events","next","complete"],"properties":{"events":{"type":"array","items":{"$ref":"Event"}},"next":{"type":["string","null"]},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Operations", R"({"type":"object","required":["operations","next","complete"],"properties":{"operations":{"type":"array","items":{"$ref":"Event"}},"next":{"type":["string","null"]},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Record", R"({"type":"object","required":["alert","version","state","previous","comment","by"],"properties":{"alert":{"type":"string"},"version":{"type":"integer"},"state":{"$ref":"AlertState"},"previous":{"$ref":"AlertState"},"comment":{"type":"string"},"by":{"type":"string"},"changed":{"$ref":"Time"}},"additionalProperties":false})"},
    {"Alert", R"({"type":"object","required":["alert","record"],"properties":{"alert":{"$ref":"Event"},"record":{"$ref":"Record"}},"additionalProperties":false})"},
    {"History", R"({"type":"object","required":["alert","history"],"properties":{"alert":{"type":"string"},"history":{"type":"array","items":{"$ref":"Record"}}},"additionalProperties":false})"},
    {"Action", R"({"type":"object","required":["action"],"properties":{"action":{"enum":["ack","unack","close","comment"]},"ids":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":1000},"filter":{"type":"object","description":"As the query of GET /api/v1/alerts; lists where several are meant"},"comment":{"type":"string","maxLength":4000}},"additionalProperties":false})"},
    {"Result", R"({"type":"object","required":["id","ok"],"properties":{"id":{"type":"string"},"ok":{"type":"boolean"},"record":{"$ref":"Record"},"code":{"type":"string"},"detail":{"type":"string"}},"additionalProperties":false})"},
    {"ActionAnswer", R"({"type":"object","required":["results","more","undo"],"properties":{"results":{"type":"array","items":{"$ref":"Result"}},"more":{"type":"boolean","description":"The filter finds more than 1000; ask again"},"undo":{"type":["string","null"]}},"additionalProperties":false})"},
    {"UndoAnswer", R"({"type":"object","required":["results"],"properties":{"results":{"type":"array","items":{"$ref":"Result"}}},"additionalProperties":false})"},

    {"Counts", R"({"type":"object","required":["from","bucket_seconds","series","complete"],"properties":{"from":{"$ref":"Time"},"bucket_seconds":{"type":"integer"},"complete":{"type":"boolean"},"series":{"type":"array","items":{"type":"object","required":["value","total","counts"],"properties":{"value":{"type":"string"},"label":{"type":"string"},"total":{"type":"integer"},"counts":{"type":"array","items":{"type":"integer"}}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"Top", R"({"type":"object","required":["dimension","from","to","rows","total","complete"],"properties":{"dimension":{"type":"string"},"from":{"$ref":"Time"},"to":{"$ref":"Time"},"total":{"type":"integer"},"complete":{"type":"boolean"},"rows":{"type":"array","items":{"type":"object","required":["value","count"],"properties":{"value":{"type":"string"},"label":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false}}},"additionalProperties":false})"},
    {"SummaryRow", R"({"type":"object","required":["count"],"properties":{"protocol":{"type":"string"},"verb":{"type":"string"},"address":{"type":"string"},"severity":{"type":"string"},"name":{"type":"string"},"sid":{"type":"string"},"signature":{"type":"string"},"count":{"type":"integer"}},"additionalProperties":false})"},
    {"SummaryRows", R"({"type":"array","items":{"$ref":"SummaryRow"}})"},
    {"Summary", R"({"type":"object","required":["as_of","from","to","sensors","packets","packets_dropped","operations_seen","protocols","operations","operations_total","protocol_operations","writers","alerts","alerts_total","signatures","complete"],"properties":{"as_of":{"$ref":"Time"},"from":{"$ref":"Time"},"to":{"$ref":"Time"},"sensors":{"type":"integer"},"packets":{"type":"integer","description":"Counted by the sensors since each started"},"packets_dropped":{"type":"integer"},"operations_seen":{"type":"integer","description":"Counted by the sensors, repeats included"},"protocols":{"$ref":"SummaryRows"},"operations":{"$ref":"SummaryRows"},"operations_total":{"type":"integer"},"protocol_operations":{"$ref":"SummaryRows"},"writers":{"$ref":"SummaryRows"},"alerts":{"$ref":"SummaryRows"},"alerts_total":{"type":"integer"},"signatures":{"$ref":"SummaryRows"},"complete":{"type":"boolean"}},"additionalProperties":false})"},
    {"Stream", R"({"type":"object","required":["source","organisation","epoch","lane","watermark","first_seen","last_seen"],"properties":{"source":{"type":"string"},"organisation":{"type":"string"},"epoch":{"type":"string"},"lane":{"enum":["alert","bulk","state"]},"watermark":{"type":"integer"},"first_seen":{"$ref":"Time"},"last_seen":{"$ref":"Time"}},"additionalProperties":false})"},
    {"Sensor", R"({"type":"object","required":["name","organisation","first_seen","last_seen","last_event","events","alerts","stats","streams"],"properties":{"name":{"type":"string"},"organisation":{"type":"string"},"first_seen":{"$ref":"Time"},"last_seen":{"$ref":"Time"},"last_event":{"$ref":"Time"},"events":{"type":"integer"},"alerts":{"type":"integer"},"stats":{"type":["object","null"],"description":"Its newest stats event"},"streams":{"type":"array","items":{"$ref":"Stream"}}},"additionalProperties":false})"},
    {"Sensors", R"({"type":"object","required":["sensors"],"properties":{"sensors":{"type":"array","items":{"$ref":"Sensor"}}},"additionalProperties":false})"},
};
// clang-format on

}  // namespace

std::span<const Schema> schemas() {
  return table;
}

}  // namespace langyan::center
