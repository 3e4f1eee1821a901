#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

TEST(Engine, SilentWithoutRules) {
  Rig rig("");
  rig.handshake().client("abc").udp("x");
  EXPECT_EQ(rig.fired(), "");
  EXPECT_EQ(rig.counted(Count::packets), 0u);
}

TEST(Engine, ContentInAStream) {
  Rig rig(rule_of("content:\"abc\";"));
  rig.handshake().client("xxabcxx").client("ab").server("cabd");
  EXPECT_EQ(rig.fired(), "1@4");
  EXPECT_EQ(rig.hits[0].offset, 2u);
  EXPECT_EQ(rig.hits[0].length, 3u);
  EXPECT_EQ(rig.hits[0].input, Input::stream);
}

}  // namespace
}  // namespace langyan::detect
