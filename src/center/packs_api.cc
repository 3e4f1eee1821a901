// Rule packs: what there is, one as it was signed, a new version.
#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

void write_label(JsonWriter& json, const PackLabel& label) {
  json.open().field("name", label.name).field("version", label.version).field("organisation", label.organisation);
  json.field("issued", label.issued).field("issuer", label.issuer).key("note").open().field("en", label.note_en).field("zh", label.note_zh).close();
  json.key("files").open_list();
  for (const std::string& file : label.files) json.text(file);
  json.close_list().field("bytes", label.bytes).field("sha256", label.sha256).field("key", label.key);
  json.field("from_above", label.from_above).field("by", label.by).key("taken").time(label.taken).close();
}

}  // namespace

Response list_packs(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("packs").open_list();
  for (const PackLabel& label : center.packs().list(call.scope())) write_label(json, label);
  json.close_list().close();
  return json_answer(std::move(body));
}

// The octets are those that were signed.
Response pack(Center& center, Call& call) {
  auto text = center.packs().text(call.scope(), call.parameters.text("name"));
  if (!text) return problem_of(text.error());
  Response response;
  response.content_type = packs::pack_type;
  response.body = text.take();
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response put_pack(Center& center, Call& call) {
  const std::string organisation = call.parameters.has("organisation") ? call.parameters.text("organisation") : call.scope().root();
  if (!call.scope().covers(organisation)) return Problem(Code::bad_parameter, "`organisation` lies outside of what you see.");
  const auto label = center.packs().put(call.request.body, organisation, call.principal->name, false);
  if (!label) return problem_of(label.error());
  call.note.object = label->name;
  call.note.detail = "version=" + std::to_string(label->version) + " organisation=" + organisation + " key=" + label->key;
  std::string body;
  JsonWriter json(body);
  write_label(json, *label);
  return json_answer(std::move(body), 201);
}

}  // namespace langyan::center
