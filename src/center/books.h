// Books: of each sensor the newest book of what it learned (uplink/book.h, docs/design/0047-learned-book.md).
//
// A book is two documents of one transaction, a label and the rows, that belong to the sensor's organisation: who does not see
// that sees neither. Another book of the same sensor replaces both, without history; a sensor that delivers none for keep_book has
// none here any more. So there are at most as many as credentials that deliver, of uplink::largest_book each. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/document_store.h"
#include "uplink/book.h"

namespace langyan::center {

constexpr Duration keep_book = 90 * day;

struct BookLabel {
  std::string id, organisation;
  Time received = 0;
  std::string json;  // an object: sensor, file, habits, volumes, waiting, left_out, zones
};
struct BookPage {
  std::vector<BookLabel> books;  // by id
  std::string next;              // empty: this was the last page
};

std::string book_id(std::string_view organisation, std::string_view sensor);

Result<void> put_book(store::DocumentStore& documents, const std::string& organisation, const std::string& sensor,
                      const uplink::Book& book, Time now);
Result<BookPage> list_books(store::DocumentStore& documents, const store::Scope& scope, std::string_view cursor,
                            std::size_t limit);
Result<BookLabel> find_book(store::DocumentStore& documents, const store::Scope& scope,
                            std::string_view id);  // missing
Result<uplink::Book> read_book(store::DocumentStore& documents, const store::Scope& scope, std::string_view id);

}  // namespace langyan::center
