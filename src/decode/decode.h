// decode: a frame in, its Headers out.
//
// Pure functions: no allocation, no exception, nothing read beyond the frame, cost linear in the
// headers (stacked tags and extension headers are capped). Any thread may call them; a Decoder,
// which also counts, belongs to one thread (others may read its counters).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "decode/counts.h"
#include "decode/headers.h"
#include "decode/tunnel.h"

namespace langyan::decode {

constexpr int max_tags = 8;        // stacked 802.1Q/ad, HSR and 802.1CB tags; QinQ uses two
constexpr int max_extensions = 8;  // IPv6 extension and AH headers; RFC 8200 4.1 foresees seven
constexpr int max_tunnels = 4;     // one in the other; a mirror session of a tunnel are two

enum class Checksums : std::uint8_t { ignore, verify };  // -k none, -k all

// Tunnels over IP (decode/tunnel.cc) are opened: Headers are those of what is inside, `tunnel` names
// what carried it. What only looks like a tunnel stays the UDP or IP packet it is.
//
// `frame` as captured; `link_type` a DLT_* or LINKTYPE_* number; `wire_length` the frame's length
// on the wire (less than the capture: taken as the capture). A cut packet whose headers are whole
// is valid and says what is `missing`. A wrong checksum is invalid when they are verified.
Outcome decode(Bytes frame, std::uint32_t wire_length, int link_type, Checksums checksums,
               Headers& headers, Tunnel* tunnel = nullptr);
inline Outcome decode(Bytes frame, int link_type, Headers& headers) {
  return decode(frame, 0, link_type, Checksums::ignore, headers);
}

// After Outcome::fragment: `datagram` is the reassembled payload of the IP packet whose first
// fragment gave `headers`; reads on from there. Offsets keep their meaning for that first frame.
Outcome decode_reassembled(Bytes datagram, Checksums checksums, Headers& headers,
                           Tunnel* tunnel = nullptr);

bool supports(int link_type);

// decode() with its options and its counters: one for each worker.
class Decoder {
 public:
  explicit Decoder(Checksums checksums = Checksums::ignore) : checksums_(checksums) {}

  Outcome decode(Bytes frame, std::uint32_t wire_length, int link_type, Headers& headers);
  // Counted apart: its fragments are packets already.
  Outcome decode_reassembled(Bytes datagram, Headers& headers);

  // What carried the packet that was decoded last.
  const Tunnel& tunnel() const { return tunnel_; }
  const DecodeCounters& counters() const { return counters_; }

 private:
  void count(Outcome outcome, const Headers& headers);

  Tunnel tunnel_;
  Checksums checksums_;
  DecodeCounters counters_;
};

// Which conversation a frame belongs to: a hash of the unordered pair of IP addresses (innermost),
// fragments included; without IP of the pair of MAC addresses, or of the ethertype where the link
// does not show both. Equal for both directions and equal to pair_hash(headers) of the decoded
// frame (an invalid one may differ). Costs about a third of decode() for IPv4 on Ethernet.
std::uint64_t pair_hash(Bytes frame, int link_type);
std::uint64_t pair_hash(const Headers& headers);

// The same for who shares frames out: the fragments of a packet that carries another one belong
// where the first of them does, which alone tells what is inside.
struct Place {
  std::uint64_t pair = 0;      // pair_hash()
  std::uint64_t datagram = 0;  // names the IP packet of which this is a fragment; 0: it is none
  std::uint64_t inside = 0;    // of its first fragment: the pair of the whole packet
};
Place place_of(Bytes frame, int link_type);

}  // namespace langyan::decode
