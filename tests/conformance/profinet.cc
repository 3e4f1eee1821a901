#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting profinet{"profinet", {"pn_rt", "pn_dcp"}, [](const One& one, Tally& tally) {
  if (one.has("frame_id")) tally.count_both("pn_rt", "pn_rt.frame_id", decimal(one.number("frame_id")));
  if (one.has("service_id"))
    tally.count_both("pn_dcp", "pn_dcp.service_id/service_type",
                     decimal(one.number("service_id")) + "/" + decimal(one.number("service_type")));
}};

}  // namespace
}  // namespace langyan::conformance
