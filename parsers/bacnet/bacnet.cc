// BACnet: the language of building automation, over UDP and Ethernet. Devices are found by broadcast,
// their objects are read and written by property, commands stand in an array of priorities. Nothing is
// signed in or encrypted; two services may ask for a password. Sources: table.h.
#include "parsers/bacnet/bacnet.h"

#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  output.role = Role::event;
  Call call{.output = output, .memory = state<Memory>(bytes), .context = context};
  if (context.transport == Transport::layer2) network_layer(call, message);
  else virtual_link(call, message);
  return call.found;
}

}  // namespace

std::string_view vendor_name(std::uint32_t id) {
  for (const Name& row : vendor_names)
    if (row.value == id) return row.word;
  return {};
}

const Protocol protocol = {
    .name = "bacnet",
    .label = {"BACnet", "BACnet"},
    .doc =
        "Building automation: finds devices, reads and writes the properties of their objects, tells of changes and "
        "alarms.",
    .message = &schema,
    .items = {&property_schema, &entry_schema, &network_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::bacnet
