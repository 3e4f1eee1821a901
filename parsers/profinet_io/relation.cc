// What sets a relation between controller and station up ([10] 5.2.4): who, which cyclic values, which
// modules are expected and which were found.
#include <algorithm>

#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

constexpr std::uint32_t bit_takeover = 0x8, bit_device_access = 0x100;
constexpr std::size_t longest_name = 240;  // [10] NameOfStation

Mac read_mac(Reader& in) {
  Mac mac;
  const Bytes run = in.take(6);
  if (run.size() == 6) std::copy(run.begin(), run.end(), mac.octets.begin());
  return mac;
}

}  // namespace

void connect_request(Call& call, Reader& in) {
  Pen out{call.output.record, in};
  wire::Ndr ndr{in, false};
  const std::uint16_t type = in.be16();
  const wire::Uuid relation = ndr.uuid();
  const std::uint16_t key = in.be16();
  const Mac mac = read_mac(in);
  const wire::Uuid initiator = ndr.uuid();
  const std::uint32_t properties = in.be32();
  const std::uint16_t timeout = in.be16();
  in.skip(2);  // port of cyclic values over UDP
  const std::uint16_t size = in.be16();
  const Bytes name = in.take(size);
  if (!in.ok() || size > longest_name) return call.blame(Wrong::block_length);
  out.set<"ar_type">(type);
  out.set<"ar_uuid">(call.text(relation));
  out.set<"session_key">(key);
  out.set<"initiator_mac">(mac);
  out.set<"initiator_object">(call.text(initiator));
  out.set<"ar_properties">(properties);
  out.set<"takeover_allowed">((properties & bit_takeover) != 0);
  out.set<"device_access">((properties & bit_device_access) != 0);
  out.set<"activity_timeout">(timeout);
  out.set<"initiator_name">(name);
  call.operate(call.service.verb).value = Value::of_run(Value::Kind::text, name);
  call.output.tell(Trait::name, name);
  call.output.tell(Trait::role, type == ar_supervisor ? "PROFINET IO supervisor" : "PROFINET IO controller");
  if (initiator.first_half() == object_base.first_half()) {  // the last four octets are device and vendor
    call.output.tell(Trait::vendor, wire::profinet_vendor(static_cast<std::uint16_t>(initiator.second_half())));
  }
  if (type == ar_supervisor) call.mention(Wrong::supervisor);
}

void iocr(Reader& in, Fill<block_fields>& pen, bool answer) {
  Fill<block_fields> own{pen.record, in};
  own.set<"iocr_type">(in.be16());
  in.skip(2);  // reference
  if (answer) return own.set<"iocr_frame_id">(in.be16());
  in.skip(6);  // ethertype, properties
  own.set<"iocr_data_length">(in.be16());
  own.set<"iocr_frame_id">(in.be16());
  own.set<"send_clock">(in.be16());
  own.set<"reduction_ratio">(in.be16());
  in.skip(8);  // phase, sequence, offset
  own.set<"watchdog_factor">(in.be16());
}

// [10] 5.2.4.4: for each application process its slots, for each slot its submodules.
void expected(Call& call, Reader& in) {
  const unsigned apis = in.be16();
  for (unsigned i = 0; i < apis && in.ok(); ++i) {
    in.skip(4);
    const std::uint16_t slot = in.be16();
    const std::uint32_t module = in.be32();
    in.skip(2);
    const unsigned submodules = in.be16();
    for (unsigned j = 0; j < submodules && in.ok(); ++j) {
      Fill<submodule_fields> pen{call.output.items.start(submodule_schema), in};
      pen.set<"module_slot">(slot);
      pen.set<"module_ident">(module);
      pen.set<"module_subslot">(in.be16());
      pen.set<"submodule_ident">(in.be32());
      const std::uint16_t properties = in.be16();
      in.skip((properties & 3) == 3 ? 12 : 6);  // input and output, or one of them
      if (in.ok()) call.output.items.emit();
    }
  }
  if (!in.ok()) call.blame(Wrong::block_length);
}

// [10] 5.2.4.5: only what differs from what was expected.
void difference(Call& call, Reader& in) {
  const unsigned apis = in.be16();
  for (unsigned i = 0; i < apis && in.ok(); ++i) {
    in.skip(4);
    const unsigned modules = in.be16();
    for (unsigned j = 0; j < modules && in.ok(); ++j) {
      Fill<submodule_fields> pen{call.output.items.start(submodule_schema), in};
      pen.set<"module_slot">(in.be16());
      pen.set<"module_ident">(in.be32());
      pen.set<"module_state">(in.be16());
      const std::size_t submodules = in.be16();
      in.skip(submodules * 8);
      if (in.ok()) call.output.items.emit();
    }
  }
  if (!in.ok()) call.blame(Wrong::block_length);
}

}  // namespace langyan::profinet_io
