#include "center/password.h"

#include <gtest/gtest.h>

#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr PasswordCost quick{1, 8u << 20};

TEST(Password, IsArgon2idWithItsParametersAndASaltOfItsOwn) {
  const auto one = hash_password("a good password", {2, 16u << 20}),
             other = hash_password("a good password", quick);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_TRUE(one->starts_with("$argon2id$v=19$m=16384,t=2,p=1$")) << *one;
  EXPECT_NE(*hash_password("a good password", quick), *other);
  EXPECT_TRUE(verify_password("a good password", *one, quick));
  EXPECT_TRUE(verify_password("a good password", *other, quick));
  EXPECT_FALSE(verify_password("a good passwort", *one, quick));
  EXPECT_FALSE(verify_password("", *one, quick));
  EXPECT_FALSE(verify_password("", "", quick));
  EXPECT_FALSE(verify_password("a good password", "$argon2id$nonsense", quick));
}

TEST(Password, HasALeastAndAMostLength) {
  EXPECT_TRUE(check_password("0123456789", "mei").ok());
  EXPECT_FALSE(check_password("012345678", "mei").ok());
  EXPECT_TRUE(check_password(std::string(1'024, 'x'), "mei").ok());
  EXPECT_FALSE(check_password(std::string(1'025, 'x'), "mei").ok());
  EXPECT_FALSE(check_password("administrator", "administrator").ok());
}

TEST(Places, AreNeverMoreThanThereAre) {
  Places places(2);
  {
    auto first = places.take(), other = places.take(), none = places.take();
    EXPECT_TRUE(first);
    EXPECT_TRUE(other);
    EXPECT_FALSE(none);
    const auto moved = std::move(first);
    EXPECT_FALSE(places.take());
  }
  auto first = places.take(), other = places.take();
  EXPECT_TRUE(first && other);
}

TEST(Secret, FingerprintsAreSha256) {  // FIPS 180-4, "abc"
  EXPECT_EQ(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  SeededRandom random(1);
  const std::string one = random_text(random), other = random_text(random);
  EXPECT_EQ(one.size(), 43u);
  EXPECT_NE(one, other);
  EXPECT_EQ(one.find_first_of("+/="), one.npos);
}

}  // namespace
}  // namespace langyan::center
