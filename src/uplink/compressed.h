// Compressed: makes request bodies of texts, zstd. With a checksum, so that a body spoilt on its way is not taken for one that is
// malformed. One thread; its context is made when it is first needed and kept.
#pragma once

#include <zstd.h>

#include <memory>
#include <string>
#include <string_view>

namespace langyan::uplink {

class Compressed {
 public:
  bool make(std::string_view text, std::string& body);  // false: out of memory

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

}  // namespace langyan::uplink
