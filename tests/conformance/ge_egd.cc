#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting ge_egd{"ge_egd", {"egd"}, [](const One& one, Tally& tally) {
  tally.count_both("egd", "egd.type", decimal(one.number("type")));
}};

}  // namespace
}  // namespace langyan::conformance
