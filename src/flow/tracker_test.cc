#include "flow/tracker.h"

#include <gtest/gtest.h>

#include <random>

#include "flow/test_wire.h"

namespace langyan::flow {
namespace {

constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// A listener that allocates nothing and counts what storms do.
struct Quiet : Listener {
  void opened(Flow&) override {}
  void packet(Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(Flow&, Direction, const Chunk&) override {}
  void datagram(Flow&, Direction, Bytes) override {}
  void record(Flow&) override {}
  void closed(Flow& flow, Reason reason) override {
    if (reason == Reason::evicted && flow.state() != State::opening) ++evicted_conversations;
    if (reason == Reason::evicted && flow.kept()) ++evicted_kept;
  }
  void anomaly(const Oddity&) override {}
  std::uint64_t evicted_conversations = 0, evicted_kept = 0;
};

TEST(Flow, SizesAreWhatWasPromised) {
  EXPECT_LE(sizeof(Flow), 128u);
  EXPECT_EQ(Cap::find("flow.flows")->value(), 65'536u);
}

TEST(Tracker, TellsWhoServes) {
  Wire syn_seen;
  syn_seen.ends = {.client_port = 502, .server_port = 50'000};  // whatever the ports say
  EXPECT_EQ(syn_seen.handshake()->client_port(), 502);
  EXPECT_EQ(syn_seen.flow->certainty(), Certainty::seen);
  EXPECT_FALSE(syn_seen.flow->reverse());

  Wire answer_seen;
  answer_seen.server(syn | ack, 0, 1);
  EXPECT_EQ(answer_seen.flow->server_port(), 502);
  EXPECT_EQ(answer_seen.flow->certainty(), Certainty::seen);

  Wire midstream;
  midstream.server(ack | psh, 10, 10, "answer");
  EXPECT_EQ(midstream.flow->server_port(), 502) << "the lower port";
  EXPECT_EQ(midstream.flow->certainty(), Certainty::guessed);

  Wire hinted(
      Options{.timeouts = {}, .is_server_port = [](std::uint16_t port, std::uint8_t protocol) {
                return port == 44'818 && protocol == decode::ip_protocol::tcp;
              }});
  hinted.ends = {.client_port = 1'500, .server_port = 44'818};
  hinted.server(ack | psh, 10, 10, "answer");
  EXPECT_EQ(hinted.flow->server_port(), 44'818) << "the hint beats the lower port";

  Wire datagrams;
  datagrams.ends = {.client_port = 5'000, .server_port = 4'000};
  datagrams.udp(to_server, "x");
  EXPECT_EQ(datagrams.flow->client_port(), 5'000) << "who speaks first";
  datagrams.ends = {.client_port = 6'000, .server_port = 161};
  datagrams.udp(to_client, "x");
  EXPECT_EQ(datagrams.flow->server_port(), 161) << "a system port serves";
}

TEST(Tracker, ReversingTurnsEverythingRound) {
  Wire wire;
  wire.ends = {.client_port = 1'000, .server_port = 2'000};  // the guess will be wrong
  wire.client(ack, 10, 10, "abc");
  wire.server(ack, 10, 13, "de");
  Flow& flow = *wire.flow;
  ASSERT_EQ(flow.client_port(), 2'000);
  const std::uint64_t id = flow.id();
  EXPECT_EQ(flow.payload_bytes(to_client), 3u);
  EXPECT_TRUE(flow.reverse());
  EXPECT_EQ(flow.id(), id);
  EXPECT_EQ(flow.client_port(), 1'000);
  EXPECT_EQ(flow.client_ip(), IpAddress::v4(wire.ends.client));
  EXPECT_EQ(flow.payload_bytes(to_server), 3u);
  EXPECT_EQ(flow.payload_bytes(to_client), 2u);
  EXPECT_EQ(flow.certainty(), Certainty::learned);
  wire.recorder.streams.clear();
  wire.recorder.sequences.clear();
  wire.client(ack, 13, 12, "f");
  EXPECT_EQ(wire.heard(to_server), "f");
}

TEST(Tracker, AHandshakeCorrectsTheGuess) {
  Wire wire;
  wire.ends = {.client_port = 100, .server_port = 50'000};
  wire.server(rst, 0);
  ASSERT_EQ(wire.flow->server_port(), 100);
  wire.wait(11 * second);
  wire.tcp(to_server, ack, 0, 0);  // a stray ACK of the client opens the flow
  ASSERT_EQ(wire.flow->server_port(), 100);
  wire.handshake();
  EXPECT_EQ(wire.flow->server_port(), 50'000);
  EXPECT_EQ(wire.flow->certainty(), Certainty::seen);
}

TEST(Tracker, CountsWhatEachSideSent) {
  Wire wire;
  wire.handshake();
  wire.client(ack | psh, 1, 1, "12345");
  wire.server(ack | psh, 1, 6, "123");
  const Flow& flow = *wire.flow;
  EXPECT_EQ(flow.packets(to_server), 3u);
  EXPECT_EQ(flow.packets(to_client), 2u);
  EXPECT_EQ(flow.payload_bytes(to_server), 5u);
  EXPECT_EQ(flow.bytes(to_server), 3u * 54 + 5);
  EXPECT_EQ(flow.bytes(to_client), 2u * 54 + 3);
  EXPECT_EQ(flow.tcp_flags(to_server), syn | ack | psh);
  EXPECT_EQ(flow.tcp_flags(to_client), syn | ack | psh);
  EXPECT_EQ(flow.first_packet(), 1u);
  EXPECT_EQ(flow.first_time(), noon);
}

struct Silence {
  const char* what;
  std::function<void(Wire&)> traffic;
  Duration time;
  Reason reason;
};

// Each state's time, to the second: open at one tick, closed at the next.
TEST(Tracker, SilenceEndsEachStateAtItsTime) {
  const Timeouts times;
  const Silence rows[] = {
      {"tcp opening", [](Wire& w) { w.client(syn, 0); }, times.tcp_opening, Reason::timeout},
      {"tcp half open", [](Wire& w) { w.client(syn, 0), w.server(syn | ack, 0, 1); },
       times.tcp_opening, Reason::timeout},
      {"tcp established", [](Wire& w) { w.handshake(); }, times.tcp_established, Reason::timeout},
      {"tcp midstream", [](Wire& w) { w.client(ack, 9, 9, "x"), w.server(ack, 9, 10); },
       times.tcp_established, Reason::timeout},
      {"tcp closing", [](Wire& w) { w.handshake(), w.client(fin | ack, 1, 1); }, times.tcp_closing,
       Reason::finished},
      {"tcp closed",
       [](Wire& w) { w.handshake(), w.client(fin | ack, 1, 1), w.server(fin | ack, 1, 2); },
       times.tcp_closed, Reason::finished},
      {"tcp reset", [](Wire& w) { w.handshake(), w.server(rst, 1); }, times.tcp_closed,
       Reason::reset},
      {"udp opening", [](Wire& w) { w.udp(to_server, "x"); }, times.udp_opening, Reason::timeout},
      {"udp both ways", [](Wire& w) { w.udp(to_server, "x"), w.udp(to_client, "y"); },
       times.udp_established, Reason::timeout},
      {"udp sustained",
       [](Wire& w) {
         for (int i = 0; i < 16; ++i) w.udp(to_server, "x");
       },
       times.udp_established, Reason::timeout},
  };
  for (const Silence& row : rows) {
    Wire wire;
    wire.now = noon + second / 4;
    row.traffic(wire);
    wire.wait(row.time - second);
    EXPECT_EQ(wire.tracker.size(), 1u) << row.what;
    wire.wait(second - second / 4);
    EXPECT_EQ(wire.tracker.size(), 1u) << row.what << " at the second before its time is over";
    wire.wait(second);
    EXPECT_EQ(wire.tracker.size(), 0u) << row.what;
    ASSERT_EQ(wire.recorder.ended.size(), 1u) << row.what;
    EXPECT_EQ(wire.recorder.ended[0].reason, row.reason) << row.what;
    EXPECT_EQ(wire.recorder.ended[0].last_time, noon + second / 4) << row.what;
  }
}

TEST(Tracker, TrafficKeepsAFlowAlive) {
  Wire wire;
  wire.udp(to_server, "x");
  const std::uint64_t id = wire.flow->id();
  for (int i = 0; i < 100; ++i) {
    wire.wait(20 * second);
    EXPECT_EQ(wire.udp(to_server, "x")->id(), id);
  }
}

TEST(Tracker, RecordsAFlowThatLastsAtEachInterval) {
  Wire wire;
  wire.wait(second / 2);
  wire.handshake();
  for (std::uint32_t i = 0; i <= 3'600; ++i) {
    wire.client(ack, 1 + i, 1, "x");
    wire.wait(second);
  }
  EXPECT_EQ(wire.recorder.records, std::vector<std::uint64_t>(12, wire.flow->id()));
  EXPECT_EQ(wire.count(Count::records), 12u);
  EXPECT_TRUE(wire.recorder.ended.empty());

  Wire never(Options{.timeouts = {}, .record_interval = 0});
  never.handshake();
  never.wait(3'000 * second);
  EXPECT_TRUE(never.recorder.records.empty());

  Wire leap;  // a clock that leaps tells of it once
  leap.handshake();
  leap.now += 2'000 * second;
  leap.tracker.tick(leap.now);
  EXPECT_EQ(leap.recorder.records.size(), 1u);
}

TEST(Tracker, IcmpRequestAndReplyAreOneFlow) {
  Wire wire;
  const auto icmp = [&](Direction way, std::uint8_t type, std::uint8_t code) {
    decode::Headers made = wire.headers(wire.ends, way, decode::ip_protocol::icmp);
    made.source_port = made.destination_port = 0;
    made.icmp_type = type;
    made.icmp_code = code;
    made.payload = bytes_of("ping");
    return wire.give(made);
  };
  Flow* echo = icmp(to_server, 8, 0);
  EXPECT_EQ(icmp(to_client, 0, 0), echo);
  EXPECT_EQ(echo->client_ip(), IpAddress::v4(wire.ends.client));
  EXPECT_EQ(echo->icmp_type(), 8);
  Flow* unreachable = icmp(to_client, 3, 1);
  EXPECT_NE(unreachable, echo);
  EXPECT_EQ(unreachable->icmp_type(), 3);
  EXPECT_EQ(unreachable->icmp_code(), 1);
  EXPECT_NE(icmp(to_client, 3, 3), unreachable);
  wire.ends.client = 0x0a000009;  // the reply is seen first
  EXPECT_EQ(icmp(to_client, 0, 0)->client_ip(), IpAddress::v4(0x0a000009));
  EXPECT_EQ(wire.count(Count::icmp), 5u);
}

TEST(Tracker, Layer2FlowsAreMacPairsAndEthertypes) {
  Wire wire;
  const auto frame = [&](std::uint64_t from, std::uint64_t to, std::uint16_t type,
                         std::uint16_t llc) {
    decode::Headers made;
    made.source_mac = Mac::from_number(from);
    made.destination_mac = Mac::from_number(to);
    made.has_source_mac = made.has_destination_mac = true;
    made.ethertype = type;
    made.llc = llc;
    made.payload = bytes_of("frame");
    return wire.give(made, decode::Outcome::link_only);
  };
  Flow* goose = frame(1, 0x010ccd010001, 0x88b8, 0);
  EXPECT_EQ(frame(1, 0x010ccd010001, 0x88b8, 0), goose);
  EXPECT_EQ(goose->kind(), Kind::layer2);
  EXPECT_EQ(goose->ethertype(), 0x88b8);
  EXPECT_EQ(goose->llc(), 0);
  EXPECT_EQ(goose->client_mac(), Mac::from_number(1));
  EXPECT_EQ(goose->server_mac(), Mac::from_number(0x010ccd010001));
  EXPECT_EQ(wire.recorder.streams.begin()->second, "frame|frame|");
  EXPECT_NE(frame(1, 2, 0x8892, 0), goose);
  Flow* both = frame(1, 2, 0x8892, 0);
  EXPECT_EQ(frame(2, 1, 0x8892, 0), both);
  EXPECT_FALSE(both->one_way());
  Flow* iso = frame(1, 2, 0, 0x8892);
  EXPECT_NE(iso, both) << "an LLC pair is no ethertype";
  EXPECT_EQ(iso->llc(), 0x8892);
  EXPECT_EQ(iso->ethertype(), 0);
  EXPECT_EQ(frame(1, 0xffffffffffff, decode::ethertype::arp, 0), nullptr);
  EXPECT_EQ(wire.count(Count::without_flow), 1u);
  expect_balance(wire.tracker.counters(), wire.tracker.size());
}

void put16(std::vector<std::uint8_t>& out, unsigned value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

// An IPv4 packet in a raw frame (DLT_RAW).
std::vector<std::uint8_t> ipv4(std::uint16_t id, unsigned fragment_word, std::uint8_t protocol,
                               Bytes data) {
  std::vector<std::uint8_t> frame{0x45, 0};
  put16(frame, static_cast<unsigned>(20 + data.size()));
  put16(frame, id);
  put16(frame, fragment_word);
  frame.insert(frame.end(), {64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
  frame.insert(frame.end(), data.begin(), data.end());
  return frame;
}

// Through the decoder: a fragmented UDP datagram is one datagram of its flow, counted with all its
// fragments; the same flow takes whole ones.
TEST(Tracker, FragmentsBecomeADatagramOfTheirFlow) {
  constexpr int raw = 101;  // LINKTYPE_RAW
  std::vector<std::uint8_t> datagram;
  put16(datagram, 5'000);
  put16(datagram, 2'222);
  put16(datagram, 8 + 3'000);
  put16(datagram, 0);
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += static_cast<char>('a' + i % 26);
  datagram.insert(datagram.end(), text.begin(), text.end());

  Wire wire;
  const auto send = [&](const std::vector<std::uint8_t>& frame) {
    decode::Headers headers;
    const decode::Outcome outcome = wire.decoder.decode(frame, 0, raw, headers);
    capture::Packet packet{wire.now, ++wire.number, frame, static_cast<std::uint32_t>(frame.size()),
                           raw};
    return wire.tracker.accept(packet, headers, outcome);
  };
  const Bytes all(datagram);
  constexpr std::uint8_t udp = decode::ip_protocol::udp;
  EXPECT_EQ(send(ipv4(7, 0x2000 | 1'480 / 8, udp, all.subspan(1'480, 1'480))), nullptr);
  EXPECT_EQ(send(ipv4(7, 2'960 / 8, udp, all.subspan(2'960))), nullptr);
  Flow* flow = send(ipv4(7, 0x2000, udp, all.first(1'480)));
  ASSERT_NE(flow, nullptr);
  EXPECT_EQ(flow->server_port(), 2'222);
  EXPECT_EQ(wire.recorder.streams.begin()->second, text + "|");
  EXPECT_EQ(flow->packets(to_server), 3u);
  EXPECT_EQ(flow->bytes(to_server), datagram.size() + 3 * 20);
  EXPECT_EQ(wire.recorder.packet_count, 1u);
  EXPECT_EQ(wire.count(Count::fragments), 2u);
  EXPECT_EQ(wire.count(Count::udp), 1u);
  EXPECT_EQ(wire.recorder.names(), "");
  expect_balance(wire.tracker.counters(), wire.tracker.size());
}

TEST(Tracker, AFragmentBeyondTheLargestDatagramIsSaid) {
  const std::vector<std::uint8_t> data(1'480, 'x');
  const auto frame = ipv4(7, 0x1fff, decode::ip_protocol::icmp, data);
  decode::Headers headers;
  Wire wire;
  const decode::Outcome outcome = wire.decoder.decode(frame, 0, 101, headers);
  ASSERT_EQ(outcome, decode::Outcome::invalid);
  wire.give(headers, outcome);
  EXPECT_EQ(wire.recorder.names(), "ip.fragment_too_long");
}

// SYN, UDP and layer-2 storms of a hundred times the cap: the conversations stay, all is counted,
// nothing is allocated, the pool keeps its size.
TEST(Tracker, StormsEvictStormsAndNotConversations) {
  const CapSetting cap("flow.flows", 2'048);
  Quiet quiet;
  decode::Decoder decoder;
  Tracker tracker(Options{}, decoder, quiet);
  Wire maker;
  std::uint64_t number = 0;
  Time now = noon;
  const auto give = [&](decode::Headers& headers,
                        decode::Outcome outcome = decode::Outcome::transport) {
    capture::Packet packet;
    packet.time = now;
    packet.number = ++number;
    packet.wire_length = 60;
    Flow* flow = tracker.accept(packet, headers, outcome);
    if (number % 1'000 == 0) tracker.tick(now += 10 * millisecond);
    return flow;
  };
  const auto tcp = [&](const Ends& ends, Direction way, std::uint8_t flags, std::uint32_t sequence,
                       std::uint32_t acknowledgement, std::string_view data = {}) {
    decode::Headers headers = maker.headers(ends, way, decode::ip_protocol::tcp);
    headers.tcp.flags = flags;
    headers.tcp.sequence = sequence;
    headers.tcp.acknowledgement = acknowledgement;
    headers.tcp.window = 8'000;
    headers.payload = bytes_of(data);
    return give(headers);
  };
  std::vector<Ends> conversations;
  for (std::uint32_t i = 0; i < 1'500; ++i) {
    Ends ends{.client = 0x0a010000 + i, .server = 0x0a020000 + i / 10};
    conversations.push_back(ends);
    tcp(ends, to_server, syn, 100, 0);
    tcp(ends, to_client, syn | ack, 500, 101);
    Flow* flow = tcp(ends, to_server, ack, 101, 501, "read");
    if (i % 3 == 0) flow->keep();
  }
  const std::uint64_t before = allocations();
  std::mt19937 random(5);
  std::uint32_t turn = 0;
  for (std::uint32_t i = 0; i < 100 * 2'048; ++i) {
    Ends ends{.client = static_cast<std::uint32_t>(random()),
              .server = 0x0a020001,
              .client_port = static_cast<std::uint16_t>(random()),
              .server_port = static_cast<std::uint16_t>(random())};
    tcp(ends, to_server, syn, i, 0);
    decode::Headers scan = maker.headers(ends, to_server, decode::ip_protocol::udp);
    give(scan);
    decode::Headers frame;
    frame.source_mac = Mac::from_number(random());
    frame.destination_mac = Mac::from_number(0xffffffffffff);
    frame.ethertype = i % 2 ? decode::ethertype::arp : std::uint16_t{0x88b8};
    give(frame, decode::Outcome::link_only);
    if (i % 64 == 0) {  // the plant goes on
      const Ends& one = conversations[turn++ % conversations.size()];
      tcp(one, to_server, ack, 105, 501);
    }
  }
  EXPECT_EQ(allocations(), before) << "the packet path allocates";
  EXPECT_EQ(quiet.evicted_conversations, 0u);
  EXPECT_LE(tracker.size(), 2'048u);
  EXPECT_EQ(tracker.capacity(), 2'048u);
  const FlowCounters& counters = tracker.counters();
  EXPECT_EQ(counters.value(Count::evicted_established) + counters.value(Count::evicted_kept), 0u);
  EXPECT_GT(counters.value(Count::evicted_opening), 400'000u);
  EXPECT_EQ(counters.value(Count::without_flow), 100 * 2'048u / 2);
  expect_balance(counters, tracker.size());
  std::uint32_t there = 0;
  for (std::uint32_t slot = 0; slot < tracker.capacity(); ++slot) {
    const Flow* flow = tracker.flow(slot);
    there += flow && flow->state() == State::established;
  }
  EXPECT_EQ(there, 1'500u);
}

// Handshakes that are completed by the thousand: known industrial flows stay, newcomers still pass.
TEST(Tracker, CompletedConnectionsDoNotPushOutKnownOnes) {
  const CapSetting cap("flow.flows", 512);
  Wire wire;
  std::vector<Flow*> known;
  for (std::uint16_t i = 0; i < 100; ++i) {
    wire.ends = {.client = 0x0a010000u + i};
    known.push_back(wire.handshake());
    known.back()->keep();
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    wire.ends = {.client = 0x0b000000 + i};
    wire.handshake();
    EXPECT_EQ(wire.flow->state(), State::established) << "a newcomer did not get through";
    if (i % 100 == 0) wire.wait(second / 10);
  }
  EXPECT_EQ(wire.count(Count::evicted_kept), 0u);
  EXPECT_GT(wire.count(Count::evicted_established), 19'000u);
  for (Flow* flow : known) EXPECT_TRUE(flow->kept() && wire.tracker.flow(flow->slot()) == flow);
  expect_balance(wire.tracker.counters(), wire.tracker.size());
}

TEST(Tracker, AFullTableOfKnownFlowsStillTakesNewcomers) {
  const CapSetting cap("flow.flows", 128);
  Wire wire;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    wire.ends = {.client = 0x0b000000 + i};
    wire.handshake()->keep();
    wire.client(ack, 1, 1, "x");
    ASSERT_EQ(wire.flow->state(), State::established);
  }
  EXPECT_LE(wire.tracker.size(), 128u);
  EXPECT_GT(wire.count(Count::evicted_kept) + wire.count(Count::evicted_established), 800u);
}

TEST(Tracker, FinishClosesEverythingAndBeginsAnew) {
  Wire wire;
  wire.handshake();
  wire.ends.client_port = 2;
  wire.udp(to_server, "x");
  wire.tracker.finish();
  EXPECT_EQ(wire.tracker.size(), 0u);
  ASSERT_EQ(wire.recorder.ended.size(), 2u);
  EXPECT_LT(wire.recorder.ended[0].id, wire.recorder.ended[1].id);
  for (const Ended& ended : wire.recorder.ended) EXPECT_EQ(ended.reason, Reason::shutdown);
  wire.now = noon - 1'000 * day;  // the next file is older
  wire.ends.client_port = 3;
  wire.udp(to_server, "x");
  wire.wait(31 * second);
  EXPECT_EQ(wire.recorder.ended.back().reason, Reason::timeout);
}

}  // namespace
}  // namespace langyan::flow
