#include "flow/history.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace langyan::flow {
namespace {

Bytes part(const std::string& text, std::size_t from, std::size_t size) {
  return bytes_of(text).subspan(from, size);
}

TEST(SegmentHash, TellsEveryOctetAndLengthApart) {
  for (std::size_t size = 0; size < 80; ++size) {
    std::string text(size, 'a');
    std::set<std::uint32_t> hashes{segment_hash(bytes_of(text), 1), segment_hash(bytes_of(text), 2),
                                   segment_hash(bytes_of(text + 'a'), 1)};
    for (std::size_t i = 0; i < size; ++i) {
      for (const char change : {'b', '\xe1'}) {
        std::string other = text;
        other[i] = change;
        hashes.insert(segment_hash(bytes_of(other), 1));
      }
    }
    EXPECT_EQ(hashes.size(), 3 + 2 * size) << size;
  }
}

// Segments of 10, 20, 30 … octets; everything that can come again is compared.
TEST(History, ComparesWhatIsCoveredWhole) {
  History history(64, 5);
  std::string text(550, ' ');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i * 7 % 26);
  std::uint32_t latest = 0;
  std::set<std::size_t> cuts{0};
  constexpr std::uint32_t start = 0xffffff00;
  for (std::size_t at = 0, size = 10; size <= 100; at += size, size += 10) {
    latest = history.add(latest, 3, start + static_cast<std::uint32_t>(at), part(text, at, size));
    history.add(0, 4, 77, bytes_of("another stream"));
    cuts.insert(at + size);
  }
  for (std::size_t from = 0; from < text.size(); from += 5) {
    for (std::size_t to = from + 5; to <= text.size(); to += 5) {
      const std::uint32_t sequence = start + static_cast<std::uint32_t>(from);
      const bool whole = cuts.contains(from) && cuts.contains(to);
      EXPECT_EQ(history.compare(latest, 3, sequence, part(text, from, to - from)),
                whole ? Compared::same : Compared::unknown);
      std::string other = text;
      other[from + (to - from) / 2] ^= 1;
      const Compared result = history.compare(latest, 3, sequence, part(other, from, to - from));
      EXPECT_NE(result, Compared::same);
      EXPECT_TRUE(!whole || result == Compared::differs);
    }
  }
}

TEST(History, KnowsWhatItForgot) {
  History history(16, 0);
  const std::uint32_t first = history.add(0, 1, 100, bytes_of("abcd"));
  EXPECT_EQ(history.compare(first, 1, 100, bytes_of("abcd")), Compared::same);
  for (std::uint32_t i = 0; i < 15; ++i) history.add(0, 2, i, bytes_of("x"));
  EXPECT_EQ(history.compare(first, 1, 100, bytes_of("abcd")), Compared::same);
  history.add(0, 2, 99, bytes_of("x"));
  EXPECT_EQ(history.compare(first, 1, 100, bytes_of("abcd")), Compared::unknown);
  EXPECT_EQ(history.compare(0, 1, 100, bytes_of("abcd")), Compared::unknown);
}

TEST(History, WhatWasNeverDeliveredIsUnknown) {
  History history(16, 0);
  std::uint32_t latest = history.add(0, 1, 100, bytes_of("abcd"));
  latest = history.add(latest, 1, 110, bytes_of("efgh"));  // 104…109 are a gap
  EXPECT_EQ(history.compare(latest, 1, 100, bytes_of("abcd")), Compared::same);
  EXPECT_EQ(history.compare(latest, 1, 100, bytes_of("abcd------efgh")), Compared::unknown);
  EXPECT_EQ(history.compare(latest, 1, 100, bytes_of("abcX------efgh")), Compared::differs);
  EXPECT_EQ(history.compare(latest, 1, 96, bytes_of("----abcd")), Compared::unknown);
}

}  // namespace
}  // namespace langyan::flow
