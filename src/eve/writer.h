// Writer: an event as one line of EVE JSON, Suricata's names where it has them.
//
// Every function appends one line without its end: the object is left open so that the one thread
// that assigns sequence numbers can close it with the event's identity (close_line). alert, flow and
// anomaly follow Suricata's schema; with `strict` they hold nothing else, `ot` moves into
// alert.metadata, and the other types are not written at all.
// A Writer is constant after construction; each worker uses its own string.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "decode/headers.h"
#include "decode/tunnel.h"
#include "detect/hit.h"
#include "detect/sequence_table.h"
#include "fields/transaction.h"
#include "flow/flow.h"
#include "flow/listener.h"
#include "flow/recent_packets.h"

namespace langyan::eve {

constexpr std::size_t most_written_items = 32;       // of a message; items_total always
constexpr std::size_t most_written_operations = 32;
constexpr std::size_t most_written_values = 128;     // of one operation
constexpr std::size_t most_written_octets = 1'024;   // of a field of octets
constexpr std::size_t most_packet_octets = 4'096;    // an alert's packet

struct Options {
  bool strict = false;
  bool packets = true;           // an alert carries its packet
  std::string interface;         // in_iface; empty: a file
};

struct Moment {  // the packet that is being looked at
  Time time = 0;
  std::uint64_t number = 0;  // pcap_cnt; 0: none
  Bytes frame;               // empty: none
  int link_type = 0;
  const decode::Headers* headers = nullptr;
  std::uint32_t wire = 0;  // the frame's length on the wire
  const decode::Tunnel* tunnel = nullptr;  // null, or of depth 0: it came as it is
};

class Writer {
 public:
  explicit Writer(Options options) : options_(std::move(options)) {}

  bool strict() const { return options_.strict; }

  void operation(std::string& out, const flow::Flow& flow, const Message& message,
                 const Moment& moment) const;
  // Behind alert(): which packets completed the steps before the last. Strict: nothing.
  void steps(std::string& out, std::span<const detect::StepTaken> earlier) const;
  // Behind those: what was kept of the flow from before the alert's packet. Strict: nothing.
  void packets_before(std::string& out, const flow::Flow& flow, const flow::RecentPackets& recent) const;
  void alert(std::string& out, const detect::Hit& hit, const flow::Flow* flow, const Message* message,
             const Moment& moment) const;
  // What is not as it was learned: the event without what was usual, which who knows it appends. From client to server,
  // whoever sent the packet: it is the client's doing.
  void deviation(std::string& out, const flow::Flow* flow, const Message* message, const Moment& moment) const;
  void flow(std::string& out, const flow::Flow& flow, const Protocol* protocol, flow::Reason reason,
            bool ended, bool alerted, const Moment& moment) const;
  void anomaly(std::string& out, const Detection& what, const flow::Flow* flow, const Protocol* protocol,
               std::string_view layer, Direction direction, const Message* message, const Moment& moment) const;
  // Of what belongs to no flow: a packet that could not be decoded, a fragment.
  void anomaly(std::string& out, std::string_view event, std::string_view layer, const Detection* what,
               const IpAddress& source, const IpAddress& destination, const Moment& moment) const;

  // Opens an event of no flow: {"timestamp":…,"event_type":…
  void plain(std::string& out, std::string_view event_type, Time time) const;

 private:
  void common(JsonWriter& json, std::string_view event_type, const flow::Flow* flow,
              Direction direction, const Moment& moment) const;
  Options options_;
};

// Ends a line with its identity: "origin":{"sensor","epoch","lane","seq"}}.
void close_line(std::string& out, std::string_view sensor, std::uint64_t epoch, std::string_view lane,
                std::uint64_t seq);

// An open line of an alert that turned out to be none.
void retype(std::string& line, std::string_view event_type);

// "ot":{…} of a message's operations, and "<protocol>":{…} of its fields; used by summaries too.
void write_operations(JsonWriter& json, const Message& message);
void write_identity(JsonWriter& json, const Message& message);
void write_object(std::string& out, const Protocol& protocol, const Object& object);
void write_value(JsonWriter& json, const Operation& operation);
void write_fields(JsonWriter& json, const View& view);
void write_protocol(JsonWriter& json, const Message& message);
// "function":16,"function_name":"write_multiple_registers", named by the protocol's own field.
void write_function(JsonWriter& json, const Protocol& protocol, std::uint32_t function);
void write_detection(JsonWriter& json, const Detection& what);

}  // namespace langyan::eve
