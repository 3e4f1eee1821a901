// The arguments of OPC Data Access that say which items are read and written, and their values.
//
// [DA] appendix, IDL; [OAUT] 2.2.29 (VARIANT on the wire); [C706] 14.3 (arrays, pointers)
#include <algorithm>
#include <charconv>

#include "parsers/dcerpc/table.h"

namespace langyan::dcerpc {
namespace {

constexpr std::uint32_t most_counted = 1'024;  // items of one call that are read
constexpr std::uint64_t epoch_filetime = 116'444'736'000'000'000;  // 1970 in steps of 100 ns since 1601
constexpr std::uint16_t quality_good = 0xc0, quality_mask = 0xc0;  // [DA] 6.8

struct Variant {
  std::uint16_t type = 0;
  Value value;
  bool known = false;  // its octets are read; else nothing behind it can be
};

// [OAUT] 2.2.29.1: size in quads, reserved, type, three reserved, then the type again and the arm.
Variant read_variant(Output* output, Stub& stub) {
  Variant result;
  stub.align(8);
  stub.skip(8);
  result.type = stub.u16();
  stub.skip(6);
  const std::uint32_t arm = stub.u32();
  if (!stub.ok() || arm != result.type) return result;
  result.known = true;
  switch (result.type) {
    case 0: case 1: break;
    case 2: result.value = Value::of_integer(static_cast<std::int16_t>(stub.u16())); break;
    case 3: case 22: result.value = Value::of_integer(static_cast<std::int32_t>(stub.u32())); break;
    case 4: result.value = Value::of_real(std::bit_cast<float>(stub.u32())); break;
    case 5: case 7: result.value = Value::of_real(std::bit_cast<double>(stub.u64())); break;
    case 6: result.value = Value::of_real(static_cast<double>(static_cast<std::int64_t>(stub.u64())) / 10'000); break;
    case 10: case 19: case 23: result.value = Value::of(stub.u32()); break;
    case 11: result.value = Value::of_boolean(stub.u16() != 0); break;
    case 16: result.value = Value::of_integer(static_cast<std::int8_t>(stub.u8())); break;
    case 17: result.value = Value::of(stub.u8()); break;
    case 18: result.value = Value::of(stub.u16()); break;
    case 20: result.value = Value::of_integer(static_cast<std::int64_t>(stub.u64())); break;
    case 21: result.value = Value::of(stub.u64()); break;
    case 8: {  // [OAUT] 2.2.23.2: pointer, size, octets, size, characters
      if (stub.u32() == 0) break;
      const std::uint32_t most = stub.u32();
      stub.u32();
      const std::uint32_t size = stub.u32();
      if (!stub.ok() || size > most || size > stub.left() / 2) return result.known = false, result;
      const Bytes text = stub.take(size * 2u);
      if (output) result.value = Value::of_run(Value::Kind::text, wide_text(*output, text, stub.little()));
      break;
    }
    default: result.known = false; break;
  }
  result.known = result.known && stub.ok();
  return result;
}

void put_value(ItemPen& pen, const Variant& variant) {
  pen.set<"value_type">(variant.type);
  if (variant.value.kind == Value::Kind::text) pen.set<"value_text">(variant.value.run);
  else if (!variant.value.none()) pen.set<"value">(variant.value.element(0));
}

// The count before an array and the array's own must agree.
std::uint32_t counted(Stub& stub, std::size_t element) {
  const std::uint32_t count = stub.u32(), most = stub.u32();
  const bool good = stub.ok() && count == most && count <= most_counted && count * element <= stub.left();
  if (!good) stub.fail();
  return good ? count : 0;
}
Bytes array(Stub& stub, std::uint32_t count, std::size_t element) {
  if (stub.u32() != count) stub.fail();
  return stub.take(count * element);
}

// A string of [string] wchar_t: most, offset, length, characters.
Bytes read_string(Call& call, Stub& stub) {
  stub.skip(8);
  const std::uint32_t size = stub.u32();
  if (!stub.ok() || size > stub.left() / 2) return stub.fail(), Bytes{};
  return wide_text(call.output, stub.take(size * 2u), stub.little());
}

struct Handles {  // an array of them, in the stub's byte order
  Bytes octets;
  bool little;
  std::uint32_t operator[](std::size_t index) const {
    Reader in{octets.subspan(index * 4, 4)};
    return wire::Ndr{in, little}.u32();
  }
};

Operation& touch(Call& call, Place place, std::uint32_t handle, Outcome outcome) {
  Operation& operation = call.operate(call.method->verb, outcome);
  operation.object = {.space = static_cast<std::uint8_t>(place), .address = handle, .count = 1};
  return operation;
}

void count_field(Call& call, Stub& stub, std::uint32_t count) {
  Pen out{call.output.record, stub.in()};
  out.set<"item_count">(count);
}

void handle_items(Call& call, Stub& stub, const Handles& handles, std::uint32_t count) {
  count_field(call, stub, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    ItemPen pen{call.output.items.start(item_schema), stub.in()};
    pen.set<"item_handle">(handles[i]);
    call.output.items.emit();
    touch(call, Place::server_handle, handles[i], Outcome::pending);
  }
}

void read_request(Call& call, Stub& stub, bool sync) {
  if (sync) stub.u16();  // from the cache or the device
  const std::uint32_t count = counted(stub, 4);
  const Handles handles{stub.take(count * 4u), stub.little()};
  if (!stub.ok()) return call.blame(Wrong::arguments);
  handle_items(call, stub, handles, count);
  if (!sync && stub.left() >= 4) {
    Pen out{call.output.record, stub.in()};
    const std::uint32_t transaction = stub.u32();
    out.set<"transaction">(transaction);
  }
}

void write_request(Call& call, Stub& stub) {
  const std::uint32_t count = counted(stub, 8);
  const Handles handles{stub.take(count * 4u), stub.little()};
  const Bytes pointers = array(stub, count, 4);
  if (!stub.ok() || pointers.size() != count * 4u) return call.blame(Wrong::arguments);
  count_field(call, stub, count);
  bool readable = true;
  for (std::uint32_t i = 0; i < count; ++i) {
    ItemPen pen{call.output.items.start(item_schema), stub.in()};
    Variant variant;
    if (readable) variant = read_variant(&call.output, stub), readable = variant.known;
    if (!stub.ok()) return call.blame(Wrong::arguments);
    pen.set<"item_handle">(handles[i]);
    if (variant.known) put_value(pen, variant);
    call.output.items.emit();
    Operation& operation = touch(call, Place::server_handle, handles[i], Outcome::pending);
    if (variant.known) operation.value = variant.value;
  }
}

std::int64_t time_of(std::uint64_t filetime) {
  return (static_cast<std::int64_t>(filetime) - static_cast<std::int64_t>(epoch_filetime)) / 10;
}

// [DA] IOPCDataCallback: five arrays side by side.
void data_change(Call& call, Stub& stub) {
  Pen out{call.output.record, stub.in()};
  out.set<"transaction">(stub.u32());
  out.set<"group_handle">(stub.u32());
  stub.u32(), stub.u32();  // quality and error of all
  const std::uint32_t count = counted(stub, 4 + 4 + 2 + 8 + 4);
  const Handles handles{stub.take(count * 4u), stub.little()};
  array(stub, count, 4);
  if (!stub.ok()) return call.blame(Wrong::arguments);
  out.set<"item_count">(count);
  // Values stand between the handles and the rest, and their length shows only in the reading.
  Stub values = stub, ahead = stub;
  bool readable = true;
  for (std::uint32_t i = 0; i < count && readable; ++i) readable = read_variant(nullptr, ahead).known;
  Bytes qualities, times, errors;
  if (readable) {
    qualities = array(ahead, count, 2);
    if (ahead.u32() != count) ahead.fail();
    times = ahead.take(count * 8u);
    errors = array(ahead, count, 4);
    if (!ahead.ok()) return call.blame(Wrong::arguments);
  }
  Reader quality_in{qualities}, time_in{times};
  wire::Ndr quality{quality_in, stub.little()}, time{time_in, stub.little()};
  for (std::uint32_t i = 0; i < count; ++i) {
    ItemPen pen{call.output.items.start(item_schema), stub.in()};
    pen.set<"item_handle">(handles[i]);
    Operation& operation = touch(call, Place::client_handle, handles[i], Outcome::pending);
    if (readable) {
      const Variant variant = read_variant(&call.output, values);
      const std::uint16_t grade = quality.u16();
      const std::uint64_t low = time.u32(), high = time.u32();
      const std::uint32_t error = Handles{errors, stub.little()}[i];
      put_value(pen, variant);
      pen.set<"quality">(grade);
      pen.set<"value_time">(time_of(high << 32 | low));
      if (error != 0) pen.set<"item_error">(error);
      operation.value = variant.value;
      operation.value.has_quality = true;
      operation.value.quality =
          (grade & quality_mask) == quality_good ? 0 : static_cast<std::uint8_t>(quality_good - (grade & quality_mask));
    }
    call.output.items.emit();
  }
}

void write_complete(Call& call, Stub& stub) {
  Pen out{call.output.record, stub.in()};
  out.set<"transaction">(stub.u32());
  out.set<"group_handle">(stub.u32());
  stub.u32();
  const std::uint32_t count = counted(stub, 8);
  const Handles handles{stub.take(count * 4u), stub.little()};
  const Handles errors{array(stub, count, 4), stub.little()};
  if (!stub.ok()) return call.blame(Wrong::arguments);
  out.set<"item_count">(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    ItemPen pen{call.output.items.start(item_schema), stub.in()};
    pen.set<"item_handle">(handles[i]);
    pen.set<"item_error">(errors[i]);
    call.output.items.emit();
    touch(call, Place::client_handle, handles[i], Outcome::pending);
  }
}

// [DA] OPCITEMDEF: fixed parts first, then for each its path, its name and a blob.
void add_items(Call& call, Stub& stub) {
  constexpr std::size_t fixed = 28;
  const std::uint32_t count = counted(stub, fixed);
  Stub fixed_parts = stub;
  stub.skip(count * fixed);
  if (!stub.ok()) return call.blame(Wrong::arguments);
  count_field(call, stub, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t path = fixed_parts.u32(), name = fixed_parts.u32(), active = fixed_parts.u32();
    const std::uint32_t handle = fixed_parts.u32();
    fixed_parts.u32();
    const std::uint32_t blob = fixed_parts.u32();
    fixed_parts.u32();
    if (path) stub.align(4), read_string(call, stub);
    const Bytes text = name ? (stub.align(4), read_string(call, stub)) : Bytes{};
    if (blob) {
      const std::uint32_t size = stub.u32();
      if (size > stub.left()) return call.blame(Wrong::arguments);
      stub.skip(size);
    }
    if (!stub.ok()) return call.blame(Wrong::arguments);
    ItemPen pen{call.output.items.start(item_schema), stub.in()};
    pen.set<"item_handle">(handle);
    pen.set<"item_id">(text);
    pen.set<"item_active">(active != 0);
    call.output.items.emit();
    Operation& operation = touch(call, Place::item, 0, Outcome::pending);
    operation.object.text = text;
  }
}

// The answer of a synchronous read: OPCITEMSTATE, fixed parts first, then the values.
void item_states(Call& call, Stub& stub) {
  constexpr std::size_t fixed = 20;
  if (stub.u32() == 0) return;
  const std::uint32_t count = stub.u32();
  if (!stub.ok() || count > most_counted || count * fixed > stub.left()) return call.blame(Wrong::arguments);
  Stub fixed_parts = stub;
  stub.skip(count * fixed);
  count_field(call, stub, count);
  bool readable = true;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t handle = fixed_parts.u32();
    const std::uint64_t time = fixed_parts.filetime();
    const std::uint16_t grade = fixed_parts.u16();
    fixed_parts.u16();
    const bool has = fixed_parts.u32() != 0;
    ItemPen pen{call.output.items.start(item_schema), fixed_parts.in()};
    pen.set<"item_handle">(handle);
    pen.set<"quality">(grade);
    pen.set<"value_time">(time_of(time));
    Variant variant;
    if (has && readable) variant = read_variant(&call.output, stub), readable = variant.known;
    if (!stub.ok()) return call.blame(Wrong::arguments);
    if (variant.known) put_value(pen, variant);
    call.output.items.emit();
    Operation& operation = call.operate(Verb::read, Outcome::ok);  // pairs with the handles asked for
    if (variant.known) operation.value = variant.value;
  }
}

Bytes version_text(Call& call, unsigned major, unsigned minor, unsigned build) {
  char text[24];
  char* at = text;
  for (unsigned part : {major, minor, build}) {
    if (at != text) *at++ = '.';
    at = std::to_chars(at, text + sizeof text, part).ptr;
  }
  return call.output.scratch.copy(bytes_of({text, static_cast<std::size_t>(at - text)}));
}

void server_status(Call& call, Stub& stub) {
  if (stub.u32() == 0) return;
  stub.skip(24);  // start, now, last update
  const std::uint16_t state = stub.u16();
  stub.u32(), stub.u32();
  const std::uint16_t major = stub.u16(), minor = stub.u16(), build = stub.u16();
  stub.u16();
  const bool has_vendor = stub.u32() != 0;
  const Bytes vendor = has_vendor ? read_string(call, stub) : Bytes{};
  if (!stub.ok()) return call.blame(Wrong::arguments);
  const Bytes version = version_text(call, major, minor, build);
  Pen out{call.output.record, stub.in()};
  out.set<"server_state">(state);
  out.set<"server_version">(version);
  out.set<"vendor_info">(vendor);
  call.output.tell(Trait::vendor, vendor);
  call.output.tell(Trait::firmware, version);
  call.output.tell(Trait::role, "OPC server");
}

void named(Call& call, Stub& stub) {
  const Bytes text = read_string(call, stub);
  if (!stub.ok()) return call.blame(Wrong::arguments);
  Pen out{call.output.record, stub.in()};
  out.set<"item_name">(text);
  if (text.empty()) return;
  touch(call, Place::item, 0, Outcome::pending).object.text = text;
}

// Whether arguments of this form fill a call to its last octet, with counts that agree.
bool fits_handles(Stub stub, bool sync, std::size_t tail) {
  if (sync) {
    const std::uint16_t source = stub.u16();
    if (source != 1 && source != 2) return false;
  }
  const std::uint32_t count = counted(stub, 4);
  stub.skip(count * 4u);
  return stub.ok() && count > 0 && stub.left() == tail;
}
bool fits_variants(Stub& stub, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (!read_variant(nullptr, stub).known) return false;
  return true;
}
bool fits_write(Stub stub, bool async) {
  const std::uint32_t count = counted(stub, 8);
  stub.skip(count * 4u);
  array(stub, count, 4);
  if (!stub.ok() || count == 0 || !fits_variants(stub, count)) return false;
  if (async) stub.u32();
  return stub.ok() && stub.left() == 0;
}
bool fits_data_change(Stub stub) {
  stub.skip(16);
  const std::uint32_t count = counted(stub, 22);
  stub.skip(count * 4u);
  array(stub, count, 4);
  if (!stub.ok() || count == 0 || !fits_variants(stub, count)) return false;
  array(stub, count, 2);
  array(stub, count, 8);
  array(stub, count, 4);
  return stub.ok() && stub.left() == 0;
}
bool fits_write_complete(Stub stub) {
  stub.skip(12);
  const std::uint32_t count = counted(stub, 8);
  stub.skip(count * 4u);
  array(stub, count, 4);
  return stub.ok() && count > 0 && stub.left() == 0;
}

}  // namespace

void arguments(Call& call, Stub& stub) {
  const Body body = call.method->body;
  if (call.answer) {
    if (body == Body::sync_read) return item_states(call, stub);
    if (body == Body::status) server_status(call, stub);
    return;
  }
  switch (body) {
    case Body::read: return read_request(call, stub, false);
    case Body::sync_read: return read_request(call, stub, true);
    case Body::write: return write_request(call, stub);
    case Body::data_change: return data_change(call, stub);
    case Body::write_complete: return write_complete(call, stub);
    case Body::add_items: return add_items(call, stub);
    case Body::browse_text: return named(call, stub);
    default: return;
  }
}

// OPC sessions live for months, so their binding is seldom seen. Arguments that fill the call to its
// last octet with agreeing counts, and so in one way only, are of no other method.
Interface infer(const Stub& stub, std::uint16_t opnum) {
  const bool changes = (opnum == 3 || opnum == 4) && fits_data_change(stub);
  const bool completes = opnum == 5 && fits_write_complete(stub);
  const bool sync = (opnum == 3 && fits_handles(stub, true, 0)) || (opnum == 4 && fits_write(stub, false));
  const bool async = (opnum == 3 && fits_handles(stub, false, 4)) || (opnum == 4 && fits_write(stub, true));
  if (changes + completes + sync + async != 1) return unknown;
  return sync ? opc_sync_io : async ? opc_async_io2 : opc_data_callback;
}

}  // namespace langyan::dcerpc
