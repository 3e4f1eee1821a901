// Sampled Values: currents and voltages as merging units measure them, thousands of times a second,
// multicast and unsigned, from which protection decides.
//
// [92]  IEC 61850-9-2:2011 (8.5 the message, annex A the Ethernet header)
// [905] IEC TR 61850-90-5 (routed over UDP)
#include "parsers/sv/sv.h"

#include <cstring>

#include "base/hash.h"
#include "parsers/sv/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/published.h"
#include "parsers/wire/notation.h"

namespace langyan::sv {
namespace {

namespace ber = wire::ber;
constexpr std::uint32_t sav_pdu = 0;  // [92] 8.5.2: APPLICATION 0

// Of each stream between these two stations, across flows.
struct Seen {
  std::uint32_t conf_rev;
  std::uint16_t smp_cnt;
  std::uint8_t smp_synch, said;
};

struct Asdu {
  Bytes sv_id;
  wire::Given smp_cnt, conf_rev, smp_synch;
};

struct Call {
  Output& output;
  const Context& context;
  Fault found = Fault::none;
  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

std::uint16_t be16(Bytes two) { return static_cast<std::uint16_t>(two[0] << 8 | two[1]); }

// Fixed widths: [92] 8.5.2 has OCTET STRING of 2 and 4 where edition 1 had integers.
void member(Call& call, Fill<asdu_fields>& pen, const ber::Tlv& value, Asdu& asdu) {
  const Bytes content = value.content;
  switch (value.tag) {
    case 0: asdu.sv_id = content; pen.set<"sv_id">(content); return;
    case 1: pen.set<"dat_set">(content); return;
    case 2:
      if (content.size() != 2) return call.blame(Wrong::encoding);
      asdu.smp_cnt = {be16(content), true};
      pen.set<"smp_cnt">(be16(content));
      return;
    case 3:
      asdu.conf_rev = wire::given_number(content);
      if (!asdu.conf_rev.there) return call.blame(Wrong::encoding);
      pen.set<"conf_rev">(asdu.conf_rev.value);
      return;
    case 4:
      if (const auto time = ber::to_utc_time(content)) pen.set<"refr_tm">(std::int64_t{time->time});
      return;
    case 5:
      asdu.smp_synch = wire::given_number(content);
      if (!asdu.smp_synch.there || asdu.smp_synch.value > 0xff) return call.blame(Wrong::encoding);
      pen.set<"smp_synch">(static_cast<std::uint8_t>(asdu.smp_synch.value));
      return;
    case 6: if (content.size() == 2) pen.set<"smp_rate">(be16(content)); return;
    case 7: pen.set<"sample">(content); return;
    case 8: if (content.size() == 2) pen.set<"smp_mod">(be16(content)); return;
    default: return;
  }
}

// The count begins again at 0 with the second, or where edition 1 says so; how many there are in a second
// differs, so any 0 is taken.
std::optional<Wrong> suspicion(const Seen& before, const Seen& now) {
  if (now.conf_rev != before.conf_rev) return Wrong::configuration;
  if (before.smp_synch > 0 && now.smp_synch == 0) return Wrong::synchronisation;
  if (now.smp_cnt == 0 || now.smp_cnt == static_cast<std::uint16_t>(before.smp_cnt + 1)) return {};
  return now.smp_cnt <= before.smp_cnt ? Wrong::sample_back : Wrong::sample_gap;
}

void follow(Call& call, const Asdu& asdu) {
  if (!asdu.smp_cnt.there) return;
  const Seen now{asdu.conf_rev.value, static_cast<std::uint16_t>(asdu.smp_cnt.value),
                 static_cast<std::uint8_t>(asdu.smp_synch.value), 0};
  wire::follow_publisher(call.context.shared, hash(asdu.sv_id), now, Wrong::sample_back, suspicion,
                         [&](Wrong what) { call.blame(what); });
}

void read_asdu(Call& call, Bytes content) {
  Reader members{content};
  Fill<asdu_fields> pen{call.output.items.start(asdu_schema), members};
  Asdu asdu;
  ber::Tlv value;
  while (members.left() > 0 && ber::next(members, value))
    if (value.tag_class == ber::Class::context) member(call, pen, value, asdu);
  if (!members.ok()) call.blame(Wrong::encoding);
  if (asdu.sv_id.empty() || !asdu.smp_cnt.there) call.blame(Wrong::missing);
  call.output.items.emit();
  if (asdu.sv_id.empty()) return;
  Operation& operation = call.output.operate(Verb::report);
  operation.outcome = Outcome::one_way;
  operation.object = {.count = 1, .text = asdu.sv_id};
  follow(call, asdu);
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Reader in{message};
  Fill<fields> out{output.record, in};
  const wire::Published around = wire::read_published(message, context.transport);
  output.role = Role::event;
  wire::put_around(out, around);
  if (!around.sound) return fault(Wrong::header);
  Reader apdu{around.apdu};
  ber::Tlv pdu, value;
  bool cut = false;
  if (!wire::enter(apdu, pdu, cut) || !pdu.is(ber::Class::application, sav_pdu)) return fault(Wrong::encoding);
  Call call{output, context};
  wire::Given said;
  Bytes asdus;
  Reader members{pdu.content};
  while (members.left() > 0 && wire::enter(members, value, cut)) {
    if (value.is_context(0)) said = wire::given_number(value.content);
    if (value.is_context(2)) asdus = value.content;
  }
  if (!said.there || asdus.empty()) return fault(cut ? Wrong::encoding : Wrong::missing);
  out.set<"no_asdu">(said.value);
  Reader list{asdus};
  std::size_t read = 0;
  while (list.left() > 0 && read < most_asdus && wire::enter(list, value, cut)) read_asdu(call, value.content), ++read;
  if (cut || !list.ok()) call.blame(Wrong::encoding);
  if (read != said.value && read < most_asdus) call.blame(Wrong::count);
  if (read > 0) output.tell(Trait::role, "merging unit");
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  return wire::identify_published(bytes, context, ethertype, session);
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "sv",
    .label = {"Sampled Values", "采样值"},
    .doc = "Currents and voltages as merging units of substations measure them (IEC 61850-9-2).",
    .message = &schema,
    .items = {&asdu_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
};

}  // namespace langyan::sv
