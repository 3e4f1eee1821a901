// Call: one OPC UA message being decoded; what the decoders of its services share.
#pragma once

#include "parsers/opcua/faults.h"
#include "parsers/opcua/line.h"
#include "parsers/opcua/memory.h"
#include "parsers/opcua/table.h"

namespace langyan::opcua {

using Pen = Fill<fields>;
using NodePen = Fill<node_fields>;

struct NodeId {
  enum class Form : std::uint8_t { numeric, string, guid, opaque };
  Form form = Form::numeric;
  std::uint16_t space = 0;   // index of its namespace
  std::uint32_t number = 0;  // of a numeric one
  Bytes name = {};           // of the others, in the message

  bool is(std::uint32_t standard) const { return form == Form::numeric && space == 0 && number == standard; }
  bool null() const { return form == Form::numeric && space == 0 && number == 0; }
};

struct Extension {
  NodeId type;
  Bytes body;      // empty where it is none, or XML
  Bytes whole;     // XML included
};

struct Shown {  // a value as it is written to an item and an operation
  Value value;                 // of a scalar, else the list in words
  Bytes text;                  // the value in words
  std::uint8_t type = 0;
  bool is_array = false;
  std::uint32_t length = 0;
  bool has_status = false, has_time = false;
  std::uint32_t status = 0;
  std::int64_t time = 0;
};

struct Call {
  Output& output;
  Memory& memory;
  const Context& context;
  Reader in;                        // what follows the request's or response's header
  const Service* service = nullptr;
  bool asks = false;
  std::uint32_t request_id = 0;
  std::uint32_t result = 0;         // of the service as a whole
  bool incomplete = false;          // of a message too long to keep its start is here
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Pen pen() { return Pen{output.record, in}; }
  Operation& operate(Verb verb, std::uint32_t status = 0) {
    Operation& operation = output.operate(verb);
    operation.function = service ? service->code : 0;
    if (is_bad(status)) {
      operation.outcome = Outcome::refused;
      operation.code = static_cast<std::uint16_t>(status >> 16);
    } else if (output.role != Role::request) {
      operation.outcome = Outcome::ok;
    }
    return operation;
  }
  // How many elements of at least `least` octets a list has; a lie is said and yields none.
  std::uint32_t count(Reader& from, std::size_t least);
  void stop(Reader& from, Wrong why) {  // what follows cannot be told apart
    if (from.ok()) blame(why);
    from.skip(from.left() + 1);
  }
  Bytes text(const NodeId& id);  // "ns=2;s=Pump1", in scratch; empty when scratch is full
};

inline constexpr Bytes no_text{};

// Built-in types ([P6] 5.2.2). What is not there in full marks the reader.
Bytes read_string(Reader& in);                       // also ByteString and XmlElement; null is empty
NodeId read_node_id(Call& call, Reader& in);         // also ExpandedNodeId
Bytes read_qualified_name(Reader& in);
Bytes read_localized_text(Reader& in);
Extension read_extension(Call& call, Reader& in);
void skip_diagnostics(Call& call, Reader& in);
void skip_diagnostics_list(Call& call, Reader& in);
void skip_strings(Call& call, Reader& in);
Shown read_data_value(Call& call, Reader& in);
Shown read_variant(Call& call, Reader& in);
// "1, true, text"; returns the value where it is a single scalar.
Value list_variants(Call& call, Reader& in, Line& line);
// Microseconds since 1970; false: none.
bool read_time(Reader& in, std::int64_t& time);

void add_guid(Line& line, Bytes octets);  // of sixteen

Object node_object(const NodeId& id, std::uint32_t attribute = 13);
Object subscription_object(std::uint32_t id);
inline Object channel_object(const Memory& memory) {  // told by what protects it
  return {.space = static_cast<std::uint8_t>(Place::channel), .address = memory.policy, .count = 1};
}

inline NodePen start(Call& call) { return {call.output.items.start(node_schema), call.in}; }  // of an item

// A response's list: each element of at least `least` octets begins with a status ([P4] 7.39); then come
// diagnostics. `read` takes the rest of an element.
template <class Read>
void each_result(Call& call, std::size_t least, Verb verb, Read read) {
  std::uint32_t bad = 0;
  for (std::uint32_t left = call.count(call.in, least); left > 0 && call.in.ok(); --left) {
    NodePen pen = start(call);
    const std::uint32_t status = call.in.le32();
    pen.set<"status">(status);
    read(call.in, pen);
    if (!call.in.ok()) return;
    call.output.items.emit();
    call.operate(verb, status);
    bad += is_bad(status);
  }
  skip_diagnostics_list(call, call.in);
  call.pen().set<"bad_results">(bad);
}

// Who the server is, as ServerStatus and BuildInfo say.
void tell_build_info(Call& call, Bytes body, bool with_status, Line& line);
struct IdentityNode {
  std::uint32_t node;
  Trait trait;
};
inline constexpr IdentityNode identity_nodes[] = {
    // strings of BuildInfo, [P5] 12.4 and [IDS]
    {2261, Trait::model},    {2262, Trait::series},      {2263, Trait::vendor},
    {2264, Trait::firmware}, {2265, Trait::description},
};
static_assert(std::size(identity_nodes) == remembered_traits);

template <Word name, const auto& table>
void put_text(Fill<table> pen, Bytes text) {
  if (!text.empty()) pen.template set<name>(text);
}
void put_value(NodePen pen, const Shown& shown);

std::uint8_t policy_of_uri(Bytes uri);     // index into policies; 0: another
Bytes certificate_name(Bytes certificate);  // empty: none found

// Service request or response whose type id comes next.
void decode_service(Call& call);
// PubSub, in datagrams and frames.
Fault decode_network_message(Bytes message, const Context& context, Output& output);
bool is_network_message(Bytes bytes);

inline constexpr PortHint ports[] = {{Transport::tcp, 4840}, {Transport::udp, 4840}, {Transport::layer2, 0xb62c}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);
Transfer transfer_of(Bytes bytes);  // of at least four octets; 0: none
std::uint32_t readable_type(Bytes body);  // number of the type id that a body starts with; 0: none that is known

}  // namespace langyan::opcua
