// Between the engineer's notation and the object: "40010..40020" is holding registers 9 to 19.
//
// Decoders only write notations. Their numbers grow with the address, so the object is found by trying: the kinds of object
// whose notation has the same letters, and of these the address by bisection. Nothing is guessed: what is returned has
// exactly the notation that was given. Notations that write hexadecimal numbers or names are not found this way.
// Any thread may call it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "baseline/relation.h"

namespace langyan::baseline {

std::optional<Object> object_of(const Protocol& protocol, std::string_view notation);
// The other way: what a habit is about; where the protocol has no notation its name, of any_name() nothing.
std::string notation_of(const Habit& habit);

}  // namespace langyan::baseline
