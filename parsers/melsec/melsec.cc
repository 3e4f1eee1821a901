// Mitsubishi MC protocol and SLMP: controllers whose devices, modes and files are reached in 3E and 4E
// frames, in octets or in hexadecimal digits; and MELSOFT, which the engineering tools speak.
//
// [MC] Mitsubishi Electric, MELSEC Communication Protocol Reference Manual, SH(NA)-080008
// [SLMP] CC-Link Partner Association, SLMP (Seamless Message Protocol) Specifications, BAP-C2006
// [MELSOFT] undocumented; what captures of FX5 and iQ-R controllers show, nothing beyond
#include "parsers/melsec/melsec.h"

#include <algorithm>
#include <array>

#include "parsers/melsec/table.h"

namespace langyan::melsec {
namespace {

using Pen = Fill<fields>;

constexpr std::string_view vendor = "Mitsubishi Electric";
constexpr std::size_t model_characters = 16;
constexpr std::uint16_t sub_bits = 0x0001, sub_iq_r = 0x0002, sub_extended = 0x0080;

// The flow's memory: the requests under way, since answers name neither command nor devices.
struct Memory {
  struct Asked {
    std::uint16_t serial, command, subcommand, points;
    std::uint8_t device;
    bool waiting;
  };
  static constexpr std::size_t most_asked = 9;  // older ones are forgotten
  std::array<Asked, most_asked> asked;
  std::uint8_t next;

  void remember(const Asked& one) {
    asked[next] = one;
    next = static_cast<std::uint8_t>((next + 1) % most_asked);
  }
  // The one with this serial number; without one the newest, as clients of 3E frames wait for each
  // answer: what was asked before it was never answered.
  Asked take(std::uint16_t serial, bool by_serial) {
    Asked found{};
    for (std::size_t back = 1; back <= most_asked; ++back) {
      Asked& one = asked[(next + most_asked - back) % most_asked];
      if (!one.waiting || (by_serial && one.serial != serial)) continue;
      one.waiting = false;
      if (!found.command) found = one;
    }
    return found;
  }
};

// Reads numbers of a frame, whether they stand in octets or in hexadecimal digits.
struct Source {
  Reader& in;
  bool ascii;
  bool garbled = false;

  std::uint32_t number(std::size_t octets) {
    if (!ascii) return octets == 1 ? in.u8() : octets == 2 ? in.le16() : octets == 3 ? in.le24() : in.le32();
    std::uint32_t value = 0;
    for (std::uint8_t c : in.take(octets * 2)) {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                               : -1;
      if (digit < 0) garbled = true;
      value = value << 4 | static_cast<std::uint32_t>(digit & 0xf);
    }
    return value;
  }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  std::size_t left() const { return ascii ? in.left() / 2 : in.left(); }  // in octets
};

struct Spot {
  std::uint16_t code = 0;
  std::uint32_t number = 0;
};

struct Call {
  Source& source;
  Pen& out;
  Output& output;
  const Command* command;
  std::uint16_t code, subcommand;
  std::uint32_t unit;
  Fault found = Fault::none;

  Reader& in() { return source.in; }
  bool bits() const { return subcommand & sub_bits; }
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
    const Bytes data = in().rest();
    if (!data.empty()) out.set<"data">(data);
  }
};

// [MC] 8.1: number then code in octets, code then number in digits; both longer for iQ-R.
Spot place(Call& call) {
  const bool wide = call.subcommand & sub_iq_r;
  Spot result;
  if (!call.source.ascii) {
    result.number = call.source.number(wide ? 4 : 3);
    result.code = wide ? call.in().le16() : call.in().u8();
    if (call.in().ok() && !device_row(result.code)) call.blame(Wrong::device);
    return result;
  }
  Bytes text = call.in().take(wide ? 4 : 2);
  while (!text.empty() && (text.back() == '*' || text.back() == ' ')) text = text.first(text.size() - 1);
  const Device* device = nullptr;
  for (const Device& row : devices)
    if (row.text == text_of(text)) device = &row;
  const Bytes digits = call.in().take(wide ? 8 : 6);
  if (!call.in().ok()) return result;
  if (!device) return call.blame(Wrong::device), result;
  result.code = device->code;
  for (std::uint8_t c : digits) {
    const std::uint32_t digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10u : 16u;
    if (digit >= (device->text_hex ? 16u : 10u)) call.source.garbled = true;
    result.number = result.number * (device->text_hex ? 16 : 10) + digit;
  }
  return result;
}

Object device_object(const Call& call, const Spot& at, std::uint32_t count, bool words) {
  const Device* device = device_row(at.code);
  const bool packed = device && device->bit && words && !call.bits();
  return {.space = static_cast<std::uint8_t>(Place::device), .width = static_cast<std::uint8_t>(at.code),
          .area = packed ? 16u : 1u, .address = at.number, .count = count};
}

std::size_t value_octets(bool bits, std::size_t points) { return bits ? (points + 1) / 2 : 2 * points; }

// Words as big-endian ones, bits as one a bit: what a Value shows.
Value values(Call& call, bool bits, std::uint32_t points) {
  const auto area = call.output.scratch.take(bits ? (points + 7) / 8 : 2 * std::size_t{points});
  if (area.empty()) return {};
  if (!bits) {
    for (std::size_t i = 0; i < points; ++i) {
      const std::uint16_t word = call.source.u16();
      area[2 * i] = static_cast<std::uint8_t>(word >> 8), area[2 * i + 1] = static_cast<std::uint8_t>(word);
    }
    return call.in().ok() ? Value::of_run(Value::Kind::words, area) : Value{};
  }
  std::fill(area.begin(), area.end(), std::uint8_t{0});
  std::uint8_t pair = 0;
  for (std::size_t i = 0; i < points; ++i) {  // [MC] 8.2: four bits, in digits one character, a point
    if (call.source.ascii) pair = call.in().u8();
    else if (i % 2 == 0) pair = call.in().u8();
    const bool on = call.source.ascii ? pair == '1' : (i % 2 == 0 ? pair >> 4 : pair) & 1;
    if (on) area[i / 8] |= static_cast<std::uint8_t>(1u << i % 8);
  }
  return call.in().ok() ? Value::of_run(Value::Kind::bits, area) : Value{};
}

// Octets or characters that `points` values need.
std::size_t run_size(const Call& call, bool bits, std::size_t points) {
  if (!call.source.ascii) return value_octets(bits, points);
  return bits ? points : 4 * points;
}

void batch(Call& call, Memory::Asked& asked) {
  const Spot at = place(call);
  const std::uint16_t points = call.source.u16();
  if (!call.in().ok()) return;
  call.out.set<"device">(at.code);
  call.out.set<"device_number">(at.number);
  call.out.set<"points">(points);
  asked.device = static_cast<std::uint8_t>(at.code), asked.points = points;
  Operation& operation = call.operate();
  operation.object = device_object(call, at, points, true);
  const bool writes = call.command->verb == Verb::write;
  if (call.in().left() != (writes ? run_size(call, call.bits(), points) : 0)) {
    call.blame(Wrong::length);
    return call.rest();
  }
  if (writes && points > 0) operation.value = values(call, call.bits(), points);
}

Fill<element_fields> element(Call& call, const Spot& at) {
  Fill<element_fields> pen{call.output.items.start(element_schema), call.in()};
  pen.set<"element_device">(at.code);
  pen.set<"element_number">(at.number);
  return pen;
}

// [MC] 8.3: words and double words one by one, or bits; with their values when they are written.
void random(Call& call, Memory::Asked& asked, bool writes) {
  const bool bits = writes && call.bits();
  const std::uint32_t singles = call.source.u8(), doubles = bits ? 0 : call.source.u8();
  if (!call.in().ok()) return;
  asked.points = static_cast<std::uint16_t>(singles << 8 | doubles);
  for (std::uint32_t i = 0; i < singles + doubles; ++i) {
    const bool twice = i >= singles;
    const Spot at = place(call);
    const std::size_t octets = twice ? 4 : bits && !(call.subcommand & sub_iq_r) ? 1 : 2;
    const std::uint32_t value = writes ? call.source.number(octets) : 0;
    if (!call.in().ok()) return;
    auto pen = element(call, at);
    if (writes) pen.set<"element_value">(value);
    call.output.items.emit();
    Operation& operation = call.operate();
    operation.object = device_object(call, at, twice ? 2 : 1, true);
    if (writes) operation.value = bits ? Value::of_boolean(value & 1) : Value::of(value), operation.object.count = 1;
  }
  if (call.in().left() > 0) call.blame(Wrong::length), call.rest();
}

// [MC] 8.4: blocks of words, of word and of bit devices.
void block(Call& call) {
  const std::uint32_t blocks = call.source.u8() + std::uint32_t{call.source.u8()};
  const bool writes = call.command->verb == Verb::write;
  for (std::uint32_t i = 0; i < blocks && call.in().ok(); ++i) {
    const Spot at = place(call);
    const std::uint16_t points = call.source.u16();
    if (!call.in().ok()) return;
    if (writes && call.in().left() < run_size(call, false, points)) return call.blame(Wrong::length), call.rest();
    auto pen = element(call, at);
    pen.set<"element_points">(points);
    call.output.items.emit();
    Operation& operation = call.operate();
    operation.object = device_object(call, at, points, true);
    if (writes && points > 0) operation.value = values(call, false, points);
  }
  if (call.in().left() > 0) call.blame(Wrong::length), call.rest();
}

void run(Call& call) {
  const std::uint16_t mode = call.source.u16();
  if (!call.in().ok()) return;
  call.out.set<"mode">(mode);
  if (call.code == 0x1001 && call.source.left() >= 2) {
    call.out.set<"clear_mode">(call.source.u8());
    call.source.u8();
  }
  call.operate().value = Value::of(mode);
  if (call.in().left() > 0) call.blame(Wrong::length), call.rest();
}

void memory(Call& call) {
  const std::uint32_t address = call.source.u32();
  const std::uint16_t length = call.source.u16();
  if (!call.in().ok()) return;
  call.out.set<"memory_address">(address);
  call.out.set<"points">(length);
  call.operate().object = {.space = static_cast<std::uint8_t>(Place::memory), .address = address, .count = 1};
  call.rest();
}

void password(Call& call) {
  const std::uint16_t length = call.source.u16();
  if (!call.in().ok()) return;
  call.out.set<"password_length">(length);
  call.operate();
  if (call.in().left() != length) return call.blame(Wrong::length);
  call.in().skip(length);
  if (length > 0) call.blame(Wrong::password);
}

void ask(Call& call, Memory::Asked& asked) {
  if (!call.command) call.blame(Wrong::command);
  const bool devices_follow = !(call.subcommand & sub_extended);
  switch (call.command && devices_follow ? call.command->body : Body::plain) {
    case Body::batch: return batch(call, asked);
    case Body::random: return random(call, asked, false);
    case Body::random_write: return random(call, asked, true);
    case Body::block: return block(call);
    case Body::run: return run(call);
    case Body::memory: return memory(call);
    case Body::password: return password(call);
    default: break;
  }
  call.operate();
  call.rest();
}

void type_name(Call& call) {
  const Bytes name = call.in().take(model_characters);
  const std::uint16_t code = call.source.u16();
  Bytes model = name;
  while (!model.empty() && (model.back() == ' ' || model.back() == 0)) model = model.first(model.size() - 1);
  call.out.set<"model">(model);
  call.out.set<"model_code">(code);
  call.operate();
  if (!call.in().ok()) return;
  call.output.tell(Trait::vendor, vendor);
  call.output.tell(Trait::model, model);
}

void answer(Call& call, const Memory::Asked& asked) {
  const Body body = call.command ? call.command->body : Body::plain;
  if (body == Body::type_name && call.in().left() > 0) return type_name(call);
  const bool reads = body == Body::batch && call.command->verb == Verb::read && !(asked.subcommand & sub_extended);
  if (reads) {
    Operation& operation = call.operate();
    if (call.in().left() != run_size(call, call.bits(), asked.points)) return call.blame(Wrong::length), call.rest();
    if (asked.points > 0) operation.value = values(call, call.bits(), asked.points);
    return;
  }
  const std::size_t singles = asked.points >> 8, doubles = asked.points & 0xff;
  if (body == Body::random && call.command->verb == Verb::read && call.source.left() == 2 * singles + 4 * doubles) {
    for (std::size_t i = 0; i < singles + doubles; ++i)
      call.operate().value = Value::of(i < singles ? call.source.u16() : call.source.u32());
    return;
  }
  if (call.command || call.in().left() > 0) call.operate();
  call.rest();
}

Fault decode_frame(Reader& in, Pen& out, bool ascii, Memory& memory, Output& output) {
  Source source{in, ascii};
  const std::uint8_t first = in.peek();
  const bool response = ascii ? first == 'D' : first & 0x80;
  const bool four = ascii ? in.peek(1) == '4' : (first & 0x7f) == 0x54;
  in.skip(ascii ? 4 : 2);
  out.set<"frame">(static_cast<std::uint8_t>((response ? 0xd0 : 0x50) | (four ? 4 : 0)));
  if (ascii) out.set<"ascii">(true);
  std::uint16_t serial = 0;
  if (four) {
    out.set<"serial">(serial = source.u16());
    source.u16();
  }
  const std::uint8_t network = source.u8(), station = source.u8();
  out.set<"network">(network);
  out.set<"station">(station);
  out.set<"module_io">(source.u16());
  out.set<"multidrop">(source.u8());
  const std::uint16_t length = source.u16();
  if (!in.ok()) return fault(Wrong::truncated);
  const bool own = network == 0 && station == 0xff;
  const bool agrees = length == in.left();
  output.role = response ? Role::answer : Role::request;
  Call call{source, out, output, nullptr, 0, 0, own ? 0u : network * 256u + station};
  if (response) {
    const std::uint16_t end = source.u16();
    out.set<"end_code">(end);
    if (!in.ok()) return fault(Wrong::truncated);
    const Memory::Asked asked = memory.take(serial, four);
    if (asked.command) {
      call.command = row_of(commands, asked.command);
      call.code = asked.command, call.subcommand = asked.subcommand;
      out.set<"command">(asked.command);
    }
    if (end == 0) {
      answer(call, asked);
      for (Operation& operation : output.operations()) operation.outcome = Outcome::ok;
    } else {
      Operation& operation = call.operate();
      operation.outcome = Outcome::refused;
      operation.code = end;
      call.rest();
    }
  } else {
    out.set<"monitoring_timer">(source.u16());
    call.code = source.u16();
    call.subcommand = source.u16();
    if (!in.ok()) return fault(Wrong::truncated);
    out.set<"command">(call.code);
    out.set<"subcommand">(call.subcommand);
    call.command = row_of(commands, call.code);
    Memory::Asked asked{serial, call.code, call.subcommand, 0, 0, true};
    ask(call, asked);
    if (in.ok()) memory.remember(asked);
  }
  if (source.garbled) return fault(Wrong::text);
  if (!in.ok()) return fault(Wrong::truncated);
  if (!agrees) call.blame(Wrong::length);
  return call.found;
}

// A path of the project, UTF-16 behind its size in octets; its letters are those of ISO 646.
Bytes project_path(Bytes body, Output& output) {
  constexpr std::uint8_t start[] = {'$', 0, 'M', 0, 'E', 0, 'L', 0};
  constexpr std::size_t most_path = 512;
  const auto at = std::search(body.begin(), body.end(), std::begin(start), std::end(start));
  const auto place = static_cast<std::size_t>(at - body.begin());
  if (at == body.end() || place < 2) return {};
  const std::size_t size = body[place - 2] | static_cast<std::size_t>(body[place - 1]) << 8;
  if (size > body.size() - place || size > most_path) return {};
  const auto text = output.scratch.take(size / 2);
  std::size_t used = 0;
  for (std::size_t i = 0; i + 1 < size && used < text.size(); i += 2) {
    const std::uint8_t low = body[place + i], high = body[place + i + 1];
    if (low == 0 && high == 0) break;
    text[used++] = high == 0 && low >= 0x20 && low < 0x7f ? low : '?';
  }
  return Bytes{text}.first(used);
}

// [MELSOFT]: a fixed head, the length, then in requests after 24 octets, in answers after 26, the
// command in big endian and a number the answer repeats; two octets of an answer hold its end code.
Fault decode_melsoft(Bytes message, Reader& in, Pen& out, Output& output) {
  const bool response = message[0] & 0x80;
  out.set<"frame">(message[0]);
  output.role = response ? Role::answer : Role::request;
  in.skip(melsoft_header);
  in.skip(4);
  const std::uint16_t end = in.le16();
  in.skip((response ? melsoft_answer : melsoft_request) - 6);
  const std::uint16_t code = in.be16(), serial = in.le16();
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"melsoft_command">(code);
  out.set<"serial">(serial);
  if (response) out.set<"end_code">(end);
  const Command* command = row_of(melsoft_commands, code);
  Operation& operation = output.operate(command ? command->verb : code >> 8 == 0x18 ? Verb::file : Verb::other);
  operation.function = melsoft_functions | code;
  if (response) {
    operation.outcome = end ? Outcome::refused : Outcome::ok;
    operation.code = end;
  }
  const Bytes body = in.rest();
  if (!body.empty()) out.set<"data">(body);
  if (code >> 8 == 0x18 && !response) {
    const Bytes path = project_path(body, output);
    if (!path.empty()) {
      out.set<"file_name">(path);
      operation.object = {.space = static_cast<std::uint8_t>(Place::file), .count = 1, .text = path};
    }
  }
  constexpr std::size_t model_at = 2;  // behind two octets of unknown use
  if (code == 0x0121 && response && end == 0 && body.size() >= model_at + model_characters) {
    Bytes model = body.subspan(model_at, model_characters);
    while (!model.empty() && (model.back() == ' ' || model.back() == 0)) model = model.first(model.size() - 1);
    out.set<"model">(model);
    output.tell(Trait::vendor, vendor);
    output.tell(Trait::model, model);
  }
  return Fault::none;
}

Fault decode_search(Bytes message, Reader& in, Pen& out, Output& output) {
  out.set<"frame">(message[0]);
  in.skip(4);
  const bool response = message[0] & 0x80;
  output.role = response ? Role::answer : Role::request;
  output.operate(Verb::identify).outcome = response ? Outcome::ok : Outcome::pending;
  if (response) output.tell(Trait::vendor, vendor);
  const Bytes body = in.rest();
  if (!body.empty()) out.set<"data">(body);
  return Fault::none;
}

// [MC] 18: only named; an answer repeats the command with the top bit set.
Fault decode_1e(Reader& in, Pen& out, Output& output) {
  const std::uint8_t first = in.u8(), code = first & 0x7f;
  const bool response = first & 0x80;
  const Command* command = row_of(frame_1e_commands, code);
  if (!in.ok() || !command) return fault(in.ok() ? Wrong::command : Wrong::truncated);
  out.set<"frame">(std::uint8_t{1});
  out.set<"command_1e">(code);
  output.role = response ? Role::answer : Role::request;
  const std::uint16_t end = response ? in.u8() : 0;
  if (!in.ok()) return fault(Wrong::truncated);
  Operation& operation = output.operate(command->verb);
  operation.function = frame_1e_functions | code;
  if (response) {
    out.set<"end_code">(end);
    operation.outcome = end ? Outcome::refused : Outcome::ok;
    operation.code = end;
  }
  const Bytes body = in.rest();
  if (!body.empty()) out.set<"data">(body);
  return Fault::none;
}

Fault decode(Bytes message, const Context&, State memory, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  switch (kind_of(message)) {
    case Kindof::binary: return decode_frame(in, out, false, state<Memory>(memory), output);
    case Kindof::ascii: return decode_frame(in, out, true, state<Memory>(memory), output);
    case Kindof::melsoft: return decode_melsoft(message, in, out, output);
    case Kindof::search: return decode_search(message, in, out, output);
    default: return decode_1e(in, out, output);
  }
}

}  // namespace

const Protocol protocol = {
    .name = "melsec",
    .label = {"Mitsubishi MC / SLMP", "三菱 MC / SLMP"},
    .doc = "Reads and changes devices, modes and files of Mitsubishi controllers.",
    .message = &schema,
    .items = {&element_schema},
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

}  // namespace langyan::melsec
