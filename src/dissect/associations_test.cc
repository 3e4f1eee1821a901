#include "dissect/associations.h"

#include <gtest/gtest.h>

#include <memory>

#include "dissect/candidates.h"
#include "flow/flow.h"

namespace langyan::dissect {
namespace {

TEST(Associations, BelongToAProtocol) {
  Associations table(64);
  const flow::Flow flow;
  table.scope(flow, 3);
  table.put(7, bytes_of("seven"));
  EXPECT_EQ(text_of(table.find(7)), "seven");
  EXPECT_TRUE(table.find(8).empty());
  table.scope(flow, 4);
  EXPECT_TRUE(table.find(7).empty());
}

TEST(Associations, KeepSoManyOctetsAndTheNewestValue) {
  Associations table(64);
  const flow::Flow flow;
  table.scope(flow, 0);
  table.put(1, bytes_of(std::string(100, 'x')));
  EXPECT_EQ(table.find(1).size(), shared_bytes);
  table.put(1, bytes_of("y"));
  EXPECT_EQ(text_of(table.find(1)), "y");
}

TEST(Associations, TheLongestUnusedGivesWayAndIsCounted) {
  Associations table(8);  // one set
  const flow::Flow flow;
  table.scope(flow, 0);
  for (std::uint64_t key = 1; key <= 8; ++key) table.put(key, bytes_of("v"));
  EXPECT_FALSE(table.find(1).empty());  // used again: 2 is now the oldest
  EXPECT_EQ(table.replaced(), 0u);
  table.put(9, bytes_of("v"));
  EXPECT_EQ(table.replaced(), 1u);
  EXPECT_FALSE(table.find(1).empty());
  EXPECT_TRUE(table.find(2).empty());
  EXPECT_FALSE(table.find(9).empty());
}

TEST(CandidatesSet, HoldsMoreThanAWordOfProtocols) {
  Candidates candidates;
  candidates.fill(70);
  candidates.drop(0), candidates.drop(64);
  std::vector<std::size_t> left;
  candidates.each([&](std::size_t index) { left.push_back(index); });
  EXPECT_EQ(left.size(), 68u);
  EXPECT_EQ(left.front(), 1u);
  EXPECT_EQ(left.back(), 69u);
  for (std::size_t index : left) candidates.drop(index);
  EXPECT_TRUE(candidates.none());
  candidates.fill(128);
  EXPECT_FALSE(candidates.none());
}

}  // namespace
}  // namespace langyan::dissect
