#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

constexpr std::uint64_t unconfirmed_base = 256, network_base = 512;  // of the field `service`

std::string type_and_service(const One& one) {
  const std::uint64_t type = one.number("apdu_type");
  const bool confirmed = one.has("service") && one.number("service") < unconfirmed_base && type != 6 && type != 7;
  return confirmed ? decimal(type) + "/" + decimal(one.number("service")) : "(unaligned)";
}

const Counting bacnet{
    "bacnet", {"bacnet"}, [](const One& one, Tally& tally) {
      if (one.has("bvlc_function"))
        tally.count_both("bacnet", "bvlc.function", hexadecimal(one.number("bvlc_function"), 2));
      if (!one.has("apdu_type")) return;
      tally.count_both("bacnet", "bacapp.type", decimal(one.number("apdu_type")));
      tally.count_both("bacnet", "bacapp.type/confirmed_service", type_and_service(one));
      if (one.has("service")) {
        const std::uint64_t service = one.number("service");
        if (service < unconfirmed_base) {
          tally.count_both("bacnet", "bacapp.confirmed_service", decimal(service));
        } else if (service < network_base) {
          tally.count_both("bacnet", "bacapp.unconfirmed_service", decimal(service - unconfirmed_base));
        }
      }
      if (one.has("error_code")) tally.count_both("bacnet", "bacapp.error_code", decimal(one.number("error_code")));
      for (std::size_t i = 0; i < one.items(); ++i) {
        const One item = one.item(i);
        if (item.has("property_error_code"))
          tally.count_both("bacnet", "bacapp.error_code", decimal(item.number("property_error_code")));
      }
    }};

}  // namespace
}  // namespace langyan::conformance
