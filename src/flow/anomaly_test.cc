// Each anomaly fires on its cause, and not on what clean traffic does.
#include "flow/anomaly.h"

#include <gtest/gtest.h>

#include "flow/test_wire.h"

namespace langyan::flow {
namespace {

TEST(Anomaly, RowsAreWholeAndDistinct) {
  std::set<std::string_view> names;
  std::set<std::uint32_t> sids;
  for (const Detection& row : anomalies()) {
    EXPECT_TRUE(row.name.starts_with("tcp.") || row.name.starts_with("ip.")) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(sids.insert(row.sid).second) << row.sid;
    EXPECT_GE(row.sid, 9190000u);
    EXPECT_LE(row.sid, 9190099u);
    for (const Text& text : {row.title, row.meaning, row.advice}) {
      EXPECT_FALSE(text.en.empty()) << row.name;
      EXPECT_FALSE(text.zh.empty()) << row.name;
    }
  }
}

// Traffic as good stacks send it: nothing of it may raise a voice.
TEST(Anomaly, CleanTrafficRaisesNone) {
  Wire wire;
  wire.window = 8'192;
  wire.scale = 7;
  wire.handshake();
  wire.client(ack | psh, 1, 1, "request one");
  wire.server(ack, 1, 12);
  wire.server(ack | psh, 1, 12, "answer one");
  wire.client(ack, 12, 11);
  wire.client(ack | psh, 12, 11, "request two");
  wire.client(ack | psh, 12, 11, "request two");  // retransmission
  wire.server(ack | psh, 11, 23, "answer two");
  wire.client(ack, 22, 21, "o");  // keep-alive with a garbage octet
  wire.server(ack, 21, 23);
  wire.client(ack, 22, 21);  // keep-alive without
  wire.server(ack, 21, 23);
  wire.window = 0;
  wire.server(ack, 21, 23);  // the server's window closes
  wire.window = 8'192;
  wire.client(ack, 23, 21, "r");  // a probe of it
  wire.server(ack, 21, 23);       // opens
  wire.client(ack | psh, 23, 21, "request three");
  wire.server(ack, 21, 36);
  wire.client(ack, 40, 21, "late");  // reordered
  wire.client(ack, 36, 21, "four");
  wire.server(ack, 21, 44);
  wire.client(fin | ack, 44, 21);
  wire.server(ack, 21, 45);
  wire.server(ack | psh, 21, 45, "rest");  // half closed
  wire.client(ack, 45, 25);
  wire.server(fin | ack, 25, 45);
  wire.client(ack, 45, 26);
  wire.client(ack, 45, 26);
  EXPECT_EQ(wire.recorder.names(), "");
  EXPECT_EQ(wire.heard(Direction::to_server), "request onerequest tworequest threefourlate");
  EXPECT_EQ(wire.heard(Direction::to_client), "answer oneanswer tworest");
  EXPECT_EQ(wire.flow->state(), State::closed);
  EXPECT_EQ(wire.count(Count::keep_alives), 1u);
  EXPECT_EQ(wire.count(Count::window_probes), 1u);
  expect_balance(wire.tracker.counters(), wire.tracker.size());
  wire.wait(11 * second);
  ASSERT_EQ(wire.recorder.ended.size(), 1u);
  EXPECT_EQ(wire.recorder.ended[0].reason, Reason::finished);
}

TEST(Anomaly, CleanRefusalAndCleanResetRaiseNone) {
  Wire wire;
  wire.client(syn, 0);
  decode::Headers refusal = wire.headers(wire.ends, Direction::to_client, decode::ip_protocol::tcp);
  refusal.tcp.flags = rst | ack;
  refusal.tcp.acknowledgement = wire.client_start + 1;  // RFC 9293 3.10.7.1: sequence 0
  wire.give(refusal);
  EXPECT_EQ(wire.flow->state(), State::closed);
  wire.ends.client_port = 2;
  wire.handshake();
  wire.client(ack, 1, 1, "data");
  wire.client(rst | ack, 5, 1);
  wire.server(ack, 1, 5, "in flight when the reset came");
  EXPECT_EQ(wire.flow->state(), State::closed);
  EXPECT_EQ(wire.recorder.names(), "");
  wire.wait(11 * second);
  for (const Ended& ended : wire.recorder.ended) EXPECT_EQ(ended.reason, Reason::reset);
  EXPECT_EQ(wire.recorder.ended.size(), 2u);
}

TEST(Anomaly, ImpossibleFlags) {
  for (const std::uint8_t flags : {std::uint8_t{0}, fin, std::uint8_t(fin | psh | urg),
                                   std::uint8_t(syn | fin), std::uint8_t(syn | rst)}) {
    Wire wire;
    wire.client(flags, 0);
    EXPECT_EQ(wire.recorder.count(Anomaly::flags), 1) << int{flags};
  }
}

TEST(Anomaly, DataWithoutAckIsNotTaken) {
  Wire wire;
  wire.handshake();
  wire.client(psh, 1, 0, "evil");
  wire.client(ack | psh, 1, 1, "good");
  EXPECT_EQ(wire.heard(Direction::to_server), "good");
  EXPECT_EQ(wire.recorder.names(), "tcp.flags");
}

TEST(Anomaly, SynWithData) {
  Wire wire;
  wire.client(syn, 0, 0, "early");
  wire.server(syn | ack, 0, 1);
  wire.client(ack, 1, 1, "EARLY");
  EXPECT_EQ(wire.recorder.names(), "tcp.syn_with_data");
  EXPECT_EQ(wire.heard(Direction::to_server), "EARLY")
      << "a host that ignored it takes what follows";
}

TEST(Anomaly, SynWithDataOfFastOpenIsTaken) {
  const std::uint8_t cookie[] = {1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  Wire wire;
  wire.options = cookie;
  wire.client(syn, 0, 0, "early");
  wire.options = {};
  wire.server(syn | ack, 0, 6);
  wire.client(ack, 6, 1, " bird");
  EXPECT_EQ(wire.heard(Direction::to_server), "early bird");
  EXPECT_EQ(wire.recorder.names(), "tcp.syn_with_data");
}

TEST(Anomaly, SimultaneousOpen) {
  Wire wire;
  wire.client(syn, 0);
  wire.server(syn, 0);
  wire.client(syn | ack, 0, 1);
  wire.server(syn | ack, 0, 1);
  wire.client(ack, 1, 1, "hello");
  wire.server(ack, 1, 6, "hi");
  EXPECT_EQ(wire.recorder.names(), "tcp.simultaneous_open");
  EXPECT_EQ(wire.flow->client_port(), wire.ends.client_port);
  EXPECT_EQ(wire.heard(Direction::to_server), "hello");
  EXPECT_EQ(wire.heard(Direction::to_client), "hi");
}

TEST(Anomaly, HandshakeMismatch) {
  Wire wire;
  wire.client(syn, 0);
  wire.server(syn | ack, 0, 500);  // answers a SYN nobody saw, as after a forged one
  wire.client(ack, 500, 1, "at the server's word");
  EXPECT_EQ(wire.recorder.names(), "tcp.handshake_mismatch");
  EXPECT_EQ(wire.heard(Direction::to_server), "at the server's word");

  Wire twice;
  twice.client(syn, 0);
  twice.server(syn | ack, 0, 1);
  twice.server(syn | ack, 700, 1);  // the second comes too late to count
  twice.client(ack, 1, 1);
  twice.server(ack, 1, 1, "first");
  EXPECT_EQ(twice.recorder.names(), "tcp.handshake_mismatch");
  EXPECT_EQ(twice.heard(Direction::to_client), "first");

  Wire again;
  again.client(syn, 0);
  again.client(syn, 0);
  again.server(syn | ack, 0, 1);
  again.server(syn | ack, 0, 1);
  again.client(ack, 1, 1);
  again.server(syn | ack, 0, 1);
  again.client(syn, 0);
  EXPECT_EQ(again.recorder.names(), "") << "a handshake sent again is none";
}

TEST(Anomaly, SynInConnectionThatIsNotAnsweredChangesNothing) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.server(ack, 1, 4);
  wire.client(syn, 1'000'000);
  wire.server(ack, 1, 4);  // RFC 5961 4: a challenge
  wire.client(ack, 4, 1, "two");
  wire.client(syn, 1'000'000);
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwo");
  EXPECT_EQ(wire.recorder.names(), "tcp.syn_in_connection");
  EXPECT_EQ(wire.tracker.size(), 1u);
}

TEST(Anomaly, ConnectionReused) {
  Wire wire;
  const std::uint64_t first = wire.handshake()->id();
  wire.client(ack, 1, 1, "old");
  wire.now += second;
  wire.client(syn, 5'000'000);
  wire.server(syn | ack, 7'000'000, 5'000'001);
  wire.client(ack, 5'000'001, 7'000'001, "new");
  EXPECT_EQ(wire.recorder.names(), "tcp.syn_in_connection tcp.connection_reused");
  EXPECT_NE(wire.flow->id(), first);
  EXPECT_EQ(wire.heard(Direction::to_server), "new");
  ASSERT_EQ(wire.recorder.ended.size(), 1u);
  EXPECT_EQ(wire.recorder.ended[0].reason, Reason::reused);
  EXPECT_EQ(wire.flow->certainty(), Certainty::seen);
}

TEST(Anomaly, ConnectionReusedIsSeenFromOneSideAlone) {
  Wire wire;
  wire.client(syn, 0);
  for (std::uint32_t i = 0; i < 6; ++i) wire.client(ack, 1 + i, 1, "x");
  ASSERT_EQ(wire.flow->state(), State::established);
  wire.now += second;
  wire.client(syn, 0x80000000);
  wire.client(ack, 0x80000001, 1, "new");
  EXPECT_EQ(wire.heard(Direction::to_server), "new");
  EXPECT_EQ(wire.recorder.count(Anomaly::connection_reused), 1);
}

TEST(Anomaly, ANewConnectionAfterTheEndIsClean) {
  Wire wire;
  wire.handshake();
  wire.client(fin | ack, 1, 1);
  wire.server(fin | ack, 1, 2);
  wire.client(ack, 2, 2);
  wire.client(syn, 60'000);
  wire.server(syn | ack, 70'000, 60'001);
  wire.client(ack, 60'001, 70'001, "second");
  EXPECT_EQ(wire.recorder.names(), "");
  EXPECT_EQ(wire.recorder.ended.at(0).reason, Reason::finished);
  EXPECT_EQ(wire.heard(Direction::to_server), "second");
}

TEST(Anomaly, ResetOutsideTheWindowIsIgnored) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.server(ack, 1, 4);
  for (const std::uint32_t place : {0x40000000u, 0xc0000000u, 3u, 0u - 40'000u}) {
    wire.client(rst, place);
    EXPECT_EQ(wire.flow->state(), State::established) << place;
  }
  wire.client(ack, 4, 1, "two");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwo");
  EXPECT_EQ(wire.recorder.names(), "tcp.rst_out_of_window");
}

TEST(Anomaly, AForgedResetDoesNotBlind) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.client(rst, 4);
  EXPECT_EQ(wire.flow->state(), State::closed);
  wire.server(ack, 1, 4, "answer");
  wire.client(ack, 4, 7, "two");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwo");
  EXPECT_EQ(wire.heard(Direction::to_client), "answer");
  EXPECT_EQ(wire.flow->state(), State::established);
  EXPECT_EQ(wire.recorder.names(), "tcp.data_after_reset");
}

TEST(Anomaly, AForgedEndDoesNotBlind) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.client(fin | ack, 4, 1);  // never reaches the server
  EXPECT_EQ(wire.flow->state(), State::closing);
  wire.server(ack, 1, 4);
  wire.client(ack, 4, 1, "two");
  wire.server(ack, 1, 7);
  wire.client(ack, 7, 1, "three");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwothree");
  EXPECT_EQ(wire.recorder.names(), "tcp.data_after_fin");
  EXPECT_EQ(wire.flow->state(), State::established);

  Wire ahead;
  ahead.handshake();
  ahead.client(fin | ack, 4, 1);  // within the window, at a place the stream has not reached
  ahead.client(ack, 1, 1, "one");
  ahead.client(ack, 4, 1, "two");
  ahead.server(ack, 1, 7);
  ahead.client(ack, 7, 1, "three");
  EXPECT_EQ(ahead.heard(Direction::to_server), "onetwothree");
  EXPECT_EQ(ahead.recorder.names(), "tcp.data_after_fin");
}

TEST(Anomaly, AnEndBeforeDataThatWaitsIsIgnored) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 4, 1, "two");
  wire.client(fin | ack, 3, 1);
  wire.client(ack, 1, 1, "one");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwo");
  EXPECT_EQ(wire.recorder.names(), "tcp.data_after_fin");
}

TEST(Anomaly, DataAfterAnAcknowledgedEndIsNotTaken) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "all");
  wire.client(fin | ack, 4, 1);
  wire.server(ack, 1, 5);
  wire.client(ack, 5, 1, "more");
  EXPECT_EQ(wire.heard(Direction::to_server), "all");
  EXPECT_EQ(wire.recorder.names(), "tcp.data_after_fin");
}

TEST(Anomaly, AnEndOutsideTheWindowIsIgnored) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.client(fin | ack, 0x30000000, 1);
  EXPECT_EQ(wire.flow->state(), State::established);
  wire.client(fin | ack, 2, 1);  // behind what was sent
  EXPECT_EQ(wire.flow->state(), State::established);
  wire.client(ack, 4, 1, "two");
  wire.server(ack, 1, 7);
  wire.client(ack, 7, 1, "three");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwothree");
  EXPECT_EQ(wire.recorder.names(), "tcp.fin_out_of_window");
}

TEST(Anomaly, DataOutsideTheWindowIsNotTaken) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.server(ack, 1, 4);
  for (std::uint32_t i = 0; i < 10; ++i) wire.client(ack, 0x30000000 + 5 * i, 1, "stray");
  wire.client(ack, 4, 1, "two");
  EXPECT_EQ(wire.heard(Direction::to_server), "onetwo");
  EXPECT_EQ(wire.recorder.names(), "tcp.out_of_window");
  EXPECT_EQ(wire.count(Count::not_taken), 10u);
}

TEST(Anomaly, AStreamIsFoundAgainWhereItsReceiverStands) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "one");
  wire.server(ack, 1, 0x30000001);  // the capture missed a lot
  wire.client(ack, 0x30000001, 1, "later");
  EXPECT_EQ(wire.heard(Direction::to_server), "one[?]later");
  EXPECT_EQ(wire.recorder.names(), "tcp.out_of_window tcp.resynchronised");
}

TEST(Anomaly, AStreamSeenFromOneSideIsFoundAgainByItsOwnOrder) {
  Wire wire;
  for (std::uint32_t i = 0; i < 5; ++i) wire.client(ack, i * 2, 1, "ab");
  wire.client(ack, 0x90000000, 1, "12");
  wire.client(ack, 0x90000002, 1, "34");
  EXPECT_EQ(wire.heard(Direction::to_server), "ababababab");
  wire.client(ack, 0x90000004, 1, "56");
  wire.client(ack, 0x90000006, 1, "78");
  EXPECT_EQ(wire.heard(Direction::to_server), "ababababab[?]5678");
  EXPECT_EQ(wire.count(Count::resynchronised), 1u);
}

TEST(Anomaly, ZeroWindowIgnored) {
  Wire wire;
  wire.handshake();
  wire.window = 0;
  wire.server(ack, 1, 1);
  wire.window = 8'192;
  wire.client(ack, 1, 1, "pushed in");
  EXPECT_EQ(wire.heard(Direction::to_server), "pushed in");
  EXPECT_EQ(wire.recorder.names(), "tcp.zero_window_ignored");
}

TEST(Anomaly, UrgentData) {
  Wire wire;
  wire.handshake();
  wire.urgent = 3;
  wire.client(ack | urg, 1, 1, "abc");
  EXPECT_EQ(wire.heard(Direction::to_server), "abc");
  EXPECT_EQ(wire.recorder.names(), "tcp.urgent_data");
}

TEST(Anomaly, AWrongChecksumIsNotTakenAndSaid) {
  Wire wire;
  wire.handshake();
  decode::Headers bad = wire.headers(wire.ends, Direction::to_server, decode::ip_protocol::tcp);
  bad.invalid = decode::Invalid::tcp_checksum;
  bad.tcp.sequence = wire.client_start + 1;
  bad.tcp.flags = ack;
  bad.payload = bytes_of("evil");
  EXPECT_EQ(wire.give(bad, decode::Outcome::invalid), nullptr);
  wire.client(ack, 1, 1, "good");
  EXPECT_EQ(wire.heard(Direction::to_server), "good");
  EXPECT_EQ(wire.recorder.names(), "tcp.checksum");
  EXPECT_EQ(wire.count(Count::invalid), 1u);
  EXPECT_EQ(wire.recorder.packet_count, 4u);
  bad.source_port = 9;  // of a connection nobody knows
  EXPECT_EQ(wire.give(bad, decode::Outcome::invalid), nullptr);
  EXPECT_EQ(wire.recorder.count(Anomaly::checksum), 1);
  EXPECT_EQ(wire.tracker.size(), 1u) << "what a receiver drops opens no flow";
}

TEST(Anomaly, Gap) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 3, 1, "c");
  EXPECT_EQ(wire.recorder.names(), "") << "not yet";
  wire.server(ack, 1, 4);
  EXPECT_EQ(wire.recorder.names(), "tcp.gap");
}

TEST(Anomaly, RetransmissionDiffers) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "abcd");
  wire.client(ack, 5, 1, "efgh");
  wire.client(ack, 1, 1, "abcX");
  EXPECT_EQ(wire.heard(Direction::to_server), "abcdefgh");
  EXPECT_EQ(wire.recorder.names(), "tcp.retransmission_differs");

  Wire joined;  // both segments again as one, with more
  joined.handshake();
  joined.client(ack, 1, 1, "abcd");
  joined.client(ack, 5, 1, "efgh");
  joined.client(ack, 1, 1, "abcdefgXij");
  EXPECT_EQ(joined.heard(Direction::to_server), "abcdefghij");
  EXPECT_EQ(joined.recorder.names(), "tcp.retransmission_differs");

  Wire same;
  same.handshake();
  same.client(ack, 1, 1, "abcd");
  same.client(ack, 5, 1, "efgh");
  same.client(ack, 1, 1, "abcdefghij");
  same.client(ack, 1, 1, "abcd");
  same.client(ack, 5, 1, "efghij");
  EXPECT_EQ(same.heard(Direction::to_server), "abcdefghij");
  EXPECT_EQ(same.recorder.names(), "");
}

TEST(Anomaly, OneOctetRetransmittedWithAnotherIsSeen) {
  Wire wire;
  wire.handshake();
  const std::string text = "attack";
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    wire.client(ack, 1 + i, 1, std::string_view(text).substr(i, 1));
  }
  wire.client(ack, 3, 1, "T");
  EXPECT_EQ(wire.recorder.names(), "tcp.retransmission_differs");
}

TEST(Anomaly, RetransmissionUnchecked) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "abcdefgh");
  wire.client(ack, 3, 1, "XX");  // a part of what was sent whole
  EXPECT_EQ(wire.recorder.names(), "tcp.retransmission_unchecked");

  Wire settled;
  settled.handshake();
  settled.client(ack, 1, 1, "abcdefgh");
  settled.server(ack, 1, 9);
  settled.client(ack, 3, 1, "XX");  // the receiver has it already
  EXPECT_EQ(settled.recorder.names(), "");
}

TEST(Anomaly, RetransmissionUncheckedWhenTheHistoryIsTooShort) {
  const CapSetting history("flow.history", 1'024);
  Wire wire;
  wire.handshake();
  wire.client(ack, 1, 1, "abcd");
  Flow* first = wire.flow;
  wire.ends.client_port = 7;
  wire.handshake();
  for (std::uint32_t i = 0; i < 1'100; ++i) wire.client(ack, 1 + i, 1, "x");
  wire.ends.client_port = first->client_port();
  wire.client(ack, 1, 1, "XXXX");
  EXPECT_EQ(wire.recorder.names(), "tcp.retransmission_unchecked");
}

TEST(Anomaly, OverlapDiffers) {
  Wire wire;
  wire.handshake();
  wire.client(ack, 3, 1, "cd");
  wire.client(ack, 4, 1, "DX");
  EXPECT_EQ(wire.recorder.names(), "tcp.overlap_differs");
  wire.client(ack, 1, 1, "ab");
  EXPECT_EQ(wire.heard(Direction::to_server), "abcdX");

  Wire in_order;
  in_order.handshake();
  in_order.client(ack, 3, 1, "cd");
  in_order.client(ack, 1, 1, "abC");
  EXPECT_EQ(in_order.recorder.names(), "tcp.overlap_differs");
  EXPECT_EQ(in_order.heard(Direction::to_server), "abcd");
}

TEST(Anomaly, MidstreamIsCleanAndComplete) {
  Wire wire;
  wire.client(ack | psh, 77, 55, "request");
  wire.server(ack | psh, 55, 84, "answer");
  wire.client(ack | psh, 84, 61, "request");
  wire.server(ack | psh, 50, 84, "olderanswerr");  // sent again from before the start
  EXPECT_EQ(wire.recorder.names(), "");
  EXPECT_EQ(wire.heard(Direction::to_server), "requestrequest");
  EXPECT_EQ(wire.heard(Direction::to_client), "answerr");
  EXPECT_EQ(wire.flow->state(), State::established);
  EXPECT_EQ(wire.count(Count::midstream), 1u);
}

TEST(Anomaly, AKeepAliveAtTheStartIsNoData) {
  Wire wire;
  wire.client(ack, 99, 1, std::string_view("\0", 1));
  wire.server(ack, 1, 100);
  wire.client(ack, 100, 1, "request");
  EXPECT_EQ(wire.heard(Direction::to_server), "request");
  EXPECT_EQ(wire.recorder.names(), "");
}

TEST(Anomaly, OneDirectionAloneIsDeliveredWhole) {
  Wire wire;
  wire.client(syn, 0);
  std::string all;
  for (std::uint32_t i = 0; i < 20; ++i) {
    wire.client(ack | psh, 1 + 4 * i, 1 + 9 * i, "data");
    all += "data";
  }
  EXPECT_EQ(wire.heard(Direction::to_server), all);
  EXPECT_EQ(wire.flow->state(), State::established);
  EXPECT_TRUE(wire.flow->one_way());
  EXPECT_EQ(wire.recorder.names(), "");
}

TEST(Anomaly, AVlanOnOneSideOnlyIsOneFlow) {
  Wire wire;
  wire.handshake();
  decode::Headers tagged = wire.headers(wire.ends, Direction::to_client, decode::ip_protocol::tcp);
  tagged.vlan_count = 1;
  tagged.vlans[0] = 12;
  tagged.tcp.sequence = wire.server_start + 1;
  tagged.tcp.acknowledgement = wire.client_start + 1;
  tagged.tcp.flags = ack;
  tagged.payload = bytes_of("tagged");
  wire.give(tagged);
  EXPECT_EQ(wire.tracker.size(), 1u);
  EXPECT_EQ(wire.heard(Direction::to_client), "tagged");
}

}  // namespace
}  // namespace langyan::flow
