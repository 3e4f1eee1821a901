// Memory: what the parser remembers of a connection, within the octets a flow keeps for it.
#pragma once

#include <algorithm>

#include "fields/protocol.h"

namespace langyan::opcua {

constexpr std::size_t remembered_reads = 3;    // that ask who the server is and wait for their answer
constexpr std::size_t remembered_traits = 5;   // strings of BuildInfo, see identity_nodes
constexpr std::uint8_t nowhere = 0xff;

struct Asked {  // at which place a read asks for which string of BuildInfo
  std::uint32_t request;
  bool used;
  std::uint8_t place[remembered_traits];
};

enum class Pieces : std::uint8_t { none, message, skipped };  // what the assembly of a direction holds

struct Memory {
  std::uint32_t channel;
  std::uint32_t next_sequence[2];   // by direction
  std::uint32_t pieces_request[2];  // whose chunks are being collected
  std::uint16_t chunks[2];
  Pieces pieces[2];
  bool sequence_known[2];
  bool channel_known, channel_said;  // said: that a message names another one
  bool hello_waits;
  bool client_known, client_is_server;  // who said Hello; with reverse connect the side that is connected to
  bool policy_known;
  std::uint8_t policy;                  // of the channel, index into policies
  std::uint8_t refused_sign_ins;
  std::uint8_t next;                    // of `asked`
  Asked asked[remembered_reads];

  Asked& remember(std::uint32_t request) {
    Asked& slot = asked[next];
    next = static_cast<std::uint8_t>((next + 1) % remembered_reads);
    slot.request = request, slot.used = true;
    std::ranges::fill(slot.place, nowhere);
    return slot;
  }
  Asked* find(std::uint32_t request) {
    for (Asked& each : asked)
      if (each.used && each.request == request) return &each;
    return nullptr;
  }
};
static_assert(sizeof(Memory) <= state_bytes);

}  // namespace langyan::opcua
