// Where an RPC fragment starts and ends in a stream, whether a flow carries them, and who sends one.
#include <algorithm>

#include "base/json.h"
#include "parsers/dcerpc/table.h"

namespace langyan::dcerpc {
namespace {

constexpr std::size_t most_name = 120;  // octets of an item's name in the notation

bool is_connection_type(std::uint8_t type) { return type == 0 || type == 2 || type == 3 || (type >= 11 && type <= 19); }

bool sound_start(Bytes bytes) {  // at least a header
  return wire::fragment_size(bytes) != 0 && is_connection_type(bytes[2]);
}

bool starts_like_one(Bytes bytes) {  // as far as it is there
  return bytes[0] == 5 && (bytes.size() < 2 || bytes[1] <= 1) && (bytes.size() < 3 || is_connection_type(bytes[2])) &&
         (bytes.size() < 5 || bytes[4] == 0x10 || bytes[4] == 0) &&
         (bytes.size() < 8 || (bytes[5] <= 3 && bytes[6] == 0 && bytes[7] == 0));
}

// What the body of each type cannot lack.
bool sound_body(Bytes bytes, std::size_t size) {
  const std::size_t least = bytes[2] == 0 || bytes[2] == 2     ? 24
                            : bytes[2] == 3                    ? 28
                            : bytes[2] == 11 || bytes[2] == 14 ? 72
                                                               : 16;
  return size >= least;
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !starts_like_one(bytes)) return Identity::no;
  if (bytes.size() < wire::connection_header_bytes) return Identity::unsure;
  const std::size_t size = wire::fragment_size(bytes);
  if (!sound_start(bytes) || !sound_body(bytes, size)) return Identity::no;
  if (bytes.size() <= size) return Identity::yes;
  return starts_like_one(bytes.subspan(size)) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (!starts_like_one(bytes)) return Frame::lost();
  if (bytes.size() < wire::connection_header_bytes) return Frame::need(wire::connection_header_bytes);
  if (!sound_start(bytes)) return Frame::lost();
  const std::size_t size = wire::fragment_size(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Arguments may look like headers, so within a segment only fragments that end where it does, or where
// the next one starts, are believed.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + wire::connection_header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != 5 || !sound_start(here)) continue;
    const std::size_t size = wire::fragment_size(here);
    if (!sound_body(here, size)) continue;
    if (at == 0 || here.size() == size) return at;
    if (here.size() > size && starts_like_one(here.subspan(size))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < wire::connection_header_bytes || !sound_start(bytes)) return End::unknown;
  switch (static_cast<wire::RpcType>(bytes[2])) {
    case wire::RpcType::request: case wire::RpcType::bind: case wire::RpcType::alter_context: case wire::RpcType::auth3:
    case wire::RpcType::cancel: case wire::RpcType::orphaned: return End::client;
    default: return End::server;
  }
}

void notation(const Object& object, std::string& out) {
  if (!object.text.empty()) {
    out += text_of(object.text.first(std::min(object.text.size(), most_name)));
    return;
  }
  out += static_cast<Place>(object.space) == Place::client_handle ? "client handle " : "handle ";
  append_number(out, object.address);
}

}  // namespace langyan::dcerpc
