// UMAS: how Schneider's engineering tools identify, reserve, read, write, program, start and stop
// Modicon controllers, inside function 90. Not published by the vendor:
//
// [UMAS] Liras en la red, "The Unity (UMAS) protocol", parts I to V, 2017: found by observation
// [KL]   Kaspersky ICS CERT, "The secrets of Schneider Electric's UMAS protocol", 2022
// [P4X]  Apache PLC4X, the umas specification: variables and identity
//
// An answer does not repeat the function, so the flow remembers what each transaction asked. What
// does not have exactly the layout described there stays octets.
#include <algorithm>

#include "parsers/modbus/call.h"

namespace langyan::modbus {
namespace {

constexpr std::string_view vendor = "Schneider Electric";

const UmasFunction* row_of(std::uint8_t code) {
  const auto* row = std::ranges::find(umas_functions, code, &UmasFunction::code);
  return row == std::end(umas_functions) ? nullptr : row;
}

void remember(Memory& memory, std::uint16_t transaction, std::uint8_t function) {
  memory.asked[memory.next] = {transaction, function};
  memory.next = static_cast<std::uint8_t>((memory.next + 1) % Memory::most_asked);
}
std::uint8_t asked_in(const Memory& memory, std::uint16_t transaction) {
  for (std::size_t back = 1; back <= Memory::most_asked; ++back) {
    const auto& one = memory.asked[(memory.next + Memory::most_asked - back) % Memory::most_asked];
    if (one.function && one.transaction == transaction) return one.function;
  }
  return 0;
}

// A text whose length stands before it and that ends where the message does.
Bytes closing_text(Bytes data) {
  if (data.empty() || data[0] == 0 || data[0] != data.size() - 1) return {};
  const Bytes text = data.subspan(1);
  return std::ranges::all_of(text, [](std::uint8_t octet) { return octet >= 0x20; }) ? text : Bytes{};
}

void data(Call& call) {
  const Bytes rest = call.in.rest();
  if (!rest.empty()) call.out.set<"umas_data">(rest);
}

// Range, block, offset, unknown, length ([UMAS] II).
void memory_block(Call& call, Operation& operation, bool write) {
  Reader in = call.in;
  in.skip(1);
  const std::uint16_t block = in.le16(), offset = in.le16();
  in.skip(2);
  const std::uint16_t length = in.le16();
  const Bytes written = in.take(write ? length : 0);
  if (!in.ok() || in.left() > 0) return data(call);
  call.in = in;
  call.out.set<"umas_block">(block);
  call.out.set<"umas_offset">(offset);
  call.out.set<"umas_length">(length);
  if (write) call.out.set<"umas_data">(written);
  operation.object = {
      .space = static_cast<std::uint8_t>(Place::umas_memory), .area = block, .address = offset, .count = length};
  if (write) operation.value = Value::of_run(Value::Kind::bytes, written);
}

// A piece of a program: unknown, number of the piece, length, octets ([UMAS] III).
void program_block(Call& call, Operation& operation, bool carries) {
  Reader in = call.in;
  in.skip(2);
  const std::uint16_t block = in.le16();
  const std::uint16_t length = carries ? in.le16() : 0;
  const Bytes piece = in.take(length);
  if (!in.ok() || in.left() > 0) return data(call);
  call.in = in;
  call.out.set<"umas_block">(block);
  if (carries) call.out.set<"umas_length">(length), call.out.set<"umas_data">(piece);
  operation.object = {.space = static_cast<std::uint8_t>(Place::umas_program), .area = block, .count = 1};
}

void reserve(Call& call) {
  constexpr std::size_t unknown_octets = 4;
  const Bytes rest = call.in.rest();
  const Bytes client = rest.size() > unknown_octets ? closing_text(rest.subspan(unknown_octets)) : Bytes{};
  if (client.empty()) {
    if (!rest.empty()) call.out.set<"umas_data">(rest);
    return;
  }
  call.out.set<"umas_client">(client);
  call.output.tell(Trait::name, client);
}

// Pieces in the middle are not operations of their own: a program of 100 pieces is one download.
bool is_piece(std::uint8_t function) { return function == 0x31 || function == 0x34; }

void request(Call& call, std::uint8_t session) {
  const std::uint8_t function = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"umas_function">(function);
  remember(call.memory, call.transaction, function);
  const UmasFunction* row = row_of(function);
  const Verb verb = row ? row->verb : Verb::other;
  Operation silent;
  Operation& operation = is_piece(function) ? silent : call.operate(verb);
  const bool by_stranger = call.memory.reserved && session != call.memory.reservation;
  if (changes_process(verb) && by_stranger) call.blame(Wrong::reservation);
  switch (function) {
    case 0x10: return reserve(call);
    case 0x20: return memory_block(call, operation, false);
    case 0x21: return memory_block(call, operation, true);
    case 0x31: return program_block(call, operation, true);
    case 0x34: return program_block(call, operation, false);
    default: return data(call);
  }
}

// Range, identity, model, version, patches, hardware, crash code, then the controller's own name ([P4X]).
void identity(Call& call) {
  Reader in = call.in;
  in.skip(2 + 4 + 2);
  const std::uint16_t version = in.le16();
  in.skip(2 + 2 + 2 + 4);
  const Bytes model = in.take(in.u8());
  if (!in.ok() || model.empty()) return data(call);
  call.in = in;
  call.in.rest();
  call.out.set<"umas_firmware">(version);
  call.out.set<"umas_model">(model);
  call.output.tell(Trait::vendor, vendor, call.unit);
  call.output.tell(Trait::model, model, call.unit);
  constexpr char digits[] = "0123456789abcdef";
  const auto text = call.output.scratch.take(4);
  if (text.empty()) return;
  text[0] = static_cast<std::uint8_t>(digits[version >> 8 & 15]);
  text[1] = '.';
  text[2] = static_cast<std::uint8_t>(digits[version >> 4 & 15]);
  text[3] = static_cast<std::uint8_t>(digits[version & 15]);
  call.output.tell(Trait::firmware, Bytes{text}, call.unit);
}

// Answer to a read of a memory block: one octet, the length, the octets ([UMAS] II).
void memory_read(Call& call, Operation& operation) {
  Reader in = call.in;
  in.skip(1);
  const std::uint16_t length = in.le16();
  const Bytes read = in.take(length);
  if (!in.ok() || in.left() > 0) return data(call);
  call.in = in;
  call.out.set<"umas_length">(length);
  call.out.set<"umas_data">(read);
  operation.value = Value::of_run(Value::Kind::bytes, read);
}

void answer(Call& call) {
  const std::uint8_t status = call.in.u8();
  if (!call.in.ok()) return;
  const std::uint8_t function = asked_in(call.memory, call.transaction);
  call.out.set<"umas_status">(status);
  if (function) call.out.set<"umas_function">(function);
  const UmasFunction* row = row_of(function);
  Operation silent;
  Operation& operation =
      is_piece(function) && status != umas_error ? silent : call.operate(row ? row->verb : Verb::other);
  if (status == umas_error) {
    operation.outcome = Outcome::refused;
    if (call.in.left() >= 2) {
      operation.code = call.in.le16();
      call.out.set<"umas_error">(operation.code);
    }
    return data(call);
  }
  switch (function) {
    case 0x02: return identity(call);
    case 0x10:
      if (call.in.left() == 0) return;
      call.memory.reservation = call.in.u8();
      call.memory.reserved = true;
      call.out.set<"umas_reservation">(call.memory.reservation);
      return data(call);
    case 0x11: call.memory.reserved = false; return data(call);
    case 0x20: return memory_read(call, operation);
    default: return data(call);
  }
}

}  // namespace

void umas(Call& call, bool is_request) {
  const std::uint8_t session = call.in.u8();
  call.out.set<"umas_session">(session);
  is_request ? request(call, session) : answer(call);
}

}  // namespace langyan::modbus
