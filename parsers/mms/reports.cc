// What is reported of variables: data sets of IEC 61850 and TASE.2, the ends of controls
// ([MMS] 14.9; IEC 61850-8-1 17 and 20).
#include "parsers/mms/variables.h"

namespace langyan::mms {
namespace {

constexpr std::string_view report_name = "RPT", last_error_name = "LastApplError";

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
  option_sequence = 1,
  option_time,
  option_reason,
  option_data_set,
  option_reference,
  option_overflow,
  option_entry,
  option_revision,
  option_segments,
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
    if (const auto number = values.number(); values.sound)
      pen.set<"report_sequence">(static_cast<std::uint32_t>(number));
  if (report.options[option_time])
    if (const auto time = ber::to_binary_time(values.next(12).content))
      pen.set<"report_time">(*time);
  if (report.options[option_data_set]) {
    report.data_set = values.next(10).content;
    if (!report.data_set.empty()) pen.set<"data_set">(report.data_set);
  }
  if (report.options[option_overflow])
    if (const auto lost = ber::to_boolean(values.next(3).content))
      pen.set<"buffer_overflow">(*lost);
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

// Report ([IEC 61850-8-1] 17.2.2): its head, which members of the data set are included, their
// names where wanted, then their values.
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

void information_report(Call& call, Bytes body) {
  Tlv specification, results, entry, value;
  Reader in{body};
  if (!ber::next(in, specification) || !ber::next(in, results) || !results.is_context(0))
    return call.blame(Wrong::encoding);
  if (specification.is_context(1)) {
    Tlv name;
    Reader of_name{specification.content};
    if (!ber::next(of_name, name)) return call.blame(Wrong::encoding);
    if (name.is_context(0) && text_of(name.content) == report_name)
      return report_values(call, results.content);
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
