#include "flow/copies.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::flow {
namespace {

const Cap remembered{"flow.copies", 16'384, 64, 1 << 24, 16, "Packets remembered to tell the copies a mirror makes."};

constexpr std::size_t first_sets = 16;  // in use

Duration apart(Time a, Time b) {
  return a > b ? a - b : b - a;
}

__extension__ using Wide = unsigned __int128;

// Of each packet, so in products of 16 octets whose halves are folded together, as wyhash does: base's hash
// mixes every eight by themselves.
std::uint64_t digest(Bytes bytes, std::uint64_t seed) {
  const auto fold = [](const std::uint8_t* at, std::uint64_t state) {
    std::uint64_t low, high;
    std::memcpy(&low, at, sizeof low);
    std::memcpy(&high, at + sizeof low, sizeof high);
    const Wide product = static_cast<Wide>(state ^ low) * (high ^ 0x9e3779b97f4a7c15);
    return (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64)) + state;
  };
  constexpr std::size_t step = 16, lanes = 4;
  std::uint64_t state = combine(seed, bytes.size());
  if (bytes.size() > step * lanes) {  // side by side, as no product waits for the one before
    std::uint64_t side[lanes] = {state, state + 1, state + 2, state + 3};
    for (; bytes.size() >= step * lanes; bytes = bytes.subspan(step * lanes)) {
#pragma GCC unroll 4
      for (std::size_t i = 0; i < lanes; ++i) side[i] = fold(bytes.data() + step * i, side[i]);
    }
    state = combine(combine(side[0], side[1]), combine(side[2], side[3]));
  }
  for (; bytes.size() >= step; bytes = bytes.subspan(step)) state = fold(bytes.data(), state);
  std::array<std::uint8_t, step> rest{};
  if (!bytes.empty()) std::memcpy(rest.data(), bytes.data(), bytes.size());
  return mix(fold(rest.data(), state));
}

// Whether each message of an ethertype has a number of its own, so that two equal ones are one.
bool counts_itself(std::uint16_t ethertype) {
  constexpr std::uint16_t goose = 0x88b8, sampled_values = 0x88ba, profinet = 0x8892;
  return ethertype == goose || ethertype == sampled_values || ethertype == profinet;
}

// IEC 62439-3 4.2.7.3: sequence number, LAN and size, and 88fb at the end of the frame.
Bytes without_prp(Bytes payload) {
  constexpr std::size_t trailer = 6;
  const std::size_t size = payload.size();
  const bool prp = size > trailer && payload[size - 2] == 0x88 && payload[size - 1] == 0xfb;
  return prp ? payload.first(size - trailer) : payload;
}

// From the IP header to the end of the payload.
Bytes packet_in(Bytes frame, const decode::Headers& headers) {
  const std::uint8_t* const begin = frame.data() + headers.network_offset;
  return {begin, static_cast<std::size_t>(headers.payload.data() + headers.payload.size() - begin)};
}

// Of the IP header what stays the same on the way.
std::uint64_t digest_of_ip(Bytes packet, const decode::Headers& headers, std::uint64_t seed) {
  constexpr std::size_t ipv4_size = 20, ipv6_size = 40;
  std::array<std::uint8_t, ipv6_size> header{};
  const std::size_t size = headers.ip_version == 4 ? ipv4_size : ipv6_size;
  std::copy_n(packet.data(), size, header.data());
  if (headers.ip_version == 4) {
    header[1] = header[8] = header[10] = header[11] = 0;  // DSCP, TTL, checksum
  } else {
    header[0] = 0x60, header[1] = header[7] = 0;  // traffic class and half the flow label, hop limit
  }
  return digest(packet.subspan(size), digest({header.data(), size}, seed));
}

std::uint64_t digest_of_layer2(const decode::Headers& headers, std::uint64_t seed) {
  return digest(
      without_prp(headers.payload),
      combine(seed ^ headers.ethertype, combine(headers.source_mac.number(), headers.destination_mac.number())));
}

}  // namespace

Copies::Copies(Duration within, std::uint64_t seed, unsigned workers)
    : within_(within),
      seed_(mix(seed + 1)),
      entries_(std::bit_floor(remembered.share(workers))),
      mask_(std::min(first_sets, entries_.size() / ways) - 1) {}

void Copies::forget() {
  seed_ = mix(seed_ + 1);
}

// What one set held is shared out over it and the set as far behind as there were sets.
void Copies::use_twice_as_much() {
  const std::size_t sets = mask_ + 1;
  mask_ = 2 * sets - 1;
  for (std::size_t place = 0; place < sets * ways; ++place) {
    Entry& entry = entries_[place];
    Entry* const set = set_of(entry.digest);
    if (entry.digest == 0 || set == &entries_[place / ways * ways]) continue;
    set[place % ways] = entry;
    entry = {};
  }
}

// The place of the oldest in its set, in a table so large that it no longer counts.
Copies::Entry& Copies::room_for(std::uint64_t name, Time time) {
  for (;;) {
    Entry* const set = set_of(name);
    Entry& oldest = *std::min_element(set, set + ways, [](const Entry& a, const Entry& b) { return a.time < b.time; });
    const bool counts = oldest.digest != 0 && apart(oldest.time, time) <= within_;
    if (!counts || (mask_ + 1) * ways == entries_.size()) return oldest;
    use_twice_as_much();
  }
}

bool Copies::is_copy(Bytes frame, const decode::Headers& headers, decode::Outcome outcome, Time time) {
  const bool layer2 = outcome == decode::Outcome::link_only && counts_itself(headers.ethertype);
  const bool to_group = headers.destination_mac.octets[0] & 1;
  if (!layer2 && (headers.ip_version == 0 || to_group || outcome == decode::Outcome::invalid)) return false;
  const std::uint64_t seed = seed_ + headers.missing;
  const std::uint64_t sum =
      layer2 ? digest_of_layer2(headers, seed) : digest_of_ip(packet_in(frame, headers), headers, seed);
  const bool identified = layer2 || (headers.ip_version == 4 && headers.ip_id != 0);
  const std::uint64_t name = sum & ~std::uint64_t{1};
  Entry* const set = set_of(name);
  Entry* const at = std::find_if(set, set + ways, [&](const Entry& one) {
    return (one.digest & ~std::uint64_t{1}) == name && apart(one.time, time) <= within_;
  });
  if (at == set + ways) return room_for(name, time) = {name, time}, false;
  if (identified) return true;
  if (!(at->digest & 1)) return at->digest |= 1, true;
  *at = {name, time};
  return false;
}

}  // namespace langyan::flow
