#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting coap{"coap", {"coap"}, [](const One& one, Tally& tally) {
  tally.count("coap", "coap.code", decimal(one.number("code")));
}};

}  // namespace
}  // namespace langyan::conformance
