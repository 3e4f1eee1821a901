// Alarms of PROFINET ([10] 4.7): frames of a small transport of their own that carry one alarm or
// its acknowledgement, or break the relation off.
#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

constexpr std::uint16_t notification_high = 0x0001, notification_low = 0x0002;
constexpr std::uint16_t acknowledgement_high = 0x8001, acknowledgement_low = 0x8002;
constexpr std::uint8_t class_protocol = 253;  // RTA_ERR_CLS_PROTOCOL

std::uint64_t place_of(std::uint16_t slot, std::uint16_t subslot) { return std::uint64_t{slot} << 16 | subslot; }

std::string_view word_of(std::span<const Name> names, std::uint32_t value) {
  for (const Name& name : names)
    if (name.value == value) return name.word;
  return "unknown";
}

// PNIOStatus: which service, how to read what follows, class, error.
void read_status(Reader& in, Pen& out, Operation& operation) {
  const std::uint8_t code = in.u8(), decode = in.u8(), first = in.u8(), second = in.u8();
  out.set<"error_code">(code);
  out.set<"error_decode">(decode);
  out.set<"error_code1">(first);
  out.set<"error_code2">(second);
  if (!in.ok() || (code | decode | first | second) == 0) return;
  operation.outcome = Outcome::refused;
  operation.code = static_cast<std::uint16_t>(first << 8 | second);
}

void channel_diagnosis(Reader& in, Pen& out) {
  const std::uint16_t structure = in.be16();
  out.set<"structure_id">(structure);
  if (structure != 0x8000 && structure != 0x8002 && structure != 0x8003) return;
  out.set<"channel">(in.be16());
  in.skip(2);  // ChannelProperties
  out.set<"channel_error">(in.be16());
}

void block(Call& call, Reader& in) {
  const std::uint16_t type = in.be16(), length = in.be16();
  Reader body = in.part(length);
  if (!in.ok()) return call.blame(Wrong::alarm_length);
  const bool tells = type == notification_high || type == notification_low;
  const bool confirms = type == acknowledgement_high || type == acknowledgement_low;
  if (!tells && !confirms) return;
  Pen out{call.output.record, body};
  body.skip(2);  // BlockVersion
  const std::uint16_t alarm = body.be16();
  out.set<"alarm_type">(alarm);
  out.set<"alarm_ack">(confirms);
  out.set<"api">(body.be32());
  const std::uint16_t slot = body.be16(), subslot = body.be16();
  out.set<"slot">(slot);
  out.set<"subslot">(subslot);
  if (tells) {
    out.set<"module_ident">(body.be32());
    out.set<"submodule_ident">(body.be32());
  }
  out.set<"alarm_specifier">(body.be16());
  if (!body.ok()) return call.blame(Wrong::alarm_length);
  Operation& operation = call.operate(Place::submodule, place_of(slot, subslot));
  operation.object.area = std::uint32_t{alarm} << 1 | confirms;  // each kind of alarm is a thing of its own
  operation.value = call.text(word_of(alarm_names, alarm));
  if (confirms) read_status(body, out, operation);
  else if (body.left() >= 2) channel_diagnosis(body, out);
  if (!body.ok()) call.blame(Wrong::alarm_length);
}

}  // namespace

void alarm(Call& call) {
  Reader& in = call.in;
  call.out.set<"alarm_destination">(in.be16());
  call.out.set<"alarm_source">(in.be16());
  const auto type = static_cast<std::uint8_t>(in.u8() & 15);
  in.skip(1);  // window and whether an acknowledgement is wanted at once
  call.out.set<"rta_type">(type);
  call.out.set<"send_sequence">(in.be16());
  call.out.set<"ack_sequence">(in.be16());
  const std::uint16_t length = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (type == 0 || type > rta_error) return call.blame(Wrong::alarm_type);
  Reader data = in.part(length);
  if (!in.ok()) return call.blame(Wrong::alarm_length);
  if (type == rta_data && length > 0) return block(call, data);
  if (type != rta_error) {
    call.operate(Verb::heartbeat, Place::submodule, 0, Outcome::ok).object = {};
    return;
  }
  Operation& operation = call.operate(Verb::session, Place::submodule, 0, Outcome::ok);
  operation.object = {};
  Pen out{call.output.record, data};
  read_status(data, out, operation);
  if (!data.ok()) return call.blame(Wrong::alarm_length);
  // The relation ends; that is no refusal of something asked.
  if (operation.code >> 8 == class_protocol) {
    operation.outcome = Outcome::ok;
    operation.value = call.text(word_of(abort_names, operation.code & 0xff));
    operation.code = 0;
  }
}

}  // namespace langyan::profinet
