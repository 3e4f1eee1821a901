// Published: what stands around a GOOSE or Sampled Values PDU: the header of IEC 61850-8-1 annex C on
// layer 2 ([81] APPID, length, two reserved words), or the session layer of IEC TR 61850-90-5 over UDP
// 102 ([905]), by which both are routed.
#pragma once

#include "fields/protocol.h"
#include "parsers/wire/ber.h"

namespace langyan::wire {

constexpr std::uint16_t routed_port = 102;  // [905] 8: UDP, ISO connectionless transport

struct Published {
  bool sound = false;       // header and lengths hold together
  bool routed = false;
  bool simulated = false;   // [81] C.2: bit S of reserved 1; [905] 8.3: simulation
  std::uint16_t appid = 0;
  std::uint8_t session = 0;              // [905] 8.2: 0xa1 GOOSE, 0xa2 SV, 0xa0 tunneled, 0xa3 management
  std::uint32_t spdu_number = 0;
  std::uint16_t security_algorithm = 0;  // [905] 8.2.2.2.5: signature and encryption, an octet each
  Bytes apdu;
  Bytes signature;
};

// `octets`: the payload behind the ethertype, padding included, or of the datagram.
Published read_published(Bytes octets, Transport transport);
// Whether a datagram begins as [905] says and carries the session `kind`.
bool is_routed(Bytes octets, std::uint8_t kind);

// The value at the front as far as it is there: what was published before the cut still counts. False
// when not even a head stands there; `cut` is set when the end is missing.
bool enter(Reader& in, ber::Tlv& value, bool& cut);

struct Given {  // a number that may not have been there
  std::uint32_t value = 0;
  bool there = false;
};
// An INTEGER without sign of at most 32 bits.
Given given_number(Bytes content);

// Whether a flow carries PDUs of `ethertype`, or of the session `kind` over UDP.
Identity identify_published(Bytes bytes, const Context& context, std::uint16_t ethertype, std::uint8_t kind);

// What stands around the PDU, into the fields that both protocols have.
template <class Pen>
void put_around(Pen& out, const Published& around) {
  out.template set<"appid">(around.appid);
  if (around.simulated) out.template set<"simulated">(true);
  if (!around.routed) return;
  out.template set<"spdu_number">(around.spdu_number);
  out.template set<"security_algorithm">(around.security_algorithm);
}

// Compares what a publisher sends with what it sent before: `suspicion(before, now)` names what is wrong,
// counted from `first`, and tell() says it, once each for a publisher, so that a lossy mirror does not end
// the decoder. Seen is trivially copyable, fits a shared entry and has bits `said`.
template <class Seen, class Suspicion, class Tell, class Wrong>
void follow_publisher(Shared* shared, std::uint64_t key, Seen now, Wrong first, Suspicion suspicion, Tell tell) {
  static_assert(sizeof(Seen) <= shared_bytes && std::is_trivially_copyable_v<Seen>);
  if (!shared) return;
  if (const Bytes kept = shared->find(key); kept.size() == sizeof(Seen)) {
    Seen before;
    std::memcpy(&before, kept.data(), sizeof before);
    now.said = before.said;
    if (const auto what = suspicion(before, now)) {
      using Bits = decltype(now.said);
      const auto bit = static_cast<Bits>(Bits{1} << (static_cast<unsigned>(*what) - static_cast<unsigned>(first)));
      if (!(now.said & bit)) tell(*what);
      now.said = static_cast<Bits>(now.said | bit);
    }
  }
  shared->put(key, {reinterpret_cast<const std::uint8_t*>(&now), sizeof now});
}

}  // namespace langyan::wire
