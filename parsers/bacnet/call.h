// Call: one service being decoded: what is read, what is written, what was found wrong first.
#pragma once

#include <bitset>
#include <limits>
#include <utility>

#include "parsers/bacnet/table.h"
#include "parsers/bacnet/tag.h"

namespace langyan::bacnet {

using Pen = Fill<fields>;
using PropertyPen = Fill<property_fields>;
inline const Reader never_dry{Bytes{}};  // pens write what Tags has read soundly

struct Segments {  // a message in segments, of one direction
  std::uint32_t station = 0;
  std::uint8_t invoke_id = 0, apdu_type = 0, next = 0;
  bool collecting = false;
};

struct Memory {  // of a flow
  // Invoke ids, by asked direction, of ReadPropertyMultiple requests that name all properties at once:
  // their answers do not stand against the request one by one.
  std::bitset<256> several[2];
  Segments segments[2];
  // The last request, by asked direction, that restarts or silences a device without a password.
  bool unprotected[2] = {};
  std::uint8_t unprotected_id[2] = {};
  std::uint8_t password_failures[2] = {};
  bool length_lied = false;  // said once: some stacks never get it right, and all else of theirs is sound
};
static_assert(sizeof(Memory) <= state_bytes);

struct Reference {  // an object, and mostly a property of it
  ObjectId object;
  std::uint32_t property = 0;
  bool has_property = false;
  std::optional<std::uint32_t> index;
};

Object object_of(const Reference& reference);
inline Object object_of(ObjectId id) { return object_of(Reference{id, 0, false, {}}); }

struct Call {
  Output& output;
  Memory& memory;
  const Context& context;
  Pen pen{output.record, never_dry};
  std::uint16_t service = no_service;  // of the field, or none named
  Verb verb = Verb::other;
  Outcome outcome = Outcome::pending;  // of operations that are not refused
  std::uint32_t unit = 0;              // where the message names no device
  std::uint8_t invoke_id = 0;
  bool to_all = false;                 // the message is a broadcast
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool asks() const { return output.role != Role::answer; }
  std::size_t asked_way() const {  // of the request, whichever this is
    return static_cast<std::size_t>(asks() ? context.direction : opposite(context.direction));
  }
  Operation& operate(Verb what) {
    Operation& operation = output.operate(what);
    operation.unit = unit;
    operation.function = service;
    operation.outcome = outcome;
    return operation;
  }
  Operation& operate() { return operate(verb); }
  Operation& touch(Verb what, const Object& object) {
    Operation& operation = operate(what);
    operation.object = object;
    return operation;
  }

  // Of a device whose number the message tells.
  void device(std::uint32_t instance) {
    pen.set<"device_instance">(instance);
    unit = instance;
  }

  // Writes a field, where its parameter is there and fits; needed ones are missed otherwise.
  template <Word name>
  bool put(std::optional<std::uint64_t> value) {
    if (!value) return false;
    constexpr Kind kind = fields.rows[fields[name]].kind;
    if constexpr (kind == Kind::u8) return put_as<name, std::uint8_t>(*value);
    else if constexpr (kind == Kind::u16) return put_as<name, std::uint16_t>(*value);
    else return put_as<name, std::uint32_t>(*value);
  }
  template <Word name>
  bool need(std::optional<std::uint64_t> value) {
    if (!value) blame(Wrong::parameter);
    return put<name>(value);
  }
  template <Word name>
  void put_boolean(std::optional<bool> value) {
    if (value) pen.set<name>(*value);
  }
  template <Word name>
  void put_text(std::optional<Bytes> content) {
    if (content) pen.set<name>(characters(*content, output.scratch));
  }

  PropertyPen start_item() { return {output.items.start(property_schema), never_dry}; }

 private:
  template <Word name, class T>
  bool put_as(std::uint64_t value) {
    if (value > std::numeric_limits<T>::max()) return blame(Wrong::parameter), false;
    pen.set<name>(static_cast<T>(value));
    return true;
  }
};

// What a service's parameters say; `tags` starts after the service choice. access.cc, report.cc,
// device.cc.
void parameters(Call& call, Body body, Tags& tags);
void access(Call& call, Body body, Tags& tags);
void report(Call& call, Body body, Tags& tags);
void device(Call& call, Body body, Tags& tags);

// An item's object and property.
void write_reference(PropertyPen& pen, const Reference& reference);
void write_datum(Call& call, PropertyPen& pen, const Datum& datum);
// Parameters within a group: what is wrong with them, or left of them.
void finish(Call& call, const Tags& tags);
// An item for an object alone, or with a property.
void emit_reference(Call& call, const Reference& reference);
// The value between the tags of group `number`; nothing, and blame, where it is missing or malformed.
std::optional<Datum> value_in(Call& call, Tags& tags, std::uint8_t number);

// The parts of the message below the services: virtual.cc, network.cc, apdu.cc.
void virtual_link(Call& call, Bytes message);
void network_layer(Call& call, Bytes npdu);
void application_layer(Call& call, Bytes apdu, std::uint32_t from, std::uint32_t to);

std::string_view vendor_name(std::uint32_t id);  // empty: not in the table

}  // namespace langyan::bacnet
