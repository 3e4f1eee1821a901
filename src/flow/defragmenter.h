// Defragmenter: fragments of IPv4 and IPv6 datagrams in, whole payloads out (RFC 791 3.2,
// RFC 8200 4.5). Room-internal; one worker.
//
// A datagram is a list of pages of 2 KiB from one preallocated pool, each with a bit for every 8
// octets that came. Of octets that come twice the first word counts, in IPv6 too, where hosts drop
// such a datagram (RFC 5722): what they drop, the sensor may see. When room is needed, the datagram
// that has waited longest goes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/pages.h"
#include "decode/headers.h"
#include "flow/counts.h"
#include "flow/listener.h"
#include "flow/options.h"

namespace langyan::flow {

class Defragmenter {
 public:
  Defragmenter(const Options& options, FlowCounters& counters, Listener& listener);

  struct Whole {
    Bytes payload;              // empty: not whole yet; valid until the next accept()
    std::uint32_t packets = 0;  // its fragments, and their octets on the wire
    std::uint64_t bytes = 0;
  };
  // `headers` of a fragment; where it completes its datagram, they become what
  // decode_reassembled() goes on from.
  Whole accept(decode::Headers& headers, std::uint32_t wire_length);

  void tick(Time time);
  void finish();  // drops what is not whole

  // What the anomalies of the datagram call it of which `headers` are a fragment; the same in every worker.
  static std::uint64_t name(const decode::Headers& headers) { return name(key_of(headers)); }

 private:
  using Id = std::uint16_t;  // of datagrams and of pages; 0: none
  static constexpr std::size_t page_bytes = 2048, largest_datagram = 65536;
  static constexpr std::uint32_t unknown_end = 0xffffffff;

  struct Page {
    std::array<std::uint8_t, page_bytes> octets;
    std::array<std::uint64_t, page_bytes / 8 / 64> filled;  // bit set of units of 8 octets
    Id next_free;
  };
  struct Key {
    IpAddress source, destination;
    std::uint32_t id = 0;
    std::uint16_t protocol = 0;  // IPv4 only (RFC 791 3.2)
    std::uint16_t version = 0;
    bool operator==(const Key& other) const { return std::memcmp(this, &other, sizeof *this) == 0; }
  };
  static_assert(sizeof(Key) == 40);
  struct Datagram {
    Key key;
    std::uint64_t hash;
    std::uint32_t end, extent, octets;  // where it ends; how far it reaches; how many came
    std::uint32_t packets, second, reported;
    std::uint64_t bytes;
    std::uint8_t protocol;  // of the first fragment
    bool copy;              // one of the same name became whole just before
    bool differs;           // … and what came of this one is not what that one was
    Id chain;               // next of the same hash bucket, or free
    Id older, newer;        // in the order of their first fragments
    std::array<Id, largest_datagram / page_bytes> pages;
  };

  Datagram& find_or_open(const decode::Headers& headers, Id& id);
  bool contradicts(Datagram& datagram, std::uint32_t end, bool more);
  bool reserve_pages(Id id, std::uint32_t begin, std::uint32_t end);
  void fill(Datagram& datagram, std::uint32_t begin, Bytes data);
  void fill_page(Datagram& datagram, Page& page, std::size_t begin, Bytes data, bool& overlaps);
  Whole assemble(Id id, decode::Headers& headers);
  void raise(Datagram& datagram, Anomaly kind);
  void drop(Id id, Count cause, Anomaly kind);
  void close(Id id);
  static Key key_of(const decode::Headers& headers);
  static std::uint64_t name(const Key& key);
  std::size_t bucket(std::uint64_t hash) const { return hash & (buckets_.size() - 1); }

  const std::uint32_t wait_seconds_;
  const std::uint32_t page_total_;
  const std::uint16_t datagram_total_;
  const std::uint64_t seed_;
  FlowCounters& counters_;
  Listener& listener_;
  HugePages<Page> pages_;          // 0 is not used
  HugePages<Datagram> datagrams_;  // 0 is the head of the ring
  HugePages<Id> buckets_;
  HugePages<std::uint8_t> whole_;
  // Datagrams that became whole, a ring, and their octets in another: what comes of them again is
  // compared. An attacker may complete a datagram with a fragment that never reaches the target.
  struct Late {
    std::uint64_t hash = 0;
    std::uint64_t begin = 0;  // counted over all that was ever kept
    std::uint32_t size = 0;
  };
  static constexpr std::size_t kept_bytes = 256u << 10;
  bool is_of(const Late& late, std::uint32_t begin, Bytes data, bool more) const;
  void keep(std::uint64_t hash, Bytes whole);
  const Late* lately(std::uint64_t hash) const;
  std::array<Late, 64> lately_{};
  std::size_t next_lately_ = 0;
  HugePages<std::uint8_t> kept_;
  std::uint64_t kept_end_ = 0;
  std::vector<Id> due_;
  Id free_page_ = 0, free_datagram_ = 0;
  std::uint32_t pages_touched_ = 1, datagrams_touched_ = 1, pages_used_ = 0;
  std::uint32_t second_ = 0;
};

}  // namespace langyan::flow
