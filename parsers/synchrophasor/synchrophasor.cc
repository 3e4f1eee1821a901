// IEEE C37.118: measurement units send phasors, frequency and status of the grid tens of times a
// second to a concentrator, which can turn the stream on and off.
//
// Sections are those of IEEE Std C37.118.2-2011.
#include "parsers/synchrophasor/synchrophasor.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "parsers/synchrophasor/table.h"
#include "parsers/wire/crc16.h"

namespace langyan::synchrophasor {
namespace {

using Pen = Fill<fields>;

constexpr std::size_t remembered = 8;  // PMUs of a stream whose layout is kept
constexpr std::uint16_t format_frequency_real = 8, format_analog_real = 4, format_phasor_real = 2;

// The flow's memory: the layout of data frames, as the last configuration said.
struct Memory {
  struct Layout {
    std::uint16_t phasors, analogs, digitals;
    std::uint8_t format;
  };
  std::array<Layout, remembered> layouts;
  std::uint32_t time_base;
  std::uint16_t id_code, count;  // count 0: none seen, or too many PMUs
};

std::uint16_t be16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]); }

using Checksum = wire::Crc16<0x1021, 0xffff, wire::Bits::as_sent>;  // annex B

bool checksum_holds(Bytes frame) {
  const std::size_t body = frame.size() - checksum_bytes;
  return wire::crc16<Checksum>(frame.first(body)) == be16(frame, body);
}

bool sound_start(Bytes bytes) {  // at least four octets
  const std::uint8_t type = bytes[1] >> 4, version = bytes[1] & 15;
  return bytes[0] == sync && type <= 5 && version >= 1 && version <= 3 && be16(bytes, 2) >= shortest_frame;
}

bool on_port(const Context& context) {
  return std::ranges::any_of(ports, [&](const PortHint& hint) {
    return hint.port == context.client_port || hint.port == context.server_port;
  });
}

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Memory& memory;
  std::uint16_t id_code;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb, std::uint32_t function) {
    Operation& operation = output.operate(verb);
    operation.unit = id_code;
    operation.function = function;
    operation.outcome = Outcome::one_way;
    return operation;
  }
};

void command(Call& call) {
  const std::uint16_t code = call.in.be16();
  call.out.set<"command">(code);
  if (!call.in.ok()) return;
  const bool known = std::ranges::any_of(command_names, [&](const Name& name) { return name.value == code; });
  if (!known) call.blame(Wrong::command);
  Operation& operation = call.operate(code <= 2 ? Verb::subscribe : known ? Verb::identify : Verb::other, code);
  if (code == 1 || code == 2) operation.value = Value::of_boolean(code == 2);
  if (call.in.left() > 0) call.out.set<"data">(call.in.rest());
}

// 6.4: what each PMU is called and how its part of a data frame is laid out.
void configuration(Call& call) {
  const std::uint32_t base = call.in.be32() & 0xffffff;
  const std::uint16_t count = call.in.be16();
  call.out.set<"time_base">(base);
  call.out.set<"num_pmu">(count);
  Memory learned{{}, base, call.id_code, count <= remembered ? count : std::uint16_t{0}};
  for (std::size_t i = 0; i < count && i < most_pmus && call.in.ok(); ++i) {
    Fill<pmu_fields> pen{call.output.items.start(pmu_schema), call.in};
    const Bytes name = call.in.take(name_bytes);
    const std::uint16_t id = call.in.be16(), format = call.in.be16();
    const std::uint16_t phasors = call.in.be16(), analogs = call.in.be16(), digitals = call.in.be16();
    pen.set<"station_name">(name);
    pen.set<"pmu_id_code">(id);
    pen.set<"format">(format);
    pen.set<"phasors">(phasors);
    pen.set<"analogs">(analogs);
    pen.set<"digitals">(digitals);
    call.in.skip(name_bytes * (std::size_t{phasors} + analogs + 16u * digitals) +
                 4 * (std::size_t{phasors} + analogs + digitals));
    pen.set<"nominal_frequency">(static_cast<std::uint8_t>(call.in.be16() & 1 ? 50 : 60));
    pen.set<"configuration_count">(call.in.be16());
    if (!call.in.ok()) break;
    call.output.items.emit();
    call.output.tell(Trait::name, name, id);
    call.output.tell(Trait::role, "PMU", id);
    if (i < remembered) learned.layouts[i] = {phasors, analogs, digitals, static_cast<std::uint8_t>(format)};
  }
  if (count <= most_pmus) call.out.set<"data_rate">(std::int64_t{static_cast<std::int16_t>(call.in.be16())});
  if (!call.in.ok()) return;
  call.memory = learned;
}

// 6.5: names have their length before them, and places and delays follow; only the names are read.
void configuration_3(Call& call) {
  call.out.set<"continuation">(call.in.be16());
  const std::uint32_t base = call.in.be32() & 0xffffff;
  const std::uint16_t count = call.in.be16();
  call.out.set<"time_base">(base);
  call.out.set<"num_pmu">(count);
  if (!call.in.ok() || count == 0) return;
  Fill<pmu_fields> pen{call.output.items.start(pmu_schema), call.in};
  const Bytes name = call.in.take(call.in.u8());
  const std::uint16_t id = call.in.be16();
  pen.set<"station_name">(name);
  pen.set<"pmu_id_code">(id);
  if (!call.in.ok()) return;
  call.output.items.emit();
  call.output.tell(Trait::name, name, id);
}

void measurement(Call& call, const Memory::Layout& layout) {
  Fill<pmu_fields> pen{call.output.items.start(pmu_schema), call.in};
  pen.set<"stat">(call.in.be16());
  call.in.skip(layout.phasors * (layout.format & format_phasor_real ? 8u : 4u));
  if (layout.format & format_frequency_real) {
    pen.set<"frequency">(call.in.be_f32());
    call.in.skip(4);
  } else {
    pen.set<"frequency">(double{static_cast<double>(static_cast<std::int16_t>(call.in.be16()))});
    call.in.skip(2);
  }
  call.in.skip(layout.analogs * (layout.format & format_analog_real ? 4u : 2u) + 2u * layout.digitals);
  if (call.in.ok()) call.output.items.emit();
}

void data(Call& call) {
  if (call.memory.count == 0 || call.memory.id_code != call.id_code) return call.out.set<"data">(call.in.rest());
  for (std::size_t i = 0; i < call.memory.count && call.in.ok(); ++i) measurement(call, call.memory.layouts[i]);
  if (!call.in.ok() || call.in.left() > 0) call.blame(Wrong::length);
  if (!call.in.ok()) call.in = Reader{Bytes{}};  // the configuration was another one; the frame itself is whole
}

void set_time(Call& call, std::uint32_t seconds, std::uint32_t fraction) {
  const std::uint8_t flags = static_cast<std::uint8_t>(fraction >> 24);
  std::int64_t time = std::int64_t{seconds} * second;
  if (call.memory.time_base && call.memory.id_code == call.id_code)
    time += std::int64_t{fraction & 0xffffff} * 1'000'000 / call.memory.time_base;
  call.out.set<"time">(time);
  call.out.set<"time_quality">(static_cast<std::uint8_t>(flags & 15));
  if (flags & 0x10) call.out.set<"leap_second_pending">(true);
}

Fault decode(Bytes message, const Context&, State memory, Output& output) {
  Reader in{message.first(message.size() - checksum_bytes)};
  Pen out{output.record, in};
  in.skip(1);
  const std::uint8_t kind = in.u8();
  in.skip(2);
  const std::uint16_t id = in.be16();
  const std::uint32_t seconds = in.be32(), fraction = in.be32();
  const auto type = static_cast<Type>(kind >> 4 & 7);
  out.set<"frame_type">(static_cast<std::uint8_t>(type));
  out.set<"version">(static_cast<std::uint8_t>(kind & 15));
  out.set<"id_code">(id);
  output.role = Role::event;
  if (!in.ok()) return fault(Wrong::truncated);
  if (!checksum_holds(message)) return fault(Wrong::checksum);
  Call call{in, out, output, state<Memory>(memory), id};
  set_time(call, seconds, fraction);
  const std::uint32_t function = 0x100u + static_cast<std::uint32_t>(type);  // beside the numbers of commands
  switch (type) {
    case Type::command: command(call); break;
    case Type::data: data(call), call.operate(Verb::report, function); break;
    case Type::header:
      out.set<"header_text">(in.rest());
      call.operate(Verb::identify, function);
      break;
    case Type::configuration_1: case Type::configuration_2:
      configuration(call);
      if (in.ok()) call.operate(Verb::identify, function);
      break;
    case Type::configuration_3:
      configuration_3(call);
      if (in.ok()) call.operate(Verb::identify, function);
      break;
  }
  return in.ok() ? call.found : fault(Wrong::truncated);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2 || bytes[0] != sync) return Identity::no;
  if (bytes.size() < 4) return context.transport == Transport::tcp ? Identity::unsure : Identity::no;
  if (!sound_start(bytes)) return Identity::no;
  const std::size_t size = be16(bytes, 2);
  if (bytes.size() >= size) return checksum_holds(bytes.first(size)) || on_port(context) ? Identity::yes : Identity::no;
  if (context.transport != Transport::tcp) return Identity::no;
  return on_port(context) ? Identity::yes : Identity::unsure;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes[0] != sync) return Frame::lost();
  if (bytes.size() < 4) return Frame::need(4);
  if (!sound_start(bytes)) return Frame::lost();
  const std::size_t size = be16(bytes, 2);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Measurements may hold any octets, so a start counts only with its checksum, or at the front.
std::size_t resync(Bytes bytes, const Context&) {
  constexpr std::size_t most_checked = 8;
  std::size_t checked = 0;
  for (std::size_t at = 0; at + shortest_frame <= bytes.size() && checked < most_checked; ++at) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != sync || !sound_start(here)) continue;
    const std::size_t size = be16(here, 2);
    if (at == 0 && here.size() < size) return at;
    if (here.size() < size) continue;
    ++checked;
    if (checksum_holds(here.first(size))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < 2) return End::unknown;
  return static_cast<Type>(bytes[1] >> 4 & 7) == Type::command ? End::client : End::server;
}

}  // namespace

const Protocol protocol = {
    .name = "synchrophasor",
    .label = {"IEEE C37.118 synchrophasor", "IEEE C37.118 同步相量"},
    .doc = "Phasors, frequency and status of the grid from measurement units to concentrators.",
    .message = &schema,
    .items = {&pmu_schema},
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = nullptr,
    .sender = sender,
};

}  // namespace langyan::synchrophasor
