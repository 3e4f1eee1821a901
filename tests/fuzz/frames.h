// Frames: packets of one conversation as they are on the wire, for a Batch, a millisecond apart. One thread.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "fields/direction.h"
#include "pipeline/batch.h"

namespace langyan::fuzz {

inline bool is_utf8(std::string_view text) {
  for (Bytes left = bytes_of(text); !left.empty();) {
    const std::size_t size = utf8_sequence(left);
    if (size == 0) return false;
    left = left.subspan(size);
  }
  return true;
}

class Frames {
 public:
  static constexpr std::size_t most_payload = 1'460;

  explicit Frames(std::uint16_t server_port = 502) : port_(server_port) {}

  void handshake() {
    tcp(Direction::to_server, 2, {});
    tcp(Direction::to_client, 0x12, {});
    tcp(Direction::to_server, 0x10, {});
  }
  void say(Direction way, Bytes octets) {
    for (; !octets.empty(); octets = octets.subspan(std::min(most_payload, octets.size())))
      tcp(way, 0x18, octets.first(std::min(most_payload, octets.size())));
  }
  void lose(Direction way, std::uint32_t octets) { next_[way == Direction::to_client] += octets; }
  void pass(Duration time) { now_ += time; }
  void finish() {
    tcp(Direction::to_server, 0x11, {});
    tcp(Direction::to_client, 0x11, {});
    tcp(Direction::to_server, 0x10, {});
  }
  void datagram(Bytes octets, Direction way = Direction::to_server) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    octets = octets.first(std::min(most_payload, octets.size()));
    put(made, forth ? 40'000 : port_, 2), put(made, forth ? port_ : 40'000, 2);
    put(made, 8 + octets.size(), 2), put(made, 0, 2);
    made.insert(made.end(), octets.begin(), octets.end());
    ip(way, 17, made);
  }
  void layer2(Bytes octets, std::uint16_t type = 0x88b8, Direction way = Direction::to_server) {
    ether(way, type, octets.first(std::min(most_payload, octets.size())));
  }
  std::size_t size() const { return frames_.size(); }
  // A run of them with the ticks between; with the last comes the end of the capture.
  void into(pipeline::Batch& batch, std::size_t from = 0, std::size_t to = ~std::size_t{0}) const {
    for (std::size_t i = from; i < std::min(to, frames_.size()); ++i) {
      const auto& [time, frame] = frames_[i];
      const std::uint64_t number = i + 1;
      if (i > 0 && time / second != frames_[i - 1].first / second)
        step(batch, pipeline::Step::Kind::tick, time, number);
      capture::Packet packet;
      packet.time = time;
      packet.number = number;
      packet.data = frame;
      packet.wire_length = static_cast<std::uint32_t>(frame.size());
      packet.link_type = 1;
      batch.add(packet, time, number);
    }
    if (to >= frames_.size()) step(batch, pipeline::Step::Kind::end, now_, frames_.size() + 1);
  }

 private:
  static void step(pipeline::Batch& batch, pipeline::Step::Kind kind, Time now, std::uint64_t order) {
    pipeline::Step made;
    made.kind = kind;
    made.time = made.now = now, made.order = order;
    batch.add(made);
  }
  static void put(std::vector<std::uint8_t>& into, std::uint64_t value, std::size_t octets) {
    while (octets-- > 0) into.push_back(static_cast<std::uint8_t>(value >> 8 * octets));
  }
  void tcp(Direction way, std::uint8_t flags, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, forth ? 40'001 : port_, 2), put(made, forth ? port_ : 40'001, 2);
    put(made, next_[!forth], 4), put(made, flags & 0x10 ? next_[forth] : 0, 4);
    put(made, 0x50, 1), put(made, flags, 1), put(made, 8'192, 2), put(made, 0, 4);
    made.insert(made.end(), octets.begin(), octets.end());
    next_[!forth] += static_cast<std::uint32_t>(octets.size() + (flags & 3 ? 1 : 0));
    ip(way, 6, made);
  }
  void ip(Direction way, std::uint8_t protocol, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, 0x4500, 2), put(made, 20 + octets.size(), 2), put(made, 0, 4);
    put(made, 64, 1), put(made, protocol, 1), put(made, 0, 2);
    put(made, forth ? 0x0a000001 : 0x0a000002, 4), put(made, forth ? 0x0a000002 : 0x0a000001, 4);
    made.insert(made.end(), octets.begin(), octets.end());
    ether(way, 0x0800, made);
  }
  void ether(Direction way, std::uint16_t type, Bytes octets) {
    const bool forth = way == Direction::to_server;
    std::vector<std::uint8_t> made;
    put(made, 0x020000000000 + (forth ? 2 : 1), 6), put(made, 0x020000000000 + (forth ? 1 : 2), 6);
    put(made, type, 2);
    made.insert(made.end(), octets.begin(), octets.end());
    frames_.push_back({now_ += millisecond, std::move(made)});
  }

  std::uint16_t port_;
  Time now_ = 1'700'000'000 * second;
  std::vector<std::pair<Time, std::vector<std::uint8_t>>> frames_;
  std::uint32_t next_[2] = {1'000, 900'000};
};

}  // namespace langyan::fuzz
