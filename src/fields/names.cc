#include "fields/detection.h"
#include "fields/protocol.h"

namespace langyan {

std::string_view severity_name(Severity severity) {
  constexpr std::string_view names[] = {"critical", "high", "medium", "low", "info"};
  return names[static_cast<std::size_t>(severity) - 1];
}

std::string_view transport_name(Transport transport) {
  constexpr std::string_view names[] = {"tcp", "udp", "layer2"};
  return names[static_cast<std::size_t>(transport)];
}

}  // namespace langyan
