// What the protocols over ISO transport on TCP (RFC 1006, port 102) share: whether a stream speaks
// one of them, where its packets start after a gap, and how data units become one message.
//
// Connection units are common to all of them, so the first user data decide. Each protocol brings a
// judge: Identity judge(Bytes user, std::size_t whole_size, bool last, bool hinted) says whether
// user data, of which `whole_size` octets belong to the unit and may not all be there, start one of
// its messages; `last`: the unit ends its message; `hinted`: on port 102. Pure; any thread.
#pragma once

#include <algorithm>

#include "fields/protocol.h"
#include "parsers/wire/cotp.h"
#include "parsers/wire/tpkt.h"

namespace langyan::wire {

// Places in a packet whose data unit is of class 0, the only one over TCP.
constexpr std::size_t indicator_at = tpkt_bytes, code_at = indicator_at + 1,
                      user_at = indicator_at + 3;
constexpr std::size_t unit_head_bytes = code_at + 1;
constexpr std::uint8_t data_indicator = 2;

inline TpduCode code_of(Bytes packet) {  // unit_head_bytes must be there
  return static_cast<TpduCode>(packet[code_at] >> 4);
}

constexpr bool connects(TpduCode code) {
  return code == TpduCode::connection_request || code == TpduCode::connection_confirm ||
         code == TpduCode::disconnect_request;
}

// Whether the user data of a packet fill it as its judge demands; never `unsure`.
template <class Judge>
bool starts_soundly(Bytes bytes, Judge judge) {
  if (bytes.size() < unit_head_bytes || tpkt_size(bytes) == 0 || bytes[1] != 0) return false;
  const std::size_t size = tpkt_size(bytes);
  if (connects(code_of(bytes))) return indicator_at + 1 + bytes[indicator_at] == size;
  if (code_of(bytes) != TpduCode::data || bytes[indicator_at] != data_indicator) return false;
  if (size <= user_at || bytes.size() <= user_at) return false;
  const Bytes user = bytes.subspan(user_at, std::min(size, bytes.size()) - user_at);
  return judge(user, size - user_at, bytes[code_at + 1] & 0x80, false) == Identity::yes;
}

// `wrong_length`: what a packet means whose length cannot be, on port 102.
template <class Judge>
Identity identify_iso(Bytes bytes, const Context& context, Judge judge,
                      Identity wrong_length = Identity::no) {
  if (context.transport != Transport::tcp) return Identity::no;
  const bool hinted = context.client_port == 102 || context.server_port == 102;
  for (std::size_t at = 0; at < bytes.size();) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != tpkt_version || (here.size() > 1 && here[1] != 0)) return Identity::no;
    if (here.size() < tpkt_bytes) return Identity::unsure;
    const std::size_t size = tpkt_size(here);
    if (size == 0)
      return hinted && here[2] == 0 && here[3] >= tpkt_bytes ? wrong_length : Identity::no;
    if (here.size() < unit_head_bytes) return Identity::unsure;
    const std::size_t from = indicator_at + 1 + here[indicator_at];
    if (from > size) return Identity::no;
    if (code_of(here) != TpduCode::data) {
      if (!connects(code_of(here))) return Identity::no;
    } else if (from < size) {
      if (here.size() <= from) return Identity::unsure;
      const Bytes user = here.subspan(from, std::min(size, here.size()) - from);
      const Identity result = judge(user, size - from, here[from - 1] & 0x80, hinted);
      if (result != Identity::unsure || here.size() < size) return result;
    }
    at += size;
  }
  return Identity::unsure;
}

// Values may spell headers, so one that stands within a segment counts only when its packet is
// whole and ends where the segment does or where another packet starts. At the front of a segment a
// sound start is enough.
template <class Judge>
std::size_t resync_iso(Bytes bytes, Judge judge) {
  for (std::size_t at = 0; at + unit_head_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != tpkt_version || !starts_soundly(here, judge)) continue;
    if (at == 0) return at;
    const std::size_t size = tpkt_size(here);
    if (here.size() < size) continue;
    const Bytes next = here.subspan(size);
    if (next.empty() || (next.size() >= tpkt_bytes && tpkt_size(next) > 0)) return at;
  }
  return bytes.size();
}

// A message of transport data units (X.224 13.7.3: up to the one with the end mark).
struct Joined {
  enum class Kind : std::uint8_t {
    part,      // more is to come, or nothing is to be read
    whole,     // `octets` are the message
    too_long,  // it does not fit the assembly or the scratch area
  };
  Kind kind = Kind::part;
  Bytes octets = {};
};

// Adds a unit to those before it. `Held` says what a direction's assembly holds; it has `none` and
// `skipped` (the rest of a message that was too long), and `message` is its word for these units.
template <class Held>
Joined gather(const Tpdu& tpdu, Held& held, Held message, Output& output) {
  Assembly* pieces = output.assembly;
  const bool goes_on = held == message && pieces && !pieces->bytes().empty();
  if (!goes_on && pieces) pieces->clear();
  held = message;
  if (!tpdu.user.empty() && (!pieces || !pieces->append(tpdu.user))) {
    if (pieces) pieces->clear();
    held = tpdu.last ? Held::none : Held::skipped;
    return {Joined::Kind::too_long};
  }
  if (!tpdu.last) return {};
  const Bytes whole = output.scratch.copy(pieces->bytes());
  pieces->clear();
  held = Held::none;
  return {whole.empty() ? Joined::Kind::too_long : Joined::Kind::whole, whole};
}

// As gather; most messages come in one unit and are not copied.
template <class Held>
Joined join(const Tpdu& tpdu, Held& held, Held message, Output& output) {
  if (held == Held::skipped) {
    if (tpdu.last) held = Held::none;
    return {};
  }
  const bool goes_on = held == message && output.assembly && !output.assembly->bytes().empty();
  if (!tpdu.last || goes_on) return gather(tpdu, held, message, output);
  if (held == message) held = Held::none;
  if (tpdu.user.empty()) return {};  // some stacks send these to keep a connection alive
  return {Joined::Kind::whole, tpdu.user};
}

}  // namespace langyan::wire
