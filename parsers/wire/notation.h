// Notation of protocols that address by name: the object's name is the engineer's notation.
#pragma once

#include <string>

#include "fields/protocol.h"

namespace langyan::wire {

constexpr std::size_t most_notation = 128;  // octets, as Protocol::notation promises

inline void text_notation(const Object& object, std::string& out) {
  out += text_of(object.text).substr(0, most_notation);
}

}  // namespace langyan::wire
