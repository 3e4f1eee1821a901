#include "parsers/wire/asdu.h"

#include <algorithm>

namespace langyan::asdu {
namespace {

constexpr std::size_t part_bytes(Part part) {
  switch (part) {
    case Part::end: return 0;
    case Part::bsi: case Part::r32: case Part::scd: return 4;
    case Part::bcr: return 5;
    case Part::cp24: case Part::lof: return 3;
    case Part::cp56: return 7;
    case Part::nva: case Part::sva: case Part::cp16: case Part::fbp: case Part::tsc: case Part::nof: return 2;
    default: return 1;
  }
}

}  // namespace

bool answers(std::uint8_t cause) {
  return cause == cause_activation_confirm || cause == cause_deactivation_confirm ||
         (cause >= cause_unknown_type && cause <= cause_unknown_address);
}

bool asks(std::uint8_t cause, std::uint8_t type) {
  return cause == cause_activation || cause == cause_deactivation ||
         (cause == cause_request && type >= 45 && type < 120);
}

bool is_command(const Type& type) { return type.code >= 45 && type.code < 120 && type.verb != Verb::session; }

bool is_cause(std::uint8_t cause) {
  return std::ranges::any_of(cause_names, [&](const Name& name) { return name.value == cause; });
}

std::size_t element_bytes(const Type& type) {
  std::size_t size = 0;
  for (Part part : type.parts) size += part_bytes(part);
  return size;
}

}  // namespace langyan::asdu
