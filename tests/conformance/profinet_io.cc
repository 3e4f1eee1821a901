#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting profinet_io{"profinet_io", {"pn_io"}, [](const One& one, Tally& tally) {
  // The expectations leave the endpoint mapper's operations out.
  constexpr std::uint64_t endpoint_mapper = 5;
  if (one.has("opnum") && one.has("interface") && one.number("interface") != endpoint_mapper)
    tally.count("pn_io", "pn_io.opnum", decimal(one.number("opnum")));
}};

}  // namespace
}  // namespace langyan::conformance
