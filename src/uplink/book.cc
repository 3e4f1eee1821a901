#include "uplink/book.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/address.h"
#include "base/hash.h"
#include "base/json_members.h"

namespace langyan::uplink {
namespace {

using simdjson::dom::element;

constexpr unsigned version = 1;
constexpr std::size_t most_zones = 255, longest_file = 4096;
constexpr std::array<std::string_view, 4> modes = {"off", "learn", "review", "enforce"};

// What a member is to the row: part of which habit it is, of what is normal in it, or a statistic that grows with every packet.
enum class Sort : std::uint8_t { identity, limit, counted };

// The members, once: what is written, read, and compared.
template <class T>
struct Member {
  std::string_view name;
  T BookRow::*at;
  Sort sort;
  std::size_t longest = 0;  // octets of a text
};
constexpr Member<std::string> texts[] = {
    {"client", &BookRow::client, Sort::identity, 45},    {"server", &BookRow::server, Sort::identity, 45},
    {"zone", &BookRow::zone, Sort::limit, 255},          {"protocol", &BookRow::protocol, Sort::identity, 64},
    {"transport", &BookRow::transport, Sort::identity, 16}, {"verb", &BookRow::verb, Sort::identity, 32},
    {"object", &BookRow::object, Sort::identity, 512},   {"hours", &BookRow::hours, Sort::limit, 80},
    {"days", &BookRow::days, Sort::limit, 40},           {"said", &BookRow::said, Sort::limit, 40},
};
constexpr Member<std::uint64_t> numbers[] = {
    {"port", &BookRow::port, Sort::identity},     {"unit", &BookRow::unit, Sort::identity},
    {"function", &BookRow::function, Sort::identity}, {"count", &BookRow::count, Sort::counted},
    {"hours_seen", &BookRow::hours_seen, Sort::counted},
};
constexpr Member<Time> times[] = {{"since", &BookRow::since, Sort::counted}, {"last", &BookRow::last, Sort::counted}};
constexpr Member<double> reals[] = {
    {"least", &BookRow::least, Sort::limit},   {"most", &BookRow::most, Sort::limit},
    {"step", &BookRow::step, Sort::limit},     {"period", &BookRow::period, Sort::counted},
    {"octets", &BookRow::octets, Sort::limit}, {"peak", &BookRow::peak, Sort::limit},
};
constexpr Member<bool> flags[] = {
    {"anything", &BookRow::anything, Sort::identity}, {"valued", &BookRow::valued, Sort::limit},
    {"limit", &BookRow::limit, Sort::limit},          {"steady", &BookRow::steady, Sort::limit},
    {"given", &BookRow::given, Sort::limit},          {"new", &BookRow::fresh, Sort::limit},
};

template <class Visit>
void each_member(Visit visit) {
  for (const auto& each : texts) visit(each);
  for (const auto& each : numbers) visit(each);
  for (const auto& each : times) visit(each);
  for (const auto& each : reals) visit(each);
  for (const auto& each : flags) visit(each);
}

const BookRow& blank() {
  static const BookRow row;
  return row;
}

Error wrong(const std::string& where, std::string_view what) {
  return {ErrorKind::invalid, fmt::format("{} {}", where, what)};
}

// Each says what is wrong with the value; nothing: it is taken.
std::string_view take(element from, const Member<std::string>& member, BookRow& row) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS) return "is no text";
  if (text.size() > member.longest) return "is too long";
  row.*member.at = text;
  return {};
}
std::string_view take(element from, const Member<std::uint64_t>& member, BookRow& row) {
  return from.get(row.*member.at) == simdjson::SUCCESS ? "" : "is no whole number";
}
std::string_view take(element from, const Member<Time>& member, BookRow& row) {
  std::string_view text;
  const auto time = from.get(text) == simdjson::SUCCESS ? parse_timestamp(text) : std::nullopt;
  if (time) row.*member.at = *time;
  return time ? "" : "is no time";
}
std::string_view take(element from, const Member<double>& member, BookRow& row) {
  return from.get(row.*member.at) == simdjson::SUCCESS ? "" : "is no number";
}
std::string_view take(element from, const Member<bool>& member, BookRow& row) {
  return from.get(row.*member.at) == simdjson::SUCCESS ? "" : "is neither true nor false";
}

bool is_address(std::string_view text) {
  return parse_ip(text) || parse_mac(text);
}

Result<BookRow> read_row(element from, const std::string& where) {
  simdjson::dom::object object;
  if (from.get(object) != simdjson::SUCCESS) return wrong(where, "is no object");
  BookRow row;
  for (const auto& [name, value] : object) {
    std::string_view fault = "is no member of a row";
    each_member([&](const auto& member) {
      if (member.name == name) fault = take(value, member, row);
    });
    if (!fault.empty()) return wrong(fmt::format("{}.{}", where, name.substr(0, 64)), fault);
  }
  if (!is_address(row.client)) return wrong(where + ".client", "is no address");
  if (!is_address(row.server)) return wrong(where + ".server", "is no address");
  if (row.habit() == (row.octets > 0)) return wrong(where, "has to have either a verb or octets");
  return row;
}

Result<BookZone> read_zone(element from, const std::string& where) {
  BookZone zone;
  zone.name = json::text_of(from, "name"), zone.mode = json::text_of(from, "mode");
  if (zone.name.empty() || zone.name.size() > 255) return wrong(where + ".name", "is missing or too long");
  if (std::ranges::find(modes, zone.mode) == modes.end()) return wrong(where + ".mode", "is no mode");
  zone.watched = json::number_of<std::uint64_t>(from, "watched"),
  zone.left = json::number_of<std::uint64_t>(from, "left");
  return zone;
}

// The list `name` of `from`, each element as `read` makes it.
template <class Each>
Result<void> read_list(element from, std::string_view name, Result<Each> (*read)(element, const std::string&),
                       std::vector<Each>& into) {
  simdjson::dom::array list;
  if (from[name].get(list) != simdjson::SUCCESS) return wrong(fmt::format("book.{}", name), "is no list");
  for (const element each : list) {
    auto made = read(each, fmt::format("book.{}[{}]", name, into.size()));
    if (!made) return made.error();
    into.push_back(made.take());
  }
  return {};
}

std::uint64_t hash_of(const BookRow& row, bool (*wanted)(Sort)) {
  std::uint64_t state = 0;
  each_member([&](const auto& member) {
    if (!wanted(member.sort)) return;
    const auto& value = row.*member.at;
    if constexpr (std::is_same_v<decltype(value), const std::string&>)
      state = hash(bytes_of(std::string_view(value)), state);
    else if constexpr (std::is_same_v<decltype(value), const double&>)
      state = combine(state, std::bit_cast<std::uint64_t>(value));
    else state = combine(state, static_cast<std::uint64_t>(value));
  });
  return state;
}

}  // namespace

void write_zones(JsonWriter& json, const std::vector<BookZone>& zones) {
  json.key("zones").open_list();
  for (const BookZone& zone : zones)
    json.open()
        .field("name", zone.name)
        .field("mode", zone.mode)
        .field("watched", zone.watched)
        .field("left", zone.left)
        .close();
  json.close_list();
}

void write_row(JsonWriter& json, const BookRow& row) {
  each_member([&](const auto& member) {
    const auto& value = row.*member.at;
    if (value == blank().*member.at) return;
    if constexpr (std::is_same_v<decltype(value), const Time&>) json.key(member.name).time(value);
    else json.field(member.name, value);
  });
}

std::string write_book(const Book& book) {
  std::string text;
  JsonWriter json(text);
  json.open().key("book").open().field("version", version).field("file", book.file).field("left_out", book.left_out);
  write_zones(json, book.zones);
  json.key("rows").open_list();
  for (const BookRow& row : book.rows) {
    json.open();
    write_row(json, row);
    json.close();
  }
  json.close_list().close().close();
  return text;
}

Result<Book> read_book(std::string_view text) {
  simdjson::dom::parser parser;
  element document, from;
  if (parser.parse(simdjson::padded_string(text)).get(document) != simdjson::SUCCESS)
    return wrong("The book", "is no JSON");
  if (document["book"].get(from) != simdjson::SUCCESS || !from.is_object())
    return wrong("The document", "has no `book`");
  const auto made_by = json::number_of<unsigned>(from, "version");
  if (made_by != version)
    return wrong("The book",
                 fmt::format("has version {}, this program reads {}; update the older of the two", made_by, version));
  Book book;
  book.file = json::text_of(from, "file"), book.left_out = json::number_of<std::uint64_t>(from, "left_out");
  if (book.file.size() > longest_file) return wrong("book.file", "is too long");
  if (auto done = read_list(from, "zones", read_zone, book.zones); !done) return done.error();
  if (book.zones.size() > most_zones) return wrong("book.zones", "are more than a sensor has");
  if (auto done = read_list(from, "rows", read_row, book.rows); !done) return done.error();
  return book;
}

std::uint64_t identity_of(const BookRow& row) {
  return hash_of(row, [](Sort sort) { return sort == Sort::identity; });
}

std::uint64_t digest_of(const Book& book) {
  std::uint64_t state = combine(book.left_out, book.rows.size());
  for (const BookZone& zone : book.zones)
    state = hash(bytes_of(std::string_view(zone.mode)), hash(bytes_of(std::string_view(zone.name)), state));
  for (const BookRow& row : book.rows)
    state = combine(state, hash_of(row, [](Sort sort) { return sort != Sort::counted; }));
  return state;
}

}  // namespace langyan::uplink
