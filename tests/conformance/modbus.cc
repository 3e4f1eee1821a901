#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting modbus{"modbus", {"modbus"}, [](const One& one, Tally& tally) {
  constexpr std::pair<std::string_view, std::string_view> fields[] = {
      {"mbtcp.unit_id", "unit_id"},
      {"modbus.func_code", "function"},
      {"modbus.exception_code", "exception"},
      {"modbus.diagnostic_code", "subfunction"},
      {"modbus.mei", "mei_type"}};
  for (const auto& [theirs, ours] : fields)
    if (one.has(ours)) tally.count("modbus", theirs, decimal(one.number(ours)));
}};

}  // namespace
}  // namespace langyan::conformance
