// Evidence: one thing the wire said of a host or of a device behind it; owned and flat, so it may
// cross from a worker to the thread that keeps the inventory.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/time.h"
#include "fields/fact.h"
#include "fields/protocol.h"

namespace langyan::assets {

// What a host was seen to do in an industrial protocol; what it is follows from these.
enum class Act : std::uint8_t {
  polls,       // asks for values
  commands,    // writes values or controls
  programs,    // moves programs or firmware, starts, stops, configures
  answers,     // answers what others ask
  obeys,       // was written to or controlled
  programmed,  // was programmed, started, stopped or configured
  publishes,   // sends values unasked
  last
};
constexpr unsigned bit(Act act) {
  return 1u << static_cast<unsigned>(act);
}

struct Evidence {
  enum class Kind : std::uint8_t {
    heard,  // it sent something within this minute
    tie,    // this MAC has this IP address
    fact,   // `trait` is `text`
    acts,   // it did what `acts` says
  };
  Kind kind = Kind::heard;
  bool certain = false;  // of a tie: ARP says so; else the frame might have come through a router
  bool has_ip = false, has_mac = false, has_peer = false;
  Trait trait = Trait::vendor;
  std::uint8_t acts = 0;  // bit per Act
  std::uint8_t size = 0;  // of text
  std::uint32_t unit = 0; // a device behind the address; 0: the host itself
  const Protocol* protocol = nullptr;  // null: the link layer or ARP
  Time time = 0;
  std::uint64_t packet_number = 0;
  IpAddress ip;
  Mac mac;
  IpAddress peer;  // of acts: with whom; none on layer 2
  std::array<char, most_fact_octets> text;

  std::string_view said() const { return {text.data(), size}; }
};

class EvidenceSink {
 public:
  virtual ~EvidenceSink() = default;
  virtual void accept(const Evidence& evidence) = 0;
};

}  // namespace langyan::assets
