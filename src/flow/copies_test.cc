#include "flow/copies.h"

#include <gtest/gtest.h>

#include "decode/decode.h"
#include "decode/test_frames.h"

namespace langyan::flow {
namespace {

using namespace decode::test;

// Asks of frames in turn; time in microseconds.
class Asked {
 public:
  explicit Asked(Duration within = millisecond, std::uint64_t seed = 1) : copies_(within, seed, 1) {}
  bool operator()(const Octets& frame, Time time, std::uint32_t wire = 0) {
    decode::Headers headers;
    const auto outcome = decode::decode(frame, wire, 1, decode::Checksums::ignore, headers);
    return copies_.is_copy(frame, headers, outcome, 1'000'000 + time);
  }

 private:
  Copies copies_;
};

Octets changed(Octets frame, std::size_t at, std::uint8_t value) {
  frame[at] = value;
  return frame;
}

TEST(Copies, TheSamePacketWithinTheTime) {
  Asked is_copy;
  const Octets frame = ethernet(0x0800, ipv4(tcp("write")));
  EXPECT_FALSE(is_copy(frame, 0));
  EXPECT_TRUE(is_copy(frame, 0));
  EXPECT_TRUE(is_copy(frame, 1'000));   // any number: its header names it
  EXPECT_FALSE(is_copy(frame, 1'001));  // later it is another packet
  EXPECT_TRUE(is_copy(frame, 1'500));
  EXPECT_TRUE(is_copy(frame, 900));  // from another port of the sensor, whose clock is the same
}

TEST(Copies, NoneOfAnotherCapture) {
  Copies copies(millisecond, 1, 1);
  const Octets frame = ethernet(0x0800, ipv4(tcp("write")));
  decode::Headers headers;
  const auto outcome = decode::decode(frame, 1, headers);
  EXPECT_FALSE(copies.is_copy(frame, headers, outcome, 0));
  copies.forget();
  EXPECT_FALSE(copies.is_copy(frame, headers, outcome, 0));
  EXPECT_TRUE(copies.is_copy(frame, headers, outcome, 0));
}

TEST(Copies, WhatASwitchOrRouterChanges) {
  Asked is_copy;
  const Octets packet = ipv4(tcp("write")), six = ipv6(tcp("write"));
  EXPECT_FALSE(is_copy(ethernet(0x0800, packet), 0));
  EXPECT_TRUE(is_copy(mac_a + mac_b + be16(0x8100) + be16(20) + be16(0x0800) + packet, 9));
  EXPECT_TRUE(is_copy(ethernet(0x0800, changed(changed(packet, 8, 62), 11, 1)), 9));  // TTL, checksum
  EXPECT_TRUE(is_copy(ethernet(0x0800, changed(packet, 1, 0xb8)), 9));                // DSCP
  EXPECT_TRUE(is_copy(ethernet(0x0800, packet) + Octets(7), 9));                      // padding
  EXPECT_TRUE(is_copy(ethernet(0x0800, ipv4_around(47, be16(0) + be16(0x88be) + ethernet(0x0800, packet))), 9));
  EXPECT_FALSE(is_copy(ethernet(0x86dd, six), 20));
  EXPECT_TRUE(is_copy(ethernet(0x86dd, changed(six, 7, 3)), 21));  // hop limit
}

TEST(Copies, AnyOtherChangeIsAnotherPacket) {
  const Octets frame = ethernet(0x0800, ipv4(tcp("a payload that is longer than thirty-two octets, and then some")));
  for (std::size_t at = 14; at < frame.size(); ++at) {
    if (at == 15 || at == 22 || at == 24 || at == 25) continue;  // as above
    Asked is_copy;
    EXPECT_FALSE(is_copy(frame, 0));
    EXPECT_FALSE(is_copy(changed(frame, at, frame[at] ^ 1), 0)) << at;
  }
}

TEST(Copies, WithoutAnIdentificationOnce) {
  Asked is_copy;
  const Octets frame = changed(changed(ethernet(0x0800, ipv4(udp("again"))), 18, 0), 19, 0);
  const bool expected[] = {false, true, false, true, false};
  for (const bool copy : expected) EXPECT_EQ(is_copy(frame, 0), copy);
  EXPECT_FALSE(is_copy(ethernet(0x86dd, ipv6(udp("again"))), 0));
  EXPECT_TRUE(is_copy(ethernet(0x86dd, ipv6(udp("again"))), 0));
  EXPECT_FALSE(is_copy(ethernet(0x86dd, ipv6(udp("again"))), 0));
}

TEST(Copies, OnLayerTwoWhatCountsItself) {
  Asked is_copy;
  const auto twice = [&](const Octets& frame) { return is_copy(frame, 0) || is_copy(frame, 0); };
  EXPECT_TRUE(twice(ethernet(0x88b8, text("goose"))));
  EXPECT_TRUE(twice(ethernet(0x8892, text("profinet"))));
  EXPECT_FALSE(twice(ethernet(0x88a4, text("an EtherCAT frame that nobody answered comes back as it was"))));
  EXPECT_FALSE(twice(ethernet(0x88ab, text("POWERLINK"))));
  EXPECT_FALSE(twice(ethernet(0x0806, arp(1))));
  EXPECT_FALSE(is_copy(mac_a + mac_b + be16(0x88b8) + text("goose"), 0));  // another sender
}

TEST(Copies, OfTheTwoLansOfPrp) {
  Asked is_copy;
  const auto on = [](unsigned lan, unsigned sequence) {
    return ethernet(0x88ba, text("sampled values") + be16(sequence) + be16(lan << 12 | 20) + be16(0x88fb));
  };
  EXPECT_FALSE(is_copy(on(0xa, 1), 0));
  EXPECT_TRUE(is_copy(on(0xb, 1), 40));
}

TEST(Copies, WhatCannotBeTold) {
  Asked is_copy;
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_FALSE(is_copy({}, 0));
    EXPECT_FALSE(is_copy(ethernet(0x0800, Octets(12)), 0));
    EXPECT_FALSE(is_copy(ethernet(0x0800, ipv4_around(6, text("cut"))), 0));
  }
  const Octets frame = ethernet(0x0800, ipv4(udp("of different length before it was cut")));
  EXPECT_FALSE(is_copy(frame, 0));
  Octets cut(frame.begin(), frame.end() - 5);
  EXPECT_FALSE(is_copy(cut, 0, static_cast<std::uint32_t>(frame.size())));
}

// A loop between switches is a storm of copies.
TEST(Copies, NoneOfWhatGoesToAGroup) {
  Asked is_copy;
  Octets frame = ethernet(0x0800, ipv4(udp("to all")));
  frame[0] |= 1;
  for (int turn = 0; turn < 3; ++turn) EXPECT_FALSE(is_copy(frame, 0));
}

// The table grows with what comes within the time: nothing of it is forgotten on the way.
TEST(Copies, AsManyAsComeWithinTheTime) {
  Octets frame = ethernet(0x0800, ipv4(udp("a datagram of its own")));
  for (const unsigned many : {10u, 100u, 1'000u}) {
    Asked is_copy(second, many);
    for (const bool again : {false, true})
      for (unsigned i = 0; i < many; ++i) {
        patch16(frame, 14 + 20, i);
        ASSERT_EQ(is_copy(frame, i), again) << i << " of " << many;
      }
  }
}

// More packets than are remembered: the oldest are forgotten, none is taken for another.
TEST(Copies, ManyPackets) {
  Asked is_copy(second);
  Octets frame = ethernet(0x0800, ipv4(udp("a datagram of its own")));
  int found = 0;
  for (unsigned i = 0; i < 100'000; ++i) {
    patch16(frame, 14 + 20, i & 0xffff);
    patch16(frame, 14 + 22, 1 + (i >> 16));
    found += is_copy(frame, i);
  }
  EXPECT_EQ(found, 0);
}

}  // namespace
}  // namespace langyan::flow
