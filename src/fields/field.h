// Field: one datum of a protocol, declared once, in one row of one constexpr table.
//
// The event log, the rule keywords, the learned dimensions, the pairing key, the reference page and
// the console all read that row; none keeps a second list. Everything here is constant data: any
// thread may read it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace langyan {

enum class Kind : std::uint8_t {
  u8, u16, u32, u64,
  i64,
  f64,
  boolean,
  text,     // octets shown as UTF-8
  bytes,    // octets shown as hex
  words,    // a run of big-endian u16
  time_us,  // microseconds since the epoch
  mac,
  ip,       // 16 octets, v4 as v4-mapped
};
constexpr bool is_run(Kind kind) {  // the slot is a place and a size, not the value
  return kind == Kind::text || kind == Kind::bytes || kind == Kind::words || kind == Kind::ip;
}
std::string_view kind_name(Kind kind);

// Who may read a field. Combine with |.
enum Use : std::uint8_t {
  log = 1,      // written to the event
  rule = 2,     // a keyword of the rule language, <protocol>.<name>
  learn = 4,    // part of a learned habit
  pair = 8,     // joins an answer to its request
  column = 16,  // a column of its own in the center's store
  buffer = 32,  // content and pcre look into it (Suricata's sticky buffers)
};
constexpr std::size_t use_count = 6;

struct Text {  // The same in both languages of the console.
  std::string_view en, zh;
};

struct Name {  // A number and the word the standard gives it.
  std::uint32_t value;
  std::string_view word;
};

struct Field {
  std::string_view name;   // "unit_id": log key, rule keyword and column, always this one word
  Kind kind;
  int uses;                // Use flags
  Text label;              // what the console shows
  std::string_view doc;    // one sentence, for the person on shift
  std::string_view spec;   // where the standard defines it
  std::span<const Name> names = {};  // for a coded number, the words the standard gives
  std::string_view unit = {};

  std::string_view word(std::uint64_t value) const {  // empty: the standard has none
    for (const Name& each : names)
      if (each.value == value) return each.word;
    return {};
  }
};

// A protocol's message, or one kind of its items, as the engine sees it.
struct Schema {
  std::string_view name;  // "modbus", or of items "iec104.object"
  std::span<const Field> fields;
  std::array<std::uint64_t, use_count> masks{};  // fields with each use, by bit

  constexpr std::uint64_t mask(Use use) const {
    for (std::size_t i = 0; i < use_count; ++i)
      if (use == 1 << i) return masks[i];
    return 0;
  }
  constexpr std::size_t find(std::string_view field) const {  // fields.size(): none
    std::size_t i = 0;
    while (i < fields.size() && fields[i].name != field) ++i;
    return i;
  }
};

constexpr std::size_t most_fields = 64;  // presence is one 64-bit word

template <std::size_t N>
struct Table {
  std::string_view name;
  std::array<Field, N> rows;

  consteval std::size_t operator[](std::string_view field) const {
    for (std::size_t i = 0; i < N; ++i)
      if (rows[i].name == field) return i;
    throw "no field of this name in the protocol's table";
  }
  constexpr Schema schema() const {
    Schema result{name, rows, {}};
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t use = 0; use < use_count; ++use)
        if (rows[i].uses >> use & 1) result.masks[use] |= std::uint64_t{1} << i;
    return result;
  }
};

constexpr bool is_field_name(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return name != "items" && name != "items_total";
}

// Builds a table and refuses, at compile time, a row that a reader could not use.
template <std::size_t N>
consteval Table<N> table(std::string_view name, const Field (&rows)[N]) {
  static_assert(N <= most_fields, "presence is one 64-bit word");
  Table<N> result{name, {}};
  for (std::size_t i = 0; i < N; ++i) {
    const Field& row = rows[i];
    if (!is_field_name(row.name)) throw "a field's name is lower_case and not items or items_total";
    if (row.label.en.empty() || row.label.zh.empty()) throw "a field needs a label in both languages";
    if (row.spec.empty()) throw "a field cites its specification";
    if (!row.doc.ends_with('.')) throw "a field's doc is one full sentence";
    if ((row.uses & buffer) && !is_run(row.kind)) throw "only a run of octets can be a buffer";
    if ((row.uses & pair) && is_run(row.kind)) throw "only a number can pair messages";
    if (!row.names.empty() && is_run(row.kind)) throw "only a number has names";
    for (std::size_t j = 0; j < i; ++j)
      if (rows[j].name == row.name) throw "two fields share a name";
    result.rows[i] = row;
  }
  return result;
}

// The names column of a table whose rows start with code and name.
template <class Row, std::size_t N>
consteval std::array<Name, N> names_of(const Row (&rows)[N]) {
  std::array<Name, N> result{};
  for (std::size_t i = 0; i < N; ++i) result[i] = {rows[i].code, rows[i].name};
  return result;
}

// Calls visit(index) for each bit set, lowest first.
template <class Visit>
void each(std::uint64_t fields, Visit visit) {
  for (; fields; fields &= fields - 1) visit(static_cast<std::size_t>(__builtin_ctzll(fields)));
}

}  // namespace langyan
