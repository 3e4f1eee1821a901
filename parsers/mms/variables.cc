// Reading and writing of variables, and what is reported of them ([MMS] 14; IEC 61850-8-1 17, 20).
#include "base/hash.h"
#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

constexpr std::size_t deepest_selection = 8;  // of an alternate access within another one
constexpr std::string_view report_name = "RPT", last_error_name = "LastApplError";

std::uint32_t short_hash(Bytes octets) {
  const auto value = static_cast<std::uint32_t>(hash(octets, 0));
  return value ? value : 1;
}

// --- names ---

template <std::size_t N>
void add_index(Text<N>& text, Bytes content) {
  text.add('(');
  if (const auto index = ber::to_unsigned(content)) text.number(*index);
  text.add(')');
}

// AlternateAccess ([MMS] 14.1.2): which components or elements; the first path of it as a suffix.
void add_selection(NameText& text, Bytes content) {
  constexpr std::uint32_t select_within = 0;
  for (std::size_t depth = 0; depth < deepest_selection; ++depth) {
    Tlv each;
    Reader in{content};
    if (!ber::next(in, each)) return;
    if (each.tag_class == ber::Class::universal || each.is_context(5)) {
      content = each.content;
      continue;
    }
    const bool goes_on = each.is_context(select_within) && each.constructed;
    Tlv access = each;
    std::uint32_t kind = each.tag;
    if (goes_on) {
      Reader inner{each.content};
      if (!ber::next(inner, access)) return;
      kind = access.tag + 1;  // the same choices, numbered from zero
      content = inner.rest();
    }
    if (kind == 1) text.add('$'), text.add(access.content);
    if (kind == 2) add_index(text, access.content);
    if (kind == 3) {
      const auto low = ber::find_context(access.content, 0), count = ber::find_context(access.content, 1);
      if (low) add_index(text, low->content);
      if (count) text.add('*'), add_index(text, count->content);
    }
    if (!goes_on) return;
  }
}

// A VariableSpecification and what of it is selected.
Bytes read_variable(Call& call, const Tlv& entry) {
  Tlv specification, inner;
  Reader in{entry.content};
  if (!ber::next(in, specification)) return call.blame(Wrong::encoding), Bytes{};
  Reader of_name{specification.content};
  Bytes name;
  if (specification.is_context(0)) {
    if (!ber::next(of_name, inner)) return call.blame(Wrong::encoding), Bytes{};
    name = read_name(call, inner);
  } else if (specification.is_context(1) && ber::next(of_name, inner)) {  // an address
    if (inner.is_context(1)) {
      name = inner.content;
    } else {
      NameText text;
      text.add(std::string_view{"address "});
      if (const auto number = ber::to_unsigned(inner.content); number && inner.is_context(0)) text.number(*number);
      name = text.keep(call.output.scratch);
    }
  }
  const auto selection = ber::find_context(entry.content, 5);
  if (!selection || name.empty()) return name;
  NameText text;
  text.add(name);
  add_selection(text, selection->content);
  return text.keep(call.output.scratch);
}

void learn_application(Call& call, const Meaning& meaning) {
  if (call.memory.application == application_unknown) call.memory.application = meaning.application;
}

// --- items ---

void put_value(Record& row, const Datum& datum) {
  VariablePen pen{row, sound};
  pen.set<"data_type">(datum.type);
  pen.set<"value">(datum.text);
}

std::uint16_t access_error(Call& call, const Tlv& failure) {
  const auto code = ber::to_unsigned(failure.content);
  if (!code || *code > 0xff) return call.blame(Wrong::value), data_access;
  return static_cast<std::uint16_t>(data_access + *code);
}

struct Result {  // an AccessResult: a value, or why there is none
  std::uint16_t error = 0;
  Datum datum;
};

Result read_result(Call& call, const Tlv& result, Record& row) {
  Result found;
  if (result.is_context(0)) {
    found.error = access_error(call, result);
    VariablePen{row, sound}.set<"data_access_error">(found.error);
    return found;
  }
  found.datum = read_datum(call, result);
  put_value(row, found.datum);
  return found;
}

void settle(Operation& operation, const Result& result) {
  operation.value = result.datum.value;
  if (result.error) operation.outcome = Outcome::refused, operation.code = result.error;
}

// --- controls ---

// {ctlVal, [operTm], origin {orCat, orIdent}, ctlNum, T, Test, [Check]}: IEC 61850-8-1 20.2
void control_fields(Call& call, const Tlv& data) {
  Tlv each;
  bool first = true;
  Pen pen = call.pen();
  for (Reader in{data.content}; in.left() > 0 && ber::next(in, each); first = false) {
    if (first) continue;
    switch (each.tag) {
      case 2: {
        const auto category = ber::find_context(each.content, 5), name = ber::find_context(each.content, 9);
        const auto code = category ? ber::to_unsigned(category->content) : std::nullopt;
        if (code && *code <= 0xff) pen.set<"originator_category">(static_cast<std::uint8_t>(*code));
        if (name && !name->content.empty()) pen.set<"originator">(name->content);
        break;
      }
      case 6:
        if (const auto number = ber::to_unsigned(each.content); number && *number <= 0xff)
          pen.set<"control_number">(static_cast<std::uint8_t>(*number));
        break;
      case 3:
        if (const auto test = ber::to_boolean(each.content)) pen.set<"control_test">(*test);
        break;
      case 4:
        if (const auto checks = ber::to_bits(each.content); checks && checks->bits == 2)
          pen.set<"control_check">(static_cast<std::uint8_t>((*checks)[0] << 1 | (*checks)[1]));
        break;
      default: break;
    }
  }
}

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
  if (meaning.service == "SBOw") return select_requested(call, bytes_of(meaning.object), value, Asked::select_with_value);
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
  if (selected.state == Selection::asked) selected.state = granted ? Selection::held : Selection::refused;
}

// --- read ---

// Name plates (IEC 61850-7-3 7.9): which attribute stands for what.
struct Plate {
  std::string_view attribute;
  Trait trait;
};
constexpr Plate plates[] = {
    {"vendor", Trait::vendor}, {"swRev", Trait::firmware}, {"hwRev", Trait::hardware}, {"serNum", Trait::serial},
    {"model", Trait::model},   {"location", Trait::location}, {"name", Trait::name},
};

void remember_read(Call& call, const Meaning& meaning) {
  if (meaning.service == "SBO") return select_requested(call, bytes_of(meaning.object), 0, Asked::select);
  if (meaning.constraint != "DC") return;
  for (const Plate& plate : plates)
    if (plate.attribute == meaning.attribute)
      call.memory.wait(call.invoke_id, call.from_server(), Asked::fact, static_cast<std::uint8_t>(plate.trait));
}

Record& start_variable(Call& call, Bytes name) {
  Record& row = call.output.items.start(variable_schema);
  if (!name.empty()) VariablePen{row, sound}.set<"variable">(name);
  return row;
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
    if (asked == Asked::select) {  // an empty name says that it is not selected (IEC 61850-8-1 20.3)
      const bool granted = !found.error && !result.content.empty();
      select_answered(call, waiting, granted);
      if (!granted) operation.outcome = Outcome::refused;
    }
    const bool is_string = result.is_context(10) || result.is_context(16);
    if (asked >= Asked::fact && is_string && ber::is_visible(result.content))
      call.output.tell(static_cast<Trait>(waiting.asked - static_cast<std::uint8_t>(Asked::fact)), result.content);
  }
}

// --- write ---

// A transfer set (IEC 60870-6-503 8): the data set it sends, by scope, domain and name, and when.
bool is_transfer_set(const Tlv& data) {
  Tlv reference, scope, domain, name;
  Reader in{data.content};
  if (!data.constructed || !ber::next(in, reference) || !reference.is_context(2)) return false;
  Reader inner{reference.content};
  return ber::next(inner, scope) && (scope.is_context(5) || scope.is_context(6)) && ber::next(inner, domain) && domain.is_context(10) &&
         ber::next(inner, name) && name.is_context(10);
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
  const bool tase2 = call.memory.application == application_tase2 && meaning.application == application_unknown &&
                     meaning.service.empty() && meaning.attribute.empty();
  if (verb == Verb::write && tase2) verb = verb_of_tase2(data);
  Operation& operation = call.operate(verb, Place::variable, name);
  const bool whole_control = !meaning.service.empty() && meaning.constraint == "CO" && data.constructed;
  if (whole_control) control_fields(call, data);
  operation.value = whole_control ? read_datum(call, innermost(data)).value : datum.value;
  const bool ends_in_service = meaning.service == meaning.attribute || meaning.attribute == "ctlVal";
  if ((meaning.constraint == "CO" && ends_in_service) || verb == Verb::control) control_requested(call, meaning, name, data);
}

void write_request(Call& call, Bytes body) {
  Tlv specification, values, entry, data;
  Reader in{body};
  if (!ber::next(in, specification) || !ber::next(in, values) || !values.is_context(0)) return call.blame(Wrong::encoding);
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
      VariablePen{call.output.items.start(variable_schema), sound}.set<"data_access_error">(operation.code);
      call.output.items.emit();
    } else if (!result.is_context(1)) {
      call.blame(Wrong::encoding);
    }
    if (asked == Asked::select_with_value) select_answered(call, waiting, !failed);
    if (asked == Asked::operate && failed) call.blame(Wrong::unselected);
  }
}

// --- reports ---

struct ReportReader {  // the values of a report, each of a type its place says
  Reader in;
  bool sound = true;

  Tlv next(std::uint32_t tag) {
    Tlv value;
    if (!sound || in.left() == 0 || !ber::next(in, value) || !value.is_context(tag)) sound = false;
    return sound ? value : Tlv{};
  }
  std::uint64_t number() {
    const auto value = ber::to_unsigned(next(6).content);
    sound = sound && value;
    return sound ? *value : 0;
  }
};

// Bits of OptFlds, IEC 61850-8-1 Table 49.
enum : std::size_t {
  option_sequence = 1, option_time, option_reason, option_data_set, option_reference, option_overflow, option_entry,
  option_revision, option_segments,
};

struct Report {
  ber::BitString options, included;
  Bytes data_set;
};

bool read_report_head(Call& call, ReportReader& values, Report& report) {
  Pen pen = call.pen();
  const Tlv id = values.next(10);
  const auto options = ber::to_bits(values.next(4).content);
  if (!values.sound || !options) return false;
  report.options = *options;
  pen.set<"report_id">(id.content);
  if (report.options[option_sequence])
    if (const auto number = values.number(); values.sound) pen.set<"report_sequence">(static_cast<std::uint32_t>(number));
  if (report.options[option_time])
    if (const auto time = ber::to_binary_time(values.next(12).content)) pen.set<"report_time">(*time);
  if (report.options[option_data_set]) {
    report.data_set = values.next(10).content;
    if (!report.data_set.empty()) pen.set<"data_set">(report.data_set);
  }
  if (report.options[option_overflow])
    if (const auto lost = ber::to_boolean(values.next(3).content)) pen.set<"buffer_overflow">(*lost);
  if (report.options[option_entry])
    if (const Tlv entry = values.next(9); values.sound) pen.set<"entry_id">(entry.content);
  if (report.options[option_revision])
    if (const auto number = values.number(); values.sound)
      pen.set<"configuration_revision">(static_cast<std::uint32_t>(number));
  if (report.options[option_segments]) values.number(), values.next(3);
  const auto included = ber::to_bits(values.next(4).content);
  if (!values.sound || !included) return false;
  report.included = *included;
  if (report.data_set.empty()) report.data_set = id.content;
  return true;
}

std::size_t count_of(const ber::BitString& bits) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < bits.bits; ++i) count += bits[i];
  return count;
}

// Report ([IEC 61850-8-1] 17.2.2): its head, which members of the data set are included, their names
// where wanted, then their values.
void report_values(Call& call, Bytes results) {
  ReportReader values{Reader{results}};
  Report report;
  if (!read_report_head(call, values, report)) {
    call.blame(Wrong::report);
    call.operate(Verb::report);
    return;
  }
  call.memory.application = application_iec61850;
  Reader names = values.in;
  Tlv name, value;
  const bool named = report.options[option_reference];
  const std::size_t count = count_of(report.included);
  for (std::size_t i = 0; named && i < count; ++i)
    if (!ber::next(values.in, name)) return call.blame(Wrong::report);
  if (!named) call.operate(Verb::report, Place::list, report.data_set);
  for (std::size_t member = 0; member < report.included.bits; ++member) {
    if (!report.included[member]) continue;
    if (values.in.left() == 0 || !ber::next(values.in, value)) return call.blame(Wrong::report);
    const bool has_name = named && ber::next(names, name) && name.is_context(10);
    Record& row = start_variable(call, has_name ? name.content : Bytes{});
    VariablePen{row, sound}.set<"inclusion">(static_cast<std::uint16_t>(member + 1));
    const Result found = read_result(call, value, row);
    call.output.items.emit();
    if (named) settle(call.operate(Verb::report, Place::variable, name.content), found);
  }
}

// LastApplError (IEC 61850-8-1 20.11): why a control failed, ahead of what it was about.
void last_error(Call& call, const Tlv& data) {
  Pen pen = call.pen();
  Tlv object, error, each;
  Reader in{data.content};
  if (!ber::next(in, object) || !ber::next(in, error)) return call.blame(Wrong::encoding);
  call.operate(Verb::alarm, Place::variable, object.content);
  if (const auto code = ber::to_unsigned(error.content); code && *code <= 0xff)
    pen.set<"control_error">(static_cast<std::uint8_t>(*code));
  while (in.left() > 0 && ber::next(in, each)) {
    const auto number = ber::to_unsigned(each.content);
    if (!number || *number > 0xff) continue;
    if (each.is_context(6)) pen.set<"control_number">(static_cast<std::uint8_t>(*number));
    if (each.is_context(5)) pen.set<"add_cause">(static_cast<std::uint8_t>(*number));
  }
}

void report_variable(Call& call, Bytes name, const Tlv& value) {
  const Meaning meaning = meaning_of(text_of(name));
  learn_application(call, meaning);
  Record& row = start_variable(call, name);
  const Result found = read_result(call, value, row);
  call.output.items.emit();
  if (text_of(name) == last_error_name && value.constructed) return last_error(call, value);
  Operation& operation = call.operate(Verb::report, Place::variable, name);
  settle(operation, found);
  if (meaning.constraint == "CO" && value.constructed) {  // the end of a control
    control_fields(call, value);
    operation.value = read_datum(call, innermost(value)).value;
  }
}

}  // namespace

void read(Call& call, Bytes body) { call.asks() ? read_request(call, body) : read_answer(call, body); }
void write(Call& call, Bytes body) { call.asks() ? write_request(call, body) : write_answer(call, body); }

void refused(Call& call) {
  const Waiting waiting = call.memory.take(call.invoke_id, !call.from_server());
  const auto asked = static_cast<Asked>(waiting.asked);
  if (asked == Asked::select || asked == Asked::select_with_value) select_answered(call, waiting, false);
  if (asked == Asked::operate) call.blame(Wrong::unselected);
}

void information_report(Call& call, Bytes body) {
  Tlv specification, results, entry, value;
  Reader in{body};
  if (!ber::next(in, specification) || !ber::next(in, results) || !results.is_context(0)) return call.blame(Wrong::encoding);
  if (specification.is_context(1)) {
    Tlv name;
    Reader of_name{specification.content};
    if (!ber::next(of_name, name)) return call.blame(Wrong::encoding);
    if (name.is_context(0) && text_of(name.content) == report_name) return report_values(call, results.content);
    call.operate(Verb::report, Place::list, read_name(call, name));
    for (Reader values{results.content}; values.left() > 0;) {
      if (!ber::next(values, value)) return call.blame(Wrong::encoding);
      read_result(call, value, start_variable(call, {}));
      call.output.items.emit();
    }
    return;
  }
  Reader values{results.content};
  for (Reader names{specification.content}; names.left() > 0;) {
    if (!ber::next(names, entry)) return call.blame(Wrong::encoding);
    const Bytes name = read_variable(call, entry);
    if (values.left() == 0) return call.blame(Wrong::count);
    if (!ber::next(values, value)) return call.blame(Wrong::encoding);
    report_variable(call, name, value);
  }
  if (values.left() > 0) call.blame(Wrong::count);
}

}  // namespace langyan::mms
