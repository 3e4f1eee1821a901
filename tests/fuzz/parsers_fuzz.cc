// All parsers in one, through flow, dissect, summary and the event writer.
//
// Input: an octet that picks the protocol whose port is used (and so who is asked first), an octet
// of transport and kind of start, an octet that says into which pieces a stream is cut, then turns:
//   control octet: bit 0 direction, bit 1 octets before it are lost, bit 2 time passes, bit 3 the
//   connection ends after it; the upper four times 256 are added to the length that follows
//   length octet, and as many octets said
// Promises: work is linear in the octets; what is asked is answered or said to be not; every event
// line is right (lines.h); flows, buffers and requests stay below their caps and are given back.
#include <array>
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
namespace {

// Per octet of payload: a message header is at least four octets, and an item or operation takes a
// bit at best (a coil), of which a message says the count.
constexpr std::uint64_t most_calls = 8, most_octets_read = 80, most_emitted = 16, some = 4'096;
constexpr Time noon = 1'700'000'000 * second;

LineCheck& lines() {
  static LineCheck check;
  return check;
}

class Rig final : flow::Listener, dissect::Listener, summary::Sink {
 public:
  explicit Rig(std::size_t piece)
      : piece_(piece),
        tracker_(flow::Options{}, decoder_, *this),
        dissector_(tracker_.capacity(), 1, *this),
        summary_(tracker_.capacity(), 1, *this) {}

  void use(Transport transport, std::uint16_t server_port) {
    transport_ = transport, port_ = server_port;
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
    dissector_.tick(now_), tracker_.tick(now_), summary_.tick(now_);
  }
  void finish() {
    tracker_.finish();
    summary_.finish(now_);
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

  decode::Headers headers(Direction way) const {
    decode::Headers made;
    const bool forth = way == Direction::to_server;
    if (transport_ == Transport::layer2) {
      made.source_mac = Mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(forth ? 1 : 2)}};
      made.destination_mac = Mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(forth ? 2 : 1)}};
      made.has_source_mac = made.has_destination_mac = true;
      made.ethertype = port_;
      return made;
    }
    made.ip_version = 4;
    made.ethertype = decode::ethertype::ipv4;
    made.protocol =
        transport_ == Transport::tcp ? decode::ip_protocol::tcp : decode::ip_protocol::udp;
    made.source = IpAddress::v4(forth ? 0x0a000001 : 0x0a000002);
    made.destination = IpAddress::v4(forth ? 0x0a000002 : 0x0a000001);
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
  eve::Moment moment() const { return {now_, number_, {}, 1, nullptr}; }

  void opened(flow::Flow& flow) override { dissector_.opened(flow), summary_.opened(flow); }
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
      dissector_.stream(flow, way, part, now_, number_);
      part.gap = false, part.missing = 0;
      at += octets.size();
    } while (at < chunk.data.size());
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector_.datagram(flow, way, payload, transport_, now_, number_);
  }
  void record(flow::Flow& flow) override {
    std::string line;
    writer_.flow(line, flow, dissector_.protocol(flow), {}, false, false, moment());
    lines().check(line);
  }
  void closed(flow::Flow& flow, flow::Reason reason) override {
    const Protocol* protocol = dissector_.protocol(flow);
    dissector_.closed(flow, now_);
    std::string line;
    writer_.flow(line, flow, protocol, reason, true, false, moment());
    lines().check(line);
  }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow&, const Protocol&) override {}
  void message(flow::Flow& flow, const Message& message) override {
    summary_.message(flow, message, now_);
    std::string line;
    writer_.operation(line, flow, message, moment());
    lines().check(line);
  }
  void unanswered(flow::Flow& flow, const Message& request) override {
    summary_.unanswered(flow, request, now_);
    std::string line;
    writer_.operation(line, flow, request, moment());
    lines().check(line);
  }
  void anomaly(flow::Flow& flow, const Protocol* protocol, const Detection& what, Direction way,
               Bytes) override {
    std::string line;
    writer_.anomaly(line, what, &flow, protocol, "applayer", way, nullptr, moment());
    lines().check(line);
  }
  void event(flow::Flow&, const Message&, summary::Why) override {}
  void report(const summary::Report& report, Time now) override {
    std::string line;
    pipeline::write_report(line, writer_, report, now);
    lines().check(line);
  }
  void flood(flow::Flow&, const Message&, const Detection&) override {}

  const std::size_t piece_;
  Time now_ = noon;
  std::uint64_t number_ = 0;
  std::array<std::uint32_t, 2> next_ = {1'000, 900'000};
  Transport transport_ = Transport::tcp;
  std::uint16_t port_ = 0;
  const eve::Writer writer_{eve::Options{}};
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
  summary::Summary summary_;
};

void check_work(std::uint64_t octets, std::uint64_t pieces) {
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

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  work = {};
  fuzz::Input input(data, size);
  const auto all = dissect::protocols();
  const std::size_t choice = input.octet() % (all.size() + 1);
  const std::uint8_t start = input.octet();
  constexpr std::size_t pieces[] = {0, 1, 2, 3, 5, 7, 64, 536};
  const std::size_t piece = pieces[input.octet() % std::size(pieces)];

  Rig rig(piece);
  auto transport = static_cast<Transport>(start % 3);
  std::uint16_t port = 4'000;
  if (choice < all.size() && !all[choice]->ports.empty() && !(start & 0x40)) {
    const PortHint& hint = all[choice]->ports[start / 3 % 4 % all[choice]->ports.size()];
    if (start & 0x20) transport = hint.transport;
    port = hint.port;
  }
  rig.use(transport, port);
  if (transport == Transport::tcp && !(start & 0x80)) rig.handshake();
  std::uint64_t octets = 0, turns = 0;
  for (; !input.empty(); ++turns) {
    const std::uint8_t control = input.octet();
    const Direction way = control & 1 ? Direction::to_client : Direction::to_server;
    if (control & 2) rig.lose(way, 8);
    if (control & 4) rig.pass(second * (1 + (control >> 4) * 8));
    const Bytes said = input.run((control >> 4) * 256u + input.octet());
    octets += said.size();
    rig.say(way, said);
    if (control & 8) rig.end();
  }
  rig.finish();
  check_work(octets, turns + (piece ? octets / piece : 0));
  return 0;
}
