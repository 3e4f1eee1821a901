// Who speaks: names and versions of the session setup, and the identity record of the device.
#include "parsers/s7comm_plus/pdu.h"

namespace langyan::s7comm_plus {
namespace {

constexpr std::string_view siemens = "Siemens";

// "1;6ES7 511-1AK00-0AB0;V1.0": a format, order number, firmware.
void cpu(Pdu& pdu, Bytes octets) {
  const std::string_view text = text_of(octets);
  const std::size_t first = text.find(';'), second = text.find(';', first + 1);
  if (first == text.npos || second == text.npos) return;
  pdu.pen().set<"cpu">(octets);
  if (!pdu.answers()) return;  // the client repeats what the controller said
  pdu.output.tell(Trait::vendor, siemens);
  pdu.output.tell(Trait::order_number, octets.subspan(first + 1, second - first - 1));
  pdu.output.tell(Trait::firmware, octets.subspan(second + 1));
}

// "DESKTOP_7830796": the client adds the number of its process.
Bytes host_name(Bytes octets) {
  std::size_t end = octets.size();
  while (end > 0 && octets[end - 1] >= '0' && octets[end - 1] <= '9') --end;
  const bool numbered = end > 1 && end < octets.size() && octets[end - 1] == '_';
  return numbered ? octets.first(end - 1) : octets;
}

Bytes decimal(Pdu& pdu, std::initializer_list<unsigned> numbers, std::string_view prefix) {
  Line line(pdu.output.scratch);
  line.add(prefix);
  bool first = true;
  for (unsigned number : numbers) {
    if (!first) line.add(".");
    line.add(number);
    first = false;
  }
  return line.text();
}

// [IM] I&M0: block header 0x0020 with 56 octets, version 1.0, vendor, order number, serial number,
// revisions of hardware and software.
void identity_record(Pdu& pdu, Bytes octets) {
  constexpr std::size_t record_bytes = 60;
  constexpr std::uint16_t record_type = 0x0020, record_length = 0x0038, siemens_id = 0x002a;
  if (octets.size() < record_bytes) return;
  Reader in{octets};
  if (in.be16() != record_type || in.be16() != record_length || in.be16() != 0x0100) return;
  const std::uint16_t vendor = in.be16();
  const Bytes order = in.take(20), serial = in.take(16);
  const std::uint16_t hardware = in.be16();
  const std::uint8_t prefix = in.u8(), major = in.u8(), minor = in.u8(), patch = in.u8();
  if (vendor == siemens_id) pdu.output.tell(Trait::vendor, siemens);
  pdu.output.tell(Trait::order_number, order);
  pdu.output.tell(Trait::serial, serial);
  pdu.output.tell(Trait::hardware, decimal(pdu, {hardware}, {}));
  if (prefix == 'V') pdu.output.tell(Trait::firmware, decimal(pdu, {major, minor, patch}, "V"));
}

}  // namespace

void note_attribute(Pdu& pdu, std::uint32_t id, const Datum& datum) {
  if (datum.array()) return;
  const Bytes run = datum.value.run;
  if (datum.value.kind == Value::Kind::bytes && pdu.answers()) return identity_record(pdu, run);
  if (datum.value.kind != Value::Kind::text || run.empty()) return;
  if (id == system_paom) return cpu(pdu, run);
  if (pdu.answers() || pdu.code != 0x04ca) return;
  switch (id) {
    case session_user: pdu.pen().set<"user">(run); break;
    case session_application:
      pdu.pen().set<"application">(run);
      pdu.output.tell(Trait::description, run);
      break;
    case session_host:
      pdu.pen().set<"host">(run);
      pdu.output.tell(Trait::name, host_name(run));
      break;
    default: break;
  }
}

}  // namespace langyan::s7comm_plus
