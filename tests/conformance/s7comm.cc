#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

void count(const One& one, Tally& tally) {
  if (!one.has("rosctr")) return;
  const std::uint64_t kind = one.number("rosctr");
  constexpr std::uint64_t userdata = 7, service = 0x28;
  tally.count("s7comm", "s7comm.header.rosctr", decimal(kind));
  if (kind == userdata) {
    if (!one.has("function_group")) return;
    const std::uint64_t group = one.number("function_group");
    tally.count_both("s7comm", "s7comm.param.userdata.type", decimal(one.number("request_type")));
    tally.count_both("s7comm", "s7comm.param.userdata.funcgroup", decimal(group));
    if (group) tally.count_both("s7comm", "s7comm.param.userdata.subfunc", decimal(one.number("subfunction")));
    return;
  }
  if (one.has("function")) tally.count("s7comm", "s7comm.param.func", hexadecimal(one.number("function"), 2));
  if (one.has("error_class")) {
    const std::uint64_t error = one.number("error");
    tally.count_both("s7comm", "s7comm.header.errcls/errcod",
                     hexadecimal(error >> 8, 2) + "/" + hexadecimal(error & 0xff, 2));
  }
  if (one.has("pi_service") && one.number("function") >= service)
    tally.count_both("s7comm", "s7comm.param.pistart.servicename", one.text("pi_service"));
}

const Counting s7comm{"s7comm", {"s7comm"}, count};

}  // namespace
}  // namespace langyan::conformance
