// What the decoders of one EtherNet/IP message share: the flow's memory, the table of connections,
// and the message under way.
#pragma once

#include "base/hash.h"
#include "parsers/enip/faults.h"
#include "parsers/enip/path.h"
#include "parsers/enip/table.h"

namespace langyan::enip {

// What was asked, for reading the answer, which does not repeat it.
struct Asked {
  std::uint32_t exchange = 0;  // 0: none
  std::uint32_t unit = 0;
  // Of a multiple service packet: which of the first 32 read or write a tag. Of a list of symbols: the
  // attributes asked for, four bits each, the first lowest.
  std::uint32_t marks = 0;
  std::uint16_t object_class = 0;
  std::uint16_t detail =
      0;  // attribute; of PCCC command and function; of a packet 1 + the place of an identity's reading
  std::uint8_t service = 0;
  bool carried = false;        // by Unconnected_Send
  bool of_identity = false;    // of the device itself: instance 1 of the Identity object
};
struct Memory {
  std::uint32_t session = 0;
  bool session_known = false;
  std::uint8_t next = 0;
  Asked asked[4];

  Asked& remember(std::uint32_t exchange) {
    Asked* same = nullptr;  // a number used again: the one before gets no answer any more
    for (Asked& each : asked)
      if (each.exchange == exchange) same = &each;
    Asked& slot = same ? *same : asked[next];
    if (!same) next = static_cast<std::uint8_t>((next + 1) % std::size(asked));
    slot = Asked{};
    slot.exchange = exchange;
    return slot;
  }
  const Asked* recall(std::uint32_t exchange) const {
    for (const Asked& each : asked)
      if (each.exchange == exchange) return &each;
    return nullptr;
  }
};
static_assert(sizeof(Memory) <= state_bytes);

// A direction of an open connection, known to all flows of its two hosts.
struct Link {
  std::uint32_t unit = 0;
  std::uint32_t point = 0;
  std::uint32_t sequence = 0;  // of the last I/O packet, and what it carried
  std::uint32_t content = 0;
  std::uint16_t serial = 0;
  std::uint16_t object_class = 0;
  std::uint8_t transport = 0;
  std::uint8_t run = 0;        // 0 not heard yet, 1 idle, 2 run
  bool heard = false;
};
// A connection asked for, or open: then `o_t` and `t_o` are its numbers.
struct Opening {
  std::uint32_t unit = 0;
  std::uint32_t o_t_point = 0, t_o_point = 0;
  std::uint32_t o_t = 0, t_o = 0;
  std::uint16_t object_class = 0;
  std::uint8_t transport = 0;
  bool large = false;
};
static_assert(sizeof(Link) <= shared_bytes && sizeof(Opening) <= shared_bytes);

enum class Way : std::uint64_t { o_t = 1, t_o = 2 };
constexpr std::uint64_t link_key(Way way, std::uint32_t id) { return static_cast<std::uint64_t>(way) << 32 | id; }
constexpr std::uint64_t opening_key(std::uint16_t serial, std::uint16_t vendor, std::uint32_t originator) {
  return std::uint64_t{3} << 62 | combine(std::uint64_t{serial} << 16 | vendor, originator) >> 2;
}
template <class T>
bool recall(const Context& context, std::uint64_t key, T& into) {
  const Bytes found = context.shared ? context.shared->find(key) : Bytes{};
  if (found.size() != sizeof(T)) return false;
  std::memcpy(&into, found.data(), sizeof(T));
  return true;
}
template <class T>
void keep(const Context& context, std::uint64_t key, const T& value) {
  if (context.shared) context.shared->put(key, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
}

using Pen = Fill<fields>;

struct Talk {  // one message
  Output& output;
  const Context& context;
  Memory& memory;
  std::uint32_t unit = 0;
  std::uint8_t depth = 0;
  bool carried = false;
  Asked* note = nullptr;         // of a request: what to remember of it
  const Asked* asked = nullptr;  // of an answer whose request is remembered
  Fault found = Fault::none;

  bool asks() const { return output.role == Role::request; }
  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb, std::uint32_t function) {
    Operation& operation = output.operate(verb);
    operation.unit = unit;
    operation.function = function;
    return operation;
  }
};

// A service: the message's own, or one within a multiple service packet, then an item of it.
struct Service {
  std::uint8_t code = 0;
  bool is_item = false;
  std::size_t index = 0;         // within its packet
  Function function{};
  Path path;                     // of a request
  Bytes tag;                     // the symbolic path, in scratch
  Reader in{Bytes{}};            // what follows path or status
  std::uint8_t status = 0;       // of an answer
  std::uint16_t extended = 0;
  bool has_extended = false;
  std::uint32_t object_class = 0;  // of an answer, where its request is known
  // What its body holds.
  bool has_type = false, has_count = false, has_offset = false;
  std::uint16_t type = 0, count = 0;
  std::uint32_t offset = 0;
  Bytes data;

  bool refused() const { return status != 0 && status != partial_transfer; }
};

void message_router(Talk& talk, Bytes octets);
// Writes what is known of the service to the message, or to an item of its own. Items of its lists
// come after.
void describe(Talk& talk, const Service& service);
// The service as an operation, on the object of its path or with the result of its answer.
Operation& perform(Talk& talk, const Service& service, std::uint32_t count = 1);
// A number where the octets can be one (low octet first), else the octets.
Value plain_value(Bytes octets);

// Services by their bodies; `talk.asks()` says which half.
void tag_service(Talk& talk, Service& service);
void data_table_service(Talk& talk, Service& service);
void symbol_service(Talk& talk, Service& service);
void attribute_service(Talk& talk, Service& service);
void open_service(Talk& talk, Service& service);
void close_service(Talk& talk, Service& service);
void pccc_service(Talk& talk, Service& service);

// Identity ([CIP] 5-2), as an item of the encapsulation or as attributes.
void identity(Talk& talk, Reader& in, bool is_item);
void identity_attribute(Talk& talk, std::uint32_t attribute, Bytes value);
// Octets an attribute of the Identity object has at the front of `rest`; 0: not known or not there.
std::size_t identity_attribute_size(std::uint32_t attribute, Bytes rest);

Fault io_packet(Bytes message, const Context& context, Output& output);
Fault csp_message(Bytes message, const Context& context, Memory& memory, Output& output);

}  // namespace langyan::enip
