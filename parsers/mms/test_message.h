// For the tests: MMS messages put together as hex, with lengths that fit ([BER] 8.1.3).
#pragma once

#include "fields/test_decode.h"

namespace langyan::mms {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;
using Octets = std::vector<std::uint8_t>;

inline std::string hex_of(std::string_view text) {
  std::string out;
  for (char c : text) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(c));
    out += pair;
  }
  return out;
}
inline std::string hex_number(std::size_t value, int octets) {
  char text[20];
  std::snprintf(text, sizeof text, "%0*zx", octets * 2, value);
  return text;
}
// A value: its tag as hex, then the hex of what it holds.
inline std::string v(std::string_view tag, const std::string& content = "") {
  const std::size_t size = from_hex(content).size();
  const std::string length = size < 0x80    ? hex_number(size, 1)
                             : size < 0x100 ? "81" + hex_number(size, 1)
                                            : "82" + hex_number(size, 2);
  return std::string(tag) + length + content;
}
inline std::string vs(std::string_view tag, std::string_view text) {
  return v(tag, hex_of(text));
}

// Transport: a packet, a data unit.
inline Octets tpkt(const std::string& unit) {
  return from_hex("0300" + hex_number(from_hex(unit).size() + 4, 2) + unit);
}
inline Octets data_unit(const std::string& user, bool last = true) {
  return tpkt("02f0" + std::string(last ? "80" : "00") + user);
}
// Session and presentation around PDUs, one PDV list each.
inline std::string presented(const std::string& pdu) {
  return v("30", "020103" + v("a0", pdu));
}
inline std::string session_data(const std::string& lists) {
  return "01000100" + v("61", lists);
}
inline Octets message(const std::string& pdu) {
  return data_unit(session_data(presented(pdu)));
}

inline std::string request_pdu(const std::string& service, int invoke = 7) {
  return v("a0", v("02", hex_number(static_cast<std::size_t>(invoke), 1)) + service);
}
inline Octets request(const std::string& service, int invoke = 7) {
  return message(request_pdu(service, invoke));
}
inline Octets response(const std::string& service, int invoke = 7) {
  return message(v("a1", v("02", hex_number(static_cast<std::size_t>(invoke), 1)) + service));
}
inline Octets refusal(int error_class, int code, int invoke = 7) {
  const std::string error = v(hex_number(static_cast<std::size_t>(0x80 + error_class), 1),
                              hex_number(static_cast<std::size_t>(code), 1));
  return message(
      v("a2", v("80", hex_number(static_cast<std::size_t>(invoke), 1)) + v("a2", v("a0", error))));
}
inline Octets unasked(const std::string& service) {
  return message(v("a3", service));
}

// ObjectName: of a domain, of the device.
inline std::string named(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return vs("80", name);
  return v("a1", vs("1a", name.substr(0, slash)) + vs("1a", name.substr(slash + 1)));
}
inline std::string variable(std::string_view name, const std::string& selection = "") {
  return v("30", v("a0", named(name)) + selection);
}
inline std::string read_of(const std::string& list) {
  return v("a4", v("a1", v("a0", list)));
}
inline std::string write_of(const std::string& list, const std::string& values) {
  return v("a5", v("a0", list) + v("a0", values));
}
inline std::string results(const std::string& values) {
  return v("a4", v("a1", values));
}

// {ctlVal, origin, ctlNum, T, Test, Check}
inline std::string control(const std::string& value, int number = 3) {
  return v("a2", value + v("a2", v("85", "02") + vs("89", "HMI")) +
                     v("86", hex_number(static_cast<std::size_t>(number), 1)) +
                     v("91", "67c40000 000000 0a") + v("83", "00") + v("84", "0640"));
}
inline const std::string on = v("83", "01"), off = v("83", "00");

// An association request with an initiate request in it, as the layers wrap it.
inline std::string parameter(std::string_view code, const std::string& content) {
  const std::size_t size = from_hex(content).size();
  return std::string(code) + (size < 255 ? hex_number(size, 1) : "ff" + hex_number(size, 2)) +
         content;
}
inline std::string initiate(std::string_view tag = "a8") {
  return v(tag,
           v("80", "00fde8") + v("81", "05") + v("82", "05") + v("83", "0a") +
               v("a4", v("80", "01") + v("81", "05f100") + v("82", "03ee1c00000408000079ef18")));
}
inline std::string information(const std::string& pdu) {
  return v("be", v("28", "020103" + v("a0", pdu)));
}
inline std::string aarq(const std::string& more = "") {
  return v("60", v("a1", v("06", "28ca220203")) + v("a2", v("06", "29018767 01")) +
                     v("a3", "02010c") + v("a6", v("06", "29018767")) + v("a7", "02010c") + more +
                     information(initiate()));
}
inline std::string presentation_connect(const std::string& apdu) {
  return v("31",
           v("a0", "800101") +
               v("a2", v("a4", v("30", "020103" + v("06", "28ca220201") + v("30", "06025101"))) +
                           v("61", v("30", "020101" + v("a0", apdu)))));
}
inline Octets session_connect(std::string_view code, const std::string& apdu) {
  return data_unit(parameter(code, parameter("05", "130100160102") + parameter("14", "0002") +
                                       parameter("c1", presentation_connect(apdu))));
}
inline std::string aare(int result, int diagnostic, const std::string& pdu) {
  return v("61",
           v("a1", v("06", "28ca220203")) +
               v("a2", v("02", hex_number(static_cast<std::size_t>(result), 1))) +
               v("a3", v("a1", v("02", hex_number(static_cast<std::size_t>(diagnostic), 1)))) +
               v("a4", v("06", "29018767 01")) + information(pdu));
}

class HeapAssembly final : public Assembly {
 public:
  explicit HeapAssembly(std::size_t most = 4'000) : most_(most) {}
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

}  // namespace langyan::mms
