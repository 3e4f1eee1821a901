// What devices tell by themselves, and what is asked of it: changes of values, events, alarms
// ([135] 13).
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint32_t property_event_state = 36, property_status_flags = 111;

// Status_Flags as a quality: in alarm, fault, overridden, out of service from the highest of four bits.
std::optional<std::uint8_t> quality_of(const Reference& what, const Datum& datum) {
  if (what.property != property_status_flags || datum.type != type_bits || datum.value.run.size() != 4) return {};
  std::uint8_t bits = 0;
  for (std::uint8_t digit : datum.value.run) bits = static_cast<std::uint8_t>(bits << 1 | (digit == '1'));
  return bits;
}

// The flags that come with an object's value are its quality, not a value of their own.
bool qualifies_last(Call& call, const Reference& what, std::uint8_t quality) {
  const auto operations = call.output.operations();
  if (operations.empty() || call.output.operations_total > operations.size()) return false;
  Operation& last = operations.back();
  const Object own = object_of(what.object);
  if (last.value.none() || last.object.space != own.space || last.object.area >> 22 != what.object.type ||
      static_cast<std::uint32_t>(last.object.address) != what.object.instance) {
    return false;
  }
  last.value.has_quality = true;
  last.value.quality = quality;
  return true;
}

// BACnetPropertyValue and its like: property, index, value in 0, 1, 2, then one more of number 3.
void reported_values(Call& call, ObjectId object, Bytes list) {
  Tags tags{list};
  while (tags.more()) {
    const auto property = tags.number(0), index = property ? tags.number(1) : std::nullopt;
    if (!property || *property > any_instance || (index && *index > 0xffffffff)) {
      call.blame(Wrong::parameter);
      break;
    }
    Reference what{object, static_cast<std::uint32_t>(*property), true, {}};
    if (index) what.index = static_cast<std::uint32_t>(*index);
    const auto datum = value_in(call, tags, 2);
    if (!datum) break;
    if (!tags.context(3) && tags.trouble() == Tags::Trouble::none) tags.group(3);  // priority, or time of change
    PropertyPen pen = call.start_item();
    write_reference(pen, what);
    write_datum(call, pen, *datum);
    call.output.items.emit();
    const auto quality = quality_of(what, *datum);
    if (quality && qualifies_last(call, what, *quality)) continue;
    call.touch(call.verb, object_of(what)).value = datum->value;
  }
  finish(call, tags);
}

void change_of_value(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  const auto source = tags.object(1), object = source ? tags.object(2) : std::nullopt;
  if (!object) return call.blame(Wrong::parameter);
  call.device(source->instance);
  call.put<"lifetime">(tags.number(3));
  const auto list = tags.group(4);
  if (!list) return call.blame(Wrong::parameter);
  reported_values(call, *object, *list);
}

void changes_of_values(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  const auto source = tags.object(1);
  if (!source) return call.blame(Wrong::parameter);
  call.device(source->instance);
  call.put<"lifetime">(tags.number(2));
  tags.group(3);  // when it was sent
  const auto list = tags.group(4);
  if (!list) return call.blame(Wrong::parameter);
  Tags objects{*list};
  while (objects.more()) {
    const auto object = objects.object(0);
    const auto values = object ? objects.group(1) : std::nullopt;
    if (!values) break;
    reported_values(call, *object, *values);
  }
  finish(call, objects);
}

// BACnetTimeStamp ([135] 21): a time of day, a sequence number, or date and time.
void time_stamp(Call& call, std::optional<Bytes> choice) {
  if (!choice) return call.blame(Wrong::parameter);
  Tags tags{*choice};
  if (const auto both = tags.group(2)) {
    Tags inner{*both};
    const auto date = inner.application(type_date), time = inner.application(type_time);
    if (!date || !time) return call.blame(Wrong::parameter);
    if (const auto when = clock_time(*date, *time)) call.pen.set<"event_time">(*when);
    return finish(call, inner);
  }
  if (!tags.context(0) && !tags.context(1)) call.blame(Wrong::parameter);
  finish(call, tags);
}

void event(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  const auto source = tags.object(1), object = source ? tags.object(2) : std::nullopt;
  if (!object) return call.blame(Wrong::parameter);
  call.device(source->instance);
  time_stamp(call, tags.group(3));
  call.need<"notification_class">(tags.number(4));
  call.need<"event_priority">(tags.number(5));
  call.need<"event_type">(tags.number(6));
  call.put_text<"message_text">(tags.context(7));
  call.need<"notify_type">(tags.number(8));
  call.put_boolean<"ack_required">(tags.boolean(9));
  call.put<"from_state">(tags.number(10));
  const auto state = tags.number(11);
  call.put<"to_state">(state);
  if (const auto values = tags.group(12)) call.pen.set<"data">(*values);
  if (tags.trouble() != Tags::Trouble::none) return;
  emit_reference(call, {*object, 0, false, {}});
  Operation& operation = call.touch(call.verb, object_of(*object));
  if (state) operation.value = Value::of(*state);
}

void acknowledge(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  const auto object = tags.object(1);
  if (!object) return call.blame(Wrong::parameter);
  const auto state = tags.number(2);
  call.need<"to_state">(state);
  time_stamp(call, tags.group(3));
  call.put_text<"message_text">(tags.context(4));
  if (!tags.group(5)) call.blame(Wrong::parameter);  // time of the acknowledgement
  emit_reference(call, {*object, 0, false, {}});
  Operation& operation = call.touch(call.verb, object_of(*object));
  if (state) operation.value = Value::of(*state);
}

void emit_state(Call& call, ObjectId object, std::uint64_t state) {
  PropertyPen pen = call.start_item();
  write_reference(pen, {object, property_event_state, true, {}});
  pen.set<"datatype">(std::uint8_t{type_enumerated});
  pen.set<"value">(static_cast<double>(state));
  call.output.items.emit();
}

// GetAlarmSummary and GetEnrollmentSummary answer with rows that follow each other without tags of
// their own.
void summary(Call& call, Tags& tags, bool enrollment) {
  if (call.asks()) {  // an enrollment's filters are not looked into
    if (enrollment && tags.more()) call.pen.set<"data">(tags.left());
    while (tags.element()) {}
    call.operate();
    return;
  }
  while (tags.more()) {
    const auto object = tags.plain_object();
    if (enrollment) tags.plain_number(type_enumerated);  // event type
    const auto state = tags.plain_number(type_enumerated);
    const bool rest =
        enrollment ? tags.plain_number(type_unsigned).has_value() : tags.application(type_bits).has_value();
    if (enrollment) tags.plain_number(type_unsigned);  // notification class
    if (!object || !state || !rest) return call.blame(Wrong::parameter);
    emit_state(call, *object, *state);
  }
  call.operate();
}

void event_information(Call& call, Tags& tags) {
  if (call.asks()) {
    if (const auto last = tags.object(0)) emit_reference(call, {*last, 0, false, {}});
    call.operate();
    return;
  }
  const auto list = tags.group(0);
  if (!list) return call.blame(Wrong::parameter);
  call.put_boolean<"more_follows">(tags.boolean(1));
  call.operate();
  Tags inner{*list};
  while (inner.more()) {
    const auto object = inner.object(0);
    const auto state = object ? inner.number(1) : std::nullopt;
    if (!state) break;
    // Acknowledged transitions, time stamps, notify type, event enable, priorities.
    const bool sound = inner.context(2) && inner.group(3) && inner.context(4) && inner.context(5) && inner.group(6);
    if (!sound) break;
    emit_state(call, *object, *state);
  }
  finish(call, inner);
}

void life_safety(Call& call, Tags& tags) {
  call.need<"process_id">(tags.number(0));
  call.put_text<"message_text">(tags.context(1));
  const auto request = tags.number(2);
  if (!call.need<"life_safety_operation">(request)) return;
  const auto object = tags.object(3);
  if (tags.trouble() != Tags::Trouble::none) return;
  if (object) emit_reference(call, {*object, 0, false, {}});
  Operation& operation = object ? call.touch(call.verb, object_of(*object)) : call.operate();
  operation.value = Value::of(*request);
}

// WriteGroup ([135] 15.11): values for channels of a group, in all devices that have them.
void write_group(Call& call, Tags& tags) {
  const auto group = tags.number(0), priority = group ? tags.number(1) : std::nullopt;
  const auto list = priority ? tags.group(2) : std::nullopt;
  if (!list || *group > 0xffffffff) return call.blame(Wrong::parameter);
  tags.boolean(3);  // whether delays are inhibited
  constexpr std::uint16_t type_channel = 53;
  constexpr std::uint32_t present_value = 85;
  Tags changes{*list};
  while (changes.more()) {
    const auto channel = changes.number(0);
    if (!channel || *channel > any_instance) break;
    const auto own_priority = changes.number(1);
    const auto element = changes.element();
    const auto datum = element ? read_datum(*element, call.output.scratch) : std::nullopt;
    if (!datum) break;
    PropertyPen pen = call.start_item();
    const Reference what{{type_channel, static_cast<std::uint32_t>(*channel)}, present_value, true, {}};
    write_reference(pen, what);
    write_datum(call, pen, *datum);
    const std::uint64_t rank = own_priority.value_or(*priority);
    if (rank <= 255) pen.set<"write_priority">(static_cast<std::uint8_t>(rank));
    call.output.items.emit();
    Operation& operation = call.operate();
    operation.object.space = place_group;
    operation.object.area = static_cast<std::uint32_t>(*group);
    operation.object.address = *channel;
    operation.object.count = 1;
    operation.value = datum->value;
  }
  finish(call, changes);
}

}  // namespace

void report(Call& call, Body body, Tags& tags) {
  switch (body) {
    case Body::cov_notification: return change_of_value(call, tags);
    case Body::cov_notification_multiple: return changes_of_values(call, tags);
    case Body::event_notification: return event(call, tags);
    case Body::acknowledge_alarm: return acknowledge(call, tags);
    case Body::alarm_summary: return summary(call, tags, false);
    case Body::enrollment_summary: return summary(call, tags, true);
    case Body::event_information: return event_information(call, tags);
    case Body::life_safety: return life_safety(call, tags);
    case Body::write_group: return write_group(call, tags);
    default: return;
  }
}

}  // namespace langyan::bacnet
