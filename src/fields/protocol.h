// Protocol: what a parser offers dissect, and the Output it writes a decoded message to.
//
// Functions are called by one worker thread at a time, per message and never per field; they keep no
// state but the bytes handed to them, never allocate, never throw, and cost linear time.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "fields/detection.h"
#include "fields/direction.h"
#include "fields/fact.h"
#include "fields/field.h"
#include "fields/fill.h"
#include "fields/items.h"
#include "fields/operation.h"
#include "fields/reader.h"
#include "fields/record.h"
#include "fields/shared.h"

namespace langyan {

enum class Transport : std::uint8_t { tcp, udp, layer2 };
std::string_view transport_name(Transport transport);

struct Context {
  Direction direction = Direction::to_server;
  Transport transport = Transport::tcp;
  std::uint16_t client_port = 0, server_port = 0;
  std::uint16_t ethertype = 0;  // layer 2 only; 0 of an IEEE 802.3 frame with LLC
  std::uint16_t llc = 0;        // of such a frame DSAP and SSAP
  Time time = 0;
  bool after_gap = false;       // octets were lost in this direction since the message before
  bool restarted = false;       // frame_in only: where its message stood is lost; these octets start one
  bool ended = false;           // frame_in only: the stream is over, nothing follows these octets
  Shared* shared = nullptr;     // what flows of these two hosts know together; null in some tests
};

enum class Identity : std::uint8_t { no, unsure, yes };

struct Frame {  // what stands at the front of a stream or datagram
  enum class Kind : std::uint8_t { need, message, skip, lost };
  Kind kind;
  std::uint32_t size = 0;
  static Frame need(std::size_t octets = 0) { return {Kind::need, static_cast<std::uint32_t>(octets)}; }
  static Frame message(std::size_t octets) { return {Kind::message, static_cast<std::uint32_t>(octets)}; }
  static Frame skip(std::size_t octets) { return {Kind::skip, static_cast<std::uint32_t>(octets)}; }
  static Frame lost() { return {Kind::lost, 0}; }
  // need: more octets than are there (`size` in all where it is known, else 0)
  // message: the first `size` octets are one message (at most most_message_bytes)
  // skip: the next `size` octets belong to no message (a body too long to keep)
  // lost: these octets do not start a message; dissect resynchronises
};

enum class Role : std::uint8_t {
  request,   // expects an answer with the same pair fields
  answer,
  event,     // complete by itself: unsolicited, cyclic, or needs no answer
  part,      // a piece of a message that ends later: nothing to report yet
};

enum class End : std::uint8_t { unknown, client, server };  // who sends such a message

// A buffer for a message that arrives in pieces above the transport (COTP, DNP3 application, OPC UA
// chunks), one per flow and direction, from a capped pool.
class Assembly {
 public:
  virtual ~Assembly() = default;
  virtual bool append(Bytes piece) = 0;  // false: the cap is reached, nothing was added
  virtual Bytes bytes() const = 0;       // all pieces in order; valid until the next append or clear
  virtual void clear() = 0;
};

constexpr std::size_t most_operations = 256;  // of one message; operations_total counts on

class Output {
 public:
  Output(Scratch& area, Assembly* pieces) : scratch(area), assembly(pieces) {}

  Scratch& scratch;
  Assembly* assembly;  // null: none to be had (cap reached); treat as a fault
  Record record;       // the message; dissect resets it
  Items items;
  Role role = Role::event;

  // A new operation; a contiguous one of the same verb, space and unit is the caller's to fold.
  Operation& operate(Verb verb) {
    ++operations_total;
    Operation& operation = operations_[std::min<std::size_t>(operations_total, most_operations) - 1];
    operation = Operation{};
    operation.verb = verb;
    return operation;
  }
  std::span<const Operation> operations() const {
    return {operations_.data(), std::min<std::size_t>(operations_total, most_operations)};
  }
  std::span<Operation> operations() {
    return {operations_.data(), std::min<std::size_t>(operations_total, most_operations)};
  }
  std::uint32_t operations_total = 0;

  // What the message says of a device; nothing where the text is empty. Padding is left out.
  void tell(Trait trait, Bytes text, std::uint32_t unit = 0, bool of_receiver = false) {
    while (!text.empty() && (text.back() == ' ' || text.back() == 0)) text = text.first(text.size() - 1);
    if (text.empty() || facts_size_ == most_facts) return;
    facts_[facts_size_++] = {trait, of_receiver, unit, text.first(std::min(text.size(), most_fact_octets))};
  }
  void tell(Trait trait, std::string_view text, std::uint32_t unit = 0, bool of_receiver = false) {
    tell(trait, bytes_of(text), unit, of_receiver);
  }
  std::span<const Fact> facts() const { return {facts_.data(), facts_size_}; }

  void reset(const Schema& schema, Bytes message) {
    scratch.reset();
    record.reset(schema, message, scratch.all());
    items.reset(message, scratch.all());
    role = Role::event;
    operations_total = 0;
    facts_size_ = 0;
  }

 private:
  std::array<Operation, most_operations> operations_;
  std::array<Fact, most_facts> facts_;
  std::size_t facts_size_ = 0;
};

struct PortHint {
  Transport transport;
  // On layer 2 the ethertype, of a frame with LLC its DSAP and SSAP. 0: its ends agree on further
  // ports, so none is foreign.
  std::uint16_t port;
};

constexpr std::size_t state_bytes = 96;  // of a parser, inline in each flow it decodes

// The parser's memory of one flow: zeroed at the start; reinterpret as a trivially copyable struct of
// at most state_bytes with state<T>().
using State = std::span<std::uint8_t, state_bytes>;
template <class T>
T& state(State bytes) {
  static_assert(sizeof(T) <= state_bytes && std::is_trivially_copyable_v<T>);
  return *reinterpret_cast<T*>(bytes.data());
}

struct Space {          // a kind of object the protocol addresses
  std::string_view name;  // "holding_register"
  Text label;
};

struct Protocol {
  std::string_view name;              // "modbus": event_type, keyword prefix, folder
  Text label;
  std::string_view doc;               // what it is and runs, one sentence
  const Schema* message;
  std::array<const Schema*, 3> items{};
  std::span<const PortHint> ports;    // hints only: the payload decides
  std::span<const Space> spaces;
  std::span<const Detection> faults;  // indexed by Fault - 1

  std::string_view function_field;    // names Operation::function: the field that holds it
  // Does this flow speak the protocol? `bytes`: what the direction carried so far, at least one octet.
  Identity (*identify)(Bytes bytes, const Context&);
  Frame (*frame)(Bytes bytes, const Context&);
  // After a gap or lost framing: octets to drop until a message plausibly starts; bytes.size() when
  // none does.
  std::size_t (*resync)(Bytes bytes, const Context&);
  Fault (*decode)(Bytes message, const Context&, State, Output&);
  // The engineer's notation of an object, appended to `out`; at most 128 octets.
  void (*notation)(const Object&, std::string& out);
  // Who sends a message that starts like this; for flows whose opening was not seen. May be null.
  End (*sender)(Bytes bytes, const Context&) = nullptr;
  // False of what offices speak too (TLS, DNS): its ports are hints only and nothing is said of a
  // foreign one, and its flows are the first to give way when the flow table is full.
  bool industrial = true;
  // Instead of frame, of a flow once identified, where the end of a message depends on those before it
  // (HTTP: the rest of a long body, the answer to HEAD). It may be asked of the same octets again, with
  // more behind them. May be null.
  Frame (*frame_in)(Bytes bytes, const Context&, State) = nullptr;
};

}  // namespace langyan
