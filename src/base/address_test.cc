#include "base/address.h"

#include <gtest/gtest.h>

#include <set>

namespace langyan {
namespace {

using namespace std::string_view_literals;

TEST(Address, V4IsKeptAsMappedV6) {
  const auto ip = IpAddress::v4(0x0a140005);
  EXPECT_EQ(to_string(ip), "10.20.0.5");
  EXPECT_TRUE(ip.is_v4());
  EXPECT_EQ(ip.v4_number(), 0x0a140005u);
  const std::uint8_t wire[] = {10, 20, 0, 5};
  EXPECT_EQ(IpAddress::v4(Bytes{wire}), ip);
  const std::array<std::uint8_t, 16> mapped = {0, 0, 0,    0,    0,  0,  0, 0,
                                               0, 0, 0xff, 0xff, 10, 20, 0, 5};
  EXPECT_EQ(ip.octets, mapped);
  EXPECT_EQ(IpAddress::v6(mapped), ip);
  EXPECT_EQ(parse_ip("::ffff:10.20.0.5"), ip);
  EXPECT_FALSE(IpAddress{}.is_v4());
}

TEST(Address, TextIsCanonical) {
  // RFC 5952 sections 4 and 5.
  const std::pair<const char*, const char*> cases[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"9.10.99.100", "9.10.99.100"},
      {"::", "::"},
      {"::1", "::1"},
      {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"fe80:0:0:0:0:0:0:0", "fe80::"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const auto& [text, canonical] : cases) {
    const auto ip = parse_ip(text);
    ASSERT_TRUE(ip) << text;
    EXPECT_EQ(to_string(*ip), canonical);
    EXPECT_EQ(parse_ip(to_string(*ip)), ip);
  }
}

TEST(Address, EveryOctetIsWrittenAndReadBack) {
  for (std::uint32_t value = 0; value < 256; ++value) {
    const auto ip = IpAddress::v4(value << 24 | (255 - value) << 16 | value << 8 | (value ^ 0x5a));
    EXPECT_EQ(parse_ip(to_string(ip)), ip);
    std::string decimal = std::to_string(value);
    EXPECT_TRUE(to_string(ip).starts_with(decimal + "."));
  }
}

TEST(Address, WhatIsNoAddressIsRefused) {
  for (std::string_view text : {""sv,
                                "."sv,
                                "1.2.3"sv,
                                "1.2.3.4.5"sv,
                                "256.1.1.1"sv,
                                "1.2.3.-4"sv,
                                "01.2.3.4"sv,
                                "1.2.3.4 "sv,
                                " 1.2.3.4"sv,
                                "1.2.3.4\0"sv,
                                "1.2.3.4\0x"sv,
                                "0x7f.1"sv,
                                "127.1"sv,
                                ":"sv,
                                ":::"sv,
                                "1::2::3"sv,
                                "12345::"sv,
                                "g::"sv,
                                "1:2:3:4:5:6:7"sv,
                                "1:2:3:4:5:6:7:8:9"sv,
                                "fe80::1%eth0"sv,
                                "[::1]"sv,
                                "::1.2.3"sv,
                                "localhost"sv,
                                "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"sv}) {
    EXPECT_EQ(parse_ip(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_ip(std::string(10'000, '1')), std::nullopt);
}

TEST(Address, Multicast) {
  EXPECT_FALSE(parse_ip("223.255.255.255")->is_multicast());
  EXPECT_TRUE(parse_ip("224.0.0.0")->is_multicast());
  EXPECT_TRUE(parse_ip("239.255.255.255")->is_multicast());
  EXPECT_FALSE(parse_ip("240.0.0.0")->is_multicast());
  EXPECT_TRUE(parse_ip("ff02::1")->is_multicast());
  EXPECT_FALSE(parse_ip("fe80::1")->is_multicast());
}

TEST(Address, OrderIsThatOfTheOctets) {
  EXPECT_LT(*parse_ip("10.0.0.1"), *parse_ip("10.0.0.2"));
  EXPECT_LT(*parse_ip("9.255.255.255"), *parse_ip("10.0.0.0"));
  EXPECT_LT(*parse_ip("255.255.255.255"), *parse_ip("2001:db8::"));
  EXPECT_EQ((std::set<IpAddress>{*parse_ip("::1"), *parse_ip("0:0::1")}.size()), 1u);
}

TEST(Address, Macs) {
  const auto mac = parse_mac("02:00:0A:14:00:05");
  ASSERT_TRUE(mac);
  EXPECT_EQ(to_string(*mac), "02:00:0a:14:00:05");
  EXPECT_EQ(mac->number(), 0x02000a140005u);
  EXPECT_EQ(Mac::from_number(0x02000a140005u), *mac);
  EXPECT_EQ(Mac::from_number(0xffff'02000a140005u), *mac);  // the low 48 bits
  EXPECT_EQ(parse_mac("02-00-0a-14-00-05"), mac);
  EXPECT_FALSE(mac->is_group());
  EXPECT_TRUE(parse_mac("01:80:c2:00:00:0e")->is_group());
  EXPECT_TRUE(parse_mac("ff:ff:ff:ff:ff:ff")->is_group());
  EXPECT_EQ(parse_mac("ff:ff:ff:ff:ff:ff")->number(), 0xffffffffffffu);
  for (std::string_view text :
       {""sv, "02:00:0a:14:00"sv, "02:00:0a:14:00:05:06"sv, "02:00:0a:14:00:0g"sv, "02000a140005"sv,
        "02.00.0a.14.00.05"sv, "02:00:0a:14:00: 5"sv, "2:0:a:14:0:5:00:0"sv, "02:00:0a:14:00:05 "sv,
        "02:00:0a:14:00:\0005"sv}) {
    EXPECT_EQ(parse_mac(text), std::nullopt) << text;
  }
}

TEST(Address, NetworksContainWhatTheirPrefixSays) {
  const auto contains = [](std::string_view network, std::string_view ip) {
    return parse_network(network)->contains(*parse_ip(ip));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("10.1.2.3/8", "10.200.0.1"));  // host bits do not matter
  EXPECT_TRUE(contains("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(contains("192.168.4.0/22", "192.168.8.0"));
  EXPECT_FALSE(contains("192.168.4.0/22", "192.168.3.255"));
  EXPECT_TRUE(contains("10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(contains("10.1.2.3", "10.1.2.2"));
  EXPECT_FALSE(contains("10.1.2.3/31", "10.1.2.1"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.1.2.3"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "10.0.0.1"));
  EXPECT_TRUE(contains("fe80::/10", "febf::1"));
  EXPECT_FALSE(contains("fe80::/10", "fec0::1"));
  EXPECT_TRUE(contains("2001:db8::1/128", "2001:db8::1"));
  EXPECT_FALSE(contains("2001:db8::1/127", "2001:db8::2"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.9.9.9"));
  EXPECT_FALSE(contains("::ffff:10.0.0.0/104", "11.9.9.9"));
  EXPECT_EQ(parse_network("10.0.0.0/8")->prefix, 104);
  EXPECT_EQ(parse_network("10.0.0.1")->prefix, 128);
}

TEST(Address, EveryPrefixLengthSplitsBetweenTwoBits) {
  for (unsigned prefix = 0; prefix <= 128; ++prefix) {
    const IpNetwork network{IpAddress{}, static_cast<std::uint8_t>(prefix)};
    for (unsigned bit = 0; bit < 128; ++bit) {
      IpAddress ip;
      ip.octets[bit / 8] = static_cast<std::uint8_t>(0x80 >> bit % 8);
      EXPECT_EQ(network.contains(ip), bit >= prefix) << "/" << prefix << " bit " << bit;
    }
  }
}

TEST(Address, WhatIsNoNetworkIsRefused) {
  for (std::string_view text :
       {""sv, "/"sv, "/8"sv, "10.0.0.0/"sv, "10.0.0.0/33"sv, "10.0.0.0/-1"sv, "10.0.0.0/+8"sv,
        "10.0.0.0/8/8"sv, "10.0.0.0/8 "sv, "10.0.0.0/ 8"sv, "10.0.0/8"sv, "::/129"sv, "::/x"sv,
        "10.0.0.0/99999999999"sv, "10.0.0.0/255.0.0.0"sv}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

}  // namespace
}  // namespace langyan
