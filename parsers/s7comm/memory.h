// Memory: what the parser remembers of a connection, within the octets a flow keeps for it.
#pragma once

#include <algorithm>

#include "parsers/s7comm/variable.h"

namespace langyan::s7comm {

// Of reads that wait for their answer. More jobs at once are rare, and more items do not fit the
// usual PDU of 240 octets; what is not remembered is read without its type.
constexpr std::size_t remembered_jobs = 4, remembered_items = 20;

// What a job asked for, so that its answer, which only says how many octets, makes values.
enum : std::uint8_t { asked_used = 1, asked_areas = 2, asked_by_server = 4 };
struct Asked {
  std::uint16_t reference;
  std::uint8_t flags;  // 0: free
  std::uint8_t forms[remembered_items / 2];

  void set(std::size_t item, Form form) {
    if (item >= remembered_items) return;
    const int shift = item % 2 ? 4 : 0;
    forms[item / 2] = static_cast<std::uint8_t>((forms[item / 2] & (0xf0 >> shift)) |
                                                static_cast<int>(form) << shift);
  }
  Form form(std::size_t item) const {
    if (item >= remembered_items) return Form::unknown;
    return static_cast<Form>(forms[item / 2] >> (item % 2 ? 4 : 0) & 15);
  }
};

// What the assembly of a direction holds.
enum class Pieces : std::uint8_t { none, message, list, skipped };

struct Memory {
  std::uint8_t rack_slot;  // as the called TSAP has it
  bool rack_slot_known;
  bool connecting;  // a connection request waits
  bool connecting_from_server;
  Pieces pieces[2];        // by direction
  bool list_asked;         // a list was asked for from its start
  bool list_known;         // `list_id` and `list_index` are of the status list asked for last
  std::uint8_t list_unit;  // joins the parts of the list being gathered
  bool areas_asked;        // a job asked for areas of data blocks, once
  std::uint8_t next;       // of `asked`
  std::uint16_t list_id, list_index;
  std::uint16_t upload_reference;
  std::uint8_t upload_type;  // block that is uploaded or waits for its upload's id
  std::uint32_t upload_number;
  std::uint32_t upload_id;
  Asked asked[remembered_jobs];

  Asked& remember(std::uint16_t reference, bool by_server) {
    Asked* slot = find(reference, by_server);
    if (!slot) slot = std::ranges::find(asked, 0, &Asked::flags);
    if (slot == std::end(asked)) {
      slot = &asked[next];
      next = static_cast<std::uint8_t>((next + 1) % remembered_jobs);
    }
    *slot = Asked{
        reference, static_cast<std::uint8_t>(asked_used | (by_server ? asked_by_server : 0)), {}};
    return *slot;
  }
  Asked* find(std::uint16_t reference, bool by_server) {
    for (Asked& each : asked)
      if (each.flags && each.reference == reference &&
          bool(each.flags & asked_by_server) == by_server)
        return &each;
    return nullptr;
  }
  // Rack and slot as one number: 100 times the rack and the slot, so 2 is rack 0, slot 2.
  std::uint32_t unit() const {
    return rack_slot_known ? (rack_slot >> 5) * 100u + (rack_slot & 31) : 0;
  }
};
static_assert(sizeof(Memory) <= state_bytes);

}  // namespace langyan::s7comm
