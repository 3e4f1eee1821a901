// Steering: which worker a packet belongs to, by its pair of hosts. Of what came in a tunnel that is the
// pair inside; when such a packet was fragmented on its way, only the first fragment shows it, and those
// that follow go where that one went. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "decode/decode.h"

namespace langyan::pipeline {

class Steering {
 public:
  // A hash of which any remainder may be taken.
  std::uint64_t pair(Bytes frame, int link_type) {
    const decode::Place place = decode::place_of(frame, link_type);
    if (!place.datagram) [[likely]]
      return place.pair;
    Datagram& known = datagrams_[place.datagram % datagrams_.size()];
    if (place.inside && place.inside != place.pair) known = {place.datagram, place.inside};
    return known.name == place.datagram ? known.inside : place.pair;
  }

 private:
  struct Datagram {
    std::uint64_t name = 0, inside = 0;
  };
  std::array<Datagram, 1024> datagrams_{};  // the last of each place; one that is forgotten does not become whole
};

}  // namespace langyan::pipeline
