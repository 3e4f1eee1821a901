// Zones: which rules an end's addresses leave, so that a flow within the plant is not scanned for what only
// comes from outside.
//
// One address set divides the rules, as HOME_NET does and with it !$HOME_NET: it is the one that leaves rules out most
// often. A packet's source is in it or is not, and so is its destination: four zones, each with tables of those rules
// alone that addresses there can meet. Chosen at compile time; any thread may ask.
#pragma once

#include <cstdint>
#include <span>

#include "detect/address_set.h"
#include "detect/program.h"

namespace langyan::detect {

constexpr std::size_t zone_count = 4;

class Zones {
 public:
  // Of the headers of rules on packets and streams.
  static Zones choose(std::span<const Header* const> headers);

  // Of a packet between these; without IP: zone 0.
  std::uint8_t of(const IpAddress* source, const IpAddress* destination) const {
    if (!divides_ || !source || !destination) return 0;
    return static_cast<std::uint8_t>((divides_->contains(*source) ? 0 : 1) |
                                     (divides_->contains(*destination) ? 0 : 2));
  }
  // Of the packets in the other direction.
  static std::uint8_t turned(std::uint8_t zone) { return static_cast<std::uint8_t>((zone & 1) << 1 | zone >> 1); }

  std::size_t count() const { return divides_ ? zone_count : 1; }
  // Bit per zone whose packets can meet the ends of a header, read from source to destination.
  static constexpr unsigned all = (1u << zone_count) - 1;
  unsigned met_by(const AddressSet* source, const AddressSet* destination) const;

 private:
  const AddressSet* divides_ = nullptr;  // null: nothing does; lives as long as the headers
};

}  // namespace langyan::detect
