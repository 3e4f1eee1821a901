// Pdu: one S7comm-plus message being decoded, and what the parser remembers of a connection.
#pragma once

#include "parsers/s7comm_plus/table.h"

namespace langyan::s7comm_plus {

using Pen = Fill<fields>;
using ItemPen = Fill<item_fields>;

// Requests whose answer is read by what was asked; of a forgotten one values stand in order.
constexpr std::size_t remembered_requests = 12;
constexpr unsigned most_depth = 8;  // of objects and structures within each other
constexpr std::size_t most_preamble =
    16;                                // octets between the head of an answer and its first object
constexpr std::size_t most_name = 64;  // octets of an object's notation

enum class Pieces : std::uint8_t {
  none,
  unit,
  message,
  skipped
};  // what the assembly of a direction holds

struct Asked {
  std::uint16_t sequence;
  std::uint8_t verb;   // of its operations, counted from one; 0: free
  std::uint8_t items;  // how many operations it made
};

struct Memory {
  Pieces pieces[2];  // by direction
  bool connecting;   // a connection request waits
  bool connecting_from_server;
  bool encrypted;  // TLS has begun
  std::uint8_t next;
  std::uint8_t version[2];  // of the message that is gathered
  bool protected_piece[2];
  Asked asked[remembered_requests];

  void remember(std::uint16_t sequence, Verb verb, std::size_t items) {
    take(sequence);
    auto* slot = std::ranges::find(asked, 0, &Asked::verb);
    if (slot == std::end(asked)) {
      slot = &asked[next];
      next = static_cast<std::uint8_t>((next + 1) % remembered_requests);
    }
    *slot = {sequence, static_cast<std::uint8_t>(static_cast<unsigned>(verb) + 1),
             static_cast<std::uint8_t>(std::min<std::size_t>(items, 255))};
  }
  Asked take(std::uint16_t sequence) {  // verb 0: none waited
    for (Asked& each : asked)
      if (each.verb && each.sequence == sequence) {
        const Asked found = each;
        each.verb = 0;
        return found;
      }
    return {};
  }
};
static_assert(sizeof(Memory) <= state_bytes);

struct Datum {  // a value
  std::uint8_t flags = 0, type = 0;
  std::uint32_t count = 1;  // elements
  Value value;
  bool array() const { return flags & 0x70; }
};

struct Pdu {
  Output& output;
  Memory& memory;
  Reader in;
  std::uint8_t opcode = 0;
  std::uint16_t code = 0;  // the function's
  std::uint32_t session = 0;
  Fault found = Fault::none;
  bool opaque = false;  // what follows is of no known layout

  bool answers() const { return opcode == opcode_response; }
  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Pen pen() { return Pen{output.record, in}; }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.function = code;
    if (opcode != opcode_request) operation.outcome = Outcome::ok;
    return operation;
  }
  bool reads() const { return in.ok() && !opaque; }
};

// Numbers of seven bits an octet, most significant first; of 64 bits the ninth octet has eight.
std::uint32_t read_number(Reader& in);
std::int32_t read_signed(Reader& in);
std::uint64_t read_long(Reader& in);
std::int64_t read_signed_long(Reader& in);

// A value with its flags and type. Members of structures that tell who speaks are told.
bool read_value(Pdu& pdu, Datum& datum, unsigned depth = 0);
void put_value(ItemPen pen, const Datum& datum);
void note_attribute(Pdu& pdu, std::uint32_t id, const Datum& datum);

// Text built in scratch, cut at most_name.
class Line {
 public:
  explicit Line(Scratch& scratch) : room_(scratch.take(most_name)) {}
  Line& add(std::string_view text);
  Line& add(std::uint64_t number, bool hex = false);
  Bytes text() const { return Bytes{room_}.first(size_); }

 private:
  std::span<std::uint8_t> room_;
  std::size_t size_ = 0;
};
Object object_of(Pdu& pdu, std::uint32_t relation);
Object attribute_of(Pdu& pdu, std::uint32_t relation, std::uint32_t attribute);

void request(Pdu& pdu);
void answer(Pdu& pdu);
void notification(Pdu& pdu);
void object_list(Pdu& pdu, bool& holds_block);  // objects from their start tag on

}  // namespace langyan::s7comm_plus
