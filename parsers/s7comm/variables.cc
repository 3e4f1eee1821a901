// Reading and writing of variables: jobs 0x04 and 0x05, subscriptions and the programmer's tables.
#include "parsers/s7comm/pdu.h"

namespace langyan::s7comm {
namespace {

using VariablePen = Fill<variable_fields>;

constexpr std::uint8_t variable_specification = 0x12, any_length = 10, area_entry_bytes = 5;

Record& start_row(Pdu& pdu) {
  return pdu.output.items.start(variable_schema);
}

void any_address(Pdu& pdu, Reader& in, VariablePen& pen, Addressed& result) {
  const std::uint8_t type = in.u8();
  const std::uint16_t count = in.be16(), db = in.be16();
  const std::uint8_t code = in.u8();
  const std::uint32_t place = in.be24();
  if (!in.ok()) return pdu.blame(Wrong::address);
  const Area* area = area_row(code);
  const bool counted = area && area->counted;
  pen.set<"element_type">(type);
  pen.set<"element_count">(count);
  pen.set<"area">(code);
  if (db) pen.set<"db_number">(db);
  pen.set<"byte_address">(counted ? place : place / 8);
  if (!counted) pen.set<"bit_address">(static_cast<std::uint8_t>(place % 8));
  result.form = element_type(type).form;
  if (area) {
    result.operation->object = {.space = static_cast<std::uint8_t>(area->place),
                                .width = type,
                                .area = db,
                                .address = place,
                                .count = count};
  }
}

// [PLC4X] CycServiceItemDbReadType: many short areas of data blocks in one address.
void areas_address(Pdu& pdu, Reader& in, Verb verb, Addressed& result) {
  const std::uint8_t count = in.u8();
  for (int i = 0; i < count; ++i) {
    const std::uint8_t octets = in.u8();
    const std::uint16_t db = in.be16(), start = in.be16();
    if (!in.ok()) return pdu.blame(Wrong::address);
    if (i > 0) {
      pdu.output.items.emit();
      result.row = &start_row(pdu);
      result.operation = &pdu.operate(verb);
    }
    VariablePen pen{*result.row, in};
    pen.set<"syntax">(std::uint8_t{syntax_areas});
    pen.set<"element_type">(std::uint8_t{type_byte});
    pen.set<"element_count">(std::uint16_t{octets});
    pen.set<"area">(std::uint8_t{area_data_block});
    pen.set<"db_number">(db);
    pen.set<"byte_address">(std::uint32_t{start});
    pen.set<"bit_address">(std::uint8_t{0});
    result.operation->object = {.space = static_cast<std::uint8_t>(Place::data_block),
                                .width = type_byte,
                                .area = db,
                                .address = start * 8u,
                                .count = octets};
  }
}

// [WS] s7comm.tiap.item.*: a symbol of an S7-1200 by its checksum; 0x8a0e marks a data block.
void symbol_address(Reader in, Addressed& result) {
  in.skip(1);
  const std::uint16_t first = in.be16(), second = in.be16();
  const std::uint32_t checksum = in.be32();
  if (!in.ok()) return;
  constexpr std::uint16_t data_block_mark = 0x8a0e;
  const std::uint32_t db = first == data_block_mark ? second : 0;
  result.operation->object = {.space = static_cast<std::uint8_t>(Place::symbol),
                              .area = db,
                              .address = checksum,
                              .count = 1};
}

// [WS] s7comm.param.item.nck.*: area and unit, column, row, module, rows.
void nc_address(Reader in, Addressed& result) {
  const std::uint8_t area = in.u8();
  const std::uint16_t column = in.be16(), row = in.be16();
  const std::uint8_t module = in.u8(), rows = in.u8();
  if (!in.ok()) return;
  result.operation->object = {.space = static_cast<std::uint8_t>(Place::numeric_control),
                              .area = static_cast<std::uint32_t>(area) << 8 | module,
                              .address = static_cast<std::uint64_t>(column) << 16 | row,
                              .count = rows};
}

void write_request(Pdu& pdu, std::uint8_t count) {
  for (int i = 0; i < count; ++i) {
    const std::size_t before = pdu.parameters.left();
    Addressed at = address(pdu, pdu.parameters, Verb::write);
    if (!pdu.parameters.ok()) return pdu.blame(Wrong::item_count);
    const bool is_last = i + 1 == count;
    if ((before - pdu.parameters.left()) % 2 && !is_last && pdu.parameters.left() > 0)
      pdu.parameters.skip(1);
    if (pdu.data.left() == 0) {
      pdu.blame(Wrong::item_count);
    } else {
      const Datum value = datum(pdu.data, *at.row, Told::asked, is_last);
      if (!value.whole)
        pdu.blame(Wrong::value);
      else if (at.form != Form::areas)
        at.operation->value = value_of(at.form, value.type, value.octets);
    }
    pdu.output.items.emit();
  }
}

void read_request(Pdu& pdu, Reader& in, std::size_t count, Verb verb) {
  Asked& asked = pdu.memory.remember(pdu.reference, pdu.by_server);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t before = in.left();
    const Addressed at = address(pdu, in, verb);
    if (!in.ok()) return pdu.blame(Wrong::item_count);
    if ((before - in.left()) % 2 && i + 1 < count && in.left() > 0) in.skip(1);
    asked.set(i, at.form);
    if (at.form == Form::areas) asked.flags |= asked_areas, pdu.memory.areas_asked = true;
    pdu.output.items.emit();
  }
}

// Values that come back. Where a job asked for areas of data blocks an item holds many of them, so
// the items do not stand for the operations one by one and only tell whether all went well.
void read_answer(Pdu& pdu, Reader& in, std::size_t count, Verb verb) {
  Asked* asked = pdu.answers() ? pdu.memory.find(pdu.reference, pdu.by_server) : nullptr;
  const bool one_by_one = asked ? !(asked->flags & asked_areas) : !pdu.memory.areas_asked;
  std::uint8_t bad = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (in.left() == 0) {
      pdu.blame(Wrong::item_count);
      break;
    }
    Record& row = start_row(pdu);
    const Datum value = datum(in, row, Told::answered, i + 1 == count);
    if (!value.whole) {
      pdu.blame(Wrong::value);
      break;
    }
    pdu.output.items.emit();
    const bool good = value.result == result_ok;
    if (!good && !bad) bad = value.result;
    if (!one_by_one) continue;
    Operation& operation = pdu.operate(verb);
    if (good)
      operation.value = value_of(asked ? asked->form(i) : Form::unknown, value.type, value.octets);
    else
      operation.outcome = Outcome::refused, operation.code = value.result;
  }
  if (!one_by_one) {
    Operation& operation = pdu.operate(verb);
    if (bad) pdu.conclude(operation, bad);
  }
  if (asked) asked->flags = 0;
}

void write_answer(Pdu& pdu, std::uint8_t count) {
  for (int i = 0; i < count; ++i) {
    const std::uint8_t result = pdu.data.u8();
    if (!pdu.data.ok()) return pdu.blame(Wrong::item_count);
    VariablePen pen{start_row(pdu), pdu.data};
    pen.set<"item_result">(result);
    pdu.output.items.emit();
    Operation& operation = pdu.operate(Verb::write);
    if (result != result_ok) operation.outcome = Outcome::refused, operation.code = result;
  }
}

}  // namespace

Addressed address(Pdu& pdu, Reader& in, Verb verb) {
  const std::uint8_t specification = in.u8(), length = in.u8();
  Reader body = in.part(length);
  Addressed result{&start_row(pdu), nullptr, Form::raw};
  if (!in.ok()) return result;
  if (specification != variable_specification || length == 0) pdu.blame(Wrong::address);
  result.operation = &pdu.operate(verb);
  VariablePen pen{*result.row, body};
  const std::uint8_t syntax = body.u8();
  pen.set<"syntax">(syntax);
  if (syntax == syntax_any) {
    if (length != any_length) pdu.blame(Wrong::address);
    any_address(pdu, body, pen, result);
  } else if (syntax == syntax_areas) {
    if (length < 2 || (length - 2u) % area_entry_bytes) pdu.blame(Wrong::address);
    areas_address(pdu, body, verb, result);
    result.form = Form::areas;
  } else {
    if (syntax == syntax_symbol) symbol_address(body, result);
    if (syntax >= syntax_nc && syntax <= syntax_nc_inch) nc_address(body, result);
    pen.set<"raw_address">(body.rest());
  }
  return result;
}

// Odd values are filled up to an even length, except the last ([DAVE] read; captures).
Datum datum(Reader& in, Record& row, Told told, bool is_last) {
  Datum result;
  VariablePen pen{row, in};
  result.result = in.u8();
  result.type = in.u8();
  const std::uint16_t length = in.be16();
  if (!in.ok()) return result;
  if (told == Told::answered) pen.set<"item_result">(result.result);
  const bool carries = told == Told::asked || result.result == result_ok || result.result == 0;
  if (carries) {
    pen.set<"data_type">(result.type);
    result.octets = in.take(data_bytes(result.type, length));
    if (in.ok() && !result.octets.empty()) pen.set<"item_data">(result.octets);
    if (in.ok() && result.octets.size() % 2 && !is_last && in.left() > 0) in.skip(1);
  }
  result.whole = in.ok();
  return result;
}

void variables(Pdu& pdu) {
  const Verb verb = pdu.function->verb;
  const std::uint8_t count =
      pdu.parameters.left() > 0 || !pdu.error ? pdu.parameters.u8() : std::uint8_t{0};
  pdu.pen(pdu.parameters).set<"item_count">(std::uint16_t{count});
  if (pdu.error) {
    pdu.operate(verb);
    pdu.data.rest();
  } else if (!pdu.parameters.ok()) {
    return;
  } else if (pdu.asks()) {
    verb == Verb::write ? write_request(pdu, count)
                        : read_request(pdu, pdu.parameters, count, verb);
  } else {
    verb == Verb::write ? write_answer(pdu, count) : read_answer(pdu, pdu.data, count, verb);
  }
}

// [PLC4X] S7PayloadUserDataItemCyclicServices*: what to send, how often; then what is sent.
void cyclic(Pdu& pdu) {
  Reader& in = pdu.data;
  if (in.left() == 0 || pdu.error) {
    pdu.operate(pdu.function->verb);
    in.rest();
    return;
  }
  const std::uint16_t count = in.be16();
  pdu.pen(in).set<"item_count">(count);
  if (!pdu.asks())
    return read_answer(pdu, in, count, pdu.answers() ? pdu.function->verb : Verb::report);
  constexpr std::uint32_t bases[] = {100, 1'000, 10'000};  // [PLC4X] TimeBase
  const std::uint8_t base = in.u8(), factor = in.u8();
  if (base < std::size(bases)) pdu.pen(in).set<"interval">(bases[base] * factor);
  if (in.ok()) read_request(pdu, in, count, pdu.function->verb);
}

namespace {

// [WS] s7comm.varstat.req.*: memory area (upper half the area, lower half the width), how many, DB
// number, first octet. Of a single bit "how many" is the bit.
struct TableArea {
  std::uint8_t code;
  Place place;
};
constexpr TableArea table_areas[] = {{0, Place::flag},       {1, Place::input}, {2, Place::output},
                                     {3, Place::peripheral}, {5, Place::timer}, {6, Place::counter},
                                     {7, Place::data_block}};

void table_address(Pdu& pdu, Reader& in, Verb verb) {
  const std::uint8_t area = in.u8(), many = in.u8();
  const std::uint16_t db = in.be16(), start = in.be16();
  if (!in.ok()) return;
  Operation& operation = pdu.operate(verb);
  constexpr std::uint8_t widths[] = {type_bit, type_byte, 4, 6};
  const std::uint8_t width = area & 15;
  Record& row = start_row(pdu);
  VariablePen pen{row, in};
  pen.set<"byte_address">(std::uint32_t{start});
  if (db) pen.set<"db_number">(db);
  for (const TableArea& each : table_areas) {
    if (each.code != area >> 4) continue;
    const bool counted = each.place == Place::timer || each.place == Place::counter;
    if (!counted && width >= std::size(widths)) break;
    const std::uint8_t type = counted ? std::uint8_t{4} : widths[width];
    const bool bit = !counted && type == type_bit;
    operation.object = {.space = static_cast<std::uint8_t>(each.place),
                        .width = type,
                        .area = db,
                        .address = counted ? start : start * 8u + (bit ? many & 7u : 0u),
                        .count = bit ? 1u : many};
    for (const Area& known : areas)
      if (known.place == each.place) pen.set<"area">(known.code);
    pen.set<"element_type">(type);
    pen.set<"element_count">(std::uint16_t{bit ? std::uint8_t{1} : many});
    if (!counted) pen.set<"bit_address">(static_cast<std::uint8_t>(bit ? many & 7 : 0));
  }
  pdu.output.items.emit();
}

Form table_form(const Operation& operation) {
  return operation.object.none() ? Form::raw : element_type(operation.object.width).form;
}

}  // namespace

// Tables of variables that a programmer watches, modifies or forces. Parameters of no interest
// here, a count, the addresses, and where they are modified the values.
void table_of_variables(Pdu& pdu) {
  const Verb verb = pdu.output.role == Role::event ? Verb::report : pdu.function->verb;
  Reader& in = pdu.data;
  if (in.left() == 0 || pdu.answers()) {
    pdu.operate(verb);
    in.rest();
    return;
  }
  const std::uint16_t parameters = in.be16(), size = in.be16();
  in.skip(parameters);
  Reader body = in.part(size);
  const std::uint16_t count = body.be16();
  pdu.pen(body).set<"item_count">(count);
  if (!body.ok()) return;
  const bool values_come =
      pdu.output.role == Role::event && verb == Verb::report && pdu.function->verb == Verb::read;
  if (values_come) return read_answer(pdu, body, count, verb);
  if (!pdu.asks())
    return static_cast<void>(pdu.operate(verb));  // one result for each, which tells no more
  const std::uint32_t first = pdu.output.operations_total;
  for (std::size_t i = 0; i < count; ++i) {
    table_address(pdu, body, verb);
    if (!body.ok()) return pdu.blame(Wrong::item_count);
  }
  if (pdu.function->verb == Verb::read) return;
  const auto operations = pdu.output.operations();
  for (std::size_t i = first; i < operations.size() && body.left() > 0; ++i) {
    body.skip(1);
    const std::uint8_t type = body.u8();
    const Bytes octets = body.take(data_bytes(type, body.be16()));
    if (!body.ok()) return pdu.blame(Wrong::value);
    operations[i].value = value_of(table_form(operations[i]), type, octets);
    if (octets.size() % 2 && body.left() > 0) body.skip(1);
  }
}

}  // namespace langyan::s7comm
