// Talks: what the flows of a capture carry, turn by turn, as a Rig can say it again. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "decode/decode.h"
#include "fields/protocol.h"
#include "flow/tracker.h"
#include "tests/damage/held_capture.h"
#include "tests/fuzz/rig.h"

namespace langyan::fuzz {

constexpr std::size_t most_turns = 144, most_turn_octets = 0xfff;  // of a flow; of a turn

struct Turn {
  bool to_client;
  std::vector<std::uint8_t> octets;
};
struct Talk {
  Transport transport;
  std::uint16_t port;
  bool from_the_start;
  std::vector<Turn> turns;
};

// What the flows of a capture carry, in the order in which they opened.
class FlowReader : flow::Listener {
 public:
  FlowReader() : tracker_(flow::Options{}, decoder_, *this) {}
  std::vector<Talk> run(const std::vector<HeldPacket>& packets) {
    std::uint64_t number = 0;
    for (const HeldPacket& packet : packets) {
      decode::Headers headers;
      const capture::Packet view = packet.view(packet.time, ++number);
      const auto outcome = decoder_.decode(view.data, view.wire_length, view.link_type, headers);
      tracker_.accept(view, headers, outcome);
    }
    tracker_.finish();
    return std::move(talks_);
  }

 private:
  void opened(flow::Flow& flow) override {
    const Transport transport = flow.kind() == flow::Kind::tcp   ? Transport::tcp
                                : flow.kind() == flow::Kind::udp ? Transport::udp
                                                                 : Transport::layer2;
    at_[flow.slot()] = talks_.size();
    talks_.push_back({transport,
                      transport == Transport::layer2 ? flow.ethertype() : flow.server_port(),
                      flow.certainty() == flow::Certainty::seen,
                      {}});
  }
  void say(flow::Flow& flow, Direction way, Bytes octets) {
    Talk& talk = talks_[at_[flow.slot()]];
    for (; !octets.empty() && talk.turns.size() < most_turns;
         octets = octets.subspan(std::min(octets.size(), most_turn_octets))) {
      const Bytes part = octets.first(std::min(octets.size(), most_turn_octets));
      talk.turns.push_back({way == Direction::to_client, {part.begin(), part.end()}});
    }
  }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    say(flow, way, chunk.data);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    say(flow, way, payload);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override {}

  std::vector<Talk> talks_;
  std::map<std::uint32_t, std::size_t> at_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
};

// The octet that makes such a flow of the protocol (Start).
inline std::uint8_t start_octet(const Protocol& protocol, const Talk& talk, bool from_the_start) {
  std::uint8_t found = 0x40;  // on a foreign port
  for (unsigned octet = 0; octet < 256; ++octet) {
    const auto start = Start::of(static_cast<std::uint8_t>(octet), &protocol);
    if (start.transport != talk.transport || start.from_the_start != from_the_start) continue;
    if (start.port == talk.port) return static_cast<std::uint8_t>(octet);
    if (octet & 0x40) found = static_cast<std::uint8_t>(octet);
  }
  return found;
}

// Those of the captures in `folder`/<protocol>/ in which something is said, at most so many of
// each.
inline std::vector<Talk> talks_of(const std::string& folder, const Protocol& protocol,
                                  std::size_t most_of_a_capture) {
  std::vector<Talk> all;
  for (const std::string& path : captures_of_protocols(folder, protocol.name)) {
    std::vector<Talk> talks = FlowReader().run(hold_capture(path));
    std::erase_if(talks, [](const Talk& talk) { return talk.turns.empty(); });
    if (talks.size() > most_of_a_capture) talks.resize(most_of_a_capture);
    std::ranges::move(talks, std::back_inserter(all));
  }
  return all;
}

}  // namespace langyan::fuzz
