#include "detect/payload.h"

#include <random>

#include "detect/program.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;

// What the conditions mean, said plainly: some choice of occurrences makes all of them hold.
bool meant(std::span<const PayloadCondition> conditions, const std::string& data,
           std::int64_t position, std::int64_t start) {
  if (conditions.empty()) return true;
  const auto after = conditions.subspan(1);
  const auto size = static_cast<std::int64_t>(data.size());
  if (const auto* content = std::get_if<Content>(&conditions[0])) {
    bool found = false;
    for (std::int64_t at = 0; at + content->size() <= size; ++at) {
      std::string here = data.substr(static_cast<std::size_t>(at), content->size());
      if (content->nocase)
        for (char& c : here) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (here != content->bytes) continue;
      const std::int64_t end = at + content->size(), place = at + start;
      if (content->offset && place < *content->offset) continue;
      if (content->depth &&
          place + content->size() > content->offset.value_or(0) + std::int64_t{*content->depth})
        continue;
      const std::int64_t from = position + content->distance.value_or(0);
      if (content->relative() && at < from) continue;
      if (content->within && end > from + *content->within) continue;
      if (content->ends && end != size) continue;
      found = true;
      if (!content->negated && meant(after, data, end, start)) return true;
    }
    return content->negated && !found && meant(after, data, position, start);
  }
  if (const auto* there = std::get_if<DataAt>(&conditions[0])) {
    const bool is =
        there->relative ? position + there->offset <= size : there->offset < size + start;
    return is != there->negated && meant(after, data, position, start);
  }
  return false;
}

TEST(Payload, FindsTheFirstOccurrenceAnywhere) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const unsigned letters = 1 + random() % 3;
    std::string data(random() % 120, ' ');
    for (char& c : data) c = static_cast<char>('a' + random() % letters);
    Content content;
    content.bytes.resize(1 + random() % 20);
    for (char& c : content.bytes) c = static_cast<char>('a' + random() % letters);
    const std::size_t from = random() % (data.size() + 1);
    const std::size_t to = from + random() % (data.size() - from + 1);
    const std::size_t found = data.substr(0, to).find(content.bytes, from);
    const std::int64_t expected = found == data.npos ? -1 : static_cast<std::int64_t>(found);
    const auto place = [](std::size_t at) { return static_cast<std::int64_t>(at); };
    ASSERT_EQ(find(content, bytes_of(data), place(from), place(to)), expected)
        << content.bytes << " in " << data << " from " << from << " to " << to;
  }
}

TEST(Payload, AgreesWithThePlainMeaning) {
  std::mt19937 random(20'260'302);
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  std::size_t held = 0, rounds = 60'000;
  PayloadMatcher matcher;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<PayloadCondition> conditions;
    for (int count = pick(1, 4); count > 0; --count) {
      if (pick(0, 7) == 0) {
        conditions.emplace_back(
            DataAt{static_cast<std::uint32_t>(pick(0, 9)), pick(0, 1) == 1, pick(0, 1) == 1});
        continue;
      }
      Content content;
      for (int octets = pick(1, 3); octets > 0; --octets)
        content.bytes += static_cast<char>('a' + pick(0, 1));
      content.nocase = pick(0, 3) == 0;
      content.negated = pick(0, 4) == 0;
      content.ends = pick(0, 9) == 0;
      if (const int manner = pick(0, 2); manner == 1) {
        content.offset = static_cast<std::uint32_t>(pick(0, 5));
        if (pick(0, 1)) content.depth = static_cast<std::uint32_t>(pick(1, 6));
      } else if (manner == 2) {
        if (pick(0, 1)) content.distance = pick(-4, 4);
        if (pick(0, 1) || !content.distance) content.within = pick(1, 6);
      }
      conditions.emplace_back(std::move(content));
    }
    prepare(conditions);
    std::string data;
    for (int octets = pick(0, 12); octets > 0; --octets)
      data += "abAB"[pick(0, 9) < 8 ? pick(0, 1) : pick(2, 3)];
    const auto start = static_cast<std::uint64_t>(pick(0, 3) ? 0 : pick(1, 6));
    const bool holds = matcher.match(conditions, {bytes_of(data), start}).holds;
    const bool wanted = meant(conditions, data, -static_cast<std::int64_t>(start),
                              static_cast<std::int64_t>(start));
    ASSERT_EQ(holds, wanted) << "\"" << data << "\" from " << start << ", round " << round;
    held += holds;
  }
  EXPECT_GT(held, rounds / 10);
  EXPECT_LT(held, rounds * 9 / 10);
}

Match match(const std::string& options, std::string_view data, std::uint64_t start = 0) {
  const Compiled compiled = compile_text(rule_of(options));
  PayloadMatcher matcher;
  return matcher.match(compiled.rules->rules()[0]->program->raw()->conditions,
                       {bytes_of(data), start});
}

TEST(Payload, SaysWhatItFound) {
  const Match found = match("content:\"bc\"; content:\"ef\"; distance:0;", "abcdefg");
  EXPECT_TRUE(found.holds);
  EXPECT_EQ(found.first, 1u);
  EXPECT_EQ(found.last, 6u);
  const Match nothing_to_find = match("isdataat:3;", "abcdefg");
  EXPECT_TRUE(nothing_to_find.holds);
  EXPECT_EQ(nothing_to_find.first, nothing_to_find.last);
}

TEST(Payload, ExpressionsGoOnToTheNextMatch) {
  EXPECT_TRUE(match("pcre:\"/a./\"; content:\"z\"; distance:0; within:1;", "ab ac adz").holds);
  EXPECT_FALSE(match("pcre:\"/a./\"; content:\"z\"; distance:0; within:1;", "ab ac ad z").holds);
  EXPECT_TRUE(match("pcre:\"/a*/\"; content:\"z\"; distance:0; within:1;", "bbz").holds)
      << "an empty match moves on";
}

TEST(Payload, StartMeansTheStreamsStart) {
  EXPECT_TRUE(match("pcre:\"/^ab/\";", "ab").holds);
  EXPECT_FALSE(match("pcre:\"/^ab/\";", "ab", 100).holds);
  EXPECT_FALSE(match("content:\"ab\"; depth:2;", "ab", 100).holds);
  EXPECT_TRUE(match("content:\"ab\"; offset:100; depth:2;", "ab", 100).holds);
  EXPECT_TRUE(match("byte_test:1,=,0x61,100;", "ab", 100).holds);
  EXPECT_FALSE(match("byte_test:1,=,0x61,0;", "ab", 100).holds);
}

TEST(Payload, RunsOutRatherThanOn) {
  const std::string many(60'000, 'a');
  const Match tries = match(
      "content:\"a\"; content:\"a\"; distance:1; content:\"a\"; distance:1; content:\"b\"; "
      "distance:0;",
      many);
  EXPECT_FALSE(tries.holds);
  EXPECT_TRUE(tries.gave_up);
  const Match catastrophe = match("pcre:\"/(a|aa)+[bc]/\";", many);
  EXPECT_FALSE(catastrophe.holds);
  EXPECT_TRUE(catastrophe.gave_up);
  EXPECT_FALSE(match("pcre:!\"/(a|aa)+[bc]/\";", many).holds) << "not knowing is not holding";
}

TEST(Payload, NumbersAtTheEdges) {
  EXPECT_TRUE(match("byte_test:8,=,0xffffffffffffffff,0;", std::string(8, '\xff')).holds);
  EXPECT_FALSE(match("byte_test:8,=,0xffffffffffffffff,1;", std::string(8, '\xff')).holds)
      << "past the end";
  EXPECT_FALSE(match("byte_test:1,!=,1,9;", "a").holds) << "what is not there is not different";
  EXPECT_FALSE(match("byte_test:1,=,97,-1;", "a").holds);
  EXPECT_FALSE(match("byte_test:4,=,12,0,string,dec;", "zz12").holds);
  EXPECT_FALSE(match("byte_test:23,=,1,0,string,dec;", "99999999999999999999999").holds)
      << "more than 64 bits";
  EXPECT_TRUE(match("byte_jump:8,0,multiplier 65535; content:\"a\"; distance:0;",
                    std::string(9, '\xff') + "a")
                  .holds == false);
  EXPECT_TRUE(match("byte_jump:1,0,post_offset -9; content:\"|02|\"; distance:0;", "\x01x").holds ==
              false);
  EXPECT_TRUE(
      match("byte_jump:1,0,post_offset -9; content:\"|01|x\"; distance:0; within:2;", "\x01x")
          .holds)
      << "not before the start";
  EXPECT_FALSE(match("byte_jump:1,0;", "\x01x").holds) << "the jump ends behind the last octet";
  EXPECT_TRUE(match("byte_jump:1,0;", "\x01xy").holds);
}

TEST(Payload, NothingToReadIsNoMistake) {
  EXPECT_FALSE(match("content:\"a\";", "").holds);
  EXPECT_TRUE(match("content:!\"a\";", "").holds);
  EXPECT_TRUE(match("pcre:\"/^$/\";", "").holds);
  EXPECT_FALSE(match("byte_test:1,=,0,0;", "").holds);
}

}  // namespace
}  // namespace langyan::detect
