// How texts about devices are compared: what protocols, ledgers and vulnerability feeds say of one thing differs
// in case, spaces and marks.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace langyan::assets {

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// Letters and digits alone, in lower case: "6ES7 315-2EH14-0AB0" and "6es7315-2eh14-0ab0" are one. Other scripts stay.
inline std::string bare(std::string_view text) {
  std::string result;
  for (const char c : lower(text)) {
    const auto octet = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || octet >= 0x80) result += c;
  }
  return result;
}

// "Siemens" and "SIEMENS AG" do not contradict each other.
inline bool agree(std::string_view a, std::string_view b) {
  const std::string x = bare(a), y = bare(b);
  return x.find(y) != x.npos || y.find(x) != y.npos;
}

}  // namespace langyan::assets
