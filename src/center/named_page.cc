#include "center/named_page.h"

namespace langyan::center {
namespace {

constexpr std::string_view between = "//";  // no organisation has it

}  // namespace

std::optional<NamedPage> NamedPage::of(const Parameters& given) {
  NamedPage page;
  page.left_ = given.number("limit");
  if (given.has("organisation")) page.within_ = store::Scope::of(given.text("organisation")).take();
  const std::string cursor = given.text("cursor");
  const std::size_t at = cursor.find(between);
  if (!cursor.empty() && at == cursor.npos) return {};
  if (!cursor.empty()) page.after_ = {cursor.substr(0, at), cursor.substr(at + between.size())};
  return page;
}

bool NamedPage::takes(std::string_view organisation, std::string_view name) {
  std::pair<std::string, std::string> place(organisation, name);
  if ((within_ && !within_->covers(organisation)) || place <= after_) return false;
  if (left_ == 0) return next_ = last_.first + std::string(between) + last_.second, false;
  --left_, last_ = std::move(place);
  return true;
}

}  // namespace langyan::center
