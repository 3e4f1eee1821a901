#include "dissect/dissector.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "dissect/registry.h"
#include "dissect/test_rig.h"

namespace langyan::dissect {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> captures() {
  std::vector<std::string> names;
  for (const Protocol* protocol : protocols()) {
    const std::filesystem::path folder = LANGYAN_SOURCE_DIR "/pcaps/" + std::string(protocol->name);
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder))
      if (file.path().extension() == ".pcap")
        names.push_back(std::string(protocol->name) + "/" + file.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

class Captures : public testing::TestWithParam<std::string> {};

// How a stream is cut into segments is chance; what was said is not. Where framing was lost it is
// found again by what is in sight, so there only the octets' safety is tested.
TEST_P(Captures, DecodesTheSameHoweverItIsCut) {
  Rig whole;
  whole.run(GetParam());
  std::ranges::sort(whole.seen);
  std::ranges::sort(whole.anomalies);
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
    Rig cut(piece);
    cut.run(GetParam());
    if (whole.dissector().counters().value(Count::bytes_skipped) > 0) continue;
    std::ranges::sort(cut.seen);
    std::ranges::sort(cut.anomalies);
    const auto [left, right] = std::ranges::mismatch(whole.seen, cut.seen);
    EXPECT_TRUE(left == whole.seen.end()) << "only whole: " << *left << "in pieces of " << piece;
    EXPECT_TRUE(right == cut.seen.end()) << "only cut: " << *right << " in pieces of " << piece;
    EXPECT_EQ(whole.anomalies, cut.anomalies) << "in pieces of " << piece;
  }
}

TEST_P(Captures, GivesBackEveryBufferAndRequest) {
  Rig rig;
  rig.run(GetParam());
  const auto& counters = rig.dissector().counters();
  EXPECT_EQ(counters.value(Count::pending_refused), 0u);
  EXPECT_EQ(counters.value(Count::buffer_refused), 0u);
  EXPECT_EQ(counters.value(Count::parser_runs_refused), 0u);
  EXPECT_EQ(counters.value(Count::requests),
            counters.value(Count::paired) + counters.value(Count::unanswered));
  EXPECT_EQ(counters.value(Count::answers),
            counters.value(Count::paired) + counters.value(Count::unpaired_answers));
}

INSTANTIATE_TEST_SUITE_P(All, Captures, testing::ValuesIn(captures()),
                         [](const testing::TestParamInfo<std::string>& one) {
                           std::string name = one.param.substr(0, one.param.find('.'));
                           std::ranges::replace_if(
                               name,
                               [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
                               '_');
                           return name;
                         });

TEST(Dissector, PairsEveryAnswerOfACleanPoll) {
  Rig rig;
  rig.run("modbus/poll.pcap");
  EXPECT_GT(rig.seen.size(), 100u);
  EXPECT_EQ(rig.dissector().counters().value(Count::unanswered), 0u);
  EXPECT_EQ(rig.dissector().counters().value(Count::unpaired_answers), 0u);
  EXPECT_THAT(rig.anomalies, IsEmpty());
}

TEST(Dissector, FindsFramingAgainAfterAGap) {
  for (const char* name : {"modbus/gap.pcap", "s7comm/gap.pcap", "iec104/gap.pcap"}) {
    Rig rig;
    rig.run(name);
    EXPECT_GE(rig.dissector().counters().value(Count::gaps), 1u) << name;
    ASSERT_FALSE(rig.seen.empty()) << name;
    EXPECT_TRUE(std::ranges::none_of(rig.seen, [](const Seen& each) {
      return !each.fault.empty();
    })) << name;
    EXPECT_THAT(rig.anomalies, Not(Contains("dissect.given_up"))) << name;
  }
}

TEST(Dissector, ReadsAConnectionWhoseStartItDidNotSee) {
  for (const char* name :
       {"modbus/midstream.pcap", "s7comm/midstream.pcap", "iec104/midstream.pcap"}) {
    Rig rig;
    rig.run(name);
    EXPECT_GT(rig.dissector().counters().value(Count::messages), 3u) << name;
    EXPECT_EQ(rig.dissector().counters().value(Count::faults), 0u) << name;
  }
}

TEST(Dissector, SaysOneWayWhenOnlyRequestsAreSeen) {
  Rig rig;
  rig.run("modbus/one-way.pcap");
  ASSERT_FALSE(rig.not_answered.empty());
  EXPECT_TRUE(std::ranges::all_of(rig.not_answered, [](const Seen& each) {
    return each.operations.find("one_way") != std::string::npos;
  }));
}

// The lost octets and the values that spell headers before it must not hide it.
TEST(Dissector, SeesAStopBehindAGap) {
  Rig rig;
  rig.run("s7comm/gap.pcap");
  EXPECT_EQ(rig.count("stop pending"), 1u);
  EXPECT_EQ(rig.count("stop ok"), 1u);
  EXPECT_EQ(rig.dissector().counters().value(Count::faults), 0u);
}

// In a download the controller asks, with references that the programming device may be using too.
TEST(Dissector, PairsADownloadInWhichTheControllerAsks) {
  Rig rig;
  rig.run("s7comm/program-download.pcap");
  EXPECT_THAT(rig.anomalies, IsEmpty());
  EXPECT_EQ(rig.dissector().counters().value(Count::unanswered), 0u);
  EXPECT_EQ(rig.dissector().counters().value(Count::unpaired_answers), 0u);
  for (const char* block : {"download FC10 ok", "download OB1 ok"}) {
    EXPECT_EQ(rig.count(block), 3u) << block << ": asked for, ended, linked";
  }
  EXPECT_EQ(rig.count("stop ok"), 1u);
  EXPECT_EQ(rig.count("start ok"), 1u);
}

// The transport connection and the first message within it may have the same number.
TEST(Dissector, KeepsNumbersOfDifferentFieldsApart) {
  Rig rig;
  rig.run("s7comm_plus/malformed.pcap");
  EXPECT_EQ(rig.dissector().counters().value(Count::unpaired_answers), 0u);
  EXPECT_EQ(rig.count("session ok"), 8u);
}

TEST(Dissector, GoesOnBehindMessagesThatAreMalformed) {
  Rig rig;
  rig.run("s7comm/malformed.pcap");
  for (const char* name : {"s7comm.transport", "s7comm.rosctr", "s7comm.parameter_length",
                           "s7comm.item_count", "s7comm.header", "dissect.framing_lost"}) {
    EXPECT_THAT(rig.anomalies, Contains(name));
  }
  EXPECT_THAT(rig.anomalies, Not(Contains("dissect.given_up")));
  // Nine sessions with a read before and one after; one swallows the start of the read that
  // follows.
  EXPECT_EQ(rig.count("read DB1.DBB0..DBB5 ok"), 17u);
}

TEST(Dissector, SaysThatAPortIsForeign) {
  Rig rig;
  rig.run("modbus/foreign-port.pcap");
  EXPECT_THAT(rig.anomalies, Contains("dissect.foreign_port"));
  EXPECT_GT(rig.count("read"), 0u);
}

TEST(Dissector, KnowsThatSomeProtocolsChooseTheirPorts) {
  Rig rig;
  rig.run("profinet_io/startup.pcap");  // whose station answers from a port of its own
  EXPECT_GT(rig.count("session"), 0u);
  EXPECT_THAT(rig.anomalies, Not(Contains("dissect.foreign_port")));
}

TEST(Dissector, FindsNoIndustrialProtocolInOfficeTraffic) {
  Rig rig;
  rig.run("it/office.pcap");
  for (const Seen& each : rig.seen) {
    const auto spoken = std::ranges::find(protocols(), each.protocol, &Protocol::name);
    EXPECT_FALSE((*spoken)->industrial) << each.protocol;
  }
  EXPECT_THAT(rig.anomalies, IsEmpty());
}

// A body without a length ends with its connection; the rest of a long one is passed over.
TEST(Dissector, ReadsMessagesWhoseEndDependsOnWhatCameBefore) {
  for (const std::size_t piece : {0, 1, 7, 1'000}) {
    Rig rig(piece);
    rig.run("http/browse.pcap");
    EXPECT_EQ(rig.count("read /old ok"), 1u) << piece;
    EXPECT_EQ(rig.count("read /firmware.bin ok"), 1u) << piece;
    EXPECT_THAT(rig.not_answered, IsEmpty()) << piece;
    EXPECT_THAT(rig.anomalies, IsEmpty()) << piece;
  }
}

// The inputs come first and both ports are the same: only the connection's opening, in another flow,
// says which end is the client.
TEST(Dissector, AsksASenderWithWhatTheHostsKnowTogether) {
  Rig rig;
  rig.run("enip/io.pcap");
  EXPECT_GT(rig.count("report class 0x04 instance 101"), 10u);
  for (const Seen& each : rig.seen) {
    if (!each.operations.starts_with("report")) continue;
    const bool is_output = each.operations.starts_with("report class 0x04 instance 100");
    EXPECT_EQ(each.direction, is_output ? Direction::to_server : Direction::to_client);
  }
}

TEST(Dissector, ReportsAFaultOnceForEachKindAndFlow) {
  Rig rig;
  rig.run("modbus/malformed.pcap");
  EXPECT_FALSE(rig.anomalies.empty());
  for (const char* name : {"modbus.byte_count"}) {
    EXPECT_THAT(rig.anomalies, Contains(name));
  }
}

// Frames with LLC have no ethertype; DSAP and SSAP hint at the protocol as a port does.
TEST(Dissector, KnowsAProtocolOfLlcAtItsPlace) {
  Rig rig;
  rig.run("bacnet/ethernet.pcap");
  EXPECT_GT(rig.seen.size(), 0u);
  EXPECT_THAT(rig.anomalies, IsEmpty());
}

}  // namespace
}  // namespace langyan::dissect
