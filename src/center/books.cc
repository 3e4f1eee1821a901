#include "center/books.h"

#include <algorithm>

#include "base/json.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view label_kind = "book", rows_kind = "book_rows";
static_assert(uplink::largest_book + (1u << 20) <= store::document_bytes,
              "what was taken is kept, also when it is written anew");

std::string label_of(const std::string& sensor, const uplink::Book& book) {
  const auto habits = static_cast<std::uint64_t>(std::ranges::count_if(book.rows, &uplink::BookRow::habit));
  std::string text;
  JsonWriter json(text);
  json.open()
      .field("sensor", sensor)
      .field("file", book.file)
      .field("habits", habits)
      .field("volumes", book.rows.size() - habits);
  json.field("waiting", static_cast<std::uint64_t>(std::ranges::count_if(book.rows, &uplink::BookRow::waits)))
      .field("left_out", book.left_out);
  write_zones(json, book.zones);
  json.close();
  return text;
}

BookLabel label_in(store::Document document) {
  return {std::move(document.id), std::move(document.organisation), document.changed, std::move(document.body)};
}

}  // namespace

std::string book_id(std::string_view organisation, std::string_view sensor) {
  return sha256_hex(std::string(organisation) + "\n" + std::string(sensor)).substr(0, 32);
}

Result<void> put_book(store::DocumentStore& documents, const std::string& organisation, const std::string& sensor,
                      const uplink::Book& book, Time now) {
  store::DocumentChange label;
  label.kind = label_kind, label.id = book_id(organisation, sensor), label.organisation = organisation;
  label.by = sensor, label.expires = now + keep_book, label.keep_history = false;
  store::DocumentChange rows = label;
  label.body = label_of(sensor, book);
  rows.kind = rows_kind, rows.body = write_book(book);
  const store::DocumentChange both[] = {std::move(label), std::move(rows)};
  const auto written = documents.transact(store::Scope::all(), both);
  return written ? Result<void>() : Result<void>(written.error());
}

Result<BookPage> list_books(store::DocumentStore& documents, const store::Scope& scope, std::string_view cursor,
                            std::size_t limit) {
  auto page = documents.list(scope, label_kind, cursor, limit);
  if (!page) return page.error();
  BookPage found;
  found.next = std::move(page->next);
  for (store::Document& document : page->documents) found.books.push_back(label_in(std::move(document)));
  return found;
}

Result<BookLabel> find_book(store::DocumentStore& documents, const store::Scope& scope, std::string_view id) {
  auto document = documents.get(scope, label_kind, id);
  if (!document) return document.error();
  return label_in(document.take());
}

Result<uplink::Book> read_book(store::DocumentStore& documents, const store::Scope& scope, std::string_view id) {
  const auto document = documents.get(scope, rows_kind, id);
  if (!document) return document.error();
  auto book = uplink::read_book(document->body);
  if (!book) return Error{ErrorKind::failed, "The book of the sensor cannot be read any more: " + book.error().message};
  return book;
}

}  // namespace langyan::center
