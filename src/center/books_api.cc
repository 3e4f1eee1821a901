// What sensors learned: delivered by each for itself, and read by people.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/json.h"
#include "center/book_routes.h"
#include "center/books.h"
#include "center/center.h"
#include "center/inflate.h"

namespace langyan::center {
namespace {

using uplink::BookRow;

void write_label(JsonWriter& json, const BookLabel& label) {
  json.open()
      .field("id", label.id)
      .field("organisation", label.organisation)
      .key("received")
      .time(label.received)
      .key("book")
      .raw(label.json)
      .close();
}

void write_next(JsonWriter& json, std::string_view next) {
  json.key("next");
  next.empty() ? json.null() : json.text(next);
}

// Rows have no name of their own: what they are, and of those that read alike which.
std::vector<std::string> ids_of(const std::vector<BookRow>& rows) {
  std::vector<std::string> ids;
  std::map<std::uint64_t, std::size_t> alike;
  for (const BookRow& row : rows) {
    const std::uint64_t identity = identity_of(row);
    const std::size_t before = alike[identity]++;
    ids.push_back(fmt::format("{:016x}", identity) + (before ? "-" + std::to_string(before) : ""));
  }
  return ids;
}

class Filter {
 public:
  explicit Filter(const Parameters& given)
      : client_(given.text("client")),
        server_(given.text("server")),
        state_(given.text("state")),
        protocols_(given.list("protocol")),
        verbs_(given.list("verb")),
        zones_(given.list("zone")) {}
  bool fits(const BookRow& row) const {
    const auto among = [](const std::vector<std::string>& wanted, const std::string& value) {
      return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
    };
    if (!state_.empty() && row.waits() != (state_ == "waiting")) return false;
    return row.client.starts_with(client_) && row.server.starts_with(server_) && among(protocols_, row.protocol) &&
           among(verbs_, row.verb) && among(zones_, row.zone);
  }

 private:
  const std::string client_, server_, state_;
  const std::vector<std::string> &protocols_, &verbs_, &zones_;
};

// How many rows of the whole book have each value, whatever is asked for: what may be asked for.
void write_counts(JsonWriter& json, std::string_view name, const std::vector<BookRow>& rows,
                  std::string BookRow::*member) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const BookRow& row : rows)
    if (!(row.*member).empty()) ++counts[row.*member];
  json.key(name).open_list();
  for (const auto& [value, count] : counts) json.open().field("value", value).field("count", count).close();
  json.close_list();
}

}  // namespace

Response put_learned(Center& center, Call& call) {
  // Habits are the enterprise's own; a lower center has no reason to deliver any, and no event of it says whose they would be.
  if (call.principal->relay)
    return Problem(Code::conflict,
                   "What is learned stays with the center its sensor delivers to; a lower center hands on none.");
  auto text = inflated_body(call.request, uplink::largest_book);
  if (const auto* problem = std::get_if<Problem>(&text)) return *problem;
  const auto book = uplink::read_book(std::get<std::string>(text));
  if (!book) return Problem(Code::bad_body, book.error().message + ".");
  if (const auto done =
          put_book(center.documents(), call.principal->organisation, call.principal->source, *book, call.now);
      !done)
    return problem_of(done.error());
  Response response;
  response.status = 204;
  response.content_type = "text/plain";
  return response;
}

Response list_learned(Center& center, Call& call) {
  const auto page =
      list_books(center.documents(), call.scope(), call.parameters.text("cursor"), call.parameters.number("limit"));
  if (!page) return problem_of(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("books").open_list();
  for (const BookLabel& label : page->books) write_label(json, label);
  json.close_list();
  write_next(json, page->next);
  json.close();
  return json_answer(std::move(body));
}

Response learned(Center& center, Call& call) {
  const Parameters& given = call.parameters;
  const auto label = find_book(center.documents(), call.scope(), given.text("id"));
  if (!label) return problem_of(label.error());
  const auto book = read_book(center.documents(), call.scope(), given.text("id"));
  if (!book) return problem_of(book.error());
  const auto ids = ids_of(book->rows);
  const std::string cursor = given.text("cursor");
  const auto before = std::ranges::find(ids, cursor);
  if (!cursor.empty() && before == ids.end())
    return Problem(Code::bad_parameter,
                   "`cursor` is of a habit that the sensor no longer has; ask for the first page again.");
  const auto first = cursor.empty() ? 0 : static_cast<std::size_t>(before - ids.begin()) + 1;
  std::vector<std::size_t> found;
  const Filter filter(given);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (filter.fits(book->rows[i])) found.push_back(i);
  const auto rest = std::span(found).subspan(std::ranges::lower_bound(found, first) - found.begin());
  const auto page = rest.first(std::min<std::size_t>(rest.size(), given.number("limit")));
  std::string body;
  JsonWriter json(body);
  json.open().key("book");
  write_label(json, *label);
  json.field("matching", std::uint64_t{found.size()});
  write_counts(json, "protocols", book->rows, &BookRow::protocol);
  write_counts(json, "verbs", book->rows, &BookRow::verb);
  write_counts(json, "zones", book->rows, &BookRow::zone);
  json.key("rows").open_list();
  for (const std::size_t i : page) {
    json.open().field("id", ids[i]);
    write_row(json, book->rows[i]);
    json.close();
  }
  json.close_list();
  write_next(json, page.size() == rest.size() ? std::string() : ids[page.back()]);
  json.close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
