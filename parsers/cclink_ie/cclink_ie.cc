// CC-Link IE Field Network Basic: the master broadcasts the outputs of a group of stations, each
// slave answers with its inputs, in UDP.
//
// [CLPA] CC-Link Partner Association, CC-Link IE Field Network Basic Specifications, BAP-C2010, and
//        its sample code for master and slave stations
// [TSN] the association's dissector for SLMP and an independent one for CC-Link IE TSN, which agree
//       on the long frame and its commands; what stands behind the subcommand stays octets
#include "parsers/cclink_ie/cclink_ie.h"

#include "base/json.h"
#include "parsers/cclink_ie/table.h"

namespace langyan::cclink_ie {
namespace {

using Pen = Fill<fields>;

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }

bool is_answer(Bytes bytes) { return bytes[0] == 0xd0; }

// [CLPA] 5.2: fixed octets, the length, and of a request the command, then version and offset.
bool is_frame(Bytes bytes) {
  if (bytes.size() < answer_bytes || (bytes[0] != 0x50 && bytes[0] != 0xd0) || bytes[1] != 0) return false;
  if (bytes[2] != 0 || bytes[3] != 0xff || le16(bytes, 4) != 0x3ff || bytes[6] != 0 || le16(bytes, 9) != 0)
    return false;
  if (le16(bytes, 7) + length_ends != bytes.size()) return false;
  if (is_answer(bytes)) return le16(bytes, 15) == answer_offset;
  return bytes.size() >= request_bytes && le16(bytes, 11) == cyclic_command && le16(bytes, 19) == request_offset;
}

bool is_setup(Bytes bytes) {  // [TSN] long frame: fixed octets, and a length that fits exactly
  if (bytes.size() < setup_header || (bytes[0] & 0x7f) != 0x68 || bytes[1] != 0 || le16(bytes, 4) != 0) return false;
  if (bytes[6] != 0 || bytes[7] != 0xff || le16(bytes, 8) != 0x3ff || le16(bytes, 10) != 0 || le16(bytes, 12) != 0)
    return false;
  return le16(bytes, 14) + setup_length_ends == bytes.size();
}

void station_ids(Reader& in, std::uint16_t stations, Output& output) {
  for (std::uint16_t i = 0; i < stations; ++i) {
    Fill<station_fields> pen{output.items.start(station_schema), in};
    const std::uint32_t id = in.le32();
    pen.set<"station">(static_cast<std::uint8_t>(i + 1));
    pen.set<"station_id">(id);
    output.items.emit();
  }
}

Operation& report(Output& output, std::uint8_t group, std::uint16_t function) {
  Operation& operation = output.operate(Verb::report);
  operation.outcome = Outcome::one_way;
  operation.unit = group;
  operation.function = function;
  operation.object = {.space = static_cast<std::uint8_t>(Place::group), .address = group, .count = 1};
  return operation;
}

Fault request(Reader& in, Pen& out, Output& output) {
  constexpr std::uint64_t latest = 253'402'300'800'000;  // year 10000, in milliseconds
  in.skip(15);
  out.set<"protocol_version">(in.le16());
  in.skip(18);
  out.set<"master_state">(in.le16());
  in.skip(2);
  const std::uint64_t clock = in.le64();
  if (clock != 0 && clock < latest) out.set<"clock">(static_cast<std::int64_t>(clock * 1'000));
  out.set<"master">(in.le32());
  const std::uint8_t group = in.u8();
  out.set<"group">(group);
  in.skip(1);
  out.set<"sequence">(in.le16());
  out.set<"timeout">(in.le16());
  out.set<"timeout_count">(in.le16());
  out.set<"parameter">(in.le16());
  const std::uint16_t stations = in.le16();
  out.set<"stations">(stations);
  out.set<"transmission_state">(in.le16());
  in.skip(2);
  if (!in.ok()) return fault(Wrong::truncated);
  if (stations > most_stations || in.left() != stations * request_station) return fault(Wrong::length);
  station_ids(in, stations, output);
  out.set<"registers">(in.take(stations * 64u));
  out.set<"bits">(in.take(stations * 8u));
  report(output, group, 0);
  output.tell(Trait::role, "CC-Link IE Field Basic master");
  return Fault::none;
}

Fault answer(Reader& in, Pen& out, Output& output) {
  in.skip(11);
  out.set<"protocol_version">(in.le16());
  const std::uint16_t end = in.le16();
  out.set<"end_code">(end);
  in.skip(16);
  out.set<"vendor_code">(in.le16());
  in.skip(2);
  out.set<"model_code">(in.le32());
  out.set<"equipment_version">(in.le16());
  in.skip(2);
  out.set<"slave_state">(in.le16());
  out.set<"slave_error">(in.le16());
  out.set<"management">(in.le32());
  out.set<"slave">(in.le32());
  const std::uint8_t group = in.u8();
  out.set<"group">(group);
  in.skip(1);
  out.set<"sequence">(in.le16());
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() % answer_station) return fault(Wrong::length);
  const auto stations = static_cast<std::uint16_t>(in.left() / answer_station);
  out.set<"stations">(stations);
  out.set<"registers">(in.take(stations * 64u));
  out.set<"bits">(in.take(stations * 8u));
  Operation& operation = report(output, group, 1);
  if (end) operation.outcome = Outcome::refused, operation.code = end;
  output.tell(Trait::role, "CC-Link IE Field Basic slave");
  return end == 0xcfe0 ? fault(Wrong::second_master) : Fault::none;
}

Fault setup(Bytes message, Reader& in, Pen& out, Output& output) {
  const bool response = message[0] & 0x80;
  out.set<"kind">(static_cast<std::uint8_t>(response ? 3 : 2));
  in.skip(2);
  out.set<"serial">(in.le16());
  in.skip(12);
  const std::uint16_t end = in.le16();
  if (response) out.set<"end_code">(end);
  const std::uint16_t command = in.le16(), subcommand = in.le16();
  const std::uint32_t code = static_cast<std::uint32_t>(command) << 16 | subcommand;
  out.set<"setup">(code);
  if (!in.ok()) return fault(Wrong::truncated);
  const Bytes body = in.rest();
  if (!body.empty()) out.set<"data">(body);
  const Setup* row = setup_row(code);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = code;
  operation.outcome = response && end ? Outcome::refused : Outcome::one_way;
  if (response) operation.code = end;
  return Fault::none;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  output.role = Role::event;
  if (message.empty()) return fault(Wrong::truncated);
  if ((message[0] & 0x7f) == 0x68) {
    if (message.size() < setup_header) return fault(Wrong::truncated);
    return is_setup(message) ? setup(message, in, out, output) : fault(Wrong::length);
  }
  const bool response = is_answer(message);
  out.set<"kind">(static_cast<std::uint8_t>(response));
  if (message.size() < length_ends) return fault(Wrong::truncated);
  if (le16(message, 7) + length_ends != message.size()) return fault(Wrong::length);
  return response ? answer(in, out, output) : request(in, out, output);
}

Identity identify(Bytes bytes, const Context& context) {
  return context.transport == Transport::udp && (is_frame(bytes) || is_setup(bytes)) ? Identity::yes : Identity::no;
}
Frame frame(Bytes bytes, const Context&) { return bytes.empty() ? Frame::lost() : Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }
End sender(Bytes bytes, const Context&) {
  if (is_setup(bytes)) return bytes[0] & 0x80 ? End::server : End::client;
  return !is_frame(bytes) ? End::unknown : is_answer(bytes) ? End::server : End::client;
}

void notation(const Object& object, std::string& out) { out += "group ", append_number(out, object.address); }

}  // namespace

const Protocol protocol = {
    .name = "cclink_ie",
    .label = {"CC-Link IE Field Basic / TSN", "CC-Link IE Field Basic / TSN"},
    .doc = "Exchanges inputs and outputs between a controller and its stations in a fixed cycle.",
    .message = &schema,
    .items = {&station_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "kind",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::cclink_ie
