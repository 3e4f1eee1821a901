// Bytes: a view of octets somebody else owns. A stored one names its owner beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace langyan {

using Bytes = std::span<const std::uint8_t>;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace langyan
