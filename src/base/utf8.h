// UTF-8: where a well-formed sequence ends. Header-only because the event writer asks per
// character.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace langyan {

// Length of the well-formed sequence at the front (Unicode 15, table 3-7), or 0 when it is
// ill-formed or there is nothing.
inline std::size_t utf8_sequence(Bytes text) {
  const auto continued = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && text[i] >= low && text[i] <= high;
  };
  if (text.empty()) return 0;
  const unsigned lead = text[0];
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continued(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80, high = lead == 0xed ? 0x9f : 0xbf;
    return continued(1, low, high) && continued(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80, high = lead == 0xf4 ? 0x8f : 0xbf;
    return continued(1, low, high) && continued(2) && continued(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace langyan
