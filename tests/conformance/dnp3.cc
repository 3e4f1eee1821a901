#include <algorithm>

#include "tests/conformance/tally.h"

namespace langyan::conformance {
namespace {

constexpr std::uint64_t link_code = 0x100;  // functions from here on are the link layer's

// Octet strings have their length where others have a variation, so tshark shows none of theirs.
std::uint64_t variation(const One& header) {
  const std::uint64_t group = header.number("group");
  return group >= 110 && group <= 113 ? 0 : header.number("variation");
}

// Application and class assignment, configuration, authentication: tshark 4.0 reads no objects there.
bool is_read_by_tshark(std::uint64_t function) {
  constexpr std::uint64_t not_read[] = {16, 17, 18, 19, 22, 31, 32, 33, 131};
  return std::find(std::begin(not_read), std::end(not_read), function) == std::end(not_read);
}

// Segments are numbered modulo 64 (IEEE 1815 8.2); tshark 4.0 does not put those together that pass 63.
bool passes_63(const One& one) {
  return one.has("transport_sequence") && one.number("transport_sequence") + 1 < one.number("frames");
}

void count(const One& one, Tally& tally) {
  if (one.has("primary_function")) {  // of each link frame of the message
    for (std::uint64_t i = 0; i < one.number("frames"); ++i)
      tally.count("dnp3", "dnp3.ctl.prifunc", decimal(one.number("primary_function")));
  }
  if (one.has("secondary_function")) tally.count("dnp3", "dnp3.ctl.secfunc", decimal(one.number("secondary_function")));
  if (!one.has("function") || one.number("function") >= link_code || passes_63(one)) return;
  tally.count("dnp3", "dnp3.al.func", decimal(one.number("function")));
  if (!is_read_by_tshark(one.number("function"))) return;
  for (std::size_t i = 0; i < one.items(); ++i)
    if (const One item = one.item(i); item.has("group"))
      tally.count("dnp3", "dnp3.al.obj", hexadecimal(item.number("group") << 8 | variation(item), 4));
}

const Counting dnp3{"dnp3", {"dnp3"}, count};

}  // namespace
}  // namespace langyan::conformance
