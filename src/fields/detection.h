// Detection: a thing the sensor can say on its own, as a row of the catalogue.
//
// Faults stand beside their parser, habits in baseline, rule texts in rules/<theme>.yaml. Own sids
// are 9100000–9199999; each protocol owns a block of 100 of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "fields/field.h"

namespace langyan {

enum class Severity : std::uint8_t { critical = 1, high, medium, low, info };  // 1..4 as in EVE, 5 ours
std::string_view severity_name(Severity severity);

struct Detection {
  std::uint32_t sid;
  std::string_view name;       // "modbus.length": the anomaly's event name, <protocol>.<what>
  Severity severity;
  std::string_view technique;  // ATT&CK for ICS, or empty
  Text title;
  Text meaning;                // what it means, one sentence
  Text advice;                 // what to do, one sentence
};

// What a decoder found wrong with a message: 0 nothing, else 1 + the index into the protocol's faults.
enum class Fault : std::uint8_t { none = 0 };

template <class Enum>
constexpr Fault fault(Enum index) {  // of an enum class whose order is that of the faults table
  return static_cast<Fault>(static_cast<std::uint8_t>(index) + 1);
}

}  // namespace langyan
