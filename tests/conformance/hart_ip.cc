#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

const Counting hart_ip{"hart_ip", {"hart_ip"}, [](const One& one, Tally& tally) {
  constexpr std::uint64_t direct_pdu = 4, audit_log = 5;  // newer than tshark 4.0, which passes them over
  if (one.number("message_id") == direct_pdu || one.number("message_id") == audit_log) return;
  tally.count("hart_ip", "hart_ip.message_type/message_id",
              decimal(one.number("message_type")) + "/" + decimal(one.number("message_id")));
  // tshark names the number on the wire, 31 for every command that stands behind it.
  constexpr std::uint64_t extended = 31, last_of_one_octet = 255;
  if (one.has("command"))
    tally.count("hart_ip", "hart_ip.pt.command",
                decimal(one.number("command") > last_of_one_octet ? extended : one.number("command")));
}};

}  // namespace
}  // namespace langyan::conformance
