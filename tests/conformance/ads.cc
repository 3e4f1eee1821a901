#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting ads{"ads", {"ams"}, [](const One& one, Tally& tally) {
  if (one.has("command") && one.has("state_flags"))
    tally.count_both("ams", "ams.cmdid/stateflags",
                     decimal(one.number("command")) + "/" + hexadecimal(one.number("state_flags"), 4));
}};

}  // namespace
}  // namespace langyan::conformance
