// Listener: the room's door; what flow tells the rooms above, in the order in which it happens.
//
// For each packet of a flow: opened (once), packet, then stream (TCP, none or several times) or
// datagram (everything else), anomalies in between; closed is the last word about a flow, and its
// slot is free when the call returns. A packet may also bring calls about other flows: one that
// loses its slot, one whose waiting data is delivered because room is needed. Views are valid until
// the call returns. Calls come from the worker thread that called Tracker; they must not call the
// Tracker, but may say Flow::reverse() and Flow::keep().
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "capture/packet.h"
#include "decode/headers.h"
#include "flow/anomaly.h"
#include "flow/flow.h"

namespace langyan::flow {

// The next octets of one direction of a TCP connection. Each octet is delivered once and in order;
// of octets that arrived twice the first word counts.
struct Chunk {
  Bytes data;                  // empty where all that can be said is that octets are missing
  std::uint32_t sequence = 0;  // of data[0]
  std::uint32_t missing = 0;   // octets that were lost just before data
  bool gap = false;            // something was lost; with missing == 0 nobody knows how much
  bool held = false;           // came out of order and waited in the store
};

struct Oddity {
  Anomaly kind;
  Flow* flow = nullptr;  // null: of fragments, which belong to no flow yet
  Direction direction = Direction::to_server;
  IpAddress source, destination;
  std::uint64_t id = 0;  // the flow's, or the datagram's: orders what a tick brings
};

class Listener {
 public:
  virtual ~Listener() = default;

  virtual void opened(Flow& flow) = 0;
  // Every packet of a flow, before its payload. Of a reassembled datagram: its last fragment's
  // frame, the headers of the whole.
  virtual void packet(Flow& flow, Direction way, const capture::Packet& packet,
                      const decode::Headers& headers) = 0;
  virtual void stream(Flow& flow, Direction way, const Chunk& chunk) = 0;
  virtual void datagram(Flow& flow, Direction way, Bytes payload) = 0;  // never empty
  virtual void record(Flow& flow) = 0;  // a flow that lasts, every Options::record_interval
  virtual void closed(Flow& flow, Reason reason) = 0;
  virtual void anomaly(const Oddity& oddity) = 0;  // once per flow and kind, or per datagram
};

}  // namespace langyan::flow
