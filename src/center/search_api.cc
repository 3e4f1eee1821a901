// Questions in the query language: search, histogram, aggregate, export, and help with writing one.
// Each question is a GET for links and a POST for long queries; both are read by the same rows.
#include <algorithm>
#include <cmath>

#include "center/body_members.h"
#include "center/center.h"
#include "center/counts_json.h"
#include "center/event_cells.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "query/complete.h"

namespace langyan::center {
namespace {

using K = ParameterKind;

constexpr std::size_t export_rows = query::most_rows;
constexpr std::size_t export_bytes = std::size_t{32} << 20;
constexpr Parameter query_row{"query", K::text, "What is asked, in the query language; everything when left out.",
                              false,   0,       query::query_bytes};
constexpr Parameter from_row{"from", K::time, "Events at or after this time."};
constexpr Parameter to_row{"to", K::time, "Events before this time."};

// A question as it was put: parameters, and the plan of its query.
struct Question {
  Parameters parameters;
  query::Plan plan;
  store::Range range;
  std::shared_ptr<const query::Catalogue> fields;
};

void write_fault(JsonWriter& json, const query::Fault& fault, std::string_view text) {
  json.open().field("code", fault.code);
  json.field("start", query::utf16_position(text, fault.span.begin));
  json.field("end", query::utf16_position(text, std::max(fault.span.begin, fault.span.end)));
  json.field("message", fault.message.en).field("message_zh", fault.message.zh);
  json.field("advice", fault.advice.en).field("advice_zh", fault.advice.zh);
  if (!fault.fix.empty()) json.field("fix", fault.fix);
  json.close();
}

Problem problem_of_faults(const query::Faults& faults, std::string_view text) {
  std::string list;
  JsonWriter json(list);
  json.open_list();
  for (const query::Fault& fault : faults) write_fault(json, fault, text);
  json.close_list();
  return Problem(Code::bad_query, faults[0].message.en + " " + faults[0].advice.en).member("faults", list);
}

query::Resolved understood(Center& center, const std::string& text, Time now,
                           std::shared_ptr<const query::Catalogue>& fields) {
  fields = center.query_fields();
  query::Surroundings around;
  around.catalogue = fields.get();
  around.now = now;
  return query::understand(text, around);
}

std::variant<Question, Problem> question_of(Center& center, Call& call, std::span<const Parameter> rows) {
  Question question;
  question.parameters = call.parameters;
  if (call.request.method == Method::post) {
    const auto body = call.body({"query", "from", "to", "limit", "cursor", "bucket", "format"});
    if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
    auto parsed = Parameters::parse(rows, std::get<JsonObject>(body), call.now);
    if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
    question.parameters = std::move(std::get<Parameters>(parsed));
  }
  const std::string text = question.parameters.text("query");
  auto resolved = understood(center, text, call.now, question.fields);
  if (!resolved.faults.empty()) return problem_of_faults(resolved.faults, text);
  question.plan = std::move(resolved.plan);
  question.range = {question.parameters.time("from"), question.parameters.time("to")};
  if (question.range.from && question.range.to && *question.range.from >= *question.range.to)
    return Problem(Code::bad_parameter, "`from` must be before `to`.");
  return question;
}

struct Bounds {
  Time from, to;
};
// What is counted without a range: what the query says of time, else the last 24 hours.
Bounds bounds_of(const Question& question, Time now) {
  const store::Filter own = store::filter_of(question.plan);
  const Time to = question.range.to.value_or(own.to.value_or(now));
  return {question.range.from.value_or(own.from.value_or(to - day)), to};
}

void write_cell(JsonWriter& json, const store::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) json.text(*text);
  else if (const auto* number = std::get_if<std::int64_t>(&cell)) json.number(*number);
  else if (const auto* large = std::get_if<std::uint64_t>(&cell)) json.number(*large);
  else if (const auto* real = std::get_if<double>(&cell)) json.number(*real);
  else json.null();
}
void write_cells(JsonWriter& json, const std::vector<store::Cell>& cells) {
  json.open_list();
  for (const store::Cell& cell : cells) write_cell(json, cell);
  json.close_list();
}

std::string csv_head(const std::vector<std::string>& columns) {
  std::string out = "\xef\xbb\xbf";  // so that spreadsheets read UTF-8
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    append_csv(out, columns[i]);
  }
  return out + "\r\n";
}
void append_row(std::string& out, const std::vector<store::Cell>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    append_csv(out, cells[i]);
  }
  out += "\r\n";
}

std::vector<std::string> names_of(const std::vector<query::Target>& targets) {
  std::vector<std::string> names;
  for (const query::Target& target : targets) names.push_back(target.name);
  return names;
}

Result<store::Groups> groups_of(Center& center, const Call& call, const Question& question) {
  const Bounds bounds = bounds_of(question, call.now);
  return center.events().aggregate(call.scope(), question.plan, {bounds.from, bounds.to});
}

Response export_groups(Center& center, Call& call, const Question& question, bool csv) {
  const auto groups = groups_of(center, call, question);
  if (!groups) return question_problem(groups.error());
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  if (csv) response.body = csv_head(groups->columns);
  for (const auto& row : groups->rows) {
    if (csv) {
      append_row(response.body, row);
      continue;
    }
    JsonWriter json(response.body);
    json.open();
    for (std::size_t i = 0; i < row.size(); ++i) json.key(groups->columns[i]), write_cell(json, row[i]);
    json.close();
    response.body += '\n';
  }
  return response;
}

}  // namespace

std::span<const Parameter> search_parameters() {
  static constexpr Parameter rows[] = {
      query_row, from_row, to_row,
      {"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "50"},
      {"cursor", K::text, "Where the page begins: `next` of the page before."}};
  return rows;
}
std::span<const Parameter> histogram_parameters() {
  static constexpr Parameter rows[] = {
      query_row, from_row, to_row,
      {"bucket", K::duration, "Length of a bucket; as the query says, else about 100 of them.", false, 1'000'000,
       static_cast<std::uint64_t>(365 * day)}};
  return rows;
}
std::span<const Parameter> aggregate_parameters() {
  static constexpr Parameter rows[] = {query_row, from_row, to_row};
  return rows;
}
std::span<const Parameter> export_parameters() {
  static constexpr Parameter rows[] = {query_row,
                                       from_row,
                                       to_row,
                                       {"format", K::word, "Lines as received, or a table for a spreadsheet.", false, 0,
                                        UINT64_MAX, "ndjson|csv", "ndjson"},
                                       {"limit", K::number, "Most events.", false, 1, export_rows, {}, "10000"}};
  return rows;
}

Response search(Center& center, Call& call) {
  auto asked = question_of(center, call, search_parameters());
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const Question& question = std::get<Question>(asked);
  std::size_t limit = question.parameters.number("limit");
  if (question.plan.rows > 0) limit = std::min(limit, question.plan.rows);
  const auto page =
      center.events().search(call.scope(), question.plan, question.range, question.parameters.text("cursor"), limit);
  if (!page) return question_problem(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().field("query", question.plan.text).key("events").open_list();
  for (const store::Event& event : page->events) write_event(json, event);
  json.close_list();
  if (!question.plan.table.empty()) {
    json.key("columns").open_list();
    for (const query::Target& target : question.plan.table) json.text(target.name);
    json.close_list().key("table").open_list();
    for (const store::Event& event : page->events) write_cells(json, cells_of(event, question.plan.table));
    json.close_list();
  }
  json.key("next");
  // head says how many are wanted at all.
  page->next.empty() || question.plan.rows > 0 ? json.null() : json.text(page->next);
  json.field("complete", page->complete).key("searched_to");
  page->searched_to ? json.time(*page->searched_to) : json.null();
  json.close();
  return json_answer(std::move(body));
}

Response histogram(Center& center, Call& call) {
  auto asked = question_of(center, call, histogram_parameters());
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const Question& question = std::get<Question>(asked);
  const Bounds bounds = bounds_of(question, call.now);
  if (bounds.from >= bounds.to) return Problem(Code::bad_parameter, "The range is empty: `from` must be before `to`.");
  Duration bucket = question.plan.bucket;
  if (question.parameters.has("bucket")) bucket = question.parameters.duration("bucket");
  if (bucket == 0) bucket = bucket_for(bounds.to - bounds.from);
  const auto counts = center.events().histogram(call.scope(), question.plan, bounds.from, bounds.to, bucket);
  if (!counts) return question_problem(counts.error());
  std::string body;
  JsonWriter json(body);
  json.open();
  write_counts(json, *counts);
  json.close();
  return json_answer(std::move(body));
}

Response aggregate(Center& center, Call& call) {
  auto asked = question_of(center, call, aggregate_parameters());
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const Question& question = std::get<Question>(asked);
  const Bounds bounds = bounds_of(question, call.now);
  const auto groups = groups_of(center, call, question);
  if (!groups) return question_problem(groups.error());
  std::string body;
  JsonWriter json(body);
  json.open().field("query", question.plan.text).field("style", question.plan.style);
  json.key("from").time(bounds.from).key("to").time(bounds.to).key("columns").open_list();
  for (const std::string& column : groups->columns) json.text(column);
  json.close_list().field("groups", std::uint64_t{question.plan.groups.size()}).key("rows").open_list();
  for (const auto& row : groups->rows) write_cells(json, row);
  json.close_list().field("total", groups->groups).field("events", groups->events);
  json.field("complete", groups->complete).close();
  return json_answer(std::move(body));
}

Response export_events(Center& center, Call& call) {
  auto asked = question_of(center, call, export_parameters());
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const Question& question = std::get<Question>(asked);
  call.note.object = question.plan.text.empty() ? "all events" : question.plan.text;
  const bool csv = question.parameters.text("format") == "csv";
  if (question.plan.shape == query::Shape::groups) return export_groups(center, call, question, csv);
  std::size_t left = question.parameters.number("limit");
  if (question.plan.rows > 0) left = std::min(left, question.plan.rows);
  const auto columns = question.plan.table.empty() ? usual_columns(*question.fields) : question.plan.table;
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.headers.emplace_back(
      "Content-Disposition", csv ? "attachment; filename=\"langyan.csv\"" : "attachment; filename=\"langyan.ndjson\"");
  if (csv) response.body = csv_head(names_of(columns));
  std::string cursor;
  bool complete = true;
  do {
    const auto page =
        center.events().search(call.scope(), question.plan, question.range, cursor, std::min(left, store::page_rows));
    if (!page) return question_problem(page.error());
    complete = complete && page->complete;
    for (const store::Event& event : page->events) {
      if (csv) append_row(response.body, cells_of(event, columns));
      else response.body.append(event.json).append("\n");
    }
    left -= page->events.size();
    cursor = page->next;
    if (page->searched_to) break;  // the rest would take longer than one question may
  } while (left > 0 && !cursor.empty() && response.body.size() < export_bytes);
  // Whether this is all, since there is no other place to say it.
  if (!cursor.empty()) response.headers.emplace_back("Langyan-Next", cursor);
  if (!complete) response.headers.emplace_back("Langyan-Incomplete", "damaged");
  return response;
}

Response check_query(Center& center, Call& call) {
  const auto body = call.body({"query", "from", "to"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const auto& object = std::get<JsonObject>(body);
  const auto read = Parameters::parse(aggregate_parameters(), object, call.now);
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const std::string text = object.text("query").value_or("");
  std::shared_ptr<const query::Catalogue> fields;
  const auto resolved = understood(center, text, call.now, fields);
  const query::Parsed parsed = query::parse(text);
  std::string out;
  JsonWriter json(out);
  constexpr std::string_view shapes[] = {"events", "groups", "chart"};
  json.open().field("ok", resolved.faults.empty()).field("query", resolved.plan.text);
  json.field("shape", shapes[static_cast<std::size_t>(resolved.plan.shape)]).key("faults").open_list();
  for (const query::Fault& fault : resolved.faults) write_fault(json, fault, text);
  json.close_list().key("terms").open_list();
  for (const query::Term& term : parsed.query.terms) {
    json.open().field("text", query::render(term)).field("field", term.field);
    json.field("start", query::utf16_position(text, term.span.begin));
    json.field("end", query::utf16_position(text, term.span.end)).close();
  }
  json.close_list().key("cost");
  const auto& parameters = std::get<Parameters>(read);
  const store::Range range{parameters.time("from"), parameters.time("to")};
  const auto cost = resolved.faults.empty() ? center.events().cost(call.scope(), resolved.plan, range)
                                            : Result<store::Cost>(Error{ErrorKind::usage, ""});
  if (cost) {
    json.open().field("events", cost->events).field("reads_json", cost->reads_json);
    json.field("seconds", static_cast<double>(cost->time) / static_cast<double>(second))
        .field("term", cost->term)
        .close();
  } else {
    json.null();
  }
  json.close();
  return json_answer(std::move(out));
}

Response complete_query(Center& center, Call& call) {
  const auto body = call.body({"query", "position"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const auto& object = std::get<JsonObject>(body);
  const auto text = object.text("query");
  if (!text || text->size() > query::query_bytes)
    return Problem(Code::bad_body,
                   "`query` must be a text of at most " + std::to_string(query::query_bytes) + " bytes.");
  std::optional<std::uint64_t> position;
  if (auto wrong = read_number(object, "position", position)) return *wrong;
  const std::size_t at = position ? query::octet_position(*text, *position) : text->size();
  const auto fields = center.query_fields();
  const auto made = query::complete(*text, at, *fields);
  std::string out;
  JsonWriter json(out);
  json.open().field("start", query::utf16_position(*text, made.span.begin));
  json.field("end", query::utf16_position(*text, made.span.end)).key("items").open_list();
  for (const query::Completion& item : made.items) {
    json.open().field("text", item.text).field("kind", item.kind).field("label", item.label.en);
    json.field("label_zh", item.label.zh).field("doc", item.doc).close();
  }
  json.close_list().close();
  return json_answer(std::move(out));
}

}  // namespace langyan::center
