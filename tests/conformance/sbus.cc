#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting sbus{"sbus", {"sbus"}, [](const One& one, Tally& tally) {
  if (one.has("command")) tally.count_both("sbus", "sbus.cmd", hexadecimal(one.number("command"), 2));
}};

}  // namespace
}  // namespace langyan::conformance
