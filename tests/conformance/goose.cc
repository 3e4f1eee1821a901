#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting goose{"goose", {"goose"}, [](const One& one, Tally& tally) {
  if (one.has("spdu_number")) return;  // routed: tshark has other fields for it
  tally.count_both("goose", "goose.appid", hexadecimal(one.number("appid"), 4));
  if (one.has("gocb_ref")) tally.count_both("goose", "goose.gocbRef", one.text("gocb_ref"));
}};

}  // namespace
}  // namespace langyan::conformance
