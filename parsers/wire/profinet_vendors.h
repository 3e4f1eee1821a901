// Makers of PROFINET stations by their vendor id, as their own device descriptions (GSDML,
// DeviceIdentity) state it; only common ones. The whole list is not public.
#pragma once

#include "fields/field.h"

namespace langyan::wire {

inline constexpr Name profinet_vendors[] = {
    {0x0011, "Endress+Hauser"}, {0x001a, "ABB"}, {0x002a, "Siemens"}, {0x00b0, "Phoenix Contact"},
    {0x010a, "SEW-Eurodrive"}, {0x010c, "HMS Industrial Networks"}, {0x011d, "WAGO"}, {0x011e, "Hilscher"},
    {0x0120, "Beckhoff"}, {0x012f, "Murrelektronik"}, {0x0136, "ifm electronic"}, {0x013d, "Turck"},
    {0x014d, "Festo"}, {0x015a, "GE Intelligent Platforms"}, {0x0378, "Balluff"}, {0x0493, "RT-Labs"}};

constexpr std::string_view profinet_vendor(std::uint16_t id) {  // empty: not in the list
  for (const Name& name : profinet_vendors)
    if (name.value == id) return name.word;
  return {};
}

}  // namespace langyan::wire
