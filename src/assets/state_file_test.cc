#include "assets/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/memory_disk.h"
#include "dissect/registry.h"

namespace langyan::assets {
namespace {

struct Count final : EventSink {
  int events = 0;
  void asset(const Event&) override { ++events; }
};

Evidence fact(std::uint32_t unit, Trait trait, std::string_view text) {
  Evidence evidence;
  evidence.kind = Evidence::Kind::fact;
  evidence.ip = IpAddress::v4(0x0a140002), evidence.has_ip = true;
  evidence.protocol = dissect::find_protocol("modbus");
  evidence.trait = trait, evidence.unit = unit, evidence.time = minute, evidence.packet_number = 7;
  evidence.size = static_cast<std::uint8_t>(text.size());
  std::memcpy(evidence.text.data(), text.data(), text.size());
  return evidence;
}

class StateFileTest : public testing::Test {
 protected:
  StateFileTest() {
    Evidence tie = fact(0, Trait::name, "");
    tie.kind = Evidence::Kind::tie;
    tie.mac = Mac{{0, 1, 2, 3, 4, 5}}, tie.has_mac = true, tie.certain = true;
    before.accept(tie);
    before.accept(fact(1, Trait::model, "Meter \"A\"\n"));
    before.accept(fact(2, Trait::serial, "77"));
    Evidence acts = fact(1, Trait::name, "");
    acts.kind = Evidence::Kind::acts, acts.acts = bit(Act::answers);
    before.accept(acts);
    before.settle();
  }
  Makers makers;
  Count events, later;
  Inventory before{makers, events}, after{makers, later};
};

TEST_F(StateFileTest, WhatWasKnownIsKnownAgainAndTellsNothing) {
  ASSERT_TRUE(restore(after, render(before)));
  EXPECT_EQ(later.events, 0);
  EXPECT_EQ(render(after), render(before));
  const Asset* host = after.find(IpAddress::v4(0x0a140002));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->role, HostRole::gateway);
  EXPECT_EQ(host->children, 1u);
  EXPECT_EQ(host->best(Trait::model)->text, "Meter \"A\"\n");
  after.accept(fact(1, Trait::model, "Meter \"A\"\n")), after.accept(fact(2, Trait::serial, "77"));
  after.settle();
  EXPECT_EQ(later.events, 0) << "nothing of it is news";
}

TEST_F(StateFileTest, ADamagedFileIsRefusedWhole) {
  const std::string sound = render(before);
  for (std::size_t i = 0; i < sound.size(); i += 3) {
    std::string damaged = sound;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    Inventory other{makers, later};
    const auto done = restore(other, damaged);
    if (done) {  // a digit of the header that says nothing: the count
      EXPECT_EQ(render(other), sound) << i;
      continue;
    }
    EXPECT_TRUE(other.assets().empty()) << i;
  }
  for (std::size_t size = 0; size < sound.size(); size += 5) {
    Inventory other{makers, later};
    EXPECT_FALSE(restore(other, std::string_view(sound).substr(0, size))) << size;
  }
}

TEST_F(StateFileTest, ALaterVersionIsNamed) {
  std::string text = render(before);
  text.replace(text.find("\"version\":1"), 11, "\"version\":9");
  const auto done = restore(after, text);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, testing::HasSubstr("version 9"));
}

TEST_F(StateFileTest, SurvivesACrashWhileItIsWritten) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("/state"));
  ASSERT_TRUE(load(disk, "/state/assets", after)) << "no file yet";
  ASSERT_TRUE(save(disk, "/state/assets", before));
  ASSERT_TRUE(load(disk, "/state/assets", after));
  EXPECT_EQ(after.assets().size(), before.assets().size());
}

}  // namespace
}  // namespace langyan::assets
