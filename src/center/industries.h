// Industries: the names of GB/T 4754-2017, sections (门类) and divisions (大类), in both languages. Values; any thread.
#pragma once

#include <span>

#include "center/words.h"

namespace langyan::center {

std::span<const Words> industry_sections();   // by letter
std::span<const Words> industry_divisions();  // by letter and two digits
// The finest name there is: of "C3011" that of C30; nothing where it has none.
const Words* industry_of(std::string_view code);

}  // namespace langyan::center
