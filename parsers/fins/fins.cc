// Omron FINS: controllers whose memory, programs and modes are read and changed by node address, in
// UDP or behind a small TCP header.
//
// [W342] Omron, Communications Commands Reference Manual for CS/CJ/CP/NSJ series
// [W421] Omron, CS/CJ Series Ethernet Units, Construction of Applications (FINS/TCP)
// [W227] Omron, FINS Commands Reference Manual (CV series: names, data link tables)
#include "parsers/fins/fins.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "parsers/fins/table.h"

namespace langyan::fins {
namespace {

using Pen = Fill<fields>;

constexpr std::string_view vendor = "Omron";
constexpr std::size_t model_bytes = 20, version_bytes = 20, name_bytes = 12;

// The flow's memory: which area the reads under way asked for, since their answers carry octets only.
struct Memory {
  struct Asked {
    std::uint8_t service_id, area;
    bool used;
  };
  static constexpr std::size_t most_asked = 24;  // older ones are forgotten
  std::array<Asked, most_asked> asked;
  std::uint8_t next;

  void remember(std::uint8_t service_id, std::uint8_t area) {
    asked[next] = {service_id, area, true};
    next = static_cast<std::uint8_t>((next + 1) % most_asked);
  }
  const Asked* find(std::uint8_t service_id) const {
    for (std::size_t back = 1; back <= most_asked; ++back) {
      const Asked& one = asked[(next + most_asked - back) % most_asked];
      if (one.used && one.service_id == service_id) return &one;
    }
    return nullptr;
  }
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  const Command* command;
  std::uint16_t code;
  bool request;
  std::uint32_t unit;
  std::uint8_t service_id;
  Memory& memory;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = unit;
    operation.function = code;
    return operation;
  }
  Operation& operate() { return operate(command ? command->verb : Verb::other); }
  void rest() {
    const Bytes data = in.rest();
    if (!data.empty()) out.set<"data">(data);
  }
};

Bytes trimmed(Bytes text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == 0)) text = text.first(text.size() - 1);
  return text;
}

Object memory_object(std::uint8_t code, std::uint16_t address, std::uint8_t bit, std::uint32_t count) {
  const Area* area = area_row(code);
  const bool bits = area && area->element == Element::bit;
  return {.space = static_cast<std::uint8_t>(Place::memory), .width = code,
          .address = bits ? address * 16u + bit : address, .count = count};
}

std::size_t element_bytes(std::uint8_t code) {
  const Area* area = area_row(code);
  return area && area->element != Element::word ? 1 : 2;
}

Value memory_value(std::uint8_t code, Bytes run) {
  if (run.empty()) return {};
  if (element_bytes(code) == 2) return Value::of_run(Value::Kind::words, run);
  return run.size() == 1 ? Value::of_boolean(run[0] & 1) : Value::of_run(Value::Kind::bytes, run);
}

void memory_answer(Call& call) {
  Operation& operation = call.operate();
  const Bytes run = call.in.rest();
  if (run.empty()) return;
  call.out.set<"data">(run);
  const Memory::Asked* asked = call.memory.find(call.service_id);
  if (!asked) operation.value = Value::of_run(Value::Kind::bytes, run);
  else if (run.size() % element_bytes(asked->area)) call.blame(Wrong::length);
  else operation.value = memory_value(asked->area, run);
}

// [W342] 5-3-5: area and value of one element after another.
void multiple_answer(Call& call) {
  while (call.in.left() > 0) {
    const std::uint8_t area = call.in.u8();
    const Bytes run = call.in.take(element_bytes(area));
    if (!call.in.ok()) return;
    call.operate().value = memory_value(area, run);
  }
}

// [W342] 5-3-2 to 5-3-4: area, address, bit, count; a write's data; one word that fills.
void memory(Call& call, bool carries, bool fills) {
  const std::uint8_t area = call.in.u8();
  const std::uint16_t address = call.in.be16();
  const std::uint8_t bit = call.in.u8();
  const std::uint16_t count = call.in.be16();
  call.out.set<"area">(area);
  call.out.set<"address">(address);
  call.out.set<"bit">(bit);
  call.out.set<"count">(count);
  if (!call.in.ok()) return;
  if (!carries) call.memory.remember(call.service_id, area);
  Operation& operation = call.operate();
  operation.object = memory_object(area, address, bit, count);
  const std::size_t expected = fills ? element_bytes(area) : carries ? count * element_bytes(area) : 0;
  if (call.in.left() != expected) {
    call.blame(Wrong::length);
    return call.rest();
  }
  const Bytes run = call.in.rest();
  if (run.empty()) return;
  call.out.set<"data">(run);
  operation.value = memory_value(area, run);
}

// [W342] 5-3-5: one element after another.
void memory_multiple(Call& call) {
  std::size_t elements = 0;
  while (call.in.left() >= 4) {
    Fill<element_fields> pen{call.output.items.start(element_schema), call.in};
    const std::uint8_t area = call.in.u8();
    const std::uint16_t address = call.in.be16();
    const std::uint8_t bit = call.in.u8();
    pen.set<"element_area">(area);
    pen.set<"element_address">(address);
    pen.set<"element_bit">(bit);
    call.output.items.emit();
    call.operate().object = memory_object(area, address, bit, 1);
    ++elements;
  }
  if (call.in.left() > 0 || elements == 0) call.blame(Wrong::length), call.rest();
}

void memory_transfer(Call& call) {
  const std::uint8_t from = call.in.u8();
  const std::uint16_t from_address = call.in.be16();
  const std::uint8_t bit = call.in.u8();
  const std::uint8_t to = call.in.u8();
  const std::uint16_t to_address = call.in.be16();
  call.in.skip(1);
  const std::uint16_t count = call.in.be16();
  call.out.set<"area">(from);
  call.out.set<"address">(from_address);
  call.out.set<"bit">(bit);
  call.out.set<"to_area">(to);
  call.out.set<"to_address">(to_address);
  call.out.set<"count">(count);
  if (call.in.ok()) call.operate().object = memory_object(to, to_address, 0, count);
}

// [W342] 5-3-7 to 5-3-9: area, first word, count with a mark of the last piece, data.
void parameter(Call& call) {
  const std::uint16_t area = call.in.be16(), address = call.in.be16(), count = call.in.be16();
  call.out.set<"parameter_area">(area);
  call.out.set<"address">(address);
  call.out.set<"count">(static_cast<std::uint16_t>(count & 0x7fff));
  call.out.set<"last">((count & 0x8000) != 0);
  if (!call.in.ok()) return;
  if (call.request || call.code == 0x0201)
    call.operate().object = {.space = static_cast<std::uint8_t>(Place::parameter),
                             .area = area,
                             .address = address,
                             .count = count & 0x7fffu};
  call.rest();
}

// [W342] 5-3-10 to 5-3-12: program, address, octets with a mark of the last piece, data.
void program(Call& call) {
  const std::uint16_t number = call.in.be16();
  const std::uint32_t address = call.in.be32();
  const std::uint16_t count = call.in.be16();
  call.out.set<"program_number">(number);
  call.out.set<"program_address">(address);
  call.out.set<"count">(static_cast<std::uint16_t>(count & 0x7fff));
  call.out.set<"last">((count & 0x8000) != 0);
  if (!call.in.ok()) return;
  call.operate().object = {
      .space = static_cast<std::uint8_t>(Place::program), .area = number, .address = address, .count = count & 0x7fffu};
  call.rest();
}

void program_clear(Call& call) {
  const std::uint16_t number = call.in.be16();
  call.out.set<"program_number">(number);
  if (call.in.ok())
    call.operate().object = {.space = static_cast<std::uint8_t>(Place::program), .area = number, .count = 1};
  call.rest();
}

// [W342] 5-3-13: program and mode, both of which may be left out.
void run(Call& call) {
  Operation& operation = call.operate();
  if (call.in.left() >= 2) call.out.set<"program_number">(call.in.be16());
  if (call.in.left() == 0) return;
  const std::uint8_t mode = call.in.u8();
  call.out.set<"mode">(mode);
  operation.value = Value::of(mode);
}

// [W342] 5-3-15: model, version, then data of the system's own and of the memory.
void controller_data(Call& call) {
  const Bytes model = trimmed(call.in.take(model_bytes));
  const Bytes version = trimmed(call.in.take(version_bytes));
  call.out.set<"controller_model">(model);
  call.out.set<"controller_version">(version);
  if (!call.in.ok()) return;
  call.operate();
  call.output.tell(Trait::vendor, vendor, call.unit);
  call.output.tell(Trait::model, model, call.unit);
  call.output.tell(Trait::firmware, version, call.unit);
  call.rest();
}

// [W342] 5-3-16: how many units, then address and model of each; the upper bit of the number: more follow.
void connection_data(Call& call) {
  const std::uint8_t units = call.in.u8() & 0x7f;
  for (int i = 0; i < units && call.in.left() > 0; ++i) {
    Fill<unit_fields> pen{call.output.items.start(unit_schema), call.in};
    const std::uint8_t address = call.in.u8();
    const Bytes model = trimmed(call.in.take(model_bytes));
    pen.set<"unit_address">(address);
    pen.set<"unit_model">(model);
    if (!call.in.ok()) return;
    call.output.items.emit();
    call.output.tell(Trait::model, model, address);
  }
  call.operate();
  call.rest();
}

void controller_status(Call& call) {
  call.out.set<"status">(call.in.u8());
  call.out.set<"mode">(call.in.u8());
  call.out.set<"fatal_errors">(call.in.be16());
  call.out.set<"non_fatal_errors">(call.in.be16());
  if (call.in.ok()) call.operate();
  call.rest();
}

// [W342] 5-3-19: year, month, day, hour, minute, second in packed decimals; writing may leave seconds out.
void clock(Call& call) {
  std::array<unsigned, 6> part{};
  const std::size_t given = std::min<std::size_t>(call.in.left(), part.size());
  bool sound = given >= 5;
  for (std::size_t i = 0; i < given; ++i) {
    const std::uint8_t octet = call.in.u8();
    sound = sound && (octet & 15) < 10 && octet >> 4 < 10;
    part[i] = octet / 16u * 10 + octet % 16u;
  }
  Operation& operation = call.operate();
  if (!sound || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31) return call.blame(Wrong::data);
  const int year = static_cast<int>(part[0] < 98 ? 2000 + part[0] : 1900 + part[0]);
  const std::chrono::sys_days day{std::chrono::year{year} / static_cast<int>(part[1]) / static_cast<int>(part[2])};
  const Time time = (day.time_since_epoch().count() * 86'400 + part[3] * 3'600 + part[4] * 60 + part[5]) * second;
  call.out.set<"clock">(std::int64_t{time});
  operation.value = Value::of_integer(time);
  call.rest();
}

// [W342] 5-3-30 to 5-3-36: the disk, then what differs; the name of twelve octets stands at `before`.
void file(Call& call, std::size_t before, bool named) {
  call.out.set<"disk">(call.in.be16());
  if (!call.in.ok()) return;
  Operation& operation = call.operate();
  call.in.skip(std::min(before, call.in.left()));
  if (named) {
    const Bytes name = trimmed(call.in.take(name_bytes));
    call.out.set<"file_name">(name);
    if (call.in.ok()) operation.object = {.space = static_cast<std::uint8_t>(Place::file), .count = 1, .text = name};
  }
  call.rest();
}

// [W342] 5-3-39: which way the program goes.
void transfer(Call& call) {
  const std::uint16_t to_memory = call.in.be16();
  if (call.in.ok()) call.operate(to_memory == 1 ? Verb::download : Verb::upload);
  call.rest();
}

// [W342] 5-3-42: how many bits, then what each is forced to and where it is.
void forced(Call& call) {
  const std::uint16_t bits = call.in.be16();
  call.out.set<"count">(bits);
  for (std::uint32_t i = 0; i < bits && call.in.left() > 0; ++i) {
    Fill<element_fields> pen{call.output.items.start(element_schema), call.in};
    const std::uint16_t to = call.in.be16();
    const std::uint8_t area = call.in.u8();
    const std::uint16_t address = call.in.be16();
    const std::uint8_t bit = call.in.u8();
    pen.set<"element_area">(area);
    pen.set<"element_address">(address);
    pen.set<"element_bit">(bit);
    pen.set<"force">(to);
    if (!call.in.ok()) return;
    call.output.items.emit();
    Operation& operation = call.operate();
    operation.object = memory_object(area, address, bit, 1);
    if (to <= 1) operation.value = Value::of_boolean(to == 1);
  }
  if (call.in.ok() && (call.in.left() > 0 || call.output.items.total() != bits)) call.blame(Wrong::length);
  call.rest();
}

void text(Call& call) {
  const Bytes name = trimmed(call.in.rest());
  if (!name.empty()) call.out.set<"name">(name);
  call.operate();
  if (!call.request) call.output.tell(Trait::name, name, call.unit);
}

void plain(Call& call) {
  call.operate();
  call.rest();
}

void ask(Call& call) {
  switch (call.command ? call.command->body : Body::plain) {
    case Body::memory: return memory(call, call.code == 0x0102, false);
    case Body::memory_fill: return memory(call, true, true);
    case Body::memory_multiple: return memory_multiple(call);
    case Body::memory_transfer: return memory_transfer(call);
    case Body::parameter: case Body::parameter_fill: return parameter(call);
    case Body::program: return program(call);
    case Body::program_clear: case Body::protect: return program_clear(call);
    case Body::run: return run(call);
    case Body::clock: return call.in.left() > 0 ? clock(call) : plain(call);
    case Body::file: return file(call, 0, true);
    case Body::file_write: return file(call, 2, true);
    case Body::file_list: return file(call, 0, false);
    case Body::files: return file(call, 2, true);
    case Body::transfer: return transfer(call);
    case Body::forced: return forced(call);
    case Body::text: return text(call);
    case Body::controller_data:
    case Body::connection_data:
    case Body::controller_status:
    case Body::plain: return plain(call);
  }
}

void answer(Call& call) {
  switch (call.command ? call.command->body : Body::plain) {
    case Body::memory: return memory_answer(call);
    case Body::memory_multiple: return multiple_answer(call);
    case Body::parameter: return call.in.left() > 0 ? parameter(call) : plain(call);
    case Body::program: return call.in.left() > 0 ? program(call) : plain(call);
    case Body::controller_data: return controller_data(call);
    case Body::connection_data: return connection_data(call);
    case Body::controller_status: return controller_status(call);
    case Body::clock: return call.in.left() > 0 ? clock(call) : plain(call);
    case Body::text: return text(call);
    default: return plain(call);
  }
}

// An answer stands for the operations of its request; only what it adds is taken from here.
void respond(Call& call) {
  constexpr std::uint16_t relay = 0x8000, cpu_errors = 0x00c0;
  const std::uint16_t raw = call.in.be16();
  if (!call.in.ok()) return;
  const auto code = static_cast<std::uint16_t>(raw & ~relay & ~cpu_errors);
  call.out.set<"response_code">(code);
  if (raw & relay) call.out.set<"relay_error">(true);
  if (code == 0) {
    answer(call);
    for (Operation& operation : call.output.operations()) operation.outcome = Outcome::ok;
    return;
  }
  Operation& operation = call.operate();
  operation.outcome = Outcome::refused;
  operation.code = code;
  call.rest();
}

Fault decode_frame(Reader& in, Pen& out, State memory, Output& output) {
  const std::uint8_t icf = in.u8();
  in.skip(1);
  out.set<"icf">(icf);
  out.set<"gateway_count">(in.u8());
  const std::uint8_t network = in.u8(), node = in.u8(), unit = in.u8();
  const std::uint8_t from_network = in.u8(), from_node = in.u8(), from_unit = in.u8();
  out.set<"destination_network">(network);
  out.set<"destination_node">(node);
  out.set<"destination_unit">(unit);
  out.set<"source_network">(from_network);
  out.set<"source_node">(from_node);
  out.set<"source_unit">(from_unit);
  const std::uint8_t service_id = in.u8();
  out.set<"service_id">(service_id);
  const std::uint16_t code = in.be16();
  out.set<"command">(code);
  if (!in.ok()) return fault(Wrong::truncated);
  const bool request = !(icf & icf_response);
  output.role = !request ? Role::answer : icf & icf_no_response_wanted ? Role::event : Role::request;
  // The controller is where the command goes and the response comes from; its node within a network.
  const std::uint32_t device = request ? network << 8 | node : from_network << 8 | from_node;
  Call call{in, out, output, command_row(code), code, request, device, service_id, state<Memory>(memory)};
  if (!call.command) call.blame(Wrong::command);
  request ? ask(call) : respond(call);
  if (output.role == Role::event)
    for (Operation& operation : output.operations()) operation.outcome = Outcome::one_way;
  return in.ok() ? call.found : fault(Wrong::truncated);
}

// [W421] 7-4-3: both ends tell their node addresses, then frames follow.
Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  if (context.transport != Transport::tcp) return decode_frame(in, out, memory, output);
  in.skip(tcp_counted_from);
  const std::uint32_t command = in.be32(), error = in.be32();
  out.set<"tcp_command">(command);
  out.set<"tcp_error">(error);
  if (!in.ok()) return fault(Wrong::truncated);
  if (command == tcp_frame_send && in.left() > 0) return decode_frame(in, out, memory, output);
  output.role = command == 0 ? Role::request : command == 1 ? Role::answer : Role::event;
  if (command <= 1 && in.left() >= 4) out.set<"client_node">(in.be32());
  if (command == 1 && in.left() >= 4) out.set<"server_node">(in.be32());
  Operation& operation = output.operate(Verb::session);
  operation.function = command;
  if (command == 0) return Fault::none;
  operation.outcome = error ? Outcome::refused : Outcome::ok;
  operation.code = static_cast<std::uint16_t>(error);
  return error ? fault(Wrong::refused) : Fault::none;
}

}  // namespace

const Protocol protocol = {
    .name = "fins",
    .label = {"Omron FINS", "欧姆龙 FINS"},
    .doc = "Reads and changes memory, programs and modes of Omron controllers.",
    .message = &schema,
    .items = {&element_schema, &unit_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::fins
