#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting ethercat{"ethercat", {"ecat"}, [](const One& one, Tally& tally) {
  for (std::size_t i = 0; i < one.items(); ++i)
    tally.count_both("ecat", "ecat.cmd", hexadecimal(one.item(i).number("command"), 2));
}};

}  // namespace
}  // namespace langyan::conformance
