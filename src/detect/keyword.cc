#include "detect/keyword.h"

#include <algorithm>
#include <vector>

namespace langyan::detect {

std::span<const Keyword* const> all_keywords() {
  static const std::vector<const Keyword*> rows = [] {
    std::vector<const Keyword*> all;
    for (const auto table :
         {meta_keywords(), payload_keywords(), regex_keywords(), byte_keywords(),
          transform_keywords(), packet_keywords(), flow_keywords(), state_keywords(),
          event_keywords(), address_keywords(), dataset_keywords(), operation_keywords(),
          sequence_keywords()}) {
      for (const Keyword& row : table) all.push_back(&row);
    }
    std::ranges::sort(all, {}, &Keyword::name);
    return all;
  }();
  return rows;
}

const Keyword* find_keyword(std::string_view name) {
  const auto rows = all_keywords();
  const auto at = std::ranges::lower_bound(rows, name, {}, &Keyword::name);
  return at != rows.end() && (*at)->name == name ? *at : nullptr;
}

}  // namespace langyan::detect
