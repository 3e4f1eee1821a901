// Raw contents in TCP streams: however the octets are cut into segments, what is there is found,
// once.
#include "detect/payload.h"
#include "detect/program.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;

struct Split {
  std::string options, data;
};

const std::string filler(200, '.');

const Split splits[] = {
    {"content:\"needle\";", "some hay and a needle in it"},
    {"content:\"NeEdLe\"; nocase;", "some hay and a needle in it"},
    {"content:\"alpha\"; content:\"beta\";", "..alpha....beta.."},
    {"content:\"alpha\"; content:\"beta\";", "..beta....alpha.."},
    {"content:\"beta\"; fast_pattern; content:\"alpha\";", "..beta....alpha.."},
    {"content:\"ab\"; content:\"cd\"; distance:2; within:4;", "abxcd.abxxxcd.ab.....cd"},
    {"content:\"ab\"; content:\"cd\"; distance:-6; within:4;", "..cd..ab.."},
    {"content:\"aa\"; content:\"ab\"; distance:-1; within:2;", "aaaaab..."},
    {"content:\"ab\"; content:!\"x\"; within:2; content:\"cd\"; distance:0;", "abx.cd.ab...cd"},
    {"content:\"head\"; depth:4; content:\"body\"; distance:3;", "head...body"},
    {"content:\"head\"; offset:2; depth:6;", "..head.."},
    {"content:\"head\"; startswith; content:\"body\"; distance:0; within:10;", "head......body"},
    {"content:\"ab\"; pcre:\"/^[0-9]+cd/R\";", "abx.ab123cd."},
    {"pcre:\"/k[0-9]{3}m/\";", "..k12m.k123m.."},
    {"content:\"len\"; byte_jump:1,0,relative; content:\"end\"; distance:0; within:3;",
     "len\x05.....end"s},
    {"content:\"len\"; byte_test:2,>,300,0,relative;", "len\x01\x00.len\x02\x00."s},
    {"content:\"ab\"; isdataat:5,relative;", "ab.....x"},
    {"content:\"k\"; depth:1; pcre:\"/^k[0-9]+m/\";", "k123m.."},
    {"pcre:\"/^k[0-9]+(m|n.*o)/\";", "k123n..o."},
    {"content:\"x\";", "..x.."},
    {"content:\"abcabcabd\";", "abcabcabcabd"},
    {"content:\"" + std::string(60, 'q') + "w\";", std::string(70, 'q') + "w."},
};

// The first packet whose octets, with all before them, hold the conditions.
std::size_t expected_packet(const std::vector<std::string>& parts,
                            const std::vector<PayloadCondition>& conditions) {
  PayloadMatcher matcher;
  std::string prefix;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    prefix += parts[i];
    if (matcher.match(conditions, {bytes_of(prefix), 0}).holds) return i;
  }
  return parts.size();
}

void check(Rig& rig, const Split& split, const std::vector<std::string>& parts) {
  const Program& program = *rig.engine.rules()->rules()[0]->program;
  const std::size_t expected = expected_packet(parts, program.raw()->conditions);
  ASSERT_LT(expected, parts.size()) << "the case itself does not match";
  ++rig.ends.client_port;
  rig.hits.clear();
  rig.handshake();
  const std::uint64_t before = rig.number;
  for (const std::string& part : parts) rig.client(part);
  std::string cut;
  for (const std::string& part : parts) cut += "[" + part + "]";
  ASSERT_EQ(rig.hits.size(), 1u) << split.options << " in " << cut << ": " << rig.fired();
  ASSERT_EQ(rig.hits[0].packet_number, before + expected + 1) << split.options << " in " << cut;
}

TEST(Stream, FoundOnceHoweverItIsCut) {
  for (const Split& split : splits) {
    Rig rig(rule_of("flow:only_stream; " + split.options));
    const std::string& data = split.data;
    check(rig, split, {data});
    for (std::size_t i = 1; i < data.size(); ++i) {
      check(rig, split, {data.substr(0, i), data.substr(i)});
      if (data.size() > 40) continue;
      for (std::size_t j = i + 1; j < data.size(); ++j) {
        check(rig, split, {data.substr(0, i), data.substr(i, j - i), data.substr(j)});
        if (HasFatalFailure()) return;
      }
    }
    std::vector<std::string> octets;
    for (const char c : data) octets.emplace_back(1, c);
    check(rig, split, octets);
    if (HasFatalFailure()) return;
    EXPECT_EQ(rig.counted(Count::pending_dropped), 0u);
  }
}

// The same without only_stream: rules with offset or depth also look at packets; still found once.
TEST(Stream, FoundOnceInPacketOrStream) {
  for (const Split& split : splits) {
    Rig rig(rule_of(split.options));
    const std::string& data = split.data;
    for (std::size_t i = 0; i < data.size(); ++i) {
      ++rig.ends.client_port;
      rig.hits.clear();
      rig.handshake();
      if (i) rig.client(data.substr(0, i));
      rig.client(data.substr(i));
      ASSERT_EQ(rig.hits.size(), 1u) << split.options << " cut at " << i << ": " << rig.fired();
    }
  }
}

TEST(Stream, FarApartAndAroundTheWindow) {
  for (const std::size_t gap : {0u, 255u, 256u, 257u, 1'000u, 4'080u, 4'086u}) {
    Rig rig(rule_of("content:\"begin\"; content:\"ending\"; distance:0;"));
    const std::string data = "begin" + std::string(gap, '.') + "ending";
    for (const std::size_t piece : {7u, 100u, 1'460u, 9'000u}) {
      ++rig.ends.client_port;
      rig.hits.clear();
      rig.handshake().client(filler);
      for (std::size_t at = 0; at < data.size(); at += piece) rig.client(data.substr(at, piece));
      EXPECT_EQ(rig.hits.size(), 1u) << gap << " in pieces of " << piece;
    }
  }
  // What lies further back than the tail is forgotten: no hit, and no memory of it either.
  Rig rig(rule_of("content:\"begin\"; content:\"ending\"; distance:0;"));
  rig.handshake().client("begin");
  for (int i = 0; i < 50; ++i) rig.client(filler);
  rig.client("ending");
  EXPECT_EQ(rig.fired(), "");
}

TEST(Stream, EachOccurrenceCountsOnce) {
  Rig rig(rule_of("content:\"ab\"; content:\"cd\";"));
  rig.handshake()
      .client("ab..cd")
      .client("......")
      .client("ab")
      .client("..")
      .client("cd")
      .client("ab")
      .client("x");
  EXPECT_EQ(rig.fired(), "1@4 1@8");
}

TEST(Stream, DirectionsAndFlowsStayApart) {
  Rig rig(rule_of("content:\"abcd\";"));
  rig.handshake().client("ab").server("cd");
  rig.ends.client_port = 40'001;
  rig.handshake().client("cd");
  EXPECT_EQ(rig.fired(), "");
}

TEST(Stream, AGapSeparates) {
  Rig rig(rule_of("content:\"abcd\";"));
  rig.handshake().client("ab").lose(10).client("cd").tick(10 * second);
  EXPECT_EQ(rig.fired(), "");
  rig.client("abcd").tick(10 * second);
  EXPECT_EQ(rig.hits.size(), 1u);
}

TEST(Stream, OffsetCountsFromTheStartOfTheStream) {
  Rig rig(rule_of("flow:only_stream; content:\"ab\"; offset:4; depth:4;"));
  rig.handshake().client("abab").client("..").client("ab");  // at 0, 2 and 6
  EXPECT_EQ(rig.fired(), "1@6");
  ++rig.ends.client_port;
  rig.handshake().client("....").client("....").client("....ab");
  EXPECT_EQ(rig.fired(), "1@6");
}

TEST(Stream, RawRulesCostNothingElsewhere) {
  Rig rig(rule_of("content:\"abcd\";", "tcp any any -> any 80"));
  rig.handshake().client("abcd");
  EXPECT_EQ(rig.counted(Count::stream_octets), 0u);
  rig.ends.server_port = 80;
  rig.handshake().client("abcd").server("abcd");
  EXPECT_EQ(rig.fired(), "1@8") << "port 502 is not 80";
  EXPECT_EQ(rig.counted(Count::stream_octets), 4u) << "only what goes to port 80";
}

TEST(Stream, AFullPoolOfTailsForgetsTheOldest) {
  Rig rig(rule_of("content:\"alpha\"; content:\"beta\";"));
  for (std::uint16_t i = 0; i < 40; ++i) {  // 80 directions, 64 tails
    rig.ends.client_port = static_cast<std::uint16_t>(41'000 + i);
    rig.handshake().client("alpha").server("alpha");
  }
  EXPECT_EQ(rig.counted(Count::tails_evicted), 16u);
}

TEST(Stream, ManyHalfMatchesAreScannedAgain) {
  std::string rules;
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(100 + i);
    rules += "alert tcp any any -> any any (msg:\"m\"; content:\"long" + number +
             "\"; content:\"end" + number + "\"; distance:0; sid:" + number + ";)\n";
  }
  Rig rig(rules);
  rig.handshake();
  std::string begins, ends;
  for (int i = 0; i < 40; ++i)
    begins += "long" + std::to_string(100 + i) + ".", ends += "end" + std::to_string(100 + i) + ".";
  rig.client(begins).client("middle").client(ends);
  EXPECT_EQ(rig.hits.size(), 40u) << rig.fired();
  EXPECT_GT(rig.counted(Count::pending_dropped), 0u);
}

TEST(Stream, ManyMatchesOfOneRuleStayLinear) {
  Rig rig(
      rule_of("content:\"a\"; content:\"b\"; distance:0; content:\"c\"; distance:0; content:\"d\"; "
              "distance:0;"));
  rig.handshake();
  for (int i = 0; i < 4; ++i)
    rig.client(std::string(1'400, 'a') + std::string(1'400, 'b') + std::string(1'400, 'c'));
  EXPECT_EQ(rig.fired(), "");
  EXPECT_GT(rig.counted(Count::match_limit), 0u);
}

TEST(Swap, EachPacketIsSeenByExactlyOneSet) {
  const auto set = [](int sid, const char* content) {
    return compile_text("alert tcp any any -> any any (msg:\"m\"; content:\"" +
                        std::string(content) + "\"; sid:" + std::to_string(sid) + ";)\n")
        .rules;
  };
  Rig rig(set(1, "ping"));
  rig.handshake();
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(rig.engine.use(set(i + 2, "ping")));
    rig.client("ping");
    expected += (i ? " " : "") + std::to_string(i + 2) + "@" + std::to_string(rig.number);
  }
  EXPECT_EQ(rig.fired(), expected);
}

TEST(Swap, WhatIsHalfSeenIsFoundByTheNewSet) {
  const auto set = [] {
    return compile_text(rule_of("content:\"alpha\"; content:\"beta\"; distance:0;")).rules;
  };
  for (const auto& parts : std::vector<std::vector<std::string>>{
           {"al", "pha..beta"}, {"alpha", "..beta"}, {"alpha..be", "ta"}}) {
    Rig rig(set());
    rig.handshake().client(parts[0]);
    EXPECT_TRUE(rig.engine.use(set()));
    rig.client(parts[1]);
    EXPECT_EQ(rig.fired(), "1@5");
    EXPECT_TRUE(rig.engine.use(set()));
    rig.client("...");  // found once, whatever set looks at what is left of it
    EXPECT_EQ(rig.fired(), "1@5");
  }
}

TEST(Swap, FlowbitsSurvive) {
  const auto set = [](const char* extra) {
    return compile_text(std::string(extra) +
                        "alert tcp any any -> any any (msg:\"s\"; content:\"login\"; "
                        "flowbits:set,seen; noalert; sid:2;)\n"
                        "alert tcp any any -> any any (msg:\"t\"; content:\"write\"; "
                        "flowbits:isset,seen; sid:1;)\n")
        .rules;
  };
  Rig rig(set(""));
  rig.handshake().client("login");
  rig.engine.use(set(
      "alert tcp any any -> any any (msg:\"o\"; content:\"other\"; flowbits:set,other; sid:3;)\n"));
  rig.client("write");
  EXPECT_EQ(rig.fired(), "1@5");
}

TEST(Swap, AHitKeepsItsRule) {
  Rig rig(rule_of("content:\"abcd\";"));
  rig.handshake().client("abcd");
  rig.engine.use(compile_text("").rules);
  ASSERT_EQ(rig.hits.size(), 1u);
  EXPECT_EQ(rig.hits[0].rule->message, "test");
}

}  // namespace
}  // namespace langyan::detect
