#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting sv{"sv", {"sv"}, [](const One& one, Tally& tally) {
  tally.count_both("sv", "sv.appid", hexadecimal(one.number("appid"), 4));
  for (std::size_t i = 0; i < one.items(); ++i)
    if (one.item(i).has("sv_id")) tally.count_both("sv", "sv.svID", one.item(i).text("sv_id"));
}};

}  // namespace
}  // namespace langyan::conformance
