// Rig: one conversation made of octets alone, through flow, dissect and, where lines are written,
// summary and the event writer. It is made once and used for many conversations, one after the
// other. One thread.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "decode/decode.h"
#include "dissect/dissector.h"
#include "dissect/registry.h"
#include "eve/writer.h"
#include "flow/tracker.h"
#include "pipeline/report.h"
#include "summary/summary.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/lines.h"
#include "tests/fuzz/work.h"

namespace langyan::fuzz {

// Per octet of payload: a message header is at least four octets, and an item or operation takes a
// bit at best (a coil), of which a message says the count.
constexpr std::uint64_t most_calls = 8, most_octets_read = 80, most_emitted = 16, some = 4'096;
constexpr Time noon = 1'700'000'000 * second;

constexpr std::uint64_t lines_checked = 16,
                        later_lines = 8;  // of a conversation: the first, then each eighth

// How the second octet of an input says what kind of flow it is.
struct Start {
  Transport transport = Transport::tcp;
  std::uint16_t port = 4'000;  // a foreign one
  bool from_the_start = true;  // else the capture began in mid-stream

  static Start of(std::uint8_t octet, const Protocol* protocol) {
    Start start;
    start.transport = static_cast<Transport>(octet % 3);
    if (protocol && !protocol->ports.empty() && !(octet & 0x40)) {
      const PortHint& hint = protocol->ports[octet / 3 % 4 % protocol->ports.size()];
      if (octet & 0x20) start.transport = hint.transport;
      start.port = hint.port;
    }
    start.from_the_start = !(octet & 0x80);
    return start;
  }
};
constexpr std::size_t piece_sizes[] = {0, 1, 2, 3, 5, 7, 64, 536};

// Set while dissect works, for who counts what is allocated meanwhile.
inline bool in_dissect = false;
struct InDissect {
  InDissect() { in_dissect = true; }
  ~InDissect() { in_dissect = false; }
};

enum class Writes : std::uint8_t { nothing, lines };

class Rig final : flow::Listener, dissect::Listener, summary::Sink {
 public:
  explicit Rig(Writes writes)
      : writes_(writes),
        tracker_(flow::Options{}, decoder_, *this),
        dissector_(tracker_.capacity(), 1, *this) {}

  // A new conversation of two hosts nobody heard of yet, so that nothing kept of others is met
  // again. `piece`: stream chunks are handed on in pieces of so many octets (0: as they come).
  void begin(Transport transport, std::uint16_t server_port, std::size_t piece) {
    transport_ = transport, port_ = server_port, piece_ = piece;
    ++hosts_;
    now_ = noon, number_ = lines_ = 0, next_ = {1'000, 900'000};
    if (writes_ == Writes::lines)
      summary_.reset(new summary::Summary(tracker_.capacity(), 1, *this));
  }
  void handshake() {
    namespace flag = decode::tcp_flag;
    tcp(Direction::to_server, flag::syn, {});
    tcp(Direction::to_client, flag::syn | flag::ack, {});
    tcp(Direction::to_server, flag::ack, {});
  }
  void say(Direction way, Bytes octets) {
    namespace flag = decode::tcp_flag;
    if (transport_ == Transport::tcp) return tcp(way, flag::ack | flag::psh, octets);
    decode::Headers made = headers(way);
    const std::vector<std::uint8_t> copy(octets.begin(), octets.end());
    made.payload = copy;
    give(made);
  }
  void lose(Direction way, std::uint32_t octets) { next_[index(way)] += octets; }
  void end() {
    namespace flag = decode::tcp_flag;
    if (transport_ != Transport::tcp) return;
    tcp(Direction::to_server, flag::fin | flag::ack, {});
    tcp(Direction::to_client, flag::fin | flag::ack, {});
    tcp(Direction::to_server, flag::ack, {});
  }
  void pass(Duration time) {
    now_ += time;
    dissector_.tick(now_), tracker_.tick(now_);
    if (summary_) summary_->tick(now_);
  }
  const dissect::Dissector& dissector() const { return dissector_; }
  void finish() {
    tracker_.finish();
    if (summary_) summary_->finish(now_);
    require(tracker_.size() == 0, "no flow is left behind");
    const auto& counters = dissector_.counters();
    const auto value = [&](dissect::Count which) { return counters.value(which); };
    using dissect::Count;
    require(value(Count::requests) ==
                value(Count::paired) + value(Count::unanswered) + value(Count::pending_refused),
            "a request is answered, said to be unanswered, or refused for want of room");
    require(value(Count::answers) == value(Count::paired) + value(Count::unpaired_answers),
            "an answer is paired or not");
    require(value(Count::parser_runs_refused) == 0, "no parser offers octets of others");
  }

 private:
  static std::size_t index(Direction way) { return static_cast<std::size_t>(way); }

  IpAddress address(std::uint32_t end) const {
    return IpAddress::v4(0x0a000000 | (hosts_ << 1 & 0xfffffe) | end);
  }
  Mac mac(std::uint32_t end) const {
    const auto octet = [&](unsigned shift) { return static_cast<std::uint8_t>(hosts_ >> shift); };
    return Mac{{2, octet(24), octet(16), octet(8), octet(0), static_cast<std::uint8_t>(end)}};
  }
  decode::Headers headers(Direction way) const {
    decode::Headers made;
    const bool forth = way == Direction::to_server;
    if (transport_ == Transport::layer2) {
      made.source_mac = mac(forth ? 0 : 1), made.destination_mac = mac(forth ? 1 : 0);
      made.has_source_mac = made.has_destination_mac = true;
      made.ethertype = port_;
      return made;
    }
    made.ip_version = 4;
    made.ethertype = decode::ethertype::ipv4;
    made.protocol =
        transport_ == Transport::tcp ? decode::ip_protocol::tcp : decode::ip_protocol::udp;
    made.source = address(forth ? 0 : 1);
    made.destination = address(forth ? 1 : 0);
    made.source_port = forth ? 40'000 : port_;
    made.destination_port = forth ? port_ : 40'000;
    return made;
  }
  void tcp(Direction way, std::uint8_t flags, Bytes octets) {
    decode::Headers made = headers(way);
    made.tcp.flags = flags;
    made.tcp.sequence = next_[index(way)];
    made.tcp.acknowledgement = flags & decode::tcp_flag::ack ? next_[index(opposite(way))] : 0;
    made.tcp.window = 8'192;
    made.payload = octets;
    next_[index(way)] += static_cast<std::uint32_t>(octets.size()) +
                         (flags & (decode::tcp_flag::syn | decode::tcp_flag::fin) ? 1 : 0);
    give(made);
  }
  void give(decode::Headers& made) {
    capture::Packet packet;
    packet.time = now_;
    packet.number = ++number_;
    packet.data = made.payload;
    packet.wire_length = static_cast<std::uint32_t>(54 + made.payload.size());
    tracker_.accept(
        packet, made,
        transport_ == Transport::layer2 ? decode::Outcome::link_only : decode::Outcome::transport);
  }
  // Parsing the lines costs more than making them.
  void check(const std::string& line) {
    static LineCheck all;
    if (lines_++ < lines_checked || lines_ % later_lines == 0) all.check(line);
  }
  eve::Moment moment() const { return {now_, number_, {}, 1, nullptr}; }

  void opened(flow::Flow& flow) override {
    dissector_.opened(flow);
    if (summary_) summary_->opened(flow);
  }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  // Each piece stands on the heap with nothing around it, so that a read past it is seen.
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    flow::Chunk part = chunk;
    std::size_t at = 0;
    do {
      const Bytes octets = chunk.data.subspan(
          at, piece_ ? std::min(piece_, chunk.data.size() - at) : chunk.data.size());
      const std::vector<std::uint8_t> copy(octets.begin(), octets.end());
      part.data = copy;
      {
        const InDissect here;
        dissector_.stream(flow, way, part, now_, number_);
      }
      part.gap = false, part.missing = 0;
      at += octets.size();
    } while (at < chunk.data.size());
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    const InDissect here;
    dissector_.datagram(flow, way, payload, transport_, now_, number_);
  }
  void record(flow::Flow& flow) override {
    if (writes_ == Writes::nothing) return;
    std::string line;
    writer_.flow(line, flow, dissector_.protocol(flow), {}, false, false, moment());
    check(line);
  }
  void closed(flow::Flow& flow, flow::Reason reason) override {
    const Protocol* protocol = dissector_.protocol(flow);
    dissector_.closed(flow, now_);
    if (writes_ == Writes::nothing) return;
    std::string line;
    writer_.flow(line, flow, protocol, reason, true, false, moment());
    check(line);
  }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow&, const Protocol&) override {}
  void message(flow::Flow& flow, const Message& message) override {
    if (writes_ == Writes::nothing) return;
    summary_->message(flow, message, now_);
    std::string line;
    writer_.operation(line, flow, message, moment());
    check(line);
  }
  void unanswered(flow::Flow& flow, const Message& request) override {
    if (writes_ == Writes::nothing) return;
    summary_->unanswered(flow, request, now_);
    std::string line;
    writer_.operation(line, flow, request, moment());
    check(line);
  }
  void anomaly(flow::Flow& flow, const Protocol* protocol, const Detection& what, Direction way,
               Bytes) override {
    if (writes_ == Writes::nothing) return;
    std::string line;
    writer_.anomaly(line, what, &flow, protocol, "applayer", way, nullptr, moment());
    check(line);
  }
  void event(flow::Flow&, const Message&, summary::Why) override {}
  void report(const summary::Report& report, Time now) override {
    std::string line;
    pipeline::write_report(line, writer_, report, now);
    check(line);
  }
  void flood(flow::Flow&, const Message&, const Detection&) override {}

  const Writes writes_;
  std::size_t piece_ = 0;
  std::uint32_t hosts_ = 0;
  Time now_ = noon;
  std::uint64_t number_ = 0, lines_ = 0;
  std::array<std::uint32_t, 2> next_ = {1'000, 900'000};
  Transport transport_ = Transport::tcp;
  std::uint16_t port_ = 0;
  const eve::Writer writer_{eve::Options{}};
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
  std::unique_ptr<summary::Summary> summary_;
};

// What was asked of the parsers (work.h) for so many octets, handed on in so many pieces.
inline void check_work(std::uint64_t octets, std::uint64_t pieces) {
  const std::uint64_t protocols = dissect::protocols().size();
  const std::uint64_t calls = some + most_calls * (octets + pieces);
  require(work.identify <= protocols * calls, "identify is asked in linear measure");
  require(work.frame <= calls, "frames are looked for in linear measure");
  require(work.resync_octets <= some + most_octets_read * (octets + pieces),
          "framing is looked for again in linear measure");
  require(work.decode_octets <= some + 2 * octets, "an octet is decoded once");
  require(work.items <= some + most_emitted * octets, "items are linear in the octets");
  require(work.operations <= some + most_emitted * octets, "operations are linear in the octets");
}

}  // namespace langyan::fuzz
