// Carried: what an undamaged capture says, message by message, and which packets carry it.
//
// An operation is one that a request or event of a client, server or publisher states. It is WHOLLY
// CARRIED in a damaged copy of the capture when every octet of its message is there where a
// receiver could use it:
// - TCP: each octet of the message, by sequence number, is in a packet that is still there, and
// none
//   lies before where a stream begins whose opening is not there: nobody looks back there. The
//   message reaches from the end of the message reported before it in its direction (so pieces
//   below the message, such as COTP or DNP3 transport fragments, belong to it) to its own end.
// - Datagrams and layer 2: all packets behind the last message reported in its direction, to its
//   own, are still there, next to each other and in their order among the packets of that
//   direction; of a datagram in IP fragments all fragments.
// An operation is the same when sender, receiver, verb, object, function and the value stated are;
// the unit is not compared, which a connection's opening may have told. What else was lost is no
// excuse: neither the segment before that began in mid-message, nor the connection's opening.
// But an operation may take its name from an earlier message (a CIP connection from its Forward
// Open, a call of DCE/RPC from its bind). It does where a capture that begins with its message
// shows that message with operations, and this one not among them. Such a one is wholly carried
// only if all that its two hosts sent or were sent before it is there as well, in its order.
#pragma once

#include <array>
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
  std::size_t message = 0;         // of an operation: the message it is in, in Carried::said
};

struct Unit {                          // what one packet, or the fragments of one, carry of a way
  std::vector<std::uint32_t> packets;  // by index into the capture
  std::uint32_t sequence = 0, size = 0;
  bool opens = false;  // TCP: a SYN
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
  std::vector<std::array<std::uint64_t, 2>> hosts;  // of each packet: who sent it to whom
};

using Order = std::vector<std::uint32_t>;  // indices into a capture's packets

struct Copy {  // a damaged copy of a capture
  Order order;
  std::vector<std::uint32_t> times_there;  // of each packet
  std::vector<const Unit*> first_of_way;   // null: nothing is left of it
  Copy(const Carried& carried, Order packets);
};

Carried carried_by(const std::vector<HeldPacket>& packets);
bool is_carried(const Carried& carried, const Said& said, const Copy& copy);
// The packets that carry it, lowest and highest.
std::pair<std::uint32_t, std::uint32_t> packets_of(const Carried& carried, const Said& said);
// Whether all that its hosts sent or were sent before it is in the copy, in its order.
bool is_context_whole(const Carried& carried, const Said& said, const Copy& copy);
// What a run over the copy says: text -> times.
using Heard = std::map<std::string, std::uint32_t>;
Heard said_by(const std::vector<HeldPacket>& packets, const Order& order);

}  // namespace langyan::damage
