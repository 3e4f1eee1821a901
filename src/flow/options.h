// Options: what one worker's flow tracking is told at the start.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace langyan::flow {

// How long a silent flow is kept, by kind and state. TCP may be silent for an hour: a PLC's
// connection is months old, and keep-alives come every two hours at worst (RFC 9293 3.8.4).
struct Timeouts {
  Duration tcp_opening = 60 * second;
  Duration tcp_established = 3600 * second;
  Duration tcp_closing = 60 * second;  // one side is done
  Duration tcp_closed = 10 * second;   // for what trails: a last ACK, a FIN sent again
  Duration udp_opening = 30 * second;
  Duration udp_established = 300 * second;
  Duration icmp = 30 * second;
  Duration other_opening = 60 * second;
  Duration other_established = 300 * second;
  Duration layer2_opening = 60 * second;
  Duration layer2_established = 300 * second;
};

struct Options {
  Timeouts timeouts;
  Duration record_interval = 5 * minute;  // 0: no periodic records
  Duration hole_wait = 2 * second;        // then a hole nobody acknowledged is a gap
  Duration fragment_wait = 30 * second;   // RFC 791 3.2 and RFC 8200 4.5 allow 60
  std::uint64_t seed = 0;                 // of the hashes; the same in every worker
  unsigned workers = 1;                   // the caps are shared among so many
  // Whether a port is a known server's, for guessing who serves when no handshake was seen.
  bool (*is_server_port)(std::uint16_t port, std::uint8_t protocol) = nullptr;
};

}  // namespace langyan::flow
