#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting powerlink{"powerlink", {"epl"}, [](const One& one, Tally& tally) {
  if (one.has("message_type")) tally.count_both("epl", "epl.mtyp", decimal(one.number("message_type")));
}};

}  // namespace
}  // namespace langyan::conformance
