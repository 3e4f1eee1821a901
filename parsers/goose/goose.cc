// GOOSE: the messages by which protection devices trip breakers: multicast, repeated for as long as
// nothing changes, without a signature. Who sends what, and whether its numbers go on as they
// should, is all a listener can check.
//
// [81]  IEC 61850-8-1:2011 (18.1 GOOSE, annex C the Ethernet header)
// [MMS] ISO 9506-2 (Data)
// [905] IEC TR 61850-90-5 (GOOSE routed over UDP)
#include "parsers/goose/goose.h"

#include <cstring>

#include "base/hash.h"
#include "parsers/goose/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/published.h"
#include "parsers/wire/notation.h"

namespace langyan::goose {
namespace {

namespace ber = wire::ber;
using Pen = Fill<fields>;
constexpr std::uint32_t goose_pdu = 1;  // [81] 18.1.2.5: APPLICATION 1

// Of each control block of these two stations, across flows.
struct Seen {
  std::uint32_t st_num, sq_num, conf_rev, time_allowed;
  std::uint32_t data, said;  // hash of the data; bit per fault already told
  std::int64_t time;
};

struct Call {
  Pen& out;
  Output& output;
  Bytes gocb_ref;
  wire::Given st_num, sq_num, conf_rev, time_allowed, entries;
  std::uint32_t data = 0;
  std::size_t counted = 0;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

void set_datum(Fill<datum_fields>& pen, const ber::Tlv& datum) {
  switch (datum.tag) {
    case 3:
      if (const auto on = ber::to_boolean(datum.content)) pen.set<"data_boolean">(*on);
      return;
    case 4: case 13: case 14:
      if (const auto bits = ber::to_bits(datum.content)) pen.set<"data_bits">(bits->octets);
      return;
    case 5:
      if (const auto number = ber::to_integer(datum.content)) pen.set<"data_integer">(*number);
      return;
    case 6:
      if (const auto number = ber::to_unsigned(datum.content))
        pen.set<"data_integer">(static_cast<std::int64_t>(*number));
      return;
    case 7:
      if (const auto number = ber::to_float(datum.content)) pen.set<"data_real">(*number);
      return;
    case 9: pen.set<"data_octets">(datum.content); return;
    case 10: case 16: pen.set<"data_text">(datum.content); return;
    case 17:
      if (const auto time = ber::to_utc_time(datum.content)) pen.set<"data_time">(std::int64_t{time->time});
      return;
    default: return;
  }
}

// Structures are flattened: their members share the entry's number.
void all_data(Call& call, Bytes content) {
  call.data = static_cast<std::uint32_t>(hash(content));
  const Reader whole{content};
  ber::Tlv datum;
  ber::Walk walk{content, deepest};
  while (call.output.items.total() < most_entries && walk.next(datum)) {
    if (walk.depth() == 0) ++call.counted;
    Fill<datum_fields> pen{call.output.items.start(datum_schema), whole};
    pen.set<"data_index">(static_cast<std::uint16_t>(call.counted - 1));
    pen.set<"data_type">(static_cast<std::uint8_t>(datum.tag));
    if (!datum.constructed) set_datum(pen, datum);
    call.output.items.emit();
  }
  if (!walk.ok()) call.blame(Wrong::encoding);
}

void member(Call& call, const ber::Tlv& value) {
  const auto number = [&](wire::Given& into) {
    into = wire::given_number(value.content);
    if (!into.there) call.blame(Wrong::encoding);
    return into.there;
  };
  const auto boolean = [&]() { return ber::to_boolean(value.content); };
  switch (value.tag) {
    case 0: call.gocb_ref = value.content; call.out.set<"gocb_ref">(value.content); return;
    case 1: if (number(call.time_allowed)) call.out.set<"time_allowed_to_live">(call.time_allowed.value); return;
    case 2: call.out.set<"dat_set">(value.content); return;
    case 3: call.out.set<"go_id">(value.content); return;
    case 4:
      if (const auto time = ber::to_utc_time(value.content)) {
        call.out.set<"t">(std::int64_t{time->time});
        call.out.set<"t_quality">(time->quality);
      }
      return;
    case 5: if (number(call.st_num)) call.out.set<"st_num">(call.st_num.value); return;
    case 6: if (number(call.sq_num)) call.out.set<"sq_num">(call.sq_num.value); return;
    case 7: if (const auto on = boolean()) call.out.set<"test">(*on); return;
    case 8: if (number(call.conf_rev)) call.out.set<"conf_rev">(call.conf_rev.value); return;
    case 9: if (const auto on = boolean()) call.out.set<"nds_com">(*on); return;
    case 10: if (number(call.entries)) call.out.set<"num_dat_set_entries">(call.entries.value); return;
    case 11: all_data(call, value.content); return;
    default: return;
  }
}

// [81] 18.1.2.5: a change raises the state number by one and begins the sequence at 0; a repetition raises
// the sequence number; after a restart both begin at 1. Numbers wrap to 1.
std::optional<Wrong> suspicion(const Seen& before, const Seen& now) {
  if (now.conf_rev != before.conf_rev) return Wrong::configuration;
  const std::uint32_t ahead = now.st_num - before.st_num;
  const bool restarted = now.st_num <= 1 && now.sq_num <= 1;
  if (restarted) return {};
  if (ahead == 0) {
    if (now.data != before.data) return Wrong::data_changed;
    if (now.sq_num < before.sq_num) return Wrong::sequence_back;
  } else if (ahead >= 0x80000000) {
    return Wrong::state_back;
  } else if (ahead > 1) {
    return Wrong::state_jump;
  }
  const Duration allowed = Duration{before.time_allowed} * 1'000;
  if (before.time_allowed && now.time - before.time > allowed + allowed / 2) return Wrong::expired;
  return {};
}

void follow(Call& call, const Context& context) {
  if (!call.st_num.there || !call.sq_num.there) return;
  const Seen now{call.st_num.value, call.sq_num.value, call.conf_rev.value, call.time_allowed.value, call.data, 0,
                 context.time};
  wire::follow_publisher(context.shared, hash(call.gocb_ref), now, Wrong{}, suspicion,
                         [&](Wrong what) { call.blame(what); });
}

void report(Call& call) {
  Operation& operation = call.output.operate(Verb::report);
  operation.outcome = Outcome::one_way;
  operation.object = {.space = static_cast<std::uint8_t>(Place::control_block), .count = 1, .text = call.gocb_ref};
  if (call.st_num.there) operation.value = Value::of(call.st_num.value);
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Reader in{message};
  Pen out{output.record, in};
  const wire::Published around = wire::read_published(message, context.transport);
  output.role = Role::event;
  wire::put_around(out, around);
  if (!around.sound) return fault(Wrong::header);
  Reader apdu{around.apdu};
  ber::Tlv pdu;
  bool cut = false;
  if (!wire::enter(apdu, pdu, cut) || !pdu.is(ber::Class::application, goose_pdu)) return fault(Wrong::encoding);
  Call call{out, output, {}, {}, {}, {}, {}, {}};
  Reader members{pdu.content};
  ber::Tlv value;
  while (members.left() > 0 && ber::next(members, value))
    if (value.tag_class == ber::Class::context) member(call, value);
  if (cut || !members.ok()) call.blame(Wrong::encoding);
  if (call.gocb_ref.empty() || !call.st_num.there || !call.sq_num.there) call.blame(Wrong::missing);
  else if (call.entries.there && call.entries.value != call.counted && call.counted < most_entries)
    call.blame(Wrong::entries);
  if (call.gocb_ref.empty()) return call.found;
  report(call);
  output.tell(Trait::role, "IED");
  follow(call, context);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  return wire::identify_published(bytes, context, ethertype, session);
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "goose",
    .label = {"GOOSE", "GOOSE"},
    .doc = "Multicast events between protection devices of substations (IEC 61850).",
    .message = &schema,
    .items = {&datum_schema},
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

}  // namespace langyan::goose
