// Reading and writing of variables, and the controls that are writes ([MMS] 14; IEC 61850-8-1 20).
#include "parsers/mms/variables.h"
#include "base/hash.h"

namespace langyan::mms {
namespace {

std::uint32_t short_hash(Bytes octets) {
  const auto value = static_cast<std::uint32_t>(hash(octets, 0));
  return value ? value : 1;
}

// --- controls ---

void select_requested(Call& call, Bytes object, std::uint32_t value, Asked asked) {
  const std::uint8_t place = call.memory.remember({short_hash(object), value, Selection::asked});
  call.memory.wait(call.invoke_id, call.from_server(), asked, 0, place);
}

void operate_requested(Call& call, Bytes object, std::uint32_t value) {
  Selected* selected = call.memory.find(short_hash(object));
  if (!selected) return;  // operated directly, or selected before we came
  switch (selected->state) {
    case Selection::held:
      if (selected->value && selected->value != value) call.blame(Wrong::differs);
      break;
    case Selection::refused: call.blame(Wrong::unselected); break;
    case Selection::operated:
      // Some objects stay selected for many operates; a refusal tells that this one does not.
      call.memory.wait(call.invoke_id, call.from_server(), Asked::operate);
      break;
    default: break;
  }
  selected->state = Selection::operated;
}

void control_requested(Call& call, const Meaning& meaning, Bytes name, const Tlv& data) {
  const std::uint32_t value = short_hash(innermost(data).whole);
  if (meaning.service == "SBOw")
    return select_requested(call, bytes_of(meaning.object), value, Asked::select_with_value);
  if (meaning.service == "Oper") return operate_requested(call, bytes_of(meaning.object), value);
  if (meaning.service == "Cancel") {
    if (Selected* selected = call.memory.find(short_hash(bytes_of(meaning.object)))) *selected = {};
  } else if (meaning.service.empty()) {
    operate_requested(call, name, value);  // of TASE.2, where a device has but one name
  }
}

void select_answered(Call& call, const Waiting& waiting, bool granted) {
  const std::size_t place = waiting.flags >> 1;
  if (place == 0 || place > remembered_selections) return;
  Selected& selected = call.memory.selected[place - 1];
  if (selected.state == Selection::asked)
    selected.state = granted ? Selection::held : Selection::refused;
}

// --- read ---

// Name plates (IEC 61850-7-3 7.9): which attribute stands for what.
struct Plate {
  std::string_view attribute;
  Trait trait;
};
constexpr Plate plates[] = {
    {"vendor", Trait::vendor}, {"swRev", Trait::firmware}, {"hwRev", Trait::hardware},
    {"serNum", Trait::serial}, {"model", Trait::model},    {"location", Trait::location},
    {"name", Trait::name},
};

void remember_read(Call& call, const Meaning& meaning) {
  if (meaning.service == "SBO")
    return select_requested(call, bytes_of(meaning.object), 0, Asked::select);
  if (meaning.constraint != "DC") return;
  for (const Plate& plate : plates)
    if (plate.attribute == meaning.attribute)
      call.memory.wait(call.invoke_id, call.from_server(), Asked::fact,
                       static_cast<std::uint8_t>(plate.trait));
}

void list_asked(Call& call, Verb verb, Bytes content) {
  Tlv name;
  Reader in{content};
  if (!ber::next(in, name)) return call.blame(Wrong::encoding);
  call.operate(verb, Place::list, read_name(call, name));
}

void read_request(Call& call, Bytes body) {
  const auto specification = ber::find_context(body, 1);
  Tlv list, entry;
  Reader in{specification ? specification->content : Bytes{}};
  if (!specification || !ber::next(in, list)) return call.blame(Wrong::encoding);
  if (list.is_context(1)) {
    call.memory.wait(call.invoke_id, call.from_server(), Asked::list);
    return list_asked(call, Verb::read, list.content);
  }
  std::size_t count = 0;
  Meaning meaning;
  for (Reader each{list.content}; each.left() > 0; ++count) {
    if (!ber::next(each, entry)) return call.blame(Wrong::encoding);
    const Bytes name = read_variable(call, entry);
    start_variable(call, name);
    call.output.items.emit();
    meaning = meaning_of(text_of(name));
    learn_application(call, meaning);
    call.operate(meaning.service == "SBO" ? Verb::select : Verb::read, Place::variable, name);
  }
  if (count == 1) remember_read(call, meaning);
}

void read_answer(Call& call, Bytes body) {
  const Waiting waiting = call.memory.take(call.invoke_id, !call.from_server());
  const auto asked = static_cast<Asked>(waiting.asked);
  const auto results = ber::find_context(body, 1);
  if (!results) return call.blame(Wrong::encoding);
  Tlv result;
  if (asked == Asked::list) call.operate(Verb::read);
  for (Reader in{results->content}; in.left() > 0;) {
    if (!ber::next(in, result)) return call.blame(Wrong::encoding);
    const Result found = read_result(call, result, call.output.items.start(variable_schema));
    call.output.items.emit();
    if (asked == Asked::list) continue;
    Operation& operation = call.operate(asked == Asked::select ? Verb::select : Verb::read);
    settle(operation, found);
    if (asked ==
        Asked::select) {  // an empty name says that it is not selected (IEC 61850-8-1 20.3)
      const bool granted = !found.error && !result.content.empty();
      select_answered(call, waiting, granted);
      if (!granted) operation.outcome = Outcome::refused;
    }
    const bool is_string = result.is_context(10) || result.is_context(16);
    if (asked >= Asked::fact && is_string && ber::is_visible(result.content))
      call.output.tell(static_cast<Trait>(waiting.asked - static_cast<std::uint8_t>(Asked::fact)),
                       result.content);
  }
}

// --- write ---

// A transfer set (IEC 60870-6-503 8): the data set it sends, by scope, domain and name, and when.
bool is_transfer_set(const Tlv& data) {
  Tlv reference, scope, domain, name;
  Reader in{data.content};
  if (!data.constructed || !ber::next(in, reference) || !reference.is_context(2)) return false;
  Reader inner{reference.content};
  return ber::next(inner, scope) && (scope.is_context(5) || scope.is_context(6)) &&
         ber::next(inner, domain) && domain.is_context(10) && ber::next(inner, name) &&
         name.is_context(10);
}

// A write that IEC 61850 has no name for, on a TASE.2 association: of a device or a transfer set.
Verb verb_of_tase2(const Tlv& data) {
  if (!data.constructed) return Verb::control;
  return is_transfer_set(data) ? Verb::subscribe : Verb::write;
}

void write_one(Call& call, Bytes name, const Tlv& data) {
  const Meaning meaning = meaning_of(text_of(name));
  learn_application(call, meaning);
  Record& row = start_variable(call, name);
  const Datum datum = read_datum(call, data);
  put_value(row, datum);
  call.output.items.emit();
  Verb verb = verb_of_write(meaning);
  const bool tase2 = call.memory.application == application_tase2 &&
                     meaning.application == application_unknown && meaning.service.empty() &&
                     meaning.attribute.empty();
  if (verb == Verb::write && tase2) verb = verb_of_tase2(data);
  Operation& operation = call.operate(verb, Place::variable, name);
  const bool whole_control =
      !meaning.service.empty() && meaning.constraint == "CO" && data.constructed;
  if (whole_control) control_fields(call, data);
  operation.value = whole_control ? read_datum(call, innermost(data)).value : datum.value;
  const bool ends_in_service =
      meaning.service == meaning.attribute || meaning.attribute == "ctlVal";
  if ((meaning.constraint == "CO" && ends_in_service) || verb == Verb::control)
    control_requested(call, meaning, name, data);
}

void write_request(Call& call, Bytes body) {
  Tlv specification, values, entry, data;
  Reader in{body};
  if (!ber::next(in, specification) || !ber::next(in, values) || !values.is_context(0))
    return call.blame(Wrong::encoding);
  Reader of_values{values.content};
  if (specification.is_context(1)) {
    list_asked(call, Verb::write, specification.content);
    while (of_values.left() > 0) {
      if (!ber::next(of_values, data)) return call.blame(Wrong::encoding);
      put_value(start_variable(call, {}), read_datum(call, data));
      call.output.items.emit();
    }
    return;
  }
  for (Reader names{specification.content}; names.left() > 0;) {
    if (!ber::next(names, entry)) return call.blame(Wrong::encoding);
    const Bytes name = read_variable(call, entry);
    if (of_values.left() == 0) {
      call.blame(Wrong::count);
      call.operate(verb_of_write(meaning_of(text_of(name))), Place::variable, name);
      continue;
    }
    if (!ber::next(of_values, data)) return call.blame(Wrong::encoding);
    write_one(call, name, data);
  }
  if (of_values.left() > 0) call.blame(Wrong::count);
}

void write_answer(Call& call, Bytes body) {
  const Waiting waiting = call.memory.take(call.invoke_id, !call.from_server());
  const auto asked = static_cast<Asked>(waiting.asked);
  Tlv result;
  for (Reader in{body}; in.left() > 0;) {
    if (!ber::next(in, result)) return call.blame(Wrong::encoding);
    Operation& operation = call.operate(Verb::write);
    const bool failed = result.is_context(0);
    if (failed) {
      operation.outcome = Outcome::refused;
      operation.code = access_error(call, result);
      VariablePen{call.output.items.start(variable_schema), sound}.set<"data_access_error">(
          operation.code);
      call.output.items.emit();
    } else if (!result.is_context(1)) {
      call.blame(Wrong::encoding);
    }
    if (asked == Asked::select_with_value) select_answered(call, waiting, !failed);
    if (asked == Asked::operate && failed) call.blame(Wrong::unselected);
  }
}

}  // namespace

void read(Call& call, Bytes body) {
  call.asks() ? read_request(call, body) : read_answer(call, body);
}
void write(Call& call, Bytes body) {
  call.asks() ? write_request(call, body) : write_answer(call, body);
}

void refused(Call& call) {
  const Waiting waiting = call.memory.take(call.invoke_id, !call.from_server());
  const auto asked = static_cast<Asked>(waiting.asked);
  if (asked == Asked::select || asked == Asked::select_with_value)
    select_answered(call, waiting, false);
  if (asked == Asked::operate) call.blame(Wrong::unselected);
}

}  // namespace langyan::mms
