// Fragment: one application fragment of DNP3 being decoded; what the readers of its objects share.
#pragma once

#include <algorithm>

#include "parsers/dnp3/table.h"

namespace langyan::dnp3 {

constexpr std::size_t most_file_name = 30;    // octets of an open file's name that are remembered
constexpr std::uint64_t all_points = ~std::uint64_t{0};  // the address that stands for every point of a kind
// Words and names that operations point to stand in the front of the scratch area, because of a
// request that waits for its answer only the front is kept.
constexpr std::size_t front_bytes = 96;

struct Side {  // of one direction: segments that are being put together
  std::uint16_t source, destination;
  std::uint16_t frames;
  std::uint8_t next;          // segment number expected
  std::uint8_t last_primary;  // link function asked last, plus one
  bool active, skips, seen;
};

struct Memory {  // the parser's memory of a flow
  Side sides[2];
  std::uint64_t selected;          // digest of the objects of the last select
  std::uint32_t handle;            // of the file opened last
  std::uint8_t asked[16];          // by sequence number the function that waits for its response, plus one
  std::uint8_t select_sequence;
  std::uint8_t master;             // direction of the master's messages, plus one; 0 not known yet
  std::uint8_t name_size;
  std::uint16_t
      asked_numbers;  // sequence numbers a response may have: of requests since the last response, and one before
  std::uint8_t last_number;        // of the last request
  std::uint16_t alarms;            // indications of trouble that were told and still stand
  bool select_known, answering, has_handle, responded;
  std::uint8_t name[most_file_name];
};

enum class Tells : std::uint8_t {  // what the operations of a fragment say
  asked,     // of a request: what it asks for
  nothing,   // of a response to a read whose request stands for it
  outcomes,  // of a response: what became of each thing asked
  reports,   // of what nobody asked for: the values
};

struct Header {
  std::uint8_t group, variation, qualifier;
  std::uint32_t start = 0, stop = 0, count = 0;
  bool has_range = false, has_count = false;
  Place place = Place::other;

  std::uint8_t prefix() const { return qualifier >> 4 & 7; }
  std::uint8_t range() const { return qualifier & 15; }
  bool is_free() const { return prefix() >= 4 && prefix() <= 6; }  // each object says its size
};

struct Fragment {
  Output& output;
  Memory& memory;
  const Context& context;
  std::uint16_t outstation;
  bool broadcast;
  std::span<std::uint8_t> front;
  std::size_t front_used = 0;
  std::uint8_t code = 0, sequence = 0;
  const Function* function = &unknown_function;
  Tells tells = Tells::asked;
  std::uint8_t asked_code = 0;       // of a response: the function it answers; 0 not known
  std::uint16_t headers = 0;
  std::uint64_t digest = 0;          // of the objects, but for those of authentication
  Time occurrence = 0;               // common time of occurrence
  bool has_occurrence = false;
  int assigned_class = -1;           // of assign_class: the class the next headers are put into
  std::uint8_t first_auth = 0;       // variation of the first authentication object
  std::uint8_t auth_error = 0;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool is_request() const { return !from_outstation(code); }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = outstation;
    operation.function = code;
    if (tells == Tells::reports || tells == Tells::outcomes) operation.outcome = Outcome::ok;
    return operation;
  }
  // In the front where there is room, each text once; else behind it.
  Bytes keep(Bytes text) {
    const auto used = front.first(front_used);
    const auto same = std::search(used.begin(), used.end(), text.begin(), text.end());
    if (!text.empty() && same != used.end()) return {same, same + static_cast<std::ptrdiff_t>(text.size())};
    if (text.size() > front.size() - front_used) return output.scratch.copy(text);
    const std::span<std::uint8_t> kept = front.subspan(front_used, text.size());
    std::ranges::copy(text, kept.begin());
    front_used += text.size();
    return kept;
  }
};

// objects.cc: the object headers and what follows each.
void read_objects(Fragment& fragment, Bytes body);
// records.cc: an object that says its own size, and a device attribute.
void read_record(Fragment& fragment, const Header& header, Bytes object);
bool read_attribute(Fragment& fragment, const Header& header, std::uint32_t set, Reader& in);
// An operation on one point or a range of them; contiguous ones without a value are one.
Operation& operate_on(Fragment& fragment, Verb verb, const Header& header, std::uint64_t address, std::uint32_t count);
// What the function does to objects of this group; Verb::other: nothing worth an operation.
Verb verb_of(const Fragment& fragment, const Header& header);
void notation(const Object& object, std::string& out);

}  // namespace langyan::dnp3
