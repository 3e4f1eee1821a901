// Names of objects, and what they mean in IEC 61850 (IEC 61850-8-1 7.3: LN$FC$DO$DA) and TASE.2.
#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

struct Constraint {  // functional constraint, IEC 61850-7-2 annex B
  std::string_view name;
  Verb written;  // what a write to it does
};
// clang-format off
constexpr Constraint constraints[] = {
    {"ST", Verb::write},     // status
    {"MX", Verb::write},     // measurands
    {"CO", Verb::control},   // control
    {"SP", Verb::write},     // set points and parameters
    {"SV", Verb::force},     // substitution: the value reported instead of the process's
    {"BL", Verb::force},     // blocking of updates
    {"CF", Verb::configure}, {"DC", Verb::configure}, {"EX", Verb::configure},
    {"SG", Verb::configure}, {"SE", Verb::configure},  // setting groups
    {"SR", Verb::write},     {"OR", Verb::write},
    {"BR", Verb::subscribe}, {"RP", Verb::subscribe},  // report control blocks
    {"LG", Verb::configure}, // log control
    {"GO", Verb::configure}, {"GS", Verb::configure},  // GOOSE control
    {"MS", Verb::configure}, {"US", Verb::configure},  // sampled values control
};
constexpr std::string_view control_services[] = {"Oper", "SBO", "SBOw", "Cancel"};
constexpr std::string_view tase2_names[] = {  // IEC 60870-6-503 8, special variables of a bilateral table
    "Bilateral_Table_ID", "TASE2_Version", "Supported_Features", "Next_DSTransfer_Set", "Next_TSTransfer_Set",
    "Transfer_Set_Name", "Transfer_Set_Time_Stamp", "DSConditions_Detected", "Event_Code_Detected",
    "Transfer_Report_ACK", "Transfer_Report_NACK",
};
// clang-format on
constexpr std::string_view tase2_select = "_SBO", tase2_tag = "_TAG";  // IEC 60870-6-503 8, devices
constexpr std::string_view mode_object =
    "Mod";  // IEC 61850-7-4: switches a logical node or device off or to test

const Constraint* constraint_row(std::string_view name) {
  const auto* row = std::ranges::find(constraints, name, &Constraint::name);
  return row == std::end(constraints) ? nullptr : row;
}

std::string_view component(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('$'), rest.size());
  const std::string_view first = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return first;
}

void control_meaning(std::string_view name, std::string_view rest, Meaning& meaning) {
  while (!rest.empty()) {
    const std::string_view here = component(rest);
    if (std::ranges::find(control_services, here) == std::end(control_services)) continue;
    meaning.service = here;
    meaning.object = name.substr(0, static_cast<std::size_t>(here.data() - name.data()) - 1);
    return;
  }
}

Bytes identifier(Call& call, const Tlv& value) {
  if (!ber::is_visible(value.content)) call.blame(Wrong::value);
  return value.content;
}

}  // namespace

Meaning meaning_of(std::string_view name) {
  Meaning meaning;
  const std::size_t slash = name.find('/');
  std::string_view item = slash == std::string_view::npos ? name : name.substr(slash + 1);
  const std::size_t last = name.rfind('$');
  if (last != std::string_view::npos) meaning.attribute = name.substr(last + 1);
  if (std::ranges::find(tase2_names, item) != std::end(tase2_names)) {
    meaning.application = application_tase2;
    return meaning;
  }
  const std::string_view whole = item;
  std::string_view rest = item;
  component(rest);
  if (const std::string_view constraint = component(rest); constraint_row(constraint)) {
    meaning.application = application_iec61850;
    meaning.constraint = constraint;
    if (constraint == "CO") control_meaning(name, rest, meaning);
    return meaning;
  }
  if (whole.size() > tase2_select.size() && whole.ends_with(tase2_select) &&
      whole.find('$') == std::string_view::npos) {
    meaning.service = "SBO";
    meaning.object = name.substr(0, name.size() - tase2_select.size());
  } else if (whole.ends_with(tase2_tag) && whole.find('$') == std::string_view::npos) {
    meaning.service = "TAG";
  }
  return meaning;
}

Verb verb_of_write(const Meaning& meaning) {
  const Constraint* row = constraint_row(meaning.constraint);
  if (!row) return meaning.service == "TAG" ? Verb::configure : Verb::write;
  if (row->written != Verb::control) return row->written;
  if (meaning.service == "SBO" || meaning.service == "SBOw") return Verb::select;
  const std::string_view object = meaning.object.substr(meaning.object.rfind('$') + 1);
  return meaning.service == "Oper" && object == mode_object ? Verb::mode : Verb::control;
}

Bytes read_name(Call& call, const Tlv& name) {
  if (name.tag_class != ber::Class::context) return call.blame(Wrong::encoding), Bytes{};
  NameText text;
  if (name.tag == 0) return identifier(call, name);
  if (name.tag == 2) {
    text.add('@');
    text.add(identifier(call, name));
    return text.keep(call.output.scratch);
  }
  Tlv domain, item;
  Reader in{name.content};
  if (name.tag != 1 || !ber::next(in, domain) || !ber::next(in, item))
    return call.blame(Wrong::encoding), Bytes{};
  text.add(identifier(call, domain));
  text.add('/');
  text.add(identifier(call, item));
  return text.keep(call.output.scratch);
}

Bytes read_file_name(Call& call, Bytes content) {
  NameText text;
  Tlv part, first;
  std::size_t count = 0;
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, part)) {
      call.blame(Wrong::encoding);
      break;
    }
    if (part.tag_class != ber::Class::universal) continue;
    if (++count == 1)
      first = part;
    else
      text.add('/');
    text.add(part.content);
  }
  return count == 1 ? first.content : text.keep(call.output.scratch);
}

// "IED1LD0/XCBR1$CO$Pos$Oper"; what has no name is shown by its number.
void notation(const Object& object, std::string& out) {
  if (!object.text.empty()) {
    out += text_of(object.text);
  } else if (object.space == static_cast<std::uint8_t>(Place::handle)) {
    out += "handle " + std::to_string(object.address);
  } else if (object.count > 0) {
    out += "VMD";
  }
}

}  // namespace langyan::mms
