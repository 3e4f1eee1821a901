// From Headers to the Key of a flow. Room-internal.
#pragma once

#include <cstdint>

#include "decode/headers.h"
#include "flow/flow.h"

namespace langyan::flow {

// The type that answers an ICMP or ICMPv6 request, or asks for it. RFC 792, RFC 950, RFC 1256,
// RFC 2710, RFC 4443, RFC 4620, RFC 4861, RFC 6275.
struct IcmpPair {
  std::uint8_t request, reply;
  bool found;
};
IcmpPair icmp_pair(std::uint8_t protocol, std::uint8_t type);

// False: the packet belongs to no flow. `side`: which end of the key sent it.
bool make_key(const decode::Headers& headers, decode::Outcome outcome, Key& key,
              std::uint32_t& side);

}  // namespace langyan::flow
