// Assets: the files of the web console, read once into memory, so that no path of a request ever
// reaches the file system. load() replaces them as a whole; any thread may ask meanwhile.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/disk.h"
#include "base/result.h"
#include "center/http.h"

namespace langyan::center {

constexpr std::size_t most_asset_bytes = 64u << 20;
constexpr std::size_t most_asset_files = 2'000;

class Assets {
 public:
  Result<void> load(const std::string& folder);  // empty: none
  // The file of that path; a path without a file name's dot is a page of the console, which is one
  // document. Nothing when there is neither.
  std::optional<Response> find(const Request& request) const;

 private:
  struct File {
    std::string body, content_type, etag;
  };
  using Files = std::map<std::string, File, std::less<>>;  // by path, "/assets/x.js"

  static Result<void> read_all(const std::string& folder, Files& files);

  mutable std::mutex mutex_;
  std::shared_ptr<const Files> files_ = std::make_shared<const Files>();  // shared with who answers
};

}  // namespace langyan::center
