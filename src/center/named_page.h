// NamedPage: which of the things that have a name within an organisation (sensors, centers) stand on a page, and where
// the next one begins: "cn/js//pump". They are given by organisation and name, in that order. A value; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "center/parameters.h"
#include "store/scope.h"

namespace langyan::center {

class NamedPage {
 public:
  // Of the parameters `organisation`, `limit` and `cursor`. Nothing: the cursor is none of such a list.
  static std::optional<NamedPage> of(const Parameters& given);

  bool takes(std::string_view organisation, std::string_view name);  // whether it stands on this page
  const std::string& next() const { return next_; }                  // empty: the last page

 private:
  std::optional<store::Scope> within_;                // none: every organisation
  std::pair<std::string, std::string> after_, last_;  // organisation, name
  std::string next_;
  std::size_t left_ = 0;
};

}  // namespace langyan::center
