#include "assets/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assets/reconcile.h"

namespace langyan::assets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string fault(std::string_view text) {
  const auto ledger = Ledger::parse(text, "l.csv");
  return ledger ? "read" : ledger.error().message;
}

TEST(Ledger, HeadersAreEnglishOrChineseInAnyOrder) {
  const auto english = Ledger::parse("Name, MAC address ,IP Address,Firmware Version,Role,Purdue level\n"
                                     "PLC-7,00-1b-1b-01-02-03,10.20.0.5,V4.2,controller,1\n", "l.csv");
  const auto chinese = Ledger::parse("\xef\xbb\xbf位号;MAC地址;IP地址;固件版本;角色;层级\r\n"
                                     "PLC-7;001b.1b01.0203;10.20.0.5;V4.2;控制器;L1\r\n", "l.csv");
  for (const auto* ledger : {&english, &chinese}) {
    ASSERT_TRUE(*ledger) << ledger->error().message;
    ASSERT_EQ((*ledger)->entries().size(), 1u);
    const LedgerEntry& entry = (*ledger)->entries()[0];
    EXPECT_EQ(entry.line, 2u);
    EXPECT_THAT(entry.ids, ElementsAre("10.20.0.5"));
    EXPECT_THAT(entry.macs, ElementsAre(*parse_mac("00:1b:1b:01:02:03")));
    EXPECT_EQ(entry[Trait::name], "PLC-7");
    EXPECT_EQ(entry[Trait::firmware], "V4.2");
    EXPECT_EQ(entry.role, HostRole::controller);
    EXPECT_EQ(entry.level, 1);
  }
}

TEST(Ledger, CellsMayBeQuotedHoldSeparatorsAndLineEnds) {
  const auto ledger =
      Ledger::parse("address,name,price\n\"10.0.0.1\",\"Pump \"\"A\"\", hall\n2\",5\n10.0.0.2,B,\n,,\n", "l.csv");
  ASSERT_TRUE(ledger) << ledger.error().message;
  ASSERT_EQ(ledger->entries().size(), 2u);
  EXPECT_EQ(ledger->entries()[0][Trait::name], "Pump \"A\", hall\n2");
  EXPECT_EQ(ledger->entries()[1].line, 4u);
  EXPECT_THAT(ledger->notes(), ElementsAre("l.csv:1: the column \"price\" is not used"));
}

TEST(Ledger, EveryFaultIsToldWithItsLine) {
  const std::string told = fault(
      "address,MAC,role,level,attack\n10.0.0.x,,,,\n10.0.0.1,00:11,boss,7,A0099\n,,hmi,,\n10.0.0.9,,,,\n10.0.0.9,,,,"
      "\n");
  for (const char* what : {"l.csv:2: \"10.0.0.x\" is no address", "l.csv:3: \"00:11\" is no MAC",
                           "l.csv:3: \"boss\" is no role; the roles are", "l.csv:3: \"7\" is no level",
                           "l.csv:3: \"A0099\" is no asset of ATT&CK", "l.csv:4: the row has neither address nor MAC",
                           "l.csv:6: 10.0.0.9 stands in line 5 too"})
    EXPECT_THAT(told, HasSubstr(what));
}

TEST(Ledger, OtherEncodingsAreNamed) {
  EXPECT_THAT(fault("IP\n10.0.0.1\nname\xb2\xe2\xca\xd4\n"), HasSubstr("l.csv:3: is no UTF-8, so probably GBK"));
  EXPECT_THAT(fault(std::string_view("\xff\xfeI\0P\0", 6)), HasSubstr("UTF-16"));
}

TEST(Ledger, WhatIsNoLedgerIsRefused) {
  EXPECT_THAT(fault("name,vendor\nA,B\n"), HasSubstr("names no column for the address"));
  EXPECT_THAT(fault("address,ip\n"), HasSubstr("says what another column says already"));
  EXPECT_THAT(fault("address,name\n10.0.0.1,\"open\n"), HasSubstr("never closed"));
  EXPECT_EQ(fault("address\n"), "read") << "an empty plant";
  EXPECT_EQ(fault(""), "read");
}

TEST(Ledger, TextsOfAnyKindDoNoHarm) {
  std::string text = "address,name\n";
  for (unsigned seed = 1, i = 0; i < 4'000; ++i) {
    seed = seed * 1'103'515'245u + 12'345u;
    text += "\",;\n\r10.0/a\t"[seed >> 16 & 15 ? (seed >> 20) % 12 : 0];
    if (i % 40 == 0) fault(text);
  }
}

struct Nobody final : EventSink {
  void asset(const Event&) override {}
};

TEST(Reconcile, EachStanding) {
  Makers makers;
  Nobody nobody;
  Inventory inventory(makers, nobody);
  Protocol s7comm{};
  s7comm.name = "s7comm";
  const auto asset = [&](std::string_view ip, std::string_view firmware) {
    Asset made;
    made.id = ip;
    made.addresses = {*parse_ip(ip)};
    made.facts.push_back({Trait::firmware, 90, std::string(firmware), &s7comm, 0, 0, 1, false});
    made.facts.push_back({Trait::order_number, 90, "6ES7 315-2EH14-0AB0", &s7comm, 0, 0, 1, false});
    inventory.restore(std::move(made), {});
  };
  asset("10.0.0.1", "V3.2.6"), asset("10.0.0.2", "V3.2.6"), asset("10.0.0.3", "V3.2.6"), asset("8.8.8.8", "1");
  const auto ledger =
      Ledger::parse("address,model,firmware\n10.0.0.1,6ES7315-2EH14-0AB0,3.2.6\n10.0.0.2,,V3.3\n10.0.0.4,,\n", "l.csv");
  std::vector<std::string> told;
  for (const Reconciled& one : reconcile(inventory, *ledger)) {
    std::string line =
        std::string(standing_name(one.standing)) + ' ' + (one.asset ? one.asset->id : one.entry->shown());
    for (const Difference& each : one.differences)
      line += ' ' + std::string(each.what) + ' ' + each.listed + '/' + each.heard;
    told.push_back(line);
  }
  EXPECT_THAT(told, ElementsAre("unknown 10.0.0.3", "differing 10.0.0.2 firmware V3.3/V3.2.6", "missing 10.0.0.4",
                                "known 10.0.0.1"));
}

}  // namespace
}  // namespace langyan::assets
