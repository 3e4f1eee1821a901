// Call: one Modbus message being decoded, for the files that share the work.
#pragma once

#include "parsers/modbus/table.h"

namespace langyan::modbus {

using Pen = Fill<fields>;

// The flow's memory: what UMAS requests asked, since their answers do not say it.
struct Memory {
  struct Asked {
    std::uint16_t transaction;
    std::uint8_t function;  // UMAS; 0: none
  };
  static constexpr std::size_t most_asked = 16;  // requests under way; older ones are forgotten
  std::array<Asked, most_asked> asked;
  std::uint8_t next;
  bool reserved;               // somebody holds the controller's reservation
  std::uint8_t reservation;    // the key it was given
};

// Where it is read, what is written, what was found wrong first.
struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  const Function& function;
  std::uint8_t unit;
  std::uint16_t transaction;
  Memory& memory;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = unit;
    operation.function = function.code;
    return operation;
  }
  Operation& touch(Verb verb, Place place, std::uint16_t address, std::uint32_t count) {
    Operation& operation = operate(verb);
    operation.object = {.space = static_cast<std::uint8_t>(place), .address = address, .count = count};
    if (std::uint32_t{address} + count > 65'536) blame(Wrong::range);
    return operation;
  }
  // A counted run of exactly `expected` octets; anything else is a lie and yields no value.
  Bytes counted(std::size_t expected) {
    const std::uint8_t count = in.u8();
    const Bytes run = in.take(count);
    if (!in.ok()) return {};
    if (count == expected) return run;
    blame(Wrong::byte_count);
    return {};
  }
};

// The body of function 90, behind the function code.
void umas(Call& call, bool request);

}  // namespace langyan::modbus
