#include "assets/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "assets/attack_kind.h"
#include "assets/ledger.h"

namespace langyan::assets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Protocol named(std::string_view name) {
  Protocol protocol{};
  protocol.name = name;
  return protocol;
}
const Protocol modbus = named("modbus"), s7comm = named("s7comm"), dnp3 = named("dnp3");

const IpAddress plc = IpAddress::v4(0x0a140002), hmi = IpAddress::v4(0x0a140003);
const Mac plc_mac{{0x00, 0x1b, 0x1b, 1, 2, 3}}, hmi_mac{{0x00, 0x50, 0x56, 4, 5, 6}};

struct Heard final : EventSink {
  std::vector<std::string> lines;
  void asset(const Event& event) override {
    std::string line = event.asset->id + ' ' + std::string(change_name(event.change));
    for (const Known& fact : event.facts) line += ' ' + std::string(trait_name(fact.trait)) + '=' + fact.text;
    if (!event.was.empty()) line += " was " + std::string(event.was);
    if (event.change == Change::role) line += ' ' + std::string(row(event.asset->role).name);
    if (event.other) line += " other " + event.other->id;
    lines.push_back(line);
  }
  std::vector<std::string> take() { return std::exchange(lines, {}); }
};

class InventoryTest : public testing::Test {
 protected:
  InventoryTest() { makers.add("MA-L,001B1B,Siemens AG,\"Street 1, Town\"\n"); }

  Evidence of(const IpAddress& ip) {
    Evidence evidence;
    evidence.ip = ip, evidence.has_ip = true;
    evidence.time = ++time * second, evidence.packet_number = static_cast<std::uint64_t>(time);
    return evidence;
  }
  void hear(const IpAddress& ip) { inventory.accept(of(ip)); }
  void tie(const IpAddress& ip, const Mac& mac, bool certain) {
    Evidence evidence = of(ip);
    evidence.kind = Evidence::Kind::tie;
    evidence.mac = mac, evidence.has_mac = true, evidence.certain = certain;
    inventory.accept(evidence);
    inventory.settle();
  }
  void fact(const IpAddress& ip, const Protocol& protocol, Trait trait, std::string_view text, std::uint32_t unit = 0,
            bool settle = true) {
    Evidence evidence = of(ip);
    evidence.kind = Evidence::Kind::fact;
    evidence.protocol = &protocol, evidence.trait = trait, evidence.unit = unit;
    evidence.size = static_cast<std::uint8_t>(text.size());
    std::memcpy(evidence.text.data(), text.data(), text.size());
    inventory.accept(evidence);
    if (settle) inventory.settle();
  }
  void acts(const IpAddress& ip, const Protocol& protocol, unsigned acts) {
    Evidence evidence = of(ip);
    evidence.kind = Evidence::Kind::acts;
    evidence.protocol = &protocol, evidence.acts = static_cast<std::uint8_t>(acts);
    inventory.accept(evidence);
  }
  void unit(const IpAddress& ip, const Protocol& protocol, std::uint32_t number) {
    Evidence evidence = of(ip);
    evidence.protocol = &protocol, evidence.unit = number;
    inventory.accept(evidence);
  }

  Makers makers;
  Heard heard;
  Inventory inventory{makers, heard};
  Time time = 0;
};

TEST_F(InventoryTest, AHostAppearsOnce) {
  hear(plc), hear(plc);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 appeared"));
  ASSERT_TRUE(inventory.find(plc));
  EXPECT_EQ(inventory.find(plc)->first_packet, 1u);
  EXPECT_EQ(inventory.find(plc)->last, 1 * second) << "the minute counts";
}

TEST_F(InventoryTest, FactsAreToldOnceWithTheirSource) {
  fact(plc, s7comm, Trait::model, "CPU 315-2 PN/DP");
  fact(plc, s7comm, Trait::model, "CPU 315-2 PN/DP");
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 appeared", "10.20.0.2 fact model=CPU 315-2 PN/DP"));
  const Known* known = inventory.find(plc)->best(Trait::model);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->protocol, &s7comm);
  EXPECT_EQ(known->packet_number, 1u);
}

TEST_F(InventoryTest, FactsOfOnePacketAreOneEvent) {
  fact(plc, s7comm, Trait::vendor, "Siemens", 0, false);
  fact(plc, s7comm, Trait::model, "CPU 315", 0, false);
  inventory.settle();
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 appeared", "10.20.0.2 fact vendor=Siemens model=CPU 315"));
}

TEST_F(InventoryTest, FirmwareThatChangesIsSaidWithTheOldVersion) {
  fact(plc, s7comm, Trait::firmware, "V3.2.6");
  fact(plc, s7comm, Trait::firmware, "V3.3.1");
  heard.lines.erase(heard.lines.begin(), heard.lines.begin() + 2);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 firmware_changed firmware=V3.3.1 was V3.2.6"));
  EXPECT_EQ(inventory.find(plc)->best(Trait::firmware)->text, "V3.3.1");
}

TEST_F(InventoryTest, SourcesThatContradictEachOtherAreBothKept) {
  fact(plc, s7comm, Trait::vendor, "Siemens AG");
  fact(plc, modbus, Trait::vendor, "SIEMENS");
  heard.take();
  fact(plc, modbus, Trait::serial, "A-1");
  fact(plc, s7comm, Trait::serial, "B-2");
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 fact serial=A-1", "10.20.0.2 conflict serial=B-2 was A-1"));
  EXPECT_EQ(inventory.find(plc)->facts.size(), 4u);
}

TEST_F(InventoryTest, TheMakerOfTheMacIsAFactOfLittleConfidence) {
  tie(plc, plc_mac, true);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 appeared", "10.20.0.2 fact vendor=Siemens AG"));
  EXPECT_LT(inventory.find(plc)->best(Trait::vendor)->confidence, 50);
}

TEST_F(InventoryTest, AMacWithTwoAddressesWithoutArpIsARouters) {
  tie(plc, plc_mac, false);
  EXPECT_EQ(inventory.find(plc)->macs.size(), 1u);
  tie(hmi, plc_mac, false);
  EXPECT_THAT(inventory.find(plc)->macs, IsEmpty());
  EXPECT_THAT(inventory.find(hmi)->macs, IsEmpty());
  EXPECT_EQ(inventory.find(plc)->best(Trait::vendor), nullptr) << "the router's maker is not the host's";
  for (const std::string& line : heard.take()) EXPECT_EQ(line.find("address"), line.npos) << line;
}

TEST_F(InventoryTest, ALinkLocalAddressMakesNoRouter) {
  const IpAddress local = *parse_ip("fe80::1");
  tie(plc, plc_mac, false), tie(local, plc_mac, false);
  EXPECT_EQ(inventory.find(local), inventory.find(plc));
  EXPECT_THAT(inventory.find(plc)->macs, ElementsAre(plc_mac));
  const IpAddress other_local = *parse_ip("fe80::2");
  tie(other_local, hmi_mac, false), tie(hmi, hmi_mac, false);
  EXPECT_EQ(inventory.find(other_local), inventory.find(hmi));
}

TEST_F(InventoryTest, AChildIsWhatAnswersInItsProtocol) {
  unit(plc, modbus, 1), unit(plc, modbus, 7);
  EXPECT_EQ(inventory.assets()[1].role, HostRole::controller);
  EXPECT_EQ(inventory.level(inventory.assets()[1]), 1);
}

TEST_F(InventoryTest, WhoAsksOnlyThoseThatSuperviseStandsAboveThem) {
  const IpAddress historian = IpAddress::v4(0x0a140010);
  const auto asks = [&](const IpAddress& from, const IpAddress& to) {
    hear(from), hear(to);
    Evidence evidence = of(from);
    evidence.kind = Evidence::Kind::acts, evidence.protocol = &s7comm, evidence.acts = bit(Act::polls);
    evidence.peer = to, evidence.has_peer = true;
    inventory.accept(evidence);
  };
  acts(plc, s7comm, bit(Act::answers));
  asks(hmi, plc), asks(historian, hmi);
  EXPECT_EQ(inventory.level(*inventory.find(plc)), 1);
  EXPECT_EQ(inventory.level(*inventory.find(hmi)), 2);
  EXPECT_EQ(inventory.level(*inventory.find(historian)), 3);
}

TEST_F(InventoryTest, WhatTheLedgerHasNotIsToldOnceAtTheEndOfThePacket) {
  const auto ledger = [](std::string_view text) {
    return std::make_shared<const Ledger>(Ledger::parse(text, "ledger.csv").take());
  };
  inventory.use(ledger("MAC,level,ATT&CK asset\n00-1B-1B-01-02-03,2,A0017\n"));
  hear(plc);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 appeared"));
  tie(plc, plc_mac, false);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 fact vendor=Siemens AG"))
      << "known by the MAC that came last in the packet";
  EXPECT_EQ(inventory.level(*inventory.find(plc)), 2);
  EXPECT_EQ(attack_kind(*inventory.find(plc))->id, "A0017");
  tie(hmi, hmi_mac, true);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.3 appeared", "10.20.0.3 unknown"));
  inventory.use(ledger("address\n10.20.0.2\n"));
  EXPECT_THAT(heard.take(), IsEmpty()) << "still unknown, and told";
  EXPECT_EQ(inventory.level(*inventory.find(plc)), -1) << "no longer set by hand";
  inventory.use(ledger("address\n10.20.0.3\n"));
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 unknown"));
}

TEST_F(InventoryTest, IdentityFollowsTheMacThroughAChangeOfAddress) {
  tie(plc, plc_mac, true);
  fact(plc, s7comm, Trait::model, "CPU 1215C");
  heard.take();
  const IpAddress moved = IpAddress::v4(0x0a140063);
  tie(moved, plc_mac, true);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 address_added"));
  ASSERT_EQ(inventory.find(moved), inventory.find(plc));
  EXPECT_TRUE(inventory.find(moved)->best(Trait::model));
}

TEST_F(InventoryTest, AnAddressThatAnswersWithAnotherMacIsTaken) {
  tie(plc, plc_mac, true);
  tie(hmi, hmi_mac, true);
  heard.take();
  tie(plc, hmi_mac, true);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.3 address_taken other 10.20.0.2"));
  tie(plc, hmi_mac, true);
  EXPECT_THAT(heard.take(), IsEmpty()) << "told once";
  tie(plc, plc_mac, true);
  EXPECT_THAT(heard.take(), IsEmpty()) << "two cards that take it in turn are told once an hour";
  time += 3'600;
  tie(plc, hmi_mac, true);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.3 address_taken other 10.20.0.2"));
}

TEST_F(InventoryTest, WhatLayer2KnewBecomesTheHostsWhenArpTiesThem) {
  Evidence evidence;
  evidence.kind = Evidence::Kind::fact;
  evidence.mac = plc_mac, evidence.has_mac = true;
  evidence.protocol = &modbus, evidence.trait = Trait::name;
  std::memcpy(evidence.text.data(), "pump-1", 6);
  evidence.size = 6;
  inventory.accept(evidence);
  hear(plc);
  tie(plc, plc_mac, true);
  ASSERT_TRUE(inventory.find(plc)->best(Trait::name));
  EXPECT_EQ(inventory.find(plc)->best(Trait::name)->text, "pump-1");
  EXPECT_THAT(inventory.find(plc)->macs, ElementsAre(plc_mac));
  EXPECT_THAT(heard.take(), testing::Contains("10.20.0.2 merged other 00:1b:1b:01:02:03"));
}

TEST_F(InventoryTest, ASecondUnitMakesAGateway) {
  unit(plc, modbus, 1);
  acts(plc, modbus, bit(Act::answers));
  EXPECT_EQ(inventory.find(plc)->role, HostRole::controller);
  EXPECT_EQ(inventory.find(plc)->children, 0u);
  fact(plc, modbus, Trait::model, "Meter", 7);
  EXPECT_EQ(inventory.find(plc)->role, HostRole::gateway);
  ASSERT_EQ(inventory.assets().size(), 2u);
  const Asset& child = inventory.assets()[1];
  EXPECT_EQ(child.id, "10.20.0.2/modbus/7");
  EXPECT_EQ(inventory.parent(child), inventory.find(plc));
  EXPECT_TRUE(child.best(Trait::model));
}

TEST_F(InventoryTest, RolesFollowFromActsAndWords) {
  acts(hmi, s7comm, bit(Act::polls));
  EXPECT_EQ(inventory.find(hmi)->role, HostRole::scada);
  acts(hmi, s7comm, bit(Act::polls) | bit(Act::programs));
  EXPECT_EQ(inventory.find(hmi)->role, HostRole::engineering);
  acts(plc, dnp3, bit(Act::answers));
  EXPECT_EQ(inventory.find(plc)->role, HostRole::rtu);
  fact(hmi, s7comm, Trait::role, "HMI");
  EXPECT_EQ(inventory.find(hmi)->role, HostRole::hmi) << "what a host says of itself counts most";
}

TEST_F(InventoryTest, ARoleSetByHandStays) {
  inventory.use(
      std::make_shared<const Ledger>(Ledger::parse("address,role\n10.20.0.3,historian\n", "ledger.csv").take()));
  hear(hmi);
  inventory.settle();
  acts(hmi, s7comm, bit(Act::programs));
  EXPECT_EQ(inventory.find(hmi)->role, HostRole::historian);
}

TEST_F(InventoryTest, ANameThatTwoHostsSay) {
  fact(plc, modbus, Trait::name, "PLC-104");
  heard.take();
  fact(hmi, modbus, Trait::name, "plc-104");
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.3 appeared", "10.20.0.3 fact name=plc-104",
                                        "10.20.0.3 name_twice name=plc-104 other 10.20.0.2"));
}

TEST_F(InventoryTest, SilenceAndReturnAreToldOnce) {
  inventory.silent_after(hour);
  hear(plc);
  heard.take();
  inventory.tick(minute), inventory.tick(2 * hour), inventory.tick(3 * hour);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 silent"));
  hear(plc), hear(plc);
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 back"));
}

TEST_F(InventoryTest, ThatItIsStillThereIsToldOnceAnHour) {
  hear(plc);
  heard.take();
  for (int minutes = 1; minutes <= 180; ++minutes) {
    time = minutes * 60;
    if (minutes <= 130) hear(plc);
    inventory.tick(minutes * minute);
  }
  EXPECT_THAT(heard.take(), ElementsAre("10.20.0.2 seen", "10.20.0.2 seen"))
      << "not when nothing is heard of it any more";
}

TEST_F(InventoryTest, FactsOfAnAssetAreCapped) {
  for (int i = 0; i < 200; ++i) fact(plc, modbus, Trait::description, "text " + std::to_string(i));
  EXPECT_EQ(inventory.find(plc)->facts.size(), most_facts_each);
  EXPECT_EQ(inventory.counters().value(Count::refused_facts), 200 - most_facts_each);
}

TEST(Makers, TheLongestPrefixCounts) {
  Makers makers;
  makers.add("Registry,Assignment,Organization Name,Organization Address\n"
             "MA-L,70B3D5,IEEE Registration Authority,x\nMA-S,70B3D5123,\"Pump, Works\",y\n");
  EXPECT_EQ(makers.find(Mac{{0x70, 0xb3, 0xd5, 0x12, 0x3f, 1}}), "Pump, Works");
  EXPECT_EQ(makers.find(Mac{{0x70, 0xb3, 0xd5, 0x99, 0x3f, 1}}), "IEEE Registration Authority");
  EXPECT_EQ(makers.find(Mac{{0x72, 0xb3, 0xd5, 0x12, 0x3f, 1}}), "") << "administered by its owner";
  EXPECT_EQ(makers.size(), 2u);
}

}  // namespace
}  // namespace langyan::assets
