// For the tests: S7comm messages built from their parts, with lengths that fit.
#pragma once

#include <memory>

#include "fields/test_decode.h"

namespace langyan::s7comm {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;
using Octets = std::vector<std::uint8_t>;

inline void add(Octets& to, const Octets& more) {
  to.insert(to.end(), more.begin(), more.end());
}
inline void add16(Octets& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8)),
      to.push_back(static_cast<std::uint8_t>(value));
}
inline std::string hex(Bytes octets) {
  std::string out;
  for (std::uint8_t octet : octets) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    out += pair;
  }
  return out;
}

inline Octets tpkt(const Octets& unit) {
  Octets packet = {3, 0};
  add16(packet, unit.size() + 4);
  add(packet, unit);
  return packet;
}
inline Octets data_unit(const Octets& user, bool last = true) {
  Octets unit = {2, 0xf0, static_cast<std::uint8_t>(last ? 0x80 : 0)};
  add(unit, user);
  return tpkt(unit);
}

inline Octets pdu(int rosctr, std::uint16_t reference, std::string_view parameters,
                  std::string_view data = "", int error = -1) {
  const Octets first = from_hex(parameters), second = from_hex(data);
  Octets octets = {0x32, static_cast<std::uint8_t>(rosctr), 0, 0};
  add16(octets, reference), add16(octets, first.size()), add16(octets, second.size());
  if (error >= 0) add16(octets, static_cast<std::size_t>(error));
  add(octets, first), add(octets, second);
  return octets;
}
inline Octets job(std::string_view parameters, std::string_view data = "",
                  std::uint16_t reference = 7) {
  return data_unit(pdu(1, reference, parameters, data));
}
inline Octets plain_ack(std::string_view parameters, int error, std::uint16_t reference = 7) {
  return data_unit(pdu(2, reference, parameters, "", error));
}
inline Octets ack(std::string_view parameters, std::string_view data = "", int error = 0,
                  std::uint16_t reference = 7) {
  return data_unit(pdu(3, reference, parameters, data, error));
}

// The data of userdata behind their head; "-" for none, which is said by its own head.
inline std::string headed(std::string_view data) {
  if (data == "-") return "0a000000";
  const Octets body = from_hex(data);
  Octets octets = {0xff, 9};
  add16(octets, body.size());
  add(octets, body);
  return hex(octets);
}
inline std::string parameters_of(int type, int group, int subfunction, int sequence) {
  const Octets octets = {0,
                         1,
                         0x12,
                         4,
                         0x11,
                         static_cast<std::uint8_t>(type << 4 | group),
                         static_cast<std::uint8_t>(subfunction),
                         static_cast<std::uint8_t>(sequence)};
  return hex(octets);
}
inline Octets userdata_message(std::string_view parameters, std::string_view data = "",
                               std::uint16_t reference = 7) {
  return data_unit(pdu(7, reference, parameters, data));
}
inline Octets request(int group, int subfunction, std::string_view data, int sequence = 0,
                      std::uint16_t reference = 7) {
  return userdata_message(parameters_of(4, group, subfunction, sequence), headed(data), reference);
}
inline Octets push(int group, int subfunction, std::string_view data) {
  return userdata_message(parameters_of(0, group, subfunction, 0), headed(data), 0);
}
inline Octets response(int group, int subfunction, std::string_view data, int error = 0,
                       int unit = 0, bool more = false, std::uint16_t reference = 7) {
  Octets octets = {0,
                   1,
                   0x12,
                   8,
                   0x12,
                   static_cast<std::uint8_t>(8 << 4 | group),
                   static_cast<std::uint8_t>(subfunction),
                   1,
                   static_cast<std::uint8_t>(unit),
                   static_cast<std::uint8_t>(more)};
  add16(octets, static_cast<std::size_t>(error));
  return userdata_message(hex(octets), headed(data), reference);
}
// A programmer's table: ten parameters, then what is given.
inline std::string table_of(std::string_view data) {
  Octets octets = {0, 20};
  const Octets body = from_hex(data);
  add16(octets, body.size());
  octets.insert(octets.end(), 20, 0);
  add(octets, body);
  return hex(octets);
}

class HeapAssembly final : public Assembly {
 public:
  explicit HeapAssembly(std::size_t most = 1'000) : most_(most) {}
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

}  // namespace langyan::s7comm
