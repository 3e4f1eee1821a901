// Tunnel: what carried a packet over IP: a mirror session, or a tunnel of the plant's own. It stands beside
// Headers, which every packet pays for. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/address.h"

namespace langyan::decode {

enum class TunnelKind : std::uint8_t { none, ip, gre, erspan, vxlan, geneve, gtp, tzsp, last };
std::string_view name(TunnelKind kind);  // "erspan"

// Of several, one in the other, the outermost, and how many there are. With depth 0 there is none and
// the rest says nothing.
struct Tunnel {
  TunnelKind kind = TunnelKind::none;
  std::uint8_t depth = 0;
  std::uint8_t protocol = 0;  // IP protocol of the outer packet
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t id = 0;  // ERSPAN session, VNI, TEID or GRE key; 0 where there is none
  IpAddress source, destination;
};

}  // namespace langyan::decode
