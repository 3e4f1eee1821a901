#include "baseline/behaviour_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace langyan::baseline {
namespace {

Protocol named(std::string_view name) {
  Protocol protocol{};
  protocol.name = name;
  return protocol;
}
const Protocol ftp = named("ftp"), ssh = named("ssh"), goose = named("goose");
const IpAddress evil = IpAddress::v4(0x0a140063), plc = IpAddress::v4(0x0a14000b);

struct Heard final : FindingSink {
  std::vector<Finding> findings;
  void found(const Finding& finding) override { findings.push_back(finding); }
  std::size_t alerts() const {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const Finding& each) { return each.stage == Finding::Stage::found; }));
  }
};

class BehaviourFinderTest : public testing::Test {
 protected:
  Trace trace(Trace::What what, Behaviour behaviour) {
    Trace made;
    made.what = what, made.behaviour = behaviour;
    made.time = now, made.packet_number = ++number;
    made.source = evil, made.target = plc;
    return made;
  }
  void attempt(Behaviour behaviour, const IpAddress& target, std::uint64_t thing, Reply result) {
    Trace made = trace(Trace::What::attempt, behaviour);
    made.target = target, made.thing = thing, made.result = result;
    finder.accept(made);
  }
  void pass(Duration span) {
    for (const Time until = now + span; now < until;) {
      now = std::min(now + 5 * second, until);
      Trace made = trace(Trace::What::tick, Behaviour::last);
      finder.accept(made);
    }
  }
  static IpAddress host(std::uint32_t number) { return IpAddress::v4(0x0a150000 + number); }

  Time now = 1'700'000'000 * second;
  std::uint64_t number = 0;
  Heard heard;
  BehaviourFinder finder{heard};
};

TEST_F(BehaviourFinderTest, AScanIsOneFindingWithAllOfItsCounts) {
  for (std::uint32_t i = 0; i < 100; ++i) {
    attempt(Behaviour::tcp_scan, host(i / 2), 100 + i % 2,
            i % 10 ? i % 3 ? Reply::silent : Reply::refused : Reply::answered);
    pass(100 * millisecond);
  }
  EXPECT_EQ(heard.findings.size(), 0u) << "while it goes on";
  pass(15 * second);
  ASSERT_EQ(heard.findings.size(), 1u);
  const Finding& one = heard.findings[0];
  EXPECT_EQ(one.tried, 100u);
  EXPECT_EQ(one.answered, 10u);
  EXPECT_EQ(one.targets, 50u);
  EXPECT_EQ(one.things, 2u);
  EXPECT_EQ(one.source, evil);
  EXPECT_FALSE(one.has_target);
}

TEST_F(BehaviourFinderTest, TheSameThingsAgainAreNothingNew) {
  for (int turn = 0; turn < 50; ++turn) {
    for (std::uint32_t i = 0; i < 14; ++i) attempt(Behaviour::tcp_scan, host(i), 502, Reply::silent);
    pass(hour);
  }
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, WhatMostlySucceedsIsNoScan) {
  for (std::uint32_t i = 0; i < 200; ++i)
    attempt(Behaviour::icmp_scan, host(i), 0, i % 4 ? Reply::answered : Reply::silent);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, WhatAnsweredOnceAndFailsNowIsNoScan) {
  for (std::uint32_t i = 0; i < 60; ++i) attempt(Behaviour::tcp_scan, host(i), 502, Reply::answered);
  pass(hour);
  for (std::uint32_t i = 0; i < 60; ++i) attempt(Behaviour::tcp_scan, host(i), 502, Reply::silent);
  pass(hour);
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, ALateAnswerTakesAFailureBack) {
  for (std::uint32_t i = 0; i < 14; ++i) attempt(Behaviour::icmp_scan, host(i), 0, Reply::silent);
  for (std::uint32_t i = 0; i < 14; ++i) attempt(Behaviour::icmp_scan, host(i), 0, Reply::answered);
  for (std::uint32_t i = 14; i < 28; ++i) attempt(Behaviour::icmp_scan, host(i), 0, Reply::silent);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, OneUnitOrFunctionThatManyRefuseIsNoSweep) {
  for (std::uint32_t i = 0; i < 60; ++i) {
    attempt(Behaviour::unit_sweep, host(i), 1, Reply::silent);
    attempt(Behaviour::function_sweep, host(i), 20, Reply::refused);
    attempt(Behaviour::object_sweep, host(i), 40'001, Reply::refused);
  }
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
  for (std::uint32_t i = 0; i < 30; ++i) attempt(Behaviour::function_sweep, plc, i, Reply::refused);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 1u);
}

TEST_F(BehaviourFinderTest, OneHostAnHourIsFoundWithinTheDay) {
  for (std::uint32_t i = 0; i < 20; ++i) {
    attempt(Behaviour::tcp_scan, host(i), 102, Reply::silent);
    pass(hour);
  }
  EXPECT_EQ(heard.alerts(), 1u);
  EXPECT_EQ(heard.findings.back().tried, 15u);
}

TEST_F(BehaviourFinderTest, OneHostInTwoHoursIsForgotten) {
  for (std::uint32_t i = 0; i < 60; ++i) {
    attempt(Behaviour::tcp_scan, host(i), 102, Reply::silent);
    pass(2 * hour);
  }
  for (const Finding& one : heard.findings) EXPECT_LE(one.tried, 15u) << "a day's worth";
}

TEST_F(BehaviourFinderTest, GoesOnForHoursIsToldOnceAnHour) {
  for (std::uint32_t i = 0; i < 300; ++i) {
    attempt(Behaviour::tcp_scan, host(i), 102, Reply::silent);
    pass(minute);
  }
  pass(hour);
  EXPECT_LE(heard.alerts(), 5u);
  EXPECT_GE(heard.alerts(), 4u);
  EXPECT_EQ(heard.findings.back().tried, 300u);
}

TEST_F(BehaviourFinderTest, TheWorldNeedsEightTimesAsMuch) {
  for (std::uint32_t i = 0; i < 100; ++i)
    attempt(Behaviour::tcp_scan, IpAddress::v4(0x08080000 + i), 443, Reply::silent);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
  for (std::uint32_t i = 100; i < 130; ++i)
    attempt(Behaviour::tcp_scan, IpAddress::v4(0x08080000 + i), 443, Reply::silent);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 1u);
}

TEST_F(BehaviourFinderTest, ArpCountsAnAddressThatIsHeardAsAnswered) {
  for (std::uint32_t i = 0; i < 40; ++i) {
    Trace asked = trace(Trace::What::attempt, Behaviour::arp_scan);
    asked.target = host(i), asked.mac = Mac{{2, 0, 0, 0, 0, 9}};
    finder.accept(asked);
    if (i % 2 == 0) {
      Trace alive = trace(Trace::What::alive, Behaviour::arp_scan);
      alive.source = host(i);
      finder.accept(alive);
    }
  }
  pass(minute);
  ASSERT_EQ(heard.findings.size(), 1u);
  EXPECT_EQ(heard.findings[0].answered, 20u);
  EXPECT_EQ(heard.findings[0].silent, 20u);
}

TEST_F(BehaviourFinderTest, SignInsThatFailAreCountedEach) {
  for (int i = 0; i < 30; ++i) {
    Trace made = trace(Trace::What::sign_in, Behaviour::brute_force);
    made.protocol = &ftp, made.result = Reply::refused;
    finder.accept(made);
  }
  pass(minute);
  ASSERT_EQ(heard.findings.size(), 1u) << "and not a second time for its target";
  EXPECT_EQ(heard.findings[0].refused, 30u);
  EXPECT_EQ(heard.findings[0].target, plc);
}

TEST_F(BehaviourFinderTest, WhoGetsInMoreOftenThanNotGuessesNothing) {
  for (int i = 0; i < 60; ++i) {
    Trace made = trace(Trace::What::sign_in, Behaviour::brute_force);
    made.protocol = &ftp, made.result = i % 3 ? Reply::answered : Reply::refused;
    finder.accept(made);
  }
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, OneSecretAtManyDevicesIsNoGuess) {
  for (std::uint32_t i = 0; i < 50; ++i) {
    Trace made = trace(Trace::What::sign_in, Behaviour::brute_force);
    made.protocol = &ftp, made.result = Reply::refused, made.target = host(i), made.thing = 77;
    finder.accept(made);
  }
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u);
}

TEST_F(BehaviourFinderTest, HeldConnectionsAreCountedAsTheyCloseToo) {
  for (std::uint32_t i = 0; i < 100; ++i) {
    Trace made = trace(Trace::What::opened, Behaviour::exhaustion);
    made.port = 502;
    finder.accept(made);
    made.what = Trace::What::closed;
    if (i % 10) finder.accept(made);
  }
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 0u) << "ten are open";
  for (std::uint32_t i = 0; i < 4; ++i) {
    Trace made = trace(Trace::What::opened, Behaviour::exhaustion);
    made.port = 502;
    finder.accept(made);
  }
  pass(minute);
  ASSERT_EQ(heard.findings.size(), 1u);
  EXPECT_EQ(heard.findings[0].rate, 14u);
  EXPECT_EQ(heard.findings[0].port, 502u);
}

TEST_F(BehaviourFinderTest, TwoPublishersInTurnAreTwinsOneAfterTheOtherAreNot) {
  const Mac first{{2, 0, 0, 0, 0, 1}}, second_mac{{2, 0, 0, 0, 0, 2}};
  const auto publish = [&](const Mac& mac, std::uint64_t thing) {
    Trace made = trace(Trace::What::publishes, Behaviour::twin_publisher);
    made.protocol = &goose, made.mac = mac, made.thing = thing;
    finder.accept(made);
    pass(2 * second);
  };
  for (int i = 0; i < 5; ++i) publish(first, 10);
  for (int i = 0; i < 5; ++i) publish(second_mac, 10);
  EXPECT_EQ(heard.findings.size(), 0u);
  for (int i = 0; i < 20; ++i) publish(first, 20), publish(second_mac, 20);
  ASSERT_EQ(heard.findings.size(), 1u);
  EXPECT_EQ(heard.findings[0].mac, second_mac);
  EXPECT_EQ(heard.findings[0].other_mac, first);
}

TEST_F(BehaviourFinderTest, TheSecondServerThatOffersIsTold) {
  const auto offer = [&](const IpAddress& server) {
    Trace made = trace(Trace::What::offers, Behaviour::rogue_dhcp);
    made.source = server;
    finder.accept(made);
  };
  for (int i = 0; i < 5; ++i) offer(plc), offer(evil);
  ASSERT_EQ(heard.findings.size(), 1u);
  EXPECT_EQ(heard.findings[0].source, evil);
}

TEST_F(BehaviourFinderTest, AFullTableForgetsAndCounts) {
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    Trace made = trace(Trace::What::attempt, Behaviour::udp_scan);
    made.source = IpAddress::v4(0x0a200000 + i), made.thing = i;
    finder.accept(made);
  }
  EXPECT_GT(finder.counters().value(FinderCount::suspects_evicted), 80'000u);
  for (std::uint32_t i = 0; i < 100; ++i) attempt(Behaviour::tcp_scan, host(i), 502, Reply::silent);
  pass(minute);
  EXPECT_EQ(heard.findings.size(), 1u) << "and still finds";
}

TEST_F(BehaviourFinderTest, TheEndOfACaptureTellsWhatIsLeft) {
  for (std::uint32_t i = 0; i < 20; ++i) attempt(Behaviour::udp_scan, host(i), 161, Reply::silent);
  finder.accept(trace(Trace::What::end, Behaviour::last));
  EXPECT_EQ(heard.findings.size(), 1u);
  now -= day;  // the next one may be older
  for (std::uint32_t i = 0; i < 20; ++i) attempt(Behaviour::udp_scan, host(i), 161, Reply::silent);
  finder.accept(trace(Trace::What::end, Behaviour::last));
  EXPECT_EQ(heard.findings.size(), 2u);
}

TEST(BehaviourTable, EachHasARow) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Behaviour::last); ++i) {
    const Detection& row = detection(static_cast<Behaviour>(i));
    EXPECT_TRUE(row.name.starts_with("baseline.")) << row.name;
    EXPECT_EQ(row.technique.size(), 5u) << row.name;
  }
}

}  // namespace
}  // namespace langyan::baseline
