#include "detect/zones.h"

#include <fmt/format.h>

#include <bit>

#include "detect/tables.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

AddressSet net(const char* text) {
  return AddressSet({range_of(*parse_network(text))});
}

AddressSet rest(const AddressSet& set) {
  AddressSet all = AddressSet::all();
  all.subtract(set);
  return all;
}

IpAddress ip(const char* text) {
  return *parse_ip(text);
}

struct Divided {
  AddressSet home = net("10.0.0.0/8"), outer = rest(home), part = net("10.1.0.0/16"), wide = net("0.0.0.0/0");
  std::vector<Header> headers = std::vector<Header>(16);
  Zones zones;

  Divided() {
    for (std::size_t i = 0; i < headers.size(); ++i)
      headers[i].source = i % 2 ? &home : &outer, headers[i].destination = i % 2 ? &outer : &home;
    std::vector<const Header*> pointers;
    for (const Header& header : headers) pointers.push_back(&header);
    zones = Zones::choose(pointers);
  }
};

TEST(Zones, NothingDividesFewRulesOrRulesOnAnyAddress) {
  EXPECT_EQ(Zones::choose({}).count(), 1u);
  const std::vector<Header> any(100);
  std::vector<const Header*> pointers;
  for (const Header& header : any) pointers.push_back(&header);
  EXPECT_EQ(Zones::choose(pointers).count(), 1u);
  EXPECT_EQ(Zones().of(nullptr, nullptr), 0);
}

TEST(Zones, AHeaderIsMetWhereItsEndsCanBe) {
  const Divided it;
  ASSERT_EQ(it.zones.count(), zone_count);
  const auto zone = [&](const char* a, const char* b) {
    const IpAddress source = ip(a), destination = ip(b);
    return it.zones.of(&source, &destination);
  };
  struct Case {
    const AddressSet *source, *destination;
  };
  const char* addresses[] = {"10.0.0.1", "10.1.2.3",  "10.255.255.255", "9.255.255.255",
                             "11.0.0.0", "192.0.2.1", "2001:db8::1"};
  for (const Case& each :
       {Case{&it.home, &it.outer}, Case{&it.outer, &it.home}, Case{nullptr, &it.part}, Case{&it.part, nullptr},
        Case{nullptr, nullptr}, Case{&it.wide, &it.home}, Case{&it.outer, &it.outer}}) {
    const unsigned met = it.zones.met_by(each.source, each.destination);
    for (const char* a : addresses) {
      for (const char* b : addresses) {
        const bool fits =
            (!each.source || each.source->contains(ip(a))) && (!each.destination || each.destination->contains(ip(b)));
        EXPECT_TRUE(!fits || (met >> zone(a, b) & 1)) << a << " to " << b;
        EXPECT_EQ(Zones::turned(zone(a, b)), zone(b, a));
      }
    }
  }
  EXPECT_EQ(std::popcount(it.zones.met_by(&it.home, &it.outer)), 1);
  EXPECT_EQ(std::popcount(it.zones.met_by(nullptr, &it.part)), 2);
}

// Rules for inside and outside, to and fro: as many alerts as their headers say.
TEST(Zones, RulesFireWhereTheirAddressesAre) {
  const char* homes[] = {"10.0.0.0/8", "192.168.0.0/16"};  // the rig's client and server are in 10/8
  for (const char* home : homes) {
    std::string text;
    const std::string inside = home, outside = std::string("!") + home;
    unsigned sid = 0;
    for (int i = 0; i < 10; ++i) {
      for (const auto& [source, way, destination] : {std::tuple{inside, "->", outside},
                                                     {outside, "->", inside},
                                                     {inside, "->", inside},
                                                     {outside, "->", outside},
                                                     {std::string("any"), "->", std::string("any")},
                                                     {outside, "<>", inside}})
        text += fmt::format("alert tcp {} any {} {} any (msg:\"m\"; content:\"abc\"; sid:{};)\n", source, way,
                            destination, ++sid);
    }
    const auto rules = compile_text(text).rules;
    EXPECT_EQ(rules->tables().zones.count(), zone_count);
    Rig rig(rules);
    rig.handshake().client("xxabcxx");
    EXPECT_EQ(rig.hits.size(), 20u) << home;
    for (const auto& hit : rig.hits) {
      const unsigned shape = (hit.rule->sid - 1) % 6;
      EXPECT_TRUE(shape == 4 || shape == (home == homes[0] ? 2u : 3u)) << hit.rule->text;
    }
  }
}

}  // namespace
}  // namespace langyan::detect
