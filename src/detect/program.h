// Program: what a rule needs to hold, compiled; only the engine reads it.
//
// The parts are evaluated from cheap to dear: header, flow, packet, flowbits, operation and fields,
// then octets. Immutable after compile; any thread may read it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "decode/headers.h"
#include "detect/address_set.h"
#include "detect/countries.h"
#include "detect/number_set.h"
#include "detect/payload_condition.h"
#include "detect/transform.h"
#include "fields/protocol.h"
#include "flow/flow.h"

namespace langyan::detect {

// What carries the octets a rule is about: one bit each in Header::carriers.
enum class Carrier : std::uint8_t { tcp, udp, icmp, other_ip, link, last };
constexpr std::size_t carrier_count = static_cast<std::size_t>(Carrier::last);
constexpr unsigned bit(Carrier carrier) {
  return 1u << static_cast<unsigned>(carrier);
}

struct Header {
  unsigned carriers = 0;
  std::uint8_t ip_version = 0;              // 0: either
  std::optional<std::uint8_t> ip_protocol;  // one IP protocol only (icmp, icmpv6, sctp)
  const AddressSet* source = nullptr;       // null: any; owned by the RuleSet
  const AddressSet* destination = nullptr;
  const PortSet* source_port = nullptr;
  const PortSet* destination_port = nullptr;
  bool both_ways = false;    // <>
  bool ports_found = false;  // packets and streams come here by port: it fits
};

enum class FlowState : std::uint8_t { any, established, not_established };
enum class Fragments : std::uint8_t { any, none, only };  // whether the packet came in fragments

struct FlowNeeds {
  bool keyword = false;  // flow: stands in the rule, so a flow is needed
  std::optional<Direction> direction;
  FlowState state = FlowState::any;
  bool only_stream = false, no_stream = false;
  Fragments fragments = Fragments::any;
};

struct ProtocolNeed {                  // rule header or app-layer-protocol
  const Protocol* protocol = nullptr;  // null: identification failed
  bool negated = false;
  std::vector<const Protocol*> others = {};  // or one of these; null as above
};

struct PacketCondition {
  // The number, or nothing where the packet has none.
  using Read = std::optional<std::uint64_t> (*)(const decode::Headers&);
  Read read = nullptr;
  NumberSet numbers;
  unsigned carriers = 0;    // on which a packet can have the number at all
  bool of_payload = false;  // the number is the payload's size
};

// iprep: whether an end is one of a set of addresses.
struct AddressCondition {
  enum class End : std::uint8_t { source, destination, any, both };
  End end = End::any;
  bool negated = false;
  std::shared_ptr<const AddressSet> set;  // shared by rules that ask for the same
};

struct CountryCondition {  // geoip
  AddressCondition::End end = AddressCondition::End::any;
  bool negated = false;
  std::vector<std::uint16_t> countries;
  std::shared_ptr<const Countries> database;  // shared by all rules of the set
};

// What a flow has become by the packet at hand.
struct FlowView {
  const flow::Flow& flow;
  std::array<std::uint32_t, 2> extent{};  // sequence numbers each side used, as Direction
};
struct FlowCondition {
  using Read = std::uint64_t (*)(const FlowView&);
  Read read = nullptr;
  Read other = nullptr;  // null: `read` alone; else both, or with `either` one of them
  bool either = false;
  bool extent = false;  // reads FlowView::extent
  NumberSet numbers;
};

// flowint: tests hold in their order before anything is changed.
struct IntegerStep {
  enum class Kind : std::uint8_t {
    is_set,
    not_set,
    equal,
    differs,
    less,
    at_most,
    greater,
    at_least,
    assign,
    add,
    subtract,
  };
  Kind kind = Kind::is_set;
  std::uint32_t variable = 0;
  std::uint32_t value = 0;
  bool of_variable = false;  // `value` names another variable

  bool changes() const { return kind >= Kind::assign; }
};

struct BitTest {
  std::vector<std::uint32_t> bits;  // one of these at least …
  bool set = true;                  // … is set, or is not
};
struct BitChange {
  enum class Kind : std::uint8_t { set, unset, toggle };
  Kind kind = Kind::set;
  std::uint32_t bit = 0;
};

// Where a field stands: in the message, or in one of the protocol's item schemas.
enum class Level : std::uint8_t { message, item1, item2, item3, raw, header };
// A packet's own octets before its payload, as sticky buffers: BufferMatch::field of Level::header.
enum class HeaderBuffer : std::uint8_t {
  ipv4,
  ipv6,
  tcp,
  udp,
  icmpv4,
  icmpv6,
  ip_source,
  ip_destination,
};
constexpr bool is_item(Level level) {
  return level >= Level::item1 && level <= Level::item3;
}

struct TextSet {  // one of these octet strings, or none of them
  std::vector<std::string> texts;
  bool negated = false;
};
struct AddressList {  // a field of kind ip
  AddressSet addresses;
};

struct Missing {};  // the field is not there

struct FieldCondition {
  Level level = Level::message;
  std::uint8_t field = 0;
  Kind kind = Kind::u8;
  std::variant<NumberSet, TextSet, AddressList, Missing> accepts;
};

// One alternative holds: all its conditions, which are of one level, on the message or on one item.
struct AnyOf {
  std::vector<std::vector<FieldCondition>> alternatives;
};

enum class Absent : std::uint8_t {
  no,       // the buffer must be there
  only,     // it must not
  or_else,  // it is not there, or the conditions hold
};

struct BufferMatch {
  Level level = Level::raw;  // raw: packet, stream or whole message
  std::uint8_t field = 0;
  std::vector<PayloadCondition> conditions;
  std::shared_ptr<const TransformChain> chain = nullptr;  // null: as it is in the message
  Absent absent = Absent::no;

  bool same_place(const BufferMatch& other) const {
    return level == other.level && field == other.field && chain == other.chain;
  }
};

struct GlobSet {  // * any run, ? any character
  std::vector<std::string> globs;
  bool negated = false;
};

struct OperationNeeds {
  bool used = false;
  std::uint32_t verbs = ~0u;     // bit per Verb
  std::uint8_t outcomes = 0xff;  // bit per Outcome
  bool on_result = false;        // ot.result or ot.code stands: runs on the answer
  std::optional<NumberSet> unit, function, address, count, code;
  std::optional<NumberSet> value;                             // keys of reals
  bool value_there = false;  // … of an element that `address` names, not of any
  std::optional<GlobSet> text;                                // of a value that is text
  std::optional<GlobSet> space, object;                       // object last: it must be rendered
  std::uint32_t source_roles = ~0u, destination_roles = ~0u;  // bit per role; bit 0: unknown

  bool on_value() const { return value || text; }
  bool on_roles() const { return (source_roles & destination_roles) != ~0u; }
};

struct Program {
  Header header;
  FlowNeeds flow;
  std::vector<ProtocolNeed> protocols;
  std::vector<std::uint32_t> events;  // one of these must come up (events.h); empty: none need
  bool header_protocol = false;  // the header names an application protocol
  std::vector<PacketCondition> packet;
  std::vector<AddressCondition> addresses;
  std::vector<CountryCondition> countries;
  std::vector<BitTest> bit_tests;
  std::vector<BitChange> bit_changes;
  std::vector<FlowCondition> flow_numbers;
  std::vector<IntegerStep> integers;  // tests, then changes
  const Protocol* protocol = nullptr;  // whose fields it names; null: none, or operations only
  std::vector<FieldCondition> fields;
  std::vector<AnyOf> any_of;  // what has several places here and one name elsewhere
  OperationNeeds operation;
  bool as_asked = false;  // an answer counts as its request: from who asks to who is asked
  std::vector<BufferMatch> buffers;

  // Decided by classify(), from the above.
  enum class Kind : std::uint8_t {
    flow,      // addresses and ports alone: once a flow and direction
    protocol,  // app-layer-protocol alone: once a flow and direction, when it is known
    packet,
    stream,
    both,  // TCP content with offset or depth: each packet, and what spans packets
    message,
    event,
  };
  Kind kind = Kind::packet;
  std::uint8_t items_used = 0;  // bit per item level
  std::uint32_t look_back = 0;  // octets of a stream before the new ones that it may look at
  bool pends = false;           // of a stream: its literal may come before the rest …
  std::uint64_t settled = 0;    // … which all lies before this octet of it

  const BufferMatch* raw() const {
    for (const BufferMatch& buffer : buffers)
      if (buffer.level == Level::raw) return &buffer;
    return nullptr;
  }
};

}  // namespace langyan::detect
