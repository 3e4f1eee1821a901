// What each function carries: variables by address, attributes of objects, objects.
#include <algorithm>

#include "parsers/s7comm_plus/pdu.h"

namespace langyan::s7comm_plus {
namespace {

constexpr std::uint8_t tag_object = 0xa1, tag_object_end = 0xa2, tag_attribute = 0xa3,
                       tag_relation = 0xa4;
constexpr std::uint32_t classic_bytes =
    3;  // a first id that stands for octets by place and size; [PY], [DRV]

ItemPen start_item(Pdu& pdu) {
  return ItemPen{pdu.output.items.start(item_schema), pdu.in};
}

// What is made for a session has another number in the next, so its name does not hold it.
void add_name(const Pdu& pdu, Line& line, std::uint32_t relation) {
  if (relation == pdu.session && relation != 0)
    line.add("session");
  else if (const auto word = word_of(objects, relation); !word.empty())
    line.add(word);
  else if (is_db(relation))
    line.add("DB").add(relation & 0xffff);
  else if (is_passing(relation))
    line.add("session_object");
  else
    line.add(relation, true);
}

// "DB6.22", "DB1.DBB2..DBB5", "M.4", "cpu_common:3451".
Object variable(Pdu& pdu, ItemPen pen) {
  Reader& in = pdu.in;
  const std::uint32_t crc = read_number(in), area = read_number(in), levels = read_number(in),
                      sub = read_number(in);
  pen.set<"symbol_crc">(crc);
  pen.set<"area">(area);
  if (is_db(area)) pen.set<"db_number">(static_cast<std::uint16_t>(area & 0xffff));
  pen.set<"sub_area">(sub);
  Line line(pdu.output.scratch);
  add_name(pdu, line, area);
  if (sub != db_value_actual && sub != area_value_actual) {
    line.add(":");
    if (const Attribute* row = attribute_row(sub))
      line.add(row->name);
    else
      line.add(sub);
  }
  std::uint32_t first = 0, second = 0;
  for (std::uint32_t i = 1; i < levels && in.ok(); ++i) {
    const std::uint32_t id = read_number(in);
    if (i == 1) first = id;
    if (i == 2) second = id;
    if (i == 3 && levels == 4 && first == classic_bytes && is_db(area)) {
      Line classic(pdu.output.scratch);
      classic.add("DB").add(area & 0xffff).add(".DBB").add(second);
      if (id > 1) classic.add("..DBB").add(std::uint64_t{second} + id - 1);
      line = classic;
    } else {
      line.add(".").add(id);
    }
  }
  return {.space = static_cast<std::uint8_t>(Place::variable),
          .area = area,
          .count = 1,
          .text = line.text()};
}

// What it means to write an attribute.
Verb attribute_verb(const Pdu& pdu, std::uint32_t relation, std::uint32_t attribute) {
  if (const Attribute* row = attribute_row(attribute)) return row->verb;
  if (attribute >= block_first && attribute <= block_last) return Verb::download;
  if (relation == pdu.session || relation == null_session) return Verb::session;
  return is_memory(relation) ? Verb::write : Verb::configure;
}

// Addresses, or attributes of the object named before them. How many stand there is said; what does
// not fit the message is not read.
std::size_t addresses(Pdu& pdu, std::uint32_t relation, std::uint32_t count, Verb verb) {
  std::size_t made = 0;
  for (std::uint32_t i = 0; i < count && pdu.in.ok(); ++i) {
    ItemPen pen = start_item(pdu);
    Object object;
    Verb each = verb;
    if (relation == 0) {
      object = variable(pdu, pen);
    } else {
      const std::uint32_t id = read_number(pdu.in);
      pen.set<"attribute">(id);
      object = attribute_of(pdu, relation, id);
      if (verb == Verb::read && id == identity_attribute) each = Verb::identify;
      if (verb == Verb::write) each = attribute_verb(pdu, relation, id);
    }
    if (!pdu.in.ok()) break;
    pen.set<"item">(i + 1);
    pdu.output.items.emit();
    pdu.operate(each).object = object;
    ++made;
  }
  return made;
}

void counted_addresses(Pdu& pdu, Verb verb) {
  const std::uint32_t relation = pdu.in.be32(), count = read_number(pdu.in);
  read_number(pdu.in);  // numbers that follow
  pdu.pen().set<"item_count">(count);
  if (relation) pdu.pen().set<"object_id">(relation);
  addresses(pdu, relation, count, verb);
}

// The values of a write stand behind all addresses, each with the number of its item.
void set_many(Pdu& pdu) {
  counted_addresses(pdu, Verb::write);
  const std::size_t asked = pdu.output.operations_total;
  for (std::size_t i = 0; i < asked && pdu.reads(); ++i) {
    const std::uint32_t number = read_number(pdu.in);
    Datum datum;
    if (number == 0 || !read_value(pdu, datum)) break;
    const bool known = number <= pdu.output.operations().size();
    if (known && pdu.output.operations()[number - 1].verb == Verb::auth) datum.value = Value{};
    ItemPen pen = start_item(pdu);
    pen.set<"item">(number);
    put_value(pen, datum);
    pdu.output.items.emit();
    if (known) pdu.output.operations()[number - 1].value = datum.value;
  }
}

Verb written(Pdu& pdu, std::uint32_t relation, std::uint32_t attribute, const Datum& datum) {
  if (attribute != operating_state_request) return attribute_verb(pdu, relation, attribute);
  if (datum.array() || datum.value.kind != Value::Kind::integer) return Verb::mode;
  const auto state = static_cast<std::int64_t>(datum.value.number);
  pdu.pen().set<"operating_state">(static_cast<std::uint8_t>(state));
  return state_verb(state);
}

// [DRV] SetVariableRequest: the object, how many ids, the ids, the value.
void set_variable(Pdu& pdu) {
  const std::uint32_t relation = pdu.in.be32(), count = read_number(pdu.in);
  pdu.pen().set<"object_id">(relation);
  std::uint32_t attribute = 0;
  for (std::uint32_t i = 0; i < count && pdu.in.ok(); ++i) {
    const std::uint32_t id = read_number(pdu.in);
    if (i == 0) attribute = id;
  }
  if (!pdu.in.ok()) return static_cast<void>(pdu.operate(Verb::configure));
  const Object object = attribute_of(pdu, relation, attribute);
  ItemPen pen = start_item(pdu);
  pen.set<"attribute">(attribute);
  Datum datum;
  if (!read_value(pdu, datum)) datum = Datum{};
  const Verb verb = written(pdu, relation, attribute, datum);
  if (verb == Verb::auth) datum.value = Value{};  // secrets are never written down
  if (datum.type) put_value(pen, datum);
  pdu.output.items.emit();
  Operation& operation = pdu.operate(verb);
  operation.object = object;
  operation.value = datum.value;
}

// [DRV] GetVarSubstreamedRequest: the object, then the ids as an array of addresses.
void get_streamed(Pdu& pdu) {
  const std::uint32_t relation = pdu.in.be32();
  pdu.pen().set<"object_id">(relation);
  pdu.in.skip(2);  // flags and type of the array
  const std::uint32_t count = read_number(pdu.in);
  const std::size_t made = addresses(pdu, relation, count, Verb::read);
  if (made == 0) pdu.operate(Verb::read);
}

void get_variable(Pdu& pdu) {
  const std::uint32_t relation = pdu.in.be32(), count = read_number(pdu.in);
  pdu.pen().set<"object_id">(relation);
  if (addresses(pdu, relation, count, Verb::read) == 0) pdu.operate(Verb::read);
}

Verb created(std::uint32_t parent, std::uint32_t object_class, bool holds_block) {
  if (holds_block || is_block(object_class) || parent == plc_program) return Verb::download;
  switch (object_class) {
    case class_session: return Verb::session;
    case class_subscription:
    case class_subscriptions:
    case class_alarm_subscription: return Verb::subscribe;
    default: return Verb::configure;
  }
}

bool seek_object(Pdu& pdu) {
  for (std::size_t i = 0; i < most_preamble && pdu.in.left() > 0; ++i) {
    if (pdu.in.peek() == tag_object) return true;
    pdu.in.skip(1);
  }
  return false;
}

std::uint32_t class_of(const Pdu& pdu) {
  const View view = pdu.output.record.view();
  return view.has(fields["class_id"]) ? static_cast<std::uint32_t>(view.number(fields["class_id"]))
                                      : 0;
}

// [DRV] CreateObjectRequest: the parent, a value, and the object.
void create(Pdu& pdu) {
  const std::uint32_t parent = pdu.in.be32();
  pdu.pen().set<"object_id">(parent);
  Datum datum;
  bool holds_block = false;
  if (read_value(pdu, datum) && seek_object(pdu)) object_list(pdu, holds_block);
  const std::uint32_t made = class_of(pdu);
  Line line(pdu.output.scratch);
  if (const auto word = word_of(classes, made); !word.empty())
    line.add(word);
  else
    line.add("class ").add(made);
  Operation& operation = pdu.operate(created(parent, made, holds_block));
  if (made) {
    operation.object = {.space = static_cast<std::uint8_t>(Place::object),
                        .area = parent,
                        .count = 1,
                        .text = line.text()};
  }
}

void destroy(Pdu& pdu) {
  const std::uint32_t relation = pdu.in.be32();
  pdu.pen().set<"object_id">(relation);
  const bool own = relation == pdu.session || is_passing(relation);
  Operation& operation = pdu.operate(own ? Verb::session : Verb::configure);
  if (pdu.in.ok()) operation.object = object_of(pdu, relation);
}

// [DRV] ExploreRequest. Who asks for the code of blocks takes the program.
void explore(Pdu& pdu) {
  Reader& in = pdu.in;
  const std::uint32_t relation = in.be32();
  pdu.pen().set<"object_id">(relation);
  Operation& operation = pdu.operate(Verb::browse);
  if (!in.ok()) return;
  operation.object = object_of(pdu, relation);
  read_number(in);
  in.skip(3);  // whether children and parents are meant
  if (in.u8() != 0) return static_cast<void>(pdu.opaque = true);  // a filter
  const std::uint32_t count = read_number(in);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t id = read_number(in);
    if (!in.ok()) return;
    ItemPen pen = start_item(pdu);
    pen.set<"attribute">(id);
    pdu.output.items.emit();
    if (id == block_body || id == block_code) operation.verb = Verb::upload;
  }
}

void on_object(Pdu& pdu, Verb verb) {
  const std::uint32_t relation = pdu.in.be32();
  pdu.pen().set<"object_id">(relation);
  Operation& operation = pdu.operate(verb);
  if (pdu.in.ok()) operation.object = object_of(pdu, relation);
}

void conclude(Operation& operation, std::uint64_t returned) {
  const bool refused = returned >> 63;  // below zero
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? static_cast<std::uint16_t>(returned) : 0;
}

// Operations of an answer stand in the order of those asked, where these are known.
Operation* operation_of(Pdu& pdu, std::uint32_t item, const Asked& asked, Verb verb) {
  if (!asked.verb) return &pdu.operate(verb);
  if (item == 0 || item > asked.items || item > most_operations) return nullptr;
  while (pdu.output.operations_total < item) pdu.operate(verb);
  return &pdu.output.operations()[item - 1];
}

// What an answer alone says of what was asked: changes are told by their request only.
Verb verb_of(const Function& function) {
  switch (function.verb) {
    case Verb::read:
    case Verb::browse:
    case Verb::session: return function.verb;
    default: return Verb::other;
  }
}

// [DRV] GetMultiVariablesResponse: values by item, then errors by item.
void values(Pdu& pdu, const Asked& asked, Verb verb) {
  while (pdu.reads()) {
    const std::uint32_t item = read_number(pdu.in);
    if (item == 0) break;
    Datum datum;
    if (!read_value(pdu, datum)) return;
    ItemPen pen = start_item(pdu);
    pen.set<"item">(item);
    put_value(pen, datum);
    pdu.output.items.emit();
    if (Operation* operation = operation_of(pdu, item, asked, verb)) operation->value = datum.value;
  }
}

void errors(Pdu& pdu, const Asked& asked, Verb verb) {
  while (pdu.reads()) {
    const std::uint32_t item = read_number(pdu.in);
    if (item == 0 || !pdu.in.ok()) break;
    const std::uint64_t returned = read_long(pdu.in);
    if (!pdu.in.ok()) break;
    ItemPen pen = start_item(pdu);
    pen.set<"item">(item);
    pen.set<"item_result">(static_cast<std::uint16_t>(returned));
    pdu.output.items.emit();
    if (Operation* operation = operation_of(pdu, item, asked, verb)) conclude(*operation, returned);
  }
}

void created_ids(Pdu& pdu) {
  const std::uint8_t count = pdu.in.u8();
  for (std::uint8_t i = 0; i < count && pdu.in.ok(); ++i) {
    const std::uint32_t id = read_number(pdu.in);
    if (i == 0) pdu.pen().set<"new_object_id">(id);
  }
  bool holds_block = false;
  if (pdu.in.peek() == tag_object) object_list(pdu, holds_block);
}

}  // namespace

Line& Line::add(std::string_view text) {
  for (char c : text)
    if (size_ < room_.size()) room_[size_++] = static_cast<std::uint8_t>(c);
  return *this;
}

Line& Line::add(std::uint64_t number, bool hex) {
  char text[24];
  std::size_t at = sizeof text;
  const unsigned base = hex ? 16 : 10;
  do text[--at] = "0123456789abcdef"[number % base];
  while ((number /= base) > 0);
  if (hex) text[--at] = 'x', text[--at] = '0';
  return add({text + at, sizeof text - at});
}

Object object_of(Pdu& pdu, std::uint32_t relation) {
  Line line(pdu.output.scratch);
  add_name(pdu, line, relation);
  return {.space = static_cast<std::uint8_t>(Place::object),
          .area = 0,
          .count = 1,
          .text = line.text()};
}

Object attribute_of(Pdu& pdu, std::uint32_t relation, std::uint32_t attribute) {
  Line line(pdu.output.scratch);
  line.add(text_of(object_of(pdu, relation).text)).add(".");
  if (const Attribute* row = attribute_row(attribute))
    line.add(row->name);
  else
    line.add(attribute);
  return {.space = static_cast<std::uint8_t>(Place::attribute),
          .area = 0,
          .count = 1,
          .text = line.text()};
}

// Objects within each other, without a call each: [DRV] PObject. What has other tags is left
// unread.
void object_list(Pdu& pdu, bool& holds_block) {
  Reader& in = pdu.in;
  unsigned depth = 0;
  bool first = true;
  while (pdu.reads() && in.left() > 0) {
    const std::uint8_t tag = in.peek();
    if (tag == tag_object) {
      in.skip(1);
      in.skip(4);  // relation id
      const std::uint32_t object_class = read_number(in);
      read_number(in);  // flags of the class
      read_number(in);  // attribute the object is a part by
      if (first) pdu.pen().set<"class_id">(object_class);
      holds_block = holds_block || is_block(object_class);
      first = false;
      ++depth;
    } else if (tag == tag_object_end) {
      in.skip(1);
      if (depth > 0) --depth;
    } else if (tag == tag_attribute) {
      in.skip(1);
      const std::uint32_t id = read_number(in);
      Datum datum;
      if (!read_value(pdu, datum)) return;
      holds_block = holds_block || (id >= block_first && id <= block_last);
      ItemPen pen = start_item(pdu);
      pen.set<"attribute">(id);
      put_value(pen, datum);
      pdu.output.items.emit();
      note_attribute(pdu, id, datum);
    } else if (tag == tag_relation) {
      in.skip(1);
      read_number(in);
      in.skip(4);
    } else if (depth > 0) {
      pdu.opaque = true;
    }
    if (depth == 0 && in.peek() != tag_object) return;
  }
}

void request(Pdu& pdu) {
  const Function& function = function_row(pdu.code);
  switch (function.body) {
    case Body::explore: explore(pdu); break;
    case Body::create: create(pdu); break;
    case Body::destroy: destroy(pdu); break;
    case Body::set_variable: set_variable(pdu); break;
    case Body::get_variable: get_variable(pdu); break;
    case Body::set_many: set_many(pdu); break;
    case Body::get_many: counted_addresses(pdu, Verb::read); break;
    case Body::get_streamed: get_streamed(pdu); break;
    case Body::object: on_object(pdu, function.verb); break;
    case Body::opaque: pdu.operate(function.verb); break;
  }
  if (pdu.output.operations_total == 0) pdu.operate(function.verb);
}

void answer(Pdu& pdu) {
  const Function& function = function_row(pdu.code);
  const View view = pdu.output.record.view();
  const auto sequence = static_cast<std::uint16_t>(view.number(fields["sequence_number"]));
  const Asked asked = pdu.memory.take(sequence);
  const Verb verb = asked.verb ? static_cast<Verb>(asked.verb - 1) : verb_of(function);
  const std::uint64_t returned = read_long(pdu.in);
  pdu.pen().set<"return_value">(returned);
  pdu.pen().set<"result">(static_cast<std::uint16_t>(returned));
  if (!pdu.in.ok()) return static_cast<void>(pdu.operate(verb));
  if (returned >> 63) return conclude(pdu.operate(verb), returned);
  bool holds_block = false;
  switch (function.body) {
    case Body::create: created_ids(pdu); break;
    case Body::get_many:
      values(pdu, asked, verb);
      errors(pdu, asked, verb);
      break;
    case Body::set_many: errors(pdu, asked, verb); break;
    case Body::get_streamed:
    case Body::get_variable: {
      pdu.in.skip(function.body == Body::get_streamed ? 1 : 0);
      Datum datum;
      if (!read_value(pdu, datum)) break;
      ItemPen pen = start_item(pdu);
      put_value(pen, datum);
      pdu.output.items.emit();
      note_attribute(pdu, 0, datum);
      pdu.operate(verb).value = datum.value;
      break;
    }
    case Body::explore:
      if (seek_object(pdu)) object_list(pdu, holds_block);
      break;
    default: break;
  }
  if (pdu.output.operations_total == 0) pdu.operate(verb);
}

// [DRV] Notification. What follows the values may be an alarm, as an object.
void notification(Pdu& pdu) {
  Reader& in = pdu.in;
  const std::uint32_t subscription = in.be32();
  in.skip(6);
  const std::uint8_t credit = in.u8();
  const std::uint32_t number = read_number(in);
  pdu.pen().set<"subscription_id">(subscription);
  pdu.pen().set<"credit_tick">(credit);
  pdu.pen().set<"notification_number">(number);
  constexpr std::size_t stamp_bytes =
      8;  // newer controllers put a time where the counter would not be 0
  if (in.peek() == 0) in.skip(stamp_bytes);
  in.skip(1);
  while (pdu.reads()) {
    const std::uint8_t kind = in.u8();
    if (kind == 0 || !in.ok()) break;
    const bool by_number = kind == 0x9b, has_value = by_number || kind == 0x92;
    if (!has_value && kind != 0x03 && kind != 0x13) {
      pdu.opaque = true;
      break;
    }
    const std::uint32_t item = by_number ? read_number(in) : in.be32();
    Datum datum;
    if (has_value && !read_value(pdu, datum)) break;
    if (!in.ok()) break;
    ItemPen pen = start_item(pdu);
    pen.set<"item">(item);
    if (has_value) put_value(pen, datum);
    pdu.output.items.emit();
    Operation& operation = pdu.operate(Verb::report);
    operation.object = {.space = static_cast<std::uint8_t>(Place::subscription),
                        .area = subscription,
                        .address = item,
                        .count = 1};
    operation.value = datum.value;
    if (!has_value) operation.outcome = Outcome::refused, operation.code = kind;
  }
  constexpr std::uint8_t is_object = 0x81;
  constexpr std::size_t alarm_head = 6;
  if (pdu.reads() && in.left() > alarm_head && in.peek() != 0 && in.peek(alarm_head) == is_object) {
    in.skip(alarm_head + 1);
    bool holds_block = false;
    object_list(pdu, holds_block);
    pdu.operate(Verb::alarm);
  }
}

}  // namespace langyan::s7comm_plus
