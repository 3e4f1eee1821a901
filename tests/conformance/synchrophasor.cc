#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting synchrophasor{"synchrophasor", {"synphasor"}, [](const One& one, Tally& tally) {
  if (!one.on_own_port()) return;
  tally.count("synphasor", "synphasor.frtype", hexadecimal(one.number("frame_type"), 4));
  if (one.has("command")) tally.count("synphasor", "synphasor.command", hexadecimal(one.number("command"), 4));
}};

}  // namespace
}  // namespace langyan::conformance
