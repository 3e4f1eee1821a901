// Delivering: batches of events, and the catalogues that say what a sensor's fields and detections
// are.
#include <algorithm>

#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

// A catalogue is two documents, so that the list need not read what may be megabytes each.
constexpr std::string_view label_kind = "catalogue", text_kind = "catalogue_text", owner = "center";
constexpr std::size_t most_catalogues = 500;  // of all sources; the one longest unused goes
constexpr std::size_t most_of_a_source = 20;

// What a catalogue lists, by the member it has.
constexpr std::string_view catalogue_kinds[] = {"fields", "detections"};

struct Label {
  std::string sha256, kind, source;
  std::uint64_t bytes = 0;
  Time received = 0;
};

Result<std::vector<Label>> labels(Center& center) {
  const auto page =
      center.documents().list(store::Scope::all(), label_kind, "", store::document_page);
  if (!page) return page.error();
  std::vector<Label> all;
  for (const store::Document& document : page->documents) {
    const auto body = JsonObject::parse(document.body);
    if (!body) return within("catalogue " + document.id, body.error());
    all.push_back({document.id, body->text("kind").value_or(""), body->text("source").value_or(""),
                   body->number("bytes").value_or(0), document.changed});
  }
  return all;
}

void write_label(JsonWriter& json, const Label& label) {
  json.open().field("sha256", label.sha256).field("kind", label.kind).field("source", label.source);
  json.field("bytes", label.bytes).key("received").time(label.received).close();
}

store::DocumentChange change_of(std::string_view kind, const std::string& id,
                                const std::string& by) {
  store::DocumentChange change;
  change.kind = kind;
  change.id = id;
  change.organisation = owner;
  change.by = by;
  change.keep_history = false;
  return change;
}

// The changes that make room for one more of this source.
std::vector<store::DocumentChange> make_room(std::vector<Label> all, const std::string& source) {
  std::vector<store::DocumentChange> changes;
  std::ranges::sort(all, {}, &Label::received);
  std::size_t own = static_cast<std::size_t>(std::ranges::count(all, source, &Label::source));
  std::size_t total = all.size();
  for (const Label& label : all) {
    if (own < most_of_a_source && total < most_catalogues) break;
    if (total < most_catalogues && label.source != source) continue;
    for (std::string_view kind : {label_kind, text_kind}) {
      changes.push_back(change_of(kind, label.sha256, source));
      changes.back().remove = true;
    }
    own -= label.source == source;
    --total;
  }
  return changes;
}

const Label* newest_of(const std::vector<Label>& all, std::string_view kind) {
  const Label* found = nullptr;
  for (const Label& label : all) {
    if (label.kind == kind && (!found || label.received > found->received)) found = &label;
  }
  return found;
}

Response newest(Center& center, std::string_view kind) {
  const auto all = labels(center);
  if (!all) return problem_of(all.error());
  const Label* found = newest_of(*all, kind);
  if (!found)
    return Problem(Code::not_found,
                   "No sensor has delivered a catalogue of " + std::string(kind) + " yet.");
  const auto text = center.documents().get(store::Scope::all(), text_kind, found->sha256);
  if (!text) return problem_of(text.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("label");
  write_label(json, *found);
  json.key("catalogue").raw(text->body).close();
  return json_answer(std::move(body));
}

}  // namespace

Result<NewestCatalogue> newest_catalogue(Center& center, std::string_view kind, const std::string& known) {
  const auto all = labels(center);
  if (!all) return all.error();
  const Label* found = newest_of(*all, kind);
  if (!found) return Error{ErrorKind::missing, "no sensor has delivered a catalogue of " + std::string(kind)};
  if (found->sha256 == known) return NewestCatalogue{known, {}};
  auto text = center.documents().get(store::Scope::all(), text_kind, found->sha256);
  if (!text) return text.error();
  return NewestCatalogue{found->sha256, std::move(text->body)};
}

Response ingest(Center& center, Call& call) {
  return center.intake().accept(call);
}

Response put_catalogue(Center& center, Call& call) {
  const std::string id = call.parameters.text("sha256");
  if (sha256_hex(call.request.body) != id) {
    return Problem(Code::bad_body, "The SHA-256 of the body is not the one in the address.");
  }
  const auto catalogue = JsonObject::parse(call.request.body);
  if (!catalogue) return Problem(Code::bad_body, catalogue.error().message);
  const auto kind =
      std::ranges::find_if(catalogue_kinds, [&](auto member) { return catalogue->has(member); });
  if (kind == std::end(catalogue_kinds)) {
    return Problem(Code::bad_body, "A catalogue has a member `fields` or `detections`.");
  }
  auto all = labels(center);
  if (!all) return problem_of(all.error());
  const std::string& source = call.principal->source;
  const bool known = std::ranges::find(*all, id, &Label::sha256) != all->end();
  auto changes = known ? std::vector<store::DocumentChange>() : make_room(all.take(), source);
  changes.push_back(change_of(label_kind, id, source));
  JsonWriter(changes.back().body)
      .open()
      .field("kind", *kind)
      .field("source", source)
      .field("bytes", std::uint64_t{call.request.body.size()})
      .close();
  if (!known) {
    changes.push_back(change_of(text_kind, id, source));
    changes.back().body = std::move(call.request.body);
  }
  const auto written = center.documents().transact(store::Scope::all(), changes);
  if (!written) return problem_of(written.error());
  Response response;
  response.status = known ? 204 : 201;
  response.content_type = "text/plain";
  return response;
}

// The bytes are those that were delivered, so that their SHA-256 is their name.
Response catalogue(Center& center, Call& call) {
  auto text =
      center.documents().get(store::Scope::all(), text_kind, call.parameters.text("sha256"));
  if (!text && text.error().kind == ErrorKind::missing) {
    return Problem(Code::not_found, "There is no catalogue of that name; PUT it here.");
  }
  if (!text) return problem_of(text.error());
  Response response;
  response.body = std::move(text->body);
  response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  return response;
}

Response list_catalogues(Center& center, Call&) {
  const auto all = labels(center);
  if (!all) return problem_of(all.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("catalogues").open_list();
  for (const Label& label : *all) write_label(json, label);
  json.close_list().close();
  return json_answer(std::move(body));
}

Response fields(Center& center, Call&) {
  return newest(center, catalogue_kinds[0]);
}
Response detections(Center& center, Call&) {
  return newest(center, catalogue_kinds[1]);
}

}  // namespace langyan::center
