// Sets of numbers, addresses and ports, and the index over their ranges, against one number at a
// time.
#include <random>
#include <set>

#include "detect/groups.h"
#include "detect/interval_index.h"
#include "detect/number_set.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

TEST(NumberSet, OrdersNumbersOfEveryKind) {
  const double reals[] = {-INFINITY, -1e300, -2, -1e-300, 0, 1e-300, 1, 2.5, 1e300, INFINITY};
  for (std::size_t i = 1; i < std::size(reals); ++i)
    EXPECT_LT(key_of_real(reals[i - 1]), key_of_real(reals[i]));
  EXPECT_EQ(key_of_real(-0.0), key_of_real(0.0));
  EXPECT_LT(key_of_integer(-5), key_of_integer(3));
  EXPECT_LT(key_of_integer(INT64_MIN), key_of_integer(INT64_MAX));
}

TEST(NumberSet, JoinsComplementsAndCounts) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    NumberSet set, rest;
    std::set<int> plain;
    for (int i = 0; i < 4; ++i) {
      const int low = static_cast<int>(random() % 256),
                high = std::min(255, low + static_cast<int>(random() % 40));
      set.add(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high));
      for (int n = low; n <= high; ++n) plain.insert(n);
    }
    rest = set;
    set.normalise();
    rest.complement(0, 255);
    EXPECT_EQ(set.count(), plain.size());
    EXPECT_EQ(rest.count(), 256 - plain.size());
    for (std::uint64_t n = 0; n < 256; ++n) {
      ASSERT_EQ(set.contains(n), plain.contains(static_cast<int>(n)));
      ASSERT_NE(set.contains(n), rest.contains(n));
    }
    for (std::size_t i = 1; i < set.ranges().size(); ++i)
      EXPECT_GT(set.ranges()[i].low, set.ranges()[i - 1].high + 1);
  }
  NumberSet all;
  all.add(0, ~std::uint64_t{0});
  EXPECT_EQ(all.count(), ~std::uint64_t{0});
  all.complement(0, ~std::uint64_t{0});
  EXPECT_TRUE(all.empty());
}

bool has(std::string_view group, std::string_view address) {
  const Variables addresses = test_addresses(), ports = test_ports();
  GroupStore store;
  Groups groups(addresses, ports, store);
  GroupError error;
  const AddressSet* set = groups.addresses(group, error);
  EXPECT_TRUE(set) << error.reason;
  return set && set->contains(*parse_ip(address));
}

TEST(Groups, Addresses) {
  EXPECT_TRUE(has("any", "1.2.3.4"));
  EXPECT_TRUE(has("any", "fe80::1"));
  EXPECT_TRUE(has("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(has("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(has("10.1.2.3/8", "10.0.0.0")) << "bits behind the prefix do not matter";
  EXPECT_TRUE(has("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(has("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(has("::/0", "2001:db8::1"));
  EXPECT_TRUE(has("fe80::/10", "febf::1"));
  EXPECT_FALSE(has("fe80::/10", "fec0::1"));
  EXPECT_TRUE(has("2001:db8::1", "2001:db8::1"));
  EXPECT_FALSE(has("2001:db8::1", "2001:db8::2"));
  EXPECT_TRUE(has("10.0.0.5-10.0.0.9", "10.0.0.9"));
  EXPECT_FALSE(has("10.0.0.5-10.0.0.9", "10.0.0.10"));
  EXPECT_FALSE(has("!10.0.0.1", "10.0.0.1"));
  EXPECT_TRUE(has("!10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(has("!10.0.0.1", "::1"));
  EXPECT_FALSE(has("[10.0.0.0/8,!10.0.0.0/16,!10.1.0.1]", "10.0.3.4"));
  EXPECT_FALSE(has("[10.0.0.0/8,!10.0.0.0/16,!10.1.0.1]", "10.1.0.1"));
  EXPECT_TRUE(has("[10.0.0.0/8,!10.0.0.0/16,!10.1.0.1]", "10.1.0.2"));
  EXPECT_FALSE(has("[10.0.0.0/8,!10.0.0.0/16,10.0.3.4]", "10.0.3.4"))
      << "what is taken out stays out";
  EXPECT_TRUE(has("[!10.0.0.1,!10.0.0.2]", "10.0.0.3"));
  EXPECT_FALSE(has("![10.0.0.1,10.0.0.2]", "10.0.0.2"));
  EXPECT_TRUE(has("[10.0.0.1,[10.1.0.0/16,![10.1.1.0/24,10.1.2.0/24]]]", "10.1.3.1"));
  EXPECT_FALSE(has("[10.0.0.1,[10.1.0.0/16,![10.1.1.0/24,10.1.2.0/24]]]", "10.1.2.1"));
  EXPECT_TRUE(has("$HOME_NET", "10.9.9.9"));
  EXPECT_TRUE(has("$EXTERNAL_NET", "11.0.0.1"));
  EXPECT_FALSE(has("$EXTERNAL_NET", "10.0.0.1"));
  EXPECT_TRUE(has("!$EXTERNAL_NET", "10.0.0.1"));
  EXPECT_TRUE(has("[$PLCS,!10.0.0.4]", "10.0.0.2"));
  EXPECT_FALSE(has("[$PLCS,!10.0.0.4]", "10.0.0.4"));
  EXPECT_FALSE(has("![0.0.0.0/1,128.0.0.0/1]", "200.1.1.1"));
}

TEST(Groups, PortsAgainstEachPort) {
  const struct {
    std::string_view text;
    bool (*in)(int port);
  } cases[] = {
      {"any", [](int) { return true; }},
      {"502", [](int p) { return p == 502; }},
      {"1024:", [](int p) { return p >= 1024; }},
      {":1023", [](int p) { return p < 1024; }},
      {"!80", [](int p) { return p != 80; }},
      {"[80,8000:8080,!8008]",
       [](int p) { return p == 80 || (p >= 8000 && p <= 8080 && p != 8008); }},
      {"[1:80,![2,4]]", [](int p) { return p >= 1 && p <= 80 && p != 2 && p != 4; }},
      {"$MODBUS_PORTS", [](int p) { return p == 502 || p == 1502; }},
      {"!$MODBUS_PORTS", [](int p) { return p != 502 && p != 1502; }},
      {"[0,65535]", [](int p) { return p == 0 || p == 65535; }},
  };
  const Variables addresses = test_addresses(), ports = test_ports();
  GroupStore store;
  Groups groups(addresses, ports, store);
  for (const auto& each : cases) {
    GroupError error;
    const PortSet* set = groups.ports(each.text, error);
    ASSERT_TRUE(set) << error.reason;
    for (int port = 0; port <= 0xffff; ++port) {
      ASSERT_EQ(set->contains(static_cast<std::uint16_t>(port)), each.in(port))
          << each.text << " " << port;
    }
  }
  GroupError error;
  EXPECT_EQ(groups.ports("[8000:8080,80,!8008]", error),
            groups.ports("[80,8000:8080,!8008]", error))
      << "equal sets are stored once";
}

TEST(IntervalIndex, AgreesWithEachEntry) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<IntervalIndex<std::uint16_t>::Entry> entries;
    for (std::uint32_t rule = 0; rule < random() % 12; ++rule) {
      for (std::uint32_t i = 0; i <= random() % 3; ++i) {
        const auto low = static_cast<std::uint16_t>(random() % 300 + (random() % 4 ? 0 : 65'200));
        const auto high =
            static_cast<std::uint16_t>(std::min<std::uint32_t>(0xffff, low + random() % 100));
        entries.push_back({low, high, rule});
      }
    }
    IntervalIndex<std::uint16_t> index;
    index.build(entries, std::uint16_t{0xffff},
                [](std::uint16_t n) { return static_cast<std::uint16_t>(n + 1); });
    for (std::uint32_t n = 0; n <= 0xffff; n += n < 500 || n > 65'000 ? 1 : 97) {
      std::set<std::uint32_t> wanted;
      for (const auto& entry : entries)
        if (n >= entry.low && n <= entry.high) wanted.insert(entry.rule);
      const auto found = index.find(static_cast<std::uint16_t>(n));
      ASSERT_EQ(std::vector<std::uint32_t>(wanted.begin(), wanted.end()),
                std::vector<std::uint32_t>(found.begin(), found.end()))
          << n;
    }
  }
}

// Headers against each packet: whatever index a rule went to, it is found when its header holds.
TEST(Headers, EachRuleOnEachPacket) {
  const char* const ends[] = {
      "any",       "10.0.0.1",     "10.0.0.2", "!10.0.0.1", "[10.0.0.0/30,!10.0.0.2]",
      "$HOME_NET", "$EXTERNAL_NET"};
  const char* const ports[] = {"any", "502", "40000", "!502", "[500:600,40000]", "1024:"};
  std::mt19937 random(5);
  const Variables addresses = test_addresses(), port_variables = test_ports();
  for (const char* kind : {"", "dsize:1; ", "content:\"x\"; ", "content:\"x\"; flow:no_stream; ",
                           "flow:to_server; dsize:1; "}) {
    std::string text;
    struct Wanted {
      const AddressSet *source, *destination;
      const PortSet *source_port, *destination_port;
      bool both;
    };
    std::vector<Wanted> rules;
    GroupStore store;
    Groups groups(addresses, port_variables, store);
    GroupError error;
    for (std::uint32_t sid = 1; sid <= 120; ++sid) {
      const char *a = ends[random() % 7], *b = ends[random() % 7], *p = ports[random() % 6],
                 *q = ports[random() % 6];
      const bool both = random() % 4 == 0;
      text += std::string("alert udp ") + a + " " + p + (both ? " <> " : " -> ") + b + " " + q +
              " (msg:\"m\"; " + kind + "sid:" + std::to_string(sid) + ";)\n";
      rules.push_back({groups.addresses(a, error), groups.addresses(b, error),
                       groups.ports(p, error), groups.ports(q, error), both});
    }
    text += "alert udp any any -> any any (msg:\"m\"; dsize:1; sid:999;)\n";  // tells which way the
                                                                              // flow goes
    Rig rig(text);
    for (int packet = 0; packet < 60; ++packet) {
      const std::uint32_t hosts[] = {0x0a000001, 0x0a000002, 0x0a000003, 0x0a090909, 0xc0a80001};
      const std::uint16_t numbers[] = {502, 40'000, 1'000, 550, 80};
      rig.ends = {hosts[random() % 5], hosts[random() % 5], numbers[random() % 5],
                  numbers[random() % 5]};
      if (rig.ends.client == rig.ends.server) continue;
      rig.tick(1000 * second);  // each packet a flow of its own
      rig.hits.clear();
      rig.udp("x");
      std::set<std::uint32_t> fired, wanted;
      for (const Hit& hit : rig.hits) fired.insert(hit.rule->sid);
      EXPECT_EQ(fired.size(), rig.hits.size()) << "a rule fired twice on a packet";
      ASSERT_EQ(fired.erase(999), 1u);
      const bool to_server = rig.hits[0].direction == Direction::to_server;
      const IpAddress source = IpAddress::v4(rig.ends.client),
                      destination = IpAddress::v4(rig.ends.server);
      for (std::uint32_t i = 0; i < rules.size(); ++i) {
        const Wanted& it = rules[i];
        const auto holds = [&](const IpAddress& s, const IpAddress& d, std::uint16_t sp,
                               std::uint16_t dp) {
          return it.source->contains(s) && it.destination->contains(d) &&
                 it.source_port->contains(sp) && it.destination_port->contains(dp);
        };
        if (holds(source, destination, rig.ends.client_port, rig.ends.server_port) ||
            (it.both && holds(destination, source, rig.ends.server_port, rig.ends.client_port))) {
          wanted.insert(i + 1);
        }
      }
      if (std::string_view(kind).starts_with("flow") && !to_server) continue;
      EXPECT_EQ(fired, wanted) << kind;
    }
  }
}

TEST(Headers, FlowRulesFireOnceEachWay) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"m\"; sid:1;)\nalert ip 10.0.0.2 any -> any any "
      "(msg:\"m\"; sid:2;)\n"
      "alert udp any any -> any any (msg:\"m\"; sid:3;)\n");
  rig.handshake().client("a").server("b").client("c");
  EXPECT_EQ(rig.count(1), 2u);
  EXPECT_EQ(rig.count(2), 1u);
  EXPECT_EQ(rig.count(3), 0u);
}

TEST(Headers, EtherIcmpAndVersions) {
  Rig rig(
      "alert ether any any -> any any (msg:\"m\"; content:\"goose\"; sid:1;)\n"
      "alert icmp any any -> any any (msg:\"m\"; itype:8; sid:2;)\nalert icmpv6 any any -> any any "
      "(msg:\"m\"; sid:3;)\n"
      "alert ipv6 any any -> any any (msg:\"m\"; sid:4;)\nalert ip any any -> any any (msg:\"m\"; "
      "content:\"ping\"; sid:5;)\n");
  rig.frame("a goose").icmp(8, 0, "ping");
  EXPECT_EQ(rig.fired(), "1@1 2@2 5@2");
  EXPECT_EQ(rig.hits[0].source_mac, (Mac{{2, 0, 0, 0, 0, 1}}));
  EXPECT_EQ(rig.hits[1].ip_protocol, 1);
}

}  // namespace
}  // namespace langyan::detect
