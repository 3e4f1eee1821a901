// Services on objects and their properties: read, write, create, delete, subscribe ([135] 13.14, 15).
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint64_t most_property = 4'194'303;  // [135] 21.6: of 22 bits
constexpr std::uint16_t type_device_object = 8, type_notification_class = 15, type_program = 16, type_network_port = 56;

enum Property : std::uint32_t {
  property_all = 8, property_deadband = 25, property_description = 28, property_event_enable = 35,
  property_firmware_revision = 44, property_high_limit = 45, property_limit_enable = 52, property_location = 58,
  property_low_limit = 59, property_model_name = 70, property_object_list = 76, property_object_name = 77,
  property_optional = 80, property_out_of_service = 81, property_program_change = 90, property_required = 105,
  property_vendor_identifier = 120, property_vendor_name = 121, property_structured_object_list = 209,
  property_subordinate_list = 211, property_event_detection_enable = 353, property_event_algorithm_inhibit = 354,
  property_property_list = 371, property_serial_number = 372,
};

struct Identity {  // what a device object's property says of the device
  std::uint32_t property;
  Trait trait;
};
constexpr Identity identities[] = {
    {property_vendor_name, Trait::vendor},     {property_vendor_identifier, Trait::vendor},
    {property_model_name, Trait::model},       {property_firmware_revision, Trait::firmware},
    {property_serial_number, Trait::serial},   {property_object_name, Trait::name},
    {property_location, Trait::location},      {property_description, Trait::description}};

bool is_any(std::uint32_t property) {  // stands for several properties ([135] 15.7.3.1.2)
  return property == property_all || property == property_required || property == property_optional;
}

Verb read_verb(const Reference& reference) {
  switch (reference.property) {
    case property_object_list: case property_property_list: case property_structured_object_list:
    case property_subordinate_list: return Verb::browse;
    default: break;
  }
  const bool of_device = reference.object.type == type_device_object;
  const bool tells =
      std::ranges::any_of(identities, [&](const Identity& row) { return row.property == reference.property; });
  return of_device && tells ? Verb::identify : Verb::read;
}

// Program-Change commands a program as an operating mode switch does ([135] 12.22.6).
Verb program_verb(const Datum& value) {
  constexpr Verb verbs[] = {Verb::write, Verb::download, Verb::start, Verb::stop, Verb::reset, Verb::stop};
  if (value.type != type_enumerated || value.value.number >= std::size(verbs)) return Verb::write;
  return verbs[value.value.number];
}

Verb write_verb(const Reference& reference, const Datum& value) {
  switch (reference.property) {
    case property_out_of_service: return Verb::force;  // cuts the object off from its input or output
    case property_program_change: return reference.object.type == type_program ? program_verb(value) : Verb::write;
    case property_event_enable: case property_high_limit: case property_low_limit: case property_limit_enable:
    case property_deadband: case property_event_detection_enable: case property_event_algorithm_inhibit:
      return Verb::configure;
    default: break;
  }
  switch (reference.object.type) {
    case type_device_object: case type_notification_class: case type_network_port: return Verb::configure;
    default: return Verb::write;
  }
}

std::uint32_t unit_of(const Call& call, const Reference& reference) {
  const bool names_device = reference.object.type == type_device_object && reference.object.instance != any_instance;
  return names_device ? reference.object.instance : call.unit;
}

Operation& touch(Call& call, Verb verb, const Reference& reference) {
  Operation& operation = call.touch(verb, object_of(reference));
  operation.unit = unit_of(call, reference);
  return operation;
}

void tell(Call& call, const Reference& reference, const Datum& datum) {
  if (reference.object.type != type_device_object || reference.index) return;
  for (const Identity& row : identities) {
    if (row.property != reference.property) continue;
    const std::uint32_t unit = unit_of(call, reference);
    if (datum.type == type_characters) call.output.tell(row.trait, datum.value.run, unit);
    if (datum.type == type_unsigned && row.property == property_vendor_identifier) {
      const auto id = static_cast<std::uint32_t>(std::min<std::uint64_t>(datum.value.number, 65'535));
      call.output.tell(row.trait, vendor_name(id), unit);
    }
  }
}

// Property and index of an object named before, in context tags from `first`.
std::optional<Reference> property_of(Call& call, ObjectId object, Tags& tags, std::uint8_t first) {
  const auto property = tags.number(first);
  if (!property || *property > most_property) return call.blame(Wrong::parameter), std::nullopt;
  const auto index = tags.number(static_cast<std::uint8_t>(first + 1));
  if (index && *index > 0xffffffff) return call.blame(Wrong::parameter), std::nullopt;
  Reference what{object, static_cast<std::uint32_t>(*property), true, {}};
  if (index) what.index = static_cast<std::uint32_t>(*index);
  return what;
}

// Object, property and index, in context tags that follow each other from 0.
std::optional<Reference> reference(Call& call, Tags& tags) {
  const auto object = tags.object(0);
  if (!object) return call.blame(Wrong::parameter), std::nullopt;
  return property_of(call, *object, tags, 1);
}

void emit_value(Call& call, const Reference& reference, const Datum& datum,
                std::optional<std::uint64_t> priority = {}) {
  PropertyPen pen = call.start_item();
  write_reference(pen, reference);
  write_datum(call, pen, datum);
  if (priority && *priority <= 255) pen.set<"write_priority">(static_cast<std::uint8_t>(*priority));
  call.output.items.emit();
}

void read_property(Call& call, Tags& tags) {
  const auto what = reference(call, tags);
  if (!what) return;
  if (call.asks()) {
    emit_reference(call, *what);
    touch(call, read_verb(*what), *what);
    return;
  }
  const auto datum = value_in(call, tags, 3);
  if (!datum) return emit_reference(call, *what);
  emit_value(call, *what, *datum);
  touch(call, read_verb(*what), *what).value = datum->value;
  tell(call, *what, *datum);
}

void read_multiple_request(Call& call, Tags& tags) {
  auto& several = call.memory.several[call.asked_way()];
  several.reset(call.invoke_id);
  while (tags.more()) {
    const auto object = tags.object(0);
    const auto list = object ? tags.group(1) : std::nullopt;
    if (!list) return call.blame(Wrong::parameter);
    Tags inner{*list};
    while (inner.more()) {
      const auto what = property_of(call, *object, inner, 0);
      if (!what) break;
      emit_reference(call, *what);
      touch(call, read_verb(*what), *what);
      if (is_any(what->property)) several.set(call.invoke_id);
    }
    finish(call, inner);
    tags.inherit(inner);
  }
}

// One property of an answer: a value, or why there is none ([135] 21 ReadAccessResult).
bool read_result(Call& call, const Reference& what, Tags& tags, bool alone) {
  PropertyPen pen = call.start_item();
  write_reference(pen, what);
  if (const auto error = tags.group(5)) {
    Tags inner{*error};
    const auto error_class = inner.plain_number(type_enumerated), code = inner.plain_number(type_enumerated);
    if (!error_class || !code || *error_class > 65'535 || *code > 65'535) return call.blame(Wrong::parameter), false;
    pen.set<"property_error_class">(static_cast<std::uint16_t>(*error_class));
    pen.set<"property_error_code">(static_cast<std::uint16_t>(*code));
    call.output.items.emit();
    if (!alone) return true;
    Operation& operation = touch(call, read_verb(what), what);
    operation.outcome = Outcome::refused;
    operation.code = static_cast<std::uint16_t>(*code);
    return true;
  }
  const auto datum = value_in(call, tags, 4);
  if (!datum) return false;
  write_datum(call, pen, *datum);
  call.output.items.emit();
  if (alone) touch(call, read_verb(what), what).value = datum->value;
  tell(call, what, *datum);
  return true;
}

void read_multiple_answer(Call& call, Tags& tags) {
  const bool alone = !call.memory.several[call.asked_way()].test(call.invoke_id);
  while (tags.more()) {
    const auto object = tags.object(0);
    const auto list = object ? tags.group(1) : std::nullopt;
    if (!list) return call.blame(Wrong::parameter);
    Tags inner{*list};
    while (inner.more()) {
      const auto what = property_of(call, *object, inner, 2);
      if (!what || !read_result(call, *what, inner, alone)) break;
    }
    finish(call, inner);
    tags.inherit(inner);
  }
  if (!alone) call.operate(Verb::read);
}

// Property, index, value and priority from `first` on: WriteProperty and BACnetPropertyValue.
bool write_value(Call& call, const Reference& what, Tags& tags, std::uint8_t value_tag) {
  const auto datum = value_in(call, tags, value_tag);
  if (!datum) return emit_reference(call, what), false;
  const auto priority = tags.number(static_cast<std::uint8_t>(value_tag + 1));
  if (tags.trouble() != Tags::Trouble::none) return false;
  if (priority && (*priority < 1 || *priority > 16)) call.blame(Wrong::parameter);  // [135] 19.2.1
  emit_value(call, what, *datum, priority);
  touch(call, write_verb(what, *datum), what).value = datum->value;
  return true;
}

void write_property(Call& call, Tags& tags) {
  if (const auto what = reference(call, tags)) write_value(call, *what, tags, 3);
}

void write_multiple(Call& call, Tags& tags) {
  while (tags.more()) {
    const auto object = tags.object(0);
    const auto list = object ? tags.group(1) : std::nullopt;
    if (!list) return call.blame(Wrong::parameter);
    Tags inner{*list};
    while (inner.more()) {
      const auto what = property_of(call, *object, inner, 0);
      if (!what || !write_value(call, *what, inner, 2)) break;
    }
    finish(call, inner);
    tags.inherit(inner);
  }
}

void list_element(Call& call, Tags& tags) {
  const auto what = reference(call, tags);
  if (!what) return;
  const auto datum = value_in(call, tags, 3);
  if (!datum) return emit_reference(call, *what);
  emit_value(call, *what, *datum);
  touch(call, call.verb, *what).value = datum->value;
}

void create_object(Call& call, Tags& tags) {
  if (!call.asks()) {
    const auto object = tags.plain_object();
    if (!object) return call.blame(Wrong::parameter);
    emit_reference(call, {*object, 0, false, {}});
    call.touch(call.verb, object_of(*object));
    return;
  }
  const auto specifier = tags.group(0);
  if (!specifier) return call.blame(Wrong::parameter);
  Tags inner{*specifier};
  ObjectId object{0, any_instance};  // the device chooses the number
  if (const auto named = inner.object(1)) {
    object = *named;
  } else {
    const auto type = inner.number(0);
    if (!type || *type > 1'023) return call.blame(Wrong::parameter);
    object.type = static_cast<std::uint16_t>(*type);
  }
  finish(call, inner);
  emit_reference(call, {object, 0, false, {}});
  call.touch(call.verb, object_of(object));
  const auto initial = tags.group(1);
  if (!initial) return;
  Tags values{*initial};
  while (values.more()) {
    const auto what = property_of(call, object, values, 0);
    if (!what) break;
    const auto datum = value_in(call, values, 2);
    if (!datum) break;
    emit_value(call, *what, *datum, values.number(3));
  }
  finish(call, values);
}

void delete_object(Call& call, Tags& tags) {
  const auto object = tags.plain_object();
  if (!object) return call.blame(Wrong::parameter);
  emit_reference(call, {*object, 0, false, {}});
  call.touch(call.verb, object_of(*object));
}

// A run of records by position, sequence number or time ([135] 15.8.1.1.4).
void range_request(Call& call, Tags& tags) {
  for (const std::uint8_t choice : {std::uint8_t{3}, std::uint8_t{6}, std::uint8_t{7}}) {
    const auto range = tags.group(choice);
    if (!range) continue;
    Tags inner{*range};
    if (choice == 7) {
      const auto date = inner.application(type_date), time = inner.application(type_time);
      if (date && time) {
        if (const auto when = clock_time(*date, *time)) call.pen.set<"event_time">(*when);
      }
    } else if (const auto first = inner.plain_number(type_unsigned)) {
      call.pen.set<"file_start">(static_cast<std::int64_t>(*first));
    }
    const auto count = inner.plain_signed();  // negative: the items before
    if (!count) call.blame(Wrong::parameter);
    else call.put<"item_count">(static_cast<std::uint64_t>(*count < 0 ? -*count : *count));
    return finish(call, inner);
  }
}

void read_range(Call& call, Tags& tags) {
  const auto what = reference(call, tags);
  if (!what) return;
  if (call.asks()) {
    range_request(call, tags);
    emit_reference(call, *what);
    touch(call, call.verb, *what);
    return;
  }
  const auto flags = tags.context(3);
  if (!flags || !call.need<"item_count">(tags.number(4))) return call.blame(Wrong::parameter);
  const auto datum = value_in(call, tags, 5);
  if (!datum) return emit_reference(call, *what);
  if (const auto first = tags.number(6)) call.pen.set<"file_start">(static_cast<std::int64_t>(*first));
  emit_value(call, *what, *datum);
  touch(call, call.verb, *what);
}

void subscribe(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  const auto object = tags.object(1);
  if (!object) return call.blame(Wrong::parameter);
  call.put_boolean<"confirmed_notifications">(tags.boolean(2));
  call.put<"lifetime">(tags.number(3));
  Reference what{*object, 0, false, {}};
  if (const auto property = tags.group(4)) {
    Tags inner{*property};
    if (const auto named = property_of(call, *object, inner, 0)) what = *named;
    finish(call, inner);
    tags.context(5);  // COV increment
  }
  emit_reference(call, what);
  touch(call, call.verb, what);
}

void subscribe_multiple(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  call.put_boolean<"confirmed_notifications">(tags.boolean(1));
  call.put<"lifetime">(tags.number(2));
  tags.number(3);  // most delay of a notification
  const auto specifications = tags.group(4);
  if (!specifications) return call.blame(Wrong::parameter);
  Tags objects{*specifications};
  while (objects.more()) {
    const auto object = objects.object(0);
    const auto list = object ? objects.group(1) : std::nullopt;
    if (!list) return call.blame(Wrong::parameter), finish(call, objects);
    Tags inner{*list};
    while (inner.more()) {
      const auto property = inner.group(0);
      if (!property) break;
      Tags named{*property};
      const auto what = property_of(call, *object, named, 0);
      finish(call, named);
      if (!what) break;
      inner.context(1);  // COV increment
      inner.boolean(2);  // whether the time is told
      emit_reference(call, *what);
      touch(call, call.verb, *what);
    }
    finish(call, inner);
    objects.inherit(inner);
  }
  finish(call, objects);
}

}  // namespace

void access(Call& call, Body body, Tags& tags) {
  const bool asks = call.asks();
  switch (body) {
    case Body::read_property: return read_property(call, tags);
    case Body::read_property_multiple:
      return asks ? read_multiple_request(call, tags) : read_multiple_answer(call, tags);
    case Body::write_property: return write_property(call, tags);
    case Body::write_property_multiple: return write_multiple(call, tags);
    case Body::list_element: return list_element(call, tags);
    case Body::create_object: return create_object(call, tags);
    case Body::delete_object: return delete_object(call, tags);
    case Body::read_range: return read_range(call, tags);
    case Body::subscribe_cov: return subscribe(call, tags);
    case Body::subscribe_cov_multiple: return subscribe_multiple(call, tags);
    default: return;
  }
}

void finish(Call& call, const Tags& tags) {
  if (tags.trouble() != Tags::Trouble::none) {  // why a parameter was missed
    if (call.found == fault(Wrong::parameter)) call.found = Fault::none;
    call.blame(tags.trouble() == Tags::Trouble::too_deep ? Wrong::depth : Wrong::tag);
  } else if (tags.more()) {
    call.blame(Wrong::parameter);
  }
}

std::optional<Datum> value_in(Call& call, Tags& tags, std::uint8_t number) {
  const auto octets = tags.group(number);
  if (!octets) {
    if (tags.trouble() == Tags::Trouble::none) call.blame(Wrong::parameter);
    return {};
  }
  const auto datum = read_datum(*octets, call.output.scratch);
  if (!datum) call.blame(Wrong::tag);
  return datum;
}

void write_reference(PropertyPen& pen, const Reference& reference) {
  pen.set<"object_type">(reference.object.type);
  pen.set<"object_instance">(reference.object.instance);
  if (reference.has_property) pen.set<"property">(reference.property);
  if (reference.index) pen.set<"array_index">(*reference.index);
}

void write_datum(Call& call, PropertyPen& pen, const Datum& datum) {
  pen.set<"datatype">(datum.type);
  switch (datum.value.kind) {
    case Value::Kind::none: return;
    case Value::Kind::text: return pen.set<"value_text">(datum.value.run);
    case Value::Kind::bytes: {
      Line line;
      line.add_hex(datum.value.run);
      return pen.set<"value_text">(line.in(call.output.scratch));
    }
    default: return pen.set<"value">(datum.value.element(0));
  }
}

void emit_reference(Call& call, const Reference& reference) {
  PropertyPen pen = call.start_item();
  write_reference(pen, reference);
  call.output.items.emit();
}

Object object_of(const Reference& reference) {
  Object object;
  object.space = static_cast<std::uint8_t>(std::min<std::uint16_t>(reference.object.type, place_other_object));
  // width: which parts there are. area: property and type; address: instance below, index above.
  object.width = static_cast<std::uint8_t>((reference.has_property ? 1 : 0) | (reference.index ? 2 : 0));
  object.area = (reference.property & any_instance) | std::uint32_t{reference.object.type} << 22;
  object.address = reference.object.instance | std::uint64_t{reference.index.value_or(0)} << 32;
  object.count = 1;
  return object;
}

}  // namespace langyan::bacnet
