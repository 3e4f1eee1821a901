// Direction: which way within a conversation, as far as it is known who serves.
#pragma once

#include <cstdint>

namespace langyan {

enum class Direction : std::uint8_t { to_server, to_client };

constexpr Direction opposite(Direction way) {
  return way == Direction::to_server ? Direction::to_client : Direction::to_server;
}

}  // namespace langyan
