// Deviation: one thing that is not as it was learned, as rows of the catalogue; and Notice, what a worker tells the merge
// thread of it: flat and owned, so it may cross.
#pragma once

#include <span>

#include "baseline/book.h"
#include "fields/detection.h"

namespace langyan::baseline {

enum class Kind : std::uint8_t {
  new_peer,        // these two never talked
  new_protocol,    // not in this protocol
  new_service,     // not on this port, in a protocol no decoder knows
  new_unit,        // not with this device behind the server
  new_verb,
  new_function,
  new_object,
  new_writer,      // this host never wrote to that unit
  new_programmer,  // nor moved its program, started, stopped or configured it
  second_master,   // the unit had one host that asks; now another asks too
  server_asks,     // a host that only answered now asks
  value_range,
  value_step,
  unusual_hour,
  period_changed,
  poll_stopped,
  sender_silent,
  many,            // more deviations than are said one by one
  volume,          // these two say more within an hour than ever
  last
};
std::string_view kind_name(Kind kind);
const Detection& detection(Kind kind);
std::span<const Detection> detections();

// What a new operation weighs: who programs outranks who writes, who writes who reads, what runs a plant what offices speak.
Severity severity_of(Kind kind, Verb verb, bool industrial);
bool programs(Verb verb);  // start, stop, reset, mode, download, firmware, configure

struct Notice {
  // No deviation but news for who keeps what spans pairs: a conversation was met, or has a verb more.
  enum class What : std::uint8_t { deviation, met };
  What what = What::deviation;
  Kind kind = Kind::new_peer;
  Severity severity = Severity::low;
  Mode mode = Mode::enforce;       // of the zone
  std::uint8_t zone = 0;           // its place in the settings
  bool asks = false;               // met: the client asks (an event that is only sent asks nothing)
  bool of_tick = false;            // no packet shows it: it is missed, or it is what many add up to
  bool peer_is_new = false;        // the two never talked before
  Verb verb = Verb::other;
  std::uint8_t space = 0, width = 0, name_size = 0;
  std::uint32_t function = no_function, area = 0, elements = 0;
  std::uint64_t first = 0;
  Ends ends;
  std::uint32_t verbs = 0;         // usual of the conversation; met: all that were seen and are usual
  std::uint32_t function_count = 0;
  Time time = 0;
  std::uint64_t packet_number = 0, tie = 0;
  // What came and what was usual.
  double value = 0;                // volume: octets of the hour
  Duration pause = 0;              // since the last one
  double least = 0, most = 0, step = 0;
  Duration period = 0;
  std::uint32_t hours = 0;
  std::uint32_t ranges = 0;        // how many object ranges are usual of this verb and function, and what they span
  std::uint64_t usual_first = 0, usual_end = 0;
  std::uint64_t count = 0;         // operations from which it was learned; volume: hours
  Time since = 0, last = 0;
  std::uint32_t others = 0;        // poll_stopped: how many more of the same conversation stopped with it
  char name[most_name] = {};

  Object object() const {
    return {space, width, area, first, elements,
            Bytes{reinterpret_cast<const std::uint8_t*>(name), name_size}};
  }
};

class NoticeSink {
 public:
  virtual ~NoticeSink() = default;
  virtual void accept(const Notice& notice) = 0;
};

}  // namespace langyan::baseline
