// Whether a datagram is PROFINET IO's, who sends it, and how an engineer writes what it touches.
#include "base/json.h"
#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

constexpr std::uint8_t roles = 4;  // interfaces beside the endpoint mapper's

bool on_own_port(const Context& context) { return context.client_port == port || context.server_port == port; }

void append_place(std::string& out, std::uint64_t number) {  // interfaces and ports are known in hex
  if (number < 0x8000) return append_number(out, number);
  out += "0x";
  for (int i = 4; i-- > 0;) out += "0123456789abcdef"[number >> i * 4 & 15];
}

}  // namespace

std::uint8_t interface_of(const wire::Uuid& uuid) {
  if (uuid == wire::endpoint_mapper) return interface_epm;
  wire::Uuid base = uuid;
  base.low = device_interface.low;
  const std::uint32_t role = uuid.low - device_interface.low;
  return base == device_interface && role < roles ? static_cast<std::uint8_t>(role + 1) : 0;
}

// The sixteen octets of the interface tell PROFINET IO from every other remote call; the endpoint
// mapper's are common to all, so they count on PROFINET's port alone.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp) return Identity::no;
  const wire::Datagram datagram = wire::read_datagram(bytes);
  if (!datagram.sound) return Identity::no;
  const std::uint8_t interface = interface_of(datagram.interface);
  if (interface == 0) return Identity::no;
  return interface != interface_epm || on_own_port(context) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }

std::size_t resync(Bytes bytes, const Context&) { return wire::read_datagram(bytes).sound ? 0 : bytes.size(); }

End sender(Bytes bytes, const Context&) {
  const wire::Datagram datagram = wire::read_datagram(bytes);
  if (!datagram.sound) return End::unknown;
  switch (datagram.type) {
    case wire::RpcType::request: case wire::RpcType::ping: case wire::RpcType::ack:
    case wire::RpcType::cancel_datagram: return End::client;
    case wire::RpcType::fack: return End::unknown;
    default: return End::server;
  }
}

void notation(const Object& object, std::string& out) {
  const auto index = static_cast<std::uint16_t>(object.address);
  out += "slot ", append_place(out, object.address >> 32);
  out += " subslot ", append_place(out, object.address >> 16 & 0xffff);
  out += " index ", append_place(out, index);
  if (const IndexRow* row = index_row(index)) out += ' ', out += row->name;
}

}  // namespace langyan::profinet_io
