// What every escape begins with: a text as its characters, repaired.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/utf8.h"

namespace langyan::outputs {

// visit(character) for each: well-formed UTF-8, U+FFFD for what is not, one space for each control
// character (C0, DEL, C1, and the separators U+2028 and U+2029, which some readers take for ends of
// lines) but those in `keep`.
template <class Visit>
void each_character(std::string_view text, Visit visit, std::string_view keep = {}) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(bytes_of(text));
    std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    const auto first = static_cast<unsigned char>(character[0]);
    const bool control = first < 0x20 || first == 0x7f;
    const bool c1 = length == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
    if (length == 0) character = "\xef\xbf\xbd";
    else if (c1 || character == "\xe2\x80\xa8" || character == "\xe2\x80\xa9") character = " ";
    else if (control && keep.find(character) == keep.npos) character = " ";
    visit(character);
  }
}

}  // namespace langyan::outputs
