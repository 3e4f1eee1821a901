// Hit: a rule held on something. Owned and flat: it may cross threads and outlive the packet.
//
// The engine hands each to its HitSink within the call that found it, so the sink may still read
// the packet, the flow and the message at hand (an alert carries its packet). Hits of one engine
// come in the order (packet_number, sub_index); both are the same for any number of workers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/address.h"
#include "base/time.h"
#include "detect/dataset.h"
#include "detect/rule.h"
#include "fields/protocol.h"

namespace langyan::detect {

class RuleSet;

enum class Input : std::uint8_t { packet, stream, message };

constexpr std::uint32_t no_index = 0xffffffff;

struct Hit {
  const Rule* rule = nullptr;
  std::shared_ptr<const RuleSet>
      rules;  // shared: keeps the rule alive after a reload, until written

  Time time = 0;
  std::uint64_t packet_number = 0;  // 0: no packet (an answer that never came)
  std::uint32_t sub_index = 0;      // counts the hits of this packet
  Input input = Input::packet;

  // The packet's own sender and receiver, not the flow's client and server.
  IpAddress source, destination;  // zero on layer 2
  Mac source_mac, destination_mac;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint8_t ip_protocol = 0;
  Direction direction = Direction::to_server;
  std::uint64_t flow_id = 0;           // 0: a packet without flow
  const Protocol* protocol = nullptr;  // of the message, else of the flow where it is known

  // What matched, in octets of the packet's payload, of the stream's newest octets or of the
  // message; length 0: conditions on headers or fields alone. A match that began in an earlier
  // segment starts at offset 0 and has the length of its part in this one.
  std::uint32_t offset = 0, length = 0;
  std::array<DatasetValue, most_dataset_values> values;  // what the Limiter says about them decides
  std::uint8_t value_count = 0;
  std::uint32_t operation = no_index;  // index into the message's operations
  std::uint32_t item = no_index;       // index into the message's items
  std::uint32_t unit = 0;              // of the operation, where the rule has a sequence
  std::uint64_t object = 0;            // likewise: stands for it

  IpAddress source_host() const { return host(source, source_mac); }
  IpAddress destination_host() const { return host(destination, destination_mac); }

 private:
  static IpAddress host(const IpAddress& ip, const Mac& mac) {
    if (ip != IpAddress{}) return ip;
    IpAddress result;  // layer 2: the MAC address stands for it
    std::ranges::copy(mac.octets, result.octets.begin());
    return result;
  }
};

class HitSink {
 public:
  virtual ~HitSink() = default;
  virtual void accept(const Hit& hit) = 0;  // on the packet path: neither allocates nor throws
};

}  // namespace langyan::detect
