// Object headers of a fragment and the points behind them.
#include "parsers/dnp3/fragment.h"

#include "base/hash.h"
#include "base/json.h"

namespace langyan::dnp3 {
namespace {

using Pen = Fill<point_fields>;

enum RangeCode : std::uint8_t { range_all = 6, range_count_1 = 7, range_count_4 = 9, range_variable = 11 };
constexpr unsigned last_range = 5;  // start and stop, then virtual addresses, of 1, 2 or 4 octets
constexpr std::uint8_t status_mask = 0x7f;
constexpr std::uint8_t good_flags = 1;  // on-line and nothing else

struct Point {
  std::uint8_t bits = 0;  // of a packed point: its state
  Value value;
  bool has_status = false, invalid_code = false;
  std::uint8_t status = 0, operation = 0, trip_close = 0;
};

constexpr std::size_t part_bytes(Part part) {
  switch (part) {
    case Part::end: return 0;
    case Part::i16: case Part::u16: case Part::bcd16: case Part::relative: case Part::seconds: case Part::milliseconds:
    case Part::association: case Part::kind: return 2;
    case Part::i32: case Part::u32: case Part::f32: case Part::bcd32: case Part::interval: return 4;
    case Part::time: return 6;
    case Part::f64: case Part::bcd64: return 8;
    case Part::crob: return 10;
    default: return 1;
  }
}

std::uint32_t sized(Reader& in, unsigned code) {  // 0, 1, 2: one, two, four octets
  return code == 0 ? in.u8() : code == 1 ? in.le16() : in.le32();
}

std::int64_t dnp_time(Reader& in) {  // milliseconds since 1970 in 48 bits; [1815] 11.3
  const std::uint64_t low = in.le32();
  return static_cast<std::int64_t>(low | std::uint64_t{in.le16()} << 32) * millisecond;
}

void set_flags(Pen& out, Point& point, std::uint8_t octet, std::uint8_t quality_mask) {
  out.set<"flags">(octet);
  out.set<"online">((octet & 1) != 0);
  if (octet & 8) out.set<"remote_forced">(true);
  if (octet & 16) out.set<"local_forced">(true);
  point.value.has_quality = true;
  point.value.quality = static_cast<std::uint8_t>((octet & quality_mask) ^ good_flags);
}

void set_value(Pen& out, Point& point, Value value) {
  const bool has_quality = point.value.has_quality;
  const std::uint8_t quality = point.value.quality;
  point.value = value;
  point.value.has_quality = has_quality, point.value.quality = quality;
  out.set<"value">(value.element(0));
}

Value decimal_coded(std::uint64_t digits) {  // four bits each
  std::uint64_t number = 0;
  for (int shift = 60; shift >= 0; shift -= 4) number = number * 10 + (digits >> shift & 15);
  return Value::of(number);
}

void read_control(Reader& in, Pen& out, Point& point) {  // [1815] A.8
  const std::uint8_t code = in.u8();
  point.operation = code & 15, point.trip_close = code >> 6;
  point.invalid_code = point.operation > 4 || point.trip_close == 3;
  out.set<"operation">(point.operation);
  out.set<"trip_close">(point.trip_close);
  if (code & 0x10) out.set<"queue">(true);
  if (code & 0x20) out.set<"clear">(true);
  out.set<"op_count">(in.u8());
  out.set<"on_time">(in.le32());
  out.set<"off_time">(in.le32());
}

void read_part(Fragment& fragment, const Header& header, Part part, Reader& in, Pen& out, Point& point) {
  switch (part) {
    case Part::end: return;
    case Part::bit: case Part::two_bits: return set_value(out, point, Value::of(point.bits));
    case Part::flags: return set_flags(out, point, in.u8(), 0x7f);
    case Part::state: {
      const std::uint8_t octet = in.u8();
      set_flags(out, point, octet, 0x3f);
      return set_value(out, point, Value::of(octet >> 7));
    }
    case Part::double_state: {
      const std::uint8_t octet = in.u8();
      set_flags(out, point, octet, 0x3f);
      return set_value(out, point, Value::of(octet >> 6));
    }
    case Part::command: {
      const std::uint8_t octet = in.u8();
      out.set<"status">(static_cast<std::uint8_t>(octet & status_mask));
      return set_value(out, point, Value::of(octet >> 7));
    }
    case Part::i16: return set_value(out, point, Value::of_integer(static_cast<std::int16_t>(in.le16())));
    case Part::i32: return set_value(out, point, Value::of_integer(static_cast<std::int32_t>(in.le32())));
    case Part::u8: return set_value(out, point, Value::of(in.u8()));
    case Part::u16: return set_value(out, point, Value::of(in.le16()));
    case Part::u32: return set_value(out, point, Value::of(in.le32()));
    case Part::f32: return set_value(out, point, Value::of_real(in.le_f32()));
    case Part::f64: return set_value(out, point, Value::of_real(in.le_f64()));
    case Part::bcd16: return set_value(out, point, decimal_coded(in.le16()));
    case Part::bcd32: return set_value(out, point, decimal_coded(in.le32()));
    case Part::bcd64: return set_value(out, point, decimal_coded(in.le64()));
    case Part::time: {
      const Time when = dnp_time(in);
      out.set<"time">(when);
      if (header.group == group_cto && in.ok()) fragment.occurrence = when, fragment.has_occurrence = true;
      return;
    }
    case Part::relative: {
      const std::uint16_t since = in.le16();
      if (fragment.has_occurrence) out.set<"time">(fragment.occurrence + since * millisecond);
      else out.set<"milliseconds">(std::uint32_t{since});
      return;
    }
    case Part::status: {
      point.status = in.u8() & status_mask;
      point.has_status = true;
      return out.set<"status">(point.status);
    }
    case Part::crob: return read_control(in, out, point);
    case Part::seconds: return out.set<"milliseconds">(std::uint32_t{in.le16()} * 1'000);
    case Part::milliseconds: return out.set<"milliseconds">(std::uint32_t{in.le16()});
    case Part::interval: return out.set<"milliseconds">(in.le32());
    case Part::fill: return set_value(out, point, Value::of(in.u8()));
    case Part::units: return in.skip(1);
    case Part::association: case Part::kind: return in.skip(2);
  }
}

std::string_view control_word(const Point& point) {
  if (point.invalid_code) return "reserved";
  if (point.trip_close != 0) return trip_close_names[point.trip_close].word;
  return operation_names[point.operation].word;
}

void operate_command(Fragment& fragment, const Header& header, std::uint32_t index, const Point& point) {
  const bool asks = fragment.tells == Tells::asked;
  const Verb verb = asks                                      ? verb_of(fragment, header)
                    : fragment.asked_code == code_select ? Verb::select
                                                         : Verb::control;
  Operation& operation = operate_on(fragment, verb, header, index, 1);
  // A response to what was asked mirrors the value, so that it is not repeated.
  if (asks || fragment.asked_code == 0) {
    operation.value = header.group == group_relay_output
                          ? Value::of_run(Value::Kind::text, fragment.keep(bytes_of(control_word(point))))
                          : point.value;
    operation.value.has_quality = false;
  }
  if (asks) return;
  operation.outcome = point.status ? Outcome::refused : Outcome::ok;
  operation.code = point.status;
}

void operate_point(Fragment& fragment, const Header& header, std::uint32_t index, const Point& point) {
  const bool commands = (header.group == group_relay_output || header.group == group_analog_output) && point.has_status;
  if (commands && fragment.tells != Tells::nothing) return operate_command(fragment, header, index, point);
  if (fragment.tells == Tells::nothing || fragment.tells == Tells::outcomes) return;
  if (fragment.tells == Tells::reports && (header.place == Place::clock || header.place == Place::indication)) return;
  const Verb verb = verb_of(fragment, header);
  if (verb == Verb::other) return;
  Operation& operation = operate_on(fragment, verb, header, header.place == Place::clock ? 0 : index, 1);
  if (header.place != Place::clock) operation.value = point.value;
  if (fragment.tells == Tells::asked) operation.value.has_quality = false;
}

// Writes the point as an item and what is done with it; false: the reader ran dry.
bool read_point(Fragment& fragment, const Header& header, const Variation& row, std::uint32_t index, Point point,
                Reader& in) {
  Pen pen{fragment.output.items.start(point_schema), in};
  pen.set<"point_group">(header.group);
  pen.set<"index">(index);
  for (Part part : row.parts) read_part(fragment, header, part, in, pen, point);
  if (!in.ok()) return false;
  fragment.output.items.emit();
  if (point.invalid_code) fragment.blame(Wrong::control_code);
  operate_point(fragment, header, index, point);
  return true;
}

bool read_text(Fragment& fragment, const Header& header, std::uint32_t index, Reader& in) {
  Pen pen{fragment.output.items.start(point_schema), in};
  const Bytes text = in.take(header.variation);
  pen.set<"point_group">(header.group);
  pen.set<"index">(index);
  pen.set<"text">(text);
  if (!in.ok()) return false;
  fragment.output.items.emit();
  if (fragment.tells != Tells::asked && fragment.tells != Tells::reports) return true;
  const Verb verb = verb_of(fragment, header);
  if (verb == Verb::other) return true;
  const Bytes kept = fragment.tells == Tells::asked ? fragment.keep(text) : text;
  operate_on(fragment, verb, header, index, 1).value = Value::of_run(Value::Kind::text, kept);
  return true;
}

bool is_text(std::uint8_t group) { return group >= group_string && group <= group_terminal_event; }

// Packed points share octets, so all that are there are read at once.
void read_packed(Fragment& fragment, const Header& header, const Variation& row, Reader& in) {
  const unsigned width = row.parts[0] == Part::two_bits ? 2 : 1, in_octet = 8 / width;
  const std::uint64_t octets = (std::uint64_t{header.count} + in_octet - 1) / in_octet;
  const Bytes run = in.take(std::min<std::uint64_t>(octets, in.left()));
  const std::uint64_t there = std::min<std::uint64_t>(header.count, std::uint64_t{run.size()} * in_octet);
  for (std::uint32_t i = 0; i < there; ++i) {
    Point point;
    point.bits = static_cast<std::uint8_t>(run[i / in_octet] >> i % in_octet * width & ((1u << width) - 1));
    if (!read_point(fragment, header, row, header.start + i, point, in)) return;
  }
  if (run.size() < octets) fragment.blame(Wrong::truncated);
}

bool is_packed(const Variation& row) { return row.parts[0] == Part::bit || row.parts[0] == Part::two_bits; }

// Each object says its size; [1815] 4.2.2, qualifiers 0x4x to 0x6x, of which 0x5B is the usual one.
void read_free(Fragment& fragment, const Header& header, Reader& in) {
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const std::uint32_t size = sized(in, header.prefix() - 4u);
    if (!in.ok() || size > in.left()) return fragment.blame(Wrong::truncated);
    read_record(fragment, header, in.take(size));
  }
}

// The objects behind a header. Each has at least one octet, so the message bounds the loop.
void read_data(Fragment& fragment, const Header& header, Reader& in) {
  if (header.is_free()) return read_free(fragment, header, in);
  const Variation* row = variation_row(header.group, header.variation);
  const bool attribute = header.group == group_attribute, text = is_text(header.group);
  const bool record = header.group == group_authentication && (header.variation == 3 || header.variation == 4);
  if (!row && !attribute && !text && !record) return fragment.blame(Wrong::object);
  if (header.prefix() == 0 && text && header.variation == 0 && header.count > 0) return fragment.blame(Wrong::count);
  if (header.prefix() == 0 && row && is_packed(*row)) return read_packed(fragment, header, *row, in);
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const std::uint32_t index = header.prefix() ? sized(in, header.prefix() - 1u) : header.start + i;
    bool whole = in.ok();
    if (!whole) {
    } else if (text) {
      whole = read_text(fragment, header, index, in);
    } else if (attribute) {
      whole = read_attribute(fragment, header, index, in);
    } else if (record) {
      const std::size_t size = header.variation == 3 ? 6 : 2;
      whole = in.left() >= size;
      if (whole) read_record(fragment, header, in.take(size));
    } else {
      Point point;
      if (is_packed(*row)) point.bits = in.u8() & (row->parts[0] == Part::bit ? 1 : 3);
      whole = read_point(fragment, header, *row, index, point, in);
    }
    if (!whole) return fragment.blame(Wrong::truncated);
  }
}

// A header that only names points: which, or with an index before each.
void read_names(Fragment& fragment, const Header& header, Reader& in) {
  if (header.is_free()) return read_free(fragment, header, in);
  if (fragment.code == code_assign_class && header.group == group_class) {
    fragment.assigned_class = header.variation - 1;
    return;
  }
  const Verb verb = verb_of(fragment, header);
  const auto operate = [&](std::uint64_t address, std::uint32_t count) {
    if (verb == Verb::other) return;
    Operation& operation = operate_on(fragment, verb, header, address, count);
    if (fragment.code == code_enable_unsolicited || fragment.code == code_disable_unsolicited) {
      operation.value = Value::of_boolean(fragment.code == code_enable_unsolicited);
    } else if (fragment.assigned_class >= 0) {
      operation.value = Value::of(static_cast<std::uint64_t>(fragment.assigned_class));
    }
  };
  if (header.group == group_class) return operate(header.variation - 1u, 1);
  if (header.group == group_attribute) return operate(header.variation, 1);
  if (header.prefix() == 0) {
    return header.has_range ? operate(header.start, header.count) : operate(all_points, 1);
  }
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const std::uint32_t index = sized(in, header.prefix() - 1u);
    if (!in.ok()) return fragment.blame(Wrong::truncated);
    Pen pen{fragment.output.items.start(point_schema), in};
    pen.set<"point_group">(header.group);
    pen.set<"index">(index);
    fragment.output.items.emit();
    operate(index, 1);
  }
}

bool read_range(Fragment& fragment, Header& header, Reader& in) {
  const unsigned range = header.range(), prefix = header.prefix();
  if (prefix == 7 || header.qualifier & 0x80) return fragment.blame(Wrong::qualifier), false;
  if (range <= last_range) {
    header.start = sized(in, range % 3), header.stop = sized(in, range % 3);
    header.has_range = true;
    if (prefix != 0) return fragment.blame(Wrong::qualifier), false;
    if (in.ok() && header.stop < header.start) return fragment.blame(Wrong::range), false;
    if (in.ok() && header.stop - header.start == ~0u) return fragment.blame(Wrong::range), false;
    header.count = header.stop - header.start + 1;
    return true;
  }
  if (range == range_all) {
    if (prefix != 0) return fragment.blame(Wrong::qualifier), false;
    return true;
  }
  if (range >= range_count_1 && range <= range_count_4) {
    header.count = sized(in, range - range_count_1);
  } else if (range == range_variable && prefix >= 4) {
    header.count = in.u8();
  } else {
    return fragment.blame(Wrong::qualifier), false;
  }
  header.has_count = true;
  return true;
}

void emit_header(Fragment& fragment, const Header& header, const Reader& in, bool has_range) {
  Fill<header_fields> pen{fragment.output.items.start(header_schema), in};
  pen.set<"group">(header.group);
  pen.set<"variation">(header.variation);
  pen.set<"qualifier">(header.qualifier);
  if (header.has_range && has_range) pen.set<"range_start">(header.start), pen.set<"range_stop">(header.stop);
  if ((header.has_range || header.has_count) && has_range) pen.set<"object_count">(header.count);
  fragment.output.items.emit();
}

// Requests but for a few only name points; those of authentication and of time carry objects in any.
bool carries_data(const Fragment& fragment, const Header& header) {
  if (header.range() == range_all) return false;
  if (fragment.function->carries != Carries::headers) return true;
  return header.group == group_authentication || (header.group == group_time && fragment.code != code_read);
}

}  // namespace

void read_objects(Fragment& fragment, Bytes body) {
  Reader in{body};
  while (in.left() > 0 && fragment.found == Fault::none) {
    const std::size_t before = in.left();
    Header header{in.u8(), in.u8(), in.u8()};
    header.place = place_of(header.group);
    if (!in.ok()) return fragment.blame(Wrong::truncated);
    ++fragment.headers;
    const Reader named = in;  // the group is told even where the range is cut off
    const bool sound = read_range(fragment, header, in);
    emit_header(fragment, header, named, in.ok());
    if (!in.ok()) return fragment.blame(Wrong::truncated);
    if (!sound) return;
    if (header.group == group_authentication && fragment.first_auth == 0) fragment.first_auth = header.variation;
    if (carries_data(fragment, header)) read_data(fragment, header, in);
    else read_names(fragment, header, in);
    if (header.group != group_authentication) {
      fragment.digest = hash(body.subspan(body.size() - before, before - in.left()), fragment.digest);
    }
  }
}

Operation& operate_on(Fragment& fragment, Verb verb, const Header& header, std::uint64_t address, std::uint32_t count) {
  const Place place = header.place;
  const auto space = static_cast<std::uint8_t>(place);
  const auto before = fragment.output.operations();
  if (!before.empty() && fragment.output.operations_total <= most_operations) {
    Operation& last = before.back();
    if (last.verb == verb && last.object.space == space && verb == Verb::read && place != Place::event_class &&
        place != Place::other && address != 0 && address != all_points &&
        last.object.address + last.object.count == address && last.object.count < ~0u - count) {
      last.object.count += count;
      return last;
    }
  }
  Operation& operation = fragment.operate(verb);
  operation.object.space = space;
  if (place == Place::other) operation.object.area = variation_key(header.group, header.variation);
  operation.object.address = address;
  operation.object.count = count;
  return operation;
}

Verb verb_of(const Fragment& fragment, const Header& header) {
  if (header.group == group_authentication && fragment.function->verb != Verb::auth) return Verb::other;
  switch (fragment.code) {
    case code_read: return header.place == Place::attribute ? Verb::identify : fragment.function->verb;
    case code_write:
      switch (header.place) {
        case Place::clock: return Verb::time;
        case Place::attribute: case Place::deadband: case Place::data_set: return Verb::configure;
        default: return fragment.function->verb;
      }
    case code_response:
    case code_unsolicited: return header.place == Place::attribute ? Verb::identify : fragment.function->verb;
    default: return header.place == Place::clock ? Verb::other : fragment.function->verb;
  }
}

void notation(const Object& object, std::string& out) {
  const std::string_view mark = object.space < std::size(place_marks) ? place_marks[object.space] : std::string_view{};
  if (!object.text.empty()) {
    if (object.space == static_cast<std::uint8_t>(Place::authentication)) out += "user ";
    else if (object.space != static_cast<std::uint8_t>(Place::file)) out += mark, out += ' ';
    out += text_of(object.text.first(std::min<std::size_t>(object.text.size(), 100)));
    return;
  }
  if (mark.empty()) {  // no engineer's word: as the standard writes it
    out += 'g', append_number(out, std::uint64_t{object.area >> 8});
    out += 'v', append_number(out, std::uint64_t{object.area & 255});
  } else {
    out += mark;
  }
  if (object.space == static_cast<std::uint8_t>(Place::clock)) return;
  if (object.address == all_points) return void(out += " all");
  if (object.space == static_cast<std::uint8_t>(Place::indication)) {  // IIN1.7 has the index 7, IIN2.0 the index 8
    append_number(out, object.address / 8 + 1);
    out += '.', append_number(out, object.address % 8);
    return;
  }
  out += object.space == static_cast<std::uint8_t>(Place::file) ? " handle " : " ";
  append_number(out, object.address);
  if (object.count > 1) out += "..", append_number(out, object.address + object.count - 1);
}

}  // namespace langyan::dnp3
