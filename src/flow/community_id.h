// Community ID v1: the name other tools give the same flow
// (github.com/corelight/community-id-spec).
//
// A SHA-1, so it is computed when an event is written and not per packet. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/address.h"
#include "flow/flow.h"

namespace langyan::flow {

// "1:" and the base64 of the digest. `protocol` is the IP protocol number; ports are those of TCP,
// UDP and SCTP, for ICMP and ICMPv6 type and code of a packet from source to destination, for
// others ignored. The address family is that of `source`.
std::string community_id(const IpAddress& source, const IpAddress& destination,
                         std::uint16_t source_port, std::uint16_t destination_port,
                         std::uint8_t protocol, std::uint16_t seed = 0);

// Empty for layer 2, which has none.
std::string community_id(const Flow& flow, std::uint16_t seed = 0);

}  // namespace langyan::flow
