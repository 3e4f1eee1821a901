// For the tests: OPC UA messages put together from the types of the specification (table.h, [P6] 5.2.2).
#pragma once

#include <string>
#include <vector>

#include "fields/test_decode.h"
#include "parsers/opcua/opcua.h"

namespace langyan::opcua {

using Octets = std::vector<std::uint8_t>;

struct Build {
  Octets octets;

  Build& u8(std::uint64_t value) { return little(value, 1); }
  Build& u16(std::uint64_t value) { return little(value, 2); }
  Build& u32(std::uint64_t value) { return little(value, 4); }
  Build& u64(std::uint64_t value) { return little(value, 8); }
  Build& f64(double value) { return u64(std::bit_cast<std::uint64_t>(value)); }
  Build& raw(std::string_view hex) { return add(from_hex(hex)); }
  Build& add(const Octets& more) {
    octets.insert(octets.end(), more.begin(), more.end());
    return *this;
  }
  Build& text(std::string_view value) {
    u32(value.size());
    octets.insert(octets.end(), value.begin(), value.end());
    return *this;
  }
  Build& null() { return u32(0xffffffff); }                       // string, array
  Build& node(std::uint32_t number) { return u8(1).u8(0).u16(number); }
  Build& node(std::uint16_t space, std::string_view name) { return u8(3).u16(space).text(name); }
  Build& no_node() { return u16(0); }
  Build& no_extension() { return u16(0).u8(0); }
  Build& extension(std::uint32_t type, const Octets& body) {
    node(type).u8(1).u32(body.size());
    return add(body);
  }
  Build& localized(std::string_view value) { return u8(2).text(value); }
  Build& variant(std::int32_t value) { return u8(6).u32(static_cast<std::uint32_t>(value)); }

 private:
  Build& little(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) octets.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    return *this;
  }
};

constexpr std::uint64_t some_time = 132'000'000'000'000'000;  // 2019-04-17

// With its header and size.
inline Octets framed(std::string_view letters, const Octets& body) {
  Build message;
  for (char c : letters) message.u8(static_cast<std::uint8_t>(c));
  return message.u32(body.size() + 8).add(body).octets;
}
inline Octets hello(std::string_view url = "opc.tcp://plc:4840") {
  return framed("HELF", Build{}.u32(0).u32(65'535).u32(65'535).u32(0).u32(0).text(url).octets);
}
inline Octets acknowledge() { return framed("ACKF", Build{}.u32(0).u32(65'535).u32(65'535).u32(0).u32(0).octets); }

// A chunk of channel 1 with token 1.
inline Octets chunk(std::string_view letters, std::uint32_t sequence, std::uint32_t request, const Octets& body) {
  return framed(letters, Build{}.u32(1).u32(1).u32(sequence).u32(request).add(body).octets);
}
inline Octets request(std::uint32_t type, const Octets& body) {
  return Build{}.node(type).no_node().u64(some_time).u32(7).u32(0).null().u32(1'000).no_extension().add(body).octets;
}
inline Octets response(std::uint32_t type, const Octets& body, std::uint32_t result = 0) {
  return Build{}.node(type).u64(some_time).u32(7).u32(result).u8(0).null().no_extension().add(body).octets;
}
inline Octets open_none(std::uint32_t sequence, const Octets& body) {
  return framed("OPNF", Build{}.u32(0).text("http://opcfoundation.org/UA/SecurityPolicy#None").null().null()
                            .u32(sequence).u32(1).add(body).octets);
}
inline Octets open_request() {
  return open_none(1, request(446, Build{}.u32(0).u32(0).u32(1).null().u32(3'600'000).octets));
}

// One connection: memory and pieces are kept from message to message.
class Pile final : public Assembly {
 public:
  std::size_t cap = most_message_bytes;
  bool append(Bytes piece) override {
    if (held_.size() + piece.size() > cap) return false;
    held_.insert(held_.end(), piece.begin(), piece.end());
    return true;
  }
  Bytes bytes() const override { return held_; }
  void clear() override { held_.clear(); }

 private:
  Octets held_;
};

class Table final : public Shared {
 public:
  void put(std::uint64_t key, Bytes value) override { kept_[key] = Octets(value.begin(), value.end()); }
  Bytes find(std::uint64_t key) override { return kept_.contains(key) ? Bytes{kept_[key]} : Bytes{}; }

 private:
  std::map<std::uint64_t, Octets> kept_;
};

struct Connection {
  MessageDecoder decoder{protocol};
  Pile pieces[2];
  Table table;
  std::uint32_t next[2] = {2, 2};  // sequence numbers
  std::uint32_t number = 10;       // of the request

  Connection() {
    decoder.context.server_port = 4840, decoder.context.client_port = 50'000;
    decoder.context.shared = &table;
    pass(open_request(), Direction::to_server);
  }
  Decoded pass(const Octets& message, Direction way) {
    return decoder(message, way, &pieces[static_cast<std::size_t>(way)]);
  }
  Decoded send(std::string_view letters, const Octets& body, Direction way) {
    return pass(chunk(letters, next[static_cast<std::size_t>(way)]++, number, body), way);
  }
  Decoded ask(std::uint32_t type, const Octets& body) {
    ++number;
    return send("MSGF", request(type, body), Direction::to_server);
  }
  Decoded answer(std::uint32_t type, const Octets& body, std::uint32_t result = 0) {
    return send("MSGF", response(type, body, result), Direction::to_client);
  }
};

}  // namespace langyan::opcua
