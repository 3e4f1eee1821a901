// For the tests: DNP3 frames built from their parts, with lengths and checksums that fit.
#pragma once

#include "fields/test_decode.h"
#include "parsers/dnp3/dnp3.h"
#include "parsers/dnp3/link.h"

namespace langyan::dnp3 {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;
constexpr std::uint8_t master_data = 0xc4, outstation_data = 0x44;  // unconfirmed user data of each side
using Octets = std::vector<std::uint8_t>;

inline void add(Octets& to, Bytes more) { to.insert(to.end(), more.begin(), more.end()); }
inline void add16(Octets& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value)), to.push_back(static_cast<std::uint8_t>(value >> 8));
}

inline Octets link_frame(std::uint8_t control, unsigned destination, unsigned source, Bytes user = {}) {
  Octets octets = {0x05, 0x64, static_cast<std::uint8_t>(5 + user.size()), control};
  add16(octets, destination), add16(octets, source);
  add16(octets, checksum(octets));
  for (std::size_t at = 0; at < user.size(); at += 16) {
    const Bytes block = user.subspan(at, std::min<std::size_t>(16, user.size() - at));
    add(octets, block), add16(octets, checksum(block));
  }
  return octets;
}
// One application fragment in one frame: from master 1 to outstation 10, or back.
inline Octets fragment(Direction way, std::string_view hex, unsigned outstation = 10, std::uint8_t transport = 0xc0) {
  Octets user = {transport};
  add(user, from_hex(hex));
  return way == ask ? link_frame(master_data, outstation, 1, user) : link_frame(outstation_data, 1, outstation, user);
}
// The fragment in as many frames as it takes, of `piece` octets.
inline std::vector<Octets> frames(Direction way, const Octets& body, std::size_t piece = 249, unsigned first = 0) {
  std::vector<Octets> all;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const bool last = at + piece >= body.size();
    Octets user = {static_cast<std::uint8_t>((last ? 0x80 : 0) | (at == 0 ? 0x40 : 0) | ((first + at / piece) & 63))};
    add(user, Bytes{body}.subspan(at, std::min(piece, body.size() - at)));
    all.push_back(way == ask ? link_frame(master_data, 10, 1, user) : link_frame(outstation_data, 1, 10, user));
  }
  return all;
}

class HeapAssembly final : public Assembly {
 public:
  explicit HeapAssembly(std::size_t most = 10'000) : most_(most) {}
  bool append(Bytes piece) override {
    if (octets_.size() + piece.size() > most_) return false;
    octets_.insert(octets_.end(), piece.begin(), piece.end());
    return true;
  }
  Bytes bytes() const override { return octets_; }
  void clear() override { octets_.clear(); }

 private:
  std::size_t most_;
  Octets octets_;
};

}  // namespace langyan::dnp3
