#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting knx{"knx", {"knxip"}, [](const One& one, Tally& tally) {
  if (one.has("service")) tally.count("knxip", "knxip.service", hexadecimal(one.number("service"), 4));
}};

}  // namespace
}  // namespace langyan::conformance
