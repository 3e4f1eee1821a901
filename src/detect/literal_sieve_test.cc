// The sieve in front of a scan may say "perhaps" of anything, but "no" only of what holds no
// literal.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "detect/literals.h"

namespace langyan::detect {
namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

TEST(LiteralSieve, SaysNoOnlyOfDataWithoutALiteral) {
  std::mt19937 random(1);
  std::size_t said_no = 0, asked = 0, differ = 0;
  for (int round = 0; round < 400; ++round) {
    // Few different octets, so that windows meet by chance; zero among them.
    const auto octet = [&] {
      return static_cast<char>(
          "\0\x01\xff"
          "abcZ@[`{\xc1\xe1"[random() % 13]);
    };
    const std::size_t count = 1 + random() % 40, shortest = 1 + random() % 9;
    std::vector<Literal> literals(count);
    for (Literal& literal : literals) {
      literal.nocase = random() % 3 == 0;
      for (std::size_t size = shortest + random() % 8; size > 0; --size) {
        const char c = octet();
        literal.bytes += literal.nocase && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      }
    }
    LiteralSieve sieve;
    sieve.build(literals);
    for (std::size_t size = 0; size <= LiteralSieve::longest_data; ++size) {
      std::string data(size, '\0');
      for (char& c : data) c = random() % 2 ? octet() : static_cast<char>(random());
      const bool plainly = sieve.may_hold_plain(bytes_of(data));
      said_no += !plainly, ++asked;
      differ += sieve.may_hold(bytes_of(data)) != plainly;
      const Literal& literal = literals[random() % count];
      if (literal.bytes.size() > size) continue;
      std::string hidden = literal.bytes;
      if (literal.nocase)
        for (char& c : hidden) c = random() % 2 ? upper(c) : c;
      data.replace(random() % (size - hidden.size() + 1), hidden.size(), hidden);
      ASSERT_TRUE(sieve.may_hold(bytes_of(data))) << "round " << round << ", size " << size;
      ASSERT_TRUE(sieve.may_hold_plain(bytes_of(data))) << "round " << round << ", size " << size;
    }
  }
  EXPECT_GT(said_no, asked / 20);
  // Eight places at once end with the data, or reach beyond it, where one after another does not.
  EXPECT_LT(differ, asked / 50);
}

TEST(LiteralSieve, PassesOverTheOctetsThatTrafficIsFullOf) {
  const std::vector<Literal> literals = {{std::string("\0\0\0\x05\x2b\x0e", 6)}, {"P_PROGRAM"}};
  LiteralSieve sieve;
  sieve.build(literals);
  const std::string poll("\0\x01\0\0\0\x06\x01\x03\0\0\0\x0a", 12);
  EXPECT_FALSE(sieve.may_hold(bytes_of(poll)));
  EXPECT_FALSE(sieve.may_hold(bytes_of(std::string(100, '\0'))));
  EXPECT_FALSE(sieve.may_hold({}));
  EXPECT_TRUE(sieve.may_hold(bytes_of(literals[0].bytes)));
  EXPECT_TRUE(sieve.may_hold(bytes_of("..." + literals[1].bytes)));
}

TEST(LiteralSieve, KnowsNothingOfALiteralOfOneOctet) {
  const std::vector<Literal> literals = {{"x"}, {"needle"}};
  LiteralSieve sieve;
  EXPECT_TRUE(sieve.may_hold(bytes_of("hay")));
  sieve.build(literals);
  EXPECT_TRUE(sieve.may_hold(bytes_of("hay")));
}

}  // namespace
}  // namespace langyan::detect
