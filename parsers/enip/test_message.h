// For the tests: EtherNet/IP messages built from their parts, with lengths that fit.
#pragma once

#include <map>
#include <memory>

#include "fields/test_decode.h"
#include "parsers/enip/enip.h"

namespace langyan::enip {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;
using Octets = std::vector<std::uint8_t>;

inline void add(Octets& to, const Octets& more) { to.insert(to.end(), more.begin(), more.end()); }
inline void add16(Octets& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value)), to.push_back(static_cast<std::uint8_t>(value >> 8));
}
inline void add32(Octets& to, std::uint32_t value) { add16(to, value & 0xffff), add16(to, value >> 16); }

struct Head {
  std::uint32_t session = 0x11223344, status = 0, options = 0;
  std::uint8_t context = 1;
};
inline Octets encapsulated(std::uint16_t command, const Octets& body, Head head = {}) {
  Octets all;
  add16(all, command), add16(all, body.size());
  add32(all, head.session), add32(all, head.status);
  add(all, {head.context, 0, 0, 0, 0, 0, 0, 0});
  add32(all, head.options);
  add(all, body);
  return all;
}
// A message of its own, and one over a connection.
inline Octets alone(const Octets& cip, std::uint8_t context = 1) {
  Octets body = from_hex("00000000 0a00 0200 0000 0000 b200");
  add16(body, cip.size()), add(body, cip);
  return encapsulated(0x6f, body, {.context = context});
}
inline Octets alone(std::string_view hex, std::uint8_t context = 1) { return alone(from_hex(hex), context); }
inline Octets connected(std::uint32_t connection, std::uint16_t count, const Octets& cip) {
  Octets body = from_hex("00000000 0000 0200 a100 0400");
  add32(body, connection), add16(body, 0xb1), add16(body, cip.size() + 2), add16(body, count), add(body, cip);
  return encapsulated(0x70, body);
}
inline Octets connected(std::uint32_t connection, std::uint16_t count, std::string_view hex) {
  return connected(connection, count, from_hex(hex));
}
// Carried to slot `slot` of the backplane.
inline Octets carried(const Octets& cip, std::uint8_t slot) {
  Octets all = from_hex("52 02 2006 2401 0a f0");
  add16(all, cip.size()), add(all, cip);
  if (cip.size() % 2) all.push_back(0);
  add(all, {1, 0, 1, slot});
  return all;
}
inline Octets carried(std::string_view hex, std::uint8_t slot) { return carried(from_hex(hex), slot); }
inline Octets packet(std::string_view head, const std::vector<Octets>& services) {
  Octets all = from_hex(head), bodies;
  const std::size_t first = 2 + 2 * services.size();
  add16(all, services.size());
  for (const Octets& service : services) add16(all, first + bodies.size()), add(bodies, service);
  add(all, bodies);
  return all;
}
inline Octets io(std::uint32_t connection, std::uint32_t sequence, const Octets& data) {
  Octets all = from_hex("0200 0280 0800");
  add32(all, connection), add32(all, sequence), add16(all, 0xb1), add16(all, data.size()), add(all, data);
  return all;
}
inline Octets first(const Octets& octets, std::size_t size) {
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}
inline Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) add(all, part);
  return all;
}

class SharedMap final : public Shared {
 public:
  void put(std::uint64_t key, Bytes value) override { all_[key] = Octets(value.begin(), value.end()); }
  Bytes find(std::uint64_t key) override {
    const auto at = all_.find(key);
    return at == all_.end() ? Bytes{} : Bytes{at->second};
  }

 private:
  std::map<std::uint64_t, Octets> all_;
};

// A forward open of class 3 to the message router of slot 2, and an I/O connection to assemblies 100 (to
// the target) and 101; the numbers of their directions in the answers.
constexpr std::string_view open_messages =
    "54 02 2006 2401 0a 0e 00000000 22220000 0700 4d00 78563412 03000000 80841e00 f843 80841e00 f843 a3 03 0102 2002 "
    "2401";
constexpr std::string_view messages_opened =
    "d4 00 00 00 11110000 22220000 0700 4d00 78563412 80841e00 80841e00 00 00";
constexpr std::string_view open_io =
    "54 02 2006 2401 0a 0e 00000000 44440000 0800 4d00 78563412 01000000 10270000 0a48 10270000 0428 01 09"
    "3404 0100 0c00 4100 0203 2004 2466 2c64 2c65";
constexpr std::string_view io_opened =
    "d4 00 00 00 33330000 44440000 0800 4d00 78563412 10270000 10270000 00 00";

}  // namespace langyan::enip
