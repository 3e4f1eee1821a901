// Carried: what an undamaged capture says, message by message, and which packets carry it.
//
// An operation is one that a request or event of a client, server or publisher states. It is WHOLLY
// CARRIED in a damaged copy of the capture when every octet of its message is there where a
// receiver could use it:
// - TCP: each octet of the message, by sequence number, is in a packet that is still there. The
//   message reaches from the end of the message reported before it in its direction (so pieces
//   below the message, such as COTP or DNP3 transport fragments, belong to it) to its own end.
// - Datagrams and layer 2: all packets from the one behind the last message reported in its
// direction
//   to its own are still there, next to each other and in their order among the packets of that
//   direction; of a datagram in IP fragments all fragments.
// An operation is the same when sender, receiver, verb, object, function and the value stated are;
// the unit is not compared, which a connection's opening may have told. What else was lost is no
// excuse: neither the segment before that began in mid-message, nor the connection's opening, nor a
// message that explained a number used later.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/damage/held_capture.h"

namespace langyan::damage {

struct Said {
  const Protocol* protocol = nullptr;
  std::string text;                // sender, receiver and what was said, without its outcome
  bool operation = false;          // else: a whole message, of whatever role
  std::size_t way = 0;             // into Carried::ways
  std::uint64_t from = 0, to = 0;  // TCP: octets of the stream as delivered; else datagrams
};

struct Unit {                          // what one packet, or the fragments of one, carry of a way
  std::vector<std::uint32_t> packets;  // by index into the capture
  std::uint32_t sequence = 0, size = 0;
};

struct Way {  // one direction of a flow
  bool stream = false;
  bool from_client = false;  // of the flow as the undamaged capture shows it
  std::vector<Unit> units;
  struct Mark {
    std::uint64_t offset;
    std::uint32_t sequence;
  };
  std::vector<Mark> marks;  // which sequence number stands at which octet of the stream
  std::uint64_t octets = 0;
};

struct Carried {
  std::vector<Said> said;
  std::vector<Way> ways;
};

// `order`: indices into `packets`, as a damaged copy has them.
using Order = std::vector<std::uint32_t>;

Carried carried_by(const std::vector<HeldPacket>& packets);
bool is_carried(const Carried& carried, const Said& said, const Order& order,
                const std::vector<std::uint32_t>& times_there);
// What a run over the copy says: text -> times.
std::map<std::string, std::uint32_t> said_by(const std::vector<HeldPacket>& packets,
                                             const Order& order);

}  // namespace langyan::damage
