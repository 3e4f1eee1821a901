// OpenAPI 3.1 from the route table and the schemas: the one description that clients are made from.
#include <map>

#include "base/json.h"
#include "center/problem.h"
#include "center/route.h"

namespace langyan::center {
namespace {

// A schema of the table names others by their bare name; in the document they stand below components.
std::string with_full_references(std::string_view json) {
  constexpr std::string_view mark = "\"$ref\":\"", place = "#/components/schemas/";
  std::string text;
  for (auto at = json.find(mark); at != json.npos; at = json.find(mark)) {
    text.append(json.substr(0, at + mark.size())).append(place);
    json.remove_prefix(at + mark.size());
  }
  return text.append(json);
}

std::string reference(std::string_view schema) {
  return with_full_references(R"({"$ref":")" + std::string(schema) + R"("})");
}

void write_schema(JsonWriter& json, const Parameter& row) {
  const auto scalar = [&] {
    json.open();
    switch (row.kind) {
      case ParameterKind::number:
        json.field("type", "integer").field("minimum", row.least);
        if (row.most != UINT64_MAX) json.field("maximum", row.most);
        break;
      case ParameterKind::port: json.field("type", "integer").field("minimum", 0u).field("maximum", 65'535u); break;
      case ParameterKind::flag: json.field("type", "boolean"); break;
      case ParameterKind::sha256: json.field("type", "string").field("pattern", "^[0-9a-f]{64}$"); break;
      case ParameterKind::word: {
        json.field("type", "string").key("enum").open_list();
        for (std::string_view words = row.words; !words.empty();) {
          const auto bar = words.find('|');
          json.text(words.substr(0, bar));
          words = bar == words.npos ? std::string_view() : words.substr(bar + 1);
        }
        json.close_list();
        break;
      }
      default: json.field("type", "string");
    }
    if (!row.fallback.empty()) {
      json.key("default");
      const bool bare = row.kind == ParameterKind::number || row.kind == ParameterKind::flag;
      bare ? json.raw(row.fallback) : json.text(row.fallback);
    }
    json.close();
  };
  if (!row.many) return scalar();
  json.open().field("type", "array").key("items");
  scalar();
  json.close();
}

void write_parameters(JsonWriter& json, const Route& route) {
  if (route.parameters.empty()) return;
  json.key("parameters").open_list();
  for (const Parameter& row : route.parameters) {
    const bool path = in_path(route, row.name);
    json.open().field("name", row.name).field("in", path ? "path" : "query").field("description", row.doc);
    json.field("required", path || row.required).key("schema");
    write_schema(json, row);
    json.close();
  }
  json.close_list();
}

// A schema one of whose members is raw octets, which JSON cannot hold: a body like that is sent as a form.
bool is_form(std::string_view name) {
  for (const Schema& schema : schemas())
    if (schema.name == name) return schema.json.find("\"contentMediaType\"") != std::string_view::npos;
  return false;
}

bool is_media_type(std::string_view text) { return text.find('/') != text.npos; }

void write_content(JsonWriter& json, std::string_view what) {
  json.key("content")
      .open()
      .key(is_media_type(what) ? what
           : is_form(what)     ? "multipart/form-data"
                               : "application/json")
      .open()
      .key("schema");
  is_media_type(what) ? json.raw(R"({"type":"string"})") : json.raw(reference(what));
  json.close().close();
}

void write_security(JsonWriter& json, Who who) {
  json.key("security").open_list();
  const auto scheme = [&](std::string_view name) { json.open().key(name).open_list().close_list().close(); };
  if (who == Who::open) json.open().close();
  const bool by_program = who == Who::member || who == Who::ingest || who == Who::center || who == Who::enrolled;
  if (by_program) scheme("certificate");
  if (who != Who::open && who != Who::local && who != Who::person && who != Who::enrolled) scheme("token");
  if (who != Who::open && who != Who::local && who != Who::ingest && who != Who::enrolled) scheme("session");
  json.close_list();
}

void write_operation(JsonWriter& json, const Route& route) {
  std::string method(name(route.method));
  for (char& c : method) c = static_cast<char>(c + 32);
  json.key(method).open().field("operationId", operation_id(route)).field("summary", route.summary);
  json.field("x-role", name(route.who));
  write_security(json, route.who);
  write_parameters(json, route);
  if (!route.body.empty()) {
    json.key("requestBody").open().field("required", true);
    write_content(json, route.body);
    json.close();
  }
  json.key("responses").open().key(std::to_string(route.status)).open();
  json.field("description", route.summary);
  if (!route.answer.empty()) write_content(json, route.answer);
  json.close();
  json.key("default").open().field("description", "A problem (RFC 9457)");
  json.key("content").open().key("application/problem+json").open().key("schema").raw(reference("Problem"));
  json.close().close().close();
  json.close().close();
}

}  // namespace

bool in_path(const Route& route, std::string_view parameter) {
  return route.path.find("{" + std::string(parameter) + "}") != route.path.npos;
}

std::string operation_id(const Route& route) {
  std::string id(name(route.method));
  for (char& c : id) c = static_cast<char>(c + 32);
  std::string_view path = route.path;
  if (path.starts_with("/api/v1")) path.remove_prefix(7);
  for (char c : path) {
    if (c == '/' || c == '.') id += '_';
    else if (c != '{' && c != '}') id += c;
  }
  return id;
}

std::string openapi(std::string_view version) {
  std::string text;
  JsonWriter json(text);
  json.open().field("openapi", "3.1.0");
  json.key("info").open().field("title", "Langyan center").field("version", version).close();
  std::map<std::string_view, std::vector<const Route*>> paths;
  for (const Route& route : routes()) {
    if (route.door == Door::api) paths[route.path].push_back(&route);
  }
  json.key("paths").open();
  for (const auto& [path, rows] : paths) {
    json.key(path).open();
    for (const Route* route : rows) write_operation(json, *route);
    json.close();
  }
  json.close();
  json.key("components").open();
  json.key("securitySchemes").open();
  json.key("token").raw(R"({"type":"http","scheme":"bearer"})");
  json.key("certificate")
      .raw(R"({"type":"mutualTLS","description":"A certificate that enrolment with this center made"})");
  json.key("session").raw(
      R"({"type":"apiKey","in":"cookie","name":"__Host-langyan","description":"Where the address names a port, with it: __Host-langyan-8443; without __Host- on plain HTTP"})");
  json.close().key("schemas").open();
  for (const Schema& schema : schemas()) json.key(schema.name).raw(with_full_references(schema.json));
  json.close().close();
  json.key("x-problem-codes").open();
  for (const ProblemRow& row : problem_rows()) json.field(row.code, row.title);
  json.close().close();
  return text;
}

}  // namespace langyan::center
