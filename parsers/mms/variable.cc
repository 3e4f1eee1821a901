#include "parsers/mms/variables.h"

namespace langyan::mms {
namespace {

constexpr std::size_t deepest_selection = 8;  // of an alternate access within another one

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
      const auto low = ber::find_context(access.content, 0),
                 count = ber::find_context(access.content, 1);
      if (low) add_index(text, low->content);
      if (count) text.add('*'), add_index(text, count->content);
    }
    if (!goes_on) return;
  }
}

}  // namespace

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
      if (const auto number = ber::to_unsigned(inner.content); number && inner.is_context(0))
        text.number(*number);
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

Record& start_variable(Call& call, Bytes name) {
  Record& row = call.output.items.start(variable_schema);
  if (!name.empty()) VariablePen{row, sound}.set<"variable">(name);
  return row;
}

void control_fields(Call& call, const Tlv& data) {
  Tlv each;
  bool first = true;
  Pen pen = call.pen();
  for (Reader in{data.content}; in.left() > 0 && ber::next(in, each); first = false) {
    if (first) continue;
    switch (each.tag) {
      case 2: {
        const auto category = ber::find_context(each.content, 5),
                   name = ber::find_context(each.content, 9);
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

}  // namespace langyan::mms
