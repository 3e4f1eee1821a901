// Copies: which packets a mirror shows a second time: it takes both ports they pass, or both sides of
// a router, or two mirrors meet in one sensor.
//
// A copy is what another packet is, within some time: all from the IP header on, but for what a switch
// or router may change on the way (TTL, DSCP, checksum of the IP header). MAC addresses, tags and
// tunnels do not matter. On layer 2 only messages that count themselves can be told to be copies
// (GOOSE, Sampled Values, PROFINET), by their MAC addresses and contents; the trailer that PRP puts
// behind them (IEC 62439-3) is not looked at, so the second of its two LANs is a copy, too.
// An identification in the IP header tells any number of copies. What has none (0, or IPv6) may have
// been sent twice; it is taken for a copy once, so that equal datagrams are halved at most. IP to a
// group of hosts is never told: a storm is copies, and what looks for storms must see them.
// The digest depends on a seed, so that nobody makes two packets that are taken for one.
// Only as much of the table is used as holds what came within the time, so that it stays in the cache
// of a processor: the used part doubles when a packet would push out one that still counts.
// Constant cost but for the digest and that doubling, which looks at each used entry once and comes
// a dozen times at most; nothing is allocated after construction. One thread.
#pragma once

#include <cstdint>

#include "base/pages.h"
#include "base/time.h"
#include "decode/headers.h"

namespace langyan::flow {

class Copies {
 public:
  // REQUIRES: within > 0
  Copies(Duration within, std::uint64_t seed, unsigned workers);

  // Whether `frame`, as it was decoded, was there already; it is remembered. False for what cannot
  // be told.
  bool is_copy(Bytes frame, const decode::Headers& headers, decode::Outcome outcome, Time time);

  // What comes from now on is of another capture.
  void forget();

 private:
  struct Entry {
    std::uint64_t digest;  // the lowest bit: one copy was taken of what has no identification
    Time time;
  };
  static constexpr std::size_t ways = 4;

  Entry* set_of(std::uint64_t digest) { return &entries_[(digest >> 32 & mask_) * ways]; }
  void use_twice_as_much();
  Entry& room_for(std::uint64_t name, Time time);

  const Duration within_;
  std::uint64_t seed_;
  Pages<Entry> entries_;  // sets of `ways`
  std::size_t mask_;      // of sets that are used
};

}  // namespace langyan::flow
