// What ASDUs on an FT1.2 link can be: IEC 60870-5-101, whose addresses differ in width from plant to
// plant and are stated in no message, or IEC 60870-5-103, whose layout is fixed. Lengths that add up
// frame after frame decide between the two, and between the widths.
//
// [101] IEC 60870-5-101:2003 7.1, 7.2, 8.5    [103] IEC 60870-5-103:1997 7.2, 7.3
#pragma once

#include "parsers/wire/ft12.h"

namespace langyan::wire {

struct Layout {  // octets of each address
  std::uint8_t link, cause, common, ioa;
};
constexpr std::size_t layout_count = 36;  // link 0..2, cause 1..2, common address 1..2, object address 1..3
constexpr std::uint64_t every_layout = (std::uint64_t{1} << layout_count) - 1;

constexpr Layout layout_at(std::size_t index) {
  return {static_cast<std::uint8_t>(index % 3), static_cast<std::uint8_t>(1 + index / 3 % 2),
          static_cast<std::uint8_t>(1 + index / 6 % 2), static_cast<std::uint8_t>(1 + index / 12)};
}
// The layouts, as bits, in which these octets (link address and ASDU) are one whole ASDU of -101.
std::uint64_t layouts_that_fit(Bytes user);
std::uint64_t layouts_of_link(std::size_t octets);  // those with such a link address

// Whether these octets are one whole ASDU of -103, sent by the primary or the secondary station.
bool fits_103(Bytes user, bool primary);
// Octets behind function type and information number; no_103: none has this type, or it is cut.
constexpr std::size_t no_103 = ~std::size_t{0};
std::size_t body_of_103(std::uint8_t type, std::uint8_t qualifier, Bytes body);
constexpr std::size_t header_103 = 7;  // link address, type, VSQ, cause, common address, function type, number

enum class Spoken : std::uint8_t { neither, unsure, maybe_101, maybe_103, iec101, iec103 };
// What a stream (or a datagram) that starts like this speaks.
Spoken spoken(Bytes bytes, Transport transport);

}  // namespace langyan::wire
