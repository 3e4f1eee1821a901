#include "store/scope.h"

#include <gtest/gtest.h>

namespace langyan::store {
namespace {

TEST(Scope, CoversItselfAndWhatIsBelowButNoNeighbour) {
  const auto scope = Scope::of("cn/jiangsu").take();
  EXPECT_TRUE(scope.covers("cn/jiangsu"));
  EXPECT_TRUE(scope.covers("cn/jiangsu/works-7/plant-1"));
  EXPECT_FALSE(scope.covers("cn/jiangsu-north"));
  EXPECT_FALSE(scope.covers("cn"));
  EXPECT_FALSE(scope.covers("cn/zhejiang"));
  EXPECT_FALSE(scope.covers(""));
  EXPECT_FALSE(scope.is_all());
}

TEST(Scope, TheWholeTreeIsSaidOutLoud) {
  EXPECT_TRUE(Scope::all().covers("cn/jiangsu"));
  EXPECT_TRUE(Scope::all().is_all());
  EXPECT_FALSE(Scope::of("").ok());
}

TEST(Scope, RefusesPathsThatAreNone) {
  for (const std::string& bad :
       {std::string("/cn"), std::string("cn/"), std::string("cn//x"), std::string("cn/../us"),
        std::string("."), std::string("a/b/c/d/e/f/g/h/i"), std::string(65, 'x'),
        std::string("cn/a\nb"), std::string("cn/\x7f"), std::string("\xff"),
        std::string("\xc0\xaf"), std::string("\xe0\x80\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("\xe4\xb8"), std::string("a\0b", 3)})
    EXPECT_FALSE(Scope::of(bad).ok()) << bad;
  EXPECT_TRUE(Scope::of("全国/江苏/某企业/某厂").ok());
  EXPECT_TRUE(Scope::of("a/b/c/d/e/f/g/h").ok());
  EXPECT_TRUE(Scope::of(std::string(64, 'x')).ok());
  std::string deep = std::string(64, 'x');
  for (int i = 0; i < 3; ++i) deep += "/" + std::string(63, 'y');
  EXPECT_FALSE(Scope::of(deep).ok());
}

}  // namespace
}  // namespace langyan::store
