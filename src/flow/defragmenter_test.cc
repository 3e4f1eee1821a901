#include "flow/defragmenter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "flow/test_wire.h"

namespace langyan::flow {
namespace {

struct Fragments {
  Fragments() : defragmenter(Options{}, counters, recorder) { defragmenter.tick(noon); }
  decode::Headers headers(std::uint32_t id, std::uint32_t offset, Bytes data, bool more) const {
    decode::Headers made;
    made.ip_version = version;
    made.protocol = decode::ip_protocol::udp;
    made.source = IpAddress::v4(0x0a000001);
    made.destination = IpAddress::v4(0x0a000002);
    made.ip_id = id;
    made.fragment_offset = static_cast<std::uint16_t>(offset);
    made.more_fragments = more;
    made.payload = data;
    return made;
  }
  std::string give(std::uint32_t id, std::uint32_t offset, std::string_view data, bool more) {
    decode::Headers made = headers(id, offset, bytes_of(data), more);
    last = defragmenter.accept(made, static_cast<std::uint32_t>(34 + data.size()));
    if (!last.payload.empty()) {
      EXPECT_EQ(made.fragment_offset, 0);
      EXPECT_FALSE(made.more_fragments);
    }
    ++given;
    return std::string(text_of(last.payload));
  }
  std::uint64_t dropped() const {
    return counters.value(Count::fragments_malformed) + counters.value(Count::fragments_refused) +
           counters.value(Count::fragments_expired) + counters.value(Count::fragments_evicted) +
           counters.value(Count::fragments_shutdown);
  }
  void finish() {
    defragmenter.finish();
    EXPECT_EQ(given, counters.value(Count::fragments_joined) + dropped());
  }

  FlowCounters counters;
  Recorder recorder;
  Defragmenter defragmenter;
  Defragmenter::Whole last;
  std::uint64_t given = 0;
  std::uint8_t version = 4;
};

std::string text(std::size_t size) {
  std::string made(size, ' ');
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<char>('a' + i * 7 % 26);
  return made;
}

TEST(Defragmenter, JoinsFragmentsInEveryOrder) {
  const std::string whole = text(3 * 1'480 + 333);
  std::vector<std::size_t> order{0, 1, 2, 3};
  Fragments fragments;
  std::uint32_t id = 0;
  do {
    ++id;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t at = order[i] * 1'480;
      const std::string joined =
          fragments.give(id, static_cast<std::uint32_t>(at),
                         std::string_view(whole).substr(at, 1'480), order[i] != 3);
      ASSERT_EQ(joined, i == 3 ? whole : "");
    }
    EXPECT_EQ(fragments.last.packets, 4u);
    EXPECT_EQ(fragments.last.bytes, whole.size() + 4 * 34);
  } while (std::ranges::next_permutation(order).found);
  EXPECT_EQ(id, 24u);
  EXPECT_EQ(fragments.recorder.names(), "");
  EXPECT_EQ(fragments.counters.value(Count::datagrams_whole), 24u);
  fragments.finish();
}

TEST(Defragmenter, JoinsTheLargestDatagram) {
  const std::string whole = text(65'535);
  Fragments fragments;
  std::string joined;
  for (std::size_t at = 0; at < whole.size(); at += 1'480) {
    joined = fragments.give(1, static_cast<std::uint32_t>(at),
                            std::string_view(whole).substr(at, 1'480), at + 1'480 < whole.size());
  }
  EXPECT_EQ(joined, whole);
  EXPECT_EQ(fragments.recorder.names(), "");
}

TEST(Defragmenter, KeepsDatagramsApart) {
  Fragments fragments;
  const std::string a = text(600), b = text(900);
  fragments.give(1, 0, std::string_view(a).substr(0, 304), true);
  fragments.give(2, 0, std::string_view(b).substr(0, 304), true);
  decode::Headers other =
      fragments.headers(1, 304, bytes_of(std::string_view(b).substr(304)), false);
  other.protocol = decode::ip_protocol::tcp;  // RFC 791: the protocol is part of the name
  EXPECT_TRUE(fragments.defragmenter.accept(other, 100).payload.empty());
  ++fragments.given;
  EXPECT_EQ(fragments.give(2, 304, std::string_view(b).substr(304), false), b);
  EXPECT_EQ(fragments.give(1, 304, std::string_view(a).substr(304), false), a);
  fragments.finish();
}

TEST(Defragmenter, Ipv6TakesTheProtocolOfTheFirstFragment) {
  Fragments fragments;
  fragments.version = 6;
  const std::string whole = text(500);
  decode::Headers last = fragments.headers(9, 304, bytes_of(whole).subspan(304), false);
  last.protocol = 99;  // RFC 8200 4.5: only the first one's counts
  fragments.defragmenter.accept(last, 100);
  decode::Headers first = fragments.headers(9, 0, bytes_of(whole).first(304), true);
  const auto joined = fragments.defragmenter.accept(first, 100);
  EXPECT_EQ(text_of(joined.payload), whole);
  EXPECT_EQ(first.protocol, decode::ip_protocol::udp);
}

// Random fragments with overlaps in every order against a model in which the first word counts.
TEST(Defragmenter, OverlapsGiveTheFirstWordAndAreSaid) {
  std::mt19937 random(11);
  for (std::uint32_t id = 1; id <= 3'000; ++id) {
    Fragments fragments;
    const std::size_t units = 1 + random() % 12, tail = 1 + random() % 8;
    const std::size_t size = units * 8 + tail;
    std::string expected(size, '.');
    bool overlaps = false, differs = false;
    const auto say = [&](std::size_t begin, const std::string& data) {
      const std::string there_before = expected.substr(begin, data.size());
      const bool old = there_before.find_first_not_of('.') != std::string::npos;
      overlaps |= old && there_before.find('.') != std::string::npos;
      for (std::size_t i = 0; i < data.size(); ++i) {
        char& there = expected[begin + i];
        differs |= there != '.' && there != data[i];
        if (there == '.') there = data[i];
      }
    };
    std::string joined;
    const bool honest = random() % 2;
    const std::string truth = text(size);
    for (int i = 0; i < 4; ++i) {
      const std::size_t begin = random() % units, end = begin + 1 + random() % (units - begin);
      const std::string data = honest ? truth.substr(begin * 8, (end - begin) * 8)
                                      : std::string((end - begin) * 8, static_cast<char>('0' + i));
      say(begin * 8, data);
      joined = fragments.give(id, static_cast<std::uint32_t>(begin * 8), data, true);
      ASSERT_EQ(joined, "");
    }
    for (std::size_t unit = 0; unit < units; ++unit) {  // what is not there yet
      if (expected[unit * 8] != '.') continue;
      say(unit * 8, truth.substr(unit * 8, 8));
      ASSERT_EQ(
          fragments.give(id, static_cast<std::uint32_t>(unit * 8), truth.substr(unit * 8, 8), true),
          "");
    }
    say(units * 8, truth.substr(units * 8));
    joined =
        fragments.give(id, static_cast<std::uint32_t>(units * 8), truth.substr(units * 8), false);
    ASSERT_EQ(joined, expected);
    EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_overlap), overlaps);
    EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_differs), differs);
    EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_tiny), 1);
    fragments.finish();
  }
}

TEST(Defragmenter, ACopyOfAFragmentIsNoAnomaly) {
  Fragments fragments;
  const std::string whole = text(608);
  for (int i = 0; i < 2; ++i) fragments.give(1, 0, std::string_view(whole).substr(0, 304), true);
  EXPECT_EQ(fragments.give(1, 304, std::string_view(whole).substr(304), false), whole);
  EXPECT_EQ(fragments.counters.value(Count::fragments_overlapped), 1u);
  EXPECT_EQ(fragments.give(1, 304, std::string_view(whole).substr(304), false), "");
  fragments.defragmenter.tick(noon + minute);
  EXPECT_EQ(fragments.counters.value(Count::fragments_expired), 1u);
  EXPECT_EQ(fragments.recorder.names(), "");
}

TEST(Defragmenter, SaysWhatContradicts) {
  struct Case {
    const char* what;
    std::uint32_t offset;
    std::size_t size;
    bool more;
    Anomaly kind;
  };
  const Case cases[] = {
      {"another end", 304, 96, false, Anomaly::fragment_end_differs},
      {"beyond the end", 800, 304, true, Anomaly::fragment_end_differs},
      {"more at the end", 304, 304, true, Anomaly::fragment_end_differs},
      {"no multiple of 8", 304, 99, true, Anomaly::fragment_malformed},
      {"empty", 304, 0, true, Anomaly::fragment_malformed},
      {"tiny", 304, 8, true, Anomaly::fragment_tiny},
  };
  for (const Case& one : cases) {
    Fragments fragments;
    const std::string whole = text(608 + 512);
    fragments.give(1, 512, std::string_view(whole).substr(512, 96), false);  // ends at 608
    fragments.give(1, one.offset, text(one.size), one.more);
    EXPECT_EQ(fragments.recorder.count(one.kind), 1) << one.what;
    fragments.finish();
  }
  Fragments late;  // the end comes when octets beyond it are there
  late.give(1, 600, text(304), true);
  late.give(1, 304, text(304), false);
  EXPECT_EQ(late.recorder.count(Anomaly::fragment_end_differs), 1);
}

TEST(Defragmenter, WhatTheCaptureCutIsRefused) {
  Fragments fragments;
  const std::string whole = text(608);
  decode::Headers cut = fragments.headers(1, 0, bytes_of(whole).first(200), true);
  cut.missing = 104;
  EXPECT_TRUE(fragments.defragmenter.accept(cut, 338).payload.empty());
  EXPECT_EQ(fragments.counters.value(Count::fragments_refused), 1u);
  EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_incomplete), 1);
}

TEST(Defragmenter, GivesUpAfterItsTimeInTheOrderOfNames) {
  std::vector<std::uint64_t> orders[2];
  for (int way = 0; way < 2; ++way) {
    Fragments fragments;
    for (std::uint32_t i = 0; i < 20; ++i) fragments.give(way ? 20 - i : i + 1, 0, text(304), true);
    fragments.defragmenter.tick(noon + 29 * second);
    EXPECT_EQ(fragments.counters.value(Count::fragments_expired), 0u);
    fragments.defragmenter.tick(noon + 30 * second);
    EXPECT_EQ(fragments.counters.value(Count::fragments_expired), 20u);
    EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_incomplete), 20);
    orders[way] = fragments.recorder.ids;
    EXPECT_EQ(fragments.give(1, 304, text(304), false), "") << "the first half is gone";
  }
  EXPECT_EQ(orders[0], orders[1]);
}

TEST(Defragmenter, AFloodKeepsItsBoundsAndIsCounted) {
  const CapSetting pages("flow.fragment_bytes", 256u << 10), many("flow.datagrams", 64);
  Fragments fragments;
  for (std::uint32_t id = 1; id <= 100 * 64; ++id) fragments.give(id, 0, text(1'480), true);
  EXPECT_EQ(fragments.counters.value(Count::datagrams), 6'400u);
  EXPECT_GE(fragments.counters.value(Count::fragments_evicted), 6'400u - 64);
  EXPECT_GT(fragments.recorder.count(Anomaly::fragment_refused), 0);
  const std::string whole = text(600);  // and a datagram of good faith still comes through
  fragments.give(7'000, 0, std::string_view(whole).substr(0, 304), true);
  EXPECT_EQ(fragments.give(7'000, 304, std::string_view(whole).substr(304), false), whole);
  for (std::uint32_t id = 10'000; id <= 10'020; ++id) {
    for (std::uint32_t at = 0; at < 60'000; at += 1'480) fragments.give(id, at, text(1'480), true);
  }
  fragments.finish();
}

TEST(Defragmenter, ADatagramHasOnlySoManyFragments) {
  const CapSetting cap("flow.datagram_fragments", 10);
  Fragments fragments;
  for (int i = 0; i < 20; ++i) fragments.give(1, 0, text(304), true);
  EXPECT_EQ(fragments.counters.value(Count::fragments_refused), 10u);
  EXPECT_EQ(fragments.recorder.count(Anomaly::fragment_refused), 1);
  fragments.finish();
}

}  // namespace
}  // namespace langyan::flow
