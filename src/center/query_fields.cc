#include "center/query_fields.h"

#include "center/center.h"

namespace langyan::center {

QueryFields::QueryFields() : catalogue_(std::make_shared<const query::Catalogue>()) {}

std::shared_ptr<const query::Catalogue> QueryFields::of(Center& center) {
  const std::lock_guard lock(mutex_);
  const auto newest = newest_catalogue(center, "fields", sha256_);
  if (!newest || newest->sha256 == sha256_) return catalogue_;
  sha256_ = newest->sha256;
  if (auto made = query::Catalogue::of(newest->text)) catalogue_ = made.take();
  return catalogue_;
}

}  // namespace langyan::center
