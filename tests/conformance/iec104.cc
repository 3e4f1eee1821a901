#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

void count(const One& one, Tally& tally) {
  if (!one.has("format")) return;
  tally.count("iec60870_104", "iec60870_104.type", hexadecimal(one.number("format"), 8));
  if (one.has("u_function")) {  // one bit each: STARTDT act, con, STOPDT act, con, TESTFR act, con
    const std::uint64_t bit = (one.number("u_function") - 1) * 2 + (one.number("u_confirmation") ? 1 : 0);
    tally.count("iec60870_104", "iec60870_104.utype", hexadecimal(std::uint64_t{1} << bit, 8));
  }
  if (!one.has("type_id")) return;
  const std::string type = decimal(one.number("type_id"));
  tally.count("iec60870_104", "iec60870_asdu.typeid", type);
  tally.count("iec60870_104", "iec60870_asdu.typeid/causetx", type + "/" + decimal(one.number("cause")));
}

const Counting iec104{"iec104", {"iec60870_104"}, count};

}  // namespace
}  // namespace langyan::conformance
