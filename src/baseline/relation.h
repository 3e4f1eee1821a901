// What is learned of a plant's traffic, as plain data: the tables of the workers, the state file, the
// YAML of `langyan baseline` and the console all speak of these types.
//
//   Relation      one object range of one deed: 32 octets that each operation touches, and a Detail of 24 beside them in another
//                 array. Lives in a worker's tables.
//   Habit         the same, spelled out and owned: who asks whom for what, how often, with which values. One a line of a file.
//   VolumeHabit   how much two hosts say to each other within an hour.
//   HostHabit     what one address does: which roles, since when.
//   ZoneState     where a zone stands: mode, and since when it learns.
//   Approval      "this is normal": scope, reason, expiry, by whom.
//   OrderNote     an order of a person that was carried out while the sensor ran (order.h): who, what, why, what came of it.
//   Visitor       takes them all; Learned collects them. The state file is written and read, YAML exported and imported
//                 through this one door, so no list of parts is kept twice.
//
// Data types only: any thread, each its own objects.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/time.h"
#include "fields/operation.h"
#include "fields/protocol.h"

namespace langyan::baseline {

// A host as the wire names it: an IP address, or on layer 2 a MAC (in the first six octets, as flow::Key has it).
struct Station {
  IpAddress ip;
  bool is_mac = false;

  static Station of(const IpAddress& ip) { return {ip, false}; }
  static Station of(const Mac& mac) {
    Station station{{}, true};
    std::memcpy(station.ip.octets.data(), mac.octets.data(), mac.octets.size());
    return station;
  }
  Mac mac() const {
    Mac result;
    std::memcpy(result.octets.data(), ip.octets.data(), result.octets.size());
    return result;
  }
  auto operator<=>(const Station&) const = default;
};
inline std::string to_string(const Station& station) {
  return station.is_mac ? langyan::to_string(station.mac()) : langyan::to_string(station.ip);
}

// Hours of the week in one word: bits 0 to 23 the hours of the day (UTC), bits 24 to 30 the days, Monday first. An hour is
// usual when both its hour and its day were seen: a weekly backup is two bits, a shift change three hours and seven days.
constexpr std::uint32_t all_hours = 0x7fffffff;
constexpr std::uint32_t hour_bits(Time time) {
  constexpr std::int64_t thursday = 3;  // 1970-01-01
  const std::int64_t days = time >= 0 ? time / day : 0;
  return 1u << (time >= 0 ? time / hour % 24 : 0) | 1u << (24 + (days + thursday) % 7);
}

// Two of them fill a cache line: an enforced operation that comes again touches one line here, and nothing of its Detail.
struct Relation {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr unsigned last_bits = 42, flag_bits = 14, next_bits = 25;
  enum Flag : std::uint16_t {
    named = 1,         // `first` is the hash of the object's name
    folded = 2,        // several ranges became this one; with `named`: any name
    valued = 4,        // least, most, step were measured or set
    judged = 8,        // a value outside them is said; of what is written always, of what is read when a person says so
    given = 16,        // imported or approved, not (only) seen
    pending = 32,      // was new while its zone enforced: said, not yet settled, not normal
    regular = 64,      // came so steadily that its absence is worth a word
    hours_set = 128,   // hours are a person's word: an operation outside them is said however often it came
    said_value = 256, said_step = 512, said_hour = 1024, said_period = 2048,  // deviations not yet settled
    said_stopped = 4096,  // it is being missed
  };

  std::uint64_t first = 0;               // first element
  std::uint64_t last : last_bits = 0;    // milliseconds since 1970 of the last operation: until 2109
  std::uint64_t flags : flag_bits = 0;
  std::uint64_t steady : 8 = 0;          // intervals in a row that kept to the period; when enforced, that did not
  float period = 0;                      // seconds from one operation to the next; 0: it came once
  std::uint32_t count = 0;               // operations; stays at the largest number
  std::uint32_t next : next_bits = 0;    // of the same deed; after the newest comes the oldest
  std::uint32_t one : 1 = 0, several : 1 = 0;  // elements; neither: a name, or no object
  std::uint32_t length_or_latest = 0;

  // Elements; 0: a name, or the operation touches no object. Steps are measured where it is one at most: there stands the last
  // value where others keep their length.
  std::uint32_t span() const {
    return several ? length_or_latest : one;
  }
  void set_span(std::uint32_t span) {
    if (several || span > 1) length_or_latest = span > 1 ? span : 0;
    one = span == 1, several = span > 1;
  }
  bool has_latest() const { return !several; }
  float latest() const { return std::bit_cast<float>(length_or_latest); }
  void set_latest(float value) {
    if (has_latest()) length_or_latest = std::bit_cast<std::uint32_t>(value);
  }
};

// The rest of a relation: what is asked only while it is learned, of what is judged and when it is told of.
struct Detail {
  static constexpr unsigned deed_bits = 23, since_bits = 22, jitter_bits = 10;
  static constexpr unsigned most_jitter = (1u << jitter_bits) - 1;
  static constexpr Duration since_unit = 15 * minute;

  std::uint64_t deed : deed_bits = 0;      // index of the verb, function and space it belongs to
  std::uint64_t since : since_bits = 0;    // since_units since 1970 of the first operation: until 2089
  std::uint64_t jitter : jitter_bits = 0;  // mean deviation from the period, per mille of it
  std::uint8_t width = 0;                  // of an element, for the notation
  float least = 0, most = 0, step = 0;     // of the values; the largest change from one operation to the next
  std::uint32_t hours = 0;                 // hour_bits of all operations
};
static_assert(sizeof(Relation) == 32 && sizeof(Detail) == 24, "the price of caps.baseline.relations");

constexpr std::size_t most_name =
    44;  // octets of an object's name that are kept; longer ones are cut and still told apart

// One learned relation spelled out.
struct Habit {
  Station client, server;
  const Protocol* protocol = nullptr;  // null: no decoder knows what these two speak on `port`
  Transport transport = Transport::tcp;
  std::uint16_t port = 0;              // of the server; layer 2: the ethertype
  std::uint32_t unit = 0;              // device behind the server
  Verb verb = Verb::other;
  std::uint32_t function = no_function;
  std::uint8_t space = 0, width = 0;   // index into protocol->spaces; the protocol's code of an element's size
  std::uint32_t area = 0;
  std::uint64_t first = 0;
  std::uint32_t elements = 0;          // 0: no object, unless it has a name
  std::string name;                    // of protocols that address by name; cut at most_name
  std::uint8_t steady = 0;             // intervals in a row that kept to the period
  std::uint16_t flags = 0;             // Relation::Flag
  bool is(Relation::Flag flag) const { return flags & flag; }
  bool any_name() const { return is(Relation::named) && is(Relation::folded); }  // so many that none is new
  std::uint64_t count = 0;
  Time since = 0, last = 0;
  double least = 0, most = 0, step = 0;  // where `valued`
  Duration period = 0;                 // 0: not regular enough to have one
  double jitter = 0;                   // mean deviation as a share of the period
  std::uint32_t hours = 0;             // hour_bits
  Duration longest_pause = 0;  // of what is sent unasked: between two of this verb and function, whatever the object

  // The object in the form decoders give it, for Protocol::notation; lives as long as this.
  Object object() const {
    return {space, width, area, first, elements, bytes_of(std::string_view(name))};
  }
};

// What a host was seen to do, over all its pairs.
enum class Part : std::uint8_t {
  asks,       // is a client
  answers,    // is a server
  writes,     // changes values of others
  programs,   // moves programs, starts, stops, configures others
  publishes,  // sends unasked
  last
};
constexpr std::uint8_t bit(Part part) {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(part));
}

struct HostHabit {
  Station station;
  std::uint8_t parts = 0;      // bit of each Part
  Time since = 0, last = 0;
  Duration longest_pause = 0;  // between two minutes in which it was heard
  bool steady = false;         // was heard nearly every minute: its silence is worth a word
};

// How much the two say to each other (volume.h).
struct VolumeHabit {
  Station client, server;
  double most = 0, peak = 0;  // octets of the busiest hour that was learned, and of the busiest that was too much
  std::uint32_t hours = 0;    // learned, in which they spoke
  std::uint8_t flags = 0;     // Volume::Flag
};

enum class Mode : std::uint8_t {
  off,      // nothing is learned or said
  learn,    // everything is learned, nothing is said
  review,   // what is new is said without an alert, and learned: a list to look through
  enforce,  // what is new is an alert, and stays new until it is settled
};
std::string_view mode_name(Mode mode);
bool parse_mode(std::string_view word, Mode& mode);

struct ZoneState {
  std::string name;
  Mode mode = Mode::learn;  // that it is in now; a time-boxed `learn` that is over is `enforce`
  Time since = 0;           // when it began to learn
  Duration watched = 0;     // packet time it has learned since, without the sensor's own absence
};

// What one person calls normal. An empty or unset part of the scope means any.
struct Approval {
  std::uint32_t sid = 0;           // of the deviation; 0: any
  Station client, server;          // a Station{} means any
  std::string protocol;
  std::uint32_t unit = any_unit;
  std::string verb;
  std::string object;              // in the engineer's notation
  std::string reason, by;
  Time at = 0, until = 0;          // until 0: for good
  static constexpr std::uint32_t any_unit = ~std::uint32_t{0};
};

enum class OrderKind : std::uint8_t { approve, forget, import };

struct OrderNote {
  std::string id;  // of which the newest sorts last
  OrderKind kind = OrderKind::approve;
  std::string by, reason, scope;  // scope in words
  Time at = 0;                // when it was given
  std::uint64_t changed = 0;  // habits that it settled, took out or brought
  std::uint64_t stay = 0;     // forget: habits that are left
  std::uint64_t withdrawn = 0;  // forget: approvals of what is forgotten
};

class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void zone(const ZoneState&) {}
  virtual void host(const HostHabit&) {}
  virtual void habit(const Habit&) {}
  virtual void volume(const VolumeHabit&) {}  // after the habits of the two
  virtual void approval(const Approval&) {}
  virtual void order(const OrderNote&) {}
};

// Everything, in memory: for tools and tests; the sensor streams from its tables instead.
struct Learned final : Visitor {
  std::vector<ZoneState> zones;
  std::vector<HostHabit> hosts;
  std::vector<Habit> habits;
  std::vector<VolumeHabit> volumes;
  std::vector<Approval> approvals;
  std::vector<OrderNote> orders;

  void zone(const ZoneState& each) override { zones.push_back(each); }
  void host(const HostHabit& each) override { hosts.push_back(each); }
  void habit(const Habit& each) override { habits.push_back(each); }
  void volume(const VolumeHabit& each) override { volumes.push_back(each); }
  void approval(const Approval& each) override { approvals.push_back(each); }
  void order(const OrderNote& each) override { orders.push_back(each); }
  void visit(Visitor& visitor) const {
    for (const auto& each : zones) visitor.zone(each);
    for (const auto& each : hosts) visitor.host(each);
    for (const auto& each : habits) visitor.habit(each);
    for (const auto& each : volumes) visitor.volume(each);
    for (const auto& each : approvals) visitor.approval(each);
    for (const auto& each : orders) visitor.order(each);
  }
  void sort();  // the order of the files: by server, client, protocol, unit, verb, function, space, object
};

// Maintenance windows, asked before an alert is written: what they cover is none but stays in the log, marked
// `maintenance`. Asked by the merge thread only, in packet time.
class Maintenance {
 public:
  virtual ~Maintenance() = default;
  // The name of the window that covers this, or empty. `client` is who acts.
  virtual std::string_view covers(Time time, const Station& client, const Station& server, Verb verb) const = 0;
  // Likewise of a search: `source` scans or sweeps, `targets` are those of its targets that are known.
  virtual std::string_view covers_search(Time time, const Station& source,
                                         std::span<const IpAddress> targets) const = 0;
};

}  // namespace langyan::baseline
