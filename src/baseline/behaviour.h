// Behaviour: what a host does over many packets, and mostly over many targets: it scans, sweeps, floods, guesses
// passwords, holds every socket of a controller, or poses as somebody else.
//
//   Trace     one step of it, as a worker saw it: flat and owned, so it may cross to the merge thread
//   Finding   what the merge thread makes of many traces, for an event
//
// BehaviourWatch (a worker's) makes traces, BehaviourFinder (the merge thread's) makes findings, since a scan spans
// pairs of hosts and pairs live on different workers. Data types only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"
#include "base/time.h"
#include "fields/detection.h"
#include "fields/protocol.h"

namespace langyan::baseline {

enum class Behaviour : std::uint8_t {
  arp_scan,         // addresses of the segment asked for one after another
  icmp_scan,        // hosts pinged
  tcp_scan,         // ports tried
  udp_scan,
  host_sweep,       // many hosts, or instances by broadcast, asked who they are in one industrial protocol
  unit_sweep,       // unit ids, common addresses, …
  object_sweep,     // registers, information object addresses, SZL ids, …
  function_sweep,
  exhaustion,       // one host holds many connections to one port of a controller
  exhaustion_many,  // many hosts do
  syn_flood,
  udp_flood,
  icmp_flood,
  arp_flood,        // replies nobody asked for, as fast as they go
  broadcast_storm,
  goose_flood,
  brute_force,      // one host's sign-ins fail
  brute_force_many, // many hosts' sign-ins to one fail
  twin_publisher,   // two MACs publish one GOOSE or SV control block
  rogue_dhcp,       // a second server offers addresses
  last
};
const Detection& detection(Behaviour behaviour);
std::string_view behaviour_name(Behaviour behaviour);  // "tcp_scan"
std::span<const Detection> behaviour_detections();
// It tries one after another to learn what is there: what a scanner that is allowed to does too.
constexpr bool is_search(Behaviour behaviour) { return behaviour <= Behaviour::function_sweep; }

enum class Reply : std::uint8_t { silent, refused, answered };  // refused: RST, ICMP unreachable, exception

constexpr std::size_t most_trace_text = 44;

struct Trace {
  enum class What : std::uint8_t {
    attempt,    // `source` tried `thing` (and `port`) of `target`: `result`
    alive,      // `source` sent something
    sign_in,    // refused or answered; `thing`, where it is not 0, is the secret tried: each counts once
    rate,       // `count` packets of a flood's kind within a second, to `target` and `port`
    opened,     // a connection to an industrial port stands
    closed,
    publishes,  // `mac` publishes the control block `thing`
    offers,     // `source` offers addresses by DHCP, with `target` as router
    tick,       // packet time is `time`
    end,        // a capture ended
  };
  What what = What::tick;
  Behaviour behaviour = Behaviour::last;
  Reply result = Reply::silent;
  bool several = false;   // rate: from more than one source
  bool layer2 = false;    // `source` is a MAC, in its first octets
  bool to_all = false;    // asked by broadcast: `target` does not matter
  bool numbered = false;  // `thing` is a number that says something
  std::uint16_t port = 0;
  std::uint8_t size = 0;  // of text
  std::uint32_t count = 1;
  const Protocol* protocol = nullptr;
  Time time = 0;
  std::uint64_t packet_number = 0;
  std::uint64_t thing = 0;
  IpAddress source, target;
  Mac mac;                // of the source; ARP and layer 2 only
  std::array<char, most_trace_text> text;  // of publishes: the control block's name

  std::string_view said() const { return {text.data(), size}; }
};

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void accept(const Trace& trace) = 0;
};

constexpr std::size_t most_examples = 4;

struct Finding {
  enum class Stage : std::uint8_t {
    found,  // once a source and hour
    ended,  // it went on after it was told: all that was seen of it. No alert of its own
  };
  Stage stage = Stage::found;
  Behaviour behaviour = Behaviour::last;
  const Protocol* protocol = nullptr;
  bool has_source = false, has_mac = false, has_target = false;
  IpAddress source, target;
  Mac mac, other_mac;
  std::uint16_t port = 0;  // 0: several
  Time first = 0, last = 0, now = 0;
  std::uint64_t packet_number = 0;  // the last that counted
  std::uint64_t tried = 0, answered = 0, refused = 0, silent = 0;  // distinct things; of floods and sign-ins: all
  std::uint64_t targets = 0, things = 0;  // distinct; things: ports, units, objects, or sources of brute_force_many
  std::uint64_t rate = 0;                 // floods: most in ten seconds; exhaustion: most at a time
  std::array<IpAddress, most_examples> examples{};  // the first targets (of *_many: sources)
  std::array<std::uint64_t, most_examples> numbers{};  // the first things, where they are numbers
  std::size_t example_count = 0, number_count = 0;
  std::string_view text;
};

class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void found(const Finding& finding) = 0;
};

}  // namespace langyan::baseline
