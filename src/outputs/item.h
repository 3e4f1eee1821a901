// Item: an event on its way out, with what the forms ask of it read once. ItemReader is used by one
// thread at a time; an item lives as long as the event and the reader's answer it came from.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/event_store.h"

namespace langyan::outputs {

// What tells an event from all others, at every tier and in every repeat: its origin as text,
// "<sensor>/<epoch>/<lane>/<seq>". A receiver drops what it has under that name.
std::string identity_of(const store::EventRow& row);

struct Item {
  const store::Event& event;
  store::EventRow row;
  std::string id;
  store::ParsedLines owner;  // of what `row` points to
};

class ItemReader {
 public:
  // An event that was stored parses; one that does not (a damaged store) gives an Error.
  Result<Item> read(const store::Event& event);

 private:
  store::EventParser parser_;
};

// An alert that is none, marked as such in every form: `"test":true`, and the word test in its
// signature and sensor name.
store::Event sample(std::string_view center, std::string_view output, std::string_view organisation, Time now);
bool is_sample(const Item& item);

// The line as it was received, on one line: control characters, which JSON allows between its
// tokens only, are spaces; DEL within a text is escaped.
std::string one_line(std::string_view json);
// As that, but of at most `most` octets where it can be: without packet and payload, else only who,
// when and what, marked `"cut":true`.
std::string line_within(const Item& item, std::size_t most);

}  // namespace langyan::outputs
