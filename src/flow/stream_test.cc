// What the streams of a connection become, against a model that knows each octet.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "flow/test_wire.h"

namespace langyan::flow {
namespace {

struct Piece {
  int begin, end;
  std::string data;
};

// First word counts: what a stream of `size` octets holds after these pieces, '.' where nothing
// came.
std::string model(int size, const std::vector<Piece>& pieces, bool& differs) {
  std::string stream(static_cast<std::size_t>(size), '.');
  differs = false;
  for (const Piece& piece : pieces) {
    for (int i = piece.begin; i < piece.end; ++i) {
      char& there = stream[static_cast<std::size_t>(i)];
      const char said = piece.data[static_cast<std::size_t>(i - piece.begin)];
      if (there == '.') there = said;
      differs |= there != said;
    }
  }
  return stream;
}

int differences(const Recorder& recorder) {
  return recorder.count(Anomaly::overlap_differs) + recorder.count(Anomaly::retransmission_differs);
}

// Allen's thirteen relations of [a,b) to [c,d), by the signs of the four differences.
std::string relation(const Piece& x, const Piece& y) {
  const auto sign = [](int d) { return d < 0 ? '-' : d > 0 ? '+' : '0'; };
  return {sign(x.begin - y.begin), sign(x.begin - y.end), sign(x.end - y.begin),
          sign(x.end - y.end)};
}

class Overlaps : public ::testing::TestWithParam<std::uint32_t> {};

// Every pair of segments within eight octets in both orders, in order and after a hole, with equal
// and with other data, then one that fills the rest.
TEST_P(Overlaps, EveryAllenRelationGivesTheFirstWordAndSaysWhatDiffers) {
  constexpr int size = 8;
  Wire wire;
  wire.client_start = GetParam();
  std::set<std::string> relations;
  std::uint16_t port = 1;
  for (int a = 0; a < size; ++a)
    for (int b = a + 1; b <= size; ++b)
      for (int c = 0; c < size; ++c)
        for (int d = c + 1; d <= size; ++d)
          for (const bool same : {true, false}) {
            const std::string first = "abcdefgh", second = same ? first : "ABCDEFGH";
            const std::vector<Piece> pieces = {
                {a, b, first.substr(static_cast<std::size_t>(a), static_cast<std::size_t>(b - a))},
                {c, d,
                 second.substr(static_cast<std::size_t>(c), static_cast<std::size_t>(d - c))}};
            relations.insert(relation(pieces[0], pieces[1]));
            bool differs = false;
            std::string expected = model(size, pieces, differs);
            for (int i = 0; i < size; ++i) {
              char& octet = expected[static_cast<std::size_t>(i)];
              if (octet == '.') octet = static_cast<char>('0' + i);
            }
            wire.ends.client_port = ++port ? port : ++port;
            wire.recorder.anomalies.clear();
            wire.handshake();
            for (const Piece& piece : pieces) {
              wire.client(ack | psh, static_cast<std::uint32_t>(1 + piece.begin), 1, piece.data);
            }
            wire.client(ack | psh, 1, 1, expected);
            const std::string context = relation(pieces[0], pieces[1]) + " " + std::to_string(a) +
                                        std::to_string(b) + std::to_string(c) + std::to_string(d);
            ASSERT_EQ(wire.heard(Direction::to_server), expected) << context;
            const int unchecked = wire.recorder.count(Anomaly::retransmission_unchecked);
            if (differs) {
              ASSERT_GT(differences(wire.recorder) + unchecked, 0) << context << " kept silent";
            } else {
              ASSERT_EQ(differences(wire.recorder), 0) << context << " " << wire.recorder.names();
            }
            // What waits, and what comes again whole, is compared exactly.
            const bool waits = a > 0, whole = c <= a && d >= b;
            if (differs && (waits || whole)) {
              ASSERT_GT(differences(wire.recorder), 0) << context;
            }
          }
  EXPECT_EQ(relations.size(), 13u);
  expect_balance(wire.tracker.counters(), wire.tracker.size());
  wire.tracker.finish();
  EXPECT_EQ(wire.count(Count::gaps), 0u);
  EXPECT_EQ(wire.count(Count::copied_bytes), wire.count(Count::copied_delivered_bytes));
}
INSTANTIATE_TEST_SUITE_P(Starts, Overlaps, ::testing::Values(1'000u, 0xfffffffbu));

TEST(Stream, ThreeSegmentsInEveryPlaceGiveTheFirstWord) {
  constexpr int size = 5;
  Wire wire;
  std::vector<std::pair<int, int>> intervals;
  for (int a = 0; a < size; ++a)
    for (int b = a + 1; b <= size; ++b) intervals.push_back({a, b});
  std::uint16_t port = 1;
  for (const auto& x : intervals)
    for (const auto& y : intervals)
      for (const auto& z : intervals) {
        std::vector<Piece> pieces;
        char letter = 'x';
        for (const auto& [begin, end] : {x, y, z}) {
          pieces.push_back(
              {begin, end, std::string(static_cast<std::size_t>(end - begin), letter++)});
        }
        bool differs = false;
        std::string expected = model(size, pieces, differs);
        for (char& octet : expected)
          if (octet == '.') octet = '-';
        wire.ends.client_port = ++port;
        wire.recorder.anomalies.clear();
        wire.handshake();
        for (const Piece& piece : pieces) {
          wire.client(ack, static_cast<std::uint32_t>(1 + piece.begin), 1, piece.data);
        }
        wire.client(ack, 1, 1, expected);
        ASSERT_EQ(wire.heard(Direction::to_server), expected);
        ASSERT_EQ(differs, differences(wire.recorder) +
                                   wire.recorder.count(Anomaly::retransmission_unchecked) >
                               0);
      }
}

struct Shuffled {
  std::uint32_t seed;
  std::size_t largest;  // octets of a segment
  std::size_t window;   // how far segments are displaced
};

class Shuffles : public ::testing::TestWithParam<Shuffled> {};

// Segments of one stream cut anew for each retransmission, displaced and doubled, across a wrap.
TEST_P(Shuffles, GiveTheStreamWithoutAGapAndWithoutSuspicion) {
  const Shuffled& set = GetParam();
  std::mt19937 random(set.seed);
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  std::string stream(40'000, ' ');
  for (char& octet : stream) octet = static_cast<char>(below(256));

  std::vector<std::pair<std::size_t, Piece>> queue;  // place in the order of sending, segment
  for (std::size_t at = 0, turn = 0; at < stream.size(); ++turn) {
    const std::size_t size = std::min(stream.size() - at, 1 + below(set.largest));
    const Piece piece{static_cast<int>(at), static_cast<int>(at + size), stream.substr(at, size)};
    queue.push_back({turn + below(set.window), piece});
    if (below(8) == 0) queue.push_back({turn + below(set.window), piece});
    at += size;
  }
  std::ranges::stable_sort(queue, {}, [](const auto& entry) { return entry.first; });

  Wire wire;
  wire.window = 65'535;
  wire.client_start = 0u - 20'000u;
  wire.handshake();
  for (const auto& [turn, piece] : queue) {
    wire.client(ack | psh, static_cast<std::uint32_t>(1 + piece.begin), 1, piece.data);
    if (below(4) == 0) {  // acknowledges what was delivered, as a receiver would
      const auto got = static_cast<std::uint32_t>(wire.heard(Direction::to_server).size());
      wire.server(ack, 1, 1 + got);
    }
  }
  EXPECT_EQ(wire.heard(Direction::to_server), stream);
  EXPECT_EQ(wire.recorder.names(), "");
  EXPECT_EQ(wire.count(Count::gaps), 0u);
  EXPECT_EQ(wire.recorder.viewed + wire.recorder.copied, stream.size());
  EXPECT_EQ(wire.recorder.copied, wire.count(Count::copied_delivered_bytes));
  EXPECT_EQ(wire.count(Count::copied_bytes), wire.count(Count::copied_delivered_bytes));
  if (set.window == 1) {
    EXPECT_EQ(wire.count(Count::copied_bytes), 0u);
  } else if (set.window >= 8) {
    EXPECT_GT(wire.count(Count::copied_bytes), 0u) << "nothing was out of order";
  }
  expect_balance(wire.tracker.counters(), wire.tracker.size());
}
INSTANTIATE_TEST_SUITE_P(Seeds, Shuffles,
                         ::testing::Values(Shuffled{1, 1, 1}, Shuffled{2, 1, 20},
                                           Shuffled{3, 3, 50}, Shuffled{4, 100, 1},
                                           Shuffled{5, 100, 8}, Shuffled{6, 1460, 10},
                                           Shuffled{7, 1460, 25}, Shuffled{8, 700, 3},
                                           Shuffled{9, 9000, 4}, Shuffled{10, 500, 2}));

// Random loss on top: what is delivered stands at its place, and gaps count exactly what is
// missing.
class Losses : public ::testing::TestWithParam<std::uint32_t> {};
TEST_P(Losses, GapsCountExactlyWhatIsMissing) {
  std::mt19937 random(GetParam());
  const auto below = [&](std::uint32_t n) { return random() % n; };
  std::string stream;
  for (int i = 0; i < 30'000; ++i) stream += static_cast<char>('a' + i % 26);
  Wire wire;
  wire.client_start = 0xffffffff - below(40'000);
  wire.handshake();
  std::uint32_t sent = 0, lost = 0;
  bool ends_lost = false;
  while (sent < stream.size()) {
    const auto size =
        std::min<std::uint32_t>(1 + below(400), static_cast<std::uint32_t>(stream.size()) - sent);
    ends_lost = below(10) == 0;
    if (ends_lost) {
      lost += size;
    } else {
      wire.client(ack | psh, 1 + sent, 1, std::string_view(stream).substr(sent, size));
    }
    sent += size;
    if (below(3) == 0) wire.server(ack, 1, 1 + sent);
    if (below(50) == 0) wire.wait(second);
  }
  wire.client(fin | ack, 1 + sent, 1);
  wire.server(ack, 1, 2 + sent);
  wire.tracker.finish();

  std::string rebuilt;
  const std::string heard = wire.heard(Direction::to_server);
  for (std::size_t at = 0; at < heard.size();) {
    if (heard[at] != '[') {
      rebuilt += heard[at++];
      continue;
    }
    const std::size_t end = heard.find(']', at);
    rebuilt += std::string(std::stoul(heard.substr(at + 1, end - at - 1)), '.');
    at = end + 1;
  }
  ASSERT_EQ(rebuilt.size(), stream.size());
  for (std::size_t i = 0; i < stream.size(); ++i) {
    ASSERT_TRUE(rebuilt[i] == '.' || rebuilt[i] == stream[i]) << i;
  }
  EXPECT_EQ(wire.recorder.missing, lost);
  EXPECT_EQ(wire.count(Count::missing_bytes), lost);
  EXPECT_EQ(wire.recorder.names(), lost ? "tcp.gap" : "");
  expect_balance(wire.tracker.counters(), 0);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Losses, ::testing::Range(1u, 21u));

TEST(Stream, InOrderDataIsAViewOfThePacketAndNeverCopied) {
  Wire wire;
  wire.handshake();
  std::uint32_t at = 1, back = 1;
  for (int i = 0; i < 500; ++i) {
    const std::string request = "request " + std::to_string(i),
                      answer = "answer " + std::to_string(i);
    wire.client(ack | psh, at, back, request);
    at += static_cast<std::uint32_t>(request.size());
    wire.server(ack | psh, back, at, answer);
    back += static_cast<std::uint32_t>(answer.size());
  }
  EXPECT_EQ(wire.recorder.copied, 0u);
  EXPECT_EQ(wire.recorder.viewed, at + back - 2);
  EXPECT_EQ(wire.count(Count::copied_bytes), 0u);
  EXPECT_EQ(wire.count(Count::delivered_bytes), at + back - 2);
  EXPECT_EQ(wire.count(Count::in_order), 1000u);
  EXPECT_EQ(wire.recorder.names(), "");
}

TEST(Stream, AHoleIsAGapAtOnceWhenTheOtherSideAcknowledgesBeyondIt) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.client(ack, 8, 1, "three");
  EXPECT_EQ(wire.heard(Direction::to_server), "one");
  wire.server(ack, 1, 6);  // within the hole
  EXPECT_EQ(wire.heard(Direction::to_server), "one");
  wire.server(ack, 1, 13);
  EXPECT_EQ(wire.heard(Direction::to_server), "one[4]three");
  EXPECT_EQ(wire.count(Count::gap_acknowledged), 1u);
  EXPECT_EQ(wire.flow->gaps(Direction::to_server), 1u);
  EXPECT_EQ(wire.flow->gaps(Direction::to_client), 0u);
}

TEST(Stream, DataBehindAnAcknowledgedHoleIsNotCopied) {
  Wire wire;
  wire.handshake();
  wire.server(ack, 1, 101);  // of what the capture lacks
  wire.client(ack, 101, 1, "later");
  EXPECT_EQ(wire.heard(Direction::to_server), "[100]later");
  EXPECT_EQ(wire.count(Count::copied_bytes), 0u);
}

TEST(Stream, AnAcknowledgementThatOvertakesItsDataCostsNothing) {
  Wire wire;
  wire.handshake();
  wire.server(ack, 1, 4);
  wire.client(ack, 1, 1, "one");
  EXPECT_EQ(wire.heard(Direction::to_server), "one");
  EXPECT_EQ(wire.recorder.names(), "");
  EXPECT_EQ(wire.count(Count::acknowledged_unseen), 1u);
}

TEST(Stream, AHoleNobodyAcknowledgesIsAGapAfterTheWait) {
  Wire wire;
  wire.wait(second / 2);
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.client(ack, 8, 1, "three");
  wire.wait(second);
  wire.client(ack, 20, 1, "five");
  EXPECT_EQ(wire.heard(Direction::to_server), "one");
  wire.wait(second);
  EXPECT_EQ(wire.heard(Direction::to_server), "one[4]three")
      << "the younger hole waits its own time";
  wire.wait(second);
  EXPECT_EQ(wire.heard(Direction::to_server), "one[4]three[7]five");
  EXPECT_EQ(wire.count(Count::gap_waited), 2u);
}

TEST(Stream, WhatWaitsIsDeliveredWhenTheFlowCloses) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 5, 1, "late");
  wire.tracker.finish();
  EXPECT_EQ(wire.recorder.streams.begin()->second, "[4]late");
  EXPECT_EQ(wire.count(Count::gap_closed), 1u);
}

TEST(Stream, ASegmentTheCaptureCutLeavesAGapOfWhatItLacks) {
  Wire wire;
  wire.handshake();
  wire.missing = 100;
  wire.client(ack, 1, 1, "head");
  wire.missing = 0;
  wire.client(ack, 105, 1, "next");
  EXPECT_EQ(wire.heard(Direction::to_server), "head[100]next");
  EXPECT_EQ(wire.count(Count::gap_snapped), 1u);
  EXPECT_EQ(wire.flow->payload_bytes(Direction::to_server), 108u);
}

TEST(Stream, ADirectionsShareOfTheStoreIsBounded) {
  const CapSetting share("flow.reassembly_direction_bytes", 8'192);
  Wire wire;
  wire.window = 65'535;
  wire.handshake();
  const std::string data(400, 'x');
  std::uint32_t at = 2;  // octet 1 never comes
  for (int i = 0; i < 100; ++i, at += 400) wire.client(ack, at, 1, data);
  EXPECT_EQ(wire.count(Count::gap_full), 1u);
  EXPECT_EQ(wire.recorder.count(Anomaly::reassembly_full), 1);
  const std::string heard = wire.heard(Direction::to_server);
  EXPECT_EQ(heard.substr(0, 3), "[1]");
  EXPECT_EQ(heard.size(), 3 + 100 * 400u) << "nothing but the hole is lost";
}

TEST(Stream, AFullStoreGivesUpWhoHasWaitedLongest) {
  const CapSetting store("flow.reassembly_bytes", 1u << 20),
      share("flow.reassembly_direction_bytes", 1u << 18);
  Wire wire;
  wire.window = 65'535;
  const std::string data(490, 'x');
  std::vector<Flow*> flows;
  constexpr int senders = 30, segments = 100;  // 3000 blocks into a store of 2048
  for (int i = 0; i < senders; ++i) {
    wire.ends.client_port = static_cast<std::uint16_t>(1'000 + i);
    flows.push_back(wire.handshake());
    for (std::uint32_t k = 0; k < segments; ++k) wire.client(ack, 2 + k * 490, 1, data);
  }
  EXPECT_GT(wire.count(Count::gap_full), 0u);
  EXPECT_FALSE(wire.recorder.streams[std::pair(flows.front()->id(), Direction::to_server)].empty());
  EXPECT_TRUE(wire.recorder.streams[std::pair(flows.back()->id(), Direction::to_server)].empty());
  for (int i = 0; i < senders; ++i) {
    wire.ends.client_port = static_cast<std::uint16_t>(1'000 + i);
    wire.client(ack, 1, 1, "!");
    const bool given_up = flows[static_cast<std::size_t>(i)]->gaps(Direction::to_server) > 0;
    const std::string& heard = wire.heard(Direction::to_server);
    EXPECT_EQ(heard.size(), segments * 490u + (given_up ? 3 : 1)) << i;
  }
  EXPECT_EQ(wire.count(Count::copied_bytes), wire.count(Count::copied_delivered_bytes));
}

TEST(Stream, OneOctetSegmentsOutOfOrderShareBlocks) {
  const CapSetting share("flow.reassembly_direction_bytes",
                         5'120);  // 10 blocks; 3000 octets need 7
  Wire wire;
  wire.handshake();
  std::string stream(3'000, ' ');
  for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = static_cast<char>('a' + i % 26);
  for (std::uint32_t i = 1; i < stream.size(); ++i) {
    wire.client(ack, 1 + i, 1, std::string_view(stream).substr(i, 1));
  }
  wire.client(ack, 1, 1, std::string_view(stream).substr(0, 1));
  EXPECT_EQ(wire.heard(Direction::to_server), stream);
  EXPECT_EQ(wire.recorder.names(), "");
}

// Anything at all, a million times, in small stores: every octet is delivered at most once and in
// its place (Recorder checks), and everything is accounted for.
class Anything : public ::testing::TestWithParam<std::uint32_t> {};
TEST_P(Anything, IsAccountedFor) {
  const CapSetting store("flow.reassembly_bytes", 1u << 20),
      share("flow.reassembly_direction_bytes", 8'192), flows("flow.flows", 64),
      history("flow.history", 1'024), waiting("flow.waiting_directions", 16);
  std::mt19937 random(GetParam());
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  std::string noise(2'000, ' ');
  for (char& octet : noise) octet = static_cast<char>(random());
  Wire wire;
  constexpr std::uint8_t flags[] = {ack,       ack, ack,       ack, ack | psh, syn,      syn | ack,
                                    fin | ack, rst, rst | ack, 0,   fin | syn, urg | ack};
  constexpr std::uint32_t reaches[] = {50, 2'000, 60'000, 0xffffffff};
  constexpr std::size_t sizes[] = {0, 1, 2, 60, 1'460};
  const std::uint32_t peers = GetParam() % 2 ? 3 : 200;
  for (int i = 0; i < 60'000; ++i) {
    ++wire.now;
    wire.ends.client_port = static_cast<std::uint16_t>(1'000 + below(peers));
    wire.window = static_cast<std::uint16_t>(below(3) ? 8'192 : below(65'536));
    wire.scale = static_cast<std::uint8_t>(below(4) ? 0 : below(256));
    wire.missing = below(40) ? 0 : below(2'000);
    wire.urgent = static_cast<std::uint16_t>(below(2));
    const std::size_t size = sizes[below(std::size(sizes))];
    wire.tcp(below(2) ? Direction::to_server : Direction::to_client,
             below(3) ? std::uint8_t{ack} : flags[below(std::size(flags))],
             below(reaches[below(4)]), below(reaches[below(4)]),
             std::string_view(noise).substr(below(500), size));
    if (below(40) == 0) wire.wait(below(5) * second / 2);
    if (below(3'000) == 0) wire.wait(2 * hour);
    if (below(5'000) == 0) wire.tracker.finish();
    if (i % 1'000 == 0) expect_balance(wire.tracker.counters(), wire.tracker.size());
  }
  wire.tracker.finish();
  expect_balance(wire.tracker.counters(), 0);
  EXPECT_EQ(wire.count(Count::copied_bytes), wire.count(Count::copied_delivered_bytes));
  EXPECT_EQ(wire.count(Count::delivered_bytes), wire.recorder.viewed + wire.recorder.copied);
  EXPECT_EQ(wire.count(Count::copied_delivered_bytes), wire.recorder.copied);
  EXPECT_EQ(wire.count(Count::missing_bytes), wire.recorder.missing);
  EXPECT_TRUE(wire.recorder.slots.empty());
}
INSTANTIATE_TEST_SUITE_P(Seeds, Anything, ::testing::Range(1u, 5u));

TEST(Stream, BothDirectionsAreKeptApart) {
  Wire wire;
  wire.handshake();
  wire.server(ack, 4, 1, "lo");
  wire.client(ack, 1, 1, "abc");
  wire.server(ack, 1, 4, "hel");
  EXPECT_EQ(wire.heard(Direction::to_client), "hello");
  EXPECT_EQ(wire.heard(Direction::to_server), "abc");
}

}  // namespace
}  // namespace langyan::flow
