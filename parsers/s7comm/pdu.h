// Pdu: one S7comm message being decoded; what the decoders of its functions share.
#pragma once

#include "parsers/s7comm/faults.h"
#include "parsers/s7comm/memory.h"
#include "parsers/s7comm/table.h"

namespace langyan::s7comm {

using Pen = Fill<fields>;

struct Pdu {
  Output& output;
  Memory& memory;
  Direction direction;
  std::uint8_t rosctr = 0;
  std::uint16_t reference = 0;
  bool by_server = false;  // the side that is connected to asks
  std::uint16_t error = 0;
  std::uint16_t code = 0;  // the function's
  const Function* function = &unknown_function;
  std::uint8_t sequence = 0, data_unit = 0;  // of userdata
  bool more_follows = false;
  Reader parameters{Bytes{}}, data{Bytes{}};
  Fault found = Fault::none;

  bool asks() const { return output.role == Role::request; }
  bool answers() const { return output.role == Role::answer; }
  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Pen pen(const Reader& in) { return Pen{output.record, in}; }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = memory.unit();
    operation.function = code;
    if (!asks()) conclude(operation, error);
    return operation;
  }
  void conclude(Operation& operation, std::uint16_t why) {
    operation.outcome = why ? Outcome::refused : Outcome::ok;
    operation.code = why;
  }
};

inline Object block_object(std::uint8_t type, std::uint32_t number) {
  return {.space = static_cast<std::uint8_t>(Place::block),
          .area = type,
          .address = number,
          .count = 1};
}

struct BlockName {
  bool known = false;
  std::uint8_t type = 0, file_system = 0;
  std::uint32_t number = 0;
};
// "0800001P": two digits of the type in hex, five of the number, the file system; [SNAP7] AsciiBlk.
BlockName read_block_name(Bytes octets);

// Octets without the blanks and zeros that fill a fixed field.
Bytes trimmed(Bytes octets);
// A number in ASCII digits; false: these are none.
bool read_digits(Bytes octets, std::uint32_t& number);

// Functions of jobs and their acknowledgements.
void setup(Pdu& pdu);
void variables(Pdu& pdu);
void transfer(Pdu& pdu);
void service(Pdu& pdu);
void stop(Pdu& pdu);

// One address ([PLC4X] S7VarRequestParameterItem) as an operation of `verb`, or several where it
// names several areas. The last row of it is left open, for the value that may follow.
struct Addressed {
  Record* row;
  Operation* operation;
  Form form;  // how its values are made
};
Addressed address(Pdu& pdu, Reader& in, Verb verb);

// A value with its head ([PLC4X] S7VarPayloadDataItem), written to `row`.
struct Datum {
  std::uint8_t result = 0, type = 0;
  bool whole = false;  // all its octets were there
  Bytes octets;
};
enum class Told : std::uint8_t { asked, answered };  // only an answer's result means something
Datum datum(Reader& in, Record& row, Told told, bool is_last);

// Functions of userdata. Parameters are read; `data` holds what its own head announces.
void userdata(Pdu& pdu);
void status_list(Pdu& pdu);
void block_counts(Pdu& pdu);
void block_list(Pdu& pdu);
void block_info(Pdu& pdu);
void cyclic(Pdu& pdu);
void table_of_variables(Pdu& pdu);

}  // namespace langyan::s7comm
