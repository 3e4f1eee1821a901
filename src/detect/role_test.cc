#include <gtest/gtest.h>

#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;

constexpr std::string_view write_40017 = "\0\1\0\0\0\6\1\6\0\x10\0\x63";

std::vector<std::uint32_t> fired(std::shared_ptr<const RoleTable> roles) {
  Rig rig(compile_text(
              "alert tcp any any -> any any (msg:\"1\"; ot.verb:write; ot.src.role:engineering; sid:1;)\n"
              "alert tcp any any -> any any (msg:\"2\"; ot.verb:write; ot.src.role:!engineering; sid:2;)\n"
              "alert tcp any any -> any any (msg:\"3\"; ot.verb:write; ot.dst.role:safety,controller; sid:3;)\n"
              "alert tcp any any -> any any (msg:\"4\"; ot.verb:write; ot.src.role:unknown; ot.dst.role:rtu; sid:4;)\n",
              true, std::move(roles))
              .rules);
  rig.handshake().client(std::string(write_40017.data(), 12));
  std::vector<std::uint32_t> sids;
  for (const Hit& hit : rig.hits) sids.push_back(hit.rule->sid);
  std::ranges::sort(sids);
  return sids;
}

std::shared_ptr<const RoleTable> roles(HostRole client, HostRole server) {
  auto table = std::make_shared<RoleTable>();
  table->set(IpAddress::v4(Ends{}.client), client);
  table->set(IpAddress::v4(Ends{}.server), server);
  return table;
}

using Sids = std::vector<std::uint32_t>;

TEST(Roles, RulesReadTheTableThatCameWithThem) {
  EXPECT_EQ(fired(roles(HostRole::engineering, HostRole::controller)), (Sids{1, 3}));
  EXPECT_EQ(fired(roles(HostRole::hmi, HostRole::safety)), (Sids{2, 3}));
  EXPECT_EQ(fired(roles(HostRole::unknown, HostRole::rtu)), (Sids{2, 4}));
}

TEST(Roles, WhoIsNotInItIsUnknown) {
  EXPECT_EQ(fired({}), (Sids{2}));
  EXPECT_EQ(fired(std::make_shared<RoleTable>()), (Sids{2}));
}

}  // namespace
}  // namespace langyan::detect
