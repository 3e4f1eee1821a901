#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting fins{"fins", {"omron"}, [](const One& one, Tally& tally) {
  if (one.has("command")) tally.count("omron", "omron.command", hexadecimal(one.number("command"), 4));
  if (one.has("response_code"))
    tally.count("omron", "omron.response.code", hexadecimal(one.number("response_code"), 4));
}};

}  // namespace
}  // namespace langyan::conformance
