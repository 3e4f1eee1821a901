// QueryFields: the fields a query may name in this center: the store's columns, and those of the
// newest catalogue a sensor delivered. Read again when there is a newer one. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "query/plan.h"

namespace langyan::center {

class Center;

class QueryFields {
 public:
  QueryFields();
  // Without a delivered catalogue, or when it cannot be read, the columns alone.
  std::shared_ptr<const query::Catalogue> of(Center& center);

 private:
  std::mutex mutex_;
  std::string sha256_;
  // Shared with the questions under way when it is replaced.
  std::shared_ptr<const query::Catalogue> catalogue_;
};

// The newest delivered catalogue of a kind ("fields"); ingest_api.cc.
struct NewestCatalogue {
  std::string sha256, text;  // text only when sha256 is not `known`
};
Result<NewestCatalogue> newest_catalogue(Center& center, std::string_view kind, const std::string& known);

}  // namespace langyan::center
