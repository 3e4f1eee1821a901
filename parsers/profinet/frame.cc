// Whether a frame is PROFINET's, who sends it, and how an engineer writes what it touches.
#include <algorithm>

#include "base/json.h"
#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

constexpr std::size_t shortest_dcp = 12;
constexpr std::size_t most_name = 100;  // of a name in the notation

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
  out += "0x";
  for (unsigned i = digits; i-- > 0;) out += "0123456789abcdef"[value >> i * 4 & 15];
}

void append_subslot(std::string& out, std::uint64_t subslot) {  // interfaces and ports are known in hex
  if (subslot < 0x8000) append_number(out, subslot);
  else append_hex(out, subslot, 4);
}

}  // namespace

// The ethertypes are PROFINET's and MRP's own.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::layer2) return Identity::no;
  if (context.ethertype == ethertype_mrp) return bytes.size() >= 4 ? Identity::yes : Identity::no;
  return context.ethertype == ethertype_profinet && bytes.size() >= 2 ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }

std::size_t resync(Bytes bytes, const Context& context) {
  return identify(bytes, context) == Identity::yes ? 0 : bytes.size();
}

// Stations answer and raise alarms; who asks or sets is a controller or an engineering tool.
End sender(Bytes bytes, const Context& context) {
  if (context.ethertype != ethertype_profinet || bytes.size() < shortest_dcp) return End::unknown;
  const auto frame_id = static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
  switch (pdu_of(frame_id)) {
    case Pdu::dcp_get: case Pdu::dcp_identify: return bytes[3] & 1 ? End::server : End::client;
    case Pdu::dcp_hello: return End::server;
    default: return End::unknown;
  }
}

void notation(const Object& object, std::string& out) {
  switch (static_cast<Place>(object.space)) {
    case Place::frame: out += "frame ", append_hex(out, object.address, 4); return;
    case Place::parameter: {
      const BlockRow* row = block_row(static_cast<std::uint16_t>(object.address));
      if (row) out += row->name;
      else
        out += "option ", append_number(out, object.address >> 8), out += '/', append_number(out, object.address & 255);
      if (!object.text.empty()) out += ' ', out += text_of(object.text.first(std::min(object.text.size(), most_name)));
      return;
    }
    case Place::submodule:
      out += "slot ", append_number(out, object.address >> 16);
      out += " subslot ", append_subslot(out, object.address & 0xffff);
      return;
    case Place::ring: out += "ring"; return;
  }
}

}  // namespace langyan::profinet
