// PROFINET on layer 2: controllers and stations of a plant exchange values many times a second, raise
// alarms, keep common time and whole rings, and are found and set up, all in frames without IP.
//
// [10]  IEC 61158-6-10, application layer protocol of type 10 (PROFINET IO)
// [MRP] IEC 62439-2, media redundancy protocol
#include "parsers/profinet/profinet.h"

#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

void opaque(Call& call) {
  call.out.set<"data">(call.in.rest());
  if (call.pdu != Pdu::unknown) call.operate(Place::frame, 0).object = {};
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Call call{Reader{message}, Pen{output.record, call.in}, output, context, state<Memory>(memory)};
  if (context.ethertype == ethertype_mrp) {
    ring(call);
    return call.found;
  }
  const std::uint16_t frame_id = call.in.be16();
  call.out.set<"frame_id">(frame_id);
  if (!call.in.ok()) return fault(Wrong::truncated);
  call.pdu = pdu_of(frame_id);
  call.out.set<"kind">(static_cast<std::uint8_t>(call.pdu));
  switch (call.pdu) {
    case Pdu::rt_class_3: case Pdu::rt_stream: case Pdu::rt_class_1: case Pdu::rt_class_1_multicast:
    case Pdu::rt_class_1_legacy: cyclic(call, frame_id); break;
    case Pdu::alarm_high: case Pdu::alarm_low: alarm(call); break;
    case Pdu::dcp_hello: case Pdu::dcp_get: case Pdu::dcp_set: case Pdu::dcp_identify: dcp(call, frame_id); break;
    case Pdu::rt_sync: case Pdu::ptcp_announce: case Pdu::ptcp_follow_up: case Pdu::ptcp_delay_request:
    case Pdu::ptcp_delay_response: time_frame(call); break;
    case Pdu::unknown: call.blame(Wrong::frame_id); [[fallthrough]];
    default: opaque(call); break;
  }
  return call.found;
}

}  // namespace

const Protocol protocol = {
    .name = "profinet",
    .label = {"PROFINET", "PROFINET"},
    .doc = "Cyclic values, alarms, time, ring redundancy, discovery and set-up of stations on layer 2.",
    .message = &schema,
    .items = {&block_schema},
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

}  // namespace langyan::profinet
