// Saved views: an address within the console under a name, one list for each account. In state.db.
#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "view";
constexpr std::string_view owner = "center";
constexpr std::size_t most_views = 200;  // of one account
constexpr std::size_t name_bytes = 200, path_bytes = 8'192;
constexpr std::size_t id_octets = 9;

// Names of accounts hold no slash, so one's ids are never another's prefix.
std::string prefix_of(std::string_view user) { return std::string(user) + "/"; }

void write_view(JsonWriter& json, const store::Document& document) {
  const auto body = JsonObject::parse(document.body);
  json.open().field("id", document.id.substr(document.id.find('/') + 1));
  json.field("name", body ? body->text("name").value_or("") : "");
  json.field("path", body ? body->text("path").value_or("/") : "/");
  json.key("changed").time(document.changed).close();
}

Result<std::vector<store::Document>> views_of(Center& center, std::string_view user) {
  auto page = center.documents().list(store::Scope::all(), kind, "", most_views, prefix_of(user));
  if (!page) return page.error();
  return std::move(page->documents);
}

}  // namespace

Response list_views(Center& center, Call& call) {
  const auto views = views_of(center, call.principal->name);
  if (!views) return problem_of(views.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("views").open_list();
  for (const store::Document& document : *views) write_view(json, document);
  json.close_list().close();
  return json_answer(std::move(body));
}

// A name that is there already is given the new address.
Response keep_view(Center& center, Call& call) {
  const auto body = call.body({"name", "path"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const auto name = std::get<JsonObject>(body).text("name");
  const auto path = std::get<JsonObject>(body).text("path");
  if (!name || name->empty() || name->size() > name_bytes)
    return Problem(Code::bad_body, "`name` must be a text of 1 to 200 bytes.");
  // An address of this console and no other: a browser takes //host and /\host for another site.
  const bool here = path && path->starts_with('/') && !path->starts_with("//") && path->find('\\') == path->npos;
  if (!here || path->size() > path_bytes)
    return Problem(Code::bad_body, "`path` must be a text of at most 8192 bytes that begins with one `/`.");
  const auto views = views_of(center, call.principal->name);
  if (!views) return problem_of(views.error());
  std::string id;
  for (const store::Document& document : *views) {
    const auto kept = JsonObject::parse(document.body);
    if (kept && kept->text("name") == name) id = document.id;
  }
  if (id.empty() && views->size() >= most_views)
    return Problem(Code::bad_body, "There are 200 views; remove one first.");
  store::DocumentChange change;
  change.kind = kind;
  change.id = id.empty() ? prefix_of(call.principal->name) + random_text(center.random(), id_octets) : id;
  change.organisation = owner;
  JsonWriter(change.body).open().field("name", *name).field("path", *path).close();
  change.by = call.principal->name;
  change.keep_history = false;
  const auto written = center.documents().put(store::Scope::all(), std::move(change));
  if (!written) return problem_of(written.error());
  std::string answer;
  JsonWriter json(answer);
  write_view(json, *written);
  return json_answer(std::move(answer), 201);
}

Response remove_view(Center& center, Call& call) {
  const std::string id = prefix_of(call.principal->name) + call.parameters.text("view");
  const auto done = center.documents().remove(store::Scope::all(), kind, id, {}, call.principal->name);
  if (!done && done.error().kind == ErrorKind::missing) return Problem(Code::not_found, "There is no such view.");
  if (!done) return problem_of(done.error());
  Response response;
  response.status = 204;
  return response;
}

void forget_views(Center& center, std::string_view user) {
  const auto views = views_of(center, user);
  if (!views) return;  // nobody reads them until an account of that name is made
  for (const store::Document& document : *views)
    static_cast<void>(center.documents().remove(store::Scope::all(), kind, document.id));
}

}  // namespace langyan::center
